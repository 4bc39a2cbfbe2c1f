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
	char *file;			/* of PROGRAM_FOLDER */
	enum program_origin origin;
	int is_past;			/* was installed and is no more */
	int offered;			/* 0: only bound to an old cycle, or another of its id has its place */
};

struct programs { struct loaded *first; };

const char *program_origin_name(enum program_origin o)
{
	static const char *const names[] = { [PROGRAM_BUILT_IN] = "built-in", [PROGRAM_INSTALLED] = "installed",
		[PROGRAM_FOLDER] = "folder", [PROGRAM_BOUND] = "bound" };

	return names[o];
}

static struct loaded *find_id(const struct programs *p, const char *id)
{
	struct loaded *l = p->first;

	while (l && (!l->offered || strcmp(l->program->id, id)))
		l = l->next;
	return l;
}

static void forget(struct loaded *l)
{
	program_free(l->program);
	free(l->text);
	free(l->file);
	free(l);
}

/* Read a copy of the text; NULL: the errors say why. */
static struct loaded *read_text(const char *text, size_t len, const char *file, enum program_origin origin,
    struct conf_errors *errors)
{
	struct loaded *l = calloc(1, sizeof *l);

	if (l) {
		l->text = malloc(len + 1);
		l->file = strdup(file);
	}
	if (!l || !l->text || !l->file) {
		conf_error(errors, file, 1, 1, "out of memory");
	} else if (!program_load(text, len, file, &l->program, errors)) {
		memcpy(l->text, text, len);
		l->text[len] = '\0';
		l->len = len;
		l->origin = origin;
		return l;
	}
	if (l)
		forget(l);
	return NULL;
}

/* Of the texts of an id the one of the highest origin is offered, and of those the one read last. */
static void rank(struct programs *p)
{
	for (struct loaded *l = p->first; l; l = l->next) {
		struct loaded *best = NULL;

		for (struct loaded *o = p->first; o; o = o->next)
			if (o->origin != PROGRAM_BOUND && !o->is_past && !strcmp(o->program->id, l->program->id) &&
			    (!best || o->origin > best->origin))
				best = o;
		l->offered = l == best;
	}
}

/* Before the others of its id, so that the first program stays the first. */
static void put(struct programs *p, struct loaded *l)
{
	struct loaded **at = &p->first;

	while (*at && strcmp((*at)->program->id, l->program->id))
		at = &(*at)->next;
	l->next = *at;
	*at = l;
	rank(p);
}

static void load_embedded(struct programs *p, struct conf_errors *errors)
{
	static const char folder[] = "programs/";

	for (const struct embed *e = embed_files; e->name; e++) {
		struct loaded *l;

		if (strncmp(e->name, folder, sizeof folder - 1))
			continue;
		l = read_text((const char *)e->data, e->len, e->name, PROGRAM_BUILT_IN, errors);
		if (l)
			put(p, l);
	}
}

static void load_file(void *arg, const char *path, char *text, size_t len, struct conf_errors *errors)
{
	struct programs *p = arg;
	struct loaded *l = read_text(text, len, path, PROGRAM_FOLDER, errors), *other;

	free(text);
	if (!l)
		return;
	other = find_id(p, l->program->id);
	if (other && other->origin == PROGRAM_FOLDER) {
		conf_error(errors, path, 1, 1, "program %s is in %s already; give one of the two another id, or remove it",
		    l->program->id, other->file);
		forget(l);
		return;
	}
	put(p, l);
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
		forget(l);
	}
	free(p);
}

int programs_get(struct ceud *d, const char *id, const struct program **ret, struct err *err)
{
	struct loaded *l = find_id(d->programs, id);
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

/* A text of the store, as what it is there for. */
static int load_stored(struct ceud *d, const struct program_text *stored, enum program_origin origin, struct err *err)
{
	struct buf text = BUF_INIT;
	struct conf_errors errors = { &text, 0 };
	struct loaded *l = read_text(stored->text, stored->len, stored->id, origin, &errors);

	if (l)
		put(d->programs, l);
	else
		err_set(err, ERR_FAILED, "program-invalid", "The stored program %s cannot be read:\n%s", stored->id,
		    buf_str(&text));
	buf_free(&text);
	return l ? 0 : -1;
}

/* An old cycle's program is loaded from the text it was opened with. */
static int load_bound(struct ceud *d, const char *hash, struct err *err)
{
	struct arena a = ARENA_INIT;
	struct program_text stored;
	int rc = program_text_get(d->store, hash, &a, &stored, err);

	if (!rc)
		rc = load_stored(d, &stored, PROGRAM_BOUND, err);
	arena_free(&a);
	return rc;
}

static struct loaded *find_installed(const struct programs *p, const char *hash)
{
	struct loaded *l = p->first;

	while (l && (l->origin != PROGRAM_INSTALLED || strcmp(l->program->hash, hash)))
		l = l->next;
	return l;
}

int programs_take_installed(struct ceud *d, struct err *err)
{
	struct program_text_list all = { 0 };
	struct arena a = ARENA_INIT;
	int rc = program_installed(d->store, &a, &all, err);

	for (struct loaded *l = d->programs->first; !rc && l; l = l->next)
		l->is_past = l->origin == PROGRAM_INSTALLED;
	for (size_t i = 0; !rc && i < all.n; i++) {
		struct loaded *l = find_installed(d->programs, all.items[i].hash);

		if (l)
			l->is_past = 0;
		else
			rc = load_stored(d, &all.items[i], PROGRAM_INSTALLED, err);
	}
	rank(d->programs);
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

static const struct loaded *find_loaded(const struct ceud *d, const struct program *p)
{
	const struct loaded *l = d->programs->first;

	while (l && l->program != p)
		l = l->next;
	return l;
}

enum program_origin programs_origin(struct ceud *d, const struct program *p)
{
	return find_loaded(d, p)->origin;
}

const char *programs_text(struct ceud *d, const struct program *p, size_t *len)
{
	const struct loaded *l = find_loaded(d, p);

	*len = l ? l->len : 0;
	return l ? l->text : NULL;
}
