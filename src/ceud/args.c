/* Reading what a request says, with refusals that tell what to write instead. */
#include "args.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/api.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/json.h"
#include "base/text.h"
#include "routes.h"

enum { SHOWN = 60, DAY_MINUTES = 1440, NUMBER_DIGITS = 15, SHOWN_PIECE = 20, COUNT_MAX = 1000000 };

int args_only(const struct call *c, const char *const *names, size_t n, struct err *err)
{
	return c->body ? json_only(c->body, names, n, err) : 0;
}

static int refuse_kind(const char *name, const char *kind, struct err *err)
{
	err_set(err, ERR_USAGE, "field-type", "\"%s\" is to be %s.", name, kind);
	return err_next(err, "Send it so, or leave it out.");
}

/* The member, or NULL where it is missing or null. */
static const struct json *member(const struct json *body, const char *name)
{
	const struct json *v = body ? json_get(body, name) : NULL;

	return v && json_kind(v) != JSON_NULL ? v : NULL;
}

int args_text(const struct json *body, const char *name, const char **ret, struct err *err)
{
	const struct json *v = member(body, name);

	if (!v)
		return 0;
	if (!json_text(v))
		return refuse_kind(name, "a text", err);
	*ret = json_text(v);
	return 1;
}

int args_flag(const struct json *body, const char *name, int *ret, struct err *err)
{
	const struct json *v = member(body, name);

	if (!v)
		return 0;
	if (json_kind(v) != JSON_BOOL)
		return refuse_kind(name, "true or false", err);
	*ret = json_yes(v);
	return 1;
}

/* ---- lines of text */

static size_t count_chars(const char *s)
{
	size_t n = 0;

	for (; *s; s++)
		n += ((unsigned char)*s & 0xc0) != 0x80;
	return n;
}

static int refuse_line(const char *name, const char *fault, const char *what, const char *next,
    struct err *err)
{
	char code[40];

	snprintf(code, sizeof code, "%.20s-%s", name, fault);
	err_set(err, ERR_USAGE, code, "The %s %s.", name, what);
	return err_next(err, "%s", next);
}

int args_line(const struct json *body, const char *name, size_t max_chars, struct arena *a, const char **ret,
    struct err *err)
{
	struct buf clean = BUF_INIT;
	const char *text;
	char what[80];
	int given = args_text(body, name, &text, err);

	if (given <= 0)
		return given;
	if (text_has_control(text, strlen(text)))
		return refuse_line(name, "control", "holds control characters",
		    "Write it as one line of plain text.", err);
	if (text_clean(&clean, text, strlen(text), max_chars + 1)) {
		buf_free(&clean);
		return err_oom(err);
	}
	if (count_chars(buf_str(&clean)) > max_chars) {
		buf_free(&clean);
		snprintf(what, sizeof what, "is longer than %zu characters", max_chars);
		return refuse_line(name, "long", what, "Shorten it.", err);
	}
	*ret = arena_strdup(a, buf_str(&clean));
	buf_free(&clean);
	return *ret ? 1 : err_oom(err);
}

int args_filled(const struct json *body, const char *name, size_t max_chars, struct arena *a,
    const char **ret, struct err *err)
{
	const char *line;
	int given = args_line(body, name, max_chars, a, &line, err);

	if (given <= 0)
		return given;
	if (!*line)
		return refuse_line(name, "empty", "is empty", "Give it at least one character that shows.",
		    err);
	*ret = line;
	return 1;
}

/* ---- hours and days */

int args_minutes(const struct json *body, int *ret, struct err *err)
{
	const struct json *v = member(body, "minutes");
	const char *hours;
	int64_t minutes;
	int given = args_text(body, "hours", &hours, err);

	if (given < 0)
		return -1;
	if (given && v) {
		err_set(err, ERR_USAGE, "hours-double", "Both \"hours\" and \"minutes\" are given.");
		return err_next(err, "Give one of them.");
	}
	if (given)
		return date_parse_hours(hours, ret, err) ? -1 : 1;
	if (!v)
		return 0;
	if (json_int(body, "minutes", &minutes))
		return refuse_kind("minutes", "a whole number", err);
	if (minutes < 1 || minutes > DAY_MINUTES) {
		err_set(err, ERR_USAGE, "hours-range",
		    "%lld minutes are not between one minute and 24 hours.", (long long)minutes);
		return err_next(err, "Split what took longer than a day into its days.");
	}
	*ret = (int)minutes;
	return 1;
}

