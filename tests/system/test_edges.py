#!/usr/bin/python3
"""The numbered edge cases, 1 to 17, end to end: what a person sees of each. (18 to 33: test_edges_more.py)"""
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import harness                                                              # noqa: E402
from harness import holds, same                                             # noqa: E402
from edges import ME, Case, codes, event, pick, program                     # noqa: E402

TWO_CATEGORIES = program("crc", "require 2 distinct categories; needs competency")


def category(status, name):
    return [pick(c, "logged", "counted", "over_limit", "limit", "free") for c in status["categories"] if c["id"] == name][0]


def edge_01():
    """edge 01: exactly 10.00 in one category: all of it counts, and not a quarter more"""
    with Case("01") as c:
        c.log("4h", "training", "Four hours")
        e = c.log("6h", "training", "Six hours", "2026-02-03")
        same("entry", (pick(e, "counted", "state"), codes(e)), ((6, "counted"), []))
        same("numbers", c.numbers(), (10, 10, 0, 10))
        same("training", category(c.status(), "training"), (10, 10, 0, 10, 0))
        c.says("status", has=["10.0 of 20 units count", "10.0 of 10 full"])
        e = c.log("15m", "training", "A quarter more", "2026-02-04")
        same("entry", (pick(e, "units", "counted", "state"), codes(e)), ((0.25, 0, "over-limit"), ["over-limit"]))
        same("numbers", c.numbers(), (10, 10.25, 0.25, 10))


def edge_02():
    """edge 02: 12 in one category: accepted, 10 count, 2 are over the limit and stay visible"""
    with Case("02") as c:
        text = c.says("log", "12h", "conference", "Congress", "--on", "2026-02-02", "--for", "voice")
        holds(text, "Entry 1 saved: 12.0 units, conference, Mon 2 February 2026. 10.0 count.",
              "Only 10.0 of these 12.0 units add to the total", "The other 2.0 stay on record and add nothing.")
        same("entries", c.standing(), [(1, 12, 10, "part-counted")])
        same("numbers", c.numbers(), (10, 12, 2, 10))
        same("conference", category(c.status(), "conference"), (12, 10, 2, 10, 0))
        c.says("status", has=["10.0 of 20 units count", "2.0 more do not count"])
        why = c.json("why", "1")["entries"][0]
        same("parts", [pick(p, "units", "counted", "rule") for p in why["parts"]], [(10, 10, None), (2, 0, "category-limit")])
        holds(why["remedy"], "There is still room in", "College or University courses (10.0)")


def edge_03():
    """edge 03: 19 + 1: 11 count under one rule, 20 under another, and each verdict names its rules"""
    with Case("03", programs=[TWO_CATEGORIES]) as c:
        c.log("19h", "training", "Long course")
        c.log("1h", "cxpa", "Article", "2026-02-03")
        same("numbers", c.status("program", "counted", "logged", "over_limit", "to_go"), ("ccxp-2y20", 11, 20, 9, 9))
        c.refused("submit", code="cycle-not-done", has=["does not meet every rule yet", "11.0 of 20.0 so far", "ceu plan"])
        other = c.json("rules", "--try", "crc")
        same("other rules", (pick(other, "program", "unit"), pick(other["before"], "program", "counted")),
             (("crc", "point"), ("ccxp-2y20", 11)))
        same("under them", (pick(other["status"], "counted", "to_go"), other["status"]["cycle"]["state"]), ((20, 0), "done"))
        c.says("rules", "--try", "crc", has=["If the rules were crc rules (crc)", "Now 11.0 of 20 units", "Then 20.0 of 20 units, done",
                                             "Long course, 2 Feb 2026: 10.0 becomes 19.0", "Nothing was changed."])
        same("numbers", c.numbers(), (11, 20, 9, 9))


