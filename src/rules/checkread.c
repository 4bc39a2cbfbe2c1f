/* The checks that a program file carries, as they are written. */
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/text.h"
#include "check.h"

#define QUANTITY_MAX INT64_C(1000000)		/* hundredths: 10,000 items */
#define EXPECT_MAX INT64_C(1000000000)		/* the most that units_parse() gives */

const char *const answer_words[] = { "no", "yes", NULL };
const char *const met_words[] = { "unmet", "met", NULL };

static void read_on(struct reader *r, const struct conf *c, void *arg)
{
	struct check *check = arg;

	read_day(r, c, 0, &check->on);
}

static void read_check_cycle(struct reader *r, const struct conf *c, void *arg)
{
	struct check *check = arg;

	if (read_day(r, c, 0, &check->cycle.start) || read_day(r, c, 1, &check->cycle.end))
		return;
	if (check->cycle.end < check->cycle.start)
		complain(r, c, 1, "this cycle ends before it starts; write: cycle START END");
	else
		check->has_cycle = 1;
}

static void read_first(struct reader *r, const struct conf *c, void *arg)
{
	struct check *check = arg;

	read_word(r, c, 0, answer_words, 2, &check->is_first);
}

static void read_carried(struct reader *r, const struct conf *c, void *arg)
{
	struct check *check = arg;

	read_amount(r, c, 0, 0, AMOUNT_MAX, &check->carried);
}

/* ---- entry */

/* Each reads one option, whose first value is parameter i: the index of its last value, or 0. */

static size_t read_entry_day(struct reader *r, const struct conf *c, size_t i, struct entry_fact *f)
{
	return read_day(r, c, (int)i, &f->day) ? 0 : i;
}

static size_t read_entry_for(struct reader *r, const struct conf *c, size_t i, struct entry_fact *f)
{
	f->competencies = 0;
	if (!strcmp(c->params[i], "none"))
		return i;
	return read_named_list(r, c, (int)i, &r->competencies, &f->competencies) ? 0 : i;
}

static const char *fold(struct reader *r, const char *s)
{
	struct buf folded = BUF_INIT;
	char *copy = NULL;

	if (!text_fold(&folded, s, strlen(s)))
		copy = arena_strdup(&r->scratch, buf_str(&folded));
	buf_free(&folded);
	r->no_memory |= !copy;
	return copy;
}

static size_t read_entry_title(struct reader *r, const struct conf *c, size_t i, struct entry_fact *f)
{
	f->course = fold(r, c->params[i]);
	return f->course ? i : 0;
}

static size_t read_entry_event(struct reader *r, const struct conf *c, size_t i, struct entry_fact *f)
{
	f->event = c->params[i];
	(void)r;
	return i;
}

static size_t read_entry_tag(struct reader *r, const struct conf *c, size_t i, struct entry_fact *f)
{
	if (read_named_list(r, c, (int)i, &r->tags, &f->tags) || !tags_fit(r, c, (int)i, f->category, f->tags))
		return 0;
	return i;
}

static size_t read_entry_kind(struct reader *r, const struct conf *c, size_t i, struct entry_fact *f)
{
	if (read_named(r, c, (int)i, &r->kinds, &f->kind))
		return 0;
	f->quantity = 100;
	if (i + 1 == c->nparams || c->params[i + 1][strspn(c->params[i + 1], "0123456789.")])
		return i;
	if (r->p->kinds[f->kind].per == EARN_HOUR) {
		complain(r, c, (int)i + 1, "\"%s\" is earned by the hour: write no count", c->params[i]);
		return 0;
	}
	return read_amount(r, c, (int)i + 1, 1, QUANTITY_MAX, &f->quantity) ? 0 : i + 1;
}

static size_t read_entry_evidence(struct reader *r, const struct conf *c, size_t i, struct entry_fact *f)
{
	return read_word(r, c, (int)i, answer_words, 2, &f->has_evidence) ? 0 : i;
}

const char *const entry_words[] = { "on", "for", "title", "event", "tag", "as", "evidence", NULL };

static int read_entry_options(struct reader *r, const struct conf *c, struct entry_fact *f)
{
	static size_t (*const options[])(struct reader *, const struct conf *, size_t, struct entry_fact *) = {
		read_entry_day, read_entry_for, read_entry_title, read_entry_event, read_entry_tag, read_entry_kind,
		read_entry_evidence };
	int used[COUNT(options)] = { 0 }, k;

	for (size_t i = 2; i < c->nparams; i++) {
		if (read_word(r, c, (int)i, entry_words, COUNT(options), &k))
			return -1;
		if (used[k]++) {
			complain(r, c, (int)i, "\"%s\" is here twice; remove one", entry_words[k]);
			return -1;
		}
		if (need_value(r, c, i + 1, entry_words[k]))
			return -1;
		i = options[k](r, c, i + 1, f);
		if (i == 0)
			return -1;
	}
	return 0;
}

