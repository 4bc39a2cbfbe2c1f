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

/* What may be named: without an answer there is nothing to offer. */
static const struct json *look_up(const struct completion *c, const char *path)
{
	struct err ignored = { 0 };
	const struct ask ask = { .method = METHOD_GET, .path = path, .timeout_ms = COMPLETE_TIMEOUT };

	return session_ask(c->s, &ask, &ignored);
}

/* The ids of a list; `joined` by commas to what stands before. */
static void offer_ids(const struct completion *c, const struct json *items, int joined)
{
	const char *comma = joined ? strrchr(c->word, ',') : NULL;

	for (size_t i = 0; i < json_size(items); i++) {
		const struct json *v = json_at(items, i);
		const char *id = view_str(&c->s->arena, v, "id");

		if (!*id && view_has(v, "id"))
			id = view_printf(&c->s->arena, "%lld", (long long)view_int(v, "id"));
		if (comma)
			id = view_printf(&c->s->arena, "%.*s%s", (int)(comma - c->word + 1), c->word, id);
		offer(c, id);
	}
}

/* Tags and kinds are the program's, and the person's status tells which that is. */
static const struct json *own_program(const struct completion *c)
{
	const char *id = json_str(look_up(c, "people/me/status"), "program");
	const char *encoded = id ? session_encode(c->s, id) : NULL;

	return encoded ? look_up(c, view_printf(&c->s->arena, "programs/%s", encoded)) : NULL;
}

static void offer_numbers(const struct completion *c, const char *verb)
{
	static const struct { const char *verb, *path, *list; } rows[] = {
		{ "inbox restore", "people/me/inbox?skipped=1", "proposals" },
		{ "inbox accept", "people/me/inbox?changed=1", "proposals" },
		{ "inbox dismiss", "people/me/inbox?changed=1", "proposals" },
		{ "inbox", "people/me/inbox", "proposals" }, { "plan keep", NULL, NULL },
		{ "plan", "people/me/status", "planned" }, { "calendar rule", "people/me/calendar-rules", "rules" },
		{ "calendar", "people/me/calendars", "calendars" }, { "admin rule", "admin/rules", "rules" },
		{ "admin mail", "admin/mail/queue", "mails" },
		{ "", "people/me/entries?limit=100", "entries" },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		if (strncmp(rows[i].verb, verb, strlen(rows[i].verb)))
			continue;
		if (rows[i].path)
			offer_ids(c, json_get(look_up(c, rows[i].path), rows[i].list), 0);
		return;
	}
}

static void offer_years(const struct completion *c)
{
	const struct json *list = json_get(look_up(c, "people/me/cycles"), "cycles");

	for (size_t i = 0; i < json_size(list); i++)
		offer(c, view_printf(&c->s->arena, "%.4s", view_str(&c->s->arena, json_at(list, i), "start")));
}

/* The evidence of the entry that the word before names. */
static void offer_files(const struct completion *c, const char *id)
{
	char path[PATH_SIZE];
	const struct json *list;

	if (!id || strspn(id, "0123456789") != strlen(id) ||
	    session_path(path, NULL, "people/me/entries/%s", id))
		return;
	list = json_get(look_up(c, path), "evidence");
	for (size_t i = 0; i < json_size(list); i++)
		offer(c, view_str(&c->s->arena, json_at(list, i), "name"));
}

/* What a list calls its things: "person", "name". */
static void offer_named(const struct completion *c, const char *path, const char *list, const char *member)
{
	const struct json *items = json_get(look_up(c, path), list);

	for (size_t i = 0; i < json_size(items); i++)
		offer(c, view_str(&c->s->arena, json_at(items, i), member));
}

static void offer_words(const struct completion *c, const char *const *words, size_t n)
{
	for (size_t i = 0; i < n; i++)
		offer(c, words[i]);
}

static void offer_program_words(const struct completion *c, const char *kind)
{
	if (!strcmp(kind, "CATEGORY"))
		offer_ids(c, json_get(look_up(c, "people/me/status"), "categories"), 0);
	else if (!strncmp(kind, "COMPETENCY", 10))
		offer_ids(c, json_get(look_up(c, "people/me/status"), "competencies"), 1);
	else if (!strncmp(kind, "TAG", 3))
		offer_ids(c, json_get(own_program(c), "tags"), 1);
	else if (!strncmp(kind, "KIND", 4))
		offer_ids(c, json_get(own_program(c), "kinds"), 0);
	else if (!strcmp(kind, "PROGRAM") || !strcmp(kind, "FILE|PROGRAM"))
		offer_ids(c, json_get(look_up(c, "programs"), "programs"), 0);
}

