#ifndef CEU_VERBS_H
#define CEU_VERBS_H

#include "base/buf.h"
#include "base/err.h"
#include "base/json.h"
#include "render.h"
#include "session.h"
#include "view.h"

/* What the verbs share. */

typedef void render_fn(struct page *p, struct arena *a, const struct json *doc);

/* Print what was answered: as JSON, or laid out by fn. doc NULL: -1 (err is filled). */
int verb_show_answer(struct session *s, const struct json *doc, render_fn *fn, struct err *err);
int verb_get(struct session *s, const char *path, render_fn *fn, struct err *err);
int verb_get_list(struct session *s, const char *path, const char *plural, render_fn *fn, struct err *err);

/* POST an empty object there; then print the answer, or tell of it unless --quiet. */
int verb_order(struct session *s, const char *path, void (*tell)(struct session *, const struct json *),
    struct err *err);

/* That text of an answer as it is, byte for byte, to standard output: for a file or another program. */
int verb_print_bytes(struct session *s, const struct json *doc, const char *name, struct err *err);

/* The person's status after a change, for its totals; NULL (and no error) where there is none to show. */
const struct json *verb_standing(struct session *s);

/* "Wrong? ceu undo" at the right end of a line of its own or of the present one. */
void verb_wrong(struct session *s);

/* Names of options that go into a body as they are. */
struct field { const char *name; enum option_id option; };
void verb_fields(struct session *s, struct jsonw *w, const struct field *fields, size_t n);
int verb_any(const struct session *s, const struct field *fields, size_t n);

/* --earn KIND[=COUNT] as members "earn" and "count"; an empty one takes the kind away. ERR_USAGE
 * "option-value". */
int verb_earn(struct session *s, struct jsonw *w, struct err *err);

/* POST or PATCH of a body; frees it. */
struct send { enum method method; const char *path; struct buf body; const char *etag; int timeout_ms; };
const struct json *verb_send(struct session *s, struct send *send, struct err *err);

/* The words of the command but the first that is a word, encoded into a path: "people/" + word. */
int verb_path(struct session *s, char path[PATH_SIZE], const char *before, const char *word,
    const char *after, struct err *err);

#endif
