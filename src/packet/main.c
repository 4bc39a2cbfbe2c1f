/* ceud-packet: makes renewal packets and checks them. One verb, one job, then gone. */
#include "packet.h"
#include "base/log.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { RESULT_FD = 3 };			/* ceud leaves the file to write there */

static int usage(FILE *out)
{
	fputs("usage: ceud-packet make    (the job is read from standard input, see ceud-packet(8))\n"
	      "       ceud-packet verify [--json] FILE\n"
	      "  make       write a renewal packet to descriptor 3\n"
	      "  verify     check a packet, without any server\n"
	      "  --version  print the version\n"
	      "  --help     print this\n", out);
	return fflush(out) == 0 && !ferror(out) ? PACKET_DONE : PACKET_FAILED;
}

static int version(void)
{
	puts("ceud-packet " CEUD_VERSION);
	return fflush(stdout) == 0 && !ferror(stdout) ? PACKET_DONE : PACKET_FAILED;
}

/* The same facts give the same bytes, whoever asks: languages choose fonts, zones choose the hours in an
 * archive. File names are UTF-8 throughout. */
static int forget_surroundings(void)
{
	if (clearenv() != 0 || setenv("TZ", "UTC0", 1) != 0 || setenv("LC_ALL", "C.UTF-8", 1) != 0 ||
	    setlocale(LC_CTYPE, "C.UTF-8") == NULL) {
		log_error("The locale C.UTF-8 is missing; install the package libc-bin.");
		return -1;
	}
	return 0;
}

static int verify(int argc, char **argv)
{
	const char *path = NULL;
	int as_json = 0, options = 1;

	for (int i = 2; i < argc; i++) {
		if (options && strcmp(argv[i], "--") == 0)
			options = 0;
		else if (options && strcmp(argv[i], "--json") == 0)
			as_json = 1;
		else if ((options && argv[i][0] == '-') || path != NULL)
			return usage(stderr), PACKET_BAD_JOB;
		else
			path = argv[i];
	}
	if (path == NULL)
		return usage(stderr), PACKET_BAD_JOB;
	return packet_verify(path, as_json);
}

int main(int argc, char **argv)
{
	log_open("ceud-packet");
	if (argc == 2 && strcmp(argv[1], "--version") == 0)
		return version();
	if (argc == 2 && strcmp(argv[1], "--help") == 0)
		return usage(stdout);
	if (forget_surroundings() != 0)
		return PACKET_FAILED;
	if (argc == 2 && strcmp(argv[1], "make") == 0)
		return packet_make(STDIN_FILENO, STDOUT_FILENO, RESULT_FD);
	if (argc >= 2 && strcmp(argv[1], "verify") == 0)
		return verify(argc, argv);
	usage(stderr);
	return PACKET_BAD_JOB;
}
