#ifndef STORE_OUTBOX_H
#define STORE_OUTBOX_H

#include "store/store.h"
#include "rules/ladder.h"

/*
 * Mail that waits, rungs taken, attempts, the channel's breaker and rate (MAIL.md 4.1, 4.2).
 * States are the numbers of enum mail_state in mail/policy.h order: held ready sending sent failed unknown cancelled.
 */
enum outbox_state { OUTBOX_HELD, OUTBOX_READY, OUTBOX_SENDING, OUTBOX_SENT, OUTBOX_FAILED, OUTBOX_UNKNOWN, OUTBOX_CANCELLED };

struct outbox_mail {
	int64_t id;
	const char *dedup_key;		/* unique: "rem:PERSON:CYCLE:DAYS", "dig:TEAM:2026-03-09", "test:..." */
	const char *kind;		/* reminder digest admin nudge test */
	int priority;			/* 0 admin, 1 reminder, 3 digest; smaller first */
	int64_t person, team;		/* 0 = none */
	const char *rcpt, *rcpt_name;
	const char *subject;		/* "" until rendered */
	int64_t not_before, expires_at;
	enum outbox_state state;
	int attempts, doubts;
	int64_t next_try, lease_until, rendered_at, done_at, created_at;
	const char *message_id;		/* "" until rendered */
	const void *bytes; size_t nbytes;	/* frozen; NULL until rendered or once dropped */
	const char *reason, *enhanced, *phase, *server_id;
	int code;
};
struct outbox_list { struct outbox_mail *items; size_t n, cap; };

/* Insert, held or ready, unless the dedup_key is known: 1 inserted (id set), 0 known, -1 error. With bytes it is frozen from the
 * start: subject, message_id and rendered_at too. */
int outbox_plan(struct store *s, struct outbox_mail *m, struct err *err);
/* Ready and due at `now` (not_before, next_try), by priority then not_before; at most `limit`; without bytes. */
int outbox_due(struct store *s, int64_t now, int limit, struct arena *a, struct outbox_list *ret, struct err *err);
/* Freeze: rcpt, subject, message_id, bytes, rendered_at; state sending, lease_until. Only from ready: else ERR_RULE "mail-state".
 * bytes NULL keeps those frozen before (ERR_FAILED "mail-empty" if there are none). A mail with doubts keeps its bytes and
 * Message-ID: others are ERR_FAILED "mail-frozen". */
int outbox_claim(struct store *s, const struct outbox_mail *m, struct err *err);
/* Store state, attempts, doubts, next_try, reason, code, enhanced, phase, server_id, done_at; lease cleared.
 * sending -> ready, sent, failed, unknown; ready and held -> each other, themselves, failed, cancelled;
 * failed and unknown -> ready, cancelled; sent and cancelled stay. Anything else is ERR_RULE "mail-state". */
int outbox_settle(struct store *s, const struct outbox_mail *m, struct err *err);
/* At start: mails left in `sending` are in doubt: doubts + 1, ready at now + 10 min, or unknown at the second doubt. *ret: how many. */
int outbox_recover(struct store *s, int64_t now, int64_t *ret, struct err *err);
/* held -> ready. *ret: how many. */
int outbox_release(struct store *s, int64_t now, int64_t *ret, struct err *err);
/* Of a mail that waits, held or ready, and was not tried: when it leaves and expires. Any other stays as it is. */
int outbox_retime(struct store *s, int64_t id, int64_t not_before, int64_t expires_at, struct err *err);
/* A person has another address: her reminders that wait show it. They are made for it when they are claimed, in any case. */
int outbox_readdress(struct store *s, int64_t person, const char *rcpt, struct err *err);
int outbox_get(struct store *s, int64_t id, int with_bytes, struct arena *a, struct outbox_mail *ret, struct err *err);	/* ERR_ABSENT "no-mail" */
/* Newest first, id < before (0 = from the newest); state -1 = all but sent and cancelled, -2 = all. Without bytes. */
int outbox_page(struct store *s, int state, int64_t before, int limit, struct arena *a, struct outbox_list *ret, struct err *err);
/* A mail that is over (sent, failed, unknown, cancelled) once more: a new row with a key of its own ("KEY#2", "KEY#3"), so with a new
 * Message-ID, ready at `now`, expiring at `expires_at`, not rendered. *ret is the new one; a rung that the old one told of is told by it from now on
 * (because: "sent once more"). ERR_ABSENT "no-mail", ERR_RULE "mail-state" for one that still waits. */
int outbox_again(struct store *s, int64_t id, int64_t now, int64_t expires_at, struct arena *a, struct outbox_mail *ret, struct err *err);
/* Another mail of the same matter ("KEY", "KEY#2", ..) that waits or is on its way, or that is newer and was sent: 1 and *ret, without bytes,
 * is the newest of them; 0 there is none; -1. */
int outbox_other(struct store *s, const struct outbox_mail *m, struct arena *a, struct outbox_mail *ret, struct err *err);
/* A failed or unknown one, or one that is ready for later: ready at `now` (at its not_before, if that is later) with a fresh count of
 * attempts, expiring at `expires_at` at the earliest. Doubts, and with them the bytes, stay. ERR_ABSENT "no-mail", ERR_RULE "mail-state". */
int outbox_retry(struct store *s, int64_t id, int64_t now, int64_t expires_at, struct err *err);
/* When the last mails of these kinds ("reminder", "nudge") to the person go or went, newest first, without those that were cancelled or
 * failed, or that wait and are past their time at `now` or will be called off for a later one: instants (done_at of sent ones, else
 * not_before); at most `max`. */
