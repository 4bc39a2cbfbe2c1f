/* Cycles: reading them, and what rules/ found kept with them. */
#include "ledger.h"
#include "store/people.h"

void cycle_read(struct query *q, void *item)
{
	struct cycle_row *c = item;

	c->id = q_int(q);
	c->person = q_int(q);
	c->program_hash = q_text(q);
	c->start = q_day(q);
	c->end = q_day(q);
	c->anchor_end = q_day(q);
	c->counts_from = q_day(q);
	c->counts_until = q_day(q);
	c->is_first = q_small(q);
	c->carried = q_int(q);
	c->enrolled_on = q_day(q);
	c->submitted_at = q_int(q);
	c->submission = q_int(q);
	c->closed_at = q_int(q);
	c->counted = q_int(q);
	c->required = q_int(q);
	c->state = (enum cycle_state)q_small(q);
	c->chance = q_small(q);
	c->next_check = q_day(q);
	c->next_rung = q_day(q);
	c->rev = q_int(q);
}

void ever_cycle_read(struct query *q, void *item)
{
	struct ever_cycle *c = item;

	cycle_read(q, &c->row);
	c->removed = q_small(q);
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

int cycle_page(struct store *s, const char *program, int64_t after, int limit, struct arena *a,
    struct cycle_list *ret, struct err *err)
{
	return cycles(s, SQL_CYCLE_PAGE, VALUES(v_text(program), v_int(after), v_int(limit)), a, ret, err);
}

int cycle_next_due(struct store *s, day_t *ret, struct err *err)
{
	int64_t day = DAY_NONE;

	if (db_number(s, SQL_CYCLE_NEXT_DUE, NO_VALUES, &day, err) < 0)
		return -1;
	*ret = (day_t)day;
	return 0;
}

/* ---- kept */

static int changed_one(int n, struct err *err)
{
	if (n == 0)
		return err_set(err, ERR_ABSENT, "no-cycle", "There is no such cycle.");
	return n < 0 ? -1 : 0;
}

int cycle_keep(struct store *s, int64_t id, const struct cycle_found *f, struct err *err)
{
	return changed_one(db_run(s, SQL_CYCLE_KEEP, VALUES(v_int(id), v_int(f->counted), v_int(f->required),
	    v_int(f->state), v_int(f->chance), v_day(f->next_check), v_day(f->next_rung),
	    v_day(cycle_due_day(f->next_check, f->next_rung))), err), err);
}

int cycle_lock(struct store *s, int64_t id, struct err *err)
{
	return changed_one(db_run(s, SQL_CYCLE_LOCK, VALUES(v_int(id)), err), err);
}
