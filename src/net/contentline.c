/* Content lines of a calendar (RFC 5545 section 3.1), read with the tolerance that real feeds need. */
#include "contentline.h"

#include <string.h>
#include <strings.h>

static int is_name_char(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
	    c == '_';
}

static int is_blank(char c)
{
	return c == ' ' || c == '\t';
}

int content_split(const char *line, size_t len, struct content_line *ret)
{
	size_t name = 0, i;
	int quoted = 0;

	while (name < len && is_name_char(line[name]))
		name++;
	for (i = name; i < len && is_blank(line[i]); i++)
		;
	if (name == 0 || i == len || (line[i] != ';' && line[i] != ':'))
		return -1;
	ret->name = line;
	ret->name_len = name;
	ret->params = line + i;
	for (; i < len && (quoted || line[i] != ':'); i++)
		if (line[i] == '"')
			quoted = !quoted;
	if (i == len)
		return -1;
	ret->params_len = (size_t)(line + i - ret->params);
	ret->value = line + i + 1;
	ret->value_len = len - i - 1;
	return 0;
}

int content_word(const char *s, size_t len, const char *word)
{
	return strlen(word) == len && strncasecmp(s, word, len) == 0;
}

int content_is(const struct content_line *l, const char *name)
{
	return content_word(l->name, l->name_len, name);
}

void content_trim(const char **s, size_t *len)
{
	while (*len > 0 && is_blank(**s)) {
		(*s)++;
		(*len)--;
	}
	while (*len > 0 && is_blank((*s)[*len - 1]))
		(*len)--;
}

/* Where the parameter that starts at s ends: the next ';' outside quotes. */
static const char *param_end(const char *s, const char *end)
{
	int quoted = 0;

	for (; s < end && (quoted || *s != ';'); s++)
		if (*s == '"')
			quoted = !quoted;
	return s;
}

int content_param(const struct content_line *l, const char *name, const char **ret, size_t *ret_len)
{
	const char *s = l->params, *end = l->params + l->params_len;

	while (s < end) {
		const char *from = s + 1, *stop = param_end(from, end), *equals;
		size_t len;

		equals = memchr(from, '=', (size_t)(stop - from));
		s = stop;
		if (equals == NULL)
			continue;
		len = (size_t)(equals - from);
		content_trim(&from, &len);
		if (!content_word(from, len, name))
			continue;
		from = equals + 1;
		len = (size_t)(stop - from);
		content_trim(&from, &len);
		if (len >= 2 && from[0] == '"' && from[len - 1] == '"') {
			from++;
			len -= 2;
		}
		*ret = from;
		*ret_len = len;
		return 1;
	}
	return 0;
}
