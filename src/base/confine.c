/* The limits a job runs under. */
#include "base/confine.h"

#include <errno.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/err.h"

static const rlim_t MEGABYTE = 1024 * 1024;

static int limit(__rlimit_resource_t resource, rlim_t most, const char *name, struct err *err)
{
	struct rlimit now, then = { most, most };

	if (getrlimit(resource, &now) != 0)
		return err_errno(err, "confine", "The limit of %s cannot be read", name);
	if (now.rlim_max != RLIM_INFINITY && now.rlim_max < most)
		then.rlim_cur = then.rlim_max = now.rlim_max;	/* it was set tighter: leave it so */
	if (setrlimit(resource, &then) != 0)
		return err_errno(err, "confine", "The limit of %s cannot be set", name);
	return 0;
}

static int set_limits(const struct confine *c, struct err *err)
{
	if (limit(RLIMIT_CORE, 0, "core files", err) != 0)
		return -1;
	if (c->cpu_s > 0 && limit(RLIMIT_CPU, (rlim_t)c->cpu_s, "processor time", err) != 0)
		return -1;
	if (c->memory_mb > 0 && !CONFINE_SANITIZED && limit(RLIMIT_AS, (rlim_t)c->memory_mb * MEGABYTE, "memory", err) != 0)
		return -1;
	if (c->file_mb > 0 && limit(RLIMIT_FSIZE, (rlim_t)c->file_mb * MEGABYTE, "written bytes", err) != 0)
		return -1;
	if (c->descriptors > 0 && limit(RLIMIT_NOFILE, (rlim_t)c->descriptors, "descriptors", err) != 0)
		return -1;
	return 0;
}

static int set_signals(struct err *err)
{
	struct sigaction ignore = { .sa_handler = SIG_IGN };
	sigset_t none;

	/* The daemon blocks the signals it reads from a descriptor, and a blocked signal stays so over exec. */
	if (sigemptyset(&none) != 0 || sigprocmask(SIG_SETMASK, &none, NULL) != 0 ||
	    sigaction(SIGPIPE, &ignore, NULL) != 0 || sigaction(SIGXFSZ, &ignore, NULL) != 0)
		return err_errno(err, "confine", "The signals cannot be set");
	return 0;
}

/* Close first..last as far as they are open. */
static int close_between(int first, int last, struct err *err)
{
	struct rlimit open_files;

	if (first > last || close_range((unsigned)first, (unsigned)last, 0) == 0)
		return 0;
	if (errno != ENOSYS || getrlimit(RLIMIT_NOFILE, &open_files) != 0)
		return err_errno(err, "confine", "Inherited descriptors cannot be closed");
	for (int fd = first; fd <= last && (rlim_t)fd < open_files.rlim_cur; fd++)
		close(fd);			/* not open is what we want */
	return 0;
}

static int close_others(int in, int out, int files, struct err *err)
{
	const int most = (int)(~0U >> 1);
	const int last = STDERR_FILENO + files;
	int low = in < out ? in : out, high = in < out ? out : in;

	low = low > last ? low : last;
	high = high > last ? high : last;
	if (close_between(last + 1, low - 1, err) != 0 || close_between(low + 1, high - 1, err) != 0)
		return -1;
	return close_between(high + 1, most, err);
}

int confine(const struct confine *c, struct err *err)
{
	if (set_signals(err) != 0 || close_others(c->in, c->out, c->files, err) != 0 || set_limits(c, err) != 0)
		return -1;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return err_errno(err, "confine", "New privileges cannot be refused");
	/* A leak checker attaches to its own process, so it is let. */
	if (!CONFINE_SANITIZED && prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0)
		return err_errno(err, "confine", "The memory cannot be kept from others");
	return 0;
}
