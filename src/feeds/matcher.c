/* Rules made ready for use, and the trying of all of them on one event. */
#include "matcher.h"
#include "base/err.h"
#include "base/text.h"
#include "glob.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* FNV-1a */
uint64_t match_hash(const char *s, size_t n, uint64_t basis)
{
	uint64_t h = UINT64_C(0xCBF29CE484222325) ^ basis;

	for (size_t i = 0; i < n; i++)
		h = (h ^ (unsigned char)s[i]) * UINT64_C(0x100000001B3);
	return h;
}

/* ---- values, in the form of the text they are compared with */

static int is_plain(enum match_field f)
{
	return f == MATCH_HOST || f == MATCH_DOMAIN || f == MATCH_SERIES;
}

static void put_lower(struct buf *out, const char *s)
{
	for (; *s != '\0'; s++)
		buf_putc(out, (char)(*s >= 'A' && *s <= 'Z' ? *s + ('a' - 'A') : *s));
}

/* People paste addresses: "https://www.example.org/" and "@example.org" mean example.org. */
static void put_host_value(struct buf *out, const char *s)
{
	char host[MATCH_VALUE_MAX + 1];

	if (strstr(s, "://") != NULL && match_host(s, host, sizeof(host))[0] != '\0') {
		buf_puts(out, host);
		return;
	}
	if (*s == '@')
		s++;
	put_lower(out, strncasecmp(s, "www.", 4) == 0 && strchr(s + 4, '.') != NULL ? s + 4 : s);
}

/* Words between two marks. What parts them from a neighbour beyond the mark stays a blank, hence the letters around. */
static void put_piece(struct buf *out, struct buf *work, const char *s, size_t n, int first, int last)
{
	size_t from = first ? 0 : 1, cut = from + (last ? 0 : 1);
	struct buf raw = BUF_INIT;

	buf_reset(work);
	if (!first)
		buf_putc(&raw, 'x');
	buf_add(&raw, s, n);
	if (!last)
		buf_putc(&raw, 'x');
	if (raw.failed || text_fold(work, buf_str(&raw), raw.len) != 0)
		out->failed = 1;
	else if (work->len > cut)
		buf_add(out, work->data + from, work->len - cut);
	buf_free(&raw);
}

static void put_pattern(struct buf *out, const char *s)
{
	struct buf work = BUF_INIT;
	int first = 1;

	for (;;) {
		size_t n = strcspn(s, "*?");

		put_piece(out, &work, s, n, first, s[n] == '\0');
		if (s[n] == '\0')
			break;
		buf_putc(out, s[n]);
		s += n + 1;
		first = 0;
	}
	buf_free(&work);
}

static void put_value(struct buf *out, const struct match_rule *r)
{
	if (r->field == MATCH_SERIES)
		buf_puts(out, r->value);
	else if (is_plain(r->field))
		put_host_value(out, r->value);
	else if (r->test == MATCH_LIKE)
		put_pattern(out, r->value);
	else
		text_fold(out, r->value, strlen(r->value));
}

/* ---- making ready */

static int by_order(const void *a, const void *b)
{
	const struct match_rule *r = ((const struct ready *)a)->rule, *s = ((const struct ready *)b)->rule;

	if (r->origin != s->origin)
		return r->origin < s->origin ? -1 : 1;
	if (r->no != s->no)
		return r->no < s->no ? -1 : 1;
	return (r > s) - (r < s);
}

static int is_word_byte(char c)
{
	unsigned char u = (unsigned char)c;

	return u >= 0x80 || (u >= 'a' && u <= 'z') || (u >= '0' && u <= '9') || (u >= 'A' && u <= 'Z');
}

static size_t word_span(const char *s, const char *end)
{
	const char *t = s;

	while (t < end && is_word_byte(*t))
		t++;
	return (size_t)(t - s);
}

static int is_indexed(const struct ready *r)
{
	return r->rule->test == MATCH_CONTAINS && r->rule->field != MATCH_EXTRA && r->len > 0 &&
	    is_word_byte(r->value[0]);
}

