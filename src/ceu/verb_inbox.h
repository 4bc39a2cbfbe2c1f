#ifndef CEU_VERB_INBOX_H
#define CEU_VERB_INBOX_H

struct err;
struct json;
struct session;

/* Deciding about events: shared by the single commands and the walk through the inbox. */
struct decision {
	const char *hours, *category, *competencies;
	int yes;
}; /* NULL: as the calendar suggests */

/* ids joined by commas. {"entries":[..]}, NULL on failure. */
const struct json *inbox_confirm(struct session *s, const char *ids, const struct decision *d,
    struct err *err);
/* {"proposals":[..]}, NULL on failure. */
const struct json *inbox_skip(struct session *s, const char *ids, int series, struct err *err);

#endif
