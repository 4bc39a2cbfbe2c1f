/* Rules for events: a person's own, and those of admins for everybody. */
#include <inttypes.h>

#include "args.h"
#include "base/arena.h"
#include "base/json.h"
#include "ceud.h"
#include "feedrules.h"
#include "inbox.h"
#include "jobparts.h"
#include "rematch.h"
#include "ruletest.h"
#include "store/ledger.h"
#include "views.h"

enum { EVENTS_SHOWN = 20 };

/* ---- showing */

static void write_rule(struct jsonw *w, const char *name, const struct feed_rule *r)
{
	jsonw_object(w, name);
	view_feed_rule_members(w, r);
	jsonw_end_object(w);
}

static void write_rules(struct jsonw *w, const struct feed_rule_list *l)
{
	for (size_t i = 0; i < l->n; i++)
		write_rule(w, NULL, &l->items[i]);
}

static int answer_rules(struct call *c, const struct feed_rule_list *own, const struct feed_rule_list *common,
    struct err *err)
{
	struct jsonw w;

	jsonw_begin(&w, &c->reply.body);
	jsonw_object(&w, NULL);
	jsonw_array(&w, "rules");
	write_rules(&w, own);
	write_rules(&w, common);
	jsonw_end_array(&w);
	jsonw_end_object(&w);
	return views_done(c, err);
}

int route_feedrules(struct call *c, struct err *err)
{
	struct feed_rule_list own = { 0 }, common = { 0 };

	if (feed_rule_of(c->d->store, c->subject.id, c->arena, &own, err) ||
	    feed_rule_of(c->d->store, 0, c->arena, &common, err))
		return -1;
	return answer_rules(c, &own, &common, err);
}

int route_admin_rules(struct call *c, struct err *err)
{
	struct feed_rule_list none = { 0 }, common = { 0 };

	return feed_rule_of(c->d->store, 0, c->arena, &common, err) ? -1 : answer_rules(c, &none, &common, err);
}

static int answer_rule(struct call *c, const struct feed_rule *r, const struct ruletest_sum *sum, struct err *err)
{
	struct jsonw w;

	jsonw_begin(&w, &c->reply.body);
	jsonw_object(&w, NULL);
	view_feed_rule_members(&w, r);
	if (sum) {
		jsonw_int(&w, "matched", sum->matched);
		jsonw_int(&w, "of", sum->of);
	}
	jsonw_end_object(&w);
	return views_done(c, err);
}

/* ---- adding and removing */

static int add(struct call *c, struct feed_rule *r, struct err *err)
{
	struct feed_rule_list l = { 0 };

	return feed_rule_of(c->d->store, r->person, c->arena, &l, err) || feedrules_check_double(&l, r, err) ||
	    feed_rule_add(c->d->store, &c->actor, r, err) || rematch_owe(c->d, r->person, REMATCH_AT_ONCE, err) ? -1 : 0;
}

int route_feedrule_add(struct call *c, struct err *err)
{
	struct ruletest_sum sum = { 0 };
	struct feed_rule r;

	if (feedrules_read(c, 0, &r, err) || inbox_join_step(c, err) || add(c, &r, err) ||
	    ruletest_person(c->d, c->subject.id, &r.rule, c->arena, &sum, NULL, 0, err))
		return -1;
	return answer_rule(c, &r, &sum, err);
}

/* Kept at once; the answer comes when the events of everybody are counted. */
int route_admin_rule_add(struct call *c, struct err *err)
{
	struct store *s = c->d->store;
	struct feed_rule r;

	if (jobs_stopping(c->d, err) || feedrules_read(c, 1, &r, err) || store_begin(s, err))
		return -1;
	if (ledger_step(s, &c->actor, err) || add(c, &r, err) || store_commit(s, err)) {
		store_rollback(s);
		return -1;
	}
	return ruletests_begin(c->d, &r, 1, call_answer, c, err) ? -1 : ROUTE_LATER;
}

static int remove_rule(struct call *c, int64_t person, const char *word, struct err *err)
{
	struct feed_rule r;
	int64_t no;

	if (args_number(word, "a rule", &no, err) || feed_rule_get(c->d->store, person, no, c->arena, &r, err) ||
	    feed_rule_remove(c->d->store, &c->actor, &r, err) || rematch_owe(c->d, person, REMATCH_AT_ONCE, err))
		return -1;
	return answer_rule(c, &r, NULL, err);
}

int route_feedrule_remove(struct call *c, struct err *err)
{
	return remove_rule(c, c->subject.id, c->args[1], err);
}

int route_admin_rule_remove(struct call *c, struct err *err)
{
	return remove_rule(c, 0, c->args[0], err);
}

/* ---- trying */

/* {"rule":N} names one that is kept; anything else describes one. */
static int read_tried(struct call *c, int is_common, struct feed_rule *ret, struct err *err)
{
	static const char *const members[] = { "rule" };
	int64_t no;

	if (!c->body || !json_get(c->body, "rule"))
		return feedrules_read(c, is_common, ret, err);
	if (args_only(c, members, 1, err))
		return -1;
	if (json_int(c->body, "rule", &no))
		return args_number("", "a rule", &no, err);
	return feed_rule_get(c->d->store, is_common ? 0 : c->subject.id, no, c->arena, ret, err);
}

static void write_event(struct jsonw *w, const struct proposal *p, int64_t now)
{
	jsonw_object(w, NULL);
	jsonw_str(w, "title", p->event.title);
	view_event_times(w, &p->event);
	jsonw_str(w, "calendar", p->calendar_name);
	jsonw_str(w, "state", view_proposal_state(p, now));
	jsonw_end_object(w);
}

int route_feedrule_test(struct call *c, struct err *err)
{
	struct proposal_list found = { 0 };
	struct ruletest_sum sum = { 0 };
	struct feed_rule r;
	struct jsonw w;

	if (read_tried(c, 0, &r, err) ||
	    ruletest_person(c->d, c->subject.id, &r.rule, c->arena, &sum, &found, EVENTS_SHOWN, err))
		return -1;
	jsonw_begin(&w, &c->reply.body);
	jsonw_object(&w, NULL);
	write_rule(&w, "rule", &r);
	jsonw_int(&w, "matched", sum.matched);
	jsonw_int(&w, "of", sum.of);
	jsonw_array(&w, "events");
	for (size_t i = 0; i < found.n; i++)
		write_event(&w, &found.items[i], c->d->now);
	jsonw_end_array(&w);
	jsonw_end_object(&w);
	return views_done(c, err);
}

/* Numbers alone: what is in people's calendars is their own. */
int route_admin_rule_test(struct call *c, struct err *err)
{
	struct feed_rule r;

	if (read_tried(c, 1, &r, err))
		return -1;
	return ruletests_begin(c->d, &r, 0, call_answer, c, err) ? -1 : ROUTE_LATER;
}
