/* Entries in the ledger: their images and the words of the history. */
#include "ledger.h"
#include "store/entries.h"

#include <stdio.h>
#include <string.h>
#include "base/buf.h"
#include "base/text.h"

void ids_join(struct buf *out, const char *const *ids, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		buf_printf(out, "%s%s", i ? "," : "", ids[i]);
}

static void image_ids(struct jsonw *w, const char *name, const char *const *ids, size_t n)
{
	struct buf joined = BUF_INIT;

	ids_join(&joined, ids, n);
	jsonw_str(w, name, buf_str(&joined));
	if (joined.failed)
		w->out->failed = 1;
	buf_free(&joined);
}

void entry_image(struct buf *out, const struct entry *e)
{
	struct jsonw w;

	jsonw_begin(&w, out);
	jsonw_object(&w, NULL);
	jsonw_day(&w, "day", e->day);
	jsonw_int(&w, "minutes", e->minutes);
	jsonw_str(&w, "category", e->category);
	jsonw_str(&w, "title", e->title);
	jsonw_str(&w, "provider", e->provider);
	jsonw_str(&w, "note", e->note);
	image_ids(&w, "competencies", e->competencies, e->ncompetencies);
	image_ids(&w, "tags", e->tags, e->ntags);
	jsonw_str(&w, "kind", e->kind ? e->kind : "");
	jsonw_int(&w, "quantity", e->quantity);
	jsonw_bool(&w, "planned", e->is_planned);
	jsonw_bool(&w, "void", e->is_void);
	jsonw_str(&w, "void_reason", e->void_reason ? e->void_reason : "");
	jsonw_bool(&w, "late", e->is_late);
	jsonw_int(&w, "changed_at", e->changed_at);
	jsonw_end_object(&w);
}

/* "a,b" of an image into ids[0..max); left as they are if the image lacks them. */
static int read_ids(const char *joined, const char **ids, size_t *n, size_t max, struct arena *a,
    struct err *err)
{
	if (!joined)
		return 0;
	for (*n = 0; *joined && *n < max;) {
		size_t len = strcspn(joined, ",");
		const char *id = arena_strndup(a, joined, len);

		if (!id)
			return err_oom(err);
		ids[(*n)++] = id;
		joined += len + (joined[len] == ',');
	}
	return 0;
}

static int fold_title(struct entry *e, struct arena *a, struct err *err)
{
	struct buf key = BUF_INIT;

	if (text_fold(&key, e->title, strlen(e->title)) < 0)
		return err_oom(err);
	e->title_key = arena_strdup(a, buf_str(&key));
	buf_free(&key);
	return e->title_key ? 0 : err_oom(err);
}

int entry_from_image(struct entry *e, const struct json *image, struct arena *a, struct err *err)
{
	const char **const texts[] = { &e->category, &e->title, &e->provider, &e->note, &e->kind,
		&e->void_reason };
	static const char *const names[] = { "category", "title", "provider", "note", "kind", "void_reason" };
	int64_t minutes = e->minutes;
	size_t i;

	if (json_kind(image) != JSON_OBJECT || json_int(image, "minutes", &minutes) < 0)
		return image_bad("an entry", err);
	if (image_day(image, "day", &e->day, err) < 0)
		return -1;
	e->minutes = (int)minutes;
	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		*texts[i] = image_str(image, names[i], *texts[i], a);
		if (!*texts[i])
			return err_oom(err);
	}
	(void)json_int(image, "quantity", &e->quantity);
	(void)json_int(image, "changed_at", &e->changed_at);
	e->is_planned = json_bool(image, "planned", e->is_planned);
	e->is_void = json_bool(image, "void", e->is_void);
	e->is_late = json_bool(image, "late", e->is_late);
	if (read_ids(json_str(image, "competencies"), e->competencies, &e->ncompetencies,
	    ENTRY_COMPETENCIES_MAX, a, err) < 0 ||
	    read_ids(json_str(image, "tags"), e->tags, &e->ntags, ENTRY_TAGS_MAX, a, err) < 0)
		return -1;
	return fold_title(e, a, err);
}

/* ---- texts for the history */

/* 180 is "3.0" hours; a length that hours cannot say shortly is "0h50". */
static const char *hours(int minutes, char *out, size_t size)
{
	if (minutes * 100 % 60 == 0)
		return units_text((int64_t)minutes * 100 / 60, out, size);
	return date_hours_text(minutes, out, size);
}

static void changed(struct buf *out, int *n, const char *name, const char *from, const char *to)
{
	if (strcmp(from, to) == 0)
		return;
	buf_printf(out, "%s%s", (*n)++ ? ", " : ": ", name);
	if (*from && *to)
		buf_printf(out, " %s to %s", from, to);
	else if (*to)
		buf_printf(out, " %s", to);
	else
		buf_printf(out, " %s removed", from);
}

static void changed_ids(struct buf *out, int *n, const char *name, const char *const *from, size_t nfrom,
    const char *const *to, size_t nto)
{
	struct buf before = BUF_INIT, after = BUF_INIT;

	ids_join(&before, from, nfrom);
	ids_join(&after, to, nto);
	changed(out, n, name, buf_str(&before), buf_str(&after));
	if (before.failed || after.failed)
		out->failed = 1;
	buf_free(&before);
	buf_free(&after);
}

/* Texts that people wrote are named, not shown: they may be long. */
static void reworded(struct buf *out, int *n, const char *name, const char *from, const char *to)
{
	if (strcmp(from, to) != 0)
		buf_printf(out, "%s%s", (*n)++ ? ", " : ": ", name);
}

/* "paper", "paper=2": as `ceu` takes it. */
static const char *earned(const struct entry *e, char *out, size_t size)
{
	char count[32];

	if (!e->kind || !*e->kind)
		return "";
	if (!e->quantity)
		return e->kind;
	snprintf(out, size, "%s=%s", e->kind, units_text(e->quantity, count, sizeof(count)));
	return out;
}

static void edit_text(struct buf *out, const struct entry *b, const struct entry *a)
{
	char x[160], y[160];
	int n = 0;

	changed(out, &n, "hours", hours(b->minutes, x, sizeof(x)), hours(a->minutes, y, sizeof(y)));
	changed(out, &n, "date", date_text(b->day, DATE_SHORT, x, sizeof(x)),
	    date_text(a->day, DATE_SHORT, y, sizeof(y)));
	changed(out, &n, "category", b->category, a->category);
	changed_ids(out, &n, "for", b->competencies, b->ncompetencies, a->competencies, a->ncompetencies);
	changed_ids(out, &n, "tags", b->tags, b->ntags, a->tags, a->ntags);
	changed(out, &n, "as", earned(b, x, sizeof(x)), earned(a, y, sizeof(y)));
	reworded(out, &n, "title", b->title, a->title);
	reworded(out, &n, "provider", b->provider, a->provider);
	reworded(out, &n, "note", b->note, a->note);
	if (b->is_planned != a->is_planned)
		buf_printf(out, "%s%s", n++ ? ", " : ": ", a->is_planned ? "planned" : "confirmed");
}

void entry_history(struct buf *out, const char *action, const struct entry *before,
    const struct entry *after)
{
	if (strcmp(action, "confirm") == 0)
		buf_printf(out, "log %lld from the inbox", (long long)after->no);
	else
		buf_printf(out, "%s %lld", action, (long long)after->no);
	if (before && !before->is_void && after->is_void && after->void_reason && *after->void_reason)
		buf_printf(out, ": %s", after->void_reason);
	else if (before)
		edit_text(out, before, after);
}
