/* Entries: adding, changing, taking back, and reading. */
#include "ledger.h"
#include "store/entries.h"

#include <string.h>
#include "base/buf.h"

const char *entry_source_name(enum entry_source s)
{
	return s == SOURCE_CALENDAR ? "calendar" : s == SOURCE_IMPORT ? "import" : "hand";
}

/* "a,b" into ids; more than there is room for cannot have been stored. */
static void split_ids(struct query *q, const char **ids, size_t *n, size_t max)
{
	const char *joined = q_text(q);

	while (*joined && *n < max) {
		size_t len = strcspn(joined, ",");
		const char *id = arena_strndup(q->arena, joined, len);

		if (!id)
			q->oom = 1;
		ids[(*n)++] = id;
		joined += len + (joined[len] == ',');
	}
}

void entry_read(struct query *q, void *item)
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
	split_ids(q, e->competencies, &e->ncompetencies, ENTRY_COMPETENCIES_MAX);
	split_ids(q, e->tags, &e->ntags, ENTRY_TAGS_MAX);
	e->kind = q_text(q);
	e->quantity = q_int(q);
	e->is_planned = q_small(q);
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
	e->nevidence = q_small(q);
	e->is_source_changed = q_small(q);
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
	struct pictures p = PICTURES_INIT;

	if (before)
		entry_image(&p.before, before);
	entry_image(&p.after, after);
	if (w->text)
		buf_puts(&p.text, w->text);
	else
		entry_history(&p.text, w->action, before, after);
	return ledger_picture(s, by, (struct record){ .subject = after->person, .action = w->action,
	    .kind = "entry", .id = after->id, .undoes = w->undoes }, &p, err);
}

/* Competencies and tags as they are stored. */
struct joined { struct buf competencies, tags; };

static int join(struct joined *j, const struct entry *e, struct err *err)
{
	*j = (struct joined){ BUF_INIT, BUF_INIT };
	ids_join(&j->competencies, e->competencies, e->ncompetencies);
	ids_join(&j->tags, e->tags, e->ntags);
	return j->competencies.failed || j->tags.failed ? err_oom(err) : 0;
}

static void joined_free(struct joined *j)
{
	buf_free(&j->competencies);
	buf_free(&j->tags);
}

static int insert(struct store *s, const struct actor *by, struct entry *e, const struct joined *j,
    struct err *err)
{
	int rc = db_number(s, SQL_PERSON_NEXT_ENTRY, VALUES(v_int(e->person), v_int(1)), &e->no, err);

	if (rc == 0)
		return err_set(err, ERR_ABSENT, "no-person", "There is no such person.");
	if (rc < 0)
		return -1;
	return db_number(s, SQL_ENTRY_ADD, VALUES(v_int(e->person), v_int(e->no), v_int(e->day),
	    v_int(e->minutes), v_text(e->category), v_text(e->title), v_text(e->title_key),
	    v_text(e->provider), v_text(e->note), v_text(buf_str(&j->competencies)),
	    v_text(buf_str(&j->tags)), v_text(e->kind), v_int(e->quantity), v_int(e->is_planned ? 1 : 0),
	    v_int(e->source), v_text(e->calendar_name), v_text(e->uid), v_some(e->proposal),
	    v_int(e->is_void), v_text(e->void_reason), v_int(e->is_late), v_int(by->now)), &e->id,
	    err) < 0 ? -1 : 0;
}

int entry_add(struct store *s, const struct actor *by, const char *action, struct entry *e, struct err *err)
{
	struct joined j;
	struct entry added = *e;
	int rc = join(&j, e, err);

	added.changed_at = by->now;
	if (rc == 0)
		rc = insert(s, by, &added, &j, err);
	joined_free(&j);
	if (rc < 0 || record(s, by, &(struct writing){ .action = action }, NULL, &added, err) < 0)
		return -1;
	e->id = added.id;
	e->no = added.no;
	e->rev = 1;
	e->nevidence = 0;
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
	struct joined j;
	int rc = join(&j, e, err);

	after.person = before->person;
	after.no = before->no;
	after.changed_at = by->now;
	if (rc == 0)
		rc = db_run(s, SQL_ENTRY_UPDATE, VALUES(v_int(e->id), v_int(e->day), v_int(e->minutes),
		    v_text(e->category), v_text(e->title), v_text(e->title_key), v_text(e->provider),
		    v_text(e->note), v_text(buf_str(&j.competencies)), v_text(buf_str(&j.tags)),
		    v_text(e->kind), v_int(e->quantity), v_int(e->is_planned ? 1 : 0), v_int(e->is_void),
		    v_text(e->void_reason), v_int(e->is_late), v_int(by->now)), err);
	joined_free(&j);
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

int entry_revert(struct store *s, const struct actor *by, const struct revert *r, struct err *err)
{
	const struct writing w = { r->action, r->text, r->step };
	struct arena a = ARENA_INIT;
	struct entry before, e;
	int rc = by_id(s, r->id, &a, &before, err);

	if (rc == 0) {
		e = before;
		if (r->image)
			rc = entry_from_image(&e, r->image, &a, err);
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
