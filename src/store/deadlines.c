/* The calendar that goes out: who has a secret address, and what was published of each person. */
#include "ledger.h"
#include "store/deadlines.h"

/* ---- addresses */

static void token_read(struct query *q, void *item)
{
	struct deadline_token *t = item;

	t->person = q_int(q);
	t->made_at = q_int(q);
	t->revoked_at = q_int(q);
}

/* Undo knows no "address": an address that was seen by others is not to come back by a slip. */
static int tell(struct store *s, const struct actor *by, int64_t person, const char *action, const char *text,
    struct err *err)
{
	return ledger_write(s, by, &(struct record){ .subject = person, .action = action, .kind = "address",
	    .id = person, .text = text }, err);
}

static int revoke(struct store *s, const struct actor *by, int64_t person, struct err *err)
{
	return db_run(s, SQL_DEADLINE_TOKEN_REVOKE, VALUES(v_int(person), v_int(by->now)), err);
}

int deadline_token_set(struct store *s, const struct actor *by, int64_t person, const unsigned char sha[32],
    struct err *err)
{
	int revoked = revoke(s, by, person, err);

	if (revoked < 0 || db_run(s, SQL_DEADLINE_TOKEN_ADD, VALUES(v_blob(sha, 32), v_int(person),
	    v_int(by->now)), err) < 0)
		return -1;
	return tell(s, by, person, "address", revoked ? "replace the address of the calendar of deadlines" :
	    "make an address for the calendar of deadlines", err);
}

int deadline_token_revoke(struct store *s, const struct actor *by, int64_t person, struct err *err)
{
	int revoked = revoke(s, by, person, err);

	if (revoked <= 0)
		return revoked;
	return tell(s, by, person, "address off", "revoke the address of the calendar of deadlines", err) < 0 ? -1 : 1;
}

static int one_token(struct store *s, enum sql_id id, const struct value *v, size_t n,
    struct deadline_token *ret, struct err *err)
{
	struct arena none = ARENA_INIT;		/* the row has no strings */
	int rc = db_one(s, id, v, n, &none, token_read, ret, sizeof(*ret), err);

	arena_free(&none);
	return rc;
}

int deadline_token_find(struct store *s, const unsigned char sha[32], struct deadline_token *ret,
    struct err *err)
{
	return one_token(s, SQL_DEADLINE_TOKEN_FIND, VALUES(v_blob(sha, 32)), ret, err);
}

int deadline_token_of(struct store *s, int64_t person, struct deadline_token *ret, struct err *err)
{
	return one_token(s, SQL_DEADLINE_TOKEN_OF, VALUES(v_int(person)), ret, err);
}

/* ---- what was published */

static void item_read(struct query *q, void *item)
{
	struct deadline_item *i = item;

	i->key = q_text(q);
	i->title = q_text(q);
	i->text = q_text(q);
	i->categories = q_text(q);
	i->location = q_text(q);
	i->day = q_day(q);
	i->start = q_int(q);
	i->end = q_int(q);
	i->digest = q_text(q);
	i->sequence = q_small(q);
	i->changed_at = q_int(q);
	i->cancelled_at = q_int(q);
}

int deadline_items(struct store *s, int64_t person, struct arena *a, struct deadline_item_list *ret,
    struct err *err)
{
	struct rows r;

	if (db_list(s, SQL_DEADLINE_ITEMS, VALUES(v_int(person)), a, item_read, sizeof(struct deadline_item), &r,
	    err) < 0)
		return -1;
	*ret = (struct deadline_item_list){ r.items, r.n, r.cap };
	return 0;
}

int deadline_item_put(struct store *s, int64_t person, const struct deadline_item *i, struct err *err)
{
	int rc = db_run(s, SQL_DEADLINE_ITEM_PUT, VALUES(v_int(person), v_text(i->key), v_int(i->day),
	    v_int(i->start), v_int(i->end), v_text(i->title), v_text(i->text), v_text(i->categories),
	    v_text(i->location), v_text(i->digest), v_int(i->sequence), v_int(i->changed_at),
	    v_int(i->cancelled_at)), err);

	return rc < 0 ? -1 : 0;
}

int deadline_item_drop(struct store *s, int64_t person, const char *key, struct err *err)
{
	return db_run(s, SQL_DEADLINE_ITEM_DROP, VALUES(v_int(person), v_text(key)), err) < 0 ? -1 : 0;
}
