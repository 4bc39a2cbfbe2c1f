/* ceud-packet verify: what holds of a packet and what does not. */
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/confine.h"
#include "base/err.h"
#include "base/json.h"
#include "base/log.h"
#include "base/text.h"
#include "facts.h"
#include "packet.h"
#include "recount.h"
#include "tables.h"
#include "unpack.h"

enum { CPU_SECONDS = 120, MEMORY_MB = 1024, DESCRIPTORS = 32, FILE_MB = 64 };

enum check_name {
	CHECK_ARCHIVE, CHECK_SUMS, CHECK_ENTRIES, CHECK_EVIDENCE, CHECK_PROGRAM, CHECK_TOTALS, CHECK_CSV,
	CHECKS
};
static const char *const names[CHECKS] = { "archive", "sums", "entries", "evidence", "program", "totals",
	"csv" };

struct check {
	int is_done, is_ok;
	struct buf text;
};

struct verification {
	struct unpacked u;
	struct json *document;
	struct facts facts;
	struct program *program;
	struct check checks[CHECKS];
	struct err err;			/* the work itself failed */
};

/* ---- what was found */

static void found(struct verification *v, enum check_name name, int is_ok, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

/* The first word on a check stands. Texts quote the packet, so they are cleaned. */
static void found(struct verification *v, enum check_name name, int is_ok, const char *fmt, ...)
{
	struct check *c = &v->checks[name];
	char text[1200], shown[1200];
	va_list ap;

	if (c->is_done && !c->is_ok)
		return;
	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	text_excerpt(shown, sizeof shown, text);
	buf_reset(&c->text);
	buf_puts(&c->text, shown);
	c->is_done = 1;
	c->is_ok = is_ok;
}

/* An error of what was looked at is a finding; lack of memory is none. */
static int found_err(struct verification *v, enum check_name name, const struct err *err)
{
	if (strcmp(err->code, "out-of-memory") == 0) {
		v->err = *err;
		return -1;
	}
	found(v, name, 0, "%s", err->what);
	return 0;
}

static int is_ok(const struct verification *v, enum check_name name)
{
	return v->checks[name].is_done && v->checks[name].is_ok;
}

/* ---- the checks; each returns -1 only when the work itself failed */

static const struct item *first_of(const struct unpacked *u, enum part part)
{
	for (size_t i = 0; i < u->n; i++)
		if (part_of(u->items[i].name) == part)
			return &u->items[i];
	return NULL;
}

static int check_archive(struct verification *v, int fd)
{
	static const enum part needed[] = { PART_TEXT, PART_PDF, PART_CSV, PART_JSON, PART_PROGRAM,
		PART_SUMS };
	static const char *const called[] = { "README.txt", "renewal.pdf", "entries.csv", "entries.json",
		"the program file", "SHA256SUMS" };
	struct err err = { .class = ERR_NONE };
	size_t programs = 0;

	if (unpack(fd, &v->u, &err) != 0)
		return found_err(v, CHECK_ARCHIVE, &err);
	for (size_t i = 0; i < sizeof needed / sizeof *needed; i++)
		if (first_of(&v->u, needed[i]) == NULL)
			found(v, CHECK_ARCHIVE, 0, "There is no %s inside.",
			    needed[i] == PART_PROGRAM ? "program file" : called[i]);
	for (size_t i = 0; i < v->u.n; i++)
		programs += part_of(v->u.items[i].name) == PART_PROGRAM;
	if (programs > 1)
		found(v, CHECK_ARCHIVE, 0, "There are %zu program files inside, not one.", programs);
	found(v, CHECK_ARCHIVE, 1,
	    "The archive holds %zu files, %" PRId64 " bytes, and nothing that does not belong.", v->u.n,
	    v->u.bytes);
	return 0;
}

/* One line of SHA256SUMS, "HASH  NAME"; its name is known to be of a packet if an item has it. */
static void check_sum(struct verification *v, const char *line, size_t len, unsigned char *seen)
{
	char name[512];
	const struct item *item;

	if (len < 67 || len - 66 >= sizeof name || strspn(line, "0123456789abcdef") != 64 ||
	    line[64] != ' ' || line[65] != ' ') {
		found(v, CHECK_SUMS, 0, "SHA256SUMS has a line that is no checksum.");
		return;
	}
	memcpy(name, line + 66, len - 66);
	name[len - 66] = '\0';
	item = unpacked_find(&v->u, name);
	if (item == NULL) {
		found(v, CHECK_SUMS, 0, "\"%s\" is missing; SHA256SUMS names it.", name);
		return;
	}
	if (seen[item - v->u.items]++)
		found(v, CHECK_SUMS, 0, "SHA256SUMS names \"%s\" twice.", name);
	if (strncmp(line, item->hash, 64) != 0)
		found(v, CHECK_SUMS, 0, "\"%s\" was changed: it is not the file SHA256SUMS names.", name);
}

static int check_sums(struct verification *v)
{
	unsigned char seen[PACKET_FILES_MAX + 6] = { 0 };
	const struct item *sums = first_of(&v->u, PART_SUMS);

	if (sums == NULL)
		return 0;
	for (const char *line = sums->data; *line != '\0';) {
		size_t len = strcspn(line, "\n");

		check_sum(v, line, len, seen);
		line += len + (line[len] == '\n');
	}
	for (size_t i = 0; i < v->u.n; i++)
		if (!seen[i] && &v->u.items[i] != sums)
			found(v, CHECK_SUMS, 0, "\"%s\" was added: SHA256SUMS does not name it.",
			    v->u.items[i].name);
	found(v, CHECK_SUMS, 1, "%zu files match SHA256SUMS.", v->u.n - 1);
	return 0;
}

static int check_entries(struct verification *v)
{
	const struct item *json = first_of(&v->u, PART_JSON);
	struct err err = { .class = ERR_NONE };

	if (json == NULL)
		return 0;
	if (json_parse(json->data, (size_t)json->bytes, &v->document, &err) != 0 ||
	    facts_read(v->document, &v->facts, &err) != 0) {
		char what[sizeof err.what];

		text_copy(what, sizeof what, err.what);
		snprintf(err.what, sizeof err.what, "entries.json: %.600s", what);
		return found_err(v, CHECK_ENTRIES, &err);
	}
	found(v, CHECK_ENTRIES, 1, "entries.json tells of %zu entries of %s.", v->facts.n, v->facts.email);
	return 0;
}

static int check_proof(struct verification *v, const struct fact *e, const struct proof *p, size_t *n)
{
	struct buf name = BUF_INIT;
	const struct item *item;

	if (buf_printf(&name, "evidence/%" PRId64 "/%s", e->id, p->name) != 0) {
		buf_free(&name);
		return err_oom(&v->err);
	}
	item = unpacked_find(&v->u, buf_str(&name));
	if (item == NULL)
		found(v, CHECK_EVIDENCE, 0, "\"%s\" of entry %" PRId64 " is missing.", p->name, e->id);
	else if (item->bytes != p->bytes || strcmp(item->hash, p->sha256) != 0)
		found(v, CHECK_EVIDENCE, 0, "\"%s\" of entry %" PRId64 " is not the file that was attached.",
		    p->name, e->id);
	++*n;
	buf_free(&name);
	return 0;
}

static int check_evidence(struct verification *v)
{
	size_t named = 0, there = 0;

	for (size_t i = 0; i < v->facts.n; i++)
		for (size_t k = 0; k < v->facts.entries[i].nproofs; k++)
			if (check_proof(v, &v->facts.entries[i], &v->facts.entries[i].proofs[k], &named) != 0)
				return -1;
	for (size_t i = 0; i < v->u.n; i++)
		there += part_of(v->u.items[i].name) == PART_PROOF;
	if (there > named)
		found(v, CHECK_EVIDENCE, 0, there - named == 1 ? "%zu file of evidence belongs to no entry." :
		    "%zu files of evidence belong to no entry.", there - named);
	found(v, CHECK_EVIDENCE, 1, named == 1 ? "%zu file of evidence is the one that was attached." :
	    "%zu files of evidence are those that were attached.", named);
	return 0;
}

static int check_program(struct verification *v)
{
	const struct item *rules = first_of(&v->u, PART_PROGRAM);
	struct err err = { .class = ERR_NONE };
	size_t len = strlen(v->facts.program);

	if (rules == NULL)
		return 0;
	if (recount_program(&v->facts, rules->data, (size_t)rules->bytes, &v->program, &err) != 0)
		return found_err(v, CHECK_PROGRAM, &err);
	if (strncmp(rules->name + 8, v->facts.program, len) != 0 ||
	    strcmp(rules->name + 8 + len, ".rules") != 0)
		found(v, CHECK_PROGRAM, 0, "The program file has the name of another program.");
	found(
	    v, CHECK_PROGRAM, 1, "The rules are those of %s that the cycle was bound to.", v->facts.program);
	return 0;
}

static int check_totals(struct verification *v)
{
	struct err err = { .class = ERR_NONE };
	struct buf why = BUF_INIT;
	int ret = recount(&v->facts, v->program, &why, &err);
	char have[32], need[32];

	if (ret > 0)
		found(v, CHECK_TOTALS, 0, "Counted anew it is otherwise. %s", buf_str(&why));
	buf_free(&why);
	if (ret < 0)
		return found_err(v, CHECK_TOTALS, &err);
	found(v, CHECK_TOTALS, 1, "Counted anew by these rules it is the same: %s of %s %s.",
	    units_text(v->facts.counted, have, sizeof have), units_text(v->facts.required, need, sizeof need),
	    v->program->unit);
	return 0;
}

static int check_csv(struct verification *v)
{
	const struct item *csv = first_of(&v->u, PART_CSV);
	struct buf text = BUF_INIT;

	if (csv == NULL)
		return 0;
	if (tables_csv(&v->facts, v->program, &text, &v->err) != 0) {
		buf_free(&text);
		return -1;
	}
	if (strcmp(buf_str(&text), csv->data) != 0)
		found(v, CHECK_CSV, 0, "entries.csv does not say what entries.json says.");
	found(v, CHECK_CSV, 1, "entries.csv says the same as entries.json.");
	buf_free(&text);
	return 0;
}

/* What rests on a check that failed is not looked at. */
static int check_all(struct verification *v, int fd)
{
	if (check_archive(v, fd) != 0 || check_sums(v) != 0 || check_entries(v) != 0)
		return -1;
	if (!is_ok(v, CHECK_ENTRIES))
		return 0;
	if (check_evidence(v) != 0 || check_program(v) != 0)
		return -1;
	if (v->program == NULL)
		return 0;
	return check_totals(v) != 0 ? -1 : check_csv(v);
}

/* ---- what is said */

static int is_sound(const struct verification *v)
{
	for (int i = 0; i < CHECKS; i++)
		if (!v->checks[i].is_done || !v->checks[i].is_ok)
			return 0;
	return 1;
}

static void say_some(const struct verification *v, struct buf *out, int ok)
{
	for (int i = 0; i < CHECKS; i++)
		if (v->checks[i].is_done && v->checks[i].is_ok == ok)
			buf_printf(out, "%-6s %s\n", ok ? "ok" : "wrong", buf_str(&v->checks[i].text));
}

static void say(const struct verification *v, struct buf *out)
{
	say_some(v, out, 0);
	say_some(v, out, 1);
	for (int i = 0; i < CHECKS; i++)
		if (!v->checks[i].is_done)
			buf_printf(out, "%-6s %s could not be checked\n", "-", names[i]);
	buf_puts(
	    out, is_sound(v) ? "The packet is sound.\n" : "Do not rely on this packet. Ask for a new one.\n");
}

static void say_json(const struct verification *v, const char *path, struct buf *out)
{
	struct jsonw w;

	jsonw_begin(&w, out);
	jsonw_object(&w, NULL);
	jsonw_str(&w, "file", path);
	jsonw_bool(&w, "ok", is_sound(v));
	jsonw_array(&w, "checks");
	for (int i = 0; i < CHECKS; i++) {
		const struct check *c = &v->checks[i];

		jsonw_object(&w, NULL);
		jsonw_str(&w, "name", names[i]);
		jsonw_bool(&w, "ok", c->is_done && c->is_ok);
		jsonw_str(
		    &w, "text", c->is_done ? buf_str(&c->text) : "Not checked: what it rests on is wrong.");
		jsonw_end_object(&w);
	}
	jsonw_end_array(&w);
	jsonw_end_object(&w);
	buf_putc(out, '\n');
}

static int report(struct verification *v, const char *path, int as_json)
{
	struct buf out = BUF_INIT;
	int failed = 0, ret;

	for (int i = 0; i < CHECKS; i++)
		failed |= v->checks[i].text.failed;
	if (as_json)
		say_json(v, path, &out);
	else
		say(v, &out);
	failed |= out.failed;
	ret = failed ? err_oom(&v->err) : 0;
	if (ret == 0 && (fputs(buf_str(&out), stdout) == EOF || fflush(stdout) != 0))
		ret = err_errno(&v->err, "output", "The findings cannot be written");
	buf_free(&out);
	return ret;
}

static void verification_free(struct verification *v)
{
	for (int i = 0; i < CHECKS; i++)
		buf_free(&v->checks[i].text);
	facts_free(&v->facts);
	program_free(v->program);
	json_free(v->document);
	unpacked_free(&v->u);
}

static int open_packet(const char *path, struct err *err)
{
	struct confine limits = { .out = STDOUT_FILENO,
		.cpu_s = CPU_SECONDS,
		.memory_mb = MEMORY_MB,
		.file_mb = FILE_MB,
		.descriptors = DESCRIPTORS };
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

	if (fd < 0)
		return err_errno(err, "packet-read", "%s cannot be read", path);
	limits.in = fd;
	if (confine(&limits, err) == 0)
		return fd;
	close(fd);
	return -1;
}

int packet_verify(const char *path, int as_json)
{
	struct verification v = { .document = NULL };
	int fd = open_packet(path, &v.err), ret = fd < 0 ? -1 : check_all(&v, fd);

	if (ret == 0)
		ret = report(&v, path, as_json);
	if (ret != 0)
		log_error("%s", v.err.what);
	else
		ret = is_sound(&v) ? PACKET_DONE : PACKET_FAILED;
	verification_free(&v);
	if (fd >= 0)
		close(fd);
	return ret < 0 ? PACKET_FAILED : ret;
}
