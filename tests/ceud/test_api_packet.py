#!/usr/bin/python3
"""Renewal packets over the socket: the real ceud-packet, and stand-ins that break what it promises. TAP."""
import csv
import ctypes
import hashlib
import io
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import zipfile

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import api                                                                                      # noqa: E402
from api import BUILD, CONFIG, IS_ROOT, Connection, Daemon, add_dana, contains, daemons, done, log, main, refused, same  # noqa: E402

DANA = "/v1/people/dana@example.org"
PDF = b"%PDF-1.7\n" + b"certificate " * 50
PACKET = os.path.join(BUILD, "ceud-packet")


class File:
    """An answer that is no JSON."""

    def __init__(self, daemon, path, timeout=150):
        c = Connection(daemon.socket, timeout)
        try:
            c.request("GET", path)
            r = c.getresponse()
            self.status, self.headers, self.data = r.status, dict(r.getheaders()), r.read()
        finally:
            c.close()


def packet(daemon, query="", **more):
    return File(daemon, DANA + "/packet" + query, **more)


def attach(daemon, entry, name, data):
    sha = done(daemon.post("%s/files?name=%s" % (DANA, name), data, Content_Type="application/octet-stream"))["sha256"]
    return done(daemon.post("%s/entries/%d/evidence" % (DANA, entry), {"files": [{"name": name, "sha256": sha}]}))


def fill(daemon, entries=3):
    add_dana(daemon)
    for i in range(entries):
        done(log(daemon, "1h30", ("training", "cxpa", "conference")[i % 3], "Entry %d" % i, "2026-0%d-1%d" % (1 + i % 2, i % 9)))
    attach(daemon, 1, "certificate.pdf", PDF)


d = Daemon()
fill(d)


class Broken(Daemon):
    """A ceud beside another ceud-packet: a script."""

    def __init__(self, script, entries=1):
        self.programs = None
        self.script = script
        super().__init__()
        daemons.remove(self)
        fill(self, entries)

    def command(self):
        command, more = super().command()
        if not self.programs:
            self.programs = os.path.join(self.folder, "bin")
            os.mkdir(self.programs)
            for name in ("ceud", "ceud-net"):
                shutil.copy(os.path.join(BUILD, name), self.programs)
            self.say(self.script)
        return [os.path.join(self.programs, "ceud")] + command[1:], more

    def say(self, script):
        path = os.path.join(self.programs, "ceud-packet")
        with open(path + ".new", "w") as out:
            out.write("#!/bin/sh\n" + script)
        os.chmod(path + ".new", 0o755)
        os.rename(path + ".new", path)

    def scratch(self):
        return os.listdir(os.path.join(self.state, "evidence", "tmp"))

    def children(self):
        with open("/proc/%d/task/%d/children" % (self.process.pid, self.process.pid)) as f:
            return f.read().split()


# ---- the real one

def whole():
    """A packet with everything in it, and the head of its answer"""
    a = packet(d)
    same((a.status, a.headers["Content-Type"], a.headers["Content-Disposition"], a.headers["X-Content-Type-Options"]),
         (200, "application/zip", 'attachment; filename="ccxp-renewal-2026.zip"', "nosniff"))
    same(int(a.headers["Content-Length"]), len(a.data))
    z = zipfile.ZipFile(io.BytesIO(a.data))
    same(z.testzip(), None)
    same({"renewal.pdf", "entries.csv", "entries.json", "SHA256SUMS", "README.txt", "program/ccxp-2y20.rules"} - set(z.namelist()), set())
    same(z.read("evidence/1/certificate.pdf") == PDF, True)
    facts = json.loads(z.read("entries.json"))
    status = done(d.get(DANA + "/status"))
    same((facts["required"], facts["counted"], len(facts["entries"])), (status["required"], status["counted"], 3))
    with open("etc/programs/ccxp-2y20.rules", "rb") as f:
        same(z.read("program/ccxp-2y20.rules") == f.read(), True)
    sums = dict(reversed(line.split("  ", 1)) for line in z.read("SHA256SUMS").decode().splitlines())
    same({n: hashlib.sha256(z.read(n)).hexdigest() for n in z.namelist() if n != "SHA256SUMS"}, sums)


