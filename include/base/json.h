#ifndef BASE_JSON_H
#define BASE_JSON_H

#include <stddef.h>
#include <stdint.h>

struct buf;
struct err;

/*
 * JSON in: a document parsed strictly (no duplicate names, no NUL, UTF-8, at most
 * 32 levels, nothing after the document), read through accessors.  JSON out:
 * a streaming writer into a struct buf; no document is built.
 */
struct json;				/* a value; owned by its document's root */

/* Parse `len` bytes, any kind of value; *ret is the root, freed with json_free().
 * ERR_USAGE "json-invalid" with line and column; "json-deep" beyond 32 levels. An integer
 * outside int64 and a real number outside double are refused. */
int json_parse(const char *text, size_t len, struct json **ret, struct err *err);
void json_free(struct json *root);	/* NULL is a no-op */

enum json_kind { JSON_NULL, JSON_BOOL, JSON_NUMBER, JSON_STRING, JSON_ARRAY, JSON_OBJECT };
enum json_kind json_kind(const struct json *v);	/* NULL is JSON_NULL */

/* Member of an object, or NULL (also when v is no object). */
const struct json *json_get(const struct json *v, const char *name);
size_t json_size(const struct json *v);	/* items of an array or members of an object, else 0 */
const struct json *json_at(const struct json *v, size_t i);	/* array item or NULL */
/* Member i of an object in document order: its name, and its value in *ret. NULL at the end. Linear. */
const char *json_member(const struct json *v, size_t i, const struct json **ret);

const char *json_str(const struct json *v, const char *name);	/* string member, else NULL */
const char *json_text(const struct json *v);			/* string value, else NULL */
/* Integer member within int64; 0 found, -1 absent or no integer (ret untouched). */
int json_int(const struct json *v, const char *name, int64_t *ret);
int json_bool(const struct json *v, const char *name, int fallback);
int json_yes(const struct json *v);				/* 1 if v is the value true */
/* The value as a JSON text, appended: integers exactly, other numbers with the fewest digits that are
 * still the same number (1.10 as 1.1). indent > 0: one value a line, that many blanks a level.
 * -1: lack of memory. */
int json_print(struct buf *out, const struct json *v, int indent);

/* Names in object v that are not in allowed[n]: fills err (ERR_USAGE "field-unknown",
 * naming it and the nearest allowed one) and returns -1; 0 if all are known. */
int json_only(const struct json *v, const char *const *allowed, size_t n, struct err *err);

/*
 * The quick way for records that come by the thousand: one flat object, whose members are texts, integers, true, false
 * and null.  It is read in place: `text` is destroyed, names and texts live in it, ended by NUL.  As strict as
 * json_parse(), except that a name may stand there twice.  ERR_USAGE "json-invalid", also for more than `max` members.
 */
struct json_flat {
	const char *name;
	enum json_kind kind;
	const char *text;		/* of a string; otherwise "" */
	size_t len;
	int64_t n;			/* of a number; of a bool 0 or 1 */
};
int json_flat(char *text, size_t len, struct json_flat *ret, size_t max, size_t *n, struct err *err);

/*
 * Writer.  Start with { out }; commas and quoting are its own business.
 * `name` is NULL inside an array and at the top, where one value is written.  Failures stick in
 * out->failed; misuse (a name too many or missing, an end without its beginning, more than
 * 39 levels) is one too, so that what is written is valid JSON.  Bytes that are no UTF-8,
 * and NUL, become U+FFFD.
 */
struct jsonw {
	struct buf *out;
	int depth;
	unsigned char more[40];		/* depth -> what jsonw.c remembers of the level */
};
void jsonw_begin(struct jsonw *w, struct buf *out);
void jsonw_object(struct jsonw *w, const char *name);
void jsonw_array(struct jsonw *w, const char *name);
void jsonw_end_object(struct jsonw *w);
void jsonw_end_array(struct jsonw *w);
void jsonw_str(struct jsonw *w, const char *name, const char *s);	/* NULL writes null */
void jsonw_strn(struct jsonw *w, const char *name, const char *s, size_t len);
void jsonw_int(struct jsonw *w, const char *name, int64_t n);
void jsonw_bool(struct jsonw *w, const char *name, int yes);
void jsonw_null(struct jsonw *w, const char *name);
void jsonw_units(struct jsonw *w, const char *name, int64_t hundredths);	/* 1250 -> 12.5 */
void jsonw_day(struct jsonw *w, const char *name, int32_t day);		/* DAY_NONE -> null */
void jsonw_instant(struct jsonw *w, const char *name, int64_t instant);	/* RFC 3339 string */
void jsonw_maybe_instant(struct jsonw *w, const char *name, int64_t instant);	/* one that may not have come: 0 -> null */
/* A finished JSON text put in as it is. */
void jsonw_raw(struct jsonw *w, const char *name, const char *json, size_t len);

#endif
