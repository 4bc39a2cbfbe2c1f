/* Recurrence rules: the examples of RFC 5545, refusals, budgets, and thousands of random rules against
 * dateutil. */
#include "help.h"
#include "expand.h"
#include "base/buf.h"

#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

#define CORPUS "../shared/corpus/ical/libical/src/test/icalrecur_test.txt"
#define RANDOM_RULES 2000

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
	{ "FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30", RULE_REFUSED, "rules by the second are not followed" },
	{ "FREQ=MINUTELY", RULE_REFUSED, "rules by the minute are not followed" },
	{ "FREQ=HOURLY;INTERVAL=6", RULE_REFUSED, "rules by the hour are not followed" },
	{ "FREQ=YEARLY;BYWEEKNO=20", RULE_REFUSED, "rules by number of the week are not followed" },
	{ "RSCALE=CHINESE;FREQ=YEARLY", RULE_REFUSED,
	    "rules of other calendars than the Gregorian one are not followed" },
	{ "FREQ=MONTHLY;SKIP=FORWARD", RULE_REFUSED, "rules that move impossible dates are not followed" },
	{ "FREQ=WEEKLY;BYDAY=MO,TU;BYSETPOS=1", RULE_REFUSED,
	    "BYSETPOS in a daily or weekly rule is not followed" },
	{ "FREQ=MONTHLY;BYSETPOS=1", RULE_REFUSED, "BYSETPOS without a list to choose from is not followed" },
	{ "FREQ=WEEKLY;BYDAY=2MO", RULE_REFUSED,
	    "numbered weekdays in a daily or weekly rule are not followed" },
	{ "FREQ=WEEKLY;BYMONTHDAY=3", RULE_REFUSED, "days of the month in a weekly rule are not followed" },
	{ "FREQ=YEARLY;BYMONTHDAY=29", RULE_REFUSED,
	    "days of the month in a yearly rule without months are not followed" },
	{ "FREQ=MONTHLY;BYYEARDAY=3", RULE_REFUSED,
	    "days of the year in a rule that is not yearly are not followed" },
	{ "FREQ=DAILY;COUNT=10001", RULE_REFUSED, "more than 10,000 repetitions are not followed" },
	{ "FREQ=DAILY;COUNT=99999999999999999999", RULE_REFUSED,
	    "more than 10,000 repetitions are not followed" },
	{ "FREQ=DAILY;BYHOUR=1,2,3,4,5,6,7,8,9,10;BYMINUTE=0,1,2,3,4,5,6,7,8,9", RULE_REFUSED,
	    "more than 96 times a day are not followed" },
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

/* Lists of 62 are read, of 63 not. */
static void long_lists_are_refused(void **state)
{
	struct buf text = BUF_INIT;
	struct rule rule;
	char why[200];

	(void)state;
	buf_puts(&text, "FREQ=MONTHLY;BYMONTHDAY=1");
	for (int i = 0; i < 61; i++)
		buf_puts(&text, ",1");
	assert_int_equal(rule_parse(text.data, text.len, &rule, why, sizeof(why)), RULE_FOLLOWED);
	buf_puts(&text, ",1");
	assert_int_equal(rule_parse(text.data, text.len, &rule, why, sizeof(why)), RULE_REFUSED);
	assert_string_equal(why, "lists of more than 62 items are not followed");
	buf_free(&text);
}

/* A rule that never comes round ends by its last day or its budget. */
static void budget_ends_it(void **state)
{
	static const char text[] = "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30";
	struct rule rule;
	struct expand x;
	char why[200];
	day_t day, last;
	int seconds;

	(void)state;
	assert_int_equal(rule_parse(text, strlen(text), &rule, why, sizeof(why)), RULE_FOLLOWED);
	assert_int_equal(when_day(9999, 12, 31, &last), 0);
	expand_begin(&x, &rule, 0, -1, 0, last, 1000);
	assert_int_equal(expand_next(&x, &day, &seconds), -1);
	assert_int_equal(x.steps, 1001);
	assert_true(x.exhausted);
	expand_begin(&x, &rule, 0, -1, 0, 500, 1000);
	assert_int_equal(expand_next(&x, &day, &seconds), 0);
	assert_false(x.exhausted);
}

