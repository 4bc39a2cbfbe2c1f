/* A digest at the moment of sending: frozen when it was planned, it goes if its lead still is the one who gets it. */
#include "digestmail.h"

#include "base/zone.h"
#include "digests.h"
#include "standing.h"

enum { AGAIN_MS = 1000 };

/* Without bytes: sent once more, for instance. What it says of everybody is kept with it. */
static int make_again(struct making *k, const struct team *t, const struct person *lead, struct err *err)
{
	struct digest_walk *w = NULL;
	int rc = digests_again(k->d, k->m->id, t, lead, &w, err);

	if (rc <= 0) {
		k->m->next_try = k->d->now + AGAIN_MS;
		return rc < 0 ? -1 : MAIL_NOT_NOW;
	}
	if (!w->facts.npeople)
		rc = make_not_wanted(k->m, "nobody in the team has a cycle");
	else
		rc = digest_build(k, w, NULL, err) ||
		    snapshot_put(k->d->store, t->id, k->m->id, w->facts.today, w->now, w->facts.npeople, err) ? -1 : 0;
	teamwalk_free(&w->walk);
	return rc;
}

int make_digest(struct making *k, struct err *err)
{
	const char *because;
	struct team t;
	struct person lead;
	int goes, rc;

	if (team_get(k->d->store, k->m->team, k->a, &t, err))
		return -1;
	if (t.lead != k->m->person)
		return make_not_wanted(k->m, "the team has another lead now");
	goes = digest_reader(k->d, &t, k->a, &lead, &because, err);
	if (goes <= 0)
		return goes < 0 ? -1 : make_not_wanted(k->m, because);
	k->zone = person_zone(k->d, &lead);
	k->m->rcpt = lead.email;
	k->m->rcpt_name = lead.name;
	rc = make_wait_for_day(k);
	return rc || k->m->bytes ? rc : make_again(k, &t, &lead, err);
}
