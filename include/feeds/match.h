#ifndef FEEDS_MATCH_H
#define FEEDS_MATCH_H

#include <stddef.h>
#include <stdint.h>
#include "feeds/event.h"

struct arena;
struct err;

/*
 * What an event is taken for: category, competencies, provider, minutes, and whether it is proposed at all
 * (FEEDS.md 4.5, 4.6).  Pure.  Every guess says which rule or which entry of hers it comes from.
 */

enum match_field {
	MATCH_TITLE, MATCH_CATEGORIES, MATCH_DESCRIPTION, MATCH_LOCATION, MATCH_HOST, MATCH_ORGANIZER, MATCH_DOMAIN,
	MATCH_CALENDAR, MATCH_SERIES, MATCH_EXTRA
};
/* "title" "categories" "description" "location" "host" "organizer" "domain" "calendar" "series", and "x-NAME" for an
 * X-property. NULL past the last. */
const char *match_field_name(enum match_field f);
/* Reads such a word; of "x-..." *ret_extra is its name in upper case, in the arena. -1: none of them. */
int match_field_parse(const char *word, enum match_field *ret, const char **ret_extra, struct arena *a);

enum match_test {
	MATCH_IS,			/* the whole text, or one of the categories */
	MATCH_CONTAINS,			/* whole words that follow each other */
	MATCH_BEGINS,
	MATCH_ENDS,			/* of a host or domain: it or one below it */
	MATCH_LIKE			/* the whole text; * is anything, ? one character */
};
const char *match_test_name(enum match_test t);	/* "is" "contains" "begins" "ends" "like" */
int match_test_parse(const char *word, enum match_test *ret);

enum match_verdict { MATCH_SILENT, MATCH_PROPOSE, MATCH_IGNORE };

enum { MATCH_VALUE_MAX = 200 };

enum match_origin {
	MATCH_PERSONAL,			/* the person's own */
	MATCH_ADMIN,			/* of an admin, for everybody */
	MATCH_PROGRAM			/* an example word of a category, from the program's file */
};

struct match_rule {
	int64_t id, no;			/* `no` as people see it; both 0 of MATCH_PROGRAM */
	enum match_origin origin;
	enum match_field field;
	const char *extra;		/* of MATCH_EXTRA: the name; else "" */
	enum match_test test;
	const char *value;		/* as it was written */
	int64_t calendar;		/* only events of that one; 0 = of all */
	const char *category;		/* what it sets: an id, or "" */
	const char *competencies;	/* ids joined by ',' or "" */
	const char *provider;		/* or "" */
	int break_minutes;		/* -1 = not set; 0 = no breaks */
	int per_day;			/* minutes for each day of an event without hours; 0 = not set */
	enum match_verdict verdict;	/* a rule that sets something proposes, unless it says ignore */
};

/*
 * Rules ready for use: folded once. Keeps pointers to the rules given; not for two threads at once.
 * Texts are compared folded (text_fold), each of the categories and each X-property of the name by itself; a host and a domain
 * in lower case, without "www."; a series byte for byte. A value without a letter or digit matches nothing.
 */
struct matcher;
int matcher_new(const struct match_rule *rules, size_t n, struct matcher **ret, struct err *err);
void matcher_free(struct matcher *m);

/* One entry that this person made of an event: what is learned from. */
struct lesson {
	int64_t entry_no;
	day_t day;			/* of the entry */
	int64_t calendar;
	const char *series;		/* event_series_key() of its event; "" of a single one's */
	const char *title;		/* of the event */
	const char *host, *domain;
	const char *category, *competencies, *provider;	/* as confirmed */
};
struct lessons;				/* newest first; lessons_new() sorts and folds */
int lessons_new(const struct lesson *items, size_t n, struct lessons **ret, struct err *err);
void lessons_free(struct lessons *l);

struct match_calendar {			/* what its owner said of a calendar */
	int64_t id;
	const char *name;
	const char *category, *competencies;
	int everything;			/* 0: only what a rule or a lesson proposes */
};

/*
 * First match wins for each target: rules of the person, lessons (the same series, else the same title, else at least
 * three of the same host or organizer's domain that all agree), the calendar's own words, rules of admins, example words
 * of the program; each in order of `no`.  Whether it is proposed: a personal rule that says so, either way; then what was
 * declined is ignored; then an admin's rule, either way; then a lesson of the same series or title, `everything`, an example
 * word or a credit figure proposes; else it is ignored. What many events of one host teach is too weak to propose another.
 * Minutes: e->minutes less breaks. Breaks: a rule's, else 60 minutes from 6 hours on, else none; never below 1 minute.
 * An event without minutes (all-day, long, no end) gets days x per_day if a rule says so, else 0: nothing is invented.
 */
struct match_guess {
	const char *category, *competencies, *provider;	/* of the rule, lesson or calendar given; "" = no guess */
	int minutes, breaks;		/* to suggest; what was taken off for breaks */
	int days;			/* x per_day, where that made the minutes; else 0 */
	int is_proposed;
	int64_t rule;			/* id of the rule that decided about proposing, or 0 */
	int personal;			/* category came from a rule of the person herself */
	const char *why;		/* sentences for people, in the arena: "Your rule 3: the title contains "workshop"." */
};
/* m, l may be NULL: none. `days`: civil days that the event touches, at least 1. -1 on lack of memory. */
int match_event(const struct matcher *m, const struct lessons *l, const struct match_calendar *c,
    const struct event *e, int days, struct arena *a, struct match_guess *ret, struct err *err);

/* Does this one rule match? For a preview. 1, 0, -1 on lack of memory. */
int match_one(const struct match_rule *r, const struct match_calendar *c, const struct event *e, struct err *err);

/* `the title contains "workshop"`, for messages and lists. NULL on lack of memory. */
const char *match_rule_text(const struct match_rule *r, struct arena *a);

/* The host of a URL in lower case, without "www." and port; "" if there is none. out[size]. */
char *match_host(const char *url, char *out, size_t size);

/*
 * Words of a text that name a credit figure: number and unit (CEU, CPE, CPD, CME, PDU, CNE, CLE, contact hours, credits,
 * credit hours), as they stand. "" if there is none, or two different numbers. Returns out. FEEDS.md 4.5
 */
char *credit_quote(const char *const texts[], size_t n, char out[EVENT_CREDIT_MAX + 1]);

#endif
