#!/usr/bin/python3
"""The numbered edge cases, 18 to 33, end to end: what a person sees of each. (1 to 17: test_edges.py)"""
import itertools
import os
import shutil
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import harness                                                              # noqa: E402
from harness import Skip, holds, same, write                                # noqa: E402
from edges import ME, Case, codes, event, pick, program                     # noqa: E402


def edge_18():
    """edge 18: breaks: a feed's length is only an upper bound: a long day is proposed without its breaks, the person's word comes first"""
    with Case("18") as c:
        c.calendar(event("day", "Conference day", "20260310T090000", "20260310T170000", "DESCRIPTION:Lunch 12:00-13:00"),
                   event("dinner", "Networking dinner", "20260310T190000", "20260310T220000"))
        same("proposed", pick(c.inbox()["Conference day"], "scheduled_minutes", "minutes", "units", "adds"), (480, 420, 7, 7))
        holds(c.inbox()["Conference day"]["why"], "8:00 scheduled less 1:00 for breaks.")
        same("nothing of it counts", c.numbers(), (0, 0, 0, 20))
        e = c.confirm("Conference day", "--hours", "6h30")
        same("entry", pick(e, "minutes", "units", "counted"), (390, 6.5, 6.5))
        c.says("inbox", "skip", str(c.inbox()["Networking dinner"]["id"]))
        same("numbers", c.numbers(), (6.5, 6.5, 0, 13.5))
        same("inbox", c.inbox(), {})


def edge_19():
    """edge 19: "0.6 CEU" in a text is quoted and never a number of units; hours are asked for, and 6 hours are 6.00"""
    with Case("19") as c:
        c.calendar(event("a", "Seminar (0.6 CEU)", "20260310T090000", "20260310T150000", "DESCRIPTION:IACET 0.6 CEU"),
                   event("b", "Workshop, 1.2 CEU", "20260309", "20260310"))
        same("events", {t: pick(p, "minutes", "units", "adds", "credit") for t, p in c.inbox().items()},
             {"Seminar (0.6 CEU)": (300, 5, 5, "0.6 CEU"), "Workshop, 1.2 CEU": (None, None, None, "1.2 CEU")})
        workshop = c.inbox()["Workshop, 1.2 CEU"]["id"]
        c.says("inbox", "list", has=["how long?"])
        c.refused("inbox", "confirm", str(workshop), exit_code=2, code="hours-needed", has=["ceu inbox confirm %d --hours HOURS" % workshop])
        c.refused("log", "0.6 CEU", "training", "Seminar", "--on", "2026-03-10", "--for", "voice", exit_code=2, code="hours-unknown",
                  has=['"0.6 CEU" is not a number of hours.', "Write 1.5, 1h30, 90m or 1:30."])
        e = c.confirm("Seminar (0.6 CEU)", "--hours", "6")
        same("entry", pick(e, "minutes", "units", "counted"), (360, 6, 6))
        same("numbers", c.numbers(), (6, 6, 0, 14))


def edge_20():
    """edge 20: by feed and by hand: counts once, the earliest; the other names it and adds nothing"""
    with Case("20") as c:
        c.calendar(event("a", "Journey mapping webinar", "20260310T100000", "20260310T110000"))
        proposal = str(c.inbox()["Journey mapping webinar"]["id"])
        c.log("1h", "training", "Journey mapping: Webinar", "2026-03-10")
        p = c.inbox()["Journey mapping webinar"]
        same("proposal", pick(p, "units", "adds", "recorded"), (1, 0, 1))
        c.says("inbox", "list", has=["adds 0", "entry 1"])
        same("pending", c.status("counted", "pending"), (1, 0))
        c.refused("inbox", "confirm", proposal, code="entry-double", has=["Entry 1 has the same title and day", "add --yes"])
        c.json("edit", "1", "--on", "2026-03-11")       # by hand it had the wrong day
        same("proposal", pick(c.inbox()["Journey mapping webinar"], "adds", "recorded"), (0, 1))
        text = c.says("inbox", "confirm", proposal)
        holds(text, "Entry 2 saved: 1.0 unit", "Entry 1 is the same course; it counts once in a cycle, so that one adds nothing.")
        same("entries", c.standing(), [(2, 1, 1, "counted"), (1, 1, 0, "repeat")])
        same("numbers", c.numbers(), (1, 2, 0, 19))
        c.says("why", "1", has=["1.0 does not The same course is in this cycle already."])


