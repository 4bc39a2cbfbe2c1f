/* The bytes of one calendar, and what one light look at them tells. */
#include "body.h"
#include "contentline.h"
#include "lineend.h"
#include "base/err.h"
#include "base/sha.h"

#include <errno.h>
#include <stdlib.h>
#include <strings.h>
#include <unistd.h>

#define BLOCK ((size_t)64 * 1024)
#define NAME_MOST 16			/* no name that is looked for is longer, with what ends it */
#define BEGIN_MOST 32			/* a line is known by so many bytes */
#define UID_MOST 1000			/* so much of a UID is looked at */

_Static_assert(sizeof(struct sha_stream) <= sizeof(((struct body *)NULL)->sha), "room for a hash on its way");

static struct sha_stream *sha_of(struct body *b)
{
	return (struct sha_stream *)(void *)b->sha;
}

void body_begin(struct body *b, int spool_fd, size_t max_bytes)
{
	memset(b, 0, sizeof(*b));
	b->fd = spool_fd;
	b->max_bytes = max_bytes;
	sha_begin(sha_of(b));
}

void body_free(struct body *b)
{
	buf_free(&b->bytes);
	free(b->repeated);
	free(b->uids);
	b->repeated = b->uids = NULL;
	b->nrepeated = b->nuids = b->uids_cap = 0;
}

const struct buf *body_head(const struct body *b)
{
	return &b->bytes;
}

static int stop(struct body *b, enum prescan_verdict verdict)
{
	if (b->verdict == PRESCAN_OK)
		b->verdict = verdict;
	return -1;
}

/* ---- is it a calendar */

/* In UTF-16 every second byte of BEGIN is zero; the marks are FF FE and FE FF. */
static int is_wide(const char *s, size_t len)
{
	if (len >= 2 && ((s[0] == '\xff' && s[1] == '\xfe') || (s[0] == '\xfe' && s[1] == '\xff')))
		return 1;
	return len >= 4 && ((s[0] == '\0' && s[2] == '\0') || (s[1] == '\0' && s[3] == '\0'));
}

static int is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* The first line that is not empty, unfolded, into out[64]. 1; 0: the bytes end before it does. */
static int first_line(const char *s, const char *end, char out[64], size_t *ret_len)
{
	size_t n = 0;

	for (; s < end; s++) {
		if (*s == '\r' || *s == '\n') {
			if (*s == '\r' && s + 1 < end && s[1] == '\n')
				s++;
			if (s + 1 == end)
				break;
			if (s[1] != ' ' && s[1] != '\t') {
				*ret_len = n;
				return 1;
			}
			s++;
		} else if (n < 63) {
			out[n++] = *s;
		}
	}
	*ret_len = n;
	return 0;
}

/* A calendar begins with BEGIN:VCALENDAR; a bare event is taken as well. */
static int judge(struct body *b, int is_all)
{
	const char *s = buf_str(&b->bytes), *end = s + b->bytes.len;
	struct content_line l;
	char line[64];
	size_t len = 0;

	if (b->bytes.len < 4 && !is_all)
		return 0;			/* too few to tell wide characters by */
	if (is_wide(s, b->bytes.len))
		return stop(b, PRESCAN_ENCODING);
	if (b->bytes.len >= 3 && memcmp(s, "\xef\xbb\xbf", 3) == 0)	/* byte order mark */
		s += 3;
	while (s < end && is_space(*s))
		s++;
	if (s == end && is_all)
		return stop(b, PRESCAN_EMPTY);
	if (!first_line(s, end, line, &len) && !is_all && b->bytes.len < BLOCK)
		return 0;
	b->judged = 1;
	if (content_split(line, len, &l) != 0 || !content_is(&l, "BEGIN"))
		return stop(b, PRESCAN_NOT_CALENDAR);
	content_trim(&l.value, &l.value_len);
	if (!content_word(l.value, l.value_len, "VCALENDAR") && !content_word(l.value, l.value_len, "VEVENT"))
		return stop(b, PRESCAN_NOT_CALENDAR);
	return 0;
}

/* ---- UIDs */

enum { UID_NONE, UID_PARAMS, UID_VALUE };

/* White space, backslashes and what is not ASCII are the same in all: two ways to write one UID never differ. */
static void uid_add(struct body_uid_state *u, const char *s, size_t len)
{
	for (size_t i = 0; i < len && u->n < UID_MOST; i++) {
		unsigned char c = (unsigned char)s[i];
		int escaped = u->escaped;

		u->escaped = c == '\\' && !escaped;
		if (c == '\\' || c <= 0x20 || c >= 0x7F || (escaped && (c | 0x20) == 'n'))
			continue;
		u->hash = (u->hash ^ c) * UINT64_C(0x100000001B3);
		u->n++;
	}
}

static uint64_t uid_end(const struct body_uid_state *u)
{
	uint64_t z = u->hash;

	if (u->n == 0)
		return 0;
	z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
	z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
	z ^= z >> 31;
	return z != 0 ? z : 1;
}

