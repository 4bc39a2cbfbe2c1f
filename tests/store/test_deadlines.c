/* The calendar that goes out: addresses are found by their hash and revoked at once; what was published is kept. */
#include "fixture.h"
#include "store/deadlines.h"

static struct err err;

static void sha_of(unsigned char out[32], int seed)
{
	for (int i = 0; i < 32; i++)
		out[i] = (unsigned char)(seed + i * 7);
}

static void set(struct fixture *f, int64_t person, int seed)
{
	unsigned char sha[32];

	sha_of(sha, seed);
	begin_as(f, &f->maria);
	DONE(deadline_token_set(f->s, &f->maria, person, sha, &err), err);
	commit(f);
}

static int find(struct fixture *f, int seed, struct deadline_token *ret)
{
	unsigned char sha[32];
	int rc;

	sha_of(sha, seed);
	rc = deadline_token_find(f->s, sha, ret, &err);
	DONE(rc, err);
	return rc;
}

static void test_address(void **state)
{
	struct fixture *f = *state;
	struct deadline_token t = { 7, 7, 7 };
	struct change_list h;

	assert_int_equal(find(f, 1, &t), 0);
	assert_int_equal(deadline_token_of(f->s, f->maria.person, &t, &err), 0);
	assert_true(t.person == 7 && t.made_at == 7);
	set(f, f->maria.person, 1);
	assert_int_equal(find(f, 1, &t), 1);
	assert_true(t.person == f->maria.person && t.made_at == NOW && t.revoked_at == 0);
	DONE(ledger_of(f->s, f->maria.person, 0, 1, &f->arena, &h, &err), err);
	assert_string_equal(h.items[0].action, "address");
	assert_string_equal(h.items[0].object, "address:1");
	assert_string_equal(h.items[0].text, "make an address for the calendar of deadlines");
	f->maria.now = NOW + 5000;
	set(f, f->maria.person, 2);
	assert_int_equal(find(f, 1, &t), 1);
	assert_true(t.revoked_at == NOW + 5000);
	assert_int_equal(find(f, 2, &t), 1);
	assert_true(t.revoked_at == 0 && t.made_at == NOW + 5000);
	assert_int_equal(deadline_token_of(f->s, f->maria.person, &t, &err), 1);
	assert_true(t.made_at == NOW + 5000);
	DONE(ledger_of(f->s, f->maria.person, 0, 1, &f->arena, &h, &err), err);
	assert_string_equal(h.items[0].text, "replace the address of the calendar of deadlines");
	/* Another person's stays as it is. */
	set(f, f->mark, 3);
	assert_int_equal(find(f, 2, &t), 1);
	assert_true(t.revoked_at == 0);
	assert_int_equal(raw_number(f, "SELECT count(*) FROM deadline_token"), 3);
}

static void test_revoked(void **state)
{
	struct fixture *f = *state;
	struct deadline_token t;
	struct change_list h;

	begin_as(f, &f->maria);
	assert_int_equal(deadline_token_revoke(f->s, &f->maria, f->maria.person, &err), 0);
	commit(f);
	set(f, f->maria.person, 1);
	begin_as(f, &f->maria);
	assert_int_equal(deadline_token_revoke(f->s, &f->maria, f->maria.person, &err), 1);
	commit(f);
	assert_int_equal(find(f, 1, &t), 1);
	assert_true(t.revoked_at == NOW);
	assert_int_equal(deadline_token_of(f->s, f->maria.person, &t, &err), 0);
	DONE(ledger_of(f->s, f->maria.person, 0, 1, &f->arena, &h, &err), err);
	assert_string_equal(h.items[0].action, "address off");
	assert_string_equal(h.items[0].text, "revoke the address of the calendar of deadlines");
	fixture_reopen(f);
	assert_int_equal(find(f, 1, &t), 1);
	assert_true(t.revoked_at == NOW);
}

/* Undo goes past it to what she did before; redo still finds what was undone. */
static void test_undo_leaves_it(void **state)
{
	struct fixture *f = *state;
	struct change_list done;
	struct deadline_token t;

	add_entry(f, TODAY, 60, "one");
	set(f, f->maria.person, 1);
	begin_as(f, &f->maria);
	DONE(ledger_undo(f->s, &f->maria, f->maria.person, &f->arena, &done, &err), err);
	commit(f);
	assert_int_equal(done.n, 1);
	assert_string_equal(done.items[0].object, "entry:1");
	assert_int_equal(find(f, 1, &t), 1);
	assert_true(t.revoked_at == 0);
	set(f, f->maria.person, 2);
	begin_as(f, &f->maria);
	DONE(ledger_redo(f->s, &f->maria, f->maria.person, &f->arena, &done, &err), err);
	commit(f);
	assert_string_equal(done.items[0].object, "entry:1");
	DONE(ledger_verify(f->s, NULL, &err), err);
}

