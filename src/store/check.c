/* The check of the whole file. */
#include "db.h"
#include "store/ledger.h"

#include <string.h>
#include "base/buf.h"

static int corrupt(struct store *s, const char *what, struct err *err)
{
	err_set(err, ERR_FAILED, "store-corrupt", "The database %s is damaged: %.400s", s->path, what);
	return err_next(err, "Stop ceud, keep a copy of the file, and restore the last backup.");
}

static int quick_check(struct store *s, struct err *err)
{
	struct arena a = ARENA_INIT;
	struct query q;
	int rc, found = 0;

	if (db_query(&q, s, SQL_QUICK_CHECK, NO_VALUES, &a, err) < 0)
		return -1;
	rc = db_next(&q, err);
	if (rc > 0) {
		const char *first = q_text(&q);

		if (strcmp(first, "ok") != 0)
			found = corrupt(s, first, err);
	}
	db_end(&q);
	arena_free(&a);
	return rc < 0 || found ? -1 : 0;
}

static int check_references(struct store *s, struct err *err)
{
	struct arena a = ARENA_INIT;
	struct buf what = BUF_INIT;
	struct query q;
	int rc;

	if (db_query(&q, s, SQL_FOREIGN_KEY_CHECK, NO_VALUES, &a, err) < 0)
		return -1;
	rc = db_next(&q, err);
	if (rc > 0) {
		const char *table = q_text(&q);

		buf_printf(&what, "row %lld of %s refers to nothing.", (long long)q_int(&q), table);
		if (what.failed)
			err_oom(err);
		else
			corrupt(s, buf_str(&what), err);
	}
	db_end(&q);
	buf_free(&what);
	arena_free(&a);
	return rc ? -1 : 0;
}

int store_check(struct store *s, struct err *err)
{
	struct err ledger;

	if (quick_check(s, err) < 0 || check_references(s, err) < 0)
		return -1;
	if (ledger_verify(s, NULL, &ledger) == 0)
		return 0;
	if (strcmp(ledger.code, "ledger-broken") == 0)
		return corrupt(s, ledger.what, err);
	if (err)
		*err = ledger;
	return -1;
}
