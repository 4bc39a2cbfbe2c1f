/* Uploaded files become evidence of an entry. */
#include "evidencing.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/json.h"
#include "base/sha.h"
#include "ceud.h"
#include "evidencename.h"
#include "evidencestore.h"

enum { FILES_MAX = 50 };

static int refuse(const char *code, const char *what, struct err *err)
{
	err_set(err, ERR_USAGE, code, "%s", what);
	return err_next(err, "Send \"files\": [{\"name\": \"agenda.pdf\", \"sha256\": \"...\"}], as the upload answered them.");
}

static int is_digest(const char *s)
{
	return strlen(s) == SHA_HEX_SIZE - 1 && strspn(s, "0123456789abcdef") == SHA_HEX_SIZE - 1;
}

static int read_file(const struct json *file, char name[EVIDENCE_NAME_SIZE], const char **ret_sha256, struct err *err)
{
	static const char *const members[] = { "name", "sha256" };
	const char *given = json_str(file, "name"), *sha256 = json_str(file, "sha256");

	if (json_kind(file) != JSON_OBJECT)
		return refuse("field-type", "A file is to be an object with its name and its sha256.", err);
	if (json_only(file, members, 2, err))
		return -1;
	if (!given || !sha256)
		return refuse("field-missing", "A file lacks its name or its sha256.", err);
	if (!is_digest(sha256))
		return refuse("field-type", "\"sha256\" is to be 64 digits and letters from a to f.", err);
	*ret_sha256 = sha256;
	return evidence_name(given, name, err);
}

/* Whoever knows a digest does not have the file: the person sent it lately, or has it with an entry. */
static int is_theirs(struct call *c, const char *sha256, int *ret, struct err *err)
{
	struct evidence_list all = { 0 };

	*ret = evidence_is_recent(c->d->state_dir, c->subject.id, sha256);
	if (*ret)
		return 0;
	if (evidence_between(c->d->store, c->subject.id, DAY_NONE, DAY_NONE, c->arena, &all, err))
		return -1;
	for (size_t i = 0; i < all.n && !*ret; i++)
		*ret = !strcmp(all.items[i].sha256, sha256);
	return 0;
}

static int find_content(struct call *c, const char *name, const char *sha256, struct evidence *v, struct err *err)
{
	struct evidence_content content;
	int found = 0;

	if (is_theirs(c, sha256, &found, err))
		return -1;
	if (found)
		found = evidence_look(c->d->state_dir, sha256, &content, err);
	if (found < 0)
		return -1;
	if (!found) {
		err_set(err, ERR_ABSENT, "no-file", "The content of %s was not sent, or longer than a day ago.", name);
		return err_next(err, "Send the file again: ceu attach ID FILE");
	}
	v->bytes = content.bytes;
	return evidence_type(name, content.head, content.nhead, &v->type, err);
}

static int add_one(struct call *c, const struct entry *e, const struct json *file, struct err *err)
{
	struct evidence v = { .entry = e->id, .entry_no = e->no, .added_at = c->d->now };
	char name[EVIDENCE_NAME_SIZE];

	if (read_file(file, name, &v.sha256, err) || find_content(c, name, v.sha256, &v, err))
		return -1;
	v.name = name;
	return evidence_add(c->d->store, &c->actor, e, &v, err);
}

int evidencing_add(struct call *c, const struct entry *e, const struct json *files, struct err *err)
{
	if (json_kind(files) == JSON_NULL)
		return 0;
	if (json_kind(files) != JSON_ARRAY)
		return refuse("field-type", "The files are to be a list.", err);
	if (json_size(files) > FILES_MAX)
		return refuse("evidence-many", "At most 50 files can be attached at once.", err);
	for (size_t i = 0; i < json_size(files); i++)
		if (add_one(c, e, json_at(files, i), err))
			return -1;
	return 0;
}