int args_day(const struct json *body, const char *name, day_t today, enum date_look look, day_t *ret,
    struct err *err)
{
	const char *text;
	int given = args_text(body, name, &text, err);

	if (given <= 0)
		return given;
	return date_parse(text, today, look, ret, err) ? -1 : 1;
}

/* ---- words of the program: categories, competencies, tags, kinds */

enum { IDS_MAX = 32 };		/* of any of these, in a program */
struct naming { const char *kind, *plural, *code, *ids[IDS_MAX]; size_t n; };

static int refuse_unknown(const struct naming *k, const char *word, struct err *err)
{
	struct buf list = BUF_INIT;
	char shown[SHOWN], code[40];
	const char *meant;

	for (size_t i = 0; i < k->n; i++)
		buf_printf(&list, "%s%s", i ? ", " : "", k->ids[i]);
	text_excerpt(shown, sizeof shown, word);
	snprintf(code, sizeof code, "%s-unknown", k->code);
	err_set(err, ERR_USAGE, code, "There is no %s \"%s\".\n%s: %s", k->kind, shown, k->plural,
	    k->n ? buf_str(&list) : "none in this program");
	buf_free(&list);
	if (!k->n)
		return err_next(err, "Leave it out.");
	meant = text_suggest(word, k->ids, k->n);
	if (meant)
		return err_next(err, "Did you mean: %s", meant);
	return err_next(err, "Write one of these, or its beginning.");
}

static int refuse_ambiguous(const struct naming *k, const char *word, struct err *err)
{
	struct buf list = BUF_INIT;
	char code[40];

	for (size_t i = 0; i < k->n; i++)
		if (!strncmp(k->ids[i], word, strlen(word)))
			buf_printf(&list, "%s%s", list.len ? ", " : "", k->ids[i]);
	snprintf(code, sizeof code, "%s-ambiguous", k->code);
	err_set(err, ERR_USAGE, code, "\"%s\" could be: %s.", word, buf_str(&list));
	buf_free(&list);
	return err_next(err, "Write more of it.");
}

static int settle_word(const struct naming *k, const char *word, int found, int *ret, struct err *err)
{
	if (found == -2 && *word)
		return refuse_ambiguous(k, word, err);
	if (found < 0)
		return refuse_unknown(k, word, err);
	*ret = found;
	return 0;
}

int args_category_word(const char *word, const struct program *p, int *ret, struct err *err)
{
	struct naming k = { .kind = "category", .plural = "Categories", .code = "category", .n = p->ncategories };

	for (size_t i = 0; i < k.n; i++)
		k.ids[i] = p->categories[i].id;
	return settle_word(&k, word, program_category(p, word), ret, err);
}

/* A competency of an older framework is the one that stands for it. */
int args_competency_word(const char *word, const struct program *p, int *ret, struct err *err)
{
	int known = program_maps_to(p, word);
	struct naming k = { .kind = "competency", .plural = "Competencies", .code = "competency",
	    .n = p->ncompetencies };

	for (size_t i = 0; i < k.n; i++)
		k.ids[i] = p->competencies[i].id;
	return settle_word(&k, word, known >= 0 ? known : program_competency(p, word), ret, err);
}

int args_tag_word(const char *word, const struct program *p, int *ret, struct err *err)
{
	struct naming k = { .kind = "tag", .plural = "Tags", .code = "tag", .n = p->ntags };

	for (size_t i = 0; i < k.n; i++)
		k.ids[i] = p->tags[i].id;
	return settle_word(&k, word, program_tag(p, word), ret, err);
}

int args_kind_word(const char *word, const struct program *p, int *ret, struct err *err)
{
	struct naming k = { .kind = "kind of earning", .plural = "Kinds", .code = "earn", .n = p->nkinds };

	for (size_t i = 0; i < k.n; i++)
		k.ids[i] = p->kinds[i].id;
	return settle_word(&k, word, program_kind(p, word), ret, err);
}

int args_category(const struct json *body, const struct program *p, int *ret, struct err *err)
{
	const char *word;
	int given = args_text(body, "category", &word, err);

	if (given <= 0)
		return given;
	return args_category_word(word, p, ret, err) ? -1 : 1;
}

