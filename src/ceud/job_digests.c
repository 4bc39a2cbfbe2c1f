/* Digests: once a week each lead hears of her team, in her own zone; silent when there is nothing to say. */
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/log.h"
#include "base/zone.h"
#include "config.h"
#include "jobparts.h"
#include "mail/render.h"
#include "standing.h"
#include "store/outbox.h"

enum { SILENT_DAYS_MAX = 28, PAGE = 200 };
#define DAY_MS INT64_C(86400000)

struct run { struct ceud *d; int at_once; struct jsonw *planned; struct arena *a; int64_t last; };

/* The newest sending time at or before `now`, or (after = 1) the first one past it. */
static int64_t slot(const struct ceud *d, const struct zone *z, int after) {
	day_t today = zone_day(z, d->now, NULL);
	int back = (date_weekday(today) - d->config->digest_weekday + 7) % 7;

	for (day_t day = today - back - 7; ; day += 7) {
		int64_t at = zone_instant_next(z, day, d->config->digest_at * 60);
		int64_t following = zone_instant_next(z, day + 7, d->config->digest_at * 60);

		if (following > d->now)
			return after ? following : at;
	}
}

static int lead_of(struct ceud *d, const struct team *t, struct arena *a, struct person *ret, struct err *err) {
	return person_get(d->store, t->lead, a, ret, err);
}

static const char *short_name(const struct person *p, struct arena *a) {
	return p->name[0] ? p->name : arena_strndup(a, p->email, strcspn(p->email, "@"));
}

static void take_snapshot(struct digest_person *out, const struct snapshot_list *before, int64_t person) {
	for (size_t i = 0; i < before->n; i++)
		if (before->items[i].person == person) {
			out->had_before = 1;
			out->state_before = (enum cycle_state)before->items[i].state;
			out->counted_before = before->items[i].counted;
		}
}

static int person_facts(struct ceud *d, const struct person *p, struct arena *a, struct digest_person *out, struct err *err) {
	struct standing s;
	int rc;

	if (standing_load(d, p, 0, a, &s, err))
		return -1;
	rc = standing_pending(d, &s, a, err);
	*out = (struct digest_person){ .name = short_name(p, a), .state = s.verdict.state, .counted = s.verdict.counted,
		.required = s.verdict.required, .to_go = s.verdict.to_go, .pending = s.pending, .nwaiting = (int)s.waiting.n,
		.end = s.cycle.end, .days_left = s.verdict.days_left };
	standing_free(&s);
	return rc;
}

/* Members without a cycle (the lead herself, often) have no units to report. */
static int all_people(struct ceud *d, const struct team *t, const struct snapshot_list *before, struct arena *a,
    struct digest_facts *ret, struct err *err) {
	struct person_list people = { 0 };

	if (team_people(d->store, t->id, a, &people, err))
		return -1;
	ret->people = arena_alloc(a, (people.n + 1) * sizeof *ret->people);
	if (!ret->people)
		return err_oom(err);
	for (size_t i = 0; i < people.n; i++) {
		struct digest_person *out = &ret->people[ret->npeople];
		struct cycle_row c;
		int found = cycle_current(d->store, people.items[i].id, a, &c, err);

		if (found < 0 || (found && person_facts(d, &people.items[i], a, out, err)))
			return -1;
		if (!found)
			continue;
		take_snapshot(out, before, people.items[i].id);
		ret->npeople++;
	}
	return 0;
}

static const char *every_text(const struct ceud *d) {
	static const char *const days[] = { "Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays" };

	return days[d->config->digest_weekday];
}

int digest_facts_of(struct ceud *d, const struct team *t, struct arena *a, struct digest_facts *ret, struct err *err) {
	struct snapshot_list before = { .day = DAY_NONE };
	struct person lead;

	if (lead_of(d, t, a, &lead, err) || snapshot_last(d->store, t->id, a, &before, err))
		return -1;
	*ret = (struct digest_facts){ .team = t->name, .lead_name = lead.name, .lead_email = lead.email,
		.organisation = d->config->organisation ? d->config->organisation : "", .url = d->config->url ? d->config->url : "",
		.every = every_text(d), .today = person_today(d, &lead), .previous = before.day };
	return all_people(d, t, &before, a, ret, err);
}

/* Nobody in trouble and nothing new since the last one: no mail, but a sign of life every four weeks. */
static int is_silent(const struct digest_facts *f) {
	if (f->previous == DAY_NONE || f->today - f->previous >= SILENT_DAYS_MAX)
		return 0;
	for (size_t i = 0; i < f->npeople; i++) {
		const struct digest_person *p = &f->people[i];

		if (p->state == CYCLE_OFF_TRACK || p->state == CYCLE_AT_RISK || p->state == CYCLE_LAPSED || !p->had_before ||
		    p->state != p->state_before || p->counted != p->counted_before)
			return 0;
	}
	return 1;
}

static void report(const struct run *r, const struct team *t, const char *to, const char *outcome, const char *because) {
	if (!r->planned)
		return;
	jsonw_object(r->planned, NULL);
	jsonw_str(r->planned, "team", t->name);
	jsonw_str(r->planned, "to", to);
	jsonw_str(r->planned, "outcome", outcome);
	jsonw_str(r->planned, "because", because);
	jsonw_end_object(r->planned);
}

