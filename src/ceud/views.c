/* People, teams, the inbox, calendars, history and mails as JSON. */
#include "views.h"

#include <stdio.h>
#include <string.h>

#include "base/zone.h"
#include "ceud.h"
#include "feedstate.h"
#include "mail/message.h"
#include "mail/policy.h"
#include "news.h"

void view_competencies(struct jsonw *w, const char *joined)
{
	jsonw_array(w, "competencies");
	while (*joined) {
		size_t len = strcspn(joined, ",");

		jsonw_strn(w, NULL, joined, len);
		joined += len + (joined[len] == ',');
	}
	jsonw_end_array(w);
}

static void maybe_text(struct jsonw *w, const char *name, const char *s)
{
	jsonw_str(w, name, s && *s ? s : NULL);
}

/* ---- people and teams */

void view_person(struct jsonw *w, const char *name, const struct person_view *v)
{
	const struct person *p = v->person;
	char shown[512];

	jsonw_object(w, name);
	jsonw_str(w, "email", p->email);
	message_address_shown(p->email, shown);
	if (strcmp(shown, p->email))
		jsonw_str(w, "email_shown", shown);
	jsonw_str(w, "name", p->name);
	maybe_text(w, "user", p->login);
	maybe_text(w, "program", p->program);
	if (v->cycle) {
		jsonw_object(w, "cycle");
		jsonw_int(w, "id", cycle_year((struct cycle){ v->cycle->start, v->cycle->end }));
		jsonw_day(w, "start", v->cycle->start);
		jsonw_day(w, "end", v->cycle->end);
		jsonw_str(w, "state", cycle_state_name(v->cycle->state));
		jsonw_end_object(w);
	} else {
		jsonw_null(w, "cycle");
	}
	jsonw_array(w, "teams");
	for (size_t i = 0; i < v->teams->n; i++)
		jsonw_str(w, NULL, v->teams->items[i].name);
	jsonw_end_array(w);
	jsonw_str(w, "role", role_name(p->role));
	jsonw_str(w, "zone", v->zone);
	jsonw_bool(w, "disabled", p->disabled);
	jsonw_end_object(w);
}

void view_team(struct jsonw *w, const char *name, const struct team *t, const char *lead,
    const struct person_list *people)
{
	jsonw_object(w, name);
	jsonw_str(w, "name", t->name);
	maybe_text(w, "lead", lead);
	jsonw_array(w, "people");
	for (size_t i = 0; i < people->n; i++)
		jsonw_str(w, NULL, people->items[i].email);
	jsonw_end_array(w);
	jsonw_end_object(w);
}

/* ---- the inbox */

/* Civil time of the event's own zone with its offset: 2026-03-09T17:00:00+01:00. */
static void local_time(struct jsonw *w, const char *name, int64_t instant, const struct zone *z)
{
	int offset = zone_offset(z, instant), minute, far = (offset < 0 ? -offset : offset) / 60;
	day_t day = zone_day(z, instant, &minute);
	char date[DATE_ISO_SIZE], text[64];

	date_iso(day, date);
	snprintf(text, sizeof text, "%sT%02d:%02d:%02d%c%02d:%02d", date, minute / 60, minute % 60,
	    (int)(instant / 1000 % 60 + 60) % 60, offset < 0 ? '-' : '+', far / 60, far % 60);
	jsonw_str(w, name, text);
}

void view_event_times(struct jsonw *w, const struct event *e)
{
	const struct zone *z = zone_utc();
	struct err ignored = { 0 };

	if (zone_get(e->zone, &z, &ignored))
		z = zone_utc();		/* a zone that the system no longer has */
	local_time(w, "start", e->start, z);
	local_time(w, "end", e->end, z);
	jsonw_day(w, "date", e->day);
	jsonw_str(w, "zone", e->zone);
	jsonw_bool(w, "all_day", e->all_day);
}

/* Its length as the feed says it; days without hours have none. */
static int64_t scheduled(const struct event *e)
{
	return e->all_day ? 0 : (e->end - e->start) / 60000;
}

/* When it starts by her own clock, where that shows another time. */
static void event_local_start(struct jsonw *w, const struct proposal_view *v)
{
	const struct event *e = &v->proposal->event;
	const struct zone *z;
	struct err ignored = { 0 };

	if (e->all_day || !v->zone || zone_get(e->zone, &z, &ignored) ||
	    zone_offset(z, e->start) == zone_offset(v->zone, e->start))
		return;
	local_time(w, "local_start", e->start, v->zone);
}

