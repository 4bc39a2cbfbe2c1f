#!/usr/bin/python3
"""The demo's story, number by number: ceu --json against a real ceud, mails written to files."""
import email
import email.policy
import os
import re
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import harness                                                              # noqa: E402
from harness import BUILD, Ceud, ceu, holds, same, web                      # noqa: E402

D, WEB = [], []
AS = ["--as", "dana"]


def pick(value, *names):
    return tuple(value[name] for name in names)


def dana(*args, code=0):
    return D[0].json(*args, *AS, code=code)


def begin():
    """an empty state: the caller is an admin and no person"""
    WEB.append(web())
    D.append(Ceud("s", 'organisation "Example Ltd"\nadmin ops@example.org\nmail {\n mode live\n from "ceu <ceu@example.org>"\n}\n'
                  "feeds {\n allow 127.0.0.1/32 %d\n}\n" % WEB[0].port).start())
    me = D[0].json("whoami")
    same("whoami", pick(me, "uid", "person", "roles"), (os.getuid(), None, ["admin"]))
    holds(D[0].json("status", code=3)["next"][0], "--as PERSON")
    same("people", D[0].json("admin", "person", "list"), {"people": []})


def people():
    """a team, its lead, two people"""
    hugo = D[0].json("admin", "person", "add", "hugo@example.org", "--name", "Hugo Lang")
    same("hugo", pick(hugo, "email", "name", "program", "cycle", "teams", "role", "disabled"),
         ("hugo@example.org", "Hugo Lang", None, None, [], "professional", False))
    team = D[0].json("admin", "team", "add", "CX team", "--lead", "hugo@example.org")
    same("team", pick(team, "name", "lead", "people"), ("CX team", "hugo@example.org", []))
    who = D[0].json("admin", "person", "add", "dana@example.org", "--name", "Dana Voss", "--until", "2026-04-10", "--team", "CX team")
    same("dana", pick(who, "email", "program", "teams"), ("dana@example.org", "ccxp-2y20", ["CX team"]))
    same("cycle", who["cycle"], {"id": 2024, "start": "2024-04-11", "end": "2026-04-10", "state": "off-track"})
    who = D[0].json("admin", "person", "add", "amir@example.org", "--name", "Amir Kaya", "--until", "2026-06-30", "--team", "CX")
    same("cycle", who["cycle"], {"id": 2024, "start": "2024-07-01", "end": "2026-06-30", "state": "off-track"})
    same("team", D[0].json("admin", "team", "list")["teams"][0]["people"], ["amir@example.org", "dana@example.org"])
    same("twice", D[0].json("admin", "person", "add", "dana@example.org", code=5)["code"], "person-exists")


def entries():
    """units are logged; dates, categories and hours as people write them"""
    e = dana("log", "7h30", "training", "Measuring loyalty, online course", "--on", "4 nov", "--for", "metrics")
    same("entry", pick(e, "id", "date", "minutes", "units", "counted", "category", "competencies", "state", "warnings"),
         (1, "2025-11-04", 450, 7.5, 7.5, "training", ["metrics"], "counted", []))
    e = dana("log", "2h", "tra", "Coaching front-line listeners", "--on", "yesterday", "--for", "voi")
    same("entry", pick(e, "id", "date", "minutes", "units", "counted", "category", "competencies"),
         (2, "2026-03-11", 120, 2, 2, "training", ["voice"]))
    for args, number, minutes in ((("8h", "conf", "CX Leaders autumn conference", "--on", "2025-10-16", "--for", "strategy,voice"), 1, 480),
                                  (("9h", "in-company", "Onboarding of the service desk", "--on", "20 jan", "--for", "culture"), 2, 540)):
        e = D[0].json("log", *args, "--as", "amir")
        same("amir's", pick(e, "id", "minutes"), (number, minutes))
    same("list", [e["id"] for e in dana("list")["entries"]], [1, 2])
    same("list", [e["id"] for e in dana("list", "coaching")["entries"]], [2])
    same("show", dana("show", "1")["title"], "Measuring loyalty, online course")


