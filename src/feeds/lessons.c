/* What a person made of earlier events. */
#include "lessons.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/text.h"
#include "matcher.h"

#include <stdlib.h>
#include <string.h>

enum { ENOUGH = 3 };		/* events of one place that must agree */

struct folded {
	const struct lesson *lesson;
	uint64_t series, title, host, domain;	/* hashes; 0 = "" */
	size_t at;				/* of the folded title in `titles` */
};

struct lessons {
	struct folded *items;
	size_t n;
	char *titles;
};

static uint64_t hash_of(const char *s)
{
	uint64_t h = *s != '\0' ? match_hash(s, strlen(s), 0) : 0;

	return h != 0 || *s == '\0' ? h : 1;
}

static int newest_first(const void *a, const void *b)
{
	const struct lesson *l = ((const struct folded *)a)->lesson, *k = ((const struct folded *)b)->lesson;

	if (l->day != k->day)
		return l->day > k->day ? -1 : 1;
	return (l->entry_no < k->entry_no) - (l->entry_no > k->entry_no);
}

static int fold_titles(struct lessons *l)
{
	struct buf all = BUF_INIT;

	for (size_t i = 0; i < l->n; i++) {
		const char *title = l->items[i].lesson->title;

		l->items[i].at = all.len;
		text_fold(&all, title, strlen(title));
		buf_putc(&all, '\0');
	}
	l->titles = buf_take(&all);
	return l->titles != NULL || l->n == 0 ? 0 : -1;
}

int lessons_new(const struct lesson *items, size_t n, struct lessons **ret, struct err *err)
{
	struct lessons *l = calloc(1, sizeof(*l));

	if (l == NULL)
		return err_oom(err);
	l->n = n;
	l->items = calloc(n + 1, sizeof(*l->items));
	if (l->items != NULL)
		for (size_t i = 0; i < n; i++)
			l->items[i].lesson = &items[i];
	if (l->items == NULL || fold_titles(l) != 0) {
		lessons_free(l);
		return err_oom(err);
	}
	for (size_t i = 0; i < n; i++) {
		struct folded *f = &l->items[i];

		f->series = hash_of(f->lesson->series);
		f->title = hash_of(l->titles + f->at);
		f->host = hash_of(f->lesson->host);
		f->domain = hash_of(f->lesson->domain);
	}
	qsort(l->items, n, sizeof(*l->items), newest_first);
	*ret = l;
	return 0;
}

void lessons_free(struct lessons *l)
{
	if (l == NULL)
		return;
	free(l->items);
	free(l->titles);
	free(l);
}

const char *lesson_word(const struct lesson *l, int t)
{
	return t == LESSON_CATEGORY ? l->category : t == LESSON_COMPETENCIES ? l->competencies : l->provider;
}

/* How many lessons are of one place, and whether they agree. */
struct place {
	const char *name;
	uint64_t hash;
	size_t n;
	const struct lesson *newest;
	int differs[LESSON_TARGETS];
};

static void see_place(struct place *p, const struct lesson *l, const char *name, uint64_t hash)
{
	if (hash == 0 || hash != p->hash || strcmp(name, p->name) != 0)
		return;
	p->n++;
	if (p->newest == NULL)
		p->newest = l;
	for (int t = 0; t < LESSON_TARGETS; t++)
		if (strcmp(lesson_word(l, t), lesson_word(p->newest, t)) != 0)
			p->differs[t] = 1;
}

static int agrees(const struct place *p, int t)
{
	return p->n >= ENOUGH && !p->differs[t] && lesson_word(p->newest, t)[0] != '\0';
}

/* The newest that says something of the target. */
static void take(const struct lesson *l, const struct lesson *first[LESSON_TARGETS])
{
	for (int t = 0; t < LESSON_TARGETS; t++)
		if (first[t] == NULL && lesson_word(l, t)[0] != '\0')
			first[t] = l;
}

struct seen {
	const struct lesson *series[LESSON_TARGETS], *title[LESSON_TARGETS];
	const struct lesson *newest_series, *newest_title;
	struct place host, domain;
};

static void look(const struct lessons *l, const struct lesson_query *q, struct seen *s)
{
	uint64_t series = hash_of(q->series), title = hash_of(q->title);

	for (size_t i = 0; i < l->n; i++) {
		const struct folded *f = &l->items[i];

		if (series != 0 && f->series == series && f->lesson->calendar == q->calendar &&
		    strcmp(f->lesson->series, q->series) == 0) {
			take(f->lesson, s->series);
			s->newest_series = s->newest_series != NULL ? s->newest_series : f->lesson;
		}
		if (title != 0 && f->title == title && strcmp(l->titles + f->at, q->title) == 0) {
			take(f->lesson, s->title);
			s->newest_title = s->newest_title != NULL ? s->newest_title : f->lesson;
		}
		see_place(&s->host, f->lesson, f->lesson->host, f->host);
		see_place(&s->domain, f->lesson, f->lesson->domain, f->domain);
	}
}

const struct lesson *lessons_find(const struct lessons *l, const struct lesson_query *q,
    struct learned out[LESSON_TARGETS])
{
	struct seen s;

	memset(out, 0, LESSON_TARGETS * sizeof(*out));
	if (l == NULL || l->n == 0)
		return NULL;
	memset(&s, 0, sizeof(s));
	s.host.name = q->host;
	s.host.hash = hash_of(q->host);
	s.domain.name = q->domain;
	s.domain.hash = hash_of(q->domain);
	look(l, q, &s);
	for (int t = 0; t < LESSON_TARGETS; t++) {
		const struct place *p = agrees(&s.host, t) ? &s.host : agrees(&s.domain, t) ? &s.domain : NULL;

		out[t].lesson = s.series[t] != NULL ? s.series[t] : s.title[t];
		if (out[t].lesson == NULL && p != NULL)
			out[t] = (struct learned){ p->newest, p->name, p->n };
	}
	return s.newest_series != NULL ? s.newest_series : s.newest_title;
}
