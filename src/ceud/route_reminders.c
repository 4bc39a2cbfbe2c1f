/* A person's reminders: what went, what did not and why, what will go; on, off, on other days; how the next one would look. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "args.h"
#include "base/zone.h"
#include "ceud.h"
#include "config.h"
#include "digests.h"
#include "mail/policy.h"
#include "mailplan.h"
#include "mailremind.h"
#include "reminding.h"
#include "views.h"

enum { DAYS_MAX = 20, DAY_LAST = 3650 };

/* ---- what there is */

struct waiting { int64_t at; const char *why; };	/* when the mail of a rung goes, 0: it does not; why not, or NULL */

struct shown {				/* of a person with a cycle */
	struct rung_list rungs;		/* of it, oldest first */
	struct waiting *waiting;	/* one for each of them */
	struct forecast forecast;
};

static int is_waiting(const struct rung_row *r)
{
	return r->rung.mail && (r->mail_state == OUTBOX_HELD || r->mail_state == OUTBOX_READY);
}

/* As the plan of mails has it. */
static int look_ahead(struct call *c, const struct person *p, int64_t mail, struct waiting *ret, struct err *err)
{
	struct outbox_mail m;
	int64_t at;

	if (outbox_get(c->d->store, mail, 0, c->arena, &m, err))
		return -1;
	at = m.next_try > m.not_before ? m.next_try : m.not_before;
	at = at > c->d->now ? at : c->d->now;
	if (reminder_unwanted(c->d, &m, zone_day(person_zone(c->d, p), at, NULL), c->arena, &ret->why, err))
		return -1;
	if (!ret->why && m.expires_at && m.expires_at <= at)
		ret->why = "its time will have passed";
	ret->at = ret->why ? 0 : at;
	return 0;
}

static int load_waiting(struct call *c, const struct person *p, struct shown *s, struct err *err)
{
	s->waiting = arena_alloc(c->arena, (s->rungs.n + 1) * sizeof *s->waiting);
	if (!s->waiting)
		return err_oom(err);
	for (size_t i = 0; i < s->rungs.n; i++) {
		s->waiting[i] = (struct waiting){ .at = 0 };
		if (is_waiting(&s->rungs.items[i]) && look_ahead(c, p, s->rungs.items[i].rung.mail, &s->waiting[i], err))
			return -1;
	}
	return 0;
}

static int load(struct call *c, const struct person *p, struct shown *ret, struct err *err)
{
	struct cycle_row cycle;
	struct standing s;
	int found = cycle_current(c->d->store, p->id, c->arena, &cycle, err), rc;

	*ret = (struct shown){ .rungs = { 0 } };
	if (found <= 0)
		return found;
	if (rung_list_of(c->d->store, cycle.id, c->arena, &ret->rungs, err) || load_waiting(c, p, ret, err))
		return -1;
	if (p->disabled)
		return 0;
	if (standing_of_cycle(c->d, p, &cycle, c->arena, &s, err))
		return -1;
	rc = reminding_forecast(c->d, &s, reminding_last_day(&s), c->arena, &ret->forecast, err);
	standing_free(&s);
	return rc;
}

static void write_rung(struct jsonw *w, const struct rung_row *r, const struct waiting *waiting)
{
	jsonw_object(w, NULL);
	view_rung(w, r->rung.rung);
	jsonw_instant(w, "at", r->rung.at);
	jsonw_str(w, "outcome", rung_outcome_name(r->rung.outcome));
	jsonw_str(w, "because", waiting->why ? waiting->why : r->rung.because);
	if (r->rung.mail) {
		jsonw_int(w, "mail", r->rung.mail);
		jsonw_str(w, "mail_state", mail_state_name((enum mail_state)r->mail_state));
	} else {
		jsonw_null(w, "mail");
		jsonw_null(w, "mail_state");
	}
	jsonw_maybe_instant(w, "sent_at", r->rung.mail && r->mail_state == OUTBOX_SENT ? r->mail_done_at : 0);
	jsonw_maybe_instant(w, "goes_at", waiting->at);
	jsonw_end_object(w);
}

static void write_coming(struct jsonw *w, const char *name, int rung, int64_t at, const struct zone *z)
{
	jsonw_object(w, name);
	view_rung(w, rung);
	jsonw_day(w, "date", zone_day(z, at, NULL));
	jsonw_instant(w, "at", at);
	jsonw_end_object(w);
}

