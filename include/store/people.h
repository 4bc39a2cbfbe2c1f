#ifndef STORE_PEOPLE_H
#define STORE_PEOPLE_H

#include "store/store.h"
#include "rules/credit.h"
#include "rules/cycle.h"

/* People, teams, cycles, and the program texts that cycles are bound to. */

enum role { ROLE_PROFESSIONAL, ROLE_ADMIN };	/* whoever leads a team is a lead besides */
const char *role_name(enum role r);		/* "professional" "admin" */

struct person {
	int64_t id;
	const char *email;		/* lower case; unique */
	const char *name;		/* may be "" */
	const char *login;		/* system login or "" */
	int64_t uid;			/* of the login, -1 if none */
	const char *program;		/* id, or "" without a cycle */
	const char *zone;		/* tzdb name, "" = the installation's */
	enum role role;
	int disabled;
	int64_t created_at;
	/* reminders */
	day_t muted_until;		/* none are sent for days up to this one; DAY_NONE (or 0) = on, MUTED_FOREVER = off */
	const char *reminder_days;	/* her own ladder, "120,60,14" (rules/ladder.h), "" = the program's */
};
#define MUTED_FOREVER ((day_t)2932896)	/* 9999-12-31 */
struct person_list { struct person *items; size_t n, cap; };

/* Insert; p->id is set. ERR_RULE "person-exists" (email), "login-taken". */
int person_add(struct store *s, const struct actor *by, struct person *p, struct err *err);
/* Store all fields of p but id and created_at. ERR_RULE "person-exists" (another has that email), "login-taken". */
int person_update(struct store *s, const struct actor *by, const struct person *p, struct err *err);
/* ERR_ABSENT "no-person". */
int person_get(struct store *s, int64_t id, struct arena *a, struct person *ret, struct err *err);
/* By e-mail or an unambiguous beginning of one: ERR_ABSENT "no-person", ERR_USAGE "person-ambiguous" naming up to five. */
int person_find(struct store *s, const char *word, struct arena *a, struct person *ret, struct err *err);
/* By uid: 1 found, 0 none, -1 error. Disabled people are found too. */
int person_by_uid(struct store *s, int64_t uid, struct arena *a, struct person *ret, struct err *err);
int person_count(struct store *s, int64_t *ret, struct err *err);	/* not disabled */
/* The same, counted no further than to `most`, however many there are. */
int person_count_to(struct store *s, int64_t most, int64_t *ret, struct err *err);
/* All, by e-mail; `after` is the last e-mail of the page before or "". */
int person_page(struct store *s, const char *after, int limit, struct arena *a, struct person_list *ret, struct err *err);

struct team { int64_t id; const char *name; int64_t lead; /* person or 0 */
	const char *every;		/* "week" "month" "change", "" = as ceud.conf says */
	int csv;			/* the digest carries the numbers as CSV */
};
struct team_list { struct team *items; size_t n, cap; };
int team_add(struct store *s, const struct actor *by, struct team *t, struct err *err);	/* ERR_RULE "team-exists", ERR_USAGE "team-name" */
int team_update(struct store *s, const struct actor *by, const struct team *t, struct err *err);
/* By name or an unambiguous beginning, case folded: ERR_ABSENT "no-team", ERR_USAGE "team-ambiguous". */
int team_find(struct store *s, const char *word, struct arena *a, struct team *ret, struct err *err);
int team_get(struct store *s, int64_t id, struct arena *a, struct team *ret, struct err *err);
int team_page(struct store *s, const char *after, int limit, struct arena *a, struct team_list *ret, struct err *err);
int team_join(struct store *s, const struct actor *by, int64_t team, int64_t person, struct err *err);	/* twice is fine */
int team_leave(struct store *s, const struct actor *by, int64_t team, int64_t person, struct err *err);
int team_of_person(struct store *s, int64_t person, struct arena *a, struct team_list *ret, struct err *err);
int team_led_by(struct store *s, int64_t person, struct arena *a, struct team_list *ret, struct err *err);
/* Members that are not disabled, by e-mail. */
int team_people(struct store *s, int64_t team, struct arena *a, struct person_list *ret, struct err *err);
/* 1 if `lead` leads a team that `person` is in. */
int team_leads(struct store *s, int64_t lead, int64_t person, int *ret, struct err *err);

struct cycle_row {
	int64_t id, person;
	const char *program_hash;
	day_t start, end, anchor_end;
	day_t counts_from, counts_until;	/* entries of these days belong to it: start and end, unless grace days earn or
					 * the cycle was submitted early (struct credit_cycle) */
	int is_first;			/* the person's first of that program; cycle_open() fills it */
	int64_t carried;		/* hundredths brought from the cycle before */
	day_t enrolled_on;		/* the day it was opened or last moved: for the ladder */
	int64_t submitted_at, closed_at;	/* 0 = not */
	int64_t submission;		/* what was frozen: id, 0 = not submitted */
	/* found by rules/ and kept for speed; rebuilt by cycle_keep() */
	int64_t counted, required;
	enum cycle_state state;
	int chance;			/* per mille */
	day_t next_check;		/* DAY_NONE = never */
	day_t next_rung;		/* next day the ladder can have something; DAY_NONE = never */
	int64_t rev;			/* rises with every change of the cycle or its entries */
};
struct cycle_list { struct cycle_row *items; size_t n, cap; };
/* c->id, is_first and rev are set; its program text must be there (ERR_ABSENT "no-program-text").
 * ERR_RULE "cycle-overlap" if the person has another cycle with days, or days that count, in common; ERR_USAGE
 * "cycle-dates". */
