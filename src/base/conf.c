/* The scfg reader.  It goes line by line and never stops at an error, so that all are reported at once;
 * a line with an error only has to leave the blocks in balance. */
#include "base/conf.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/text.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define LEVELS_MAX 16
#define BYTES_MAX ((size_t)1 << 20)
#define ERRORS_KEPT 100

struct tree {			/* what conf_parse() returns; the root comes first */
	struct conf root;
	struct arena arena;
};

struct word {
	char *text;
	int column;
};

struct level {			/* a block that is open; it is the directive before its first one */
	size_t first;		/* in parser.directives */
	int line, column;	/* of its { */
};

struct parser {
	const char *file;
	struct conf_errors *errors;
	struct tree *tree;
	struct arena scratch;	/* freed when the file is read */
	struct conf *directives;	/* of the open blocks; they move to the tree with the } */
	size_t ndirectives, cap_directives;
	struct level levels[LEVELS_MAX + 1];
	int depth;
	int too_deep;		/* blocks open beyond LEVELS_MAX; they are read and dropped */

	const char *start, *at, *end;	/* of the line, without its line end */
	int line;
	const char *counted;	/* where count_column() has counted to, and what */
	int column;

	struct word *words;	/* of the line */
	size_t nwords, cap_words;
	struct buf word;	/* the one being read */
	int wrong;		/* the line has an error */
	int no_memory;
};

void conf_error(struct conf_errors *errors, const char *file, int line, int column, const char *fmt, ...)
{
	va_list ap;

	if (errors->count++ >= ERRORS_KEPT)
		return;
	buf_printf(errors->text, "%s:%d:%d: ", file, line, column);
	va_start(ap, fmt);
	buf_vprintf(errors->text, fmt, ap);
	va_end(ap);
	buf_putc(errors->text, '\n');
}

/* Columns are characters.  Counting goes on from the last place, else a long line would cost its square. */
static int count_column(struct parser *p, const char *at)
{
	if (at < p->counted) {
		p->counted = p->start;
		p->column = 1;
	}
	for (; p->counted < at; p->counted++)
		if (((unsigned char)*p->counted & 0xC0) != 0x80)
			p->column++;
	return p->column;
}

/* One error a line: what follows the first is often its consequence. */
static int line_error(struct parser *p, const char *at, const char *message)
{
	if (!p->wrong)
		conf_error(p->errors, p->file, p->line, count_column(p, at), "%s", message);
	p->wrong = 1;
	return -1;
}

static int no_memory(struct parser *p)
{
	p->no_memory = 1;
	return -1;
}

static int is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static void skip_blanks(struct parser *p)
{
	while (p->at < p->end && is_blank(*p->at))
		p->at++;
}

static void check_bytes(struct parser *p)
{
	const char *s;
	uint32_t code;
	size_t n;

	for (s = p->start; s < p->end; s += n) {
		n = text_decode(s, p->end, &code);
		if (n == 0) {
			line_error(p, s, "this is not valid UTF-8; save the file as UTF-8");
			return;
		}
		if ((code < 0x20 && code != '\t') || code == 0x7F) {
			line_error(p, s, code == 0 ? "a NUL byte stands here; remove it" :
			    "a control character stands here; remove it");
			return;
		}
	}
}

static int read_quoted(struct parser *p)
{
	const char quote = *p->at, *opened = p->at++;

	while (p->at < p->end && *p->at != quote) {
		if (quote == '"' && *p->at == '\\' && p->at + 1 < p->end)
			p->at++;
		buf_putc(&p->word, *p->at++);
	}
	if (p->at == p->end)
		return line_error(p, opened, "this quote is not closed; close it on the same line");
	p->at++;
	if (p->at < p->end && !is_blank(*p->at))
		return line_error(p, p->at, "a blank is missing after the closing quote");
	return 0;
}

static int read_bare(struct parser *p)
{
	for (; p->at < p->end && !is_blank(*p->at); p->at++) {
		switch (*p->at) {
		case '"':
		case '\'':
			return line_error(p, p->at, "a quote inside a word; put the whole word in quotes");
		case '{':
		case '}':
			return line_error(p, p->at, "a brace inside a word; put a blank before it, "
			    "or the whole word in quotes");
		case '\\':
			if (++p->at == p->end)
				return line_error(p, p->at - 1, "nothing follows this backslash; remove it "
				    "or write it twice");
			break;
		default:
			break;
		}
		buf_putc(&p->word, *p->at);
	}
	return 0;
}

