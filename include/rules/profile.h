#ifndef RULES_PROFILE_H
#define RULES_PROFILE_H

#include <stddef.h>
#include "base/conf.h"

/* A role profile (etc/profiles/NAME.rules): how much each competency weighs in a role. */
enum { PROFILE_WEIGHTS_MAX = 32 };

struct profile {
	const char *id, *name;
	const char *source;		/* where the weights are from, in words */
	struct profile_weight { const char *competency; int weight; } weights[PROFILE_WEIGHTS_MAX];	/* ids; weight >= 0 */
	size_t nweights;
	int total;			/* of the weights, > 0 */
	void *arena;			/* private */
};

/* As program_load(): every error as file:line:column. */
int profile_load(const char *text, size_t len, const char *file, struct profile **ret, struct conf_errors *errors);
void profile_free(struct profile *p);	/* NULL is a no-op */

#endif
