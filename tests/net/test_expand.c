/* Recurrence rules: the examples of RFC 5545, refusals, budgets. */
#include "help.h"
#include "expand.h"
#include "base/buf.h"

#include <string.h>

static const struct { const char *rule, *start, *dates;
} examples[] = {
	/* RFC 5545 section 3.8.5.3, times of America/New_York as they are written there */
	{ "FREQ=DAILY;COUNT=10", "19970902T090000",
	    "19970902T090000,19970903T090000,19970904T090000,19970905T090000,"
	    "19970906T090000,19970907T090000,19970908T090000,19970909T090000,19970910T090000,"
	    "19970911T090000" },
	{ "FREQ=DAILY;INTERVAL=10;COUNT=5", "19970902T090000",
	    "19970902T090000,19970912T090000,19970922T090000,"
	    "19971002T090000,19971012T090000" },
	{ "FREQ=WEEKLY;INTERVAL=2;COUNT=8;WKST=SU;BYDAY=TU,TH", "19970902T090000",
	    "19970902T090000,19970904T090000,"
	    "19970916T090000,19970918T090000,19970930T090000,19971002T090000,19971014T090000,"
	    "19971016T090000" },
	{ "FREQ=MONTHLY;COUNT=10;BYDAY=1FR", "19970905T090000",
	    "19970905T090000,19971003T090000,19971107T090000,"
	    "19971205T090000,19980102T090000,19980206T090000,19980306T090000,19980403T090000,19980501T090000,"
	    "19980605T090000" },
	{ "FREQ=MONTHLY;INTERVAL=2;COUNT=6;BYDAY=1SU,-1SU", "19970907T090000",
	    "19970907T090000,19970928T090000,"
	    "19971102T090000,19971130T090000,19980104T090000,19980125T090000" },
	{ "FREQ=MONTHLY;COUNT=6;BYDAY=-2MO", "19970922T090000",
	    "19970922T090000,19971020T090000,19971117T090000,"
	    "19971222T090000,19980119T090000,19980216T090000" },
	{ "FREQ=MONTHLY;BYMONTHDAY=-3;COUNT=4", "19970928T090000",
	    "19970928T090000,19971029T090000,19971128T090000,"
	    "19971229T090000" },
	{ "FREQ=MONTHLY;COUNT=10;BYMONTHDAY=1,-1", "19970930T090000",
	    "19970930T090000,19971001T090000,19971031T090000,"
	    "19971101T090000,19971130T090000,19971201T090000,19971231T090000,19980101T090000,19980131T090000,"
	    "19980201T090000" },
	{ "FREQ=YEARLY;INTERVAL=3;COUNT=4;BYYEARDAY=1,100,200", "19970101T090000",
	    "19970101T090000,19970410T090000,"
	    "19970719T090000,20000101T090000" },
	{ "FREQ=YEARLY;BYDAY=20MO;COUNT=3", "19970519T090000",
	    "19970519T090000,19980518T090000,19990517T090000" },
	{ "FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13;COUNT=4", "19970902T090000",
	    "19980213T090000,19980313T090000,"
	    "19981113T090000,19990813T090000" },
	{ "FREQ=YEARLY;INTERVAL=4;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8;COUNT=3", "19961105T090000",
	    "19961105T090000,20001107T090000,20041102T090000" },
	{ "FREQ=MONTHLY;COUNT=3;BYDAY=TU,WE,TH;BYSETPOS=3", "19970904T090000",
	    "19970904T090000,19971007T090000,"
	    "19971106T090000" },
	{ "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2;COUNT=3", "19970929T090000",
	    "19970929T090000,19971030T090000,"
	    "19971127T090000" },
	{ "FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO", "19970805T090000",
	    "19970805T090000,19970810T090000,"
	    "19970819T090000,19970824T090000" },
	{ "FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU", "19970805T090000",
	    "19970805T090000,19970817T090000,"
	    "19970819T090000,19970831T090000" },
	{ "FREQ=MONTHLY;BYMONTHDAY=15,30;COUNT=5", "20070115T090000",
	    "20070115T090000,20070130T090000,20070215T090000,"
	    "20070315T090000,20070330T090000" },
	{ "FREQ=YEARLY;UNTIL=19990131T140000;BYMONTH=1;BYDAY=SU", "19980101T090000",
	    "19980104T090000,19980111T090000,"
	    "19980118T090000,19980125T090000,19990103T090000,19990110T090000,19990117T090000,19990124T090000,"
	    "19990131T090000" },
	/* a weekly rule that other readers put a week late: INTERVAL, BYDAY=SU, a start on another day */
	{ "FREQ=WEEKLY;INTERVAL=2;BYDAY=SU;COUNT=3", "20240103T090000",
	    "20240107T090000,20240121T090000,20240204T090000" },
	/* the rest of RFC 5545 section 3.8.5.3: weeks by number, and within the day */
	{ "FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO;COUNT=3", "19970512T090000",
	    "19970512T090000,19980511T090000,19990517T090000" },
	{ "FREQ=HOURLY;INTERVAL=3;UNTIL=19970902T170000", "19970902T090000",
	    "19970902T090000,19970902T120000,19970902T150000" },
	{ "FREQ=MINUTELY;INTERVAL=15;COUNT=6", "19970902T090000",
	    "19970902T090000,19970902T091500,19970902T093000,19970902T094500,19970902T100000,"
	    "19970902T101500" },
	{ "FREQ=MINUTELY;INTERVAL=90;COUNT=4", "19970902T090000",
	    "19970902T090000,19970902T103000,19970902T120000,19970902T133000" },
	{ "FREQ=MINUTELY;INTERVAL=20;BYHOUR=9,10;COUNT=8", "19970902T090000",
	    "19970902T090000,19970902T092000,19970902T094000,19970902T100000,19970902T102000,19970902T104000,"
	    "19970903T090000,19970903T092000" },
	/* without a list of days it is the weekday of DTSTART, in years of weeks */
	{ "FREQ=YEARLY;BYWEEKNO=1;COUNT=4", "20131231", "20131231,20141230,20160105,20170103" },
	{ "FREQ=YEARLY;BYWEEKNO=-1;COUNT=3", "20201231", "20201231,20211230,20221229" },
	{ "FREQ=YEARLY;BYWEEKNO=53;BYDAY=TU,SA;INTERVAL=6;COUNT=3", "20100102",
	    "20100102,20151229,20160102" },
	{ "FREQ=YEARLY;BYWEEKNO=1,53;BYMONTH=12;BYDAY=WE;COUNT=3", "20200101", "20201230,20251231,20261230" },
	{ "FREQ=YEARLY;BYWEEKNO=1;WKST=SU;BYDAY=SU;COUNT=2", "20240101", "20241229,20260104" },
	/* BYSETPOS among the dates of a week, a day, an hour */
	{ "FREQ=WEEKLY;BYDAY=MO,TU,SU,SA,TH;BYSETPOS=3,2;COUNT=3", "20240102", "20240102,20240104,20240109" },
	{ "FREQ=DAILY;BYHOUR=8,12,16;BYSETPOS=-1,1;COUNT=3", "20240101T120000",
	    "20240101T160000,20240102T080000,20240102T160000" },
	{ "FREQ=HOURLY;INTERVAL=2;BYMINUTE=0,10,20,30,40,50;BYSETPOS=-2,3;COUNT=3", "20241023T154000",
	    "20241023T154000,20241023T172000,20241023T174000" },
	{ "FREQ=SECONDLY;BYHOUR=3;BYSETPOS=2", "20240101T000000", "" },
	/* limits within the day; what the interval never meets */
	{ "FREQ=HOURLY;BYYEARDAY=-1;BYHOUR=12,13;COUNT=3", "20240101T113000",
	    "20241231T123000,20241231T133000,20251231T123000" },
	{ "FREQ=MINUTELY;INTERVAL=61;BYMINUTE=5;COUNT=3", "20250101T050500",
	    "20250101T050500,20250103T180500,20250106T070500" },
	{ "FREQ=SECONDLY;BYHOUR=1;BYMINUTE=3,4;BYSECOND=6,5;COUNT=5", "20250216T010306",
	    "20250216T010306,20250216T010405,20250216T010406,20250217T010305,20250217T010306" },
	{ "FREQ=SECONDLY;INTERVAL=86400;COUNT=2", "20240228T235959", "20240228T235959,20240229T235959" },
	{ "FREQ=SECONDLY;INTERVAL=2;BYSECOND=1,3", "20240101T000000", "" },
	{ "FREQ=HOURLY;INTERVAL=5;BYDAY=MO;BYHOUR=0;COUNT=2", "20240101T010000",
	    "20240115T000000,20240219T000000" },
	{ "FREQ=DAILY;BYSECOND=60;COUNT=2", "20240101T000000", "20240101T000059,20240102T000059" },
	{ "FREQ=DAILY;BYSECOND=60,59;COUNT=2", "20240101T000000", "20240101T000059,20240102T000059" },
	/* what looks like much is read: long lists, many repetitions, many times a day */
	{ "FREQ=DAILY;COUNT=99999999999999999999;UNTIL=20240102", "20240101", "20240101,20240102" },
	{ "FREQ=MONTHLY;BYHOUR=1,2,3,4,5,6,7,8,9,10;BYMINUTE=1,2,3,4,5,6,7,8,9,10,11;BYSETPOS=1,-1;COUNT=3",
	    "20240110T010100", "20240110T010100,20240110T101100,20240210T010100" },
	/* days that a month does not have are left out */
	{ "FREQ=MONTHLY;COUNT=4", "20240131", "20240131,20240331,20240531,20240731" },
	{ "FREQ=YEARLY;COUNT=3", "20240229", "20240229,20280229,20320229" },
	{ "FREQ=MONTHLY;BYDAY=5FR;COUNT=3", "20240101", "20240329,20240531,20240830" },
	/* several times a day, and a DATE that has none */
	{ "FREQ=DAILY;BYHOUR=9,14;BYMINUTE=0,30;COUNT=5", "20240101T093000",
	    "20240101T093000,20240101T140000,"
	    "20240101T143000,20240102T090000,20240102T093000" },
	{ "FREQ=DAILY;BYHOUR=9,14;COUNT=2", "20240101", "20240101,20240102" },
	/* as people and programs write them */
	{ "freq=weekly; byday=mo ; count=2;", "20240101", "20240101,20240108" },
	{ "FREQ=WEEKLY;COUNT=2;X-NOTE=1", "20240101", "20240101,20240108" },
	{ "FREQ=WEEKLY;COUNT=9;UNTIL=20240115", "20240101", "20240101,20240108,20240115" },
	{ "RSCALE=GREGORIAN;FREQ=WEEKLY;COUNT=2;SKIP=OMIT", "20240101", "20240101,20240108" },
	{ "FREQ=DAILY;INTERVAL=4294967297", "20240101", "20240101" },
	{ "FREQ=MONTHLY;BYMONTHDAY=30;BYMONTH=2", "20240101", "" },
};

