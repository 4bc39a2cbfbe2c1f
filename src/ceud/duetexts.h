#ifndef CEUD_DUETEXTS_H
#define CEUD_DUETEXTS_H

#include "standing.h"

/* The words of what goes out as a calendar. From the arena; NULL: no memory. The program's own words throughout. */
struct due_words { const char *title, *text; };

int due_deadline(const struct standing *s, struct arena *a, struct due_words *ret, struct err *err);
/* pace: what an even pace asks for by then. */
int due_check_in(const struct standing *s, int64_t pace, struct arena *a, struct due_words *ret, struct err *err);
/* The planned entry at `at`. */
int due_planned(const struct standing *s, size_t at, struct arena *a, struct due_words *ret, struct err *err);

#endif
