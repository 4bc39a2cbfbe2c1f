/* Which reminder is due.  A rung's day is the end of the cycle less the rung; of "open" the first day to send in. */
#include "rules/ladder.h"

enum {
	CLOSE_DAYS = 30,		/* who joins with this much left or less hears at once */
	APART_DAYS = 6,			/* between two mails, as long as the end is far */
	FAR_DAYS = 14,			/* the end is far with more than these left */
	LAST_WEEK = 6,			/* 6 to 0 days left */
	LAST_WEEK_MAILS = 3,
	INBOX_DAYS = 14, INBOX_APART = 42,
	COMPLETE_AFTER = 2,		/* the end, if there is no longer grace */
	LAPSED_LATE = 60,		/* a lapse notice is none any more */
	BEFORE_MAX = 3650, AFTER_MAX = 365
};

const char *rung_outcome_name(enum rung_outcome o)
{
	static const char *const names[RUNG_OUTCOMES] = { "mailed", "superseded", "before-enrolment",
		"not-needed", "muted", "too-soon", "no-address" };

	return (size_t)o < RUNG_OUTCOMES ? names[o] : "unknown";
}

/* What a person writes are days; a word among them is passed over. */
static void copy_days(const struct ladder *from, struct ladder *ret)
{
	ret->n = 0;
	ret->is_set = 1;
	for (size_t i = 0; i < from->n; i++)
		if (from->rungs[i] < LADDER_OPEN)
			ret->rungs[ret->n++] = from->rungs[i];
}

void ladders_choose(const struct ladders *installation, const struct ladders *program, const struct ladder *person,
    struct ladders *ret)
{
	static const struct ladder nothing = { .is_set = 0 };

	for (int k = 0; k < LADDER_KINDS; k++) {
		int is_hers = k == LADDER_BEHIND || k == LADDER_ON_PACE;

		if (is_hers && person && person->is_set)
			copy_days(person, &ret->of[k]);
		else if (program && program->of[k].is_set)
			ret->of[k] = program->of[k];
		else
			ret->of[k] = installation ? installation->of[k] : nothing;
	}
}

int ladder_kind_of(const struct ladder_facts *f)
{
	switch (f->state) {
	case CYCLE_SUBMITTED:
		return -1;
	case CYCLE_DONE:
		return LADDER_COMPLETE;
	case CYCLE_ON_TRACK:
		return f->today > f->end ? LADDER_LAPSED : LADDER_ON_PACE;
	case CYCLE_AT_RISK:
	case CYCLE_OFF_TRACK:
	case CYCLE_LAPSED:
		break;
	}
	return f->today > f->end ? LADDER_LAPSED : LADDER_BEHIND;
}

static int is_among(const int *rungs, size_t n, int rung)
{
	for (size_t i = 0; i < n; i++)
		if (rungs[i] == rung)
			return 1;
	return 0;
}

static int is_taken(const struct ladder_facts *f, int rung)
{
	return is_among(f->taken, f->ntaken, rung);
}

static int is_in_force(const struct ladder_facts *f, int rung)
{
	int k = ladder_kind_of(f);

	return k >= 0 && is_among(f->ladders->of[k].rungs, f->ladders->of[k].n, rung);
}

/* DAY_NONE: a rung without a day of its own, or whose day never comes. */
static day_t day_of(const struct ladder_facts *f, int rung)
{
	if (rung < LADDER_OPEN)
		return f->end - rung;
	return rung == LADDER_OPEN ? f->opens : DAY_NONE;
}

static int has_come(const struct ladder_facts *f, int rung)
{
	day_t day = day_of(f, rung);

	return day != DAY_NONE && day <= f->today;
}

/* Both have a day.  "open" says more than a number of the same day. */
static int is_wider(const struct ladder_facts *f, int a, int b)
{
	day_t day = day_of(f, a), other = day_of(f, b);

	return day < other || (day == other && b == LADDER_OPEN && a != LADDER_OPEN);
}

/* A moved cycle can leave a taken rung whose day is still to come; it says nothing about wider ones. */
static int tighter_one_taken(const struct ladder_facts *f, int rung)
{
	for (size_t i = 0; i < f->ntaken; i++)
		if (has_come(f, f->taken[i]) && is_wider(f, rung, f->taken[i]))
			return 1;
	return 0;
}

