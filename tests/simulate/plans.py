"""`ceu admin mail plan --days 30`, and what then came to pass while nothing else happened."""
import collections
import datetime as dt
from zoneinfo import ZoneInfo

import judge
from judge import CANCELLED, FAILED, OUTCOMES, SENT
from world import local


class Forecast:
    def __init__(self, world):
        self.world, self.faults, self.began = world, [], world.now()
        self.plan = world.call("GET", "/v1/admin/mail/plan?days=30")
        after = dt.date.fromisoformat(self.plan["to"]) + dt.timedelta(days=1)
        self.until = int(dt.datetime.combine(after, dt.time(), ZoneInfo("Europe/Berlin")).timestamp() * 1000) - 1000
        self.last = (after - dt.timedelta(days=2)).isoformat()      # that day is over everywhere
        self.count = len(self.plan["mails"])

    def compare(self):
        """But for people whose address may cease to work meanwhile."""
        self.people, self.why = judge.by_id(self.world), {}
        self.not_sent()
        self.mails()
        self.digests()

    def differ(self, what, planned, real):
        for key in sorted(set(planned) | set(real), key=str):
            if key[0] not in self.world.sink.bad and planned.get(key, 0) != real.get(key, 0):
                self.faults.append("plan of %s: %s %r was planned %s times and came %s times (%s)" % (
                    local(self.began, "Europe/Berlin"), what, key, planned.get(key, 0), real.get(key, 0), self.why.get(key[:2])))

    def name(self, person):
        return self.people[person].email.now

    def mails(self):
        """Reminders: who, which, on which day of hers. Refused ones were to go as well."""
        planned = collections.Counter((m["person"], m["name"], m["date"]) for m in self.plan["mails"]
                                      if m["kind"] == "reminder" and m["date"] <= self.last)
        real = collections.Counter()
        for m in judge.rows(self.world, "WHERE kind = 'reminder'"):
            if m.state in (SENT, FAILED) and self.began <= m.done <= self.until:
                p = self.people[m.person]
                if p.day(m.done).isoformat() <= self.last:
                    real[p.email.now, judge.words(m.rung), p.day(m.done).isoformat()] += 1
        self.differ("reminder", planned, real)

    def not_sent(self):
        """Rungs that will not be mailed, with what becomes of them."""
        planned = collections.Counter((m["person"], m["name"], m["outcome"]) for m in self.plan["not_sent"]
                                      if m["kind"] == "reminder" and m["date"] <= self.last and self.is_able(m["person"]))
        real = collections.Counter()
        for person, rung, outcome, at, state, done, because, reason in self.world.query(
                "SELECT rung.person, rung, outcome, at, outbox.state, outbox.done_at, because, reason FROM rung "
                "LEFT JOIN outbox ON outbox.id = rung.mail WHERE at <= ? AND (at >= ? OR done_at >= ?)",
                self.until, self.began, self.began):
            p = self.people.get(person)
            if not p or p.off.now or p.day(at).isoformat() > self.last:
                continue
            if outcome:
                real[p.email.now, judge.words(rung), OUTCOMES[outcome]] += 1
            elif state == CANCELLED and self.began <= done <= self.until:
                real[p.email.now, judge.words(rung), "not-needed"] += 1
            else:
                continue
            self.why[p.email.now, judge.words(rung)] = reason or because
        self.differ("not sent", planned, real)

    def is_able(self, email):
        return not any(p.email.now == email and p.off.now for p in self.people.values())

    def digests(self):
        """One that is planned goes or is silent; none goes unplanned. (The date of one that waits already is another day's.)"""
        planned = {(m["team"], m["date"]) for m in self.plan["mails"] if m["kind"] == "digest" and m["state"] == "planned"}
        changing = {m["team"] for m in self.plan["mails"] if m["kind"] == "digest" and m["state"] == "on-change"}
        names, real = dict(self.world.query("SELECT id, name FROM team")), set()
        zones = dict(self.world.query("SELECT team.id, person.zone FROM team JOIN person ON person.id = lead"))
        for m in judge.rows(self.world, "WHERE kind = 'digest'"):
            if names[m.team] not in changing and self.began < m.not_before <= self.until:
                real.add((names[m.team], local(m.not_before, zones[m.team]).date().isoformat()))
        for what in planned ^ real:
            self.faults.append("digest %r was %s" % (what, "planned only" if what in planned else "not planned"))