int outbox_recent(struct store *s, int64_t person, int64_t now, int64_t *out, size_t max, size_t *n, struct err *err);
int outbox_next_due(struct store *s, int64_t *ret, struct err *err);	/* 0 = none */
struct outbox_counts { int64_t by_state[7]; int64_t oldest_ready; };
int outbox_count(struct store *s, struct outbox_counts *ret, struct err *err);
/* Drop the bytes of mails sent, failed or cancelled before `before`. Unknown ones keep theirs. A few at a time: *after is the last
 * mail that was looked at, 0 at first; 1 there may be more, 0 that was all, -1. */
int outbox_shrink(struct store *s, int64_t before, int64_t *after, struct err *err);

struct attempt { int64_t mail, at; const char *phase, *text; int curlcode, code, reused; int64_t ms; };
struct attempt_list { struct attempt *items; size_t n, cap; };
/* The newest 50 of a mail are kept. */
int attempt_add(struct store *s, const struct attempt *t, struct err *err);
int attempt_of(struct store *s, int64_t mail, struct arena *a, struct attempt_list *ret, struct err *err);

/* A rung's number: rules/ladder.h. */
struct rung { int64_t person, cycle; int rung; enum rung_outcome outcome; int64_t mail, at; const char *because; };
/* 1 inserted, 0 it was there, -1 error. */
int rung_take(struct store *s, const struct rung *r, struct err *err);
/* Of more than that (whose days were changed often) the words and the tightest. */
int rung_taken(struct store *s, int64_t cycle, int out[LADDER_RUNGS_MAX], size_t *n, struct err *err);
/* All of a cycle by time; with the state and the end of the mail, where there was one. */
struct rung_row { struct rung rung; enum outbox_state mail_state; int64_t mail_done_at, mail_not_before; };
struct rung_list { struct rung_row *items; size_t n, cap; };
int rung_list_of(struct store *s, int64_t cycle, struct arena *a, struct rung_list *ret, struct err *err);
/* Her address is another one: rungs of her open cycle that could not reach her are due again (no-address, or whose mail failed, or was
 * cancelled and went to an address that is suppressed: so call it before bounce_clear()). *ret: how many. */
int rung_forget_unsent(struct store *s, int64_t person, int64_t *ret, struct err *err);
/* The reason of a rung's mail that was cancelled or could not be sent. */
int rung_note(struct store *s, int64_t mail, const char *because, struct err *err);

struct channel { const char *state; /* "ok" "closed" */ int64_t until; const char *reason; int faults; int64_t tokens_milli, refilled_at; };
/* One never stored: state "ok", all else 0 or "". */
int channel_get(struct store *s, struct arena *a, struct channel *ret, struct err *err);
int channel_put(struct store *s, const struct channel *c, struct err *err);

/* Addresses that do not work (MAIL.md 4.2): two hard bounces in a row and nothing more is sent there until it is edited, or an admin
 * retries a mail to it. */
struct bounce { const char *address; int hard; int64_t suppressed_at; /* 0 = not */ const char *reason; };
struct bounce_list { struct bounce *items; size_t n, cap; };
/* One more; *is_suppressed: 1 from the second on. */
int bounce_hard(struct store *s, const char *address, int64_t now, const char *reason, int *is_suppressed, struct err *err);
int bounce_clear(struct store *s, const char *address, struct err *err);	/* a mail arrived, or an admin says so */
int bounce_get(struct store *s, const char *address, struct arena *a, struct bounce *ret, struct err *err);	/* hard 0: none */
int bounce_suppressed(struct store *s, int limit, struct arena *a, struct bounce_list *ret, struct err *err);	/* newest first */
int bounce_count(struct store *s, int64_t *ret, struct err *err);	/* how many are suppressed */

/* The deadline as a calendar goes along once for each end of a cycle. */
struct deadline_mail { int64_t cycle, mail; day_t end; int sequence; int is_sent; /* its mail is sent or still may be */ };
int deadline_mail_get(struct store *s, int64_t cycle, struct deadline_mail *ret, struct err *err);	/* mail 0: none yet */
int deadline_mail_put(struct store *s, const struct deadline_mail *d, struct err *err);

/* Whose lead wants none of its digests any more (by the link in one, or ceu team digest --off). */
int digest_off_get(struct store *s, int64_t person, int64_t team, int64_t *at, struct err *err);	/* *at 0: she gets it */
/* With ledger (subject the person, object "digest:TEAM:PERSON", text "digest of team NAME off"), so that
 * undo takes it back; nothing is written if it was so. by->now is when. ERR_ABSENT "no-team", "no-person". */
int digest_off_set(struct store *s, const struct actor *by, int64_t person, int64_t team, int is_off, struct err *err);

/* What the last sent digest of a team said of each person: the basis of "since the last digest". */
struct snapshot { int64_t person; int state; int64_t counted; };
struct snapshot_list { struct snapshot *items; size_t n, cap; day_t day; /* DAY_NONE: none was sent yet */ };
/* In place of that mail's; those of the team's digests before the newest sent one are forgotten. */
int snapshot_put(struct store *s, int64_t team, int64_t mail, day_t day, const struct snapshot *items, size_t n, struct err *err);
/* The newest one whose mail is sent; by person. */
int snapshot_last(struct store *s, int64_t team, struct arena *a, struct snapshot_list *ret, struct err *err);

/* When each job last ran and next runs (feeds, reminders, digests): instants; 0 = never. */
int job_get(struct store *s, const char *name, int64_t *last, int64_t *next, struct err *err);
int job_put(struct store *s, const char *name, int64_t last, int64_t next, struct err *err);

#endif
