/* Rules that say what events are taken for, and what is learned from those that were confirmed. */
#include "ledger.h"
#include "store/feedrules.h"

#include <string.h>
#include "base/buf.h"

enum { OWN_MAX = 200, COMMON_MAX = 500, LESSONS_MAX = 500, HOST_SIZE = 256 };

/* As it is in its row: words are read afterwards, for they may be wrong. */
struct kept { struct feed_rule r; const char *field, *test; int removed; };

static void kept_read(struct query *q, void *item)
{
	struct kept *k = item;
	struct match_rule *m = &k->r.rule;

	m->id = q_int(q);
	k->r.person = q_int(q);
	m->no = q_int(q);
	k->field = q_text(q);
	k->test = q_text(q);
	m->value = q_text(q);
	m->calendar = q_int(q);
	k->r.calendar_no = q_int(q);
	m->category = q_text(q);
	m->competencies = q_text(q);
	m->provider = q_text(q);
	m->break_minutes = q_small(q);
	m->per_day = q_small(q);
	m->verdict = (enum match_verdict)q_small(q);
	k->r.added_at = q_int(q);
	k->removed = q_small(q);
	m->origin = k->r.person ? MATCH_PERSONAL : MATCH_ADMIN;
}

static int read_words(struct kept *k, struct arena *a, struct err *err)
{
	if (match_field_parse(k->field, &k->r.rule.field, &k->r.rule.extra, a) < 0 ||
	    match_test_parse(k->test, &k->r.rule.test) < 0)
		return err_set(err, ERR_FAILED, "store-corrupt", "Rule %lld cannot be read.",
		    (long long)k->r.rule.no);
	return 0;
}

static int absent(int64_t no, struct err *err)
{
	return err_set(err, ERR_ABSENT, "no-rule", "There is no rule %lld.", (long long)no);
}

/* 1, 0, -1 */
static int one(struct store *s, enum sql_id id, const struct value *v, size_t n, struct arena *a, struct kept *ret,
    struct err *err)
{
	struct kept k;
	int rc = db_one(s, id, v, n, a, kept_read, &k, sizeof(k), err);

	if (rc <= 0)
		return rc;
	if (read_words(&k, a, err) < 0)
		return -1;
	*ret = k;
	return 1;
}

int feed_rule_get(struct store *s, int64_t person, int64_t no, struct arena *a, struct feed_rule *ret,
    struct err *err)
{
	struct kept k;
	int rc = one(s, SQL_FEED_RULE_GET, VALUES(v_int(person), v_int(no)), a, &k, err);

	if (rc <= 0) {
		if (rc == 0)
			absent(no, err);
		return rc < 0 ? -1 : err_next(err, person ? "ceu calendar rule list" : "ceu admin rule list");
	}
	*ret = k.r;
	return 0;
}

int feed_rule_of(struct store *s, int64_t person, struct arena *a, struct feed_rule_list *ret, struct err *err)
{
	struct feed_rule *items;
	struct kept *k;
	struct rows r;
	size_t i;

	if (db_list(s, SQL_FEED_RULE_OF, VALUES(v_int(person)), a, kept_read, sizeof(*k), &r, err) < 0)
		return -1;
	k = r.items;
	items = arena_alloc(a, (r.n + 1) * sizeof(*items));
	if (!items)
		return err_oom(err);
	for (i = 0; i < r.n; i++) {
		if (read_words(&k[i], a, err) < 0)
			return -1;
		items[i] = k[i].r;
	}
	*ret = (struct feed_rule_list){ items, r.n, r.n };
	return 0;
}

/* ---- changes */

static int check_room(struct store *s, int64_t person, struct err *err)
{
	const int most = person ? OWN_MAX : COMMON_MAX;
	int64_t n = 0;

	if (db_number(s, SQL_FEED_RULE_COUNT, VALUES(v_int(person)), &n, err) < 0)
		return -1;
	if (n < most)
		return 0;
	if (person)
		err_set(err, ERR_RULE, "rules-many", "You have %d rules: there cannot be more.", most);
	else
		err_set(err, ERR_RULE, "rules-many", "There are %d rules for everybody: there cannot be more.", most);
	return err_next(err, "Remove one first: ceu %s rule remove N", person ? "calendar" : "admin");
}

static void image(struct buf *out, const struct feed_rule *r, int removed)
{
	struct jsonw w;

	jsonw_begin(&w, out);
	jsonw_object(&w, NULL);
	jsonw_int(&w, "no", r->rule.no);
	jsonw_bool(&w, "removed", removed);
	jsonw_end_object(&w);
}

