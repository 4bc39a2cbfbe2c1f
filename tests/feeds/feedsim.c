/* A calendar in memory: see feedsim.h. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/err.h"
#include "base/text.h"
#include "feedsim.h"

void sim_begin(struct sim *s, int64_t now)
{
	memset(s, 0, sizeof(*s));
	s->now = now;
}

void sim_end(struct sim *s)
{
	free(s->rows);
	event_list_free(&s->feed);
}

void sim_feed(struct sim *s)
{
	event_list_free(&s->feed);
}

struct event sim_event(const char *uid, const char *rid, const char *title, int64_t at)
{
	struct event e = { .uid = uid,
		.rid = rid,
		.title = title,
		.location = "",
		.url = "",
		.organizer = "",
		.start = at,
		.end = at + HOUR,
		.zone = "UTC" };

	event_seal(&e);
	return e;
}

void sim_put_event(struct sim *s, struct event e)
{
	struct err err;

	event_seal(&e);
	assert_int_equal(event_list_push(&s->feed, &e, &err), 0);
}

void sim_put(struct sim *s, const char *uid, const char *rid, const char *title, int64_t at)
{
	sim_put_event(s, sim_event(uid, rid, title, at));
}

/* ---- carrying out */

static struct sim_row *by_key(struct sim *s, const struct event *e)
{
	for (size_t i = 0; i < s->n; i++)
		if (strcmp(s->rows[i].uid, e->uid) == 0 && strcmp(s->rows[i].rid, e->rid) == 0)
			return &s->rows[i];
	return NULL;
}

static int is_decided(const struct sim_row *r)
{
	return r->state == PROPOSAL_CONFIRMED || r->state == PROPOSAL_SKIPPED;
}

static enum proposal_state proposed(const struct sim *s, const struct sim_row *r)
{
	return s->ignore != NULL && strncmp(r->title, s->ignore, strlen(s->ignore)) == 0 ? PROPOSAL_IGNORED
	                                                                                : PROPOSAL_WAITING;
}

static void take_key(struct sim_row *r, const struct event *e)
{
	text_copy(r->uid, sizeof(r->uid), e->uid);
	text_copy(r->rid, sizeof(r->rid), e->rid);
}

static void take_fields(struct sim *s, struct sim_row *r, const struct event *e)
{
	text_copy(r->title, sizeof(r->title), e->title);
	text_copy(r->url, sizeof(r->url), e->url);
	text_copy(r->location, sizeof(r->location), e->location);
	r->start = e->start;
	r->end = e->end;
	memcpy(r->content, e->content, sizeof(r->content));
	memcpy(r->detail, e->detail, sizeof(r->detail));
	r->state = proposed(s, r);
}

static void create(struct sim *s, const struct event *e, int cancelled)
{
	struct sim_row *r;

	assert_null(by_key(s, e));
	if (s->n == s->cap) {
		s->cap = s->cap ? 2 * s->cap : 16;
		s->rows = reallocarray(s->rows, s->cap, sizeof(*s->rows));
		assert_non_null(s->rows);
	}
	r = &s->rows[s->n];
	memset(r, 0, sizeof(*r));
	r->id = (int64_t)++s->n;
	take_key(r, e);
	take_fields(s, r, e);
	assert_int_equal(e->cancelled != 0, cancelled);
	if (cancelled) {
		r->state = PROPOSAL_WITHDRAWN;
		r->by_feed = 1;
	}
}

static void withdraw(struct sim *s, struct sim_row *r, const struct event *e)
{
	assert_true(r->state == PROPOSAL_WAITING || r->state == PROPOSAL_IGNORED);
	if (e != NULL)
		assert_true(e->cancelled);
	else
		assert_true(r->start > s->now && !s->partial &&
		    (s->accepted || (r->missing_since != 0 && s->now - r->missing_since >= DAY)));
	if (e != NULL)
		memcpy(r->content, e->content, sizeof(r->content));
	r->state = PROPOSAL_WITHDRAWN;
	r->by_feed = 1;
}

static void mark(struct sim_row *r, const struct event *e)
{
	assert_true(is_decided(r));
	assert_string_not_equal(r->content, e->content);
	if (r->state == PROPOSAL_SKIPPED)
		assert_true(r->start != e->start || strcmp(r->title, e->title) != 0);
	r->changed = 1;
	memcpy(r->content, e->content, sizeof(r->content));
}

static void act(struct sim *s, const struct merge_action *a, struct sim_row *r, const struct event *e)
{
	switch (a->kind) {
	case MERGE_CREATE:
	case MERGE_CREATE_CANCELLED:
		create(s, e, a->kind == MERGE_CREATE_CANCELLED);
		break;
	case MERGE_UPDATE:
		assert_true(r->state == PROPOSAL_WAITING || r->state == PROPOSAL_IGNORED);
		take_fields(s, r, e);
		break;
	case MERGE_MARK_CHANGED:
		mark(r, e);
		break;
	case MERGE_ADOPT:
		assert_true(is_decided(r));
		memcpy(r->content, e->content, sizeof(r->content));
		break;
	case MERGE_WITHDRAW:
		withdraw(s, r, e);
		break;
	case MERGE_RETURN:
		assert_true(r->state == PROPOSAL_WITHDRAWN && r->by_feed && !e->cancelled);
		take_fields(s, r, e);
		break;
	case MERGE_MISSING:
		assert_true(r->missing_since == 0 && !s->partial && !is_decided(r));
		r->missing_since = s->now;
		break;
	case MERGE_FOUND:
		assert_true(r->missing_since != 0 && !is_decided(r));
		r->missing_since = 0;
		break;
	case MERGE_REKEY:
		assert_null(by_key(s, e));
		take_key(r, e);
		break;
	}
}

