/* ceu: the client. Understands what was typed, runs one command, reports. */
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "host.h"
#include "interrupt.h"
#include "prompt.h"
#include "render.h"
#include "session.h"

enum { EXIT_STOPPED = 130 };

static int exit_code(const struct err *err)
{
	if (!strcmp(err->code, "stopped"))
		return EXIT_STOPPED;
	return err->class == ERR_NONE ? (int)ERR_FAILED : (int)err->class;
}

/* Say what went wrong, after what was already said. */
static void report(struct session *s, const struct err *err)
{
	const struct typed typed = { s->args.argc, s->args.argv,
		s->args.command ? s->args.command->verb : NULL };
	struct err ignored = { 0 };

	if (!s->json) {
		render_error(&s->aside, &s->arena, err, s->problem, &typed);
	} else if (!s->page.text.len) {
		if (!s->problem || session_print(s, &ignored))
			render_error_json(&s->page, err);
	}
}

/* An error of the command line itself: there is no session yet but for saying so. */
static int refuse(int argc, char **argv, const struct err *err)
{
	struct args args = { .argc = argc, .argv = argv, .command = command_named("help") };
	struct err ignored = { 0 };
	struct session s;

	if (args_wants(argc, argv, OPTION_JSON))
		args.values[OPTION_JSON] = "";
	if (args_wants(argc, argv, OPTION_ASCII))
		args.values[OPTION_ASCII] = "";
	if (!session_open(&s, &args, &interrupt_flag, &ignored)) {
		report(&s, err);
		/* There is nothing else that could be told or done. */
		(void)session_flush(&s, &ignored);
	}
	session_close(&s);
	return exit_code(err);
}

static int run_command(struct session *s, struct err *err)
{
	command_fn *fn = s->args.command->fn;

	if (s->args.values[OPTION_HELP] || s->args.values[OPTION_VERSION])
		fn = s->args.values[OPTION_HELP] ? verb_help : verb_version;
	if (fn == s->args.command->fn && args_lacking(&s->args, err)) {
		if (!s->interactive || prompt_lacking(s, err))
			return -1;
	}
	return fn(s, err);
}

static int run(const struct args *args)
{
	struct err err = { 0 }, unsaid = { 0 };
	struct session s;
	int code = session_open(&s, args, &interrupt_flag, &err);

	if (!code)
		code = run_command(&s, &err);
	if (code < 0) {
		/* What was done before it went wrong is said first. That this could not be said changes
		 * nothing: it failed. */
		if (!s.json && s.page.text.len)
			(void)session_flush(&s, &unsaid);
		report(&s, &err);
		code = exit_code(&err);
	}
	if (session_flush(&s, &unsaid)) {
		page_free(&s.page);
		s.json = 0;
		s.problem = NULL;
		report(&s, &unsaid);
		(void)session_flush(&s, &err);
		code = code ? code : ERR_FAILED;
	}
	session_close(&s);
	return code;
}

int main(int argc, char **argv)
{
	struct arena arena = ARENA_INIT;
	struct err err = { 0 };
	struct args args = { .argc = argc, .argv = argv };
	int code;

	if (interrupt_catch(&err))
		return refuse(argc, argv, &err);
	if (argc > 1 && !strcmp(argv[1], command_complete.verb))
		code = args_raw(argc, argv, &command_complete, &arena, &args, &err);
	else
		code = args_parse(argc, argv, &arena, &args, &err);
	if (code)
		code = refuse(argc, argv, &err);
	else if (args.values[OPTION_HOST] && host_run(args.values[OPTION_HOST], argc, argv, &err))
		code = refuse(argc, argv, &err);
	else
		code = run(&args);
	arena_free(&arena);
	return code;
}
