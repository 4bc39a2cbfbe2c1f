/*
 * 10,000 weekly rules over two years, 1.05 million dates: ours, from the text of the rule to occurrences with
 * start and end as instants, against libical's iterator with the instant of each start; in UTC and in time
 * zones.  Both must find the same.
 */
#include "clocks.h"
#include "figures.h"

#include "base/err.h"
#include "base/zone.h"
#include "ical.h"
#include "series.h"
#include "zonename.h"

#include <inttypes.h>
#include <libical/ical.h>

enum { RULES = 10000, ROUNDS = 20, PASSES = 1, PER_ROUND = RULES / ROUNDS, YEAR = 2024, WEEKS = 105 };

static const char *const zone_ids[] = { "Europe/Berlin", "America/New_York", "Australia/Sydney",
	"Asia/Tokyo" };

struct sums { int64_t dates, seconds; };

/* What rule number i is; each begins in the first week of the year, by day, when no clock is changed. */
struct weekly { int day, hour; char rule[60]; };

static struct weekly weekly(int i)
{
	static const char *const days[] = { "MO", "TU", "WE", "TH", "FR", "SA", "SU" };
	struct weekly w = { .day = i % 7 + 1, .hour = 8 + i / 7 % 12 };

	/* 2024 began with a Monday */
	if (i % 2)
		snprintf(w.rule, sizeof(w.rule), "FREQ=WEEKLY;WKST=SU;BYDAY=%s", days[w.day - 1]);
	else
		snprintf(w.rule, sizeof(w.rule), "FREQ=WEEKLY;COUNT=%d", WEEKS);
	return w;
}

static int skip(void *to, const char *code, const char *uid, const char *text, struct err *err)
{
	(void)to;
	fprintf(stderr, "recur: %s %s: %s\n", code, uid, text);
	return err_set(err, ERR_FAILED, "bench", "left out");
}

static void ours(struct series *s, const struct zone *zone, int first, struct sums *sums)
{
	struct err err;

	for (int i = first; i < first + PER_ROUND; i++) {
		struct weekly w = weekly(i);
		struct vevent v = { .uid = "bench",
			.title = "",
			.length = VEVENT_END,
			.nrules = 1,
			.rule = w.rule,
			.rule_len = strlen(w.rule),
			.lines = "" };
		struct vevent *one = &v;

		v.start.kind = zone != NULL ? WHEN_ZONED : WHEN_UTC;
		v.start.zone = zone;
		if (when_day(YEAR, 1, w.day, &v.start.day) != 0)
			exit(1);
		v.start.seconds = w.hour * 3600;
		v.end = v.start;
		v.end.seconds += 1800;
		s->n = 0;
		if (series_add(s, &one, 1, &err) != 0)
			exit(1);
		sums->dates += (int64_t)s->n;
		for (size_t k = 0; k < s->n; k++)
			sums->seconds += s->items[k].start / 1000;
	}
}

static void peers(icaltimezone *zone, int64_t to, int first, struct sums *sums)
{
	for (int i = first; i < first + PER_ROUND; i++) {
		struct weekly w = weekly(i);
		struct icaltimetype t = {
			.year = YEAR, .month = 1, .day = w.day, .hour = w.hour, .zone = zone
		};
		struct icalrecurrencetype rule = icalrecurrencetype_from_string(w.rule);
		icalrecur_iterator *next = icalrecur_iterator_new(rule, t);

		for (t = icalrecur_iterator_next(next); !icaltime_is_null_time(t);
		     t = icalrecur_iterator_next(next)) {
			int64_t seconds = icaltime_as_timet_with_zone(t, zone);

			if (seconds >= to)
				break;
			sums->dates++;
			sums->seconds += seconds;
		}
		icalrecur_iterator_free(next);
	}
}

static void check(const char *name, const struct sums *a, const struct sums *b)
{
	if (a->dates == b->dates && a->seconds == b->seconds)
		return;
	fprintf(stderr, "recur: %s: %" PRId64 " dates here, %" PRId64 " there\n", name, a->dates, b->dates);
	exit(1);
}

static int compare(const char *name, int in_zones, double limit)
{
	struct series_limits limits = { zone_utc(), 0, 0, 1000000, 1000, 50000 };
	struct zone_names *names = zone_names_new();
	struct sample mine = { .n = 0 }, peer = { .n = 0 };
	struct sums a = { 0, 0 }, b = { 0, 0 };
	struct series s;
	char line[80];

	if (names == NULL || when_day(YEAR, 1, 1, &limits.from) != 0)
		exit(1);
	limits.to = limits.from + 7 * WEEKS;
	limits.from -= 2;			/* 1 January begins earlier in the east */
	series_begin(&s, &limits, names);
	s.skip = skip;
	for (int round = -1; round < ROUNDS * PASSES; round++) {
		const char *id = zone_ids[(round + ROUNDS) % 4];
		const struct zone *zone = NULL;
		int first = (round < 0 ? 0 : round % ROUNDS) * PER_ROUND;
		double before, between, after;

		if (in_zones && zone_get(id, &zone, NULL) != 0)
			exit(1);
		s.steps_left = INT64_MAX;
		before = bench_ms();
		ours(&s, zone, first, &a);
		between = bench_ms();
		peers(in_zones ? icaltimezone_get_builtin_timezone(id) : icaltimezone_get_utc_timezone(),
		    s.to / 1000, first, &b);
		after = bench_ms();
		check(id, &a, &b);
		if (round < 3 && in_zones)	/* each zone is read once, before it counts */
			continue;
		sample_add(&mine, (between - before) * ROUNDS);
		sample_add(&peer, (after - between) * ROUNDS);
	}
	series_free(&s);
	zone_names_free(names);
	snprintf(line, sizeof(line), "10,000 weekly rules %s, ours", name);
	shown(line, &mine, "ms");
	snprintf(line, sizeof(line), "10,000 weekly rules %s, libical's iterator", name);
	shown(line, &peer, "ms");
	snprintf(line, sizeof(line), "10,000 weekly rules over two years %s, to libical", name);
	return limited(line, sample_ratio(&mine, &peer), "times", limit);
}

int main(void)
{
	int over = compare("in UTC", 0, 0.25);

	over |= compare("in zones", 1, 0.15);
	return over;
}
