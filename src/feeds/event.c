/* One occurrence of an event: its record between ceud-net and ceud, its hash and its identity. */
#include "feeds/event.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/json.h"
#include "base/sha.h"
#include "base/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MINUTE_MS INT64_C(60000)
#define DAY_MS INT64_C(86400000)
#define INSTANT_FIRST (INT64_C(-25568) * DAY_MS)	/* 1899-12-31 */
#define INSTANT_LAST (INT64_C(376200) * DAY_MS)		/* 3000-01-01 and a zone's width */
#define MINUTES_MAX 600
#define FLAGS_ALL 511U
#define DETAIL_CHARS 16

const char *event_flag_name(unsigned bit)
{
	switch (bit) {
	case EVENT_ZONE_UNKNOWN: return "zone-unknown";
	case EVENT_NO_END: return "no-end";
	case EVENT_END_INVALID: return "end-invalid";
	case EVENT_LONG: return "long";
	case EVENT_CUT: return "cut";
	case EVENT_ENCODING: return "encoding";
	case EVENT_DECLINED: return "declined";
	case EVENT_FREE: return "free";
	case EVENT_PRIVATE: return "private";
	default: return NULL;
	}
}

void event_list_free(struct event_list *l)
{
	if (l->arena != NULL) {
		arena_free(l->arena);
		free(l->arena);
	}
	free(l->items);
	memset(l, 0, sizeof(*l));
}

static int grow(struct event_list *l)
{
	size_t cap = l->cap > 0 ? l->cap * 2 : 32;
	struct event *items;

	if (l->arena == NULL && (l->arena = calloc(1, sizeof(struct arena))) == NULL)
		return -1;
	if (l->n < l->cap)
		return 0;
	items = reallocarray(l->items, cap, sizeof(*items));
	if (items == NULL)
		return -1;
	l->items = items;
	l->cap = cap;
	return 0;
}

/* What only suggestions are made from may be left out. */
static const char *or_empty(const char *s)
{
	return s != NULL ? s : "";
}

int event_list_push(struct event_list *l, const struct event *e, struct err *err)
{
	struct event copy = *e;
	const char **texts[] = { &copy.uid, &copy.rid, &copy.title, &copy.location, &copy.url,
		&copy.organizer, &copy.categories, &copy.description, &copy.credit, &copy.domain,
		&copy.extras, &copy.zone };
	size_t sizes[sizeof(texts) / sizeof(texts[0])], all = 0;
	char *at;

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		*texts[i] = or_empty(*texts[i]);
		all += sizes[i] = strlen(*texts[i]) + 1;
	}
	if (grow(l) != 0 || (at = arena_alloc(l->arena, all)) == NULL)
		return err_oom(err);
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); at += sizes[i++])
		*texts[i] = memcpy(at, *texts[i], sizes[i]);
	l->items[l->n++] = copy;
	return 0;
}

/* ---- reading a record of ceud-net */

/* In the order in which they are written. */
enum field {
	UID, RID, TITLE, LOCATION, URL, ORGANIZER, CATEGORIES, DESCRIPTION, CREDIT, DOMAIN, EXTRAS, START, END, ZONE, ALL_DAY,
	DAY, MINUTES, CANCELLED, SERIES, FLAGS, CONTENT, DETAIL, FIELDS
};

static const char *const names[FIELDS] = { "uid", "rid", "title", "location", "url", "organizer", "categories",
	"description", "credit", "domain", "extras", "start", "end", "zone", "all_day", "day", "minutes", "cancelled",
	"series", "flags", "content", "detail" };

static int invalid(struct err *err, const char *field, const char *why)
{
	return err_set(
	    err, ERR_USAGE, "event-invalid", "The calendar reader sent an event whose %s %s.", field, why);
}

static int read_text(const struct json_flat *v, enum field f, size_t max, const char **ret, struct err *err)
{
	if (v[f].kind != JSON_STRING)
		return invalid(err, names[f], "is missing");
	if (v[f].len > max)
		return invalid(err, names[f], "is too long");
	if (text_has_control(v[f].text, v[f].len))
		return invalid(err, names[f], "holds control characters");
	*ret = v[f].text;
	return 0;
}

static int read_int(const struct json_flat *v, enum field f, int64_t least, int64_t most, int64_t *ret, struct err *err)
{
	if (v[f].kind != JSON_NUMBER)
		return invalid(err, names[f], "is missing or no whole number");
	if (v[f].n < least || v[f].n > most)
		return invalid(err, names[f], "is out of range");
	*ret = v[f].n;
	return 0;
}

static int read_bool(const struct json_flat *v, enum field f, int *ret, struct err *err)
{
	if (v[f].kind != JSON_BOOL)
		return invalid(err, names[f], "is neither true nor false");
	*ret = v[f].n != 0;
	return 0;
}

static int only_of(const char *s, const char *allowed)
{
	return s[strspn(s, allowed)] == '\0';
}

#define ZONE_CHARS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+-/:"

