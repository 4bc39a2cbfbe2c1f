/* One GET through libcurl. */
#include "transfer.h"
#include "address.h"
#include "failure.h"
#include "fetch_job.h"
#include "body.h"
#include "base/err.h"
#include "base/text.h"

#include <curl/curl.h>
#include <errno.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#define REDIRECTS_MAX 5L
#define SLOW_BYTES 100L			/* a second; slower than this for slow_s is given up */
#define SCHEMES "http,https"

struct transfer {
	const struct fetch_job *job;
	struct body *body;
	CURL *curl;
	CURLU *url;
	struct curl_slist *headers;
	char blocked[ADDRESS_TEXT_SIZE];	/* the last address that was refused */
	enum address_verdict why_blocked;
	int blocked_port;
	int hops, lasting_hops;		/* redirects, and those of them that are permanent */
	int over_wire;			/* more came than is taken, compressed or not */
};

/* ---- called by libcurl */

/* Address and port are known here, after the resolver, at every hop: the one place to judge them. */
static curl_socket_t open_socket(void *data, curlsocktype purpose, struct curl_sockaddr *a)
{
	struct transfer *t = data;
	enum address_verdict verdict =
	    address_judge(&a->addr, (socklen_t)a->addrlen, t->job->allow, t->job->nallow);
	int type = a->socktype;

	(void)purpose;
	if (verdict != ADDRESS_PERMITTED) {
		address_text(&a->addr, (socklen_t)a->addrlen, t->blocked);
		t->why_blocked = verdict;
		return CURL_SOCKET_BAD;
	}
	return socket(a->family, type | SOCK_CLOEXEC, a->protocol);
}

static size_t take_body(char *data, size_t size, size_t n, void *to)
{
	struct transfer *t = to;
	long status = 0;

	if (curl_easy_getinfo(t->curl, CURLINFO_RESPONSE_CODE, &status) != CURLE_OK)
		return 0;
	if (status < 200 || status > 299)
		return size * n;		/* the page of a redirect or an error is of no interest */
	if (t->over_wire)
		return 0;
	return body_add(t->body, data, size * n) == 0 ? size * n : 0;
}

/* What is on the wire, before it is unpacked. An answer without a length shows its size as it comes only. */
static int watch_wire(void *to, curl_off_t total, curl_off_t here, curl_off_t up_total, curl_off_t up)
{
	struct transfer *t = to;

	(void)total;
	(void)up_total;
	(void)up;
	t->over_wire |= here > (curl_off_t)t->job->max_wire_bytes;
	return t->over_wire;
}

/* Only the status lines: every answer on the way has one. */
static size_t take_header(char *data, size_t size, size_t n, void *to)
{
	struct transfer *t = to;
	size_t len = size * n, i = 0;

	if (len < 9 || strncasecmp(data, "HTTP/", 5) != 0)
		return len;
	while (i < len && data[i] != ' ')
		i++;
	if (i + 4 > len || data[i + 1] != '3')
		return len;
	t->hops++;
	if (memcmp(data + i + 1, "301", 3) == 0 || memcmp(data + i + 1, "308", 3) == 0)
		t->lasting_hops++;
	return len;
}

/* ---- the address */

/* The length of "webcal://" or "webcals://" at the beginning of an address, or 0. */
static size_t webcal(const char *url)
{
	static const char *const schemes[] = { "webcal://", "webcals://" };

	for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++)
		if (strncasecmp(url, schemes[i], strlen(schemes[i])) == 0)
			return strlen(schemes[i]);
	return 0;
}

/* webcal: is http: for people's calendar programs; we ask for the encrypted form. */
static char *plain_url(const char *url)
{
	size_t n = webcal(url);
	char *ret;

	if (n == 0)
		return strdup(url);
	return asprintf(&ret, "https://%s", url + n) < 0 ? NULL : ret;
}

static int url_part(CURLU *url, CURLUPart what, char *out, size_t size)
{
	char *part = NULL;

	if (curl_url_get(url, what, &part, 0) != CURLUE_OK)
		return -1;
	text_copy(out, size, part);
	curl_free(part);
	return 0;
}

void transfer_host(const char *address, char *out, size_t size)
{
	char *plain = plain_url(address);
	CURLU *url = curl_url();

	out[0] = '\0';
	if (plain != NULL && url != NULL && curl_url_set(url, CURLUPART_URL, plain, 0) == CURLUE_OK &&
	    url_part(url, CURLUPART_HOST, out, size) != 0)
		out[0] = '\0';
	curl_url_cleanup(url);
	free(plain);
}

