/* remind: what went and what will go, on, off, on other days, and how the next one looks */
#include <stdlib.h>
#include <string.h>

#include "verbs.h"

static const char path[] = "people/me/reminders";

static int clash(const char *what, const char *next, struct err *err)
{
	err_set(err, ERR_USAGE, "option-clash", "%s", what);
	return err_next(err, "%s", next);
}

/* The words and options that belong together. */
static int check(const struct session *s, const char *word, struct err *err)
{
	int changes = word || session_value(s, OPTION_UNTIL) || session_value(s, OPTION_DAYS);

	if (word && strcmp(word, "on") && strcmp(word, "off")) {
		err_set(err, ERR_USAGE, "argument-unknown", "Reminders are turned on or off; \"%.40s\" is neither.", word);
		return err_next(err, "Write: ceu remind on, or: ceu remind off --until DATE");
	}
	if (session_value(s, OPTION_UNTIL) && (!word || !strcmp(word, "on")))
		return clash("--until goes with off.", "Write: ceu remind off --until DATE", err);
	if (session_value(s, OPTION_PREVIEW) && changes)
		return clash("--preview shows a mail and changes nothing.", "Write only: ceu remind --preview", err);
	return 0;
}

static int days_refused(const char *given, struct err *err)
{
	err_set(err, ERR_USAGE, "option-value", "--days wants days before the end; \"%.40s\" is no such list.", given);
	return err_next(err, "Write: --days 120,60,14, or: --days default");
}

/* "120,60,14" as a list; "default" is null. */
static int write_days(struct jsonw *w, const char *given, struct err *err)
{
	const char *s = given;

	if (!strcmp(given, "default")) {
		jsonw_null(w, "days");
		return 0;
	}
	jsonw_array(w, "days");
	for (;; s++) {
		size_t n = strspn(s, "0123456789");

		if (!n || n > 5 || (s[n] && s[n] != ','))
			return days_refused(given, err);
		jsonw_int(w, NULL, strtol(s, NULL, 10));
		s += n;
		if (!*s)
			break;
	}
	jsonw_end_array(w);
	return 0;
}

static int write_change(struct session *s, const char *word, struct buf *body, struct err *err)
{
	const char *days = session_value(s, OPTION_DAYS);
	struct jsonw w;

	jsonw_begin(&w, body);
	jsonw_object(&w, NULL);
	if (word)
		jsonw_bool(&w, "on", !strcmp(word, "on"));
	session_member(&w, "until", session_value(s, OPTION_UNTIL));
	if (days && write_days(&w, days, err))
		return -1;
	jsonw_end_object(&w);
	return 0;
}

static int change(struct session *s, const char *word, struct err *err)
{
	struct send send = { .method = METHOD_PATCH, .path = path };
	const struct json *doc;

	if (write_change(s, word, &send.body, err)) {
		buf_free(&send.body);
		return -1;
	}
	doc = verb_send(s, &send, err);
	if (!doc)
		return -1;
	if (s->json)
		return session_print(s, err);
	if (!session_tells(s))
		return 0;
	render_reminders_set(&s->page, &s->arena, doc);
	if (!json_bool(doc, "changed", 1))
		return 0;		/* undo would take back what came before */
	verb_wrong(s);
	page_line(&s->page);
	return 0;
}

int verb_remind(struct session *s, struct err *err)
{
	const char *word = s->args.n ? s->args.words[0] : NULL;

	if (check(s, word, err))
		return -1;
	if (session_value(s, OPTION_PREVIEW))
		return verb_get(s, "people/me/reminders?preview=1", render_letter, err);
	if (word || session_value(s, OPTION_DAYS))
		return change(s, word, err);
	return verb_get(s, path, render_reminders, err);
}
