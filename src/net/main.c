/* ceud-net: where the network and foreign bytes are met. One verb, one job, then gone. */
#include "net.h"
#include "read.h"
#include "base/log.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct verb {
	const char *name;
	int (*run)(int in, int out);
	const char *help;
};

static const struct verb verbs[] = {
	{ "fetch", fetch_run, "fetch or read one calendar and report its events" },
	{ "send", smtp_run, "hand mails to the relay and report what became of each" },
};

static int help(FILE *out)
{
	fputs("usage: ceud-net VERB    (the job is read from standard input, see ceud-net(8))\n"
	      "       ceud-net read FILE.. --from DAY --to DAY [OPTION..]\n", out);
	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
		fprintf(out, "  %-10s %s\n", verbs[i].name, verbs[i].help);
	fputs("  read       print what is in files of calendars, one line an occurrence\n", out);
	fputs("  --version  print the version\n  --help     print this\n", out);
	return fflush(out) == 0 && !ferror(out) ? NET_DONE : NET_FAILED;
}

static int version(void)
{
	puts("ceud-net " CEUD_VERSION);
	return fflush(stdout) == 0 && !ferror(stdout) ? NET_DONE : NET_FAILED;
}

int main(int argc, char **argv)
{
	log_open("ceud-net");
	if (argc >= 2 && strcmp(argv[1], "read") == 0)
		return read_run(argc - 2, argv + 2);
	if (argc == 2) {
		if (strcmp(argv[1], "--version") == 0)
			return version();
		if (strcmp(argv[1], "--help") == 0)
			return help(stdout);
		for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
			if (strcmp(argv[1], verbs[i].name) == 0)
				return verbs[i].run(STDIN_FILENO, STDOUT_FILENO);
		fprintf(stderr, "ceud-net: there is no verb \"%s\".\n", argv[1]);
	}
	help(stderr);
	return NET_BAD_JOB;
}