static int read_word(struct parser *p)
{
	void *words = p->words;
	struct word word;

	word.column = count_column(p, p->at);
	buf_reset(&p->word);
	if ((*p->at == '"' || *p->at == '\'' ? read_quoted(p) : read_bare(p)) != 0)
		return -1;
	word.text = arena_strndup(&p->tree->arena, buf_str(&p->word), p->word.len);
	if (p->word.failed || word.text == NULL ||
	    arena_grow(&p->scratch, &words, p->nwords, &p->cap_words, sizeof(word)) != 0)
		return no_memory(p);
	p->words = words;
	p->words[p->nwords++] = word;
	return 0;
}

/* Read the words of a line; *ret_brace is where its { stands, if one ends it. */
static int read_words(struct parser *p, const char **ret_brace)
{
	for (skip_blanks(p); p->at < p->end; skip_blanks(p)) {
		if (*p->at == '}')
			return line_error(p, p->at, "a } stands alone on its line; move it there, "
			    "or put it in quotes");
		if (*p->at != '{') {
			if (read_word(p) != 0)
				return -1;
			continue;
		}
		if (p->nwords == 0)
			return line_error(p, p->at, "this block has no name; write one before the {");
		*ret_brace = p->at++;
		skip_blanks(p);
		if (p->at < p->end)
			return line_error(p, p->at, "a { ends its line; move what follows to the next line");
	}
	return 0;
}

static int take_params(struct parser *p, struct conf *directive)
{
	struct arena *arena = &p->tree->arena;
	size_t i, n = p->nwords - 1;

	directive->params = arena_alloc(arena, n * sizeof(*directive->params));
	directive->param_columns = arena_alloc(arena, n * sizeof(*directive->param_columns));
	if (directive->params == NULL || directive->param_columns == NULL)
		return no_memory(p);
	for (i = 0; i < n; i++) {
		directive->params[i] = p->words[i + 1].text;
		directive->param_columns[i] = p->words[i + 1].column;
	}
	directive->nparams = n;
	return 0;
}

/* A line with an error may have no words; its directive is only there to hold a block. */
static int add_directive(struct parser *p, int has_block)
{
	struct conf new = { .name = "", .line = p->line, .column = 1, .has_block = has_block };
	void *directives = p->directives;

	if (p->nwords > 0) {
		new.name = p->words[0].text;
		new.column = p->words[0].column;
	}
	if (p->nwords > 1 && take_params(p, &new) != 0)
		return -1;
	if (arena_grow(&p->scratch, &directives, p->ndirectives, &p->cap_directives, sizeof(new)) != 0)
		return no_memory(p);
	p->directives = directives;
	p->directives[p->ndirectives++] = new;
	return 0;
}

static void open_block(struct parser *p, const char *brace)
{
	struct level *level;

	if (p->depth == LEVELS_MAX) {
		if (p->too_deep++ == 0)
			line_error(p, brace, "blocks are nested more than 16 deep; use fewer levels");
		return;
	}
	level = &p->levels[++p->depth];
	level->first = p->ndirectives;
	level->line = p->line;
	level->column = count_column(p, brace);
}

/* Move the directives from `first` on into the tree, as the block of `block`. */
static int keep_block(struct parser *p, size_t first, struct conf *block)
{
	size_t n = p->ndirectives - first;

	p->ndirectives = first;
	if (n == 0)
		return 0;
	block->children = arena_alloc(&p->tree->arena, n * sizeof(*block->children));
	if (block->children == NULL)
		return no_memory(p);
	memcpy(block->children, p->directives + first, n * sizeof(*block->children));
	block->nchildren = n;
	return 0;
}

static void close_block(struct parser *p, const char *at)
{
	size_t first;

	if (p->too_deep > 0) {
		p->too_deep--;
		return;
	}
	if (p->depth == 0) {
		line_error(p, at, "this } closes nothing; remove it");
		return;
	}
	first = p->levels[p->depth--].first;
	keep_block(p, first, &p->directives[first - 1]);
}

