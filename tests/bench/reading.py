#!/usr/bin/python3
"""make bench: reading calendars, ceud-net against bare libical, python3-icalendar and ical.js on the same file.

reading.py BUILD FOLDER

ceud-net is measured as a whole process, from the first byte of the job to its last line, with the body in a spool as
ceud runs it; the others only while they parse. All take turns, so that a busy machine is busy for each of them.
Feeds are those of ../shared/corpus/hostile/gen_feed.py; without it this bench is skipped.
"""
import json
import os
import subprocess
import sys
import threading
import time

MAKER = "../shared/corpus/hostile/gen_feed.py"
PARSE_PY = """
import sys, time, icalendar
data = open(sys.argv[1], "rb").read()
begun = time.perf_counter()
n = sum(1 for event in icalendar.Calendar.from_ical(data).walk("VEVENT") if event["UID"])
print((time.perf_counter() - begun) * 1000, n)
"""
PARSE_JS = """
const fs = require("fs"), text = fs.readFileSync(process.argv[1], "utf8");
import(process.env.ICAL_JS).then(module => {
    const begun = process.hrtime.bigint(), ICAL = module.default || module;
    const n = ICAL.parse(text)[2].filter(c => c[0] === "vevent").length;
    console.log(Number(process.hrtime.bigint() - begun) / 1e6, n);
});
"""


