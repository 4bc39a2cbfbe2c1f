/* Zones that a calendar defines: from observances to the instants at which the offset changes. */
#include "vtimezone.h"
#include "contentline.h"
#include "when.h"
#include "zonename.h"
#include "base/err.h"
#include "base/zone.h"

#include <stdlib.h>
#include <string.h>

#define OFFSET_MOST (14 * 3600)
#define DAY_SECONDS INT64_C(86400)
#define APART (12 * 3600)		/* seconds between two changes; what is closer is a mistake or an attack */
#define YEAR_FIRST 1900			/* rules are followed from and to */
#define YEAR_LAST 2100

/* A yearly rule: a day of a month, or a weekday of it by number, or the weekday among some days of it. */
struct yearly {
	int month, nth, weekday;	/* weekday: 0 Monday, -1 none */
	unsigned days;			/* bit n: day n of the month */
	int hour, minute, second;	/* -1 not said: then, and otherwise too, those of DTSTART */
	int64_t until, count;		/* count 0: no end by it */
	enum { UNTIL_NONE, UNTIL_UTC, UNTIL_LOCAL } until_kind;
};

struct observance {
	int64_t start;			/* local seconds */
	int from, to;
	int has_start, has_from, has_to, has_rule, has_dates;
	struct yearly rule;
};

struct shift {
	int64_t at;			/* seconds UTC */
	int from, to;
};

struct reader {
	struct shift *shifts;
	size_t n, cap;
	size_t nobservances, ndates;
	int64_t *dates;			/* RDATEs of the open observance, local seconds */
	size_t nopen;
	int64_t settled;		/* from here on every observance has begun */
};

enum { REFUSED = 1 };

/* ---- values */

static int read_digits(const char *s, size_t n, int *ret)
{
	int value = 0;

	for (size_t i = 0; i < n; i++) {
		if (s[i] < '0' || s[i] > '9')
			return REFUSED;
		value = value * 10 + (s[i] - '0');
	}
	*ret = value;
	return 0;
}

/* +HHMM or +HHMMSS */
static int read_offset(const char *s, size_t len, int *ret)
{
	int hours, minutes, seconds = 0, value;

	if ((len != 5 && len != 7) || (s[0] != '+' && s[0] != '-') || read_digits(s + 1, 2, &hours) != 0 ||
	    read_digits(s + 3, 2, &minutes) != 0 || (len == 7 && read_digits(s + 5, 2, &seconds) != 0) ||
	    minutes > 59 || seconds > 59)
		return REFUSED;
	value = hours * 3600 + minutes * 60 + seconds;
	if (value > OFFSET_MOST)
		return REFUSED;
	*ret = s[0] == '-' ? -value : value;
	return 0;
}

static int64_t seconds_of(const struct when *w)
{
	return w->day * DAY_SECONDS + w->seconds;
}

static int read_local(const char *s, size_t len, int64_t *ret)
{
	struct when w;

	if (when_parse(s, len, &w) != 0 || w.kind != WHEN_FLOATING)
		return REFUSED;
	*ret = seconds_of(&w);
	return 0;
}

/* ---- rules */

/* [+-]n, at most two digits. */
static int read_number(const char *s, size_t len, int *ret)
{
	int sign = 1;

	if (len > 0 && (*s == '+' || *s == '-')) {
		sign = *s == '-' ? -1 : 1;
		s++;
		len--;
	}
	if (len < 1 || len > 2 || read_digits(s, len, ret) != 0)
		return REFUSED;
	*ret *= sign;
	return 0;
}

static int read_weekday(const char *s, size_t len, struct yearly *rule)
{
	static const char *const names[] = { "MO", "TU", "WE", "TH", "FR", "SA", "SU" };

	if (len < 2 || rule->weekday >= 0)
		return REFUSED;
	if (len > 2 && (read_number(s, len - 2, &rule->nth) != 0 || rule->nth == 0 || abs(rule->nth) > 5))
		return REFUSED;
	for (int i = 0; i < 7; i++)
		if (content_word(s + len - 2, 2, names[i]))
			rule->weekday = i;
	return rule->weekday >= 0 ? 0 : REFUSED;
}

static int read_days(const char *s, size_t len, struct yearly *rule)
{
	const char *end = s + len;

	while (s <= end) {
		const char *comma = memchr(s, ',', (size_t)(end - s));
		size_t n = (size_t)((comma != NULL ? comma : end) - s);
		int day;

		if (read_number(s, n, &day) != 0 || day < 1 || day > 31)
			return REFUSED;
		rule->days |= 1U << day;
		if (comma == NULL)
			return 0;
		s = comma + 1;
	}
	return REFUSED;
}

