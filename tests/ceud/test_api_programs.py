#!/usr/bin/python3
"""Programs for admins over the API of a real ceud: list, check, simulate, install. TAP."""
import json
import os
import signal
import socket
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from api import CONFIG, ROOT, Daemon, contains, done, log, main, refused, same                     # noqa: E402

PROGRAMS = "/v1/admin/programs"
with open(os.path.join(ROOT, "etc/programs/ccxp-2y20.rules")) as text:
    SHIPPED = text.read()
CHANGED = SHIPPED.replace("limit 10 each category", "limit 8 each category").split("\tcheck ")[0] + "}\n"
d = Daemon()
people = ["p%02d@example.org" % i for i in range(30)]
for email in people:
    done(d.post("/v1/people", {"email": email, "until": "2026-06-30"}))
for email in people[:10]:
    done(log(d, "10h", "training", "A course", "2025-03-03", person=email))
    done(log(d, "10h", "cxpa", "Mentoring", "2025-04-04", person=email))
done(log(d, "3h", "cxpa", "Mentoring", "2025-04-04", person=people[10]))


def listed():
    return {p["id"]: p for p in done(d.get(PROGRAMS))["programs"]}


def bound(email):
    return d.get("/v1/people/%s/status" % email).json


def listing():
    """Which programs there are, where each is from, how many cycles are bound to it"""
    l = listed()
    same({k: l["ccxp-2y20"][k] for k in ("origin", "cycles", "older", "unit", "verified")},
         {"origin": "built-in", "cycles": 30, "older": 0, "unit": "CEU", "verified": "2026-11-21"})
    same((l["ccxp-3y30"]["origin"], l["ccxp-3y30"]["cycles"]), ("built-in", 0))


def checking():
    """A good file is told with its checks; of a bad one every error, and nothing is kept"""
    a = done(d.post(PROGRAMS + "/check", {"name": "x.rules", "text": SHIPPED}))
    same((a["program"]["id"], a["checks"]), ("ccxp-2y20", SHIPPED.count("\tcheck ")))
    bad = SHIPPED.replace("step 0.25", "step -1").replace("cycle 24 months", "cycle 0 months")
    a = d.post(PROGRAMS + "/check", {"name": "x.rules", "text": bad})
    refused(a, 422, "program-invalid", "x.rules:13:8: ", "x.rules:16:8: ", "man 5 ceud-program")
    many = SHIPPED + "\n".join("word%d" % i for i in range(60))
    a = refused(d.post(PROGRAMS + "/check", {"name": "x.rules", "text": many}), 422, "program-invalid", "word0", "word59")
    same(a["errors"], 60)
    refused(d.post(PROGRAMS + "/check", {"name": "x.rules", "text": ""}), 422, "program-invalid")
    refused(d.post(PROGRAMS + "/check", {"name": "x.rules"}), 400, "field-missing", "text")
    refused(d.post(PROGRAMS + "/check", {"program": "none"}), 404, "no-program")
    refused(d.post(PROGRAMS + "/check", {"name": "a\nb", "text": SHIPPED}), 400, "name-control")
    refused(d.post(PROGRAMS + "/check", {"name": "x.rules", "text": "x" * 1100000}), 413, "body-large")
    same(len(listed()), 2)


def install_needs_simulate():
    """What nobody has looked at is not installed"""
    refused(d.post(PROGRAMS + "/install", {"name": "new.rules", "text": CHANGED}), 422, "not-simulated",
            "ceu admin program simulate new.rules")
    same(bound(people[0])["counted"], 20)


def simulating():
    """Who changes and why, before anything is changed"""
    s = done(d.post(PROGRAMS + "/simulate", {"name": "new.rules", "text": CHANGED}), program="ccxp-2y20", people=30, same=20)
    same([c["person"] for c in s["changes"]], people[:10])
    c = s["changes"][0]
    same((c["before"], c["after"]), ({"state": "done", "counted": 20, "required": 20},
                                     {"state": c["after"]["state"], "counted": 16, "required": 20}))
    contains(c["text"], "16.0 of 20.0 count instead of 20.0 of 20.0.", "From done to ", "Twenty units in every two-year cycle.")
    same((bound(people[0])["counted"], listed()["ccxp-2y20"]["cycles"]), (20, 30))
    done(d.post(PROGRAMS + "/simulate", {"program": "ccxp-2y20"}), people=30, same=30, changes=[])
    done(d.post(PROGRAMS + "/simulate", {"program": "ccxp-3y30"}), people=0, same=0, changes=[])
    refused(d.post(PROGRAMS + "/simulate", {"name": "bad.rules", "text": "program x {\n}\n"}), 422, "program-invalid", "bad.rules:1:")


