/* The digest's numbers as a table for spreadsheets (RFC 4180). */

#include "mail/render.h"

#include <string.h>

#include "base/err.h"
#include "base/text.h"
#include "tree.h"

static void quoted(struct buf *out, const char *s)
{
	buf_putc(out, '"');
	for (; *s != '\0'; s++) {
		if (*s == '"')
			buf_putc(out, '"');
		buf_putc(out, *s);
	}
	buf_putc(out, '"');
}

/* Text from outside: on one line, and never a formula (CWE-1236). */
static void put_text(struct buf *out, const char *s, char end)
{
	struct buf clean = BUF_INIT, safe = BUF_INIT;

	text_clean(&clean, s != NULL ? s : "", s != NULL ? strlen(s) : 0, TREE_TITLE_MAX);
	if (clean.len > 0 && strchr("=+-@", clean.data[0]) != NULL)
		buf_putc(&safe, '\'');
	buf_puts(&safe, buf_str(&clean));
	if (strpbrk(buf_str(&safe), "\",") != NULL)
		quoted(out, buf_str(&safe));
	else
		buf_puts(out, buf_str(&safe));
	buf_putc(out, end);
	if (clean.failed || safe.failed)
		out->failed = 1;
	buf_free(&clean);
	buf_free(&safe);
}

static void put_units(struct buf *out, int64_t hundredths)
{
	char s[32];

	buf_printf(out, "%s,", units_json(hundredths, s, sizeof(s)));
}

static void put_person(struct buf *out, const struct digest_person *p)
{
	char end[DATE_ISO_SIZE];

	date_iso(p->end, end);
	put_text(out, p->name, ',');
	put_text(out, p->email, ',');
	put_text(out, p->program, ',');
	buf_printf(out, "%s,", cycle_state_name(p->state));
	put_units(out, p->counted);
	put_units(out, p->required);
	put_units(out, p->to_go);
	put_units(out, p->pending);
	buf_printf(out, "%s,%d,", end, p->days_left);
	if (p->state != CYCLE_LAPSED && p->state != CYCLE_SUBMITTED)
		buf_printf(out, "%d.%d", p->chance / 10, p->chance % 10);
	buf_printf(out, ",%d,", p->without_evidence);
	put_text(out, p->binding, '\r');
	buf_putc(out, '\n');
}

int digest_csv(struct digest_facts *f, struct buf *out, struct err *err)
{
	size_t before = out->len;

	digest_sort(f->people, f->npeople);
	buf_puts(out, "\xef\xbb\xbf" "person,email,program,status,counted,required,to go,waiting,deadline,days left,"
	    "chance in percent,entries without evidence,full category\r\n");
	for (size_t i = 0; i < f->npeople; i++)
		put_person(out, &f->people[i]);
	if (!out->failed)
		return 0;
	if (out->data != NULL) {
		out->len = before;
		out->data[before] = '\0';
	}
	return err_oom(err);
}
