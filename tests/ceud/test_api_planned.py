#!/usr/bin/python3
"""Planned entries, tags, kinds of earning, events at the same time, over the API of a real ceud. TAP.
Numbers in names are those of the edge cases in the design's list."""
import os
import shutil
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from api import CONFIG, Daemon, add_dana, contains, done, log, main, refused, same          # noqa: E402

ME = "/v1/people/dana@example.org"
PROGRAM = """program crafts {
	name "Crafts"
	title "Crafts"
	issuer "The guild"
	unit point {
		minutes 60
		step 0.5
	}
	cycle 24 months
	tag live "Live" {
		sort delivery
	}
	tag recorded "Recorded" {
		sort delivery
		only course
	}
	tag ethics "Ethics" {
		only course talk
	}
	category course "Courses" {
		tag live
	}
	category talk "Talks"
	category paper "Papers"
	competency hand "Hands"
	competency eye "Eyes"
	map sight eye
	require 10 total
	require 2 tag ethics
	limit 4 tag recorded
	once event
	earn speaking 2 per hour
	earn article 3 per item
	earn class 5 per semester-credit
}
"""
folder = tempfile.mkdtemp(prefix="ceud-test-programs-")
for name, more in (("crafts", ""), ("proofs", "\tneeds evidence\n")):
    with open(os.path.join(folder, name + ".rules"), "w") as out:
        out.write(PROGRAM.replace("crafts", name).replace("\tonce event\n", "\tonce event\n" + more))
d = Daemon(CONFIG + "programs %s\n" % folder)
add_dana(d)
for name, program in (("cai", "crafts"), ("dee", "proofs")):
    done(d.post("/v1/people", {"email": name + "@example.org", "program": program, "until": "2026-06-30"}))


def status(who=ME):
    return done(d.get(who + "/status"))


def codes(entry):
    return [w["code"] for w in entry["warnings"]]


def plan(hours, category, title, on, **more):
    return d.post(ME + "/plan/add", dict({"hours": hours, "category": category, "title": title, "on": on, "for": ["voice"]}, **more))


# ---- planned entries

def planned_27():
    """27: what is ahead is planned: by log, by plan add; it counts in nothing but the chance"""
    before = status()
    a = done(plan("3h", "conference", "Spring meeting", "20 apr"), id=1, state="planned", units=3, counted=0, date="2026-04-20")
    same((codes(a), a["next"]), (["planned"], ["ceu undo"]))
    contains(a["warnings"][0]["text"], "Mon 20 April 2026", "once you say that you did it")
    b = done(log(d, "2h", "cxpa", "Talk to come", "2026-04-21"), id=2, state="planned")
    same(codes(b), ["planned"])
    s = status()
    same((s["counted"], s["logged"], s["to_go"], s["pending"]), (0, 0, 20, 0))
    same(s["chance"] >= before["chance"], True)
    same(s["planned"], [{"id": 1, "title": "Spring meeting", "date": "2026-04-20", "units": 3, "due": False},
                        {"id": 2, "title": "Talk to come", "date": "2026-04-21", "units": 2, "due": False}])
    changes = done(d.get(ME + "/history?limit=2"))["changes"]
    same([c["text"] for c in changes], ["log 2", "plan 1"])


