#ifndef CEUD_AUTH_H
#define CEUD_AUTH_H

#include "store/people.h"

struct ceud;
struct err;
struct request;

/* Who asks: from the peer's uid and nothing else. */
struct caller {
	struct person person;		/* id 0: the uid is no person */
	int64_t uid;
	int is_admin;			/* role admin, or the uid that runs ceud, root, group ceud-admin */
	int is_lead;			/* leads at least one team */
	const char *name;		/* e-mail or "uid 1000", for the ledger */
};

/* Look up group ceud-admin, once, at start. */
void auth_open(void);

int auth_caller(struct ceud *d, const struct request *r, struct arena *a, struct caller *ret, struct err *err);

/* 0 if the caller is a person or an admin, else ERR_DENIED "uid-unknown". */
int auth_known(const struct caller *c, struct err *err);

/* Whom a word names for somebody who may know: an address, its domain in any letters, or the beginning of one (person_find). */
int auth_person(struct ceud *d, const char *word, struct arena *a, struct person *ret, struct err *err);

/* The person a path's PERSON means for this caller: "me" is the caller, or with ?as=PERSON that one (admins only, ERR_DENIED
 * "not-admin"); somebody else's address needs admin (scope OWN) or admin or lead (scope NUMBERS).
 * ERR_ABSENT "uid-no-person" with "use --as PERSON" when an admin's uid is no person; ERR_DENIED "uid-unknown" for a stranger, with the
 * command the admin must run. */
enum scope { SCOPE_OWN, SCOPE_NUMBERS };
int auth_subject(struct ceud *d, const struct request *r, const struct caller *c, const char *word, enum scope scope,
    struct arena *a, struct person *ret, struct err *err);

#endif
