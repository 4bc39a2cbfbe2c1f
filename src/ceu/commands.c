/* The table of commands and that of options. */
#include "commands.h"

#include <stdint.h>
#include <string.h>

const struct option options[OPTION_COUNT] = {
	[OPTION_AS] = { "as", "PERSON", "act for someone else (admins), by e-mail or its beginning", 1 },
	[OPTION_AS_OF] = { "as-of", "DATE", "as it was at the end of that day", 0 },
	[OPTION_ASCII] = { "ascii", NULL, "draw with # = . instead of block characters", 1 },
	[OPTION_ATTACH] = { "attach", "yes|no", "with the numbers as a file for a spreadsheet", 0 },
	[OPTION_BECAUSE] = { "because", "TEXT", "the reason, kept in the history", 0 },
	[OPTION_BREAK] = { "break", "MINUTES", "what to take off for breaks; none for nothing", 0 },
	[OPTION_BY] = { "by", "DATE", "the day by which it is to be done", 0 },
	[OPTION_CALENDAR] = { "calendar", "CALENDAR", "only events of that calendar, by its number", 0 },
	[OPTION_CATEGORY] = { "category", "CATEGORY", "a category of your program, or its beginning", 0 },
	[OPTION_CHANGED] = { "changed", NULL, "confirmed events that their calendar changed since", 0 },
	[OPTION_CHECK] = { "check", NULL, "tell by the exit code whether all is well", 0 },
	[OPTION_COLOR] = { "color", "WHEN", "auto, always or never", 1 },
	[OPTION_CSV] = { "csv", NULL, "the numbers as a table for a spreadsheet", 0 },
	[OPTION_CYCLE] = { "cycle", "YEAR", "the cycle that starts in that year", 0 },
	[OPTION_DAYS] = { "days", "DAYS", "days before the end, 120,60,14, or default; of a plan how many", 0 },
	[OPTION_EARN] = { "earn", "KIND[=COUNT]", "what earned it, where the program has kinds, and how many", 0 },
	[OPTION_EMAIL] = { "email", "EMAIL", "a new e-mail address", 0 },
	[OPTION_ENABLE] = { "enable", NULL, "take back: admin person disable", 0 },
	[OPTION_EVERY] = { "every", "week|month|change", "how often, or default: as ceud.conf says", 0 },
	[OPTION_EVERYTHING] = { "everything", NULL, "propose every event, not only what a rule knows", 0 },
	[OPTION_EVIDENCE] = { "evidence", "FILE", "a certificate, agenda or other proof to keep with it", 0 },
	[OPTION_FAILED] = { "failed", NULL, "mails that were given up", 0 },
	[OPTION_FOR] = { "for", "COMPETENCY,..", "what it was good for: competencies joined by commas", 0 },
	[OPTION_FROM] = { "from", "DATE", "the first day", 0 },
	[OPTION_HELD] = { "held", NULL, "mails that wait for a release", 0 },
	[OPTION_HELP] = { "help", NULL, "explain the command instead of running it", 1 },
	[OPTION_HOST] = { "host", "USER@SERVER", "run ceu on that machine, through ssh", 1 },
	[OPTION_HOURS] = { "hours", "HOURS", "how long it took: 1.5 1.5h 90m 1h30 1:30", 0 },
	[OPTION_IGNORE] = { "ignore", NULL, "such events are no learning: leave them out", 0 },
	[OPTION_JSON] = { "json", NULL, "print one JSON document; implies --no-input", 1 },
	[OPTION_KEY] = { "key", "KEY", "a name for this request: sent twice, it is done once", 0 },
	[OPTION_LEAD] = { "lead", "EMAIL", "who leads the team", 0 },
	[OPTION_LEAVE] = { "leave", "TEAM", "a team to leave", 0 },
	[OPTION_NAME] = { "name", "NAME", "the name to show", 0 },
	[OPTION_NEW_ADDRESS] = { "new-address", NULL, "a new secret address; one before it no longer works", 0 },
	[OPTION_NO_EVIDENCE] = { "no-evidence", NULL, "only entries without evidence", 0 },
	[OPTION_NO_INPUT] = { "no-input", NULL, "never ask; what is missing is an error", 1 },
	[OPTION_NOTE] = { "note", "TEXT", "a note for yourself", 0 },
	[OPTION_OFF] = { "off", NULL, "stop it: no address, no digest any more", 0 },
	[OPTION_ON] = { "on", "DATE", "the day: today, yesterday, monday, 3 days ago, 24 feb, 2026-02-24",
	    0 },
	[OPTION_ON_AGAIN] = { "on", NULL, "send it to its lead again", 0 },
	[OPTION_PER_DAY] = { "per-day", "HOURS", "for each day of an event that names no hours", 0 },
	[OPTION_PREVIEW] = { "preview", NULL, "show the mail as it would be now, and send nothing", 0 },
	[OPTION_PROGRAM] = { "program", "PROGRAM", "the certificate's rules, as ceu admin program list names them", 0 },
	[OPTION_PROVIDER] = { "provider", "TEXT", "who offered it", 0 },
	[OPTION_QUIET] = { "quiet", NULL, "no confirmations and no next steps", 1 },
	[OPTION_RENAME] = { "rename", "NAME", "a new name for the team", 0 },
	[OPTION_ROLE] = { "role", "ROLE", "professional or admin; for skills a role to compare with", 0 },
	[OPTION_SERIES] = { "series", NULL, "all waiting events of the same series", 0 },
	[OPTION_SKIPPED] = { "skipped", NULL, "events that were skipped", 0 },
	[OPTION_SOCKET] = { "socket", "PATH", "where ceud listens", 1 },
	[OPTION_STRICT] = { "strict", NULL, "refuse what a limit would cut, instead of warning", 0 },
	[OPTION_TAG] = { "tag", "TAG,..", "marks of your program, such as live, joined by commas", 0 },
	[OPTION_TEAM] = { "team", "TEAM", "a team: to join, or the one that is meant", 0 },
	[OPTION_TITLE] = { "title", "TITLE", "what it was", 0 },
	[OPTION_TO] = { "to", "DATE", "the last day", 0 },
	[OPTION_TRY] = { "try", "PROGRAM", "recount everything under those rules; changes nothing", 0 },
	[OPTION_UNCOUNTED] = { "uncounted", NULL, "only entries that do not count in full", 0 },
	[OPTION_UNKNOWN] = { "unknown", NULL, "mails that may or may not have arrived", 0 },
	[OPTION_UNTIL] = { "until", "DATE", "the last day: of the cycle, or without reminders", 0 },
	[OPTION_USER] = { "user", "LOGIN", "the login name on the server", 0 },
	[OPTION_USER_AGENT] = { "user-agent", "TEXT", "what to call ourselves when fetching it", 0 },
	[OPTION_VERSION] = { "version", NULL, "print the version", 1 },
	[OPTION_YES] = { "yes", NULL, "answer yes to every question", 1 },
	[OPTION_ZONE] = { "zone", "ZONE", "the time zone, such as Europe/Berlin", 0 },
};

