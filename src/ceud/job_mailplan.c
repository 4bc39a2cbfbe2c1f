/* The plan of mails for an admin: read, sorted and written in slices. */
#include "mailplan.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/zone.h"
#include "config.h"
#include "jobparts.h"
#include "loop.h"
#include "mailplanrows.h"
#include "reminding.h"
#include "store/outbox.h"

enum { TURN_MS = 15, ROWS_AT_ONCE = 200 };

struct mailplans { struct mailplan *first; };

int mailplans_open(struct mailplans **ret, struct err *err)
{
	*ret = calloc(1, sizeof **ret);
	return *ret ? 0 : err_oom(err);
}

static void plan_free(struct mailplan *p)
{
	buf_free(&p->json);
	arena_free(&p->arena);
	free(p);
}

void mailplans_close(struct mailplans *all)
{
	while (all && all->first) {
		struct mailplan *p = all->first;

		all->first = p->next;
		plan_free(p);
	}
	free(all);
}

int mailplans_busy(const struct mailplans *all)
{
	return all->first != NULL;
}

int mailplans_begin(struct ceud *d, int days, job_done *done, void *arg, struct err *err)
{
	const struct zone *z = d->config->zone ? d->config->zone : zone_local();
	struct mailplan **at = &d->jobs->mailplans->first, *p;

	if (jobs_stopping(d, err))
		return -1;
	p = calloc(1, sizeof *p);
	if (!p)
		return err_oom(err);
	p->d = d;
	p->from = zone_day(z, d->now, NULL);
	p->to = p->from + days;
	p->until = zone_instant(z, p->to + 1, 0) - 1;
	p->state = OUTBOX_HELD;
	p->done = done;
	p->arg = arg;
	while (*at)
		at = &(*at)->next;
	*at = p;
	loop_wake_at(d->loop, d->now);
	return 0;
}

static void finish(struct ceud *d, const struct err *err)
{
	struct mailplan *p = d->jobs->mailplans->first;
	struct err oom = { 0 };

	d->jobs->mailplans->first = p->next;
	if (!err && p->json.failed) {
		err_oom(&oom);
		err = &oom;
	}
	p->done(p->arg, err ? NULL : &p->json, err);
	plan_free(p);
}

/* ---- sorted and written */

static int by_text(const char *a, const char *b)
{
	return strcmp(a ? a : "", b ? b : "");
}

/* By the days of those whom the mails are for. */
static int by_time(const void *x, const void *y)
{
	const struct plan_row *a = x, *b = y;
	int order;

	if (a->date != b->date)
		return a->date < b->date ? -1 : 1;
	if (a->at != b->at)
		return a->at < b->at ? -1 : 1;
	order = by_text(a->person, b->person);
	if (!order)
		order = by_text(a->team, b->team);
	return order ? order : (a->rung < b->rung) - (a->rung > b->rung);
}

static void begin_lists(struct mailplan *p)
{
	jsonw_begin(&p->w, &p->json);
	jsonw_object(&p->w, NULL);
	jsonw_day(&p->w, "from", p->from);
	jsonw_day(&p->w, "to", p->to);
	jsonw_array(&p->w, "mails");
}

static void write_what(struct jsonw *w, const struct plan_row *row)
{
	jsonw_str(w, "person", row->person);
	jsonw_str(w, "team", row->team);
	if (row->has_rung) {
		view_rung(w, row->rung);
	} else {
		jsonw_null(w, "rung");
		jsonw_str(w, "name", row->kind);
	}
}

static void write_row(struct jsonw *w, const struct plan_row *row, int is_held)
{
	jsonw_object(w, NULL);
	jsonw_day(w, "date", row->date);
	jsonw_str(w, "kind", row->kind);
	write_what(w, row);
	if (row->state) {
		jsonw_instant(w, "at", row->at);
		jsonw_str(w, "zone", zone_name(row->zone));
		jsonw_str(w, "to", row->to);
		jsonw_str(w, "state", is_held ? "held" : row->state);
	} else {
		jsonw_str(w, "outcome", row->outcome);
		jsonw_str(w, "because", row->because);
	}
	jsonw_end_object(w);
}

/* Those that go are the first list, the others the second. 1: both are written. */
static int write_on(struct mailplan *p)
{
	for (int i = 0; i < ROWS_AT_ONCE && p->written < p->n; i++, p->written++)
		if ((p->rows[p->written].state == NULL) == p->is_second)
			write_row(&p->w, &p->rows[p->written], mailplan_is_held(p, &p->rows[p->written]));
	if (p->written < p->n)
		return 0;
	jsonw_end_array(&p->w);
	if (p->is_second) {
		jsonw_end_object(&p->w);
		return 1;
	}
	p->is_second = 1;
	p->written = 0;
	jsonw_array(&p->w, "not_sent");
	return 0;
}

/* ---- slices */

/* 1: the phase is through. */
static int go_on(struct mailplan *p, int64_t until, struct err *err)
{
	struct arena a = ARENA_INIT;
	int rc = 1;

	switch (p->phase) {
	case PLAN_OUTBOX:
		rc = mailplan_outbox(p, &a, err);
		break;
	case PLAN_PEOPLE:
		rc = mailplan_people(p, until, &a, err);
		break;
	case PLAN_TEAMS:
		rc = mailplan_teams(p, &a, err);
		break;
	case PLAN_HOLD:
		rc = mailplan_hold(p, until, err);
		break;
	case PLAN_SORT:
		if (p->n)
			qsort(p->rows, p->n, sizeof *p->rows, by_time);
		begin_lists(p);
		break;
	case PLAN_WRITE:
		rc = write_on(p);
		break;
	}
	arena_free(&a);
	return rc;
}

void mailplans_turn(struct ceud *d)
{
	struct mailplan *p = d->jobs->mailplans->first;
	int64_t until = clock_monotonic() + TURN_MS;
	struct err err = { 0 };

	while (p && clock_monotonic() < until) {
		int rc = go_on(p, until, &err);

		if (rc < 0 || (rc && p->phase == PLAN_WRITE)) {
			finish(d, rc < 0 ? &err : NULL);
			return;
		}
		p->phase += rc > 0;
	}
}

void mailplans_stop(struct ceud *d)
{
	struct err err = { 0 };

	jobs_stopping(d, &err);
	while (d->jobs->mailplans->first)
		finish(d, &err);
}
