/* ceud.conf: each kind of setting taken and refused, all mistakes at once, what is printed back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/zone.h"
#include "config.h"
#include "configs.h"

#define COUNT(a) (sizeof (a) / sizeof *(a))

#define NO_LOOPBACK \
	"\"listen\" wants an address of this machine alone, and a port: 127.0.0.1:7843 or [::1]:7843"

/* A directive and how it is printed back, in its block. */
static const struct row { const char *block, *line, *back; } good[] = {
	{ NULL, "organisation \"Example Ltd\"", "organisation \"Example Ltd\"" },
	{ NULL, "organisation 'say \"hello\" \\ there'", "organisation \"say \\\"hello\\\" \\\\ there\"" },
	{ NULL, "admin ops@example.org", "admin \"ops@example.org\"" },
	{ NULL, "url https://ceu.example.org", "url \"https://ceu.example.org\"" },
	{ NULL, "url http://ceu:8080/x", "url \"http://ceu:8080/x\"" },
	{ NULL, "state /srv/ceud", "state \"/srv/ceud\"" },
	{ NULL, "socket /run/x.sock", "socket \"/run/x.sock\"" },
	{ NULL, "listen 127.0.0.1:7843", "listen 127.0.0.1:7843" },
	{ NULL, "listen 127.9.9.9:1", "listen 127.9.9.9:1" },
	{ NULL, "listen [::1]:65535", "listen [::1]:65535" },
	{ NULL, "zone Europe/Berlin", "zone Europe/Berlin" },
	{ NULL, "programs /etc/ceud/programs", "programs \"/etc/ceud/programs\"" },
	{ NULL, "profiles /etc/ceud/profiles", "profiles \"/etc/ceud/profiles\"" },
	{ NULL, "templates \"/a folder\"", "templates \"/a folder\"" },
	{ "mail", "mode live", "mode live" },
	{ "mail", "mode redirect ops@example.org", "mode redirect ops@example.org" },
	{ "mail", "transport stdout", "transport stdout" },
	{ "mail", "relay smtp.example.org 587", "relay smtp.example.org 587" },
	{ "mail", "relay [::1] 25", "relay [::1] 25" },
	{ "mail", "tls implicit", "tls implicit" },
	{ "mail", "auth oauthbearer", "auth oauthbearer" },
	{ "mail", "from \"CX team <ceu@example.org>\"", "from \"CX team <ceu@example.org>\"" },
	{ "mail", "from ceu@example.org", "from \"ceu@example.org\"" },
	{ "mail", "rate 1/min", "rate 1/min" },
	{ "mail", "rate 1000000/min", "rate 1000000/min" },
	{ "mail", "quiet 00:00-00:00", "quiet 00:00-00:00" },
	{ "feeds", "poll 15m", "poll 900s" },
	{ "feeds", "poll 7d", "poll 168h" },
	{ "feeds", "allow 127.0.0.0/8 8080 8081", "allow 127.0.0.0/8 8080 8081" },
	{ "feeds", "allow fd00::/8", "allow fd00::/8" },
	{ "feeds", "max-bytes 5M", "max-bytes 5M" },
	{ "feeds", "max-bytes 1000", "max-bytes 1000" },
	{ "feeds", "max-bytes 20K", "max-bytes 20000" },
	{ "feeds", "max-events 500000", "max-events 500000" },
	{ "feeds", "workers 16", "workers 16" },
	{ "feeds", "window 0 60", "window 0 60" },
	{ "reminders", "at 23:59", "at 23:59" },
	{ "reminders", "days friday..monday", "days monday friday saturday sunday" },
	{ "reminders", "days wednesday monday", "days monday wednesday" },
	{ "reminders", "ladder behind 30 7 0", "ladder behind 30 7 0" },
	{ "reminders", "ladder behind 3650 inbox open", "ladder behind 3650 inbox open" },
	{ "reminders", "ladder on-pace 180 30", "ladder on-pace 180 30" },
	{ "reminders", "ladder complete done 7 0", "ladder complete done 7 0" },
	{ "reminders", "ladder lapsed 365 1", "ladder lapsed 365 1" },
	{ "reminders", "bulk-limit 0% 0", "bulk-limit 0% 0" },
	{ "digest", "every sunday", "every sunday" },
	{ "digest", "every month", "every month" },
	{ "digest", "every change", "every change" },
	{ "digest", "at 00:00", "at 00:00" },
	{ "limits", "connections 4", "connections 4" },
	{ "limits", "per-user 1000", "per-user 1000" },
	{ "limits", "body 50M", "body 50M" },
	{ "limits", "evidence 500M", "evidence 500M" }, { "limits", "evidence 1000", "evidence 1000" },
};

