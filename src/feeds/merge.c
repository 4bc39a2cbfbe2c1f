/* What a fetch may do to what is known. */
#include "feeds/merge.h"
#include "base/err.h"
#include "base/buf.h"
#include "base/text.h"
#include "base/zone.h"
#include "merging.h"

#include <stdlib.h>
#include <string.h>

enum { SHRUNK_LEAST = 5 };

const char *proposal_state_name(enum proposal_state s)
{
	switch (s) {
	case PROPOSAL_WAITING: return "waiting";
	case PROPOSAL_WITHDRAWN: return "withdrawn";
	case PROPOSAL_SKIPPED: return "skipped";
	case PROPOSAL_CONFIRMED: return "confirmed";
	case PROPOSAL_IGNORED: return "ignored";
	}
	return "unknown";
}

static int compare_key(const char *uid, const char *rid, const char *other_uid, const char *other_rid)
{
	int order = strcmp(uid, other_uid);

	return order != 0 ? order : strcmp(rid, other_rid);
}

static int order_of(size_t a, size_t b)
{
	return (a > b) - (a < b);
}

static int by_event_key(const void *a, const void *b, void *events)
{
	const struct event *list = events;
	size_t i = *(const size_t *)a, j = *(const size_t *)b;
	int order = compare_key(list[i].uid, list[i].rid, list[j].uid, list[j].rid);

	return order != 0 ? order : order_of(i, j);
}

static int by_known_key(const void *a, const void *b, void *known)
{
	const struct known *list = known;
	size_t i = *(const size_t *)a, j = *(const size_t *)b;
	int order = compare_key(list[i].uid, list[i].rid, list[j].uid, list[j].rid);

	return order != 0 ? order : order_of(i, j);
}

/* A plan never holds more than three actions an event and one a known proposal. */
static void add(struct work *w, enum merge_kind kind, size_t event, size_t known)
{
	struct merge_action *a = &w->plan->actions[w->plan->n++];

	a->kind = kind;
	a->event = event;
	a->known = known;
	if (kind == MERGE_CREATE)
		w->plan->created++;
	else if (kind == MERGE_UPDATE || kind == MERGE_MARK_CHANGED || kind == MERGE_RETURN)
		w->plan->changed++;
	else if (kind == MERGE_WITHDRAW)
		w->plan->withdrawn++;
	else if (kind == MERGE_REKEY)
		w->plan->rekeyed++;
}

/* ---- what becomes of an event */

/* A row of an older release does not know its detail: it takes it over once. */
static int has_changed(const struct known *k, const struct event *e)
{
	return strcmp(e->content, k->content) != 0 || strcmp(e->detail, k->detail != NULL ? k->detail : "") != 0;
}

static void judge_following(struct work *w, size_t event, size_t known)
{
	const struct event *e = &w->events[event];

	if (w->known[known].missing_since != 0)
		add(w, MERGE_FOUND, event, known);
	if (e->cancelled)
		add(w, MERGE_WITHDRAW, event, known);
	else if (has_changed(&w->known[known], e))
		add(w, MERGE_UPDATE, event, known);
}

static void judge_withdrawn(struct work *w, size_t event, size_t known)
{
	if (!w->known[known].withdrawn_by_feed)
		return;
	if (w->known[known].missing_since != 0)
		add(w, MERGE_FOUND, event, known);
	if (!w->events[event].cancelled)
		add(w, MERGE_RETURN, event, known);
}

/* The same clock time of an all-day event's midnight, there. */
static int64_t midnight(const struct zone *from, const struct zone *to, int64_t at)
{
	return zone_instant(to, zone_day(from, at, NULL), 0);
}

static int same_days(const struct event *e, const struct zone *one, const struct zone *other)
{
	int64_t last = e->end > e->start ? e->end - 1 : e->end;

	return zone_day(one, e->start, NULL) == zone_day(other, e->start, NULL) &&
	    zone_day(one, last, NULL) == zone_day(other, last, NULL);
}

/* NULL if there is none. A name that was known may be that of a package which is not installed any more. */
static const struct zone *zone_named(const char *name)
{
	char other[ZONE_NAME_SIZE];
	const struct zone *ret;

	if (zone_get(name, &ret, NULL) == 0 || (zone_spelling(name, other, NULL) == 0 && zone_get(other, &ret, NULL) == 0))
		return ret;
	return NULL;
}

