/* The kinds of settings that are times: of the day, of the week, or how long. */
#include "settings.h"

#include <stdio.h>
#include <string.h>

static const char *const day_names[] = {
	"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", NULL
};
/* enum digest_every */
static const char *const every_names[] = {
	"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "month", "change", NULL
};

static int time_of(const char *s, size_t len, int *ret)
{
	char text[8];
	long hour, minute;

	if (len != 5 || s[2] != ':')
		return -1;
	snprintf(text, sizeof text, "%.2s", s);
	if (setting_number(text, 0, 23, &hour))
		return -1;
	snprintf(text, sizeof text, "%.2s", s + 3);
	if (setting_number(text, 0, 59, &minute))
		return -1;
	*ret = (int)(hour * 60 + minute);
	return 0;
}

static int read_quiet(struct place *p)
{
	const char *s;

	if (setting_word(p, &s))
		return -1;
	if (strlen(s) != 11 || s[5] != '-' || time_of(s, 5, &p->c->quiet_from) || time_of(s + 6, 5, &p->c->quiet_to))
		return setting_wrong(p, "wants two times of the day: 20:00-07:00");
	return 0;
}

static void print_time_of(struct buf *out, int minute)
{
	buf_printf(out, "%02d:%02d", minute / 60, minute % 60);
}

static void print_quiet(const struct config *c, const struct setting *s, struct buf *out)
{
	(void)s;
	print_time_of(out, c->quiet_from);
	buf_putc(out, '-');
	print_time_of(out, c->quiet_to);
}
const struct setting_kind kind_quiet = { read_quiet, print_quiet };

static int read_duration(struct place *p)
{
	const char *s;
	int64_t seconds;

	if (setting_word(p, &s))
		return -1;
	if (duration_parse(s, &seconds) || seconds < p->s->min || seconds > p->s->max)
		return setting_wrong(p, "wants a time from %dm to %dd: 6h", p->s->min / 60, p->s->max / 86400);
	*AT(int64_t, p->c, p->s) = seconds;
	return 0;
}

static void print_duration(const struct config *c, const struct setting *s, struct buf *out)
{
	int64_t n = OF(int64_t, c, s);

	if (n % 3600 == 0)
		buf_printf(out, "%lldh", (long long)n / 3600);
	else
		buf_printf(out, "%llds", (long long)n);
}
const struct setting_kind kind_duration = { read_duration, print_duration };

static int read_window(struct place *p)
{
	char **words;
	long back, ahead;

	if (setting_words(p, &words) != 2 || setting_number(words[0], p->s->min, p->s->max, &back) ||
	    setting_number(words[1], p->s->min, p->s->max, &ahead))
		return setting_wrong(p, "wants months back and months ahead, up to %d each: 18 6", p->s->max);
	p->c->window_back = (int)back;
	p->c->window_ahead = (int)ahead;
	return 0;
}

static void print_window(const struct config *c, const struct setting *s, struct buf *out)
{
	(void)s;
	buf_printf(out, "%d %d", c->window_back, c->window_ahead);
}
const struct setting_kind kind_window = { read_window, print_window };

static int read_time(struct place *p)
{
	const char *s;

	if (setting_word(p, &s))
		return -1;
	return time_of(s, strlen(s), AT(int, p->c, p->s)) ? setting_wrong(p, "wants a time of the day: 08:30") : 0;
}

static void print_time(const struct config *c, const struct setting *s, struct buf *out)
{
	print_time_of(out, OF(int, c, s));
}
const struct setting_kind kind_time = { read_time, print_time };

static int add_days(const char *word, unsigned *days)
{
	const char *dots = strstr(word, "..");
	char first[16];
	int from, to;

	snprintf(first, sizeof first, "%.*s", (int)(dots && dots - word < 15 ? dots - word : 15), word);
	from = setting_choice(day_names, first);
	to = dots ? setting_choice(day_names, dots + 2) : from;
	if (from < 0 || to < 0)
		return -1;
	for (int i = from; ; i = (i + 1) % 7) {
		*days |= 1u << i;
		if (i == to)
			return 0;
	}
}

static int read_days(struct place *p)
{
	char **words;
	size_t n = setting_words(p, &words);
	unsigned days = 0;

	for (size_t i = 0; i < n; i++)
		if (add_days(words[i], &days))
			return setting_wrong(p, "wants days of the week: monday..friday, or monday wednesday");
	if (!days)
		return setting_wrong(p, "wants at least one day of the week");
	*AT(unsigned, p->c, p->s) = days;
	return 0;
}

static void print_days(const struct config *c, const struct setting *s, struct buf *out)
{
	for (int i = 0; i < 7; i++)
		if (OF(unsigned, c, s) & 1u << i)
			buf_printf(out, "%s%s", out->len ? " " : "", day_names[i]);
}
const struct setting_kind kind_days = { read_days, print_days };

static int read_every(struct place *p)
{
	const char *s;
	int i;

	if (setting_word(p, &s))
		return -1;
	i = setting_choice(every_names, s);
	if (i < 0)
		return setting_wrong(p, "wants a day of the week, month or change: monday");
	*AT(int, p->c, p->s) = i;
	return 0;
}

static void print_every(const struct config *c, const struct setting *s, struct buf *out)
{
	buf_puts(out, every_names[OF(int, c, s)]);
}
const struct setting_kind kind_every = { read_every, print_every };

static int read_ladder(struct place *p)
{
	enum ladder_kind kind = (enum ladder_kind)ladder_kind_named(p->s->words);
	struct ladder found = { .is_set = 1 };
	char **words;
	size_t n = setting_words(p, &words);
	int rung;

	if (!n || n > LADDER_WORDS_MAX)
		return setting_wrong(p, "%s wants 1 to %d of these: %s", p->s->words, LADDER_WORDS_MAX, ladder_words_wanted(kind));
	for (size_t i = 0; i < n; i++) {
		if (ladder_word(kind, words[i], &rung))
			return setting_wrong(p, "%s wants %s", p->s->words, ladder_words_wanted(kind));
		for (size_t j = 0; j < i; j++)
			if (found.rungs[j] == rung)
				return setting_wrong(p, "%s names %s twice", p->s->words, words[j]);
		found.rungs[found.n++] = rung;
	}
	*AT(struct ladder, p->c, p->s) = found;
	return 0;
}

/* As it is written: +8 of the ladder after the end is 8. */
static void print_ladder(const struct config *c, const struct setting *s, struct buf *out)
{
	const struct ladder *l = &OF(struct ladder, c, s);
	char name[16];

	for (size_t i = 0; i < l->n; i++)
		buf_printf(out, "%s%s", i ? " " : "", ladder_rung_name(l->rungs[i] < 0 ? -l->rungs[i] : l->rungs[i], name));
}
const struct setting_kind kind_ladder = { read_ladder, print_ladder };
