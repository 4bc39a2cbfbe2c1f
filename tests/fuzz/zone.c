/* Zones: the bytes of a TZif file, its footer, a VTIMEZONE, and names. The first byte says which. */
#include "input.h"
#include "vtimezone.h"
#include "zonefile.h"
#include "zonename.h"
#include "base/zone.h"

#define OFFSET_MOST (26 * 3600)
#define DAY INT64_C(86400)

static const int64_t moments[] = {
	INT64_MIN / 4, -INT64_C(62135596800), -INT64_C(2208988800), -1, 0, 1, INT64_C(946684800), INT64_C(1774746000),
	INT64_C(1792890000), INT64_C(2147483647), INT64_C(4102444800), INT64_C(253402300799), INT64_MAX / 4,
};

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* Every moment lies in its span, and the spans join. */
static void walk(const struct zone_data *data)
{
	struct zone_span span, next;

	for (size_t i = 0; i < COUNT(moments); i++) {
		zonefile_span(data, moments[i], &span);
		MUST(span.start <= moments[i] && moments[i] < span.end);
		MUST(span.offset >= -OFFSET_MOST && span.offset <= OFFSET_MOST);
		for (int steps = 0; steps < 8 && span.end < INT64_MAX / 4; steps++) {
			zonefile_span(data, span.end, &next);
			MUST(next.start <= span.end && next.end > span.end);
			span = next;
		}
	}
}

static void read_file(const uint8_t *bytes, size_t len)
{
	struct zone_data data;

	if (zonefile_parse(bytes, len, &data) == 0) {
		walk(&data);
		zonefile_free(&data);
	}
}

static void read_footer(const uint8_t *bytes, size_t len)
{
	struct zone_data data;
	char text[128];

	if (len >= sizeof(text))
		return;
	memcpy(text, bytes, len);
	text[len] = '\0';
	memset(&data, 0, sizeof(data));
	if (zonerule_parse(text, &data.rule) == 0) {
		data.has_rule = 1;
		walk(&data);
	}
}

/* A civil time and back: the same, the first of two, or in a gap. */
static void ask(const struct zone *z)
{
	for (size_t i = 0; i < COUNT(moments); i++) {
		int64_t t = moments[i] < -INT64_C(62135596800) ? 0 : moments[i] > INT64_C(253402300799) ? 1 : moments[i];
		int minute = -1;
		day_t day = zone_day(z, t * 1000, &minute);
		int64_t instant = zone_instant(z, day, minute * 60), next = zone_instant_next(z, day, minute * 60);
		int64_t local = (day * DAY + minute * 60) * 1000;

		MUST(minute >= 0 && minute < 1440);
		MUST(local - instant <= OFFSET_MOST * INT64_C(1000) && instant - local <= OFFSET_MOST * INT64_C(1000));
		MUST(next - local <= 2 * OFFSET_MOST * INT64_C(1000) && local - next <= 2 * OFFSET_MOST * INT64_C(1000));
	}
}

static void read_definition(const char *lines, size_t len)
{
	const struct zone *lasting;
	struct zone *z = NULL;
	int bad = vtimezone_make(lines, len, &z, NULL);

	MUST(bad == 0 || (bad == 1 && z == NULL));
	if (bad != 0)
		return;
	MUST(zone_is_made(z));
	ask(z);
	for (size_t i = 0; i < COUNT(moments); i++) {
		int offset = zone_offset(z, moments[i] / 1000);

		MUST(offset >= -14 * 3600 && offset <= 14 * 3600);
		MUST(zone_lasting(z, moments[i] / 1000, &lasting, NULL) == 0 && !zone_is_made(lasting));
		MUST(zone_offset(lasting, 0) == offset / 60 * 60);
	}
	zone_free(z);
}

/* Lines of names; a line that is empty ends a definition, which the lines before it are. */
static void read_names(struct input *in)
{
	struct zone_names *z = zone_names_new();
	const char *from = (const char *)in->data;
	struct input again = *in;
	size_t len;

	MUST(z != NULL);
	while (in->len > 0) {
		const char *line = input_line(in, &len);

		if (len > 0)
			continue;
		MUST(vtimezone_add(z, from, (size_t)(line - from), 0, NULL) == 0);
		from = (const char *)in->data;
	}
	while (again.len > 0) {
		const char *line = input_line(&again, &len);
		const struct zone *found;

		if (len > 5 && memcmp(line, "TZID:", 5) == 0) {
			line += 5;
			len -= 5;
		}
		found = zone_names_find(z, line, len);
		MUST(zone_names_find(z, line, len) == found);
		if (found != NULL)
			ask(found);
		if (found != NULL && !zone_is_made(found)) {
			const struct zone *known = NULL;

			MUST(zone_get(zone_name(found), &known, NULL) == 0 && known == found);
		}
	}
	MUST(!zone_names_failed(z));
	zone_names_free(z);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct input in = { data, len };

	switch (input_byte(&in)) {
	case 'T': read_file(in.data, in.len); break;
	case 'F': read_footer(in.data, in.len); break;
	case 'V': read_definition((const char *)in.data, in.len); break;
	case 'N': read_names(&in); break;
	default: break;
	}
	return 0;
}
