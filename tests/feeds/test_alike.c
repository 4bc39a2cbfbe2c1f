/* Which records speak of one event. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "base/buf.h"
#include "base/text.h"
#include "feeds/alike.h"
#include "seed.h"

static void titles(void **state)
{
	static const struct { const char *a, *b; int want; } rows[] = {
		{ "Journey mapping", "Journey mapping", 1000 },
		{ "Journey mapping", "JOURNEY-MAPPING!", 1000 },
		{ "Journey mapping", "Journey mappin", 933 },
		{ "abcdefghij", "abcdefghix", 900 },
		{ "abcdefghij", "bcdefghij", 900 },
		{ "abcdefghij", "xbcdefghiy", 800 },
		{ "abcdefghij", "abcde", 500 },
		{ "abcdefghij", "klmnopqrst", 0 },
		{ "ab", "ba", 0 },
		{ "kitten", "sitting", 571 },
		{ "CX Academy: Journey mapping", "Journey mapping", 1000 },
		{ "[CXPA] Journey mapping", "Journey mapping", 1000 },
		{ "[CXPA] CX Academy: Journey mapping", "[DE] Journey mapping", 1000 },
		{ "[CXPA]", "CXPA", 1000 },
		{ "Journey mapping: webinar", "Journey mapping webinar", 1000 },	/* no provider's name */
		{ "Provider: ", "provider", 1000 },
		{ "Journey:mapping", "mapping", 466 },
		{ "Caf\xc3\xa9", "cafe", 1000 },
		{ "\xd0\x9a\xd0\xbb\xd0\xb8\xd0\xb5\xd0\xbd\xd1\x82", "\xd0\x9a\xd0\xbb\xd0\xb8\xd0\xb5\xd0\xbd", 833 },
		{ "", "", 0 },
		{ "", "a", 0 },
		{ "!!!", "???", 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int forth = alike_titles(rows[i].a, rows[i].b), back = alike_titles(rows[i].b, rows[i].a);

		if (forth != rows[i].want || back != forth)
			fail_msg("\"%s\" and \"%s\": %d, %d", rows[i].a, rows[i].b, forth, back);
	}
}

static void only_the_first_200_characters(void **state)
{
	char a[802], b[802];

	(void)state;
	memset(a, 'a', sizeof(a) - 1);
	memset(b, 'a', sizeof(b) - 1);
	a[801] = b[801] = '\0';
	b[400] = 'b';
	assert_int_equal(alike_titles(a, b), 1000);
	b[199] = 'b';
	assert_int_equal(alike_titles(a, b), 995);
	memset(b, 'b', 200);
	assert_int_equal(alike_titles(a, b), 0);
	b[100] = '\0';
	memset(b, 'a', 100);
	assert_int_equal(alike_titles(a, b), 500);
}

/* The textbook's distance over whole tables. */
static unsigned table_distance(const char *a, const char *b)
{
	unsigned row[64][64];
	size_t na = strlen(a), nb = strlen(b);

	for (size_t i = 0; i <= na; i++) {
		for (size_t j = 0; j <= nb; j++) {
			unsigned best;

			if (i == 0 || j == 0) {
				row[i][j] = (unsigned)(i + j);
				continue;
			}
			best = row[i - 1][j - 1] + (a[i - 1] != b[j - 1]);
			best = row[i - 1][j] + 1 < best ? row[i - 1][j] + 1 : best;
			row[i][j] = row[i][j - 1] + 1 < best ? row[i][j - 1] + 1 : best;
		}
	}
	return row[na][nb];
}

