/*
 * A person's past: what is there now, taken back row by row of the ledger to the end of an instant.
 * Findings are not facts and stay as they are now.
 */
#include "ledger.h"

#include <stdlib.h>
#include <string.h>

struct rewind {
	struct arena *arena;
	struct entry *entries;
	struct ever_cycle *cycles;
	size_t nentries, ncycles;
};

static int lost(const char *object, struct err *err)
{
	return err_set(err, ERR_FAILED, "store-corrupt",
	    "The ledger tells of %s, which is not in the database.", object);
}

static struct entry *entry_of(struct rewind *r, int64_t id)
{
	size_t i;

	for (i = 0; i < r->nentries; i++)
		if (r->entries[i].id == id)
			return &r->entries[i];
	return NULL;
}

static int entry_back(struct rewind *r, int64_t id, const struct json *before, struct err *err)
{
	struct entry *e = entry_of(r, id);

	if (!e)
		return lost("an entry", err);
	e->rev--;
	return before ? entry_from_image(e, before, r->arena, err) : 0;
}

static int cycle_back(struct rewind *r, int64_t id, const struct json *before, struct err *err)
{
	size_t i;

	for (i = 0; i < r->ncycles; i++)
		if (r->cycles[i].row.id == id)
			break;
	if (i == r->ncycles)
		return lost("a cycle", err);
	if (before)
		return cycle_from_image(&r->cycles[i], before, r->arena, err);
	r->cycles[i].removed = 1;
	return 0;
}

/* 1 if the image is of a file that its entry had then. */
static int counts(const struct json *image)
{
	return image && !json_bool(image, "removed", 0);
}

static int evidence_back(struct rewind *r, const struct json *before, const struct json *after,
    struct err *err)
{
	struct entry *e;
	int64_t id;

	if (json_int(before ? before : after, "entry", &id) < 0)
		return image_bad("a file", err);
	e = entry_of(r, id);
	if (!e)
		return lost("an entry", err);
	e->nevidence += counts(before) - counts(after);
	return 0;
}

static const struct json *image_of(const struct json *body, const char *name)
{
	const struct json *v = json_get(body, name);

	return json_kind(v) == JSON_NULL ? NULL : v;
}

static int take_back(struct rewind *r, const char *object, const char *text, struct err *err)
{
	const char *colon = strchr(object, ':');
	size_t kind = colon ? (size_t)(colon - object) + 1 : 0;
	int is_entry = kind && strncmp(object, "entry:", kind) == 0;
	int is_cycle = kind && strncmp(object, "cycle:", kind) == 0;
	struct json *body = NULL;
	int64_t id = colon ? strtoll(colon + 1, NULL, 10) : 0;
	int rc;

	if (!is_entry && !is_cycle && (!kind || strncmp(object, "evidence:", kind) != 0))
		return 0;
	if (*text == '\0') {
		err_set(err, ERR_RULE, "past-erased", "What was changed since then has been erased.");
		return err_next(err, "Choose a later date.");
	}
	if (json_parse(text, strlen(text), &body, err) < 0)
		return -1;
	if (is_entry)
		rc = entry_back(r, id, image_of(body, "before"), err);
	else if (is_cycle)
		rc = cycle_back(r, id, image_of(body, "before"), err);
	else
		rc = evidence_back(r, image_of(body, "before"), image_of(body, "after"), err);
	json_free(body);
	return rc;
}

/* The newest row of that instant or before it ends the way back: also where the clock went backwards, a
 * state that was. */
static int walk_back(struct store *s, int64_t person, int64_t instant, struct rewind *r, struct err *err)
{
	struct query q;
	int rc, more = 1;

	if (db_query(&q, s, SQL_LEDGER_BACK, VALUES(v_int(person)), r->arena, err) < 0)
		return -1;
	while (more && (rc = db_next(&q, err)) > 0) {
		int64_t at = q_int(&q);
		const char *object, *body;

		if (at <= instant)
			break;
		object = q_text(&q);
		body = q_text(&q);
		if (q.oom)
			rc = err_oom(err);
		else
			rc = take_back(r, object, body, err);
		more = rc == 0;
	}
	db_end(&q);
	return rc < 0 ? -1 : 0;
}

static int by_day(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;

	if (x->day != y->day)
		return x->day < y->day ? -1 : 1;
	return (x->no > y->no) - (x->no < y->no);
}

static int by_start(const void *a, const void *b)
{
	const struct cycle_row *x = a, *y = b;

	return (x->start > y->start) - (x->start < y->start);
}

/* Entries that were there; rev 0: not yet. */
static void keep_entries(struct rewind *r, struct entry_list *ret)
{
	size_t i, n = 0;

	for (i = 0; i < r->nentries; i++)
		if (r->entries[i].rev > 0)
			r->entries[n++] = r->entries[i];
	if (n)
		qsort(r->entries, n, sizeof(*r->entries), by_day);
	*ret = (struct entry_list){ r->entries, n, r->nentries };
}

struct program_id { const char *text; };

static void program_id_read(struct query *q, void *item)
{
	((struct program_id *)item)->text = q_text(q);
}

/* Which cycle was the person's first of its program, then. */
static int mark_first(struct store *s, struct cycle_list *l, struct arena *a, struct err *err)
{
	struct program_id *ids = arena_alloc(a, (l->n + 1) * sizeof(*ids));
	size_t i, k;

	if (!ids)
		return err_oom(err);
	for (i = 0; i < l->n; i++) {
		int rc = db_one(s, SQL_PROGRAM_TEXT_PROGRAM, VALUES(v_text(l->items[i].program_hash)), a,
		    program_id_read, &ids[i], sizeof(ids[i]), err);

		if (rc <= 0)
			return rc < 0 ? -1 : lost("a program text", err);
		for (k = 0; k < i && strcmp(ids[k].text, ids[i].text) != 0; k++)
			;
		l->items[i].is_first = k == i;
	}
	return 0;
}

static int keep_cycles(struct store *s, struct rewind *r, struct cycle_list *ret, struct err *err)
{
	struct cycle_list l = { arena_alloc(r->arena, (r->ncycles + 1) * sizeof(*l.items)), 0, r->ncycles };
	size_t i;

	if (!l.items)
		return err_oom(err);
	for (i = 0; i < r->ncycles; i++)
		if (!r->cycles[i].removed)
			l.items[l.n++] = r->cycles[i].row;
	qsort(l.items, l.n, sizeof(*l.items), by_start);
	if (mark_first(s, &l, r->arena, err) < 0)
		return -1;
	*ret = l;
	return 0;
}

int ledger_rewind(struct store *s, int64_t person, int64_t instant, struct arena *a, struct past *ret,
    struct err *err)
{
	struct rewind r = { .arena = a };
	struct entry_list entries;
	struct rows cycles;
	struct past past;

	if (entry_between(s, person, DAY_NONE, DAY_NONE, 1, a, &entries, err) < 0 ||
	    db_list(s, SQL_CYCLE_LIST_EVER, VALUES(v_int(person)), a, ever_cycle_read,
	    sizeof(struct ever_cycle), &cycles, err) < 0)
		return -1;
	r.entries = entries.items;
	r.nentries = entries.n;
	r.cycles = cycles.items;
	r.ncycles = cycles.n;
	if (walk_back(s, person, instant, &r, err) < 0)
		return -1;
	keep_entries(&r, &past.entries);
	if (keep_cycles(s, &r, &past.cycles, err) < 0)
		return -1;
	*ret = past;
	return 0;
}