/* The last of the three is kept for the last day. */
static int is_last_week_full(const struct ladder_facts *f)
{
	size_t n = 0, most = LAST_WEEK_MAILS;

	for (size_t i = 0; i < f->nmailed; i++)
		n += f->mailed[i] >= f->end - LAST_WEEK && f->mailed[i] <= f->end;
	if (f->today < f->end && is_in_force(f, 0) && !is_taken(f, 0))
		most--;
	return n >= most;
}

static int is_too_soon(const struct ladder_facts *f)
{
	day_t left = f->end - f->today;
	day_t apart = left > FAR_DAYS ? APART_DAYS : 1;

	for (size_t i = 0; i < f->nmailed; i++)
		if (f->mailed[i] > f->today - apart && f->mailed[i] < f->today + apart)
			return 1;
	return left >= 0 && left <= LAST_WEEK && is_last_week_full(f);
}

static day_t complete_until(const struct ladder_facts *f)
{
	return f->end + (f->grace_days > COMPLETE_AFTER ? f->grace_days : COMPLETE_AFTER);
}

static int is_too_late(const struct ladder_facts *f, int rung, day_t day)
{
	if (ladder_kind_of(f) == LADDER_COMPLETE)
		return f->today > complete_until(f);
	return rung < 0 && ((rung < -1 && -rung > f->grace_days) || f->today - day > LAPSED_LATE);
}

/* What becomes of a rung whose day that is, were it the only one. */
static enum rung_outcome fate_of(const struct ladder_facts *f, int rung, day_t day)
{
	if (f->enrolled > f->end || (f->end - f->enrolled > CLOSE_DAYS && day <= f->enrolled))
		return RUNG_BEFORE_ENROLMENT;
	if (!is_in_force(f, rung) || is_too_late(f, rung, day))
		return RUNG_NOT_NEEDED;
	if (f->muted_until != DAY_NONE && day <= f->muted_until)
		return RUNG_MUTED;
	if (!f->has_address)
		return RUNG_NO_ADDRESS;
	return is_too_soon(f) ? RUNG_TOO_SOON : RUNG_MAILED;
}

static int is_bypassed(enum rung_outcome o)
{
	return o == RUNG_BEFORE_ENROLMENT || o == RUNG_NOT_NEEDED;
}

static int reached_waits(const struct ladder_facts *f)
{
	return fate_of(f, LADDER_REACHED, f->today) == RUNG_TOO_SOON;
}

/* Reached, and nothing was said of it yet. */
static int is_reached(const struct ladder_facts *f)
{
	return f->state == CYCLE_DONE && is_in_force(f, LADDER_REACHED) && !is_taken(f, LADDER_REACHED);
}

/* DAY_NONE: no day with these facts. */
static day_t inbox_day(const struct ladder_facts *f)
{
	day_t day = f->inbox_since;

	if (day == DAY_NONE)
		return DAY_NONE;
	day = (day < f->enrolled ? f->enrolled : day) + INBOX_DAYS;
	if (f->inbox_mailed != DAY_NONE && f->inbox_mailed + INBOX_APART > day)
		day = f->inbox_mailed + INBOX_APART;
	return f->end - day > INBOX_DAYS ? day : DAY_NONE;
}

/* A mail that tells of the inbox as well. */
static int rung_is_near(const struct ladder_facts *f)
{
	int k = ladder_kind_of(f);

	for (size_t i = 0; k >= 0 && i < f->ladders->of[k].n; i++) {
		int rung = f->ladders->of[k].rungs[i];
		day_t day = day_of(f, rung);

		if (day != DAY_NONE && day > f->today && day < f->today + APART_DAYS && !is_taken(f, rung))
			return 1;
	}
	return 0;
}

static int inbox_goes(const struct ladder_facts *f)
{
	day_t day = inbox_day(f);

	return day != DAY_NONE && day <= f->today && f->end - f->today > INBOX_DAYS &&
	    fate_of(f, LADDER_INBOX, f->today) == RUNG_MAILED && !rung_is_near(f);
}

static int next_inbox(const struct ladder_facts *f)
{
	int last = LADDER_INBOX;

	for (size_t i = 0; i < f->ntaken; i++)
		if (f->taken[i] > last && f->taken[i] < LADDER_REACHED)
			last = f->taken[i];
	return last + 1;
}

