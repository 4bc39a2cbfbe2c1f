/* Calendars: what is watched for a person.  Whatever needs a fetch is answered when that is through. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "args.h"
#include "base/text.h"
#include "ceud.h"
#include "feedstate.h"
#include "inbox.h"
#include "jobs.h"
#include "programs.h"
#include "store/ledger.h"
#include "views.h"

enum { URL_MAX = 2000, LOGIN_MAX = 500, AGENT_CHARS = 200, FILE_NAME_CHARS = 200 };

/* One calendar with the number of its events in each state. at_once: whoever asked for this fetch is told of any failure. */
static int view_counted(struct call *c, struct jsonw *w, const struct calendar *cal, int at_once, struct err *err)
{
	struct calendar_counts counts = { 0 };
	struct calendar shown = *cal;

	if (cal->id && calendar_counts(c->d->store, cal->id, c->d->now, &counts, err))
		return -1;
	feedstate_shown(&shown, c->d->now, at_once);
	view_calendar(w, NULL, &shown, &counts);
	return 0;
}

static int write_calendar(struct call *c, const struct calendar *cal, struct err *err)
{
	struct jsonw w;

	jsonw_begin(&w, &c->reply.body);
	return view_counted(c, &w, cal, 1, err) ? -1 : views_done(c, err);
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
		if (view_counted(c, &w, &all.items[i], 0, err))
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

static int hex_digit(char c)
{
	const char *digits = "0123456789abcdef", *at = c ? strchr(digits, c | 0x20) : NULL;

	return at ? (int)(at - digits) : -1;
}

/* "dana%40x:secret" -> "dana@x:secret". */
static int decode_login(const char *s, const char *end, struct buf *out)
{
	for (; s < end; s++) {
		int high = *s == '%' && end - s > 2 ? hex_digit(s[1]) : -1;
		int low = high >= 0 ? hex_digit(s[2]) : -1;

		buf_putc(out, low >= 0 ? (char)(high * 16 + low) : *s);
		if (low >= 0)
			s += 2;
		else if (*s == '%')
			return -1;
	}
	return text_has_control(buf_str(out), out->len) || !text_is_utf8(buf_str(out), out->len) ? -1 : 0;
}

/* A name and password in an address are kept apart from it, so that whatever shows or sends it has none. */
static int take_login(struct call *c, struct calendar *cal, struct err *err)
{
	const char *host = strstr(cal->url, "://") + 3, *end = host + strcspn(host, "/?#"), *at = memrchr(host, '@', (size_t)(end - host));
	struct buf login = BUF_INIT, url = BUF_INIT;
	int bad;

	cal->login = "";
	if (!at)
		return 0;
	bad = decode_login(host, at, &login) || login.len > LOGIN_MAX;
	if (!bad && login.len && !strchr(buf_str(&login), ':'))
		buf_putc(&login, ':');
	buf_printf(&url, "%.*s%s", (int)(host - cal->url), cal->url, at + 1);
	cal->login = login.failed ? NULL : arena_strdup(c->arena, buf_str(&login));
	cal->url = url.failed ? NULL : arena_strdup(c->arena, buf_str(&url));
	buf_free(&login);
	buf_free(&url);
	if (bad)
		return refuse_url("holds a name or password that is not understood", err);
	return cal->login && cal->url ? 0 : err_oom(err);
}

static int read_url(struct call *c, struct calendar *cal, struct err *err)
{
	struct buf shown = BUF_INIT;

	if (check_url(cal->url, err) || take_login(c, cal, err) || check_url(cal->url, err) || check_double(c, cal->url, err))
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

/* A calendar that is for one category is a provider's: all of it is proposed. A person's own is not. */
static int read_everything(struct call *c, struct calendar *cal, struct err *err)
{
	cal->everything = cal->category[0] != '\0';
	return args_flag(c->body, "everything", &cal->everything, err) < 0 ? -1 : 0;
}

static int is_given(const struct call *c, const char *member)
{
	return json_kind(json_get(c->body, member)) != JSON_NULL;
}

static int differs(const struct calendar *old, const char *what, struct err *err)
{
	err_set(err, ERR_RULE, "calendar-differs",
	    "Calendar %" PRId64 " (%s) was read from a file of that name, with another %s.", old->no, old->name, what);
	return err_next(err, "Send the file again without it, or first: ceu calendar remove %" PRId64, old->no);
}

/* What was said when the file came first holds: a later word that differs is not passed over in silence. */
static int check_same(const struct call *c, const struct calendar *old, const struct calendar *cal, struct err *err)
{
	if (is_given(c, "name") && strcmp(old->name, cal->name))
		return differs(old, "name", err);
	if (is_given(c, "category") && strcmp(old->category, cal->category))
		return differs(old, "category", err);
	if (is_given(c, "for") && strcmp(old->competencies, cal->competencies))
		return differs(old, "competency", err);
	if (is_given(c, "everything") && old->everything != cal->everything)
		return differs(old, "choice of everything", err);
	return 0;
}

/* A file of the same name is the same calendar, as it is now. */
static int find_sent_before(struct call *c, struct calendar *cal, struct err *err)
{
	struct calendar_list all = { 0 };

	if (calendar_of(c->d->store, c->subject.id, c->arena, &all, err))
		return -1;
	for (size_t i = 0; i < all.n; i++) {
		if (all.items[i].url[0] || strcmp(all.items[i].shown, cal->shown))
			continue;
		if (check_same(c, &all.items[i], cal, err))
			return -1;
		*cal = all.items[i];
		return 0;
	}
	return 0;
}

int route_calendar_add(struct call *c, struct err *err)
{
	static const char *const members[] = {
		"url", "file", "name", "category", "for", "user_agent", "everything"
	};
	struct calendar cal = { .person = c->subject.id, .name = "", .user_agent = "", .login = "", .etag = "",
		.last_modified = "", .body_hash = "", .state = "new", .error_code = "", .producer = "",
		.error_text = "", .added_at = c->d->now };
	struct upload file = { NULL, 0 };

	if (args_only(c, members, sizeof members / sizeof *members, err) ||
	    read_origin(c, &cal, &file, err) || read_suggestion(c, &cal, err) ||
	    args_filled(c->body, "name", NAME_CHARS, c->arena, &cal.name, err) < 0 ||
	    args_line(c->body, "user_agent", AGENT_CHARS, c->arena, &cal.user_agent, err) < 0 ||
	    read_everything(c, &cal, err) || (file.text && find_sent_before(c, &cal, err)))
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

static int accept_next(struct call *c, const struct calendar *cal, struct err *err)
{
	struct store *s = c->d->store;

	if (!store_begin(s, err) && !ledger_step(s, &c->actor, err) && !calendar_accept(s, &c->actor, cal, err) &&
	    !store_commit(s, err))
		return 0;
	store_rollback(s);
	return -1;
}

/* The next fetch is taken as it is; that of an address comes at once, a file is to be sent again. */
int route_calendar_accept(struct call *c, struct err *err)
{
	struct calendar cal;

	if (args_only(c, NULL, 0, err) || get_calendar(c, &cal, err))
		return -1;
	if (strcmp(cal.state, "suspect")) {
		err_set(err, ERR_RULE, "calendar-not-suspect",
		    "Nothing of calendar %" PRId64 " (%s) is held back.", cal.no, cal.name);
		return err_next(err, "ceu calendar list");
	}
	if (accept_next(c, &cal, err))
		return -1;
	cal.accepted = 1;
	if (cal.url[0])
		return fetch(c, &cal, NULL, err);
	return write_calendar(c, &cal, err);
}

int route_calendar_remove(struct call *c, struct err *err)
{
	struct calendar cal;

	if (get_calendar(c, &cal, err) || calendar_remove(c->d->store, &c->actor, &cal, err) || inbox_touched(c, err))
		return -1;
	cal.removed = 1;
	return write_calendar(c, &cal, err);
}