static int write_row(struct store *s, const struct actor *by, const char *action, const struct feed_rule *r,
    int removed, const struct revert *of, struct err *err)
{
	const int added = strcmp(action, "add") == 0;
	struct pictures p = PICTURES_INIT;
	struct arena a = ARENA_INIT;
	const char *says = match_rule_text(&r->rule, &a);
	int rc;

	if (!added)
		image(&p.before, r, !removed);
	image(&p.after, r, removed);
	if (of)
		buf_puts(&p.text, of->text);
	else
		buf_printf(&p.text, "%s rule %lld%s: %s", action, (long long)r->rule.no,
		    r->person ? "" : " for everybody", says ? says : "");
	if (!says)
		p.text.failed = 1;
	rc = ledger_picture(s, by, (struct record){ .subject = r->person, .action = action, .kind = "feed-rule",
	    .id = r->rule.id, .undoes = of ? of->step : 0 }, &p, err);
	arena_free(&a);
	return rc;
}

static int insert(struct store *s, struct feed_rule *r, struct err *err)
{
	const struct match_rule *m = &r->rule;
	const char *field = m->field == MATCH_EXTRA ? m->extra : match_field_name(m->field);

	return db_number(s, SQL_FEED_RULE_ADD, VALUES(v_some(r->person), v_int(m->no), v_text(field),
	    v_text(match_test_name(m->test)), v_text(m->value), v_some(m->calendar), v_text(m->category),
	    v_text(m->competencies), v_text(m->provider), v_int(m->break_minutes), v_int(m->per_day),
	    v_int(m->verdict), v_int(r->added_at)), &r->rule.id, err) < 0 ? -1 : 0;
}

int feed_rule_add(struct store *s, const struct actor *by, struct feed_rule *r, struct err *err)
{
	struct feed_rule added = *r;
	int64_t last = 0;

	if (check_room(s, r->person, err) < 0 ||
	    db_number(s, SQL_FEED_RULE_LAST_NO, VALUES(v_int(r->person)), &last, err) < 0)
		return -1;
	added.rule.no = last + 1;
	if (insert(s, &added, err) < 0 || write_row(s, by, "add", &added, 0, NULL, err) < 0)
		return -1;
	r->rule.id = added.rule.id;
	r->rule.no = added.rule.no;
	return 0;
}

int feed_rule_remove(struct store *s, const struct actor *by, const struct feed_rule *r, struct err *err)
{
	int n = db_run(s, SQL_FEED_RULE_SET_REMOVED, VALUES(v_int(r->rule.id), v_int(1)), err);

	if (n == 0) {
		absent(r->rule.no, err);
		return err_next(err, r->person ? "ceu calendar rule list" : "ceu admin rule list");
	}
	return n < 0 ? -1 : write_row(s, by, "remove", r, 1, NULL, err);
}

int feed_rule_revert(struct store *s, const struct actor *by, const struct revert *r, struct err *err)
{
	const int removed = r->image ? json_bool(r->image, "removed", 0) : 1;
	struct arena a = ARENA_INIT;
	struct kept k;
	int rc = one(s, SQL_FEED_RULE_BY_ID, VALUES(v_int(r->id)), &a, &k, err);

	if (rc == 0)
		rc = image_bad("a rule", err);
	if (rc > 0)
		rc = k.removed && !removed ? check_room(s, k.r.person, err) : 0;
	if (rc == 0)
		rc = db_run(s, SQL_FEED_RULE_SET_REMOVED, VALUES(v_int(r->id), v_int(removed)), err);
	if (rc >= 0)
		rc = write_row(s, by, r->action, &k.r, removed, r, err);
	arena_free(&a);
	return rc;
}

/* ---- lessons */

static void lesson_read(struct query *q, void *item)
{
	struct lesson *l = item;
	char host[HOST_SIZE];

	l->entry_no = q_int(q);
	l->day = q_day(q);
	l->calendar = q_int(q);
	l->series = q_text(q);
	l->title = q_text(q);
	l->host = arena_strdup(q->arena, match_host(q_text(q), host, sizeof(host)));
	l->domain = q_text(q);
	l->category = q_text(q);
	l->competencies = q_text(q);
	l->provider = q_text(q);
	if (!l->host)
		q->oom = 1;
}

int feed_lessons(struct store *s, int64_t person, struct arena *a, struct lesson_list *ret, struct err *err)
{
	struct rows r;

	if (db_list(s, SQL_FEED_LESSONS, VALUES(v_int(person), v_int(LESSONS_MAX)), a, lesson_read,
	    sizeof(struct lesson), &r, err) < 0)
		return -1;
	*ret = (struct lesson_list){ r.items, r.n, r.cap };
	return 0;
}
