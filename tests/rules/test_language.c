/* The whole language of program files beside the few words that test_program.c reads: tags, groups, kinds, periods,
 * parts of the total, carrying over, first cycles; what each becomes, and what is refused with which words. */
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

/* Lines 20 to 28. */
#define TAGS \
	"tag live \"Live\" {\nsort delivery\n}\n" \
	"tag alone \"Alone\" {\nsort delivery\nonly books courses\n}\n" \
	"tag ethics \"Ethics\"\ngroup reading books courses\n"

static void test_tags(void **state)
{
	struct program *p = accepts(TAGS "category more \"More\" {\ntag ethics live\n}\n");
	const struct program_tag *t = p->tags;

	(void)state;
	assert_int_equal(p->ntags, 3);
	assert_string_equal(t[0].id, "live");
	assert_string_equal(t[0].name, "Live");
	assert_string_equal(t[0].sort, "delivery");
	assert_int_equal(t[0].categories, 0xF);		/* all, also those below */
	assert_string_equal(t[1].sort, "delivery");
	assert_int_equal(t[1].categories, 0x6);
	assert_null(t[2].sort);
	assert_int_equal(p->categories[0].tags, 0);
	assert_int_equal(p->categories[3].tags, 0x5);
	assert_int_equal(program_tag(p, "al"), 1);
	assert_int_equal(program_tag(p, "x"), -1);
	assert_int_equal(program_tag(p, ""), -1);
	program_free(p);
}

static void test_tags_of_an_entry(void **state)
{
	struct program *p = accepts(TAGS "category more \"More\" {\ntag ethics live\n}\n"
	    "tag late \"Late\" {\nsort delivery\n}\n");

	(void)state;
	assert_int_equal(program_tags(p, 0, 0), 0);
	assert_int_equal(program_tags(p, 0, 0x1), 0x1);
	assert_int_equal(program_tags(p, 3, 0), 0x5);
	assert_int_equal(program_tags(p, 3, 0x4), 0x5);
	assert_int_equal(program_tags(p, 3, 0x8), 0xC);	/* late instead of live */
	assert_int_equal(program_tags(p, 3, 0x1), 0x5);
	/* what a changed program made impossible */
	assert_int_equal(program_tags(p, 0, 0x2), 0);
	assert_int_equal(program_tags(p, 3, 0x2), 0x5);
	assert_int_equal(program_tags(p, 1, 0x3), 0x1);
	assert_int_equal(program_tags(p, 3, 0x9), 0x5);
	assert_int_equal(program_tags(p, 3, 0xA), 0xC);
	program_free(p);
}

static void test_bad_tags(void **state)
{
	(void)state;
	refuses("tag live \"Live\" {\nonly book\n}\n",
	    "t:21:6: unknown category \"book\"; did you mean \"books\"?\n");
	refuses("tag live \"Live\" {\nonly books talks books\n}\n",
	    "t:21:18: category \"books\" is here twice; remove one\n");
	refuses("tag live \"Live\"\ntag live \"Alive\"\n",
	    "t:21:5: tag \"live\" is here twice, first on line 20; give one another id\n");
	refuses("tag live \"\"\n", "t:20:10: this string is empty; write what it should say\n");
	refuses("tag Live \"Live\"\n", "t:20:5: \"Live\" is no id; use at most 40 of a to z, 0 to 9 and -\n");
	refuses("tag live \"Live\" {\nsort a b\n}\n", "t:21:1: \"sort\" has too many words; write: sort NAME\n");
	refuses("category x \"X\" {\ntag live\n}\n", "t:21:5: unknown tag \"live\"; the program has none\n");
	refuses(TAGS "category x \"X\" {\ntag live alone\n}\n",
	    "t:30:5: entries of category \"x\" cannot have tag \"alone\": it is only for others\n");
	refuses("tag a \"A\" {\nsort s\n}\ntag b \"B\" {\nsort s\n}\ncategory x \"X\" {\ntag b a\n}\n",
	    "t:27:5: tags \"a\" and \"b\" are of one sort, \"s\"; keep one of the two\n");
}