static void tell_malformed(struct failure *f)
{
	failure_set(f, "blocked-scheme", "");
	text_copy(f->text, sizeof(f->text), "The address is not understood: its host or its port is none.");
}

/* 0; 1 the address cannot be fetched; -1 no memory. */
static int read_url(struct transfer *t, struct transfer_answer *a, struct failure *f, struct err *err)
{
	char *url = plain_url(t->job->url), scheme[32] = "";
	int bad;

	t->url = curl_url();
	if (url == NULL || t->url == NULL) {
		free(url);
		return err_oom(err);
	}
	bad = curl_url_set(t->url, CURLUPART_URL, url, CURLU_NON_SUPPORT_SCHEME | CURLU_URLENCODE) != CURLUE_OK;
	free(url);
	if (bad) {
		tell_malformed(f);
		return 1;
	}
	if (url_part(t->url, CURLUPART_SCHEME, scheme, sizeof(scheme)) != 0 ||
	    (strcasecmp(scheme, "http") != 0 && strcasecmp(scheme, "https") != 0)) {
		failure_set(f, "blocked-scheme", "");
		return 1;
	}
	if (url_part(t->url, CURLUPART_HOST, a->host, sizeof(a->host)) != 0 || a->host[0] == '\0') {
		failure_set(f, "blocked-scheme", "");
		text_copy(f->text, sizeof(f->text), "The address has no host in it.");
		return 1;
	}
	return 0;
}

/* ---- the request */

static int add_header(struct transfer *t, const char *name, const char *value)
{
	struct curl_slist *longer;
	char line[1200];

	if (value[0] == '\0')
		return 0;
	snprintf(line, sizeof(line), "%s: %s", name, value);
	longer = curl_slist_append(t->headers, line);
	if (longer == NULL)
		return -1;
	t->headers = longer;
	return 0;
}

static int set_callbacks(struct transfer *t)
{
	CURL *c = t->curl;

	return curl_easy_setopt(c, CURLOPT_NOPROGRESS, 0L) != CURLE_OK ||
	    curl_easy_setopt(c, CURLOPT_XFERINFOFUNCTION, watch_wire) != CURLE_OK ||
	    curl_easy_setopt(c, CURLOPT_XFERINFODATA, t) != CURLE_OK ||
	    curl_easy_setopt(c, CURLOPT_OPENSOCKETFUNCTION, open_socket) != CURLE_OK ||
	    curl_easy_setopt(c, CURLOPT_OPENSOCKETDATA, t) != CURLE_OK ||
	    curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, take_body) != CURLE_OK ||
	    curl_easy_setopt(c, CURLOPT_WRITEDATA, t) != CURLE_OK ||
	    curl_easy_setopt(c, CURLOPT_HEADERFUNCTION, take_header) != CURLE_OK ||
	    curl_easy_setopt(c, CURLOPT_HEADERDATA, t) != CURLE_OK ? -1 : 0;
}

/* Sent to the host of the address only: a redirect to another one, or to another port, goes without it. */
static int set_login(struct transfer *t)
{
	const char *colon = strchr(t->job->login, ':');
	char *user;
	int bad;

	if (t->job->login[0] == '\0')
		return 0;
	user = strndup(t->job->login, colon != NULL ? (size_t)(colon - t->job->login) : SIZE_MAX);
	if (user == NULL)
		return -1;
	bad = curl_easy_setopt(t->curl, CURLOPT_HTTPAUTH, CURLAUTH_BASIC) != CURLE_OK ||
	    curl_easy_setopt(t->curl, CURLOPT_USERNAME, user) != CURLE_OK ||
	    curl_easy_setopt(t->curl, CURLOPT_PASSWORD, colon != NULL ? colon + 1 : "") != CURLE_OK ||
	    curl_easy_setopt(t->curl, CURLOPT_UNRESTRICTED_AUTH, 0L) != CURLE_OK;
	explicit_bzero(user, strlen(user));
	free(user);
	return bad ? -1 : 0;
}

/* No more than this much is announced for a body that is not too large, compressed or not. */
static curl_off_t announced_max(const struct fetch_job *job)
{
	return (curl_off_t)(job->max_wire_bytes < job->max_bytes ? job->max_wire_bytes : job->max_bytes);
}

