#!/usr/bin/python3
"""Random requests to a real ceud, from a printed seed: none may fail inside, none may stop it. TAP."""
import json
import os
import random
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from api import ROOT, Daemon, add_dana, done, main, same          # noqa: E402
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
    "entry": ["hours", "minutes", "category", "title", "on", "for", "provider", "note", "strict", "yes"],
    "edit": ["hours", "minutes", "category", "title", "on", "for", "provider", "note", "yes"],
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
        "b@example.org"], "team": ["CX team", "cx"], "name": ["CX team", "Other"], "disabled": [False]}
ROUTES = [
    (12, "POST", lambda: P + "/entries", "entry"), (4, "PATCH", lambda: P + "/entries/" + number(), "edit"),
    (2, "DELETE", lambda: P + "/entries/" + number() + query(["because"]), None), (3, "POST", lambda: P + "/undo", "none"),
    (3, "GET", lambda: P + "/entries" + query(["words", "category", "for", "from", "to", "no_evidence", "uncounted", "limit", "after"]),
     None), (2, "GET", lambda: P + "/status" + query(["cycle"]), None), (2, "GET", lambda: P + "/why" + query(["entry", "cycle"]), None),
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
    same(round(sum(c["counted"] for c in s["categories"]), 2), s["counted"])
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


if __name__ == "__main__":
    main([random_requests, afterwards])
