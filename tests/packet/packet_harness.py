"""Jobs for ceud-packet, and what runs it; a test program's tests one after the other, as TAP.

CEUD_PACKET names the program (build/ceud-packet), CEUD_SEED the seed of what is random, BUILD the build folder.
Verdicts are counted here a second time, naively, for the rules of PROGRAM: 60 minutes make a unit, quarters, rounded
down; at most ten of a category, earlier days first; an entry needs a competency; a title counts once.
"""
import hashlib
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import traceback

BUILD = os.environ.get("BUILD", "build")
PACKET = os.path.abspath(os.environ.get("CEUD_PACKET", os.path.join(BUILD, "ceud-packet")))
SEED = int(os.environ.get("CEUD_SEED", random.SystemRandom().randrange(1 << 32)))
PROGRAM = """program test-2y20 {
	name "CCXP"
	title "Certified Customer Experience Professional"
	issuer "CXPA"
	verified 2026-11-21
	source duties "Duties and Responsibilities, CXPA"
	unit CEU {
		minutes 60
		step 0.25
		round down
	}
	cycle 24 months {
		anchor expiry
		grace 0 days
	}
	category training "Training courses, seminars and webinars"
	category conference "Conferences"
	category college "College or University courses"
	category cxpa "CXPA contributions"
	competency culture "Customer-Centric Culture"
	competency voice "Voice of the Customer"
	competency metrics "Metrics, Measurement, and ROI"
	require 20 total {
		id total
		text "Twenty units in every two-year cycle."
		source duties
	}
	limit 10 each category {
		id category-limit
		text "At most ten units count from any one category."
		source duties
	}
	needs competency {
		id aligned
		text "Every unit is aligned to a competency."
		source duties
	}
	once course {
		id repeat
		text "The same course counts once in a cycle."
	}
	carry none
	assume "A quarter of a unit is the smallest step."
	assume "Surplus units do not carry over."
}
"""
CATEGORIES = ["training", "conference", "college", "cxpa"]
START, END, TODAY = "2024-07-01", "2026-06-30", "2026-03-12"
RUN = []                    # the folder of this run


def number(hundredths):
    """Hundredths as a JSON number: 1200 -> 12, 125 -> 1.25."""
    return hundredths // 100 if hundredths % 100 == 0 else hundredths / 100


class Case:
    """A person's entries, the evidence on disk, and the job that tells of them."""

    def __init__(self, folder=None):
        self.folder = folder or tempfile.mkdtemp(dir=RUN[0])
        self.evidence = os.path.join(self.folder, "evidence")
        os.makedirs(self.evidence, exist_ok=True)
        self.entries, self.program, self.submitted = [], PROGRAM, None

    def add(self, title, category="training", minutes=60, date="2025-03-03", competencies=("voice",), files=(),
            provider="Example Academy", note="", state=None, **more):
        entry = {"id": len(self.entries) + 1, "title": title, "date": date, "minutes": minutes, "category": category,
                 "competencies": list(competencies), "provider": provider, "note": note, "tags": [], "earn": None,
                 "count": None, "source": {"kind": "hand", "calendar": None, "uid": None}, "warnings": [], "next": [],
                 "evidence": [self.keep(name, data) for name, data in files], "given": state}
        entry.update(more)
        self.entries.append(entry)
        return entry

    def keep(self, name, data):
        digest = hashlib.sha256(data).hexdigest()
        os.makedirs(os.path.join(self.evidence, digest[:2]), exist_ok=True)
        with open(self.path(digest), "wb") as f:
            f.write(data)
        return {"name": name, "bytes": len(data), "sha256": digest}

    def path(self, digest):
        return os.path.join(self.evidence, digest[:2], digest[2:])

    # ---- counting

    def judge(self):
        """Fills units, counted, state, reason and parts of every entry."""
        used, titles = dict.fromkeys(CATEGORIES, 0), set()
        for e in sorted(self.entries, key=lambda e: (e["date"], e["id"])):
            units = e["minutes"] * 100 // 60 // 25 * 25
            state, counted, rule = e["given"] or "counted", 0, None
            if e["given"] is None and not START <= e["date"] <= END:
                state = "out-of-cycle"
            elif e["given"] is None and e["date"] > TODAY:
                state = "planned"
            elif e["given"] is None and not e["competencies"]:
                state, rule = "needs-info", "aligned"
            elif e["given"] is None and e["title"].casefold() in titles:
                state, rule = "repeat", "repeat"
            elif e["given"] is None:
                titles.add(e["title"].casefold())
                counted = min(units, 1000 - used[e["category"]])
                used[e["category"]] += counted
                if counted < units:
                    state, rule = "part-counted" if counted else "over-limit", "category-limit"
            e.update(_units=units, _counted=counted, state=state, units=number(units), counted=number(counted),
                     reason="" if counted == units else "A reason for entry %d." % e["id"])
            e["parts"] = [{"units": number(u), "counted": number(c), "rule": r, "text": t} for u, c, r, t in
                          ((counted, counted, None, "It counts."),
                           (units - counted, 0, rule, "Why not all of entry %d counts." % e["id"]))
                          if u or (units == 0 and c == 0 and r == rule)][:2]

    def current(self, category):
        return [e for e in self.entries if e["category"] == category and
                e["state"] not in ("void", "out-of-cycle", "late", "planned")]

    def status(self):
        counted = sum(e["_counted"] for e in self.entries)
        tallies = []
        for c in CATEGORIES:
            mine = self.current(c)
            tallies.append({"id": c, "name": c, "logged": number(sum(e["_units"] for e in mine)),
                            "counted": number(sum(e["_counted"] for e in mine)),
                            "over_limit": number(sum(e["_units"] - e["_counted"] for e in mine
                                                     if e["state"] in ("part-counted", "over-limit"))),
                            "limit": 10, "free": 0, "pending": 0})
        rules = [("total", "Twenty units in every two-year cycle.", 20, number(counted), counted >= 2000),
                 ("category-limit", "At most ten units count from any one category.", 10,
                  max(t["counted"] for t in tallies), True),
                 ("aligned", "Every unit is aligned to a competency.", None, None, True),
                 ("repeat", "The same course counts once in a cycle.", None, None, True)]
        return {"person": "dana@example.org", "program": "test-2y20", "unit": "CEU", "required": 20,
                "counted": number(counted), "categories": tallies,
                "rules": [dict(zip(("id", "text", "need", "have", "met"), r)) for r in rules]}

    def job(self, form="zip"):
        self.judge()
        shown = [{k: v for k, v in e.items() if k[0] != "_" and k not in ("parts", "given")} for e in self.entries]
        return {"format": form, "evidence_dir": self.evidence, "organisation": "Example Ltd",
                "person": {"email": "dana@example.org", "name": "Dana Example"}, "generated": "2026-03-12T13:07:00Z",
                "cycle": {"start": START, "end": END, "counts_from": START, "counts_until": END, "is_first": False,
                          "carried": 0},
                "today": TODAY, "submitted": self.submitted, "status": self.status(),
                "program": {"id": "test-2y20", "hash": hashlib.sha256(self.program.encode()).hexdigest(),
                            "text": self.program},
                "why": {"entries": [{"id": e["id"], "units": e["units"], "counted": e["counted"], "parts": e["parts"]}
                                    for e in self.entries], "rules": []},
                "entries": shown}


