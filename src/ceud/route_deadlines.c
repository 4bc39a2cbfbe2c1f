/* The calendar that goes out: what is in it, its file, its secret address, and the address itself. */
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#include "args.h"
#include "base/clock.h"
#include "base/sha.h"
#include "base/zone.h"
#include "ceud.h"
#include "config.h"
#include "deadlines.h"
#include "httpdate.h"
#include "throttle.h"
#include "views.h"

enum { TOKEN_BYTES = 32, TOKEN_LENGTH = 43 };

static const char type[] = "text/calendar; charset=utf-8", place[] = "/calendar/", ending[] = ".ics";

/* ---- what is in it */

static const char *address_base(const struct ceud *d, struct buf *out)
{
	if (d->config->url)
		buf_puts(out, d->config->url);
	else if (d->listening)
		buf_printf(out, "http://%s", d->listening);
	return out->len ? buf_str(out) : NULL;
}

static void write_due(struct jsonw *w, const struct due_list *list, const struct due *due)
{
	const struct deadline_item *i = &due->item;
	const struct event times = { .start = i->start, .end = i->end, .zone = zone_name(list->zone),
		.day = due->day };

	jsonw_object(w, NULL);
	if (i->start) {
		view_event_times(w, &times);
	} else {
		jsonw_day(w, "date", due->day);
		jsonw_null(w, "start");
		jsonw_null(w, "end");
		jsonw_bool(w, "all_day", 1);
	}
	jsonw_str(w, "kind", due_kind_name(due->kind));
	jsonw_str(w, "title", i->title);
	jsonw_str(w, "text", i->text);
	jsonw_end_object(w);
}

static void write_address(struct jsonw *w, const struct deadline_token *t)
{
	if (!t) {
		jsonw_null(w, "address");
		return;
	}
	jsonw_object(w, "address");
	jsonw_instant(w, "made_at", t->made_at);
	jsonw_end_object(w);
}

int route_deadlines(struct call *c, struct err *err)
{
	struct due_list list;
	struct deadline_token token;
	struct buf base = BUF_INIT;
	struct jsonw w;
	int found = deadline_token_of(c->d->store, c->subject.id, &token, err);

	if (found < 0 || deadlines_of(c->d, &c->subject, c->arena, &list, err))
		return -1;
	if (address_base(c->d, &base))
		buf_puts(&base, place);
	jsonw_begin(&w, &c->reply.body);
	jsonw_object(&w, NULL);
	jsonw_array(&w, "deadlines");
	for (size_t i = 0; i < list.n; i++)
		if (!list.items[i].item.cancelled_at && !list.items[i].is_dropped && list.items[i].day >= list.today)
			write_due(&w, &list, &list.items[i]);
	jsonw_end_array(&w);
	write_address(&w, found ? &token : NULL);
	jsonw_str(&w, "url", base.len ? buf_str(&base) : NULL);
	jsonw_end_object(&w);
	c->reply.body.failed |= base.failed;
	buf_free(&base);
	return views_done(c, err);
}

/* ---- the file */

/* RFC 9110 section 13: a list of tags decides where there is one, else the date. */
static int has_it(const struct request *r, const char *etag, int64_t modified_at)
{
	char quoted[sizeof ((struct reply *)0)->etag + 2];
	int64_t since;

	if (r->if_none_match) {
		snprintf(quoted, sizeof quoted, "\"%s\"", etag);
		return !strcmp(r->if_none_match, "*") || strstr(r->if_none_match, quoted) != NULL;
	}
	return r->if_modified_since && !http_date_parse(r->if_modified_since, &since) &&
	    modified_at / 1000 * 1000 <= since;
}

/* made_at: the calendar is not older than that. */
static int answer_file(struct call *c, const struct person *p, int64_t made_at, struct err *err)
{
	struct due_list list;
	struct publish_calendar calendar;
	struct reply *r = &c->reply;
	char etag[65];
	int64_t changed_at;
	int alarm;

	if (args_query_flag(c, "alarm", &alarm, err) || deadlines_of(c->d, p, c->arena, &list, err) || deadlines_note(c->d, p, &list, err) ||
	    deadlines_calendar(c->d, &list, alarm, c->arena, &calendar, &changed_at, err) ||
	    publish_etag(&calendar, etag, err))
		return -1;
	snprintf(r->etag, sizeof r->etag, "%.32s", etag);
	r->modified_at = changed_at > made_at ? changed_at : made_at;
	r->type = type;
	r->cache = "private, max-age=3600";
	/* Not sent with a 304, but its length is. */
	if (has_it(c->request, r->etag, r->modified_at))
		r->status = 304;
	return publish_write(&calendar, &r->body, err);
}

int route_deadlines_file(struct call *c, struct err *err)
{
	return answer_file(c, &c->subject, c->subject.created_at, err);
}

/* ---- the address */

static void hash(const char *token, unsigned char out[SHA_SIZE])
{
	sha256(&(struct sha_part){ token, strlen(token) }, 1, out);
}

