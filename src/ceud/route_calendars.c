/* Calendars: what is watched for a person.  Whatever needs a fetch is answered when that is through. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "args.h"
#include "base/text.h"
#include "ceud.h"
#include "jobs.h"
#include "programs.h"
#include "views.h"

enum { URL_MAX = 2000, AGENT_CHARS = 200, FILE_NAME_CHARS = 200 };

/* One calendar with the number of its events that wait: in the inbox now, and not over yet. */
static int view_counted(struct call *c, struct jsonw *w, const struct calendar *cal, struct err *err)
{
	struct known *known = NULL;
	size_t n = 0;
	int64_t waiting = 0, planned = 0;

	if (cal->id && proposal_known(c->d->store, cal->id, c->arena, &known, &n, err))
		return -1;
	for (size_t i = 0; i < n; i++)
		if (known[i].state == PROPOSAL_WAITING)
			++*(known[i].end <= c->d->now ? &waiting : &planned);
	view_calendar(w, NULL, cal, waiting, planned);
	return 0;
}

static int write_calendar(struct call *c, const struct calendar *cal, struct err *err)
{
	struct jsonw w;

	jsonw_begin(&w, &c->reply.body);
	return view_counted(c, &w, cal, err) ? -1 : views_done(c, err);
}

int route_calendars(struct call *c, struct err *err)
{
	struct calendar_list all = { 0 };
	struct jsonw w;

	if (calendar_of(c->d->store, c->subject.id, c->arena, &all, err))
		return -1;
	jsonw_begin(&w, &c->reply.body);
	jsonw_object(&w, NULL);
	jsonw_array(&w, "calendars");
	for (size_t i = 0; i < all.n; i++)
		if (view_counted(c, &w, &all.items[i], err))
			return -1;
	jsonw_end_array(&w);
	jsonw_end_object(&w);
	return views_done(c, err);
}

static int get_calendar(struct call *c, struct calendar *ret, struct err *err)
{
	int64_t no;

	if (args_number(c->args[1], "a calendar", &no, err))
		return -1;
	if (calendar_get(c->d->store, c->subject.id, no, c->arena, ret, err))
		return -1;
	if (!ret->removed)
		return 0;
	err_set(err, ERR_ABSENT, "no-calendar", "Calendar %" PRId64 " was removed.", no);
	return err_next(err, "ceu calendar list");
}

/* ---- the address */

static int refuse_url(const char *what, struct err *err)
{
	err_set(err, ERR_USAGE, "url-invalid", "The calendar's address %s.", what);
	return err_next(err, "Copy it from your calendar's settings: it begins with https:// or webcal://");
}

static int is_scheme(const char *url, const char *scheme)
{
	return !strncasecmp(url, scheme, strlen(scheme));
}

static int check_url(const char *url, struct err *err)
{
	static const char *const schemes[] = { "https://", "http://", "webcal://", "webcals://" };
	const char *host = NULL;

	if (strlen(url) > URL_MAX)
		return refuse_url("is longer than 2000 characters", err);
	for (const char *p = url; *p; p++)
		if ((unsigned char)*p <= ' ' || *p == 0x7f)
			return refuse_url("holds blanks or control characters", err);
	for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++)
		if (is_scheme(url, schemes[i]))
			host = url + strlen(schemes[i]);
	if (!host)
		return refuse_url("does not begin with https, http or webcal", err);
	return strcspn(host, "/?#") ? 0 : refuse_url("names no server", err);
}

static int check_double(struct call *c, const char *url, struct err *err)
{
	struct calendar_list all = { 0 };

	if (calendar_of(c->d->store, c->subject.id, c->arena, &all, err))
		return -1;
	for (size_t i = 0; i < all.n; i++)
		if (!strcmp(all.items[i].url, url)) {
			err_set(err, ERR_RULE, "calendar-double",
			    "Calendar %" PRId64 " (%s) has that address already.", all.items[i].no,
			    all.items[i].name[0] ? all.items[i].name : all.items[i].shown);
			return err_next(err, "ceu calendar check %" PRId64, all.items[i].no);
		}
	return 0;
}

static int read_url(struct call *c, struct calendar *cal, struct err *err)
{
	struct buf shown = BUF_INIT;

	if (check_url(cal->url, err) || check_double(c, cal->url, err))
		return -1;
	args_shown_url(cal->url, &shown);
	cal->shown = shown.failed ? NULL : arena_strdup(c->arena, buf_str(&shown));
	buf_free(&shown);
	return cal->shown ? 0 : err_oom(err);
}

/* ---- adding */

struct upload { const char *text; size_t len; };

static int refuse_file(const char *code, const char *what, struct err *err)
{
	err_set(err, ERR_USAGE, code, "%s", what);
	return err_next(err, "Send {\"name\": \"x.ics\", \"text\": \"BEGIN:VCALENDAR...\"}.");
}

static int read_file(struct call *c, const struct json *file, struct calendar *cal, struct upload *ret,
    struct err *err)
{
	static const char *const members[] = { "name", "text" };
	const char *text = NULL;

