#ifndef BASE_CP1252_H
#define BASE_CP1252_H

struct buf;

/*
 * Append one byte of Windows-1252 as UTF-8: what Windows machines in the West write without saying so. The five bytes that it
 * leaves open become U+FFFD. A lack of memory shows in out->failed.
 */
void cp1252_put(struct buf *out, unsigned char byte);

#endif
