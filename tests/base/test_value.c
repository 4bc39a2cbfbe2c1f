/* Values for templates, and templates looked over by the values there are. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/template.h"
#include "base/value.h"

#include <string.h>

static void renders(const struct values *v, const char *text, const char *want)
{
	struct template *t = NULL;
	struct buf out = BUF_INIT;
	struct err err = { 0 };

	assert_int_equal(template_parse(text, strlen(text), "t", &t, &err), 0);
	assert_int_equal(template_render(t, v->root, TEMPLATE_TEXT, NULL, NULL, &out, &err), 0);
	assert_string_equal(buf_str(&out), want);
	buf_free(&out);
	template_free(t);
}

static void kinds_and_truth(void **state)
{
	struct values v = VALUES_INIT;
	char text[] = "changed later";

	(void)state;
	value_object(&v, NULL);
	value_text(&v, "t", text);
	value_textn(&v, "n", "abcdef", 3);
	value_text(&v, "empty", "");
	value_bool(&v, "yes", 2);
	value_bool(&v, "no", 0);
	value_none(&v, "none");
	value_list(&v, "l");
	value_text(&v, NULL, "1");
	value_object(&v, NULL);
	value_text(&v, "t", "2");
	value_end(&v);
	value_end(&v);
	value_list(&v, "nothing");
	value_end(&v);
	value_end(&v);
	assert_false(v.failed);
	memset(text, 'x', 3);			/* it was copied */
	renders(&v, "{{t}} {{n}} {{yes}} {{no}} {{none}}.", "changed later abc true false .");
	renders(&v, "{{#l}}{{t}};{{/l}}", "changed later;2;");
	renders(&v, "{{#yes}}a{{/yes}}{{#no}}b{{/no}}{{#none}}c{{/none}}{{#empty}}d{{/empty}}{{#nothing}}e{{/nothing}}{{^nothing}}f{{/nothing}}", "adf");
	values_free(&v);
	assert_null(v.root);
}

/* More names than there are buckets. */
static void many_names(void **state)
{
	static char names[300][8];
	struct values v = VALUES_INIT;

	(void)state;
	value_object(&v, NULL);
	for (int i = 0; i < 300; i++) {
		snprintf(names[i], sizeof(names[i]), "n%d", i);
		value_text(&v, names[i], names[i] + 1);
	}
	value_end(&v);
	assert_false(v.failed);
	renders(&v, "{{n0}} {{n17}} {{n299}} {{n300}}", "0 17 299 ");
	values_free(&v);
}

static void misuse_fails(void **state)
{
	(void)state;
	for (int i = 0; i < 6; i++) {
		struct values v = VALUES_INIT;

		if (i == 0) {
			value_end(&v);
		} else if (i == 1) {
			value_text(&v, NULL, "a");
			value_text(&v, NULL, "b");
		} else if (i == 2) {
			value_object(&v, NULL);
			value_text(&v, NULL, "no name");
		} else if (i == 3) {
			value_list(&v, NULL);
			value_text(&v, "a", "a name");
		} else if (i == 4) {
			for (int k = 0; k <= VALUE_LEVELS; k++)
				value_list(&v, NULL);
		} else {
			value_text(&v, "a", "a name at the top is kept, but of no use");
			value_object(&v, NULL);
		}
		assert_true(v.failed);
		values_free(&v);
	}
}

/* ---- looked over */

static struct values *joined(void)
{
	static struct values v;

	v = (struct values)VALUES_INIT;
	v.is_union = 1;
	for (int i = 0; i < 2; i++) {
		value_object(&v, NULL);
		value_text(&v, "both", "x");
		value_text(&v, i ? "second" : "first", "x");
		value_bool(&v, "ever", i == 0);
		value_list(&v, "rows");
		for (int k = 0; k < 2; k++) {
			value_object(&v, NULL);
			value_text(&v, i ? (k ? "d" : "c") : (k ? "b" : "a"), "x");
			value_end(&v);
		}
		value_end(&v);
		value_object(&v, i ? "one" : "other");
		value_text(&v, "member", "x");
		value_end(&v);
		value_end(&v);
	}
	return &v;
}

