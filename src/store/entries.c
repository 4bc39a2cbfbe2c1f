/* Entries: adding, changing, reading, and taking back. */
#include "ledger.h"
#include "store/entries.h"

#include <stdio.h>
#include <string.h>
#include "base/buf.h"
#include "base/text.h"

const char *entry_source_name(enum entry_source s)
{
	return s == SOURCE_CALENDAR ? "calendar" : s == SOURCE_IMPORT ? "import" : "hand";
}

/* "a,b" into ids; more than there is room for cannot have been stored. */
static void split_competencies(struct query *q, struct entry *e)
{
	const char *joined = q_text(q);

	while (*joined && e->ncompetencies < ENTRY_COMPETENCIES_MAX) {
		size_t len = strcspn(joined, ",");
		const char *id = arena_strndup(q->arena, joined, len);

		if (!id)
			q->oom = 1;
		e->competencies[e->ncompetencies++] = id;
		joined += len + (joined[len] == ',');
	}
}

static void entry_read(struct query *q, void *item)
{
	struct entry *e = item;

	e->id = q_int(q);
	e->person = q_int(q);
	e->no = q_int(q);
	e->day = q_day(q);
	e->minutes = q_small(q);
	e->category = q_text(q);
	e->title = q_text(q);
	e->title_key = q_text(q);
	e->provider = q_text(q);
	e->note = q_text(q);
	split_competencies(q, e);
	e->source = (enum entry_source)q_small(q);
	e->calendar_name = q_text(q);
	e->uid = q_text(q);
	e->proposal = q_int(q);
	e->is_void = q_small(q);
	e->void_reason = q_text(q);
	e->is_late = q_small(q);
	e->created_at = q_int(q);
	e->changed_at = q_int(q);
	e->rev = q_int(q);
}

static void join_competencies(struct buf *out, const struct entry *e)
{
	size_t i;

	for (i = 0; i < e->ncompetencies; i++)
		buf_printf(out, "%s%s", i ? "," : "", e->competencies[i]);
}

/* All fields that entry_update() may change. */
static void entry_image(struct buf *out, const struct entry *e)
{
	struct buf joined = BUF_INIT;
	struct jsonw w;

	join_competencies(&joined, e);
	jsonw_begin(&w, out);
	jsonw_object(&w, NULL);
	jsonw_day(&w, "day", e->day);
	jsonw_int(&w, "minutes", e->minutes);
	jsonw_str(&w, "category", e->category);
	jsonw_str(&w, "title", e->title);
	jsonw_str(&w, "provider", e->provider);
	jsonw_str(&w, "note", e->note);
	jsonw_str(&w, "competencies", buf_str(&joined));
	jsonw_bool(&w, "void", e->is_void);
	jsonw_str(&w, "void_reason", e->void_reason ? e->void_reason : "");
	jsonw_bool(&w, "late", e->is_late);
	jsonw_end_object(&w);
	if (joined.failed)
		out->failed = 1;
	buf_free(&joined);
}

/* ---- texts for the history */

/* 180 is "3.0" hours; a length that hours cannot say shortly is "0h50". */
static const char *hours(int minutes, char *out, size_t size)
{
	if (minutes * 100 % 60 == 0)
		return units_text((int64_t)minutes * 100 / 60, out, size);
	return date_hours_text(minutes, out, size);
}

static void changed(struct buf *out, int *n, const char *name, const char *from, const char *to)
{
	if (strcmp(from, to) == 0)
		return;
	buf_printf(out, "%s%s", (*n)++ ? ", " : ": ", name);
	if (*from && *to)
		buf_printf(out, " %s to %s", from, to);
	else if (*to)
		buf_printf(out, " %s", to);
	else
		buf_printf(out, " %s removed", from);
}

/* Texts that people wrote are named, not shown: they may be long. */
static void reworded(struct buf *out, int *n, const char *name, const char *from, const char *to)
{
	if (strcmp(from, to) != 0)
		buf_printf(out, "%s%s", (*n)++ ? ", " : ": ", name);
}

static void edit_text(struct buf *out, const struct entry *b, const struct entry *a)
{
	struct buf before = BUF_INIT, after = BUF_INIT;
	char x[32], y[32];
	int n = 0;

	join_competencies(&before, b);
	join_competencies(&after, a);
	changed(out, &n, "hours", hours(b->minutes, x, sizeof(x)), hours(a->minutes, y, sizeof(y)));
	changed(out, &n, "date", date_text(b->day, DATE_SHORT, x, sizeof(x)),
	    date_text(a->day, DATE_SHORT, y, sizeof(y)));
	changed(out, &n, "category", b->category, a->category);
	changed(out, &n, "for", buf_str(&before), buf_str(&after));
	reworded(out, &n, "title", b->title, a->title);
	reworded(out, &n, "provider", b->provider, a->provider);
	reworded(out, &n, "note", b->note, a->note);
	if (before.failed || after.failed)
		out->failed = 1;
	buf_free(&before);
	buf_free(&after);
}

