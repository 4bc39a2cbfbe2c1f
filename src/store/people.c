/* People. */
#include "ledger.h"
#include "store/people.h"

#include <stdio.h>
#include <string.h>
#include "base/buf.h"
#include "base/json.h"

enum { WORD_SIZE = 512, NAMED_MAX = 5 };

const char *role_name(enum role r)
{
	return r == ROLE_ADMIN ? "admin" : "professional";
}

static void person_read(struct query *q, void *item)
{
	struct person *p = item;
	sqlite3_stmt *st = q->st;

	p->id = q_int(q);
	p->email = q_text(q);
	p->name = q_text(q);
	p->login = q_text(q);
	p->uid = sqlite3_column_type(st, q->column) == SQLITE_NULL ? -1 : sqlite3_column_int64(st, q->column);
	q->column++;
	p->program = q_text(q);
	p->zone = q_text(q);
	p->role = q_small(q) ? ROLE_ADMIN : ROLE_PROFESSIONAL;
	p->disabled = q_small(q);
	p->created_at = q_int(q);
}

static struct value v_uid(int64_t uid)
{
	return uid < 0 ? v_null() : v_int(uid);
}

static int person_write(struct store *s, const struct actor *by, const char *action,
    const struct person *before, const struct person *after, struct err *err)
{
	const struct person *images[2] = { before, after };
	struct buf json[2] = { BUF_INIT, BUF_INIT };
	struct buf text = BUF_INIT;
	struct jsonw w;
	int i, rc;

	for (i = 0; i < 2; i++) {
		const struct person *p = images[i];

		if (!p)
			continue;
		jsonw_begin(&w, &json[i]);
		jsonw_object(&w, NULL);
		jsonw_str(&w, "email", p->email);
		jsonw_str(&w, "name", p->name);
		jsonw_str(&w, "login", p->login);
		jsonw_int(&w, "uid", p->uid);
		jsonw_str(&w, "program", p->program);
		jsonw_str(&w, "zone", p->zone);
		jsonw_str(&w, "role", role_name(p->role));
		jsonw_bool(&w, "disabled", p->disabled);
		jsonw_end_object(&w);
	}
	buf_printf(&text, "%s %s", action, after->email);
	if (json[0].failed || json[1].failed || text.failed)
		rc = err_oom(err);
	else
		rc = ledger_write(s, by, &(struct record){ .subject = after->id, .action = action,
		    .kind = "person", .id = after->id, .before = before ? buf_str(&json[0]) : NULL,
		    .after = buf_str(&json[1]), .text = buf_str(&text) }, err);
	buf_free(&json[0]);
	buf_free(&json[1]);
	buf_free(&text);
	return rc;
}

/* ERR_RULE "login-taken" if another person has the login or the uid. */
static int check_login(struct store *s, const struct person *p, struct err *err)
{
	struct arena a = ARENA_INIT;
	struct query q;
	int found = 0, i;

	for (i = 0; i < 2 && found == 0; i++) {
		const struct value who = i ? v_uid(p->uid) : v_text(p->login);

		if (db_query(&q, s, i ? SQL_PERSON_WITH_UID : SQL_PERSON_WITH_LOGIN,
		    VALUES(who, v_int(p->id)), &a, err) < 0)
			break;
		found = db_next(&q, err);
		if (found > 0) {
			err_set(err, ERR_RULE, "login-taken", "The login %s belongs to %s already.", p->login,
			    q_text(&q));
			err_next(err,
			    "One login is one person: leave --user out, or change the other person first.");
		}
		db_end(&q);
	}
	arena_free(&a);
	return i < 2 || found ? -1 : 0;
}

int person_add(struct store *s, const struct actor *by, struct person *p, struct err *err)
{
	struct person added = *p, other;
	struct arena a = ARENA_INIT;
	int known = db_one(s, SQL_PERSON_BY_EMAIL, VALUES(v_text(p->email)), &a, person_read, &other,
	    sizeof(other), err);

	arena_free(&a);
	if (known < 0)
		return -1;
	if (known > 0) {
		err_set(err, ERR_RULE, "person-exists", "There is a person %s already.", p->email);
		return err_next(err, "ceu admin person set %s ..", p->email);
	}
	added.id = 0;
	if (check_login(s, &added, err) < 0 ||
	    db_number(s, SQL_PERSON_ADD, VALUES(v_text(p->email), v_text(p->name), v_text(p->login),
	    v_uid(p->uid), v_text(p->program), v_text(p->zone), v_int(p->role), v_int(p->disabled),
	    v_int(p->created_at)), &added.id, err) < 0 ||
	    person_write(s, by, "add", NULL, &added, err) < 0)
		return -1;
	p->id = added.id;
	return 0;
}

static int absent(struct err *err)
{
	err_set(err, ERR_ABSENT, "no-person", "There is no such person.");
	return err_next(err, "ceu admin person list");
}

