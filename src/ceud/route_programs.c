/* Programs for admins: which there are, whether a file is good, what it would change, and the change. */
#include <string.h>

#include "args.h"
#include "ceud.h"
#include "progjob.h"
#include "programs.h"
#include "views.h"

int route_admin_programs(struct call *c, struct err *err)
{
	struct jsonw w;

	jsonw_begin(&w, &c->reply.body);
	jsonw_object(&w, NULL);
	jsonw_array(&w, "programs");
	for (size_t i = 0; i < programs_count(c->d); i++) {
		const struct program *p = programs_at(c->d, i);
		int64_t bound, older;

		if (cycle_bound(c->d->store, p->id, p->hash, &bound, &older, err))
			return -1;
		jsonw_object(&w, NULL);
		jsonw_str(&w, "id", p->id);
		jsonw_str(&w, "name", p->name);
		jsonw_str(&w, "title", p->title);
		jsonw_str(&w, "unit", p->unit);
		jsonw_str(&w, "hash", p->hash);
		jsonw_day(&w, "verified", p->verified);
		jsonw_str(&w, "origin", program_origin_name(programs_origin(c->d, p)));
		jsonw_int(&w, "cycles", bound);
		jsonw_int(&w, "older", older);
		jsonw_end_object(&w);
	}
	jsonw_end_array(&w);
	jsonw_end_object(&w);
	return views_done(c, err);
}

/* ---- a text in the request */

/* "text" with the "name" of its file, or "program", the id of one on offer. */
static int read_source(struct call *c, struct program_source_text *ret, struct err *err)
{
	static const char *const members[] = { "name", "text", "program" };
	const char *name = "program", *text, *id;
	const struct program *p;
	int has_text, has_id;

	if (args_only(c, members, 3, err))
		return -1;
	has_text = args_text(c->body, "text", &text, err);
	has_id = args_text(c->body, "program", &id, err);
	if (has_text < 0 || has_id < 0 || args_filled(c->body, "name", NOTE_CHARS, c->arena, &name, err) < 0)
		return -1;
	if (has_text == has_id) {
		err_set(err, ERR_USAGE, "field-missing", "Either \"text\" or \"program\" is needed.");
		return err_next(err, "ceu admin program simulate FILE");
	}
	if (has_text) {
		*ret = (struct program_source_text){ text, strlen(text), name };
		return 0;
	}
	if (programs_get(c->d, id, &p, err))
		return -1;
	ret->text = programs_text(c->d, p, &ret->len);
	ret->file = p->id;
	return 0;
}

/* All errors of a file, whole, where struct err would cut them. */
static int answer_invalid(struct call *c, const char *errors, int count, struct err *err)
{
	struct jsonw w;

	c->reply.status = 422;
	c->reply.type = "application/problem+json";
	jsonw_begin(&w, &c->reply.body);
	jsonw_object(&w, NULL);
	jsonw_str(&w, "type", "about:blank");
	jsonw_str(&w, "title", "A rule forbids it");
	jsonw_int(&w, "status", 422);
	jsonw_str(&w, "code", "program-invalid");
	jsonw_str(&w, "detail", errors);
	jsonw_int(&w, "errors", count);
	jsonw_array(&w, "next");
	jsonw_str(&w, NULL, "Nothing was changed. Correct the file; its language: man 5 ceud-program");
	jsonw_end_array(&w);
	jsonw_end_object(&w);
	return views_done(c, err);
}

/* 1: the text is a program; 0: the errors are the answer; -1: error. */
static int check_text(struct call *c, const struct program_source_text *t, struct program **ret, struct err *err)
{
	struct buf text = BUF_INIT;
	struct conf_errors errors = { &text, 0 };
	int rc;

	if (!program_load(t->text, t->len, t->file, ret, &errors)) {
		buf_free(&text);
		return 1;
	}
	while (text.len && text.data[text.len - 1] == '\n')
		text.data[--text.len] = '\0';
	rc = text.failed ? err_oom(err) : answer_invalid(c, buf_str(&text), errors.count, err);
	buf_free(&text);
	return rc;
}

static int64_t count_checks(const struct program_source_text *t)
{
	struct buf text = BUF_INIT;
	struct conf_errors errors = { &text, 0 };
	struct conf *root;
	int64_t n = 0;

	if (!conf_parse(t->text, t->len, t->file, &root, &errors)) {
		for (size_t i = 0; i < root->nchildren; i++)
			for (size_t k = 0; k < root->children[i].nchildren; k++)
				n += !strcmp(root->children[i].children[k].name, "check");
		conf_free(root);
	}
	buf_free(&text);
	return n;
}

int route_program_check(struct call *c, struct err *err)
{
	struct program_source_text t;
	struct program *p;
	struct jsonw w;
	int rc;

	if (read_source(c, &t, err))
		return -1;
	rc = check_text(c, &t, &p, err);
	if (rc <= 0)
		return rc;
	jsonw_begin(&w, &c->reply.body);
	jsonw_object(&w, NULL);
	view_program(&w, "program", p, 1);
	jsonw_int(&w, "checks", count_checks(&t));
	jsonw_end_object(&w);
	program_free(p);
	return views_done(c, err);
}

/* ---- walks over everybody */

/* 1: go on; else the route's result: refused, or answered with the errors. */
static int is_good(struct call *c, const struct program_source_text *t, struct err *err)
{
	struct program *p;
	int rc = check_text(c, t, &p, err);

	if (rc > 0)
		program_free(p);
	return rc;
}

int route_program_simulate(struct call *c, struct err *err)
{
	struct program_source_text t;
	int rc;

	if (read_source(c, &t, err))
		return -1;
	rc = is_good(c, &t, err);
	if (rc <= 0)
		return rc;
	return programs_simulate(c->d, &t, call_answer, c, err) ? -1 : ROUTE_LATER;
}

int route_program_install(struct call *c, struct err *err)
{
	struct program_source_text t;
	int rc;

	if (read_source(c, &t, err))
		return -1;
	rc = is_good(c, &t, err);
	if (rc <= 0)
		return rc;
	return programs_install(c->d, &t, c->caller.name, c->caller.person.id, call_answer, c, err) ? -1 : ROUTE_LATER;
}
