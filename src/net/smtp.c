/*
 * The send half of ceud-net: mails from a job to one relay, over one connection, an outcome for each.
 * One easy handle serves all of them.  Where a comment names a version of libcurl, that version was seen
 * to do so.
 */
#include <curl/curl.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/confine.h"
#include "base/err.h"
#include "base/log.h"
#include "base/text.h"
#include "jobread.h"
#include "net.h"
#include "sandbox.h"
#include "smtp_job.h"
#include "smtp_phase.h"
#include "smtp_report.h"

enum {
	MAILS_A_CONNECTION = 100, CONNECTION_SECONDS = 300,	/* relays count both and end long ones rudely */
	STALL_MS = 180000,		/* a body of which nothing is taken for so long is given up */
	GOODBYE_SECONDS = 2,
	LISTENING_MS = 200,		/* how often we look whether anyone still wants to know */
	UPLOAD_BYTES = 2 * 1024 * 1024	/* the most libcurl takes at once */
};

struct session {
	int out;
	struct smtp_server server;
	CURL *curl;
	struct smtp_watch watch;
	char url[600], where[300], user[128];
	char library_says[CURL_ERROR_SIZE];
	int64_t carried;		/* mails the connection in hand has seen */
	int dropped;			/* it was ended by us: libcurl may still think it alive */
	int answer_failed;
	struct err answer_err;

	/* the mail in hand */
	int64_t id;
	const struct buf *bytes;
	size_t given;
	int64_t taken, taken_at, listened_at;
	int no_login, stalled, deserted;
};

/* ---- libcurl asks */

static size_t on_read(char *to, size_t size, size_t n, void *arg)
{
	struct session *s = arg;
	size_t room = size * n, rest = s->bytes->len - s->given;

	/* libcurl sends without a login when the relay offers none; a connection that was not
	 * signed in is given nothing, and ended before it can take what it has for a mail. */
	if (s->watch.must_sign_in && !s->watch.signed_in) {
		s->no_login = 1;
		smtp_watch_drop(&s->watch);
		return CURL_READFUNC_ABORT;
	}
	if (rest > room)
		rest = room;
	memcpy(to, s->bytes->data + s->given, rest);
	s->given += rest;
	return rest;
}

/* 1 when the other end of `out` is closed: nobody learns what becomes of the mail. */
static int is_deserted(int out)
{
	struct pollfd p = { .fd = out, .events = 0 };

	return poll(&p, 1, 0) > 0 && (p.revents & (POLLERR | POLLHUP | POLLNVAL)) != 0;
}

static int64_t stall_limit(const struct session *s)
{
	return s->server.response_ms < STALL_MS ? s->server.response_ms : STALL_MS;
}

/* libcurl's own low speed limit would also end the wait for the answer to the dot, which may take
 * ten minutes; so the pace of the body is looked at here. */
static int on_progress(void *arg, curl_off_t dltotal, curl_off_t dlnow, curl_off_t ultotal, curl_off_t ulnow)
{
	struct session *s = arg;
	int64_t now = clock_monotonic();

	(void)dltotal;
	(void)dlnow;
	(void)ultotal;
	if (now - s->listened_at >= LISTENING_MS) {
		s->listened_at = now;
		s->deserted = is_deserted(s->out);
	}
	if (!s->watch.go_ahead || ulnow != s->taken) {
		s->taken = ulnow;
		s->taken_at = now;
	}
	s->stalled = s->watch.go_ahead && (size_t)ulnow < s->bytes->len && now - s->taken_at > stall_limit(s);
	return s->deserted || s->stalled;
}

static void on_step(void *arg, const char *name, int64_t ms, const char *text)
{
	struct session *s = arg;

	if (!s->answer_failed && smtp_report_step(s->out, s->id, name, ms, text, &s->answer_err) != 0)
		s->answer_failed = 1;
}

/* ---- the handle */

static int set_url(struct session *s, struct err *err)
{
	const char *scheme = s->server.tls == SMTP_IMPLICIT ? "smtps" : "smtp";
	int is_v6 = strchr(s->server.host, ':') != NULL;

	snprintf(s->where, sizeof(s->where), "%s%s%s:%d", is_v6 ? "[" : "", s->server.host, is_v6 ? "]" : "",
	    s->server.port);
	snprintf(s->url, sizeof(s->url), "%s://%s/%s", scheme, s->where, s->server.helo);
	if (curl_easy_setopt(s->curl, CURLOPT_URL, s->url) != CURLE_OK)
		return err_oom(err);
	return 0;
}

