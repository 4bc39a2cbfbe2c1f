#ifndef FEEDS_GLOB_H
#define FEEDS_GLOB_H

#include <stddef.h>

/* 1 if the whole text is like the pattern: * is anything, ? one character of UTF-8. What stands between two * is looked for
 * once, from left to right: nothing is tried again, however many * there are. Only what holds a ? may cost its own length for
 * each character of the text. */
int glob_match(const char *pattern, size_t npattern, const char *text, size_t ntext);

#endif