static void random_titles(void **state)
{
	struct alike one = { .url = "", .uid = "", .rid = "" }, two = one;

	(void)state;
	seed_begin("random_titles");
	for (int i = 0; i < 100000; i++) {
		char a[60], b[60];
		size_t na = (size_t)seed_between(1, 45), nb = 0, longer;
		int want, wide = (int)seed_between(1, 5);

		for (size_t j = 0; j < na; j++)
			a[j] = (char)('a' + seed_between(0, wide));
		a[na] = '\0';
		for (size_t j = 0; j < na && nb < 50; j++) {
			int64_t edit = seed_between(0, 12);

			if (edit != 0)
				b[nb++] = a[j];
			if (edit == 1)
				b[nb++] = 'b';
		}
		if (nb == 0)
			b[nb++] = 'b';
		b[nb] = '\0';
		longer = na > nb ? na : nb;
		want = (int)((longer - table_distance(a, b)) * 1000 / longer);
		if (alike_titles(a, b) != want)
			fail_msg("%s and %s: %d, not %d", a, b, alike_titles(a, b), want);
		one.title = a;
		two.title = b;
		assert_int_equal(alike_events(&one, &two), want >= 850);
	}
}

static struct alike make(const char *title, const char *url, int64_t start, day_t day)
{
	struct alike a = { title, url, "", "", start, 0, day };

	return a;
}

static void events(void **state)
{
	const int64_t minute = 60000;
	struct alike a = make("Journey mapping", "", 0, 100), b = a;

	(void)state;
	assert_int_equal(alike_events(&a, &b), 1);
	b.start = 15 * minute;
	assert_int_equal(alike_events(&a, &b), 1);
	assert_int_equal(alike_events(&b, &a), 1);
	b.start++;
	assert_int_equal(alike_events(&a, &b), 0);
	assert_int_equal(alike_events(&b, &a), 0);
	b.all_day = 1;
	assert_int_equal(alike_events(&a, &b), 1);
	b.day++;
	assert_int_equal(alike_events(&a, &b), 0);
	b = make("Journey", "", 0, 100);
	assert_int_equal(alike_events(&a, &b), 0);
	/* a UID speaks with the time or with the words: by itself it may be two publishers' first event */
	a.uid = b.uid = "1";
	assert_int_equal(alike_events(&a, &b), 1);
	b.start = 1000 * minute;
	assert_int_equal(alike_events(&a, &b), 0);
	b.title = a.title;
	assert_int_equal(alike_events(&a, &b), 1);
	b.rid = "20260101";
	assert_int_equal(alike_events(&a, &b), 0);
}

static void pages(void **state)
{
	struct alike a = make("One", "https://www.example.org/e/5?from=mail", 0, 100);
	struct alike b = make("Two", "http://example.org:80/e/5/#top", 0, 100);

	(void)state;
	assert_int_equal(alike_events(&a, &b), 1);
	b.start = 16 * 60000;
	assert_int_equal(alike_events(&a, &b), 0);
	b = make("Two", "http://example.org/e/6", 0, 100);
	assert_int_equal(alike_events(&a, &b), 0);
	b.url = "http://example.com/e/5";
	assert_int_equal(alike_events(&a, &b), 0);
	/* a front page is no event's own */
	a.url = b.url = "https://example.org/";
	assert_int_equal(alike_events(&a, &b), 0);
	a.url = b.url = "not a url/5";
	assert_int_equal(alike_events(&a, &b), 0);
	a.url = b.url = "";
	assert_int_equal(alike_events(&a, &b), 0);
}

static void entries(void **state)
{
	struct alike event = make("CX Academy: Journey mapping", "https://example.org/e/5", 5, 100);
	struct alike entry = make("Journey mapping", "", 0, 101);

	(void)state;
	assert_int_equal(alike_entry(&event, &entry), 1);
	entry.day = 99;
	assert_int_equal(alike_entry(&event, &entry), 1);
	entry.day = 98;
	assert_int_equal(alike_entry(&event, &entry), 0);
	entry.day = 102;
	assert_int_equal(alike_entry(&event, &entry), 0);
	entry = make("Something else", "https://example.org/e/5", 0, 100);
	assert_int_equal(alike_entry(&event, &entry), 1);
	entry.url = "https://example.org/e";
	assert_int_equal(alike_entry(&event, &entry), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(titles),
		cmocka_unit_test(only_the_first_200_characters),
		cmocka_unit_test(random_titles),
		cmocka_unit_test(events),
		cmocka_unit_test(pages),
		cmocka_unit_test(entries),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
