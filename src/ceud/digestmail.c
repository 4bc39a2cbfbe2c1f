/* A digest as a message: what goes along with its texts, and the preview of it. */
#include "digestmail.h"

#include <stdio.h>
#include <string.h>

#include "base/zone.h"
#include "config.h"
#include "digests.h"
#include "standing.h"
#include "unsubscribe.h"
#include "views.h"

const char *digest_file_name(const struct digest_walk *w, const char *extension, struct arena *a)
{
	char name[64], day[DATE_ISO_SIZE], all[128];
	size_t n = 0;

	for (const char *p = w->walk.team.name; *p && n < sizeof name - 1; p++)
		if ((*p >= 'a' && *p <= 'z') || (*p >= '0' && *p <= '9'))
			name[n++] = *p;
		else if (*p >= 'A' && *p <= 'Z')
			name[n++] = (char)(*p - 'A' + 'a');
		else if (n && name[n - 1] != '-')
			name[n++] = '-';
	while (n && name[n - 1] == '-')
		n--;
	name[n] = '\0';
	date_iso(w->facts.today, day);
	snprintf(all, sizeof all, "%s-%s.%s", n ? name : "team", day, extension);
	return arena_strdup(a, all);
}

static int take_links(struct making *k, const struct digest_walk *w, struct err *err)
{
	k->zone = person_zone(k->d, &w->lead);
	k->list_id = make_list_id(k, err);
	if (!k->list_id || unsubscribe_url(k->d, w->lead.id, w->walk.team.id, k->a, &k->unsubscribe, err) ||
	    unsubscribe_mailto(k->d, w->walk.team.name, k->a, &k->unsubscribe_mail, err))
		return -1;
	return 0;
}

static int build(struct making *k, struct digest_walk *w, const struct message_part *parts, size_t n, const char *as_id,
    struct err *err)
{
	int rc;

	k->parts = parts;
	k->nparts = n;
	k->mail = w->mail;
	rc = as_id ? make_build_as(k, as_id, err) : make_build(k, err);
	k->mail = (struct rendered){ BUF_INIT, BUF_INIT, BUF_INIT };	/* it is the walk's */
	k->parts = NULL;
	k->nparts = 0;
	return rc;
}

int digest_build(struct making *k, struct digest_walk *w, const char *as_id, struct err *err)
{
	struct buf csv = BUF_INIT;
	struct message_part part = { .type = "text/csv; charset=utf-8" };
	int rc = take_links(k, w, err);

	if (!rc && w->facts.has_csv) {
		part.name = digest_file_name(w, "csv", k->a);
		rc = !part.name ? err_oom(err) : digest_csv(&w->facts, &csv, err);
		part.bytes = csv.data;
		part.len = csv.len;
	}
	if (!rc)
		rc = build(k, w, &part, (size_t)(w->facts.has_csv != 0), as_id, err);
	buf_free(&csv);
	return rc;
}

/* ---- as it would be */

struct preview { struct digest_walk digest; enum digest_form form; int has_facts; };

static int write_texts(struct jsonw *w, struct digest_walk *g, struct err *err)
{
	jsonw_str(w, "subject", buf_str(&g->mail.subject));
	jsonw_str(w, "text", buf_str(&g->mail.text));
	jsonw_str(w, "html", buf_str(&g->mail.html));
	return digest_settings(g->walk.d, &g->walk.team, &g->walk.arena, w, err);
}

static int write_csv(struct jsonw *w, struct digest_walk *g, struct err *err)
{
	const char *name = digest_file_name(g, "csv", &g->walk.arena);
	struct buf csv = BUF_INIT;
	int rc = name ? digest_csv(&g->facts, &csv, err) : err_oom(err);

	jsonw_str(w, "name", name);
	jsonw_strn(w, "csv", buf_str(&csv), csv.len);
	buf_free(&csv);
	return rc;
}

/* One key for each moment, so that no two previews are one message. */
static int write_eml(struct jsonw *w, struct digest_walk *g, struct err *err)
{
	struct outbox_mail m = { .rcpt = g->lead.email, .rcpt_name = g->lead.name };
	struct making k = { .d = g->walk.d, .m = &m, .a = &g->walk.arena, .mail = { BUF_INIT, BUF_INIT, BUF_INIT } };
	const char *name = digest_file_name(g, "eml", k.a), *key, *id;

	key = make_text(k.a, "preview:dig:%lld:%lld:%lld", (long long)g->walk.team.id, (long long)g->facts.today,
	    (long long)k.d->now);
	if (!name || !key)
		return err_oom(err);
	id = make_id(&k, "p", key, err);
	if (!id || digest_build(&k, g, id, err))
		return -1;
	jsonw_str(w, "name", name);
	jsonw_strn(w, "eml", m.bytes, m.nbytes);
	return 0;
}

static int finish_preview(struct teamwalk *walk, struct buf *json, struct err *err)
{
	struct preview *p = (struct preview *)walk;
	struct jsonw w;
	int rc = 0;

	if (!p->has_facts) {
		p->has_facts = 1;
		if (digest_walk_facts(&p->digest, err))
			return -1;
		return p->form == DIGEST_CSV ? 0 : digest_walk_render(&p->digest, err);
	}
	jsonw_begin(&w, json);
	jsonw_object(&w, NULL);
	if (p->form == DIGEST_CSV)
		rc = write_csv(&w, &p->digest, err);
	else if (p->form == DIGEST_EML)
		rc = write_eml(&w, &p->digest, err);
	else
		rc = write_texts(&w, &p->digest, err);
	jsonw_end_object(&w);
	return rc ? -1 : 1;
}

static int no_lead(const struct team *t, struct err *err)
{
	err_set(err, ERR_RULE, "no-lead", "Team %s has no lead, so nobody gets its digest.", t->name);
	return err_next(err, "ceu admin team set \"%s\" --lead E-MAIL", t->name);
}

static int day_over(struct err *err)
{
	err_set(err, ERR_RULE, "day-over", "That day is over.");
	return err_next(err, "Name today or a day to come, or leave it out.");
}

int digest_preview(struct ceud *d, const struct team *t, enum digest_form form, day_t on, job_done *done, void *arg,
    struct err *err)
{
	static const struct teamwalk_kind kind = { sizeof(struct preview), digest_walk_visit, finish_preview, digest_walk_release };
	struct arena a = ARENA_INIT;
	struct preview *p = NULL;
	struct person lead;
	int rc = t->lead ? person_get(d->store, t->lead, &a, &lead, err) : no_lead(t, err);

	if (!rc && on != DAY_NONE && on < person_today(d, &lead))
		rc = day_over(err);
	if (!rc)
		p = (struct preview *)digest_walk_new(d, &kind, t, &lead, err);
	arena_free(&a);
	if (!p)
		return -1;
	p->form = form;
	p->digest.on = on;
	return teamwalks_add(d, &p->digest.walk, done, arg, err);
}
