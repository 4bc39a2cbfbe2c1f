/*
 * The tables of words against ceud-program(5) and ceud-profile(5): every word of every block has its item there, no
 * item is without a word, and every example of an item is taken by the parser; so are the files that stand there whole.
 */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "helper.h"
#include "reader.h"
#include "rules/credit.h"
#include "rules/profile.h"

static const char manual[] = "etc/ceud-program.5", profile_manual[] = "etc/ceud-profile.5";

/* What examples refer to. A line gives way to an example that says the same thing. */
static const char *const base[] = {
	"name \"First aid\"", "title \"First aid at work\"", "issuer \"Example Ltd\"",
	"unit hour {\nminutes 60\nstep 0.5\n}", "cycle 12 months", "source law \"First Aid Act\"",
	"category course \"Courses\"", "category drill \"Drills\"", "category reading \"Reading\"",
	"tag live \"Live\" {\nsort delivery\n}", "tag alone \"On one's own\" {\nsort delivery\nonly reading\n}",
	"group practice course drill", "competency wounds \"Wounds\"", "competency alarm \"Alarm\"",
	"earn class 15 per semester-credit", "require 8 total",
	"require 1 category reading {\nid reading-hours\n}",
};
static const char *const profile_base[] = { "name \"Rescuer\"", "source \"Training plan\"", "weight alarm 1" };

/* Where the words of a block stand: its first line, and what it needs besides. */
static const struct { const char *block, *opens, *needs[2]; } blocks[] = {
	{ "unit", "unit hour {", { "minutes 60", "step 0.5" } },
	{ "cycle", "cycle 12 months {", { NULL } },
	{ "category", "category other \"Other\" {", { NULL } },
	{ "tag", "tag other \"Other\" {", { NULL } },
	{ "rule", "require 1 category drill {", { NULL } },
	{ "carry", "carry 2 last 6 months {", { NULL } },
	{ "prorate", "prorate 4 per 6 months {", { NULL } },
	{ "check", "check \"c\" {", { "on 2026-06-30", "expect required 8" } },
};

static int begins_alike(const char *a, const char *b, int nwords)
{
	size_t n = 0;

	for (; nwords > 0; nwords--) {
		n += strspn(a + n, " ");
		n += strcspn(a + n, " \n");
	}
	return !strncmp(a, b, n) && (b[n] == ' ' || b[n] == '\n' || b[n] == '\0');
}

static const struct word *word_of(const struct words *words, const char *line)
{
	for (size_t i = 0; i < words->n; i++)
		if (begins_alike(words->list[i].name, line, 1))
			return &words->list[i];
	return NULL;
}

/* The lines of a base without those that the example replaces. */
static void put_base(struct buf *b, const char *const *lines, size_t n, const struct words *words, const char *example)
{
	const struct word *w = word_of(words, example);

	for (size_t i = 0; i < n && lines[i]; i++)
		if (!w || !begins_alike(lines[i], example, w->times == WORD_MANY ? 2 : 1))
			buf_printf(b, "%s\n", lines[i]);
}

static void put_block(struct buf *b, const char *block, const char *example)
{
	for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++) {
		if (strcmp(blocks[i].block, block))
			continue;
		buf_printf(b, "%s\n", blocks[i].opens);
		for (const struct words *const *w = language; *w; w++)
			if (!strcmp((*w)->block, block))
				put_base(b, blocks[i].needs, 2, *w, example);
		buf_printf(b, "%s\n}\n", example);
		return;
	}
	fail_msg("no block %s", block);
}

