#!/usr/bin/python3
"""Edge cases of counting that the daemon decides, over the API of a real ceud, from three days before a cycle's end. TAP.
The numbers are those of the design's list; 7, 8, 11 to 15, 20, 25 to 27, 30, 31 and 33 are in the tests of renewing and planning,
20 and 22 also in those of rules and of news."""
import os
import shutil
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from api import CONFIG, Daemon, contains, done, log, main, refused, same          # noqa: E402

PROGRAM = """program NAME {
	name "Guild"
	title "Member of the guild"
	issuer "The guild"
	unit point {
		minutes 60
		step 0.25
	}
	cycle 12 months
	category work "Work"
	category study "Study"
COMPETENCIES	require 4 total
	needs competency
	once course
}
"""
folder = tempfile.mkdtemp(prefix="ceud-test-programs-")
for name, words in (("five", "competency sight \"Sight\"\n\tcompetency hand \"Hands\""),
                    ("six", "competency eye \"Eyes\"\n\tcompetency hand \"Hands\"\n\tmap sight eye")):
    with open(os.path.join(folder, name + ".rules"), "w") as out:
        out.write(PROGRAM.replace("NAME", name).replace("COMPETENCIES", "\t" + words + "\n"))
d = Daemon(CONFIG + "programs %s\n" % folder, clock="2026-06-28T08:00:00Z")


def person(name, **more):
    done(d.post("/v1/people", dict({"email": name + "@example.org", "program": "five", "until": "2026-06-30"}, **more)))
    return "/v1/people/%s@example.org" % name


def do(who, hours, on, title, category="work", **more):
    return d.post(who + "/entries", dict({"hours": hours, "category": category, "title": title, "on": on, "for": ["hand"]}, **more))


def status(who, query=""):
    return done(d.get(who + "/status" + query))


def clock(to):
    done(d.post("/v1/admin/clock", {"to": to}))


def ics(events):
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//test//test//EN"]
    for uid, title, start, end, *more in events:
        lines += ["BEGIN:VEVENT", "UID:" + uid, "DTSTAMP:20260101T000000Z", "DTSTART" + start, "DTEND" + end, "SUMMARY:" + title,
                  *more, "END:VEVENT"]
    return "\r\n".join(lines + ["END:VCALENDAR", ""])


def calendar(who, name, events, **more):
    return done(d.post(who + "/calendars", dict({"category": "study", "for": ["hand"], "file": {"name": name + ".ics", "text": ics(events)}}, **more)))


def inbox(who, query=""):
    return {p["title"]: p for p in done(d.get(who + "/inbox" + query))["proposals"]}


def edge_06():
    """6: the day of certification counts; the day before is out of the cycle"""
    who = person("ada")
    refused(do(who, "1h", "2025-06-30", "Before"), 422, "outside-cycle", "which began on 1 July 2025")
    done(do(who, "1h", "2025-07-01", "First day"), state="counted", counted=1)


def edge_09():
    """9: a day is the person's own: her zone says which day it is, and when the cycle has ended"""
    east, west = person("kai", zone="Pacific/Auckland"), person("lou", zone="America/Los_Angeles")
    for who in (east, west):
        done(do(who, "1h", "2026-06-01", "Work"))
    clock("2026-06-30T13:00:00Z")                       # 1 July 01:00 in Auckland, 30 June 06:00 in Los Angeles
    same([(status(who)["today"], status(who)["cycle"]["state"] == "lapsed", status(who)["cycle"]["days_left"]) for who in (east, west)],
         [("2026-07-01", True, -1), ("2026-06-30", False, 0)])
    a = done(do(west, "1h", "today", "The last day"))
    same((a["date"], a["state"]), ("2026-06-30", "counted"))
    refused(do(east, "1h", "today", "Too late"), 422, "outside-cycle")
    done(do(east, "1h", "2026-06-30", "The last day"), state="counted", counted=1)
    done(d.patch(east, {"zone": "America/Los_Angeles"}))        # moved west, it is not over any more
    same((status(east)["today"], status(east)["cycle"]["state"] != "lapsed"), ("2026-06-30", True))


