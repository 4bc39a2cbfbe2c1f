#!/usr/bin/python3
"""The inbox on a real terminal: cards, series, defaults, one step of undo, news; and its lists elsewhere."""
import json
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from terminal import Terminal, contains, data, main, run, same, server

BASE = {"state": "waiting", "zone": "Europe/Berlin", "all_day": False, "calendar": "Work calendar", "uid": "u", "flags": [],
        "why": "A reason.", "location": None, "provider": "", "credit": "", "series": None, "twins": [], "breaks_minutes": 0}


def proposal(number, day, **more):
    """An event from nine to ten of that day in March 2026."""
    v = dict(BASE, id=number, title="Event %d" % number, start="2026-03-%02dT09:00:00+01:00" % day,
             end="2026-03-%02dT10:00:00+01:00" % day, date="2026-03-%02d" % day, minutes=60, scheduled_minutes=60, units=1,
             adds=1, category="in-company", competencies=["voice"])
    return dict(v, **more)


class Inbox:
    """The server's side: decisions join one step, unless `over` says that something else came between."""

    def __init__(self, *proposals, changed=()):
        self.waiting = {p["id"]: p for p in proposals}
        self.changed = {p["id"]: p for p in changed}
        self.counted, self.sent, self.rules, self.over = 12, [], [], False
        server.requests.clear()
        server.answers = {
            ("GET", "/v1/people/me/inbox"): self.listed,
            ("GET", "/v1/people/me/status"): lambda r: dict(data("status"), counted=self.counted, to_go=20 - self.counted),
            ("POST", "/v1/people/me/calendar-rules"): self.rule}
        for method in (self.confirm, self.skip, self.accept, self.dismiss):
            self.route(method.__name__, method)

    def route(self, what, method):
        """Any list of numbers."""
        known = server.answer

        def answer(request):
            parts = request["target"].split("/")
            if request["method"] == "POST" and len(parts) == 7 and parts[4] == "inbox" and parts[6] == what:
                found = method(request, [int(n) for n in parts[5].split(",")])
                return found if isinstance(found, tuple) else (200, found)
            return known(request)
        server.answer = answer

    def listed(self, request):
        of = self.changed if "changed" in request["target"] else self.waiting
        return {"proposals": sorted(of.values(), key=lambda p: (p["start"], p["id"]))}

    def note(self, request, what, numbers):
        body = request["body"]
        if self.over and "step" in body:
            self.over = False
            return 409, {"status": 409, "code": "step-over", "detail": "The step is over.", "next": []}
        self.sent.append((what, numbers, body))
        return None

    def confirm(self, request, numbers):
        refused = self.note(request, "confirm", numbers)
        if refused:
            return refused
        if self.waiting[numbers[0]].get("double") and not request["body"].get("yes"):
            return 422, {"status": 422, "code": "entry-double", "detail": "Entry 5 has the same title and day.", "next": []}
        for n in numbers:
            del self.waiting[n]
        self.counted += len(numbers)
        return {"entries": [dict(data("entry-whole"), id=100 + n) for n in numbers], "step": 77}

    def skip(self, request, numbers):
        refused = self.note(request, "skip", numbers)
        if refused:
            return refused
        first = self.waiting[numbers[0]]
        if request["body"].get("series"):
            numbers = [n for n, p in self.waiting.items() if n in numbers or p["series"] and p["series"] == first["series"]]
        return {"proposals": [dict(self.waiting.pop(n), state="skipped") for n in numbers], "step": 77}

    def accept(self, request, numbers):
        return self.note(request, "accept", numbers) or {"entries": [dict(data("entry-whole"), id=12)], "step": 77}

    def dismiss(self, request, numbers):
        return self.note(request, "dismiss", numbers) or {"proposals": [self.changed[n] for n in numbers], "step": 77}

    def rule(self, request):
        self.rules.append(request["body"])
        return {"id": 4, "text": "a rule", "matched": 3, "of": 9}


# ---- single events

