/* The numbers of a mail's parts, to compare what text and HTML say. */

#include "support.h"

#include <stdio.h>
#include <string.h>

static int is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static void entity(const char *s, size_t n, struct buf *out)
{
	static const struct { const char *name; char c; } known[] = {
		{ "&amp;", '&' }, { "&lt;", '<' }, { "&gt;", '>' }, { "&quot;", '"' }, { "&#39;", '\'' }, { "&nbsp;", ' ' } };

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (strlen(known[i].name) == n && strncmp(known[i].name, s, n) == 0)
			buf_putc(out, known[i].c);
	}
}

/* What is seen: no tags (a blank instead), no comments, entities resolved. */
static void strip(const char *s, struct buf *out)
{
	while (*s != '\0') {
		if (strncmp(s, "<!--", 4) == 0) {
			s = strstr(s, "-->") + 3;
		} else if (*s == '<') {
			s = strchr(s, '>') + 1;
			buf_putc(out, ' ');
		} else if (*s == '&') {
			size_t n = strcspn(s, ";") + 1;
			entity(s, n, out);
			s += n;
		} else {
			buf_putc(out, *s++);
		}
	}
	buf_puts(out, "");
}

void support_numbers(const char *text, int html, struct buf *out)
{
	struct buf seen = BUF_INIT;

	if (html)
		strip(text, &seen);
	else
		buf_puts(&seen, text);
	for (const char *s = buf_str(&seen); *s != '\0';) {
		long long whole = 0, part = 0;
		int scale = 100;

		if (!is_digit(*s)) {
			s++;
			continue;
		}
		for (; is_digit(*s); s++)
			whole = whole * 10 + (*s - '0');
		if (*s == '.' && is_digit(s[1])) {
			for (s++; is_digit(*s) && scale > 1; s++)
				part += (*s - '0') * (scale /= 10);
		}
		buf_printf(out, "%lld ", whole * 100 + part);
	}
	buf_puts(out, "");
	buf_free(&seen);
}
