/* What happened in a team since the last digest, in sentences. */

#include <string.h>

#include "base/buf.h"
#include "tree.h"
#include "words.h"

enum { NEWS_NAMES_MAX = 8 };		/* people named in one sentence */

static int moved_to(const struct digest_person *p, enum cycle_state s)
{
	return p->had_before && p->state == s && p->state_before != s;
}

static int finished(const struct digest_person *p) { return moved_to(p, CYCLE_DONE); }
static int submitted(const struct digest_person *p) { return moved_to(p, CYCLE_SUBMITTED); }
static int lapsed(const struct digest_person *p) { return moved_to(p, CYCLE_LAPSED); }
static int off_track(const struct digest_person *p) { return moved_to(p, CYCLE_OFF_TRACK); }
static int at_risk(const struct digest_person *p) { return moved_to(p, CYCLE_AT_RISK); }
static int on_track(const struct digest_person *p) { return moved_to(p, CYCLE_ON_TRACK); }
static int is_new(const struct digest_person *p) { return !p->had_before; }

static int gained(const struct digest_person *p)
{
	return p->had_before && !finished(p) && p->counted > p->counted_before;
}

static int lost(const struct digest_person *p)
{
	return p->had_before && p->counted < p->counted_before;
}

static int changed(const struct digest_person *p)
{
	return p->had_before && p->state != p->state_before;
}

/* A sentence about all people of a kind: "a, b and c" + one or many. Behind each name may stand `first` (behind the
 * first) or `next` (behind the others) and the units. */
struct news {
	int (*is)(const struct digest_person *p);
	const char *first, *next;		/* NULL: names only */
	const char *one, *many;
	int difference;				/* of the units: since the last digest */
};

static const struct news kinds[] = {
	{ finished, " finished with ", " with ", "", "", 0 },
	{ submitted, NULL, NULL, " has submitted", " have submitted", 0 },
	{ lapsed, NULL, NULL, " has lapsed", " have lapsed", 0 },
	{ off_track, NULL, NULL, " is now off track", " are now off track", 0 },
	{ at_risk, NULL, NULL, " is now at risk", " are now at risk", 0 },
	{ on_track, NULL, NULL, " is now on track", " are now on track", 0 },
	{ gained, " added ", " ", "", "", 1 },
	{ lost, " is down by ", " by ", "", "", 1 },
	{ is_new, NULL, NULL, " is new here", " are new here", 0 },
};

static size_t tally(const struct digest_facts *f, int (*is)(const struct digest_person *p))
{
	size_t n = 0;

	for (size_t i = 0; i < f->npeople; i++)
		n += is(&f->people[i]) != 0;
	return n;
}

static void put_units(struct buf *out, const struct news *k, const struct digest_person *p, size_t at)
{
	int64_t units = p->counted;
	char s[WORDS_SIZE];

	if (k->first == NULL)
		return;
	if (k->difference)
		units = p->counted > p->counted_before ? p->counted - p->counted_before : p->counted_before - p->counted;
	buf_printf(out, "%s%s", at == 0 ? k->first : k->next, units_text(units, s, sizeof(s)));
}

static void put_sentence(struct buf *out, const struct digest_facts *f, const struct news *k)
{
	size_t n = tally(f, k->is), shown = n < NEWS_NAMES_MAX ? n : NEWS_NAMES_MAX, items = shown + (n > shown), at = 0;

	if (n == 0)
		return;
	if (out->len > 0)
		buf_putc(out, ' ');
	for (size_t i = 0; i < f->npeople && at < shown; i++) {
		if (!k->is(&f->people[i]))
			continue;
		buf_puts(out, words_joint(at, items));
		digest_name(out, &f->people[i]);
		put_units(out, k, &f->people[i], at++);
	}
	if (n > shown)
		buf_printf(out, " and %zu more", n - shown);
	buf_printf(out, "%s.", n == 1 ? k->one : k->many);
}

void digest_news(struct values *w, const struct digest_facts *f)
{
	size_t moved = tally(f, changed), known = f->npeople - tally(f, is_new);
	struct buf s = BUF_INIT;
	char day[WORDS_SIZE];

	if (f->previous == DAY_NONE)
		return;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		put_sentence(&s, f, &kinds[i]);
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
