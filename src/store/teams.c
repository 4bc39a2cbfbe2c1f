/* Teams, who is in them and who leads them. */
#include "ledger.h"
#include "store/people.h"

#include <string.h>
#include "base/text.h"

enum { KEY_SIZE = 1024, NAMED_MAX = 5 };

static void team_read(struct query *q, void *item)
{
	struct team *t = item;

	t->id = q_int(q);
	t->name = q_text(q);
	t->lead = q_int(q);
	t->every = q_text(q);
	t->csv = q_small(q);
}

struct ever_team { struct team t; int removed; };	/* also one whose making was undone */

static void ever_team_read(struct query *q, void *item)
{
	struct ever_team *e = item;

	team_read(q, &e->t);
	e->removed = q_small(q);
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

static void team_image(struct buf *out, const struct team *t, int removed)
{
	struct jsonw w;

	jsonw_begin(&w, out);
	jsonw_object(&w, NULL);
	jsonw_str(&w, "name", t->name);
	jsonw_int(&w, "lead", t->lead);
	jsonw_str(&w, "every", t->every);
	jsonw_bool(&w, "csv", t->csv);
	jsonw_bool(&w, "removed", removed);
	jsonw_end_object(&w);
}

/* The words of the history. */
static void team_text(struct buf *out, const char *action, const struct team *before, const struct team *after)
{
	const char *sep = ": ";

	buf_printf(out, "%s team %s", action, after->name);
	if (!before || strcmp(before->name, after->name) != 0 || before->lead != after->lead)
		return;
	if (strcmp(before->every, after->every) != 0) {
		buf_printf(out, ": digest %s", !*after->every ? "as usual" : strcmp(after->every, "change") == 0 ?
		    "on change" : strcmp(after->every, "month") == 0 ? "every month" : "every week");
		sep = ", ";
	}
	if (!before->csv != !after->csv)
		buf_printf(out, "%sdigest %s CSV", sep, after->csv ? "with" : "without");
}

/* text NULL: made from the action. */
static int team_write(struct store *s, const struct actor *by, struct record r, const char *text,
    const struct ever_team *before, const struct ever_team *after, struct err *err)
{
	struct pictures p = PICTURES_INIT;

	if (before)
		team_image(&p.before, &before->t, before->removed);
	team_image(&p.after, &after->t, after->removed);
	if (text)
		buf_puts(&p.text, text);
	else
		team_text(&p.text, r.action, before ? &before->t : NULL, &after->t);
	r.kind = "team";
	r.id = after->t.id;
	return ledger_picture(s, by, r, &p, err);
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
	struct ever_team added = { *t, 0 };

	if (check_key(s, key, 0, err) < 0 ||
	    db_number(s, SQL_TEAM_ADD, VALUES(v_text(t->name), v_text(key), v_some(t->lead), v_text(t->every),
	    v_int(t->csv ? 1 : 0)), &added.t.id, err) < 0 ||
	    team_write(s, by, (struct record){ .action = "add" }, NULL, NULL, &added, err) < 0)
		return -1;
	t->id = added.t.id;
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

static int store_team(struct store *s, const struct actor *by, struct record r, const char *text,
    const struct ever_team *before, const struct ever_team *after, struct err *err)
{
	const struct team *t = &after->t;
	struct buf key = BUF_INIT;
	int rc = team_key(t->name, &key, err);

	if (rc == 0 && !after->removed)
		rc = check_key(s, buf_str(&key), t->id, err);
	if (rc == 0 && db_run(s, SQL_TEAM_UPDATE, VALUES(v_int(t->id), v_text(t->name), v_text(buf_str(&key)),
	    v_some(t->lead), v_text(t->every), v_int(t->csv ? 1 : 0), v_int(after->removed)), err) < 0)
		rc = -1;
	if (rc == 0)
		rc = team_write(s, by, r, text, before, after, err);
	buf_free(&key);
	return rc;
}

int team_update(struct store *s, const struct actor *by, const struct team *t, struct err *err)
{
	struct arena a = ARENA_INIT;
	struct ever_team before = { .removed = 0 }, after = { *t, 0 };
	int rc = team_get(s, t->id, &a, &before.t, err);

	if (rc == 0)
		rc = store_team(s, by, (struct record){ .action = "set" }, NULL, &before, &after, err);
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

/* ---- taking back */

static int get_ever(struct store *s, int64_t id, struct arena *a, struct ever_team *ret, struct err *err)
{
	int rc = db_one(s, SQL_TEAM_EVER, VALUES(v_int(id)), a, ever_team_read, ret, sizeof(*ret), err);

	if (rc != 0)
		return rc < 0 ? -1 : 0;
	err_set(err, ERR_ABSENT, "no-team", "There is no such team.");
	return err_next(err, "ceu admin team list");
}

/* A team that has people by now stays. */
static int set_aside(struct store *s, struct ever_team *e, struct err *err)
{
	int64_t n = 0;

	if (db_number(s, SQL_TEAM_SIZE, VALUES(v_int(e->t.id)), &n, err) < 0)
		return -1;
	if (n > 0) {
		err_set(err, ERR_RULE, "undo-overtaken", "The team %s has people in it by now.", e->t.name);
		return err_next(err, "Take them out of it first: ceu admin person set EMAIL --leave \"%s\"",
		    e->t.name);
	}
	e->removed = 1;
	return 0;
}

static int from_image(struct ever_team *e, const struct json *image, struct arena *a, struct err *err)
{
	if (json_int(image, "lead", &e->t.lead) < 0)
		return image_bad("a team", err);
	e->t.name = image_str(image, "name", e->t.name, a);
	e->t.every = image_str(image, "every", e->t.every, a);
	if (e->t.every && strcmp(e->t.every, "monday") == 0)	/* what was the default once */
		e->t.every = "";
	e->t.csv = json_bool(image, "csv", e->t.csv);
	e->removed = json_bool(image, "removed", 0);
	return e->t.name && e->t.every ? 0 : err_oom(err);
}

int team_revert(struct store *s, const struct actor *by, const struct revert *r, struct err *err)
{
	struct arena a = ARENA_INIT;
	struct ever_team before, after;
	int rc;

	if (json_kind(r->image) == JSON_BOOL)	/* who was in it stood under its own name once */
		return member_revert(s, by, r, err);
	rc = get_ever(s, r->id, &a, &before, err);
	if (rc == 0) {
		after = before;
		rc = r->image ? from_image(&after, r->image, &a, err) : set_aside(s, &after, err);
	}
	if (rc == 0)
		rc = store_team(s, by, (struct record){ .action = r->action, .undoes = r->step }, r->text,
		    &before, &after, err);
	arena_free(&a);
	return rc;
}
