#!/usr/bin/python3
"""People, cycles, teams and who may do what, over the API of a real ceud. TAP."""
import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from api import CEUD, IS_ROOT, Daemon, OwnDaemon, add_dana, as_uid, contains, done, log, main, refused, same          # noqa: E402

d = Daemon()
DANA, LEAD, STRANGER, BOSS, OWN = 61001, 61002, 61003, 61004, 61005         # uids that no machine has


def add_people():
    """Adding: all that is said of a person; the cycle's dates"""
    a = add_dana(d, user=str(DANA), zone="America/New_York")
    same(a.json, {"email": "dana@example.org", "name": "Dana Reed", "user": str(DANA), "program": "ccxp-2y20",
                  "cycle": {"id": 2024, "start": "2024-07-01", "end": "2026-06-30", "state": "off-track"}, "teams": [],
                  "role": "professional", "zone": "America/New_York", "disabled": False})
    a = done(d.post("/v1/people", {"email": "Hugo@Example.ORG", "user": str(LEAD)}), email="hugo@example.org", program=None,
             cycle=None, name="", zone="Europe/Berlin")
    a = done(d.post("/v1/people", {"email": "leap@example.org", "from": "2024-02-29"}))
    same(a["cycle"], {"id": 2024, "start": "2024-02-29", "end": "2026-02-28", "state": "lapsed"})
    a = done(d.post("/v1/people", {"email": "both@example.org", "from": "2025-01-01", "until": "30 june 2027"}))
    same((a["cycle"]["start"], a["cycle"]["end"]), ("2025-01-01", "2027-06-30"))
    a = done(d.post("/v1/people", {"email": "amir@example.org", "until": "30 april", "program": "ccxp-2y20"}))
    same((a["cycle"]["start"], a["cycle"]["end"]), ("2024-05-01", "2026-04-30"))
    done(d.post("/v1/people", {"email": "boss@example.org", "role": "admin", "user": str(BOSS)}), role="admin")


def add_refused():
    """What cannot be added, and why"""
    whole = {"email": "x@example.org", "until": "2026-06-30"}
    for change, status, code, words in (
            ({"email": "dana@example.org"}, 422, "person-exists", "ceu admin person set dana@example.org"),
            ({"email": "DANA@example.org"}, 422, "person-exists", "dana@example.org"),
            ({"email": "nobody"}, 400, "address-invalid", "no @"), ({"email": ""}, 400, "address-invalid", "empty"),
            ({"email": "a b@example.org"}, 400, "address-invalid", "blanks"), ({"email": 7}, 400, "field-type", "email"),
            ({"email": None}, 400, "email-needed", "ceu admin person add EMAIL"),
            ({"user": "no-such-login-here"}, 400, "login-unknown", 'no user "no-such-login-here"'),
            ({"user": str(DANA)}, 422, "login-taken", "dana@example.org"),
            ({"role": "lead"}, 400, "role-unknown", "ceu admin team set TEAM --lead EMAIL"),
            ({"zone": "Mars/Olympus"}, 400, "zone-unknown", "Mars/Olympus"),
            ({"zone": "../../etc/passwd"}, 400, "zone-unknown", ""),
            ({"program": "nonsense"}, 404, "no-program", "ccxp-2y20"),
            ({"team": "nonsense"}, 404, "no-team", "ceu admin team add NAME"),
            ({"from": "2026-07-01"}, 400, "cycle-dates", "--from"), ({"until": "03/04/2026"}, 400, "date-ambiguous", "3 April"),
            ({"name": "a\nb"}, 400, "name-control", ""), ({"name": "n" * 101}, 400, "name-long", "100"),
            ({"nmae": "x"}, 400, "field-unknown", "name")):
        refused(d.post("/v1/people", dict(whole, **change)), status, code, words)
    refused(d.get("/v1/people/x@example.org"), 404, "no-person", "ceu admin person list")


