/* The scfg reader: what lines mean, and every refusal with its place. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/buf.h"
#include "base/conf.h"
#include "seed.h"

#include <stdlib.h>
#include <string.h>

static unsigned below(unsigned limit)
{
	return (unsigned)seed_between(0, (int64_t)limit - 1);
}

static struct conf *read_bytes(const char *text, size_t len)
{
	struct buf messages = BUF_INIT;
	struct conf_errors errors = { &messages, 0 };
	struct conf *root = NULL;

	if (conf_parse(text, len, "t.conf", &root, &errors) != 0)
		fail_msg("%s", buf_str(&messages));
	assert_int_equal(errors.count, 0);
	assert_int_equal(messages.len, 0);
	return root;
}

static struct conf *read_text(const char *text)
{
	return read_bytes(text, strlen(text));
}

static void assert_errors_len(const char *text, size_t len, const char *want)
{
	struct buf messages = BUF_INIT;
	struct conf_errors errors = { &messages, 0 };
	struct conf *const untouched = (struct conf *)&messages;
	struct conf *root = untouched;
	size_t lines = 0;
	const char *s;

	assert_int_equal(conf_parse(text, len, "t.conf", &root, &errors), -1);
	assert_ptr_equal(root, untouched);
	assert_string_equal(buf_str(&messages), want);
	for (s = want; *s != '\0'; s++)
		lines += *s == '\n';
	assert_int_equal(errors.count, lines);
	buf_free(&messages);
}

static void assert_errors(const char *text, const char *want)
{
	assert_errors_len(text, strlen(text), want);
}

/* The words of the only directive, joined by '|'. */
static void assert_words(const char *text, const char *want)
{
	struct conf *root = read_text(text);
	struct buf out = BUF_INIT;
	size_t i;

	assert_int_equal(root->nchildren, 1);
	buf_puts(&out, root->children[0].name);
	for (i = 0; i < root->children[0].nparams; i++)
		buf_printf(&out, "|%s", root->children[0].params[i]);
	assert_string_equal(buf_str(&out), want);
	assert_int_equal(root->children[0].has_block, 0);
	buf_free(&out);
	conf_free(root);
}

static void words_are_split_by_blanks(void **state)
{
	(void)state;
	assert_words("name", "name");
	assert_words("\n\n  \tname \t a\tb  c\t \n\n", "name|a|b|c");
	assert_words("name #no-comment a#b", "name|#no-comment|a#b");
	assert_words("name r\xC3\xA9sum\xC3\xA9 \xF0\x9F\x98\x80",
	    "name|r\xC3\xA9sum\xC3\xA9|\xF0\x9F\x98\x80");
	assert_words("a=b [x] (y) $z; !@%^&*<>?,./~`|", "a=b|[x]|(y)|$z;|!@%^&*<>?,./~`|");
}

static void quotes_keep_a_word_together(void **state)
{
	(void)state;
	assert_words("name \"two words\" 'and three here'", "name|two words|and three here");
	assert_words("name \"\" ''", "name||");
	assert_words("\"a name\" x", "a name|x");
	assert_words("name \"a \\\"b\\\" \\\\ \\c { } # '\"", "name|a \"b\" \\ c { } # '");
	assert_words("name 'a \"b\" \\ { } #'", "name|a \"b\" \\ { } #");
	assert_words("name '\\' x", "name|\\|x");
	assert_words("name \"a\tb\" 'a\tb'", "name|a\tb|a\tb");
	assert_words("\"#name\" x", "#name|x");
}

static void a_backslash_takes_the_next_character(void **state)
{
	(void)state;
	assert_words("name two\\ words", "name|two words");
	assert_words("name \\{ \\} \\\" \\' \\\\ \\a", "name|{|}|\"|'|\\|a");
	assert_words("\\#name don\\'t", "#name|don't");
	assert_words("name \\\xC3\xA9x", "name|\xC3\xA9x");
}

static void comments_are_whole_lines(void **state)
{
	assert_words("# first { \" '\n  \t# second }\nname\n#last", "name");
	(void)state;
}