def same_key_twice():
    """the same key logs once"""
    args = ("log", "15m", "cxpa", "Article", "--for", "culture", "--key", "one-key")
    first, second = dana(*args), dana(*args)
    same("entry", second, first)
    same("entries", len(dana("list")["entries"]), 3)
    same("removed", dana("remove", str(first["id"]), "--because", "only a test")["state"], "void")
    same("entries", [e["id"] for e in dana("list")["entries"]], [1, 2])


def inbox():
    """a calendar proposes, Dana decides"""
    c = dana("calendar", "add", "http://127.0.0.1:%d/work.ics" % WEB[0].port, "--name", "Work calendar",
             "--category", "in-company", "--for", "design")
    same("calendar", pick(c, "id", "name", "state", "error", "events", "proposals", "planned"),
         (1, "Work calendar", "ok", None, 5, 3, 2))
    waiting = dana("inbox", "list")["proposals"]
    lunch, mentor, journey = (str(p["id"]) for p in waiting)
    same("waiting", [pick(p, "title", "start", "minutes", "units", "adds", "category", "competencies", "state") for p in waiting],
         [("Team lunch", "2026-03-05T12:00:00+01:00", 60, 1, 1, "in-company", ["design"], "waiting"),
          ("Mentor session: CCXP candidate", "2026-03-09T17:00:00+01:00", 120, 2, 2, "in-company", ["design"], "waiting"),
          ("Journey-mapping workshop", "2026-03-10T13:00:00+01:00", 180, 3, 3, "in-company", ["design"], "waiting")])
    same("pending", dana("status")["pending"], 6)
    e = dana("inbox", "confirm", journey)["entries"][0]
    same("confirmed", pick(e, "title", "date", "units", "counted", "category"), ("Journey-mapping workshop", "2026-03-10", 3, 3, "in-company"))
    same("source", e["source"], {"kind": "calendar", "calendar": "Work calendar", "uid": "journey-2026-03@example.org"})
    same("skipped", dana("inbox", "skip", lunch)["proposals"][0]["state"], "skipped")
    same("waiting", [str(p["id"]) for p in dana("inbox", "list")["proposals"]], [mentor])
    same("skipped", [str(p["id"]) for p in dana("inbox", "list", "--skipped")["proposals"]], [lunch])
    same("again", dana("inbox", "confirm", journey, code=5)["code"], "proposal-decided")
    same("restored", dana("inbox", "restore", lunch)["proposals"][0]["state"], "waiting")
    same("skipped", dana("inbox", "skip", lunch)["proposals"][0]["state"], "skipped")
    ran = D[0].json("admin", "run", "feeds")["calendars"]
    same("feeds", [pick(r, "id", "person", "not_modified", "new", "changed", "gone") for r in ran],
         [(1, "dana@example.org", True, 0, 0, 0)])
    same("waiting", [str(p["id"]) for p in dana("inbox", "list")["proposals"]], [mentor])


def band(chance):
    """The state that a chance of finishing is told by."""
    return "on-track" if chance >= 0.75 else "at-risk" if chance >= 0.25 else "off-track"


def amirs_state():
    """17 of 20 with 110 days left: the chance decides; its words follow from it."""
    amir = D[0].json("status", "--as", "amir")
    same("amir's band", amir["cycle"]["state"], band(amir["chance"]))
    return amir["cycle"]["state"]


