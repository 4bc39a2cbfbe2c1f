/* The digest: a team's facts as a value tree. */

#include "mail/render.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "tree.h"
#include "words.h"

enum { SOON_DAYS = 60, SUBJECT_MAX = 60, TEAM_MIN = 12, REASON_MAX = 300 };

/* Who needs help first. */
static int rank(enum cycle_state s)
{
	static const int ranks[] = {
		[CYCLE_LAPSED] = 0, [CYCLE_OFF_TRACK] = 1, [CYCLE_DONE] = 2, [CYCLE_AT_RISK] = 3,
		[CYCLE_ON_TRACK] = 4, [CYCLE_SUBMITTED] = 5
	};

	return ranks[s];
}

static int by_need(const void *va, const void *vb)
{
	const struct digest_person *a = va, *b = vb;

	if (a->state != b->state)
		return rank(a->state) - rank(b->state);
	if (a->days_left != b->days_left)
		return a->days_left < b->days_left ? -1 : 1;
	if (a->to_go != b->to_go)
		return a->to_go > b->to_go ? -1 : 1;
	if (strcmp(a->name, b->name) != 0)
		return strcmp(a->name, b->name);
	return a->email != NULL && b->email != NULL ? strcmp(a->email, b->email) : 0;
}

/* In the table: those in need, and who has still to send it in. */
static int is_row(const struct digest_person *p)
{
	return rank(p->state) < rank(CYCLE_ON_TRACK);
}

static int is_problem(const struct digest_person *p)
{
	return p->state == CYCLE_LAPSED || p->state == CYCLE_OFF_TRACK || p->state == CYCLE_AT_RISK;
}

int digest_is_open(const struct digest_person *p)
{
	return p->state == CYCLE_OFF_TRACK || p->state == CYCLE_AT_RISK || p->state == CYCLE_ON_TRACK;
}

static size_t count(const struct digest_facts *f, enum cycle_state s)
{
	size_t n = 0;

	for (size_t i = 0; i < f->npeople; i++)
		n += f->people[i].state == s;
	return n;
}

void digest_name(struct buf *out, const struct digest_person *p)
{
	struct buf clean = BUF_INIT;

	text_clean(&clean, p->name, strlen(p->name), TREE_NAME_MAX + 1);
	if (clean.len == 0)
		buf_puts(&clean, "(no name)");
	if (strlen(buf_str(&clean)) > TREE_NAME_MAX) {		/* perhaps: these are bytes */
		struct buf cut = BUF_INIT;

		text_clean(&cut, buf_str(&clean), clean.len, TREE_NAME_MAX);
		if (cut.len < clean.len)
			buf_puts(&cut, "...");
		buf_puts(out, buf_str(&cut));
		if (cut.failed)
			out->failed = 1;
		buf_free(&cut);
	} else {
		buf_puts(out, buf_str(&clean));
	}
	if (clean.failed)
		out->failed = 1;
	buf_free(&clean);
}

static const char *all_well(const struct digest_facts *f)
{
	size_t done = count(f, CYCLE_DONE) + count(f, CYCLE_SUBMITTED);

	if (f->npeople == 0)
		return "nobody in it yet";
	if (done == 0)
		return "all on track";
	return done == f->npeople ? "all done" : "all on track or done";
}

static void cut_team(struct buf *out, const char *team, size_t most)
{
	text_clean(out, team, strlen(team), TREE_TITLE_MAX);
	if (text_width(buf_str(out)) <= most)
		return;
	words_empty(out);
	text_clean(out, team, strlen(team), most - 3);
	buf_puts(out, "...");
}

