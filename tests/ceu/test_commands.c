/* The table of commands, and how what is typed is understood. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "args.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "commands.h"
#include "host.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

enum { WORDS_MAX = 16 };

/* What was typed is split at '|', so that words may hold blanks. */
struct typed { char text[400]; char *argv[WORDS_MAX + 1]; int argc; };

static void split(struct typed *t, const char *line)
{
	char *rest = t->text, *word;

	assert_true(strlen(line) < sizeof t->text);
	memcpy(t->text, line, strlen(line) + 1);
	t->argc = 0;
	while ((word = strsep(&rest, "|"))) {
		assert_true(t->argc < WORDS_MAX);
		t->argv[t->argc++] = word;
	}
	t->argv[t->argc] = NULL;
}

/* "verb: word, word; --option=value" of what was understood. */
static void describe(const struct args *a, struct buf *out)
{
	buf_printf(out, "%s:", a->command->verb);
	for (size_t i = 0; i < a->n; i++)
		buf_printf(out, " [%s]", a->words[i]);
	for (int i = 0; i < OPTION_COUNT; i++)
		if (a->values[i])
			buf_printf(out, " --%s%s%s", options[i].name, options[i].value ? "=" : "",
			    a->values[i]);
}

static const struct { const char *typed, *means; } understood[] = {
	{ "ceu", "status:" },
	{ "ceu|status|--check", "status: --check" },
	{ "ceu|--json", "status: --json" },
	{ "ceu|log|2h|training|A title", "log: [2h] [training] [A title]" },
	{ "ceu|log|2h|training|A title|--on|yesterday|--for|voice,metrics",
	  "log: [2h] [training] [A title] --for=voice,metrics --on=yesterday" },
	{ "ceu|--on|24 feb|log|2h|--for=voice|training|T", "log: [2h] [training] [T] --for=voice "
	  "--on=24 feb" },
	{ "ceu|log|-1h|training|T", "log: [-1h] [training] [T]" },
	{ "ceu|log|-.5|training|T", "log: [-.5] [training] [T]" },
	{ "ceu|log|1|training|--|--json", "log: [1] [training] [--json]" },
	{ "ceu|--json|--|log|1|training|-x", "log: [1] [training] [-x] --json" },
	{ "ceu|log|1|training|-", "log: [1] [training] [-]" },
	{ "ceu|log|1|training|", "log: [1] [training] []" },
	{ "ceu|log", "log:" },
	{ "ceu|log|1|training|T|--note=", "log: [1] [training] [T] --note=" },
	{ "ceu|log|1|training|T|--note=--x=y", "log: [1] [training] [T] --note=--x=y" },
	{ "ceu|log|1|training|T|--note|-3 degrees", "log: [1] [training] [T] --note=-3 degrees" },
	{ "ceu|inbox", "inbox:" },
	{ "ceu|inbox|list|--skipped", "inbox list: --skipped" },
	{ "ceu|inbox|confirm|3|4|5|--category|cxpa", "inbox confirm: [3] [4] [5] --category=cxpa" },
	{ "ceu|list|mentor|session", "list: [mentor] [session]" },
	{ "ceu|list|list", "list: [list]" },
	{ "ceu|why", "why:" },
	{ "ceu|why|6", "why: [6]" },
	{ "ceu|team|cx", "team: [cx]" },
	{ "ceu|team|digest|cx|--preview", "team digest: [cx] --preview" },
	{ "ceu|team|digest|--on", "team digest: --on" }, { "ceu|--on|team|digest|cx", "team digest: [cx] --on" },
	{ "ceu|team|digest|--on|cx|--every|month", "team digest: [cx] --every=month --on" },
	{ "ceu|team|digest|--attach=no|--csv", "team digest: --attach=no --csv" },
	{ "ceu|team|nudge|dana|amir|--team|cx", "team nudge: [dana] [amir] --team=cx" },
	{ "ceu|remind", "remind:" }, { "ceu|remind|off|--until|24 august", "remind: [off] --until=24 august" },
	{ "ceu|remind|--days|120,60,14", "remind: --days=120,60,14" },
	{ "ceu|admin|mail|--check", "admin mail: --check" },
	{ "ceu|admin|mail|preview|dana|--on|monday", "admin mail preview: [dana] --on=monday" },
	{ "ceu|admin|mail|retry|3|4", "admin mail retry: [3] [4]" },
	{ "ceu|admin|mail|retry|--failed", "admin mail retry: --failed" },
	{ "ceu|admin|person|add|a@b.c|--until|2026-06-30",
	  "admin person add: [a@b.c] --until=2026-06-30" },
	{ "ceu|admin|mail", "admin mail:" },
	{ "ceu|admin|mail|queue|--failed|--failed", "admin mail queue: --failed" },
	{ "ceu|admin|clock|+30d", "admin clock: [+30d]" },
	{ "ceu|help|inbox|confirm", "help: [inbox] [confirm]" },
	{ "ceu|log|-h", "log: --help" },
	{ "ceu|show|3|--help|--category=x", "show: [3] --category=x --help" },
	{ "ceu|status|--as|dana|--as=dana", NULL },
};

