/* What would help a team most, and what comes next: sections of the digest below its table. */

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/text.h"
#include "tree.h"
#include "words.h"

enum {
	NAMES_MAX = 8,			/* people named in one sentence */
	HELP_MAX = 3,			/* events proposed */
	DEADLINE_DAYS = 90, DEADLINE_NAMES_MAX = 12,
	CATEGORIES_MAX = 6
};

struct digest_count digest_names(struct buf *out, const struct digest *d, digest_is *is, const void *arg,
    digest_behind *behind)
{
	const struct digest_facts *f = d->f;
	struct digest_count n = { 0, 0 };
	size_t nameable = 0, at = 0, items;
	char many[WORDS_SIZE];

	for (size_t i = 0; i < f->npeople; i++) {
		if (!is(&f->people[i], arg))
			continue;
		n.all++;
		nameable += i < d->most;
	}
	n.named = nameable < NAMES_MAX ? nameable : NAMES_MAX;
	items = n.named + (n.all > n.named);
	for (size_t i = 0; i < f->npeople && at < n.named; i++) {
		if (!is(&f->people[i], arg))
			continue;
		buf_puts(out, words_joint(at, items));
		digest_name(out, &f->people[i]);
		if (behind != NULL)
			behind(out, &f->people[i], at);
		at++;
	}
	if (n.all > 0 && n.named == 0)
		buf_printf(out, "%s %s", words_many(n.all, many), n.all == 1 ? "person" : "people");
	else if (n.all > n.named)
		buf_printf(out, " and %s more", words_many(n.all - n.named, many));
	return n;
}

static void put_line(struct values *w, struct buf *line)
{
	value_object(w, NULL);
	tree_text(w, "line", buf_str(line));
	value_end(w);
	if (line->failed)
		w->failed = 1;
	buf_free(line);
}

/* ---- what would help */

static int is_ready(const struct digest_person *p, const void *arg)
{
	(void)arg;
	return digest_is_one_yes_away(p);
}

static int is_as_good(const struct digest_help *a, const struct digest_help *b)
{
	return a->minutes == b->minutes && a->npeople == b->npeople && a->nfinished == b->nfinished && a->by == b->by &&
	    a->category[0] && b->category[0];
}

/* The first of `n`, and in a word those after it that help as much; returns how many. */
static size_t put_event(struct values *w, const struct digest_help *h, size_t n, day_t today)
{
	size_t same = 1;
	struct buf line = BUF_INIT;
	char s[WORDS_SIZE];

	text_clean(&line, h->category, strlen(h->category), TREE_TITLE_MAX);
	buf_printf(&line, "%s%s", line.len > 0 ? ", " : "", words_hours(h->minutes, s));
	buf_printf(&line, ", until %s: ", words_day(h->by, today, s));
	buf_printf(&line, "counts for %s %s", words_many(h->npeople, s), h->npeople == 1 ? "person" : "people");
	if (h->nfinished > 0)
		buf_printf(&line, ", of whom %s would be done", words_many(h->nfinished, s));
	buf_putc(&line, '.');
	for (; same < n && is_as_good(h, &h[same]); same++) {
		buf_puts(&line, same == 1 ? " The same for: " : "; ");
		text_clean(&line, h[same].category, strlen(h[same].category), TREE_TITLE_MAX);
	}
	if (same > 1)
		buf_putc(&line, '.');
	put_line(w, &line);
	return same;
}

void digest_help(struct values *w, const struct digest *d)
{
	const struct digest_facts *f = d->f;
	struct buf names = BUF_INIT;
	struct digest_count ready = digest_names(&names, d, is_ready, NULL, NULL);

	if (f->nhelp > 0 || ready.all > 0) {
		value_object(w, "help");
		value_list(w, "events");
		for (size_t i = 0; i < f->nhelp && i < HELP_MAX;)
			i += put_event(w, &f->help[i], f->nhelp - i, f->today);
		value_end(w);
		if (f->nhelp > 0)
			value_bool(w, "plan", 1);
		tree_text(w, "ready", buf_str(&names));
		value_end(w);
	}
	if (names.failed)
		w->failed = 1;
	buf_free(&names);
}

/* ---- the next deadlines */

static int has_deadline(const struct digest_person *p, const struct digest_facts *f)
{
	return (digest_is_open(p) || p->state == CYCLE_DONE) && p->end >= f->today && p->end - f->today <= DEADLINE_DAYS;
}

static int by_end(const void *va, const void *vb)
{
	const struct digest_person *a = *(const struct digest_person *const *)va, *b = *(const struct digest_person *const *)vb;

	if (a->end != b->end)
		return a->end < b->end ? -1 : 1;
	return (a > b) - (a < b);
}

