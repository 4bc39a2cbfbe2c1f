#ifndef PACKET_FACTS_READ_H
#define PACKET_FACTS_READ_H

#include "facts.h"
#include "packet.h"

/*
 * Members of JSON objects, with the kind they must have.  All return 0, or -1 with r->err filled:
 * ERR_USAGE "facts-invalid".
 */
struct reading {
	struct err *err;
	struct arena *arena;
	char where[64];			/* "entry 3"; "" at the top */
};

enum { ENTRIES_MAX = 100000 };

int reading_refuse(struct reading *r, const char *member, const char *why);
int reading_object(struct reading *r, const struct json *v, const char *name, const struct json **ret);
int reading_list(
    struct reading *r, const struct json *v, const char *name, size_t most, const struct json **ret);
int reading_text(struct reading *r, const struct json *v, const char *name, const char **ret);
int reading_number(struct reading *r, const struct json *v, const char *name, int64_t least, int64_t most,
    int64_t *ret);
int reading_bool(struct reading *r, const struct json *v, const char *name, int *ret);
int reading_day(struct reading *r, const struct json *v, const char *name, day_t *ret);
int reading_units(struct reading *r, const struct json *v, const char *name, int64_t *ret);
/* These may be absent or null, which gives `fallback`. */
int reading_maybe_text(struct reading *r, const struct json *v, const char *name, const char *fallback,
    const char **ret);
int reading_maybe_day(struct reading *r, const struct json *v, const char *name, day_t *ret);
int reading_maybe_units(
    struct reading *r, const struct json *v, const char *name, int64_t fallback, int64_t *ret);
/* `n` zeroed items in the arena. */
int reading_array(struct reading *r, size_t n, size_t size, void **ret);

/* The entries of v into f, and the parts of its entries into those. */
int facts_read_entries(struct reading *r, const struct json *v, struct facts *f);
int facts_read_pieces(struct reading *r, const struct json *v, struct facts *f);

#endif