def edge_10():
    """10: an event across the boundary belongs to the day it starts; one of several days to its last; never to both"""
    who = person("mia", zone="Europe/Berlin")
    zone = ";TZID=Europe/Berlin:"
    done(d.post(who + "/calendars", {"category": "study", "for": ["hand"], "file": {"name": "a.ics", "text": ics([
        ("night", "Night shift", zone + "20260630T220000", zone + "20260701T020000"),
        ("meeting", "Conference", zone + "20260629T090000", zone + "20260701T170000")])}}))
    done(do(who, "4h", "2026-06-01", "All of it"))
    done(d.post(who + "/renew", {"yes": True}))
    clock("2026-07-01T16:00:00Z")
    events = {p["title"]: p for p in done(d.get(who + "/inbox"))["proposals"]}
    same({t: (p["date"], p["minutes"]) for t, p in events.items()}, {"Night shift": ("2026-06-30", None), "Conference": ("2026-07-01", None)})
    a = done(d.post(who + "/inbox/%d,%d/confirm" % (events["Night shift"]["id"], events["Conference"]["id"]), {"hours": "3h"}))["entries"]
    same([(e["title"], e["date"], e["state"], e["counted"]) for e in a],
         [("Night shift", "2026-06-30", "late", 0), ("Conference", "2026-07-01", "counted", 3)])
    same((status(who)["counted"], status(who, "?cycle=2025")["counted"]), (3, 4))


def edge_12():
    """12: more than is required counts and is shown; what is missing is nothing"""
    who = person("noa", until="2026-12-31")
    a = do(who, "6h", "2026-06-01", "Much")
    done(a, counted=6, state="counted")
    s = status(who)
    same((s["counted"], s["required"], s["to_go"], s["cycle"]["state"]), (6, 4, 0, "done"))


def edge_18():
    """18: what a calendar says is an upper bound: long days are proposed without their breaks, and told so"""
    who = person("eve", until="2026-12-31")
    zone = ";TZID=Europe/Berlin:"
    calendar(who, "days", [("a", "Long day", zone + "20260622T090000", zone + "20260622T170000"),
                           ("b", "Half a day", zone + "20260623T090000", zone + "20260623T145900"),
                           ("c", "Three days", ";VALUE=DATE:20260624", ";VALUE=DATE:20260627")])
    got = inbox(who)
    same({t: (p["scheduled_minutes"], p["breaks_minutes"], p["minutes"], p["units"]) for t, p in got.items()},
         {"Long day": (480, 60, 420, 7), "Half a day": (359, 0, 359, 5.75), "Three days": (None, 0, None, None)})
    contains(got["Long day"]["why"], "8:00 scheduled less 1:00 for breaks.")
    same(status(who)["pending"], 12.75)
    done(d.post(who + "/inbox/%d/confirm" % got["Long day"]["id"]))
    same(status(who)["counted"], 7)
    a = done(d.post(who + "/inbox/%d/confirm" % got["Half a day"]["id"], {"hours": "3h"}))["entries"][0]
    same((a["minutes"], a["counted"]), (180, 3))
    refused(d.post(who + "/inbox/%d/confirm" % got["Three days"]["id"]), 400, "hours-needed", "--hours HOURS")


