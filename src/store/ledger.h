#ifndef STORE_LEDGER_ROOM_H
#define STORE_LEDGER_ROOM_H

#include "base/buf.h"
#include "base/json.h"
#include "db.h"
#include "store/ledger.h"

/* One row to be written. Members left out are 0 or NULL. */
struct record {
	int64_t subject;
	const char *action;
	const char *kind;		/* "entry", and the id: make the object */
	int64_t id;
	const char *name;		/* instead of the id, where things have names */
	const char *before, *after;	/* JSON or NULL */
	const char *text;
	int64_t undoes;
};
int ledger_write(struct store *s, const struct actor *by, const struct record *r, struct err *err);

/* The same with texts that were just made; an empty `before` or `after` is none. They are freed in any
 * case. */
struct pictures { struct buf before, after, text; };
#define PICTURES_INIT { BUF_INIT, BUF_INIT, BUF_INIT }
int ledger_picture(struct store *s, const struct actor *by, struct record r, struct pictures *p,
    struct err *err);

/*
 * Going back to how an object was before a row of a step, for undo and (of an undo's row) for redo.  Each
 * function writes a row of its own, also where nothing has to be changed: it says that the step is undone.
 * An image that lacks a member was written before there was such: that part stays as it is.
 */
struct revert {
	const char *key;		/* what follows the kind in the object's name: "12" */
	int64_t id;			/* the same as a number */
	int64_t subject;
	const struct json *image;	/* to go back to; NULL: the object was not there */
	const char *action;		/* "undo" or "redo" */
	const char *text;		/* "undo: edit 8" */
	int64_t step;			/* that is taken back */
};
typedef int reverter(struct store *s, const struct actor *by, const struct revert *r, struct err *err);
reverter entry_revert, evidence_revert, proposal_revert, calendar_revert, cycle_revert, person_revert,
    team_revert, member_revert, program_revert, feed_rule_revert, digest_off_revert;

/* ERR_FAILED "store-corrupt": the image of `what` cannot be read. */
int image_bad(const char *what, struct err *err);
/* A string of an image, copied; the fallback itself if there is none. NULL: lack of memory. */
const char *image_str(const struct json *image, const char *name, const char *fallback, struct arena *a);
/* *ret is untouched if there is none or it is null. ERR_FAILED "store-corrupt" if it is no day. */
int image_day(const struct json *image, const char *name, day_t *ret, struct err *err);

/* ---- entries */
struct entry;
db_reader entry_read;
/* All fields that entry_update() may change. */
void entry_image(struct buf *out, const struct entry *e);
int entry_from_image(struct entry *e, const struct json *image, struct arena *a, struct err *err);
/* The words of the history. */
void entry_history(struct buf *out, const char *action, const struct entry *before,
    const struct entry *after);
/* "a,b" */
void ids_join(struct buf *out, const char *const *ids, size_t n);

/* ---- proposals */
/* What the feed says of a confirmed event; an older one goes. Drop: none is fine. */
struct proposal_news;
int news_put(struct store *s, int64_t proposal, const struct proposal_news *n, struct err *err);
int news_drop(struct store *s, int64_t proposal, struct err *err);
/* After a change of its state: of one event in several calendars that one is shown which comes first now. */
int twins_settle(struct store *s, int64_t proposal, struct err *err);
/* The one that is shown where `no` is, and its place in the order in which one of a group is shown. "merge-invalid" if there
 * is none. */
struct twin { int64_t id; int rank; };
int twins_shown(struct store *s, int64_t person, int64_t no, struct twin *ret, struct err *err);
/* 1: a new one in that state (enum proposal_state) comes before it. */
int twin_yields(const struct twin *t, int new_state);
/* It takes place at another time now: where nobody decided on any of its group, and none of the others is at that time, it goes
 * its own way, so that the time that another calendar still says does not stand for its own. */
int twins_leave(struct store *s, int64_t proposal, int64_t start, struct err *err);
/* One that is in no group joins that of `no`; 0 = none. */
int twins_join(struct store *s, int64_t person, int64_t proposal, int64_t no, struct err *err);

/* ---- people and cycles */
db_reader person_read;
struct ever_cycle {			/* also one whose opening was undone */
	struct cycle_row row;
	int removed;
};
db_reader cycle_read, ever_cycle_read;
day_t cycle_due_day(day_t check, day_t rung);	/* the earlier one */
void cycle_image(struct buf *out, const struct ever_cycle *c);
int cycle_from_image(struct ever_cycle *c, const struct json *image, struct arena *a, struct err *err);
/* ERR_ABSENT "no-program-text". */
int program_text_id(struct store *s, const char *hash, int64_t *ret, struct err *err);

#endif
