/* Templates beyond the public specification: escaping, refusals with their places, and the limits. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/json.h"
#include "base/template.h"
#include "seed.h"
#include "values.h"

#include <stdlib.h>
#include <string.h>

#define TOO_DEEP "Templates and their sections are nested more than 32 deep."

struct partial {
	const char *name, *text;
	struct template *t;
};

static struct partial partials[40];
static size_t npartials;

static struct template *compiled(const char *text)
{
	struct template *t = NULL;
	struct err err;

	if (template_parse(text, strlen(text), "t", &t, &err) != 0)
		fail_msg("%s: %s", text, err.what);
	return t;
}

static void add_partial(const char *name, const char *text)
{
	partials[npartials++] = (struct partial){ name, text, compiled(text) };
}

static int forget_partials(void **state)
{
	(void)state;
	while (npartials > 0)
		template_free(partials[--npartials].t);
	return 0;
}

static const struct template *find_partial(void *arg, const char *name)
{
	size_t i;

	assert_ptr_equal(arg, partials);
	for (i = 0; i < npartials; i++)
		if (strcmp(partials[i].name, name) == 0)
			return partials[i].t;
	return NULL;
}

static int render_to(struct buf *out, enum template_escape escape, const char *text, const char *data,
    struct err *err)
{
	struct template *t = compiled(text);
	struct values values = VALUES_INIT;
	struct json *root = NULL;
	int rc;

	if (json_parse(data, strlen(data), &root, err) != 0)
		fail_msg("%s: %s", data, err->what);
	values_of_json(&values, root);
	assert_false(values.failed);
	rc = template_render(t, values.root, escape, find_partial, partials, out, err);
	values_free(&values);
	json_free(root);
	template_free(t);
	return rc;
}

static void assert_renders_as(enum template_escape escape, const char *text, const char *data,
    const char *want)
{
	struct buf out = BUF_INIT;
	struct err err;

	if (render_to(&out, escape, text, data, &err) != 0)
		fail_msg("%s: %s", text, err.what);
	assert_string_equal(buf_str(&out), want);
	buf_free(&out);
}

static void assert_text(const char *text, const char *data, const char *want)
{
	assert_renders_as(TEMPLATE_TEXT, text, data, want);
}

static void assert_html(const char *text, const char *data, const char *want)
{
	assert_renders_as(TEMPLATE_HTML, text, data, want);
}

static void assert_fails(const char *text, const char *data, const char *code, const char *what)
{
	struct buf out = BUF_INIT;
	struct err err;

	buf_puts(&out, "before");
	assert_int_equal(render_to(&out, TEMPLATE_TEXT, text, data, &err), -1);
	assert_int_equal(err.class, ERR_FAILED);
	assert_string_equal(err.code, code);
	assert_string_equal(err.what, what);
	assert_string_not_equal(err.next, "");
	assert_string_equal(buf_str(&out), "before");
	assert_int_equal(out.failed, 0);
	buf_free(&out);
}

static void assert_refused_len(const char *text, size_t len, const char *what)
{
	struct template *const untouched = (struct template *)&len;
	struct template *t = untouched;
	struct err err;

	if (template_parse(text, len, "t", &t, &err) == 0)
		fail_msg("accepted: %s", text);
	assert_ptr_equal(t, untouched);
	assert_int_equal(err.class, ERR_USAGE);
	assert_string_equal(err.code, "template-invalid");
	assert_string_equal(err.what, what);
}

static void assert_refused(const char *text, const char *what)
{
	assert_refused_len(text, strlen(text), what);
}

static void html_is_escaped(void **state)
{
	(void)state;
	assert_html("{{x}}", "{\"x\":\"<b a='1' c=\\\"2\\\">&amp;</b>\"}",
	    "&lt;b a=&#39;1&#39; c=&quot;2&quot;&gt;&amp;amp;&lt;/b&gt;");
	assert_html("<b>'\"&{{x}}", "{\"x\":\"\xC3\xA9\xF0\x9F\x98\x80\"}",
	    "<b>'\"&\xC3\xA9\xF0\x9F\x98\x80");
	assert_text("{{x}}", "{\"x\":\"<b a='1' c=\\\"2\\\">&\"}", "<b a='1' c=\"2\">&");
}

static void control_characters_are_removed(void **state)
{
	static const char data[] =
	    "{\"x\":\"a\\u0007\\u001b[31mb\\r\\nc\\td\\u007fe\\u0085f\\u202eg\\u2066h\"}";

	(void)state;
	assert_text("{{x}}", data, "a[31mb\ncdefgh");
	assert_html("{{x}}", data, "a[31mb\ncdefgh");
	assert_text("a\tb\r\n{{x}}", "{}", "a\tb\r\n");
}

static void values_are_not_read_again(void **state)
{
	(void)state;
	assert_text("{{x}}{{#x}}{{.}}{{/x}}", "{\"x\":\"{{y}}{{{y}}}\",\"y\":\"secret\"}",
	    "{{y}}{{{y}}}{{y}}{{{y}}}");
}

static void numbers_and_truth_are_printed(void **state)
{
	(void)state;
	assert_text("{{a}} {{b}} {{c}} {{d}} {{e}}|{{f}}{{g}}",
	    "{\"a\":12,\"b\":12.5,\"c\":-1.25,\"d\":true,\"e\":false,\"f\":null}",
	    "12 12.5 -1.25 true false|");
	assert_text("{{a}}", "{\"a\":9007199254740993}", "9007199254740993");
}

static void what_is_false(void **state)
{
	static const char *const falses[] = { "{\"x\":null}", "{\"x\":false}", "{\"x\":[]}", "{}", "[]",
		"\"x\"" };
	static const char *const trues[] = {
		"{\"x\":true}", "{\"x\":0}", "{\"x\":0.0}", "{\"x\":\"\"}", "{\"x\":{}}", "{\"x\":[null]}",
		"{\"x\":\"a\"}"
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(falses) / sizeof(*falses); i++)
		assert_text("{{#x}}yes{{/x}}{{^x}}no{{/x}}", falses[i], "no");
	for (i = 0; i < sizeof(trues) / sizeof(*trues); i++)
		assert_text("{{#x}}yes{{/x}}{{^x}}no{{/x}}", trues[i], "yes");
}

static void names_are_found_from_the_inside_out(void **state)
{
	(void)state;
	assert_text("{{#a}}{{x}}{{y}}{{#b}}{{x}}{{y}}{{/b}}{{/a}}",
	    "{\"x\":1,\"y\":2,\"a\":{\"x\":3,\"b\":{\"y\":4}}}", "3234");
	assert_text("{{#a}}[{{x}}]{{/a}}", "{\"x\":1,\"a\":{\"x\":null}}", "[]");
	assert_text("{{#a}}[{{x.y}}]{{/a}}", "{\"x\":{\"y\":1},\"a\":{\"x\":{}}}", "[]");
	assert_text("{{#a.b}}{{.}};{{/a.b}}", "{\"a\":{\"b\":[1,\"x\",null,false]}}", "1;x;;false;");
	assert_text("{{^a}}{{.}}{{/a}}", "5", "5");
	assert_text("{{a-b}}{{a_b}}{{A1}}{{1}}", "{\"a-b\":1,\"a_b\":2,\"A1\":3,\"1\":4}", "1234");
}

static void tags_alone_take_their_line(void **state)
{
	(void)state;
	assert_text("a\n  {{#x}}  \nb\n{{/x}}\t\nc\n", "{\"x\":[1,2]}", "a\nb\nb\nc\n");
	assert_text("a\r\n{{! b }}\r\nc\r\n", "{}", "a\r\nc\r\n");
	assert_text("{{#x}}{{/x}}\nb", "{\"x\":1}", "\nb");
	assert_text("  {{x}}\nb", "{\"x\":1}", "  1\nb");
	assert_text("{{! a\n b }} c", "{}", " c");
	assert_text("{{! a }}{{! b }}\nc", "{}", "\nc");
	assert_text("{{! a }}\rb", "{}", "\rb");
}

static void text_may_hold_braces(void **state)
{
	(void)state;
	assert_text("{a} }} { { x } .b{c:d} }}}", "{}", "{a} }} { { x } .b{c:d} }}}");
	assert_text("{{a}}}}", "{\"a\":1}", "1}}");
	assert_text("{", "{}", "{");
	assert_text("", "{}", "");
	assert_text("{{! {{ ! }}x", "{}", "x");
}

static void partials_are_indented(void **state)
{
	(void)state;
	add_partial("lines", "a\n\n{{#x}}\n{{.}}\n{{/x}}\nb{{^y}}c\nd{{/y}}\n");
	assert_text(">\n  {{>lines}}\n<\n", "{\"x\":[\"1\\n2\",3]}",
	    ">\n  a\n  \n  1\n2\n  3\n  bc\n  d\n<\n");
	add_partial("outer", "[\n\t{{>lines}}\n] {{>lines}}");
	assert_text("  {{>outer}}\nend", "{\"x\":[],\"y\":1}", "  [\n  \ta\n  \t\n  \tb\n  ] a\n\nb\nend");
	add_partial("crlf", "a\r\nb\r\n");
	assert_text(" {{>crlf}}\r\nc", "{}", " a\r\n b\r\nc");
	add_partial("value", "{{v}}\n{{none}}");
	assert_text("  {{>value}}\nc", "{\"v\":\"x\\ny\"}", "  x\ny\n  c");
	forget_partials(state);
}

static void partials_may_be_missing(void **state)
{
	struct template *t = compiled("a{{>x}}b\n  {{>y.txt}}\nc");
	struct buf out = BUF_INIT;
	struct err err;

	(void)state;
	assert_text("a{{>x}}b\n  {{>y.txt}}\nc", "{}", "ab\nc");
	assert_int_equal(template_render(t, NULL, TEMPLATE_TEXT, NULL, NULL, &out, &err), 0);
	assert_string_equal(buf_str(&out), "ab\nc");
	buf_free(&out);
	template_free(t);
	template_free(NULL);
}

static void output_is_added(void **state)
{
	struct buf out = BUF_INIT;
	struct err err;

	(void)state;
	assert_int_equal(render_to(&out, TEMPLATE_TEXT, "a{{x}}", "{\"x\":1}", &err), 0);
	assert_int_equal(render_to(&out, TEMPLATE_HTML, "b{{x}}", "{\"x\":\"<\"}", &err), 0);
	assert_string_equal(buf_str(&out), "a1b&lt;");
	buf_free(&out);
}

static void raw_output_is_refused(void **state)
{
	static const char raw[] = "values cannot be printed raw; write {{name}}";
	char what[200];

	(void)state;
	snprintf(what, sizeof(what), "t:2:3: %s", raw);
	assert_refused("a\nb {{{x}}}", what);
	assert_refused("a\nb {{&x}}", what);
	assert_refused("a\nb {{{x", what);
	assert_refused("{{ & x }}", "t:1:4: this is no name; use letters, digits, _ and -, joined by dots");
	assert_refused("{{ {x} }}", "t:1:4: this is no name; use letters, digits, _ and -, joined by dots");
	assert_refused("{{=<% %>=}}", "t:1:1: the braces of tags cannot be changed; write {{ and }}");
	assert_refused("\xC3\xA9{{<x}}{{/x}}",
	    "t:1:2: templates cannot be inherited; use a partial, {{>name}}");
	assert_refused("{{$x}}{{/x}}", "t:1:1: templates cannot be inherited; use a partial, {{>name}}");
	assert_refused("{{>*x}}", "t:1:4: this is no name; use letters, digits, _ and -, joined by dots");
}

static void names_are_checked(void **state)
{
	static const char *const bad[] = {
		"a b", "a..b", ".a", "a.", "..", "a/b", "\xC3\xA9", "a|b", "a}", "a{", "\"a\"", "a\tb", "#a",
		"a\x01"
	};
	char text[60];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		snprintf(text, sizeof(text), "{{ %s }}", bad[i]);
		assert_refused(text, "t:1:4: this is no name; use letters, digits, _ and -, joined by dots");
	}
	assert_refused("{{}}", "t:1:1: this tag has no name; write one, or {{.}} for the value itself");
	assert_refused("{{# }}", "t:1:1: this tag has no name; write one, or {{.}} for the value itself");
	assert_refused("{{>.}}", "t:1:4: this is no name; use letters, digits, _ and -, joined by dots");
	assert_refused("{{>../x}}", "t:1:4: this is no name; use letters, digits, _ and -, joined by dots");
}

static void tags_must_close(void **state)
{
	(void)state;
	assert_refused("a\n\n  {{x", "t:3:3: this tag is not closed; write }} behind it");
	assert_refused("{{", "t:1:1: this tag is not closed; write }} behind it");
	assert_refused("{{! x }", "t:1:1: this tag is not closed; write }} behind it");
	assert_refused("a {{x }\n{{y}}",
	    "t:1:3: this tag is not closed on its line; write }} behind its name");
	assert_refused("a {{\nx}}", "t:1:3: this tag is not closed on its line; write }} behind its name");
}

static void sections_must_end(void **state)
{
	(void)state;
	assert_refused("a\n {{#x}}\nb", "t:2:5: the section \"x\" is not ended; write {{/ its name }}");
	assert_refused("{{^x.y}}", "t:1:4: the section \"x.y\" is not ended; write {{/ its name }}");
	assert_refused("{{/x}}", "t:1:1: this tag ends no section; remove it");
	assert_refused("{{#x}}{{/x}}{{/x}}", "t:1:13: this tag ends no section; remove it");
	assert_refused("{{#x}}\n{{#yy}}\n{{/x}}{{/yy}}",
	    "t:3:1: the section to end here is \"yy\" of line 2; end it first");
	assert_refused("{{#x}}{{/xx}}", "t:1:7: the section to end here is \"x\" of line 1; end it first");
	assert_refused("{{#xx}}{{/x}}", "t:1:8: the section to end here is \"xx\" of line 1; end it first");
}

static void what_is_no_text_is_refused(void **state)
{
	const size_t limit = 1024 * 1024;
	struct template *t = NULL;
	struct err err;
	char *text = malloc(limit + 1);

	(void)state;
	assert_refused_len("a\0b", 3, "t:1:1: the template holds a NUL byte; remove it");
	assert_refused("a\xFF", "t:1:1: the template is not valid UTF-8; save it as UTF-8");
	assert_refused("{{a\xC3}}", "t:1:1: the template is not valid UTF-8; save it as UTF-8");
	assert_non_null(text);
	memset(text, '\n', limit + 1);
	assert_refused_len(text, limit + 1, "t:1:1: the template is larger than 1 MB; make it shorter");
	assert_int_equal(template_parse(text, limit, "t", &t, &err), 0);
	template_free(t);
	free(text);
	assert_int_equal(template_parse(NULL, 0, "t", &t, &err), 0);
	template_free(t);
}

static void nest(struct buf *out, int depth)
{
	int i;

	buf_reset(out);
	for (i = 0; i < depth; i++)
		buf_puts(out, "{{#x}}");
	buf_puts(out, "y");
	for (i = 0; i < depth; i++)
		buf_puts(out, "{{/x}}");
}

static void sections_nest_32_deep(void **state)
{
	struct buf text = BUF_INIT;

	(void)state;
	nest(&text, 32);
	assert_text(text.data, "{\"x\":1}", "y");
	nest(&text, 33);
	assert_refused(text.data, "t:1:193: sections are nested more than 32 deep; use fewer");
	nest(&text, 5000);
	assert_refused(text.data, "t:1:193: sections are nested more than 32 deep; use fewer");
	buf_free(&text);
}

static void partials_nest_32_deep(void **state)
{
	static char names[34][8], texts[34][32];
	size_t i;

	for (i = 0; i < 33; i++) {
		snprintf(names[i], sizeof(names[i]), "p%zu", i);
		snprintf(texts[i], sizeof(texts[i]), "%zu{{>p%zu}}", i % 10, i + 1);
		add_partial(names[i], texts[i]);
	}
	assert_text("{{>p1}}", "{}", "12345678901234567890123456789012");
	assert_fails("{{>p0}}", "{}", "template-deep", TOO_DEEP);
	assert_fails("{{#a}}{{>p1}}{{/a}}", "{\"a\":1}", "template-deep", TOO_DEEP);
	forget_partials(state);
}

static void a_partial_of_itself_ends(void **state)
{
	add_partial("loop", "x{{>loop}}{{>loop}}");
	add_partial("ping", "{{>pong}}");
	add_partial("pong", "\n  {{>ping}}\n");
	assert_fails("{{>loop}}", "{}", "template-deep", TOO_DEEP);
	assert_fails("{{>ping}}", "{}", "template-deep", TOO_DEEP);
	forget_partials(state);
}

static void output_ends_at_4_megabytes(void **state)
{
	const size_t limit = 4 * 1024 * 1024;
	struct buf data = BUF_INIT, out = BUF_INIT;
	struct err err;
	size_t i;

	(void)state;
	buf_puts(&data, "{\"l\":[");
	for (i = 0; i < 64; i++)
		buf_puts(&data, i > 0 ? ",1" : "1");
	buf_puts(&data, "],\"s\":\"");
	for (i = 0; i < 1024; i++)
		buf_puts(&data, "<");
	buf_puts(&data, "\"}");
	assert_int_equal(render_to(&out, TEMPLATE_TEXT, "{{#l}}{{#l}}{{s}}{{/l}}{{/l}}", data.data, &err), 0);
	assert_int_equal(out.len, limit);
	assert_fails("{{#l}}{{#l}}{{s}}{{/l}}{{/l}}.", data.data, "template-large",
	    "The text made from a template is too large.");
	buf_reset(&out);
	assert_int_equal(render_to(&out, TEMPLATE_HTML, "{{#l}}{{#l}}{{s}}{{/l}}{{/l}}", data.data, &err),
	    -1);
	assert_string_equal(err.code, "template-large");
	assert_int_equal(out.len, 0);
	buf_free(&out);
	buf_free(&data);
}

/* Ten to the power of 20 rounds that print nothing. */
static void work_is_bounded(void **state)
{
	struct buf text = BUF_INIT;
	int i;

	(void)state;
	for (i = 0; i < 20; i++)
		buf_puts(&text, "{{#l}}");
	for (i = 0; i < 20; i++)
		buf_puts(&text, "{{/l}}");
	assert_fails(text.data, "{\"l\":[1,2,3,4,5,6,7,8,9,0]}", "template-large",
	    "The text made from a template is too large.");
	buf_free(&text);
}