static void history_text(struct buf *out, const char *action, const struct entry *before,
    const struct entry *after)
{
	if (strcmp(action, "confirm") == 0)
		buf_printf(out, "log %lld from the inbox", (long long)after->no);
	else
		buf_printf(out, "%s %lld", action, (long long)after->no);
	if (before && !before->is_void && after->is_void && after->void_reason && *after->void_reason)
		buf_printf(out, ": %s", after->void_reason);
	else if (before)
		edit_text(out, before, after);
}

/* ---- writing */

struct writing {
	const char *action;
	const char *text;		/* NULL: made from the change */
	int64_t undoes;
};

static int record(struct store *s, const struct actor *by, const struct writing *w,
    const struct entry *before, const struct entry *after, struct err *err)
{
	struct buf json[2] = { BUF_INIT, BUF_INIT };
	struct buf text = BUF_INIT;
	int rc;

	if (before)
		entry_image(&json[0], before);
	entry_image(&json[1], after);
	if (w->text)
		buf_puts(&text, w->text);
	else
		history_text(&text, w->action, before, after);
	if (json[0].failed || json[1].failed || text.failed)
		rc = err_oom(err);
	else
		rc = ledger_write(s, by, &(struct record){ .subject = after->person, .action = w->action,
		    .kind = "entry", .id = after->id, .before = before ? buf_str(&json[0]) : NULL,
		    .after = buf_str(&json[1]), .text = buf_str(&text), .undoes = w->undoes }, err);
	buf_free(&json[0]);
	buf_free(&json[1]);
	buf_free(&text);
	return rc;
}

static int insert(struct store *s, const struct actor *by, struct entry *e, const char *joined,
    struct err *err)
{
	int rc = db_number(s, SQL_PERSON_NEXT_ENTRY, VALUES(v_int(e->person), v_int(1)), &e->no, err);

	if (rc == 0)
		return err_set(err, ERR_ABSENT, "no-person", "There is no such person.");
	if (rc < 0)
		return -1;
	return db_number(s, SQL_ENTRY_ADD, VALUES(v_int(e->person), v_int(e->no), v_int(e->day),
	    v_int(e->minutes), v_text(e->category), v_text(e->title), v_text(e->title_key),
	    v_text(e->provider), v_text(e->note), v_text(joined), v_int(e->source), v_text(e->calendar_name),
	    v_text(e->uid), v_some(e->proposal), v_int(e->is_void), v_text(e->void_reason), v_int(e->is_late),
	    v_int(by->now)), &e->id, err) < 0 ? -1 : 0;
}

int entry_add(struct store *s, const struct actor *by, const char *action, struct entry *e, struct err *err)
{
	struct buf joined = BUF_INIT;
	struct entry added = *e;
	int rc;

	join_competencies(&joined, e);
	rc = joined.failed ? err_oom(err) : insert(s, by, &added, buf_str(&joined), err);
	buf_free(&joined);
	if (rc < 0 || record(s, by, &(struct writing){ .action = action }, NULL, &added, err) < 0)
		return -1;
	e->id = added.id;
	e->no = added.no;
	e->rev = 1;
	e->created_at = e->changed_at = by->now;
	return 0;
}

static int by_id(struct store *s, int64_t id, struct arena *a, struct entry *ret, struct err *err)
{
	int rc = db_one(s, SQL_ENTRY_BY_ID, VALUES(v_int(id)), a, entry_read, ret, sizeof(*ret), err);

	if (rc != 0)
		return rc < 0 ? -1 : 0;
	err_set(err, ERR_ABSENT, "no-entry", "There is no such entry.");
	return err_next(err, "ceu list");
}

static int store_entry(struct store *s, const struct actor *by, const struct writing *w,
    const struct entry *before, struct entry *e, struct err *err)
{
	struct entry after = *e;
	struct buf joined = BUF_INIT;
	int rc;

	after.person = before->person;
	after.no = before->no;
	join_competencies(&joined, e);
	if (joined.failed)
		rc = err_oom(err);
	else
		rc = db_run(s, SQL_ENTRY_UPDATE, VALUES(v_int(e->id), v_int(e->day), v_int(e->minutes),
		    v_text(e->category), v_text(e->title), v_text(e->title_key), v_text(e->provider),
		    v_text(e->note), v_text(buf_str(&joined)), v_int(e->is_void), v_text(e->void_reason),
		    v_int(e->is_late), v_int(by->now)), err);
	buf_free(&joined);
	if (rc < 0 || record(s, by, w, before, &after, err) < 0)
		return -1;
	e->rev = before->rev + 1;
	e->changed_at = by->now;
	return 0;
}

