/* What becomes of a calendar after a fetch: its polls, and the state that is shown. */
#include "feedstate.h"

#include <string.h>
#include <strings.h>

#include "store/calendars.h"

enum { URL_MAX = 2000, QUARTER_S = 900, DAY_S = 86400, WEEK_S = 7 * DAY_S };
#define LEFT_OUT "left-out"
#define SILENT_MS (INT64_C(86400000))
#define GIVEN_UP_MS (14 * INT64_C(86400000))

/* Ten thousandths, up to a tenth more or less, the same for a calendar: polls of many do not fall on one instant. */
static int64_t spread(const struct calendar *c)
{
	return (int64_t)((uint64_t)c->id * UINT64_C(2654435761) % 2001) - 1000;
}

static int64_t within(int64_t seconds, int64_t least, int64_t most)
{
	return seconds < least ? least : seconds > most ? most : seconds;
}

static void set_polls(struct calendar *c, int64_t now, int64_t seconds)
{
	c->last_poll = now;
	c->next_poll = c->url[0] ? now + (seconds + seconds * spread(c) / 10000) * 1000 : 0;
}

/* How long it was between the polls, in whole minutes: what an unchanged calendar asked for when it was read. */
static int64_t last_interval(const struct calendar *c)
{
	int64_t seconds = c->next_poll > c->last_poll ? (c->next_poll - c->last_poll) / 1000 : 0;

	return (seconds * 10000 / (10000 + spread(c)) + 30) / 60 * 60;
}

static int64_t good_interval(const struct calendar *c, const struct feed_good *g)
{
	int64_t asked = g->refresh;

	if (g->not_modified && !asked && !c->failures && c->last_good)
		asked = last_interval(c);
	return within(g->poll > asked ? g->poll : asked, QUARTER_S, WEEK_S);
}

static void set_outcome(struct calendar *c, const char *state, const char *code, const char *text)
{
	c->state = state;
	c->error_code = code;
	c->error_text = text;
}

static void no_failures(struct calendar *c)
{
	c->failures = 0;
	c->failing_since = 0;
	c->paused = 0;
}

int feedstate_left_out(const struct calendar *c)
{
	return !strcmp(c->error_code, LEFT_OUT);
}

static void set_good(struct calendar *c, const struct feed_good *g)
{
	int is_partial = g->not_modified ? !strcmp(c->state, "partial") : g->partial;
	const char *text = !g->not_modified ? g->left_out : feedstate_left_out(c) ? c->error_text : NULL;

	if (is_partial && text && *text)
		set_outcome(c, "partial", LEFT_OUT, text);
	else
		set_outcome(c, is_partial ? "partial" : "ok", "", "");
}

void feedstate_good(struct calendar *c, const struct feed_good *g)
{
	set_polls(c, g->now, good_interval(c, g));
	set_good(c, g);
	no_failures(c);
	c->last_good = g->now;
	c->accepted = 0;
}

void feedstate_suspect(struct calendar *c, int64_t now, int64_t poll, const char *reason)
{
	no_failures(c);
	set_polls(c, now, within(poll, QUARTER_S, WEEK_S));
	set_outcome(c, "suspect", "suspect", reason);
}

/* Twice as long each time, from a quarter of an hour to a day; what the server asks for comes first, up to a week. */
static int64_t back_off(const struct calendar *c, int64_t retry_after)
{
	int64_t seconds = QUARTER_S;

	for (int i = 1; i < c->failures && seconds < DAY_S; i++)
		seconds *= 2;
	seconds = within(seconds, QUARTER_S, DAY_S);
	return retry_after > seconds ? within(retry_after, 0, WEEK_S) : seconds;
}

/* Of the last good fetch, for the time that an error is not shown. */
static const char *kept_state(const struct calendar *c)
{
	static const char *const states[] = { "ok", "partial", "suspect" };

	for (size_t i = 0; c->last_good && i < sizeof states / sizeof *states; i++)
		if (!strcmp(c->state, states[i]))
			return states[i];
	return "error";
}

void feedstate_failed(struct calendar *c, const struct feed_failure *f)
{
	int64_t seconds;

	if (!c->failing_since || (c->paused && f->asked)) {
		c->failing_since = f->now;
		c->failures = 0;
		c->paused = 0;
	}
	c->failures++;
	seconds = back_off(c, f->retry_after);
	set_polls(c, f->now, seconds);
	if (f->retry_after >= seconds && c->next_poll && c->next_poll < f->now + seconds * 1000)
		c->next_poll = f->now + seconds * 1000;		/* never earlier than the server allows */
	if (feedstate_left_out(c))
		c->etag = c->last_modified = c->body_hash = "";		/* what was left out is to be told again */
	set_outcome(c, kept_state(c), f->code, f->text);
	c->paused = c->url[0] && f->now - c->failing_since >= GIVEN_UP_MS;
	if (c->paused)
		c->next_poll = 0;
}

/* Scheme, host and port. */
static size_t origin_len(const char *url)
{
	const char *host = strstr(url, "://");

	return host ? (size_t)(host - url) + 3 + strcspn(host + 3, "/?#") : 0;
}

int calendar_may_move(const struct calendar *c, const char *to)
{
	size_t n = origin_len(to);

	if (strncasecmp(to, "https://", 8) && strncasecmp(to, "http://", 7))
		return 0;
	if (memchr(to, '@', n) || n > URL_MAX || strlen(to) > URL_MAX)
		return 0;
	if (!strncasecmp(to, "http://", 7) && strncasecmp(c->url, "http://", 7))
		return 0;
	return !c->login[0] || (n == origin_len(c->url) && !strncasecmp(to, c->url, n));
}

/* What passes by itself more often than not. */
static int is_silent(const char *code)
{
	static const char *const codes[] = { "dns", "connect", "tls", "timeout", "http-5xx" };

	for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
		if (!strcmp(code, codes[i]))
			return 1;
	return 0;
}

void feedstate_shown(struct calendar *c, int64_t now, int at_once)
{
	if (!c->failures)
		return;
	if (c->paused)
		c->state = "paused";
	else if (at_once || !c->last_good || !is_silent(c->error_code) || now - c->failing_since >= SILENT_MS)
		c->state = "error";
	else
		set_outcome(c, strcmp(c->state, "error") ? c->state : "ok", "", "");
}