def edge_19():
    """19: a figure of credit in a text is quoted and never taken; two that differ are none"""
    who = person("fay", until="2026-12-31")
    done(d.post(who + "/calendars", {"file": {"name": "figures.ics", "text": ics([
        ("a", "Webcast", ":20260622T090000Z", ":20260622T100000Z", "DESCRIPTION:Earns 0.6 CEU for all"),
        ("b", "Webcast for 2 PDUs", ":20260623T090000Z", ":20260623T100000Z"),
        ("c", "Webcast of two", ":20260624T090000Z", ":20260624T100000Z", "DESCRIPTION:1 CPE or 2 CPE"),
        ("d", "Lunch", ":20260625T090000Z", ":20260625T100000Z")])}}))
    got = inbox(who)
    same({t: (p["credit"], p["minutes"], p["units"], p["category"]) for t, p in got.items()},
         {"Webcast": ("0.6 CEU", 60, 1, None), "Webcast for 2 PDUs": ("2 PDUs", 60, 1, None)})
    contains(got["Webcast"]["why"], "0.6 CEU")
    a = done(d.post(who + "/inbox/%d/confirm" % got["Webcast"]["id"], {"category": "study", "for": ["hand"]}))["entries"][0]
    same((a["minutes"], a["units"]), (60, 1))
    same([n for n in a["next"] if "rule" in n], ['ceu calendar rule add title contains "Webcast" --category study --for hand'])


def edge_20():
    """20: the same event by calendar and by hand is shown as recorded and counts once, whichever came first"""
    who = person("gus", until="2026-12-31")
    e = done(do(who, "2h", "2026-06-22", "Guild webinar", "study"))
    calendar(who, "club", [("a", "The Guild: Guild Webinar", ":20260622T170000Z", ":20260622T190000Z"),
                           ("b", "Guild supper", ":20260623T170000Z", ":20260623T190000Z")])
    got = inbox(who)
    same((got["The Guild: Guild Webinar"]["recorded"], got["The Guild: Guild Webinar"]["adds"]), (e["id"], 0))
    same((status(who)["pending"], status(who)["waiting"]), (2, 1))
    calendar(who, "second", [("b", "Supper of the guild", ":20260623T170000Z", ":20260623T190000Z")])
    same((sorted(inbox(who)), inbox(who)["Guild supper"]["twins"]), (["Guild supper", "The Guild: Guild Webinar"], ["second.ics"]))
    done(d.post(who + "/inbox/%d/confirm" % got["Guild supper"]["id"]))
    refused(do(who, "2h", "2026-06-23", "guild SUPPER", "study"), 422, "entry-double", "Entry 2")
    calendar(who, "third", [("x", "Guild supper", ":20260623T170000Z", ":20260623T190000Z")])
    same((sorted(inbox(who)), status(who)["counted"]), (["The Guild: Guild Webinar"], 4))


def edge_22():
    """22: ids that change with every fetch bring nothing back that was confirmed, skipped or dismissed"""
    who = person("hal", until="2026-12-31")

    def feed(suffix, moved=""):
        return [("%d-%s" % (i, suffix), "Course %d%s" % (i, moved if i == 0 else ""), ":202606%02dT090000Z" % (20 + i), ":202606%02dT100000Z" % (20 + i))
                for i in range(4)] + [("f%d-%s" % (i, suffix), "Later %d" % i, ":202609%02dT090000Z" % (i + 1), ":202609%02dT100000Z" % (i + 1))
                                      for i in range(5)]

    calendar(who, "churn", feed("one"))
    got = inbox(who)
    same(sorted(got), ["Course 0", "Course 1", "Course 2", "Course 3"])
    done(d.post(who + "/inbox/%d,%d/confirm" % (got["Course 0"]["id"], got["Course 1"]["id"])))
    done(d.post(who + "/inbox/%d/skip" % got["Course 2"]["id"]))
    for suffix in ("two", "three", "four"):
        done(d.post(who + "/calendars", {"file": {"name": "churn.ics", "text": ics(feed(suffix))}}), unstable=True, proposals=1, planned=5)
        same((sorted(inbox(who)), sorted(inbox(who, "?skipped=1")), inbox(who, "?changed=1")), (["Course 3"], ["Course 2"], {}))
    same(status(who)["counted"], 2)
    contains(done(d.get(who + "/calendars"))["calendars"][0]["notice"], "new ids")
    same([w for e in done(d.get(who + "/entries"))["entries"] for w in e["warnings"]], [])