const char *const group_titles[GROUP_COUNT] = { "EVERY DAY", "FINISHING", "SETTING UP", "MANAGERS", "ADMINS",
    "HELP" };

#define PERSON_OPTIONS "name user program from until team role zone"
#define RULE_OPTIONS "category for provider break per-day ignore"
#define RULE_HELP \
	"FIELD is title, categories, description, location, host, organizer, domain, calendar, series or x-NAME; TEST is " \
	"is, contains (whole words), begins, ends or like (with * and ?). The first rule that matches wins. A rule that " \
	"says nothing more has the event proposed."

const struct command commands[] = {
	{ "status", NULL, "as-of cycle check", "where you stand",
	  "The same as ceu alone. Blocks are units that count, ▒ is waiting in your inbox, ░ is free. With "
	  "--check the exit code is 7 unless the cycle is done, on track or submitted. On track is a chance of "
	  "75% or more to finish in time, off track one under 25%.",
	  verb_status, GROUP_EVERY_DAY, 1 },
	{ "log", "HOURS CATEGORY TITLE", "on for tag earn provider note evidence strict key",
	  "record something you did",
	  "HOURS is 1.5, 1.5h, 90m, 1h30 or 1:30. CATEGORY is one of your program's, or its beginning. DATE "
	  "looks back: monday is the last one. Without --for the entry is kept and counts nothing until a "
	  "competency is named. A day to come makes it planned. What is missing is asked for on a terminal; "
	  "type < there to go back.",
	  verb_log, GROUP_EVERY_DAY, 1 },
	{ "inbox", NULL, NULL, "go through events from your calendars",
	  "On a terminal one event after the other, those first that add something: Enter confirms, e "
	  "changes, s skips, n skips the whole series, q stops. Then what was planned and whose day is over. "
	  "Elsewhere it lists the events.",
	  verb_inbox, GROUP_EVERY_DAY, 1 },
	{ "inbox list", NULL, "skipped changed", "events waiting for your word",
	  "Nothing counts until you confirm it. --changed lists those that you confirmed and their calendar changed "
	  "since; your entries stay as they are until you accept.", verb_inbox_list, GROUP_EVERY_DAY, 1 },
	{ "inbox confirm", "ID..", "hours category for", "make entries of events",
	  "Several events are confirmed all or none. The options replace what the calendar suggests.",
	  verb_inbox_confirm, GROUP_EVERY_DAY, 1 },
	{ "inbox skip", "ID..", "series", "leave events out",
	  "A skipped event does not come back. To see those: ceu inbox list --skipped", verb_inbox_skip,
	  GROUP_EVERY_DAY, 1 },
	{ "inbox restore", "ID..", NULL, "bring skipped events back", NULL, verb_inbox_restore,
	  GROUP_EVERY_DAY, 1 },
	{ "inbox accept", "ID..", NULL, "take over what the calendar says now",
	  "Of an event that you confirmed: its entry takes the new date, hours and title; of one that was cancelled it "
	  "is removed.", verb_inbox_accept, GROUP_EVERY_DAY, 1 },
	{ "inbox dismiss", "ID..", NULL, "leave an entry as it is", NULL, verb_inbox_dismiss,
	  GROUP_EVERY_DAY, 1 },
	{ "list", "[WORDS]..", "category for from to no-evidence uncounted", "your entries",
	  "WORDS are searched for in the titles.", verb_list, GROUP_EVERY_DAY, 1 },
	{ "show", "ID", NULL, "one entry", NULL, verb_show, GROUP_EVERY_DAY, 1 },
	{ "edit", "ID", "hours category title on for tag earn provider note", "change an entry",
	  "Only what is named changes. To take it back: ceu undo", verb_edit, GROUP_EVERY_DAY, 1 },
	{ "remove", "ID", "because", "remove an entry",
	  "It stays on record as void and counts nothing. To take it back: ceu undo", verb_remove,
	  GROUP_EVERY_DAY, 1 },
	{ "undo", NULL, NULL, "take the last change back", "One command is one step; undo again goes a step "
	  "further back.",
	  verb_undo, GROUP_EVERY_DAY, 1 },
	{ "redo", NULL, NULL, "do again what undo took back",
	  "As often as undo went back, until something else is changed.", verb_redo, GROUP_EVERY_DAY, 1 },
	{ "history", NULL, NULL, "what was changed, newest first", NULL, verb_history, GROUP_EVERY_DAY, 1 },
	{ "attach", "ID FILE..", NULL, "keep evidence with an entry",
	  "Certificates, agendas, letters: pdf, pictures, mails, texts, office files. ceu reads them itself, so "
	  "only you need the right to. Several files are kept all or none, as one step.",
	  verb_attach, GROUP_EVERY_DAY, 1 },
	{ "detach", "ID NAME", NULL, "take a file off an entry", "To take it back: ceu undo", verb_detach,
	  GROUP_EVERY_DAY, 1 },
	{ "why", "[ID]", "as-of cycle", "each unit, and the rule behind it",
	  "Without an ID all entries of the cycle, all rules, and what they assume.", verb_why,
	  GROUP_FINISHING, 1 },
	{ "plan", NULL, "by", "the least work that finishes the cycle",
	  "From the events in your calendars first. Up to three ways, each with what it adds and wastes, and "
	  "what it does to your chance.",
	  verb_plan, GROUP_FINISHING, 1 },
	{ "plan try", "HOURS CATEGORY", "tag earn", "what if; changes nothing", NULL, verb_plan_try,
	  GROUP_FINISHING, 1 },
	{ "plan add", "HOURS CATEGORY TITLE", "on for tag earn provider note", "plan something of your own",
	  "DATE looks forward: monday is the next one. It counts once you say that it happened: ceu plan done",
	  verb_plan_add, GROUP_FINISHING, 1 },
	{ "plan keep", "N", "by", "plan the events of way N of ceu plan", "With the same --by as there.",
	  verb_plan_keep, GROUP_FINISHING, 1 },
	{ "plan done", "ID..", "hours", "what was planned has happened",
	  "--hours for how long it was in the end.", verb_plan_done, GROUP_FINISHING, 1 },
	{ "plan drop", "ID..", NULL, "give up what was planned",
	  "An event of a calendar goes back to the inbox.", verb_plan_drop, GROUP_FINISHING, 1 },
	{ "skills", NULL, "role", "how your units cover the competencies",
	  "With --role against what the role asks for.", verb_skills, GROUP_FINISHING, 1 },
	{ "rules", "[PROGRAM]", "try", "the rules in words, and where they come from",
	  "Your own program's without PROGRAM, with the words for --tag and --earn. With --try everything is "
	  "recounted under another program, and nothing is changed.",
	  verb_rules, GROUP_FINISHING, 1 },
	{ "export", "packet|csv|json|ics [FILE]", "cycle", "the packet for your renewal, or its tables",
	  "packet is a zip with a PDF, tables, evidence, rules and checksums; it goes into the present folder "
	  "unless FILE is named. csv, json and ics (your deadlines as a calendar, see ceu deadlines) without FILE "
	  "go to standard output.",
	  verb_export, GROUP_FINISHING, 1 },
	{ "verify", "FILE", NULL, "check a packet, without a server",
	  "Checksums, files and totals. Exit code 1 if anything is wrong.", verb_verify, GROUP_FINISHING, 0 },
	{ "submit", NULL, "on", "note that you sent it in",
	  "Freezes what counted. Later changes show beside it.", verb_submit, GROUP_FINISHING, 1 },
	{ "renew", NULL, "until because", "close the cycle and open the next",
	  "Shows first what it does, and asks. Without a terminal it wants --yes. --because is for admins, who "
	  "may open a new cycle after one that lapsed.",
	  verb_renew, GROUP_FINISHING, 1 },
	{ "deadlines", NULL, "new-address off", "your deadlines as a calendar",
	  "The last day of your cycle, check-ins on the way, and what you planned, for a calendar program to show. "
	  "--new-address makes the secret address it subscribes to, and shows it once; --off takes it back. As a "
	  "file: ceu export ics",
	  verb_deadlines, GROUP_SETTING_UP, 1 },
	{ "remind", "[on|off]", "until days preview", "your reminders: what went, what will go",
	  "off is for good, or until a day. --days are your own days in place of your program's; default goes back to "
	  "those. Once every rule is met, and after the end, reminders go as your program says.",
	  verb_remind, GROUP_SETTING_UP, 1 },
	{ "calendar add", "URL|FILE", "name category for everything user-agent",
	  "bring in events from a calendar",
	  "An address is looked at again and again; a file once, and again when you add a file of that name. ceu reads the "
	  "file itself, so only you need the right to. Events are proposed in your inbox and never counted by themselves. Of "
	  "a calendar of your own only what looks like learning is proposed; with --category or --everything every event is.",
	  verb_calendar_add, GROUP_SETTING_UP, 1 },
	{ "calendar list", NULL, NULL, "your calendars", NULL, verb_calendar_list, GROUP_SETTING_UP, 1 },
	{ "calendar check", "N", NULL, "look at a calendar now", "Exit code 1 if it cannot be read.",
	  verb_calendar_check, GROUP_SETTING_UP, 1 },
	{ "calendar accept", "N", NULL, "take a calendar that looks wrong as it is",
	  "A calendar that is suddenly empty, or half as long, is held back until you say that it is right.",
	  verb_calendar_accept, GROUP_SETTING_UP, 1 },
	{ "calendar remove", "N", NULL, "forget a calendar",
	  "Its events leave the inbox; what you confirmed stays.", verb_calendar_remove, GROUP_SETTING_UP, 1 },
	{ "calendar rule add", "FIELD TEST VALUE", RULE_OPTIONS " calendar", "say what your events are taken for",
	  RULE_HELP " Your rules come before everything else.", verb_rule_add, GROUP_SETTING_UP, 1 },
	{ "calendar rule list", NULL, NULL, "your rules, and those for everyone", NULL, verb_rule_list, GROUP_SETTING_UP, 1 },
	{ "calendar rule test", "FIELD|N [TEST] [VALUE]", RULE_OPTIONS " calendar", "which events a rule matches",
	  "Looks at your newest 2,000 events. Nothing is changed.", verb_rule_test, GROUP_SETTING_UP, 1 },
	{ "calendar rule remove", "N", NULL, "forget a rule", "Events that wait are looked at again without it.",
	  verb_rule_remove, GROUP_SETTING_UP, 1 },
	{ "whoami", NULL, NULL, "who ceud takes you for", NULL, verb_whoami, GROUP_SETTING_UP, 1 },
	{ "team", "[NAME]", "check", "how your team stands",
	  "Those who need you first. With --check the exit code is 7 if anyone is at risk, off track or "
	  "lapsed.",
	  verb_team, GROUP_MANAGERS, 1 },
	{ "team nudge", "PERSON..", "team", "remind people now, in your name",
	  "Nothing goes to those who are done, who want no mail, or who had one within six days; it says so.",
	  verb_team_nudge, GROUP_MANAGERS, 1 },
	{ "team plan", "[NAME]", NULL, "the one event that would help most people",
	  "From everyone's free room, in numbers: titles stay with the people they belong to.",
	  verb_team_plan, GROUP_MANAGERS, 1 },
	{ "team digest", "[NAME]", "attach csv every off on! preview", "the team's digest, and when it goes out",
	  "As it would go out now, unless an option says more. --every change is when somebody's status is another one. --off "
	  "stops your digests of the team, --on brings them back. "
	  "--csv writes the numbers to standard output.",
	  verb_team_digest, GROUP_MANAGERS, 1 },
	{ "admin person add", "EMAIL", PERSON_OPTIONS, "enrol a person",
	  "Sends no mail. Without --from and --until the person has no cycle and may lead a team. --until "
	  "alone is the usual way: the cycle's start follows from the program.",
	  verb_person_add, GROUP_ADMINS, 1 },
	{ "admin person set", "EMAIL", PERSON_OPTIONS " email leave enable", "change a person",
	  "Only what is named changes. With --email mails that wait go to the new address, and a reminder that could not "
	  "reach the person is made again.",
	  verb_person_set, GROUP_ADMINS, 1 },
	{ "admin person list", NULL, NULL, "everyone", NULL, verb_person_list, GROUP_ADMINS, 1 },
	{ "admin person disable", "EMAIL", NULL, "stop counting and mailing a person",
	  "Nothing is removed. To take it back: ceu admin person set EMAIL --enable", verb_person_disable,
	  GROUP_ADMINS, 1 },
	{ "admin team add", "NAME", "lead", "create a team", NULL, verb_team_add, GROUP_ADMINS, 1 },
	{ "admin team set", "NAME", "lead rename", "change a team", NULL, verb_team_set, GROUP_ADMINS,
	  1 },
	{ "admin team list", NULL, NULL, "all teams", NULL, verb_team_list, GROUP_ADMINS, 1 },
	{ "admin program list", NULL, NULL, "all programs, and who uses them", NULL, verb_program_list,
	  GROUP_ADMINS, 1 },
	{ "admin program check", "FILE", NULL, "whether a program file is right",
	  "Every error with its line. Nothing is changed.", verb_program_check, GROUP_ADMINS, 1 },
	{ "admin program simulate", "FILE|PROGRAM", NULL, "who would change state under new rules",
	  "Everybody's open cycle is recounted. Nothing is changed.", verb_program_simulate, GROUP_ADMINS, 1 },
	{ "admin program install", "FILE|PROGRAM", NULL, "use new rules in open cycles too",
	  "Shows first what it does, and asks. Without a terminal it wants --yes, and a simulation before it.",
	  verb_program_install, GROUP_ADMINS, 1 },
	{ "admin rule add", "FIELD TEST VALUE", RULE_OPTIONS, "say what everybody's events are taken for",
	  RULE_HELP " A person's own rules come first.", verb_admin_rule_add, GROUP_ADMINS, 1 },
	{ "admin rule list", NULL, NULL, "the rules for everyone", NULL, verb_admin_rule_list, GROUP_ADMINS, 1 },
	{ "admin rule test", "FIELD|N [TEST] [VALUE]", RULE_OPTIONS, "how many events a rule matches",
	  "Numbers only: what is in people's calendars is their own. Nothing is changed.", verb_admin_rule_test,
	  GROUP_ADMINS, 1 },
	{ "admin rule remove", "N", NULL, "forget a rule for everyone", NULL, verb_admin_rule_remove, GROUP_ADMINS, 1 },
	{ "admin mail", NULL, "check", "how mail goes out", "The same as: ceu admin mail status", verb_mail,
	  GROUP_ADMINS, 1 },
	{ "admin mail status", NULL, "check", "how mail goes out",
	  "With --check the exit code is 8 while the relay is left alone, else 7 if mails failed or may not have arrived.",
	  verb_mail, GROUP_ADMINS, 1 },
	{ "admin mail queue", NULL, "failed unknown held", "mails that are not out yet", NULL,
	  verb_mail_queue, GROUP_ADMINS, 1 },
	{ "admin mail show", "ID", NULL, "one mail: its course, what was said, its text", NULL, verb_mail_show,
	  GROUP_ADMINS, 1 },
	{ "admin mail retry", "[ID]..", "failed", "try mails again",
	  "The same mail, now; an address that was given up is tried again too. --failed are all that failed.",
	  verb_mail_retry, GROUP_ADMINS, 1 },
	{ "admin mail resend", "ID", NULL, "send a mail once more",
	  "As a new mail, made of what is so now. Whoever got the first one gets a second.", verb_mail_resend,
	  GROUP_ADMINS, 1 },
	{ "admin mail drop", "ID", "because", "give a mail up", "The reason is kept with it.", verb_mail_drop,
	  GROUP_ADMINS, 1 },
	{ "admin mail plan", NULL, "days", "which mails will go, and which will not",
	  "If nothing changes, for 30 days or as many as --days says; at most 366.", verb_mail_plan, GROUP_ADMINS, 1 },
	{ "admin mail preview", "PERSON|TEAM", "on", "a reminder or digest as a message",
	  "It goes to standard output, as .eml: ceu admin mail preview dana > dana.eml", verb_mail_preview,
	  GROUP_ADMINS, 1 },
	{ "admin mail template", "[NAME]", NULL, "the texts of mails, and which are your own",
	  "With NAME the built-in text, to start from.", verb_mail_template, GROUP_ADMINS, 1 },
	{ "admin mail test", "EMAIL", NULL, "send a test mail, step by step", NULL, verb_mail_test,
	  GROUP_ADMINS, 1 },
	{ "admin mail release", NULL, NULL, "let held mails go", NULL, verb_mail_release, GROUP_ADMINS, 1 },
	{ "admin run feeds", NULL, NULL, "look at all calendars now",
	  "Acts as if its time had come; exit code 0 whatever single calendars did.", verb_run_feeds,
	  GROUP_ADMINS, 1 },
	{ "admin run reminders", NULL, NULL, "write the reminders that are due", NULL, verb_run_reminders,
	  GROUP_ADMINS, 1 },
	{ "admin run digests", NULL, NULL, "write the teams' digests", NULL, verb_run_digests, GROUP_ADMINS,
	  1 },
	{ "admin run mail", NULL, NULL, "hand waiting mails over now", NULL, verb_run_mail, GROUP_ADMINS, 1 },
	{ "admin status", NULL, NULL, "how ceud itself is", NULL, verb_admin_status, GROUP_ADMINS, 1 },
	{ "admin clock", "[INSTANT|+DURATION]", NULL, "the rehearsal clock",
	  "Only where ceud runs with --clock. It moves forward, and all that falls due on the way happens. "
	  "INSTANT is 2026-03-12T08:00:00Z; +DURATION is +6h, +30d or +2w.",
	  verb_clock, GROUP_ADMINS, 1 },
	{ "admin reload", NULL, NULL, "read the configuration again", "All of it or nothing.", verb_reload,
	  GROUP_ADMINS, 1 },
	{ "help", "[VERB]..", NULL, "this overview, or one command in full", NULL, verb_help, GROUP_HELP, 0 },
	{ "version", NULL, NULL, "the version", NULL, verb_version, GROUP_HELP, 0 },
	{ NULL, NULL, NULL, NULL, NULL, NULL, GROUP_HELP, 0 },
};

