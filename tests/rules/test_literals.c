/*
 * Rules are data: no string in C may name a program, its issuer, a category, a competency or a unit.  All files of
 * src and include are read as C, literals that stand side by side as one, and each is searched for what the shipped
 * programs and those of the tests say.  Comments and #include lines may say what they like.
 */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <ctype.h>
#include <ftw.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "helper.h"

/* What may stand although it holds such a word, and why. */
static const struct { const char *word, *in, *why, *file; } allowed[] = {
	{ "CR", "CR LF", "the end of a line of HTTP, not a unit", "" },
	{ "CEU", "CEU", "what other people's texts call their credit, to be quoted", "src/feeds/credit.c" },
	{ "CPE", "CPE", "the same", "src/feeds/credit.c" },
	{ "PDU", "PDU", "the same", "src/feeds/credit.c" },
	{ "CEU", "CEU", "the same of a property", "src/net/icaltext.c" },
};

enum { WORDS_MAX = 400 };
static char *words[WORDS_MAX];
static size_t nwords;

static void forbid(const char *word)
{
	for (size_t i = 0; i < nwords; i++)
		if (!strcmp(words[i], word))
			return;
	assert_true(nwords < WORDS_MAX);
	words[nwords++] = strdup(word);
}

static void forbid_items(const struct program_item *items, size_t n, int with_ids)
{
	for (size_t i = 0; i < n; i++) {
		if (with_ids)
			forbid(items[i].id);
		forbid(items[i].name);
	}
}

static void forbid_program(const char *path)
{
	struct program *p = load_file(path);

	forbid(p->id);
	forbid(p->name);
	forbid(p->title);
	forbid(p->issuer);
	forbid(p->unit);
	forbid_items(p->categories, p->ncategories, 1);
	forbid_items(p->competencies, p->ncompetencies, 0);
	program_free(p);
}

static int forbid_all(void **state)
{
	glob_t found;

	(void)state;
	assert_int_equal(glob("etc/programs/*.rules", 0, NULL, &found), 0);
	assert_int_equal(glob("tests/data/programs/*.rules", GLOB_APPEND, NULL, &found), 0);
	assert_int_equal(found.gl_pathc, 7);
	for (size_t i = 0; i < found.gl_pathc; i++)
		forbid_program(found.gl_pathv[i]);
	globfree(&found);
	return 0;
}

static int free_all(void **state)
{
	(void)state;
	while (nwords > 0)
		free(words[--nwords]);
	return 0;
}

static int is_word_char(char c)
{
	return isalnum((unsigned char)c) || c == '-' || c == '_';
}

static const char *searched = "";	/* the file */

static int is_allowed(const char *text, const char *at, const char *word)
{
	for (size_t i = 0; i < sizeof allowed / sizeof *allowed; i++) {
		const char *from = strstr(text, allowed[i].in);

		if (allowed[i].file[0] && strcmp(searched, allowed[i].file))
			continue;
		if (!strcmp(word, allowed[i].word) && from && at >= from && at < from + strlen(allowed[i].in))
			return 1;
	}
	return 0;
}

/* Whole words only; one word as it is written, several (a title) in any case. */
static int names(const char *text, const char *word)
{
	size_t len = strlen(word);
	int is_title = strchr(word, ' ') != NULL;

	for (const char *s = text; (s = is_title ? strcasestr(s, word) : strstr(s, word)); s++)
		if ((s == text || !is_word_char(s[-1])) && !is_word_char(s[len]) && !is_allowed(text, s, word))
			return 1;
	return 0;
}

static int look_at(const char *file, int line, const char *text, struct buf *found)
{
	int n = 0;

	for (size_t i = 0; i < nwords; i++) {
		if (!names(text, words[i]))
			continue;
		buf_printf(found, "%s:%d: \"%s\" names %s\n", file, line, text, words[i]);
		n++;
	}
	return n;
}

