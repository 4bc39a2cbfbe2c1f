#!/usr/bin/python3
"""Submitting, renewing, reinstating, and a past day's verdict, over the API of a real ceud. TAP.
Numbers in names are those of the edge cases in the design's list."""
import os
import shutil
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from api import CONFIG, IS_ROOT, Daemon, contains, done, log, main, refused, same          # noqa: E402

PROGRAM = """program NAME {
	name "Guild"
	title "Member of the guild"
	issuer "The guild"
	unit point {
		minutes 60
		step 0.25
	}
	cycle MONTHS months {
WORDS	}
	category work "Work"
	category study "Study"
	competency hand "Hands"
	require 4 total
	limit 3 category study
	CARRY
}
"""


def program(name, words="", months=24, carry="carry none"):
    return PROGRAM.replace("NAME", name).replace("MONTHS", str(months)).replace("CARRY", carry) \
        .replace("WORDS", "".join("\t\t%s\n" % w for w in words.split("; ") if w))


folder = tempfile.mkdtemp(prefix="ceud-test-programs-")
for name, text in (("plain", program("plain")), ("early", program("early", "early next")),
                   ("grace", program("grace", "grace 30 days earning")), ("later", program("later", "grace 30 days")),
                   ("window", program("window").replace("category work", "window 90 days\n\tcategory work", 1)),
                   ("carry", program("carry", carry="carry 3 last 12 months into work")),
                   ("three", program("three", months=36)),
                   ("young", program("young", carry="carry none\n\tprorate 1 per 6 months"))):
    with open(os.path.join(folder, name + ".rules"), "w") as out:
        out.write(text)
d = Daemon(CONFIG + "programs %s\n" % folder)
DANA, BOSS = 61001, 61004


def person(name, program="plain", until="2026-06-30", **more):
    done(d.post("/v1/people", dict({"email": name + "@example.org", "program": program, "until": until}, **more)))
    return "/v1/people/%s@example.org" % name


def do(who, hours, on, category="work", title=None, **more):
    title = title or "%s on %s" % (category, on)
    return d.post(who + "/entries", dict({"hours": hours, "category": category, "title": title, "on": on, "for": ["hand"]}, **more))


def finish(who, on="2026-01-10"):
    """Meet every rule: 4 units."""
    done(do(who, "4h", on, title="All of it"), counted=4)


def banded(s):
    """A status whose state is that of its chance."""
    state, chance = s["cycle"]["state"], s["chance"]
    if chance is None or state in ("done", "lapsed"):
        is_so = {"submitted": None, "done": 1, "lapsed": 0}[state] == chance
    else:
        is_so = state == ("on-track" if chance >= 0.75 else "at-risk" if chance >= 0.25 else "off-track")
    if not is_so:
        raise AssertionError("%s with a chance of %r" % (state, chance))
    return s


def status(who, query=""):
    return banded(done(d.get(who + "/status" + query)))


def is_open(state):
    return state in ("on-track", "at-risk", "off-track")


def codes(a):
    return [w["code"] for w in a["warnings"]]


def cycles(who):
    return [(c["start"], c["end"], "open" if is_open(c["state"]) else c["state"], c["counted"], c["submitted"], c["closed"]) for c in done(d.get(who + "/cycles"))["cycles"]]


def clock(to):
    done(d.post("/v1/admin/clock", {"to": to + "T08:00:00Z"}))


# ---- submitting

def submit_refused():
    """What cannot be submitted, and why"""
    who = person("ann")
    a = refused(d.post(who + "/submit"), 422, "cycle-not-done", "does not meet every rule yet", "0.0 of 4.0 so far", "ceu plan",
                "ceu submit --yes")
    same(a["next"], ["ceu plan", "To record it all the same: ceu submit --yes"])
    finish(who)
    refused(d.post(who + "/submit", {"on": "2026-03-13"}), 422, "submit-future")
    refused(d.post(who + "/submit", {"on": "2024-06-30"}), 422, "window-closed", "Mon 1 July 2024")
    refused(d.post(who + "/submit", {"on": "03/04/2026"}), 400, "date-ambiguous")
    refused(d.post(who + "/submit", {"on": 3}), 400, "field-type")
    refused(d.post(who + "/submit", {"yes": "yes"}), 400, "field-type")
    refused(d.post(who + "/submit", {"when": "today"}), 400, "field-unknown")
    early = person("wim", "window")
    finish(early)
    refused(d.post(early + "/submit"), 422, "window-closed", "Guild takes renewals of this cycle from Wed 1 April 2026 on.")
    refused(d.post(early + "/renew", {"yes": True}), 422, "window-closed")
    a = done(d.get(early + "/renew"), possible=False)
    same(codes(a)[0], "window-closed")
    same("ceu submit" in status(early)["next"], False)
    done(d.post("/v1/people", {"email": "none@example.org"}))
    for verb in ("submit", "renew"):
        refused(d.post("/v1/people/none@example.org/" + verb), 422, "no-cycle")
    refused(d.get("/v1/people/none@example.org/renew"), 422, "no-cycle")
    same(done(d.get("/v1/people/none@example.org/cycles"))["cycles"], [])


