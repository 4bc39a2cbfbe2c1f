#!/usr/bin/python3
"""Random requests to a real ceud, from a printed seed: none may fail inside, none may stop it; random histories, in which what
is kept is always what a fresh look finds. TAP."""
import json
import os
import random
import shutil
import sqlite3
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from api import CONFIG, ROOT, Daemon, add_dana, done, main, same          # noqa: E402
from urllib.parse import quote

SEED = int(os.environ.get("CEUD_SEED") or random.SystemRandom().randrange(2 ** 32))
REQUESTS = 3000
print("# CEUD_SEED=%d" % SEED)
r = random.Random(SEED)
d = Daemon()
add_dana(d)
P = "/v1/people/dana"
with open(os.path.join(ROOT, "tests/data/calendars/work.ics")) as text:
    ICS = text.read()

WORDS = ["", "1", "1h", "2.5", "90m", "25h", "-1h", "cxpa", "training", "co", "voice", "design", "today", "yesterday", "monday",
         "24 feb", "2026-03-04", "2025-12-24", "2024-06-12", "2026-07-01", "03/04/2026", "dana@example.org", "dana", "me", "mine",
         "CX team", "x", "A title", "Another title", "\u00e9\u4e2d\U0001f600", "a\nb", "\u202e", "\u0000", "%00", "../..",
         "x" * 300, "y" * 5000, "ccxp-2y20", "Europe/Berlin", "admin", "professional", "week", "month", "1d", "+2h", "ops@example.org"]
MEMBERS = {
    "entry": ["hours", "minutes", "category", "title", "on", "for", "provider", "note", "tags", "earn", "count", "evidence", "strict",
              "yes"],
    "edit": ["hours", "minutes", "category", "title", "on", "for", "provider", "note", "tags", "earn", "count", "yes"],
    "plan": ["hours", "category", "title", "on", "for", "strict", "yes"], "ids": ["ids", "hours"], "keep": ["proposals", "category"],
    "submit": ["on", "yes"], "renew": ["until", "because", "yes"],
    "confirm": ["hours", "minutes", "category", "for", "yes"], "skip": ["series"], "none": [],
    "person": ["email", "name", "program", "from", "until", "team", "role", "zone"],
    "set": ["name", "program", "from", "until", "team", "leave_team", "role", "zone", "disabled"],
    "team": ["name", "lead"], "team_set": ["lead", "rename"], "calendar": ["file", "name", "category", "for"],
    "clock": ["to", "forward"], "test": ["to"],
}
GOOD = {"hours": ["1h", "2", "45m", "3.25"], "category": ["cxpa", "training", "college", "in", "conf"], "on": ["today", "2026-03-04",
        "2025-12-24", "2026-05-01", "monday"], "title": ["A title", "Another title", "Third", "Fourth"], "for": [["voice"], [],
        ["design", "metrics"]], "minutes": [60, 90, 1441, 0], "file": [{"name": "work.ics", "text": ICS}, {"name": "a", "text": "b"}],
        "until": ["2026-06-30", "2026-12-31", "30 june 2027"], "from": ["2024-07-01", "2025-01-01"], "email": ["a@example.org",
        "b@example.org"], "team": ["CX team", "cx"], "name": ["CX team", "Other"], "disabled": [False], "ids": [[1], [2, 3], [7], [12], [20]], "proposals": [[1], [2, 4], [5]],
        "tags": [[]], "earn": [""], "because": ["Taken back"], "yes": [True, True, False]}
