/* What submitting and renewing share: what forbids both, what to mind, and the cycle afterwards. */
#include "renewing.h"

#include <stdio.h>

#include "ceud.h"

/* ---- what refuses both */

int renewing_refuse_lapsed(const struct standing *s, struct err *err)
{
	char date[48], counted[32], required[32];

	err_set(err, ERR_RULE, "cycle-lapsed", "The cycle ended on %s with %s of %s units and has lapsed.",
	    date_text(s->cycle.end, DATE_LONG, date, sizeof date),
	    units_text(s->verdict.counted, counted, sizeof counted),
	    units_text(s->verdict.required, required, sizeof required));
	return err_next(err, "If the issuer takes it up again, ask an admin for: ceu renew --as %s --because TEXT",
	    s->person.email);
}

int renewing_check_window(const struct standing *s, day_t day, struct err *err)
{
	char date[48];

	if (day >= standing_opens(s))
		return 0;
	err_set(err, ERR_RULE, "window-closed", "%s takes renewals of this cycle from %s on.", s->program->name,
	    date_text(standing_opens(s), DATE_FULL, date, sizeof date));
	return err_next(err, "Until then: ceu export packet");
}

/* Each rule that is not met, with its own words. */
static void say_lacks(const struct standing *s, struct buf *out)
{
	char have[32], need[32];

	for (size_t i = 0; i < s->program->nrules; i++) {
		const struct rule *r = &s->program->rules[i];
		const struct rule_verdict *v = &s->verdict.rules[i];

		if (!v->met)
			buf_printf(out, "\n%s %s of %s so far.", r->text, units_text(v->have, have, sizeof have),
			    units_text(v->need, need, sizeof need));
	}
}

int renewing_refuse_not_done(const struct standing *s, const char *next, struct err *err)
{
	struct buf lacks = BUF_INIT;

	say_lacks(s, &lacks);
	if (lacks.failed) {
		buf_free(&lacks);
		return err_oom(err);
	}
	err_set(err, ERR_RULE, "cycle-not-done", "This cycle does not meet every rule yet.%s", buf_str(&lacks));
	buf_free(&lacks);
	err_next(err, "ceu plan");
	return err_next(err, "%s", next);
}

int renewing_is_done(const struct verdict *v, const struct program *p)
{
	for (size_t i = 0; i < p->nrules; i++)
		if (!v->rules[i].met)
			return 0;
	return 1;
}

/* ---- warnings */

void renewing_warn(struct jsonw *w, const char *code, const char *text)
{
	jsonw_object(w, NULL);
	jsonw_str(w, "code", code);
	jsonw_str(w, "text", text);
	jsonw_end_object(w);
}

static size_t count_planned(const struct standing *s, day_t until)
{
	size_t n = 0;

	for (size_t i = 0; i < s->entries.n; i++)
		n += s->verdict.entries[i].state == ENTRY_PLANNED && s->facts[i].day <= until;
	return n;
}

/* Events of its days that nobody has decided about. */
static size_t count_waiting(const struct standing *s, day_t until)
{
	size_t n = 0;

	for (size_t i = 0; i < s->waiting.n; i++)
		n += s->waiting.items[i].event.day >= s->cycle.counts_from && s->waiting.items[i].event.day <= until;
	return n;
}

void renewing_warn_open_ends(struct jsonw *w, const struct standing *s, day_t until)
{
	size_t unproven = standing_without_evidence(s), planned = count_planned(s, until);
	size_t waiting = count_waiting(s, until);
	char text[160];

	if (unproven) {
		snprintf(text, sizeof text, "%zu %s that count%s ha%s no evidence; an auditor may ask for it.", unproven,
		    unproven == 1 ? "entry" : "entries", unproven == 1 ? "s" : "", unproven == 1 ? "s" : "ve");
		renewing_warn(w, "unproven", text);
	}
	if (waiting) {
		snprintf(text, sizeof text,
		    "%zu event%s of this cycle still wait%s in the inbox; confirmed later, they add nothing.",
		    waiting, waiting == 1 ? "" : "s", waiting == 1 ? "s" : "");
		renewing_warn(w, "waiting", text);
	}
	if (planned) {
		snprintf(text, sizeof text, "%zu entr%s of this cycle %s only planned; done later, they add nothing.",
		    planned, planned == 1 ? "y" : "ies", planned == 1 ? "is" : "are");
		renewing_warn(w, "planned", text);
	}
}

/* ---- afterwards */

/* The open cycle as it is now, kept, in the open object of the reply. */
int renewing_write_now(struct call *c, struct jsonw *w, struct err *err)
{
	struct standing s;
	int rc;

	if (standing_keep(c->d, &c->subject, c->arena, err) ||
	    standing_load(c->d, &c->subject, 0, c->arena, &s, err))
		return -1;
	rc = standing_pending(c->d, &s, c->arena, err) || standing_sent(c->d, &s, c->arena, err) ? -1 : 0;
	if (!rc)
		view_status_members(w, &s);
	standing_free(&s);
	return rc;
}