static void put_subject(struct values *w, const struct digest_facts *f)
{
	static const struct { enum cycle_state state; const char *name; } kinds[] = {
		{ CYCLE_LAPSED, "lapsed" }, { CYCLE_OFF_TRACK, "off track" }, { CYCLE_AT_RISK, "at risk" } };
	struct buf s = BUF_INIT, team = BUF_INIT;
	day_t next = DAY_NONE;
	char day[WORDS_SIZE];

	for (size_t i = 0; i < 3; i++) {
		size_t n = count(f, kinds[i].state);

		if (n > 0)
			buf_printf(&s, "%s%s %s", s.len > 0 ? ", " : "", words_many(n, day), kinds[i].name);
	}
	if (s.len == 0)
		buf_puts(&s, f->is_all_well ? "all well" : all_well(f));
	for (size_t i = 0; i < f->npeople; i++) {
		const struct digest_person *p = &f->people[i];

		if ((digest_is_open(p) || p->state == CYCLE_DONE) && p->end >= f->today && (next == DAY_NONE || p->end < next))
			next = p->end;
	}
	if (next != DAY_NONE)
		buf_printf(&s, ", next deadline %s", words_day(next, f->today, day));
	cut_team(&team, f->team, s.len + 2 + TEAM_MIN > SUBJECT_MAX ? TEAM_MIN : SUBJECT_MAX - 2 - s.len);
	tree_printf(w, "subject", "%s: %s", buf_str(&team), buf_str(&s));
	if (s.failed || team.failed)
		w->failed = 1;
	buf_free(&s);
	buf_free(&team);
}

/* "Two are off track," and "three at risk.": a first clause with its verb, and the others. */
static void put_head(struct values *w, const struct digest_facts *f)
{
	static const struct { enum cycle_state state; const char *one, *many, *more; } kinds[] = {
		{ CYCLE_LAPSED, "has lapsed", "have lapsed", "lapsed" },
		{ CYCLE_OFF_TRACK, "is off track", "are off track", "off track" },
		{ CYCLE_AT_RISK, "is at risk", "are at risk", "at risk" } };
	char first[64] = "", rest[96] = "", number[WORDS_SIZE];

	for (size_t i = 0; i < 3; i++) {
		size_t n = count(f, kinds[i].state), used = strlen(rest);

		if (n == 0)
			continue;
		words_count(n, number);
		if (first[0] == '\0')
			snprintf(first, sizeof(first), "%s %s", number, n == 1 ? kinds[i].one : kinds[i].many);
		else
			snprintf(rest + used, sizeof(rest) - used, "%s%s %s", used > 0 ? ", " : "", number, kinds[i].more);
	}
	if (first[0] == '\0' && f->is_all_well)
		snprintf(first, sizeof(first), "all is well");
	else if (first[0] == '\0' && f->npeople == 0)
		snprintf(first, sizeof(first), "nobody is in this team yet");
	else if (first[0] == '\0')
		snprintf(first, sizeof(first), "everyone is%s", all_well(f) + strlen("all"));
	words_capital(first);
	tree_text(w, "head", first);
	tree_text(w, "head_rest", rest);
}

static void lead_first(struct buf *out, const struct digest_person *p)
{
	char a[WORDS_SIZE], b[WORDS_SIZE], end[WORDS_SIZE];

	digest_name(out, p);
	if (p->state == CYCLE_LAPSED || p->days_left < 0) {
		buf_printf(out, " had %s of %s %s when the cycle ended on %s.", words_digits(p->counted, a),
		    words_digits(p->required, b), words_unit(p->required), date_text(p->end, DATE_LONG, end, sizeof(end)));
		return;
	}
	buf_printf(out, " needs %s %s %s%s.", words_digits(p->to_go, a), words_unit(p->to_go),
	    words_within(p->days_left, b), p->days_left <= SOON_DAYS ? ": talk this week" : "");
}

int digest_is_one_yes_away(const struct digest_person *p)
{
	return digest_is_open(p) && is_problem(p) && p->to_go > 0 && p->pending >= p->to_go;
}

static void lead_done(struct buf *out, const struct digest *d)
{
	const struct digest_facts *f = d->f;
	size_t n = count(f, CYCLE_DONE);
	char many[WORDS_SIZE];

	if (n == 0)
		return;
	if (out->len > 0)
		buf_putc(out, ' ');
	for (size_t i = 0; n == 1 && i < f->npeople && i < d->most; i++)
		if (f->people[i].state == CYCLE_DONE) {
			digest_name(out, &f->people[i]);
			buf_puts(out, " is complete and has only to send it in.");
			return;
		}
	buf_printf(out, "%s %s complete and %s only to send it in.", words_many(n, many), n == 1 ? "person is" : "people are",
	    n == 1 ? "has" : "have");
}

