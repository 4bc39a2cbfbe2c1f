#!/usr/bin/python3
"""What calendars say after events were decided, steps that go together, and series, over the API of a real ceud. TAP."""
import os
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from api import CONFIG, Daemon, add_dana, contains, done, log, main, refused, same          # noqa: E402

ME = "/v1/people/dana@example.org"
d = Daemon(CONFIG + "limits {\n\tbody 8M\n}\n")
add_dana(d)


def ics(events):
    """A calendar of (uid, title, start, end, line..)."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//test//test//EN"]
    for uid, title, start, end, *more in events:
        kind = ";VALUE=DATE:" if len(start) == 8 else ":"
        lines += ["BEGIN:VEVENT", "UID:" + uid, "DTSTAMP:20260101T000000Z", "DTSTART" + kind + start, "DTEND" + kind + end,
                  "SUMMARY:" + title, *more, "END:VEVENT"]
    return "\r\n".join(lines + ["END:VCALENDAR", ""])


def send(file, events, who=ME, **more):
    return done(d.post(who + "/calendars", dict({"file": {"name": file + ".ics", "text": ics(events)}}, **more)))


def lists(query="", who=ME):
    return {p["title"]: p for p in done(d.get(who + "/inbox" + query))["proposals"]}


def entry(n):
    return done(d.get(ME + "/entries/%d" % n)).json


def post(what, proposals, body=None):
    return d.post(ME + "/inbox/%s/%s" % (",".join(str(p["id"]) for p in proposals), what), body)


def soon(what, want, seconds=5):
    until = time.monotonic() + seconds
    while what() != want and time.monotonic() < until:
        time.sleep(0.02)
    same(what(), want)


OLD = [
    ("a", "Talk A", "20260302T160000Z", "20260302T180000Z"), ("b", "Talk B", "20260303T160000Z", "20260303T180000Z"),
    ("c", "Talk C", "20260304T160000Z", "20260304T180000Z"), ("d", "Talk D", "20260305T160000Z", "20260305T180000Z"),
    ("e", "Talk E", "20260306T160000Z", "20260306T180000Z"), ("f", "Talk F", "20260307T160000Z", "20260307T180000Z"),
    ("g", "Talk G", "20260308T160000Z", "20260308T180000Z"), ("h", "Talk H", "20260309T160000Z", "20260309T180000Z"),
]
NEW = [
    ("a", "Talk A moved", "20260303T160000Z", "20260303T190000Z"), ("b", "Talk B", "20260303T170000Z", "20260303T200000Z"),
    ("c", "Talk C", "20260304T160000Z", "20260304T180000Z", "STATUS:CANCELLED"), ("d", "Talk D", "20260305T160000Z", "20260305T180000Z", "LOCATION:Hall 2"),
    ("e", "Talk E at last", "20260306T160000Z", "20260306T180000Z"), ("f", "Talk F", "20260707T160000Z", "20260707T180000Z"),
    ("g", "Talk G", "20260310T150000Z", "20260310T160000Z"), ("h", "Talk H", "20260309T160000Z", "20260309T180000Z", "STATUS:CANCELLED"),
]


def news():
    """A calendar changes nothing that was confirmed: what it says now is shown beside it"""
    send("talks", OLD, name="Talks", category="cxpa", **{"for": ["voice"]})
    got = lists()
    same(len(got), 8)
    done(post("confirm", [got["Talk " + c] for c in "ABCDF"]))
    done(d.patch(ME + "/entries/2", {"hours": "1h", "title": "My own words"}))
    done(post("skip", [got["Talk E"], got["Talk G"]]))
    before = done(d.get(ME + "/status"), counted=9, waiting=1)
    same("ceu inbox list --changed" in before["next"], False)
    send("talks", NEW)
    after = done(d.get(ME + "/status"), counted=9, waiting=0)
    same("ceu inbox list --changed" in after["next"], True)
    same([(e["title"], e["date"], e["minutes"]) for e in (entry(n) for n in range(1, 6))], [
        ("Talk A", "2026-03-02", 120), ("My own words", "2026-03-03", 60), ("Talk C", "2026-03-04", 120), ("Talk D", "2026-03-05", 120),
        ("Talk F", "2026-03-07", 120)])
    changed = lists("?changed=1")
    same(sorted(changed), ["Talk A", "Talk B", "Talk C", "Talk D", "Talk F"])
    a = changed["Talk A"]
    same((a["start"], a["entry"], a["changed"], a["news"]["title"], a["news"]["start"], a["news"]["end"], a["news"]["cancelled"], a["news"]["at"][:10]),
         ("2026-03-02T17:00:00+01:00", 1, True, "Talk A moved", "2026-03-03T17:00:00+01:00", "2026-03-03T20:00:00+01:00", False, "2026-03-12"))
    same(a["news"]["text"], "The calendar now says Tue 3 March 2026, 17:00 to 20:00; it was Mon 2 March 2026, 17:00 to 19:00. "
         "Its title is \"Talk A moved\" now.")
    same(changed["Talk C"]["news"]["text"], "The calendar now says that it is cancelled.")
    same(changed["Talk D"]["news"]["text"], "Its place is \"Hall 2\" now.")
    e = entry(3)
    same([(w["code"], w["text"]) for w in e["warnings"]],
         [("source-changed", "The calendar now says that it is cancelled. The entry stays as it was confirmed.")])
    same(e["next"], ["ceu inbox accept %d" % changed["Talk C"]["id"], "ceu inbox dismiss %d" % changed["Talk C"]["id"]])
    skipped = lists("?skipped=1")
    same({t: (p["state"], p["changed"]) for t, p in skipped.items()},
         {"Talk E": ("skipped", True), "Talk G": ("skipped", True), "Talk H": ("withdrawn", False)})
    same("news" in skipped["Talk E"], False)
    send("talks", NEW)                  # again: the same news
    same(sorted(lists("?changed=1")), sorted(changed))


def accept():
    """Accepting takes over what the calendar changed, and nothing of what she wrote herself; one step of undo"""
    changed = lists("?changed=1")
    a = done(post("accept", [changed["Talk A"], changed["Talk B"], changed["Talk D"]]))
    same([(e["id"], e["title"], e["date"], e["minutes"], e["counted"], e["warnings"]) for e in a["entries"]], [
        (1, "Talk A moved", "2026-03-03", 180, 3, []), (2, "My own words", "2026-03-03", 60, 1, []), (4, "Talk D", "2026-03-05", 120, 2, [])])
    done(d.get(ME + "/status"), counted=10)
    same(sorted(lists("?changed=1")), ["Talk C", "Talk F"])
    refused(post("accept", [changed["Talk A"]]), 422, "no-news", "ceu inbox list --changed")
    done(d.post(ME + "/undo"))
    done(d.get(ME + "/status"), counted=9)
    same(sorted(lists("?changed=1")), ["Talk A", "Talk B", "Talk C", "Talk D", "Talk F"])
    same((entry(1)["title"], entry(1)["minutes"]), ("Talk A", 120))
    done(d.post(ME + "/redo"))
    done(d.get(ME + "/status"), counted=10)
    same(sorted(lists("?changed=1")), ["Talk C", "Talk F"])
    send("talks", [NEW[0][:3] + ("20260303T180000Z",)] + NEW[1:])           # and changed once more
    p = lists("?changed=1")["Talk A moved"]
    same(p["news"]["text"], "The calendar now says Tue 3 March 2026, 17:00 to 19:00; it was Tue 3 March 2026, 17:00 to 20:00.")
    same(done(post("accept", [p]))["entries"][0]["minutes"], 120)


def cancelled():
    """Accepting that it is cancelled removes the entry, with the reason; a date outside of the cycle is refused"""
    changed = lists("?changed=1")
    refused(post("accept", [changed["Talk C"], changed["Talk F"]]), 422, "outside-cycle", "cycle")
    same(entry(3)["state"], "counted")
    a = done(post("accept", [changed["Talk C"]]))["entries"][0]
    same((a["state"], a["reason"]), ("void", "cancelled in Talks"))
    done(d.post(ME + "/undo"))
    same(entry(3)["state"], "counted")
    done(d.delete(ME + "/entries/3"))
    refused(post("accept", [changed["Talk C"]]), 422, "entry-void", "ceu inbox dismiss %d" % changed["Talk C"]["id"])
    done(post("dismiss", [changed["Talk C"]]))
    refused(post("accept", [changed["Talk C"]], {"colour": 1}), 400, "field-unknown")
    refused(d.post(ME + "/inbox/999/accept"), 404, "no-proposal")
    refused(d.post(ME + "/inbox/x/accept"), 400, "number-invalid")


def dismiss():
    """Dismissing puts the news away until the calendar says something else; of a skipped event the mark"""
    f, e = lists("?changed=1")["Talk F"], lists("?skipped=1")["Talk E"]
    a = done(post("dismiss", [f, e]))
    same([(p["title"], p["changed"], "news" in p) for p in a["proposals"]], [("Talk F", False, False), ("Talk E", False, False)])
    same((lists("?changed=1"), lists("?skipped=1")["Talk E"]["changed"]), ({}, False))
    same((entry(5)["warnings"], entry(5)["next"]), ([], []))
    refused(post("dismiss", [f]), 422, "no-news", "ceu inbox list --changed")
    refused(post("dismiss", [e]), 422, "no-news")
    done(d.post(ME + "/undo"))
    same((sorted(lists("?changed=1")), lists("?skipped=1")["Talk E"]["changed"]), (["Talk F"], True))
    done(d.post(ME + "/redo"))
    send("talks", NEW)
    same(sorted(lists("?changed=1")), ["Talk A moved"])         # f and e said so before
    done(post("dismiss", [lists("?changed=1")["Talk A moved"]]))
    refused(d.get(ME + "/inbox?changed=1&skipped=1"), 400, "query-double", "--changed")
    refused(d.get(ME + "/inbox?changed=yes"), 400, "flag-invalid", "1 or 0")
    same([w for e in done(d.get(ME + "/entries"))["entries"] for w in e["warnings"] if w["code"] == "source-changed"], [])


def joined_steps():
    """Decisions of one walk through the inbox are one step of undo"""
    send("walk", [("s%d" % i, "Session %d" % i, "2026020%dT160000Z" % i, "2026020%dT170000Z" % i) for i in range(1, 7)], name="Walk",
         category="conference", **{"for": ["design"]})
    got = lists()
    counted = done(d.get(ME + "/status"))["counted"]
    step = done(post("confirm", [got["Session 1"]]))["step"]
    same(done(post("skip", [got["Session 2"]], {"step": step}))["step"], step)
    same(done(post("confirm", [got["Session 3"]], {"step": step, "hours": "30m", "provider": "The guild"}))["entries"][0]["provider"], "The guild")
    done(d.get(ME + "/status"), counted=counted + 1.5)
    done(d.post(ME + "/undo"))
    done(d.get(ME + "/status"), counted=counted)
    same([t for t in got if t in lists()], list(got))
    done(d.post(ME + "/redo"))
    done(d.get(ME + "/status"), counted=counted + 1.5)
    refused(post("confirm", [got["Session 4"]], {"step": step}), 422, "step-over", "without a step")
    step = done(post("skip", [got["Session 4"]]))["step"]
    done(log(d, "1h", "cxpa", "Something else", "2026-02-20"))
    refused(post("skip", [got["Session 5"]], {"step": step}), 422, "step-over")
    refused(post("skip", [got["Session 5"]], {"step": "x"}), 400, "field-type")
    refused(post("skip", [got["Session 5"]], {"step": 10 ** 9}), 422, "step-over")
    same("Session 5" in lists(), True)
    step = done(post("confirm", [got["Session 5"]]))["step"]
    done(d.post("/v1/admin/clock", {"to": "2026-03-12T11:00:00Z"}))
    refused(post("confirm", [got["Session 6"]], {"step": step}), 422, "step-over")


def weekly(n, more=()):
    return [("weekly@x", "Weekly call", "20260105T090000Z", "20260105T100000Z", "RRULE:FREQ=WEEKLY;COUNT=%d" % n), *more]


def never_again():
    """Never for this series: a rule keeps its later dates away; one step of undo"""
    send("series", weekly(20), name="Series", category="training", **{"for": ["voice"]})
    calls = [p for p in done(d.get(ME + "/inbox"))["proposals"] if p["title"] == "Weekly call"]
    same((len(calls), {p["series"] for p in calls}), (10, {"weekly@x"}))
    a = done(post("skip", [calls[3]], {"series": True}))
    same((len(a["proposals"]), {p["state"] for p in a["proposals"]}, a["rule"]), (20, {"skipped"}, 1))
    r = done(d.get(ME + "/calendar-rules"))["rules"]
    same([(x["id"], x["field"], x["test"], x["value"], x["verdict"]) for x in r], [(1, "series", "is", "weekly@x", "ignore")])
    send("series", weekly(24, [("other@x", "Other call", "20260302T090000Z", "20260302T100000Z")]))
    same(sorted(t for t in lists() if "call" in t), ["Other call"])
    refused(post("restore", [calls[0]]), 422, "rule-ignores", "Your rule 1", "ceu calendar rule remove 1")
    done(d.delete(ME + "/calendar-rules/1"))
    done(post("restore", [calls[0]]))
    same("Weekly call" in lists(), True)
    a = done(post("skip", [lists()["Other call"]], {"series": True}))
    same(("rule" in a.json, len(a["proposals"])), (False, 1))
    for _ in range(3):
        done(d.post(ME + "/undo"))
    same(done(d.get(ME + "/calendar-rules"))["rules"][0]["id"], 1)
    done(d.post(ME + "/undo"))
    same(done(d.get(ME + "/calendar-rules"))["rules"], [])
    soon(lambda: len([p for p in done(d.get(ME + "/inbox"))["proposals"] if p["title"] == "Weekly call"]), 10)


def whole_series():
    """What all dates of a series add together; numbers follow the days; a rule made on the way is of the same step of undo"""
    dates = [("round%d" % day, "Listening round %d" % day, "202602%02dT090000Z" % day, "202602%02dT100000Z" % day) for day in (26, 19, 12, 5)]
    single = send("late first", dates, category="college", **{"for": ["voice"]})
    same(single["proposals"], 4)
    got = [p for p in lists().values() if p["title"].startswith("Listening")]
    same([p["date"] for p in sorted(got, key=lambda p: p["id"])], ["2026-02-05", "2026-02-12", "2026-02-19", "2026-02-26"])
    same(["series_adds" in p for p in got], [False] * 4)
    send("one course", [("w", "Round table", "20260105T090000Z", "20260105T103000Z", "RRULE:FREQ=WEEKLY;COUNT=3")],
         category="conference", **{"for": ["voice"]})
    rounds = [p for p in done(d.get(ME + "/inbox"))["proposals"] if p["title"] == "Round table"]
    same([(p["adds"], p["series_adds"], p["series"]) for p in rounds], [(1.5, 1.5, "w")] * 3)   # the same course counts once
    counted = done(d.get(ME + "/status"))["counted"]
    step = done(post("confirm", rounds[:1]))["step"]
    rule = {"field": "series", "test": "is", "value": "w", "category": "cxpa"}
    done(d.post(ME + "/calendar-rules", dict(rule, step=step)))
    refused(d.post(ME + "/calendar-rules", dict(rule, value="v", step=step - 1)), 422, "step-over", "without a step")
    same(done(d.get(ME + "/status"))["counted"], counted + 1.5)
    done(d.post(ME + "/undo", {}))
    same(done(d.get(ME + "/calendar-rules"))["rules"], [])
    same((done(d.get(ME + "/status"))["counted"], len([p for p in done(d.get(ME + "/inbox"))["proposals"] if p["title"] == "Round table"])),
         (counted, 3))


def many():
    """Five hundred proposals are listed, and each is confirmed, in a moment"""
    who = "/v1/people/kim@example.org"
    done(d.post("/v1/people", {"email": "kim@example.org", "until": "2026-06-30"}))
    for i in range(30):
        done(log(d, "1h", "training", "By hand %d" % i, "2025-%02d-%02d" % (i % 12 + 1, i % 28 + 1), person="kim@example.org"))
    events = [("m%d" % i, "Course %d of %d" % (i, i % 7), "2025%02d%02dT%02d0000Z" % (i % 12 + 1, i % 28 + 1, i % 12 + 6),
               "2025%02d%02dT%02d3000Z" % (i % 12 + 1, i % 28 + 1, i % 12 + 6), "DESCRIPTION:" + "words " * 100) for i in range(500)]
    send("many", events, who, name="Many", category="training", **{"for": ["voice"]})
    took = []
    for _ in range(5):
        start = time.monotonic()
        got = done(d.get(who + "/inbox?limit=500"))["proposals"]
        took.append(time.monotonic() - start)
    same(len(got), 500)
    same([p["start"] for p in got], sorted(p["start"] for p in got))
    decide = []
    for p in got[:40]:
        start = time.monotonic()
        done(d.post(who + "/inbox/%d/confirm" % p["id"], {"yes": True}))
        decide.append(time.monotonic() - start)
    start = time.monotonic()
    done(d.post(who + "/inbox/%s/confirm" % ",".join(str(p["id"]) for p in got[40:140]), {"yes": True}))
    hundred = time.monotonic() - start
    start = time.monotonic()
    done(d.get(who + "/status"), waiting=360)
    status = time.monotonic() - start
    print("# 500 listed in %.1f ms, one confirmed in %.1f ms (median), a hundred in %.0f ms, status in %.1f ms" %
          (1000 * min(took), 1000 * sorted(decide)[20], 1000 * hundred, 1000 * status))
    print("# longest turn %d ms" % done(d.get("/v1/admin/status"))["loop"]["longest_turn_ms"])


if __name__ == "__main__":
    main([news, accept, cancelled, dismiss, joined_steps, never_again, whole_series, many])
