/* What several commands show: next steps, warnings, states, errors. */
#include "render.h"

#include <stdio.h>
#include <string.h>

#include "api/api.h"
#include "args.h"
#include "base/arena.h"
#include "base/err.h"
#include "base/json.h"
#include "base/text.h"
#include "commands.h"
#include "view.h"

enum { COMMAND_MAX = 34, GLOSS_GAP = 4 };

/* ---- next steps */

/* The table's summary for "ceu edit 7 --for COMPETENCY"; NULL if the command is none of ours. */
static const char *summary_of(struct arena *a, const char *command)
{
	const char *words[4];
	char *copy = arena_strdup(a, command);
	size_t n = 0, used;
	const struct command *c;

	if (!copy || strncmp(copy, "ceu", 3))
		return NULL;
	if (!strcmp(copy, "ceu"))
		return command_named("status")->summary;
	for (char *save = NULL, *w = strtok_r(copy + 3, " ", &save); w && n < 4;
	     w = strtok_r(NULL, " ", &save))
		words[n++] = w;
	c = n ? command_find(words, n, &used) : NULL;
	return c ? c->summary : NULL;
}

static const char *gloss_of(struct arena *a, const struct json *doc, const char *command, gloss_fn *gloss)
{
	const char *s = gloss ? gloss(a, doc, command) : NULL;

	return s ? s : summary_of(a, command);
}

void render_next(struct page *p, struct arena *a, const struct json *doc, gloss_fn *gloss)
{
	const struct json *next = json_get(doc, "next");
	size_t widest = 0;

	if (p->look.quiet)
		return;
	for (size_t i = 0; i < json_size(next); i++) {
		size_t width = text_width(view_text(a, json_at(next, i)));

		if (width <= COMMAND_MAX && width > widest)
			widest = width;
	}
	for (size_t i = 0; i < json_size(next); i++) {
		const char *command = view_text(a, json_at(next, i));
		const char *about = gloss_of(a, doc, command, gloss);

		page_text(p, INK_DIM, i ? "" : "Next:");
		page_to(p, 6);
		page_text(p, INK_BOLD, command);
		if (about && text_width(command) <= COMMAND_MAX) {
			page_to(p, 6 + widest + GLOSS_GAP);
			page_wrap(p, 6 + widest + GLOSS_GAP, INK_PLAIN, about);
		}
		page_line(p);
	}
}

void render_warnings(struct page *p, struct arena *a, const struct json *doc, const char *name)
{
	render_warnings_but(p, a, doc, name, "");
}

void render_warnings_but(struct page *p, struct arena *a, const struct json *doc, const char *name,
    const char *known)
{
	const struct json *list = json_get(doc, name);

	for (size_t i = 0; i < json_size(list); i++) {
		const struct json *w = json_at(list, i);

		if (*known && !strcmp(view_str(a, w, "code"), known))
			continue;
		page_mark(p, MARK_NOTE);
		page_wrap(p, 2, INK_PLAIN, json_kind(w) == JSON_STRING ? view_text(a, w) : view_str(a, w,
		    "text"));
		page_line(p);
	}
}

void render_done(struct page *p, const char *text)
{
	page_mark(p, MARK_DONE);
	page_wrap(p, 2, INK_PLAIN, text);
	page_line(p);
}

void render_row(struct page *p, const char *label, size_t at, const char *value)
{
	if (!*value)
		return;
	page_to(p, 2);
	page_text(p, INK_DIM, label);
	page_to(p, at);
	page_wrap(p, at, INK_PLAIN, value);
	page_line(p);
}

/* ---- states */

static const struct { const char *id, *words; enum mark mark; int fine; } states[] = {
	{ "done", "DONE", MARK_DONE, 1 },
	{ "on-track", "ON TRACK", MARK_ON_TRACK, 1 },
	{ "at-risk", "AT RISK", MARK_AT_RISK, 0 },
	{ "off-track", "OFF TRACK", MARK_OFF_TRACK, 0 },
	{ "submitted", "SUBMITTED", MARK_DONE, 1 },
	{ "lapsed", "LAPSED", MARK_FAULT, 0 },
};

enum mark render_state_mark(const char *state)
{
	for (size_t i = 0; i < sizeof states / sizeof *states; i++)
		if (!strcmp(states[i].id, state))
			return states[i].mark;
	return MARK_NOTE;
}

int render_is_fine(const char *state)
{
	for (size_t i = 0; i < sizeof states / sizeof *states; i++)
		if (!strcmp(states[i].id, state))
			return states[i].fine;
	return 0;
}

void render_state(struct page *p, const char *state)
{
	enum mark mark = render_state_mark(state);
	const char *words = state;

	for (size_t i = 0; i < sizeof states / sizeof *states; i++)
		if (!strcmp(states[i].id, state))
			words = states[i].words;
	page_mark(p, mark);
	page_text(p, page_mark_ink(mark), words);
}

