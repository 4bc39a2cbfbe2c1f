#ifndef TESTS_STORE_FEEDS_H
#define TESTS_STORE_FEEDS_H

#include "fixture.h"

#define HOUR INT64_C(3600000)
#define DAY INT64_C(86400000)

/* By the first letter of the title: "i" is ignored, "t2" a new one that is a twin of event 2. */
struct guesses { int asked; enum proposal_state was; int64_t was_twin; int fails; };
proposal_guess guess_by_title;		/* arg: struct guesses */
/* Plan and carry out what a fetch brought, with such guesses. */
struct merge_done merge_guessed(struct fixture *f, const struct calendar *c, const struct event *e, size_t n,
    struct guesses *g);
/* Maria's word about an event; a confirmed one becomes an entry of an hour. */
void decide_as(struct fixture *f, int64_t no, const char *action, enum proposal_state to);
void undo_newest(struct fixture *f);
void redo_newest(struct fixture *f);
/* Numbers of a page, as "1 2 3". */
void assert_page(struct fixture *f, enum proposal_filter filter, const char *numbers);

#endif
