#ifndef CEUD_PROGJOB_H
#define CEUD_PROGJOB_H

#include "jobs.h"
#include "rules/program.h"

/*
 * Walks over everybody whose open cycle is bound to a program of one id, a slice a turn: what a changed text would
 * make of them (simulate), and binding them to it (install).  Both keep a copy of the text of their own, so that a
 * reload meanwhile takes nothing from them.
 */
struct programs_job;

int programs_job_open(struct ceud *d, struct programs_job **ret, struct err *err);	/* takes up what was interrupted */
void programs_job_close(struct programs_job *j);
void programs_job_turn(struct ceud *d);
int programs_job_busy(const struct programs_job *j);
/* 1 while an install whose rows have that step goes on. */
int programs_job_writes(const struct programs_job *j, int64_t step);
void programs_job_stop(struct ceud *d);

/* done() gets the answer of POST admin/programs/simulate, or install. The text must be a good program.
 * install: ERR_RULE "not-simulated" unless that very text was simulated since ceud started; "program-in-folder" if a file of
 * the folder `programs` has the id: it would stay on offer. */
struct program_source_text { const char *text; size_t len; const char *file; };
int programs_simulate(struct ceud *d, const struct program_source_text *t, job_done *done, void *arg, struct err *err);
int programs_install(struct ceud *d, const struct program_source_text *t, const char *actor_name, int64_t actor_person,
    job_done *done, void *arg, struct err *err);

#endif
