/* Fetches with guesses, and what Maria makes of them. */
#include "feeds.h"

#include "base/buf.h"

static struct err err;

int guess_by_title(void *arg, struct proposal *p, struct err *e)
{
	struct guesses *g = arg;

	g->asked++;
	g->was = p->state;
	g->was_twin = p->twin_no;
	if (g->fails)
		return err_set(e, ERR_RULE, "guess-fails", "No guess can be made of it.");
	p->category = "college";
	p->competencies = "";
	p->provider = "IACET";
	p->suggested = p->event.minutes - 10;
	p->breaks = 10;
	p->why = "Your rule 1.";
	p->state = *p->event.title == 'i' ? PROPOSAL_IGNORED : PROPOSAL_WAITING;
	if (*p->event.title == 't' && p->twin_no == 0)
		p->twin_no = p->event.title[1] - '0';
	return 0;
}

struct merge_done merge_guessed(struct fixture *f, const struct calendar *c, const struct event *e, size_t n,
    struct guesses *g)
{
	struct merge_context ctx = { .now = NOW, .absence_counts = 1 };
	struct merge_source from = { "bodyhash", NOW - 5 };
	struct merge_plan plan;
	struct merge_done done;
	struct known *known;
	size_t nknown;

	DONE(store_begin(f->s, &err), err);
	DONE(proposal_known(f->s, c->id, &f->arena, &known, &nknown, &err), err);
	DONE(merge_events(known, nknown, e, n, &ctx, &plan, &err), err);
	DONE(proposal_merge(f->s, c, known, e, &plan, &from, guess_by_title, g, NOW, &done, &err), err);
	commit(f);
	merge_plan_free(&plan);
	return done;
}

void decide_as(struct fixture *f, int64_t no, const char *action, enum proposal_state to)
{
	struct proposal p = get_proposal(f, no);
	struct entry x = an_entry(f, p.event.day, 60, p.event.title);

	begin_as(f, &f->maria);
	if (to == PROPOSAL_CONFIRMED) {
		x.proposal = p.id;
		x.source = SOURCE_CALENDAR;
		DONE(entry_add(f->s, &f->maria, "confirm", &x, &err), err);
	}
	DONE(proposal_decide(f->s, &f->maria, action, &p, to, x.id, &err), err);
	commit(f);
}

void undo_newest(struct fixture *f)
{
	struct change_list l;

	begin_as(f, &f->maria);
	DONE(ledger_undo(f->s, &f->maria, f->maria.person, &f->arena, &l, &err), err);
	commit(f);
}

void redo_newest(struct fixture *f)
{
	struct change_list l;

	begin_as(f, &f->maria);
	DONE(ledger_redo(f->s, &f->maria, f->maria.person, &f->arena, &l, &err), err);
	commit(f);
}

void assert_page(struct fixture *f, enum proposal_filter filter, const char *numbers)
{
	struct buf out = BUF_INIT;
	struct proposal_list l;

	DONE(proposal_page(f->s, f->maria.person, filter, NOW, 0, 50, &f->arena, &l, &err), err);
	for (size_t i = 0; i < l.n; i++)
		buf_printf(&out, "%s%lld", i ? " " : "", (long long)l.items[i].no);
	assert_string_equal(buf_str(&out), numbers);
	buf_free(&out);
}
