/* Calendar arithmetic on day numbers, and dates as text. */
#include "base/date.h"
#include "dateparts.h"

#include <stdio.h>

const char *const date_month_names[12] = {
	"January", "February", "March", "April", "May", "June", "July",
	"August", "September", "October", "November", "December",
};
const char *const date_weekday_names[7] = {
	"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday",
};

/*
 * Both conversions count years from 1 March, so that the leap day is a year's last, in
 * eras of 400 years (146097 days).  Day 0 of the first era is 0000-03-01, which is
 * 719468 days before 1970-01-01.
 */
#define ERA_DAYS 146097
#define EPOCH_DAYS 719468

day_t date_day(int64_t year, int month, int day)
{
	int64_t y = month <= 2 ? year - 1 : year;
	int64_t era = date_floor(y, 400);
	int64_t of_era = y - era * 400;
	int64_t of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
	int64_t days = era * ERA_DAYS + of_era * 365 + of_era / 4 - of_era / 100 + of_year - EPOCH_DAYS;

	if (days <= DAY_NONE)
		return DAY_NONE + 1;
	return days > INT32_MAX ? INT32_MAX : (day_t)days;
}

struct ymd date_ymd(day_t day)
{
	int64_t days = (int64_t)day + EPOCH_DAYS;
	int64_t era = date_floor(days, ERA_DAYS);
	int of_era = (int)(days - era * ERA_DAYS);
	int year = (of_era - of_era / 1460 + of_era / 36524 - of_era / (ERA_DAYS - 1)) / 365;
	int of_year = of_era - (365 * year + year / 4 - year / 100);
	int month = (5 * of_year + 2) / 153;
	struct ymd ret;

	ret.day = of_year - (153 * month + 2) / 5 + 1;
	ret.month = month < 10 ? month + 3 : month - 9;
	ret.year = (int)(year + era * 400) + (ret.month <= 2);
	return ret;
}

int date_days_in_month(int year, int month)
{
	if (month == 2)
		return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28;
	return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

int date_from_ymd(int year, int month, int day, day_t *ret)
{
	if (year < DATE_FIRST_YEAR || year > DATE_LAST_YEAR || month < 1 || month > 12 || day < 1 ||
	    day > date_days_in_month(year, month))
		return -1;
	*ret = date_day(year, month, day);
	return 0;
}

int date_weekday(day_t day)
{
	return (int)date_rest((int64_t)day + 3, 7);	/* 1970-01-01 was a Thursday */
}

day_t date_add_months(day_t day, int months)
{
	struct ymd d;
	int64_t count, year;
	int month, last;

	if (day == DAY_NONE)
		return DAY_NONE;
	d = date_ymd(day);
	count = (int64_t)d.year * 12 + d.month - 1 + months;
	year = date_floor(count, 12);
	month = (int)date_rest(count, 12) + 1;
	/* The length of a month repeats every 400 years, which keeps the year within an int. */
	last = date_days_in_month((int)date_rest(year, 400), month);
	return date_day(year, month, d.day < last ? d.day : last);
}

void date_iso(day_t day, char out[DATE_ISO_SIZE])
{
	struct ymd d = date_ymd(day);
	unsigned year = (unsigned)d.year, month = (unsigned)d.month, mday = (unsigned)d.day;

	if (day == DAY_NONE || d.year < 0 || d.year > 9999) {
		out[0] = '\0';
		return;
	}
	out[0] = (char)('0' + year / 1000);
	out[1] = (char)('0' + year / 100 % 10);
	out[2] = (char)('0' + year / 10 % 10);
	out[3] = (char)('0' + year % 10);
	out[4] = out[7] = '-';
	out[5] = (char)('0' + month / 10);
	out[6] = (char)('0' + month % 10);
	out[8] = (char)('0' + mday / 10);
	out[9] = (char)('0' + mday % 10);
	out[10] = '\0';
}

int date_parse_iso(const char *s, day_t *ret)
{
	int year, month, day;

	if (date_digits(s, 4, &year) != 0 || s[4] != '-' || date_digits(s + 5, 2, &month) != 0 ||
	    s[7] != '-' || date_digits(s + 8, 2, &day) != 0 || s[10] != '\0')
		return -1;
	return date_from_ymd(year, month, day, ret);
}

char *date_text(day_t day, enum date_style style, char *out, size_t size)
{
	struct ymd d = date_ymd(day);
	const char *month = date_month_names[d.month - 1];

	if (size == 0)
		return out;
	out[0] = '\0';
	if (day == DAY_NONE)
		return out;
	switch (style) {
	case DATE_FULL:
		snprintf(out, size, "%.3s %d %s %d", date_weekday_names[date_weekday(day)], d.day, month,
		    d.year);
		break;
	case DATE_LONG:
		snprintf(out, size, "%d %s %d", d.day, month, d.year);
		break;
	case DATE_SHORT:
		snprintf(out, size, "%d %.3s %d", d.day, month, d.year);
		break;
	case DATE_DAY_MONTH:
		snprintf(out, size, "%d %.3s", d.day, month);
		break;
	}
	return out;
}
