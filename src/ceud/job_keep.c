/* Keeping the house: what is kept of each cycle is found again, what is past its time is dropped. */
#include <stdlib.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"
#include "jobparts.h"
#include "rules/ladder.h"
#include "standing.h"
#include "store/outbox.h"
#include "store/store.h"

enum { PAGE = 100, TURN_MS = 10 };
#define HOUR_MS INT64_C(3600000)
#define DAY_MS INT64_C(86400000)
#define KEEP_MS (30 * DAY_MS)		/* bytes of mails that are sent, answers kept for retries */

struct keeper {
	int walking;
	char after[256];		/* the last e-mail looked at */
	int64_t drop_at;		/* 0 = not known yet */
};

int keeper_open(struct keeper **ret, struct err *err)
{
	struct keeper *k = calloc(1, sizeof *k);

	if (!k)
		return err_oom(err);
	k->walking = 1;
	*ret = k;
	return 0;
}

void keeper_close(struct keeper *k)
{
	free(k);
}

void keeper_again(struct ceud *d)
{
	d->jobs->keeper->walking = 1;
	d->jobs->keeper->after[0] = '\0';
}

int keeper_busy(const struct keeper *k)
{
	return k->walking;
}

int64_t keeper_next(const struct ceud *d)
{
	return d->jobs->keeper->walking ? d->now : d->jobs->keeper->drop_at;
}

static int is_kept(struct ceud *d, const struct standing *s, int *ret, struct err *err)
{
	const struct cycle_row *c = &s->cycle;
	const struct verdict *v = &s->verdict;
	day_t rung;

	if (standing_next_rung(d, s, &rung, err))
		return -1;
	*ret = c->counted == v->counted && c->required == v->required && c->state == v->state &&
	    c->next_check == v->next_check && c->next_rung == rung;
	return 0;
}

static int look_again(struct ceud *d, const struct person *p, struct arena *a, struct err *err)
{
	struct cycle_row c;
	struct standing s;
	int found = cycle_current(d->store, p->id, a, &c, err), same = 0, rc;

	if (found <= 0)
		return found;
	if (standing_of_cycle(d, p, &c, a, &s, err))
		return -1;
	rc = is_kept(d, &s, &same, err);
	if (!rc && !same && (store_begin(d->store, err) || standing_keep_loaded(d, &s, err) || store_commit(d->store, err))) {
		store_rollback(d->store);
		rc = -1;
	}
	standing_free(&s);
	return rc;
}

static void walk(struct ceud *d)
{
	struct keeper *k = d->jobs->keeper;
	int64_t start = clock_monotonic();
	struct person_list page = { 0 };
	struct arena a = ARENA_INIT;
	struct err err = { 0 };
	size_t i;

	k->walking = 0;
	if (person_page(d->store, k->after, PAGE, &a, &page, &err))
		log_error("What is kept of people's cycles could not be checked: %s", err.what);
	for (i = 0; i < page.n && clock_monotonic() - start < TURN_MS; i++) {
		text_copy(k->after, sizeof k->after, page.items[i].email);
		if (look_again(d, &page.items[i], &a, &err))
			log_error("The cycle of %s could not be evaluated: %s", page.items[i].email, err.what);
	}
	k->walking = i < page.n || page.n == PAGE;
	arena_free(&a);
}

static int drop_old(struct ceud *d, struct err *err)
{
	struct store *s = d->store;

	return store_begin(s, err) || outbox_shrink(s, d->now - KEEP_MS, err) || answer_expire(s, d->now - KEEP_MS, err) ||
	    job_put(s, "keep", d->now, 0, err) || store_touch(s, d->now, err) || store_commit(s, err) ||
	    store_checkpoint(s, err) ? -1 : 0;
}

static void drop_daily(struct ceud *d)
{
	struct keeper *k = d->jobs->keeper;
	struct err err = { 0 };
	int64_t last, next;

	if (!k->drop_at && !job_get(d->store, "keep", &last, &next, &err))
		k->drop_at = last ? last + DAY_MS : d->now + DAY_MS;
	if (k->drop_at > d->now)
		return;
	k->drop_at = d->now + DAY_MS;
	if (drop_old(d, &err)) {
		store_rollback(d->store);
		log_error("Old mails could not be dropped: %s", err.what);
		k->drop_at = d->now + HOUR_MS;
	}
}

void keeper_turn(struct ceud *d)
{
	if (d->jobs->keeper->walking)
		walk(d);
	drop_daily(d);
}
