/* Domains with letters outside ASCII: A-labels for servers, U-labels for people where nobody can be misled by them. */

#include "address.h"

#include <idn2.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/err.h"
#include "base/text.h"
#include "mail/message.h"

static int is_ascii(const char *s)
{
	for (; *s != '\0'; s++) {
		if ((unsigned char)*s >= 128)
			return 0;
	}
	return 1;
}

static void lower(char *s)
{
	for (; *s != '\0'; s++) {
		if (*s >= 'A' && *s <= 'Z')
			*s = (char)(*s + ('a' - 'A'));
	}
}

static const char *domain_fault(int rc)
{
	if (rc == IDN2_TOO_BIG_LABEL || rc == IDN2_PUNYCODE_BIG_OUTPUT)
		return "its domain has a part longer than 63 characters, as servers write it";
	if (rc == IDN2_TOO_BIG_DOMAIN)
		return "it is longer than 254 characters";
	if (rc == IDN2_BIDI)
		return "its domain mixes directions of writing";
	return "its domain holds a character that no domain has";
}

/* Its ASCII must be right before: told to use the rules for host names, the library drops what breaks them, and another
 * domain comes out. */
static const char *plain_fault(const char *domain)
{
	for (const char *s = domain; *s != '\0'; s++) {
		if ((unsigned char)*s < 128 && strchr("-.", *s) == NULL && !(*s >= '0' && *s <= '9') &&
		    !(*s >= 'A' && *s <= 'Z') && !(*s >= 'a' && *s <= 'z'))
			return "its domain holds something other than letters, digits, hyphens and dots";
	}
	return NULL;
}

/* The domain as it is looked up (RFC 5891, with the mappings of UTS 46). An ASCII one is left as it is: it is in use. */
static int domain_ascii(const char *domain, char out[256], const char **fault, struct err *err)
{
	uint8_t *ascii = NULL;
	int rc;

	if (is_ascii(domain)) {
		text_copy(out, 256, domain);
		return 0;
	}
	*fault = plain_fault(domain);
	if (*fault != NULL)
		return 0;
	rc = idn2_lookup_u8((const uint8_t *)domain, &ascii, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL);
	if (rc == IDN2_MALLOC)
		return err_oom(err);
	if (rc != IDN2_OK)
		*fault = domain_fault(rc);
	else
		text_copy(out, 256, (const char *)ascii);
	idn2_free(ascii);
	return 0;
}

/* What the grammar of address_fault() could not name, since it wants ASCII throughout. */
static const char *written_fault(const char *addr, const char *at)
{
	size_t n = strlen(addr);

	if (!text_is_utf8(addr, n) || text_has_control(addr, n))
		return "it holds control characters or is not UTF-8";
	for (const char *p = addr; p < at; p++) {
		if ((unsigned char)*p >= 128)
			return "only ASCII letters can stand before the @";
	}
	return n > 3 * ADDRESS_MAX ? "it is longer than 254 characters" : NULL;
}

int address_encode(const char *addr, char out[256], const char **fault, struct err *err)
{
	const char *at = strrchr(addr, '@');
	char domain[256] = "";

	*fault = NULL;
	if (at == NULL || is_ascii(addr)) {
		*fault = address_fault(addr);
		if (*fault == NULL)
			text_copy(out, 256, addr);
		return 0;
	}
	*fault = written_fault(addr, at);
	if (*fault == NULL && domain_ascii(at + 1, domain, fault, err) < 0)
		return -1;
	if (*fault == NULL && (size_t)(at - addr) + 1 + strlen(domain) > ADDRESS_MAX)
		*fault = "it is longer than 254 characters";
	if (*fault == NULL) {
		char whole[256];

		text_copy(whole, sizeof(whole), addr);
		text_copy(whole + (at + 1 - addr), sizeof(whole) - (size_t)(at + 1 - addr), domain);
		*fault = address_fault(whole);
		if (*fault == NULL)
			text_copy(out, 256, whole);
	}
	return 0;
}

int message_address_ascii(const char *addr, char out[256], struct err *err)
{
	const char *fault;
	char ascii[256];

	if (address_encode(addr, ascii, &fault, err) < 0)
		return -1;
	if (fault != NULL)
		return address_refuse(err, addr, fault);
	lower(ascii);
	text_copy(out, 256, ascii);
	return 0;
}

