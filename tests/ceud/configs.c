/* What tests of settings share. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/conf.h"
#include "config.h"
#include "configs.h"

char *read_all(const char *path)
{
	FILE *f = fopen(path, "r");
	struct buf b = BUF_INIT;
	char part[4096];
	size_t n;

	if (!f)
		fail_msg("cannot read %s", path);
	while ((n = fread(part, 1, sizeof part, f)) > 0)
		assert_int_equal(buf_add(&b, part, n), 0);
	fclose(f);
	return buf_take(&b);
}

struct config *taken(const char *text)
{
	struct buf b = BUF_INIT;
	struct conf_errors errors = { &b, 0 };
	struct config *c = NULL;

	if (config_read(text, strlen(text), "t", &c, &errors))
		fail_msg("refused: %s\n%s", text, buf_str(&b));
	assert_int_equal(errors.count, 0);
	buf_free(&b);
	return c;
}

void refused(const char *text, const char *want)
{
	struct buf b = BUF_INIT;
	struct conf_errors errors = { &b, 0 };
	struct config *c = NULL;

	if (!config_read(text, strlen(text), "t", &c, &errors))
		fail_msg("taken: %s", text);
	assert_null(c);
	if (want)
		assert_string_equal(buf_str(&b), want);
	buf_free(&b);
}

char *printed(const struct config *c)
{
	struct buf b = BUF_INIT;

	assert_int_equal(config_print(c, &b), 0);
	return buf_take(&b);
}
