#ifndef CEUD_SETTINGS_H
#define CEUD_SETTINGS_H

#include <stddef.h>
#include "base/buf.h"
#include "config.h"

/* The table of settings: one row is parser, checker, printer and manual entry. Private to config*.c and its test. */

struct setting;

struct place {			/* one directive being read into its field */
	struct config *c;
	const struct setting *s;
	const struct conf *d;
	char why[200];		/* filled on failure: what is wrong, and what would be right */
};

struct setting_kind {
	int (*read)(struct place *p);				/* -1: p->why */
	void (*print)(const struct config *c, const struct setting *s, struct buf *out);	/* the words after the name; "" = unset */
};

struct setting {
	const char *block;	/* "mail", or NULL at the top */
	const char *name;
	const char *words;	/* second word that belongs to the name ("behind" of `ladder behind`), or NULL */
	const struct setting_kind *kind;
	size_t offset;		/* of the field in struct config */
	const char *fallback;	/* default as it would be written; NULL = unset */
	int min, max;		/* where the kind has a range */
	const char *const *values;	/* where the kind has a list, NULL-terminated */
};

/* The field a row names, as a pointer to T, and its value. */
#define AT(T, c, s) ((T *)(void *)((char *)(c) + (s)->offset))
#define OF(T, c, s) (*(T const *)(const void *)((const char *)(c) + (s)->offset))

/* What the kinds share.  setting_wrong: fill p->why, return -1.  setting_words: those after the name (and after its
 * second word), and how many.  setting_word: the one word there is to be.  setting_number: digits only, within the
 * range.  setting_choice: the index of `s` in a NULL-terminated list, or -1. */
int setting_wrong(struct place *p, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
size_t setting_words(const struct place *p, char ***ret);
int setting_word(struct place *p, const char **ret);
int setting_number(const char *s, long min, long max, long *ret);
int setting_choice(const char *const *values, const char *s);

extern const struct setting settings[];		/* ends with name NULL */

extern const struct setting_kind kind_text, kind_path, kind_address, kind_mailbox, kind_url, kind_listen, kind_zone,
    kind_number, kind_choice, kind_mode, kind_relay, kind_password, kind_rate, kind_quiet, kind_duration, kind_size, kind_allow,
    kind_window, kind_time, kind_days, kind_every, kind_ladder, kind_bulk;

#endif
