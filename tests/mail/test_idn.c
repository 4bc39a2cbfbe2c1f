/* Addresses whose domain has letters outside ASCII: to servers, to people, and those that go nowhere. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/text.h"
#include "mail/message.h"
#include "support.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static void domains_become_a_labels(void **state)
{
	static const struct { const char *in, *out; } rows[] = {
		{ "jo@example.org", "jo@example.org" },
		{ "Jo.DOE+x@Example.ORG", "jo.doe+x@example.org" },
		{ "jo@bücher.example", "jo@xn--bcher-kva.example" },
		{ "jo@BÜCHER.Example", "jo@xn--bcher-kva.example" },
		{ "jo@bu\xcc\x88" "cher.example", "jo@xn--bcher-kva.example" },		/* u and a combining diaeresis */
		{ "jo@straße.example", "jo@xn--strae-oqa.example" },			/* ß is a letter of its own */
		{ "jo@例え.テスト", "jo@xn--r8jz45g.xn--zckzah" },
		{ "jo@例え。テスト", "jo@xn--r8jz45g.xn--zckzah" },			/* the ideographic full stop */
		{ "jo@пример.испытание", "jo@xn--e1afmkfd.xn--80akhbyknj4f" },
		{ "jo@דוגמה.example", "jo@xn--6dbbec0c.example" },
		{ "jo@ｅｘａｍｐｌｅ.org", "jo@example.org" },				/* full width */
		{ "jo@xn--bcher-kva.example", "jo@xn--bcher-kva.example" },
		{ "jo@XN--BCHER-KVA.example", "jo@xn--bcher-kva.example" },
		{ "jo@ab--cd.example", "jo@ab--cd.example" },				/* no name of RFC 5891, but in use */
		{ "jo@localhost", "jo@localhost" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct err err = { 0 };
		char out[256] = "";

		if (message_address_ascii(rows[i].in, out, &err) < 0)
			fail_msg("%s: %s", rows[i].in, err.what);
		assert_string_equal(out, rows[i].out);
		assert_int_equal(message_address(out, NULL), 0);
	}
}

