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

struct message_part;

struct message {
	const char *from_name, *from_addr;	/* name may be "" */
	const char *to_name, *to_addr;
	const char *reply_to;			/* address or NULL */
	const char *subject;			/* UTF-8 */
	const char *message_id;			/* without <>; message_make_id() */
	const char *thread_id;			/* phantom root for In-Reply-To and References, or NULL */
	const char *list_id;			/* or NULL */
	const char *unsubscribe;		/* https: or http: URI for List-Unsubscribe, or NULL; one-click (RFC 8058) where https */
	const char *unsubscribe_mail;		/* mailto: URI for the same header, after it, or NULL */
	const char *original_to;		/* X-Original-To in mode redirect, or NULL */
	int64_t date;				/* instant */
	int offset_seconds;			/* of the Date header */
	const char *text;			/* UTF-8, '\n' line ends; required */
	const char *html;			/* or NULL */
	const struct message_part *parts; size_t nparts;	/* attached, in this order */
};

/* An attachment: base64, Content-Disposition: attachment. */
struct message_part {
	const char *type;			/* "text/calendar; method=PUBLISH; charset=utf-8" */
	const char *name;			/* file name, UTF-8; RFC 2231 where it is not ASCII */
	const void *bytes; size_t len;
};

/* Build. ERR_USAGE "address-invalid" (message_address), "message-invalid" (control characters in a header value,
 * text that is not UTF-8, no text). */
int message_build(const struct message *m, struct buf *out, struct err *err);

/* An address that may be given to SMTP: dot-atom@domain, ASCII, local part <= 64, all <= 254 bytes, at least one
 * dot or "localhost" in the domain; no CR, LF, NUL, blank, < or >. ERR_USAGE "address-invalid" with the reason. */
int message_address(const char *addr, struct err *err);

/* An address as people write it, its domain perhaps with letters outside ASCII, as it may be given to SMTP: lower case,
 * A-labels (RFC 5891). out[256]. ERR_USAGE "address-invalid"; a local part outside ASCII is one. */
int message_address_ascii(const char *addr, char out[256], struct err *err);
/* The same for people: U-labels where they are safe to show, else as it is. out[512] */
void message_address_shown(const char *addr, char out[512]);
/* 1 if no mail can ever get there: RFC 2606's .invalid, which stands for "has no address". */
int message_address_nowhere(const char *addr);

/* "Name <addr>" or "addr" into its parts; name may come out "". Sizes >= 256 each. */
int message_mailbox(const char *s, char *name, size_t name_size, char *addr, size_t addr_size, struct err *err);

/* Stable id: PREFIX "." base32(the first 15 bytes of HMAC-SHA-256(key, dedup_key)) "@" domain. out[256]. */
void message_make_id(const char *prefix, const void *key, size_t keylen, const char *dedup_key,
    const char *domain, char out[256]);

#endif
