/* inbox on a terminal, its second half: what was planned and whose day is over. */
#include "verb_due.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/date.h"
#include "prompt.h"
#include "verb_plan.h"
#include "verbs.h"

enum { ID_SIZE = 24 };
enum step { STEP_NEXT, STEP_AGAIN, STEP_STOP, STEP_FAILED };

static int is_due(const struct json *planned)
{
	return json_bool(planned, "due", 0);
}

size_t due_count(const struct json *status)
{
	const struct json *list = json_get(status, "planned");
	size_t n = 0;

	for (size_t i = 0; i < json_size(list); i++)
		n += (size_t)is_due(json_at(list, i));
	return n;
}

static void keys(struct page *p)
{
	static const char *const words[][2] = {
		{ "[Enter]", " yes  " }, { "[e]", " change  " }, { "[s]", " no, drop it  " }, { "[q]", "" },
	};

	page_to(p, 8);
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		page_text(p, INK_BOLD, words[i][0]);
		page_text(p, INK_DIM, words[i][1]);
	}
	page_line(p);
}

static void show(struct session *s, const struct json *v)
{
	struct page *p = &s->page;

	page_wrap(p, 8, INK_PLAIN, view_printf(&s->arena, "Entry %lld, planned for %s: did you do it?",
	    (long long)view_int(v, "id"), view_date(&s->arena, view_day(v, "date"), DATE_FULL)));
	page_line(p);
	page_to(p, 8);
	page_wrap(p, 8, INK_BOLD, view_str(&s->arena, v, "title"));
	page_printf(p, INK_PLAIN, ", %s %s", view_amount(&s->arena, view_units(v, "units")),
	    view_units(v, "units") == 100 ? "unit" : "units");
	page_line(p);
	keys(p);
}

static void tell(struct session *s, const struct json *doc, const char *done)
{
	const struct json *entry = json_at(json_get(doc, "entries"), 0), *status = verb_standing(s);
	const char *text = view_printf(&s->arena, "Entry %lld %s.", (long long)view_int(entry, "id"), done);

	render_warnings(&s->aside, &s->arena, entry, "warnings");
	if (status)
		text = view_printf(&s->arena, "%s %s.", text, render_total(&s->arena, status));
	render_done(&s->page, text);
}

static int ask_hours(struct session *s, const char **ret, struct err *err)
{
	const char *answer;

	for (;;) {
		struct err wrong = { 0 };
		int ignored;

		if (prompt_line(s, "  Hours it took (such as 1.5 or 1h30) [as planned]:", &answer, err))
			return -1;
		if (!*answer)
			return 0;
		if (!date_parse_hours(answer, &ignored, &wrong)) {
			*ret = answer;
			return 0;
		}
		render_error(&s->aside, &s->arena, &wrong, NULL, NULL);
	}
}

static enum step settle(struct session *s, const struct json *v, int happened, const char *hours,
    struct due *count, struct err *err)
{
	const struct json *doc;
	char id[ID_SIZE];

	snprintf(id, sizeof id, "%lld", (long long)view_int(v, "id"));
	doc = happened ? plan_done(s, id, hours, err) : plan_drop(s, id, err);
	if (!doc && !s->problem)
		return STEP_FAILED;
	if (!doc) {
		render_error(&s->aside, &s->arena, err, s->problem, NULL);
		return STEP_AGAIN;
	}
	if (happened)
		count->done++;
	else
		count->dropped++;
	tell(s, doc, happened ? "done" : "dropped");
	return STEP_NEXT;
}

static enum step decide(struct session *s, const struct json *v, struct due *count, struct err *err)
{
	const char *answer, *hours = NULL;

	if (prompt_line(s, ">", &answer, err))
		return STEP_FAILED;
	if (!*answer)
		return settle(s, v, 1, NULL, count, err);
	if (!strcasecmp(answer, "e"))
		return ask_hours(s, &hours, err) ? STEP_FAILED : settle(s, v, 1, hours, count, err);
	if (!strcasecmp(answer, "s"))
		return settle(s, v, 0, NULL, count, err);
	if (!strcasecmp(answer, "q"))
		return STEP_STOP;
	keys(&s->page);
	return STEP_AGAIN;
}

int due_walk(struct session *s, const struct json *status, struct due *ret, struct err *err)
{
	const struct json *list = json_get(status, "planned");
	enum step step = STEP_NEXT;

	for (size_t i = 0; i < json_size(list) && step == STEP_NEXT; i++) {
		if (!is_due(json_at(list, i)))
			continue;
		show(s, json_at(list, i));
		do
			step = decide(s, json_at(list, i), ret, err);
		while (step == STEP_AGAIN);
	}
	return step == STEP_FAILED ? -1 : 0;
}