def plan_refused():
    """What cannot be planned, and why"""
    refused(plan("1h", "cxpa", "T", "today"), 422, "plan-past", "Thu 12 March 2026 is not ahead", "ceu log")
    refused(plan("1h", "cxpa", "T", "2026-03-01"), 422, "plan-past")
    refused(plan("1h", "cxpa", "T", "2026-07-01"), 422, "outside-cycle", "ends on 30 June 2026")
    refused(d.post(ME + "/plan/add", {"hours": "1h", "category": "cxpa", "title": "T"}), 400, "on-needed", "--on DATE")
    refused(plan("1h", "nonsense", "T", "2026-05-01"), 400, "category-unknown")
    refused(plan("30h", "cxpa", "T", "2026-05-01"), 400, "hours-range")
    refused(plan("1h", "cxpa", "", "2026-05-01"), 400, "title-empty")
    refused(plan("1h", "cxpa", "Talk to come", "2026-04-21"), 422, "entry-double", "Entry 2", "--yes")
    refused(plan("1h", "cxpa", "T", "03/04/2026"), 400, "date-ambiguous")
    refused(d.post(ME + "/plan/add", {"hours": "1h", "nonsense": 1}), 400, "field-unknown")
    for n, what in (("x", "field-type"), (["a"], "field-type"), ([], "field-type"), (None, "field-type"), ([1.5], "number-invalid"),
                    ([0], "number-invalid"), ([-1], "number-invalid"), (list(range(1, 102)), "too-many"), (7, "field-type")):
        for verb, name in (("done", "ids"), ("drop", "ids"), ("keep", "proposals")):
            refused(d.post(ME + "/plan/" + verb, {name: n}), 400, what)
    for verb in ("done", "drop"):
        refused(d.post(ME + "/plan/" + verb, {"ids": [99]}), 404, "no-entry")
        refused(d.post(ME + "/plan/" + verb, {"ids": [1], "x": 1}), 400, "field-unknown")
    refused(d.post(ME + "/plan/keep", {"proposals": [99]}), 404, "no-proposal")
    same([p["id"] for p in status()["planned"]], [1, 2])


def length_33():
    """33: a planned entry counts toward its day's 24 hours"""
    done(plan("20h", "cxpa", "Marathon", "2026-05-05"), id=3)
    refused(plan("4h15", "college", "Evening", "2026-05-05"), 422, "over-24h", "Tue 5 May 2026 would have 24h15 in all")
    refused(log(d, "5h", "college", "Evening", "2026-05-05"), 422, "over-24h")
    done(d.post(ME + "/plan/drop", {"ids": [3]}))
    done(plan("4h15", "college", "Evening", "2026-05-05"), id=4)
    refused(d.post(ME + "/plan/drop", {"ids": [3]}), 422, "not-planned", "was removed")
    refused(d.post(ME + "/plan/drop", {"ids": [4, 3]}), 422, "not-planned")
    same([p["id"] for p in status()["planned"]], [1, 2, 4])           # all or nothing
    changes = done(d.post(ME + "/undo"))["changes"]
    same([c["text"] for c in changes], ["undo: plan 4"])
    same([c["text"] for c in done(d.post(ME + "/undo"))["changes"]], ["undo: plan drop 3"])
    same([c["text"] for c in done(d.post(ME + "/redo"))["changes"]], ["redo: plan drop 3"])


def not_over():
    """Done only when its day has come; a date in the past confirms nothing"""
    refused(d.post(ME + "/plan/done", {"ids": [1]}), 422, "plan-not-over", "Mon 20 April 2026", "ceu edit 1 --on DATE")
    a = done(d.patch(ME + "/entries/2", {"on": "2026-03-10"}), state="planned", counted=0, date="2026-03-10")
    same((codes(a), a["next"][0]), (["planned-due"], "ceu plan done 2"))
    s = status()
    same([(p["id"], p["due"]) for p in s["planned"]], [(2, True), (1, False)])
    same(s["next"][0], "ceu plan done 2")
    a = done(d.post(ME + "/plan/done", {"ids": [2]}))
    same([(e["id"], e["state"], e["counted"]) for e in a["entries"]], [(2, "counted", 2)])
    refused(d.post(ME + "/plan/done", {"ids": [2]}), 422, "not-planned", "is not planned", "ceu show 2")
    refused(d.post(ME + "/plan/drop", {"ids": [2]}), 422, "not-planned")
    same(done(d.get(ME + "/history?limit=1"))["changes"][0]["text"], "plan done 2: confirmed")
    done(d.post(ME + "/undo"))
    done(d.get(ME + "/entries/2"), state="planned")
    done(d.post(ME + "/redo"))
    done(d.get(ME + "/entries/2"), state="counted")
    # logged for today or before it is never planned; moved into the future it is
    done(log(d, "1h", "cxpa", "Of today", "today"), id=5, state="counted")
    done(d.patch(ME + "/entries/5", {"on": "2026-03-20"}), state="planned")
    a = done(d.patch(ME + "/entries/5", {"on": "2026-03-12"}), state="planned")
    same(a["next"][0], "ceu plan done 5")
    same([(p["id"], p["due"]) for p in status()["planned"]][0], (5, False))         # its day is not over yet
    done(d.post(ME + "/plan/done", {"ids": [5], "hours": "1h30"}))
    done(d.get(ME + "/entries/5"), minutes=90, counted=1.5)


