/* When two records speak of one event. */
#include "feeds/alike.h"
#include "base/buf.h"
#include "base/text.h"
#include "link.h"

#include <stdlib.h>
#include <string.h>

enum {
	CHARS_MAX = 200,		/* of a title that are compared */
	PREFIX_MAX = 60,		/* bytes of "Provider: " or "[Tag] " */
	ALIKE = 850
};
#define CLOSE_MS (INT64_C(15) * 60000)

/* "[Tag] " and "Provider: " in front, each once, unless nothing would be left. */
static const char *without_prefix(const char *title)
{
	const char *s = title, *end;

	s += strspn(s, " ");
	if (*s == '[' && (end = strchr(s, ']')) != NULL && end - s < PREFIX_MAX)
		s = end + 1;
	end = strstr(s, ": ");
	if (end != NULL && end - s < PREFIX_MAX)
		s = end + 2;
	s += strspn(s, " ");
	return *s != '\0' ? s : title;
}

/* Characters of the folded title. Returns how many, 0 also on lack of memory: such titles are like nothing. */
static size_t letters(const char *title, uint32_t out[CHARS_MAX])
{
	struct buf folded = BUF_INIT;
	const char *s, *end;
	size_t n = 0, size;

	if (text_fold(&folded, title, strlen(title)) == 0) {
		s = buf_str(&folded);
		for (end = s + folded.len; s < end && n < CHARS_MAX; s += size) {
			size = text_decode(s, end, &out[n]);
			if (size == 0)
				break;
			n++;
		}
	}
	buf_free(&folded);
	return n;
}

static unsigned least(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

/* Edit distance when it is at most `limit`, else limit + 1: only a band about the diagonal is looked at. na >= nb. */
static unsigned distance(const uint32_t *a, size_t na, const uint32_t *b, size_t nb, unsigned limit)
{
	unsigned row[CHARS_MAX + 2];
	size_t band = limit;

	if (na - nb > band)
		return limit + 1;
	for (size_t j = 0; j <= nb; j++)
		row[j] = j <= band ? (unsigned)j : limit + 1;
	for (size_t i = 1; i <= na; i++) {
		size_t from = i > band ? i - band : 1, to = i + band < nb ? i + band : nb;
		unsigned corner = row[from - 1], low = limit + 1;

		row[from - 1] = from == 1 ? (unsigned)i : limit + 1;
		for (size_t j = from; j <= to; j++) {
			unsigned above = j == i + band ? limit + 1 : row[j], best = corner + (a[i - 1] != b[j - 1]);

			corner = row[j];
			best = least(best, least(above, row[j - 1]) + 1);
			row[j] = best;
			low = least(low, best);
		}
		if (low > limit && row[from - 1] > limit)
			return limit + 1;
	}
	return least(row[nb], limit + 1);
}

/* At least `wanted` per mille, or what it is exactly when that is 0. */
static int similarity(const char *one, const char *other, unsigned wanted)
{
	uint32_t a[CHARS_MAX], b[CHARS_MAX], *longer = a, *shorter = b;
	size_t na = letters(one, a), nb = letters(other, b), n = na;
	unsigned most, limit, d;

	if (na == 0 || nb == 0)
		return 0;
	if (nb > na) {
		longer = b;
		shorter = a;
		na = nb;
		nb = n;
	}
	most = (unsigned)(na * (1000 - wanted) / 1000);
	limit = wanted > 0 || most < 8 ? most : 8;
	while ((d = distance(longer, na, shorter, nb, limit)) > limit && limit < most)
		limit = limit * 4 < most ? limit * 4 : most;
	return d > limit ? 0 : (int)((na - d) * 1000 / na);
}

/* As they stand, and without what may be a provider's name: "Journey mapping: webinar" is "Journey mapping webinar". */
static int closest(const char *a, const char *b, unsigned wanted)
{
	int whole = similarity(a, b, wanted);
	int rest = whole < 1000 ? similarity(without_prefix(a), without_prefix(b), wanted) : 0;

	return whole > rest ? whole : rest;
}

int alike_titles(const char *a, const char *b)
{
	return closest(a, b, 0);
}

static int titles_agree(const char *a, const char *b)
{
	return closest(a, b, ALIKE) >= ALIKE;
}

/* A site's front page is about many events. */
static int pages_agree(const char *a, const char *b)
{
	char one[LINK_SIZE], two[LINK_SIZE];

	return strchr(link_page(a, one, sizeof(one)), '/') != NULL &&
	    strcmp(one, link_page(b, two, sizeof(two))) == 0;
}

static int same_time(const struct alike *a, const struct alike *b)
{
	int64_t apart = a->start > b->start ? a->start - b->start : b->start - a->start;

	return a->all_day || b->all_day ? a->day == b->day : apart <= CLOSE_MS;
}

int alike_events(const struct alike *a, const struct alike *b)
{
	int same_uid = a->uid[0] != '\0' && strcmp(a->uid, b->uid) == 0 && strcmp(a->rid, b->rid) == 0;

	/* Two publishers may both count from 1: a UID alone would hide an event behind another one. */
	if (same_time(a, b))
		return same_uid || pages_agree(a->url, b->url) || titles_agree(a->title, b->title);
	return same_uid && (pages_agree(a->url, b->url) || titles_agree(a->title, b->title));
}

int alike_entry(const struct alike *event, const struct alike *entry)
{
	return event->day - entry->day <= 1 && entry->day - event->day <= 1 &&
	    (titles_agree(event->title, entry->title) || pages_agree(event->url, entry->url));
}
