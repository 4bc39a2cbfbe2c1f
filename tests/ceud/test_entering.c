/* Logging, editing and removing on a real store: closed cycles, entries that change cycles, and random
 * histories. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/date.h"
#include "base/err.h"
#include "base/json.h"
#include "ceud.h"
#include "config.h"
#include "entering.h"
#include "jobparts.h"
#include "progjob.h"
#include "programs.h"
#include "routes.h"
#include "standing.h"
#include "store/ledger.h"
#include "store/store.h"

static struct ceud d;
static struct jobs jobs;
static char folder[64];
static const char start[] = "2026-03-12T08:00:00Z";

static int open_all(void **state)
{
	static const char slash_db[] = "/ceud.db";
	struct buf text = BUF_INIT;
	struct conf_errors errors = { &text, 0 };
	struct err err = { 0 };
	char path[96];

	(void)state;
	memset(&d, 0, sizeof d);
	snprintf(folder, sizeof folder, "/tmp/ceud-test-XXXXXX");
	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof path, "%s%s", folder, slash_db);
	assert_int_equal(instant_parse(start, &d.now), 0);
	d.config = config_default();
	assert_non_null(d.config);
	assert_int_equal(programs_open(d.config, &d.programs, &errors), 0);
	d.jobs = &jobs;
	if (store_open(path, d.now, &d.store, &err) || programs_job_open(&d, &jobs.programs, &err))
		fail_msg("%s", err.what);
	return 0;
}

static int close_all(void **state)
{
	static const char *const names[] = { "ceud.db", "ceud.db-wal", "ceud.db-shm" };
	char path[96];

	(void)state;
	programs_job_close(jobs.programs);
	store_close(d.store);
	programs_close(d.programs);
	config_free(d.config);
	for (size_t i = 0; i < 3; i++) {
		snprintf(path, sizeof path, "%s/%s", folder, names[i]);
		unlink(path);
	}
	assert_int_equal(rmdir(folder), 0);
	return 0;
}

/* ---- a route called without its socket */

static day_t day(const char *iso)
{
	day_t ret;

	assert_int_equal(date_parse_iso(iso, &ret), 0);
	return ret;
}

struct answer { int rc; struct err err; struct json *json; };

static struct answer call(struct person *who, route_fn *fn, const char *arg, const char *body)
{
	struct request r = { .method = HTTP_POST, .path = "/" };
	struct call c = { .d = &d, .request = &r, .arena = &r.arena, .subject = *who, .args = { "me", arg } };
	struct answer a = { 0 };

	c.caller.person = *who;
	c.caller.name = c.actor.name = who->email;
	c.actor.person = who->id;
	c.actor.now = d.now;
	if (body)
		assert_int_equal(json_parse(body, strlen(body), &c.body, &a.err), 0);
	assert_int_equal(store_begin(d.store, &a.err), 0);
	a.rc = ledger_step(d.store, &c.actor, &a.err) ? -1 : fn(&c, &a.err);
	if (a.rc)
		store_rollback(d.store);
	else if (store_commit(d.store, &a.err) ||
	    json_parse(buf_str(&c.reply.body), c.reply.body.len, &a.json, &a.err))
		fail_msg("%s", a.err.what);
	buf_free(&c.reply.body);
	json_free(c.body);
	arena_free(&r.arena);
	return a;
}

/* route_entry_remove() but for its query, which needs a socket. */
static int remove_entry(struct call *c, struct err *err)
{
	struct entry e;

	if (entry_get(d.store, c->subject.id, strtoll(c->args[1], NULL, 10), c->arena, &e, err) ||
	    entering_lock_all(c, &c->subject, err))
		return -1;
	if (e.is_void)
		return route_entry_edit(c, err);	/* refuses it */
	e.is_void = 1;
	e.void_reason = "";
	if (entering_change(c, NULL, "remove", &e, err) || entering_keep_open(c, &c->subject, err))
		return -1;
	return route_entry_get(c, err);
}

static void is_state(struct answer a, const char *state, int64_t no)
{
	int64_t id = 0;

	if (a.rc)
		fail_msg("%s: %s", a.err.code, a.err.what);
	assert_string_equal(json_str(a.json, "state"), state);
	assert_int_equal(json_int(a.json, "id", &id), 0);
	assert_int_equal(id, no);
	json_free(a.json);
}

static void is_refused(struct answer a, const char *code)
{
	assert_int_equal(a.rc, -1);
	assert_string_equal(a.err.code, code);
}

