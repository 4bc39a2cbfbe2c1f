/* For admins: how ceud is, its jobs, its clock; and for monitors, whether it is there. */
#include <stdio.h>
#include <string.h>

#include "args.h"
#include "base/clock.h"
#include "ceud.h"
#include "http.h"
#include "jobs.h"
#include "loop.h"
#include "mailstatus.h"
#include "store/ledger.h"
#include "views.h"

/* ---- health */

static int answer_ok(struct call *c, struct err *err)
{
	struct jsonw w;

	jsonw_begin(&w, &c->reply.body);
	jsonw_object(&w, NULL);
	jsonw_bool(&w, "ok", 1);
	jsonw_end_object(&w);
	return views_done(c, err);
}

int route_health(struct call *c, struct err *err)
{
	return answer_ok(c, err);
}

int route_ready(struct call *c, struct err *err)
{
	int64_t people;

	return person_count(c->d->store, &people, err) ? -1 : answer_ok(c, err);
}

/* ---- status */

static int write_database(struct call *c, struct jsonw *w, struct err *err)
{
	struct store_size size;
	int64_t people;
	char head[65];

	if (person_count(c->d->store, &people, err) || store_size(c->d->store, &size, err) ||
	    ledger_head(c->d->store, head, err))
		return -1;
	jsonw_int(w, "people", people);
	jsonw_int(w, "schema", size.schema);
	jsonw_int(w, "database_bytes", size.database_bytes);
	jsonw_int(w, "wal_bytes", size.wal_bytes);
	jsonw_str(w, "ledger_head", head);
	return 0;
}

static void write_front(struct call *c, struct jsonw *w)
{
	struct http_counts n, tcp = { 0 };

	http_count(c->d->http, &n);
	if (c->d->network)
		http_count(c->d->network, &tcp);
	jsonw_object(w, "http");
	jsonw_int(w, "requests", n.requests + tcp.requests);
	jsonw_int(w, "rejected", n.rejected + tcp.rejected);
	jsonw_int(w, "connections", n.connections + tcp.connections);
	jsonw_end_object(w);
	jsonw_object(w, "loop");
	jsonw_int(w, "longest_turn_ms", loop_longest_turn(c->d->loop));
	jsonw_end_object(w);
}

int route_admin_status(struct call *c, struct err *err)
{
	struct outbox_counts mail;
	struct jsonw w;

	if (outbox_count(c->d->store, &mail, err))
		return -1;
	jsonw_begin(&w, &c->reply.body);
	jsonw_object(&w, NULL);
	jsonw_str(&w, "version", CEUD_VERSION);
	jsonw_int(&w, "uptime_s", (clock_monotonic() - c->d->started) / 1000);
	jsonw_instant(&w, "clock", c->d->now);
	jsonw_bool(&w, "rehearsal", clock_is_rehearsal());
	mailstatus_modes(&w, c->d);
	if (write_database(c, &w, err))
		return -1;
	mailstatus_counts(&w, "mail", &mail);
	if (jobs_report(c->d, &w, err))
		return -1;
	write_front(c, &w);
	if (mailstatus_problems(c, &w, &mail, err))
		return -1;
	jsonw_end_object(&w);
	return views_done(c, err);
}

/* ---- jobs and the clock: answered when they are through */

int route_admin_run(struct call *c, struct err *err)
{
	if (args_only(c, NULL, 0, err))
		return -1;
	return jobs_run(c->d, c->args[0], call_answer, c, err) ? -1 : ROUTE_LATER;
}

int route_admin_clock(struct call *c, struct err *err)
{
	struct jsonw w;

	jsonw_begin(&w, &c->reply.body);
	jsonw_object(&w, NULL);
	jsonw_instant(&w, "now", c->d->now);
	jsonw_bool(&w, "rehearsal", clock_is_rehearsal());
	jsonw_end_object(&w);
	return views_done(c, err);
}

static int refuse_clock(enum err_class class, const char *code, const char *what, struct err *err)
{
	err_set(err, class, code, "%s", what);
	return err_next(err, "ceu admin clock 2026-03-12T08:00:00Z, or: ceu admin clock +30d");
}

static int read_instant(struct call *c, int64_t *ret, struct err *err)
{
	const char *to = NULL, *forward = NULL;
	int64_t seconds;

	if (args_text(c->body, "to", &to, err) < 0 || args_text(c->body, "forward", &forward, err) < 0)
		return -1;
	if (!to == !forward)
		return refuse_clock(ERR_USAGE, "instant-needed", "Say to when, or how far.", err);
	if (to && instant_parse(to, ret))
		return refuse_clock(ERR_USAGE, "instant-unknown", "That is no instant.", err);
	if (forward) {
		forward += *forward == '+';
		if (duration_parse(forward, &seconds) || seconds > INT64_C(100) * 366 * 86400)
			return refuse_clock(ERR_USAGE, "duration-unknown",
			    "That is no length of time that the clock can move by.", err);
		*ret = c->d->now + seconds * 1000;
	}
	if (*ret < c->d->now)
		return refuse_clock(ERR_RULE, "clock-back", "The clock only moves forward.", err);
	return 0;
}

int route_admin_clock_set(struct call *c, struct err *err)
{
	static const char *const members[] = { "to", "forward" };
	int64_t instant;

	if (args_only(c, members, 2, err))
		return -1;
	if (!clock_is_rehearsal()) {
		err_set(err, ERR_RULE, "clock-real",
		    "ceud runs on the machine's clock, which it does not set.");
		return err_next(err,
		    "To rehearse, start another with its own state: ceud --state DIR --clock INSTANT");
	}
	if (read_instant(c, &instant, err))
		return -1;
	return jobs_forward(c->d, instant, call_answer, c, err) ? -1 : ROUTE_LATER;
}

int route_admin_reload(struct call *c, struct err *err)
{
	struct jsonw w;

	if (args_only(c, NULL, 0, err) || ceud_reload(c->d, err))
		return -1;
	jsonw_begin(&w, &c->reply.body);
	jsonw_object(&w, NULL);
	jsonw_bool(&w, "reloaded", 1);
	if (ceud_needs_restart(c->d)) {
		jsonw_array(&w, "needs_restart");
		jsonw_str(&w, NULL, ceud_needs_restart(c->d));
		jsonw_end_array(&w);
	}
	jsonw_end_object(&w);
	return views_done(c, err);
}