static void test_groups(void **state)
{
	struct program *p = accepts(TAGS "require 5 group reading\nlimit 6 group reading per year\n");

	(void)state;
	assert_int_equal(p->ngroups, 1);
	assert_string_equal(p->groups[0].id, "reading");
	assert_int_equal(p->groups[0].categories, 0x6);
	assert_int_equal(p->rules[1].selector, SELECT_GROUP);
	assert_int_equal(p->rules[1].group, 0);
	assert_int_equal(p->rules[1].category, -1);
	assert_int_equal(p->rules[1].tag, -1);
	assert_int_equal(p->rules[1].categories, 0x6);
	assert_int_equal(p->rules[2].period, PER_YEAR);
	program_free(p);
	refuses("group a talks talks\n", "t:20:15: category \"talks\" is here twice; remove one\n");
	refuses("group a tlaks\n", "t:20:9: unknown category \"tlaks\"; did you mean \"talks\"?\n");
	refuses("group a\n", "t:20:1: \"group\" has too few words; write: group ID CATEGORY..\n");
	refuses("group a talks\ngroup a books\n",
	    "t:21:7: group \"a\" is here twice, first on line 20; give one another id\n");
	refuses("limit 5 group nowhere\n", "t:20:15: unknown group \"nowhere\"; the program has none\n");
	refuses("limit 5 tag nowhere\n", "t:20:13: unknown tag \"nowhere\"; the program has none\n");
	refuses("limit 5 category nowhere\n",
	    "t:20:18: unknown category \"nowhere\"; use one of: talks, books, courses\n");
}

/* Every form of rule: what it becomes, its id and its words where the file gives none. */
static const struct {
	const char *line;
	enum rule_kind kind; enum rule_selector selector; enum period period;
	int amount; unsigned categories;
	const char *id, *text;
} forms[] = {
	{ "require 9 total per year", RULE_REQUIRE, SELECT_TOTAL, PER_YEAR, 900, 7, "total-per-year",
	    "9.0 units in every year of the cycle." },
	{ "require 4 total per calendar-year", RULE_REQUIRE, SELECT_TOTAL, PER_CALENDAR_YEAR, 400, 7,
	    "total-per-calendar-year", "4.0 units in every calendar year." },
	{ "require 2.5 category books", RULE_REQUIRE, SELECT_CATEGORY, PER_CYCLE, 250, 2, "require-books",
	    "At least 2.5 units from Books in every cycle." },
	{ "require 2 category books per year", RULE_REQUIRE, SELECT_CATEGORY, PER_YEAR, 200, 2,
	    "require-books-per-year", "At least 2.0 units from Books in every year of the cycle." },
	{ "require 3 group reading per cycle", RULE_REQUIRE, SELECT_GROUP, PER_CYCLE, 300, 6,
	    "require-group-reading", "At least 3.0 units from the group reading in every cycle." },
	{ "require 3 tag alone", RULE_REQUIRE, SELECT_TAG, PER_CYCLE, 300, 6, "require-tag-alone",
	    "At least 3.0 units from what is tagged Alone in every cycle." },
	{ "require 2 distinct categories", RULE_REQUIRE, SELECT_DISTINCT, PER_CYCLE, 200, 7,
	    "distinct-categories", "Units from at least 2 categories in every cycle." },
	{ "require 3 distinct categories per year", RULE_REQUIRE, SELECT_DISTINCT, PER_YEAR, 300, 7,
	    "distinct-categories-per-year", "Units from at least 3 categories in every year of the cycle." },
	{ "limit 9 each category per calendar-year", RULE_LIMIT, SELECT_EACH_CATEGORY, PER_CALENDAR_YEAR, 900, 7,
	    "limit-each-category-per-calendar-year",
	    "At most 9.0 units count from any one category in any calendar year." },
	{ "limit 25% group reading", RULE_LIMIT, SELECT_GROUP, PER_CYCLE, 500, 6, "limit-group-reading",
	    "At most 25 % of the units required count from the group reading." },
	{ "limit 100% tag live", RULE_LIMIT, SELECT_TAG, PER_CYCLE, 2000, 7, "limit-tag-live",
	    "At most 100 % of the units required count from what is tagged Live." },
	{ "limit 1% category talks per year", RULE_LIMIT, SELECT_CATEGORY, PER_YEAR, 20, 1,
	    "limit-talks-per-year", "At most 1 % of the units required count from Talks in any year of the cycle." },
	{ "needs evidence", RULE_NEEDS, SELECT_EVIDENCE_GIVEN, PER_CYCLE, 0, 7, "needs-evidence",
	    "An entry counts when it has evidence." },
	{ "once event", RULE_ONCE, SELECT_EVENT, PER_CYCLE, 0, 7, "once-event",
	    "The same event counts once in a cycle." },
};

