#ifndef MAIL_POLICY_H
#define MAIL_POLICY_H

#include <stddef.h>
#include <stdint.h>

/*
 * What an SMTP outcome means (MAIL.md 2.3, 4.2).  ceud-net reports {phase, curlcode, code, all_sent} and
 * judges nothing; everything is judged here.  Pure.
 */

enum mail_phase {			/* the last thing done on the connection */
	PHASE_NONE, PHASE_CONNECT, PHASE_BANNER, PHASE_EHLO, PHASE_STARTTLS, PHASE_TLS, PHASE_AUTH, PHASE_MAIL,
	PHASE_RCPT, PHASE_DATA, PHASE_BODY, PHASE_DOT, PHASE_ADDRESS
};
const char *mail_phase_name(enum mail_phase p);		/* "connect" ... "dot" */
int mail_phase_parse(const char *s, enum mail_phase *ret);	/* -1 unknown */

struct mail_outcome {			/* as reported by ceud-net */
	enum mail_phase phase;
	int curlcode;			/* 0 = accepted */
	int code;			/* last reply code, 0 if none */
	char enhanced[16];		/* "5.1.1" or "" */
	char text[512];			/* the reply or the library's words, secrets removed */
	int all_sent;			/* every byte of the message was handed over and 354 had come */
	int reused;			/* the connection had carried a mail before */
	int64_t ms;
	char server_id[128];		/* queue id from the last reply, or "" */
};

enum mail_class {
	MAIL_SENT,
	MAIL_CHANNEL,			/* server or network: the mail loses no attempt, the breaker counts */
	MAIL_CHANNEL_CONFIG,		/* the same, and an admin must act */
	MAIL_RECONNECT,			/* a reused connection was gone: again at once, once, no attempt */
	MAIL_LATER,			/* this mail, later */
	MAIL_DEAD,			/* this mail, never */
	MAIL_DOUBT			/* may have been delivered */
};
const char *mail_class_name(enum mail_class c);

enum mail_class mail_judge(const struct mail_outcome *o);

/* Answers that mean something else by their repetition: three different addresses in a row refused for what we are is a
 * fault of the channel; a mailbox that has been full for a day is not mailed any more; a second lost connection is a fault. */
enum { MAIL_DENIED_MAX = 3 };
struct mail_past {
	int reconnected;		/* the free retry has been had */
	int denied;			/* different addresses in a row refused so (mail_is_denied), with this one */
	int64_t waited;			/* ms since the mail was first due */
};
enum mail_class mail_judge_again(const struct mail_outcome *o, const struct mail_past *past);

/* 1 if the recipient was refused for what we are (5.7.x, relaying denied), not for what it is. */
int mail_is_denied(const struct mail_outcome *o);
/* 1 if a mail that is dead by this says that its address does not work: two in a row and nothing more is sent there. */
int mail_is_hard(const struct mail_outcome *o);

enum mail_state { MAIL_HELD, MAIL_READY, MAIL_SENDING, MAIL_IS_SENT, MAIL_FAILED, MAIL_UNKNOWN, MAIL_CANCELLED };
const char *mail_state_name(enum mail_state s);		/* "held" ... */
int mail_state_parse(const char *s, enum mail_state *ret);

struct mail_next { enum mail_state state; int attempts, doubts; int64_t next_try; };

/* The row after an outcome: `attempts` and `doubts` are those before it. Second doubt -> unknown; later: 5, 15, 30 min,
 * 1, 2, 4, then every 6 h, +-20 % by `seed`; past expires_at -> failed, or unknown if it may have arrived. */
struct mail_next mail_settle(enum mail_class c, int attempts, int doubts, int64_t now, int64_t expires_at,
    uint64_t seed);

/* Breaker: faults in a row -> how long to leave the channel alone (ms); 0 below 3 faults.
 * 1, 2, 5, 10, 15, 30 min, +-20 %. */
int64_t mail_breaker_pause(int faults, uint64_t seed);

/* Token bucket: refill `*tokens_milli` (thousandths) since `*refilled_at`, at rate per minute with a burst of 10 (or the
 * rate, if smaller); take one. Returns 0 if taken, else the ms to wait. */
int64_t mail_rate_take(int rate_per_minute, int64_t now, int64_t *tokens_milli, int64_t *refilled_at);

#endif
