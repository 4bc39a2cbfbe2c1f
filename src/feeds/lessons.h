#ifndef FEEDS_LESSONS_H
#define FEEDS_LESSONS_H

#include <stddef.h>
#include <stdint.h>
#include "feeds/match.h"

enum lesson_target { LESSON_CATEGORY, LESSON_COMPETENCIES, LESSON_PROVIDER, LESSON_TARGETS };

struct learned {
	const struct lesson *lesson;	/* NULL: nothing is known */
	const char *place;		/* host or domain, when what is learned is from `events` of it; else NULL */
	size_t events;
};

struct lesson_query {
	int64_t calendar;
	const char *series;		/* event_series_key(), or "" */
	const char *title;		/* folded */
	const char *host, *domain;
};

const char *lesson_word(const struct lesson *l, int t);

/* What is learned for each target. Returns the newest lesson of the same series, else title: it speaks of this very
 * event. NULL if there is none. l may be NULL. */
const struct lesson *lessons_find(const struct lessons *l, const struct lesson_query *q,
    struct learned out[LESSON_TARGETS]);

#endif