def edge_21():
    """edge 21: the same course again: a repeat in this cycle, whatever its letters; in the next one it counts"""
    with Case("21", until="2026-03-11") as c:
        c.finish()
        c.log("2h", "cxpa", "Service Déjà vu", "2026-02-02")
        e = c.log("3h", "conference", "SERVICE  deja-vu", "2026-02-09")
        same("repeat", (pick(e, "units", "counted", "state"), codes(e)), ((3, 0, "repeat"), ["repeat"]))
        holds(e["warnings"][0]["text"], "Entry 3 is the same course")
        same("numbers", c.numbers(), (22, 25, 0, 0))
        c.says("why", "4", has=["3.0 do not The same course is in this cycle already.", "The same course counts once in a cycle.",
                                "Taken again in the next cycle, it can count there."])
        c.json("renew", "--yes")
        e = c.log("3h", "conference", "Service deja vu", "2026-03-12")
        same("next cycle", (pick(e, "counted", "state"), codes(e)), ((3, "counted"), []))
        same("cycles", [n for _, _, n in c.cycles()], [22, 3])


def edge_22():
    """edge 22: a feed that changes or mints new ids changes no entry, only marks it; each of a series is its own event

    Under new ids they are known by their looks: what was confirmed stays so, what waits is not doubled."""
    with Case("22", config="feeds {\n allow 127.0.0.1/32\n}\n") as c:
        weekly = ("20260302T090000", "20260302T100000")
        number = str(c.calendar(event("circle", "Practice circle", *weekly, "RRULE:FREQ=WEEKLY;COUNT=2"),
                                event("talk", "Talk", "20260304T180000", "20260304T190000"),
                                event("kept", "Kept", "20260305T180000", "20260305T190000"), served=True))
        series = [p for p in c.json("inbox", "list")["proposals"] if p["uid"] == "circle"]
        same("series", [p["date"] for p in series], ["2026-03-02", "2026-03-09"])
        c.confirm("Talk")
        c.confirm("Kept", "--hours", "30m")
        c.json("inbox", "confirm", str(series[0]["id"]))
        same("the other waits", [p["date"] for p in c.inbox().values()], ["2026-03-09"])
        same("numbers", c.numbers(), (2.5, 2.5, 0, 17.5))
        before = {n: dict(c.entry(n), warnings=None, next=None) for n in (1, 2, 3)}
        c.ics("calendar1", event("circle-2", "Practice circle", *weekly, "RRULE:FREQ=WEEKLY;COUNT=2"),
              event("talk", "Talk, moved and longer", "20260311T180000", "20260311T210000"),
              event("kept", "Kept", "20260305T180000", "20260305T190000"))
        c.says("calendar", "check", number)
        same("entries", {n: dict(c.entry(n), warnings=None, next=None) for n in (1, 2, 3)}, before)
        same("marks", [codes(c.entry(n)) for n in (1, 2, 3)], [["source-changed"], [], []])
        c.says("show", "1", has=["The calendar now says Wed 11 March 2026, 18:00 to 21:00; it was Wed 4 March 2026, 18:00 to 19:00.",
                                 "The entry stays as it was confirmed.", "ceu inbox accept"])
        minted = [p for p in c.json("inbox", "list")["proposals"] if p["uid"] == "circle-2"]
        same("under new ids", [pick(p, "date", "adds", "flags")[:2] for p in minted], [("2026-03-09", 0)])
        assert all("repeat" in p["flags"] for p in minted), minted
        same("numbers", c.numbers(), (2.5, 2.5, 0, 17.5))
        holds(c.history()[0], "calendar 1: 0 new, 1 changed, 0 withdrawn, 2 known under another name")


