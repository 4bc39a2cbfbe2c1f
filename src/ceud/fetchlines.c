/* The lines of a fetch, checked as they come. */
#include "fetchlines.h"

#include <string.h>

#include "base/json.h"
#include "base/text.h"

enum { SKIPS_MAX = 200, VALUE_MAX = 2000, VALIDATOR_MAX = 1024 };

static int broken(struct err *err, const char *what)
{
	return err_set(err, ERR_FAILED, "helper-line", "The calendar reader answered something that is not understood: %s.", what);
}

/* A string member without control characters and not too long; "" when it is absent. NULL: no memory. */
static const char *text_of(struct fetch_answer *f, const struct json *v, const char *name)
{
	const char *s = json_str(v, name);
	size_t len = s ? strlen(s) : 0;
	struct buf clean = BUF_INIT;
	char *copy;

	text_clean(&clean, s ? s : "", len > VALUE_MAX ? VALUE_MAX : len, VALUE_MAX);
	copy = clean.failed ? NULL : arena_strdup(&f->arena, buf_str(&clean));
	buf_free(&clean);
	return copy;
}

/* What goes back to servers goes as it came, or not at all: a validator or an address that was tidied is another one.
 * NULL: no memory. */
static const char *verbatim_of(struct fetch_answer *f, const struct json *v, const char *name, size_t most)
{
	const char *s = json_str(v, name);

	if (!s || strlen(s) > most || text_has_control(s, strlen(s)))
		s = "";
	return arena_strdup(&f->arena, s);
}

static int64_t number_of(const struct json *v, const char *name, int64_t max)
{
	int64_t n = 0;

	if (json_int(v, name, &n) || n < 0)
		return 0;
	return n > max ? max : n;
}

static int take_skip(struct fetch_answer *f, const struct json *v, struct err *err)
{
	struct fetch_skip skip;

	if (f->nskipped == SKIPS_MAX)
		return 0;
	skip.code = text_of(f, v, "code");
	skip.uid = text_of(f, v, "uid");
	skip.text = text_of(f, v, "text");
	if (!skip.code || !skip.uid || !skip.text ||
	    arena_grow(&f->arena, (void **)&f->skipped, f->nskipped, &f->skipped_cap, sizeof *f->skipped))
		return err_oom(err);
	f->skipped[f->nskipped++] = skip;
	return 0;
}

static int take_complete(struct fetch_answer *f, const struct json *v, struct err *err)
{
	static const char *const names[] = { "ok", "partial", "not-modified" };
	const char *result = json_str(v, "result");
	size_t i = 0;

	while (i < 3 && (!result || strcmp(result, names[i])))
		i++;
	if (i == 3)
		return broken(err, "no result");
	f->etag = verbatim_of(f, v, "etag", VALIDATOR_MAX);
	f->last_modified = verbatim_of(f, v, "last_modified", VALIDATOR_MAX);
	f->body_hash = text_of(f, v, "body_hash");
	f->name = text_of(f, v, "name");
	f->moved_to = verbatim_of(f, v, "url", VALUE_MAX);
	f->producer = text_of(f, v, "producer");
	if (!f->etag || !f->last_modified || !f->body_hash || !f->name || !f->moved_to || !f->producer)
		return err_oom(err);
	f->http = number_of(v, "http", 999);
	f->cancels = json_bool(v, "cancels", 0);
	f->kept = json_bool(v, "kept", 0);
	f->parsed = json_bool(v, "parsed", 0);
	f->nevents = number_of(v, "events", INT32_MAX);
	f->retry_after = number_of(v, "retry_after", 7 * 86400);
	f->refresh = number_of(v, "refresh_s", 7 * 86400);
	f->result = i == 0 ? FETCH_OK : i == 1 ? FETCH_PARTIAL : FETCH_NOT_MODIFIED;
	return 0;
}

static int take_failed(struct fetch_answer *f, const struct json *v, struct err *err)
{
	f->code = text_of(f, v, "code");
	f->text = text_of(f, v, "text");
	f->next = text_of(f, v, "next");
	if (!f->code || !f->text || !f->next)
		return err_oom(err);
	if (!f->code[0] || !f->text[0])
		return broken(err, "a failure without a word");
	f->http = number_of(v, "http", 999);
	f->retry = json_bool(v, "retry", 0);
	f->retry_after = number_of(v, "retry_after", 7 * 86400);
	f->result = FETCH_FAILED;
	return 0;
}

/* It is read in place, so a copy is. */
static int take_event(struct fetch_answer *f, const char *text, size_t len, struct err *err)
{
	buf_reset(&f->record);
	if (buf_add(&f->record, text, len))
		return err_oom(err);
	return event_list_add(&f->events, f->record.data, len, err);
}

/* One that is not written as ceud-net writes it. */
static int take_other_event(struct fetch_answer *f, const struct json *v, struct err *err)
{
	struct buf text = BUF_INIT;
	int rc = json_print(&text, v, 0) ? err_oom(err) : take_event(f, buf_str(&text), text.len, err);

	buf_free(&text);
	return rc;
}

static int take_line(struct fetch_answer *f, const char *line, size_t len, struct err *err)
{
	struct json *root;
	const struct json *v;
	int rc;

	if (json_parse(line, len, &root, err))
		return broken(err, "a line that is no JSON");
	if ((v = json_get(root, "event")))
		rc = take_other_event(f, v, err);
	else if ((v = json_get(root, "skipped")))
		rc = take_skip(f, v, err);
	else if ((v = json_get(root, "complete")))
		rc = take_complete(f, v, err);
	else if ((v = json_get(root, "failed")))
		rc = take_failed(f, v, err);
	else
		rc = broken(err, "an unknown line");
	json_free(root);
	return rc;
}

/* Nearly all lines are events, and no document is built of those. */
int fetch_line(struct fetch_answer *f, const char *line, size_t len, struct err *err)
{
	static const char start[] = "{\"event\":";
	const size_t n = sizeof start - 1;

	if (f->result != FETCH_NOTHING)
		return broken(err, "a line after the last one");
	if (len > n && !memcmp(line, start, n) && line[len - 1] == '}')
		return take_event(f, line + n, len - n - 1, err);
	return take_line(f, line, len, err);
}

int fetch_answer_copy(struct fetch_answer *to, const struct fetch_answer *from, struct err *err)
{
	struct fetch_answer f = *from;
	const char **texts[] = { &f.etag, &f.last_modified, &f.body_hash, &f.name, &f.moved_to, &f.producer, &f.code, &f.text,
		&f.next };

	f.arena = (struct arena)ARENA_INIT;
	f.events = (struct event_list)EVENT_LIST_INIT;
	f.record = (struct buf)BUF_INIT;
	f.skipped = NULL;
	f.nskipped = f.skipped_cap = 0;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		if (!*texts[i])
			continue;
		*texts[i] = arena_strdup(&f.arena, *texts[i]);
		if (!*texts[i]) {
			arena_free(&f.arena);
			return err_oom(err);
		}
	}
	*to = f;
	return 0;
}

void fetch_answer_free(struct fetch_answer *f)
{
	event_list_free(&f->events);
	buf_free(&f->record);
	arena_free(&f->arena);
	memset(f, 0, sizeof *f);
}
