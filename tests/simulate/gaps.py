"""What must come to pass when ceud was away for a while: worked out from MAIL.md 4.4 apart from ceud's own rules."""
import collections
import datetime as dt

import judge
from judge import CANCELLED
from world import DAY_MS, GRACE, OPEN, STATES, WINDOW, local


class Catch:
    """Made before the gap, looks when it is over."""

    def __init__(self, world):
        self.world, self.faults, self.wanted, self.owed = world, [], 0, []
        self.from_ = world.now()
        self.taken = collections.defaultdict(set)
        for cycle, rung in world.query("SELECT cycle, rung FROM rung"):
            self.taken[cycle].add(rung)

    def look(self):
        w, self.until = self.world, self.world.now()
        people, new = judge.by_id(w), collections.defaultdict(list)
        suppressed = {a for a, in w.query("SELECT address FROM bounce WHERE suppressed_at IS NOT NULL")}
        for m in judge.rows(w, "WHERE kind = 'reminder'"):
            new[m.person].append(m)
        for cycle, person, state in w.query("SELECT id, person, state FROM cycle WHERE closed_at IS NULL AND removed = 0"):
            if person in people:
                p = people[person]
                self.one(p, cycle, STATES[state], new[person], p.email.now in suppressed)

    def one(self, p, cycle, state, mails, is_suppressed):
        came = [m for m in mails if m.created > self.from_ and m.cycle == cycle]
        what = "%s (%s, until %s, today %s)" % (p.email.now, state, p.cycle.now["end"], p.day(self.until))
        if len(came) > 1:
            self.faults.append("%s: after the gap %r" % (what, came))
        rung = self.wants(p, cycle, state, mails, is_suppressed)
        if rung is None:
            return
        if self.leaves(p, rung) > p.cycle.now["end"] and rung >= 0 and state != "done":
            return                              # the word that the cycle is over comes in its stead
        if p.email.now not in self.world.sink.bad:
            self.owed.append((p, self.until))
        self.wanted += 1
        if len(came) != 1:
            self.faults.append("%s: nothing came after the gap" % what)

    def kind(self, p, state):
        if state == "done":
            return "complete"
        if p.day(self.until) > p.cycle.now["end"]:
            return "lapsed"
        return "on-pace" if state == "on-track" else "behind"

    def leaves(self, p, rung):
        """The day on which a mail goes that is found now."""
        here = local(self.until, p.zone.now)
        day = here.date() + dt.timedelta(days=here.hour >= 20)
        while day.weekday() > 4 and not 0 <= rung <= 3:
            day += dt.timedelta(days=1)
        return day

    def wants(self, p, cycle, state, mails, is_suppressed):
        """The tightest rung of hers in the gap, if there is none of the reasons not to send it."""
        today, end, enrolled = p.day(self.until), p.cycle.now["end"], p.cycle.now["enrolled"]
        if state == "submitted" or p.off.now or is_suppressed or p.email.now.endswith(".invalid") or enrolled > end:
            return None
        kind = self.kind(p, state)
        if kind == "complete" and today > max(end, end.fromordinal(end.toordinal() + max(2, GRACE[p.program]))):
            return None
        due = []
        for rung in p.ladder(kind, self.until):
            if rung == OPEN and not WINDOW[p.program]:
                continue
            day = p.rung_day(rung, self.until)
            if p.day(self.from_) < day <= today and rung not in self.taken[cycle] and self.holds(p, rung, day, today):
                due.append((day, rung))
        if not due:
            return None
        day, rung = max(due)
        tighter = any(p.rung_day(r, self.until) <= today and p.rung_day(r, self.until) > day
                      for r in self.taken[cycle] if r <= OPEN)
        if tighter or (p.muted.now is not None and day <= p.muted.now):
            return None
        return None if self.too_soon(p, mails, today, end) else rung

    def holds(self, p, rung, day, today):
        end, enrolled = p.cycle.now["end"], p.cycle.now["enrolled"]
        if (end - enrolled).days > 30 and day <= enrolled:
            return False
        return rung >= 0 or ((rung == -1 or -rung <= GRACE[p.program]) and (today - day).days <= 60)

    def too_soon(self, p, mails, today, end):
        """Looked at as it was before this gap's mail."""
        left, days = (end - today).days, []
        for m in mails:
            if m.created <= self.from_ and m.state != CANCELLED and m.state != judge.FAILED:
                days.append(p.day(m.done or m.not_before))
        apart = 6 if left > 14 else 1
        if any(abs((today - day).days) < apart for day in days):
            return True
        return 0 <= left <= 6 and sum(0 <= (end - day).days <= 6 for day in days) >= 2

    def undelivered(self, post):
        """Whoever was owed a mail, has an address that works and whom nothing happened to got it within five days, if ceud ran."""
        ids = {p: number for number, p in post.people.items()}
        for p, at in self.owed:
            until = at + 5 * DAY_MS
            away = any(began < until and ended > at for began, ended in self.world.gaps)
            if away or until > self.world.now() or not p.untouched(at, until) or p.email.at(at) in self.world.sink.bad:
                continue
            if not any(m.done <= until for m in post.sent if m.done > self.from_ and m.kind == "reminder" and m.person == ids[p]):
                yield "%s: nothing arrived after the gap that ended at %s" % (p.email.now, local(at, p.zone.at(at)))
