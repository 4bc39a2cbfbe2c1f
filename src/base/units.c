/* Credit in hundredths of a unit as text. */
#include "base/date.h"

#include <inttypes.h>
#include <stdio.h>

#define UNITS_LARGEST INT64_C(1000000000)

/* With at least `places` decimals, and no more than are needed. */
static char *print(int64_t hundredths, int places, char *out, size_t size)
{
	uint64_t n = hundredths < 0 ? -(uint64_t)hundredths : (uint64_t)hundredths;
	const char *sign = hundredths < 0 ? "-" : "";

	if (n % 10 != 0)
		snprintf(out, size, "%s%" PRIu64 ".%02" PRIu64, sign, n / 100, n % 100);
	else if (n % 100 != 0 || places > 0)
		snprintf(out, size, "%s%" PRIu64 ".%" PRIu64, sign, n / 100, n / 10 % 10);
	else
		snprintf(out, size, "%s%" PRIu64, sign, n / 100);
	return out;
}

char *units_text(int64_t hundredths, char *out, size_t size)
{
	return print(hundredths, 1, out, size);
}

char *units_json(int64_t hundredths, char *out, size_t size)
{
	return print(hundredths, 0, out, size);
}

int units_parse(const char *s, int64_t *ret)
{
	int64_t value = 0, scale = 100;

	if (*s < '0' || *s > '9')
		return -1;
	for (; *s >= '0' && *s <= '9'; s++) {
		value = value * 10 + (*s - '0') * 100;
		if (value > UNITS_LARGEST)
			return -1;
	}
	if (*s == '.') {
		s++;
		if (*s < '0' || *s > '9')
			return -1;
		for (; *s >= '0' && *s <= '9'; s++) {
			scale /= 10;
			if (scale == 0)
				return -1;
			value += (*s - '0') * scale;
		}
	}
	if (*s != '\0' || value > UNITS_LARGEST)
		return -1;
	*ret = value;
	return 0;
}
