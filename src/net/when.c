/* Dates, times and durations as calendars write them. */
#include "when.h"
#include "contentline.h"
#include "base/zone.h"

#define ERA_YEARS 400
#define ERA_DAYS 146097
#define SPAN_MOST (INT64_C(100) * 366 * 86400)

/* base/date.h knows the years of our time; the calendar repeats itself every 400 years. */
int when_day(int year, int month, int day, day_t *ret)
{
	day_t found;

	if (year < 1 || year > 9999 || date_from_ymd(2000 + year % ERA_YEARS, month, day, &found) != 0)
		return -1;
	*ret = found + (year / ERA_YEARS - 2000 / ERA_YEARS) * ERA_DAYS;
	return 0;
}

static int digits(const char *s, int count, int *ret)
{
	int value = 0;

	for (int i = 0; i < count; i++) {
		if (s[i] < '0' || s[i] > '9')
			return -1;
		value = value * 10 + (s[i] - '0');
	}
	*ret = value;
	return 0;
}

int when_parse(const char *s, size_t len, struct when *ret)
{
	struct when w = { WHEN_DATE, 0, 0, NULL };
	int year, month, day, hour, minute, second;

	content_trim(&s, &len);
	if (len < 8 || digits(s, 4, &year) != 0 || digits(s + 4, 2, &month) != 0 ||
	    digits(s + 6, 2, &day) != 0 || when_day(year, month, day, &w.day) != 0)
		return -1;
	if (len == 8) {
		*ret = w;
		return 0;
	}
	w.kind = WHEN_FLOATING;
	if (len == 16 && (s[15] == 'Z' || s[15] == 'z'))
		w.kind = WHEN_UTC;
	else if (len != 15)
		return -1;
	if ((s[8] != 'T' && s[8] != 't') || digits(s + 9, 2, &hour) != 0 || digits(s + 11, 2, &minute) != 0 ||
	    digits(s + 13, 2, &second) != 0 || hour > 23 || minute > 59 || second > 60)
		return -1;
	w.seconds = hour * 3600 + minute * 60 + (second == 60 ? 59 : second);
	*ret = w;
	return 0;
}

const struct zone *when_zone(const struct when *w, const struct zone *floating)
{
	if (w->kind == WHEN_UTC)
		return zone_utc();
	return w->kind == WHEN_ZONED ? w->zone : floating;
}

int64_t when_instant(const struct when *w, const struct zone *floating)
{
	return zone_instant(when_zone(w, floating), w->day, w->seconds);
}

void when_restate(struct when *w, const struct when *like, const struct zone *floating)
{
	const struct zone *zone = when_zone(like, floating);
	int64_t instant;

	if (w->kind == like->kind && w->zone == like->zone)
		return;
	instant = when_instant(w, floating);
	w->day = zone_day(zone, instant, NULL);
	w->seconds = (int)(instant / 1000 + zone_offset(zone, instant) - (int64_t)w->day * 86400);
	w->kind = like->kind;
	w->zone = like->zone;
}

day_t when_local_day(const struct when *w, const struct zone *floating)
{
	if (w->kind != WHEN_UTC || w->seconds == 0)
		return w->day;
	return zone_day(floating, when_instant(w, floating), NULL);
}

/* The seconds of one unit letter, 0 if it may not stand there. */
static int64_t unit_seconds(char c, int in_time)
{
	switch (c | 0x20) {
	case 'w': return in_time ? 0 : 7 * 86400;
	case 'd': return in_time ? 0 : 86400;
	case 'h': return in_time ? 3600 : 0;
	case 'm': return in_time ? 60 : 0;
	case 's': return in_time ? 1 : 0;
	default: return 0;
	}
}

int when_parse_span(const char *s, size_t len, struct when_span *ret)
{
	int64_t days = 0, seconds = 0, number, unit;
	int sign = 1, in_time = 0, parts = 0;
	size_t i = 0;

	content_trim(&s, &len);
	if (len > 0 && (s[0] == '+' || s[0] == '-'))
		sign = s[i++] == '-' ? -1 : 1;
	if (i >= len || (s[i++] | 0x20) != 'p')
		return -1;
	while (i < len) {
		if (!in_time && (s[i] | 0x20) == 't') {
			in_time = 1;
			i++;
			continue;
		}
		for (number = 0; i < len && s[i] >= '0' && s[i] <= '9'; i++)
			number = number > SPAN_MOST ? number : number * 10 + (s[i] - '0');
		unit = i < len && s[i - 1] >= '0' && s[i - 1] <= '9' ? unit_seconds(s[i], in_time) : 0;
		if (unit == 0 || number > SPAN_MOST / unit)
			return -1;
		if (in_time)
			seconds += number * unit;
		else
			days += number * (unit / 86400);
		parts++;
		i++;
	}
	if (parts == 0 || days > SPAN_MOST / 86400 || seconds > SPAN_MOST)
		return -1;
	ret->days = sign * (int)days;
	ret->seconds = sign * seconds;
	return 0;
}
