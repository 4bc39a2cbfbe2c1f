/* A message as bytes: what it may hold, and its headers. */

#include "mail/message.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/date.h"
#include "base/err.h"
#include "base/sha.h"
#include "base/text.h"
#include "encode.h"
#include "parts.h"

enum { ID_MAX = 250, URI_MAX = 450, TYPE_MAX = 200, NAME_MAX_BYTES = 1000, WORD_MAX = 60, OFFSET_MAX = 24 * 3600 };
enum { ID_BYTES = 15 };		/* of the hash: nobody meets another, and the header's line stays short */

static int refuse(struct err *err, const char *field, const char *fault)
{
	err_set(err, ERR_USAGE, "message-invalid", "The mail cannot be built: %s %s.", field, fault);
	return err_next(err, "Correct the name, text or setting this comes from.");
}

static int check_words(const char *field, const char *s, struct err *err)
{
	size_t n = strlen(s);

	if (!text_is_utf8(s, n))
		return refuse(err, field, "is not UTF-8");
	return text_has_control(s, n) ? refuse(err, field, "holds control characters") : 0;
}

/* A value that stands between < and >, or alone, and is never folded. */
static int check_token(const char *field, const char *s, size_t max, struct err *err)
{
	if (*s == '\0' || strlen(s) > max)
		return refuse(err, field, "is empty or too long");
	for (; *s != '\0'; s++) {
		if (*s <= ' ' || *s >= 127 || *s == '<' || *s == '>')
			return refuse(err, field, "holds blanks, angle brackets or something that is not ASCII");
	}
	return 0;
}

static int check_body(const char *field, const char *s, struct err *err)
{
	if (*s == '\0')
		return refuse(err, field, "is empty");
	return text_is_utf8(s, strlen(s)) ? 0 : refuse(err, field, "is not UTF-8");
}

static int check_date(const struct message *m, struct err *err)
{
	const int64_t first = INT64_C(-2208902400000), last = INT64_C(253402214400000);	/* 1900-01-02, 9999-12-31 */

	if (m->date < first || m->date >= last)
		return refuse(err, "the date", "has no year of four digits");
	if (m->offset_seconds <= -OFFSET_MAX || m->offset_seconds >= OFFSET_MAX)
		return refuse(err, "the zone of the date", "is a day or more from UTC");
	return 0;
}

static int check_uri(const char *field, const char *uri, const char *scheme, const char *other, struct err *err)
{
	if (uri == NULL)
		return 0;
	if (check_token(field, uri, URI_MAX, err) < 0)
		return -1;
	if (strncmp(uri, scheme, strlen(scheme)) == 0 || strncmp(uri, other, strlen(other)) == 0)
		return 0;
	return refuse(err, field, "begins with none of the schemes that belong there");
}

static int check_tokens(const struct message *m, struct err *err)
{
	if (check_token("the message id", m->message_id, ID_MAX, err) < 0)
		return -1;
	if (strchr(m->message_id, '@') == NULL)
		return refuse(err, "the message id", "has no @");
	if (m->thread_id != NULL && check_token("the thread id", m->thread_id, ID_MAX, err) < 0)
		return -1;
	if (m->list_id != NULL && check_token("the list id", m->list_id, ID_MAX, err) < 0)
		return -1;
	if (check_uri("the unsubscribe address", m->unsubscribe, "https://", "http://", err) < 0 ||
	    check_uri("the mail address to unsubscribe", m->unsubscribe_mail, "mailto:", "mailto:", err) < 0)
		return -1;
	return 0;
}

/* "text/csv; charset=utf-8; header=present": words that fold, without a name, which is a part's own. */
static int check_type(const char *s, struct err *err)
{
	size_t n = strlen(s), run = 0;

	if (n == 0 || n > TYPE_MAX || strchr(s, '/') == NULL || s[0] == ' ' || s[n - 1] == ' ' || s[n - 1] == ';')
		return refuse(err, "the type of an attachment", "is not like text/csv; charset=utf-8");
	for (; *s != '\0'; s++) {
		run = *s == ' ' ? 0 : run + 1;
		if (*s < ' ' || *s > '~' || run > WORD_MAX)
			return refuse(err, "the type of an attachment", "holds something that is not ASCII, or a very long word");
	}
	return 0;
}

static int check_parts(const struct message *m, struct err *err)
{
	for (size_t i = 0; i < m->nparts; i++) {
		const struct message_part *p = &m->parts[i];

		if (check_type(p->type, err) < 0 || check_words("the name of an attachment", p->name, err) < 0)
			return -1;
		if (p->name[strspn(p->name, " ")] == '\0' || strlen(p->name) > NAME_MAX_BYTES)
			return refuse(err, "the name of an attachment", "is empty or too long");
	}
	return 0;
}

