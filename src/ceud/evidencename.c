/* Names and types of evidence files. */
#include "evidencename.h"

#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/text.h"

enum { EXTENSION_MAX = 8, SHOWN = 60 };

/* ---- names */

static const char *last_part(const char *s)
{
	const char *last = s;

	for (; *s; s++)
		if (*s == '/' || *s == '\\')
			last = s + 1;
	return last;
}

/* From the last dot on, or "". */
static const char *extension_of(const char *name)
{
	const char *dot = strrchr(name, '.');

	return dot && dot != name && dot[1] && strlen(dot) <= EXTENSION_MAX ? dot : "";
}

/* Windows refuses these in names; a packet is to be unpacked there too. */
static void replace_forbidden(char *s)
{
	for (; (s = strpbrk(s, ":*?\"<>|")); s++)
		*s = '_';
}

static void trim(char *s)
{
	size_t n = strlen(s), lead = strspn(s, ". ");

	memmove(s, s + lead, n - lead + 1);
	for (n = strlen(s); n && (s[n - 1] == '.' || s[n - 1] == ' '); n--)
		s[n - 1] = '\0';
}

static void cut(char *name, char out[EVIDENCE_NAME_SIZE])
{
	const char *extension = extension_of(name);
	size_t n = strlen(extension), len;

	if (strlen(name) < EVIDENCE_NAME_SIZE) {
		text_copy(out, EVIDENCE_NAME_SIZE, name);
		return;
	}
	len = text_copy(out, EVIDENCE_NAME_SIZE - n, name);
	while (len && (out[len - 1] == '.' || out[len - 1] == ' '))
		len--;
	text_copy(out + len, EVIDENCE_NAME_SIZE - len, extension);
}

int evidence_name(const char *given, char out[EVIDENCE_NAME_SIZE], struct err *err)
{
	const char *part = last_part(given);
	struct buf clean = BUF_INIT;

	if (text_clean(&clean, part, strlen(part), strlen(part)) || buf_puts(&clean, "")) {
		buf_free(&clean);
		return err_oom(err);
	}
	if (clean.len) {
		replace_forbidden(clean.data);
		trim(clean.data);
	}
	if (!clean.len || !clean.data[0]) {
		buf_free(&clean);
		err_set(err, ERR_USAGE, "evidence-name", "The file has no name that can be kept.");
		return err_next(err, "Give it a name with letters or digits, such as certificate.pdf.");
	}
	cut(clean.data, out);
	buf_free(&clean);
	return 0;
}

/* ---- content */

struct content { const unsigned char *head; size_t n; };

static int has_at(const struct content *c, size_t at, const char *bytes, size_t n)
{
	return c->n >= at + n && !memcmp(c->head + at, bytes, n);
}
#define HAS(c, at, bytes) has_at(c, at, bytes, sizeof bytes - 1)

/* Readers look for it in the first kilobyte. */
static int is_pdf(const struct content *c)
{
	return memmem(c->head, c->n < 1024 ? c->n : 1024, "%PDF-", 5) != NULL;
}

static int is_png(const struct content *c)
{
	return HAS(c, 0, "\x89PNG\r\n\x1a\n");
}

static int is_jpeg(const struct content *c)
{
	return HAS(c, 0, "\xff\xd8\xff");
}

static int is_gif(const struct content *c)
{
	return HAS(c, 0, "GIF87a") || HAS(c, 0, "GIF89a");
}

static int is_webp(const struct content *c)
{
	return HAS(c, 0, "RIFF") && HAS(c, 8, "WEBP");
}

static int is_tiff(const struct content *c)
{
	return HAS(c, 0, "II*\0") || HAS(c, 0, "MM\0*") || HAS(c, 0, "II+\0") || HAS(c, 0, "MM\0+");
}

static int is_heic(const struct content *c)
{
	return HAS(c, 4, "ftyphe") || HAS(c, 4, "ftypmif1") || HAS(c, 4, "ftypmsf1");
}

/* Whatever its encoding: no control characters but those of text; two bytes a character if it says so. */
static int is_text(const struct content *c)
{
	if (HAS(c, 0, "\xff\xfe") || HAS(c, 0, "\xfe\xff"))
		return c->n % 2 == 0;
	for (size_t i = 0; i < c->n; i++)
		if (c->head[i] < ' ' && !strchr("\t\n\r\f\x1b", c->head[i]))
			return 0;
	return !memchr(c->head, 0, c->n);
}

static size_t start_of_text(const struct content *c)
{
	size_t i = HAS(c, 0, "\xef\xbb\xbf") ? 3 : 0;

	while (i < c->n && strchr(" \t\r\n", c->head[i]) && c->head[i])
		i++;
	return i;
}

