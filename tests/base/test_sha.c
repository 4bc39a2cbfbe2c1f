/* Digests against published vectors (FIPS 180-4, RFC 4231, RFC 4648). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "base/sha.h"
#include "seed.h"

static void hex_is(const void *data, size_t len, const char *want)
{
	char hex[SHA_HEX_SIZE];

	sha256_hex(data, len, hex);
	assert_string_equal(hex, want);
}

static void digests(void **state)
{
	static char million[1000000];

	(void)state;
	hex_is("", 0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
	hex_is("abc", 3, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	hex_is("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 56,
	    "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
	memset(million, 'a', sizeof(million));
	hex_is(million, sizeof(million),
	    "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

static void parts_make_one_digest(void **state)
{
	unsigned char data[300], whole[SHA_SIZE], parted[SHA_SIZE];
	struct sha_stream stream;

	(void)state;
	seed_begin("parts_make_one_digest");
	for (int i = 0; i < 2000; i++) {
		size_t n = (size_t)seed_between(0, sizeof(data)), a = (size_t)seed_between(0, (int64_t)n);
		size_t b = (size_t)seed_between((int64_t)a, (int64_t)n);
		struct sha_part all = { data, n };
		struct sha_part parts[] = { { data, a }, { data + a, b - a }, { NULL, 0 },
			{ data + b, n - b } };

		for (size_t j = 0; j < n; j++)
			data[j] = (unsigned char)seed_next();
		sha256(&all, 1, whole);
		sha256(parts, 4, parted);
		assert_memory_equal(whole, parted, SHA_SIZE);
		sha_begin(&stream);
		for (int j = 0; j < 4; j++)
			sha_add(&stream, parts[j].data, parts[j].len);
		sha_end(&stream, parted);
		assert_memory_equal(whole, parted, SHA_SIZE);
	}
	sha256(NULL, 0, whole);
	assert_int_equal(whole[0], 0xE3);
}

static void hmac_is(const void *key, size_t keylen, const char *data, const char *want)
{
	unsigned char digest[SHA_SIZE];
	char hex[SHA_HEX_SIZE];

	sha_hmac(key, keylen, data, strlen(data), digest);
	sha_hex(digest, hex);
	assert_string_equal(hex, want);
}

static void authenticates(void **state)
{
	unsigned char key[131];

	(void)state;
	memset(key, 0x0B, 20);
	hmac_is(key, 20, "Hi There", "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
	hmac_is("Jefe", 4, "what do ya want for nothing?",
	    "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
	memset(key, 0xAA, sizeof(key));
	hmac_is(key, sizeof(key), "Test Using Larger Than Block-Size Key - Hash Key First",
	    "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
	hmac_is("", 0, "", "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
}

static void base32_is(const char *data, const char *want)
{
	char out[32];

	sha_base32((const unsigned char *)data, strlen(data), out);
	assert_string_equal(out, want);
}

static void spells_base32(void **state)
{
	unsigned char ones[SHA_SIZE];
	char out[SHA_SIZE * 8 / 5 + 2];

	(void)state;
	base32_is("", "");
	base32_is("f", "my");
	base32_is("fo", "mzxq");
	base32_is("foo", "mzxw6");
	base32_is("foob", "mzxw6yq");
	base32_is("fooba", "mzxw6ytb");
	base32_is("foobar", "mzxw6ytboi");
	memset(ones, 0xFF, sizeof(ones));
	for (size_t n = 0; n <= SHA_SIZE; n++) {
		sha_base32(ones, n, out);
		assert_int_equal(strlen(out), (n * 8 + 4) / 5);
		assert_true(strlen(out) + 1 <= n * 8 / 5 + 2);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(digests),
		cmocka_unit_test(parts_make_one_digest),
		cmocka_unit_test(authenticates),
		cmocka_unit_test(spells_base32),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
