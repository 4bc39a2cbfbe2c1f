/* Which addresses may be connected to. */
#include "help.h"
#include "address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

static enum address_verdict judge(const char *text, int port, const struct address_allow *allow, size_t n)
{
	struct sockaddr_in v4 = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port) };
	struct sockaddr_in6 v6 = { .sin6_family = AF_INET6, .sin6_port = htons((uint16_t)port) };

	if (inet_pton(AF_INET, text, &v4.sin_addr) == 1)
		return address_judge((struct sockaddr *)&v4, sizeof(v4), allow, n);
	assert_int_equal(inet_pton(AF_INET6, text, &v6.sin6_addr), 1);
	return address_judge((struct sockaddr *)&v6, sizeof(v6), allow, n);
}

static void public_ones_pass(void **state)
{
	static const char *const open[] = { "1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.0",
		"100.63.255.255", "100.128.0.0", "126.255.255.255", "128.0.0.1", "169.253.0.1", "169.255.0.1",
		"172.15.255.255", "172.32.0.0", "192.0.1.1", "192.167.255.255", "192.169.0.1",
		"198.17.255.255", "198.20.0.1", "223.255.255.255", "2a00:1450::1", "2001:4860:4860::8888",
		"2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::8.8.8.8", "3ffe:ffff::1" };

	(void)state;
	for (size_t i = 0; i < sizeof(open) / sizeof(open[0]); i++) {
		assert_int_equal(judge(open[i], 80, NULL, 0), ADDRESS_PERMITTED);
		assert_int_equal(judge(open[i], 443, NULL, 0), ADDRESS_PERMITTED);
		assert_int_equal(judge(open[i], 8080, NULL, 0), ADDRESS_PORT);
		assert_int_equal(judge(open[i], 22, NULL, 0), ADDRESS_PORT);
	}
}

static void others_do_not(void **state)
{
	static const char *const closed[] = { "0.0.0.0", "0.255.255.255", "10.0.0.0", "10.255.255.255",
		"100.64.0.0", "100.127.255.255", "127.0.0.1", "127.255.255.255", "169.254.0.0",
		"169.254.169.254", "172.16.0.0", "172.31.255.255", "192.0.0.1", "192.0.2.1", "192.88.99.1",
		"192.168.0.0", "192.168.255.255", "198.18.0.0", "198.19.255.255", "198.51.100.1",
		"203.0.113.1", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255", "::", "::1",
		"::127.0.0.1", "::8.8.8.8", "::ffff:127.0.0.1", "::ffff:10.1.2.3", "::ffff:169.254.169.254",
		"64:ff9b::10.0.0.1", "64:ff9b::127.0.0.1", "64:ff9b:1::8.8.8.8", "100::1", "2001::1",
		"2001:db8::1", "2001:2::1", "2002:7f00:1::1", "2002:808:808::1", "3fff::1", "4000::1",
		"5f00::1", "fc00::1", "fdff::1", "fe80::1", "fec0::1", "ff02::1" };

	(void)state;
	for (size_t i = 0; i < sizeof(closed) / sizeof(closed[0]); i++) {
		if (judge(closed[i], 80, NULL, 0) != ADDRESS_NOT_PUBLIC)
			fail_msg("%s is let through", closed[i]);
	}
}

static struct address_allow allow(const char *cidr)
{
	struct address_allow a;

	assert_int_equal(address_parse_allow(cidr, &a), 0);
	return a;
}