# ---- running it

class Made:
    def __init__(self, code, lines, errors, path):
        self.code, self.errors, self.path = code, errors, path
        self.lines = [json.loads(line) for line in lines.splitlines()]
        self.last = self.lines[-1] if self.lines else None


def make(job, path=None, to=None, env=None, limits=None):
    """Runs `ceud-packet make`; `to` is another descriptor to give it as 3, path the file otherwise (-1: none)."""
    if path is None:
        path = os.path.join(tempfile.mkdtemp(dir=RUN[0]), "packet")
    fd = to if to is not None else os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    text = job if isinstance(job, bytes) else json.dumps(job, ensure_ascii=False).encode() + b"\n"

    def child():
        if fd >= 0:
            os.dup2(fd, 3)
            os.set_inheritable(3, True)
        if limits:
            limits()

    done = subprocess.run([PACKET, "make"], input=text, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          preexec_fn=child, close_fds=False, env=env, timeout=300)
    if to is None:
        os.close(fd)
    return Made(done.returncode, done.stdout, done.stderr.decode(), path)


def made(case, form="zip", **options):
    """The file of a job that succeeds."""
    result = make(case.job(form), **options)
    same(result.code, 0, result.errors + str(result.last))
    return result


def verify(path, *options):
    done = subprocess.run([PACKET, "verify", *options, path], stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=300)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def sanitized():
    """Is the program built with a sanitizer, which brings memory and time of its own?"""
    with open(PACKET, "rb") as f:
        return b"__asan_init" in f.read()


# ---- tests

def same(is_, should, what=""):
    if is_ != should:
        raise AssertionError("%s is %.600r, not %.600r" % (what or "it", is_, should))


def has(text, part):
    if part not in text:
        raise AssertionError("%r is not in %r" % (part, text[:2000]))


class Skip(Exception):
    pass


def main(*tests):
    base = os.path.join(BUILD, "tests", "packet")
    os.makedirs(base, exist_ok=True)
    RUN.append(os.path.abspath(tempfile.mkdtemp(dir=base)))
    print("# CEUD_SEED=%d" % SEED)
    print("1..%d" % len(tests))
    bad = 0
    for number_, test in enumerate(tests, 1):
        try:
            test()
            print("ok %d - %s" % (number_, test.__name__))
        except Skip as why:
            print("%s\nok %d - %s # SKIP" % (why, number_, test.__name__))
        except Exception:                                           # whatever it is, the next test runs
            bad += 1
            for line in traceback.format_exc().splitlines():
                print("# " + line)
            print("not ok %d - %s" % (number_, test.__name__))
        sys.stdout.flush()
    shutil.rmtree(RUN[0])
    sys.exit(1 if bad else 0)