/* A directive and what is said about it after t:LINE:COLUMN:. */
static const struct row bad[] = {
	{ NULL, "organisation", "\"organisation\" wants one value" },
	{ NULL, "organisation A B", "\"organisation\" wants one value" },
	{ NULL, "admin ops", NULL },
	{ NULL, "admin \"ops@example.org, b@example.org\"", NULL },
	{ NULL, "url ftp://x", "\"url\" wants an address like https://ceu.example.org, without a slash at its end" },
	{ NULL, "listen 0.0.0.0:7843", NO_LOOPBACK },
	{ NULL, "listen 192.168.1.2:7843", NO_LOOPBACK },
	{ NULL, "listen 127.0.0.1", NO_LOOPBACK },
	{ NULL, "listen 127.0.0.1:0", NO_LOOPBACK },
	{ NULL, "listen 127.0.0.1:65536", NO_LOOPBACK },
	{ NULL, "listen localhost:7843", NO_LOOPBACK },
	{ NULL, "listen ::1:7843", NO_LOOPBACK },
	{ NULL, "listen [::]:7843", NO_LOOPBACK },
	{ NULL, "listen [::1]", NO_LOOPBACK },
	{ NULL, "listen [127.0.0.1]:7843", NO_LOOPBACK },
	{ NULL, "listen :7843", NO_LOOPBACK },
	{ NULL, "listen 127.0.0.1:78x43", NO_LOOPBACK },
	{ NULL, "listen [::ffff:127.0.0.1]:7843", NO_LOOPBACK },
	{ NULL, "listen 127.0.0.1 7843", "\"listen\" wants one value" },
	{ NULL, "url https://x/", "\"url\" wants an address like https://ceu.example.org, without a slash at its end" },
	{ NULL, "state var/lib", "\"state\" wants a path that begins with '/'" },
	{ NULL, "zone Mars/Olympus", NULL },
	{ NULL, "zone ../../etc/passwd", NULL },
	{ NULL, "state /a {\n}", "\"state\" takes no block" },
	{ NULL, "mail", "\"mail\" wants a block: mail { ... }" },
	{ NULL, "organization X", "unknown directive \"organization\" (did you mean \"organisation\"?)" },
	{ "mail", "mod live", "unknown directive \"mod\" in mail (did you mean \"mode\"?)" },
	{ "mail", "mode maybe", "\"mode\" is one of: hold, live, redirect ADDRESS" },
	{ "mail", "mode redirect", "\"mode\" is one of: hold, live, redirect ADDRESS" },
	{ "mail", "mode redirect nobody", NULL },
	{ "mail", "transport pigeon", "\"transport\" is one of: smtp dir stdout " },
	{ "mail", "relay smtp.example.org", "\"relay\" wants a host and a port: relay smtp.example.org 587" },
	{ "mail", "relay smtp.example.org 65536", "\"relay\" wants a host and a port: relay smtp.example.org 587" },
	{ "mail", "relay \"a b\" 25", "\"relay\" wants a host name or address" },
	{ "mail", "relay [::1 25", "\"relay\" wants a host name or address" },
	{ "mail", "relay ::1] 25", "\"relay\" wants a host name or address" },
	{ "mail", "relay [] 25", "\"relay\" wants a host name or address" },
	{ "mail", "relay [a]b 25", "\"relay\" wants a host name or address" },
	{ "mail", "relay -a 25", "\"relay\" wants a host name or address" },
	{ "mail", "tls maybe", "\"tls\" is one of: starttls implicit none " },
	{ "mail", "auth cram", "\"auth\" is one of: plain login oauthbearer xoauth2" },
	{ "mail", "from \"A <b\"", NULL },
	{ "mail", "rate 30", "\"rate\" wants a number of mails a minute: 30/min" },
	{ "mail", "rate 0/min", "\"rate\" wants 1/min to 1000000/min" },
	{ "mail", "rate 1000001/min", "\"rate\" wants 1/min to 1000000/min" },
	{ "mail", "quiet 20-7", "\"quiet\" wants two times of the day: 20:00-07:00" },
	{ "mail", "quiet 24:00-07:00", "\"quiet\" wants two times of the day: 20:00-07:00" },
	{ "feeds", "poll 14m", "\"poll\" wants a time from 15m to 7d: 6h" },
	{ "feeds", "poll 8d", "\"poll\" wants a time from 15m to 7d: 6h" },
	{ "feeds", "poll often", "\"poll\" wants a time from 15m to 7d: 6h" },
	{ "feeds", "allow localhost", "\"allow\" wants an address range, and the ports if not all: allow 10.1.2.0/24 80 443" },
	{ "feeds", "allow 10.0.0.0/8 0", "\"allow\" wants ports from 1 to 65535, at most 16 of them" },
	{ "feeds", "max-bytes 999", "\"max-bytes\" wants a size from 1000 to 200000000 bytes: 20M" },
	{ "feeds", "max-bytes 20MB", "\"max-bytes\" wants a size from 1000 to 200000000 bytes: 20M" },
	{ "feeds", "max-events 0", "\"max-events\" wants a number from 1 to 500000" },
	{ "feeds", "max-events -1", "\"max-events\" wants a number from 1 to 500000" },
	{ "feeds", "workers 17", "\"workers\" wants a number from 1 to 16" },
	{ "feeds", "window 18", "\"window\" wants months back and months ahead, up to 60 each: 18 6" },
	{ "feeds", "window 18 61", "\"window\" wants months back and months ahead, up to 60 each: 18 6" },
	{ "reminders", "at 8:30", "\"at\" wants a time of the day: 08:30" },
	{ "reminders", "days", "\"days\" wants at least one day of the week" },
	{ "reminders", "days mon", "\"days\" wants days of the week: monday..friday, or monday wednesday" },
	{ "reminders", "ladder", "\"ladder\" wants first one of behind, on-pace, complete, lapsed" },
	{ "reminders", "ladder 90 30", "\"ladder\" wants first one of behind, on-pace, complete, lapsed" },
	{ "reminders", "ladder behind", "\"ladder\" behind wants 1 to 32 of these: days from 0 to 3650, open or inbox" },
	{ "reminders", "ladder behind 30 7 30", "\"ladder\" behind names 30 twice" },
	{ "reminders", "ladder behind 30 7 030", "\"ladder\" behind names 30 twice" },
	{ "reminders", "ladder on-pace open 7 open", "\"ladder\" on-pace names open twice" },
	{ "reminders", "ladder behind 3651", "\"ladder\" behind wants days from 0 to 3650, open or inbox" },
	{ "reminders", "ladder behind done", "\"ladder\" behind wants days from 0 to 3650, open or inbox" },
	{ "reminders", "ladder on-pace -1", "\"ladder\" on-pace wants days from 0 to 3650, open or inbox" },
	{ "reminders", "ladder complete open", "\"ladder\" complete wants days from 0 to 3650 or done" },
	{ "reminders", "ladder lapsed 0", "\"ladder\" lapsed wants days from 1 to 365 after the end" },
	{ "reminders", "ladder lapsed +8", "\"ladder\" lapsed wants days from 1 to 365 after the end" },
	{ "reminders", "ladder lapsed", "\"ladder\" lapsed wants 1 to 32 of these: days from 1 to 365 after the end" },
	{ "reminders", "bulk-limit 20 50", "\"bulk-limit\" wants a share of all people and a number of mails: 20% 50" },
	{ "reminders", "bulk-limit 101% 50", "\"bulk-limit\" wants 0% to 100%, and a number of mails up to 1000000" },
	{ "digest", "every week", "\"every\" wants a day of the week, month or change: monday" },
	{ "digest", "at noon", "\"at\" wants a time of the day: 08:30" },
	{ "limits", "connections 3", "\"connections\" wants a number from 4 to 1000" },
	{ "limits", "per-user 0", "\"per-user\" wants a number from 1 to 1000" },
	{ "limits", "body 1T", "\"body\" wants a size from 1000 to 50000000 bytes: 20M" },
	{ "limits", "evidence 999", "\"evidence\" wants a size from 1000 to 500000000 bytes: 20M" },
	{ "limits", "evidence 501M", "\"evidence\" wants a size from 1000 to 500000000 bytes: 20M" },
};

