"""Judges what was sent in a simulated world, from the mails that arrived and from the outbox."""
import collections
import email
import email.policy
import re

from world import INBOX, OPEN, REACHED, RED, STATES, local, received

HELD, READY, SENDING, SENT, FAILED, UNKNOWN, CANCELLED = range(7)
OUTCOMES = ["mailed", "superseded", "before-enrolment", "not-needed", "muted", "too-soon", "no-address"]
MAILED = 0
SECOND = 1000
TO_GO = re.compile(r"\b(?:to go|cycle ends) (today|in (\d+) days?)\b")
LEFT = re.compile(r"\b(\d+) days? (?:is |are )?left\b")
ALL_DONE = re.compile(r"^Done[.:]|^Send it in now|to send it in")


class Mail:
    """A row of the outbox with what arrived of it."""

    def __init__(self, row):
        (self.id, self.key, self.kind, self.person, self.team, self.rcpt, self.state, self.created, self.not_before, self.rendered,
         self.done, self.message_id, self.reason) = row
        self.copies, self.text, self.subject, self.date = [], "", "", None
        self.cycle = self.rung = None
        if self.kind == "reminder":
            _, _, cycle, rung = self.key.split("#")[0].split(":")
            self.cycle, self.rung = int(cycle), int(rung)

    def take(self, to, message):
        self.copies.append(message)
        self.subject, self.to = message["Subject"], message["To"].addresses[0].addr_spec
        self.envelope = to
        self.date = message["Date"].datetime
        self.text = " ".join(message.get_body(("plain",)).get_content().split())

    def __repr__(self):
        return "mail %d (%s, %r)" % (self.id, self.key, self.subject)


def rows(world, where=""):
    return [Mail(row) for row in world.query(
        "SELECT id, dedup_key, kind, person, team, rcpt, state, created_at, not_before, rendered_at, done_at, message_id, reason "
        "FROM outbox %s ORDER BY id" % where)]


def by_id(world):
    """ceud's id -> person"""
    ids = dict(world.query("SELECT email, id FROM person"))
    return {ids[p.email.now]: p for p in world.people}


def cycle_numbers(world):
    """ceud's id of a cycle -> the how-manieth of its person"""
    found, seen = {}, collections.Counter()
    for cycle, person in world.query("SELECT id, person FROM cycle ORDER BY id"):
        found[cycle] = seen[person]
        seen[person] += 1
    return found


def standing(world):
    """(instant, {person: state of the open cycle})"""
    return world.now(), dict(world.query("SELECT person, state FROM cycle WHERE closed_at IS NULL AND removed = 0"))


def unrecorded(world):
    """Rungs whose day has come where the person is, of open cycles, that nothing was decided about."""
    faults, now, people = [], world.now(), by_id(world)
    taken = collections.defaultdict(set)
    for cycle, rung in world.query("SELECT cycle, rung FROM rung"):
        taken[cycle].add(rung)
    for cycle, person in world.query("SELECT id, person FROM cycle WHERE closed_at IS NULL AND removed = 0"):
        p = people.get(person)
        if p and not p.off.now:
            for rung in sorted(p.rungs(now) - taken[cycle]):
                if p.rung_day(rung, now) <= p.day(now):
                    faults.append("%s: nothing was decided about rung %d of %s at %s" % (
                        p.email.now, rung, p.rung_day(rung, now), local(now, p.zone.now)))
    return faults


