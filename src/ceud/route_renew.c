/* Renewing: the old cycle is closed, the next one follows it. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "args.h"
#include "base/arena.h"
#include "ceud.h"
#include "cycling.h"
#include "programs.h"
#include "renewing.h"

/* ---- the plan of it */

struct renewal {
	struct standing old;
	const struct program *next;
	int reinstates;			/* a lapsed one, by an admin */
	day_t counts_until;		/* of the old one: its last day that counts */
	struct verdict closing;		/* of the old one with that day */
	struct cycle dates; day_t anchor;	/* of the next one */
	day_t counts_from;
	int64_t carries;
};

static int judge_until(const struct standing *s, day_t until, struct verdict *ret, struct err *err)
{
	struct credit_cycle cycle = standing_cycle(s);

	cycle.counts_until = until;
	return credit_evaluate(s->program, &cycle, s->facts, s->entries.n, s->today, ret, err);
}

/* Of grace days that earn: only as many as it needs stay with the old cycle. */
static int last_needed(const struct standing *s, day_t *ret, struct err *err)
{
	day_t last = s->today < s->cycle.counts_until ? s->today : s->cycle.counts_until;
	struct verdict v;

	if (last < s->cycle.end)
		last = s->cycle.end;
	*ret = s->cycle.end;
	for (size_t i = 0; *ret < last; i++) {
		int done;

		if (judge_until(s, *ret, &v, err))
			return -1;
		done = renewing_is_done(&v, s->program);
		verdict_free(&v);
		if (done)
			break;
		while (i < s->entries.n && s->entries.items[i].day <= *ret)
			i++;
		*ret = i < s->entries.n && s->entries.items[i].day < last ? s->entries.items[i].day : last;
	}
	return 0;
}

/* What was there when it was sent in stays with it: in grace days that it did not need, too, and also what is dated after
 * the day that was named for sending. */
static day_t last_sent(const struct standing *s, day_t from)
{
	for (size_t i = 0; s->sent.id && i < s->entries.n; i++) {
		enum entry_state state = s->verdict.entries[i].state;

		if (s->entries.items[i].day > from && state != ENTRY_VOID && state != ENTRY_LATE && state != ENTRY_PLANNED)
			from = s->entries.items[i].day;
	}
	return from;
}

static int find_last_day(struct renewal *r, struct err *err)
{
	const struct standing *s = &r->old;
	day_t from = s->sent.id ? s->sent.on : s->today;

	if (r->reinstates) {
		r->counts_until = s->today - 1 < s->cycle.counts_until ? s->today - 1 : s->cycle.counts_until;
		return 0;
	}
	if (s->program->early_next && from < s->cycle.end) {
		r->counts_until = last_sent(s, from > s->cycle.counts_from ? from : s->cycle.counts_from);
		return 0;
	}
	if (last_needed(s, &r->counts_until, err))
		return -1;
	r->counts_until = last_sent(s, r->counts_until);
	return 0;
}

static int find_dates(struct renewal *r, const char *until, struct err *err)
{
	const struct standing *s = &r->old;
	int months = r->next->cycle_months;

	if (r->reinstates) {
		r->dates = cycle_starting(s->today, months);
		r->anchor = cycling_anchor(r->dates, months);
		r->counts_from = s->today;
	} else {
		r->dates = cycling_next(s->cycle.end, s->cycle.anchor_end, months, &r->anchor);
		r->counts_from = r->counts_until + 1;
	}
	if (!until)
		return 0;
	if (date_parse(until, s->today, DATE_FORWARD, &r->dates.end, err))
		return -1;
	r->anchor = r->dates.end;
	if (r->dates.end >= r->dates.start && r->dates.end >= r->counts_from)
		return 0;
	err_set(err, ERR_RULE, "until-before-start", "The next cycle would end before it starts.");
	return err_next(err, "Name a later day, or leave --until out.");
}

/* Under the program on offer now; units of another program do not carry into it. */
static int find_next(struct ceud *d, struct renewal *r, struct err *err)
{
	const struct standing *s = &r->old;
	const char *id = *s->person.program ? s->person.program : s->program->id;

	return programs_get(d, id, &r->next, err);
}

static int work_out(struct call *c, struct renewal *r, const char *until, struct err *err)
{
	struct credit_cycle cycle = standing_cycle(&r->old);

	if (find_next(c->d, r, err) || find_last_day(r, err) || find_dates(r, until, err) ||
	    judge_until(&r->old, r->counts_until, &r->closing, err))
		return -1;
	cycle.counts_until = r->counts_until;
	if (!r->reinstates && !strcmp(r->next->id, r->old.program->id))
		r->carries = credit_carry(r->old.program, &cycle, r->old.facts, r->old.entries.n, &r->closing);
	return 0;
}

