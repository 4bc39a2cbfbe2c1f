/* The zip archive; libarchive's half that writes is used here alone. */
#include "bundle.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/sha.h"
#include "facts.h"
#include "packet.h"

enum {
	BLOCK = 256 * 1024,		/* larger ones were not faster */
	FRAME_MB = 8			/* of a packet at most, beside its files: names and directory */
};

struct sum { const char *name; char hash[SHA_HEX_SIZE]; };

struct bundle {
	struct archive *archive;
	struct archive_entry *entry;
	int fd;
	int64_t instant, written, content;	/* content: bytes of the files, begun ones included */
	struct err failure;		/* of the last write */
	struct sum *sums;
	size_t nsums, sums_cap;
	struct arena arena;
	unsigned char *block;
};

/* ---- bytes out */

static int refused(struct err *err)
{
	if (errno == ENOSPC || errno == EDQUOT) {
		err_set(err, ERR_FAILED, "no-space", "There is no room for the packet on the server's disk.");
		return err_next(err, "Ask your admin to make room, then try again.");
	}
	if (errno == EFBIG) {
		err_set(err, ERR_FAILED, "too-large", "The packet would be larger than a file may be here.");
		return err_next(err, "Take files of evidence off that are not needed: ceu detach ID NAME");
	}
	return err_errno(err, "packet-write", "The packet cannot be written");
}

int bundle_write(int fd, const void *data, size_t len, struct err *err)
{
	struct pollfd ready = { .fd = fd, .events = POLLOUT };
	const char *p = data;

	while (len > 0) {
		ssize_t n = write(fd, p, len);

		if (n < 0 &&
		    (errno == EINTR || (errno == EAGAIN && (poll(&ready, 1, -1) >= 0 || errno == EINTR))))
			continue;
		if (n < 0)
			return refused(err);
		p += n;
		len -= (size_t)n;
	}
	return 0;
}

static la_ssize_t take(struct archive *a, void *self, const void *data, size_t len)
{
	struct bundle *b = self;

	if (bundle_write(b->fd, data, len, &b->failure) != 0) {
		archive_set_error(a, EIO, "%s", "not written");
		return -1;
	}
	b->written += (int64_t)len;
	return (la_ssize_t)len;
}

/* Of libarchive: our own failure to write, or what it says. */
static int failed(struct bundle *b, struct err *err)
{
	const char *said = archive_error_string(b->archive);

	if (b->failure.class != ERR_NONE) {
		if (err != NULL)
			*err = b->failure;
		return -1;
	}
	if (archive_errno(b->archive) == ENOMEM)
		return err_oom(err);
	return err_set(err, ERR_FAILED, "packet-write", "The packet cannot be written: %s.",
	    said != NULL ? said : "for a reason unknown");
}

/* ---- the archive */

static int open_archive(struct bundle *b, struct err *err)
{
	struct archive *a = b->archive;

	if (archive_write_set_format_zip(a) != ARCHIVE_OK ||
	    archive_write_zip_set_compression_store(a) != ARCHIVE_OK ||
	    archive_write_set_options(a, "zip:hdrcharset=UTF-8") != ARCHIVE_OK ||
	    archive_write_set_bytes_per_block(a, BLOCK) != ARCHIVE_OK ||
	    archive_write_set_bytes_in_last_block(a, 1) != ARCHIVE_OK ||
	    archive_write_open2(a, b, NULL, take, NULL, NULL) != ARCHIVE_OK)
		return failed(b, err);
	return 0;
}

int bundle_begin(int fd, int64_t instant, struct bundle **ret, struct err *err)
{
	struct bundle *b = calloc(1, sizeof *b);

	if (b == NULL)
		return err_oom(err);
	b->fd = fd;
	b->instant = instant;
	b->block = malloc(BLOCK);
	b->archive = archive_write_new();
	b->entry = archive_entry_new();
	if (b->block == NULL || b->archive == NULL || b->entry == NULL) {
		bundle_free(b);
		return err_oom(err);
	}
	if (open_archive(b, err) != 0) {
		bundle_free(b);
		return -1;
	}
	*ret = b;
	return 0;
}

void bundle_free(struct bundle *b)
{
	if (b == NULL)
		return;
	if (b->archive != NULL) {
		archive_write_fail(b->archive);	/* nothing more is written */
		archive_write_free(b->archive);
	}
	archive_entry_free(b->entry);
	arena_free(&b->arena);
	free(b->block);
	free(b);
}

int64_t bundle_bytes(const struct bundle *b)
{
	return b->written;
}

static int begin_file(struct bundle *b, const char *name, int64_t bytes, struct err *err)
{
	struct archive_entry *e = archive_entry_clear(b->entry);

	b->content += bytes;
	if (b->content > (int64_t)(PACKET_MB_MAX - FRAME_MB) * 1024 * 1024) {
		errno = EFBIG;
		return refused(err);
	}
	archive_entry_set_pathname(e, name);
	archive_entry_set_filetype(e, AE_IFREG);
	archive_entry_set_perm(e, 0644);
	archive_entry_set_size(e, bytes);
	archive_entry_set_mtime(e, b->instant / 1000, 0);
	return archive_write_header(b->archive, e) == ARCHIVE_OK ? 0 : failed(b, err);
}

