/*
 * What happens to cycles: opened, moved, bound to another text, submitted, closed, and each of these taken
 * back.  A cycle is changed by writing all of it that is no finding, so that every way back is the same.
 */
#include "ledger.h"
#include "store/people.h"

day_t cycle_due_day(day_t check, day_t rung)
{
	if (check == DAY_NONE || rung == DAY_NONE)
		return check == DAY_NONE ? rung : check;
	return check < rung ? check : rung;
}

/* ---- images */

void cycle_image(struct buf *out, const struct ever_cycle *c)
{
	const struct cycle_row *row = &c->row;
	struct jsonw w;

	jsonw_begin(&w, out);
	jsonw_object(&w, NULL);
	jsonw_str(&w, "program", row->program_hash);
	jsonw_day(&w, "start", row->start);
	jsonw_day(&w, "end", row->end);
	jsonw_day(&w, "anchor_end", row->anchor_end);
	jsonw_day(&w, "counts_from", row->counts_from);
	jsonw_day(&w, "counts_until", row->counts_until);
	jsonw_int(&w, "carried", row->carried);
	jsonw_day(&w, "enrolled_on", row->enrolled_on);
	jsonw_int(&w, "submitted_at", row->submitted_at);
	jsonw_int(&w, "submission", row->submission);
	jsonw_int(&w, "closed_at", row->closed_at);
	jsonw_bool(&w, "removed", c->removed);
	jsonw_day(&w, "next_check", row->next_check);
	jsonw_day(&w, "next_rung", row->next_rung);
	jsonw_end_object(&w);
}

/* When it is looked at next is a finding: it comes back only to a cycle that had none for being closed. */
static int next_from_image(struct cycle_row *row, const struct json *image, int was_closed, struct err *err)
{
	if (row->closed_at) {
		row->next_check = row->next_rung = DAY_NONE;
		return 0;
	}
	if (!was_closed)
		return 0;
	if (image_day(image, "next_check", &row->next_check, err) < 0)
		return -1;
	return image_day(image, "next_rung", &row->next_rung, err);
}

int cycle_from_image(struct ever_cycle *c, const struct json *image, struct arena *a, struct err *err)
{
	struct cycle_row *row = &c->row;
	int was_closed = row->closed_at != 0;

	if (json_kind(image) != JSON_OBJECT)
		return image_bad("a cycle", err);
	row->program_hash = image_str(image, "program", row->program_hash, a);
	if (!row->program_hash)
		return err_oom(err);
	if (image_day(image, "start", &row->start, err) < 0 || image_day(image, "end", &row->end, err) < 0)
		return -1;
	row->counts_from = row->start;
	row->counts_until = row->end;
	if (image_day(image, "anchor_end", &row->anchor_end, err) < 0 ||
	    image_day(image, "counts_from", &row->counts_from, err) < 0 ||
	    image_day(image, "counts_until", &row->counts_until, err) < 0 ||
	    image_day(image, "enrolled_on", &row->enrolled_on, err) < 0)
		return -1;
	(void)json_int(image, "carried", &row->carried);
	(void)json_int(image, "submitted_at", &row->submitted_at);
	(void)json_int(image, "submission", &row->submission);
	(void)json_int(image, "closed_at", &row->closed_at);
	c->removed = json_bool(image, "removed", c->removed);
	return next_from_image(row, image, was_closed, err);
}

static void dates_text(struct buf *out, const char *action, const struct cycle_row *c)
{
	char from[32], to[32];

	buf_printf(out, "%s cycle: %s to %s", action, date_text(c->start, DATE_LONG, from, sizeof(from)),
	    date_text(c->end, DATE_LONG, to, sizeof(to)));
}

/* ---- writing */

/* What the ledger is told; text NULL: made from the action. */
struct writing { const char *action, *text; int64_t undoes; };

static int record(struct store *s, const struct actor *by, const struct writing *w,
    const struct ever_cycle *before, const struct ever_cycle *after, struct err *err)
{
	struct pictures p = PICTURES_INIT;

	if (before)
		cycle_image(&p.before, before);
	cycle_image(&p.after, after);
	if (w->text)
		buf_puts(&p.text, w->text);
	else
		dates_text(&p.text, w->action, &after->row);
	return ledger_picture(s, by, (struct record){ .subject = after->row.person, .action = w->action,
	    .kind = "cycle", .id = after->row.id, .undoes = w->undoes }, &p, err);
}

