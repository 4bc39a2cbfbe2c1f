#ifndef MAIL_MESSAGE_H
#define MAIL_MESSAGE_H

#include <stddef.h>
#include <stdint.h>

struct buf;
struct err;

/*
 * RFC 5322 messages as bytes.  Output is 7-bit, CR LF, no line over 76 characters (header words that cannot fold
 * excepted, never over 998), no line beginning with "." or "From " (MAIL.md section 0.5).
 * The same struct gives the same bytes.
 */

struct message {
	const char *from_name, *from_addr;	/* name may be "" */
	const char *to_name, *to_addr;
	const char *reply_to;			/* address or NULL */
	const char *subject;			/* UTF-8 */
	const char *message_id;			/* without <>; message_make_id() */
	const char *thread_id;			/* phantom root for In-Reply-To and References, or NULL */
	const char *list_id;			/* or NULL */
	const char *unsubscribe;		/* mailto: or https: URI for List-Unsubscribe, or NULL */
	const char *original_to;		/* X-Original-To in mode redirect, or NULL */
	int64_t date;				/* instant */
	int offset_seconds;			/* of the Date header */
	const char *text;			/* UTF-8, '\n' line ends; required */
	const char *html;			/* or NULL */
};

/* Build. ERR_USAGE "address-invalid" (message_address), "message-invalid" (control characters in a header value,
 * text that is not UTF-8, no text). */
int message_build(const struct message *m, struct buf *out, struct err *err);

/* An address that may be given to SMTP: dot-atom@domain, ASCII, local part <= 64, all <= 254 bytes, at least one
 * dot or "localhost" in the domain; no CR, LF, NUL, blank, < or >. ERR_USAGE "address-invalid" with the reason. */
int message_address(const char *addr, struct err *err);

/* "Name <addr>" or "addr" into its parts; name may come out "". Sizes >= 256 each. */
int message_mailbox(const char *s, char *name, size_t name_size, char *addr, size_t addr_size, struct err *err);

/* Stable id: PREFIX "." base32(HMAC-SHA-256(key, dedup_key)) "@" domain. out[256]. */
void message_make_id(const char *prefix, const void *key, size_t keylen, const char *dedup_key,
    const char *domain, char out[256]);

#endif
