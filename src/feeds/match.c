/* What an event is taken for, and why. */
#include "feeds/match.h"
#include "base/arena.h"
#include "base/err.h"
#include "base/text.h"
#include "lessons.h"
#include "matcher.h"

#include <stdlib.h>
#include <string.h>

enum {
	BREAK_FROM = 360, BREAK = 60,	/* minutes */
	QUOTED_MAX = 84			/* bytes of a title that a sentence quotes */
};

/* What was decided, and by what. */
struct guess {
	const struct matcher *m;
	const struct match_calendar *calendar;
	const struct event *event;
	struct learned learned[LESSON_TARGETS];
	const struct lesson *known;		/* she entered one like it */
	const struct match_rule *target_rule[LESSON_TARGETS], *breaks, *per_day;
	const struct match_rule *personal, *admin, *example;	/* the first of each that says propose or ignore */
	int by_lesson[LESSON_TARGETS], by_calendar[LESSON_TARGETS];
	struct match_guess out;
};

static const char *rule_word(const struct match_rule *r, int t)
{
	return t == LESSON_CATEGORY ? r->category : t == LESSON_COMPETENCIES ? r->competencies : r->provider;
}

static const char **target(struct guess *g, int t)
{
	return t == LESSON_CATEGORY ? &g->out.category
	    : t == LESSON_COMPETENCIES ? &g->out.competencies : &g->out.provider;
}

static int is_set(const char *s)
{
	return s != NULL && s[0] != '\0';
}

static void take_rule(struct guess *g, const struct match_rule *r)
{
	const struct match_rule **says =
	    r->origin == MATCH_PERSONAL ? &g->personal : r->origin == MATCH_ADMIN ? &g->admin : &g->example;

	for (int t = 0; t < LESSON_TARGETS; t++) {
		if (!is_set(*target(g, t)) && is_set(rule_word(r, t))) {
			*target(g, t) = rule_word(r, t);
			g->target_rule[t] = r;
		}
	}
	if (g->breaks == NULL && r->break_minutes >= 0)
		g->breaks = r;
	if (g->per_day == NULL && r->per_day > 0)
		g->per_day = r;
	if (*says == NULL && r->verdict != MATCH_SILENT)
		*says = r;
}

static void take_lessons_and_calendar(struct guess *g)
{
	const char *const own[LESSON_TARGETS] = { g->calendar->category, g->calendar->competencies, "" };

	for (int t = 0; t < LESSON_TARGETS; t++) {
		const char **to = target(g, t);

		if (is_set(*to))
			continue;
		g->by_lesson[t] = g->learned[t].lesson != NULL;
		g->by_calendar[t] = !g->by_lesson[t] && is_set(own[t]);
		if (g->by_lesson[t])
			*to = lesson_word(g->learned[t].lesson, t);
		else if (g->by_calendar[t])
			*to = own[t];
	}
}

/* Rules that match come in their order; lessons and the calendar stand between hers and those of admins. */
static void take_all(struct guess *g)
{
	const struct matcher *m = g->m;
	int between = 0;

	for (size_t w = 0; w < m->n / 64 + 1; w++) {
		for (uint64_t bits = m->matched[w]; bits != 0; bits &= bits - 1) {
			const struct match_rule *r = m->rules[w * 64 + (size_t)__builtin_ctzll(bits)].rule;

			if (r->origin != MATCH_PERSONAL && !between) {
				take_lessons_and_calendar(g);
				between = 1;
			}
			take_rule(g, r);
		}
	}
	if (!between)
		take_lessons_and_calendar(g);
	g->out.personal = g->target_rule[LESSON_CATEGORY] != NULL &&
	    g->target_rule[LESSON_CATEGORY]->origin == MATCH_PERSONAL;
}

/* ---- proposed or not, and how long */

static int is_declined(const struct event *e)
{
	return (e->flags & EVENT_DECLINED) != 0;
}

static const struct match_rule *deciding_rule(const struct guess *g)
{
	return g->personal != NULL ? g->personal : is_declined(g->event) ? NULL : g->admin;
}

static void decide(struct guess *g)
{
	const struct match_rule *r = deciding_rule(g);

	if (r != NULL) {
		g->out.is_proposed = r->verdict == MATCH_PROPOSE;
		g->out.rule = r->id;
		return;
	}
	g->out.is_proposed = !is_declined(g->event) &&
	    (g->known != NULL || g->calendar->everything || is_set(g->event->credit) ||
	        (g->example != NULL && g->example->verdict == MATCH_PROPOSE));
}

