/* JSON in.  A struct json is a json_t of jansson under another name; nobody outside this file knows. */
/* Four names stand in jansson's enum as well; in here ours are KIND_*. */
#define JSON_NULL KIND_NULL
#define JSON_STRING KIND_STRING
#define JSON_ARRAY KIND_ARRAY
#define JSON_OBJECT KIND_OBJECT
#include "base/json.h"
#undef JSON_NULL
#undef JSON_STRING
#undef JSON_ARRAY
#undef JSON_OBJECT
#include "base/buf.h"
#include "base/err.h"
#include "base/text.h"

#include <jansson.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LEVELS_MAX 32
#define NAME_SHOWN 60		/* characters of a foreign name in a message */

/* jansson counts references, so several of its readers want a value that is not const. */
static json_t *value_of(const struct json *v)
{
	return (json_t *)(uintptr_t)v;
}

static struct json *opaque(json_t *v)
{
	return (struct json *)v;
}

/* Levels are counted before jansson sees the text: it calls itself for each of them.  A text that
 * is broken is counted somehow, which is enough, because jansson refuses it afterwards. */
static int too_deep(const char *text, size_t len)
{
	size_t depth = 0, i;
	int quoted = 0;

	for (i = 0; i < len; i++) {
		char c = text[i];

		if (quoted) {
			if (c == '\\')
				i++;
			else if (c == '"')
				quoted = 0;
		} else if (c == '"') {
			quoted = 1;
		} else if (c == '[' || c == '{') {
			if (++depth > LEVELS_MAX)
				return 1;
		} else if ((c == ']' || c == '}') && depth > 0) {
			depth--;
		}
	}
	return 0;
}

/* In our own words: jansson's message repeats the input, which may be anything. */
static const char *reason(enum json_error_code code)
{
	switch (code) {
	case json_error_invalid_utf8:
		return "it is not valid UTF-8";
	case json_error_premature_end_of_input:
		return "it ends too early";
	case json_error_end_of_input_expected:
		return "something follows after the document";
	case json_error_null_character:
	case json_error_null_byte_in_key:
		return "a string holds a NUL character";
	case json_error_duplicate_key:
		return "a name stands twice in one object";
	case json_error_numeric_overflow:
		return "a number is too large";
	default:
		return "this is no JSON value";
	}
}

/* jansson tells a failed malloc() as bad syntax, which would blame the sender; so it is noted here. */
static _Thread_local int malloc_failed;

static void *noting_malloc(size_t size)
{
	void *p = malloc(size);

	if (p == NULL)
		malloc_failed = 1;
	return p;
}

int json_parse(const char *text, size_t len, struct json **ret, struct err *err)
{
	json_error_t error;
	json_t *root;

	if (too_deep(text, len)) {
		err_set(err, ERR_USAGE, "json-deep", "The JSON document has more than %d levels.",
		    LEVELS_MAX);
		return err_next(err, "Send fewer objects and lists inside each other.");
	}
	malloc_failed = 0;
	json_set_alloc_funcs(noting_malloc, free);
	root = json_loadb(len > 0 ? text : "", len, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &error);
	if (malloc_failed) {		/* a document may come out all the same, with text missing */
		json_decref(root);
		return err_oom(err);
	}
	if (root == NULL) {
		enum json_error_code code = json_error_code(&error);

		err_set(err, ERR_USAGE, "json-invalid",
		    "The JSON document is wrong at line %d, column %d: %s.",
		    error.line < 1 ? 1 : error.line, error.column < 1 ? 1 : error.column, reason(code));
		return err_next(err, "Correct it there: one document in UTF-8, each name once in an object.");
	}
	*ret = opaque(root);
	return 0;
}

void json_free(struct json *root)
{
	json_decref(value_of(root));
}

enum json_kind json_kind(const struct json *v)
{
	if (v == NULL)
		return KIND_NULL;
	switch (json_typeof(value_of(v))) {
	case JSON_OBJECT:
		return KIND_OBJECT;
	case JSON_ARRAY:
		return KIND_ARRAY;
	case JSON_STRING:
		return KIND_STRING;
	case JSON_INTEGER:
	case JSON_REAL:
		return JSON_NUMBER;
	case JSON_TRUE:
	case JSON_FALSE:
		return JSON_BOOL;
	default:
		return KIND_NULL;
	}
}

const struct json *json_get(const struct json *v, const char *name)
{
	return opaque(json_object_get(value_of(v), name));
}

size_t json_size(const struct json *v)
{
	json_t *value = value_of(v);

	return json_is_object(value) ? json_object_size(value) : json_array_size(value);
}

const struct json *json_at(const struct json *v, size_t i)
{
	return opaque(json_array_get(value_of(v), i));
}

const char *json_member(const struct json *v, size_t i, const struct json **ret)
{
	json_t *object = value_of(v);
	void *at = json_object_iter(object);

	while (at != NULL && i-- > 0)
		at = json_object_iter_next(object, at);
	if (at == NULL)
		return NULL;
	*ret = opaque(json_object_iter_value(at));
	return json_object_iter_key(at);
}

const char *json_text(const struct json *v)
{
	return json_string_value(value_of(v));
}