/* Released with renewal_free(), also after a failure. */
static int renewal_make(struct call *c, const char *until, int reinstates, struct renewal *r, struct err *err)
{
	memset(r, 0, sizeof *r);
	if (standing_load(c->d, &c->subject, 0, c->arena, &r->old, err))
		return -1;
	r->reinstates = reinstates && r->old.verdict.state == CYCLE_LAPSED;
	if (standing_sent(c->d, &r->old, c->arena, err) || standing_pending(c->d, &r->old, c->arena, err))
		return -1;
	return work_out(c, r, until, err);
}

static void renewal_free(struct renewal *r)
{
	verdict_free(&r->closing);
	standing_free(&r->old);
}

static int check_renew(const struct renewal *r, struct err *err)
{
	const struct standing *s = &r->old;

	if (r->reinstates)
		return 0;
	if (s->verdict.state == CYCLE_LAPSED)
		return renewing_refuse_lapsed(s, err);
	if (!s->sent.id && !renewing_is_done(&s->verdict, s->program))
		return renewing_refuse_not_done(s, "If the issuer has accepted it all the same: ceu submit --yes", err);
	return s->sent.id ? 0 : renewing_check_window(s, s->today, err);
}

/* ---- what it would do */

static void write_old(struct jsonw *w, const char *name, const struct renewal *r, int with_state)
{
	jsonw_object(w, name);
	jsonw_day(w, "start", r->old.cycle.start);
	jsonw_day(w, "end", r->old.cycle.end);
	jsonw_units(w, "counted", r->closing.counted);
	jsonw_units(w, "required", r->closing.required);
	if (with_state)
		jsonw_str(w, "state", cycle_state_name(r->old.verdict.state));
	jsonw_end_object(w);
}

static void warn_boundary(struct jsonw *w, const struct renewal *r)
{
	const struct standing *s = &r->old;
	char text[200], date[48];

	if (r->counts_until < s->cycle.end) {
		snprintf(text, sizeof text, "What you do after %s belongs to the next cycle.",
		    date_text(r->counts_until, DATE_LONG, date, sizeof date));
		renewing_warn(w, "early", text);
	} else if (s->today <= s->cycle.end) {
		snprintf(text, sizeof text, "What you do until %s belongs to the old cycle and adds nothing any more.",
		    date_text(s->cycle.end, DATE_LONG, date, sizeof date));
		renewing_warn(w, "early", text);
	}
}

static void warn_surplus(struct jsonw *w, const struct renewal *r)
{
	int64_t surplus = r->closing.counted - r->closing.required - r->carries;
	char text[120], units[32];

	if (r->reinstates || surplus <= 0)
		return;
	snprintf(text, sizeof text, "%s units beyond what is required end with the old cycle.",
	    units_text(surplus, units, sizeof units));
	renewing_warn(w, "surplus", text);
}

static void write_warnings(struct jsonw *w, const struct renewal *r, const struct err *refused)
{
	jsonw_array(w, "warnings");
	if (refused)
		renewing_warn(w, refused->code, refused->what);
	else if (r->reinstates)
		renewing_warn(w, "cycle-lapsed",
		    "The old cycle has lapsed. What it holds is kept and counts nowhere else.");
	else if (!r->old.sent.id)
		renewing_warn(w, "not-submitted", "It is not on record that this cycle was sent in: ceu submit");
	if (!r->reinstates) {
		renewing_warn_open_ends(w, &r->old, r->counts_until);
		warn_boundary(w, r);
		warn_surplus(w, r);
	}
	jsonw_end_array(w);
}

static void write_preview(struct jsonw *w, const struct renewal *r, const struct err *refused)
{
	jsonw_object(w, NULL);
	write_old(w, "closes", r, 1);
	jsonw_object(w, "opens");
	jsonw_day(w, "start", r->dates.start);
	jsonw_day(w, "end", r->dates.end);
	jsonw_str(w, "program", r->next->id);
	jsonw_str(w, "program_name", r->next->name);
	jsonw_end_object(w);
	jsonw_units(w, "carries", r->carries);
	jsonw_str(w, "unit", r->next->unit);
	write_warnings(w, r, refused);
	jsonw_bool(w, "possible", !refused);
	jsonw_end_object(w);
}

int route_renew_preview(struct call *c, struct err *err)
{
	struct renewal r;
	struct err refused = { 0 };
	struct jsonw w;
	int rc = renewal_make(c, request_query(c->request, "until"), c->caller.is_admin, &r, err);

	if (!rc) {
		int is_refused = check_renew(&r, &refused);

		jsonw_begin(&w, &c->reply.body);
		write_preview(&w, &r, is_refused ? &refused : NULL);
		rc = views_done(c, err);
	}
	renewal_free(&r);
	return rc;
}

