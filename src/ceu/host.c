/* ceu on another machine, through ssh, as systemctl does it. */
#include "host.h"

#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "interrupt.h"

static void quote(const char *s, struct buf *out)
{
	buf_putc(out, '\'');
	for (; *s; s++) {
		if (*s == '\'')
			buf_puts(out, "'\\''");
		else
			buf_putc(out, *s);
	}
	buf_putc(out, '\'');
}

int host_command(int argc, char **argv, struct buf *out, struct err *err)
{
	int open = 1;

	buf_puts(out, "ceu");
	for (int i = 1; i < argc; i++) {
		if (open && !strcmp(argv[i], "--"))
			open = 0;
		if (open && !strcmp(argv[i], "--host")) {
			i++;
			continue;
		}
		if (open && !strncmp(argv[i], "--host=", 7))
			continue;
		buf_putc(out, ' ');
		quote(argv[i], out);
	}
	return out->failed ? err_oom(err) : 0;
}

int host_run(const char *host, int argc, char **argv, struct err *err)
{
	struct buf command = BUF_INIT;
	/* A terminal over there only if there is one here: it would turn what is piped into lines for a
	 * screen. */
	const char *tty = isatty(STDIN_FILENO) && isatty(STDOUT_FILENO) ? "-t" : "-T";
	const char *words[] = { "ssh", tty, "--", host, NULL, NULL };

	if (!*host || host[0] == '-' || strpbrk(host, " \t\n'\"\\$`;|&<>()")) {
		err_set(err, ERR_USAGE, "host-invalid", "--host is USER@SERVER or SERVER.");
		return err_next(err, "Write: --host dana@server.example.org");
	}
	if (host_command(argc, argv, &command, err)) {
		buf_free(&command);
		return -1;
	}
	words[4] = buf_str(&command);
	interrupt_release();
	execvp("ssh", (char **)(uintptr_t)words);
	err_errno(err, "ssh", "ssh cannot be started");
	buf_free(&command);
	return err_next(err, "Install an ssh client, or run ceu on %s itself.", host);
}
