/* Cycles, and the program texts they are bound to. */
#include "ledger.h"
#include "store/people.h"

#include <string.h>
#include "base/buf.h"
#include "base/json.h"

static void cycle_read(struct query *q, void *item)
{
	struct cycle_row *c = item;

	c->id = q_int(q);
	c->person = q_int(q);
	c->program_hash = q_text(q);
	c->start = q_day(q);
	c->end = q_day(q);
	c->anchor_end = q_day(q);
	c->enrolled_on = q_day(q);
	c->submitted_at = q_int(q);
	c->closed_at = q_int(q);
	c->counted = q_int(q);
	c->required = q_int(q);
	c->state = (enum cycle_state)q_small(q);
	c->next_check = q_day(q);
	c->next_rung = q_day(q);
	c->rev = q_int(q);
}

static day_t earlier(day_t a, day_t b)
{
	if (a == DAY_NONE || b == DAY_NONE)
		return a == DAY_NONE ? b : a;
	return a < b ? a : b;
}

static int dates_text(struct buf *out, const char *action, day_t start, day_t end)
{
	char from[32], to[32];

	return buf_printf(out, "%s cycle: %s to %s", action, date_text(start, DATE_LONG, from, sizeof(from)),
	    date_text(end, DATE_LONG, to, sizeof(to)));
}

static void cycle_image(struct buf *out, const struct cycle_row *c)
{
	struct jsonw w;

	jsonw_begin(&w, out);
	jsonw_object(&w, NULL);
	jsonw_str(&w, "program", c->program_hash);
	jsonw_day(&w, "start", c->start);
	jsonw_day(&w, "end", c->end);
	jsonw_day(&w, "anchor_end", c->anchor_end);
	jsonw_day(&w, "enrolled_on", c->enrolled_on);
	jsonw_end_object(&w);
}

static int cycle_write(struct store *s, const struct actor *by, const char *action,
    const struct cycle_row *before, const struct cycle_row *after, struct err *err)
{
	struct buf json[2] = { BUF_INIT, BUF_INIT };
	struct buf text = BUF_INIT;
	int rc;

	if (before)
		cycle_image(&json[0], before);
	cycle_image(&json[1], after);
	dates_text(&text, action, after->start, after->end);
	if (json[0].failed || json[1].failed || text.failed)
		rc = err_oom(err);
	else
		rc = ledger_write(s, by, &(struct record){ .subject = after->person, .action = action,
		    .kind = "cycle", .id = after->id, .before = before ? buf_str(&json[0]) : NULL,
		    .after = buf_str(&json[1]), .text = buf_str(&text) }, err);
	buf_free(&json[0]);
	buf_free(&json[1]);
	buf_free(&text);
	return rc;
}

