#ifndef CEUD_DIGESTS_H
#define CEUD_DIGESTS_H

#include <stdint.h>
#include "base/date.h"
#include "jobs.h"

/* Teams' digests: when they go, who gets them, and how they would look. */

struct arena;
struct ceud;
struct err;
struct jsonw;
struct person;
struct team;
struct zone;

/* ---- when: "every" of the team, else of ceud.conf, at `digest at` in the zone of its lead */

enum digest_every { DIGEST_MONDAY = 0, DIGEST_SUNDAY = 6, DIGEST_MONTH, DIGEST_CHANGE };
/* A day of the week, DIGEST_MONTH (its first working day), or DIGEST_CHANGE (looked at every day). */
int digest_every(const struct ceud *d, const struct team *t);
const char *digest_every_name(int every);	/* "week" "month" "change" */
const char *digest_every_text(int every);	/* for people, behind "on": "Mondays" */
/* The newest sending time at or before `instant`, and the first one past it. */
int64_t digest_slot(const struct ceud *d, const struct team *t, const struct zone *z, int64_t instant);
int64_t digest_slot_after(const struct ceud *d, const struct team *t, const struct zone *z, int64_t instant);

/* The first one past `instant` that will be: there is one digest a day for each address. In the arena. */
int digest_slot_next(struct ceud *d, const struct team *t, const struct person *lead, int64_t instant, struct arena *a,
    int64_t *ret, struct err *err);
/* What a digest of that day, hers, is known by: her address, or the one that gets all in mode redirect, is in it, so that one made for
 * another stands for itself. NULL: no memory. */
const char *digest_key(const struct ceud *d, const char *prefix, const struct team *t, const struct person *lead, day_t day,
    struct arena *a);

/* ---- who */

/* 1: it goes to the lead. 0: to nobody, and *because says why; lead->id is 0 where there is none. -1. */
int digest_reader(struct ceud *d, const struct team *t, struct arena *a, struct person *lead, const char **because,
    struct err *err);

/* "team" "every" (null: as ceud.conf says) "when" (for people, behind "on") "csv" "on" (null without a lead) "next" (an instant, or
 * null) "because" (why there is no next one, or null) "last" (the day of the last one sent, or null): members of the open object. */
int digest_settings(struct ceud *d, const struct team *t, struct arena *a, struct jsonw *w, struct err *err);

/* ---- how it would look now, or on a later day if nothing changes */

enum digest_form {
	DIGEST_TEXTS,			/* {"subject","text","html"}, and its settings: of now */
	DIGEST_CSV,			/* {"name","csv"} */
	DIGEST_EML			/* {"name","eml"}: the message, 7-bit, with a Message-ID of its own */
};
/* In slices; done() gets the answer. on: DAY_NONE = today. ERR_RULE "no-lead"; "day-over" for a day before today. */
int digest_preview(struct ceud *d, const struct team *t, enum digest_form form, day_t on, job_done *done, void *arg,
    struct err *err);

#endif
