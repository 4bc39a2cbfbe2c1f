/* What a plan of mails says will be held: all of it in mode hold, else the runs with more mails than the bulk limit allows. */
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "ceud.h"
#include "config.h"
#include "mailplanrows.h"
#include "reminding.h"

/* Of that run, or where it belongs among the others. There are few: a day has one for each zone. */
static size_t place_of(const struct mailplan *p, int64_t at)
{
	size_t low = 0, high = p->nruns;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (p->runs[mid].at < at)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

int mailplan_count(struct mailplan *p, int64_t at, struct err *err)
{
	size_t i = place_of(p, at);
	void *runs = p->runs;

	if (i < p->nruns && p->runs[i].at == at) {
		p->runs[i].mails++;
		return 0;
	}
	if (arena_grow(&p->arena, &runs, p->nruns, &p->runs_cap, sizeof *p->runs))
		return err_oom(err);
	p->runs = runs;
	memmove(&p->runs[i + 1], &p->runs[i], (p->nruns++ - i) * sizeof *p->runs);
	p->runs[i] = (struct plan_run){ .at = at, .mails = 1 };
	return 0;
}

int mailplan_hold(struct mailplan *p, int64_t until, struct err *err)
{
	for (; p->judged < p->nruns && clock_monotonic() < until; p->judged++) {
		struct plan_run *run = &p->runs[p->judged];

		run->is_held = reminding_is_bulk(p->d, run->mails, err);
		if (run->is_held < 0)
			return -1;
	}
	return p->judged == p->nruns;
}

int mailplan_is_held(const struct mailplan *p, const struct plan_row *row)
{
	return p->d->config->mail_mode == MODE_HOLD || (row->decided && p->runs[place_of(p, row->decided)].is_held);
}
