/* log, edit, remove */
#include <stdio.h>
#include <string.h>

#include "prompt.h"
#include "verb_files.h"
#include "verbs.h"

/* ---- log */

struct consent { int over_limit, twice; };

/* What is to be recorded, where, and what that is called: log and plan add. */
struct logging { const char *path, *done; const struct json *evidence; struct consent consent; };

static int write_logged(struct session *s, const struct logging *l, struct jsonw *w, struct err *err)
{
	static const struct field fields[] = {
		{ "on", OPTION_ON }, { "for", OPTION_FOR }, { "tags", OPTION_TAG },
		{ "provider", OPTION_PROVIDER }, { "note", OPTION_NOTE },
	};

	jsonw_str(w, "hours", s->args.words[0]);
	jsonw_str(w, "category", s->args.words[1]);
	jsonw_str(w, "title", s->args.words[2]);
	verb_fields(s, w, fields, sizeof fields / sizeof *fields);
	if (l->evidence)
		files_write(w, "evidence", &l->evidence, 1);
	return verb_earn(s, w, err);
}

static const struct json *send_log(struct session *s, const struct logging *l, struct err *err)
{
	const struct consent *c = &l->consent;
	struct send send = { .method = METHOD_POST, .path = l->path };
	struct jsonw w;

	jsonw_begin(&w, &send.body);
	jsonw_object(&w, NULL);
	if (write_logged(s, l, &w, err)) {
		buf_free(&send.body);
		return NULL;
	}
	if (session_value(s, OPTION_STRICT) ||
	    (s->interactive && !session_value(s, OPTION_YES) && !c->over_limit))
		jsonw_bool(&w, "strict", 1);
	if (session_value(s, OPTION_YES) || c->twice)
		jsonw_bool(&w, "yes", 1);
	jsonw_end_object(&w);
	return verb_send(s, &send, err);
}

/* A refusal that a person may overrule becomes a question: 1 yes, 0 no, -1. */
static int ask_for_consent(struct session *s, const char *question, int yes, struct err *err)
{
	struct err refused = *err;
	const char *what = view_lines(&s->arena, s->problem, "detail");
	int answer;

	page_mark(&s->aside, MARK_NOTE);
	page_wrap(&s->aside, 2, INK_PLAIN, what);
	page_line(&s->aside);
	page_to(&s->aside, 2);
	answer = prompt_yes(s, question, yes, err);
	if (!answer) {
		page_mark(&s->aside, MARK_SKIP);
		page_text(&s->aside, INK_PLAIN, "Not saved.");
		page_line(&s->aside);
		*err = refused;
	}
	return answer;
}

/* With what a person on a terminal agrees to. *ret_dropped: she said no. */
static const struct json *log_asking(struct session *s, struct logging *l, int *ret_dropped, struct err *err)
{
	const struct json *doc;

	while (!(doc = send_log(s, l, err)) && s->interactive && s->problem) {
		int is_twice = !strcmp(err->code, "entry-double"),
		    *agreed = is_twice ? &l->consent.twice : &l->consent.over_limit;
		int answer, is_cut = !strcmp(err->code, "over-limit") && !session_value(s, OPTION_STRICT);

		if ((!is_twice && !is_cut) || *agreed)
			return NULL;
		answer = ask_for_consent(s, is_twice ? "Save it all the same?" : "Save?", !is_twice, err);
		if (answer <= 0) {
			*ret_dropped = !answer;
			return NULL;
		}
		*agreed = 1;
	}
	/* What was asked and agreed to is not said again, nor that what is to be planned is planned. */
	if (doc && !l->consent.over_limit)
		render_warnings_but(&s->aside, &s->arena, s->json ? NULL : doc, "warnings", l->done);
	return doc;
}

static void remind_of_evidence(struct session *s, const struct json *entry)
{
	if (view_units(entry, "counted") <= 0 || json_size(json_get(entry, "evidence")))
		return;
	page_to(&s->page, 2);
	page_text(&s->page, INK_PLAIN, "No evidence yet: ");
	page_printf(&s->page, INK_BOLD, "ceu attach %lld FILE", (long long)view_int(entry, "id"));
}

