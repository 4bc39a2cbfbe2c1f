/* An event of a calendar as an entry, and events that take place at the same time. */
#include "fromevent.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "args.h"
#include "base/arena.h"
#include "base/err.h"
#include "base/text.h"
#include "ceud.h"
#include "feedrules.h"

int event_refuse_twin(const struct proposal *p, struct err *err)
{
	if (!p->twin_no)
		return 0;
	err_set(err, ERR_RULE, "proposal-twin", "Event %" PRId64 " is event %" PRId64 " from another calendar.", p->no, p->twin_no);
	return err_next(err, "ceu inbox confirm %" PRId64, p->twin_no);
}

int event_refuse_decided(const struct proposal *p, struct err *err)
{
	if (p->state == PROPOSAL_CONFIRMED) {
		err_set(err, ERR_RULE, "proposal-decided",
		    "Event %" PRId64 " was confirmed already: entry %" PRId64 ".", p->no, p->entry_no);
		return err_next(err, "ceu show %" PRId64, p->entry_no);
	}
	if (p->state == PROPOSAL_SKIPPED) {
		err_set(err, ERR_RULE, "proposal-decided", "Event %" PRId64 " was skipped.", p->no);
		return err_next(err, "ceu inbox restore %" PRId64, p->no);
	}
	if (p->state == PROPOSAL_IGNORED) {
		err_set(err, ERR_RULE, "proposal-decided", "Event %" PRId64 " is not proposed: no rule says that it is learning, "
		    "or one says that it is not.", p->no);
		return err_next(err, "If you learned there, enter it: ceu log HOURS CATEGORY TITLE");
	}
	err_set(err, ERR_RULE, "proposal-decided", "Event %" PRId64 " was withdrawn by its calendar.", p->no);
	return err_next(err, "If it took place, enter it: ceu log HOURS CATEGORY TITLE");
}

/* ---- as an entry */

static int needs(const struct call *c, const char *code, const struct proposal *p, const char *what,
    const char *option, struct err *err)
{
	err_set(err, ERR_USAGE, code, "Event %" PRId64 " (%.120s) %s.", p->no, p->event.title, what);
	if (p->event.end > c->d->now)
		return err_next(err, "Plan it by hand: ceu plan add HOURS CATEGORY TITLE --on DATE");
	return err_next(err, "ceu inbox confirm %" PRId64 " %s", p->no, option);
}

static int set_competencies(struct call *c, const struct proposal *p, const struct program *program,
    struct entry *e, struct err *err)
{
	struct competencies named = { .n = 0 };
	int given = args_competencies(c->body, program, &named, err);
	const char *joined = p->competencies;

	if (given < 0)
		return -1;
	memcpy(e->competencies, named.ids, named.n * sizeof *named.ids);
	e->ncompetencies = named.n;
	while (!given && *joined && e->ncompetencies < ENTRY_COMPETENCIES_MAX) {
		size_t len = strcspn(joined, ",");
		const char *id = arena_strndup(c->arena, joined, len);

		if (!id)
			return err_oom(err);
		e->competencies[e->ncompetencies++] = id;
		joined += len + (joined[len] == ',');
	}
	return 0;
}

static int set_category(struct call *c, const struct proposal *p, const struct program *program,
    struct entry *e, struct err *err)
{
	int category, given = args_category(c->body, program, &category, err);

	if (given < 0)
		return -1;
	if (!given && !p->category[0])
		return needs(c, "category-needed", p, "names no category", "--category CATEGORY", err);
	if (!given && args_category_word(p->category, program, &category, err))
		return -1;
	e->category = program->categories[category].id;
	return 0;
}

/* An event's title may be longer than an entry's, or missing. */
static int set_title(struct call *c, const struct proposal *p, struct entry *e, struct err *err)
{
	struct buf title = BUF_INIT;
	int rc = text_clean(&title, p->event.title, strlen(p->event.title), TITLE_CHARS);

	e->title = rc ? NULL : arena_strdup(c->arena, title.len ? buf_str(&title) : "Event without a title");
	buf_free(&title);
	return e->title ? 0 : err_oom(err);
}