def edge_23():
    """edge 23: an all-day event that ends the next day is one day, and so is one that ends on its own"""
    with Case("23", until="2026-03-10") as c:
        c.calendar(event("next", "Ends the next day", "20260310", "20260311"), event("own", "Ends on its own", "20260309", "20260309"))
        same("events", {t: pick(p, "date", "all_day", "minutes") for t, p in c.inbox().items()},
             {"Ends the next day": ("2026-03-10", True, None), "Ends on its own": ("2026-03-09", True, None)})
        for title, day in (("Ends the next day", "2026-03-10"), ("Ends on its own", "2026-03-09")):
            e = c.confirm(title, "--hours", "3")        # the 10th is the last day: an 11th would be refused
            same(title, pick(e, "date", "counted", "state"), (day, 3, "counted"))
        same("numbers", c.numbers(), (6, 6, 0, 14))


def edge_24():
    """edge 24: what was cancelled is not proposed; an accepted invitation is no credit, before or after its day"""
    with Case("24") as c:
        accepted = 'ATTENDEE;PARTSTAT=ACCEPTED:mailto:ann@example.org'
        c.calendar(event("off", "Cancelled", "20260310T090000", "20260310T100000", "STATUS:CANCELLED"),
                   event("past", "Accepted, past", "20260310T110000", "20260310T120000", accepted),
                   event("next", "Accepted, to come", "20260313T110000", "20260313T120000", accepted))
        same("inbox", sorted(c.inbox()), ["Accepted, past"])
        same("nothing counts", c.status("counted", "logged", "pending", "to_go"), (0, 0, 1, 20))
        past = c.inbox()["Accepted, past"]["id"]
        number = next(n for n in (1, 2, 3) if n != past and c.json("inbox", "confirm", str(n), code=5)["code"] == "event-not-over")
        c.refused("inbox", "confirm", str(number), code="event-not-over", has=["(Accepted, to come) is not over yet", "ceu inbox"])
        c.clock("2026-04-13T08:00:00Z")
        same("inbox", sorted(c.inbox()), ["Accepted, past", "Accepted, to come"])
        same("still nothing", c.status("counted", "logged", "pending"), (0, 0, 2))
        same("confirmed", pick(c.confirm("Accepted, to come"), "date", "counted"), ("2026-03-13", 1))


def edge_25():
    """edge 25: removed after submission: "submitted 20, now supported 17", with the reason, and undo"""
    with Case("25") as c:
        c.log("10h", "training", "Course", "2025-10-01")
        c.log("7h", "college", "Lectures", "2025-11-02")
        c.log("3h", "cxpa", "Committee", "2025-12-02")
        c.json("submit")
        same("removed", c.json("remove", "3", "--because", "was another year")["state"], "void")
        same("submitted", c.status("submitted", "counted", "to_go"), ({"on": "2026-03-12", "counted": 20, "supported": 17}, 17, 3))
        same("state", c.state(), "submitted")
        c.says("status", has=["Submitted 20.0 on Thu 12 March 2026, now supported 17.0.", "SUBMITTED"])
        same("kept", pick(c.entry(3), "state", "reason", "units", "counted"), ("void", "was another year", 3, 0))
        same("history", c.history()[:2], ["remove 3: was another year", "submit cycle: 1 July 2024 to 30 June 2026"])
        c.refused("submit", code="cycle-submitted", has=["Thu 12 March 2026 with 20.0 units", "ceu renew"])
        c.json("undo")
        same("undone", c.status("submitted")[0], {"on": "2026-03-12", "counted": 20, "supported": 20})


