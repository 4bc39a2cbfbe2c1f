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
};
struct person_list { struct person *items; size_t n, cap; };

/* Insert; p->id is set. ERR_RULE "person-exists" (email), "login-taken". */
int person_add(struct store *s, const struct actor *by, struct person *p, struct err *err);
/* Store all fields of p but id, email and created_at. */
int person_update(struct store *s, const struct actor *by, const struct person *p, struct err *err);
/* ERR_ABSENT "no-person". */
int person_get(struct store *s, int64_t id, struct arena *a, struct person *ret, struct err *err);
/* By e-mail or an unambiguous beginning of one: ERR_ABSENT "no-person", ERR_USAGE "person-ambiguous" naming up to five. */
int person_find(struct store *s, const char *word, struct arena *a, struct person *ret, struct err *err);
/* By uid: 1 found, 0 none, -1 error. Disabled people are found too. */
int person_by_uid(struct store *s, int64_t uid, struct arena *a, struct person *ret, struct err *err);
int person_count(struct store *s, int64_t *ret, struct err *err);	/* not disabled */
/* All, by e-mail; `after` is the last e-mail of the page before or "". */
int person_page(struct store *s, const char *after, int limit, struct arena *a, struct person_list *ret, struct err *err);

struct team { int64_t id; const char *name; int64_t lead; /* person or 0 */ const char *every; /* monday|month|change */ };
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
	day_t enrolled_on;		/* the day it was opened or last moved: for the ladder */
	int64_t submitted_at, closed_at;	/* 0 = not */
	/* found by rules/ and kept for speed; rebuilt by cycle_keep() */
	int64_t counted, required;
	enum cycle_state state;
	day_t next_check;		/* DAY_NONE = never */
	day_t next_rung;		/* next day the ladder can have something; DAY_NONE = never */
	int64_t rev;			/* rises with every change of the cycle or its entries */
};
struct cycle_list { struct cycle_row *items; size_t n, cap; };
/* c->id and rev are set; its program text must be there (ERR_ABSENT "no-program-text").
 * ERR_RULE "cycle-overlap" if the person has another cycle with days in common; ERR_USAGE "cycle-dates". */
int cycle_open(struct store *s, const struct actor *by, struct cycle_row *c, struct err *err);
/* Move an open cycle's dates; keeps its id. ERR_ABSENT "no-cycle", ERR_RULE "cycle-closed" and those of cycle_open(). */
int cycle_move(struct store *s, const struct actor *by, int64_t id, struct cycle dates, day_t anchor_end,
    day_t enrolled_on, struct err *err);
/* The person's open cycle (the newest): 1 found, 0 none, -1 error. */
int cycle_current(struct store *s, int64_t person, struct arena *a, struct cycle_row *ret, struct err *err);
/* The one that holds `day`: 1, 0, -1. */
int cycle_at(struct store *s, int64_t person, day_t day, struct arena *a, struct cycle_row *ret, struct err *err);
/* Oldest first. */
int cycle_list_of(struct store *s, int64_t person, struct arena *a, struct cycle_list *ret, struct err *err);
/* What rules/ found: kept, never truth. `found` members: counted, required, state, next_check. */
int cycle_keep(struct store *s, int64_t id, int64_t counted, int64_t required, enum cycle_state state,
    day_t next_check, day_t next_rung, struct err *err);
/* First statement of every transaction that changes entries of it: rev + 1. */
int cycle_lock(struct store *s, int64_t id, struct err *err);
/* Cycles whose next_check or next_rung is on or before `day`, oldest first, people not disabled; at most `limit`. */
int cycle_due(struct store *s, day_t day, int limit, struct arena *a, struct cycle_list *ret, struct err *err);
/* The smallest next_check or next_rung of all, DAY_NONE if none. */
int cycle_next_due(struct store *s, day_t *ret, struct err *err);

struct program_text { const char *hash, *id, *text; size_t len; };
int program_text_put(struct store *s, const struct program_text *p, int64_t now, struct err *err);	/* known hash: no-op */
/* ERR_ABSENT "no-program-text". */
int program_text_get(struct store *s, const char *hash, struct arena *a, struct program_text *ret, struct err *err);

#endif