static char *in_block(const struct row *r)
{
	char *text = NULL;

	assert_true(asprintf(&text, r->block ? "%s {\n    %s\n}\n" : "%s%s\n", r->block ? r->block : "", r->line) > 0);
	return text;
}

static void takes_each(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(good); i++) {
		char *text = in_block(&good[i]), *want = NULL, *back;
		struct config *c = taken(text);

		back = printed(c);
		assert_true(asprintf(&want, "%s# t:%d\n%s%s\n", good[i].block ? "    " : "", good[i].block ? 2 : 1,
		    good[i].block ? "    " : "", good[i].back) > 0);
		if (!strstr(back, want))
			fail_msg("%s\nis not printed as\n%s\nbut in\n%s", text, want, back);
		free(text);
		free(want);
		free(back);
		config_free(c);
	}
}

/* What is printed is a file with the same meaning. */
static void prints_what_it_reads(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(good); i++) {
		char *text = in_block(&good[i]), *once, *twice;
		struct config *c = taken(text), *again;

		once = printed(c);
		again = taken(once);
		for (size_t n = 0; n < COUNT(again->lines); n++)
			again->lines[n] = c->lines[n];
		twice = printed(again);
		assert_string_equal(once, twice);
		free(text);
		free(once);
		free(twice);
		config_free(c);
		config_free(again);
	}
}

