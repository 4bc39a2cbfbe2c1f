/* Watches one SMTP connection through libcurl's callbacks. */
#include "smtp_phase.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/text.h"
#include "smtp_report.h"

enum { SECRET_SHORTEST = 4 };		/* shorter ones would strike out half of a reply */

static const char *const phase_names[] = {
	[SMTP_PHASE_NONE] = "none", [SMTP_PHASE_CONNECT] = "connect", [SMTP_PHASE_BANNER] = "banner",
	[SMTP_PHASE_EHLO] = "ehlo", [SMTP_PHASE_STARTTLS] = "starttls", [SMTP_PHASE_TLS] = "tls",
	[SMTP_PHASE_AUTH] = "auth", [SMTP_PHASE_MAIL] = "mail", [SMTP_PHASE_RCPT] = "rcpt",
	[SMTP_PHASE_DATA] = "data", [SMTP_PHASE_BODY] = "body", [SMTP_PHASE_DOT] = "dot",
	[SMTP_PHASE_ADDRESS] = "address"
};

const char *smtp_phase_name(enum smtp_phase p)
{
	return phase_names[p];
}

const char *smtp_phase_words(enum smtp_phase p)
{
	static const char *const words[] = {
		[SMTP_PHASE_NONE] = "connect", [SMTP_PHASE_CONNECT] = "connect", [SMTP_PHASE_BANNER] = "greeting",
		[SMTP_PHASE_EHLO] = "EHLO", [SMTP_PHASE_STARTTLS] = "STARTTLS", [SMTP_PHASE_TLS] = "encrypt",
		[SMTP_PHASE_AUTH] = "sign in", [SMTP_PHASE_MAIL] = "MAIL", [SMTP_PHASE_RCPT] = "RCPT",
		[SMTP_PHASE_DATA] = "DATA", [SMTP_PHASE_BODY] = "middle of the mail",
		[SMTP_PHASE_DOT] = "end of the mail", [SMTP_PHASE_ADDRESS] = "address"
	};

	return words[p];
}

/* ---- steps, for a person who tries the connection */

static void tell(struct smtp_watch *w, const char *name, int64_t ms, const char *text)
{
	if (w->step != NULL)
		w->step(w->arg, name, ms, text);
}

/* "Jun  2 12:00:00 2026 GMT" as "2 June 2026"; anything else as it is. */
static void expiry_words(const char *from, char *to, size_t size)
{
	static const char *const months[] = { "January", "February", "March", "April", "May", "June", "July",
	    "August", "September", "October", "November", "December" };
	char month[4];
	int day, year;

	if (sscanf(from, "%3s %2d %*d:%*d:%*d %4d", month, &day, &year) == 3) {
		for (size_t i = 0; i < sizeof(months) / sizeof(months[0]); i++) {
			if (strncmp(months[i], month, 3) == 0) {
				snprintf(to, size, "%d %s %d", day, months[i], year);
				return;
			}
		}
	}
	text_excerpt(to, size, from);
}

static void tell_encrypted(struct smtp_watch *w, int64_t ms)
{
	char until[64], text[128];
	const char *version = w->tls;

	if (w->encrypt_told)
		return;
	w->encrypt_told = 1;
	if (strncmp(version, "TLSv", 4) == 0)
		version += 4;
	expiry_words(w->expiry, until, sizeof(until));
	snprintf(text, sizeof(text), "TLS%s%s%s%s", version[0] != '\0' ? " " : "", version,
	    until[0] != '\0' ? ", certificate good until " : "", until);
	tell(w, "encrypt", ms, text);
}

void smtp_watch_told(struct smtp_watch *w)
{
	curl_off_t connected = 0, encrypted = 0;

	if (w->connect_told || w->opened == 0 ||
	    curl_easy_getinfo(w->curl, CURLINFO_CONNECT_TIME_T, &connected) != CURLE_OK || connected == 0)
		return;
	w->connect_told = 1;
	tell(w, "connect", connected / 1000, w->where);
	if (w->implicit_tls &&
	    curl_easy_getinfo(w->curl, CURLINFO_APPCONNECT_TIME_T, &encrypted) == CURLE_OK && encrypted > 0)
		tell_encrypted(w, (encrypted - connected) / 1000);
}

/* Milliseconds of the step that ends here. */
static int64_t lap(struct smtp_watch *w)
{
	int64_t now = clock_monotonic(), ms = now - w->since;

	w->since = now;
	return ms;
}

