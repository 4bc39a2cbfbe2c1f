/* Every allocation of this room is made to fail once: an error comes back, outputs are untouched, nothing leaks. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/err.h"
#include "mail/message.h"
#include "support.h"
#include "failing.h"

#ifndef SANITIZED

static struct render *templates;

static int do_reminder(struct rendered *r, struct err *err)
{
	struct reminder_facts f = support_reminder();
	struct waiting_event e[] = { { f.today, "Title", "A category whose name does not fit into its column", 100, 0 } };

	f.waiting = e;
	f.nwaiting = 1;
	return render_reminder(templates, &f, r, err);
}

static int do_digest(struct rendered *r, struct err *err)
{
	struct digest_facts f = support_digest();

	f.people[0].name = "A name that is much longer than forty characters can ever be";
	return render_digest(templates, &f, r, err);
}

static int do_admin(struct rendered *r, struct err *err)
{
	static const struct admin_mail mail = { 7, "a@example.org", "no such user" };
	const struct admin_facts f = { .organisation = "Example Ltd", .relay = "smtp.example.org", .waiting = 4, .refused_since = 1,
		.refused = "refused", .held = 1, .failed = &mail, .nfailed = 1, .unknown = &mail, .nunknown = 1, .suppressed = &mail,
		.nsuppressed = 1 };

	return render_admin(templates, &f, r, err);
}

static int do_test(struct rendered *r, struct err *err)
{
	return render_test(templates, "Example Ltd", "ops@example.org", 0, r, err);
}

static long render_failing(int (*render)(struct rendered *r, struct err *err))
{
	long before = live;

	for (long n = 1;; n++) {
		struct rendered r = { BUF_INIT, BUF_INIT, BUF_INIT };
		struct err err = { 0 };
		int rc, over;

		countdown = n;
		rc = render(&r, &err);
		over = countdown > 0;
		countdown = 0;
		assert_int_equal(rc, over ? 0 : -1);
		if (!over) {
			assert_string_equal(err.code, "out-of-memory");
			assert_true(r.subject.data == NULL && r.text.data == NULL && r.html.data == NULL);
		}
		rendered_free(&r);
		assert_int_equal(live, before);
		if (over)
			return n;
	}
}

static void rendering(void **state)
{
	(void)state;
	templates = support_render();
	assert_true(render_failing(do_reminder) > 20);
	assert_true(render_failing(do_digest) > 50);
	assert_true(render_failing(do_admin) > 20);
	assert_true(render_failing(do_test) > 5);
	render_close(templates);
}

static void tables(void **state)
{
	struct digest_facts f = support_digest();
	long n, before = live;

	(void)state;
	f.people[0].name = "=\"x\"";
	for (n = 1;; n++) {
		struct buf out = BUF_INIT;
		struct err err = { 0 };
		int rc, over;

		countdown = n;
		rc = digest_csv(&f, &out, &err);
		over = countdown > 0;
		countdown = 0;
		assert_int_equal(rc, over ? 0 : -1);
		if (!over)
			assert_true(strcmp(err.code, "out-of-memory") == 0 && out.len == 0);
		buf_free(&out);
		assert_int_equal(live, before);
		if (over)
			break;
	}
	assert_true(n > 20);
}

/* An admin's own templates: a right one, a wrong one, and one that is none. */
static void taking(void **state)
{
	static const struct render_own files[] = { { "t/test.txt", "{{to}}", 6, NULL }, { "t/digest.txt", "{{oops}}", 8, NULL },
		{ "t/none", "x", 1, NULL } };
	long n, start = live;

	(void)state;
	for (n = 1;; n++) {
		struct render *r = support_render();
		struct err err = { 0 };
		int rc, over;

		countdown = n;
		rc = render_take(r, files, 3, &err);
		over = countdown > 0;
		countdown = 0;
		assert_int_equal(rc, over ? 0 : -1);
		if (!over)
			assert_string_equal(err.code, "out-of-memory");
		render_close(r);
		assert_int_equal(live, start);
		if (over)
			break;
	}
	assert_true(n > 50);
}

static void building(void **state)
{
	const struct message_part parts[] = { { "text/csv", "f\xc3\xbcr.csv", "a,b\r\n", 5 } };
	struct message m = { .parts = parts, .nparts = 1, .unsubscribe_mail = "mailto:a@b.org", .from_name = "c\xc3\xa9u", .from_addr = "ceu@example.org", .to_name = "", .to_addr = "a@b.org",
		.subject = "x", .message_id = "r.1@b.org", .text = "text\n", .html = "<p>\n" };
	long n, before;

	(void)state;
	before = live;
	for (n = 1;; n++) {
		struct buf out = BUF_INIT;
		struct err err = { 0 };
		int rc, over;

		buf_puts(&out, "kept");
		countdown = n;
		rc = message_build(&m, &out, &err);
		over = countdown > 0;
		countdown = 0;
		assert_int_equal(rc, over ? 0 : -1);
		if (!over)
			assert_true(strcmp(err.code, "out-of-memory") == 0 && strcmp(out.data, "kept") == 0 && out.len == 4);
		buf_free(&out);
		assert_int_equal(live, before);
		if (over)
			break;
	}
	assert_true(n > 3);
}

static void mailboxes(void **state)
{
	char name[256] = "kept", addr[256] = "kept";
	long n, before = live;

	(void)state;
	for (n = 1;; n++) {
		struct err err = { 0 };
		int rc, over;

		countdown = n;
		rc = message_mailbox("\"Dana\" <a@b.org>", name, sizeof(name), addr, sizeof(addr), &err);
		over = countdown > 0;
		countdown = 0;
		assert_int_equal(rc, over ? 0 : -1);
		assert_string_equal(addr, over ? "a@b.org" : "kept");
		if (!over)
			assert_string_equal(err.code, "out-of-memory");
		assert_int_equal(live, before);
		if (over)
			break;
	}
	assert_int_equal(n, 3);
}

static int encoded(void)
{
	char out[256] = "kept";
	struct err err = { 0 };
	int rc = message_address_ascii("jo@b\xc3\xbc" "cher.example", out, &err);

	if (rc < 0 && (strcmp(err.code, "out-of-memory") != 0 || strcmp(out, "kept") != 0))
		fail_msg("%s: %s", err.code, out);
	assert_true(rc < 0 || strcmp(out, "jo@xn--bcher-kva.example") == 0);
	return rc;
}

/* Shown is the address itself when there is no memory for a better one. */
static int shown(void)
{
	char out[512];

	message_address_shown("jo@xn--bcher-kva.example", out);
	if (strcmp(out, "jo@b\xc3\xbc" "cher.example") == 0)
		return 0;
	assert_string_equal(out, "jo@xn--bcher-kva.example");
	return -1;
}

static void domains(void **state)
{
	int (*const functions[])(void) = { encoded, shown };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		long n, failed = 0, before = live;

		for (n = 1;; n++) {
			int rc, over;

			countdown = n;
			rc = functions[i]();
			over = countdown > 0;
			countdown = 0;
			assert_int_equal(live, before);
			if (over) {
				assert_int_equal(rc, 0);
				break;
			}
			failed += rc < 0;	/* the library goes on when it cannot give memory back */
		}
		assert_true(failed >= 3);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rendering),
		cmocka_unit_test(tables),
		cmocka_unit_test(taking),
		cmocka_unit_test(building),
		cmocka_unit_test(mailboxes),
		cmocka_unit_test(domains),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

#endif
