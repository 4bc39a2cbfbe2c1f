#ifndef CEUD_DIGESTMAIL_H
#define CEUD_DIGESTMAIL_H

#include "digestfacts.h"
#include "mailmake.h"

/* A digest as a message. Private to the files of digests. */

/* k->m has its key and its recipient; the walk is rendered. What goes with it is added (CSV, List-Id, links that stop it) and
 * all is built into k->m. as_id: the Message-ID, NULL for the row's own. k->mail stays empty. */
int digest_build(struct making *k, struct digest_walk *w, const char *as_id, struct err *err);

/* "cx-team-2026-03-09" + extension, in the arena: letters, digits and - of the name. NULL: no memory. */
const char *digest_file_name(const struct digest_walk *w, const char *extension, struct arena *a);

/* A digest that has no bytes when it is to be sent (sent once more, or planned by an older ceud), made of now. 1: *ret is whole,
 * rendered and the caller's; 0: it is in the making, again in a second; -1. Goes on with the turns of the job. */
int digests_again(struct ceud *d, int64_t mail, const struct team *t, const struct person *lead, struct digest_walk **ret,
    struct err *err);

#endif
