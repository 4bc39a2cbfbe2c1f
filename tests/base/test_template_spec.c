/* The public Mustache specification, read from ../shared/corpus/mustache: all of it must pass but what
 * excluded.txt names, which prints raw text and must be refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/json.h"
#include "base/template.h"
#include "values.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FOLDER "../shared/corpus/mustache/"

static void read_file(const char *path, struct buf *out)
{
	char block[4096];
	FILE *file = fopen(path, "r");
	size_t n;

	if (file == NULL)
		fail_msg("%s cannot be opened", path);
	while ((n = fread(block, 1, sizeof(block), file)) > 0)
		buf_add(out, block, n);
	assert_int_equal(ferror(file), 0);
	fclose(file);
}

struct partials {
	const char *names[8];
	struct template *templates[8];
	size_t n;
	int refused;
};

static const struct template *partial(void *arg, const char *name)
{
	struct partials *set = arg;
	size_t i;

	for (i = 0; i < set->n; i++)
		if (strcmp(set->names[i], name) == 0)
			return set->templates[i];
	return NULL;
}

static void compile_partials(const struct json *test, struct partials *set)
{
	const struct json *texts = json_get(test, "partials"), *text = NULL;
	struct err err;
	size_t i;

	memset(set, 0, sizeof(*set));
	assert_in_range(json_size(texts), 0, 8);
	for (i = 0; i < json_size(texts); i++) {
		set->names[set->n] = json_member(texts, i, &text);
		if (template_parse(json_text(text), strlen(json_text(text)), set->names[set->n],
		    &set->templates[set->n], &err) == 0)
			set->n++;
		else
			set->refused++;
	}
}

static void free_partials(struct partials *set)
{
	while (set->n > 0)
		template_free(set->templates[--set->n]);
}

/* 0: rendered as expected, 1: refused. */
static int render_test(const char *file, const struct json *test)
{
	const char *text = json_str(test, "template"), *expected = json_str(test, "expected");
	struct template *t = NULL;
	struct partials set;
	struct values values = VALUES_INIT;
	struct buf out = BUF_INIT;
	struct err err;
	int refused;

	compile_partials(test, &set);
	refused = set.refused > 0 || template_parse(text, strlen(text), "test", &t, &err) != 0;
	if (!refused) {
		values_of_json(&values, json_get(test, "data"));
		assert_false(values.failed);
		if (template_render(t, values.root, TEMPLATE_HTML, partial, &set, &out, &err) != 0)
			fail_msg("%s, %s: %s", file, json_str(test, "name"), err.what);
		if (strcmp(buf_str(&out), expected) != 0)
			fail_msg("%s, %s:\n--- expected\n%s\n--- got\n%s", file, json_str(test, "name"),
			    expected, buf_str(&out));
	}
	buf_free(&out);
	values_free(&values);
	template_free(t);
	free_partials(&set);
	return refused;
}

static int is_excluded(const struct buf *list, const char *file, const char *name)
{
	char line[200];

	snprintf(line, sizeof(line), "\n%s\t%s\n", file, name);
	return strstr(buf_str(list), line) != NULL;
}

static void run_file(const struct buf *list, const char *file, int *passed, int *refused)
{
	struct buf text = BUF_INIT;
	struct json *root = NULL;
	const struct json *tests;
	char path[200];
	struct err err;
	size_t i;

	snprintf(path, sizeof(path), FOLDER "specs/%s.json", file);
	read_file(path, &text);
	if (json_parse(text.data, text.len, &root, &err) != 0)
		fail_msg("%s: %s", path, err.what);
	tests = json_get(root, "tests");
	for (i = 0; i < json_size(tests); i++) {
		const struct json *test = json_at(tests, i);
		int excluded = is_excluded(list, file, json_str(test, "name"));

		if (render_test(file, test) != excluded)
			fail_msg("%s, %s: %s", file, json_str(test, "name"),
			    excluded ? "prints raw text and was accepted" : "was refused");
		*(excluded ? refused : passed) += 1;
	}
	json_free(root);
	buf_free(&text);
}

static void the_specification_is_kept(void **state)
{
	static const char *const files[] = { "comments", "interpolation", "inverted", "partials",
		"sections" };
	struct buf list = BUF_INIT;
	int passed = 0, refused = 0;
	size_t i;

	(void)state;
	if (access(FOLDER "excluded.txt", R_OK) != 0) {
		print_message("skipped: " FOLDER " is not there\n");
		skip();
	}
	read_file(FOLDER "excluded.txt", &list);
	for (i = 0; i < sizeof(files) / sizeof(*files); i++)
		run_file(&list, files[i], &passed, &refused);
	print_message("%d tests of the specification passed, %d were refused\n", passed, refused);
	assert_int_equal(passed, 99);
	assert_int_equal(refused, 23);
	buf_free(&list);
}

int main(void)
{
	static const struct CMUnitTest tests[] = { cmocka_unit_test(the_specification_is_kept) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