def edge_04():
    """edge 04: 20 logged, 18 counted: not done; the bar shows what counts"""
    with Case("04") as c:
        c.log("12h", "college", "Semester")
        c.log("8h", "cxpa", "Committee", "2026-02-03")
        same("numbers", c.numbers(), (18, 20, 2, 2))
        out = c.d.ceu("status", "--as", "ann").out
        bar = [line.split()[0] for line in out.splitlines() if line.strip().startswith("█" * 20)][0]
        same("bar", (bar.count("█"), bar.count("░")), (36, 4))
        holds(" ".join(out.split()), "18.0 of 20 units count", "2.0 to go", "2.0 more do not count")
        same("total", [pick(r, "need", "have", "met") for r in c.status()["rules"] if r["id"] == "total"], [(20, 18, False)])
        c.refused("submit", code="cycle-not-done", has=["18.0 of 20.0 so far"])


def edge_05():
    """edge 05: 10 + 10 in two categories pass, and the first plan says that two are the least"""
    with Case("05") as c:
        option = c.json("plan")["options"][0]
        same("plan", (pick(option, "adds", "wasted"), [i["adds"] for i in option["items"]]), ((20, 0), [10, 10]))
        assert not set(option["items"][1]["categories"]) & set(option["items"][0]["categories"]), option
        c.says("plan", has=["20.0 units to find by 30 June 2026", "10h of in-company: adds 10.0"])
        c.log("10h", "training", "Course")
        same("state", c.state() in ("on-track", "at-risk", "off-track"), True)
        c.log("10h", "in-company", "Coaching", "2026-02-03")
        same("numbers", c.numbers(), (20, 20, 0, 0))
        same("done", (c.state(), c.status()["chance"], c.status()["next"]), ("done", 1, ["ceu export packet", "ceu submit"]))
        c.says("status", "--check", has=["20.0 of 20 units count", "DONE"])


def edge_06():
    """edge 06: the day of certification itself counts, the day before does not; the assumption is printed"""
    with Case("06", since="2026-03-02") as c:
        same("cycle", pick(c.person["cycle"], "start", "end"), ("2026-03-02", "2028-03-01"))
        e = c.log("1h", "training", "On the first day", "2026-03-02")
        same("entry", pick(e, "counted", "state"), (1, "counted"))
        c.refused("log", "1h", "training", "The day before", "--on", "2026-03-01", "--for", "voice", code="outside-cycle",
                  has=["1 March 2026 is before", "began on 2 March 2026", "ceu admin person set"])
        for verb in ("why", "rules"):
            c.says(verb, has=["The first and the last day of a cycle both count"])
        same("numbers", c.numbers(), (1, 1, 0, 19))


def edge_07():
    """edge 07: the expiry day counts to its end, the day after belongs to the next cycle, no day to both"""
    with Case("07", until="2026-03-12", clock="2026-03-12T22:30:00Z") as c:         # 23:30 in Berlin
        c.finish()
        e = c.log("1h", "cxpa", "On the last evening", "today")
        same("entry", pick(e, "date", "counted", "state"), ("2026-03-12", 1, "counted"))
        same("cycle", pick(c.status()["cycle"], "end", "days_left", "state"), ("2026-03-12", 0, "done"))
        c.clock("2026-03-12T23:30:00Z")
        e = c.log("15m", "cxpa", "Entered the day after", "2026-03-12")
        same("entry", pick(e, "counted", "state"), (0.25, "counted"))
        c.refused("log", "1h", "cxpa", "A day late", "--on", "today", "--for", "voice", code="outside-cycle",
                  has=["13 March 2026 is after", "ends on 12 March 2026"])
        c.json("renew", "--yes")
        same("first day", pick(c.log("1h", "cxpa", "On the first day", "today"), "date", "counted", "state"), ("2026-03-13", 1, "counted"))
        same("last day", pick(c.log("1h", "cxpa", "Remembered later", "2026-03-12"), "counted", "state"), (0, "late"))
        same("cycles", c.cycles(), [("2024-03-13", "2026-03-12", 21.25), ("2026-03-13", "2028-03-12", 1)])


