/* What a fetch may do to what is known: the promises of feeds/merge.h, for any proposals and any events. */
#include "input.h"
#include "feeds/merge.h"

enum { MOST = 24 };
#define HOUR INT64_C(3600000)
#define NOW (INT64_C(20000) * 24 * HOUR)

static const char *const uids[] = { "a", "b", "c", "d", "e_R20270101T090000@x", "e@x", "f", "g" };
static const char *const rids[] = { "", "", "20270101", "20270108T090000Z" };
static const char *const titles[] = { "Journey mapping", "journey  mapping", "Metrics", "", "Lunch" };
static const char *const urls[] = { "", "", "https://x.example/1", "https://x.example/2" };

/* A proposal as the store keeps it, with room for what the plan changes. */
struct row {
	struct known known;
	struct event event;		/* what it was last made of */
	int touched, rekeyed, withdrawn, marked;
};

static struct event read_event(struct input *in)
{
	unsigned a = input_byte(in), b = input_byte(in), c = input_byte(in);
	struct event e = { .uid = uids[a & 7], .rid = rids[a >> 3 & 3], .title = titles[(a >> 5) % 5], .location = "",
		.url = urls[b & 3], .organizer = "", .categories = "", .description = c & 1 ? "x" : "", .credit = "",
		.domain = "", .extras = "", .zone = "UTC", .minutes = 60, .cancelled = (c & 0x30) == 0x30 };

	e.start = NOW + ((int64_t)(b >> 2 & 31) - 8) * 12 * HOUR;
	e.end = e.start + HOUR;
	e.day = (day_t)(e.start / (24 * HOUR));
	event_seal(&e);
	return e;
}

static void settle(struct row *r, const struct event *e)
{
	r->event = *e;
	r->known.content = r->event.content;
	r->known.detail = r->event.detail;
}

static void take_over(struct row *r, const struct event *e)
{
	settle(r, e);
	r->known.title = e->title;
	r->known.url = e->url;
	r->known.start = e->start;
	r->known.end = e->end;
}

static void read_known(struct input *in, struct row *r, int64_t id)
{
	static const int64_t since[] = { 0, 0, NOW - HOUR, NOW - 30 * HOUR };
	struct event e = read_event(in);
	unsigned more = input_byte(in);

	memset(r, 0, sizeof(*r));
	r->known.id = id;
	r->known.uid = e.uid;
	r->known.rid = e.rid;
	r->known.state = (enum proposal_state)(more % 5);
	r->known.missing_since = since[more >> 3 & 3];
	r->known.changed = more >> 5 & 1;
	r->known.withdrawn_by_feed = r->known.state == PROPOSAL_WITHDRAWN && (more >> 6 & 1);
	take_over(r, &e);
}

static int has_key(const struct row *rows, size_t n, const char *uid, const char *rid)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(rows[i].known.uid, uid) == 0 && strcmp(rows[i].known.rid, rid) == 0)
			return 1;
	return 0;
}

/* ---- what must hold */

static void check_decided(const struct merge_action *a, const struct row *r, const struct event *e)
{
	MUST(a->kind == MERGE_MARK_CHANGED || a->kind == MERGE_ADOPT || a->kind == MERGE_REKEY ||
	    a->kind == MERGE_MISSING || a->kind == MERGE_FOUND);
	if (a->kind == MERGE_MARK_CHANGED)
		MUST(strcmp(e->content, r->known.content) != 0);
	if (a->kind == MERGE_MARK_CHANGED && r->known.state == PROPOSAL_SKIPPED)
		MUST(strcmp(e->title, r->known.title) != 0 || e->start != r->known.start);
}

static void check_absent(const struct merge_context *ctx, const struct row *r)
{
	MUST(ctx->absence_counts && r->known.start > ctx->now);
	MUST(ctx->accepted || (r->known.missing_since != 0 && ctx->now - r->known.missing_since >= 24 * HOUR));
}

static void check_undecided(const struct merge_action *a, const struct merge_context *ctx, const struct row *r,
    const struct event *e)
{
	int follows = r->known.state == PROPOSAL_WAITING || r->known.state == PROPOSAL_IGNORED;

	switch (a->kind) {
	case MERGE_UPDATE: MUST(follows && !e->cancelled); break;
	case MERGE_RETURN: MUST(!follows && r->known.withdrawn_by_feed && !e->cancelled); break;
	case MERGE_WITHDRAW:
		MUST(follows && (e == NULL || e->cancelled));
		if (e == NULL)
			check_absent(ctx, r);
		break;
	case MERGE_MISSING: MUST(follows && e == NULL && ctx->absence_counts && r->known.missing_since == 0); break;
	case MERGE_FOUND: MUST(e != NULL && r->known.missing_since != 0); break;
	case MERGE_REKEY: MUST(e != NULL); break;
	case MERGE_CREATE:
	case MERGE_CREATE_CANCELLED:
	case MERGE_MARK_CHANGED:
	case MERGE_ADOPT: MUST(a->kind == MERGE_UPDATE);
	}
}

