#ifndef CEUD_TEAMLED_H
#define CEUD_TEAMLED_H

struct call;
struct err;
struct team;

/* The team of a call's segment {T}: "mine" or a name, of a team that the subject leads or, for an admin, any.
 * ERR_DENIED "no-team-led", "not-your-team"; ERR_USAGE "team-needed"; and what team_find() says. */
int team_led(struct call *c, struct team *ret, struct err *err);

#endif