def walk():
    """Those first that add most; confirm, change and skip; one step of undo; a summary"""
    inbox = Inbox(proposal(1, 2, adds=0, category="training", title="Survey fatigue"),
                  proposal(2, 9, units=2, adds=2, minutes=120, end="2026-03-09T11:00:00+01:00", category="cxpa", competencies=["culture"]),
                  proposal(3, 10, minutes=None, units=None, adds=None, category=None, competencies=[], double=True))
    t = Terminal("inbox")
    t.until("3 events from your calendars look like learning. Nothing counts until you say so\n")
    t.until("1 of 3  Mon 9 March 2026, 09:00 to 11:00                      from Work calendar\n        Event 2\n")
    t.until("        2.0 units, CXPA contributions, Customer-Centric Culture         adds 2.0\n        A reason.\n")
    t.until("        [Enter] confirm  [e] change  [s] skip  [n] never for this series  [q]\n")
    t.answer("> ", "")
    t.until("✓ Entry 102 saved. Total 13.0 of 20, 7.0 to go.\n")
    t.until("2 of 3  Tue 10 March 2026, 09:00 to 10:00")
    t.answer("> ", "what")
    t.answer("[q]\n> ", "e")
    t.answer("Category (training, in-company, conference, college, cxpa): ", "zzz")
    t.until('✗ There is no category "zzz"')
    t.answer("Category (training, in-company, conference, college, cxpa): ", "coll")
    t.answer("Hours (such as 1.5 or 1h30): ", "<")
    t.answer("Category (training, in-company, conference, college, cxpa): ", "conf")
    t.answer("Hours (such as 1.5 or 1h30): ", "26h")
    t.answer("Hours (such as 1.5 or 1h30): ", "1h30")
    t.answer("Good for (culture, voice, adoption, strategy, design, metrics): ", "voice, metr")
    t.until("✗ Entry 5 has the same title and day.\n")
    t.answer("Save it all the same? [y/N] ", "y")
    t.until("✓ Entry 103 saved. Total 14.0 of 20, 6.0 to go.\n")
    t.answer("Take all events with this title for that from now on? [y/N] ", "y")
    t.until("✓ Rule 4 is kept. To see it: ceu calendar rule list\n")
    t.until("3 of 3  Mon 2 March 2026, 09:00 to 10:00")
    t.until("adds 0: training is full\n")
    t.answer("> ", "s")
    t.until("- Skipped. It will not come back. To see it again: ceu inbox list --skipped\n")
    t.until("2 confirmed, 1 skipped. Total 14.0 of 20, 6.0 to go.            Wrong? ceu undo\n")
    said = {"hours": "1h30", "category": "conference", "for": ["voice", "metr"], "step": 77}
    same((t.end(), inbox.sent), (0, [("confirm", [2], {}), ("confirm", [3], said), ("confirm", [3], dict(said, yes=True)),
                                     ("skip", [1], {"step": 77})]))
    same(inbox.rules, [{"field": "title", "test": "is", "value": "Event 3", "category": "conference", "for": ["voice", "metr"],
                        "step": 77}])
    keys = [r["headers"]["idempotency-key"] for r in server.sent("POST")]
    same((len(set(keys)), {len(k) for k in keys}), (5, {32}))


def never():
    """n skips the series; q stops; what was not decided stays"""
    inbox = Inbox(proposal(1, 2), proposal(2, 3), proposal(3, 4))
    t = Terminal("inbox")
    t.answer("> ", "n")
    t.answer("2 of 3", "q")
    t.until("0 confirmed, 1 skipped.")
    same((t.end(), inbox.sent, sorted(inbox.waiting)), (0, [("skip", [1], {"series": True})], [2, 3]))


def stop():
    """Ctrl-C at a question ends with 130 and keeps what was decided"""
    inbox = Inbox(proposal(1, 2), proposal(2, 3), proposal(3, 4))
    t = Terminal("inbox")
    t.answer("> ", "")
    t.until("2 of 3")
    t.until("> ")
    t.type("\x03")
    t.until("1 confirmed, 0 skipped.")
    t.until("✗ Stopped.")
    same((t.end(), sorted(inbox.waiting)), (130, [2, 3]))


def over():
    """Where something else was done meanwhile a new step begins"""
    inbox = Inbox(proposal(1, 2), proposal(2, 3))
    t = Terminal("inbox")
    t.answer("> ", "")
    t.until("2 of 2")
    inbox.over = True
    t.answer("> ", "s")
    t.until("1 confirmed, 1 skipped.")
    same((t.end(), inbox.sent), (0, [("confirm", [1], {}), ("skip", [2], {})]))


def recorded():
    """What was recorded by hand comes last, and Enter skips it"""
    inbox = Inbox(proposal(1, 2, adds=0, recorded=12, twins=["Team"]), proposal(2, 3, adds=0, credit="1.5 CEU"))
    t = Terminal("inbox")
    t.until("        Event 2\n")
    t.until("adds nothing\n        A reason.\n        Its text says \"1.5 CEU\"; the hours above are those of the event.\n")
    t.answer("> ", "")
    t.until("adds 0: it is entry 12\n        A reason.\n        Also in: Team.\n        You recorded it already: entry 12.\n")
    t.answer("[Enter] skip  [e] change  [n] never for this series  [q]\n> ", "")
    t.until("1 confirmed, 1 skipped.")
    same((t.end(), inbox.sent), (0, [("confirm", [2], {}), ("skip", [1], {"step": 77})]))


# ---- series

