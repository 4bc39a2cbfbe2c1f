/* Teams, who is in them and who leads them. */
#include "ledger.h"
#include "store/people.h"

#include <string.h>
#include "base/buf.h"
#include "base/json.h"
#include "base/text.h"

enum { KEY_SIZE = 1024, NAMED_MAX = 5 };

static void team_read(struct query *q, void *item)
{
	struct team *t = item;

	t->id = q_int(q);
	t->name = q_text(q);
	t->lead = q_int(q);
	t->every = q_text(q);
}

/* The folded name; one that holds no letter and no digit has none. */
static int team_key(const char *name, struct buf *out, struct err *err)
{
	if (text_fold(out, name, strlen(name)) < 0)
		return err_oom(err);
	if (out->len > 0 && out->len < KEY_SIZE)
		return 0;
	err_set(err, ERR_USAGE, "team-name", "\"%.60s\" cannot be the name of a team.", name);
	return err_next(err, "Give it a name with letters or digits.");
}

static void team_image(struct buf *out, const struct team *t)
{
	struct jsonw w;

	jsonw_begin(&w, out);
	jsonw_object(&w, NULL);
	jsonw_str(&w, "name", t->name);
	jsonw_int(&w, "lead", t->lead);
	jsonw_str(&w, "every", t->every);
	jsonw_end_object(&w);
}

static int team_write(struct store *s, const struct actor *by, const char *action, const struct team *before,
    const struct team *after, struct err *err)
{
	struct buf json[2] = { BUF_INIT, BUF_INIT };
	struct buf text = BUF_INIT;
	int rc;

	if (before)
		team_image(&json[0], before);
	team_image(&json[1], after);
	buf_printf(&text, "%s team %s", action, after->name);
	if (json[0].failed || json[1].failed || text.failed)
		rc = err_oom(err);
	else
		rc = ledger_write(s, by, &(struct record){ .action = action, .kind = "team", .id = after->id,
		    .before = before ? buf_str(&json[0]) : NULL, .after = buf_str(&json[1]),
		    .text = buf_str(&text) }, err);
	buf_free(&json[0]);
	buf_free(&json[1]);
	buf_free(&text);
	return rc;
}

/* ERR_RULE "team-exists" if a team other than `id` has that key. */
static int check_key(struct store *s, const char *key, int64_t id, struct err *err)
{
	struct arena a = ARENA_INIT;
	struct team other;
	int rc = db_one(s, SQL_TEAM_BY_KEY, VALUES(v_text(key)), &a, team_read, &other, sizeof(other), err);

	if (rc > 0 && other.id != id) {
		err_set(err, ERR_RULE, "team-exists", "There is a team %s already.", other.name);
		err_next(err, "ceu admin team set \"%s\" ..", other.name);
		rc = -1;
	}
	arena_free(&a);
	return rc < 0 ? -1 : 0;
}

static int insert(struct store *s, const struct actor *by, struct team *t, const char *key, struct err *err)
{
	struct team added = *t;

	if (check_key(s, key, 0, err) < 0 ||
	    db_number(s, SQL_TEAM_ADD, VALUES(v_text(t->name), v_text(key), v_some(t->lead), v_text(t->every)),
	    &added.id, err) < 0 ||
	    team_write(s, by, "add", NULL, &added, err) < 0)
		return -1;
	t->id = added.id;
	return 0;
}

int team_add(struct store *s, const struct actor *by, struct team *t, struct err *err)
{
	struct buf key = BUF_INIT;
	int rc = team_key(t->name, &key, err);

	if (rc == 0)
		rc = insert(s, by, t, buf_str(&key), err);
	buf_free(&key);
	return rc;
}

int team_update(struct store *s, const struct actor *by, const struct team *t, struct err *err)
{
	struct arena a = ARENA_INIT;
	struct buf key = BUF_INIT;
	struct team before;
	int rc = team_get(s, t->id, &a, &before, err);

	if (rc == 0)
		rc = team_key(t->name, &key, err);
	if (rc == 0)
		rc = check_key(s, buf_str(&key), t->id, err);
	if (rc == 0 && db_run(s, SQL_TEAM_UPDATE, VALUES(v_int(t->id), v_text(t->name), v_text(buf_str(&key)),
	    v_some(t->lead), v_text(t->every)), err) < 0)
		rc = -1;
	if (rc == 0)
		rc = team_write(s, by, "set", &before, t, err);
	buf_free(&key);
	arena_free(&a);
	return rc;
}

static int absent(const char *word, struct err *err)
{
	err_set(err, ERR_ABSENT, "no-team", "There is no team \"%.200s\".", word);
	return err_next(err, "ceu admin team list");
}

static int ambiguous(const char *word, const struct team *t, size_t n, struct err *err)
{
	struct buf list = BUF_INIT;
	size_t i;

	for (i = 0; i < n && i < NAMED_MAX; i++)
		buf_printf(&list, "%s%s", i ? ", " : "", t[i].name);
	if (n > NAMED_MAX)
		buf_puts(&list, " and others");
	if (list.failed)
		err_oom(err);
	else
		err_set(err, ERR_USAGE, "team-ambiguous", "\"%.100s\" could be %s.", word, buf_str(&list));
	buf_free(&list);
	return err_next(err, "Type more of the name.");
}

