/* Where a person stands, why, what happened, and taking the last step back. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "args.h"
#include "ceud.h"
#include "entering.h"
#include "store/ledger.h"
#include "views.h"

/* ?cycle=YEAR: 0 without it. */
static int read_year(const struct call *c, int *ret, struct err *err)
{
	const char *word = request_query(c->request, "cycle");

	*ret = 0;
	if (!word)
		return 0;
	if (strlen(word) == 4 && strspn(word, "0123456789") == 4 && word[0] != '0') {
		*ret = (int)strtol(word, NULL, 10);
		return 0;
	}
	err_set(err, ERR_USAGE, "year-invalid", "A cycle is named by the year it starts in, as 2024.");
	return err_next(err, "The open one: ceu status");
}

int route_status(struct call *c, struct err *err)
{
	struct standing s;
	struct jsonw w;
	int year, rc;

	if (read_year(c, &year, err) || standing_load(c->d, &c->subject, year, c->arena, &s, err))
		return -1;
	rc = standing_pending(c->d, &s, c->arena, err);
	if (!rc) {
		jsonw_begin(&w, &c->reply.body);
		view_status(&w, NULL, &s);
		rc = views_done(c, err);
	}
	standing_free(&s);
	return rc;
}

/* ---- why */

static int write_why(struct call *c, const struct standing *s, int64_t only, struct err *err)
{
	struct jsonw w;
	int found = !only;

	jsonw_begin(&w, &c->reply.body);
	jsonw_object(&w, NULL);
	jsonw_array(&w, "entries");
	for (size_t i = 0; i < s->entries.n; i++) {
		if (only ? s->entries.items[i].no != only : s->entries.items[i].is_void)
			continue;
		view_why(&w, s, i);
		found = 1;
	}
	jsonw_end_array(&w);
	view_rules(&w, "rules", s);
	jsonw_end_object(&w);
	if (found)
		return views_done(c, err);
	err_set(err, ERR_ABSENT, "no-entry", "Entry %" PRId64 " is in another cycle.", only);
	return err_next(err, "ceu show %" PRId64, only);
}

/* The cycle that an entry's day is in, if no year is named. */
static int load_for_entry(struct call *c, int64_t no, struct standing *ret, struct err *err)
{
	struct cycle_row cycle;
	struct entry e;
	int found;

	if (entry_get(c->d->store, c->subject.id, no, c->arena, &e, err))
		return -1;
	found = cycle_at(c->d->store, c->subject.id, e.day, c->arena, &cycle, err);
	if (found < 0)
		return -1;
	if (found)
		return standing_of_cycle(c->d, &c->subject, &cycle, c->arena, ret, err);
	return standing_load(c->d, &c->subject, 0, c->arena, ret, err);
}

int route_why(struct call *c, struct err *err)
{
	const char *word = request_query(c->request, "entry");
	struct standing s;
	int64_t no = 0;
	int year, rc;

	if (read_year(c, &year, err) || (word && args_number(word, "an entry", &no, err)))
		return -1;
	if (no && !year)
		rc = load_for_entry(c, no, &s, err);
	else
		rc = standing_load(c->d, &c->subject, year, c->arena, &s, err);
	if (rc)
		return -1;
	rc = write_why(c, &s, no, err);
	standing_free(&s);
	return rc;
}

/* ---- history */

static int write_changes(struct call *c, const struct change_list *l, size_t shown, struct err *err)
{
	struct jsonw w;

	jsonw_begin(&w, &c->reply.body);
	jsonw_object(&w, NULL);
	jsonw_array(&w, "changes");
	for (size_t i = 0; i < shown; i++)
		view_change(&w, &l->items[i]);
	jsonw_end_array(&w);
	if (shown < l->n)
		jsonw_int(&w, "next_after", l->items[shown - 1].seq);
	jsonw_end_object(&w);
	return views_done(c, err);
}

int route_history(struct call *c, struct err *err)
{
	struct change_list page = { 0 };
	int64_t before;
	int limit;

	if (args_limit(c, &limit, err) || args_after(c, &before, err) ||
	    ledger_of(c->d->store, c->subject.id, before, limit + 1, c->arena, &page, err))
		return -1;
	return write_changes(c, &page, page.n > (size_t)limit ? (size_t)limit : page.n, err);
}

int route_undo(struct call *c, struct err *err)
{
	struct change_list done = { 0 };

	if (args_only(c, NULL, 0, err) || entering_lock_open(c, &c->subject, err) ||
	    ledger_undo(c->d->store, &c->actor, c->subject.id, c->arena, &done, err) ||
	    entering_keep_open(c, &c->subject, err))
		return -1;
	return write_changes(c, &done, done.n, err);
}
