#!/usr/bin/python3
"""ceud-net read: its lines, its options and what it refuses."""
import json
import os
import subprocess
import sys
import tempfile

BUILD = os.environ.get("BUILD", "build")
NET = os.path.join(BUILD, "ceud-net")
HEAD, TAIL = "BEGIN:VCALENDAR\r\n", "END:VCALENDAR\r\n"
SINGLE = "BEGIN:VEVENT\r\nUID:b\r\nDTSTART:20260301T090000\r\nDURATION:PT1H\r\nEND:VEVENT\r\n"
DAYS = "BEGIN:VEVENT\r\nUID:a\r\nDTSTART;VALUE=DATE:20260228\r\nRRULE:FREQ=DAILY;COUNT=3\r\nEND:VEVENT\r\n"
OLD = "BEGIN:VEVENT\r\nUID:o\r\nDTSTART:17530401T100000Z\r\nEND:VEVENT\r\n"
BROKEN = "BEGIN:VEVENT\r\nUID:c\r\nDTSTART:20260230\r\nEND:VEVENT\r\n"
WINDOW = ["--from", "2026-03-01", "--to", "2026-04-01"]


def read(*args):
    run = subprocess.run([NET, "read", *args], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)
    return run.returncode, [json.loads(line) for line in run.stdout.splitlines()], run.stderr


def row(path, uid, start, end, all_day):
    return {"file": path, "uid": uid, "start": start, "end": end, "all_day": all_day}


def lines(write):
    path = write("a.ics", HEAD + SINGLE + DAYS + TAIL)
    want = [row(path, "a", "2026-03-01", "2026-03-02", True),
            row(path, "b", "2026-03-01T09:00:00Z", "2026-03-01T10:00:00Z", False),
            row(path, "a", "2026-03-02", "2026-03-03", True)]
    assert read(path, *WINDOW) == (0, want, ""), read(path, *WINDOW)
    got = read("--zone", "Asia/Tokyo", *WINDOW, path)
    assert got[1][1] == row(path, "b", "2026-03-01T00:00:00Z", "2026-03-01T01:00:00Z", False), got


def empty_and_old(write):
    path = write("b.ics", HEAD + OLD + TAIL)
    assert read(path, *WINDOW) == (0, [{"file": path, "none": True}], "")
    got = read(path, "--from", "1753-01-01", "--to", "1754-01-01")
    assert got == (0, [row(path, "o", "1753-04-01T10:00:00Z", "1753-04-01T10:00:00Z", False)], ""), got


def refusals(write):
    path = write("c.ics", HEAD + BROKEN + TAIL)
    _, got, _ = read(path, *WINDOW)
    assert got[0]["uid"] == "c" and got[0]["refused"].startswith("bad-date: "), got
    for name, text, code in (("d.ics", "<html>", "not-calendar"), ("e.ics", "", "empty"), ("f.ics", HEAD, "truncated")):
        path = write(name, text)
        status, got, _ = read(path, *WINDOW)
        assert status == 0 and len(got) == 1 and "uid" not in got[0] and got[0]["refused"].startswith(code), got
    path = write("g.ics", HEAD + SINGLE * 3 + TAIL)
    assert read(path, *WINDOW, "--max-events", "2")[1][0]["refused"].startswith("limit"), "no limit"
    assert read(path, *WINDOW, "--max-bytes", "20")[1][0]["refused"].startswith("too-large"), "no limit"


def notes(write):
    path = write("h.ics", SINGLE)
    status, got, said = read(path, *WINDOW)
    assert status == 0 and len(got) == 1 and "BEGIN:VCALENDAR is missing" in said, (got, said)


def tables(write):
    write("i.ics", HEAD + SINGLE + TAIL)
    table = write("w.tsv", "# file\tFROM\tTO\ni.ics\t2026-03-01\t2026-03-02\n")
    want = row("i.ics", "b", "2026-03-01T09:00:00Z", "2026-03-01T10:00:00Z", False)
    assert read("--windows", table) == (0, [want], "")
    assert read("--windows", table, "--root", "/nowhere")[0] == 1
    assert read("--windows", write("x.tsv", "i.ics\t2026-03-01\n"))[0] == 2
    assert read("--windows", write("y.tsv", "i.ics\t2026-02-30\t2026-03-02\n"))[0] == 2


def usage(write):
    path = write("j.ics", HEAD + TAIL)
    for args in ([], [path], [path, "--from", "2026-01-01"], [path, "--from", "2026-02-01", "--to", "2026-01-01"],
                 [path, "--from", "2026-02-30", "--to", "2026-03-01"], [path, *WINDOW, "--max-events", "0"],
                 [path, *WINDOW, "--max-steps", "1x"], [path, *WINDOW, "--zone", "Nowhere/X"], [path, *WINDOW, "--odd", "1"],
                 [path, *WINDOW, "--root"], ["--windows", "/nowhere.tsv", path]):
        status, got, said = read(*args)
        assert status == 2 and not got and said, args
    assert read("/nowhere.ics", *WINDOW)[0] == 1
    assert read("/tmp", *WINDOW)[0] == 1


def main():
    tests, bad = [lines, empty_and_old, refusals, notes, tables, usage], 0
    print("1..%d" % len(tests))
    for number, test in enumerate(tests, 1):
        with tempfile.TemporaryDirectory(dir=BUILD) as folder:
            def write(name, text, place=folder):
                path = os.path.join(place, name)
                with open(path, "w", encoding="utf-8", newline="") as out:
                    out.write(text)
                return path
            try:
                test(write)
                print("ok %d - %s" % (number, test.__name__))
            except AssertionError as error:
                bad += 1
                print("not ok %d - %s\n# %s" % (number, test.__name__, error))
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
