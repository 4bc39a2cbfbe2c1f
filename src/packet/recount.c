/* A fresh evaluation of what a packet says, by the rules it carries. */
#include "recount.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/sha.h"
#include "base/text.h"
#include "facts.h"

enum { SHOWN_MAX = 5 };			/* disagreements */

int recount_program(
    const struct facts *f, const char *text, size_t len, struct program **ret, struct err *err)
{
	struct buf said = BUF_INIT;
	struct conf_errors errors = { &said, 0 };
	struct program *p;
	char hash[SHA_HEX_SIZE], first[300];

	sha256_hex(text, len, hash);
	if (strcmp(hash, f->program_hash) != 0)
		return err_set(err, ERR_USAGE, "program-invalid",
		    "The rules of the program are not those of the cycle: their SHA-256 is %.12s..., not "
		    "%.12s...",
		    hash, f->program_hash);
	if (program_load(text, len, f->program, &p, &errors) != 0) {
		text_excerpt(first, sizeof first, buf_str(&said));
		buf_free(&said);
		return err_set(
		    err, ERR_USAGE, "program-invalid", "The rules of the program cannot be read: %s", first);
	}
	buf_free(&said);
	if (strcmp(p->id, f->program) != 0) {
		err_set(err, ERR_USAGE, "program-invalid", "The rules are of program %s, not of %s.", p->id,
		    f->program);
		program_free(p);
		return -1;
	}
	*ret = p;
	return 0;
}

/* ---- facts as rules/ takes them */

/* Words that the program does not know are of a program the person left, and say nothing here. */
static uint32_t competencies_of(const struct program *p, const struct fact *e)
{
	uint32_t mask = 0;

	for (size_t i = 0; i < e->ncompetencies; i++) {
		int k = program_maps_to(p, e->competencies[i]);

		if (k >= 0)
			mask |= UINT32_C(1) << k;
	}
	return mask;
}

static uint32_t tags_of(const struct program *p, const struct fact *e, int category)
{
	uint32_t named = 0;

	for (size_t i = 0; i < e->ntags; i++)
		for (size_t k = 0; k < p->ntags; k++)
			if (strcmp(p->tags[k].id, e->tags[i]) == 0)
				named |= UINT32_C(1) << k;
	return program_tags(p, category, named);
}

static int category_of(const struct program *p, const char *id)
{
	for (size_t i = 0; i < p->ncategories; i++)
		if (strcmp(p->categories[i].id, id) == 0)
			return (int)i;
	return -1;
}

static int kind_of(const struct program *p, const char *id)
{
	for (size_t i = 0; id != NULL && i < p->nkinds; i++)
		if (strcmp(p->kinds[i].id, id) == 0)
			return (int)i;
	return -1;
}

static int add_title(struct buf *titles, const char *title)
{
	return text_fold(titles, title, strlen(title)) != 0 || buf_putc(titles, '\0') != 0 ? -1 : 0;
}

static int to_fact(const struct program *p, const struct fact *e, struct entry_fact *ret, struct err *err)
{
	struct entry_fact f = { .id = e->id, .day = e->day, .minutes = e->minutes,
		.quantity = e->quantity, .competencies = competencies_of(p, e),
		.category = category_of(p, e->category), .kind = kind_of(p, e->earn),
		.is_void = e->state == ENTRY_VOID, .is_late = e->state == ENTRY_LATE,
		.is_planned = e->state == ENTRY_PLANNED, .has_evidence = e->nproofs > 0, .event = e->event };

	if (f.category < 0)
		return err_set(err, ERR_USAGE, "fact-invalid",
		    "Entry %lld has a category that program %s does not know.", (long long)e->id, p->id);
	f.tags = tags_of(p, e, f.category);
	*ret = f;
	return 0;
}

/* Titles stand one after the other in `titles`, each with its end, once all are there. */
static int to_facts(const struct facts *f, const struct program *p, struct entry_fact *facts,
    struct buf *titles, struct err *err)
{
	const char *title;

	for (size_t i = 0; i < f->n; i++)
		if (to_fact(p, &f->entries[i], &facts[i], err) != 0)
			return -1;
	for (size_t i = 0; i < f->n; i++)
		if (add_title(titles, f->entries[i].title) != 0)
			return err_oom(err);
	title = buf_str(titles);
	for (size_t i = 0; i < f->n; i++) {
		facts[i].course = title;
		title += strlen(title) + 1;
	}
	return 0;
}

