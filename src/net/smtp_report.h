#ifndef NET_SMTP_REPORT_H
#define NET_SMTP_REPORT_H

#include <stddef.h>
#include <stdint.h>

#include "smtp_phase.h"

struct err;

/* What `ceud-net send` says: one line of JSON a mail, and one a step when steps were asked for. */

struct smtp_outcome {
	int64_t id;
	enum smtp_phase phase;
	int curlcode, code;
	char enhanced[16];
	char text[512];
	int all_sent, reused;
	long connects;
	int64_t ms;
	char server_id[128];
};

/* Of the code "5.1.1" at the beginning (RFC 3463); 0: there is none. */
size_t smtp_enhanced_length(const char *s);
/* Fill `enhanced` and `server_id` from a reply such as "250 2.0.0 Ok: queued as 4F1C2"; "" where it has none. */
void smtp_read_reply(const char *reply, char enhanced[16], char server_id[128]);

/* What a "334 eyJz..." says: a server that refuses a token explains itself so, in JSON.  "" for any other question. */
void smtp_read_challenge(const char *reply, char *out, size_t size);

/* Write the line. ERR_FAILED "job-answer" when nobody takes it. */
int smtp_report_mail(int out, const struct smtp_outcome *o, struct err *err);
int smtp_report_step(int out, int64_t id, const char *name, int64_t ms, const char *text, struct err *err);

#endif
