#ifndef BASE_LOG_H
#define BASE_LOG_H

/*
 * Logging, for programs only (rooms return errors).  Lines go to standard error; with "<N>" priority
 * prefixes when $JOURNAL_STREAM names standard error, else with the level as a word.  Control
 * characters in a message are shown as '?'.
 */
enum log_level { LOG_ERROR = 3, LOG_WARNING = 4, LOG_NOTICE = 5, LOG_INFO = 6, LOG_DEBUG = 7 };

void log_open(const char *program);
/* Levels above this are dropped; the default is LOG_NOTICE. */
void log_set_level(enum log_level level);
enum log_level log_level(void);
/* "error" ... "debug"; -1 if unknown. */
int log_level_parse(const char *s);
void log_line(enum log_level level, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#define log_error(...)   log_line(LOG_ERROR, __VA_ARGS__)
#define log_warning(...) log_line(LOG_WARNING, __VA_ARGS__)
#define log_notice(...)  log_line(LOG_NOTICE, __VA_ARGS__)
#define log_info(...)    log_line(LOG_INFO, __VA_ARGS__)
#define log_debug(...)   log_line(LOG_DEBUG, __VA_ARGS__)

#endif