static void understands(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(understood); i++) {
		struct arena arena = ARENA_INIT;
		struct args args;
		struct err err = { 0 };
		struct buf got = BUF_INIT;
		struct typed t;

		split(&t, understood[i].typed);
		if (understood[i].means) {
			assert_int_equal(args_parse(t.argc, t.argv, &arena, &args, &err), 0);
			describe(&args, &got);
			assert_string_equal(buf_str(&got), understood[i].means);
		} else {
			assert_int_equal(args_parse(t.argc, t.argv, &arena, &args, &err), -1);
		}
		buf_free(&got);
		arena_free(&arena);
	}
}

static const struct { const char *typed, *code, *what, *next; } refused[] = {
	{ "ceu|lgo|1h|x|y", "verb-unknown", "There is no command \"lgo\".",
	  "Did you mean: ceu log 1h x y" },
	{ "ceu|staus|--json", "verb-unknown", "There is no command \"staus\".",
	  "Did you mean: ceu status --json" },
	{ "ceu|zzzzzz", "verb-unknown", "There is no command \"zzzzzz\".", "All commands: ceu help" },
	{ "ceu|", "verb-unknown", "There is no command \"\".", "All commands: ceu help" },
	{ "ceu|inbox|confrim|3", "verb-unknown", "There is no command \"inbox confrim\".",
	  "Did you mean: ceu inbox confirm 3" },
	{ "ceu|admin|person|ad|x@y", "verb-unknown", "There is no command \"admin person ad\".",
	  "Did you mean: ceu admin person add x@y" },
	{ "ceu|admin|qqqqqqq", "verb-unknown", "There is no command \"admin qqqqqqq\".",
	  "It goes on with: person, team, program, rule, mail, run, status, clock, reload" },
	{ "ceu|admin", "verb-unfinished",
	  "\"ceu admin\" wants one more word: person, team, program, rule, mail, run, status, clock, reload.",
	  "For instance: ceu admin person" },
	{ "ceu|calendar", "verb-unfinished", "\"ceu calendar\" wants one more word: add, list, "
	  "check, accept, remove, rule.",
	  "For instance: ceu calendar add" },
	{ "ceu|log|1|training|A|title|of|words", "argument-extra", "ceu log takes HOURS CATEGORY "
	  "TITLE; \"title\" is too much.",
	  "A title of several words stands in quotes: ceu log HOURS CATEGORY \"TITLE\"" },
	{ "ceu|undo|3", "argument-extra", "ceu undo takes no arguments; \"3\" is too much.",
	  "How it is used: ceu help undo" },
	{ "ceu|log|1|a|b|--stric", "option-unknown", "There is no option \"--stric\".",
	  "Did you mean: ceu log 1 a b --strict" },
	{ "ceu|log|1|a|b|-x", "option-unknown", "There is no option \"-x\".",
	  "All options: ceu help" },
	{ "ceu|list|--skipped", "option-unknown", "ceu list takes no --skipped.",
	  "Its options: ceu help list" },
	{ "ceu|log|1|a|b|--on", "option-value", "--on lacks its DATE.", "Write: --on DATE" },
	{ "ceu|log|1|a|b|--on|--json", "option-value", "--on lacks its DATE.", "Write: --on DATE" },
	{ "ceu|--json=yes", "option-value", "--json takes no value.", "Write only: --json" },
	{ "ceu|admin|mail|preview|dana|--on", "option-value", "--on lacks its DATE.", "Write: --on DATE" },
	{ "ceu|team|nudge|dana|--on", "option-value", "--on lacks its DATE.", "Write: --on DATE" },
	{ "ceu|team|nudge|dana|--on|x", "option-unknown", "ceu team nudge takes no --on.",
	  "Its options: ceu help team nudge" },
	{ "ceu|team|digest|--on=monday", "option-unknown", "ceu team digest takes no --on.",
	  "Its options: ceu help team digest" },
	{ "ceu|remind|off|now", "argument-extra", "ceu remind takes [on|off]; \"now\" is too much.",
	  "How it is used: ceu help remind" },
	{ "ceu|log|1|a|b|--for|x|--for|y", "option-twice", "--for is given twice.",
	  "Give it once, its values joined by commas." },
	{ "ceu|log|1|a|b|--on=x|--on=y", "option-twice", "--on is given twice.", "Give it once." },
	{ "ceu|lgo|it's|$HOME|a b", "verb-unknown", "There is no command \"lgo\".",
	  "Did you mean: ceu log \"it's\" '$HOME' \"a b\"" },
	{ "ceu|lgo|\033[31m|it's `x`", "verb-unknown", "There is no command \"lgo\".",
	  "Did you mean: ceu log \"?[31m\" 'it'\\''s `x`'" },
};