static void index_rules(struct matcher *m)
{
	for (size_t i = 0; i < m->nslots; i++)
		m->slots[i] = SIZE_MAX;
	for (size_t i = m->n; i > 0; i--) {
		struct ready *r = &m->rules[i - 1];
		size_t *slot;

		if (!is_indexed(r)) {
			m->others[m->nothers++] = i - 1;
			continue;
		}
		r->word = match_hash(r->value, word_span(r->value, r->value + r->len), r->rule->field);
		slot = &m->slots[r->word & (m->nslots - 1)];
		r->next = *slot;
		*slot = i - 1;
		m->words |= 1U << r->rule->field;
	}
}

static int fold_values(struct matcher *m)
{
	struct buf all = BUF_INIT;
	size_t at = 0;

	for (size_t i = 0; i < m->n; i++) {
		put_value(&all, m->rules[i].rule);
		m->rules[i].len = all.len - at;
		at = all.len;
	}
	buf_putc(&all, '\0');
	m->values = buf_take(&all);
	if (m->values == NULL)
		return -1;
	at = 0;
	for (size_t i = 0; i < m->n; i++) {
		m->rules[i].value = m->values + at;
		at += m->rules[i].len;
	}
	return 0;
}

int matcher_new(const struct match_rule *rules, size_t n, struct matcher **ret, struct err *err)
{
	struct matcher *m = calloc(1, sizeof(*m));

	if (m == NULL)
		return err_oom(err);
	m->n = n;
	for (m->nslots = 8; m->nslots < 2 * n; m->nslots *= 2)
		;
	m->rules = calloc(n + 1, sizeof(*m->rules));
	m->slots = calloc(m->nslots, sizeof(*m->slots));
	m->others = calloc(n + 1, sizeof(*m->others));
	m->matched = calloc(n / 64 + 1, sizeof(*m->matched));
	if (m->rules == NULL || m->slots == NULL || m->others == NULL || m->matched == NULL) {
		matcher_free(m);
		return err_oom(err);
	}
	for (size_t i = 0; i < n; i++)
		m->rules[i].rule = &rules[i];
	qsort(m->rules, n, sizeof(*m->rules), by_order);
	if (fold_values(m) != 0) {
		matcher_free(m);
		return err_oom(err);
	}
	index_rules(m);
	*ret = m;
	return 0;
}

void matcher_free(struct matcher *m)
{
	if (m == NULL)
		return;
	facts_free(&m->facts);
	free(m->rules);
	free(m->slots);
	free(m->others);
	free(m->matched);
	free(m->values);
	free(m);
}

/* ---- trying */

static int is_at(const struct ready *r, const char *s, const char *end)
{
	return (size_t)(end - s) >= r->len && memcmp(s, r->value, r->len) == 0 &&
	    (s + r->len == end || !is_word_byte(s[r->len]));
}

static int has_words(const struct ready *r, const char *s, size_t n)
{
	const char *from = s, *end = s + n;

	for (; s < end; s++)
		if ((s == from || !is_word_byte(s[-1])) && is_at(r, s, end))
			return 1;
	return 0;
}

static int ends_with(const struct ready *r, const char *s, size_t n)
{
	if (n < r->len || memcmp(s + n - r->len, r->value, r->len) != 0)
		return 0;
	if (r->rule->field != MATCH_HOST && r->rule->field != MATCH_DOMAIN)
		return 1;
	return n == r->len || r->value[0] == '.' || s[n - r->len - 1] == '.';
}

static int passes(const struct ready *r, const char *s, size_t n)
{
	if (r->rule->test == MATCH_LIKE)
		return glob_match(r->value, r->len, s, n);
	if (r->len == 0)
		return 0;
	switch (r->rule->test) {
	case MATCH_IS: return n == r->len && memcmp(s, r->value, n) == 0;
	case MATCH_CONTAINS: return has_words(r, s, n);
	case MATCH_BEGINS: return n >= r->len && memcmp(s, r->value, r->len) == 0;
	case MATCH_ENDS: return ends_with(r, s, n);
	case MATCH_LIKE: break;
	}
	return 0;
}