def edge_26():
    """edge 26: entered after the renewal, dated before it: late in the closed cycle, and neither cycle changes"""
    with Case("26", until="2026-03-11") as c:
        c.finish()
        c.json("submit", "--on", "2026-03-11")
        c.json("renew", "--yes")
        text = c.says("log", "2h", "cxpa", "Remembered", "--on", "2026-02-20", "--for", "voice")
        holds(text, "Entry 3 saved: 2.0 units, cxpa, Fri 20 February 2026. Nothing counts.",
              "Its cycle is closed. It is kept there and adds nothing.")
        same("entry", pick(c.entry(3), "date", "units", "counted", "state"), ("2026-02-20", 2, 0, "late"))
        same("cycles", c.cycles(), [("2024-03-12", "2026-03-11", 20), ("2026-03-12", "2028-03-11", 0)])
        same("numbers", c.numbers(), (0, 0, 0, 20))
        old = c.json("status", "--cycle", "2024")
        same("submitted", (old["submitted"], old["logged"]), ({"on": "2026-03-11", "counted": 20, "supported": 20}, 20))


def edge_27():
    """edge 27: before certification: out of the cycle; in the future: planned, and counts when its day is over and confirmed"""
    with Case("27") as c:
        c.refused("log", "1h", "training", "Too early", "--on", "2024-06-30", "--for", "voice", code="outside-cycle",
                  has=["30 June 2024 is before", "began on 1 July 2024"])
        c.log("1h", "training", "Early", "2024-07-02")
        text = c.says("log", "2h", "conference", "To come", "--on", "2026-03-13", "--for", "voice")
        holds(text, "It is planned.", "can count from Fri 13 March 2026 on, once you say that you did it.")
        same("planned", c.status("counted", "logged", "planned"),
             (1, 1, [{"id": 2, "title": "To come", "date": "2026-03-13", "units": 2, "due": False}]))
        c.refused("plan", "done", "2", code="plan-not-over", has=["Fri 13 March 2026"])
        c.clock("2026-03-14T08:00:00Z")
        same("its day is over", (pick(c.entry(2), "state", "counted"), codes(c.entry(2))), (("planned", 0), ["planned-due"]))
        same("next", c.status()["next"][0], "ceu plan done 2")
        c.json("plan", "done", "2")
        same("entries", c.standing(), [(1, 1, 1, "counted"), (2, 2, 2, "counted")])
        c.d.json("admin", "person", "set", "ann", "--until", "2026-07-31")      # the cycle moves: 1 August 2024 on
        same("moved", pick(c.entry(1), "state", "counted"), ("out-of-cycle", 0))
        same("warning", codes(c.entry(1)), ["out-of-cycle"])
        same("numbers", c.numbers()[0], 2)


def edge_28():
    """edge 28: attended six hours, spoke one: a part for each category, together no more than the day; plan try shows what helps"""
    with Case("28") as c:
        c.log("6h", "conference", "Summit, attended", "2026-03-03")
        e = c.log("1h", "cxpa", "Summit, spoke", "2026-03-03")
        same("spoke", (pick(e, "counted", "state"), codes(e)), ((1, "counted"), []))
        same("categories", {n["id"]: n["counted"] for n in c.status()["categories"] if n["counted"]}, {"conference": 6, "cxpa": 1})
        c.refused("log", "1h", "cxpa", "Summit, attended", "--on", "2026-03-03", "--for", "voice", code="entry-double", has=["--yes"])
        c.refused("log", "17h15", "college", "Summit, slept", "--on", "2026-03-03", "--for", "voice", code="over-24h",
                  has=["Tue 3 March 2026 would have 24h15 in all; a day has 24 hours.", "ceu list --from 2026-03-03 --to 2026-03-03"])
        c.log("4h", "conference", "Fair", "2026-03-04")
        tried = c.json("plan", "try", "1h", "conference")
        same("full", (pick(tried, "adds", "wasted"), sorted(tried["elsewhere"])), ((0, 1), ["college", "cxpa", "in-company", "training"]))
        same("free", pick(c.json("plan", "try", "1h", "in-company"), "adds", "wasted", "elsewhere"), (1, 0, []))
        same("numbers", c.numbers(), (11, 11, 0, 9))