static void try_example(const char *block, const char *example)
{
	struct buf inner = BUF_INIT, file = BUF_INIT, out = BUF_INIT;
	struct conf_errors errors = { &out, 0 };
	struct program *p = NULL;
	struct profile *q = NULL;

	if (!strcmp(block, "profile")) {
		buf_puts(&file, "profile rescuer {\n");
		put_base(&file, profile_base, 3, &profile_words, example);
		buf_printf(&file, "%s\n}\n", example);
		profile_load(buf_str(&file), file.len, "t", &q, &errors);
	} else {
		if (strcmp(block, "program"))
			put_block(&inner, block, example);
		else
			buf_printf(&inner, "%s\n", example);
		buf_puts(&file, "program first-aid {\n");
		put_base(&file, base, sizeof base / sizeof *base, &program_words, buf_str(&inner));
		buf_printf(&file, "%s}\n", buf_str(&inner));
		program_load(buf_str(&file), file.len, "t", &p, &errors);
	}
	if (errors.count > 0)
		fail_msg("%s, in:\n%s\n%s", block, buf_str(&file), buf_str(&out));
	program_free(p);
	profile_free(q);
	buf_free(&inner);
	buf_free(&file);
	buf_free(&out);
}

/* ---- the manual, read */

struct reading {
	char block[2][32];		/* of the outer list, of the list inside */
	char word[32], outer[32];	/* the item */
	int depth;
	struct buf items, examples;	/* "block word" a line; the text of all examples */
	int nexamples, of_item;
};

static const char *after(const char *line, const char *beginning)
{
	size_t n = strlen(beginning);

	return strncmp(line, beginning, n) ? NULL : line + n;
}

static void take_item(struct reading *m, const char *name)
{
	if (m->nexamples > 0 && m->of_item == 0)
		fail_msg("%s has no example", m->word);
	snprintf(m->word, sizeof m->word, "%.*s", (int)strcspn(name, " "), name);
	if (m->depth == 1)
		snprintf(m->block[1], sizeof m->block[1], "%s", m->word);
	buf_printf(&m->items, "%s %s\n", m->block[m->depth - 1], m->word);
	m->of_item = 0;
}

/* A display of examples: each line is one, or each block. */
static void take_examples(struct reading *m, char **rest)
{
	struct buf one = BUF_INIT;
	char *line;
	int depth = 0;

	while ((line = strsep(rest, "\n")) && strcmp(line, ".Ed")) {
		size_t len = strlen(line);

		buf_printf(&one, "%s%s", one.len ? "\n" : "", line);
		depth += len && line[len - 1] == '{';
		depth -= line[strspn(line, " ")] == '}';
		if (depth > 0)
			continue;
		try_example(m->block[m->depth - 1], buf_str(&one));
		buf_printf(&m->examples, "%s\n", buf_str(&one));
		m->nexamples++;
		m->of_item++;
		buf_reset(&one);
	}
	assert_int_equal(depth, 0);
	buf_free(&one);
}

static void read_manual(struct reading *m, const char *path)
{
	char *text = read_all(path), *rest = strstr(text, ".Ss "), *line, last[200] = "";
	const char *p;

	while ((line = strsep(&rest, "\n")) && strcmp(line, ".Sh FILES")) {
		if ((p = after(line, ".Ss ")))
			snprintf(m->block[0], sizeof m->block[0], "%s", !strcmp(p, "Words of a rule") ? "rule" :
			    !strcmp(p, "Role profiles") ? "profile" : "program");
		if (after(line, ".Bl -tag"))
			m->depth++;
		if (after(line, ".Bl -item"))	/* other forms of the item: no items */
			while ((line = strsep(&rest, "\n")) && strcmp(line, ".El"))
				;
		else if (after(line, ".El"))
			m->depth--;
		if ((p = after(line, ".It Ic ")))
			take_item(m, p);
		if (after(line, ".Bd -literal") && after(last, "Example"))
			take_examples(m, &rest);
		snprintf(last, sizeof last, "%s", line);
	}
	assert_int_equal(m->depth, 0);
	free(text);
}

