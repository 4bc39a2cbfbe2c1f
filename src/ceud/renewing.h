#ifndef CEUD_RENEWING_H
#define CEUD_RENEWING_H

#include "views.h"

/* What submitting and renewing share. */

/* ERR_RULE "cycle-lapsed"; "window-closed" before the first day; "cycle-not-done" with each rule that is
 * not met and another step to take. */
int renewing_refuse_lapsed(const struct standing *s, struct err *err);
int renewing_check_window(const struct standing *s, day_t day, struct err *err);
int renewing_refuse_not_done(const struct standing *s, const char *next, struct err *err);
/* Is every rule met? */
int renewing_is_done(const struct verdict *v, const struct program *p);

/* An item of "warnings"; those about what is unproven, undecided or only planned when a cycle is finished
 * whose days count until that one. */
void renewing_warn(struct jsonw *w, const char *code, const char *text);
void renewing_warn_open_ends(struct jsonw *w, const struct standing *s, day_t until);

/* The members of the open cycle's status as it is now, kept; into the open object of the reply. */
int renewing_write_now(struct call *c, struct jsonw *w, struct err *err);

#endif
