/* Values for templates from JSON. */
#include "values.h"

#include "base/buf.h"

static void put(struct values *out, const char *name, const struct json *v)
{
	struct buf number = BUF_INIT;
	const struct json *m;
	const char *key;

	switch (json_kind(v)) {
	case JSON_STRING:
		value_text(out, name, json_text(v));
		break;
	case JSON_BOOL:
		value_bool(out, name, json_yes(v));
		break;
	case JSON_NUMBER:
		json_print(&number, v, 0);
		value_text(out, name, buf_str(&number));
		buf_free(&number);
		break;
	case JSON_ARRAY:
		value_list(out, name);
		for (size_t i = 0; i < json_size(v); i++)
			put(out, NULL, json_at(v, i));
		value_end(out);
		break;
	case JSON_OBJECT:
		value_object(out, name);
		for (size_t i = 0; (key = json_member(v, i, &m)) != NULL; i++)
			put(out, key, m);
		value_end(out);
		break;
	case JSON_NULL:
	default:
		value_none(out, name);
		break;
	}
}

void values_of_json(struct values *out, const struct json *v)
{
	put(out, NULL, v);
}
