#ifndef PACKET_TABLES_H
#define PACKET_TABLES_H

struct buf;
struct err;
struct facts;
struct program;

/* The facts as text, appended to out. All return 0, or -1 with err "out-of-memory". */

/* RFC 4180 with a header, one row an entry. A cell of text that a spreadsheet would take for a formula begins
 * with '. */
int tables_csv(const struct facts *f, const struct program *p, struct buf *out, struct err *err);
/* One object, which facts_read() reads. */
int tables_json(const struct facts *f, const struct program *p, struct buf *out, struct err *err);
/* What a packet is, its totals, and how to check it. */
int tables_readme(const struct facts *f, const struct program *p, struct buf *out, struct err *err);

#endif
