#ifndef NET_TRANSFER_H
#define NET_TRANSFER_H

#include <stddef.h>
#include <stdint.h>

struct err;
struct failure;
struct fetch_job;
struct body;

/* One GET through libcurl; the body is taken in as it comes. */

struct transfer_answer {
	long http;
	int not_modified;		/* 304 to a question of ours */
	char etag[1025], last_modified[1025];	/* as sent; "" = none */
	char moved_to[2049];		/* the address, when every step to it was a permanent one */
	char host[256];			/* of the address asked for, for messages */
};

/* The host of an address, for messages; "" if it has none. */
void transfer_host(const char *url, char *out, size_t size);

/* 0 a body or "not modified"; 1 *failure says why not; -1 with err on our own trouble. */
int transfer_get(const struct fetch_job *job, struct body *body, struct transfer_answer *ret,
    struct failure *failure, struct err *err);

#endif
