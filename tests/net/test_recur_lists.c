/* Recurrence rules against the lists that come with libical, when they are there. */
#include "help.h"
#include "rule.h"
#include "base/buf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FOLDER "../shared/corpus/ical/libical/"
#define RULES FOLDER "src/test/icalrecur_test.txt"
#define EVENTS FOLDER "test-data/recur.txt"
#define MOST 3000			/* dates of one rule; the longest list has 1,200 */
#define REFUSED_MOST 10

struct tally { int right, refused, wrong; };

/* The list has no dates for it, for libical does not follow it; the standard has nothing against it, and
 * these are the 30th days of December that belong to the first week of a year. */
static const struct { const char *rule, *dates;
} differently[] = {
	{ "FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=30;BYWEEKNO=1;UNTIL=20320101",
	    "20241230,20251230,20301230,20311230" },
};

struct block {
	char rule[1000], start[100], begin[100];	/* begin: START-AT, or empty */
	char want[200000];
};

static int line_value(const char *line, const char *name, char *out, size_t size)
{
	size_t n = strlen(name);

	if (strncmp(line, name, n) != 0 || line[n] != ':')
		return 0;
	line += n + 1 + strspn(line + n + 1, " ");
	snprintf(out, size, "%s", line);
	out[strcspn(out, "\r\n")] = '\0';
	return 1;
}

static int count_dates(const char *dates)
{
	int n = dates[0] != '\0';

	for (; *dates != '\0'; dates++)
		n += *dates == ',';
	return n;
}

/* Of a list, what begins at `begin` or later; the form of the dates sorts as text. */
static const char *dates_from(const char *dates, const char *begin)
{
	while (*dates != '\0' && strncmp(dates, begin, strlen(begin)) < 0) {
		dates += strcspn(dates, ",");
		dates += *dates == ',';
	}
	return dates;
}

static void check_block(const struct block *b, struct tally *t)
{
	const char *want = b->want;
	struct buf out = BUF_INIT;
	int ends = strstr(b->rule, "COUNT") != NULL || strstr(b->rule, "UNTIL") != NULL;

	for (size_t i = 0; i < sizeof(differently) / sizeof(differently[0]); i++)
		if (strcmp(b->rule, differently[i].rule) == 0)
			want = differently[i].dates;
	if (expand_text(&out, b->rule, b->start, ends ? MOST : count_dates(want)) != 0) {
		t->refused++;
		printf("# refused RRULE:%s: %s\n", b->rule, buf_str(&out));
	} else if (strcmp(dates_from(buf_str(&out), b->begin), dates_from(want, b->begin)) != 0) {
		t->wrong++;
		printf("# RRULE:%s DTSTART:%s\n#  got %.300s\n# want %.300s\n", b->rule, b->start,
		    buf_str(&out), want);
	} else {
		t->right++;
	}
	buf_free(&out);
}

static void rules_of_the_list(void **state)
{
	static struct block b;
	static char line[sizeof(b.want)];
	struct tally all = { 0, 0, 0 }, begun = { 0, 0, 0 };
	FILE *f = fopen(RULES, "r");

	(void)state;
	if (f == NULL) {
		printf("# %s is not here\n", RULES);
		skip();
	}
	while (fgets(line, sizeof(line), f) != NULL) {
		if (line_value(line, "RRULE", b.rule, sizeof(b.rule)))
			b.begin[0] = '\0';
		line_value(line, "DTSTART", b.start, sizeof(b.start));
		line_value(line, "START-AT", b.begin, sizeof(b.begin));
		if (line_value(line, "INSTANCES", b.want, sizeof(b.want)))
			check_block(&b, b.begin[0] != '\0' ? &begun : &all);
	}
	fclose(f);
	printf("# %d rules right, %d refused; of those with START-AT %d right, %d refused\n", all.right,
	    all.refused, begun.right, begun.refused);
	assert_int_equal(all.wrong + begun.wrong, 0);
	assert_true(all.right + all.refused >= 138 && all.refused <= REFUSED_MOST);
	assert_true(begun.right >= 7 && begun.refused == 0);
}

/* ---- events with the number of their instances */

/* Unfolds: a line that begins with a blank continues the one before. Blank lines end nothing. */
static int next_line(FILE *f, char *line, size_t size)
{
	size_t n = 0;
	int c = fgetc(f);

	for (; c != EOF; c = fgetc(f)) {
		if (c == '\n') {
			int next = fgetc(f);

			if (next != ' ' && next != '\t') {
				ungetc(next, f);
				break;
			}
		} else if (c != '\r' && n + 1 < size) {
			line[n++] = (char)c;
		}
	}
	line[n] = '\0';
	return c != EOF || n > 0;
}

/* The value of a line by that name, parameters left out. */
static int value_of(const char *line, const char *name, char *out, size_t size)
{
	size_t n = strlen(name);

	if (strncmp(line, name, n) != 0 || (line[n] != ':' && line[n] != ';'))
		return 0;
	snprintf(out, size, "%s", strchr(line, ':') != NULL ? strchr(line, ':') + 1 : "");
	return 1;
}

static void numbers_of_instances(void **state)
{
	char line[2000], rule[500] = "", start[100] = "", text[100], except[100] = "";
	FILE *f = fopen(EVENTS, "r");
	struct buf out = BUF_INIT;
	int events = 0;

	(void)state;
	if (f == NULL) {
		printf("# %s is not here\n", EVENTS);
		skip();
	}
	while (next_line(f, line, sizeof(line))) {
		if (strncmp(line, "BEGIN", 5) == 0)
			rule[0] = start[0] = except[0] = '\0';
		value_of(line, "RRULE", rule, sizeof(rule));
		value_of(line, "DTSTART", start, sizeof(start));
		/* exceptions are for test_series.c */
		if (value_of(line, "EXDATE", except, sizeof(except)) ||
		    value_of(line, "EXRULE", except, sizeof(except)))
			continue;
		if (!value_of(line, "X-EXPECT-NUMEVENTS", text, sizeof(text)) || except[0] != '\0')
			continue;
		events++;
		assert_int_equal(expand_text(&out, rule, start, MOST), 0);
		if (count_dates(buf_str(&out)) != strtol(text, NULL, 10))
			fail_msg("RRULE:%s DTSTART:%s wants %s, got %s", rule, start, text, buf_str(&out));
	}
	fclose(f);
	buf_free(&out);
	printf("# %d events have the number of instances they say\n", events);
	assert_true(events >= 50);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rules_of_the_list),
		cmocka_unit_test(numbers_of_instances),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