def edge_08():
    """edge 08: certified 29 February: clamped to the month's end without drift; a printed date overrides"""
    with Case("08", since="2024-02-29", clock="2026-02-20T08:00:00Z") as c:
        ends = ["2026-02-28"]
        for year, now in (("2025", "2028-02-01T08:00:00Z"), ("2027", "2030-02-01T08:00:00Z"), ("2029", None)):
            c.finish(year)
            ends.append(c.json("renew", "--yes")["cycle"]["end"])
            if now:
                c.clock(now)
        same("ends", ends, ["2026-02-28", "2028-02-29", "2030-02-28", "2032-02-29"])
        same("starts", [start for start, _, _ in c.cycles()], ["2024-02-29", "2026-03-01", "2028-03-01", "2030-03-01"])
    with Case("08p", since="2024-02-29", clock="2026-02-20T08:00:00Z") as c:
        c.d.json("admin", "person", "set", "ann", "--until", "2026-03-01")
        same("end", c.status()["cycle"]["end"], "2026-03-01")
        same("cycles", [end for _, end, _ in c.cycles()], ["2026-03-01"])


def edge_09():
    """edge 09: an event's day is that of its own zone, a day without one that of the person, as is the last day"""
    with Case("09") as c:
        c.calendar(event("abroad", "Evening in New York", "20260305T200000", "20260305T220000", zone="America/New_York"),
                   event("floating", "Late and floating", "20260306T230000", "20260306T235900", zone=""),
                   event("over", "Past midnight", "20260307T233000", "20260308T010000"))
        found = {t: pick(p, "date", "zone", "start") for t, p in c.inbox().items()}
        same("events", found, {"Evening in New York": ("2026-03-05", "America/New_York", "2026-03-05T20:00:00-05:00"),
                               "Late and floating": ("2026-03-06", "Europe/Berlin", "2026-03-06T23:00:00+01:00"),
                               "Past midnight": ("2026-03-07", "Europe/Berlin", "2026-03-07T23:30:00+01:00")})
        e = c.confirm("Evening in New York")
        same("entry", pick(e, "date", "minutes", "counted"), ("2026-03-05", 120, 2))
    noon = "2026-03-12T12:00:00Z"                       # the 13th in Auckland, the 12th in Honolulu
    with Case("09e", until="2026-03-12", zone="Pacific/Auckland", clock=noon) as c:
        same("Auckland", pick(c.status()["cycle"], "days_left", "state"), (-1, "lapsed"))
        c.refused("log", "1h", "cxpa", "Too late", "--on", "today", "--for", "voice", code="outside-cycle", has=["13 March 2026 is after"])
    with Case("09w", until="2026-03-12", zone="Pacific/Honolulu", clock=noon) as c:
        same("Honolulu", c.status()["cycle"]["days_left"], 0)
        same("entry", pick(c.log("1h", "cxpa", "In time", "today"), "date", "counted", "state"), ("2026-03-12", 1, "counted"))


def edge_10():
    """edge 10: a conference across the boundary: a part for each day, or all of it on its last; never in both cycles"""
    with Case("10", until="2026-03-11", clock="2026-03-13T08:00:00Z") as c:
        c.calendar(event("summit", "CX summit", "20260310T090000", "20260312T170000"),
                   event("fair", "Fair", "20260310", "20260313"))
        same("events", {t: pick(p, "date", "minutes", "adds") for t, p in c.inbox().items()},
             {"CX summit": ("2026-03-12", None, None), "Fair": ("2026-03-12", None, None)})
        c.refused("inbox", "confirm", str(c.inbox()["CX summit"]["id"]), "--hours", "18", code="outside-cycle",
                  has=["12 March 2026 is after", "Units do not move between cycles"])
        c.log("10h", "training", "Course", "2025-10-01")
        for day in (10, 11):
            e = c.log("5h", "conference", "CX summit, day %d" % (day - 9), "2026-03-%d" % day)
            same("part", pick(e, "counted", "state"), (5, "counted"))
        same("state", c.state(), "done")
        c.json("renew", "--yes")
        e = c.confirm("CX summit", "--hours", "6")
        same("the last day", pick(e, "date", "minutes", "counted", "state"), ("2026-03-12", 360, 6, "counted"))
        same("cycles", c.cycles(), [("2024-03-12", "2026-03-11", 20), ("2026-03-12", "2028-03-11", 6)])


