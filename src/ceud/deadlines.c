/* What goes out of a person as a calendar: what is due now, compared with what went out before. */
#include "deadlines.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/sha.h"
#include "base/zone.h"
#include "ceud.h"
#include "config.h"
#include "duetexts.h"

enum { KEPT_MONTHS = 12, QUARTERS = 4, INSTANCE_BYTES = 20 };
static const int64_t cancelled_ms = INT64_C(30) * 86400 * 1000;		/* how long a cancelled one goes out */

static const struct { const char *name, *beginning; } kinds[] = {
	[DUE_DEADLINE] = { "deadline", "deadline-" },
	[DUE_CHECK_IN] = { "check-in", "checkin-" },
	[DUE_PLANNED] = { "planned", "planned-" }
};

struct gathering {
	struct ceud *d;
	const struct person *person;
	struct arena *a;
	struct deadline_item_list before;
	struct entry_list entries;	/* not void, of the last months and all to come */
	struct due_list *list;
	struct err *err;
};

const char *due_kind_name(enum due_kind k)
{
	return kinds[k].name;
}

static enum due_kind kind_of(const char *key)
{
	enum due_kind k = DUE_DEADLINE;

	while (k < DUE_PLANNED && strncmp(key, kinds[k].beginning, strlen(kinds[k].beginning)))
		k++;
	return k;
}

static struct publish_item published(const struct deadline_item *i)
{
	return (struct publish_item){ .key = i->key, .title = i->title, .text = i->text, .categories = i->categories,
		.location = i->location, .day = i->day, .start = i->start, .end = i->end, .changed_at = i->changed_at,
		.sequence = i->sequence, .cancelled = i->cancelled_at != 0 };
}

/* ---- one more */

static const struct deadline_item *find_before(const struct gathering *g, const char *key)
{
	for (size_t i = 0; i < g->before.n; i++)
		if (!strcmp(g->before.items[i].key, key))
			return &g->before.items[i];
	return NULL;
}

static int is_old(const struct gathering *g, day_t day)
{
	return day < date_add_months(g->list->today, -KEPT_MONTHS);
}

static int push(struct gathering *g, const struct due *due)
{
	void *items = g->list->items;

	if (arena_grow(g->a, &items, g->list->n, &g->list->cap, sizeof *g->list->items))
		return err_oom(g->err);
	g->list->items = items;
	g->list->items[g->list->n++] = *due;
	return 0;
}

/* Something that is due: new, as it went out before, or otherwise than that. */
static int want(struct gathering *g, enum due_kind kind, struct deadline_item *i)
{
	struct due due = { .kind = kind, .day = i->start ? zone_day(g->list->zone, i->start, NULL) : i->day };
	const struct deadline_item *was = find_before(g, i->key);
	struct publish_item seen = published(i);
	char digest[65];

	if (is_old(g, due.day))
		return 0;
	publish_digest(&seen, digest);
	i->digest = arena_strdup(g->a, digest);
	if (!i->digest)
		return err_oom(g->err);
	if (was && !was->cancelled_at && !strcmp(was->digest, digest)) {
		due.item = *was;
		return push(g, &due);
	}
	i->sequence = was ? was->sequence + (was->day != i->day || was->start != i->start || was->end != i->end) : 0;
	i->changed_at = g->d->now;
	due.item = *i;
	due.is_changed = 1;
	return push(g, &due);
}

/* "checkin-12-3" of what belongs to 12 and, of that, part 3. */
static const char *make_key(struct gathering *g, enum due_kind kind, int64_t id, int part)
{
	char key[64];
	size_t n = (size_t)snprintf(key, sizeof key, "%s%" PRId64, kinds[kind].beginning, id);

	if (part)
		snprintf(key + n, sizeof key - n, "-%d", part);
	return arena_strdup(g->a, key);
}

/* ---- what is due */

static int add_deadline(struct gathering *g, const struct standing *s)
{
	struct deadline_item i = { .key = make_key(g, DUE_DEADLINE, s->cycle.id, 0), .categories = s->program->name,
		.location = "", .day = s->cycle.end };
	struct due_words words;

	if (!i.key)
		return err_oom(g->err);
	if (due_deadline(s, g->a, &words, g->err))
		return -1;
	i.title = words.title;
	i.text = words.text;
	return want(g, DUE_DEADLINE, &i);
}