static struct person add_person(const char *email)
{
	struct person p = { .email = email, .name = "", .login = "", .uid = -1, .program = "ccxp-2y20",
	    .zone = "UTC",
		.created_at = d.now };
	struct actor by = { .name = "test", .now = d.now };
	struct err err = { 0 };

	if (store_begin(d.store, &err) || ledger_step(d.store, &by, &err) ||
	    person_add(d.store, &by, &p, &err) || store_commit(d.store, &err))
		fail_msg("%s", err.what);
	return p;
}

struct span { const char *from, *to; int64_t submitted_at, closed_at; };

static struct cycle_row add_cycle(const struct person *p, struct span s)
{
	const struct program *program;
	struct program_text text;
	struct actor by = { .name = "test", .now = d.now };
	struct cycle_row c = { .person = p->id, .start = day(s.from), .end = day(s.to),
	    .anchor_end = day(s.to), .counts_from = day(s.from), .counts_until = day(s.to),
		.enrolled_on = day("2026-01-01"), .submitted_at = s.submitted_at, .closed_at = s.closed_at,
		.next_check = DAY_NONE, .next_rung = DAY_NONE };
	struct err err = { 0 };

	if (programs_get(&d, "ccxp-2y20", &program, &err))
		fail_msg("%s", err.what);
	c.program_hash = program->hash;
	text = (struct program_text){ .hash = program->hash, .id = program->id };
	text.text = programs_text(&d, program, &text.len);
	if (store_begin(d.store, &err) || ledger_step(d.store, &by, &err) ||
	    program_text_put(d.store, &text, d.now, &err) || cycle_open(d.store, &by, &c, &err) ||
	    store_commit(d.store, &err))
		fail_msg("%s", err.what);
	return c;
}

static void counts(const struct person *p, int year, int64_t counted, size_t entries)
{
	struct arena a = ARENA_INIT;
	struct standing s;
	struct err err = { 0 };

	if (standing_load(&d, p, year, &a, &s, &err))
		fail_msg("%s", err.what);
	assert_int_equal(s.verdict.counted, counted);
	assert_int_equal(s.entries.n, entries);
	standing_free(&s);
	arena_free(&a);
}

/* ---- tests */

static void no_cycle(void **state)
{
	struct person p = add_person("nobody@example.org");

	(void)state;
	is_refused(call(&p, route_entry_add, NULL,
	    "{\"hours\":\"1h\",\"category\":\"cxpa\",\"title\":\"T\"}"), "no-cycle");
	is_refused(call(&p, route_undo, NULL, NULL), "nothing-to-undo");
}

static void closed_cycle(void **state)
{
	struct person p = add_person("old@example.org");

	(void)state;
	add_cycle(&p, (struct span){ "2022-07-01", "2024-06-30", 1, 1 });
	add_cycle(&p, (struct span){ "2024-07-01", "2026-06-30", 0, 0 });
	is_state(call(&p, route_entry_add, NULL,
	    "{\"hours\":\"2h\",\"category\":\"cxpa\",\"title\":\"Found again\",\"on\":\"2024-06-30\",\"for\":[\"voice\"]}"), "late", 1);
	is_state(call(&p, route_entry_add, NULL,
	    "{\"hours\":\"2h\",\"category\":\"cxpa\",\"title\":\"First day\",\"on\":\"2024-07-01\",\"for\":[\"voice\"]}"), "counted", 2);
	counts(&p, 2022, 0, 1);
	counts(&p, 2024, 200, 1);
	is_refused(call(&p, route_entry_add, NULL,
	    "{\"hours\":\"2h\",\"category\":\"cxpa\",\"title\":\"Too old\",\"on\":\"2022-06-30\"}"),
	    "outside-cycle");
	/* into the open cycle it counts, and back it is late again */
	is_state(call(&p, route_entry_edit, "1", "{\"on\":\"2025-01-01\"}"), "counted", 1);
	counts(&p, 2022, 0, 0);
	counts(&p, 2024, 400, 2);
	is_state(call(&p, route_entry_edit, "1", "{\"on\":\"2024-01-01\"}"), "late", 1);
	counts(&p, 2024, 200, 1);
	is_state(call(&p, remove_entry, "2", NULL), "void", 2);
	counts(&p, 2024, 0, 1);
}

