/* Program texts: those that cycles are bound to, and those that an admin put on offer. */
#include "ledger.h"
#include "store/people.h"

#include <string.h>

static void program_text_read(struct query *q, void *item)
{
	struct program_text *p = item;

	p->hash = q_text(q);
	p->id = q_text(q);
	p->text = q_blob(q, &p->len);
}

static int absent(const char *hash, struct err *err)
{
	return err_set(err, ERR_ABSENT, "no-program-text", "The program text %.12s is not in the database.",
	    hash);
}

int program_text_id(struct store *s, const char *hash, int64_t *ret, struct err *err)
{
	int rc = db_number(s, SQL_PROGRAM_TEXT_FIND, VALUES(v_text(hash)), ret, err);

	return rc > 0 ? 0 : rc < 0 ? -1 : absent(hash, err);
}

int program_text_put(struct store *s, const struct program_text *p, int64_t now, struct err *err)
{
	int64_t id;
	int known = db_number(s, SQL_PROGRAM_TEXT_FIND, VALUES(v_text(p->hash)), &id, err);

	if (known != 0)
		return known < 0 ? -1 : 0;
	return db_run(s, SQL_PROGRAM_TEXT_PUT, VALUES(v_text(p->hash), v_text(p->id), v_blob(p->text, p->len),
	    v_int(now)), err) < 0 ? -1 : 0;
}

int program_text_get(struct store *s, const char *hash, struct arena *a, struct program_text *ret,
    struct err *err)
{
	int rc = db_one(s, SQL_PROGRAM_TEXT_GET, VALUES(v_text(hash)), a, program_text_read, ret,
	    sizeof(*ret), err);

	return rc > 0 ? 0 : rc < 0 ? -1 : absent(hash, err);
}

/* ---- on offer */

struct hash { const char *text; };

static void hash_read(struct query *q, void *item)
{
	((struct hash *)item)->text = q_text(q);
}

static void program_image(struct buf *out, const char *hash)
{
	struct jsonw w;

	jsonw_begin(&w, out);
	jsonw_object(&w, NULL);
	jsonw_str(&w, "hash", hash);
	jsonw_end_object(&w);
}

/* hash NULL: take it off the offer. */
static int offer(struct store *s, const struct actor *by, struct record r, const char *hash, const char *text,
    struct err *err)
{
	struct pictures p = PICTURES_INIT;
	struct arena a = ARENA_INIT;
	struct hash before = { NULL };
	int rc = db_one(s, SQL_PROGRAM_INSTALLED_HASH, VALUES(v_text(r.name)), &a, hash_read, &before,
	    sizeof(before), err);

	if (rc >= 0)
		rc = hash ? db_run(s, SQL_PROGRAM_INSTALL, VALUES(v_text(hash)), err) :
		    db_run(s, SQL_PROGRAM_UNINSTALL, VALUES(v_text(r.name)), err);
	if (rc >= 0) {
		if (before.text)
			program_image(&p.before, before.text);
		if (hash)
			program_image(&p.after, hash);
		if (text)
			buf_puts(&p.text, text);
		else
			buf_printf(&p.text, "install program %s (%.12s)", r.name, hash);
		r.kind = "program";
		rc = ledger_picture(s, by, r, &p, err);
	}
	arena_free(&a);
	return rc < 0 ? -1 : 0;
}

int program_install(struct store *s, const struct actor *by, const struct program_text *p, struct err *err)
{
	struct arena a = ARENA_INIT;
	struct program_text there;
	int rc = program_text_get(s, p->hash, &a, &there, err);

	if (rc == 0)
		rc = offer(s, by, (struct record){ .action = "install", .name = there.id }, p->hash, NULL,
		    err);
	arena_free(&a);
	return rc;
}

int program_revert(struct store *s, const struct actor *by, const struct revert *r, struct err *err)
{
	const char *hash = json_str(r->image, "hash");
	int64_t id;

	if (r->image && !hash)
		return image_bad("a program", err);
	if (hash && program_text_id(s, hash, &id, err) < 0)
		return -1;
	return offer(s, by, (struct record){ .action = r->action, .name = r->key, .undoes = r->step }, hash,
	    r->text, err);
}

int program_installed(struct store *s, struct arena *a, struct program_text_list *ret, struct err *err)
{
	struct rows r;

	if (db_list(s, SQL_PROGRAM_INSTALLED, NO_VALUES, a, program_text_read, sizeof(struct program_text),
	    &r, err) < 0)
		return -1;
	*ret = (struct program_text_list){ r.items, r.n, r.cap };
	return 0;
}

int cycle_bound(struct store *s, const char *program, const char *hash, int64_t *ret, int64_t *ret_other,
    struct err *err)
{
	int64_t all, same;

	if (db_number(s, SQL_CYCLE_BOUND, VALUES(v_text(program), v_text("")), &all, err) < 0 ||
	    db_number(s, SQL_CYCLE_BOUND, VALUES(v_text(program), v_text(hash)), &same, err) < 0)
		return -1;
	*ret = same;
	*ret_other = all - same;
	return 0;
}