static void empty_files_have_no_directives(void **state)
{
	static const char *const texts[] = { "", "\n", "  ", "\r\n", "# only", "\xEF\xBB\xBF" };
	struct conf *root;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		root = read_text(texts[i]);
		assert_int_equal(root->nchildren, 0);
		assert_null(root->name);
		assert_int_equal(root->line, 1);
		conf_free(root);
	}
	root = read_bytes(NULL, 0);
	conf_free(root);
	conf_free(NULL);
}

static void blocks_nest(void **state)
{
	struct conf *root = read_text("organisation \"Example Ltd\"\n"
	    "mail live {\n"
	    "\trelay mx 25\n"
	    "\ttls {\n\t\tca FILE\n\t}\n"
	    "\tempty {\n\t}\n"
	    "}\n"
	    "zone UTC\n");
	const struct conf *mail = conf_find(root, "mail"), *tls;

	(void)state;
	assert_int_equal(root->nchildren, 3);
	assert_non_null(mail);
	assert_int_equal(mail->has_block, 1);
	assert_int_equal(mail->nparams, 1);
	assert_string_equal(mail->params[0], "live");
	assert_int_equal(mail->nchildren, 3);
	assert_int_equal(mail->children[0].has_block, 0);
	tls = conf_find(mail, "tls");
	assert_non_null(tls);
	assert_int_equal(tls->nparams, 0);
	assert_string_equal(conf_find(tls, "ca")->params[0], "FILE");
	assert_int_equal(conf_find(mail, "empty")->has_block, 1);
	assert_int_equal(conf_find(mail, "empty")->nchildren, 0);
	assert_string_equal(root->children[2].name, "zone");
	assert_null(conf_find(root, "relay"));
	assert_null(conf_find(mail, "zone"));
	conf_free(root);
}

static void places_are_kept(void **state)
{
	struct conf *root = read_text("# x\n\n  \"na\xC3\xAF\" \xC3\xA9\xC3\xA9\t'q' {\n\tin 1\n  }\n");
	const struct conf *outer = &root->children[0];

	(void)state;
	assert_int_equal(outer->line, 3);
	assert_int_equal(outer->column, 3);
	assert_int_equal(outer->nparams, 2);
	assert_int_equal(outer->param_columns[0], 9);
	assert_int_equal(outer->param_columns[1], 12);
	assert_int_equal(outer->children[0].line, 4);
	assert_int_equal(outer->children[0].column, 2);
	assert_int_equal(outer->children[0].param_columns[0], 5);
	conf_free(root);
}

static void both_line_ends_are_read(void **state)
{
	struct conf *root = read_text("a 1\r\nb \"2\" {\r\n\tc 3\r\n}\r\n\r\n# d\r\ne\n");

	(void)state;
	assert_int_equal(root->nchildren, 3);
	assert_string_equal(root->children[0].params[0], "1");
	assert_string_equal(root->children[1].params[0], "2");
	assert_string_equal(root->children[1].children[0].params[0], "3");
	assert_int_equal(root->children[2].line, 7);
	conf_free(root);
}

static void a_byte_order_mark_is_no_word(void **state)
{
	struct conf *root = read_text("\xEF\xBB\xBFname x");

	(void)state;
	assert_string_equal(root->children[0].name, "name");
	assert_int_equal(root->children[0].column, 1);
	conf_free(root);
}

static void quotes_must_close(void **state)
{
	(void)state;
	assert_errors("a \"b c\nd\n", "t.conf:1:3: this quote is not closed; close it on the same line\n");
	assert_errors("a 'b c", "t.conf:1:3: this quote is not closed; close it on the same line\n");
	assert_errors("a \"b\\\"", "t.conf:1:3: this quote is not closed; close it on the same line\n");
	assert_errors("a \"b\\", "t.conf:1:3: this quote is not closed; close it on the same line\n");
	assert_errors("a \"", "t.conf:1:3: this quote is not closed; close it on the same line\n");
	assert_errors("\"", "t.conf:1:1: this quote is not closed; close it on the same line\n");
	assert_errors("a \"b {\n  c\n}\n",
	    "t.conf:1:3: this quote is not closed; close it on the same line\n");
}

