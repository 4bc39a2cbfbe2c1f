/* ceud-packet make: from the job to the file, with progress on the way. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/confine.h"
#include "base/err.h"
#include "base/json.h"
#include "base/log.h"
#include "bundle.h"
#include "job.h"
#include "packet.h"
#include "pdf.h"
#include "recount.h"
#include "sheet.h"
#include "tables.h"

enum { CPU_SECONDS = 120, MEMORY_MB = 1024, DESCRIPTORS = 64, LINE_EVERY_MS = 50 };

struct making {
	struct job job;
	int out, to;
	int64_t done, of;		/* bytes of evidence */
	int64_t told_at;		/* clock_monotonic() of the last line */
	int64_t written;
	size_t files;
};

/* ---- what is said on the way */

static int tell(struct making *m, struct buf *line, struct err *err)
{
	int ret = line->failed || buf_putc(line, '\n') != 0 ? err_oom(err) :
	    bundle_write(m->out, buf_str(line), line->len, err);

	buf_free(line);
	return ret;
}

static int progress(void *self, size_t bytes, struct err *err)
{
	struct making *m = self;
	struct buf line = BUF_INIT;
	int64_t now = clock_monotonic();

	m->done += (int64_t)bytes;
	if (m->done < m->of && now - m->told_at < LINE_EVERY_MS)
		return 0;
	m->told_at = now;
	buf_printf(&line, "{\"done\":%" PRId64 ",\"of\":%" PRId64 "}", m->done, m->of);
	return tell(m, &line, err);
}

static int complete(struct making *m, struct err *err)
{
	const struct facts *f = &m->job.facts;
	struct buf line = BUF_INIT;
	struct jsonw w;

	jsonw_begin(&w, &line);
	jsonw_object(&w, NULL);
	jsonw_object(&w, "complete");
	jsonw_int(&w, "bytes", m->written);
	jsonw_int(&w, "entries", (int64_t)f->n);
	jsonw_int(&w, "files", (int64_t)m->files);
	jsonw_array(&w, "unproven");
	for (size_t i = 0; i < f->n; i++)
		if (fact_is_unproven(&f->entries[i]))
			jsonw_int(&w, NULL, f->entries[i].id);
	jsonw_end_array(&w);
	jsonw_end_object(&w);
	jsonw_end_object(&w);
	return tell(m, &line, err);
}

static int failed(struct making *m, const struct err *why, struct err *err)
{
	struct buf line = BUF_INIT;
	struct jsonw w;

	jsonw_begin(&w, &line);
	jsonw_object(&w, NULL);
	jsonw_object(&w, "failed");
	jsonw_str(&w, "code", why->code);
	jsonw_str(&w, "text", why->what);
	jsonw_str(&w, "next", why->next);
	jsonw_end_object(&w);
	jsonw_end_object(&w);
	return tell(m, &line, err);
}

/* ---- evidence */

/* DIR/ab/REST; nothing but a plain file is read. */
static int open_proof(int dir, const struct fact *e, const struct proof *p, struct err *err)
{
	char path[72];
	struct stat st;
	int fd;

	snprintf(path, sizeof path, "%.2s/%s", p->sha256, p->sha256 + 2);
	fd = openat(dir, path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
	if (fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode)) {
		(void)posix_fadvise(fd, 0, 0, POSIX_FADV_SEQUENTIAL);	/* a wish */
		return fd;
	}
	if (fd >= 0)
		close(fd);
	err_set(err, ERR_FAILED, "evidence-damaged",
	    "Entry %" PRId64 "'s %s is missing on the server, so no packet is made.", e->id, p->name);
	return err_next(
	    err, "Take it off and attach it again: ceu detach %" PRId64 " \"%s\"", e->id, p->name);
}

static int add_proof(struct making *m, struct bundle *b, int dir, const struct fact *e, const struct proof *p,
    struct err *err)
{
	int fd = open_proof(dir, e, p, err), ret;

	if (fd < 0)
		return -1;
	ret = bundle_copy(b, e->id, p, fd, progress, m, err);
	close(fd);
	m->files++;
	return ret;
}

static int add_evidence(struct making *m, struct bundle *b, struct err *err)
{
	const struct facts *f = &m->job.facts;
	int dir = open(m->job.evidence_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC), ret = 0;

	/* Before the first file there is no folder. */
	if (dir < 0 && errno != ENOENT)
		return err_errno(err, "evidence-damaged", "The evidence cannot be read");
	for (size_t i = 0; i < f->n && ret == 0; i++)
		for (size_t k = 0; k < f->entries[i].nproofs && ret == 0; k++)
			ret = add_proof(m, b, dir, &f->entries[i], &f->entries[i].proofs[k], err);
	if (dir >= 0)
		close(dir);
	return ret;
}

static int64_t evidence_bytes(const struct facts *f)
{
	int64_t sum = 0;

	for (size_t i = 0; i < f->n; i++)
		for (size_t k = 0; k < f->entries[i].nproofs; k++)
			sum += f->entries[i].proofs[k].bytes;
	return sum;
}

