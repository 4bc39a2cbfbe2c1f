/* What people decide about proposals, and how that is taken back. */
#include "ledger.h"
#include "store/calendars.h"

#include <string.h>
#include "base/buf.h"

struct standing {
	int64_t id, person, no, entry, calendar;
	enum proposal_state state, state_before;	/* state_before: of a withdrawn one */
	int changed, by_feed, removed;		/* removed: its calendar is */
	int is_read;				/* this is about news; then: */
	const struct event *event;		/* as it was taken over; NULL: not touched */
	const struct proposal_news *news;	/* NULL: none */
};

static void standing_read(struct query *q, void *item)
{
	struct standing *t = item;

	t->person = q_int(q);
	t->no = q_int(q);
	t->state = (enum proposal_state)q_small(q);
	t->changed = q_small(q);
	t->entry = q_int(q);
	t->by_feed = q_small(q);
	t->state_before = (enum proposal_state)q_small(q);
	t->calendar = q_int(q);
	t->removed = q_small(q);
}

static int standing_get(struct store *s, int64_t id, struct standing *ret, struct err *err)
{
	struct arena a = ARENA_INIT;
	int rc = db_one(s, SQL_PROPOSAL_STANDING, VALUES(v_int(id)), &a, standing_read, ret, sizeof(*ret),
	    err);

	arena_free(&a);
	if (rc == 0) {
		err_set(err, ERR_ABSENT, "no-proposal", "There is no such event in the inbox.");
		return err_next(err, "ceu inbox list");
	}
	if (rc < 0)
		return -1;
	ret->id = id;
	return 0;
}

/* What a person sees of an event, as news of it may change it. */
static void event_image(struct jsonw *w, const struct event *e)
{
	jsonw_int(w, "start", e->start);
	jsonw_int(w, "end", e->end);
	jsonw_day(w, "day", e->day);
	jsonw_int(w, "minutes", e->minutes);
	jsonw_bool(w, "all_day", e->all_day);
	jsonw_bool(w, "cancelled", e->cancelled);
	jsonw_str(w, "zone", e->zone);
	jsonw_str(w, "title", e->title);
	jsonw_str(w, "location", e->location);
	jsonw_str(w, "url", e->url);
	jsonw_str(w, "organizer", e->organizer);
}

static int event_from_image(struct event *e, const struct json *image, struct arena *a, struct err *err)
{
	const char **const texts[] = { &e->zone, &e->title, &e->location, &e->url, &e->organizer };
	static const char *const names[] = { "zone", "title", "location", "url", "organizer" };
	int64_t minutes;
	size_t i;

	*e = (struct event){ .uid = "", .rid = "" };
	if (json_int(image, "start", &e->start) < 0 || json_int(image, "end", &e->end) < 0 ||
	    json_int(image, "minutes", &minutes) < 0)
		return image_bad("an event", err);
	e->minutes = (int)minutes;
	e->all_day = json_bool(image, "all_day", 0);
	e->cancelled = json_bool(image, "cancelled", 0);
	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		*texts[i] = image_str(image, names[i], "", a);
		if (!*texts[i])
			return err_oom(err);
	}
	return image_day(image, "day", &e->day, err);
}

static void standing_image(struct buf *out, const struct standing *t)
{
	struct jsonw w;

	jsonw_begin(&w, out);
	jsonw_object(&w, NULL);
	jsonw_str(&w, "state", proposal_state_name(t->state));
	jsonw_int(&w, "entry", t->entry);
	jsonw_bool(&w, "by_feed", t->by_feed);
	jsonw_int(&w, "state_before", t->state_before);
	jsonw_bool(&w, "calendar_removed", t->removed);
	if (t->is_read)
		jsonw_bool(&w, "changed", t->changed);
	if (t->event) {
		jsonw_object(&w, "event");
		event_image(&w, t->event);
		jsonw_end_object(&w);
	}
	if (t->news) {
		jsonw_object(&w, "news");
		jsonw_int(&w, "at", t->news->at);
		event_image(&w, &t->news->event);
		jsonw_end_object(&w);
	}
	jsonw_end_object(&w);
}