static int set_login(struct session *s)
{
	static const char *const mechanisms[] = {
		[SMTP_AUTH_PLAIN] = "AUTH=PLAIN", [SMTP_AUTH_LOGIN] = "AUTH=LOGIN",
		[SMTP_AUTH_OAUTHBEARER] = "AUTH=OAUTHBEARER", [SMTP_AUTH_XOAUTH2] = "AUTH=XOAUTH2"
	};
	int bearer = s->server.auth == SMTP_AUTH_OAUTHBEARER || s->server.auth == SMTP_AUTH_XOAUTH2;

	if (s->server.password[0] == '\0')
		return 0;
	/* Without naming one, a relay that offers CRAM-MD5 is given that even when a token is set. */
	return curl_easy_setopt(s->curl, CURLOPT_LOGIN_OPTIONS, mechanisms[s->server.auth]) != CURLE_OK ||
	    curl_easy_setopt(s->curl, CURLOPT_USERNAME, s->server.user) != CURLE_OK ||
	    curl_easy_setopt(s->curl, bearer ? CURLOPT_XOAUTH2_BEARER : CURLOPT_PASSWORD, s->server.password) !=
	    CURLE_OK || curl_easy_setopt(s->curl, CURLOPT_SASL_IR, 0L) != CURLE_OK;
}

static int set_tls(struct session *s)
{
	CURL *c = s->curl;
	long use = s->server.tls == SMTP_STARTTLS ? (long)CURLUSESSL_ALL : (long)CURLUSESSL_NONE;

	/* With a CA folder libcurl reads all certificates anew for each connection: 22 ms instead of 2. */
	if (curl_easy_setopt(c, CURLOPT_USE_SSL, use) != CURLE_OK ||
	    curl_easy_setopt(c, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2) != CURLE_OK ||
	    curl_easy_setopt(c, CURLOPT_SSL_VERIFYPEER, 1L) != CURLE_OK ||
	    curl_easy_setopt(c, CURLOPT_SSL_VERIFYHOST, 2L) != CURLE_OK ||
	    curl_easy_setopt(c, CURLOPT_CAPATH, NULL) != CURLE_OK)
		return -1;
	if (s->server.ca[0] != '\0' && curl_easy_setopt(c, CURLOPT_CAINFO, s->server.ca) != CURLE_OK)
		return -1;
	return 0;
}

static int set_limits(struct session *s)
{
	CURL *c = s->curl;
	const struct smtp_server *v = &s->server;
	/* A mail never takes longer than this, 690 s by the defaults: whoever gave us the job waits for 700. */
	long most = (long)(v->connect_ms + v->response_ms + v->response_ms / 10);

	return curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT_MS, (long)v->connect_ms) != CURLE_OK ||
	    curl_easy_setopt(c, CURLOPT_SERVER_RESPONSE_TIMEOUT, (long)((v->response_ms + 999) / 1000)) != CURLE_OK ||
	    curl_easy_setopt(c, CURLOPT_TIMEOUT_MS, most) != CURLE_OK ||
	    curl_easy_setopt(c, CURLOPT_MAXCONNECTS, 1L) != CURLE_OK ||
	    curl_easy_setopt(c, CURLOPT_MAXLIFETIME_CONN, (long)CONNECTION_SECONDS) != CURLE_OK ||
	    /* Set once and for all: 7.88 writes past its buffer for dots when this grows on a used handle. */
	    curl_easy_setopt(c, CURLOPT_UPLOAD_BUFFERSIZE, (long)UPLOAD_BYTES) != CURLE_OK;
}

static int set_callbacks(struct session *s)
{
	CURL *c = s->curl;

	return curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L) != CURLE_OK ||
	    curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "smtp,smtps") != CURLE_OK ||
	    curl_easy_setopt(c, CURLOPT_PROXY, "") != CURLE_OK ||
	    curl_easy_setopt(c, CURLOPT_ERRORBUFFER, s->library_says) != CURLE_OK ||
	    curl_easy_setopt(c, CURLOPT_UPLOAD, 1L) != CURLE_OK ||
	    curl_easy_setopt(c, CURLOPT_READFUNCTION, on_read) != CURLE_OK ||
	    curl_easy_setopt(c, CURLOPT_READDATA, s) != CURLE_OK ||
	    curl_easy_setopt(c, CURLOPT_NOPROGRESS, 0L) != CURLE_OK ||
	    curl_easy_setopt(c, CURLOPT_XFERINFOFUNCTION, on_progress) != CURLE_OK ||
	    curl_easy_setopt(c, CURLOPT_XFERINFODATA, s) != CURLE_OK;
}

