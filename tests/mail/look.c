/* What must hold of every mail. */

#include "look.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"
#include "support.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* Lines of the text part keep to 76 columns unless they hold one word that is longer. */
static void check_columns(const char *text)
{
	while (*text != '\0') {
		size_t n = strcspn(text, "\n");
		char *line = strndup(text, n);

		if (text_width(line) > 76 && strchr(line + strspn(line, " "), ' ') != NULL)
			fail_msg("a line of %zu columns: %s", text_width(line), line);
		if (n > 0 && line[n - 1] == ' ')
			fail_msg("blanks at the end of: %s", line);
		free(line);
		text += n + (text[n] == '\n');
	}
}

static void check_html(const char *html)
{
	static const char *const pairs[][2] = { { "<table", "</table>" }, { "<tr", "</tr>" }, { "<td", "</td>" },
		{ "<th ", "</th>" }, { "<p ", "</p>" }, { "<span", "</span>" }, { "<b>", "</b>" }, { "<a ", "</a>" } };
	static const char *const never[] = { "<img", "<svg", "<script", "{{#", "{{/", "{{>", "url(", "@import", "<style" };

	for (size_t i = 0; i < COUNT(pairs); i++) {
		int open = 0, closed = 0;

		for (const char *s = html; (s = strstr(s, pairs[i][0])) != NULL; s++)
			open++;
		for (const char *s = html; (s = strstr(s, pairs[i][1])) != NULL; s++)
			closed++;
		if (open != closed)
			fail_msg("%d of %s, %d of %s", open, pairs[i][0], closed, pairs[i][1]);
	}
	for (size_t i = 0; i < COUNT(never); i++)
		assert_null(strstr(html, never[i]));
	for (const char *s = html; (s = strchr(s, '<')) != NULL; s++) {		/* within tags nothing is fetched */
		const char *src = strstr(s, "src=");

		assert_true(src == NULL || src > strchr(s, '>'));
	}
	assert_true(strlen(html) < 102 * 1000);
}

void look_check(const struct rendered *r)
{
	struct buf text = BUF_INIT, html = BUF_INIT;

	support_numbers(buf_str(&r->text), 0, &text);
	support_numbers(buf_str(&r->html), 1, &html);
	if (strcmp(buf_str(&text), buf_str(&html)) != 0)
		fail_msg("text: %s\nhtml: %s\n%s", buf_str(&text), buf_str(&html), buf_str(&r->text));
	buf_free(&text);
	buf_free(&html);
	check_columns(buf_str(&r->text));
	check_html(buf_str(&r->html));
	assert_null(strchr(buf_str(&r->subject), '\n'));
	assert_false(text_has_control(buf_str(&r->subject), r->subject.len));
	assert_null(strstr(buf_str(&r->text), "CEU"));
	assert_null(strstr(buf_str(&r->text), "\n\n\n"));
}

void look_has(const struct rendered *r, const char *text)
{
	if (strstr(buf_str(&r->text), text) == NULL)
		fail_msg("\"%s\" is not in:\n%s", text, buf_str(&r->text));
}

void look_has_not(const struct rendered *r, const char *text)
{
	if (strstr(buf_str(&r->text), text) != NULL || strstr(buf_str(&r->html), text) != NULL)
		fail_msg("\"%s\" is in:\n%s", text, buf_str(&r->text));
}

void look_golden(const char *name, const struct rendered *r, struct message m)
{
	struct buf out = BUF_INIT;
	const char *mode = getenv("CEUD_GOLDEN");
	char path[200], *expected;
	size_t len;

	m.subject = buf_str(&r->subject);
	m.text = buf_str(&r->text);
	m.html = buf_str(&r->html);
	m.from_name = "ceu";
	m.from_addr = "ceu@example.org";
	m.date = INT64_C(1773304200000);
	m.offset_seconds = 3600;
	assert_int_equal(message_build(&m, &out, NULL), 0);
	snprintf(path, sizeof(path), "tests/data/mail/%s.eml", name);
	if (mode != NULL && strcmp(mode, "write") == 0)
		assert_int_equal(support_write(path, out.data, out.len), 0);
	expected = support_file(path, &len);
	if (expected == NULL)
		fail_msg("%s is not there; CEUD_GOLDEN=write makes it", path);
	if (len != out.len || memcmp(expected, out.data, len) != 0) {
		snprintf(path, sizeof(path), "%s/%s.eml", getenv("BUILD") != NULL ? getenv("BUILD") : "build", name);
		support_write(path, out.data, out.len);
		fail_msg("%s differs from tests/data/mail; if it should, run with CEUD_GOLDEN=write", path);
	}
	free(expected);
	buf_free(&out);
}
