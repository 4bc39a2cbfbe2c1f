/* The event that would help most people of a team: the longest one that leaves nobody out. */
#include "rules/teamplan.h"

#include "rules/program.h"

enum { HOUR = 60 };

/* Lengths that make whole steps of credit: this one and its multiples. */
static int64_t base_minutes(const struct program *p)
{
	int64_t step = p->unit_minutes * p->step, a = step, b = 100;

	while (b) {
		int64_t rest = a % b;

		a = b;
		b = rest;
	}
	return HOUR % (step / a) == 0 ? HOUR : step / a;
}

static int takes_part(const struct team_need *person, day_t from)
{
	return person->end >= from && person->to_go > 0;
}

/* The longest event all of whose units count for everybody who has room for the shortest; no longer than somebody
 * needs. 0: nobody has room. */
static int best_minutes(const struct program *p, const struct team_need *people, size_t n, day_t from, int category)
{
	int64_t base = base_minutes(p), room = INT64_MAX, need = 0;
	int minutes = 0;

	if (base > TEAMPLAN_HOURS_MAX * HOUR)
		return 0;
	for (size_t i = 0; i < n; i++) {
		int64_t free = people[i].free[category];

		if (!takes_part(&people[i], from) || free < program_units(p, (int)base))
			continue;
		room = free < room ? free : room;
		need = people[i].to_go > need ? people[i].to_go : need;
	}
	while (need > 0 && minutes + base <= TEAMPLAN_HOURS_MAX * HOUR && program_units(p, minutes + (int)base) <= room &&
	    (minutes == 0 || program_units(p, minutes) < need))
		minutes += (int)base;
	return minutes;
}

static struct team_event event_of(const struct program *p, const struct team_need *people, size_t n, day_t from,
    int category, int minutes)
{
	struct team_event e = { .category = category, .minutes = minutes, .by = DAY_NONE };
	int64_t units = program_units(p, minutes);

	for (size_t i = 0; i < n; i++) {
		const struct team_need *one = &people[i];

		if (!takes_part(one, from) || one->free[category] < units)
			continue;
		e.npeople++;
		e.nfinished += one->to_go <= units;
		e.adds += one->to_go < units ? one->to_go : units;
		if (e.by == DAY_NONE || one->end < e.by)
			e.by = one->end;
	}
	return e;
}

/* Of equal ones the category that stands first in the program is the better. */
static int is_better(const struct team_event *a, const struct team_event *b)
{
	if (a->npeople != b->npeople)
		return a->npeople > b->npeople;
	if (a->adds != b->adds)
		return a->adds > b->adds;
	return a->minutes != b->minutes ? a->minutes < b->minutes : a->category < b->category;
}

static size_t insert(struct team_event *out, size_t n, const struct team_event *e)
{
	size_t at = n;

	if (n == TEAMPLAN_OPTIONS_MAX) {
		if (!is_better(e, &out[n - 1]))
			return n;
		at = --n;
	}
	for (; at > 0 && is_better(e, &out[at - 1]); at--)
		out[at] = out[at - 1];
	out[at] = *e;
	return n + 1;
}

size_t teamplan_make(const struct program *p, const struct team_need *people, size_t n, day_t from,
    struct team_event out[TEAMPLAN_OPTIONS_MAX])
{
	size_t nout = 0;

	for (int c = 0; c < (int)p->ncategories; c++) {
		int minutes = best_minutes(p, people, n, from, c);

		if (minutes > 0) {
			struct team_event e = event_of(p, people, n, from, c, minutes);

			nout = insert(out, nout, &e);
		}
	}
	return nout;
}