/* ---- errors */

static void put_lead(struct page *p, const char *line, size_t len)
{
	struct buf lead = BUF_INIT;

	buf_add(&lead, line, len);
	if (lead.failed)
		p->text.failed = 1;
	page_wrap(p, 2, INK_PLAIN, buf_str(&lead));
	buf_free(&lead);
}

/* One piece of advice: a command is not broken, so that it can be pasted, and stands out. */
static void put_advice(struct page *p, const char *line)
{
	const char *command = strncmp(line, "ceu ", 4) ? strstr(line, ": ceu ") : line;

	page_to(p, 2);
	if (!command) {
		page_wrap(p, 2, INK_PLAIN, line);
	} else if (command == line) {
		page_text(p, INK_PLAIN, "Next: ");
		page_text(p, INK_BOLD, line);
	} else {
		put_lead(p, line, (size_t)(command - line) + 1);
		command += 2;
		if (p->column + 1 + text_width(command) > PAGE_WIDTH)
			page_line(p);
		page_to(p, p->column ? p->column + 1 : 2);
		page_text(p, INK_BOLD, command);
	}
	page_line(p);
}

/* The server knows the word that was meant, ceu knows the whole line: makes one of both. */
static const char *complete(struct arena *a, const char *what, const char *advice,
    const struct typed *typed)
{
	static const char lead[] = "Did you mean: ";
	const char *open = strchr(what, '"'), *close = open ? strchr(open + 1, '"') : NULL, *kept;
	struct buf line = BUF_INIT;
	char *word;

	if (!typed || !close || strncmp(advice, lead, sizeof lead - 1) ||
	    strchr(advice + sizeof lead - 1, ' '))
		return advice;
	word = arena_strndup(a, open + 1, (size_t)(close - open - 1));
	if (!word || args_retype(typed->argc, typed->argv, word, advice + sizeof lead - 1, &line) != 1) {
		buf_free(&line);
		return advice;
	}
	kept = view_printf(a, "%s%s", lead, buf_str(&line));
	buf_free(&line);
	return *kept ? kept : advice;
}

static void advise_lines(struct page *p, struct arena *a, const char *what, const char *lines,
    const struct typed *typed, int *given)
{
	while (*lines) {
		size_t len = strcspn(lines, "\n");
		const char *line = arena_strndup(a, lines, len);

		if (line && *line) {
			put_advice(p, complete(a, what, line, typed));
			*given = 1;
		}
		lines += len + (lines[len] == '\n');
	}
}

void render_error(struct page *p, struct arena *a, const struct err *err, const struct json *problem,
    const struct typed *typed)
{
	struct buf clean = BUF_INIT;
	const char *what;
	int given = 0;

	page_clean(&clean, err->what, 1);
	what = view_lines(a, problem, "detail");
	if (!*what)
		what = buf_str(&clean);
	page_mark(p, MARK_FAULT);
	page_wrap(p, 2, INK_PLAIN, *what ? what : "It failed without a word.");
	page_line(p);
	if (problem) {
		const struct json *next = json_get(problem, "next");

		for (size_t i = 0; i < json_size(next); i++)
			advise_lines(p, a, what, view_text(a, json_at(next, i)), typed, &given);
	} else {
		struct buf next = BUF_INIT;

		page_clean(&next, err->next, 1);
		advise_lines(p, a, what, buf_str(&next), typed, &given);
		buf_free(&next);
	}
	if (!given && typed && strcmp(err->code, "stopped"))
		put_advice(p, view_printf(a, "How it is used: ceu help %s", typed->verb ? typed->verb : ""));
	if (clean.failed)
		p->text.failed = 1;
	buf_free(&clean);
}

static const char *title_of(enum err_class class)
{
	if (class == ERR_UNREACHED)
		return "Not reached";
	return class == ERR_USAGE ? "Not understood" : "Failed";
}

void render_error_json(struct page *p, const struct err *err)
{
	const char *lines = err->next;
	struct jsonw w;

	jsonw_begin(&w, &p->text);
	jsonw_object(&w, NULL);
	jsonw_str(&w, "type", "about:blank");

	jsonw_str(&w, "title", title_of(err->class));
	jsonw_int(&w, "status", api_status((int)err->class));
	jsonw_str(&w, "code", err->code);
	jsonw_str(&w, "detail", err->what);
	jsonw_array(&w, "next");
	while (*lines) {
		size_t len = strcspn(lines, "\n");

		if (len)
			jsonw_strn(&w, NULL, lines, len);
		lines += len + (lines[len] == '\n');
	}
	jsonw_end_array(&w);
	jsonw_end_object(&w);
	page_line(p);
}