/* Is it what it was, but for the zone that events without one of their own are kept in, which is their owner's? */
static int says_same(const struct known *k, const struct event *e)
{
	const struct zone *was, *now;
	struct event before = *e;

	if (strcmp(e->content, k->content) == 0)
		return 1;
	if (k->zone == NULL || strcmp(k->zone, e->zone) == 0)
		return 0;
	was = zone_named(k->zone);
	now = zone_named(e->zone);
	if (was == NULL || now == NULL)
		return 0;
	if (!e->all_day && !same_days(e, was, now))
		return 0;
	before.zone = k->zone;
	if (e->all_day) {
		before.start = midnight(now, was, e->start);
		before.end = midnight(now, was, e->end);
	}
	event_seal(&before);
	return strcmp(before.content, k->content) == 0;
}

/* 1 if they are, 0 if not, -1 on lack of memory */
static int same_title(const char *a, const char *b)
{
	struct buf one = BUF_INIT, two = BUF_INIT;
	int ret = -1;

	if (strcmp(a, b) == 0)
		return 1;
	if (text_fold(&one, a, strlen(a)) == 0 && text_fold(&two, b, strlen(b)) == 0)
		ret = strcmp(buf_str(&one), buf_str(&two)) == 0;
	buf_free(&one);
	buf_free(&two);
	return ret;
}

/* It was not wanted: only another title or start may make it another matter. */
static int judge_skipped(struct work *w, size_t event, size_t known)
{
	const struct event *e = &w->events[event];
	const struct known *k = &w->known[known];
	int same;

	if (says_same(k, e))
		return 0;
	same = same_title(e->title, k->title != NULL ? k->title : "");
	if (same < 0)
		return -1;
	add(w, same && e->start == k->start ? MERGE_ADOPT : MERGE_MARK_CHANGED, event, known);
	return 0;
}

static int judge_event(struct work *w, size_t event)
{
	const struct event *e = &w->events[event];
	size_t known = w->partner[event];

	if (known == SIZE_MAX) {
		if (!w->barred[event])
			add(w, e->cancelled ? MERGE_CREATE_CANCELLED : MERGE_CREATE, event, SIZE_MAX);
		return 0;
	}
	if (w->moved[event])
		add(w, MERGE_REKEY, event, known);
	switch (w->known[known].state) {
	case PROPOSAL_WAITING:
	case PROPOSAL_IGNORED:
		judge_following(w, event, known);
		break;
	case PROPOSAL_WITHDRAWN:
		judge_withdrawn(w, event, known);
		break;
	case PROPOSAL_SKIPPED:
		return judge_skipped(w, event, known);
	case PROPOSAL_CONFIRMED:
		if (!says_same(&w->known[known], e))
			add(w, MERGE_MARK_CHANGED, event, known);
		break;
	}
	return 0;
}

static void judge_absent(struct work *w, size_t known)
{
	const struct known *k = &w->known[known];

	if (is_gone(w->ctx, k))
		add(w, MERGE_WITHDRAW, SIZE_MAX, known);
	else if (follows_feed(k) && k->missing_since == 0 && !is_beyond(w->ctx, k))
		add(w, MERGE_MISSING, SIZE_MAX, known);
}

static int judge(struct work *w)
{
	size_t i;

	for (i = 0; i < w->nevents; i++)
		if (!w->older[i] && judge_event(w, i) != 0)
			return -1;
	if (!w->ctx->absence_counts)
		return 0;
	for (i = 0; i < w->nknown; i++)
		if (w->found[i] == SIZE_MAX)
			judge_absent(w, i);
	return 0;
}

/* ---- partners by key */

static int pair_keys(struct work *w)
{
	size_t *es = calloc(w->nevents + 1, sizeof(*es)), *ks = calloc(w->nknown + 1, sizeof(*ks));
	size_t i, j = 0;

	if (es == NULL || ks == NULL) {
		free(es);
		free(ks);
		return -1;
	}
	for (i = 0; i < w->nevents; i++)
		es[i] = i;
	for (i = 0; i < w->nknown; i++)
		w->found[ks[i] = i] = SIZE_MAX;
	qsort_r(es, w->nevents, sizeof(*es), by_event_key, (void *)(uintptr_t)w->events);
	qsort_r(ks, w->nknown, sizeof(*ks), by_known_key, (void *)(uintptr_t)w->known);
	for (i = 0; i < w->nevents; i++) {
		const struct event *e = &w->events[es[i]];
		int order = -1;

		w->older[es[i]] = i + 1 < w->nevents &&
		    compare_key(e->uid, e->rid, w->events[es[i + 1]].uid, w->events[es[i + 1]].rid) == 0;
		while (j < w->nknown &&
		    (order = compare_key(w->known[ks[j]].uid, w->known[ks[j]].rid, e->uid, e->rid)) < 0)
			j++;
		w->partner[es[i]] = j < w->nknown && order == 0 ? ks[j] : SIZE_MAX;
		if (j < w->nknown && order == 0)
			w->found[ks[j]] = es[i];
	}
	free(es);
	free(ks);
	return 0;
}

