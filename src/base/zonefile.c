/* The file format of zones, TZif (RFC 8536).  Every count is checked before it is used. */
#include "zonefile.h"

#include <stdlib.h>
#include <string.h>

#define HEADER 44
#define FOOTER_LONGEST 128
#define OFFSET_MOST (26 * 3600)

struct counts {
	size_t isut, isstd, leap, times, types, chars;
};

static uint32_t big32(const unsigned char *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static int64_t big64(const unsigned char *p)
{
	return (int64_t)((uint64_t)big32(p) << 32 | big32(p + 4));
}

static int read_header(const unsigned char *p, size_t len, struct counts *ret)
{
	if (len < HEADER || memcmp(p, "TZif", 4) != 0 || p[4] < '2')
		return -1;
	ret->isut = big32(p + 20);
	ret->isstd = big32(p + 24);
	ret->leap = big32(p + 28);
	ret->times = big32(p + 32);
	ret->types = big32(p + 36);
	ret->chars = big32(p + 40);
	return 0;
}

/* The counts are 32 bits each, so that this cannot overflow 64. */
static uint64_t block_size(const struct counts *c, unsigned time_size)
{
	return (uint64_t)c->times * (time_size + 1) + (uint64_t)c->types * 6 + c->chars +
	    (uint64_t)c->leap * (time_size + 4) + c->isstd + c->isut;
}

static int read_types(const unsigned char *p, size_t n, struct zone_data *data)
{
	for (size_t i = 0; i < n; i++) {
		int32_t offset = (int32_t)big32(p + i * 6);

		if (offset < -OFFSET_MOST || offset > OFFSET_MOST)
			return -1;
		data->offsets[i] = offset;
	}
	return 0;
}

static int read_times(const unsigned char *p, const struct counts *c, struct zone_data *data)
{
	const unsigned char *types = p + c->times * 8;

	if (c->times == 0)
		return 0;
	data->times = calloc(c->times, sizeof(*data->times));
	data->types = calloc(c->times, 1);
	if (data->times == NULL || data->types == NULL)
		return -2;
	for (size_t i = 0; i < c->times; i++) {
		data->times[i] = big64(p + i * 8);
		data->types[i] = types[i];
		if (types[i] >= c->types || (i > 0 && data->times[i] <= data->times[i - 1]))
			return -1;
	}
	data->ntimes = c->times;
	return 0;
}

/* "\nTZ-STRING\n"; an empty one means that nothing is known of the time behind the last change. */
static int read_footer(const unsigned char *p, size_t len, struct zone_data *data)
{
	const unsigned char *end;
	char text[FOOTER_LONGEST];

	if (len < 2 || p[0] != '\n')
		return -1;
	p++;
	end = memchr(p, '\n', len - 1);
	if (end == NULL || (size_t)(end - p) >= sizeof(text) || memchr(p, '\0', (size_t)(end - p)) != NULL)
		return -1;
	memcpy(text, p, (size_t)(end - p));
	text[end - p] = '\0';
	if (text[0] == '\0')
		return 0;
	if (zonerule_parse(text, &data->rule) != 0)
		return -1;
	data->has_rule = 1;
	return 0;
}

int zonefile_parse(const unsigned char *bytes, size_t len, struct zone_data *ret)
{
	const unsigned char *p = bytes, *end = bytes + len;
	struct zone_data data;
	struct counts c;
	int bad;

	memset(&data, 0, sizeof(data));
	if (read_header(p, len, &c) != 0 || block_size(&c, 4) > len - HEADER)
		return -1;
	p += HEADER + block_size(&c, 4);
	if (read_header(p, (size_t)(end - p), &c) != 0 || c.types < 1 || c.types > ZONE_MOST_TYPES ||
	    c.leap != 0 || block_size(&c, 8) > (uint64_t)(end - p) - HEADER)
		return -1;
	p += HEADER;
	bad = read_times(p, &c, &data);
	if (bad == 0)
		bad = read_types(p + c.times * 9, c.types, &data);
	if (bad == 0) {
		p += block_size(&c, 8);
		bad = read_footer(p, (size_t)(end - p), &data);
	}
	if (bad != 0) {
		zonefile_free(&data);
		return bad;
	}
	*ret = data;
	return 0;
}

void zonefile_free(struct zone_data *data)
{
	if (data == NULL)
		return;
	free(data->times);
	free(data->types);
	memset(data, 0, sizeof(*data));
}

void zonefile_span(const struct zone_data *data, int64_t t, struct zone_span *ret)
{
	size_t low = 0, high = data->ntimes;	/* becomes the number of times <= t */

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (data->times[middle] <= t)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == data->ntimes && data->has_rule) {
		zonerule_span(&data->rule, t, ret);
		if (low > 0 && ret->start < data->times[low - 1])
			ret->start = data->times[low - 1];
		return;
	}
	ret->start = low > 0 ? data->times[low - 1] : INT64_MIN;
	ret->end = low < data->ntimes ? data->times[low] : INT64_MAX;
	ret->offset = data->offsets[low > 0 ? data->types[low - 1] : 0];
}
