#ifndef BASE_DATE_H
#define BASE_DATE_H

#include <stddef.h>
#include <stdint.h>

struct err;

/*
 * Civil dates, instants and lengths of time.  A day is an int32_t: days since
 * 1970-01-01 in the proleptic Gregorian calendar.  An instant is int64_t
 * milliseconds UTC.  Minutes are int.  Years 1900 to 2999 are accepted from outside.
 */
typedef int32_t day_t;
#define DAY_NONE INT32_MIN

struct ymd { int year, month, day; };		/* month 1-12, day 1-31 */

int date_from_ymd(int year, int month, int day, day_t *ret);	/* -1: no such date, or another year */
struct ymd date_ymd(day_t day);
int date_weekday(day_t day);			/* 0 = Monday ... 6 = Sunday */
int date_days_in_month(int year, int month);

/* The same day of the month `months` later (or earlier), clamped to the end of a shorter month. */
day_t date_add_months(day_t day, int months);

#define DATE_ISO_SIZE 11
void date_iso(day_t day, char out[DATE_ISO_SIZE]);		/* 2026-02-24; DAY_NONE gives "" */
int date_parse_iso(const char *s, day_t *ret);			/* exactly YYYY-MM-DD, else -1 */

enum date_style {
	DATE_FULL,		/* Tue 24 February 2026 */
	DATE_LONG,		/* 24 February 2026 */
	DATE_SHORT,		/* 24 Feb 2026 */
	DATE_DAY_MONTH		/* 24 Feb */
};
/* English, independent of the locale. Returns out. size >= 32. */
char *date_text(day_t day, enum date_style style, char *out, size_t size);

enum date_look { DATE_BACK, DATE_FORWARD };
/* A DATE as people write it (INTERFACE.md section 2): today, yesterday, tomorrow, monday
 * (looks back or forward; today's own name is today), 3 days ago, in 3 days, 24 feb,
 * 24 february 2026, 2026-02-24. A day and month without a year is the nearest one in the
 * direction of `look`. Besides: in 2 weeks, feb 24, 24th feb, Tue 24 February 2026 (as date_text()
 * writes it). 03/04/2026 is refused with both readings (ERR_USAGE "date-ambiguous");
 * anything else not understood is "date-unknown", an impossible date "date-impossible". */
int date_parse(const char *s, day_t today, enum date_look look, day_t *ret, struct err *err);

/* HOURS as people write them: 1.5 1,5 1.5h 90m 1h30 1h30m 1:30; a bare number is hours.
 * ret is minutes, 1 to 1440. ERR_USAGE "hours-unknown", ERR_USAGE "hours-range" (<= 0, > 24h),
 * and a number that is no whole minute is "hours-fraction". */
int date_parse_hours(const char *s, int *ret_minutes, struct err *err);

/* 90 -> "1h30", 60 -> "1h", 45 -> "45m". Returns out. size >= 16. */
char *date_hours_text(int minutes, char *out, size_t size);

#define INSTANT_SIZE 32
/* RFC 3339 in UTC: 2026-03-12T08:30:00Z; with milliseconds only when they are not 0; "" outside the
 * years 0 to 9999. */
char *instant_text(int64_t instant, char out[INSTANT_SIZE]);
/* RFC 3339 with Z or an offset; also YYYY-MM-DDTHH:MM[:SS] without one, read as UTC. -1: not understood. */
int instant_parse(const char *s, int64_t *ret);
/* "90s" "15m" "6h" "30d" "2w"; ret in seconds, >= 0. -1: not understood. */
int duration_parse(const char *s, int64_t *ret_seconds);

/* Credit in hundredths of a unit as people read it: at least one, at most two places
 * (1200 -> "12.0", 125 -> "1.25"). Returns out. size >= 16. */
char *units_text(int64_t hundredths, char *out, size_t size);
/* The same as a JSON number: 1200 -> "12", 1250 -> "12.5", 125 -> "1.25". */
char *units_json(int64_t hundredths, char *out, size_t size);
/* "12", "12.5", "11.00" -> hundredths, 0 to 1e9; at most two places. -1: not understood. */
int units_parse(const char *s, int64_t *ret);

#endif
