/* What would help most people of a team. */
#include "teamneeds.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "ceud.h"
#include "programs.h"
#include "standing.h"

enum { ARRANGING_DAYS = 7 };

static int is_in_need(const struct standing *s)
{
	enum cycle_state state = s->verdict.state;

	return s->verdict.to_go > 0 && (state == CYCLE_ON_TRACK || state == CYCLE_AT_RISK || state == CYCLE_OFF_TRACK);
}

static struct need_group *group_of(struct team_needs *t, const char *hash, struct arena *a)
{
	for (size_t i = 0; i < t->n; i++)
		if (!strcmp(t->groups[i].hash, hash))
			return &t->groups[i];
	if (arena_grow(a, (void **)&t->groups, t->n, &t->cap, sizeof *t->groups))
		return NULL;
	t->groups[t->n] = (struct need_group){ .hash = arena_strdup(a, hash) };
	return t->groups[t->n].hash ? &t->groups[t->n++] : NULL;
}

int team_needs_add(struct team_needs *t, const struct standing *s, struct arena *a, struct err *err)
{
	size_t n = s->program->ncategories;
	struct need_group *g;
	int64_t *room;

	if (!is_in_need(s))
		return 0;
	g = group_of(t, s->cycle.program_hash, a);
	room = arena_alloc(a, (n + 1) * sizeof *room);
	if (!g || !room || arena_grow(a, (void **)&g->items, g->n, &g->cap, sizeof *g->items))
		return err_oom(err);
	for (size_t i = 0; i < n; i++)
		room[i] = s->verdict.categories[i].free < 0 ? INT64_MAX : s->verdict.categories[i].free;
	g->items[g->n++] = (struct team_need){ .to_go = s->verdict.to_go, .free = room, .end = s->cycle.end };
	return 0;
}

int team_needs_help(struct ceud *d, const struct team_needs *t, day_t today, struct team_help *ret, struct err *err)
{
	const struct need_group *most = NULL;
	struct team_help help = { .program = NULL };

	for (size_t i = 0; i < t->n; i++)
		if (!most || t->groups[i].n > most->n)
			most = &t->groups[i];
	if (most) {
		if (programs_by_hash(d, most->hash, &help.program, err))
			return -1;
		help.npeople = most->n;
		help.n = teamplan_make(help.program, most->items, most->n, today + ARRANGING_DAYS, help.options);
	}
	*ret = help;
	return 0;
}
