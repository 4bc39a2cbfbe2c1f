"""A ceud under a rehearsal clock, the people it serves and what happens to them; every fact is kept with its instant, so that
what was sent can be judged afterwards."""
import bisect
import datetime as dt
import glob
import os
import sys
import time
from zoneinfo import ZoneInfo

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "system"))
import harness                                                              # noqa: E402
from sink import Sink                                                       # noqa: E402

DAY_MS = 86400000
UTC = dt.timezone.utc
BEGIN = "2026-01-05T12:07:30Z"
FOREVER = dt.date.max
ZONES = ["Europe/Berlin", "America/New_York", "Asia/Kolkata", "Pacific/Auckland", "Pacific/Pago_Pago", "Pacific/Kiritimati",
         "America/St_Johns", "UTC", "Africa/Cairo", "Australia/Lord_Howe", "America/Santiago", "Asia/Tehran", "Europe/Dublin"]
CATEGORIES = {"ccxp-2y20": ["training", "in-company", "conference", "college", "cxpa"], "graced": ["training", "conference"]}
CAP = {"ccxp-2y20": 10, "graced": 100}
GRACE = {"ccxp-2y20": 0, "graced": 30}
WINDOW = {"ccxp-2y20": 0, "graced": 100}
OPEN, INBOX, REACHED = 10000, 15000, 20000
LADDERS = {"ccxp-2y20": {"behind": [180, 120, 90, 60, 30, 14, 7, 3, 1, 0], "on-pace": [180, 90, 30, 7]},
           "graced": {"behind": [OPEN, 150, 100, 50, 20, 10, 3, 0], "on-pace": [OPEN, 180, 90, 30, 7]}}
COMPLETE = [90, 60, 30, 14, 7, 3, 1, 0]
LAPSED = [-1, -8, -15, -22, -29]
STATES = ["done", "on-track", "at-risk", "off-track", "submitted", "lapsed"]
RED = {"at-risk", "off-track", "lapsed"}

GRACED = """program graced {
	name "Graced"
	title "With grace"
	issuer "Example"
	unit CEU {
		minutes 60
		step 0.25
		round down
	}
	cycle 12 months {
		anchor expiry
		grace 30 days
	}
	window 100 days
	category training "Training"
	category conference "Conference"
	competency voice "Voice"
	require 20 total {
		id total
		text "Twenty."
	}
	ladder behind open inbox 150 100 50 20 10 3 0
}
"""
CONFIG = """organisation "Example Ltd"
url https://ceu.example.org
programs %(programs)s
mail {
 mode live
 %(transport)s
 from "CEU <ceu@example.org>"
 rate 1000000/min
}
reminders {
 bulk-limit 100%% 1000000
}
limits {
 per-user 64
}
"""


def ms(instant):
    return int(dt.datetime.fromisoformat(instant.replace("Z", "+00:00")).timestamp() * 1000)