int event_entry(struct call *c, const struct proposal *p, const struct program *program, struct entry *e,
    struct err *err)
{
	*e = (struct entry){ .person = c->subject.id, .day = p->event.day, .minutes = p->suggested,
		.kind = "", .provider = p->provider, .note = "", .void_reason = "", .source = SOURCE_CALENDAR,
		.calendar_name = p->calendar_name, .uid = p->event.uid, .proposal = p->id };
	if (args_minutes(c->body, &e->minutes, err) < 0 ||
	    args_line(c->body, "provider", PROVIDER_CHARS, c->arena, &e->provider, err) < 0)
		return -1;
	if (!e->minutes)
		return needs(c, "hours-needed", p, "does not say how long you learned", "--hours HOURS", err);
	if (set_category(c, p, program, e, err) || set_competencies(c, p, program, e, err))
		return -1;
	return set_title(c, p, e, err);
}

/* ---- at the same time */

int event_around(struct ceud *d, int64_t person, const struct proposal *items, size_t n, struct arena *a,
    struct proposal_list *ret, struct err *err)
{
	int64_t from = INT64_MAX, until = INT64_MIN;

	for (size_t i = 0; i < n; i++) {
		if (items[i].event.start < from)
			from = items[i].event.start;
		if (items[i].event.end > until)
			until = items[i].event.end;
	}
	return proposal_around(d->store, person, from, until, a, ret, err);
}

/* A day without hours says nothing of when in it. */
static int overlap(const struct event *a, const struct event *b)
{
	return !a->all_day && !b->all_day && a->start < b->end && b->start < a->end;
}

const struct proposal *event_conflict(const struct proposal_list *around, const struct proposal *p, int confirmed_only)
{
	for (size_t i = 0; i < around->n && around->items[i].event.start < p->event.end; i++) {
		const struct proposal *other = &around->items[i];

		if (other->id != p->id && overlap(&p->event, &other->event) &&
		    (!confirmed_only || other->state == PROPOSAL_CONFIRMED))
			return other;
	}
	return NULL;
}

static int conflict_text(const struct proposal_list *around, const struct proposal *p, struct arena *a,
    const char **ret, struct err *err)
{
	const struct proposal *other = event_conflict(around, p, 1);
	char text[400];

	*ret = NULL;
	if (!other)
		return 0;
	snprintf(text, sizeof text,
	    "It was at the same time as entry %" PRId64 " (%.200s). An hour counts once: shorten one of them.",
	    other->entry_no, other->event.title);
	*ret = arena_strdup(a, text);
	return *ret ? 0 : err_oom(err);
}

int event_conflicts(struct call *c, const struct proposal *items, size_t n, struct entry_note *ret, struct err *err)
{
	struct proposal_list around = { 0 };

	if (event_around(c->d, c->subject.id, items, n, c->arena, &around, err))
		return -1;
	for (size_t i = 0; i < n; i++)
		if (conflict_text(&around, &items[i], c->arena, &ret[i].conflict, err))
			return -1;
	return 0;
}

/* ---- a correction as a rule */

static int is_joined(const char *joined, const struct entry *e)
{
	for (size_t i = 0; i < e->ncompetencies; i++) {
		size_t len = strlen(e->competencies[i]);

		if (strncmp(joined, e->competencies[i], len) || (joined[len] && joined[len] != ','))
			return 0;
		joined += len + (joined[len] == ',');
	}
	return !*joined;
}

/* Who left a guess away corrects nothing. */
int event_correction(struct call *c, const struct proposal *p, const struct entry *e, const char **ret, struct err *err)
{
	int category = strcmp(e->category, p->category) != 0;
	int competencies = e->ncompetencies && !is_joined(p->competencies, e);

	*ret = NULL;
	if ((!category && !competencies) || !p->event.title[0])
		return 0;
	*ret = feedrules_command(p->event.title, category ? e->category : NULL, e->competencies,
	    competencies ? e->ncompetencies : 0, c->arena);
	return *ret ? 0 : err_oom(err);
}
