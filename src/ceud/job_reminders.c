/* Reminders: rungs that are due become mails in the outbox. Reads the cycles that are due, never all people. */
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/log.h"
#include "base/sha.h"
#include "base/zone.h"
#include "config.h"
#include "jobparts.h"
#include "rules/ladder.h"
#include "standing.h"
#include "store/outbox.h"

enum {
	SLICE = 50,			/* cycles a transaction */
	CYCLES_A_RUN = 2000,
	SPREAD_MINUTES = 60,		/* mails of a day do not all leave in the same second */
	LIFE_DAYS = 3,			/* a reminder that late is worse than none: the next rung carries the news */
	EASTMOST_HOURS = 14
};
#define DAY_MS INT64_C(86400000)
#define HOUR_MS INT64_C(3600000)
#define MINUTE_MS INT64_C(60000)

struct run {
	struct ceud *d;
	int at_once, hold;
	struct jsonw *planned;
	struct arena *a;
};

/* Somewhere on earth it is this day already. */
static day_t latest_today(const struct ceud *d) {
	return zone_day(zone_utc(), d->now + EASTMOST_HOURS * HOUR_MS, NULL);
}

static int in_quiet(const struct config *c, int minute) {
	if (c->quiet_from == c->quiet_to)
		return 0;
	if (c->quiet_from < c->quiet_to)
		return minute >= c->quiet_from && minute < c->quiet_to;
	return minute >= c->quiet_from || minute < c->quiet_to;
}

/* The minute of the day for this person, outside the quiet hours. */
static int send_minute(const struct config *c, const struct person *p) {
	unsigned char digest[SHA_SIZE];
	struct sha_part part = { p->email, strlen(p->email) };
	int minute;

	sha256(&part, 1, digest);
	minute = c->reminders_at + digest[0] % SPREAD_MINUTES;
	if (minute >= 1440 || in_quiet(c, minute))
		minute = c->reminders_at;
	return in_quiet(c, minute) ? c->quiet_to : minute;
}

/* The first sending time from now on: rungs of the last three days go at weekends too. */
static int64_t send_at(const struct run *r, const struct standing *s, int rung) {
	const struct config *c = r->d->config;
	int minute = send_minute(c, &s->person);

	if (r->at_once)
		return r->d->now;
	for (day_t day = s->today; ; day++) {
		int64_t at = zone_instant_next(s->zone, day, minute * 60);
		int now_minute;

		if (rung > 3 && !(c->reminders_days & 1u << date_weekday(day)))
			continue;
		if (at > r->d->now)
			return at;
		zone_day(s->zone, r->d->now, &now_minute);
		if (day == s->today && !in_quiet(c, now_minute))
			return r->d->now;	/* today's time has passed: now, unless it is night */
	}
}

static int64_t expiry(const struct standing *s, int64_t not_before) {
	int64_t latest = zone_instant(s->zone, s->cycle.end + 2, 0);

	return not_before + LIFE_DAYS * DAY_MS < latest ? not_before + LIFE_DAYS * DAY_MS : latest;
}

/* The mail of a rung: 1 planned, 0 known already, -1. */
static int plan_mail(const struct run *r, const struct standing *s, int rung, struct outbox_mail *m, struct err *err) {
	char key[96];

	snprintf(key, sizeof key, "rem:%lld:%lld:%d", (long long)s->person.id, (long long)s->cycle.id, rung);
	m->dedup_key = arena_strdup(r->a, key);
	if (!m->dedup_key)
		return err_oom(err);
	m->kind = "reminder";
	m->priority = 1;
	m->person = s->person.id;
	m->rcpt = s->person.email;
	m->rcpt_name = s->person.name;
	m->subject = m->message_id = m->reason = m->enhanced = m->phase = m->server_id = "";
	m->not_before = send_at(r, s, rung);
	m->expires_at = expiry(s, m->not_before);
	m->state = r->hold || r->d->config->mail_mode == MODE_HOLD ? OUTBOX_HELD : OUTBOX_READY;
	m->created_at = r->d->now;
	return outbox_plan(r->d->store, m, err);
}

static void report(const struct run *r, const struct standing *s, const struct rung_decision *dec, int64_t mail,
    const char *because) {
	if (!r->planned)
		return;
	jsonw_object(r->planned, NULL);
	jsonw_str(r->planned, "person", s->person.email);
	jsonw_int(r->planned, "rung", dec->days);
	if (mail)
		jsonw_int(r->planned, "mail", mail);
	else
		jsonw_null(r->planned, "mail");
	jsonw_str(r->planned, "outcome", rung_outcome_name(dec->outcome));
	jsonw_str(r->planned, "because", because);
	jsonw_end_object(r->planned);
}

static const char *reason_of(const struct run *r, const struct standing *s, enum rung_outcome o) {
	switch (o) {
	case RUNG_MAILED:
		return r->hold ? "held: more mails than the bulk limit allows" :
		    r->d->config->mail_mode == MODE_HOLD ? "held: mail mode is hold" : "units are missing";
	case RUNG_SUPERSEDED:
		return "a rung nearer to the end is due as well";
	case RUNG_BEFORE_ENROLMENT:
		return "its day had passed when the person joined";
	case RUNG_NOT_NEEDED:
		return cycle_state_name(s->verdict.state);
	}
	return "";
}

