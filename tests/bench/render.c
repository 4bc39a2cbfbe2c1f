/*
 * Rendering one reminder, its subject, text and HTML, against formatting its text part with snprintf: the same lines, the
 * same numbers, byte for byte.  Ends with 1 if it takes more than ten times as long.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/embed.h"
#include "base/err.h"
#include "clocks.h"
#include "figures.h"
#include "mail/render.h"

enum { ROUNDS = 201, EACH = 50, LIMIT = 10, TODAY = 20524 };

static _Noreturn void die(const char *what)
{
	fprintf(stderr, "bench render: %s\n", what);
	exit(2);
}

static struct render *templates(void)
{
	struct render_file files[32] = { { 0 } };
	struct render *r = NULL;
	struct err err = { 0 };
	char name[64];
	size_t n;

	for (n = 0; render_names[n] && n < 32; n++) {
		const struct embed *e;

		snprintf(name, sizeof name, "templates/%s", render_names[n]);
		e = embed_find(name);
		if (!e)
			die(name);
		files[n] = (struct render_file){ render_names[n], (const char *)e->data, e->len };
	}
	if (render_open(files, n, &r, &err))
		die(err.what);
	return r;
}

static struct reminder_facts facts(void)
{
	static const struct waiting_event waiting[] = {
		{ TODAY - 3, "Mentor session: new colleagues", "Contributions", 200, 0 },
		{ TODAY - 2, "Journey-mapping workshop", "In-house", 300, 0 },
		{ TODAY - 7, "Survey fatigue: what the data says", "Courses", 0, 1 } };
	static const struct reminder_step steps[] = { { "Evening class, parts 1 and 2", TODAY + 55, 180, "College", 300 } };
	static const char *const full[] = { "Courses" };
	static const int64_t without[] = { 3, 6 }, info[] = { 4 };

	return (struct reminder_facts){ .person_name = "Dana Example", .person_email = "dana@example.org", .organisation = "Example Ltd",
		.program = "Program", .url = "https://ceu.example.org", .contact = "ops@example.org", .cycle = { TODAY - 619, TODAY + 110 },
		.today = TODAY, .days_left = 110, .state = CYCLE_OFF_TRACK, .opens = DAY_NONE, .required = 2000, .counted = 1200,
		.logged = 1500, .to_go = 800, .over_limit = 300, .pending = 500, .waiting = waiting, .nwaiting = 3,
		.full_categories = full, .nfull = 1, .without_evidence = without, .nwithout = 2, .needs_info = info, .nneeds_info = 1,
		.steps = steps, .nsteps = 1 };
}

/* ---- the same text by hand */

static char text[8192];
static size_t used;

#define PUT(...) (used += (size_t)snprintf(text + used, sizeof text - used, __VA_ARGS__))

static const char *units(int64_t u, char out[32])
{
	if (u % 100)
		snprintf(out, 32, "%lld.%02lld", (long long)u / 100, (long long)u % 100);
	else
		snprintf(out, 32, "%lld", (long long)u / 100);
	return out;
}

static void put_waiting(const struct reminder_facts *f)
{
	static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
	static const size_t order[] = { 0, 1, 2 };

	PUT("\nWAITING FOR YOU\n");
	for (size_t i = 0; i < 3; i++) {
		const struct waiting_event *e = &f->waiting[order[i]];
		struct ymd d = date_ymd(e->day);
		char category[64], gain[32], date[32];

		snprintf(date, sizeof date, "%d %s", d.day, months[d.month - 1]);
		snprintf(category, sizeof category, "%s%s", e->category, e->full ? ", full" : "");
		snprintf(gain, sizeof gain, e->adds ? "+%lld.%lld" : "adds 0", (long long)e->adds / 100, (long long)e->adds % 100 / 10);
		PUT("  %6s  %-36s%-15s%6s\n", date, e->title, category, gain);
	}
	PUT("\n  Open your inbox: %s/inbox   or type: ceu inbox\n", f->url);
}

