/*
 * Undo and redo, from the ledger.  A step is taken back by writing a new one whose rows say which step they
 * undo; so redo is nothing but undoing an undo, and both work across restarts.  Read from the newest row, a
 * step is undone if a later row that is itself not undone says so: repeated undo walks back, repeated redo
 * forward.
 */
#include "ledger.h"

#include <stdlib.h>
#include <string.h>

struct walked {
	int64_t seq, step, undoes, actor_person, subject;
	const char *actor, *action, *object;
	int is_undone;
};
struct walk { struct walked *rows; size_t n, cap; };	/* newest first, from the newest row on */

static const struct family { const char *kind; reverter *revert; } families[] = {
	{ "entry:", entry_revert }, { "evidence:", evidence_revert }, { "proposal:", proposal_revert },
	{ "calendar:", calendar_revert }, { "cycle:", cycle_revert }, { "person:", person_revert },
	{ "team:", team_revert }, { "member:", member_revert }, { "program:", program_revert },
	{ "feed-rule:", feed_rule_revert }, { "digest:", digest_off_revert },
};

/* The family of "entry:12", and "12" in *key; NULL for one that undo leaves alone. */
static const struct family *family_of(const char *object, const char **key)
{
	size_t i;

	for (i = 0; i < sizeof(families) / sizeof(families[0]); i++) {
		size_t len = strlen(families[i].kind);

		if (strncmp(object, families[i].kind, len) == 0) {
			*key = object + len;
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
	w->subject = q_int(q);
}

static int is_by(const struct walked *w, const struct actor *by)
{
	if (w->actor_person || by->person)
		return w->actor_person == by->person;
	return strcmp(w->actor, by->name) == 0;
}

static int is_undone(const struct walk *w, int64_t step)
{
	size_t i;

	for (i = 0; i < w->n; i++)
		if (w->rows[i].undoes == step && !w->rows[i].is_undone)
			return 1;
	return 0;
}

/* What the walk looks for: 1 this row is of the step, -1 there can be none any more, 0 go on. */
typedef int sought(const struct walked *row, const void *arg);

static int is_own(const struct walked *w, const struct actor *by)
{
	const char *key;

	return is_by(w, by) && family_of(w->object, &key);
}

static int to_undo(const struct walked *w, const void *by)
{
	return w->undoes == 0 && !w->is_undone && is_own(w, by);
}

/* A new change after the undo leaves nothing to redo. */
static int to_redo(const struct walked *w, const void *by)
{
	if (!is_own(w, by))
		return 0;
	if (w->undoes == 0)
		return -1;
	return strcmp(w->action, "undo") == 0 && !w->is_undone;
}

static int is_before(const struct walked *w, const void *step)
{
	return w->seq < *(const int64_t *)step ? -1 : 0;
}

/* Reads back to the row that is sought and one row more at most: old history costs nothing. 1 found, 0,
 * -1. */
static int walk_back(struct store *s, int64_t subject, sought *is_it, const void *arg, struct arena *a,
    struct walk *ret, struct err *err)
{
	struct walk w = { NULL, 0, 0 };
	struct query q;
	int rc, found = 0;

	if (db_query(&q, s, SQL_LEDGER_WALK, VALUES(v_int(subject)), a, err) < 0)
		return -1;
	while (!found && (rc = db_next(&q, err)) > 0) {
		void *rows = w.rows;

		if (arena_grow(a, &rows, w.n, &w.cap, sizeof(*w.rows)) < 0) {
			q.oom = 1;
			break;
		}
		w.rows = rows;
		memset(&w.rows[w.n], 0, sizeof(*w.rows));
		walked_read(&q, &w.rows[w.n]);
		if (q.oom)
			break;
		w.rows[w.n].is_undone = is_undone(&w, w.rows[w.n].step);
		found = is_it(&w.rows[w.n++], arg);
	}
	db_end(&q);
	if (q.oom)
		return err_oom(err);
	if (!found && rc < 0)
		return -1;
	*ret = w;
	return found > 0;
}

struct step_row { int64_t seq, step, subject; const char *object, *body, *text; };

/* Does `r` take back what came after the row? Then both together changed nothing. */
static int is_back(const struct walk *w, const struct walked *r, const struct step_row *row)
{
	size_t i;

	for (i = 0; r->undoes && i < w->n && w->rows[i].seq > row->seq; i++)
		if (w->rows[i].step == r->undoes)
			return 1;
	return 0;
}

/* Of another step, the row that changed the same after this one and still holds. */
static const struct walked *newer_change(const struct walk *w, const struct step_row *row)
{
	size_t i;

	for (i = 0; i < w->n; i++) {
		const struct walked *r = &w->rows[i];

		if (r->seq > row->seq && r->step != row->step && !r->is_undone &&
		    strcmp(r->object, row->object) == 0 && !is_back(w, r, row))
			return r;
	}
	return NULL;
}

/* 1 if the row made what it is about. */
static int is_made(const struct step_row *row)
{
	static const char begin[] = "{\"before\":null,";

	return strncmp(row->body, begin, sizeof(begin) - 1) == 0;
}

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

static int step_rows(struct store *s, int64_t step, struct arena *a, struct rows *ret, struct err *err)
{
	return db_list(s, SQL_LEDGER_STEP_ROWS, VALUES(v_int(step)), a, step_row_read, sizeof(struct step_row), ret,
	    err) < 0 ? -1 : 0;
}

/* ---- taking back */

struct taking {				/* undo or redo */
	const char *action;
	sought *is_it;
	const char *none;		/* code of "there is nothing" */
};
static const struct taking undoing = { "undo", to_undo, "nothing-to-undo" };
static const struct taking redoing = { "redo", to_redo, "nothing-to-redo" };

/* "undo: edit 8" is redone as "redo: edit 8". */
static const char *text_of(const char *text)
{
	return strncmp(text, "undo: ", 6) == 0 ? text + 6 : text;
}

static int revert(struct store *s, const struct actor *by, const struct taking *t, const struct step_row *row,
    struct err *err)
{
	struct buf text = BUF_INIT;
	struct json *body = NULL;
	const struct family *family;
	const struct json *image;
	const char *key = "";
	int rc;

	family = family_of(row->object, &key);
	if (!family)
		return 0;
	if (*row->body == '\0') {
		err_set(err, ERR_RULE, t->none,
		    "What this change was has been erased, so it cannot be taken back.");
		return err_next(err, "ceu history");
	}
	if (json_parse(row->body, strlen(row->body), &body, err) < 0)
		return -1;
	image = json_get(body, "before");
	buf_printf(&text, "%s: %s", t->action, text_of(row->text));
	if (text.failed)
		rc = err_oom(err);
	else
		rc = family->revert(s, by, &(struct revert){ .key = key, .id = strtoll(key, NULL, 10),
		    .subject = row->subject, .image = json_kind(image) == JSON_NULL ? NULL : image,
		    .action = t->action, .text = buf_str(&text), .step = row->step }, err);
	buf_free(&text);
	json_free(body);
	return rc;
}

static int check_newer(const struct actor *by, const struct taking *t, const struct walk *w,
    const struct step_row *row, struct err *err)
{
	const struct walked *newer = newer_change(w, row);

	if (!newer)
		return 0;
	err_set(err, ERR_RULE, "undo-overtaken", "\"%s\" cannot be %s: %s changed the same since (%s).",
	    text_of(row->text), t == &undoing ? "undone" : "redone",
	    is_by(newer, by) ? "you" : "someone else", newer->action);
	return err_next(err, "See who: ceu history");
}

/* A cycle is not taken away from under entries that others made or changed since it was opened. */
static int check_entries(struct store *s, const struct actor *by, const struct taking *t, const struct walk *w,
    const struct step_row *row, struct err *err)
{
	int64_t cycle, no;
	size_t i;

	if (strncmp(row->object, "cycle:", 6) != 0 || !is_made(row))
		return 0;
	cycle = strtoll(row->object + 6, NULL, 10);
	for (i = 0; i < w->n; i++) {
		const struct walked *r = &w->rows[i];
		int rc;

		if (r->step <= row->step || r->is_undone || r->undoes > row->step ||
		    strncmp(r->object, "entry:", 6) != 0)
			continue;
		rc = db_number(s, SQL_CYCLE_ENTRY, VALUES(v_int(cycle), v_int(strtoll(r->object + 6, NULL, 10))), &no,
		    err);
		if (rc < 0)
			return -1;
		if (rc == 0)
			continue;
		err_set(err, ERR_RULE, "undo-overtaken",
		    "\"%s\" cannot be %s: the cycle holds entry %lld, which %s changed since (%s).", text_of(row->text),
		    t == &undoing ? "undone" : "redone", (long long)no, is_by(r, by) ? "you" : "someone else", r->action);
		return err_next(err, "See who: ceu history");
	}
	return 0;
}

/* A step may be about several people: each row is looked for in what is about its own. */
static int check_overtaken(struct store *s, const struct actor *by, const struct taking *t, int64_t subject,
    const struct walk *walk, const struct rows *rows, struct arena *a, struct err *err)
{
	const struct step_row *r = rows->items;
	struct walk other = { NULL, 0, 0 };
	int64_t walked = subject;
	size_t i;

	for (i = 0; i < rows->n; i++) {
		int is_walked = r[i].subject == 0 || r[i].subject == subject;

		if (!is_walked && r[i].subject != walked) {
			if (walk_back(s, r[i].subject, is_before, &r[i].step, a, &other, err) < 0)
				return -1;
			walked = r[i].subject;
		}
		if (check_newer(by, t, is_walked ? walk : &other, &r[i], err) < 0 ||
		    check_entries(s, by, t, is_walked ? walk : &other, &r[i], err) < 0)
			return -1;
	}
	return 0;
}

static void change_read(struct query *q, void *item)
{
	struct change *c = item;

	c->seq = q_int(q);
	c->at = q_int(q);
	c->step = q_int(q);
	c->actor = q_text(q);
	c->action = q_text(q);
	c->object = q_text(q);
	c->text = q_text(q);
	c->undoes = q_int(q);
}

/* What this command wrote: the newest rows. */
static int made(struct store *s, const struct actor *by, struct arena *a, struct change_list *ret,
    struct err *err)
{
	struct rows r;
	struct change *changes;
	size_t n = 0, i;

	if (db_list(s, SQL_LEDGER_SINCE, VALUES(v_int(by->step)), a, change_read, sizeof(struct change), &r,
	    err) < 0)
		return -1;
	changes = r.items;
	for (i = 0; i < r.n; i++)
		if (changes[i].step == by->step)
			changes[n++] = changes[i];
	*ret = (struct change_list){ changes, n, r.cap };
	return 0;
}

static int take_back(struct store *s, struct actor *by, const struct taking *t, int64_t subject,
    struct arena *a, struct change_list *ret, struct err *err)
{
	struct rows rows = { NULL, 0, 0 };
	struct walk walk = { NULL, 0, 0 };
	const struct step_row *r;
	size_t i;
	int rc;

	if (db_writable(s, err) < 0)
		return -1;
	rc = walk_back(s, subject, t->is_it, by, a, &walk, err);
	if (rc < 0)
		return -1;
	if (rc == 0) {
		err_set(err, ERR_RULE, t->none, "There is nothing to %s.", t->action);
		return err_next(err, "ceu history");
	}
	if (step_rows(s, walk.rows[walk.n - 1].step, a, &rows, err) < 0 ||
	    check_overtaken(s, by, t, subject, &walk, &rows, a, err) < 0)
		return -1;
	r = rows.items;
	for (i = rows.n; i-- > 0;)
		if (revert(s, by, t, &r[i], err) < 0)
			return -1;
	return made(s, by, a, ret, err);
}

int ledger_undo(struct store *s, struct actor *by, int64_t subject, struct arena *a, struct change_list *ret,
    struct err *err)
{
	return take_back(s, by, &undoing, subject, a, ret, err);
}

int ledger_redo(struct store *s, struct actor *by, int64_t subject, struct arena *a, struct change_list *ret,
    struct err *err)
{
	return take_back(s, by, &redoing, subject, a, ret, err);
}

/* ---- going on with a step */

enum { GOES_ON_FOR = 3600000 };		/* ms */

/* The newest row that undo knows and that is about the person, or by her. */
static int is_newest(const struct walked *w, const void *by)
{
	const char *key;

	return family_of(w->object, &key) && (w->subject || is_by(w, by));
}

struct step_object { int64_t seq, at, subject; const char *object; };

static void step_object_read(struct query *q, void *item)
{
	struct step_object *o = item;

	o->seq = q_int(q);
	o->at = q_int(q);
	o->subject = q_int(q);
	o->object = q_text(q);
}

/* 1 if all of the step are decisions of the inbox about that person. */
static int is_deciding(const struct step_object *o, size_t n, int64_t subject)
{
	static const char *const kinds[] = { "proposal:", "entry:", "feed-rule:" };
	size_t i, k;

	for (i = 0; i < n; i++) {
		for (k = 0; k < 3 && strncmp(o[i].object, kinds[k], strlen(kinds[k])) != 0; k++)
			;
		if (k == 3 || o[i].subject != subject)
			return 0;
	}
	return n > 0;
}

int ledger_goes_on(struct store *s, const struct actor *by, int64_t subject, int64_t step, struct err *err)
{
	struct arena a = ARENA_INIT;
	struct walk walk = { NULL, 0, 0 };
	const struct walked *newest;
	const struct step_object *o;
	struct rows rows;
	int rc = walk_back(s, subject, is_newest, by, &a, &walk, err);

	if (rc > 0) {
		newest = &walk.rows[walk.n - 1];
		rc = newest->step == step && newest->undoes == 0 && is_by(newest, by);
	}
	if (rc > 0 && db_list(s, SQL_LEDGER_STEP_OBJECTS, VALUES(v_int(step)), &a, step_object_read,
	    sizeof(struct step_object), &rows, err) < 0)
		rc = -1;
	if (rc > 0) {
		o = rows.items;
		rc = is_deciding(o, rows.n, subject) && by->now - o[0].at <= GOES_ON_FOR;
	}
	arena_free(&a);
	return rc;
}
