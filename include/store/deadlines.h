#ifndef STORE_DEADLINES_H
#define STORE_DEADLINES_H

#include "store/store.h"

/* The calendar that goes out: its secret address, and what was published. */

/* A new address for the person: the old one is revoked. sha: SHA-256 of the token. With a ledger row that undo leaves alone. */
int deadline_token_set(struct store *s, const struct actor *by, int64_t person, const unsigned char sha[32], struct err *err);
/* Revoke without a new one. 1 there was one, 0 there was none, -1. */
int deadline_token_revoke(struct store *s, const struct actor *by, int64_t person, struct err *err);
struct deadline_token { int64_t person, made_at, revoked_at; };
/* 1 found, 0 not, -1. */
int deadline_token_find(struct store *s, const unsigned char sha[32], struct deadline_token *ret, struct err *err);
/* Of a person: the one in use. 1, 0, -1. */
int deadline_token_of(struct store *s, int64_t person, struct deadline_token *ret, struct err *err);

struct deadline_item {
	const char *key, *title, *text, *categories, *location;
	day_t day;
	int64_t start, end;		/* 0 = all day */
	const char *digest;		/* publish_digest() */
	int sequence;
	int64_t changed_at, cancelled_at;
};
struct deadline_item_list { struct deadline_item *items; size_t n, cap; };
int deadline_items(struct store *s, int64_t person, struct arena *a, struct deadline_item_list *ret, struct err *err);
/* Insert or replace one; remove one. What was published is bookkeeping: no ledger row. */
int deadline_item_put(struct store *s, int64_t person, const struct deadline_item *i, struct err *err);
int deadline_item_drop(struct store *s, int64_t person, const char *key, struct err *err);

#endif
