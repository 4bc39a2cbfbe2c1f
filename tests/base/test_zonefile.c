/* The file format of zones and its footer: what is read, and that damage is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "seed.h"
#include "zonefile.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static int64_t at(const char *text)
{
	int64_t instant = 0;

	assert_int_equal(instant_parse(text, &instant), 0);
	return instant / 1000;
}

static void footers_rule_the_future(void **state)
{
	static const struct { const char *footer, *instant; int offset; } rows[] = {
		{ "CET-1CEST,M3.5.0,M10.5.0/3", "2045-03-26T00:59:59Z", 3600 },
		{ "CET-1CEST,M3.5.0,M10.5.0/3", "2045-03-26T01:00:00Z", 7200 },
		{ "CET-1CEST,M3.5.0,M10.5.0/3", "2045-10-29T00:59:59Z", 7200 },
		{ "CET-1CEST,M3.5.0,M10.5.0/3", "2045-10-29T01:00:00Z", 3600 },
		{ "EST5EDT,M3.2.0,M11.1.0", "2045-03-12T06:59:59Z", -18000 },
		{ "EST5EDT,M3.2.0,M11.1.0", "2045-03-12T07:00:00Z", -14400 },
		{ "AEST-10AEDT,M10.1.0,M4.1.0/3", "2045-01-01T00:00:00Z", 39600 },
		{ "AEST-10AEDT,M10.1.0,M4.1.0/3", "2045-07-01T00:00:00Z", 36000 },
		{ "IST-1GMT0,M10.5.0,M3.5.0/1", "2045-01-15T00:00:00Z", 0 },
		{ "IST-1GMT0,M10.5.0,M3.5.0/1", "2045-07-15T00:00:00Z", 3600 },
		{ "<-06>6<-05>,M9.1.6/22,M4.1.6/22", "2045-09-03T03:59:59Z", -21600 },
		{ "<-06>6<-05>,M9.1.6/22,M4.1.6/22", "2045-09-03T04:00:00Z", -18000 },
		{ "<-02>2<-01>,M3.5.0/-1,M10.5.0/0", "2045-03-26T00:59:59Z", -7200 },
		{ "<-02>2<-01>,M3.5.0/-1,M10.5.0/0", "2045-03-26T01:00:00Z", -3600 },
		{ "IST-2IDT,M3.4.4/26,M10.5.0", "2045-03-24T00:00:00Z", 10800 },
		{ "IST-2IDT,M3.4.4/26,M10.5.0", "2045-03-23T23:59:59Z", 7200 },
		{ "<+0330>-3:30", "2045-07-15T00:00:00Z", 12600 },
		{ "<+1245>-12:45:30", "2045-07-15T00:00:00Z", 45930 },
		{ "EST5EDT4,0/0,J365/25", "2045-01-01T05:00:00Z", -14400 },
		{ "EST5EDT4,0/0,J365/25", "2045-12-31T23:59:59Z", -14400 },
		{ "AAA0BBB,J60,J61", "2028-03-01T02:00:00Z", 3600 },
		{ "AAA0BBB,J60,J61", "2028-02-29T12:00:00Z", 0 },
		{ "AAA0BBB,59,60", "2028-02-29T12:00:00Z", 3600 },
		{ "AAA0BBB,59,60", "2027-03-01T12:00:00Z", 3600 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct zone_rule rule;
		struct zone_span span;
		int64_t t = at(rows[i].instant);

		assert_int_equal(zonerule_parse(rows[i].footer, &rule), 0);
		zonerule_span(&rule, t, &span);
		assert_int_equal(span.offset, rows[i].offset);
		assert_true(span.start <= t && t < span.end);
	}
}

static void footers_that_are_refused(void **state)
{
	static const char *const bad[] = {
		"", "C", "CE-1", "CET", "CET-", "CET-25", "CET-1:60", "CET-1:0:60", "-1", "<+03-3",
		"<>3", "<1>3", "CET-1CEST", "CET-1CEST,", "CET-1CEST,M3.5.0", "CET-1CEST,M3.5.0,",
		"CET-1CEST,M13.5.0,M10.5.0", "CET-1CEST,M3.6.0,M10.5.0", "CET-1CEST,M3.5.7,M10.5.0",
		"CET-1CEST,M0.5.0,M10.5.0", "CET-1CEST,M3.0.0,M10.5.0", "CET-1CEST,M3-5.0,M10.5.0",
		"CET-1CEST,J0,J10", "CET-1CEST,J366,J10", "CET-1CEST,366,10",
		"CET-1CEST,M3.5.0/,M10.5.0", "CET-1CEST,M3.5.0/168,M10.5.0",
		"CET-1CEST,M3.5.0,M10.5.0/3x", "CET-1CEST,M3.5.0,M10.5.0,", "CET-1x", "CET-99999999999",
		"CET-1CEST,M3.5.0,M99999.5.0",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++) {
		struct zone_rule rule = { .standard = 77 };

		assert_int_equal(zonerule_parse(bad[i], &rule), -1);
		assert_int_equal(rule.standard, 77);
	}
}

/* A file of two changes: an empty first block, then the one that counts. */
static size_t make_file(unsigned char *out, const char *footer)
{
	static const unsigned char block[] = {
		0, 0, 0, 0, 0x3B, 0x9A, 0xCA, 0, 0, 0, 0, 0, 0x77, 0x35, 0x94,
		0,	/* 10^9 and 2 * 10^9 */
		1, 0,
		0, 0, 0x0E, 0x10, 0, 0, 0, 0, 0x1C, 0x20, 1,
		4,				/* 3600 and 7200 */
		'A', 'A', 'A', 0, 'B', 'B', 'B', 0,
	};
	unsigned char *p = out;

	memset(p, 0, 88);
	memcpy(p, "TZif2", 5);
	memcpy(p + 44, "TZif2", 5);
	p[44 + 35] = 2;
	p[44 + 39] = 2;
	p[44 + 43] = 8;
	p += 88;
	memcpy(p, block, sizeof(block));
	p += sizeof(block);
	*p++ = '\n';
	memcpy(p, footer, strlen(footer));
	p += strlen(footer);
	*p++ = '\n';
	return (size_t)(p - out);
}