def status():
    """every number of the status"""
    s = dana("status")
    same("cycle", s["cycle"], {"id": 2024, "start": "2024-04-11", "end": "2026-04-10", "days_left": 29, "state": "off-track"})
    same("numbers", pick(s, "person", "program", "unit", "required", "counted", "logged", "over_limit", "to_go", "pending", "carried",
                         "submitted", "planned"),
         ("dana@example.org", "ccxp-2y20", "CEU", 20, 12.5, 12.5, 0, 7.5, 2, 0, None, []))
    assert 0 < s["chance"] < 0.25, s["chance"]          # 7.5 in 29 days
    same("even pace", s["even_pace"], 19.17)            # 700 of 730 days have passed
    same("categories", {c["id"]: pick(c, "logged", "counted", "over_limit", "limit", "free", "pending") for c in s["categories"]},
         {"training": (9.5, 9.5, 0, 10, 0.5, 0), "in-company": (3, 3, 0, 10, 7, 2), "conference": (0, 0, 0, 10, 10, 0),
          "college": (0, 0, 0, 10, 10, 0), "cxpa": (0, 0, 0, 10, 10, 0)})
    same("competencies", {c["id"]: c["counted"] for c in s["competencies"]},
         {"culture": 0, "voice": 2, "adoption": 0, "strategy": 0, "design": 3, "metrics": 7.5})
    same("without evidence", sorted(s["without_evidence"]), [1, 2, dana("list")["entries"][1]["id"]])
    same("met", [(r["id"], r["need"], r["have"], r["met"]) for r in s["rules"]][0], ("total", 20, 12.5, False))
    assert s["next"][0].startswith("ceu inbox"), s["next"]
    same("check", D[0].ceu("status", "--check", *AS).code, 7)
    same("sum", sum(c["counted"] for c in s["categories"]), s["counted"])
    amir = D[0].json("status", "--as", "amir")
    same("amir", pick(amir, "counted", "to_go", "pending"), (17, 3, 0))
    assert s["chance"] < amir["chance"] < 1, amir["chance"]
    same("check", D[0].ceu("status", "--check", "--as", "amir").code, 0 if amirs_state() == "on-track" else 7)


def bars():
    """the bars add up in the text, and stand in eighty columns"""
    out = D[0].ceu("status", *AS)
    same("exit", out.code, 0)
    holds(out.out, "12.5 of 20 units count", "7.5 to go, 29 days", "OFF TRACK", "▒ 2.0 waiting in your inbox")
    bar = [line for line in out.out.splitlines() if re.search("^ +[█▒░]{20,}", line)][0].split()[0]
    same("bar", (len(bar), bar.count("█"), bar.count("▒"), bar.count("░")), (40, 25, 4, 11))
    assert all(len(line) <= 80 for line in out.out.splitlines()), out.out
    assert "\x1b" not in out.out
    out = D[0].ceu("status", "--ascii", *AS)
    assert out.out.isascii(), out.out
    holds(D[0].ceu("status", "--color", "always", *AS).out, "\x1b[")


def over_the_limit():
    """what is over a limit stays on record, counts nothing, and why says so; strict refuses; undo takes it back"""
    e = dana("log", "2h", "training", "Customer effort in practice", "--on", "today", "--for", "metrics")
    same("entry", pick(e, "units", "counted", "state"), (2, 0.5, "part-counted"))
    same("warning", [w["code"] for w in e["warnings"]], ["over-limit"])
    holds(e["warnings"][0]["text"], "Only 0.5 of these 2.0 units add to the total")
    s = dana("status")
    same("status", pick(s, "counted", "logged", "over_limit", "to_go"), (13, 14.5, 1.5, 7))
    same("training", pick(s["categories"][0], "logged", "counted", "over_limit", "free"), (11.5, 10, 1.5, 0))
    w = dana("why", str(e["id"]))["entries"][0]
    same("parts", [pick(p, "units", "counted", "rule") for p in w["parts"]], [(0.5, 0.5, None), (1.5, 0, "category-limit")])
    holds(w["parts"][1]["text"], "At most ten units count from any one category.")
    p = dana("log", "1h", "training", "One more webinar", "--on", "monday", "--for", "metrics", "--strict", code=5)
    same("strict", p["code"], "over-limit")
    same("status", dana("status")["logged"], 14.5)
    changes = dana("undo")["changes"]
    same("undone", [c["action"] for c in changes], ["undo"])
    same("status", pick(dana("status"), "counted", "logged", "to_go"), (12.5, 12.5, 7.5))
    history = dana("history")["changes"]
    same("newest", pick(history[0], "action", "text"), ("undo", "undo: log %d" % e["id"]))
    assert [c["seq"] for c in history] == sorted((c["seq"] for c in history), reverse=True)


