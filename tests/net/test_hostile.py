#!/usr/bin/python3
"""Hostile feeds: no crash, within time and memory, and an outcome that is right for each.

The feeds are made by ../shared/corpus/hostile/make_hostile.py, whose expected.json says what may become of them.
"""
import json
import os
import subprocess
import sys
import tempfile
import threading
import time

from hostile_words import broken_words

MAKER = "../shared/corpus/hostile/make_hostile.py"
BUILD = os.environ.get("BUILD", "build")
NET = os.path.join(BUILD, "ceud-net")
SANITIZED = b"__asan_init" in open(NET, "rb").read() if os.path.exists(NET) else False


def feed(pipe, data):
    """Hand the job over; the program may end before it has read all of it."""
    try:
        pipe.write(data)
        pipe.close()
    except BrokenPipeError:
        pass


def run(body):
    """(exit status, seconds, peak MB, lines as objects and as bytes) of one import.  The peak counts this process until it becomes the
    other, so it must stay small itself."""
    job = {"zone": "UTC", "from": "2024-01-01", "to": "2026-01-01", "body_bytes": len(body)}
    begun = time.monotonic()
    with subprocess.Popen([NET, "fetch"], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        writer = threading.Thread(target=feed, args=(child.stdin, json.dumps(job).encode() + b"\n" + body))
        writer.start()
        out = child.stdout.read()
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        writer.join()
    return child.returncode, time.monotonic() - begun, used.ru_maxrss / 1024, [json.loads(l) for l in
                                                                                          out.splitlines()], out


def outcome(lines):
    last = lines[-1] if lines else {}
    if "failed" in last:
        assert last["failed"]["text"] and last["failed"]["next"], "a failure without a text or advice"
        return "refused"
    result = last.get("complete", {}).get("result")
    if result == "partial":
        assert any("skipped" in line for line in lines), "partial, but nothing is named"
    return {"ok": "imported", "partial": "partial"}.get(result, "nothing")


def problems(want, body, status, seconds, megabytes, lines, raw):
    if status != 0:
        yield "ended with %d" % status
        return
    got = outcome(lines)
    events = [line["event"] for line in lines if "event" in line and got != "refused"]   # else they are void
    distinct = {(event["uid"], event["start"], event["end"]) for event in events}
    if got not in want["must"].split("|"):
        yield "was %s, must be %s" % (got, want["must"])
    if got == "imported" and want["occurrences"] is not None and len(distinct) != want["occurrences"]:
        yield "%d occurrences, must be %d" % (len(distinct), want["occurrences"])
    if got == "partial" and want["occurrences"] is not None and len(distinct) > want["occurrences"]:
        yield "%d occurrences, at most %d" % (len(distinct), want["occurrences"])
    if got != "refused" and b"UID:good" in body and not any(event["uid"] == "good" for event in events):
        yield "the good event is missing"
    if seconds > want["max_seconds"] * (10 if SANITIZED else 1):
        yield "took %.1f s" % seconds
    if megabytes > want["max_rss_mb"] and not SANITIZED:
        yield "used %d MB" % megabytes
    yield from broken_words(want, lines, raw, body)


def main():
    if not os.path.exists(MAKER):
        print("1..1\nok 1 - hostile feeds # SKIP ../shared/corpus/hostile is not here")
        return 0
    bad = 0
    with tempfile.TemporaryDirectory(dir=BUILD) as folder:
        subprocess.run([MAKER, folder] + ([] if SANITIZED else ["--big"]), check=True, stdout=subprocess.DEVNULL)
        with open(os.path.join(folder, "expected.json"), encoding="utf-8") as handle:
            expected = sorted(json.load(handle), key=lambda want: want["max_rss_mb"])   # see run()
        print("1..%d" % len(expected))
        for number, want in enumerate(expected, 1):
            with open(os.path.join(folder, want["file"]), "rb") as handle:
                body = handle.read()
            found = run(body)
            wrong = list(problems(want, body, *found))
            bad += bool(wrong)
            print("%s %d - %s" % ("not ok" if wrong else "ok", number, want["file"]))
            for text in wrong:
                print("#   %s: %s" % (want["why"], text))
            if os.environ.get("V"):
                print("#   %s %.2f s %d MB %d lines, %s" % (found[0], found[1], found[2], len(found[3]),
                      json.dumps([l for l in found[3] if "event" not in l])[:300]))
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
