/* What stands around the entries: person, program, cycle, totals, rules. */
#include <string.h>

#include "base/err.h"
#include "base/json.h"
#include "facts_read.h"

static int read_person(struct reading *r, const struct json *v, struct facts *f)
{
	const struct json *person;

	if (reading_object(r, v, "person", &person) != 0 ||
	    reading_text(r, person, "email", &f->email) != 0 ||
	    reading_maybe_text(r, person, "name", "", &f->name) != 0 ||
	    reading_maybe_text(r, v, "organisation", "", &f->organisation) != 0)
		return -1;
	return 0;
}

static int read_times(struct reading *r, const struct json *v, struct facts *f)
{
	if (reading_day(r, v, "today", &f->today) != 0 || reading_text(r, v, "generated", &f->generated) != 0)
		return -1;
	if (instant_parse(f->generated, &f->instant) != 0 || f->instant < 0)
		return reading_refuse(r, "generated", "is no instant since 1970");
	return 0;
}

static int read_cycle(struct reading *r, const struct json *v, struct facts *f)
{
	struct credit_cycle *c = &f->cycle;
	const struct json *cycle;

	if (reading_object(r, v, "cycle", &cycle) != 0 ||
	    reading_day(r, cycle, "start", &c->dates.start) != 0 ||
	    reading_day(r, cycle, "end", &c->dates.end) != 0 ||
	    reading_maybe_day(r, cycle, "counts_from", &c->counts_from) != 0 ||
	    reading_maybe_day(r, cycle, "counts_until", &c->counts_until) != 0 ||
	    reading_bool(r, cycle, "is_first", &c->is_first) != 0)
		return -1;
	return reading_number(r, cycle, "carried", 0, 1000000000, &c->carried);
}

static int read_submitted(struct reading *r, const struct json *v, struct facts *f)
{
	const struct json *submitted = json_get(v, "submitted");

	if (json_kind(submitted) == JSON_NULL)
		return 0;
	f->is_submitted = 1;
	if (reading_object(r, v, "submitted", &submitted) != 0 ||
	    reading_day(r, submitted, "on", &f->submitted_on) != 0)
		return -1;
	return reading_units(r, submitted, "counted", &f->submitted_counted);
}

static int is_id(const char *s)
{
	size_t len = strlen(s);

	return len > 0 && len <= 64 && s[0] != '.' &&
	    strspn(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.") == len;
}

static int read_program(struct reading *r, const struct json *v, struct facts *f)
{
	const struct json *program;

	if (reading_object(r, v, "program", &program) != 0 ||
	    reading_text(r, program, "id", &f->program) != 0 ||
	    reading_text(r, program, "hash", &f->program_hash) != 0)
		return -1;
	return is_id(f->program) ? 0 : reading_refuse(r, "program", "has an id that is none");
}

static int read_tallies(struct reading *r, const struct json *v, struct facts *f)
{
	const struct json *list;

	if (reading_list(r, v, "categories", PROGRAM_CATEGORIES_MAX, &list) != 0 ||
	    reading_array(r, json_size(list), sizeof *f->tallies, (void **)&f->tallies) != 0)
		return -1;
	for (; f->ntallies < json_size(list); f->ntallies++) {
		const struct json *item = json_at(list, f->ntallies);
		struct tally *t = &f->tallies[f->ntallies];

		if (reading_text(r, item, "id", &t->id) != 0 ||
		    reading_units(r, item, "logged", &t->logged) != 0 ||
		    reading_units(r, item, "counted", &t->counted) != 0 ||
		    reading_units(r, item, "over_limit", &t->over_limit) != 0 ||
		    reading_maybe_units(r, item, "limit", -1, &t->limit) != 0)
			return -1;
	}
	return 0;
}

static int read_findings(struct reading *r, const struct json *v, struct facts *f)
{
	const struct json *list;

	if (reading_list(r, v, "rules", 1000, &list) != 0 ||
	    reading_array(r, json_size(list), sizeof *f->findings, (void **)&f->findings) != 0)
		return -1;
	for (; f->nfindings < json_size(list); f->nfindings++) {
		const struct json *item = json_at(list, f->nfindings);
		struct finding *x = &f->findings[f->nfindings];

		if (reading_text(r, item, "id", &x->id) != 0 ||
		    reading_text(r, item, "text", &x->text) != 0 ||
		    reading_maybe_units(r, item, "need", -1, &x->need) != 0 ||
		    reading_maybe_units(r, item, "have", -1, &x->have) != 0 ||
		    reading_bool(r, item, "met", &x->met) != 0)
			return -1;
	}
	return 0;
}

/* `totals` has the numbers, `why` the parts of entries; in entries.json both are the document itself. */
static int read_all(const struct json *v, const struct json *totals, const struct json *why,
    struct facts *ret, struct err *err)
{
	struct facts f = { .arena = ARENA_INIT };
	struct reading r = { .err = err, .arena = &f.arena };

	if (read_person(&r, v, &f) != 0 || read_times(&r, v, &f) != 0 || read_cycle(&r, v, &f) != 0 ||
	    read_submitted(&r, v, &f) != 0 || read_program(&r, v, &f) != 0 ||
	    reading_units(&r, totals, "required", &f.required) != 0 ||
	    reading_units(&r, totals, "counted", &f.counted) != 0 || read_tallies(&r, totals, &f) != 0 ||
	    read_findings(&r, totals, &f) != 0 || facts_read_entries(&r, v, &f) != 0 ||
	    facts_read_pieces(&r, why, &f) != 0) {
		arena_free(&f.arena);
		return -1;
	}
	*ret = f;
	return 0;
}

int facts_read(const struct json *v, struct facts *ret, struct err *err)
{
	int64_t version;

	if (json_int(v, "ceud", &version) != 0 || version != 1)
		return err_set(err, ERR_USAGE, "facts-invalid", "It is not of version 1.");
	return read_all(v, v, v, ret, err);
}

/* A verdict given on that day is the same as today's, and does not change from day to day: what is planned is
 * known by its state. */
static day_t last_judged(const struct facts *f)
{
	day_t last = f->cycle.dates.start < f->today ? f->cycle.dates.start : f->today;

	for (size_t i = 0; i < f->n; i++)
		if (f->entries[i].state != ENTRY_PLANNED && f->entries[i].day <= f->today &&
		    f->entries[i].day > last)
			last = f->entries[i].day;
	return last;
}

int facts_read_job(const struct json *job, struct facts *ret, struct err *err)
{
	struct reading r = { .err = err };
	const struct json *status, *why;

	if (reading_object(&r, job, "status", &status) != 0 || reading_object(&r, job, "why", &why) != 0)
		return -1;
	if (read_all(job, status, why, ret, err) != 0)
		return -1;
	ret->today = last_judged(ret);
	return 0;
}

void facts_free(struct facts *f)
{
	arena_free(&f->arena);
	memset(f, 0, sizeof *f);
}
