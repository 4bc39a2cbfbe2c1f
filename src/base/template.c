/* Templates: from text to a flat list of nodes, a section knowing where it ends. */
#include "base/template.h"
#include "base/err.h"
#include "base/text.h"
#include "template_nodes.h"
#include "value_parts.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BYTES_MAX ((size_t)1 << 20)

struct parser {
	struct template *t;
	size_t at;			/* what is before is in the nodes */
	size_t open[TEMPLATE_LEVELS];	/* nodes of the sections not yet ended */
	size_t depth;
	struct err *err;
};

struct tag {
	size_t start, stop;	/* of the whole tag, braces included */
	char kind;		/* # ^ / ! > or 0 for a value */
	size_t name, name_len;
	int alone;		/* nothing else on its lines, and of a kind that takes them along */
	size_t line, next;	/* when alone: start of its line, start of the line after */
};

struct template_place template_place(const struct template *t, size_t at)
{
	struct template_place place = { 1, 1 };
	size_t i;

	for (i = 0; i < at; i++) {
		if (t->text[i] == '\n') {
			place.line++;
			place.column = 1;
		} else if (((unsigned char)t->text[i] & 0xC0) != 0x80) {
			place.column++;
		}
	}
	return place;
}

static int __attribute__((format(printf, 3, 4))) wrong(struct parser *p, size_t at, const char *fmt, ...)
{
	struct template_place place = template_place(p->t, at);
	char what[300];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(what, sizeof(what), fmt, ap);
	va_end(ap);
	err_set(p->err, ERR_USAGE, "template-invalid", "%s:%d:%d: %s", p->t->name, place.line, place.column,
	    what);
	return err_next(p->err, "Correct the template there.");
}

static int is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static struct node *add_node(struct parser *p, enum node_kind kind, size_t at, size_t len)
{
	struct template *t = p->t;
	void *nodes = t->nodes;
	struct node *node;

	if (arena_grow(&t->arena, &nodes, t->nnodes, &t->cap_nodes, sizeof(*node)) != 0) {
		err_oom(p->err);
		return NULL;
	}
	t->nodes = nodes;
	node = &t->nodes[t->nnodes++];
	memset(node, 0, sizeof(*node));
	node->kind = kind;
	node->at = at;
	node->len = len;
	return node;
}

static int starts_line(const struct template *t, size_t at)
{
	return at == 0 || t->text[at - 1] == '\n';
}

static int add_text(struct parser *p, size_t stop)
{
	struct node *node;

	if (stop == p->at)
		return 0;
	node = add_node(p, NODE_TEXT, p->at, stop - p->at);
	if (node == NULL)
		return -1;
	node->line_start = starts_line(p->t, p->at);
	return 0;
}

/* A tag alone on its line takes the line with it, blanks and line end included. */
static void look_around(const struct template *t, struct tag *tag)
{
	size_t line = tag->start, next = tag->stop;

	while (line > 0 && is_blank(t->text[line - 1]))
		line--;
	while (next < t->len && is_blank(t->text[next]))
		next++;
	if (!starts_line(t, line))
		return;
	if (next + 1 < t->len && t->text[next] == '\r' && t->text[next + 1] == '\n')
		next += 2;
	else if (next < t->len && t->text[next] == '\n')
		next++;
	else if (next < t->len)
		return;
	tag->alone = 1;
	tag->line = line;
	tag->next = next;
}

static int read_kind(struct parser *p, struct tag *tag)
{
	const char c = p->t->text[tag->start + 2];	/* the text ends in NUL */

	switch (c) {
	case '{':
	case '&':
		return wrong(p, tag->start, "values cannot be printed raw; write {{name}}");
	case '=':
		return wrong(p, tag->start, "the braces of tags cannot be changed; write {{ and }}");
	case '<':
	case '$':
		return wrong(p, tag->start, "templates cannot be inherited; use a partial, {{>name}}");
	case '#':
	case '^':
	case '/':
	case '!':
	case '>':
		tag->kind = c;
		return 0;
	default:
		tag->kind = 0;
		return 0;
	}
}

static int is_name_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
	    c == '-';
}

/* Words joined by dots, or one dot alone. */
static int is_name(const char *s, size_t len)
{
	size_t i;

	if (len == 1 && s[0] == '.')
		return 1;
	for (i = 0; i < len; i++)
		if (!is_name_char(s[i]) && (s[i] != '.' || i == 0 || s[i - 1] == '.'))
			return 0;
	return len > 0 && s[len - 1] != '.';
}

static int read_name(struct parser *p, struct tag *tag)
{
	const char *text = p->t->text;
	size_t from = tag->start + 2 + (tag->kind != 0), to = tag->stop - 2;

	if (memchr(text + from, '\n', to - from) != NULL)
		return wrong(p, tag->start, "this tag is not closed on its line; write }} behind its name");
	while (from < to && is_blank(text[from]))
		from++;
	while (to > from && is_blank(text[to - 1]))
		to--;
	if (from == to)
		return wrong(p, tag->start, "this tag has no name; write one, or {{.}} for the value itself");
	if (!is_name(text + from, to - from) || (tag->kind == '>' && text[from] == '.'))
		return wrong(p, from, "this is no name; use letters, digits, _ and -, joined by dots");
	tag->name = from;
	tag->name_len = to - from;
	return 0;
}