int cycle_open(struct store *s, const struct actor *by, struct cycle_row *c, struct err *err);
/* Move an open cycle's dates, those that count with them; keeps its id. ERR_ABSENT "no-cycle", ERR_RULE "cycle-closed"
 * and those of cycle_open(). */
int cycle_move(struct store *s, const struct actor *by, int64_t id, struct cycle dates, struct cycle counts,
    day_t anchor_end, day_t enrolled_on, struct err *err);
/* Bind an open cycle to another text of a program, with ledger (action "rebind"). ERR_ABSENT "no-cycle",
 * "no-program-text", ERR_RULE "cycle-closed". */
int cycle_rebind(struct store *s, const struct actor *by, int64_t id, const char *hash, struct err *err);
/* Close it: renewed, or given up for a reinstatement; action as given. counts_until: the last day whose entries stay
 * in it. Its next_check and next_rung become never. ERR_RULE "cycle-closed". */
int cycle_close(struct store *s, const struct actor *by, const char *action, int64_t id, day_t counts_until,
    const char *text, struct err *err);

/* What was sent in, frozen: rows are added, never changed. `body` is a JSON document of the entries and the verdict. */
struct submission { int64_t id, cycle, at; day_t on; int64_t counted, required; const char *body; };
/* Freeze: insert, set sub->id and the cycle's submitted_at and submission, with ledger (action "submit").
 * ERR_RULE "cycle-submitted" if it is already. Undone, the row stays and the cycle no longer names it. */
int submission_add(struct store *s, const struct actor *by, struct submission *sub, struct err *err);
int submission_get(struct store *s, int64_t id, struct arena *a, struct submission *ret, struct err *err);	/* ERR_ABSENT "no-submission" */

/* The person's open cycle (the newest): 1 found, 0 none, -1 error. */
int cycle_current(struct store *s, int64_t person, struct arena *a, struct cycle_row *ret, struct err *err);
/* The one whose counting days hold `day`: 1, 0, -1. */
int cycle_at(struct store *s, int64_t person, day_t day, struct arena *a, struct cycle_row *ret, struct err *err);
/* Oldest first. */
int cycle_list_of(struct store *s, int64_t person, struct arena *a, struct cycle_list *ret, struct err *err);
/* What rules/ found: kept, never truth. */
struct cycle_found { int64_t counted, required; enum cycle_state state; int chance; day_t next_check, next_rung; };
int cycle_keep(struct store *s, int64_t id, const struct cycle_found *found, struct err *err);
/* First statement of every transaction that changes entries of it: rev + 1. */
int cycle_lock(struct store *s, int64_t id, struct err *err);
/*
 * What a digest or a team's page needs of its members, in pages of one statement each and without one for each person.
 * By id, as snapshots are: go on after the id of the page's last one; a page that is not full is the last. No disabled ones.
 * cycle: the newest open one, id 0 = none. Its counted, required, state, chance are as kept: true until the day next_check
 * has come in the person's zone; from then on (cycle_due() has not been there yet) evaluate. All else is read now.
 */
struct member_row {
	struct person person;
	struct cycle_row cycle;
	int waiting;				/* events in the inbox that ended by `now` */
	int bare;				/* entries of the cycle, not void, not planned, without evidence: no fewer than those that
						 * count and have none */
};
struct member_list { struct member_row *items; size_t n, cap; };
int team_member_page(struct store *s, int64_t team, int64_t after, int64_t now, int limit, struct arena *a,
    struct member_list *ret, struct err *err);

/* Cycles whose next_check or next_rung is on or before `day`, oldest first, people not disabled; at most `limit`. */
int cycle_due(struct store *s, day_t day, int limit, struct arena *a, struct cycle_list *ret, struct err *err);
/* The smallest next_check or next_rung of all, DAY_NONE if none. */
int cycle_next_due(struct store *s, day_t *ret, struct err *err);
/* Open cycles by id, after `after`, at most `limit`: of one program id ("" = of all), whatever its text. For walks over
 * everybody in slices. */
int cycle_page(struct store *s, const char *program, int64_t after, int limit, struct arena *a, struct cycle_list *ret,
    struct err *err);

/* Open cycles of a program: those bound to this text of it, and those bound to another. */
int cycle_bound(struct store *s, const char *program, const char *hash, int64_t *ret, int64_t *ret_other,
    struct err *err);

struct program_text { const char *hash, *id, *text; size_t len; };
int program_text_put(struct store *s, const struct program_text *p, int64_t now, struct err *err);	/* known hash: no-op */
/* ERR_ABSENT "no-program-text". */
int program_text_get(struct store *s, const char *hash, struct arena *a, struct program_text *ret, struct err *err);

/* Programs that an admin installed: the text on offer for new cycles under that id, with ledger (subject none, object
 * "program:ID"). Its text must be there. The newest one of an id holds. */
int program_install(struct store *s, const struct actor *by, const struct program_text *p, struct err *err);
struct program_text_list { struct program_text *items; size_t n, cap; };
int program_installed(struct store *s, struct arena *a, struct program_text_list *ret, struct err *err);	/* by id */

#endif
