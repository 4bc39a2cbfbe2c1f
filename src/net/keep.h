#ifndef NET_KEEP_H
#define NET_KEEP_H

struct body;
struct err;

/* Write a gzip-compressed copy of the body to `fd`, an empty file. On failure it is empty again. */
int keep_body(struct body *b, int fd, struct err *err);

#endif
