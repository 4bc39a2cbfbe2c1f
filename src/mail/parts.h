#ifndef MAIL_PARTS_H
#define MAIL_PARTS_H

struct buf;
struct message;

/* Content-Type of the whole, the empty line and the body: one text, text and HTML, or these with what is attached. The
 * message was checked. 0, or -1: out of memory. */
int parts_put(const struct message *m, struct buf *out);

#endif
