/* Evidence in the state folder: each content once, under its digest. */
#include "evidencestore.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "files.h"
#include "spool.h"

enum { OPEN_FOLDER = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC, MARK_SIZE = 24 + SHA_HEX_SIZE };

static int unreadable(struct err *err)
{
	return err_errno(err, "evidence-failed", "Cannot read the evidence in the state folder");
}

/* evidence/PART, a descriptor or -1 with errno. */
static int open_part(const char *state, const char *part)
{
	char path[4096];

	if (snprintf(path, sizeof path, "%s/evidence/%s", state, part) < (int)sizeof path)
		return open(path, OPEN_FOLDER);
	errno = ENAMETOOLONG;
	return -1;
}

static int part_path(const char *state, const char *part, char out[4096], struct err *err)
{
	if (snprintf(out, 4096, "%s/evidence/%s", state, part) < 4096)
		return 0;
	return err_set(err, ERR_FAILED, "store-failed", "The path of the state folder is too long.");
}

/* ---- opening */

static int make_part(const char *state, const char *part, struct err *err)
{
	char path[4096];
	struct stat st;

	if (part_path(state, part, path, err) || file_make_folder(path, err))
		return -1;
	if (lstat(path, &st))
		return err_errno(err, "folder-failed", "%s", path);
	if (S_ISDIR(st.st_mode))
		return 0;
	err_set(err, ERR_FAILED, "folder-failed", "%s is no folder.", path);
	return err_next(err, "Move it away and start ceud again.");
}

static int empty_folder(int fd, struct err *err)
{
	DIR *dir = fdopendir(fd);
	struct dirent *e;
	int rc = 0;

	if (!dir) {
		unreadable(err);
		close(fd);
		return -1;
	}
	while (!rc && (e = readdir(dir)))
		if (e->d_name[0] != '.' && unlinkat(fd, e->d_name, 0) && errno != EISDIR && errno != ENOENT)
			rc = err_errno(err, "evidence-failed", "Cannot remove evidence/tmp/%s", e->d_name);
	closedir(dir);
	return rc;
}

int evidence_open(const char *state, struct err *err)
{
	int fd;

	if (make_part(state, "tmp", err) || make_part(state, "recent", err))
		return -1;
	fd = open_part(state, "tmp");
	return fd < 0 ? unreadable(err) : empty_folder(fd, err);
}

int evidence_spool(const char *state, struct spool **ret, struct err *err)
{
	char path[4096];

	return part_path(state, "tmp", path, err) || spool_open(path, ret, err) ? -1 : 0;
}

int evidence_scratch(const char *state, struct err *err)
{
	char path[4096];

	return part_path(state, "tmp", path, err) ? -1 : spool_scratch(path, err);
}

/* ---- keeping */

static void mark_name(int64_t person, const char *sha256, char out[MARK_SIZE])
{
	snprintf(out, MARK_SIZE, "%" PRId64 "-%.64s", person, sha256);
}

static int set_time(int fd, int64_t now)
{
	struct timespec at = { .tv_sec = now / 1000, .tv_nsec = now % 1000 * 1000000 };
	struct timespec both[2] = { at, at };

	return futimens(fd, both);
}

/* The mark is durable before the content has its name, so that the sweep finds all there is. */
static int mark(const char *state, int64_t person, const char *sha256, int64_t now, struct err *err)
{
	int folder = open_part(state, "recent"), fd = -1, rc = 0;
	char name[MARK_SIZE];

	mark_name(person, sha256, name);
	if (folder >= 0)
		fd = openat(folder, name, O_WRONLY | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600);
	if (folder < 0 || fd < 0 || set_time(fd, now) || fsync(fd) || fsync(folder))
		rc = spool_failed(errno, err);
	if (fd >= 0)
		close(fd);
	if (folder >= 0)
		close(folder);
	return rc;
}

/* evidence/ab, made if need be. */
static int open_shard(const char *state, const char *sha256, struct err *err)
{
	int top = open_part(state, "."), fd = -1;
	char name[3] = { sha256[0], sha256[1], '\0' };

	if (top >= 0)
		fd = openat(top, name, OPEN_FOLDER);
	if (top >= 0 && fd < 0 && errno == ENOENT && !mkdirat(top, name, 0700) && !fsync(top))
		fd = openat(top, name, OPEN_FOLDER);
	if (fd < 0)
		spool_failed(errno, err);
	if (top >= 0)
		close(top);
	return fd;
}

