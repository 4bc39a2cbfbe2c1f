/* Our own calendar, out: an RFC 5545 writer that makes the same bytes of the same items. */
#include "feeds/publish.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/sha.h"
#include "base/text.h"

enum {
	FOLD_OCTETS = 75,
	INSTANCE_MIN = 16, INSTANCE_MAX = 64, KEY_MAX = 120,
	DAY_MS = 86400000, SECOND_MS = 1000
};

struct writer {
	struct buf *out;
	size_t column;			/* octets in the line that is being written */
	int stamps;			/* DTSTAMP and LAST-MODIFIED too */
};

/* ---- lines */

/* One character: never cut, a line never longer than 75 octets. */
static void put_bytes(struct writer *w, const char *s, size_t n)
{
	if (w->column + n > FOLD_OCTETS) {
		buf_puts(w->out, "\r\n ");
		w->column = 1;
	}
	buf_add(w->out, s, n);
	w->column += n;
}

static void put_plain(struct writer *w, const char *s)
{
	for (; *s; s++)
		put_bytes(w, s, 1);
}

static void end_line(struct writer *w)
{
	buf_puts(w->out, "\r\n");
	w->column = 0;
}

static void line(struct writer *w, const char *name, const char *value)
{
	put_plain(w, name);
	put_plain(w, value);
	end_line(w);
}

/* ---- values of type TEXT */

enum breaks { BREAKS_GO, BREAKS_STAY };

static int is_break(uint32_t c)
{
	return c == '\n' || c == '\r' || c == 0x85 || c == 0x2028 || c == 0x2029;
}

/* The next character of a text, as it is to be written; NULL: it is left out. A pair CR LF is one break. */
static const char *next_piece(const char **at, const char *end, enum breaks breaks, char own[2], size_t *len)
{
	const char *s = *at;
	uint32_t c;
	size_t n = text_decode(s, end, &c);

	*at += n ? n : 1;
	*len = n ? n : 3;
	if (!n)
		return "\xEF\xBF\xBD";		/* U+FFFD */
	if (is_break(c)) {
		if (c == '\r' && *at < end && **at == '\n')
			(*at)++;
		*len = breaks == BREAKS_STAY ? 2 : 1;
		return breaks == BREAKS_STAY ? "\\n" : " ";
	}
	if (c == '\t') {
		*len = 1;
		return " ";
	}
	if (text_has_control(s, n))
		return NULL;
	if (c == '\\' || c == ';' || c == ',') {
		own[0] = '\\';
		own[1] = *s;
		*len = 2;
		return own;
	}
	return s;
}

/* A property without a value is none: readers complain of it. */
static void text(struct writer *w, const char *name, const char *value, enum breaks breaks)
{
	const char *end = value + strlen(value), *piece;
	char own[2];
	size_t len;
	int begun = 0;

	while (value < end) {
		piece = next_piece(&value, end, breaks, own, &len);
		if (!piece || (!begun && *piece == ' '))
			continue;
		if (!begun++)
			put_plain(w, name);
		put_bytes(w, piece, len);
	}
	if (begun)
		end_line(w);
}

/* An address stands as it is, without what could end its line. */
static void uri(struct writer *w, const char *value)
{
	if (!*value)
		return;
	put_plain(w, "URL:");
	for (; *value; value++)
		if (*value > ' ' && *value < 0x7f)
			put_bytes(w, value, 1);
	end_line(w);
}

/* ---- dates */

static void date(struct writer *w, const char *name, day_t day)
{
	struct ymd d = date_ymd(day);

	buf_printf(w->out, "%s%04d%02d%02d\r\n", name, d.year, d.month, d.day);
}

static day_t day_of(int64_t instant)
{
	return (day_t)(instant / DAY_MS - (instant % DAY_MS < 0));
}

static void instant(struct writer *w, const char *name, int64_t at)
{
	day_t day = day_of(at);
	struct ymd d = date_ymd(day);
	int second = (int)((at - (int64_t)day * DAY_MS) / SECOND_MS);

	buf_printf(w->out, "%s%04d%02d%02dT%02d%02d%02dZ\r\n", name, d.year, d.month, d.day, second / 3600,
	    second / 60 % 60, second % 60);
}

/* ---- components */

static void times(struct writer *w, const struct publish_item *i)
{
	if (!i->start) {
		date(w, "DTSTART;VALUE=DATE:", i->day);
		date(w, "DTEND;VALUE=DATE:", i->day + 1);
		return;
	}
	instant(w, "DTSTART:", i->start);
	/* An end at its start is no end in the format's eyes. */
	if (i->end / SECOND_MS > i->start / SECOND_MS)
		instant(w, "DTEND:", i->end);
}

static void alarm_before(struct writer *w, const struct publish_item *i)
{
	line(w, "BEGIN:VALARM", "");
	line(w, "ACTION:DISPLAY", "");
	text(w, "DESCRIPTION:", i->title, BREAKS_GO);
	line(w, "TRIGGER:-P7D", "");
	line(w, "END:VALARM", "");
}

static void event(struct writer *w, const struct publish_calendar *c, const struct publish_item *i)
{
	line(w, "BEGIN:VEVENT", "");
	put_plain(w, "UID:");
	put_plain(w, i->key);
	put_plain(w, "@");
	put_plain(w, c->instance);
	end_line(w);
	if (w->stamps) {
		instant(w, "DTSTAMP:", i->changed_at);
		instant(w, "LAST-MODIFIED:", i->changed_at);
	}
	buf_printf(w->out, "SEQUENCE:%d\r\n", i->sequence);
	times(w, i);
	text(w, "SUMMARY:", i->title, BREAKS_GO);
	text(w, "DESCRIPTION:", i->text, BREAKS_STAY);
	text(w, "LOCATION:", i->location, BREAKS_GO);
	text(w, "CATEGORIES:", i->categories, BREAKS_GO);
	uri(w, c->url);
	line(w, "STATUS:", i->cancelled ? "CANCELLED" : "CONFIRMED");
	/* It takes no time of anybody's: RFC 5545's word, and Outlook's. */
	line(w, "TRANSP:TRANSPARENT", "");
	line(w, "X-MICROSOFT-CDO-BUSYSTATUS:FREE", "");
	if (i->alarm && !i->cancelled)
		alarm_before(w, i);
	line(w, "END:VEVENT", "");
}