def submit_25():
    """25: submission freezes; what is removed later shows beside it; undo and redo"""
    who = "/v1/people/ann@example.org"
    same(status(who)["next"], ["ceu export packet", "ceu submit"])
    a = done(d.post(who + "/submit", {"on": "2026-03-10"}), chance=None)
    same((a["cycle"]["state"], a["submitted"]), ("submitted", {"on": "2026-03-10", "counted": 4, "supported": 4}))
    same((codes(a), a["next"]), (["unproven", "early"], ["ceu renew"]))
    contains(a["warnings"][1]["text"], "until 30 June 2026", "adds nothing")
    refused(d.post(who + "/submit"), 422, "cycle-submitted", "Tue 10 March 2026 with 4.0 units", "ceu renew")
    a = done(do(who, "1h", "2026-03-11"), state="late", counted=0)
    contains(a["warnings"][0]["text"], "submitted before")
    done(d.patch(who + "/entries/1", {"note": "corrected"}), state="counted", counted=4)        # corrected is not late
    done(d.patch(who + "/entries/1", {"hours": "3h"}), counted=3)
    same(status(who)["submitted"], {"on": "2026-03-10", "counted": 4, "supported": 3})
    done(d.patch(who + "/entries/1", {"hours": "5h"}), counted=5)
    same(status(who)["submitted"], {"on": "2026-03-10", "counted": 4, "supported": 4})
    done(d.delete(who + "/entries/1?because=not%20mine"), state="void")
    s = status(who)
    same((s["submitted"], s["cycle"]["state"], s["counted"]), ({"on": "2026-03-10", "counted": 4, "supported": 0}, "submitted", 0))
    for _ in range(6):
        done(d.post(who + "/undo"))
    s = status(who)
    same((s["submitted"], s["cycle"]["state"], s["counted"], s["chance"]), (None, "done", 4, 1))
    for _ in range(6):
        done(d.post(who + "/redo"))
    same(status(who)["submitted"], {"on": "2026-03-10", "counted": 4, "supported": 0})
    refused(d.post(who + "/redo"), 422, "nothing-to-redo", "ceu history")
    same(d.stop(), 0)
    d.start()
    same(status(who)["submitted"], {"on": "2026-03-10", "counted": 4, "supported": 0})
    texts = [c["text"] for c in done(d.get(who + "/history"))["changes"]]
    contains(" | ".join(texts), "submit", "undo: submit", "redo: submit")


def submit_incomplete():
    """Not done, and recorded all the same: submitted, and can be renewed"""
    who = person("bob")
    done(do(who, "1h", "2026-03-01"))
    a = done(d.post(who + "/submit", {"yes": True}))
    same(a["submitted"], {"on": "2026-03-12", "counted": 1, "supported": 1})
    done(d.get(who + "/renew"), possible=True)
    done(d.post(who + "/renew"))
    same(cycles(who), [("2024-07-01", "2026-06-30", "submitted", 1, "2026-03-12", True), ("2026-07-01", "2028-06-30", "open", 0, None, False)])


# ---- renewing

