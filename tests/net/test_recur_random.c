/*
 * Random recurrence rules of all frequencies with all parts against python3-dateutil.  CEUD_RULES=20000 makes
 * so many.
 *
 * Left out is only what dateutil takes otherwise than RFC 5545:
 * - plain and numbered weekdays in one list: dateutil wants both at once, the standard either;
 * - BYWEEKNO without a list of days: dateutil takes the whole week, the standard the weekday of DTSTART;
 * - BYWEEKNO with INTERVAL or BYSETPOS at the turn of a year: dateutil has calendar years, we years of weeks;
 * - weeks 52, 53, -52 and -53: their days in the other year are lost by dateutil, which reckons how many
 *   weeks last year had from the length of this one, and looks for the first week of the next one under
 *   number 1 only;
 * - BYSETPOS in a weekly rule that starts amid a week: dateutil's first week begins with DTSTART;
 * - BYSECOND=60;
 * and what we refuse (test_expand.c).
 */
#include "help.h"
#include "expand.h"
#include "rule.h"
#include "base/buf.h"

#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

enum { RULES = 2000, DATES = 30, DATES_SECONDLY = 10 };

static const char *const weekday_names[] = { "MO", "TU", "WE", "TH", "FR", "SA", "SU" };

static int one_in(int n)
{
	return random_between(1, n) == 1;
}

static void add_list(struct buf *out, const char *name, int least, int most, int longest)
{
	int n = random_between(1, longest);

	buf_printf(out, ";%s=", name);
	for (int i = 0; i < n; i++) {
		int value = random_between(least, most);

		buf_printf(out, "%s%d", i > 0 ? "," : "", value == 0 && least < 0 ? 1 : value);
	}
}

static void add_weekdays(struct buf *out, int ordinal)
{
	int n = random_between(1, 4);

	buf_puts(out, ";BYDAY=");
	for (int i = 0; i < n; i++) {
		int number = ordinal > 0 ? random_between(1, ordinal) : 0;

		if (i > 0)
			buf_putc(out, ',');
		if (number > 0)
			buf_printf(out, "%d", one_in(2) ? number : -number);
		buf_puts(out, weekday_names[random_between(0, 6)]);
	}
}

/* What has been chosen of a rule so far. */
struct draw {
	struct buf *out;
	enum rule_freq freq;
	struct when start;
	int months, weeks, days, times;
};

static int add_interval(struct draw *d)
{
	static const int odd[] = { 7, 10, 11, 12, 13, 15, 24, 25, 30, 36, 45, 60, 61, 90, 120, 1440, 3600,
		3601, 86400 };
	int interval = random_between(1, 5);

	if (d->freq < RULE_DAILY && one_in(2))
		interval = odd[random_between(0, (int)(sizeof(odd) / sizeof(odd[0])) - 1)];
	if (one_in(2))
		return 1;
	buf_printf(d->out, ";INTERVAL=%d", interval);
	return interval;
}

/* A week that lies within its calendar year whatever its number is counted from, unless `any` is set. */
static void add_weeks(struct draw *d, int any)
{
	int n = random_between(1, 4);

	buf_puts(d->out, ";BYWEEKNO=");
	for (int i = 0; i < n; i++) {
		buf_printf(d->out, "%s%s%d", i > 0 ? "," : "", one_in(2) ? "-" : "",
		    random_between(any ? 1 : 2, 51));
	}
	d->weeks = 1;
}

static void add_days(struct draw *d)
{
	int numbered = d->freq >= RULE_MONTHLY && !d->weeks && one_in(2);
	int year_days = (d->freq == RULE_YEARLY || d->freq < RULE_DAILY) && one_in(4);

	if (d->weeks || one_in(2)) {
		add_weekdays(d->out, !numbered ? 0 : d->freq == RULE_MONTHLY || d->months ? 5 : 53);
		d->days = 1;
	}
	if (year_days) {
		add_list(d->out, "BYYEARDAY", -366, 366, d->freq < RULE_DAILY ? 60 : 12);
		d->days = 1;
	}
	if (d->freq != RULE_WEEKLY && one_in(3) &&
	    (d->freq != RULE_YEARLY || d->months || d->weeks || year_days)) {
		add_list(d->out, "BYMONTHDAY", -31, 31, 8);
		d->days = 1;
	}
}

static void add_times(struct draw *d)
{
	if (one_in(4) && ++d->times)
		add_list(d->out, "BYHOUR", 0, 23, 6);
	if (one_in(d->freq < RULE_DAILY ? 4 : 6) && ++d->times)
		add_list(d->out, "BYMINUTE", 0, 59, 10);
	if (one_in(d->freq < RULE_DAILY ? 4 : 8) && ++d->times)
		add_list(d->out, "BYSECOND", 0, 59, 10);
}

static void add_end(struct draw *d)
{
	if (one_in(3))
		buf_printf(d->out, ";COUNT=%d", random_between(1, 40));
	else if (one_in(3))
		buf_printf(d->out, ";UNTIL=%04d%02d%02dT%02d0000", random_between(2010, 2030),
		    random_between(1, 12), random_between(1, 28), random_between(0, 23));
}

