/* Files, dice and facts for the tests of the room. */

#include "support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/err.h"
#include "base/text.h"

char *support_file(const char *path, size_t *len)
{
	FILE *f = fopen(path, "rb");
	struct buf b = BUF_INIT;
	char block[4096];
	size_t n;

	if (f == NULL)
		return NULL;
	while ((n = fread(block, 1, sizeof(block), f)) > 0)
		buf_add(&b, block, n);
	fclose(f);
	buf_puts(&b, "");
	*len = b.len;
	return buf_take(&b);
}

int support_write(const char *path, const char *data, size_t len)
{
	FILE *f = fopen(path, "wb");
	int rc;

	if (f == NULL)
		return -1;
	rc = fwrite(data, 1, len, f) == len ? 0 : -1;
	return fclose(f) == 0 ? rc : -1;
}

struct render *support_render(void)
{
	struct render_file files[32] = { { NULL, NULL, 0 } };
	struct render *r = NULL;
	struct err err = { 0 };
	size_t n;

	for (n = 0; render_names[n] != NULL; n++) {
		char path[200];

		snprintf(path, sizeof(path), "etc/templates/%s", render_names[n]);
		files[n].name = render_names[n];
		files[n].text = support_file(path, &files[n].len);
		if (files[n].text == NULL) {
			fprintf(stderr, "%s: not found; run from the project's root\n", path);
			exit(1);
		}
	}
	if (render_open(files, n, &r, &err) < 0) {
		fprintf(stderr, "%s\n", err.what);
		exit(1);
	}
	while (n-- > 0)
		free((void *)(uintptr_t)files[n].text);
	return r;
}

struct dice support_dice(const char *who)
{
	const char *given = getenv("CEUD_SEED");
	struct dice d = { 0 };

	if (given != NULL)
		d.state = strtoull(given, NULL, 0);
	else if (getrandom(&d.state, sizeof(d.state), 0) != (ssize_t)sizeof(d.state))
		d.state = 1;
	printf("# %s: CEUD_SEED=%llu\n", who, (unsigned long long)d.state);
	return d;
}

uint32_t dice_below(struct dice *d, uint32_t n)
{
	uint64_t z = d->state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	z ^= z >> 31;
	return n == 0 ? 0 : (uint32_t)(z % n);
}

void dice_text(struct dice *d, struct buf *out, size_t chars, int lines)
{
	static const char *const pieces[] = { "a", "Z", "7", " ", " ", "=", "?", "=?utf-8?q?x?=", "\"", "\\", "<", ">",
	    ",", ";", ":", "(", ")", "@", ".", "_", "é", "ß", "Ж", "中", "日本", "😀", "🏳️‍🌈", "e\xcc\x81", "From ", "--",
	    "&", "'", "%0a", "=cmd|", "word", "long-unbroken-piece-of-text" };
	static const char *const ends[] = { "\n", "\n.", "\n..", "\r\n", "\r\n.\r\n", "\nFrom ", "\n>From ", " \n", "\t\n",
	    "\n--b_", "\r", "\n\n\n" };

	while (chars-- > 0) {
		if (lines && dice_below(d, 30) == 0)
			buf_puts(out, ends[dice_below(d, sizeof(ends) / sizeof(ends[0]))]);
		else
			buf_puts(out, pieces[dice_below(d, sizeof(pieces) / sizeof(pieces[0]))]);
	}
}

static day_t day(int y, int m, int d)
{
	day_t ret = DAY_NONE;

	if (date_from_ymd(y, m, d, &ret) < 0)
		abort();
	return ret;
}

