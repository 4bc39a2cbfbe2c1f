#ifndef PACKET_UNPACK_H
#define PACKET_UNPACK_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/sha.h"

struct err;

/*
 * A packet being read, by someone who does not trust it: nothing is written to disk, names are looked at
 * before anything else, and sizes, numbers and what unpacking may blow up are bounded.
 */
struct item {
	const char *name;
	int64_t bytes;
	char hash[SHA_HEX_SIZE];
	const char *data;		/* of those that are read further, else NULL; a NUL follows */
};

struct unpacked {
	struct item *items; size_t n, cap;
	int64_t bytes;			/* of all files */
	struct arena arena;
};

/* ERR_FAILED "not-a-packet" with what is wrong; "packet-read"; "out-of-memory". */
int unpack(int fd, struct unpacked *ret, struct err *err);
const struct item *unpacked_find(const struct unpacked *u, const char *name);
void unpacked_free(struct unpacked *u);

/* What a path in a packet is. */
enum part { PART_NONE, PART_TEXT, PART_PDF, PART_CSV, PART_JSON, PART_PROGRAM, PART_PROOF, PART_SUMS };
enum part part_of(const char *name);

#endif
