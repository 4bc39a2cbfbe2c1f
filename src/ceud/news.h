#ifndef CEUD_NEWS_H
#define CEUD_NEWS_H

#include "feeds/event.h"

struct buf;

/* What a calendar says of an event now that it did not say when it was confirmed, as sentences for people. */
void news_text(const struct event *was, const struct event *now, struct buf *out);
/* Takes place at another time, or on other days. */
int news_moved(const struct event *was, const struct event *now);

#endif
