/* Programs on offer, and those that cycles are bound to. */
#include "programs.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/embed.h"
#include "base/err.h"
#include "ceud.h"
#include "config.h"
#include "files.h"
#include "store/people.h"

enum { PROGRAM_BYTES_MAX = 1000000 };

struct loaded {
	struct loaded *next;
	struct program *program;
	char *text;
	size_t len;
	int offered;			/* 0: only bound to an old cycle */
};

struct programs { struct loaded *first; };

static struct loaded **find_id(struct programs *p, const char *id)
{
	struct loaded **at;

	for (at = &p->first; *at; at = &(*at)->next)
		if ((*at)->offered && !strcmp((*at)->program->id, id))
			break;
	return at;
}

/* Takes over `text`. A program of the same id that was offered before is offered no more: this one has its place. */
static int load(struct programs *p, char *text, size_t len, const char *file, int offered, struct conf_errors *errors)
{
	struct loaded *l = calloc(1, sizeof *l), **at = &p->first;

	if (!l || program_load(text, len, file, &l->program, errors)) {
		if (!l)
			conf_error(errors, file, 1, 1, "out of memory");
		free(l);
		free(text);
		return -1;
	}
	l->text = text;
	l->len = len;
	if (offered)
		at = find_id(p, l->program->id);
	if (offered && *at)
		(*at)->offered = 0;
	else
		while (*at)
			at = &(*at)->next;
	l->offered = offered;
	l->next = *at;
	*at = l;
	return 0;
}

static void load_embedded(struct programs *p, struct conf_errors *errors)
{
	static const char folder[] = "programs/";

	for (const struct embed *e = embed_files; e->name; e++) {
		char *text;

		if (strncmp(e->name, folder, sizeof folder - 1))
			continue;
		text = malloc(e->len + 1);
		if (!text) {
			conf_error(errors, e->name, 1, 1, "out of memory");
			return;
		}
		memcpy(text, e->data, e->len);
		load(p, text, e->len, e->name, 1, errors);
	}
}

static void load_file(void *arg, const char *path, char *text, size_t len, struct conf_errors *errors)
{
	load(arg, text, len, path, 1, errors);
}

int programs_open(const struct config *c, struct programs **ret, struct conf_errors *errors)
{
	struct programs *p = calloc(1, sizeof *p);
	int before = errors->count;

	if (!p) {
		conf_error(errors, "programs", 1, 1, "out of memory");
		return -1;
	}
	load_embedded(p, errors);
	if (c->programs)
		files_each(c->programs, ".rules", PROGRAM_BYTES_MAX, load_file, p, errors);
	if (errors->count > before) {
		programs_close(p);
		return -1;
	}
	*ret = p;
	return 0;
}

void programs_close(struct programs *p)
{
	struct loaded *l;

	if (!p)
		return;
	while ((l = p->first)) {
		p->first = l->next;
		program_free(l->program);
		free(l->text);
		free(l);
	}
	free(p);
}

int programs_get(struct ceud *d, const char *id, const struct program **ret, struct err *err)
{
	struct loaded *l = *find_id(d->programs, id);
	struct buf names = BUF_INIT;

	if (l) {
		*ret = l->program;
		return 0;
	}
	for (size_t i = 0; i < programs_count(d); i++)
		buf_printf(&names, "%s%s", i ? ", " : "", programs_at(d, i)->id);
	err_set(err, ERR_ABSENT, "no-program", "There is no program \"%s\".\nPrograms: %s", id, buf_str(&names));
	buf_free(&names);
	return -1;
}

/* An old cycle's program is loaded from the text it was opened with. */
static int load_bound(struct ceud *d, const char *hash, struct err *err)
{
	struct arena a = ARENA_INIT;
	struct buf text = BUF_INIT;
	struct conf_errors errors = { &text, 0 };
	struct program_text stored;
	char *copy = NULL;
	int rc = program_text_get(d->store, hash, &a, &stored, err);

	if (!rc && !(copy = malloc(stored.len + 1)))
		rc = err_oom(err);
	if (!rc) {
		memcpy(copy, stored.text, stored.len);
		rc = load(d->programs, copy, stored.len, stored.id, 0, &errors);
		if (rc)
			err_set(err, ERR_FAILED, "program-invalid", "The stored program %s cannot be read:\n%s", stored.id, buf_str(&text));
	}
	buf_free(&text);
	arena_free(&a);
	return rc;
}

int programs_by_hash(struct ceud *d, const char *hash, const struct program **ret, struct err *err)
{
	for (int tries = 0; tries < 2; tries++) {
		for (struct loaded *l = d->programs->first; l; l = l->next)
			if (!strcmp(l->program->hash, hash)) {
				*ret = l->program;
				return 0;
			}
		if (!tries && load_bound(d, hash, err))
			return -1;
	}
	return err_set(err, ERR_FAILED, "program-invalid", "The stored program does not match its hash %.12s.", hash);
}

const char *programs_default(struct ceud *d)
{
	const struct program *p = programs_at(d, 0);

	return p ? p->id : "";
}

size_t programs_count(struct ceud *d)
{
	size_t n = 0;

	for (struct loaded *l = d->programs->first; l; l = l->next)
		n += l->offered != 0;
	return n;
}

const struct program *programs_at(struct ceud *d, size_t i)
{
	for (struct loaded *l = d->programs->first; l; l = l->next)
		if (l->offered && i-- == 0)
			return l->program;
	return NULL;
}

const char *programs_text(struct ceud *d, const struct program *p, size_t *len)
{
	for (struct loaded *l = d->programs->first; l; l = l->next)
		if (l->program == p) {
			*len = l->len;
			return l->text;
		}
	*len = 0;
	return NULL;
}