def its_day_comes():
    """When its day comes it goes on waiting for a word, through a restart"""
    done(d.post("/v1/admin/clock", {"to": "2026-04-20T08:00:00Z"}))
    same([(p["id"], p["due"]) for p in status()["planned"]], [(1, False)])
    done(d.post("/v1/admin/clock", {"to": "2026-04-22T08:00:00Z"}))
    same(d.stop(), 0)
    d.start()
    s = status()
    same(([(p["id"], p["due"]) for p in s["planned"]], s["counted"], s["next"][0]), ([(1, True)], 3.5, "ceu plan done 1"))
    why = done(d.get(ME + "/why?entry=1"))["entries"][0]
    same((why["state"], why["counted"]), ("planned", 0))
    contains(why["remedy"], "ceu plan done 1")
    done(d.post(ME + "/plan/done", {"ids": [1], "hours": "2h"}))
    same((status()["counted"], status()["planned"]), (5.5, []))
    refused(d.post(ME + "/plan/done", {"ids": [1], "hours": "25h"}), 422, "not-planned")


# ---- tags, kinds, evidence

CAI, DEE = "/v1/people/cai@example.org", "/v1/people/dee@example.org"


def craft(**body):
    return d.post(CAI + "/entries", dict({"hours": "1h", "category": "course", "title": "Work", "for": ["hand"], "yes": True}, **body))


def tags():
    """Tags: an entry's own, its category's, one of a sort, only where they may be"""
    a = done(craft(tags=["rec", "ethics"]), id=1, tags=["recorded", "ethics"], counted=1)
    done(craft(tags=[]), id=2, tags=[])
    refused(craft(tags=["live", "recorded"]), 400, "tag-double", "either live or recorded")
    refused(craft(tags=["recorded"], category="talk"), 400, "tag-category", "What is talk cannot have the tag recorded", "course")
    refused(craft(tags=["nonsense"]), 400, "tag-unknown", "live, recorded, ethics")
    refused(d.get(CAI + "/plan/try?hours=1&category=course&tags=live,recorded"), 400, "tag-double", "either live or recorded")
    refused(d.get(CAI + "/plan/try?hours=1&category=talk&tags=recorded"), 400, "tag-category", "What is talk cannot have the tag recorded")
    done(d.get(CAI + "/plan/try?hours=1&category=course&tags=rec,ethics,rec"), adds=1)
    refused(craft(tags="live"), 400, "field-type", "a list of tags")
    refused(craft(tags=[1]), 400, "field-type")
    refused(d.patch(CAI + "/entries/1", {"category": "talk"}), 400, "tag-category", "recorded")
    done(d.patch(CAI + "/entries/1", {"category": "talk", "tags": ["ethics"]}), category="talk", tags=["ethics"])
    contains(done(d.get(CAI + "/history?limit=1"))["changes"][0]["text"], "tags recorded,ethics to ethics")
    refused(log(d, "1h", "cxpa", "No tags here", "today", tags=["live"]), 400, "tag-unknown", "none in this program")


def earning():
    """Kinds of earning: per hour, per item, per semester credit"""
    done(craft(earn="speaking", hours="1h30"), earn="speaking", count=None, units=3)
    done(craft(earn="art", count=2), earn="article", count=2, units=6, minutes=60)
    done(craft(earn="class", count=1.5), earn="class", count=1.5, units=7.5)
    refused(craft(earn="article"), 400, "count-needed", "number of items", "--earn article=NUMBER")
    refused(craft(earn="class"), 400, "count-needed", "semester credits")
    refused(craft(earn="speaking", count=2), 400, "count-unneeded", "by its hours")
    refused(craft(count=2), 400, "count-unneeded", "--earn KIND=NUMBER")
    refused(craft(earn="nonsense"), 400, "earn-unknown", "speaking, article, class")
    for count in (0, -1, 1.234, 10001, 1e30):
        refused(craft(earn="article", count=count), 400, "count-invalid")
    refused(craft(earn="article", count="2"), 400, "field-type", "a number")
    n = done(d.get(CAI + "/entries"))["entries"][-1]["id"]
    done(d.patch(CAI + "/entries/%d" % n, {"count": 2}), earn="class", count=2, units=10)
    done(d.patch(CAI + "/entries/%d" % n, {"earn": ""}), earn=None, count=None, units=1)
    refused(d.patch(CAI + "/entries/%d" % n, {"count": 2}), 400, "count-unneeded")
    done(d.post(CAI + "/undo"))
    done(d.get(CAI + "/entries/%d" % n), earn="class", count=2, units=10)


