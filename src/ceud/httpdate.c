/* Instants as HTTP writes them. */
#include "httpdate.h"

#include <stdio.h>
#include <string.h>

#include "base/date.h"

enum { DAY_MS = 86400000 };

static const char days[][4] = { "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun" };
static const char months[][4] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };

char *http_date(int64_t instant, char *out)
{
	day_t day = (day_t)(instant / DAY_MS - (instant % DAY_MS < 0));
	struct ymd d = date_ymd(day);
	int second = (int)((instant - (int64_t)day * DAY_MS) / 1000);

	snprintf(out, HTTP_DATE_SIZE, "%s, %02d %s %04d %02d:%02d:%02d GMT", days[date_weekday(day)], d.day % 100,
	    months[d.month - 1], d.year % 10000, second / 3600, second / 60 % 60, second % 60);
	return out;
}

/* Two or four digits, or -1. */
static int digits(const char *s, int n)
{
	int value = 0;

	for (int i = 0; i < n; i++) {
		if (s[i] < '0' || s[i] > '9')
			return -1;
		value = value * 10 + s[i] - '0';
	}
	return value;
}

int http_date_parse(const char *s, int64_t *ret)
{
	char same[HTTP_DATE_SIZE];
	int64_t instant;
	int month = 0, second;
	day_t day;

	if (strlen(s) != strlen("Thu, 12 Mar 2026 08:00:00 GMT"))
		return -1;
	while (month < 12 && memcmp(s + 8, months[month], 3))
		month++;
	if (date_from_ymd(digits(s + 12, 4), month + 1, digits(s + 5, 2), &day))
		return -1;
	second = (digits(s + 17, 2) * 60 + digits(s + 20, 2)) * 60 + digits(s + 23, 2);
	instant = ((int64_t)day * 86400 + second) * 1000;
	/* Written again it must be the same: weekday, points and ranges with it. */
	if (second < 0 || second >= 86400 || strcmp(http_date(instant, same), s))
		return -1;
	*ret = instant;
	return 0;
}
