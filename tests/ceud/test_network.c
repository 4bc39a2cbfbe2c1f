/* What the network listener stands on: addresses of this machine alone, hosts by name, dates, and who asks too often. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "gate.h"
#include "httpdate.h"
#include "httpsocket.h"
#include "seed.h"
#include "throttle.h"

#define COUNT(a) (sizeof (a) / sizeof *(a))

static void addresses(void **state)
{
	static const char *const bad[] = { "", ":", ":1", "127.0.0.1", "127.0.0.1:", "127.0.0.1:0", "127.0.0.1:65536",
		"127.0.0.1:99999999", "127.0.0.1:-1", "127.0.0.1: 1", "127.0.0.1:1 ", "127.0.0.1:1x", "127.1:80", "0.0.0.0:1",
		"128.0.0.1:1", "10.0.0.1:1", "localhost:1", "::1:1", "[::1]", "[::1]:", "[]:1", "[::]:1", "[::2]:1",
		"[fe80::1]:1", "[::ffff:127.0.0.1]:1", "[127.0.0.1]:1", "[::1%lo]:1", "::1", "[::1]x:1", "[[::1]]:1" };
	struct network_address a = { .len = 7 };

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++)
		if (!socket_address(bad[i], &a))
			fail_msg("taken: %s", bad[i]);
	assert_int_equal(a.len, 7);
	assert_int_equal(socket_address("127.0.0.1:7843", &a), 0);
	assert_int_equal(a.at.ss_family, AF_INET);
	assert_int_equal(ntohs(((struct sockaddr_in *)&a.at)->sin_port), 7843);
	assert_int_equal(ntohl(((struct sockaddr_in *)&a.at)->sin_addr.s_addr), 0x7f000001);
	assert_int_equal(socket_address("127.255.255.254:65535", &a), 0);
	assert_int_equal(socket_address("[::1]:1", &a), 0);
	assert_int_equal(a.at.ss_family, AF_INET6);
	assert_int_equal(ntohs(((struct sockaddr_in6 *)&a.at)->sin6_port), 1);
	assert_int_equal(socket_address("[0:0:0:0:0:0:0:1]:80", &a), 0);
}

/* What is listened on says where; what others reach is refused. */
static void listens(void **state)
{
	struct sockaddr_in any = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_ANY) };
	struct sockaddr_in here = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	char name[NETWORK_NAME_SIZE] = "untouched", again[NETWORK_NAME_SIZE];
	struct err err = { 0 };
	int fd = socket(AF_INET, SOCK_STREAM, 0), other = socket(AF_INET, SOCK_STREAM, 0), third;

	(void)state;
	assert_int_equal(bind(fd, (struct sockaddr *)&any, sizeof any), 0);
	assert_int_equal(socket_network_name(fd, name, &err), -1);
	assert_string_equal(err.code, "listen-open");
	assert_string_equal(name, "untouched");
	assert_int_equal(socket_network_name(-1, name, &err), -1);
	assert_string_equal(err.code, "listen-failed");
	assert_int_equal(bind(other, (struct sockaddr *)&here, sizeof here), 0);
	assert_int_equal(listen(other, 1), 0);
	assert_int_equal(socket_network_name(other, name, &err), 0);
	assert_int_equal(strncmp(name, "127.0.0.1:", 10), 0);
	assert_int_equal(socket_listen_network(name, &err), -1);
	assert_string_equal(err.code, "listen-failed");
	assert_non_null(strstr(err.what, name));
	close(other);
	third = socket_listen_network(name, &err);
	assert_true(third >= 0);
	assert_int_equal(socket_network_name(third, again, &err), 0);
	assert_string_equal(again, name);
	close(third);
	close(fd);
	assert_int_equal(socket_listen_network("0.0.0.0:80", &err), -1);
}