int entry_update(struct store *s, const struct actor *by, const char *action, struct entry *e,
    struct err *err)
{
	struct arena a = ARENA_INIT;
	struct entry before;
	int rc = by_id(s, e->id, &a, &before, err);

	if (rc == 0)
		rc = store_entry(s, by, &(struct writing){ .action = action }, &before, e, err);
	arena_free(&a);
	return rc;
}

/* ---- taking back */

static const char *member(const struct json *image, const char *name, const char *fallback)
{
	const char *s = json_str(image, name);

	return s ? s : fallback;
}

static int set_competencies(struct entry *e, const char *joined, struct arena *a, struct err *err)
{
	e->ncompetencies = 0;
	while (*joined && e->ncompetencies < ENTRY_COMPETENCIES_MAX) {
		size_t len = strcspn(joined, ",");
		const char *id = arena_strndup(a, joined, len);

		if (!id)
			return err_oom(err);
		e->competencies[e->ncompetencies++] = id;
		joined += len + (joined[len] == ',');
	}
	return 0;
}

/* The entry as the image has it. Its strings live in the image and in `a`. */
static int from_image(struct entry *e, const struct json *image, struct arena *a, struct err *err)
{
	struct buf key = BUF_INIT;
	int64_t minutes = e->minutes;
	day_t day;

	if (date_parse_iso(member(image, "day", ""), &day) < 0 || json_int(image, "minutes", &minutes) < 0)
		return err_set(err, ERR_FAILED, "store-corrupt",
		    "The ledger's picture of entry %lld cannot be read.", (long long)e->no);
	e->day = day;
	e->minutes = (int)minutes;
	e->category = member(image, "category", e->category);
	e->title = member(image, "title", e->title);
	e->provider = member(image, "provider", "");
	e->note = member(image, "note", "");
	e->is_void = json_bool(image, "void", 0);
	e->void_reason = member(image, "void_reason", "");
	e->is_late = json_bool(image, "late", 0);
	if (text_fold(&key, e->title, strlen(e->title)) < 0)
		return err_oom(err);
	e->title_key = arena_strdup(a, buf_str(&key));
	buf_free(&key);
	return e->title_key ? set_competencies(e, member(image, "competencies", ""), a, err) : err_oom(err);
}

int entry_revert(struct store *s, const struct actor *by, const struct revert *r, struct err *err)
{
	const struct writing w = { "undo", r->text, r->step };
	struct arena a = ARENA_INIT;
	struct entry before, e;
	int rc = by_id(s, r->id, &a, &before, err);

	if (rc == 0) {
		e = before;
		if (r->before)
			rc = from_image(&e, r->before, &a, err);
		else {
			e.is_void = 1;
			e.void_reason = "undone";
		}
	}
	if (rc == 0)
		rc = store_entry(s, by, &w, &before, &e, err);
	arena_free(&a);
	return rc;
}

/* ---- reading */

int entry_get(struct store *s, int64_t person, int64_t no, struct arena *a, struct entry *ret,
    struct err *err)
{
	int rc = db_one(s, SQL_ENTRY_GET, VALUES(v_int(person), v_int(no)), a, entry_read, ret, sizeof(*ret),
	    err);

	if (rc != 0)
		return rc < 0 ? -1 : 0;
	err_set(err, ERR_ABSENT, "no-entry", "There is no entry %lld.", (long long)no);
	return err_next(err, "ceu list");
}

int entry_between(struct store *s, int64_t person, day_t from, day_t to, int with_void, struct arena *a,
    struct entry_list *ret, struct err *err)
{
	struct rows r;

	if (to == DAY_NONE)
		to = INT32_MAX;
	if (db_list(s, SQL_ENTRY_BETWEEN, VALUES(v_int(person), v_int(from), v_int(to), v_int(with_void ? 1 : 0)),
	    a, entry_read, sizeof(struct entry), &r, err) < 0)
		return -1;
	*ret = (struct entry_list){ r.items, r.n, r.cap };
	return 0;
}

int entry_day_minutes(struct store *s, int64_t person, day_t day, int64_t except, int *ret, struct err *err)
{
	int64_t minutes = 0;

	if (db_number(s, SQL_ENTRY_DAY_MINUTES, VALUES(v_int(person), v_int(day), v_int(except)), &minutes,
	    err) < 0)
		return -1;
	*ret = (int)minutes;
	return 0;
}

int entry_same(struct store *s, int64_t person, day_t day, const char *title_key, int64_t except,
    int64_t *ret, struct err *err)
{
	int64_t no = 0;

	if (db_number(s, SQL_ENTRY_SAME, VALUES(v_int(person), v_int(day), v_text(title_key), v_int(except)),
	    &no, err) < 0)
		return -1;
	*ret = no;
	return 0;
}
