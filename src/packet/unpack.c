/* Reading a zip archive of a stranger; libarchive's half that reads is used here alone. */
#include "unpack.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/text.h"
#include "facts.h"
#include "layout.h"
#include "packet.h"

enum { BLOCK = 256 * 1024, KEPT_MAX = 32 * 1024 * 1024, RATIO_MAX = 100, NAME_LONGEST = 400 };
static const int64_t WHOLE_MAX = (int64_t)PACKET_MB_MAX * 1024 * 1024;

struct unpacking {
	struct archive *archive;
	struct unpacked u;
	int64_t most;			/* bytes that all files may have together */
	unsigned char *block;
	struct err *err;
};

/* ---- names */

static int is_proof(const char *rest)
{
	size_t digits = strspn(rest, "0123456789");

	return digits > 0 && digits <= 16 && rest[0] != '0' && rest[digits] == '/' &&
	    proof_name_is_good(rest + digits + 1);
}

static int is_program(const char *rest)
{
	size_t len = strlen(rest);

	return len > 6 && strcmp(rest + len - 6, ".rules") == 0 && proof_name_is_good(rest);
}

enum part part_of(const char *name)
{
	static const struct { const char *name; enum part part; } fixed[] = {
		{ "README.txt", PART_TEXT }, { "renewal.pdf", PART_PDF }, { "entries.csv", PART_CSV },
		{ "entries.json", PART_JSON }, { "SHA256SUMS", PART_SUMS },
	};

	for (size_t i = 0; i < sizeof fixed / sizeof *fixed; i++)
		if (strcmp(name, fixed[i].name) == 0)
			return fixed[i].part;
	if (strncmp(name, "program/", 8) == 0 && is_program(name + 8))
		return PART_PROGRAM;
	return strncmp(name, "evidence/", 9) == 0 && is_proof(name + 9) ? PART_PROOF : PART_NONE;
}

static int is_kept(enum part part)
{
	return part == PART_CSV || part == PART_JSON || part == PART_PROGRAM || part == PART_SUMS;
}

/* ---- refusals */

static int refuse(const struct unpacking *x, const char *name, const char *why)
{
	char shown[200];

	text_excerpt(shown, sizeof shown, name);
	return err_set(x->err, ERR_FAILED, "not-a-packet", "\"%s\" %s.", shown, why);
}

static int broken(const struct unpacking *x)
{
	if (archive_errno(x->archive) == ENOMEM)
		return err_oom(x->err);
	return err_set(x->err, ERR_FAILED, "not-a-packet", "It is no zip archive, or a damaged one.");
}

/* ---- one file */

/* libarchive reads more kinds of packing than packets have; those are not let in. */
static int packing_is_known(struct archive *a)
{
	const char *name = archive_format_name(a);

	return name != NULL &&
	    (strstr(name, "(uncompressed)") != NULL || strstr(name, "(deflation)") != NULL);
}

static int look_at(struct unpacking *x, struct archive_entry *e, const char **ret, enum part *part)
{
	const char *name = archive_entry_pathname(e);
	size_t len = name != NULL ? strlen(name) : 0;

	if (len == 0 || len > NAME_LONGEST || !text_is_utf8(name, len))
		return refuse(x, "", "is no name for a file, and one inside has it");
	*part = part_of(name);
	if (*part == PART_NONE)
		return refuse(x, name, "does not belong into a packet");
	if (archive_entry_filetype(e) != AE_IFREG || archive_entry_hardlink(e) != NULL)
		return refuse(x, name, "is no plain file");
	if (archive_entry_is_encrypted(e))
		return refuse(x, name, "is encrypted");
	if (!packing_is_known(x->archive))
		return refuse(x, name, "is packed in a way that packets are not");
	if (unpacked_find(&x->u, name) != NULL)
		return refuse(x, name, "is inside twice");
	if (x->u.n >= PACKET_FILES_MAX + 6)
		return refuse(x, name, "is one file too many");
	*ret = arena_strdup(&x->u.arena, name);
	return *ret != NULL ? 0 : err_oom(x->err);
}

