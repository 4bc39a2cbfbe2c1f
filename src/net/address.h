#ifndef NET_ADDRESS_H
#define NET_ADDRESS_H

#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

/*
 * Which addresses may be connected to.  Calendars come from the public Internet, ports 80 and 443, unless the
 * admin allowed a network.  The address is judged after the name was resolved, at every hop, so a name or a
 * redirect that leads inside is of no use.
 */

enum { ADDRESS_PORTS_MAX = 16 };

struct address_allow {
	int family;			/* AF_INET or AF_INET6 */
	unsigned char bytes[16];
	int prefix;			/* bits of the network */
	int nports, ports[ADDRESS_PORTS_MAX];	/* none = every port */
};

/* "10.1.2.0/24", "fd00::/8"; without "/n" that one address. -1: not understood. Ports are left empty. */
int address_parse_allow(const char *cidr, struct address_allow *ret);

enum address_verdict { ADDRESS_PERMITTED, ADDRESS_NOT_PUBLIC, ADDRESS_PORT, ADDRESS_FAMILY };

/* An IPv6 address that stands for an IPv4 one (mapped, NAT64) is judged as that. */
enum address_verdict address_judge(
    const struct sockaddr *sa, socklen_t len, const struct address_allow *allow, size_t nallow);

/* The numeric address, without the port; "?" if it is of another family. Returns out. */
#define ADDRESS_TEXT_SIZE 64
char *address_text(const struct sockaddr *sa, socklen_t len, char out[ADDRESS_TEXT_SIZE]);

#endif