/* Jumping to the window gives what walking there gives, at a small part of the steps. */
static void jumping_changes_nothing(void **state)
{
	static const char *const rules[] = { "FREQ=DAILY;INTERVAL=3",
		"FREQ=WEEKLY;INTERVAL=2;BYDAY=SU,WE;WKST=SU", "FREQ=MONTHLY;INTERVAL=5;BYDAY=-1FR",
		"FREQ=YEARLY;INTERVAL=3;BYMONTH=2,11;BYMONTHDAY=1,-1",
		"FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=1,-1" };

	(void)state;
	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
		struct expand walk, jump;
		struct rule rule;
		char why[200];
		day_t first, from = 0, last, day = 0, other = 0;
		int seconds, found;

		assert_int_equal(
		    rule_parse(rules[i], strlen(rules[i]), &rule, why, sizeof(why)), RULE_FOLLOWED);
		assert_true(when_day(1601, 5, 17, &first) == 0 && when_day(2024, 1, 1, &from) == 0);
		last = from + 4000;
		expand_begin(&walk, &rule, first, 36000, first, last, 10000000);
		expand_begin(&jump, &rule, first, 36000, from, last, 10000000);
		do {
			found = expand_next(&walk, &day, &seconds);
		} while (found > 0 && day < from);
		do {
			assert_int_equal(expand_next(&jump, &other, &seconds), found);
		} while (found > 0 && other < from);
		while (found > 0) {
			assert_int_equal(day, other);
			found = expand_next(&walk, &day, &seconds);
			assert_int_equal(expand_next(&jump, &other, &seconds), found);
		}
		assert_true(jump.steps * 5 < walk.steps);
	}
}

/* ---- libical's own list, when it is there */

static int line_value(const char *line, const char *name, char *out, size_t size)
{
	size_t n = strlen(name);

	if (strncmp(line, name, n) != 0 || line[n] != ':')
		return 0;
	snprintf(out, size, "%s", line + n + 1);
	out[strcspn(out, "\r\n")] = '\0';
	return 1;
}

static void check_block(const char *rule, const char *start, const char *want, int *followed)
{
	struct buf out = BUF_INIT;
	int most = 1;

	for (const char *s = want; *s != '\0'; s++)
		most += *s == ',';
	if (expand_text(&out, rule, start, strstr(rule, "COUNT") || strstr(rule, "UNTIL") ? 3000 : most) ==
	    0) {
		++*followed;
		if (want[0] == '*' || strcmp(buf_str(&out), want) != 0)
			fail_msg("RRULE:%s DTSTART:%s\n got %s\nwant %s", rule, start, buf_str(&out), want);
	}
	buf_free(&out);
}

static void agrees_with_libicals_list(void **state)
{
	static char line[200000], want[200000];
	char rule[1000] = "", start[100] = "", skip[100];
	FILE *f = fopen(CORPUS, "r");
	int followed = 0, at = 0;

	(void)state;
	if (f == NULL) {
		printf("# %s is not here\n", CORPUS);
		skip();
	}
	while (fgets(line, sizeof(line), f) != NULL) {
		if (line_value(line, "RRULE", rule, sizeof(rule)))
			at = 0;
		line_value(line, "DTSTART", start, sizeof(start));
		at |= line_value(line, "START-AT", skip, sizeof(skip));
		if (line_value(line, "INSTANCES", want, sizeof(want)) && !at)
			check_block(rule, start, want + (want[0] == ' '), &followed);
	}
	fclose(f);
	printf("# %d rules of the list are followed\n", followed);
	assert_true(followed >= 60);
}

/* ---- random rules against dateutil */

static void add_list(struct buf *out, const char *name, int least, int most, int longest)
{
	int n = random_between(1, longest);

	buf_printf(out, ";%s=", name);
	for (int i = 0; i < n; i++) {
		int value = random_between(least, most);

		buf_printf(out, "%s%d", i > 0 ? "," : "", value == 0 ? 1 : value);
	}
}

/* dateutil takes the intersection of plain and numbered weekdays where the standard adds them, so they are
 * not mixed. */
static void add_weekdays(struct buf *out, int ordinal)
{
	static const char *const names[] = { "MO", "TU", "WE", "TH", "FR", "SA", "SU" };
	int n = random_between(1, 3);

	buf_puts(out, ";BYDAY=");
	for (int i = 0; i < n; i++) {
		int number = ordinal > 0 ? random_between(1, ordinal) : 0;

		if (i > 0)
			buf_putc(out, ',');
		if (number > 0)
			buf_printf(out, "%d", random_between(0, 1) ? number : -number);
		buf_puts(out, names[random_between(0, 6)]);
	}
}

