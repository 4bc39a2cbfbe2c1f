#!/usr/bin/python3
"""What events are taken for: guesses with their reasons, rules and their previews, over the API of a real ceud. TAP."""
import datetime
import os
import random
import signal
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from api import CONFIG, IS_ROOT, Daemon, add_dana, contains, done, log, main, refused, same          # noqa: E402

ME = "/v1/people/dana@example.org"
BEN = "/v1/people/ben@example.org"
RULES = ME + "/calendar-rules"
d = Daemon(CONFIG + "limits {\n\tbody 8M\n}\n")
add_dana(d)
done(d.post("/v1/people", {"email": "ben@example.org", "until": "2026-06-30"}))


def ics(events):
    """A calendar of (uid, title, start, end, line..); a start of eight digits is a day."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//test//test//EN"]
    for uid, title, start, end, *more in events:
        kind = ";VALUE=DATE:" if len(start) == 8 else ":"
        lines += ["BEGIN:VEVENT", "UID:" + uid, "DTSTAMP:20260101T000000Z", "DTSTART" + kind + start, "DTEND" + kind + end,
                  "SUMMARY:" + title, *more, "END:VEVENT"]
    return "\r\n".join(lines + ["END:VCALENDAR", ""])


def subscribe(name, events, who=ME, **more):
    return done(d.post(who + "/calendars", dict({"name": name, "file": {"name": name + ".ics", "text": ics(events)}}, **more)))


def inbox(who=ME):
    return {p["title"]: p for p in done(d.get(who + "/inbox"))["proposals"]}


def soon(what, want, seconds=5):
    """What the job does in a moment."""
    until = time.monotonic() + seconds
    while what() != want and time.monotonic() < until:
        time.sleep(0.02)
    same(what(), want)


def titles(who=ME):
    return sorted(inbox(who))


def counts(who=ME, at=0):
    c = done(d.get(who + "/calendars"))["calendars"][at]
    return c["proposals"], c["planned"], c["ignored"]


WORK = [
    ("w1", "CX workshop", "20260302T080000Z", "20260302T160000Z"),
    ("w2", "Stand-up", "20260303T080000Z", "20260303T081500Z"),
    ("w3", "Journey lecture", "20260304T080000Z", "20260304T090000Z", "DESCRIPTION:For all who stay"),
    ("w4", "Dentist", "20260305T080000Z", "20260305T090000Z"),
    ("w5", "Workshop that I declined", "20260306T080000Z", "20260306T090000Z",
     "ATTENDEE;PARTSTAT=DECLINED:mailto:dana@example.org"),
    ("w6", "Leaders summit", "20260309", "20260312"),
    ("w7", "Night workshop", "20260310T200000Z", "20260311T060000Z"),
    ("w8", "Planned seminar", "20260401T080000Z", "20260401T100000Z"),
]


def personal_calendar():
    """A personal calendar proposes only what matches, with the reason; the rest is counted"""
    a = subscribe("Work", WORK)
    same((a["everything"], a["events"], a["proposals"], a["planned"], a["ignored"]), (False, 8, 4, 1, 3))
    got = inbox()
    same({t: (p["minutes"], p["scheduled_minutes"], p["breaks_minutes"], p["category"]) for t, p in got.items()}, {
        "CX workshop": (420, 480, 60, "training"),
        "Journey lecture": (60, 60, 0, "college"),
        "Leaders summit": (None, None, 0, "conference"),
        "Night workshop": (None, 600, 0, "training")})
    contains(got["CX workshop"]["why"], '"workshop" is an example of training', "8:00 scheduled less 1:00 for breaks.")
    same((got["CX workshop"]["units"], got["CX workshop"]["adds"], got["Journey lecture"]["units"], got["Journey lecture"]["adds"]),
         (7, 7, 1, 1))
    same((got["CX workshop"]["series"], got["CX workshop"]["twins"], got["CX workshop"]["changed"]), (None, [], False))
    done(d.get(ME + "/status"), pending=8, waiting=4)
    a = done(d.post(ME + "/inbox/%d/confirm" % got["CX workshop"]["id"]))["entries"][0]
    same((a["minutes"], a["units"], a["category"], [n for n in a["next"] if "rule" in n]), (420, 7, "training", []))
    done(d.post(ME + "/undo"))
    soon(titles, sorted(got))


def everything():
    """A calendar of a provider, or one with a category, proposes everything; a calendar may say otherwise"""
    lunch = [("l1", "Team lunch", "20260302T110000Z", "20260302T120000Z")]
    a = subscribe("Club", lunch, BEN, category="cxpa", **{"for": ["voice"]})
    same((a["everything"], a["proposals"], a["ignored"]), (True, 1, 0))
    contains(inbox(BEN)["Team lunch"]["why"], "Club")
    a = subscribe("Narrow", [("n1", "Other lunch", "20260303T110000Z", "20260303T120000Z")], BEN, category="cxpa", everything=False)
    same((a["everything"], a["proposals"], a["ignored"]), (False, 0, 1))
    a = subscribe("Wide", [("x1", "Third lunch", "20260304T110000Z", "20260304T120000Z")], BEN, everything=True)
    same((a["everything"], a["proposals"], inbox(BEN)["Third lunch"]["category"]), (True, 1, None))


def rule_fields():
    """A rule sets what it says, and the reason names it"""
    a = done(d.post(RULES, {"field": "title", "test": "contains", "value": "Stand up", "category": "in", "for": ["voice", "culture"],
                            "provider": "The team"}), id=1, matched=1, of=8, field="title", test="contains", value="Stand up",
             category="in-company", competencies=["voice", "culture"], provider="The team", break_minutes=None, per_day_minutes=None,
             verdict="propose", origin="personal", calendar=None)
    contains(a["text"], "title", "Stand up")
    soon(lambda: "Stand-up" in inbox(), True)
    p = inbox()["Stand-up"]
    same((p["minutes"], p["category"], p["competencies"], p["provider"]), (15, "in-company", ["voice", "culture"], "The team"))
    contains(p["why"], "Your rule 1")
    e = done(d.post(ME + "/inbox/%d/confirm" % p["id"]))["entries"][0]
    same((e["provider"], e["category"], e["competencies"]), ("The team", "in-company", ["voice", "culture"]))
    done(d.post(ME + "/undo"))
    done(d.post(RULES, {"field": "title", "test": "contains", "value": "summit", "per_day": "6h"}), id=2, per_day_minutes=360, matched=1)
    soon(lambda: inbox()["Leaders summit"]["minutes"], 1080)
    contains(inbox()["Leaders summit"]["why"], "6:00", "3 days")
    done(d.post(RULES, {"field": "title", "test": "is", "value": "cx workshop", "break_minutes": 0}), id=3, break_minutes=0, matched=1)
    soon(lambda: inbox()["CX workshop"]["minutes"], 480)
    same(inbox()["CX workshop"]["breaks_minutes"], 0)
    same(done(d.get(ME + "/status"))["pending"] > 8, True)
    rules = done(d.get(RULES))["rules"]
    same([(r["id"], r["origin"]) for r in rules], [(1, "personal"), (2, "personal"), (3, "personal")])


def rule_undone():
    """Removing, undoing and redoing a rule matches again; numbers are never given twice"""
    done(d.delete(RULES + "/1"), id=1)
    soon(lambda: "Stand-up" in inbox(), False)
    same(counts(), (4, 1, 3))
    refused(d.delete(RULES + "/1"), 404, "no-rule")
    refused(d.delete(RULES + "/99"), 404, "no-rule")
    refused(d.delete(RULES + "/x"), 400, "number-invalid")
    done(d.post(ME + "/undo"))
    soon(lambda: "Stand-up" in inbox(), True)
    done(d.post(ME + "/redo"))
    soon(lambda: "Stand-up" in inbox(), False)
    done(d.post(RULES, {"field": "title", "test": "contains", "value": "dentist"}), id=4)
    soon(lambda: "Dentist" in inbox(), True)
    done(d.post(ME + "/undo"))
    soon(lambda: "Dentist" in inbox(), False)
    same([r["id"] for r in done(d.get(RULES))["rules"]], [2, 3])
    contains(d.get(ME + "/history").text, "rule")


def ignoring():
    """A personal rule that ignores comes before all others"""
    done(d.post(RULES, {"field": "title", "test": "contains", "value": "workshop", "ignore": True}), verdict="ignore", matched=3)
    soon(titles, ["CX workshop", "Journey lecture", "Leaders summit"])         # rule 3 comes first
    done(d.post(ME + "/undo"))
    soon(titles, ["CX workshop", "Journey lecture", "Leaders summit", "Night workshop"])


def preview():
    """A rule is tried without being kept: how many it matches, and twenty of them"""
    before = d.get(ME + "/inbox").text, d.get(RULES).text, d.get(ME + "/history").text
    a = done(d.post(RULES + "/test", {"field": "title", "test": "contains", "value": "workshop", "category": "training"}), matched=3, of=8)
    same((a["rule"]["id"], a["rule"]["category"], a["rule"]["origin"]), (None, "training", "personal"))
    same([(e["title"], e["calendar"], e["state"], e["all_day"]) for e in a["events"]], [
        ("Night workshop", "Work", "waiting", False), ("Workshop that I declined", "Work", "ignored", False),
        ("CX workshop", "Work", "waiting", False)])
    same(a["events"][2]["start"], "2026-03-02T09:00:00+01:00")
    done(d.post(RULES + "/test", {"field": "title", "test": "contains", "value": "nothing of it"}), matched=0, of=8, events=[])
    done(d.post(RULES + "/test", {"rule": 2}), matched=1, of=8)
    for field, test, value, n in (("calendar", "is", "work", 8), ("description", "contains", "who stay", 1), ("title", "begins", "night", 1),
                                  ("title", "ends", "workshop", 2), ("title", "like", "*work*", 3), ("title", "like", "?entist", 1),
                                  ("title", "is", "workshop", 0), ("host", "is", "example.org", 0), ("location", "contains", "hall", 0)):
        done(d.post(RULES + "/test", {"field": field, "test": test, "value": value}), matched=n, of=8)
    done(d.post(RULES + "/test", {"field": "title", "test": "like", "value": "*", "calendar": 1}), matched=8, of=8)
    same((d.get(ME + "/inbox").text, d.get(RULES).text, d.get(ME + "/history").text), before)
    refused(d.post(RULES + "/test", {"rule": 1}), 404, "no-rule")
    refused(d.post(RULES + "/test", {"rule": "2"}), 400, "number-invalid")
    refused(d.post(RULES + "/test", {"rule": 2, "field": "title"}), 400, "field-unknown")


def fields():
    """Each field that a rule may look at"""
    who = "/v1/people/liv@example.org"
    done(d.post("/v1/people", {"email": "liv@example.org", "until": "2026-06-30"}))
    subscribe("Fields", [
        ("f1", "Plain", "20260302T080000Z", "20260302T090000Z", "CATEGORIES:Learning,Travel", "DESCRIPTION:Bring your laptop"),
        ("f2", "Placed", "20260303T080000Z", "20260303T090000Z", "LOCATION:Room Café\\, 2nd floor", "URL:https://www.events.example.com/a?b"),
        ("f3", "Organized", "20260304T080000Z", "20260304T090000Z", "ORGANIZER;CN=Ada Byron:mailto:ada@mail.academy.example"),
        ("f4", "Extra", "20260305T080000Z", "20260305T090000Z", "X-TRACK:Leadership"),
        ("f5", "Often", "20260306T080000Z", "20260306T090000Z", "RRULE:FREQ=DAILY;COUNT=3")], who)
    same(counts(who), (0, 0, 7))
    for field, test, value, titles in (
            ("categories", "is", "learning", ["Plain"]), ("categories", "is", "learn", []), ("description", "contains", "LAPTOP", ["Plain"]),
            ("location", "contains", "cafe", ["Placed"]), ("location", "begins", "cafe", []), ("host", "ends", "example.com", ["Placed"]),
            ("host", "is", "events.example.com", ["Placed"]), ("host", "ends", "ample.com", []), ("organizer", "contains", "byron", ["Organized"]),
            ("domain", "ends", "academy.example", ["Organized"]), ("domain", "is", "academy.example", []), ("x-track", "is", "leadership", ["Extra"]),
            ("x-other", "is", "leadership", []), ("series", "is", "f5", ["Often", "Often", "Often"]), ("calendar", "contains", "fields", None)):
        a = done(d.post(who + "/calendar-rules/test", {"field": field, "test": test, "value": value}))
        got = [e["title"] for e in a["events"]]
        same((field, value, got if titles is not None else len(got)), (field, value, titles if titles is not None else 7))
        contains(a["rule"]["text"], value)
    a = done(d.post(who + "/calendar-rules", {"field": "x-track", "test": "is", "value": "Leadership", "category": "cxpa"}), field="x-TRACK")
    soon(lambda: sorted(inbox(who)), ["Extra"])
    contains(inbox(who)["Extra"]["why"], "Your rule 1")


def refusals():
    """What is no rule is refused, with what would be one"""
    good = {"field": "title", "test": "contains", "value": "yoga"}
    for more, code, words in (
            ({"field": "summary"}, "rule-field", "title categories"), ({"field": None}, "rule-field", "does not say what"),
            ({"field": "x-"}, "rule-field", "x-NAME"), ({"field": 1}, "field-type", ""),
            ({"test": "matches"}, "rule-test", "is contains"), ({"test": None}, "rule-test", "how it compares"),
            ({"value": ""}, "value-empty", ""), ({"value": None}, "value-empty", "ceu calendar rule add"), ({"value": "..."}, "value-empty", "no letter"),
            ({"value": "x" * 201}, "value-long", "200"), ({"value": "\u00e9" * 150}, "value-long", "200 bytes"), ({"value": "a\u202eb"}, "value-control", ""),
            ({"category": "nonsense"}, "category-unknown", "training"), ({"for": ["nonsense"]}, "competency-unknown", ""),
            ({"for": "voice"}, "field-type", ""), ({"break_minutes": 601}, "break-range", "600"), ({"break_minutes": -1}, "break-range", ""),
            ({"break_minutes": "none"}, "break-range", ""), ({"per_day": "11h"}, "per-day-range", "10 hours"), ({"per_day": "0"}, "hours-range", ""),
            ({"per_day": 6}, "field-type", ""), ({"ignore": "yes"}, "field-type", ""), ({"provider": "x" * 201}, "provider-long", ""),
            ({"ignore": True, "category": "training"}, "rule-ignore-sets", "--ignore"), ({"ignore": True, "break_minutes": 0}, "rule-ignore-sets", ""),
            ({"calendar": "Work"}, "number-invalid", "calendar"), ({"colour": "red"}, "field-unknown", "")):
        refused(d.post(RULES, dict(good, **more)), 400, code, words)
    refused(d.post(RULES, dict(good, calendar=9)), 404, "no-calendar", "ceu calendar list")
    refused(d.post(RULES, {"field": "title", "test": "contains", "value": "summit", "per_day": "6h"}), 422, "rule-double",
            "Rule 2", "ceu calendar rule test 2")
    refused(d.call("PUT", RULES, good), 400, "no-method")
    same([r["id"] for r in done(d.get(RULES))["rules"]], [2, 3])


def many_rules():
    """A person has at most 200 rules"""
    for i in range(198):
        done(d.post(BEN + "/calendar-rules", {"field": "title", "test": "is", "value": "word %d" % i}))
    a = d.post(BEN + "/calendar-rules", {"field": "title", "test": "is", "value": "word 198"})
    a = d.post(BEN + "/calendar-rules", {"field": "title", "test": "is", "value": "word 199"})
    refused(d.post(BEN + "/calendar-rules", {"field": "title", "test": "is", "value": "one more"}), 422, "rules-many", "200")


def for_everybody():
    """An admin's rule is everybody's, after their own; its preview tells numbers and people, no titles"""
    a = done(d.post("/v1/admin/rules/test", {"field": "title", "test": "contains", "value": "lunch"}), matched=3, of=18, people=1)
    same(("events" in a.json, "lunch" in a.text.replace('"value":"lunch"', "").replace('\\"lunch\\"', "")), (False, False))
    a = done(d.post("/v1/admin/rules", {"field": "title", "test": "contains", "value": "dentist", "category": "college"}), id=1, matched=1,
             of=18, people=1, origin="admin")
    soon(lambda: "Dentist" in inbox(), True)
    same(inbox()["Dentist"]["category"], "college")
    contains(inbox()["Dentist"]["why"], "everyone")
    same([(r["id"], r["origin"]) for r in done(d.get(RULES))["rules"]], [(2, "personal"), (3, "personal"), (1, "admin")])
    same([r["id"] for r in done(d.get("/v1/admin/rules"))["rules"]], [1])
    refused(d.post("/v1/admin/rules", {"field": "title", "test": "contains", "value": "dentist", "category": "college"}), 422, "rule-double",
            "ceu admin rule test 1")
    refused(d.post("/v1/admin/rules", {"field": "title", "test": "is", "value": "x", "calendar": 1}), 400, "rule-calendar", "everybody")
    refused(d.post("/v1/admin/rules", {"field": "title", "test": "is", "value": "x", "category": "nonsense"}), 400, "category-unknown")
    refused(d.delete(RULES + "/1"), 404, "no-rule")                          # not hers
    done(d.delete("/v1/admin/rules/1"), id=1)
    soon(lambda: "Dentist" in inbox(), False)
    refused(d.delete("/v1/admin/rules/1"), 404, "no-rule")
    if not IS_ROOT:
        return "other users need root"
    done(d.patch(ME, {"user": "daemon"}))
    refused(d.post("/v1/admin/rules", {"field": "title", "test": "is", "value": "x"}, uid=1), 403, "not-admin")
    refused(d.get("/v1/admin/rules", uid=1), 403, "not-admin")
    refused(d.get(BEN + "/calendar-rules", uid=1), 403, "not-yours")
    done(d.get("/v1/people/me/calendar-rules", uid=1))


def lessons():
    """What she confirmed is learned: the same title at once, and the correction is offered as a rule"""
    subscribe("Talks", [("t%d" % i, "Guild: evening \"talk\"", "2026020%dT170000Z" % i, "2026020%dT180000Z" % i) for i in range(1, 5)],
              everything=True)
    got = [p for p in done(d.get(ME + "/inbox"))["proposals"] if p["calendar"] == "Talks"]
    same([(p["category"], p["adds"]) for p in got], [(None, None)] * 4)
    a = done(d.post(ME + "/inbox/%d/confirm" % got[0]["id"], {"category": "cxpa", "for": ["voice"], "yes": True}))["entries"][0]
    same([n for n in a["next"] if "rule" in n], ['ceu calendar rule add title contains "guild evening talk" --category cxpa --for voice'])
    got = [p for p in done(d.get(ME + "/inbox"))["proposals"] if p["calendar"] == "Talks"]
    same([(p["category"], p["competencies"]) for p in got], [("cxpa", ["voice"])] * 3)
    contains(got[0]["why"], "You entered", "cxpa")
    a = done(d.post(ME + "/inbox/%d/confirm" % got[0]["id"], {"for": ["culture"], "yes": True}))["entries"][0]
    same([n for n in a["next"] if "rule" in n], ['ceu calendar rule add title contains "guild evening talk" --for culture'])
    done(d.post(ME + "/undo"))
    done(d.post(ME + "/undo"))
    same([p["category"] for p in done(d.get(ME + "/inbox"))["proposals"] if p["calendar"] == "Talks"], [None] * 4)
    done(d.post(ME + "/redo"))
    same([p["category"] for p in done(d.get(ME + "/inbox"))["proposals"] if p["calendar"] == "Talks"], ["cxpa"] * 3)
    done(d.post(ME + "/undo"))


def twins():
    """The same event in another calendar is one proposal; what was decided holds for both"""
    before = done(d.get(ME + "/status"))["waiting"]
    a = subscribe("Academy", [("a1", "CXPA Academy: CX Workshop", "20260302T081000Z", "20260302T160000Z"),
                              ("a2", "CX workshop", "20260302T083000Z", "20260302T093000Z"),
                              ("a3", "Stand-up", "20260303T080000Z", "20260303T081500Z"),
                              ("w1", "Renamed", "20260302T080000Z", "20260302T160000Z")], category="training", **{"for": ["voice"]})
    same((a["proposals"], a["events"]), (2, 4))
    got = inbox()
    same((got["CX workshop"]["calendar"], got["Stand-up"]["calendar"]), ("Academy", "Academy"))       # ignored in Work
    first = [p for p in done(d.get(ME + "/inbox"))["proposals"] if p["calendar"] == "Work" and p["title"] == "CX workshop"][0]
    same(first["twins"], ["Academy", "Academy"])
    same(done(d.get(ME + "/status"))["waiting"], before + 2)
    done(d.post(ME + "/inbox/%d/skip" % first["id"]))
    same([p["twins"] for p in done(d.get(ME + "/inbox?skipped=1"))["proposals"]], [["Academy", "Academy"]])
    same("Renamed" in inbox() or "CXPA Academy: CX Workshop" in inbox(), False)
    subscribe("Third", [("z", "CX Workshop", "20260302T080000Z", "20260302T160000Z")], category="training")
    same([p["calendar"] for p in done(d.get(ME + "/inbox"))["proposals"] if p["title"] == "CX Workshop"], [])
    done(d.post(ME + "/inbox/%d/restore" % first["id"]))
    no = [c["id"] for c in done(d.get(ME + "/calendars"))["calendars"] if c["name"] == "Work"][0]
    done(d.delete(ME + "/calendars/%d" % no))           # another one takes its place
    got = [p for p in done(d.get(ME + "/inbox"))["proposals"] if p["date"] == "2026-03-02" and p["scheduled_minutes"] > 60]
    same([(p["calendar"], p["twins"]) for p in got], [("Academy", ["Academy", "Third"])])
    done(d.post(ME + "/undo"))


def recorded():
    """What was entered by hand is shown as such and counts no second time"""
    e = done(log(d, "1h", "training", "Journey lecture", "2026-03-04"))
    before = done(d.get(ME + "/status"))
    p = inbox()["Journey lecture"]
    same((p["recorded"], p["adds"]), (e["id"], 0))
    same("recorded" in inbox()["Leaders summit"], False)
    same(before["waiting"], len(done(d.get(ME + "/inbox"))["proposals"]) - 1)
    done(d.delete(ME + "/entries/%d" % e["id"]))
    same("recorded" in inbox()["Journey lecture"], False)
    done(d.get(ME + "/status"), waiting=before["waiting"] + 1)
    done(log(d, "1h", "training", "journey LECTURE", "2026-03-05"))            # a day later
    same(inbox()["Journey lecture"]["adds"], 0)
    done(log(d, "1h", "training", "Stand up", "2026-03-08"))                # days later: another one
    same("recorded" in inbox()["Stand-up"], False)


def agree():
    """Inbox, status and confirm agree to the last minute, whatever rules and calendars say"""
    seed = int(os.environ.get("CEUD_SEED", 0)) or random.SystemRandom().randrange(1 << 32)
    print("# CEUD_SEED=%d" % seed)
    r = random.Random(seed)
    for round in range(6):
        who = "/v1/people/r%d@example.org" % round
        done(d.post("/v1/people", {"email": "r%d@example.org" % round, "until": "2026-06-30"}))
        words = ["workshop", "summit", "call", "lecture", "lunch", "mentor", "review"]
        events = []
        for i, day in enumerate(r.sample(range(540), 40)):
            day = datetime.date(2024, 9, 1) + datetime.timedelta(day)
            start = datetime.datetime(day.year, day.month, day.day, r.randrange(5, 12), r.choice((0, 15, 30)))
            end = start + datetime.timedelta(minutes=r.choice((10, 45, 90, 240, 359, 360, 361, 600, 601, 2000)))
            if r.random() < 0.15:
                times = start.strftime("%Y%m%d"), (start + datetime.timedelta(r.randrange(1, 4))).strftime("%Y%m%d")
            else:
                times = start.strftime("%Y%m%dT%H%M00Z"), end.strftime("%Y%m%dT%H%M00Z")
            events.append(("e%d" % i, "%s %s %d" % (r.choice(words), r.choice(words), i % 25), *times))
        for _ in range(r.randrange(6)):
            body = {"field": "title", "test": r.choice(("contains", "begins")), "value": r.choice(words)}
            if r.random() < 0.3:
                body["ignore"] = True
            else:
                body.update({"category": r.choice(("training", "cxpa", "college")), "break_minutes": r.choice((0, 15, 90)), "per_day": "4h30"})
            d.post(who + "/calendar-rules", body)       # a double is refused
        subscribe("One%d" % round, events, who, **{"for": ["voice"]})
        subscribe("Two%d" % round, r.sample(events, 15), who, **dict({"for": ["design"]}, **r.choice(({}, {"category": "conference"}))))
        for uid, title, start, end in r.sample(events, 4):
            d.post(who + "/entries", {"hours": "1h", "category": "cxpa", "title": title, "on": "%s-%s-%s" % (start[:4], start[4:6], start[6:8]),
                                      "for": ["metrics"]})
        waiting = done(d.get(who + "/inbox"))["proposals"]
        before = done(d.get(who + "/status"))
        same(before["waiting"], len([p for p in waiting if "recorded" not in p]))
        same(len({p["uid"] for p in waiting}), len(waiting))            # no twin is listed
        takes = [p for p in waiting if p["minutes"] and p["category"] and "recorded" not in p]
        for p in waiting:
            if p["minutes"] and not p["all_day"]:
                same(p["minutes"], max(1, p["scheduled_minutes"] - p["breaks_minutes"])) if p["scheduled_minutes"] <= 600 else None
            same(bool(p["why"]), True)
        for i in range(0, len(takes), 100):
            got = done(d.post(who + "/inbox/%s/confirm" % ",".join(str(p["id"]) for p in takes[i:i + 100]), {"yes": True}))["entries"]
            same([(e["minutes"], e["units"], e["category"]) for e in got], [(p["minutes"], p["units"], p["category"]) for p in takes[i:i + 100]])
        after = done(d.get(who + "/status"))
        same(after["counted"] - before["counted"], before["pending"], "round %d" % round)
        same(after["pending"], 0)


def killed():
    """Ten thousand ignored events are matched again in slices, also when ceud is killed meanwhile"""
    who = "/v1/people/kim@example.org"
    done(d.post("/v1/people", {"email": "kim@example.org", "until": "2026-06-30"}))
    events = [("k%d" % i, "Meeting %d" % (i % 50), "2025%02d%02dT%02d%02d00Z" % (i % 12 + 1, i % 28 + 1, i % 20, i % 60),
               "2025%02d%02dT%02d%02d00Z" % (i % 12 + 1, i % 28 + 1, i % 20 + 1, i % 60)) for i in range(10000)]
    subscribe("Big", events, who)
    same(counts(who), (0, 0, 10000))
    slowest = 0
    done(d.post(who + "/calendar-rules", {"field": "title", "test": "begins", "value": "meeting", "category": "in"}), matched=2000, of=2000)
    while counts(who)[0] < 200:
        start = time.monotonic()
        done(d.get(who + "/status")["waiting"] and d.get("/healthz"))
        slowest = max(slowest, time.monotonic() - start)
    d.stop(signal.SIGKILL)
    d.start()
    soon(lambda: counts(who), (10000, 0, 0), 30)
    start = time.monotonic()
    done(d.delete(who + "/calendar-rules/1"))
    soon(lambda: counts(who), (0, 0, 10000), 30)
    print("# 10000 events matched again in %.2f s" % (time.monotonic() - start))
    print("# longest turn %d ms" % done(d.get("/v1/admin/status"))["loop"]["longest_turn_ms"])


if __name__ == "__main__":
    main([personal_calendar, everything, rule_fields, rule_undone, ignoring, preview, fields, refusals, many_rules, for_everybody, lessons, twins,
          recorded, agree, killed])