static const char *skip_comment(const char *s, int *line)
{
	if (s[1] == '/')
		return s + strcspn(s, "\n");
	for (s += 2; *s && strncmp(s, "*/", 2); s++)
		*line += *s == '\n';
	return *s ? s + 2 : s;
}

/* A literal from its first quote on, what is escaped left as it is written; returns what stands behind it. */
static const char *take_literal(const char *s, char quote, struct buf *text)
{
	for (s++; *s && *s != quote; s++) {
		if (*s == '\\' && s[1])
			s++;
		buf_putc(text, *s);
	}
	return *s ? s + 1 : s;
}

/* How many literals of a source name what they must not. */
static int search(const char *file, const char *source, struct buf *found)
{
	struct buf text = BUF_INIT, unused = BUF_INIT;
	int line = 1, n = 0, is_start = 1;

	searched = file;
	for (const char *s = source; *s;) {
		if (isspace((unsigned char)*s)) {
			is_start |= *s == '\n';
			line += *s++ == '\n';
		} else if (is_start && *s == '#' && !strncmp(s, "#include", 8)) {
			s += strcspn(s, "\n");
		} else if (s[0] == '/' && (s[1] == '/' || s[1] == '*')) {
			s = skip_comment(s, &line);
		} else if (*s == '"') {
			s = take_literal(s, '"', &text);
			is_start = 0;
		} else {
			n += look_at(file, line, buf_str(&text), found);
			buf_reset(&text);
			is_start = 0;
			s = *s == '\'' ? take_literal(s, '\'', &unused) : s + 1;
		}
	}
	n += look_at(file, line, buf_str(&text), found);
	buf_free(&text);
	buf_free(&unused);
	return n;
}

static struct buf all_found;
static int nfiles;

static int search_file(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	size_t len = strlen(path);

	(void)st;
	(void)ftw;
	if (type == FTW_F && len > 2 && (!strcmp(path + len - 2, ".c") || !strcmp(path + len - 2, ".h"))) {
		char *source = read_all(path);

		search(path, source, &all_found);
		free(source);
		nfiles++;
	}
	return 0;
}

static void test_no_program_in_c(void **state)
{
	(void)state;
	assert_int_equal(nftw("src", search_file, 16, FTW_PHYS), 0);
	assert_int_equal(nftw("include", search_file, 16, FTW_PHYS), 0);
	assert_true(nfiles > 200);
	if (buf_str(&all_found)[0])
		fail_msg("strings that belong into a program file:\n%s", buf_str(&all_found));
	buf_free(&all_found);
}

/* The search can find: in a literal, across two of them, in any case of a title; and it knows what is none. */
static void test_search_finds(void **state)
{
	static const struct { const char *source; int n; } rows[] = {
		{ "strcmp(id, \"training\")", 1 },
		{ "f(\"You have 3 CEU\");", 1 },
		{ "f(\"the default is ccxp-2y20\");", 1 },
		{ "f(\"PMP\", 1, \"CISA\");", 2 },
		{ "f(\"COLLEGE or \"\n\t\"University courses\");", 1 },
		{ "f(\"a\\\"cxpa\\\"\");", 1 },
		{ "#define X \"conference\"", 1 },
		{ "f('\"', \"PDU\");", 1 },
		{ "/* \"training\" */ // \"cxpa\"\n", 0 },
		{ "#include \"training\"\n", 0 },
		{ "f(\"ceu log 2 CATEGORY\", \"CEU_SOCKET\", \"conferences\", \"in-house-training\");", 0 },
		{ "f('\"', training, '\"');", 0 },
		{ "f(\"without CR LF\");", 0 },
		{ "f(\"15 CR of 30\");", 1 },
	};

	(void)state;
	assert_true(nwords > 60);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct buf found = BUF_INIT;

		if (search("t.c", rows[i].source, &found) != rows[i].n)
			fail_msg("%s: %d expected, found: %s", rows[i].source, rows[i].n, buf_str(&found));
		buf_free(&found);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_no_program_in_c),
		cmocka_unit_test(test_search_finds),
	};

	return cmocka_run_group_tests(tests, forbid_all, free_all);
}
