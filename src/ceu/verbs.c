/* What the verbs share. */
#include "verbs.h"

#include <stdio.h>
#include <string.h>

#include "base/date.h"
#include "base/text.h"

int verb_show_answer(struct session *s, const struct json *doc, render_fn *fn, struct err *err)
{
	if (!doc)
		return -1;
	if (s->json)
		return session_print(s, err);
	fn(&s->page, &s->arena, doc);
	return 0;
}

int verb_get(struct session *s, const char *path, render_fn *fn, struct err *err)
{
	return verb_show_answer(s, session_get(s, path, err), fn, err);
}

int verb_get_list(struct session *s, const char *path, const char *plural, render_fn *fn, struct err *err)
{
	return verb_show_answer(s, session_list(s, path, plural, err), fn, err);
}

int verb_order(struct session *s, const char *path, void (*tell)(struct session *, const struct json *),
    struct err *err)
{
	struct send send = { .method = METHOD_POST, .path = path };
	const struct json *doc;

	buf_puts(&send.body, "{}");
	doc = verb_send(s, &send, err);
	if (!doc)
		return -1;
	if (s->json)
		return session_print(s, err);
	if (session_tells(s))
		tell(s, doc);
	return 0;
}

int verb_print_bytes(struct session *s, const struct json *doc, const char *name, struct err *err)
{
	const char *text = json_str(doc, name);

	if (text)
		buf_puts(&s->page.text, text);
	return s->page.text.failed ? err_oom(err) : 0;
}

const struct json *verb_standing(struct session *s)
{
	struct err none = { 0 };

	/* The change is done and said; a person without an open cycle has no totals to show. */
	return session_get(s, "people/me/status", &none);
}

void verb_wrong(struct session *s)
{
	const char *as = session_value(s, OPTION_AS), *command = as ? view_printf(&s->arena, "ceu undo --as %s", as) : "ceu undo";
	size_t width = 8 + text_width(command);

	if (s->page.look.quiet)
		return;
	if (as && s->page.column + width >= PAGE_WIDTH)
		page_line(&s->page);
	page_to(&s->page, width < PAGE_WIDTH ? PAGE_WIDTH - width : 0);
	page_text(&s->page, INK_DIM, "Wrong? ");
	page_text(&s->page, INK_BOLD, command);		/* undo alone would be of one's own last change */
}

void verb_fields(struct session *s, struct jsonw *w, const struct field *fields, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const char *value = session_value(s, fields[i].option);

		if (fields[i].option == OPTION_FOR || fields[i].option == OPTION_TAG)
			session_members(w, fields[i].name, value);
		else if (!options[fields[i].option].value && value)
			jsonw_bool(w, fields[i].name, 1);
		else
			session_member(w, fields[i].name, value);
	}
}

int verb_any(const struct session *s, const struct field *fields, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (session_value(s, fields[i].option))
			return 1;
	return 0;
}

const struct json *verb_send(struct session *s, struct send *send, struct err *err)
{
	const struct ask ask = { .method = send->method, .path = send->path, .body = &send->body,
		.etag = send->etag, .timeout_ms = send->timeout_ms };
	const struct json *doc = session_ask(s, &ask, err);

	buf_free(&send->body);
	return doc;
}

int verb_path(struct session *s, char path[PATH_SIZE], const char *before, const char *word,
    const char *after, struct err *err)
{
	const char *encoded = session_encode(s, word);

	return encoded ? session_path(path, err, "%s%s%s", before, encoded, after) : err_oom(err);
}

int verb_earn(struct session *s, struct jsonw *w, struct err *err)
{
	const char *given = session_value(s, OPTION_EARN), *equals;
	int64_t count;

	if (!given)
		return 0;
	equals = strchr(given, '=');
	if (!*given) {
		jsonw_null(w, "earn");
		return 0;
	}
	jsonw_strn(w, "earn", given, equals ? (size_t)(equals - given) : strlen(given));
	if (!equals)
		return 0;
	if (units_parse(equals + 1, &count) || !count) {
		err_set(err, ERR_USAGE, "option-value", "--earn wants a number behind =, such as 3 or 1.5.");
		return err_next(err, "Write: --earn KIND=COUNT");
	}
	jsonw_units(w, "count", count);
	return 0;
}
