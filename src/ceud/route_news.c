/* What a calendar changed after an event was confirmed or skipped: taken over, or read and put away. */
#include <inttypes.h>
#include <string.h>

#include "args.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/text.h"
#include "base/zone.h"
#include "ceud.h"
#include "entering.h"
#include "guessing.h"
#include "inbox.h"
#include "news.h"

/* ---- putting away */

int route_inbox_dismiss(struct call *c, struct err *err)
{
	static const char *const members[] = { "step" };
	struct proposal_list l;

	if (args_only(c, members, 1, err) || inbox_join_step(c, err) || inbox_get_all(c, &l, err))
		return -1;
	for (size_t i = 0; i < l.n; i++) {
		if (proposal_dismiss(c->d->store, &c->actor, "dismiss", &l.items[i], err))
			return -1;
		l.items[i].changed = 0;
	}
	return inbox_write(c, &(struct inbox_answer){ &l, l.n, c->actor.step, 0 }, err);
}

/* ---- taking over */

static int get_news(struct call *c, const struct proposal *p, struct proposal_news *ret, struct err *err)
{
	int found = 0;

	if (p->state == PROPOSAL_CONFIRMED)
		found = proposal_news_get(c->d->store, p->id, c->arena, ret, err);
	if (found)
		return found < 0 ? -1 : 0;
	err_set(err, ERR_RULE, "no-news", "Nothing is new about event %" PRId64 " (%.120s).", p->no, p->event.title);
	return err_next(err, "Those with news: ceu inbox list --changed");
}

static int get_entry(struct call *c, const struct proposal *p, struct entry *ret, struct err *err)
{
	if (entry_get(c->d->store, c->subject.id, p->entry_no, c->arena, ret, err))
		return -1;
	if (!ret->is_void)
		return 0;
	err_set(err, ERR_RULE, "entry-void", "Entry %" PRId64 ", made of event %" PRId64 ", was removed.", ret->no, p->no);
	return err_next(err, "ceu inbox dismiss %" PRId64, p->no);
}

/* What the event would suggest if it came like this; 0 = nothing. */
static int suggest(struct call *c, const struct proposal *p, const struct event *now, int *ret, struct err *err)
{
	struct event e = p->event;
	struct guessing *g = NULL;
	struct match_guess guess;
	int rc;

	e.title = now->title;
	e.location = now->location;
	e.url = now->url;
	e.organizer = now->organizer;
	e.start = now->start;
	e.end = now->end;
	e.zone = now->zone;
	e.all_day = now->all_day;
	e.minutes = event_minutes(&e, event_days(&e) == 1);
	if (guessing_open(c->d, &c->subject, p->calendar, &g, err))
		return -1;
	rc = guessing_event(g, p->calendar, &e, &guess, err);
	if (!rc)
		*ret = guess.minutes;
	guessing_close(g);
	return rc;
}

static int take_title(struct call *c, const struct event *now, struct entry *e, struct err *err)
{
	struct buf title = BUF_INIT;
	int rc = text_clean(&title, now->title, strlen(now->title), TITLE_CHARS);

	if (!rc && title.len)
		e->title = arena_strdup(c->arena, buf_str(&title));
	buf_free(&title);
	return rc || !e->title ? err_oom(err) : 0;
}

/* Minutes that were not the suggestion are her own. It may have been another one than is kept: of news taken over before. */
static int take_minutes(struct call *c, const struct proposal *p, const struct event *now, struct entry *e, struct err *err)
{
	int before = p->suggested, after = 0;

	if (e->minutes != before && suggest(c, p, &p->event, &before, err))
		return -1;
	if (e->minutes != before)
		return 0;
	if (suggest(c, p, now, &after, err))
		return -1;
	e->minutes = after ? after : e->minutes;
	return 0;
}

/* Only what the calendar changed: what she wrote herself stays. */
static int take_over(struct call *c, const struct proposal *p, const struct event *now, struct entry *e, struct err *err)
{
	if (now->day != p->event.day)
		e->day = now->day;
	if (strcmp(now->title, p->event.title) && take_title(c, now, e, err))
		return -1;
	return news_moved(&p->event, now) ? take_minutes(c, p, now, e, err) : 0;
}

static int edit(struct call *c, const struct proposal *p, const struct event *now, const struct entry *before, int yes,
    struct err *err)
{
	struct entry e = *before;
	struct standing s;
	int rc;

	if (take_over(c, p, now, &e, err))
		return -1;
	if (entering_is_same(before, &e))
		return 0;
	if (entering_cycle(c, e.day, &s, err))
		return -1;
	rc = entering_edit(c, &s, before, &e, yes, err);
	standing_free(&s);
	return rc;
}

static int remove_cancelled(struct call *c, const struct proposal *p, struct entry *e, struct err *err)
{
	struct buf because = BUF_INIT;

	buf_printf(&because, "cancelled in %s", p->calendar_name);
	e->void_reason = because.failed ? NULL : arena_strdup(c->arena, buf_str(&because));
	buf_free(&because);
	return e->void_reason ? entering_remove(c, e, err) : err_oom(err);
}

static int accept(struct call *c, const struct proposal *p, int yes, int64_t *ret, struct err *err)
{
	struct proposal_news news;
	struct entry e;

	if (get_news(c, p, &news, err) || get_entry(c, p, &e, err))
		return -1;
	*ret = e.no;
	if (news.event.cancelled ? remove_cancelled(c, p, &e, err) : edit(c, p, &news.event, &e, yes, err))
		return -1;
	return proposal_dismiss(c->d->store, &c->actor, "accept", p, err);
}

int route_inbox_accept(struct call *c, struct err *err)
{
	static const char *const members[] = { "yes", "step" };
	struct proposal_list l;
	int64_t *numbers;
	int yes = 0;

	if (args_only(c, members, 2, err) || args_flag(c->body, "yes", &yes, err) < 0 || inbox_join_step(c, err) ||
	    inbox_get_all(c, &l, err))
		return -1;
	numbers = arena_alloc(c->arena, l.n * sizeof *numbers);
	if (!numbers)
		return err_oom(err);
	for (size_t i = 0; i < l.n; i++)
		if (accept(c, &l.items[i], yes, &numbers[i], err))
			return -1;
	return entering_answer_all(c, numbers, NULL, l.n, err);
}