int person_update(struct store *s, const struct actor *by, const struct person *p, struct err *err)
{
	struct arena a = ARENA_INIT;
	struct person before, after = *p;
	int rc = person_get(s, p->id, &a, &before, err);

	if (rc == 0)
		rc = check_login(s, p, err);
	if (rc == 0 && db_run(s, SQL_PERSON_UPDATE, VALUES(v_int(p->id), v_text(p->name), v_text(p->login),
	    v_uid(p->uid), v_text(p->program), v_text(p->zone), v_int(p->role), v_int(p->disabled)), err) < 0)
		rc = -1;
	if (rc == 0 && before.disabled != p->disabled &&
	    db_run(s, p->disabled ? SQL_CYCLE_PERSON_DISABLED : SQL_CYCLE_PERSON_ENABLED, VALUES(v_int(p->id)),
	    err) < 0)
		rc = -1;
	if (rc == 0) {
		after.email = before.email;
		rc = person_write(s, by, "set", &before, &after, err);
	}
	arena_free(&a);
	return rc;
}

int person_get(struct store *s, int64_t id, struct arena *a, struct person *ret, struct err *err)
{
	int rc = db_one(s, SQL_PERSON_GET, VALUES(v_int(id)), a, person_read, ret, sizeof(*ret), err);

	return rc > 0 ? 0 : rc < 0 ? -1 : absent(err);
}

static int ambiguous(const char *word, const struct person *p, size_t n, struct err *err)
{
	struct buf list = BUF_INIT;
	size_t i;

	for (i = 0; i < n && i < NAMED_MAX; i++)
		buf_printf(&list, "%s%s", i ? ", " : "", p[i].email);
	if (n > NAMED_MAX)
		buf_puts(&list, " and others");
	if (list.failed)
		err_oom(err);
	else
		err_set(err, ERR_USAGE, "person-ambiguous", "\"%s\" could be %s.", word, buf_str(&list));
	buf_free(&list);
	return err_next(err, "Type more of the address.");
}

/* E-mail addresses are kept in lower case; only ASCII letters of them have a case that matters. */
static int lower(const char *word, char *out, size_t size, struct err *err)
{
	size_t i, len = strlen(word);

	if (len >= size)
		return err_set(err, ERR_ABSENT, "no-person", "There is no person with so long an address.");
	for (i = 0; i <= len; i++)
		out[i] = (char)(word[i] >= 'A' && word[i] <= 'Z' ? word[i] + ('a' - 'A') : word[i]);
	return 0;
}

int person_find(struct store *s, const char *word, struct arena *a, struct person *ret, struct err *err)
{
	char from[WORD_SIZE], to[WORD_SIZE + 8];
	struct rows rows;
	int rc;

	if (lower(word, from, sizeof(from), err) < 0)
		return -1;
	rc = db_one(s, SQL_PERSON_BY_EMAIL, VALUES(v_text(from)), a, person_read, ret, sizeof(*ret), err);
	if (rc != 0)
		return rc < 0 ? -1 : 0;
	if (range_end(from, to, sizeof(to), err) < 0 ||
	    db_list(s, SQL_PERSON_BETWEEN, VALUES(v_text(from), v_text(to), v_int(NAMED_MAX + 1)), a, person_read,
	    sizeof(struct person), &rows, err) < 0)
		return -1;
	if (rows.n == 0 || from[0] == '\0') {
		err_set(err, ERR_ABSENT, "no-person", "There is no person \"%s\".", word);
		return err_next(err, "ceu admin person list");
	}
	if (rows.n > 1)
		return ambiguous(word, rows.items, rows.n, err);
	memcpy(ret, rows.items, sizeof(*ret));
	return 0;
}

int person_by_uid(struct store *s, int64_t uid, struct arena *a, struct person *ret, struct err *err)
{
	return db_one(s, SQL_PERSON_BY_UID, VALUES(v_int(uid)), a, person_read, ret, sizeof(*ret), err);
}

int person_count(struct store *s, int64_t *ret, struct err *err)
{
	return db_number(s, SQL_PERSON_COUNT, NO_VALUES, ret, err) < 0 ? -1 : 0;
}

static int people(struct store *s, enum sql_id id, const struct value *v, size_t n, struct arena *a,
    struct person_list *ret, struct err *err)
{
	struct rows r;

	if (db_list(s, id, v, n, a, person_read, sizeof(struct person), &r, err) < 0)
		return -1;
	*ret = (struct person_list){ r.items, r.n, r.cap };
	return 0;
}

int person_page(struct store *s, const char *after, int limit, struct arena *a, struct person_list *ret,
    struct err *err)
{
	return people(s, SQL_PERSON_PAGE, VALUES(v_text(after), v_int(limit)), a, ret, err);
}

int team_people(struct store *s, int64_t team, struct arena *a, struct person_list *ret, struct err *err)
{
	return people(s, SQL_TEAM_PEOPLE, VALUES(v_int(team)), a, ret, err);
}