static void offer_values(const struct completion *c, const char *kind, const char *verb, const char *before)
{
	static const char *const whens[] = { "auto", "always", "never" }, *const roles[] = { "professional",
		"admin" }, *const fields[] = { "title", "categories", "description", "location", "host", "organizer",
		"domain", "calendar", "series", "x-" }, *const tests[] = { "is", "contains", "begins", "ends",
		"like" }, *const formats[] = { "packet", "csv", "json", "ics" }, *const switches[] = { "on", "off" },
		*const often[] = { "week", "month", "change", "default" }, *const answers[] = { "yes", "no" };

	if (!strcmp(kind, "WHEN"))
		offer_words(c, whens, sizeof whens / sizeof *whens);
	else if (!strcmp(kind, "packet|csv|json|ics"))
		offer_words(c, formats, sizeof formats / sizeof *formats);
	else if (!strcmp(kind, "on|off"))
		offer_words(c, switches, sizeof switches / sizeof *switches);
	else if (!strcmp(kind, "week|month|change"))
		offer_words(c, often, sizeof often / sizeof *often);
	else if (!strcmp(kind, "yes|no"))
		offer_words(c, answers, sizeof answers / sizeof *answers);
	else if (!strcmp(kind, "PERSON") && !strcmp(verb, "team nudge"))
		offer_named(c, "teams/mine/status", "people", "person");
	else if (!strcmp(kind, "NAME") && !strcmp(verb, "admin mail template"))
		offer_named(c, "admin/mail/templates", "templates", "name");
	else if (!strncmp(kind, "FIELD", 5))
		offer_words(c, fields, sizeof fields / sizeof *fields);
	else if (!strcmp(kind, "TEST"))
		offer_words(c, tests, sizeof tests / sizeof *tests);
	else if (!strcmp(kind, "CALENDAR"))
		offer_ids(c, json_get(look_up(c, "people/me/calendars"), "calendars"), 0);
	else if (!strcmp(kind, "ROLE") && strcmp(verb, "skills"))
		offer_words(c, roles, sizeof roles / sizeof *roles);
	else if (!strcmp(kind, "ROLE"))
		offer_ids(c, json_get(look_up(c, "people/me/skills"), "roles"), 0);
	else if (!strcmp(kind, "ID") || !strcmp(kind, "N"))
		offer_numbers(c, verb);
	else if (!strcmp(kind, "YEAR"))
		offer_years(c);
	else if (!strcmp(kind, "NAME") && !strcmp(verb, "detach"))
		offer_files(c, before);
	else
		offer_program_words(c, kind);
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

/* The name of the argument that is being typed; the last one may go on and on. */
static const char *argument_now(const struct command *command, size_t i, char *out, size_t size)
{
	size_t least, most;

	command_arity(command, &least, &most);
	if (i >= most)
		return NULL;
	for (const char *name; ; i--) {
		name = command_argument(command, i, out, size);
		if (name || !i)
			return name;
	}
}

/* The words before the one being typed, without options and their values; *ret_want: it is the value of an
 * option. */
static size_t plain_words(const struct args *args, const char **words, const char **ret_want)
{
	const char *want = NULL;
	size_t n = 0;

	for (size_t i = 0; i + 1 < args->n; i++) {
		const char *w = args->words[i];
		int id = strncmp(w, "--", 2) ? -1 : option_find(w + 2);

		want = id >= 0 ? options[id].value : NULL;
		if (strncmp(w, "--", 2))
			words[n++] = w;
		else if (want && i + 2 < args->n)
			i++, want = NULL;
	}
	*ret_want = want;
	return n;
}

int verb_complete(struct session *s, struct err *err)
{
	const char **words = arena_alloc(&s->arena, (s->args.n + 1) * sizeof *words), *want = NULL, *verb;
	struct completion c = { s, s->args.n ? s->args.words[s->args.n - 1] : "" };
	const struct command *command;
	size_t n, used = 0;
	char name[64];

	if (!words)
		return err_oom(err);
	n = plain_words(&s->args, words, &want);
	command = n ? command_find(words, n, &used) : NULL;
	verb = command ? command->verb : "";
	if (want) {
		offer_values(&c, want, verb, NULL);
	} else if (c.word[0] == '-') {
		offer_options(&c, command);
	} else {
		if (!command || used == n)
			offer_verbs(&c, words, n);
		if (command && argument_now(command, n - used, name, sizeof name))
			offer_values(&c, name, verb, n > used ? words[n - 1] : NULL);
	}
	return 0;
}