/* Keeps out[] widest first. */
static size_t insert(const struct ladder_facts *f, struct rung_decision *out, size_t n, int rung)
{
	size_t at = n;

	for (size_t i = 0; i < n; i++)
		if (out[i].rung == rung)
			return n;
	for (; at > 0 && is_wider(f, rung, out[at - 1].rung); at--)
		out[at] = out[at - 1];
	out[at].rung = rung;
	return n + 1;
}

static size_t collect(const struct ladder_facts *f, struct rung_decision *out)
{
	size_t n = 0;

	for (int k = 0; k < LADDER_KINDS; k++) {
		const struct ladder *l = &f->ladders->of[k];

		for (size_t i = 0; i < l->n; i++)
			if (has_come(f, l->rungs[i]) && !is_taken(f, l->rungs[i]))
				n = insert(f, out, n, l->rungs[i]);
	}
	return n;
}

static int inbox_is_due(const struct ladder_facts *f)
{
	return next_inbox(f) < LADDER_REACHED && inbox_goes(f);
}

size_t ladder_decide(const struct ladder_facts *f, struct rung_decision out[LADDER_RUNGS_MAX])
{
	size_t n = collect(f, out), ndays = n;
	int tells = 0, mails = 0;	/* something tighter is there; a mail goes */

	if (is_reached(f) && !reached_waits(f)) {
		out[n].rung = LADDER_REACHED;
		out[n].outcome = fate_of(f, LADDER_REACHED, f->today);
		tells = !is_bypassed(out[n++].outcome);
	}
	for (size_t i = ndays; i-- > 0;) {
		enum rung_outcome o = fate_of(f, out[i].rung, day_of(f, out[i].rung));

		if (!is_bypassed(o) && (tells || tighter_one_taken(f, out[i].rung)))
			o = RUNG_SUPERSEDED;
		tells |= !is_bypassed(o);
		mails |= o == RUNG_MAILED;
		out[i].outcome = o;
	}
	if (!mails && inbox_is_due(f)) {
		out[n].rung = next_inbox(f);
		out[n++].outcome = RUNG_MAILED;
	}
	return n;
}

/* Of what waits for its day. */
static int goes_on(const struct ladder_facts *f, day_t day)
{
	struct ladder_facts then = *f;

	then.today = day;
	return (is_reached(&then) && !reached_waits(&then)) || inbox_is_due(&then);
}

/* The first of the days on which what waits may be free to go: nothing changes for it between them. */
static day_t waiting_next(const struct ladder_facts *f)
{
	day_t days[2 * LADDER_MAILED_MAX + 8], next = DAY_NONE;
	size_t n = 0;

	for (size_t i = 0; i < f->nmailed && i < LADDER_MAILED_MAX; i++) {
		days[n++] = f->mailed[i] + 1;
		days[n++] = f->mailed[i] + APART_DAYS;
	}
	days[n++] = f->today;
	days[n++] = f->end - FAR_DAYS;
	days[n++] = f->end;
	days[n++] = f->end + 1;
	days[n++] = complete_until(f) + 1;
	days[n++] = inbox_day(f);
	if (f->muted_until != DAY_NONE)
		days[n++] = f->muted_until + 1;
	for (size_t i = 0; i < n; i++)
		if (days[i] >= f->today && (next == DAY_NONE || days[i] < next) && goes_on(f, days[i]))
			next = days[i];
	return next;
}

day_t ladder_next(const struct ladder_facts *f)
{
	day_t next = DAY_NONE;

	for (int k = 0; k < LADDER_KINDS; k++) {
		const struct ladder *l = &f->ladders->of[k];

		for (size_t i = 0; i < l->n; i++) {
			day_t day = day_of(f, l->rungs[i]);

			if (day != DAY_NONE && (next == DAY_NONE || day < next) && !is_taken(f, l->rungs[i]))
				next = day;
		}
	}
	if (next != DAY_NONE && next <= f->today)
		return f->today;
	if (is_reached(f) || inbox_day(f) != DAY_NONE) {
		day_t day = waiting_next(f);

		if (day != DAY_NONE && (next == DAY_NONE || day < next))
			next = day;
	}
	return next;
}