static int proposal_write(struct store *s, const struct actor *by, const struct record *wanted,
    const struct standing *before, const struct standing *after, struct err *err)
{
	struct buf json[2] = { BUF_INIT, BUF_INIT };
	struct buf text = BUF_INIT;
	struct record r = *wanted;
	int rc;

	standing_image(&json[0], before);
	standing_image(&json[1], after);
	if (r.text)
		buf_puts(&text, r.text);
	else
		buf_printf(&text, "%s event %lld", r.action, (long long)before->no);
	r.subject = before->person;
	r.kind = "proposal";
	r.id = before->id;
	r.before = buf_str(&json[0]);
	r.after = buf_str(&json[1]);
	r.text = buf_str(&text);
	rc = json[0].failed || json[1].failed || text.failed ? err_oom(err) : ledger_write(s, by, &r, err);
	buf_free(&json[0]);
	buf_free(&json[1]);
	buf_free(&text);
	return rc;
}

/*
 * What the feed changed while the event was confirmed or skipped was only marked, or not even that. Once it waits
 * again it follows the feed, so the next fetch has to be read whole.
 */
static int follow_again(struct store *s, const struct standing *t, struct err *err)
{
	int n = db_run(s, t->changed ? SQL_PROPOSAL_FORGET_CONTENT : SQL_PROPOSAL_FORGET_ADOPTED, VALUES(v_int(t->id)), err);

	if (n <= 0)
		return n;
	if (t->changed && news_drop(s, t->id, err) < 0)
		return -1;
	return db_run(s, SQL_CALENDAR_FORGET_VALIDATORS, VALUES(v_int(t->calendar)), err) < 0 ? -1 : 0;
}

/* The mark, the news and what was taken over of them. */
static int store_reading(struct store *s, const struct standing *to, struct err *err)
{
	const struct event *e = to->event;

	if (!to->is_read)
		return 0;
	if (db_run(s, SQL_PROPOSAL_SET_CHANGED, VALUES(v_int(to->id), v_int(to->changed)), err) < 0 ||
	    (to->news ? news_put(s, to->id, to->news, err) : news_drop(s, to->id, err)) < 0)
		return -1;
	if (!e)
		return 0;
	return db_run(s, SQL_PROPOSAL_TAKE_OVER, VALUES(v_int(to->id), v_int(e->start), v_int(e->end), v_int(e->day),
	    v_int(e->minutes), v_int(e->all_day), v_int(e->cancelled), v_text(e->zone), v_text(e->title),
	    v_text(e->location), v_text(e->url), v_text(e->organizer)), err) < 0 ? -1 : 0;
}

static int change(struct store *s, const struct actor *by, const struct record *r,
    const struct standing *before, const struct standing *after, struct err *err)
{
	int n = db_run(s, SQL_PROPOSAL_DECIDE, VALUES(v_int(before->id), v_int(before->state),
	    v_int(after->state), v_some(after->entry), v_int(after->by_feed), v_int(after->state_before)), err);

	if (n == 0)
		return err_set(err, ERR_RULE, "proposal-moved", "Event %lld is not %s any more.",
		    (long long)before->no, proposal_state_name(before->state));
	if (n < 0 || store_reading(s, after, err) < 0)
		return -1;
	if ((after->state == PROPOSAL_WAITING || after->state == PROPOSAL_IGNORED) &&
	    (before->changed || before->state == PROPOSAL_SKIPPED) && follow_again(s, before, err) < 0)
		return -1;
	if (after->state != before->state && twins_settle(s, before->id, err) < 0)
		return -1;
	return proposal_write(s, by, r, before, after, err);
}

int proposal_decide(struct store *s, const struct actor *by, const char *action, const struct proposal *p,
    enum proposal_state state, int64_t entry, struct err *err)
{
	struct standing before, after;

	if (standing_get(s, p->id, &before, err) < 0)
		return -1;
	if (before.state != p->state) {
		err_set(err, ERR_RULE, "proposal-moved", "Event %lld is %s by now.", (long long)before.no,
		    proposal_state_name(before.state));
		return err_next(err, "ceu inbox list");
	}
	after = before;
	after.state = state;
	after.entry = state == PROPOSAL_CONFIRMED ? entry : 0;
	after.by_feed = 0;
	after.state_before = PROPOSAL_WAITING;
	return change(s, by, &(struct record){ .action = action }, &before, &after, err);
}

/* What is said of it now: its own fields in event, and the news if there are any. */
struct reading { struct arena arena; struct proposal own; struct proposal_news news; };

static int reading_get(struct store *s, struct standing *t, struct reading *r, struct err *err)
{
	int rc = proposal_by_id(s, t->id, &r->arena, &r->own, err);

	if (rc == 0)
		rc = proposal_news_get(s, t->id, &r->arena, &r->news, err);
	if (rc < 0)
		return -1;
	t->is_read = 1;
	t->news = rc ? &r->news : NULL;
	return 0;
}