/* ---- fetches that are more likely a fault than the truth */

static void suspect(struct work *w, const char *code, const char *reason)
{
	w->plan->suspect = 1;
	w->plan->code = code;
	w->plan->reason = reason;
}

static int expects_some(const struct work *w)
{
	for (size_t i = 0; i < w->nknown; i++)
		if (is_expected(w->ctx, &w->known[i]) &&
		    (follows_feed(&w->known[i]) || w->known[i].state == PROPOSAL_CONFIRMED))
			return 1;
	return 0;
}

static int is_another(const struct work *w)
{
	if (!w->ctx->new_producer || w->nknown == 0 || w->nevents == 0)
		return 0;
	for (size_t i = 0; i < w->nevents; i++)
		if (w->partner[i] != SIZE_MAX)
			return 0;
	return 1;
}

/* What came of the last fetch and is still to come, against what is to come in this one. */
static int has_shrunk(const struct work *w)
{
	size_t before = 0, after = 0, i;

	for (i = 0; i < w->nknown; i++) {
		const struct known *k = &w->known[i];

		if (is_expected(w->ctx, k) && k->missing_since == 0)
			before += follows_feed(k) || (is_decided(k) && w->found[i] != SIZE_MAX);
	}
	for (i = 0; i < w->nevents; i++)
		after += !w->older[i] && w->events[i].start > w->ctx->now;
	return before >= after + SHRUNK_LEAST && 2 * after < before;
}

/* Without absence being counted there is nothing to fear of what is not there. */
static void doubt_keys(struct work *w)
{
	if (w->ctx->accepted)
		return;
	if (w->ctx->cancels)
		suspect(w, "cancels-all", "The calendar says that every event in it is cancelled.");
	else if (w->nevents == 0 && w->ctx->absence_counts && expects_some(w))
		suspect(w, "empty-now", "The calendar is empty now, though events still to come were in it before.");
	else if (is_another(w))
		suspect(w, "other-calendar",
		    "Another program publishes the calendar now, and not one event in it is known.");
}

static void doubt_size(struct work *w)
{
	if (!w->ctx->accepted && w->ctx->absence_counts && has_shrunk(w))
		suspect(w, "shrunk", "More than half of the events still to come are gone from the calendar.");
}

static int make_plan(struct work *w)
{
	struct merge_plan *p = w->plan;

	w->partner = calloc(w->nevents + 1, sizeof(*w->partner));
	w->found = calloc(w->nknown + 1, sizeof(*w->found));
	w->older = calloc(3 * w->nevents + 1, 1);
	if (w->partner == NULL || w->found == NULL || w->older == NULL)
		return -1;
	w->moved = w->older + w->nevents;
	w->barred = w->moved + w->nevents;
	if (pair_keys(w) != 0)
		return -1;
	doubt_keys(w);
	if (p->suspect)
		return 0;
	if (merge_by_look(w) != 0 || (!w->unstable && merge_by_series(w) != 0))
		return -1;
	doubt_size(w);
	if (p->suspect)
		return 0;
	p->unstable = w->unstable;
	p->actions = calloc(3 * w->nevents + w->nknown + 1, sizeof(*p->actions));
	return p->actions != NULL ? judge(w) : -1;
}

int merge_events(const struct known *known, size_t nknown, const struct event *events, size_t nevents,
    const struct merge_context *ctx, struct merge_plan *ret, struct err *err)
{
	struct merge_plan plan;
	struct work w = { .known = known, .events = events, .nknown = nknown, .nevents = nevents, .ctx = ctx,
		.plan = &plan };
	int failed;

	memset(&plan, 0, sizeof(plan));
	failed = make_plan(&w);
	free(w.partner);
	free(w.found);
	free(w.older);
	if (failed) {
		merge_plan_free(&plan);
		return err_oom(err);
	}
	*ret = plan;
	return 0;
}

void merge_plan_free(struct merge_plan *p)
{
	free(p->actions);
	memset(p, 0, sizeof(*p));
}
