/* Dates as people write them. */
#include "base/date.h"
#include "base/err.h"
#include "base/text.h"
#include "dateparts.h"

#include <stdio.h>
#include <string.h>

#define LONGEST 48
#define MOST_WORDS 5
#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* A date being read: the text as given (for messages), its words in small letters. */
struct reading {
	const char *given;
	day_t today;
	enum date_look look;
	struct err *err;
	char text[LONGEST];
	char *words[MOST_WORDS];
	int nwords;
};

static const char *const known_words[] = {
	"today", "yesterday", "tomorrow", "monday", "tuesday", "wednesday", "thursday", "friday",
	"saturday", "sunday", "january", "february", "march", "april", "may", "june", "july",
	"august", "september", "october", "november", "december", "days", "weeks", "ago", "in",
};
static const char *const *const weekdays = known_words + 3;
static const char *const *const months = known_words + 10;

/* The place of a word in names, or of its beginning of at least three letters; -1 if none. */
static int find_name(const char *word, const char *const *names, int n)
{
	size_t len = strlen(word);

	for (int i = 0; len >= 3 && i < n; i++) {
		if (strncmp(word, names[i], len) == 0)
			return i;
	}
	return -1;
}

static int is_letter(char c)
{
	return c >= 'a' && c <= 'z';
}

static const char *suggestion(const struct reading *r)
{
	for (int i = 0; i < r->nwords; i++) {
		const char *word = r->words[i];

		if (!is_letter(word[0]) || find_name(word, weekdays, 7) >= 0 ||
		    find_name(word, months, 12) >= 0)
			continue;
		word = text_suggest(word, known_words, COUNT(known_words));
		if (word != NULL && strcmp(word, r->words[i]) != 0)
			return word;
	}
	return NULL;
}

static int refuse_unknown(const struct reading *r)
{
	const char *meant = suggestion(r);
	char shown[LONGEST];

	text_excerpt(shown, sizeof(shown), r->given);
	err_set(r->err, ERR_USAGE, "date-unknown", "\"%s\" is not a date.", shown);
	if (meant != NULL)
		err_next(r->err, "Did you mean \"%s\"?", meant);
	return err_next(r->err, "Write today, yesterday, monday, 3 days ago, 24 feb or 2026-02-24.");
}

static int refuse_year(const struct reading *r)
{
	char shown[LONGEST];

	text_excerpt(shown, sizeof(shown), r->given);
	err_set(r->err, ERR_USAGE, "date-impossible", "\"%s\" is out of range.", shown);
	return err_next(r->err, "Write a date in a year from %d to %d.", DATE_FIRST_YEAR, DATE_LAST_YEAR);
}

/* year 0: none was given. */
static int refuse_impossible(const struct reading *r, int year, int month, int day)
{
	char in_year[16] = "";
	const char *name;

	if (month < 1 || month > 12) {
		err_set(r->err, ERR_USAGE, "date-impossible", "There is no month %d.", month);
		return err_next(r->err,
		    "Months are numbered 01 to 12; or write the month as a word: 24 feb.");
	}
	name = date_month_names[month - 1];
	if (year > 0)
		snprintf(in_year, sizeof(in_year), " %d", year);
	err_set(r->err, ERR_USAGE, "date-impossible", "There is no %d %s%s.", day, name, in_year);
	return err_next(r->err, "%s%s has the days 1 to %d.", name, in_year,
	    date_days_in_month(year > 0 ? year : 2000, month));
}

static int in_range(day_t day)
{
	struct ymd d = date_ymd(day);

	return d.year >= DATE_FIRST_YEAR && d.year <= DATE_LAST_YEAR;
}

static int finish(const struct reading *r, int64_t day, day_t *ret)
{
	if (day <= DAY_NONE || day > INT32_MAX || !in_range((day_t)day))
		return refuse_year(r);
	*ret = (day_t)day;
	return 0;
}

/* The nearest such day in the direction of look; 29 February may be up to 8 years away. -1: none. */
static int nearest(const struct reading *r, int month, int day, day_t *ret)
{
	int year = date_ymd(r->today).year, step = r->look == DATE_BACK ? -1 : 1;

	for (int i = 0; i <= 8; i++, year += step) {
		day_t found;

		if (date_from_ymd(year, month, day, &found) == 0 &&
		    (r->look == DATE_BACK ? found <= r->today : found >= r->today)) {
			*ret = found;
			return 0;
		}
	}
	return -1;
}

/* year 0: the nearest. Fills the error. */
static int resolve(const struct reading *r, int year, int month, int day, day_t *ret)
{
	if (year != 0 && (year < DATE_FIRST_YEAR || year > DATE_LAST_YEAR))
		return refuse_year(r);
	if (year != 0 ? date_from_ymd(year, month, day, ret) != 0 : nearest(r, month, day, ret) != 0)
		return refuse_impossible(r, year, month, day);
	return 0;
}