def find_people():
    """PERSON: the address, or an unambiguous beginning; the list and its pages"""
    done(d.get("/v1/people/dan"), email="dana@example.org")
    refused(d.get("/v1/people/b"), 400, "person-ambiguous", "boss@example.org", "both@example.org")
    refused(d.get("/v1/people/nobody"), 404, "no-person")
    refused(d.get("/v1/people/me"), 404, "uid-no-person", "--as PERSON")
    done(d.get("/v1/people/me?as=dana"), email="dana@example.org")
    emails, after = [], ""
    while True:
        page = done(d.get("/v1/people?limit=2" + after)).json
        emails += [p["email"] for p in page["people"]]
        if "next_after" not in page:
            break
        after = "&after=" + page["next_after"]
    same(emails, ["amir@example.org", "boss@example.org", "both@example.org", "dana@example.org", "hugo@example.org",
                  "leap@example.org"])


def set_people():
    """Setting: the cycle moves and keeps its entries; the rest stays as it was"""
    done(log(d, "2h", "cxpa", "Early talk", "2024-07-10"), counted=2)
    a = done(d.patch("/v1/people/dana", {"until": "2026-12-31"}))
    same(a["cycle"], {"id": 2025, "start": "2025-01-01", "end": "2026-12-31", "state": "off-track"})
    done(d.get("/v1/people/dana/entries/1"), state="out-of-cycle", counted=0, units=2, reason="Its date is in no cycle.")
    done(d.get("/v1/people/dana/status"), counted=0, logged=0)
    same(done(d.get("/v1/people/dana/history?limit=1"))["changes"][0]["text"], "move cycle: 1 January 2025 to 31 December 2026")
    a = done(d.patch("/v1/people/dana", {"from": "2024-07-01"}))
    same((a["cycle"]["start"], a["cycle"]["end"]), ("2024-07-01", "2026-06-30"))
    done(d.get("/v1/people/dana/status"), counted=2)
    done(d.patch("/v1/people/dana", {"name": "Dana R.", "zone": ""}), name="Dana R.", zone="Europe/Berlin", user=str(DANA))
    refused(d.patch("/v1/people/dana", {}), 400, "nothing-given")
    refused(d.patch("/v1/people/dana", {"user": str(LEAD)}), 422, "login-taken", "hugo@example.org")
    refused(d.patch("/v1/people/nobody", {"name": "x"}), 404, "no-person")
    refused(d.patch("/v1/people/me", {"name": "x"}), 404, "uid-no-person")
    done(d.patch("/v1/people/leap", {"disabled": True}), disabled=True)
    done(d.patch("/v1/people/leap", {"disabled": False}), disabled=False)
    done(d.patch("/v1/people/hugo", {"program": "ccxp-2y20"}), program="ccxp-2y20", cycle=None)
    refused(d.get("/v1/people/hugo/status"), 422, "no-cycle", "ceu admin person set hugo@example.org --until DATE")
    refused(log(d, "1h", "cxpa", "T", "today", person="hugo@example.org"), 422, "no-cycle")
    same(done(d.get("/v1/people/hugo/entries"))["entries"], [])


