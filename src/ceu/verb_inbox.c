/* inbox list, confirm, skip, restore, accept, dismiss */
#include "verb_inbox.h"

#include <stdio.h>
#include <string.h>

#include "verbs.h"

int verb_inbox_list(struct session *s, struct err *err)
{
	char path[PATH_SIZE] = "people/me/inbox";
	const struct json *list;

	if (session_query(s, path, "skipped", session_flag(s, OPTION_SKIPPED), err) ||
	    session_query(s, path, "changed", session_flag(s, OPTION_CHANGED), err))
		return -1;
	list = session_list(s, path, "proposals", err);
	if (!list)
		return -1;
	if (s->json)
		return session_print(s, err);
	render_proposals(&s->page, &s->arena, list, session_value(s, OPTION_SKIPPED) ? INBOX_SKIPPED :
	    session_value(s, OPTION_CHANGED) ? INBOX_CHANGED : INBOX_WAITING);
	return 0;
}

/* ---- decisions */

static void put_step(struct jsonw *w, int64_t step)
{
	if (step)
		jsonw_int(w, "step", step);
}

const struct json *inbox_confirm(struct session *s, const char *ids, const struct decision *d,
    struct err *err)
{
	struct send send = { .method = METHOD_POST };
	char path[PATH_SIZE];
	struct jsonw w;

	if (session_path(path, err, "people/me/inbox/%s/confirm", ids))
		return NULL;
	send.path = path;
	jsonw_begin(&w, &send.body);
	jsonw_object(&w, NULL);
	session_member(&w, "hours", d->hours);
	session_member(&w, "category", d->category);
	session_members(&w, "for", d->competencies);
	if (d->yes)
		jsonw_bool(&w, "yes", 1);
	put_step(&w, d->step);
	jsonw_end_object(&w);
	return verb_send(s, &send, err);
}

const struct json *inbox_skip(struct session *s, const char *ids, const struct decision *d, struct err *err)
{
	struct send send = { .method = METHOD_POST };
	char path[PATH_SIZE];
	struct jsonw w;

	if (session_path(path, err, "people/me/inbox/%s/skip", ids))
		return NULL;
	send.path = path;
	jsonw_begin(&w, &send.body);
	jsonw_object(&w, NULL);
	if (d->series)
		jsonw_bool(&w, "series", 1);
	put_step(&w, d->step);
	jsonw_end_object(&w);
	return verb_send(s, &send, err);
}

const struct json *inbox_order(struct session *s, const char *ids, const char *what, int64_t step, struct err *err)
{
	struct send send = { .method = METHOD_POST };
	char path[PATH_SIZE];
	struct jsonw w;

	if (session_path(path, err, "people/me/inbox/%s/%s", ids, what))
		return NULL;
	send.path = path;
	jsonw_begin(&w, &send.body);
	jsonw_object(&w, NULL);
	put_step(&w, step);
	jsonw_end_object(&w);
	return verb_send(s, &send, err);
}

/* The command that makes a rule of how it was corrected; "" where it was not. */
static const char *rule_of(struct session *s, const struct json *entry)
{
	static const char rule[] = "ceu calendar rule add ";
	const struct json *next = json_get(entry, "next");

	for (size_t i = 0; i < json_size(next); i++) {
		const char *command = view_text(&s->arena, json_at(next, i));

		if (!strncmp(command, rule, sizeof rule - 1))
			return command;
	}
	return "";
}

static void tell_rules(struct session *s, const struct json *entries)
{
	const char *last = "";

	for (size_t i = 0; i < json_size(entries) && !s->page.look.quiet; i++) {
		const char *command = rule_of(s, json_at(entries, i));

		if (!*command || !strcmp(command, last))
			continue;
		last = command;
		page_text(&s->page, INK_DIM, "  For all like it: ");
		page_text(&s->page, INK_BOLD, command);
		page_line(&s->page);
	}
}