static void quotes_hold_whole_words(void **state)
{
	(void)state;
	assert_errors("a b\"c\"", "t.conf:1:4: a quote inside a word; put the whole word in quotes\n");
	assert_errors("text don't", "t.conf:1:9: a quote inside a word; put the whole word in quotes\n");
	assert_errors("a \"b\"c", "t.conf:1:6: a blank is missing after the closing quote\n");
	assert_errors("a \"b\"\"c\"", "t.conf:1:6: a blank is missing after the closing quote\n");
	assert_errors("a 'b'{\n}\n", "t.conf:1:6: a blank is missing after the closing quote\n");
	assert_errors("a b\\", "t.conf:1:4: nothing follows this backslash; remove it or write it twice\n");
	assert_errors("a b\\\r\nc",
	    "t.conf:1:4: nothing follows this backslash; remove it or write it twice\n");
}

static void braces_have_their_places(void **state)
{
	(void)state;
	assert_errors("{\n}\n", "t.conf:1:1: this block has no name; write one before the {\n");
	assert_errors("a { b\n}\n", "t.conf:1:5: a { ends its line; move what follows to the next line\n");
	assert_errors("a { # no\n}\n", "t.conf:1:5: a { ends its line; move what follows to the next line\n");
	assert_errors("a { b }\nc\n", "t.conf:1:5: a { ends its line; move what follows to the next line\n");
	assert_errors("a {b\n}\n", "t.conf:1:4: a { ends its line; move what follows to the next line\n");
	assert_errors("a { {\n}\n", "t.conf:1:5: a { ends its line; move what follows to the next line\n");
	assert_errors("a {\nb }\nc\n",
	    "t.conf:2:3: a } stands alone on its line; move it there, or put it in quotes\n");
	assert_errors("a {\n} b\n",
	    "t.conf:2:3: a } stands alone on its line; move what follows to the next line\n");
	assert_errors("a {\n} else {\n}\n",
	    "t.conf:2:3: a } stands alone on its line; move what follows to the next line\n");
	assert_errors("a {\n}}\n",
	    "t.conf:2:2: a } stands alone on its line; move what follows to the next line\n");
	assert_errors("a b{ \n}\nc\n", "t.conf:1:4: a brace inside a word; put a blank before it, "
	    "or the whole word in quotes\n");
	assert_errors("a x}y\n", "t.conf:1:4: a brace inside a word; put a blank before it, "
	    "or the whole word in quotes\n");
	assert_errors("}\n", "t.conf:1:1: this } closes nothing; remove it\n");
	assert_errors("a {\n}\n}\n  }\nb\n", "t.conf:3:1: this } closes nothing; remove it\n"
	    "t.conf:4:3: this } closes nothing; remove it\n");
}

static void open_blocks_are_reported_where_they_open(void **state)
{
	(void)state;
	assert_errors("a {", "t.conf:1:3: the block that opens here is not closed; add a line with }\n");
	assert_errors("x\nmail \"y\" {\n  tls {\n    ca z\n  }\n",
	    "t.conf:2:10: the block that opens here is not closed; add a line with }\n");
	assert_errors("a {\n  \xC3\xA9 {\n    c\n",
	    "t.conf:1:3: the block that opens here is not closed; add a line with }\n"
	    "t.conf:2:5: the block that opens here is not closed; add a line with }\n");
}

static void bytes_that_are_no_text_are_refused(void **state)
{
	(void)state;
	assert_errors_len("a\nb \0c\n", 7, "t.conf:2:3: a NUL byte stands here; remove it\n");
	assert_errors_len("\0", 1, "t.conf:1:1: a NUL byte stands here; remove it\n");
	assert_errors("# \xFF", "t.conf:1:3: this is not valid UTF-8; save the file as UTF-8\n");
	assert_errors("\xC3\xA9 \xE9t\xE9", "t.conf:1:3: this is not valid UTF-8; save the file as UTF-8\n");
	assert_errors("a \"\xED\xA0\x80\"", "t.conf:1:4: this is not valid UTF-8; save the file as UTF-8\n");
	assert_errors("a \xC3\nb\n", "t.conf:1:3: this is not valid UTF-8; save the file as UTF-8\n");
	assert_errors("a \x1B[31m", "t.conf:1:3: a control character stands here; remove it\n");
	assert_errors("a \x7F", "t.conf:1:3: a control character stands here; remove it\n");
	assert_errors("a\rb", "t.conf:1:2: a control character stands here; remove it\n");
	assert_errors("a \r", "t.conf:1:3: a control character stands here; remove it\n");
	assert_errors("a\r\r\n", "t.conf:1:2: a control character stands here; remove it\n");
	assert_errors("a\v{\nb\n}\n", "t.conf:1:2: a control character stands here; remove it\n");
}