static void refuses(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(refused); i++) {
		struct arena arena = ARENA_INIT;
		struct args args;
		struct err err = { 0 };
		struct typed t;

		split(&t, refused[i].typed);
		assert_int_equal(args_parse(t.argc, t.argv, &arena, &args, &err), -1);
		assert_int_equal(err.class, ERR_USAGE);
		assert_string_equal(err.code, refused[i].code);
		assert_string_equal(err.what, refused[i].what);
		assert_string_equal(err.next, refused[i].next);
		arena_free(&arena);
	}
}

static void misses_arguments(void **state)
{
	static const struct { const char *typed, *what; } rows[] = {
		{ "ceu|log", "ceu log lacks HOURS." },
		{ "ceu|log|1h", "ceu log lacks CATEGORY." },
		{ "ceu|log|1h|training", "ceu log lacks TITLE." },
		{ "ceu|log|1h|training|T", NULL },
		{ "ceu|show", "ceu show lacks ID." },
		{ "ceu|inbox|skip", "ceu inbox skip lacks ID." },
		{ "ceu|calendar|add", "ceu calendar add lacks URL|FILE." },
		{ "ceu|team", NULL },
		{ "ceu|list", NULL },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct arena arena = ARENA_INIT;
		struct args args;
		struct err err = { 0 };
		struct typed t;

		split(&t, rows[i].typed);
		assert_int_equal(args_parse(t.argc, t.argv, &arena, &args, &err), 0);
		assert_int_equal(args_lacking(&args, &err), rows[i].what ? -1 : 0);
		assert_string_equal(err.what, rows[i].what ? rows[i].what : "");
		assert_string_equal(err.code, rows[i].what ? "argument-missing" : "");
		arena_free(&arena);
	}
}

