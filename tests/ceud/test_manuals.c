/* The tables of settings and options against the manuals and the sample configuration. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/conf.h"
#include "config.h"
#include "configs.h"
#include "options.h"
#include "rules/program.h"
#include "settings.h"

/* One line for each: "mail rate = 30/min". */
static char *of_table(void)
{
	struct buf b = BUF_INIT;

	for (const struct setting *s = settings; s->name; s++)
		buf_printf(&b, "%s%s%s%s%s%s%s\n", s->block ? s->block : "", s->block ? " " : "", s->name, s->words ? " " : "",
		    s->words ? s->words : "", s->fallback ? " = " : "", s->fallback ? s->fallback : "");
	return buf_take(&b);
}

static const char *after(const char *line, const char *beginning)
{
	size_t n = strlen(beginning);

	return strncmp(line, beginning, n) ? NULL : line + n;
}

/* How much of "ladder behind Ar rung ..." is the name of a setting. */
static size_t name_length(const char *item)
{
	size_t name = strcspn(item, " ");

	for (const struct setting *s = settings; s->name; s++) {
		size_t words = s->words ? strlen(s->words) : 0;

		if (words && strlen(s->name) == name && !strncmp(item, s->name, name) && item[name] == ' ' &&
		    !strncmp(item + name + 1, s->words, words) && item[name + 1 + words] == ' ')
			return name + 1 + words;
	}
	return name;
}

/* The same lines from ceud.conf(5): .Ss blocks, .It items, and the line after "Default:". */
static char *of_manual(void)
{
	char *text = read_all("etc/ceud.conf.5"), *rest = text, *line, block[32] = "";
	struct buf b = BUF_INIT;
	int in_item = 0, default_next = 0;

	while ((line = strsep(&rest, "\n"))) {
		const char *p;

		if ((p = after(line, ".Ss ")))
			snprintf(block, sizeof block, "%s", strchr(p, ' ') ? "" : p);
		if ((p = after(line, ".It Ic "))) {
			buf_printf(&b, "%s%s%s%.*s", in_item ? "\n" : "", block, block[0] ? " " : "", (int)name_length(p), p);
			in_item = 1;
		} else if (default_next && (p = after(line, ".Ql "))) {
			buf_printf(&b, " = %.*s", (int)(strlen(p) - strlen(" .")), p);
		}
		default_next = !strcmp(line, "Default:");
	}
	buf_putc(&b, '\n');
	free(text);
	return buf_take(&b);
}

static void settings_are_in_the_manual(void **state)
{
	char *table = of_table(), *manual = of_manual();

	(void)state;
	assert_string_equal(manual, table);
	free(table);
	free(manual);
}

/* Each item has an example, and it is a directive that ceud takes. */
static void examples_of_settings_are_good(void **state)
{
	char *text = read_all("etc/ceud.conf.5"), *rest = text, *line, block[32] = "", name[64] = "", last[64] = "";
	int n = 0, example_next = 0;

	(void)state;
	while ((line = strsep(&rest, "\n"))) {
		const char *p;

		if ((p = after(line, ".Ss ")))
			snprintf(block, sizeof block, "%s", strchr(p, ' ') ? "" : p);
		if ((p = after(line, ".It Ic ")))
			snprintf(name, sizeof name, "%s %.*s", block, (int)name_length(p), p);
		if (example_next && (p = after(line, ".Ql "))) {
			char one[256], file[512], *q;

			snprintf(one, sizeof one, "%s", p);
			while ((q = strstr(one, "\\(dq"))) {
				*q = '"';
				memmove(q + 1, q + 4, strlen(q + 4) + 1);
			}
			snprintf(file, sizeof file, "%s%s%s\n%s%s", block, block[0] ? " {\n" : "", one, block[0] ? "}\n" : "",
			    !strncmp(one, "transport smtp", 14) ? "mail {\nrelay a 1\n}\n" :
			    !strncmp(one, "user", 4) ? "mail {\npassword file:/p\n}\n" :
			    !strncmp(one, "password", 8) ? "mail {\nuser u\n}\n" : "");
			config_free(taken(file));
			assert_string_not_equal(name, last);
			snprintf(last, sizeof last, "%s", name);
			n++;
		}
		example_next = !strcmp(line, "Example:");
	}
	for (const struct setting *s = settings; s->name; s++)
		n--;
	assert_int_equal(n, 0);
	free(text);
}

/* "#name ..." is a directive that is commented out, "# Text" is a comment. */
static char *uncommented(const char *path)
{
	char *text = read_all(path), *rest = text, *line;
	struct buf b = BUF_INIT;

	while ((line = strsep(&rest, "\n")))
		buf_printf(&b, "%s\n", line[0] == '#' && line[1] && line[1] != ' ' ? line + 1 :
		    !strncmp(line, "#    ", 5) ? line + 1 : line);
	free(text);
	return buf_take(&b);
}

static int count(const char *text, const char *word)
{
	int n = 0;

	for (const char *p = text; (p = strstr(p, word)); p++)
		n++;
	return n;
}

