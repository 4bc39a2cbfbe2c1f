#!/usr/bin/python3
"""ceud-net in its sandbox: it is in force while a job runs, and an encrypted fetch works in it."""
import http.server
import json
import os
import ssl
import subprocess
import sys
import tempfile
import threading
import time

NET = os.path.join(os.environ.get("BUILD", "build"), "ceud-net")
BUNDLE = "/etc/ssl/certs/ca-certificates.crt"
BODY = (b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\nBEGIN:VEVENT\r\nUID:one\r\nSUMMARY:Journey mapping\r\n"
        b"DTSTART;TZID=Tokyo Standard Time:20260310T090000\r\nDURATION:PT1H\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n")
SANITIZED = b"__asan_init" in open(NET, "rb").read() if os.path.exists(NET) else False


class Handler(http.server.BaseHTTPRequestHandler):
    wait = threading.Event()

    def log_message(self, *_):
        pass

    def do_GET(self):
        if self.path == "/slow":
            self.wait.wait(20)
        self.send_response(200)
        self.send_header("Content-Type", "text/calendar")
        self.send_header("Content-Length", str(len(BODY)))
        self.end_headers()
        self.wfile.write(BODY)


def serve(folder=None):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    if folder:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(os.path.join(folder, "cert.pem"), os.path.join(folder, "key.pem"))
        server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def job(**changes):
    line = {"zone": "UTC", "from": "2026-01-01", "to": "2026-12-31", "allow": [{"cidr": "127.0.0.0/8"}, {"cidr": "::1/128"}]}
    line.update(changes)
    return json.dumps(line).encode() + b"\n"


def status(pid):
    with open("/proc/%d/status" % pid) as handle:
        return dict(line.rstrip("\n").split(":\t", 1) for line in handle if ":\t" in line)


def filters(child, wanted):
    """The state of the process once it has that many filters; at the latest after some seconds."""
    for _ in range(100):
        found = status(child.pid)
        if int(found.get("Seccomp_filters", found.get("Seccomp", 0))) >= wanted:
            break
        time.sleep(0.05)
    return found


def has_filters():
    return not SANITIZED and os.path.exists("/proc/sys/kernel/seccomp/actions_avail")


def test_in_force_while_a_body_is_read():
    if not has_filters():
        return "this kernel or this build has no filter of system calls"
    with subprocess.Popen([NET, "fetch"], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        before = int(status(os.getpid()).get("Seccomp_filters", 0))
        child.stdin.write(job(body_bytes=len(BODY)))
        child.stdin.flush()
        found = filters(child, before + 1)
        assert found["Seccomp"] == "2" and found["NoNewPrivs"] == "1", found
        out, _ = child.communicate(BODY, timeout=20)
        assert child.returncode == 0 and b'"start":1773100800000' in out and b'"result":"ok"' in out, out
    return None


def test_in_force_while_a_server_is_slow():
    if not has_filters():
        return "this kernel or this build has no filter of system calls"
    server = serve()
    with subprocess.Popen([NET, "fetch"], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        before = int(status(os.getpid()).get("Seccomp_filters", 0))
        child.stdin.write(job(url="http://127.0.0.1:%d/slow" % server.server_port))
        child.stdin.close()
        found = filters(child, before + 1)
        assert found["Seccomp"] == "2" and found["NoNewPrivs"] == "1", found
        Handler.wait.set()
        out = child.stdout.read()
        assert child.wait(20) == 0 and b'"start":1773100800000' in out, out
    server.shutdown()
    return None


def test_an_encrypted_fetch():
    """With a certificate of our own in the place of the system's, which takes a namespace of mounts."""
    with tempfile.TemporaryDirectory() as folder:
        made = subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
                               "-addext", "subjectAltName=DNS:localhost", "-keyout", os.path.join(folder, "key.pem"),
                               "-out", os.path.join(folder, "cert.pem")], capture_output=True)
        assert made.returncode == 0, made.stderr
        server = serve(folder)
        inside = ["unshare", "--mount"] + ([] if os.geteuid() == 0 else ["--map-root-user"]) + [
            "sh", "-c", 'mount --bind "$1" "$2" || exit 77; exec "$3" fetch', "sh", os.path.join(folder, "cert.pem"), BUNDLE, NET]
        try:
            line = job(url="https://localhost:%d/" % server.server_port)
            plain = subprocess.run([NET, "fetch"], input=line, capture_output=True, timeout=30)
            assert plain.returncode == 0 and b'"code":"tls"' in plain.stdout, plain
            try:
                done = subprocess.run(inside, input=line, capture_output=True, timeout=30)
            except FileNotFoundError:
                return "unshare is not installed"
            if done.returncode == 77 or b"unshare" in done.stderr:
                return "no mounts can be made here"
            assert done.returncode == 0 and b'"start":1773100800000' in done.stdout, done
            assert b'"result":"ok"' in done.stdout, done
        finally:
            server.shutdown()
    return None


def main():
    tests = [(name, test) for name, test in sorted(globals().items()) if name.startswith("test_")]
    bad = 0
    print("1..%d" % len(tests))
    for number, (name, test) in enumerate(tests, 1):
        try:
            skipped = test()
            print("ok %d - %s%s" % (number, name[5:].replace("_", " "), " # SKIP " + skipped if skipped else ""))
        except (AssertionError, OSError, subprocess.TimeoutExpired) as error:
            bad += 1
            print("not ok %d - %s\n# %s: %s" % (number, name[5:].replace("_", " "), type(error).__name__, str(error)[:1000]))
        sys.stdout.flush()
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
