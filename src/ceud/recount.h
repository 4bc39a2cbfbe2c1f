#ifndef CEUD_RECOUNT_H
#define CEUD_RECOUNT_H

#include "standing.h"

/*
 * A person's entries counted under another program, or another text of the same: for `ceu rules --try`, and for
 * admins before a changed program is installed.  Nothing is stored.
 */
struct recount {
	struct standing after;		/* its program is the other one; waiting events are not looked at */
	const struct entry **unfit; size_t nunfit;	/* of a category it does not know: left out */
};

/* `dates`: of the cycle under that program. Released with recount_free(). */
int recount(struct ceud *d, const struct standing *s, const struct program *p, struct cycle dates, struct arena *a,
    struct recount *ret, struct err *err);
void recount_free(struct recount *r);

/* "20.0 of 20 count instead of 18.0" and the state if it is another one; "" if neither differs. */
struct buf;
int recount_text(const struct standing *before, const struct standing *after, struct buf *out);

#endif