def weekly(**more):
    return [proposal(10 + i, 2 + 7 * i, title="VoC round table", series="voc@x", series_adds=3, **more) for i in range(4)]


def series():
    """A series is one card: dates are ticked off, the others confirmed in one request"""
    inbox = Inbox(*weekly(), proposal(1, 5, adds=9))
    t = Terminal("inbox")
    t.until("5 events from your calendars look like learning.")
    t.until("1 of 2  Thu 5 March 2026")
    t.answer("> ", "s")
    t.until("2 of 2  4 dates, weekly, 2 March 2026 to 23 March 2026        from Work calendar\n        VoC round table\n")
    t.until("        Each 1.0 unit, In-company development, Voice of the Custom…  all add 3.0\n")
    t.until(" 1 [✓] Mon 2 Mar 09:00   2 [✓] Mon 9 Mar 09:00   3 [✓] Mon 16 Mar 09:00\n")
    t.until(" 4 [✓] Mon 23 Mar 09:00\n")
    t.until("[1 3-5] tick dates on or off\n")
    t.answer("> ", "2 4")
    t.until(" 2 [ ] Mon 9 Mar 09:00")
    t.answer("> ", "3-9")
    t.answer("> ", "2")
    t.until(" 4 [ ] Mon 23 Mar 09:00\n")
    t.answer("> ", "")
    t.until("✓ Entries 110 to 112 saved. Total 15.0 of 20, 5.0 to go.\n")
    t.answer("1 date is not ticked. Skip it? [y/N] ", "y")
    t.until("3 confirmed, 2 skipped.")
    same((t.end(), inbox.sent), (0, [("skip", [1], {}), ("confirm", [10, 11, 12], {"step": 77}), ("skip", [13], {"step": 77})]))


def series_never():
    """n leaves out a whole series, s its dates; nothing ticked is no yes"""
    inbox = Inbox(*weekly())
    t = Terminal("inbox")
    t.answer("> ", "1-4")
    t.answer("> ", "")
    t.until("No date is ticked")
    t.answer("> ", "n")
    t.until("- 4 skipped. They will not come back.")
    same((t.end(), inbox.sent), (0, [("skip", [10, 11, 12, 13], {"series": True})]))
    inbox = Inbox(*weekly(category=None))
    t = Terminal("inbox")
    t.answer("> ", "e")
    t.answer("Category (training, in-company, conference, college, cxpa): ", "cxpa")
    t.answer("Hours [1h]: ", "")
    t.answer("[voice]: ", "")
    t.until("✓ Entries 110 to 113 saved.")
    t.answer("Take the whole series for that from now on? [y/N] ", "y")
    same((t.end(), inbox.rules), (0, [{"field": "series", "test": "is", "value": "voc@x", "category": "cxpa", "step": 77}]))


def lacking():
    """What a suggestion lacks is asked for and learned by itself: no question about a rule"""
    inbox = Inbox(proposal(1, 2, competencies=[]), proposal(2, 3))
    t = Terminal("inbox")
    t.answer("> ", "")
    t.answer("Good for (culture, voice, adoption, strategy, design, metrics): ", "design")
    t.until("✓ Entry 101 saved. Total 13.0 of 20, 7.0 to go.\n2 of 2")
    t.answer("> ", "q")
    same((t.end(), inbox.rules, inbox.sent), (0, [], [("confirm", [1], {"for": ["design"]})]))


