#ifndef CEU_FILE_H
#define CEU_FILE_H

#include <limits.h>
#include <stddef.h>

struct buf;
struct err;

/* Files that a person names, read and written with her rights. */

/* What to do about a file that cannot be used; NULL: nothing better than what is said anyway. */
struct advice { const char *open, *kind, *large; };

/* Open an ordinary file for reading. ERR_ABSENT or ERR_FAILED "file", ERR_USAGE "file-kind" (a folder, a
 * device, a pipe). */
int file_open(const char *path, const struct advice *advice, int *ret_fd, size_t *ret_size, struct err *err);

/* The whole of it, at most `most` bytes: ERR_USAGE "file-large". */
int file_read(const char *path, size_t most, const struct advice *advice, struct buf *out, struct err *err);

/* The last part of the path. */
const char *file_name(const char *path);
/* What a server calls a file, made safe to be one in the present folder: letters, digits and "._-" of it, no
 * dot or dash in front; `fallback` if nothing is left. */
void file_safe_name(const char *from, const char *fallback, char *out, size_t size);

/* 1 an ordinary file is there, 0 nothing is, -1 with err: ERR_RULE "file-kind". */
int file_there(const char *path, struct err *err);

/* A file being written: PATH.part in the same folder until it is whole. fd -1: none. */
struct saving { int fd; char path[PATH_MAX], part[PATH_MAX]; };
/* ERR_FAILED "file", ERR_RULE "file-part" (another one is being written, or was broken off). */
int saving_begin(struct saving *v, const char *path, struct err *err);
/* It is whole: to the disk, then PATH. Without `replace` what appeared there meanwhile stays: ERR_RULE
 * "file-exists". The part is gone in any case. */
int saving_end(struct saving *v, int replace, struct err *err);
void saving_drop(struct saving *v);

#endif