static void head(struct writer *w, const struct publish_calendar *c)
{
	line(w, "BEGIN:VCALENDAR", "");
	line(w, "VERSION:2.0", "");
	line(w, "PRODID:-//ceud//Deadlines//EN", "");
	line(w, "CALSCALE:GREGORIAN", "");
	line(w, "METHOD:PUBLISH", "");
	text(w, "NAME:", c->name, BREAKS_GO);
	text(w, "X-WR-CALNAME:", c->name, BREAKS_GO);
	text(w, "X-WR-CALDESC:", c->description, BREAKS_STAY);
	text(w, "X-WR-TIMEZONE:", c->zone, BREAKS_GO);
	/* Apple reads the first, Outlook the second. */
	line(w, "REFRESH-INTERVAL;VALUE=DURATION:PT6H", "");
	line(w, "X-PUBLISHED-TTL:PT6H", "");
	uri(w, c->url);
	line(w, "COLOR:steelblue", "");
}

/* ---- checks and order */

static int is_word(const char *s, size_t min, size_t max, int dash)
{
	size_t n = strlen(s);

	for (size_t i = 0; i < n; i++)
		if (!((s[i] >= 'a' && s[i] <= 'z') || (s[i] >= 'A' && s[i] <= 'Z') || (s[i] >= '0' && s[i] <= '9') ||
		    (dash && s[i] == '-')))
			return 0;
	return n >= min && n <= max;
}

/* The years that people may write, so that four digits do and an instant can be written. */
static int is_day(day_t day)
{
	struct ymd d;
	day_t same;

	if (day < -100000 || day > 1000000)
		return 0;
	d = date_ymd(day);
	return !date_from_ymd(d.year, d.month, d.day, &same);
}

static int is_instant(int64_t at)
{
	int64_t day = at / DAY_MS;

	return day > INT32_MIN && day < INT32_MAX && is_day(day_of(at));
}

static int is_dated(const struct publish_item *i)
{
	if (!is_instant(i->changed_at))
		return 0;
	return i->start ? is_instant(i->start) && is_instant(i->end) : is_day(i->day) && is_day(i->day + 1);
}

static int check(const struct publish_calendar *c, struct err *err)
{
	if (!is_word(c->instance, INSTANCE_MIN, INSTANCE_MAX, 0))
		return err_set(err, ERR_USAGE, "publish-invalid",
		    "The installation has no name that a calendar can carry.");
	for (size_t i = 0; i < c->n; i++) {
		const struct publish_item *item = &c->items[i];

		if (!is_word(item->key, 1, KEY_MAX, 1))
			return err_set(err, ERR_USAGE, "publish-invalid",
			    "An event's key has other characters than letters, digits and dashes.");
		if (!is_dated(item))
			return err_set(err, ERR_USAGE, "publish-invalid",
			    "The event %s has no date that a calendar can carry.", item->key);
	}
	return 0;
}

static int in_order(const void *a, const void *b)
{
	const struct publish_item *x = *(const struct publish_item *const *)a;
	const struct publish_item *y = *(const struct publish_item *const *)b;
	day_t m = x->start ? day_of(x->start) : x->day, n = y->start ? day_of(y->start) : y->day;

	return m != n ? (m > n) - (m < n) : strcmp(x->key, y->key);
}

static int write_all(const struct publish_calendar *c, int stamps, struct buf *out, struct err *err)
{
	struct writer w = { .out = out, .stamps = stamps };
	const struct publish_item **sorted;

	if (check(c, err))
		return -1;
	sorted = malloc((c->n + 1) * sizeof *sorted);
	if (!sorted)
		return err_oom(err);
	for (size_t i = 0; i < c->n; i++)
		sorted[i] = &c->items[i];
	qsort(sorted, c->n, sizeof *sorted, in_order);
	head(&w, c);
	for (size_t i = 0; i < c->n; i++)
		event(&w, c, sorted[i]);
	line(&w, "END:VCALENDAR", "");
	free(sorted);
	return out->failed ? err_oom(err) : 0;
}

int publish_write(const struct publish_calendar *c, struct buf *out, struct err *err)
{
	return write_all(c, 1, out, err);
}

int publish_etag(const struct publish_calendar *c, char out[65], struct err *err)
{
	struct buf all = BUF_INIT;
	int rc = write_all(c, 0, &all, err);

	if (!rc)
		sha256_hex(buf_str(&all), all.len, out);
	buf_free(&all);
	return rc;
}

void publish_digest(const struct publish_item *i, char out[65])
{
	unsigned char digest[SHA_SIZE];
	const int64_t numbers[] = { i->start ? 0 : i->day, i->start, i->start ? i->end : 0, i->cancelled, i->alarm };
	/* The final NUL of each text keeps "ab", "c" and "a", "bc" apart. */
	const struct sha_part parts[] = {
		{ i->title, strlen(i->title) + 1 }, { i->text, strlen(i->text) + 1 },
		{ i->categories, strlen(i->categories) + 1 }, { i->location, strlen(i->location) + 1 },
		{ numbers, sizeof numbers }
	};

	sha256(parts, sizeof parts / sizeof *parts, digest);
	sha_hex(digest, out);
}
