#ifndef NET_RULE_H
#define NET_RULE_H

#include <stddef.h>
#include <stdint.h>
#include "when.h"

/*
 * A recurrence rule (RFC 5545 section 3.3.10) as we follow it: all frequencies, all parts.  Refused in words,
 * never guessed, is what the standard forbids and readers take differently, and other calendars than ours.
 */

enum rule_freq {
	RULE_SECONDLY, RULE_MINUTELY, RULE_HOURLY, RULE_DAILY, RULE_WEEKLY, RULE_MONTHLY, RULE_YEARLY
};

#define RULE_INTERVAL_MAX INT64_C(1000000000000)	/* more is the same: never again */
#define RULE_POSITION_MAX 366
enum { RULE_WORDS = (RULE_POSITION_MAX + 64) / 64 };

/* Numbers 1 to 366 (or 0 to 59) as bits; those that count from the end have a set of their own. */
struct rule_long { uint64_t of[RULE_WORDS], from_end[RULE_WORDS]; int n; };
struct rule_short { uint64_t of, from_end; };

struct rule {
	enum rule_freq freq;
	int64_t interval;
	int64_t count;			/* 0 = without */
	int has_until;
	struct when until;
	int week_start;			/* 0 = Monday */
	unsigned months;		/* bit 1 = January ... bit 12; 0 = without */
	unsigned weekdays;		/* bit 0 = every Monday ... */
	unsigned numbered;		/* bit 0 = nth[0] has some */
	struct rule_short nth[7];	/* the first, the last Monday ... */
	struct rule_short month_days, weeks;
	uint64_t hours, minutes, seconds;	/* 0 = without */
	struct rule_long year_days, positions;
};

enum rule_verdict { RULE_FOLLOWED, RULE_REFUSED, RULE_BROKEN };

/* Read the value of an RRULE or EXRULE line. When it is not followed, why[size] says why ("days of the month
 * in a weekly rule are not followed") and *ret is untouched. */
enum rule_verdict rule_parse(const char *s, size_t len, struct rule *ret, char *why, size_t size);

/* Has it any part that chooses days; any BY part at all? */
static inline int rule_has_days(const struct rule *r)
{
	return (r->weekdays | r->numbered) != 0 || (r->month_days.of | r->month_days.from_end) != 0 ||
	    r->year_days.n > 0;
}

static inline int rule_has_weeks(const struct rule *r)
{
	return (r->weeks.of | r->weeks.from_end) != 0;
}

/* Bit `n` of a set of numbers. */
static inline int rule_bit(const uint64_t *words, int n)
{
	return (int)(words[n / 64] >> (n % 64) & 1);
}

#endif
