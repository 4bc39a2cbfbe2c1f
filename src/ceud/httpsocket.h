#ifndef CEUD_HTTPSOCKET_H
#define CEUD_HTTPSOCKET_H

#include <sys/socket.h>

struct err;

/* A listening Unix socket at path, mode 0666 (who asks is decided by SO_PEERCRED). The caller holds the state folder's
 * lock, so a socket that nobody answers is a dead one and is replaced; one that answers is ERR_RULE "socket-taken".
 * Returns the descriptor or -1. */
int socket_listen(const char *path, struct err *err);

/* Who is at the other end. -1 if the descriptor is no Unix socket or has no peer. */
int socket_peer(int fd, struct ucred *ret);

#endif
