/* A digest at the moment of sending: where the team stands now. */
#include "mailmake.h"

#include "config.h"
#include "standing.h"

/* Of the same people as the facts: those of the team that have a cycle, by e-mail. */
static int keep_snapshot(struct making *k, const struct team *t, day_t day, struct err *err)
{
	struct person_list people = { 0 };
	struct snapshot *items;
	size_t n = 0;

	if (team_people(k->d->store, t->id, k->a, &people, err))
		return -1;
	items = arena_alloc(k->a, (people.n + 1) * sizeof *items);
	if (!items)
		return err_oom(err);
	for (size_t i = 0; i < people.n; i++) {
		struct standing s;
		struct cycle_row c;
		int found = cycle_current(k->d->store, people.items[i].id, k->a, &c, err);

		if (found < 0 || (found && standing_load(k->d, &people.items[i], 0, k->a, &s, err)))
			return -1;
		if (!found)
			continue;
		items[n++] = (struct snapshot){ people.items[i].id, (int)s.verdict.state, s.verdict.counted };
		standing_free(&s);
	}
	return snapshot_put(k->d->store, t->id, k->m->id, day, items, n, err);
}

int make_digest(struct making *k, struct err *err)
{
	struct digest_facts facts;
	struct team t;
	struct person lead;

	if (team_get(k->d->store, k->m->team, k->a, &t, err))
		return -1;
	if (t.lead != k->m->person)
		return make_not_wanted(k->m, "the team has another lead now");
	if (person_get(k->d->store, t.lead, k->a, &lead, err))
		return -1;
	if (lead.disabled)
		return make_not_wanted(k->m, "the lead is disabled");
	k->zone = person_zone(k->d, &lead);
	k->m->rcpt = lead.email;
	k->m->rcpt_name = lead.name;
	if (make_wait_for_day(k) || k->m->bytes)
		return make_wait_for_day(k);
	if (digest_facts_of(k->d, &t, k->a, &facts, err))
		return -1;
	if (!facts.npeople)
		return make_not_wanted(k->m, "nobody in the team has a cycle");
	if (k->d->config->admin)
		k->unsubscribe = make_text(k->a, "mailto:%s?subject=unsubscribe%%20digest", k->d->config->admin);
	return render_digest(k->d->render, &facts, &k->mail, err) || keep_snapshot(k, &t, facts.today, err) ? -1 : 0;
}