def no_evidence_30():
    """30: an entry without evidence counts and is told, or counts nothing where the program wants it"""
    have_none = [e["id"] for e in done(d.get(CAI + "/entries?no_evidence=1"))["entries"]]
    same((have_none, sorted(status(CAI)["without_evidence"])), ([1, 2, 3, 4, 5], [1, 2, 3, 4, 5]))
    same([e["evidence"] for e in done(d.get(CAI + "/why"))["entries"]], [0] * 5)
    a = done(log(d, "1h", "talk", "Unproven", "today", ["hand"], "dee@example.org"), state="needs-info", counted=0)
    same((codes(a), a["next"][0]), (["needs-evidence"], "ceu attach 1 FILE"))
    same(status(DEE)["next"][0], "ceu attach 1 FILE")
    contains(done(d.get(DEE + "/why"))["entries"][0]["remedy"], "ceu attach 1 FILE")
    proof = d.call("POST", DEE + "/files?name=proof.txt", b"Dee was there.\n", Content_Type="application/octet-stream")
    file = {"name": "proof.txt", "sha256": done(proof)["sha256"]}
    a = done(d.post(DEE + "/entries/1/evidence", {"files": [file]}), state="counted", counted=1)
    same(a["evidence"], [dict(file, bytes=15)])
    s = status(DEE)
    same((s["without_evidence"], s["counted"]), ([], 1))
    same(done(d.get(DEE + "/entries?no_evidence=1"))["entries"], [])
    a = done(log(d, "1h", "talk", "With its proof", "today", ["eye"], "dee@example.org", evidence=[dict(file, name="a.txt")]),
             state="counted", counted=1)
    same(a["evidence"], [{"name": "a.txt", "sha256": file["sha256"], "bytes": 15}])
    same([e["evidence"] for e in done(d.get(DEE + "/why"))["entries"]], [1, 1])
    refused(log(d, "1h", "talk", "Unsent", "today", ["eye"], "dee@example.org", evidence=[{"name": "a.txt", "sha256": "0" * 64}]),
            404, "no-file")
    same(len(done(d.get(DEE + "/entries"))["entries"]), 2)
    done(d.post(DEE + "/undo"))             # the entry with its file: one step
    same([(e["id"], len(e["evidence"])) for e in done(d.get(DEE + "/entries"))["entries"]], [(1, 1)])
    done(d.post(DEE + "/undo"))
    done(d.get(DEE + "/entries/1"), state="needs-info", evidence=[])


# ---- events of calendars

def ics(events):
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//test//test//EN"]
    for uid, title, start, end, *more in events:
        lines += ["BEGIN:VEVENT", "UID:" + uid, "DTSTAMP:20260101T000000Z", "DTSTART:" + start, "DTEND:" + end, "SUMMARY:" + title,
                  *more, "END:VEVENT"]
    return "\r\n".join(lines + ["END:VCALENDAR", ""])


def subscribe(name, events, who=ME, category="college"):
    return done(d.post(who + "/calendars", {"file": {"name": name + ".ics", "text": ics(events)}, "name": name, "category": category,
                                            "for": ["hand" if who == CAI else "voice"]}))


def inbox(who=ME):
    return {p["title"]: p for p in done(d.get(who + "/inbox"))["proposals"]}


