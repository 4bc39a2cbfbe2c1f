/* Teams and people. */
#include "render.h"

#include <string.h>

#include "base/arena.h"
#include "base/json.h"
#include "base/text.h"
#include "view.h"

enum { BAR_AT = 19, NAME_WIDTH = 14, ROW_AT = 14 };

/* Columns of the team behind the bar, their right ends. */
enum {
	COUNTED_END = BAR_AT + PAGE_SMALL_BAR + 6,
	PENDING_AT = COUNTED_END + 2,
	TO_GO_END = 47,
	DEADLINE_AT = 50,
	CHANCE_END = 67,
	EVIDENCE_END = 79
};

/* Off track before at risk before on track; of equals the nearer deadline. */
static int urgency(struct arena *a, const struct json *person)
{
	static const char *const order[] = { "lapsed", "off-track", "at-risk", "on-track", "submitted",
		"done" };
	const char *state = view_str(a, person, "state");

	for (int i = 0; i < (int)(sizeof order / sizeof *order); i++)
		if (!strcmp(order[i], state))
			return i;
	return -1;
}

static int comes_before(struct arena *a, const struct json *x, const struct json *y)
{
	int ux = urgency(a, x), uy = urgency(a, y);

	return ux != uy ? ux < uy : view_day(x, "end") < view_day(y, "end");
}

static const struct json **sorted(struct arena *a, const struct json *people)
{
	size_t n = json_size(people);
	const struct json **list = arena_alloc(a, (n + 1) * sizeof *list);

	if (!list)
		return NULL;
	for (size_t i = 0; i < n; i++) {
		const struct json *v = json_at(people, i);
		size_t k = i;

		for (; k && comes_before(a, v, list[k - 1]); k--)
			list[k] = list[k - 1];
		list[k] = v;
	}
	return list;
}

static const char *summary(struct arena *a, const struct json *states)
{
	static const struct { const char *id, *words; } order[] = {
		{ "lapsed", "lapsed" }, { "off-track", "off track" }, { "at-risk", "at risk" },
		{ "on-track", "on track" },
		{ "submitted", "submitted" }, { "done", "done" },
	};
	const char *all = "";

	for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
		int64_t n = view_int(states, order[i].id);

		if (n)
			all = view_printf(a, "%s%s%lld %s", all, *all ? ", " : "", (long long)n,
			    order[i].words);
	}
	return all;
}

/* "dana" of dana@example.org when that is enough to tell the people apart. */
static const char *short_person(struct arena *a, const struct json *people, const struct json *person)
{
	const char *mail = view_str(a, person, "person"), *at = strchr(mail, '@');
	size_t len = at ? (size_t)(at - mail) : strlen(mail), same = 0;

	for (size_t i = 0; i < json_size(people); i++) {
		const char *other = view_str(a, json_at(people, i), "person");

		same += !strncmp(other, mail, len) && (other[len] == '@' || !other[len]);
	}
	return same > 1 ? mail : view_printf(a, "%.*s", (int)len, mail);
}

static void team_row(struct page *p, struct arena *a, const struct json *people, const struct json *v,
    int has_chance)
{
	int64_t pending = view_units(v, "pending");
	enum mark mark = render_state_mark(view_str(a, v, "state"));

	page_to(p, 2);
	page_mark(p, mark);
	if (text_width(short_person(a, people, v)) > NAME_WIDTH) {
		page_text(p, INK_PLAIN, short_person(a, people, v));
		page_line(p);
	} else {
		page_text(p, INK_PLAIN, short_person(a, people, v));
	}
	page_to(p, BAR_AT);
	page_bar(p, &(struct bar){ view_units(v, "required"), view_units(v, "counted"), pending,
	    PAGE_SMALL_BAR });
	page_amount(p, COUNTED_END, INK_PLAIN, view_amount(a, view_units(v, "counted")));
	if (pending > 0) {
		page_to(p, PENDING_AT);
		page_printf(p, INK_WAITING, "+%s", view_whole(a, pending));
	}
	page_amount(p, TO_GO_END, INK_PLAIN, view_amount(a, view_units(v, "to_go")));
	page_to(p, DEADLINE_AT);
	page_text(p, INK_PLAIN, view_date(a, view_day(v, "end"), DATE_SHORT));
	if (has_chance && mark != MARK_DONE)
		page_right(p, CHANCE_END, INK_PLAIN, view_percent(a, v, "chance"));
	page_right(p, EVIDENCE_END, INK_PLAIN, view_printf(a, "%lld", (long long)view_int(v,
	    "without_evidence")));
	page_line(p);
}

static void team_head(struct page *p, int has_chance)
{
	page_to(p, BAR_AT);
	page_text(p, INK_DIM, "Counted");
	page_right(p, TO_GO_END, INK_DIM, "To go");
	page_to(p, DEADLINE_AT);
	page_text(p, INK_DIM, "Deadline");
	if (has_chance)
		page_right(p, CHANCE_END, INK_DIM, "Chance");
	page_right(p, EVIDENCE_END, INK_DIM, "No evidence");
	page_line(p);
}

static void team_people(struct page *p, struct arena *a, const struct json *people)
{
	const struct json **list = sorted(a, people);
	int has_chance = 0;

	if (!list) {
		p->text.failed = 1;
		return;
	}
	for (size_t i = 0; i < json_size(people); i++)
		has_chance |= view_has(list[i], "chance");
	team_head(p, has_chance);
	for (size_t i = 0; i < json_size(people); i++)
		team_row(p, a, people, list[i], has_chance);
}

