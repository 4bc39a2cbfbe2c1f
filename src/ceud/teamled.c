/* Which team a lead means. */
#include "teamled.h"

#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "ceud.h"
#include "routes.h"
#include "store/people.h"

static int name_one(const struct team_list *led, struct err *err)
{
	struct buf names = BUF_INIT;

	for (size_t i = 0; i < led->n; i++)
		buf_printf(&names, "%s%s", i ? ", " : "", led->items[i].name);
	err_set(err, ERR_USAGE, "team-needed", "You lead several teams: %s.", buf_str(&names));
	buf_free(&names);
	return err_next(err, "Name one: ceu team NAME, or --team NAME of: ceu team nudge");
}

static int leads_none(const struct call *c, struct err *err)
{
	const char *who = c->subject.id ? c->subject.email : c->caller.name;

	err_set(err, ERR_DENIED, "no-team-led", "You are %s, who leads no team.", who);
	if (c->caller.is_admin)
		return err_next(err, "Name one: ceu team NAME, or --team NAME of: ceu team nudge");
	return err_next(err, "If that is wrong, ask your admin for: ceu admin team set TEAM --lead %s", who);
}

int team_led(struct call *c, struct team *ret, struct err *err)
{
	const char *word = c->args[0];
	struct team_list led = { 0 };

	if (c->subject.id && team_led_by(c->d->store, c->subject.id, c->arena, &led, err))
		return -1;
	if (!strcmp(word, "mine")) {
		if (led.n != 1)
			return led.n ? name_one(&led, err) : leads_none(c, err);
		*ret = led.items[0];
		return 0;
	}
	if (team_find(c->d->store, word, c->arena, ret, err))
		return -1;
	for (size_t i = 0; i < led.n; i++)
		if (led.items[i].id == ret->id)
			return 0;
	if (c->caller.is_admin)
		return 0;
	err_set(err, ERR_DENIED, "not-your-team", "You do not lead %s.", ret->name);
	return err_next(err, "Your own: ceu team");
}