/* Next steps of the answer but `undo`, which has its own place. */
static void next_steps(struct session *s, const struct json *entry)
{
	const struct json *next = json_get(entry, "next");
	int n = 0;

	for (size_t i = 0; i < json_size(next) && !s->page.look.quiet; i++) {
		const char *command = view_text(&s->arena, json_at(next, i));

		if (!strcmp(command, "ceu undo"))
			continue;
		page_text(&s->page, INK_DIM, n++ ? "" : "Next:");
		page_to(&s->page, 6);
		page_text(&s->page, INK_BOLD, command);
		verb_wrong(s);
		page_line(&s->page);
	}
	if (!n && !s->page.look.quiet) {
		remind_of_evidence(s, entry);
		verb_wrong(s);
		page_line(&s->page);
	}
}

static void tell_saved(struct session *s, const struct json *entry, const char *done)
{
	const struct json *status;

	if (!session_tells(s))
		return;
	render_changed(&s->page, &s->arena, entry, done);
	status = verb_standing(s);
	if (status)
		render_standing(&s->page, &s->arena, status, view_str(&s->arena, entry, "category"));
	next_steps(s, entry);
}

static int log_to(struct session *s, struct logging *l, struct err *err)
{
	int dropped = 0;
	const struct json *entry = log_asking(s, l, &dropped, err);

	if (!entry)
		return dropped ? (int)ERR_RULE : -1;
	if (s->json)
		return session_print(s, err);
	tell_saved(s, entry, l->done);
	return 0;
}

int verb_log(struct session *s, struct err *err)
{
	struct logging l = { .path = "people/me/entries", .done = "saved" };
	const char *evidence = session_value(s, OPTION_EVIDENCE);

	if (evidence && files_upload(s, &evidence, 1, &l.evidence, err))
		return -1;
	return log_to(s, &l, err);
}

int verb_plan_add(struct session *s, struct err *err)
{
	struct logging l = { .path = "people/me/plan/add", .done = "planned" };

	if (!session_value(s, OPTION_ON) && !s->interactive) {
		err_set(err, ERR_USAGE, "argument-missing", "ceu plan add lacks its day.");
		return err_next(err, "Write: ceu plan add HOURS CATEGORY TITLE --on DATE");
	}
	while (!session_value(s, OPTION_ON) || !*session_value(s, OPTION_ON))
		if (prompt_line(s, "  When:", &s->args.values[OPTION_ON], err))
			return -1;
	return log_to(s, &l, err);
}

/* ---- edit */

static const struct field edit_fields[] = {
	{ "hours", OPTION_HOURS }, { "category", OPTION_CATEGORY }, { "title", OPTION_TITLE },
	{ "on", OPTION_ON }, { "for", OPTION_FOR }, { "tags", OPTION_TAG },
	{ "provider", OPTION_PROVIDER }, { "note", OPTION_NOTE },
};

static const struct json *send_edit(struct session *s, const char *path, const char *etag, struct err *err)
{
	struct send send = { .method = METHOD_PATCH, .path = path, .etag = etag };
	struct jsonw w;

	jsonw_begin(&w, &send.body);
	jsonw_object(&w, NULL);
	verb_fields(s, &w, edit_fields, sizeof edit_fields / sizeof *edit_fields);
	if (verb_earn(s, &w, err)) {
		buf_free(&send.body);
		return NULL;
	}
	if (session_value(s, OPTION_YES))
		jsonw_bool(&w, "yes", 1);
	jsonw_end_object(&w);
	return verb_send(s, &send, err);
}

