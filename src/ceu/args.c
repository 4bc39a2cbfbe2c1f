/* Understanding what was typed. */
#include "args.h"

#include <ctype.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/text.h"
#include "page.h"

enum { SHOWN = 80, CANDIDATES_MAX = 128 };

static int is_option(const char *s)
{
	return s[0] == '-' && s[1] && !isdigit((unsigned char)s[1]) && s[1] != '.' && s[1] != ',';
}

int args_wants(int argc, char **argv, enum option_id flag)
{
	for (int i = 1; i < argc && strcmp(argv[i], "--"); i++)
		if (!strncmp(argv[i], "--", 2) && !strcmp(argv[i] + 2, options[flag].name))
			return 1;
	return 0;
}

/* ---- typing it again */

static void retype_word(const char *s, struct buf *out)
{
	static const char plain[] =
	    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+=.,:/@%^";

	if (*s && strspn(s, plain) == strlen(s)) {
		buf_puts(out, s);
	} else if (!strpbrk(s, "\"$`\\!")) {
		buf_putc(out, '"');
		page_clean(out, s, 0);
		buf_putc(out, '"');
	} else {
		struct buf clean = BUF_INIT;

		page_clean(&clean, s, 0);
		buf_putc(out, '\'');
		for (const char *p = buf_str(&clean); *p; p++) {
			if (*p == '\'')
				buf_puts(out, "'\\''");
			else
				buf_putc(out, *p);
		}
		buf_putc(out, '\'');
		buf_free(&clean);
	}
}

int args_retype(int argc, char **argv, const char *from, const char *to, struct buf *out)
{
	int replaced = 0;

	buf_puts(out, "ceu");
	for (int i = 1; i < argc; i++) {
		int hit = from && !strcmp(argv[i], from);

		replaced += hit;
		buf_putc(out, ' ');
		retype_word(hit ? to : argv[i], out);
	}
	return replaced;
}

static int meant(int argc, char **argv, const char *from, const char *to, struct err *err)
{
	struct buf line = BUF_INIT;

	args_retype(argc, argv, from, to, &line);
	err_next(err, "Did you mean: %s", buf_str(&line));
	buf_free(&line);
	return -1;
}

/* ---- options */

static int refuse_option(const struct args *t, const char *given, const char *name, const struct command *c,
    struct err *err)
{
	const char *names[OPTION_COUNT], *near;
	char shown[SHOWN], fixed[SHOWN];
	size_t n = 0;

	for (int i = 0; i < OPTION_COUNT; i++)
		if (!c || command_takes(c, i))
			names[n++] = options[i].name;
	text_excerpt(shown, sizeof shown, given);
	if (c && option_find(name) >= 0)
		err_set(err, ERR_USAGE, "option-unknown", "ceu %s takes no --%s.", c->verb, name);
	else
		err_set(err, ERR_USAGE, "option-unknown", "There is no option \"%s\".", shown);
	near = text_suggest(name, names, n);
	if (near && strcmp(near, name)) {
		snprintf(fixed, sizeof fixed, "--%s", near);
		return meant(t->argc, t->argv, given, fixed, err);
	}
	if (!c)
		return err_next(err, "All options: ceu help");
	return err_next(err, "Its options: ceu help %s", c->verb);
}

static int take_value(struct args *t, int id, const char *inside, int *i, struct err *err)
{
	const struct option *o = &options[id];
	const char *value = inside;

	if (!o->value && inside) {
		err_set(err, ERR_USAGE, "option-value", "--%s takes no value.", o->name);
		return err_next(err, "Write only: --%s", o->name);
	}
	if (!o->value) {
		t->values[id] = "";
		return 0;
	}
	if (!value && *i + 1 < t->argc && strncmp(t->argv[*i + 1], "--", 2))
		value = t->argv[++*i];
	if (!value) {
		err_set(err, ERR_USAGE, "option-value", "--%s lacks its %s.", o->name, o->value);
		return err_next(err, "Write: --%s %s", o->name, o->value);
	}
	if (t->values[id]) {
		err_set(err, ERR_USAGE, "option-twice", "--%s is given twice.", o->name);
		return err_next(err, "Give it once%s.", strchr(o->value, ',') ? ", its values joined by "
		    "commas" : "");
	}
	t->values[id] = value;
	return 0;
}

