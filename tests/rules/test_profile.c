/* Role profiles: how they are read, and that the shipped ones say what the sources say. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "helper.h"
#include "rules/profile.h"

static struct profile *read_profile(const char *text)
{
	struct buf out = BUF_INIT;
	struct conf_errors errors = { &out, 0 };
	struct profile *p = NULL;

	if (profile_load(text, strlen(text), "t", &p, &errors))
		fail_msg("refused:\n%s", buf_str(&out));
	buf_free(&out);
	return p;
}

static struct profile *read_shipped(const char *id)
{
	char path[100], *text;
	struct profile *p;

	snprintf(path, sizeof path, "etc/profiles/%s.rules", id);
	text = read_all(path);
	p = read_profile(text);
	assert_string_equal(p->id, id);
	free(text);
	return p;
}

static void refuses_profile(const char *text, const char *want)
{
	struct buf out = BUF_INIT;
	struct conf_errors errors = { &out, 0 };
	struct profile *p = NULL;

	assert_int_equal(profile_load(text, strlen(text), "t", &p, &errors), -1);
	assert_null(p);
	assert_string_equal(buf_str(&out), want);
	buf_free(&out);
}

static void test_reads(void **state)
{
	struct profile *p = read_profile("profile cook {\nname \"Cook\"\nsource \"A book\"\nweight salt 3\nweight fire 0\n"
	    "weight knives 4\n}\n");

	(void)state;
	assert_string_equal(p->id, "cook");
	assert_string_equal(p->name, "Cook");
	assert_string_equal(p->source, "A book");
	assert_int_equal(p->nweights, 3);
	assert_string_equal(p->weights[0].competency, "salt");
	assert_int_equal(p->weights[0].weight, 3);
	assert_int_equal(p->weights[1].weight, 0);
	assert_int_equal(p->total, 7);
	profile_free(p);
	profile_free(NULL);
}

#define HEAD "profile cook {\nname \"Cook\"\nsource \"A book\"\n"

static void test_refuses(void **state)
{
	struct buf many = BUF_INIT;

	(void)state;
	refuses_profile("", "t:1:1: \"profile\" is missing; add: profile NAME {\n");
	refuses_profile("program cook {\n}\n", "t:1:1: unknown word \"program\"; use one of: profile\n"
	    "t:1:1: \"profile\" is missing; add: profile NAME {\n");
	refuses_profile("profile cook {\nweight salt 1\n}\n", "t:1:1: \"name\" is missing; add: name \"NAME\"\n"
	    "t:1:1: \"source\" is missing; add: source \"WHERE THE WEIGHTS ARE FROM\"\n");
	refuses_profile(HEAD "}\n", "t:1:1: the profile weighs nothing; add: weight COMPETENCY 4\n");
	refuses_profile(HEAD "weight salt 0\n}\n",
	    "t:1:1: the profile weighs nothing; add: weight COMPETENCY 4\n");
	refuses_profile(HEAD "weight salt -1\n}\n", "t:4:13: \"-1\" is not a whole number from 0 to 1000\n");
	refuses_profile(HEAD "weight salt 1.5\n}\n", "t:4:13: \"1.5\" is not a whole number from 0 to 1000\n");
	refuses_profile(HEAD "weight salt 1001\n}\n", "t:4:13: \"1001\" is not a whole number from 0 to 1000\n");
	refuses_profile(HEAD "weight Salt 1\n}\n",
	    "t:4:8: \"Salt\" is no id; use at most 40 of a to z, 0 to 9 and -\n");
	refuses_profile(HEAD "weight salt 1\nweight salt 2\n}\n",
	    "t:5:8: weight \"salt\" is here twice, first on line 4; give one another id\n");
	refuses_profile(HEAD "weigth salt 1\n}\n", "t:4:1: unknown word \"weigth\"; did you mean \"weight\"?\n");
	buf_puts(&many, HEAD);
	for (int i = 0; i < 33; i++)
		buf_printf(&many, "weight k%d 1\n", i);
	buf_puts(&many, "}\n");
	refuses_profile(buf_str(&many), "t:36:1: this is one weight too many; there may be 32\n");
	buf_free(&many);
}

/* All shipped ones weigh competencies of the default program, by exact ids. */
static void test_shipped(void **state)
{
	struct program *program = load_file("etc/programs/ccxp-2y20.rules");
	glob_t found;

	(void)state;
	assert_int_equal(glob("etc/profiles/*.rules", 0, NULL, &found), 0);
	assert_int_equal(found.gl_pathc, 10);
	for (size_t i = 0; i < found.gl_pathc; i++) {
		char *text = read_all(found.gl_pathv[i]);
		struct profile *p = read_profile(text);

		assert_int_equal(p->nweights, 6);
		for (size_t k = 0; k < p->nweights; k++)
			assert_true(program_maps_to(program, p->weights[k].competency) >= 0);
		assert_non_null(strstr(found.gl_pathv[i], p->id));
		profile_free(p);
		free(text);
	}
	globfree(&found);
	program_free(program);
}