/* ---- secrets */

static int hide(struct smtp_watch *w, const char *s, size_t len)
{
	if (len < SECRET_SHORTEST)
		return 0;
	if (buf_add(&w->secrets, s, len) != 0)
		return -1;
	return buf_putc(&w->secrets, '\0');
}

void smtp_watch_scrub(const struct smtp_watch *w, char *text)
{
	const char *end = buf_str(&w->secrets) + w->secrets.len;

	for (const char *s = buf_str(&w->secrets); s < end; s += strlen(s) + 1) {
		size_t len = strlen(s);

		for (char *at = text; (at = strstr(at, s)) != NULL; at += 3) {
			memmove(at + 3, at + len, strlen(at + len) + 1);
			memcpy(at, "***", 3);
		}
	}
}

/* A reply is cut; what is left of a secret at its end goes too. */
static void strike_tail(const struct smtp_watch *w, char *text)
{
	const char *end = buf_str(&w->secrets) + w->secrets.len;
	size_t len = strlen(text);

	for (const char *s = buf_str(&w->secrets); s < end; s += strlen(s) + 1) {
		size_t n = strlen(s) < len ? strlen(s) : len;

		for (; n >= SECRET_SHORTEST; n--) {
			if (memcmp(text + len - n, s, n) == 0) {
				memcpy(text + len - n, "***", 4);
				return;
			}
		}
	}
}

/* ---- what libcurl sends and gets */

static int begins(const char *line, size_t len, const char *word)
{
	size_t n = strlen(word);

	return len >= n && strncasecmp(line, word, n) == 0;
}

static void sent_auth(struct smtp_watch *w, const char *line, size_t len)
{
	const char *end = line + len, *from = line;

	while (end > from && (end[-1] == '\r' || end[-1] == '\n'))
		end--;
	if (!w->in_auth) {		/* AUTH MECHANISM [INITIAL-RESPONSE]: only the last is a secret */
		from = memchr(line + 5, ' ', (size_t)(end - line) - 5);
		from = from != NULL ? from + 1 : end;
	}
	w->in_auth = 1;
	/* If memory is lacking here, a buffer that failed makes the mail fail: see smtp.c. */
	(void)hide(w, from, (size_t)(end - from));
}

static void sent_command(struct smtp_watch *w, const char *line, size_t len)
{
	if (len == 0)
		return;
	w->commands++;
	if (w->in_auth) {
		sent_auth(w, line, len);
		return;
	}
	if (w->phase == SMTP_PHASE_TLS)
		tell_encrypted(w, lap(w));
	if (begins(line, len, "AUTH ")) {
		w->phase = SMTP_PHASE_AUTH;
		w->since = clock_monotonic();
		sent_auth(w, line, len);
	} else if (begins(line, len, "EHLO") || begins(line, len, "HELO")) {
		w->phase = SMTP_PHASE_EHLO;
	} else if (begins(line, len, "STARTTLS")) {
		w->phase = SMTP_PHASE_STARTTLS;
		w->since = clock_monotonic();
	} else if (begins(line, len, "MAIL ")) {
		w->phase = SMTP_PHASE_MAIL;
	} else if (begins(line, len, "RCPT ")) {
		w->phase = SMTP_PHASE_RCPT;
	} else if (begins(line, len, "DATA")) {
		w->phase = SMTP_PHASE_DATA;
	} else if (begins(line, len, "QUIT")) {
		/* libcurl says goodbye and then waits for the answer as long as for any other. It was said. */
		w->quitting = 1;
		smtp_watch_drop(w);
	}
}

/* The last line of a reply, which is when the phase it answers is over. */
static void answered(struct smtp_watch *w)
{
	if (w->in_auth && w->code == 334) {
		text_copy(w->challenge, sizeof(w->challenge), w->reply);
	} else if (w->in_auth) {
		w->in_auth = 0;
		if (w->code / 100 == 2) {
			w->signed_in = 1;
			tell(w, "sign in", lap(w), w->user);
		}
	} else if (w->phase == SMTP_PHASE_STARTTLS && w->code == 220) {
		w->phase = SMTP_PHASE_TLS;
	} else if (w->phase == SMTP_PHASE_DATA && w->code == 354) {
		w->go_ahead = 1;
		w->phase = SMTP_PHASE_BODY;
	}
}

