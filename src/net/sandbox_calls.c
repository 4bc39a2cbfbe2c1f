/* Which system calls may be made: a filter for the kernel's seccomp. What is not named here fails with EPERM. */
#include "sandbox_parts.h"
#include "base/err.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__x86_64__) && defined(__LP64__)
#define ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#endif
#define X32_CALLS 0x40000000U		/* numbers from here on are a second set of calls on x86-64 */
#define NEWEST_CALL 450U		/* of those that existed when this was written: later ones fail with ENOSYS */

#ifdef ARCHITECTURE

enum { IN_NETWORK = 1, IN_BYTES = 2, IN_BOTH = IN_NETWORK | IN_BYTES };

enum check {
	ALWAYS,
	ABSENT,			/* fails with ENOSYS, so that libraries take the older call */
	EQUAL,			/* the argument is the value */
	SET,			/* it has the bit */
	CLEAR,			/* it has none of the bits */
	NULL_POINTER,
	OWN			/* it is the number of this process */
};

/* One way to be allowed. A call may have several rows. */
struct row {
	unsigned call;
	unsigned stages;
	enum check check;
	unsigned argument;
	uint32_t value;
};

#define BOTH(name) { SYS_##name, IN_BOTH, ALWAYS, 0, 0 }
#define NETWORK(name) { SYS_##name, IN_NETWORK, ALWAYS, 0, 0 }
#define WHEN(name, stages, check, argument, value) { SYS_##name, stages, check, argument, (uint32_t)(value) }
#define WRITES (O_ACCMODE | O_CREAT | O_TRUNC)

static const struct row rows[] = {
	/* what the job, the C library and the allocator do all the time */
	BOTH(read), BOTH(write), BOTH(readv), BOTH(writev), BOTH(pread64), BOTH(pwrite64), BOTH(lseek), BOTH(close),
	BOTH(ftruncate), BOTH(fstat), BOTH(newfstatat), BOTH(statx), BOTH(readlinkat), BOTH(faccessat),
	BOTH(faccessat2), BOTH(getdents64), BOTH(getcwd), BOTH(fcntl), BOTH(fadvise64), BOTH(dup), BOTH(dup3),
	BOTH(brk), BOTH(munmap), BOTH(mremap), BOTH(madvise), BOTH(futex), BOTH(getrandom), BOTH(ppoll),
	BOTH(getpid), BOTH(gettid), BOTH(getuid), BOTH(geteuid), BOTH(getgid), BOTH(getegid), BOTH(uname),
	BOTH(sysinfo), BOTH(getrusage), BOTH(sched_getaffinity), BOTH(sched_yield), BOTH(getcpu), BOTH(membarrier),
	BOTH(clock_gettime), BOTH(clock_getres), BOTH(clock_nanosleep), BOTH(nanosleep), BOTH(gettimeofday),
	BOTH(setitimer), BOTH(rt_sigaction), BOTH(rt_sigprocmask), BOTH(rt_sigreturn), BOTH(sigaltstack),
	BOTH(restart_syscall), BOTH(exit), BOTH(exit_group), BOTH(set_robust_list), BOTH(rseq),
	BOTH(close_range),
#ifdef SYS_poll			/* of x86-64 only, kept there for old programs and for the C library */
	BOTH(poll), BOTH(stat), BOTH(lstat), BOTH(access), BOTH(readlink), BOTH(alarm), BOTH(time), BOTH(dup2),
	NETWORK(select), NETWORK(pipe), NETWORK(epoll_wait),
	WHEN(open, IN_BOTH, CLEAR, 1, WRITES),
#endif
	WHEN(openat, IN_BOTH, CLEAR, 2, WRITES),
	WHEN(openat2, IN_BOTH, ABSENT, 0, 0),
	WHEN(tgkill, IN_BOTH, OWN, 0, 0),		/* abort() */
	WHEN(prlimit64, IN_BOTH, NULL_POINTER, 2, 0),	/* to read a limit */
	WHEN(ioctl, IN_BOTH, EQUAL, 1, FIONREAD),
	WHEN(ioctl, IN_BOTH, EQUAL, 1, FIONBIO),
	WHEN(ioctl, IN_BOTH, EQUAL, 1, TCGETS),
	/* threads, which the resolver runs in, but no processes; code is loaded as long as it is needed */
	WHEN(clone, IN_NETWORK, SET, 0, CLONE_THREAD),
	WHEN(clone3, IN_BOTH, ABSENT, 0, 0),		/* its flags lie where no filter can look */
	NETWORK(mmap), NETWORK(mprotect),
	WHEN(mmap, IN_BYTES, CLEAR, 2, PROT_EXEC),
	WHEN(mprotect, IN_BYTES, CLEAR, 2, PROT_EXEC),
	/* the network: IP, and the kernel's list of own addresses. Sockets of this machine lead to other services. */
	WHEN(socket, IN_NETWORK, EQUAL, 0, AF_INET),
	WHEN(socket, IN_NETWORK, EQUAL, 0, AF_INET6),
	WHEN(socket, IN_NETWORK, EQUAL, 0, AF_NETLINK),
	NETWORK(socketpair), NETWORK(connect), NETWORK(bind), NETWORK(getsockname), NETWORK(getpeername),
	NETWORK(setsockopt), NETWORK(getsockopt), NETWORK(sendto), NETWORK(sendmsg), NETWORK(sendmmsg),
	NETWORK(recvfrom), NETWORK(recvmsg), NETWORK(recvmmsg), NETWORK(shutdown), NETWORK(pselect6),
	NETWORK(eventfd2), NETWORK(pipe2), NETWORK(epoll_create1), NETWORK(epoll_ctl), NETWORK(epoll_pwait),
	/* the second stage, on top of the first */
	NETWORK(seccomp), NETWORK(landlock_create_ruleset), NETWORK(landlock_add_rule),
	NETWORK(landlock_restrict_self),
	WHEN(prctl, IN_NETWORK, EQUAL, 0, PR_SET_SECCOMP),
};

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define LONGEST_ROW 7