static void all_errors_come_at_once(void **state)
{
	(void)state;
	assert_errors("good 1\n"
	    "bad \"1\n"
	    "mail {\n"
	    "  also bad'\n"
	    "  deep { x\n"
	    "    \x01\n"
	    "}\n"
	    "}\n",
	    "t.conf:2:5: this quote is not closed; close it on the same line\n"
	    "t.conf:4:11: a quote inside a word; put the whole word in quotes\n"
	    "t.conf:5:10: a { ends its line; move what follows to the next line\n"
	    "t.conf:6:5: a control character stands here; remove it\n");
}

static void errors_are_added_to_those_before(void **state)
{
	struct buf messages = BUF_INIT;
	struct conf_errors errors = { &messages, 0 };
	struct conf *root = NULL;

	(void)state;
	conf_error(&errors, "first", 3, 4, "unknown directive \"%s\"", "x");
	assert_int_equal(conf_parse("ok\n", 3, "second", &root, &errors), 0);
	conf_free(root);
	assert_int_equal(conf_parse("}", 1, "third", &root, &errors), -1);
	assert_int_equal(errors.count, 2);
	assert_string_equal(buf_str(&messages), "first:3:4: unknown directive \"x\"\n"
	    "third:1:1: this } closes nothing; remove it\n");
	buf_free(&messages);
}

static void a_hundred_errors_are_kept(void **state)
{
	struct buf text = BUF_INIT, messages = BUF_INIT;
	struct conf_errors errors = { &messages, 0 };
	struct conf *root = NULL;
	size_t lines = 0, i;

	(void)state;
	for (i = 0; i < 250; i++)
		buf_puts(&text, "}\n");
	assert_int_equal(conf_parse(text.data, text.len, "t", &root, &errors), -1);
	assert_int_equal(errors.count, 250);
	for (i = 0; i < messages.len; i++)
		lines += messages.data[i] == '\n';
	assert_int_equal(lines, 100);
	assert_non_null(strstr(messages.data, "\nt:100:1: "));
	buf_free(&messages);
	buf_free(&text);
}

static void nest(struct buf *text, int depth)
{
	int i;

	buf_reset(text);
	for (i = 0; i < depth; i++)
		buf_puts(text, "a {\n");
	buf_puts(text, "b\n");
	for (i = 0; i < depth; i++)
		buf_puts(text, "}\n");
}

static void sixteen_levels_are_enough(void **state)
{
	struct buf text = BUF_INIT;
	struct conf *root;
	const struct conf *v;
	int depth = 0;

	(void)state;
	nest(&text, 16);
	root = read_text(text.data);
	for (v = root; v->nchildren > 0; v = v->children)
		depth++;
	assert_int_equal(depth, 17);
	assert_string_equal(v->name, "b");
	conf_free(root);
	nest(&text, 17);
	assert_errors(text.data, "t.conf:17:3: blocks are nested more than 16 deep; use fewer levels\n");
	nest(&text, 100000);
	assert_errors(text.data, "t.conf:17:3: blocks are nested more than 16 deep; use fewer levels\n");
	nest(&text, 18);
	buf_puts(&text, "}\nx '\n");
	assert_errors(text.data, "t.conf:17:3: blocks are nested more than 16 deep; use fewer levels\n"
	    "t.conf:38:1: this } closes nothing; remove it\n"
	    "t.conf:39:3: this quote is not closed; close it on the same line\n");
	buf_free(&text);
}

static void one_megabyte_is_the_limit(void **state)
{
	const size_t limit = 1024 * 1024, huge = 10 * limit;
	char *text = malloc(huge);
	struct conf *root;

	(void)state;
	assert_non_null(text);
	memset(text, 'a', huge);
	root = read_bytes(text, limit);
	assert_int_equal(strlen(root->children[0].name), limit);
	conf_free(root);
	memset(text, '\n', limit);
	conf_free(read_bytes(text, limit));
	assert_errors_len(text, limit + 1,
	    "t.conf:1:1: the file is larger than 1 MB; split it or make it shorter\n");
	assert_errors_len(text, huge,
	    "t.conf:1:1: the file is larger than 1 MB; split it or make it shorter\n");
	free(text);
}

