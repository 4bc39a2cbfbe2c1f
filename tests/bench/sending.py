#!/usr/bin/python3
"""make bench: sending mail. Skipped where postfix's smtp-sink and msmtp cannot be unpacked from Debian's packages.

    tests/bench/sending.py BUILD

2,000 frozen mails of 20 KB over one connection to smtp-sink: ceud-net send against a bare loop of libcurl, that loop against
smtp-source, and msmtp run for each mail. Then the whole way in the real ceud, from the reminder that is due to the row that
says sent, against one-row commits of SQLite on the same disk. All take turns.
"""
import calendar
import os
import sqlite3
import subprocess
import sys
import time

sys.dont_write_bytecode = True
build = os.path.abspath(sys.argv[1])
os.environ["BUILD"] = build
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "mta"))
import mta                                                                          # noqa: E402
import harness                                                                      # noqa: E402
import mailing                                                                      # noqa: E402

MAILS, ROUNDS, BYTES, ONE_BY_ONE = 2000, 15, 20000, 4
PEOPLE, WAYS = 300, 9
# Seven tenths of a disk's commits a second was set where a commit takes 3 ms, as it does on disks that keep what they say. A mail
# is also judged anew, rendered, handed to a server and answered, so on a disk that answers at once no ratio means anything:
# there the same room is given, in ms.
WAY, COMMIT_MS = 0.7, 3.0
PEER = os.path.join(build, "bench", "sending")


