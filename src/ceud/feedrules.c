/* Rules for events: read from a request, checked, shown. */
#include "feedrules.h"

#include <inttypes.h>
#include <string.h>

#include "args.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/json.h"
#include "base/text.h"
#include "ceud.h"
#include "guessing.h"
#include "programs.h"
#include "store/calendars.h"
#include "views.h"

enum { MINUTES_MAX = 600 };

/* ---- what is looked at */

static int refuse_field(const char *word, struct err *err)
{
	char shown[60];

	text_excerpt(shown, sizeof shown, word ? word : "");
	if (word)
		err_set(err, ERR_USAGE, "rule-field", "A rule cannot look at \"%s\".", shown);
	else
		err_set(err, ERR_USAGE, "rule-field", "The rule does not say what it looks at.");
	return err_next(err, "Name one of: title categories description location host organizer domain calendar series x-NAME");
}

static int refuse_test(const char *word, struct err *err)
{
	char shown[60];

	text_excerpt(shown, sizeof shown, word ? word : "");
	if (word)
		err_set(err, ERR_USAGE, "rule-test", "There is no test \"%s\".", shown);
	else
		err_set(err, ERR_USAGE, "rule-test", "The rule does not say how it compares.");
	return err_next(err, "Name one of: is contains begins ends like");
}

static int read_field(struct call *c, struct match_rule *r, struct err *err)
{
	const char *field = NULL, *test = NULL;

	r->extra = "";
	if (args_text(c->body, "field", &field, err) < 0 || args_text(c->body, "test", &test, err) < 0)
		return -1;
	if (!field || match_field_parse(field, &r->field, &r->extra, c->arena))
		return refuse_field(field, err);
	if (!test || match_test_parse(test, &r->test))
		return refuse_test(test, err);
	if (!r->extra)
		r->extra = "";
	return 0;
}

static int value_needed(const char *what, struct err *err)
{
	err_set(err, ERR_USAGE, "value-empty", "%s", what);
	return err_next(err, "For instance: ceu calendar rule add title contains workshop");
}

/* Texts are compared by their letters and digits. */
static int check_letters(const char *value, struct err *err)
{
	struct buf folded = BUF_INIT;
	int rc = text_fold(&folded, value, strlen(value)), is_empty = !folded.len;

	buf_free(&folded);
	if (rc)
		return err_oom(err);
	return is_empty ? value_needed("The rule's value holds no letter or digit to compare.", err) : 0;
}

static int read_value(struct call *c, struct match_rule *r, struct err *err)
{
	size_t most = r->field == MATCH_SERIES ? EVENT_UID_MAX : MATCH_VALUE_MAX;
	int given = args_filled(c->body, "value", most, c->arena, &r->value, err);

	if (given < 0)
		return -1;
	if (!given)
		return value_needed("The rule's value is missing.", err);
	if (strlen(r->value) > most) {
		err_set(err, ERR_USAGE, "value-long", "The rule's value is longer than %zu bytes.", most);
		return err_next(err, "A few telling words are enough.");
	}
	return r->test == MATCH_LIKE ? 0 : check_letters(r->value, err);
}

/* ---- what it sets */

/* An admin's rule may name what only some of the programs know; whose program does not know it gets no category from it. */
static int read_common_category(struct call *c, struct match_rule *r, const struct program **ret, struct err *err)
{
	const char *word = NULL;

	if (programs_get(c->d, programs_default(c->d), ret, err) || args_text(c->body, "category", &word, err) < 0)
		return -1;
	for (size_t i = 0; word && i < programs_count(c->d); i++) {
		const struct program *p = programs_at(c->d, i);
		int at = program_category(p, word);

		if (at < 0 || strcmp(p->categories[at].id, word))
			continue;
		*ret = p;
		r->category = p->categories[at].id;
		return 0;
	}
	return 0;
}

static int read_category(struct call *c, int is_common, struct match_rule *r, const struct program **ret, struct err *err)
{
	int category, given;

	r->category = "";
	if (is_common ? read_common_category(c, r, ret, err) : guessing_program(c->d, &c->subject, c->arena, ret, err))
		return -1;
	if (r->category[0])
		return 0;
	given = args_category(c->body, *ret, &category, err);
	if (given > 0)
		r->category = (*ret)->categories[category].id;
	return given < 0 ? -1 : 0;
}