def iso(at):
    return dt.datetime.fromtimestamp(at // 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def local(at, zone):
    return dt.datetime.fromtimestamp(at / 1000, UTC).astimezone(ZoneInfo(zone))


class Timeline:
    """What was so, by instant."""

    def __init__(self, at, value):
        self.times, self.values = [at], [value]

    def put(self, at, value):
        self.times.append(at)
        self.values.append(value)

    def at(self, when):
        n = bisect.bisect_right(self.times, when)
        return self.values[n - 1] if n else self.values[0]

    @property
    def now(self):
        return self.values[-1]

    def changed(self, after, until):
        return bisect.bisect_right(self.times, until) > bisect.bisect_right(self.times, after)


class Person:
    def __init__(self, number, at, email, zone, program, cycle):
        self.number, self.joined, self.program = number, at, program
        self.email, self.zone = Timeline(at, email), Timeline(at, zone)
        self.off, self.muted, self.days = Timeline(at, False), Timeline(at, None), Timeline(at, None)
        self.cycle = Timeline(at, dict(cycle, no=0, enrolled=local(at, zone).date()))       # start, end
        self.submitted, self.entries = Timeline(at, False), Timeline(at, {})
        self.team = Timeline(at, None)
        self.zeal = number % 4              # how often she logs something
        self.addresses = 0

    def day(self, at):
        return local(at, self.zone.at(at)).date()

    def is_done(self, at):
        cycle, day, sums = self.cycle.at(at), self.day(at), {}
        for on, category, hours in self.entries.at(at).values():
            if cycle["start"] <= on <= min(cycle["end"], day):
                sums[category] = sums.get(category, 0) + hours
        return sum(min(CAP[self.program], n) for n in sums.values()) >= 20

    def is_muted(self, at):
        until = self.muted.at(at)
        return until is not None and self.day(at) <= until

    def opens(self, at):
        return self.cycle.at(at)["end"] - dt.timedelta(days=WINDOW[self.program]) if WINDOW[self.program] else None

    def rung_day(self, rung, at):
        return self.opens(at) if rung == OPEN else self.cycle.at(at)["end"] - dt.timedelta(days=rung)

    def ladder(self, kind, at):
        """Rungs by day."""
        own = self.days.at(at)
        if kind in ("behind", "on-pace"):
            return list(own) if own else LADDERS[self.program][kind]
        return COMPLETE if kind == "complete" else LAPSED

    def rungs(self, at):
        return {r for kind in ("behind", "on-pace", "complete", "lapsed") for r in self.ladder(kind, at)
                if r != OPEN or WINDOW[self.program]}

    def untouched(self, after, until):
        """Nothing of hers changed between."""
        return not any(t.changed(after, until) for t in (self.email, self.zone, self.off, self.muted, self.days, self.cycle,
                                                         self.submitted, self.entries))


class World:
    def __init__(self, random, name="w"):
        self.random, self.sink = random, Sink()
        programs = os.path.dirname(harness.write(name + "-programs/graced.rules", GRACED))
        self.programs, self.box = programs, os.path.join(harness.folder(), name + "-box")
        os.makedirs(self.box, exist_ok=True)
        self.by_smtp = False
        self.ceud = harness.Ceud(name, self.config(), clock=BEGIN)
        self.people, self.teams, self.gaps, self.refusals = [], [], [], {}
        self.titles = 0
        self.connection = None
        self.start()

    # ---- ceud

    def config(self):
        words = "transport smtp\n relay 127.0.0.1 %d\n tls none" % self.sink.port if self.by_smtp else \
            "transport dir\n dir %s" % os.path.abspath(self.box)
        return CONFIG % {"programs": self.programs, "transport": words}

    def start(self):
        self.ceud.start()
        self.connection = harness.UnixConnection(self.ceud.socket, 300 * harness.SLACK)
        self.read_clock()

    def read_clock(self):
        answer = self.call("GET", "/v1/admin/clock")
        self.base, self.mono = ms(answer["now"]), time.monotonic()

    def now(self):
        """The clock of ceud, a little late at most."""
        return self.base + int((time.monotonic() - self.mono) * 1000)

    def request(self, method, path, body=None):
        try:
            return harness.request(self.connection, method, path, body)
        except (OSError, harness.http.client.HTTPException):
            self.connection.close()                 # it was idle for long
            assert self.ceud.process.poll() is None, "ceud has ended:\n" + self.ceud.said()[-3000:]
            return harness.request(self.connection, method, path, body)

    def call(self, method, path, body=None):
        status, answer = self.request(method, path, body)
        assert status == 200, "%s %s %r: %d %r" % (method, path, body, status, answer)
        return answer

    def to(self, at):
        answer = self.call("POST", "/v1/admin/clock", {"to": iso(at)})
        self.base, self.mono = ms(answer["now"]), time.monotonic()

    def forward(self, length_ms):
        self.to(self.now() + max(length_ms, 2000))

    def away(self, length_ms):
        """ceud is stopped for so long."""
        began = self.now()
        harness.same("exit", self.ceud.stop(), 0)
        self.connection.close()
        self.ceud.clock = iso(began + length_ms)
        self.start()
        self.gaps.append((began, self.now()))

    def switch(self, by_smtp):
        self.by_smtp = by_smtp
        harness.write(self.ceud.name + ".conf", "zone Europe/Berlin\n" + self.config())
        self.call("POST", "/v1/admin/reload", {})

    def query(self, sql, *args):
        db = self.ceud.database()
        try:
            return db.execute(sql, args).fetchall()
        finally:
            db.close()

    # ---- people

    def path(self, person):
        return "/v1/people/" + person.email.now

    def cycle_of(self, person):
        cycle = self.call("GET", self.path(person) + "/status")["cycle"]
        return {"start": dt.date.fromisoformat(cycle["start"]), "end": dt.date.fromisoformat(cycle["end"])}

    def add(self, until_days=None):
        r, number = self.random, len(self.people)
        program = r.choice(["ccxp-2y20", "ccxp-2y20", "graced"])
        zone = r.choice(ZONES)
        today = local(self.now(), zone).date()
        if until_days is None:
            until_days = r.randint(3, 700 if program == "ccxp-2y20" else 360)
        email = "p%03d@example.org" % number if r.random() < 0.95 else "p%03d@nowhere.invalid" % number
        at = self.now()
        body = {"email": email, "name": "Person %d" % number, "program": program, "zone": zone,
                "until": (today + dt.timedelta(days=until_days)).isoformat()}
        if self.teams and r.random() < 0.5:
            body["team"] = r.choice(self.teams)
        self.call("POST", "/v1/people", body)
        person = Person(number, at, email, zone, program, {"start": None, "end": None})
        person.cycle.values[0].update(self.cycle_of(person))
        person.team.values[0] = body.get("team")
        self.people.append(person)
        return person

    def lead(self, name, zone):
        """A team and its lead, who has no cycle."""
        email = "lead-%s@example.org" % name
        self.call("POST", "/v1/people", {"email": email, "name": "Lead of " + name, "zone": zone})
        self.call("POST", "/v1/teams", {"name": name, "lead": email})
        self.teams.append(name)

    # ---- what happens to them

    def log(self, p):
        cycle, today = p.cycle.now, p.day(self.now())
        first, last = max(cycle["start"], today - dt.timedelta(days=200)), min(cycle["end"], today)
        if first > last or p.submitted.now:
            return
        on = first + dt.timedelta(days=self.random.randint(0, (last - first).days))
        hours, category = self.random.choice([2, 3, 5, 6, 7.5, 8, 10]), self.random.choice(CATEGORIES[p.program])
        self.titles += 1
        at = self.now()
        status, answer = self.request("POST", self.path(p) + "/entries", {
            "hours": "%gh" % hours, "category": category, "title": "Session %d" % self.titles, "on": on.isoformat(), "for": ["voice"]})
        if status == 200:
            p.entries.put(at, dict(p.entries.now, **{str(answer["id"]): (on, category, hours)}))
        else:
            assert status == 422, answer

    def edit(self, p):
        if not p.entries.now:
            return
        number = self.random.choice(sorted(p.entries.now))
        on, category, _ = p.entries.now[number]
        hours, at = self.random.choice([0.5, 2, 4, 9]), self.now()
        status, answer = self.request("PATCH", self.path(p) + "/entries/" + number, {"hours": "%gh" % hours})
        if status == 200:
            p.entries.put(at, dict(p.entries.now, **{number: (on, category, hours)}))
        else:
            assert status == 422, answer

    def remove(self, p):
        if not p.entries.now:
            return
        number, at = self.random.choice(sorted(p.entries.now)), self.now()
        status, answer = self.request("DELETE", self.path(p) + "/entries/" + number)
        if status == 200:
            p.entries.put(at, {k: v for k, v in p.entries.now.items() if k != number})
        else:
            assert status == 422, answer

    def change(self, p, timeline, value, **body):
        at = self.now()
        self.call("PATCH", self.path(p), body)
        timeline.put(at, value)

    def move_zone(self, p):
        zone = self.random.choice(ZONES)
        self.change(p, p.zone, zone, zone=zone)

    def move_cycle(self, p):
        """Some days to or fro."""
        end = p.cycle.now["end"] + dt.timedelta(days=self.random.choice([-90, -20, -3, 1, 10, 45, 200]))
        at = self.now()
        status, answer = self.request("PATCH", self.path(p), {"until": end.isoformat()})
        if status != 200:
            assert status == 422, answer
            return
        if end != p.cycle.now["end"]:
            p.cycle.put(at, dict(self.cycle_of(p), no=p.cycle.now["no"], enrolled=p.day(at)))

    def other_address(self, p):
        p.addresses += 1
        host = self.random.choice(["example.org", "example.org", "example.net", "nowhere.invalid"])
        email = "p%03d.%d@%s" % (p.number, p.addresses, host)
        self.change(p, p.email, email, email=email)

    def able(self, p):
        self.change(p, p.off, not p.off.now, disabled=not p.off.now)

    def mute(self, p):
        at, r = self.now(), self.random
        if p.muted.now is not None and r.random() < 0.6:
            self.call("PATCH", self.path(p) + "/reminders", {"on": True})
            p.muted.put(at, None)
            return
        until = p.day(at) + dt.timedelta(days=r.randint(1, 120)) if r.random() < 0.7 else FOREVER
        self.call("PATCH", self.path(p) + "/reminders",
                  {"on": False, "until": None if until == FOREVER else until.isoformat()})
        p.muted.put(at, until)

    def other_days(self, p):
        at, r = self.now(), self.random
        days = sorted(r.sample([0, 2, 5, 10, 14, 21, 45, 75, 100, 150, 250], r.randint(1, 6)), reverse=True) if r.random() < 0.7 else None
        self.call("PATCH", self.path(p) + "/reminders", {"days": days})
        p.days.put(at, days)

    def submit(self, p):
        at = self.now()
        status, answer = self.request("POST", self.path(p) + "/submit", {})
        if status == 200:
            p.submitted.put(at, True)
        else:
            assert status == 422, answer

    def renew(self, p):
        if not p.submitted.now and p.day(self.now()) <= p.cycle.now["end"] + dt.timedelta(days=40):
            return
        at = self.now()
        status, answer = self.request("POST", self.path(p) + "/renew", {} if p.submitted.now else {"because": "taken back", "yes": True})
        if status == 200:
            p.cycle.put(at, dict(self.cycle_of(p), no=p.cycle.now["no"] + 1, enrolled=p.day(at)))
            p.submitted.put(at, False)
        else:
            assert status == 422, answer

    def calendar(self, p):
        """Some events of the weeks around now, to confirm."""
        today, text = dt.datetime.fromtimestamp(self.now() // 1000, UTC).date(), "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//y//EN\r\n"
        for _ in range(self.random.randint(1, 4)):
            self.titles += 1
            day = (today + dt.timedelta(days=self.random.randint(-10, 40))).strftime("%Y%m%d")
            text += ("BEGIN:VEVENT\r\nUID:%d@example.org\r\nDTSTAMP:20260101T000000Z\r\nDTSTART:%sT100000Z\r\nDTEND:%sT%d0000Z\r\n"
                     "SUMMARY:Webinar %d\r\nEND:VEVENT\r\n" % (self.titles, day, day, self.random.randint(11, 14), self.titles))
        self.call("POST", self.path(p) + "/calendars", {
            "file": {"name": "c%d.ics" % self.titles, "text": text + "END:VCALENDAR\r\n"}, "name": "Calendar %d" % self.titles,
            "category": self.random.choice(CATEGORIES[p.program]), "for": ["voice"], "everything": True})

    def look_at_inbox(self, p):
        """Yes to the first event, or no."""
        waiting = self.call("GET", self.path(p) + "/inbox")["proposals"]
        if not waiting or p.submitted.now:
            return
        at, path = self.now(), self.path(p) + "/inbox/%d/" % waiting[0]["id"]
        if self.random.random() < 0.3:
            self.call("POST", path + "skip", {})
            return
        status, answer = self.request("POST", path + "confirm", {} if waiting[0]["minutes"] else {"hours": "1h"})
        if status == 200:
            new = {str(e["id"]): (dt.date.fromisoformat(e["date"]), e["category"], e["minutes"] / 60) for e in answer["entries"]}
            p.entries.put(at, dict(p.entries.now, **new))
        else:
            assert status == 422, (waiting[0], answer)

    def break_address(self, p):
        self.sink.bad.add(p.email.now)

    def other_team(self, p):
        at, team = self.now(), self.random.choice(self.teams)
        if p.team.now == team:
            return
        body = {"team": team}
        if p.team.now:
            body["leave_team"] = p.team.now
        self.call("PATCH", self.path(p), body)
        p.team.put(at, team)

    def happen(self):
        """Something, to somebody."""
        kinds = [(46, self.log), (6, self.edit), (6, self.remove), (5, self.move_zone), (4, self.move_cycle), (3, self.other_address),
                 (2, self.able), (4, self.mute), (4, self.other_days), (18, self.submit), (10, self.renew), (2, self.break_address),
                 (2, self.other_team), (5, self.calendar), (5, self.look_at_inbox)]
        person = self.random.choice(self.people)
        what = self.random.choices([k for _, k in kinds], [n for n, _ in kinds])[0]
        for _ in range(person.zeal if what == self.log else 1):
            what(person)


def received(world):
    """All that arrived: (recipient of the envelope or None, bytes)"""
    found = []
    for path in sorted(glob.glob(os.path.join(world.box, "*.eml"))):
        with open(path, "rb") as f:
            found.append((None, f.read()))
    return found + [(to, data) for to, data in world.sink.taken]
