/* The facts as CSV, JSON and plain text. */
#include "tables.h"

#include <inttypes.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/json.h"
#include "facts.h"
#include "words.h"

/* ---- CSV */

/* Signs with which a spreadsheet begins a formula, or that it drops before one; the last four are the wide
 * forms. */
static int looks_like_formula(const char *s)
{
	static const char *const wide[] = { "\xEF\xBC\x9D", "\xEF\xBC\x8B", "\xEF\xBC\x8D", "\xEF\xBC\xA0" };

	if (s[0] != '\0' && strchr("=+-@\t\r\n", s[0]) != NULL)
		return 1;
	for (size_t i = 0; i < sizeof wide / sizeof *wide; i++)
		if (strncmp(s, wide[i], 3) == 0)
			return 1;
	return 0;
}

static void cell(struct buf *out, const char *s)
{
	int is_formula = looks_like_formula(s);

	if (strpbrk(s, ",\"\r\n") == NULL) {
		buf_printf(out, "%s%s,", is_formula ? "'" : "", s);
		return;
	}
	buf_puts(out, is_formula ? "\"'" : "\"");
	for (; *s != '\0'; s++) {
		if (*s == '"')
			buf_putc(out, '"');
		buf_putc(out, *s);
	}
	buf_puts(out, "\",");
}

static void cell_units(struct buf *out, int64_t units)
{
	char text[32];

	buf_printf(out, "%s,", units_json(units, text, sizeof text));
}

static void join(struct buf *to, const char *word, const char *between)
{
	if (to->len > 0)
		buf_puts(to, between);
	buf_puts(to, word);
}

/* The words gathered, which are none then. */
static void cell_words(struct buf *out, struct buf *words)
{
	cell(out, buf_str(words));
	if (words->failed)
		out->failed = 1;
	buf_reset(words);
}

static void row(struct buf *out, const struct program *p, const struct fact *e, struct buf *words)
{
	char day[DATE_ISO_SIZE];

	date_iso(e->day, day);
	buf_printf(out, "%" PRId64 ",%s,", e->id, day);
	cell(out, e->title);
	cell(out, e->provider);
	cell(out, e->category);
	cell(out, words_category(p, e->category));
	for (size_t i = 0; i < e->ncompetencies; i++)
		join(words, e->competencies[i], " ");
	cell_words(out, words);
	buf_printf(out, "%d,", e->minutes);
	cell_units(out, e->units);
	cell_units(out, e->counted);
	cell(out, entry_state_name(e->state));
	cell(out, e->reason);
	for (size_t i = 0; i < e->nproofs; i++)
		join(words, e->proofs[i].name, "; ");
	cell_words(out, words);
	cell(out, e->note);
	out->data[out->len - 1] = '\r'; /* in place of the last comma; a failed buffer keeps what it had */
	buf_putc(out, '\n');
}

int tables_csv(const struct facts *f, const struct program *p, struct buf *out, struct err *err)
{
	struct buf words = BUF_INIT;

	if (buf_puts(out,
		"id,date,title,provider,category,category_name,competencies,minutes,units,counted,state,"
		"reason,evidence,note\r\n") != 0)
		return err_oom(err);
	for (size_t i = 0; i < f->n && !out->failed; i++)
		row(out, p, &f->entries[i], &words);
	buf_free(&words);
	return out->failed ? err_oom(err) : 0;
}

/* ---- JSON */

static void write_words(struct jsonw *w, const char *name, const char *const *words, size_t n)
{
	jsonw_array(w, name);
	for (size_t i = 0; i < n; i++)
		jsonw_str(w, NULL, words[i]);
	jsonw_end_array(w);
}

static void write_pieces(struct jsonw *w, const struct fact *e)
{
	jsonw_array(w, "parts");
	for (size_t i = 0; i < e->npieces; i++) {
		jsonw_object(w, NULL);
		jsonw_units(w, "units", e->pieces[i].units);
		jsonw_units(w, "counted", e->pieces[i].counted);
		jsonw_str(w, "rule", e->pieces[i].rule);
		jsonw_str(w, "text", e->pieces[i].text);
		jsonw_end_object(w);
	}
	jsonw_end_array(w);
}

