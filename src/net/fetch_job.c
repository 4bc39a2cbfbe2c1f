/* The job of `ceud-net fetch`. */
#include "fetch_job.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/json.h"
#include "base/text.h"
#include "base/zone.h"

#include <stdlib.h>
#include <string.h>

#define HEADER_MAX 1024			/* of a text that becomes part of a request */
#define USER_AGENT "ceud/" CEUD_VERSION " (calendar)"

static const char *const members[] = { "url", "name", "etag", "last_modified", "body_hash", "user_agent",
	"zone", "from", "to", "max_bytes", "max_events", "max_occurrences", "max_per_series", "max_steps",
	"connect_ms", "total_ms", "slow_s", "cpu_s", "memory_mb", "allow", "body_bytes",
	"login", "owner", "max_wire_bytes", "spool", "spooled", "keep" };

static int invalid(struct err *err, const char *member, const char *why)
{
	return err_set(err, ERR_USAGE, "job-invalid", "The member %s of the job %s.", member, why);
}

/* What goes into a request must not be able to add a line to it. */
static int read_text(const struct json *v, const char *name, size_t max, const char **ret, struct err *err)
{
	const struct json *member = json_get(v, name);

	*ret = "";
	if (json_kind(member) == JSON_NULL)
		return 0;
	*ret = json_text(member);
	if (*ret == NULL)
		return invalid(err, name, "is no string");
	if (strlen(*ret) > max)
		return invalid(err, name, "is too long");
	return text_has_control(*ret, strlen(*ret)) ? invalid(err, name, "holds control characters") : 0;
}

static int read_number(const struct json *v, const char *name, int64_t fallback, int64_t most, int64_t *ret,
    struct err *err)
{
	*ret = fallback;
	if (json_kind(json_get(v, name)) == JSON_NULL)
		return 0;
	if (json_int(v, name, ret) != 0 || *ret < 0 || *ret > most)
		return invalid(err, name, "is no number in its range");
	return 0;
}

static int read_day(const struct json *v, const char *name, day_t *ret, struct err *err)
{
	const char *s = json_str(v, name);

	return s != NULL && date_parse_iso(s, ret) == 0 ? 0 : invalid(err, name, "is no date");
}

/* An item of an array has no name to ask for, so its text is read. */
static int read_port(const struct json *v, int *ret)
{
	struct buf text = BUF_INIT;
	char *end;
	long port = 0;

	if (json_kind(v) == JSON_NUMBER && json_print(&text, v, 0) == 0)
		port = strtol(buf_str(&text), &end, 10);
	if (port > 0 && *end != '\0')
		port = 0;
	buf_free(&text);
	if (port < 1 || port > 65535)
		return -1;
	*ret = (int)port;
	return 0;
}

static int read_ports(const struct json *v, struct address_allow *a, struct err *err)
{
	size_t n = json_size(v);

	if (n > ADDRESS_PORTS_MAX)
		return invalid(err, "allow", "has too many ports");
	for (size_t i = 0; i < n; i++)
		if (read_port(json_at(v, i), &a->ports[a->nports++]) != 0)
			return invalid(err, "allow", "has a port that is none");
	return 0;
}

static int read_allow(const struct json *v, struct fetch_job *job, struct err *err)
{
	const struct json *list = json_get(v, "allow");
	size_t n = json_size(list);

	if (json_kind(list) != JSON_NULL && json_kind(list) != JSON_ARRAY)
		return invalid(err, "allow", "is no list");
	job->allow = calloc(n + 1, sizeof(*job->allow));
	if (job->allow == NULL)
		return err_oom(err);
	for (size_t i = 0; i < n; i++) {
		const char *cidr = json_str(json_at(list, i), "cidr");
		struct address_allow *a = &job->allow[job->nallow];

		if (cidr == NULL || address_parse_allow(cidr, a) != 0)
			return invalid(err, "allow", "has a network that is not understood");
		if (read_ports(json_get(json_at(list, i), "ports"), a, err) != 0)
			return -1;
		job->nallow++;
	}
	return 0;
}

