/* What an SMTP outcome means for the mail, for the channel and for the next try. */

#include "mail/policy.h"

#include <string.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define MINUTE INT64_C(60000)
#define HOUR (60 * MINUTE)
#define FULL_MS (24 * HOUR)			/* so long a full mailbox may take to be emptied */

/* CURLcodes by the numbers they have had since 7.17 (curl's own header stays in ceud-net). */
enum {
	CURL_UNSUPPORTED = 1, CURL_BAD_URL = 3, CURL_NOT_BUILT_IN = 4, CURL_REPLY = 8, CURL_TLS_CONNECT = 35,
	CURL_ABORTED = 42, CURL_TLS_ENGINE = 53, CURL_SEND = 55, CURL_RECEIVE = 56, CURL_TLS_CLIENT_CERT = 58,
	CURL_TLS_CIPHER = 59, CURL_TLS_PEER = 60, CURL_TLS_REQUIRED = 64, CURL_LOGIN = 67, CURL_TLS_CA = 77,
	CURL_TLS_CRL = 82, CURL_TLS_ISSUER = 83, CURL_TLS_STATUS = 91
};

static const char *const phase_names[] = {
	[PHASE_NONE] = "none", [PHASE_CONNECT] = "connect", [PHASE_BANNER] = "banner", [PHASE_EHLO] = "ehlo",
	[PHASE_STARTTLS] = "starttls", [PHASE_TLS] = "tls", [PHASE_AUTH] = "auth", [PHASE_MAIL] = "mail",
	[PHASE_RCPT] = "rcpt", [PHASE_DATA] = "data", [PHASE_BODY] = "body", [PHASE_DOT] = "dot",
	[PHASE_ADDRESS] = "address"
};

static const char *const class_names[] = {
	[MAIL_SENT] = "sent", [MAIL_CHANNEL] = "channel", [MAIL_CHANNEL_CONFIG] = "channel-config",
	[MAIL_RECONNECT] = "reconnect", [MAIL_LATER] = "later", [MAIL_DEAD] = "dead", [MAIL_DOUBT] = "doubt"
};

static const char *const state_names[] = {
	[MAIL_HELD] = "held", [MAIL_READY] = "ready", [MAIL_SENDING] = "sending", [MAIL_IS_SENT] = "sent",
	[MAIL_FAILED] = "failed", [MAIL_UNKNOWN] = "unknown", [MAIL_CANCELLED] = "cancelled"
};

static int find(const char *const *names, size_t n, const char *s)
{
	for (size_t i = 0; i < n; i++) {
		if (strcmp(names[i], s) == 0)
			return (int)i;
	}
	return -1;
}

const char *mail_phase_name(enum mail_phase p)
{
	return phase_names[p];
}

int mail_phase_parse(const char *s, enum mail_phase *ret)
{
	int i = find(phase_names, COUNT(phase_names), s);

	if (i < 0)
		return -1;
	*ret = (enum mail_phase)i;
	return 0;
}

const char *mail_class_name(enum mail_class c)
{
	return class_names[c];
}

const char *mail_state_name(enum mail_state s)
{
	return state_names[s];
}

int mail_state_parse(const char *s, enum mail_state *ret)
{
	int i = find(state_names, COUNT(state_names), s);

	if (i < 0)
		return -1;
	*ret = (enum mail_state)i;
	return 0;
}

/* Nothing but an administrator can mend these, whatever was asked last. */
static int is_config(int curlcode)
{
	static const int codes[] = { CURL_UNSUPPORTED, CURL_BAD_URL, CURL_NOT_BUILT_IN, CURL_TLS_CONNECT,
	    CURL_TLS_ENGINE, CURL_TLS_CLIENT_CERT, CURL_TLS_CIPHER, CURL_TLS_PEER, CURL_TLS_REQUIRED, CURL_TLS_CA,
	    CURL_TLS_CRL, CURL_TLS_ISSUER, CURL_TLS_STATUS };

	for (size_t i = 0; i < COUNT(codes); i++) {
		if (codes[i] == curlcode)
			return 1;
	}
	return 0;
}

static int says_one_of(const char *text, const char *const *words, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (strcasestr(text, words[i]) != NULL)
			return 1;
	}
	return 0;
}

