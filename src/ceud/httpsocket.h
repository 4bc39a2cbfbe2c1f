#ifndef CEUD_HTTPSOCKET_H
#define CEUD_HTTPSOCKET_H

#include <sys/socket.h>

struct err;

/* A listening Unix socket at path, mode 0666 (who asks is decided by SO_PEERCRED). The caller holds the state folder's
 * lock, so a socket that nobody answers is a dead one and is replaced; one that answers is ERR_RULE "socket-taken".
 * Returns the descriptor or -1. */
int socket_listen(const char *path, struct err *err);

/* "127.0.0.1:7843" or "[::1]:7843": an address of this machine alone, with a port. -1: it is none. */
struct network_address { struct sockaddr_storage at; socklen_t len; };
int socket_address(const char *word, struct network_address *ret);
/* A listening TCP socket there. Returns the descriptor or -1: ERR_FAILED "listen-failed". */
int socket_listen_network(const char *word, struct err *err);
/* What a socket that was handed over listens on, written as above. ERR_RULE "listen-open": not this machine alone. */
enum { NETWORK_NAME_SIZE = 64 };
int socket_network_name(int fd, char out[NETWORK_NAME_SIZE], struct err *err);

/* Who is at the other end. -1 if the descriptor is no Unix socket or has no peer. */
int socket_peer(int fd, struct ucred *ret);

#endif
