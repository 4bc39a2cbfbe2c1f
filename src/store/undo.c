/*
 * Undo, from the ledger.  Candidates are the steps that the same actor made on entries, proposals and
 * calendars of the person; what others made, and what an undo made, is never taken back.  Seen from the
 * newest row, a step counts as undone once a later row that is itself not undone says so; so repeated undo
 * walks back.
 */
#include "ledger.h"

#include <stdlib.h>
#include <string.h>
#include "base/buf.h"

struct walked { int64_t seq, step, undoes, actor_person; const char *actor, *action, *object; };
struct walk { struct walked *rows; size_t n; };	/* newest first, from the newest row on */

static const struct family {
	const char *kind;
	int (*revert)(struct store *s, const struct actor *by, const struct revert *r, struct err *err);
} families[] = {
	{ "entry:", entry_revert },
	{ "proposal:", proposal_revert },
	{ "calendar:", calendar_revert },
};

/* The family of "entry:12", and 12 in *id; NULL for one that undo leaves alone. */
static const struct family *family_of(const char *object, int64_t *id)
{
	size_t i;

	for (i = 0; i < sizeof(families) / sizeof(families[0]); i++) {
		size_t len = strlen(families[i].kind);

		if (strncmp(object, families[i].kind, len) == 0) {
			*id = strtoll(object + len, NULL, 10);
			return &families[i];
		}
	}
	return NULL;
}

static void walked_read(struct query *q, void *item)
{
	struct walked *w = item;

	w->seq = q_int(q);
	w->step = q_int(q);
	w->actor = q_text(q);
	w->actor_person = q_int(q);
	w->action = q_text(q);
	w->object = q_text(q);
	w->undoes = q_int(q);
}

static int is_by(const struct walked *w, const struct actor *by)
{
	if (w->actor_person || by->person)
		return w->actor_person == by->person;
	return strcmp(w->actor, by->name) == 0;
}

/* Is the step undone by one of rows[0..n), newer than it? Those that were undone themselves do not count. */
static int is_undone(const struct walked *rows, size_t n, int64_t step)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (rows[i].undoes == step && rows[i].step != step && !is_undone(rows, i, rows[i].step))
			return 1;
	return 0;
}

/* Reads back to the row of the step to undo and one row more at most: old history costs nothing. */
static int find_step(struct store *s, const struct actor *by, int64_t subject, struct arena *a,
    struct walk *walk, struct err *err)
{
	struct walk w = { NULL, 0 };
	size_t cap = 0;
	struct query q;
	int64_t id;
	int rc, found = 0;

	if (db_query(&q, s, SQL_LEDGER_WALK, VALUES(v_int(subject)), a, err) < 0)
		return -1;
	while (!found && (rc = db_next(&q, err)) > 0) {
		void *rows = w.rows;

		if (arena_grow(a, &rows, w.n, &cap, sizeof(*w.rows)) < 0) {
			q.oom = 1;
			break;
		}
		w.rows = rows;
		memset(&w.rows[w.n], 0, sizeof(*w.rows));
		walked_read(&q, &w.rows[w.n++]);
		if (q.oom)
			break;
		found = w.rows[w.n - 1].undoes == 0 && is_by(&w.rows[w.n - 1], by) &&
		    family_of(w.rows[w.n - 1].object, &id) &&
		    !is_undone(w.rows, w.n - 1, w.rows[w.n - 1].step);
	}
	db_end(&q);
	if (q.oom)
		return err_oom(err);
	if (!found && rc < 0)
		return -1;
	*walk = w;
	return found;
}

/* Has someone else changed `object` after the step? */
static const struct walked *overtaken(const struct walk *w, int64_t step, const char *object)
{
	size_t i;

	for (i = 0; i < w->n; i++)
		if (w->rows[i].step != step && w->rows[i].undoes == 0 &&
		    strcmp(w->rows[i].object, object) == 0 && !is_undone(w->rows, i, w->rows[i].step))
			return &w->rows[i];
	return NULL;
}

struct step_row { int64_t seq, step, subject; const char *object, *body, *text; };

static void step_row_read(struct query *q, void *item)
{
	struct step_row *r = item;

	r->seq = q_int(q);
	r->step = q_int(q);
	r->subject = q_int(q);
	r->object = q_text(q);
	r->body = q_text(q);
	r->text = q_text(q);
}