static int open_handle(struct session *s, struct err *err)
{
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK || (s->curl = curl_easy_init()) == NULL)
		return err_set(err, ERR_FAILED, "library", "libcurl cannot be started.");
	if (smtp_watch_begin(&s->watch, s->curl, s->server.password, err) != 0 || set_url(s, err) != 0)
		return -1;
	if (set_callbacks(s) || set_tls(s) || set_limits(s) || set_login(s))
		return err_set(err, ERR_FAILED, "library", "libcurl lacks an option that sending mail needs.");
	s->watch.implicit_tls = s->server.tls == SMTP_IMPLICIT;
	s->watch.where = s->where;
	snprintf(s->user, sizeof(s->user), "user %s", s->server.user);
	s->watch.user = s->user;
	s->watch.arg = s;
	if (s->server.steps)
		s->watch.step = on_step;
	return 0;
}

/* ---- one mail */

/* 7.88 counts the dots it doubles as bytes of a mail whose size it knows, and may leave out as many at the
 * end.  So the size is told, and the relay can refuse it before the body, unless there is such a line. */
static int is_countable(const struct buf *b)
{
	const char *dot = b->data, *end = b->data + b->len;

	if (b->len < 2 || memcmp(end - 2, "\r\n", 2) != 0)
		return 0;
	/* Dots are few: to look for them is a tenth of the work of looking for line ends. */
	for (; (dot = memchr(dot, '.', (size_t)(end - dot))) != NULL; dot++)
		if (dot == b->data || (dot - b->data >= 2 && memcmp(dot - 2, "\r\n", 2) == 0))
			return 0;
	return 1;
}

static void drop_connection(struct session *s)
{
	smtp_watch_drop(&s->watch);
	s->dropped = 1;
}

static CURLcode transfer(struct session *s, const struct smtp_mail *mail)
{
	struct curl_slist *to = curl_slist_append(NULL, mail->to);
	curl_off_t size = is_countable(s->bytes) ? (curl_off_t)s->bytes->len : -1;
	CURLcode result = CURLE_OUT_OF_MEMORY;

	if (smtp_watch_stale(&s->watch))
		drop_connection(s);
	s->carried = s->watch.open > 0 && !s->dropped ? s->carried + 1 : 1;
	s->library_says[0] = '\0';
	if (to != NULL && curl_easy_setopt(s->curl, CURLOPT_MAIL_FROM, mail->from) == CURLE_OK &&
	    curl_easy_setopt(s->curl, CURLOPT_MAIL_RCPT, to) == CURLE_OK &&
	    curl_easy_setopt(s->curl, CURLOPT_INFILESIZE_LARGE, size) == CURLE_OK &&
	    curl_easy_setopt(s->curl, CURLOPT_FRESH_CONNECT, s->dropped ? 1L : 0L) == CURLE_OK &&
	    curl_easy_setopt(s->curl, CURLOPT_FORBID_REUSE, s->carried >= MAILS_A_CONNECTION ? 1L : 0L) == CURLE_OK)
		result = curl_easy_perform(s->curl);
	s->dropped = 0;
	(void)curl_easy_setopt(s->curl, CURLOPT_MAIL_RCPT, NULL);
	curl_slist_free_all(to);
	return result;
}

static int was_all_sent(const struct session *s)
{
	curl_off_t sent = 0;

	return s->watch.go_ahead && curl_easy_getinfo(s->curl, CURLINFO_SIZE_UPLOAD_T, &sent) == CURLE_OK &&
	    (size_t)sent >= s->bytes->len;
}