static void refuses_each(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++) {
		char *text = in_block(&bad[i]), *want = NULL;
		const char *place = bad[i].block ? "t:2:5: " : "t:1:1: ";
		struct buf b = BUF_INIT;
		struct conf_errors errors = { &b, 0 };
		struct config *c = NULL;

		if (!config_read(text, strlen(text), "t", &c, &errors))
			fail_msg("taken: %s", text);
		assert_null(c);
		assert_int_equal(errors.count, 1);
		assert_int_equal(strncmp(buf_str(&b), place, strlen(place)), 0);
		if (bad[i].back) {
			assert_true(asprintf(&want, "%s%s\n", place, bad[i].back) > 0);
			assert_string_equal(buf_str(&b), want);
		}
		buf_free(&b);
		free(text);
		free(want);
	}
}

static void tells_all_at_once(void **state)
{
	(void)state;
	refused(
	    "organisation \"A\"\n"
	    "organisation \"B\"\n"
	    "mail {\n"
	    "    mode loud\n"
	    "    rate 0/min\n"
	    "}\n"
	    "  colour blue\n"
	    "feeds {\n"
	    "\tpoll 1s\n"
	    "}\n",
	    "t:2:1: \"organisation\" stands twice, first in line 1\n"
	    "t:4:5: \"mode\" is one of: hold, live, redirect ADDRESS\n"
	    "t:5:5: \"rate\" wants 1/min to 1000000/min\n"
	    "t:7:3: unknown directive \"colour\"\n"
	    "t:9:2: \"poll\" wants a time from 15m to 7d: 6h\n");
}

static void sees_the_whole(void **state)
{
	(void)state;
	refused("mail {\n transport smtp\n}\n", "t:2:1: \"transport smtp\" needs a relay: relay HOST PORT\n");
	refused("mail {\n user ceud\n}\n", "t:2:1: \"user\" needs a password: password credential:NAME\n");
	refused("mail {\n password file:/p\n}\n", "t:2:1: \"password\" needs a user: user NAME\n");
	config_free(taken("mail {\n transport smtp\n relay localhost 25\n user ceud\n password file:/p\n}\n"));
}

/* The password itself never stands in the file. */
static void keeps_passwords_out(void **state)
{
	static const char *const words[] = { "secret", "file:secret", "file:", "credential:", "credential:../x", "command:", "\"command: \"" };

	(void)state;
	for (size_t i = 0; i < COUNT(words); i++) {
		char text[128];

		snprintf(text, sizeof text, "mail {\n user u\n password %s\n}\n", words[i]);
		refused(text, "t:3:2: \"password\" wants credential:NAME, file:/PATH or command:CMD; "
		    "the password itself does not stand here\n");
	}
	refused("mail {\n user u\n password command:pass show\n}\n",
	    "t:3:2: \"password\" wants the whole command in quotes: \"command:NAME WORD..\"\n");
	config_free(taken("mail {\n user u\n password \"command:pass show smtp | head -n 1\"\n}\n"));
	config_free(taken("mail {\n user u\n password command:token\n}\n"));
}

