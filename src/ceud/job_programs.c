/* A changed program: what it would make of everybody, and the change itself. */
#include "progjob.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/json.h"
#include "base/log.h"
#include "base/text.h"
#include "jobparts.h"
#include "loop.h"
#include "programs.h"
#include "recount.h"
#include "rematch.h"
#include "store/ledger.h"
#include "store/outbox.h"

enum { PAGE = 50, TURN_MS = 15, SIMULATED_MAX = 16, JOB_NAME = 80 };

struct walk {
	struct walk *next;
	struct program *program;
	int installs;			/* else it only looks */
	char actor[256]; int64_t actor_person;
	int64_t began, step;		/* ledger steps: of installing, and of binding, 0 before its first row */
	int64_t after;			/* id of the last cycle looked at */
	int64_t people, same, rebound, left;
	struct buf json; struct jsonw w;
	job_done *done; void *arg;	/* NULL: nobody waits (taken up after a restart) */
};

struct programs_job {
	struct walk *first;
	char simulated[SIMULATED_MAX][65]; size_t nsimulated;	/* hashes, the oldest is overwritten */
};

static void walk_free(struct walk *w)
{
	if (!w)
		return;
	program_free(w->program);
	buf_free(&w->json);
	free(w);
}

static struct walk *walk_new(const struct program_source_text *t, job_done *done, void *arg, struct err *err)
{
	struct buf text = BUF_INIT;
	struct conf_errors errors = { &text, 0 };
	struct walk *w = calloc(1, sizeof *w);

	if (!w) {
		err_oom(err);
		return NULL;
	}
	w->done = done;
	w->arg = arg;
	if (program_load(t->text, t->len, t->file, &w->program, &errors)) {
		err_set(err, ERR_RULE, "program-invalid", "%s", buf_str(&text));
		free(w);
		w = NULL;
	}
	buf_free(&text);
	return w;
}

static void enqueue(struct ceud *d, struct walk *w)
{
	struct walk **at = &d->jobs->programs->first;

	while (*at)
		at = &(*at)->next;
	*at = w;
	loop_wake_at(d->loop, d->now);
}

static void begin_answer(struct walk *w)
{
	jsonw_begin(&w->w, &w->json);
	jsonw_object(&w->w, NULL);
	jsonw_str(&w->w, "program", w->program->id);
	jsonw_str(&w->w, "hash", w->program->hash);
	jsonw_array(&w->w, w->installs ? "left" : "changes");
}

int programs_simulate(struct ceud *d, const struct program_source_text *t, job_done *done, void *arg, struct err *err)
{
	struct walk *w;

	if (jobs_stopping(d, err))
		return -1;
	w = walk_new(t, done, arg, err);
	if (!w)
		return -1;
	begin_answer(w);
	enqueue(d, w);
	return 0;
}

/* ---- install */

static void job_name(const struct program *p, char out[JOB_NAME])
{
	text_copy(out, JOB_NAME, "rebind ");
	text_copy(out + strlen(out), JOB_NAME - strlen(out), p->id);
}

static int was_simulated(const struct programs_job *j, const char *hash)
{
	for (size_t i = 0; i < j->nsimulated && i < SIMULATED_MAX; i++)
		if (!strcmp(j->simulated[i], hash))
			return 1;
	return 0;
}

static int check_install(struct ceud *d, const struct walk *w, const struct program_source_text *t, struct err *err)
{
	const struct program *offered;
	struct err none = { 0 };

	if (!was_simulated(d->jobs->programs, w->program->hash)) {
		err_set(err, ERR_RULE, "not-simulated", "Nobody has looked at what this text of %s would change.",
		    w->program->id);
		return err_next(err, "ceu admin program simulate %s", t->file);
	}
	if (programs_get(d, w->program->id, &offered, &none) || programs_origin(d, offered) != PROGRAM_FOLDER ||
	    !strcmp(offered->hash, w->program->hash))
		return 0;
	err_set(err, ERR_RULE, "program-in-folder",
	    "The folder of programs has another text of %s, which would stay on offer for new cycles.", w->program->id);
	return err_next(err, "Change that file, then: ceu admin reload; then: ceu admin program install %s", w->program->id);
}

/* Installed again it is no change, but open cycles may still be bound to other texts. */
static int install_text(struct ceud *d, const struct walk *w, struct actor *by, const struct program_text *text,
    struct err *err)
{
	const struct program *offered;
	struct err none = { 0 };

	if (!programs_get(d, w->program->id, &offered, &none) && programs_origin(d, offered) == PROGRAM_INSTALLED &&
	    !strcmp(offered->hash, w->program->hash))
		return 0;
	return program_text_put(d->store, text, d->now, err) || program_install(d->store, by, text, err) ? -1 : 0;
}

