/* From a reply to what the library sends: its body and its headers. */
#include "httpparts.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "httpdate.h"

static struct MHD_Response *response_of_bytes(struct reply *reply)
{
	size_t len = reply->body.len;
	char *body = buf_take(&reply->body);
	struct MHD_Response *m = MHD_create_response_from_buffer(body ? len : 0, body, MHD_RESPMEM_MUST_FREE);

	if (!m)
		free(body);
	return m;
}

static struct MHD_Response *response_of_file(struct reply *reply)
{
	struct MHD_Response *m = MHD_create_response_from_fd64((uint64_t)reply->file_bytes, reply->file);
	char disposition[160];

	if (!m) {
		close(reply->file);
		return NULL;
	}
	snprintf(disposition, sizeof disposition, "attachment; filename=\"%.120s\"", reply->filename);
	MHD_add_response_header(m, "Content-Disposition", disposition);
	MHD_add_response_header(m, "X-Content-Type-Options", "nosniff");
	return m;
}

struct MHD_Response *reply_response(struct reply *reply)
{
	struct MHD_Response *m = reply->filename ? response_of_file(reply) : response_of_bytes(reply);
	char text[64];

	if (!m)
		return NULL;
	MHD_add_response_header(m, "Content-Type", reply->type ? reply->type : "application/json");
	MHD_add_response_header(m, "Cache-Control", reply->cache ? reply->cache : "no-store");
	MHD_add_response_header(m, "Referrer-Policy", "no-referrer");
	if (reply->etag[0]) {
		snprintf(text, sizeof text, "\"%s\"", reply->etag);
		MHD_add_response_header(m, "ETag", text);
	}
	if (reply->modified_at)
		MHD_add_response_header(m, "Last-Modified", http_date(reply->modified_at, text));
	if (reply->retry_after) {
		snprintf(text, sizeof text, "%d", reply->retry_after);
		MHD_add_response_header(m, "Retry-After", text);
	}
	if (reply->status == 401)
		MHD_add_response_header(m, "WWW-Authenticate", "Bearer realm=\"ceud\"");
	return m;
}