def edge_29():
    """edge 29: no competency: needs-info, counts nothing, one line mends it; six are mapped to five"""
    five = program("five", "needs competency")
    with Case("29", programs=[five]) as c:
        text = c.says("log", "2h", "training", "Course", "--on", "2026-02-02")
        holds(text, "Entry 1 saved: 2.0 units, training, Mon 2 February 2026. Nothing counts.",
              "It names no competency and counts nothing until it does.", "ceu edit 1 --for COMPETENCY")
        same("entry", (pick(c.entry(1), "state", "counted", "next"), c.numbers()), (("needs-info", 0, ["ceu edit 1 --for COMPETENCY"]), (0, 2, 0, 20)))
        holds(c.says("why", "1"), "2.0 do not It names no competency.", "Name a competency: ceu edit 1 --for COMPETENCY")
        same("mended", pick(c.json("edit", "1", "--for", "adoption"), "state", "counted"), ("counted", 2))
        c.log("1h", "college", "Lecture", good_for="voice")
        same("numbers", c.numbers(), (3, 3, 0, 17))
        other = c.json("rules", "--try", "five")["status"]
        same("mapped", (other["counted"], {k["id"]: k["counted"] for k in other["competencies"] if k["counted"]}),
             (3, {"insights": 1, "culture": 2}))


def cover(path):
    """The text of a packet's first page."""
    folder = path + ".d"
    subprocess.run(["unzip", "-q", "-o", path, "-d", folder], check=True)
    run = subprocess.run(["pdftotext", "-l", "1", "-layout", os.path.join(folder, "renewal.pdf"), "-"], check=True, stdout=subprocess.PIPE)
    return " ".join(run.stdout.decode().split())


def edge_30():
    """edge 30: no proof: counts, is told as unproven, and the packet says so on its cover"""
    if not shutil.which("pdftotext") or not shutil.which("unzip"):
        raise Skip("needs pdftotext and unzip")
    with Case("30") as c:
        c.log("6h", "conference", "Summit")
        c.log("2h", "training", "Course", "2026-02-03")
        same("counts", c.status("counted", "without_evidence"), (8, [1, 2]))
        c.says("status", has=["No evidence: entries 1 and 2."])
        c.says("why", "2", has=["2.0 count All of it counts.", "Evidence None. An auditor may ask for it: ceu attach 2 FILE"])
        packets = [os.path.join(os.path.abspath(harness.folder()), "packet%d.zip" % n) for n in (1, 2, 3)]
        c.says("export", "packet", packets[0], has=["Entry 1 has no evidence; 6.0 of its units count. Packing anyway."])
        holds(cover(packets[0]), "UNPROVEN: 2 entries, with 8.0 units, have no evidence: 1 (6.0), 2 (2.0).")
        c.json("attach", "1", write("badge.txt", "Ann was there.\n"))
        same("one left", c.status("counted", "without_evidence"), (8, [2]))
        c.says("export", "packet", packets[1])
        holds(cover(packets[1]), "UNPROVEN: 1 entry, with 2.0 units, has no evidence: 2 (2.0).")
        c.json("attach", "2", write("letter.txt", "She was.\n"))
        c.says("export", "packet", packets[2])
        assert "UNPROVEN" not in cover(packets[2]), cover(packets[2])