/* Why there was no answer, and to what; libcurl's words are about system calls then. */
static void tell_silence(const struct session *s, CURLcode result, struct smtp_outcome *o)
{
	const char *to = smtp_phase_words(o->phase), *words;

	switch ((int)result) {
	case CURLE_OPERATION_TIMEDOUT:
		snprintf(o->text, sizeof(o->text), "The server did not answer in time (%s).", to);
		return;
	case CURLE_SEND_ERROR:
	case CURLE_RECV_ERROR:
	case CURLE_GOT_NOTHING:
		snprintf(o->text, sizeof(o->text), "The server closed the connection without an answer (%s).", to);
		return;
	case CURLE_LOGIN_DENIED:
		words = s->watch.phase == SMTP_PHASE_AUTH ? "The server did not let us sign in." :
		    "The server offers no way to sign in that the settings allow.";
		break;
	case CURLE_WEIRD_SERVER_REPLY:
		words = "The server's answer does not fit the protocol.";
		break;
	default:
		words = s->library_says[0] != '\0' ? s->library_says : curl_easy_strerror(result);
	}
	text_excerpt(o->text, sizeof(o->text), words);
}

/* Why a token was refused is in the question that came before the refusal. */
static void explain_refusal(const struct session *s, struct smtp_outcome *o)
{
	char why[300];
	size_t len = strlen(o->text);

	if (o->phase != SMTP_PHASE_AUTH)
		return;
	smtp_read_challenge(s->watch.challenge, why, sizeof(why));
	if (why[0] != '\0' && len + 2 < sizeof(o->text))
		snprintf(o->text + len, sizeof(o->text) - len, " %s", why);
}

/* The relay's words where it said something about this, else the library's or ours. */
static void explain(const struct session *s, CURLcode result, struct smtp_outcome *o)
{
	int answered = result == CURLE_OK || o->code >= 400 ||
	    (o->phase == SMTP_PHASE_DOT && result == CURLE_WEIRD_SERVER_REPLY);

	if (s->no_login)
		snprintf(o->text, sizeof(o->text), "The server did not offer to sign in as the settings ask; "
		    "nothing was handed to it.");
	else if (s->stalled)
		snprintf(o->text, sizeof(o->text), "The server took none of the mail for %lld s.",
		    (long long)(stall_limit(s) / 1000));
	else if (answered)
		text_copy(o->text, sizeof(o->text), s->watch.reply);
	else
		tell_silence(s, result, o);
	explain_refusal(s, o);
	smtp_watch_scrub(&s->watch, o->text);
	if (answered && !s->no_login)
		smtp_read_reply(o->text, o->enhanced, o->server_id);
}

static void judge(const struct session *s, CURLcode result, struct smtp_outcome *o)
{
	o->curlcode = s->stalled ? CURLE_OPERATION_TIMEDOUT : (int)result;
	o->all_sent = was_all_sent(s) && !s->no_login;
	o->phase = s->no_login ? SMTP_PHASE_AUTH : smtp_watch_phase(&s->watch, result, o->all_sent);
	o->code = s->no_login ? 0 : s->watch.code;
	o->reused = smtp_watch_reused(&s->watch, result);
	if (curl_easy_getinfo(s->curl, CURLINFO_NUM_CONNECTS, &o->connects) != CURLE_OK)
		o->connects = 0;
	explain(s, result, o);
}

/* A refusal of the mail itself leaves the connection in step; after anything else an answer may still
 * come, and would be taken for the answer to the next mail's command. */
static int keeps_connection(const struct smtp_outcome *o)
{
	return o->curlcode == CURLE_OK ||
	    (o->curlcode == CURLE_WEIRD_SERVER_REPLY && o->phase == SMTP_PHASE_DOT && o->code != 421);
}

/* Hand one mail over; 0 whatever becomes of it, -1 if it cannot be told. */
static int send_mail(struct session *s, const struct smtp_mail *mail, struct err *err)
{
	struct smtp_outcome o = { .id = mail->id };
	int64_t began = clock_monotonic();
	CURLcode result;

	s->id = mail->id;
	s->given = 0;
	s->taken = s->no_login = s->stalled = s->deserted = 0;
	s->taken_at = s->listened_at = began;
	smtp_watch_mail(&s->watch, began);
	result = transfer(s, mail);
	smtp_watch_told(&s->watch);
	judge(s, result, &o);
	if (!keeps_connection(&o))
		drop_connection(s);
	if (s->watch.secrets.failed)
		return err_oom(err);
	o.ms = clock_monotonic() - began;
	if (result == CURLE_OK && s->watch.step != NULL)
		on_step(s, "accepted", clock_monotonic() - s->watch.since, o.text);
	if (s->answer_failed) {
		*err = s->answer_err;
		return -1;
	}
	if (s->deserted)
		return err_set(err, ERR_FAILED, "job-answer", "Nobody reads the answers any more.");
	return smtp_report_mail(s->out, &o, err);
}

