/* Which files may be read: rules for the kernel's Landlock. */
#include "sandbox_parts.h"
#include "base/err.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The kernel's interface, as linux/landlock.h has it in its later versions: Debian 12's header lacks half. */
struct ruleset {
	uint64_t files, ports, scopes;
};
struct beneath {
	uint64_t allowed;
	int32_t fd;
} __attribute__((packed));

enum { RULE_BENEATH = 1, ASK_VERSION = 1 };
enum { READ_FILE = 1 << 2, READ_DIR = 1 << 3 };
enum { PORT_BIND = 1 << 0, PORT_CONNECT = 1 << 1 };
enum { SCOPE_ABSTRACT_SOCKETS = 1 << 0, SCOPE_SIGNALS = 1 << 1 };

/* Number of rights to files, from bit 0, that each version of the interface knows. */
static const unsigned rights_of[] = { 0, 13, 14, 15, 15, 16 };

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/*
 * What the C library's resolver and OpenSSL open on Debian 12 and 13, seen with strace. Not all of /etc: what is
 * in ceud's own configuration is nobody's business here, and not all of /run, where systemd keeps credentials.
 */
static const char *const network_paths[] = {
	"/usr", "/lib", "/lib64", "/etc/ld.so.cache", "/dev/null", "/dev/urandom",
	"/etc/resolv.conf", "/etc/hosts", "/etc/host.conf", "/etc/nsswitch.conf", "/etc/gai.conf",
	"/etc/services", "/etc/protocols", "/etc/localtime",
	"/run/systemd/resolve", "/run/resolvconf", "/run/NetworkManager",
	"/etc/ssl/openssl.cnf", "/etc/ssl/certs", "/etc/ca-certificates",
};
static const char *const bytes_paths[] = { "/usr/share/zoneinfo" };

/* Sizes grow with the version; an older kernel refuses a longer one that is not zero behind what it knows. */
static int make_ruleset(enum sandbox_stage stage, struct err *err)
{
	struct ruleset r = { 0, 0, 0 };
	long version = syscall(SYS_landlock_create_ruleset, NULL, 0, ASK_VERSION);
	size_t size = offsetof(struct ruleset, ports);
	long fd;

	if (version < 1)
		return err_errno(err, "sandbox", "The kernel has no rules for files");
	r.files = (UINT64_C(1) << rights_of[version < (long)COUNT(rights_of) ? version : (long)COUNT(rights_of) - 1]) - 1;
	if (version >= 4) {
		r.ports = stage == SANDBOX_BYTES ? PORT_BIND | PORT_CONNECT : PORT_BIND;
		size = offsetof(struct ruleset, scopes);
	}
	if (version >= 6) {
		r.scopes = SCOPE_ABSTRACT_SOCKETS | SCOPE_SIGNALS;
		size = sizeof(r);
	}
	fd = syscall(SYS_landlock_create_ruleset, &r, size, 0);
	if (fd < 0)
		return err_errno(err, "sandbox", "The kernel does not take rules for files");
	return (int)fd;
}

/* What is not there needs no rule. */
static int allow(int ruleset, const char *path, struct err *err)
{
	struct beneath b = { .allowed = READ_FILE };
	struct stat st;
	int bad;

	b.fd = open(path, O_PATH | O_CLOEXEC);
	if (b.fd < 0)
		return 0;
	if (fstat(b.fd, &st) == 0 && S_ISDIR(st.st_mode))
		b.allowed |= READ_DIR;
	bad = syscall(SYS_landlock_add_rule, ruleset, RULE_BENEATH, &b, 0) != 0;
	if (bad)
		err_errno(err, "sandbox", "The kernel does not take a rule for %s", path);
	close(b.fd);
	return bad ? -1 : 0;
}

static int allow_all(int ruleset, enum sandbox_stage stage, const char *file, struct err *err)
{
	const char *const *paths = stage == SANDBOX_BYTES ? bytes_paths : network_paths;
	size_t n = stage == SANDBOX_BYTES ? COUNT(bytes_paths) : COUNT(network_paths);

	for (size_t i = 0; i < n; i++)
		if (allow(ruleset, paths[i], err) != 0)
			return -1;
	if (stage == SANDBOX_NETWORK && file != NULL && file[0] != '\0')
		return allow(ruleset, file, err);
	return 0;
}

int sandbox_files(enum sandbox_stage stage, const char *file, struct err *err)
{
	int ruleset = make_ruleset(stage, err), bad;

	if (ruleset < 0)
		return -1;
	bad = allow_all(ruleset, stage, file, err);
	if (bad == 0 && syscall(SYS_landlock_restrict_self, ruleset, 0) != 0)
		bad = err_errno(err, "sandbox", "The kernel does not put rules for files in force");
	close(ruleset);
	return bad;
}