static int is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Servers of the big providers refuse in several lines, of which the last may be a link. Each begins as the first does. */
static void keep_line(struct smtp_watch *w, const char *text, int is_next)
{
	size_t have = strlen(w->reply);

	if (!is_next) {
		text_excerpt(w->reply, sizeof(w->reply), text);
		if (w->reply[3] == '-')
			w->reply[3] = ' ';
		return;
	}
	text += strlen(text) > 4 ? 4 : strlen(text);
	text += smtp_enhanced_length(text);
	text += strspn(text, " ");
	if (*text != '\0' && have + 2 < sizeof(w->reply)) {
		w->reply[have] = ' ';
		text_excerpt(w->reply + have + 1, sizeof(w->reply) - have - 1, text);
	}
}

static void got_line(struct smtp_watch *w, const char *line, size_t len)
{
	char text[sizeof(w->reply)];
	int code, is_next;

	while (len > 0 && (line[len - 1] == '\r' || line[len - 1] == '\n'))
		len--;
	if (w->quitting || len < 3 || !is_digit(line[0]) || !is_digit(line[1]) || !is_digit(line[2]))
		return;
	if (w->phase == SMTP_PHASE_CONNECT) {
		smtp_watch_told(w);
		w->phase = SMTP_PHASE_BANNER;
	}
	code = (line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0');
	is_next = w->more && code == w->code && code >= 400;
	w->code = code;
	w->more = len > 3 && line[3] == '-';
	snprintf(text, sizeof(text), "%.*s", (int)(len < sizeof(text) ? len : sizeof(text) - 1), line);
	smtp_watch_scrub(w, text);
	if (len >= sizeof(text))
		strike_tail(w, text);
	keep_line(w, text, is_next);
	if (!w->more)
		answered(w);
}

/* libcurl describes the handshake in words only; they serve people, nothing is decided by them. */
static void got_words(struct smtp_watch *w, const char *words, size_t len)
{
	static const char version[] = "SSL connection using ", expiry[] = " expire date: ";
	const char *at;

	if ((at = memmem(words, len, version, sizeof(version) - 1)) != NULL) {
		at += sizeof(version) - 1;
		snprintf(w->tls, sizeof(w->tls), "%.*s", (int)(words + len - at), at);
		w->tls[strcspn(w->tls, " /\n")] = '\0';
	} else if ((at = memmem(words, len, expiry, sizeof(expiry) - 1)) != NULL) {
		at += sizeof(expiry) - 1;
		snprintf(w->expiry, sizeof(w->expiry), "%.*s", (int)(words + len - at), at);
		w->expiry[strcspn(w->expiry, "\n")] = '\0';
	}
}

static int on_debug(CURL *curl, curl_infotype type, char *data, size_t len, void *arg)
{
	struct smtp_watch *w = arg;

	(void)curl;
	if (type == CURLINFO_HEADER_OUT)
		sent_command(w, data, len);
	else if (type == CURLINFO_HEADER_IN)
		got_line(w, data, len);
	else if (type == CURLINFO_TEXT)
		got_words(w, data, len);
	return 0;
}

static size_t swallow(char *data, size_t size, size_t n, void *arg)
{
	(void)data;
	(void)arg;
	return size * n;
}

/* ---- sockets */

static int on_open(void *arg, curl_socket_t fd, curlsocktype purpose)
{
	struct smtp_watch *w = arg;

	(void)purpose;
	if (w->open >= SMTP_SOCKETS_MOST)
		return CURL_SOCKOPT_ERROR;
	w->sockets[w->open++] = fd;
	w->opened++;
	w->in_auth = w->signed_in = 0;
	if (!w->secrets.failed)
		w->secrets.len = w->password_len;
	w->tls[0] = w->expiry[0] = w->challenge[0] = '\0';
	return CURL_SOCKOPT_OK;
}

static int on_close(void *arg, curl_socket_t fd)
{
	struct smtp_watch *w = arg;

	for (int i = 0; i < w->open; i++) {
		if (w->sockets[i] == fd) {
			w->sockets[i] = w->sockets[--w->open];
			break;
		}
	}
	return close(fd);
}

void smtp_watch_drop(const struct smtp_watch *w)
{
	for (int i = 0; i < w->open; i++)
		(void)shutdown(w->sockets[i], SHUT_RDWR);	/* not connected yet, or no more: as wanted */
}

int smtp_watch_stale(const struct smtp_watch *w)
{
	for (int i = 0; i < w->open; i++) {
		struct pollfd p = { .fd = w->sockets[i], .events = POLLIN | POLLRDHUP };

		if (poll(&p, 1, 0) != 0)
			return 1;
	}
	return 0;
}

/* ---- the course of a mail */

int smtp_watch_begin(struct smtp_watch *w, CURL *curl, const char *password, struct err *err)
{
	w->curl = curl;
	w->must_sign_in = password[0] != '\0';
	if (hide(w, password, strlen(password)) != 0)
		return err_oom(err);
	w->password_len = w->secrets.len;
	if (curl_easy_setopt(curl, CURLOPT_VERBOSE, 1L) != CURLE_OK ||
	    curl_easy_setopt(curl, CURLOPT_DEBUGFUNCTION, on_debug) != CURLE_OK ||
	    curl_easy_setopt(curl, CURLOPT_DEBUGDATA, w) != CURLE_OK ||
	    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, swallow) != CURLE_OK ||
	    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, swallow) != CURLE_OK ||
	    curl_easy_setopt(curl, CURLOPT_SOCKOPTFUNCTION, on_open) != CURLE_OK ||
	    curl_easy_setopt(curl, CURLOPT_SOCKOPTDATA, w) != CURLE_OK ||
	    curl_easy_setopt(curl, CURLOPT_CLOSESOCKETFUNCTION, on_close) != CURLE_OK ||
	    curl_easy_setopt(curl, CURLOPT_CLOSESOCKETDATA, w) != CURLE_OK)
		return err_oom(err);
	return 0;
}

