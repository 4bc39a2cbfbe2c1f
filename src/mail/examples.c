/* Facts that set off every sentence of every mail between them, so that their values hold every name there is. */

#include <string.h>

#include "base/date.h"
#include "tree.h"

enum { TODAY = 20524 };				/* 12 March 2026 */

static void reminders(struct values *w)
{
	static const struct waiting_event waiting[] = {
		{ TODAY - 3, "A talk", "Talks", 100, 0 }, { TODAY - 2, "A course", "Courses", 0, 1 }, { TODAY, "b", "", 0, 0 },
		{ TODAY, "c", "", 0, 1 }, { TODAY, "d", "", 0, 1 }, { TODAY, "e", "", 0, 1 }, { TODAY, "f", "", 0, 1 },
		{ TODAY, "g", "", 0, 1 }, { TODAY, "h", "", 0, 1 }, { TODAY, "i", "", 0, 1 }, { TODAY, "j", "", 0, 1 },
		{ TODAY, "k", "", 0, 1 }, { TODAY, "l", "", 0, 1 }, { TODAY, "m", "", 0, 1 } };
	static const char *const full[] = { "Courses" };
	static const int64_t ids[] = { 3, 6 };
	static const struct reminder_step steps[] = { { "A talk", TODAY + 9, 60, "Talks", 100 }, { "", TODAY + 9, 60, "", 100 },
		{ "", TODAY + 9, 60, "", 100 }, { "", TODAY + 9, 60, "", 100 }, { "", TODAY + 9, 60, "", 100 } };
	struct reminder_facts f = { .person_name = "Dana", .person_email = "dana@example.org", .organisation = "Example Ltd",
		.program = "Program", .url = "https://example.org", .contact = "ops@example.org", .cycle = { TODAY - 600, TODAY + 110 },
		.today = TODAY, .days_left = 110, .state = CYCLE_OFF_TRACK, .opens = TODAY, .has_calendar = 1, .asked_by = "Hugo",
		.required = 2000, .counted = 1200, .logged = 1500, .to_go = 800, .over_limit = 300, .pending = 500,
		.waiting = waiting, .nwaiting = sizeof(waiting) / sizeof(waiting[0]), .full_categories = full, .nfull = 1,
		.without_evidence = ids, .nwithout = 2, .needs_info = ids, .nneeds_info = 2, .steps = steps,
		.nsteps = sizeof(steps) / sizeof(steps[0]) };

	reminder_values(w, &f);
	f.kind = REMINDER_ON_PACE;
	reminder_values(w, &f);
	f.state = CYCLE_DONE;
	reminder_values(w, &f);
	f.state = CYCLE_LAPSED;
	f.days_left = -3;
	reminder_values(w, &f);
}

static void digests(struct values *w)
{
	static const struct digest_help help = { "Talks", 180, 5, 2, TODAY + 40 };
	struct digest_person people[] = {
		{ "amir", CYCLE_LAPSED, 700, 2000, 1300, 0, 0, TODAY - 4, -4, 0, 1, 1, CYCLE_OFF_TRACK, 700, "amir@example.org", "Program", "" },
		{ "dana", CYCLE_OFF_TRACK, 1200, 2000, 800, 800, 3, TODAY + 49, 49, 100, 1, 1, CYCLE_AT_RISK, 700, "dana@example.org", "Program",
		    "Courses" },
		{ "ines", CYCLE_DONE, 2000, 2000, 0, 0, 0, TODAY + 49, 49, 1000, 1, 1, CYCLE_AT_RISK, 700, "ines@example.org", "Program", "" },
		{ "chen", CYCLE_AT_RISK, 700, 2000, 1300, 0, 0, TODAY + 99, 99, 200, 1, 0, CYCLE_AT_RISK, 0, "chen@example.org", "Program", "" },
		{ "hugo", CYCLE_ON_TRACK, 700, 2000, 1300, 0, 0, TODAY + 99, 99, 900, 1, 1, CYCLE_ON_TRACK, 500, "hugo@example.org", "Program",
		    "" },
	};
	struct digest_facts f = { .team = "Team", .lead_name = "Hugo", .lead_email = "hugo@example.org", .organisation = "Example Ltd",
		.url = "https://example.org", .every = "Mondays", .today = TODAY, .previous = TODAY - 7, .people = people,
		.npeople = sizeof(people) / sizeof(people[0]), .help = &help, .nhelp = 1, .has_csv = 1, .has_off_switch = 1,
		.held_feeds = "dana" };
	struct digest_person many[TREE_PEOPLE_MAX + 1];
	const struct digest d = { &f, TREE_PEOPLE_MAX };

	digest_values(w, &d);
	for (size_t i = 0; i < sizeof(many) / sizeof(many[0]); i++)
		many[i] = people[1];
	f.people = many;
	f.npeople = sizeof(many) / sizeof(many[0]);
	digest_values(w, &d);
}

static void admins(struct values *w)
{
	const struct admin_mail mails[24] = { { 1, "dana@example.org", "no such user" }, { 2, "amir@example.org", "no such user" } };
	const struct admin_facts f = { .organisation = "Example Ltd", .now = 1, .relay = "smtp.example.org", .waiting = 4,
		.refused_since = 1, .refused = "connection refused", .held = 2, .failed = mails, .nfailed = 24, .unknown = mails,
		.nunknown = 24, .suppressed = mails, .nsuppressed = 24 };

	admin_values(w, &f);
}

static void tests(struct values *w)
{
	test_values(w, "Example Ltd", "ops@example.org", 0);
}

static const struct { const char *kind; void (*put)(struct values *w); } kinds[] = {
	{ "reminder", reminders }, { "digest", digests }, { "admin", admins }, { "test", tests } };

enum { KINDS = sizeof(kinds) / sizeof(kinds[0]) };

static int is_of(const char *name, const char *kind)
{
	size_t n = strlen(kind);

	return strncmp(name, kind, n) == 0 && name[n] == '.';
}

int examples_are(const char *name)
{
	for (size_t i = 0; i < KINDS; i++)
		if (is_of(name, kinds[i].kind))
			return 1;
	return 0;
}

void examples_of(const char *name, struct values *w)
{
	w->is_union = 1;
	for (size_t i = 0; i < KINDS; i++)
		if (is_of(name, kinds[i].kind) || !examples_are(name))
			kinds[i].put(w);
}
