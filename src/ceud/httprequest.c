/* What a request's head says: method, path, headers, query. */
#include "httpparts.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "gate.h"

enum { SECRET_LENGTH = 40 };

int request_split_path(struct request *r)
{
	const char *p = r->path, *end;
	char *out;

	while (*p == '/') {
		end = strchrnul(++p, '/');
		out = arena_alloc(&r->arena, (size_t)(end - p) + 1);
		if (!out || r->nsegments == sizeof r->segments / sizeof *r->segments || gate_decode(p, (size_t)(end - p), out))
			return -1;
		r->segments[r->nsegments++] = out;
		p = end;
	}
	return 0;
}

/* Whoever has the address of a calendar has the calendar, and whoever has the link in a mail may stop it: no log may hold them,
 * nor what looks like the word in them. */
const char *request_shown(const struct request *r)
{
	static const char word[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

	for (size_t i = 0; i < r->nsegments; i++)
		if (!strcmp(r->segments[i], "calendar") || strspn(r->segments[i], word) >= SECRET_LENGTH)
			return i && !strcmp(r->segments[0], "unsubscribe") ? "/unsubscribe/..." : "/calendar/...";
	return r->path;
}

enum http_method request_method(const char *word)
{
	return !strcmp(word, "GET") ? HTTP_GET : !strcmp(word, "HEAD") ? HTTP_HEAD : !strcmp(word, "POST") ? HTTP_POST :
	    !strcmp(word, "PATCH") ? HTTP_PATCH : !strcmp(word, "DELETE") ? HTTP_DELETE : HTTP_PUT;
}

const char *request_header(struct exchange *x, const char *name)
{
	return arena_strdup(&x->r.arena, MHD_lookup_connection_value(x->c, MHD_HEADER_KIND, name));
}

const char *request_query(const struct request *r, const char *name)
{
	struct exchange *x = r->private;
	const char *raw = MHD_lookup_connection_value(x->c, MHD_GET_ARGUMENT_KIND, name);
	char *value = raw ? arena_alloc(&x->r.arena, strlen(raw) + 1) : NULL;

	return value && !gate_decode(raw, strlen(raw), value) ? value : NULL;
}

static int is_readable(const char *value)
{
	char *out = value ? malloc(strlen(value) + 1) : NULL;
	int fine = out && !gate_decode(value, strlen(value), out);

	free(out);
	return fine;
}

struct query_check { const char *const *allowed; size_t n; const char *bad; };

static enum MHD_Result see_query(void *cls, enum MHD_ValueKind kind, const char *key, const char *value)
{
	struct query_check *q = cls;

	(void)kind;
	for (size_t i = 0; i < q->n; i++)
		if (!strcmp(q->allowed[i], key) && is_readable(value))
			return MHD_YES;
	q->bad = key;
	return MHD_NO;
}

int request_query_only(const struct request *r, const char *const *allowed, size_t n, struct err *err)
{
	const struct exchange *x = r->private;
	struct query_check q = { allowed, n, NULL };

	MHD_get_connection_values(x->c, MHD_GET_ARGUMENT_KIND, see_query, &q);
	if (!q.bad)
		return 0;
	return err_set(err, ERR_USAGE, "parameter-unknown", "The parameter \"%s\" is not one of this request's, or cannot be read.", q.bad);
}
