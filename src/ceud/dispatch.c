/* From a request to its route and back: role, scope, body, idempotency, transaction. */
#include "routes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/api.h"
#include "base/err.h"
#include "base/json.h"
#include "base/log.h"
#include "base/sha.h"
#include "base/text.h"
#include "ceud.h"
#include "jobs.h"
#include "programs.h"
#include "store/ledger.h"

static const char *title_of(enum err_class class)
{
	static const char *const titles[] = {
		[ERR_NONE] = "Done", [ERR_FAILED] = "Failed", [ERR_USAGE] = "Not understood", [ERR_ABSENT] = "No such thing",
		[ERR_DENIED] = "Not allowed", [ERR_RULE] = "A rule forbids it", [ERR_UNREACHED] = "Not reached"
	};

	return titles[class];
}

/* The class decides, but for the refusals that HTTP has a status of its own for. */
static int status_of(const struct err *err)
{
	static const struct { const char *code; int status; } own[] = {
		{ "sign-in-needed", 401 }, { "address-gone", 410 }, { "entry-changed", 412 }, { "body-large", 413 },
		{ "evidence-large", 413 }, { "host-unknown", 421 }, { "too-often", 429 },
		{ "store-full", 507 }, { "no-space", 507 }
	};

	for (size_t i = 0; i < sizeof own / sizeof *own; i++)
		if (!strcmp(err->code, own[i].code))
			return own[i].status;
	return api_status((int)err->class);
}

int reply_problem(struct reply *reply, const struct err *err)
{
	struct jsonw w;
	const char *line = err->next, *end;

	buf_free(&reply->body);
	if (reply->status < 400)
		reply->status = status_of(err);
	reply->type = API_PROBLEM_TYPE;
	reply->etag[0] = '\0';
	jsonw_begin(&w, &reply->body);
	jsonw_object(&w, NULL);
	jsonw_str(&w, "type", "about:blank");
	jsonw_str(&w, "title", title_of(err->class));
	jsonw_int(&w, "status", reply->status);
	jsonw_str(&w, "code", err->code);
	jsonw_str(&w, "detail", err->what);
	jsonw_array(&w, "next");
	for (; *line; line = *end ? end + 1 : end) {
		end = strchrnul(line, '\n');
		jsonw_strn(&w, NULL, line, (size_t)(end - line));
	}
	jsonw_end_array(&w);
	jsonw_end_object(&w);
	return reply->body.failed ? -1 : 0;
}

/* Does the path fit the pattern?  The {X} segments go to args. */
static int fits(const char *pattern, const struct request *r, const char *args[4])
{
	size_t nargs = 0;

	for (size_t i = 0; i < r->nsegments; i++) {
		const char *end;
		size_t len;

		if (*pattern++ != '/')
			return 0;
		end = strchrnul(pattern, '/');
		len = (size_t)(end - pattern);
		if (*pattern == '{') {
			if (!r->segments[i][0] || nargs == 4)
				return 0;
			args[nargs++] = r->segments[i];
		} else if (strlen(r->segments[i]) != len || memcmp(pattern, r->segments[i], len)) {
			return 0;
		}
		pattern = end;
	}
	return !*pattern;
}

static const struct route *find_route(const struct request *r, const char *args[4], struct err *err)
{
	const char *ignored[4];
	int known = 0;

	for (const struct route *t = routes; t->fn; t++) {
		if (!fits(t->path, r, ignored))
			continue;
		known = 1;
		if (t->method != r->method && !(r->method == HTTP_HEAD && t->method == HTTP_GET))
			continue;
		if (fits(t->path, r, args))
			return t;
	}
	if (known)
		err_set(err, ERR_USAGE, "no-method", "%s does not take that method.", r->path);
	else
		err_set(err, ERR_ABSENT, "no-route", "There is nothing at %s.", r->path);
	return NULL;
}

/* On routes without {P}: the caller, or whom an admin acts for. */
static int find_actor_for(struct call *c, struct err *err)
{
	c->subject = c->caller.person;
	if (!request_query(c->request, "as"))
		return 0;
	return auth_subject(c->d, c->request, &c->caller, "me", SCOPE_OWN, c->arena, &c->subject, err);
}

