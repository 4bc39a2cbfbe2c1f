/* Failures of a fetch, in words. */
#include "failure.h"
#include "latin.h"
#include "prescan.h"
#include "base/buf.h"
#include "base/text.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#define TITLE_MAX 80
#define RETRY_MOST (INT64_C(7) * 86400)

#define ADVICE_ADDRESS "Copy the address again from the calendar's settings, then: ceu calendar add URL"
#define ADVICE_FILE "Export the calendar again, then: ceu calendar add FILE"
#define ADVICE_WAIT "It is tried again by itself; if this lasts, open the address in a browser."

static const struct row {
	const char *code;
	int retry;
	const char *text;		/* %s is the host */
	const char *next;
} rows[] = {
	{ "dns", 1, "The name %s was not found.",
	    "Look at the spelling of the address; it is tried again by itself." },
	{ "connect", 1, "%s does not answer.", ADVICE_WAIT },
	{ "tls", 1, "The encrypted connection to %s could not be trusted or made.",
	    "Open the address in a browser and look at its certificate; it is tried again by itself." },
	{ "timeout", 1, "%s took too long to answer.", ADVICE_WAIT },
	{ "http-5xx", 1, "%s has an error of its own (%ld).", ADVICE_WAIT },
	{ "rate", 1, "%s asks to be called less often (%ld).",
	    "It is tried again when the server allows it." },
	{ "auth", 0, "%s wants a sign-in (%ld).",
	    "Copy the calendar's secret address, which needs no sign-in, and: "
	    "ceu calendar add URL" },
	{ "gone", 0, "%s has no calendar at this address any more (%ld).", ADVICE_ADDRESS },
	{ "http-4xx", 0, "%s refused the request (%ld).", ADVICE_ADDRESS },
	{ "blocked-address", 0, "%s leads to an address that is not on the public Internet.",
	    "If it is your own network, the admin allows it in ceud.conf: feeds { allow NETWORK PORT }" },
	{ "blocked-scheme", 0, "Only addresses with http, https or webcal are fetched.", ADVICE_ADDRESS },
	{ "redirect", 0, "%s sends the reader from one address to the next without an end.", ADVICE_ADDRESS },
	/* These are about a body; %s is the answer of a host or the file. */
	{ "not-calendar", 0, "%s is no calendar.", ADVICE_ADDRESS },
	{ "empty", 0, "%s is empty.",
	    "Open the address in a browser; if it is empty there too, ask its publisher." },
	{ "truncated", 1, "%s ends in the middle of the calendar.", ADVICE_WAIT },
	{ "encoding", 0, "%s is written in UTF-16, not in UTF-8.",
	    "Ask its publisher for a calendar in UTF-8." },
	{ "too-large", 0, "%s is larger than is read.",
	    "Subscribe to a part of it, or ask the admin to raise max-bytes of feeds in ceud.conf." },
	{ "limit", 0, "%s has more events than are read.",
	    "Subscribe to a part of it, or ask the admin to raise max-events of feeds in ceud.conf." },
};

/* The text of a row has at most one %s and one %ld; filled in here, so that no format comes from a table. */
static void fill(char *out, size_t size, const char *text, const char *host, long status)
{
	size_t n = 0;

	while (*text != '\0' && n + 1 < size) {
		if (strncmp(text, "%s", 2) == 0) {
			n += text_copy(out + n, size - n, host);
			text += 2;
		} else if (strncmp(text, "%ld", 3) == 0) {
			char number[24];

			snprintf(number, sizeof(number), "%ld", status);
			n += text_copy(out + n, size - n, number);
			text += 3;
		} else {
			out[n++] = *text++;
		}
	}
	out[n] = '\0';
}

static const char *subject_of(const char *host, char out[128])
{
	char shown[100];

	text_excerpt(shown, sizeof(shown), host);
	if (host[0] == '\0')
		return "The file";
	snprintf(out, 128, "The answer of %s", shown);
	return out;
}

static int is_about_body(const char *code)
{
	static const char *const codes[] = { "not-calendar", "empty", "truncated", "encoding", "too-large",
		"limit" };

	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		if (strcmp(code, codes[i]) == 0)
			return 1;
	return 0;
}

void failure_set(struct failure *f, const char *code, const char *host)
{
	char shown[100], subject[128];
	int body = is_about_body(code);

	text_excerpt(shown, sizeof(shown), host);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (strcmp(rows[i].code, code) != 0)
			continue;
		f->code = rows[i].code;
		f->retry = rows[i].retry;
		fill(f->text, sizeof(f->text), rows[i].text, body ? subject_of(host, subject) : shown,
		    f->http);
		text_copy(f->next, sizeof(f->next), rows[i].next);
	}
	if (body && host[0] == '\0') {
		f->retry = 0;
		text_copy(f->next, sizeof(f->next), ADVICE_FILE);
	}
}

/* Nothing in clear text is tried unasked. The person can, at once, so it is no matter of waiting. */
void failure_webcal(struct failure *f, const char *host)
{
	char shown[100];

	text_excerpt(shown, sizeof(shown), host);
	f->retry = 0;
	snprintf(f->text, sizeof(f->text),
	    "%s cannot be reached over https, which is how webcal addresses are fetched.", shown);
	text_copy(f->next, sizeof(f->next),
	    "If it has no https, give the same address with http:// instead of webcal://: "
	    "ceu calendar add http://...");
}