struct program {
	struct sock_filter steps[16 + COUNT(rows) * LONGEST_ROW];
	unsigned short n;
};

static void step(struct program *p, unsigned code, unsigned yes, unsigned no, uint32_t value)
{
	p->steps[p->n++] = (struct sock_filter){ (uint16_t)code, (uint8_t)yes, (uint8_t)no, value };
}

static void load(struct program *p, size_t offset)
{
	step(p, BPF_LD | BPF_W | BPF_ABS, 0, 0, (uint32_t)offset);
}

static void answer(struct program *p, uint32_t what)
{
	step(p, BPF_RET | BPF_K, 0, 0, what);
}

/* Jumps count the steps that are left out; both architectures keep the low half of an argument first. */
static void add_check(struct program *p, const struct row *r)
{
	size_t low = offsetof(struct seccomp_data, args) + r->argument * sizeof(uint64_t);
	const unsigned equal = BPF_JMP | BPF_JEQ | BPF_K, any_bit = BPF_JMP | BPF_JSET | BPF_K;

	load(p, low);
	switch (r->check) {
	case EQUAL: step(p, equal, 0, 1, r->value); break;
	case OWN: step(p, equal, 0, 1, (uint32_t)getpid()); break;
	case SET: step(p, any_bit, 0, 1, r->value); break;
	case CLEAR: step(p, any_bit, 1, 0, r->value); break;
	case NULL_POINTER:
		step(p, equal, 0, 3, 0);
		load(p, low + sizeof(uint32_t));
		step(p, equal, 0, 1, 0);
		break;
	case ALWAYS:
	case ABSENT: break;
	}
	answer(p, SECCOMP_RET_ALLOW);
	load(p, offsetof(struct seccomp_data, nr));
}

static void add_row(struct program *p, const struct row *r)
{
	unsigned short from = p->n++;

	if (r->check == ALWAYS)
		answer(p, SECCOMP_RET_ALLOW);
	else if (r->check == ABSENT)
		answer(p, SECCOMP_RET_ERRNO | ENOSYS);
	else
		add_check(p, r);
	p->steps[from] = (struct sock_filter)BPF_JUMP(
	    BPF_JMP | BPF_JEQ | BPF_K, r->call, 0, (uint8_t)(p->n - from - 1));
}

static void make_program(struct program *p, unsigned stage)
{
	p->n = 0;
	load(p, offsetof(struct seccomp_data, arch));
	step(p, BPF_JMP | BPF_JEQ | BPF_K, 1, 0, ARCHITECTURE);
	answer(p, SECCOMP_RET_KILL_PROCESS);
	load(p, offsetof(struct seccomp_data, nr));
	step(p, BPF_JMP | BPF_JGE | BPF_K, 0, 1, X32_CALLS);
	answer(p, SECCOMP_RET_ERRNO | EPERM);
	step(p, BPF_JMP | BPF_JGT | BPF_K, 0, 1, NEWEST_CALL);
	answer(p, SECCOMP_RET_ERRNO | ENOSYS);
	for (size_t i = 0; i < COUNT(rows); i++)
		if ((rows[i].stages & stage) != 0)
			add_row(p, &rows[i]);
	answer(p, SECCOMP_RET_ERRNO | EPERM);
}

/* Other threads are held to it too. In a service that may not call seccomp(2) prctl(2) does the same but for that. */
int sandbox_calls(enum sandbox_stage stage, struct err *err)
{
	struct program p;
	struct sock_fprog described = { .filter = p.steps };

	make_program(&p, stage == SANDBOX_BYTES ? IN_BYTES : IN_NETWORK);
	described.len = p.n;
	if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &described) == 0 ||
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &described, 0, 0) == 0)
		return 0;
	return err_errno(err, "sandbox", "The kernel does not take a filter of system calls");
}

#else

int sandbox_calls(enum sandbox_stage stage, struct err *err)
{
	(void)stage;
	return err_set(err, ERR_FAILED, "sandbox", "No filter of system calls is known for this machine.");
}

#endif
