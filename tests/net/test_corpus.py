#!/usr/bin/python3
"""Public calendars against the occurrences that independent libraries find in them.

Runs ceud-net over the golden set of ../shared/corpus/ical and compares with its compare.py.  Nothing may be
wrong, missing or extra; what is refused must be refused in words.  Then every file there, broken and hostile
ones too, must come to an end with an answer.
"""
import datetime
import gzip
import json
import os
import subprocess
import sys
import tempfile
import zoneinfo

CORPUS = "../shared/corpus/ical"
NET = os.path.join(os.environ.get("BUILD", "build"), "ceud-net")


def fetch(path, first, last):
    """The lines of ceud-net for a file, as objects."""
    with open(path, "rb") as handle:
        body = handle.read()
    job = {"zone": "UTC", "from": first, "to": last, "body_bytes": len(body),
           "max_per_series": 5000, "max_occurrences": 100000, "total_ms": 60000}
    run = subprocess.run([NET, "fetch"], input=json.dumps(job).encode() + b"\n" + body, stdout=subprocess.PIPE,
                         check=False, timeout=60)
    if run.returncode != 0:
        raise RuntimeError("ceud-net ended with %d" % run.returncode)
    return [json.loads(line) for line in run.stdout.splitlines()]


def stamp(instant, event):
    moment = datetime.datetime.fromtimestamp(instant // 1000, datetime.timezone.utc)
    if event["all_day"]:
        return moment.astimezone(zoneinfo.ZoneInfo(event["zone"])).date().isoformat()
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def rows(name, lines, uids):
    """The same in the form of compare.py.  What a flag makes doubtful counts as refused.  libical takes blanks
    from the end of a UID, the reference leaves them."""
    for line in lines:
        if "event" in line:
            event = line["event"]
            uid = "" if event["uid"].startswith("noid-") else uids.get(event["uid"], event["uid"])
            if event["flags"] & 1:
                yield {"file": name, "uid": uid, "refused": "zone-unknown"}
            else:
                yield {"file": name, "uid": uid, "start": stamp(event["start"], event),
                       "end": stamp(event["end"], event), "all_day": event["all_day"]}
        elif "skipped" in line and line["skipped"]["code"] not in ("not-event", "dup-key"):
            yield {"file": name, "uid": line["skipped"]["uid"], "refused": line["skipped"]["code"]}
        elif "failed" in line:
            yield {"file": name, "refused": line["failed"]["code"]}


def windows():
    with open(os.path.join(CORPUS, "windows.tsv"), encoding="utf-8") as handle:
        for line in handle:
            if line.strip() and not line.startswith("#"):
                yield line.rstrip("\n").split("\t")


def golden():
    """file -> UID without blanks at its end -> UID"""
    found = {}
    with gzip.open(os.path.join(CORPUS, "golden.jsonl.gz"), "rt", encoding="utf-8") as handle:
        for line in map(json.loads, handle):
            uid = line.get("uid") or ""
            found.setdefault(line["file"], {})[uid.rstrip()] = uid
    return found


def every_file():
    """What goes wrong with any file at all."""
    for folder, _, names in os.walk(CORPUS):
        for name in sorted(names):
            path = os.path.join(folder, name)
            if not name.endswith(".ics") and os.path.basename(folder) != "test-data":
                continue
            try:
                lines = fetch(path, "2024-01-01", "2026-01-01")
                if not lines or not ("complete" in lines[-1]) ^ ("failed" in lines[-1]):
                    yield "%s: no last line" % path
            except (RuntimeError, ValueError, subprocess.TimeoutExpired) as error:
                yield "%s: %s" % (path, error)


def main():
    if not os.path.exists(os.path.join(CORPUS, "compare.py")):
        print("1..1\nok 1 - golden set # SKIP ../shared/corpus/ical is not here")
        return 0
    known = golden()
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl", delete=False) as out:
        for name, first, last, *_ in windows():
            if name in known:
                for row in rows(name, fetch(os.path.join(CORPUS, name), first, last), known[name]):
                    out.write(json.dumps(row) + "\n")
    run = subprocess.run([os.path.join(CORPUS, "compare.py"), os.path.join(CORPUS, "golden.jsonl.gz"), out.name,
                          "--list", "40", "--refused"], stdout=subprocess.PIPE, text=True, check=False)
    os.unlink(out.name)
    print("1..2")
    for line in run.stdout.splitlines():
        print("# " + line)
    print("%s 1 - golden set: nothing wrong, missing or extra" % ("ok" if run.returncode == 0 else "not ok"))
    found = list(every_file())
    for line in found:
        print("# " + line)
    print("%s 2 - every file comes to an end" % ("not ok" if found else "ok"))
    return 1 if found or run.returncode != 0 else 0


if __name__ == "__main__":
    sys.exit(main())
