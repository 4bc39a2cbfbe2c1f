#ifndef CEUD_CYCLING_H
#define CEUD_CYCLING_H

#include "routes.h"
#include "rules/program.h"
#include "store/people.h"

/* Opening cycles, for admins who enrol and for people who renew. */

/* The days whose entries belong to a cycle of these dates: grace days where the program lets them earn. */
struct cycle cycling_counts(const struct program *p, struct cycle dates);

/* Which end the chain of cycles is counted from if the first one has these dates and only its start was
 * named: where the end had to be clamped to a shorter month, the start's own day (29 February 2024: 28
 * February 2026, 29 February 2028). */
day_t cycling_anchor(struct cycle dates, int months);

/* The cycle after the one that ends on `end`, and its anchor: of the chain, or, if that was left, from the
 * old end on. */
struct cycle cycling_next(day_t end, day_t anchor, int months, day_t *ret_anchor);

/* Open it for that person under the program on offer: row->start, end, anchor_end, counts_from,
 * counts_until and carried are given, the others follow. Evaluated and kept. Errors of cycle_open(). */
int cycling_open(struct call *c, const struct person *p, const struct program *program, struct cycle_row *row,
    struct err *err);

#endif
