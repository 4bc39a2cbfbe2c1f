#ifndef NET_ICALTEXT_H
#define NET_ICALTEXT_H

#include "base/buf.h"
#include "ical.h"
#include "prescan.h"

struct content_line;

/* The texts of one VEVENT. What is written plainly is read here; what has escapes goes to libical in one chunk. */
struct icaltext {
	struct ical *c;
	struct vevent *v;
	const char *whole;		/* description, not cut */
	size_t escaped;			/* lines for libical */
};

void icaltext_begin(struct icaltext *t, struct ical *c, struct vevent *v);
void icaltext_take(struct icaltext *t, enum prescan_name name, const struct content_line *l);
/* The rest, when all lines were taken. 0, or -1 out of memory. */
int icaltext_end(struct icaltext *t, struct err *err);

#endif
