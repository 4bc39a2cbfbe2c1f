#ifndef CEUD_MAILSTATUS_H
#define CEUD_MAILSTATUS_H

#include "base/json.h"
#include "routes.h"
#include "store/outbox.h"

/* What status and mail status share: members of the open object. */

void mailstatus_modes(struct jsonw *w, const struct ceud *d);		/* "mode" "transport" */
void mailstatus_counts(struct jsonw *w, const char *name, const struct outbox_counts *n);

/* "problems": a sentence for each thing that needs a look, with what to do. */
int mailstatus_problems(struct call *c, struct jsonw *w, const struct outbox_counts *n, struct err *err);

#endif
