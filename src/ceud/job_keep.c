/* Keeping the house: what is kept of each cycle is found again, evidence is there, what is past its time is dropped. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/log.h"
#include "base/text.h"
#include "evidencestore.h"
#include "feedstore.h"
#include "jobparts.h"
#include "mail/message.h"
#include "reminding.h"
#include "standing.h"
#include "store/entries.h"
#include "store/outbox.h"
#include "store/store.h"

enum { PAGE = 100, TURN_MS = 10, SHRINK_MS = 2, DAMAGES_SHOWN = 10 };	/* what is dropped is written, too */
#define HOUR_MS INT64_C(3600000)
#define DAY_MS INT64_C(86400000)
#define KEEP_MS (30 * DAY_MS)		/* bytes of mails that are sent, answers kept for retries */

struct damages {			/* evidence whose file is not what its row says */
	int64_t n;
	char texts[DAMAGES_SHOWN][400];
};

struct keeper {
	int walking;
	char after[256];		/* the last e-mail looked at */
	struct damages found, known;	/* in this walk, and in the last whole one */
	int64_t nowhere_found, nowhere;	/* the same of people whose address stands for having none */
	int64_t drop_at;		/* 0 = not known yet */
	int sweeping;
	struct evidence_sweep *sweep;
	int clearing;
	struct feed_sweep *clear;
	int shrinking;
	int64_t shrunk_to;		/* the mail last looked at */
};

int keeper_open(struct keeper **ret, struct err *err)
{
	struct keeper *k = calloc(1, sizeof *k);

	if (!k)
		return err_oom(err);
	k->walking = 1;
	*ret = k;
	return 0;
}

void keeper_close(struct keeper *k)
{
	if (!k)
		return;
	evidence_sweep_end(k->sweep);
	feedstore_sweep_end(k->clear);
	free(k);
}

void keeper_again(struct ceud *d)
{
	struct keeper *k = d->jobs->keeper;

	k->walking = 1;
	k->after[0] = '\0';
	k->found.n = 0;
	k->nowhere_found = 0;
}

int keeper_busy(const struct keeper *k)
{
	return k->walking || k->sweeping || k->clearing || k->shrinking;
}

int64_t keeper_next(const struct ceud *d)
{
	return keeper_busy(d->jobs->keeper) ? d->now : d->jobs->keeper->drop_at;
}

void keeper_problems(const struct ceud *d, struct jsonw *w)
{
	const struct damages *known = &d->jobs->keeper->known;
	int64_t nowhere = d->jobs->keeper->nowhere;
	char more[160];

	if (nowhere) {
		snprintf(more, sizeof more, "%" PRId64 " %s no e-mail address and %s no reminders: ceu admin person list", nowhere,
		    nowhere == 1 ? "person has" : "people have", nowhere == 1 ? "gets" : "get");
		jsonw_str(w, NULL, more);
	}
	for (int64_t i = 0; i < known->n && i < DAMAGES_SHOWN; i++)
		jsonw_str(w, NULL, known->texts[i]);
	if (known->n <= DAMAGES_SHOWN)
		return;
	snprintf(more, sizeof more, "%" PRId64 " more files of evidence are missing or damaged.", known->n - DAMAGES_SHOWN);
	jsonw_str(w, NULL, more);
}

/* ---- the walk over all people */

static int is_kept(struct ceud *d, const struct standing *s, int *ret, struct err *err)
{
	const struct cycle_row *c = &s->cycle;
	const struct verdict *v = &s->verdict;
	day_t rung;

	if (standing_next_rung(d, s, &rung, err))
		return -1;
	*ret = c->counted == v->counted && c->required == v->required && c->state == v->state &&
	    c->next_check == v->next_check && c->next_rung == rung;
	return 0;
}

/* Sending times may be others, too: another zone or hour in ceud.conf. */
static int keep_again(struct ceud *d, const struct standing *s, struct arena *a, struct err *err)
{
	struct cycle_found found;

	if (!store_begin(d->store, err) && !standing_keep_found(d, s, &found, err) && !reminding_retime(d, &s->person, a, err) &&
	    !store_commit(d->store, err))
		return 0;
	store_rollback(d->store);
	return -1;
}

static int look_again(struct ceud *d, const struct person *p, struct arena *a, struct err *err)
{
	struct cycle_row c;
	struct standing s;
	int found = cycle_current(d->store, p->id, a, &c, err), same = 0, late = 0, rc;

	if (found <= 0)
		return found;
	d->jobs->keeper->nowhere_found += !p->disabled && message_address_nowhere(p->email);
	if (standing_of_cycle(d, p, &c, a, &s, err))
		return -1;
	rc = is_kept(d, &s, &same, err) || reminding_mistimed(d, &s, a, &late, err) ? -1 : 0;
	if (!rc && (!same || late))
		rc = keep_again(d, &s, a, err);
	standing_free(&s);
	return rc;
}

static void note_damage(struct damages *found, const struct person *p, const struct evidence *v, int is_there)
{
	if (found->n < DAMAGES_SHOWN)
		snprintf(found->texts[found->n], sizeof found->texts[0],
		    "The file %.130s of entry %" PRId64 " of %.120s %s; attach it again, or bring evidence/%.2s/%s back.", v->name,
		    v->entry_no, p->email, is_there ? "is damaged" : "is missing", v->sha256, v->sha256 + 2);
	found->n++;
}

