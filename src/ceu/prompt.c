/* Asking on a terminal. */
#include "prompt.h"

#include <ctype.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/date.h"
#include "base/json.h"
#include "base/text.h"
#include "interrupt.h"
#include "session.h"
#include "view.h"

enum { QUESTIONS_MAX = 8, LABEL_MAX = 40 };

static int stopped(struct err *err)
{
	return err_set(err, ERR_FAILED, "stopped", "Stopped.");
}

/* One line of standard input, with its end: a terminal gives a line at a time. 0 at the end of input or on
 * Ctrl-C, else 1. */
static int read_line(struct buf *out, struct err *err)
{
	while (!out->len || out->data[out->len - 1] != '\n') {
		char piece[512];
		ssize_t n;

		if (interrupt_poll(STDIN_FILENO, POLLIN, -1) < 0) {
			if (errno == EINTR && !interrupt_flag)
				continue; /* another signal: a window that changed, or a pause */
			return 0;
		}
		n = read(STDIN_FILENO, piece, sizeof piece);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return out->len > 0;
		if (buf_add(out, piece, (size_t)n))
			return err_oom(err);
	}
	return 1;
}

int prompt_line(struct session *s, const char *question, const char **ret, struct err *err)
{
	struct buf line = BUF_INIT;
	const char *from, *kept;
	int got;

	/* What was said so far comes before the question, whichever way it goes out. */
	if (session_flush(s, err))
		return -1;
	page_printf(&s->aside, INK_PLAIN, "%s ", question);
	if (session_flush(s, err))
		return -1;
	got = read_line(&line, err);
	s->aside.column = 0;
	if (got <= 0) {
		buf_free(&line);
		page_line(&s->aside);
		return got ? -1 : stopped(err);
	}
	while (line.len && isspace((unsigned char)line.data[line.len - 1]))
		line.data[--line.len] = '\0';
	from = buf_str(&line);
	kept = arena_strdup(&s->arena, from + strspn(from, " \t"));
	buf_free(&line);
	if (!kept)
		return err_oom(err);
	*ret = kept;
	return 0;
}

int prompt_yes(struct session *s, const char *question, int yes, struct err *err)
{
	const char *answer, *asked = view_printf(&s->arena, "%s %s", question, yes ? "[Y/n]" : "[y/N]");

	if (session_value(s, OPTION_YES))
		return 1;
	for (;;) {
		if (prompt_line(s, asked, &answer, err))
			return -1;
		if (!*answer)
			return yes;
		if (!strcasecmp(answer, "y") || !strcasecmp(answer, "yes"))
			return 1;
		if (!strcasecmp(answer, "n") || !strcasecmp(answer, "no"))
			return 0;
		page_text(&s->aside, INK_PLAIN, "  Please answer y or n.");
		page_line(&s->aside);
	}
}

const char *prompt_choose(struct session *s, const struct json *list, const char *what, const char *answer,
    struct err *err)
{
	const char *found = NULL, *ids = "";
	size_t hits = 0;

	for (size_t i = 0; i < json_size(list); i++) {
		const char *id = view_str(&s->arena, json_at(list, i), "id");

		if (!strcmp(id, answer))
			return id;
		if (*answer && !strncmp(id, answer, strlen(answer))) {
			found = id;
			hits++;
		}
		ids = view_printf(&s->arena, "%s%s%s", ids, i ? ", " : "", id);
	}
	if (hits == 1)
		return found;
	err_set(err, ERR_USAGE, "choice-unknown", "There is no %s \"%.60s\": %s.", what, answer, ids);
	return NULL;
}

/* ---- the questions of one command */

struct question {
	char label[LABEL_MAX];
	const char *hint;		/* what may be answered, or "" */
	const char *fallback;		/* for Enter; NULL: an answer is needed */
	int option;			/* -1: a word of the command */
	int (*check)(struct session *s, const struct json *status, const char **answer, struct err *err);
	const char *answer;
};

static int check_hours(struct session *s, const struct json *status, const char **answer, struct err *err)
{
	int ignored;

	(void)s, (void)status;
	return date_parse_hours(*answer, &ignored, err);
}

static int check_category(struct session *s, const struct json *status, const char **answer,
    struct err *err)
{
	*answer = prompt_choose(s, json_get(status, "categories"), "category", *answer, err);
	return *answer ? 0 : -1;
}

static int check_day(struct session *s, const struct json *status, const char **answer, struct err *err)
{
	day_t today = view_day(status, "today"), ignored;

	(void)s;
	return today == DAY_NONE ? 0 : date_parse(*answer, today, DATE_BACK, &ignored, err);
}

static int check_competencies(struct session *s, const struct json *status, const char **answer,
    struct err *err)
{
	const char *all = "", *rest = *answer;