const struct command command_complete = {
	"__complete", "[WORDS]..", NULL, "what may come next", NULL, verb_complete, GROUP_HELP, 1
};

int option_find(const char *name)
{
	for (int i = 0; i < OPTION_COUNT; i++)
		if (!strcmp(options[i].name, name))
			return i;
	return -1;
}

/* Word i of a text of words joined by one blank; NULL beyond the last. */
static const char *word_at(const char *words, size_t i, size_t *ret_len)
{
	const char *s = words;

	if (!s || !*s)
		return NULL;
	for (; i; i--) {
		s = strchr(s, ' ');
		if (!s)
			return NULL;
		s++;
	}
	*ret_len = strcspn(s, " ");
	return s;
}

void command_arity(const struct command *c, size_t *ret_least, size_t *ret_most)
{
	size_t least = 0, most = 0, len;
	const char *w;

	for (size_t i = 0; (w = word_at(c->what, i, &len)); i++) {
		least += w[0] != '[';
		most = len > 2 && !strncmp(w + len - 2, "..", 2) ? SIZE_MAX : most + 1;
	}
	*ret_least = least;
	*ret_most = most;
}

const char *command_argument(const struct command *c, size_t i, char *out, size_t size)
{
	size_t len, from = 0;
	const char *w = word_at(c->what, i, &len);

	if (!w)
		return NULL;
	if (w[0] == '[') {
		from = 1;
		len = strcspn(w, "]");
	} else if (len > 2 && !strncmp(w + len - 2, "..", 2)) {
		len -= 2;
	}
	len -= from;
	len = len < size ? len : size - 1;
	memcpy(out, w + from, len);
	out[len] = '\0';
	return out;
}