/* A day belongs to one cycle of a person at most. */
static int check_dates(struct store *s, int64_t person, int64_t id, day_t start, day_t end, struct err *err)
{
	char from[32], to[32];
	struct query q;
	int rc;

	if (start > end)
		return err_set(err, ERR_USAGE, "cycle-dates", "A cycle cannot end before it starts.");
	if (db_query(&q, s, SQL_CYCLE_OVERLAP, VALUES(v_int(person), v_int(id), v_int(start), v_int(end)),
	    NULL, err) < 0)
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

static int program_text_id(struct store *s, const char *hash, int64_t *ret, struct err *err)
{
	int rc = db_number(s, SQL_PROGRAM_TEXT_FIND, VALUES(v_text(hash)), ret, err);

	if (rc != 0)
		return rc < 0 ? -1 : 0;
	return err_set(err, ERR_ABSENT, "no-program-text", "The program text %.12s is not in the database.",
	    hash);
}

static int insert(struct store *s, struct cycle_row *c, struct err *err)
{
	int64_t text;
	int rc;

	if (program_text_id(s, c->program_hash, &text, err) < 0)
		return -1;
	rc = db_number(s, SQL_CYCLE_OPEN, VALUES(v_int(c->person), v_int(text), v_int(c->start),
	    v_int(c->end), v_int(c->anchor_end), v_int(c->enrolled_on), v_some(c->submitted_at),
	    v_some(c->closed_at), v_int(c->counted), v_int(c->required), v_int(c->state),
	    v_day(c->next_check), v_day(c->next_rung), v_day(earlier(c->next_check, c->next_rung))), &c->id,
	    err);
	if (rc == 0)
		return err_set(err, ERR_ABSENT, "no-person", "There is no such person.");
	return rc < 0 ? -1 : 0;
}

int cycle_open(struct store *s, const struct actor *by, struct cycle_row *c, struct err *err)
{
	struct cycle_row opened = *c;

	if (check_dates(s, c->person, 0, c->start, c->end, err) < 0 || insert(s, &opened, err) < 0 ||
	    cycle_write(s, by, "open", NULL, &opened, err) < 0)
		return -1;
	c->id = opened.id;
	c->rev = 1;
	return 0;
}

static int get(struct store *s, int64_t id, struct arena *a, struct cycle_row *ret, struct err *err)
{
	int rc = db_one(s, SQL_CYCLE_GET, VALUES(v_int(id)), a, cycle_read, ret, sizeof(*ret), err);

	if (rc != 0)
		return rc < 0 ? -1 : 0;
	return err_set(err, ERR_ABSENT, "no-cycle", "There is no such cycle.");
}

static int move(struct store *s, const struct actor *by, const struct cycle_row *before,
    const struct cycle_row *after, struct err *err)
{
	int n = check_dates(s, after->person, after->id, after->start, after->end, err);

	if (n == 0)
		n = db_run(s, SQL_CYCLE_MOVE, VALUES(v_int(after->id), v_int(after->start), v_int(after->end),
		    v_int(after->anchor_end), v_int(after->enrolled_on)), err);
	if (n < 0)
		return -1;
	if (n == 0) {
		err_set(err, ERR_RULE, "cycle-closed", "This cycle is closed; its dates stay as they are.");
		return err_next(err, "ceu status --cycle YEAR");
	}
	return cycle_write(s, by, "move", before, after, err);
}

int cycle_move(struct store *s, const struct actor *by, int64_t id, struct cycle dates, day_t anchor_end,
    day_t enrolled_on, struct err *err)
{
	struct arena a = ARENA_INIT;
	struct cycle_row before, after;
	int rc = get(s, id, &a, &before, err);

	if (rc == 0) {
		after = before;
		after.start = dates.start;
		after.end = dates.end;
		after.anchor_end = anchor_end;
		after.enrolled_on = enrolled_on;
		rc = move(s, by, &before, &after, err);
	}
	arena_free(&a);
	return rc;
}

int cycle_current(struct store *s, int64_t person, struct arena *a, struct cycle_row *ret, struct err *err)
{
	return db_one(s, SQL_CYCLE_CURRENT, VALUES(v_int(person)), a, cycle_read, ret, sizeof(*ret), err);
}

int cycle_at(struct store *s, int64_t person, day_t day, struct arena *a, struct cycle_row *ret,
    struct err *err)
{
	return db_one(s, SQL_CYCLE_AT, VALUES(v_int(person), v_int(day)), a, cycle_read, ret, sizeof(*ret),
	    err);
}

static int cycles(struct store *s, enum sql_id id, const struct value *v, size_t n, struct arena *a,
    struct cycle_list *ret, struct err *err)
{
	struct rows r;

	if (db_list(s, id, v, n, a, cycle_read, sizeof(struct cycle_row), &r, err) < 0)
		return -1;
	*ret = (struct cycle_list){ r.items, r.n, r.cap };
	return 0;
}

int cycle_list_of(struct store *s, int64_t person, struct arena *a, struct cycle_list *ret, struct err *err)
{
	return cycles(s, SQL_CYCLE_LIST_OF, VALUES(v_int(person)), a, ret, err);
}

int cycle_due(struct store *s, day_t day, int limit, struct arena *a, struct cycle_list *ret, struct err *err)
{
	return cycles(s, SQL_CYCLE_DUE, VALUES(v_int(day), v_int(limit)), a, ret, err);
}

int cycle_next_due(struct store *s, day_t *ret, struct err *err)
{
	int64_t day = DAY_NONE;

	if (db_number(s, SQL_CYCLE_NEXT_DUE, NO_VALUES, &day, err) < 0)
		return -1;
	*ret = (day_t)day;
	return 0;
}

static int changed_one(int n, struct err *err)
{
	if (n == 0)
		return err_set(err, ERR_ABSENT, "no-cycle", "There is no such cycle.");
	return n < 0 ? -1 : 0;
}

int cycle_keep(struct store *s, int64_t id, int64_t counted, int64_t required, enum cycle_state state,
    day_t next_check, day_t next_rung, struct err *err)
{
	return changed_one(db_run(s, SQL_CYCLE_KEEP, VALUES(v_int(id), v_int(counted), v_int(required),
	    v_int(state), v_day(next_check), v_day(next_rung), v_day(earlier(next_check, next_rung))), err),
	    err);
}

int cycle_lock(struct store *s, int64_t id, struct err *err)
{
	return changed_one(db_run(s, SQL_CYCLE_LOCK, VALUES(v_int(id)), err), err);
}

/* ---- program texts */

static void program_text_read(struct query *q, void *item)
{
	struct program_text *p = item;

	p->hash = q_text(q);
	p->id = q_text(q);
	p->text = q_blob(q, &p->len);
}

int program_text_put(struct store *s, const struct program_text *p, int64_t now, struct err *err)
{
	int64_t id;
	int known = db_number(s, SQL_PROGRAM_TEXT_FIND, VALUES(v_text(p->hash)), &id, err);

	if (known != 0)
		return known < 0 ? -1 : 0;
	return db_run(s, SQL_PROGRAM_TEXT_PUT, VALUES(v_text(p->hash), v_text(p->id), v_blob(p->text, p->len),
	    v_int(now)), err) < 0 ? -1 : 0;
}

int program_text_get(struct store *s, const char *hash, struct arena *a, struct program_text *ret,
    struct err *err)
{
	int rc = db_one(s, SQL_PROGRAM_TEXT_GET, VALUES(v_text(hash)), a, program_text_read, ret,
	    sizeof(*ret), err);

	if (rc != 0)
		return rc < 0 ? -1 : 0;
	return err_set(err, ERR_ABSENT, "no-program-text", "The program text %.12s is not in the database.",
	    hash);
}