static void hosts(void **state)
{
	static const char url[] = "https://Ceu.example.org:8443/x";

	(void)state;
	assert_true(gate_host("localhost", "127.0.0.5:1", NULL));
	assert_true(gate_host("127.0.0.1:99", "127.0.0.5:1", NULL));
	assert_true(gate_host("[::1]:99", "127.0.0.5:1", NULL));
	assert_true(gate_host("127.0.0.5", "127.0.0.5:1", NULL));
	assert_true(gate_host("ceu.example.org", "127.0.0.5:1", url));
	assert_true(gate_host("CEU.EXAMPLE.ORG:80", "127.0.0.5:1", url));
	assert_false(gate_host("ceu.example.org", "127.0.0.5:1", NULL));
	assert_false(gate_host("ceu.example.orgs", "127.0.0.5:1", url));
	assert_false(gate_host("eu.example.org", "127.0.0.5:1", url));
	assert_false(gate_host("ceu.example.org.", "127.0.0.5:1", url));
	assert_false(gate_host("x@ceu.example.org", "127.0.0.5:1", url));
	assert_false(gate_host("127.0.0.6", "127.0.0.5:1", url));
	assert_false(gate_host("localhost:1:2", "127.0.0.5:1", url));
	assert_false(gate_host("localhost:x", "127.0.0.5:1", url));
	assert_false(gate_host("[::1", "127.0.0.5:1", url));
	assert_false(gate_host("[::1]x", "127.0.0.5:1", url));
	assert_false(gate_host("", "127.0.0.5:1", url));
	assert_false(gate_host(":80", "127.0.0.5:1", url));
	assert_false(gate_host(NULL, "127.0.0.5:1", url));
	assert_false(gate_host("", "127.0.0.5:1", "https://"));
}

static void dates(void **state)
{
	static const char *const bad[] = { "", "Fri, 12 Mar 2026 08:00:00 GMT", "Thu, 12 Mar 2026 08:00:00 UTC",
		"Thu, 12 mar 2026 08:00:00 GMT", "Thu, 32 Mar 2026 08:00:00 GMT", "Thu, 12 Mar 2026 24:00:00 GMT",
		"Thu, 12 Mar 2026 08:60:00 GMT", "Thu, 12 Mar 2026 08:00:60 GMT", "Thu  12 Mar 2026 08:00:00 GMT",
		"Thu, 12 Mar 2026 -8:00:00 GMT", "Thu, 12-Mar-2026 08:00:00 GMT", "Thursday, 12-Mar-26 08:00:00 GMT",
		"Thu Mar 12 08:00:00 2026", "Thu, 12 Mar 2026 08:00:00 GMT ", "2026-03-12T08:00:00Z" };
	char text[HTTP_DATE_SIZE];
	int64_t at = 7;

	(void)state;
	assert_string_equal(http_date(INT64_C(1773302400000), text), "Thu, 12 Mar 2026 08:00:00 GMT");
	assert_string_equal(http_date(999, text), "Thu, 01 Jan 1970 00:00:00 GMT");
	for (size_t i = 0; i < COUNT(bad); i++)
		if (!http_date_parse(bad[i], &at))
			fail_msg("taken: %s", bad[i]);
	assert_int_equal(at, 7);
	seed_begin("dates");
	for (int i = 0; i < 1000; i++) {
		int64_t second = seed_between(0, INT64_C(32000000000));

		assert_int_equal(http_date_parse(http_date(second * 1000 + seed_between(0, 999), text), &at), 0);
		assert_true(at == second * 1000);
	}
}

static void buckets(void **state)
{
	static const struct throttle_rate rate = { 3, 1000 };
	static struct throttle t;
	int64_t now = 5000;

	(void)state;
	memset(&t, 0, sizeof t);
	for (int i = 0; i < 3; i++)
		assert_int_equal(throttle_take(&t, &rate, 1, now), 0);
	assert_int_equal(throttle_take(&t, &rate, 1, now), 1);
	assert_int_equal(throttle_take(&t, &rate, 2, now), 0);		/* another key */
	assert_int_equal(throttle_take(&t, &rate, 1, now + 400), 1);	/* asking costs nothing */
	assert_int_equal(throttle_take(&t, &rate, 1, now + 1000), 0);
	assert_int_equal(throttle_take(&t, &rate, 1, now + 1000), 1);
	now += 60000;
	for (int i = 0; i < 3; i++)					/* never more than a bucket full */
		assert_int_equal(throttle_take(&t, &rate, 1, now), 0);
	assert_true(throttle_take(&t, &rate, 1, now) > 0);
	for (int64_t key = 10; key < 10 + THROTTLE_KEYS - 1; key++)
		assert_int_equal(throttle_take(&t, &rate, key, now + 1), 0);
	assert_true(throttle_take(&t, &rate, 1, now + 2) > 0);		/* others made no room at its cost */
	assert_int_equal(throttle_take(&t, &(struct throttle_rate){ 1, 12000 }, 999, now + 3), 0);
	assert_int_equal(throttle_take(&t, &(struct throttle_rate){ 1, 12000 }, 999, now + 3), 12);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(addresses),
		cmocka_unit_test(listens),
		cmocka_unit_test(hosts),
		cmocka_unit_test(dates),
		cmocka_unit_test(buckets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