/* The answer speaks of us or of the relay's rules, not of this mailbox. A name with "relay" in it is no refusal to relay. */
static int is_about_us(const struct mail_outcome *o)
{
	static const char *const words[] = { "relaying", "relay access", "relay denied", "relay not ", "not relay",
	    "to relay", "relay is not", "no relay" };

	if (strncmp(o->enhanced, "5.1.", 4) == 0 || strncmp(o->enhanced, "5.2.", 4) == 0)
		return 0;
	return strncmp(o->enhanced, "5.7.", 4) == 0 || says_one_of(o->text, words, COUNT(words));
}

int mail_is_denied(const struct mail_outcome *o)
{
	return o->phase == PHASE_RCPT && o->curlcode != 0 && o->code >= 500 && o->code != 530 && is_about_us(o);
}

/* The mailbox has no room now. RFC 5321 has 552 for that; RFC 1870 for a mail that is too big, which 5.3.4 and 5.2.3 say. */
static int is_full(const struct mail_outcome *o)
{
	if (o->phase < PHASE_RCPT || o->phase > PHASE_DOT || o->code < 500)
		return 0;
	return strcmp(o->enhanced, "5.2.2") == 0 || (o->phase == PHASE_RCPT && o->code == 552 && o->enhanced[0] == '\0');
}

int mail_is_hard(const struct mail_outcome *o)
{
	if (o->phase == PHASE_ADDRESS)
		return 1;
	if (o->code < 500 || o->code == 530 || o->curlcode == 0 || is_full(o) || mail_is_denied(o) || o->phase < PHASE_RCPT)
		return 0;
	if (strncmp(o->enhanced, "5.1.", 4) == 0 || strcmp(o->enhanced, "5.2.1") == 0)
		return 1;
	return o->phase == PHASE_RCPT && strncmp(o->enhanced, "5.3.", 4) != 0 && strcmp(o->enhanced, "5.2.3") != 0;
}

static enum mail_class judge_mail(const struct mail_outcome *o)
{
	if (o->code == 552 || o->code == 523 || strcmp(o->enhanced, "5.3.4") == 0)
		return MAIL_DEAD;		/* this mail is too big; others are not */
	return o->code >= 500 ? MAIL_CHANNEL_CONFIG : MAIL_CHANNEL;
}

static enum mail_class judge_rcpt(const struct mail_outcome *o)
{
	if (o->code < 500)
		return MAIL_LATER;		/* 4xx, or no answer: surely not delivered */
	if (o->code == 530)
		return MAIL_CHANNEL_CONFIG;
	return is_about_us(o) || is_full(o) ? MAIL_LATER : MAIL_DEAD;
}

/* From DATA on. 354 came if all was sent, so a later code can only be the answer to the mail itself. */
static enum mail_class judge_data(const struct mail_outcome *o)
{
	if (o->code >= 500)
		return is_full(o) ? MAIL_LATER : MAIL_DEAD;
	if (o->code >= 400)
		return MAIL_LATER;
	if (!o->all_sent)
		return MAIL_LATER;
	return o->curlcode == CURL_REPLY && o->code / 100 == 2 ? MAIL_SENT : MAIL_DOUBT;	/* 251 is a yes too */
}

static int was_gone(const struct mail_outcome *o)
{
	return o->reused && !o->all_sent && o->phase != PHASE_ADDRESS && (o->code == 0 || o->code == 421) &&
	    (o->curlcode == CURL_SEND || o->curlcode == CURL_RECEIVE);
}

enum mail_class mail_judge(const struct mail_outcome *o)
{
	if (o->curlcode == 0)
		return MAIL_SENT;
	if (was_gone(o))
		return MAIL_RECONNECT;
	if (o->curlcode == CURL_ABORTED && !o->all_sent)
		return MAIL_CHANNEL_CONFIG;	/* ceud-net stops a mail itself when no login was offered */
	switch (o->phase) {
	case PHASE_ADDRESS:
		return MAIL_DEAD;
	case PHASE_MAIL:
		return judge_mail(o);
	case PHASE_RCPT:
		return judge_rcpt(o);
	case PHASE_DATA:
	case PHASE_BODY:
	case PHASE_DOT:
		return judge_data(o);
	case PHASE_AUTH:
		if (o->code >= 500 || (o->curlcode == CURL_LOGIN && o->code < 400))
			return MAIL_CHANNEL_CONFIG;
		return MAIL_CHANNEL;
	case PHASE_NONE:
	case PHASE_CONNECT:
	case PHASE_BANNER:
	case PHASE_EHLO:
	case PHASE_STARTTLS:
	case PHASE_TLS:
		break;
	}
	if (o->phase == PHASE_STARTTLS && o->curlcode == CURL_REPLY)
		return MAIL_CHANNEL_CONFIG;	/* someone writes into the stream before it is encrypted */
	return is_config(o->curlcode) ? MAIL_CHANNEL_CONFIG : MAIL_CHANNEL;
}

