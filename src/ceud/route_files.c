/* Evidence: files come in, are attached to entries, and detached. Nobody gets one back but in a packet. */
#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "args.h"
#include "ceud.h"
#include "entering.h"
#include "evidencename.h"
#include "evidencestore.h"
#include "evidencing.h"
#include "spool.h"
#include "views.h"

/* ---- upload */

static int check_upload(const struct call *c, char name[EVIDENCE_NAME_SIZE], struct err *err)
{
	static const char type[] = "application/octet-stream";
	const char *given = request_query(c->request, "name"), *said = c->request->content_type;

	if (!said || strncasecmp(said, type, sizeof type - 1) || (said[sizeof type - 1] && !strchr("; ", said[sizeof type - 1]))) {
		err_set(err, ERR_USAGE, "content-type", "A file is sent as its bytes, with the content type %s.", type);
		return err_next(err, "Use ceu attach, or send it so.");
	}
	if (given)
		return evidence_name(given, name, err);
	err_set(err, ERR_USAGE, "evidence-name", "The file's name is missing.");
	return err_next(err, "Add it to the address: ?name=certificate.pdf");
}

static int check_content(const struct spool *s, const char *name, const char **ret_type, struct err *err)
{
	unsigned char head[EVIDENCE_HEAD];
	ssize_t n = pread(s->fd, head, sizeof head, 0);

	if (n < 0)
		return spool_failed(errno, err);
	return evidence_type(name, head, (size_t)n, ret_type, err);
}

int route_file_add(struct call *c, struct err *err)
{
	struct spool *s = c->request->file;
	char name[EVIDENCE_NAME_SIZE];
	const char *type;
	struct jsonw w;

	if (check_upload(c, name, err) || check_content(s, name, &type, err) ||
	    evidence_keep(c->d->state_dir, s, c->subject.id, c->d->now, err))
		return -1;
	jsonw_begin(&w, &c->reply.body);
	jsonw_object(&w, NULL);
	jsonw_str(&w, "name", name);
	jsonw_str(&w, "sha256", s->sha256);
	jsonw_int(&w, "bytes", s->bytes);
	jsonw_str(&w, "type", type);
	jsonw_end_object(&w);
	return views_done(c, err);
}

/* ---- attaching and detaching */

static int get_current(struct call *c, struct entry *ret, struct err *err)
{
	int64_t no;

	if (args_number(c->args[1], "an entry", &no, err) ||
	    entry_get(c->d->store, c->subject.id, no, c->arena, ret, err))
		return -1;
	if (!ret->is_void)
		return 0;
	err_set(err, ERR_RULE, "entry-void", "Entry %" PRId64 " was removed.", no);
	return err_next(err, "If that was your last change: ceu undo");
}

static int settle(struct call *c, int64_t no, struct err *err)
{
	struct entry e;

	if (entering_keep_open(c, &c->subject, err) || entry_get(c->d->store, c->subject.id, no, c->arena, &e, err))
		return -1;
	return entering_answer(c, &e, 1, err);
}

int route_evidence_add(struct call *c, struct err *err)
{
	static const char *const members[] = { "files" };
	const struct json *files = c->body ? json_get(c->body, "files") : NULL;
	struct entry e;

	if (args_only(c, members, 1, err) || get_current(c, &e, err))
		return -1;
	if (!json_size(files)) {
		err_set(err, ERR_USAGE, "field-missing", "No file is named.");
		return err_next(err, "ceu attach %" PRId64 " FILE", e.no);
	}
	if (entering_lock_day(c, e.day, err) || evidencing_add(c, &e, files, err))
		return -1;
	return settle(c, e.no, err);
}

int route_evidence_remove(struct call *c, struct err *err)
{
	struct entry e;

	if (get_current(c, &e, err) || entering_lock_day(c, e.day, err) ||
	    evidence_remove(c->d->store, &c->actor, &e, c->args[2], err))
		return -1;
	return settle(c, e.no, err);
}
