#ifndef STORE_FEEDRULES_H
#define STORE_FEEDRULES_H

#include "store/store.h"
#include "feeds/match.h"

/* Rules that say what events are taken for. They are added and removed, never changed; undo and redo know both. */

struct feed_rule {
	struct match_rule rule;		/* id and no are set by feed_rule_add() */
	int64_t person;			/* 0 = for everybody */
	int64_t calendar_no;		/* of rule.calendar, for people; 0 = all */
	int64_t added_at;
};
struct feed_rule_list { struct feed_rule *items; size_t n, cap; };

/* With a ledger row: object "feed-rule:ID", text "add rule 3: the title contains "workshop"". */
int feed_rule_add(struct store *s, const struct actor *by, struct feed_rule *r, struct err *err);
/* ERR_ABSENT "no-rule" if it was removed already. */
int feed_rule_remove(struct store *s, const struct actor *by, const struct feed_rule *r, struct err *err);
/* person 0: those for everybody. ERR_ABSENT "no-rule". */
int feed_rule_get(struct store *s, int64_t person, int64_t no, struct arena *a, struct feed_rule *ret, struct err *err);
/* Not removed ones by number; person 0: those for everybody. */
int feed_rule_of(struct store *s, int64_t person, struct arena *a, struct feed_rule_list *ret, struct err *err);

/* The newest 500 events of the person that became entries which still stand, newest entry first. */
struct lesson_list { struct lesson *items; size_t n, cap; };
int feed_lessons(struct store *s, int64_t person, struct arena *a, struct lesson_list *ret, struct err *err);

#endif