void render_team(struct page *p, struct arena *a, const struct json *team, day_t today)
{
	const struct json *people = json_get(team, "people");
	size_t n = json_size(people);
	const char *sum = summary(a, json_get(team, "states"));

	page_printf(p, INK_BOLD, "%s, %zu %s", view_str(a, team, "team"), n, n == 1 ? "person" : "people");
	if (today != DAY_NONE)
		page_printf(p, INK_DIM, ", %s", view_date(a, today, DATE_LONG));
	if (p->column + 2 + text_width(sum) > PAGE_WIDTH)
		page_line(p);
	page_right(p, PAGE_WIDTH - 1, INK_PLAIN, sum);
	page_line(p);
	if (n)
		team_people(p, a, people);
	render_warnings(p, a, team, "warnings");
	render_next(p, a, team, NULL);
}

/* ---- people */

const char *render_email(struct arena *a, const struct json *person)
{
	const char *shown = view_str(a, person, "email_shown");

	return *shown ? shown : view_str(a, person, "email");
}

void render_people(struct page *p, struct arena *a, const struct json *doc)
{
	const struct json *list = json_get(doc, "people");

	if (!json_size(list)) {
		page_text(p, INK_PLAIN, "No people yet.");
		page_line(p);
		if (!p->look.quiet) {
			page_text(p, INK_DIM, "Next: ");
			page_text(p, INK_BOLD, "ceu admin person add EMAIL --until DATE");
			page_line(p);
		}
		return;
	}
	for (size_t i = 0; i < json_size(list); i++) {
		const struct json *v = json_at(list, i), *cycle = json_get(v, "cycle");
		const char *teams = view_joined(a, json_get(v, "teams"), ", ");

		page_to(p, 2);
		page_text(p, json_bool(v, "disabled", 0) ? INK_DIM : INK_PLAIN, render_email(a, v));
		page_to(p, 36);
		if (json_bool(v, "disabled", 0))
			page_text(p, INK_DIM, "disabled");
		else if (json_kind(cycle) == JSON_OBJECT)
			page_printf(p, INK_PLAIN, "%s, %s", view_str(a, cycle, "state"),
			    view_date(a, view_day(cycle, "end"), DATE_SHORT));
		else
			page_text(p, INK_DIM, "no cycle");
		if (*teams) {
			page_to(p, 62);
			page_text(p, INK_PLAIN, teams);
		}
		page_line(p);
	}
}

void render_person(struct page *p, struct arena *a, const struct json *v)
{
	const struct json *cycle = json_get(v, "cycle");

	if (json_kind(cycle) == JSON_OBJECT)
		render_row(p, "Cycle", ROW_AT,
		    view_printf(a, "%s to %s, %s", view_date(a, view_day(cycle, "start"), DATE_FULL),
			view_date(a, view_day(cycle, "end"), DATE_FULL), view_str(a, cycle, "state")));
	else
		render_row(p, "Cycle", ROW_AT, "none; give one with --until DATE");
	render_row(p, "Name", ROW_AT, view_str(a, v, "name"));
	render_row(p, "Login", ROW_AT, view_str(a, v, "user"));
	render_row(p, "Program", ROW_AT, view_str(a, v, "program"));
	render_row(p, "Teams", ROW_AT, view_joined(a, json_get(v, "teams"), ", "));
	render_row(p, "Role", ROW_AT, view_str(a, v, "role"));
	render_row(p, "Zone", ROW_AT, view_str(a, v, "zone"));
}

void render_teams(struct page *p, struct arena *a, const struct json *doc)
{
	const struct json *list = json_get(doc, "teams");

	if (!json_size(list)) {
		page_text(p, INK_PLAIN, "No teams yet.");
		page_line(p);
		if (!p->look.quiet) {
			page_text(p, INK_DIM, "Next: ");
			page_text(p, INK_BOLD, "ceu admin team add NAME --lead EMAIL");
			page_line(p);
		}
	}
	for (size_t i = 0; i < json_size(list); i++) {
		const struct json *v = json_at(list, i);
		const char *lead = view_str(a, v, "lead");

		page_to(p, 2);
		page_text(p, INK_BOLD, view_str(a, v, "name"));
		page_to(p, 20);
		page_text(p, *lead ? INK_PLAIN : INK_WARN,
		    *lead ? view_printf(a, "led by %s", lead) : "nobody leads it");
		page_line(p);
		if (json_size(json_get(v, "people"))) {
			page_to(p, 20);
			page_wrap(p, 20, INK_DIM, view_joined(a, json_get(v, "people"), ", "));
			page_line(p);
		}
	}
}

void render_whoami(struct page *p, struct arena *a, const struct json *me)
{
	const char *person = view_str(a, me, "person"), *roles = view_joined(a, json_get(me, "roles"), ", ");

	page_text(p, *person ? INK_BOLD : INK_PLAIN, *person ? person : "Not enrolled as a person");
	page_printf(p, INK_PLAIN, ", uid %lld", (long long)view_int(me, "uid"));
	if (*roles)
		page_printf(p, INK_PLAIN, ": %s", roles);
	page_line(p);
	if (view_day(me, "today") != DAY_NONE) {
		page_printf(p, INK_DIM, "Today is %s in %s.", view_date(a, view_day(me, "today"), DATE_FULL),
		    view_str(a, me, "zone"));
		page_line(p);
	}
}