def edits():
    """edit and undo go there and back; what is undone is as before"""
    before = dana("status")
    e = dana("edit", "2", "--hours", "1.5", "--title", "Coaching, shortened")
    same("edit", pick(e, "minutes", "units", "title"), (90, 1.5, "Coaching, shortened"))
    same("status", dana("status")["counted"], 12)
    dana("undo")
    same("status", dana("status"), before)
    same("title", dana("show", "2")["title"], "Coaching front-line listeners")
    e = dana("log", "30m", "cxpa", "Committee call", "--on", "2026-03-02")
    same("without a competency", (pick(e, "state", "counted"), [w["code"] for w in e["warnings"]]),
         (("needs-info", 0), ["needs-competency"]))
    same("with one", pick(dana("edit", str(e["id"]), "--for", "culture"), "state", "counted"), ("counted", 0.5))
    dana("undo")
    dana("undo")
    same("status", dana("status"), before)


def told(chance):
    return "under 1%" if chance < 0.01 else "about %d%%" % (chance * 100 + 1e-9)


def team_subject(states):
    counts = ["%d %s" % (list(states).count(s), s.replace("-", " ")) for s in ("off-track", "at-risk") if s in states]
    return "CX team: %s, next deadline 10 April" % ", ".join(counts)


def mails():
    """a reminder and a digest go out; their numbers are those of the status"""
    planned = D[0].json("admin", "run", "reminders")["planned"]
    same("planned", [pick(p, "person", "rung", "outcome") for p in planned],
         [("dana@example.org", d, "superseded") for d in (180, 120, 90, 60)] + [("dana@example.org", 30, "mailed")] +
         [("amir@example.org", d, "before-enrolment") for d in (180, 120)])
    same("digests", [pick(d, "team", "to", "outcome") for d in D[0].json("admin", "run", "digests")["digests"]],
         [("CX team", "hugo@example.org", "mailed")])
    D[0].json("admin", "run", "mail")
    box = os.path.join(D[0].state, "mail")
    sent = {}
    for name in os.listdir(box):
        with open(os.path.join(box, name), "rb") as f:
            raw = f.read()
        assert raw.isascii() and b"\n" not in raw.replace(b"\r\n", b""), name
        assert max(map(len, raw.split(b"\r\n\r\n", 1)[1].split(b"\r\n"))) <= 76, name
        mail = email.message_from_bytes(raw, policy=email.policy.default)
        sent[mail["To"].addresses[0].addr_spec] = mail
    same("mails to", sorted(sent), ["dana@example.org", "hugo@example.org"])
    mail = sent["dana@example.org"]
    same("subject", mail["Subject"], "29 days left: 7.5 units to go")
    holds(mail.get_body(("plain",)).get_content(), "12.5 of 20 units count. 7.5 to go in 29 days.", "Mentor session: CCXP candidate",
          "have none. Keep the certificate", "Add it with: ceu attach")
    holds(mail.get_body(("html",)).get_content(), "12.5 of 20 units count", "7.5 to go")
    mail = sent["hugo@example.org"]
    states = {"dana": "off-track", "amir": amirs_state()}
    same("subject", mail["Subject"], team_subject(states.values()))
    text = mail.get_body(("plain",)).get_content()
    holds(text, "Dana Voss needs 7.5 units in 29 days", "Deadline     Chance", "10 Apr 2026  " + told(dana("status")["chance"]))
    amir = {"on-track": ["On track: Amir Kaya."], "at-risk": ["Amir Kaya  - at risk"], "off-track": ["Amir Kaya  ! off track"]}
    holds(text, *amir[states["amir"]])
    assert "Coaching" not in text and "Mentor" not in text, "the lead sees titles"
    same("again", D[0].json("admin", "run", "reminders"), {"planned": []})
    queue = D[0].json("admin", "mail", "queue")["mails"]
    same("queue", queue, [])
    counts = D[0].json("admin", "mail", "status")["states"]
    same("sent", counts["sent"], 2)