def edge_11():
    """edge 11: submitted early: the boundary stays, what comes before it is surplus, and submitting says so"""
    with Case("11") as c:
        c.finish()
        c.says("submit", has=["Submitted on Thu 12 March 2026: 20.0 of 20 units",
                              "What you do until 30 June 2026 still belongs to this cycle and adds nothing to what was submitted."])
        e = c.log("1h", "cxpa", "After it", "today")
        same("entry", (pick(e, "counted", "state"), codes(e)), ((0, "late"), ["late"]))
        a = c.json("renew", "--yes")
        same("next", pick(a["cycle"], "start", "end"), ("2026-07-01", "2028-06-30"))
        same("after renewing", pick(c.log("1h", "cxpa", "After that", "today"), "counted", "state"), (0, "late"))
        same("cycles", c.cycles(), [("2024-07-01", "2026-06-30", 20), ("2026-07-01", "2028-06-30", 0)])
    with Case("11n", uses="soon", programs=[program("soon", cycle="early next")]) as c:
        c.finish()
        c.says("submit", has=["What you do from now on belongs to the next cycle."])
        c.clock("2026-03-13T08:00:00Z")
        c.log("1h", "cxpa", "After it", "today", "design")
        c.json("renew", "--yes")
        same("cycles", c.cycles(), [("2024-07-01", "2026-06-30", 20), ("2026-07-01", "2028-06-30", 1)])


def edge_12():
    """edge 12: 25 counted: the surplus is shown and ends with the cycle, or carries where the program says so"""
    keeps = program("keeps", "carry 4 last 12 months into cxpa")
    for uses, carried in (("ccxp-2y20", 0), ("keeps", 4)):
        with Case("12" + uses[0], uses=uses, programs=[keeps]) as c:
            c.finish()
            c.log("5h", "cxpa", "More", good_for="design")
            same("numbers", c.numbers(), (25, 25, 0, 0))
            c.says("status", has=["25.0 of 20 units count", "DONE"])
            preview = c.d.get(ME + "/renew")[1]
            same("preview", (preview["carries"], preview["closes"]["counted"]), (carried, 25))
            surplus = [w["text"] for w in preview["warnings"] if w["code"] == "surplus"]
            same("surplus", len(surplus), 1)
            holds(surplus[0], "1.0 unit" if carried else "5.0 units", " beyond what is required end with the old cycle")
            a = c.json("renew", "--yes")
            same("next", pick(a, "carried", "counted", "to_go"), (carried, carried, 20 - carried))
            same("old", c.cycles()[0][2], 25)


def edge_13():
    """edge 13: lapsed: nobody renews it, an admin reinstates with a reason; old units are kept and do not count"""
    with Case("13", until="2026-02-28") as c:
        c.log("5h", "college", "Before it lapsed")
        same("lapsed", (c.state(), c.status()["chance"]), ("lapsed", 0))
        c.says("status", has=["LAPSED"])
        for args in (("submit",), ("renew", "--yes")):
            c.refused(*args, code="cycle-lapsed", has=["28 February 2026 with 5.0 of 20.0 units", "--because TEXT"])
        a = c.json("renew", "--because", "The issuer took her back", "--yes")
        same("from today", pick(a["cycle"], "start", "end"), ("2026-03-12", "2028-03-11"))
        same("numbers", c.numbers(), (0, 0, 0, 20))
        same("cycles", c.cycles(), [("2024-03-01", "2026-02-28", 5), ("2026-03-12", "2028-03-11", 0)])
        same("kept", pick(c.entry(1), "units", "counted"), (5, 5))
        same("gap", c.json("log", "1h", "cxpa", "In between", "--on", "2026-03-05", "--for", "voice", code=5)["code"], "outside-cycle")
        holds(" | ".join(c.history()), "The issuer took her back")


def edge_14():
    """edge 14: no grace by default; where a program has it, its days and whether they earn are data"""
    texts = [program("earning", cycle="grace 30 days earning"), program("filing", cycle="grace 30 days")]
    for uses, state, refused in (("ccxp-2y20", "lapsed", True), ("earning", "off-track", False), ("filing", "off-track", True)):
        with Case("14" + uses[0], until="2026-03-02", uses=uses, programs=texts) as c:
            c.log("10h", "training", "Course", "2026-02-01", "strategy")
            same("state of " + uses, pick(c.status()["cycle"], "days_left", "state"), (-10, state))
            if refused:
                c.refused("log", "10h", "college", "In grace", "--on", "2026-03-10", "--for", "strategy", code="outside-cycle")
                same("counted", c.status("counted"), (10,))
            else:
                same("earned", pick(c.log("10h", "college", "In grace", "2026-03-10", "strategy"), "counted", "state"), (10, "counted"))
                same("state", c.state(), "done")
            c.clock("2026-04-02T08:00:00Z")             # 31 days after the end
            same("later", c.state(), "lapsed" if refused else "done")
            if uses == "ccxp-2y20":
                c.says("rules", has=["The issuer names no grace period; there is none."])


