#ifndef CEU_ARGS_H
#define CEU_ARGS_H

#include <stddef.h>
#include "commands.h"

struct arena;
struct buf;
struct err;

/* What was typed, understood. */
struct args {
	int argc;
	char **argv;				/* as given */
	const struct command *command;
	int is_default;				/* no verb was typed */
	const char **words;			/* the command's arguments */
	size_t n;
	const char *values[OPTION_COUNT];	/* NULL: not given; a flag's value is "" */
};

/* Options may stand anywhere, "--" ends them; an argument of '-' and a digit is none. Nothing typed is
 * `status`. Too few words are not yet an error (they may be asked for): args_lacking(). ERR_USAGE
 * "verb-unknown" "verb-unfinished" "option-unknown" "option-value" "option-twice" "argument-extra", each with
 * what was probably meant. */
int args_parse(int argc, char **argv, struct arena *a, struct args *ret, struct err *err);

/* All words behind the verb as they are, options too: for completion. */
int args_raw(int argc, char **argv, const struct command *c, struct arena *a, struct args *ret,
    struct err *err);

/* ERR_USAGE "argument-missing" if the command wants more words. */
int args_lacking(const struct args *args, struct err *err);

/* 1 if that flag stands among the words; for failures of args_parse(). */
int args_wants(int argc, char **argv, enum option_id flag);

/* What was typed, fit to be pasted into a shell, words that equal `from` replaced by `to` (both NULL: none).
 * Returns how many were replaced. */
int args_retype(int argc, char **argv, const char *from, const char *to, struct buf *out);

#endif