static int check(const struct message *m, struct err *err)
{
	if (message_address(m->from_addr, err) < 0 || message_address(m->to_addr, err) < 0)
		return -1;
	if (m->reply_to != NULL && message_address(m->reply_to, err) < 0)
		return -1;
	if (m->original_to != NULL && message_address(m->original_to, err) < 0)
		return -1;
	if (check_words("the sender's name", m->from_name, err) < 0 ||
	    check_words("the recipient's name", m->to_name, err) < 0 || check_words("the subject", m->subject, err) < 0)
		return -1;
	if (m->subject[strspn(m->subject, " ")] == '\0')
		return refuse(err, "the subject", "is empty");
	if (check_tokens(m, err) < 0 || check_date(m, err) < 0)
		return -1;
	if (m->text == NULL)
		return refuse(err, "the text", "is missing");
	if (check_body("the text", m->text, err) < 0 || check_parts(m, err) < 0)
		return -1;
	return m->html == NULL ? 0 : check_body("the HTML", m->html, err);
}

/* RFC 5322 section 3.3. The zone is in whole minutes there, so the local time follows those. */
static void put_date(struct buf *out, int64_t date, int offset_seconds)
{
	static const char *const days[] = { "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun" };
	static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct",
	    "Nov", "Dec" };
	int zone = offset_seconds / 60, far = zone < 0 ? -zone : zone;
	int64_t local = (date >= 0 ? date : date - 999) / 1000 + (int64_t)zone * 60;
	int64_t day = (local >= 0 ? local : local - 86399) / 86400;
	int second = (int)(local - day * 86400);
	struct ymd d = date_ymd((day_t)day);

	buf_printf(out, "Date: %s, %d %s %04d %02d:%02d:%02d %c%02d%02d\r\n", days[date_weekday((day_t)day)], d.day,
	    months[d.month - 1], d.year, second / 3600, second / 60 % 60, second % 60, zone < 0 ? '-' : '+', far / 60,
	    far % 60);
}

/* On one line, since folding it breaks the signatures that it must be under (RFC 8058). */
static void put_unsubscribe(const struct message *m, struct buf *out)
{
	const char *web = m->unsubscribe, *mail = m->unsubscribe_mail;

	if (web == NULL && mail == NULL)
		return;
	buf_puts(out, "List-Unsubscribe: ");
	if (web != NULL)
		buf_printf(out, "<%s>", web);
	if (mail != NULL)
		buf_printf(out, "%s<%s>", web != NULL ? ", " : "", mail);
	buf_puts(out, "\r\n");
	if (web != NULL && strncmp(web, "https:", 6) == 0)
		buf_puts(out, "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n");
}

static void put_headers(const struct message *m, struct buf *out)
{
	encode_mailbox(out, "From", m->from_name, m->from_addr);
	encode_mailbox(out, "To", m->to_name, m->to_addr);
	if (m->reply_to != NULL)
		encode_mailbox(out, "Reply-To", "", m->reply_to);
	encode_header(out, "Subject", m->subject);
	put_date(out, m->date, m->offset_seconds);
	buf_printf(out, "Message-ID: <%s>\r\n", m->message_id);
	if (m->thread_id != NULL)
		buf_printf(out, "In-Reply-To: <%s>\r\nReferences: <%s>\r\n", m->thread_id, m->thread_id);
	buf_puts(out, "Auto-Submitted: auto-generated\r\nX-Auto-Response-Suppress: All\r\n");
	if (m->list_id != NULL)
		buf_printf(out, "List-Id: <%s>\r\n", m->list_id);
	put_unsubscribe(m, out);
	if (m->original_to != NULL)
		buf_printf(out, "X-Original-To: %s\r\n", m->original_to);
	buf_puts(out, "MIME-Version: 1.0\r\n");
}

int message_build(const struct message *m, struct buf *out, struct err *err)
{
	size_t before = out->len;

	if (check(m, err) < 0)
		return -1;
	put_headers(m, out);
	if (parts_put(m, out) == 0 && !out->failed)
		return 0;
	if (out->data != NULL) {
		out->len = before;
		out->data[before] = '\0';
	}
	return err_oom(err);
}

void message_make_id(const char *prefix, const void *key, size_t keylen, const char *dedup_key,
    const char *domain, char out[256])
{
	unsigned char mac[SHA_SIZE];
	char name[64];

	sha_hmac(key, keylen, dedup_key, strlen(dedup_key), mac);
	sha_base32(mac, ID_BYTES, name);
	snprintf(out, 256, "%s.%s@%s", prefix, name, domain);
}