/* ---- comparing */

struct comparison {
	struct buf *why;
	int found;
};

static void differ(struct comparison *c, const char *what, int64_t said, int64_t is)
{
	char a[32], b[32];

	if (said == is || c->found++ >= SHOWN_MAX)
		return;
	buf_printf(c->why, "%s%s: the packet says %s, the rules give %s.", c->found > 1 ? " " : "", what,
	    units_text(said, a, sizeof a), units_text(is, b, sizeof b));
}

static void compare_entry(struct comparison *c, const struct fact *e, const struct entry_verdict *v)
{
	char what[64];

	snprintf(what, sizeof what, "Entry %lld, units", (long long)e->id);
	differ(c, what, e->units, v->units);
	snprintf(what, sizeof what, "Entry %lld, counted", (long long)e->id);
	differ(c, what, e->counted, v->counted);
	if (e->state == v->state || c->found++ >= SHOWN_MAX)
		return;
	buf_printf(c->why, "%sEntry %lld: the packet says %s, the rules give %s.", c->found > 1 ? " " : "",
	    (long long)e->id, entry_state_name(e->state), entry_state_name(v->state));
}

static void compare_tallies(struct comparison *c, const struct facts *f, const struct program *p,
    const struct verdict *v)
{
	char what[300], id[200];

	for (size_t i = 0; i < f->ntallies; i++) {
		int k = category_of(p, f->tallies[i].id);

		text_excerpt(id, sizeof id, f->tallies[i].id);
		snprintf(what, sizeof what, "Category %s, counted", id);
		differ(c, what, f->tallies[i].counted, k < 0 ? 0 : v->categories[k].counted);
		snprintf(what, sizeof what, "Category %s, logged", id);
		differ(c, what, f->tallies[i].logged, k < 0 ? 0 : v->categories[k].logged);
		snprintf(what, sizeof what, "Category %s, over the limit", id);
		differ(c, what, f->tallies[i].over_limit, k < 0 ? 0 : v->categories[k].over_limit);
	}
}

static void compare_findings(struct comparison *c, const struct facts *f, const struct program *p,
    const struct verdict *v)
{
	char what[300];

	if (f->nfindings != p->nrules && c->found++ < SHOWN_MAX)
		buf_printf(c->why, "%sThe packet tells of %zu rules, the program has %zu.",
		    c->found > 1 ? " " : "", f->nfindings, p->nrules);
	for (size_t i = 0; i < f->nfindings && i < p->nrules; i++) {
		const struct finding *x = &f->findings[i];

		snprintf(what, sizeof what, "Rule %.200s", p->rules[i].id);
		if (strcmp(x->id, p->rules[i].id) != 0 || strcmp(x->text, p->rules[i].text) != 0 ||
		    x->met != v->rules[i].met) {
			if (c->found++ < SHOWN_MAX)
				buf_printf(c->why, "%s%s: its words, or whether it is met, differ.",
				    c->found > 1 ? " " : "", what);
		}
		if (x->need >= 0)
			differ(c, what, x->need, v->rules[i].need);
		if (x->have >= 0)
			differ(c, what, x->have, v->rules[i].have);
	}
}

static int compare(const struct facts *f, const struct program *p, const struct verdict *v, struct buf *why)
{
	struct comparison c = { why, 0 };

	differ(&c, "Required", f->required, v->required);
	differ(&c, "Counted", f->counted, v->counted);
	for (size_t i = 0; i < f->n; i++)
		compare_entry(&c, &f->entries[i], &v->entries[i]);
	compare_tallies(&c, f, p, v);
	compare_findings(&c, f, p, v);
	return c.found > 0;
}

int recount(const struct facts *f, const struct program *p, struct buf *why, struct err *err)
{
	struct entry_fact *facts = calloc(f->n > 0 ? f->n : 1, sizeof *facts);
	struct buf titles = BUF_INIT;
	struct verdict v;
	int ret = -1;

	if (facts == NULL)
		return err_oom(err);
	if (to_facts(f, p, facts, &titles, err) == 0 &&
	    credit_evaluate(p, &f->cycle, facts, f->n, f->today, &v, err) == 0) {
		ret = compare(f, p, &v, why);
		verdict_free(&v);
		if (why->failed)
			ret = err_oom(err);
	}
	buf_free(&titles);
	free(facts);
	return ret;
}
