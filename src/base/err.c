/* Filling in one error.  Texts are made aside first, because callers wrap an error in itself. */
#include "base/err.h"
#include "base/text.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* vsnprintf() cuts between bytes; text_copy() then drops the broken character. */
__attribute__((format(printf, 3, 0)))
static void make_text(char *out, size_t size, const char *fmt, va_list ap)
{
	char wide[sizeof(((struct err *)NULL)->what) + 8];

	if (vsnprintf(wide, sizeof(wide), fmt, ap) < 0)
		text_copy(out, size, fmt);
	else
		text_copy(out, size, wide);
}

static void fill(struct err *err, enum err_class class, const char *code, const char *what)
{
	char kept[sizeof(err->code)];

	text_copy(kept, sizeof(kept), code);
	err->class = class;
	memcpy(err->code, kept, sizeof(kept));
	text_copy(err->what, sizeof(err->what), what);
	err->next[0] = '\0';
}

int err_set(struct err *err, enum err_class class, const char *code, const char *fmt, ...)
{
	char what[sizeof(err->what)];
	va_list ap;

	if (err == NULL)
		return -1;
	va_start(ap, fmt);
	make_text(what, sizeof(what), fmt, ap);
	va_end(ap);
	fill(err, class, code, what);
	return -1;
}

int err_next(struct err *err, const char *fmt, ...)
{
	char line[sizeof(err->next)];
	size_t len;
	va_list ap;

	if (err == NULL)
		return -1;
	va_start(ap, fmt);
	make_text(line, sizeof(line), fmt, ap);
	va_end(ap);
	len = strlen(err->next);
	if (len > 0 && len + 2 < sizeof(err->next))
		err->next[len++] = '\n';
	text_copy(err->next + len, sizeof(err->next) - len, line);
	return -1;
}

int err_oom(struct err *err)
{
	if (err != NULL)
		fill(err, ERR_FAILED, "out-of-memory", "There is not enough memory.");
	return -1;
}

int err_errno(struct err *err, const char *code, const char *fmt, ...)
{
	const char *reason = strerrordesc_np(errno);
	char what[sizeof(err->what)];
	size_t len;
	va_list ap;

	if (err == NULL)
		return -1;
	va_start(ap, fmt);
	make_text(what, sizeof(what), fmt, ap);
	va_end(ap);
	len = strlen(what);
	snprintf(what + len, sizeof(what) - len, ": %s", reason != NULL ? reason : "unknown error");
	fill(err, ERR_FAILED, code, what);
	return -1;
}
