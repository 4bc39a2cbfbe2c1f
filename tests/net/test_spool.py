#!/usr/bin/python3
"""The descriptors of ceud-net fetch: the body in the spool, read again from it, and its compressed copy."""
import gzip
import json
import os
import subprocess
import sys
import tempfile
import threading

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from test_fetch import NET, SINGLE, Handler, Server

LARGE = (b"BEGIN:VCALENDAR\r\nPRODID:-//x//EN\r\n" +
         b"".join(b"BEGIN:VEVENT\r\nUID:%d@x\r\nDTSTART:20260301T100000Z\r\nDTEND:20260301T110000Z\r\nSUMMARY:Event %d\r\n"
                  b"END:VEVENT\r\n" % (n, n) for n in range(30000)) + b"END:VCALENDAR\r\n")


class Serving(Handler):
    def get_many(self):
        if self.headers.get("If-None-Match") == '"m"':
            self.answer(304)
        else:
            self.answer(200, LARGE, ETag='"m"')


class Tests:
    def __init__(self, port):
        self.base = "http://127.0.0.1:%d" % port
        self.folder = tempfile.TemporaryDirectory()
        self.spool = os.path.join(self.folder.name, "spool")
        self.copy = os.path.join(self.folder.name, "copy")

    def job(self, **members):
        job = {"url": self.base + "/many", "zone": "Europe/Berlin", "from": "2025-11-01", "to": "2026-11-01", "total_ms": 20000,
               "allow": [{"cidr": "127.0.0.0/30"}], "max_events": 50000, "max_occurrences": 50000, "spool": True, "keep": True}
        job.update(members)
        return json.dumps({k: v for k, v in job.items() if v is not None}).encode() + b"\n"

    def run(self, body=b"", fresh=True, code=0, spool_path=None, copy_path=None, **members):
        """(last line, lines before it, standard error)"""
        for path in ([self.spool] if fresh else []) + [self.copy]:
            with open(path, "wb"):
                pass
        command = ["/bin/bash", "-c", 'exec 3<>"$1" 4<>"$2" && exec "$0" fetch', NET, spool_path or self.spool, copy_path or self.copy]
        done = subprocess.run(command, input=self.job(**members) + body, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False,
                              timeout=60)
        assert done.returncode == code, (done.returncode, done.stderr)
        lines = [json.loads(line) for line in done.stdout.splitlines()]
        return lines[-1] if lines else None, lines[:-1], done.stderr.decode()

    def read(self, path):
        with open(path, "rb") as handle:
            return handle.read()

    def test_spooled_and_kept(self):
        """what comes lies in the spool as it is, and compressed in the copy"""
        last, events, said = self.run()
        assert last["complete"]["events"] == 30000 == len(events) and last["complete"]["kept"] and last["complete"]["parsed"], last
        assert self.read(self.spool) == LARGE and gzip.decompress(self.read(self.copy)) == LARGE and said == ""
        last, again, _ = self.run(fresh=False, spooled=True)
        assert again == events and last["complete"]["events"] == 30000 and last["complete"]["http"] == 0, last
        assert gzip.decompress(self.read(self.copy)) == LARGE and self.read(self.spool) == LARGE

    def test_for_another_owner(self):
        """the same spool in another zone and window, for somebody who declined; no request is made"""
        body = (b"BEGIN:VCALENDAR\r\nPRODID:-//x//EN\r\nBEGIN:VEVENT\r\nUID:f\r\nDTSTART:20260301T100000\r\nDTEND:20260301T110000\r\n"
                b"ATTENDEE;PARTSTAT=DECLINED:mailto:dana@example.org\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n")
        self.run(body, url="", body_bytes=len(body))
        Server.seen.clear()
        starts = {}
        for zone, owner, flags in (("Europe/Berlin", "erin@example.org", 0), ("Asia/Tokyo", "dana@example.org", 64)):
            last, events, _ = self.run(fresh=False, spooled=True, zone=zone, owner=owner)
            starts[zone] = events[0]["event"]["start"]
            assert events[0]["event"]["flags"] == flags, (owner, events)
        assert starts["Europe/Berlin"] - starts["Asia/Tokyo"] == 8 * 3600000, starts
        last, events, _ = self.run(fresh=False, spooled=True, **{"from": "2027-01-01", "to": "2027-06-01"})
        assert events == [] and last["complete"]["result"] == "ok"
        assert not Server.seen

    def test_unchanged(self):
        """no copy of what was read before, no parser, no event"""
        first, _, _ = self.run()
        for members in ({"etag": '"m"'}, {"body_hash": first["complete"]["body_hash"]}):
            last, events, _ = self.run(**members)
            done = last["complete"]
            assert (done["result"], done["kept"], done["parsed"], events) == ("not-modified", False, False, []), last
            assert self.read(self.copy) == b""

    def test_refused(self):
        """a calendar that is none leaves no copy; the messages name the host, also when it is read again"""
        page = b"<html><title>Oops</title></html>"
        last, _, _ = self.run(page, url=None, body_bytes=len(page))
        assert last["failed"]["code"] == "not-calendar" and self.read(self.copy) == b"", last
        self.run()
        last, _, _ = self.run(fresh=False, spooled=True, max_events=100)
        assert last["failed"]["text"] == "The answer of 127.0.0.1 has more events than are read.", last
        last, _, _ = self.run(LARGE, url=None, body_bytes=len(LARGE), max_bytes=1000)
        assert last["failed"]["code"] == "too-large", last
        last, _, _ = self.run(SINGLE, url=None, body_bytes=len(SINGLE), max_events=1)
        assert last["failed"]["code"] == "limit" and self.read(self.copy) == b"", last

    def test_bad_jobs(self):
        for change in ({"spooled": True, "spool": False}, {"spooled": True, "body_bytes": 5}, {"spool": 1}, {"keep": "yes"},
                       {"spooled": "no"}, {"login": "a\nb:c"}, {"login": 7}, {"owner": "x" * 2000}, {"max_wire_bytes": -1}):
            last, _, said = self.run(code=2, **change)
            assert last is None and said.count("\n") == 1, (change, last, said)

    def test_full(self):
        """a spool or copy that cannot be written is told, and nothing is half"""
        last, _, said = self.run(code=1, spool_path="/dev/full")
        assert last is None and "spool" in said, (last, said)
        last, _, said = self.run(code=1, copy_path="/dev/full")
        assert last["complete"]["result"] == "ok" and "copy" in said, (last, said)

    def test_other_descriptors(self):
        """without spool and keep they are closed like all others"""
        last, events, _ = self.run(spool=True, keep=False)
        assert last["complete"]["events"] == 30000 and not last["complete"]["kept"]
        assert self.read(self.copy) == b""


def main():
    server = Server(("127.0.0.1", 0), Serving)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    tests = Tests(server.server_port)
    names = [name for name in dir(tests) if name.startswith("test_")]
    bad = 0
    print("1..%d" % len(names))
    for number, name in enumerate(names, 1):
        try:
            getattr(tests, name)()
            print("ok %d - %s" % (number, name[5:].replace("_", " ")))
        except (AssertionError, subprocess.TimeoutExpired, ValueError, KeyError, IndexError, TypeError, OSError) as error:
            bad += 1
            print("not ok %d - %s\n# line %d: %s: %s" % (number, name[5:].replace("_", " "),
                  error.__traceback__.tb_next.tb_lineno, type(error).__name__, str(error)[:1500]))
        sys.stdout.flush()
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
