#ifndef CEUD_DIGESTFACTS_H
#define CEUD_DIGESTFACTS_H

#include "mail/render.h"
#include "store/outbox.h"
#include "teamneeds.h"
#include "teamwalk.h"

/* What a digest says of its team, found in slices. Private to the files of digests. */
struct digest_walk {
	struct teamwalk walk;
	struct person lead;
	day_t on;				/* looked at as on that day; DAY_NONE = today, each where she is */
	struct snapshot_list before;		/* of the last digest sent, by person */
	struct snapshot *now; size_t now_cap;	/* of this one: as many as facts.people */
	size_t people_cap;
	struct team_needs needs;
	int every;				/* digest_every() */
	struct buf held; size_t nheld;		/* whose calendars are not read: the first names, joined; how many */
	struct digest_facts facts;		/* whole after digest_walk_facts() */
	struct digest_help help[TEAMPLAN_OPTIONS_MAX];
	struct rendered mail;			/* by digest_walk_render() */
};

/* A walk for the digest of a team that has that lead; `kind` is one whose visit and release are those below. */
struct digest_walk *digest_walk_new(struct ceud *d, const struct teamwalk_kind *kind, const struct team *t,
    const struct person *lead, struct err *err);
int digest_walk_visit(struct teamwalk *w, const struct member_row *m, struct arena *a, struct err *err);
void digest_walk_release(struct teamwalk *w);

/* Everybody was visited: the facts as a whole. */
int digest_walk_facts(struct digest_walk *w, struct err *err);

/* What is new since the last one sent. */
enum digest_news {
	DIGEST_NEWS,		/* somebody needs help or something changed; with "change": a status did */
	DIGEST_ALL_WELL,	/* nothing, but four weeks have passed in silence */
	DIGEST_SILENT
};
enum digest_news digest_walk_news(const struct digest_walk *w);
/* Render it, with what digest_walk_news() said. */
int digest_walk_render(struct digest_walk *w, struct err *err);

#endif