/* The first of what waits and what is planned; "held": it will not leave before an admin says so. */
static void write_next(struct jsonw *w, const struct shown *s, const struct zone *z, int is_hold)
{
	int64_t first = 0;
	int rung = 0, held = is_hold;

	for (size_t i = 0; i < s->rungs.n; i++)
		if (s->waiting[i].at && (!first || s->waiting[i].at < first)) {
			first = s->waiting[i].at;
			rung = s->rungs.items[i].rung.rung;
			held = is_hold || s->rungs.items[i].mail_state == OUTBOX_HELD;
		}
	for (size_t i = 0; i < s->forecast.n; i++)
		if (s->forecast.items[i].outcome == RUNG_MAILED && (!first || s->forecast.items[i].at < first)) {
			first = s->forecast.items[i].at;
			rung = s->forecast.items[i].rung;
			held = is_hold;
		}
	if (first)
		write_coming(w, "next", rung, first, z);
	else
		jsonw_null(w, "next");
	jsonw_bool(w, "held", first && held);
}

static void write_days(struct jsonw *w, const struct person *p)
{
	struct ladder own;

	reminding_own_days(p, &own);
	if (!own.is_set) {
		jsonw_null(w, "days");
		return;
	}
	jsonw_array(w, "days");
	for (size_t i = 0; i < own.n; i++)
		jsonw_int(w, NULL, own.rungs[i]);
	jsonw_end_array(w);
}

static int is_off(const struct person *p, day_t today)
{
	return p->muted_until != DAY_NONE && p->muted_until >= today;
}

static int write_state(struct call *c, struct jsonw *w, const struct person *p, struct err *err)
{
	const char *problem;
	int off = is_off(p, person_today(c->d, p));

	if (reminding_address(c->d, p->email, c->arena, &problem, err))
		return -1;
	jsonw_str(w, "person", p->email);
	jsonw_bool(w, "on", !off);
	jsonw_bool(w, "disabled", p->disabled);
	jsonw_day(w, "until", off && p->muted_until < MUTED_FOREVER ? p->muted_until : DAY_NONE);
	write_days(w, p);
	jsonw_str(w, "zone", zone_name(person_zone(c->d, p)));
	jsonw_bool(w, "address_works", !problem);
	jsonw_str(w, "address_problem", problem);
	return 0;
}

/* changed: of what was asked for a change, whether there was one; else -1. */
static int answer(struct call *c, const struct person *p, size_t limit, int changed, struct err *err)
{
	const struct zone *z = person_zone(c->d, p);
	struct shown s;
	struct jsonw w;

	if (load(c, p, &s, err))
		return -1;
	jsonw_begin(&w, &c->reply.body);
	jsonw_object(&w, NULL);
	if (write_state(c, &w, p, err))
		return -1;
	write_next(&w, &s, z, c->d->config->mail_mode == MODE_HOLD);
	jsonw_array(&w, "rungs");
	for (size_t i = s.rungs.n > limit ? s.rungs.n - limit : 0; i < s.rungs.n; i++)
		write_rung(&w, &s.rungs.items[i], &s.waiting[i]);
	jsonw_end_array(&w);
	jsonw_array(&w, "planned");
	for (size_t i = 0; i < s.forecast.n; i++)
		if (s.forecast.items[i].outcome == RUNG_MAILED)
			write_coming(&w, NULL, s.forecast.items[i].rung, s.forecast.items[i].at, z);
	jsonw_end_array(&w);
	if (changed >= 0)
		jsonw_bool(&w, "changed", changed);
	jsonw_end_object(&w);
	return views_done(c, err);
}

/* ---- how one would look */

static int read_on(const struct call *c, const struct person *p, day_t *ret, struct err *err)
{
	const char *word = request_query(c->request, "on");

	*ret = DAY_NONE;
	return word ? date_parse(word, person_today(c->d, p), DATE_FORWARD, ret, err) : 0;
}

static int answer_texts(struct call *c, const struct rendered *mail, struct err *err)
{
	struct jsonw w;

	jsonw_begin(&w, &c->reply.body);
	jsonw_object(&w, NULL);
	jsonw_str(&w, "subject", buf_str(&mail->subject));
	jsonw_str(&w, "text", buf_str(&mail->text));
	jsonw_str(&w, "html", buf_str(&mail->html));
	jsonw_end_object(&w);
	return views_done(c, err);
}

