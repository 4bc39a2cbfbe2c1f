/* Completion: the words typed so far, the last one unfinished; one candidate a line. */
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "session.h"
#include "view.h"

enum { COMPLETE_TIMEOUT = 1000 };

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
