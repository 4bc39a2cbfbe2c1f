/* Which addresses may be connected to. */
#include "address.h"
#include "base/text.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

struct net {
	unsigned char bytes[16];
	int prefix;
};

/* IANA special-purpose registry, IPv4: nothing in here is a public web server. */
static const struct net closed4[] = {
	{ { 0 }, 8 },
	{ { 10 }, 8 },
	{ { 100, 64 }, 10 },
	{ { 127 }, 8 },
	{ { 169, 254 }, 16 },
	{ { 172, 16 }, 12 },
	{ { 192, 0, 0 }, 24 },
	{ { 192, 0, 2 }, 24 },
	{ { 192, 31, 196 }, 24 },
	{ { 192, 52, 193 }, 24 },
	{ { 192, 88, 99 }, 24 },
	{ { 192, 168 }, 16 },
	{ { 192, 175, 48 }, 24 },
	{ { 198, 18 }, 15 },
	{ { 198, 51, 100 }, 24 },
	{ { 203, 0, 113 }, 24 },
	{ { 224 }, 3 },
};

/* Inside 2000::/3, which is all that is open of IPv6: Teredo and other protocols, documentation, 6to4. */
static const struct net closed6[] = {
	{ { 0x20, 0x01, 0x00 }, 23 }, { { 0x20, 0x01, 0x0d, 0xb8 }, 32 }, { { 0x20, 0x02 }, 16 },
	{ { 0x26, 0x20, 0x00, 0x4f, 0x80 }, 48 }, { { 0x3f, 0xff, 0x00 }, 20 },
};
static const struct net open6 = { { 0x20 }, 3 };
static const struct net mapped = { { [10] = 0xff, [11] = 0xff }, 96 };			/* ::ffff:0:0/96 */
static const struct net nat64 = { { 0x00, 0x64, 0xff, 0x9b }, 96 };			/* 64:ff9b::/96 */

static int inside(const unsigned char *address, const unsigned char *net, int prefix)
{
	size_t whole = (size_t)prefix / 8;
	unsigned mask = 0xffU << (8 - prefix % 8) & 0xffU;

	if (memcmp(address, net, whole) != 0)
		return 0;
	return prefix % 8 == 0 || ((unsigned)(address[whole] ^ net[whole]) & mask) == 0;
}

static int inside_any(const unsigned char *address, const struct net *nets, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (inside(address, nets[i].bytes, nets[i].prefix))
			return 1;
	return 0;
}

int address_parse_allow(const char *cidr, struct address_allow *ret)
{
	struct address_allow a = { AF_INET, { 0 }, 32, 0, { 0 } };
	char text[INET6_ADDRSTRLEN + 5];
	char *slash, *end;
	long prefix;

	if (strlen(cidr) >= sizeof(text))
		return -1;
	text_copy(text, sizeof(text), cidr);
	slash = strchr(text, '/');
	if (slash != NULL)
		*slash = '\0';
	if (inet_pton(AF_INET, text, a.bytes) != 1) {
		a.family = AF_INET6;
		a.prefix = 128;
		if (inet_pton(AF_INET6, text, a.bytes) != 1)
			return -1;
	}
	if (slash != NULL) {
		if (slash[1] < '0' || slash[1] > '9')
			return -1;
		prefix = strtol(slash + 1, &end, 10);
		if (*end != '\0' || prefix > a.prefix)
			return -1;
		a.prefix = (int)prefix;
	}
	*ret = a;
	return 0;
}

static int port_allowed(const struct address_allow *a, int port)
{
	for (int i = 0; i < a->nports; i++)
		if (a->ports[i] == port)
			return 1;
	return a->nports == 0;
}

/* 1 allowed; 0 in no allowed network; -1 in one, but for other ports. */
static int allowed(
    int family, const unsigned char *bytes, int port, const struct address_allow *allow, size_t n)
{
	int ret = 0;

	for (size_t i = 0; i < n; i++) {
		if (allow[i].family != family || !inside(bytes, allow[i].bytes, allow[i].prefix))
			continue;
		if (port_allowed(&allow[i], port))
			return 1;
		ret = -1;
	}
	return ret;
}

static int is_public(int family, const unsigned char *bytes)
{
	if (family == AF_INET)
		return !inside_any(bytes, closed4, sizeof(closed4) / sizeof(closed4[0]));
	return inside(bytes, open6.bytes, open6.prefix) &&
	    !inside_any(bytes, closed6, sizeof(closed6) / sizeof(closed6[0]));
}

enum address_verdict address_judge(
    const struct sockaddr *sa, socklen_t len, const struct address_allow *allow, size_t nallow)
{
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
	unsigned char bytes[16];
	int family = sa->sa_family, port, found;

	if (family == AF_INET && len >= sizeof(v4)) {
		memcpy(&v4, sa, sizeof(v4));
		memcpy(bytes, &v4.sin_addr, 4);
		port = ntohs(v4.sin_port);
	} else if (family == AF_INET6 && len >= sizeof(v6)) {
		memcpy(&v6, sa, sizeof(v6));
		memcpy(bytes, &v6.sin6_addr, 16);
		port = ntohs(v6.sin6_port);
	} else {
		return ADDRESS_FAMILY;
	}
	found = allowed(family, bytes, port, allow, nallow);
	if (found == 0 && family == AF_INET6 &&
	    (inside(bytes, mapped.bytes, mapped.prefix) || inside(bytes, nat64.bytes, nat64.prefix))) {
		family = AF_INET;
		memmove(bytes, bytes + 12, 4);
		found = allowed(family, bytes, port, allow, nallow);
	}
	if (found > 0)
		return ADDRESS_PERMITTED;
	if (!is_public(family, bytes))
		return found < 0 ? ADDRESS_PORT : ADDRESS_NOT_PUBLIC;
	return port == 80 || port == 443 ? ADDRESS_PERMITTED : ADDRESS_PORT;
}

char *address_text(const struct sockaddr *sa, socklen_t len, char out[ADDRESS_TEXT_SIZE])
{
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;

	if (sa->sa_family == AF_INET && len >= sizeof(v4)) {
		memcpy(&v4, sa, sizeof(v4));
		if (inet_ntop(AF_INET, &v4.sin_addr, out, ADDRESS_TEXT_SIZE) != NULL)
			return out;
	} else if (sa->sa_family == AF_INET6 && len >= sizeof(v6)) {
		memcpy(&v6, sa, sizeof(v6));
		if (inet_ntop(AF_INET6, &v6.sin6_addr, out, ADDRESS_TEXT_SIZE) != NULL)
			return out;
	}
	text_copy(out, ADDRESS_TEXT_SIZE, "?");
	return out;
}
