/* The checks a program file carries: small histories with what must come out, run when the file is read. */
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/text.h"
#include "reader.h"
#include "rules/credit.h"

#define COUNT(a) (sizeof (a) / sizeof *(a))

enum expected { EXPECT_COUNTED, EXPECT_DONE, EXPECT_STATE, EXPECT_CATEGORY };

struct expectation {
	const struct conf *c;
	enum expected kind;
	int category, state, done;
	int64_t amount;
};

struct check {
	const char *name;
	day_t on;
	struct cycle cycle;
	int has_cycle;
	struct entry_fact *facts; size_t nfacts;
	struct expectation *expectations; size_t nexpectations;
};

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

static int read_competency(struct reader *r, const struct conf *c, int i, const char *word, uint32_t *mask)
{
	const char *names[PROGRAM_COMPETENCIES_MAX], *near;

	for (size_t k = 0; k < r->p->ncompetencies; k++) {
		names[k] = r->p->competencies[k].id;
		if (!strcmp(names[k], word)) {
			*mask |= UINT32_C(1) << k;
			return 0;
		}
	}
	near = text_suggest(word, names, r->p->ncompetencies);
	if (near)
		complain(r, c, i, "unknown competency \"%s\"; did you mean \"%s\"?", word, near);
	else
		complain(r, c, i, "unknown competency \"%s\"; write ids with commas between them, or none",
		    word);
	return -1;
}

/* `none`, or ids with commas between them. */
static int read_competencies(struct reader *r, const struct conf *c, int i, uint32_t *ret)
{
	char *list = arena_strdup(&r->scratch, c->params[i]), *word;
	uint32_t mask = 0;
	int bad = 0;

	if (!list) {
		r->no_memory = 1;
		return -1;
	}
	if (strcmp(list, "none"))
		while (!bad && (word = strsep(&list, ",")))
			bad = read_competency(r, c, i, word, &mask);
	*ret = mask;
	return bad;
}

static int read_course(struct reader *r, const struct conf *c, int i, const char **ret)
{
	struct buf folded = BUF_INIT;
	char *copy = NULL;

	if (!text_fold(&folded, c->params[i], strlen(c->params[i])))
		copy = arena_strdup(&r->scratch, buf_str(&folded));
	buf_free(&folded);
	if (!copy) {
		r->no_memory = 1;
		return -1;
	}
	*ret = copy;
	return 0;
}

static int read_entry_options(struct reader *r, const struct conf *c, struct entry_fact *f)
{
	static const char *const names[] = { "on", "for", "title" };
	int used[COUNT(names)] = { 0 }, bad = 0, k;

	for (size_t i = 2; i < c->nparams; i += 2) {
		if (read_word(r, c, (int)i, names, COUNT(names), &k))
			return -1;
		if (used[k]++ || i + 1 == c->nparams) {
			complain(r, c, (int)i, used[k] > 1 ? "\"%s\" is here twice; remove one" :
			    "a value is missing after \"%s\"", names[k]);
			return -1;
		}
		if (k == 0)
			bad |= read_day(r, c, (int)i + 1, &f->day);
		else if (k == 1)
			bad |= read_competencies(r, c, (int)i + 1, &f->competencies);
		else
			bad |= read_course(r, c, (int)i + 1, &f->course);
	}
	return bad;
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
	/* `#` never comes out of folding: no title in the file can be the same as this one */
	snprintf(own, sizeof own, "#%zu", check->nfacts);
	f->course = arena_strdup(&r->scratch, own);
	r->no_memory |= !f->course;
	if (date_parse_hours(c->params[0], &f->minutes, &err))
		complain(r, c, 0, "%s", err.what);
	read_category(r, c, 1, &f->category);
	read_entry_options(r, c, f);
}

static int state_by_name(struct reader *r, const struct conf *c, int *ret)
{
	const char *names[CYCLE_LAPSED + 1];

	for (int s = 0; s <= CYCLE_LAPSED; s++)
		names[s] = cycle_state_name((enum cycle_state)s);
	return read_word(r, c, 1, names, COUNT(names), ret);
}