/* Applies it as well, as the store would. */
static void act(const struct merge_action *a, struct row *r, const struct event *e)
{
	switch (a->kind) {
	case MERGE_UPDATE: take_over(r, e); break;
	case MERGE_MARK_CHANGED:
		MUST(r->marked++ == 0);
		r->known.changed = 1;
		settle(r, e);
		break;
	case MERGE_ADOPT: settle(r, e); break;
	case MERGE_WITHDRAW:
		MUST(r->withdrawn++ == 0);
		r->known.state = PROPOSAL_WITHDRAWN;
		r->known.withdrawn_by_feed = 1;
		break;
	case MERGE_RETURN:
		take_over(r, e);
		r->known.state = PROPOSAL_WAITING;
		break;
	case MERGE_MISSING: r->known.missing_since = NOW; break;
	case MERGE_FOUND: r->known.missing_since = 0; break;
	case MERGE_REKEY:
		MUST(r->rekeyed++ == 0 && r->touched == 0);
		r->known.uid = e->uid;
		r->known.rid = e->rid;
		break;
	case MERGE_CREATE:
	case MERGE_CREATE_CANCELLED: break;
	}
	r->touched++;
}

static void create(struct row *rows, size_t *n, const struct merge_action *a, const struct event *e)
{
	struct row *r = &rows[*n];

	MUST(a->known == SIZE_MAX && !has_key(rows, *n, e->uid, e->rid));
	MUST(e->cancelled == (a->kind == MERGE_CREATE_CANCELLED));
	memset(r, 0, sizeof(*r));
	r->known.id = (int64_t)*n + 1;
	r->known.uid = e->uid;
	r->known.rid = e->rid;
	r->known.state = e->cancelled ? PROPOSAL_WITHDRAWN : PROPOSAL_WAITING;
	r->known.withdrawn_by_feed = e->cancelled;
	take_over(r, e);
	(*n)++;
}

static void check_action(const struct merge_action *a, const struct merge_context *ctx, struct row *rows, size_t *n,
    size_t nknown, const struct event *events, size_t nevents)
{
	const struct event *e = a->event != SIZE_MAX ? &events[a->event] : NULL;
	struct row *r = a->known != SIZE_MAX ? &rows[a->known] : NULL;

	MUST(a->event == SIZE_MAX || a->event < nevents);
	if (a->kind == MERGE_CREATE || a->kind == MERGE_CREATE_CANCELLED) {
		MUST(e != NULL);
		create(rows, n, a, e);
		return;
	}
	MUST(r != NULL && a->known < nknown);
	if (r->known.state == PROPOSAL_CONFIRMED || r->known.state == PROPOSAL_SKIPPED)
		check_decided(a, r, e);
	else
		check_undecided(a, ctx, r, e);
	act(a, r, e);
}

/* A suspect fetch does nothing; otherwise each action is allowed, and the numbers are true. */
static int merge(struct row *rows, size_t *n, const struct event *events, size_t nevents, struct merge_context *ctx,
    size_t *ret_actions)
{
	struct known known[2 * MOST];
	struct merge_plan plan;
	size_t nknown = *n, rekeyed = 0, withdrawn = 0;
	int suspect;

	for (size_t i = 0; i < nknown; i++) {
		rows[i].touched = rows[i].rekeyed = rows[i].withdrawn = rows[i].marked = 0;
		known[i] = rows[i].known;
	}
	MUST(merge_events(known, nknown, events, nevents, ctx, &plan, NULL) == 0);
	suspect = plan.suspect;
	if (suspect)
		MUST(plan.n == 0 && plan.code != NULL && plan.reason != NULL && !ctx->accepted);
	for (size_t i = 0; i < plan.n; i++) {
		rekeyed += plan.actions[i].kind == MERGE_REKEY;
		withdrawn += plan.actions[i].kind == MERGE_WITHDRAW;
	}
	MUST(rekeyed == plan.rekeyed && withdrawn == plan.withdrawn);
	/* all are judged against the same state, which act() changes: keys last, so that creations see them all */
	for (size_t i = 0; i < plan.n; i++)
		if (plan.actions[i].kind != MERGE_CREATE && plan.actions[i].kind != MERGE_CREATE_CANCELLED)
			check_action(&plan.actions[i], ctx, rows, n, nknown, events, nevents);
	for (size_t i = 0; i < plan.n; i++)
		if (plan.actions[i].kind == MERGE_CREATE || plan.actions[i].kind == MERGE_CREATE_CANCELLED)
			check_action(&plan.actions[i], ctx, rows, n, nknown, events, nevents);
	ctx->unstable |= !suspect && plan.unstable;
	*ret_actions = plan.n;
	merge_plan_free(&plan);
	return suspect;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static struct row rows[2 * MOST];
	struct event events[MOST];
	struct input in = { data, len };
	unsigned how = input_byte(&in);
	struct merge_context ctx = { .now = NOW, .absence_counts = how & 1, .cancels = (how & 0x0e) == 0x0e,
		.new_producer = how >> 4 & 1, .accepted = how >> 5 & 1, .unstable = how >> 6 & 1 };
	size_t wanted = input_byte(&in) % MOST, n = 0, nevents = input_byte(&in) % MOST, actions;

	for (size_t i = 0; i < wanted; i++) {
		read_known(&in, &rows[n], (int64_t)n + 1);
		n += !has_key(rows, n, rows[n].known.uid, rows[n].known.rid);
	}
	for (size_t i = 0; i < nevents; i++)
		events[i] = read_event(&in);
	for (size_t i = 0; i < n; i++) {	/* the hashes lie in the rows, which stand still from here on */
		rows[i].known.content = rows[i].event.content;
		rows[i].known.detail = rows[i].event.detail;
	}
	if (merge(rows, &n, events, nevents, &ctx, &actions) == 0) {
		ctx.new_producer = 0;
		if (merge(rows, &n, events, nevents, &ctx, &actions) == 0)
			MUST(actions == 0);	/* the same fetch again finds nothing to do */
	}
	return 0;
}