/* A day belongs to one cycle of a person at most. */
static int check_dates(struct store *s, const struct cycle_row *c, struct err *err)
{
	char from[32], to[32];
	struct query q;
	int rc;

	if (c->start > c->end || c->counts_from > c->counts_until)
		return err_set(err, ERR_USAGE, "cycle-dates", "A cycle cannot end before it starts.");
	if (db_query(&q, s, SQL_CYCLE_OVERLAP, VALUES(v_int(c->person), v_int(c->id), v_int(c->start),
	    v_int(c->end), v_int(c->counts_from), v_int(c->counts_until)), NULL, err) < 0)
		return -1;
	rc = db_next(&q, err);
	if (rc > 0) {
		date_text(q_day(&q), DATE_LONG, from, sizeof(from));
		date_text(q_day(&q), DATE_LONG, to, sizeof(to));
		err_set(err, ERR_RULE, "cycle-overlap",
		    "The person has a cycle from %s to %s, which shares days with this one.", from, to);
		err_next(err, "Choose dates before or after it.");
	}
	db_end(&q);
	return rc ? -1 : 0;
}

/* Also one whose opening was undone. */
static int get_ever(struct store *s, int64_t id, struct arena *a, struct ever_cycle *ret, struct err *err)
{
	int rc = db_one(s, SQL_CYCLE_GET, VALUES(v_int(id)), a, ever_cycle_read, ret, sizeof(*ret), err);

	if (rc == 0)
		return err_set(err, ERR_ABSENT, "no-cycle", "There is no such cycle.");
	return rc < 0 ? -1 : 0;
}

static int get_open(struct store *s, int64_t id, struct arena *a, struct ever_cycle *ret, struct err *err)
{
	struct ever_cycle c;

	if (get_ever(s, id, a, &c, err) < 0)
		return -1;
	if (c.removed)
		return err_set(err, ERR_ABSENT, "no-cycle", "There is no such cycle.");
	if (c.row.closed_at) {
		err_set(err, ERR_RULE, "cycle-closed", "This cycle is closed; it stays as it is.");
		return err_next(err, "ceu status --cycle YEAR");
	}
	*ret = c;
	return 0;
}

static int store_cycle(struct store *s, const struct actor *by, const struct writing *w,
    const struct ever_cycle *before, const struct ever_cycle *after, struct err *err)
{
	const struct cycle_row *c = &after->row;
	int64_t text;

	if (!after->removed && check_dates(s, c, err) < 0)
		return -1;
	if (program_text_id(s, c->program_hash, &text, err) < 0 || db_run(s, SQL_CYCLE_CHANGE,
	    VALUES(v_int(c->id), v_int(text), v_int(c->start), v_int(c->end), v_int(c->anchor_end),
	    v_int(c->counts_from), v_int(c->counts_until), v_int(c->carried), v_int(c->enrolled_on),
	    v_some(c->submitted_at), v_some(c->submission), v_some(c->closed_at), v_int(after->removed),
	    v_day(c->next_check), v_day(c->next_rung), v_day(cycle_due_day(c->next_check, c->next_rung))),
	    err) < 0 || db_run(s, SQL_CYCLE_MARK_FIRST, VALUES(v_int(c->person)), err) < 0)
		return -1;
	return record(s, by, w, before, after, err);
}

static int insert(struct store *s, struct cycle_row *c, struct err *err)
{
	int64_t text;
	int rc;

	if (program_text_id(s, c->program_hash, &text, err) < 0)
		return -1;
	rc = db_number(s, SQL_CYCLE_OPEN, VALUES(v_int(c->person), v_int(text), v_int(c->start),
	    v_int(c->end), v_int(c->anchor_end), v_int(c->counts_from), v_int(c->counts_until),
	    v_int(c->carried), v_int(c->enrolled_on), v_some(c->submitted_at), v_some(c->closed_at),
	    v_int(c->counted), v_int(c->required), v_int(c->state), v_int(c->chance), v_day(c->next_check),
	    v_day(c->next_rung), v_day(cycle_due_day(c->next_check, c->next_rung))), &c->id, err);
	if (rc == 0)
		return err_set(err, ERR_ABSENT, "no-person", "There is no such person.");
	return rc < 0 ? -1 : 0;
}

int cycle_open(struct store *s, const struct actor *by, struct cycle_row *c, struct err *err)
{
	struct ever_cycle opened = { *c, 0 }, there;
	struct arena a = ARENA_INIT;
	int rc;

	opened.row.id = 0;
	rc = check_dates(s, &opened.row, err);
	if (rc == 0)
		rc = insert(s, &opened.row, err);
	if (rc == 0 && db_run(s, SQL_CYCLE_MARK_FIRST, VALUES(v_int(c->person)), err) < 0)
		rc = -1;
	if (rc == 0)
		rc = record(s, by, &(struct writing){ .action = "open" }, NULL, &opened, err);
	if (rc == 0)
		rc = get_ever(s, opened.row.id, &a, &there, err);
	if (rc == 0) {
		c->id = there.row.id;
		c->is_first = there.row.is_first;
		c->rev = there.row.rev;
	}
	arena_free(&a);
	return rc;
}

