#ifndef BASE_SHA_H
#define BASE_SHA_H

#include <stddef.h>
#include <stdint.h>

#define SHA_SIZE 32
#define SHA_HEX_SIZE 65

struct sha_part { const void *data; size_t len; };

/* SHA-256 of the parts one after the other. */
void sha256(const struct sha_part *parts, size_t n, unsigned char out[SHA_SIZE]);
void sha256_hex(const void *data, size_t len, char out[SHA_HEX_SIZE]);

/* SHA-256 of what comes piece by piece. */
struct sha_stream { uint64_t state[16]; };
void sha_begin(struct sha_stream *s);
void sha_add(struct sha_stream *s, const void *data, size_t len);
void sha_end(struct sha_stream *s, unsigned char out[SHA_SIZE]);

void sha_hex(const unsigned char digest[SHA_SIZE], char out[SHA_HEX_SIZE]);
/* HMAC-SHA-256 (RFC 2104). */
void sha_hmac(const void *key, size_t keylen, const void *data, size_t len,
    unsigned char out[SHA_SIZE]);
/* Base32 (RFC 4648, lower case, no padding) of the first `n` bytes; out needs n * 8 / 5 + 2. */
void sha_base32(const unsigned char *data, size_t n, char *out);

#endif
