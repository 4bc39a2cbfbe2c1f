/* Rules in words, a correction as a command, the days of an event, what was entered by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/json.h"
#include "feedrules.h"
#include "guessing.h"
#include "standing.h"

static struct arena arena;

static int free_all(void **state)
{
	(void)state;
	arena_free(&arena);
	return 0;
}

/* ---- a correction as a command */

static void command_is(const char *title, const char *category, const char *want)
{
	static const char *const competencies[] = { "voice", "culture" };

	assert_string_equal(feedrules_command(title, category, competencies, category ? 0 : 2, &arena), want);
}

static void commands(void **state)
{
	char title[600];

	(void)state;
	command_is("Journey mapping", "college", "ceu calendar rule add title contains \"Journey mapping\" --category college");
	command_is("Journey mapping", NULL, "ceu calendar rule add title contains \"Journey mapping\" --for voice,culture");
	/* nothing that a shell would read */
	command_is("Say \"hi\" to $HOME", "cxpa", "ceu calendar rule add title contains \"say hi to home\" --category cxpa");
	command_is("`reboot`; now!", "cxpa", "ceu calendar rule add title contains \"reboot now\" --category cxpa");
	command_is("C:\\x", "cxpa", "ceu calendar rule add title contains \"c x\" --category cxpa");
	command_is("Pay & go; it's 5 > 4", "cxpa", "ceu calendar rule add title contains \"Pay & go; it's 5 > 4\" --category cxpa");
	/* whole words of a long one */
	memset(title, 'a', sizeof title);
	for (size_t i = 9; i < sizeof title; i += 10)
		title[i] = ' ';
	title[sizeof title - 1] = '\0';
	assert_int_equal(strlen(feedrules_command(title, "cxpa", NULL, 0, &arena)),
	    strlen("ceu calendar rule add title contains \"\" --category cxpa") + 199);
}

/* ---- rules */

static struct feed_rule rule(enum match_field field, const char *extra, const char *value)
{
	return (struct feed_rule){ .person = 3, .rule = { .no = 2, .field = field, .extra = extra, .test = MATCH_CONTAINS,
	    .value = value, .category = "", .competencies = "", .provider = "", .break_minutes = -1, .verdict = MATCH_PROPOSE } };
}

static void is(const struct feed_rule *r, const char *want)
{
	struct buf out = BUF_INIT;
	struct jsonw w;
	char quoted[800];
	size_t n = strlen(want);

	for (size_t i = 0; i <= n; i++)
		quoted[i] = want[i] == '\'' ? '"' : want[i];
	jsonw_begin(&w, &out);
	jsonw_object(&w, NULL);
	view_feed_rule_members(&w, r);
	jsonw_end_object(&w);
	assert_int_equal(out.failed, 0);
	assert_string_equal(buf_str(&out), quoted);
	buf_free(&out);
}

static void rules(void **state)
{
	struct feed_rule r = rule(MATCH_TITLE, "", "workshop"), other = r;
	struct feed_rule_list all = { &r, 1, 1 };
	struct err err = { 0 };

	(void)state;
	is(&r, "{'id':2,'text':'the title contains \\'workshop\\'','field':'title','test':'contains','value':'workshop','calendar':null,"
	    "'category':null,'competencies':[],'provider':null,'break_minutes':null,'per_day_minutes':null,'verdict':'propose',"
	    "'origin':'personal'}");
	r.rule.break_minutes = 0;
	r.rule.per_day = 360;
	r.rule.category = "cxpa";
	r.rule.competencies = "voice,culture";
	r.rule.provider = "CXPA";
	r.rule.no = 0;
	r.person = 0;
	r.calendar_no = 4;
	is(&r, "{'id':null,'text':'the title contains \\'workshop\\'','field':'title','test':'contains','value':'workshop','calendar':4,"
	    "'category':'cxpa','competencies':['voice','culture'],'provider':'CXPA','break_minutes':0,'per_day_minutes':360,"
	    "'verdict':'propose','origin':'admin'}");
	assert_int_equal(feedrules_check_double(&all, &other, &err), 0);
	r = other;
	assert_int_equal(feedrules_check_double(&all, &other, &err), -1);
	assert_string_equal(err.code, "rule-double");
	assert_string_equal(err.next, "See what it matches: ceu calendar rule test 2");
	other.person = 0;
	err = (struct err){ 0 };
	assert_int_equal(feedrules_check_double(&all, &other, &err), -1);
	assert_string_equal(err.next, "See what it matches: ceu admin rule test 2");
	other.rule.verdict = MATCH_IGNORE;
	assert_int_equal(feedrules_check_double(&all, &other, &err), 0);
}

