/* The kinds of settings: how each is read from its words and printed back. */
#include "settings.h"

#include <arpa/inet.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/err.h"
#include "base/text.h"
#include "base/zone.h"
#include "httpsocket.h"
#include "mail/message.h"

int setting_wrong(struct place *p, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(p->why, sizeof p->why, fmt, ap);
	va_end(ap);
	return -1;
}

size_t setting_words(const struct place *p, char ***ret)
{
	size_t skip = p->s->words ? 1 : 0;

	*ret = p->d->params + skip;
	return p->d->nparams - skip;
}

int setting_word(struct place *p, const char **ret)
{
	char **words;

	if (setting_words(p, &words) != 1)
		return setting_wrong(p, "wants one value");
	if (text_has_control(words[0], strlen(words[0])))
		return setting_wrong(p, "holds a control character");
	*ret = words[0];
	return 0;
}

int setting_number(const char *s, long min, long max, long *ret)
{
	char *end;
	long n;

	if (!*s || strspn(s, "0123456789") != strlen(s) || strlen(s) > 9)
		return -1;
	n = strtol(s, &end, 10);
	if (*end || n < min || n > max)
		return -1;
	*ret = n;
	return 0;
}

int setting_choice(const char *const *values, const char *s)
{
	for (int i = 0; values[i]; i++)
		if (!strcmp(values[i], s))
			return i;
	return -1;
}

static int keep_text(struct place *p, const char *s)
{
	char *copy = strdup(s), **at = AT(char *, p->c, p->s);

	if (!copy)
		return setting_wrong(p, "cannot be kept: out of memory");
	free(*at);
	*at = copy;
	return 0;
}

static void quoted(struct buf *out, const char *s)
{
	buf_putc(out, '"');
	for (; *s; s++) {
		if (*s == '"' || *s == '\\')
			buf_putc(out, '\\');
		buf_putc(out, *s);
	}
	buf_putc(out, '"');
}

static int read_text(struct place *p)
{
	const char *s;

	return setting_word(p, &s) ? -1 : keep_text(p, s);
}

static void print_text(const struct config *c, const struct setting *s, struct buf *out)
{
	const char *text = OF(char *, c, s);

	if (text)
		quoted(out, text);
}
const struct setting_kind kind_text = { read_text, print_text };

static int read_path(struct place *p)
{
	const char *s;

	if (setting_word(p, &s))
		return -1;
	return s[0] == '/' ? keep_text(p, s) : setting_wrong(p, "wants a path that begins with '/'");
}
const struct setting_kind kind_path = { read_path, print_text };

static int read_address(struct place *p)
{
	struct err err = { 0 };
	char ascii[256];
	const char *s;

	if (setting_word(p, &s))
		return -1;
	return message_address_ascii(s, ascii, &err) ? setting_wrong(p, "wants an e-mail address: %.120s", err.what) :
	    keep_text(p, ascii);
}
const struct setting_kind kind_address = { read_address, print_text };

static int read_mailbox(struct place *p)
{
	char name[256], addr[256];
	struct err err = { 0 };
	const char *s;

	if (setting_word(p, &s))
		return -1;
	if (message_mailbox(s, name, sizeof name, addr, sizeof addr, &err))
		return setting_wrong(p, "wants \"Name <address>\": %.120s", err.what);
	return keep_text(p, s);
}
const struct setting_kind kind_mailbox = { read_mailbox, print_text };

static int read_url(struct place *p)
{
	const char *s;

	if (setting_word(p, &s))
		return -1;
	if ((strncmp(s, "https://", 8) && strncmp(s, "http://", 7)) || strpbrk(s, " <>\"'") || s[strlen(s) - 1] == '/')
		return setting_wrong(p, "wants an address like https://ceu.example.org, without a slash at its end");
	return keep_text(p, s);
}
const struct setting_kind kind_url = { read_url, print_text };

static int read_listen(struct place *p)
{
	struct network_address ignored;
	const char *s;

	if (setting_word(p, &s))
		return -1;
	if (socket_address(s, &ignored))
		return setting_wrong(p, "wants an address of this machine alone, and a port: 127.0.0.1:7843 or [::1]:7843");
	return keep_text(p, s);
}

static void print_plain(const struct config *c, const struct setting *s, struct buf *out)
{
	const char *text = OF(char *, c, s);

	if (text)
		buf_puts(out, text);
}
const struct setting_kind kind_listen = { read_listen, print_plain };

static int read_zone(struct place *p)
{
	struct err err = { 0 };
	const char *s;

	if (setting_word(p, &s))
		return -1;
	if (zone_get(s, AT(const struct zone *, p->c, p->s), &err))
		return setting_wrong(p, "wants a time zone like Europe/Berlin: %.120s", err.what);
	return 0;
}

static void print_zone(const struct config *c, const struct setting *s, struct buf *out)
{
	const struct zone *z = OF(const struct zone *, c, s);

	if (z)
		buf_puts(out, zone_name(z));
}
const struct setting_kind kind_zone = { read_zone, print_zone };