static void test_rules(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
		struct buf more = BUF_INIT;
		struct program *p;
		const struct rule *r;

		buf_printf(&more, "%s%s\n", TAGS, forms[i].line);
		p = accepts(buf_str(&more));
		assert_int_equal(p->nrules, 2);
		r = &p->rules[1];
		assert_int_equal(r->kind, forms[i].kind);
		assert_int_equal(r->selector, forms[i].selector);
		assert_int_equal(r->period, forms[i].period);
		assert_int_equal(r->amount, forms[i].amount);
		assert_int_equal(r->categories, forms[i].categories);
		assert_string_equal(r->id, forms[i].id);
		assert_string_equal(r->text, forms[i].text);
		assert_int_equal(r->line, 29);
		assert_int_equal(r->waived, 0);
		assert_int_equal(p->required, 2000);
		program_free(p);
		buf_free(&more);
	}
}

/* A part of the total is of the total wherever that stands in the file. */
static void test_percent_before_total(void **state)
{
	struct program *p = load("program x {\nlimit 50% category a\nrequire 1 total per year\nlimit 33% category b\n"
	    "require 7.25 total\nname \"N\"\ntitle \"T\"\nissuer \"I\"\nunit U {\nminutes 60\nstep 1\n}\n"
	    "cycle 12 months\ncategory a \"A\"\ncategory b \"B\"\ncategory c \"C\"\n}\n");

	(void)state;
	assert_int_equal(p->required, 725);
	assert_int_equal(p->rules[0].percent, 50);
	assert_int_equal(p->rules[0].amount, 362);
	assert_int_equal(p->rules[1].percent, 0);
	assert_int_equal(p->rules[2].amount, 239);
	assert_int_equal(program_category_limit(p, 0), 362);
	program_free(p);
}

static void test_percent_of_nothing(void **state)
{
	char *errors = refused("program x {\nname \"N\"\ntitle \"T\"\nissuer \"I\"\nunit U {\nminutes 60\nstep 0.1\n}\n"
	    "cycle 12 months\ncategory a \"A\"\nrequire 0.5 total\n  limit 1% category a\n}\n");

	(void)state;
	assert_string_equal(errors,
	    "t:12:9: \"1%\" of the units required is less than 0.01; write a larger part\n");
	free(errors);
}