def addresses():
    """An address is changed, undone, and has a domain of any letters: A-labels within, letters for people"""
    refused(d.patch("/v1/people/leap", {"email": "dana@example.org"}), 422, "person-exists", "dana@example.org")
    refused(d.patch("/v1/people/leap", {"email": "nobody"}), 400, "address-invalid", "no @")
    refused(d.patch("/v1/people/leap", {"email": "j\u00fcrg@example.org"}), 400, "address-invalid",
            "only ASCII letters can stand before the @")
    refused(d.patch("/v1/people/leap", {"email": "leap@b\u00fcch er.example"}), 400, "address-invalid", "letters, digits, hyphens")
    refused(d.patch("/v1/people/leap", {"email": "leap@\u2603.example"}), 400, "address-invalid", "no domain has")
    refused(d.patch("/v1/people/leap", {"email": 7}), 400, "field-type", "email")
    refused(d.patch("/v1/people/leap", {"email": ""}), 400, "address-invalid", "empty")
    before = done(d.get("/v1/people/leap")).json
    done(d.patch("/v1/people/leap", {"email": "leap@example.org"}))
    a = done(d.patch("/v1/people/leap", {"email": "Jump@B\u00dcCHER.example", "name": "Jump"}))
    same(a.json, dict(before, email="jump@xn--bcher-kva.example", email_shown="jump@b\u00fccher.example", name="Jump"))
    same(done(d.get("/v1/people/jump/history?limit=1"))["changes"][0]["text"],
         "set leap@example.org, now jump@xn--bcher-kva.example")
    refused(d.get("/v1/people/leap@example.org"), 404, "no-person")
    for word in ("jump@b%C3%BCcher.example", "jump@xn--bcher-kva.example", "JUMP@B%C3%9CCHER.EXAMPLE", "jum"):
        done(d.get("/v1/people/" + word), email="jump@xn--bcher-kva.example")
        done(d.get("/v1/people/me?as=" + word), email="jump@xn--bcher-kva.example")
    refused(d.post("/v1/people", {"email": "jump@b\u00fccher.example"}), 422, "person-exists", "jump@xn--bcher-kva.example")
    # the old address is free, and taking the change back is refused as long as another has it
    done(d.post("/v1/people", {"email": "leap@example.org", "name": "Other"}))
    refused(d.post("/v1/people/jump/undo"), 422, "person-exists", "leap@example.org")
    done(d.patch("/v1/people/leap", {"email": "other@example.org"}), email="other@example.org", name="Other")
    done(d.post("/v1/people/jump/undo"))
    same(done(d.get("/v1/people/leap")).json, before)
    # one that looks like another is shown as it is kept
    a = done(d.patch("/v1/people/other", {"email": "other@\u0430\u0440\u0440\u04cf\u0435.example"}))
    same((a["email"], "email_shown" in a.json), ("other@xn--80ak6aa92e.example", False))
    if IS_ROOT:
        refused(d.patch("/v1/people/me", {"email": "mine@example.org"}, uid=DANA), 403, "not-admin")
    done(d.patch("/v1/people/other", {"email": "zoe@example.org"}))
    done(d.patch("/v1/people/zoe", {"disabled": True}))


def other_cycles():
    """A cycle by the year it starts in"""
    done(d.get("/v1/people/dana/status?cycle=2024"), counted=2)
    refused(d.get("/v1/people/dana/status?cycle=2020"), 404, "no-such-cycle", "2020")
    for year in ("24", "x", "02024", "0999"):
        refused(d.get("/v1/people/dana/status?cycle=" + year), 400, "year-invalid", "2024")


def teams():
    """Teams: making, joining, leaving, renaming, a lead; the status of all"""
    same(done(d.post("/v1/teams", {"name": "CX team", "lead": "hugo"})).json,
         {"name": "CX team", "lead": "hugo@example.org", "people": []})
    refused(d.post("/v1/teams", {"name": "cx  TEAM"}), 422, "team-exists", "CX team")
    refused(d.post("/v1/teams", {"name": ""}), 400, "name-empty")
    refused(d.post("/v1/teams", {}), 400, "name-empty")
    refused(d.post("/v1/teams", {"name": "mine"}), 400, "team-name", "mine")
    refused(d.post("/v1/teams", {"name": "Other", "lead": "nobody"}), 404, "no-person")
    done(d.patch("/v1/people/dana", {"team": "cx"}), teams=["CX team"])
    done(d.patch("/v1/people/amir", {"team": "CX team"}))
    done(d.patch("/v1/people/hugo", {"team": "CX team"}))
    t = done(d.get("/v1/teams/cx/status"), team="CX team", states={"off-track": 2}, without_cycle=["hugo@example.org"])
    chance = done(d.get("/v1/people/dana/status"))["chance"]
    same(0 < chance < 0.25, True)
    same(t["people"][1], {"person": "dana@example.org", "name": "Dana R.", "state": "off-track", "counted": 2, "required": 20,
                          "to_go": 18, "end": "2026-06-30", "days_left": 110, "chance": chance, "pending": 0, "waiting": 0,
                          "without_evidence": 1})
    same([p["person"] for p in t["people"]], ["amir@example.org", "dana@example.org"])
    done(d.post("/v1/teams", {"name": "Second"}), lead=None)
    done(d.patch("/v1/teams/Second", {"rename": "Third"}), name="Third")
    done(d.patch("/v1/teams/Third", {"lead": "boss"}), lead="boss@example.org")
    done(d.patch("/v1/teams/Third", {"lead": ""}), lead=None)
    refused(d.patch("/v1/teams/Third", {"every": "hour"}), 400, "field-unknown", "every")
    refused(d.patch("/v1/teams/Third", {}), 400, "nothing-given")
    refused(d.patch("/v1/teams/Nowhere", {"rename": "Fourth"}), 404, "no-team")
    same([t["name"] for t in done(d.get("/v1/teams"))["teams"]], ["CX team", "Third"])
    refused(d.get("/v1/teams/mine/status"), 403, "no-team-led", "ceu team NAME")
    done(d.get("/v1/teams/mine/status?as=hugo"), team="CX team")
    digest = done(d.get("/v1/teams/cx/digest"))
    contains(digest["subject"], "CX team")
    contains(digest["text"], "amir")
    contains(digest["html"], "<html")
    done(d.patch("/v1/people/amir", {"leave_team": "CX team"}), teams=[])