static int read_texts(const struct json_flat *v, struct event *e, struct err *err)
{
	if (read_text(v, UID, EVENT_UID_MAX, &e->uid, err) != 0 ||
	    read_text(v, RID, EVENT_RID_MAX, &e->rid, err) != 0 ||
	    read_text(v, TITLE, EVENT_TITLE_MAX, &e->title, err) != 0 ||
	    read_text(v, LOCATION, EVENT_TEXT_MAX, &e->location, err) != 0 ||
	    read_text(v, URL, EVENT_TEXT_MAX, &e->url, err) != 0 ||
	    read_text(v, ORGANIZER, EVENT_TEXT_MAX, &e->organizer, err) != 0 ||
	    read_text(v, CATEGORIES, EVENT_CATEGORIES_MAX, &e->categories, err) != 0 ||
	    read_text(v, DESCRIPTION, EVENT_TEXT_MAX, &e->description, err) != 0 ||
	    read_text(v, CREDIT, EVENT_CREDIT_MAX, &e->credit, err) != 0 ||
	    read_text(v, DOMAIN, EVENT_DOMAIN_MAX, &e->domain, err) != 0 ||
	    read_text(v, EXTRAS, EVENT_EXTRAS_MAX, &e->extras, err) != 0 ||
	    read_text(v, ZONE, EVENT_ZONE_MAX, &e->zone, err) != 0)
		return -1;
	if (e->uid[0] == '\0')
		return invalid(err, "uid", "is empty");
	if (!only_of(e->rid, "0123456789TZL"))
		return invalid(err, "rid", "is no date");
	if (e->zone[0] == '\0' || !only_of(e->zone, ZONE_CHARS))
		return invalid(err, "zone", "is no zone name");
	return 0;
}

static int read_times(const struct json_flat *v, struct event *e, struct err *err)
{
	int64_t minutes;

	if (read_int(v, START, INSTANT_FIRST, INSTANT_LAST, &e->start, err) != 0 ||
	    read_int(v, END, INSTANT_FIRST, INSTANT_LAST, &e->end, err) != 0 ||
	    read_int(v, MINUTES, 0, MINUTES_MAX, &minutes, err) != 0 ||
	    read_bool(v, ALL_DAY, &e->all_day, err) != 0)
		return -1;
	if (e->end < e->start)
		return invalid(err, "end", "is before its start");
	if (date_parse_iso(v[DAY].text, &e->day) != 0)
		return invalid(err, "day", "is no date");
	/* A local date is at most a day off the UTC date. */
	if (e->day < e->start / DAY_MS - 2 || e->day > e->end / DAY_MS + 2)
		return invalid(err, "day", "is not a day of the event");
	if (minutes * MINUTE_MS > e->end - e->start || (e->all_day && minutes != 0))
		return invalid(err, "minutes", "do not fit its length");
	e->minutes = (int)minutes;
	return 0;
}

static int read_marks(const struct json_flat *v, struct event *e, struct err *err)
{
	int64_t flags;

	if (read_bool(v, CANCELLED, &e->cancelled, err) != 0 ||
	    read_bool(v, SERIES, &e->series, err) != 0 ||
	    read_int(v, FLAGS, 0, FLAGS_ALL, &flags, err) != 0)
		return -1;
	e->flags = (unsigned)flags;
	event_seal(e);
	if (strcmp(v[CONTENT].text, e->content) != 0)
		return invalid(err, "content", "is not the hash of its fields");
	if (strcmp(v[DETAIL].text, e->detail) != 0)
		return invalid(err, "detail", "is not the hash of its fields");
	return 0;
}

/* Members may come in any order, but each of them once. */
static int sort_fields(const struct json_flat *from, size_t n, struct json_flat v[FIELDS], struct err *err)
{
	char seen[FIELDS] = { 0 };

	for (size_t i = 0; i < n; i++) {
		size_t f = strcmp(names[i], from[i].name) == 0 ? i : 0;

		while (f < FIELDS && strcmp(names[f], from[i].name) != 0)
			f++;
		if (f == FIELDS || seen[f])
			return invalid(err, "record", "has unknown members, or one of them twice");
		seen[f] = 1;
		v[f] = from[i];
	}
	return n == FIELDS ? 0 : invalid(err, "record", "has missing members");
}

int event_list_add(struct event_list *l, char *text, size_t len, struct err *err)
{
	struct json_flat members[FIELDS], v[FIELDS];
	struct event e;
	size_t n;

	memset(&e, 0, sizeof(e));
	if (json_flat(text, len, members, FIELDS, &n, NULL) != 0)
		return invalid(err, "record", "is no object of texts and whole numbers, or has too many members");
	if (sort_fields(members, n, v, err) != 0 || read_texts(v, &e, err) != 0 || read_times(v, &e, err) != 0 ||
	    read_marks(v, &e, err) != 0)
		return -1;
	return event_list_push(l, &e, err);
}

/* ---- writing one */

