/* Mail templates: the built-in ones, and an admin's own. */
#include "templates.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/embed.h"
#include "base/err.h"
#include "base/log.h"
#include "config.h"
#include "files.h"
#include "mail/render.h"

enum { TEMPLATES_MAX = 32, TEMPLATE_BYTES_MAX = 1 << 20 };

static int open_built_in(struct render **ret, struct err *err)
{
	struct render_file files[TEMPLATES_MAX] = { { 0 } };
	char name[64];
	size_t n;

	for (n = 0; render_names[n] && n < TEMPLATES_MAX; n++) {
		const struct embed *e;

		snprintf(name, sizeof name, "templates/%s", render_names[n]);
		e = embed_find(name);
		files[n].name = render_names[n];
		files[n].text = e ? (const char *)e->data : NULL;
		files[n].len = e ? e->len : 0;
	}
	return render_open(files, n, ret, err);
}

/* Neither hidden files nor what editors leave behind. */
static int is_meant(const struct dirent *e)
{
	size_t len = strlen(e->d_name);

	return e->d_name[0] != '.' && e->d_name[len - 1] != '~';
}

/* Templates are small and few: they are read whole. What cannot be read says why. */
static int read_one(const char *folder, const char *name, struct arena *a, struct render_own *ret)
{
	struct err err = { 0 };
	size_t size = strlen(folder) + strlen(name) + 2;
	char *path = arena_alloc(a, size), *text = NULL;

	if (!path)
		return -1;
	snprintf(path, size, "%s/%s", folder, name);
	*ret = (struct render_own){ .path = path };
	if (file_read(path, TEMPLATE_BYTES_MAX, &text, &ret->len, &err)) {
		ret->trouble = arena_strdup(a, err.what);
		return ret->trouble ? 0 : -1;
	}
	ret->text = arena_strndup(a, text, ret->len);
	free(text);
	return ret->text ? 0 : -1;
}

static int take_entries(struct render *r, const char *folder, struct dirent **names, int n, struct err *err)
{
	struct arena a = ARENA_INIT;
	struct render_own *files = arena_alloc(&a, ((size_t)n + 1) * sizeof *files);
	int rc = files ? 0 : err_oom(err);

	for (int i = 0; i < n && !rc; i++)
		rc = read_one(folder, names[i]->d_name, &a, &files[i]) ? err_oom(err) : 0;
	if (!rc)
		rc = render_take(r, files, (size_t)n, err);
	arena_free(&a);
	return rc;
}

static int take_folder(struct render *r, const char *folder, struct err *err)
{
	struct dirent **names = NULL;
	int n = scandir(folder, &names, is_meant, alphasort), rc;

	if (n < 0) {
		struct render_own none = { .path = folder };
		char why[400];

		snprintf(why, sizeof why, "%.300s: %s", folder, strerror(errno));
		none.trouble = why;
		return render_take(r, &none, 1, err);
	}
	rc = take_entries(r, folder, names, n, err);
	while (n > 0)
		free(names[--n]);
	free(names);
	return rc;
}

int templates_open(const struct config *c, struct render **ret, struct conf_errors *errors)
{
	struct render *r = NULL;
	struct err err = { 0 };

	if (open_built_in(&r, &err) || (c->templates && take_folder(r, c->templates, &err))) {
		render_close(r);
		conf_error(errors, c->templates ? c->templates : "templates", 1, 1, "%s", err.what);
		return -1;
	}
	*ret = r;
	return 0;
}

void templates_report(const struct render *r)
{
	struct render_source s;

	for (size_t i = 0; !render_source(r, i, &s); i++)
		if (s.problem)
			log_warning("Mail template %s; the built-in one is used.", s.problem);
}
