#ifndef CEUD_FILES_H
#define CEUD_FILES_H

#include <stddef.h>
#include "base/conf.h"

struct err;

/* Files that an admin keeps for ceud: configuration, programs, templates. */

/* Read a regular file of at most `max` bytes; *ret is malloc'd, with a '\0' after its *len bytes. ERR_FAILED "file-unreadable". */
int file_read(const char *path, size_t max, char **ret, size_t *len, struct err *err);

/* Each regular file in `folder` whose name ends with `ending`, in byte order of names; fn takes over `text`.
 * A folder or file that cannot be read is an error in `errors`. */
typedef void files_fn(void *arg, const char *path, char *text, size_t len, struct conf_errors *errors);
void files_each(const char *folder, const char *ending, size_t max, files_fn *fn, void *arg, struct conf_errors *errors);

/* Make the folder and those above it, mode 0700 for each one made. */
int file_make_folder(const char *path, struct err *err);

/* Hold `folder`/lock for the life of the process: the descriptor, or -1 with ERR_RULE "state-in-use". The folder's mode becomes 0700. */
int file_lock_folder(const char *folder, struct err *err);

#endif
