#ifndef PACKET_LAYOUT_H
#define PACKET_LAYOUT_H

#include <stdint.h>

struct err;

/*
 * Do all programs that unpack see the same files in this archive?  A zip archive says everything twice,
 * before each file and in the directory at its end, and may hide bytes between; readers believe one or the
 * other.  Here both must agree, and every byte must belong to something: a file, its header or the directory.
 * `size` is that of the file open as `fd`.  ERR_FAILED "not-a-packet" with what is wrong; "packet-read";
 * "out-of-memory".
 */
int layout_check(int fd, int64_t size, struct err *err);

#endif