def installing():
    """After simulate: open cycles are bound to it, new ones open under it, the history says so"""
    a = done(d.post(PROGRAMS + "/install", {"name": "new.rules", "text": CHANGED}), program="ccxp-2y20", cycles=30)
    same({k: listed()["ccxp-2y20"][k] for k in ("origin", "hash", "cycles", "older")},
         {"origin": "installed", "hash": a["hash"], "cycles": 30, "older": 0})
    s = bound(people[0])
    same((s["counted"], s["to_go"], s["over_limit"]), (16, 4, 4))
    h = done(d.get("/v1/people/%s/history" % people[0]))["changes"][0]
    same((h["action"], h["actor"]), ("rebind", "uid %d" % os.getuid()))
    done(d.post("/v1/people", {"email": "new@example.org", "until": "2026-06-30"}))
    same(listed()["ccxp-2y20"]["cycles"], 31)
    done(d.post(PROGRAMS + "/install", {"name": "new.rules", "text": CHANGED}), cycles=0)


def undoing():
    """Undo takes back the binding of all of them, then the installing; redo brings both again"""
    undo, redo = ("/v1/people/%s/%s" % (people[0], verb) for verb in ("undo", "redo"))
    changes, last_ones = [], []
    while len(changes) < 30:                            # a slow machine binds them in several steps
        last_ones.append(people[29 - len(changes)])
        changes += done(d.post("/v1/people/%s/undo" % last_ones[-1]))["changes"]
    same((len(changes), {c["action"] for c in changes}), (30, {"undo"}))
    same([bound(p)["counted"] for p in (people[0], people[5], people[9])], [20, 20, 20])
    same(listed()["ccxp-2y20"]["origin"], "installed")
    same([c["object"] for c in done(d.post(undo))["changes"]], ["program:ccxp-2y20"])
    same({k: listed()["ccxp-2y20"][k] for k in ("origin", "cycles", "older")}, {"origin": "built-in", "cycles": 30, "older": 1})
    done(d.post(redo))
    for person in reversed(last_ones):
        done(d.post("/v1/people/%s/redo" % person))
    same({k: listed()["ccxp-2y20"][k] for k in ("origin", "cycles", "older")}, {"origin": "installed", "cycles": 31, "older": 0})
    same([bound(p)["counted"] for p in (people[0], people[9])], [16, 16])


def across_restarts():
    """Installed stays installed, and a rebinding that was interrupted goes on"""
    d.stop()
    d.start()
    same((listed()["ccxp-2y20"]["origin"], bound(people[3])["counted"]), ("installed", 16))
    done(d.post(PROGRAMS + "/simulate", {"name": "back.rules", "text": SHIPPED}))
    first = done(d.post(PROGRAMS + "/install", {"name": "back.rules", "text": SHIPPED}))
    same((first["cycles"], bound(people[3])["counted"]), (31, 20))
    d.stop(signal.SIGKILL)
    d.start()
    same({k: listed()["ccxp-2y20"][k] for k in ("origin", "cycles", "older")}, {"origin": "installed", "cycles": 31, "older": 0})


def folder_first():
    """A file of the folder stays on offer above what is installed; two files of one program are refused, and so is a reload"""
    folder = os.path.join(d.folder, "programs")
    os.mkdir(folder)
    with open(os.path.join(folder, "a.rules"), "w") as out:
        out.write(CHANGED)
    with open(d.config, "a") as out:
        out.write("programs %s\n" % folder)
    done(d.post("/v1/admin/reload"))
    same({k: listed()["ccxp-2y20"][k] for k in ("origin", "cycles", "older")}, {"origin": "folder", "cycles": 0, "older": 31})
    same(bound(people[3])["counted"], 20)
    done(d.post(PROGRAMS + "/simulate", {"name": "back.rules", "text": SHIPPED}))
    refused(d.post(PROGRAMS + "/install", {"name": "back.rules", "text": SHIPPED}), 422, "program-in-folder", "ceu admin reload")
    with open(os.path.join(folder, "b.rules"), "w") as out:
        out.write(CHANGED)
    refused(d.post("/v1/admin/reload"), 400, "config-invalid", "b.rules:1:1: program ccxp-2y20 is in", "a.rules already")
    same((listed()["ccxp-2y20"]["origin"], bound(people[3])["counted"]), ("folder", 20))
    os.unlink(os.path.join(folder, "b.rules"))
    done(d.post(PROGRAMS + "/simulate", {"program": "ccxp-2y20"}), people=31)
    done(d.post(PROGRAMS + "/install", {"program": "ccxp-2y20"}), cycles=31)
    same(bound(people[3])["counted"], 16)


def many_people():
    """600 people are walked in slices; the loop is never held long"""
    for i in range(600):
        done(d.post("/v1/people", {"email": "m%03d@example.org" % i, "until": "2026-06-30"}))
    start = time.time()
    done(d.post(PROGRAMS + "/simulate", {"name": "back.rules", "text": SHIPPED}), people=631)
    longest = done(d.get("/v1/admin/status"))["loop"]["longest_turn_ms"]
    print("# %d ms for 631 people, longest turn %d ms" % ((time.time() - start) * 1000, longest))
    same(longest < 250, True)


