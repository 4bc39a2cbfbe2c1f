/* SHA-256 through nettle; the only file that knows of it. */
#include "base/sha.h"

#include <stdint.h>

#include <nettle/hmac.h>
#include <nettle/sha2.h>

void sha256(const struct sha_part *parts, size_t n, unsigned char out[SHA_SIZE])
{
	struct sha256_ctx ctx;

	sha256_init(&ctx);
	for (size_t i = 0; i < n; i++)
		sha256_update(&ctx, parts[i].len, parts[i].data);
	sha256_digest(&ctx, SHA_SIZE, out);
}

_Static_assert(sizeof(struct sha256_ctx) <= sizeof(struct sha_stream) &&
    _Alignof(struct sha256_ctx) <= _Alignof(struct sha_stream), "a struct sha_stream holds nettle's context");

static struct sha256_ctx *context(struct sha_stream *s)
{
	return (struct sha256_ctx *)(void *)s->state;
}

void sha_begin(struct sha_stream *s)
{
	sha256_init(context(s));
}

void sha_add(struct sha_stream *s, const void *data, size_t len)
{
	sha256_update(context(s), len, data);
}

void sha_end(struct sha_stream *s, unsigned char out[SHA_SIZE])
{
	sha256_digest(context(s), SHA_SIZE, out);
}

void sha_hex(const unsigned char digest[SHA_SIZE], char out[SHA_HEX_SIZE])
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < SHA_SIZE; i++) {
		out[2 * i] = digits[digest[i] >> 4];
		out[2 * i + 1] = digits[digest[i] & 15];
	}
	out[2 * SHA_SIZE] = '\0';
}

void sha256_hex(const void *data, size_t len, char out[SHA_HEX_SIZE])
{
	struct sha_part part = { data, len };
	unsigned char digest[SHA_SIZE];

	sha256(&part, 1, digest);
	sha_hex(digest, out);
}

void sha_hmac(const void *key, size_t keylen, const void *data, size_t len,
    unsigned char out[SHA_SIZE])
{
	struct hmac_sha256_ctx ctx;

	hmac_sha256_set_key(&ctx, keylen, key);
	hmac_sha256_update(&ctx, len, data);
	hmac_sha256_digest(&ctx, SHA_SIZE, out);
}

void sha_base32(const unsigned char *data, size_t n, char *out)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz234567";
	uint32_t bits = 0;
	int have = 0;

	for (size_t i = 0; i < n; i++) {
		bits = bits << 8 | data[i];
		for (have += 8; have >= 5; have -= 5)
			*out++ = letters[bits >> (have - 5) & 31];
	}
	if (have > 0)
		*out++ = letters[bits << (5 - have) & 31];
	*out = '\0';
}