static void reads_a_file(void **state)
{
	unsigned char bytes[400];
	struct zone_data data;
	struct zone_span span;

	(void)state;
	assert_int_equal(zonefile_parse(bytes, make_file(bytes, "CCC-3"), &data), 0);
	zonefile_span(&data, 999999999, &span);
	assert_int_equal(span.offset, 3600);
	assert_int_equal(span.end, 1000000000);
	zonefile_span(&data, 1000000000, &span);
	assert_int_equal(span.offset, 7200);
	assert_int_equal(span.start, 1000000000);
	assert_int_equal(span.end, 2000000000);
	zonefile_span(&data, 2000000000, &span);
	assert_int_equal(span.offset, 10800);
	assert_int_equal(span.start, 2000000000);
	zonefile_free(&data);
	assert_int_equal(zonefile_parse(bytes, make_file(bytes, ""), &data), 0);
	zonefile_span(&data, 2000000000, &span);
	assert_int_equal(span.offset, 3600);
	zonefile_free(&data);
	zonefile_free(NULL);
}

static void refuses_a_changed_byte(size_t where, unsigned char value)
{
	unsigned char bytes[400];
	size_t len = make_file(bytes, "CCC-3");
	struct zone_data data = { .ntimes = 77 };

	bytes[where] = value;
	assert_int_equal(zonefile_parse(bytes, len, &data), -1);
	assert_int_equal(data.ntimes, 77);
}

static void refuses_damage(void **state)
{
	unsigned char bytes[400];
	size_t len = make_file(bytes, "CCC-3");
	struct zone_data data;

	(void)state;
	for (size_t n = 0; n < len; n++)
		assert_int_equal(zonefile_parse(bytes, n, &data), -1);
	refuses_a_changed_byte(0, 'X');		/* magic */
	refuses_a_changed_byte(4, 0);		/* version 1 */
	refuses_a_changed_byte(32, 0xFF);	/* times of the first block */
	refuses_a_changed_byte(44, 'X');	/* second magic */
	refuses_a_changed_byte(44 + 31, 1);	/* leap seconds */
	refuses_a_changed_byte(44 + 32, 0xFF);	/* times */
	refuses_a_changed_byte(44 + 36, 0xFF);	/* types */
	refuses_a_changed_byte(44 + 39, 0);	/* no type */
	refuses_a_changed_byte(44 + 40, 0xFF);	/* names */
	refuses_a_changed_byte(88 + 4, 0x7F);	/* times out of order */
	refuses_a_changed_byte(88 + 16, 2);	/* no such type */
	refuses_a_changed_byte(88 + 18, 0x7F);	/* an offset of years */
	refuses_a_changed_byte(88 + 38, 'x');	/* no newline before the footer */
	refuses_a_changed_byte(88 + 39, '1');	/* the footer itself */
	assert_int_equal(zonefile_parse(bytes, make_file(bytes, "not a footer"), &data), -1);
}

/* Random damage to real files: refused or readable, never more. */
static void any_bytes_are_answered(void **state)
{
	unsigned char original[8192], bytes[8192];
	FILE *f = fopen("/usr/share/zoneinfo/Europe/Berlin", "rb");
	size_t len;

	(void)state;
	if (f == NULL)
		skip();
	len = fread(original, 1, sizeof(original), f);
	fclose(f);
	seed_begin("any_bytes_are_answered");
	for (int i = 0; i < 20000; i++) {
		size_t changes = (size_t)seed_between(1, 6),
		    n = seed_next() % 4 ? len : (size_t)seed_between(0, (int64_t)len);
		struct zone_data data;
		struct zone_span span;

		memcpy(bytes, original, len);
		for (size_t j = 0; j < changes; j++)
			bytes[seed_next() % (seed_next() % 3 ? len : 88)] = (unsigned char)seed_next();
		if (zonefile_parse(bytes, n, &data) != 0)
			continue;
		for (int j = 0; j < 10; j++) {
			int64_t t = seed_between(-5000000000, 5000000000);

			zonefile_span(&data, t, &span);
			assert_true(span.start <= t && t < span.end);
		}
		zonefile_free(&data);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(footers_rule_the_future),
		cmocka_unit_test(footers_that_are_refused),
		cmocka_unit_test(reads_a_file),
		cmocka_unit_test(refuses_damage),
		cmocka_unit_test(any_bytes_are_answered),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
