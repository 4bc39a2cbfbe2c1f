/* Files that a person names: opened for reading, and written so that none is ever half there. */
#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/text.h"

enum { SHOWN = 160, PIECE = 65536, KIB = 1000 };

/* ---- reading */

static int advise(const char *advice, struct err *err)
{
	return advice ? err_next(err, "%s", advice) : -1;
}

static int refuse_kind(mode_t mode, const char *shown, const struct advice *advice, struct err *err)
{
	err_set(err, ERR_USAGE, "file-kind", "\"%s\" is no ordinary file%s.", shown,
	    S_ISDIR(mode) ? " but a folder" : "");
	return advise(advice->kind, err);
}

int file_open(const char *path, const struct advice *advice, int *ret_fd, size_t *ret_size, struct err *err)
{
	/* Not to wait for whoever writes into a pipe. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	char shown[SHOWN];
	struct stat st;

	text_excerpt(shown, sizeof shown, path);
	if (fd < 0) {
		int absent = errno == ENOENT || errno == ENOTDIR;

		err_errno(err, "file", "\"%s\" cannot be opened", shown);
		err->class = absent ? ERR_ABSENT : ERR_FAILED;
		return advise(advice->open, err);
	}
	if (fstat(fd, &st)) {
		err_errno(err, "file", "\"%s\" cannot be looked at", shown);
		close(fd);
		return -1;
	}
	if (!S_ISREG(st.st_mode)) {
		close(fd);
		return refuse_kind(st.st_mode, shown, advice, err);
	}
	*ret_fd = fd;
	*ret_size = (size_t)st.st_size;
	return 0;
}

static int read_all(int fd, size_t most, const char *shown, struct buf *out, struct err *err)
{
	for (;;) {
		ssize_t n;

		if (buf_reserve(out, PIECE))
			return err_oom(err);
		n = read(fd, out->data + out->len, PIECE);
		if (n < 0 && errno != EINTR)
			return err_errno(err, "file", "\"%s\" cannot be read", shown);
		if (!n)
			return 0;
		out->len += n > 0 ? (size_t)n : 0;
		out->data[out->len] = '\0';
		if (out->len > most)
			return err_set(err, ERR_USAGE, "file-large", "\"%s\" grows while it is read.", shown);
	}
}

int file_read(const char *path, size_t most, const struct advice *advice, struct buf *out, struct err *err)
{
	char shown[SHOWN];
	size_t size;
	int fd, failed;

	text_excerpt(shown, sizeof shown, path);
	if (file_open(path, advice, &fd, &size, err))
		return -1;
	if (size > most) {
		close(fd);
		err_set(err, ERR_USAGE, "file-large", "\"%s\" has more than %zu kB.", shown, most / KIB);
		return advise(advice->large, err);
	}
	failed = read_all(fd, most, shown, out, err);
	close(fd);
	return failed;
}

const char *file_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

void file_safe_name(const char *from, const char *fallback, char *out, size_t size)
{
	static const char safe[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
	size_t n = 0;

	for (const char *p = from; *p && n + 1 < size; p++)
		if (strchr(safe, *p) && (n || (*p != '.' && *p != '-')))
			out[n++] = *p;
	out[n] = '\0';
	if (!n)
		text_copy(out, size, fallback);
}

/* ---- writing */

int file_there(const char *path, struct err *err)
{
	char shown[SHOWN];
	struct stat st;

	if (stat(path, &st))
		return !lstat(path, &st);	/* a link that leads nowhere is there too */
	if (S_ISREG(st.st_mode))
		return 1;
	text_excerpt(shown, sizeof shown, path);
	err_set(err, ERR_RULE, "file-kind", "\"%s\" is there and is no ordinary file%s.", shown,
	    S_ISDIR(st.st_mode) ? " but a folder" : "");
	return err_next(err, "Name a file, such as: %s%sexport.zip", S_ISDIR(st.st_mode) ? shown : "",
	    S_ISDIR(st.st_mode) && shown[strlen(shown) - 1] != '/' ? "/" : "");
}

int saving_begin(struct saving *v, const char *path, struct err *err)
{
	struct saving fresh = { .fd = -1 };
	int n = snprintf(fresh.part, sizeof fresh.part, "%s.part", path);
	char shown[SHOWN];

	text_excerpt(shown, sizeof shown, path);
	if (n < 0 || (size_t)n >= sizeof fresh.part) {
		err_set(err, ERR_USAGE, "file", "The name of the file is too long.");
		return err_next(err, "Name a shorter one.");
	}
	text_copy(fresh.path, sizeof fresh.path, path);
	fresh.fd = open(fresh.part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fresh.fd < 0 && errno == EEXIST) {
		err_set(err, ERR_RULE, "file-part", "\"%s.part\" is there: it is being written by another ceu, "
		    "or was broken off.", shown);
		return err_next(err, "Remove it or name another FILE.");
	}
	if (fresh.fd < 0) {
		err_errno(err, "file", "\"%s\" cannot be written", shown);
		return err_next(err, "Name a FILE in a folder where you may write.");
	}
	*v = fresh;
	return 0;
}

void saving_drop(struct saving *v)
{
	if (v->fd < 0)
		return;
	close(v->fd);
	/* That it cannot be removed either is told by the next one who finds it. */
	(void)unlink(v->part);
	v->fd = -1;
}

/* So that the new name survives a power cut; in a folder that cannot be opened for it the file is there all
 * the same. */
static void sync_folder(const char *path)
{
	char folder[PATH_MAX];
	int fd;

	text_copy(folder, sizeof folder, path);
	folder[file_name(path) - path] = '\0';
	fd = open(*folder ? folder : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return;
	(void)fsync(fd);
	close(fd);
}

static int put_in_place(const struct saving *v, int replace)
{
	if (replace)
		return rename(v->part, v->path);
	if (!renameat2(AT_FDCWD, v->part, AT_FDCWD, v->path, RENAME_NOREPLACE))
		return 0;
	if (errno != EINVAL && errno != ENOSYS)
		return -1;
	/* A file system that has no such call. */
	return access(v->path, F_OK) ? rename(v->part, v->path) : (errno = EEXIST, -1);
}

int saving_end(struct saving *v, int replace, struct err *err)
{
	char shown[SHOWN];

	text_excerpt(shown, sizeof shown, v->path);
	if (fsync(v->fd)) {
		err_errno(err, "output", "\"%s\" cannot be written", shown);
		saving_drop(v);
		return err_next(err, "See that there is room, or name another FILE.");
	}
	if (put_in_place(v, replace)) {
		if (errno == EEXIST)
			err_set(err, ERR_RULE, "file-exists", "\"%s\" is there already.", shown);
		else
			err_errno(err, "output", "\"%s\" cannot be put in its place", shown);
		saving_drop(v);
		return err_next(err, "Name another FILE, or replace it with --yes.");
	}
	sync_folder(v->path);
	close(v->fd);
	v->fd = -1;
	return 0;
}
