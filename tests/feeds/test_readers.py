#!/usr/bin/python3
"""Our own calendars read by python3-icalendar: 1,000 hostile sets of events, as test_publish writes them. TAP."""
import os
import re
import subprocess
import sys
import tempfile

try:
    import icalendar
except ImportError:
    print("1..1\nok 1 - python3-icalendar reads us # SKIP it is not installed")
    sys.exit(0)


def bare(written):
    """Unfolded and without backslashes: 4.0.3 takes one that is escaped for the beginning of another escape. Without
    byte order marks: 6.0.1 leaves out the first one of a value each time it reads."""
    return written.replace(b"\r\n ", b"").replace(b"\\", b"").replace(b"\xef\xbb\xbf", b"")


program = os.path.join(os.environ.get("BUILD", "build"), "tests/feeds/test_publish")
with tempfile.TemporaryDirectory(prefix="ceud-test-sets-") as folder:
    name = os.path.join(folder, "sets.ics")
    p = subprocess.run([program], env=dict(os.environ, CEUD_SETS=name), capture_output=True, text=True)
    seed = re.search(r"CEUD_SEED=\d+", p.stdout)
    with open(name, "rb") as f:
        data = f.read()
faults = [] if p.returncode == 0 else ["test_publish ended with %d" % p.returncode]
sets = 0
for text in re.findall(rb"BEGIN:VCALENDAR\r\n.*?\r\nEND:VCALENDAR\r\n", data, re.S):
    sets += 1
    plain = text.replace(b"\r\n ", b"").decode()
    want = sorted(zip(re.findall(r"^UID:(.*)\r$", plain, re.M),
                      re.findall(r"^DTSTART(?:;VALUE=DATE)?:(.*)\r$", plain, re.M), re.findall(r"^STATUS:(.*)\r$", plain, re.M)))
    c = icalendar.Calendar.from_ical(text)
    got = sorted((str(e["UID"]), e["DTSTART"].to_ical().decode(), str(e["STATUS"])) for e in c.walk("VEVENT"))
    errors = [e.errors for e in c.walk() if e.errors]
    again = icalendar.Calendar.from_ical(c.to_ical())
    if got != want or errors:
        faults.append("set %d: %r is not %r; %r" % (sets, got, want, errors))
    if bare(again.to_ical()) != bare(c.to_ical()) or len(again.walk("VEVENT")) != len(want):
        faults.append("set %d: is another one when it is written again" % sets)
    if any(len(line) > 75 for line in text.split(b"\r\n")):
        faults.append("set %d: has a line of more than 75 octets" % sets)
if sets != 1000:
    faults.append("there are %d sets" % sets)
print("1..1\n# %s" % (seed and seed[0]))
for fault in faults[:20]:
    print("# " + fault)
print("%sok 1 - python3-icalendar reads 1,000 hostile sets without an error, and its own writing of them" % ("not " if faults else ""))
sys.exit(1 if faults else 0)
