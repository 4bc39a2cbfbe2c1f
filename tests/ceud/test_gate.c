/* The gate's own parts: the first bytes of a request while they wait on the socket, and percent-decoding. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "gate.h"

static enum gate_sight sight_of(const char *bytes, size_t len)
{
	enum gate_sight first, second;
	int fd[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fd), 0);
	if (len)
		assert_int_equal(send(fd[1], bytes, len, 0), (ssize_t)len);
	first = gate_peek(fd[0]);
	second = gate_peek(fd[0]);
	assert_true(first == second);		/* it only looks */
	close(fd[0]);
	close(fd[1]);
	return first;
}

#define SIGHT(bytes, sight) assert_true(sight_of(bytes, sizeof bytes - 1) == sight)

static void first_bytes(void **state)
{
	(void)state;
	SIGHT("", GATE_NOTHING_YET);
	SIGHT("G", GATE_FINE);
	SIGHT("GET / HTTP/1.1\r\nHost: x\r\n\r\n", GATE_FINE);
	SIGHT("POST / HTTP/1.1\r\nHost: x\r\n\r\nbody\nwith\0lines", GATE_FINE);
	SIGHT("\n", GATE_BAD_LINE);
	SIGHT("GET / HTTP/1.1\n\n", GATE_BAD_LINE);
	SIGHT("GET / HTTP/1.1\r\nHost: x\nEvil: y\r\n\r\n", GATE_BAD_LINE);
	SIGHT("GET / HTTP/1.1\r\nHost: x\r\n\n", GATE_BAD_LINE);
	SIGHT("GET /\0 HTTP/1.1\r\n\r\n", GATE_BAD_LINE);
	SIGHT("GET / HTTP/1.1\r\nHost: x\0y\r\n\r\n", GATE_BAD_LINE);
}

static void closed_sockets(void **state)
{
	int fd[2];

	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fd), 0);
	close(fd[1]);
	assert_true(gate_peek(fd[0]) == GATE_NOTHING_YET);
	close(fd[0]);
	assert_true(gate_peek(-1) == GATE_NOTHING_YET);
}

static void decodes(const char *in, const char *want)
{
	char out[100];
	int rc = gate_decode(in, strlen(in), out);

	if (want) {
		assert_int_equal(rc, 0);
		assert_string_equal(out, want);
	} else {
		assert_int_equal(rc, -1);
	}
}

static void percent(void **state)
{
	(void)state;
	decodes("", "");
	decodes("dana@example.org", "dana@example.org");
	decodes("dana%40example.org", "dana@example.org");
	decodes("a%2Fb%2fc", "a/b/c");
	decodes("%25%32%35", "%25");			/* once */
	decodes("a+b", "a+b");
	decodes("Z%C3%BCrich", "Z\xc3\xbcrich");
	decodes("%e2%82%ac", "\xe2\x82\xac");
	decodes("%", NULL);
	decodes("%4", NULL);
	decodes("abc%4", NULL);
	decodes("%zz", NULL);
	decodes("%4g", NULL);
	decodes("% 4", NULL);
	decodes("%00", NULL);
	decodes("a%00b", NULL);
	decodes("%ff", NULL);
	decodes("%c0%af", NULL);			/* '/' in a longer form */
	decodes("%ed%a0%80", NULL);			/* half of a surrogate pair */
	decodes("%C3", NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(first_bytes), cmocka_unit_test(closed_sockets), cmocka_unit_test(percent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
