/* What happened in a team since the last digest, in sentences. */

#include <string.h>

#include "base/buf.h"
#include "tree.h"
#include "words.h"

static int moved_to(const struct digest_person *p, enum cycle_state s)
{
	return p->had_before && p->state == s && p->state_before != s;
}

static int gained(const struct digest_person *p)
{
	return p->had_before && !moved_to(p, CYCLE_DONE) && p->counted > p->counted_before;
}

static int lost(const struct digest_person *p)
{
	return p->had_before && p->counted < p->counted_before;
}

static int changed(const struct digest_person *p)
{
	return p->had_before && p->state != p->state_before;
}

static void finished_behind(struct buf *out, const struct digest_person *p, size_t at)
{
	char s[WORDS_SIZE];

	buf_printf(out, "%s%s", at == 0 ? " finished with " : " with ", units_text(p->counted, s, sizeof(s)));
}

static void gained_behind(struct buf *out, const struct digest_person *p, size_t at)
{
	char s[WORDS_SIZE];

	buf_printf(out, "%s%s", at == 0 ? " added " : " ", units_text(p->counted - p->counted_before, s, sizeof(s)));
}

static void lost_behind(struct buf *out, const struct digest_person *p, size_t at)
{
	char s[WORDS_SIZE];

	buf_printf(out, "%s%s", at == 0 ? " is down by " : " by ", units_text(p->counted_before - p->counted, s, sizeof(s)));
}

enum { GAINED = -1, LOST = -2, NEW = -3 };	/* besides the states */

/* A sentence about all people of a kind: "a, b and c" + one or many. Where units follow the names, `people` says it of
 * those of whom none is named. */
struct news {
	int kind;				/* a state they moved to, or one of the above */
	digest_behind *behind;
	const char *one, *many;
	const char *people;
};

static const struct news kinds[] = {
	{ CYCLE_DONE, finished_behind, "", "", " finished" },
	{ CYCLE_SUBMITTED, NULL, " has submitted", " have submitted", NULL },
	{ CYCLE_LAPSED, NULL, " has lapsed", " have lapsed", NULL },
	{ CYCLE_OFF_TRACK, NULL, " is now off track", " are now off track", NULL },
	{ CYCLE_AT_RISK, NULL, " is now at risk", " are now at risk", NULL },
	{ CYCLE_ON_TRACK, NULL, " is now on track", " are now on track", NULL },
	{ GAINED, gained_behind, "", "", " added units" },
	{ LOST, lost_behind, "", "", " lost units" },
	{ NEW, NULL, " is new here", " are new here", NULL },
};

static int is_of(const struct digest_person *p, const void *arg)
{
	const struct news *k = arg;

	switch (k->kind) {
	case GAINED:
		return gained(p);
	case LOST:
		return lost(p);
	case NEW:
		return !p->had_before;
	default:
		return moved_to(p, (enum cycle_state)k->kind);
	}
}

static void put_sentence(struct buf *out, const struct digest *d, const struct news *k)
{
	struct buf names = BUF_INIT;
	struct digest_count n = digest_names(&names, d, is_of, k, k->behind);
	const char *end = n.named == 0 && k->people != NULL ? k->people : n.all == 1 ? k->one : k->many;

	if (n.all > 0)
		buf_printf(out, "%s%s%s.", out->len > 0 ? " " : "", buf_str(&names), end);
	if (names.failed)
		out->failed = 1;
	buf_free(&names);
}

void digest_news(struct values *w, const struct digest *d)
{
	const struct digest_facts *f = d->f;
	size_t moved = 0, known = 0;
	struct buf s = BUF_INIT;
	char day[WORDS_SIZE];

	if (f->previous == DAY_NONE)
		return;
	for (size_t i = 0; i < f->npeople; i++) {
		moved += changed(&f->people[i]) != 0;
		known += f->people[i].had_before != 0;
	}
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		put_sentence(&s, d, &kinds[i]);
	if (moved < known)
		buf_printf(&s, "%sNo%s status changed.", s.len > 0 ? " " : "", moved > 0 ? " other" : "");
	if (s.failed)
		w->failed = 1;
	if (s.len > 0) {
		value_object(w, "since");
		tree_text(w, "day", words_day(f->previous, f->today, day));
		tree_text(w, "news", buf_str(&s));
		value_end(w);
	}
	buf_free(&s);
}