/* "3.0 becomes 2.5 units", or what else was changed. */
static const char *difference(struct session *s, const struct json *before, const struct json *after)
{
	static const struct { const char *member, *words; } texts[] = {
		{ "title", "title" }, { "category", "category" }, { "provider", "provider" },
		{ "note", "note" }, { "earn", "kind" },
	};
	struct arena *a = &s->arena;
	int64_t was = view_units(before, "units"), is = view_units(after, "units");
	const char *all = "", *old, *new;

	if (view_int(before, "minutes") != view_int(after, "minutes"))
		all = view_printf(a, " %s becomes %s units.", view_amount(a, was), view_amount(a, is));
	if (view_day(before, "date") != view_day(after, "date"))
		all = view_printf(a, "%s %s becomes %s.", all,
		    view_date(a, view_day(before, "date"), DATE_FULL),
		    view_date(a, view_day(after, "date"), DATE_FULL));
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		old = view_str(a, before, texts[i].member);
		new = view_str(a, after, texts[i].member);
		if (strcmp(old, new))
			all = view_printf(a, "%s The %s is \"%s\" now.", all, texts[i].words, new);
	}
	old = view_joined(a, json_get(before, "competencies"), ", ");
	new = view_joined(a, json_get(after, "competencies"), ", ");
	if (strcmp(old, new))
		all = view_printf(a, "%s It is for %s now.", all, *new ? new : "nothing");
	old = view_joined(a, json_get(before, "tags"), ", ");
	new = view_joined(a, json_get(after, "tags"), ", ");
	if (strcmp(old, new))
		all = view_printf(a, "%s Its tags are %s now.", all, *new ? new : "gone");
	if (view_units(before, "count") != view_units(after, "count"))
		all = view_printf(a, "%s It counts as %s of its kind now.", all,
		    view_whole(a, view_units(after, "count")));
	return all;
}

static void tell_change(struct session *s, const char *text, int is_change)
{
	const struct json *status;

	if (!session_tells(s))
		return;
	render_done(&s->page, text);
	status = verb_standing(s);
	page_to(&s->page, 2);
	if (status)
		page_printf(&s->page, INK_PLAIN, "%s.", render_total(&s->arena, status));
	if (is_change)
		verb_wrong(s);		/* else undo would take back what came before */
	page_line(&s->page);
}

int verb_edit(struct session *s, struct err *err)
{
	char id[IDS_SIZE], path[PATH_SIZE], etag[sizeof s->etag];
	const struct json *before, *after;
	const char *what;

	if (session_ids(&s->args, "ceu list", id, err) || session_path(path, err, "people/me/entries/%s", id))
		return -1;
	if (!session_value(s, OPTION_EARN) &&
	    !verb_any(s, edit_fields, sizeof edit_fields / sizeof *edit_fields)) {
		err_set(err, ERR_USAGE, "nothing-given", "Nothing to change is given.");
		return err_next(err, "Name it: ceu edit %s --hours HOURS", id);
	}
	if (s->json)
		return send_edit(s, path, NULL, err) ? session_print(s, err) : -1;
	/* What it was, for the answer; and nobody's change of the meantime is overwritten unseen. */
	before = session_get(s, path, err);
	if (!before)
		return -1;
	memcpy(etag, s->etag, sizeof etag);
	after = send_edit(s, path, *etag ? etag : NULL, err);
	if (!after)
		return -1;
	render_warnings(&s->aside, &s->arena, after, "warnings");
	what = difference(s, before, after);
	tell_change(s, view_printf(&s->arena, "Entry %s:%s", id, *what ? what : " Nothing is different."), *what != '\0');
	return 0;
}

/* ---- remove */

int verb_remove(struct session *s, struct err *err)
{
	char id[IDS_SIZE], path[PATH_SIZE];
	const struct json *entry;

	if (session_ids(&s->args, "ceu list", id, err) ||
	    session_path(path, err, "people/me/entries/%s", id) ||
	    session_query(s, path, "because", session_value(s, OPTION_BECAUSE), err))
		return -1;
	entry = session_ask(s, &(struct ask){ .method = METHOD_DELETE, .path = path }, err);
	if (!entry)
		return -1;
	if (s->json)
		return session_print(s, err);
	tell_change(s,
	    view_printf(&s->arena, "Entry %s removed: %s, %s.", id, view_str(&s->arena, entry, "title"),
		view_date(&s->arena, view_day(entry, "date"), DATE_FULL)), 1);
	return 0;
}
