/* calendar add, list, check, accept, remove */
#include <string.h>

#include "base/text.h"
#include "caltext.h"
#include "file.h"
#include "verbs.h"

enum { FILE_MAX = 900 * 1000, FETCH_FAILED = 1 };

/* ---- a calendar in a file, read with the caller's rights */

static const struct advice advice = {
	"Name a file that you may read, or an address that begins with https://",
	"Name a file that ends in .ics, or an address: ceu calendar add URL",
	"Export fewer months, or let ceud fetch it: ceu calendar add URL",
};

static int refuse_text(const char *what, struct err *err)
{
	err_set(err, ERR_USAGE, "file-text", "The file is no calendar: %s.", what);
	return err_next(err, "Export it again as iCalendar (.ics, UTF-8).");
}

/* Nobody but the publisher knows in which letters the file was meant. */
static void tell_letters(struct session *s, size_t lines)
{
	if (!lines)
		return;
	page_mark(&s->aside, MARK_NOTE);
	page_wrap(&s->aside, 2, INK_PLAIN, view_printf(&s->arena, "%zu %s of the file %s not UTF-8, and read as Windows-1252: look "
	    "at the letters of what came in.", lines, lines == 1 ? "line" : "lines", lines == 1 ? "is" : "are"));
	page_line(&s->aside);
}

static int put_file(struct session *s, struct jsonw *w, const char *path, struct err *err)
{
	struct buf bytes = BUF_INIT, text = BUF_INIT;
	int rc = -1;

	if (file_read(path, FILE_MAX, &advice, &bytes, err)) {
		;
	} else if (memchr(buf_str(&bytes), '\0', bytes.len)) {
		refuse_text("it holds NUL bytes", err);
	} else {
		tell_letters(s, caltext_utf8(&text, buf_str(&bytes), bytes.len));
		jsonw_object(w, "file");
		jsonw_str(w, "name", file_name(path));
		jsonw_strn(w, "text", buf_str(&text), text.len);
		jsonw_end_object(w);
		rc = text.failed ? err_oom(err) : 0;
	}
	buf_free(&bytes);
	buf_free(&text);
	return rc;
}

static int is_address(const char *s)
{
	return strstr(s, "://") || !strncasecmp(s, "webcal:", 7) || !strncasecmp(s, "http:", 5) ||
	    !strncasecmp(s, "https:", 6);
}

/* ---- the verbs */

/* A calendar that could not be read is an answer, and yet a failure: it was kept, and its error is shown. */
static int tell_calendar(struct session *s, const struct json *c, struct err *err)
{
	const char *error = view_str(&s->arena, c, "error");
	int failed = !strcmp(view_str(&s->arena, c, "state"), "error");

	if (s->json)
		return session_print(s, err) ? -1 : failed ? FETCH_FAILED : 0;
	if (failed) {
		err_set(err, ERR_FAILED, "calendar-error", "Calendar %lld, %s: %s",
		    (long long)view_int(c, "id"), view_str(&s->arena, c, "name"),
		    *error ? error : "it cannot be read.");
		err_next(err,
		    "Your entries are safe. Copy the address again from your calendar, or try later: ceu "
		    "calendar check %lld",
		    (long long)view_int(c, "id"));
		return -1;
	}
	if (session_tells(s))
		render_calendar(&s->page, &s->arena, c);
	if (*error) {
		page_mark(&s->aside, MARK_NOTE);
		page_wrap(&s->aside, 2, INK_PLAIN, error);
		page_line(&s->aside);
	}
	return 0;
}

/* What is escaped on the way makes it more than the file has. */
static int refuse_large(struct session *s, const char *path, struct err *err)
{
	char shown[80];

	if (!s->json)
		s->problem = NULL;	/* which speaks to programs */
	text_excerpt(shown, sizeof shown, path);
	err_set(err, ERR_USAGE, "file-large", "\"%s\" is more than ceud takes at once.", shown);
	return err_next(err, "%s", advice.large);
}

int verb_calendar_add(struct session *s, struct err *err)
{
	static const struct field fields[] = {
		{ "name", OPTION_NAME }, { "category", OPTION_CATEGORY }, { "for", OPTION_FOR },
		{ "user_agent", OPTION_USER_AGENT }, { "everything", OPTION_EVERYTHING },
	};
	struct send send = {
		.method = METHOD_POST, .path = "people/me/calendars", .timeout_ms = SESSION_LONG
	};
	const char *from = s->args.words[0];
	const struct json *c;
	struct jsonw w;

	jsonw_begin(&w, &send.body);
	jsonw_object(&w, NULL);
	if (is_address(from)) {
		jsonw_str(&w, "url", from);
	} else if (put_file(s, &w, from, err)) {
		buf_free(&send.body);
		return -1;
	}
	verb_fields(s, &w, fields, sizeof fields / sizeof *fields);
	jsonw_end_object(&w);
	c = verb_send(s, &send, err);
	if (!c && !is_address(from) && !strcmp(err->code, "body-large"))
		return refuse_large(s, from, err);
	return c ? tell_calendar(s, c, err) : -1;
}

int verb_calendar_list(struct session *s, struct err *err)
{
	return verb_get(s, "people/me/calendars", render_calendars, err);
}

/* POST there, which fetches it. */
static int fetch(struct session *s, const char *what, struct err *err)
{
	struct send send = { .method = METHOD_POST, .timeout_ms = SESSION_LONG };
	char id[IDS_SIZE], path[PATH_SIZE];
	const struct json *c;

	if (session_ids(&s->args, "ceu calendar list", id, err) ||
	    session_path(path, err, "people/me/calendars/%s/%s", id, what))
		return -1;
	send.path = path;
	buf_puts(&send.body, "{}");
	c = verb_send(s, &send, err);
	return c ? tell_calendar(s, c, err) : -1;
}

int verb_calendar_check(struct session *s, struct err *err)
{
	return fetch(s, "check", err);
}

int verb_calendar_accept(struct session *s, struct err *err)
{
	return fetch(s, "accept", err);
}

int verb_calendar_remove(struct session *s, struct err *err)
{
	char id[IDS_SIZE], path[PATH_SIZE];
	const struct json *c;

	if (session_ids(&s->args, "ceu calendar list", id, err) ||
	    session_path(path, err, "people/me/calendars/%s", id))
		return -1;
	c = session_ask(s, &(struct ask){ .method = METHOD_DELETE, .path = path }, err);
	if (!c)
		return -1;
	if (s->json)
		return session_print(s, err);
	if (session_tells(s)) {
		render_done(&s->page,
		    view_printf(&s->arena, "Calendar %s, %s, is forgotten. What you confirmed stays.", id,
			view_str(&s->arena, c, "name")));
		verb_wrong(s);
		page_line(&s->page);
	}
	return 0;
}