struct reminder_facts support_reminder(void)
{
	static struct waiting_event waiting[3];
	static const int64_t without[] = { 3, 6 }, info[] = { 4 };
	static const char *const full[] = { "Training" };
	static const struct reminder_step steps[] = { { "Strategy evening class, parts 1 and 2", 20579, 180, "College", 300 } };
	struct reminder_facts f = {
		.person_name = "Dana Example", .person_email = "dana@example.org", .organisation = "Example Ltd",
		.program = "CCXP", .url = "https://ceu.example.org/", .contact = "ops@example.org",
		.cycle = { day(2024, 7, 1), day(2026, 6, 30) }, .today = day(2026, 3, 12), .days_left = 110,
		.state = CYCLE_OFF_TRACK, .required = 2000, .counted = 1200, .logged = 1500, .to_go = 800, .over_limit = 300,
		.pending = 500, .waiting = waiting, .nwaiting = 3, .full_categories = full, .nfull = 1,
		.without_evidence = without, .nwithout = 2, .needs_info = info, .nneeds_info = 1, .opens = DAY_NONE,
		.steps = steps, .nsteps = 1
	};

	waiting[0] = (struct waiting_event){ day(2026, 3, 5), "Survey fatigue: what the data says", "Training", 0, 1 };
	waiting[1] = (struct waiting_event){ day(2026, 3, 9), "Mentor session: CCXP candidate", "CXPA contributions", 200, 0 };
	waiting[2] = (struct waiting_event){ day(2026, 3, 10), "Journey-mapping workshop", "In-company", 300, 0 };
	return f;
}

struct digest_facts support_digest(void)
{
	static struct digest_person people[9];
	const day_t today = day(2026, 3, 12);
	static const struct digest_help help[] = { { "In-company", 180, 5, 1, 20573 }, { "College", 120, 4, 0, 20573 } };
	const struct digest_person set[9] = {
		{ "ines", CYCLE_DONE, 2000, 2000, 0, 0, 0, day(2026, 5, 31), 80, 1000, 0, 1, CYCLE_ON_TRACK, 1800, "ines@example.org", "CCXP",
		    "" },
		{ "chen", CYCLE_AT_RISK, 900, 2000, 1100, 0, 0, day(2026, 12, 31), 294, 250, 0, 1, CYCLE_AT_RISK, 900, "chen@example.org", "CCXP",
		    "" },
		{ "hugo", CYCLE_ON_TRACK, 1600, 2000, 400, 0, 0, day(2026, 9, 30), 202, 800, 0, 1, CYCLE_ON_TRACK, 1600, "hugo@example.org", "CCXP",
		    "" },
		{ "dana", CYCLE_OFF_TRACK, 1200, 2000, 800, 500, 3, day(2026, 6, 30), 110, 52, 2, 1, CYCLE_AT_RISK, 1000, "dana@example.org", "CCXP",
		    "Training" },
		{ "femi", CYCLE_AT_RISK, 750, 2000, 1250, 0, 0, day(2027, 6, 30), 475, 600, 0, 0, CYCLE_AT_RISK, 0, "femi@example.org", "CCXP",
		    "" },
		{ "amir", CYCLE_OFF_TRACK, 700, 2000, 1300, 0, 0, day(2026, 4, 30), 49, 5, 1, 1, CYCLE_OFF_TRACK, 700, "amir@example.org", "CCXP",
		    "" },
		{ "gita", CYCLE_ON_TRACK, 500, 2000, 1500, 0, 0, day(2027, 12, 31), 659, 760, 0, 1, CYCLE_OFF_TRACK, 300, "gita@example.org", "CCXP",
		    "" },
		{ "ebba", CYCLE_ON_TRACK, 1100, 2000, 900, 0, 0, day(2026, 11, 30), 263, 810, 0, 1, CYCLE_ON_TRACK, 1150, "ebba@example.org", "CCXP",
		    "" },
		{ "bea", CYCLE_AT_RISK, 1150, 2000, 850, 100, 1, day(2026, 8, 31), 172, 309, 0, 1, CYCLE_AT_RISK, 1125, "bea@example.org", "CCXP",
		    "" },
	};
	struct digest_facts f = {
		.team = "CX team", .lead_name = "Hugo", .lead_email = "hugo@example.org", .organisation = "Example Ltd",
		.url = "https://ceu.example.org", .every = "Mondays", .today = today, .previous = day(2026, 3, 5),
		.people = people, .npeople = 9, .help = help, .nhelp = 2
	};

	memcpy(people, set, sizeof(people));
	return f;
}
