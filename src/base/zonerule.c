/* The footer of a TZif file: a POSIX TZ string as RFC 8536 section 3.3 widens it. */
#include "zonefile.h"
#include "dateparts.h"

#include <string.h>

#define HOUR 3600

static int is_letter(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/* "CET" or "<+03>": only skipped. */
static int skip_name(const char **s)
{
	const char *from = *s;

	if (*from == '<') {
		const char *end = strchr(from, '>');

		if (end == NULL || end - from < 4)
			return -1;
		*s = end + 1;
		return 0;
	}
	while (is_letter(**s))
		(*s)++;
	return *s - from >= 3 ? 0 : -1;
}

static int read_number(const char **s, int least, int most, int *ret)
{
	int value = 0, digits = 0;

	for (; **s >= '0' && **s <= '9' && digits < 4; (*s)++, digits++)
		value = value * 10 + (**s - '0');
	if (digits == 0 || value < least || value > most)
		return -1;
	*ret = value;
	return 0;
}

/* [+-]hh[:mm[:ss]] as seconds. */
static int read_time(const char **s, int most_hours, int *ret)
{
	int sign = 1, hours, minutes = 0, seconds = 0;

	if (**s == '-' || **s == '+')
		sign = *(*s)++ == '-' ? -1 : 1;
	if (read_number(s, 0, most_hours, &hours) != 0)
		return -1;
	if (**s == ':') {
		(*s)++;
		if (read_number(s, 0, 59, &minutes) != 0)
			return -1;
		if (**s == ':') {
			(*s)++;
			if (read_number(s, 0, 59, &seconds) != 0)
				return -1;
		}
	}
	*ret = sign * ((hours * 60 + minutes) * 60 + seconds);
	return 0;
}

static int read_month_week_day(const char **s, struct zone_change *ret)
{
	if (read_number(s, 1, 12, &ret->month) != 0 || *(*s)++ != '.')
		return -1;
	if (read_number(s, 1, 5, &ret->week) != 0 || *(*s)++ != '.')
		return -1;
	return read_number(s, 0, 6, &ret->day);
}

/* ,Mm.w.d[/time] or ,Jn or ,n */
static int read_change(const char **s, struct zone_change *ret)
{
	struct zone_change c = { .kind = CHANGE_DAY, .seconds = 2 * HOUR };
	int bad;

	if (*(*s)++ != ',')
		return -1;
	if (**s == 'M') {
		(*s)++;
		c.kind = CHANGE_MONTH;
		bad = read_month_week_day(s, &c);
	} else if (**s == 'J') {
		(*s)++;
		c.kind = CHANGE_JULIAN;
		bad = read_number(s, 1, 365, &c.day);
	} else {
		bad = read_number(s, 0, 365, &c.day);
	}
	if (bad != 0)
		return -1;
	if (**s == '/') {
		(*s)++;
		if (read_time(s, 167, &c.seconds) != 0)
			return -1;
	}
	*ret = c;
	return 0;
}

int zonerule_parse(const char *text, struct zone_rule *ret)
{
	const char *s = text;
	struct zone_rule rule;
	int west;

	memset(&rule, 0, sizeof(rule));
	if (skip_name(&s) != 0 || read_time(&s, 24, &west) != 0)
		return -1;
	rule.standard = -west;
	if (*s != '\0') {
		rule.has_summer = 1;
		rule.summer = rule.standard + HOUR;
		if (skip_name(&s) != 0)
			return -1;
		if (*s != ',') {
			if (read_time(&s, 24, &west) != 0)
				return -1;
			rule.summer = -west;
		}
		if (read_change(&s, &rule.start) != 0 || read_change(&s, &rule.end) != 0 || *s != '\0')
			return -1;
	}
	*ret = rule;
	return 0;
}

/* The local time of a change in a year, in seconds from 1970-01-01T00:00 there. */
static int64_t change_time(const struct zone_change *c, int64_t year)
{
	int64_t day = date_day(year, 1, 1);
	int in_400 = (int)date_rest(year, 400), first, last;

	switch (c->kind) {
	case CHANGE_DAY:
		day += c->day;
		break;
	case CHANGE_JULIAN:	/* 29 February is never counted */
		day += c->day - 1 + (c->day >= 60 && date_days_in_month(in_400, 2) == 29);
		break;
	case CHANGE_MONTH:
		day = date_day(year, c->month, 1);
		first = (c->day - (date_weekday((day_t)day) + 1) + 7) % 7;	/* here 0 is Sunday */
		last = date_days_in_month(in_400, c->month) - 1;
		first += (c->week - 1) * 7;
		day += first > last ? first - 7 : first;
		break;
	}
	return day * DAY_SECONDS + c->seconds;
}

/*
 * The changes of three years lie around any instant of the middle one.  Summer time all the
 * year is written as ending in the moment it begins again: then the beginning wins.
 */
void zonerule_span(const struct zone_rule *rule, int64_t t, struct zone_span *ret)
{
	struct zone_span span = { INT64_MIN, INT64_MAX, rule->standard };
	int64_t day = date_floor(t, DAY_SECONDS), year, before = INT64_MIN;

	if (!rule->has_summer || day <= INT32_MIN || day > INT32_MAX) {
		*ret = span;
		return;
	}
	year = date_ymd((day_t)day).year;
	for (int64_t y = year - 1; y <= year + 1; y++) {
		int64_t start = change_time(&rule->start, y) - rule->standard;
		int64_t end = change_time(&rule->end, y) - rule->summer;

		if (start <= t && start >= before) {
			before = span.start = start;
			span.offset = rule->summer;
		}
		if (end <= t && end > before) {
			before = span.start = end;
			span.offset = rule->standard;
		}
		if (start > t && start < span.end)
			span.end = start;
		if (end > t && end < span.end)
			span.end = end;
	}
	*ret = span;
}
