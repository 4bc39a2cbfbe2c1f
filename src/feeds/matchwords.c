/* Fields and tests of rules in words. */
#include "feeds/match.h"
#include "base/arena.h"
#include "base/buf.h"

#include <string.h>

const char *match_field_name(enum match_field f)
{
	switch (f) {
	case MATCH_TITLE: return "title";
	case MATCH_CATEGORIES: return "categories";
	case MATCH_DESCRIPTION: return "description";
	case MATCH_LOCATION: return "location";
	case MATCH_HOST: return "host";
	case MATCH_ORGANIZER: return "organizer";
	case MATCH_DOMAIN: return "domain";
	case MATCH_CALENDAR: return "calendar";
	case MATCH_SERIES: return "series";
	case MATCH_EXTRA: return "x-NAME";
	}
	return NULL;
}

#define NAME_CHARS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-"

/* "x-" and at least one more letter, digit or '-', as RFC 5545 names properties. */
static int is_extra(const char *word)
{
	size_t n = strlen(word);

	return n > 2 && n <= EVENT_RID_MAX * 2 && (word[0] == 'x' || word[0] == 'X') && word[1] == '-' &&
	    strspn(word, NAME_CHARS) == n;
}

static char *upper(const char *word, struct arena *a)
{
	char *copy = arena_strdup(a, word);

	for (char *s = copy; s != NULL && *s != '\0'; s++)
		if (*s >= 'a' && *s <= 'z')
			*s = (char)(*s - ('a' - 'A'));
	return copy;
}

int match_field_parse(const char *word, enum match_field *ret, const char **ret_extra, struct arena *a)
{
	for (int f = 0; f < MATCH_EXTRA; f++) {
		if (strcmp(word, match_field_name((enum match_field)f)) == 0) {
			*ret = (enum match_field)f;
			*ret_extra = "";
			return 0;
		}
	}
	if (is_extra(word)) {
		const char *name = upper(word, a);

		if (name == NULL)
			return -1;
		*ret = MATCH_EXTRA;
		*ret_extra = name;
		return 0;
	}
	return -1;
}

const char *match_test_name(enum match_test t)
{
	switch (t) {
	case MATCH_IS: return "is";
	case MATCH_CONTAINS: return "contains";
	case MATCH_BEGINS: return "begins";
	case MATCH_ENDS: return "ends";
	case MATCH_LIKE: return "like";
	}
	return NULL;
}

int match_test_parse(const char *word, enum match_test *ret)
{
	for (int t = 0; t <= MATCH_LIKE; t++) {
		if (strcmp(word, match_test_name((enum match_test)t)) == 0) {
			*ret = (enum match_test)t;
			return 0;
		}
	}
	return -1;
}

static const char *field_words(const struct match_rule *r)
{
	switch (r->field) {
	case MATCH_TITLE: return "the title";
	case MATCH_CATEGORIES: return "a category";
	case MATCH_DESCRIPTION: return "the description";
	case MATCH_LOCATION: return "the location";
	case MATCH_HOST: return "the host";
	case MATCH_ORGANIZER: return "the organizer";
	case MATCH_DOMAIN: return "the organizer's domain";
	case MATCH_CALENDAR: return "the calendar";
	case MATCH_SERIES: return "the series";
	case MATCH_EXTRA: return r->extra;
	}
	return "";
}

static const char *test_words(enum match_test t)
{
	switch (t) {
	case MATCH_IS: return "is";
	case MATCH_CONTAINS: return "contains";
	case MATCH_BEGINS: return "begins with";
	case MATCH_ENDS: return "ends in";
	case MATCH_LIKE: return "is like";
	}
	return "";
}

const char *match_rule_text(const struct match_rule *r, struct arena *a)
{
	const char *quote = r->field == MATCH_HOST || r->field == MATCH_DOMAIN ? "" : "\"";
	struct buf text = BUF_INIT;
	const char *copy = NULL;

	if (buf_printf(&text, "%s %s %s%s%s", field_words(r), test_words(r->test), quote, r->value, quote) == 0)
		copy = arena_strdup(a, buf_str(&text));
	buf_free(&text);
	return copy;
}