/* From this commit on new cycles open under the text, and the walk is owed to the open ones. */
static int store_install(struct ceud *d, struct walk *w, const struct program_source_text *t, struct err *err)
{
	struct program_text text = { .hash = w->program->hash, .id = w->program->id, .text = t->text, .len = t->len };
	struct actor by = { .person = w->actor_person, .name = w->actor, .now = d->now };
	char name[JOB_NAME];

	job_name(w->program, name);
	if (store_begin(d->store, err))
		return -1;
	if (ledger_step(d->store, &by, err) || install_text(d, w, &by, &text, err) ||
	    job_put(d->store, name, d->now, d->now, err) ||
	    store_commit(d->store, err)) {
		store_rollback(d->store);
		return -1;
	}
	w->began = by.step;
	return programs_take_installed(d, err);
}

int programs_install(struct ceud *d, const struct program_source_text *t, const char *actor_name, int64_t actor_person,
    job_done *done, void *arg, struct err *err)
{
	struct walk *w;

	if (jobs_stopping(d, err))
		return -1;
	w = walk_new(t, done, arg, err);
	if (!w)
		return -1;
	w->installs = 1;
	text_copy(w->actor, sizeof w->actor, actor_name);
	w->actor_person = actor_person;
	if (check_install(d, w, t, err) || store_install(d, w, t, err)) {
		walk_free(w);
		return -1;
	}
	begin_answer(w);
	enqueue(d, w);
	return 0;
}

/* ---- one person */

static void write_side(struct jsonw *w, const char *name, const struct verdict *v)
{
	jsonw_object(w, name);
	jsonw_str(w, "state", cycle_state_name(v->state));
	jsonw_units(w, "counted", v->counted);
	jsonw_units(w, "required", v->required);
	jsonw_end_object(w);
}

static void say_unfit(size_t n, struct buf *out)
{
	if (n)
		buf_printf(out, "%s%zu of the entries %s a category it does not know.", out->len ? " " : "", n,
		    n == 1 ? "has" : "have");
}

static void write_change(struct walk *w, const struct standing *before, const struct recount *r)
{
	struct buf text = BUF_INIT;

	recount_text(before, &r->after, &text);
	say_unfit(r->nunfit, &text);
	if (!text.len && !text.failed) {
		w->same++;
		return;
	}
	jsonw_object(&w->w, NULL);
	jsonw_str(&w->w, "person", before->person.email);
	write_side(&w->w, "before", &before->verdict);
	write_side(&w->w, "after", &r->after.verdict);
	jsonw_str(&w->w, "text", buf_str(&text));
	jsonw_end_object(&w->w);
	if (text.failed)
		w->json.failed = 1;
	buf_free(&text);
}

static int simulate_one(struct ceud *d, struct walk *w, const struct standing *s, struct arena *a, struct err *err)
{
	struct recount r;

	if (recount(d, s, w->program, (struct cycle){ s->cycle.start, s->cycle.end }, a, &r, err))
		return -1;
	write_change(w, s, &r);
	recount_free(&r);
	return 0;
}

/* Its entries cannot be counted under the text, so it keeps its own. */
static void leave(struct walk *w, const struct standing *s, size_t nunfit)
{
	struct buf text = BUF_INIT;

	w->left++;
	say_unfit(nunfit, &text);
	jsonw_object(&w->w, NULL);
	jsonw_str(&w->w, "person", s->person.email);
	jsonw_str(&w->w, "text", buf_str(&text));
	jsonw_end_object(&w->w);
	if (text.failed)
		w->json.failed = 1;
	buf_free(&text);
}

static size_t count_unfit(const struct standing *s, const struct program *p)
{
	struct err unknown = { 0 };
	struct entry_fact f;
	size_t n = 0;

	for (size_t i = 0; i < s->entries.n; i++)
		n += standing_fact(p, &s->entries.items[i], &f, &unknown) != 0;
	return n;
}

static int rebind_one(struct ceud *d, struct walk *w, const struct standing *s, struct actor *by, struct arena *a,
    struct err *err)
{
	size_t nunfit = count_unfit(s, w->program);

	if (nunfit) {
		leave(w, s, nunfit);
		return 0;
	}
	if (cycle_lock(d->store, s->cycle.id, err) ||
	    cycle_rebind(d->store, by, s->cycle.id, w->program->hash, err) || standing_keep(d, &s->person, a, err))
		return -1;
	w->rebound++;
	return 0;
}

static int look_at(struct ceud *d, struct walk *w, const struct cycle_row *c, struct actor *by, struct arena *a,
    struct err *err)
{
	struct person p;
	struct standing s;
	int rc;

	w->people++;
	if (c->submitted_at || !strcmp(c->program_hash, w->program->hash)) {
		w->same++;
		return 0;
	}
	if (person_get(d->store, c->person, a, &p, err) || standing_of_cycle(d, &p, c, a, &s, err))
		return -1;
	rc = w->installs ? rebind_one(d, w, &s, by, a, err) : simulate_one(d, w, &s, a, err);
	standing_free(&s);
	return rc;
}

/* ---- a slice */