static int take_option(struct args *t, enum option_id on, int *i, struct err *err)
{
	const char *given = t->argv[*i], *equals = strchr(given, '=');
	char name[SHOWN];
	int id;

	if (!strcmp(given, "-h")) {
		t->values[OPTION_HELP] = "";
		return 0;
	}
	if (equals && (size_t)(equals - given) < sizeof name) {
		memcpy(name, given, (size_t)(equals - given));
		name[equals - given] = '\0';
	} else {
		text_copy(name, sizeof name, given);
	}
	id = strncmp(name, "--", 2) ? -1 : option_find(name + 2);
	if (id < 0)
		return refuse_option(t, given, name + strspn(name, "-"), NULL, err);
	return take_value(t, id == OPTION_ON ? (int)on : id, equals ? equals + 1 : NULL, i, err);
}

/* ---- verbs */

/* The next words that may follow the first `n` of the words typed, each once. */
static size_t following(const char *const *typed, size_t n, const char **ret, char *room, size_t size)
{
	size_t found = 0, used = 0;

	for (const struct command *c = commands; c->verb && found < CANDIDATES_MAX; c++) {
		const char *s = c->verb;
		size_t i = 0, len = strcspn(s, " "), known;

		for (; i < n && strlen(typed[i]) == len && !strncmp(s, typed[i], len) && s[len]; i++) {
			s += len + 1;
			len = strcspn(s, " ");
		}
		if (i < n || used + len + 1 > size)
			continue;
		memcpy(room + used, s, len);
		room[used + len] = '\0';
		for (known = 0; known < found && strcmp(ret[known], room + used); known++)
			;
		if (known < found)
			continue;
		ret[found++] = room + used;
		used += len + 1;
	}
	return found;
}

static void list_words(const char *const *words, size_t n, struct buf *out)
{
	for (size_t i = 0; i < n; i++)
		buf_printf(out, "%s%s", i ? ", " : "", words[i]);
}

/* The words typed begin like verbs and end like none; `n` of them are right. */
static int refuse_verb(const struct args *t, const char *const *words, size_t total, size_t n,
    struct err *err)
{
	const char *next[CANDIDATES_MAX], *near;
	char room[2048], shown[SHOWN];
	struct buf said = BUF_INIT, list = BUF_INIT;
	size_t found = following(words, n, next, room, sizeof room);

	for (size_t i = 0; i < n; i++)
		buf_printf(&said, "%s ", words[i]);
	list_words(next, found, &list);
	if (n == total) {
		err_set(err, ERR_USAGE, "verb-unfinished", "\"ceu %.*s\" wants one more word: %s.",
		    (int)said.len - 1, buf_str(&said), buf_str(&list));
		err_next(err, "For instance: ceu %s%s", buf_str(&said), next[0]);
	} else {
		text_excerpt(shown, sizeof shown, words[n]);
		err_set(err, ERR_USAGE, "verb-unknown", "There is no command \"%s%s\".", buf_str(&said),
		    shown);
		near = text_suggest(words[n], next, found);
		if (near)
			meant(t->argc, t->argv, words[n], near, err);
		else if (n)
			err_next(err, "It goes on with: %s", buf_str(&list));
		else
			err_next(err, "All commands: ceu help");
	}
	buf_free(&said);
	buf_free(&list);
	return -1;
}

/* How many of the words begin some verb. */
static size_t verb_words(const char *const *words, size_t n)
{
	const char *next[CANDIDATES_MAX];
	char room[2048];
	size_t i = 0;

	while (i < n) {
		size_t found = following(words, i, next, room, sizeof room), k;

		for (k = 0; k < found && strcmp(next[k], words[i]); k++)
			;
		if (k == found)
			break;
		i++;
	}
	return i;
}

