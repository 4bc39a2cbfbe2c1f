/* Facts from JSON, each member looked at before it is believed. */
#include "facts.h"

#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/json.h"
#include "base/text.h"
#include "facts_read.h"

enum { NAME_MAX_BYTES = 255, MINUTES_MAX = 1440 * 366 };
static const int64_t BYTES_MAX = (int64_t)PACKET_MB_MAX * 1024 * 1024;

int proof_name_is_good(const char *name)
{
	size_t len = strlen(name);

	return len > 0 && len <= NAME_MAX_BYTES && name[0] != '.' && strchr(name, '/') == NULL &&
	    strchr(name, '\\') == NULL && text_is_utf8(name, len) && !text_has_control(name, len);
}

int fact_is_unproven(const struct fact *e)
{
	return e->counted > 0 && e->nproofs == 0;
}

static int is_hash(const char *s)
{
	return strlen(s) == 64 && strspn(s, "0123456789abcdef") == 64;
}

/* ---- lists */

static int read_words(struct reading *r, const struct json *v, const char *name, const char ***ret, size_t *n)
{
	const struct json *list;

	if (reading_list(r, v, name, PROGRAM_TAGS_MAX * 2, &list) != 0 ||
	    reading_array(r, json_size(list), sizeof **ret, (void **)ret) != 0)
		return -1;
	for (*n = 0; *n < json_size(list); ++*n) {
		(*ret)[*n] = json_text(json_at(list, *n));
		if ((*ret)[*n] == NULL)
			return reading_refuse(r, name, "has an item that is no string");
	}
	return 0;
}

static int read_proof(struct reading *r, const struct json *v, struct proof *p)
{
	int64_t bytes;

	if (reading_text(r, v, "name", &p->name) != 0 || reading_text(r, v, "sha256", &p->sha256) != 0 ||
	    reading_number(r, v, "bytes", 0, BYTES_MAX, &bytes) != 0)
		return -1;
	p->bytes = bytes;
	if (!proof_name_is_good(p->name))
		return reading_refuse(r, "name", "is no name of a file");
	return is_hash(p->sha256) ? 0 : reading_refuse(r, "sha256", "is no SHA-256 in hex");
}

static int read_proofs(struct reading *r, const struct json *v, struct fact *e)
{
	const struct json *list;

	if (reading_list(r, v, "evidence", ENTRIES_MAX, &list) != 0 ||
	    reading_array(r, json_size(list), sizeof *e->proofs, (void **)&e->proofs) != 0)
		return -1;
	for (; e->nproofs < json_size(list); e->nproofs++) {
		if (read_proof(r, json_at(list, e->nproofs), &e->proofs[e->nproofs]) != 0)
			return -1;
		for (size_t i = 0; i < e->nproofs; i++)
			if (strcmp(e->proofs[i].name, e->proofs[e->nproofs].name) == 0)
				return reading_refuse(r, "evidence", "names a file twice");
	}
	return 0;
}

static int read_pieces(struct reading *r, const struct json *v, struct fact *e)
{
	const struct json *list;

	if (reading_list(r, v, "parts", CREDIT_PARTS_MAX, &list) != 0 ||
	    reading_array(r, json_size(list), sizeof *e->pieces, (void **)&e->pieces) != 0)
		return -1;
	for (; e->npieces < json_size(list); e->npieces++) {
		const struct json *part = json_at(list, e->npieces);
		struct piece *p = &e->pieces[e->npieces];

		if (reading_units(r, part, "units", &p->units) != 0 ||
		    reading_units(r, part, "counted", &p->counted) != 0 ||
		    reading_maybe_text(r, part, "rule", NULL, &p->rule) != 0 ||
		    reading_text(r, part, "text", &p->text) != 0)
			return -1;
	}
	return 0;
}

/* ---- an entry */

static int read_state(struct reading *r, const struct json *v, enum entry_state *ret)
{
	const char *name;

	if (reading_text(r, v, "state", &name) != 0)
		return -1;
	for (int s = ENTRY_COUNTED; s <= ENTRY_VOID; s++)
		if (strcmp(name, entry_state_name((enum entry_state)s)) == 0) {
			*ret = (enum entry_state)s;
			return 0;
		}
	return reading_refuse(r, "state", "is no state of an entry");
}

