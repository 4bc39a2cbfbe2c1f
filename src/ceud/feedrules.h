#ifndef CEUD_FEEDRULES_H
#define CEUD_FEEDRULES_H

#include "routes.h"
#include "store/feedrules.h"

struct jsonw;
struct program;

/* Rules that say what events are taken for, as requests write them and answers show them. */

/* The rule that the body describes, not stored. Of an admin's rule for everybody (is_common) a category may be of any
 * program on offer. ERR_USAGE: "rule-field", "rule-test",
 * "value-empty", "value-long", "break-range", "per-day-range", "rule-calendar", "rule-ignore-sets" and those of args.h. */
int feedrules_read(struct call *c, int is_common, struct feed_rule *ret, struct err *err);

/* ERR_RULE "rule-double" if one of those says the same. */
int feedrules_check_double(const struct feed_rule_list *l, const struct feed_rule *r, struct err *err);

void view_feed_rule_members(struct jsonw *w, const struct feed_rule *r);	/* into the open object */

/* `ceu calendar rule add title contains "..." --category C --for K`, in the arena: makes a correction a rule. Quotes and
 * other characters that a shell takes for its own are left out of the title. NULL: no memory. */
const char *feedrules_command(const char *title, const char *category, const char *const *competencies, size_t n,
    struct arena *a);

#endif
