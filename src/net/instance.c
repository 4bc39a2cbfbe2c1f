/* Which occurrence of a series a RECURRENCE-ID means. */
#include "instance.h"
#include "ical.h"

#define DAY_SECONDS INT64_C(86400)

struct rid instance_rid(const struct when *w, int64_t instant)
{
	struct rid rid = { RID_INSTANT, instant };

	if (w->kind == WHEN_DATE) {
		rid.kind = RID_DATE;
		rid.value = w->day;
	} else if (w->kind == WHEN_FLOATING) {
		rid.kind = RID_FLOATING;
		rid.value = w->day * DAY_SECONDS + w->seconds;
	}
	return rid;
}

struct when instance_of(const struct vevent *v, const struct when *start, const struct zone *floating)
{
	struct when w = v->instance;

	if (start == NULL)
		return w;
	if (start->kind == WHEN_DATE) {
		w.day = when_local_day(&w, floating);
		w.seconds = 0;
	} else if (w.kind == WHEN_DATE) {
		w.seconds = start->seconds;
	} else if (w.kind != WHEN_FLOATING) {
		when_restate(&w, start, floating);
		return w;
	}
	w.kind = start->kind;
	w.zone = start->zone;
	return w;
}

static int order(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

int instance_by_revision(const struct vevent *v, const struct vevent *w)
{
	int by[] = { order(w->sequence, v->sequence), order(w->modified, v->modified),
		order(w->stamp, v->stamp), order((int64_t)w->index, (int64_t)v->index) };

	for (int i = 0; i < 4; i++)
		if (by[i] != 0)
			return by[i];
	return 0;
}