/* PROXY "" matters: through a proxy of the environment open_socket() would judge the proxy's address. */
static int set_options(struct transfer *t)
{
	const struct fetch_job *job = t->job;
	CURL *c = t->curl;

	if (add_header(t, "If-None-Match", job->etag) != 0 ||
	    add_header(t, "If-Modified-Since", job->last_modified) != 0 ||
	    add_header(t, "Accept", "text/calendar, */*;q=0.5") != 0)
		return -1;
	return curl_easy_setopt(c, CURLOPT_CURLU, t->url) != CURLE_OK ||
	    curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, SCHEMES) != CURLE_OK ||
	    curl_easy_setopt(c, CURLOPT_REDIR_PROTOCOLS_STR, SCHEMES) != CURLE_OK ||
	    curl_easy_setopt(c, CURLOPT_PROXY, "") != CURLE_OK ||
	    curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L) != CURLE_OK ||
	    curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, 1L) != CURLE_OK ||
	    curl_easy_setopt(c, CURLOPT_MAXREDIRS, REDIRECTS_MAX) != CURLE_OK ||
	    curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT_MS, (long)job->connect_ms) != CURLE_OK ||
	    curl_easy_setopt(c, CURLOPT_TIMEOUT_MS, (long)job->total_ms) != CURLE_OK ||
	    curl_easy_setopt(c, CURLOPT_LOW_SPEED_LIMIT, SLOW_BYTES) != CURLE_OK ||
	    curl_easy_setopt(c, CURLOPT_LOW_SPEED_TIME, (long)job->slow_s) != CURLE_OK ||
	    curl_easy_setopt(c, CURLOPT_ACCEPT_ENCODING, "gzip, deflate") != CURLE_OK ||
	    curl_easy_setopt(c, CURLOPT_USERAGENT, job->user_agent) != CURLE_OK ||
	    curl_easy_setopt(c, CURLOPT_HTTPHEADER, t->headers) != CURLE_OK ||
	    curl_easy_setopt(c, CURLOPT_MAXFILESIZE_LARGE, announced_max(job)) != CURLE_OK ||
	    set_login(t) != 0 || set_callbacks(t) != 0 ? -1 : 0;
}

/* ---- the answer */

static void read_header(CURL *c, const char *name, char *out, size_t size)
{
	struct curl_header *h;

	out[0] = '\0';
	if (curl_easy_header(c, name, 0, CURLH_HEADER, -1, &h) != CURLHE_OK || strlen(h->value) >= size ||
	    text_has_control(h->value, strlen(h->value)) || !text_is_utf8(h->value, strlen(h->value)))
		return;
	text_copy(out, size, h->value);
}

/* Seconds, 0 = not said. CURLINFO_RETRY_AFTER ends at six hours in later versions of libcurl, while servers do
 * close for a day. A date is held against the server's own, as one clock wrote both. */
static int64_t read_retry_after(CURL *c)
{
	char asked[64], sent[64], *end;
	long long seconds;
	time_t until, now;

	read_header(c, "Retry-After", asked, sizeof(asked));
	read_header(c, "Date", sent, sizeof(sent));
	seconds = strtoll(asked, &end, 10);	/* too many are the most there are, as is wanted here */
	if (end != asked && *end == '\0')
		return seconds < 0 ? 0 : seconds;
	until = curl_getdate(asked, NULL);
	now = curl_getdate(sent, NULL);
	return now != -1 && until > now ? (int64_t)until - (int64_t)now : 0;
}

static int read_answer(struct transfer *t, struct transfer_answer *a, struct failure *f)
{
	char *effective = NULL;

	if (curl_easy_getinfo(t->curl, CURLINFO_RESPONSE_CODE, &a->http) != CURLE_OK)
		a->http = 0;
	f->http = a->http;
	a->not_modified = a->http == 304 && (t->job->etag[0] != '\0' || t->job->last_modified[0] != '\0');
	if (!a->not_modified && (a->http < 200 || a->http > 299 || a->http == 204 || a->http == 205)) {
		failure_http(f, a->http, read_retry_after(t->curl), a->host);
		return 1;
	}
	read_header(t->curl, "ETag", a->etag, sizeof(a->etag));
	read_header(t->curl, "Last-Modified", a->last_modified, sizeof(a->last_modified));
	if (t->hops - a->not_modified > 0 && t->lasting_hops == t->hops - a->not_modified &&
	    curl_easy_getinfo(t->curl, CURLINFO_EFFECTIVE_URL, &effective) == CURLE_OK && effective != NULL &&
	    strlen(effective) < sizeof(a->moved_to))
		text_copy(a->moved_to, sizeof(a->moved_to), effective);
	return 0;
}

static const char *code_of(CURLcode code)
{
	switch (code) {
	case CURLE_COULDNT_RESOLVE_HOST: return "dns";
	case CURLE_OPERATION_TIMEDOUT: return "timeout";
	case CURLE_TOO_MANY_REDIRECTS: return "redirect";
	case CURLE_UNSUPPORTED_PROTOCOL:
	case CURLE_URL_MALFORMAT: return "blocked-scheme";
	case CURLE_PARTIAL_FILE:
	case CURLE_BAD_CONTENT_ENCODING: return "truncated";
	case CURLE_FILESIZE_EXCEEDED: return "too-large";
	case CURLE_SSL_CONNECT_ERROR:
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_CACERT_BADFILE:
	case CURLE_SSL_CERTPROBLEM:
	case CURLE_SSL_CIPHER: return "tls";
	default: return "connect";
	}
}

