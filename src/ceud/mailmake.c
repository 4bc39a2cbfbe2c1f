/* A mail at the moment of sending: the facts again, rendered, built, frozen. */
#include <stdio.h>
#include <string.h>

#include "base/zone.h"
#include "config.h"
#include "jobparts.h"
#include "mail/message.h"
#include "mail/render.h"
#include "standing.h"
#include "store/outbox.h"

struct making {
	struct ceud *d;
	struct outbox_mail *m;
	struct arena *a;
	const struct zone *zone;
	const char *thread;
	const char *unsubscribe;
	int at_once;			/* asked for: by night, too */
	struct rendered mail;
};

static int not_wanted(struct outbox_mail *m, const char *why)
{
	m->reason = why;
	return MAIL_NOT_WANTED;
}

/* A mail that is late (the relay was away, a release, a restart) does not come by night, unless it was asked for by night or
 * the digest's own time is there. */
static int wait_for_day(const struct making *k)
{
	const struct config *c = k->d->config;
	int minute, planned;
	day_t day = zone_day(k->zone, k->d->now, &minute);

	zone_day(k->zone, k->m->not_before, &planned);
	if (k->at_once || !jobs_is_quiet(c, minute) || (jobs_is_quiet(c, planned) && k->m->not_before <= k->m->created_at))
		return 0;
	k->m->next_try = zone_instant_next(k->zone, day + (minute >= c->quiet_to), c->quiet_to * 60);
	return MAIL_NOT_NOW;
}

