#ifndef NET_CONTENTLINE_H
#define NET_CONTENTLINE_H

#include <stddef.h>

/* One unfolded line of a calendar: NAME;PARAM=value;PARAM="quoted":value. The pointers lead into the line. */
struct content_line {
	const char *name, *params, *value;	/* params start with the first ';' or are empty */
	size_t name_len, params_len, value_len;
};

/* 0, or -1 when there is no name of letters, digits and '-' followed (after parameters) by ':'. */
int content_split(const char *line, size_t len, struct content_line *ret);

/* 1 if the line's name is `name` (upper case), in any case. */
int content_is(const struct content_line *l, const char *name);

/* 1 if the `len` bytes are `word` (upper case), in any case. */
int content_word(const char *s, size_t len, const char *word);

/*
 * Parameter `name` (upper case) without its quotes: 1 and its place in the line, 0 if it is not there.
 */
int content_param(const struct content_line *l, const char *name, const char **ret, size_t *ret_len);

/* Without blanks at both ends. */
void content_trim(const char **s, size_t *len);

#endif