/* A day that is over tells what held on it: it stays as it went out, and is not made up afterwards. */
static int add_check_in(struct gathering *g, const struct standing *s, int quarter)
{
	int64_t days = (int64_t)s->cycle.end - s->cycle.start + 1;
	struct deadline_item i = { .key = make_key(g, DUE_CHECK_IN, s->cycle.id, quarter),
		.categories = s->program->name, .location = "",
		.day = s->cycle.start + (day_t)(days * quarter / QUARTERS) };
	struct due_words words;

	if (!i.key)
		return err_oom(g->err);
	if (i.day < g->list->today)
		return 0;
	if (due_check_in(s, s->verdict.required * quarter / QUARTERS, g->a, &words, g->err))
		return -1;
	i.title = words.title;
	i.text = words.text;
	return want(g, DUE_CHECK_IN, &i);
}

/* The hours of the event it was kept from, if they are still those of the plan. */
static int take_times(struct gathering *g, const struct entry *e, struct deadline_item *i)
{
	struct proposal p;

	if (!e->proposal)
		return 0;
	if (proposal_by_id(g->d->store, e->proposal, g->a, &p, g->err))
		return -1;
	i->location = p.event.location;
	if (!p.event.all_day && p.event.day == e->day && p.event.end > p.event.start) {
		i->start = p.event.start;
		i->end = p.event.end;
	}
	return 0;
}

static int add_planned(struct gathering *g, const struct standing *s, size_t at)
{
	const struct entry *e = &s->entries.items[at];
	struct deadline_item i = { .key = make_key(g, DUE_PLANNED, e->id, 0), .categories = s->program->name,
		.location = "", .day = e->day };
	struct due_words words;

	if (!i.key)
		return err_oom(g->err);
	if (due_planned(s, at, g->a, &words, g->err) || take_times(g, e, &i))
		return -1;
	i.title = words.title;
	i.text = words.text;
	return want(g, DUE_PLANNED, &i);
}

static int add_of_standing(struct gathering *g, const struct standing *s)
{
	int is_open = !s->cycle.submitted_at;

	g->list->name = s->program->name;
	if (is_open && add_deadline(g, s))
		return -1;
	for (int quarter = 1; is_open && s->verdict.state != CYCLE_DONE && quarter < QUARTERS; quarter++)
		if (add_check_in(g, s, quarter))
			return -1;
	for (size_t i = 0; i < s->verdict.nentries; i++)
		if (s->verdict.entries[i].state == ENTRY_PLANNED && add_planned(g, s, i))
			return -1;
	return 0;
}

static int add_cycles(struct gathering *g)
{
	struct cycle_list cycles = { 0 };
	struct standing s;
	int rc = 0;

	if (cycle_list_of(g->d->store, g->person->id, g->a, &cycles, g->err))
		return -1;
	for (size_t i = 0; i < cycles.n && !rc; i++) {
		if (cycles.items[i].closed_at)
			continue;
		if (standing_of_cycle(g->d, g->person, &cycles.items[i], g->a, &s, g->err))
			return -1;
		rc = add_of_standing(g, &s);
		standing_free(&s);
	}
	return rc;
}

/* ---- what went out before and is not due any more */

static int is_wanted(const struct gathering *g, const char *key)
{
	for (size_t i = 0; i < g->list->n; i++)
		if (!strcmp(g->list->items[i].item.key, key))
			return 1;
	return 0;
}

static int has_entry(const struct gathering *g, const char *key)
{
	int64_t id = strtoll(key + strlen(kinds[DUE_PLANNED].beginning), NULL, 10);

	for (size_t i = 0; i < g->entries.n; i++)
		if (g->entries.items[i].id == id)
			return 1;
	return 0;
}

/* It is over, and it was as it went out: subscribers keep their history. */
static int is_history(const struct gathering *g, const struct due *due)
{
	if (due->kind == DUE_PLANNED)
		return due->day <= g->list->today && has_entry(g, due->item.key);
	return due->day < g->list->today;
}

static int add_gone(struct gathering *g, const struct deadline_item *was)
{
	struct due due = { .kind = kind_of(was->key), .item = *was };

	due.day = was->start ? zone_day(g->list->zone, was->start, NULL) : was->day;
	if (was->cancelled_at || is_old(g, due.day)) {
		due.is_dropped = is_old(g, due.day) || g->d->now - was->cancelled_at >= cancelled_ms;
	} else if (!is_history(g, &due)) {
		due.item.cancelled_at = due.item.changed_at = g->d->now;
		due.is_changed = 1;
	}
	return push(g, &due);
}

/* ---- all of it */

static int in_order(const void *x, const void *y)
{
	const struct due *a = x, *b = y;

	if (a->day != b->day)
		return a->day < b->day ? -1 : 1;
	if (a->item.start != b->item.start)
		return a->item.start < b->item.start ? -1 : 1;
	return strcmp(a->item.key, b->item.key);
}

