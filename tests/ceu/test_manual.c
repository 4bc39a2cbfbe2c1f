/* The tables of commands and options against ceu.1, ceu-calendar.1, ceu-remind.1 and ceu-admin.1, both ways. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "commands.h"

static char *manual, *calendar_manual, *remind_manual, *admin_manual;

static char *read_page(const char *path)
{
	FILE *f = fopen(path, "r");
	struct buf b = BUF_INIT;
	char piece[4096];
	size_t n;

	if (!f)
		return NULL;
	while ((n = fread(piece, 1, sizeof piece, f)) > 0)
		buf_add(&b, piece, n);
	fclose(f);
	return buf_take(&b);
}

static int read_manual(void **state)
{
	(void)state;
	manual = read_page("src/ceu/ceu.1");
	calendar_manual = read_page("src/ceu/ceu-calendar.1");
	remind_manual = read_page("src/ceu/ceu-remind.1");
	admin_manual = read_page("src/ceu/ceu-admin.1");
	return manual && calendar_manual && remind_manual && admin_manual ? 0 : -1;
}

static int free_manual(void **state)
{
	(void)state;
	free(manual);
	free(calendar_manual);
	free(remind_manual);
	free(admin_manual);
	return 0;
}

/* Lines of the section that begin with one of the beginnings, as one text. */
static char *lines(const char *page, const char *section, const char *const *beginnings, size_t n)
{
	struct buf b = BUF_INIT;
	char *copy = strdup(page), *rest = copy, *line;
	int inside = 0;

	while ((line = strsep(&rest, "\n"))) {
		if (!strncmp(line, ".Sh ", 4))
			inside = !strcmp(line + 4, section);
		for (size_t i = 0; inside && i < n; i++)
			if (!strncmp(line, beginnings[i], strlen(beginnings[i])))
				buf_printf(&b, "%s\n", line);
	}
	free(copy);
	return buf_take(&b);
}

static void option_text(struct buf *b, const char *macro, const struct option *o)
{
	buf_printf(b, "%s Fl -%s%s%s\n", macro, o->name, o->value ? " Ar " : "", o->value ? o->value : "");
}

/* The page that a command is on. */
static const char *page_of(const struct command *c)
{
	static const char *const about_calendars[] = { "inbox", "calendar", "deadlines" };

	if (!strcmp(c->verb, "remind") || !strncmp(c->verb, "team", 4))
		return remind_manual;
	if (!strncmp(c->verb, "admin ", 6))
		return admin_manual;
	for (size_t i = 0; i < sizeof about_calendars / sizeof *about_calendars; i++)
		if (!strncmp(c->verb, about_calendars[i], strlen(about_calendars[i])))
			return calendar_manual;
	return manual;
}

static void compare_commands(const char *page)
{
	static const char *const wanted[] = { ".It Cm ", ".Op Fl " };
	char *got = lines(page, "COMMANDS", wanted, 2);
	struct buf expected = BUF_INIT;

	for (const struct command *c = commands; c->verb; c++) {
		if (page_of(c) != page)
			continue;
		buf_printf(&expected, ".It Cm %s%s%s\n", c->verb, c->what ? " Ar " : "",
		    c->what ? c->what : "");
		for (int i = 0; i < OPTION_COUNT; i++)
			if (!options[i].everywhere && command_takes(c, i))
				option_text(&expected, ".Op", &options[i]);
	}
	assert_string_equal(got, buf_str(&expected));
	buf_free(&expected);
	free(got);
}

static void documents_each_command_with_its_options(void **state)
{
	(void)state;
	compare_commands(manual);
	compare_commands(calendar_manual);
	compare_commands(remind_manual);
	compare_commands(admin_manual);
}

static void documents_each_option(void **state)
{
	static const char *const wanted[] = { ".It Fl " };
	char *got = lines(manual, "OPTIONS", wanted, 1);
	struct buf expected = BUF_INIT;

	(void)state;
	for (int everywhere = 1; everywhere >= 0; everywhere--)
		for (int i = 0; i < OPTION_COUNT; i++)
			if (options[i].everywhere == everywhere)
				option_text(&expected, ".It", &options[i]);
	assert_string_equal(got, buf_str(&expected));
	buf_free(&expected);
	free(got);
}

static void documents_each_exit_code(void **state)
{
	static const char *const wanted[] = { ".It " };
	char *got = lines(manual, "EXIT STATUS", wanted, 1);

	(void)state;
	assert_string_equal(got, ".It 0\n.It 1\n.It 2\n.It 3\n.It 4\n.It 5\n.It 6\n.It 7\n.It 8\n.It 130\n");
	free(got);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(documents_each_command_with_its_options),
		cmocka_unit_test(documents_each_option),
		cmocka_unit_test(documents_each_exit_code),
	};

	return cmocka_run_group_tests(tests, read_manual, free_manual);
}
