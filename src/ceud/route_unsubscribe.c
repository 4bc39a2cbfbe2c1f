/* Where the links in mails lead that stop them: a page that asks, and the answer to it. Neither script nor cookie. */
#include <string.h>

#include "base/clock.h"
#include "ceud.h"
#include "config.h"
#include "standing.h"
#include "store/outbox.h"
#include "throttle.h"
#include "unsubscribe.h"
#include "views.h"

/* Who gets it, and what. */
struct wish {
	struct person person;
	struct team team;		/* id 0: her reminders */
	int is_off;			/* already */
};

/* Text for HTML: what an e-mail or a team's name may hold. */
static void put_text(struct buf *out, const char *s)
{
	for (; *s; s++)
		switch (*s) {
		case '&': buf_puts(out, "&amp;"); break;
		case '<': buf_puts(out, "&lt;"); break;
		case '>': buf_puts(out, "&gt;"); break;
		case '"': buf_puts(out, "&quot;"); break;
		default: buf_putc(out, *s);
		}
}

static void begin_page(struct call *c, const char *title)
{
	struct buf *b = &c->reply.body;

	c->reply.type = "text/html; charset=utf-8";
	buf_puts(b, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
	    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"robots\" content=\"noindex\">\n<title>");
	put_text(b, title);
	buf_puts(b, "</title>\n<style>body{font:18px/1.5 sans-serif;max-width:34em;margin:3em auto;padding:0 1em;color:#152033;"
	    "background:#fafaf7}button{font:inherit;padding:.5em 1em}code{font-size:.9em}</style>\n</head>\n<body>\n<h1>");
	put_text(b, title);
	buf_puts(b, "</h1>\n");
}

static int end_page(struct call *c, struct err *err)
{
	buf_puts(&c->reply.body, "</body>\n</html>\n");
	return views_done(c, err);
}

static int plain_page(struct call *c, int status, const char *title, const char *text, struct err *err)
{
	c->reply.status = status;
	begin_page(c, title);
	buf_puts(&c->reply.body, "<p>");
	put_text(&c->reply.body, text);
	buf_puts(&c->reply.body, "</p>\n");
	return end_page(c, err);
}

/* "Reminders to dana@example.org", "The digest of team CX to kim@example.org" */
static void put_what(struct buf *b, const struct wish *w)
{
	buf_puts(b, w->team.id ? "The digest of team <b>" : "Reminders");
	if (w->team.id) {
		put_text(b, w->team.name);
		buf_puts(b, "</b>");
	}
	buf_puts(b, " to <b>");
	put_text(b, w->person.email);
	buf_puts(b, "</b>");
}

static const char *command_on(const struct wish *w)
{
	return w->team.id ? "ceu team digest --on" : "ceu remind on";
}

static int tell_off(struct call *c, const struct wish *w, struct err *err)
{
	struct buf *b = &c->reply.body;

	begin_page(c, "No more of these mails");
	buf_puts(b, "<p>");
	put_what(b, w);
	buf_puts(b, w->team.id ? " is off.</p>\n" : " are off.</p>\n");
	buf_puts(b, "<p>To have them again, type: <code>");
	buf_puts(b, command_on(w));
	buf_puts(b, "</code></p>\n");
	return end_page(c, err);
}

static int ask(struct call *c, const struct wish *w, struct err *err)
{
	struct buf *b = &c->reply.body;

	begin_page(c, "Stop these mails");
	buf_puts(b, "<p>");
	put_what(b, w);
	buf_puts(b, w->team.id ? " will not be sent any more.</p>\n" : " will not be sent any more; what was logged stays as it is.</p>\n");
	buf_puts(b, "<form method=\"post\">\n<input type=\"hidden\" name=\"List-Unsubscribe\" value=\"One-Click\">\n"
	    "<button type=\"submit\">Stop them</button>\n</form>\n");
	return end_page(c, err);
}

/* ---- */

/* Each person by herself; all that are nobody's together. */
static int too_often(struct call *c, int64_t person)
{
	static const struct throttle_rate known = { 60, 10000 }, none = { 30, 12000 };
	static struct throttle throttle;

	c->reply.retry_after = throttle_take(&throttle, person ? &known : &none, person, clock_monotonic());
	return c->reply.retry_after != 0;
}

static int load(struct call *c, int64_t person, int64_t team, struct wish *ret, struct err *err)
{
	struct store *s = c->d->store;
	int64_t off = 0;

	if (person_get(s, person, c->arena, &ret->person, err))
		return -1;
	if (!team) {
		ret->is_off = ret->person.muted_until == MUTED_FOREVER;
		return 0;
	}
	if (team_get(s, team, c->arena, &ret->team, err) || digest_off_get(s, person, team, &off, err))
		return -1;
	ret->is_off = off != 0;
	return 0;
}

/* 1: *ret is whose wish it is; 0: a page says why not; -1. */
static int find(struct call *c, struct wish *ret, struct err *err)
{
	int64_t person = 0, team = 0;
	int found = unsubscribe_read(c->d, c->args[0], &person, &team, err);

	*ret = (struct wish){ 0 };
	if (found < 0)
		return -1;
	if (too_often(c, person))
		return plain_page(c, 429, "Asked too often", "Try again in a minute.", err);
	if (found && !load(c, person, team, ret, err))
		return 1;
	if (found && err->class != ERR_ABSENT)
		return -1;
	*err = (struct err){ 0 };
	return plain_page(c, 404, "No such link", "Copy the whole link from the mail. Without it, type: ceu remind off", err);
}

int route_unsubscribe(struct call *c, struct err *err)
{
	struct wish w;
	int found = find(c, &w, err);

	if (found <= 0)
		return found;
	return w.is_off ? tell_off(c, &w, err) : ask(c, &w, err);
}

static int stop_reminders(struct call *c, const struct person *was, struct err *err)
{
	struct person p = *was;

	p.muted_until = MUTED_FOREVER;
	return person_update(c->d->store, &c->actor, &p, err) || standing_keep(c->d, &p, c->arena, err) ? -1 : 0;
}

/* RFC 8058: a mail program does that by itself, whatever it sends along; once more is the same. */
int route_unsubscribe_now(struct call *c, struct err *err)
{
	struct wish w;
	int found = find(c, &w, err);

	if (found <= 0)
		return found;
	c->actor.person = 0;
	c->actor.name = "link in a mail";
	if (!w.is_off && (w.team.id ? digest_off_set(c->d->store, &c->actor, w.person.id, w.team.id, 1, err) :
	    stop_reminders(c, &w.person, err)))
		return -1;
	return tell_off(c, &w, err);
}
