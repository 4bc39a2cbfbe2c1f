#ifndef CEUD_MAILPLAN_H
#define CEUD_MAILPLAN_H

#include "jobs.h"

/*
 * Every mail that will go in the days to come if nothing changes, and each that will not, with why (ceu admin mail plan):
 * what waits in the outbox, everybody's rungs, the teams' digests; in slices.
 */
struct mailplans;

enum { MAILPLAN_DAYS = 30, MAILPLAN_DAYS_MAX = 366 };

int mailplans_open(struct mailplans **ret, struct err *err);
void mailplans_close(struct mailplans *p);	/* NULL is a no-op */
void mailplans_turn(struct ceud *d);
int mailplans_busy(const struct mailplans *p);
void mailplans_stop(struct ceud *d);		/* whoever waits is told */

/* done() gets {"from","to","mails":[..],"not_sent":[..]}. */
int mailplans_begin(struct ceud *d, int days, job_done *done, void *arg, struct err *err);

#endif
