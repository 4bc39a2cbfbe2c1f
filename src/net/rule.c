/* RRULE text to struct rule. */
#include "rule.h"
#include "contentline.h"
#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct reading {
	struct rule rule;
	int has_freq;
	unsigned seen;			/* bit per row of parts[] */
	char *why;
	size_t size;
};

static enum rule_verdict broken(struct reading *r, const char *what, const char *value, size_t len)
{
	char raw[41], shown[41];

	snprintf(raw, sizeof(raw), "%.*s", (int)(len < 40 ? len : 40), value);
	text_excerpt(shown, sizeof(shown), raw);
	snprintf(r->why, r->size, "%s \"%s\" makes no sense", what, shown);
	return RULE_BROKEN;
}

static enum rule_verdict refused(struct reading *r, const char *why)
{
	text_copy(r->why, r->size, why);
	return RULE_REFUSED;
}

/* A whole number with a sign, clipped far outside all ranges used here; -1: none. */
static int read_number(const char *s, size_t len, int64_t *ret)
{
	int64_t n = 0;
	size_t i = 0;
	int sign = 1;

	content_trim(&s, &len);
	if (len > 1 && (s[0] == '+' || s[0] == '-'))
		sign = s[i++] == '-' ? -1 : 1;
	if (i == len)
		return -1;
	for (; i < len; i++) {
		if (s[i] < '0' || s[i] > '9')
			return -1;
		n = n > INT64_C(1000000000000) ? n : n * 10 + (s[i] - '0');
	}
	*ret = sign * n;
	return 0;
}

static int read_weekday(const char *s, size_t len)
{
	static const char *const names[] = { "MO", "TU", "WE", "TH", "FR", "SA", "SU" };

	for (int i = 0; i < 7; i++)
		if (content_word(s, len, names[i]))
			return i;
	return -1;
}

/* ---- the parts, each with the name it is called by */

static enum rule_verdict read_freq(struct reading *r, const char *s, size_t len)
{
	static const char *const names[] = { "SECONDLY", "MINUTELY", "HOURLY", "DAILY", "WEEKLY", "MONTHLY",
		"YEARLY" };

	for (int i = 0; i < 7; i++)
		if (content_word(s, len, names[i])) {
			r->rule.freq = (enum rule_freq)i;
			r->has_freq = 1;
			return RULE_FOLLOWED;
		}
	return broken(r, "FREQ", s, len);
}

static enum rule_verdict read_interval(struct reading *r, const char *s, size_t len)
{
	int64_t n;

	if (read_number(s, len, &n) != 0 || n < 1)
		return broken(r, "INTERVAL", s, len);
	r->rule.interval = n > RULE_INTERVAL_MAX ? RULE_INTERVAL_MAX : n;
	return RULE_FOLLOWED;
}

static enum rule_verdict read_count(struct reading *r, const char *s, size_t len)
{
	if (read_number(s, len, &r->rule.count) != 0 || r->rule.count < 1)
		return broken(r, "COUNT", s, len);
	return RULE_FOLLOWED;
}

static enum rule_verdict read_until(struct reading *r, const char *s, size_t len)
{
	if (when_parse(s, len, &r->rule.until) != 0)
		return broken(r, "UNTIL", s, len);
	r->rule.has_until = 1;
	return RULE_FOLLOWED;
}

static enum rule_verdict read_wkst(struct reading *r, const char *s, size_t len)
{
	r->rule.week_start = read_weekday(s, len);
	return r->rule.week_start < 0 ? broken(r, "WKST", s, len) : RULE_FOLLOWED;
}

/* One item of a list that commas part, blanks trimmed; 0 at the end. */
static int next_item(const char **s, size_t *len, const char **item, size_t *item_len)
{
	const char *comma;

	if (*s == NULL)
		return 0;
	comma = memchr(*s, ',', *len);
	*item = *s;
	*item_len = comma != NULL ? (size_t)(comma - *s) : *len;
	*len -= *item_len + (comma != NULL);
	*s = comma != NULL ? comma + 1 : NULL;
	content_trim(item, item_len);
	return 1;
}

static enum rule_verdict read_byday(struct reading *r, const char *s, size_t len)
{
	const char *item;
	size_t n;