/* The rows of a step stand one after the other, from the one that gave it its number. */
static int step_rows(struct store *s, int64_t step, struct arena *a, struct rows *ret, struct err *err)
{
	struct rows rows = { NULL, 0, 0 };
	struct query q;
	int rc;

	if (db_query(&q, s, SQL_LEDGER_STEP_ROWS, VALUES(v_int(step)), a, err) < 0)
		return -1;
	while ((rc = db_next(&q, err)) > 0) {
		struct step_row r;

		memset(&r, 0, sizeof(r));
		step_row_read(&q, &r);
		if (q.oom || r.step != step)
			break;
		if (arena_grow(a, &rows.items, rows.n, &rows.cap, sizeof(r)) < 0) {
			q.oom = 1;
			break;
		}
		((struct step_row *)rows.items)[rows.n++] = r;
	}
	db_end(&q);
	if (q.oom)
		return err_oom(err);
	*ret = rows;
	return rc < 0 ? -1 : 0;
}

static int revert(struct store *s, const struct actor *by, const struct step_row *row, struct err *err)
{
	struct buf text = BUF_INIT;
	struct json *body = NULL;
	const struct family *family;
	const struct json *before;
	int64_t id = 0;
	int rc;

	family = family_of(row->object, &id);
	if (!family)
		return 0;
	if (*row->body == '\0') {
		err_set(err, ERR_RULE, "nothing-to-undo",
		    "What this change was has been erased, so it cannot be taken back.");
		return err_next(err, "ceu history");
	}
	if (json_parse(row->body, strlen(row->body), &body, err) < 0)
		return -1;
	before = json_get(body, "before");
	buf_printf(&text, "undo: %s", row->text);
	if (text.failed)
		rc = err_oom(err);
	else
		rc = family->revert(s, by, &(struct revert){ .id = id, .step = row->step,
		    .text = buf_str(&text), .before = json_kind(before) == JSON_NULL ? NULL : before }, err);
	buf_free(&text);
	json_free(body);
	return rc;
}

static int check_overtaken(const struct walk *w, const struct rows *rows, int64_t step, struct err *err)
{
	const struct step_row *r = rows->items;
	size_t i;

	for (i = 0; i < rows->n; i++) {
		const struct walked *newer = overtaken(w, step, r[i].object);

		if (newer) {
			err_set(err, ERR_RULE, "undo-overtaken",
			    "\"%s\" cannot be undone: someone else changed the same since (%s).", r[i].text,
			    newer->action);
			return err_next(err, "See who: ceu history");
		}
	}
	return 0;
}

/* The changes of this command, newest last as they were made. */
static int made(struct store *s, const struct actor *by, int64_t subject, size_t n, struct arena *a,
    struct change_list *ret, struct err *err)
{
	struct change_list all, mine = { NULL, 0, 0 };
	size_t i;

	if (ledger_of(s, subject, 0, (int)n, a, &all, err) < 0)
		return -1;
	mine.items = arena_alloc(a, (all.n + 1) * sizeof(*mine.items));
	if (!mine.items)
		return err_oom(err);
	mine.cap = all.n + 1;
	for (i = all.n; i-- > 0;)
		if (all.items[i].step == by->step)
			mine.items[mine.n++] = all.items[i];
	*ret = mine;
	return 0;
}

int ledger_undo(struct store *s, struct actor *by, int64_t subject, struct arena *a, struct change_list *ret,
    struct err *err)
{
	const struct step_row *r;
	struct rows rows = { NULL, 0, 0 };
	struct walk walk = { NULL, 0 };
	int64_t step;
	size_t i;
	int rc;

	if (db_writable(s, err) < 0)
		return -1;
	rc = find_step(s, by, subject, a, &walk, err);
	if (rc < 0)
		return -1;
	if (rc == 0) {
		err_set(err, ERR_RULE, "nothing-to-undo", "There is nothing to undo.");
		return err_next(err, "ceu history");
	}
	step = walk.rows[walk.n - 1].step;
	if (step_rows(s, step, a, &rows, err) < 0 || check_overtaken(&walk, &rows, step, err) < 0)
		return -1;
	r = rows.items;
	for (i = rows.n; i-- > 0;)
		if (r[i].subject == subject && revert(s, by, &r[i], err) < 0)
			return -1;
	return made(s, by, subject, rows.n, a, ret, err);
}