static const struct template *named_p(void *arg, const char *name)
{
	return strcmp(name, "p") == 0 ? arg : NULL;
}

static int check(const char *text, struct err *err)
{
	struct values *v = joined();
	struct template *t = NULL;
	int rc;

	assert_false(v->failed);
	assert_int_equal(template_parse(text, strlen(text), "t", &t, err), 0);
	rc = template_check(t, v->root, named_p, t, err);
	template_free(t);
	values_free(v);
	return rc;
}

static void names_that_exist_are_right(void **state)
{
	static const char *const texts[] = { "", "plain", "{{both}}{{first}}{{second}}{{ever}}", "{{#rows}}{{a}}{{b}}{{c}}{{d}}{{both}}{{/rows}}",
		"{{^rows}}{{first}}{{/rows}}", "{{one.member}}{{#other}}{{member}}{{second}}{{/other}}", "{{#first}}{{.}}{{first}}{{/first}}",
		"{{#ever}}{{#rows}}{{#one}}{{a}}{{member}}{{/one}}{{/rows}}{{/ever}}", "{{>p}}{{#rows}}{{>p}}{{/rows}}" };

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		struct err err = { 0 };

		if (check(texts[i], &err) != 0)
			fail_msg("%s: %s", texts[i], err.what);
	}
}

static void names_that_do_not_are_told_of(void **state)
{
	static const struct { const char *text, *what; } rows[] = {
		{ "{{frist}}", "t:1:3: \"frist\" is nothing that there is here; did you mean first?" },
		{ "a\n  {{#row}}{{/row}}", "t:2:6: \"row\" is nothing that there is here; did you mean rows?" },
		{ "{{#rows}}{{e}}{{/rows}}", "t:1:12: \"e\" is nothing that there is here" },
		{ "{{a}}", "t:1:3: \"a\" is nothing that there is here" }, { "{{member}}", "t:1:3: \"member\" is nothing that there is here" },
		{ "{{^rows}}{{a}}{{/rows}}", "t:1:12: \"a\" is nothing that there is here" },
		{ "{{#rows}}{{/rows}}{{b}}", "t:1:21: \"b\" is nothing that there is here" },
		{ "{{one.membre}}", "t:1:3: \"one.membre\" is nothing that there is here" },
		{ "{{rows}}", "t:1:3: \"rows\" is a list or an object, not text" }, { "{{one}}", "t:1:3: \"one\" is a list or an object, not text" },
		{ "{{.}}", "t:1:3: \".\" is a list or an object, not text" }, { "{{>q}}", "t:1:4: \"q\" is no partial" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct err err = { 0 };

		assert_int_equal(check(rows[i].text, &err), -1);
		if (strncmp(err.what, rows[i].what, strlen(rows[i].what)) != 0)
			fail_msg("expected %s, got %s", rows[i].what, err.what);
		assert_string_equal(err.code, "template-invalid");
	}
}

static void blank_ones(void **state)
{
	static const struct { const char *text; int blank; } rows[] = { { "", 1 }, { " \t\r\n", 1 }, { "{{! x }}", 1 },
		{ "{{#a}} {{/a}}", 1 }, { "x", 0 }, { "{{a}}", 0 }, { "{{>p}}", 0 }, { "{{#a}}x{{/a}}", 0 } };

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct template *t = NULL;
		struct err err = { 0 };

		assert_int_equal(template_parse(rows[i].text, strlen(rows[i].text), "t", &t, &err), 0);
		assert_int_equal(template_is_blank(t), rows[i].blank);
		template_free(t);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(kinds_and_truth),
		cmocka_unit_test(many_names),
		cmocka_unit_test(misuse_fails),
		cmocka_unit_test(names_that_exist_are_right),
		cmocka_unit_test(names_that_do_not_are_told_of),
		cmocka_unit_test(blank_ones),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