static void others_are_refused_with_the_reason(void **state)
{
	static const struct { const char *in, *reason; } rows[] = {
		{ "", "it is empty" }, { "jo", "it has no @" }, { "bücher.example", "only ASCII without blanks" },
		{ "jürg@example.org", "only ASCII letters can stand before the @" },
		{ "jürg@bücher.example", "only ASCII letters can stand before the @" },
		{ "jo@b ü.example", "other than letters" }, { "jo@ü<x>.example", "other than letters" },
		{ "jo\n@ü.example", "control characters" }, { "jo@ü.example\r\n", "control characters" },
		{ "jo@\xe2\x80\xaeü.example", "control characters" }, { "jo@\xff.example", "not UTF-8" },
		{ "jo@ü", "has no dot" }, { "jo@ü..example", "empty part" }, { "jo@.ü.example", "empty part" },
		{ "@ü.example", "nothing before the @" }, { ".jo@ü.example", "begins or ends with a dot" },
		{ "jo<@ü.example", "angle brackets" }, { "\"jo x\"@ü.example", "without blanks" },
		{ "jo@☃.example", "no domain has" }, { "jo@😀.example", "no domain has" },
		{ "jo@ü_x.example", "other than letters" }, { "jo@-ü.example", "no domain has" },
		{ "jo@\xcc\x88x.example", "no domain has" }, { "jo@ü@x.example", "only ASCII letters" },
		{ "jo@אa1.example", "directions of writing" }, { "jo@\xef\xbc\x9cü.example", "no domain has" },
		{ "jo@üüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüü.example", "longer than 63" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct err err = { 0 };
		char out[256] = "kept";

		if (message_address_ascii(rows[i].in, out, &err) == 0)
			fail_msg("taken: %s as %s", rows[i].in, out);
		assert_int_equal(err.class, ERR_USAGE);
		assert_string_equal(err.code, "address-invalid");
		assert_string_equal(err.next, "Give it as name@example.org.");
		if (strstr(err.what, rows[i].reason) == NULL)
			fail_msg("%s: %s", rows[i].in, err.what);
		assert_string_equal(out, "kept");
	}
}

/* Short as people write it, too long for a server. */
static void length_counts_as_servers_see_it(void **state)
{
	struct buf b = BUF_INIT;
	struct err err = { 0 };
	char out[256] = "kept";

	(void)state;
	buf_puts(&b, "jo@");
	for (int i = 0; i < 27; i++)
		buf_puts(&b, "ü.");			/* "xn--tda." each */
	buf_puts(&b, "example");
	assert_int_equal(message_address_ascii(b.data, out, NULL), 0);
	assert_int_equal(strlen(out), 3 + 27 * 8 + 7);
	text_copy(out, sizeof(out), "kept");
	buf_puts(&b, ".example.example.example.example");
	assert_int_equal(message_address_ascii(b.data, out, &err), -1);
	assert_non_null(strstr(err.what, "longer than 254 characters"));
	assert_string_equal(out, "kept");
	buf_reset(&b);
	while (b.len < 3000)
		buf_puts(&b, "ü.");
	buf_puts(&b, "@ü.example");
	assert_int_equal(message_address_ascii(b.data, out, NULL), -1);
	buf_reset(&b);
	buf_puts(&b, "jo@");
	while (b.len < 3000)
		buf_puts(&b, "ü.");
	buf_puts(&b, "example");
	assert_int_equal(message_address_ascii(b.data, out, NULL), -1);
	buf_free(&b);
}

static void mailboxes_take_such_domains(void **state)
{
	char name[256], addr[256];
	struct err err = { 0 };

	(void)state;
	assert_int_equal(message_mailbox("Bücher <Jo@Bücher.example>", name, sizeof(name), addr, sizeof(addr), NULL), 0);
	assert_string_equal(name, "Bücher");
	assert_string_equal(addr, "Jo@xn--bcher-kva.example");
	assert_int_equal(message_mailbox("jo@straße.example", name, sizeof(name), addr, sizeof(addr), NULL), 0);
	assert_string_equal(addr, "jo@xn--strae-oqa.example");
	assert_int_equal(message_mailbox("Jo <jürg@bücher.example>", name, sizeof(name), addr, sizeof(addr), &err), -1);
	assert_non_null(strstr(err.what, "only ASCII letters can stand before the @"));
	assert_string_equal(addr, "jo@xn--strae-oqa.example");
	/* A domain can hold no bracket that only looks like one. */
	assert_int_equal(message_mailbox("Jo <a@ü.example> <b@ü.example>", name, sizeof(name), addr, sizeof(addr), NULL), 0);
	assert_string_equal(name, "Jo <a@ü.example>");
	assert_string_equal(addr, "b@xn--tda.example");
}

static void people_see_letters_where_nobody_is_misled(void **state)
{
	static const struct { const char *in, *out; } rows[] = {
		{ "jo@example.org", "jo@example.org" },
		{ "jo@xn--bcher-kva.example", "jo@bücher.example" },
		{ "jo@mail.xn--strae-oqa.example", "jo@mail.straße.example" },
		{ "jo@xn--r8jz45g.xn--zckzah", "jo@例え.テスト" },
		{ "jo@xn--e1afmkfd.xn--80akhbyknj4f", "jo@пример.испытание" },
		{ "jo@xn--e1afmkfd.example", "jo@xn--e1afmkfd.example" },	/* Cyrillic under a Latin top: may look Latin */
		{ "jo@xn--80ak6aa92e.com", "jo@xn--80ak6aa92e.com" },		/* Cyrillic letters that spell "apple" */
		{ "jo@xn--pple-43d.com", "jo@xn--pple-43d.com" },		/* one Cyrillic letter in a Latin word */
		{ "jo@xn--exmple-qxe.org", "jo@xn--exmple-qxe.org" },		/* a letter that is not in the table */
		{ "jo@xn--tda", "jo@ü" },
		{ "jo@xn--a", "jo@xn--a" },					/* encodes nothing */
		{ "jo@xn--ls8h.example", "jo@xn--ls8h.example" },		/* a picture */
		{ "jo@xn--", "jo@xn--" }, { "jo", "jo" }, { "", "" }, { "xn--bcher-kva@example.org", "xn--bcher-kva@example.org" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		char out[512] = "";

		message_address_shown(rows[i].in, out);
		assert_string_equal(out, rows[i].out);
	}
}

static void some_addresses_lead_nowhere(void **state)
{
	static const char *const nowhere[] = { "jo@x.invalid", "jo@invalid", "a.b@x.y.INVALID", "jo@x.invalid." };
	static const char *const real[] = { "jo@invalid.org", "jo@xinvalid", "jo@x.invalid.org", "invalid", ".invalid", "",
	    "jo.invalid@x.org", "jo@x.invalids", "jo@x.nvalid" };

	(void)state;
	for (size_t i = 0; i < COUNT(nowhere); i++)
		assert_int_equal(message_address_nowhere(nowhere[i]), 1);
	for (size_t i = 0; i < COUNT(real); i++)
		assert_int_equal(message_address_nowhere(real[i]), 0);
}

/* What is taken can be given to SMTP, is stable, and what people see of it leads back to it. */
static void random_addresses(void **state)
{
	static const char *const pieces[] = { "a", "b", "-", ".", "ü", "ß", "é", "ж", "п", "中", "日", "א", "ا", "1", "xn--",
	    "kva", "😀", "\xcc\x88", "\xe2\x80\x8d", "ａ", "。", "_", "Ω", "İ", "ı", "\xff", " ", "<", "@", "org" };
	struct dice d = support_dice("random_addresses");
	unsigned taken = 0;

	(void)state;
	for (unsigned i = 0; i < 50000; i++) {
		struct buf b = BUF_INIT;
		char out[256] = "", shown[512] = "", again[256] = "";
		uint32_t n = 1 + dice_below(&d, 7), most = i % 2 != 0 ? COUNT(pieces) : 19;

		buf_puts(&b, "jo@");
		while (n-- > 0)
			buf_puts(&b, pieces[dice_below(&d, most)]);
		buf_puts(&b, dice_below(&d, 2) != 0 ? ".example" : ".рф");
		if (message_address_ascii(b.data, out, NULL) == 0) {
			taken++;
			assert_int_equal(message_address(out, NULL), 0);
			assert_int_equal(message_address_ascii(out, again, NULL), 0);
			assert_string_equal(again, out);
			message_address_shown(out, shown);
			assert_int_equal(text_has_control(shown, strlen(shown)), 0);
			assert_int_equal(message_address_ascii(shown, again, NULL), 0);
			assert_string_equal(again, out);
		} else {
			assert_string_equal(out, "");
		}
		buf_free(&b);
	}
	assert_true(taken > 5000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(domains_become_a_labels),
		cmocka_unit_test(others_are_refused_with_the_reason),
		cmocka_unit_test(length_counts_as_servers_see_it),
		cmocka_unit_test(mailboxes_take_such_domains),
		cmocka_unit_test(people_see_letters_where_nobody_is_misled),
		cmocka_unit_test(some_addresses_lead_nowhere),
		cmocka_unit_test(random_addresses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
