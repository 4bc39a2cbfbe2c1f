/* Help and version: from the table of commands. */
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "session.h"
#include "view.h"

enum { SUMMARY_AT = 34, OPTION_AT = 24 };

/* ---- the overview */

static void command_line(struct page *p, const struct command *c)
{
	page_text(p, INK_PLAIN, " ceu ");
	page_text(p, INK_BOLD, c->verb);
	if (c->what) {
		page_text(p, INK_PLAIN, " ");
		page_text(p, INK_PLAIN, c->what);
	}
	if (p->column + 2 > SUMMARY_AT)
		page_line(p);
	page_to(p, SUMMARY_AT);
	page_text(p, INK_PLAIN, c->summary);
	page_line(p);
}

static void overview(struct page *p)
{
	page_text(p, INK_PLAIN, "ceu VERB [WHAT..] [--options]    ceu alone shows where you stand");
	page_line(p);
	for (int group = 0; group < GROUP_COUNT; group++) {
		page_text(p, INK_BOLD, group_titles[group]);
		page_line(p);
		for (const struct command *c = commands; c->verb; c++)
			if ((int)c->group == group)
				command_line(p, c);
	}
	page_text(p, INK_BOLD, "EVERYWHERE");
	page_line(p);
	page_to(p, 1);
	for (int i = 0; i < OPTION_COUNT; i++) {
		char option[64];

		if (!options[i].everywhere)
			continue;
		snprintf(option, sizeof option, "--%s%s%s", options[i].name, options[i].value ? " " : "",
		    options[i].value ? options[i].value : "");
		if (p->column + 2 + strlen(option) > PAGE_WIDTH) {
			page_line(p);
			page_to(p, 1);
		}
		page_printf(p, INK_PLAIN, "%s%s", p->column > 1 ? "  " : "", option);
	}
	page_line(p);
	page_text(p, INK_DIM, "Next: ");
	page_text(p, INK_BOLD, "ceu help VERB");
	page_text(p, INK_PLAIN, "    one command in full; the manual: man ceu");
	page_line(p);
}

/* ---- one command */

static void option_row(struct page *p, const struct option *o)
{
	page_to(p, 2);
	page_printf(p, INK_BOLD, "--%s", o->name);
	if (o->value)
		page_printf(p, INK_PLAIN, " %s", o->value);
	if (p->column + 2 > OPTION_AT)
		page_line(p);
	page_to(p, OPTION_AT);
	page_wrap(p, OPTION_AT, INK_PLAIN, o->help);
	page_line(p);
}

static void explain(struct page *p, const struct command *c)
{
	page_printf(p, INK_BOLD, "ceu %s%s%s", c->verb, c->what ? " " : "", c->what ? c->what : "");
	page_printf(p, INK_PLAIN, "%s", c->options ? " [--options]" : "");
	page_line(p);
	page_to(p, 2);
	page_printf(p, INK_PLAIN, "%s", c->summary);
	page_line(p);
	if (c->help) {
		page_to(p, 2);
		page_wrap(p, 2, INK_PLAIN, c->help);
		page_line(p);
	}
	for (int i = 0; i < OPTION_COUNT; i++)
		if (!options[i].everywhere && command_takes(c, i))
			option_row(p, &options[i]);
}

/* All commands that begin with the words: "inbox" explains five. */
static size_t explain_all(struct page *p, const char *verb)
{
	size_t n = 0, len = strlen(verb);

	for (const struct command *c = commands; c->verb; c++) {
		if (strncmp(c->verb, verb, len) || (c->verb[len] && c->verb[len] != ' '))
			continue;
		if (n++)
			page_line(p);
		explain(p, c);
	}
	return n;
}

static int help_json(struct session *s, const char *verb, struct err *err)
{
	size_t len = strlen(verb);
	struct jsonw w;

	jsonw_begin(&w, &s->page.text);
	jsonw_object(&w, NULL);
	jsonw_array(&w, "commands");
	for (const struct command *c = commands; c->verb; c++) {
		if (strncmp(c->verb, verb, len) || (len && c->verb[len] && c->verb[len] != ' '))
			continue;
		jsonw_object(&w, NULL);
		jsonw_str(&w, "verb", c->verb);
		jsonw_str(&w, "arguments", c->what);
		jsonw_str(&w, "summary", c->summary);
		jsonw_array(&w, "options");
		for (int i = 0; i < OPTION_COUNT; i++)
			if (command_takes(c, i))
				jsonw_str(&w, NULL, options[i].name);
		jsonw_end_array(&w);
		jsonw_end_object(&w);
	}
	jsonw_end_array(&w);
	jsonw_end_object(&w);
	page_line(&s->page);
	return s->page.text.failed ? err_oom(err) : 0;
}

static int unknown(const char *verb, struct err *err)
{
	const char *verbs[256], *near;
	char shown[80];
	size_t n = 0;

	for (const struct command *c = commands; c->verb && n < sizeof verbs / sizeof *verbs; c++)
		verbs[n++] = c->verb;
	text_excerpt(shown, sizeof shown, verb);
	err_set(err, ERR_USAGE, "verb-unknown", "There is no command \"%s\".", shown);
	near = text_suggest(verb, verbs, n);
	if (!near)
		return err_next(err, "All commands: ceu help");
	return err_next(err, "Did you mean: ceu help %s", near);
}

int verb_help(struct session *s, struct err *err)
{
	/* "ceu edit --help" explains edit, "ceu --help" gives the overview. */
	const struct command *c = s->args.command;
	const char *verb = "";

	if (c->fn == verb_help)
		for (size_t i = 0; i < s->args.n; i++)
			verb = view_printf(&s->arena, "%s%s%s", verb, i ? " " : "", s->args.words[i]);
	else if (!s->args.is_default)
		verb = c->verb;
	if (s->json)
		return help_json(s, verb, err);
	if (!*verb) {
		overview(&s->page);
		return 0;
	}
	return explain_all(&s->page, verb) ? 0 : unknown(verb, err);
}

int verb_version(struct session *s, struct err *err)
{
	struct jsonw w;

	if (s->json) {
		jsonw_begin(&w, &s->page.text);
		jsonw_object(&w, NULL);
		jsonw_str(&w, "version", CEUD_VERSION);
		jsonw_end_object(&w);
	} else {
		page_text(&s->page, INK_PLAIN, "ceu " CEUD_VERSION);
	}
	page_line(&s->page);
	return s->page.text.failed ? err_oom(err) : 0;
}