static void write_proofs(struct jsonw *w, const struct fact *e)
{
	jsonw_array(w, "evidence");
	for (size_t i = 0; i < e->nproofs; i++) {
		jsonw_object(w, NULL);
		jsonw_str(w, "name", e->proofs[i].name);
		jsonw_int(w, "bytes", e->proofs[i].bytes);
		jsonw_str(w, "sha256", e->proofs[i].sha256);
		jsonw_end_object(w);
	}
	jsonw_end_array(w);
}

static void write_entry(struct jsonw *w, const struct fact *e)
{
	jsonw_object(w, NULL);
	jsonw_int(w, "id", e->id);
	jsonw_day(w, "date", e->day);
	jsonw_str(w, "title", e->title);
	jsonw_str(w, "provider", e->provider);
	jsonw_str(w, "category", e->category);
	write_words(w, "competencies", e->competencies, e->ncompetencies);
	write_words(w, "tags", e->tags, e->ntags);
	jsonw_int(w, "minutes", e->minutes);
	jsonw_str(w, "earn", e->earn);
	if (e->earn != NULL)
		jsonw_units(w, "count", e->quantity);
	else
		jsonw_null(w, "count");
	jsonw_units(w, "units", e->units);
	jsonw_units(w, "counted", e->counted);
	jsonw_str(w, "state", entry_state_name(e->state));
	jsonw_str(w, "reason", e->reason);
	write_pieces(w, e);
	write_proofs(w, e);
	jsonw_str(w, "event", e->event);
	jsonw_str(w, "note", e->note);
	jsonw_end_object(w);
}

static void write_units(struct jsonw *w, const char *name, int64_t units)
{
	if (units < 0)
		jsonw_null(w, name);
	else
		jsonw_units(w, name, units);
}

static void write_judgement(struct jsonw *w, const struct facts *f)
{
	jsonw_units(w, "required", f->required);
	jsonw_units(w, "counted", f->counted);
	jsonw_array(w, "categories");
	for (size_t i = 0; i < f->ntallies; i++) {
		jsonw_object(w, NULL);
		jsonw_str(w, "id", f->tallies[i].id);
		jsonw_units(w, "logged", f->tallies[i].logged);
		jsonw_units(w, "counted", f->tallies[i].counted);
		jsonw_units(w, "over_limit", f->tallies[i].over_limit);
		write_units(w, "limit", f->tallies[i].limit);
		jsonw_end_object(w);
	}
	jsonw_end_array(w);
	jsonw_array(w, "rules");
	for (size_t i = 0; i < f->nfindings; i++) {
		jsonw_object(w, NULL);
		jsonw_str(w, "id", f->findings[i].id);
		jsonw_str(w, "text", f->findings[i].text);
		write_units(w, "need", f->findings[i].need);
		write_units(w, "have", f->findings[i].have);
		jsonw_bool(w, "met", f->findings[i].met);
		jsonw_end_object(w);
	}
	jsonw_end_array(w);
}

static void write_top(struct jsonw *w, const struct facts *f, const struct program *p)
{
	jsonw_int(w, "ceud", 1);
	jsonw_str(w, "generated", f->generated);
	jsonw_day(w, "today", f->today);
	jsonw_str(w, "organisation", f->organisation);
	jsonw_object(w, "person");
	jsonw_str(w, "email", f->email);
	jsonw_str(w, "name", f->name);
	jsonw_end_object(w);
	jsonw_object(w, "program");
	jsonw_str(w, "id", f->program);
	jsonw_str(w, "hash", f->program_hash);
	jsonw_end_object(w);
	jsonw_str(w, "unit", p->unit);
	jsonw_object(w, "cycle");
	jsonw_day(w, "start", f->cycle.dates.start);
	jsonw_day(w, "end", f->cycle.dates.end);
	jsonw_day(w, "counts_from", f->cycle.counts_from);
	jsonw_day(w, "counts_until", f->cycle.counts_until);
	jsonw_bool(w, "is_first", f->cycle.is_first);
	jsonw_int(w, "carried", f->cycle.carried);
	jsonw_end_object(w);
	if (f->is_submitted) {
		jsonw_object(w, "submitted");
		jsonw_day(w, "on", f->submitted_on);
		jsonw_units(w, "counted", f->submitted_counted);
		jsonw_end_object(w);
	} else {
		jsonw_null(w, "submitted");
	}
}

