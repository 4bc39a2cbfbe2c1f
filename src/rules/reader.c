/* Tables of words, values and errors of program files. */
#include <stdarg.h>
#include <string.h>

#include "base/buf.h"
#include "base/text.h"
#include "reader.h"

enum { MESSAGE_CHARS = 400, ID_BYTES = 40, ERRORS_TOLD = 100 };

__attribute__((format(printf, 4, 0)))
static void write_down(struct reader *r, int line, int column, const char *fmt, va_list ap)
{
	struct buf raw = BUF_INIT, clean = BUF_INIT;

	/* what the file says may hold anything: no control character reaches a terminal from here */
	if (buf_vprintf(&raw, fmt, ap) || text_clean(&clean, buf_str(&raw), raw.len, MESSAGE_CHARS))
		r->no_memory = 1;
	conf_error(r->errors, r->file, line, column, "%s", buf_str(&clean));
	r->nerrors++;
	buf_free(&raw);
	buf_free(&clean);
}

void complain(struct reader *r, const struct conf *c, int i, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	write_down(r, c->line, i < 0 ? c->column : c->param_columns[i], fmt, ap);
	va_end(ap);
}

static void complain_word(struct reader *r, const struct conf *c, int i, const char *what, const char *word,
    const char *const *names, size_t n)
{
	/* errors past the hundredth are counted only: no need to search for them */
	const char *near = r->nerrors < ERRORS_TOLD ? text_suggest(word, names, n) : NULL;
	struct buf all = BUF_INIT;

	for (size_t k = 0; !near && k < n; k++)
		buf_printf(&all, "%s%s", k ? ", " : "", names[k]);
	if (all.failed)
		r->no_memory = 1;
	if (near)
		complain(r, c, i, "unknown %s \"%s\"; did you mean \"%s\"?", what, word, near);
	else if (n == 0)
		complain(r, c, i, "unknown %s \"%s\"; the program has none", what, word);
	else
		complain(r, c, i, "unknown %s \"%s\"; use one of: %s", what, word, buf_str(&all));
	buf_free(&all);
}

static void complain_unknown(struct reader *r, const struct conf *c, int i, const char *what,
    const char *const *names, size_t n)
{
	complain_word(r, c, i, what, c->params[i], names, n);
}

void *keep_zeroed(struct reader *r, size_t count, size_t size)
{
	void *ret = count > SIZE_MAX / size ? NULL : arena_alloc(r->kept, count * size);

	r->no_memory |= !ret;
	return ret;
}

void *scratch_zeroed(struct reader *r, size_t count, size_t size)
{
	void *ret = count > SIZE_MAX / size ? NULL : arena_alloc(&r->scratch, count * size);

	r->no_memory |= !ret;
	return ret;
}

char *keep(struct reader *r, const char *s)
{
	char *ret = arena_strdup(r->kept, s);

	r->no_memory |= !ret;
	return ret;
}

/* A block's words, checked one by one before any is read. */
struct walk {
	struct reader *r;
	const struct words *words;
	const struct conf *first[WORDS_MAX];	/* where each word stands first */
};

static const struct word *find_word(struct walk *w, const struct conf *c)
{
	const char *names[WORDS_MAX];

	for (size_t i = 0; i < w->words->n; i++) {
		names[i] = w->words->list[i].name;
		if (!strcmp(c->name, names[i]))
			return &w->words->list[i];
	}
	complain_word(w->r, c, AT_NAME, "word", c->name, names, w->words->n);
	return NULL;
}

static int has_strange_string(struct reader *r, const struct conf *c)
{
	for (size_t i = 0; i < c->nparams; i++) {
		if (!text_has_control(c->params[i], strlen(c->params[i])))
			continue;
		complain(r, c, (int)i, "a control character is in this string; remove it");
		return 1;
	}
	return 0;
}

