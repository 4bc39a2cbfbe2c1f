/* export: packet, csv, json, ics; verify */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/text.h"
#include "file.h"
#include "interrupt.h"
#include "progress.h"
#include "prompt.h"
#include "verbs.h"

enum { NAME_SIZE = 128, SHOWN = 160, PIECE = 65536 };

struct export {
	struct session *s;
	const char *format;
	const char *given;		/* FILE, or NULL */
	int replace;			/* what is there may be replaced: said, or agreed to */
	int is_file;			/* else it is kept in memory and written to standard output */
	int memory;			/* -1: none */
	size_t bytes;
	char name[PATH_MAX];		/* where it goes */
	struct saving file;
	struct progress progress;
};

/* ---- where it goes */

static int refuse_to_replace(const char *name, struct err *err)
{
	char shown[SHOWN];

	text_excerpt(shown, sizeof shown, name);
	err_set(err, ERR_RULE, "file-exists", "\"%s\" is there already.", shown);
	return err_next(err, "Name another FILE, or replace it with --yes.");
}

/* 1 it may be replaced (or is not there), 0 the person said no, -1. */
static int may_replace(struct export *x, const char *name, struct err *err)
{
	int there = file_there(name, err), yes;
	char shown[SHOWN];

	if (there <= 0)
		return there ? -1 : 1;
	if (!x->s->interactive && !session_value(x->s, OPTION_YES))
		return refuse_to_replace(name, err);
	text_excerpt(shown, sizeof shown, name);
	yes = prompt_yes(x->s, view_printf(&x->s->arena, "\"%s\" is there already. Replace it?", shown), 0,
	    err);
	x->replace = yes == 1;
	return yes;
}

/* The answer's head is there: now the name is known. */
static int begin(void *with, const struct head *head, struct err *err)
{
	struct export *x = with;

	x->bytes = head->length;
	if (!x->is_file) {
		x->memory = memfd_create("export", MFD_CLOEXEC);
		return x->memory < 0 ? err_errno(err, "memory", "There is no memory to keep it in") : x->memory;
	}
	if (x->given)
		text_copy(x->name, sizeof x->name, x->given);
	else
		file_safe_name(head->name, "renewal-packet.zip", x->name, NAME_SIZE);
	/* A name of the server's is asked about at the end; where nobody can be asked, nothing is fetched. */
	if (!x->given && !x->s->interactive && !session_value(x->s, OPTION_YES)) {
		int there = file_there(x->name, err);

		if (there)
			return there < 0 ? -1 : refuse_to_replace(x->name, err);
	}
	return saving_begin(&x->file, x->name, err) ? -1 : x->file.fd;
}

/* ---- standard output */

/* What goes to a terminal is not to steer it. */
static int put_piece(struct session *s, const char *data, size_t n, int cleaned, struct err *err)
{
	char *text, *to;

	if (!cleaned)
		return buf_add(&s->page.text, data, n) ? err_oom(err) : session_flush(s, err);
	text = to = arena_strndup(&s->arena, data, n);
	if (!text)
		return err_oom(err);
	/* A terminal ends its lines by itself. */
	for (const char *p = text; *p; p++)
		if (p[0] != '\r' || p[1] != '\n')
			*to++ = *p;
	*to = '\0';
	return page_clean(&s->page.text, text, 1) ? err_oom(err) : session_flush(s, err);
}

static int print(struct export *x, struct err *err)
{
	int cleaned = isatty(STDOUT_FILENO);
	char *all = x->bytes ? mmap(NULL, x->bytes, PROT_READ, MAP_PRIVATE, x->memory, 0) : NULL;
	int failed = 0;

	if (all == MAP_FAILED)
		return err_errno(err, "memory", "What came cannot be read again");
	for (size_t at = 0, n; !failed && at < x->bytes; at += n) {
		const char *line;

		n = x->bytes - at < PIECE ? x->bytes - at : PIECE;
		/* Not to cut a letter in two. */
		line = memrchr(all + at, '\n', n);
		if (line)
			n = (size_t)(line - all) - at + 1;
		failed = put_piece(x->s, all + at, n, cleaned, err);
	}
	if (all)
		munmap(all, x->bytes);
	return failed;
}

/* ---- the exchange */

static void tell_progress(void *with, size_t done, size_t of)
{
	struct export *x = with;

	progress_tell(&x->progress, done, of);
}

static int fetch(struct export *x, const char *path, struct err *err)
{
	const struct sink into = { begin, tell_progress, x };
	int failed;

	if (session_flush(x->s, err))
		return -1;
	progress_begin(&x->progress, x->s, x->format, !strcmp(x->format, "packet") ? "making the packet.." :
	    NULL);
	failed = session_fetch(x->s, path, &into, err);
	progress_end(&x->progress);
	return failed;
}

static int keep_file(struct export *x, struct err *err)
{
	if (!x->given && !x->replace) {
		int yes = may_replace(x, x->name, err);

		if (yes <= 0) {
			saving_drop(&x->file);
			return yes ? -1 : refuse_to_replace(x->name, err);
		}
	}
	return saving_end(&x->file, x->replace, err);
}

static int store(struct export *x, const char *path, struct err *err)
{
	int failed = fetch(x, path, err);

	if (failed)
		saving_drop(&x->file);
	else if (x->is_file)
		failed = keep_file(x, err);
	else
		failed = print(x, err);
	if (x->memory >= 0)
		close(x->memory);
	return failed;
}

/* ---- what is said around it */

