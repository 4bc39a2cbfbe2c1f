/* Outcomes of mails as lines of JSON. */
#include "smtp_report.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/json.h"
#include "base/text.h"

/* Digits and dots of "5.1.1": one, dot, 1 to 3, dot, 1 to 3. */
size_t smtp_enhanced_length(const char *s)
{
	static const char digits[] = "0123456789";
	size_t subject, detail;

	if (strchr("245", s[0]) == NULL || s[0] == '\0' || s[1] != '.')
		return 0;
	subject = strspn(s + 2, digits);
	if (subject < 1 || subject > 3 || s[2 + subject] != '.')
		return 0;
	detail = strspn(s + 3 + subject, digits);
	if (detail < 1 || detail > 3)
		return 0;
	return 3 + subject + detail;
}

void smtp_read_reply(const char *reply, char enhanced[16], char server_id[128])
{
	static const char *const marks[] = { "queued as ", " id=" };
	size_t n;

	enhanced[0] = server_id[0] = '\0';
	if (strlen(reply) > 4 && (n = smtp_enhanced_length(reply + 4)) > 0 && (reply[4 + n] == ' ' || reply[4 + n] == '\0'))
		snprintf(enhanced, 16, "%.*s", (int)n, reply + 4);
	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
		const char *at = strstr(reply, marks[i]);

		if (at == NULL)
			continue;
		at += strlen(marks[i]);
		n = strcspn(at, " ,;()<>[]");
		if (n > 0 && n < 128) {
			snprintf(server_id, 128, "%.*s", (int)n, at);
			return;
		}
	}
}

static int base64_value(char c)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const char *at = c != '\0' ? strchr(digits, c) : NULL;

	return at != NULL ? (int)(at - digits) : -1;
}

void smtp_read_challenge(const char *reply, char *out, size_t size)
{
	char text[400];
	unsigned bits = 0;
	int value, have = 0;
	size_t n = 0;

	out[0] = '\0';
	if (strncmp(reply, "334 ", 4) != 0)
		return;
	for (const char *p = reply + 4; (value = base64_value(*p)) >= 0 && n < sizeof(text) - 1; p++) {
		bits = (bits << 6 | (unsigned)value) & 0xffffff;
		have += 6;
		if (have >= 8) {
			have -= 8;
			text[n++] = (char)(bits >> have & 0xff);
		}
	}
	text[n] = '\0';
	if (text[0] == '{')
		text_excerpt(out, size, text);
}

static int write_all(int out, const char *data, size_t len, struct err *err)
{
	struct pollfd p = { .fd = out, .events = POLLOUT };

	while (len > 0) {
		ssize_t n = write(out, data, len);

		if (n > 0) {
			data += n;
			len -= (size_t)n;
		} else if (n < 0 && errno == EAGAIN) {
			if (poll(&p, 1, -1) < 0 && errno != EINTR)
				return err_errno(err, "job-answer", "The answer cannot be written");
		} else if (n == 0 || errno != EINTR) {
			return err_errno(err, "job-answer", "The answer cannot be written");
		}
	}
	return 0;
}

static int finish(int out, struct jsonw *w, struct err *err)
{
	int result;

	jsonw_end_object(w);
	if (buf_putc(w->out, '\n') != 0)
		result = err_oom(err);
	else
		result = write_all(out, w->out->data, w->out->len, err);
	buf_free(w->out);
	return result;
}

int smtp_report_mail(int out, const struct smtp_outcome *o, struct err *err)
{
	struct buf line = BUF_INIT;
	struct jsonw w;

	jsonw_begin(&w, &line);
	jsonw_object(&w, NULL);
	jsonw_int(&w, "id", o->id);
	jsonw_str(&w, "phase", smtp_phase_name(o->phase));
	jsonw_int(&w, "curlcode", o->curlcode);
	jsonw_int(&w, "code", o->code);
	jsonw_str(&w, "enhanced", o->enhanced);
	jsonw_str(&w, "text", o->text);
	jsonw_bool(&w, "all_sent", o->all_sent);
	jsonw_bool(&w, "reused", o->reused);
	jsonw_int(&w, "connects", o->connects);
	jsonw_int(&w, "ms", o->ms);
	jsonw_str(&w, "server_id", o->server_id);
	return finish(out, &w, err);
}

int smtp_report_step(int out, int64_t id, const char *name, int64_t ms, const char *text, struct err *err)
{
	struct buf line = BUF_INIT;
	struct jsonw w;

	jsonw_begin(&w, &line);
	jsonw_object(&w, NULL);
	jsonw_int(&w, "id", id);
	jsonw_object(&w, "step");
	jsonw_str(&w, "phase", name);
	jsonw_int(&w, "ms", ms);
	jsonw_str(&w, "text", text);
	jsonw_end_object(&w);
	return finish(out, &w, err);
}
