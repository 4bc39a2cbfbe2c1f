/* JSON out, as it comes: no document is built.  What is written is always valid JSON, whatever the bytes. */
#include "base/json.h"
#include "base/buf.h"
#include "base/date.h"
#include "base/text.h"

#include <stdint.h>
#include <string.h>

/* What more[] remembers of each open level. */
#define WRITTEN 1		/* a value stands there already, so the next one needs a comma */
#define OBJECT 2		/* members have names */

#define LEVELS (int)sizeof(((struct jsonw *)NULL)->more)

/* U+FFFD stands for bytes that are no UTF-8, and for NUL, which our own reader refuses. */
#define REPLACEMENT "\xEF\xBF\xBD"

void jsonw_begin(struct jsonw *w, struct buf *out)
{
	memset(w, 0, sizeof(*w));
	w->out = out;
}

static void put_control(struct buf *out, unsigned char c)
{
	switch (c) {
	case '\0':
		buf_puts(out, REPLACEMENT);
		break;
	case '\n':
		buf_puts(out, "\\n");
		break;
	case '\r':
		buf_puts(out, "\\r");
		break;
	case '\t':
		buf_puts(out, "\\t");
		break;
	default:
		buf_printf(out, "\\u%04x", (unsigned)c);
	}
}

static int is_plain(char c)
{
	return (unsigned char)c >= 0x20 && (unsigned char)c < 0x80 && c != '"' && c != '\\';
}

/* One character that cannot go out as part of a plain run. Returns how many bytes it took. */
static size_t put_special(struct buf *out, const char *s, const char *end)
{
	uint32_t code;
	size_t n;

	if ((unsigned char)*s < 0x20) {
		put_control(out, (unsigned char)*s);
		return 1;
	}
	if (*s == '"' || *s == '\\') {
		buf_putc(out, '\\');
		buf_putc(out, *s);
		return 1;
	}
	n = text_decode(s, end, &code);
	if (n == 0) {
		buf_puts(out, REPLACEMENT);
		return 1;
	}
	buf_add(out, s, n);
	return n;
}

/* Nearly all strings hold nothing else. Returns 0, or 1 where one does. */
static int put_plain(struct buf *out, const char *s, size_t len)
{
	size_t n = 0;
	char *at;

	while (n < len && is_plain(s[n]))
		n++;
	if (n < len || buf_reserve(out, len + 2) != 0)
		return 1;
	at = out->data + out->len;
	*at++ = '"';
	memcpy(at, s, len);
	at[len] = '"';
	at[len + 1] = '\0';
	out->len += len + 2;
	return 0;
}

static void put_string(struct buf *out, const char *s, size_t len)
{
	const char *end = s + len;

	if (put_plain(out, s, len) == 0)
		return;
	buf_putc(out, '"');
	while (s < end && !out->failed) {
		const char *run = s;

		while (s < end && is_plain(*s))
			s++;
		buf_add(out, run, (size_t)(s - run));
		if (s < end)
			s += put_special(out, s, end);
	}
	buf_putc(out, '"');
}

/* Comma and name of the next value; -1 if no value may stand here. */
static int lead(struct jsonw *w, const char *name)
{
	unsigned char *level = &w->more[w->depth];

	if (((*level & OBJECT) != 0) != (name != NULL) || (w->depth == 0 && *level & WRITTEN))
		w->out->failed = 1;
	if (w->out->failed)
		return -1;
	if (*level & WRITTEN)
		buf_putc(w->out, ',');
	*level |= WRITTEN;
	if (name != NULL) {
		put_string(w->out, name, strlen(name));
		buf_putc(w->out, ':');
	}
	return w->out->failed ? -1 : 0;
}

static void open_level(struct jsonw *w, const char *name, char bracket, unsigned char kind)
{
	if (lead(w, name) != 0)
		return;
	if (w->depth + 1 >= LEVELS) {
		w->out->failed = 1;
		return;
	}
	w->more[++w->depth] = kind;
	buf_putc(w->out, bracket);
}

static void close_level(struct jsonw *w, char bracket, unsigned char kind)
{
	if (w->depth == 0 || (w->more[w->depth] & OBJECT) != kind)
		w->out->failed = 1;
	if (w->out->failed)
		return;
	w->depth--;
	buf_putc(w->out, bracket);
}

void jsonw_object(struct jsonw *w, const char *name)
{
	open_level(w, name, '{', OBJECT);
}

void jsonw_array(struct jsonw *w, const char *name)
{
	open_level(w, name, '[', 0);
}

void jsonw_end_object(struct jsonw *w)
{
	close_level(w, '}', OBJECT);
}

void jsonw_end_array(struct jsonw *w)
{
	close_level(w, ']', 0);
}

void jsonw_raw(struct jsonw *w, const char *name, const char *json, size_t len)
{
	if (len == 0)
		w->out->failed = 1;
	if (lead(w, name) == 0)
		buf_add(w->out, json, len);
}

void jsonw_strn(struct jsonw *w, const char *name, const char *s, size_t len)
{
	if (lead(w, name) == 0)
		put_string(w->out, len > 0 ? s : "", len);
}

void jsonw_str(struct jsonw *w, const char *name, const char *s)
{
	if (s == NULL)
		jsonw_null(w, name);
	else
		jsonw_strn(w, name, s, strlen(s));
}

void jsonw_int(struct jsonw *w, const char *name, int64_t n)
{
	char digits[20], *at = digits + sizeof(digits);
	uint64_t left = n < 0 ? 0 - (uint64_t)n : (uint64_t)n;

	if (lead(w, name) != 0)
		return;
	do
		*--at = (char)('0' + left % 10);
	while ((left /= 10) > 0);
	if (n < 0)
		*--at = '-';
	buf_add(w->out, at, (size_t)(digits + sizeof(digits) - at));
}

void jsonw_bool(struct jsonw *w, const char *name, int yes)
{
	if (lead(w, name) == 0)
		buf_puts(w->out, yes ? "true" : "false");
}

void jsonw_null(struct jsonw *w, const char *name)
{
	if (lead(w, name) == 0)
		buf_puts(w->out, "null");
}

void jsonw_units(struct jsonw *w, const char *name, int64_t hundredths)
{
	char text[32];

	if (lead(w, name) == 0)
		buf_puts(w->out, units_json(hundredths, text, sizeof(text)));
}

void jsonw_day(struct jsonw *w, const char *name, int32_t day)
{
	char text[DATE_ISO_SIZE];

	if (day == DAY_NONE) {
		jsonw_null(w, name);
		return;
	}
	date_iso(day, text);
	jsonw_str(w, name, text);
}

void jsonw_instant(struct jsonw *w, const char *name, int64_t instant)
{
	char text[INSTANT_SIZE];

	jsonw_str(w, name, instant_text(instant, text));
}

void jsonw_maybe_instant(struct jsonw *w, const char *name, int64_t instant)
{
	if (instant > 0)
		jsonw_instant(w, name, instant);
	else
		jsonw_null(w, name);
}
