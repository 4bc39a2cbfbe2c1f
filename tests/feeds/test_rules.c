/* Rules of events: what each field and test matches, and their words. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/text.h"
#include "feeds/match.h"
#include "glob.h"
#include "matcher.h"
#include "seed.h"

static const struct match_calendar work = { 7, "Work calendar", "", "", 0 };

static struct event sample(void)
{
	struct event e = { .uid = "abc_R20260301T090000@google.com",
		.rid = "",
		.title = "[CXPA] Journey-Mapping: a workshop for caf\xc3\xa9s",
		.location = "Room 2, Berlin",
		.url = "https://WWW.Meetup.com:443/cx/events/1?x=1",
		.organizer = "CX Academy",
		.categories = "Training,Customer Experience,red",
		.description = "Bring a map. Lunch is included.",
		.credit = "",
		.domain = "mail.academy.example",
		.extras = "X-TOPIC=Service design; X-LEVEL=2; X-TOPIC=Blueprints" };

	return e;
}

static int try(enum match_field field, const char *extra, enum match_test test, const char *value)
{
	struct match_rule r = { .field = field, .extra = extra, .test = test, .value = value, .category = "",
		.competencies = "", .provider = "", .break_minutes = -1 };
	struct event e = sample();

	return match_one(&r, &work, &e, NULL);
}

struct trial { enum match_field field; enum match_test test; const char *value; int matches; };

static void run(const struct trial *t, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const char *extra = t[i].field == MATCH_EXTRA ? "X-TOPIC" : "";

		if (try(t[i].field, extra, t[i].test, t[i].value) != t[i].matches)
			fail_msg("%s %s \"%s\" should%s match", match_field_name(t[i].field), match_test_name(t[i].test),
			    t[i].value, t[i].matches ? "" : " not");
	}
}
#define RUN(t) run(t, sizeof(t) / sizeof((t)[0]))

static void titles(void **state)
{
	static const struct trial trials[] = {
		{ MATCH_TITLE, MATCH_IS, "cxpa journey mapping a workshop for cafes", 1 },
		{ MATCH_TITLE, MATCH_IS, "cxpa journey mapping a workshop for cafe", 0 },
		{ MATCH_TITLE, MATCH_IS, "", 0 },
		{ MATCH_TITLE, MATCH_IS, "!!!", 0 },
		{ MATCH_TITLE, MATCH_CONTAINS, "workshop", 1 },
		{ MATCH_TITLE, MATCH_CONTAINS, "WorkShop", 1 },
		{ MATCH_TITLE, MATCH_CONTAINS, "work", 0 },
		{ MATCH_TITLE, MATCH_CONTAINS, "shop", 0 },
		{ MATCH_TITLE, MATCH_CONTAINS, "journey mapping", 1 },
		{ MATCH_TITLE, MATCH_CONTAINS, "journey  (mapping)", 1 },
		{ MATCH_TITLE, MATCH_CONTAINS, "journey workshop", 0 },
		{ MATCH_TITLE, MATCH_CONTAINS, "journey map", 0 },
		{ MATCH_TITLE, MATCH_CONTAINS, "CAF\xc3\x89S", 1 },
		{ MATCH_TITLE, MATCH_CONTAINS, "cxpa", 1 },
		{ MATCH_TITLE, MATCH_CONTAINS, "-", 0 },
		{ MATCH_TITLE, MATCH_BEGINS, "[cxpa", 1 },
		{ MATCH_TITLE, MATCH_BEGINS, "cxp", 1 },
		{ MATCH_TITLE, MATCH_BEGINS, "journey", 0 },
		{ MATCH_TITLE, MATCH_BEGINS, "?", 0 },
		{ MATCH_TITLE, MATCH_ENDS, "cafes", 1 },
		{ MATCH_TITLE, MATCH_ENDS, "for caf\xc3\xa9s.", 1 },
		{ MATCH_TITLE, MATCH_ENDS, "workshop", 0 },
		{ MATCH_TITLE, MATCH_LIKE, "*", 1 },
		{ MATCH_TITLE, MATCH_LIKE, "", 0 },
		{ MATCH_TITLE, MATCH_LIKE, "*workshop*", 1 },
		{ MATCH_TITLE, MATCH_LIKE, "*: a work*", 1 },
		{ MATCH_TITLE, MATCH_LIKE, "workshop*", 0 },
		{ MATCH_TITLE, MATCH_LIKE, "cxpa*mapp?ng*caf?s", 1 },
		{ MATCH_TITLE, MATCH_LIKE, "cxpa*mapp?ng*caf?", 0 },
		{ MATCH_TITLE, MATCH_LIKE, "cxpa*caf??", 1 },
		{ MATCH_TITLE, MATCH_LIKE, "*cafes*cafes", 0 },
	};

	(void)state;
	RUN(trials);
}

static void other_fields(void **state)
{
	static const struct trial trials[] = {
		{ MATCH_CATEGORIES, MATCH_IS, "training", 1 },
		{ MATCH_CATEGORIES, MATCH_IS, "customer experience", 1 },
		{ MATCH_CATEGORIES, MATCH_IS, "red", 1 },
		{ MATCH_CATEGORIES, MATCH_IS, "customer", 0 },
		{ MATCH_CATEGORIES, MATCH_CONTAINS, "experience", 1 },
		{ MATCH_CATEGORIES, MATCH_CONTAINS, "training customer", 0 },
		{ MATCH_CATEGORIES, MATCH_CONTAINS, "customer experience", 1 },
		{ MATCH_CATEGORIES, MATCH_BEGINS, "cust", 1 },
		{ MATCH_CATEGORIES, MATCH_BEGINS, "exp", 0 },
		{ MATCH_CATEGORIES, MATCH_ENDS, "ing", 1 },
		{ MATCH_CATEGORIES, MATCH_LIKE, "cus*nce", 1 },
		{ MATCH_CATEGORIES, MATCH_LIKE, "training*red", 0 },
		{ MATCH_DESCRIPTION, MATCH_CONTAINS, "map lunch", 1 },
		{ MATCH_DESCRIPTION, MATCH_CONTAINS, "dinner", 0 },
		{ MATCH_LOCATION, MATCH_CONTAINS, "berlin", 1 },
		{ MATCH_LOCATION, MATCH_IS, "berlin", 0 },
		{ MATCH_ORGANIZER, MATCH_IS, "cx academy", 1 },
		{ MATCH_CALENDAR, MATCH_IS, "WORK CALENDAR", 1 },
		{ MATCH_CALENDAR, MATCH_IS, "home", 0 },
		{ MATCH_SERIES, MATCH_IS, "abc@google.com", 1 },
		{ MATCH_SERIES, MATCH_IS, "ABC@google.com", 0 },
		{ MATCH_SERIES, MATCH_IS, "abc google com", 0 },
		{ MATCH_EXTRA, MATCH_IS, "service design", 1 },
		{ MATCH_EXTRA, MATCH_IS, "blueprints", 1 },
		{ MATCH_EXTRA, MATCH_IS, "2", 0 },
		{ MATCH_EXTRA, MATCH_CONTAINS, "design", 1 },
		{ MATCH_EXTRA, MATCH_CONTAINS, "design blueprints", 0 },
	};

	(void)state;
	RUN(trials);
	assert_int_equal(try(MATCH_EXTRA, "X-LEVEL", MATCH_IS, "2"), 1);
	assert_int_equal(try(MATCH_EXTRA, "X-LEVE", MATCH_LIKE, "*"), 0);
	assert_int_equal(try(MATCH_EXTRA, "X-COLOR", MATCH_LIKE, "*"), 0);
}

static void hosts(void **state)
{
	static const struct trial trials[] = {
		{ MATCH_HOST, MATCH_IS, "meetup.com", 1 },
		{ MATCH_HOST, MATCH_IS, "www.meetup.com", 1 },
		{ MATCH_HOST, MATCH_IS, "https://www.meetup.com/cx/", 1 },
		{ MATCH_HOST, MATCH_IS, "meetup-com", 0 },
		{ MATCH_HOST, MATCH_IS, "meetup", 0 },
		{ MATCH_HOST, MATCH_CONTAINS, "meetup", 1 },
		{ MATCH_HOST, MATCH_CONTAINS, "meet", 0 },
		{ MATCH_HOST, MATCH_ENDS, "meetup.com", 1 },
		{ MATCH_HOST, MATCH_ENDS, "up.com", 0 },
		{ MATCH_HOST, MATCH_ENDS, "com", 1 },
		{ MATCH_HOST, MATCH_LIKE, "meet*.com", 1 },
		{ MATCH_HOST, MATCH_LIKE, "meet*.org", 0 },
		{ MATCH_DOMAIN, MATCH_IS, "academy.example", 0 },
		{ MATCH_DOMAIN, MATCH_IS, "mail.academy.example", 1 },
		{ MATCH_DOMAIN, MATCH_ENDS, "academy.example", 1 },
		{ MATCH_DOMAIN, MATCH_ENDS, "@Academy.example", 1 },
		{ MATCH_DOMAIN, MATCH_ENDS, "cademy.example", 0 },
		{ MATCH_DOMAIN, MATCH_BEGINS, "mail.", 1 },
	};

	(void)state;
	RUN(trials);
}

static void only_that_calendar(void **state)
{
	struct match_rule r = { .field = MATCH_TITLE, .test = MATCH_CONTAINS, .value = "workshop", .calendar = 7,
		.extra = "", .category = "", .competencies = "", .provider = "", .break_minutes = -1 };
	struct event e = sample();

	(void)state;
	assert_int_equal(match_one(&r, &work, &e, NULL), 1);
	r.calendar = 8;
	assert_int_equal(match_one(&r, &work, &e, NULL), 0);
	r.test = MATCH_LIKE;
	r.value = "*";
	assert_int_equal(match_one(&r, &work, &e, NULL), 0);
}

static void an_event_with_nothing_in_it(void **state)
{
	struct event e = { .uid = "1", .rid = "", .title = "", .location = "", .url = "", .organizer = "" };
	struct match_rule r = { .value = "x", .extra = "X-A", .category = "", .competencies = "", .provider = "",
		.break_minutes = -1 };

	(void)state;
	for (int f = 0; f <= MATCH_EXTRA; f++) {
		for (int t = 0; t <= MATCH_LIKE; t++) {
			r.field = (enum match_field)f;
			r.test = (enum match_test)t;
			assert_int_equal(match_one(&r, &work, &e, NULL), 0);
		}
	}
}

/* ---- words */

