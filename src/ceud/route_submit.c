/* Submitting: what was sent in is frozen. */
#include <stdio.h>

#include "args.h"
#include "ceud.h"
#include "renewing.h"

static int refuse_submitted(const struct standing *s, struct err *err)
{
	char date[48], counted[32];

	err_set(err, ERR_RULE, "cycle-submitted", "This cycle was submitted on %s with %s units.",
	    date_text(s->sent.on, DATE_FULL, date, sizeof date),
	    units_text(s->sent.counted, counted, sizeof counted));
	return err_next(err, "When the issuer has accepted it: ceu renew");
}

static int check_submit(const struct standing *s, day_t on, int yes, struct err *err)
{
	if (s->sent.id)
		return refuse_submitted(s, err);
	if (s->verdict.state == CYCLE_LAPSED)
		return renewing_refuse_lapsed(s, err);
	if (on > s->today) {
		err_set(err, ERR_RULE, "submit-future", "What was not sent yet cannot be on record as sent.");
		return err_next(err, "On that day: ceu submit");
	}
	if (renewing_check_window(s, on, err))
		return -1;
	if (yes || renewing_is_done(&s->verdict, s->program))
		return 0;
	return renewing_refuse_not_done(s, "To record it all the same: ceu submit --yes", err);
}

/* The entries and the verdict, as they are at this moment. */
static int freeze(struct call *c, const struct standing *s, struct buf *out, struct err *err)
{
	struct jsonw w;

	jsonw_begin(&w, out);
	jsonw_object(&w, NULL);
	view_status(&w, "status", s);
	jsonw_array(&w, "entries");
	for (size_t i = 0; i < s->entries.n; i++) {
		struct entry_view v = { .entry = &s->entries.items[i], .program = s->program, .standing = s, .at = i };

		if (s->entries.items[i].is_void)
			continue;
		if (view_files(c->d, &v, c->arena, err))
			return -1;
		view_entry(&w, NULL, &v);
	}
	jsonw_end_array(&w);
	jsonw_end_object(&w);
	return out->failed ? err_oom(err) : 0;
}

static int store_submission(struct call *c, const struct standing *s, day_t on, struct err *err)
{
	struct submission sub = { .cycle = s->cycle.id, .at = c->d->now, .on = on, .counted = s->verdict.counted,
		.required = s->verdict.required };
	struct buf body = BUF_INIT;
	int rc = freeze(c, s, &body, err);

	sub.body = buf_str(&body);
	if (!rc)
		rc = submission_add(c->d->store, &c->actor, &sub, err);
	buf_free(&body);
	return rc;
}

static void warn_after(struct jsonw *w, const struct standing *s)
{
	char text[200], date[48];

	if (s->today > s->cycle.end)
		return;
	date_text(s->cycle.end, DATE_LONG, date, sizeof date);
	snprintf(text, sizeof text,
	    "What you do until %s still belongs to this cycle and adds nothing to what was submitted.", date);
	renewing_warn(w, "early",
	    s->program->early_next ? "What you do from now on belongs to the next cycle." : text);
}

static int submit(struct call *c, const struct standing *s, day_t on, struct err *err)
{
	struct jsonw w;

	if (cycle_lock(c->d->store, s->cycle.id, err) || store_submission(c, s, on, err))
		return -1;
	jsonw_begin(&w, &c->reply.body);
	jsonw_object(&w, NULL);
	if (renewing_write_now(c, &w, err))
		return -1;
	jsonw_array(&w, "warnings");
	renewing_warn_open_ends(&w, s, s->program->early_next ? on : s->cycle.counts_until);
	warn_after(&w, s);
	jsonw_end_array(&w);
	jsonw_end_object(&w);
	return views_done(c, err);
}

int route_submit(struct call *c, struct err *err)
{
	static const char *const members[] = { "on", "yes" };
	struct standing s;
	day_t on = person_today(c->d, &c->subject);
	int yes = 0, rc;

	if (args_only(c, members, 2, err) || args_day(c->body, "on", on, DATE_BACK, &on, err) < 0 ||
	    args_flag(c->body, "yes", &yes, err) < 0 || standing_load(c->d, &c->subject, 0, c->arena, &s, err))
		return -1;
	rc = standing_sent(c->d, &s, c->arena, err) || check_submit(&s, on, yes, err) ||
	    standing_pending(c->d, &s, c->arena, err) || submit(c, &s, on, err) ? -1 : 0;
	standing_free(&s);
	return rc;
}
