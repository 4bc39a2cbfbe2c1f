/* The body of a message: its parts and the boundaries between them. */

#include "parts.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/sha.h"
#include "encode.h"
#include "mail/message.h"

enum { BOUNDARY_SIZE = 32 };

/* A boundary that depends on the message id and the level only, unless a part happens to hold it: then on the next
 * hash. All have one length, so that none is the beginning of another. */
static void make_boundary(const struct message *m, const char *level, const char *parts, char out[BOUNDARY_SIZE])
{
	unsigned char digest[SHA_SIZE];
	unsigned round = 0;

	do {
		char count[16];
		struct sha_part in[] = { { m->message_id, strlen(m->message_id) }, { count, 0 } };

		in[1].len = (size_t)snprintf(count, sizeof(count), " %s%u", level, round++);
		sha256(in, 2, digest);
		memcpy(out, "b_", 2);
		sha_base32(digest, 15, out + 2);
	} while (strstr(parts, out) != NULL);
}

static void put_multipart(struct buf *out, const char *kind, const char *boundary)
{
	buf_printf(out, "Content-Type: multipart/%s;\r\n boundary=\"%s\"\r\n\r\n--%s\r\n", kind, boundary, boundary);
}

static void put_type(struct buf *out, const char *type)
{
	buf_printf(out, "Content-Type: %s; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n", type);
}

static int put_alternative(const struct message *m, struct buf *out)
{
	struct buf parts = BUF_INIT;
	char boundary[BOUNDARY_SIZE];
	size_t text_len;

	encode_body(&parts, m->text);
	text_len = parts.len;
	encode_body(&parts, m->html);
	if (parts.failed) {
		buf_free(&parts);
		return -1;
	}
	make_boundary(m, "", parts.data, boundary);
	put_multipart(out, "alternative", boundary);
	put_type(out, "text/plain");
	buf_add(out, parts.data, text_len);
	buf_printf(out, "\r\n--%s\r\n", boundary);	/* this CR LF belongs to the boundary, not to the part */
	put_type(out, "text/html");
	buf_add(out, parts.data + text_len, parts.len - text_len);
	buf_printf(out, "\r\n--%s--\r\n", boundary);
	buf_free(&parts);
	return 0;
}

static int put_texts(const struct message *m, struct buf *out)
{
	if (m->html != NULL)
		return put_alternative(m, out);
	put_type(out, "text/plain");
	encode_body(out, m->text);
	return 0;
}

static void put_attached(const struct message_part *p, struct buf *out)
{
	static const char type[] = "Content-Type: ";

	buf_puts(out, type);
	encode_folded(out, sizeof(type) - 1, p->type);
	encode_parameter(out, "name", p->name);
	buf_puts(out, "\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment");
	encode_parameter(out, "filename", p->name);
	buf_puts(out, "\r\n\r\n");
	encode_base64(out, p->bytes, p->len);
}

/* Base64 has no '_', so that only the texts and the heads of the parts can hold a boundary by chance. */
static int put_mixed(const struct message *m, struct buf *out)
{
	struct buf texts = BUF_INIT;
	char boundary[BOUNDARY_SIZE];

	if (put_texts(m, &texts) < 0 || texts.failed) {
		buf_free(&texts);
		return -1;
	}
	make_boundary(m, "mixed ", texts.data, boundary);
	put_multipart(out, "mixed", boundary);
	buf_add(out, texts.data, texts.len);
	buf_free(&texts);
	for (size_t i = 0; i < m->nparts; i++) {
		buf_printf(out, "\r\n--%s\r\n", boundary);
		put_attached(&m->parts[i], out);
	}
	buf_printf(out, "\r\n--%s--\r\n", boundary);
	return 0;
}

int parts_put(const struct message *m, struct buf *out)
{
	return m->nparts > 0 ? put_mixed(m, out) : put_texts(m, out);
}
