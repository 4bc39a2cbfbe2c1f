#!/usr/bin/python3
"""A year of reminders and digests against a second account of the same rules, with downtime, changes and restarts.

The year is random; CEUD_SEED repeats one.
"""
import datetime as dt
import hashlib
import os
import random
import signal
import sqlite3
import sys
from zoneinfo import ZoneInfo

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from api import Daemon, done, main, same

SEED = int(os.environ.get("CEUD_SEED", random.SystemRandom().randrange(1 << 31)))
UTC = dt.timezone.utc
RUNGS = [180, 120, 90, 60, 30, 14, 7, 3, 1, 0]
ZONES = ["Europe/Berlin", "America/New_York", "Asia/Kolkata", "Pacific/Auckland", "Pacific/Pago_Pago",
         "Pacific/Kiritimati", "America/St_Johns", "UTC", "Africa/Cairo", "Australia/Lord_Howe"]
CONFIG = """organisation "Example Ltd"
zone Europe/Berlin
mail {
	mode live
	from "CEU <ceu@example.org>"
	rate 100000/min
}
reminders {
	bulk-limit 100% 1000
}
"""
BEGIN = dt.datetime(2026, 1, 5, 12, 7, 30, tzinfo=UTC)
MINUTE, DAY = dt.timedelta(minutes=1), dt.timedelta(days=1)


def text(instant):
    return instant.strftime("%Y-%m-%dT%H:%M:%SZ")


def midnight(day, zone, minute=0):
    """The instant of that minute of a civil day there; in a gap the first minute that exists."""
    at = dt.datetime.combine(day, dt.time(), zone) + dt.timedelta(minutes=minute)
    while at.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != at.replace(tzinfo=None):
        at += MINUTE
    return at.astimezone(UTC)


def is_quiet(at, zone):
    hour = at.astimezone(zone).hour
    return hour >= 20 or hour < 7


def morning(at, zone):
    """`at`, or the end of the night that it is in."""
    if not is_quiet(at, zone):
        return at
    local = at.astimezone(zone)
    return midnight(local.date() + (DAY if local.hour >= 20 else 0 * DAY), zone, 7 * 60)


class Person:
    """What the rules say of one person, worked out from when ceud ran and what was logged."""

    def __init__(self, email, zone, end, enrolled):
        self.email, self.zone, self.end = email, ZoneInfo(zone), end
        self.enrolled = enrolled.astimezone(self.zone).date()
        self.joined = enrolled
        self.spread = hashlib.sha256(email.encode()).digest()[0] % 60
        self.states = [(enrolled, False)]           # from when on: done or not
        self.entries = []

    def is_done(self, at):
        return [state for since, state in self.states if since <= max(at, self.joined)][-1]

    def day(self, at):
        return at.astimezone(self.zone).date()

    def send_at(self, rung, now):
        day = self.day(now)
        while True:
            at = midnight(day, self.zone, 8 * 60 + 30 + self.spread)
            if rung <= 3 or day.weekday() < 5:
                if at > now:
                    return at
                if day == self.day(now) and not is_quiet(now, self.zone):
                    return now
            day += DAY

    def expected(self, ups):
        """(rung, instant) of each reminder, as ceud ran in these spans of time."""
        taken, mails = set(), []
        if (self.end - self.enrolled).days > 30:
            taken = {r for r in RUNGS if self.end - r * DAY <= self.enrolled}
        looks = {start for start, stop in ups} | {self.joined}
        looks |= {midnight(self.end - r * DAY, self.zone) for r in RUNGS}
        for now in sorted(looks):
            if now < self.joined or not any(start <= now < stop for start, stop in ups):
                continue
            due = [r for r in RUNGS if self.end - r * DAY <= self.day(now) and r not in taken]
            taken |= set(due)
            if due and self.day(now) <= self.end and not self.is_done(now):
                rung = min(due)
                tighter = [r for r in RUNGS if r < rung]
                expires = self.send_at(rung, now) + 3 * DAY
                if tighter:
                    expires = min(expires, midnight(self.end - max(tighter) * DAY, self.zone))
                expires = min(expires, midnight(self.end + 2 * DAY, self.zone))
                mails.append((rung, self.send_at(rung, now), expires))
        return [sent for sent in (self.leaves(ups, *mail) for mail in mails) if sent]

    def leaves(self, ups, rung, not_before, expires):
        for start, stop in ups:
            at = morning(max(start, not_before), self.zone)
            if at < stop:
                if at >= expires or self.is_done(at) or self.day(at) > self.end:
                    return None
                return rung, at
        return None