def edge_15():
    """edge 15: two events in the same hour: flagged in the inbox; confirming the second warns; trimmed, both count"""
    with Case("15") as c:
        c.calendar(event("a", "Webinar", "20260310T090000", "20260310T110000"),
                   event("b", "Workshop", "20260310T100000", "20260310T120000"),
                   event("c", "Talk", "20260310T120000", "20260310T130000"))
        same("flags", {t: p["flags"] for t, p in c.inbox().items()}, {"Webinar": ["conflict"], "Workshop": ["conflict"], "Talk": []})
        same("nothing yet", c.status("counted", "pending"), (0, 5))
        c.says("inbox", "list", has=["Look twice: another event is at the same time."])
        same("first", codes(c.confirm("Webinar")), [])
        same("flags", c.inbox()["Workshop"]["flags"], ["conflict"])
        text = c.says("inbox", "confirm", str(c.inbox()["Workshop"]["id"]))
        holds(text, "It was at the same time as entry 1 (Webinar). An hour counts once: shorten one of them.", "ceu undo")
        same("both", c.numbers()[0], 4)
        same("trimmed", pick(c.json("edit", "2", "--hours", "1"), "minutes", "counted"), (60, 1))
        same("undo would take back what came before",
             "ceu undo" in c.says("edit", "2", "--hours", "1", has=["Nothing is different."]), False)
        same("numbers", c.numbers()[0], 3)
        same("decided", sorted(c.inbox()), ["Talk"])


def edge_16():
    """edge 16: 50 and 75 minutes are 0.75 and 1.25, each rounded down; the minutes lost are told"""
    with Case("16") as c:
        same("50", pick(c.log("50m", "training", "Short webinar"), "minutes", "units", "counted"), (50, 0.75, 0.75))
        same("75", pick(c.log("75m", "conference", "Long talk", "2026-02-03"), "minutes", "units", "counted"), (75, 1.25, 1.25))
        same("numbers", c.numbers(), (2, 2, 0, 18))
        c.says("why", "1", has=["0.75 count All but 5m of it counts: units go in steps of 0.25 CEU."])
        c.says("why", "2", has=["1.25 count All of it counts."])
        c.says("show", "1", has=["Length 50m, 0.75 units"])
        c.says("rules", has=["The issuer states no smallest step; a quarter of a unit is used, rounded down for each entry."])


def edge_17():
    """edge 17: pieces of ten minutes count nothing each; one entry for the bundle, its parts in the note, counts"""
    with Case("17") as c:
        for piece in (1, 2, 3):
            e = c.log("10m", "training", "Podcast %d" % piece)
            same("piece", (pick(e, "units", "counted", "state"), codes(e)), ((0, 0, "counted"), ["below-step"]))
        same("numbers", c.numbers(), (0, 0, 0, 20))
        c.says("why", "1", has=["10m is less than the smallest step, 0.25 CEU, and adds nothing.", "With 5m more it would count 0.25."])
        for piece in (1, 2, 3):
            c.json("remove", str(piece), "--because", "now in a bundle")
        parts = "Podcast 1, 10m; Podcast 2, 10m; Podcast 3, 10m"
        e = c.log("30m", "training", "Podcasts of one evening", note=parts)
        same("bundle", (pick(e, "units", "counted", "state", "note"), codes(e)), ((0.5, 0.5, "counted", parts), []))
        same("numbers", c.numbers(), (0.5, 0.5, 0, 19.5))
        c.says("show", "4", has=["Note " + parts])


if __name__ == "__main__":
    harness.main("edges", [edge_01, edge_02, edge_03, edge_04, edge_05, edge_06, edge_07, edge_08, edge_09, edge_10, edge_11, edge_12,
                           edge_13, edge_14, edge_15, edge_16, edge_17])
