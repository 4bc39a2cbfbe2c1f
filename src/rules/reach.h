#ifndef RULES_REACH_H
#define RULES_REACH_H

#include "reader.h"

/* A requirement that nobody can meet under the limits is a mistake of the file, most often a digit: say so. */
void check_reachable(struct reader *r, const struct conf *program);

#endif
