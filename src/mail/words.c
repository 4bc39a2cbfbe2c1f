/* English in small pieces: numbers as words, plurals, days, lists, and lines of a fixed length. */

#include "words.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/text.h"

const char *words_digits(int64_t hundredths, char out[WORDS_SIZE])
{
	return units_json(hundredths, out, WORDS_SIZE);
}

const char *words_units(int64_t hundredths, char out[WORDS_SIZE])
{
	if (hundredths < 0 || hundredths % 100 != 0)
		return words_digits(hundredths, out);
	return words_count((size_t)(hundredths / 100), out);
}

const char *words_count(size_t n, char out[WORDS_SIZE])
{
	static const char *const names[] = { "none", "one", "two", "three", "four", "five", "six", "seven", "eight",
	    "nine", "ten", "eleven", "twelve" };

	if (n < sizeof(names) / sizeof(names[0]))
		snprintf(out, WORDS_SIZE, "%s", names[n]);
	else
		snprintf(out, WORDS_SIZE, "%zu", n);
	return out;
}

const char *words_many(size_t n, char out[WORDS_SIZE])
{
	if (n < 1000)
		snprintf(out, WORDS_SIZE, "%zu", n);
	else if (n < 1000000)
		snprintf(out, WORDS_SIZE, "%zu,%03zu", n / 1000, n % 1000);
	else
		snprintf(out, WORDS_SIZE, "%zu,%03zu,%03zu", n / 1000000, n / 1000 % 1000, n % 1000);
	return out;
}

const char *words_unit(int64_t hundredths)
{
	return hundredths == 100 ? "unit" : "units";
}

const char *words_within(int days, char out[WORDS_SIZE])
{
	if (days == 0)
		snprintf(out, WORDS_SIZE, "today");
	else
		snprintf(out, WORDS_SIZE, "in %d %s", days, days == 1 ? "day" : "days");
	return out;
}

const char *words_day(day_t day, day_t today, char out[WORDS_SIZE])
{
	date_text(day, DATE_LONG, out, WORDS_SIZE);
	if (date_ymd(day).year == date_ymd(today).year)
		*strrchr(out, ' ') = '\0';
	return out;
}

const char *words_weekday(day_t day, day_t today, char out[2 * WORDS_SIZE])
{
	static const char *const names[] = { "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday" };
	char date[WORDS_SIZE];

	snprintf(out, 2 * WORDS_SIZE, "%s %s", names[date_weekday(day)], words_day(day, today, date));
	return out;
}

const char *words_hours(int minutes, char out[WORDS_SIZE])
{
	int hours = minutes / 60, rest = minutes % 60;

	if (hours == 0)
		snprintf(out, WORDS_SIZE, "%d minutes", rest);
	else if (rest == 0)
		snprintf(out, WORDS_SIZE, "%d %s", hours, hours == 1 ? "hour" : "hours");
	else
		snprintf(out, WORDS_SIZE, "%d h %d min", hours, rest);
	return out;
}

void words_capital(char *s)
{
	if (*s >= 'a' && *s <= 'z')
		*s = (char)(*s - 'a' + 'A');
}

const char *words_joint(size_t i, size_t n)
{
	if (i == 0)
		return "";
	return i + 1 == n ? " and " : ", ";
}

void words_empty(struct buf *b)
{
	if (!b->failed)
		buf_reset(b);
}

static size_t width_of(struct buf *tmp, const char *s, size_t len)
{
	words_empty(tmp);
	buf_add(tmp, s, len);
	return text_width(buf_str(tmp));
}

/* One line that is too long, word by word. */
static void wrap_line(struct buf *out, struct buf *tmp, const char *s, const char *end, size_t columns)
{
	const char *indent = s;
	size_t margin, col;

	while (s < end && *s == ' ')
		s++;
	margin = (size_t)(s - indent);
	buf_add(out, indent, margin);
	for (col = margin; s < end;) {
		const char *blank = memchr(s, ' ', (size_t)(end - s));
		size_t len = (size_t)((blank != NULL ? blank : end) - s), width = width_of(tmp, s, len);

		if (col > margin && col + 1 + width > columns) {
			buf_putc(out, '\n');
			buf_add(out, indent, margin);
			col = margin;
		}
		if (col > margin) {
			buf_putc(out, ' ');
			col++;
		}
		buf_add(out, s, len);
		col += width;
		for (s += len; s < end && *s == ' ';)
			s++;
	}
}

void words_wrap(struct buf *out, const char *s, size_t len, size_t columns)
{
	const char *end = s + len;
	struct buf tmp = BUF_INIT;

	while (s < end) {
		const char *lf = memchr(s, '\n', (size_t)(end - s));
		const char *stop = lf != NULL ? lf : end, *next = lf != NULL ? lf + 1 : end;

		while (stop > s && stop[-1] == ' ')
			stop--;
		if ((size_t)(stop - s) <= columns || width_of(&tmp, s, (size_t)(stop - s)) <= columns)
			buf_add(out, s, (size_t)(stop - s));
		else
			wrap_line(out, &tmp, s, stop, columns);
		buf_putc(out, '\n');
		s = next;
	}
	if (tmp.failed)
		out->failed = 1;
	buf_free(&tmp);
}

static void blanks(struct buf *out, size_t used, size_t columns)
{
	for (; used < columns; used++)
		buf_putc(out, ' ');
}

void words_left(struct buf *out, const char *s, size_t columns)
{
	buf_puts(out, s);
	blanks(out, text_width(s), columns);
}

void words_right(struct buf *out, const char *s, size_t columns)
{
	blanks(out, text_width(s), columns);
	buf_puts(out, s);
}
