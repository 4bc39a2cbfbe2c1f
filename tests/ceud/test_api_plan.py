#!/usr/bin/python3
"""Plans, what-ifs, roles, and a person counted under other rules, over the API of a real ceud. TAP."""
import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from api import Daemon, add_dana, contains, done, log, main, refused, same                         # noqa: E402

ME = "/v1/people/dana@example.org"
d = Daemon()
add_dana(d)


def calendar(*events, **more):
    """A calendar of (uid, title, start, end) with times of UTC; the answer to adding it."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//test//EN"]
    for uid, title, start, end in events:
        lines += ["BEGIN:VEVENT", "UID:" + uid, "DTSTAMP:20260101T000000Z", "SUMMARY:" + title, "DTSTART:" + start, "DTEND:" + end,
                  "END:VEVENT"]
    text = "\r\n".join(lines + ["END:VCALENDAR", ""])
    return done(d.post(ME + "/calendars", dict({"file": {"name": "%s.ics" % more.get("name", "events"), "text": text}}, **more)))


def items(option):
    return [(i["kind"], i.get("title"), i["units"], i["adds"], i["wasted"]) for i in option["items"]]


def without_events():
    """With nothing in the inbox all the work is to be found, in the categories that have room"""
    done(log(d, "10h", "training", "A course", "2025-03-03"))
    p = done(d.get(ME + "/plan"), to_go=10, unit="CEU", by="2026-06-30", exact=True, state="off-track", planned=[])
    same(len(p["options"]), 1)
    o = p["options"][0]
    same((o["minutes"], o["units"], o["adds"], o["wasted"], o["whole"]), (600, 10, 10, 0, False))
    same([(i["kind"], i["categories"]) for i in o["items"]], [("find", ["in-company", "conference", "college", "cxpa"])])
    same(p["next"], ["ceu plan add HOURS CATEGORY TITLE --on DATE"])


def with_events():
    """Events come first, without their breaks; the least work first; none of a full category; what is wasted is told"""
    done(log(d, "1h", "cxpa", "A talk", "2025-05-05"))
    done(d.post(ME + "/calendar-rules", {"field": "title", "test": "contains", "value": "summit", "break_minutes": 0}))
    calendar(("summit@x", "Leaders summit", "20260512T070000Z", "20260512T170000Z"),
             ("talks@x", "Round table", "20260420T080000Z", "20260420T180000Z"), name="Events", category="conference", **{"for": ["voice"]})
    calendar(("course@x", "Another course", "20260415T080000Z", "20260415T180000Z"), name="Courses", category="training")
    p = done(d.get(ME + "/plan"))
    same(len(p["options"]) >= 2, True)
    best = p["options"][0]
    same(items(best), [("event", "Round table", 9, 9, 0)])
    same((best["whole"], best["minutes"], best["wasted"]), (True, 540, 0))
    same({k: best["items"][0][k] for k in ("date", "category", "calendar")}, {"date": "2026-04-20", "category": "conference", "calendar": "Events"})
    same(items(p["options"][1]), [("event", "Leaders summit", 10, 9, 1)])
    for o in p["options"]:
        same([i for i in o["items"] if i.get("title") == "Another course"], [])
        same(best["minutes"] <= o["minutes"] or not o["whole"], True)
        same(0 <= o["chance"] <= 1, True)
    same(best["chance"] > p["chance"], True)
    same(p["next"], ["ceu plan keep 1"])


def by_a_day():
    """--by leaves out what comes later, and days that are over are refused"""
    p = done(d.get(ME + "/plan?by=2026-04-19"), by="2026-04-19")
    same([i["kind"] for o in p["options"] for i in o["items"]], ["find"])
    same(done(d.get(ME + "/plan?by=1%20may"))["by"], "2026-05-01")
    same(done(d.get(ME + "/plan?by=2030-01-01"))["by"], "2026-06-30")
    refused(d.get(ME + "/plan?by=2026-03-11"), 400, "by-past", "ceu plan")
    refused(d.get(ME + "/plan?by=03/04/2026"), 400, "date-ambiguous")
    refused(d.get(ME + "/plan?until=2026-04-19"), 400, "parameter-unknown")


def what_if():
    """One more activity: what it would add, and where it would add more"""
    t = done(d.get(ME + "/plan/try?hours=4h&category=training"), units=4, adds=0, wasted=4, to_go=9, done=False, category="training",
             elsewhere=["in-company", "conference", "college", "cxpa"])
    same(t["text"], "4.0 units of Training courses, seminars and webinars would add 0.0: it is full, 10.0 of 10.0. 9.0 would be left to go. "
         "The same time would add more in any other category.")
    t = done(d.get(ME + "/plan/try?hours=12h&category=conf"), units=12, adds=10, wasted=2, to_go=0, done=True, elsewhere=[], chance=1)
    same(t["text"], "12.0 units of Conferences would add 10.0: it is full then, 10.0 of 10.0. That would finish your cycle.")
    t = done(d.get(ME + "/plan/try?hours=50m&category=college"), units=0.75, adds=0.75, wasted=0, to_go=8.25)
    same(t["text"], "0.75 units of College or University courses would add all of them. 8.25 would be left to go.")
    refused(d.get(ME + "/plan/try?hours=4h"), 400, "field-missing", "category", "ceu plan try")
    refused(d.get(ME + "/plan/try?category=cxpa"), 400, "field-missing", "hours")
    refused(d.get(ME + "/plan/try?hours=25h&category=cxpa"), 400, "hours-range")
    refused(d.get(ME + "/plan/try?hours=1&category=c"), 400, "category-ambiguous", "conference, college, cxpa")
    refused(d.get(ME + "/plan/try?hours=1&category=cxpa&tags=live"), 400, "tag-unknown", "none in this program")
    refused(d.get(ME + "/plan/try?hours=1&category=cxpa&earn=article"), 400, "earn-unknown")
    refused(d.get(ME + "/plan/try?hours=1&category=cxpa&count=2"), 400, "count-invalid")
    done(d.get(ME + "/status"), counted=11, logged=11)


def what_if_nothing_counts():
    """In a cycle that was opened early its first day is looked at; in one that was sent in or is over nothing is added"""
    who = "/v1/people/ann@example.org"
    done(d.post("/v1/people", {"email": "ann@example.org", "until": "2026-04-30"}))
    for category in "training", "cxpa":
        done(log(d, "10h", category, category, "2026-01-10", person="ann@example.org"))
    ask = who + "/plan/try?hours=2&category=college"
    done(d.post(who + "/submit"))
    t = done(d.get(ask), adds=0, wasted=2, elsewhere=[])
    contains(t["text"], "would add 0.0: this cycle is submitted already.")
    done(d.post(who + "/renew"))
    t = done(d.get(ask), adds=2, wasted=0, to_go=18, done=False)
    same(t["text"], "2.0 units of College or University courses would add all of them. 18.0 would be left to go.")
    done(d.post("/v1/people", {"email": "ben@example.org", "until": "2026-03-11"}))
    t = done(d.get("/v1/people/ben@example.org/plan/try?hours=2&category=college"), adds=0, wasted=2, elsewhere=[])
    contains(t["text"], "would add 0.0: the days of this cycle are over. 20.0 would be left to go.")


def roles():
    """Competencies as they are; against a role with what it weighs; a role nobody knows is refused with those there are"""
    s = done(d.get(ME + "/skills"), role=None, unit="CEU", next=["ceu skills --role ROLE"])
    same([(c["id"], c["counted"], c["weight"]) for c in s["competencies"]][:2], [("culture", 0, None), ("voice", 11, None)])
    same(len(s["roles"]), 10)
    role = s["roles"][0]["id"]
    r = done(d.get(ME + "/skills?role=" + role))
    same((r["role"]["id"], bool(r["role"]["source"])), (role, True))
    weights = [c["weight"] for c in r["competencies"]]
    for c in r["competencies"]:
        wanted = 2000 * c["weight"] // sum(weights) / 100
        same((c["wanted"], c["lacks"]), (wanted, round(max(0, wanted - c["counted"]), 2)))
    refused(d.get(ME + "/skills?role=astronaut"), 404, "no-role", role, "ceu skills --role")
    refused(d.get(ME + "/skills?role="), 404, "no-role")


def other_rules():
    """The same entries under the newer rules; nothing is changed"""
    before = d.get(ME + "/status").text
    t = done(d.get(ME + "/rules?try=ccxp-3y30"), program="ccxp-3y30")
    same({k: t["before"][k] for k in ("program", "counted", "required", "to_go")},
         {"program": "ccxp-2y20", "counted": 11, "required": 20, "to_go": 9})
    same((t["status"]["required"], t["status"]["counted"], t["status"]["to_go"]), (30, 11, 19))
    same((t["status"]["cycle"]["start"], t["status"]["cycle"]["end"]), ("2023-07-01", "2026-06-30"))
    same((t["changes"], t["unfit"], len(t["assumptions"]) > 3), ([], [], True))
    same(d.get(ME + "/status").text, before)
    refused(d.get(ME + "/rules?try=none"), 404, "no-program", "ccxp-2y20")
    refused(d.get(ME + "/rules"), 400, "field-missing", "ceu rules --try")


def planned_is_enough():
    """What is planned would do: nothing more is to be found"""
    done(d.post(ME + "/plan/add", {"hours": "9h", "category": "college", "title": "Evening class", "on": "2026-05-05", "for": ["design"]}))
    p = done(d.get(ME + "/plan"), to_go=9, options=[], enough=True)
    same([e["title"] for e in p["planned"]], ["Evening class"])
    done(d.post(ME + "/undo"))
    done(d.get(ME + "/plan"), enough=False, planned=[])


def whole_program():
    """A program whole: what can be named and what it asks"""
    p = done(d.get("/v1/programs/ccxp-3y30"), issuer="CXPA", cycle_months=36, grace_days=0, window_days=365, carry="nothing", groups=[], kinds=[])
    same([(t["id"], t["sort"], t["categories"]) for t in p["tags"]], [("real-time", "delivery", []), ("other", "delivery", [])])
    same([(r["kind"], r["amount"], r["period"]) for r in p["rules"]][:3],
         [("require", 30, "cycle"), ("require", 15, "cycle"), ("limit", 15, "cycle")])


def done_needs_no_plan():
    """When every rule is met there is nothing to plan"""
    done(log(d, "10h", "cxpa", "Mentoring", "2025-04-04"))
    p = done(d.get(ME + "/plan"), to_go=0, options=[], chance=1, state="done", next=["ceu export packet"])
    contains(str(p["exact"]), "True")


def strangers():
    """A person without a cycle has no plan, and nobody else's is shown"""
    done(d.post("/v1/people", {"email": "lead@example.org"}))
    for path in ("plan", "plan/try?hours=1&category=cxpa", "skills", "rules?try=ccxp-2y20"):
        refused(d.get("/v1/people/lead@example.org/" + path), 422, "no-cycle", "--until")
        if os.getuid() == 0:
            refused(d.get("/v1/people/dana@example.org/" + path, uid=12345), 403, "uid-unknown")


main([without_events, with_events, by_a_day, what_if, what_if_nothing_counts, roles, other_rules, planned_is_enough, whole_program, done_needs_no_plan, strangers])