static int check_first(struct export *x, struct err *err)
{
	char path[PATH_SIZE] = "people/me/status", why_path[PATH_SIZE] = "people/me/why";
	const char *cycle = session_value(x->s, OPTION_CYCLE);
	const struct json *status, *why;

	if (strcmp(x->format, "packet") || x->s->json || !session_tells(x->s))
		return 0;
	if (session_query(x->s, path, "cycle", cycle, err) || session_query(x->s, why_path, "cycle", cycle, err))
		return -1;
	status = session_get(x->s, path, err);
	why = status ? session_get(x->s, why_path, err) : NULL;
	if (!why)
		return -1;
	render_packet_checks(&x->s->page, &x->s->arena, status, why);
	return 0;
}

static int tell_kept(struct export *x, struct err *err)
{
	struct session *s = x->s;
	char size[BYTES_SIZE], shown[SHOWN];
	struct jsonw w;

	if (s->json) {
		jsonw_begin(&w, &s->page.text);
		jsonw_object(&w, NULL);
		jsonw_str(&w, "file", x->name);
		jsonw_int(&w, "bytes", (int64_t)x->bytes);
		jsonw_end_object(&w);
		page_line(&s->page);
		return s->page.text.failed ? err_oom(err) : 0;
	}
	if (!session_tells(s))
		return 0;
	text_excerpt(shown, sizeof shown, x->name);
	render_done(&s->page, view_printf(&s->arena, "%s, %s", shown, view_bytes((int64_t)x->bytes, size)));
	if (!strcmp(x->format, "packet"))
		render_packet_parts(&s->page, shown);
	return 0;
}

static int check_words(const struct export *x, struct err *err)
{
	int is_ics = !strcmp(x->format, "ics"), is_table = !strcmp(x->format, "csv") || is_ics;

	if (strcmp(x->format, "packet") && strcmp(x->format, "json") && !is_table) {
		char shown[SHOWN];

		text_excerpt(shown, sizeof shown, x->format);
		err_set(err, ERR_USAGE, "format-unknown", "There is no format \"%s\": packet, csv, json, ics.", shown);
		return err_next(err, "Write: ceu export packet");
	}
	if (x->s->json && !x->is_file && is_table) {
		err_set(err, ERR_USAGE, "option-clash", "--json prints one JSON document, and %s is none.", x->format);
		return is_ics ? err_next(err, "Write: ceu deadlines --json, or name a FILE for the ics.") :
		    err_next(err, "Write: ceu export json, or name a FILE for the csv.");
	}
	if (is_ics && session_value(x->s, OPTION_CYCLE)) {
		err_set(err, ERR_USAGE, "option-clash", "--cycle chooses what a packet holds; ics has what is due now.");
		return err_next(err, "Write: ceu export ics");
	}
	if (x->given && strlen(x->given) < sizeof x->name)
		return 0;
	return x->given ? err_set(err, ERR_USAGE, "file", "The name of the file is too long.") : 0;
}

int verb_export(struct session *s, struct err *err)
{
	struct export x = { .s = s, .format = s->args.words[0], .memory = -1, .file = { .fd = -1 } };
	int is_ics = !strcmp(x.format, "ics");
	char path[PATH_SIZE];

	snprintf(path, sizeof path, "people/me/%s", is_ics ? "deadlines.ics" : "packet");
	x.given = s->args.n > 1 ? s->args.words[1] : NULL;
	x.is_file = x.given || !strcmp(x.format, "packet");
	if (check_words(&x, err) || session_query(s, path, "format", is_ics ? NULL : x.format, err) ||
	    session_query(s, path, "cycle", session_value(s, OPTION_CYCLE), err))
		return -1;
	if (x.given) {
		int yes = may_replace(&x, x.given, err);

		if (yes <= 0)
			return yes ? -1 : refuse_to_replace(x.given, err);
	}
	if (check_first(&x, err) || store(&x, path, err))
		return -1;
	return x.is_file ? tell_kept(&x, err) : 0;
}

/* ---- verify: done by another program, which needs no server */

static int find_verifier(char path[PATH_MAX], struct err *err)
{
	static const char name[] = "ceud-packet";
	ssize_t n = readlink("/proc/self/exe", path, PATH_MAX - sizeof name - 1);
	char *slash;

	path[n > 0 ? n : 0] = '\0';
	slash = strrchr(path, '/');
	if (slash)
		memcpy(slash + 1, name, sizeof name);
	if (!slash || access(path, X_OK))
		snprintf(path, PATH_MAX, "%s/%s", LIBEXECDIR, name);
	if (!access(path, X_OK))
		return 0;
	err_set(err, ERR_FAILED, "no-ceud-packet", "ceud-packet is neither beside ceu nor in %s.", LIBEXECDIR);
	return err_next(err, "Install it there: make install");
}

/* The other program would say so too, but not as ceu does. */
static int look_at_packet(const char *file, struct err *err)
{
	static const struct advice advice = { .open = "Name a packet that you may read: ceu verify FILE" };
	size_t size;
	int fd;

	if (file_open(file, &advice, &fd, &size, err))
		return -1;
	close(fd);
	return 0;
}

int verb_verify(struct session *s, struct err *err)
{
	const char *file = s->args.words[0];
	const char *words[] = { "ceud-packet", "verify", NULL, NULL, NULL };
	size_t n = 2;
	char path[PATH_MAX];

	if (find_verifier(path, err) || look_at_packet(file, err))
		return -1;
	if (s->json)
		words[n++] = "--json";
	/* A name that begins like an option is to be taken as a file. */
	words[n] = *file == '-' ? view_printf(&s->arena, "./%s", file) : file;
	interrupt_release();
	execv(path, (char **)(uintptr_t)words);
	err_errno(err, "ceud-packet", "%s cannot be started", path);
	return err_next(err, "Install it anew: make install");
}