/* The same weights stand under the newer framework of five: none is lost on the way. */
static void test_mapped(void **state)
{
	struct program *newer = load_file("etc/programs/ccxp-3y30.rules");
	struct profile *p = read_shipped("director");
	int sums[PROGRAM_COMPETENCIES_MAX] = { 0 };

	(void)state;
	for (size_t k = 0; k < p->nweights; k++) {
		int to = program_maps_to(newer, p->weights[k].competency);

		assert_true(to >= 0);
		sums[to] += p->weights[k].weight;
	}
	assert_int_equal(sums[program_competency(newer, "insights")], 2);
	assert_int_equal(sums[program_competency(newer, "strategy")], 4);
	assert_int_equal(sums[program_competency(newer, "metrics")], 5);
	assert_int_equal(sums[program_competency(newer, "design")], 3);
	assert_int_equal(sums[program_competency(newer, "culture")], 4);	/* culture 3, adoption 1 */
	profile_free(p);
	program_free(newer);
}

static const struct { const char *id, *heading; int weights[6]; } guide[] = {
	{ "leader", "Chief Customer Officer/VP", { 6, 4, 4, 3, 5, 4 } },
	{ "director", "Customer Experience Director", { 4, 1, 2, 3, 5, 3 } },
	{ "manager", "Customer Experience Manager", { 4, 2, 2, 3, 1, 3 } },
	{ "practitioner", "Customer Experience Practitioner", { 4, 1, 2, 3, 1, 3 } },
	{ "analyst", "Customer Experience Analyst", { 1, 0, 3, 0, 0, 1 } },
};
static const char *const order[] = { "strategy", "adoption", "voice", "design", "metrics", "culture" };

static void test_guide_roles(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof guide / sizeof *guide; i++) {
		struct profile *p = read_shipped(guide[i].id);

		for (size_t k = 0; k < 6; k++) {
			assert_string_equal(p->weights[k].competency, order[k]);
			assert_int_equal(p->weights[k].weight, guide[i].weights[k]);
		}
		profile_free(p);
	}
}

/* Tasks under one competency: the items of the list in its row of the table. */
static int tasks(const char *from, const char *to, const char *competency)
{
	char title[100];
	const char *row, *end;
	int n = 0;

	snprintf(title, sizeof title, "<b>Core CX Competency: %s", competency);
	row = strstr(from, title);
	if (!row || row >= to)
		return 0;
	end = strchr(row, '\n');
	for (const char *s = row; (s = strstr(s, "<li>")) && s < end; s++)
		n++;
	return n;
}

/* The guide itself, where it is at hand: its tasks are counted anew. */
static void test_guide_itself(void **state)
{
	static const char *const titles[] = { "Customer Experience Strategy", "Organizational Adoption", "VoC",
		"Experience Design", "Metrics", "Customer-Centric Culture" };
	glob_t found;
	char *text;

	(void)state;
	if (glob("../shared/seeds/000_*", 0, NULL, &found)) {
		print_message("skipped: ../shared/seeds is not here\n");
		skip();
	}
	text = read_all(found.gl_pathv[0]);
	for (size_t i = 0; i < sizeof guide / sizeof *guide; i++) {
		char heading[100];
		const char *from = text, *to;

		/* the first of each stands in the contents */
		snprintf(heading, sizeof heading, "# %s", guide[i].heading);
		from = strstr(text, heading);
		assert_non_null(from);
		to = strstr(from + 1, i + 1 < 5 ? guide[i + 1].heading : "# Conclusion");
		assert_non_null(to);
		for (size_t k = 0; k < 6; k++)
			if (tasks(from, to, titles[k]) != guide[i].weights[k])
				fail_msg("%s, %s: %d tasks in the guide", guide[i].id, titles[k], tasks(from, to, titles[k]));
	}
	free(text);
	globfree(&found);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reads), cmocka_unit_test(test_refuses), cmocka_unit_test(test_shipped),
		cmocka_unit_test(test_mapped), cmocka_unit_test(test_guide_roles), cmocka_unit_test(test_guide_itself),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