static int read_number(struct place *p)
{
	const char *s;
	long n;

	if (setting_word(p, &s))
		return -1;
	if (setting_number(s, p->s->min, p->s->max, &n))
		return setting_wrong(p, "wants a number from %d to %d", p->s->min, p->s->max);
	*AT(int, p->c, p->s) = (int)n;
	return 0;
}

static void print_number(const struct config *c, const struct setting *s, struct buf *out)
{
	buf_printf(out, "%d", OF(int, c, s));
}
const struct setting_kind kind_number = { read_number, print_number };

static int read_choice(struct place *p)
{
	const char *s;
	int i;

	if (setting_word(p, &s))
		return -1;
	i = setting_choice(p->s->values, s);
	if (i < 0)
		return setting_wrong(p, "is one of: %s %s %s %s", p->s->values[0], p->s->values[1], p->s->values[2] ? p->s->values[2] : "",
		    p->s->values[2] && p->s->values[3] ? p->s->values[3] : "");
	*AT(int, p->c, p->s) = i;
	return 0;
}

static void print_choice(const struct config *c, const struct setting *s, struct buf *out)
{
	buf_puts(out, s->values[OF(int, c, s)]);
}
const struct setting_kind kind_choice = { read_choice, print_choice };

static int read_mode(struct place *p)
{
	struct err err = { 0 };
	char **words, *copy, ascii[256];
	size_t n = setting_words(p, &words);

	if (n == 1 && !strcmp(words[0], "hold")) {
		p->c->mail_mode = MODE_HOLD;
	} else if (n == 1 && !strcmp(words[0], "live")) {
		p->c->mail_mode = MODE_LIVE;
	} else if (n == 2 && !strcmp(words[0], "redirect")) {
		if (message_address_ascii(words[1], ascii, &err))
			return setting_wrong(p, "redirect wants an e-mail address: %.120s", err.what);
		copy = strdup(ascii);
		if (!copy)
			return setting_wrong(p, "cannot be kept: out of memory");
		free(p->c->mail_redirect);
		p->c->mail_redirect = copy;
		p->c->mail_mode = MODE_REDIRECT;
	} else {
		return setting_wrong(p, "is one of: hold, live, redirect ADDRESS");
	}
	return 0;
}

static void print_mode(const struct config *c, const struct setting *s, struct buf *out)
{
	(void)s;
	if (c->mail_mode == MODE_REDIRECT)
		buf_printf(out, "redirect %s", c->mail_redirect);
	else
		buf_puts(out, c->mail_mode == MODE_LIVE ? "live" : "hold");
}
const struct setting_kind kind_mode = { read_mode, print_mode };

/* A name, an address, or an IPv6 one in brackets. */
static int is_host(const char *s)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-:_";
	size_t in_brackets = *s == '[', n = strspn(s + in_brackets, allowed);

	return n > 0 && n <= 253 && s[in_brackets] != '-' && !strcmp(s + in_brackets + n, in_brackets ? "]" : "");
}

static int read_relay(struct place *p)
{
	char **words;
	long port;

	if (setting_words(p, &words) != 2 || setting_number(words[1], 1, 65535, &port))
		return setting_wrong(p, "wants a host and a port: relay smtp.example.org 587");
	if (!is_host(words[0]))
		return setting_wrong(p, "wants a host name or address");
	p->c->mail_relay_port = (int)port;
	return keep_text(p, words[0]);
}

static void print_relay(const struct config *c, const struct setting *s, struct buf *out)
{
	(void)s;
	if (c->mail_relay_host)
		buf_printf(out, "%s %d", c->mail_relay_host, c->mail_relay_port);
}
const struct setting_kind kind_relay = { read_relay, print_relay };

static int read_password(struct place *p)
{
	char **words;
	const char *s;

	if (setting_words(p, &words) > 1 && !strncmp(words[0], "command:", 8))
		return setting_wrong(p, "wants the whole command in quotes: \"command:NAME WORD..\"");
	if (setting_word(p, &s))
		return -1;
	if ((!strncmp(s, "credential:", 11) && s[11] && !strchr(s + 11, '/')) || (!strncmp(s, "file:/", 6) && s[6]) ||
	    (!strncmp(s, "command:", 8) && s[8 + strspn(s + 8, " ")]))
		return keep_text(p, s);
	return setting_wrong(p, "wants credential:NAME, file:/PATH or command:CMD; the password itself does not stand here");
}
const struct setting_kind kind_password = { read_password, print_text };

static int read_rate(struct place *p)
{
	const char *s, *slash;
	char number[12];
	long n;

	if (setting_word(p, &s))
		return -1;
	slash = strchr(s, '/');
	if (!slash || strcmp(slash, "/min") || slash - s > 8)
		return setting_wrong(p, "wants a number of mails a minute: 30/min");
	snprintf(number, sizeof number, "%.*s", (int)(slash - s), s);
	if (setting_number(number, p->s->min, p->s->max, &n))
		return setting_wrong(p, "wants %d/min to %d/min", p->s->min, p->s->max);
	*AT(int, p->c, p->s) = (int)n;
	return 0;
}

