/* Words of a text that name a credit figure. One pass; a run of digits or blanks is never read twice. */
#include "feeds/match.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

enum { DIGITS_MAX = 6, FRACTION_MAX = 3 };

struct number {
	const char *s;
	size_t whole, fraction;		/* digits before and after the sign at s[whole], if fraction > 0 */
};

static int is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static int is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (unsigned char)c >= 0x80;
}

static size_t blank(const char *s)
{
	if (*s == ' ' || (*s >= '\t' && *s <= '\r'))
		return 1;
	return strncmp(s, "\xC2\xA0", 2) == 0 ? 2 : 0;		/* no-break space */
}

static const char *past_blanks(const char *s)
{
	size_t n;

	while ((n = blank(s)) > 0)
		s += n;
	return s;
}

static size_t digits(const char *s)
{
	return strspn(s, "0123456789");
}

/* All that hangs together as a number: digits with points and commas between them. Returns its end. */
static const char *number_end(const char *s)
{
	s += digits(s);
	while ((*s == '.' || *s == ',') && is_digit(s[1]))
		s += 1 + digits(s + 1);
	return s;
}

/* 1 if it is one that 4.5 allows: digits, maybe a sign and more digits. */
static int number_read(const char *s, const char *end, struct number *ret)
{
	ret->s = s;
	ret->whole = digits(s);
	ret->fraction = 0;
	if (s + ret->whole != end) {
		ret->fraction = digits(s + ret->whole + 1);
		if (s + ret->whole + 1 + ret->fraction != end)
			return 0;
	}
	return ret->whole <= DIGITS_MAX && ret->fraction <= FRACTION_MAX;
}

/* In thousandths. "1,000" is a thousand. */
static int64_t number_value(const struct number *n)
{
	const char *sign = n->s + n->whole;
	int64_t v = 0;
	size_t i;

	for (i = 0; i < n->whole; i++)
		v = v * 10 + (n->s[i] - '0');
	for (i = 0; i < FRACTION_MAX; i++)
		v = v * 10 + (i < n->fraction ? sign[1 + i] - '0' : 0);
	return n->fraction == 3 && *sign == ',' ? v * 1000 : v;
}

static const char *word_at(const char *s, const char *word)
{
	size_t n = strlen(word);

	return strncasecmp(s, word, n) == 0 ? s + n : NULL;
}

static int ends_word(const char *s)
{
	return !is_digit(*s) && (!is_letter(*s) || blank(s) > 0);
}

static const char *whole_word(const char *s, const char *word)
{
	const char *end = word_at(s, word);

	if (end != NULL && (*end == 's' || *end == 'S') && ends_word(end + 1))
		end++;
	return end != NULL && ends_word(end) ? end : NULL;
}

/* The end of the unit that begins at s, or NULL. */
static const char *unit_end(const char *s)
{
	static const char *const units[] = { "CEU", "CPE", "CPD", "CME", "PDU", "CNE", "CLE", "credit" };
	static const char *const of_hours[] = { "contact", "credit" };

	for (size_t i = 0; i < sizeof(of_hours) / sizeof(of_hours[0]); i++) {
		const char *end = word_at(s, of_hours[i]), *hour = end != NULL ? past_blanks(end) : NULL;

		if (hour != NULL && hour > end && (hour = whole_word(hour, "hour")) != NULL)
			return hour;
	}
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		const char *end = whole_word(s, units[i]);

		if (end != NULL)
			return end;
	}
	return NULL;
}

/* "1-2 CEU", "1/2 credit", "1 to 2 credits": no one number is named. */
static int is_range(const char *text, const char *s)
{
	static const char *const links[] = { "-", "/", "\xE2\x80\x93", "to", "or" };
	const char *t = s;

	while (t > text && t[-1] == ' ')
		t--;
	for (size_t i = 0; i < sizeof(links) / sizeof(links[0]); i++) {
		size_t n = strlen(links[i]);
		const char *from = t - n;

		if ((size_t)(t - text) <= n || strncasecmp(from, links[i], n) != 0)
			continue;
		while (from > text && from[-1] == ' ')
			from--;
		if (from > text && is_digit(from[-1]))
			return 1;
	}
	return 0;
}

static void copy_quote(char *out, const char *s, const char *end)
{
	size_t used = 0, n;

	while (s < end) {
		n = blank(s);
		out[used++] = n > 0 ? ' ' : *s++;
		if (n > 0)
			s = past_blanks(s);
	}
	out[used] = '\0';
}

/* The length of the quote when each run of blanks is one. */
static size_t quote_size(const char *s, const char *end)
{
	size_t size = 0;

	while (s < end) {
		s = blank(s) > 0 ? past_blanks(s) : s + 1;
		size++;
	}
	return size;
}

/* Not the end of a word, of ".5", of a price or of "19:30". */
static int is_apart(const char *text, const char *s)
{
	if (s == text || blank(s - 1) > 0 || (s - text >= 2 && blank(s - 2) == 2))
		return 1;
	if (s[-1] == ':' && s - text >= 2 && is_digit(s[-2]))
		return 0;
	return !is_letter(s[-1]) && strchr(".,$", s[-1]) == NULL;
}

struct figure { const char *s, *end; int64_t value; };

/* 1, 0 there is none, -1 two that differ, or a range */
static int find(const char *text, struct figure *found)
{
	const char *s = text, *end, *unit, *stop;
	struct number n;

	for (; *s != '\0'; s = end) {
		end = s + 1;
		if (!is_digit(*s))
			continue;
		end = number_end(s);
		unit = past_blanks(end);
		if (!is_apart(text, s) || !number_read(s, end, &n) || (stop = unit_end(unit)) == NULL) {
			end = unit;
			continue;
		}
		if (is_range(text, s) || (found->s != NULL && found->value != number_value(&n)))
			return -1;
		end = stop;
		if (found->s == NULL && number_value(&n) > 0 && quote_size(s, stop) <= EVENT_CREDIT_MAX)
			*found = (struct figure){ s, stop, number_value(&n) };
	}
	return found->s != NULL;
}

char *credit_quote(const char *const texts[], size_t n, char out[EVENT_CREDIT_MAX + 1])
{
	struct figure found = { NULL, NULL, 0 };

	out[0] = '\0';
	for (size_t i = 0; i < n; i++)
		if (texts[i] != NULL && find(texts[i], &found) < 0)
			return out;
	if (found.s != NULL)
		copy_quote(out, found.s, found.end);
	return out;
}
