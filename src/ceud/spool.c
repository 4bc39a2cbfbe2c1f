/* A file on its way in. */
#include "spool.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/log.h"

enum { PUSH_BYTES = 1 << 20 };		/* what may wait to be written to disk before it is begun */

int spool_failed(int fault, struct err *err)
{
	if (fault == ENOSPC || fault == EDQUOT || fault == EFBIG) {
		err_set(err, ERR_FAILED, "store-full", "There is no room on the disk where ceud keeps its data; nothing was stored.");
		return err_next(err, "Ask your admin to make room, then send it again.");
	}
	errno = fault;
	return err_errno(err, "store-failed", "Cannot write to the state folder");
}

int spool_open(const char *folder, struct spool **ret, struct err *err)
{
	struct spool *s = calloc(1, sizeof *s);

	if (!s)
		return err_oom(err);
	if (snprintf(s->path, sizeof s->path, "%s/XXXXXX", folder) >= (int)sizeof s->path) {
		free(s);
		return err_set(err, ERR_FAILED, "store-failed", "The path of the state folder is too long.");
	}
	s->fd = mkostemp(s->path, O_CLOEXEC);
	if (s->fd < 0) {
		free(s);
		return spool_failed(errno, err);
	}
	sha_begin(&s->sha);
	*ret = s;
	return 0;
}

int spool_scratch(const char *folder, struct err *err)
{
	struct spool *s;
	int fd;

	if (spool_open(folder, &s, err))
		return -1;
	fd = fcntl(s->fd, F_DUPFD_CLOEXEC, 0);
	if (fd < 0)
		spool_failed(errno, err);
	spool_close(s);
	return fd;
}

static int write_all(int fd, const char *data, size_t len)
{
	while (len) {
		ssize_t n = write(fd, data, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return errno;
		data += n;
		len -= (size_t)n;
	}
	return 0;
}

/* What has come is sent to the disk meanwhile, so that the end has little to wait for. */
void spool_add(struct spool *s, const void *data, size_t len)
{
	int64_t before = s->bytes;

	s->bytes += (int64_t)len;
	if (s->fault)
		return;
	s->fault = write_all(s->fd, data, len);
	if (s->fault)
		return;
	sha_add(&s->sha, data, len);
	if (before / PUSH_BYTES != s->bytes / PUSH_BYTES &&
	    sync_file_range(s->fd, 0, 0, SYNC_FILE_RANGE_WRITE) && errno != EINVAL && errno != ENOSYS && errno != ESPIPE)
		s->fault = errno;
}

int spool_end(struct spool *s, struct err *err)
{
	unsigned char digest[SHA_SIZE];

	if (s->fault)
		return spool_failed(s->fault, err);
	sha_end(&s->sha, digest);
	sha_hex(digest, s->sha256);
	return 0;
}

int spool_move(struct spool *s, int folder, const char *name, struct err *err)
{
	if (fsync(s->fd) || renameat(AT_FDCWD, s->path, folder, name))
		return spool_failed(errno, err);
	s->path[0] = '\0';
	return fsync(folder) ? spool_failed(errno, err) : 0;
}

void spool_close(struct spool *s)
{
	if (!s)
		return;
	if (s->path[0] && unlink(s->path))
		log_warning("Cannot remove %s: %s", s->path, strerror(errno));
	close(s->fd);
	free(s);
}
