/* How far a transfer is. */
#include "progress.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "session.h"
#include "view.h"

enum { STEP_MS = 100, LINE_SIZE = 160 };

/* Standard error has nowhere to report its own failure. */
static void put(struct progress *p, const char *text)
{
	char line[LINE_SIZE];
	int n = snprintf(line, sizeof line, "%s%s\033[K", p->drawn ? "\r" : "", text);

	if (n > 0)
		(void)!write(STDERR_FILENO, line, strlen(line));
	p->drawn = 1;
}

void progress_begin(struct progress *p, struct session *s, const char *label, const char *said)
{
	const char *term = getenv("TERM");

	*p = (struct progress){ .label = label };
	p->on = isatty(STDERR_FILENO) && !s->json && session_tells(s) && term && strcmp(term, "dumb") != 0;
	if (p->on && said)
		put(p, said);
}

void progress_tell(void *progress, size_t done, size_t of)
{
	struct progress *p = progress;
	int64_t now;
	char text[LINE_SIZE / 2], so_far[BYTES_SIZE], whole[BYTES_SIZE];

	if (!p->on)
		return;
	now = clock_monotonic();
	if (p->last && now - p->last < STEP_MS)
		return;
	p->last = now;
	snprintf(text, sizeof text, "%s: %s of %s", p->label, view_bytes((int64_t)done, so_far),
	    view_bytes((int64_t)of, whole));
	put(p, text);
}

void progress_end(struct progress *p)
{
	if (p->on && p->drawn)
		put(p, "");
	if (p->drawn)
		(void)!write(STDERR_FILENO, "\r", 1);
	p->drawn = 0;
}