def renew_11():
    """11, 12: renewing early moves no boundary; a surplus ends with the cycle; nothing changes by looking"""
    who = person("cleo")
    a = done(d.get(who + "/renew"), possible=False)
    same(codes(a)[0], "cycle-not-done")
    refused(d.post(who + "/renew", {"yes": True}), 422, "cycle-not-done", "ceu plan")
    finish(who)
    done(do(who, "1h30", "2026-02-01"), counted=1.5)
    done(do(who, "1h", "2026-05-01"), state="planned")
    before = done(d.get(who + "/history")).text
    a = done(d.get(who + "/renew"), possible=True, carries=0,
             closes={"start": "2024-07-01", "end": "2026-06-30", "counted": 5.5, "required": 4, "state": "done"},
             opens={"start": "2026-07-01", "end": "2028-06-30", "program": "plain", "program_name": "Guild"})
    same(codes(a), ["not-submitted", "unproven", "planned", "early", "surplus"])
    contains(a["warnings"][3]["text"], "until 30 June 2026 belongs to the old cycle")
    contains(a["warnings"][4]["text"], "1.5 units beyond what is required end with the old cycle")
    same((done(d.get(who + "/history")).text, len(cycles(who))), (before, 1))
    refused(d.post(who + "/renew"), 422, "not-submitted", "ceu submit", "ceu renew --yes")
    refused(d.post(who + "/renew", {"because": "x", "yes": True}), 422, "not-lapsed")
    for until in ("2026-06-30", "2026-03-12"):
        refused(d.post(who + "/renew", {"until": until, "yes": True}), 422, "until-before-start")
        refused(d.get(who + "/renew?until=" + until), 422, "until-before-start")
    refused(d.post(who + "/renew", {"until": "03/04/2028"}), 400, "date-ambiguous")
    refused(d.post(who + "/renew", {"because": ""}), 400, "because-empty")
    refused(d.post(who + "/renew", {"to": "x"}), 400, "field-unknown")
    a = done(d.post(who + "/renew", {"yes": True}), counted=0, required=4, carried=0,
             closed={"start": "2024-07-01", "end": "2026-06-30", "counted": 5.5, "required": 4})
    same((a["cycle"]["id"], a["cycle"]["start"], a["cycle"]["end"], is_open(a["cycle"]["state"]), a["even_pace"]),
         (2026, "2026-07-01", "2028-06-30", True, 0))
    banded(a)
    same(cycles(who), [("2024-07-01", "2026-06-30", "done", 5.5, None, True), ("2026-07-01", "2028-06-30", "open", 0, None, False)])
    done(do(who, "1h", "today"), state="late", counted=0)          # before the old end: the old cycle's, and nothing more
    refused(do(who, "1h", "2028-07-01"), 422, "outside-cycle")
    same((status(who)["counted"], status(who, "?cycle=2024")["counted"]), (0, 5.5))
    refused(d.post(who + "/renew", {"yes": True}), 422, "cycle-not-done")


def edges_7_26():
    """7, 26: the old end belongs to the old cycle, the day after to the next; what is late changes neither"""
    who = "/v1/people/cleo@example.org"
    clock("2026-07-02")
    done(do(who, "1h", "2026-06-30", title="Last day"), state="late", counted=0)
    done(do(who, "1h", "2026-07-01", title="First day"), state="counted", counted=1)
    same((status(who)["counted"], status(who, "?cycle=2024")["counted"]), (1, 5.5))
    why = {e["title"]: e for e in done(d.get(who + "/why?cycle=2024"))["entries"]}
    same((why["Last day"]["state"], why["Last day"]["counted"]), ("late", 0))
    # the planned one of May was never confirmed in time: now it comes late
    planned = [p["id"] for p in status(who, "?cycle=2024")["planned"]]
    same(done(d.post(who + "/plan/done", {"ids": planned}))["entries"][0]["state"], "late")
    done(d.patch(who + "/entries/1", {"on": "2026-07-02"}), counted=4, state="counted")
    same((status(who)["counted"], status(who, "?cycle=2024")["counted"]), (5, 1.5))
    done(d.post(who + "/undo"))
    same((status(who)["counted"], status(who, "?cycle=2024")["counted"]), (1, 5.5))