int deadlines_of(struct ceud *d, const struct person *p, struct arena *a, struct due_list *ret, struct err *err)
{
	struct due_list list = { .zone = person_zone(d, p), .today = person_today(d, p), .name = "" };
	struct gathering g = { .d = d, .person = p, .a = a, .list = &list, .err = err };
	day_t from = date_add_months(list.today, -KEPT_MONTHS);

	if (deadline_items(d->store, p->id, a, &g.before, err) ||
	    entry_between(d->store, p->id, from, DAY_NONE, 0, a, &g.entries, err) || add_cycles(&g))
		return -1;
	for (size_t i = 0; i < g.before.n; i++)
		if (!is_wanted(&g, g.before.items[i].key) && add_gone(&g, &g.before.items[i]))
			return -1;
	if (list.n)
		qsort(list.items, list.n, sizeof *list.items, in_order);
	*ret = list;
	return 0;
}

static int note_all(struct ceud *d, const struct person *p, const struct due_list *l, struct err *err)
{
	for (size_t i = 0; i < l->n; i++) {
		const struct due *due = &l->items[i];

		if (due->is_dropped ? deadline_item_drop(d->store, p->id, due->item.key, err) :
		    due->is_changed && deadline_item_put(d->store, p->id, &due->item, err))
			return -1;
	}
	return 0;
}

int deadlines_note(struct ceud *d, const struct person *p, const struct due_list *l, struct err *err)
{
	size_t changes = 0;

	for (size_t i = 0; i < l->n; i++)
		changes += l->items[i].is_changed || l->items[i].is_dropped;
	if (!changes)
		return 0;
	if (store_begin(d->store, err))
		return -1;
	if (note_all(d, p, l, err) || store_commit(d->store, err)) {
		store_rollback(d->store);
		return -1;
	}
	return 0;
}

/* Made of the database's own secret: the same after a restore, a move, another name. */
static const char *instance(struct ceud *d, struct arena *a, struct err *err)
{
	static const char purpose[] = "calendar of deadlines";
	unsigned char key[32], digest[SHA_SIZE];
	char name[INSTANCE_BYTES * 8 / 5 + 2];
	const char *copy;

	if (store_key(d->store, key, err))
		return NULL;
	sha_hmac(key, sizeof key, purpose, sizeof purpose - 1, digest);
	sha_base32(digest, INSTANCE_BYTES, name);
	copy = arena_strdup(a, name);
	if (!copy)
		err_oom(err);
	return copy;
}

static const char *calendar_name(const struct due_list *l, struct arena *a)
{
	size_t size = strlen(l->name) + sizeof " deadlines";
	char *name = arena_alloc(a, size);

	if (name)
		snprintf(name, size, *l->name ? "%s deadlines" : "Deadlines%s", l->name);
	return name;
}

int deadlines_calendar(struct ceud *d, const struct due_list *l, int alarm, struct arena *a, struct publish_calendar *ret,
    int64_t *ret_changed_at, struct err *err)
{
	struct publish_item *items = arena_alloc(a, (l->n + 1) * sizeof *items);
	struct publish_calendar c = { .instance = instance(d, a, err), .name = calendar_name(l, a),
		.description = "The last day of your cycle, check-ins on the way, and what you planned.\n"
		    "Calendars look here seldom: the e-mail reminders are the reliable way.",
		.zone = zone_name(l->zone), .url = d->config->url ? d->config->url : "", .items = items };
	int64_t latest = 0;

	if (!c.instance)
		return -1;
	if (!items || !c.name)
		return err_oom(err);
	for (size_t i = 0; i < l->n; i++) {
		if (l->items[i].is_dropped)
			continue;
		items[c.n] = published(&l->items[i].item);
		items[c.n++].alarm = alarm && l->items[i].kind == DUE_DEADLINE && !l->items[i].item.cancelled_at;
		if (l->items[i].item.changed_at > latest)
			latest = l->items[i].item.changed_at;
	}
	*ret = c;
	*ret_changed_at = latest;
	return 0;
}

int deadlines_event(struct ceud *d, const struct standing *s, int sequence, struct arena *a, struct buf *out, struct err *err)
{
	struct publish_item i = { .categories = s->program->name, .location = "", .day = s->cycle.end, .changed_at = d->now,
		.sequence = sequence, .alarm = 1 };
	struct publish_calendar c = { .instance = instance(d, a, err), .name = s->program->name, .description = "",
		.zone = zone_name(s->zone), .url = d->config->url ? d->config->url : "", .items = &i, .n = 1 };
	struct due_words words;
	char key[64];

	if (!c.instance || due_deadline(s, a, &words, err))
		return -1;
	snprintf(key, sizeof key, "%s%" PRId64, kinds[DUE_DEADLINE].beginning, s->cycle.id);
	i.key = key;
	i.title = words.title;
	i.text = words.text;
	return publish_write(&c, out, err);
}
