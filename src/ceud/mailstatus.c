/* How mail is: its modes, its counts, and what needs a look. */
#include "mailstatus.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/date.h"
#include "base/zone.h"
#include "ceud.h"
#include "config.h"
#include "jobs.h"
#include "mail/policy.h"
#include "mail/render.h"

enum { OLD_MS = 86400000, TEXT = 700 };

void mailstatus_modes(struct jsonw *w, const struct ceud *d)
{
	static const char *const modes[] = { [MODE_HOLD] = "hold", [MODE_LIVE] = "live", [MODE_REDIRECT] = "redirect" };
	static const char *const transports[] = {
		[TRANSPORT_SMTP] = "smtp", [TRANSPORT_DIR] = "dir", [TRANSPORT_STDOUT] = "stdout"
	};

	jsonw_str(w, "mode", modes[d->config->mail_mode]);
	jsonw_str(w, "transport", transports[d->config->mail_transport]);
}

void mailstatus_counts(struct jsonw *w, const char *name, const struct outbox_counts *n)
{
	jsonw_object(w, name);
	for (int i = OUTBOX_HELD; i <= OUTBOX_CANCELLED; i++)
		jsonw_int(w, mail_state_name((enum mail_state)i), n->by_state[i]);
	jsonw_end_object(w);
}

static void count_problem(struct jsonw *w, int64_t n, const char *one, const char *many, const char *command)
{
	char text[TEXT];

	if (!n)
		return;
	snprintf(text, sizeof text, "%" PRId64 " %s: %s", n, n == 1 ? one : many, command);
	jsonw_str(w, NULL, text);
}

/* "12 March 2026, 09:12", there where the installation is. */
static const char *when(const struct ceud *d, int64_t instant, char out[64])
{
	char day[40];
	int minute;

	date_text(zone_day(d->config->zone ? d->config->zone : zone_local(), instant, &minute), DATE_LONG, day, sizeof day);
	snprintf(out, 64, "%s, %02d:%02d", day, minute / 60, minute % 60);
	return out;
}

static void breaker_problem(struct call *c, struct jsonw *w, const struct channel *channel)
{
	char text[TEXT], at[64];

	if (strcmp(channel->state, "closed"))
		return;
	snprintf(text, sizeof text, "The relay is left alone until %s, or until you type ceu admin run mail: %.400s", when(c->d, channel->until, at), channel->reason);
	jsonw_str(w, NULL, text);
}

static void old_problem(struct call *c, struct jsonw *w, int64_t oldest)
{
	char text[TEXT], at[64];

	if (!oldest || c->d->config->mail_mode == MODE_HOLD || c->d->now - oldest < OLD_MS)
		return;
	snprintf(text, sizeof text, "A mail has waited since %s: ceu admin mail queue", when(c->d, oldest, at));
	jsonw_str(w, NULL, text);
}

static void template_problems(struct call *c, struct jsonw *w)
{
	struct render_source s;
	char text[TEXT];

	for (size_t i = 0; !render_source(c->d->render, i, &s); i++) {
		if (!s.problem)
			continue;
		snprintf(text, sizeof text, "Template %.500s; the built-in one is used: ceu admin mail template", s.problem);
		jsonw_str(w, NULL, text);
	}
}

int mailstatus_problems(struct call *c, struct jsonw *w, const struct outbox_counts *n, struct err *err)
{
	struct channel channel;
	int64_t suppressed;

	if (channel_get(c->d->store, c->arena, &channel, err) || bounce_count(c->d->store, &suppressed, err))
		return -1;
	jsonw_array(w, "problems");
	count_problem(w, n->by_state[OUTBOX_FAILED], "mail could not be delivered", "mails could not be delivered",
	    "ceu admin mail queue --failed");
	count_problem(w, n->by_state[OUTBOX_UNKNOWN], "mail may or may not have arrived",
	    "mails may or may not have arrived", "ceu admin mail queue --unknown");
	if (c->d->config->mail_mode == MODE_HOLD)
		count_problem(w, n->by_state[OUTBOX_HELD] + n->by_state[OUTBOX_READY], "mail is held, and so is all that follows",
		    "mails are held, and so are all that follow", "mode in ceud.conf is hold");
	else
		count_problem(w, n->by_state[OUTBOX_HELD], "mail waits for your word", "mails wait for your word",
		    "ceu admin mail release");
	breaker_problem(c, w, &channel);
	old_problem(c, w, n->oldest_ready);
	count_problem(w, suppressed, "address does not work and gets no mail", "addresses do not work and get no mail",
	    "ceu admin person set EMAIL --email NEW");
	template_problems(c, w);
	jobs_problems(c->d, w);
	jsonw_end_array(w);
	return 0;
}