static int put(struct bundle *b, const void *data, size_t len, struct err *err)
{
	la_ssize_t n = len > 0 ? archive_write_data(b->archive, data, len) : 0;

	return n == (la_ssize_t)len ? 0 : failed(b, err);
}

static int end_file(struct bundle *b, const char *name, const unsigned char hash[SHA_SIZE], struct err *err)
{
	void *sums = b->sums;
	struct sum *s;

	if (archive_write_finish_entry(b->archive) != ARCHIVE_OK)
		return failed(b, err);
	if (arena_grow(&b->arena, &sums, b->nsums, &b->sums_cap, sizeof *b->sums) != 0)
		return err_oom(err);
	b->sums = sums;
	s = &b->sums[b->nsums];
	s->name = arena_strdup(&b->arena, name);
	if (s->name == NULL)
		return err_oom(err);
	sha_hex(hash, s->hash);
	b->nsums++;
	return 0;
}

int bundle_add(struct bundle *b, const char *name, const void *data, size_t len, struct err *err)
{
	struct sha_part all = { data, len };
	unsigned char hash[SHA_SIZE];

	sha256(&all, 1, hash);
	if (begin_file(b, name, (int64_t)len, err) != 0 || put(b, data, len, err) != 0)
		return -1;
	return end_file(b, name, hash, err);
}

/* ---- evidence */

static int damaged(int64_t entry, const struct proof *p, const char *what, struct err *err)
{
	err_set(err, ERR_FAILED, "evidence-damaged", "Entry %" PRId64 "'s %s %s, so no packet is made.",
	    entry, p->name, what);
	return err_next(
	    err, "Take it off and attach it again: ceu detach %" PRId64 " \"%s\"", entry, p->name);
}

static ssize_t read_block(int fd, unsigned char *to, size_t most)
{
	ssize_t n;

	do
		n = read(fd, to, most);
	while (n < 0 && errno == EINTR);
	return n;
}

/* One pass: what goes into the packet is what was hashed. */
static int copy(struct bundle *b, int64_t entry, const struct proof *p, int fd, unsigned char hash[SHA_SIZE],
    bundle_progress *progress, void *self, struct err *err)
{
	struct sha_stream sum;
	int64_t left = p->bytes;

	sha_begin(&sum);
	while (left > 0) {
		ssize_t n = read_block(fd, b->block, left < BLOCK ? (size_t)left : BLOCK);

		if (n <= 0)
			return damaged(entry, p, n < 0 ? "cannot be read" : "is shorter than it was", err);
		sha_add(&sum, b->block, (size_t)n);
		if (put(b, b->block, (size_t)n, err) != 0 || progress(self, (size_t)n, err) != 0)
			return -1;
		left -= n;
	}
	if (read_block(fd, b->block, 1) != 0)
		return damaged(entry, p, "is longer than it was", err);
	sha_end(&sum, hash);
	return 0;
}

int bundle_copy(struct bundle *b, int64_t entry, const struct proof *p, int fd, bundle_progress *progress,
    void *self, struct err *err)
{
	unsigned char hash[SHA_SIZE];
	char hex[SHA_HEX_SIZE];
	struct buf name = BUF_INIT;
	int ret = -1;

	if (buf_printf(&name, "evidence/%" PRId64 "/%s", entry, p->name) != 0)
		err_oom(err);
	else if (begin_file(b, buf_str(&name), p->bytes, err) == 0 &&
	    copy(b, entry, p, fd, hash, progress, self, err) == 0) {
		sha_hex(hash, hex);
		ret = strcmp(hex, p->sha256) == 0 ? end_file(b, buf_str(&name), hash, err) :
		    damaged(entry, p, "is not the file that was attached", err);
	}
	buf_free(&name);
	return ret;
}

/* ---- the end */

static int by_name(const void *a, const void *b)
{
	const struct sum *x = a, *y = b;

	return strcmp(x->name, y->name);
}

int bundle_end(struct bundle *b, struct err *err)
{
	struct buf text = BUF_INIT;
	int ret;

	qsort(b->sums, b->nsums, sizeof *b->sums, by_name);
	for (size_t i = 0; i < b->nsums; i++)
		buf_printf(&text, "%s  %s\n", b->sums[i].hash, b->sums[i].name);
	ret = text.failed ? err_oom(err) : bundle_add(b, "SHA256SUMS", buf_str(&text), text.len, err);
	buf_free(&text);
	if (ret != 0)
		return -1;
	return archive_write_close(b->archive) == ARCHIVE_OK ? 0 : failed(b, err);
}