/* ---- the file */

typedef int text_maker(const struct facts *f, const struct program *p, struct buf *out, struct err *err);

static int add_text(struct making *m, struct bundle *b, const char *name, text_maker *make, struct err *err)
{
	struct buf text = BUF_INIT;
	int ret = make(&m->job.facts, m->job.program, &text, err);

	if (ret == 0)
		ret = bundle_add(b, name, buf_str(&text), text.len, err);
	buf_free(&text);
	return ret;
}

static int fill(struct making *m, struct bundle *b, struct err *err)
{
	char name[96];

	snprintf(name, sizeof name, "program/%s.rules", m->job.facts.program);
	if (add_text(m, b, "README.txt", tables_readme, err) != 0 ||
	    add_text(m, b, "renewal.pdf", pdf_make, err) != 0 ||
	    add_text(m, b, "entries.csv", tables_csv, err) != 0 ||
	    add_text(m, b, "entries.json", tables_json, err) != 0 ||
	    bundle_add(b, name, m->job.text, strlen(m->job.text), err) != 0)
		return -1;
	sheet_forget();
	return add_evidence(m, b, err) != 0 ? -1 : bundle_end(b, err);
}

static int make_zip(struct making *m, struct err *err)
{
	struct bundle *b;
	int ret;

	m->of = evidence_bytes(&m->job.facts);
	if (bundle_begin(m->to, m->job.facts.instant, &b, err) != 0)
		return -1;
	ret = fill(m, b, err);
	m->written = bundle_bytes(b);
	bundle_free(b);
	return ret;
}

static int make_text(struct making *m, text_maker *make, struct err *err)
{
	struct buf text = BUF_INIT;
	int ret = make(&m->job.facts, m->job.program, &text, err);

	if (ret == 0)
		ret = bundle_write(m->to, buf_str(&text), text.len, err);
	m->written = (int64_t)text.len;
	buf_free(&text);
	return ret;
}

/* A packet that does not agree with the rules inside would fail its own check. */
static int check_facts(const struct making *m, struct err *err)
{
	struct buf why = BUF_INIT;
	int ret = recount(&m->job.facts, m->job.program, &why, err);

	if (ret > 0)
		ret = err_set(err, ERR_FAILED, "facts-disagree",
		    "The figures do not agree with the rules. %s", buf_str(&why));
	buf_free(&why);
	return ret;
}

static int carry_out(struct making *m, struct err *err)
{
	if (check_facts(m, err) != 0)
		return -1;
	switch (m->job.format) {
	case JOB_CSV:
		return make_text(m, tables_csv, err);
	case JOB_JSON:
		return make_text(m, tables_json, err);
	default:
		return make_zip(m, err);
	}
}

/* ---- the process */

static int check_result(int to, struct err *err)
{
	struct stat st;
	int flags = fcntl(to, F_GETFL);

	if (flags < 0 || (flags & O_ACCMODE) == O_RDONLY || fstat(to, &st) != 0)
		return err_set(err, ERR_USAGE, "job-invalid", "Descriptor %d is not open for writing.", to);
	if (S_ISREG(st.st_mode) && st.st_size > 0)
		return err_set(err, ERR_USAGE, "job-invalid", "The file of descriptor %d is not empty.", to);
	return 0;
}

/* No half packet stays. What is no plain file has no length to take back. */
static int take_back(int to, struct err *err)
{
	struct stat st;

	if (fstat(to, &st) == 0 && !S_ISREG(st.st_mode))
		return 0;
	if (ftruncate(to, 0) != 0)
		return err_errno(err, "packet-write", "What was written cannot be taken back");
	return 0;
}

static int prepare(struct making *m, int in, struct err *err)
{
	const struct confine limits = { .in = in, .out = m->to, .cpu_s = CPU_SECONDS, .memory_mb = MEMORY_MB,
		.file_mb = PACKET_MB_MAX, .descriptors = DESCRIPTORS };

	if (check_result(m->to, err) != 0 || confine(&limits, err) != 0)
		return -1;
	return job_read(in, &m->job, err);
}

int packet_make(int in, int out, int to)
{
	struct making m = { .out = out, .to = to };
	struct err err = { .class = ERR_NONE }, other = { .class = ERR_NONE };
	int ret = prepare(&m, in, &err);

	if (ret == 0) {
		ret = carry_out(&m, &err);
		if (ret == 0)
			ret = complete(&m, &err);
		if (ret != 0 && take_back(to, &other) != 0)
			log_error("make: %s", other.what);
	}
	if (ret != 0 && (err.class == ERR_USAGE || failed(&m, &err, &other) != 0))
		log_error("make: %s %s", err.what, other.what);
	job_free(&m.job);
	if (ret == 0)
		return PACKET_DONE;
	return err.class == ERR_USAGE ? PACKET_BAD_JOB : PACKET_FAILED;
}
