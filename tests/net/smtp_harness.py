"""Runs ceud-net send against the test mail servers; a test program's tests, in parallel, as TAP.

CEUD_NET names the program (build/ceud-net), CEUD_SEED the seed of what is random, BUILD the build folder.
"""
import base64
import concurrent.futures
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
import traceback

import smtp_common

HERE = os.path.dirname(os.path.abspath(__file__))
BUILD = os.environ.get("BUILD", "build")
PROGRAM = os.environ.get("CEUD_NET", os.path.join(BUILD, "ceud-net"))
SEED = int(os.environ.get("CEUD_SEED", random.SystemRandom().randrange(1 << 32)))
PASSWORD = "secret-password"
SLACK = 5.0                 # seconds that a loaded machine may add
RUN = []                    # the folder of this run


# ---- a job

def head(port_, ca_, **changes):
    job = {"host": "localhost", "port": port_, "tls": "starttls", "ca": ca_, "user": "ceud", "password": PASSWORD,
           "auth": "plain", "helo": "ceu.example.org", "connect_ms": 5000, "response_ms": 2000}
    job.update(changes)
    return job


def mail(number, body, to="dana@example.org", sender="ceu@example.org"):
    line = {"id": number, "from": sender, "to": to, "bytes": len(body)}
    return json.dumps(line).encode() + b"\n" + body


def text(size=500):
    body = b"Subject: test\r\n\r\nHello.\r\n"
    return body + (b"y" * 70 + b"\r\n") * max(0, (size - len(body)) // 72)


class Job:
    """A running ceud-net send."""

    def __init__(self, first, **options):
        self.began = time.monotonic()
        self.process = subprocess.Popen([PROGRAM, "send"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, **options)
        self.seen = b""
        self.write(first if isinstance(first, bytes) else json.dumps(first).encode() + b"\n")

    def write(self, data):
        try:
            self.process.stdin.write(data)
            self.process.stdin.flush()
        except BrokenPipeError:
            pass

    def outcome(self):
        """The next line that is no step."""
        while True:
            line = self.process.stdout.readline()
            self.seen += line
            if not line:
                return None
            value = json.loads(line)
            if "step" not in value:
                return value

    def end(self):
        """(exit code, what is left on standard output, standard error)"""
        try:
            self.process.stdin.close()
        except BrokenPipeError:
            pass
        out, err = self.process.stdout.read(), self.process.stderr.read()
        code = self.process.wait()
        self.seconds = time.monotonic() - self.began
        self.seen += out + err
        return code, out.decode(), err.decode()


def same(what, got, wanted):
    if isinstance(wanted, tuple) and not isinstance(got, tuple):
        assert got in wanted, "%s is %r, none of %r" % (what, got, wanted)
    else:
        assert got == wanted, "%s is %r, not %r" % (what, got, wanted)


def new_folder():
    """A folder of the run's folder that has the run's certificate."""
    new = tempfile.mkdtemp(dir=RUN[0])
    for name in ("cert.pem", "key.pem"):
        shutil.copy(os.path.join(RUN[0], name), new)
    return new


def no_secret(seen):
    for secret in (PASSWORD, base64.b64encode(PASSWORD.encode()).decode(),
                   base64.b64encode(b"\0ceud\0" + PASSWORD.encode()).decode()):
        assert secret.encode() not in seen, "the password is shown: %r" % seen


# ---- a real server

class Real:
    def __init__(self, *options):
        self.folder = new_folder()
        self.process = subprocess.Popen(["/usr/bin/python3", os.path.join(HERE, "smtp_server.py"), "--dir", self.folder,
                                         *options], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.port = int(self.process.stdout.readline())
        self.ca = os.path.join(self.folder, "cert.pem")

    def end(self):
        """(connections, mails)"""
        self.process.stdin.close()
        words = self.process.stdout.read().decode().split()
        self.process.wait()
        return int(words[1]), int(words[3])

    def received(self, number):
        with open(os.path.join(self.folder, "%03d.eml" % number), "rb") as f:
            body = f.read()
        with open(os.path.join(self.folder, "%03d.json" % number)) as f:
            return body, json.load(f)


# ---- TAP

def attempt(test):
    try:
        test()
        return None
    except Exception as e:                      # whatever it is, this test has failed
        return "".join(traceback.format_exception(e))


def main(tests):
    """tests: (name, function) each. Does not return."""
    os.makedirs(os.environ.get("TMPDIR", BUILD), exist_ok=True)
    RUN.append(tempfile.mkdtemp(prefix="smtp.", dir=os.environ.get("TMPDIR", BUILD)))
    smtp_common.certificate(RUN[0], "localhost")
    print("1..%d\n# seed %d (CEUD_SEED)" % (len(tests), SEED), flush=True)
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(6) as pool:
        faults = pool.map(attempt, [function for _, function in tests])
        for number, ((name, _), fault) in enumerate(zip(tests, faults), 1):
            print("%s %d - %s" % ("ok" if fault is None else "not ok", number, name), flush=True)
            if fault is not None:
                failed += 1
                print("# " + fault.rstrip().replace("\n", "\n# "), flush=True)
    shutil.rmtree(RUN[0], ignore_errors=True)
    sys.stdout.flush()
    os._exit(1 if failed else 0)                # server threads may still be asleep