static int read_content(struct unpacking *x, struct item *item, struct buf *keep)
{
	struct sha_stream sum;
	unsigned char hash[SHA_SIZE];
	la_ssize_t n;

	sha_begin(&sum);
	while ((n = archive_read_data(x->archive, x->block, BLOCK)) > 0) {
		item->bytes += n;
		x->u.bytes += n;
		if (x->u.bytes > x->most)
			return refuse(x, item->name, "unpacks to more than a packet may hold");
		if (keep != NULL && item->bytes > KEPT_MAX)
			return refuse(x, item->name, "is larger than it may be");
		sha_add(&sum, x->block, (size_t)n);
		if (keep != NULL && buf_add(keep, x->block, (size_t)n) != 0)
			return err_oom(x->err);
	}
	if (n < 0)
		return broken(x);
	sha_end(&sum, hash);
	sha_hex(hash, item->hash);
	return 0;
}

static int add_item(struct unpacking *x, struct archive_entry *e)
{
	void *items = x->u.items;
	struct buf keep = BUF_INIT;
	struct item item = { .name = NULL };
	enum part part = PART_NONE;
	int ret;

	if (look_at(x, e, &item.name, &part) != 0)
		return -1;
	ret = read_content(x, &item, is_kept(part) ? &keep : NULL);
	if (ret == 0 && is_kept(part)) {
		item.data = arena_strndup(&x->u.arena, buf_str(&keep), keep.len);
		if (item.data != NULL && strlen(item.data) != (size_t)item.bytes)
			ret = refuse(x, item.name, "holds a NUL character");
	}
	buf_free(&keep);
	if (ret != 0)
		return -1;
	if ((is_kept(part) && item.data == NULL) ||
	    arena_grow(&x->u.arena, &items, x->u.n, &x->u.cap, sizeof item) != 0)
		return err_oom(x->err);
	x->u.items = items;
	x->u.items[x->u.n++] = item;
	return 0;
}

/* ---- the archive */

static int read_archive(struct unpacking *x, int fd)
{
	struct archive_entry *e;
	int rc;

	if (archive_read_support_format_zip_seekable(x->archive) != ARCHIVE_OK ||
	    archive_read_open_fd(x->archive, fd, BLOCK) != ARCHIVE_OK)
		return broken(x);
	while ((rc = archive_read_next_header(x->archive, &e)) == ARCHIVE_OK)
		if (add_item(x, e) != 0)
			return -1;
	return rc == ARCHIVE_EOF ? 0 : broken(x);
}

static int measure(struct unpacking *x, int fd)
{
	struct stat st;

	if (fstat(fd, &st) != 0)
		return err_errno(x->err, "packet-read", "The packet cannot be read");
	if (!S_ISREG(st.st_mode))
		return err_set(x->err, ERR_FAILED, "not-a-packet", "It is no plain file.");
	if (st.st_size > WHOLE_MAX)
		return err_set(x->err, ERR_FAILED, "not-a-packet", "It is larger than %d MB.", PACKET_MB_MAX);
	if (layout_check(fd, st.st_size, x->err) != 0)
		return -1;
	x->most = (int64_t)st.st_size * RATIO_MAX < WHOLE_MAX ? (int64_t)st.st_size * RATIO_MAX : WHOLE_MAX;
	return 0;
}

int unpack(int fd, struct unpacked *ret, struct err *err)
{
	struct unpacking x = { .err = err };
	int rc = measure(&x, fd);

	if (rc == 0) {
		x.block = malloc(BLOCK);
		x.archive = archive_read_new();
		rc = x.block == NULL || x.archive == NULL ? err_oom(err) : read_archive(&x, fd);
		if (x.archive != NULL)
			archive_read_free(x.archive);
		free(x.block);
	}
	if (rc != 0) {
		unpacked_free(&x.u);
		return -1;
	}
	*ret = x.u;
	return 0;
}

const struct item *unpacked_find(const struct unpacked *u, const char *name)
{
	for (size_t i = 0; i < u->n; i++)
		if (strcmp(u->items[i].name, name) == 0)
			return &u->items[i];
	return NULL;
}

void unpacked_free(struct unpacked *u)
{
	arena_free(&u->arena);
	memset(u, 0, sizeof *u);
}