/* A line of half a million words must not cost the square of its length. */
static void long_lines_are_read_once(void **state)
{
	const size_t len = 1024 * 1024;
	char *text = malloc(len);
	struct conf *root;
	size_t i;

	(void)state;
	assert_non_null(text);
	for (i = 0; i < len; i++)
		text[i] = i % 2 ? ' ' : 'a';
	root = read_bytes(text, len);
	assert_int_equal(root->children[0].nparams, len / 2 - 1);
	assert_int_equal(root->children[0].param_columns[len / 2 - 2], (int)len - 1);
	conf_free(root);
	free(text);
}

/* Words of any text, written with quotes at random, are read as they were. */
static void write_word(struct buf *out, const char *word)
{
	unsigned style = below(3);

	if (style == 0 && strchr(word, '\'') == NULL) {
		buf_printf(out, "'%s'", word);
		return;
	}
	if (style == 1 || *word == '\0') {
		buf_puts(out, "\"");
		for (; *word != '\0'; word++)
			buf_printf(out, *word == '"' || *word == '\\' ? "\\%c" : "%c", *word);
		buf_puts(out, "\"");
		return;
	}
	for (; *word != '\0'; word++)
		buf_printf(out, strchr("\"'\\{} #\t", *word) != NULL ? "\\%c" : "%c", *word);
}

static void words_come_back_as_they_were(void **state)
{
	static const char *const pieces[] = { "a", "\"", "'", "\\", "{", "}", "#", " ", "\t", "\xC3\xA9", "=",
		"1" };
	struct buf text = BUF_INIT, words[5] = { BUF_INIT, BUF_INIT, BUF_INIT, BUF_INIT, BUF_INIT };
	struct conf *root;
	int round, i, n;

	(void)state;
	seed_begin("words_come_back_as_they_were");
	for (round = 0; round < 3000; round++) {
		buf_reset(&text);
		for (i = 0; i < 5; i++) {
			buf_reset(&words[i]);
			for (n = (int)below(6); n > 0; n--)
				buf_puts(&words[i], pieces[below(sizeof(pieces) / sizeof(*pieces))]);
			buf_puts(&text, i > 0 ? " " : "");
			write_word(&text, buf_str(&words[i]));
		}
		buf_puts(&text, below(2) ? " {\n}\n" : "\r\n");
		root = read_text(text.data);
		assert_int_equal(root->nchildren, 1);
		assert_int_equal(root->children[0].nparams, 4);
		assert_string_equal(root->children[0].name, buf_str(&words[0]));
		for (i = 1; i < 5; i++)
			assert_string_equal(root->children[0].params[i - 1], buf_str(&words[i]));
		conf_free(root);
	}
	buf_free(&text);
	for (i = 0; i < 5; i++)
		buf_free(&words[i]);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_are_split_by_blanks),
		cmocka_unit_test(quotes_keep_a_word_together),
		cmocka_unit_test(a_backslash_takes_the_next_character),
		cmocka_unit_test(comments_are_whole_lines),
		cmocka_unit_test(empty_files_have_no_directives),
		cmocka_unit_test(blocks_nest),
		cmocka_unit_test(places_are_kept),
		cmocka_unit_test(both_line_ends_are_read),
		cmocka_unit_test(a_byte_order_mark_is_no_word),
		cmocka_unit_test(quotes_must_close),
		cmocka_unit_test(quotes_hold_whole_words),
		cmocka_unit_test(braces_have_their_places),
		cmocka_unit_test(open_blocks_are_reported_where_they_open),
		cmocka_unit_test(bytes_that_are_no_text_are_refused),
		cmocka_unit_test(all_errors_come_at_once),
		cmocka_unit_test(errors_are_added_to_those_before),
		cmocka_unit_test(a_hundred_errors_are_kept),
		cmocka_unit_test(sixteen_levels_are_enough),
		cmocka_unit_test(one_megabyte_is_the_limit),
		cmocka_unit_test(long_lines_are_read_once),
		cmocka_unit_test(words_come_back_as_they_were),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