static void names(void **state)
{
	struct arena a = ARENA_INIT;
	const char *extra = NULL;
	enum match_field f = MATCH_TITLE;
	enum match_test t = MATCH_IS;
	static const char *const bad[] = { "", "Title", "titles", "x", "x-", "x-a b", "x-\xc3\xa4", "xy-a", "x-NAME=1" };

	(void)state;
	for (int i = 0; i < MATCH_EXTRA; i++) {
		assert_int_equal(match_field_parse(match_field_name((enum match_field)i), &f, &extra, &a), 0);
		assert_int_equal(f, i);
		assert_string_equal(extra, "");
	}
	assert_int_equal(match_field_parse("x-wr-Topic2", &f, &extra, &a), 0);
	assert_int_equal(f, MATCH_EXTRA);
	assert_string_equal(extra, "X-WR-TOPIC2");
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(match_field_parse(bad[i], &f, &extra, &a), -1);
	assert_string_equal(extra, "X-WR-TOPIC2");
	assert_string_equal(match_field_name(MATCH_EXTRA), "x-NAME");
	assert_null(match_field_name((enum match_field)(MATCH_EXTRA + 1)));
	for (int i = 0; i <= MATCH_LIKE; i++) {
		assert_int_equal(match_test_parse(match_test_name((enum match_test)i), &t), 0);
		assert_int_equal(t, i);
	}
	assert_null(match_test_name((enum match_test)(MATCH_LIKE + 1)));
	assert_int_equal(match_test_parse("Is", &t), -1);
	assert_int_equal(match_test_parse("contain", &t), -1);
	arena_free(&a);
}