static void submitted_cycle(void **state)
{
	struct person p = add_person("sent@example.org");

	(void)state;
	add_cycle(&p, (struct span){ "2024-07-01", "2026-06-30", 1, 0 });
	is_state(call(&p, route_entry_add, NULL,
	    "{\"hours\":\"2h\",\"category\":\"cxpa\",\"title\":\"Afterwards\",\"for\":[\"voice\"]}"), "late",
	    1);
	counts(&p, 0, 0, 1);
}

/* ---- random histories */

static uint64_t seed;

static int below(int n)
{
	uint64_t x = seed += UINT64_C(0x9e3779b97f4a7c15);

	x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
	return (int)((x ^ x >> 31) % (uint64_t)n);
}

static void start_seed(void)
{
	const char *given = getenv("CEUD_SEED");

	if (given)
		seed = strtoull(given, NULL, 10);
	else
		assert_int_equal(getrandom(&seed, sizeof seed, 0), sizeof seed);
	print_message("# CEUD_SEED=%" PRIu64 "\n", seed);
}

/* What is kept for speed is what rules/ find; no day has over 24 hours. */
static void holds(const struct person *p)
{
	struct arena a = ARENA_INIT;
	struct standing s;
	struct err err = { 0 };
	int minutes[400] = { 0 };

	if (standing_load(&d, p, 0, &a, &s, &err))
		fail_msg("%s", err.what);
	assert_int_equal(s.cycle.counted, s.verdict.counted);
	assert_int_equal(s.cycle.state, s.verdict.state);
	assert_int_equal(s.cycle.next_check, s.verdict.next_check);
	assert_true(s.verdict.counted <= s.verdict.logged);
	for (size_t i = 0; i < s.program->ncategories; i++)
		assert_true(s.verdict.categories[i].counted <= 1000);
	for (size_t i = 0; i < s.entries.n; i++)
		if (!s.facts[i].is_void) {
			int *m = &minutes[(s.facts[i].day - s.cycle.start) % 400];

			*m += s.facts[i].minutes;
			assert_true(*m <= 1440 * 2);	/* two days of the cycle may share a place */
		}
	standing_free(&s);
	arena_free(&a);
}

static struct answer random_change(struct person *p)
{
	static const char *const categories[] = { "training", "in-company", "conference", "college", "cxpa",
	    "nonsense" };
	static const char *const competencies[] = { "", "\"voice\"", "\"culture\",\"design\"",
	    "\"metrics\"" };
	char body[300], no[16], date[DATE_ISO_SIZE];

	date_iso(day("2026-03-12") - below(40), date);
	snprintf(no, sizeof no, "%d", 1 + below(25));
	snprintf(body, sizeof body,
	    "{\"minutes\":%d,\"category\":\"%s\",\"title\":\"Course %d\",\"on\":\"%s\",\"for\":[%s]}",
	    below(700), categories[below(below(8) ? 5 : 6)], below(12), date, competencies[below(4)]);
	switch (below(8)) {
	case 0: case 1: return call(p, remove_entry, no, NULL);
	case 2: case 3: return call(p, route_entry_edit, no, body);
	case 4: return call(p, route_undo, NULL, NULL);
	default: return call(p, route_entry_add, NULL, body);
	}
}

static void random_histories(void **state)
{
	struct person p = add_person("random@example.org");
	struct err err = { 0 };
	int done = 0, refused = 0;

	(void)state;
	start_seed();
	add_cycle(&p, (struct span){ "2024-07-01", "2026-06-30", 0, 0 });
	is_state(call(&p, route_entry_add, NULL, "{\"hours\":\"1h\",\"category\":\"cxpa\",\"title\":\"T\"}"),
	    "needs-info", 1);
	for (int i = 0; i < 400; i++) {
		struct answer a = random_change(&p);

		if (a.rc) {
			assert_int_not_equal(a.err.class, ERR_FAILED);
			assert_true(a.err.what[0] && a.err.next[0]);
			refused++;
		} else {
			done++;
		}
		json_free(a.json);
		holds(&p);
	}
	assert_true(done > 50 && refused > 20);
	if (ledger_verify(d.store, NULL, &err) || store_check(d.store, &err))
		fail_msg("%s", err.what);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_cycle), cmocka_unit_test(closed_cycle), cmocka_unit_test(submitted_cycle),
		cmocka_unit_test(random_histories),
	};

	return cmocka_run_group_tests_name("entering", tests, open_all, close_all);
}