ROUTES = [
    (12, "POST", lambda: P + "/entries", "entry"), (4, "PATCH", lambda: P + "/entries/" + number(), "edit"),
    (2, "DELETE", lambda: P + "/entries/" + number() + query(["because"]), None), (3, "POST", lambda: P + "/undo", "none"),
    (2, "POST", lambda: P + "/redo", "none"), (2, "POST", lambda: P + "/plan/add", "plan"), (2, "POST", lambda: P + "/plan/done", "ids"),
    (1, "POST", lambda: P + "/plan/drop", "ids"), (2, "POST", lambda: P + "/plan/keep", "keep"),
    (1, "POST", lambda: P + "/submit", "submit"), (1, "POST", lambda: P + "/renew", "renew"), (1, "GET", lambda: P + "/cycles", None),
    (1, "GET", lambda: P + "/renew" + query(["until"]), None),
    (3, "GET", lambda: P + "/entries" + query(["words", "category", "for", "from", "to", "no_evidence", "uncounted", "limit", "after"]),
     None), (2, "GET", lambda: P + "/status" + query(["cycle", "as_of"]), None),
    (2, "GET", lambda: P + "/why" + query(["entry", "cycle", "as_of"]), None),
    (1, "GET", lambda: P + "/history" + query(["limit", "after"]), None), (1, "GET", lambda: P + "/inbox" + query(["skipped", "limit",
     "after"]), None), (3, "POST", lambda: P + "/inbox/" + numbers() + "/confirm", "confirm"),
    (2, "POST", lambda: P + "/inbox/" + numbers() + "/skip", "skip"), (2, "POST", lambda: P + "/inbox/" + numbers() + "/restore", "none"),
    (1, "POST", lambda: P + "/calendars", "calendar"), (1, "GET", lambda: P + "/calendars", None),
    (1, "DELETE", lambda: P + "/calendars/" + number(), None), (1, "POST", lambda: P + "/calendars/" + number() + "/check", "none"),
    (1, "GET", lambda: "/v1/people" + query(["limit", "after"]), None), (1, "POST", lambda: "/v1/people", "person"),
    (1, "PATCH", lambda: "/v1/people/" + word(), "set"), (1, "PATCH", lambda: P, "set"), (1, "POST", lambda: "/v1/teams", "team"),
    (1, "PATCH", lambda: "/v1/teams/" + word(), "team_set"), (1, "GET", lambda: "/v1/teams/" + word() + "/status", None),
    (1, "GET", lambda: "/v1/teams/" + word() + "/digest", None), (1, "GET", lambda: "/v1/admin/status", None),
    (1, "GET", lambda: "/v1/admin/mail/queue" + query(["state", "limit", "after"]), None),
    (1, "GET", lambda: "/v1/" + "/".join(word() for _ in range(r.randrange(5))), None),
]


def word():
    return quote(r.choice(WORDS), safe="")


def number():
    return str(r.randrange(1, 30)) if r.random() < 0.9 else word()


def numbers():
    return ",".join(str(r.randrange(1, 8)) for _ in range(r.randrange(1, 4))) if r.random() < 0.9 else word()


def query(names):
    pairs = [(r.choice(names), r.choice(["1", "2", "training", "voice", "title", "2026-01-01", word()])) for _ in range(r.randrange(4))]
    return "?" + "&".join("%s=%s" % p for p in pairs) if pairs else ""


def value():
    return r.choice([None, True, False, 0, 1, -1, 60, 1.5, 10 ** 18, [], {}, [1], ["voice"], ["voice", "nonsense"], {"a": 1}] +
                    [r.choice(WORDS) for _ in range(15)])


def body(kind):
    if kind is None:
        return None
    if r.random() < 0.03:
        return r.choice([b"", b"{", b"[]", b"null", b"\xff\xfe", b'{"a":1,"a":2}', b"{}" * 3, b"[" * 100])
    names = MEMBERS[kind]
    chosen = [n for n in names if r.random() < (0.85 if n in GOOD else 0.15)] + (["nonsense"] if r.random() < 0.02 else [])
    if "hours" in chosen and "minutes" in chosen and r.random() < 0.9:
        chosen.remove("minutes")
    return json.dumps({n: r.choice(GOOD[n]) if n in GOOD and r.random() < 0.9 else value() for n in chosen}).encode()