	while (next_item(&s, &len, &item, &n)) {
		int64_t nth = 0;
		int weekday = n >= 2 ? read_weekday(item + n - 2, 2) : -1;

		if (weekday < 0 || (n > 2 && (read_number(item, n - 2, &nth) != 0 || nth == 0)) ||
		    nth < -53 || nth > 53)
			return broken(r, "BYDAY", item, n);
		if (nth == 0)
			r->rule.weekdays |= 1U << weekday;
		else
			r->rule.numbered |= 1U << weekday;
		if (nth > 0)
			r->rule.nth[weekday].of |= UINT64_C(1) << nth;
		else if (nth < 0)
			r->rule.nth[weekday].from_end |= UINT64_C(1) << -nth;
	}
	return RULE_FOLLOWED;
}

/* Numbers least to most, without 0 where they may be negative. A set has room for 64 times RULE_WORDS. */
static enum rule_verdict read_list(struct reading *r, const char *name, int least, int most, const char *s,
    size_t len, struct rule_long *ret)
{
	const char *item;
	size_t size;
	int64_t n;

	memset(ret, 0, sizeof(*ret));
	while (next_item(&s, &len, &item, &size)) {
		if (read_number(item, size, &n) != 0 || n < least || n > most || (n == 0 && least < 0))
			return broken(r, name, item, size);
		if (n >= 0)
			ret->of[n / 64] |= UINT64_C(1) << (n % 64);
		else
			ret->from_end[-n / 64] |= UINT64_C(1) << (-n % 64);
		ret->n++;
	}
	return RULE_FOLLOWED;
}

/* The same of numbers below 64. */
static enum rule_verdict read_short(struct reading *r, const char *name, int least, int most, const char *s,
    size_t len, struct rule_short *ret)
{
	struct rule_long list;
	enum rule_verdict v = read_list(r, name, least, most, s, len, &list);

	ret->of = list.of[0];
	ret->from_end = list.from_end[0];
	return v;
}

static enum rule_verdict read_bymonth(struct reading *r, const char *s, size_t len)
{
	struct rule_short list;
	enum rule_verdict v = read_short(r, "BYMONTH", 1, 12, s, len, &list);

	r->rule.months = (unsigned)list.of;
	return v;
}

static enum rule_verdict read_bymonthday(struct reading *r, const char *s, size_t len)
{
	return read_short(r, "BYMONTHDAY", -31, 31, s, len, &r->rule.month_days);
}

static enum rule_verdict read_byyearday(struct reading *r, const char *s, size_t len)
{
	return read_list(r, "BYYEARDAY", -366, 366, s, len, &r->rule.year_days);
}

static enum rule_verdict read_byweekno(struct reading *r, const char *s, size_t len)
{
	return read_short(r, "BYWEEKNO", -53, 53, s, len, &r->rule.weeks);
}

static enum rule_verdict read_bysetpos(struct reading *r, const char *s, size_t len)
{
	return read_list(r, "BYSETPOS", -RULE_POSITION_MAX, RULE_POSITION_MAX, s, len, &r->rule.positions);
}

static enum rule_verdict read_byhour(struct reading *r, const char *s, size_t len)
{
	struct rule_short list;
	enum rule_verdict v = read_short(r, "BYHOUR", 0, 23, s, len, &list);

	r->rule.hours = list.of;
	return v;
}

static enum rule_verdict read_byminute(struct reading *r, const char *s, size_t len)
{
	struct rule_short list;
	enum rule_verdict v = read_short(r, "BYMINUTE", 0, 59, s, len, &list);

	r->rule.minutes = list.of;
	return v;
}

/* Leap seconds are not counted here: the 60th second is taken as the 59th, as the standard has it. */
static enum rule_verdict read_bysecond(struct reading *r, const char *s, size_t len)
{
	struct rule_short list;
	enum rule_verdict v = read_short(r, "BYSECOND", 0, 60, s, len, &list);

	r->rule.seconds = (list.of | list.of >> 60 << 59) & ~(UINT64_C(1) << 60);
	return v;
}

/* RFC 7529: the Gregorian calendar that leaves impossible dates out is what we do anyway. */
static enum rule_verdict read_rscale(struct reading *r, const char *s, size_t len)
{
	if (content_word(s, len, "GREGORIAN"))
		return RULE_FOLLOWED;
	return refused(r, "rules of other calendars than the Gregorian one are not followed");
}

static enum rule_verdict read_skip(struct reading *r, const char *s, size_t len)
{
	if (content_word(s, len, "OMIT"))
		return RULE_FOLLOWED;
	return refused(r, "rules that move impossible dates are not followed");
}