int args_competencies(const struct json *body, const struct program *p, struct competencies *ret,
    struct err *err)
{
	const struct json *list = member(body, "for");
	struct competencies found = { .n = 0 };
	uint32_t seen = 0;
	int at;

	if (!list)
		return 0;
	if (json_kind(list) != JSON_ARRAY)
		return refuse_kind("for", "a list of competencies", err);
	for (size_t i = 0; i < json_size(list); i++) {
		const char *word = json_text(json_at(list, i));

		if (!word)
			return refuse_kind("for", "a list of competencies", err);
		if (args_competency_word(word, p, &at, err))
			return -1;
		if (!(seen >> at & 1))
			found.ids[found.n++] = p->competencies[at].id;
		seen |= UINT32_C(1) << at;
	}
	*ret = found;
	return 1;
}

int args_tags(const struct json *body, const struct program *p, struct tags *ret, struct err *err)
{
	const struct json *list = member(body, "tags");
	struct tags found = { .n = 0 };
	uint32_t seen = 0;
	int at;

	if (!list)
		return 0;
	if (json_kind(list) != JSON_ARRAY)
		return refuse_kind("tags", "a list of tags", err);
	for (size_t i = 0; i < json_size(list); i++) {
		const char *word = json_text(json_at(list, i));

		if (!word)
			return refuse_kind("tags", "a list of tags", err);
		if (args_tag_word(word, p, &at, err))
			return -1;
		if (!(seen >> at & 1))
			found.ids[found.n++] = p->tags[at].id;
		seen |= UINT32_C(1) << at;
	}
	*ret = found;
	return 1;
}

int args_earn(const struct json *body, const struct program *p, int *ret, struct err *err)
{
	const char *word;
	int given = args_text(body, "earn", &word, err);

	if (given <= 0)
		return given;
	if (*word)
		return args_kind_word(word, p, ret, err) ? -1 : 1;
	*ret = -1;
	return 1;
}

int args_count(const struct json *body, int64_t *ret, struct err *err)
{
	const struct json *v = member(body, "count");
	struct buf text = BUF_INIT;
	int64_t count = 0;
	int rc;

	if (!v)
		return 0;
	if (json_kind(v) != JSON_NUMBER)
		return refuse_kind("count", "a number", err);
	if (json_print(&text, v, 0)) {
		buf_free(&text);
		return err_oom(err);
	}
	rc = units_parse(buf_str(&text), &count);
	buf_free(&text);
	if (!rc && count > 0 && count <= COUNT_MAX) {
		*ret = count;
		return 1;
	}
	err_set(err, ERR_USAGE, "count-invalid", "\"count\" is to be 0.01 to 10000, with at most two places.");
	return err_next(err, "Say how many items or credits it was: --earn KIND=1.5");
}

/* ---- addresses */

static int is_word(const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (s[i] >= '0' && s[i] <= '9')
			return 0;
	return len <= SHOWN_PIECE;
}

int args_shown_url(const char *url, struct buf *out)
{
	const char *host = strstr(url, "://") + 3, *at, *end = host + strcspn(host, "/?#");
	size_t first;

	buf_add(out, url, (size_t)(host - url));
	while ((at = memchr(host, '@', (size_t)(end - host))))
		host = at + 1;		/* a name and password before the host */
	buf_add(out, host, (size_t)(end - host));
	if (!*end)
		return out->failed ? -1 : 0;
	first = *end == '/' ? strcspn(end + 1, "/?#") : 0;
	if (*end == '/' && is_word(end + 1, first)) {
		if (!end[1 + first])
			return buf_puts(out, end);
		if (first)
			buf_printf(out, "/%.*s", (int)first, end + 1);
	}
	return buf_puts(out, "/...");
}

/* ---- numbers of paths and queries */

int args_number(const char *word, const char *what, int64_t *ret, struct err *err)
{
	size_t len = strlen(word);
	char shown[SHOWN];

	if (len && len <= NUMBER_DIGITS && strspn(word, "0123456789") == len && word[0] != '0') {
		*ret = strtoll(word, NULL, 10);
		return 0;
	}
	text_excerpt(shown, sizeof shown, word);
	err_set(err, ERR_USAGE, "number-invalid", "\"%s\" is no number of %s.", shown, what);
	return err_next(err, "Write a whole number from 1 on.");
}