static void uid_begin(struct body_uid_state *u, int where)
{
	memset(u, 0, sizeof(*u));
	u->hash = UINT64_C(0xCBF29CE484222325);
	u->where = where;
}

uint64_t body_uid(const char *value, size_t len)
{
	struct body_uid_state u;

	uid_begin(&u, UID_VALUE);
	uid_add(&u, value, len);
	return uid_end(&u);
}

/* More of a UID line, from behind its name on. */
static void uid_take(struct body_uid_state *u, const char *s, const char *end)
{
	for (; s < end && u->where == UID_PARAMS; s++) {
		if (*s == '"')
			u->quoted = !u->quoted;
		else if (*s == ':' && !u->quoted)
			u->where = UID_VALUE;
	}
	if (s < end)
		uid_add(u, s, (size_t)(end - s));
}

static int uid_keep(struct body *b)
{
	uint64_t hash = uid_end(&b->uid);

	b->uid.where = UID_NONE;
	if (hash == 0)
		return 0;
	if (b->nuids == b->uids_cap) {
		size_t cap = b->uids_cap > 0 ? b->uids_cap * 2 : 256;
		uint64_t *uids = reallocarray(b->uids, cap, sizeof(*uids));

		if (uids == NULL)
			return stop(b, PRESCAN_MEMORY);
		b->uids = uids;
		b->uids_cap = cap;
	}
	b->uids[b->nuids++] = hash;
	return 0;
}

/* In place, whatever the numbers are: by the highest bit, then each half by the next. */
static void sort_bits(uint64_t *v, size_t n, int bit)
{
	while (n > 1 && bit >= 0) {
		uint64_t mask = UINT64_C(1) << bit--;
		size_t low = 0, high = n;

		while (low < high) {
			uint64_t x = v[low];

			if ((x & mask) == 0) {
				low++;
			} else {
				v[low] = v[--high];
				v[high] = x;
			}
		}
		sort_bits(v, low, bit);
		v += low;
		n -= low;
	}
}

static void find_repeated(struct body *b)
{
	uint64_t *shorter;
	size_t n = 0;

	sort_bits(b->uids, b->nuids, 63);
	for (size_t i = 1; i < b->nuids; i++)
		if (b->uids[i] == b->uids[i - 1] && (n == 0 || b->uids[n - 1] != b->uids[i]))
			b->uids[n++] = b->uids[i];
	shorter = realloc(b->uids, (n + 1) * sizeof(*shorter));
	b->repeated = shorter != NULL ? shorter : b->uids;
	b->nrepeated = n;
	b->uids = NULL;
	b->nuids = b->uids_cap = 0;
}