static void test_bad_rules(void **state)
{
	(void)state;
	refuses("require 10 all\n",
	    "t:20:12: unknown word \"all\"; use one of: total, distinct, category, group, tag\n");
	refuses("require 10 category\n", "t:20:12: a value is missing after \"category\"\n");
	refuses("require 4 distinct categories\n", "t:20:9: \"4\" is not a whole number from 1 to 3\n");
	refuses("require 1.5 distinct categories\n", "t:20:9: \"1.5\" is not a whole number from 1 to 3\n");
	refuses("require 2 distinct courses\n", "t:20:20: unknown word \"courses\"; use one of: categories\n");
	refuses("require 20% category talks\n", "t:20:9: \"20%\" is not a number of units; "
	    "write one from 0.01 to 100000, like 12 or 2.5\n");
	refuses("require -1 category talks\n", "t:20:9: \"-1\" is not a number of units; "
	    "write one from 0.01 to 100000, like 12 or 2.5\n");
	refuses("limit 0% each category\n",
	    "t:20:7: \"0%\" is not a part of the total; write one from 1% to 100%\n");
	refuses("limit 101% each category\n",
	    "t:20:7: \"101%\" is not a part of the total; write one from 1% to 100%\n");
	refuses("limit 99999999999999999999% each category\n",
	    "t:20:7: \"99999999999999999999%\" is not a part of the total; write one from 1% to 100%\n");
	refuses("limit 2.5% each category\n", "t:20:7: \"2.5%\" is not a number of units; "
	    "write one from 0.01 to 100000, like 12 or 2.5\n");
	refuses("limit -5% each category\n", "t:20:7: \"-5%\" is not a number of units; "
	    "write one from 0.01 to 100000, like 12 or 2.5\n");
	refuses("limit 10 total\n", "t:20:1: \"limit\" has too few words; write: limit 10|25% each category | "
	    "limit 10|25% category|group|tag ID [per cycle|year|calendar-year]\n");
	refuses("limit 10 each category in year\n", "t:20:24: unknown word \"in\"; use one of: per\n");
	refuses("limit 10 each category per\n", "t:20:24: a value is missing after \"per\"\n");
	refuses("limit 10 each category per month\n",
	    "t:20:28: unknown word \"month\"; use one of: cycle, year, calendar-year\n");
	refuses("require 5 total per year now\n", "t:20:26: \"now\" is one word too many; remove it\n");
	refuses("require 9 total per year\nrequire 8 total per year {\nid b\n}\n",
	    "t:21:1: this require overlaps the one on line 20, which is about the same units; keep one of the two\n");
	refuses("once event\nonce event {\nid b\n}\n",
	    "t:21:1: this once overlaps the one on line 20, which is about the same units; keep one of the two\n");
}

static void test_no_total(void **state)
{
	static const char head[] = "program x {\nname \"N\"\ntitle \"T\"\nissuer \"I\"\nunit U {\nminutes 60\nstep 1\n}\n"
	    "cycle 12 months\ncategory a \"A\"\n";
	static const char *const rules[] = { "require 5 category a\n}\n", "require 5 total per year\n}\n",
		"limit 20% category a\n}\n" };

	(void)state;
	for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
		struct buf text = BUF_INIT;
		char *errors;

		buf_printf(&text, "%s%s", head, rules[i]);
		errors = refused(buf_str(&text));
		assert_string_equal(errors, "t:1:1: the program requires no total; add: require 20 total\n");
		free(errors);
		buf_free(&text);
	}
}

static void test_kinds(void **state)
{
	struct program *p = accepts("earn class 15 per semester-credit\nearn quiz 0.5 per item\nearn talk 2 per hour\n");

	(void)state;
	assert_int_equal(p->nkinds, 3);
	assert_string_equal(p->kinds[0].id, "class");
	assert_int_equal(p->kinds[0].amount, 1500);
	assert_int_equal(p->kinds[0].per, EARN_SEMESTER_CREDIT);
	assert_int_equal(p->kinds[1].per, EARN_ITEM);
	assert_int_equal(p->kinds[2].per, EARN_HOUR);
	assert_int_equal(program_kind(p, "q"), 1);
	assert_int_equal(program_earns(p, -1, 90, 0), 150);
	assert_int_equal(program_earns(p, 0, 1, 250), 3750);
	assert_int_equal(program_earns(p, 1, 1, 300), 150);
	assert_int_equal(program_earns(p, 1, 1, 30), 0);	/* 0.15, below the step */
	assert_int_equal(program_earns(p, 2, 50, 0), 150);	/* 1.66 */
	program_free(p);
}

static void test_bad_kinds(void **state)
{
	/* the most that can be written: a thousand units for each of 10,000 items */
	struct program *p = accepts("earn k 1000 per item\n");

	(void)state;
	assert_int_equal(program_earns(p, 0, 1, 1000000), INT64_C(1000000000));
	program_free(p);
	refuses("earn k 1000.01 per item\n", "t:20:8: \"1000.01\" is not a number of units; "
	    "write one from 0.01 to 1000, like 12 or 2.5\n");
	refuses("earn k 99999999999999999999 per hour\n", "t:20:8: \"99999999999999999999\" is not a number of units; "
	    "write one from 0.01 to 1000, like 12 or 2.5\n");
	refuses("earn k 0 per item\n", "t:20:8: \"0\" is not a number of units; "
	    "write one from 0.01 to 1000, like 12 or 2.5\n");
	refuses("earn k 1 per page\n", "t:20:14: unknown word \"page\"; use one of: hour, item, semester-credit\n");
	refuses("earn k 1 each item\n", "t:20:10: unknown word \"each\"; use one of: per\n");
	refuses("earn k 1 per item\nearn k 2 per item\n",
	    "t:21:6: kind \"k\" is here twice, first on line 20; give one another id\n");
}

