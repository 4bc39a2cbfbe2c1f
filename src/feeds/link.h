#ifndef FEEDS_LINK_H
#define FEEDS_LINK_H

#include <stddef.h>

enum { LINK_SIZE = 1300 };	/* holds what a URL of EVENT_TEXT_MAX bytes becomes */

/* Host and path of a URL, as match_host() writes the host, the path without a slash at its end, query and fragment: the
 * page that an event is about. "" when there is no host; without a path the host alone. Returns out. out[size]. */
char *link_page(const char *url, char *out, size_t size);

#endif
