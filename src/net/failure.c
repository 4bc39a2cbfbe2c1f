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
#define ADVICE_WAIT "It is tried again by itself; if this lasts, open the address in a browser."

static const struct row {
	const char *code;
	int retry;
	const char *text;		/* %s is the host */
	const char *next;
} rows[] = {
	{ "dns", 1, "The name %s was not found.", "Look at the spelling of the address; it is tried again by itself." },
	{ "connect", 1, "%s does not answer.", ADVICE_WAIT },
	{ "tls", 1, "The encrypted connection to %s could not be trusted or made.",
	    "Open the address in a browser and look at its certificate; it is tried again by itself." },
	{ "timeout", 1, "%s took too long to answer.", ADVICE_WAIT },
	{ "http-5xx", 1, "%s has an error of its own (%ld).", ADVICE_WAIT },
	{ "rate", 1, "%s asks to be called less often (%ld).", "It is tried again when the server allows it." },
	{ "auth", 0, "%s wants a sign-in (%ld).", "Copy the calendar's secret address, which needs no sign-in, and: "
	    "ceu calendar add URL" },
	{ "gone", 0, "%s has no calendar at this address any more (%ld).", ADVICE_ADDRESS },
	{ "http-4xx", 0, "%s refused the request (%ld).", ADVICE_ADDRESS },
	{ "blocked-address", 0, "%s leads to an address that is not on the public Internet.",
	    "If it is your own network, the admin allows it in ceud.conf: feeds { allow NETWORK PORT }" },
	{ "blocked-scheme", 0, "Only addresses with http, https or webcal are fetched.", ADVICE_ADDRESS },
	{ "redirect", 0, "%s sends the reader from one address to the next without an end.", ADVICE_ADDRESS },
	{ "not-calendar", 0, "What %s answers is no calendar.", ADVICE_ADDRESS },
	{ "empty", 0, "What %s answers is empty.", "Open the address in a browser; if it is empty there too, ask its publisher." },
	{ "truncated", 1, "The calendar of %s ends in the middle.", ADVICE_WAIT },
	{ "encoding", 0, "The calendar of %s is written in UTF-16 and not in UTF-8.",
	    "Export it again as UTF-8, or ask its publisher." },
	{ "too-large", 0, "The calendar of %s is larger than is read.",
	    "Subscribe to a part of it, or ask the admin to raise feeds { max-bytes }." },
	{ "limit", 0, "The calendar of %s has more events than are read.",
	    "Subscribe to a part of it, or ask the admin to raise feeds { max-events }." },
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

void failure_set(struct failure *f, const char *code, const char *host)
{
	char shown[100];

	text_excerpt(shown, sizeof(shown), host);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (strcmp(rows[i].code, code) != 0)
			continue;
		f->code = rows[i].code;
		f->retry = rows[i].retry;
		fill(f->text, sizeof(f->text), rows[i].text, shown, f->http);
		text_copy(f->next, sizeof(f->next), rows[i].next);
	}
}

void failure_http(struct failure *f, long status, int64_t retry_after, const char *host)
{
	const char *code = "http-4xx";

	if (status == 401 || status == 403 || status == 407)
		code = "auth";
	else if (status == 404 || status == 410)
		code = "gone";
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
	if (strcmp(code, "redirect") == 0)
		snprintf(f->text, sizeof(f->text), "The server sends the reader elsewhere without saying where (%ld).", status);
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
	char title[TITLE_MAX * 4 + 1];

	while (s < end && (*s == ' ' || *s == '\t' || *s == '\r' || *s == '\n'))
		s++;
	failure_set(f, "not-calendar", host);
	if (find_word(s, end, "<html") != NULL || find_word(s, end, "<!doctype html") != NULL) {
		if (page_title(s, end, title, sizeof(title)))
			snprintf(f->text, sizeof(f->text), "The address answers with a web page titled \"%s\", not a calendar.",
			    title);
		else
			text_copy(f->text, sizeof(f->text), "The address answers with a web page, not a calendar.");
	} else if (end - s >= 11 && strncasecmp(s, "BEGIN:VCARD", 11) == 0) {
		text_copy(f->text, sizeof(f->text), "This is a card with contacts (vCard), not a calendar.");
	} else if (end - s >= 2 && memcmp(s, "\x1f\x8b", 2) == 0) {
		text_copy(f->text, sizeof(f->text), "This is a compressed file, not a calendar; unpack it first.");
	} else if (s < end && (*s == '{' || *s == '[')) {
		text_copy(f->text, sizeof(f->text), "The address answers with data for programs (JSON), not a calendar.");
	}
}

void failure_body(struct failure *f, const struct prescan *p, const char *host)
{
	const char *head = buf_str(&p->head);

	switch (p->verdict) {
	case PRESCAN_EMPTY: failure_set(f, "empty", host); break;
	case PRESCAN_ENCODING: failure_set(f, "encoding", host); break;
	case PRESCAN_TRUNCATED: failure_set(f, "truncated", host); break;
	case PRESCAN_TOO_LARGE: failure_set(f, "too-large", host); break;
	case PRESCAN_LIMIT: failure_set(f, "limit", host); break;
	default: name_other(f, head, head + p->head.len, host);
	}
}