def many():
    """A series of 120 dates goes in three requests of one step"""
    dates = [dict(proposal(1000 + i, 2), series="daily@x", start="2026-%02d-%02dT09:00:00+01:00" % (1 + i // 28, 1 + i % 28)) for i in range(120)]
    inbox = Inbox(*dates)
    t = Terminal("inbox")
    t.answer("> ", "")
    t.until("120 confirmed, 0 skipped.")
    same((t.end(), [(len(n), b) for _, n, b in inbox.sent]), (0, [(50, {}), (50, {"step": 77}), (20, {"step": 77})]))


# ---- news

def changed():
    """What calendars changed of confirmed events comes last: taken over, left, or later"""
    news = {"text": "The calendar now says Tue 10 March 2026, 14:00 to 16:00; it was Mon 9 March 2026, 17:00 to 19:00."}
    inbox = Inbox(proposal(5, 20), changed=[proposal(i, 9, state="confirmed", entry=12, flags=["changed"], news=news) for i in (1, 2, 3)])
    t = Terminal("inbox")
    t.answer("> ", "")
    t.until("3 events that you confirmed changed in their calendar since.\n        Event 1\n")
    t.until("        The calendar now says Tue 10 March 2026, 14:00 to 16:00; it was Mon 9\n        March 2026, 17:00 to 19:00.\n")
    t.until("        You confirmed it: entry 12.\n")
    t.answer("[a] take it over  [d] leave the entry as it is  [Enter] later  [q]\n> ", "a")
    t.until("✓ The entry says so too now.\n        Event 2\n")
    t.answer("> ", "d")
    t.until("✓ The entry stays as it is.\n        Event 3\n")
    t.answer("> ", "")
    t.until("1 confirmed, 0 skipped, 1 taken over.")
    same((t.end(), inbox.sent), (0, [("confirm", [5], {}), ("accept", [1], {"step": 77}), ("dismiss", [2], {"step": 77})]))
    inbox = Inbox(changed=[proposal(1, 9, state="confirmed", entry=12, flags=["changed"], news=news)])
    code, out, err = run("inbox", "list", "--changed")
    same((code, err), (0, ""))
    contains(out, "The calendar now says Tue 10 March", "Next: ceu inbox accept ID    or: ceu inbox dismiss ID\n")
    same(run("inbox", "accept", "1")[0], 0)
    same(run("inbox", "dismiss", "1", "--json")[0], 0)
    same(inbox.sent, [("accept", [1], {}), ("dismiss", [1], {})])


def decided_elsewhere():
    """What was decided in another window leaves the card: the rest of a long series can be confirmed"""
    dates = [proposal(n, 1, start="2026-03-01T09:00:00+01:00", series="s", title="Circle") for n in range(1, 61)]
    inbox = Inbox(*dates)
    whole, taken = inbox.confirm, []

    def confirm(request, numbers):
        if 55 in numbers and not taken:
            taken.append(inbox.waiting.pop(55))
            return 409, {"status": 409, "code": "event-decided", "detail": "Event 55 was confirmed already: entry 9.", "next": []}
        return whole(request, numbers)
    inbox.route("confirm", confirm)
    t = Terminal("inbox")
    t.until("60 dates")
    t.answer("> ", "")
    t.until("✗ Event 55 was confirmed already: entry 9.\n")
    t.until("9 dates")
    t.answer("> ", "")
    t.until("59 confirmed, 0 skipped.")
    same((t.end(), [n for _, n, _ in inbox.sent]),
         (0, [list(range(1, 51)), [51, 52, 53, 54, 56, 57, 58, 59, 60]]))


def elsewhere():
    """Without a terminal, with --no-input and with --json the inbox is listed"""
    Inbox(proposal(1, 9, start="2026-03-09T17:00:00+01:00", end="2026-03-09T19:00:00+01:00"), proposal(2, 10), proposal(3, 11))
    code, out, err = run("inbox")
    same((code, err), (0, ""))
    contains(out, "    1  Mon 9 March 2026, 17:00 to 19:00", "Next: ceu inbox confirm ID    or: ceu inbox skip ID\n")
    Inbox(proposal(1, 9, zone="America/New_York", start="2026-03-09T20:00:00-04:00", end="2026-03-09T21:00:00-04:00",
                   local_start="2026-03-10T01:00:00+01:00", flags=["gone", "differs"]))
    code, out, err = run("inbox")
    contains(out, "    1  Mon 9 March 2026, 20:00 to 21:00",
             "       These are times of America/New_York; by your clock it starts Tue 10 March\n       2026, 01:00.\n",
             "Look twice: its calendar has it no longer, another calendar says that it")
    Inbox(proposal(1, 9, adds=0, flags=["out-of-cycle"]))
    contains(run("inbox")[1], "adds 0: not in this cycle\n", "Look twice: its day is not in your cycle.\n")
    Inbox(proposal(1, 9), proposal(2, 10), proposal(3, 11))
    t = Terminal("inbox", "--no-input")
    t.until("Next: ceu inbox confirm ID")
    same(t.end(), 0)
    code, out, err = run("inbox", "--json")
    same([p["id"] for p in json.loads(out)["proposals"]], [1, 2, 3])
    same(server.sent("POST"), [])


def corrected():
    """What was corrected may be said of all that is like it: with the command, once"""
    inbox = Inbox(proposal(1, 9), proposal(2, 10), proposal(3, 11))
    rule = 'ceu calendar rule add title contains "Event" --category college'
    entry = dict(data("entry-whole"), next=["ceu attach 5 FILE", rule, "ceu undo"])
    inbox.route("confirm", lambda request, numbers: {"entries": [dict(entry, id=n) for n in numbers], "step": 77})
    code, out, err = run("inbox", "confirm", "1", "2", "--category", "college")
    same((code, out.count("  For all like it: " + rule + "\n")), (0, 1))
    same("For all like it" in run("inbox", "confirm", "3", "--category", "college", "--quiet")[1], False)


main([walk, never, stop, over, recorded, series, series_never, lacking, many, decided_elsewhere, changed, elsewhere, corrected])