static void print_rate(const struct config *c, const struct setting *s, struct buf *out)
{
	buf_printf(out, "%d/min", OF(int, c, s));
}
const struct setting_kind kind_rate = { read_rate, print_rate };

/* Bytes, with K, M or G for thousands of them. */
static int read_size(struct place *p)
{
	const char *s;
	char number[12];
	size_t len;
	int64_t unit = 1;
	long n;

	if (setting_word(p, &s))
		return -1;
	len = strspn(s, "0123456789");
	unit = !s[len] ? 1 : s[len] == 'K' ? 1000 : s[len] == 'M' ? 1000000 : s[len] == 'G' ? 1000000000 : 0;
	snprintf(number, sizeof number, "%.*s", (int)(len > 10 ? 10 : len), s);
	if (!unit || (unit > 1 && s[len + 1]) || setting_number(number, 0, 999999999, &n) || n * unit < p->s->min || n * unit > p->s->max)
		return setting_wrong(p, "wants a size from %d to %d bytes: 20M", p->s->min, p->s->max);
	*AT(int64_t, p->c, p->s) = n * unit;
	return 0;
}

static void print_size(const struct config *c, const struct setting *s, struct buf *out)
{
	int64_t n = OF(int64_t, c, s);

	if (n % 1000000 == 0)
		buf_printf(out, "%lldM", (long long)n / 1000000);
	else
		buf_printf(out, "%lld", (long long)n);
}
const struct setting_kind kind_size = { read_size, print_size };

/* "10.1.2.0/24" or "fd00::/8", as ceud-net reads it. */
static int is_range(const char *s)
{
	unsigned char bytes[16];
	const char *slash = strchr(s, '/');
	char address[64];
	long prefix;
	int is4;

	if (!slash || (size_t)(slash - s) >= sizeof address)
		return 0;
	snprintf(address, sizeof address, "%.*s", (int)(slash - s), s);
	is4 = inet_pton(AF_INET, address, bytes) == 1;
	if (!is4 && inet_pton(AF_INET6, address, bytes) != 1)
		return 0;
	return !setting_number(slash + 1, 0, is4 ? 32 : 128, &prefix);
}

static int read_allow(struct place *p)
{
	char **words;
	size_t n = setting_words(p, &words);
	struct allow a = { 0 };
	long port;

	if (p->c->nallow == CONFIG_ALLOW_MAX)
		return setting_wrong(p, "stands more than %d times", CONFIG_ALLOW_MAX);
	if (!n || !is_range(words[0]))
		return setting_wrong(p, "wants an address range, and the ports if not all: allow 10.1.2.0/24 80 443");
	for (size_t i = 1; i < n; i++, a.nports++) {
		if (a.nports == sizeof a.ports / sizeof *a.ports || setting_number(words[i], 1, 65535, &port))
			return setting_wrong(p, "wants ports from 1 to 65535, at most 16 of them");
		a.ports[a.nports] = (int)port;
	}
	a.cidr = strdup(words[0]);
	if (!a.cidr)
		return setting_wrong(p, "cannot be kept: out of memory");
	p->c->allow[p->c->nallow++] = a;
	return 0;
}

static void print_allow(const struct config *c, const struct setting *s, struct buf *out)
{
	for (size_t i = 0; i < c->nallow; i++) {
		if (i)
			buf_printf(out, "\n    %s ", s->name);
		buf_puts(out, c->allow[i].cidr);
		for (size_t j = 0; j < c->allow[i].nports; j++)
			buf_printf(out, " %d", c->allow[i].ports[j]);
	}
}
const struct setting_kind kind_allow = { read_allow, print_allow };

static int read_bulk(struct place *p)
{
	char **words, number[8];
	size_t n = setting_words(p, &words), len = n ? strlen(words[0]) : 0;
	long percent, count;

	if (n != 2 || len < 2 || len > 4 || words[0][len - 1] != '%')
		return setting_wrong(p, "wants a share of all people and a number of mails: 20%% 50");
	snprintf(number, sizeof number, "%.*s", (int)(len - 1), words[0]);
	if (setting_number(number, 0, 100, &percent) || setting_number(words[1], p->s->min, p->s->max, &count))
		return setting_wrong(p, "wants 0%% to 100%%, and a number of mails up to %d", p->s->max);
	p->c->bulk_percent = (int)percent;
	p->c->bulk_count = (int)count;
	return 0;
}

static void print_bulk(const struct config *c, const struct setting *s, struct buf *out)
{
	(void)s;
	buf_printf(out, "%d%% %d", c->bulk_percent, c->bulk_count);
}
const struct setting_kind kind_bulk = { read_bulk, print_bulk };