/* ---- dates in numbers */

struct numbers {
	int value[3], digits[3], count;
	char separator;
};

/* Two or three numbers of one to four digits with the same separator between them. */
static int read_numbers(const char *s, struct numbers *ret)
{
	struct numbers n = { .count = 0 };

	for (;;) {
		int i = n.count++;

		for (; *s >= '0' && *s <= '9' && n.digits[i] < 5; s++, n.digits[i]++)
			n.value[i] = n.value[i] * 10 + (*s - '0');
		if (n.digits[i] < 1 || n.digits[i] > 4)
			return -1;
		if (*s == '\0')
			break;
		if (n.count == 3 || strchr("/.-", *s) == NULL ||
		    (n.separator != '\0' && *s != n.separator))
			return -1;
		n.separator = *s++;
	}
	if (n.count < 2)
		return -1;
	*ret = n;
	return 0;
}

/* Writes the day as a word that date_parse() reads back: without the year if it needs none. */
static void spell(const struct reading *r, day_t day, char *out, size_t size)
{
	struct ymd d = date_ymd(day);
	day_t near;

	if (nearest(r, d.month, d.day, &near) == 0 && near == day)
		snprintf(out, size, "%d %s", d.day, months[d.month - 1]);
	else
		snprintf(out, size, "%d %s %d", d.day, months[d.month - 1], d.year);
}

static int reading_of(const struct reading *r, const struct numbers *n, int month, int day, day_t *ret)
{
	int year = n->count == 3 ? n->value[2] : 0;

	if (n->count == 3 && n->digits[2] == 2)
		year += 2000;
	return n->count == 3 ? date_from_ymd(year, month, day, ret) : nearest(r, month, day, ret);
}

/* Day first for some, month first for others: never taken, because a wrong guess would not show. */
static int refuse_numbers(const struct reading *r, const struct numbers *n)
{
	char spelled[32], iso[DATE_ISO_SIZE];
	day_t first = DAY_NONE, second = DAY_NONE;
	struct ymd a, b;

	if (n->digits[0] > 2 || n->digits[1] > 2 || (n->count == 3 && n->digits[2] % 2 != 0))
		return refuse_unknown(r);
	/* A reading that is no date leaves DAY_NONE. */
	(void)reading_of(r, n, n->value[1], n->value[0], &first);
	(void)reading_of(r, n, n->value[0], n->value[1], &second);
	if (first == DAY_NONE && second == DAY_NONE)
		return refuse_unknown(r);
	if (first == DAY_NONE)
		first = second;
	if (second == DAY_NONE)
		second = first;
	a = date_ymd(first);
	b = date_ymd(second);
	if (first != second)
		err_set(r->err, ERR_USAGE, "date-ambiguous",
		    "\"%s\" is %d %s for some and %d %s for others.", r->text, a.day,
		    date_month_names[a.month - 1], b.day, date_month_names[b.month - 1]);
	else
		err_set(r->err, ERR_USAGE, "date-unknown",
		    "\"%s\" is not taken: some write the day first and others the month.", r->text);
	spell(r, first, spelled, sizeof(spelled));
	date_iso(second, iso);
	return err_next(r->err, "Write: \"%s\" or %s", spelled, iso);
}

static int parse_numbers(const struct reading *r, const struct numbers *n, day_t *ret)
{
	day_t day;
	char iso[DATE_ISO_SIZE];

	if (n->digits[0] != 4 || n->count != 3)
		return refuse_numbers(r, n);
	if (n->separator == '-' && n->digits[1] == 2 && n->digits[2] == 2) {
		if (n->value[0] == 0)
			return refuse_year(r);
		return resolve(r, n->value[0], n->value[1], n->value[2], ret);
	}
	if (date_from_ymd(n->value[0], n->value[1], n->value[2], &day) != 0)
		return refuse_unknown(r);
	date_iso(day, iso);
	err_set(r->err, ERR_USAGE, "date-unknown", "\"%s\" is not written as dates are here.", r->text);
	return err_next(r->err, "Write: %s", iso);
}

/* ---- dates in words */

/* One to `most` digits and nothing else. -1: no. */
static int read_count(const char *s, int most, int *ret)
{
	int value = 0, digits = 0;

	for (; *s >= '0' && *s <= '9' && digits < most; s++, digits++)
		value = value * 10 + (*s - '0');
	if (digits < 1 || *s != '\0')
		return -1;
	*ret = value;
	return 0;
}

/* 24 or 24th. -1: no. */
static int read_day(const char *s, int *ret)
{
	static const char *const suffixes[] = { "st", "nd", "rd", "th" };
	char digits[3] = "";

	if (strlen(s) <= 2)
		return read_count(s, 2, ret);
	text_copy(digits, strspn(s, "0123456789") < 2 ? 2 : 3, s);
	for (size_t i = 0; i < COUNT(suffixes); i++) {
		if (strcmp(s + strlen(digits), suffixes[i]) == 0)
			return read_count(digits, 2, ret);
	}
	return -1;
}