	if (json_kind(file) != JSON_OBJECT)
		return refuse_file("field-type", "\"file\" is to be an object with a name and a text.", err);
	cal->shown = "";
	if (json_only(file, members, 2, err) || args_text(file, "text", &text, err) < 0 ||
	    args_filled(file, "name", FILE_NAME_CHARS, c->arena, &cal->shown, err) < 0)
		return -1;
	if (!text || !*cal->shown)
		return refuse_file("field-missing", "\"file\" lacks its name or its text.", err);
	cal->url = "";
	*ret = (struct upload){ text, strlen(text) };
	return 0;
}

static int read_origin(struct call *c, struct calendar *cal, struct upload *file, struct err *err)
{
	const struct json *upload = c->body ? json_get(c->body, "file") : NULL;
	int given = args_text(c->body, "url", &cal->url, err);

	if (given < 0)
		return -1;
	if (given && !upload)
		return read_url(c, cal, err);
	if (!given && upload)
		return read_file(c, upload, cal, file, err);
	err_set(err, ERR_USAGE, "calendar-origin", "%s",
	    given ? "Both an address and a file are given." : "No address and no file is given.");
	return err_next(err, "ceu calendar add URL|FILE");
}

/* The program that names categories for this person: her cycle's, else the one she is to have. */
static int find_program(struct call *c, const struct program **ret, struct err *err)
{
	struct cycle_row cycle;
	int found = cycle_current(c->d->store, c->subject.id, c->arena, &cycle, err);
	const char *id = c->subject.program;

	if (found < 0)
		return -1;
	if (found)
		return programs_by_hash(c->d, cycle.program_hash, ret, err);
	return programs_get(c->d, id && *id ? id : programs_default(c->d), ret, err);
}

static int read_suggestion(struct call *c, struct calendar *cal, struct err *err)
{
	const struct program *p;
	struct competencies named = { .n = 0 };
	struct buf joined = BUF_INIT;
	int category, given;

	if (find_program(c, &p, err))
		return -1;
	given = args_category(c->body, p, &category, err);
	if (given < 0 || args_competencies(c->body, p, &named, err) < 0)
		return -1;
	cal->category = given ? p->categories[category].id : "";
	for (size_t i = 0; i < named.n; i++)
		buf_printf(&joined, "%s%s", i ? "," : "", named.ids[i]);
	cal->competencies = joined.failed ? NULL : arena_strdup(c->arena, buf_str(&joined));
	buf_free(&joined);
	return cal->competencies ? 0 : err_oom(err);
}

static void fetched(void *arg, const struct calendar *cal, const struct err *err)
{
	struct call *c = arg;
	struct err failed = { 0 };

	if (!err && write_calendar(c, cal, &failed))
		err = &failed;
	call_finish(c, err);
}

static int fetch(struct call *c, const struct calendar *cal, const struct upload *file, struct err *err)
{
	if (jobs_fetch(c->d, cal, &c->subject, c->actor.name, c->actor.person, file ? file->text : NULL,
	    file ? file->len : 0, fetched, c, err))
		return -1;
	return ROUTE_LATER;
}

int route_calendar_add(struct call *c, struct err *err)
{
	static const char *const members[] = {
		"url", "file", "name", "category", "for", "user_agent"
	};
	struct calendar cal = { .person = c->subject.id, .name = "", .user_agent = "", .etag = "",
		.last_modified = "", .body_hash = "", .state = "new", .error_code = "",
		.error_text = "", .everything = 1, .added_at = c->d->now };
	struct upload file = { NULL, 0 };

	if (args_only(c, members, sizeof members / sizeof *members, err) ||
	    read_origin(c, &cal, &file, err) || read_suggestion(c, &cal, err) ||
	    args_filled(c->body, "name", NAME_CHARS, c->arena, &cal.name, err) < 0 ||
	    args_line(c->body, "user_agent", AGENT_CHARS, c->arena, &cal.user_agent, err) < 0)
		return -1;
	return fetch(c, &cal, file.text ? &file : NULL, err);
}

/* ---- checking and removing */

int route_calendar_check(struct call *c, struct err *err)
{
	struct calendar cal;

	if (args_only(c, NULL, 0, err) || get_calendar(c, &cal, err))
		return -1;
	if (cal.url[0])
		return fetch(c, &cal, NULL, err);
	err_set(err, ERR_RULE, "calendar-file",
	    "Calendar %" PRId64 " (%s) was read from a file; there is no address to ask.", cal.no,
	    cal.name[0] ? cal.name : cal.shown);
	return err_next(err, "Send the file again: ceu calendar add FILE");
}

int route_calendar_remove(struct call *c, struct err *err)
{
	struct calendar cal;

	if (get_calendar(c, &cal, err) || calendar_remove(c->d->store, &c->actor, &cal, err))
		return -1;
	cal.removed = 1;
	return write_calendar(c, &cal, err);
}