	while (*rest) {
		size_t len = strcspn(rest, ", ");
		const char *id;

		if (len) {
			id = prompt_choose(s, json_get(status, "competencies"), "competency",
			    view_printf(&s->arena, "%.*s", (int)len, rest), err);
			if (!id)
				return -1;
			all = view_printf(&s->arena, "%s%s%s", all, *all ? "," : "", id);
		}
		rest += len + (rest[len] != '\0');
	}
	*answer = all;
	return 0;
}

const char *prompt_ids(struct session *s, const struct json *list)
{
	const char *ids = "";

	for (size_t i = 0; i < json_size(list); i++)
		ids = view_printf(&s->arena, "%s%s%s", ids, i ? ", " : "",
		    view_str(&s->arena, json_at(list, i), "id"));
	return ids;
}

/* What is asked of any command: its words by their names. */
static void label(struct question *q, const struct command *c, size_t i)
{
	char name[LABEL_MAX];

	command_argument(c, i, name, sizeof name);
	for (char *p = name + 1; *name && *p; p++)
		*p = (char)tolower((unsigned char)*p);
	text_copy(q->label, sizeof q->label, !strcmp(name, "Id") ? "Number" : name);
	if (!strcmp(name, "Email"))
		text_copy(q->label, sizeof q->label, "E-mail");
	q->hint = "";
	q->option = -1;
	q->check = NULL;
}

static size_t questions_of_log(struct session *s, const struct json *status, struct question *q, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (!strcmp(q[i].label, "Hours")) {
			q[i].hint = "such as 1.5 or 1h30";
			q[i].check = check_hours;
		} else if (!strcmp(q[i].label, "Category")) {
			q[i].hint = prompt_ids(s, json_get(status, "categories"));
			q[i].check = check_category;
		}
	}
	if (!session_value(s, OPTION_ON))
		q[n++] = (struct question){ .label = "When", .hint = "", .fallback = "today",
		    .option = OPTION_ON,
			.check = check_day };
	if (!session_value(s, OPTION_FOR))
		q[n++] = (struct question){ .label = "Good for", .fallback = "", .option = OPTION_FOR,
			.hint = prompt_ids(s, json_get(status, "competencies")),
			    .check = check_competencies };
	return n;
}

static int ask_one(struct session *s, const struct json *status, struct question *q, int *back,
    struct err *err)
{
	struct err wrong = { 0 };
	const char *hint = *q->hint ? view_printf(&s->arena, " (%s)", q->hint) : "", *fallback = "";
	const char *text;

	if (q->fallback && *q->fallback)
		fallback = view_printf(&s->arena, " [%s]", q->fallback);
	text = view_printf(&s->arena, "  %s%s%s:", q->label, hint, fallback);
	for (;;) {
		if (prompt_line(s, text, &q->answer, err))
			return -1;
		*back = !strcmp(q->answer, "<");
		if (*back)
			return 0;
		if (!*q->answer && q->fallback)
			q->answer = q->fallback;
		else if (!*q->answer)
			continue;
		if (!q->check || !*q->answer || !q->check(s, status, &q->answer, &wrong))
			return 0;
		page_mark(&s->aside, MARK_FAULT);
		page_wrap(&s->aside, 2, INK_PLAIN, wrong.what);
		page_line(&s->aside);
	}
}

static int keep_answers(struct session *s, const struct question *q, size_t n, struct err *err)
{
	size_t least, most, words = s->args.n;
	const char **all;

	command_arity(s->args.command, &least, &most);
	all = arena_alloc(&s->arena, (least + 1) * sizeof *all);
	if (!all)
		return err_oom(err);
	for (size_t i = 0; i < words; i++)
		all[i] = s->args.words[i];
	for (size_t i = 0; i < n; i++) {
		if (q[i].option < 0)
			all[words++] = q[i].answer;
		else if (*q[i].answer)
			s->args.values[q[i].option] = q[i].answer;
	}
	s->args.words = all;
	s->args.n = words;
	return 0;
}

int prompt_lacking(struct session *s, struct err *err)
{
	struct question q[QUESTIONS_MAX] = { 0 };
	const struct json *status = NULL;
	size_t least, most, n = 0;
	int back = 0;

	command_arity(s->args.command, &least, &most);
	for (size_t i = s->args.n; i < least && n < QUESTIONS_MAX - 2; i++)
		label(&q[n++], s->args.command, i);
	if (n && s->args.command == command_named("log")) {
		status = session_get(s, "people/me/status", err);
		if (!status)
			return -1;
		n = questions_of_log(s, status, q, n);
	}
	for (size_t i = 0; i < n; i = back ? (i ? i - 1 : 0) : i + 1)
		if (ask_one(s, status, &q[i], &back, err))
			return -1;
	return keep_answers(s, q, n, err);
}
