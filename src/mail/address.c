/* What may be given to SMTP as an address, and "Name <addr>" taken apart. */

#include "address.h"

#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/text.h"
#include "mail/message.h"

enum { LOCAL_MAX = 64, LABEL_MAX = 63 };

static int is_alnum(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

static const char *local_fault(const char *s, size_t n)
{
	if (n == 0)
		return "there is nothing before the @";
	if (n > LOCAL_MAX)
		return "the part before the @ is longer than 64 characters";
	if (s[0] == '.' || s[n - 1] == '.')
		return "the part before the @ begins or ends with a dot";
	for (size_t i = 0; i < n; i++) {
		if (s[i] == '.' && s[i - 1] == '.')
			return "it has two dots in a row";
		if (s[i] != '.' && !is_alnum(s[i]) && (s[i] == '\0' || strchr("!#$%&'*+-/=?^_`{|}~", s[i]) == NULL))
			return "the part before the @ holds a character that mail servers do not take";
	}
	return NULL;
}

static const char *label_fault(const char *s, size_t n)
{
	if (n == 0)
		return "its domain has an empty part";
	if (n > LABEL_MAX)
		return "its domain has a part longer than 63 characters";
	if (s[0] == '-' || s[n - 1] == '-')
		return "its domain has a part that begins or ends with a hyphen";
	for (size_t i = 0; i < n; i++) {
		if (!is_alnum(s[i]) && s[i] != '-')
			return "its domain holds something other than letters, digits, hyphens and dots";
	}
	return NULL;
}

static const char *domain_fault(const char *s)
{
	int dots = 0;

	for (const char *p = s;; dots++) {
		size_t n = strcspn(p, ".");
		const char *fault = label_fault(p, n);

		if (fault != NULL)
			return fault;
		p += n;
		if (*p == '\0')
			break;
		p++;
	}
	return dots == 0 && strcmp(s, "localhost") != 0 ? "its domain has no dot" : NULL;
}

const char *address_fault(const char *addr)
{
	const char *at = strchr(addr, '@');
	const char *fault;

	if (addr[0] == '\0')
		return "it is empty";
	for (const char *p = addr; *p != '\0'; p++) {
		if (*p <= ' ' || *p >= 127)
			return "only ASCII without blanks can be mailed to";
		if (*p == '<' || *p == '>')
			return "an address has no angle brackets in itself";
	}
	if (strlen(addr) > ADDRESS_MAX)
		return "it is longer than 254 characters";
	if (at == NULL)
		return "it has no @";
	fault = local_fault(addr, (size_t)(at - addr));
	return fault != NULL ? fault : domain_fault(at + 1);
}

int address_refuse(struct err *err, const char *addr, const char *fault)
{
	struct buf shown = BUF_INIT;

	text_clean(&shown, addr, strlen(addr), 80);
	err_set(err, ERR_USAGE, "address-invalid", "\"%s\" is no mail address: %s.", buf_str(&shown), fault);
	buf_free(&shown);
	return err_next(err, "Give it as name@example.org.");
}

int message_address(const char *addr, struct err *err)
{
	const char *fault = address_fault(addr);

	return fault == NULL ? 0 : address_refuse(err, addr, fault);
}

/* A display name, quoted or bare, into out. Returns what is wrong with it, or NULL. */
static const char *unquote(const char *s, size_t n, struct buf *out)
{
	while (n > 0 && s[n - 1] == ' ')
		n--;
	if (n == 0 || s[0] != '"') {
		if (memchr(s, '"', n) != NULL)
			return "a quotation mark stands in the middle of the name";
		buf_add(out, s, n);
		return NULL;
	}
	for (size_t i = 1; i + 1 < n; i++) {
		if (s[i] == '"')
			return "a quotation mark stands in the middle of the name";
		if (s[i] == '\\' && ++i + 1 >= n)
			return "the quotation mark is not closed";
		buf_putc(out, s[i]);
	}
	return n < 2 || s[n - 1] != '"' ? "the quotation mark is not closed" : NULL;
}

static const char *split(const char *s, struct buf *name, struct buf *addr)
{
	const char *open = strrchr(s, '<');
	const char *end = s + strlen(s);

	while (end > s && end[-1] == ' ')
		end--;
	if (text_has_control(s, strlen(s)) || !text_is_utf8(s, strlen(s)))
		return "it holds control characters or is not UTF-8";
	if (open == NULL) {
		buf_add(addr, s, (size_t)(end - s));
		return NULL;
	}
	if (end[-1] != '>')
		return "the angle bracket is not closed";
	buf_add(addr, open + 1, (size_t)(end - 1 - (open + 1)));
	return unquote(s, (size_t)(open - s), name);
}

int message_mailbox(const char *s, char *name, size_t name_size, char *addr, size_t addr_size, struct err *err)
{
	struct buf n = BUF_INIT, a = BUF_INIT;
	char ascii[256] = "";
	const char *fault;
	int rc = 0;

	s += strspn(s, " ");
	fault = split(s, &n, &a);
	if (n.failed || a.failed)
		rc = err_oom(err);
	else if (fault == NULL && n.len >= name_size)
		fault = "the name is too long";
	else if (fault == NULL)
		rc = address_encode(buf_str(&a), ascii, &fault, err);
	if (rc == 0 && fault == NULL && strlen(ascii) >= addr_size)
		fault = "it is too long";
	if (rc == 0 && fault != NULL)
		rc = address_refuse(err, s, fault);
	if (rc == 0) {
		text_copy(name, name_size, buf_str(&n));
		text_copy(addr, addr_size, ascii);
	}
	buf_free(&n);
	buf_free(&a);
	return rc;
}
