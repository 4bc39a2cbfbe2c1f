/* Evidence: which file proves an entry. */
#include "ledger.h"
#include "store/entries.h"

#include <string.h>
#include <strings.h>

static void evidence_read(struct query *q, void *item)
{
	struct evidence *v = item;

	v->id = q_int(q);
	v->entry = q_int(q);
	v->entry_no = q_int(q);
	v->name = q_text(q);
	v->type = q_text(q);
	v->sha256 = q_text(q);
	v->bytes = q_int(q);
	v->added_at = q_int(q);
}

struct ever_evidence {			/* also one that was withdrawn */
	struct evidence v;
	int removed;
	int64_t person;
};

static void ever_evidence_read(struct query *q, void *item)
{
	struct ever_evidence *e = item;

	evidence_read(q, &e->v);
	e->removed = q_small(q);
	e->person = q_int(q);
}

static void evidence_image(struct buf *out, const struct evidence *v, int removed)
{
	struct jsonw w;

	jsonw_begin(&w, out);
	jsonw_object(&w, NULL);
	jsonw_int(&w, "entry", v->entry);
	jsonw_str(&w, "name", v->name);
	jsonw_str(&w, "type", v->type);
	jsonw_str(&w, "sha256", v->sha256);
	jsonw_int(&w, "bytes", v->bytes);
	jsonw_bool(&w, "removed", removed);
	jsonw_end_object(&w);
}

/* ERR_RULE "evidence-there" if the entry has a file of that name. A packet is unpacked where A.pdf and a.pdf are one, too. */
static int check_name(struct store *s, const struct evidence *v, struct err *err)
{
	struct arena a = ARENA_INIT;
	struct evidence_list l;
	size_t i;
	int rc = evidence_of(s, v->entry, &a, &l, err);

	for (i = 0; rc == 0 && i < l.n; i++) {
		if (strcasecmp(l.items[i].name, v->name) != 0)
			continue;
		err_set(err, ERR_RULE, "evidence-there", "Entry %lld has a file %s already.", (long long)v->entry_no,
		    l.items[i].name);
		rc = err_next(err, "Give the file another name, or take the old one away: ceu detach %lld %s",
		    (long long)v->entry_no, l.items[i].name);
	}
	arena_free(&a);
	return rc;
}

int evidence_add(struct store *s, const struct actor *by, const struct entry *e, struct evidence *v,
    struct err *err)
{
	struct pictures p = PICTURES_INIT;
	struct evidence added = *v;

	added.entry = e->id;
	added.entry_no = e->no;
	if (check_name(s, &added, err) < 0 || db_number(s, SQL_EVIDENCE_ADD, VALUES(v_int(added.entry),
	    v_text(added.name), v_text(added.type), v_text(added.sha256), v_int(added.bytes),
	    v_int(added.added_at)), &added.id, err) < 0)
		return -1;
	evidence_image(&p.after, &added, 0);
	buf_printf(&p.text, "attach %s to %lld", added.name, (long long)e->no);
	if (ledger_picture(s, by, (struct record){ .subject = e->person, .action = "attach",
	    .kind = "evidence", .id = added.id }, &p, err) < 0)
		return -1;
	*v = added;
	return 0;
}

static int set_removed(struct store *s, const struct actor *by, struct record r,
    const struct ever_evidence *e, int removed, const char *text, struct err *err)
{
	struct pictures p = PICTURES_INIT;

	if (db_run(s, SQL_EVIDENCE_SET_REMOVED, VALUES(v_int(e->v.id), v_int(removed)), err) < 0)
		return -1;
	evidence_image(&p.before, &e->v, e->removed);
	evidence_image(&p.after, &e->v, removed);
	if (text)
		buf_puts(&p.text, text);
	else
		buf_printf(&p.text, "detach %s from %lld", e->v.name, (long long)e->v.entry_no);
	r.subject = e->person;
	r.kind = "evidence";
	r.id = e->v.id;
	return ledger_picture(s, by, r, &p, err);
}