def undo_renew():
    """Undo takes a renewal back, redo makes it again, across a restart"""
    who = person("dora", until="2026-08-31")
    finish(who)
    done(d.post(who + "/submit"))
    done(d.post(who + "/renew"))
    first = cycles(who)
    same([c[:2] for c in first], [("2024-09-01", "2026-08-31"), ("2026-09-01", "2028-08-31")])
    done(d.post(who + "/undo"))
    s = status(who)
    same((s["cycle"]["start"], s["cycle"]["state"], s["submitted"]["on"], s["next"]), ("2024-09-01", "submitted", "2026-07-02", ["ceu renew"]))
    same(d.stop(), 0)
    d.start()
    done(d.post(who + "/redo"))
    same(cycles(who), first)
    done(d.post(who + "/undo"))
    done(d.post(who + "/undo"))
    s = status(who)
    same((s["cycle"]["state"], s["submitted"], s["chance"]), ("done", None, 1))
    done(d.post(who + "/redo"))
    done(d.post(who + "/redo"))
    same(cycles(who), first)
    done(d.post(who + "/undo"))
    done(d.post(who + "/renew", {"until": "2028-12-31"}))          # differently this time
    same([c[:2] for c in cycles(who)], [("2024-09-01", "2026-08-31"), ("2026-09-01", "2028-12-31")])
    refused(d.post(who + "/redo"), 422, "nothing-to-redo")
    same(d.stop(), 0)
    d.start()
    same(len(cycles(who)), 2)


def leap_8():
    """8: certified on 29 February: the ends do not drift, from either way of saying it"""
    done(d.post("/v1/people", {"email": "leo@example.org", "program": "plain", "from": "2024-02-29"}))
    who = "/v1/people/leo@example.org"
    same([c[:2] for c in cycles(who)], [("2024-02-29", "2026-02-28")])
    done(do(who, "4h", "2025-02-01"))
    same([c[2] for c in cycles(who)], ["done"])
    done(d.post(who + "/renew", {"yes": True}))
    same([c[:2] for c in cycles(who)], [("2024-02-29", "2026-02-28"), ("2026-03-01", "2028-02-29")])
    who = person("lea", until="2028-02-29")
    finish(who, "2026-03-01")
    done(d.post(who + "/renew", {"yes": True}))
    same([c[:2] for c in cycles(who)], [("2026-03-01", "2028-02-29"), ("2028-03-01", "2030-02-28")])
    # the one after that, though the last end was a 28th
    a = done(d.get(who + "/renew"), possible=False)
    same((a["opens"]["start"], a["opens"]["end"]), ("2030-03-01", "2032-02-29"))


def early_next():
    """11: where the program says so, what comes after an early submission belongs to the next cycle"""
    who = person("eve", "early", "2026-12-31")
    finish(who)
    done(do(who, "1h", "2026-07-01", title="Before"), counted=1)
    done(do(who, "1h", "2026-08-01", title="Ahead"), state="planned")
    a = done(d.post(who + "/submit", {"on": "2026-07-01"}))
    same(codes(a), ["unproven", "early"])               # what is planned is for the next one
    contains(a["warnings"][-1]["text"], "from now on belongs to the next cycle")
    done(do(who, "1h", "2026-07-01", title="That day"), state="late")
    done(do(who, "2h", "2026-07-02", title="After"), state="late")
    done(do(who, "1h", "2026-08-02", title="Ahead, too"), state="late")
    a = done(d.get(who + "/renew"))
    same(codes(a), ["unproven", "early", "surplus"])
    contains(a["warnings"][-2]["text"], "after 1 July 2026 belongs to the next cycle")
    a = done(d.post(who + "/renew"), counted=2)
    same((a["cycle"]["start"], a["cycle"]["end"]), ("2027-01-01", "2028-12-31"))
    done(do(who, "1h", "today", title="Again"), counted=1)
    listed = {e["title"]: e["state"] for e in done(d.get(who + "/entries"))["entries"]}
    same(listed, {"All of it": "counted", "Before": "counted", "That day": "late", "After": "counted", "Again": "counted", "Ahead": "planned",
                  "Ahead, too": "planned"})
    same([c[3] for c in cycles(who)], [5, 3])
    done(d.post(who + "/undo"))
    done(d.post(who + "/undo"))
    same(({e["title"]: e["state"] for e in done(d.get(who + "/entries"))["entries"]}["After"], [c[3] for c in cycles(who)]), ("late", [5]))


