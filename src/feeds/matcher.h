#ifndef FEEDS_MATCHER_H
#define FEEDS_MATCHER_H

#include <stddef.h>
#include <stdint.h>
#include "base/buf.h"
#include "feeds/match.h"

/* Rules ready for use, and what one event is tried against. */

enum { MATCH_FIELDS = MATCH_EXTRA };	/* fields with one text for all rules */

/* A rule with its value in the form of its field's text. */
struct ready {
	const struct match_rule *rule;
	const char *value;
	size_t len;
	uint64_t word;			/* of MATCH_CONTAINS: hash of its field and its first word */
	size_t next;			/* the next with a word of the same slot, or SIZE_MAX */
};

/*
 * The texts of one event, each made when a rule first asks for it: words folded, values of a list parted by \n; hosts,
 * domains and series as they are.
 */
struct facts {
	const struct match_calendar *calendar;
	const struct event *event;
	unsigned have;			/* bit f: text[f] is made */
	struct buf text[MATCH_FIELDS];
	struct buf extra, piece;
};
void facts_begin(struct facts *f, const struct match_calendar *c, const struct event *e);
/* NULL on lack of memory. */
const struct buf *facts_text(struct facts *f, enum match_field field);
void facts_free(struct facts *f);
/* Appends what text_fold() does. */
void facts_fold(struct buf *out, const char *s, size_t n);

struct matcher {
	struct ready *rules;		/* in order: the person's, those of admins, examples; each by number */
	size_t n;
	size_t *slots, nslots;		/* by first word; a power of two */
	size_t *others, nothers;	/* rules that are tried one by one */
	unsigned words;			/* bit f: a rule looks for words of that field */
	char *values;
	struct facts facts;		/* of the event at hand; its memory is used again */
	uint64_t *matched;		/* bit i: rules[i] matches it */
};

/* Fill m->matched for an event. -1 on lack of memory. */
int matcher_try(struct matcher *m, const struct match_calendar *c, const struct event *e, struct err *err);

uint64_t match_hash(const char *s, size_t n, uint64_t basis);

#endif
