/* The two directories of a zip archive, compared (APPNOTE.TXT of PKWARE, 4.3). */
#include "layout.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "packet.h"

enum {
	END_SIZE = 22, CENTRAL_SIZE = 46, LOCAL_SIZE = 30, NAME_LONGEST = 400, EXTRA_LONGEST = 256,
	ENTRIES_MAX = PACKET_FILES_MAX + 6,
	DIRECTORY_MAX = ENTRIES_MAX * (CENTRAL_SIZE + NAME_LONGEST + EXTRA_LONGEST),
	FLAG_ENCRYPTED = 1, FLAGS_LEVEL = 6, FLAG_SIZES_AFTER = 8, FLAG_UTF8 = 2048
};

struct reader {
	int fd;
	int64_t size;
	struct err *err;
};

struct place {			/* a file as the directory has it */
	unsigned flags, method;
	uint32_t crc, packed, bytes;
	int64_t offset;
	const unsigned char *name;
	size_t len;
};

static unsigned get16(const unsigned char *p)
{
	return (unsigned)p[0] | (unsigned)p[1] << 8;
}

static uint32_t get32(const unsigned char *p)
{
	return (uint32_t)get16(p) | (uint32_t)get16(p + 2) << 16;
}

static int is_signed(const unsigned char *p, const char *two)
{
	return p[0] == 'P' && p[1] == 'K' && p[2] == (unsigned char)two[0] && p[3] == (unsigned char)two[1];
}

static int refuse(const struct reader *r, const char *why)
{
	return err_set(r->err, ERR_FAILED, "not-a-packet", "%s", why);
}

static int damaged(const struct reader *r)
{
	return refuse(r, "It is no zip archive, or a damaged one.");
}

static int read_at(const struct reader *r, int64_t offset, void *to, size_t len)
{
	char *p = to;

	if (offset < 0 || offset > r->size || (int64_t)len > r->size - offset)
		return damaged(r);
	while (len > 0) {
		ssize_t n = pread(r->fd, p, len, offset);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_errno(r->err, "packet-read", "The packet cannot be read");
		if (n == 0)
			return damaged(r);
		p += n;
		offset += n;
		len -= (size_t)n;
	}
	return 0;
}

/* ---- the directory */

/* Times and owners may stand there; whatever else might give the file another name or size. */
static int extra_is_harmless(const unsigned char *p, size_t len)
{
	static const unsigned known[] = { 0x5455, 0x5855, 0x7855, 0x7875, 0x000a, 0x6c78 };

	while (len >= 4) {
		size_t size = get16(p + 2), i = 0;

		while (i < sizeof known / sizeof *known && known[i] != get16(p))
			i++;
		if (i == sizeof known / sizeof *known || size > len - 4)
			return 0;
		p += 4 + size;
		len -= 4 + size;
	}
	return len == 0;
}

static int name_is_plain(const struct place *x)
{
	for (size_t i = 0; i < x->len; i++)
		if (x->name[i] == 0 || (x->name[i] >= 0x80 && !(x->flags & FLAG_UTF8)))
			return 0;
	return x->len > 0 && x->len <= NAME_LONGEST;
}

/* One file of the directory, at p with `left` bytes to the end; its length, or 0 after a refusal. */
static size_t read_central(const struct reader *r, const unsigned char *p, size_t left, struct place *x)
{
	size_t extra, whole;
	unsigned type;

	if (left < CENTRAL_SIZE || !is_signed(p, "\1\2"))
		return damaged(r), 0;
	*x = (struct place){ .flags = get16(p + 8),
		.method = get16(p + 10),
		.crc = get32(p + 16),
		.packed = get32(p + 20),
		.bytes = get32(p + 24),
		.offset = get32(p + 42),
		.name = p + CENTRAL_SIZE,
		.len = get16(p + 28) };
	extra = get16(p + 30);
	whole = CENTRAL_SIZE + x->len + extra;
	if (whole > left)
		return damaged(r), 0;
	if (x->flags & FLAG_ENCRYPTED)
		return refuse(r, "A file inside is encrypted."), 0;
	if ((x->method != 0 && x->method != 8) ||
	    (x->flags & ~(unsigned)(FLAGS_LEVEL | FLAG_SIZES_AFTER | FLAG_UTF8)) != 0 || get16(p + 32) != 0 ||
	    get16(p + 34) != 0 || (x->method == 0 && x->packed != x->bytes) ||
	    !extra_is_harmless(p + CENTRAL_SIZE + x->len, extra))
		return refuse(r, "A file inside is packed in a way that packets are not."), 0;
	type = get32(p + 38) >> 28;		/* as Unix has it; 0 where it was packed elsewhere */
	if ((type != 0 && type != 8) || (get32(p + 38) & 0x10) != 0)
		return refuse(r, "Something inside is no plain file."), 0;
	if (!name_is_plain(x))
		return refuse(r, "A name inside is none for a file."), 0;
	return whole;
}

