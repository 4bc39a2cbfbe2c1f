/* Credit figures in texts: which words are quoted, and which are not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "feeds/match.h"

static void expect(const char *text, const char *want)
{
	char out[EVENT_CREDIT_MAX + 1] = "untouched";
	const char *const texts[] = { text };

	if (strcmp(credit_quote(texts, 1, out), want) != 0)
		fail_msg("\"%s\" gives \"%s\", not \"%s\"", text, out, want);
}

static void quoted_as_they_stand(void **state)
{
	static const char *const rows[][2] = {
		{ "1 CEU", "1 CEU" }, { "Earn 1.5 CEUs today.", "1.5 CEUs" }, { "1,5 ceu", "1,5 ceu" }, { "(0.1CEU)", "0.1CEU" },
		{ "8 CPE", "8 CPE" }, { "8 CPEs", "8 CPEs" }, { "2 CPD points", "2 CPD" }, { "3 CME", "3 CME" },
		{ "4 PDUs", "4 PDUs" }, { "5 CNE", "5 CNE" }, { "6 CLE,", "6 CLE" },
		{ "7 contact hours", "7 contact hours" }, { "1 contact hour", "1 contact hour" },
		{ "1 Credit", "1 Credit" }, { "2 credits!", "2 credits" }, { "3 credit hours", "3 credit hours" },
		{ "3 credit hour", "3 credit hour" }, { "3 credit  hourly", "3 credit" }, { "worth 2\xc2\xa0" "credits", "2 credits" },
		{ "2 \t\n contact\n\nhours", "2 contact hours" }, { "12.25 credits", "12.25 credits" },
		{ "1,000 credits", "1,000 credits" }, { "Price:5 credits", "5 credits" }, { "10 people, 2 CEU", "2 CEU" },
		{ "on 12 May 2026 2 CEU", "2 CEU" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		expect(rows[i][0], rows[i][1]);
}

static void not_quoted(void **state)
{
	static const char *const rows[] = { "", "CEU", "1", "1.5", "1 CEUX", "1 CEU2", "1 CEU\xc3\xa4", "1 CEUss", "a1 CEU",
		"\xc3\xa4" "1 CEU", "v2.5 CEU", ".5 CEU", ",5 CEU", "$5 credits", "\xe2\x82\xac" "5 credits", "1.2.3 CEU",
		"1.5000 CEU", "1234567 CEU", "1 contacthours", "1 contact", "1 contact hoursome", "1 hour", "2 hours of CE",
		"3 CE credits", "1 accreditation", "one credit", "1. CEU", "1, credits", "1-credit", "0 CEU", "0.00 credits",
		"1 credited", "1 creditor", "CEU 1", "1_CEU", "1 (CEU)", "at 19:30 CEU" };

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		expect(rows[i], "");
}

static void two_that_differ_are_none(void **state)
{
	static const char *const rows[] = { "1 CEU or 10 contact hours", "1 CEU. 2 CEU", "1.5 CEU, 1.05 CEU", "1-2 CEU",
		"1 - 2 CEU", "1\u20132 CEU", "1/2 credit", "1 to 2 credits", "1 or 2 CEUs", "1 CEU (1 to 2 credits)",
		"1 CEU 1,000 credits" };

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		expect(rows[i], "");
	expect("1.5 CEU (1,50 credits)", "1.5 CEU");
	expect("1 CEU, 1.0 CEUs, 01 credit", "1 CEU");
	expect("up to 2 credits", "2 credits");
	expect("COVID-19, 2 credits", "2 credits");
	expect("1000 credits are 1,000 credits", "1000 credits");
}

static void several_texts(void **state)
{
	char out[EVENT_CREDIT_MAX + 1];
	const char *agree[] = { "Workshop", NULL, "2 CEU", "2 credits" }, *differ[] = { "2 CEU", "3 CEU" };
	const char *parted[] = { "2", "CEU" };

	(void)state;
	assert_string_equal(credit_quote(agree, 4, out), "2 CEU");
	assert_ptr_equal(credit_quote(agree, 4, out), out);
	assert_string_equal(credit_quote(agree, 2, out), "");
	assert_string_equal(credit_quote(agree, 0, out), "");
	assert_string_equal(credit_quote(differ, 2, out), "");
	assert_string_equal(credit_quote(parted, 2, out), "");
}

/* A megabyte of what could be begun again and again takes no longer than one look at it. */
static void hostile_texts(void **state)
{
	static const char *const pieces[] = { "1", "1 ", "1,", "1.5 ", " ", "1 contact ", "1 credit ", "1-", "1 to ", "c", "\xc2\xa0",
		"1\xc2\xa0", "1 credit\t" };
	enum { SIZE = 1000000 };
	char *text = malloc(SIZE + 20);

	(void)state;
	assert_non_null(text);
	for (size_t i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++) {
		size_t n = strlen(pieces[i]), at = 0;

		while (at + n <= SIZE) {
			memcpy(text + at, pieces[i], n);
			at += n;
		}
		text[at] = '\0';
		expect(text, i == 6 || i == 12 ? "1 credit" : "");
		memcpy(text + at, " x 2 CEU", 9);
		expect(text, i == 6 || i == 12 ? "" : "2 CEU");
	}
	memset(text, ' ', SIZE);
	memcpy(text, "1", 1);
	memcpy(text + SIZE, "CEU", 4);
	expect(text, "1 CEU");
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(quoted_as_they_stand),
		cmocka_unit_test(not_quoted),
		cmocka_unit_test(two_that_differ_are_none),
		cmocka_unit_test(several_texts),
		cmocka_unit_test(hostile_texts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