def team():
    """the lead sees numbers and dates"""
    t = D[0].json("team", "--as", "hugo")
    amir, states = amirs_state(), {}
    for state in ("off-track", amir):
        states[state] = states.get(state, 0) + 1
    same("team", (t["team"], t["states"]), ("CX team", states))
    same("chances", [p["chance"] for p in t["people"]], [D[0].json("status", "--as", who)["chance"] for who in ("amir", "dana")])
    same("people", [pick(p, "person", "state", "counted", "to_go", "end", "days_left", "pending", "without_evidence") for p in t["people"]],
         [("amir@example.org", amir, 17, 3, "2026-06-30", 110, 0, 2),
          ("dana@example.org", "off-track", 12.5, 7.5, "2026-04-10", 29, 2, 3)])
    same("check", D[0].ceu("team", "--check", "--as", "hugo").code, 7)
    same("digest", D[0].json("team", "digest", "--as", "hugo")["subject"], team_subject(["off-track", amir]))
    same("no lead", D[0].json("team", "--as", "amir", code=4)["code"], "no-team-led")


def a_month_on():
    """the clock goes on: the next rungs and Mondays bring their mails, in order, once each"""
    moved = D[0].json("admin", "clock", "2026-04-13T08:00:00Z")
    assert moved["now"].startswith("2026-04-13T08:00"), moved
    mails = D[0].get("/v1/admin/mail/queue?state=all&limit=100")[1]["mails"]
    same("states", {m["state"] for m in mails}, {"sent"})
    mine = [m["subject"] for m in reversed(mails) if m["to"] == "dana@example.org"]
    # 14 days before is Friday 27 March, 7 is Good Friday, 3 a Tuesday, 1 a Thursday.
    # An event has waited untouched since 12 March: the mail of the 27th tells of it. She did not get there.
    same("to Dana", [s.split(":")[0] for s in mine], ["29 days left", "14 days left", "7 days left", "3 days left", "1 day left",
                                                      "Last day", "Your cycle ended on 10 April with 12.5 of 20 units"])
    amirs = [m["subject"] for m in mails if m["to"] == "amir@example.org"]
    same("to Amir", len(amirs), 1)                      # 90 days before 30 June is 1 April
    digests = [m["subject"] for m in reversed(mails) if m["to"] == "hugo@example.org"]
    assert len(digests) >= 2, digests
    same("lapsed", dana("status")["cycle"]["state"], "lapsed")
    refused = dana("log", "1h", "training", "Too late", "--for", "voice", code=5)
    same("too late", refused["code"], "outside-cycle")


def ends():
    """after a restart all is as it was"""
    before = [dana(verb) for verb in ("list", "history", "status")]
    same("exit", D[0].stop(), 0)
    D[0].start()
    for was, verb in zip(before, ("list", "history", "status")):
        same(verb + " after a restart", dana(verb), was)
    same("problems", D[0].json("admin", "status")["problems"], [])
    same("exit", D[0].stop(), 0)
    same("not running", ceu("--json", "status", socket_path=D[0].socket).code, 6)
    WEB[0].end()


def demo():
    """the demo runs through, plain when piped, and leaves nothing"""
    run = subprocess.run(["tests/system/demo"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=120, check=False,
                         stdin=subprocess.DEVNULL)
    out = run.stdout.decode()
    same("exit", (run.returncode, out if run.returncode else ""), (0, ""))
    holds(out, "$ ceu log 2h training", "12.5 of 20 units count", "Only 0.5 of these 2.0 units add to the total", "Subject: 29 days left",
          "Subject: CX team: 1 off track")
    assert "\x1b" not in out and "\r" not in out
    assert not os.path.exists(os.path.join(BUILD, "demo"))


if __name__ == "__main__":
    harness.main("story", [begin, people, entries, same_key_twice, inbox, status, bars, over_the_limit, edits, mails, team,
                           a_month_on, ends, demo])
