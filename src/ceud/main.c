/* ceud: opens everything in order, runs, closes in reverse. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "auth.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"
#include "ceud.h"
#include "config.h"
#include "evidencestore.h"
#include "feedstore.h"
#include "files.h"
#include "http.h"
#include "httpsocket.h"
#include "jobs.h"
#include "loop.h"
#include "notify.h"
#include "options.h"
#include "programs.h"
#include "routes.h"
#include "setup.h"
#include "store/store.h"

enum { EXIT_IN_USE = 75, EXIT_CONFIG = 78 };

/* --check-config, --print-config, or the errors that stop a start. */
static int read_setup(struct ceud *d, int *ret_exit)
{
	struct buf text = BUF_INIT;
	struct conf_errors errors = { &text, 0 };
	struct setup s;
	int rc = setup_read(d->options, &s, &errors);

	if (rc) {
		fputs(buf_str(&text), stderr);
		fprintf(stderr, "ceud: the configuration is wrong in %d place%s; see ceud.conf(5).\n", errors.count,
		    errors.count == 1 ? "" : "s");
		*ret_exit = EXIT_CONFIG;
	} else {
		setup_take(d, &s);
	}
	if (!rc && d->options->print_config) {
		buf_reset(&text);
		config_print(d->config, &text);
		fputs(buf_str(&text), stdout);
	}
	buf_free(&text);
	return rc;
}

/* Before the database is opened, so that a new one is made in the rehearsal's time. */
static int set_clock(struct ceud *d, struct err *err)
{
	int64_t instant;

	if (!d->options->clock)
		return 0;
	if (instant_parse(d->options->clock, &instant)) {
		err_set(err, ERR_USAGE, "instant-unknown", "\"%s\" is no instant.", d->options->clock);
		return err_next(err, "Write: --clock 2026-03-12T08:00:00Z");
	}
	clock_rehearse(instant);
	ceud_tick(d);
	return 0;
}

static int open_store(struct ceud *d, struct err *err)
{
	char path[4096];
	int64_t last;

	snprintf(path, sizeof path, "%s/ceud.db", d->state_dir);
	if (set_clock(d, err) || store_open(path, d->now, &d->store, err))
		return -1;
	last = store_last_instant(d->store);
	if (clock_is_rehearsal() && last > d->now) {
		clock_rehearse(last);
		ceud_tick(d);
	}
	return evidence_open(d->state_dir, err) || feedstore_open(d->state_dir, err) ? -1 : 0;
}

static int make_socket_folder(const struct ceud *d, struct err *err)
{
	char folder[4096];
	char *slash;

	snprintf(folder, sizeof folder, "%s", d->socket_path);
	slash = strrchr(folder, '/');
	if (!slash || slash == folder)
		return 0;
	*slash = '\0';
	if (!access(folder, F_OK))
		return 0;
	if (file_make_folder(folder, err))
		return -1;
	return chmod(folder, 0755) ? err_errno(err, "folder-failed", "Cannot open the folder %s to others", folder) : 0;
}

static int open_file(struct ceud *d, struct spool **ret, struct err *err)
{
	return evidence_spool(d->state_dir, ret, err);
}

static const struct http_handlers handlers = { routes_dispatch, routes_takes_file, open_file };

/* On the network of this machine, where that is wanted. */
static int open_network(struct ceud *d, struct err *err)
{
	struct http_place place = { .fd = notify_socket("ceud-http") };
	char name[NETWORK_NAME_SIZE];

	if (place.fd >= 0 && socket_network_name(place.fd, name, err))
		return -1;
	if (place.fd < 0 && !d->config->listen)
		return 0;
	d->is_handed = place.fd >= 0;
	d->listening = strdup(d->is_handed ? name : d->config->listen);
	if (!d->listening)
		return err_oom(err);
	place.network = d->listening;
	return http_open(d, &place, &handlers, &d->network, err);
}

static int open_front(struct ceud *d, struct err *err)
{
	struct http_place place = { .fd = notify_socket("ceud"), .path = d->socket_path };

	if (place.fd < 0 && make_socket_folder(d, err))
		return -1;
	return http_open(d, &place, &handlers, &d->http, err) || open_network(d, err) ? -1 : 0;
}

static int run(struct ceud *d, struct err *err)
{
	if (loop_open(d, &d->loop, err) || open_store(d, err) || programs_take_installed(d, err) ||
	    jobs_open(d, &d->jobs, err) || open_front(d, err))
		return -1;
	log_notice("ceud " CEUD_VERSION " answers on %s%s%s, state in %s.", d->socket_path, d->listening ? " and " : "",
	    d->listening ? d->listening : "", d->state_dir);
	notify_ready("Running.");
	loop_wake_at(d->loop, d->now);
	return loop_run(d->loop, err);
}

static void finish(struct ceud *d)
{
	struct setup s = { d->config, d->programs, d->profiles, d->render };

	notify_stopping();
	jobs_close(d->jobs);
	http_close(d->network);
	http_close(d->http);
	store_close(d->store);
	loop_close(d->loop);
	setup_free(&s);
	free(d->state_dir);
	free(d->socket_path);
	free(d->listening);
	free(d->net_program);
	free(d->packet_program);
}

static int start(struct ceud *d, struct err *err)
{
	int lock;

	d->started = clock_monotonic();
	ceud_tick(d);
	auth_open();
	if (setup_paths(d, err) || file_make_folder(d->state_dir, err))
		return 1;
	lock = file_lock_folder(d->state_dir, err);
	if (lock < 0)
		return strcmp(err->code, "state-in-use") ? 1 : EXIT_IN_USE;
	return run(d, err) ? 1 : 0;		/* the lock is held until the process ends */
}

/* A closed one would be given to the next file opened, and what is printed would go into it. */
static int open_standard(void)
{
	int fd;

	do
		fd = open("/dev/null", O_RDWR);
	while (fd >= 0 && fd <= STDERR_FILENO);
	return fd < 0 ? -1 : close(fd);
}

int main(int argc, char **argv)
{
	struct options options = { 0 };
	struct ceud d = { .options = &options };
	struct err err = { 0 };
	int rc = 0;

	if (open_standard())
		return 1;
	if (options_parse(argc, argv, &options))
		return 2;
	if (options.help || options.version) {
		if (options.help)
			options_help(stdout);
		else
			puts("ceud " CEUD_VERSION);
		return 0;
	}
	umask(0077);
	signal(SIGPIPE, SIG_IGN);
	log_open("ceud");
	d.own = setup_is_own(&options);
	if (!read_setup(&d, &rc) && !options.check_config && !options.print_config) {
		notify_open();
		rc = start(&d, &err);
		if (rc)
			log_error("%s%s%s", err.what, err.next[0] ? " " : "", err.next);
	}
	finish(&d);
	return rc;
}