static int plan_mail(const struct run *r, const struct team *t, const struct person *lead, int64_t at, struct err *err) {
	const struct zone *z = person_zone(r->d, lead);
	char key[96], day[DATE_ISO_SIZE];
	int hold = r->d->config->mail_mode == MODE_HOLD;
	struct outbox_mail m = { .dedup_key = key, .kind = "digest", .priority = 3, .team = t->id, .person = lead->id,
		.rcpt = lead->email, .rcpt_name = lead->name, .subject = "", .message_id = "", .reason = "", .enhanced = "",
		.phase = "", .server_id = "", .not_before = at, .expires_at = slot(r->d, z, 1),
		.state = hold ? OUTBOX_HELD : OUTBOX_READY, .created_at = r->d->now };
	int rc;

	date_iso(zone_day(z, at, NULL), day);
	snprintf(key, sizeof key, "dig:%lld:%s", (long long)t->id, day);
	rc = outbox_plan(r->d->store, &m, err);
	if (rc >= 0)
		report(r, t, lead->email, rc ? "mailed" : "already", !rc ? "the digest of this day was planned before" :
		    hold ? "held: mail mode is hold" : r->at_once ? "asked for" : every_text(r->d));
	return rc < 0 ? -1 : 0;
}

static int plan_team(const struct run *r, const struct team *t, struct err *err) {
	struct digest_facts facts;
	struct person lead;
	int64_t at;

	if (!t->lead) {
		report(r, t, NULL, "not-sent", "the team has no lead");
		return 0;
	}
	if (lead_of(r->d, t, r->a, &lead, err))
		return -1;
	at = r->at_once ? r->d->now : slot(r->d, person_zone(r->d, &lead), 0);
	if (!r->at_once && at <= r->last)
		return 0;
	if (lead.disabled) {
		report(r, t, lead.email, "not-sent", "the lead is disabled");
		return 0;
	}
	if (digest_facts_of(r->d, t, r->a, &facts, err))
		return -1;
	if (!facts.npeople)
		report(r, t, lead.email, "not-sent", "nobody in the team has a cycle");
	else if (is_silent(&facts))
		report(r, t, lead.email, "silent", "nothing changed and nobody is behind");
	else
		return plan_mail(r, t, &lead, at, err);
	return 0;
}

static int plan_page(const struct run *r, const struct team_list *teams, struct err *err) {
	if (store_begin(r->d->store, err))
		return -1;
	for (size_t i = 0; i < teams->n; i++) {
		if (!plan_team(r, &teams->items[i], err))
			continue;
		if (!strncmp(err->code, "store-", 6) || !strcmp(err->code, "out-of-memory"))
			return -1;
		log_error("No digest could be planned for team %s: %s", teams->items[i].name, err->what);
		report(r, &teams->items[i], NULL, "not-sent", err->what);
	}
	return store_commit(r->d->store, err);
}

static int each_page(struct ceud *d, struct arena *a, int (*fn)(const struct run *, const struct team_list *, struct err *),
    const struct run *r, struct err *err) {
	const char *after = "";
	struct team_list page;

	do {
		page = (struct team_list){ 0 };
		if (team_page(d->store, after, PAGE, a, &page, err) || fn(r, &page, err))
			return -1;
		if (page.n)
			after = page.items[page.n - 1].name;
	} while (page.n == PAGE);
	return 0;
}

static int note_run(struct ceud *d, struct err *err) {
	if (store_begin(d->store, err) || job_put(d->store, "digests", d->now, 0, err) || store_commit(d->store, err))
		return -1;
	return 0;
}

int digests_plan(struct ceud *d, int at_once, struct jsonw *planned, struct err *err) {
	struct arena a = ARENA_INIT;
	struct run r = { .d = d, .at_once = at_once, .planned = planned, .a = &a };
	int64_t next;
	int rc = job_get(d->store, "digests", &r.last, &next, err);

	if (!rc && (at_once || r.last))		/* a new installation begins with the next week */
		rc = each_page(d, &a, plan_page, &r, err);
	if (!rc && !(at_once && r.last))
		rc = note_run(d, err);
	if (rc)
		store_rollback(d->store);
	arena_free(&a);
	return rc;
}

/* The run carries the answer out: the earliest next slot. */
static int next_of_page(const struct run *r, const struct team_list *teams, struct err *err) {
	struct run *out = (struct run *)(uintptr_t)r;

	for (size_t i = 0; i < teams->n; i++) {
		struct person lead;
		int64_t at;

		if (!teams->items[i].lead)
			continue;
		if (lead_of(r->d, &teams->items[i], r->a, &lead, err))
			return -1;
		at = slot(r->d, person_zone(r->d, &lead), 1);
		if (at < out->last)
			out->last = at;
	}
	return 0;
}

int digests_next(struct ceud *d, int64_t *ret, struct err *err) {
	struct arena a = ARENA_INIT;
	struct run r = { .d = d, .a = &a, .last = d->now + 7 * DAY_MS };
	int rc = each_page(d, &a, next_of_page, &r, err);

	if (!rc)
		*ret = r.last;
	arena_free(&a);
	return rc;
}

int jobs_digest_preview(struct ceud *d, const struct team *t, struct buf *json, struct err *err) {
	struct arena a = ARENA_INIT;
	struct digest_facts facts;
	struct rendered mail = { BUF_INIT, BUF_INIT, BUF_INIT };
	struct jsonw w;
	int rc = -1;

	if (!t->lead) {
		err_set(err, ERR_RULE, "no-lead", "Team %s has no lead, so nobody gets its digest.", t->name);
		err_next(err, "ceu admin team set \"%s\" --lead E-MAIL", t->name);
	} else if (!digest_facts_of(d, t, &a, &facts, err) && !render_digest(d->render, &facts, &mail, err)) {
		jsonw_begin(&w, json);
		jsonw_object(&w, NULL);
		jsonw_str(&w, "subject", buf_str(&mail.subject));
		jsonw_str(&w, "text", buf_str(&mail.text));
		jsonw_str(&w, "html", buf_str(&mail.html));
		jsonw_end_object(&w);
		rc = json->failed ? err_oom(err) : 0;
	}
	rendered_free(&mail);
	arena_free(&a);
	return rc;
}