def edge_21():
    """21: the same course again: nothing in this cycle, all of it in the next"""
    who = person("oda", until="2026-07-10")
    done(do(who, "4h", "2026-06-01", "Drawing"))
    a = done(do(who, "2h", "2026-06-20", "drawing"), state="repeat", counted=0)
    contains(a["warnings"][0]["text"], "Entry 1 is the same course")
    done(d.post(who + "/renew", {"yes": True}))
    clock("2026-07-12T08:00:00Z")
    done(do(who, "2h", "2026-07-11", "Drawing"), state="counted", counted=2)
    done(do(who, "2h", "2026-07-12", "Drawing"), state="repeat", counted=0)
    same([c["counted"] for c in done(d.get(who + "/cycles"))["cycles"]], [4, 2])
    refused(do(who, "1h", "2026-07-12", "DRAWING"), 422, "entry-double", "Entry 4", "--yes")


def edge_28():
    """28: one category for each part; the parts of a day are never more than the day"""
    who = person("pia", until="2026-12-31")
    done(do(who, "6h", "2026-07-02", "Fair: attended", "study"), counted=6)
    done(do(who, "1h", "2026-07-02", "Fair: spoke"), counted=1)
    refused(do(who, "1h", "2026-07-02", "Fair: both", ["work", "study"]), 400, "field-type")
    refused(do(who, "17h15", "2026-07-02", "Fair: the night"), 422, "over-24h", "24h15 in all")
    refused(d.patch(who + "/entries/2", {"hours": "18h15"}), 422, "over-24h")
    same({c["id"]: c["counted"] for c in status(who)["categories"]}, {"work": 1, "study": 6})


def edge_29():
    """29: without a competency it counts nothing; one of an older list stands for what it is mapped to"""
    who = person("quin", until="2026-07-20")
    a = done(do(who, "1h", "2026-07-05", "Unaligned", **{"for": []}), state="needs-info", counted=0)
    same(a["next"][0], "ceu edit 1 --for COMPETENCY")
    done(d.patch(who + "/entries/1", {"for": ["hand"]}), counted=1)
    done(do(who, "4h", "2026-07-06", "Looking", **{"for": ["sight"]}), competencies=["sight"], counted=4)
    done(d.post(who + "/submit"))
    done(d.patch(who, {"program": "six"}))
    done(d.post(who + "/renew"))
    clock("2026-07-22T08:00:00Z")
    done(do(who, "1h", "today", "Seeing", **{"for": ["sight"]}), competencies=["eye"], counted=1)
    refused(do(who, "1h", "today", "Hearing", **{"for": ["ear"]}), 400, "competency-unknown", "eye, hand")
    a = done(d.patch(who + "/entries/2", {"on": "2026-07-21"}), competencies=["sight"], state="counted", counted=4)
    same(a["warnings"], [])
    s = status(who)
    same((s["program"], {c["id"]: c["counted"] for c in s["competencies"]}), ("six", {"eye": 5, "hand": 0}))
    same(status(who, "?cycle=2025")["submitted"], {"on": "2026-07-12", "counted": 5, "supported": 1})


def edge_33():
    """33: what cannot be: no time, more than a day, a category that is not one"""
    who = person("rob", until="2026-12-31")
    for hours in ("0", "-2h", "26h", "0m"):
        refused(do(who, hours, "today", "Odd"), 400, "hours-range")
    refused(do(who, "1h", "today", "Odd", "play"), 400, "category-unknown")
    done(do(who, "24h", "today", "A whole day"), counted=24)
    refused(do(who, "1m", "today", "A minute more"), 422, "over-24h")
    refused(log(d, "1h", "work", "A minute more", "today", ["hand"], "rob@example.org"), 422, "over-24h")


if __name__ == "__main__":
    try:
        main([edge_06, edge_09, edge_10, edge_12, edge_18, edge_19, edge_20, edge_21, edge_22, edge_28, edge_29, edge_33])
    finally:
        shutil.rmtree(folder)
