#ifndef CEUD_LOOP_H
#define CEUD_LOOP_H

#include <stdint.h>

struct ceud;
struct err;
struct loop;

/*
 * epoll, signalfd, timerfd and pidfd in one thread.  No callback may take more than 50 ms; the loop measures
 * each turn and keeps the longest.
 */
typedef void loop_fd_fn(struct ceud *d, void *arg, uint32_t events);	/* EPOLLIN ... */
typedef void loop_fn(struct ceud *d, void *arg);

int loop_open(struct ceud *d, struct loop **ret, struct err *err);
void loop_close(struct loop *l);

/* Watch fd. One watch a descriptor; loop_unwatch() before close(). */
int loop_watch(struct loop *l, int fd, uint32_t events, loop_fd_fn *fn, void *arg, struct err *err);
int loop_rewatch(struct loop *l, int fd, uint32_t events, struct err *err);
void loop_unwatch(struct loop *l, int fd);

/* Call fn(arg) once when the monotonic clock reaches `at` (ms). Returns a handle > 0 for loop_cancel(), or -1. */
int loop_after(struct loop *l, int64_t at_monotonic, loop_fn *fn, void *arg);
void loop_cancel(struct loop *l, int handle);	/* 0 and unknown handles are no-ops */

/* The instant (wall or rehearsal clock) at which jobs_turn() is to be called next; 0 = none. Also woken when
 * the wall clock is set. */
void loop_wake_at(struct loop *l, int64_t instant);

/* Turn until loop_stop(). Reads the clock (ceud_tick) once a turn, then runs what is due. */
int loop_run(struct loop *l, struct err *err);
void loop_stop(struct loop *l);
int64_t loop_longest_turn(const struct loop *l);	/* ms */

#endif
