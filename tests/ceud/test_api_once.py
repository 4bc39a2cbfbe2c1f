#!/usr/bin/python3
"""No minute counts twice: random commands of people and their admin under programs with carry, grace and early renewal, from a
printed seed. After each command an entry counts in one cycle at most, what was submitted counts nowhere else, and sums agree. TAP."""
import datetime
import json
import os
import random
import shutil
import sqlite3
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from api import CONFIG, IS_ROOT, ROOT, Daemon, done, main, same          # noqa: E402

SEED = int(os.environ.get("CEUD_SEED") or random.SystemRandom().randrange(2 ** 32))
STEPS = 400
print("# CEUD_SEED=%d" % SEED)
r = random.Random(SEED)
PROGRAMS = {"pmp": (["education", "giving-sharing", "giving-working"], ["ways-of-working", "power-skills", "business-acumen"]),
            "cissp": (["group-a", "group-b"], []),
            "shrm-cp": (["education", "organization", "profession"], ["self-paced", "instructor-led"])}
folder = tempfile.mkdtemp(prefix="ceud-test-programs-")
for name in PROGRAMS:
    shutil.copy(os.path.join(ROOT, "tests/data/programs/%s.rules" % name), folder)
d = Daemon(CONFIG + "programs %s\n" % folder)
people = []


def today():
    return datetime.date.fromisoformat(done(d.get("/v1/me"))["today"])


def days_from(day, n):
    return (day + datetime.timedelta(days=n)).isoformat()


def some_entry(program, ahead=0):
    """Long ones, so that cycles of three years are done in this test; mostly of the category that all may be."""
    categories, tags = PROGRAMS[program]
    e = {"hours": r.choice(["1h", "20h", "24h", "24h", "15.25"]), "category": r.choice(categories[:1] * 3 + categories),
         "title": "Title %d" % r.randrange(10 ** 6), "on": days_from(today(), ahead or 30 * r.choice([0, 0, 0, 1]) -
                                                                     r.choice([0, 1, 5, 20, 60, 200, 500, 700])), "yes": True}
    if e["category"] == "education" and r.random() < 0.85:
        e["tags"] = [r.choice(tags)]
    return e


def some_edit(program):
    e = some_entry(program)
    return {k: e[k] for k in ("on", "hours") if r.random() < 0.7} or {"note": "A note"}


def step(who, program, uid):
    number = r.randrange(1, 60)
    return r.choices([
        lambda: d.post(who + "/entries", some_entry(program), uid=uid),
        lambda: d.patch(who + "/entries/%d" % number, some_edit(program), uid=uid),
        lambda: d.delete(who + "/entries/%d" % number, uid=uid),
        lambda: d.post(who + "/plan/add", some_entry(program, r.choice([1, 10, 100])), uid=uid),
        lambda: d.post(who + "/plan/done", {"ids": [number]}, uid=uid),
        lambda: d.post(who + "/submit", {"yes": r.random() < 0.3}, uid=uid),
        lambda: d.post(who + "/submit", {"yes": r.random() < 0.3, "on": days_from(today(), -r.choice([3, 30, 90]))}, uid=uid),
        lambda: d.post(who + "/renew", r.choice([{"yes": True}, {}, {"because": "Taken back"}]), uid=uid),
        lambda: d.post(who + "/undo", uid=uid),
        lambda: d.post(who + "/redo", uid=uid),
        lambda: d.post("/v1/admin/clock", {"forward": r.choice(["1d", "2w", "9w", "30w"])}),
    ], [40, 5, 3, 3, 4, 4, 3, 9, 6, 6, 5])[0]()


def frozen(email):
    """What was submitted of the person's cycles: (year of the cycle, entries)."""
    db = sqlite3.connect("file:%s?mode=ro" % os.path.join(d.state, "ceud.db"), uri=True)
    try:
        bodies = db.execute("SELECT body FROM cycle JOIN submission ON submission.id = cycle.submission JOIN person ON person.id = "
                            "cycle.person WHERE removed = 0 AND email = ?", (email,)).fetchall()
    finally:
        db.close()
    for body, in bodies:
        yield json.loads(body)["status"]["cycle"]["id"], json.loads(body)["entries"]


def check(who, what):
    """Each cycle's own sum; no entry in two cycles; what was submitted, and not moved since, in no other."""
    counts, years = {}, [c["id"] for c in done(d.get(who + "/cycles"))["cycles"]]
    same(len(set(years)), len(years), what + ": cycles of one year")
    for year in years:
        s, why = done(d.get(who + "/status?cycle=%d" % year)), done(d.get(who + "/why?cycle=%d" % year))
        same(round(sum(e["counted"] for e in why["entries"]) + s["carried"], 2), s["counted"], what + ": the sum of %d" % year)
        for e in why["entries"]:
            if e["counted"] > 0:
                same(counts.get(e["id"], (year,))[0], year, what + ": the cycle of entry %d" % e["id"])
                counts[e["id"]] = (year, e["date"])
    for year, entries in frozen(who.split("/")[-1]):
        for e in entries:
            if e["counted"] > 0 and counts.get(e["id"], ("", ""))[1] == e["date"]:
                same(counts[e["id"]][0], year, what + ": the cycle of entry %d, which was submitted" % e["id"])


def check_renewed(a, what):
    """No more is carried than the closed cycle had beyond what it requires, and what its limits cut."""
    last = done(d.get("/v1/people/%s/status?cycle=%s" % (a["person"], a["closed"]["start"][:4])))
    surplus = round(max(0, last["counted"] - last["required"]) + last["over_limit"], 2)
    same(0 <= a["carried"] <= surplus, True, what + ": carried %s of %s" % (a["carried"], surplus))
    same(a["closed"]["counted"], last["counted"], what + ": counted")


def counts_once():
    """400 commands of three people and an admin: every entry counts once at most, through renewals, undo and redo"""
    done_ones = renewed = 0
    for i, program in enumerate(PROGRAMS):
        email = program + "@example.org"
        done(d.post("/v1/people", {"email": email, "program": program, "until": "2026-06-30", "user": str(61001 + i)}))
        people.append(("/v1/people/" + email, program, 61001 + i))
    for i in range(STEPS):
        who, program, uid = r.choice(people)
        a = step(who, program, uid if IS_ROOT and r.random() < 0.4 else None)
        what = "seed %d, step %d of %s: %r" % (SEED, i, who, a.text[:200])
        same(a.status < 500 and (a.status == 200 or bool(a["code"])), True, what)
        check(who, what)
        done_ones += a.status == 200
        if a.status == 200 and "closed" in a.json:
            renewed += 1
            check_renewed(a, what)
    print("# %d of %d commands done, %d renewals" % (done_ones, STEPS, renewed))
    same(done_ones > STEPS // 8, True, "enough of them done")
    shutil.rmtree(folder)


main([counts_once])
