#ifndef TESTS_MAIL_SUPPORT_H
#define TESTS_MAIL_SUPPORT_H

#include <stddef.h>
#include <stdint.h>
#include "base/buf.h"
#include "mail/message.h"
#include "mail/render.h"

/* What the tests of this room share; not part of the product. */

/* The shipped templates, compiled; ends the program when they cannot be. */
struct render *support_render(void);
char *support_file(const char *path, size_t *len);	/* NULL if it is not there */
int support_write(const char *path, const char *data, size_t len);

/* Random numbers with a seed that is printed: CEUD_SEED, else from getrandom(). */
struct dice { uint64_t state; };
struct dice support_dice(const char *who);
uint32_t dice_below(struct dice *d, uint32_t n);
void dice_text(struct dice *d, struct buf *out, size_t chars, int lines);	/* hostile UTF-8 */

/* A message taken apart, with every rule of its form checked on the way; `fault` says which one is broken. */
enum { PARSED_MOST = 4 };
struct parsed {
	char fault[200];
	struct buf from, to, subject;		/* decoded */
	struct buf text, html;			/* decoded, '\n' line ends; html empty if there is none */
	char headers[400];			/* names in order, joined by ',' */
	struct { struct buf type, name, bytes; } attached[PARSED_MOST];	/* type without the name */
	size_t nattached;
};
void support_parse(const char *bytes, size_t len, struct parsed *ret);
void parsed_free(struct parsed *p);
/* Value of a header, unfolded, or NULL. Freed by the caller. */
char *support_header(const char *bytes, const char *name);

/* The same of a part: the headers from `bytes` to the first empty line. Parameters of a value: quoted, or by RFC 2231;
 * 1 if it is there. */
int support_parameter(const char *value, const char *name, struct buf *out);

/* The numbers of a text in order, in hundredths, joined by blanks; of an HTML text those that are seen. */
void support_numbers(const char *text, int html, struct buf *out);

/* Fixed facts of the golden files. */
struct reminder_facts support_reminder(void);
struct digest_facts support_digest(void);		/* people are static: copy before sorting twice */

#endif