/* A confirmed event is known by its uid; an entry object may say more exactly which occurrence it was. */
static const char *event_of(const struct json *v)
{
	return json_get(v, "event") != NULL ? json_str(v, "event") : json_str(json_get(v, "source"), "uid");
}

static int read_credit(struct reading *r, const struct json *v, struct fact *e)
{
	int64_t minutes;

	if (reading_number(r, v, "minutes", 1, MINUTES_MAX, &minutes) != 0 ||
	    reading_units(r, v, "units", &e->units) != 0 ||
	    reading_units(r, v, "counted", &e->counted) != 0 ||
	    reading_maybe_text(r, v, "earn", NULL, &e->earn) != 0 ||
	    reading_maybe_units(r, v, "count", 0, &e->quantity) != 0)
		return -1;
	e->minutes = (int)minutes;
	return 0;
}

static int read_entry(struct reading *r, const struct json *v, struct fact *e)
{
	if (reading_number(r, v, "id", 1, INT64_C(1) << 53, &e->id) != 0)
		return -1;
	snprintf(r->where, sizeof r->where, "entry %lld", (long long)e->id);
	if (reading_day(r, v, "date", &e->day) != 0 || reading_text(r, v, "title", &e->title) != 0 ||
	    reading_maybe_text(r, v, "provider", "", &e->provider) != 0 ||
	    reading_maybe_text(r, v, "note", "", &e->note) != 0 ||
	    reading_maybe_text(r, v, "reason", "", &e->reason) != 0 ||
	    reading_text(r, v, "category", &e->category) != 0 || read_credit(r, v, e) != 0 ||
	    read_state(r, v, &e->state) != 0 ||
	    read_words(r, v, "competencies", &e->competencies, &e->ncompetencies) != 0 ||
	    read_words(r, v, "tags", &e->tags, &e->ntags) != 0 || read_proofs(r, v, e) != 0)
		return -1;
	e->event = event_of(v);
	return 0;
}

static int too_many(struct reading *r)
{
	err_set(r->err, ERR_FAILED, "too-large", "There are more than %d files of evidence, which no packet holds.",
	    PACKET_FILES_MAX);
	return err_next(r->err, "Take files off that are not needed: ceu detach ID NAME");
}

int facts_read_entries(struct reading *r, const struct json *v, struct facts *f)
{
	const struct json *list;
	size_t files = 0;

	if (reading_list(r, v, "entries", ENTRIES_MAX, &list) != 0 ||
	    reading_array(r, json_size(list), sizeof *f->entries, (void **)&f->entries) != 0)
		return -1;
	for (; f->n < json_size(list); f->n++) {
		snprintf(r->where, sizeof r->where, "item %zu of entries", f->n + 1);
		if (read_entry(r, json_at(list, f->n), &f->entries[f->n]) != 0)
			return -1;
		files += f->entries[f->n].nproofs;
		if (files > PACKET_FILES_MAX)
			return too_many(r);
	}
	r->where[0] = '\0';
	return 0;
}

/* The entries of `why` come in the same order as a rule, so the search begins where the last one ended. */
static struct fact *find(struct facts *f, int64_t id, size_t *at)
{
	for (size_t i = 0; i < f->n; i++) {
		struct fact *e = &f->entries[(*at + i) % f->n];

		if (e->id == id) {
			*at = (*at + i + 1) % f->n;
			return e;
		}
	}
	return NULL;
}

int facts_read_pieces(struct reading *r, const struct json *v, struct facts *f)
{
	const struct json *list;
	size_t at = 0;
	int64_t id;

	if (reading_list(r, v, "entries", ENTRIES_MAX, &list) != 0)
		return -1;
	for (size_t i = 0; i < json_size(list); i++) {
		const struct json *item = json_at(list, i);
		struct fact *e;

		snprintf(r->where, sizeof r->where, "item %zu of the reasons", i + 1);
		if (reading_number(r, item, "id", 1, INT64_C(1) << 53, &id) != 0)
			return -1;
		e = find(f, id, &at);
		if (e == NULL || e->npieces > 0)
			continue;	/* of an entry that the packet has not, or said again */
		if (read_pieces(r, item, e) != 0)
			return -1;
	}
	r->where[0] = '\0';
	return 0;
}