void event_write(struct jsonw *w, const struct event *e)
{
	jsonw_str(w, "uid", e->uid);
	jsonw_str(w, "rid", e->rid);
	jsonw_str(w, "title", e->title);
	jsonw_str(w, "location", e->location);
	jsonw_str(w, "url", e->url);
	jsonw_str(w, "organizer", e->organizer);
	jsonw_str(w, "categories", or_empty(e->categories));
	jsonw_str(w, "description", or_empty(e->description));
	jsonw_str(w, "credit", or_empty(e->credit));
	jsonw_str(w, "domain", or_empty(e->domain));
	jsonw_str(w, "extras", or_empty(e->extras));
	jsonw_int(w, "start", e->start);
	jsonw_int(w, "end", e->end);
	jsonw_str(w, "zone", e->zone);
	jsonw_bool(w, "all_day", e->all_day);
	jsonw_day(w, "day", e->day);
	jsonw_int(w, "minutes", e->minutes);
	jsonw_bool(w, "cancelled", e->cancelled);
	jsonw_bool(w, "series", e->series);
	jsonw_int(w, "flags", (int64_t)e->flags);
	jsonw_str(w, "content", e->content);
	jsonw_str(w, "detail", e->detail);
}

/* ---- hash and identity */

/* With its closing zero, so that no two lists of fields make the same bytes. */
static struct sha_part text_part(const char *s)
{
	struct sha_part part = { s, strlen(s) + 1 };

	return part;
}

/* What it is guessed from: a new text here is no change that a person has to hear of. */
static void seal_detail(struct event *e)
{
	unsigned char digest[SHA_SIZE];
	char hex[SHA_HEX_SIZE];
	struct sha_part parts[] = { text_part(or_empty(e->categories)), text_part(or_empty(e->description)),
		text_part(or_empty(e->credit)), text_part(or_empty(e->domain)), text_part(or_empty(e->extras)) };

	sha256(parts, sizeof(parts) / sizeof(parts[0]), digest);
	sha_hex(digest, hex);
	hex[DETAIL_CHARS] = '\0';
	text_copy(e->detail, sizeof(e->detail), hex);
}

/* Day, minutes and flags follow from what is hashed; were they in it, a better reader would
 * make every confirmed event look changed by its publisher. */
void event_seal(struct event *e)
{
	unsigned char digest[SHA_SIZE];
	char numbers[80];
	int n = snprintf(numbers, sizeof(numbers), "%" PRId64 " %" PRId64 " %d %d", e->start, e->end,
	    e->all_day != 0, e->cancelled != 0);
	struct sha_part parts[] = { { numbers, (size_t)n + 1 }, text_part(e->zone), text_part(e->title),
		text_part(e->location), text_part(e->url), text_part(e->organizer) };

	sha256(parts, sizeof(parts) / sizeof(parts[0]), digest);
	sha_hex(digest, e->content);
	seal_detail(e);
}

void event_make_uid(const struct event *e, char out[70])
{
	unsigned char digest[SHA_SIZE];
	struct buf folded = BUF_INIT;
	char numbers[64], hex[SHA_HEX_SIZE];
	int n = snprintf(numbers, sizeof(numbers), "%" PRId64 " %" PRId64, e->start, e->end);
	int plain =
	    text_fold(&folded, e->title, strlen(e->title)) != 0; /* out of memory: the title as it is */
	struct sha_part parts[] = { { numbers, (size_t)n + 1 },
		text_part(plain ? e->title : buf_str(&folded)), text_part(e->url) };

	sha256(parts, sizeof(parts) / sizeof(parts[0]), digest);
	sha_hex(digest, hex);
	snprintf(out, 70, "noid-%s", hex);
	buf_free(&folded);
}

/* "_R" and 8 digits, maybe "T" and 6 more, then the rest. Returns where that begins, or NULL. */
static const char *revision_end(const char *s)
{
	if (strncmp(s, "_R", 2) != 0 || strspn(s + 2, "0123456789") != 8)
		return NULL;
	s += 10;
	if (*s == 'T' && strspn(s + 1, "0123456789") == 6)
		s += 7;
	return *s == '@' || *s == '\0' ? s : NULL;
}

char *event_series_key(const char *uid, char out[EVENT_UID_MAX + 1])
{
	const char *mark = strstr(uid, "_R"), *rest = NULL;
	size_t n;

	while (mark != NULL && (rest = revision_end(mark)) == NULL)
		mark = strstr(mark + 1, "_R");
	if (rest == NULL) {
		text_copy(out, EVENT_UID_MAX + 1, uid);
		return out;
	}
	n = (size_t)(mark - uid);
	if (n > EVENT_UID_MAX)
		n = EVENT_UID_MAX;
	memcpy(out, uid, n);
	text_copy(out + n, EVENT_UID_MAX + 1 - n, rest);
	return out;
}

int event_minutes(const struct event *e, int same_local_day)
{
	int64_t length = e->end - e->start;

	if (e->all_day || !same_local_day || length < 0 || length > MINUTES_MAX * MINUTE_MS)
		return 0;
	return (int)(length / MINUTE_MS);
}