static void test_cycle_words(void **state)
{
	struct program *p = load("program x {\nname \"N\"\ntitle \"T\"\nissuer \"I\"\nunit U {\nminutes 60\nstep 1\n}\n"
	    "cycle 36 months {\nanchor expiry\ngrace 90 days earning\nearly next\n}\nwindow 365 days\n"
	    "category a \"A\"\nrequire 1 total\n}\n");

	(void)state;
	assert_int_equal(p->grace_days, 90);
	assert_int_equal(p->grace_earning, 1);
	assert_int_equal(p->early_next, 1);
	assert_int_equal(p->window_days, 365);
	program_free(p);
	p = accepts("");
	assert_int_equal(p->grace_earning, 0);
	assert_int_equal(p->early_next, 0);
	assert_int_equal(p->window_days, 0);
	assert_int_equal(p->carry.most, 0);
	assert_int_equal(p->carry.into, -1);
	assert_int_equal(p->carry.tag, -1);
	assert_int_equal(p->prorate.amount, 0);
	program_free(p);
	refuses("window 0 days\n", "t:20:8: \"0\" is not a whole number from 1 to 7320\n");
	refuses("window 12 months\n", "t:20:11: unknown word \"months\"; use one of: days\n");
}

static void ladder_is(const struct program *p, enum ladder_kind kind, const char *want)
{
	const struct ladder *l = &p->ladders.of[kind];
	char text[400] = "", name[16];

	assert_true(l->is_set);
	for (size_t i = 0; i < l->n; i++)
		snprintf(text + strlen(text), sizeof text - strlen(text), "%s%s", i ? " " : "", ladder_rung_name(l->rungs[i], name));
	assert_string_equal(text, want);
}

static void test_ladders(void **state)
{
	struct program *p = accepts("ladder complete done 30 0\nladder behind 3650 open inbox 0\nladder lapsed 1 365\n");

	(void)state;
	ladder_is(p, LADDER_BEHIND, "3650 open inbox 0");
	ladder_is(p, LADDER_COMPLETE, "done 30 0");
	ladder_is(p, LADDER_LAPSED, "+1 +365");
	assert_false(p->ladders.of[LADDER_ON_PACE].is_set);
	program_free(p);
	p = accepts("");
	for (int k = 0; k < LADDER_KINDS; k++)
		assert_false(p->ladders.of[k].is_set);
	program_free(p);
}

static void test_bad_ladders(void **state)
{
	char many[400] = "ladder on-pace";

	(void)state;
	refuses("ladder slow 30\n", "t:20:8: unknown word \"slow\"; use one of: behind, on-pace, complete, lapsed\n");
	refuses("ladder behnd 30\n", "t:20:8: unknown word \"behnd\"; did you mean \"behind\"?\n");
	refuses("ladder behind\n", "t:20:1: \"ladder\" has too few words; write: "
	    "ladder behind|on-pace|complete|lapsed DAYS..\n");
	refuses("ladder behind 30 {\n}\n", "t:20:1: \"ladder\" takes no block; write: "
	    "ladder behind|on-pace|complete|lapsed DAYS..\n");
	refuses("ladder behind 30 done\n", "t:20:18: \"done\" is no rung of this ladder; use days from 0 to 3650, open or inbox\n");
	refuses("ladder on-pace 3651\n", "t:20:16: \"3651\" is no rung of this ladder; use days from 0 to 3650, open or inbox\n");
	refuses("ladder complete -1\n", "t:20:17: \"-1\" is no rung of this ladder; use days from 0 to 3650 or done\n");
	refuses("ladder lapsed 0\n", "t:20:15: \"0\" is no rung of this ladder; use days from 1 to 365 after the end\n");
	refuses("ladder behind 30 7 030\n", "t:20:20: \"030\" is here twice; remove one\n");
	refuses("ladder behind 30\nladder on-pace 30\nladder behind 7\n",
	    "t:22:8: the ladder \"behind\" is here twice; remove one\n");
	for (int i = 0; i < 33; i++)
		snprintf(many + strlen(many), sizeof many - strlen(many), " %d", i);
	snprintf(many + strlen(many), sizeof many - strlen(many), "\n");
	refuses(many, "t:20:1: \"ladder\" has too many words; write: ladder behind|on-pace|complete|lapsed DAYS..\n");
}

