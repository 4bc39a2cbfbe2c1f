/* What an admin is told when mail does not get through. */

#include "mail/render.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/text.h"
#include "tree.h"
#include "words.h"

enum { SUBJECT_MAX = 60, SHOWN_MAX = 20, REASON_MAX = 300, DAY_MINUTES = 24 * 60 };

static int64_t minute_of(int64_t instant, int offset_seconds)
{
	int64_t ms = instant + (int64_t)offset_seconds * 1000, minutes = ms / 60000;

	return ms % 60000 < 0 ? minutes - 1 : minutes;
}

static day_t day_of(int64_t minute)
{
	return (day_t)(minute / DAY_MINUTES - (minute % DAY_MINUTES < 0));
}

/* "09:12", or "10 March" where that is another day. */
static const char *since(const struct admin_facts *f, char out[WORDS_SIZE])
{
	int64_t at = minute_of(f->refused_since, f->offset_seconds), now = minute_of(f->now, f->offset_seconds);
	int64_t of_day = at - (int64_t)day_of(at) * DAY_MINUTES;

	if (day_of(at) != day_of(now))
		return words_day(day_of(at), day_of(now), out);
	snprintf(out, WORDS_SIZE, "%02d:%02d", (int)(of_day / 60), (int)(of_day % 60));
	return out;
}

/* "2 mails failed" and so on, the gravest first; the last ones are left out when there is no room. */
static void put_subject(struct values *w, const struct admin_facts *f)
{
	struct { int64_t n; const char *one, *many; } const parts[] = {
		{ f->refused_since != 0 ? 0 : f->waiting, "mail waits", "mails wait" },
		{ (int64_t)f->nfailed, "mail failed", "mails failed" },
		{ (int64_t)f->nunknown, "mail may be lost", "mails may be lost" },
		{ (int64_t)f->nsuppressed, "address does not work", "addresses do not work" },
		{ f->held, "mail is held", "mails are held" },
	};
	struct buf s = BUF_INIT, relay = BUF_INIT;
	char at[WORDS_SIZE], part[WORDS_SIZE * 2];

	if (f->refused_since != 0) {
		text_clean(&relay, f->relay, strlen(f->relay), TREE_TITLE_MAX);
		if (f->waiting > 0)
			buf_printf(&s, "%" PRId64 " %s wait%s, ", f->waiting, f->waiting == 1 ? "mail" : "mails",
			    f->waiting == 1 ? "s" : "");
		since(f, at);
		if (strlen("ceud: ") + s.len + text_width(buf_str(&relay)) + strlen(" refuses since ") + strlen(at) > SUBJECT_MAX) {
			words_empty(&relay);
			buf_puts(&relay, "the relay");
		}
		buf_printf(&s, "%s refuses since %s", buf_str(&relay), at);
	}
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		snprintf(part, sizeof(part), "%s%" PRId64 " %s", s.len > 0 ? ", " : "", parts[i].n,
		    parts[i].n == 1 ? parts[i].one : parts[i].many);
		if (parts[i].n > 0 && strlen("ceud: ") + text_width(buf_str(&s)) + strlen(part) <= SUBJECT_MAX)
			buf_puts(&s, part);
	}
	if (s.failed || relay.failed)
		w->failed = 1;
	tree_printf(w, "subject", "ceud: %s", s.len > 0 ? buf_str(&s) : "mail gets through");
	buf_free(&s);
	buf_free(&relay);
}

static void put_mails(struct values *w, const char *name, const struct admin_mail *mails, size_t n)
{
	size_t shown = n < SHOWN_MAX ? n : SHOWN_MAX;

	if (n == 0)
		return;
	value_object(w, name);
	value_list(w, "mails");
	for (size_t i = 0; i < shown; i++) {
		value_object(w, NULL);
		if (mails[i].id > 0)
			tree_printf(w, "id", "%" PRId64, mails[i].id);
		tree_clean(w, "to", mails[i].to, TREE_TITLE_MAX);
		tree_clean(w, "reason", mails[i].reason, REASON_MAX);
		value_end(w);
	}
	value_end(w);
	if (n > shown)
		tree_printf(w, "more", "%zu", n - shown);
	tree_printf(w, "first", "%" PRId64, mails[0].id);
	value_bool(w, "one", n == 1);
	value_end(w);
}

/* The sentence at the top: what to know before anything else. */
static void put_head(struct values *w, const struct admin_facts *f)
{
	if (f->refused_since != 0)
		tree_text(w, "head", "Mail does not get through.");
	else if (f->nfailed + f->nunknown + f->nsuppressed > 0)
		tree_text(w, "head", "Some mail needs a look.");
	else
		tree_text(w, "head", f->held > 0 ? "Mail is held for your word." : "Mail gets through.");
}

static void put_number(struct values *w, const char *name, int64_t n)
{
	if (n <= 0)
		return;
	value_object(w, name);
	tree_printf(w, "n", "%" PRId64, n);
	value_bool(w, "one", n == 1);
	value_end(w);
}

void admin_values(struct values *w, const struct admin_facts *f)
{
	char at[WORDS_SIZE];

	value_object(w, NULL);
	value_text(w, "title", "ceud");
	tree_place(w, f->organisation, NULL, NULL);
	put_subject(w, f);
	put_head(w, f);
	put_number(w, "waiting", f->waiting);
	put_number(w, "held", f->held);
	if (f->refused_since != 0) {
		value_object(w, "refused");
		tree_clean(w, "relay", f->relay, TREE_TITLE_MAX);
		tree_text(w, "since", since(f, at));
		tree_clean(w, "words", f->refused, REASON_MAX);
		value_end(w);
	}
	put_mails(w, "failed", f->failed, f->nfailed);
	put_mails(w, "unknown", f->unknown, f->nunknown);
	put_mails(w, "suppressed", f->suppressed, f->nsuppressed);
	value_end(w);
}

int render_admin(const struct render *r, const struct admin_facts *f, struct rendered *ret, struct err *err)
{
	struct values w = VALUES_INIT;

	admin_values(&w, f);
	return render_tree(r, "admin", &w, ret, err);
}