static int dismiss(struct store *s, const struct actor *by, const char *action, struct standing *before,
    struct reading *r, struct err *err)
{
	struct standing after;

	if (reading_get(s, before, r, err) < 0)
		return -1;
	after = *before;
	after.changed = 0;
	after.news = NULL;
	if (strcmp(action, "accept") == 0 && before->news) {
		before->event = &r->own.event;
		after.event = &r->news.event;
	}
	return change(s, by, &(struct record){ .action = action }, before, &after, err);
}

int proposal_dismiss(struct store *s, const struct actor *by, const char *action, const struct proposal *p,
    struct err *err)
{
	struct reading r = { .arena = ARENA_INIT };
	struct standing before;
	int rc;

	if (standing_get(s, p->id, &before, err) < 0)
		return -1;
	if (!before.changed) {
		err_set(err, ERR_RULE, "no-news", "The calendar has no news of event %lld.", (long long)before.no);
		return err_next(err, "Those with news: ceu inbox list --changed");
	}
	rc = dismiss(s, by, action, &before, &r, err);
	arena_free(&r.arena);
	return rc;
}

static int state_parse(const char *name, enum proposal_state *ret)
{
	int i;

	for (i = PROPOSAL_WAITING; i <= PROPOSAL_IGNORED; i++)
		if (name && strcmp(name, proposal_state_name((enum proposal_state)i)) == 0) {
			*ret = (enum proposal_state)i;
			return 0;
		}
	return -1;
}

/* News that came since are newer than those of the image, and stay. */
static int read_news(const struct json *image, struct standing *before, struct standing *after, struct reading *r,
    struct reading *to, struct err *err)
{
	const struct json *event = json_get(image, "event"), *news = json_get(image, "news");

	if (json_kind(event) == JSON_OBJECT) {
		if (event_from_image(&to->own.event, event, &to->arena, err) < 0)
			return -1;
		before->event = &r->own.event;
		after->event = &to->own.event;
	}
	if (before->changed && json_bool(image, "changed", 0))
		return 0;
	after->changed = json_bool(image, "changed", 0);
	after->news = NULL;
	if (json_kind(news) != JSON_OBJECT)
		return 0;
	if (json_int(news, "at", &to->news.at) < 0)
		return image_bad("news", err);
	after->news = &to->news;
	return event_from_image(&to->news.event, news, &to->arena, err);
}

static int to_image(const struct json *image, const struct standing *before, struct standing *after,
    struct err *err)
{
	int64_t state_before = PROPOSAL_WAITING;

	if (!image || state_parse(json_str(image, "state"), &after->state) < 0 ||
	    json_int(image, "entry", &after->entry) < 0)
		return err_set(err, ERR_FAILED, "store-corrupt",
		    "The ledger's picture of event %lld cannot be read.", (long long)before->no);
	(void)json_int(image, "state_before", &state_before);
	after->state_before = state_before == PROPOSAL_IGNORED ? PROPOSAL_IGNORED :
	    state_before == PROPOSAL_WITHDRAWN ? PROPOSAL_WITHDRAWN : PROPOSAL_WAITING;
	after->by_feed = json_bool(image, "by_feed", 0);
	return 0;
}

/* One that would wait again in a calendar that was removed since is withdrawn like the others of it. */
int proposal_revert(struct store *s, const struct actor *by, const struct revert *r, struct err *err)
{
	struct reading now = { .arena = ARENA_INIT }, then = { .arena = ARENA_INIT };
	struct standing before, after;
	int rc;

	if (standing_get(s, r->id, &before, err) < 0)
		return -1;
	after = before;
	rc = to_image(r->image, &before, &after, err);
	if (rc == 0 && (after.state == PROPOSAL_WAITING || after.state == PROPOSAL_IGNORED) && before.removed &&
	    !json_bool(r->image, "calendar_removed", 0)) {
		after.state_before = after.state;
		after.state = PROPOSAL_WITHDRAWN;
	}
	if (rc == 0 && json_kind(json_get(r->image, "changed")) == JSON_BOOL) {
		rc = reading_get(s, &before, &now, err);
		after.is_read = 1;
		after.news = before.news;
		if (rc == 0)
			rc = read_news(r->image, &before, &after, &now, &then, err);
	}
	if (rc == 0)
		rc = change(s, by, &(struct record){ .action = r->action, .text = r->text, .undoes = r->step },
		    &before, &after, err);
	arena_free(&now.arena);
	arena_free(&then.arena);
	return rc;
}