static int read_competencies(struct call *c, const struct program *p, struct match_rule *r, struct err *err)
{
	struct competencies named = { .n = 0 };
	struct buf joined = BUF_INIT;

	if (args_competencies(c->body, p, &named, err) < 0)
		return -1;
	for (size_t i = 0; i < named.n; i++)
		buf_printf(&joined, "%s%s", i ? "," : "", named.ids[i]);
	r->competencies = joined.failed ? NULL : arena_strdup(c->arena, buf_str(&joined));
	buf_free(&joined);
	return r->competencies ? 0 : err_oom(err);
}

static int read_breaks(struct call *c, struct match_rule *r, struct err *err)
{
	const struct json *given = c->body ? json_get(c->body, "break_minutes") : NULL;
	int64_t minutes;

	r->break_minutes = -1;
	if (json_kind(given) == JSON_NULL)
		return 0;
	if (json_int(c->body, "break_minutes", &minutes) || minutes < 0 || minutes > MINUTES_MAX) {
		err_set(err, ERR_USAGE, "break-range", "Breaks are 0 to %d minutes.", MINUTES_MAX);
		return err_next(err, "For instance: --break 45, or --break none");
	}
	r->break_minutes = (int)minutes;
	return 0;
}

static int read_per_day(struct call *c, struct match_rule *r, struct err *err)
{
	const char *hours = NULL;

	if (args_text(c->body, "per_day", &hours, err) < 0 || (hours && date_parse_hours(hours, &r->per_day, err)))
		return -1;
	if (r->per_day <= MINUTES_MAX)
		return 0;
	err_set(err, ERR_USAGE, "per-day-range", "A day of an event brings at most 10 hours.");
	return err_next(err, "For instance: --per-day 6h");
}

static int sets_something(const struct match_rule *r)
{
	return r->category[0] || r->competencies[0] || r->provider[0] || r->break_minutes >= 0 || r->per_day;
}

static int read_verdict(struct call *c, struct match_rule *r, struct err *err)
{
	int ignore = 0;

	if (args_flag(c->body, "ignore", &ignore, err) < 0)
		return -1;
	r->verdict = ignore ? MATCH_IGNORE : MATCH_PROPOSE;
	if (!ignore || !sets_something(r))
		return 0;
	err_set(err, ERR_USAGE, "rule-ignore-sets", "A rule that ignores events has nothing else to say of them.");
	return err_next(err, "Leave out --ignore, or all the others.");
}

static int read_calendar(struct call *c, int is_common, struct feed_rule *r, struct err *err)
{
	const struct json *given = c->body ? json_get(c->body, "calendar") : NULL;
	struct calendar cal;
	int64_t no;

	if (json_kind(given) == JSON_NULL)
		return 0;
	if (is_common) {
		err_set(err, ERR_USAGE, "rule-calendar", "A rule for everybody is for all calendars.");
		return err_next(err, "To tell them apart: ceu admin rule add calendar contains WORD");
	}
	if (json_int(c->body, "calendar", &no))
		return args_number("", "a calendar", &no, err);
	if (calendar_get(c->d->store, c->subject.id, no, c->arena, &cal, err))
		return -1;
	if (cal.removed) {
		err_set(err, ERR_ABSENT, "no-calendar", "Calendar %" PRId64 " was removed.", no);
		return err_next(err, "ceu calendar list");
	}
	r->rule.calendar = cal.id;
	r->calendar_no = cal.no;
	return 0;
}

int feedrules_read(struct call *c, int is_common, struct feed_rule *ret, struct err *err)
{
	static const char *const members[] = {
		"field", "test", "value", "calendar", "category", "for", "provider", "break_minutes", "per_day", "ignore", "step"
	};
	struct feed_rule r = { .person = is_common ? 0 : c->subject.id, .added_at = c->d->now,
	    .rule = { .origin = is_common ? MATCH_ADMIN : MATCH_PERSONAL, .provider = "" } };
	const struct program *p = NULL;

	if (args_only(c, members, sizeof members / sizeof *members, err) || read_field(c, &r.rule, err) ||
	    read_value(c, &r.rule, err) || read_calendar(c, is_common, &r, err) ||
	    read_category(c, is_common, &r.rule, &p, err) || read_competencies(c, p, &r.rule, err) ||
	    args_line(c->body, "provider", PROVIDER_CHARS, c->arena, &r.rule.provider, err) < 0 ||
	    read_breaks(c, &r.rule, err) || read_per_day(c, &r.rule, err) || read_verdict(c, &r.rule, err))
		return -1;
	*ret = r;
	return 0;
}

