#ifndef CEU_VIEW_H
#define CEU_VIEW_H

#include <stdint.h>
#include "base/date.h"

struct arena;
struct json;

/* Members of what the API answered, made fit to be shown. Nothing here fails: what is missing is "", 0 or
 * DAY_NONE. */

/* The text without anything that steers a terminal; "" if absent (or on lack of memory). */
const char *view_str(struct arena *a, const struct json *v, const char *name);
const char *view_text(struct arena *a, const struct json *value);		/* of a string value itself */
const char *view_lines(struct arena *a, const struct json *v, const char *name);	/* keeps '\n' */
int64_t view_int(const struct json *v, const char *name);
int64_t view_number(const struct json *value);					/* of an integer itself */
int view_has(const struct json *v, const char *name);				/* there and not null */
int64_t view_units(const struct json *v, const char *name); /* hundredths; may be negative */
day_t view_day(const struct json *v, const char *name); /* of the first ten characters of a text */

/* "12.0": one place at least; "20": as few as can be. From the arena; "" on lack of memory. */
const char *view_amount(struct arena *a, int64_t hundredths);
const char *view_whole(struct arena *a, int64_t hundredths);
const char *view_date(struct arena *a, day_t day, enum date_style style);	/* "-" for DAY_NONE */
/* An instant of the API (UTC) on this machine's clock: "12 Mar 2026 14:07"; "-" if absent. */
const char *view_instant(struct arena *a, const struct json *v, const char *name);
/* The same on the clock of a zone that the API named (NULL, or one that is not known here: this machine's). */
const char *view_instant_in(struct arena *a, const struct json *v, const char *name, const char *zone);
/* Texts of a list joined by `glue`. */
const char *view_joined(struct arena *a, const struct json *list, const char *glue);
const char *view_printf(struct arena *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* A name so short that a table can hold it: up to its first comma, then whole words, without a trailing "and"
 * or "or". */
const char *view_short(struct arena *a, const char *name, size_t width);

/* "212 KB". Returns out. */
enum { BYTES_SIZE = 32 };
char *view_bytes(int64_t n, char out[BYTES_SIZE]);

/* A chance of 0..1 in words: "about 5%", "less than 1%", "more than 99%". "" if it is not known. */
const char *view_chance(struct arena *a, const struct json *v, const char *name);
/* The same for a table: "5 %", "< 1 %". */
const char *view_percent(struct arena *a, const struct json *v, const char *name);

/* Joined as people do: "3, 6 and 7". items[n]. */
const char *view_series(struct arena *a, const char *const *items, size_t n, const char *last);

/* The item of a list of {"id"} with that id, or NULL. */
const struct json *view_find(const struct json *list, const char *id);
/* Its name, else the id itself. */
const char *view_name(struct arena *a, const struct json *list, const char *id);

/* `one` for 1 and -1, else `many`. */
const char *view_plural(int64_t n, const char *one, const char *many);

#endif
