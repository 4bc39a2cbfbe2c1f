#ifndef CEU_PROMPT_H
#define CEU_PROMPT_H

struct err;
struct json;
struct session;

/* Questions on a terminal: written to standard error, answered on standard input. Callers ask only when
 * session->interactive. Ctrl-C and the end of input are ERR_FAILED "stopped". */

/* One line, blanks at its ends removed; from the session's arena. */
int prompt_line(struct session *s, const char *question, const char **ret, struct err *err);

/* 1 yes, 0 no, -1. Enter is `yes`. --yes answers 1 without asking. */
int prompt_yes(struct session *s, const char *question, int yes, struct err *err);

/* Asks for the words that the command lacks (and, for log, when and what for), checking each answer; "<" goes
 * a step back. */
int prompt_lacking(struct session *s, struct err *err);

/* Whether `answer` is one of the ids of the list of {"id"}, or the beginning of exactly one: the id, else
 * NULL with err. */
const char *prompt_choose(struct session *s, const struct json *list, const char *what, const char *answer,
    struct err *err);
/* The ids of such a list, joined by ", ". */
const char *prompt_ids(struct session *s, const struct json *list);

#endif
