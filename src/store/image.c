/* What images in the ledger are read with. */
#include "ledger.h"

int image_bad(const char *what, struct err *err)
{
	return err_set(err, ERR_FAILED, "store-corrupt", "The ledger's picture of %s cannot be read.", what);
}

const char *image_str(const struct json *image, const char *name, const char *fallback, struct arena *a)
{
	const char *s = json_str(image, name);

	return s ? arena_strdup(a, s) : fallback;
}

int image_day(const struct json *image, const char *name, day_t *ret, struct err *err)
{
	const struct json *v = json_get(image, name);

	if (json_kind(v) == JSON_NULL)
		return 0;
	if (!json_text(v) || date_parse_iso(json_text(v), ret) < 0)
		return image_bad(name, err);
	return 0;
}