def killed_midway():
    """A rebinding that is cut off by a kill is finished by the next start, each cycle once"""
    with open(d.config) as config:
        text = config.read().split("programs ")[0]
    with open(d.config, "w") as out:
        out.write(text)
    done(d.post("/v1/admin/reload"))
    l = listed()["ccxp-2y20"]
    same((l["origin"], l["cycles"] + l["older"]), ("installed", 631))
    done(d.post(PROGRAMS + "/simulate", {"name": "back.rules", "text": SHIPPED}))
    s = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    s.connect(d.socket)
    body = json.dumps({"name": "back.rules", "text": SHIPPED}).encode()
    s.sendall(b"POST %s/install HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
              % (PROGRAMS.encode(), len(body)) + body)
    for _ in range(500):
        if 0 < listed()["ccxp-2y20"]["cycles"] < 631:
            break
    partly = listed()["ccxp-2y20"]["cycles"]
    d.stop(signal.SIGKILL)
    s.close()
    d.start()
    for _ in range(200):
        l = listed()["ccxp-2y20"]
        if not l["older"]:
            break
        time.sleep(0.05)
    print("# killed at or after %d of 631" % partly)
    same((l["origin"], l["cycles"], l["older"]), ("installed", 631, 0))
    changes = done(d.get("/v1/people/m300@example.org/history"))["changes"]
    same([c["action"] for c in changes].count("rebind") <= 1, True)
    same(bound(people[3])["counted"], 20)


def undone_for_all():
    """However many turns it took, one undo takes the binding back from everybody, but not while it goes on"""
    undo = "/v1/people/%s/undo" % people[0]
    done(d.post(PROGRAMS + "/simulate", {"name": "new.rules", "text": CHANGED}))
    s = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    s.connect(d.socket)
    body = json.dumps({"name": "new.rules", "text": CHANGED}).encode()
    s.sendall(b"POST %s/install HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
              % (PROGRAMS.encode(), len(body)) + body)
    for _ in range(500):
        if 0 < listed()["ccxp-2y20"]["cycles"]:
            break
    early = d.post(undo)
    if early.status != 200:                             # else all was bound before it came
        refused(early, 422, "install-underway", "Wait a moment")
        s.settimeout(30)
        contains(s.recv(4096).decode(), "200", '"cycles":631')
        early = done(d.post(undo))
    s.close()
    same((len(early["changes"]), {c["action"] for c in early["changes"]}), (631, {"undo"}))
    same({k: listed()["ccxp-2y20"][k] for k in ("origin", "cycles", "older")}, {"origin": "installed", "cycles": 0, "older": 631})
    same([bound(p)["counted"] for p in (people[0], people[9])], [20, 20])
    done(d.post(undo.replace("undo", "redo")))
    same((listed()["ccxp-2y20"]["cycles"], bound(people[9])["counted"]), (631, 16))
    print("# longest turn %d ms" % done(d.get("/v1/admin/status"))["loop"]["longest_turn_ms"])


def does_not_fit():
    """Whose entries have a category that a text no longer knows keeps the old text, and is named; nobody else waits for her"""
    e = Daemon(CONFIG)
    more = SHIPPED.replace("\tcompetency ", '\tcategory club "Club"\n\n\tcompetency ', 1)
    for who in "ann", "ben", "cleo":
        done(e.post("/v1/people", {"email": who + "@example.org", "until": "2026-06-30"}))
    done(e.post(PROGRAMS + "/simulate", {"name": "more.rules", "text": more}), people=3)
    done(e.post(PROGRAMS + "/install", {"name": "more.rules", "text": more}), cycles=3, left=[])
    for who, category in ("ann", "training"), ("ben", "club"), ("cleo", "club"):
        done(log(e, "1h", category, "Talk", "2026-01-10", person=who + "@example.org"))
    done(e.delete("/v1/people/cleo@example.org/entries/1"))
    s = done(e.post(PROGRAMS + "/simulate", {"name": "less.rules", "text": CHANGED}), people=3)
    same([c["person"] for c in s["changes"]], ["ben@example.org"])
    contains(s["changes"][0]["text"], "1 of the entries has a category it does not know.")
    a = done(e.post(PROGRAMS + "/install", {"name": "less.rules", "text": CHANGED}), cycles=2)
    same(a["left"], [{"person": "ben@example.org", "text": "1 of the entries has a category it does not know."}])
    for who, counted in ("ann", 1), ("ben", 1), ("cleo", 0):
        done(e.get("/v1/people/%s@example.org/status" % who), counted=counted)
    same(e.get("/v1/people/cleo@example.org/entries/1")["state"], "void")
    done(e.patch("/v1/people/ben@example.org/entries/1", {"category": "training"}))
    done(e.post(PROGRAMS + "/install", {"name": "less.rules", "text": CHANGED}), cycles=1, left=[])


def for_admins():
    """Others may neither look nor change"""
    if os.getuid():
        return "needs root"
    for path in ("/check", "/simulate", "/install"):
        refused(d.post(PROGRAMS + path, {"program": "ccxp-2y20"}, uid=12345), 403, "uid-unknown")
    refused(d.get(PROGRAMS, uid=12345), 403, "uid-unknown")


main([listing, checking, install_needs_simulate, simulating, installing, undoing, across_restarts, folder_first, many_people, killed_midway, undone_for_all, does_not_fit, for_admins])