def who_am_i():
    """whoami: uid, person, roles, and whom an admin acts for"""
    done(d.get("/v1/me"), uid=os.getuid(), person=None, roles=["admin"], today="2026-03-12", zone="Europe/Berlin")
    done(d.get("/v1/me?as=hugo"), person="hugo@example.org", roles=["professional", "lead"])
    if not IS_ROOT:
        return "only root can ask as somebody else"
    done(d.get("/v1/me", uid=DANA), uid=DANA, person="dana@example.org", roles=["professional"])
    done(d.get("/v1/me", uid=BOSS), person="boss@example.org", roles=["professional", "admin"])
    refused(d.get("/v1/me", uid=STRANGER), 403, "uid-unknown", "uid %d" % STRANGER, "ceu admin person set YOUR-E-MAIL --user")


def own_things():
    """A professional: her own by `me` and by address, nobody else's; --as is for admins"""
    if not IS_ROOT:
        return "only root can ask as somebody else"
    done(d.get("/v1/people/me/status", uid=DANA), person="dana@example.org")
    done(d.get("/v1/people/dana@example.org/status", uid=DANA), person="dana@example.org")
    a = done(d.post("/v1/people/me/entries", {"hours": "1h", "category": "cxpa", "title": "Own talk", "for": ["voice"]}, uid=DANA))
    same(done(d.get("/v1/people/dana/history?limit=1"))["changes"][0]["actor"], "dana@example.org")
    refused(d.post("/v1/people/me/entries", {"hours": "1h", "category": "cxpa", "title": "Early", "on": "2024-06-12"}, uid=DANA),
            422, "outside-cycle", "12 June 2024 is before your cycle, which began on 1 July 2024", "ask your admin")
    for who in ("amir@example.org", "nobody@example.org"):
        refused(d.get("/v1/people/%s/status" % who, uid=DANA), 403, "not-yours", who)
    refused(d.get("/v1/people/me/status?as=amir", uid=DANA), 403, "not-admin", "--as")
    refused(d.get("/v1/me?as=amir", uid=DANA), 403, "not-admin")
    refused(d.post("/v1/people/me/undo?as=amir", uid=DANA), 403, "not-admin")
    # what she did, an admin's undo leaves alone: each takes back her own
    done(d.patch("/v1/people/dana", {"name": "Somebody"}))
    done(d.post("/v1/people/dana/undo"))
    done(d.get("/v1/people/dana"), name="Dana R.")
    done(d.get("/v1/people/dana/entries/%d" % a["id"]), state="counted")
    done(d.patch("/v1/people/dana", {"disabled": True}))
    refused(d.get("/v1/people/me/status", uid=DANA), 403, "person-disabled")
    done(d.patch("/v1/people/dana", {"disabled": False}))


def lead_numbers():
    """A lead: numbers of her team, never titles; no other team"""
    if not IS_ROOT:
        return "only root can ask as somebody else"
    done(d.get("/v1/teams/mine/status", uid=LEAD), team="CX team")
    done(d.get("/v1/teams/cx/status", uid=LEAD))
    refused(d.get("/v1/teams/third/status", uid=LEAD), 403, "not-your-team", "Third")
    same([t["name"] for t in done(d.get("/v1/teams", uid=LEAD))["teams"]], ["CX team"])
    done(d.get("/v1/people/dana/status", uid=LEAD), person="dana@example.org")
    # neither is the title of what is planned one
    done(log(d, "1h", "cxpa", "A secret meeting", "2026-06-01"))
    a = done(d.get("/v1/people/dana/status", uid=LEAD))
    same([(e["title"], e["date"], e["units"], e["due"]) for e in a["planned"]], [(None, "2026-06-01", 1, False)])
    same(("secret" in a.text, "secret" in d.get("/v1/people/me/status", uid=DANA).text), (False, True))
    same("secret" in done(d.get("/v1/teams/mine/status", uid=LEAD)).text, False)
    done(d.post("/v1/people/dana/undo"))
    refused(d.get("/v1/people/amir/status", uid=LEAD), 403, "not-yours")
    for what in ("entries", "entries/1", "why", "history", "inbox", "calendars", "cycles", "renew"):
        refused(d.get("/v1/people/dana/" + what, uid=LEAD), 403, "not-yours")
    refused(d.post("/v1/people/dana/undo", uid=LEAD), 403, "not-yours")
    done(d.patch("/v1/teams/third", {"lead": "hugo"}))
    refused(d.get("/v1/teams/mine/status", uid=LEAD), 400, "team-needed", "CX team, Third", "ceu team NAME")


