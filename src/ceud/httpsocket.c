/* Unix sockets: making ours, asking who is at the other end. */
#include "httpsocket.h"

#include <errno.h>
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
