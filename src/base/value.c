/* Values for templates: a tree of linked members in an arena. */
#include "base/value.h"
#include "value_parts.h"

#include <string.h>

uint32_t value_hash(const char *name)
{
	uint32_t hash = 2166136261U;

	for (; *name != '\0'; name++)
		hash = (hash ^ (unsigned char)*name) * 16777619U;
	return hash ^ hash >> 16;
}

const struct value *value_member(const struct value *v, const char *name, uint32_t hash)
{
	if (v == NULL || v->kind != VALUE_OBJECT)
		return NULL;
	for (v = v->buckets[hash % VALUE_BUCKETS]; v != NULL; v = v->chain)
		if (v->hash == hash && strcmp(v->name, name) == 0)
			return v;
	return NULL;
}

/* In a union: what stands there already. */
static struct value *known(struct values *v, const struct value *around, const char *name, uint32_t hash)
{
	struct value *m = around != NULL ? around->first : v->root;

	if (!v->is_union || name == NULL)
		return v->is_union ? m : NULL;
	for (; m != NULL; m = m->next)
		if (m->hash == hash && strcmp(m->name, name) == 0)
			return m;
	return NULL;
}

static void append(struct values *v, struct value *around, struct value *m)
{
	if (around == NULL) {
		v->root = m;
		return;
	}
	if (around->last != NULL)
		around->last->next = m;
	else
		around->first = m;
	around->last = m;
	around->len++;
	if (around->kind != VALUE_OBJECT)
		return;
	m->chain = around->buckets[m->hash % VALUE_BUCKETS];
	around->buckets[m->hash % VALUE_BUCKETS] = m;
}

static struct value *put(struct values *v, const char *name, enum value_kind kind)
{
	struct value *around = v->depth > 0 ? v->open[v->depth - 1] : NULL, *m;
	uint32_t hash = name != NULL ? value_hash(name) : 0;

	if (v->failed)
		return NULL;
	m = known(v, around, name, hash);
	if (m != NULL && m->kind == kind)
		return m;
	if ((around == NULL && v->root != NULL) || (around != NULL && (around->kind == VALUE_OBJECT) != (name != NULL)))
		m = NULL;
	else
		m = arena_alloc(&v->arena, sizeof(*m));
	if (m != NULL && kind == VALUE_OBJECT) {
		m->buckets = arena_alloc(&v->arena, VALUE_BUCKETS * sizeof(*m->buckets));
		m = m->buckets != NULL ? m : NULL;
	}
	if (m == NULL) {
		v->failed = 1;
		return NULL;
	}
	m->name = name;
	m->hash = hash;
	m->kind = kind;
	append(v, around, m);
	return m;
}

static void begin(struct values *v, const char *name, enum value_kind kind)
{
	struct value *m = put(v, name, kind);

	if (m == NULL || v->depth == VALUE_LEVELS)
		v->failed = 1;
	else
		v->open[v->depth++] = m;
}

void value_object(struct values *v, const char *name)
{
	begin(v, name, VALUE_OBJECT);
}

void value_list(struct values *v, const char *name)
{
	begin(v, name, VALUE_LIST);
}

void value_end(struct values *v)
{
	if (v->depth == 0)
		v->failed = 1;
	else
		v->depth--;
}

void value_textn(struct values *v, const char *name, const char *s, size_t len)
{
	struct value *m = put(v, name, VALUE_TEXT);

	if (m == NULL)
		return;
	m->text = arena_strndup(&v->arena, len > 0 ? s : "", len);
	m->len = len;
	if (m->text == NULL)
		v->failed = 1;
}

void value_text(struct values *v, const char *name, const char *s)
{
	value_textn(v, name, s, strlen(s));
}

void value_none(struct values *v, const char *name)
{
	put(v, name, VALUE_NONE);
}

void value_bool(struct values *v, const char *name, int yes)
{
	struct value *m = put(v, name, VALUE_BOOL);

	if (m != NULL)
		m->yes = yes != 0 || (v->is_union && m->yes);
}

void values_free(struct values *v)
{
	arena_free(&v->arena);
	*v = (struct values)VALUES_INIT;
}