static void examples_come_out(void **state)
{
	struct buf out = BUF_INIT;

	(void)state;
	for (size_t i = 0; i < sizeof(examples) / sizeof(examples[0]); i++) {
		assert_int_equal(expand_text(&out, examples[i].rule, examples[i].start, 60), 0);
		if (strcmp(buf_str(&out), examples[i].dates) != 0)
			fail_msg("RRULE:%s DTSTART:%s\n got %s\nwant %s", examples[i].rule, examples[i].start,
			    buf_str(&out), examples[i].dates);
	}
	buf_free(&out);
}

static const struct { const char *rule; enum rule_verdict verdict; const char *why;
} refusals[] = {
	{ "RSCALE=CHINESE;FREQ=YEARLY", RULE_REFUSED,
	    "rules of other calendars than the Gregorian one are not followed" },
	{ "FREQ=MONTHLY;SKIP=FORWARD", RULE_REFUSED, "rules that move impossible dates are not followed" },
	{ "FREQ=MONTHLY;BYSETPOS=1", RULE_REFUSED, "BYSETPOS without a list to choose from is not followed" },
	{ "FREQ=SECONDLY;BYSETPOS=1", RULE_REFUSED,
	    "BYSETPOS without a list to choose from is not followed" },
	{ "FREQ=WEEKLY;BYDAY=2MO", RULE_REFUSED,
	    "numbered weekdays in a rule that is neither monthly nor yearly are not followed" },
	{ "FREQ=HOURLY;BYDAY=TU,-1MO", RULE_REFUSED,
	    "numbered weekdays in a rule that is neither monthly nor yearly are not followed" },
	{ "FREQ=YEARLY;BYWEEKNO=20;BYDAY=2MO", RULE_REFUSED,
	    "numbered weekdays together with numbers of weeks are not followed" },
	{ "FREQ=MONTHLY;BYWEEKNO=20", RULE_REFUSED,
	    "numbers of weeks in a rule that is not yearly are not followed" },
	{ "FREQ=WEEKLY;BYMONTHDAY=3", RULE_REFUSED, "days of the month in a weekly rule are not followed" },
	{ "FREQ=YEARLY;BYMONTHDAY=29", RULE_REFUSED,
	    "days of the month in a yearly rule without months are not followed" },
	{ "FREQ=MONTHLY;BYYEARDAY=3", RULE_REFUSED,
	    "days of the year in a daily, weekly or monthly rule are not followed" },
	{ "FREQ=DAILY;BYYEARDAY=-3", RULE_REFUSED,
	    "days of the year in a daily, weekly or monthly rule are not followed" },
	{ "", RULE_BROKEN, "it does not say how often" },
	{ "COUNT=4", RULE_BROKEN, "it does not say how often" },
	{ "FREQ=", RULE_BROKEN, "FREQ \"\" makes no sense" },
	{ "FREQ=SOMETIMES", RULE_BROKEN, "FREQ \"SOMETIMES\" makes no sense" },
	{ "every monday", RULE_BROKEN, "the part \"every monday\" makes no sense" },
	{ "FREQ=WEEKLY;BYDY=MO", RULE_BROKEN, "the part \"BYDY=MO\" makes no sense" },
	{ "FREQ=WEEKLY;FREQ=DAILY", RULE_BROKEN, "the second \"FREQ=DAILY\" makes no sense" },
	{ "FREQ=WEEKLY;COUNT=0", RULE_BROKEN, "COUNT \"0\" makes no sense" },
	{ "FREQ=WEEKLY;COUNT=-3", RULE_BROKEN, "COUNT \"-3\" makes no sense" },
	{ "FREQ=WEEKLY;INTERVAL=0", RULE_BROKEN, "INTERVAL \"0\" makes no sense" },
	{ "FREQ=WEEKLY;INTERVAL=two", RULE_BROKEN, "INTERVAL \"two\" makes no sense" },
	{ "FREQ=DAILY;UNTIL=20240230T000000Z", RULE_BROKEN, "UNTIL \"20240230T000000Z\" makes no sense" },
	{ "FREQ=WEEKLY;WKST=XX", RULE_BROKEN, "WKST \"XX\" makes no sense" },
	{ "FREQ=WEEKLY;BYDAY=MO,,TU", RULE_BROKEN, "BYDAY \"\" makes no sense" },
	{ "FREQ=MONTHLY;BYDAY=0MO", RULE_BROKEN, "BYDAY \"0MO\" makes no sense" },
	{ "FREQ=MONTHLY;BYDAY=6MO", RULE_BROKEN, "no month has more than five of a weekday" },
	{ "FREQ=YEARLY;BYDAY=54MO", RULE_BROKEN, "BYDAY \"54MO\" makes no sense" },
	{ "FREQ=YEARLY;BYMONTH=13", RULE_BROKEN, "BYMONTH \"13\" makes no sense" },
	{ "FREQ=YEARLY;BYMONTH=5L", RULE_BROKEN, "BYMONTH \"5L\" makes no sense" },
	{ "FREQ=MONTHLY;BYMONTHDAY=0", RULE_BROKEN, "BYMONTHDAY \"0\" makes no sense" },
	{ "FREQ=MONTHLY;BYMONTHDAY=-32", RULE_BROKEN, "BYMONTHDAY \"-32\" makes no sense" },
	{ "FREQ=YEARLY;BYYEARDAY=367", RULE_BROKEN, "BYYEARDAY \"367\" makes no sense" },
	{ "FREQ=DAILY;BYHOUR=24", RULE_BROKEN, "BYHOUR \"24\" makes no sense" },
	{ "FREQ=DAILY;BYHOUR=-1", RULE_BROKEN, "BYHOUR \"-1\" makes no sense" },
	{ "FREQ=DAILY;BYMINUTE=60", RULE_BROKEN, "BYMINUTE \"60\" makes no sense" },
	{ "FREQ=DAILY;BYSECOND=61", RULE_BROKEN, "BYSECOND \"61\" makes no sense" },
	{ "FREQ=YEARLY;BYWEEKNO=54", RULE_BROKEN, "BYWEEKNO \"54\" makes no sense" },
	{ "FREQ=YEARLY;BYWEEKNO=0", RULE_BROKEN, "BYWEEKNO \"0\" makes no sense" },
	{ "FREQ=MONTHLY;BYDAY=MO;BYSETPOS=0", RULE_BROKEN, "BYSETPOS \"0\" makes no sense" },
	{ "FREQ=MONTHLY;BYDAY=MO;BYSETPOS=367", RULE_BROKEN, "BYSETPOS \"367\" makes no sense" },
};

