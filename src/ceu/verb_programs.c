/* admin program: list, check, simulate, install */
#include <string.h>
#include <sys/stat.h>

#include "base/text.h"
#include "file.h"
#include "prompt.h"
#include "verbs.h"

enum { FILE_MAX = 900 * 1000 };

static const struct advice advice = {
	"Name a file that you may read, or a program: ceu admin program list",
	"Name a program file, such as NAME.rules.",
	"Program files have a few kB. See ceud-program(5).",
};

int verb_program_list(struct session *s, struct err *err)
{
	return verb_get(s, "admin/programs", render_programs, err);
}

/* ---- what is to be looked at: a file, or a program that ceud knows */

static int refuse_text(const char *what, struct err *err)
{
	err_set(err, ERR_USAGE, "file-text", "The file is no program: %s.", what);
	return err_next(err, "Write it in UTF-8, as in ceud-program(5).");
}

static int put_file(struct jsonw *w, const char *path, struct err *err)
{
	struct buf text = BUF_INIT;
	int failed = file_read(path, FILE_MAX, &advice, &text, err);

	if (!failed && memchr(buf_str(&text), '\0', text.len))
		failed = refuse_text("it holds NUL bytes", err);
	else if (!failed && !text_is_utf8(buf_str(&text), text.len))
		failed = refuse_text("its letters are not UTF-8", err);
	if (!failed) {
		jsonw_str(w, "name", path);
		jsonw_strn(w, "text", buf_str(&text), text.len);
	}
	buf_free(&text);
	return failed;
}

static int is_file(const char *word)
{
	struct stat st;

	return strpbrk(word, "/.") || (!stat(word, &st) && S_ISREG(st.st_mode));
}

static const struct json *send_program(struct session *s, const char *path, int may_be_name, struct err *err)
{
	struct send send = { .method = METHOD_POST, .path = path, .timeout_ms = SESSION_LONG };
	const char *word = s->args.words[0];
	struct jsonw w;

	jsonw_begin(&w, &send.body);
	jsonw_object(&w, NULL);
	if (may_be_name && !is_file(word)) {
		jsonw_str(&w, "program", word);
	} else if (put_file(&w, word, err)) {
		buf_free(&send.body);
		return NULL;
	}
	jsonw_end_object(&w);
	return verb_send(s, &send, err);
}

/* ---- the verbs */

static void tell_checked(struct page *p, struct arena *a, const struct json *doc)
{
	const struct json *program = json_get(doc, "program");
	int64_t checks = view_int(doc, "checks");

	render_done(p, view_printf(a, "%s is right: %zu rules, %lld %s held.", view_str(a, program, "id"),
	    json_size(json_get(program, "rules")), (long long)checks, view_plural(checks, "check", "checks")));
}

int verb_program_check(struct session *s, struct err *err)
{
	const struct json *doc = send_program(s, "admin/programs/check", 0, err);

	if (!doc)
		return -1;
	if (s->json)
		return session_print(s, err);
	if (session_tells(s))
		tell_checked(&s->page, &s->arena, doc);
	return 0;
}

int verb_program_simulate(struct session *s, struct err *err)
{
	return verb_show_answer(s, send_program(s, "admin/programs/simulate", 1, err), render_simulation, err);
}

/* Shows what installing would do and asks, where somebody can be asked: 1 yes, 0 no, -1. */
static int look_first(struct session *s, struct err *err)
{
	const struct json *simulation = send_program(s, "admin/programs/simulate", 1, err);
	struct look look = s->page.look;

	if (!simulation)
		return -1;
	s->page.look.quiet = 1;		/* its own next step is being done */
	render_simulation(&s->page, &s->arena, simulation);
	s->page.look = look;
	return prompt_yes(s, "Use these rules in open cycles from now on?", 0, err);
}

/* People whose entries do not fit the new text keep the one they have. */
static void tell_left(struct session *s, const struct json *list)
{
	for (size_t i = 0; i < json_size(list); i++) {
		const struct json *v = json_at(list, i);

		page_mark(&s->aside, MARK_NOTE);
		page_wrap(&s->aside, 2, INK_PLAIN, view_printf(&s->arena, "%s keeps the older rules. %s",
		    view_str(&s->arena, v, "person"), view_str(&s->arena, v, "text")));
		page_line(&s->aside);
	}
}

int verb_program_install(struct session *s, struct err *err)
{
	const struct json *doc;
	int64_t cycles;

	if (!s->interactive && !session_value(s, OPTION_YES)) {
		err_set(err, ERR_USAGE, "yes-needed", "Installing changes the rules of open cycles, so it wants a "
		    "yes.");
		return err_next(err, "Look first: ceu admin program simulate FILE. Then add --yes.");
	}
	if (s->interactive) {
		int yes = look_first(s, err);

		if (yes <= 0)
			return yes ? -1 : err_set(err, ERR_FAILED, "stopped", "Nothing was changed.");
	}
	doc = send_program(s, "admin/programs/install", 1, err);
	if (!doc)
		return -1;
	if (s->json)
		return session_print(s, err);
	cycles = view_int(doc, "cycles");
	if (session_tells(s))
		render_done(&s->page, view_printf(&s->arena, "%s is installed; %lld open %s by it now.",
		    view_str(&s->arena, doc, "program"), (long long)cycles,
		    view_plural(cycles, "cycle goes", "cycles go")));
	tell_left(s, json_get(doc, "left"));
	return 0;
}