class Year:
    def __init__(self):
        self.r = random.Random(SEED)
        self.d = Daemon(CONFIG, clock=text(BEGIN))
        self.ups, self.started = [], BEGIN
        self.people = []

    def now(self):
        clock = done(self.d.get("/v1/admin/clock"))["now"]
        return dt.datetime.fromisoformat(clock.replace("Z", "+00:00"))

    def add(self, n):
        zone = self.r.choice(ZONES)
        now = self.now()
        end = now.astimezone(ZoneInfo(zone)).date() + self.r.choice([3, 12, 29, 31, 60, 100, 170, 185, 250, 330]) * DAY + \
            self.r.randrange(20) * DAY
        email = "p%02d@example.org" % n
        done(self.d.post("/v1/people", {"email": email, "name": "Person %d" % n, "until": str(end), "zone": zone,
                                        "team": "Team %d" % (n % 3)}))
        self.people.append(Person(email, zone, end, now))

    def forward(self, to):
        done(self.d.post("/v1/admin/clock", {"to": text(to)}))

    def down(self, until):
        self.ups.append((self.started, self.now()))
        how = self.r.choice([signal.SIGTERM, signal.SIGTERM, signal.SIGKILL])
        same(self.d.stop(how), 0 if how == signal.SIGTERM else -how, "exit")
        self.d.clock = text(until)
        self.d.start()
        self.started = until

    def finish(self, p):
        """Ten units of two categories each, a day apart: done at once. Or a part of them taken back."""
        now = self.now()
        if p.day(now) > p.end:
            return
        if not p.entries:
            for i, category in enumerate(["training", "conference"]):
                e = done(self.d.post("/v1/people/%s/entries" % p.email, {
                    "hours": "10h", "category": category, "title": "Course %d" % i, "on": str(p.day(now)), "for": ["voice"]}))
                p.entries.append(e["id"])
            p.states.append((now, True))
        else:
            done(self.d.delete("/v1/people/%s/entries/%d" % (p.email, p.entries.pop())))
            done(self.d.delete("/v1/people/%s/entries/%d" % (p.email, p.entries.pop())))
            p.states.append((now, False))

    def run(self):
        for n, zone in enumerate(["Europe/Berlin", "America/New_York", "Pacific/Auckland"]):
            lead = "lead%d@example.org" % n
            done(self.d.post("/v1/people", {"email": lead, "zone": zone}))
            done(self.d.post("/v1/teams", {"name": "Team %d" % n, "lead": lead}))
        for n in range(24):
            self.add(n)
        self.forward(BEGIN + MINUTE)
        at = BEGIN
        while at < BEGIN + 365 * DAY:
            at += dt.timedelta(minutes=self.r.randrange(60, 12 * 24 * 60))
            if self.r.random() < 0.3:
                self.down(at)
            else:
                self.forward(at)
            for p in self.r.sample(self.people, 2):
                if self.r.random() < 0.4:
                    self.finish(p)
            if len(self.people) < 32 and self.r.random() < 0.25:
                self.add(len(self.people))
            self.forward(at + MINUTE)       # a change is looked at two seconds later
        self.ups.append((self.started, self.now()))
        same(self.d.stop(), 0, "exit")
        self.read()

    def read(self):
        db = sqlite3.connect("file:%s/ceud.db?mode=ro" % self.d.state, uri=True)
        self.mails = [dict(zip(["id", "key", "kind", "to", "state", "done_at", "reason", "message_id"], row)) for row in db.execute(
            "SELECT id, dedup_key, kind, rcpt, state, done_at, reason, message_id FROM outbox ORDER BY id")]
        self.rungs = list(db.execute("SELECT person.email, cycle, days, outcome FROM rung JOIN person ON person.id = rung.person"))
        db.close()
        for m in self.mails:
            if m["done_at"]:
                m["done_at"] = dt.datetime.fromtimestamp(m["done_at"] / 1000, UTC)
        self.sent = [m for m in self.mails if m["state"] == 3]


