/* Rules to dates. Three lines: DTSTART, RRULE, and where to begin; the rest is not looked at. */
#include "input.h"
#include "expand.h"
#include "rule.h"
#include "when.h"
#include "base/text.h"

enum { STEPS_MAX = 20000, DATES_MAX = 400 };
#define DAY INT64_C(86400)

struct dates {
	int64_t at[DATES_MAX];
	int n, ended;			/* by itself, not by a budget */
};

/* Ascending, not before DTSTART, between from and to, no more than COUNT, within the budget. */
static void list(const struct rule *r, const struct when *start, int64_t from, int64_t to, struct dates *ret)
{
	static struct expand x;
	int64_t first = start->day * DAY + start->seconds;
	int got = 0, seconds;
	day_t day;

	ret->n = 0;
	expand_begin(&x, r, start, from, to, STEPS_MAX);
	while (ret->n < DATES_MAX && (got = expand_next(&x, &day, &seconds)) == 1) {
		int64_t at = day * DAY + seconds;

		MUST(seconds >= 0 && seconds < DAY);
		MUST(at >= first && at >= from && at <= to);
		MUST(ret->n == 0 || at > ret->at[ret->n - 1]);
		MUST(start->kind != WHEN_DATE || seconds == 0);
		ret->at[ret->n++] = at;
		MUST(r->count == 0 || ret->n <= r->count);
		MUST(x.steps <= STEPS_MAX + EXPAND_DAYS_MAX + 1500);
	}
	MUST(got >= -1 && got <= 1);
	ret->ended = got == 0;
	if (got <= 0)
		MUST(expand_next(&x, &day, &seconds) == got);
}

/* Begun later the same dates come. */
static void compare(const struct dates *all, const struct dates *later, int64_t from)
{
	int at = 0, n = 0;

	while (at < all->n && all->at[at] < from)
		at++;
	for (; at < all->n && n < later->n; at++, n++)
		MUST(all->at[at] == later->at[n]);
	MUST(!all->ended || !later->ended || (at == all->n && n == later->n));
}

static void expand(const struct rule *r, const struct when *start, const struct when *from)
{
	static struct dates all, later;
	int64_t begin = start->day * DAY, at = from->day * DAY + from->seconds;
	int64_t end = begin > at ? begin + 3000 * DAY : at + 3000 * DAY;

	if (expand_refusal(r, start) != NULL)
		return;
	list(r, start, begin, end, &all);
	list(r, start, at, end, &later);
	compare(&all, &later, at);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct input in = { data, len };
	struct when start, from;
	struct rule r;
	char why[200] = "";
	const char *line;
	enum rule_verdict verdict;
	size_t n;

	line = input_line(&in, &n);
	if (when_parse(line, n, &start) != 0)
		return 0;
	line = input_line(&in, &n);
	verdict = rule_parse(line, n, &r, why, sizeof(why));
	if (verdict != RULE_FOLLOWED) {
		MUST(why[0] != '\0' && text_is_utf8(why, strlen(why)));
		return 0;
	}
	line = input_line(&in, &n);
	if (when_parse(line, n, &from) != 0)
		from = start;
	expand(&r, &start, &from);
	return 0;
}