static void knows_arity(void **state)
{
	static const struct { const char *verb; size_t least, most; } rows[] = {
		{ "status", 0, 0 }, { "log", 3, 3 }, { "list", 0, SIZE_MAX }, { "why", 0, 1 },
		{ "inbox confirm", 1, SIZE_MAX },
		{ "calendar add", 1, 1 }, { "admin clock", 0, 1 }, { "help", 0, SIZE_MAX },
	};
	size_t least, most;
	char name[40];

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct command *c = command_named(rows[i].verb);

		assert_non_null(c);
		command_arity(c, &least, &most);
		assert_true(least == rows[i].least && most == rows[i].most);
	}
	assert_string_equal(command_argument(command_named("admin clock"), 0, name, sizeof name),
	    "INSTANT|+DURATION");
	assert_string_equal(command_argument(command_named("inbox skip"), 0, name, sizeof name), "ID");
	assert_string_equal(command_argument(command_named("list"), 0, name, sizeof name), "WORDS");
	assert_null(command_argument(command_named("undo"), 0, name, sizeof name));
}

/* The table itself: each row can be found, names known options, has a summary that fits, and a function. */
static void has_a_sound_table(void **state)
{
	(void)state;
	for (const struct command *c = commands; c->verb; c++) {
		char *copy = strdup(c->options ? c->options : ""), *rest = copy, *word;

		assert_ptr_equal(command_named(c->verb), c);
		assert_non_null(c->fn);
		assert_true(strlen(c->summary) > 5 && strlen(c->summary) <= 46);
		assert_true(c->group < GROUP_COUNT);
		while ((word = strsep(&rest, " ")))
			assert_true(!*word || !strcmp(word, "on!") || option_find(word) >= 0);
		free(copy);
	}
	for (int i = 0; i < OPTION_COUNT; i++) {
		int used = options[i].everywhere;

		assert_non_null(options[i].name);
		/* --on stands twice, with a DATE and without */
		assert_int_equal(option_find(options[i].name), i == OPTION_ON_AGAIN ? OPTION_ON : i);
		assert_true(i == 0 || i == OPTION_ON_AGAIN || strcmp(options[i - 1].name, options[i].name) < 0);
		for (const struct command *c = commands; c->verb; c++)
			used |= command_takes(c, i);
		assert_true(used);
	}
	assert_int_equal(option_find("nonsense"), -1);
	assert_int_equal(option_find(""), -1);
}

static void finds_flags_of_what_failed(void **state)
{
	struct typed t;

	(void)state;
	split(&t, "ceu|zzz|--json");
	assert_true(args_wants(t.argc, t.argv, OPTION_JSON));
	split(&t, "ceu|zzz|--|--json");
	assert_false(args_wants(t.argc, t.argv, OPTION_JSON));
	assert_false(args_wants(t.argc, t.argv, OPTION_ASCII));
}

static void quotes_for_another_machine(void **state)
{
	static const struct { const char *typed, *line; } rows[] = {
		{ "ceu|--host|dana@server|log|1h|training|it's $HOME `x`",
		  "ceu 'log' '1h' 'training' 'it'\\''s $HOME `x`'" },
		{ "ceu|--host=server|status", "ceu 'status'" },
		{ "ceu|log|1|t|--host|s|--|--host|x", "ceu 'log' '1' 't' '--' '--host' 'x'" },
		{ "ceu|--host|s|log|1|t|", "ceu 'log' '1' 't' ''" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct buf line = BUF_INIT;
		struct err err = { 0 };
		struct typed t;

		split(&t, rows[i].typed);
		assert_int_equal(host_command(t.argc, t.argv, &line, &err), 0);
		assert_string_equal(buf_str(&line), rows[i].line);
		buf_free(&line);
	}
}

static void refuses_hosts_that_are_options(void **state)
{
	static const char *const bad[] = { "", "-oProxyCommand=x", "a b", "a;b", "$(x)", "a`b" };
	char program[] = "ceu", *argv[] = { program, NULL };

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++) {
		struct err err = { 0 };

		assert_int_equal(host_run(bad[i], 1, argv, &err), -1);
		assert_string_equal(err.code, "host-invalid");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(understands),
		cmocka_unit_test(refuses),
		cmocka_unit_test(misses_arguments),
		cmocka_unit_test(knows_arity),
		cmocka_unit_test(has_a_sound_table),
		cmocka_unit_test(finds_flags_of_what_failed),
		cmocka_unit_test(quotes_for_another_machine),
		cmocka_unit_test(refuses_hosts_that_are_options),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