/* One of the values of a list, or the text that is no list. */
static int passes_any(const struct ready *r, const char *s, size_t n)
{
	const char *end = s + n, *line;

	while ((line = memchr(s, '\n', (size_t)(end - s))) != NULL) {
		if (passes(r, s, (size_t)(line - s)))
			return 1;
		s = line + 1;
	}
	return (s < end || n == 0) && passes(r, s, (size_t)(end - s));
}

/* "X-A=1; X-B=2": the value of each property of that name. */
static const struct buf *extra_text(struct facts *f, const char *name)
{
	const char *s = f->event->extras, *next;
	size_t len = strlen(name);

	buf_reset(&f->extra);
	for (; s != NULL && *s != '\0'; s = next != NULL ? next + 2 : NULL) {
		next = strcasestr(s, "; x-");
		if (strncasecmp(s, name, len) != 0 || s[len] != '=')
			continue;
		s += len + 1;
		text_fold(&f->extra, s, next != NULL ? (size_t)(next - s) : strlen(s));
		buf_putc(&f->extra, '\n');
	}
	return f->extra.failed ? NULL : &f->extra;
}

static int concerns(const struct ready *r, const struct facts *f)
{
	return r->rule->calendar == 0 || r->rule->calendar == f->calendar->id;
}

/* 1, 0, -1 on lack of memory */
static int try_rule(const struct ready *r, struct facts *f)
{
	const struct buf *text;

	if (!concerns(r, f))
		return 0;
	text = r->rule->field == MATCH_EXTRA ? extra_text(f, r->rule->extra)
	                                     : facts_text(f, r->rule->field);
	if (text == NULL)
		return -1;
	/* a property that is not there is like nothing, not even * */
	if (text->len == 0 && r->rule->field == MATCH_EXTRA)
		return 0;
	return passes_any(r, buf_str(text), text->len);
}

static void mark(struct matcher *m, size_t i)
{
	m->matched[i / 64] |= UINT64_C(1) << i % 64;
}

static void try_words(struct matcher *m, enum match_field field, const struct buf *text)
{
	const char *s = buf_str(text), *end = s + text->len;

	while (s < end) {
		size_t n = word_span(s, end);
		uint64_t word;

		if (n == 0) {
			s++;
			continue;
		}
		word = match_hash(s, n, field);
		for (size_t i = m->slots[word & (m->nslots - 1)]; i != SIZE_MAX; i = m->rules[i].next) {
			const struct ready *r = &m->rules[i];

			if (r->word == word && r->rule->field == field && concerns(r, &m->facts) && is_at(r, s, end))
				mark(m, i);
		}
		s += n;
	}
}

int matcher_try(struct matcher *m, const struct match_calendar *c, const struct event *e, struct err *err)
{
	memset(m->matched, 0, (m->n / 64 + 1) * sizeof(*m->matched));
	facts_begin(&m->facts, c, e);
	for (int field = 0; field < MATCH_FIELDS; field++) {
		const struct buf *text;

		if (!(m->words & 1U << field))
			continue;
		text = facts_text(&m->facts, (enum match_field)field);
		if (text == NULL)
			return err_oom(err);
		try_words(m, (enum match_field)field, text);
	}
	for (size_t i = 0; i < m->nothers; i++) {
		int matches = try_rule(&m->rules[m->others[i]], &m->facts);

		if (matches < 0)
			return err_oom(err);
		if (matches)
			mark(m, m->others[i]);
	}
	return 0;
}

int match_one(const struct match_rule *r, const struct match_calendar *c, const struct event *e, struct err *err)
{
	struct matcher *m;
	int ret;

	if (matcher_new(r, 1, &m, err) != 0)
		return -1;
	ret = matcher_try(m, c, e, err);
	if (ret == 0)
		ret = (int)(m->matched[0] & 1);
	matcher_free(m);
	return ret;
}
