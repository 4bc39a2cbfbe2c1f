"""A real terminal (a pty) for ceu, and a server of our own with canned answers; for the test scripts here."""
import json
import os
import pty
import re
import select
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
CEU = os.path.join(os.path.abspath(os.environ.get("BUILD", "build")), "ceu")
FOLDER = tempfile.mkdtemp(prefix="ceu-test-")
SOCKET = os.path.join(FOLDER, "s")
ENV = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "TERM": "xterm", "TZ": "UTC", "CEU_SOCKET": SOCKET, "HOME": FOLDER}
if "ASAN_OPTIONS" in os.environ:
    ENV["ASAN_OPTIONS"] = os.environ["ASAN_OPTIONS"]


def data(name):
    with open(os.path.join(ROOT, "tests/data/ceu", name + ".json"), encoding="utf-8") as f:
        return json.load(f)


class File:
    """An answer that is no JSON: bytes, said to be `length` of them; sent in pieces with a pause between."""

    def __init__(self, content, name, length=None, pause=0):
        self.content, self.name, self.length, self.pause = content, name, length or len(content), pause

    def send(self, connection):
        connection.sendall(b"HTTP/1.1 200 X\r\nContent-Type: application/zip\r\nContent-Length: %d\r\n"
                           b"Content-Disposition: attachment; filename=\"%s\"\r\n\r\n" % (self.length, self.name.encode()))
        for i in range(0, len(self.content), 65536):
            connection.sendall(self.content[i:i + 65536])
            time.sleep(self.pause)
        if self.length != len(self.content):
            connection.shutdown(socket.SHUT_RDWR)


class Server:
    """Answers what `answers` says of (method, path), a value or a function of the request; remembers all requests."""

    def __init__(self):
        self.answers, self.requests = {}, []
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(SOCKET)
        self.listener.listen(16)
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            connection, _ = self.listener.accept()
            threading.Thread(target=self.serve, args=(connection,), daemon=True).start()

    def serve(self, connection):
        stream = connection.makefile("rb")
        while True:
            line = stream.readline().split()
            if len(line) != 3:
                return
            headers = {}
            while True:
                header = stream.readline().strip()
                if not header:
                    break
                name, value = header.split(b":", 1)
                headers[name.decode().lower()] = value.strip().decode()
            body = stream.read(int(headers.get("content-length", 0)))
            is_file = headers.get("content-type") == "application/octet-stream"
            request = {"method": line[0].decode(), "target": line[1].decode(), "headers": headers,
                       "body": body if is_file else json.loads(body) if body else None}
            self.requests.append(request)
            status, answer = self.answer(request)
            try:
                if isinstance(answer, File):
                    answer.send(connection)
                    continue
                text = json.dumps(answer).encode()
                connection.sendall(b"HTTP/1.1 %d X\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" %
                                   (status, len(text)) + text)
            except OSError:
                return

    def answer(self, request):
        path = urllib.parse.urlsplit(request["target"]).path
        found = self.answers.get((request["method"], path))
        if found is None:
            return 404, {"status": 404, "code": "not-found", "detail": "No " + request["target"], "next": ["ceu help"]}
        if callable(found):
            found = found(request)
        return found if isinstance(found, tuple) else (200, found)

    def sent(self, method):
        return [r for r in self.requests if r["method"] == method]


server = Server()


class Terminal:
    """ceu on a pty: wait for what it shows, type what a person would."""

    def __init__(self, *words, env=None, folder=None):
        self.seen, self.at = "", 0
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            if folder:
                os.chdir(folder)
            os.execve(CEU, ["ceu", *words], dict(ENV, **(env or {})))

    def read(self, seconds):
        ready, _, _ = select.select([self.fd], [], [], seconds)
        if not ready:
            return False
        try:
            piece = os.read(self.fd, 65536)
        except OSError:
            return False
        self.seen += piece.decode("utf-8", "replace")
        return bool(piece)

    def until(self, text):
        deadline = time.monotonic() + 20
        while text not in self.plain()[self.at:]:
            if time.monotonic() > deadline or not self.read(1):
                if time.monotonic() > deadline or not self.alive():
                    raise AssertionError("waited for %r, saw:\n%s" % (text, self.plain()))
        self.at = self.plain().index(text, self.at) + len(text)

    def alive(self):
        return os.path.exists("/proc/%d" % self.pid) and "Z" not in open("/proc/%d/stat" % self.pid).read().split()[2]

    def type(self, text):
        os.write(self.fd, text.encode())

    def answer(self, question, text):
        self.until(question)
        self.type(text + "\n")

    def plain(self):
        return re.sub(r"\x1b\[[0-9;]*[mK]", "", self.seen).replace("\r", "")

    def end(self):
        while self.read(5):
            pass
        _, status = os.waitpid(self.pid, 0)
        os.close(self.fd)
        return os.waitstatus_to_exitcode(status)


def run(*words, env=None, stdin=subprocess.DEVNULL, folder=None):
    p = subprocess.run([CEU, *words], env=dict(ENV, **(env or {})), stdin=stdin, capture_output=True, timeout=60, cwd=folder)
    return p.returncode, p.stdout.decode(), p.stderr.decode()


def same(got, expected):
    if got != expected:
        raise AssertionError("%r is not %r" % (got, expected))


def contains(text, *parts):
    for part in parts:
        if part not in text:
            raise AssertionError("%r is not in:\n%s" % (part, text))


def main(tests):
    failed = 0
    print("1..%d" % len(tests), flush=True)
    for i, test in enumerate(tests, 1):
        name = test.__doc__.split("\n")[0]
        try:
            test()
            print("ok %d - %s" % (i, name), flush=True)
        except Exception as e:          # a failing test is told, and the others run
            failed += 1
            print("not ok %d - %s" % (i, name), flush=True)
            print("\n".join("# " + line for line in ("%s: %s" % (type(e).__name__, e)).split("\n")), flush=True)
    shutil.rmtree(FOLDER)
    sys.exit(1 if failed else 0)
