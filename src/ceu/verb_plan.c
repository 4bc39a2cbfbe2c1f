/* plan, plan try, keep, done, drop (plan add is a kind of log: verb_entries.c) */
#include "verb_plan.h"

#include <stdlib.h>
#include <string.h>

#include "verbs.h"

static const struct json *get_plan(struct session *s, struct err *err)
{
	char path[PATH_SIZE] = "people/me/plan";

	if (session_query(s, path, "by", session_value(s, OPTION_BY), err))
		return NULL;
	return session_get(s, path, err);
}

int verb_plan(struct session *s, struct err *err)
{
	const struct json *plan = get_plan(s, err);

	if (!plan)
		return -1;
	if (s->json)
		return session_print(s, err);
	render_plan(&s->page, &s->arena, plan, verb_standing(s));
	return 0;
}

int verb_plan_try(struct session *s, struct err *err)
{
	char path[PATH_SIZE] = "people/me/plan/try";
	const char *earn = session_value(s, OPTION_EARN), *count = NULL;

	if (earn && strchr(earn, '=')) {
		count = strchr(earn, '=') + 1;
		earn = view_printf(&s->arena, "%.*s", (int)(count - earn - 1), earn);
	}
	if (session_query(s, path, "hours", s->args.words[0], err) ||
	    session_query(s, path, "category", s->args.words[1], err) ||
	    session_query(s, path, "tags", session_value(s, OPTION_TAG), err) ||
	    session_query(s, path, "earn", earn, err) || session_query(s, path, "count", count, err))
		return -1;
	return verb_get(s, path, render_try, err);
}

/* ---- decisions */

static const struct json *order(struct session *s, const char *path, const char *member, const char *ids,
    const char *hours, struct err *err)
{
	struct send send = { .method = METHOD_POST, .path = path };
	struct jsonw w;

	jsonw_begin(&w, &send.body);
	jsonw_object(&w, NULL);
	session_numbers(&w, member, ids);
	session_member(&w, "hours", hours);
	jsonw_end_object(&w);
	return verb_send(s, &send, err);
}

const struct json *plan_done(struct session *s, const char *ids, const char *hours, struct err *err)
{
	return order(s, "people/me/plan/done", "ids", ids, hours, err);
}

const struct json *plan_drop(struct session *s, const char *ids, struct err *err)
{
	return order(s, "people/me/plan/drop", "ids", ids, NULL, err);
}

static int tell(struct session *s, const struct json *doc, const char *done, struct err *err)
{
	const struct json *list = json_get(doc, "entries"), *status;

	if (!doc)
		return -1;
	if (s->json)
		return session_print(s, err);
	for (size_t i = 0; i < json_size(list) && strcmp(done, "dropped"); i++)
		render_warnings_but(&s->aside, &s->arena, json_at(list, i), "warnings", done);
	if (!session_tells(s))
		return 0;
	for (size_t i = 0; i < json_size(list); i++)
		render_changed(&s->page, &s->arena, json_at(list, i), done);
	status = verb_standing(s);
	page_to(&s->page, 2);
	if (status)
		page_printf(&s->page, INK_PLAIN, "%s.", render_total(&s->arena, status));
	verb_wrong(s);
	page_line(&s->page);
	return 0;
}

static int no_option(const char *word, size_t n, struct err *err)
{
	err_set(err, ERR_ABSENT, "no-option", "The plan has no way \"%.20s\"; it has %zu.", word, n);
	return err_next(err, "See them: ceu plan");
}

/* The events of the way that word names, joined by commas. */
static int events_of(struct session *s, const struct json *plan, const char *word, char out[PATH_SIZE],
    struct err *err)
{
	const struct json *ways = json_get(plan, "options"), *items;
	const char *all = "";
	long n = strtol(word, NULL, 10);

	if (n < 1 || (size_t)n > json_size(ways))
		return no_option(word, json_size(ways), err);
	items = json_get(json_at(ways, (size_t)n - 1), "items");
	for (size_t i = 0; i < json_size(items); i++)
		if (view_has(json_at(items, i), "proposal"))
			all = view_printf(&s->arena, "%s%s%lld", all, *all ? "," : "",
			    (long long)view_int(json_at(items, i), "proposal"));
	if (!*all) {
		err_set(err, ERR_RULE, "nothing-to-keep", "Way %ld has no event of your calendars: it is still "
		    "to be found.", n);
		return err_next(err, "Once you know what it is: ceu plan add HOURS CATEGORY TITLE --on DATE");
	}
	return session_path(out, err, "%s", all);
}

int verb_plan_keep(struct session *s, struct err *err)
{
	char word[IDS_SIZE], ids[PATH_SIZE];
	const struct json *plan;

	if (session_id(&s->args, "ceu plan", word, err))
		return -1;
	plan = get_plan(s, err);
	if (!plan || events_of(s, plan, word, ids, err))
		return -1;
	return tell(s, order(s, "people/me/plan/keep", "proposals", ids, NULL, err), "planned", err);
}

int verb_plan_done(struct session *s, struct err *err)
{
	char ids[IDS_SIZE];

	if (session_ids(&s->args, "ceu plan", ids, err))
		return -1;
	return tell(s, plan_done(s, ids, session_value(s, OPTION_HOURS), err), "done", err);
}

int verb_plan_drop(struct session *s, struct err *err)
{
	char ids[IDS_SIZE];

	if (session_ids(&s->args, "ceu plan", ids, err))
		return -1;
	return tell(s, plan_drop(s, ids, err), "dropped", err);
}