static void random_rule(struct draw *d)
{
	static const char *const freqs[] = { "SECONDLY", "MINUTELY", "HOURLY", "DAILY", "WEEKLY", "MONTHLY",
		"YEARLY" };
	int positions, interval, most;

	buf_reset(d->out);
	d->months = d->weeks = d->days = d->times = 0;
	d->freq = (enum rule_freq)random_between(one_in(2) ? 0 : 1, 6);
	buf_printf(d->out, "FREQ=%s", freqs[d->freq]);
	interval = add_interval(d);
	positions = one_in(4);
	if (d->freq == RULE_WEEKLY && positions)
		buf_printf(d->out, ";WKST=%s", weekday_names[date_weekday(d->start.day)]);
	else if (one_in(3))
		buf_printf(d->out, ";WKST=%s", weekday_names[random_between(0, 6)]);
	if (one_in(3) && ++d->months)
		add_list(d->out, "BYMONTH", 1, 12, 5);
	if (d->freq == RULE_YEARLY && one_in(3))
		add_weeks(d, interval == 1 && !positions);
	add_days(d);
	add_times(d);
	most = d->freq == RULE_SECONDLY || (d->freq < RULE_DAILY && d->times == 0) ? 1
	    : d->freq < RULE_DAILY                                                 ? 3
										   : 9;
	if (positions && d->months + d->weeks + d->days + d->times > 0)
		add_list(d->out, "BYSETPOS", -most, most, 3);
	add_end(d);
}

static int how_many(void)
{
	const char *given = getenv("CEUD_RULES");
	long n = given != NULL ? strtol(given, NULL, 10) : RULES;

	return n > 0 && n <= 1000000 ? (int)n : RULES;
}

/* dateutil goes on second by second, so the years that it is to look through are few in frequent rules. */
static void write_rule(FILE *f, const struct draw *d, const char *start, struct buf *dates)
{
	static const int years[] = { 1, 2, 4 };
	int most = d->freq == RULE_SECONDLY ? DATES_SECONDLY : DATES;
	int year = d->freq < RULE_DAILY ? date_ymd(d->start.day).year + years[d->freq] : 2100;

	if (expand_text_until(dates, buf_str(d->out), start, most, year) != 0)
		fail_msg("RRULE:%s DTSTART:%s refused: %s", buf_str(d->out), start, buf_str(dates));
	fprintf(f, "%s %s %d %d %s\n", buf_str(d->out), start, most, year, buf_str(dates));
}

static void write_rules(const char *path)
{
	struct buf rule = BUF_INIT, dates = BUF_INIT;
	struct draw d = { .out = &rule };
	FILE *f = fopen(path, "w");
	char start[40];

	assert_non_null(f);
	for (int i = how_many(); i > 0; i--) {
		/* from the 4th on, where the year of the week is that of the day */
		snprintf(start, sizeof(start), "%04d%02d%02dT%02d%02d%02d", random_between(2005, 2028),
		    random_between(1, 12), random_between(4, 28), random_between(0, 23),
		    random_between(0, 59), one_in(2) ? 0 : random_between(0, 59));
		assert_int_equal(when_parse(start, strlen(start), &d.start), 0);
		random_rule(&d);
		write_rule(f, &d, start, &dates);
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

/* ---- what holds for every rule, from every start, in every window */

enum { SHAPES = 3000, SHAPE_DATES = 200, STEPS = 20000, BEYOND = 64 };

#define DAY INT64_C(86400)

/* The dates between `from` and `to`; *ret_ended is 0 when there are more, or the budget was used up. */
static int walk(const struct rule *r, const struct when *start, int64_t from, int64_t to, int64_t *dates,
    int *ret_ended)
{
	struct expand x;
	int n = 0, found = 1, seconds;
	day_t day;

	expand_begin(&x, r, start, from, to, STEPS);
	while (n < SHAPE_DATES && (found = expand_next(&x, &day, &seconds)) > 0) {
		int64_t second = day * DAY + seconds;

		if (seconds < 0 || seconds >= DAY || second < from || second > to ||
		    second < start->day * DAY + start->seconds || (n > 0 && second <= dates[n - 1]))
			return -1;
		dates[n++] = second;
	}
	*ret_ended = found == 0;
	return x.steps > STEPS + BEYOND || x.exhausted != (found < 0) ? -1 : n;
}

static int has_shape(const struct rule *r, const struct when *start, int64_t from, int64_t to)
{
	static int64_t all[SHAPE_DATES], part[SHAPE_DATES];
	int64_t middle = from + (to - from) / 2;
	int all_ended, part_ended, k = 0;
	int n = walk(r, start, from, to, all, &all_ended), m = walk(r, start, middle, to, part, &part_ended);

	if (n < 0 || m < 0)
		return 0;
	while (k < n && all[k] < middle)
		k++;
	/* what begins amid the window finds what the whole one found from there on */
	for (int i = 0; k + i < n && i < m; i++)
		if (all[k + i] != part[i])
			return 0;
	return !(all_ended && part_ended) || n - k == m;
}

static void every_rule_has_its_shape(void **state)
{
	struct buf text = BUF_INIT;
	struct draw d = { .out = &text };
	struct rule rule;
	char why[200];

	(void)state;
	random_begin("every_rule_has_its_shape");
	for (int i = 0; i < SHAPES; i++) {
		int64_t from, to;

		assert_int_equal(when_day(random_between(1, 9999), random_between(1, 12),
				     random_between(1, 28), &d.start.day),
		    0);
		d.start.kind = one_in(8) ? WHEN_DATE : WHEN_FLOATING;
		d.start.seconds = d.start.kind == WHEN_DATE ? 0 : random_between(0, 86399);
		random_rule(&d);
		assert_int_equal(
		    rule_parse(text.data, text.len, &rule, why, sizeof(why)), RULE_FOLLOWED);
		from = (d.start.day + random_between(-400, one_in(4) ? 100000 : 400)) * DAY +
		    random_between(0, 86399);
		to = from + random_between(1, 3000) * DAY;
		if (!has_shape(&rule, &d.start, from, to))
			fail_msg("RRULE:%s from day %d %d, %lld to %lld", buf_str(&text), d.start.day,
			    d.start.seconds, (long long)from, (long long)to);
	}
	buf_free(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(agrees_with_dateutil),
		cmocka_unit_test(every_rule_has_its_shape),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
