/*
 * Program files and profiles with thousands of small changes: each is read or refused, nothing crashes or leaks (run
 * under a sanitizer), every complaint has its place in the file, and what is read holds together.
 */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "helper.h"
#include "limitset.h"
#include "rules/profile.h"

enum { EDITS = 2000, TEXT_MAX = 1 << 16, ERRORS_KEPT = 100 };

struct text { char bytes[TEXT_MAX]; size_t len; };
struct span { size_t from, to; };

static void replace(struct text *t, struct span s, const char *new, size_t len)
{
	if (t->len - (s.to - s.from) + len > TEXT_MAX)
		return;
	memmove(t->bytes + s.from + len, t->bytes + s.to, t->len - s.to);
	memcpy(t->bytes + s.from, new, len);
	t->len = t->len - (s.to - s.from) + len;
}

static int is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n';
}

/* A word, or a whole line with its end, at a random place; both may be empty. */
static struct span some_word(const struct text *t, uint64_t *seed)
{
	struct span s;

	s.from = t->len ? (size_t)seed_below(seed, (int)t->len) : 0;
	while (s.from > 0 && !is_blank(t->bytes[s.from - 1]))
		s.from--;
	for (s.to = s.from; s.to < t->len && !is_blank(t->bytes[s.to]);)
		s.to++;
	return s;
}

static struct span some_line(const struct text *t, uint64_t *seed)
{
	struct span s;

	s.from = t->len ? (size_t)seed_below(seed, (int)t->len) : 0;
	while (s.from > 0 && t->bytes[s.from - 1] != '\n')
		s.from--;
	for (s.to = s.from; s.to < t->len && t->bytes[s.to] != '\n';)
		s.to++;
	s.to += s.to < t->len;
	return s;
}

static void put_copy(struct text *t, struct span from, struct span to)
{
	char copy[4096];
	size_t len = from.to - from.from;

	if (len > sizeof copy)
		return;
	memcpy(copy, t->bytes + from.from, len);
	replace(t, to, copy, len);
}

static void edit(struct text *t, uint64_t *seed)
{
	static const char *const words[] = { "0", "-1", "99999999999999999999", "0.01", "100000", "50%", "1e9", "per", "year",
		"calendar-year", "none", "{", "}", "each", "total", "limit", "require", "group", "tag", "carry", "prorate", "map",
		"earn", "check", "expect", "\"", "\\", "\"\"", "2026-02-29", "9999-12-31", "24h", "item", "only", "sort" };
	const char *word = words[seed_below(seed, (int)(sizeof words / sizeof *words))];
	char byte = (char)seed_below(seed, 256);
	struct span s;

	switch (seed_below(seed, 8)) {
	case 0:	/* a byte for another */
	case 1:
		s.from = t->len ? (size_t)seed_below(seed, (int)t->len) : 0;
		s.to = s.from + (t->len > 0);
		replace(t, s, &byte, 1);
		break;
	case 2:
		s = some_line(t, seed);
		replace(t, s, "", 0);
		break;
	case 3:
		s = some_line(t, seed);
		put_copy(t, s, (struct span){ s.to, s.to });
		break;
	case 4:
		put_copy(t, some_line(t, seed), some_line(t, seed));
		break;
	case 5:
		put_copy(t, some_word(t, seed), some_word(t, seed));
		break;
	case 6:
		s = some_word(t, seed);
		replace(t, s, "", 0);
		break;
	default:
		replace(t, some_word(t, seed), word, strlen(word));
		break;
	}
}

static int count_lines(const char *s, size_t len)
{
	int n = 1;

	for (size_t i = 0; i < len; i++)
		n += s[i] == '\n';
	return n;
}

/* Each of the lines is "t:LINE:COLUMN: something", within the file. */
static void check_places(const struct text *t, const char *errors, int count)
{
	int lines = count_lines(t->bytes, t->len), seen = 0;

	for (const char *s = errors; *s; s = strchr(s, '\n') + 1) {
		int line = 0, column = 0, end = 0;

		if (sscanf(s, "t:%d:%d: %n", &line, &column, &end) != 2 || end == 0 || s[end] == '\n' || line < 1 ||
		    line > lines || column < 1)
			fail_msg("no place in the file: %s", s);
		seen++;
	}
	assert_int_equal(seen, count < ERRORS_KEPT ? count : ERRORS_KEPT);
}

static void check_whole(const struct program *p)
{
	assert_non_null(p->id);
	assert_non_null(p->name);
	assert_non_null(p->unit);
	assert_true(p->required > 0 && p->unit_minutes > 0 && p->step > 0 && p->cycle_months > 0 && p->ncategories > 0);
	for (size_t i = 0; i < p->nrules; i++)
		assert_true(p->rules[i].id && p->rules[i].text && p->rules[i].text[0]);
	for (size_t i = 0; i < p->nlimits; i++) {
		assert_true(p->limits[i].amount > 0);
		for (size_t k = 0; k < i; k++)
			assert_true(limits_nest(p, &p->limits[i], &p->limits[k]));
	}
	assert_true(p->carry.into < (int)p->ncategories && p->carry.tag < (int)p->ntags);
}

/* 1 if it was read. */
static int try(const struct text *t, int is_profile)
{
	struct buf out = BUF_INIT;
	struct conf_errors errors = { &out, 0 };
	struct program *p = NULL;
	struct profile *q = NULL;
	int bad = is_profile ? profile_load(t->bytes, t->len, "t", &q, &errors) :
	    program_load(t->bytes, t->len, "t", &p, &errors);

	assert_int_equal(bad != 0, errors.count > 0);
	check_places(t, buf_str(&out), errors.count);
	if (p)
		check_whole(p);
	if (q)
		assert_true(q->id && q->name && q->source && q->total > 0);
	program_free(p);
	profile_free(q);
	buf_free(&out);
	return !bad;
}

static void mutate(const char *path, int is_profile, uint64_t *seed)
{
	static struct text original, changed;
	char *text = read_all(path);
	int taken = 0;

	original.len = strlen(text);
	memcpy(original.bytes, text, original.len);
	free(text);
	for (int i = 0; i < EDITS; i++) {
		changed = original;
		for (int k = seed_below(seed, 3); k >= 0; k--)
			edit(&changed, seed);
		taken += try(&changed, is_profile);
	}
	/* most changes are noticed, but a comment, a title or an example may say anything */
	assert_true(taken > EDITS / 100 && taken < EDITS * 9 / 10);
}

static uint64_t seed;

static void test_programs(void **state)
{
	(void)state;
	mutate("etc/programs/ccxp-2y20.rules", 0, &seed);
	mutate("etc/programs/ccxp-3y30.rules", 0, &seed);
}

static void test_other_programs(void **state)
{
	(void)state;
	mutate("tests/data/programs/pmp.rules", 0, &seed);
	mutate("tests/data/programs/shrm-cp.rules", 0, &seed);
	mutate("tests/data/programs/cpa-california.rules", 0, &seed);
}

static void test_profiles(void **state)
{
	(void)state;
	mutate("etc/profiles/leader.rules", 1, &seed);
	mutate("etc/profiles/team-analyst.rules", 1, &seed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_programs), cmocka_unit_test(test_other_programs), cmocka_unit_test(test_profiles),
	};

	seed = seed_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
