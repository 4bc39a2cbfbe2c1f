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
RUNGS = [180, 120, 90, 60, 30, 14, 7, 3, 1, 0]     # of people who are behind and, here, at a good pace
REACHED = 20000                                     # "done"
COMPLETE = [REACHED, 90, 60, 30, 14, 7, 3, 1, 0]
LAPSED = [-1, -8, -15, -22, -29]
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
	ladder behind 180 120 90 60 30 14 7 3 1 0
	ladder on-pace 180 120 90 60 30 14 7 3 1 0
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


def workday(at, zone, rung):
    """`at`, or the morning after the weekend that it is in, but for the last three days."""
    while not 0 <= rung <= 3 and at.astimezone(zone).weekday() > 4:
        at = midnight(at.astimezone(zone).date() + DAY, zone, 7 * 60)
    return at


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
            if 0 <= rung <= 3 or day.weekday() < 5:
                if at > now:
                    return at
                if day == self.day(now) and not is_quiet(now, self.zone):
                    return now
            day += DAY

    def expected(self, ups):
        """(rung, instant) of each reminder, as ceud ran in these spans of time."""
        return Account(self, ups).run()


class Account:
    """MAIL.md 4.4 of one person, without grace, window, calendars or a word of hers."""

    def __init__(self, person, ups):
        self.p, self.ups, self.taken, self.mails = person, ups, set(), []

    def running(self, at):
        return any(start <= at < stop for start, stop in self.ups)

    def looks(self):
        p = self.p
        times = {start for start, _ in self.ups} | {since + dt.timedelta(seconds=3) for since, _ in p.states} | {p.joined}
        first, last = p.day(p.joined), p.day(self.ups[-1][1])
        times |= {midnight(first + i * DAY, p.zone) for i in range((last - first).days + 1)}
        return sorted(t for t in times if t >= p.joined and self.running(t))

    def taken_up(self, mail):
        """When the sender looks at it, by night too, or None: ceud does not run again before the end of the test."""
        for start, stop in self.ups:
            at = max(start, mail["next"], mail["made"])
            if at < stop:
                return at
        return None

    def run(self):
        looks = self.looks()
        while True:
            ready = [(self.taken_up(m), n) for n, m in enumerate(self.mails) if m["state"] == "ready"]
            ready = sorted((at, n) for at, n in ready if at)
            if ready and (not looks or ready[0][0] < looks[0]):     # what is due is decided first
                at, n = ready[0]
                self.take_up(self.mails[n], at)
                if self.mails[n]["state"] == "cancelled":
                    self.decide(at)
            elif looks:
                self.decide(looks.pop(0))
            else:
                return [(m["rung"], m["sent"]) for m in self.mails if m["state"] == "sent"]

    def take_up(self, mail, at):
        done, over = self.p.is_done(at), self.p.day(at) > self.p.end
        rung = mail["rung"]
        wanted = at < mail["expires"] and (done if rung == REACHED else REACHED in self.taken if done else over == (rung < 0))
        later = [m for m in self.mails if m["made"] > mail["made"] and
                 (m["state"] == "sent" or (m["state"] == "ready" and self.p.day(m["at"]) <= self.p.day(at)))]
        mail["next"] = workday(morning(at, self.p.zone), self.p.zone, rung)
        if later or not wanted:
            mail["state"] = "cancelled"
        elif mail["next"] == at:
            mail["state"], mail["sent"] = "sent", at

    def is_over(self, n):
        """One that waits is called off when its time has passed, or when a later one goes first."""
        mail = self.mails[n]
        return mail["state"] == "ready" and (mail["expires"] <= self.now or any(
            m["state"] == "sent" or (m["state"] == "ready" and m["at"] <= mail["at"]) for m in self.mails[n + 1:]))

    def days_mailed(self):
        return [self.p.day(m["sent"] if m["state"] == "sent" else m["at"]) for n, m in enumerate(self.mails)
                if m["state"] != "cancelled" and not self.is_over(n)]

    def too_soon(self, today, ladder):
        left = (self.p.end - today).days
        apart = 6 if left > 14 else 1
        if any(abs((day - today).days) < apart for day in self.days_mailed()):
            return True
        week = sum(0 <= (self.p.end - day).days <= 6 for day in self.days_mailed())
        return 0 <= left <= 6 and week >= (2 if left > 0 and 0 in ladder and 0 not in self.taken else 3)

    def fate(self, rung, day, today, ladder, done):
        if self.p.enrolled > self.p.end or ((self.p.end - self.p.enrolled).days > 30 and day <= self.p.enrolled):
            return "before"
        if rung not in ladder:
            return "unneeded"
        if done and today > self.p.end + 2 * DAY:
            return "unneeded"
        if not done and rung < 0 and (rung < -1 or (today - day).days > 60):
            return "unneeded"
        return "soon" if self.too_soon(today, ladder) else "mail"

    def decide(self, now):
        self.now = now
        today, done = self.p.day(now), self.p.is_done(now)
        ladder = set(COMPLETE if done else LAPSED if today > self.p.end else RUNGS)
        due = sorted(r for r in set(RUNGS) | set(COMPLETE) | set(LAPSED) if self.p.end - r * DAY <= today and r not in self.taken
                     and r != REACHED)
        told = any(self.p.end - r * DAY <= today for r in self.taken if r != REACHED)
        tightest = min([r for r in self.taken if r != REACHED and self.p.end - r * DAY <= today], default=None)
        chosen, tells = [], False
        if done and REACHED in ladder and REACHED not in self.taken:
            fate = self.fate(REACHED, today, today, ladder, done)
            if fate != "soon":
                self.taken.add(REACHED)
                tells = fate == "mail"
                chosen += [REACHED] if tells else []
        for rung in due:
            fate = self.fate(rung, self.p.end - rung * DAY, today, ladder, done)
            if fate in ("mail", "soon"):
                if not tells and not (told and tightest < rung) and fate == "mail" and not self.misses(rung, now, done):
                    chosen.append(rung)
                tells = True
        self.taken |= set(due)
        for rung in chosen:
            self.plan(rung, now, today, ladder)

    def misses(self, rung, now, done):
        """It would leave when the cycle is over."""
        return not done and 0 <= rung and self.p.day(now) <= self.p.end < self.p.day(self.p.send_at(rung, now))

    def plan(self, rung, now, today, ladder):
        at = self.p.send_at(rung, now)
        expires = at + 3 * DAY
        if workday(expires, self.p.zone, rung) != expires:
            expires = midnight(self.p.day(workday(expires, self.p.zone, rung)) + DAY, self.p.zone)
        if rung >= 0 and today <= self.p.end:
            expires = min(expires, midnight(self.p.end + 2 * DAY, self.p.zone))
        later = [self.p.end - r * DAY for r in ladder if r != REACHED and self.p.end - r * DAY > max(today, self.p.day(at))]
        if later:
            expires = min(expires, midnight(min(later), self.p.zone))
        self.mails.append({"rung": rung, "at": at, "next": at, "made": now, "expires": expires, "state": "ready"})


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
        self.rungs = list(db.execute("SELECT person.email, cycle, rung, outcome FROM rung JOIN person ON person.id = rung.person"))
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
        got = [(int(m["key"].split(":")[3].split("#")[0]), m["done_at"]) for m in YEAR.sent if m["kind"] == "reminder" and m["to"] == p.email]
        want = p.expected(YEAR.ups)
        what = "%s (%s, until %s, %s)" % (p.email, p.zone, p.end, [(text(t), s) for t, s in p.states])
        same([rung for rung, _ in got], [rung for rung, _ in want], what)
        for (rung, at), (_, planned) in zip(got, want):
            if not planned - MINUTE <= at <= planned + MINUTE:
                raise AssertionError("%s: rung %d at %s, not %s" % (what, rung, text(at), text(planned)))
        count += len(got)
    print("# %d reminders" % count)


def one_a_day():
    """nobody gets two reminders on one day, or one by night"""
    for p in YEAR.people:
        times = [m["done_at"] for m in YEAR.sent if m["kind"] == "reminder" and m["to"] == p.email]
        same(len({p.day(at) for at in times}), len(times), p.email + "'s days")
        same([at for at in times if is_quiet(at, p.zone)], [], p.email + "'s nights")


def rungs_once():
    """each rung is recorded once, whatever became of it"""
    same(len({(cycle, days) for _, cycle, days, _ in YEAR.rungs}), len(YEAR.rungs), "rungs")
    for p in YEAR.people:
        if p.end < YEAR.ups[-1][1].date() - 2 * DAY:
            got = {rung for email, _, rung, _ in YEAR.rungs if email == p.email} - {REACHED}
            want = {r for r in RUNGS + LAPSED if p.end - r * DAY <= YEAR.ups[-1][1].astimezone(p.zone).date() - DAY}
            same(sorted(want - got), [], p.email + "'s rungs")


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