const char *json_str(const struct json *v, const char *name)
{
	return json_text(json_get(v, name));
}

int json_int(const struct json *v, const char *name, int64_t *ret)
{
	json_t *member = value_of(json_get(v, name));

	if (!json_is_integer(member))
		return -1;
	*ret = json_integer_value(member);
	return 0;
}

int json_bool(const struct json *v, const char *name, int fallback)
{
	json_t *member = value_of(json_get(v, name));

	return json_is_boolean(member) ? json_is_true(member) : fallback;
}

int json_yes(const struct json *v)
{
	return json_is_true(value_of(v));
}

/* jansson prints 17 digits, which shows 1.1 as 1.1000000000000001; the fewest that give the same number are
 * what was written.  Its printing is used all the same, because it does not follow the locale. */
static int print_real(struct buf *out, json_t *number)
{
	const double value = json_real_value(number);
	char text[40];
	size_t digits = 15, len;

	for (; digits < 17; digits++) {
		snprintf(text, sizeof(text), "%.*g", (int)digits, value);
		if (strtod(text, NULL) == value)
			break;
	}
	len = json_dumpb(number, text, sizeof(text), JSON_ENCODE_ANY | JSON_REAL_PRECISION(digits));
	if (len == 0 || len > sizeof(text)) {
		out->failed = 1;
		return -1;
	}
	return buf_add(out, text, len);
}

static int print_text(struct buf *out, const char *s)
{
	struct jsonw w;

	jsonw_begin(&w, out);
	jsonw_str(&w, NULL, s);
	return out->failed ? -1 : 0;
}

static int new_line(struct buf *out, int indent, int depth)
{
	if (indent <= 0)
		return 0;
	return buf_printf(out, "\n%*s", indent * depth, "");
}

static int print_value(struct buf *out, json_t *v, int indent, int depth);

static int print_array(struct buf *out, json_t *v, int indent, int depth)
{
	size_t i, n = json_array_size(v);

	buf_putc(out, '[');
	for (i = 0; i < n && !out->failed; i++) {
		if (i > 0)
			buf_putc(out, ',');
		new_line(out, indent, depth + 1);
		print_value(out, json_array_get(v, i), indent, depth + 1);
	}
	if (n > 0)
		new_line(out, indent, depth);
	return buf_putc(out, ']');
}

static int print_object(struct buf *out, json_t *v, int indent, int depth)
{
	void *at = json_object_iter(v);
	int first = 1;

	buf_putc(out, '{');
	for (; at != NULL && !out->failed; at = json_object_iter_next(v, at)) {
		if (!first)
			buf_putc(out, ',');
		first = 0;
		new_line(out, indent, depth + 1);
		print_text(out, json_object_iter_key(at));
		buf_puts(out, indent > 0 ? ": " : ":");
		print_value(out, json_object_iter_value(at), indent, depth + 1);
	}
	if (!first)
		new_line(out, indent, depth);
	return buf_putc(out, '}');
}

/* Calls itself at most LEVELS_MAX deep: every value comes from json_parse(). */
static int print_value(struct buf *out, json_t *v, int indent, int depth)
{
	switch (v == NULL ? JSON_NULL : json_typeof(v)) {
	case JSON_OBJECT:
		return print_object(out, v, indent, depth);
	case JSON_ARRAY:
		return print_array(out, v, indent, depth);
	case JSON_STRING:
		return print_text(out, json_string_value(v));
	case JSON_INTEGER:
		return buf_printf(out, "%" JSON_INTEGER_FORMAT, json_integer_value(v));
	case JSON_REAL:
		return print_real(out, v);
	case JSON_TRUE:
		return buf_puts(out, "true");
	case JSON_FALSE:
		return buf_puts(out, "false");
	default:
		return buf_puts(out, "null");
	}
}

int json_print(struct buf *out, const struct json *v, int indent)
{
	print_value(out, value_of(v), indent, 0);
	return out->failed ? -1 : 0;
}

static int known(const char *name, const char *const *allowed, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (strcmp(name, allowed[i]) == 0)
			return 1;
	return 0;
}

static int name_unknown(const char *name, const char *const *allowed, size_t n, struct err *err)
{
	const char *nearest = text_suggest(name, allowed, n);
	struct buf shown = BUF_INIT;

	if (text_clean(&shown, name, strlen(name), NAME_SHOWN) != 0) {
		buf_free(&shown);
		return err_oom(err);
	}
	err_set(err, ERR_USAGE, "field-unknown", "There is no field \"%s\" here.", buf_str(&shown));
	if (nearest != NULL)
		err_next(err, "Did you mean \"%s\"?", nearest);
	else
		err_next(err, "Leave it out.");
	buf_free(&shown);
	return -1;
}

int json_only(const struct json *v, const char *const *allowed, size_t n, struct err *err)
{
	json_t *object = value_of(v);
	void *at;

	for (at = json_object_iter(object); at != NULL; at = json_object_iter_next(object, at)) {
		const char *name = json_object_iter_key(at);

		if (!known(name, allowed, n))
			return name_unknown(name, allowed, n, err);
	}
	return 0;
}
