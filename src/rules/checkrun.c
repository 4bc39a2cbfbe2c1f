/* Checks run when the file is read: what must come out, and what did. */
#include <string.h>

#include "base/err.h"
#include "check.h"

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

/* Which of the open states it is, an estimate says and no rule: a file that was read once must be read for ever. */
static int is_open(enum cycle_state s)
{
	return s == CYCLE_ON_TRACK || s == CYCLE_AT_RISK || s == CYCLE_OFF_TRACK;
}

static void compare_state(struct reader *r, const struct check *check, const struct expectation *e,
    enum cycle_state came)
{
	enum cycle_state want = (enum cycle_state)e->answer;

	if (!is_open(want) || !is_open(came))
		compare_word(r, check, e, "state", cycle_state_name(want), cycle_state_name(came));
}

static void compare(struct reader *r, const struct check *check, const struct expectation *e,
    const struct verdict *v, int64_t carry)
{
	switch (e->kind) {
	case EXPECT_COUNTED:
		compare_amount(r, check, e, "counted", v->counted);
		break;
	case EXPECT_CATEGORY:
		compare_amount(r, check, e, r->p->categories[e->index].id, v->categories[e->index].counted);
		break;
	case EXPECT_DONE:
		compare_word(r, check, e, "done", answer_words[e->answer], answer_words[v->state == CYCLE_DONE]);
		break;
	case EXPECT_STATE:
		compare_state(r, check, e, v->state);
		break;
	case EXPECT_RULE:
		compare_word(r, check, e, r->p->rules[e->index].id, met_words[e->answer],
		    met_words[v->rules[e->index].met != 0]);
		break;
	case EXPECT_REQUIRED:
		compare_amount(r, check, e, "required", v->required);
		break;
	case EXPECT_CARRY:
		compare_amount(r, check, e, "carry", carry);
		break;
	}
}

void run_check(struct reader *r, const struct conf *c, struct check *check)
{
	struct credit_cycle cycle = { check->cycle, DAY_NONE, DAY_NONE, check->is_first, check->carried };
	struct verdict v;
	struct err err = { 0 };
	int64_t carry;

	if (!check->has_cycle)
		cycle.dates = cycle_ending(check->on, r->p->cycle_months);
	if (credit_count(r->p, &cycle, check->facts, check->nfacts, check->on, &v, &err)) {
		complain(r, c, AT_NAME, "check \"%s\" cannot be run: %s", check->name, err.what);
		return;
	}
	carry = credit_carry(r->p, &cycle, check->facts, check->nfacts, &v);
	for (size_t i = 0; i < check->nexpectations; i++)
		compare(r, check, &check->expectations[i], &v, carry);
	verdict_free(&v);
}
