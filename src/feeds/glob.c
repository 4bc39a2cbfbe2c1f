/* Patterns with * and ?. */
#include "glob.h"

#include <string.h>

struct piece {			/* of a pattern, without * */
	const char *s;
	size_t n;
	int marks;		/* holds a ? */
};

static struct piece piece_of(const char *s, const char *end)
{
	const char *star = memchr(s, '*', (size_t)(end - s));
	struct piece p = { s, (size_t)((star != NULL ? star : end) - s), 0 };

	p.marks = memchr(s, '?', p.n) != NULL;
	return p;
}

static const char *next_char(const char *s, const char *end)
{
	for (s++; s < end && ((unsigned char)*s & 0xC0) == 0x80; s++)
		;
	return s;
}

/* Where the piece ends when it begins at t, or NULL. */
static const char *piece_at(const struct piece *p, const char *t, const char *end)
{
	for (size_t i = 0; i < p->n; i++) {
		if (t == end || (p->s[i] != '?' && p->s[i] != *t))
			return NULL;
		t = p->s[i] == '?' ? next_char(t, end) : t + 1;
	}
	return t;
}

/* The first place from t on where the piece is; *t goes behind it. */
static int find(const struct piece *p, const char **t, const char *end)
{
	const char *s = *t, *behind;

	if (p->n == 0)
		return 1;
	if (!p->marks) {
		s = memmem(s, (size_t)(end - s), p->s, p->n);
		*t = s != NULL ? s + p->n : *t;
		return s != NULL;
	}
	for (; s < end; s = next_char(s, end)) {
		behind = piece_at(p, s, end);
		if (behind != NULL) {
			*t = behind;
			return 1;
		}
	}
	return 0;
}

/* The piece is the end of what is left. */
static int ends(const struct piece *p, const char *t, const char *end)
{
	const char *s = end;

	for (size_t i = p->n; i > 0; i--) {
		if (((unsigned char)p->s[i - 1] & 0xC0) == 0x80)
			continue;
		if (s == t)
			return 0;
		for (s--; s > t && ((unsigned char)*s & 0xC0) == 0x80; s--)
			;
	}
	return piece_at(p, s, end) == end;
}

int glob_match(const char *pattern, size_t npattern, const char *text, size_t ntext)
{
	const char *stop = pattern + npattern, *end = text + ntext;
	struct piece p = piece_of(pattern, stop);

	text = piece_at(&p, text, end);
	if (text == NULL || p.s + p.n == stop)
		return text == end;
	for (;;) {
		p = piece_of(p.s + p.n + 1, stop);
		if (p.s + p.n == stop)
			return ends(&p, text, end);
		if (!find(&p, &text, end))
			return 0;
	}
}