static int preview(struct call *c, const struct person *p, day_t on, struct err *err)
{
	struct outbox_mail m = { .dedup_key = "", .kind = "reminder" };
	struct making k = { .d = c->d, .m = &m, .a = c->arena, .mail = { BUF_INIT, BUF_INIT, BUF_INIT } };
	int rc = reminder_preview(&k, p, on, err) || answer_texts(c, &k.mail, err) ? -1 : 0;

	rendered_free(&k.mail);
	return rc;
}

int route_reminders(struct call *c, struct err *err)
{
	int wants_preview, limit;
	day_t on;

	if (args_query_flag(c, "preview", &wants_preview, err) || args_limit(c, &limit, err) ||
	    read_on(c, &c->subject, &on, err))
		return -1;
	if (wants_preview)
		return preview(c, &c->subject, on, err);
	if (on == DAY_NONE)
		return answer(c, &c->subject, (size_t)limit, -1, err);
	err_set(err, ERR_USAGE, "query-double", "A day is named for a preview only.");
	return err_next(err, "ceu remind --preview");
}

/* ---- on and off */

static int until_refused(const char *code, const char *what, struct err *err)
{
	err_set(err, ERR_USAGE, code, "%s", what);
	return err_next(err, "ceu remind off --until DATE, or: ceu remind on");
}

/* "on" and "until" make one setting. */
static int read_mute(const struct call *c, struct person *p, struct err *err)
{
	day_t until = DAY_NONE, today = person_today(c->d, p);
	int on = 0, has_on = args_flag(c->body, "on", &on, err), has_until;

	if (has_on < 0)
		return -1;
	has_until = args_day(c->body, "until", today, DATE_FORWARD, &until, err);
	if (has_until < 0)
		return -1;
	if (has_until && has_on && on)
		return until_refused("until-on", "Reminders that are on have no day until which.", err);
	if (has_until && until < today)
		return until_refused("until-past", "That day is over.", err);
	if (has_until)
		p->muted_until = until;
	else if (has_on)
		p->muted_until = on ? DAY_NONE : MUTED_FOREVER;
	return 0;
}

static int days_refused(struct err *err)
{
	err_set(err, ERR_USAGE, "days-invalid", "\"days\" is to be a list of 1 to %d numbers, each once, 0 to %d: days before the end.",
	    DAYS_MAX, DAY_LAST);
	return err_next(err, "ceu remind --days 120,60,14, or: ceu remind --days default");
}

static int by_width(const void *x, const void *y)
{
	int a = *(const int *)x, b = *(const int *)y;

	return (a < b) - (a > b);
}

static int one_day(const struct json *v, int *ret)
{
	struct buf text = BUF_INIT;
	char *end = NULL;
	long n = -1;

	if (json_kind(v) == JSON_NUMBER && !json_print(&text, v, 0))
		n = strtol(buf_str(&text), &end, 10);
	if (n < 0 || n > DAY_LAST || !end || *end)
		n = -1;
	buf_free(&text);
	*ret = (int)n;
	return n < 0 ? -1 : 0;
}

static const char *join(const int *days, size_t n, struct arena *a)
{
	struct buf out = BUF_INIT;
	const char *ret;

	for (size_t i = 0; i < n; i++)
		buf_printf(&out, "%s%d", i ? "," : "", days[i]);
	ret = out.failed ? NULL : arena_strdup(a, buf_str(&out));
	buf_free(&out);
	return ret;
}

/* null and an empty list: the program's. */
static int read_days(struct call *c, struct person *p, struct err *err)
{
	const struct json *given = c->body ? json_get(c->body, "days") : NULL;
	int days[DAYS_MAX];
	size_t n = json_size(given);

	if (!given)
		return 0;
	if ((json_kind(given) != JSON_ARRAY && json_kind(given) != JSON_NULL) || n > DAYS_MAX)
		return days_refused(err);
	for (size_t i = 0; i < n; i++)
		if (one_day(json_at(given, i), &days[i]))
			return days_refused(err);
	if (n)
		qsort(days, n, sizeof *days, by_width);
	for (size_t i = 1; i < n; i++)
		if (days[i] == days[i - 1])
			return days_refused(err);
	p->reminder_days = join(days, n, c->arena);
	return p->reminder_days ? 0 : err_oom(err);
}

static int nothing_given(struct err *err)
{
	err_set(err, ERR_USAGE, "nothing-given", "Nothing to change is given.");
	return err_next(err, "ceu remind on, or: ceu remind off --until DATE");
}