static int open_content(int shard, const char *sha256)
{
	return openat(shard, sha256 + 2, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
}

/* Is it there already, with that length?  Then it is as if it had come now. */
static int renew_known(int shard, const struct spool *s, int64_t now)
{
	int fd = open_content(shard, s->sha256), known;
	struct stat st;

	if (fd < 0)
		return 0;
	known = !fstat(fd, &st) && S_ISREG(st.st_mode) && st.st_size == s->bytes && !set_time(fd, now);
	close(fd);
	return known;
}

int evidence_keep(const char *state, struct spool *s, int64_t person, int64_t now, struct err *err)
{
	int shard, rc;

	if (mark(state, person, s->sha256, now, err))
		return -1;
	shard = open_shard(state, s->sha256, err);
	if (shard < 0)
		return -1;
	if (renew_known(shard, s, now))
		rc = 0;
	else if (set_time(s->fd, now))
		rc = spool_failed(errno, err);
	else
		rc = spool_move(s, shard, s->sha256 + 2, err);
	close(shard);
	return rc;
}

int evidence_is_recent(const char *state, int64_t person, const char *sha256)
{
	int folder = open_part(state, "recent"), found;
	char name[MARK_SIZE];
	struct stat st;

	if (folder < 0)
		return 0;
	mark_name(person, sha256, name);
	found = !fstatat(folder, name, &st, AT_SYMLINK_NOFOLLOW) && S_ISREG(st.st_mode);
	close(folder);
	return found;
}

/* ---- looking */

/* evidence/ab: a descriptor, or -1 with errno. */
static int find_shard(const char *state, const char *sha256)
{
	char name[3] = { sha256[0], sha256[1], '\0' };

	return open_part(state, name);
}

static ssize_t read_head(int fd, unsigned char *out)
{
	size_t n = 0;

	while (n < EVIDENCE_HEAD) {
		ssize_t got = read(fd, out + n, EVIDENCE_HEAD - n);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return -1;
		if (!got)
			break;
		n += (size_t)got;
	}
	return (ssize_t)n;
}

static int look_at(int fd, struct evidence_content *ret, struct err *err)
{
	struct evidence_content c;
	struct stat st;
	ssize_t n;

	if (fstat(fd, &st))
		return unreadable(err);
	if (!S_ISREG(st.st_mode))
		return 0;
	n = read_head(fd, c.head);
	if (n < 0)
		return unreadable(err);
	c.nhead = (size_t)n;
	c.bytes = st.st_size;
	*ret = c;
	return 1;
}

int evidence_look(const char *state, const char *sha256, struct evidence_content *ret, struct err *err)
{
	int shard = find_shard(state, sha256), fd = -1, rc;

	if (shard >= 0)
		fd = open_content(shard, sha256);
	if (fd >= 0)
		rc = look_at(fd, ret, err);
	else		/* ELOOP and ENXIO: a link, a socket */
		rc = errno == ENOENT || errno == ELOOP || errno == ENXIO || errno == ENOTDIR ? 0 : unreadable(err);
	if (fd >= 0)
		close(fd);
	if (shard >= 0)
		close(shard);
	return rc;
}

int evidence_size(const char *state, const char *sha256, int64_t *ret_bytes, struct err *err)
{
	int shard = find_shard(state, sha256), rc = -1, failed = errno;
	struct stat st;

	if (shard >= 0) {
		rc = fstatat(shard, sha256 + 2, &st, AT_SYMLINK_NOFOLLOW);
		failed = errno;
		close(shard);
	}
	if (rc && (failed == ENOENT || failed == ELOOP || failed == ENOTDIR))
		return 0;
	errno = failed;
	if (rc)
		return unreadable(err);
	*ret_bytes = st.st_size;
	return S_ISREG(st.st_mode);
}

/* ---- sweeping */

struct evidence_sweep { DIR *dir; };

void evidence_sweep_end(struct evidence_sweep *sweep)
{
	if (!sweep)
		return;
	closedir(sweep->dir);
	free(sweep);
}

static int sweep_begin(const char *state, struct evidence_sweep **ret, struct err *err)
{
	struct evidence_sweep *s = malloc(sizeof *s);
	int fd = open_part(state, "recent");

	if (s && fd >= 0 && (s->dir = fdopendir(fd))) {
		*ret = s;
		return 0;
	}
	if (s)
		unreadable(err);
	else
		err_oom(err);
	if (fd >= 0)
		close(fd);
	free(s);
	return -1;
}

static int is_older(const struct stat *st, int64_t before)
{
	return (int64_t)st->st_mtim.tv_sec * 1000 + st->st_mtim.tv_nsec / 1000000 < before;
}

/* Somebody else may have sent the same content since. */
static int remove_content(const char *state, const char *sha256, int64_t before, struct err *err)
{
	int shard = find_shard(state, sha256), rc = 0;
	struct stat st;

	if (shard < 0)
		return errno == ENOENT ? 0 : unreadable(err);
	if (!fstatat(shard, sha256 + 2, &st, AT_SYMLINK_NOFOLLOW) && is_older(&st, before) &&
	    unlinkat(shard, sha256 + 2, 0) && errno != ENOENT)
		rc = err_errno(err, "evidence-failed", "Cannot remove evidence that nobody names");
	close(shard);
	return rc;
}

/* "12-<sha256>": the digest, or NULL. */
static const char *sha_of_mark(const char *name)
{
	const char *dash = name + strspn(name, "0123456789");

	if (dash == name || *dash != '-' || strlen(dash + 1) != SHA_HEX_SIZE - 1 ||
	    strspn(dash + 1, "0123456789abcdef") != SHA_HEX_SIZE - 1)
		return NULL;
	return dash + 1;
}

static int sweep_one(const char *state, int folder, const char *name, int64_t before, evidence_known_fn *known,
    void *arg, struct err *err)
{
	const char *sha256 = sha_of_mark(name);
	struct stat st;
	int is_known;

	if (!sha256 || fstatat(folder, name, &st, AT_SYMLINK_NOFOLLOW) || !is_older(&st, before))
		return 0;
	if (known(arg, sha256, &is_known, err) || (!is_known && remove_content(state, sha256, before, err)))
		return -1;
	if (unlinkat(folder, name, 0) && errno != ENOENT)
		return err_errno(err, "evidence-failed", "Cannot remove evidence/recent/%s", name);
	return 0;
}

int evidence_sweep(const char *state, struct evidence_sweep **sweep, int64_t before, int ms, evidence_known_fn *known,
    void *arg, struct err *err)
{
	int64_t until = clock_monotonic() + ms;
	struct dirent *e;
	int rc = 0;

	if (!*sweep && sweep_begin(state, sweep, err))
		return -1;
	while (!rc && (e = readdir((*sweep)->dir))) {
		rc = sweep_one(state, dirfd((*sweep)->dir), e->d_name, before, known, arg, err);
		if (!rc && clock_monotonic() > until)
			return 1;
	}
	evidence_sweep_end(*sweep);
	*sweep = NULL;
	return rc;
}