static void allowed_ones_pass(void **state)
{
	struct address_allow list[3] = { allow("10.1.2.0/23"), allow("fd00:1::/32"), allow("192.168.7.9") };

	(void)state;
	list[0].nports = 2;
	list[0].ports[0] = 8080;
	list[0].ports[1] = 80;
	assert_int_equal(judge("10.1.2.5", 8080, list, 3), ADDRESS_PERMITTED);
	assert_int_equal(judge("10.1.3.255", 80, list, 3), ADDRESS_PERMITTED);
	assert_int_equal(judge("10.1.3.255", 443, list, 3), ADDRESS_PORT);
	assert_int_equal(judge("10.1.4.0", 80, list, 3), ADDRESS_NOT_PUBLIC);
	assert_int_equal(judge("10.1.1.255", 80, list, 3), ADDRESS_NOT_PUBLIC);
	assert_int_equal(judge("::ffff:10.1.2.5", 8080, list, 3), ADDRESS_PERMITTED);
	assert_int_equal(judge("64:ff9b::10.1.2.5", 8080, list, 3), ADDRESS_PERMITTED);
	assert_int_equal(judge("::ffff:10.1.2.5", 81, list, 3), ADDRESS_PORT);
	assert_int_equal(judge("fd00:1:ffff::1", 1, list, 3), ADDRESS_PERMITTED);
	assert_int_equal(judge("fd00:2::1", 80, list, 3), ADDRESS_NOT_PUBLIC);
	assert_int_equal(judge("192.168.7.9", 65535, list, 3), ADDRESS_PERMITTED);
	assert_int_equal(judge("192.168.7.8", 80, list, 3), ADDRESS_NOT_PUBLIC);
	assert_int_equal(judge("8.8.8.8", 80, list, 3), ADDRESS_PERMITTED);
	assert_int_equal(judge("8.8.8.8", 8080, list, 3), ADDRESS_PORT);
}

/* Ports named for a public network add to the usual two. */
static void a_public_network_may_get_ports(void **state)
{
	struct address_allow list[1] = { allow("8.8.8.0/24") };

	(void)state;
	list[0].nports = 1;
	list[0].ports[0] = 8443;
	assert_int_equal(judge("8.8.8.8", 8443, list, 1), ADDRESS_PERMITTED);
	assert_int_equal(judge("8.8.8.8", 443, list, 1), ADDRESS_PERMITTED);
	assert_int_equal(judge("8.8.8.8", 8444, list, 1), ADDRESS_PORT);
}

static void networks_are_read(void **state)
{
	static const char *const bad[] = { "", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "10.0.0.0/+8",
		"10.0.0.0/8x", "10.0.0/8", "10.0.0.0/ 8", "example.org", "::1/129",
		"10.0.0.0/99999999999999999999", "fd00:1111:2222:3333:4444:5555:6666:7777:8888:9999/8" };
	struct address_allow a = { 0, { 0 }, 7, 0, { 0 } };

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(address_parse_allow(bad[i], &a), -1);
		assert_int_equal(a.prefix, 7);
	}
	a = allow("0.0.0.0/0");
	assert_true(a.family == AF_INET && a.prefix == 0 && a.nports == 0);
	a = allow("::1");
	assert_true(a.family == AF_INET6 && a.prefix == 128);
	a = allow("127.0.0.1");
	assert_true(a.family == AF_INET && a.prefix == 32);
}

static void other_families_are_refused(void **state)
{
	struct sockaddr sa = { .sa_family = AF_UNIX };
	struct sockaddr_in v4 = { .sin_family = AF_INET, .sin_port = htons(80) };
	struct sockaddr_in6 v6 = { .sin6_family = AF_INET6 };
	char text[ADDRESS_TEXT_SIZE];

	(void)state;
	assert_int_equal(address_judge(&sa, sizeof(sa), NULL, 0), ADDRESS_FAMILY);
	assert_int_equal(address_judge((struct sockaddr *)&v4, 4, NULL, 0), ADDRESS_FAMILY);
	assert_int_equal(inet_pton(AF_INET, "192.0.2.7", &v4.sin_addr), 1);
	assert_string_equal(address_text((struct sockaddr *)&v4, sizeof(v4), text), "192.0.2.7");
	assert_string_equal(address_text((struct sockaddr *)&v6, sizeof(v6), text), "::");
	assert_string_equal(address_text(&sa, sizeof(sa), text), "?");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(public_ones_pass),
		cmocka_unit_test(others_do_not),
		cmocka_unit_test(allowed_ones_pass),
		cmocka_unit_test(a_public_network_may_get_ports),
		cmocka_unit_test(networks_are_read),
		cmocka_unit_test(other_families_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
