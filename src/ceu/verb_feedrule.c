/* calendar rule and admin rule: add, list, test, remove */
#include <stdlib.h>
#include <string.h>

#include "verbs.h"

enum { BREAK_MAX = 600 };

/* Whose rules: a person's own, or everybody's. */
struct whose { const char *path, *list; };

static const struct whose own = { "people/me/calendar-rules", "ceu calendar rule list" };
static const struct whose everybody = { "admin/rules", "ceu admin rule list" };

/* ---- the rule that the command describes */

static int put_breaks(struct session *s, struct jsonw *w, struct err *err)
{
	const char *given = session_value(s, OPTION_BREAK);
	char *end;
	long minutes;

	if (!given)
		return 0;
	if (!strcmp(given, "none")) {
		jsonw_int(w, "break_minutes", 0);
		return 0;
	}
	minutes = strtol(given, &end, 10);
	if (end == given || *end || minutes < 0 || minutes > BREAK_MAX) {
		err_set(err, ERR_USAGE, "option-value", "--break wants minutes, 0 to %d, or none.", BREAK_MAX);
		return err_next(err, "For instance: --break 45");
	}
	jsonw_int(w, "break_minutes", minutes);
	return 0;
}

static int put_calendar(struct session *s, struct jsonw *w, struct err *err)
{
	const char *given = session_value(s, OPTION_CALENDAR);
	char *end;
	long no;

	if (!given)
		return 0;
	no = strtol(given, &end, 10);
	if (end == given || *end || no <= 0) {
		err_set(err, ERR_USAGE, "option-value", "--calendar wants the number of a calendar.");
		return err_next(err, "ceu calendar list");
	}
	jsonw_int(w, "calendar", no);
	return 0;
}

static int put_rule(struct session *s, struct jsonw *w, struct err *err)
{
	static const struct field fields[] = {
		{ "category", OPTION_CATEGORY }, { "for", OPTION_FOR }, { "provider", OPTION_PROVIDER },
		{ "per_day", OPTION_PER_DAY }, { "ignore", OPTION_IGNORE },
	};

	jsonw_str(w, "field", s->args.words[0]);
	jsonw_str(w, "test", s->args.words[1]);
	jsonw_str(w, "value", s->args.words[2]);
	verb_fields(s, w, fields, sizeof fields / sizeof *fields);
	return put_breaks(s, w, err) || put_calendar(s, w, err) ? -1 : 0;
}

static int is_number(const char *word)
{
	return *word && strspn(word, "0123456789") == strlen(word);
}

/* test N, or test FIELD TEST VALUE */
static int put_tried(struct session *s, const struct whose *whose, struct jsonw *w, struct err *err)
{
	char id[IDS_SIZE];

	if (s->args.n == 3)
		return put_rule(s, w, err);
	if (s->args.n == 1 && is_number(s->args.words[0])) {
		if (session_ids(&s->args, whose->list, id, err))
			return -1;
		jsonw_int(w, "rule", strtoll(id, NULL, 10));
		return 0;
	}
	err_set(err, ERR_USAGE, "arguments", "A rule to test is a number, or a field, a test and a value.");
	return err_next(err, "For instance: title contains workshop");
}

/* ---- the verbs */

static const struct json *send_rule(struct session *s, const struct whose *whose, int is_test, struct err *err)
{
	struct send send = { .method = METHOD_POST, .timeout_ms = SESSION_LONG };
	char path[PATH_SIZE];
	struct jsonw w;

	if (session_path(path, err, "%s%s", whose->path, is_test ? "/test" : ""))
		return NULL;
	send.path = path;
	jsonw_begin(&w, &send.body);
	jsonw_object(&w, NULL);
	if (is_test ? put_tried(s, whose, &w, err) : put_rule(s, &w, err)) {
		buf_free(&send.body);
		return NULL;
	}
	jsonw_end_object(&w);
	return verb_send(s, &send, err);
}

/* Undo is a person's; an admin need not be one. */
static int tell(struct session *s, const struct whose *whose, const struct json *rule, const char *done, struct err *err)
{
	if (s->json)
		return session_print(s, err);
	if (!session_tells(s))
		return 0;
	render_feed_rule_done(&s->page, &s->arena, rule, done);
	if (whose == &own)
		verb_wrong(s);
	if (s->page.column)
		page_line(&s->page);
	return 0;
}

static int add(struct session *s, const struct whose *whose, struct err *err)
{
	const struct json *rule = send_rule(s, whose, 0, err);

	return rule ? tell(s, whose, rule, "added", err) : -1;
}

static int test(struct session *s, const struct whose *whose, struct err *err)
{
	return verb_show_answer(s, send_rule(s, whose, 1, err), render_feed_rule_test, err);
}

static int forget(struct session *s, const struct whose *whose, struct err *err)
{
	char id[IDS_SIZE], path[PATH_SIZE];
	const struct json *rule;

	if (session_id(&s->args, whose->list, id, err) || session_path(path, err, "%s/%s", whose->path, id))
		return -1;
	rule = session_ask(s, &(struct ask){ .method = METHOD_DELETE, .path = path }, err);
	return rule ? tell(s, whose, rule, "forgotten", err) : -1;
}

int verb_rule_add(struct session *s, struct err *err)
{
	return add(s, &own, err);
}

int verb_rule_list(struct session *s, struct err *err)
{
	return verb_get(s, own.path, render_feed_rules, err);
}

int verb_rule_test(struct session *s, struct err *err)
{
	return test(s, &own, err);
}

int verb_rule_remove(struct session *s, struct err *err)
{
	return forget(s, &own, err);
}

int verb_admin_rule_add(struct session *s, struct err *err)
{
	return add(s, &everybody, err);
}

int verb_admin_rule_list(struct session *s, struct err *err)
{
	return verb_get(s, everybody.path, render_feed_rules_for_all, err);
}

int verb_admin_rule_test(struct session *s, struct err *err)
{
	return test(s, &everybody, err);
}

int verb_admin_rule_remove(struct session *s, struct err *err)
{
	return forget(s, &everybody, err);
}