static int has(const struct ids *l, int64_t id)
{
	for (size_t i = 0; i < l->n; i++)
		if (l->items[i] == id)
			return 1;
	return 0;
}

int args_ids(const char *word, struct arena *a, struct ids *ret, struct err *err)
{
	struct ids found = { arena_alloc(a, API_IDS_MAX * sizeof *found.items), 0 };
	int64_t id;

	if (!found.items)
		return err_oom(err);
	for (;;) {
		size_t len = strcspn(word, ",");
		const char *piece = arena_strndup(a, word, len);

		if (!piece)
			return err_oom(err);
		if (args_number(piece, "an event in the inbox", &id, err))
			return -1;
		if (!has(&found, id)) {
			if (found.n == API_IDS_MAX) {
				err_set(err, ERR_USAGE, "too-many", "At most %d events can be named at once.",
				    API_IDS_MAX);
				return err_next(err, "Name the others in a second command.");
			}
			found.items[found.n++] = id;
		}
		if (!word[len])
			break;
		word += len + 1;
	}
	*ret = found;
	return 0;
}

int args_id_list(const struct json *body, const char *name, struct arena *a, struct ids *ret, struct err *err)
{
	const struct json *list = member(body, name);
	size_t n = json_size(list);
	struct ids found = { arena_alloc(a, (n + 1) * sizeof *found.items), 0 };

	if (!found.items)
		return err_oom(err);
	if (!list || json_kind(list) != JSON_ARRAY || !n)
		return refuse_kind(name, "a list of numbers, with at least one", err);
	if (n > API_IDS_MAX) {
		err_set(err, ERR_USAGE, "too-many", "At most %d can be named at once.", API_IDS_MAX);
		return err_next(err, "Name the others in a second command.");
	}
	for (size_t i = 0; i < n; i++) {
		const struct json *v = json_at(list, i);
		struct buf text = BUF_INIT;
		int64_t id = 0;
		int rc = 1;

		if (json_kind(v) == JSON_NUMBER && !json_print(&text, v, 0))
			rc = args_number(buf_str(&text), name, &id, err);
		buf_free(&text);
		if (rc)
			return rc < 0 ? -1 : refuse_kind(name, "a list of numbers, with at least one", err);
		if (!has(&found, id))
			found.items[found.n++] = id;
	}
	*ret = found;
	return 0;
}

int args_limit(const struct call *c, int *ret, struct err *err)
{
	const char *word = request_query(c->request, "limit");
	int64_t n = API_PAGE_MAX;

	if (word && args_number(word, "rows", &n, err))
		return -1;
	if (n > API_PAGE_MAX) {
		err_set(err, ERR_USAGE, "limit-range", "At most %d rows are given at once.", API_PAGE_MAX);
		return err_next(err, "Follow next_after for more.");
	}
	*ret = (int)n;
	return 0;
}

int args_after(const struct call *c, int64_t *ret, struct err *err)
{
	const char *word = request_query(c->request, "after");

	*ret = 0;
	return word ? args_number(word, "a row to go on after", ret, err) : 0;
}

static int refuse_flag(const char *name, struct err *err)
{
	err_set(err, ERR_USAGE, "flag-invalid", "The parameter \"%s\" is to be 1 or 0.", name);
	return err_next(err, "Send %s=1, or leave it out.", name);
}

int args_query_flag(const struct call *c, const char *name, int *ret, struct err *err)
{
	const char *word = request_query(c->request, name);

	*ret = 0;
	if (!word || !strcmp(word, "0"))
		return 0;
	if (strcmp(word, "1"))
		return refuse_flag(name, err);
	*ret = 1;
	return 0;
}

int args_query_day(const struct call *c, const char *name, day_t today, day_t *ret, struct err *err)
{
	const char *word = request_query(c->request, name);

	return word ? date_parse(word, today, DATE_BACK, ret, err) : 0;
}

int args_query_year(const struct call *c, int *ret, struct err *err)
{
	const char *word = request_query(c->request, "cycle");

	*ret = 0;
	if (!word)
		return 0;
	if (strlen(word) == 4 && strspn(word, "0123456789") == 4 && word[0] != '0') {
		*ret = (int)strtol(word, NULL, 10);
		return 0;
	}
	err_set(err, ERR_USAGE, "year-invalid", "A cycle is named by the year it starts in, as 2024.");
	return err_next(err, "The open one: ceu status");
}