static int looks_like(const struct sim_row *r, const struct sim_row *other)
{
	return strcmp(r->content, other->content) == 0 ||
	    (strcasecmp(r->title, other->title) == 0 && r->start == other->start && r->end == other->end &&
	        strcmp(r->url, other->url) == 0);
}

/* What was decided on does not come a second time, though its publisher gives it another UID. */
static void check_created(const struct sim *s, size_t from)
{
	for (size_t i = from; i < s->n && s->unstable; i++)
		for (size_t k = 0; k < s->n; k++)
			if (is_decided(&s->rows[k]) && looks_like(&s->rows[k], &s->rows[i]))
				fail_msg("\"%s\" was decided on and is proposed again", s->rows[i].title);
}

static struct known *known_rows(const struct sim *s)
{
	struct known *known = calloc(s->n + 1, sizeof(*known));

	assert_non_null(known);
	for (size_t i = 0; i < s->n; i++) {
		const struct sim_row *r = &s->rows[i];

		known[i] = (struct known){ .id = r->id,
			.uid = r->uid,
			.rid = r->rid,
			.state = r->state,
			.content = r->content,
			.detail = r->detail,
			.title = r->title,
			.url = r->url,
			.start = r->start,
			.end = r->end,
			.missing_since = r->missing_since,
			.changed = r->changed,
			.withdrawn_by_feed = r->by_feed };
	}
	return known;
}

static void plan(const struct sim *s, const struct known *known, size_t n, struct merge_plan *ret)
{
	struct merge_context ctx = { .now = s->now,
		.absence_counts = !s->partial,
		.cancels = s->cancels,
		.new_producer = s->new_producer,
		.accepted = s->accepted,
		.unstable = s->unstable };
	struct err err;

	assert_int_equal(merge_events(known, n, s->feed.items, s->feed.n, &ctx, ret, &err), 0);
}

static void check_repeated(const struct sim *s)
{
	struct known *known = known_rows(s);
	struct merge_plan p;

	plan(s, known, s->n, &p);
	if (p.n != 0)
		fail_msg("the same fetch once more plans %zu actions, the first of kind %d", p.n, (int)p.actions[0].kind);
	merge_plan_free(&p);
	free(known);
}

static void put_counts(struct sim *s, const struct merge_plan *p)
{
	static const char *const kinds[] = { "create", "create-cancelled", "update", "mark-changed", "adopt", "withdraw",
		"return", "missing", "found", "rekey" };
	size_t counts[sizeof(kinds) / sizeof(kinds[0])] = { 0 }, len = 0;

	for (size_t i = 0; i < p->n; i++)
		counts[p->actions[i].kind]++;
	assert_true(p->created == counts[MERGE_CREATE] && p->withdrawn == counts[MERGE_WITHDRAW] &&
	    p->rekeyed == counts[MERGE_REKEY]);
	s->text[0] = '\0';
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (counts[i] > 0)
			len += (size_t)snprintf(s->text + len, sizeof(s->text) - len, "%s%s %zu", len > 0 ? " " : "",
			    kinds[i], counts[i]);
	if (p->suspect)
		snprintf(s->text, sizeof(s->text), "suspect: %s", p->code);
}

const char *sim_fetch(struct sim *s)
{
	struct known *known = known_rows(s);
	struct merge_plan p;
	size_t before = s->n;

	plan(s, known, s->n, &p);
	put_counts(s, &p);
	if (p.suspect)
		assert_true(p.n == 0 && p.reason != NULL && p.code != NULL && !s->accepted);
	else
		s->unstable = p.unstable;
	for (size_t i = 0; i < p.n; i++) {
		const struct merge_action *a = &p.actions[i];

		act(s, a, a->known != SIZE_MAX ? &s->rows[a->known] : NULL,
		    a->event != SIZE_MAX ? &s->feed.items[a->event] : NULL);
	}
	merge_plan_free(&p);
	free(known);
	check_created(s, before);
	check_repeated(s);
	s->partial = s->cancels = s->new_producer = s->accepted = 0;
	return s->text;
}

/* ---- looking */

void sim_decide(struct sim *s, const char *title, enum proposal_state state)
{
	struct sim_row *found = NULL;

	for (size_t i = 0; i < s->n; i++) {
		if (s->rows[i].state != PROPOSAL_WAITING || strcmp(s->rows[i].title, title) != 0)
			continue;
		assert_null(found);
		found = &s->rows[i];
	}
	assert_non_null(found);
	found->state = state;
}

const char *sim_rows(struct sim *s)
{
	size_t len = 0;

	s->text[0] = '\0';
	for (size_t i = 0; i < s->n; i++) {
		const struct sim_row *r = &s->rows[i];

		len += (size_t)snprintf(s->text + len, sizeof(s->text) - len, "%s%s %s%s%s", i > 0 ? ", " : "", r->title,
		    proposal_state_name(r->state), r->changed ? "!" : "", r->missing_since ? "?" : "");
	}
	return s->text;
}

size_t sim_count(const struct sim *s, enum proposal_state state)
{
	size_t n = 0;

	for (size_t i = 0; i < s->n; i++)
		n += s->rows[i].state == state;
	return n;
}
