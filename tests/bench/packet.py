#!/usr/bin/python3
"""A packet of 40 entries and 100 MB of evidence against `zip -0` of the same files, in turns, and the memory it takes.

    tests/bench/packet.py BUILD WORK-FOLDER
Prints the medians with the quartiles; ends with 1 if a ratio is over its limit.
"""
import json
import os
import random
import subprocess
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "packet"))
os.environ["BUILD"], work = sys.argv[1], os.path.abspath(sys.argv[2])
from packet_harness import CATEGORIES, PACKET, Case                                # noqa: E402

ENTRIES, BYTES, ROUNDS, LIMIT, MEMORY_MB = 40, 2_500_000, 15, 1.5, 64
PEAK = ("import resource, subprocess, sys\n"
        "done = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, pass_fds=[3])\n"
        "print(done.returncode, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)")


def prepare():
    rnd, case, files = random.Random(1), Case(os.path.join(work, "packet")), []
    for i in range(ENTRIES):
        data = rnd.randbytes(BYTES)
        case.add("Entry number %d" % i, CATEGORIES[i % 4], 45, "2025-%02d-%02d" % (i % 12 + 1, i % 28 + 1),
                 files=[("certificate%d.pdf" % i, data)])
        files.append(os.path.join(case.folder, "certificate%d.pdf" % i))
        with open(files[-1], "wb") as f:
            f.write(data)
    job = os.path.join(case.folder, "job")
    with open(job, "w", encoding="utf-8") as f:
        json.dump(case.job(), f)
    return case.folder, job, files


def with_result(path):
    """What runs in the child: the file as descriptor 3."""
    def give():
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), 3)
        os.set_inheritable(3, True)
    return give


def run(command, job=None, result=None):
    with open(job or os.devnull, "rb") as source:
        began = time.perf_counter()
        subprocess.run(command, stdin=source, stdout=subprocess.DEVNULL, check=True, close_fds=False,
                       preexec_fn=with_result(result) if result else None)
        return (time.perf_counter() - began) * 1000


def spread(values):
    values = sorted(values)
    return values[len(values) // 4], values[len(values) // 2], values[len(values) * 3 // 4]


def shown(name, values):
    low, mid, high = spread(values)
    print("  %-56s %9.3f %-6s %9.3f .. %.3f" % (name, mid, "ms", low, high))


def limited(name, ours, limit, unit, quartiles=""):
    print("%-58s %9.2f %-6s %-20s limit %7.2f  %s" %
          (name, ours, unit, quartiles, limit, "ok" if ours <= limit else "OVER"))
    return ours > limit


def main():
    folder, job, files = prepare()
    theirs, ours, checks = [], [], []
    packet, archive = os.path.join(folder, "packet.zip"), os.path.join(folder, "peer.zip")
    for _ in range(ROUNDS + 1):
        for path in (packet, archive):
            if os.path.exists(path):
                os.unlink(path)
        theirs.append(run(["zip", "-0", "-q", "-j", archive, *files]))
        ours.append(run([PACKET, "make"], job, packet))
        checks.append(run([PACKET, "verify", packet]))
    shown("zip -0 of 40 files, 100 MB", theirs[1:])               # the first round warms the caches
    shown("ceud-packet make, 40 entries with these files", ours[1:])
    shown("ceud-packet verify of that packet", checks[1:])
    low, mid, high = spread([a / b for a, b in zip(ours[1:], theirs[1:])])
    over = limited("packet / zip -0", mid, LIMIT, "x", "%.2f .. %.2f" % (low, high))
    os.unlink(packet)
    with open(job, "rb") as source:
        out = subprocess.run([sys.executable, "-c", PEAK, PACKET, "make"], stdin=source, stdout=subprocess.PIPE,
                             check=True, close_fds=False, preexec_fn=with_result(packet)).stdout
    code, used = map(int, out.split())
    over |= limited("packet, most memory resident", used / 1024, MEMORY_MB, "MB") or code != 0
    sys.exit(1 if over else 0)


main()