static void lists_and_objects_have_no_text(void **state)
{
	(void)state;
	assert_fails("a\n {{x.y}}", "{\"x\":{\"y\":[1]}}", "template-value",
	    "t:2:4: \"x.y\" is a list or an object, not text.");
	assert_fails("{{.}}", "{}", "template-value", "t:1:3: \".\" is a list or an object, not text.");
}

static void a_failed_buffer_is_told(void **state)
{
	struct buf out = BUF_INIT;
	struct err err;

	(void)state;
	out.failed = 1;
	assert_int_equal(render_to(&out, TEMPLATE_TEXT, "abc", "{}", &err), -1);
	assert_string_equal(err.code, "out-of-memory");
}

/* Whatever the value, HTML output holds no markup of it, no quote and no control character. */
static void no_value_breaks_out(void **state)
{
	static const char *const pieces[] = {
		"<", ">", "&", "\\\"", "'", "\\u0000", "\\u0008", "\\n", "{{x}}", "\xC3\xA9", "\\u202e",
		"\\u009b", "a",
		"]]>", "-->", "\xF0\x9F\x98\x80", "\\\\"
	};
	struct buf data = BUF_INIT, out = BUF_INIT;
	struct err err;
	int round;

	(void)state;
	seed_begin("no_value_breaks_out");
	for (round = 0; round < 2000; round++) {
		int n = (int)seed_between(0, 20);

		buf_reset(&data);
		buf_reset(&out);
		buf_puts(&data, "{\"x\":\"");
		while (n-- > 0) {
			size_t i = (size_t)seed_between(0, sizeof(pieces) / sizeof(*pieces) - 1);

			if (i != 5)	/* the reader refuses NUL */
				buf_puts(&data, pieces[i]);
		}
		buf_puts(&data, "\"}");
		assert_int_equal(render_to(&out, TEMPLATE_HTML, "{{#x}}{{.}}{{/x}}", data.data, &err), 0);
		assert_null(strpbrk(buf_str(&out), "<>\"'\x08"));
		assert_null(strstr(buf_str(&out), "\xE2\x80\xAE"));
		assert_null(strstr(buf_str(&out), "\xC2\x9B"));
	}
	buf_free(&data);
	buf_free(&out);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(html_is_escaped),
		cmocka_unit_test(control_characters_are_removed),
		cmocka_unit_test(values_are_not_read_again),
		cmocka_unit_test(numbers_and_truth_are_printed),
		cmocka_unit_test(what_is_false),
		cmocka_unit_test(names_are_found_from_the_inside_out),
		cmocka_unit_test(tags_alone_take_their_line),
		cmocka_unit_test(text_may_hold_braces),
		cmocka_unit_test_teardown(partials_are_indented, forget_partials),
		cmocka_unit_test(partials_may_be_missing),
		cmocka_unit_test(output_is_added),
		cmocka_unit_test(raw_output_is_refused),
		cmocka_unit_test(names_are_checked),
		cmocka_unit_test(tags_must_close),
		cmocka_unit_test(sections_must_end),
		cmocka_unit_test(what_is_no_text_is_refused),
		cmocka_unit_test(sections_nest_32_deep),
		cmocka_unit_test_teardown(partials_nest_32_deep, forget_partials),
		cmocka_unit_test_teardown(a_partial_of_itself_ends, forget_partials),
		cmocka_unit_test(output_ends_at_4_megabytes),
		cmocka_unit_test(work_is_bounded),
		cmocka_unit_test(lists_and_objects_have_no_text),
		cmocka_unit_test(a_failed_buffer_is_told),
		cmocka_unit_test(no_value_breaks_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
