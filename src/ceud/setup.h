#ifndef CEUD_SETUP_H
#define CEUD_SETUP_H

#include "base/conf.h"
#include "ceud.h"

/* What a start and a reload read: the configuration, the programs, the profiles, the templates. All or nothing. */
struct setup {
	struct config *config;
	struct programs *programs;
	struct profiles *profiles;
	struct render *render;
};

/* -1: every mistake as file:line:column in `errors`. */
int setup_read(const struct options *o, struct setup *ret, struct conf_errors *errors);
void setup_free(struct setup *s);
/* From here on the daemon runs on it. */
void setup_take(struct ceud *d, const struct setup *s);

/* Where things are: state folder and socket by options, configuration, the service manager, or the person's own folders;
 * ceud-net and ceud-packet beside ceud or in LIBEXECDIR; without the latter no packets are made. */
struct err;
int setup_paths(struct ceud *d, struct err *err);

/* 1: started by an ordinary user without --config and --state. */
int setup_is_own(const struct options *o);

#endif
