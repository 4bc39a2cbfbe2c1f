#ifndef CEU_VERB_FILES_H
#define CEU_VERB_FILES_H

#include <stddef.h>

struct err;
struct json;
struct jsonw;
struct session;

/* Send the files' contents; nothing is kept with an entry yet. All are looked at before the first one goes.
 * ret[n]: {"name","sha256","bytes"} of each. */
int files_upload(struct session *s, const char *const *paths, size_t n, const struct json **ret,
    struct err *err);
/* [{"name","sha256"}] as that member. */
void files_write(struct jsonw *w, const char *member, const struct json *const *files, size_t n);

#endif