/* Writings whose letters are told apart by those who read them. Latin without what is taken for another letter. */
enum writing { COMMON, LATIN, EAST_ASIAN, OTHER };
static const struct { uint32_t first, last; enum writing writing; int script; } ranges[] = {
	{ '-', '-', COMMON, 0 }, { '0', '9', COMMON, 0 }, { 'a', 'z', LATIN, 1 },
	{ 0xdf, 0xf6, LATIN, 1 }, { 0xf8, 0x130, LATIN, 1 }, { 0x132, 0x137, LATIN, 1 }, { 0x139, 0x13e, LATIN, 1 },
	{ 0x141, 0x148, LATIN, 1 }, { 0x14a, 0x17e, LATIN, 1 }, { 0x1a1, 0x1a1, LATIN, 1 }, { 0x1b0, 0x1b0, LATIN, 1 },
	{ 0x219, 0x21b, LATIN, 1 }, { 0x1ea0, 0x1ef9, LATIN, 1 },
	{ 0x370, 0x3ff, OTHER, 2 }, { 0x400, 0x52f, OTHER, 3 }, { 0x561, 0x587, OTHER, 4 }, { 0x5d0, 0x5ea, OTHER, 5 },
	{ 0x620, 0x669, OTHER, 6 }, { 0x66e, 0x6d3, OTHER, 6 }, { 0x901, 0x963, OTHER, 7 }, { 0x966, 0x96f, OTHER, 7 },
	{ 0x981, 0x9f1, OTHER, 8 }, { 0xb82, 0xbef, OTHER, 9 }, { 0xe01, 0xe4e, OTHER, 10 }, { 0x10d0, 0x10fa, OTHER, 11 },
	{ 0x3005, 0x3005, EAST_ASIAN, 12 }, { 0x3041, 0x3096, EAST_ASIAN, 12 }, { 0x30a1, 0x30fa, EAST_ASIAN, 12 },
	{ 0x30fc, 0x30fc, EAST_ASIAN, 12 }, { 0x3400, 0x4dbf, EAST_ASIAN, 12 }, { 0x4e00, 0x9fff, EAST_ASIAN, 12 },
	{ 0xac00, 0xd7a3, EAST_ASIAN, 12 },
};

/* Marks the writings of one label; -1 for a character of none, or two scripts that are not written together. */
static int label_writing(const char *s, const char *end, unsigned *writings)
{
	int script = 0;

	while (s < end) {
		uint32_t cp = 0;
		size_t i, n = text_decode(s, end, &cp);

		for (i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++) {
			if (cp >= ranges[i].first && cp <= ranges[i].last)
				break;
		}
		if (n == 0 || i == sizeof(ranges) / sizeof(ranges[0]))
			return -1;
		*writings |= 1U << ranges[i].writing;
		if (ranges[i].writing == OTHER) {
			if (script != 0 && script != ranges[i].script)
				return -1;
			script = ranges[i].script;
		}
		s += n;
	}
	return 0;
}

/* Nobody takes it for another: each label in one writing (East Asian ones with Latin), and Cyrillic, Greek and their
 * like, whose words can look Latin letter by letter, only under a top domain that is not Latin itself. */
static int is_safe(const char *domain)
{
	const unsigned latin = 1U << LATIN, other = 1U << OTHER, east = 1U << EAST_ASIAN;
	unsigned all = 0, top = 0;

	for (const char *s = domain;; s++) {
		const char *end = s + strcspn(s, ".");

		top = 0;
		if (label_writing(s, end, &top) < 0 || ((top & other) != 0 && (top & (latin | east)) != 0))
			return 0;
		all |= top;
		s = end;
		if (*s == '\0')
			break;
	}
	return (all & other) == 0 || (top & latin) == 0;
}

void message_address_shown(const char *addr, char out[512])
{
	const char *at = strrchr(addr, '@');
	char *shown = NULL, back[256];
	const char *fault = NULL;

	text_copy(out, 512, addr);
	if (at == NULL || strlen(addr) > ADDRESS_MAX || !is_ascii(addr) || strstr(at, "xn--") == NULL)
		return;
	if (idn2_to_unicode_8z8z(at + 1, &shown, 0) == IDN2_OK && strlen(shown) < 256 && is_safe(shown) &&
	    domain_ascii(shown, back, &fault, NULL) == 0 && fault == NULL && strcmp(back, at + 1) == 0)
		text_copy(out + (at + 1 - addr), 512 - (size_t)(at + 1 - addr), shown);
	idn2_free(shown);
}

int message_address_nowhere(const char *addr)
{
	static const char top[] = ".invalid";
	const char *at = strrchr(addr, '@');
	size_t n = at != NULL ? strlen(at) : 0;

	if (n > 0 && at[n - 1] == '.')
		n--;
	if (n == sizeof(top) - 1)		/* "@invalid" alone */
		return strncasecmp(at + 1, top + 1, n - 1) == 0;
	return n >= sizeof(top) - 1 && strncasecmp(at + n - (sizeof(top) - 1), top, sizeof(top) - 1) == 0;
}