int route_reminders_set(struct call *c, struct err *err)
{
	static const char *const members[] = { "on", "until", "days" };
	struct person p = c->subject;
	int changed;

	if (args_only(c, members, sizeof members / sizeof *members, err))
		return -1;
	if (json_size(c->body) == 0)
		return nothing_given(err);
	if (read_mute(c, &p, err) || read_days(c, &p, err))
		return -1;
	changed = p.muted_until != c->subject.muted_until || strcmp(p.reminder_days, c->subject.reminder_days);
	if (changed && (person_update(c->d->store, &c->actor, &p, err) || standing_keep(c->d, &p, c->arena, err)))
		return -1;
	return answer(c, &p, SIZE_MAX, changed, err);
}

/* ---- as a message, for admins */

static const char *file_name(const struct person *p, struct arena *a)
{
	char name[96];
	size_t n = 0;

	for (const char *s = p->email; *s && *s != '@' && n < 60; s++)
		if ((*s >= 'a' && *s <= 'z') || (*s >= '0' && *s <= '9') || *s == '-')
			name[n++] = *s;
	snprintf(name + n, sizeof name - n, "%sreminder.eml", n ? "-" : "");
	return arena_strdup(a, name);
}

static int answer_message(struct call *c, const struct person *p, const struct outbox_mail *m, struct err *err)
{
	const char *name = file_name(p, c->arena);
	struct jsonw w;

	if (!name)
		return err_oom(err);
	jsonw_begin(&w, &c->reply.body);
	jsonw_object(&w, NULL);
	jsonw_str(&w, "name", name);
	jsonw_strn(&w, "eml", m->bytes, m->nbytes);
	jsonw_end_object(&w);
	return views_done(c, err);
}

/* Its Message-ID is of this moment, so that no mail that is sent has the same. */
static int message_of(struct call *c, const struct person *p, day_t on, struct err *err)
{
	struct outbox_mail m = { .dedup_key = "", .kind = "reminder" };
	struct making k = { .d = c->d, .m = &m, .a = c->arena, .mail = { BUF_INIT, BUF_INIT, BUF_INIT } };
	const char *key = make_text(c->arena, "preview:%" PRId64 ":%" PRId64, p->id, c->d->now), *id;
	int rc = -1;

	if (!key)
		return err_oom(err);
	if (!reminder_preview(&k, p, on, err) && (id = make_id(&k, "p", key, err)) != NULL &&
	    !make_build_as(&k, id, err) && !answer_message(c, p, &m, err))
		rc = 0;
	rendered_free(&k.mail);
	return rc;
}

static int preview_team(struct call *c, const char *word, struct err *err)
{
	const char *on = request_query(c->request, "on");
	struct team t;
	day_t day = DAY_NONE;

	if (team_find(c->d->store, word, c->arena, &t, err) ||
	    (on && date_parse(on, person_today(c->d, &c->subject), DATE_FORWARD, &day, err)) ||
	    digest_preview(c->d, &t, DIGEST_EML, day, call_answer, c, err))
		return -1;
	return ROUTE_LATER;
}

int route_admin_mail_preview(struct call *c, struct err *err)
{
	const char *person = request_query(c->request, "person"), *team = request_query(c->request, "team");
	struct person p;
	day_t on;

	if (!person == !team) {
		err_set(err, ERR_USAGE, "preview-of", "Name either a person, whose reminder, or a team, whose digest is wanted.");
		return err_next(err, "ceu admin mail preview PERSON, or: ceu admin mail preview TEAM");
	}
	if (team)
		return preview_team(c, team, err);
	if (auth_person(c->d, person, c->arena, &p, err) || read_on(c, &p, &on, err))
		return -1;
	return message_of(c, &p, on, err);
}

/* ---- the plan of all, for admins */

int route_admin_mail_plan(struct call *c, struct err *err)
{
	const char *word = request_query(c->request, "days");
	int64_t days = MAILPLAN_DAYS;

	if (word && args_number(word, "days", &days, err))
		return -1;
	if (days < 1 || days > MAILPLAN_DAYS_MAX) {
		err_set(err, ERR_USAGE, "days-range", "A plan is of 1 to %d days.", MAILPLAN_DAYS_MAX);
		return err_next(err, "ceu admin mail plan --days 30");
	}
	return mailplans_begin(c->d, (int)days, call_answer, c, err) ? -1 : ROUTE_LATER;
}