static void put_rest(const struct reminder_facts *f)
{
	char a[32];

	PUT("\nTHEN %s ARE MISSING\n", "THREE");
	PUT("  Least work: %s, %s %d %s, %d hours,\n  %s.\n", f->steps[0].title, "Wednesday", date_ymd(f->steps[0].day).day, "May",
	    f->steps[0].minutes / 60, f->steps[0].category);
	PUT("  About %s unit a month until %d %s %d will do.\n", units(100, a), date_ymd(f->cycle.end).day, "June",
	    date_ymd(f->cycle.end).year);
	PUT("  The whole plan: ceu plan\n");
	PUT("\nLIMITS\n  %s is full: more of it adds nothing. %s units are logged over a limit\n  and do not count.\n",
	    f->full_categories[0], units(f->over_limit, a));
	PUT("\nCOMPETENCY\n  Entry %lld names no competency and counts nothing until it does.\n"
	    "  Name it with: ceu edit %lld --for COMPETENCY\n", (long long)f->needs_info[0], (long long)f->needs_info[0]);
	PUT("\nEVIDENCE\n  Entries %lld and %lld have none. Keep the certificate or the agenda; a photo is\n  enough to start with.\n"
	    "  Add it with: ceu attach %lld FILE\n", (long long)f->without_evidence[0], (long long)f->without_evidence[1],
	    (long long)f->without_evidence[0]);
	PUT("\n--\nYou get this on set days before your %s deadline while something is\nmissing, because %s keeps count here.\n",
	    f->program, f->organisation);
	PUT("Pause or stop: ceu remind off. Questions: %s.\n", f->contact);
	PUT("Opening this mail or its links changes nothing and is not tracked.\n");
}

static void by_hand(const struct reminder_facts *f)
{
	char a[32], b[32], c[32];
	int counted = (int)(40 * f->counted / f->required), pending = (int)(40 * f->pending / f->required);

	used = 0;
	PUT("%s of %s units count. %s to go in %d days.\n", units(f->counted, a), units(f->required, b), units(f->to_go, c),
	    f->days_left);
	PUT("%s of those %s are already in your calendar. They only need your yes.\n", "Five", "eight");
	PUT("\n  [%.*s%.*s%*s]\n", counted, "########################################", pending,
	    "----------------------------------------", 40 - counted - pending, "");
	PUT("   %s count%*s%s waiting  %s to find\n", units(f->counted, a), counted - 8, "", units(f->pending, b),
	    units(f->to_go - f->pending, c));
	put_waiting(f);
	put_rest(f);
}

/* ---- measured */

static void once(const struct render *r, const struct reminder_facts *f)
{
	struct rendered out = { BUF_INIT, BUF_INIT, BUF_INIT };

	if (render_reminder(r, f, &out, NULL))
		die("a reminder cannot be rendered");
	rendered_free(&out);
}

static void compare(const struct render *r, const struct reminder_facts *f)
{
	struct rendered out = { BUF_INIT, BUF_INIT, BUF_INIT };

	if (render_reminder(r, f, &out, NULL))
		die("a reminder cannot be rendered");
	by_hand(f);
	if (strcmp(buf_str(&out.text), text)) {
		fprintf(stderr, "rendered:\n%s\nby hand:\n%s\n", buf_str(&out.text), text);
		die("the two texts differ");
	}
	printf("  one reminder: %zu bytes of text, %zu of HTML\n", out.text.len, out.html.len);
	rendered_free(&out);
}

int main(void)
{
	struct render *r = templates();
	struct reminder_facts f = facts();
	static struct sample ours, hand;
	int over;

	compare(r, &f);
	for (int i = 0; i < ROUNDS; i++) {
		double start = bench_cpu_ms(), mid;

		for (int k = 0; k < EACH; k++)
			once(r, &f);
		mid = bench_cpu_ms();
		for (int k = 0; k < EACH; k++)
			by_hand(&f);
		sample_add(&hand, (bench_cpu_ms() - mid) * 1000 / EACH);
		sample_add(&ours, (mid - start) * 1000 / EACH);
	}
	shown("rendering a reminder: subject, text and HTML", &ours, "us");
	shown("formatting its text part with snprintf", &hand, "us");
	over = limited("rendering one reminder : snprintf of its text part", sample_ratio(&ours, &hand), "times", LIMIT);
	render_close(r);
	return over;
}