static int must_be_admin(const struct call *c, struct err *err)
{
	if (c->caller.is_admin)
		return 0;
	err_set(err, ERR_DENIED, "not-admin", "That is for admins; you are %s.", c->caller.name);
	return err_next(err, "Ask an admin: root, the user that runs ceud, or a member of group ceud-admin.");
}

static int admit(struct call *c, const struct route *t, struct err *err)
{
	struct team_list teams = { 0 };

	if (t->role == ROLE_OPEN)
		return 0;
	if (auth_known(&c->caller, err))
		return -1;
	if (t->role == ROLE_PERSON)
		return auth_subject(c->d, c->request, &c->caller, c->args[0], t->scope, c->arena, &c->subject, err);
	if (find_actor_for(c, err))
		return -1;
	if (t->role == ROLE_ADMINS)
		return must_be_admin(c, err);
	if (t->role == ROLE_ANYBODY || c->caller.is_admin)
		return 0;
	if (team_led_by(c->d->store, c->subject.id, c->arena, &teams, err))
		return -1;
	if (teams.n)
		return 0;
	err_set(err, ERR_DENIED, "no-team-led", "You are %s, who leads no team.", c->caller.name);
	return err_next(err, "If that is wrong, ask your admin for: ceu admin team set TEAM --lead %s", c->caller.name);
}

static int check_queries(const struct call *c, const struct route *t, struct err *err)
{
	char words[256];
	const char *allowed[16] = { "as" };
	size_t n = 1;

	text_copy(words, sizeof words, t->queries ? t->queries : "");
	for (char *p = words; *p && n < 16; ) {
		size_t len = strcspn(p, " ");

		allowed[n++] = p;
		p += len;
		if (*p)
			*p++ = '\0';
	}
	return request_query_only(c->request, allowed, n, err);
}

static int read_body(struct call *c, struct err *err)
{
	const struct request *r = c->request;

	if (!r->body_len)
		return 0;
	if (json_parse(r->body, r->body_len, &c->body, err))
		return -1;
	if (json_kind(c->body) == JSON_OBJECT)
		return 0;
	return err_set(err, ERR_USAGE, "json-invalid", "The request's body is no JSON object.");
}

/* Of a POST: where to, for whom, what. */
static void request_digest(const struct request *r, char out[SHA_HEX_SIZE])
{
	const char *as = request_query(r, "as");
	unsigned char digest[SHA_SIZE];
	struct sha_part parts[] = {
		{ r->path, strlen(r->path) }, { "\n", 1 }, { as ? as : "", as ? strlen(as) : 0 }, { "\n", 1 },
		{ r->body, r->body_len }
	};

	sha256(parts, sizeof parts / sizeof *parts, digest);
	sha_hex(digest, out);
}

static int keeps_answer(const struct call *c)
{
	return c->request->method == HTTP_POST && c->request->idempotency_key && !c->is_secret && c->caller.name;
}

/* 1: the answer of an earlier try is in c->reply. */
static int answered_before(struct call *c, struct err *err)
{
	struct kept_answer kept;
	char digest[SHA_HEX_SIZE];
	int found;

	if (!keeps_answer(c))
		return 0;
	request_digest(c->request, digest);
	found = answer_find(c->d->store, c->caller.name, c->request->idempotency_key, digest, c->arena, &kept, err);
	if (found <= 0)
		return found;
	c->reply.status = kept.status;
	return buf_add(&c->reply.body, kept.body, kept.len) ? err_oom(err) : 1;
}

static int keep_answer(struct call *c, struct err *err)
{
	char digest[SHA_HEX_SIZE];

	if (!keeps_answer(c))
		return 0;
	request_digest(c->request, digest);
	return answer_keep(c->d->store, c->caller.name, c->request->idempotency_key, digest, c->reply.status,
	    buf_str(&c->reply.body), c->reply.body.len, c->d->now, err);
}

static int in_transaction(struct call *c, const struct route *t, struct err *err)
{
	struct store *s = c->d->store;

	if (store_begin(s, err))
		return -1;
	if (ledger_step(s, &c->actor, err) || t->fn(c, err) || keep_answer(c, err) || store_commit(s, err)) {
		store_rollback(s);
		return -1;
	}
	jobs_changed(c->d);
	return c->offers_changed ? programs_take_installed(c->d, err) : 0;
}