int cycle_move(struct store *s, const struct actor *by, int64_t id, struct cycle dates, struct cycle counts,
    day_t anchor_end, day_t enrolled_on, struct err *err)
{
	struct arena a = ARENA_INIT;
	struct ever_cycle before, after;
	int rc = get_open(s, id, &a, &before, err);

	if (rc == 0) {
		after = before;
		after.row.start = dates.start;
		after.row.end = dates.end;
		after.row.counts_from = counts.start;
		after.row.counts_until = counts.end;
		after.row.anchor_end = anchor_end;
		after.row.enrolled_on = enrolled_on;
		rc = store_cycle(s, by, &(struct writing){ .action = "move" }, &before, &after, err);
	}
	arena_free(&a);
	return rc;
}

int cycle_rebind(struct store *s, const struct actor *by, int64_t id, const char *hash, struct err *err)
{
	struct arena a = ARENA_INIT;
	struct ever_cycle before, after;
	int rc = get_open(s, id, &a, &before, err);

	if (rc == 0) {
		after = before;
		after.row.program_hash = hash;
		rc = store_cycle(s, by, &(struct writing){ .action = "rebind" }, &before, &after, err);
	}
	arena_free(&a);
	return rc;
}

int cycle_close(struct store *s, const struct actor *by, const char *action, int64_t id, day_t counts_until,
    const char *text, struct err *err)
{
	struct arena a = ARENA_INIT;
	const struct writing w = { .action = action, .text = text };
	struct ever_cycle before, after;
	int rc = get_open(s, id, &a, &before, err);

	if (rc == 0) {
		after = before;
		after.row.closed_at = by->now;
		after.row.counts_until = counts_until;
		after.row.next_check = after.row.next_rung = DAY_NONE;
		rc = store_cycle(s, by, &w, &before, &after, err);
	}
	arena_free(&a);
	return rc;
}

int cycle_revert(struct store *s, const struct actor *by, const struct revert *r, struct err *err)
{
	const struct writing w = { r->action, r->text, r->step };
	struct arena a = ARENA_INIT;
	struct ever_cycle before, after;
	int rc = get_ever(s, r->id, &a, &before, err);

	if (rc == 0) {
		after = before;
		if (r->image)
			rc = cycle_from_image(&after, r->image, &a, err);
		else
			after.removed = 1;
	}
	if (rc == 0)
		rc = store_cycle(s, by, &w, &before, &after, err);
	arena_free(&a);
	return rc;
}

/* ---- submissions */

static int insert_submission(struct store *s, const struct submission *sub, int64_t *id, struct err *err)
{
	return db_number(s, SQL_SUBMISSION_ADD, VALUES(v_int(sub->cycle), v_int(sub->at), v_int(sub->on),
	    v_int(sub->counted), v_int(sub->required), v_text(sub->body)), id, err) < 0 ? -1 : 0;
}

int submission_add(struct store *s, const struct actor *by, struct submission *sub, struct err *err)
{
	struct arena a = ARENA_INIT;
	struct ever_cycle before, after;
	int64_t id = 0;
	int rc = get_open(s, sub->cycle, &a, &before, err);

	if (rc == 0 && before.row.submitted_at) {
		err_set(err, ERR_RULE, "cycle-submitted", "This cycle is submitted already.");
		rc = err_next(err, "ceu renew opens the next one.");
	}
	if (rc == 0)
		rc = insert_submission(s, sub, &id, err);
	if (rc == 0) {
		after = before;
		after.row.submitted_at = sub->at;
		after.row.submission = id;
		rc = store_cycle(s, by, &(struct writing){ .action = "submit" }, &before, &after, err);
	}
	if (rc == 0)
		sub->id = id;
	arena_free(&a);
	return rc;
}

static void submission_read(struct query *q, void *item)
{
	struct submission *sub = item;

	sub->id = q_int(q);
	sub->cycle = q_int(q);
	sub->at = q_int(q);
	sub->on = q_day(q);
	sub->counted = q_int(q);
	sub->required = q_int(q);
	sub->body = q_text(q);
}

int submission_get(struct store *s, int64_t id, struct arena *a, struct submission *ret, struct err *err)
{
	int rc = db_one(s, SQL_SUBMISSION_GET, VALUES(v_int(id)), a, submission_read, ret, sizeof(*ret), err);

	if (rc == 0)
		return err_set(err, ERR_ABSENT, "no-submission", "There is no such submission.");
	return rc < 0 ? -1 : 0;
}
