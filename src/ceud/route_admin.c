/* For admins: how ceud is, its jobs, its clock, its mail; and for monitors, whether it is there. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "args.h"
#include "base/clock.h"
#include "ceud.h"
#include "config.h"
#include "http.h"
#include "jobs.h"
#include "loop.h"
#include "mail/message.h"
#include "mail/policy.h"
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

/* ---- what status and mail status share */

static const char *mode_name(const struct config *c)
{
	return c->mail_mode == MODE_LIVE ? "live" : c->mail_mode == MODE_REDIRECT ? "redirect" : "hold";
}

static const char *transport_name(const struct config *c)
{
	static const char *const names[] = {
		[TRANSPORT_SMTP] = "smtp", [TRANSPORT_DIR] = "dir", [TRANSPORT_STDOUT] = "stdout"
	};

	return names[c->mail_transport];
}

static void write_counts(struct jsonw *w, const char *name, const struct outbox_counts *n)
{
	jsonw_object(w, name);
	for (int i = OUTBOX_HELD; i <= OUTBOX_CANCELLED; i++)
		jsonw_int(w, mail_state_name((enum mail_state)i), n->by_state[i]);
	jsonw_end_object(w);
}

static void count_problem(struct jsonw *w, int64_t n, const char *one, const char *many,
    const char *command)
{
	char text[200];

	if (!n)
		return;
	snprintf(text, sizeof text, "%" PRId64 " %s: %s", n, n == 1 ? one : many, command);
	jsonw_str(w, NULL, text);
}

static int write_problems(struct call *c, struct jsonw *w, const struct outbox_counts *n, struct err *err)
{
	struct channel channel;
	char text[400];

	if (channel_get(c->d->store, c->arena, &channel, err))
		return -1;
	jsonw_array(w, "problems");
	count_problem(w, n->by_state[OUTBOX_FAILED], "mail could not be delivered",
	    "mails could not be delivered", "ceu admin mail queue --failed");
	count_problem(w, n->by_state[OUTBOX_UNKNOWN], "mail may or may not have arrived",
	    "mails may or may not have arrived", "ceu admin mail queue --unknown");
	if (c->d->config->mail_mode != MODE_HOLD)
		count_problem(w, n->by_state[OUTBOX_HELD], "mail waits for your word",
		    "mails wait for your word", "ceu admin mail release");
	if (channel.until > c->d->now) {
		snprintf(text, sizeof text, "The relay is left alone for a while: %.300s", channel.reason);
		jsonw_str(w, NULL, text);
	}
	jobs_problems(c->d, w);
	jsonw_end_array(w);
	return 0;
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
	jsonw_str(&w, "mode", mode_name(c->d->config));
	jsonw_str(&w, "transport", transport_name(c->d->config));
	if (write_database(c, &w, err))
		return -1;
	write_counts(&w, "mail", &mail);
	if (jobs_report(c->d, &w, err))
		return -1;
	write_front(c, &w);
	if (write_problems(c, &w, &mail, err))
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

/* ---- mail */

int route_admin_mail(struct call *c, struct err *err)
{
	struct outbox_counts n;
	struct jsonw w;

	if (outbox_count(c->d->store, &n, err))
		return -1;
	jsonw_begin(&w, &c->reply.body);
	jsonw_object(&w, NULL);
	jsonw_str(&w, "mode", mode_name(c->d->config));
	jsonw_str(&w, "transport", transport_name(c->d->config));
	write_counts(&w, "states", &n);
	if (jobs_report(c->d, &w, err) || write_problems(c, &w, &n, err))
		return -1;
	jsonw_end_object(&w);
	return views_done(c, err);
}

/* -1: what needs a look; -2: all. */
static int read_state(struct call *c, int *ret, struct err *err)
{
	const char *word = request_query(c->request, "state");
	enum mail_state state;

	*ret = -1;
	if (!word)
		return 0;
	if (!strcmp(word, "all")) {
		*ret = -2;
		return 0;
	}
	if (!mail_state_parse(word, &state)) {
		*ret = (int)state;
		return 0;
	}
	err_set(err, ERR_USAGE, "state-unknown", "Mails have no such state.");
	return err_next(err, "One of: held, ready, sending, sent, failed, unknown, cancelled, all");
}

int route_admin_queue(struct call *c, struct err *err)
{
	struct outbox_list page = { 0 };
	struct jsonw w;
	int64_t before;
	int state, limit;

	if (read_state(c, &state, err) || args_limit(c, &limit, err) || args_after(c, &before, err) ||
	    outbox_page(c->d->store, state, before, limit + 1, c->arena, &page, err))
		return -1;
	jsonw_begin(&w, &c->reply.body);
	jsonw_object(&w, NULL);
	jsonw_array(&w, "mails");
	for (size_t i = 0; i < page.n && i < (size_t)limit; i++)
		view_mail(&w, &page.items[i]);
	jsonw_end_array(&w);
	if (page.n > (size_t)limit)
		jsonw_int(&w, "next_after", page.items[limit - 1].id);
	jsonw_end_object(&w);
	return views_done(c, err);
}

int route_admin_mail_test(struct call *c, struct err *err)
{
	static const char *const members[] = { "to" };
	const char *to = NULL;

	if (args_only(c, members, 1, err) || args_text(c->body, "to", &to, err) < 0)
		return -1;
	if (!to) {
		err_set(err, ERR_USAGE, "address-needed", "The address to send to is missing.");
		return err_next(err, "ceu admin mail test ADDR");
	}
	if (message_address(to, err))
		return -1;
	return jobs_mail_test(c->d, to, call_answer, c, err) ? -1 : ROUTE_LATER;
}

/* In mode hold nothing goes out whatever one says here: the file alone decides. */
int route_admin_mail_release(struct call *c, struct err *err)
{
	struct jsonw w;
	int64_t n;

	if (args_only(c, NULL, 0, err))
		return -1;
	if (c->d->config->mail_mode == MODE_HOLD) {
		err_set(err, ERR_RULE, "mode-hold", "All mail is held: the mode in ceud.conf is hold.");
		return err_next(err, "Write \"mode live\" in its block mail, then: ceu admin reload");
	}
	if (outbox_release(c->d->store, c->d->now, &n, err))
		return -1;
	jsonw_begin(&w, &c->reply.body);
	jsonw_object(&w, NULL);
	jsonw_int(&w, "released", n);
	jsonw_end_object(&w);
	return views_done(c, err);
}
