#ifndef MAIL_TREE_H
#define MAIL_TREE_H

#include <stddef.h>
#include <stdint.h>
#include "base/date.h"
#include "base/value.h"
#include "mail/render.h"

struct err;

/*
 * Private to the room: how facts become the value tree of the templates.  Everything that counts, declines or
 * measures is done here; the templates lay out.  Absent names are false in a template, so nothing empty is written.
 * Failures stick in the writer.
 */

enum {
	TREE_LINE = 76,			/* columns of a text part */
	TREE_PEOPLE_MAX = 60,		/* people named in a digest; the HTML stays under 102 kB */
	TREE_LIST_MAX = 12,		/* waiting events or entry ids named in a reminder */
	TREE_TITLE_MAX = 200,		/* characters of a title or name from outside */
	TREE_NAME_MAX = 40		/* characters of a person's name in a digest */
};

/* Text from outside: cleaned (text_clean), at most `max` characters. Writes nothing for NULL or "". */
void tree_clean(struct values *w, const char *name, const char *s, size_t max);

/* A finished text; nothing for "". */
void tree_text(struct values *w, const char *name, const char *s);
void tree_printf(struct values *w, const char *name, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* Who and where, common to all mails: organisation, contact, url (without a slash at its end). */
void tree_place(struct values *w, const char *organisation, const char *contact, const char *url);

/* A stretch of credit as an object `name`: {"counted_part","pending_part","open_part"}, each {"width","units"}
 * with widths in per cent that add up to 100, parts of nothing left out. */
struct bar { int64_t counted, pending, open; };
struct bar bar_make(int64_t counted, int64_t pending, int64_t required);
void tree_bar(struct values *w, const char *name, struct bar b);
/* The same in `columns` characters, and the line of labels under it. */
void bar_text(struct bar b, size_t columns, struct buf *bar, struct buf *labels);

/* `tree` through the three templates KIND.subject, KIND.txt and KIND.html; it is freed. */
int render_tree(const struct render *r, const char *kind, struct values *tree, struct rendered *ret, struct err *err);

/* The whole tree of each kind of mail; digest_values() wants the people sorted. */
void reminder_values(struct values *w, const struct reminder_facts *f);
void digest_values(struct values *w, const struct digest_facts *f);
void admin_values(struct values *w, const struct admin_facts *f);
void test_values(struct values *w, const char *organisation, const char *to, int64_t now);

/* 1: the template `name` belongs to a kind of mail; 0: to all of them, as partials do. */
int examples_are(const char *name);
/* Everything the trees for it can hold, in a union. */
void examples_of(const char *name, struct values *w);

/* Who needs help first: the order of the digest. */
void digest_sort(struct digest_person *people, size_t n);

/* The lines "ROWS" of the digest's table, and what happened since the last one (digestrows.c, digestnews.c). */
void digest_rows(struct values *w, const struct digest_person *people, size_t n);
void digest_news(struct values *w, const struct digest_facts *f);
void digest_name(struct buf *out, const struct digest_person *p);

#endif