/* 1: another calendar that still has it says another time. Which of them is right nobody here can know. */
static int differs(const struct proposal_view *v)
{
	const struct event *e = &v->proposal->event;

	for (size_t i = 0; i < v->twins.n; i++) {
		const struct proposal *p = &v->twins.items[i];

		if ((p->state == PROPOSAL_WAITING || p->state == PROPOSAL_IGNORED) && !p->missing_since &&
		    p->event.start != e->start)
			return 1;
	}
	return 0;
}

static int is_outside(const struct standing *s, const struct proposal *p)
{
	return s && (p->event.day < s->cycle.counts_from || p->event.day > s->cycle.counts_until);
}

static void maybe_minutes(struct jsonw *w, const char *name, int64_t minutes)
{
	if (minutes > 0)
		jsonw_int(w, name, minutes);
	else
		jsonw_null(w, name);
}

static void event_worth(struct jsonw *w, const struct proposal_view *v)
{
	const struct proposal *p = v->proposal;

	maybe_minutes(w, "minutes", p->suggested);
	maybe_minutes(w, "scheduled_minutes", scheduled(&p->event));
	jsonw_int(w, "breaks_minutes", p->breaks);
	if (p->suggested > 0 && v->standing)
		jsonw_units(w, "units", program_units(v->standing->program, p->suggested));
	else
		jsonw_null(w, "units");
	if (v->worth.is_known)
		jsonw_units(w, "adds", v->worth.adds);
	else
		jsonw_null(w, "adds");
	jsonw_str(w, "credit", p->event.credit);
	maybe_text(w, "category", p->category);
	view_competencies(w, p->competencies);
	jsonw_str(w, "provider", p->provider);
}

static void event_flags(struct jsonw *w, const struct proposal_view *v)
{
	const struct proposal *p = v->proposal;

	jsonw_array(w, "flags");
	for (unsigned bit = 1; event_flag_name(bit); bit <<= 1)
		if (p->event.flags & bit)
			jsonw_str(w, NULL, event_flag_name(bit));
	if (p->changed)
		jsonw_str(w, NULL, "changed");
	if (p->state == PROPOSAL_WAITING && p->missing_since)
		jsonw_str(w, NULL, "gone");
	if (p->state == PROPOSAL_WAITING && differs(v))
		jsonw_str(w, NULL, "differs");
	if (p->state == PROPOSAL_WAITING && is_outside(v->standing, p))
		jsonw_str(w, NULL, "out-of-cycle");
	if (v->has_conflict)
		jsonw_str(w, NULL, "conflict");
	if (v->worth.is_repeat)
		jsonw_str(w, NULL, "repeat");
	jsonw_end_array(w);
}

const char *view_proposal_state(const struct proposal *p, int64_t now)
{
	return p->state == PROPOSAL_WAITING && p->event.end > now ? "planned" : proposal_state_name(p->state);
}

/* One from before guesses were kept gives what its calendar says. */
static void event_why(struct jsonw *w, const struct proposal *p)
{
	struct buf why = BUF_INIT;

	if (p->why[0])
		buf_puts(&why, p->why);
	else if (p->category[0])
		buf_printf(&why, "Events of %s are entered as %s.", p->calendar_name, p->category);
	else
		buf_printf(&why, "%s names no category for its events.", p->calendar_name);
	jsonw_str(w, "why", buf_str(&why));
	if (why.failed)
		w->out->failed = 1;
	buf_free(&why);
}

static void event_news(struct jsonw *w, const struct proposal_view *v)
{
	const struct event *now = &v->news->event;
	struct buf text = BUF_INIT;

	news_text(&v->proposal->event, now, &text);
	jsonw_object(w, "news");
	jsonw_instant(w, "at", v->news->at);
	jsonw_bool(w, "cancelled", now->cancelled);
	view_event_times(w, now);
	jsonw_str(w, "title", now->title);
	maybe_text(w, "location", now->location);
	jsonw_str(w, "text", buf_str(&text));
	jsonw_end_object(w);
	if (text.failed)
		w->out->failed = 1;
	buf_free(&text);
}

/* Where else it is known. */
static void event_relations(struct jsonw *w, const struct proposal_view *v)
{
	const struct proposal *p = v->proposal;

	maybe_text(w, "series", p->series_key);
	if (v->series_adds)
		jsonw_units(w, "series_adds", *v->series_adds);
	jsonw_array(w, "twins");
	for (size_t i = 0; i < v->twins.n; i++)
		jsonw_str(w, NULL, v->twins.items[i].calendar_name);
	jsonw_end_array(w);
	if (v->worth.recorded)
		jsonw_int(w, "recorded", v->worth.recorded);
	jsonw_bool(w, "changed", p->changed);
	if (v->news)
		event_news(w, v);
	if (p->entry_no)
		jsonw_int(w, "entry", p->entry_no);
}