static int look_at_evidence(struct ceud *d, const struct person *p, struct arena *a, struct err *err)
{
	struct evidence_list all = { 0 };

	if (evidence_between(d->store, p->id, DAY_NONE, DAY_NONE, a, &all, err))
		return -1;
	for (size_t i = 0; i < all.n; i++) {
		int64_t bytes = -1;
		int is_there = evidence_size(d->state_dir, all.items[i].sha256, &bytes, err);

		if (is_there < 0)
			return -1;
		if (!is_there || bytes != all.items[i].bytes)
			note_damage(&d->jobs->keeper->found, p, &all.items[i], is_there);
	}
	return 0;
}

static void end_walk(struct keeper *k)
{
	if (k->found.n > k->known.n)
		log_error("%" PRId64 " files of evidence are missing or damaged; see: ceu admin status", k->found.n);
	k->known = k->found;
	k->nowhere = k->nowhere_found;
}

static void walk(struct ceud *d)
{
	struct keeper *k = d->jobs->keeper;
	int64_t start = clock_monotonic();
	struct person_list page = { 0 };
	struct arena a = ARENA_INIT;
	struct err err = { 0 };
	size_t i;

	k->walking = 0;
	if (person_page(d->store, k->after, PAGE, &a, &page, &err))
		log_error("What is kept of people's cycles could not be checked: %s", err.what);
	for (i = 0; i < page.n && clock_monotonic() - start < TURN_MS; i++) {
		text_copy(k->after, sizeof k->after, page.items[i].email);
		if (look_again(d, &page.items[i], &a, &err))
			log_error("The cycle of %s could not be evaluated: %s", page.items[i].email, err.what);
		if (look_at_evidence(d, &page.items[i], &a, &err))
			log_error("The evidence of %s could not be looked at: %s", page.items[i].email, err.what);
	}
	k->walking = i < page.n || page.n == PAGE;
	if (!k->walking)
		end_walk(k);
	arena_free(&a);
}

/* ---- once a day */

static int is_known(void *arg, const char *sha256, int *ret, struct err *err)
{
	struct ceud *d = arg;

	return evidence_known(d->store, sha256, ret, err);
}

/* Files that came and were attached to nothing. */
static void sweep(struct ceud *d)
{
	struct keeper *k = d->jobs->keeper;
	struct err err = { 0 };
	int rc = evidence_sweep(d->state_dir, &k->sweep, d->now - DAY_MS, TURN_MS, is_known, d, &err);

	if (rc < 0)
		log_error("Files that nobody attached could not be dropped: %s", err.what);
	k->sweeping = rc > 0;
}

/* Bodies of calendars that were removed. */
static void clear(struct ceud *d)
{
	struct keeper *k = d->jobs->keeper;
	struct err err = { 0 };
	int rc = feedstore_sweep(d, &k->clear, TURN_MS, &err);

	if (rc < 0)
		log_error("What removed calendars said could not be dropped: %s", err.what);
	k->clearing = rc > 0;
}

/* The bytes of old mails, as many as fit into a turn. */
static int shrink(struct ceud *d, struct keeper *k, struct err *err)
{
	int64_t start = clock_monotonic();
	int rc = store_begin(d->store, err);

	if (!rc)
		do
			rc = outbox_shrink(d->store, d->now - KEEP_MS, &k->shrunk_to, err);
		while (rc > 0 && clock_monotonic() - start < SHRINK_MS);
	k->shrinking = rc > 0;
	if (rc < 0 || store_commit(d->store, err))
		return -1;
	return k->shrinking ? 0 : store_checkpoint(d->store, err);
}

static void drop_bytes(struct ceud *d)
{
	struct keeper *k = d->jobs->keeper;
	struct err err = { 0 };

	if (!shrink(d, k, &err))
		return;
	store_rollback(d->store);
	k->shrinking = 0;
	k->drop_at = d->now + HOUR_MS;
	log_error("Old mails could not be dropped: %s", err.what);
}

static int drop_old(struct ceud *d, struct err *err)
{
	struct store *s = d->store;

	return store_begin(s, err) || answer_expire(s, d->now - KEEP_MS, err) ||
	    job_put(s, "keep", d->now, 0, err) || store_touch(s, d->now, err) || store_commit(s, err) ||
	    store_checkpoint(s, err) ? -1 : 0;
}

static void drop_daily(struct ceud *d)
{
	struct keeper *k = d->jobs->keeper;
	struct err err = { 0 };
	int64_t last, next;

	if (!k->drop_at && !job_get(d->store, "keep", &last, &next, &err))
		k->drop_at = last + DAY_MS;	/* also of one that never runs for a whole day */
	if (k->drop_at > d->now)
		return;
	k->drop_at = d->now + DAY_MS;
	k->sweeping = 1;
	k->clearing = 1;
	k->shrinking = 1;
	k->shrunk_to = 0;
	keeper_again(d);
	if (drop_old(d, &err)) {
		store_rollback(d->store);
		log_error("Answers kept for retries could not be dropped: %s", err.what);
		k->drop_at = d->now + HOUR_MS;
	}
}

void keeper_turn(struct ceud *d)
{
	struct keeper *k = d->jobs->keeper;

	if (k->shrinking && !k->walking && !k->sweeping && !k->clearing)
		drop_bytes(d);
	if (k->walking)
		walk(d);
	if (k->sweeping)
		sweep(d);
	if (k->clearing)
		clear(d);
	drop_daily(d);
}
