#ifndef MAIL_SET_H
#define MAIL_SET_H

#include "base/arena.h"
#include "base/template.h"
#include "mail/render.h"

/* The set of templates; private to the room. */
enum { RENDER_NAMES_MAX = 20 };

struct stray { const char *name, *path, *problem; };		/* a file that is no template */

struct render {
	struct template *templates[RENDER_NAMES_MAX];	/* as render_names */
	const char *paths[RENDER_NAMES_MAX];		/* of the admin's file in use, or NULL */
	const char *problems[RENDER_NAMES_MAX];		/* of the admin's file that is not, or NULL */
	struct stray *strays; size_t nstrays;
	struct arena arena;				/* of the strings */
};

int render_index(const char *name);	/* in render_names, or -1 */

#endif
