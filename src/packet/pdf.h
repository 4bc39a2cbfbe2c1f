#ifndef PACKET_PDF_H
#define PACKET_PDF_H

struct block;
struct buf;
struct err;
struct fact;
struct facts;
struct program;
struct sheet;

/* renewal.pdf, appended to out: the totals, a block for each entry, what the rules leave open. ERR_FAILED
 * "pdf". */
int pdf_make(const struct facts *f, const struct program *p, struct buf *out, struct err *err);

/* Parts of it, in their order. */
int pdf_cover(struct sheet *s, const struct facts *f, const struct program *p, struct err *err);
int pdf_entries(struct sheet *s, const struct facts *f, const struct program *p, struct err *err);

#endif
