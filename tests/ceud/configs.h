#ifndef TESTS_CEUD_CONFIGS_H
#define TESTS_CEUD_CONFIGS_H

struct config;

char *read_all(const char *path);		/* free(); fails the test if it cannot be read */
/* A file's text must be taken, config_free() it; or refused with exactly these lines ("t:LINE:COLUMN: ..."),
 * whatever they are when `want` is NULL. */
struct config *taken(const char *text);
void refused(const char *text, const char *want);
char *printed(const struct config *c);		/* config_print(); free() */

#endif
