/* One run of ceu: requests, answers, output. */
#include "session.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "api/api.h"
#include "base/json.h"
#include "base/text.h"
#include "view.h"

enum { KEY_BYTES = 16, KEY_MAX = 128, ID_DIGITS_MAX = 15 };

/* ---- where ceud listens and how to draw */

static const char *environment(const char *name)
{
	const char *s = getenv(name);

	return s && *s ? s : NULL;
}

static const char *find_socket(struct session *s, struct err *err)
{
	const char *given = session_value(s, OPTION_SOCKET), *own;

	if (!given)
		given = environment("CEU_SOCKET");
	if (given)
		return given;
	if (environment("XDG_RUNTIME_DIR")) {
		own = view_printf(&s->arena, "%s/%s", environment("XDG_RUNTIME_DIR"), API_SOCKET_NAME);
		if (!*own) {
			err_oom(err);
			return NULL;
		}
		if (!access(own, F_OK))
			return own;
	}
	return API_SOCKET_SYSTEM;
}

static int speaks_utf8(void)
{
	const char *names[] = { "LC_ALL", "LC_CTYPE", "LANG" };

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		const char *s = environment(names[i]);

		if (s)
			return strcasestr(s, "UTF-8") || strcasestr(s, "UTF8");
	}
	return 0;
}

static int wants_colour(const char *when, int fd)
{
	const char *term = environment("TERM");

	if (when && strcmp(when, "auto"))
		return !strcmp(when, "always");
	return isatty(fd) && !environment("NO_COLOR") && term && strcmp(term, "dumb") != 0;
}

static int choose_look(struct session *s, struct err *err)
{
	const char *when = session_value(s, OPTION_COLOR);
	struct look look = { .ascii = session_value(s, OPTION_ASCII) || !speaks_utf8(),
		.quiet = !!session_value(s, OPTION_QUIET) };

	if (when && strcmp(when, "auto") && strcmp(when, "always") && strcmp(when, "never")) {
		err_set(err, ERR_USAGE, "option-value", "--color is auto, always or never.");
		return err_next(err, "Write: --color never");
	}
	s->page.look = s->aside.look = look;
	s->page.look.colour = wants_colour(when, STDOUT_FILENO);
	s->aside.look.colour = wants_colour(when, STDERR_FILENO);
	s->page.look.cut = isatty(STDOUT_FILENO);
	return 0;
}

int session_open(struct session *s, const struct args *args, const volatile sig_atomic_t *stop,
    struct err *err)
{
	const char *socket;

	*s = (struct session){ .args = *args, .client = { .fd = -1 } };
	s->json = !!session_value(s, OPTION_JSON);
	s->interactive = !s->json && !session_value(s, OPTION_NO_INPUT) && isatty(STDIN_FILENO) &&
	    isatty(STDERR_FILENO);
	if (choose_look(s, err))
		return -1;
	if (!args->command->needs_daemon)
		return 0;
	socket = find_socket(s, err);
	return socket ? client_open(&s->client, socket, stop, err) : -1;
}

void session_close(struct session *s)
{
	client_close(&s->client);
	for (size_t i = 0; i < s->ndocs; i++)
		json_free(s->docs[i]);
	free(s->docs);
	page_free(&s->page);
	page_free(&s->aside);
	buf_free(&s->raw);
	arena_free(&s->arena);
}

static int write_all(int fd, const struct buf *b)
{
	size_t at = 0;

	while (at < b->len) {
		ssize_t n = write(fd, b->data + at, b->len - at);

		if (n < 0 && errno != EINTR)
			return -1;
		at += n > 0 ? (size_t)n : 0;
	}
	return 0;
}

int session_flush(struct session *s, struct err *err)
{
	int failed = 0;

	if (s->page.text.failed || s->aside.text.failed)
		return err_oom(err);
	/* Standard error has nowhere to report its own failure. */
	(void)write_all(STDERR_FILENO, &s->aside.text);
	buf_reset(&s->aside.text);
	if (write_all(STDOUT_FILENO, &s->page.text))
		failed = err_errno(err, "output", "Standard output cannot be written");
	buf_reset(&s->page.text);
	return failed;
}

/* ---- paths */

