#ifndef CEUD_ARGS_H
#define CEUD_ARGS_H

#include <stddef.h>
#include <stdint.h>
#include "base/date.h"
#include "rules/program.h"

struct arena;
struct buf;
struct call;
struct err;
struct json;

/*
 * Members of a request's body, and words of its path and query, as people wrote them.  Readers of a member
 * return 1 given, 0 not given (missing or null; *ret untouched), -1 refused (ERR_USAGE); a member of the
 * wrong kind is "field-type".
 */
enum { TITLE_CHARS = 200, PROVIDER_CHARS = 200, NOTE_CHARS = 1000, NAME_CHARS = 100 };

/* 0 if the body (which may be missing) has no other members than these n; else "field-unknown". */
int args_only(const struct call *c, const char *const *names, size_t n, struct err *err);

int args_text(const struct json *body, const char *name, const char **ret, struct err *err);
int args_flag(const struct json *body, const char *name, int *ret, struct err *err);

/* One line for people to read: blanks tidied, at most max_chars. "NAME-control", "NAME-long". "" is
 * allowed. */
int args_line(const struct json *body, const char *name, size_t max_chars, struct arena *a, const char **ret,
    struct err *err);
/* The same where it may not be empty: "NAME-empty". */
int args_filled(const struct json *body, const char *name, size_t max_chars, struct arena *a,
    const char **ret, struct err *err);

/* "hours" as text or "minutes" as a number: 1 to 1440. "hours-double" for both, and the codes of
 * date_parse_hours(). */
int args_minutes(const struct json *body, int *ret, struct err *err);

/* A DATE (date_parse). */
int args_day(const struct json *body, const char *name, day_t today, enum date_look look, day_t *ret,
    struct err *err);

/* "category" as an index of the program: "category-unknown" lists them, "category-ambiguous". */
int args_category(const struct json *body, const struct program *p, int *ret, struct err *err);
int args_category_word(const char *word, const struct program *p, int *ret, struct err *err);

/* "for", a list of competencies: their ids in the order given, each once. "competency-unknown",
 * "competency-ambiguous". */
struct competencies { const char *ids[PROGRAM_COMPETENCIES_MAX]; size_t n; };
int args_competencies(const struct json *body, const struct program *p, struct competencies *ret,
    struct err *err);
int args_competency_word(const char *word, const struct program *p, int *ret, struct err *err);

/* A tag, or a kind of earning, of the program: "tag-unknown", "tag-ambiguous"; "earn-unknown",
 * "earn-ambiguous". */
int args_tag_word(const char *word, const struct program *p, int *ret, struct err *err);
int args_kind_word(const char *word, const struct program *p, int *ret, struct err *err);
/* "tags", a list of them: their ids in the order given, each once. */
struct tags { const char *ids[PROGRAM_TAGS_MAX]; size_t n; };
int args_tags(const struct json *body, const struct program *p, struct tags *ret, struct err *err);
/* "earn", a kind of earning; "" is -1, none. "count", how many items or credits, in hundredths:
 * "count-invalid". */
int args_earn(const struct json *body, const struct program *p, int *ret, struct err *err);
int args_count(const struct json *body, int64_t *ret, struct err *err);

/* What may be shown of a calendar's address, which often carries a secret: scheme, host, and the first
 * piece of the path if it is a short word without digits; what is left out is "...". `url` holds "://". 0,
 * or -1 as buf_add(). */
int args_shown_url(const char *url, struct buf *out);

/* A number of a path or query: "number-invalid" naming `what`. 0 or -1. */
int args_number(const char *word, const char *what, int64_t *ret, struct err *err);
/* "3,4,9": at most API_IDS_MAX, each once. 0 or -1. */
struct ids { int64_t *items; size_t n; };
int args_ids(const char *word, struct arena *a, struct ids *ret, struct err *err);
/* The same as a list of numbers in the body, at least one: 0 or -1. */
int args_id_list(const struct json *body, const char *name, struct arena *a, struct ids *ret,
    struct err *err);

/* ?limit=: 1 to API_PAGE_MAX (that without it). ?after= as a number, 0 without it. ?NAME=1 as a flag. 0 or
 * -1. */
int args_limit(const struct call *c, int *ret, struct err *err);
int args_after(const struct call *c, int64_t *ret, struct err *err);
int args_query_flag(const struct call *c, const char *name, int *ret, struct err *err);
/* ?cycle=YEAR, the year a cycle starts in: 0 without it. "year-invalid". */
int args_query_year(const struct call *c, int *ret, struct err *err);
int args_query_day(const struct call *c, const char *name, day_t today, day_t *ret, struct err *err);

#endif