/* As many cycles as there is time for. *ret: 1 when the walk is through. */
static int slice(struct ceud *d, struct walk *w, struct actor *by, int *ret, struct err *err)
{
	int64_t start = clock_monotonic();
	struct cycle_list page = { 0 };
	struct arena a = ARENA_INIT;
	int rc = 0;
	size_t i = 0;

	if (cycle_page(d->store, w->program->id, w->after, PAGE, &a, &page, err))
		rc = -1;
	for (; !rc && i < page.n && clock_monotonic() - start < TURN_MS; i++) {
		rc = look_at(d, w, &page.items[i], by, &a, err);
		w->after = page.items[i].id;
	}
	*ret = i == page.n && page.n < PAGE;
	arena_free(&a);
	return rc;
}

/* All slices are one step: an undo takes it back from everybody. */
static int install_slice(struct ceud *d, struct walk *w, int *ret, struct err *err)
{
	struct actor by = { .person = w->actor_person, .name = w->actor, .now = d->now, .step = w->step };
	char name[JOB_NAME];

	job_name(w->program, name);
	if (store_begin(d->store, err))
		return -1;
	if ((!w->step && ledger_step(d->store, &by, err)) || slice(d, w, &by, ret, err) ||
	    (*ret && (job_put(d->store, name, d->now, 0, err) || rematch_owe(d, 0, 0, err))) ||
	    store_commit(d->store, err)) {
		store_rollback(d->store);
		return -1;
	}
	if (w->rebound)
		w->step = by.step;
	return 0;
}

static void remember(struct programs_job *j, const char *hash)
{
	if (!was_simulated(j, hash))
		text_copy(j->simulated[j->nsimulated++ % SIMULATED_MAX], 65, hash);
}

static void end_answer(struct walk *w)
{
	jsonw_end_array(&w->w);
	if (w->installs) {
		jsonw_int(&w->w, "cycles", w->rebound);
	} else {
		jsonw_int(&w->w, "people", w->people);
		jsonw_int(&w->w, "same", w->same);
	}
	jsonw_end_object(&w->w);
}

static void finish(struct ceud *d, struct err *err)
{
	struct walk *w = d->jobs->programs->first;
	struct err oom = { 0 };

	d->jobs->programs->first = w->next;
	if (!err) {
		end_answer(w);
		if (w->json.failed) {
			err_oom(&oom);
			err = &oom;
		} else if (!w->installs) {
			remember(d->jobs->programs, w->program->hash);
		} else {
			log_notice("Program %s is installed; %lld open cycles were bound to it, %lld could not be.",
			    w->program->id, (long long)w->rebound, (long long)w->left);
			jobs_changed(d);
		}
	}
	if (w->done)
		w->done(w->arg, err ? NULL : &w->json, err);
	else if (err)
		log_error("Program %s could not be installed for everybody: %s", w->program->id, err->what);
	walk_free(w);
}

void programs_job_turn(struct ceud *d)
{
	struct walk *w = d->jobs->programs->first;
	struct err err = { 0 };
	int through = 0, rc;

	if (!w)
		return;
	rc = w->installs ? install_slice(d, w, &through, &err) : slice(d, w, NULL, &through, &err);
	if (rc || through)
		finish(d, rc ? &err : NULL);
}

int programs_job_busy(const struct programs_job *j)
{
	return j->first != NULL;
}

int programs_job_writes(const struct programs_job *j, int64_t step)
{
	for (const struct walk *w = j->first; w; w = w->next)
		if (w->installs && step && (step == w->began || step == w->step))
			return 1;
	return 0;
}

/* Those that install go on after the next start. */
void programs_job_stop(struct ceud *d)
{
	struct err err = { 0 };

	jobs_stopping(d, &err);
	while (d->jobs->programs->first)
		finish(d, &err);
}

/* ---- opening */

static int take_up(struct ceud *d, struct programs_job *j, const struct program_text *text, struct err *err)
{
	struct program_source_text t = { text->text, text->len, text->id };
	struct walk *w = walk_new(&t, NULL, NULL, err);
	int64_t last, next = 0;
	char name[JOB_NAME];

	if (!w)
		return -1;
	job_name(w->program, name);
	if (job_get(d->store, name, &last, &next, err)) {
		walk_free(w);
		return -1;
	}
	if (!next) {
		walk_free(w);
		return 0;
	}
	w->installs = 1;
	text_copy(w->actor, sizeof w->actor, "ceud");
	begin_answer(w);
	w->next = j->first;
	j->first = w;
	return 0;
}

int programs_job_open(struct ceud *d, struct programs_job **ret, struct err *err)
{
	struct program_text_list all = { 0 };
	struct programs_job *j = calloc(1, sizeof *j);
	struct arena a = ARENA_INIT;
	int rc;

	if (!j)
		return err_oom(err);
	rc = program_installed(d->store, &a, &all, err);
	for (size_t i = 0; !rc && i < all.n; i++)
		rc = take_up(d, j, &all.items[i], err);
	arena_free(&a);
	if (rc) {
		programs_job_close(j);
		return -1;
	}
	*ret = j;
	return 0;
}

void programs_job_close(struct programs_job *j)
{
	if (!j)
		return;
	while (j->first) {
		struct walk *w = j->first;

		j->first = w->next;
		walk_free(w);
	}
	free(j);
}
