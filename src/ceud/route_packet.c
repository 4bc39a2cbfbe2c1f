/* The renewal packet: a cycle with all that belongs to it, as the job of ceud-packet. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "args.h"
#include "ceud.h"
#include "config.h"
#include "packetjob.h"
#include "store/ledger.h"
#include "views.h"

static const struct format { const char *name, *job, *type, *extension; } formats[] = {
	{ "packet", "zip", "application/zip", "zip" },
	{ "csv", "csv", "text/csv; charset=utf-8", "csv" },
	{ "json", "json", "application/json", "json" }
};

static int read_format(const struct call *c, const struct format **ret, struct err *err)
{
	const char *word = request_query(c->request, "format");

	for (size_t i = 0; i < sizeof formats / sizeof *formats; i++)
		if (!strcmp(word ? word : "packet", formats[i].name)) {
			*ret = &formats[i];
			return 0;
		}
	err_set(err, ERR_USAGE, "format-unknown", "There is no such format.");
	return err_next(err, "One of: packet, csv, json");
}

/* ---- the job */

static void write_person(struct jsonw *w, const struct standing *s)
{
	jsonw_object(w, "person");
	jsonw_str(w, "email", s->person.email);
	jsonw_str(w, "name", s->person.name);
	jsonw_end_object(w);
}

static void write_cycle(struct jsonw *w, const struct standing *s)
{
	struct credit_cycle c = standing_cycle(s);

	jsonw_object(w, "cycle");
	jsonw_day(w, "start", c.dates.start);
	jsonw_day(w, "end", c.dates.end);
	jsonw_day(w, "counts_from", c.counts_from);
	jsonw_day(w, "counts_until", c.counts_until);
	jsonw_bool(w, "is_first", c.is_first);
	jsonw_int(w, "carried", c.carried);
	jsonw_end_object(w);
	if (!s->sent.id) {
		jsonw_null(w, "submitted");
		return;
	}
	jsonw_object(w, "submitted");
	jsonw_day(w, "on", s->sent.on);
	jsonw_units(w, "counted", s->sent.counted);
	jsonw_end_object(w);
}

static int write_program(struct call *c, struct jsonw *w, const struct standing *s, struct err *err)
{
	struct program_text text;

	if (program_text_get(c->d->store, s->cycle.program_hash, c->arena, &text, err))
		return -1;
	jsonw_object(w, "program");
	jsonw_str(w, "id", s->program->id);
	jsonw_str(w, "hash", text.hash);
	jsonw_strn(w, "text", text.text, text.len);
	jsonw_end_object(w);
	return 0;
}

/* The instant of the last change of these facts: the same facts give the same bytes. */
static int write_generated(struct call *c, struct jsonw *w, struct err *err)
{
	struct change_list last = { 0 };

	if (ledger_of(c->d->store, c->subject.id, 0, 1, c->arena, &last, err))
		return -1;
	jsonw_instant(w, "generated", last.n ? last.items[0].at : c->subject.created_at);
	return 0;
}

/* The object of the API, and besides which occurrence of an event it was. */
static int write_entry(struct call *c, struct jsonw *w, const struct standing *s, size_t at, struct err *err)
{
	struct entry_view v = { .entry = &s->entries.items[at], .program = s->program, .standing = s, .at = at };
	struct buf one = BUF_INIT, event = BUF_INIT;
	struct jsonw x;

	if (view_files(c->d, &v, c->arena, err))
		return -1;
	jsonw_begin(&x, &one);
	view_entry(&x, NULL, &v);
	jsonw_begin(&x, &event);
	jsonw_str(&x, NULL, s->facts[at].event);
	if (one.failed || event.failed || !one.len) {
		w->out->failed = 1;
	} else {
		one.len--;		/* its closing brace */
		buf_printf(&one, ",\"event\":%s}", buf_str(&event));
		jsonw_raw(w, NULL, buf_str(&one), one.len);
		w->out->failed |= one.failed;
	}
	buf_free(&one);
	buf_free(&event);
	return 0;
}