/* ---- the files */

/* Sizes and sum once more, behind the file; their length, or -1 after a refusal. */
static int after_file(const struct reader *r, const struct place *x, int64_t at)
{
	unsigned char d[16];
	const unsigned char *sums = d + 4;

	if (!(x->flags & FLAG_SIZES_AFTER))
		return 0;
	if (read_at(r, at, d, sizeof d) != 0)
		return -1;
	if (!is_signed(d, "\7\10"))
		sums = d;
	if (get32(sums) != x->crc || get32(sums + 4) != x->packed || get32(sums + 8) != x->bytes)
		return damaged(r);
	return sums == d ? 12 : 16;
}

static int same_or_later(uint32_t here, uint32_t there, unsigned flags)
{
	return here == there || (here == 0 && (flags & FLAG_SIZES_AFTER) != 0);
}

/* The file must begin at `at`, and be told of as in the directory; the place behind it, or -1. */
static int64_t check_local(const struct reader *r, const struct place *x, int64_t at)
{
	unsigned char h[LOCAL_SIZE], rest[NAME_LONGEST + EXTRA_LONGEST];
	size_t extra;
	int after;

	if (x->offset != at)
		return refuse(r, "There are bytes inside that belong to no file.");
	if (read_at(r, at, h, sizeof h) != 0)
		return -1;
	extra = get16(h + 28);
	if (!is_signed(h, "\3\4") || extra > EXTRA_LONGEST)
		return damaged(r);
	if (get16(h + 6) != x->flags || get16(h + 8) != x->method || get16(h + 26) != x->len ||
	    !same_or_later(get32(h + 14), x->crc, x->flags) ||
	    !same_or_later(get32(h + 18), x->packed, x->flags) ||
	    !same_or_later(get32(h + 22), x->bytes, x->flags))
		return refuse(r, "The archive tells two tales of a file inside.");
	if (read_at(r, at + LOCAL_SIZE, rest, x->len + extra) != 0)
		return -1;
	if (memcmp(rest, x->name, x->len) != 0)
		return refuse(r, "The archive has two names for a file inside.");
	if (!extra_is_harmless(rest + x->len, extra))
		return refuse(r, "A file inside is packed in a way that packets are not.");
	at += LOCAL_SIZE + (int64_t)(x->len + extra) + x->packed;
	after = after_file(r, x, at);
	return after < 0 ? -1 : at + after;
}

static int by_offset(const void *a, const void *b)
{
	const struct place *x = a, *y = b;

	return (x->offset > y->offset) - (x->offset < y->offset);
}

/* The directory is at `start`, of `len` bytes in p, and has n files. */
static int check_all(
    const struct reader *r, const unsigned char *p, size_t len, int64_t start, struct place *places, size_t n)
{
	int64_t at = 0;
	size_t done = 0;

	for (size_t i = 0; i < n; i++) {
		size_t one = read_central(r, p + done, len - done, &places[i]);

		if (one == 0)
			return -1;
		done += one;
	}
	if (done != len)
		return damaged(r);
	qsort(places, n, sizeof *places, by_offset);
	for (size_t i = 0; i < n && at >= 0; i++)
		at = check_local(r, &places[i], at);
	if (at < 0)
		return -1;
	return at == start ? 0 : refuse(r, "There are bytes inside that belong to no file.");
}

int layout_check(int fd, int64_t size, struct err *err)
{
	struct reader r = { fd, size, err };
	unsigned char end[END_SIZE], *directory;
	struct place *places;
	int64_t start;
	size_t n, len;
	int ret;

	if (size < END_SIZE || read_at(&r, size - END_SIZE, end, sizeof end) != 0)
		return damaged(&r);
	n = get16(end + 10);
	len = get32(end + 12);
	start = get32(end + 16);
	if (!is_signed(end, "\5\6") || get32(end + 4) != 0 || get16(end + 8) != n || get16(end + 20) != 0 ||
	    start + (int64_t)len != size - END_SIZE)
		return damaged(&r);
	if (n > ENTRIES_MAX || len > DIRECTORY_MAX)
		return refuse(&r, "There are more files inside than a packet holds.");
	directory = malloc(len > 0 ? len : 1);
	places = calloc(n > 0 ? n : 1, sizeof *places);
	ret = directory == NULL || places == NULL ? err_oom(err) : read_at(&r, start, directory, len);
	if (ret == 0)
		ret = check_all(&r, directory, len, start, places, n);
	free(directory);
	free(places);
	return ret;
}
