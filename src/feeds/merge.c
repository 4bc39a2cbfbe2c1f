/* What a fetch may do to what is known. */
#include "feeds/merge.h"
#include "base/err.h"

#include <stdlib.h>
#include <string.h>

#define GONE_FOR INT64_C(86400000)	/* two good fetches a day apart lacked it */

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

struct work {
	const struct known *known;
	const struct event *events;
	size_t nknown, nevents;
	const struct merge_context *ctx;
	size_t *partner;		/* event -> known with its key, SIZE_MAX = none */
	unsigned char *older;		/* event -> a later one has the same key */
	unsigned char *present;		/* known -> the fetch had it */
	struct merge_plan *plan;
};

/* A plan never holds more than two actions an event and one a known proposal. */
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
}

static void judge_waiting(struct work *w, size_t event, size_t known)
{
	const struct event *e = &w->events[event];

	if (w->known[known].missing_since != 0)
		add(w, MERGE_FOUND, event, known);
	if (e->cancelled)
		add(w, MERGE_WITHDRAW, event, known);
	else if (strcmp(e->content, w->known[known].content) != 0)
		add(w, MERGE_UPDATE, event, known);
}

static void judge_event(struct work *w, size_t event)
{
	const struct event *e = &w->events[event];
	size_t known = w->partner[event];

	if (known == SIZE_MAX) {
		add(w, e->cancelled ? MERGE_CREATE_CANCELLED : MERGE_CREATE, event, SIZE_MAX);
		return;
	}
	w->present[known] = 1;
	switch (w->known[known].state) {
	case PROPOSAL_WAITING:
	case PROPOSAL_IGNORED:
		judge_waiting(w, event, known);
		break;
	case PROPOSAL_WITHDRAWN:
		if (!w->known[known].withdrawn_by_feed)
			break;
		if (w->known[known].missing_since != 0)
			add(w, MERGE_FOUND, event, known);
		if (!e->cancelled)
			add(w, MERGE_RETURN, event, known);
		break;
	case PROPOSAL_SKIPPED:
	case PROPOSAL_CONFIRMED:
		if (strcmp(e->content, w->known[known].content) != 0)
			add(w, MERGE_MARK_CHANGED, event, known);
		break;
	}
}

static void judge_absent(struct work *w, size_t known)
{
	const struct known *k = &w->known[known];

	if (k->state != PROPOSAL_WAITING)
		return;
	if (k->missing_since == 0)
		add(w, MERGE_MISSING, SIZE_MAX, known);
	else if (k->start > w->ctx->now && w->ctx->now - k->missing_since >= GONE_FOR)
		add(w, MERGE_WITHDRAW, SIZE_MAX, known);
}

/* Find each event's known proposal and the events that a later one replaces. */
static int pair(struct work *w)
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
		ks[i] = i;
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
	}
	free(es);
	free(ks);
	return 0;
}

static void judge(struct work *w)
{
	size_t i;

	for (i = 0; i < w->nevents; i++)
		if (!w->older[i])
			judge_event(w, i);
	if (!w->ctx->absence_counts)
		return;
	for (i = 0; i < w->nknown; i++)
		if (!w->present[i])
			judge_absent(w, i);
}

/* An empty calendar is more often a broken publisher than a cancelled year. */
static int is_suspect(const struct known *known, size_t nknown, size_t nevents, int64_t now)
{
	if (nevents > 0)
		return 0;
	for (size_t i = 0; i < nknown; i++)
		if (known[i].start > now &&
		    (known[i].state == PROPOSAL_WAITING || known[i].state == PROPOSAL_CONFIRMED))
			return 1;
	return 0;
}

int merge_events(const struct known *known, size_t nknown, const struct event *events, size_t nevents,
    const struct merge_context *ctx, struct merge_plan *ret, struct err *err)
{
	struct merge_plan plan;
	struct work w = { known, events, nknown, nevents, ctx, NULL, NULL, NULL, &plan };
	int ok;

	memset(&plan, 0, sizeof(plan));
	if (is_suspect(known, nknown, nevents, ctx->now)) {
		plan.suspect = 1;
		plan.reason = "The calendar is empty now, though events still to come were in it before.";
		*ret = plan;
		return 0;
	}
	w.partner = calloc(nevents + 1, sizeof(*w.partner));
	w.older = calloc(nevents + 1, 1);
	w.present = calloc(nknown + 1, 1);
	plan.actions = calloc(2 * nevents + nknown + 1, sizeof(*plan.actions));
	ok = w.partner != NULL && w.older != NULL && w.present != NULL && plan.actions != NULL &&
	    pair(&w) == 0;
	if (ok)
		judge(&w);
	free(w.partner);
	free(w.older);
	free(w.present);
	if (!ok) {
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
