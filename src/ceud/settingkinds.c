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
#include "mail/message.h"

/* The field a row names, as a pointer to T. */
#define AT(T, c, s) ((T *)(void *)((char *)(c) + (s)->offset))
#define OF(T, c, s) (*(T const *)(const void *)((const char *)(c) + (s)->offset))

static const char *const day_names[] = {
	"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", NULL
};

static int wrong(struct place *p, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

static int wrong(struct place *p, const char *fmt, ...) {
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(p->why, sizeof p->why, fmt, ap);
	va_end(ap);
	return -1;
}

/* The words after the name (and after its second word). */
static size_t words_of(const struct place *p, char ***ret) {
	size_t skip = p->s->words ? 1 : 0;

	*ret = p->d->params + skip;
	return p->d->nparams - skip;
}

static int one_word(struct place *p, const char **ret) {
	char **words;

	if (words_of(p, &words) != 1)
		return wrong(p, "wants one value");
	if (text_has_control(words[0], strlen(words[0])))
		return wrong(p, "holds a control character");
	*ret = words[0];
	return 0;
}

static int number_of(const char *s, long min, long max, long *ret) {
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

static int time_of(const char *s, size_t len, int *ret) {
	char text[8];
	long hour, minute;

	if (len != 5 || s[2] != ':')
		return -1;
	snprintf(text, sizeof text, "%.2s", s);
	if (number_of(text, 0, 23, &hour))
		return -1;
	snprintf(text, sizeof text, "%.2s", s + 3);
	if (number_of(text, 0, 59, &minute))
		return -1;
	*ret = (int)(hour * 60 + minute);
	return 0;
}

static int choice_of(const char *const *values, const char *s) {
	for (int i = 0; values[i]; i++)
		if (!strcmp(values[i], s))
			return i;
	return -1;
}

static int keep_text(struct place *p, const char *s) {
	char *copy = strdup(s), **at = AT(char *, p->c, p->s);

	if (!copy)
		return wrong(p, "cannot be kept: out of memory");
	free(*at);
	*at = copy;
	return 0;
}

static void quoted(struct buf *out, const char *s) {
	buf_putc(out, '"');
	for (; *s; s++) {
		if (*s == '"' || *s == '\\')
			buf_putc(out, '\\');
		buf_putc(out, *s);
	}
	buf_putc(out, '"');
}

static int read_text(struct place *p) {
	const char *s;

	return one_word(p, &s) ? -1 : keep_text(p, s);
}

static void print_text(const struct config *c, const struct setting *s, struct buf *out) {
	const char *text = OF(char *, c, s);

	if (text)
		quoted(out, text);
}
const struct setting_kind kind_text = { read_text, print_text };

static int read_path(struct place *p) {
	const char *s;

	if (one_word(p, &s))
		return -1;
	return s[0] == '/' ? keep_text(p, s) : wrong(p, "wants a path that begins with '/'");
}
const struct setting_kind kind_path = { read_path, print_text };

static int read_address(struct place *p) {
	struct err err = { 0 };
	const char *s;

	if (one_word(p, &s))
		return -1;
	return message_address(s, &err) ? wrong(p, "wants an e-mail address: %.120s", err.what) : keep_text(p, s);
}
const struct setting_kind kind_address = { read_address, print_text };

static int read_mailbox(struct place *p) {
	char name[256], addr[256];
	struct err err = { 0 };
	const char *s;

	if (one_word(p, &s))
		return -1;
	if (message_mailbox(s, name, sizeof name, addr, sizeof addr, &err))
		return wrong(p, "wants \"Name <address>\": %.120s", err.what);
	return keep_text(p, s);
}
const struct setting_kind kind_mailbox = { read_mailbox, print_text };

static int read_url(struct place *p) {
	const char *s;

	if (one_word(p, &s))
		return -1;
	if ((strncmp(s, "https://", 8) && strncmp(s, "http://", 7)) || strpbrk(s, " <>\"'") || s[strlen(s) - 1] == '/')
		return wrong(p, "wants an address like https://ceu.example.org, without a slash at its end");
	return keep_text(p, s);
}
const struct setting_kind kind_url = { read_url, print_text };

static int read_zone(struct place *p) {
	struct err err = { 0 };
	const char *s;

	if (one_word(p, &s))
		return -1;
	if (zone_get(s, AT(const struct zone *, p->c, p->s), &err))
		return wrong(p, "wants a time zone like Europe/Berlin: %.120s", err.what);
	return 0;
}

static void print_zone(const struct config *c, const struct setting *s, struct buf *out) {
	const struct zone *z = OF(const struct zone *, c, s);

	if (z)
		buf_puts(out, zone_name(z));
}
const struct setting_kind kind_zone = { read_zone, print_zone };

static int read_number(struct place *p) {
	const char *s;
	long n;

	if (one_word(p, &s))
		return -1;
	if (number_of(s, p->s->min, p->s->max, &n))
		return wrong(p, "wants a number from %d to %d", p->s->min, p->s->max);
	*AT(int, p->c, p->s) = (int)n;
	return 0;
}

static void print_number(const struct config *c, const struct setting *s, struct buf *out) {
	buf_printf(out, "%d", OF(int, c, s));
}
const struct setting_kind kind_number = { read_number, print_number };

static int read_choice(struct place *p) {
	const char *s;
	int i;

	if (one_word(p, &s))
		return -1;
	i = choice_of(p->s->values, s);
	if (i < 0)
		return wrong(p, "is one of: %s %s %s %s", p->s->values[0], p->s->values[1], p->s->values[2] ? p->s->values[2] : "",
		    p->s->values[2] && p->s->values[3] ? p->s->values[3] : "");
	*AT(int, p->c, p->s) = i;
	return 0;
}

static void print_choice(const struct config *c, const struct setting *s, struct buf *out) {
	buf_puts(out, s->values[OF(int, c, s)]);
}
const struct setting_kind kind_choice = { read_choice, print_choice };

static int read_mode(struct place *p) {
	struct err err = { 0 };
	char **words, *copy;
	size_t n = words_of(p, &words);

	if (n == 1 && !strcmp(words[0], "hold")) {
		p->c->mail_mode = MODE_HOLD;
	} else if (n == 1 && !strcmp(words[0], "live")) {
		p->c->mail_mode = MODE_LIVE;
	} else if (n == 2 && !strcmp(words[0], "redirect")) {
		if (message_address(words[1], &err))
			return wrong(p, "redirect wants an e-mail address: %.120s", err.what);
		copy = strdup(words[1]);
		if (!copy)
			return wrong(p, "cannot be kept: out of memory");
		free(p->c->mail_redirect);
		p->c->mail_redirect = copy;
		p->c->mail_mode = MODE_REDIRECT;
	} else {
		return wrong(p, "is one of: hold, live, redirect ADDRESS");
	}
	return 0;
}

static void print_mode(const struct config *c, const struct setting *s, struct buf *out) {
	(void)s;
	if (c->mail_mode == MODE_REDIRECT)
		buf_printf(out, "redirect %s", c->mail_redirect);
	else
		buf_puts(out, c->mail_mode == MODE_LIVE ? "live" : "hold");
}
const struct setting_kind kind_mode = { read_mode, print_mode };

static int read_relay(struct place *p) {
	char **words;
	long port;

	if (words_of(p, &words) != 2 || number_of(words[1], 1, 65535, &port))
		return wrong(p, "wants a host and a port: relay smtp.example.org 587");
	if (!*words[0] || strspn(words[0], "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-:[]_") != strlen(words[0]))
		return wrong(p, "wants a host name or address");
	p->c->mail_relay_port = (int)port;
	return keep_text(p, words[0]);
}

static void print_relay(const struct config *c, const struct setting *s, struct buf *out) {
	(void)s;
	if (c->mail_relay_host)
		buf_printf(out, "%s %d", c->mail_relay_host, c->mail_relay_port);
}
const struct setting_kind kind_relay = { read_relay, print_relay };

static int read_password(struct place *p) {
	const char *s;

	if (one_word(p, &s))
		return -1;
	if ((!strncmp(s, "credential:", 11) && s[11] && !strchr(s + 11, '/')) || (!strncmp(s, "file:/", 6) && s[6]))
		return keep_text(p, s);
	return wrong(p, "wants credential:NAME or file:/PATH; the password itself does not stand here");
}
const struct setting_kind kind_password = { read_password, print_text };

static int read_rate(struct place *p) {
	const char *s, *slash;
	char number[12];
	long n;

	if (one_word(p, &s))
		return -1;
	slash = strchr(s, '/');
	if (!slash || strcmp(slash, "/min") || slash - s > 8)
		return wrong(p, "wants a number of mails a minute: 30/min");
	snprintf(number, sizeof number, "%.*s", (int)(slash - s), s);
	if (number_of(number, p->s->min, p->s->max, &n))
		return wrong(p, "wants %d/min to %d/min", p->s->min, p->s->max);
	*AT(int, p->c, p->s) = (int)n;
	return 0;
}

static void print_rate(const struct config *c, const struct setting *s, struct buf *out) {
	buf_printf(out, "%d/min", OF(int, c, s));
}
const struct setting_kind kind_rate = { read_rate, print_rate };

static int read_quiet(struct place *p) {
	const char *s;

	if (one_word(p, &s))
		return -1;
	if (strlen(s) != 11 || s[5] != '-' || time_of(s, 5, &p->c->quiet_from) || time_of(s + 6, 5, &p->c->quiet_to))
		return wrong(p, "wants two times of the day: 20:00-07:00");
	return 0;
}

static void print_time_of(struct buf *out, int minute) {
	buf_printf(out, "%02d:%02d", minute / 60, minute % 60);
}

static void print_quiet(const struct config *c, const struct setting *s, struct buf *out) {
	(void)s;
	print_time_of(out, c->quiet_from);
	buf_putc(out, '-');
	print_time_of(out, c->quiet_to);
}
const struct setting_kind kind_quiet = { read_quiet, print_quiet };

static int read_duration(struct place *p) {
	const char *s;
	int64_t seconds;

	if (one_word(p, &s))
		return -1;
	if (duration_parse(s, &seconds) || seconds < p->s->min || seconds > p->s->max)
		return wrong(p, "wants a time from %dm to %dd: 6h", p->s->min / 60, p->s->max / 86400);
	*AT(int64_t, p->c, p->s) = seconds;
	return 0;
}

static void print_duration(const struct config *c, const struct setting *s, struct buf *out) {
	int64_t n = OF(int64_t, c, s);

	if (n % 3600 == 0)
		buf_printf(out, "%lldh", (long long)n / 3600);
	else
		buf_printf(out, "%llds", (long long)n);
}
const struct setting_kind kind_duration = { read_duration, print_duration };

/* Bytes, with K, M or G for thousands of them. */
static int read_size(struct place *p) {
	const char *s;
	char number[12];
	size_t len;
	int64_t unit = 1;
	long n;

	if (one_word(p, &s))
		return -1;
	len = strspn(s, "0123456789");
	unit = !s[len] ? 1 : s[len] == 'K' ? 1000 : s[len] == 'M' ? 1000000 : s[len] == 'G' ? 1000000000 : 0;
	snprintf(number, sizeof number, "%.*s", (int)(len > 10 ? 10 : len), s);
	if (!unit || (unit > 1 && s[len + 1]) || number_of(number, 0, 999999999, &n) || n * unit < p->s->min || n * unit > p->s->max)
		return wrong(p, "wants a size from %d to %d bytes: 20M", p->s->min, p->s->max);
	*AT(int64_t, p->c, p->s) = n * unit;
	return 0;
}

static void print_size(const struct config *c, const struct setting *s, struct buf *out) {
	int64_t n = OF(int64_t, c, s);

	if (n % 1000000 == 0)
		buf_printf(out, "%lldM", (long long)n / 1000000);
	else
		buf_printf(out, "%lld", (long long)n);
}
const struct setting_kind kind_size = { read_size, print_size };

/* "10.1.2.0/24" or "fd00::/8", as ceud-net reads it. */
static int is_range(const char *s) {
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
	return !number_of(slash + 1, 0, is4 ? 32 : 128, &prefix);
}

static int read_allow(struct place *p) {
	char **words;
	size_t n = words_of(p, &words);
	struct allow a = { 0 };
	long port;

	if (p->c->nallow == CONFIG_ALLOW_MAX)
		return wrong(p, "stands more than %d times", CONFIG_ALLOW_MAX);
	if (!n || !is_range(words[0]))
		return wrong(p, "wants an address range, and the ports if not all: allow 10.1.2.0/24 80 443");
	for (size_t i = 1; i < n; i++, a.nports++) {
		if (a.nports == sizeof a.ports / sizeof *a.ports || number_of(words[i], 1, 65535, &port))
			return wrong(p, "wants ports from 1 to 65535, at most 16 of them");
		a.ports[a.nports] = (int)port;
	}
	a.cidr = strdup(words[0]);
	if (!a.cidr)
		return wrong(p, "cannot be kept: out of memory");
	p->c->allow[p->c->nallow++] = a;
	return 0;
}

static void print_allow(const struct config *c, const struct setting *s, struct buf *out) {
	for (size_t i = 0; i < c->nallow; i++) {
		if (i)
			buf_printf(out, "\n    %s ", s->name);
		buf_puts(out, c->allow[i].cidr);
		for (size_t j = 0; j < c->allow[i].nports; j++)
			buf_printf(out, " %d", c->allow[i].ports[j]);
	}
}
const struct setting_kind kind_allow = { read_allow, print_allow };

static int read_window(struct place *p) {
	char **words;
	long back, ahead;

	if (words_of(p, &words) != 2 || number_of(words[0], p->s->min, p->s->max, &back) ||
	    number_of(words[1], p->s->min, p->s->max, &ahead))
		return wrong(p, "wants months back and months ahead, up to %d each: 18 6", p->s->max);
	p->c->window_back = (int)back;
	p->c->window_ahead = (int)ahead;
	return 0;
}

static void print_window(const struct config *c, const struct setting *s, struct buf *out) {
	(void)s;
	buf_printf(out, "%d %d", c->window_back, c->window_ahead);
}
const struct setting_kind kind_window = { read_window, print_window };

static int read_time(struct place *p) {
	const char *s;

	if (one_word(p, &s))
		return -1;
	return time_of(s, strlen(s), AT(int, p->c, p->s)) ? wrong(p, "wants a time of the day: 08:30") : 0;
}

static void print_time(const struct config *c, const struct setting *s, struct buf *out) {
	print_time_of(out, OF(int, c, s));
}
const struct setting_kind kind_time = { read_time, print_time };

static int add_days(const char *word, unsigned *days) {
	const char *dots = strstr(word, "..");
	char first[16];
	int from, to;

	snprintf(first, sizeof first, "%.*s", (int)(dots && dots - word < 15 ? dots - word : 15), word);
	from = choice_of(day_names, first);
	to = dots ? choice_of(day_names, dots + 2) : from;
	if (from < 0 || to < 0)
		return -1;
	for (int i = from; ; i = (i + 1) % 7) {
		*days |= 1u << i;
		if (i == to)
			return 0;
	}
}

static int read_days(struct place *p) {
	char **words;
	size_t n = words_of(p, &words);
	unsigned days = 0;

	for (size_t i = 0; i < n; i++)
		if (add_days(words[i], &days))
			return wrong(p, "wants days of the week: monday..friday, or monday wednesday");
	if (!days)
		return wrong(p, "wants at least one day of the week");
	*AT(unsigned, p->c, p->s) = days;
	return 0;
}

static void print_days(const struct config *c, const struct setting *s, struct buf *out) {
	for (int i = 0; i < 7; i++)
		if (OF(unsigned, c, s) & 1u << i)
			buf_printf(out, "%s%s", out->len ? " " : "", day_names[i]);
}
const struct setting_kind kind_days = { read_days, print_days };

static int read_weekday(struct place *p) {
	const char *s;
	int i;

	if (one_word(p, &s))
		return -1;
	i = choice_of(day_names, s);
	if (i < 0)
		return wrong(p, "wants a day of the week: monday");
	*AT(int, p->c, p->s) = i;
	return 0;
}

static void print_weekday(const struct config *c, const struct setting *s, struct buf *out) {
	buf_puts(out, day_names[OF(int, c, s)]);
}
const struct setting_kind kind_weekday = { read_weekday, print_weekday };

static int read_ladder(struct place *p) {
	struct days_before found = { { 0 }, 0 };
	char **words;
	size_t n = words_of(p, &words);
	long days;

	if (!n || n > LADDER_RUNGS_MAX)
		return wrong(p, "%s wants 1 to %d numbers of days before the end", p->s->words, LADDER_RUNGS_MAX);
	for (size_t i = 0; i < n; i++) {
		if (number_of(words[i], p->s->min, p->s->max, &days))
			return wrong(p, "%s wants days from %d to %d", p->s->words, p->s->min, p->s->max);
		for (size_t j = 0; j < i; j++)
			if (found.days[j] == days)
				return wrong(p, "%s names %ld days twice", p->s->words, days);
		found.days[found.n++] = (int)days;
	}
	*AT(struct days_before, p->c, p->s) = found;
	return 0;
}

static void print_ladder(const struct config *c, const struct setting *s, struct buf *out) {
	const struct days_before *l = &OF(struct days_before, c, s);

	for (size_t i = 0; i < l->n; i++)
		buf_printf(out, "%s%d", i ? " " : "", l->days[i]);
}
const struct setting_kind kind_ladder = { read_ladder, print_ladder };

static int read_bulk(struct place *p) {
	char **words, number[8];
	size_t n = words_of(p, &words), len = n ? strlen(words[0]) : 0;
	long percent, count;

	if (n != 2 || len < 2 || len > 4 || words[0][len - 1] != '%')
		return wrong(p, "wants a share of all people and a number of mails: 20%% 50");
	snprintf(number, sizeof number, "%.*s", (int)(len - 1), words[0]);
	if (number_of(number, 0, 100, &percent) || number_of(words[1], p->s->min, p->s->max, &count))
		return wrong(p, "wants 0%% to 100%%, and a number of mails up to %d", p->s->max);
	p->c->bulk_percent = (int)percent;
	p->c->bulk_count = (int)count;
	return 0;
}

static void print_bulk(const struct config *c, const struct setting *s, struct buf *out) {
	(void)s;
	buf_printf(out, "%d%% %d", c->bulk_percent, c->bulk_count);
}
const struct setting_kind kind_bulk = { read_bulk, print_bulk };
