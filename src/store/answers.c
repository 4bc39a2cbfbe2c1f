/* Answers kept so that a retry of a request gets the same one. */
#include "db.h"

#include <string.h>

struct kept { const char *request_sha; struct kept_answer answer; };

static void kept_read(struct query *q, void *item)
{
	struct kept *k = item;

	k->request_sha = q_text(q);
	k->answer.status = q_small(q);
	k->answer.body = q_blob(q, &k->answer.len);
}

int answer_find(struct store *s, const char *owner, const char *key, const char *request_sha, struct arena *a,
    struct kept_answer *ret, struct err *err)
{
	struct kept k;
	int rc = db_one(s, SQL_ANSWER_FIND, VALUES(v_text(owner), v_text(key)), a, kept_read, &k, sizeof(k),
	    err);

	if (rc <= 0)
		return rc;
	if (strcmp(k.request_sha, request_sha) != 0) {
		err_set(err, ERR_RULE, "key-reused",
		    "The key of this request was used for another request before.");
		return err_next(err, "Leave --key out, or choose a new key.");
	}
	*ret = k.answer;
	return 1;
}

int answer_keep(struct store *s, const char *owner, const char *key, const char *request_sha, int status,
    const char *body, size_t len, int64_t now, struct err *err)
{
	return db_run(s, SQL_ANSWER_KEEP, VALUES(v_text(owner), v_text(key), v_text(request_sha),
	    v_int(status), v_blob(body, len), v_int(now)), err) < 0 ? -1 : 0;
}

/* Found by walking from the oldest: no index has to be kept for it. */
int answer_expire(struct store *s, int64_t before, struct err *err)
{
	int64_t first = INT64_MAX;

	if (db_number(s, SQL_ANSWER_FIRST_SINCE, VALUES(v_int(before)), &first, err) < 0)
		return -1;
	return db_run(s, SQL_ANSWER_EXPIRE, VALUES(v_int(first)), err) < 0 ? -1 : 0;
}
