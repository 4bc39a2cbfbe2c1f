"""What the system tests share: a ceud of their own, ceu, HTTP over its socket, test servers, TAP.

BUILD names the build folder, CEUD_SEED the seed of what is random.  Everything a test makes stands in one
folder below the build folder, and everything it starts ends with it.
"""
import atexit
import http.client
import json
import os
import random
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import traceback

BUILD = os.path.relpath(os.environ.get("BUILD", "build"))
CEUD, CEU = os.path.join(BUILD, "ceud"), os.path.join(BUILD, "ceu")
NOW = "2026-03-12T08:00:00Z"        # a Thursday, 09:00 in Berlin
PASSWORD = "secret-password"
SANITIZED = os.path.exists(CEUD) and b"__asan_init" in open(CEUD, "rb").read()
SLACK = 5.0 if SANITIZED else 1.0   # how much longer all may take
FOLDER = []
STARTED = []


def folder():
    """The test's own folder. Its path is short: a socket's may have 107 bytes."""
    if not FOLDER:
        os.makedirs(os.path.join(BUILD, "system"), exist_ok=True)
        FOLDER.append(tempfile.mkdtemp(dir=os.path.join(BUILD, "system"), prefix=""))
        atexit.register(end_all)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, lambda *_: sys.exit(130))
    return FOLDER[0]


def end_all():
    for process in STARTED:
        if process.poll() is None:
            process.kill()
            process.wait()
    if not os.environ.get("KEEP"):
        shutil.rmtree(folder(), ignore_errors=True)


def start(argv, **options):
    process = subprocess.Popen(argv, **options)
    STARTED.append(process)
    return process


def write(name, text):
    """A file in the test's folder; its absolute path."""
    path = os.path.abspath(os.path.join(folder(), name))
    os.makedirs(os.path.dirname(path), exist_ok=True)
    part = "%s.%d.part" % (path, threading.get_ident())         # whoever reads it meanwhile sees the old file or the new one
    with open(part, "wb" if isinstance(text, bytes) else "w") as f:
        f.write(text)
    os.replace(part, path)
    return path


# ---- ceud

class Answer:
    """What ceu did: code, out, err; data is its JSON."""

    def __init__(self, code, out, err):
        self.code, self.out, self.err = code, out, err
        self.data = None
        if out.startswith("{"):
            try:
                self.data = json.loads(out)
            except ValueError:
                pass

    def __repr__(self):
        return "exit %d\n%s%s" % (self.code, self.out, self.err)


def ceu(*args, socket_path=None, env=None, stdin=subprocess.DEVNULL):
    env = dict(os.environ, LC_ALL="C.UTF-8", **(env or {}))
    if socket_path:
        env["CEU_SOCKET"] = socket_path
    run = subprocess.run([CEU, *args], stdin=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=300 * SLACK,
                         env=env, check=False)
    return Answer(run.returncode, run.stdout.decode(), run.stderr.decode())


class UnixConnection(http.client.HTTPConnection):
    def __init__(self, path, timeout=60.0):
        super().__init__("localhost", timeout=timeout)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


