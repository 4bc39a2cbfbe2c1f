/* What the whole daemon does at once: read the clock, take over a new configuration. */
#include "ceud.h"

#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"
#include "config.h"
#include "jobs.h"
#include "notify.h"
#include "programs.h"
#include "setup.h"

void ceud_tick(struct ceud *d)
{
	d->now = clock_now();
}

/* Listeners stay as they are: closing one would drop who is connected. */
const char *ceud_needs_restart(const struct ceud *d)
{
	const char *wanted = d->config->listen, *is = d->listening;

	if (d->is_handed || (!wanted && !is) || (wanted && is && !strcmp(wanted, is)))
		return NULL;
	return "listen";
}

int ceud_reload(struct ceud *d, struct err *err)
{
	struct buf text = BUF_INIT;
	struct conf_errors errors = { &text, 0 };
	struct setup fresh, old = { d->config, d->programs, d->profiles, d->render };

	notify_reloading();
	if (setup_read(d->options, &fresh, &errors)) {
		int n = (int)text.len - (text.len && text.data[text.len - 1] == '\n');

		err_set(err, ERR_USAGE, "config-invalid", "%.*s", n, buf_str(&text));
		err_next(err, "Nothing was changed. Correct the files, then: ceu admin reload");
		buf_free(&text);
		notify_ready("The configuration on disk is wrong; the one before is in force.");
		return -1;
	}
	buf_free(&text);
	setup_take(d, &fresh);
	if (programs_take_installed(d, err)) {
		setup_take(d, &old);
		setup_free(&fresh);
		notify_ready("An installed program cannot be read; the configuration before is in force.");
		return -1;
	}
	setup_free(&old);
	jobs_reloaded(d);
	notify_ready("Running.");
	log_notice("The configuration is reloaded.");
	if (ceud_needs_restart(d))
		log_warning("\"%s\" has changed; that needs a restart of ceud.", ceud_needs_restart(d));
	return 0;
}
