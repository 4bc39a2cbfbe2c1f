#!/usr/bin/python3
"""Public calendars: the golden set has its own check (tests/conformance), run here too; then every file of
../shared/corpus/ical, broken and hostile ones too, must come to an end with an answer, in bounded time and memory."""
import json
import os
import subprocess
import sys

CORPUS = "../shared/corpus/ical"
NET = os.path.join(os.environ.get("BUILD", "build"), "ceud-net")


def fetch(path, first, last):
    """The lines of ceud-net for a file, as objects, under the limits that ceud sets."""
    with open(path, "rb") as handle:
        body = handle.read()
    job = {"zone": "UTC", "from": first, "to": last, "body_bytes": len(body)}
    run = subprocess.run([NET, "fetch"], input=json.dumps(job).encode() + b"\n" + body, stdout=subprocess.PIPE,
                         check=False, timeout=60)
    if run.returncode != 0:
        raise RuntimeError("ceud-net ended with %d" % run.returncode)
    return [json.loads(line) for line in run.stdout.splitlines()]


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
                elif lines[-1].get("complete", {}).get("result") == "partial" and \
                        not any("skipped" in line for line in lines):
                    yield "%s: partial, but nothing is named" % path
            except (RuntimeError, ValueError, subprocess.TimeoutExpired) as error:
                yield "%s: %s" % (path, error)


def main():
    if not os.path.exists(os.path.join(CORPUS, "compare.py")):
        print("1..1\nok 1 - golden set # SKIP ../shared/corpus/ical is not here")
        return 0
    run = subprocess.run(["tests/conformance"], stdout=subprocess.PIPE, text=True, check=False)
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