def conflict_15():
    """15: two events in the same hour: flagged while they wait, a warning when the second is confirmed"""
    subscribe("One", [("a1", "First", "20260420T090000Z", "20260420T110000Z"), ("a2", "Second", "20260420T100000Z", "20260420T120000Z"),
                      ("a3", "Third", "20260420T120000Z", "20260420T130000Z"), ("a4", "Ahead", "20260601T090000Z", "20260601T100000Z"),
                      ("a5", "Holiday", "20260420", "20260421", "X-A:1")])
    waiting = inbox()
    same({t: p["flags"] for t, p in waiting.items() if t != "Holiday"}, {"First": ["conflict"], "Second": ["conflict"], "Third": []})
    a = done(d.post(ME + "/inbox/%d/confirm" % waiting["First"]["id"]))["entries"][0]
    same((codes(a), a["counted"]), ([], 2))
    same(inbox()["Second"]["flags"], ["conflict"])
    b = done(d.post(ME + "/inbox/%d/confirm" % waiting["Second"]["id"], {"hours": "1h"}))["entries"][0]
    same((codes(b), b["counted"]), (["conflict"], 1))
    contains(b["warnings"][0]["text"], "at the same time as entry %d (First)" % a["id"], "shorten one of them")
    done(d.post(ME + "/undo"))
    done(d.delete(ME + "/entries/%d" % a["id"]))
    same(inbox()["Second"]["flags"], [])                # what was removed took no time
    both = done(d.post(ME + "/inbox/%d,%d/confirm" % (waiting["Second"]["id"], waiting["Third"]["id"])))["entries"]
    same([codes(e) for e in both], [[], []])
    for _ in range(3):
        done(d.post(ME + "/undo"))
    same(sorted(inbox()), ["First", "Holiday", "Second", "Third"])


def ahead(title):
    """The number of an event that is not over: confirming it is refused, and the others lack a category."""
    for n in range(1, 40):
        a = d.post(ME + "/inbox/%d/confirm" % n, {"category": "nonsense"})
        if a.json.get("code") == "event-not-over" and "(%s)" % title in a["detail"]:
            return n
    raise AssertionError("no event %s" % title)


def keep_events():
    """Keeping an event ahead: it leaves the inbox as a planned entry; dropped, it waits again"""
    event, first = ahead("Ahead"), inbox()["First"]["id"]
    refused(d.post(ME + "/plan/keep", {"proposals": [event, 99]}), 404, "no-proposal")
    a = done(d.post(ME + "/plan/keep", {"proposals": [event]}))["entries"]
    same([(e["title"], e["date"], e["state"], e["category"], e["competencies"], e["source"]["kind"]) for e in a],
         [("Ahead", "2026-06-01", "planned", "college", ["voice"], "calendar")])
    n = a[0]["id"]
    refused(d.post(ME + "/plan/keep", {"proposals": [event]}), 422, "proposal-decided", "entry %d" % n)
    refused(d.post(ME + "/plan/done", {"ids": [n]}), 422, "plan-not-over")
    same([p["id"] for p in status()["planned"]], [n])
    a = done(d.post(ME + "/plan/drop", {"ids": [n]}))["entries"]
    same([(e["id"], e["state"]) for e in a], [(n, "void")])
    same(status()["planned"], [])
    again = done(d.post(ME + "/plan/keep", {"proposals": [event]}))["entries"][0]["id"]
    for _ in range(3):
        done(d.post(ME + "/undo"))
    same((status()["planned"], ahead("Ahead")), ([], event))
    for _ in range(3):
        done(d.post(ME + "/redo"))
    same([p["id"] for p in status()["planned"]], [again])
    refused(d.post(ME + "/redo"), 422, "nothing-to-redo")
    # one that waits already can be kept too, and is due at once
    a = done(d.post(ME + "/plan/keep", {"proposals": [first]}))["entries"][0]
    same((a["state"], a["next"][0]), ("planned", "ceu plan done %d" % a["id"]))
    done(d.post(ME + "/plan/drop", {"ids": [a["id"]]}))
    same("First" in inbox(), True)