class Post:
    def __init__(self, world):
        self.world, self.people, self.cycles = world, by_id(world), cycle_numbers(world)
        self.mails = rows(world)
        self.strange = []
        known = {m.message_id: m for m in self.mails if m.message_id}
        for to, data in received(world):
            message = email.message_from_bytes(data, policy=email.policy.default)
            mail = known.get(message["Message-ID"].strip("<> "))
            if mail:
                mail.take(to, message)
            else:
                self.strange.append(message["Message-ID"])
        self.sent = sorted((m for m in self.mails if m.state == SENT), key=lambda m: m.done)
        self.reminders = [m for m in self.sent if m.kind == "reminder" and m.copies]
        self.digests = [m for m in self.sent if m.kind == "digest" and m.copies]
        self.of = collections.defaultdict(list)
        for m in self.reminders:
            self.of[m.person].append(m)

    def summary(self):
        """How much there was to judge."""
        rungs = collections.Counter(OUTCOMES[o] for o, in self.world.query("SELECT outcome FROM rung"))
        kinds = collections.Counter(words(m.rung) for m in self.reminders if m.rung >= OPEN)
        states = collections.Counter(m.state for m in self.mails)
        return "rungs %s; %s; %d cancelled, %d failed, %d refusals, %d addresses suppressed" % (
            dict(rungs), dict(kinds), states[CANCELLED], states[FAILED], len(self.world.sink.refused),
            self.world.query("SELECT COUNT(*) FROM bounce WHERE suppressed_at IS NOT NULL")[0][0])

    # ---- each returns what is wrong

    def once(self):
        faults = ["unknown to the outbox: %s" % s for s in self.strange]
        for m in self.mails:
            if len(m.copies) != (m.state == SENT) and m.kind != "admin":
                faults.append("%r is in state %d and arrived %d times" % (m, m.state, len(m.copies)))
            if m.state in (HELD, SENDING, UNKNOWN):
                faults.append("%r is in state %d" % (m, m.state))
        seen = collections.Counter((m.cycle, m.rung) for m in self.mails if m.kind == "reminder" and m.state == SENT)
        faults += ["rung %d of cycle %d went %d times" % (rung, cycle, n) for (cycle, rung), n in seen.items() if n > 1]
        texts = collections.Counter((m.person, m.subject, m.date.date()) for m in self.reminders)
        faults += ["%r came %d times" % (what, n) for what, n in texts.items() if n > 1]
        return faults

    def after_submitted(self):
        faults = []
        for m in self.reminders:
            p = self.people[m.person]
            if p.cycle.at(m.rendered)["no"] != self.cycles[m.cycle]:
                faults.append("%r is of another cycle" % m)
            if p.submitted.at(m.rendered):
                faults.append("%r after it was submitted" % m)
            if p.is_done(m.rendered) != bool(ALL_DONE.search(m.subject)):
                faults.append("%r, and done is %r at %s" % (m, p.is_done(m.rendered), local(m.rendered, p.zone.at(m.rendered))))
            if m.rung == REACHED and not p.is_done(m.rendered):
                faults.append("%r, and is not done" % m)
        return faults

    def apart(self):
        faults = []
        for number, mails in self.of.items():
            p = self.people[number]
            for before, m in zip(mails, mails[1:]):
                if p.zone.changed(before.created, m.done) or p.cycle.changed(before.created, m.done):
                    continue
                days, left = (p.day(m.done) - p.day(before.done)).days, (p.cycle.at(m.done)["end"] - p.day(m.done)).days
                if days < 1 or (days < 6 and left > 14):
                    faults.append("%r came %d days after %r, with %d days left" % (m, days, before, left))
            week = collections.Counter()
            for m in mails:
                cycle = p.cycle.at(m.done)
                if p.zone.changed(m.done, m.done + 7 * 86400 * SECOND):
                    continue                            # where she is now that was another day
                if 0 <= (cycle["end"] - p.day(m.done)).days <= 6:
                    week[cycle["no"], cycle["end"]] += 1
            faults += ["%s got %d in the week before %s" % (p.email.now, n, end) for (_, end), n in week.items() if n > 3]
        return faults

    def days_left(self):
        faults, counted = [], 0
        for m in self.reminders:
            p = self.people[m.person]
            at, zone = m.rendered, p.zone.at(m.rendered)
            here, cycle = local(at, zone), p.cycle.at(at)
            if m.date.timestamp() != at // SECOND or m.date.utcoffset() != here.utcoffset():
                faults.append("%r is of %s, not %s" % (m, m.date, here))
            left = (cycle["end"] - here.date()).days
            grace = "There is grace until" in m.text
            said = {0 if word == "today" else int(n) for word, n in TO_GO.findall(m.text)}
            said |= {int(n) for n in LEFT.findall(m.subject)} | ({0} if m.subject.startswith("Last day") else set())
            if not grace:
                said |= {int(n) for n in LEFT.findall(m.text)}
            elif left < 0 and LEFT.search(m.text):
                said = {int(LEFT.search(m.text).group(1)) - 30}
            counted += bool(said)
            if said - {left}:
                faults.append("%r says %r, and %d are left on %s: %s" % (m, said, left, here, m.text[:200]))
        if counted * 2 < len(self.reminders):
            faults.append("only %d of %d mails count days" % (counted, len(self.reminders)))
        return faults

    def hours(self):
        faults = []
        for m in self.sent:
            p = self.people.get(m.person)
            if not p or m.kind != "reminder":
                continue
            here = local(m.done, p.zone.at(m.done))
            if not (7, 0) <= (here.hour, here.minute) < (20, 0):
                faults.append("%r at %s" % (m, here))
            if not 0 <= m.rung <= 3 and here.weekday() > 4:
                faults.append("%r at %s" % (m, here.strftime("%A %F %T")))
        return faults

    def unwanted(self):
        faults = []
        for m in self.reminders:
            p = self.people[m.person]
            for what, so in (("disabled", p.off.at(m.rendered)), ("muted", p.is_muted(m.rendered)),
                             ("without address", m.to.endswith(".invalid")),
                             ("to another address than " + p.email.at(m.rendered), m.to != p.email.at(m.rendered)),
                             ("another envelope: %s" % m.envelope, m.envelope not in (None, m.to))):
                if so:
                    faults.append("%r is %s" % (m, what))
        suppressed = dict(self.world.query("SELECT address, suppressed_at FROM bounce WHERE suppressed_at IS NOT NULL"))
        for mail, at, to in self.world.query("SELECT mail, at, rcpt FROM attempt JOIN outbox ON outbox.id = mail"):
            if to in suppressed and at > suppressed[to]:
                faults.append("mail %d was tried at %s, where nothing works" % (mail, to))
        refused = collections.Counter(self.world.sink.refused)
        if self.world.sink.refused and not suppressed and max(refused.values()) > 2:
            faults.append("nothing is suppressed: %r" % refused)
        return faults

    def reasons(self):
        faults = []
        for cycle, rung, outcome, mail, because in self.world.query("SELECT cycle, rung, outcome, mail, because FROM rung"):
            if not because or (outcome != MAILED and mail):
                faults.append("rung %d of cycle %d: outcome %d, mail %r, %r" % (rung, cycle, outcome, mail, because))
        faults += ["%r has no reason" % m for m in self.mails if m.state in (FAILED, UNKNOWN, CANCELLED) and not m.reason]
        return faults

    # ---- digests

    def slots(self):
        """{team: [mail]}: digests that went, or were not sent for a reason, by their time"""
        found = collections.defaultdict(list)
        for m in sorted((m for m in self.mails if m.kind == "digest"), key=lambda m: m.not_before):
            found[m.team].append(m)
        return found

    def silence(self, states):
        names, faults = dict(self.world.query("SELECT id, name FROM team")), []
        ids = {p: number for number, p in self.people.items()}
        for team, mails in self.slots().items():
            quiet = 0
            for m in mails:
                silent = m.reason == "nothing changed and nobody is behind"
                quiet = quiet + 1 if silent else 0
                if quiet > 4:
                    faults.append("%s: silent for the %dth time: %r" % (names[team], quiet, m))
                before = [s for at, s in states if at <= m.created][-1:]
                after = [s for at, s in states if at > m.created][:1]
                if not silent or not before or not after:
                    continue
                for p in self.people.values():
                    if p.team.at(m.created) == names[team] and not p.off.at(m.created):
                        pair = {STATES[s[0][ids[p]]] if ids[p] in s[0] else "none" for s in (before, after)}
                        if pair <= RED:
                            faults.append("%s: silent, and %s is %r" % (names[team], p.email.now, pair))
        return faults

    def since_last(self):
        faults, last = [], {}
        for m in self.digests:
            said = re.search(r"SINCE THE LAST DIGEST, (\d+ \w+(?: \d{4})?)", m.text)
            day, before = m.copies[0]["Date"].datetime.date(), last.get(m.team)
            if said and not before:
                faults.append("%r: since %s, and there was none" % (m, said.group(1)))
            if said and before and not said.group(1).startswith("%d %s" % (before.day, before.strftime("%B"))):
                faults.append("%r: since %s, and the last one was of %s" % (m, said.group(1), before))
            last[m.team] = day
        return faults


def words(rung):
    return "open" if rung == OPEN else "inbox" if INBOX <= rung < REACHED else "done" if rung >= REACHED else \
        "%d" % rung if rung >= 0 else "+%d" % -rung
