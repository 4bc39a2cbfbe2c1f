#ifndef DATEPARTS_H
#define DATEPARTS_H

#include <stddef.h>
#include <stdint.h>

#include "base/date.h"

/* What the files about dates share. */

#define DATE_FIRST_YEAR 1900
#define DATE_LAST_YEAR 2999
#define DAY_SECONDS INT64_C(86400)

extern const char *const date_month_names[12];		/* "January" ... */
extern const char *const date_weekday_names[7];		/* "Monday" ... */

/* The day of a date that is known to exist, in any year a day_t can hold. */
day_t date_day(int64_t year, int month, int day);

/* x / y and x % y rounded towards minus infinity; y > 0. */
static inline int64_t date_floor(int64_t x, int64_t y)
{
	return x / y - (x % y < 0);
}

static inline int64_t date_rest(int64_t x, int64_t y)
{
	return x % y + (x % y < 0 ? y : 0);
}

/* Reads exactly `count` digits at s. 0 found, -1 not. */
static inline int date_digits(const char *s, int count, int *ret)
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

#endif
