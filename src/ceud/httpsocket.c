/* Sockets: making ours, asking who is at the other end. */
#include "httpsocket.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/err.h"

enum { BACKLOG = 128 };

static int set_path(struct sockaddr_un *to, const char *path, struct err *err)
{
	memset(to, 0, sizeof *to);
	to->sun_family = AF_UNIX;
	if (strlen(path) >= sizeof to->sun_path) {
		err_set(err, ERR_USAGE, "socket-path", "The socket's path is too long: %s", path);
		return err_next(err, "Name a path of at most %zu bytes with --socket.", sizeof to->sun_path - 1);
	}
	memcpy(to->sun_path, path, strlen(path) + 1);
	return 0;
}

static int remove_dead(const struct sockaddr_un *at, struct err *err)
{
	struct stat st;
	int fd, alive;

	if (lstat(at->sun_path, &st))
		return errno == ENOENT ? 0 : err_errno(err, "socket-failed", "%s", at->sun_path);
	if (!S_ISSOCK(st.st_mode))
		return err_set(err, ERR_RULE, "socket-taken", "%s exists and is no socket.", at->sun_path);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return err_errno(err, "socket-failed", "Cannot make a socket");
	alive = !connect(fd, (const struct sockaddr *)at, sizeof *at) || errno == EAGAIN;
	close(fd);
	if (alive)
		return err_set(err, ERR_RULE, "socket-taken", "Another server answers on %s.", at->sun_path);
	if (unlink(at->sun_path))
		return err_errno(err, "socket-failed", "Cannot remove the dead socket %s", at->sun_path);
	return 0;
}

int socket_listen(const char *path, struct err *err)
{
	struct sockaddr_un at;
	int fd;

	if (set_path(&at, path, err) || remove_dead(&at, err))
		return -1;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return err_errno(err, "socket-failed", "Cannot make a socket");
	if (bind(fd, (const struct sockaddr *)&at, sizeof at) || chmod(path, 0666) || listen(fd, BACKLOG)) {
		err_errno(err, "socket-failed", "Cannot listen on %s", path);
		close(fd);
		return -1;
	}
	return fd;
}

/* ---- the network: this machine only */

static int is_loopback(const struct sockaddr_storage *at)
{
	const struct sockaddr_in *v4 = (const struct sockaddr_in *)at;
	const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)at;

	if (at->ss_family == AF_INET)
		return ntohl(v4->sin_addr.s_addr) >> 24 == 127;
	return at->ss_family == AF_INET6 && IN6_IS_ADDR_LOOPBACK(&v6->sin6_addr);
}

/* "[::1]:7843" in two. */
static int split(const char *word, char host[INET6_ADDRSTRLEN], in_port_t *ret_port)
{
	const char *colon = strrchr(word, ':'), *from = word;
	size_t len = colon ? (size_t)(colon - word) : 0;
	long port;

	if (word[0] == '[' && len > 2 && word[len - 1] == ']') {
		from++;
		len -= 2;
	} else if (memchr(word, ':', len)) {
		return -1;
	}
	if (!len || len >= INET6_ADDRSTRLEN || strlen(colon + 1) > 5 ||
	    strspn(colon + 1, "0123456789") != strlen(colon + 1))
		return -1;
	port = strtol(colon + 1, NULL, 10);
	if (port < 1 || port > 65535)
		return -1;
	memcpy(host, from, len);
	host[len] = '\0';
	*ret_port = htons((in_port_t)port);
	return 0;
}

int socket_address(const char *word, struct network_address *ret)
{
	struct network_address a = { 0 };
	struct sockaddr_in *v4 = (struct sockaddr_in *)&a.at;
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)&a.at;
	char host[INET6_ADDRSTRLEN];
	in_port_t port;

	if (split(word, host, &port))
		return -1;
	if (inet_pton(word[0] == '[' ? AF_INET6 : AF_INET, host,
	    word[0] == '[' ? (void *)&v6->sin6_addr : &v4->sin_addr) == 1) {
		a.at.ss_family = word[0] == '[' ? AF_INET6 : AF_INET;
		a.len = word[0] == '[' ? sizeof *v6 : sizeof *v4;
	}
	if (!is_loopback(&a.at))
		return -1;
	if (a.at.ss_family == AF_INET)
		v4->sin_port = port;
	else
		v6->sin6_port = port;
	*ret = a;
	return 0;
}

int socket_listen_network(const char *word, struct err *err)
{
	struct network_address a;
	int fd, yes = 1;

	if (socket_address(word, &a))
		return err_set(err, ERR_USAGE, "listen-failed", "\"%s\" is no address of this machine alone.", word);
	fd = socket(a.at.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return err_errno(err, "listen-failed", "Cannot make a socket");
	if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) ||
	    bind(fd, (const struct sockaddr *)&a.at, a.len) || listen(fd, BACKLOG)) {
		err_errno(err, "listen-failed", "Cannot listen on %s", word);
		err_next(err, "Choose another port with \"listen\" in ceud.conf(5).");
		close(fd);
		return -1;
	}
	return fd;
}

int socket_network_name(int fd, char out[NETWORK_NAME_SIZE], struct err *err)
{
	struct sockaddr_storage at = { 0 };
	const struct sockaddr_in *v4 = (const struct sockaddr_in *)&at;
	const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)&at;
	socklen_t len = sizeof at;
	char host[INET6_ADDRSTRLEN] = "";
	int is4;

	if (getsockname(fd, (struct sockaddr *)&at, &len))
		return err_errno(err, "listen-failed",
		    "The socket that was handed over does not say where it listens");
	is4 = at.ss_family == AF_INET;
	if (!is_loopback(&at) || !inet_ntop(at.ss_family, is4 ? (const void *)&v4->sin_addr : &v6->sin6_addr, host,
	    sizeof host)) {
		err_set(err, ERR_RULE, "listen-open",
		    "The socket ceud-http that was handed over can be reached from elsewhere.");
		return err_next(err,
		    "Let it listen on 127.0.0.1 or [::1], and others come through a proxy that speaks TLS.");
	}
	snprintf(out, NETWORK_NAME_SIZE, is4 ? "%s:%d" : "[%s]:%d", host, ntohs(is4 ? v4->sin_port : v6->sin6_port));
	return 0;
}

int socket_peer(int fd, struct ucred *ret)
{
	struct ucred peer;
	socklen_t len = sizeof peer;
	int domain = 0;
	socklen_t domain_len = sizeof domain;

	if (getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &domain_len) || domain != AF_UNIX)
		return -1;
	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) || peer.uid == (uid_t)-1)
		return -1;
	*ret = peer;
	return 0;
}
