/* What several tests of this folder need. */
#include "help.h"
#include "expand.h"
#include "base/buf.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

static uint64_t state;

void random_begin(const char *test)
{
	const char *given = getenv("CEUD_SEED");

	if (given != NULL)
		state = strtoull(given, NULL, 10);
	else if (getrandom(&state, sizeof(state), 0) != (ssize_t)sizeof(state))
		state = 1;
	printf("# %s: CEUD_SEED=%" PRIu64 "\n", test, state);
}

/* splitmix64 */
int random_between(int least, int most)
{
	uint64_t z = state += UINT64_C(0x9E3779B97F4A7C15);

	z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
	z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
	return least + (int)((z ^ z >> 31) % (uint64_t)(most - least + 1));
}

static void add(struct buf *out, day_t day, int seconds, enum when_kind kind)
{
	struct ymd d = date_ymd(day);

	buf_printf(out, "%s%04d%02d%02d", out->len > 0 ? "," : "", d.year, d.month, d.day);
	if (kind != WHEN_DATE)
		buf_printf(out, "T%02d%02d%02d%s", seconds / 3600, seconds / 60 % 60, seconds % 60,
		    kind == WHEN_UTC ? "Z" : "");
}

int expand_text_until(struct buf *out, const char *text, const char *start, int most, int year)
{
	struct rule rule;
	struct when first;
	struct expand x;
	char why[200];
	day_t day, from, to;
	int seconds;

	buf_reset(out);
	if (rule_parse(text, strlen(text), &rule, why, sizeof(why)) != RULE_FOLLOWED) {
		buf_puts(out, why);
		return 1;
	}
	assert_int_equal(when_parse(start, strlen(start), &first), 0);
	if (expand_refusal(&rule, &first) != NULL) {
		buf_puts(out, expand_refusal(&rule, &first));
		return 1;
	}
	assert_int_equal(when_day(1, 1, 1, &from), 0);
	assert_int_equal(when_day(year, 1, 1, &to), 0);
	expand_begin(&x, &rule, &first, from * INT64_C(86400), to * INT64_C(86400) - 1, 1000000);
	while (most-- > 0 && expand_next(&x, &day, &seconds) > 0) {
		if (rule.has_until &&
		    (day > rule.until.day ||
		        (rule.until.kind != WHEN_DATE && day == rule.until.day &&
		            seconds > rule.until.seconds)))
			break;
		add(out, day, seconds, first.kind);
	}
	return 0;
}

int expand_text(struct buf *out, const char *text, const char *start, int most)
{
	return expand_text_until(out, text, start, most, 2200);
}