/* Every setting stands in the sample; those with a default have it. */
static void sample_shows_the_defaults(void **state)
{
	char *sample = uncommented("etc/ceud.conf"), *as_it_is = read_all("etc/ceud.conf"), *all, *none, *defaults, *line, *rest;
	struct config *c = taken(sample), *plain = taken(as_it_is), *built_in = config_default();
	size_t rows = 0;

	(void)state;
	none = printed(plain);
	defaults = printed(built_in);
	assert_string_equal(none, defaults);
	all = printed(c);
	for (const struct setting *s = settings; s->name; s++)
		rows++;
	assert_int_equal(count(all, "# t:"), rows);
	for (rest = defaults; (line = strsep(&rest, "\n")); )
		if (*line && !strstr(all, line))
			fail_msg("etc/ceud.conf has another default than: %s", line);
	free(sample);
	free(as_it_is);
	free(all);
	free(none);
	free(defaults);
	config_free(c);
	config_free(plain);
	config_free(built_in);
}

/* The literal displays of a manual from that heading on, one after the other. */
static char *displays(const char *path, const char *heading)
{
	char *text = read_all(path), *rest = strstr(text, heading), *line;
	struct buf b = BUF_INIT;
	int inside = 0;

	assert_non_null(rest);
	while ((line = strsep(&rest, "\n")) && strcmp(line, ".Sh DIAGNOSTICS")) {
		if (!strcmp(line, ".Ed"))
			inside = 0;
		if (inside)
			buf_printf(&b, "%s\n", line);
		if (!strncmp(line, ".Bd -literal", 12))
			inside = 1;
	}
	free(text);
	return buf_take(&b);
}

static void example_files_are_good(void **state)
{
	char *conf = displays("etc/ceud.conf.5", ".Sh EXAMPLES"), *rules = displays("etc/ceud-program.5", ".Sh EXAMPLES");
	struct buf b = BUF_INIT;
	struct conf_errors errors = { &b, 0 };
	struct program *p = NULL;

	(void)state;
	config_free(taken(conf));
	if (program_load(rules, strlen(rules), "t", &p, &errors))
		fail_msg("the example of ceud-program(5) is refused: %s", buf_str(&b));
	assert_string_equal(p->id, "first-aid");
	program_free(p);
	buf_free(&b);
	free(conf);
	free(rules);
}

/* Words of program files: those of the shipped file stand in the manual. */
static void words_of_programs_are_in_the_manual(void **state)
{
	char *manual = read_all("etc/ceud-program.5"), *rules = read_all("etc/programs/ccxp-2y20.rules"), *rest = rules, *line;

	(void)state;
	while ((line = strsep(&rest, "\n"))) {
		char want[80];

		line += strspn(line, " \t");
		if (!*line || *line == '#' || *line == '}' || !strncmp(line, "program ", 8))
			continue;
		snprintf(want, sizeof want, "Ic %.*s ", (int)strcspn(line, " "), line);
		if (!strstr(manual, want))
			fail_msg("ceud-program(5) lacks: %s", want);
	}
	free(manual);
	free(rules);
}

static void options_are_in_the_manual(void **state)
{
	char help[4096] = "", name[40], value[40], *manual = read_all("src/ceud/ceud.8"), *rest = help, *line;
	FILE *f = fmemopen(help, sizeof help, "w");
	int n = 0;

	(void)state;
	assert_non_null(f);
	options_help(f);
	fclose(f);
	while ((line = strsep(&rest, "\n"))) {
		char item[120];

		if (strncmp(line, "  --", 4))
			continue;
		assert_true(sscanf(line, "  -%39s %39s", name, value) == 2);
		snprintf(item, sizeof item, "\n.It Fl %s%s%s\n", name, strlen(value) > 2 && !strpbrk(value, "abcdefghijklmnopqrstuvwxyz")
		    ? " Ar " : "", strlen(value) > 2 && !strpbrk(value, "abcdefghijklmnopqrstuvwxyz") ? value : "");
		if (!strstr(manual, item))
			fail_msg("ceud(8) lacks: %s", item);
		n++;
	}
	assert_int_equal(n, 8);
	assert_int_equal(count(manual, ".It Fl -"), n);
	free(manual);
}

/* The words of a line, as a command line. */
static int parse(char *line, struct options *ret)
{
	char *argv[8] = { NULL };
	int argc = 0;

	for (char *word; argc < 7 && (word = strsep(&line, " ")); )
		argv[argc++] = word;
	return options_parse(argc, argv, ret);
}

static void options_are_read(void **state)
{
	char line[] = "ceud --state /s --clock=2026-03-12T08:00:00Z --check-config";
	char bad[][32] = { "ceud --state", "ceud --stat=e", "ceud --version=1", "ceud start", "ceud --state=", "ceud --" };
	struct options o = { 0 };

	(void)state;
	assert_int_equal(parse(line, &o), 0);
	assert_string_equal(o.state_dir, "/s");
	assert_string_equal(o.clock, "2026-03-12T08:00:00Z");
	assert_int_equal(o.check_config, 1);
	assert_null(o.config_file);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_int_equal(parse(bad[i], &o), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(settings_are_in_the_manual),
		cmocka_unit_test(examples_of_settings_are_good),
		cmocka_unit_test(sample_shows_the_defaults),
		cmocka_unit_test(example_files_are_good),
		cmocka_unit_test(words_of_programs_are_in_the_manual),
		cmocka_unit_test(options_are_in_the_manual),
		cmocka_unit_test(options_are_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