def spread(values):
    values = sorted(values)
    return values[len(values) // 4], values[len(values) // 2], values[len(values) * 3 // 4]


def shown(name, values, unit="ms"):
    low, mid, high = spread(values)
    print("  %-56s %9.3f %-6s %9.3f .. %.3f" % (name, mid, unit, low, high), flush=True)


def limited(name, values, limit, unit="x"):
    """1 if the median is over."""
    low, mid, high = spread(values)
    print("%-58s %9.2f %-6s %-20s limit %7.2f  %s" % (name, mid, unit, "%.2f .. %.2f" % (low, high), limit,
                                                       "ok" if mid <= limit else "OVER"), flush=True)
    return mid > limit


def least(name, values, limit):
    """1 if the median is under."""
    low, mid, high = spread(values)
    print("%-58s %9.2f %-6s %-20s least %7.2f  %s" % (name, mid, "x", "%.2f .. %.2f" % (low, high), limit,
                                                       "ok" if mid >= limit else "UNDER"), flush=True)
    return mid < limit


def drain(pipe, tail):
    while True:
        data = os.read(pipe.fileno(), 1 << 16)
        if not data:
            return
        tail[0] = (tail[0] + data)[-4000:]


def ours(build, path, events, spool):
    """(ms, peak MB) of one import. The peak counts this process until it becomes the other: it is not less."""
    job = {"zone": "UTC", "from": "2024-01-01", "to": "2027-01-01", "body_bytes": os.path.getsize(path),
           "max_bytes": 400000000, "max_events": 1000000, "max_occurrences": 1000000, "cpu_s": 60, "spool": True}
    open(spool, "wb").close()
    begun, tail = time.perf_counter(), [b""]
    with subprocess.Popen(["sh", "-c", 'exec "$0" fetch 3<>"$1"', os.path.join(build, "ceud-net"), spool],
                          stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child, open(path, "rb") as body:
        reader = threading.Thread(target=drain, args=(child.stdout, tail))
        reader.start()
        child.stdin.write(json.dumps(job).encode() + b"\n")
        child.stdin.flush()
        while os.sendfile(child.stdin.fileno(), body.fileno(), None, 1 << 20) > 0:
            pass
        child.stdin.close()
        reader.join()
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    last = json.loads(tail[0].splitlines()[-1])
    if child.returncode != 0 or last.get("complete", {}).get("events") != events:
        sys.exit("ceud-net: %s" % last)
    return (time.perf_counter() - begun) * 1000, used.ru_maxrss / 1024


def parsed(command, events, env=None):
    """ms that another parser says it took"""
    run = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True, env=env)
    ms, n = run.stdout.split()
    if int(n) != events:
        sys.exit("%s found %s events" % (command[0], n.decode()))
    return float(ms)


def find_ical_js(build):
    """Debian's package, else npm's, for the time of this bench; None if neither can be had."""
    prefix = os.path.join(build, "bench", "npm")
    places = [os.path.join(root, "ical.js", path) for root in ("/usr/share/nodejs", "/usr/share/javascript",
              os.path.join(prefix, "node_modules")) for path in ("dist/ical.js", "build/ical.js", "ical.js")]
    try:
        subprocess.run(["node", "--version"], stdout=subprocess.DEVNULL, check=True)
        if not any(map(os.path.exists, places)):
            subprocess.run(["npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", prefix, "ical.js@2"],
                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=60, check=True)
    except (OSError, subprocess.SubprocessError):
        pass
    return next((os.path.abspath(place) for place in places if os.path.exists(place)), None)


def peers(build, path, events):
    found = {"python3-icalendar": ["/usr/bin/python3", "-c", PARSE_PY, path]}
    if subprocess.run(["/usr/bin/python3", "-c", "import icalendar"], stderr=subprocess.DEVNULL, check=False).returncode:
        print("python3-icalendar is not installed: skipped")
        del found["python3-icalendar"]
    place = find_ical_js(build)
    if place:
        os.environ["ICAL_JS"] = "file://" + place
        found["ical.js"] = ["node", "-e", PARSE_JS, path]
    else:
        print("ical.js is neither installed nor to be had: skipped")
    return found


def bench(build, folder, events, rounds, others):
    path, spool = os.path.join(folder, "feed.ics"), os.path.join(folder, "spool")
    with open(path, "wb") as out:
        subprocess.run([MAKER, str(events)], stdout=out, check=True)
    found = others(build, path, events) if others else {}
    times, over = {name: [] for name in ["ceud-net", "libical", *found]}, 0
    for _ in range(rounds):
        times["libical"].append(parsed([os.path.join(build, "bench", "parse"), path], events))
        times["ceud-net"].append(ours(build, path, events, spool)[0])
        for name, command in found.items():
            times[name].append(parsed(command, events))
    for name, values in times.items():
        shown("%s, %d events" % (name, events), values)
    ratio = lambda a, b: [x / y for x, y in zip(times[a], times[b])]
    over |= limited("ceud-net / bare libical parse, %d events" % events, ratio("ceud-net", "libical"), 1.25)
    for name, limit in (("python3-icalendar", 18), ("ical.js", 1.2)):
        if name in found:
            over |= least("%s / ceud-net, %d events" % (name, events), ratio(name, "ceud-net"), limit)
    os.unlink(path)
    os.unlink(spool)
    return over, spread(times["ceud-net"])[1]


def bench_memory(build, folder, events):
    path, spool = os.path.join(folder, "feed.ics"), os.path.join(folder, "spool")
    with open(path, "wb") as out:
        subprocess.run([MAKER, str(events)], stdout=out, check=True)
    ms, megabytes = ours(build, path, events, spool)
    os.unlink(path)
    os.unlink(spool)
    return limited("ceud-net, peak memory with %d events" % events, [megabytes], 20, "MB"), ms


def main():
    build, folder = sys.argv[1:]
    if not os.path.exists(MAKER):
        print("reading calendars: skipped, %s is not here" % MAKER)
        return 0
    over, small = bench(build, folder, 10000, 7, peers)
    more, big = bench(build, folder, 100000, 3, None)
    over |= more | limited("a tenfold feed / ten times the small one", [big / small / 10], 1.5)
    more, huge = bench_memory(build, folder, 500000)
    over |= more | limited("a fiftyfold feed / fifty times the small one", [huge / small / 50], 1.5)
    return int(over)


if __name__ == "__main__":
    sys.exit(main())
