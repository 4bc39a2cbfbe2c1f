/* The strict gate in front of every request. */
#include "gate.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

#include "base/text.h"

enum { HEADERS_MAX = 64, PEEK_BYTES = 16384, LENGTH_DIGITS_MAX = 15 };

struct seen {
	const char *fault;
	int headers, hosts, lengths, authorizations;
	uint64_t length;
};

static int is_token(const char *s, size_t len)
{
	if (!len)
		return 0;
	for (size_t i = 0; i < len; i++)
		if (s[i] <= ' ' || s[i] >= 0x7f || strchr("()<>@,;:\\\"/[]?={}", s[i]))
			return 0;
	return 1;
}

static int has_control(const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)s[i] < ' ' && s[i] != '\t')
			return 1;
	return memchr(s, 0x7f, len) != NULL;
}

static const char *read_length(const char *value, uint64_t *ret)
{
	size_t len = strlen(value);
	char *end;

	if (!len || len > LENGTH_DIGITS_MAX || strspn(value, "0123456789") != len)
		return "Content-Length is no number";
	*ret = strtoull(value, &end, 10);
	return *end ? "Content-Length is no number" : NULL;
}

static enum MHD_Result see(void *cls, enum MHD_ValueKind kind, const char *key, size_t key_len,
    const char *value, size_t value_len)
{
	struct seen *s = cls;

	(void)kind;
	if (++s->headers > HEADERS_MAX)
		s->fault = "it has too many headers";
	else if (!is_token(key, key_len))
		s->fault = "a header's name holds a character that is not allowed";
	else if (value && has_control(value, value_len))
		s->fault = "a header's value holds a control character";
	else if (!strcasecmp(key, "Transfer-Encoding"))
		s->fault = "Transfer-Encoding is not taken, send Content-Length";
	else if (!strcasecmp(key, "Host") && s->hosts++)
		s->fault = "it has two Host headers";
	else if (!strcasecmp(key, "Authorization") && s->authorizations++)
		s->fault = "it has two Authorization headers";
	else if (!strcasecmp(key, "Content-Length"))
		s->fault = s->lengths++ ? "it has two Content-Length headers" : read_length(value ? value : "", &s->length);
	return s->fault ? MHD_NO : MHD_YES;
}

const char *gate_check(struct MHD_Connection *c, const char *method, const char *path, const char *version,
    uint64_t *ret_length)
{
	static const char *const methods[] = { "GET", "HEAD", "POST", "PATCH", "DELETE", "PUT" };
	struct seen s = { 0 };
	size_t i;

	for (i = 0; i < sizeof methods / sizeof *methods; i++)
		if (!strcmp(method, methods[i]))
			break;
	if (i == sizeof methods / sizeof *methods)
		return "its method is not known";
	if (strcmp(version, "HTTP/1.0") && strcmp(version, "HTTP/1.1"))
		return "its HTTP version is not known";
	if (path[0] != '/')
		return "its path does not begin with '/'";
	MHD_get_connection_values_n(c, MHD_HEADER_KIND, see, &s);
	if (!s.fault && !s.hosts && !strcmp(version, "HTTP/1.1"))
		s.fault = "it has no Host header";
	if (!s.fault)
		*ret_length = s.length;
	return s.fault;
}

/* Of "name", "name:80" or "[::1]:80"; the name's length, 0 if it cannot be read. */
static size_t name_length(const char *host)
{
	const char *end = *host == '[' ? strchr(host, ']') : NULL;
	size_t len = *host == '[' ? (end ? (size_t)(end - host) + 1 : 0) : strcspn(host, ":");
	const char *port = host + len;

	if (!len || (*port && (*port != ':' || strspn(port + 1, "0123456789") != strlen(port + 1))))
		return 0;
	return len;
}

static int is_called(const char *host, size_t len, const char *name)
{
	return name_length(name) == len && !strncasecmp(host, name, len);
}

int gate_host(const char *host, const char *listening, const char *url)
{
	static const char *const here[] = { "localhost", "127.0.0.1", "[::1]" };
	size_t len = host ? name_length(host) : 0;
	const char *from = url ? strstr(url, "://") : NULL;
	char name[300];

	if (!len)
		return 0;
	for (size_t i = 0; i < sizeof here / sizeof *here; i++)
		if (is_called(host, len, here[i]))
			return 1;
	if (is_called(host, len, listening))
		return 1;
	if (!from)
		return 0;
	text_copy(name, sizeof name, from + 3);
	name[strcspn(name, "/?#")] = '\0';
	return is_called(host, len, name);
}

enum gate_sight gate_peek(int fd)
{
	char data[PEEK_BYTES];
	ssize_t n = recv(fd, data, sizeof data, MSG_PEEK | MSG_DONTWAIT);

	if (n <= 0)
		return GATE_NOTHING_YET;
	for (ssize_t i = 0; i < n; i++) {
		if (!data[i] || (data[i] == '\n' && (i == 0 || data[i - 1] != '\r')))
			return GATE_BAD_LINE;
		if (i >= 3 && !memcmp(data + i - 3, "\r\n\r\n", 4))
			break;		/* the body begins */
	}
	return GATE_FINE;
}

static int hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

int gate_decode(const char *in, size_t len, char *out)
{
	char *p = out;

	for (size_t i = 0; i < len; i++) {
		if (in[i] != '%') {
			*p++ = in[i];
			continue;
		}
		if (i + 2 >= len || hex(in[i + 1]) < 0 || hex(in[i + 2]) < 0)
			return -1;
		*p = (char)(hex(in[i + 1]) * 16 + hex(in[i + 2]));
		if (!*p++)
			return -1;
		i += 2;
	}
	*p = '\0';
	return text_is_utf8(out, (size_t)(p - out)) ? 0 : -1;
}