/* Whether a line with an error seems to open (1) or to close (-1) a block: its blanks may be missing. */
static int guess_balance(const struct parser *p, const char *from)
{
	const char *s, *end = p->end;
	int balance = 0;

	while (end > from && is_blank(end[-1]))
		end--;
	for (s = from; s < end; s++) {
		int begins = s == from || is_blank(s[-1]), ends = s + 1 == end || is_blank(s[1]);

		if (*s == '{' && (begins || s + 1 == end))
			balance++;
		else if (*s == '}' && ends)
			balance--;
	}
	return balance > 0 ? 1 : balance < 0 ? -1 : 0;
}

static void parse_directive(struct parser *p)
{
	const char *from = p->at, *brace = NULL;
	int balance;

	p->nwords = 0;
	read_words(p, &brace);
	balance = p->wrong ? guess_balance(p, from) : brace != NULL;
	if (p->no_memory)
		return;
	if (balance < 0)
		close_block(p, p->at);
	else if (add_directive(p, balance) == 0 && balance > 0)
		open_block(p, brace != NULL ? brace : p->at);
}

static void parse_line(struct parser *p)
{
	p->at = p->counted = p->start;
	p->column = 1;
	p->wrong = 0;
	check_bytes(p);
	skip_blanks(p);
	if (p->at == p->end || *p->at == '#')
		return;
	if (*p->at != '}') {
		parse_directive(p);
		return;
	}
	close_block(p, p->at++);
	skip_blanks(p);
	if (p->at == p->end)
		return;
	line_error(p, p->at, "a } stands alone on its line; move what follows to the next line");
	parse_directive(p);
}

static void parse_lines(struct parser *p, const char *text, size_t len)
{
	const char *end = text + len, *next;

	for (; text < end && !p->no_memory; p->line++, text = next) {
		const char *lf = memchr(text, '\n', (size_t)(end - text));

		next = lf != NULL ? lf + 1 : end;
		p->start = text;
		p->end = lf != NULL ? lf : end;
		if (lf != NULL && lf > text && lf[-1] == '\r')
			p->end--;
		parse_line(p);
	}
	if (!p->no_memory && p->depth == 0)
		keep_block(p, 0, &p->tree->root);
}

static void report_open_blocks(struct parser *p)
{
	int i;

	for (i = 1; i <= p->depth; i++)
		conf_error(p->errors, p->file, p->levels[i].line, p->levels[i].column,
		    "the block that opens here is not closed; add a line with }");
}

static struct tree *tree_new(void)
{
	struct tree *tree = calloc(1, sizeof(*tree));

	if (tree == NULL)
		return NULL;
	tree->root.has_block = 1;
	tree->root.line = 1;
	tree->root.column = 1;
	return tree;
}

int conf_parse(const char *text, size_t len, const char *file, struct conf **ret,
    struct conf_errors *errors)
{
	const int errors_before = errors->count;
	struct parser p = { .file = file, .errors = errors, .line = 1 };

	if (len > BYTES_MAX) {
		conf_error(errors, file, 1, 1, "the file is larger than 1 MB; split it or make it shorter");
		return -1;
	}
	if (len >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0) {	/* some editors mark UTF-8 so */
		text += 3;
		len -= 3;
	}
	p.tree = tree_new();
	if (p.tree != NULL && len > 0)
		parse_lines(&p, text, len);
	if (p.tree == NULL || p.no_memory)
		conf_error(errors, file, p.line, 1, "there is not enough memory to read the file");
	else
		report_open_blocks(&p);
	buf_free(&p.word);
	arena_free(&p.scratch);
	if (errors->count != errors_before) {
		conf_free(p.tree != NULL ? &p.tree->root : NULL);
		return -1;
	}
	*ret = &p.tree->root;
	return 0;
}

void conf_free(struct conf *root)
{
	struct tree *tree = (struct tree *)root;

	if (tree == NULL)
		return;
	arena_free(&tree->arena);
	free(tree);
}

const struct conf *conf_find(const struct conf *block, const char *name)
{
	size_t i;

	for (i = 0; i < block->nchildren; i++)
		if (strcmp(block->children[i].name, name) == 0)
			return &block->children[i];
	return NULL;
}