MATRIX = [                          # method, path, and who gets in: stranger, professional, lead, admin
    ("GET", "/v1/people/dana@example.org/deadlines", "nyny"), ("GET", "/v1/people/dana@example.org/deadlines.ics", "nyny"),
    ("POST", "/v1/people/dana@example.org/deadlines/address", "nyny"), ("DELETE", "/v1/people/dana@example.org/deadlines/address", "nyny"),
    ("GET", "/calendar/none.ics", "yyyy"),
    ("GET", "/healthz", "yyyy"), ("GET", "/readyz", "yyyy"), ("GET", "/v1/me", "nyyy"), ("GET", "/v1/programs", "nyyy"),
    ("GET", "/v1/programs/ccxp-2y20", "nyyy"), ("GET", "/v1/people", "nnny"), ("POST", "/v1/people", "nnny"),
    ("GET", "/v1/people/amir", "nnny"), ("PATCH", "/v1/people/amir", "nnny"), ("GET", "/v1/people/amir/status", "nnny"),
    ("GET", "/v1/people/dana@example.org/status", "nyyy"), ("GET", "/v1/people/dana@example.org/why", "nyny"),
    ("GET", "/v1/people/dana@example.org/history", "nyny"), ("POST", "/v1/people/dana@example.org/undo", "nyny"),
    ("POST", "/v1/people/dana@example.org/redo", "nyny"), ("GET", "/v1/people/dana@example.org/cycles", "nyny"),
    ("POST", "/v1/people/dana@example.org/submit", "nyny"), ("GET", "/v1/people/dana@example.org/renew", "nyny"),
    ("POST", "/v1/people/dana@example.org/renew", "nyny"), ("POST", "/v1/people/dana@example.org/plan/add", "nyny"),
    ("POST", "/v1/people/dana@example.org/plan/keep", "nyny"), ("POST", "/v1/people/dana@example.org/plan/done", "nyny"),
    ("POST", "/v1/people/dana@example.org/plan/drop", "nyny"),
    ("POST", "/v1/people/dana@example.org/files?name=a.pdf", "nyny"), ("GET", "/v1/people/dana@example.org/packet?format=json", "nyny"),
    ("POST", "/v1/people/dana@example.org/entries/1/evidence", "nyny"),
    ("DELETE", "/v1/people/dana@example.org/entries/1/evidence/a.pdf", "nyny"),
    ("GET", "/v1/people/dana@example.org/entries", "nyny"), ("POST", "/v1/people/dana@example.org/entries", "nyny"),
    ("GET", "/v1/people/dana@example.org/entries/1", "nyny"), ("PATCH", "/v1/people/dana@example.org/entries/1", "nyny"),
    ("DELETE", "/v1/people/dana@example.org/entries/99", "nyny"), ("GET", "/v1/people/dana@example.org/inbox", "nyny"),
    ("POST", "/v1/people/dana@example.org/inbox/1/confirm", "nyny"), ("POST", "/v1/people/dana@example.org/inbox/1/skip", "nyny"),
    ("POST", "/v1/people/dana@example.org/inbox/1/restore", "nyny"), ("GET", "/v1/people/dana@example.org/calendars", "nyny"),
    ("POST", "/v1/people/dana@example.org/calendars", "nyny"), ("POST", "/v1/people/dana@example.org/calendars/1/check", "nyny"),
    ("DELETE", "/v1/people/dana@example.org/calendars/1", "nyny"), ("GET", "/v1/teams", "nnyy"), ("POST", "/v1/teams", "nnny"),
    ("PATCH", "/v1/teams/cx", "nnny"), ("GET", "/v1/teams/cx/status", "nnyy"), ("GET", "/v1/teams/cx/digest", "nnyy"),
    ("PATCH", "/v1/teams/cx/digest", "nnyy"), ("GET", "/v1/teams/cx/plan", "nnyy"),
    ("GET", "/v1/admin/status", "nnny"), ("POST", "/v1/admin/run/none", "nnny"), ("GET", "/v1/admin/clock", "nnny"),
    ("POST", "/v1/admin/clock", "nnny"), ("POST", "/v1/admin/reload", "nnny"), ("GET", "/v1/admin/mail", "nnny"),
    ("GET", "/v1/admin/mail/queue", "nnny"), ("POST", "/v1/admin/mail/test", "nnny"), ("POST", "/v1/admin/mail/release", "nnny"),
]


