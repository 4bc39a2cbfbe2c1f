/* News: what a feed says of an event that was confirmed already. */
#include "ledger.h"
#include "store/calendars.h"

static void news_read(struct query *q, void *item)
{
	struct proposal_news *n = item;
	struct event *e = &n->event;

	n->at = q_int(q);
	e->start = q_int(q);
	e->end = q_int(q);
	e->day = q_day(q);
	e->minutes = q_small(q);
	e->all_day = q_small(q);
	e->cancelled = q_small(q);
	e->zone = q_text(q);
	e->title = q_text(q);
	e->location = q_text(q);
	e->url = q_text(q);
	e->organizer = q_text(q);
	e->uid = e->rid = e->categories = e->description = e->credit = e->domain = e->extras = "";
}

int proposal_news_get(struct store *s, int64_t proposal, struct arena *a, struct proposal_news *ret,
    struct err *err)
{
	return db_one(s, SQL_PROPOSAL_NEWS_GET, VALUES(v_int(proposal)), a, news_read, ret, sizeof(*ret), err);
}

int news_put(struct store *s, int64_t proposal, const struct proposal_news *n, struct err *err)
{
	const struct event *e = &n->event;

	return db_run(s, SQL_PROPOSAL_NEWS_PUT, VALUES(v_int(proposal), v_int(n->at), v_int(e->start),
	    v_int(e->end), v_int(e->day), v_int(e->minutes), v_int(e->all_day), v_int(e->cancelled),
	    v_text(e->zone), v_text(e->title), v_text(e->location), v_text(e->url), v_text(e->organizer)),
	    err) < 0 ? -1 : 0;
}

int news_drop(struct store *s, int64_t proposal, struct err *err)
{
	return db_run(s, SQL_PROPOSAL_NEWS_DROP, VALUES(v_int(proposal)), err) < 0 ? -1 : 0;
}