static int read_tag(struct parser *p, size_t start, struct tag *tag)
{
	const struct template *t = p->t;
	const char *close;

	memset(tag, 0, sizeof(*tag));
	tag->start = start;
	if (read_kind(p, tag) != 0)
		return -1;
	close = memmem(t->text + start + 2, t->len - start - 2, "}}", 2);
	if (close == NULL)
		return wrong(p, start, "this tag is not closed; write }} behind it");
	tag->stop = (size_t)(close - t->text) + 2;
	if (tag->kind != 0)
		look_around(t, tag);
	return tag->kind == '!' ? 0 : read_name(p, tag);
}

static int split_name(struct parser *p, struct node *node)
{
	char *s;

	node->path = arena_strndup(&p->t->arena, p->t->text + node->at, node->len);
	if (node->path == NULL)
		return err_oom(p->err);
	if (strcmp(node->path, ".") == 0)
		return 0;
	node->nparts = 1;
	if (node->kind == NODE_PARTIAL)
		return 0;
	for (s = node->path; *s != '\0'; s++) {
		if (*s == '.') {
			*s = '\0';
			node->nparts++;
		}
	}
	node->hash = value_hash(node->path);
	return 0;
}

static int end_section(struct parser *p, const struct tag *tag)
{
	struct template *t = p->t;
	struct node *section, *last = &t->nodes[t->nnodes - 1];

	if (p->depth == 0)
		return wrong(p, tag->start, "this tag ends no section; remove it");
	section = &t->nodes[p->open[p->depth - 1]];
	if (section->len != last->len || memcmp(t->text + section->at, t->text + last->at, last->len) != 0)
		return wrong(p, tag->start, "the section to end here is \"%.*s\" of line %d; end it first",
		    (int)(section->len > 100 ? 100 : section->len), t->text + section->at,
		    template_place(t, section->at).line);
	section->end = t->nnodes - 1;
	p->depth--;
	return 0;
}

static int begin_section(struct parser *p, const struct tag *tag)
{
	if (p->depth == TEMPLATE_LEVELS)
		return wrong(p, tag->start, "sections are nested more than %d deep; use fewer",
		    TEMPLATE_LEVELS);
	p->open[p->depth++] = p->t->nnodes - 1;
	return 0;
}

static enum node_kind kind_of(char c)
{
	switch (c) {
	case '#':
		return NODE_SECTION;
	case '^':
		return NODE_INVERTED;
	case '/':
		return NODE_END;
	case '>':
		return NODE_PARTIAL;
	default:
		return NODE_VALUE;
	}
}

static int add_tag(struct parser *p, const struct tag *tag)
{
	struct node *node = add_node(p, kind_of(tag->kind), tag->name, tag->name_len);

	if (node == NULL || split_name(p, node) != 0)
		return -1;
	node->alone = tag->alone;
	node->line_start = !tag->alone && starts_line(p->t, tag->start);
	if (tag->alone) {
		node->indent = tag->line;
		node->indent_len = tag->start - tag->line;
	}
	if (node->kind == NODE_SECTION || node->kind == NODE_INVERTED)
		return begin_section(p, tag);
	return node->kind == NODE_END ? end_section(p, tag) : 0;
}

static int parse(struct parser *p)
{
	struct template *t = p->t;
	const char *open;
	struct tag tag;

	while ((open = memmem(t->text + p->at, t->len - p->at, "{{", 2)) != NULL) {
		if (read_tag(p, (size_t)(open - t->text), &tag) != 0)
			return -1;
		if (add_text(p, tag.alone ? tag.line : tag.start) != 0)
			return -1;
		p->at = tag.alone ? tag.next : tag.stop;
		if (tag.kind != '!' && add_tag(p, &tag) != 0)
			return -1;
	}
	if (add_text(p, t->len) != 0)
		return -1;
	if (p->depth > 0) {
		const struct node *section = &t->nodes[p->open[p->depth - 1]];

		return wrong(p, section->at, "the section \"%.*s\" is not ended; write {{/ its name }}",
		    (int)(section->len > 100 ? 100 : section->len), t->text + section->at);
	}
	return 0;
}

/* What is no text at all has no line and column worth telling. */
static int check_text(const char *text, size_t len, const char *name, struct err *err)
{
	const char *trouble = NULL;

	if (len > BYTES_MAX)
		trouble = "the template is larger than 1 MB; make it shorter";
	else if (len == 0)
		return 0;
	else if (memchr(text, '\0', len) != NULL)
		trouble = "the template holds a NUL byte; remove it";
	else if (!text_is_utf8(text, len))
		trouble = "the template is not valid UTF-8; save it as UTF-8";
	if (trouble == NULL)
		return 0;
	return err_set(err, ERR_USAGE, "template-invalid", "%s:1:1: %s", name, trouble);
}

int template_parse(const char *text, size_t len, const char *name, struct template **ret, struct err *err)
{
	struct parser p = { .err = err };

	if (check_text(text, len, name, err) != 0)
		return -1;
	p.t = calloc(1, sizeof(*p.t));
	if (p.t == NULL)
		return err_oom(err);
	p.t->len = len;
	p.t->name = arena_strdup(&p.t->arena, name);
	p.t->text = arena_strndup(&p.t->arena, len > 0 ? text : "", len);
	if (p.t->name == NULL || p.t->text == NULL) {
		template_free(p.t);
		return err_oom(err);
	}
	if (parse(&p) != 0) {
		template_free(p.t);
		return -1;
	}
	*ret = p.t;
	return 0;
}

void template_free(struct template *t)
{
	if (t == NULL)
		return;
	arena_free(&t->arena);
	free(t);
}