/* An X-property is called as people write it. */
static void extras(void **state)
{
	struct feed_rule r = rule(MATCH_EXTRA, "", "cpe");
	struct buf out = BUF_INIT;
	struct jsonw w;

	(void)state;
	assert_int_equal(match_field_parse("x-credit", &r.rule.field, &r.rule.extra, &arena), 0);
	assert_int_equal(r.rule.field, MATCH_EXTRA);
	jsonw_begin(&w, &out);
	jsonw_object(&w, NULL);
	view_feed_rule_members(&w, &r);
	jsonw_end_object(&w);
	assert_non_null(strstr(buf_str(&out), "\"field\":\"x-CREDIT\""));
	buf_free(&out);
}

/* ---- events */

static struct event event(const char *zone, const char *start, const char *end)
{
	struct event e = { .uid = "u", .rid = "", .title = "Journey mapping", .location = "", .url = "", .zone = zone };

	assert_int_equal(instant_parse(start, &e.start), 0);
	assert_int_equal(instant_parse(end, &e.end), 0);
	return e;
}

static void days(void **state)
{
	static const struct { const char *zone, *start, *end; int days; } all[] = {
		{ "UTC", "2026-03-09T08:00:00Z", "2026-03-09T10:00:00Z", 1 },
		{ "UTC", "2026-03-09T08:00:00Z", "2026-03-09T08:00:00Z", 1 },
		{ "UTC", "2026-03-09T08:00:00Z", "2026-03-08T08:00:00Z", 1 },
		{ "UTC", "2026-03-09T00:00:00Z", "2026-03-10T00:00:00Z", 1 },
		{ "UTC", "2026-03-09T00:00:00Z", "2026-03-12T00:00:00Z", 3 },
		{ "UTC", "2026-03-09T22:00:00Z", "2026-03-10T01:00:00Z", 2 },
		{ "America/New_York", "2026-03-09T22:00:00Z", "2026-03-10T01:00:00Z", 1 },
		{ "Europe/Berlin", "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z", 1 },	/* a day of 23 hours */
		{ "No/Such", "2026-03-09T22:00:00Z", "2026-03-10T01:00:00Z", 2 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		struct event e = event(all[i].zone, all[i].start, all[i].end);

		assert_int_equal(event_days(&e), all[i].days);
	}
}

/* By day and title; what is void, or was made of an event, is no entry by hand. */
static void recorded(void **state)
{
	struct entry entries[] = {
		{ .no = 1, .day = 100, .title = "Journey Mapping", .title_key = "journey mapping", .is_void = 1 },
		{ .no = 2, .day = 100, .title = "Journey Mapping", .title_key = "journey mapping", .proposal = 9 },
		{ .no = 3, .day = 98, .title = "Journey Mapping", .title_key = "journey mapping" },
		{ .no = 4, .day = 100, .title = "Service blueprints", .title_key = "service blueprints" },
		{ .no = 5, .day = 101, .title = "JOURNEY mapping!", .title_key = "journey mapping" },
		{ .no = 6, .day = 104, .title = "Journey Mapping", .title_key = "journey mapping", .is_planned = 1 },
		{ .no = 7, .day = 120, .title = "Journey mapping: Webinar", .title_key = "journey mapping webinar" },
	};
	struct standing s = { .entries = { entries, 7, 7 } };
	struct proposal p = { .event = { .uid = "u", .rid = "", .title = "Academy: Journey mapping", .url = "", .day = 100 } };

	(void)state;
	assert_int_equal(standing_recorded(&s, &p), 5);
	p.event.day = 102;
	assert_int_equal(standing_recorded(&s, &p), 5);
	p.event.day = 103;
	assert_int_equal(standing_recorded(&s, &p), 6);
	p.event.day = 106;
	assert_int_equal(standing_recorded(&s, &p), 0);
	p.event.day = 100;
	p.event.title = "Something else";
	assert_int_equal(standing_recorded(&s, &p), 0);
	p.event.day = 121;
	p.event.title = "Journey-mapping webinar";
	assert_int_equal(standing_recorded(&s, &p), 7);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(commands), cmocka_unit_test(rules), cmocka_unit_test(extras), cmocka_unit_test(days),
		cmocka_unit_test(recorded),
	};

	return cmocka_run_group_tests_name("feedrules", tests, NULL, free_all);
}