static int refuse_extra(const struct args *t, size_t most, struct err *err)
{
	char shown[SHOWN];
	const struct command *c = t->command;

	text_excerpt(shown, sizeof shown, t->words[most]);
	if (c->what)
		err_set(err, ERR_USAGE, "argument-extra", "ceu %s takes %s; \"%s\" is too much.", c->verb,
		    c->what, shown);
	else
		err_set(err, ERR_USAGE, "argument-extra", "ceu %s takes no arguments; \"%s\" is too much.",
		    c->verb, shown);
	if (c->what && strstr(c->what, "TITLE"))
		return err_next(err, "A title of several words stands in quotes: ceu %s %s \"TITLE\"",
		    c->verb, "HOURS CATEGORY");
	return err_next(err, "How it is used: ceu help %s", c->verb);
}

static int find_command(struct args *t, const char **words, size_t n, struct err *err)
{
	size_t used = 0, least, most, known = verb_words(words, n);

	t->is_default = !n;
	t->command = n ? command_find(words, n, &used) : command_named("status");
	if (!t->command)
		return refuse_verb(t, words, n, known, err);
	t->words = words + used;
	t->n = n - used;
	command_arity(t->command, &least, &most);
	if (t->n <= most)
		return 0;
	/* A misspelt second word: the verb found is the beginning of longer ones. */
	if (!most) {
		const char *next[CANDIDATES_MAX];
		char room[2048];

		if (following(words, used, next, room, sizeof room))
			return refuse_verb(t, words, n, known, err);
	}
	return refuse_extra(t, most, err);
}

static int check_options(const struct args *t, struct err *err)
{
	char given[SHOWN];

	for (int i = 0; i < OPTION_COUNT; i++) {
		if (!t->values[i] || command_takes(t->command, i))
			continue;
		snprintf(given, sizeof given, "--%s", options[i].name);
		return refuse_option(t, given, options[i].name, t->command, err);
	}
	return 0;
}

/* on: which of the two options of that name is meant. */
static int parse_as(int argc, char **argv, enum option_id on, struct arena *a, struct args *ret, struct err *err)
{
	struct args t = { .argc = argc, .argv = argv };
	const char **words = arena_alloc(a, ((size_t)argc + 1) * sizeof *words);
	size_t n = 0;
	int open = 1;

	if (!words)
		return err_oom(err);
	for (int i = 1; i < argc; i++) {
		if (open && !strcmp(argv[i], "--"))
			open = 0;
		else if (!open || !is_option(argv[i]))
			words[n++] = argv[i];
		else if (take_option(&t, on, &i, err))
			return -1;
	}
	if (find_command(&t, words, n, err) || (!t.values[OPTION_HELP] && check_options(&t, err)))
		return -1;
	*ret = t;
	return 0;
}

/* --on has a DATE but where a command takes it without one, and which command it is may stand behind it. */
int args_parse(int argc, char **argv, struct arena *a, struct args *ret, struct err *err)
{
	struct err unused = { 0 };

	if (!parse_as(argc, argv, OPTION_ON_AGAIN, a, ret, &unused))
		return 0;
	return parse_as(argc, argv, OPTION_ON, a, ret, err);
}

int args_raw(int argc, char **argv, const struct command *c, struct arena *a, struct args *ret,
    struct err *err)
{
	struct args t = { .argc = argc, .argv = argv, .command = c };
	const char **words = arena_alloc(a, (size_t)argc * sizeof *words);

	if (!words)
		return err_oom(err);
	for (int i = 2; i < argc; i++)
		words[t.n++] = argv[i];
	t.words = words;
	*ret = t;
	return 0;
}

int args_lacking(const struct args *t, struct err *err)
{
	size_t least, most;
	char name[SHOWN];

	command_arity(t->command, &least, &most);
	if (t->n >= least)
		return 0;
	err_set(err, ERR_USAGE, "argument-missing", "ceu %s lacks %s.", t->command->verb,
	    command_argument(t->command, t->n, name, sizeof name));
	return err_next(err, "Write: ceu %s %s", t->command->verb, t->command->what);
}