static void tell_confirmed(struct session *s, const struct json *doc)
{
	const struct json *entries = json_get(doc, "entries"), *status;

	for (size_t i = 0; i < json_size(entries); i++) {
		render_warnings(&s->aside, &s->arena, json_at(entries, i), "warnings");
		render_saved(&s->page, &s->arena, json_at(entries, i));
	}
	status = verb_standing(s);
	page_to(&s->page, 2);
	if (status)
		page_printf(&s->page, INK_PLAIN, "%s.", render_total(&s->arena, status));
	verb_wrong(s);
	page_line(&s->page);
	tell_rules(s, entries);
}

int verb_inbox_confirm(struct session *s, struct err *err)
{
	struct decision d = { .hours = session_value(s, OPTION_HOURS), .category = session_value(s, OPTION_CATEGORY),
		.competencies = session_value(s, OPTION_FOR), .yes = session_value(s, OPTION_YES) != NULL };
	const struct json *doc;
	char ids[IDS_SIZE];

	if (session_ids(&s->args, "ceu inbox list", ids, err))
		return -1;
	doc = inbox_confirm(s, ids, &d, err);
	if (!doc)
		return -1;
	if (s->json)
		return session_print(s, err);
	if (session_tells(s))
		tell_confirmed(s, doc);
	return 0;
}

static void tell_moved(struct session *s, const struct json *doc, enum mark mark, const char *verb,
    const char *next)
{
	const struct json *list = json_get(doc, "proposals");

	if (!session_tells(s))
		return;
	for (size_t i = 0; i < json_size(list); i++) {
		page_mark(&s->page, mark);
		page_wrap(&s->page, 2, INK_PLAIN,
		    view_printf(&s->arena, "%s: %s, %s.", verb,
			view_str(&s->arena, json_at(list, i), "title"),
			render_when(&s->arena, json_at(list, i))));
		page_line(&s->page);
	}
	page_text(&s->page, INK_DIM, "Next: ");
	page_text(&s->page, INK_BOLD, next);
	page_line(&s->page);
}

int verb_inbox_skip(struct session *s, struct err *err)
{
	const struct decision d = { .series = session_value(s, OPTION_SERIES) != NULL };
	const struct json *doc;
	char ids[IDS_SIZE];

	if (session_ids(&s->args, "ceu inbox list", ids, err))
		return -1;
	doc = inbox_skip(s, ids, &d, err);
	if (!doc)
		return -1;
	if (s->json)
		return session_print(s, err);
	tell_moved(s, doc, MARK_SKIP, "Skipped", "ceu inbox list --skipped");
	return 0;
}

/* POST to the events that the command names. */
static const struct json *order(struct session *s, const char *what, const char *see, struct err *err)
{
	char ids[IDS_SIZE];

	return session_ids(&s->args, see, ids, err) ? NULL : inbox_order(s, ids, what, 0, err);
}

int verb_inbox_restore(struct session *s, struct err *err)
{
	const struct json *doc = order(s, "restore", "ceu inbox list --skipped", err);

	if (!doc)
		return -1;
	if (s->json)
		return session_print(s, err);
	tell_moved(s, doc, MARK_DONE, "Back in the inbox", "ceu inbox");
	return 0;
}

int verb_inbox_dismiss(struct session *s, struct err *err)
{
	const struct json *doc = order(s, "dismiss", "ceu inbox list --changed", err);

	if (!doc)
		return -1;
	if (s->json)
		return session_print(s, err);
	tell_moved(s, doc, MARK_DONE, "Left as it is", "ceu inbox list --changed");
	return 0;
}

static void tell_accepted(struct session *s, const struct json *doc)
{
	const struct json *entries = json_get(doc, "entries");

	for (size_t i = 0; i < json_size(entries); i++) {
		const struct json *e = json_at(entries, i);
		int removed = !strcmp(view_str(&s->arena, e, "state"), "void");

		render_warnings(&s->aside, &s->arena, e, "warnings");
		render_changed(&s->page, &s->arena, e, removed ? "removed, as its calendar says" : "changed as its calendar says");
	}
	verb_wrong(s);
	page_line(&s->page);
}

int verb_inbox_accept(struct session *s, struct err *err)
{
	const struct json *doc = order(s, "accept", "ceu inbox list --changed", err);

	if (!doc)
		return -1;
	if (s->json)
		return session_print(s, err);
	if (session_tells(s))
		tell_accepted(s, doc);
	return 0;
}