def verified():
    """ceud-packet verify agrees with it"""
    path = os.path.join(d.folder, "packet.zip")
    with open(path, "wb") as out:
        out.write(packet(d).data)
    run = subprocess.run([PACKET, "verify", path], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    same(run.returncode, 0, run.stdout.decode())


def other_formats():
    """The table and the facts alone"""
    a = packet(d, "?format=csv")
    same((a.status, a.headers["Content-Type"].split(";")[0], a.headers["Content-Disposition"]),
         (200, "text/csv", 'attachment; filename="ccxp-renewal-2026.csv"'))
    rows = list(csv.DictReader(io.StringIO(a.data.decode())))
    same([(r["id"], r["title"], r["minutes"]) for r in rows], [(str(i + 1), "Entry %d" % i, "90") for i in (0, 2, 1)]
         if rows[1]["id"] == "3" else [(str(i + 1), "Entry %d" % i, "90") for i in range(3)])
    a = packet(d, "?format=json")
    same((a.status, a.headers["Content-Type"], a.headers["Content-Disposition"]),
         (200, "application/json", 'attachment; filename="ccxp-renewal-2026.json"'))
    same(len(json.loads(a.data)["entries"]), 3)
    same(packet(d, "?format=packet&cycle=2024").status, 200)
    c = Connection(d.socket)
    c.request("HEAD", DANA + "/packet")
    r = c.getresponse()
    same((r.status, int(r.getheader("Content-Length")), r.read()), (200, len(packet(d).data), b""))
    c.close()


def same_bytes():
    """The same facts give the same bytes, also after a restart; another fact gives others"""
    first = packet(d).data
    time.sleep(1.1)
    same(packet(d).data == first, True, "again")
    same(d.stop(), 0)
    d.start()
    same(packet(d).data == first, True, "after a restart")
    done(d.patch(DANA + "/entries/2", {"note": "changed"}))
    same(packet(d).data == first, False, "after a change")


def refusals():
    """What is asked wrongly"""
    for query, status, code in (("?format=pdf", 400, "format-unknown"), ("?format=", 400, "format-unknown"), ("?cycle=1999", 404, "no-such-cycle"),
                                ("?cycle=24", 400, "year-invalid"), ("?cycle=x", 400, "year-invalid"), ("?evidence=1", 400, "parameter-unknown")):
        refused(d.get(DANA + "/packet" + query), status, code)
    refused(d.post(DANA + "/packet"), 400, "no-method")
    refused(d.get("/v1/people/none@example.org/packet"), 404, "no-person")
    done(d.post("/v1/people", {"email": "lead@example.org", "user": "nobody"}))
    done(d.post("/v1/teams", {"name": "CX", "lead": "lead@example.org"}))
    done(d.patch(DANA, {"team": "CX"}))
    refused(d.get("/v1/people/lead@example.org/packet"), 422, "no-cycle")
    if IS_ROOT:             # a lead sees numbers, never files
        refused(d.get(DANA + "/packet", uid=65534), 403, "not-yours")


def damaged():
    """Evidence that was changed or is gone: no packet, and it is said which"""
    sha = hashlib.sha256(PDF).hexdigest()
    path = os.path.join(d.state, "evidence", sha[:2], sha[2:])
    daemons.remove(d)       # from here on its log has errors
    with open(path, "r+b") as f:
        f.write(b"%PDF-1.8")
    refused(d.get(DANA + "/packet"), 500, "evidence-damaged", "certificate.pdf", "ceu detach 1")
    os.unlink(path)
    refused(d.get(DANA + "/packet"), 500, "evidence-damaged", "certificate.pdf")
    same(packet(d, "?format=csv").status, 200)
    done(d.post("%s/files?name=certificate.pdf" % DANA, PDF, Content_Type="application/octet-stream"))
    same(packet(d).status, 200)


def full_disk():
    """A full disk: told so, nothing left behind"""
    big = b"%PDF-" + os.urandom(90000)
    attach(d, 2, "big.pdf", big)
    attach(d, 3, "big.pdf", big)
    if not IS_ROOT or os.system("mount -t tmpfs -o size=100k,mode=700 none %s/evidence/tmp 2>/dev/null" % d.state):
        return "needs root, to mount a small disk"
    try:
        refused(d.get(DANA + "/packet"), 507, "no-space")
        same(os.listdir(os.path.join(d.state, "evidence", "tmp")), [])
        same(os.statvfs(os.path.join(d.state, "evidence", "tmp")).f_bfree * 4096 > 90000, True, "room is free again")
    finally:
        os.system("umount %s/evidence/tmp" % d.state)
    same(packet(d).status, 200)


def refuse_executable_memory():
    """MemoryDenyWriteExecute= of systemd.exec(5); kernels before 6.3 do not know it this way."""
    ctypes.CDLL(None).prctl(65, 1, 0, 0, 0)             # PR_SET_MDWE


def bare():
    """As in the unit's sandbox: no HOME, no place for font caches, no sockets but local ones; in another language and zone"""
    first = packet(d).data
    same(d.stop(), 0)
    kept, command = dict(os.environ), d.command
    d.command = lambda: (["/usr/bin/python3", os.path.join(api.ROOT, "tests/system/restrict"), "AF_UNIX"] + command()[0],
                         {"preexec_fn": refuse_executable_memory})
    try:
        for name in list(os.environ):
            del os.environ[name]
        os.environ.update({"TZ": "Asia/Tokyo", "LANG": "tr_TR.UTF-8", "HOME": "/proc/nowhere", "XDG_CACHE_HOME": "/proc/nowhere"})
        d.start()
    finally:
        os.environ.clear()
        os.environ.update(kept)
    began = time.monotonic()
    same(packet(d).data == first, True)
    print("# %.2f s" % (time.monotonic() - began))


def large():
    """100 MB of evidence: streamed; ceud's memory stays where it was, and no turn of its loop takes 50 ms"""
    big = Daemon(CONFIG + "limits {\n\tevidence 60M\n}\n")
    add_dana(big)
    for i in range(40):
        done(log(big, "30m", "training", "Day %d" % i, "2025-%02d-%02d" % (1 + i % 12, 1 + i // 12)))
        attach(big, i + 1, "proof.pdf", b"%PDF-" + os.urandom(2500000))
    same(big.stop(), 0)
    big.start()
    packet(big, "?format=csv")

    def rss():
        with open("/proc/%d/status" % big.process.pid) as f:
            return [int(line.split()[1]) for line in f if line.startswith("VmHWM")][0]
    before = rss()
    big_packet = packet(big)
    same(big_packet.status, 200)
    same(len(big_packet.data) > 100000000, True)
    grown, longest = rss() - before, done(big.get("/v1/admin/status"))["loop"]["longest_turn_ms"]
    print("# grown by %d kB, longest turn %d ms" % (grown, longest))
    same((grown < 3000, longest < (50 if b"__asan_init" not in open(api.CEUD, "rb").read() else 500)), (True, True), "%d kB, %d ms" % (grown, longest))


# ---- stand-ins

def failures():
    """What a helper may do wrong: each is told, nothing is left, ceud goes on"""
    b = Broken("exit 0")
    for script, status, code, piece in (
            ("exit 0", 500, "packet-failed", "whole"),
            ("exit 1", 500, "packet-failed", "could not be made"),
            ("kill -SEGV $$", 500, "packet-failed", "could not be made"),
            ("cat >/dev/null; printf abc >&3; echo '{\"complete\":{\"bytes\":4}}'", 500, "packet-failed", "whole"),
            ("cat >/dev/null; printf abc >&3", 500, "packet-failed", "whole"),
            ("cat >/dev/null; printf abc >&3; echo '{\"complete\":{\"bytes\":3}}'; exit 1", 500, "packet-failed", "could not"),
            ("cat >/dev/null; echo '{\"failed\":{\"code\":\"no-space\",\"text\":\"Full.\"}}'; exit 1", 507, "no-space", "Full."),
            ("cat >/dev/null; echo '{\"failed\":{\"code\":\"odd one\",\"text\":\"x\"}}'; exit 1", 500, "packet-failed", "not understood"),
            ("cat >/dev/null; echo '{\"failed\":{\"code\":\"x\"}}'; exit 1", 500, "packet-failed", "not understood"),
            ("cat >/dev/null; printf '{\"failed\":{\"code\":\"x-y\",\"text\":\"a\\\\u202eb\"}}\\n'; exit 1", 500, "x-y", "a?b"),
            ("cat >/dev/null; echo nonsense", 500, "packet-failed", "not understood"),
            ("cat >/dev/null; head -c 100000 /dev/zero | tr '\\0' x", 500, "packet-failed", "could not be made")):
        b.say(script)
        refused(b.get(DANA + "/packet"), status, code, piece)
        same((b.scratch(), b.children()), ([], []))
    b.say("cat >/dev/null; printf abc >&3; echo '{\"done\":1,\"of\":2}'; echo '{\"complete\":{\"bytes\":3,\"unproven\":[]}}'")
    same((packet(b).status, packet(b).data), (200, b"abc"))
    os.unlink(os.path.join(b.programs, "ceud-packet"))
    refused(b.get(DANA + "/packet"), 500, "helper-failed", "ceud-packet")
    same(b.stop(), 0)


def its_job():
    """The job is one line with all that a packet needs"""
    b = Broken("cat >&3; echo '{\"complete\":{\"bytes\":'$(stat -Lc %s /proc/self/fd/3)'}}'", 2)
    a = packet(b)
    same((a.status, a.data.count(b"\n"), a.data.endswith(b"\n")), (200, 1, True))
    job = json.loads(a.data)
    same(sorted(job), ["cycle", "entries", "evidence_dir", "format", "generated", "organisation", "person", "program", "status", "submitted",
                       "today", "why"])
    same((job["format"], job["organisation"], job["person"], job["today"], job["submitted"]),
         ("zip", "Example Ltd", {"email": "dana@example.org", "name": "Dana Reed"}, "2026-03-12", None))
    same(job["evidence_dir"], os.path.realpath(os.path.join(b.state, "evidence")))
    same((job["cycle"]["start"], job["cycle"]["end"], job["cycle"]["is_first"], job["cycle"]["carried"]), ("2024-07-01", "2026-06-30", True, 0))
    same(hashlib.sha256(job["program"]["text"].encode()).hexdigest(), job["program"]["hash"])
    status = done(b.get(DANA + "/status")).json
    same(job["status"], status)
    same([e["id"] for e in job["entries"]], [e["id"] for e in job["why"]["entries"]])
    shown = done(b.get(DANA + "/entries/1")).json
    one = [e for e in job["entries"] if e["id"] == 1][0]
    one.pop("event")
    same(one, shown)
    done(b.delete(DANA + "/entries/2"))
    same([e["id"] for e in json.loads(packet(b).data)["entries"]], [1])
    same(json.loads(packet(b, "?format=csv").data)["format"], "csv")
    same(b.stop(), 0)


def two_at_a_time():
    """Two at once, the others wait in their order; others are answered meanwhile"""
    b = Broken("cat >/dev/null; date +%s%N >>\"$(dirname \"$0\")/log\"; sleep 0.4; printf abc >&3; echo '{\"complete\":{\"bytes\":3}}'")
    got, began = [], time.monotonic()

    def ask(i):
        a = packet(b)
        got.append((i, a.status, a.data, time.monotonic() - began))
    threads = [threading.Thread(target=ask, args=(i,)) for i in range(6)]
    for t in threads:
        t.start()
        time.sleep(0.02)
    most = 0
    while any(t.is_alive() for t in threads):
        most = max(most, len(b.children()))
        asked = time.monotonic()
        done(b.get("/healthz"))
        same(time.monotonic() - asked < 0.2, True, "others wait")
        time.sleep(0.01)
    same(most, 2)
    same([(s, data) for _, s, data, _ in got], [(200, b"abc")] * 6)
    same([sorted(i for i, *_ in got[k:k + 2]) for k in (0, 2, 4)], [[0, 1], [2, 3], [4, 5]])
    same(b.stop(), 0)


def caller_gone():
    """Whoever goes away: the helper is ended, or never begun; half a goodbye is none"""
    b = Broken("cat >/dev/null; echo x >>\"$(dirname \"$0\")/begun\"; exec sleep 30")

    def begun():
        path = os.path.join(b.programs, "begun")
        return len(open(path).readlines()) if os.path.exists(path) else 0

    def ask():
        s = socket.socket(socket.AF_UNIX)
        s.connect(b.socket)
        s.sendall(("GET %s/packet HTTP/1.1\r\nHost: x\r\n\r\n" % DANA).encode())
        return s
    many = [ask() for _ in range(4)]
    time.sleep(0.3)
    same((begun(), len(b.children())), (2, 2))
    many[0].shutdown(socket.SHUT_WR)
    time.sleep(0.2)
    same(len(b.children()), 2)
    many[3].close()                     # had not begun
    many[0].close()
    time.sleep(0.3)
    same((begun(), len(b.children())), (3, 2))
    for s in many[1:3]:
        s.close()
    time.sleep(0.3)
    same((begun(), b.children(), b.scratch()), (3, [], []))
    done(b.get("/healthz"))
    many = [ask() for _ in range(3)]
    time.sleep(0.2)
    began = time.monotonic()
    b.process.send_signal(signal.SIGTERM)
    for s in many:
        s.settimeout(10)
        answer = b""
        while True:
            piece = s.recv(65536)
            if not piece:
                break
            answer += piece
            if b"\r\n\r\n" in answer and answer.endswith(b"}"):
                break
        contains(answer.decode(), "HTTP/1.1 503", '"code":"stopping"')
        s.close()
    same((b.stop(), time.monotonic() - began < 5), (0, True))


if __name__ == "__main__":
    if not os.path.exists(PACKET):
        print("1..1\nok 1 # SKIP ceud-packet is not built: make ceud-packet")
        sys.exit(0)
    main([whole, verified, other_formats, same_bytes, refusals, large, failures, its_job, two_at_a_time, caller_gone, damaged, full_disk, bare])