static void sentences(void **state)
{
	static const struct { enum match_field field; enum match_test test; const char *value, *want; } rows[] = {
		{ MATCH_TITLE, MATCH_CONTAINS, "workshop", "the title contains \"workshop\"" },
		{ MATCH_CATEGORIES, MATCH_IS, "Training", "a category is \"Training\"" },
		{ MATCH_DESCRIPTION, MATCH_BEGINS, "Hi", "the description begins with \"Hi\"" },
		{ MATCH_LOCATION, MATCH_ENDS, "Berlin", "the location ends in \"Berlin\"" },
		{ MATCH_HOST, MATCH_IS, "meetup.com", "the host is meetup.com" },
		{ MATCH_DOMAIN, MATCH_ENDS, "a.org", "the organizer's domain ends in a.org" },
		{ MATCH_ORGANIZER, MATCH_LIKE, "A*", "the organizer is like \"A*\"" },
		{ MATCH_CALENDAR, MATCH_IS, "Work", "the calendar is \"Work\"" },
		{ MATCH_SERIES, MATCH_IS, "a@b", "the series is \"a@b\"" },
		{ MATCH_EXTRA, MATCH_IS, "2", "X-LEVEL is \"2\"" },
	};
	struct arena a = ARENA_INIT;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct match_rule r = { .field = rows[i].field, .test = rows[i].test, .value = rows[i].value,
			.extra = "X-LEVEL" };

		assert_string_equal(match_rule_text(&r, &a), rows[i].want);
	}
	arena_free(&a);
}

