#ifndef CEUD_MAILWIRE_H
#define CEUD_MAILWIRE_H

#include "base/buf.h"
#include "ceud.h"
#include "mail/policy.h"

/* How mail leaves: the words exchanged with `ceud-net send` (ceud-net(8)), or a file, or standard output. */

struct err;
struct outbox_mail;

enum { MAIL_RESPONSE_MS = 600000, MAIL_DEADLINE_MS = 700000, TEST_CONNECT_MS = 15000, TEST_RESPONSE_MS = 20000 };

/* The first line of the job: relay, identity, limits. steps: report each phase. */
int wire_open(struct ceud *d, const char *password, int steps, struct buf *out, struct err *err);
/* One mail: its line and its bytes. to: the envelope's recipient. */
int wire_mail(struct ceud *d, int64_t id, const char *to, const void *bytes, size_t n, struct buf *out, struct err *err);
/* One line of the answer. 0: an outcome of mail *id; 1: a step (its JSON is in *step, owned by nobody: copied text); -1: not understood. */
int wire_answer(const char *line, size_t len, int64_t *id, struct mail_outcome *ret, struct buf *step);

/* The recipient on the envelope: in mode redirect the one address everything goes to. */
const char *wire_recipient(const struct ceud *d, const struct outbox_mail *m);

/* Transport dir: DIR/NNNNNN-KIND-ADDRESS.eml, written aside, synced and renamed, so a reader sees whole mails only and a repeated
 * delivery replaces its file. Its path is appended to `path`. */
int wire_file(struct ceud *d, const struct outbox_mail *m, struct buf *path, struct err *err);
/* Transport stdout. */
int wire_print(const struct outbox_mail *m, struct err *err);

#endif