YEAR = None


def year():
    """a year passes, with downtime, restarts and changes"""
    global YEAR
    print("# CEUD_SEED=%d" % SEED)
    YEAR = Year()
    YEAR.run()
    print("# %d spans of running, %d people, %d mails planned, %d sent" % (
        len(YEAR.ups), len(YEAR.people), len(YEAR.mails), len(YEAR.sent)))
    log = YEAR.d.read_log()
    bad = [line for line in log.splitlines() if line.startswith(("<3>", "<4>")) or "could not" in line or "Sanitizer" in line]
    same(bad, [], "the log")


def all_settled():
    """no mail is left over, none failed, none is in doubt"""
    same([m for m in YEAR.mails if m["state"] in (2, 4, 5)], [], "mails")
    same(len({m["key"] for m in YEAR.mails}), len(YEAR.mails), "keys")
    same(len({m["message_id"] for m in YEAR.sent}), len(YEAR.sent), "Message-IDs")
    names = os.listdir(os.path.join(YEAR.d.state, "mail"))
    same(sorted(int(name.split("-")[0]) for name in names), sorted(m["id"] for m in YEAR.sent), "files")


def reminders():
    """each person gets exactly the reminders that the rules want, at their minute"""
    count = 0
    for p in YEAR.people:
        got = [(int(m["key"].split(":")[-1]), m["done_at"]) for m in YEAR.sent if m["kind"] == "reminder" and m["to"] == p.email]
        want = p.expected(YEAR.ups)
        what = "%s (%s, until %s, %s)" % (p.email, p.zone, p.end, [(text(t), s) for t, s in p.states])
        same([rung for rung, _ in got], [rung for rung, _ in want], what)
        for (rung, at), (_, planned) in zip(got, want):
            if not planned - MINUTE <= at <= planned + MINUTE:
                raise AssertionError("%s: rung %d at %s, not %s" % (what, rung, text(at), text(planned)))
        count += len(got)
    print("# %d reminders" % count)


def one_a_day():
    """nobody gets two reminders on one day, or one by night, or one when done"""
    for p in YEAR.people:
        times = [m["done_at"] for m in YEAR.sent if m["kind"] == "reminder" and m["to"] == p.email]
        same(len({p.day(at) for at in times}), len(times), p.email + "'s days")
        same([at for at in times if is_quiet(at, p.zone)], [], p.email + "'s nights")
        same([at for at in times if p.is_done(at - MINUTE)], [], p.email + "'s reminders when done")


def rungs_once():
    """each rung is recorded once, whatever became of it"""
    same(len({(cycle, days) for _, cycle, days, _ in YEAR.rungs}), len(YEAR.rungs), "rungs")
    for p in YEAR.people:
        if p.end < YEAR.ups[-1][1].date() - 2 * DAY:
            same(sorted(days for email, _, days, _ in YEAR.rungs if email == p.email), sorted(RUNGS), p.email + "'s rungs")


def digests():
    """each lead gets one digest a week, on Monday at 07:30 there, or after the gap"""
    for n, name in enumerate(["Europe/Berlin", "America/New_York", "Pacific/Auckland"]):
        zone = ZoneInfo(name)
        got = [m["done_at"] for m in YEAR.sent if m["to"] == "lead%d@example.org" % n and m["kind"] == "digest"]
        slots = [midnight(dt.date(2026, 1, 5) + i * 7 * DAY, zone, 7 * 60 + 30) for i in range(56)]
        slots = [slot for slot in slots if slot > BEGIN]
        want = []
        for slot, following in zip(slots, slots[1:]):
            for start, stop in YEAR.ups:
                at = morning(max(start, slot), zone)
                if start < following and at < stop:
                    want += [at] if at < midnight(following.astimezone(zone).date(), zone) else []
                    break
        same([at.strftime("%F %H:%M") for at in got], [at.strftime("%F %H:%M") for at in want], name)


if __name__ == "__main__":
    main([year, all_settled, reminders, one_a_day, rungs_once, digests])