enum mail_class mail_judge_again(const struct mail_outcome *o, const struct mail_past *past)
{
	enum mail_class c = mail_judge(o);

	if (c == MAIL_RECONNECT && past->reconnected)
		return MAIL_CHANNEL;		/* once is free */
	if (c != MAIL_LATER)
		return c;
	if (mail_is_denied(o) && past->denied >= MAIL_DENIED_MAX)
		return MAIL_CHANNEL_CONFIG;
	return is_full(o) && past->waited > FULL_MS ? MAIL_DEAD : c;
}

/* `base` more or less by up to a fifth, by a well mixed seed (splitmix64's finish). */
static int64_t jitter(int64_t base, uint64_t seed)
{
	seed += UINT64_C(0x9e3779b97f4a7c15);
	seed = (seed ^ seed >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	seed = (seed ^ seed >> 27) * UINT64_C(0x94d049bb133111eb);
	seed ^= seed >> 31;
	return base * (800 + (int64_t)(seed % 401)) / 1000;
}

static int64_t later(int attempts, uint64_t seed)
{
	static const int64_t pauses[] = { 5 * MINUTE, 15 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, 4 * HOUR, 6 * HOUR };
	size_t i = attempts < 0 ? 0 : (size_t)attempts;

	return jitter(pauses[i < COUNT(pauses) ? i : COUNT(pauses) - 1], seed);
}

struct mail_next mail_settle(enum mail_class c, int attempts, int doubts, int64_t now, int64_t expires_at,
    uint64_t seed)
{
	struct mail_next next = { MAIL_READY, attempts, doubts, now };
	enum mail_state too_late = doubts > 0 ? MAIL_UNKNOWN : MAIL_FAILED;

	if (c == MAIL_SENT || c == MAIL_DEAD) {
		next = (struct mail_next){ c == MAIL_SENT ? MAIL_IS_SENT : MAIL_FAILED, attempts + 1, doubts, 0 };
		return next;
	}
	if (c == MAIL_LATER) {
		next.attempts++;
		next.next_try = now + later(attempts, seed);
	} else if (c == MAIL_DOUBT) {
		next.attempts++;
		next.doubts++;
		next.next_try = now + 10 * MINUTE;	/* by then the first copy has arrived, or never will */
		too_late = MAIL_UNKNOWN;
	}
	if (next.doubts >= 2 && c == MAIL_DOUBT)
		next.state = MAIL_UNKNOWN;
	else if (next.next_try > expires_at)
		next.state = too_late;
	if (next.state != MAIL_READY)
		next.next_try = 0;
	return next;
}

int64_t mail_breaker_pause(int faults, uint64_t seed)
{
	static const int minutes[] = { 1, 2, 5, 10, 15, 30 };
	size_t i = (size_t)(faults < 3 ? 0 : faults - 3);

	if (faults < 3)
		return 0;
	return jitter(minutes[i < COUNT(minutes) ? i : COUNT(minutes) - 1] * MINUTE, seed);
}

int64_t mail_rate_take(int rate_per_minute, int64_t now, int64_t *tokens_milli, int64_t *refilled_at)
{
	const int64_t one = 1000, long_ago = 10 * MINUTE;	/* by then the bucket is full at any rate */
	int64_t rate = rate_per_minute, full = (rate < 10 ? rate : 10) * one;
	int64_t gained, elapsed = now - *refilled_at;

	if (rate < 1)
		return MINUTE;
	if (*tokens_milli < 0 || elapsed < 0) {		/* the row is damaged, or the clock went back: count from here */
		*tokens_milli = *tokens_milli < 0 ? 0 : *tokens_milli;
		*refilled_at = now;
		elapsed = 0;
	}
	if (elapsed > long_ago)
		elapsed = long_ago;
	gained = elapsed * rate / 60;			/* rate tokens a minute are rate / 60 thousandths a ms */
	if (*tokens_milli + gained >= full) {
		*tokens_milli = full;
		*refilled_at = now;
		gained = 0;
	}
	/* Short of a token nothing is written down, so that asking often does not add up roundings. */
	if (*tokens_milli + gained < one)
		return ((one - *tokens_milli) * 60 + rate - 1) / rate - elapsed;
	*tokens_milli += gained - one;
	*refilled_at += (gained * 60 + rate - 1) / rate;
	return 0;
}