static int refuse_address(const struct session *s, const struct smtp_mail *mail, const char *address,
    const char *fault, struct err *err)
{
	struct smtp_outcome o = { .id = mail->id, .phase = SMTP_PHASE_ADDRESS, .curlcode = CURLE_URL_MALFORMAT };
	char shown[200];

	text_excerpt(shown, sizeof(shown), address);
	snprintf(o.text, sizeof(o.text), "The address \"%s\" cannot be mailed to or from: %s.", shown, fault);
	return smtp_report_mail(s->out, &o, err);
}

/* ---- the job */

/* Read the bytes of a mail and settle it. */
static int do_mail(struct session *s, struct jobread *in, const struct smtp_mail *mail, struct buf *bytes,
    struct err *err)
{
	const char *fault;

	if (jobread_bytes(in, mail->bytes, bytes, err) != 0)
		return -1;
	s->bytes = bytes;
	if ((fault = smtp_address_fault(mail->from)) != NULL)
		return refuse_address(s, mail, mail->from, fault, err);
	if ((fault = smtp_address_fault(mail->to)) != NULL)
		return refuse_address(s, mail, mail->to, fault, err);
	return send_mail(s, mail, err);
}

static int do_mails(struct session *s, struct jobread *in, struct err *err)
{
	struct buf bytes = BUF_INIT;
	int result = 0;

	while (result == 0) {
		struct smtp_mail mail = { 0 };
		const char *line;
		size_t len;
		int more = jobread_line(in, &line, &len, err);

		if (more == 0)
			break;
		if (more < 0 || smtp_mail_parse(line, len, &mail, err) != 0) {
			result = -1;
			break;
		}
		result = do_mail(s, in, &mail, &bytes, err);
		smtp_mail_free(&mail);
	}
	buf_free(&bytes);
	return result;
}

static volatile sig_atomic_t parting = -1;

static void on_alarm(int number)
{
	int kept = errno;

	(void)number;
	if (parting >= 0)
		(void)shutdown((int)parting, SHUT_RDWR);
	errno = kept;
}

/* libcurl says QUIT and waits for the answer for minutes; it is given two seconds. */
static void close_handle(struct session *s)
{
	struct sigaction on = { .sa_handler = on_alarm };

	if (s->curl != NULL) {
		if (s->watch.open > 0 && sigaction(SIGALRM, &on, NULL) == 0) {
			parting = s->watch.sockets[0];
			(void)alarm(GOODBYE_SECONDS);
		} else {
			smtp_watch_drop(&s->watch);
		}
		curl_easy_cleanup(s->curl);
		(void)alarm(0);
		parting = -1;
		curl_global_cleanup();
	}
	smtp_watch_free(&s->watch);
	smtp_server_free(&s->server);
}

static int do_job(struct session *s, struct jobread *in, struct err *err)
{
	struct err why = { 0 };
	const char *line;
	size_t len;
	int more = jobread_line(in, &line, &len, err);

	if (more < 0)
		return -1;
	if (more == 0)
		return err_set(err, ERR_USAGE, "job-empty", "The job is empty.");
	if (smtp_server_parse(line, len, &s->server, err) != 0)
		return -1;
	if (sandbox_enter(SANDBOX_NETWORK, s->server.ca, &why) != 0)
		log_debug("send: %s", why.what);
	return open_handle(s, err) != 0 ? -1 : do_mails(s, in, err);
}

int smtp_run(int in, int out)
{
	const struct confine limits = { .in = in, .out = out, .cpu_s = 600, .memory_mb = 512, .file_mb = 64,
	    .descriptors = 32 };
	struct session s = { .out = out };
	struct jobread reader;
	struct err err = { 0 };
	int result;

	jobread_begin(&reader, in);
	result = confine(&limits, &err);
	if (result == 0)
		result = do_job(&s, &reader, &err);
	close_handle(&s);
	jobread_free(&reader);
	if (result == 0)
		return NET_DONE;
	log_error("send: %s", err.what);
	return err.class == ERR_USAGE ? NET_BAD_JOB : NET_FAILED;
}
