/* A compressed copy of a body. */
#include "keep.h"
#include "body.h"
#include "base/err.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

enum { LEVEL = 1, GZIP = 15 + 16, OUT_SIZE = 64 * 1024 };	/* the quickest: feeds repeat themselves */

static int write_all(int fd, const unsigned char *data, size_t len, struct err *err)
{
	while (len > 0) {
		ssize_t n = write(fd, data, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_errno(err, "keep", "The copy of the calendar cannot be written");
		data += n;
		len -= (size_t)n;
	}
	return 0;
}

/* One block; the last one has flush Z_FINISH. */
static int add(z_stream *z, const char *data, size_t len, int flush, int fd, struct err *err)
{
	unsigned char out[OUT_SIZE];

	z->next_in = (unsigned char *)(uintptr_t)data;
	z->avail_in = (uInt)len;
	do {
		z->next_out = out;
		z->avail_out = sizeof(out);
		if (deflate(z, flush) == Z_STREAM_ERROR)
			return err_set(err, ERR_FAILED, "keep", "The copy of the calendar cannot be compressed.");
		if (write_all(fd, out, sizeof(out) - z->avail_out, err) != 0)
			return -1;
	} while (z->avail_out == 0);
	return 0;
}

static int compress_body(struct body *b, z_stream *z, int fd, struct err *err)
{
	const char *block;
	size_t len;

	body_rewind(b);
	do {
		if (body_read(b, &block, &len, err) != 0 ||
		    add(z, block, len, len > 0 ? Z_NO_FLUSH : Z_FINISH, fd, err) != 0)
			return -1;
	} while (len > 0);
	return 0;
}

int keep_body(struct body *b, int fd, struct err *err)
{
	z_stream z;
	int ret;

	memset(&z, 0, sizeof(z));
	if (deflateInit2(&z, LEVEL, Z_DEFLATED, GZIP, 8, Z_DEFAULT_STRATEGY) != Z_OK)
		return err_oom(err);
	ret = compress_body(b, &z, fd, err);
	deflateEnd(&z);
	if (ret != 0 && ftruncate(fd, 0) != 0)
		return err_errno(err, "keep", "What there is of the copy cannot be removed");
	return ret;
}