void view_proposal(struct jsonw *w, const struct proposal_view *v)
{
	const struct proposal *p = v->proposal;

	jsonw_object(w, NULL);
	jsonw_int(w, "id", p->no);
	jsonw_str(w, "title", p->event.title);
	view_event_times(w, &p->event);
	event_local_start(w, v);
	event_worth(w, v);
	jsonw_str(w, "calendar", p->calendar_name);
	jsonw_str(w, "uid", p->event.uid);
	jsonw_str(w, "state", view_proposal_state(p, v->now));
	event_flags(w, v);
	event_why(w, p);
	maybe_text(w, "location", p->event.location);
	event_relations(w, v);
	jsonw_end_object(w);
}

/* ---- calendars */

char *view_calendar_notice(const struct calendar *c, char *out, size_t size)
{
	long long no = (long long)c->no;

	*out = '\0';
	if (c->removed)
		return out;
	if (!strcmp(c->state, "suspect"))
		snprintf(out, size, "Nothing of the last fetch was taken over. Look at it, then: ceu calendar accept %lld", no);
	else if (c->paused)
		snprintf(out, size, "It could not be read for 14 days and is not asked any more. "
		    "Once it is there again: ceu calendar check %lld", no);
	else if (c->unstable)
		snprintf(out, size, "Its publisher keeps giving the same events new ids; they are told apart by title and time.");
	return out;
}

static const char *shown_state(const struct calendar *c)
{
	return c->removed ? "removed" : c->paused ? "paused" : c->state;
}

void view_calendar(struct jsonw *w, const char *name, const struct calendar *c, const struct calendar_counts *n)
{
	int left_out = feedstate_left_out(c);
	char notice[200];

	jsonw_object(w, name);
	jsonw_int(w, "id", c->no);
	jsonw_str(w, "name", c->name[0] ? c->name : c->shown);
	jsonw_str(w, "url", c->shown);
	jsonw_str(w, "state", shown_state(c));
	maybe_text(w, "error", left_out ? "" : c->error_text);
	maybe_text(w, "error_code", left_out ? "" : c->error_code);
	jsonw_maybe_instant(w, "last_good", c->last_good);
	jsonw_maybe_instant(w, "next_poll", c->removed || c->paused ? 0 : c->next_poll);
	jsonw_int(w, "events", c->events);
	jsonw_int(w, "proposals", n->waiting);
	jsonw_int(w, "planned", n->planned);
	jsonw_int(w, "ignored", n->ignored);
	jsonw_bool(w, "everything", c->everything);
	jsonw_bool(w, "unstable", c->unstable);
	maybe_text(w, "category", c->category);
	view_competencies(w, c->competencies);
	if (left_out && !c->removed)
		jsonw_str(w, "notice", c->error_text);
	else if (*view_calendar_notice(c, notice, sizeof notice))
		jsonw_str(w, "notice", notice);
	jsonw_end_object(w);
}

/* ---- history, mails */

void view_change(struct jsonw *w, const struct change *c)
{
	jsonw_object(w, NULL);
	jsonw_int(w, "seq", c->seq);
	jsonw_instant(w, "at", c->at);
	jsonw_str(w, "actor", c->actor);
	jsonw_str(w, "action", c->action);
	jsonw_str(w, "object", c->object);
	jsonw_str(w, "text", c->text);
	jsonw_end_object(w);
}

void view_mail(struct jsonw *w, const struct outbox_mail *m)
{
	jsonw_object(w, NULL);
	view_mail_members(w, m);
	jsonw_end_object(w);
}

void view_mail_members(struct jsonw *w, const struct outbox_mail *m)
{
	jsonw_int(w, "id", m->id);
	jsonw_str(w, "kind", m->kind);
	jsonw_str(w, "to", m->rcpt);
	maybe_text(w, "subject", m->subject);
	jsonw_str(w, "state", mail_state_name((enum mail_state)m->state));
	jsonw_int(w, "attempts", m->attempts);
	jsonw_int(w, "doubts", m->doubts);
	if (m->state == OUTBOX_READY || m->state == OUTBOX_HELD)
		jsonw_maybe_instant(w, "next_try", m->next_try > m->not_before ? m->next_try : m->not_before);
	else
		jsonw_null(w, "next_try");
	maybe_text(w, "reason", m->reason);
	if (m->code)
		jsonw_int(w, "code", m->code);
	else
		jsonw_null(w, "code");
	maybe_text(w, "message_id", m->message_id);
}
