/* Templates looked over: does what they name exist? */
#include "base/template.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/text.h"
#include "template_nodes.h"
#include "value_parts.h"

#include <string.h>

enum { NAMES_MAX = 200 };

struct checking {
	const struct template *t;
	const struct value *stack[TEMPLATE_LEVELS + 1];	/* values of the open sections, the root first */
	size_t top;
	struct err *err;
};

static int wrong(struct checking *c, const struct node *node, const char *what, const char *next)
{
	struct template_place place = template_place(c->t, node->at);

	err_set(c->err, ERR_USAGE, "template-invalid", "%s:%d:%d: \"%.*s\" %s", c->t->name, place.line, place.column,
	    (int)(node->len > 100 ? 100 : node->len), c->t->text + node->at, what);
	return err_next(c->err, "%s", next);
}

static int unknown(struct checking *c, const struct node *node, const char *part)
{
	const char *names[NAMES_MAX], *near;
	struct buf what = BUF_INIT;
	size_t n = 0;

	for (size_t i = c->top + 1; i-- > 0;)
		for (const struct value *v = c->stack[i] != NULL ? c->stack[i]->first : NULL; v != NULL; v = v->next)
			if (v->name != NULL && n < NAMES_MAX)
				names[n++] = v->name;
	near = text_suggest(part, names, n);
	buf_puts(&what, "is nothing that there is here");
	if (near != NULL)
		buf_printf(&what, "; did you mean %s?", near);
	wrong(c, node, buf_str(&what), "Correct the template there.");
	if (what.failed)
		err_oom(c->err);
	buf_free(&what);
	return -1;
}

/* What a name stands for; *ret is NULL for the item of a list that is empty. */
static int find(struct checking *c, const struct node *node, const struct value **ret)
{
	const struct value *v = NULL;
	const char *part = node->path;

	*ret = c->stack[c->top];
	if (node->nparts == 0)
		return 0;
	for (size_t i = c->top + 1; i-- > 0 && v == NULL;)
		v = value_member(c->stack[i], part, node->hash);
	for (size_t i = 1; i < node->nparts && v != NULL; i++) {
		part += strlen(part) + 1;
		v = value_member(v, part, value_hash(part));
	}
	*ret = v;
	return v != NULL ? 0 : unknown(c, node, part);
}

static int check_partial(struct checking *c, const struct node *node, template_partial_fn *partial, void *arg)
{
	if (partial != NULL && partial(arg, node->path) != NULL)
		return 0;
	return wrong(c, node, "is no partial", "Remove it, or name one there is.");
}

/* Steps into a section, and out of it at its end: sections have at most TEMPLATE_LEVELS levels. */
static int check_node(struct checking *c, const struct node *node, template_partial_fn *partial, void *arg)
{
	const struct value *v;

	if (node->kind == NODE_PARTIAL)
		return check_partial(c, node, partial, arg);
	if (node->kind == NODE_TEXT)
		return 0;
	if (find(c, node, &v) != 0)
		return -1;
	if (node->kind == NODE_VALUE)
		return v != NULL && (v->kind == VALUE_LIST || v->kind == VALUE_OBJECT) ?
		    wrong(c, node, "is a list or an object, not text", "Use a section there, or name a member.") : 0;
	if (node->kind == NODE_INVERTED)
		v = c->stack[c->top];
	else if (v != NULL && v->kind == VALUE_LIST)
		v = v->first;
	c->stack[++c->top] = v;
	return 0;
}

int template_check(const struct template *t, const struct value *data, template_partial_fn *partial, void *arg,
    struct err *err)
{
	struct checking c = { .t = t, .stack = { data }, .err = err };

	for (size_t i = 0; i < t->nnodes; i++) {
		if (t->nodes[i].kind == NODE_END)
			c.top--;
		else if (check_node(&c, &t->nodes[i], partial, arg) != 0)
			return -1;
	}
	return 0;
}

int template_is_blank(const struct template *t)
{
	for (size_t i = 0; i < t->nnodes; i++) {
		const struct node *node = &t->nodes[i];

		if (node->kind == NODE_VALUE || node->kind == NODE_PARTIAL)
			return 0;
		if (node->kind == NODE_TEXT && strspn(t->text + node->at, " \t\r\n") < node->len)
			return 0;
	}
	return 1;
}