static void tell_blocked(const struct transfer *t, struct failure *f, const char *host)
{
	failure_set(f, "blocked-address", host);
	if (t->why_blocked == ADDRESS_PORT)
		snprintf(f->text, sizeof(f->text),
		    "Calendars are fetched from ports 80 and 443 only; this address (%s) leads to "
		    "another one.",
		    t->blocked);
	else
		snprintf(f->text, sizeof(f->text),
		    "The address leads to %s, which is not on the public Internet.", t->blocked);
}

/* Did the last server that was asked answer something else than HTTP? Its address was looked at before, so that a
 * "protocol" that is not supported is what came back. */
static int is_strange(const struct transfer *t, CURLcode code, long status)
{
	if (code == CURLE_UNSUPPORTED_PROTOCOL)
		return t->hops == 0;
	if (code == CURLE_WEIRD_SERVER_REPLY)
		return 1;
	return code != CURLE_COULDNT_CONNECT && status >= 200 && status < 300 && strcmp(code_of(code), "connect") == 0;
}

static int tell_failure(struct transfer *t, CURLcode code, struct transfer_answer *a, struct failure *f)
{
	long status = 0;

	if (curl_easy_getinfo(t->curl, CURLINFO_RESPONSE_CODE, &status) == CURLE_OK)
		f->http = status;
	if (code == CURLE_WRITE_ERROR && t->body->verdict != PRESCAN_OK)
		failure_body(f, t->body->verdict, body_head(t->body), a->host);
	else if (code == CURLE_COULDNT_CONNECT && t->blocked[0] != '\0')
		tell_blocked(t, f, a->host);
	else if (status >= 400)
		failure_http(f, status, 0, a->host);	/* its page broke off, which does not matter */
	else if (code == CURLE_URL_MALFORMAT)
		tell_malformed(f);
	else if (!t->over_wire && is_strange(t, code, status))
		failure_strange(f, a->host);
	else
		failure_set(f, t->over_wire ? "too-large" : code_of(code), a->host);
	if (webcal(t->job->url) > 0 && t->hops == 0 &&
	    (code == CURLE_COULDNT_CONNECT || code == CURLE_SSL_CONNECT_ERROR) && t->blocked[0] == '\0')
		failure_webcal(f, a->host);
	if ((code == CURLE_UNSUPPORTED_PROTOCOL || code == CURLE_URL_MALFORMAT) && t->hops > 0)
		snprintf(f->text, sizeof(f->text), "The server sends the reader to an address that is %s.",
		    code == CURLE_URL_MALFORMAT ? "none" : "neither http nor https");
	return 1;
}

static int run(struct transfer *t, struct transfer_answer *a, struct failure *f, struct err *err)
{
	int bad = read_url(t, a, f, err);
	CURLcode code;

	if (bad != 0)
		return bad;
	t->curl = curl_easy_init();
	if (t->curl == NULL || set_options(t) != 0)
		return err_set(
		    err, ERR_FAILED, "transfer", "libcurl does not accept the settings of a fetch.");
	code = curl_easy_perform(t->curl);
	if (code == CURLE_OUT_OF_MEMORY || t->body->verdict == PRESCAN_MEMORY)
		return err_oom(err);
	if (t->body->verdict == PRESCAN_SPOOL)
		return err_set(err, ERR_FAILED, "spool", "The calendar cannot be written to its spool.");
	return code == CURLE_OK ? read_answer(t, a, f) : tell_failure(t, code, a, f);
}

int transfer_get(const struct fetch_job *job, struct body *body, struct transfer_answer *ret,
    struct failure *failure, struct err *err)
{
	struct transfer t;
	int result;

	memset(&t, 0, sizeof(t));
	t.job = job;
	t.body = body;
	/* Hosts with letters beyond ASCII are looked up by libcurl in the encoding of the locale, and so not at all in "C". */
	(void)setlocale(LC_CTYPE, "C.UTF-8");
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		return err_set(err, ERR_FAILED, "transfer", "libcurl cannot be started.");
	result = run(&t, ret, failure, err);
	curl_easy_cleanup(t.curl);
	curl_url_cleanup(t.url);
	curl_slist_free_all(t.headers);
	curl_global_cleanup();
	return result;
}