/* Whom to talk to, and who has only to send it in. */
static void put_lead(struct values *w, const struct digest *d)
{
	const struct digest_facts *f = d->f;
	const struct digest_person *first = NULL;
	struct buf s = BUF_INIT;
	char day[WORDS_SIZE];

	for (size_t i = 0; i < f->npeople && first == NULL; i++) {
		if (is_problem(&f->people[i]))
			first = &f->people[i];
	}
	if (f->is_all_well && f->previous != DAY_NONE)
		buf_printf(&s, "Nothing has changed since %s; this mail is a sign of life.", words_day(f->previous, f->today, day));
	if (first != NULL)
		lead_first(&s, first);
	if (first != NULL && digest_is_one_yes_away(first))
		buf_puts(&s, " All of it waits in the inbox and only needs a yes.");
	lead_done(&s, d);
	if (s.failed)
		w->failed = 1;
	tree_text(w, "lead", buf_str(&s));
	buf_free(&s);
}

/* "On track: hugo, ebba and 3 more." with at most *room names. */
static void put_names(struct buf *out, const struct digest_facts *f, enum cycle_state state, const char *title,
    size_t *room)
{
	size_t n = count(f, state), shown = n < *room ? n : *room, done = 0;
	char many[WORDS_SIZE];

	if (n == 0)
		return;
	buf_printf(out, "%s%s: ", out->len > 0 ? " " : "", title);
	for (size_t i = 0; i < f->npeople && done < shown; i++) {
		if (f->people[i].state != state)
			continue;
		if (done++ > 0)
			buf_puts(out, ", ");
		digest_name(out, &f->people[i]);
	}
	if (shown == 0)
		buf_printf(out, "%s %s.", words_many(n, many), n == 1 ? "person" : "people");
	else if (shown < n)
		buf_printf(out, " and %s more.", words_many(n - shown, many));
	else
		buf_putc(out, '.');
	*room -= shown;
}

static void put_people(struct values *w, const struct digest *d)
{
	const struct digest_facts *f = d->f;
	size_t rows = 0, shown, room;
	struct buf others = BUF_INIT;
	char many[WORDS_SIZE];

	while (rows < f->npeople && is_row(&f->people[rows]))		/* they are sorted */
		rows++;
	shown = rows < d->most ? rows : d->most;
	room = d->most - shown;
	if (shown > 0)
		digest_rows(w, f->people, shown);
	if (rows > shown)
		tree_text(w, "more", words_many(rows - shown, many));
	put_names(&others, f, CYCLE_ON_TRACK, "On track", &room);
	put_names(&others, f, CYCLE_SUBMITTED, "Submitted", &room);
	if (others.failed)
		w->failed = 1;
	tree_text(w, "others", buf_str(&others));
	buf_free(&others);
}

void digest_sort(struct digest_person *people, size_t n)
{
	if (n > 1)
		qsort(people, n, sizeof(*people), by_need);
}

void digest_values(struct values *w, const struct digest *d)
{
	const struct digest_facts *f = d->f;
	char day[WORDS_SIZE];

	value_object(w, NULL);
	value_text(w, "title", "Team digest");
	tree_place(w, f->organisation, NULL, f->url);
	tree_clean(w, "team", f->team, TREE_TITLE_MAX);
	tree_clean(w, "name", f->lead_name, TREE_TITLE_MAX);
	tree_clean(w, "every", f->every, TREE_TITLE_MAX);
	tree_text(w, "today", date_text(f->today, DATE_LONG, day, sizeof(day)));
	put_subject(w, f);
	put_head(w, f);
	put_lead(w, d);
	put_people(w, d);
	digest_news(w, d);
	digest_help(w, d);
	digest_deadlines(w, d);
	digest_limits(w, d);
	digest_evidence(w, d);
	tree_clean(w, "held_feeds", f->held_feeds, REASON_MAX);
	value_bool(w, "has_csv", f->has_csv);
	value_bool(w, "has_off_switch", f->has_off_switch);
	value_end(w);
}

/* Names may be long, and in HTML much longer: then fewer are named, so that no mail program cuts the mail. */
int render_digest(const struct render *r, struct digest_facts *f, struct rendered *ret, struct err *err)
{
	struct digest d = { f, TREE_PEOPLE_MAX };
	struct rendered out;

	digest_sort(f->people, f->npeople);
	for (;; d.most -= d.most / 4) {
		struct values w = VALUES_INIT;

		digest_values(&w, &d);
		if (render_tree(r, "digest", &w, &out, err) < 0)
			return -1;
		if (out.html.len < TREE_HTML_MAX || d.most <= TREE_PEOPLE_LEAST)
			break;
		rendered_free(&out);
	}
	*ret = out;
	return 0;
}