def spread(values):
    values = sorted(values)
    return values[len(values) // 4], values[len(values) // 2], values[len(values) * 3 // 4]


def shown(name, values, unit="ms"):
    print("  %-56s %9.3f %-6s %9.3f .. %.3f" % (name, spread(values)[1], unit, spread(values)[0], spread(values)[2]), flush=True)


def least(name, values, limit):
    """1 if the median is under; a limit of 0 is none."""
    low, mid, high = spread(values)
    print("%-58s %9.2f %-6s %-20s least %7.2f  %s" % (name, mid, "x", "%.2f .. %.2f" % (low, high), limit,
                                                       "ok" if mid >= limit else "UNDER"), flush=True)
    return mid < limit


def limited(name, values, limit):
    """1 if the median is over"""
    low, mid, high = spread(values)
    print("%-58s %9.2f %-6s %-20s limit %7.2f  %s" % (name, mid, "x", "%.2f .. %.2f" % (low, high), limit,
                                                       "ok" if mid <= limit else "OVER"), flush=True)
    return mid > limit


def ratio(peer, ours):
    """How many times as fast ours is, each with its neighbour."""
    return [p / o for p, o in zip(peer, ours)]


def timed(*words):
    """What tests/bench/sending says it took, in ms"""
    return float(subprocess.run([PEER, *map(str, words)], stdout=subprocess.PIPE, check=True, timeout=120).stdout)


def whole(argv, stdin=subprocess.DEVNULL):
    """ms of a process of the unpacked packages"""
    began = time.perf_counter()
    subprocess.run(argv, stdin=stdin, stdout=subprocess.DEVNULL, check=True, env=mta.environment())
    return (time.perf_counter() - began) * 1000


# ---- one connection

def smtp_source(port):
    return whole([mta.program("sbin/smtp-source"), "-s", "1", "-d", "-m", str(MAILS), "-l", str(BYTES), "-f", "a@example.org",
                  "-t", "b@example.org", "127.0.0.1:%d" % port]) / MAILS


def msmtp(port, path):
    """ms a mail"""
    argv = [mta.program("bin/msmtp"), "--host=127.0.0.1", "--port=%d" % port, "--from=a@example.org", "--auth=off", "--tls=off",
            "b@example.org"]
    took = 0.0
    for _ in range(ONE_BY_ONE):
        with open(path, "rb") as mail:
            took += whole(argv, mail)
    return took / ONE_BY_ONE


def one_connection():
    sink = mta.Sink()
    net, times = os.path.join(build, "ceud-net"), {name: [] for name in ("loop", "ahead", "turns", "source", "msmtp")}
    path = harness.write("mail.eml", b"Subject: A mail\r\n\r\n" + (b"x" * 74 + b"\r\n") * (BYTES // 76))
    for _ in range(ROUNDS):
        before = timed("loop", sink.port, MAILS)
        times["ahead"].append(timed("net", sink.port, MAILS, net, "ahead") / MAILS)
        times["loop"].append((before + timed("loop", sink.port, MAILS)) / 2 / MAILS)
        times["turns"].append(timed("net", sink.port, MAILS, net, "turns") / MAILS)
        times["source"].append(smtp_source(sink.port))
        times["msmtp"].append(msmtp(sink.port, path))
    count = sink.end()
    harness.same("mails that arrived", count["mesg"], ROUNDS * (5 * MAILS + ONE_BY_ONE))
    shown("a mail of 20 KB, libcurl in a loop", times["loop"])
    shown("the same, ceud-net send, mails waiting in its pipe", times["ahead"])
    shown("the same, each given after the answer to the last", times["turns"])
    shown("the same, smtp-source", times["source"])
    shown("the same, msmtp, a process for each mail", times["msmtp"])
    least("libcurl in a loop : smtp-source, mails a second", ratio(times["source"], times["loop"]), 0)
    under = least("ceud-net send : libcurl in a loop, mails a second", ratio(times["loop"], times["ahead"]), 0.9)
    under |= least("the same, one at a time", ratio(times["loop"], times["turns"]), 0)
    return under | least("ceud-net send : msmtp a mail, mails a second", ratio(times["msmtp"], times["ahead"]), 150)


# ---- the whole way

BEFORE = ["DELETE FROM %s" % table for table in ("attempt", "outbox_bytes", "deadline_mail", "rung", "outbox")] + [
    "UPDATE cycle SET next_check_on = $1, next_rung_on = $1, due_on = $1"]


def put_back(post):
    """As it was in the morning, before anything was planned."""
    day = calendar.timegm(time.strptime(harness.NOW, "%Y-%m-%dT%H:%M:%SZ")) // 86400
    db = sqlite3.connect(os.path.join(post.ceud.state, "ceud.db"), timeout=30)
    with db:
        for sql in BEFORE:
            db.execute(sql, (day,) if "$1" in sql else ())
    db.close()


def way(post):
    """ms a mail: planned, and planned and sent"""
    began = time.perf_counter()
    planned = post.run("reminders")
    middle = time.perf_counter()
    post.run("mail")
    end = time.perf_counter()
    harness.same("planned", sum(1 for p in planned["planned"] if p["outcome"] == "mailed"), PEOPLE)
    harness.same("sent", post.ceud.get("/v1/admin/mail")[1]["states"]["sent"], PEOPLE)
    return (middle - began) * 1000 / PEOPLE, (end - began) * 1000 / PEOPLE


def whole_way():
    sink = mta.Sink()
    text = mailing.config(sink.port, "", host="127.0.0.1", tls="none", password="")
    post = mailing.Post("way", text + "reminders {\n bulk-limit 100% 1000000\n}\n")
    post.add(*("p%04d@example.org" % i for i in range(PEOPLE)))
    post.run("reminders")
    post.run("mail")
    commits, planned, sent = [], [], []
    for _ in range(WAYS):
        put_back(post)
        before = timed("commits", post.ceud.state, PEOPLE)
        plan, both = way(post)
        commits.append((before + timed("commits", post.ceud.state, PEOPLE)) / 2 / PEOPLE)
        planned.append(plan)
        sent.append(both)
    post.end()
    harness.same("mails that arrived", sink.end()["mesg"], (WAYS + 1) * PEOPLE)
    shown("a row in SQLite, a commit each", commits)
    shown("a reminder from due to sent and settled, of it planning", planned)
    shown("a reminder from due to sent and settled, all of it", sent)
    least("reminders sent : one-row commits, a second", ratio(commits, sent), WAY if spread(commits)[1] >= COMMIT_MS else 0)
    room = [(1 / WAY - 1) * max(c, COMMIT_MS) for c in commits]
    return limited("a reminder's work beyond a commit / its room",
                   [(s - c) / r for s, c, r in zip(sent, commits, room)], 1)


def main():
    try:
        mta.unpacked()
    except harness.Skip as e:
        print("sending: skipped, %s" % e)
        return 0
    under = one_connection()
    return int(whole_way() | under)


if __name__ == "__main__":
    sys.exit(main())
