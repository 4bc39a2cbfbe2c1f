/* When digests go, and to whom. */
#include "digests.h"

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/json.h"
#include "base/zone.h"
#include "ceud.h"
#include "config.h"
#include "mail/message.h"
#include "standing.h"
#include "store/outbox.h"
#include "store/people.h"

enum { WORKING_DAYS = 5, LATEST_WORKING_DAY = 3 };	/* of a month the first is the 1st, 2nd or 3rd */

int digest_every(const struct ceud *d, const struct team *t)
{
	int usual = d->config->digest_every;

	if (!strcmp(t->every, "month"))
		return DIGEST_MONTH;
	if (!strcmp(t->every, "change"))
		return DIGEST_CHANGE;
	if (!strcmp(t->every, "week"))
		return usual <= DIGEST_SUNDAY ? usual : DIGEST_MONDAY;
	return usual;
}

const char *digest_every_name(int every)
{
	return every == DIGEST_MONTH ? "month" : every == DIGEST_CHANGE ? "change" : "week";
}

const char *digest_every_text(int every)
{
	static const char *const names[] = { "Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays",
		"Sundays", "the first working day of a month", "the morning after a status changed" };

	return names[every];
}

static int is_working_day(day_t day)
{
	return date_weekday(day) < WORKING_DAYS;
}

static int is_first_working_day(day_t day)
{
	int of_month = date_ymd(day).day;

	if (of_month > LATEST_WORKING_DAY || !is_working_day(day))
		return 0;
	while (--of_month)
		if (is_working_day(--day))
			return 0;
	return 1;
}

static int is_day(int every, day_t day)
{
	if (every == DIGEST_MONTH)
		return is_first_working_day(day);
	return every == DIGEST_CHANGE || date_weekday(day) == every;
}

int64_t digest_slot(const struct ceud *d, const struct team *t, const struct zone *z, int64_t instant)
{
	int every = digest_every(d, t);

	for (day_t day = zone_day(z, instant, NULL); ; day--) {
		int64_t at = zone_instant_next(z, day, d->config->digest_at * 60);

		if (at <= instant && is_day(every, day))
			return at;
	}
}

int64_t digest_slot_after(const struct ceud *d, const struct team *t, const struct zone *z, int64_t instant)
{
	int every = digest_every(d, t);

	for (day_t day = zone_day(z, instant, NULL); ; day++) {
		int64_t at = zone_instant_next(z, day, d->config->digest_at * 60);

		if (at > instant && is_day(every, day))
			return at;
	}
}

const char *digest_key(const struct ceud *d, const char *prefix, const struct team *t, const struct person *lead, day_t day,
    struct arena *a)
{
	const struct config *c = d->config;
	char key[400], date[DATE_ISO_SIZE];

	date_iso(day, date);
	snprintf(key, sizeof key, "%s:%lld:%lld:%s:%s", prefix, (long long)t->id, (long long)lead->id, date,
	    c->mail_mode == MODE_REDIRECT ? c->mail_redirect : lead->email);
	return arena_strdup(a, key);
}

/* She may have moved to where its morning is still to come, or somebody asked for it earlier. */
int digest_slot_next(struct ceud *d, const struct team *t, const struct person *lead, int64_t instant, struct arena *a,
    int64_t *ret, struct err *err)
{
	const struct zone *z = person_zone(d, lead);
	int64_t at = digest_slot_after(d, t, z, instant);
	struct outbox_mail other, m = { .dedup_key = digest_key(d, "dig", t, lead, zone_day(z, at, NULL), a) };
	int rc = m.dedup_key ? outbox_other(d->store, &m, a, &other, err) : err_oom(err);

	if (rc >= 0)
		*ret = rc ? digest_slot_after(d, t, z, at) : at;
	return rc < 0 ? -1 : 0;
}

/* ---- who */

/* NULL: it can get there. */
static int address_problem(struct ceud *d, const struct person *lead, struct arena *a, const char **ret, struct err *err)
{
	struct bounce b;

	if (message_address_nowhere(lead->email)) {
		*ret = "the lead has no address";
		return 0;
	}
	if (bounce_get(d->store, lead->email, a, &b, err))
		return -1;
	*ret = b.hard && b.suppressed_at ? "mails to the lead's address come back" : NULL;
	return 0;
}

int digest_reader(struct ceud *d, const struct team *t, struct arena *a, struct person *lead, const char **because,
    struct err *err)
{
	int64_t off = 0;

	*lead = (struct person){ .email = "", .name = "" };
	*because = "the team has no lead";
	if (!t->lead)
		return 0;
	if (person_get(d->store, t->lead, a, lead, err) || digest_off_get(d->store, lead->id, t->id, &off, err) ||
	    address_problem(d, lead, a, because, err))
		return -1;
	if (lead->disabled)
		*because = "the lead is disabled";
	else if (off)
		*because = "the lead does not want it";
	return !*because;
}

/* ---- shown */

static int last_day(struct ceud *d, const struct team *t, day_t *ret, struct err *err)
{
	struct arena a = ARENA_INIT;
	struct snapshot_list last = { .day = DAY_NONE };
	int rc = snapshot_last(d->store, t->id, &a, &last, err);

	*ret = last.day;
	arena_free(&a);
	return rc;
}

int digest_settings(struct ceud *d, const struct team *t, struct arena *a, struct jsonw *w, struct err *err)
{
	const char *because;
	struct person lead;
	int64_t off = 0, next = 0;
	day_t last;
	int goes = digest_reader(d, t, a, &lead, &because, err);

	if (goes < 0 || last_day(d, t, &last, err) || (goes && digest_slot_next(d, t, &lead, d->now, a, &next, err)) ||
	    (lead.id && digest_off_get(d->store, lead.id, t->id, &off, err)))
		return -1;
	jsonw_str(w, "team", t->name);
	jsonw_str(w, "every", t->every[0] ? t->every : NULL);
	jsonw_str(w, "when", digest_every_text(digest_every(d, t)));
	jsonw_bool(w, "csv", t->csv);
	if (lead.id)
		jsonw_bool(w, "on", !off);
	else
		jsonw_null(w, "on");
	jsonw_maybe_instant(w, "next", goes ? next : 0);
	jsonw_str(w, "zone", lead.id ? zone_name(person_zone(d, &lead)) : NULL);
	jsonw_str(w, "because", goes ? NULL : because);
	jsonw_day(w, "last", last);
	return 0;
}
