/* Mails: a mailbox, an address, a name, a subject and a file's name, one a line; the rest is text, HTML and attachment. */
#include "input.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/text.h"
#include "mail/message.h"

enum { LINE = 76, NAME_CHARS = 200 };

static char *line(struct input *in)
{
	size_t n;
	const char *s = input_line(in, &n);
	char *copy = malloc(n + 1);

	MUST(copy != NULL);
	memcpy(copy, s, n);
	copy[n] = '\0';
	return copy;
}

static void look_at_mailbox(const char *s)
{
	char name[256], addr[256];

	if (message_mailbox(s, name, sizeof(name), addr, sizeof(addr), NULL) != 0)
		return;
	MUST(message_address(addr, NULL) == 0);
	MUST(text_is_utf8(name, strlen(name)) && !text_has_control(name, strlen(name)));
}

/* What is taken goes to SMTP, stays what it is, and what people see of it leads back to it. */
static void look_at_address(const char *s)
{
	char ascii[256], again[256], shown[512];
	struct err err = { 0 };

	message_address_shown(s, shown);
	(void)message_address_nowhere(s);
	if (message_address_ascii(s, ascii, &err) != 0) {
		MUST(text_is_utf8(err.what, strlen(err.what)) && !text_has_control(err.what, strlen(err.what)));
		return;
	}
	MUST(message_address(ascii, NULL) == 0);
	MUST(message_address_ascii(ascii, again, NULL) == 0 && strcmp(ascii, again) == 0);
	message_address_shown(ascii, shown);
	MUST(!text_has_control(shown, strlen(shown)));
	MUST(message_address_ascii(shown, again, NULL) == 0 && strcmp(ascii, again) == 0);
}

static int may_be_long(const char *s, size_t n)
{
	static const char unsubscribe[] = "List-Unsubscribe: ";

	if (n > sizeof(unsubscribe) && memcmp(s, unsubscribe, sizeof(unsubscribe) - 1) == 0)
		return 1;
	return n <= 998 && memchr(s + 1, ' ', n - 1) == memrchr(s, ' ', n);	/* one blank at most behind the first column */
}

static void check_form(const struct buf *b)
{
	const char *s = b->data, *end = b->data + b->len;

	MUST(b->len > 2 && memcmp(end - 2, "\r\n", 2) == 0);
	while (s < end) {
		const char *lf = memchr(s, '\n', (size_t)(end - s));
		size_t n;

		MUST(lf != NULL && lf > b->data && lf[-1] == '\r');
		n = (size_t)(lf - 1 - s);
		MUST(n == 0 || s[0] != '.');
		MUST(n < 5 || memcmp(s, "From ", 5) != 0);
		MUST(n <= LINE || may_be_long(s, n));
		for (size_t i = 0; i < n; i++)
			MUST((s[i] >= ' ' && s[i] <= '~') || s[i] == '\t');
		s = lf + 1;
	}
}

/* As it came in it is refused or well formed; cleaned it is built. */
static void build(const struct message *m, int must)
{
	struct buf out = BUF_INIT, again = BUF_INIT;
	int rc = message_build(m, &out, NULL);

	MUST(rc == 0 || !must);
	if (rc == 0) {
		check_form(&out);
		MUST(message_build(m, &again, NULL) == 0 && out.len == again.len && memcmp(out.data, again.data, out.len) == 0);
	} else {
		MUST(out.len == 0);
	}
	buf_free(&out);
	buf_free(&again);
}

static const char *clean(const char *s, struct buf *out)
{
	text_clean(out, s, strlen(s), NAME_CHARS);
	if (out->len == 0)
		buf_puts(out, "x");
	return out->data;
}

static void look_at_message(const char *name, const char *subject, const char *file, const char *text, size_t len)
{
	struct buf n = BUF_INIT, s = BUF_INIT, f = BUF_INIT;
	struct message_part part = { "text/csv; charset=utf-8; header=present", file, text, len };
	struct message m = { .from_name = "ceu", .from_addr = "ceu@example.org", .to_name = name, .to_addr = "a@b.org",
		.subject = subject, .message_id = "r.1@example.org", .unsubscribe = "https://b.org/x",
		.unsubscribe_mail = "mailto:a@b.org", .text = text, .parts = &part, .nparts = 1 };

	build(&m, 0);
	m.to_name = clean(name, &n);
	m.subject = clean(subject, &s);
	part.name = clean(file, &f);
	build(&m, text[0] != '\0' && text_is_utf8(text, strlen(text)));
	m.html = text;
	build(&m, text[0] != '\0' && text_is_utf8(text, strlen(text)));
	m.nparts = 0;
	build(&m, text[0] != '\0' && text_is_utf8(text, strlen(text)));
	buf_free(&n);
	buf_free(&s);
	buf_free(&f);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct input in = { data, len };
	char *mailbox = line(&in), *address = line(&in), *name = line(&in), *subject = line(&in), *file = line(&in);
	size_t rest = in.len;
	char *text = malloc(rest + 1);

	MUST(text != NULL);
	if (rest > 0)
		memcpy(text, in.data, rest);
	text[rest] = '\0';
	look_at_mailbox(mailbox);
	look_at_address(address);
	look_at_message(name, subject, file, text, rest);
	free(mailbox);
	free(address);
	free(name);
	free(subject);
	free(file);
	free(text);
	return 0;
}