void smtp_watch_free(struct smtp_watch *w)
{
	if (w->secrets.data != NULL)
		explicit_bzero(w->secrets.data, w->secrets.cap);
	buf_free(&w->secrets);
}

void smtp_watch_mail(struct smtp_watch *w, int64_t now)
{
	w->phase = SMTP_PHASE_CONNECT;
	w->had_open = w->open > 0;
	w->opened = w->commands = w->quitting = w->go_ahead = w->connect_told = w->encrypt_told = 0;
	w->code = w->more = 0;
	w->reply[0] = '\0';
	w->since = now;
}

int smtp_watch_reused(const struct smtp_watch *w, CURLcode result)
{
	if (!w->had_open || w->opened > 0)
		return 0;
	return w->commands > 0 || result == CURLE_SEND_ERROR || result == CURLE_RECV_ERROR;
}

/* Nothing was answered on a new connection: how far was it? */
static enum smtp_phase before_banner(const struct smtp_watch *w)
{
	curl_off_t connected = 0, encrypted = 0;

	if (curl_easy_getinfo(w->curl, CURLINFO_CONNECT_TIME_T, &connected) != CURLE_OK || connected == 0)
		return SMTP_PHASE_CONNECT;
	if (w->implicit_tls && (curl_easy_getinfo(w->curl, CURLINFO_APPCONNECT_TIME_T, &encrypted) != CURLE_OK ||
	    encrypted == 0))
		return SMTP_PHASE_TLS;
	return SMTP_PHASE_BANNER;
}

enum smtp_phase smtp_watch_phase(const struct smtp_watch *w, CURLcode result, int all_sent)
{
	if (w->go_ahead)
		return all_sent ? SMTP_PHASE_DOT : SMTP_PHASE_BODY;
	switch ((int)result) {
	case CURLE_COULDNT_RESOLVE_PROXY:
	case CURLE_COULDNT_RESOLVE_HOST:
	case CURLE_COULDNT_CONNECT:
		return SMTP_PHASE_CONNECT;
	case CURLE_SSL_CONNECT_ERROR:
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_CERTPROBLEM:
	case CURLE_SSL_CIPHER:
	case CURLE_SSL_CACERT_BADFILE:
	case CURLE_SSL_ISSUER_ERROR:
	case CURLE_SSL_INVALIDCERTSTATUS:
		return SMTP_PHASE_TLS;
	case CURLE_USE_SSL_FAILED:
		return SMTP_PHASE_STARTTLS;
	case CURLE_LOGIN_DENIED:
		return SMTP_PHASE_AUTH;
	}
	if (w->phase == SMTP_PHASE_TLS && result == CURLE_WEIRD_SERVER_REPLY)
		return SMTP_PHASE_STARTTLS;	/* more than the "220" came: refused before the handshake */
	if (w->phase != SMTP_PHASE_CONNECT)
		return w->phase;
	return smtp_watch_reused(w, result) ? SMTP_PHASE_MAIL : before_banner(w);
}