static int read_until(const char *s, size_t len, struct yearly *rule)
{
	struct when w;

	if (when_parse(s, len, &w) != 0)
		return REFUSED;
	rule->until = seconds_of(&w) + (w.kind == WHEN_DATE ? DAY_SECONDS - 1 : 0);
	rule->until_kind = w.kind == WHEN_UTC ? UNTIL_UTC : UNTIL_LOCAL;
	return 0;
}

/* BYHOUR and the like, which some publishers write beside a DTSTART that says it already. */
static int read_clock(const char *s, size_t len, int *ret)
{
	return *ret < 0 && read_number(s, len, ret) == 0 && *ret >= 0 ? 0 : REFUSED;
}

static int read_part(const char *name, size_t name_len, const char *s, size_t len, struct yearly *rule)
{
	int value;

	if (content_word(name, name_len, "FREQ"))
		return content_word(s, len, "YEARLY") ? 0 : REFUSED;
	if (content_word(name, name_len, "INTERVAL"))
		return read_number(s, len, &value) == 0 && value == 1 ? 0 : REFUSED;
	if (content_word(name, name_len, "BYMONTH"))
		return rule->month == 0 && read_number(s, len, &rule->month) == 0 && rule->month >= 1 &&
		    rule->month <= 12 ? 0 : REFUSED;
	if (content_word(name, name_len, "BYHOUR"))
		return read_clock(s, len, &rule->hour);
	if (content_word(name, name_len, "BYMINUTE"))
		return read_clock(s, len, &rule->minute);
	if (content_word(name, name_len, "BYSECOND"))
		return read_clock(s, len, &rule->second);
	if (content_word(name, name_len, "BYDAY"))
		return read_weekday(s, len, rule);
	if (content_word(name, name_len, "BYMONTHDAY"))
		return rule->days == 0 ? read_days(s, len, rule) : REFUSED;
	if (content_word(name, name_len, "UNTIL"))
		return rule->until_kind == UNTIL_NONE ? read_until(s, len, rule) : REFUSED;
	if (content_word(name, name_len, "COUNT")) {
		if (read_number(s, len, &value) != 0 || value < 1)
			return REFUSED;
		rule->count = value;
		return 0;
	}
	return content_word(name, name_len, "WKST") ? 0 : REFUSED;	/* means nothing in such a rule */
}

static int read_rule(const char *s, size_t len, struct yearly *rule)
{
	const char *end = s + len;
	int has_frequency = 0;

	memset(rule, 0, sizeof(*rule));
	rule->weekday = rule->hour = rule->minute = rule->second = -1;
	while (s < end) {
		const char *stop = memchr(s, ';', (size_t)(end - s)), *equals;
		const char *value;
		size_t name_len, value_len;

		stop = stop != NULL ? stop : end;
		equals = memchr(s, '=', (size_t)(stop - s));
		if (equals == NULL)
			return REFUSED;
		name_len = (size_t)(equals - s);
		value = equals + 1;
		value_len = (size_t)(stop - value);
		content_trim(&s, &name_len);
		content_trim(&value, &value_len);
		if (read_part(s, name_len, value, value_len, rule) != 0)
			return REFUSED;
		has_frequency |= content_word(s, name_len, "FREQ");
		s = stop < end ? stop + 1 : end;
	}
	if (rule->weekday >= 0 && (rule->month == 0 || (rule->nth == 0) != (rule->days != 0)))
		return REFUSED;		/* a weekday of the whole year, or every one of the month */
	return has_frequency ? 0 : REFUSED;
}

/* ---- the days of a rule */

/* The day of the month: 0 there is none in that year, -1 there are several. `first`: the month's first day. */
static int day_of(const struct yearly *rule, day_t first, int length)
{
	int on = (rule->weekday - date_weekday(first) + 7) % 7 + 1, found = 0;

	if (rule->nth > 0)
		return on + (rule->nth - 1) * 7 <= length ? on + (rule->nth - 1) * 7 : 0;
	if (rule->nth < 0) {
		int last = on + (length - on) / 7 * 7 + (rule->nth + 1) * 7;

		return last >= 1 ? last : 0;
	}
	for (int day = 1; day <= length; day++) {
		if ((rule->days >> day & 1) == 0 || (rule->weekday >= 0 && (day - on) % 7 != 0))
			continue;
		if (found > 0)
			return -1;
		found = day;
	}
	return found;
}

static int grow(struct reader *r)
{
	size_t cap = r->cap > 0 ? r->cap * 2 : 512;
	struct shift *shifts = reallocarray(r->shifts, cap, sizeof(*shifts));

	if (shifts == NULL)
		return -1;
	r->shifts = shifts;
	r->cap = cap;
	return 0;
}

static int add(struct reader *r, const struct observance *o, int64_t local)
{
	if (r->n == r->cap && grow(r) != 0)
		return -1;
	r->shifts[r->n++] = (struct shift){ local - o->from, o->from, o->to };
	return 0;
}

