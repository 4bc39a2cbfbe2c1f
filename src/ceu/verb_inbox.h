#ifndef CEU_VERB_INBOX_H
#define CEU_VERB_INBOX_H

#include <stdint.h>

struct err;
struct json;
struct session;

/* Deciding about events: shared by the single commands and the walk through the inbox. */
struct decision {
	const char *hours, *category, *competencies;	/* NULL: as the calendar suggests */
	int yes;
	int series;			/* of skip: the whole series, for ever */
	int64_t step;			/* of undo that this joins; 0 = one of its own */
};

/* ids joined by commas. {"entries":[..]}, NULL on failure. */
const struct json *inbox_confirm(struct session *s, const char *ids, const struct decision *d,
    struct err *err);
/* {"proposals":[..]}, NULL on failure. */
const struct json *inbox_skip(struct session *s, const char *ids, const struct decision *d, struct err *err);
/* POST to one of "restore", "accept", "dismiss". step as above. */
const struct json *inbox_order(struct session *s, const char *ids, const char *what, int64_t step, struct err *err);

#endif
