/* What the tests of this room share. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/buf.h"
#include "base/err.h"
#include "helper.h"

static const char small_program[] =
    "program small {\n"
    "\tname \"Small\"\n"
    "\ttitle \"Small certificate\"\n"
    "\tissuer \"Example board\"\n"
    "\tunit CEU {\n"
    "\t\tminutes 60\n"
    "\t\tstep 0.25\n"
    "\t}\n"
    "\tcycle 24 months\n"
    "\tcategory talks \"Talks\"\n"
    "\tcategory books \"Books\"\n"
    "\tcategory courses \"Courses\"\n"
    "\tcompetency listening \"Listening\"\n"
    "\tcompetency measuring \"Measuring\"\n"
    "\tsource board \"Board rules\"\n"
    "\trequire 20 total {\n"
    "\t\tid all\n"
    "\t\ttext \"Twenty units.\"\n"
    "\t}\n";

day_t day(const char *iso)
{
	day_t d = DAY_NONE;

	if (date_parse_iso(iso, &d))
		fail_msg("%s is no date", iso);
	return d;
}

static struct program *load_bytes(const char *text, size_t len)
{
	struct buf out = BUF_INIT;
	struct conf_errors errors = { &out, 0 };
	struct program *p = NULL;

	if (program_load(text, len, "t", &p, &errors))
		fail_msg("refused:\n%s", buf_str(&out));
	assert_int_equal(errors.count, 0);
	buf_free(&out);
	return p;
}

struct program *load(const char *text)
{
	return load_bytes(text, strlen(text));
}

char *read_all(const char *path)
{
	struct buf b = BUF_INIT;
	char chunk[4096];
	size_t n;
	FILE *f = fopen(path, "rb");

	if (!f)
		fail_msg("%s: %s", path, strerror(errno));
	while ((n = fread(chunk, 1, sizeof chunk, f)) > 0)
		buf_add(&b, chunk, n);
	fclose(f);
	return buf_take(&b);
}

struct program *load_file(const char *path)
{
	char *text = read_all(path);
	struct program *p = load(text);

	free(text);
	return p;
}

char *refused(const char *text)
{
	struct buf out = BUF_INIT;
	struct conf_errors errors = { &out, 0 };
	struct program *p = NULL;

	if (!program_load(text, strlen(text), "t", &p, &errors))
		fail_msg("accepted:\n%s", text);
	assert_null(p);
	assert_true(errors.count > 0);
	return buf_take(&out);
}

char *program_with(const char *more)
{
	struct buf b = BUF_INIT;

	buf_puts(&b, small_program);
	buf_puts(&b, more);
	buf_puts(&b, "}\n");
	return buf_take(&b);
}

void refuses(const char *more, const char *want)
{
	char *text = program_with(more), *errors = refused(text);

	assert_string_equal(errors, want);
	free(errors);
	free(text);
}

struct program *accepts(const char *more)
{
	char *text = program_with(more);
	struct program *p = load(text);

	free(text);
	return p;
}

struct verdict evaluate_cycle(const struct program *p, const struct credit_cycle *c,
    const struct entry_fact *facts, size_t n, day_t today)
{
	struct verdict v = { 0 };
	struct err err = { 0 };

	if (credit_evaluate(p, c, facts, n, today, &v, &err))
		fail_msg("%s: %s", err.code, err.what);
	assert_int_equal(v.nentries, n);
	return v;
}

struct credit_cycle plain_cycle(struct cycle dates)
{
	return (struct credit_cycle){ .dates = dates, .counts_from = DAY_NONE, .counts_until = DAY_NONE };
}

struct verdict evaluate(
    const struct program *p, struct cycle c, const struct entry_fact *facts, size_t n, day_t today)
{
	struct credit_cycle cycle = plain_cycle(c);

	return evaluate_cycle(p, &cycle, facts, n, today);
}

struct entry_fact entry(int64_t id, const char *iso, int minutes, int category)
{
	struct entry_fact f = { .id = id, .day = day(iso), .minutes = minutes, .category = category,
	    .competencies = 1, .kind = -1, .has_evidence = 1, .course = "" };

	return f;
}

void entry_is(const struct verdict *v, size_t i, enum entry_state state, int units, int counted)
{
	const struct entry_verdict *e = &v->entries[i];
	int64_t sum = 0, sum_counted = 0;

	assert_string_equal(entry_state_name(e->state), entry_state_name(state));
	assert_int_equal(e->units, units);
	assert_int_equal(e->counted, counted);
	for (size_t k = 0; k < e->nparts; k++) {
		sum += e->parts[k].units;
		sum_counted += e->parts[k].counted;
		assert_true(e->parts[k].counted == 0 || e->parts[k].counted == e->parts[k].units);
	}
	assert_int_equal(sum, units);
	assert_int_equal(sum_counted, counted);
}

uint64_t seed_start(void)
{
	const char *s = getenv("CEUD_SEED");
	uint64_t seed = 0;

	if (s && *s)
		seed = strtoull(s, NULL, 0);
	else if (getrandom(&seed, sizeof seed, 0) != (ssize_t)sizeof seed)
		fail_msg("getrandom: %s", strerror(errno));
	printf("# CEUD_SEED=%llu\n", (unsigned long long)seed);
	return seed;
}

uint64_t seed_next(uint64_t *state)
{
	uint64_t z = *state += UINT64_C(0x9E3779B97F4A7C15);

	z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
	return z ^ (z >> 31);
}

int seed_below(uint64_t *state, int n)
{
	return (int)(seed_next(state) % (uint64_t)n);
}
