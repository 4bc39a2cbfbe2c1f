/* What is known of whom mail reaches: addresses that do not work, deadlines that went along, digests nobody wants. */
#include "ledger.h"
#include "store/outbox.h"

#include <stdio.h>

/* ---- addresses */

static void bounce_read(struct query *q, void *item)
{
	struct bounce *b = item;

	b->address = q_text(q);
	b->hard = q_small(q);
	b->suppressed_at = q_int(q);
	b->reason = q_text(q);
}

int bounce_hard(struct store *s, const char *address, int64_t now, const char *reason, int *is_suppressed,
    struct err *err)
{
	int64_t since;
	int found = db_number(s, SQL_BOUNCE_HARD, VALUES(v_text(address), v_int(now), v_text(reason)), &since, err);

	if (found < 0)
		return -1;
	*is_suppressed = found;
	return 0;
}

int bounce_clear(struct store *s, const char *address, struct err *err)
{
	return db_run(s, SQL_BOUNCE_CLEAR, VALUES(v_text(address)), err) < 0 ? -1 : 0;
}

int bounce_get(struct store *s, const char *address, struct arena *a, struct bounce *ret, struct err *err)
{
	struct bounce b = { .address = "", .reason = "" };

	if (db_one(s, SQL_BOUNCE_GET, VALUES(v_text(address)), a, bounce_read, &b, sizeof(b), err) < 0)
		return -1;
	*ret = b;
	return 0;
}

int bounce_suppressed(struct store *s, int limit, struct arena *a, struct bounce_list *ret, struct err *err)
{
	struct rows r;

	if (db_list(s, SQL_BOUNCE_SUPPRESSED, VALUES(v_int(limit)), a, bounce_read, sizeof(struct bounce), &r, err) < 0)
		return -1;
	*ret = (struct bounce_list){ r.items, r.n, r.cap };
	return 0;
}

int bounce_count(struct store *s, int64_t *ret, struct err *err)
{
	return db_number(s, SQL_BOUNCE_COUNT, NO_VALUES, ret, err) < 0 ? -1 : 0;
}

/* ---- deadlines */

static void deadline_mail_read(struct query *q, void *item)
{
	struct deadline_mail *d = item;

	d->cycle = q_int(q);
	d->mail = q_int(q);
	d->end = q_day(q);
	d->sequence = q_small(q);
	d->is_sent = q_small(q);
}

int deadline_mail_get(struct store *s, int64_t cycle, struct deadline_mail *ret, struct err *err)
{
	struct deadline_mail d = { .cycle = cycle, .end = DAY_NONE };
	struct arena a = ARENA_INIT;
	int rc = db_one(s, SQL_DEADLINE_MAIL_GET, VALUES(v_int(cycle)), &a, deadline_mail_read, &d, sizeof(d), err);

	arena_free(&a);
	if (rc < 0)
		return -1;
	*ret = d;
	return 0;
}

int deadline_mail_put(struct store *s, const struct deadline_mail *d, struct err *err)
{
	return db_run(s, SQL_DEADLINE_MAIL_PUT, VALUES(v_int(d->cycle), v_int(d->mail), v_int(d->end),
	    v_int(d->sequence)), err) < 0 ? -1 : 0;
}

/* ---- digests that are not wanted */

int digest_off_get(struct store *s, int64_t person, int64_t team, int64_t *at, struct err *err)
{
	int64_t since = 0;

	if (db_number(s, SQL_DIGEST_OFF_GET, VALUES(v_int(person), v_int(team)), &since, err) < 0)
		return -1;
	*at = since;
	return 0;
}

/* at 0: on again. */
static int put_off(struct store *s, int64_t person, int64_t team, int64_t at, struct err *err)
{
	if (!at)
		return db_run(s, SQL_DIGEST_OFF_CLEAR, VALUES(v_int(person), v_int(team)), err) < 0 ? -1 : 0;
	return db_run(s, SQL_DIGEST_OFF_PUT, VALUES(v_int(person), v_int(team), v_int(at)), err) < 0 ? -1 : 0;
}

/* Writes the row; text NULL: made of what it is now. */
static int write_row(struct store *s, const struct actor *by, struct record r, const struct team *t, int64_t before,
    int64_t after, struct err *err)
{
	struct pictures p = PICTURES_INIT;
	char name[48];

	snprintf(name, sizeof(name), "%lld:%lld", (long long)t->id, (long long)r.subject);
	buf_printf(&p.before, "{\"off_since\":%lld}", (long long)before);
	buf_printf(&p.after, "{\"off_since\":%lld}", (long long)after);
	if (r.text)
		buf_puts(&p.text, r.text);
	else
		buf_printf(&p.text, "digest of team %s %s", t->name, after ? "off" : "on");
	r.kind = "digest";
	r.name = name;
	return ledger_picture(s, by, r, &p, err);
}

int digest_off_set(struct store *s, const struct actor *by, int64_t person, int64_t team, int is_off, struct err *err)
{
	struct arena a = ARENA_INIT;
	int64_t before = 0, after = is_off ? by->now : 0;
	struct person p;
	struct team t;
	int rc = team_get(s, team, &a, &t, err);

	if (rc == 0)
		rc = person_get(s, person, &a, &p, err);
	if (rc == 0)
		rc = digest_off_get(s, person, team, &before, err);
	if (rc == 0 && !before != !after) {
		rc = put_off(s, person, team, after, err);
		if (rc == 0)
			rc = write_row(s, by, (struct record){ .subject = person, .action = "digest" }, &t, before, after, err);
	}
	arena_free(&a);
	return rc;
}

int digest_off_revert(struct store *s, const struct actor *by, const struct revert *r, struct err *err)
{
	const struct team t = { .id = r->id };
	int64_t before = 0, after = 0;

	if (json_int(r->image, "off_since", &after) < 0)
		return image_bad("a digest", err);
	if (digest_off_get(s, r->subject, t.id, &before, err) < 0 ||
	    put_off(s, r->subject, t.id, after, err) < 0)
		return -1;
	return write_row(s, by, (struct record){ .subject = r->subject, .action = r->action, .text = r->text,
	    .undoes = r->step }, &t, before, after, err);
}