static int read_numbers(const struct json *v, struct fetch_job *job, struct err *err)
{
	const struct { const char *name; int64_t fallback, most; int64_t *ret; } rows[] = {
		{ "max_bytes", 20000000, 1000000000, &job->max_bytes },
		{ "max_wire_bytes", 10000000, 1000000000, &job->max_wire_bytes },
		{ "max_events", 20000, 1000000, &job->max_events },
		{ "max_occurrences", 10000, 1000000, &job->limits.max_occurrences },
		{ "max_per_series", 750, 100000, &job->limits.max_per_series },
		{ "max_steps", 50000, 10000000, &job->limits.max_steps },
		{ "connect_ms", 10000, 600000, &job->connect_ms },
		{ "total_ms", 60000, 3600000, &job->total_ms },
		{ "slow_s", 20, 3600, &job->slow_s },
		{ "cpu_s", 10, 3600, &job->cpu_s },
		{ "memory_mb", 256, 65536, &job->memory_mb },
		{ "body_bytes", -1, INT64_MAX / 2, &job->body_bytes },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (read_number(v, rows[i].name, rows[i].fallback, rows[i].most, rows[i].ret, err) != 0)
			return -1;
	return 0;
}

static int read_texts(const struct json *v, struct fetch_job *job, struct err *err)
{
	const char *zone;

	if (read_text(v, "url", 8192, &job->url, err) != 0 ||
	    read_text(v, "etag", HEADER_MAX, &job->etag, err) != 0 ||
	    read_text(v, "last_modified", HEADER_MAX, &job->last_modified, err) != 0 ||
	    read_text(v, "body_hash", HEADER_MAX, &job->body_hash, err) != 0 ||
	    read_text(v, "user_agent", HEADER_MAX, &job->user_agent, err) != 0 ||
	    read_text(v, "login", HEADER_MAX, &job->login, err) != 0 ||
	    read_text(v, "owner", HEADER_MAX, &job->owner, err) != 0 ||
	    read_text(v, "zone", 64, &zone, err) != 0)
		return -1;
	if (job->user_agent[0] == '\0')
		job->user_agent = USER_AGENT;
	if (zone_get(zone[0] != '\0' ? zone : "UTC", &job->limits.zone, NULL) != 0)
		return invalid(err, "zone", "is no time zone of this machine");
	return 0;
}

static int read_flag(const struct json *v, const char *name, int *ret, struct err *err)
{
	enum json_kind kind = json_kind(json_get(v, name));

	*ret = json_bool(v, name, 0);
	return kind == JSON_NULL || kind == JSON_BOOL ? 0 : invalid(err, name, "is neither true nor false");
}

/* Exactly one origin of the body, and a spool where it is to be. */
static int check_origin(const struct fetch_job *job, struct err *err)
{
	if (job->spooled && (job->body_bytes >= 0 || !job->spool))
		return invalid(err, "spooled", "needs a spool and no other body");
	if (job->url[0] == '\0' && job->body_bytes < 0 && !job->spooled)
		return invalid(err, "url", "is missing");
	return 0;
}

static int read_job(struct fetch_job *job, struct err *err)
{
	const struct json *v = job->document;

	if (json_kind(v) != JSON_OBJECT)
		return err_set(err, ERR_USAGE, "job-invalid", "The job is no JSON object.");
	if (json_only(v, members, sizeof(members) / sizeof(members[0]), err) != 0 ||
	    read_texts(v, job, err) != 0 || read_numbers(v, job, err) != 0 ||
	    read_day(v, "from", &job->limits.from, err) != 0 ||
	    read_day(v, "to", &job->limits.to, err) != 0 || read_allow(v, job, err) != 0 ||
	    read_flag(v, "spool", &job->spool, err) != 0 || read_flag(v, "spooled", &job->spooled, err) != 0 ||
	    read_flag(v, "keep", &job->keep, err) != 0)
		return -1;
	if (job->limits.from >= job->limits.to)
		return invalid(err, "to", "is not after from");
	return check_origin(job, err);
}

int fetch_job_read(const char *line, size_t len, struct fetch_job *ret, struct err *err)
{
	struct fetch_job job;

	memset(&job, 0, sizeof(job));
	if (json_parse(line, len, &job.document, err) != 0)
		return -1;
	if (read_job(&job, err) != 0) {
		fetch_job_free(&job);
		return -1;
	}
	*ret = job;
	return 0;
}

void fetch_job_free(struct fetch_job *job)
{
	json_free(job->document);
	free(job->allow);
	memset(job, 0, sizeof(*job));
}
