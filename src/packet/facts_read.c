/* Members of JSON objects, with the kind they must have. */
#include "facts_read.h"

#include "base/buf.h"
#include "base/err.h"
#include "base/json.h"

int reading_refuse(struct reading *r, const char *member, const char *why)
{
	return err_set(r->err, ERR_USAGE, "facts-invalid", "The member %s%s%s %s.", member,
	    r->where[0] != '\0' ? " of " : "", r->where, why);
}

static int is_absent(const struct json *v, const char *name)
{
	return json_kind(json_get(v, name)) == JSON_NULL;
}

int reading_object(struct reading *r, const struct json *v, const char *name, const struct json **ret)
{
	*ret = json_get(v, name);
	return json_kind(*ret) == JSON_OBJECT ? 0 : reading_refuse(r, name, "is no object");
}

int reading_list(
    struct reading *r, const struct json *v, const char *name, size_t most, const struct json **ret)
{
	*ret = json_get(v, name);
	if (json_kind(*ret) != JSON_ARRAY)
		return reading_refuse(r, name, "is no list");
	return json_size(*ret) <= most ? 0 : reading_refuse(r, name, "has too many items");
}

int reading_text(struct reading *r, const struct json *v, const char *name, const char **ret)
{
	*ret = json_str(v, name);
	return *ret != NULL ? 0 : reading_refuse(r, name, "is no string");
}

int reading_number(struct reading *r, const struct json *v, const char *name, int64_t least, int64_t most,
    int64_t *ret)
{
	if (json_int(v, name, ret) == 0 && *ret >= least && *ret <= most)
		return 0;
	return reading_refuse(r, name, "is no whole number in its range");
}

int reading_bool(struct reading *r, const struct json *v, const char *name, int *ret)
{
	*ret = json_bool(v, name, -1);
	return *ret >= 0 ? 0 : reading_refuse(r, name, "is neither true nor false");
}

int reading_day(struct reading *r, const struct json *v, const char *name, day_t *ret)
{
	const char *s = json_str(v, name);

	return s != NULL && date_parse_iso(s, ret) == 0 ? 0 : reading_refuse(r, name, "is no date");
}

int reading_units(struct reading *r, const struct json *v, const char *name, int64_t *ret)
{
	const struct json *member = json_get(v, name);
	struct buf text = BUF_INIT;
	int bad;

	if (json_kind(member) != JSON_NUMBER)
		return reading_refuse(r, name, "is no number");
	if (json_print(&text, member, 0) != 0) {
		buf_free(&text);
		return err_oom(r->err);
	}
	bad = units_parse(buf_str(&text), ret);
	buf_free(&text);
	return bad ? reading_refuse(r, name, "is no amount with two places at most") : 0;
}

int reading_maybe_text(struct reading *r, const struct json *v, const char *name, const char *fallback,
    const char **ret)
{
	*ret = fallback;
	return is_absent(v, name) ? 0 : reading_text(r, v, name, ret);
}

int reading_maybe_day(struct reading *r, const struct json *v, const char *name, day_t *ret)
{
	*ret = DAY_NONE;
	return is_absent(v, name) ? 0 : reading_day(r, v, name, ret);
}

int reading_maybe_units(
    struct reading *r, const struct json *v, const char *name, int64_t fallback, int64_t *ret)
{
	*ret = fallback;
	return is_absent(v, name) ? 0 : reading_units(r, v, name, ret);
}

int reading_array(struct reading *r, size_t n, size_t size, void **ret)
{
	*ret = arena_alloc(r->arena, (n > 0 ? n : 1) * size);
	return *ret != NULL ? 0 : err_oom(r->err);
}