static void reckon(struct guess *g, int days)
{
	struct match_guess *out = &g->out;
	int minutes = g->event->minutes;

	if (minutes <= 0) {
		if (g->per_day == NULL)
			return;
		out->days = days > 0 ? days : 1;
		out->minutes = out->days * g->per_day->per_day;
		return;
	}
	out->breaks = g->breaks != NULL ? g->breaks->break_minutes : minutes >= BREAK_FROM ? BREAK : 0;
	if (out->breaks >= minutes)
		out->breaks = minutes - 1;
	out->minutes = minutes - out->breaks;
}

/* ---- why */

struct why {
	struct buf text;
	const struct match_rule *said[LESSON_TARGETS + 3];
	size_t nsaid;
	struct arena *arena;
};

static void begin_sentence(struct why *w)
{
	if (w->text.len > 0)
		buf_putc(&w->text, ' ');
}

static void say_rule(struct why *w, const struct match_rule *r, const char *category)
{
	const char *ignores = r->verdict == MATCH_IGNORE ? " ignores it" : "", *text;

	for (size_t i = 0; i < w->nsaid; i++)
		if (w->said[i] == r)
			return;
	w->said[w->nsaid++] = r;
	begin_sentence(w);
	if (r->origin == MATCH_PROGRAM) {
		buf_printf(&w->text, "\"%s\" is an example of %s in the rules.", r->value,
		    is_set(r->category) ? r->category : category);
		return;
	}
	text = match_rule_text(r, w->arena);
	if (text == NULL)
		w->text.failed = 1;
	else if (r->origin == MATCH_ADMIN)
		buf_printf(&w->text, "A rule for everyone%s: %s.", ignores, text);
	else
		buf_printf(&w->text, "Your rule %lld%s: %s.", (long long)r->no, ignores, text);
}

static void say_lesson(struct why *w, const struct lesson *l)
{
	char title[QUOTED_MAX], day[32];

	begin_sentence(w);
	text_excerpt(title, sizeof(title), l->title);
	buf_printf(&w->text, "You entered \"%s\"", title);
	if (is_set(l->category))
		buf_printf(&w->text, " as %s", l->category);
	buf_printf(&w->text, " on %s.", date_text(l->day, DATE_LONG, day, sizeof(day)));
}

static void say_place(struct why *w, const struct learned *l, int t)
{
	begin_sentence(w);
	buf_printf(&w->text, "You entered %zu events of %s%s%s.", l->events, l->place,
	    t == LESSON_COMPETENCIES ? " for " : t == LESSON_CATEGORY ? " as " : ", all by ",
	    lesson_word(l->lesson, t));
}

/* Once for a lesson, however much was learned from it. */
static void say_learned(struct why *w, const struct guess *g)
{
	for (int t = 0; t < LESSON_TARGETS; t++) {
		const struct learned *l = &g->learned[t];
		int again = 0;

		for (int u = 0; u < t; u++)
			again |= g->by_lesson[u] && g->learned[u].lesson == l->lesson && g->learned[u].place == NULL;
		if (!g->by_lesson[t] || again)
			continue;
		if (l->place != NULL)
			say_place(w, l, t);
		else
			say_lesson(w, l->lesson);
	}
}

static void say_calendar(struct why *w, const struct guess *g)
{
	if (!g->by_calendar[LESSON_CATEGORY] && !g->by_calendar[LESSON_COMPETENCIES])
		return;
	begin_sentence(w);
	buf_printf(&w->text, "Calendar %s is for %s%s%s.", g->calendar->name,
	    g->by_calendar[LESSON_CATEGORY] ? g->calendar->category : "",
	    g->by_calendar[LESSON_CATEGORY] && g->by_calendar[LESSON_COMPETENCIES] ? " and " : "",
	    g->by_calendar[LESSON_COMPETENCIES] ? g->calendar->competencies : "");
}

/* Whether the lesson that proposes was named already. */
static int is_told(const struct guess *g)
{
	for (int t = 0; t < LESSON_TARGETS; t++)
		if (g->by_lesson[t] && g->learned[t].lesson == g->known)
			return 1;
	return 0;
}

