#ifndef CEU_WALK_NEWS_H
#define CEU_WALK_NEWS_H

#include "walk.h"

/* Events that were confirmed and that their calendar changed since, one after the other: take it over, or leave the entry
 * as it is. `news` is the list of them. */
enum step walk_news(struct walk *w, const struct json *news, struct err *err);

#endif