static void read_expect(struct reader *r, const struct conf *c, void *arg)
{
	static const char *const kinds[] = { "counted", "done", "state", "category" };
	static const char *const usages[] = { "counted NUMBER", "done yes|no", "state NAME",
	    "category ID NUMBER" };
	static const char *const answers[] = { "no", "yes" };
	struct check *check = arg;
	struct expectation e = { .c = c };
	int kind, bad;

	if (read_word(r, c, 0, kinds, COUNT(kinds), &kind))
		return;
	e.kind = (enum expected)kind;
	if (c->nparams != (e.kind == EXPECT_CATEGORY ? 3 : 2)) {
		complain(r, c, 0, "write: expect %s", usages[kind]);
		return;
	}
	if (e.kind == EXPECT_COUNTED)
		bad = read_amount(r, c, 1, 0, &e.amount);
	else if (e.kind == EXPECT_DONE)
		bad = read_word(r, c, 1, answers, COUNT(answers), &e.done);
	else if (e.kind == EXPECT_STATE)
		bad = state_by_name(r, c, &e.state);
	else
		bad = read_category(r, c, 1, &e.category) || read_amount(r, c, 2, 0, &e.amount);
	if (!bad)
		check->expectations[check->nexpectations++] = e;
}

static void compare_amount(struct reader *r, const struct check *check, const struct expectation *e,
    const char *what, int64_t came)
{
	char want[32], got[32];

	if (came != e->amount)
		complain(r, e->c, AT_NAME, "check \"%s\" fails: expected %s %s, came out %s; "
		    "correct the rules or the check", check->name, what,
		    units_text(e->amount, want, sizeof want), units_text(came, got, sizeof got));
}

static void compare_word(struct reader *r, const struct check *check, const struct expectation *e,
    const char *what, const char *want, const char *came)
{
	if (strcmp(want, came))
		complain(r, e->c, AT_NAME, "check \"%s\" fails: expected %s %s, came out %s; "
		    "correct the rules or the check", check->name, what, want, came);
}

static void compare(struct reader *r, const struct check *check, const struct expectation *e,
    const struct verdict *v)
{
	switch (e->kind) {
	case EXPECT_COUNTED:
		compare_amount(r, check, e, "counted", v->counted);
		break;
	case EXPECT_CATEGORY:
		compare_amount(r, check, e, r->p->categories[e->category].id,
		    v->categories[e->category].counted);
		break;
	case EXPECT_DONE:
		compare_word(r, check, e, "done", e->done ? "yes" : "no",
		    v->state == CYCLE_DONE ? "yes" : "no");
		break;
	case EXPECT_STATE:
		compare_word(r, check, e, "state", cycle_state_name((enum cycle_state)e->state),
		    cycle_state_name(v->state));
		break;
	}
}

static int can_evaluate(const struct program *p)
{
	return p->unit_minutes > 0 && p->step > 0 && p->cycle_months > 0 && p->ncategories > 0 &&
	    p->required > 0;
}

static void run(struct reader *r, const struct conf *c, struct check *check)
{
	struct verdict v;
	struct err err = { 0 };

	if (!check->has_cycle)
		check->cycle = cycle_ending(check->on, r->p->cycle_months);
	if (credit_evaluate(r->p, &(struct credit_cycle){ check->cycle, DAY_NONE, DAY_NONE, 0, 0 }, check->facts, check->nfacts, check->on, &v, &err)) {
		complain(r, c, AT_NAME, "check \"%s\" cannot be run: %s", check->name, err.what);
		return;
	}
	for (size_t i = 0; i < check->nexpectations; i++)
		compare(r, check, &check->expectations[i], &v);
	verdict_free(&v);
}

void read_check(struct reader *r, const struct conf *c)
{
	static const struct word words[] = {
		{ "on", WORD_NEEDED, 1, 1, BLOCK_NONE, 0, "on DATE", read_on },
		{ "cycle", WORD_ONCE, 2, 2, BLOCK_NONE, 0, "cycle START END", read_check_cycle },
		{ "entry", WORD_MANY, 2, 8, BLOCK_NONE, 1,
		    "entry HOURS CATEGORY [on DATE] [for COMPETENCY,..|none] [title \"TITLE\"]", read_entry },
		{ "expect", WORD_MANY, 2, 3, BLOCK_NONE, 1,
		    "expect counted NUMBER | done yes|no | state NAME | category ID NUMBER", read_expect },
	};
	struct check check = { .name = c->params[0] };
	int errors_before = r->nerrors;

	check.facts = scratch_zeroed(r, c->nchildren, sizeof *check.facts);
	check.expectations = scratch_zeroed(r, c->nchildren, sizeof *check.expectations);
	if (!check.facts || !check.expectations)
		return;
	read_block(r, c, words, COUNT(words), &check);
	if (!conf_find(c, "expect"))
		complain(r, c, AT_NAME, "check \"%s\" expects nothing; add: %s", check.name, words[3].usage);
	if (r->nerrors == errors_before && can_evaluate(r->p) && !r->no_memory)
		run(r, c, &check);
}