static void say_verdict(struct why *w, const struct guess *g)
{
	const struct match_rule *r = deciding_rule(g);

	if (r != NULL) {
		say_rule(w, r, "");
	} else if (is_declined(g->event)) {
		begin_sentence(w);
		buf_puts(&w->text, "You declined it.");
	} else if (g->known != NULL) {
		if (!is_told(g))
			say_lesson(w, g->known);
	} else if (g->calendar->everything) {
		begin_sentence(w);
		buf_printf(&w->text, "Everything in calendar %s is proposed.", g->calendar->name);
	} else if (g->example != NULL && g->example->verdict == MATCH_PROPOSE) {
		say_rule(w, g->example, g->out.category);
	} else if (is_set(g->event->credit)) {
		begin_sentence(w);
		buf_printf(&w->text, "Its text says \"%s\".", g->event->credit);
	} else {
		begin_sentence(w);
		buf_puts(&w->text, "Nothing says that it is learning.");
	}
}

static void put_hours(struct buf *out, int minutes)
{
	buf_printf(out, "%d:%02d", minutes / 60, minutes % 60);
}

static void say_minutes(struct why *w, const struct guess *g)
{
	const struct match_guess *out = &g->out;

	if (out->days > 0) {
		say_rule(w, g->per_day, out->category);
		begin_sentence(w);
		buf_printf(&w->text, "%d %s of ", out->days, out->days == 1 ? "day" : "days");
		put_hours(&w->text, g->per_day->per_day);
		buf_putc(&w->text, '.');
	} else if (out->breaks > 0) {
		if (g->breaks != NULL)
			say_rule(w, g->breaks, out->category);
		begin_sentence(w);
		put_hours(&w->text, out->minutes + out->breaks);
		buf_puts(&w->text, " scheduled less ");
		put_hours(&w->text, out->breaks);
		buf_puts(&w->text, " for breaks.");
	}
}

static int explain(struct guess *g, struct arena *a, struct err *err)
{
	struct why w = { .arena = a };

	if (!g->out.is_proposed)
		say_verdict(&w, g);
	for (int t = 0; t < LESSON_TARGETS; t++)
		if (g->target_rule[t] != NULL && g->target_rule[t]->origin == MATCH_PERSONAL)
			say_rule(&w, g->target_rule[t], g->out.category);
	say_learned(&w, g);
	say_calendar(&w, g);
	for (int t = 0; t < LESSON_TARGETS; t++)
		if (g->target_rule[t] != NULL)
			say_rule(&w, g->target_rule[t], g->out.category);
	if (g->out.is_proposed)
		say_verdict(&w, g);
	say_minutes(&w, g);
	g->out.why = w.text.failed ? NULL : arena_strdup(a, buf_str(&w.text));
	buf_free(&w.text);
	return g->out.why != NULL ? 0 : err_oom(err);
}

static int learn(struct guess *g, struct matcher *m, const struct lessons *l, struct err *err)
{
	const struct buf *title, *host, *domain, *series;
	struct lesson_query q;

	if (l == NULL)
		return 0;
	title = facts_text(&m->facts, MATCH_TITLE);
	host = facts_text(&m->facts, MATCH_HOST);
	domain = facts_text(&m->facts, MATCH_DOMAIN);
	series = facts_text(&m->facts, MATCH_SERIES);
	if (title == NULL || host == NULL || domain == NULL || series == NULL)
		return err_oom(err);
	q = (struct lesson_query){ g->calendar->id, buf_str(series), buf_str(title), buf_str(host),
		buf_str(domain) };
	g->known = lessons_find(l, &q, g->learned);
	return 0;
}

static int guess_with(struct matcher *m, const struct lessons *l, const struct match_calendar *c,
    const struct event *e, int days, struct arena *a, struct match_guess *ret, struct err *err)
{
	struct guess g = { .m = m, .calendar = c, .event = e,
		.out = { .category = "", .competencies = "", .provider = "" } };

	if (matcher_try(m, c, e, err) != 0 || learn(&g, m, l, err) != 0)
		return -1;
	take_all(&g);
	decide(&g);
	reckon(&g, days);
	if (explain(&g, a, err) != 0)
		return -1;
	*ret = g.out;
	return 0;
}

int match_event(const struct matcher *m, const struct lessons *l, const struct match_calendar *c,
    const struct event *e, int days, struct arena *a, struct match_guess *ret, struct err *err)
{
	struct matcher *none;
	int n;

	if (m != NULL)		/* its room for the event at hand is no part of what the caller sees */
		return guess_with((struct matcher *)(uintptr_t)m, l, c, e, days, a, ret, err);
	if (matcher_new(NULL, 0, &none, err) != 0)
		return -1;
	n = guess_with(none, l, c, e, days, a, ret, err);
	matcher_free(none);
	return n;
}
