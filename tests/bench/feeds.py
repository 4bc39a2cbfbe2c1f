#!/usr/bin/python3
"""Polls: what an unchanged calendar costs, and 1,000 calendars of which 990 are unchanged.

    tests/bench/feeds.py BUILD WORK-FOLDER
Prints medians with the quartiles; ends with 1 if a ratio is over its limit or a poll without news wrote more than itself.
"""
import asyncio
import hashlib
import json
import os
import sqlite3
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "ceud"))
build = os.path.abspath(sys.argv[1])
os.environ["BUILD"] = os.path.relpath(build, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
from api import Connection, Daemon, done                                            # noqa: E402

FEEDS, CHANGED, EVENTS, ROUNDS, PEOPLE = 1000, 10, 20, 3, 200
LARGE, LARGE_ROUNDS = 20000, 7
# One calendar in a hundred has news. Reading it costs some polls more than one without, and no more is granted than that
# all of those cost ten times as much and a noisy machine adds as much again.
LIMIT_CHANGED = 1.20
# The hash is taken of every byte, and no line is read: a third of the reading at most. "304" is the start of a process.
LIMIT_EQUAL, LIMIT_304 = 0.34, 0.15
HEAD = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//bench//EN\r\n"
EVENT = ("BEGIN:VEVENT\r\nUID:%s-%d@bench.example\r\nDTSTAMP:20260301T000000Z\r\nDTSTART;TZID=Europe/Berlin:2026%02d%02dT%02d0000\r\n"
         "DTEND;TZID=Europe/Berlin:2026%02d%02dT%02d4500\r\nSUMMARY:%s %d\r\nLOCATION:Room %d\r\n"
         "DESCRIPTION:What is done in this hour\\, and by whom\\; bring paper and a pen.\r\nEND:VEVENT\r\n")


def calendar(name, n, word="Session"):
    return (HEAD + "".join(EVENT % (name, i, 1 + i % 3, 1 + i % 28, 7 + i % 11, 1 + i % 3, 1 + i % 28, 7 + i % 11, word, i, i % 40)
                           for i in range(n)) + "END:VCALENDAR\r\n").encode()


class Web:
    """Calendars with an ETag, answered in as little time as can be."""

    def __init__(self):
        self.pages, self.tags, self.requests, self.loop = {}, {}, 0, asyncio.new_event_loop()
        started = threading.Event()
        threading.Thread(target=self.serve, args=(started,), daemon=True).start()
        started.wait()

    def put(self, path, page, tagged=True):
        self.pages[path], self.tags[path] = page, '"%s"' % hashlib.sha1(page).hexdigest() if tagged else ""

    def serve(self, started):
        asyncio.set_event_loop(self.loop)
        server = self.loop.run_until_complete(asyncio.start_server(self.answer, "127.0.0.1", 0, backlog=1000))
        self.port = server.sockets[0].getsockname()[1]
        started.set()
        self.loop.run_forever()

    async def answer(self, reader, writer):
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        self.requests += 1
        path = head.split(" ", 2)[1]
        tag = self.tags[path]
        if tag and "If-None-Match: " + tag in head:
            writer.write(b"HTTP/1.1 304 Not Modified\r\nConnection: close\r\n\r\n")
        else:
            writer.write(b"HTTP/1.1 200 OK\r\n%sContent-Length: %d\r\nConnection: close\r\n\r\n" %
                         (b"ETag: %s\r\n" % tag.encode() if tag else b"", len(self.pages[path])) + self.pages[path])
        await writer.drain()
        writer.close()


def spread(values):
    values = sorted(values)
    return values[len(values) // 4], values[len(values) // 2], values[len(values) * 3 // 4]


def shown(name, values, unit="ms"):
    low, mid, high = spread(values)
    print("  %-56s %9.3f %-6s %9.3f .. %.3f" % (name, mid, unit, low, high))


def limited(name, ratios, limit):
    low, mid, high = spread(ratios)
    print("%-58s %9.2f %-6s %-20s limit %7.2f  %s" % (name, mid, "x", "%.2f .. %.2f" % (low, high), limit, "ok" if mid <= limit else "OVER"))
    return mid > limit


# ---- one large calendar, read, compared and not fetched at all

def fetch(job):
    """(processor seconds, last line)"""
    data = json.dumps(job).encode() + b"\n"
    to, back = os.pipe(), os.pipe()
    os.write(to[1], data)
    os.close(to[1])
    pid = os.posix_spawn(os.path.join(build, "ceud-net"), ["ceud-net", "fetch"], {"PATH": "/usr/bin:/bin"},
                         file_actions=[(os.POSIX_SPAWN_DUP2, to[0], 0), (os.POSIX_SPAWN_DUP2, back[1], 1)])
    os.close(to[0])
    os.close(back[1])
    with os.fdopen(back[0], "rb") as out:
        last = b""
        for last in out:
            pass
    _, status, used = os.wait4(pid, 0)
    if status:
        raise SystemExit("ceud-net ends with %d" % status)
    return used.ru_utime + used.ru_stime, json.loads(last)["complete"]


def large(web):
    web.put("/large", calendar("large", LARGE))
    web.put("/untagged", web.pages["/large"], tagged=False)
    job = {"url": "http://127.0.0.1:%d/untagged" % web.port, "zone": "Europe/Berlin", "from": "2025-01-01", "to": "2027-01-01",
           "allow": [{"cidr": "127.0.0.0/8"}], "max_occurrences": LARGE}
    first = fetch(job)[1]
    kinds = {"read": job, "equal": dict(job, body_hash=first["body_hash"]),
             "304": dict(job, url=job["url"].replace("untagged", "large"), etag=web.tags["/large"])}
    times = {kind: [] for kind in kinds}
    for _ in range(LARGE_ROUNDS):
        for kind, its in kinds.items():
            used, last = fetch(its)
            if last["parsed"] != (kind == "read") or (last["result"] == "ok") != (kind == "read"):
                raise SystemExit("%s: %r" % (kind, last))
            times[kind].append(used * 1000)
    shown("ceud-net: %d events, %.1f MB, read, processor" % (LARGE, len(web.pages["/large"]) / 1e6), times["read"])
    shown("ceud-net: the same body again, compared", times["equal"])
    shown("ceud-net: not modified (304)", times["304"])
    over = limited("an equal body / reading it", [a / b for a, b in zip(times["equal"], times["read"])], LIMIT_EQUAL)
    return limited("304 / reading it", [a / b for a, b in zip(times["304"], times["read"])], LIMIT_304) or over


# ---- a thousand calendars

def rows_of(state):
    """A digest of each table, and of calendars without what each check writes."""
    db = sqlite3.connect("file:%s/ceud.db?mode=ro" % state, uri=True)
    digests = {}
    for table, in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'").fetchall():
        columns = [c[1] for c in db.execute("PRAGMA table_info(%s)" % table)]
        if table == "calendar":
            columns = [c for c in columns if c not in ("last_poll_at", "last_good_at", "next_poll_at")]
        digest, n = hashlib.sha256(), 0
        for row in db.execute("SELECT %s FROM %s" % (", ".join(columns), table)):
            digest.update(repr(row).encode())
            n += 1
        digests[table] = (n, digest.hexdigest())
    db.close()
    return digests


def written(before, after):
    return {name for name in after if before[name] != after[name]} - {"job", "answer", "meta", "instance"}


def poll(d):
    began = time.perf_counter()
    calendars = done(d.post("/v1/admin/run/feeds"))["calendars"]
    took = (time.perf_counter() - began) * 1000
    bad = [c for c in calendars if c["state"] != "ok"]
    if bad or len(calendars) != FEEDS:
        raise SystemExit("%d calendars, of which not read: %r" % (len(calendars), bad[:3]))
    return took, sum(c["parsed"] for c in calendars), sum(c["new"] + c["changed"] for c in calendars)


def starts(program, args, n=200):
    began = time.perf_counter()
    for _ in range(n):
        pid = os.posix_spawn(program, args, {"PATH": "/usr/bin:/bin"}, file_actions=[(os.POSIX_SPAWN_OPEN, 1, "/dev/null", os.O_WRONLY, 0)])
        os.waitpid(pid, 0)
    return (time.perf_counter() - began) * 1000 / n


def thousand(web):
    d = Daemon("zone Europe/Berlin\nfeeds {\n\tallow 127.0.0.0/8\n\tpoll 7d\n}\n", clock="2026-04-07T08:00:00Z")
    for n in range(PEOPLE):
        done(d.post("/v1/people", {"email": "p%d@example.org" % n, "until": "2026-06-30"}))
    base = "http://127.0.0.1:%d" % web.port
    for n in range(FEEDS):
        web.put("/%d.ics" % n, calendar("f%d" % n, EVENTS))

    def add(n):
        done(d.post("/v1/people/p%d@example.org/calendars" % (n % PEOPLE), {"url": "%s/%d.ics" % (base, n)}))
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(add, range(FEEDS)))
    poll(d)
    quiet, busy, over = [], [], 0
    for number in range(ROUNDS):
        before = rows_of(d.state)
        took, parsed, news = poll(d)
        quiet.append(took)
        after = rows_of(d.state)
        if parsed or news or written(before, after):
            print("A poll without news: %d parsed, %d changed, written %r" % (parsed, news, sorted(written(before, after))))
            over = 1
        for n in range(CHANGED):
            web.put("/%d.ics" % (n * 97), calendar("f%d" % (n * 97), EVENTS, "Round %d of session" % number))
        took, parsed, news = poll(d)
        busy.append(took)
        if (parsed, news) != (CHANGED, CHANGED * EVENTS):
            print("A poll with news: %d parsed, %d changed" % (parsed, news))
            over = 1
    shown("%d calendars, none changed, a calendar" % FEEDS, [t / FEEDS for t in quiet])
    shown("%d calendars, %d changed (%d events), a calendar" % (FEEDS, CHANGED, CHANGED * EVENTS), [t / FEEDS for t in busy])
    empty, net = starts(os.path.join(build, "bench", "empty"), ["empty"]), starts(os.path.join(build, "ceud-net"), ["ceud-net", "--version"])
    print("  %-56s %9.3f ms" % ("start and end of an empty program", empty))
    print("  %-56s %9.3f ms" % ("start and end of ceud-net", net))
    print("  %-56s %9.2f x" % ("a poll without news / start of ceud-net", spread(quiet)[1] / FEEDS / net))
    d.remove()
    return limited("poll of %d, %d changed / none changed" % (FEEDS, CHANGED), [a / b for a, b in zip(busy, quiet)], LIMIT_CHANGED) or over


def main():
    Connection.__init__.__defaults__ = (600,)       # a run answers when the last one is through
    web = Web()
    over = large(web)
    over = thousand(web) or over
    sys.stdout.flush()
    os._exit(1 if over else 0)          # the server's thread has no end


main()
