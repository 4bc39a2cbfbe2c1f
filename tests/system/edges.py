"""What the tests of the numbered edge cases share: for each case a ceud and a person of its own, who asks as people do.

Times are a rehearsal clock's, calendars and programs are files made by the test.
"""
import os

import harness
from harness import NOW, Ceud, holds, same, web, write

PROGRAM = """program NAME {
	name "NAME rules"
	title "Certificate of the guild"
	issuer "The guild"
	unit point {
		minutes 60
		step 0.25
		round down
	}
	cycle 24 months {
CYCLE	}
	category training "Training"
	category in-company "In-company development"
	category conference "Conferences"
	category college "College courses"
	category cxpa "Contributions"
	competency insights "Insights"
	competency culture "Culture and accountability"
	competency strategy "Strategy"
	competency metrics "Metrics"
	competency design "Design"
	map voice insights
	map adoption culture
	require 20 total
RULES}
"""
PEOPLE = "ann@example.org"
ME = "/v1/people/" + PEOPLE


def program(name, rules="", cycle=""):
    """The text of a program with the categories of the shipped one and five competencies."""
    def lines(words, indent):
        return "".join(indent + line + "\n" for line in words.split("; ") if line)
    return PROGRAM.replace("NAME", name).replace("CYCLE", lines(cycle, "\t\t")).replace("RULES", lines(rules, "\t"))


def pick(value, *names):
    return tuple(value[name] for name in names)


def event(uid, title, start, end, *more, zone="Europe/Berlin"):
    """An event; 20260310 is a day, 20260310T090000 a time there."""
    kind = ";VALUE=DATE:" if "T" not in start else ";TZID=%s:" % zone if zone else ":"
    return ["BEGIN:VEVENT", "UID:" + uid, "DTSTAMP:20260101T000000Z", "SUMMARY:" + title, "DTSTART" + kind + start,
            "DTEND" + kind + end, *more, "END:VEVENT"]


class Case:
    """A ceud at that moment, with one person: Ann, whose cycle ends (until) or begins (since) on that day."""

    def __init__(self, number, clock=NOW, until="2026-06-30", since=None, zone=None, uses=None, programs=(), config=""):
        self.number, self.web, self.calendars = number, None, 0
        for text in programs:
            self.program(text)
        if programs:
            config += "programs %s\n" % os.path.join(os.path.abspath(harness.folder()), number)
        self.d = Ceud("e" + number, 'organisation "Example Ltd"\n' + config, clock).start()
        words = ["--from", since] if since else ["--until", until]
        words += ["--zone", zone] if zone else []
        words += ["--program", uses] if uses else []
        self.person = self.d.json("admin", "person", "add", PEOPLE, "--name", "Ann Lee", *words)

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        if self.web:
            self.web.end()
        code = self.d.stop()
        if not kind:
            same("exit", code, 0)

    def program(self, text):
        """Put it among the programs; where."""
        return write("%s/%s.rules" % (self.number, text.split()[1]), text)

    def clock(self, instant):
        self.d.json("admin", "clock", instant)

    # ---- what Ann asks

    def json(self, *args, code=0):
        return self.d.json(*args, "--as", PEOPLE, code=code)

    def says(self, *args, code=0, has=()):
        """What she reads, each run of blanks one."""
        answer = self.d.ceu(*args, "--as", PEOPLE)
        same("exit of ceu " + " ".join(args), answer.code, code)
        text = " ".join((answer.out + answer.err).split())
        holds(text, *has)
        return text

    def refused(self, *args, exit_code=5, code=None, has=()):
        """The exit code, the reason and a next step, for scripts and for people; and nothing was kept."""
        before = self.d.get(ME + "/history")[1]
        problem = self.json(*args, code=exit_code)
        same("code", problem["code"], code)
        assert problem["next"], problem
        text = self.says(*args, code=exit_code, has=has)
        holds(text, " ".join(problem["detail"].split()))
        same("history", self.d.get(ME + "/history")[1], before)
        return problem

    def log(self, hours, category, title, on="2026-02-02", good_for="voice", **options):
        more = [w for name, value in options.items() for w in ("--" + name, value)]
        return self.json("log", hours, category, title, "--on", on, *(["--for", good_for] if good_for else []), *more)

    def entry(self, number):
        return self.json("show", str(number))

    def status(self, *names):
        s = self.json("status")
        return pick(s, *names) if names else s

    def numbers(self):
        """Counted, logged, over a limit, to go."""
        return self.status("counted", "logged", "over_limit", "to_go")

    def state(self):
        return self.json("status")["cycle"]["state"]

    def standing(self):
        """Each entry: its number, units, what counts, its state."""
        return [pick(e, "id", "units", "counted", "state") for e in self.json("list")["entries"]]

    def cycles(self):
        return [pick(c, "start", "end", "counted") for c in self.d.get(ME + "/cycles")[1]["cycles"]]

    def history(self):
        return [c["text"] for c in self.json("history")["changes"]]

    def finish(self, year="2025", good_for="strategy"):
        """Twenty units, ten and ten."""
        self.log("10h", "training", "Course of " + year, year + "-10-01", good_for)
        self.log("10h", "college", "Lectures of " + year, year + "-11-02", good_for)
        same("state", self.state(), "done")

    # ---- calendars

    def ics(self, name, *events):
        lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//ceud tests//edge cases//EN"]
        return write("%s-calendars/%s.ics" % (self.number, name), "\r\n".join(lines + sum(events, []) + ["END:VCALENDAR", ""]))

    def calendar(self, *events, category="conference", good_for="voice", served=False):
        """Subscribe to a calendar from a file, or from a web server that serves the file; its number."""
        self.calendars += 1
        path = self.ics("calendar%d" % self.calendars, *events)
        if served:
            self.web = web(os.path.dirname(path))
            path = "http://127.0.0.1:%d/calendar%d.ics" % (self.web.port, self.calendars)
        return self.json("calendar", "add", path, "--category", category, "--for", good_for, "--name",
                         "Calendar %d" % self.calendars)["id"]

    def inbox(self):
        return {p["title"]: p for p in self.json("inbox", "list")["proposals"]}

    def confirm(self, title, *options):
        return self.json("inbox", "confirm", str(self.inbox()[title]["id"]), *options)["entries"][0]


def codes(entry):
    return [w["code"] for w in entry["warnings"]]