def sent_before_recorded():
    """11: what was there when it was sent in stays with it, though an earlier day is named for that; it counts once"""
    who = person("ada", "early", "2026-12-31")
    finish(who)
    done(do(who, "2h", "2026-06-10", title="Counted"), counted=2)
    a = done(d.post(who + "/submit", {"on": "2026-06-05"}))
    same(a["submitted"], {"on": "2026-06-05", "counted": 6, "supported": 6})
    done(do(who, "1h", "2026-06-11", title="After"), state="late")
    done(d.post(who + "/renew"), counted=1)
    same([c[3] for c in cycles(who)], [6, 1])
    same(status(who, "?cycle=2025")["submitted"], {"on": "2026-06-05", "counted": 6, "supported": 6})


def grace_14():
    """14: grace days that earn: the old cycle keeps those that it needs, the next one has the rest"""
    who = person("gil", "grace", "2026-06-20")
    done(do(who, "3h", "2026-06-20"), counted=3)
    s = status(who)
    same((s["cycle"]["days_left"], is_open(s["cycle"]["state"])), (-12, True))
    done(do(who, "2h", "2026-06-25", title="In grace"), counted=2)
    done(do(who, "1h", "2026-06-28", title="More of it"), counted=1)
    a = done(d.get(who + "/renew"), possible=True, opens={"start": "2026-06-21", "end": "2028-06-20", "program": "grace", "program_name": "Guild"})
    same(a["closes"]["counted"], 5)
    a = done(d.post(who + "/renew", {"yes": True}), counted=1)
    same([c[3] for c in cycles(who)], [5, 1])
    done(do(who, "1h", "2026-06-24", title="Late"), state="late")
    done(do(who, "1h", "2026-06-26", title="In time"), state="counted", counted=1)
    # but what was sent in is the old one's, needed or not
    who = person("gwen", "grace", "2026-06-20")
    for hours, day in ("3h", "2026-06-20"), ("2h", "2026-06-25"), ("1h", "2026-06-28"):
        done(do(who, hours, day))
    done(d.post(who + "/submit"))
    done(do(who, "1h", "2026-06-28", title="Late"), state="late")
    done(do(who, "1h", "2026-06-29", title="After"), state="late")
    done(d.post(who + "/renew"), counted=1)
    same([c[3] for c in cycles(who)], [6, 1])
    same(status(who, "?cycle=2024")["submitted"]["supported"], 6)
    # grace that does not earn: not over, but nothing of it counts
    who = person("gus", "later", "2026-06-20")
    done(do(who, "3h", "2026-06-20"))
    same(status(who)["cycle"]["state"] != "lapsed", True)
    refused(do(who, "1h", "2026-06-21"), 422, "outside-cycle")
    refused(d.post(who + "/renew", {"yes": True}), 422, "cycle-not-done")
    done(do(who, "1h", "2026-06-19"))
    done(d.post(who + "/renew", {"yes": True}))
    same([c[:2] for c in cycles(who)], [("2024-06-21", "2026-06-20"), ("2026-06-21", "2028-06-20")])


def carried_stays():
    """An entry that carry was reckoned with does not move into the next cycle; a submitted cycle keeps its dates"""
    who = person("cora", "carry", "2026-12-31")
    clock_at = d.get("/v1/me").json["today"]
    for n in range(7):
        done(do(who, "1h", clock_at, title="Piece %d" % n))
    done(d.post(who + "/submit"))
    refused(d.patch(who, {"until": "2027-01-31"}), 422, "cycle-submitted", "ceu undo")
    a = done(d.post(who + "/renew"), carried=3)
    start = a["cycle"]["start"]
    refused(d.patch(who + "/entries/1", {"on": start}), 422, "entry-settled", "nothing counts twice", "ceu remove 1")
    done(d.get(who + "/status"), carried=3)


def carry():
    """12: what is beyond the total carries where the program says so, and is told"""
    who = person("carl", "carry", "2026-12-31")
    done(do(who, "4h", "2025-02-01"))
    done(do(who, "5h", "2026-06-01", title="Beyond"))
    a = done(d.get(who + "/renew"), carries=3)
    contains(a["warnings"][-1]["text"], "2.0 units beyond what is required end")
    a = done(d.post(who + "/renew", {"yes": True}), carried=3, counted=3, to_go=1)
    same([(c["id"], c["counted"]) for c in a["categories"]], [("work", 3), ("study", 0)])
    done(d.post(who + "/undo"))
    same(status(who)["counted"], 9)