static void refusals_say_why(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
		struct rule rule = { .interval = -7 };
		char why[200] = "";

		assert_int_equal(
		    rule_parse(refusals[i].rule, strlen(refusals[i].rule), &rule, why, sizeof(why)),
		    refusals[i].verdict);
		assert_string_equal(why, refusals[i].why);
		assert_int_equal(rule.interval, -7);
	}
}

#define DAY INT64_C(86400)

static struct rule parsed(const char *text)
{
	struct rule rule;
	char why[200];

	assert_int_equal(rule_parse(text, strlen(text), &rule, why, sizeof(why)), RULE_FOLLOWED);
	return rule;
}

static struct when civil(int year, int month, int day, int hour)
{
	struct when w = { WHEN_FLOATING, 0, hour * 3600, NULL };

	assert_int_equal(when_day(year, month, day, &w.day), 0);
	return w;
}

/* A list may repeat itself as long as it likes. */
static void long_lists_are_read(void **state)
{
	struct buf text = BUF_INIT, out = BUF_INIT;

	(void)state;
	buf_puts(&text, "FREQ=MONTHLY;COUNT=2;BYMONTHDAY=1");
	for (int i = 0; i < 5000; i++)
		buf_puts(&text, ",1");
	assert_int_equal(expand_text(&out, buf_str(&text), "20240101", 10), 0);
	assert_string_equal(buf_str(&out), "20240101,20240201");
	buf_free(&text);
	buf_free(&out);
}

