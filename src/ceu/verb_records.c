/* list, show, undo, history */
#include <string.h>

#include "verbs.h"

static const char *joined_words(struct session *s)
{
	const char *all = "";

	for (size_t i = 0; i < s->args.n; i++) {
		all = view_printf(&s->arena, "%s%s%s", all, i ? " " : "", s->args.words[i]);
	}
	return *all ? all : NULL;
}

int verb_list(struct session *s, struct err *err)
{
	char path[PATH_SIZE] = "people/me/entries";

	if (session_query(s, path, "words", joined_words(s), err) ||
	    session_query(s, path, "category", session_value(s, OPTION_CATEGORY), err) ||
	    session_query(s, path, "for", session_value(s, OPTION_FOR), err) ||
	    session_query(s, path, "from", session_value(s, OPTION_FROM), err) ||
	    session_query(s, path, "to", session_value(s, OPTION_TO), err) ||
	    session_query(s, path, "no_evidence", session_flag(s, OPTION_NO_EVIDENCE), err) ||
	    session_query(s, path, "uncounted", session_flag(s, OPTION_UNCOUNTED), err))
		return -1;
	return verb_get_list(s, path, "entries", render_entries, err);
}

int verb_show(struct session *s, struct err *err)
{
	char id[IDS_SIZE], path[PATH_SIZE];

	if (session_ids(&s->args, "ceu list", id, err) || session_path(path, err, "people/me/entries/%s", id))
		return -1;
	return verb_get(s, path, render_entry, err);
}

int verb_history(struct session *s, struct err *err)
{
	return verb_get_list(s, "people/me/history", "changes", render_history, err);
}

static void tell_back(struct session *s, const struct json *doc, const char *done, const char *lead,
    const char *back)
{
	const struct json *changes = json_get(doc, "changes"), *status;
	const char *as = session_value(s, OPTION_AS);
	struct page *p = &s->page;
	size_t len = strlen(lead);

	if (as)
		back = view_printf(&s->arena, "%s --as %s", back, as);
	for (size_t i = 0; i < json_size(changes); i++) {
		const struct json *c = json_at(changes, i);
		const char *text = view_str(&s->arena, c, "text");

		if (!*text)
			text = view_printf(&s->arena, "%s %s", view_str(&s->arena, c, "action"),
			    view_str(&s->arena, c, "object"));
		render_done(p, view_printf(&s->arena, "%s: %s.", done, strncmp(text, lead, len) ? text : text + len));
	}
	status = verb_standing(s);
	page_to(p, 2);
	if (status)
		page_printf(p, INK_PLAIN, "%s.", render_total(&s->arena, status));
	if (!p->look.quiet) {
		page_to(p, strlen(back) + 6 < PAGE_WIDTH ? PAGE_WIDTH - 6 - strlen(back) : 0);
		page_text(p, INK_DIM, "Back: ");
		page_text(p, INK_BOLD, back);
	}
	page_line(p);
}

static void tell_undone(struct session *s, const struct json *doc)
{
	tell_back(s, doc, "Undone", "undo: ", "ceu redo");
}

static void tell_redone(struct session *s, const struct json *doc)
{
	tell_back(s, doc, "Done again", "redo: ", "ceu undo");
}

int verb_undo(struct session *s, struct err *err)
{
	return verb_order(s, "people/me/undo", tell_undone, err);
}

int verb_redo(struct session *s, struct err *err)
{
	return verb_order(s, "people/me/redo", tell_redone, err);
}