/* base64url (RFC 4648 section 5) without padding. */
static int make_token(char out[TOKEN_LENGTH + 1], struct err *err)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
	unsigned char bytes[TOKEN_BYTES + 1] = { 0 };

	if (getrandom(bytes, TOKEN_BYTES, 0) != TOKEN_BYTES)
		return err_set(err, ERR_FAILED, "no-random", "The system gives no random numbers.");
	for (int i = 0; i < TOKEN_LENGTH; i++) {
		int bit = i * 6, two = bytes[bit / 8] << 8 | bytes[bit / 8 + 1];

		out[i] = letters[two >> (10 - bit % 8) & 63];
	}
	out[TOKEN_LENGTH] = '\0';
	explicit_bzero(bytes, sizeof bytes);
	return 0;
}

static int no_address(struct err *err)
{
	err_set(err, ERR_RULE, "no-listener",
	    "ceud can be reached under no address, so no calendar program could read one.");
	err_next(err, "Ask your admin to set \"listen\" or \"url\", see ceud.conf(5).");
	return err_next(err, "As a file: ceu export ics FILE");
}

static int answer_address(struct call *c, const char *base, const char *token, struct err *err)
{
	struct buf url = BUF_INIT;
	struct jsonw w;

	buf_printf(&url, "%s%s%s%s", base, place, token, ending);
	jsonw_begin(&w, &c->reply.body);
	jsonw_object(&w, NULL);
	jsonw_str(&w, "url", buf_str(&url));
	jsonw_instant(&w, "made_at", c->actor.now);
	jsonw_end_object(&w);
	c->reply.body.failed |= url.failed;
	buf_free(&url);
	return views_done(c, err);
}

int route_deadlines_address(struct call *c, struct err *err)
{
	struct buf base = BUF_INIT;
	char token[TOKEN_LENGTH + 1];
	unsigned char sha[SHA_SIZE];
	int rc = -1;

	if (args_only(c, NULL, 0, err))
		return -1;
	if (!address_base(c->d, &base)) {
		no_address(err);
	} else if (!make_token(token, err)) {
		hash(token, sha);
		rc = deadline_token_set(c->d->store, &c->actor, c->subject.id, sha, err) ||
		    answer_address(c, buf_str(&base), token, err) ? -1 : 0;
	}
	buf_free(&base);
	return rc;
}

int route_deadlines_off(struct call *c, struct err *err)
{
	struct jsonw w;

	if (args_only(c, NULL, 0, err) || deadline_token_revoke(c->d->store, &c->actor, c->subject.id, err) < 0)
		return -1;
	jsonw_begin(&w, &c->reply.body);
	jsonw_object(&w, NULL);
	jsonw_null(&w, "address");
	jsonw_end_object(&w);
	return views_done(c, err);
}

/* ---- whoever has the address */

static int unknown(struct err *err)
{
	err_set(err, ERR_ABSENT, "address-unknown", "There is no such calendar.");
	return err_next(err, "Copy the whole address; a new one: ceu deadlines --new-address");
}

static int gone(struct err *err)
{
	err_set(err, ERR_ABSENT, "address-gone", "This address is not in use any more.");
	return err_next(err, "Remove it from your calendar program. A new one: ceu deadlines --new-address");
}

/* Each address by itself; all that are none together, so that guessing keeps nobody from her own. */
static int too_often(struct call *c, int64_t person, struct err *err)
{
	static const struct throttle_rate known = { 60, 10000 }, none = { 30, 12000 };
	static struct throttle throttle;
	int wait = throttle_take(&throttle, person ? &known : &none, person, clock_monotonic());

	if (!wait)
		return 0;
	c->reply.retry_after = wait;
	err_set(err, ERR_RULE, "too-often", "That was asked too often.");
	return err_next(err, "Try again in %d seconds; every few hours is enough.", wait);
}

/* "TOKEN.ics"; what is no token is looked up like one, and takes as long. */
static int find(struct call *c, const char *name, struct deadline_token *ret, struct err *err)
{
	size_t len = strlen(name), tail = strlen(ending);
	int is_file = len > tail && !strcmp(name + len - tail, ending), found;
	char *token = arena_strndup(c->arena, name, is_file ? len - tail : len);
	unsigned char sha[SHA_SIZE];

	if (!token)
		return err_oom(err);
	hash(token, sha);
	found = deadline_token_find(c->d->store, sha, ret, err);
	return found > 0 ? is_file : found;
}

int route_deadlines_open(struct call *c, struct err *err)
{
	struct deadline_token token = { 0 };
	struct person p;
	int found = find(c, c->args[0], &token, err);

	if (found < 0 || too_often(c, found ? token.person : 0, err))
		return -1;
	if (!found)
		return unknown(err);
	if (person_get(c->d->store, token.person, c->arena, &p, err))
		return -1;
	if (token.revoked_at || p.disabled)
		return gone(err);
	return answer_file(c, &p, token.made_at, err);
}
