#ifndef CEUD_NOTIFY_H
#define CEUD_NOTIFY_H

#include <stdint.h>

/*
 * The service manager's side (sd_notify(3), sd_listen_fds(3)): documented wire formats, spoken directly.
 * Without $NOTIFY_SOCKET everything here is a no-op.
 */

/* Take over $NOTIFY_SOCKET, $WATCHDOG_USEC and $LISTEN_FDS, and remove them from the environment. */
void notify_open(void);

/* The listening socket of that FileDescriptorName passed by the service manager, or -1. */
int notify_socket(const char *name);

void notify_ready(const char *status);		/* READY=1 and STATUS= */
void notify_status(const char *status);
void notify_reloading(void);			/* RELOADING=1 with MONOTONIC_USEC=; followed by notify_ready() */
void notify_stopping(void);
void notify_alive(void);			/* WATCHDOG=1, at most every third of the interval asked for */
int64_t notify_wait(void);			/* ms until notify_alive() has something to say; -1 = never */

#endif