static int get(struct store *s, int64_t id, struct arena *a, struct ever_evidence *ret, struct err *err)
{
	int rc = db_one(s, SQL_EVIDENCE_GET, VALUES(v_int(id)), a, ever_evidence_read, ret, sizeof(*ret),
	    err);

	if (rc == 0)
		return err_set(err, ERR_ABSENT, "no-evidence", "There is no such file.");
	return rc < 0 ? -1 : 0;
}

/* Names those that there are. */
static int absent(struct store *s, const struct entry *e, const char *name, struct arena *a, struct err *err)
{
	struct evidence_list l;
	struct buf names = BUF_INIT;
	size_t i;

	if (evidence_of(s, e->id, a, &l, err) < 0)
		return -1;
	for (i = 0; i < l.n; i++)
		buf_printf(&names, "%s%s", i ? ", " : "", l.items[i].name);
	if (names.failed)
		err_oom(err);
	else if (l.n == 0)
		err_set(err, ERR_ABSENT, "no-evidence", "Entry %lld has no files.", (long long)e->no);
	else {
		err_set(err, ERR_ABSENT, "no-evidence", "Entry %lld has no file %s; it has %s.",
		    (long long)e->no, name, buf_str(&names));
		err_next(err, "ceu detach %lld NAME", (long long)e->no);
	}
	buf_free(&names);
	return -1;
}

int evidence_remove(struct store *s, const struct actor *by, const struct entry *e, const char *name,
    struct err *err)
{
	struct arena a = ARENA_INIT;
	struct ever_evidence v;
	int64_t id;
	int rc = db_number(s, SQL_EVIDENCE_NAMED, VALUES(v_int(e->id), v_text(name)), &id, err);

	if (rc == 0)
		rc = absent(s, e, name, &a, err);
	else if (rc > 0)
		rc = get(s, id, &a, &v, err);
	if (rc == 0)
		rc = set_removed(s, by, (struct record){ .action = "detach" }, &v, 1, NULL, err);
	arena_free(&a);
	return rc;
}

int evidence_revert(struct store *s, const struct actor *by, const struct revert *r, struct err *err)
{
	struct arena a = ARENA_INIT;
	struct ever_evidence v;
	int removed = r->image ? json_bool(r->image, "removed", 0) : 1;
	int rc = get(s, r->id, &a, &v, err);

	if (rc == 0 && v.removed && !removed)
		rc = check_name(s, &v.v, err);
	if (rc == 0)
		rc = set_removed(s, by, (struct record){ .action = r->action, .undoes = r->step }, &v,
		    removed, r->text, err);
	arena_free(&a);
	return rc;
}

/* ---- reading */

static int evidences(struct store *s, enum sql_id id, const struct value *v, size_t n, struct arena *a,
    struct evidence_list *ret, struct err *err)
{
	struct rows r;

	if (db_list(s, id, v, n, a, evidence_read, sizeof(struct evidence), &r, err) < 0)
		return -1;
	*ret = (struct evidence_list){ r.items, r.n, r.cap };
	return 0;
}

int evidence_of(struct store *s, int64_t entry, struct arena *a, struct evidence_list *ret, struct err *err)
{
	return evidences(s, SQL_EVIDENCE_OF, VALUES(v_int(entry)), a, ret, err);
}

int evidence_between(struct store *s, int64_t person, day_t from, day_t to, struct arena *a,
    struct evidence_list *ret, struct err *err)
{
	return evidences(s, SQL_EVIDENCE_BETWEEN, VALUES(v_int(person), v_int(from),
	    v_int(to == DAY_NONE ? INT32_MAX : to)), a, ret, err);
}

int evidence_known(struct store *s, const char *sha256, int *ret, struct err *err)
{
	int64_t one;
	int rc = db_number(s, SQL_EVIDENCE_KNOWN, VALUES(v_text(sha256)), &one, err);

	if (rc < 0)
		return -1;
	*ret = rc;
	return 0;
}