static int is_calendar(const struct content *c)
{
	static const char first[] = "BEGIN:VCALENDAR";
	size_t at = start_of_text(c);

	return is_text(c) && c->n - at >= sizeof first - 1 &&
	    !strncasecmp((const char *)c->head + at, first, sizeof first - 1);
}

/* A line "Name: ...", or the envelope line of a mailbox. */
static int is_mail(const struct content *c)
{
	size_t i = start_of_text(c), from = i;

	if (HAS(c, i, "From "))
		return is_text(c);
	while (i < c->n && c->head[i] > ' ' && c->head[i] < 0x7f && c->head[i] != ':')
		i++;
	return i > from && i < c->n && c->head[i] == ':' && is_text(c);
}

static int is_ole(const struct content *c)
{
	return HAS(c, 0, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1");
}

static int is_zip(const struct content *c)
{
	return HAS(c, 0, "PK\3\4");
}

/* An OpenDocument file that begins by saying what it is must be that. */
static int is_odf(const struct content *c, const char *type)
{
	static const char name[] = "mimetype";
	size_t at = 30 + sizeof name - 1;

	return is_zip(c) && (!HAS(c, 30, "mimetype") || has_at(c, at, type, strlen(type)));
}

#define ODF "application/vnd.oasis.opendocument."
#define OOXML "application/vnd.openxmlformats-officedocument."

static int is_odt(const struct content *c)
{
	return is_odf(c, ODF "text");
}

static int is_ods(const struct content *c)
{
	return is_odf(c, ODF "spreadsheet");
}

static int is_odp(const struct content *c)
{
	return is_odf(c, ODF "presentation");
}

static const struct kind {
	const char *extension, *type, *words;
	int (*is)(const struct content *c);
} kinds[] = {
	{ "pdf", "application/pdf", "a PDF", is_pdf },
	{ "png", "image/png", "a PNG image", is_png },
	{ "jpg", "image/jpeg", "a JPEG image", is_jpeg },
	{ "jpeg", "image/jpeg", "a JPEG image", is_jpeg },
	{ "gif", "image/gif", "a GIF image", is_gif },
	{ "webp", "image/webp", "a WebP image", is_webp },
	{ "tif", "image/tiff", "a TIFF image", is_tiff },
	{ "tiff", "image/tiff", "a TIFF image", is_tiff },
	{ "heic", "image/heic", "a HEIC image", is_heic },
	{ "txt", "text/plain", "a text", is_text },
	{ "csv", "text/csv", "a text", is_text },
	{ "md", "text/markdown", "a text", is_text },
	{ "ics", "text/calendar", "a calendar", is_calendar },
	{ "eml", "message/rfc822", "a mail", is_mail },
	{ "doc", "application/msword", "a Word document", is_ole },
	{ "xls", "application/vnd.ms-excel", "an Excel sheet", is_ole },
	{ "ppt", "application/vnd.ms-powerpoint", "a PowerPoint file", is_ole },
	{ "docx", OOXML "wordprocessingml.document", "a Word document", is_zip },
	{ "xlsx", OOXML "spreadsheetml.sheet", "an Excel sheet", is_zip },
	{ "pptx", OOXML "presentationml.presentation", "a PowerPoint file", is_zip },
	{ "odt", ODF "text", "an OpenDocument text", is_odt },
	{ "ods", ODF "spreadsheet", "an OpenDocument sheet", is_ods },
	{ "odp", ODF "presentation", "an OpenDocument presentation", is_odp },
};

static int next_types(struct err *err)
{
	return err_next(err, "Taken are pdf, png, jpg, gif, webp, tiff, heic, txt, csv, md, ics, eml, doc, docx, xls, xlsx, ppt, "
	    "pptx, odt, ods and odp.");
}

static const struct kind *find_kind(const char *name)
{
	const char *extension = extension_of(name);

	for (size_t i = 0; *extension && i < sizeof kinds / sizeof *kinds; i++)
		if (!strcasecmp(kinds[i].extension, extension + 1))
			return &kinds[i];
	return NULL;
}

int evidence_type(const char *name, const unsigned char *head, size_t n, const char **ret, struct err *err)
{
	const struct kind *k = find_kind(name);
	struct content c = { head, n };
	char shown[SHOWN];

	text_excerpt(shown, sizeof shown, name);
	if (!n) {
		err_set(err, ERR_RULE, "evidence-empty", "%s is empty.", shown);
		return err_next(err, "Send the file with its content.");
	}
	if (!k) {
		err_set(err, ERR_RULE, "evidence-type", "%s is of a kind that is not taken as evidence.", shown);
		return next_types(err);
	}
	if (!k->is(&c)) {
		err_set(err, ERR_RULE, "evidence-type", "%s is called %s and is not %s inside.", shown, k->extension, k->words);
		return err_next(err, "Save it again as what it is, under a name that says so.");
	}
	*ret = k->type;
	return 0;
}
