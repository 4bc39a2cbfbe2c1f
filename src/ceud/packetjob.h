#ifndef CEUD_PACKETJOB_H
#define CEUD_PACKETJOB_H

#include "base/buf.h"
#include "routes.h"

/* Renewal packets: each is made by a ceud-packet of its own, two at a time, the others in the order they were asked for. */
struct packets_job;

int packets_open(struct packets_job **ret, struct err *err);
void packets_close(struct packets_job *j);
void packets_stop(struct ceud *d);		/* whoever waits is told */
int packets_busy(const struct packets_job *j);

/* End the call with the file that this job makes (taken over), or with an error: "packet-failed", "no-space" and what
 * ceud-packet says. If the caller goes away meanwhile it is given up. -1: the call is still the caller's to end.
 * type and filename as in struct reply, in the call's arena. */
int packet_make(struct call *c, struct buf *job, const char *type, const char *filename, struct err *err);

#endif