def other_program_31():
    """31: a cycle keeps its program; another one holds from the next on"""
    who = person("finn", until="2026-12-31")
    refused(d.patch(who, {"program": "three"}), 422, "program-bound")
    finish(who)
    done(d.post(who + "/submit"))
    done(d.patch(who, {"program": "three"}), program="three")
    same(status(who)["program"], "plain")
    a = done(d.get(who + "/renew"))
    same(a["opens"], {"start": "2027-01-01", "end": "2029-12-31", "program": "three", "program_name": "Guild"})
    done(d.post(who + "/renew"), program="three")
    with open(os.path.join(folder, "three.rules"), "a") as out:
        out.write("# a newer text\n")
    done(d.post("/v1/admin/reload"))
    same(status(who)["required"], 4)                    # bound to the text it was opened with
    done(d.get(who + "/status?cycle=2025"), program="plain", counted=4)


def first_cycle():
    """A first cycle that is shorter requires less where the program says so"""
    done(d.post("/v1/people", {"email": "yan@example.org", "program": "young", "from": "2025-12-01", "until": "2026-12-31"}))
    done(d.get("/v1/people/yan@example.org/status"), required=2)
    who = "/v1/people/yan@example.org"
    done(do(who, "2h", "2026-06-01"))
    done(d.post(who + "/renew", {"yes": True}), required=4)


# ---- lapsed

def lapsed_13():
    """13: lapsed: refused, but for an admin with a reason; old entries stay where they are"""
    who = person("hal", until="2026-06-25", user=str(DANA))
    done(do(who, "1h", "2026-06-01"))
    s = status(who)
    same((s["cycle"]["state"], s["chance"], s["next"]), ("lapsed", 0, ["ceu renew --as hal@example.org --because TEXT"]))
    refused(d.post(who + "/submit", {"yes": True}), 422, "cycle-lapsed", "25 June 2026 with 1.0 of 4.0 units", "ceu renew --as hal@example.org")
    refused(d.post(who + "/renew", {"yes": True}), 422, "cycle-lapsed", "--because TEXT")
    if IS_ROOT:
        refused(d.post("/v1/people/me/renew", {"because": "please"}, uid=DANA), 422, "cycle-lapsed")
        done(d.get("/v1/people/me/renew", uid=DANA), possible=False)
    a = done(d.get(who + "/renew"), possible=True, opens={"start": "2026-07-02", "end": "2028-07-01", "program": "plain", "program_name": "Guild"})
    same(codes(a), ["cycle-lapsed"])
    done(d.post(who + "/renew", {"because": "The issuer took her back"}), counted=0)
    same(cycles(who), [("2024-06-26", "2026-06-25", "lapsed", 1, None, True), ("2026-07-02", "2028-07-01", "open", 0, None, False)])
    contains(done(d.get(who + "/history")).text, "reinstate", "The issuer took her back")
    refused(do(who, "1h", "2026-06-28"), 422, "outside-cycle")
    done(do(who, "1h", "2026-06-20", title="Old"), state="late")
    done(do(who, "1h", "today", title="New"), counted=1)
    done(d.post(who + "/undo"))
    done(d.post(who + "/undo"))
    done(d.post(who + "/undo"))
    same(cycles(who), [("2024-06-26", "2026-06-25", "lapsed", 1, None, False)])
    done(d.post(who + "/renew", {"because": "again", "until": "2027-12-31"}))
    same(cycles(who)[1][:2], ("2026-07-02", "2027-12-31"))


def done_after_the_end():
    """Done in time and sent in after the end: it never lapsed"""
    who = person("ida", until="2026-06-25")
    finish(who)
    same(status(who)["cycle"]["state"], "done")
    a = done(d.post(who + "/submit"))
    same(codes(a), ["unproven"])
    done(d.post(who + "/renew"))
    same([c[:2] for c in cycles(who)], [("2024-06-26", "2026-06-25"), ("2026-06-26", "2028-06-25")])


# ---- as it was

