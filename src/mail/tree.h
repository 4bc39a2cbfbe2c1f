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
	TREE_PEOPLE_MAX = 60,		/* people named in a digest, */
	TREE_PEOPLE_LEAST = 10,		/* or fewer if its HTML were to reach */
	TREE_HTML_MAX = 102000,		/* what mail programs show without a cut */
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

/* A digest and how many people it may name; they are sorted, and only the first ones are named, in all parts. */
struct digest { const struct digest_facts *f; size_t most; };

/* The whole tree of each kind of mail. */
void reminder_values(struct values *w, const struct reminder_facts *f);
void digest_values(struct values *w, const struct digest *d);
void admin_values(struct values *w, const struct admin_facts *f);
void test_values(struct values *w, const char *organisation, const char *to, int64_t now);

/* 1: the template `name` belongs to a kind of mail; 0: to all of them, as partials do. */
int examples_are(const char *name);
/* Everything the trees for it can hold, in a union. */
void examples_of(const char *name, struct values *w);

/* Who needs help first: the order of the digest. */
void digest_sort(struct digest_person *people, size_t n);

/* Of the digest: the lines of its table (digestrows.c), what happened since the last one (digestnews.c), what would help
 * and what comes next (digesthelp.c). */
void digest_rows(struct values *w, const struct digest_person *people, size_t n);
void digest_news(struct values *w, const struct digest *d);
void digest_help(struct values *w, const struct digest *d);
void digest_deadlines(struct values *w, const struct digest *d);
void digest_limits(struct values *w, const struct digest *d);
void digest_evidence(struct values *w, const struct digest *d);
void digest_name(struct buf *out, const struct digest_person *p);
/* "a, b and 3 more": those of a kind, at most 8 by name, each followed by what `behind` adds (NULL: nothing); "37 people" when
 * none of them may be named. */
struct digest_count { size_t all, named; };
typedef int digest_is(const struct digest_person *p, const void *arg);
typedef void digest_behind(struct buf *out, const struct digest_person *p, size_t at);
struct digest_count digest_names(struct buf *out, const struct digest *d, digest_is *is, const void *arg, digest_behind *behind);
/* Still earning; and with everything that waits confirmed she would be done. */
int digest_is_open(const struct digest_person *p);
int digest_is_one_yes_away(const struct digest_person *p);

#endif
