#ifndef NET_SANDBOX_H
#define NET_SANDBOX_H

struct err;

/*
 * What ceud-net gives up for good, beside the limits of base/confine.h, by a filter of system calls
 * (seccomp) and by rules for files (Landlock).  In both stages: no program is started, no process made, none
 * looked into or signalled, no file opened for writing, made or removed (descriptors that are open stay usable),
 * no socket of the machine itself, so neither ceud's nor that of another service, nothing is listened to.
 * The second stage may follow the first.
 */
enum sandbox_stage {
	SANDBOX_NETWORK,	/* names are looked up, connections made; files of libraries, names and TLS are read */
	SANDBOX_BYTES		/* no socket is opened or used any more, no code loaded; only files of tzdata are read */
};

/*
 * `file`: one more file that may be read in the first stage, such as that of a mail relay's CA; NULL or "" = none.
 * 0; -1 "sandbox": the kernel does not have, or refuses, a part of it; the other part is in force.  The
 * job goes on all the same: confine() was there before.  Under a sanitizer nothing is given up, as these need
 * all of it.
 */
int sandbox_enter(enum sandbox_stage stage, const char *file, struct err *err);

#endif