static int says_same(const struct match_rule *a, const struct match_rule *b)
{
	return a->field == b->field && a->test == b->test && a->calendar == b->calendar && a->verdict == b->verdict &&
	    a->break_minutes == b->break_minutes && a->per_day == b->per_day && !strcmp(a->extra, b->extra) &&
	    !strcmp(a->value, b->value) && !strcmp(a->category, b->category) &&
	    !strcmp(a->competencies, b->competencies) && !strcmp(a->provider, b->provider);
}

int feedrules_check_double(const struct feed_rule_list *l, const struct feed_rule *r, struct err *err)
{
	const char *verb = r->person ? "calendar" : "admin";

	for (size_t i = 0; i < l->n; i++) {
		if (!says_same(&l->items[i].rule, &r->rule))
			continue;
		err_set(err, ERR_RULE, "rule-double", "Rule %" PRId64 " says the same.", l->items[i].rule.no);
		return err_next(err, "See what it matches: ceu %s rule test %" PRId64, verb, l->items[i].rule.no);
	}
	return 0;
}

/* ---- shown */

static const char *field_word(const struct match_rule *r, char out[80])
{
	size_t at;

	if (r->field != MATCH_EXTRA)
		return match_field_name(r->field);
	at = text_copy(out, 80, "x-");
	text_copy(out + at, 80 - at, !strncmp(r->extra, "X-", 2) ? r->extra + 2 : r->extra);
	return out;
}

static void rule_sets(struct jsonw *w, const struct match_rule *r)
{
	jsonw_str(w, "category", *r->category ? r->category : NULL);
	view_competencies(w, r->competencies);
	jsonw_str(w, "provider", *r->provider ? r->provider : NULL);
	if (r->break_minutes >= 0)
		jsonw_int(w, "break_minutes", r->break_minutes);
	else
		jsonw_null(w, "break_minutes");
	if (r->per_day)
		jsonw_int(w, "per_day_minutes", r->per_day);
	else
		jsonw_null(w, "per_day_minutes");
	jsonw_str(w, "verdict", r->verdict == MATCH_IGNORE ? "ignore" : "propose");
}

void view_feed_rule_members(struct jsonw *w, const struct feed_rule *r)
{
	const struct match_rule *m = &r->rule;
	struct arena a = ARENA_INIT;
	const char *text = match_rule_text(m, &a);
	char field[80];

	if (m->no)
		jsonw_int(w, "id", m->no);
	else
		jsonw_null(w, "id");	/* tried, not kept */
	jsonw_str(w, "text", text);
	jsonw_str(w, "field", field_word(m, field));
	jsonw_str(w, "test", match_test_name(m->test));
	jsonw_str(w, "value", m->value);
	if (r->calendar_no)
		jsonw_int(w, "calendar", r->calendar_no);
	else
		jsonw_null(w, "calendar");
	rule_sets(w, m);
	jsonw_str(w, "origin", r->person ? "personal" : "admin");
	if (!text)
		w->out->failed = 1;
	arena_free(&a);
}

/* ---- a correction as a rule */

static int put_words(struct buf *out, const char *title)
{
	struct buf folded = BUF_INIT;
	int rc = text_fold(&folded, title, strlen(title));
	size_t len = folded.len;

	if (len > MATCH_VALUE_MAX) {		/* whole words of it */
		len = MATCH_VALUE_MAX;
		while (len && folded.data[len] != ' ')
			len--;
	}
	if (!rc)
		rc = buf_add(out, buf_str(&folded), len);
	buf_free(&folded);
	return rc;
}

const char *feedrules_command(const char *title, const char *category, const char *const *competencies, size_t n,
    struct arena *a)
{
	struct buf out = BUF_INIT;
	const char *ret = NULL;

	buf_puts(&out, "ceu calendar rule add title contains \"");
	if (strpbrk(title, "\"\\$`!") || strlen(title) > MATCH_VALUE_MAX)
		put_words(&out, title);
	else
		buf_puts(&out, title);
	buf_putc(&out, '"');
	if (category)
		buf_printf(&out, " --category %s", category);
	for (size_t i = 0; i < n; i++)
		buf_printf(&out, "%s%s", i ? "," : " --for ", competencies[i]);
	if (!out.failed)
		ret = arena_strdup(a, buf_str(&out));
	buf_free(&out);
	return ret;
}