/* "30 April: amir (13 to go), dana (complete)": the people from `at` on that share a day. Returns how many they are. */
static size_t put_day(struct values *w, const struct digest_facts *f, const struct digest_person **due, size_t n)
{
	struct buf line = BUF_INIT;
	char s[WORDS_SIZE];
	size_t i;

	buf_printf(&line, "%s: ", words_day(due[0]->end, f->today, s));
	for (i = 0; i < n && due[i]->end == due[0]->end; i++) {
		if (i > 0)
			buf_puts(&line, ", ");
		digest_name(&line, due[i]);
		if (due[i]->state == CYCLE_DONE)
			buf_puts(&line, " (complete)");
		else
			buf_printf(&line, " (%s to go)", words_digits(due[i]->to_go, s));
	}
	put_line(w, &line);
	return i;
}

void digest_deadlines(struct values *w, const struct digest *d)
{
	const struct digest_facts *f = d->f;
	const struct digest_person **due = calloc(f->npeople + 1, sizeof(*due));
	size_t n = 0, all = 0, shown;
	char many[WORDS_SIZE];

	if (due == NULL) {
		w->failed = 1;
		return;
	}
	for (size_t i = 0; i < f->npeople; i++) {
		if (!has_deadline(&f->people[i], f))
			continue;
		all++;
		if (i < d->most)
			due[n++] = &f->people[i];
	}
	qsort(due, n, sizeof(*due), by_end);
	shown = n < DEADLINE_NAMES_MAX ? n : DEADLINE_NAMES_MAX;
	if (all > 0) {
		value_object(w, "deadlines");
		value_list(w, "days");
		for (size_t i = 0; i < shown;)
			i += put_day(w, f, due + i, shown - i);
		value_end(w);
		if (all > shown)
			tree_text(w, "more", words_many(all - shown, many));
		value_end(w);
	}
	free(due);
}

/* ---- limits and evidence */

static int is_bound(const struct digest_person *p, const void *arg)
{
	return p->binding != NULL && digest_is_open(p) && strcmp(p->binding, arg) == 0;
}

/* The categories that hold somebody back, in the order of the people. */
static size_t categories(const struct digest_facts *f, const char *names[CATEGORIES_MAX])
{
	size_t n = 0;

	for (size_t i = 0; i < f->npeople && n < CATEGORIES_MAX; i++) {
		const char *name = f->people[i].binding;
		size_t k = 0;

		if (name == NULL || name[0] == '\0' || !digest_is_open(&f->people[i]))
			continue;
		while (k < n && strcmp(names[k], name) != 0)
			k++;
		if (k == n)
			names[n++] = name;
	}
	return n;
}

void digest_limits(struct values *w, const struct digest *d)
{
	const struct digest_facts *f = d->f;
	const char *names[CATEGORIES_MAX];
	size_t n = categories(f, names);

	if (n == 0)
		return;
	value_object(w, "limits");
	value_list(w, "categories");
	for (size_t i = 0; i < n; i++) {
		struct buf line = BUF_INIT;

		text_clean(&line, names[i], strlen(names[i]), TREE_TITLE_MAX);
		buf_puts(&line, " is full for ");
		digest_names(&line, d, is_bound, names[i], NULL);
		buf_puts(&line, ": more of it adds nothing.");
		put_line(w, &line);
	}
	value_end(w);
	value_end(w);
}

static int is_unproven(const struct digest_person *p, const void *arg)
{
	(void)arg;
	return p->without_evidence > 0 && p->state != CYCLE_SUBMITTED;
}

static void unproven_behind(struct buf *out, const struct digest_person *p, size_t at)
{
	(void)at;
	buf_printf(out, " %d", p->without_evidence);
}

void digest_evidence(struct values *w, const struct digest *d)
{
	const struct digest_facts *f = d->f;
	struct buf names = BUF_INIT;
	struct digest_count n = digest_names(&names, d, is_unproven, NULL, unproven_behind);
	size_t entries = 0;
	char many[WORDS_SIZE];

	for (size_t i = 0; i < f->npeople; i++)
		entries += is_unproven(&f->people[i], NULL) ? (size_t)f->people[i].without_evidence : 0;
	if (n.all > 0) {
		value_object(w, "evidence");
		tree_text(w, "entries", words_many(entries, many));
		value_bool(w, "one", entries == 1);
		tree_text(w, "names", buf_str(&names));
		value_end(w);
	}
	if (names.failed)
		w->failed = 1;
	buf_free(&names);
}