const char *session_encode(struct session *s, const char *text)
{
	struct buf b = BUF_INIT;
	const char *kept;

	for (const char *p = text; *p; p++) {
		if (strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~@", *p))
			buf_putc(&b, *p);
		else
			buf_printf(&b, "%%%02X", (unsigned char)*p);
	}
	kept = b.failed ? NULL : arena_strdup(&s->arena, buf_str(&b));
	buf_free(&b);
	return kept;
}

static int too_long(struct err *err)
{
	err_set(err, ERR_USAGE, "path-long", "That is longer than a request may be.");
	return err_next(err, "Name less at once.");
}

int session_path(char out[PATH_SIZE], struct err *err, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(out, PATH_SIZE, fmt, ap);
	va_end(ap);
	return n < 0 || n >= PATH_SIZE ? too_long(err) : 0;
}

int session_query(struct session *s, char path[PATH_SIZE], const char *name, const char *value,
    struct err *err)
{
	size_t len = strlen(path);
	const char *encoded;
	int n;

	if (!value)
		return 0;
	encoded = session_encode(s, value);
	if (!encoded)
		return err_oom(err);
	n = snprintf(path + len, PATH_SIZE - len, "%c%s=%s", strchr(path, '?') ? '&' : '?', name, encoded);
	return n < 0 || (size_t)n >= PATH_SIZE - len ? too_long(err) : 0;
}

/* ---- requests */

static const char *random_key(char out[KEY_BYTES * 2 + 1], struct err *err)
{
	unsigned char bytes[KEY_BYTES];

	if (getrandom(bytes, sizeof bytes, 0) != (ssize_t)sizeof bytes) {
		err_errno(err, "random", "No random number could be had");
		return NULL;
	}
	for (size_t i = 0; i < sizeof bytes; i++)
		snprintf(out + 2 * i, 3, "%02x", bytes[i]);
	return out;
}

static const char *choose_key(const struct session *s, char out[KEY_BYTES * 2 + 1], struct err *err)
{
	const char *given = session_value(s, OPTION_KEY);

	if (!given)
		return random_key(out, err);
	for (const char *p = given; *p; p++) {
		if (*p <= ' ' || *p >= 0x7f || p - given >= KEY_MAX)
			given = "";
	}
	if (*given)
		return given;
	err_set(err, ERR_USAGE, "key-invalid", "A key is 1 to %d letters, digits and signs without blanks.",
	    KEY_MAX);
	err_next(err, "Leave --key out: ceu makes one of its own.");
	return NULL;
}

static const struct json *keep(struct session *s, struct json *doc, struct err *err)
{
	struct json **more;

	if (s->ndocs == s->docs_cap) {
		size_t cap = s->docs_cap ? s->docs_cap * 2 : 8;

		more = reallocarray(s->docs, cap, sizeof *more);
		if (!more) {
			json_free(doc);
			err_oom(err);
			return NULL;
		}
		s->docs = more;
		s->docs_cap = cap;
	}
	s->docs[s->ndocs++] = doc;
	return doc;
}

size_t session_mark(const struct session *s)
{
	return s->ndocs;
}

void session_forget(struct session *s, size_t mark)
{
	while (s->ndocs > mark)
		json_free(s->docs[--s->ndocs]);
	s->problem = NULL;
}

/* The answer's document, kept; NULL with err for a problem. */
static const struct json *understand(struct session *s, struct answer *answer, struct err *err)
{
	struct json *doc = NULL;
	const struct json *kept;
	struct err ignored = { 0 };

	buf_free(&s->raw);
	s->raw = answer->body;
	text_copy(s->etag, sizeof s->etag, answer->etag);
	s->problem = NULL;
	if (json_parse(buf_str(&s->raw), s->raw.len, &doc, &ignored) || json_kind(doc) != JSON_OBJECT) {
		json_free(doc);
		err_set(err, ERR_FAILED, "answer-invalid", "ceud answered something that is no JSON object.");
		err_next(err, "See which program listens at the socket; another: --socket PATH");
		return NULL;
	}
	kept = keep(s, doc, err);
	if (!kept || !api_exit(answer->status))
		return kept;
	s->problem = kept;
	err_set(err, (enum err_class)api_exit(answer->status),
	    json_str(doc, "code") ? json_str(doc, "code") : "unknown", "%s",
	    json_str(doc, "detail") ? json_str(doc, "detail") : "ceud refused without a word.");
	return NULL;
}

static int exchange(struct session *s, const struct ask *ask, const struct sink *into,
    struct answer *answer, struct err *err)
{
	char path[PATH_SIZE], key[KEY_BYTES * 2 + 1];
	struct request r = { .method = ask->method, .target = path, .etag = ask->etag, .from = ask->from,
		.into = into };

	s->problem = NULL;
	if (session_path(path, err, API_PREFIX "/%s", ask->path) ||
	    session_query(s, path, "as", session_value(s, OPTION_AS), err))
		return -1;
	r.timeout_ms = ask->timeout_ms ? ask->timeout_ms : SESSION_TIMEOUT;
	if (ask->body && ask->body->failed)
		return err_oom(err);
	if (ask->body) {
		r.body = buf_str(ask->body);
		r.body_len = ask->body->len;
	}
	if (ask->method == METHOD_POST && !(r.key = choose_key(s, key, err)))
		return -1;
	return client_ask(&s->client, &r, answer, err);
}

const struct json *session_ask(struct session *s, const struct ask *ask, struct err *err)
{
	struct answer answer = { 0 };

	return exchange(s, ask, NULL, &answer, err) ? NULL : understand(s, &answer, err);
}

int session_fetch(struct session *s, const char *path, const struct sink *into, struct err *err)
{
	const struct ask ask = { .method = METHOD_GET, .path = path, .timeout_ms = SESSION_LONG };
	struct answer answer = { 0 };

	if (exchange(s, &ask, into, &answer, err))
		return -1;
	if (answer.status == 200) {
		buf_free(&answer.body);
		return 0;
	}
	if (understand(s, &answer, err))
		err_set(err, ERR_FAILED, "answer-invalid", "ceud answered %d, which is no file.", answer.status);
	return -1;
}

const struct json *session_get(struct session *s, const char *path, struct err *err)
{
	return session_ask(s, &(struct ask){ .method = METHOD_GET, .path = path }, err);
}

/* ---- lists */

static int join_page(const struct json *doc, const char *plural, struct jsonw *w, struct err *err)
{
	const struct json *items = json_get(doc, plural);
	struct buf one = BUF_INIT;

	for (size_t i = 0; i < json_size(items); i++) {
		buf_reset(&one);
		json_print(&one, json_at(items, i), 0);
		if (one.failed) {
			buf_free(&one);
			return err_oom(err);
		}
		jsonw_raw(w, NULL, buf_str(&one), one.len);
	}
	buf_free(&one);
	return 0;
}

static int next_page(const struct json *doc, const char *before, char **ret, struct err *err)
{
	const struct json *after = json_get(doc, "next_after");
	struct buf b = BUF_INIT;

	if (json_kind(after) == JSON_STRING)
		buf_puts(&b, json_text(after));
	else if (json_kind(after) == JSON_NUMBER)
		json_print(&b, after, 0);
	if (!b.failed && before && b.len && !strcmp(before, buf_str(&b))) {
		buf_free(&b);
		return err_set(err, ERR_FAILED, "answer-invalid", "ceud sends the same page of a list again "
		    "and again.");
	}
	if (b.failed) {
		buf_free(&b);
		return err_oom(err);
	}
	*ret = b.len ? buf_take(&b) : NULL;
	buf_free(&b);
	return 0;
}

/* One page: the document, and where the next one begins in *after (freed and replaced; NULL at the end). */
static const struct json *get_page(struct session *s, const char *path, char **after, struct err *err)
{
	char target[PATH_SIZE], limit[16], *next = NULL;
	const struct json *doc;

	snprintf(limit, sizeof limit, "%d", API_PAGE_MAX);
	if (session_path(target, err, "%s", path) || session_query(s, target, "limit", limit, err) ||
	    session_query(s, target, "after", *after, err))
		return NULL;
	doc = session_get(s, target, err);
	if (!doc || next_page(doc, *after, &next, err))
		return NULL;
	free(*after);
	*after = next;
	return doc;
}

static const struct json *join_pages(struct session *s, const char *path, const char *plural,
    const struct json *doc, char **after, struct err *err)
{
	struct answer joined = { .status = 200 };
	struct jsonw w;

	jsonw_begin(&w, &joined.body);
	jsonw_object(&w, NULL);
	jsonw_array(&w, plural);
	while (doc && !join_page(doc, plural, &w, err) && *after)
		doc = get_page(s, path, after, err);
	jsonw_end_array(&w);
	jsonw_end_object(&w);
	if (!doc || joined.body.failed || *after) {
		if (doc)
			err_oom(err);
		buf_free(&joined.body);
		return NULL;
	}
	return understand(s, &joined, err);
}

const struct json *session_list(struct session *s, const char *path, const char *plural, struct err *err)
{
	char *after = NULL;
	const struct json *doc = get_page(s, path, &after, err);

	if (doc && after)
		doc = join_pages(s, path, plural, doc, &after, err);
	free(after);
	return doc;
}

/* C1 controls and DEL may stand in JSON as they are, and a terminal may obey them. */
static void put_json(struct buf *out, const struct buf *json)
{
	const char *s = buf_str(json), *end = s + json->len;

	while (s < end) {
		uint32_t c = 0;
		size_t n = text_decode(s, end, &c);

		if (n && c >= 0x7f && text_has_control(s, n))
			buf_printf(out, "\\u%04x", (unsigned)c);
		else
			buf_add(out, s, n ? n : 1);
		s += n ? n : 1;
	}
	if (!out->len || out->data[out->len - 1] != '\n')
		buf_putc(out, '\n');
}

int session_print(struct session *s, struct err *err)
{
	put_json(&s->page.text, &s->raw);
	return s->page.text.failed ? err_oom(err) : 0;
}

/* ---- bodies */

void session_member(struct jsonw *w, const char *name, const char *value)
{
	if (value)
		jsonw_str(w, name, value);
}

void session_members(struct jsonw *w, const char *name, const char *joined)
{
	if (!joined)
		return;
	jsonw_array(w, name);
	while (*joined) {
		size_t len = strcspn(joined, ",");
		const char *word = joined;
		size_t n = len;

		while (n && *word == ' ')
			word++, n--;
		while (n && word[n - 1] == ' ')
			n--;
		if (n)
			jsonw_strn(w, NULL, word, n);
		joined += len + (joined[len] == ',');
	}
	jsonw_end_array(w);
}

void session_numbers(struct jsonw *w, const char *name, const char *ids)
{
	jsonw_array(w, name);
	while (*ids) {
		size_t len = strcspn(ids, ",");

		jsonw_int(w, NULL, strtoll(ids, NULL, 10));
		ids += len + (ids[len] == ',');
	}
	jsonw_end_array(w);
}

static int join_ids(const struct args *args, size_t count, const char *see, char out[IDS_SIZE],
    struct err *err)
{
	size_t used = 0;
	char shown[64];

	for (size_t i = 0; i < count; i++) {
		const char *w = args->words[i];
		int n;

		if (!*w || strspn(w, "0123456789") != strlen(w) || strlen(w) > ID_DIGITS_MAX) {
			text_excerpt(shown, sizeof shown, w);
			err_set(err, ERR_USAGE, "id-invalid", "\"%s\" is not one of the numbers.", shown);
			return err_next(err, "See them: %s", see);
		}
		n = snprintf(out + used, IDS_SIZE - used, "%s%s", i ? "," : "", w);
		if (n < 0 || (size_t)n >= IDS_SIZE - used || i >= API_IDS_MAX) {
			err_set(err, ERR_USAGE, "ids-many", "%zu are too many at once.", args->n);
			return err_next(err, "Name at most %d in one command.", API_IDS_MAX);
		}
		used += (size_t)n;
	}
	return 0;
}

int session_ids(const struct args *args, const char *see, char out[IDS_SIZE], struct err *err)
{
	return join_ids(args, args->n, see, out, err);
}

int session_id(const struct args *args, const char *see, char out[IDS_SIZE], struct err *err)
{
	return join_ids(args, 1, see, out, err);
}