def as_of():
    """A past day's verdict: entries, cycles and rules of then"""
    who = person("kim", until="2026-12-31")
    done(do(who, "2h", "2026-07-01", title="One"))
    clock("2026-07-03")
    done(do(who, "2h", "2026-07-01", title="Two"))
    clock("2026-07-04")
    done(d.delete(who + "/entries/1"))
    done(d.post(who + "/undo"))
    done(d.patch(who + "/entries/1", {"hours": "3h", "category": "study"}))
    done(d.post(who + "/submit"))
    clock("2026-07-05")
    done(d.post(who + "/renew"))
    clock("2026-07-06")
    seen = []
    for day in ("2026-07-02", "2026-07-03", "2026-07-04", "2026-07-05", "2026-07-06"):
        s = status(who, "?as_of=" + day)
        same((s["as_of"], s["today"], s["next"], s["pending"]), (day, day, [], 0))
        seen.append((s["cycle"]["start"], "open" if is_open(s["cycle"]["state"]) else s["cycle"]["state"], s["counted"], s["submitted"] and s["submitted"]["on"]))
    same(seen, [("2025-01-01", "open", 2, None), ("2025-01-01", "done", 4, None),
                ("2025-01-01", "submitted", 5, "2026-07-04"), ("2027-01-01", "open", 0, None), ("2027-01-01", "open", 0, None)])
    same(status(who, "?as_of=2026-07-05&cycle=2025")["counted"], 5)
    now = status(who)
    then = status(who, "?as_of=today")
    for name in ("counted", "cycle", "chance", "categories", "rules", "carried"):
        same(then[name], now[name], name)
    why = done(d.get(who + "/why?as_of=2026-07-03"), as_of="2026-07-03")
    same([(e["title"], e["counted"], e["category"], e["remedy"]) for e in why["entries"]], [("One", 2, "work", ""), ("Two", 2, "work", "")])
    same(len(done(d.get(who + "/why?as_of=2026-07-03&entry=1"))["entries"]), 1)
    refused(d.get(who + "/why?as_of=2026-07-02&entry=2"), 404, "no-entry", "then", "ceu why 2")
    refused(d.get(who + "/status?as_of=2026-07-07"), 400, "as-of-future")
    refused(d.get(who + "/status?as_of=2026-07-01"), 422, "no-cycle", "On 1 July 2026 kim@example.org had no certificate cycle")
    refused(d.get(who + "/status?as_of=2026-07-03&cycle=2027"), 404, "no-such-cycle")
    refused(d.get(who + "/status?as_of=03/04/2026"), 400, "date-ambiguous")
    same("as_of" in now.json, False)


def explained():
    """Why: the program, its assumptions, a rule's source, what is met"""
    who = person("max", "ccxp-2y20", "2027-06-30")
    done(d.post(who + "/entries", {"hours": "12h", "category": "training", "title": "Much", "on": "2026-07-01", "for": ["voice"]}))
    why = done(d.get(who + "/why"), program="ccxp-2y20", program_name="CCXP", unit="CEU")
    same(len(why["assumptions"]) > 0, True)
    rules = {r["id"]: r for r in why["rules"]}
    same((rules["total"]["source"], rules["total"]["need"], rules["total"]["have"], rules["total"]["met"]),
         ("CCXP Duties and Responsibilities, CXPA", 20, 10, False))
    e = why["entries"][0]
    same((e["state"], e["counted"], e["evidence"], sum(p["units"] for p in e["parts"])), ("part-counted", 10, 0, 12))
    same(e["remedy"] != "", True)


def cycles_of_others():
    """Cycles, submitting and renewing are a person's own; an admin acts for her and the history says so"""
    if not IS_ROOT:
        return "only root can ask as somebody else"
    for path in ("cycles", "renew"):
        refused(d.get("/v1/people/kim@example.org/" + path, uid=DANA), 403, "not-yours")
    for path in ("submit", "renew", "redo", "plan/add", "plan/keep", "plan/done", "plan/drop"):
        refused(d.post("/v1/people/kim@example.org/" + path, uid=DANA), 403, "not-yours")
    same(done(d.get("/v1/people/kim@example.org/history?limit=1"))["changes"][0]["actor"], "uid 0")


if __name__ == "__main__":
    try:
        main([submit_refused, submit_25, submit_incomplete, renew_11, edges_7_26, undo_renew, leap_8, early_next, sent_before_recorded, grace_14, carry, carried_stays,
              other_program_31, first_cycle, lapsed_13, done_after_the_end, as_of, explained, cycles_of_others])
    finally:
        shutil.rmtree(folder)