static int is_over(const struct yearly *rule, int64_t local, int from)
{
	switch (rule->until_kind) {
	case UNTIL_UTC: return local - from > rule->until;
	case UNTIL_LOCAL: return local > rule->until;
	case UNTIL_NONE: break;
	}
	return 0;
}

static int is_clock(const struct yearly *rule, int seconds)
{
	return (rule->hour < 0 || rule->hour == seconds / 3600) &&
	    (rule->minute < 0 || rule->minute == seconds / 60 % 60) &&
	    (rule->second < 0 || rule->second == seconds % 60);
}

static int expand(struct reader *r, struct observance *o)
{
	day_t start_day = (day_t)((o->start - (o->start % DAY_SECONDS + DAY_SECONDS) % DAY_SECONDS) / DAY_SECONDS);
	struct ymd start = date_ymd(start_day);
	struct yearly *rule = &o->rule;
	int64_t n = 0;

	if ((rule->count > 0 && start.year < YEAR_FIRST) ||
	    !is_clock(rule, (int)(o->start - start_day * DAY_SECONDS)))
		return REFUSED;
	rule->month = rule->month > 0 ? rule->month : start.month;
	if (rule->weekday < 0 && rule->days == 0)
		rule->days = 1U << start.day;
	for (int y = start.year > YEAR_FIRST ? start.year : YEAR_FIRST; y <= YEAR_LAST; y++) {
		day_t first;
		int64_t local;
		int day;

		if (when_day(y, rule->month, 1, &first) != 0)
			return REFUSED;
		day = day_of(rule, first, date_days_in_month(y, rule->month));
		if (day < 0)
			return REFUSED;
		local = (first + day - 1) * DAY_SECONDS + (o->start - start_day * DAY_SECONDS);
		if (day == 0 || local < o->start)
			continue;
		if (is_over(rule, local, o->from) || (rule->count > 0 && n == rule->count))
			break;
		if (add(r, o, local) != 0)
			return -1;
		n++;
	}
	return 0;
}

/* ---- lines */

static int add_dates(struct reader *r, const char *s, size_t len)
{
	const char *end = s + len;

	while (s <= end) {
		const char *comma = memchr(s, ',', (size_t)(end - s));
		size_t n = (size_t)((comma != NULL ? comma : end) - s);

		if (r->ndates == VTIMEZONE_DATES_MAX)
			return REFUSED;
		content_trim(&s, &n);
		if (read_local(s, n, &r->dates[r->nopen]) != 0)
			return REFUSED;
		r->nopen++;
		r->ndates++;
		if (comma == NULL)
			return 0;
		s = comma + 1;
	}
	return REFUSED;
}

/* A line of an observance. What comes twice is refused, but for dates. */
static int observance_line(struct reader *r, struct observance *o, const struct content_line *l)
{
	const char *s = l->value;
	size_t len = l->value_len;

	content_trim(&s, &len);
	if (content_is(l, "DTSTART"))
		return o->has_start++ == 0 ? read_local(s, len, &o->start) : REFUSED;
	if (content_is(l, "TZOFFSETFROM"))
		return o->has_from++ == 0 ? read_offset(s, len, &o->from) : REFUSED;
	if (content_is(l, "TZOFFSETTO"))
		return o->has_to++ == 0 ? read_offset(s, len, &o->to) : REFUSED;
	if (content_is(l, "RRULE"))
		return o->has_rule++ == 0 ? read_rule(s, len, &o->rule) : REFUSED;
	if (content_is(l, "RDATE")) {
		o->has_dates = 1;
		return add_dates(r, s, len);
	}
	return content_is(l, "EXRULE") || content_is(l, "EXDATE") ? REFUSED : 0;
}

/* DTSTART is the first of the dates; of a rule only if it fits, which old ones of 1601 do not. */
static int end_observance(struct reader *r, struct observance *o)
{
	size_t before = r->n;
	int bad = 0;

	if (!o->has_start || !o->has_from || !o->has_to || r->nobservances++ == VTIMEZONE_OBSERVANCES_MAX)
		return REFUSED;
	if (o->has_rule)
		bad = expand(r, o);
	else
		bad = add(r, o, o->start);
	for (size_t i = 0; bad == 0 && i < r->nopen; i++)
		bad = add(r, o, r->dates[i]);
	r->nopen = 0;
	if (bad == 0 && r->n > before && r->shifts[before].at > r->settled)
		r->settled = r->shifts[before].at;
	return bad;
}

static int is_observance(const struct content_line *l)
{
	const char *s = l->value;
	size_t len = l->value_len;

	content_trim(&s, &len);
	return content_word(s, len, "STANDARD") || content_word(s, len, "DAYLIGHT");
}

static int is_whole(const struct content_line *l)
{
	const char *s = l->value;
	size_t len = l->value_len;

	content_trim(&s, &len);
	return content_word(s, len, "VTIMEZONE");
}

