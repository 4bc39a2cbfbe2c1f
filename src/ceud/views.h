#ifndef CEUD_VIEWS_H
#define CEUD_VIEWS_H

#include "base/buf.h"
#include "base/err.h"
#include "base/json.h"
#include "routes.h"
#include "standing.h"
#include "store/calendars.h"
#include "store/entries.h"
#include "store/ledger.h"
#include "store/outbox.h"
#include "store/people.h"

/*
 * The objects of the API (INTERFACE.md section 2), one writer each.  `name` is that of the member, NULL in
 * a list or at the top.  Failures stick in the writer's buffer: a handler ends with views_done().
 */

/* 0, or ERR_FAILED "out-of-memory" if the reply could not be written. */
static inline int views_done(const struct call *c, struct err *err) {
	return c->reply.body.failed ? err_oom(err) : 0;
}

/* The cycles of a person, each evaluated when an entry of it is first asked for. */
struct book {
	struct ceud *d;
	struct person person;
	struct arena *arena;
	struct cycle_list cycles;
	struct standing *standings;	/* one a cycle; program NULL = not loaded */
	/* for entries in no cycle: that of the newest cycle, else the person's or the default */
	const struct program *program;
};
int book_open(struct ceud *d, const struct person *p, struct arena *a, struct book *ret, struct err *err);
/* The standing that holds the entry and its place there; *ret NULL for an entry in no cycle. */
int book_find(struct book *b, const struct entry *e, const struct standing **ret, size_t *at,
    struct err *err);
void book_close(struct book *b);

struct entry_view {
	const struct entry *entry;
	const struct program *program;
	const struct standing *standing;	/* NULL: in no cycle */
	size_t at;				/* place in it */
	int is_change;				/* the answer to a change */
	int64_t cut;				/* of a change: what limits take because of it */
	const char *conflict;			/* of a confirmed event: what took place at the same time, or NULL */
	const char *rule;			/* the command that makes a correction a rule, or NULL */
	struct evidence_list files;		/* its evidence, and what its calendar says of it now: view_files() */
	const char *news; int64_t news_of;	/* a sentence, NULL without one; number of the event */
};
/* Load the evidence of the entry, and the news of its event. */
int view_files(struct ceud *d, struct entry_view *v, struct arena *a, struct err *err);
void view_entry(struct jsonw *w, const char *name, const struct entry_view *v);
/* The entry's verdict, as it is shown: also for one in no cycle. */
struct entry_verdict view_verdict(const struct entry_view *v);

/* What limits take from the entry at `at`, or from others because of it: hundredths. */
int view_cut(const struct standing *s, size_t at, int64_t *ret, struct err *err);
/* The sentence about it. */
int view_over_limit(const struct standing *s, const struct entry_fact *f, int64_t units, int64_t cut,
    struct buf *out);

void view_status(struct jsonw *w, const char *name, const struct standing *s);
void view_status_members(struct jsonw *w, const struct standing *s);	/* into the open object */
void view_rules(struct jsonw *w, const char *name, const struct standing *s);
void view_why(struct jsonw *w, const struct standing *s, size_t at);
/* An entry that waits for its person's word although its day is over. */
int view_is_due(const struct standing *s, size_t at);
/* What a rule's source is called, or NULL. */
const char *view_source(const struct program *p, const char *id);
/* "assumptions", a member of the open object. */
void view_assumptions(struct jsonw *w, const struct program *p);
void view_team_row(struct jsonw *w, const struct standing *s);

struct person_view {
	const struct person *person;
	const struct cycle_row *cycle;		/* or NULL */
	const struct team_list *teams;
	const char *zone;
};
void view_person(struct jsonw *w, const char *name, const struct person_view *v);
void view_team(struct jsonw *w, const char *name, const struct team *t, const char *lead,
    const struct person_list *people);

struct proposal_view {
	const struct proposal *proposal;
	const struct standing *standing;	/* NULL: the person has no cycle */
	struct event_worth worth;
	int has_conflict;			/* something else takes place at the same time */
	const int64_t *series_adds;		/* what all waiting dates of its series add; NULL: there are no others */
	struct proposal_list twins;		/* where else it is known */
	const struct proposal_news *news;	/* what its calendar says now, or NULL */
	const struct zone *zone;		/* the person's */
	int64_t now;
};
void view_proposal(struct jsonw *w, const struct proposal_view *v);
const char *view_proposal_state(const struct proposal *p, int64_t now);	/* "planned": waits, and is not over yet */
void view_calendar(struct jsonw *w, const char *name, const struct calendar *c, const struct calendar_counts *n);
/* What to do about a calendar in an unusual state, as a sentence; "" = nothing. Returns out. */
char *view_calendar_notice(const struct calendar *c, char *out, size_t size);
void view_change(struct jsonw *w, const struct change *c);
void view_program(struct jsonw *w, const char *name, const struct program *p, int whole);
void view_mail(struct jsonw *w, const struct outbox_mail *m);
void view_mail_members(struct jsonw *w, const struct outbox_mail *m);	/* into the open object */

/* Members of the open object. */
void view_chance(struct jsonw *w, const char *name, int per_mille);	/* 52 -> 0.052 */
void view_event_times(struct jsonw *w, const struct event *e);	/* "start" "end" "date" "zone" "all_day" */
void view_competencies(struct jsonw *w, const char *joined);	/* "competencies" from ids joined by ',' */

#endif