static void read_entry(struct reader *r, const struct conf *c, void *arg)
{
	struct check *check = arg;
	struct entry_fact *f = &check->facts[check->nfacts];
	struct err err = { 0 };
	char own[32];

	f->id = (int64_t)++check->nfacts;
	f->day = check->on;
	f->kind = -1;
	f->competencies = r->p->ncompetencies > 0;
	f->has_evidence = 1;
	/* `#` never comes out of folding: no title in the file can be the same as this one */
	snprintf(own, sizeof own, "#%zu", check->nfacts);
	f->course = arena_strdup(&r->scratch, own);
	r->no_memory |= !f->course;
	if (date_parse_hours(c->params[0], &f->minutes, &err))
		complain(r, c, 0, "%s", err.what);
	if (!read_named(r, c, 1, &r->categories, &f->category) && !read_entry_options(r, c, f))
		f->tags = program_tags(r->p, f->category, f->tags);
}

/* ---- expect */

static int read_state(struct reader *r, const struct conf *c, int *ret)
{
	const char *names[CYCLE_LAPSED + 1];

	for (int s = 0; s <= CYCLE_LAPSED; s++)
		names[s] = cycle_state_name((enum cycle_state)s);
	return read_word(r, c, 1, names, COUNT(names), ret);
}

static int read_requirement(struct reader *r, const struct conf *c, struct expectation *e)
{
	for (size_t i = 0; i < r->p->nrules; i++) {
		const struct rule *rule = &r->p->rules[i];

		if (strcmp(rule->id, c->params[1]))
			continue;
		if (rule->kind != RULE_REQUIRE) {
			complain(r, c, 1, "rule \"%s\" on line %d requires nothing, it is always met", rule->id, rule->line);
			return -1;
		}
		e->index = (int)i;
		return read_word(r, c, 2, met_words, 2, &e->answer);
	}
	complain(r, c, 1, "unknown rule \"%s\"; write the id of a requirement", c->params[1]);
	return -1;
}

static int read_expected(struct reader *r, const struct conf *c, struct expectation *e)
{
	switch (e->kind) {
	case EXPECT_COUNTED:
	case EXPECT_REQUIRED:
	case EXPECT_CARRY:
		return read_amount(r, c, 1, 0, EXPECT_MAX, &e->amount);
	case EXPECT_DONE:
		return read_word(r, c, 1, answer_words, 2, &e->answer);
	case EXPECT_STATE:
		return read_state(r, c, &e->answer);
	case EXPECT_CATEGORY:
		return read_named(r, c, 1, &r->categories, &e->index) || read_amount(r, c, 2, 0, EXPECT_MAX, &e->amount);
	case EXPECT_RULE:
		return read_requirement(r, c, e);
	}
	return -1;
}

const char *const expect_words[] = { "counted", "done", "state", "category", "rule", "required", "carry", NULL };

static void read_expect(struct reader *r, const struct conf *c, void *arg)
{
	static const char *const usages[] = { "counted NUMBER", "done yes|no", "state NAME", "category ID NUMBER",
		"rule ID met|unmet", "required NUMBER", "carry NUMBER" };
	struct check *check = arg;
	struct expectation e = { .c = c };
	int kind;

	if (read_word(r, c, 0, expect_words, COUNT(usages), &kind))
		return;
	e.kind = (enum expected)kind;
	if (c->nparams != (e.kind == EXPECT_CATEGORY || e.kind == EXPECT_RULE ? 3 : 2))
		complain(r, c, 0, "write: expect %s", usages[kind]);
	else if (!read_expected(r, c, &e))
		check->expectations[check->nexpectations++] = e;
}

/* ---- the whole */

static const struct word in_check[] = {
	{ "on", WORD_NEEDED, 1, 1, BLOCK_NONE, 0, "on DATE", read_on },
	{ "cycle", WORD_ONCE, 2, 2, BLOCK_NONE, 0, "cycle START END", read_check_cycle },
	{ "first", WORD_ONCE, 1, 1, BLOCK_NONE, 0, "first yes|no", read_first },
	{ "carried", WORD_ONCE, 1, 1, BLOCK_NONE, 0, "carried NUMBER", read_carried },
	{ "entry", WORD_MANY, 2, 17, BLOCK_NONE, 1, "entry HOURS CATEGORY [on DATE] [for COMPETENCY,..|none] "
	    "[title \"TITLE\"] [event NAME] [tag TAG,..] [as KIND [COUNT]] [evidence yes|no]", read_entry },
	{ "expect", WORD_MANY, 2, 3, BLOCK_NONE, 1, "expect counted NUMBER | done yes|no | state NAME | "
	    "category ID NUMBER | rule ID met|unmet | required NUMBER | carry NUMBER", read_expect },
};
const struct words check_words = WORDS("check", in_check);

static int can_evaluate(const struct program *p)
{
	return p->unit_minutes > 0 && p->step > 0 && p->cycle_months > 0 && p->ncategories > 0 &&
	    p->required > 0;
}

void read_check(struct reader *r, const struct conf *c)
{
	struct check check = { .name = c->params[0] };
	int errors_before = r->nerrors;

	check.facts = scratch_zeroed(r, c->nchildren, sizeof *check.facts);
	check.expectations = scratch_zeroed(r, c->nchildren, sizeof *check.expectations);
	if (!check.facts || !check.expectations)
		return;
	read_block(r, c, &check_words, &check);
	if (!conf_find(c, "expect"))
		complain(r, c, AT_NAME, "check \"%s\" expects nothing; add: %s", check.name,
		    in_check[COUNT(in_check) - 1].usage);
	if (r->nerrors == errors_before && can_evaluate(r->p) && !r->no_memory)
		run_check(r, c, &check);
}
