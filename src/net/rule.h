#ifndef NET_RULE_H
#define NET_RULE_H

#include <stddef.h>
#include <stdint.h>
#include "when.h"

/*
 * A recurrence rule (RFC 5545 section 3.3.10) as we follow it: DAILY to YEARLY with INTERVAL, COUNT, UNTIL,
 * WKST, BYMONTH, BYMONTHDAY, BYYEARDAY, BYDAY, BYSETPOS, BYHOUR, BYMINUTE, BYSECOND. What is outside of that
 * is refused in words, never guessed.
 */

enum rule_freq { RULE_DAILY, RULE_WEEKLY, RULE_MONTHLY, RULE_YEARLY };
enum { RULE_LIST_MAX = 62, RULE_TIMES_MAX = 96, RULE_COUNT_MAX = 10000, RULE_INTERVAL_MAX = 1000000 };

struct rule_list { int n; int16_t of[RULE_LIST_MAX]; };
struct rule_weekday { int16_t ordinal; int16_t weekday; };	/* ordinal 0: every one; weekday 0 = Monday */

struct rule {
	enum rule_freq freq;
	int interval;
	int64_t count;			/* 0 = without */
	int has_until;
	struct when until;
	int week_start;			/* 0 = Monday */
	unsigned months;		/* bit 1 = January ... bit 12; 0 = all */
	int ndays;
	struct rule_weekday days[RULE_LIST_MAX];
	struct rule_list month_days, year_days, positions, hours, minutes, seconds;
};

enum rule_verdict { RULE_FOLLOWED, RULE_REFUSED, RULE_BROKEN };

/* Read the value of an RRULE line. When it is not followed, why[size] says why ("rules by the second are not
 * followed") and *ret is untouched. */
enum rule_verdict rule_parse(const char *s, size_t len, struct rule *ret, char *why, size_t size);

#endif