static int find(struct store *s, const char *word, const char *key, struct arena *a, struct team *ret,
    struct err *err)
{
	char to[KEY_SIZE + 8];
	struct rows rows;
	int rc = db_one(s, SQL_TEAM_BY_KEY, VALUES(v_text(key)), a, team_read, ret, sizeof(*ret), err);

	if (rc != 0)
		return rc < 0 ? -1 : 0;
	if (range_end(key, to, sizeof(to), err) < 0 ||
	    db_list(s, SQL_TEAM_BETWEEN, VALUES(v_text(key), v_text(to), v_int(NAMED_MAX + 1)), a, team_read,
	    sizeof(struct team), &rows, err) < 0)
		return -1;
	if (rows.n == 0)
		return absent(word, err);
	if (rows.n > 1)
		return ambiguous(word, rows.items, rows.n, err);
	memcpy(ret, rows.items, sizeof(*ret));
	return 0;
}

int team_find(struct store *s, const char *word, struct arena *a, struct team *ret, struct err *err)
{
	struct buf key = BUF_INIT;
	int rc;

	if (text_fold(&key, word, strlen(word)) < 0)
		rc = err_oom(err);
	else if (key.len == 0 || key.len >= KEY_SIZE)
		rc = absent(word, err);
	else
		rc = find(s, word, buf_str(&key), a, ret, err);
	buf_free(&key);
	return rc;
}

int team_get(struct store *s, int64_t id, struct arena *a, struct team *ret, struct err *err)
{
	int rc = db_one(s, SQL_TEAM_GET, VALUES(v_int(id)), a, team_read, ret, sizeof(*ret), err);

	if (rc != 0)
		return rc < 0 ? -1 : 0;
	err_set(err, ERR_ABSENT, "no-team", "There is no such team.");
	return err_next(err, "ceu admin team list");
}

static int teams(struct store *s, enum sql_id id, const struct value *v, size_t n, struct arena *a,
    struct team_list *ret, struct err *err)
{
	struct rows r;

	if (db_list(s, id, v, n, a, team_read, sizeof(struct team), &r, err) < 0)
		return -1;
	*ret = (struct team_list){ r.items, r.n, r.cap };
	return 0;
}

int team_page(struct store *s, const char *after, int limit, struct arena *a, struct team_list *ret,
    struct err *err)
{
	struct buf key = BUF_INIT;
	int rc;

	if (text_fold(&key, after, strlen(after)) < 0)
		rc = err_oom(err);
	else
		rc = teams(s, SQL_TEAM_PAGE, VALUES(v_text(buf_str(&key)), v_int(limit)), a, ret, err);
	buf_free(&key);
	return rc;
}

int team_of_person(struct store *s, int64_t person, struct arena *a, struct team_list *ret, struct err *err)
{
	return teams(s, SQL_TEAM_OF_PERSON, VALUES(v_int(person)), a, ret, err);
}

int team_led_by(struct store *s, int64_t person, struct arena *a, struct team_list *ret, struct err *err)
{
	return teams(s, SQL_TEAM_LED_BY, VALUES(v_int(person)), a, ret, err);
}

int team_leads(struct store *s, int64_t lead, int64_t person, int *ret, struct err *err)
{
	int64_t n = 0;

	if (db_number(s, SQL_TEAM_LEADS, VALUES(v_int(lead), v_int(person)), &n, err) < 0)
		return -1;
	*ret = n > 0;
	return 0;
}

/* Joining and leaving are written only when they change something. */
static int member(struct store *s, const struct actor *by, int joins, int64_t team, int64_t person,
    struct err *err)
{
	const char *action = joins ? "join" : "leave";
	struct arena a = ARENA_INIT;
	struct buf text = BUF_INIT;
	struct person p;
	struct team t;
	int n, rc = -1;

	if (team_get(s, team, &a, &t, err) < 0 || person_get(s, person, &a, &p, err) < 0)
		goto end;
	n = db_run(s, joins ? SQL_TEAM_JOIN : SQL_TEAM_LEAVE, VALUES(v_int(team), v_int(person)), err);
	if (n <= 0) {
		rc = n;
		goto end;
	}
	if (buf_printf(&text, "%s team %s", action, t.name) < 0)
		rc = err_oom(err);
	else
		rc = ledger_write(s, by, &(struct record){ .subject = person, .action = action,
		    .kind = "team", .id = team, .before = joins ? "false" : "true",
		    .after = joins ? "true" : "false", .text = buf_str(&text) }, err);
end:
	buf_free(&text);
	arena_free(&a);
	return rc;
}

int team_join(struct store *s, const struct actor *by, int64_t team, int64_t person, struct err *err)
{
	return member(s, by, 1, team, person, err);
}

int team_leave(struct store *s, const struct actor *by, int64_t team, int64_t person, struct err *err)
{
	return member(s, by, 0, team, person, err);
}
