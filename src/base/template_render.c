/* Templates: from nodes and values to text.  Time, depth and output are bounded. */
#include "base/template.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/text.h"
#include "template_nodes.h"
#include "value_parts.h"

#include <string.h>

#define OUTPUT_MAX ((size_t)4 << 20)
#define STEPS_MAX 4000000	/* nodes visited: lists inside lists can cost much and print nothing */

struct rendering {
	enum template_escape escape;
	template_partial_fn *partial;
	void *arg;
	struct buf *out;
	size_t start;				/* out->len before */
	const struct value *stack[TEMPLATE_LEVELS + 1];	/* values of the open sections, the root first */
	size_t top;
	int levels;				/* sections and partials open */
	long steps;
	struct buf indent;			/* before each line of the partial being printed */
	struct err *err;
};

static int render(struct rendering *r, const struct template *t, size_t from, size_t to);

static int too_large(struct rendering *r)
{
	err_set(r->err, ERR_FAILED, "template-large", "The text made from a template is too large.");
	return err_next(r->err, "Make the template or its lists shorter; at most 4 MB are written.");
}

static int put(struct rendering *r, const char *s, size_t len)
{
	if (len > OUTPUT_MAX - (r->out->len - r->start))
		return too_large(r);
	return buf_add(r->out, s, len) != 0 ? err_oom(r->err) : 0;
}

static int put_indent(struct rendering *r)
{
	return put(r, buf_str(&r->indent), r->indent.len);
}

/* A partial's indentation stands before each line of its text, but not of its values. */
static int put_text(struct rendering *r, const char *s, size_t len)
{
	const char *end = s + len, *next;

	if (r->indent.len == 0)
		return put(r, s, len);
	for (; s < end; s = next) {
		const char *lf = memchr(s, '\n', (size_t)(end - s));

		next = lf != NULL ? lf + 1 : end;
		if (put(r, s, (size_t)(next - s)) != 0 || (next < end && put_indent(r) != 0))
			return -1;
	}
	return 0;
}

static const char *entity(char c)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	default:
		return NULL;
	}
}

/* What one character becomes: itself, an entity, or "" for a control character. */
static const char *safe_form(const struct rendering *r, const char *s, size_t n)
{
	if (n == 1 && *s == '\n')
		return NULL;
	if (n == 1 && r->escape == TEMPLATE_HTML && entity(*s) != NULL)
		return entity(*s);
	return text_has_control(s, n) ? "" : NULL;
}

/* Most of what is printed: no control character, and nothing that HTML minds. */
static int is_plain(char c)
{
	return c >= ' ' && c < 0x7F && c != '&' && c != '<' && c != '>' && c != '"' && c != '\'';
}

static int put_escaped(struct rendering *r, const char *s, size_t len)
{
	const char *end = s + len, *run = s;
	uint32_t code;

	while (s < end) {
		const char *form;
		size_t n;

		if (is_plain(*s)) {
			s++;
			continue;
		}
		n = text_decode(s, end, &code);
		if (n == 0)
			n = 1;
		form = safe_form(r, s, n);
		s += n;
		if (form == NULL)
			continue;
		if (put(r, run, (size_t)(s - run) - n) != 0 || put(r, form, strlen(form)) != 0)
			return -1;
		run = s;
	}
	return put(r, run, (size_t)(s - run));
}

/* The first part is looked for in the open sections from the inside out, the rest in what it gave. */
static const struct value *find(const struct rendering *r, const struct node *node)
{
	const struct value *v = NULL;
	const char *part = node->path;
	size_t i;

	if (node->nparts == 0)
		return r->stack[r->top];
	for (i = r->top + 1; i-- > 0 && v == NULL;)
		v = value_member(r->stack[i], part, node->hash);
	for (i = 1; i < node->nparts && v != NULL; i++) {
		part += strlen(part) + 1;
		v = value_member(v, part, value_hash(part));
	}
	return v;
}

static int no_text(struct rendering *r, const struct template *t, const struct node *node)
{
	struct template_place place = template_place(t, node->at);

	err_set(r->err, ERR_FAILED, "template-value", "%s:%d:%d: \"%.*s\" is a list or an object, not text.",
	    t->name, place.line, place.column, (int)(node->len > 100 ? 100 : node->len),
	    t->text + node->at);
	return err_next(r->err, "Use a section there, or name a member.");
}

