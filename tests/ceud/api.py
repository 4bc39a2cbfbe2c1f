"""A real ceud on a temporary state folder, and a client of its socket; checks that speak TAP."""
import atexit
import http.client
import json
import os
import pickle
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import traceback
import uuid

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILD = os.path.join(ROOT, os.environ.get("BUILD", "build"))
CEUD = os.path.join(BUILD, "ceud")
CLOCK = "2026-03-12T08:00:00Z"
IS_ROOT = os.getuid() == 0
CONFIG = """organisation "Example Ltd"
zone Europe/Berlin
mail {
	mode live
	from "CEU <ceu@example.org>"
}
"""


class Connection(http.client.HTTPConnection):
    def __init__(self, path, timeout=30):
        super().__init__("localhost", timeout=timeout)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.text = status, headers, body.decode()
        is_json = not headers.get("Content-Type", "").startswith("text/")
        self.json = json.loads(self.text) if self.text and is_json else None

    def __getitem__(self, name):
        return self.json[name]

    def __repr__(self):
        return "%d %s" % (self.status, self.text[:1500])


daemons = []


class Daemon:
    """ceud --clock, alone in its folder; stopped and removed at the end."""

    def __init__(self, config=CONFIG, clock=CLOCK, options=()):
        self.folder = tempfile.mkdtemp(prefix="ceud-test-")
        os.chmod(self.folder, 0o755)
        self.state = os.path.join(self.folder, "state")
        self.socket = os.path.join(self.folder, "ceud.sock")
        self.config = os.path.join(self.folder, "ceud.conf")
        with open(self.config, "w") as out:
            out.write(config)
        self.clock, self.options, self.process = clock, options, None
        daemons.append(self)
        atexit.register(self.remove)
        self.start()

    def command(self):
        return [CEUD, "--config", self.config, "--state", self.state, "--socket", self.socket, *self.options], {}

    def start(self):
        command, more = self.command()
        if self.clock:
            command += ["--clock", self.clock]
        self.log = open(os.path.join(self.folder, "log"), "ab")
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log, **more)
        for _ in range(500):
            try:
                if self.get("/healthz").status == 200:
                    return
            except OSError:
                pass
            if self.process.poll() is not None:
                break
            time.sleep(0.01)
        raise SystemExit("ceud does not start:\n" + self.read_log())

    def read_log(self):
        with open(os.path.join(self.folder, "log"), errors="replace") as log:
            return log.read()

    def stop(self, how=signal.SIGTERM):
        if self.process:
            self.process.send_signal(how)
            code = self.process.wait(30)
            self.process = None
            self.log.close()
            return code

    def remove(self):
        self.stop(signal.SIGKILL)
        shutil.rmtree(self.folder, ignore_errors=True)

    def is_alive(self):
        return self.process.poll() is None

    def call(self, method, path, body=None, uid=None, **headers):
        if uid is not None and uid != os.getuid():
            return as_uid(uid, lambda: self.call(method, path, body, **headers))
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        if method == "POST":
            headers.setdefault("Idempotency-Key", str(uuid.uuid4()))
        data = body if isinstance(body, (bytes, type(None))) else json.dumps(body).encode()
        if data is not None:
            headers.setdefault("Content-Type", "application/json")
        c = Connection(self.socket)
        try:
            try:
                c.request(method, path, data, headers)
            except BrokenPipeError:
                pass                    # refused before the body; the answer is there
            r = c.getresponse()
            return Answer(r.status, dict(r.getheaders()), r.read())
        finally:
            c.close()

    def get(self, path, **more):
        return self.call("GET", path, **more)

    def post(self, path, body=None, **more):
        return self.call("POST", path, {} if body is None else body, **more)

    def patch(self, path, body, **more):
        return self.call("PATCH", path, body, **more)

    def delete(self, path, **more):
        return self.call("DELETE", path, **more)

    def raw(self, data, timeout=5, half=True):
        """Bytes in, bytes out until the server closes or the time is over."""
        s = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        s.settimeout(timeout)
        s.connect(self.socket)
        got = b""
        try:
            s.sendall(data)
            if half:
                s.shutdown(socket.SHUT_WR)
        except OSError:
            pass                        # it had enough; its answer is still there
        try:
            while True:
                piece = s.recv(65536)
                if not piece:
                    break
                got += piece
        except OSError:
            pass
        finally:
            s.close()
        return got


