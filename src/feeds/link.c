/* Hosts and pages of URLs, compared without asking whether the URL is well made. */
#include "link.h"
#include "feeds/match.h"

#include <string.h>
#include <strings.h>

/* Where the host and all that follows begins, or NULL. */
static const char *after_scheme(const char *url)
{
	size_t n = strcspn(url, ":/?#");

	return n > 0 && strncmp(url + n, "://", 3) == 0 ? url + n + 3 : NULL;
}

static size_t host_span(const char **host)
{
	size_t n = strcspn(*host, "/?#\\");
	const char *at = memrchr(*host, '@', n);

	if (at != NULL) {
		n -= (size_t)(at + 1 - *host);
		*host = at + 1;
	}
	if (n > 0 && **host == '[') {
		const char *close = memchr(*host, ']', n);

		(*host)++;
		return close != NULL ? (size_t)(close - *host) : 0;
	}
	at = memchr(*host, ':', n);
	return at != NULL ? (size_t)(at - *host) : n;
}

char *match_host(const char *url, char *out, size_t size)
{
	const char *host = after_scheme(url);
	size_t n = host != NULL ? host_span(&host) : 0;

	if (n > 0 && host[n - 1] == '.')
		n--;
	if (n > 4 && strncasecmp(host, "www.", 4) == 0 && memchr(host + 4, '.', n - 4) != NULL) {
		host += 4;
		n -= 4;
	}
	if (n >= size)
		n = 0;
	for (size_t i = 0; i < n; i++)
		out[i] = (char)(host[i] >= 'A' && host[i] <= 'Z' ? host[i] + ('a' - 'A') : host[i]);
	out[n] = '\0';
	return out;
}

char *link_page(const char *url, char *out, size_t size)
{
	size_t used = strlen(match_host(url, out, size)), n;
	const char *path;

	if (used == 0)
		return out;
	path = after_scheme(url);
	path += strcspn(path, "/?#\\");
	n = strcspn(path, "?#");
	while (n > 0 && path[n - 1] == '/')
		n--;
	if (n >= size - used)
		n = 0;
	memcpy(out + used, path, n);
	out[used + n] = '\0';
	return out;
}