/* [weekday] DAY MONTH [YEAR] or [weekday] MONTH DAY [YEAR]; 1 when the words are not that. */
static int parse_day_month(const struct reading *r, day_t *ret)
{
	int at = find_name(r->words[0], weekdays, 7) >= 0, left = r->nwords - at;
	int month, day = 0, year = 0;
	char shown[32];
	day_t found;

	if (left != 2 && left != 3)
		return 1;
	month = find_name(r->words[at + 1], months, 12);
	if (month < 0 || read_day(r->words[at], &day) != 0) {
		month = find_name(r->words[at], months, 12);
		if (month < 0 || read_day(r->words[at + 1], &day) != 0)
			return 1;
	}
	if (left == 3 && (strlen(r->words[at + 2]) != 4 || read_count(r->words[at + 2], 4, &year) != 0))
		return 1;
	if (left == 3 && year == 0)
		return refuse_year(r);
	if (resolve(r, year, month + 1, day, &found) != 0)
		return -1;
	if (at == 1 && find_name(r->words[0], weekdays, 7) != date_weekday(found)) {
		date_text(found, DATE_LONG, shown, sizeof(shown));
		err_set(r->err, ERR_USAGE, "date-impossible", "%s is a %s.", shown,
		    date_weekday_names[date_weekday(found)]);
		return err_next(r->err, "Leave the weekday out, or correct the day.");
	}
	*ret = found;
	return 0;
}

/* "3 days ago", "in 2 weeks"; 1 when the words are not that. */
static int parse_distance(const struct reading *r, day_t *ret)
{
	int ago = r->nwords == 3 && strcmp(r->words[2], "ago") == 0, n;
	const char *unit;
	int64_t days;

	if (r->nwords != 3 || (!ago && strcmp(r->words[0], "in") != 0) ||
	    read_count(r->words[ago ? 0 : 1], 6, &n) != 0)
		return 1;
	unit = r->words[ago ? 1 : 2];
	if (strcmp(unit, "day") == 0 || strcmp(unit, "days") == 0)
		days = n;
	else if (strcmp(unit, "week") == 0 || strcmp(unit, "weeks") == 0)
		days = n * INT64_C(7);
	else
		return 1;
	return finish(r, r->today + (ago ? -days : days), ret);
}

/* today, yesterday, tomorrow, a weekday; 1 when the word is none of them. */
static int parse_word(const struct reading *r, day_t *ret)
{
	int64_t today = r->today;
	int weekday = find_name(r->words[0], weekdays, 7), ahead;

	if (strcmp(r->words[0], "today") == 0)
		return finish(r, today, ret);
	if (strcmp(r->words[0], "yesterday") == 0)
		return finish(r, today - 1, ret);
	if (strcmp(r->words[0], "tomorrow") == 0)
		return finish(r, today + 1, ret);
	if (weekday < 0)
		return 1;
	ahead = (weekday - date_weekday(r->today) + 7) % 7;
	return finish(r, today + (r->look == DATE_BACK && ahead > 0 ? ahead - 7 : ahead), ret);
}

/* Small letters, split at blanks, a comma or point behind a word dropped. -1: not of that kind. */
static int split(struct reading *r)
{
	char *out = r->text, *const end = r->text + sizeof(r->text) - 1;
	const char *s = r->given;

	for (;;) {
		while (*s == ' ' || *s == '\t')
			s++;
		if (*s == '\0')
			return r->nwords > 0 ? 0 : -1;
		if (r->nwords == MOST_WORDS)
			return -1;
		r->words[r->nwords++] = out;
		for (; *s != '\0' && *s != ' ' && *s != '\t'; s++) {
			if (out >= end || *s < ' ' || *s > '~')
				return -1;
			*out++ = *s >= 'A' && *s <= 'Z' ? (char)(*s + ('a' - 'A')) : *s;
		}
		if ((out[-1] == ',' || out[-1] == '.') && out - r->words[r->nwords - 1] > 1)
			out--;
		if (out >= end)
			return -1;
		*out++ = '\0';
	}
}

int date_parse(const char *s, day_t today, enum date_look look, day_t *ret, struct err *err)
{
	struct reading r = { .given = s, .today = today, .look = look, .err = err };
	struct numbers n;
	int done = 1;

	if (split(&r) != 0) {
		r.nwords = 0;
		return refuse_unknown(&r);
	}
	if (r.nwords == 1 && read_numbers(r.words[0], &n) == 0)
		return parse_numbers(&r, &n, ret);
	if (r.nwords == 1)
		done = parse_word(&r, ret);
	else if ((done = parse_distance(&r, ret)) == 1)
		done = parse_day_month(&r, ret);
	return done == 1 ? refuse_unknown(&r) : done;
}
