/*
 * An admin's own templates.  What may stand in them is not listed anywhere: it is what the mails of example facts hold,
 * all of them joined (examples.c).
 */

#include <string.h>

#include "base/err.h"
#include "base/text.h"
#include "set.h"
#include "tree.h"

/* Names that are no kind of mail are those of partials. */
static int is_partial(const char *name)
{
	return render_index(name) >= 0 && !examples_are(name);
}

static const struct template *partial(void *arg, const char *name)
{
	return is_partial(name) ? arg : NULL;
}

static int no_template(const char *name, struct err *err)
{
	char shown[100];
	const char *near;
	size_t n = 0;

	while (render_names[n] != NULL)
		n++;
	near = text_suggest(name, render_names, n);
	text_excerpt(shown, sizeof(shown), name);
	err_set(err, ERR_ABSENT, "no-template", "%s: no such template%s%s%s", shown, near ? "; did you mean " : "",
	    near ? near : "", near ? "?" : "");
	return err_next(err, "See all of them: ceu admin mail template");
}

/* Rendered with everything there can be: no list in a list in a list may make it endless. */
static int try_out(const struct template *t, const struct value *data, struct err *err)
{
	struct buf out = BUF_INIT;
	int rc = template_render(t, data, TEMPLATE_TEXT, NULL, NULL, &out, err);

	buf_free(&out);
	return rc;
}

/* *ret is to be freed by the caller, as the errors are told with its name. */
static int check(const struct render_file *file, struct template **ret, struct err *err)
{
	struct values data = VALUES_INIT;
	struct template *t = NULL;
	int rc;

	if (render_index(file->name) < 0)
		return no_template(file->name, err);
	if (template_parse(file->text, file->len, file->name, &t, err) < 0)
		return -1;
	examples_of(file->name, &data);
	if (data.failed)
		rc = err_oom(err);
	else if (!is_partial(file->name) && template_is_blank(t))
		rc = err_set(err, ERR_USAGE, "template-invalid", "%s:1:1: this part of the mail is empty", file->name);
	else if (template_check(t, data.root, is_partial(file->name) ? NULL : partial, t, err) < 0)
		rc = -1;
	else
		rc = try_out(t, data.root, err);
	values_free(&data);
	if (rc < 0)
		template_free(t);
	else
		*ret = t;
	return rc;
}

int render_check(const struct render_file *file, struct err *err)
{
	struct template *t;

	if (check(file, &t, err) < 0)
		return -1;
	template_free(t);
	return 0;
}

/* ---- a folder of them */

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL ? slash + 1 : path;
}

/* "reminder.html" without "reminder.txt": two parts that may say different things. */
static int lacks_text(const char *name, const struct render_own *files, size_t n)
{
	size_t stem = strcspn(name, ".");

	if (strcmp(name + stem, ".html") != 0 || is_partial(name))
		return 0;
	for (size_t i = 0; i < n; i++) {
		const char *other = base_name(files[i].path);

		if (strncmp(other, name, stem) == 0 && strcmp(other + stem, ".txt") == 0)
			return 0;
	}
	return 1;
}

static int look_at(const struct render_own *file, const struct render_own *files, size_t n, struct template **ret,
    struct err *err)
{
	const char *name = base_name(file->path);
	struct render_file f = { name, file->text, file->len };

	if (file->text == NULL)
		return err_set(err, ERR_FAILED, "file-unreadable", "%s", file->trouble != NULL ? file->trouble : file->path);
	if (render_index(name) >= 0 && lacks_text(name, files, n))
		return err_set(err, ERR_USAGE, "template-invalid", "%s:1:1: its text part %.*s.txt is not in the folder", name,
		    (int)strcspn(name, "."), name);
	return check(&f, ret, err);
}

static int remember(struct render *r, const struct render_own *file, const struct err *trouble, size_t *cap)
{
	const char *name = base_name(file->path);
	char *problem;
	size_t n;
	int i = render_index(name);
	void *strays = r->strays;

	problem = arena_strdup(&r->arena, trouble->what);
	if (problem == NULL)
		return -1;
	n = strlen(problem);
	if (n > 0 && problem[n - 1] == '.')
		problem[n - 1] = '\0';		/* the sentence goes on */
	if (i >= 0) {
		r->problems[i] = problem;
		return 0;
	}
	name = arena_strdup(&r->arena, file->path);
	if (name == NULL || arena_grow(&r->arena, &strays, r->nstrays, cap, sizeof(*r->strays)) < 0)
		return -1;
	r->strays = strays;
	r->strays[r->nstrays++] = (struct stray){ base_name(name), name, problem };
	return 0;
}

static int take_one(struct render *r, const struct render_own *file, struct template *t)
{
	int i = render_index(base_name(file->path));
	const char *path = arena_strdup(&r->arena, file->path);

	if (path == NULL) {
		template_free(t);
		return -1;
	}
	template_free(r->templates[i]);
	r->templates[i] = t;
	r->paths[i] = path;
	return 0;
}

int render_take(struct render *r, const struct render_own *files, size_t n, struct err *err)
{
	size_t cap = 0;

	for (size_t i = 0; i < n; i++) {
		struct err trouble = { 0 };
		struct template *t;
		int rc;

		if (look_at(&files[i], files, n, &t, &trouble) == 0)
			rc = take_one(r, &files[i], t);
		else if (strcmp(trouble.code, "out-of-memory") == 0)
			rc = -1;
		else
			rc = remember(r, &files[i], &trouble, &cap);
		if (rc < 0)
			return err_oom(err);
	}
	return 0;
}

int render_source(const struct render *r, size_t i, struct render_source *ret)
{
	size_t known = 0;

	while (render_names[known] != NULL)
		known++;
	if (i >= known + r->nstrays)
		return -1;
	if (i >= known)
		*ret = (struct render_source){ r->strays[i - known].name, r->strays[i - known].path, r->strays[i - known].problem };
	else
		*ret = (struct render_source){ render_names[i], r->paths[i] != NULL ? r->paths[i] : "built-in", r->problems[i] };
	return 0;
}