/* Rules that never come round, or go on for ever: what they cost to the year 9999, or that the budget ends
 * them. */
static void budget_ends_it(void **state)
{
	static const struct { const char *rule; int years, found; int64_t most;
	} hostile[] = {
		{ "FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30", 10, 0, 1500 },
		{ "FREQ=MINUTELY;BYMONTH=2;BYMONTHDAY=30", 10, 0, 1500 },
		{ "FREQ=HOURLY;BYMONTH=2;BYMONTHDAY=30", 10, 0, 1500 },
		{ "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", 10, 0, 1500 },
		{ "FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30", 10, 0, 200 },
		{ "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", 10, 0, 50 },
		{ "FREQ=SECONDLY;BYHOUR=3;BYMINUTE=7;BYSECOND=11;BYMONTH=2;BYMONTHDAY=29", 10, 3, 500 },
		{ "FREQ=SECONDLY;INTERVAL=2;BYSECOND=1", 10, 0, 30 },
		{ "FREQ=SECONDLY;INTERVAL=86400;BYHOUR=1", 10, 0, 30 },
		{ "FREQ=SECONDLY;BYSECOND=1;BYSETPOS=2", 10, 0, 30 },
		{ "FREQ=MINUTELY;INTERVAL=7;BYDAY=WE;BYHOUR=5;BYMINUTE=5", 2, 105, 3000 },
		{ "FREQ=YEARLY;BYWEEKNO=53;BYDAY=MO;BYMONTH=6", 100, 0, 300 },
		{ "FREQ=DAILY;INTERVAL=4294967297", 100, 1, 10 },
		{ "FREQ=SECONDLY;INTERVAL=999999999999", 100, 1, 10 },
		{ "FREQ=SECONDLY", 1, -1, 50000 },
		{ "FREQ=SECONDLY;COUNT=99999999999", 1, -1, 50000 },
		{ "FREQ=YEARLY;BYDAY=MO,TU,WE,TH,FR,SA,SU;BYHOUR=1,2,3,4,5,6,7,8;BYMINUTE=1,2,3,4,5,6,7,8", 5,
		    -1, 50000 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(hostile) / sizeof(hostile[0]); i++) {
		struct rule rule = parsed(hostile[i].rule);
		struct when start = civil(2024, 1, 1, 0), end = civil(2024 + hostile[i].years, 1, 1, 0);
		struct expand x;
		int n = 0, seconds, found;
		day_t day;

		expand_begin(&x, &rule, &start, 0, end.day * DAY, 50000);
		while ((found = expand_next(&x, &day, &seconds)) > 0)
			n++;
		if (x.steps > hostile[i].most || x.exhausted != (found < 0) ||
		    (found < 0) != (hostile[i].found < 0) || (found == 0 && n != hostile[i].found))
			fail_msg("RRULE:%s: %d dates, %d at the end, in %lld steps", hostile[i].rule, n,
			    found, (long long)x.steps);
	}
}

/* What lies before the window costs nothing, what lies behind is not looked for. */
static void jumping_changes_nothing(void **state)
{
	static const char *const rules[] = { "FREQ=DAILY;INTERVAL=3",
		"FREQ=WEEKLY;INTERVAL=2;BYDAY=SU,WE;WKST=SU", "FREQ=MONTHLY;INTERVAL=5;BYDAY=-1FR",
		"FREQ=YEARLY;INTERVAL=3;BYMONTH=2,11;BYMONTHDAY=1,-1",
		"FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=1,-1", "FREQ=YEARLY;INTERVAL=2;BYWEEKNO=1,-1",
		"FREQ=HOURLY;INTERVAL=1001;BYMONTH=3,4", "FREQ=MINUTELY;INTERVAL=90001",
		"FREQ=SECONDLY;INTERVAL=5000001;BYDAY=MO,TU,WE" };

	(void)state;
	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
		struct rule rule = parsed(rules[i]);
		struct when start = civil(1701, 5, 17, 10), from = civil(2024, 1, 1, 11),
			    to = civil(2034, 1, 1, 0);
		int64_t first = from.day * DAY + from.seconds, last = to.day * DAY;
		struct expand walk, jump;
		day_t day = 0, other = 0;
		int seconds = 0, time = 0, found, n = 0;

		expand_begin(&walk, &rule, &start, 0, last, 100000000);
		expand_begin(&jump, &rule, &start, first, last, 100000000);
		walk.from = walk.start;
		walk.period = 0;
		for (;;) {
			found = expand_next(&walk, &day, &seconds);
			if (found > 0 && day * DAY + seconds < first)
				continue;
			assert_int_equal(expand_next(&jump, &other, &time), found);
			if (found == 0)
				break;
			assert_int_equal(day * DAY + seconds, other * DAY + time);
			n++;
		}
		assert_true(n >= 8);
		assert_true(jump.steps * 5 < walk.steps);
	}
}

