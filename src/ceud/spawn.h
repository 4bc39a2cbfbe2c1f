#ifndef CEUD_SPAWN_H
#define CEUD_SPAWN_H

#include <stddef.h>
#include <stdint.h>

struct ceud;
struct err;
struct child;

/*
 * A helper process on a pair of sockets: bytes to its standard input, lines from its standard output, killed
 * at the deadline with what it has started.  Standard error goes to our own.  It inherits no other descriptor, but for those
 * that are passed on as 3, 4 ...
 */
enum { CHILD_FILES_MAX = 4 };

struct child_events {
	/* One line without its newline; at most 64 kB, longer ones kill the child. */
	void (*line)(struct ceud *d, void *arg, const char *line, size_t len);
	/* Everything that was written has been taken by the child (may be NULL). */
	void (*drained)(struct ceud *d, void *arg);
	/* It is gone. why: "" exit 0; else "exit 1", "signal 9", "deadline", "line too long". Called once, last. */
	void (*gone)(struct ceud *d, void *arg, const char *why);
};

int child_start(struct ceud *d, const char *const argv[], int64_t deadline_ms, const struct child_events *ev,
    void *arg, struct child **ret, struct err *err);
/* The same with n open descriptors, at most CHILD_FILES_MAX, that the child has from 3 on in this order; ours stay open. */
int child_start_with(struct ceud *d, const char *const argv[], const int *files, size_t n, int64_t deadline_ms,
    const struct child_events *ev, void *arg, struct child **ret, struct err *err);
/* Queue bytes (copied). -1 on lack of memory. */
int child_write(struct child *c, const void *data, size_t len);
void child_close_input(struct child *c);	/* after what is queued: EOF */
/* Its exit is its end, even when something that it leaves behind holds its output. Without this that is waited for. */
void child_ends_at_exit(struct child *c);
void child_extend(struct child *c, int64_t deadline_ms);	/* from now */
void child_kill(struct child *c);		/* gone() still comes */
/* Bytes queued and not yet taken. */
size_t child_pending(const struct child *c);

#endif
