/* Reading the API's objects for showing them. */
#include "view.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/json.h"
#include "base/text.h"
#include "base/zone.h"
#include "page.h"

static const char *kept(struct arena *a, struct buf *b)
{
	const char *s = b->failed ? NULL : arena_strdup(a, buf_str(b));

	buf_free(b);
	return s ? s : "";
}

static const char *clean(struct arena *a, const char *s, int lines)
{
	struct buf b = BUF_INIT;

	if (!s)
		return "";
	page_clean(&b, s, lines);
	return kept(a, &b);
}

const char *view_str(struct arena *a, const struct json *v, const char *name)
{
	return clean(a, json_str(v, name), 0);
}

const char *view_text(struct arena *a, const struct json *value)
{
	return clean(a, json_text(value), 0);
}

const char *view_lines(struct arena *a, const struct json *v, const char *name)
{
	return clean(a, json_str(v, name), 1);
}

int64_t view_int(const struct json *v, const char *name)
{
	int64_t n = 0;

	return json_int(v, name, &n) ? 0 : n;
}

int64_t view_number(const struct json *value)
{
	struct buf b = BUF_INIT;
	int64_t n = 0;

	if (json_kind(value) == JSON_NUMBER && !json_print(&b, value, 0))
		n = strtoll(buf_str(&b), NULL, 10);
	buf_free(&b);
	return n;
}

int view_has(const struct json *v, const char *name)
{
	return json_kind(json_get(v, name)) != JSON_NULL;
}

int64_t view_units(const struct json *v, const char *name)
{
	const struct json *number = json_get(v, name);
	struct buf b = BUF_INIT;
	int64_t n = 0;
	const char *s;

	if (json_kind(number) != JSON_NUMBER)
		return 0;
	json_print(&b, number, 0);
	s = buf_str(&b);
	if (units_parse(s + (*s == '-'), &n))
		n = 0;
	if (*s == '-')
		n = -n;
	buf_free(&b);
	return n;
}

day_t view_day(const struct json *v, const char *name)
{
	const char *s = json_str(v, name);
	char iso[DATE_ISO_SIZE];
	day_t day;

	if (!s)
		return DAY_NONE;
	text_copy(iso, sizeof iso, s);
	return date_parse_iso(iso, &day) ? DAY_NONE : day;
}

static const char *copied(struct arena *a, const char *s)
{
	const char *copy = arena_strdup(a, s);

	return copy ? copy : "";
}

const char *view_amount(struct arena *a, int64_t hundredths)
{
	char s[32];

	return copied(a, units_text(hundredths, s, sizeof s));
}

const char *view_whole(struct arena *a, int64_t hundredths)
{
	char s[32];

	return copied(a, units_json(hundredths, s, sizeof s));
}

const char *view_date(struct arena *a, day_t day, enum date_style style)
{
	char s[64];

	return day == DAY_NONE ? "-" : copied(a, date_text(day, style, s, sizeof s));
}

const char *view_instant(struct arena *a, const struct json *v, const char *name)
{
	return view_instant_in(a, v, name, NULL);
}

const char *view_instant_in(struct arena *a, const struct json *v, const char *name, const char *zone)
{
	const struct zone *z = zone_local();
	const char *s = json_str(v, name);
	struct err none = { 0 };
	char date[32];
	int64_t instant;
	int minute;
	day_t day;

	if (!s || instant_parse(s, &instant))
		return "-";
	if (zone && zone_get(zone, &z, &none))
		z = zone_local();
	day = zone_day(z, instant, &minute);
	return view_printf(a, "%s %02d:%02d", date_text(day, DATE_SHORT, date, sizeof date), minute / 60,
	    minute % 60);
}

const char *view_joined(struct arena *a, const struct json *list, const char *glue)
{
	struct buf b = BUF_INIT;

	for (size_t i = 0; i < json_size(list); i++) {
		const struct json *v = json_at(list, i);

		if (i)
			buf_puts(&b, glue);
		if (json_kind(v) == JSON_NUMBER)
			json_print(&b, v, 0);
		else if (json_text(v))
			page_clean(&b, json_text(v), 0);
	}
	return kept(a, &b);
}