static int sign_in(struct err *err)
{
	err_set(err, ERR_DENIED, "sign-in-needed", "Whoever comes by the network is nobody here.");
	return err_next(err, "On the server itself: ceu. From elsewhere: ceu --host USER@SERVER");
}

/* All that can be known before the body. */
static int let_in(struct call *c, const struct route *t, struct err *err)
{
	if (t->role == ROLE_OPEN)
		return check_queries(c, t, err);
	if (c->request->is_network)
		return sign_in(err);
	return auth_caller(c->d, c->request, c->arena, &c->caller, err) || admit(c, t, err) || check_queries(c, t, err) ? -1 : 0;
}

int routes_takes_file(struct ceud *d, struct request *r, struct err *err)
{
	struct call c = { .d = d, .request = r, .arena = &r->arena };
	struct err unknown = { 0 };
	const struct route *t = find_route(r, c.args, &unknown);

	if (r->is_network && (!t || t->role != ROLE_OPEN))
		return sign_in(err);	/* before its body, and without learning what there is */
	if (!t || !(t->flags & ROUTE_FILE))
		return 0;		/* what is wrong is told when the request is whole */
	return let_in(&c, t, err) ? -1 : 1;
}

static int prepare(struct call *c, const struct route **ret, struct err *err)
{
	const struct route *t = find_route(c->request, c->args, err);

	if (!t || let_in(c, t, err) || (!(t->flags & ROUTE_FORM) && read_body(c, err)))
		return -1;
	c->is_secret = (t->flags & ROUTE_SECRET) != 0;
	c->actor.person = c->caller.person.id;
	c->actor.name = c->caller.name;
	c->actor.now = c->d->now;
	*ret = t;
	return 0;
}

static int serve(struct call *c, struct err *err)
{
	const struct route *t;
	int before;

	if (prepare(c, &t, err))
		return -1;
	if (!(t->flags & (ROUTE_WRITE | ROUTE_ASYNC)))
		return t->fn(c, err);
	before = answered_before(c, err);
	if (before)
		return before < 0 ? -1 : 0;
	return t->flags & ROUTE_WRITE ? in_transaction(c, t, err) : t->fn(c, err);
}

static void call_end(struct call *c, const struct err *err)
{
	struct ceud *d = c->d;

	if (c->reply.body.failed || (err && reply_problem(&c->reply, err))) {
		log_error("No memory to answer %s.", c->request->shown);
		buf_free(&c->reply.body);
		c->reply.status = 500;
	}
	if (err && err->class == ERR_FAILED)
		log_error("%s: %s", c->request->shown, err->what);
	log_info("%s %s: %d", c->caller.name ? c->caller.name : "-", c->request->shown, c->reply.status);
	http_reply(d, c->request, &c->reply);
	json_free(c->body);
	free(c);
}

void call_finish(struct call *c, const struct err *err)
{
	struct err failed = { 0 };
	struct store *s = c->d->store;

	if (!err && keeps_answer(c) && (store_begin(s, &failed) || keep_answer(c, &failed) || store_commit(s, &failed))) {
		store_rollback(s);
		log_error("An answer could not be kept for a retry: %s", failed.what);
	}
	call_end(c, err);
}

void call_answer(void *arg, const struct buf *json, const struct err *err)
{
	struct call *c = arg;
	struct err oom = { 0 };

	if (!err && buf_add(&c->reply.body, buf_str(json), json->len)) {
		err_oom(&oom);
		err = &oom;
	}
	call_finish(c, err);
}

void routes_dispatch(struct ceud *d, struct request *r)
{
	struct call *c = calloc(1, sizeof *c);
	struct err err = { 0 };
	int rc;

	if (!c) {
		struct reply reply = { .status = 500 };

		http_reply(d, r, &reply);
		return;
	}
	c->d = d;
	c->request = r;
	c->arena = &r->arena;
	c->reply.status = 200;
	rc = serve(c, &err);
	if (rc != ROUTE_LATER)
		call_end(c, rc ? &err : NULL);
}
