/* Mails on their way, for the tests of the outbox. */
#include "mails.h"

#include <stdio.h>

struct err mails_err;
#define err mails_err

struct outbox_mail a_mail(const char *key)
{
	return (struct outbox_mail){ .dedup_key = key, .kind = "reminder", .priority = 1,
	    .rcpt = "maria@example.org", .rcpt_name = "Maria Diaz", .not_before = NOW,
	    .expires_at = NOW + 3 * 86400000, .state = OUTBOX_READY, .created_at = NOW, .reason = "" };
}

int64_t plan_mail(struct fixture *f, struct outbox_mail m)
{
	DONE(store_begin(f->s, &err), err);
	assert_int_equal(outbox_plan(f->s, &m, &err), 1);
	commit(f);
	return m.id;
}

struct outbox_mail get(struct fixture *f, int64_t id)
{
	struct outbox_mail m;

	DONE(outbox_get(f->s, id, 1, &f->arena, &m, &err), err);
	return m;
}

void claim(struct fixture *f, int64_t id, const char *bytes)
{
	struct outbox_mail m = get(f, id);

	m.subject = "12 days left";
	m.message_id = "<r.abc@example.org>";
	m.bytes = bytes;
	m.nbytes = bytes ? strlen(bytes) : 0;
	m.rendered_at = NOW + 1;
	m.lease_until = NOW + 15 * MINUTE;
	DONE(store_begin(f->s, &err), err);
	DONE(outbox_claim(f->s, &m, &err), err);
	commit(f);
}

int settle(struct fixture *f, int64_t id, enum outbox_state to, int64_t next_try)
{
	struct outbox_mail m = get(f, id);
	int rc;

	m.state = to;
	m.next_try = next_try;
	DONE(store_begin(f->s, &err), err);
	rc = outbox_settle(f->s, &m, &err);
	if (rc == 0)
		commit(f);
	else
		rollback(f);
	return rc;
}

int64_t a_mail_that_is(struct fixture *f, struct outbox_mail m, enum outbox_state to)
{
	char id[64];
	struct outbox_mail c;

	c = get(f, plan_mail(f, m));
	DONE(store_begin(f->s, &err), err);
	if (to != OUTBOX_CANCELLED) {
		c.subject = "subject";
		c.message_id = id;
		snprintf(id, sizeof(id), "<%s@example.org>", m.dedup_key);
		c.bytes = "bytes";
		c.nbytes = 5;
		c.rendered_at = NOW + 1;
		c.lease_until = NOW + 15 * MINUTE;
		DONE(outbox_claim(f->s, &c, &err), err);
	}
	c.state = to;
	c.attempts = 3;
	c.doubts = to == OUTBOX_UNKNOWN ? 2 : 0;
	c.done_at = NOW + 2;
	c.reason = "because";
	if (to != OUTBOX_SENDING)
		DONE(outbox_settle(f->s, &c, &err), err);
	commit(f);
	return c.id;
}

int shrink(struct fixture *f, int64_t before)
{
	int64_t after = 0;
	int rc, steps = 0;

	DONE(store_begin(f->s, &err), err);
	while ((rc = outbox_shrink(f->s, before, &after, &err)) > 0)
		steps++;
	DONE(rc, err);
	commit(f);
	return steps;
}