static void test_maps(void **state)
{
	struct program *p = accepts("map hearing listening\nmap counting measuring\nmap weighing measuring\n");

	(void)state;
	assert_int_equal(p->nmaps, 3);
	assert_int_equal(program_maps_to(p, "listening"), 0);
	assert_int_equal(program_maps_to(p, "hearing"), 0);
	assert_int_equal(program_maps_to(p, "weighing"), 1);
	assert_int_equal(program_maps_to(p, "weigh"), -1);	/* whole ids only */
	assert_int_equal(program_maps_to(p, ""), -1);
	program_free(p);
	refuses("map hearing lisening\n", "t:20:13: unknown competency \"lisening\"; did you mean \"listening\"?\n");
	refuses("map listening measuring\n",
	    "t:20:5: \"listening\" is a competency of this program and stands for itself; remove this\n");
	refuses("map a measuring\nmap a listening\n",
	    "t:21:5: map \"a\" is here twice, first on line 20; give one another id\n");
}

static void test_carry(void **state)
{
	struct program *p = accepts(TAGS "carry 20 last 12 months\n");

	(void)state;
	assert_int_equal(p->carry.most, 2000);
	assert_int_equal(p->carry.months, 12);
	assert_int_equal(p->carry.categories, 7);
	assert_int_equal(p->carry.tag, -1);
	assert_int_equal(p->carry.into, -1);
	assert_int_equal(p->carry.over_limit, 0);
	program_free(p);
	p = accepts(TAGS "carry 2.5 last 24 months from group reading into talks {\nover-limit\n}\n");
	assert_int_equal(p->carry.most, 250);
	assert_int_equal(p->carry.categories, 6);
	assert_int_equal(p->carry.into, 0);
	assert_int_equal(p->carry.over_limit, 1);
	program_free(p);
	p = accepts(TAGS "carry 1 last 1 months from tag alone\n");
	assert_int_equal(p->carry.tag, 1);
	assert_int_equal(p->carry.categories, 6);
	assert_int_equal(p->carry.into, -1);
	program_free(p);
	p = accepts("carry 1 last 1 months into books\n");
	assert_int_equal(p->carry.categories, 7);
	assert_int_equal(p->carry.into, 1);
	program_free(p);
}

static void test_bad_carry(void **state)
{
	(void)state;
	refuses("carry 10\n", "t:20:1: \"carry\" does not say how much, of which months; "
	    "write: carry none | carry 20 last 12 months\n");
	refuses("carry all last 12 months\n", "t:20:7: \"all\" is not a number of units; "
	    "write one from 0.01 to 100000, like 12 or 2.5\n");
	refuses("carry -1 last 12 months\n", "t:20:7: \"-1\" is not a number of units; "
	    "write one from 0.01 to 100000, like 12 or 2.5\n");
	refuses("carry 10 last 25 months\n", "t:20:15: \"25\" is not a whole number from 1 to 24\n");
	refuses("carry 10 last 12 weeks\n", "t:20:18: unknown word \"weeks\"; use one of: months\n");
	refuses("carry 10 last 12 months form talks\n", "t:20:25: unknown word \"form\"; did you mean \"from\"?\n");
	refuses("carry 10 last 12 months from\n", "t:20:25: a value is missing after \"from\"\n");
	refuses("carry 10 last 12 months from talks\n",
	    "t:20:30: unknown word \"talks\"; use one of: category, group, tag\n");
	refuses("carry 10 last 12 months from category talks in books\n",
	    "t:20:45: unknown word \"in\"; did you mean \"into\"?\n");
	refuses("carry 10 last 12 months into\n", "t:20:25: a value is missing after \"into\"\n");
	refuses("carry 10 last 12 months into bocks\n", "t:20:30: unknown category \"bocks\"; did you mean \"books\"?\n");
	refuses("carry 10 last 12 months into books now\n", "t:20:36: \"now\" is one word too many; remove it\n");
	refuses("carry 10 last 12 months {\nover\n}\n", "t:21:1: unknown word \"over\"; did you mean \"over-limit\"?\n");
	refuses("carry none\ncarry none\n", "t:21:1: \"carry\" is here twice, first on line 20; remove one\n");
}