static void random_rule(struct buf *out)
{
	static const char *const freqs[] = { "DAILY", "WEEKLY", "MONTHLY", "YEARLY" };
	int freq = random_between(0, 3), months = random_between(0, 2) == 0, list = 0;

	buf_reset(out);
	buf_printf(out, "FREQ=%s", freqs[freq]);
	if (random_between(0, 1))
		buf_printf(out, ";INTERVAL=%d", random_between(1, 5));
	if (random_between(0, 3) == 0)
		buf_printf(out, ";WKST=%s", random_between(0, 1) ? "SU" : "TH");
	if (months)
		add_list(out, "BYMONTH", 1, 12, 3);
	if (random_between(0, 2) > 0 && ++list)
		add_weekdays(out, freq < 2 || random_between(0, 1) ? 0 : freq == 2 || months ? 5 : 53);
	if ((freq == 0 || freq == 2 || months) && freq != 1 && random_between(0, 2) == 0 && ++list)
		add_list(out, "BYMONTHDAY", -31, 31, 4);
	if (freq == 3 && random_between(0, 3) == 0 && ++list)
		add_list(out, "BYYEARDAY", -366, 366, 5);
	if (random_between(0, 5) == 0)
		add_list(out, "BYHOUR", 0, 23, 3);
	if (freq > 1 && list > 0 && random_between(0, 3) == 0)
		add_list(out, "BYSETPOS", -4, 4, 2);
	if (random_between(0, 2) == 0)
		buf_printf(out, ";COUNT=%d", random_between(1, 40));
	else if (random_between(0, 2) == 0)
		buf_printf(out, ";UNTIL=%04d%02d%02dT%02d0000", random_between(2010, 2030),
		    random_between(1, 12), random_between(1, 28), random_between(0, 23));
}

static void write_rules(const char *path)
{
	struct buf rule = BUF_INIT, dates = BUF_INIT;
	FILE *f = fopen(path, "w");
	char start[40];

	assert_non_null(f);
	for (int i = 0; i < RANDOM_RULES; i++) {
		random_rule(&rule);
		snprintf(start, sizeof(start), "%04d%02d%02dT%02d%02d00", random_between(2005, 2028),
		    random_between(1, 12), random_between(1, 28), random_between(0, 23),
		    random_between(0, 59));
		assert_int_equal(expand_text(&dates, buf_str(&rule), start, 30), 0);
		fprintf(f, "%s %s 30 %s\n", buf_str(&rule), start, buf_str(&dates));
	}
	assert_int_equal(fclose(f), 0);
	buf_free(&rule);
	buf_free(&dates);
}

/* Exit status of the script with the file as its input. */
static int run_script(const char *input)
{
	char python[] = "/usr/bin/python3", script[] = "tests/net/compare_dateutil.py";
	char *argv[] = { python, script, NULL };
	posix_spawn_file_actions_t files;
	int status = -1;
	pid_t pid;

	fflush(stdout);
	assert_int_equal(posix_spawn_file_actions_init(&files), 0);
	assert_int_equal(posix_spawn_file_actions_addopen(&files, 0, input, 0, 0), 0);
	assert_int_equal(posix_spawn(&pid, python, &files, NULL, argv, environ), 0);
	posix_spawn_file_actions_destroy(&files);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void agrees_with_dateutil(void **state)
{
	const char *tmp = getenv("TMPDIR");
	char path[300];
	int fd, code;

	(void)state;
	if (access("/usr/bin/python3", X_OK) != 0) {
		printf("# there is no /usr/bin/python3\n");
		skip();
	}
	random_begin("agrees_with_dateutil");
	snprintf(path, sizeof(path), "%s/ceud-rules-XXXXXX", tmp != NULL ? tmp : "/tmp");
	fd = mkstemp(path);
	assert_true(fd >= 0);
	close(fd);
	write_rules(path);
	code = run_script(path);
	unlink(path);
	if (code == 77) {
		printf("# python3-dateutil is not installed\n");
		skip();
	}
	assert_int_equal(code, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(examples_come_out),
		cmocka_unit_test(refusals_say_why),
		cmocka_unit_test(long_lists_are_refused),
		cmocka_unit_test(budget_ends_it),
		cmocka_unit_test(jumping_changes_nothing),
		cmocka_unit_test(agrees_with_libicals_list),
		cmocka_unit_test(agrees_with_dateutil),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
