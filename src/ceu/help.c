/* Help, version and completion: all from the table of commands. */
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "session.h"
#include "view.h"

enum { SUMMARY_AT = 34, OPTION_AT = 24, COMPLETE_TIMEOUT = 1000 };

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

/* ---- completion: the words typed so far, the last one unfinished; one candidate a line */

struct completion { struct session *s; const char *word; };

static void offer(const struct completion *c, const char *candidate)
{
	if (strncmp(candidate, c->word, strlen(c->word)))
		return;
	page_text(&c->s->page, INK_PLAIN, candidate);
	page_line(&c->s->page);
}

static void offer_options(const struct completion *c, const struct command *command)
{
	for (int i = 0; i < OPTION_COUNT; i++) {
		char option[64];

		snprintf(option, sizeof option, "--%s", options[i].name);
		if (command ? command_takes(command, i) : options[i].everywhere)
			offer(c, option);
	}
}

/* Ids of the person's own program; without an answer there is nothing to offer. */
static void offer_ids(const struct completion *c, const char *list)
{
	struct err ignored = { 0 };
	const struct ask ask = {
		.method = METHOD_GET, .path = "people/me/status", .timeout_ms = COMPLETE_TIMEOUT
	};
	const struct json *status = session_ask(c->s, &ask, &ignored), *items = json_get(status, list);
	const char *comma = strrchr(c->word, ',');

	for (size_t i = 0; i < json_size(items); i++) {
		const char *id = view_str(&c->s->arena, json_at(items, i), "id");

		if (comma && !strcmp(list, "competencies"))
			id = view_printf(&c->s->arena, "%.*s%s", (int)(comma - c->word + 1), c->word, id);
		offer(c, id);
	}
}

static void offer_values(const struct completion *c, const char *kind)
{
	if (!strcmp(kind, "CATEGORY"))
		offer_ids(c, "categories");
	else if (!strncmp(kind, "COMPETENCY", 10))
		offer_ids(c, "competencies");
	else if (!strcmp(kind, "WHEN")) {
		offer(c, "auto");
		offer(c, "always");
		offer(c, "never");
	}
}

/* Verb words that may come next; a word is offered once. */
static void offer_verbs(const struct completion *c, const char *const *words, size_t n)
{
	const char *said = "", *last = "";

	for (size_t i = 0; i < n; i++)
		said = view_printf(&c->s->arena, "%s%s ", said, words[i]);
	for (const struct command *row = commands; row->verb; row++) {
		const char *rest = row->verb + strlen(said), *next;

		if (strncmp(row->verb, said, strlen(said)))
			continue;
		next = view_printf(&c->s->arena, "%.*s", (int)strcspn(rest, " "), rest);
		if (strcmp(next, last))
			offer(c, next);
		last = next;
	}
}

int verb_complete(struct session *s, struct err *err)
{
	const char **words = arena_alloc(&s->arena, (s->args.n + 1) * sizeof *words), *want = NULL;
	struct completion c = { s, s->args.n ? s->args.words[s->args.n - 1] : "" };
	const struct command *command;
	size_t n = 0, used = 0;
	char name[64];

	if (!words)
		return err_oom(err);
	for (size_t i = 0; i + 1 < s->args.n; i++) {
		const char *w = s->args.words[i];
		int id = strncmp(w, "--", 2) ? -1 : option_find(w + 2);

		want = id >= 0 ? options[id].value : NULL;
		if (strncmp(w, "--", 2))
			words[n++] = w;
		else if (want && i + 2 < s->args.n)
			i++, want = NULL;
	}
	command = n ? command_find(words, n, &used) : NULL;
	if (want)
		offer_values(&c, want);
	else if (c.word[0] == '-')
		offer_options(&c, command);
	else {
		if (!command || used == n)
			offer_verbs(&c, words, n);
		if (command && command_argument(command, n - used, name, sizeof name))
			offer_values(&c, name);
	}
	return 0;
}