static void test_prorate(void **state)
{
	struct program *p = accepts("require 2 category books {\nid b\n}\nrequire 1 distinct categories\n"
	    "prorate 5 per 6 months {\nwaive b distinct-categories\n}\n");

	(void)state;
	assert_int_equal(p->prorate.amount, 500);
	assert_int_equal(p->prorate.months, 6);
	assert_int_equal(p->rules[0].waived, 0);
	assert_int_equal(p->rules[1].waived, 1);
	assert_int_equal(p->rules[2].waived, 1);
	program_free(p);
	refuses("prorate 5 per 6 months {\nwaive books\n}\n",
	    "t:21:7: unknown rule \"books\"; write the id of a requirement\n");
	refuses("prorate 5 per 6 months {\nwaive all\n}\n", "t:21:7: rule \"all\" on line 16 cannot be waived; "
	    "name a requirement other than the total\n");
	refuses("limit 9 each category {\nid cap\n}\nprorate 5 per 6 months {\nwaive cap\n}\n",
	    "t:24:7: rule \"cap\" on line 20 cannot be waived; name a requirement other than the total\n");
	refuses("prorate 5 per 25 months\n", "t:20:15: \"25\" is not a whole number from 1 to 24\n");
	refuses("prorate 0 per 6 months\n", "t:20:9: \"0\" is not a number of units; "
	    "write one from 0.01 to 100000, like 12 or 2.5\n");
	refuses("prorate 5 in 6 months\n", "t:20:11: unknown word \"in\"; use one of: per\n");
}

static void test_too_many(void **state)
{
	static const struct { const char *format, *want; } rows[] = {
		{ "tag t%d \"T\"\n", "t:52:1: this is one tag too many; there may be 32\n" },
		{ "group g%d talks\n", "t:52:1: this is one group too many; there may be 32\n" },
		{ "earn k%d 1 per item\n", "t:52:1: this is one kind too many; there may be 32\n" },
		{ "map m%d measuring\n", "t:84:1: this is one map too many; there may be 64\n" },
	};
	struct buf more = BUF_INIT;

	(void)state;
	for (size_t k = 0; k < sizeof rows / sizeof *rows; k++) {
		const char *middle = strstr(rows[k].format, "%d");

		buf_reset(&more);
		for (int i = 0; i < (rows[k].want[2] == '8' ? 65 : 33); i++)
			buf_printf(&more, "%.*s%d%s", (int)(middle - rows[k].format), rows[k].format, i, middle + 2);
		refuses(buf_str(&more), rows[k].want);
	}
	buf_free(&more);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tags), cmocka_unit_test(test_tags_of_an_entry), cmocka_unit_test(test_bad_tags),
		cmocka_unit_test(test_groups), cmocka_unit_test(test_rules), cmocka_unit_test(test_percent_before_total),
		cmocka_unit_test(test_percent_of_nothing), cmocka_unit_test(test_bad_rules), cmocka_unit_test(test_no_total), cmocka_unit_test(test_kinds),
		cmocka_unit_test(test_bad_kinds), cmocka_unit_test(test_cycle_words),
		cmocka_unit_test(test_ladders), cmocka_unit_test(test_bad_ladders), cmocka_unit_test(test_maps),
		cmocka_unit_test(test_carry), cmocka_unit_test(test_bad_carry), cmocka_unit_test(test_prorate),
		cmocka_unit_test(test_too_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
