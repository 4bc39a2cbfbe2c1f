/* attach, detach: evidence, read with the caller's rights and sent piece by piece */
#include "verb_files.h"

#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "file.h"
#include "progress.h"
#include "verbs.h"

enum { SHOWN = 120, DIGEST_ENDS = 4 };

static const struct advice advice = {
	"Name a file that you may read.",
	"Evidence is a file: a pdf, a picture, a mail, a text or an office file.",
	NULL,
};

struct upload { const char *path; int fd; size_t size; };

static int open_one(struct upload *u, const char *path, struct err *err)
{
	char shown[SHOWN];

	text_excerpt(shown, sizeof shown, path);
	u->path = path;
	u->fd = -1;
	if (file_open(path, &advice, &u->fd, &u->size, err))
		return -1;
	if (u->size)
		return 0;
	err_set(err, ERR_RULE, "evidence-empty", "\"%s\" is empty, so it proves nothing.", shown);
	return err_next(err, "Look at the file, or name another one.");
}

static const struct json *send_one(struct session *s, const struct upload *u, struct err *err)
{
	struct progress progress;
	const struct source from = { u->fd, u->size, progress_tell, &progress };
	char path[PATH_SIZE] = "people/me/files", shown[SHOWN];
	const struct ask ask = { .method = METHOD_POST, .path = path, .from = &from,
		.timeout_ms = SESSION_LONG };
	const struct json *doc;

	text_excerpt(shown, sizeof shown, file_name(u->path));
	if (session_query(s, path, "name", file_name(u->path), err))
		return NULL;
	progress_begin(&progress, s, shown, NULL);
	doc = session_ask(s, &ask, err);
	progress_end(&progress);
	return doc;
}

int files_upload(struct session *s, const char *const *paths, size_t n, const struct json **ret,
    struct err *err)
{
	struct upload *all = arena_alloc(&s->arena, (n + 1) * sizeof *all);
	size_t opened = 0, sent = 0;
	int failed = 0;

	if (!all)
		return err_oom(err);
	for (; opened < n && !failed; opened++)
		failed = open_one(&all[opened], paths[opened], err);
	while (!failed && sent < n) {
		ret[sent] = send_one(s, &all[sent], err);
		failed = !ret[sent++];
	}
	for (size_t i = 0; i < opened; i++)
		if (all[i].fd >= 0)
			close(all[i].fd);
	return failed ? -1 : 0;
}

void files_write(struct jsonw *w, const char *member, const struct json *const *files, size_t n)
{
	jsonw_array(w, member);
	for (size_t i = 0; i < n; i++) {
		jsonw_object(w, NULL);
		jsonw_str(w, "name", json_str(files[i], "name"));
		jsonw_str(w, "sha256", json_str(files[i], "sha256"));
		jsonw_end_object(w);
	}
	jsonw_end_array(w);
}

/* ---- attach */

static const struct json *attach(struct session *s, const char *id, const struct json *const *files, size_t n,
    struct err *err)
{
	struct send send = { .method = METHOD_POST };
	char path[PATH_SIZE];
	struct jsonw w;

	if (session_path(path, err, "people/me/entries/%s/evidence", id))
		return NULL;
	send.path = path;
	jsonw_begin(&w, &send.body);
	jsonw_object(&w, NULL);
	files_write(&w, "files", files, n);
	jsonw_end_object(&w);
	return verb_send(s, &send, err);
}

/* "9f2c..e41b" */
static const char *digest(struct session *s, const struct json *file)
{
	const char *hex = view_str(&s->arena, file, "sha256");
	size_t len = strlen(hex);

	if (len <= 2 * DIGEST_ENDS)
		return hex;
	return view_printf(&s->arena, "%.*s..%s", DIGEST_ENDS, hex, hex + len - DIGEST_ENDS);
}

/* How many entries that count have evidence, and which have none. */
static void tell_coverage(struct session *s)
{
	struct err none = { 0 };
	const struct json *list = json_get(session_get(s, "people/me/why", &none), "entries");
	const char **missing = arena_alloc(&s->arena, (json_size(list) + 1) * sizeof *missing);
	size_t counted = 0, n = 0;

	for (size_t i = 0; missing && i < json_size(list); i++) {
		const struct json *e = json_at(list, i);

		if (view_units(e, "counted") <= 0)
			continue;
		counted++;
		if (!view_int(e, "evidence"))
			missing[n++] = view_printf(&s->arena, "%lld", (long long)view_int(e, "id"));
	}
	page_to(&s->page, 2);
	if (counted && !n)
		page_text(&s->page, INK_PLAIN, "Every entry that counts has evidence now.");
	else if (counted && missing)
		page_wrap(&s->page, 2, INK_PLAIN,
		    view_printf(&s->arena, "Evidence for %zu of %zu entries that count. Still none: %s.",
			counted - n, counted, view_series(&s->arena, missing, n, "and")));
}

int verb_attach(struct session *s, struct err *err)
{
	size_t n = s->args.n - 1;
	const struct json **files = arena_alloc(&s->arena, s->args.n * sizeof *files), *entry;
	char id[IDS_SIZE], size[BYTES_SIZE];

	if (!files)
		return err_oom(err);
	if (session_id(&s->args, "ceu list", id, err) || files_upload(s, s->args.words + 1, n, files, err))
		return -1;
	entry = attach(s, id, files, n, err);
	if (!entry)
		return -1;
	if (s->json)
		return session_print(s, err);
	if (!session_tells(s))
		return 0;
	for (size_t i = 0; i < n; i++)
		render_done(&s->page, view_printf(&s->arena, "%s is kept with entry %s (%s, SHA-256 %s).",
		    view_str(&s->arena, files[i], "name"), id, view_bytes(view_int(files[i], "bytes"), size),
		    digest(s, files[i])));
	tell_coverage(s);
	verb_wrong(s);
	page_line(&s->page);
	return 0;
}

int verb_detach(struct session *s, struct err *err)
{
	char id[IDS_SIZE], path[PATH_SIZE], shown[SHOWN];
	const char *name = session_encode(s, s->args.words[1]);
	const struct json *entry;

	if (!name)
		return err_oom(err);
	if (session_id(&s->args, "ceu list", id, err) ||
	    session_path(path, err, "people/me/entries/%s/evidence/%s", id, name))
		return -1;
	entry = session_ask(s, &(struct ask){ .method = METHOD_DELETE, .path = path }, err);
	if (!entry)
		return -1;
	if (s->json)
		return session_print(s, err);
	if (session_tells(s)) {
		text_excerpt(shown, sizeof shown, s->args.words[1]);
		render_done(&s->page, view_printf(&s->arena, "%s is no longer kept with entry %s.", shown, id));
		verb_wrong(s);
		page_line(&s->page);
	}
	return 0;
}
