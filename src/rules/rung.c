/* The words of ladders. */
#include "rules/rung.h"

#include <stdio.h>
#include <string.h>

enum { BEFORE_MAX = 3650, AFTER_MAX = 365 };

const char *ladder_kind_name(enum ladder_kind k)
{
	static const char *const names[LADDER_KINDS] = { "behind", "on-pace", "complete", "lapsed" };

	return (size_t)k < LADDER_KINDS ? names[k] : "unknown";
}

int ladder_kind_named(const char *name)
{
	for (int k = 0; k < LADDER_KINDS; k++)
		if (!strcmp(name, ladder_kind_name((enum ladder_kind)k)))
			return k;
	return -1;
}

/* One to four digits; -1. */
static int number(const char *s)
{
	int n = 0;

	for (size_t i = 0; s[i]; i++) {
		if (i == 4 || s[i] < '0' || s[i] > '9')
			return -1;
		n = n * 10 + (s[i] - '0');
	}
	return *s ? n : -1;
}

int ladder_word(enum ladder_kind k, const char *word, int *ret)
{
	int has_words = k == LADDER_BEHIND || k == LADDER_ON_PACE, n = number(word);

	if (has_words && !strcmp(word, "open"))
		*ret = LADDER_OPEN;
	else if (has_words && !strcmp(word, "inbox"))
		*ret = LADDER_INBOX;
	else if (k == LADDER_COMPLETE && !strcmp(word, "done"))
		*ret = LADDER_REACHED;
	else if (k == LADDER_LAPSED && n >= 1 && n <= AFTER_MAX)
		*ret = -n;
	else if (k != LADDER_LAPSED && n >= 0 && n <= BEFORE_MAX)
		*ret = n;
	else
		return -1;
	return 0;
}

const char *ladder_words_wanted(enum ladder_kind k)
{
	switch (k) {
	case LADDER_COMPLETE:
		return "days from 0 to 3650 or done";
	case LADDER_LAPSED:
		return "days from 1 to 365 after the end";
	default:
		return "days from 0 to 3650, open or inbox";
	}
}

const char *ladder_rung_name(int rung, char out[16])
{
	if (rung >= LADDER_REACHED)
		return "done";
	if (rung >= LADDER_INBOX)
		return "inbox";
	if (rung >= LADDER_OPEN)
		return "open";
	snprintf(out, 16, rung < 0 ? "+%d" : "%d", rung < 0 ? -rung : rung);
	return out;
}