/* The word of a directive that is well formed, else NULL. */
static const struct word *check_word(struct walk *w, const struct conf *c)
{
	const struct word *word = find_word(w, c);
	const struct conf **first;

	if (!word || has_strange_string(w->r, c))
		return NULL;
	first = &w->first[word - w->words->list];
	if (*first && word->times != WORD_MANY) {
		complain(w->r, c, AT_NAME, "\"%s\" is here twice, first on line %d; remove one", c->name,
		    (*first)->line);
		return NULL;
	}
	if (!*first)
		*first = c;
	if (c->nparams < word->min || c->nparams > word->max) {
		complain(w->r, c, AT_NAME, "\"%s\" has %s; write: %s", c->name,
		    c->nparams < word->min ? "too few words" : "too many words", word->usage);
		return NULL;
	}
	if (word->block == BLOCK_NONE ? c->has_block : word->block == BLOCK_MUST && !c->has_block) {
		complain(w->r, c, AT_NAME, "\"%s\" %s; write: %s", c->name,
		    c->has_block ? "takes no block" : "needs a block", word->usage);
		return NULL;
	}
	return word;
}

void read_block(struct reader *r, const struct conf *block, const struct words *words, void *arg)
{
	struct walk w = { .r = r, .words = words };
	const struct word **found = scratch_zeroed(r, block->nchildren + 1, sizeof *found);

	if (!found)
		return;
	for (size_t i = 0; i < block->nchildren; i++)
		found[i] = check_word(&w, &block->children[i]);
	for (size_t i = 0; i < words->n; i++)
		if (words->list[i].times == WORD_NEEDED && !w.first[i])
			complain(r, block, AT_NAME, "\"%s\" is missing; add: %s", words->list[i].name,
			    words->list[i].usage);
	for (int pass = 0; pass < PASSES; pass++)
		for (size_t i = 0; i < block->nchildren && !r->no_memory; i++)
			if (found[i] && found[i]->pass == pass)
				found[i]->read(r, &block->children[i], arg);
}

int read_id(struct reader *r, const struct conf *c, int i, const char **ret)
{
	const char *s = c->params[i];
	size_t len = strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789-");

	if (s[len] || len == 0 || len > ID_BYTES || s[0] == '-' || s[len - 1] == '-') {
		complain(r, c, i, "\"%s\" is no id; use at most %d of a to z, 0 to 9 and -", s,
		    (int)ID_BYTES);
		return -1;
	}
	*ret = keep(r, s);
	return *ret ? 0 : -1;
}

int read_text(struct reader *r, const struct conf *c, int i, const char **ret)
{
	if (c->params[i][strspn(c->params[i], " \t")] == '\0') {
		complain(r, c, i, "this string is empty; write what it should say");
		return -1;
	}
	*ret = keep(r, c->params[i]);
	return *ret ? 0 : -1;
}

int read_texts(struct reader *r, const struct conf *c, char ***ret, size_t *ret_n)
{
	char **list = keep_zeroed(r, c->nparams, sizeof *list);
	const char *s;

	if (!list)
		return -1;
	for (size_t i = 0; i < c->nparams; i++) {
		if (read_text(r, c, (int)i, &s))
			return -1;
		list[i] = keep(r, s);
		if (!list[i])
			return -1;
	}
	*ret = list;
	*ret_n = c->nparams;
	return 0;
}

int read_number(struct reader *r, const struct conf *c, int i, int least, int most, int *ret)
{
	const char *s = c->params[i];
	int n = 0;

	for (; *s >= '0' && *s <= '9' && n <= most; s++)
		n = n * 10 + (*s - '0');
	if (s == c->params[i] || *s || n < least || n > most) {
		complain(r, c, i, "\"%s\" is not a whole number from %d to %d", c->params[i], least, most);
		return -1;
	}
	*ret = n;
	return 0;
}

int read_amount(struct reader *r, const struct conf *c, int i, int64_t least, int64_t most, int64_t *ret)
{
	char low[32], high[32];
	int64_t n;

	if (units_parse(c->params[i], &n) || n < least || n > most) {
		complain(r, c, i, "\"%s\" is not a number of units; write one from %s to %s, like 12 or 2.5",
		    c->params[i], units_json(least, low, sizeof low), units_json(most, high, sizeof high));
		return -1;
	}
	*ret = n;
	return 0;
}