static void test_refusals(void **state)
{
	struct fixture *f = *state;
	struct deadline_item i = { .key = "deadline-1", .title = "t", .day = TODAY, .digest = HASH_A };
	unsigned char sha[32];

	sha_of(sha, 1);
	assert_int_equal(deadline_token_set(f->s, &f->maria, f->maria.person, sha, &err), -1);
	assert_code(&err, ERR_FAILED, "store-no-transaction");
	assert_int_equal(deadline_token_revoke(f->s, &f->maria, f->maria.person, &err), -1);
	assert_code(&err, ERR_FAILED, "store-no-transaction");
	assert_int_equal(deadline_item_put(f->s, f->maria.person, &i, &err), -1);
	assert_code(&err, ERR_FAILED, "store-no-transaction");
	assert_int_equal(deadline_item_drop(f->s, f->maria.person, "x", &err), -1);
	assert_code(&err, ERR_FAILED, "store-no-transaction");
	set(f, f->maria.person, 1);
	begin_as(f, &f->maria);			/* the same token a second time */
	assert_int_equal(deadline_token_set(f->s, &f->maria, f->mark, sha, &err), -1);
	assert_code(&err, ERR_FAILED, "store-failed");
	rollback(f);
	DONE(store_begin(f->s, &err), err);
	i.digest = "short";
	assert_int_equal(deadline_item_put(f->s, f->maria.person, &i, &err), -1);
	assert_code(&err, ERR_FAILED, "store-failed");
	rollback(f);
	assert_int_equal(raw_number(f, "SELECT count(*) FROM deadline_item"), 0);
}

static void test_items(void **state)
{
	struct fixture *f = *state;
	struct deadline_item i = { .key = "planned-7", .title = "Webinar", .text = "a\nb", .categories = "CCXP",
	    .location = "Online", .day = TODAY + 9, .start = NOW + 100, .end = NOW + 200, .digest = HASH_A, .sequence = 2,
	    .changed_at = NOW };
	struct deadline_item_list l;
	int64_t rows = raw_number(f, "SELECT count(*) FROM ledger");

	DONE(store_begin(f->s, &err), err);
	DONE(deadline_item_put(f->s, f->maria.person, &i, &err), err);
	i = (struct deadline_item){ .key = "deadline-1", .title = "Last day", .day = TODAY, .digest = HASH_A };
	DONE(deadline_item_put(f->s, f->maria.person, &i, &err), err);
	DONE(deadline_item_put(f->s, f->mark, &i, &err), err);
	commit(f);
	DONE(deadline_items(f->s, f->maria.person, &f->arena, &l, &err), err);
	assert_int_equal(l.n, 2);
	assert_string_equal(l.items[0].key, "deadline-1");
	assert_string_equal(l.items[0].text, "");
	assert_string_equal(l.items[1].key, "planned-7");
	assert_string_equal(l.items[1].title, "Webinar");
	assert_string_equal(l.items[1].text, "a\nb");
	assert_string_equal(l.items[1].categories, "CCXP");
	assert_string_equal(l.items[1].location, "Online");
	assert_string_equal(l.items[1].digest, HASH_A);
	assert_true(l.items[1].day == TODAY + 9 && l.items[1].start == NOW + 100 && l.items[1].end == NOW + 200);
	assert_true(l.items[1].sequence == 2 && l.items[1].changed_at == NOW && l.items[1].cancelled_at == 0);
	DONE(store_begin(f->s, &err), err);
	i.title = "Very last day";
	i.sequence = 1;
	i.cancelled_at = NOW + 7;
	DONE(deadline_item_put(f->s, f->maria.person, &i, &err), err);
	DONE(deadline_item_drop(f->s, f->maria.person, "planned-7", &err), err);
	DONE(deadline_item_drop(f->s, f->maria.person, "nothing", &err), err);
	commit(f);
	DONE(deadline_items(f->s, f->maria.person, &f->arena, &l, &err), err);
	assert_int_equal(l.n, 1);
	assert_string_equal(l.items[0].title, "Very last day");
	assert_true(l.items[0].sequence == 1 && l.items[0].cancelled_at == NOW + 7);
	DONE(deadline_items(f->s, f->mark, &f->arena, &l, &err), err);
	assert_int_equal(l.n, 1);
	assert_string_equal(l.items[0].title, "Last day");
	assert_true(raw_number(f, "SELECT count(*) FROM ledger") == rows);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_address, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_revoked, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_undo_leaves_it, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_refusals, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_items, fixture_open, fixture_close),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
