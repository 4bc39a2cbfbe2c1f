#ifndef CEUD_TEMPLATES_H
#define CEUD_TEMPLATES_H

#include "base/conf.h"

struct config;
struct render;

/* The built-in templates, and over them those of the folder in the configuration that are right. A folder that cannot be read
 * and templates that are wrong are problems that `*ret` tells (render_source()), no errors. -1: something in `errors`. */
int templates_open(const struct config *c, struct render **ret, struct conf_errors *errors);

/* Log each of those problems. */
void templates_report(const struct render *r);

#endif
