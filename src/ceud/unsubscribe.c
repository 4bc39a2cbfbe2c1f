/* Signed links that stop a kind of mail: made here, and read again. */
#include "unsubscribe.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/sha.h"
#include "base/text.h"
#include "ceud.h"
#include "config.h"
#include "store/store.h"

enum { FACTS = 16, MAC = 16, BYTES = FACTS + MAC, LENGTH = UNSUBSCRIBE_TOKEN_SIZE - 1, NAME_BYTES = 60 };

static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", purpose[] = "unsubscribe";

static void put_number(unsigned char out[8], int64_t n)
{
	for (int i = 0; i < 8; i++)
		out[i] = (unsigned char)((uint64_t)n >> (56 - 8 * i));
}

static int64_t get_number(const unsigned char in[8])
{
	uint64_t n = 0;

	for (int i = 0; i < 8; i++)
		n = n << 8 | in[i];
	return (int64_t)n;
}

/* base64url (RFC 4648 section 5) without padding. */
static void encode(const unsigned char *bytes, char out[UNSUBSCRIBE_TOKEN_SIZE])
{
	for (int i = 0; i < LENGTH; i++) {
		int bit = i * 6, low = bit / 8 + 1 < BYTES ? bytes[bit / 8 + 1] : 0;

		out[i] = letters[(bytes[bit / 8] << 8 | low) >> (10 - bit % 8) & 63];
	}
	out[LENGTH] = '\0';
}

/* The facts alone; that the rest fits is seen by making the token again. */
static int decode(const char *token, unsigned char out[FACTS])
{
	unsigned bits = 0;
	int have = 0;
	size_t n = 0;

	for (const char *p = token; *p && n < FACTS; p++) {
		const char *at = strchr(letters, *p);

		if (!at)
			return -1;
		bits = bits << 6 | (unsigned)(at - letters);
		have += 6;
		if (have < 8)
			continue;
		have -= 8;
		out[n++] = (unsigned char)(bits >> have);
	}
	return n == FACTS ? 0 : -1;
}

static int make(struct ceud *d, int64_t person, int64_t team, char out[UNSUBSCRIBE_TOKEN_SIZE], struct err *err)
{
	unsigned char secret[32], said[sizeof purpose + FACTS], bytes[BYTES], mac[SHA_SIZE];

	if (store_key(d->store, secret, err))
		return -1;
	put_number(bytes, person);
	put_number(bytes + 8, team);
	memcpy(said, purpose, sizeof purpose);
	memcpy(said + sizeof purpose, bytes, FACTS);
	sha_hmac(secret, sizeof secret, said, sizeof said, mac);
	memcpy(bytes + FACTS, mac, MAC);
	encode(bytes, out);
	explicit_bzero(secret, sizeof secret);
	return 0;
}

/* Takes as long whatever is wrong with it. */
static int is_same(const char *a, const char *b, size_t len)
{
	unsigned differ = 0;

	for (size_t i = 0; i < len; i++)
		differ |= (unsigned)(a[i] ^ b[i]);
	return differ == 0;
}

int unsubscribe_read(struct ceud *d, const char *token, int64_t *person, int64_t *team, struct err *err)
{
	unsigned char facts[FACTS];
	char right[UNSUBSCRIBE_TOKEN_SIZE];

	if (strlen(token) != LENGTH || decode(token, facts))
		return 0;
	if (make(d, get_number(facts), get_number(facts + 8), right, err))
		return -1;
	if (!is_same(token, right, LENGTH))
		return 0;
	*person = get_number(facts);
	*team = get_number(facts + 8);
	return 1;
}

static int keep(struct buf *b, struct arena *a, const char **ret, struct err *err)
{
	char *text = b->failed ? NULL : arena_strndup(a, buf_str(b), b->len);

	buf_free(b);
	if (!text)
		return err_oom(err);
	*ret = text;
	return 0;
}

int unsubscribe_url(struct ceud *d, int64_t person, int64_t team, struct arena *a, const char **ret, struct err *err)
{
	struct buf url = BUF_INIT;
	char token[UNSUBSCRIBE_TOKEN_SIZE];

	if (!d->config->url || d->config->mail_mode == MODE_REDIRECT) {
		*ret = NULL;
		return 0;
	}
	if (make(d, person, team, token, err))
		return -1;
	buf_printf(&url, "%s/unsubscribe/%s", d->config->url, token);
	return keep(&url, a, ret, err);
}

/* RFC 6068: what is neither a letter, a digit nor one of a few signs is percent-encoded. */
static void put_encoded(struct buf *out, const char *s, const char *plain)
{
	for (; *s; s++)
		if ((*s >= 'a' && *s <= 'z') || (*s >= 'A' && *s <= 'Z') || (*s >= '0' && *s <= '9') || strchr(plain, *s))
			buf_putc(out, *s);
		else
			buf_printf(out, "%%%02X", (unsigned)(unsigned char)*s);
}

int unsubscribe_mailto(const struct ceud *d, const char *team, struct arena *a, const char **ret, struct err *err)
{
	struct buf uri = BUF_INIT;
	char name[NAME_BYTES + 1];

	if (!d->config->admin) {
		*ret = NULL;
		return 0;
	}
	buf_puts(&uri, "mailto:");
	put_encoded(&uri, d->config->admin, "@.-_~+");
	buf_puts(&uri, team ? "?subject=unsubscribe%20digest%20of%20" : "?subject=unsubscribe%20reminders");
	if (team) {
		text_excerpt(name, sizeof name, team);
		put_encoded(&uri, name, ".-_~");
	}
	return keep(&uri, a, ret, err);
}
