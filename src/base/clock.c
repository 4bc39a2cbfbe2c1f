/* The one file that asks what time it is. */
#include "base/clock.h"

#include <time.h>

static struct {
	int on;
	int64_t instant;	/* shown when the rehearsal began */
	int64_t began;		/* on the monotonic clock */
} rehearsal;

/* Cannot fail: both clocks exist on every Linux and the pointer is valid. */
static int64_t read_clock(clockid_t id)
{
	struct timespec ts = {0, 0};

	(void)clock_gettime(id, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

int64_t clock_monotonic(void)
{
	return read_clock(CLOCK_MONOTONIC);
}

int64_t clock_now(void)
{
	if (!rehearsal.on)
		return read_clock(CLOCK_REALTIME);
	return rehearsal.instant + (clock_monotonic() - rehearsal.began);
}

void clock_rehearse(int64_t instant)
{
	rehearsal.on = 1;
	rehearsal.instant = instant;
	rehearsal.began = clock_monotonic();
}

int clock_is_rehearsal(void)
{
	return rehearsal.on;
}
