#ifndef CEUD_CEUD_H
#define CEUD_CEUD_H

#include <stdint.h>
#include "base/date.h"

/* The running daemon: what main() opened, in the order it was opened. */

struct config;
struct http;
struct jobs;
struct loop;
struct profiles;
struct programs;
struct render;
struct store;

struct options {
	const char *config_file;	/* --config, or NULL */
	const char *state_dir;		/* --state, or NULL */
	const char *socket;		/* --socket, or NULL */
	const char *clock;		/* --clock, or NULL */
	int check_config, print_config, version, help;
};

struct ceud {
	const struct options *options;
	struct config *config;		/* replaced whole by a reload */
	char *state_dir, *socket_path;	/* as resolved at start */
	int own;			/* 1: an ordinary person's own ceud; her uid is admin */
	struct store *store;
	struct loop *loop;
	struct programs *programs;
	struct profiles *profiles;
	struct render *render;
	struct http *http;
	struct http *network;		/* the TCP listener, or NULL */
	char *listening;		/* its address: "127.0.0.1:7843" */
	int is_handed;			/* it was handed over by the service manager */
	struct jobs *jobs;
	int64_t now;			/* read once a turn of the loop */
	int64_t started;
	char *net_program;		/* path of ceud-net */
	char *packet_program;		/* path of ceud-packet, or NULL where it is not installed */
};

/* Read the clock once; called by the loop at the top of each turn. */
void ceud_tick(struct ceud *d);

/* Reload the configuration: all or nothing. */
struct err;
int ceud_reload(struct ceud *d, struct err *err);
/* The directive of the configuration in force that only a restart brings about, or NULL. */
const char *ceud_needs_restart(const struct ceud *d);

#endif