class Ceud:
    """A daemon on a state folder of its own, under a rehearsal clock unless clock is None."""

    def __init__(self, name="ceud", config="", clock=NOW):
        self.name, self.clock, self.process = name, clock, None
        self.state = os.path.join(folder(), name)
        self.socket = self.state + ".sock"
        self.log = os.path.join(folder(), name + ".log")
        self.config = write(name + ".conf", 'zone Europe/Berlin\n' + config)

    def argv(self, *more):
        argv = [CEUD, "--config", self.config, "--state", self.state, "--socket", self.socket]
        return argv + (["--clock", self.clock] if self.clock else []) + list(more)

    def start(self, wait=True, **options):
        with open(self.log, "ab") as log:
            self.process = start(self.argv(), stdin=subprocess.DEVNULL, stdout=log, stderr=log, **options)
        if wait:
            self.wait()
        return self

    def wait(self, seconds=20.0):
        end = time.monotonic() + seconds * SLACK
        while True:
            assert self.process.poll() is None, "ceud ended with %s:\n%s" % (self.process.returncode, self.said())
            try:
                if self.get("/readyz", timeout=2)[0] == 200:
                    return
            except OSError:
                pass
            assert time.monotonic() < end, "ceud does not answer:\n" + self.said()
            time.sleep(0.005)

    def said(self):
        with open(self.log, encoding="utf-8", errors="replace") as f:
            return f.read()

    def stop(self):
        """SIGTERM; its exit code."""
        self.process.terminate()
        return self.process.wait(30 * SLACK)

    def kill(self):
        self.process.kill()
        self.process.wait()

    def ceu(self, *args, **options):
        return ceu(*args, socket_path=self.socket, **options)

    def json(self, *args, code=0):
        """ceu --json; its object. The exit code must be as given."""
        answer = self.ceu("--json", *args)
        assert answer.code == code, "ceu %s: %r" % (" ".join(args), answer)
        assert answer.data is not None, "ceu %s printed no JSON: %r" % (" ".join(args), answer)
        return answer.data

    def request(self, method, path, body=None, key=None, timeout=60.0):
        """(status, object) on a connection of its own."""
        c = UnixConnection(self.socket, timeout * SLACK)
        try:
            return request(c, method, path, body, key)
        finally:
            c.close()

    def get(self, path, timeout=60.0):
        return self.request("GET", path, timeout=timeout)

    def answers(self):
        """It lives and serves."""
        assert self.process.poll() is None, "ceud has ended:\n" + self.said()
        assert self.get("/healthz", timeout=10)[0] == 200

    def database(self):
        return sqlite3.connect("file:%s?mode=ro" % os.path.abspath(os.path.join(self.state, "ceud.db")), uri=True)


def request(connection, method, path, body=None, key=None):
    headers = {"Content-Type": "application/json"} if body is not None else {}
    if key:
        headers["Idempotency-Key"] = key
    connection.request(method, path, json.dumps(body) if body is not None else None, headers)
    response = connection.getresponse()
    data = response.read()
    return response.status, json.loads(data) if data else None


# ---- other servers

class Server:
    """A test server that says its port first and ends when its input does."""

    def __init__(self, *argv):
        self.process = start(["/usr/bin/python3", *argv], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                             stderr=subprocess.DEVNULL)
        self.port = int(self.process.stdout.readline())

    def end(self):
        self.process.stdin.close()
        rest = self.process.stdout.read().decode()
        self.process.wait()
        return rest


def web(calendars="tests/data/calendars", log=""):
    return Server("tests/webserver.py", calendars, "--seconds", "900", *(["--log", log] if log else []))


def smtp_config(port, ca, mode="live", more=""):
    password = write("smtp-password", PASSWORD + "\n")
    return ("mail {\n mode %s\n transport smtp\n relay localhost %d\n ca %s\n user ceud\n password file:%s\n"
            " from \"ceu <ceu@example.org>\"\n rate 1000000/min\n quiet 00:00-00:00\n%s}\n"
            % (mode, port, ca, password, more))


# ---- TAP

def seed():
    value = int(os.environ.get("CEUD_SEED", random.SystemRandom().randrange(1 << 32)))
    print("# CEUD_SEED=%d" % value, flush=True)
    return random.Random(value)


class Skip(Exception):
    """This test cannot be run here; why."""


def same(what, got, wanted):
    assert got == wanted, "%s is\n%r, not\n%r" % (what, got, wanted)


def holds(text, *parts):
    for part in parts:
        assert part in text, "%r is not in:\n%s" % (part, text)


def main(name, tests):
    """tests: functions, whose docstrings' first lines are their names; each is run, the last may clean up."""
    print("1..%d" % len(tests), flush=True)
    failed = 0
    for number, test in enumerate(tests, 1):
        began = time.monotonic()
        fault = skipped = None
        try:
            test()
        except Skip as e:
            skipped = str(e)
        except Exception:                           # whatever it is, this test has failed
            fault = traceback.format_exc()
        print("%s %d - %s: %s%s" % ("not ok" if fault else "ok", number, name, test.__doc__.splitlines()[0],
                                    " # SKIP " + skipped if skipped else ""), flush=True)
        if os.environ.get("V"):
            print("# %.1f s" % (time.monotonic() - began))
        if fault:
            failed += 1
            print("# " + fault.rstrip().replace("\n", "\n# "), flush=True)
    sys.exit(1 if failed else 0)