def kept_and_removed():
    """A kept event whose calendar is removed does not come back when it is dropped"""
    calendar = subscribe("Two", [("b1", "Soon", "20260602T090000Z", "20260602T100000Z"),
                                 ("b2", "Long day", "20260603T000000Z", "20260605T000000Z")])
    same(calendar["planned"], 2)
    soon, day = ahead("Soon"), ahead("Long day")
    refused(d.post(ME + "/plan/keep", {"proposals": [soon, day]}), 400, "hours-needed", "ceu plan add HOURS CATEGORY TITLE")
    done(d.post(ME + "/plan/keep", {"proposals": [day], "hours": "4h", "category": "cxpa"}))
    done(d.post(ME + "/undo"))
    n = done(d.post(ME + "/plan/keep", {"proposals": [soon]}))["entries"][0]["id"]
    done(d.delete(ME + "/calendars/%d" % calendar["id"]))
    done(d.post(ME + "/plan/drop", {"ids": [n]}))
    refused(d.post(ME + "/plan/keep", {"proposals": [soon]}), 422, "proposal-decided", "withdrawn")
    for _ in range(3):
        done(d.post(ME + "/undo"))
    same([p["title"] for p in status()["planned"]], ["Ahead"])
    same(ahead("Soon"), soon)


def once_event_20():
    """20: the same event from two calendars is one proposal, whatever each calls it, and counts once; each of a series for itself"""
    twice = [("same-uid", "Guild evening", "20260415T170000Z", "20260415T190000Z")]
    series = [("weekly", "Drawing", "20260401T170000Z", "20260401T180000Z", "RRULE:FREQ=WEEKLY;COUNT=2")]
    subscribe("North", twice + series, CAI, "talk")
    subscribe("South", [twice[0][:1] + ("Evening of the guild",) + twice[0][2:]], CAI, "paper")
    waiting = done(d.get(CAI + "/inbox"))["proposals"]
    same([(p["title"], p["category"], p["twins"], p["flags"]) for p in waiting],
         [("Drawing", "talk", [], []), ("Drawing", "talk", [], []), ("Guild evening", "talk", ["South"], [])])
    before = status(CAI)
    same((before["pending"], before["waiting"]), (4, 3))
    twin = max(p["id"] for p in waiting) + 1
    refused(d.post(CAI + "/inbox/%d/confirm" % twin), 422, "proposal-twin", "from another calendar", "ceu inbox confirm %d" % waiting[2]["id"])
    got = done(d.post(CAI + "/inbox/%s/confirm" % ",".join(str(p["id"]) for p in waiting)))["entries"]
    same([(e["title"], e["state"], e["counted"]) for e in got], [
        ("Drawing", "counted", 1), ("Drawing", "counted", 1), ("Guild evening", "counted", 2)])
    same(status(CAI)["counted"], before["counted"] + 4)
    subscribe("West", [("other-uid", "The Guild: Guild evening", "20260415T171000Z", "20260415T190000Z")], CAI, "paper")
    same(done(d.get(CAI + "/inbox"))["proposals"], [])
    done(d.delete(CAI + "/entries/%d" % got[2]["id"]))
    same(status(CAI)["counted"], before["counted"] + 2)


def repeat_20():
    """20: what is in the cycle already adds nothing, in the inbox too; of a course that waits twice one is pending"""
    before, waiting = status(), inbox()
    subscribe("Three", [("c1", "Guild day", "20260413T090000Z", "20260413T100000Z"), ("c2", "GUILD day", "20260414T090000Z", "20260414T110000Z"),
                        ("c3", "Something else", "20260415T090000Z", "20260415T100000Z")], category="cxpa")
    same(status()["pending"], before["pending"] + 2)
    done(log(d, "1h", "conference", "Guild Day", "2026-04-10"), state="counted", counted=1)
    new = {t: (p["units"], p["adds"], p["flags"]) for t, p in inbox().items() if t not in waiting}
    same(new, {"Guild day": (1, 0, ["repeat"]), "GUILD day": (2, 0, ["repeat"]), "Something else": (1, 1, [])})
    same(status()["pending"], before["pending"] + 1)
    a = done(d.post(ME + "/inbox/%d/confirm" % inbox()["GUILD day"]["id"]))["entries"][0]
    same((a["state"], a["counted"], codes(a)), ("repeat", 0, ["repeat"]))


if __name__ == "__main__":
    try:
        main([planned_27, plan_refused, length_33, not_over, tags, earning, no_evidence_30, its_day_comes, conflict_15,
              keep_events, kept_and_removed, once_event_20, repeat_20])
    finally:
        shutil.rmtree(folder)