static char *formatted(struct arena *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

static char *formatted(struct arena *a, const char *fmt, ...)
{
	char text[600];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	return arena_strdup(a, text);
}

static int sender(struct ceud *d, char name[256], char addr[256], struct err *err)
{
	return message_mailbox(d->config->mail_from, name, 256, addr, 256, err);
}

int mail_sender(struct ceud *d, char out[256], struct err *err)
{
	char name[256];

	return sender(d, name, out, err);
}

/* A stable id of this installation: the same key gives the same id. */
static const char *make_id(const struct making *k, const char *prefix, const char *key, struct err *err)
{
	unsigned char secret[32];
	char name[256], addr[256], id[256];

	if (store_key(k->d->store, secret, err) || sender(k->d, name, addr, err))
		return NULL;
	message_make_id(prefix, secret, sizeof secret, key, strchr(addr, '@') + 1, id);
	return arena_strdup(k->a, id);
}

/* ---- reminders */

static int category_is_full(const struct standing *s, int i)
{
	return s->verdict.categories[i].free == 0;
}

static int waiting_facts(struct making *k, const struct standing *s, struct reminder_facts *f, struct err *err)
{
	struct waiting_event *w = arena_alloc(k->a, (s->waiting.n + 1) * sizeof *w);

	if (!w)
		return err_oom(err);
	for (size_t i = 0; i < s->waiting.n; i++) {
		const struct proposal *p = &s->waiting.items[i];
		int c = p->category[0] ? program_category(s->program, p->category) : -1;
		struct event_worth worth;

		if (standing_worth(s, p, k->a, &worth, err))
			return -1;
		w[i] = (struct waiting_event){ .day = p->event.day, .title = p->event.title,
			.category = c < 0 ? "" : s->program->categories[c].name, .full = c >= 0 && category_is_full(s, c),
			.adds = worth.adds };
	}
	f->waiting = w;
	f->nwaiting = s->waiting.n;
	return 0;
}

static int lists(struct making *k, const struct standing *s, struct reminder_facts *f, struct err *err)
{
	size_t n = s->verdict.nentries;
	int64_t *needs = arena_alloc(k->a, (n + 1) * sizeof *needs), *without = arena_alloc(k->a, (n + 1) * sizeof *without);
	const char **full = arena_alloc(k->a, (s->program->ncategories + 1) * sizeof *full);

	if (!needs || !without || !full)
		return err_oom(err);
	for (size_t i = 0; i < n; i++) {
		if (s->verdict.entries[i].state == ENTRY_NEEDS_INFO && !s->facts[i].competencies)
			needs[f->nneeds_info++] = s->verdict.entries[i].id;
		if (s->verdict.entries[i].counted > 0 && !s->facts[i].has_evidence)
			without[f->nwithout++] = s->verdict.entries[i].id;
	}
	for (size_t i = 0; i < s->program->ncategories; i++)
		if (category_is_full(s, (int)i))
			full[f->nfull++] = s->program->categories[i].name;
	f->needs_info = needs;
	f->without_evidence = without;
	f->full_categories = full;
	return 0;
}

static int render_for(struct making *k, const struct standing *s, struct err *err)
{
	const struct config *c = k->d->config;
	const struct verdict *v = &s->verdict;
	struct reminder_facts f = { .person_name = s->person.name, .person_email = s->person.email,
		.organisation = c->organisation ? c->organisation : "", .program = s->program->name, .url = c->url ? c->url : "",
		.contact = c->admin ? c->admin : "", .cycle = { s->cycle.start, s->cycle.end }, .today = s->today,
		.days_left = v->days_left, .state = v->state, .required = v->required, .counted = v->counted, .logged = v->logged,
		.to_go = v->to_go, .over_limit = v->over_limit, .pending = s->pending };

	if (waiting_facts(k, s, &f, err) || lists(k, s, &f, err))
		return -1;
	return render_reminder(k->d->render, &f, &k->mail, err);
}

static const char *stale(const struct making *k, const struct standing *s)
{
	char cycle[64];

	snprintf(cycle, sizeof cycle, "rem:%lld:%lld:", (long long)s->person.id, (long long)s->cycle.id);
	if (strncmp(k->m->dedup_key, cycle, strlen(cycle)))
		return "the cycle it was about is over";
	if (s->verdict.state == CYCLE_DONE || s->verdict.state == CYCLE_SUBMITTED || s->verdict.state == CYCLE_LAPSED)
		return cycle_state_name(s->verdict.state);
	return NULL;
}

static int make_reminder(struct making *k, struct err *err)
{
	struct person p;
	struct standing s;
	const char *why;
	int rc;

	if (person_get(k->d->store, k->m->person, k->a, &p, err))
		return -1;
	if (p.disabled)
		return not_wanted(k->m, "the person is disabled");
	k->m->rcpt = p.email;
	k->m->rcpt_name = p.name;
	if (standing_load(k->d, &p, 0, k->a, &s, err))
		return strcmp(err->code, "no-cycle") ? -1 : not_wanted(k->m, "the cycle it was about is over");
	k->zone = s.zone;
	why = stale(k, &s);
	if (why)
		rc = not_wanted(k->m, why);
	else if (wait_for_day(k) || k->m->bytes)
		rc = wait_for_day(k);
	else if (standing_pending(k->d, &s, k->a, err) || render_for(k, &s, err))
		rc = -1;
	else
		rc = 0;
	if (!rc && !k->m->bytes) {
		k->thread = make_id(k, "c", formatted(k->a, "cycle:%lld:%lld", (long long)p.id, (long long)s.cycle.id), err);
		rc = k->thread ? 0 : -1;
	}
	standing_free(&s);
	return rc;
}

/* ---- digests */

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

static int make_digest(struct making *k, struct err *err)
{
	struct digest_facts facts;
	struct team t;
	struct person lead;

	if (team_get(k->d->store, k->m->team, k->a, &t, err))
		return -1;
	if (t.lead != k->m->person)
		return not_wanted(k->m, "the team has another lead now");
	if (person_get(k->d->store, t.lead, k->a, &lead, err))
		return -1;
	if (lead.disabled)
		return not_wanted(k->m, "the lead is disabled");
	k->zone = person_zone(k->d, &lead);
	k->m->rcpt = lead.email;
	k->m->rcpt_name = lead.name;
	if (wait_for_day(k) || k->m->bytes)
		return wait_for_day(k);
	if (digest_facts_of(k->d, &t, k->a, &facts, err))
		return -1;
	if (!facts.npeople)
		return not_wanted(k->m, "nobody in the team has a cycle");
	if (k->d->config->admin)
		k->unsubscribe = formatted(k->a, "mailto:%s?subject=unsubscribe%%20digest", k->d->config->admin);
	return render_digest(k->d->render, &facts, &k->mail, err) || keep_snapshot(k, &t, facts.today, err) ? -1 : 0;
}

/* ---- the message */

static int build(struct making *k, struct err *err)
{
	const struct config *c = k->d->config;
	char from_name[256], from_addr[256];
	struct buf bytes = BUF_INIT;
	void *copy;
	int redirected = c->mail_mode == MODE_REDIRECT;

	k->m->message_id = make_id(k, "r", k->m->dedup_key, err);
	if (!k->m->message_id || sender(k->d, from_name, from_addr, err))
		return -1;
	struct message msg = { .from_name = from_name, .from_addr = from_addr,
		.to_name = redirected ? "" : k->m->rcpt_name, .to_addr = redirected ? c->mail_redirect : k->m->rcpt,
		.reply_to = c->mail_reply_to, .subject = buf_str(&k->mail.subject), .message_id = k->m->message_id,
		.thread_id = k->thread, .unsubscribe = k->unsubscribe, .original_to = redirected ? k->m->rcpt : NULL,
		.date = k->d->now, .offset_seconds = zone_offset(k->zone, k->d->now), .text = buf_str(&k->mail.text),
		.html = buf_str(&k->mail.html) };
	if (message_build(&msg, &bytes, err)) {
		buf_free(&bytes);
		return -1;
	}
	copy = arena_alloc(k->a, bytes.len);
	if (copy)
		memcpy(copy, bytes.data, bytes.len);
	k->m->bytes = copy;
	k->m->nbytes = bytes.len;
	k->m->subject = arena_strdup(k->a, msg.subject);
	buf_free(&bytes);
	return copy && k->m->subject ? 0 : err_oom(err);
}

int mail_make(struct ceud *d, struct outbox_mail *m, int at_once, struct arena *a, struct err *err)
{
	struct making k = { .d = d, .m = m, .a = a, .at_once = at_once,
		.zone = d->config->zone ? d->config->zone : zone_local(),
		.mail = { BUF_INIT, BUF_INIT, BUF_INIT } };
	int rc;

	if (m->expires_at && m->expires_at <= d->now)
		return not_wanted(m, "its time has passed");
	if (!strcmp(m->kind, "reminder"))
		rc = make_reminder(&k, err);
	else if (!strcmp(m->kind, "digest"))
		rc = make_digest(&k, err);
	else
		rc = render_test(d->render, d->config->organisation ? d->config->organisation : "", m->rcpt, d->now, &k.mail, err);
	if (!rc && !m->bytes) {
		rc = build(&k, err);
		m->rendered_at = d->now;
	}
	rendered_free(&k.mail);
	return rc;
}