int command_takes(const struct command *c, int option)
{
	const char *w, *listed = option == OPTION_ON_AGAIN ? "on!" : options[option].name;
	size_t len;

	if (options[option].everywhere)
		return 1;
	for (size_t i = 0; (w = word_at(c->options, i, &len)); i++)
		if (strlen(listed) == len && !strncmp(w, listed, len))
			return 1;
	return 0;
}

/* How many of the words are the verb's, or 0 if they do not begin with it. */
static size_t verb_match(const char *verb, const char *const *words, size_t n)
{
	size_t i = 0, len;
	const char *w;

	for (; (w = word_at(verb, i, &len)); i++)
		if (i >= n || strlen(words[i]) != len || strncmp(w, words[i], len))
			return 0;
	return i;
}

const struct command *command_find(const char *const *words, size_t n, size_t *ret_used)
{
	const struct command *found = NULL;
	size_t used = 0;

	for (const struct command *c = commands; c->verb; c++) {
		size_t m = verb_match(c->verb, words, n);

		if (m > used) {
			used = m;
			found = c;
		}
	}
	if (found)
		*ret_used = used;
	return found;
}

const struct command *command_named(const char *verb)
{
	for (const struct command *c = commands; c->verb; c++)
		if (!strcmp(c->verb, verb))
			return c;
	return NULL;
}
