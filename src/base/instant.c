/* Instants and lengths of time as text. */
#include "base/date.h"
#include "dateparts.h"

#include <stdio.h>

#define DAY_MS (DAY_SECONDS * 1000)

char *instant_text(int64_t instant, char out[INSTANT_SIZE])
{
	int64_t day = date_floor(instant, DAY_MS);
	int ms = (int)date_rest(instant, DAY_MS);
	char iso[DATE_ISO_SIZE] = "";

	out[0] = '\0';
	if (day > INT32_MIN && day <= INT32_MAX)
		date_iso((day_t)day, iso);
	if (iso[0] == '\0')
		return out;
	if (ms % 1000 == 0)
		snprintf(out, INSTANT_SIZE, "%sT%02d:%02d:%02dZ", iso, ms / 3600000, ms / 60000 % 60,
		    ms / 1000 % 60);
	else
		snprintf(out, INSTANT_SIZE, "%sT%02d:%02d:%02d.%03dZ", iso, ms / 3600000, ms / 60000 % 60,
		    ms / 1000 % 60, ms % 1000);
	return out;
}

/* The part after the seconds' point: any number of digits, cut to milliseconds. */
static int parse_fraction(const char **s, int *ret_ms)
{
	int ms = 0, scale = 100;

	if (**s < '0' || **s > '9')
		return -1;
	for (; **s >= '0' && **s <= '9'; (*s)++) {
		ms += (**s - '0') * scale;
		scale /= 10;
	}
	*ret_ms = ms;
	return 0;
}

/* Z, +HH:MM, -HH:MM, or nothing for UTC, up to the end of the text. */
static int parse_offset(const char *s, int *ret_seconds)
{
	int hours, minutes;

	if (s[0] == '\0' || ((s[0] == 'Z' || s[0] == 'z') && s[1] == '\0')) {
		*ret_seconds = 0;
		return 0;
	}
	if ((s[0] != '+' && s[0] != '-') || date_digits(s + 1, 2, &hours) != 0 || s[3] != ':' ||
	    date_digits(s + 4, 2, &minutes) != 0 || s[6] != '\0' || hours > 23 || minutes > 59)
		return -1;
	*ret_seconds = (hours * 3600 + minutes * 60) * (s[0] == '-' ? -1 : 1);
	return 0;
}

/* HH:MM[:SS[.fraction]]; moves *s behind it. A leap second is the first of the next minute. */
static int parse_clock(const char **s, int *ret_ms)
{
	int hour, minute, second = 0, ms = 0;

	if (date_digits(*s, 2, &hour) != 0 || (*s)[2] != ':' || date_digits(*s + 3, 2, &minute) != 0)
		return -1;
	*s += 5;
	if (**s == ':') {
		if (date_digits(*s + 1, 2, &second) != 0)
			return -1;
		*s += 3;
		if (**s == '.') {
			(*s)++;
			if (parse_fraction(s, &ms) != 0)
				return -1;
		}
	}
	if (hour > 23 || minute > 59 || second > 60)
		return -1;
	*ret_ms = ((hour * 60 + minute) * 60 + second) * 1000 + ms;
	return 0;
}

int instant_parse(const char *s, int64_t *ret)
{
	char iso[DATE_ISO_SIZE];
	int i, ms, offset;
	day_t day;

	for (i = 0; i < DATE_ISO_SIZE - 1 && s[i] != '\0'; i++)
		iso[i] = s[i];
	iso[i] = '\0';
	if (date_parse_iso(iso, &day) != 0)
		return -1;
	s += i;
	if (*s != 'T' && *s != 't' && *s != ' ')
		return -1;
	s++;
	if (parse_clock(&s, &ms) != 0 || parse_offset(s, &offset) != 0)
		return -1;
	*ret = day * DAY_MS + ms - offset * INT64_C(1000);
	return 0;
}

int duration_parse(const char *s, int64_t *ret_seconds)
{
	int64_t value = 0, unit;

	if (*s < '0' || *s > '9')
		return -1;
	for (; *s >= '0' && *s <= '9'; s++) {
		if (value > INT64_MAX / DAY_MS / 10)	/* far beyond any use, and safe from overflow */
			return -1;
		value = value * 10 + (*s - '0');
	}
	switch (*s) {
	case 's': unit = 1; break;
	case 'm': unit = 60; break;
	case 'h': unit = 3600; break;
	case 'd': unit = DAY_SECONDS; break;
	case 'w': unit = 7 * DAY_SECONDS; break;
	default: return -1;
	}
	if (s[1] != '\0')
		return -1;
	*ret_seconds = value * unit;
	return 0;
}
