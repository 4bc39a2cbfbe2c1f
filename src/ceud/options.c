/* ceud's command line: one table of options. */
#include "options.h"

#include <stddef.h>
#include <string.h>

static const struct option_row {
	const char *name, *value, *help;
	size_t offset;
} rows[] = {
	{ "--config", "FILE", "read this configuration", offsetof(struct options, config_file) },
	{ "--state", "DIR", "keep the database and mails here", offsetof(struct options, state_dir) },
	{ "--socket", "PATH", "listen here", offsetof(struct options, socket) },
	{ "--check-config", NULL, "check the configuration and programs, exit 0 or 78; warn of templates", offsetof(struct options, check_config) },
	{ "--print-config", NULL, "print the settings in force", offsetof(struct options, print_config) },
	{ "--clock", "INSTANT", "rehearse: the clock starts there (2026-03-12T08:00:00Z)", offsetof(struct options, clock) },
	{ "--version", NULL, "print the version", offsetof(struct options, version) },
	{ "--help", NULL, "print this", offsetof(struct options, help) },
};

void options_help(FILE *to)
{
	fputs("ceud keeps count of continuing-education units. It runs in the foreground.\n\nusage: ceud [options]\n", to);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		fprintf(to, "  %-14s %-8s %s\n", rows[i].name, rows[i].value ? rows[i].value : "", rows[i].help);
	fputs("\nManuals: ceud(8), ceud.conf(5), ceu(1).\n", to);
}

/* "--name" or "--name=value": its row, or NULL. */
static const struct option_row *find(const char *arg, const char **value)
{
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		size_t len = strlen(rows[i].name);

		if (strncmp(arg, rows[i].name, len) || (arg[len] && arg[len] != '='))
			continue;
		*value = arg[len] ? arg + len + 1 : NULL;
		return &rows[i];
	}
	return NULL;
}

static int complain(const char *what, const char *arg)
{
	fprintf(stderr, "ceud: %s: %s\nTry: ceud --help\n", what, arg);
	return -1;
}

int options_parse(int argc, char **argv, struct options *ret)
{
	for (int i = 1; i < argc; i++) {
		const char *value;
		const struct option_row *row = find(argv[i], &value);
		void *at = row ? (char *)ret + row->offset : NULL;

		if (!row)
			return complain("unknown option or argument", argv[i]);
		if (!row->value && value)
			return complain("takes no value", row->name);
		if (!row->value) {
			*(int *)at = 1;
			continue;
		}
		if (!value && i + 1 < argc)
			value = argv[++i];
		if (!value || !*value)
			return complain("wants a value", row->name);
		*(const char **)at = value;
	}
	return 0;
}