/* With COUNT the dates before the window are counted, but do not come. */
static void count_begins_at_the_start(void **state)
{
	struct rule rule = parsed("FREQ=DAILY;COUNT=10");
	struct when start = civil(2024, 1, 1, 9), from = civil(2024, 1, 8, 10), to = civil(2024, 3, 1, 0);
	struct expand x;
	int seconds;
	day_t day;

	(void)state;
	expand_begin(&x, &rule, &start, from.day * DAY + from.seconds, to.day * DAY, 1000);
	assert_int_equal(expand_next(&x, &day, &seconds), 1);
	assert_int_equal(day, start.day + 8);
	assert_int_equal(expand_next(&x, &day, &seconds), 1);
	assert_int_equal(expand_next(&x, &day, &seconds), 0);
	assert_int_equal(x.found, 10);
	assert_int_equal(x.exhausted, 0);
}

static void some_starts_are_refused(void **state)
{
	struct rule hourly = parsed("FREQ=HOURLY"),
		    weeks = parsed("FREQ=YEARLY;INTERVAL=2;BYWEEKNO=53;BYDAY=TH");
	struct rule weekly = parsed("FREQ=YEARLY;INTERVAL=2;BYWEEKNO=53;BYDAY=SU");
	struct when date = civil(2027, 1, 3, 0), time = civil(2027, 1, 3, 9), inside = civil(2027, 1, 4, 9);

	(void)state;
	date.kind = WHEN_DATE;
	assert_string_equal(expand_refusal(&hourly, &date),
	    "repetitions within the day of something that has no time are not followed");
	assert_null(expand_refusal(&hourly, &time));
	assert_string_equal(expand_refusal(&weeks, &time),
	    "numbers of weeks in every other year, from a start that is not one of them, are not followed");
	assert_null(expand_refusal(&weeks, &inside));
	assert_null(expand_refusal(&weekly, &time));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(examples_come_out),
		cmocka_unit_test(refusals_say_why),
		cmocka_unit_test(long_lists_are_read),
		cmocka_unit_test(budget_ends_it),
		cmocka_unit_test(jumping_changes_nothing),
		cmocka_unit_test(count_begins_at_the_start),
		cmocka_unit_test(some_starts_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
