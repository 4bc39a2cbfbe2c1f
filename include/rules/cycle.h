#ifndef RULES_CYCLE_H
#define RULES_CYCLE_H

#include "base/date.h"

/* One recertification period.  Both ends are days that count.  `months` is 1 or more throughout. */
struct cycle { day_t start, end; };

/* The cycle that ends on `end`: start = the day after the end, less `months` (clamped). INTERFACE.md section 1. */
struct cycle cycle_ending(day_t end, int months);

/* The cycle that starts on `start`: it ends on the day before the same day `months` later;
 * where that day does not exist, on the last day of that month (29 February 2024 -> 28 February 2026). */
struct cycle cycle_starting(day_t start, int months);

/* The cycle that holds `day`, of the chain of cycles whose ends are `anchor_end` plus whole multiples
 * of `months`, each counted from the original anchor and clamped, so that dates never drift
 * (29 February 2024, 28 February 2026, 29 February 2028). Each starts the day after the one before ends. */
struct cycle cycle_holding(day_t anchor_end, int months, day_t day);

/* The year a cycle is named by: the year it starts. */
int cycle_year(struct cycle c);

#endif
