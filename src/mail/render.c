/* Templates of the room: compiled as a set, and filled from a value tree. */

#include "mail/render.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/text.h"
#include "set.h"
#include "tree.h"
#include "words.h"

/* The last three are partials. */
const char *const render_names[] = {
	"reminder.subject", "reminder.txt", "reminder.html",
	"digest.subject", "digest.txt", "digest.html",
	"admin.subject", "admin.txt", "admin.html",
	"test.subject", "test.txt", "test.html",
	"head.html", "foot.html", "end.html",
	NULL
};

struct lookup { const struct render *r; };

int render_index(const char *name)
{
	for (int i = 0; render_names[i] != NULL; i++) {
		if (strcmp(render_names[i], name) == 0)
			return i;
	}
	return -1;
}

static const struct template *find(void *arg, const char *name)
{
	int i = render_index(name);

	return i < 0 ? NULL : ((const struct lookup *)arg)->r->templates[i];
}

static int open_one(struct render *r, size_t i, const struct render_file *files, size_t n, struct err *err)
{
	for (size_t k = 0; k < n; k++) {
		if (strcmp(files[k].name, render_names[i]) == 0 && files[k].text != NULL)
			return template_parse(files[k].text, files[k].len, files[k].name, &r->templates[i], err);
	}
	err_set(err, ERR_FAILED, "template-missing", "The mail template %s is missing.", render_names[i]);
	return err_next(err, "Put it back, or install ceud again.");
}

int render_open(const struct render_file *files, size_t n, struct render **ret, struct err *err)
{
	struct render *r = calloc(1, sizeof(*r));

	_Static_assert(sizeof(render_names) / sizeof(render_names[0]) <= RENDER_NAMES_MAX, "RENDER_NAMES_MAX is too small");
	if (r == NULL)
		return err_oom(err);
	for (size_t i = 0; render_names[i] != NULL; i++) {
		if (open_one(r, i, files, n, err) < 0) {
			render_close(r);
			return -1;
		}
	}
	*ret = r;
	return 0;
}

void render_close(struct render *r)
{
	if (r == NULL)
		return;
	for (size_t i = 0; i < RENDER_NAMES_MAX; i++)
		template_free(r->templates[i]);
	arena_free(&r->arena);
	free(r);
}

void rendered_free(struct rendered *r)
{
	if (r == NULL)
		return;
	buf_free(&r->subject);
	buf_free(&r->text);
	buf_free(&r->html);
}

static int fill(const struct render *r, const char *kind, const char *part, const struct value *tree,
    enum template_escape escape, struct buf *out, struct err *err)
{
	char name[64];
	struct lookup lookup = { r };

	snprintf(name, sizeof(name), "%s.%s", kind, part);
	return template_render(find(&lookup, name), tree, escape, find, &lookup, out, err);
}

static int fill_all(const struct render *r, const char *kind, const struct value *tree, struct rendered *ret,
    struct err *err)
{
	struct buf subject = BUF_INIT, text = BUF_INIT;
	int rc = -1;

	if (fill(r, kind, "subject", tree, TEMPLATE_TEXT, &subject, err) == 0 &&
	    fill(r, kind, "txt", tree, TEMPLATE_TEXT, &text, err) == 0 &&
	    fill(r, kind, "html", tree, TEMPLATE_HTML, &ret->html, err) == 0) {
		text_clean(&ret->subject, buf_str(&subject), subject.len, TREE_TITLE_MAX);
		words_wrap(&ret->text, buf_str(&text), text.len, TREE_LINE);
		rc = ret->subject.failed || ret->text.failed ? err_oom(err) : 0;
	}
	buf_free(&subject);
	buf_free(&text);
	return rc;
}

int render_tree(const struct render *r, const char *kind, struct values *tree, struct rendered *ret, struct err *err)
{
	struct rendered out = { BUF_INIT, BUF_INIT, BUF_INIT };
	int rc = tree->failed ? err_oom(err) : fill_all(r, kind, tree->root, &out, err);

	values_free(tree);
	if (rc < 0) {
		rendered_free(&out);
		return -1;
	}
	*ret = out;
	return 0;
}

void test_values(struct values *w, const char *organisation, const char *to, int64_t now)
{
	char at[INSTANT_SIZE];

	value_object(w, NULL);
	value_text(w, "title", "Test mail");
	tree_place(w, organisation, NULL, NULL);
	tree_clean(w, "to", to, TREE_TITLE_MAX);
	tree_text(w, "now", instant_text(now - now % 1000, at));
	value_end(w);
}

int render_test(const struct render *r, const char *organisation, const char *to, int64_t now,
    struct rendered *ret, struct err *err)
{
	struct values w = VALUES_INIT;

	test_values(&w, organisation, to, now);
	return render_tree(r, "test", &w, ret, err);
}
