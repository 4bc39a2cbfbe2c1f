#ifndef CEU_INTERRUPT_H
#define CEU_INTERRUPT_H

#include <signal.h>

struct err;

/*
 * Ctrl-C.  It is held back but while ceu waits, in interrupt_poll(): so there is no moment between looking at
 * the flag and beginning to wait in which it could be missed.
 */

/* 1 once Ctrl-C was typed. */
extern volatile sig_atomic_t interrupt_flag;

/* Catch and hold it back from now on. */
int interrupt_catch(struct err *err);
/* As it was before: for a program that takes this process's place. */
void interrupt_release(void);
/* poll() of one descriptor; -1 with EINTR when Ctrl-C is typed, or was. timeout_ms -1: for ever. */
int interrupt_poll(int fd, short events, int timeout_ms);

#endif
