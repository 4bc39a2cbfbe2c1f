/* The sandbox, from inside: what a process in it cannot do any more, and what it still can. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/confine.h"
#include "base/err.h"
#include "base/zone.h"
#include "sandbox.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

enum { NOT_ENTERED = 200, WENT_WELL = 0 };

static char folder[64];
static int has_files, has_calls;	/* which of the two means this kernel has */

/* ---- what is tried: 0 or errno */

static int result(long ret)
{
	return ret < 0 ? errno : 0;
}

static const char *below(const char *name)
{
	static char path[128];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return path;
}

static int open_it(const char *path, int flags)
{
	return result(open(path, flags | O_CLOEXEC, 0600));
}

static int run_program(void)
{
	char *args[] = { (char *)(uintptr_t)"true", NULL }, *env[] = { NULL };

	return result(execve("/bin/true", args, env));
}

static int run_by_descriptor(void)
{
	char *args[] = { (char *)(uintptr_t)"true", NULL }, *env[] = { NULL };

	return result(syscall(SYS_execveat, AT_FDCWD, "/bin/true", args, env, 0));
}

static int make_process(void)
{
	pid_t pid = fork();

	if (pid == 0)
		_exit(0);
	return result(pid);
}

static int make_process_newly(void)
{
	struct { uint64_t members[8]; } args = { { 0 } };

	args.members[4] = SIGCHLD;
	return result(syscall(SYS_clone3, &args, sizeof(args)));
}

static int open_tcp(void) { return result(socket(AF_INET, SOCK_STREAM, 0)); }
static int open_tcp6(void) { return result(socket(AF_INET6, SOCK_STREAM, 0)); }
static int open_udp(void) { return result(socket(AF_INET, SOCK_DGRAM, 0)); }
static int open_netlink(void) { return result(socket(AF_NETLINK, SOCK_RAW, 0)); }
static int open_local(void) { return result(socket(AF_UNIX, SOCK_STREAM, 0)); }
static int open_packets(void) { return result(socket(AF_PACKET, SOCK_RAW, 0)); }
static int open_pair(void) { int two[2]; return result(socketpair(AF_UNIX, SOCK_STREAM, 0, two)); }
static int open_bare(void) { return result(syscall(SYS_io_uring_setup, 1, NULL)); }
static int write_there(void) { return open_it(below("there"), O_WRONLY); }
static int append_there(void) { return open_it(below("there"), O_RDWR | O_APPEND); }
static int make_file(void) { return open_it(below("new"), O_WRONLY | O_CREAT); }
static int make_by_reading(void) { return open_it(below("new"), O_RDONLY | O_CREAT); }
static int empty_file(void) { return open_it(below("there"), O_RDONLY | O_TRUNC); }
static int make_nameless(void) { return open_it(folder, O_RDWR | O_TMPFILE); }
static int make_folder(void) { return result(mkdir(below("d"), 0700)); }
static int remove_file(void) { return result(unlink(below("there"))); }
static int rename_file(void) { return result(rename(below("there"), folder)); }
static int link_file(void) { return result(symlink("a", below("link"))); }
static int change_mode(void) { return result(chmod(below("there"), 0777)); }
static int cut_file(void) { return result(truncate(below("there"), 0)); }
static int memory_file(void) { return result(memfd_create("x", 0)); }
static int look_into(void) { return result(ptrace(PTRACE_ATTACH, getppid(), NULL, NULL)); }
static int read_parent(void) { return result(syscall(SYS_process_vm_readv, getppid(), NULL, 0, NULL, 0, 0)); }
static int signal_parent(void) { return result(kill(getppid(), 0)); }
static int mount_it(void) { return result(mount("none", folder, "tmpfs", 0, NULL)); }
static int new_namespace(void) { return result(syscall(SYS_unshare, 0x10000000)); }
static int load_bpf(void) { return result(syscall(SYS_bpf, 0, NULL, 0)); }
static int use_keys(void) { return result(syscall(SYS_keyctl, 0, 0, 0, 0, 0)); }
static int change_folder(void) { return result(chdir("/")); }
static int read_password(void) { return open_it("/etc/passwd", O_RDONLY); }
static int read_own_folder(void) { return open_it(below("there"), O_RDONLY); }
static int read_process(void) { return open_it("/proc/self/environ", O_RDONLY); }
static int read_hosts(void) { return open_it("/etc/hosts", O_RDONLY); }
static int read_library(void) { return open_it("/usr/lib/os-release", O_RDONLY); }
static int list_run(void) { return open_it("/run", O_RDONLY | O_DIRECTORY); }

static int raise_limit(void)
{
	struct rlimit more = { 100, 100 };

	return result(setrlimit(RLIMIT_NOFILE, &more));
}

static int make_code(void)
{
	return mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED ? errno : 0;
}

static int call_of_tomorrow(void)
{
	return result(syscall(5000));
}

static int listen_somewhere(void)
{
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	return fd < 0 ? errno : result(listen(fd, 1));
}

