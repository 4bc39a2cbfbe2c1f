#ifndef CEUD_JOBPARTS_H
#define CEUD_JOBPARTS_H

#include "base/buf.h"
#include "base/err.h"
#include "ceud.h"
#include "jobs.h"

/*
 * The four jobs behind jobs.h.  Each keeps its own state, is driven by its *_turn() and tells with *_next() the
 * instant at which it wants the next turn (0 = none).  All decisions are committed to the store before anything acts on them.
 */

struct config;
struct forward;
struct jsonw;
struct keeper;
struct digests_job;
struct feeds_job;
struct mail_job;
struct mailplans;
struct mail_test;
struct password_ask;
struct packets_job;
struct programs_job;
struct rematch_job;
struct reminders_job;
struct ruletests;
struct teamwalks;

struct jobs {
	struct feeds_job *feeds;
	struct mail_job *mail;
	struct reminders_job *reminders;
	struct digests_job *digests;
	struct keeper *keeper;
	struct programs_job *programs;		/* progjob.h */
	struct packets_job *packets;		/* packetjob.h */
	struct rematch_job *rematch;		/* rematch.h */
	struct ruletests *ruletests;		/* ruletest.h */
	struct mail_test *tests;		/* under way */
	struct password_ask *asks;		/* commands for the mail password under way: mailpassword.h */
	struct teamwalks *walks;		/* teamwalk.h */
	struct mailplans *mailplans;		/* mailplan.h */
	struct forward *forward;		/* a clock on its way, or NULL */
	int stopping;
};

/* -1 with ERR_UNREACHED "stopping" once ceud is to stop: nothing new is begun. */
int jobs_stopping(const struct ceud *d, struct err *err);
/* 1 if the clock was set since `last`, back or by more than five weeks: what is planned then waits for an admin's word. */
int jobs_clock_jumped(const struct ceud *d, int64_t last);
/* 1 if that minute of the day is in the quiet hours. */
int jobs_is_quiet(const struct config *c, int minute);

/* job_feeds.c */
int feeds_open(struct ceud *d, struct feeds_job **ret, struct err *err);
void feeds_close(struct feeds_job *f);
void feeds_stop(struct ceud *d);		/* end what is under way */
void feeds_turn(struct ceud *d, int poll);	/* start what is ordered and, if poll, what is due, as far as there are workers */
int64_t feeds_next(struct ceud *d);
int feeds_busy(const struct feeds_job *f);
int feeds_run(struct ceud *d, job_done *done, void *arg, struct err *err);	/* all calendars, now */

/* job_reminders.c: plans mails for rungs that are due, a slice a turn, each committed. */
int reminders_open(struct reminders_job **ret, struct err *err);
void reminders_close(struct reminders_job *j);
void reminders_turn(struct ceud *d);
int64_t reminders_next(const struct ceud *d);
int reminders_busy(const struct reminders_job *j);
/* Look again no later than that. */
void reminders_sooner(struct ceud *d, int64_t instant);
/* Now, and the mails may go at once; done() gets {"planned":[..]}. */
int reminders_run(struct ceud *d, job_done *done, void *arg, struct err *err);
void reminders_stop(struct ceud *d);
/* As a string into the open list: no run was whole for 26 hours. */
void reminders_problem(const struct ceud *d, struct jsonw *w);

/* job_digests.c: the same for teams' digests; at once is every team, whatever the day. */
int digests_open(struct digests_job **ret, struct err *err);
void digests_close(struct digests_job *j);
void digests_turn(struct ceud *d);
int64_t digests_next(const struct ceud *d);
int digests_busy(const struct digests_job *j);
void digests_sooner(struct ceud *d, int64_t instant);
int digests_run(struct ceud *d, job_done *done, void *arg, struct err *err);
void digests_stop(struct ceud *d);

/* job_keep.c: after a start and a reload what is kept of each cycle is found again (another ladder, zone or program text
 * would leave it stale) and evidence is looked at; once a day all that again, and what is past its time is dropped. */
int keeper_open(struct keeper **ret, struct err *err);
void keeper_close(struct keeper *k);
void keeper_turn(struct ceud *d);
int64_t keeper_next(const struct ceud *d);
int keeper_busy(const struct keeper *k);
void keeper_again(struct ceud *d);
/* Of evidence, as strings into the open list. */
void keeper_problems(const struct ceud *d, struct jsonw *w);

/* job_forward.c: the rehearsal clock on its way. Calendars are polled once, at its end. */
int forward_polls(const struct ceud *d);
void forward_turn(struct ceud *d, int busy, int64_t next_due);
void forward_stop(struct ceud *d);

/* job_mail.c */
int mail_open(struct ceud *d, struct mail_job **ret, struct err *err);
void mail_close(struct mail_job *m);
void mail_turn(struct ceud *d);			/* claim and send what is due */
int64_t mail_next(struct ceud *d);
void mail_stop(struct ceud *d);			/* finish the mail on the wire, claim no more */
int mail_busy(const struct mail_job *m);
int mail_run(struct ceud *d, job_done *done, void *arg, struct err *err);	/* every ready mail, one attempt */
int mail_test(struct ceud *d, const char *to, job_done *done, void *arg, struct err *err);
void mail_tests_stop(struct ceud *d);
void mail_reloaded(struct ceud *d);		/* the helper that is there knows the old settings */

/* mailmake.c: a mail from its row, at the moment of sending. */
struct outbox_mail;
enum { MAIL_NOT_WANTED = 1, MAIL_NOT_NOW = 2 };
/* Look at the facts again and render, unless m->bytes are there already. 0: subject, message_id and bytes are set (in the
 * arena). MAIL_NOT_WANTED: m->reason says why. MAIL_NOT_NOW: it is night there, and m->next_try is the morning; never if
 * at_once. -1: error. */
int mail_make(struct ceud *d, struct outbox_mail *m, int at_once, struct arena *a, struct err *err);
/* The address in MAIL FROM. */
int mail_sender(struct ceud *d, char out[256], struct err *err);

#endif