void failure_strange(struct failure *f, const char *host)
{
	char shown[100];

	failure_set(f, "connect", host);
	text_excerpt(shown, sizeof(shown), host);
	snprintf(f->text, sizeof(f->text), "What %s answers is not understood: it breaks off, or is no HTTP.", shown);
}

void failure_http(struct failure *f, long status, int64_t retry_after, const char *host)
{
	const char *code = "http-4xx";

	if (status == 401 || status == 403 || status == 407)
		code = "auth";
	else if (status == 404 || status == 410)
		code = "gone";
	else if (status == 408)
		code = "timeout";
	else if (status == 429 || status == 503)
		code = "rate";
	else if (status >= 500)
		code = "http-5xx";
	else if (status >= 300 && status < 400)
		code = "redirect";
	else if (status == 204 || status == 205)
		code = "empty";
	f->http = status;
	failure_set(f, code, host);
	if (status == 304)
		text_copy(f->text, sizeof(f->text), "The server says that nothing changed, though nobody asked that (304).");
	else if (strcmp(code, "redirect") == 0)
		snprintf(f->text, sizeof(f->text),
		    "The server sends the reader elsewhere without saying where (%ld).", status);
	if (f->retry)
		f->retry_after = retry_after < 0 ? 0 : retry_after > RETRY_MOST ? RETRY_MOST : retry_after;
}

/* ---- what came instead of a calendar */

static const char *find_word(const char *s, const char *end, const char *word)
{
	size_t n = strlen(word);

	for (; s + n <= end; s++)
		if (strncasecmp(s, word, n) == 0)
			return s;
	return NULL;
}

/* The five entities that every page may use, undone in place. */
static void undo_entities(char *s)
{
	static const struct { const char *entity; char c; } table[] = {
		{ "&amp;", '&' }, { "&lt;", '<' }, { "&gt;", '>' }, { "&quot;", '"' }, { "&#39;", '\'' } };
	char *to = s;

	while (*s != '\0') {
		size_t i, n = sizeof(table) / sizeof(table[0]);

		for (i = 0; i < n && strncmp(s, table[i].entity, strlen(table[i].entity)) != 0; i++)
			;
		*to++ = i < n ? table[i].c : *s;
		s += i < n ? strlen(table[i].entity) : 1;
	}
	*to = '\0';
}

/* 1 and the cleaned title if the bytes are a web page with one. */
static int page_title(const char *s, const char *end, char *out, size_t size)
{
	const char *from = find_word(s, end, "<title"), *to;
	struct buf utf8 = BUF_INIT, clean = BUF_INIT;
	int found = 0;

	from = from != NULL ? memchr(from, '>', (size_t)(end - from)) : NULL;
	to = from != NULL ? find_word(from, end, "</title") : NULL;
	if (to == NULL)
		return 0;
	for (const char *c = from + 1; c < to; c++)
		buf_putc(&utf8, *c == '\n' || *c == '\r' ? ' ' : *c);
	latin_clean(&clean, buf_str(&utf8), utf8.len);
	buf_reset(&utf8);
	if (text_clean(&utf8, buf_str(&clean), clean.len, TITLE_MAX) == 0 && utf8.len > 0) {
		text_copy(out, size, buf_str(&utf8));
		undo_entities(out);
		found = 1;
	}
	buf_free(&utf8);
	buf_free(&clean);
	return found;
}

static void name_other(struct failure *f, const char *s, const char *end, const char *host)
{
	char title[TITLE_MAX * 4 + 1], subject[128];
	const char *what = NULL;

	while (s < end && (*s == ' ' || *s == '\t' || *s == '\r' || *s == '\n'))
		s++;
	failure_set(f, "not-calendar", host);
	if (find_word(s, end, "<html") != NULL || find_word(s, end, "<!doctype html") != NULL) {
		what = "a web page";
		if (page_title(s, end, title, sizeof(title))) {
			snprintf(f->text, sizeof(f->text), "%s is a web page titled \"%s\", not a calendar.",
			    subject_of(host, subject), title);
			return;
		}
	} else if (end - s >= 11 && strncasecmp(s, "BEGIN:VCARD", 11) == 0) {
		what = "a card with contacts (vCard)";
	} else if (end - s >= 2 && memcmp(s, "\x1f\x8b", 2) == 0) {
		what = "a compressed file";
	} else if (s < end && (*s == '{' || *s == '[')) {
		what = "data for programs (JSON)";
	}
	if (what != NULL)
		snprintf(
		    f->text, sizeof(f->text), "%s is %s, not a calendar.", subject_of(host, subject), what);
}

void failure_body(struct failure *f, enum prescan_verdict verdict, const struct buf *bytes, const char *host)
{
	const char *head = buf_str(bytes);

	switch (verdict) {
	case PRESCAN_EMPTY: failure_set(f, "empty", host); break;
	case PRESCAN_ENCODING: failure_set(f, "encoding", host); break;
	case PRESCAN_TRUNCATED: failure_set(f, "truncated", host); break;
	case PRESCAN_TOO_LARGE: failure_set(f, "too-large", host); break;
	case PRESCAN_LIMIT: failure_set(f, "limit", host); break;
	default: name_other(f, head, head + bytes->len, host);
	}
}