int read_day(struct reader *r, const struct conf *c, int i, day_t *ret)
{
	if (date_parse_iso(c->params[i], ret)) {
		complain(r, c, i, "\"%s\" is not a date; write it like 2026-06-30", c->params[i]);
		return -1;
	}
	return 0;
}

int read_word(struct reader *r, const struct conf *c, int i, const char *const *names, size_t n, int *ret)
{
	for (size_t k = 0; k < n; k++) {
		if (!strcmp(c->params[i], names[k])) {
			*ret = (int)k;
			return 0;
		}
	}
	complain_unknown(r, c, i, "word", names, n);
	return -1;
}

int expect_word(struct reader *r, const struct conf *c, int i, const char *word)
{
	int k;

	return read_word(r, c, i, &word, 1, &k);
}

int need_value(struct reader *r, const struct conf *c, size_t i, const char *after)
{
	if (i < c->nparams)
		return 0;
	complain(r, c, (int)c->nparams - 1, "a value is missing after \"%s\"", after);
	return -1;
}

static const char *id_of(const struct list *list, size_t i)
{
	return *(const char *const *)((const char *)list->items + i * list->size);
}

void *add_named(struct reader *r, const struct conf *c, struct list *list)
{
	const char *id;
	char *item;

	for (size_t i = 0; i < *list->n; i++) {
		if (strcmp(id_of(list, i), c->params[0]))
			continue;
		complain(r, c, 0, "%s \"%s\" is here twice, first on line %d; give one another id", list->what,
		    c->params[0], list->lines[i]);
		return NULL;
	}
	if (*list->n == list->max) {
		complain(r, c, AT_NAME, "this is one %s too many; there may be %zu", list->what,
		    list->max);
		return NULL;
	}
	if (read_id(r, c, 0, &id))
		return NULL;
	list->lines[*list->n] = c->line;
	item = (char *)list->items + (*list->n)++ * list->size;
	memcpy(item, &id, sizeof id);
	return item;
}

static int find_named(struct reader *r, const struct conf *c, int i, const char *word, const struct list *list,
    int *ret)
{
	const char *names[MAPS_MAX];

	for (size_t k = 0; k < *list->n; k++) {
		names[k] = id_of(list, k);
		if (!strcmp(names[k], word)) {
			*ret = (int)k;
			return 0;
		}
	}
	complain_word(r, c, i, list->what, word, names, *list->n);
	return -1;
}

int read_named(struct reader *r, const struct conf *c, int i, const struct list *list, int *ret)
{
	return find_named(r, c, i, c->params[i], list, ret);
}

static int find_more(struct reader *r, const struct conf *c, int i, const char *word, const struct list *list,
    uint32_t *mask)
{
	int k;

	if (find_named(r, c, i, word, list, &k))
		return -1;
	if (*mask >> k & 1) {
		complain(r, c, i, "%s \"%s\" is here twice; remove one", list->what, word);
		return -1;
	}
	*mask |= UINT32_C(1) << k;
	return 0;
}

int read_named_list(struct reader *r, const struct conf *c, int i, const struct list *list, uint32_t *ret)
{
	char *words = arena_strdup(&r->scratch, c->params[i]), *word;
	uint32_t mask = 0;

	r->no_memory |= !words;
	if (!words)
		return -1;
	while ((word = strsep(&words, ",")))
		if (find_more(r, c, i, word, list, &mask))
			return -1;
	*ret = mask;
	return 0;
}

int read_named_rest(struct reader *r, const struct conf *c, int i, const struct list *list, uint32_t *ret)
{
	uint32_t mask = 0;

	for (; (size_t)i < c->nparams; i++)
		if (find_more(r, c, i, c->params[i], list, &mask))
			return -1;
	*ret = mask;
	return 0;
}
