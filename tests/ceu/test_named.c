/* Each command that a mail names is one that ceu understands. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <ctype.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "args.h"
#include "base/arena.h"
#include "base/err.h"

enum { WORDS_MAX = 16, COMMAND_MAX = 200 };

static int nfound;

/* "{{first}}" and "%lld" stand for an argument, "week|month" for the first of them. */
static char *word(char *s)
{
	static char number[] = "1";

	s[strcspn(s, "|")] = '\0';
	return strncmp(s, "{{", 2) == 0 || *s == '%' ? number : s;
}

/* What is no verb and no option says what stands there, as "FILE" or a number, or is one of the words for it. */
static int is_argument(const struct command *c, const char *s)
{
	return !islower((unsigned char)*s) || (c->what && strstr(c->what, s));
}

static void understood(const char *file, const char *text)
{
	char copy[COMMAND_MAX + 1], *argv[WORDS_MAX + 1], *rest = copy, *next;
	struct arena arena = ARENA_INIT;
	struct err err = { 0 };
	struct args args;
	int argc = 0;

	snprintf(copy, sizeof copy, "%s", text);
	while ((next = strsep(&rest, " ")) && *next && argc < WORDS_MAX)
		argv[argc++] = word(next);
	argv[argc] = NULL;
	if (args_parse(argc, argv, &arena, &args, &err))
		fail_msg("%s: \"%s\": %s", file, text, err.what);
	for (size_t i = 0; i < args.n; i++)
		if (!is_argument(args.command, args.words[i]))
			fail_msg("%s: \"%s\": there is no command \"%s %s\"", file, text, args.command->verb, args.words[i]);
	arena_free(&arena);
	nfound++;
}

/* Up to the end of a sentence, of an element, of a string; "{{#plan}}" begins something else. */
static size_t command_length(const char *s)
{
	size_t n = 0;

	while (s[n] && !strchr("\n<\",();:", s[n]) && strncmp(s + n, "  ", 2) && strncmp(s + n, "{{#", 3) &&
	    strncmp(s + n, "{{/", 3)) {
		if (s[n] == '.' && (s[n + 1] == '\0' || strchr(" \n<\"{", s[n + 1])))
			break;
		n++;
	}
	return n;
}

static void look(const char *file, const char *text)
{
	char command[COMMAND_MAX + 1];

	for (const char *at = text; (at = strstr(at, "ceu ")) != NULL; at += 4) {
		size_t n = command_length(at);

		if (at > text && !strchr(" >\"", at[-1]))
			continue;
		assert_true(n < COMMAND_MAX);
		snprintf(command, sizeof command, "%.*s", (int)n, at);
		understood(file, command);
	}
}

static void look_at_file(const char *path)
{
	FILE *f = fopen(path, "r");
	char *line = NULL;
	size_t size = 0;

	assert_non_null(f);
	while (getline(&line, &size, f) >= 0)
		look(path, line);
	free(line);
	fclose(f);
}

static int look_at(const char *pattern)
{
	glob_t files;

	nfound = 0;
	assert_int_equal(glob(pattern, 0, NULL, &files), 0);
	for (size_t i = 0; i < files.gl_pathc; i++)
		look_at_file(files.gl_pathv[i]);
	globfree(&files);
	return nfound;
}

static void in_templates(void **state)
{
	(void)state;
	assert_in_range(look_at("etc/templates/*"), 30, 200);
}

static void in_what_the_code_puts_in(void **state)
{
	(void)state;
	assert_in_range(look_at("src/mail/*.c"), 8, 200);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(in_templates), cmocka_unit_test(in_what_the_code_puts_in),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
