/* Reading what the admin wrote, and finding the places to work in. */
#include "setup.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "config.h"
#include "files.h"
#include "mail/render.h"
#include "profiles.h"
#include "programs.h"
#include "templates.h"

enum { CONFIG_BYTES_MAX = 1000000 };

int setup_is_own(const struct options *o)
{
	return geteuid() != 0 && !getenv("STATE_DIRECTORY") && !o->config_file && !o->state_dir;
}

/* $NAME/tail, or $HOME/fallback/tail, or NULL. */
static char *home_path(const char *name, const char *fallback, const char *tail)
{
	const char *base = getenv(name), *home = getenv("HOME");
	char *path = NULL;
	int rc = -1;

	if (base && base[0] == '/')
		rc = asprintf(&path, "%s/%s", base, tail);
	else if (fallback && home && home[0] == '/')
		rc = asprintf(&path, "%s/%s/%s", home, fallback, tail);
	return rc < 0 ? NULL : path;
}

static int read_config(const struct options *o, struct config **ret, struct conf_errors *errors)
{
	char *own = setup_is_own(o) ? home_path("XDG_CONFIG_HOME", ".config", "ceud/ceud.conf") : NULL, *text;
	const char *file = o->config_file ? o->config_file : own ? own : SYSCONFDIR "/ceud/ceud.conf";
	struct err err = { 0 };
	size_t len;
	int rc = -1;

	if (!o->config_file && access(file, F_OK) && (errno == ENOENT || errno == ENOTDIR)) {
		*ret = config_default();
		rc = *ret ? 0 : -1;
		if (rc)
			conf_error(errors, file, 1, 1, "out of memory");
	} else if (file_read(file, CONFIG_BYTES_MAX, &text, &len, &err)) {
		conf_error(errors, file, 1, 1, "%s", err.what);
	} else {
		rc = config_read(text, len, file, ret, errors);
		free(text);
	}
	free(own);
	return rc;
}

int setup_read(const struct options *o, struct setup *ret, struct conf_errors *errors)
{
	struct setup s = { 0 };

	if (read_config(o, &s.config, errors))
		return -1;
	programs_open(s.config, &s.programs, errors);
	profiles_open(s.config, &s.profiles, errors);
	templates_open(s.config, &s.render, errors);
	if (!s.programs || !s.profiles || !s.render) {
		setup_free(&s);
		return -1;
	}
	*ret = s;
	return 0;
}

void setup_free(struct setup *s)
{
	render_close(s->render);
	profiles_close(s->profiles);
	programs_close(s->programs);
	config_free(s->config);
	memset(s, 0, sizeof *s);
}

void setup_take(struct ceud *d, const struct setup *s)
{
	d->config = s->config;
	d->programs = s->programs;
	d->profiles = s->profiles;
	d->render = s->render;
	templates_report(d->render);
}

static char *state_dir(const struct ceud *d)
{
	const char *given = d->options->state_dir ? d->options->state_dir : d->config->state;

	if (!given)
		given = getenv("STATE_DIRECTORY");
	if (given)
		return strdup(given);
	return d->own ? home_path("XDG_STATE_HOME", ".local/state", "ceud") : strdup(LOCALSTATEDIR "/lib/ceud");
}

static char *socket_path(const struct ceud *d)
{
	const char *given = d->options->socket ? d->options->socket : d->config->socket;
	char *path = NULL;

	if (given)
		return strdup(given);
	if (!d->own)
		return strdup("/run/ceud/ceud.sock");
	path = home_path("XDG_RUNTIME_DIR", NULL, "ceud.sock");
	if (!path && asprintf(&path, "%s/ceud.sock", d->state_dir) < 0)
		return NULL;
	return path;
}

/* Beside ceud, else in LIBEXECDIR; NULL if it is in neither, or without memory. */
static char *find_helper(const char *name)
{
	char self[4000], path[4096];
	ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
	char *slash;

	self[n > 0 ? n : 0] = '\0';
	slash = strrchr(self, '/');
	if (slash) {
		slash[1] = '\0';
		snprintf(path, sizeof path, "%s%s", self, name);
		if (!access(path, X_OK))
			return strdup(path);
	}
	snprintf(path, sizeof path, "%s/%s", LIBEXECDIR, name);
	return access(path, X_OK) ? NULL : strdup(path);
}

static int find_helpers(struct ceud *d, struct err *err)
{
	d->net_program = find_helper("ceud-net");
	d->packet_program = find_helper("ceud-packet");
	if (d->net_program)
		return 0;
	err_set(err, ERR_FAILED, "no-ceud-net", "ceud-net is neither beside ceud nor in %s.", LIBEXECDIR);
	return err_next(err, "Install it there: make install");
}

int setup_paths(struct ceud *d, struct err *err)
{
	d->state_dir = state_dir(d);
	d->socket_path = d->state_dir ? socket_path(d) : NULL;
	if (!d->socket_path) {
		err_set(err, ERR_USAGE, "no-state", "There is no folder for ceud's data: $HOME is not set.");
		return err_next(err, "Name one with --state.");
	}
	return find_helpers(d, err);
}
