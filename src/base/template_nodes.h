#ifndef BASE_TEMPLATE_NODES_H
#define BASE_TEMPLATE_NODES_H

#include "base/arena.h"
#include <stddef.h>
#include <stdint.h>

/* A compiled template, as template.c makes it and template_render.c walks it. */
#define TEMPLATE_LEVELS 32

enum node_kind { NODE_TEXT, NODE_VALUE, NODE_SECTION, NODE_INVERTED, NODE_END, NODE_PARTIAL };

struct node {
	enum node_kind kind;
	int line_start;		/* begins a line that is printed: a partial's indentation goes before it */
	size_t at, len;		/* in template.text: the text, or the tag's name */
	char *path;		/* the name as `nparts` strings, one after the other */
	size_t nparts;		/* 0: the name is "." */
	uint32_t hash;		/* of the first of them */
	size_t end;		/* of a section: the index of its NODE_END */
	int alone;		/* of a partial: alone on its line, */
	size_t indent, indent_len;	/* after these blanks of template.text */
};

struct template {
	struct arena arena;	/* holds all of it but the struct */
	char *name;
	char *text;
	size_t len;
	struct node *nodes;
	size_t nnodes, cap_nodes;
};

struct template_place { int line, column; };	/* both from 1; columns are characters */
struct template_place template_place(const struct template *t, size_t at);

#endif