static const struct {
	const char *name;
	enum rule_verdict (*read)(struct reading *r, const char *s, size_t len);
} parts[] = {
	{ "FREQ", read_freq },
	{ "INTERVAL", read_interval },
	{ "COUNT", read_count },
	{ "UNTIL", read_until },
	{ "WKST", read_wkst },
	{ "BYDAY", read_byday },
	{ "BYMONTH", read_bymonth },
	{ "BYMONTHDAY", read_bymonthday },
	{ "BYYEARDAY", read_byyearday },
	{ "BYSETPOS", read_bysetpos },
	{ "BYHOUR", read_byhour },
	{ "BYMINUTE", read_byminute },
	{ "BYSECOND", read_bysecond },
	{ "BYWEEKNO", read_byweekno },
	{ "RSCALE", read_rscale },
	{ "SKIP", read_skip },
};

static enum rule_verdict read_part(struct reading *r, const char *s, size_t len)
{
	const char *equals = memchr(s, '=', len), *value;
	size_t name_len, value_len;

	if (equals == NULL)
		return broken(r, "the part", s, len);
	name_len = (size_t)(equals - s);
	value = equals + 1;
	value_len = len - name_len - 1;
	content_trim(&s, &name_len);
	content_trim(&value, &value_len);
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		if (!content_word(s, name_len, parts[i].name))
			continue;
		if (r->seen & 1U << i)
			return broken(r, "the second", s, len);
		r->seen |= 1U << i;
		return parts[i].read(r, value, value_len);
	}
	/* An experiment of its publisher may be left out; a part that is misspelt may not. */
	if (name_len > 2 && content_word(s, 2, "X-"))
		return RULE_FOLLOWED;
	return broken(r, "the part", s, len);
}

/* Days that the standard forbids in such a rule, or that readers take differently. */
static const char *forbidden_days(const struct rule *r)
{
	int month_days = (r->month_days.of | r->month_days.from_end) != 0;

	if (r->numbered != 0 && r->freq != RULE_MONTHLY && r->freq != RULE_YEARLY)
		return "numbered weekdays in a rule that is neither monthly nor yearly are not followed";
	if (r->numbered != 0 && rule_has_weeks(r))
		return "numbered weekdays together with numbers of weeks are not followed";
	if (rule_has_weeks(r) && r->freq != RULE_YEARLY)
		return "numbers of weeks in a rule that is not yearly are not followed";
	if (month_days && r->freq == RULE_WEEKLY)
		return "days of the month in a weekly rule are not followed";
	if (r->year_days.n > 0 &&
	    (r->freq == RULE_DAILY || r->freq == RULE_WEEKLY || r->freq == RULE_MONTHLY))
		return "days of the year in a daily, weekly or monthly rule are not followed";
	/* Some take the month of DTSTART, others every month. */
	if (month_days && r->freq == RULE_YEARLY && r->months == 0 && r->year_days.n == 0 &&
	    !rule_has_weeks(r))
		return "days of the month in a yearly rule without months are not followed";
	return NULL;
}

static enum rule_verdict check(struct reading *r)
{
	const struct rule *rule = &r->rule;
	const char *forbidden;

	if (!r->has_freq) {
		text_copy(r->why, r->size, "it does not say how often");
		return RULE_BROKEN;
	}
	forbidden = forbidden_days(rule);
	if (forbidden != NULL)
		return refused(r, forbidden);
	for (int i = 0; i < 7; i++)
		if (rule->freq == RULE_MONTHLY && (rule->nth[i].of | rule->nth[i].from_end) >> 6 != 0) {
			text_copy(r->why, r->size, "no month has more than five of a weekday");
			return RULE_BROKEN;
		}
	if (rule->positions.n > 0 && !rule_has_days(rule) && !rule_has_weeks(rule) && rule->months == 0 &&
	    (rule->hours | rule->minutes | rule->seconds) == 0)
		return refused(r, "BYSETPOS without a list to choose from is not followed");
	return RULE_FOLLOWED;
}

enum rule_verdict rule_parse(const char *s, size_t len, struct rule *ret, char *why, size_t size)
{
	struct reading r;
	enum rule_verdict v;

	memset(&r, 0, sizeof(r));
	r.rule.interval = 1;
	r.why = why;
	r.size = size;
	while (len > 0) {
		const char *stop = memchr(s, ';', len), *part = s;
		size_t part_len = stop != NULL ? (size_t)(stop - s) : len;

		len -= part_len + (stop != NULL);
		s = stop != NULL ? stop + 1 : s;
		content_trim(&part, &part_len);
		v = part_len > 0 ? read_part(&r, part, part_len) : RULE_FOLLOWED;
		if (v != RULE_FOLLOWED)
			return v;
	}
	v = check(&r);
	if (v == RULE_FOLLOWED)
		*ret = r.rule;
	return v;
}