def edge_31():
    """edge 31: the rules change within the cycle: it keeps its own until an admin has simulated and installed the new ones"""
    old = program("guild", "limit 6 category training")
    with Case("31", uses="guild", programs=[old]) as c:
        c.log("9h", "training", "Course", good_for="strategy")
        same("numbers", c.numbers(), (6, 9, 3, 14))
        c.program(program("guild", "limit 8 category training"))
        c.d.json("admin", "reload")
        same("bound", c.numbers(), (6, 9, 3, 14))
        listed = [p for p in c.d.json("admin", "program", "list")["programs"] if p["id"] == "guild"][0]
        same("listed", pick(listed, "cycles", "older"), (0, 1))
        early = c.d.json("admin", "program", "install", "guild", "--yes", code=5)
        same("unseen", (early["code"], early["next"]), ("not-simulated", ["ceu admin program simulate guild"]))
        seen = c.d.json("admin", "program", "simulate", "guild")
        same("simulated", (pick(seen, "people", "same"), [(x["person"], x["before"]["counted"], x["after"]["counted"]) for x in seen["changes"]]),
             ((1, 0), [("ann@example.org", 6, 8)]))
        same("still bound", c.numbers(), (6, 9, 3, 14))
        same("installed", c.d.json("admin", "program", "install", "guild", "--yes")["cycles"], 1)
        same("numbers", c.numbers(), (8, 9, 1, 12))
        holds(c.history()[0], "rebind cycle: 1 July 2024 to 30 June 2026")


def edge_32():
    """edge 32: which entry is over the limit: by date, then by id; the totals do not depend on the order"""
    with Case("32") as c:
        seen = {}
        days = ("2026-02-02", "2026-02-03", "2026-02-03", "2026-02-05")
        for n, day in enumerate(days, 1):
            c.log("4h", "training", "Course %d" % n, day)
        same("over", c.standing(), [(1, 4, 4, "counted"), (2, 4, 4, "counted"), (3, 4, 2, "part-counted"), (4, 4, 0, "over-limit")])
        for order in list(itertools.permutations(days))[::5]:
            for n, day in enumerate(order, 1):
                c.json("edit", str(n), "--on", day)
            rows = sorted(zip(order, (1, 2, 3, 4)))
            same("over", [(row[0], row[2]) for row in c.standing()], [(n, counted) for (_, n), counted in zip(rows, (4, 4, 2, 0))])
            seen[order] = (c.numbers(), c.status()["chance"])
        same("totals", len({str(s) for s in seen.values()}), 1)
        same("numbers", c.numbers(), (10, 16, 6, 10))


def edge_33():
    """edge 33: 26 hours, 0, negative: refused when entered; a day has 24 hours over all its entries"""
    with Case("33") as c:
        for hours in ("26h", "24h01", "0", "0m", "-1", "-30m"):
            c.refused("log", hours, "college", "Impossible", "--on", "2026-02-02", "--for", "voice", exit_code=2, code="hours-range",
                      has=["is not between one minute and 24 hours.", "split what took longer than a day into its days"])
        same("nothing was kept", (c.numbers(), c.standing()), ((0, 0, 0, 20), []))
        same("all day", pick(c.log("24h", "college", "All day"), "units", "counted", "state"), (24, 10, "part-counted"))
        c.refused("log", "1m", "training", "And a minute", "--on", "2026-02-02", "--for", "voice", code="over-24h",
                  has=["Mon 2 February 2026 would have 24h01 in all; a day has 24 hours.", "ceu list --from 2026-02-02 --to 2026-02-02"])
        c.log("1h", "training", "Another day", "2026-02-03")
        c.refused("edit", "2", "--on", "2026-02-02", code="over-24h", has=["would have 25h in all"])
        same("numbers", c.numbers(), (11, 25, 14, 9))


if __name__ == "__main__":
    harness.main("edges", [edge_18, edge_19, edge_20, edge_21, edge_22, edge_23, edge_24, edge_25, edge_26, edge_27, edge_28, edge_29,
                           edge_30, edge_31, edge_32, edge_33])