static int write_entries(struct call *c, struct jsonw *w, const struct standing *s, struct err *err)
{
	jsonw_array(w, "entries");
	for (size_t i = 0; i < s->entries.n; i++)
		if (!s->entries.items[i].is_void && write_entry(c, w, s, i, err))
			return -1;
	jsonw_end_array(w);
	jsonw_object(w, "why");
	jsonw_array(w, "entries");
	for (size_t i = 0; i < s->entries.n; i++)
		if (!s->entries.items[i].is_void)
			view_why(w, s, i);
	jsonw_end_array(w);
	view_rules(w, "rules", s);
	jsonw_end_object(w);
	return 0;
}

/* Absolute: ceud-packet may stand in another folder. */
static int write_folder(struct call *c, struct jsonw *w, struct err *err)
{
	char *state = realpath(c->d->state_dir, NULL);
	struct buf path = BUF_INIT;

	if (!state)
		return err_errno(err, "packet-failed", "The state folder cannot be found");
	buf_printf(&path, "%s/evidence", state);
	jsonw_str(w, "evidence_dir", buf_str(&path));
	w->out->failed |= path.failed;
	buf_free(&path);
	free(state);
	return 0;
}

static int write_job(struct call *c, const struct standing *s, const struct format *f, struct buf *out, struct err *err)
{
	struct jsonw w;

	jsonw_begin(&w, out);
	jsonw_object(&w, NULL);
	jsonw_str(&w, "format", f->job);
	if (write_folder(c, &w, err))
		return -1;
	jsonw_str(&w, "organisation", c->d->config->organisation ? c->d->config->organisation : "");
	write_person(&w, s);
	if (write_generated(c, &w, err))
		return -1;
	jsonw_day(&w, "today", s->today);
	write_cycle(&w, s);
	if (write_program(c, &w, s, err))
		return -1;
	view_status(&w, "status", s);
	if (write_entries(c, &w, s, err))
		return -1;
	jsonw_end_object(&w);
	buf_putc(out, '\n');
	return out->failed ? err_oom(err) : 0;
}

/* ---- the route */

/* "ccxp-renewal-2026.zip" */
static const char *filename(struct call *c, const struct standing *s, const struct format *f)
{
	char name[24], text[80];
	size_t n = 0;

	for (const char *p = s->program->name; *p && n < sizeof name - 1; p++)
		if ((*p >= 'a' && *p <= 'z') || (*p >= '0' && *p <= '9'))
			name[n++] = *p;
		else if (*p >= 'A' && *p <= 'Z')
			name[n++] = (char)(*p - 'A' + 'a');
		else if (n && name[n - 1] != '-')
			name[n++] = '-';
	while (n && name[n - 1] == '-')
		n--;
	name[n] = '\0';
	snprintf(text, sizeof text, "%s%srenewal-%d.%s", name, n ? "-" : "", date_ymd(s->cycle.end).year, f->extension);
	return arena_strdup(c->arena, text);
}

static int order(struct call *c, struct standing *s, const struct format *f, struct err *err)
{
	const char *name = filename(c, s, f);
	struct buf job = BUF_INIT;
	int rc;

	if (!name)
		return err_oom(err);
	rc = standing_pending(c->d, s, c->arena, err) || standing_sent(c->d, s, c->arena, err) ||
	    write_job(c, s, f, &job, err) || packet_make(c, &job, f->type, name, err) ? -1 : ROUTE_LATER;
	buf_free(&job);
	return rc;
}

int route_packet(struct call *c, struct err *err)
{
	const struct format *f = NULL;
	struct standing s;
	int year, rc;

	if (!c->d->packet_program) {
		err_set(err, ERR_FAILED, "no-ceud-packet", "ceud-packet, which makes packets, is not installed.");
		return err_next(err, "Ask your admin to install it: make install");
	}
	if (read_format(c, &f, err) || args_query_year(c, &year, err) ||
	    standing_load(c->d, &c->subject, year, c->arena, &s, err))
		return -1;
	rc = order(c, &s, f, err);
	standing_free(&s);
	return rc;
}