static void reads_the_password(void **state)
{
	char path[] = "/tmp/ceud-password-XXXXXX", text[128], secret[64];
	int fd = mkstemp(path);
	struct err err = { 0 };
	struct config *c;
	FILE *f = fdopen(fd, "w");

	(void)state;
	assert_non_null(f);
	fputs("correct horse\r\nsecond line\n", f);
	fclose(f);
	snprintf(text, sizeof text, "mail {\n user u\n password file:%s\n}\n", path);
	c = taken(text);
	assert_int_equal(config_password(c, secret, sizeof secret, &err), 0);
	assert_string_equal(secret, "correct horse");
	assert_int_equal(truncate(path, 0), 0);
	assert_int_equal(config_password(c, secret, sizeof secret, &err), -1);
	assert_non_null(strstr(err.what, "is empty"));
	remove(path);
	assert_int_equal(config_password(c, secret, sizeof secret, &err), -1);
	assert_string_equal(err.code, "password-unreadable");
	assert_non_null(strstr(err.what, path));
	config_free(c);
	c = taken("mail {\n user u\n password credential:smtp-password\n}\n");
	unsetenv("CREDENTIALS_DIRECTORY");
	assert_int_equal(config_password(c, secret, sizeof secret, &err), -1);
	config_free(c);
	c = taken("");
	assert_int_equal(config_password(c, secret, sizeof secret, &err), 0);
	assert_string_equal(secret, "");
	config_free(c);
}

static void holds_mail_unless_told(void **state)
{
	struct config *c = config_default();

	(void)state;
	assert_non_null(c);
	assert_int_equal(c->mail_mode, MODE_HOLD);
	assert_int_equal(c->mail_transport, TRANSPORT_DIR);
	assert_int_equal(c->mail_rate, 30);
	assert_int_equal(c->quiet_from, 20 * 60);
	assert_int_equal(c->quiet_to, 7 * 60);
	assert_int_equal(c->feeds_poll, 6 * 3600);
	assert_int_equal(c->feeds_max_bytes, 20000000);
	assert_int_equal(c->nallow, 0);
	assert_int_equal(c->reminders_days, 0x1f);
	for (int k = 0; k < LADDER_KINDS; k++)
		assert_true(c->ladders.of[k].is_set);
	assert_int_equal(c->ladders.of[LADDER_BEHIND].n, 12);
	assert_int_equal(c->ladders.of[LADDER_BEHIND].rungs[0], LADDER_OPEN);
	assert_int_equal(c->ladders.of[LADDER_BEHIND].rungs[11], 0);
	assert_int_equal(c->ladders.of[LADDER_ON_PACE].n, 6);
	assert_int_equal(c->ladders.of[LADDER_ON_PACE].rungs[1], LADDER_INBOX);
	assert_int_equal(c->ladders.of[LADDER_COMPLETE].n, 9);
	assert_int_equal(c->ladders.of[LADDER_COMPLETE].rungs[0], LADDER_REACHED);
	assert_int_equal(c->ladders.of[LADDER_LAPSED].n, 5);
	assert_int_equal(c->ladders.of[LADDER_LAPSED].rungs[4], -29);
	assert_int_equal(c->digest_every, 0);
	assert_null(c->zone);
	config_free(c);
}

static void refuses_what_is_no_text(void **state)
{
	(void)state;
	refused("mail {\n mode live\n", "t:1:6: the block that opens here is not closed; add a line with }\n");
	refused("}\n", NULL);
	config_free(taken(""));
	config_free(taken("# nothing\n\n"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(takes_each),
		cmocka_unit_test(prints_what_it_reads),
		cmocka_unit_test(refuses_each),
		cmocka_unit_test(tells_all_at_once),
		cmocka_unit_test(sees_the_whole),
		cmocka_unit_test(keeps_passwords_out),
		cmocka_unit_test(reads_the_password),
		cmocka_unit_test(holds_mail_unless_told),
		cmocka_unit_test(refuses_what_is_no_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