const char *view_printf(struct arena *a, const char *fmt, ...)
{
	struct buf b = BUF_INIT;
	va_list ap;

	va_start(ap, fmt);
	buf_vprintf(&b, fmt, ap);
	va_end(ap);
	return kept(a, &b);
}

/* ---- short names */

static size_t without_tail(const char *s, size_t len)
{
	static const char *const tails[] = { " and", " or", " of", " for", " &", " the" };

	for (int again = 1; again;) {
		again = 0;
		while (len && strchr(" ,;:-", s[len - 1]))
			len--;
		for (size_t i = 0; i < sizeof tails / sizeof *tails; i++) {
			size_t n = strlen(tails[i]);

			if (len > n && !strncmp(s + len - n, tails[i], n)) {
				len -= n;
				again = 1;
			}
		}
	}
	return len;
}

const char *view_short(struct arena *a, const char *name, size_t width)
{
	size_t len = strlen(name), fits;
	char *s;

	if (text_width(name) <= width)
		return name;
	if (strcspn(name, ",") < len)
		len = strcspn(name, ",");
	s = arena_strndup(a, name, len);
	if (!s)
		return "";
	while (text_width(s) > width && strrchr(s, ' '))
		*strrchr(s, ' ') = '\0';
	fits = without_tail(s, strlen(s));
	s[fits] = '\0';
	return s;
}

const char *view_plural(int64_t n, const char *one, const char *many)
{
	return n == 1 || n == -1 ? one : many;
}

char *view_bytes(int64_t n, char out[BYTES_SIZE])
{
	if (n < 1024)
		snprintf(out, BYTES_SIZE, "%lld %s", (long long)n, n == 1 ? "byte" : "bytes");
	else if (n < 1024 * 1024)
		snprintf(out, BYTES_SIZE, "%lld KB", (long long)((n + 512) / 1024));
	else
		snprintf(out, BYTES_SIZE, "%lld.%lld MB", (long long)(n / 1048576),
		    (long long)(n % 1048576 * 10 / 1048576));
	return out;
}

/* ---- chances */

/* In thousandths; -1 if there is none. */
static int64_t thousandths(const struct json *v, const char *name)
{
	const struct json *number = json_get(v, name);
	struct buf b = BUF_INIT;
	double share = -1;

	if (json_kind(number) == JSON_NUMBER && !json_print(&b, number, 0))
		share = strtod(buf_str(&b), NULL);
	buf_free(&b);
	return share >= 0 && share <= 1 ? (int64_t)(share * 1000 + 0.5) : -1;
}

/* Rounded down, so that the figure never reaches a band that the state does not. */
const char *view_chance(struct arena *a, const struct json *v, const char *name)
{
	int64_t n = thousandths(v, name);

	if (n < 0)
		return "";
	if (n < 10)
		return "less than 1%";
	return n > 990 ? "more than 99%" : view_printf(a, "about %lld%%", (long long)(n / 10));
}

const char *view_percent(struct arena *a, const struct json *v, const char *name)
{
	int64_t n = thousandths(v, name);

	if (n < 0)
		return "";
	if (n < 10)
		return "< 1 %";
	return n > 990 ? "> 99 %" : view_printf(a, "%lld %%", (long long)(n / 10));
}

/* ---- lists */

const char *view_series(struct arena *a, const char *const *items, size_t n, const char *last)
{
	const char *all = "";

	for (size_t i = 0; i < n; i++) {
		if (!i)
			all = items[i];
		else if (i + 1 < n)
			all = view_printf(a, "%s, %s", all, items[i]);
		else
			all = view_printf(a, "%s %s %s", all, last, items[i]);
	}
	return all;
}

const struct json *view_find(const struct json *list, const char *id)
{
	for (size_t i = 0; i < json_size(list); i++) {
		const char *s = json_str(json_at(list, i), "id");

		if (s && !strcmp(s, id))
			return json_at(list, i);
	}
	return NULL;
}

const char *view_name(struct arena *a, const struct json *list, const char *id)
{
	const char *name = view_str(a, view_find(list, id), "name");

	return *name ? name : id;
}