static int read_line(struct reader *r, struct observance *o, int *inside, const struct content_line *l)
{
	if (content_is(l, "BEGIN")) {
		if (is_whole(l) && !*inside)
			return 0;
		memset(o, 0, sizeof(*o));
		return is_observance(l) && !(*inside)++ ? 0 : REFUSED;
	}
	if (content_is(l, "END")) {
		if (is_whole(l) && !*inside)
			return 0;
		return is_observance(l) && (*inside)-- == 1 ? end_observance(r, o) : REFUSED;
	}
	return *inside ? observance_line(r, o, l) : 0;
}

static int read_lines(struct reader *r, const char *s, size_t len)
{
	const char *end = s + len;
	struct observance o;
	int inside = 0;

	while (s < end) {
		const char *lf = memchr(s, '\n', (size_t)(end - s)), *stop = lf != NULL ? lf : end;
		struct content_line l;
		int bad = 0;

		if (content_split(s, (size_t)(stop - s), &l) == 0)
			bad = read_line(r, &o, &inside, &l);
		else if (inside)
			bad = REFUSED;
		if (bad != 0)
			return bad;
		s = lf != NULL ? lf + 1 : end;
	}
	return inside || r->n == 0 ? REFUSED : 0;
}

/* ---- the zone */

static int by_time(const void *a, const void *b)
{
	const struct shift *s = a, *t = b;

	if (s->at != t->at)
		return s->at > t->at ? 1 : -1;
	return (s->to > t->to) - (s->to < t->to);
}

/*
 * Sorted, and without those that change nothing. Where every observance has begun each must go on from the offset
 * that the one before it left; earlier ones need not, since publishers cut off the past here and there.
 */
static int settle(struct reader *r, struct zone_shift *out, size_t *ret_n)
{
	size_t n = 0;

	qsort(r->shifts, r->n, sizeof(*r->shifts), by_time);
	for (size_t i = 0; i < r->n; i++) {
		const struct shift *s = &r->shifts[i], *before = i > 0 ? s - 1 : NULL;

		if (before != NULL && before->at == s->at && before->to != s->to)
			return REFUSED;
		if (n > 0 ? out[n - 1].offset == s->to : s->from == s->to)
			continue;
		if (before != NULL && before->at >= r->settled && s->from != before->to)
			return REFUSED;
		if (n > 0 && s->at * 1000 - out[n - 1].at < APART * 1000)
			return REFUSED;
		out[n++] = (struct zone_shift){ s->at * 1000, s->to };
	}
	*ret_n = n;
	return 0;
}

static int make(struct reader *r, struct zone **ret, struct err *err)
{
	struct zone_shift *shifts = calloc(r->n, sizeof(*shifts));
	struct err why = { .class = ERR_NONE };
	size_t n = 0;
	int bad;

	if (shifts == NULL)
		return err_oom(err);
	bad = settle(r, shifts, &n);
	if (bad == 0 && zone_make("of the calendar", r->shifts[0].from, shifts, n, ret, &why) != 0)
		bad = why.class == ERR_USAGE ? REFUSED : err_oom(err);
	free(shifts);
	return bad;
}

int vtimezone_make(const char *lines, size_t len, struct zone **ret, struct err *err)
{
	struct reader r;
	int bad;

	if (len > VTIMEZONE_LINES_MAX)
		return REFUSED;
	memset(&r, 0, sizeof(r));
	r.settled = INT64_MIN;
	r.dates = calloc(VTIMEZONE_DATES_MAX, sizeof(*r.dates));
	if (r.dates == NULL)
		return err_oom(err);
	bad = read_lines(&r, lines, len);
	if (bad == 0)
		bad = make(&r, ret, err);
	else if (bad < 0)
		err_oom(err);
	free(r.dates);
	free(r.shifts);
	return bad;
}

int vtimezone_add(struct zone_names *z, const char *lines, size_t len, int cut, struct err *err)
{
	const char *s = lines, *end = lines + len;
	struct zone_definition d = { .lines = lines, .len = len, .cut = cut || len > VTIMEZONE_LINES_MAX };

	while (s < end) {
		const char *lf = memchr(s, '\n', (size_t)(end - s)), *stop = lf != NULL ? lf : end;
		struct content_line l;

		if (content_split(s, (size_t)(stop - s), &l) == 0) {
			if (content_is(&l, "TZID") && d.id == NULL) {
				d.id = l.value;
				d.id_len = l.value_len;
			} else if (content_is(&l, "X-LIC-LOCATION") && d.location == NULL) {
				d.location = l.value;
				d.location_len = l.value_len;
			}
		}
		s = lf != NULL ? lf + 1 : end;
	}
	return d.id != NULL ? zone_names_define(z, &d, err) : 0;
}
