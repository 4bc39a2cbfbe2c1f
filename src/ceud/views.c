/* People, teams, the inbox, calendars, history and mails as JSON. */
#include "views.h"

#include <stdio.h>
#include <string.h>

#include "base/zone.h"
#include "ceud.h"
#include "mail/policy.h"

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

/* An instant that may not have come yet. */
static void maybe_instant(struct jsonw *w, const char *name, int64_t instant)
{
	if (instant)
		jsonw_instant(w, name, instant);
	else
		jsonw_null(w, name);
}

static void maybe_text(struct jsonw *w, const char *name, const char *s)
{
	jsonw_str(w, name, s && *s ? s : NULL);
}

/* ---- people and teams */

void view_person(struct jsonw *w, const char *name, const struct person_view *v)
{
	const struct person *p = v->person;

	jsonw_object(w, name);
	jsonw_str(w, "email", p->email);
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

static void event_worth(struct jsonw *w, const struct proposal_view *v)
{
	const struct proposal *p = v->proposal;

	if (p->event.minutes > 0)
		jsonw_int(w, "minutes", p->event.minutes);
	else
		jsonw_null(w, "minutes");
	if (p->event.minutes > 0 && v->standing)
		jsonw_units(w, "units", program_units(v->standing->program, p->event.minutes));
	else
		jsonw_null(w, "units");
	if (v->worth.is_known)
		jsonw_units(w, "adds", v->worth.adds);
	else
		jsonw_null(w, "adds");
	maybe_text(w, "category", p->category);
	view_competencies(w, p->competencies);
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
	if (v->has_conflict)
		jsonw_str(w, NULL, "conflict");
	if (v->worth.is_repeat)
		jsonw_str(w, NULL, "repeat");
	jsonw_end_array(w);
}

static const char *state_of(const struct proposal *p, int64_t now)
{
	return p->state == PROPOSAL_WAITING && p->event.end > now ? "planned" : proposal_state_name(p->state);
}

void view_proposal(struct jsonw *w, const struct proposal_view *v)
{
	const struct proposal *p = v->proposal;
	struct buf why = BUF_INIT;

	jsonw_object(w, NULL);
	jsonw_int(w, "id", p->no);
	jsonw_str(w, "title", p->event.title);
	view_event_times(w, &p->event);
	event_worth(w, v);
	jsonw_str(w, "calendar", p->calendar_name);
	jsonw_str(w, "uid", p->event.uid);
	jsonw_str(w, "state", state_of(p, v->now));
	event_flags(w, v);
	if (p->category[0])
		buf_printf(&why, "Events of %s are entered as %s.", p->calendar_name, p->category);
	else
		buf_printf(&why, "%s names no category for its events.", p->calendar_name);
	jsonw_str(w, "why", buf_str(&why));
	if (why.failed)
		w->out->failed = 1;
	buf_free(&why);
	maybe_text(w, "location", p->event.location);
	if (p->entry_no)
		jsonw_int(w, "entry", p->entry_no);
	jsonw_end_object(w);
}

void view_calendar(struct jsonw *w, const char *name, const struct calendar *c, int64_t waiting,
    int64_t planned)
{
	jsonw_object(w, name);
	jsonw_int(w, "id", c->no);
	jsonw_str(w, "name", c->name[0] ? c->name : c->shown);
	jsonw_str(w, "url", c->shown);
	jsonw_str(w, "state", c->removed ? "removed" : c->state);
	maybe_text(w, "error", c->error_text);
	maybe_text(w, "error_code", c->error_code);
	maybe_instant(w, "last_good", c->last_good);
	maybe_instant(w, "next_poll", c->removed ? 0 : c->next_poll);
	jsonw_int(w, "events", c->events);
	jsonw_int(w, "proposals", waiting);
	jsonw_int(w, "planned", planned);
	maybe_text(w, "category", c->category);
	view_competencies(w, c->competencies);
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
	jsonw_int(w, "id", m->id);
	jsonw_str(w, "kind", m->kind);
	jsonw_str(w, "to", m->rcpt);
	maybe_text(w, "subject", m->subject);
	jsonw_str(w, "state", mail_state_name((enum mail_state)m->state));
	jsonw_int(w, "attempts", m->attempts);
	jsonw_int(w, "doubts", m->doubts);
	if (m->state == OUTBOX_READY || m->state == OUTBOX_HELD)
		maybe_instant(w, "next_try", m->next_try > m->not_before ? m->next_try : m->not_before);
	else
		jsonw_null(w, "next_try");
	maybe_text(w, "reason", m->reason);
	if (m->code)
		jsonw_int(w, "code", m->code);
	else
		jsonw_null(w, "code");
	maybe_text(w, "message_id", m->message_id);
	jsonw_end_object(w);
}
