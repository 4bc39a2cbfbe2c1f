#ifndef NET_FAILURE_H
#define NET_FAILURE_H

#include <stdint.h>
#include "prescan.h"

/* Why a calendar could not be had, in words for its owner. No text holds a URL: its path and query are often
 * the key. */
struct failure {
	const char *code;		/* see ceud-net(8) */
	long http;			/* 0 = no answer */
	char text[600], next[300];
	int retry;			/* trying again later may help by itself */
	int64_t retry_after;		/* seconds the server asked for; 0 = it did not */
};

/* One of the codes, with its usual text about `host` and its advice. Without a host ("") it is
 * about a file. */
void failure_set(struct failure *f, const char *code, const char *host);

/* A webcal address whose host cannot be reached in the encrypted way, in place of "connect" or "tls". */
void failure_webcal(struct failure *f, const char *host);

/* Something answers, but not as a web server does; as "connect". */
void failure_strange(struct failure *f, const char *host);

/* An HTTP status that is no success. */
void failure_http(struct failure *f, long status, int64_t retry_after, const char *host);

/* A body that is no calendar that can be read: by its verdict; an HTML page is named with its title, which stands in
 * its first bytes. */
void failure_body(struct failure *f, enum prescan_verdict verdict, const struct buf *bytes, const char *host);

#endif
