#ifndef FUZZ_INPUT_H
#define FUZZ_INPUT_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What the fuzz targets share: one function each, called with bytes that libFuzzer makes. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

/* What must hold for every input. */
#define MUST(what) \
	do { \
		if (!(what)) { \
			fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__, __LINE__, #what); \
			abort(); \
		} \
	} while (0)

struct input {
	const uint8_t *data;
	size_t len;
};

/* The next byte, 0 at the end. */
static inline unsigned input_byte(struct input *in)
{
	if (in->len == 0)
		return 0;
	in->len--;
	return *in->data++;
}

/* The bytes up to the next line end, without it; at the end nothing. Not ended by '\0'. */
static inline const char *input_line(struct input *in, size_t *ret_len)
{
	const char *from = (const char *)in->data;
	const uint8_t *lf = in->len > 0 ? memchr(in->data, '\n', in->len) : NULL;
	size_t len = lf != NULL ? (size_t)(lf - in->data) : in->len;

	in->data += len + (lf != NULL);
	in->len -= len + (lf != NULL);
	*ret_len = len;
	return from;
}

#endif