static int read_zone(void)
{
	const struct zone *zone;

	return zone_get("Asia/Kathmandu", &zone, NULL) == 0 && zone_offset(zone, 0) == 19800 ? 0 : EIO;
}

static int look_up_name(void)
{
	struct addrinfo *list = NULL;
	int bad = getaddrinfo("localhost", "80", NULL, &list);

	if (bad == 0)
		freeaddrinfo(list);
	return bad == 0 ? 0 : EIO;
}

static void *thread(void *arg)
{
	*(int *)arg = look_up_name();
	return NULL;
}

static int look_up_in_a_thread(void)
{
	pthread_t t;
	int ret = EIO;

	if (pthread_create(&t, NULL, thread, &ret) != 0 || pthread_join(t, NULL) != 0)
		return EIO;
	return ret;
}

static int use_memory(void)
{
	for (size_t size = 1; size < (size_t)64 << 20; size *= 3) {
		char *block = malloc(size);

		if (block == NULL)
			return ENOMEM;
		memset(block, 1, size);
		free(block);
	}
	return 0;
}

static int connect_to_nobody(void)
{
	struct sockaddr_storage to = { .ss_family = AF_INET };
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	memcpy((char *)&to + 2, "\0\1\x7f\0\0\1", 6);
	if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof(struct sockaddr)) == 0)
		return EIO;
	return errno == ECONNREFUSED ? 0 : errno;
}

/* ---- in a child of its own */

enum { NET = 1, BYTES = 2, BOTH = 3 };

static int enter(unsigned stages)
{
	const struct confine limits = { .in = 0, .out = 1 };
	struct err err = { .class = ERR_NONE };

	if (confine(&limits, &err) != 0)
		return -1;
	if ((stages & NET) != 0)
		(void)sandbox_enter(SANDBOX_NETWORK, below("ca.pem"), &err);
	if ((stages & BYTES) != 0)
		(void)sandbox_enter(SANDBOX_BYTES, NULL, &err);
	return 0;
}

static int inside(unsigned stages, int (*try)(void))
{
	int status;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0)
		_exit(enter(stages) != 0 ? NOT_ENTERED : try() & 0xff);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static int skip_if(int cannot)
{
	if (cannot) {
		print_message("skipped: this kernel or this build has no such sandbox\n");
		skip();
	}
	return 0;
}

static void check(const char *what, int got, int wanted)
{
	if (got != wanted)
		fail_msg("%s: %d (%s), not %d", what, got, strerror(got), wanted);
}

static const struct attempt { const char *what; int (*try)(void); unsigned stages; int wanted; } attempts[] = {
	{ "execve", run_program, BOTH, EPERM },
	{ "execveat", run_by_descriptor, BOTH, EPERM },
	{ "fork", make_process, BOTH, EPERM },
	{ "clone3", make_process_newly, BOTH, ENOSYS },
	{ "a local socket", open_local, BOTH, EPERM },
	{ "a packet socket", open_packets, BOTH, EPERM },
	{ "io_uring", open_bare, BOTH, EPERM },
	{ "listening", listen_somewhere, BOTH, EPERM },
	{ "writing", write_there, BOTH, EPERM },
	{ "appending", append_there, BOTH, EPERM },
	{ "making a file", make_file, BOTH, EPERM },
	{ "making a file to read", make_by_reading, BOTH, EPERM },
	{ "emptying a file", empty_file, BOTH, EPERM },
	{ "a nameless file", make_nameless, BOTH, EPERM },
	{ "a folder", make_folder, BOTH, EPERM },
	{ "removing", remove_file, BOTH, EPERM },
	{ "renaming", rename_file, BOTH, EPERM },
	{ "a link", link_file, BOTH, EPERM },
	{ "a mode", change_mode, BOTH, EPERM },
	{ "truncate", cut_file, BOTH, EPERM },
	{ "memfd", memory_file, BOTH, EPERM },
	{ "ptrace", look_into, BOTH, EPERM },
	{ "process_vm_readv", read_parent, BOTH, EPERM },
	{ "kill", signal_parent, BOTH, EPERM },
	{ "mount", mount_it, BOTH, EPERM },
	{ "unshare", new_namespace, BOTH, EPERM },
	{ "bpf", load_bpf, BOTH, EPERM },
	{ "keyctl", use_keys, BOTH, EPERM },
	{ "chdir", change_folder, BOTH, EPERM },
	{ "raising a limit", raise_limit, BOTH, EPERM },
	{ "a call of a later kernel", call_of_tomorrow, BOTH, ENOSYS },
	{ "TCP", open_tcp, BYTES, EPERM },
	{ "TCP, IPv6", open_tcp6, BYTES, EPERM },
	{ "UDP", open_udp, BYTES, EPERM },
	{ "netlink", open_netlink, BYTES, EPERM },
	{ "a pair of sockets", open_pair, BYTES, EPERM },
	{ "code", make_code, BYTES, EPERM },
};

