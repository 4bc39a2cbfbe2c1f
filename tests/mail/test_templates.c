/* An admin's own templates: what is right is used, what is not is told of with its place. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/err.h"
#include "support.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static int check(const char *name, const char *text, struct err *err)
{
	const struct render_file file = { name, text, strlen(text) };

	return render_check(&file, err);
}

/* Whatever a shipped template names is in the examples, so what may be named is known from them alone. */
static void shipped_ones_are_right(void **state)
{
	(void)state;
	for (size_t i = 0; render_names[i] != NULL; i++) {
		struct render_file file = { render_names[i], NULL, 0 };
		struct err err = { 0 };
		char path[200];
		char *text;

		snprintf(path, sizeof(path), "etc/templates/%s", render_names[i]);
		file.text = text = support_file(path, &file.len);
		if (render_check(&file, &err) < 0)
			fail_msg("%s", err.what);
		free(text);
	}
}

static void own_words_are_right(void **state)
{
	static const struct { const char *name, *text; } rows[] = {
		{ "reminder.txt", "Hello {{name}}, {{counted}} of {{required}}.\n{{#waiting}}{{#events}}{{date}} {{title}}\n{{/events}}{{/waiting}}" },
		{ "reminder.txt", "{{#missing.plan.steps}}{{step}}, by {{by}}{{/missing.plan.steps}}{{^lapsed}}{{bar.counted_part.units}}{{/lapsed}}" },
		{ "reminder.html", "{{>head.html}}{{#behind}}x{{/behind}}{{>foot.html}}{{>end.html}}" },
		{ "reminder.subject", "{{to_go}} by {{by}}" }, { "digest.txt", "{{#table}}{{#rows}}{{line}}\n{{/rows}}{{/table}}" },
		{ "digest.subject", "{{team}}" }, { "admin.txt", "{{#failed.mails}}{{id}} {{to}}{{/failed.mails}}" },
		{ "test.txt", "{{now}}" }, { "head.html", "" }, { "foot.html", "{{organisation}} {{program}} {{team}}" },
		{ "end.html", "<p>{{#lead}}{{.}}{{/lead}}" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct err err = { 0 };

		if (check(rows[i].name, rows[i].text, &err) < 0)
			fail_msg("%s", err.what);
	}
}

static void wrong_ones_say_where(void **state)
{
	static const struct { const char *name, *text, *what; } rows[] = {
		{ "reminder.txt", "a\n  {{contd}}", "reminder.txt:2:5: \"contd\" is nothing that there is here; did you mean counted?" },
		{ "reminder.txt", "\n\n{{#waitin}}x{{/waitin}}", "reminder.txt:3:4: \"waitin\" is nothing that there is here; did you mean waiting?" },
		{ "reminder.txt", "{{^qqqqqqqqqqqq}}x{{/qqqqqqqqqqqq}}", "reminder.txt:1:4: \"qqqqqqqqqqqq\" is nothing that there is here" },
		{ "reminder.txt", "{{#waiting}}{{#events}}{{titel}}{{/events}}{{/waiting}}", "reminder.txt:1:26: \"titel\" is nothing that there is here; did you mean title?" },
		{ "reminder.txt", "{{waiting.events}}", "reminder.txt:1:3: \"waiting.events\" is a list or an object, not text" },
		{ "reminder.txt", "{{events}}", "reminder.txt:1:3: \"events\" is nothing that there is here" },
		{ "digest.txt", "{{pace}}", "digest.txt:1:3: \"pace\" is nothing that there is here" },
		{ "reminder.txt", "{{table}}", "reminder.txt:1:3: \"table\" is nothing that there is here" },
		{ "test.html", "{{>header.html}}", "test.html:1:4: \"header.html\" is no partial" },
		{ "test.html", "{{>reminder.txt}}", "test.html:1:4: \"reminder.txt\" is no partial" },
		{ "head.html", "{{>foot.html}}", "head.html:1:4: \"foot.html\" is no partial" },
		{ "head.html", "{{>head.html}}", "head.html:1:4: \"head.html\" is no partial" },
		{ "reminder.txt", "a\n{{#waiting}}", "reminder.txt:2:4: the section \"waiting\" is not ended" },
		{ "reminder.txt", "{{{name}}}", "reminder.txt:1:1: values cannot be printed raw" },
		{ "reminder.txt", "x {{name", "reminder.txt:1:3: this tag is not closed" },
		{ "reminder.txt", "", "reminder.txt:1:1: this part of the mail is empty" },
		{ "reminder.subject", " {{! nothing }}\n", "reminder.subject:1:1: this part of the mail is empty" },
		{ "admin.html", "\xff", "admin.html:1:1: the template is not valid UTF-8" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct err err = { 0 };

		assert_int_equal(check(rows[i].name, rows[i].text, &err), -1);
		if (strncmp(err.what, rows[i].what, strlen(rows[i].what)) != 0)
			fail_msg("expected %s, got %s", rows[i].what, err.what);
		assert_string_equal(err.code, "template-invalid");
		assert_int_equal(err.class, ERR_USAGE);
	}
}

static void unknown_names_are_none(void **state)
{
	struct err err = { 0 };

	(void)state;
	assert_int_equal(check("reminder.text", "x", &err), -1);
	assert_string_equal(err.code, "no-template");
	assert_int_equal(err.class, ERR_ABSENT);
	assert_string_equal(err.what, "reminder.text: no such template; did you mean reminder.txt?");
	assert_int_equal(check("zzzzzzzzzzzzzzzz", "x", &err), -1);
	assert_string_equal(err.what, "zzzzzzzzzzzzzzzz: no such template");
}

/* ---- a folder of them */

static struct render_source source(const struct render *r, const char *name)
{
	struct render_source s;

	for (size_t i = 0; render_source(r, i, &s) == 0; i++)
		if (strcmp(s.name, name) == 0)
			return s;
	fail_msg("%s is not told of", name);
	return s;
}

static struct render_own own(const char *path, const char *text)
{
	return (struct render_own){ .path = path, .text = text, .len = text != NULL ? strlen(text) : 0 };
}

static void right_ones_are_used(void **state)
{
	struct render *r = support_render();
	const struct render_own files[] = { own("/etc/t/test.txt", "Mine: {{to}}\n"), own("/etc/t/test.html", "<p>Mine: {{to}}\n"),
		own("/etc/t/foot.html", "</td></tr></table>"), own("/etc/t/reminder.txt", "{{oops}}") };
	struct reminder_facts f = support_reminder();
	struct rendered out;
	struct err err = { 0 };

	(void)state;
	assert_int_equal(render_take(r, files, COUNT(files), &err), 0);
	assert_string_equal(source(r, "test.txt").source, "/etc/t/test.txt");
	assert_null(source(r, "test.txt").problem);
	assert_string_equal(source(r, "foot.html").source, "/etc/t/foot.html");
	assert_string_equal(source(r, "digest.txt").source, "built-in");
	assert_null(source(r, "digest.txt").problem);
	assert_string_equal(source(r, "reminder.txt").source, "built-in");
	assert_string_equal(source(r, "reminder.txt").problem, "reminder.txt:1:3: \"oops\" is nothing that there is here");
	assert_int_equal(render_test(r, "Example Ltd", "ops@example.org", 0, &out, &err), 0);
	assert_string_equal(buf_str(&out.text), "Mine: ops@example.org\n");
	assert_string_equal(buf_str(&out.html), "<p>Mine: ops@example.org\n");
	assert_string_equal(buf_str(&out.subject), "Test mail from ceud");
	rendered_free(&out);
	assert_int_equal(render_reminder(r, &f, &out, &err), 0);
	assert_int_equal(strncmp(buf_str(&out.text), "12 of 20 units count.", 21), 0);
	rendered_free(&out);
	render_close(r);
}

static void others_are_told_of(void **state)
{
	struct render *r = support_render();
	struct render_own files[] = { own("/etc/t/reminder.text", "x"), own("/etc/t/digest.html", "<p>x"), own("/etc/t/admin.txt", NULL),
		own("/etc/t", NULL), own("/etc/t/test.html", "<p>x"), own("/etc/t/test.txt", "{{x") };
	struct render_source s;
	struct err err = { 0 };
	size_t n = 0;

	(void)state;
	files[2].trouble = "/etc/t/admin.txt: Permission denied";
	files[3].trouble = "/etc/t: No such file or directory";
	assert_int_equal(render_take(r, files, COUNT(files), &err), 0);
	s = source(r, "reminder.text");
	assert_string_equal(s.source, "/etc/t/reminder.text");
	assert_string_equal(s.problem, "reminder.text: no such template; did you mean reminder.txt?");
	assert_string_equal(source(r, "digest.html").problem, "digest.html:1:1: its text part digest.txt is not in the folder");
	assert_string_equal(source(r, "digest.html").source, "built-in");
	assert_string_equal(source(r, "admin.txt").problem, "/etc/t/admin.txt: Permission denied");
	assert_string_equal(source(r, "t").problem, "/etc/t: No such file or directory");
	assert_null(source(r, "test.html").problem);
	assert_string_equal(source(r, "test.txt").problem, "test.txt:1:1: this tag is not closed; write }} behind it");
	while (render_source(r, n, &s) == 0)
		n++;
	assert_int_equal(n, 17);
	render_close(r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(shipped_ones_are_right),
		cmocka_unit_test(own_words_are_right),
		cmocka_unit_test(wrong_ones_say_where),
		cmocka_unit_test(unknown_names_are_none),
		cmocka_unit_test(right_ones_are_used),
		cmocka_unit_test(others_are_told_of),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