/* ---- doing it */

/* What came after an early submission was kept as late; it belongs to the next cycle now. */
static int release_late(struct call *c, const struct renewal *r, struct err *err)
{
	for (size_t i = 0; i < r->old.entries.n; i++) {
		struct entry e = r->old.entries.items[i];

		if (e.day <= r->counts_until || !e.is_late || e.is_void)
			continue;
		e.is_late = 0;
		if (entry_update(c->d->store, &c->actor, "renew", &e, err))
			return -1;
	}
	return 0;
}

static const char *closing_text(struct call *c, const struct renewal *r, const char *because)
{
	char text[1400], start[48], end[48], counted[32], required[32];

	snprintf(text, sizeof text, "%s: close %s to %s with %s of %s%s%s", r->reinstates ? "reinstate" : "renew",
	    date_text(r->old.cycle.start, DATE_LONG, start, sizeof start),
	    date_text(r->old.cycle.end, DATE_LONG, end, sizeof end),
	    units_text(r->closing.counted, counted, sizeof counted),
	    units_text(r->closing.required, required, sizeof required), because ? ": " : "", because ? because : "");
	return arena_strdup(c->arena, text);
}

static int close_old(struct call *c, const struct renewal *r, const char *because, struct err *err)
{
	const struct cycle_row *old = &r->old.cycle;
	struct cycle_found found = { .counted = r->closing.counted, .required = r->closing.required,
	    .state = r->old.verdict.state, .chance = r->old.verdict.chance, .next_check = DAY_NONE,
	    .next_rung = DAY_NONE };
	const char *text = closing_text(c, r, because), *action = r->reinstates ? "reinstate" : "renew";

	if (!text)
		return err_oom(err);
	return cycle_lock(c->d->store, old->id, err) || cycle_keep(c->d->store, old->id, &found, err) ||
	    cycle_close(c->d->store, &c->actor, action, old->id, r->counts_until, text, err) ||
	    release_late(c, r, err) ? -1 : 0;
}

static int open_next(struct call *c, const struct renewal *r, struct err *err)
{
	struct cycle_row row = { .start = r->dates.start, .end = r->dates.end, .anchor_end = r->anchor,
		.counts_from = r->counts_from, .counts_until = cycling_counts(r->next, r->dates).end,
		.carried = r->carries };

	return cycling_open(c, &c->subject, r->next, &row, err);
}

static int renew(struct call *c, const struct renewal *r, const char *because, struct err *err)
{
	struct jsonw w;

	if (close_old(c, r, because, err) || open_next(c, r, err))
		return -1;
	jsonw_begin(&w, &c->reply.body);
	jsonw_object(&w, NULL);
	if (renewing_write_now(c, &w, err))
		return -1;
	write_old(&w, "closed", r, 0);
	jsonw_end_object(&w);
	return views_done(c, err);
}

/* What was never sent in may be closed all the same, by who says so. */
static int check_sent(const struct renewal *r, int yes, struct err *err)
{
	if (yes || r->reinstates || r->old.sent.id)
		return 0;
	err_set(err, ERR_RULE, "not-submitted", "It is not on record that this cycle was sent in.");
	err_next(err, "ceu submit");
	return err_next(err, "To close it all the same: ceu renew --yes");
}

/* A reason is for reinstating, and reinstating is for admins. */
static int check_because(const struct call *c, const struct renewal *r, const char *because, struct err *err)
{
	if (!because || r->reinstates)
		return 0;
	if (r->old.verdict.state == CYCLE_LAPSED && !c->caller.is_admin)
		return renewing_refuse_lapsed(&r->old, err);
	err_set(err, ERR_RULE, "not-lapsed", "A reason is for a cycle that has lapsed; this one has not.");
	return err_next(err, "ceu renew");
}

int route_renew(struct call *c, struct err *err)
{
	static const char *const members[] = { "until", "because", "yes" };
	const char *until = NULL, *because = NULL;
	struct renewal r;
	int yes = 0, rc;

	if (args_only(c, members, 3, err) || args_text(c->body, "until", &until, err) < 0 ||
	    args_filled(c->body, "because", NOTE_CHARS, c->arena, &because, err) < 0 ||
	    args_flag(c->body, "yes", &yes, err) < 0)
		return -1;
	rc = renewal_make(c, until, because && c->caller.is_admin, &r, err);
	if (!rc)
		rc = check_because(c, &r, because, err) || check_renew(&r, err) || check_sent(&r, yes, err) ||
		    renew(c, &r, because, err) ? -1 : 0;
	renewal_free(&r);
	return rc;
}
