/* Logging for programs: one write() a line, no allocation. */
#include "base/log.h"
#include "base/text.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define LINE_SIZE 4096

static struct {
	const char *program;
	enum log_level level;
	int journal;
} state = { "ceud", LOG_NOTICE, 0 };

static const char *const level_names[] = {
	[LOG_ERROR] = "error", [LOG_WARNING] = "warning", [LOG_NOTICE] = "notice",
	[LOG_INFO] = "info", [LOG_DEBUG] = "debug",
};

/* systemd names the device and inode of the stream it gave us: "DEVICE:INODE". */
static int is_journal(void)
{
	const char *stream = getenv("JOURNAL_STREAM");
	uintmax_t device, inode;
	struct stat st;
	char *end;

	if (stream == NULL || fstat(STDERR_FILENO, &st) != 0)
		return 0;
	errno = 0;
	device = strtoumax(stream, &end, 10);
	if (errno != 0 || end == stream || *end != ':')
		return 0;
	stream = end + 1;
	inode = strtoumax(stream, &end, 10);
	return errno == 0 && end != stream && *end == '\0' && device == (uintmax_t)st.st_dev &&
	    inode == (uintmax_t)st.st_ino;
}

void log_open(const char *program)
{
	state.program = program;
	state.journal = is_journal();
}

void log_set_level(enum log_level level)
{
	state.level = level;
}

enum log_level log_level(void)
{
	return state.level;
}

int log_level_parse(const char *s)
{
	for (int i = LOG_ERROR; i <= LOG_DEBUG; i++) {
		if (strcmp(s, level_names[i]) == 0)
			return i;
	}
	return -1;
}

/* Standard error may be a full pipe or closed; there is nobody left to tell. */
static void write_all(const char *s, size_t len)
{
	while (len > 0) {
		ssize_t n = write(STDERR_FILENO, s, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return;
		s += n;
		len -= (size_t)n;
	}
}

void log_line(enum log_level level, const char *fmt, ...)
{
	char message[LINE_SIZE], line[LINE_SIZE];
	int kept_errno = errno, n;
	size_t len;
	va_list ap;

	if (level > state.level || level < LOG_ERROR)
		return;
	va_start(ap, fmt);
	n = vsnprintf(message, sizeof(message), fmt, ap);
	va_end(ap);
	if (n < 0)
		text_copy(message, sizeof(message), fmt);
	if (state.journal)
		n = snprintf(line, sizeof(line), "<%d>", (int)level);
	else
		n = snprintf(line, sizeof(line), "%.64s: %s: ", state.program, level_names[level]);
	len = (size_t)n;
	len += text_excerpt(line + len, sizeof(line) - len - 1, message);
	line[len++] = '\n';
	write_all(line, len);
	errno = kept_errno;
}