static int by_value(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

int body_repeats(const struct body *b, uint64_t uid)
{
	return b->nrepeated > 0 && bsearch(&uid, b->repeated, b->nrepeated, sizeof(uid), by_value) != NULL;
}

/* ---- the light look */

/* Behind NAME and blanks: where ';' or ':' stands; NULL if this is another name. */
static const char *behind(const char *s, const char *end, const char *name)
{
	size_t len = strlen(name);

	if ((size_t)(end - s) <= len || strncasecmp(s, name, len) != 0)
		return NULL;
	for (s += len; s < end && (*s == ' ' || *s == '\t'); s++)
		;
	return s < end && (*s == ':' || *s == ';') ? s : NULL;
}

static void look_at_begin(struct body *b, const char *s, const char *end)
{
	size_t len = (size_t)(end - s) - 1;

	b->is_begin = 1;
	b->odd |= *s == ';';
	s++;
	content_trim(&s, &len);
	if (content_word(s, len, "VEVENT"))
		b->events_begun = 1;
	else if (content_word(s, len, "VTIMEZONE"))
		b->late |= b->events_begun;
}

/* A line begins at s; all of it, or enough to know it by, stands before `end`. */
static int begin_line(struct body *b, const char *s, const char *end)
{
	const char *rest;

	if (b->uid.where != UID_NONE && uid_keep(b) != 0)
		return -1;
	b->is_stamp = b->is_begin = 0;
	b->begun = 1;
	b->name_open = end - s < NAME_MOST && memchr(s, ':', (size_t)(end - s)) == NULL &&
	    memchr(s, ';', (size_t)(end - s)) == NULL;
	switch (*s | 0x20) {
	case 'd':
		b->is_stamp = behind(s, end, "DTSTAMP") != NULL;
		break;
	case 'u':
		rest = behind(s, end, "UID");
		if (rest == NULL)
			break;
		uid_begin(&b->uid, UID_PARAMS);
		uid_take(&b->uid, rest, end);
		break;
	case 'b':
		rest = behind(s, end, "BEGIN");
		if (rest != NULL)
			look_at_begin(b, rest, end);
		break;
	case 'x':
		b->late |= b->events_begun && behind(s, end, "X-WR-TIMEZONE") != NULL;
		break;
	default:
		break;
	}
	return 0;
}

/* One physical line, or a piece of it. */
static int take_piece(struct body *b, const char *s, const char *end)
{
	if (!b->in_line && end > s) {
		b->in_line = 1;
		if (!b->begun || (*s != ' ' && *s != '\t'))
			return begin_line(b, s, end);
		b->odd |= b->name_open || b->is_begin;
		s++;
	}
	if (b->uid.where != UID_NONE)
		uid_take(&b->uid, s, end);
	return 0;
}

static void hash_span(struct body *b, const char *from, const char *end)
{
	if (!b->is_stamp && end > from)
		sha_add(sha_of(b), from, (size_t)(end - from));
}

/* All that can be known of the bytes from b->scanned on. */
static int scan(struct body *b, int is_all)
{
	const char *s = buf_str(&b->bytes) + b->scanned, *from = s, *e;
	struct line_ends ends = { buf_str(&b->bytes) + b->bytes.len, NULL };

	while (s < ends.end) {
		int was_stamp = b->is_stamp;

		if (b->after_cr && *s == '\n') {
			b->after_cr = 0;
			s++;
			continue;
		}
		e = line_end(&ends, s);
		if (!b->in_line && e == ends.end && !is_all && e - s < BEGIN_MOST)
			break;
		b->after_cr = 0;
		if (take_piece(b, s, e) != 0)
			return -1;
		if (was_stamp != b->is_stamp) {
			if (b->is_stamp)
				sha_add(sha_of(b), from, (size_t)(s - from));
			from = s;
		}
		if (e < ends.end) {
			b->in_line = 0;
			b->after_cr = *e == '\r';
			e++;
		}
		s = e;
	}
	hash_span(b, from, s);
	b->scanned = (size_t)(s - buf_str(&b->bytes));
	return 0;
}

/* ---- bytes */

static int write_all(struct body *b, const char *data, size_t len)
{
	while (len > 0) {
		ssize_t n = write(b->fd, data, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
				return stop(b, PRESCAN_SPOOL);
		}
		data += n;
		len -= (size_t)n;
	}
	return 0;
}

/* What was looked at goes to the spool. */
static int flush(struct body *b)
{
	size_t left = b->bytes.len - b->scanned;

	if (b->fd < 0)
		return 0;
	if (!b->is_loaded && write_all(b, buf_str(&b->bytes), b->scanned) != 0)
		return -1;
	if (left > 0 && b->scanned > 0)
		memmove(b->bytes.data, b->bytes.data + b->scanned, left);
	b->bytes.len = left;
	b->scanned = 0;
	return 0;
}

static int take_block(struct body *b, const char *data, size_t len)
{
	if (buf_add(&b->bytes, data, len) != 0)
		return stop(b, PRESCAN_MEMORY);
	if (!b->judged && judge(b, 0) != 0)
		return -1;
	if (!b->judged || b->bytes.len - b->scanned < BLOCK)
		return 0;
	return scan(b, 0) != 0 || flush(b) != 0 ? -1 : 0;
}

int body_add(struct body *b, const char *data, size_t len)
{
	if (b->verdict != PRESCAN_OK)
		return -1;
	if (len > b->max_bytes - b->len)
		return stop(b, PRESCAN_TOO_LARGE);
	b->len += len;
	while (len > 0) {
		size_t n = len < BLOCK ? len : BLOCK;

		if (take_block(b, data, n) != 0)
			return -1;
		data += n;
		len -= n;
	}
	return 0;
}

int body_load(struct body *b)
{
	char block[BLOCK / 4];
	ssize_t n;

	b->is_loaded = 1;
	for (;;) {
		n = pread(b->fd, block, sizeof(block), (off_t)b->len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return stop(b, PRESCAN_SPOOL);
		if (n == 0 || body_add(b, block, (size_t)n) != 0)
			return n == 0 ? 0 : -1;
	}
}

enum prescan_verdict body_end(struct body *b)
{
	if (b->verdict == PRESCAN_OK && !b->judged)
		judge(b, 1);
	if (b->verdict == PRESCAN_OK && scan(b, 1) == 0 && b->uid.where != UID_NONE)
		uid_keep(b);
	if (b->verdict != PRESCAN_OK)
		return b->verdict;
	find_repeated(b);
	sha_end(sha_of(b), b->hash);
	flush(b);
	return b->verdict;
}

void body_rewind(struct body *b)
{
	b->read = 0;
}

int body_read(struct body *b, const char **ret, size_t *ret_len, struct err *err)
{
	size_t left = b->len - b->read, n = left < BLOCK ? left : BLOCK;
	ssize_t got;

	*ret = buf_str(&b->bytes) + (b->fd < 0 ? b->read : 0);
	if (b->fd >= 0 && n > 0) {
		buf_reset(&b->bytes);
		if (buf_reserve(&b->bytes, BLOCK) != 0)
			return err_oom(err);
		do
			got = pread(b->fd, b->bytes.data, n, (off_t)b->read);
		while (got < 0 && errno == EINTR);
		if (got < 0)
			return err_errno(err, "spool", "The calendar cannot be read again");
		if (got == 0)
			return err_set(err, ERR_FAILED, "spool", "The calendar is shorter than what was written of it.");
		*ret = b->bytes.data;
		n = (size_t)got;
	}
	b->read += n;
	*ret_len = n;
	return 0;
}