static int put_value(struct rendering *r, const struct template *t, const struct node *node)
{
	const struct value *v = find(r, node);

	if (v == NULL || v->kind == VALUE_NONE)
		return 0;
	if (v->kind == VALUE_TEXT)
		return put_escaped(r, v->text, v->len);
	if (v->kind == VALUE_BOOL)
		return put(r, v->yes ? "true" : "false", v->yes ? 4 : 5);
	return no_text(r, t, node);
}

static int is_false(const struct value *v)
{
	return v == NULL || v->kind == VALUE_NONE || (v->kind == VALUE_BOOL && !v->yes) ||
	    (v->kind == VALUE_LIST && v->len == 0);
}

static int go_down(struct rendering *r)
{
	if (r->levels == TEMPLATE_LEVELS) {
		err_set(r->err, ERR_FAILED, "template-deep",
		    "Templates and their sections are nested more than %d deep.", TEMPLATE_LEVELS);
		return err_next(r->err, "Look for a partial that includes itself.");
	}
	r->levels++;
	return 0;
}

static int render_item(struct rendering *r, const struct template *t, size_t at, const struct value *item)
{
	int rc;

	r->stack[++r->top] = item;
	rc = render(r, t, at + 1, t->nodes[at].end + 1);
	r->top--;
	return rc;
}

static int render_section(struct rendering *r, const struct template *t, size_t at)
{
	const struct value *v = find(r, &t->nodes[at]);
	int rc = 0;

	if (is_false(v) != (t->nodes[at].kind == NODE_INVERTED))
		return 0;
	if (go_down(r) != 0)
		return -1;
	if (t->nodes[at].kind == NODE_INVERTED)
		rc = render(r, t, at + 1, t->nodes[at].end + 1);
	else if (v->kind != VALUE_LIST)
		rc = render_item(r, t, at, v);
	else
		for (v = v->first; v != NULL && rc == 0; v = v->next)
			rc = render_item(r, t, at, v);
	r->levels--;
	return rc;
}

/* Alone on its line a partial adds its indentation to ours; inside a line it has none, not even ours. */
static int render_partial(struct rendering *r, const struct template *t, const struct node *node)
{
	const struct template *inner = r->partial != NULL ? r->partial(r->arg, node->path) : NULL;
	const struct buf outer = r->indent;
	int rc = -1;

	if (inner == NULL)
		return 0;
	if (go_down(r) != 0)
		return -1;
	r->indent = (struct buf)BUF_INIT;
	if (node->alone) {
		buf_add(&r->indent, buf_str(&outer), outer.len);
		buf_add(&r->indent, t->text + node->indent, node->indent_len);
	}
	if (r->indent.failed)
		err_oom(r->err);
	else
		rc = render(r, inner, 0, inner->nnodes);
	buf_free(&r->indent);
	r->indent = outer;
	r->levels--;
	return rc;
}

static int render_node(struct rendering *r, const struct template *t, size_t at)
{
	const struct node *node = &t->nodes[at];

	if (node->line_start && put_indent(r) != 0)
		return -1;
	switch (node->kind) {
	case NODE_TEXT:
		return put_text(r, t->text + node->at, node->len);
	case NODE_VALUE:
		return put_value(r, t, node);
	case NODE_SECTION:
	case NODE_INVERTED:
		return render_section(r, t, at);
	case NODE_PARTIAL:
		return render_partial(r, t, node);
	case NODE_END:
	default:
		return 0;
	}
}

static int render(struct rendering *r, const struct template *t, size_t from, size_t to)
{
	size_t i = from;

	while (i < to) {
		const struct node *node = &t->nodes[i];

		if (++r->steps > STEPS_MAX)
			return too_large(r);
		if (render_node(r, t, i) != 0)
			return -1;
		i = node->kind == NODE_SECTION || node->kind == NODE_INVERTED ? node->end + 1 : i + 1;
	}
	return 0;
}

int template_render(const struct template *t, const struct value *data, enum template_escape escape,
    template_partial_fn *partial, void *arg, struct buf *out, struct err *err)
{
	struct rendering r = {
		.escape = escape, .partial = partial, .arg = arg, .out = out, .start = out->len, .err = err
	};

	r.stack[0] = data;
	if (buf_reserve(out, t->len) != 0)		/* a good guess */
		return err_oom(err);
	if (render(&r, t, 0, t->nnodes) == 0)
		return 0;
	if (out->data != NULL) {
		out->len = r.start;
		out->data[out->len] = '\0';
	}
	return -1;
}
