/* Role profiles on offer. */
#include "profiles.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/embed.h"
#include "base/err.h"
#include "base/text.h"
#include "ceud.h"
#include "config.h"
#include "files.h"

enum { PROFILE_BYTES_MAX = 100000, PROFILES_MAX = 100 };

struct profiles {
	struct profile *items[PROFILES_MAX];
	int from_folder[PROFILES_MAX];
	size_t n;
};

static size_t place_of(const struct profiles *p, const char *id)
{
	size_t i = 0;

	while (i < p->n && strcmp(p->items[i]->id, id))
		i++;
	return i;
}

static void load(struct profiles *p, const char *text, size_t len, const char *file, int from_folder,
    struct conf_errors *errors)
{
	struct profile *new;
	size_t at;

	if (profile_load(text, len, file, &new, errors))
		return;
	at = place_of(p, new->id);
	if (at == PROFILES_MAX || (at < p->n && from_folder && p->from_folder[at])) {
		conf_error(errors, file, 1, 1, at == PROFILES_MAX ? "profile %s is one too many; remove one"
		    : "profile %s is in another file already; give one of the two another id, or remove it", new->id);
		profile_free(new);
		return;
	}
	if (at < p->n)
		profile_free(p->items[at]);
	else
		p->n++;
	p->items[at] = new;
	p->from_folder[at] = from_folder;
}

static void load_file(void *arg, const char *path, char *text, size_t len, struct conf_errors *errors)
{
	load(arg, text, len, path, 1, errors);
	free(text);
}

int profiles_open(const struct config *c, struct profiles **ret, struct conf_errors *errors)
{
	static const char folder[] = "profiles/";
	struct profiles *p = calloc(1, sizeof *p);
	int before = errors->count;

	if (!p) {
		conf_error(errors, "profiles", 1, 1, "out of memory");
		return -1;
	}
	for (const struct embed *e = embed_files; e->name; e++)
		if (!strncmp(e->name, folder, sizeof folder - 1))
			load(p, (const char *)e->data, e->len, e->name, 0, errors);
	if (c->profiles)
		files_each(c->profiles, ".rules", PROFILE_BYTES_MAX, load_file, p, errors);
	if (errors->count > before) {
		profiles_close(p);
		return -1;
	}
	*ret = p;
	return 0;
}

void profiles_close(struct profiles *p)
{
	if (!p)
		return;
	for (size_t i = 0; i < p->n; i++)
		profile_free(p->items[i]);
	free(p);
}

static int refuse(const struct ceud *d, const char *word, int several, struct err *err)
{
	struct buf names = BUF_INIT;
	char shown[60];

	for (size_t i = 0; i < profiles_count(d); i++)
		buf_printf(&names, "%s%s", i ? ", " : "", profiles_at(d, i)->id);
	text_excerpt(shown, sizeof shown, word);
	err_set(err, ERR_ABSENT, "no-role", several ? "\"%s\" could be several roles.\nRoles: %s"
	    : "There is no role \"%s\".\nRoles: %s", shown, buf_str(&names));
	buf_free(&names);
	return err_next(err, "Write one of these: ceu skills --role ROLE");
}

int profiles_find(struct ceud *d, const char *word, const struct profile **ret, struct err *err)
{
	const struct profiles *p = d->profiles;
	size_t at = place_of(p, word), found = 0;

	if (at < p->n) {
		*ret = p->items[at];
		return 0;
	}
	for (size_t i = 0; *word && i < p->n; i++)
		if (!strncmp(p->items[i]->id, word, strlen(word))) {
			at = i;
			found++;
		}
	if (found != 1)
		return refuse(d, word, found > 1, err);
	*ret = p->items[at];
	return 0;
}

size_t profiles_count(const struct ceud *d)
{
	return d->profiles->n;
}

const struct profile *profiles_at(const struct ceud *d, size_t i)
{
	return i < d->profiles->n ? d->profiles->items[i] : NULL;
}