class OwnDaemon(Daemon):
    """The ceud of an ordinary person: no --config, no --state, her own folders."""

    def __init__(self, uid):
        self.uid = uid
        super().__init__()

    def command(self):
        env = {"PATH": os.environ["PATH"], "HOME": self.folder, "XDG_RUNTIME_DIR": self.folder, "TZ": "Europe/Berlin"}
        self.socket = os.path.join(self.folder, "ceud.sock")
        self.state = os.path.join(self.folder, ".local/state/ceud")
        if IS_ROOT:
            os.chown(self.folder, self.uid, self.uid)
            return [CEUD], {"env": env, "user": self.uid, "group": self.uid, "extra_groups": []}
        return [CEUD], {"env": env}


def as_uid(uid, fn):
    """What fn() returns in a child process of that uid (root only)."""
    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            os.close(read)
            os.setgroups([])
            os.setgid(uid)
            os.setuid(uid)
            result = pickle.dumps(fn())
            with os.fdopen(write, "wb") as out:
                out.write(result)
            os._exit(0)
        except BaseException:                                               # the parent tells
            traceback.print_exc()
            os._exit(1)
    os.close(write)
    with os.fdopen(read, "rb") as data:
        got = data.read()
    _, status = os.waitpid(pid, 0)
    if status:
        raise RuntimeError("the client with uid %d failed" % uid)
    return pickle.loads(got)


# ---- checks

def same(got, want, what=""):
    if got != want:
        raise AssertionError("%sis %r, not %r" % (what + " " if what else "", got, want))


def contains(text, *pieces):
    for piece in pieces:
        if piece not in text:
            raise AssertionError("%r is not in %r" % (piece, text))


def done(answer, **members):
    """200, and these members."""
    if answer.status != 200:
        raise AssertionError("not done: %r" % answer)
    for name, value in members.items():
        same(answer.json.get(name), value, name)
    return answer


def refused(answer, status, code, *pieces):
    """A problem document with that status and code, a next step, and these pieces in its texts."""
    if answer.status != status or answer.json.get("code") != code:
        raise AssertionError("not refused with %d %s: %r" % (status, code, answer))
    same(answer.json["status"], status, "status")
    same(answer.headers["Content-Type"], "application/problem+json", "type")
    if not answer.json["title"] or not answer.json["detail"]:
        raise AssertionError("says nothing: %r" % answer)
    contains("\n".join([answer.json["detail"]] + answer.json["next"]), *pieces)
    return answer


def stop_all():
    """Each ceud stops cleanly when told to; a sanitizer, if there is one, has nothing to say"""
    for d in daemons:
        same(d.stop() or 0, 0, "exit code")
        for word in ("Sanitizer", "runtime error", "ceud: error:"):
            if word in d.read_log():
                raise AssertionError(d.read_log()[-3000:])


def main(tests):
    """Run functions in order; their first line of documentation is the name."""
    failed = 0
    tests = tests + [stop_all]
    print("1..%d" % len(tests))
    for i, test in enumerate(tests, 1):
        name = (test.__doc__ or test.__name__).strip().split("\n")[0]
        try:
            skip = test()
            print("ok %d - %s%s" % (i, name, " # SKIP " + skip if isinstance(skip, str) else ""))
        except Exception:                                                   # told, then the next one
            failed += 1
            print("\n".join("# " + line for line in traceback.format_exc().splitlines()))
            print("not ok %d - %s" % (i, name))
        sys.stdout.flush()
    sys.exit(1 if failed else 0)


def add_dana(d, **more):
    """The person of most tests: cycle 1 July 2024 to 30 June 2026."""
    return done(d.post("/v1/people", dict({"email": "dana@example.org", "name": "Dana Reed", "until": "2026-06-30"}, **more)))


def log(d, hours, category, title, on, competencies=("voice",), person="dana@example.org", **more):
    return d.post("/v1/people/%s/entries" % person,
                  dict({"hours": hours, "category": category, "title": title, "on": on, "for": list(competencies)}, **more))
