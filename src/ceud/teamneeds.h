#ifndef CEUD_TEAMNEEDS_H
#define CEUD_TEAMNEEDS_H

#include "rules/teamplan.h"

struct arena;
struct ceud;
struct err;
struct program;
struct standing;

/* What people of a team who are not done still need, gathered one by one, and what would help most of them. */
struct need_group { const char *hash; struct team_need *items; size_t n, cap; };	/* of one text of a program */
struct team_needs { struct need_group *groups; size_t n, cap; };

/* Remember one person, whose verdict is there; whoever is done, lapsed or sent it in needs nothing. */
int team_needs_add(struct team_needs *t, const struct standing *s, struct arena *a, struct err *err);

/* For the program of most of them: *p, *people how many they are. No options: *p may be NULL. An event takes a week to arrange. */
struct team_help { const struct program *program; size_t npeople; struct team_event options[TEAMPLAN_OPTIONS_MAX]; size_t n; };
int team_needs_help(struct ceud *d, const struct team_needs *t, day_t today, struct team_help *ret, struct err *err);

#endif