def matrix():
    """Every route and every role: who gets in"""
    if not IS_ROOT:
        return "only root can ask as somebody else"
    for method, path, who in MATRIX:
        for uid, want in zip((STRANGER, DANA, LEAD, BOSS), who):
            a = d.call(method, path, {} if method in ("POST", "PATCH") else None, uid=uid)
            if (a.status == 403) != (want == "n"):
                raise AssertionError("%s %s as %d: %r" % (method, path, uid, a))


def own_daemon():
    """A person's own ceud: her uid is admin, and the first person is she"""
    uid = OWN if IS_ROOT else os.getuid()
    if IS_ROOT and not as_uid(uid, lambda: os.access(CEUD, os.X_OK)):
        return "needs a build folder that others may look into"
    own = OwnDaemon(uid)
    done(own.get("/v1/me", uid=uid), person=None, roles=["admin"])
    refused(own.get("/v1/people/me/status", uid=uid), 404, "uid-no-person")
    a = done(own.post("/v1/people", {"email": "me@example.org", "until": "2026-06-30"}, uid=uid), email="me@example.org")
    same(a["user"] not in (None, ""), True)
    done(own.get("/v1/me", uid=uid), person="me@example.org", roles=["professional", "admin"])
    done(own.post("/v1/people/me/entries", {"hours": "1h", "category": "cxpa", "title": "Own"}, uid=uid), id=1)
    done(own.post("/v1/people", {"email": "other@example.org"}, uid=uid), user=None)
    same(os.stat(own.state).st_mode & 0o777, 0o700)
    if IS_ROOT:
        refused(own.get("/v1/me", uid=STRANGER), 403, "uid-unknown")
    same(own.stop(), 0)


def unknown_routes():
    """Paths and methods that are not there"""
    for path in ("/", "/v1", "/v1/", "/v2/me", "/v1/me/", "/v1/people//status", "/v1/people/dana/nothing", "/v1/programs/a/b",
                 "/v1/people/dana/entries/1/2", "/metrics"):
        refused(d.get(path), 404, "no-route", path)
    for method, path in (("POST", "/v1/me"), ("DELETE", "/v1/people/dana"), ("PUT", "/v1/people/dana/entries/1"),
                         ("PATCH", "/v1/people/dana/undo"), ("GET", "/v1/people/dana/undo")):
        refused(d.call(method, path), 400, "no-method")
    refused(d.get("/v1/programs/nonsense"), 404, "no-program", "ccxp-2y20")
    same(done(d.get("/v1/programs"))["programs"][0]["id"], "ccxp-2y20")
    p = done(d.get("/v1/programs/ccxp-2y20"), name="CCXP", unit="CEU", verified="2026-11-21")
    same([(c["id"], c["limit"]) for c in p["categories"]],
         [("training", 10), ("in-company", 10), ("conference", 10), ("college", 10), ("cxpa", 10)])
    same({k: p["rules"][0][k] for k in ("id", "text", "source")},
         {"id": "total", "text": "Twenty units in every two-year cycle.", "source": "CCXP Duties and Responsibilities, CXPA"})
    same(len(p["hash"]), 64)


if __name__ == "__main__":
    main([add_people, add_refused, find_people, set_people, addresses, other_cycles, teams, who_am_i, own_things, lead_numbers, matrix,
          own_daemon, unknown_routes])