/* Written closely first, then spread over lines for people. */
int tables_json(const struct facts *f, const struct program *p, struct buf *out, struct err *err)
{
	struct buf close = BUF_INIT;
	struct json *document;
	struct jsonw w;
	int ret;

	jsonw_begin(&w, &close);
	jsonw_object(&w, NULL);
	write_top(&w, f, p);
	write_judgement(&w, f);
	jsonw_array(&w, "entries");
	for (size_t i = 0; i < f->n; i++)
		write_entry(&w, &f->entries[i]);
	jsonw_end_array(&w);
	jsonw_end_object(&w);
	ret = close.failed ? err_oom(err) : json_parse(buf_str(&close), close.len, &document, err);
	buf_free(&close);
	if (ret != 0)
		return -1;
	if (json_print(out, document, 1) != 0 || buf_putc(out, '\n') != 0)
		ret = err_oom(err);
	json_free(document);
	return ret;
}

/* ---- plain text */

static void readme_totals(const struct facts *f, const struct program *p, struct buf *out)
{
	char a[32], b[32];
	size_t unproven = 0;

	buf_printf(out, "%s of %s %s count.\n", units_text(f->counted, a, sizeof a),
	    units_text(f->required, b, sizeof b), p->unit);
	for (size_t i = 0; i < f->nfindings; i++)
		buf_printf(out, "  %-8s %s\n", f->findings[i].met ? "met" : "not met", f->findings[i].text);
	for (size_t i = 0; i < f->n; i++)
		unproven += (size_t)fact_is_unproven(&f->entries[i]);
	if (unproven > 0)
		buf_printf(out, "%zu %s that %s no evidence; the first page of renewal.pdf names %s.\n",
		    unproven, unproven == 1 ? "entry counts" : "entries count",
		    unproven == 1 ? "has" : "have", unproven == 1 ? "it" : "them");
}

int tables_readme(const struct facts *f, const struct program *p, struct buf *out, struct err *err)
{
	char start[48], end[48], on[48], units[32];

	buf_printf(out, "Renewal packet: %s\n\n", p->title != NULL ? p->title : p->name);
	if (f->name[0] != '\0')
		buf_printf(out, "%s, ", f->name);
	buf_printf(out, "%s\nCycle %s to %s\n", f->email,
	    date_text(f->cycle.dates.start, DATE_LONG, start, sizeof start),
	    date_text(f->cycle.dates.end, DATE_LONG, end, sizeof end));
	readme_totals(f, p, out);
	if (f->is_submitted)
		buf_printf(out, "Submitted on %s with %s units.\n",
		    date_text(f->submitted_on, DATE_LONG, on, sizeof on),
		    units_text(f->submitted_counted, units, sizeof units));
	buf_printf(out, "The state of %s.\n\n"
	    "  renewal.pdf      the totals, the rules, and a block for each entry\n"
	    "  entries.csv      one row for each entry, for a spreadsheet\n"
	    "  entries.json     the same and more, for programs\n"
	    "  program/         the rules by which it was counted\n"
	    "  evidence/N/      the files of entry N\n"
	    "  SHA256SUMS       the checksum of every other file\n\n"
	    "To see that nothing was changed, unpack it and type there:\n"
	    "  sha256sum -c SHA256SUMS\n"
	    "To count anew as well, without any server:\n"
	    "  ceu verify FILE\n", f->generated);
	return out->failed ? err_oom(err) : 0;
}