static int compare_lines(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static char *sorted(char *text)
{
	struct buf b = BUF_INIT;
	char *lines[200], *rest = text, *line;
	size_t n = 0;

	while ((line = strsep(&rest, "\n")) && n < 200)
		lines[n++] = line;
	qsort(lines, n, sizeof *lines, compare_lines);
	for (size_t i = 0; i < n; i++)
		buf_printf(&b, "%s\n", lines[i]);
	free(text);
	return buf_take(&b);
}

static void put_words(struct buf *b, const struct words *words)
{
	for (size_t i = 0; i < words->n; i++)
		buf_printf(b, "%s %s\n", words->block, words->list[i].name);
}

static struct reading m;

static void test_words_are_in_the_manual(void **state)
{
	struct buf table = BUF_INIT;
	char *want, *have;

	(void)state;
	for (const struct words *const *w = language; *w; w++)
		put_words(&table, *w);
	put_words(&table, &profile_words);
	want = sorted(buf_take(&table));
	have = sorted(strdup(buf_str(&m.items)));
	assert_string_equal(have, want);
	free(want);
	free(have);
}

static int has_word(const char *text, const char *word)
{
	size_t len = strlen(word);

	for (const char *s = text; (s = strstr(s, word)); s++)
		if ((s == text || isspace((unsigned char)s[-1])) && (isspace((unsigned char)s[len]) || !s[len]))
			return 1;
	return 0;
}

/* Of all examples those that begin with one of the words. */
static char *examples_of(const char *const *firsts)
{
	char *all = strdup(buf_str(&m.examples)), *rest = all, *line;
	struct buf b = BUF_INIT;

	while ((line = strsep(&rest, "\n")))
		for (size_t i = 0; firsts[i]; i++)
			if (begins_alike(firsts[i], line, 1))
				buf_printf(&b, "%s\n", line);
	free(all);
	return buf_take(&b);
}

/* The words inside a line too: each stands in an example of such a line, and an example that stands there was taken. */
static void test_words_in_lines(void **state)
{
	static const struct { const char *const *words, *in[4]; } rows[] = {
		{ selection_words, { "require", "limit", NULL } }, { selection_words + 3, { "require", NULL } },
		{ selection_words + 1, { "limit", "require", NULL } }, { selection_words + 3, { "carry", NULL } },
		{ period_words, { "require", NULL } }, { earn_words, { "earn", NULL } }, { entry_words, { "entry", NULL } },
		{ expect_words, { "expect", NULL } },
	};

	(void)state;
	assert_true(m.nexamples > 60);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char *examples = examples_of(rows[i].in);

		for (size_t k = 0; rows[i].words[k]; k++)
			if (!has_word(examples, rows[i].words[k]))
				fail_msg("no example of %s in %s", rows[i].words[k], rows[i].in[0]);
		free(examples);
	}
}

static void test_states(void **state)
{
	char *text = read_all(manual), *at = strstr(text, ".Cm state Ar NAME"), *end = strstr(at, "Examples:");

	(void)state;
	assert_non_null(at);
	*end = '\0';
	for (int s = 0; s <= CYCLE_LAPSED; s++)
		assert_true(has_word(at, cycle_state_name((enum cycle_state)s)));
	free(text);
}

/* Files that stand there whole. */
static void test_whole_files(void **state)
{
	char *text = read_all(manual), *at = strstr(text, "\nprogram first-aid {\n"), *end = at ? strstr(at, ".Ed\n") : NULL;
	struct buf out = BUF_INIT;
	struct conf_errors errors = { &out, 0 };
	struct profile *q = NULL;

	(void)state;
	assert_non_null(end);
	*end = '\0';
	program_free(load(at));
	free(text);
	text = read_all(profile_manual);
	at = strstr(text, "\nprofile rescuer {\n");
	end = at ? strstr(at, ".Ed\n") : NULL;
	assert_non_null(end);
	assert_int_equal(profile_load(at, (size_t)(end - at), "t", &q, &errors), 0);
	assert_int_equal(q->total, 4);
	profile_free(q);
	buf_free(&out);
	free(text);
}

static int begin(void **state)
{
	(void)state;
	read_manual(&m, manual);
	read_manual(&m, profile_manual);
	return 0;
}

static int end(void **state)
{
	(void)state;
	buf_free(&m.items);
	buf_free(&m.examples);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_words_are_in_the_manual), cmocka_unit_test(test_words_in_lines),
		cmocka_unit_test(test_states), cmocka_unit_test(test_whole_files),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