/* Stage by stage, and the second on top of the first. */
static void what_is_given_up(void **state)
{
	(void)state;
	skip_if(!has_calls);
	for (size_t i = 0; i < COUNT(attempts); i++) {
		const struct attempt *a = &attempts[i];

		check(a->what, inside(BYTES, a->try), a->wanted);
		check(a->what, inside(NET | BYTES, a->try), a->wanted);
		if (a->stages == BOTH)
			check(a->what, inside(NET, a->try), a->wanted);
	}
}

static void files_that_cannot_be_read(void **state)
{
	static const struct attempt rows[] = {
		{ "/etc/passwd", read_password, BOTH, EACCES },
		{ "a file of another folder", read_own_folder, BOTH, EACCES },
		{ "/proc/self/environ", read_process, BOTH, EACCES },
		{ "/run", list_run, BOTH, EACCES },
		{ "/etc/hosts", read_hosts, BYTES, EACCES },
		{ "/usr/lib/os-release", read_library, BYTES, EACCES },
	};

	(void)state;
	skip_if(!has_files);
	for (size_t i = 0; i < COUNT(rows); i++) {
		check(rows[i].what, inside(BYTES, rows[i].try), EACCES);
		check(rows[i].what, inside(NET | BYTES, rows[i].try), EACCES);
		if (rows[i].stages == BOTH)
			check(rows[i].what, inside(NET, rows[i].try), EACCES);
	}
}

static int read_ca(void)
{
	return open_it(below("ca.pem"), O_RDONLY);
}

/* With the kernel's means or without them. */
static void what_still_works(void **state)
{
	static const struct attempt rows[] = {
		{ "zones", read_zone, BOTH, 0 },
		{ "memory", use_memory, BOTH, 0 },
		{ "TCP", connect_to_nobody, NET, 0 },
		{ "TCP, IPv6", open_tcp6, NET, 0 },
		{ "netlink", open_netlink, NET, 0 },
		{ "a pair of sockets", open_pair, NET, 0 },
		{ "a name", look_up_name, NET, 0 },
		{ "a name in a thread", look_up_in_a_thread, NET, 0 },
		{ "/etc/hosts", read_hosts, NET, 0 },
		{ "/usr", read_library, NET, 0 },
		{ "the relay's CA", read_ca, NET, 0 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		check(rows[i].what, inside(NET, rows[i].try), 0);
		if (rows[i].stages == BOTH) {
			check(rows[i].what, inside(BYTES, rows[i].try), 0);
			check(rows[i].what, inside(NET | BYTES, rows[i].try), 0);
		}
	}
}

static int spool;

static int use_spool(void)
{
	char back[6] = "";

	return write(spool, "hello", 5) == 5 && pread(spool, back, 5, 0) == 5 && strcmp(back, "hello") == 0 &&
	    ftruncate(spool, 0) == 0 ? 0 : EIO;
}

/* confine() closes what it does not know, so this enters the stage only. */
static int enter_and_use_spool(void)
{
	struct err err;

	(void)prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	(void)sandbox_enter(SANDBOX_BYTES, NULL, &err);
	return use_spool();
}

static void open_descriptors_stay(void **state)
{
	int status;
	pid_t pid;

	(void)state;
	spool = open(below("spool"), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	assert_true(spool >= 0);
	pid = fork();
	if (pid == 0)
		_exit(enter_and_use_spool());
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	check("spool", WEXITSTATUS(status), 0);
	close(spool);
	unlink(below("spool"));
}

/* abort() must still end the process by its signal. */
static void an_abort_is_one(void **state)
{
	int status;
	pid_t pid = fork();

	(void)state;
	if (pid == 0) {
		(void)enter(BYTES);
		abort();
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGABRT);
}

/* ---- */

static int put(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	if (fd < 0)
		return -1;
	return close(fd);
}

/* Asked of the kernel and not of sandbox_enter(), which is what is tested. */
static int begin(void **state)
{
	const char *base = getenv("TMPDIR");

	(void)state;
	snprintf(folder, sizeof(folder), "%s/sandbox.XXXXXX", base != NULL && strlen(base) < 40 ? base : "/tmp");
	if (mkdtemp(folder) == NULL || put(below("there")) != 0 || put(below("ca.pem")) != 0)
		return -1;
	if (!CONFINE_SANITIZED) {
		has_calls = prctl(PR_GET_SECCOMP, 0, 0, 0, 0) >= 0;
		has_files = syscall(SYS_landlock_create_ruleset, NULL, 0, 1) >= 1;
	}
	return 0;
}

static int end(void **state)
{
	(void)state;
	unlink(below("there"));
	unlink(below("ca.pem"));
	return rmdir(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_given_up),
		cmocka_unit_test(files_that_cannot_be_read),
		cmocka_unit_test(what_still_works),
		cmocka_unit_test(open_descriptors_stay),
		cmocka_unit_test(an_abort_is_one),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
