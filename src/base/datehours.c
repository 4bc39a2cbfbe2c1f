/* Lengths of time as people write them. */
#include "base/date.h"
#include "base/err.h"
#include "base/text.h"

#include <stdio.h>
#include <string.h>

#define DAY_MINUTES 1440
#define LONGEST 40
#define BEYOND 1000000		/* numbers stop growing here: out of range whatever follows */

/* A decimal number; no whole number of minutes needs more than three places of hours. */
struct decimal {
	int whole, thousandths;
	int exact;		/* 0: there are further places that are not zero */
	size_t digits, places;	/* as written */
};

static int refuse_unknown(const char *s, struct err *err)
{
	char shown[LONGEST];

	text_excerpt(shown, sizeof(shown), s);
	err_set(err, ERR_USAGE, "hours-unknown", "\"%s\" is not a number of hours.", shown);
	return err_next(err, "Write 1.5, 1h30, 90m or 1:30.");
}

static int refuse_range(const char *s, struct err *err)
{
	char shown[LONGEST];

	text_excerpt(shown, sizeof(shown), s);
	err_set(err, ERR_USAGE, "hours-range", "\"%s\" is not between one minute and 24 hours.", shown);
	return err_next(err,
	    "Write 1.5, 1h30, 90m or 1:30; split what took longer than a day into its days.");
}

static int refuse_fraction(const char *s, int nearest, struct err *err)
{
	char shown[LONGEST];

	text_excerpt(shown, sizeof(shown), s);
	err_set(err, ERR_USAGE, "hours-fraction", "\"%s\" is not a whole number of minutes.", shown);
	if (nearest < 1)
		nearest = 1;
	return err_next(err, "Write it in minutes, for example %dm.",
	    nearest < DAY_MINUTES ? nearest : DAY_MINUTES);
}

/* Moves *s behind the number. -1: no number there. */
static int read_decimal(const char **s, struct decimal *ret)
{
	struct decimal d = { .exact = 1 };
	int scale = 100;

	for (; **s >= '0' && **s <= '9'; (*s)++, d.digits++)
		d.whole = d.whole < BEYOND ? d.whole * 10 + (**s - '0') : d.whole;
	if (**s == '.' || **s == ',') {
		(*s)++;
		for (; **s >= '0' && **s <= '9'; (*s)++, d.places++) {
			if (scale > 0)
				d.thousandths += (**s - '0') * scale;
			else if (**s != '0')
				d.exact = 0;
			scale /= 10;
		}
		if (d.places == 0)
			return -1;
	}
	if (d.digits + d.places == 0)
		return -1;
	*ret = d;
	return 0;
}

/* The two digits of minutes behind "1:" or "1h"; "1h5m" may have one. */
static int read_minutes(const char *s, int after_h, int *ret)
{
	size_t digits = strspn(s, "0123456789");
	const char *rest = s + digits;
	int value = 0;

	if (digits < 1 || digits > 2)
		return -1;
	for (size_t i = 0; i < digits; i++)
		value = value * 10 + (s[i] - '0');
	if (value > 59)
		return -1;
	if (after_h && strcmp(rest, "m") == 0) {
		*ret = value;
		return 0;
	}
	if (*rest != '\0' || digits != 2)
		return -1;
	*ret = value;
	return 0;
}

/* Trimmed, in small letters. -1: too long. */
static int prepare(const char *s, char out[LONGEST])
{
	size_t len, i;

	s += strspn(s, " \t");
	for (len = strlen(s); len > 0 && (s[len - 1] == ' ' || s[len - 1] == '\t'); )
		len--;
	if (len >= LONGEST)
		return -1;
	for (i = 0; i < len; i++)
		out[i] = s[i] >= 'A' && s[i] <= 'Z' ? (char)(s[i] + ('a' - 'A')) : s[i];
	out[len] = '\0';
	return 0;
}

int date_parse_hours(const char *s, int *ret_minutes, struct err *err)
{
	char text[LONGEST];
	const char *at = text;
	int negative, scale = 60, minutes, more = 0;
	struct decimal d;

	if (prepare(s, text) != 0)
		return refuse_unknown(s, err);
	negative = *at == '-';
	at += negative;
	if (read_decimal(&at, &d) != 0)
		return refuse_unknown(s, err);
	if (d.digits > 0 && d.places == 0 && (*at == ':' || (*at == 'h' && at[1] != '\0'))) {
		if (read_minutes(at + 1, *at == 'h', &more) != 0)
			return refuse_unknown(s, err);
	} else if (strcmp(at, "m") == 0) {
		scale = 1;
	} else if (*at != '\0' && strcmp(at, "h") != 0) {
		return refuse_unknown(s, err);
	}
	minutes = d.whole * scale + (d.thousandths * scale + 500) / 1000 + more;
	if (d.exact && d.thousandths * scale % 1000 == 0) {
		if (negative || minutes < 1 || minutes > DAY_MINUTES)
			return refuse_range(s, err);
		*ret_minutes = minutes;
		return 0;
	}
	if (negative || minutes > DAY_MINUTES)
		return refuse_range(s, err);
	return refuse_fraction(s, minutes, err);
}

char *date_hours_text(int minutes, char *out, size_t size)
{
	unsigned n = minutes < 0 ? -(unsigned)minutes : (unsigned)minutes;
	const char *sign = minutes < 0 ? "-" : "";

	if (n < 60)
		snprintf(out, size, "%s%um", sign, n);
	else if (n % 60 == 0)
		snprintf(out, size, "%s%uh", sign, n / 60);
	else
		snprintf(out, size, "%s%uh%02u", sign, n / 60, n % 60);
	return out;
}