static int take_rung(const struct run *r, const struct standing *s, const struct rung_decision *dec, struct err *err) {
	struct rung row = { .person = s->person.id, .cycle = s->cycle.id, .days = dec->days, .outcome = dec->outcome,
		.at = r->d->now, .because = reason_of(r, s, dec->outcome) };
	struct outbox_mail m = { 0 };

	if (dec->outcome == RUNG_MAILED && plan_mail(r, s, dec->days, &m, err) < 0)
		return -1;
	row.mail = m.id;
	if (rung_take(r->d->store, &row, err) < 0)
		return -1;
	report(r, s, dec, m.id, row.because);
	return 0;
}

static size_t decide(const struct ceud *d, const struct standing *s, const int *taken, size_t ntaken,
    struct rung_decision out[LADDER_RUNGS_MAX]) {
	struct ladder_facts f = { .rungs = d->config->ladder.days, .nrungs = d->config->ladder.n, .taken = taken,
		.ntaken = ntaken, .end = s->cycle.end, .enrolled = s->cycle.enrolled_on, .today = s->today,
		.state = s->verdict.state };

	return ladder_decide(&f, out);
}

/* One cycle that is due: evaluate it again, take its rungs, keep what was found. */
static int look_at(const struct run *r, const struct cycle_row *c, struct err *err) {
	struct rung_decision decisions[LADDER_RUNGS_MAX];
	int taken[LADDER_RUNGS_MAX];
	size_t ntaken = 0, n;
	struct person p;
	struct standing s;
	int rc = 0;

	if (person_get(r->d->store, c->person, r->a, &p, err) || standing_load(r->d, &p, 0, r->a, &s, err))
		return -1;
	if (s.cycle.id == c->id) {
		rc = rung_taken(r->d->store, c->id, taken, &ntaken, err);
		n = rc ? 0 : decide(r->d, &s, taken, ntaken, decisions);
		for (size_t i = 0; i < n && !rc; i++)
			rc = take_rung(r, &s, &decisions[i], err);
	}
	standing_free(&s);
	return rc ? -1 : standing_keep(r->d, &p, r->a, err);
}

/* How many of the due cycles would mail now, from what is kept: for the bulk guard. */
static int count_mails(struct ceud *d, const struct cycle_list *due, struct arena *a, int64_t *ret, struct err *err) {
	struct rung_decision decisions[LADDER_RUNGS_MAX];
	int taken[LADDER_RUNGS_MAX];
	int64_t mails = 0;

	for (size_t i = 0; i < due->n; i++) {
		struct standing s = { .cycle = due->items[i] };
		size_t ntaken = 0, n;

		s.verdict.state = s.cycle.state;
		if (person_get(d->store, s.cycle.person, a, &s.person, err) || rung_taken(d->store, s.cycle.id, taken, &ntaken, err))
			return -1;
		s.today = person_today(d, &s.person);
		n = decide(d, &s, taken, ntaken, decisions);
		for (size_t j = 0; j < n; j++)
			mails += decisions[j].outcome == RUNG_MAILED;
	}
	*ret = mails;
	return 0;
}

static int over_bulk_limit(struct ceud *d, int64_t mails, int *ret, struct err *err) {
	int64_t people = 0;

	if (person_count(d->store, &people, err))
		return -1;
	*ret = mails > d->config->bulk_count && mails * 100 > people * d->config->bulk_percent;
	return 0;
}

static int slice(const struct run *r, const struct cycle_row *c, size_t n, struct err *err) {
	if (store_begin(r->d->store, err))
		return -1;
	for (size_t i = 0; i < n; i++) {
		if (!look_at(r, &c[i], err))
			continue;
		if (!strncmp(err->code, "store-", 6) || !strcmp(err->code, "out-of-memory"))
			return -1;
		/* One person's trouble keeps nobody else's mail back. */
		log_error("No reminder could be planned for cycle %lld: %s", (long long)c[i].id, err->what);
	}
	return store_commit(r->d->store, err);
}

static int note_run(struct ceud *d, struct err *err) {
	if (store_begin(d->store, err) || job_put(d->store, "reminders", d->now, 0, err) || store_touch(d->store, d->now, err))
		return -1;
	return store_commit(d->store, err);
}

int reminders_plan(struct ceud *d, int at_once, struct jsonw *planned, struct err *err) {
	struct arena a = ARENA_INIT;
	struct run r = { .d = d, .at_once = at_once, .planned = planned, .a = &a };
	struct cycle_list due = { 0 };
	int64_t mails = 0;
	int rc = cycle_due(d->store, latest_today(d), CYCLES_A_RUN, &a, &due, err);

	rc = rc ? rc : count_mails(d, &due, &a, &mails, err);
	rc = rc ? rc : over_bulk_limit(d, mails, &r.hold, err);
	for (size_t i = 0; i < due.n && !rc; i += SLICE)
		rc = slice(&r, due.items + i, due.n - i < SLICE ? due.n - i : SLICE, err);
	rc = rc ? rc : note_run(d, err);
	if (rc)
		store_rollback(d->store);
	arena_free(&a);
	return rc;
}

int reminders_next(struct ceud *d, int64_t *ret, struct err *err) {
	day_t day;
	int64_t at;

	if (cycle_next_due(d->store, &day, err))
		return -1;
	if (day == DAY_NONE) {
		*ret = d->now + DAY_MS;
		return 0;
	}
	at = zone_instant(zone_utc(), day, 0) - EASTMOST_HOURS * HOUR_MS;
	/* Due somewhere, but not yet where the person is: look again every quarter of an hour. */
	*ret = at > d->now ? at : (d->now / (15 * MINUTE_MS) + 1) * (15 * MINUTE_MS);
	return 0;
}