static void hosts_of_urls(void **state)
{
	static const char *const rows[][2] = {
		{ "https://www.Example.ORG:8443/a?b#c", "example.org" }, { "http://example.org", "example.org" },
		{ "webcal://user:pw@cal.example.org/x", "cal.example.org" }, { "http://example.org.", "example.org" },
		{ "http://[2001:DB8::1]:80/x", "2001:db8::1" }, { "http://example.org?u=a@b", "example.org" },
		{ "http://example.org\\@evil.example/", "example.org" }, { "http://www.com/", "www.com" },
		{ "http://www.example.org", "example.org" }, { "http://wwwx.org", "wwwx.org" },
		{ "", "" }, { "example.org/a", "" }, { "mailto:a@example.org", "" }, { "http:///a", "" }, { "://a", "" },
		{ "http://[::1", "" }, { "/a://b", "" }, { "http://:80/", "" }, { "http://u:p@/", "" },
	};
	char out[40], small[8];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_string_equal(match_host(rows[i][0], out, sizeof(out)), rows[i][1]);
	assert_string_equal(match_host("http://1234567/", small, sizeof(small)), "1234567");
	assert_string_equal(match_host("http://12345678/", small, sizeof(small)), "");
}

/* ---- the pattern matcher against one that tries everything */

static int slow_match(const char *p, const char *t)
{
	size_t n = 1;

	if (*p == '\0')
		return *t == '\0';
	if (*p == '*')
		return slow_match(p + 1, t) || (*t != '\0' && slow_match(p, t + 1));
	if (*t == '\0' || (*p != '?' && *p != *t))
		return 0;
	while (*p == '?' && ((unsigned char)t[n] & 0xC0) == 0x80)
		n++;
	return slow_match(p + 1, t + n);
}

static void random_patterns(void **state)
{
	static const char *const parts[] = { "a", "b", "*", "?", "\xc3\xa9", "ab" };
	int matched = 0;

	(void)state;
	seed_begin("random_patterns");
	for (int i = 0; i < 200000; i++) {
		char p[40] = "", t[40] = "";
		size_t np = 0, nt = 0;

		for (int64_t n = seed_between(0, 7); n > 0; n--)
			np += text_copy(p + np, sizeof(p) - np, parts[seed_between(0, 5)]);
		for (int64_t n = seed_between(0, 8); n > 0; n--) {
			const char *part = parts[seed_between(0, 5)];

			nt += text_copy(t + nt, sizeof(t) - nt, *part == '*' || *part == '?' ? "a" : part);
		}
		if (glob_match(p, np, t, nt) != slow_match(p, t))
			fail_msg("\"%s\" and \"%s\": %d", p, t, glob_match(p, np, t, nt));
		matched += slow_match(p, t);
	}
	assert_in_range(matched, 5000, 150000);
}

static void folded_as_everywhere(void **state)
{
	struct buf one = BUF_INIT, two = BUF_INIT;

	(void)state;
	seed_begin("folded_as_everywhere");
	for (int i = 0; i < 50000; i++) {
		char text[24];
		size_t n = (size_t)seed_between(0, 20);

		for (size_t k = 0; k < n; k++)
			text[k] = (char)seed_between(1, i % 4 ? 127 : 255);
		buf_reset(&one);
		buf_reset(&two);
		buf_puts(&one, "x");
		buf_puts(&two, "x");
		text_fold(&one, text, n);
		facts_fold(&two, text, n);
		assert_int_equal(one.len, two.len);
		assert_string_equal(buf_str(&one), buf_str(&two));
	}
	buf_free(&one);
	buf_free(&two);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(titles),
		cmocka_unit_test(other_fields),
		cmocka_unit_test(hosts),
		cmocka_unit_test(only_that_calendar),
		cmocka_unit_test(an_event_with_nothing_in_it),
		cmocka_unit_test(names),
		cmocka_unit_test(sentences),
		cmocka_unit_test(hosts_of_urls),
		cmocka_unit_test(random_patterns),
		cmocka_unit_test(folded_as_everywhere),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
