/* What an event lacks, or is to be otherwise, asked on a terminal. */
#include "walk.h"

#include <string.h>

#include "base/date.h"
#include "prompt.h"
#include "verbs.h"

/* An answer: given, left as it is, or "<". */
enum said { SAID_TAKEN, SAID_BACK, SAID_FAILED };

static void complain(struct walk *w, const struct err *err)
{
	render_error(&w->s->aside, &w->s->arena, err, NULL, NULL);
}

static enum said ask_hours(struct walk *w, const struct json *v, struct decision *d, struct err *err)
{
	struct session *s = w->s;
	const char *answer, *asked = "  Hours (such as 1.5 or 1h30):";
	char now[32] = "";

	if (view_int(v, "minutes") > 0)
		date_hours_text((int)view_int(v, "minutes"), now, sizeof now);
	if (*now)
		asked = view_printf(&s->arena, "  Hours [%s]:", now);
	for (;;) {
		struct err wrong = { 0 };
		int minutes;

		if (prompt_line(s, asked, &answer, err))
			return SAID_FAILED;
		if (!strcmp(answer, "<"))
			return SAID_BACK;
		if (!*answer && *now)
			return SAID_TAKEN;
		if (*answer && !date_parse_hours(answer, &minutes, &wrong)) {
			d->hours = answer;
			return SAID_TAKEN;
		}
		if (*answer)
			complain(w, &wrong);
	}
}

static const char *question(struct session *s, const char *label, const struct json *list, const char *now)
{
	const char *ids = prompt_ids(s, list);

	if (*now)
		return view_printf(&s->arena, "  %s (%s) [%s]:", label, ids, now);
	return view_printf(&s->arena, "  %s (%s):", label, ids);
}

static enum said ask_category(struct walk *w, const struct json *v, struct decision *d, struct err *err)
{
	struct session *s = w->s;
	const char *answer, *now = view_str(&s->arena, v, "category");
	const struct json *list = json_get(w->status, "categories");
	const char *asked = question(s, "Category", list, now);

	for (;;) {
		struct err wrong = { 0 };

		if (prompt_line(s, asked, &answer, err))
			return SAID_FAILED;
		if (!strcmp(answer, "<"))
			return SAID_BACK;
		if (!*answer && *now)
			return SAID_TAKEN;
		if (!*answer)
			continue;
		d->category = prompt_choose(s, list, "category", answer, &wrong);
		if (d->category)
			return SAID_TAKEN;
		complain(w, &wrong);
	}
}

static enum said ask_competencies(struct walk *w, const struct json *v, struct decision *d, struct err *err)
{
	struct session *s = w->s;
	const char *answer, *now = view_joined(&s->arena, json_get(v, "competencies"), ",");

	if (prompt_line(s, question(s, "Good for", json_get(w->status, "competencies"), now), &answer, err))
		return SAID_FAILED;
	if (!strcmp(answer, "<"))
		return SAID_BACK;
	if (*answer)
		d->competencies = answer;
	return SAID_TAKEN;
}

int walk_ask(struct walk *w, const struct json *v, int change, struct decision *ret, struct err *err)
{
	typedef enum said ask(struct walk *, const struct json *, struct decision *, struct err *);
	const struct { ask *ask; int lacks; } all[] = {
		{ ask_category, !view_str(&w->s->arena, v, "category")[0] },
		{ ask_hours, view_int(v, "minutes") <= 0 },
		{ ask_competencies, !json_size(json_get(v, "competencies")) },
	};
	ask *steps[sizeof all / sizeof *all];
	size_t n = 0, at = 0;

	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		if (change || all[i].lacks)
			steps[n++] = all[i].ask;
	while (at < n) {
		switch (steps[at](w, v, ret, err)) {
		case SAID_TAKEN:
			at++;
			break;
		case SAID_BACK:
			at -= at > 0;
			break;
		case SAID_FAILED:
			return -1;
		}
	}
	return 0;
}
