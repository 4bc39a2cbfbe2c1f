#ifndef CEU_VERB_PLAN_H
#define CEU_VERB_PLAN_H

struct err;
struct json;
struct session;

/* Planned entries: it happened (hours NULL: as long as planned), or it will not. ids joined by commas.
 * {"entries":[..]}, NULL on failure. */
const struct json *plan_done(struct session *s, const char *ids, const char *hours, struct err *err);
const struct json *plan_drop(struct session *s, const char *ids, struct err *err);

#endif
