#ifndef CEUD_OPTIONS_H
#define CEUD_OPTIONS_H

#include <stdio.h>
#include "ceud.h"

/* Read the command line. 0, or -1 after a message on standard error (exit 2). Strings point into argv. */
int options_parse(int argc, char **argv, struct options *ret);
void options_help(FILE *to);

#endif