def random_requests():
    """3000 requests: each answered with an object or a problem that says what to do, never with 5xx"""
    weights, statuses, undone = [w for w, *_ in ROUTES], {}, 0
    for i in range(REQUESTS):
        _, method, path, kind = r.choices(ROUTES, weights)[0]
        target, sent = path(), body(kind)
        a = d.call(method, target, sent)
        statuses[a.status] = statuses.get(a.status, 0) + 1
        if a.status >= 500 or not isinstance(a.json, dict) or (a.status != 200 and not (a["code"] and a["detail"])):
            raise AssertionError("request %d, %s %s %r: %r" % (i, method, target, sent, a))
        if a.status == 422 and not a["next"]:
            undone += 1
    print("# " + ", ".join("%d: %d" % s for s in sorted(statuses.items())))
    same(statuses.get(200, 0) > REQUESTS // 8, True, "enough of them done")
    same(undone, 0, "refusals by a rule without a next step")


def afterwards():
    """The numbers of status, list and why agree; a restart changes nothing"""
    p = done(d.get("/v1/people/dana"))
    if p["disabled"] or not p["cycle"]:
        return "dana has no cycle in this history"
    s = done(d.get(P + "/status"))
    why = done(d.get(P + "/why"))
    same(round(sum(e["counted"] for e in why["entries"]), 2), s["counted"])
    same(round(sum(c["counted"] for c in s["categories"]) + s["carried"], 2) >= s["counted"], True)
    same(max(c["counted"] for c in s["categories"]) <= 10, True)
    listed, after = {}, ""
    while True:
        page = done(d.get(P + "/entries?limit=50" + after)).json
        listed.update((e["id"], e["counted"]) for e in page["entries"])
        if "next_after" not in page:
            break
        after = "&after=%d" % page["next_after"]
    for e in why["entries"]:
        same(listed[e["id"]], e["counted"], "entry %d" % e["id"])
    same(d.stop(), 0)
    d.start()
    again = done(d.get(P + "/status"))
    same((again["counted"], again["logged"], again["pending"]), (s["counted"], s["logged"], s["pending"]))


# ---- histories

RULES = """program NAME {
	name "Craft"
	title "Craft"
	issuer "The guild"
	unit point {
		minutes 60
		step 0.25
	}
	cycle 12 months {
WORDS	}
	tag live "Live" {
		sort delivery
	}
	tag recorded "Recorded" {
		sort delivery
		only study
	}
	category work "Work" {
		tag live
	}
	category study "Study"
	competency hand "Hands"
	group all work study
	require 6 total
	require 1 tag live
	limit 4 category study
	limit 2 tag recorded
	needs competency
	once course
	earn lecture 2 per hour
	earn paper 3 per item
	CARRY
}
"""
STATES = ["done", "on-track", "at-risk", "off-track", "submitted", "lapsed"]
STEPS = 900
folder = tempfile.mkdtemp(prefix="ceud-test-programs-")
for name, words, carry in (("one", "", "carry none"), ("two", "early next", "carry 2 last 6 months into work"),
                           ("six", "grace 20 days earning", "carry 3 last 12 months")):
    with open(os.path.join(folder, name + ".rules"), "w") as out:
        out.write(RULES.replace("NAME", name).replace("WORDS", "\t\t%s\n" % words if words else "").replace("CARRY", carry))


def kept(daemon, who):
    """The rows of the open cycles as the database keeps them, and of the closed ones: how many."""
    db = sqlite3.connect("file:%s?mode=ro" % os.path.join(daemon.state, "ceud.db"), uri=True)
    try:
        return db.execute("SELECT start_on, counted, required, state, chance, carried FROM cycle JOIN person ON person.id = cycle.person "
                          "WHERE email = ? AND removed = 0 AND closed_at IS NULL", (who,)).fetchall()
    finally:
        db.close()


def check_kept(daemon, who, what, is_today=True):
    """A chance is kept as of the day of the last change; with each day it is a little less, until the state turns."""
    s = done(daemon.get("/v1/people/%s/status" % who))
    rows = kept(daemon, who)
    same(len(rows), 1, what + ": open cycles")
    _, counted, required, state, chance, carried = rows[0]
    same((counted / 100, required / 100, STATES[state], carried / 100), (s["counted"], s["required"], s["cycle"]["state"], s["carried"]), what)
    if s["chance"] is not None:
        same((chance / 1000 == s["chance"]) if is_today else (chance / 1000 >= s["chance"]), True, what + ": chance")
        band = "on-track" if chance >= 750 else "at-risk" if chance >= 250 else "off-track"
        same(s["cycle"]["state"] in (band, "done", "lapsed"), True, what + ": the state of %d" % chance)
    same(s["counted"] <= s["logged"] + s["carried"], True, what + ": counted and logged")
    return s


def picture(daemon, who):
    """All that a person sees, but for revisions and the history."""
    base = "/v1/people/" + who
    s = done(daemon.get(base + "/status")).json
    return s, done(daemon.get(base + "/cycles")).json, done(daemon.get(base + "/entries")).json, done(daemon.get(base + "/inbox")).json


def some_entry():
    e = {"hours": r.choice(["1h", "2h", "30m", "1.25", "5h"]), "category": r.choice(["work", "study"]), "title": r.choice("ABCDEFGHIJ"),
         "on": "2026-%02d-%02d" % (r.randrange(1, 13), r.randrange(1, 29)), "for": r.choice([["hand"], ["hand"], []]), "yes": True}
    if r.random() < 0.3:
        e["tags"] = ["recorded"] if e["category"] == "study" and r.random() < 0.5 else ["live"]
    if r.random() < 0.2:
        e["earn"] = r.choice(["lecture", "paper"])
        if e["earn"] == "paper":
            e["count"] = r.choice([1, 0.5, 2])
    return e


def step(daemon, who):
    """One command of a person who knows how to write them."""
    base = "/v1/people/" + who
    some = [r.randrange(1, 40)]
    return r.choices([
        lambda: daemon.post(base + "/entries", some_entry()),
        lambda: daemon.patch(base + "/entries/%d" % some[0], {k: v for k, v in some_entry().items() if r.random() < 0.4} or {"note": "n"}),
        lambda: daemon.delete(base + "/entries/%d" % some[0]),
        lambda: daemon.post(base + "/plan/add", some_entry()),
        lambda: daemon.post(base + "/plan/done", {"ids": some}),
        lambda: daemon.post(base + "/plan/drop", {"ids": some}),
        lambda: daemon.post(base + "/plan/keep", {"proposals": [r.randrange(1, 9)], "category": "work", "hours": "1h"}),
        lambda: daemon.post(base + "/inbox/%d/confirm" % r.randrange(1, 9), {"category": "study", "hours": "1h", "yes": True}),
        lambda: daemon.post(base + "/inbox/%d/skip" % r.randrange(1, 9)),
        lambda: daemon.post(base + "/submit", {"yes": r.random() < 0.5}),
        lambda: daemon.post(base + "/renew", {"yes": True}),
        lambda: daemon.post(base + "/renew", {"because": "Taken back"}),
        lambda: daemon.post(base + "/undo"),
        lambda: daemon.post(base + "/redo"),
        lambda: daemon.patch(base, {"until": "2026-%02d-28" % r.randrange(5, 13)}),
    ], [30, 10, 4, 6, 6, 3, 2, 3, 1, 3, 4, 2, 10, 5, 1])[0]()


def back_and_forth(daemon, who, what):
    """Undo so often, redo as often: nothing has changed."""
    before, times = picture(daemon, who), 0
    while times < 12:
        a = daemon.post("/v1/people/%s/undo" % who)
        if a.status != 200:
            same(a.json["code"] in ("nothing-to-undo", "undo-overtaken"), True, what)
            break
        times += 1
        check_kept(daemon, who, what + ", undo %d" % times)
    for i in range(times):
        done(daemon.post("/v1/people/%s/redo" % who))
        check_kept(daemon, who, what + ", redo %d" % (i + 1))
    same(picture(daemon, who), before, what + ": undo and redo of %d" % times)


def random_histories():
    """Random commands of three people under three programs: what is kept is what a fresh look finds; undo and redo meet"""
    h = Daemon(CONFIG + "programs %s\n" % folder)
    people, done_ones = [], 0
    for name in ("one", "two", "six"):
        done(h.post("/v1/people", {"email": name + "@example.org", "program": name, "until": "2026-08-31"}))
        people.append(name + "@example.org")
        done(h.post("/v1/people/%s@example.org/calendars" % name, {"file": {"name": "work.ics", "text": ICS}}))
    for i in range(STEPS):
        who = r.choice(people)
        a = step(h, who)
        what = "seed %d, step %d of %s: %r" % (SEED, i, who, a.text[:200])
        if a.status >= 500 or (a.status != 200 and not a["code"]):
            raise AssertionError(what)
        done_ones += a.status == 200
        check_kept(h, who, what, i < 120)
        if i % 50 == 49:
            back_and_forth(h, who, what)
        if i % 120 == 119:                              # a fortnight on: what turns by itself is kept too
            done(h.post("/v1/admin/clock", {"forward": "2w"}))
            for each in people:
                check_kept(h, each, what + ", a fortnight later", False)
        if i % 300 == 299:
            same(h.stop(), 0)
            h.start()
            check_kept(h, who, what + ", after a restart", False)
    print("# %d of %d commands done" % (done_ones, STEPS))
    same(done_ones > STEPS // 3, True, "enough of them done")
    for who in people:
        today = done(h.get("/v1/me"))["today"]
        now, then = done(h.get("/v1/people/%s/status" % who)), done(h.get("/v1/people/%s/status?as_of=%s" % (who, today)))
        for name in ("counted", "logged", "over_limit", "cycle", "chance", "categories", "rules", "carried", "planned", "submitted"):
            same(then[name], now[name], "as of today: " + name)
    shutil.rmtree(folder)


if __name__ == "__main__":
    main([random_requests, afterwards, random_histories])
