/* Names and sizes as people read them. */
#include "words.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/text.h"
#include "rules/program.h"

static const char *name_of(const struct program_item *items, size_t n, const char *id)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(items[i].id, id) == 0)
			return items[i].name;
	return id;
}

const char *words_category(const struct program *p, const char *id)
{
	return name_of(p->categories, p->ncategories, id);
}

const char *words_competency(const struct program *p, const char *id)
{
	return name_of(p->competencies, p->ncompetencies, id);
}

const char *words_tag(const struct program *p, const char *id)
{
	for (size_t i = 0; i < p->ntags; i++)
		if (strcmp(p->tags[i].id, id) == 0)
			return p->tags[i].name;
	return id;
}

const char *words_state(enum entry_state s)
{
	static const char *const names[] = {
		[ENTRY_COUNTED] = "counted",
		[ENTRY_PART_COUNTED] = "counted in part",
		[ENTRY_OVER_LIMIT] = "over a limit",
		[ENTRY_OUT_OF_CYCLE] = "not in this cycle",
		[ENTRY_REPEAT] = "repeated",
		[ENTRY_PLANNED] = "planned",
		[ENTRY_NEEDS_INFO] = "needs information",
		[ENTRY_LATE] = "entered late",
		[ENTRY_VOID] = "removed",
	};

	return names[s];
}

const char *words_source(const struct program *p, const char *id)
{
	for (size_t i = 0; id != NULL && i < p->nsources; i++)
		if (strcmp(p->sources[i].id, id) == 0)
			return p->sources[i].title;
	return "";
}

char *words_bytes(int64_t bytes, char *out, size_t size)
{
	if (bytes < 1000)
		snprintf(out, size, "%" PRId64 " bytes", bytes);
	else if (bytes < 1000000)
		snprintf(out, size, "%" PRId64 " kB", (bytes + 500) / 1000);
	else
		snprintf(out, size, "%" PRId64 ".%" PRId64 " MB", bytes / 1000000, bytes / 100000 % 10);
	return out;
}

int words_printed(struct buf *out, const char *s, size_t most, int has_lines)
{
	for (;;) {
		size_t len = has_lines ? strcspn(s, "\r\n") : strlen(s);

		if (text_clean(out, s, len, most) != 0)
			return -1;
		s += len;
		if (*s == '\0')
			return 0;
		s += s[0] == '\r' && s[1] == '\n' ? 2 : 1;
		if (buf_putc(out, '\n') != 0)
			return -1;
	}
}
