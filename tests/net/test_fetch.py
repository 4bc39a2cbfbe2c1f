#!/usr/bin/python3
"""ceud-net fetch against a web server of our own on the loopback interface, as ceud runs it: a job in, lines out."""
import functools
import gzip
import http.server
import json
import os
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time
import zlib

NET = os.path.join(os.environ.get("BUILD", "build"), "ceud-net")
DATA = "tests/data/calendars"
SECRET = "geheim-token-4711"
HTML = b"<!DOCTYPE html><html><head><title>Sign in\n  &amp; continue</title></head><body>...</body></html>"


def read(name):
    with open(os.path.join(DATA, name), "rb") as handle:
        return handle.read()


SINGLE = read("single.ics")


@functools.lru_cache
def bomb():
    """400 MB in 2."""
    packer = zlib.compressobj(1, zlib.DEFLATED, 31)
    body = packer.compress(b"BEGIN:VCALENDAR\r\n")
    for _ in range(400):
        body += packer.compress(b"X-PAD:" + b"0" * 1000000 + b"\r\n")
    return body + packer.flush()


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    seen = []

    def handle_error(self, request, client_address):
        """A reader that hangs up is what several tests are about."""


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self, status, body=b"", **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        if "Transfer_Encoding" not in headers and "Content_Length" not in headers:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def chunk(self, data):
        self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))

    def do_GET(self):
        self.server.seen.append((self.path, dict(self.headers)))
        name = self.path.split("?")[0].strip("/").split("/")[0]
        try:
            getattr(self, "get_" + name, lambda: self.answer(404))()
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def get_ok(self):
        self.answer(200, SINGLE, Content_Type="text/calendar", ETag='"v1"', Last_Modified="Sun, 01 Mar 2026 08:00:00 GMT")

    def get_etag(self):
        if self.headers.get("If-None-Match") == '"v1"':
            self.answer(304, ETag='"v1"')
        else:
            self.answer(200, SINGLE, ETag='"v1"')

    def get_modified(self):
        if self.headers.get("If-Modified-Since") == "Sun, 01 Mar 2026 08:00:00 GMT":
            self.answer(304)
        else:
            self.answer(200, SINGLE, Last_Modified="Sun, 01 Mar 2026 08:00:00 GMT")

    def get_stamped(self):
        """The same calendar, written anew at each call."""
        stamp = b"DTSTAMP:20260301T%06dZ" % len(self.server.seen)
        self.answer(200, SINGLE.replace(b"DTSTAMP:20260301T080000Z", stamp))

    def get_gzip(self):
        self.answer(200, gzip.compress(SINGLE), Content_Encoding="gzip")

    def get_html(self):
        self.answer(200, HTML, Content_Type="text/html")

    def get_empty(self):
        self.answer(200)

    def get_nocontent(self):
        self.answer(204)

    def get_half(self):
        self.answer(200, SINGLE[:400])

    def get_short(self):
        self.answer(200, SINGLE[:400], Content_Length=str(len(SINGLE)))
        self.close_connection = True

    def get_status(self):
        status = int(self.path.split("?")[0].split("/")[2])
        self.answer(status, b"" if status == 304 else b"<html><title>Sorry</title></html>", **({"Retry_After": "120"} if status in (429, 503) else {}))

    def get_later(self):
        """Retry-After as the request has it; a number with an s is that many seconds from now, as a date."""
        asked = self.path.split("?")[0].split("/")[2]
        self.answer(429, Retry_After=self.date_time_string(time.time() + int(asked[:-1])) if asked[-1] == "s" else asked)

    def get_large(self):
        self.answer(200, SINGLE + b" " * 3000000)

    def get_chunked(self):
        self.answer(200, Transfer_Encoding="chunked")
        self.chunk(SINGLE[:-len(b"END:VCALENDAR\r\n")])
        for _ in range(3000):
            self.chunk(b"X-PAD:%s\r\n" % (b"x" * 1000))
        self.chunk(b"")

    def get_bomb(self):
        self.answer(200, bomb(), Content_Encoding="gzip")

    def get_drip(self):
        self.answer(200, b"BEGIN:VCALENDAR\r\n", Content_Length="100000")
        for _ in range(30):
            time.sleep(1)
            self.wfile.write(b"X")

    def get_silent(self):
        time.sleep(20)

    def get_loop(self):
        self.answer(302, Location="/loop?again")

    def get_moved(self):
        self.answer(301, Location="/ok/moved")

    def get_found(self):
        self.answer(302, Location="/ok/found")

    def get_tofile(self):
        self.answer(302, Location="file:///etc/passwd")

    def get_inside(self):
        self.answer(302, Location="http://[::1]:%d/ok" % self.server.server_port)

    def get_other(self):
        self.answer(302, Location="http://127.0.0.2:%d/ok" % self.server.server_port)

    def get_nowhere(self):
        self.answer(302)

    def get_login(self):
        if self.headers.get("Authorization") == "Basic ZGFuYTpnZWhlaW0=":
            self.answer(200, SINGLE)
        else:
            self.answer(401, WWW_Authenticate='Basic realm="x"')

    def get_agent(self):
        good = self.headers.get("User-Agent", "").startswith("Mozilla/")
        self.answer(200 if good else 403, SINGLE if good else b"")

    def get_evil(self):
        self.answer(200, SINGLE, ETag='"' + "x" * 5000 + '"')


def run(job, body=b"", timeout=60):
    """(exit status, lines, standard error)"""
    done = subprocess.run([NET, "fetch"], input=job + body, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False,
                          timeout=timeout, env={"PATH": "/usr/bin:/bin", "http_proxy": "http://127.0.0.1:9/",
                          "ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "")})
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()], done.stderr.decode()


class Tests:
    def __init__(self, port):
        self.port = port
        self.base = "http://127.0.0.1:%d" % port

    def fetch(self, path="", body=None, **members):
        job = {"url": path if "://" in path else self.base + path, "zone": "Europe/Berlin", "from": "2025-11-01",
               "to": "2026-11-01", "allow": [{"cidr": "127.0.0.1", "ports": [self.port]}], "total_ms": 20000,
               "max_bytes": 1000000}
        if body is not None:
            job["url"] = ""
            job["body_bytes"] = len(body)
        job.update(members)
        code, lines, said = run(json.dumps(job).encode() + b"\n", body or b"")
        assert code == 0, "ended with %d: %s" % (code, said)
        assert said == "", "standard error says " + said
        assert SECRET not in json.dumps(lines), "the secret of the address is shown"
        return lines

    def failed(self, code, path, text="", **members):
        lines = self.fetch(path + "?key=" + SECRET, **members)
        assert len(lines) == 1 or code == "limit", "%d lines" % len(lines)
        assert "failed" in lines[-1], lines[-1]
        found = lines[-1]["failed"]
        assert found["code"] == code, found
        assert text in found["text"], found
        assert found["text"].endswith(".") and found["next"], found
        return found

    def complete(self, lines, result="ok"):
        assert "complete" in lines[-1], lines[-1]
        assert lines[-1]["complete"]["result"] == result, lines[-1]
        return lines[-1]["complete"]

    # ---- good answers

    def test_200(self):
        lines = self.fetch("/ok")
        done = self.complete(lines)
        first, second = (line["event"] for line in lines[:-1])
        assert first["title"] == "Webinar: journey mapping, step by step"
        assert (first["start"], first["end"], first["minutes"]) == (1773327600000, 1773333000000, 90), first
        assert first["zone"] == "Europe/Berlin" and first["day"] == "2026-03-12" and first["rid"] == ""
        assert first["organizer"] == "CX Academy" and first["url"] == "https://academy.example/webinars/1"
        assert second["cancelled"] and not first["cancelled"] and second["minutes"] == 45
        assert done["etag"] == '"v1"' and done["last_modified"] == "Sun, 01 Mar 2026 08:00:00 GMT"
        assert done["http"] == 200 and done["events"] == 2 and done["skipped"] == 0 and done["bytes"] == len(SINGLE)
        assert done["name"] == "CX Academy" and done["zone"] == "Europe/Berlin" and done["refresh_s"] == 43200
        assert done["url"] == "" and len(done["body_hash"]) == 64

    def test_304_etag(self):
        lines = self.fetch("/etag", etag='"v1"')
        assert len(lines) == 1 and self.complete(lines, "not-modified")["http"] == 304
        assert len(self.fetch("/etag", etag='"v0"')) == 3

    def test_304_last_modified(self):
        lines = self.fetch("/modified", last_modified="Sun, 01 Mar 2026 08:00:00 GMT")
        assert len(lines) == 1 and self.complete(lines, "not-modified")["http"] == 304

    def test_304_keeps_the_hash(self):
        lines = self.fetch("/etag", etag='"v1"', body_hash="a" * 64)
        assert lines[0]["complete"]["body_hash"] == "a" * 64

    def test_304_unasked(self):
        self.failed("redirect", "/status/304")

    def test_equal_body(self):
        known = self.complete(self.fetch("/stamped"))["body_hash"]
        lines = self.fetch("/stamped", body_hash=known)
        assert len(lines) == 1, "events although nothing changed"
        assert self.complete(lines, "not-modified")["http"] == 200
        assert self.complete(self.fetch("/stamped", body_hash="0" * 64))["events"] == 2

    def test_gzip(self):
        assert self.complete(self.fetch("/gzip"))["bytes"] == len(SINGLE)

    def test_moved(self):
        assert self.complete(self.fetch("/moved"))["url"] == self.base + "/ok/moved"
        assert self.complete(self.fetch("/found"))["url"] == ""

    def test_credentials(self):
        url = "http://dana:geheim@127.0.0.1:%d/login" % self.port
        assert self.complete(self.fetch(url))["events"] == 2
        assert "geheim" not in json.dumps(self.failed("auth", "http://dana:geheim2@127.0.0.1:%d/login" % self.port))

    def test_user_agent(self):
        assert self.failed("auth", "/agent")["http"] == 403
        self.complete(self.fetch("/agent", user_agent="Mozilla/5.0"))

    def test_huge_header_is_dropped(self):
        assert self.complete(self.fetch("/evil"))["etag"] == ""

    # ---- what is no calendar

    def test_html(self):
        found = self.failed("not-calendar", "/html", 'titled "Sign in & continue"')
        assert found["http"] == 200 and not found["retry"]

    def test_empty(self):
        assert not self.failed("empty", "/empty")["retry"]
        assert self.failed("empty", "/nocontent")["http"] == 204

    def test_cut_off(self):
        assert self.failed("truncated", "/half")["retry"]
        assert self.failed("truncated", "/short")["retry"]

    # ---- refused by the server

    def test_status(self):
        for status, code, retry in ((404, "gone", False), (410, "gone", False), (401, "auth", False), (403, "auth", False),
                                    (400, "http-4xx", False), (500, "http-5xx", True), (502, "http-5xx", True)):
            found = self.failed(code, "/status/%d" % status, "(%d)" % status)
            assert found["http"] == status and found["retry"] == retry and found["retry_after"] == 0, found

    def test_rate(self):
        for status in (429, 503):
            found = self.failed("rate", "/status/%d" % status)
            assert found["retry"] and found["retry_after"] == 120, found
        for asked, least, most in (("0", 0, 0), ("86400", 86400, 86400), ("99999999", 604800, 604800), ("-5", 0, 0),
                                   ("99999999999999999999", 604800, 604800), ("93600s", 93599, 93601),
                                   ("99999999s", 604800, 604800), ("-60s", 0, 0), ("tomorrow", 0, 0), ("5x", 0, 0)):
            found = self.failed("rate", "/later/" + asked)
            assert found["retry"] and least <= found["retry_after"] <= most, (asked, found)

    # ---- too much, too slow

    def test_too_large(self):
        self.failed("too-large", "/large")
        self.failed("too-large", "/chunked")

    def test_gzip_bomb(self):
        bomb()
        begun = time.monotonic()
        self.failed("too-large", "/bomb", max_bytes=20000000)
        assert time.monotonic() - begun < 5

    def test_one_byte_a_second(self):
        begun = time.monotonic()
        assert self.failed("timeout", "/drip", slow_s=2)["retry"]
        self.failed("timeout", "/drip", total_ms=2500)
        assert time.monotonic() - begun < 12

    def test_silence(self):
        self.failed("timeout", "/silent", total_ms=1500)

    def test_too_many_events(self):
        self.failed("limit", "/ok", max_events=1)

    # ---- where it may not go

    def test_redirects(self):
        self.failed("redirect", "/loop")
        self.failed("redirect", "/nowhere")
        self.failed("blocked-scheme", "/tofile")
        self.failed("blocked-address", "/inside", "::1")
        self.failed("blocked-address", "/other", "127.0.0.2")

    def test_addresses(self):
        for host in ("127.0.0.1", "2130706433", "0177.0.0.1", "127.1", "[::ffff:127.0.0.1]", "localhost", "0.0.0.0", "10.0.0.1",
                     "169.254.169.254", "[fe80::1]", "[64:ff9b::7f00:1]"):
            found = self.failed("blocked-address", "http://%s/x" % host, allow=[], connect_ms=2000)
            assert "public Internet" in found["text"], found
        self.failed("blocked-address", self.base + "/ok", "127.0.0.1", allow=[{"cidr": "127.0.0.0/8", "ports": [1]}])
        self.complete(self.fetch("/ok", allow=[{"cidr": "127.0.0.0/8"}]))
        self.complete(self.fetch("http://[::ffff:127.0.0.1]:%d/ok" % self.port))

    def test_schemes(self):
        for url in ("file:///etc/passwd", "ftp://127.0.0.1/x", "gopher://127.0.0.1/", "dict://127.0.0.1/", "nonsense://x/"):
            self.failed("blocked-scheme", url)

    def test_webcal_is_encrypted(self):
        seen = len(Server.seen)
        self.failed("tls", "webcal://127.0.0.1:%d/ok" % self.port)
        assert len(Server.seen) == seen, "the request went out in the clear"

    def test_certificate_nobody_vouches_for(self):
        with tempfile.TemporaryDirectory() as folder:
            pem = os.path.join(folder, "pem")
            subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
                            "-keyout", pem + ".key", "-out", pem], check=True, stderr=subprocess.DEVNULL)
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(pem, pem + ".key")
        server = Server(("127.0.0.1", 0), Handler)
        server.socket = context.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        seen = len(Server.seen)
        found = self.failed("tls", "https://localhost:%d/ok" % server.server_port, "localhost", allow=[{"cidr": "127.0.0.1"}])
        assert found["retry"] and len(Server.seen) == seen, "the request was sent all the same"
        server.shutdown()

    def test_no_such_host(self):
        assert self.failed("dns", "http://no-such-host.invalid/x", "no-such-host.invalid", connect_ms=4000)["retry"]

    def test_nobody_listens(self):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        assert self.failed("connect", "http://127.0.0.1:%d/" % port, allow=[{"cidr": "127.0.0.1"}])["retry"]

    def test_environment_is_ignored(self):
        """run() sets http_proxy to a dead port; all the tests above would fail if it were used."""
        self.complete(self.fetch("/ok"))

    # ---- what ceu sends

    def test_body(self):
        done = self.complete(self.fetch(body=SINGLE))
        assert done["http"] == 0 and done["events"] == 2
        assert len(self.fetch(body=SINGLE, body_hash=done["body_hash"])) == 1

    def test_body_refused(self):
        for body, code in ((b"", "empty"), (HTML, "not-calendar"), (SINGLE[:300], "truncated"), (SINGLE * 2000, "too-large"),
                           ("BEGIN:VCALENDAR\r\n".encode("utf-16"), "encoding")):
            lines = self.fetch(body=body)
            assert len(lines) == 1 and lines[0]["failed"]["code"] == code, lines[0]
            assert lines[0]["failed"]["text"].startswith("The file ") and not lines[0]["failed"]["retry"]

    def test_weekly_over_summer_time(self):
        lines = self.fetch(body=read("weekly.ics"))
        events = [line["event"] for line in lines if "event" in line]
        self.complete(lines)
        assert [event["rid"] for event in events] == ["20260313T080000Z", "20260320T080000Z", "20260327T080000Z",
                                                       "20260410T070000Z", "20260417T070000Z"]
        assert events[2]["day"] == "2026-03-28" and events[2]["title"] == "Practice circle (moved)"
        assert [event["minutes"] for event in events] == [90, 90, 60, 90, 90]
        assert all(event["series"] for event in events)

    def test_all_day(self):
        lines = self.fetch(body=read("allday.ics"))
        events = {event["title"]: event for event in (line["event"] for line in lines if "event" in line)}
        days = sorted(line["event"]["day"] for line in lines if "event" in line and line["event"]["series"])
        assert events["CX conference"]["day"] == "2026-05-13", "longer than a day: its last one"
        assert events["Learning day"]["day"] == "2026-06-01" and events["Learning day"]["minutes"] == 0
        assert days == ["2026-01-31", "2026-05-31", "2026-07-31"], days

    def test_zone_names(self):
        events = {line["event"]["title"]: line["event"] for line in self.fetch(body=read("windows.ics")) if "event" in line}
        assert events["From Outlook"]["zone"] == "Europe/Berlin" and events["From Outlook"]["start"] == 1773327600000
        assert events["From Thunderbird"]["zone"] == "America/New_York"
        assert events["From Thunderbird"]["start"] == 1773345600000, "summer time began on the eighth"
        assert events["A zone that is explained"]["zone"] == "Asia/Tokyo"
        assert events["A zone of its own"]["flags"] == 1 and events["A zone of its own"]["zone"] == "Europe/Berlin"
        assert [events[title]["flags"] for title in events if title != "A zone of its own"] == [0, 0, 0]

    def test_broken_events(self):
        lines = self.fetch(body=read("broken.ics"))
        done = self.complete(lines, "partial")
        skipped = {line["skipped"]["uid"].split("@")[0]: line["skipped"] for line in lines if "skipped" in line}
        events = {line["event"]["title"]: line["event"] for line in lines if "event" in line}
        assert {uid: skip["code"] for uid, skip in skipped.items()} == {
            "february": "bad-date", "nostart": "no-start", "": "not-event"}, skipped
        assert events["Breathing"]["rid"] == "20260301T100000Z", "its rule names a day that never comes"
        assert skipped[""]["text"].startswith("1 task ")
        assert done["skipped"] == 3 and done["events"] == 6 == len(events)
        assert events["Zone that is a path"]["flags"] == 1
        assert events["Ends before it starts"]["flags"] == 4 and events["Without an end"]["flags"] == 2
        assert events["Without a UID"]["uid"].startswith("noid-") and events["The good one"]["minutes"] == 60

    # ---- bad jobs

    def test_bad_jobs(self):
        good = {"url": self.base + "/ok", "zone": "UTC", "from": "2026-01-01", "to": "2026-12-31"}
        for change in ({"from": "2026-02-30"}, {"to": "2025-01-01"}, {"zone": "../../etc/passwd"}, {"url": ""}, {"url": 7},
                       {"etag": "a\r\nX-Evil: 1"}, {"max_bytes": -1}, {"allow": [{"cidr": "10.0.0.0/99"}]},
                       {"allow": [{"cidr": "10.0.0.0/8", "ports": [0]}]}, {"allow": 1}, {"colour": "red"}, {"body_bytes": 1.5}):
            code, lines, said = run(json.dumps({**good, **change}).encode() + b"\n")
            assert code == 2 and lines == [] and said.count("\n") == 1, (change, code, lines, said)
        for job in (b"", b"{}\n", b"[1]\n", b"{\n", b'{"url":"x"'):
            code, lines, said = run(job)
            assert code == 2 and lines == [] and said.count("\n") == 1, (job, code, lines, said)
        assert run(json.dumps({**good, "body_bytes": 100}).encode() + b"\n", b"short")[0] == 2

    def test_answer_not_taken(self):
        """Nobody reads: it must end by itself and say that it failed."""
        with subprocess.Popen([NET, "fetch"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as child:
            child.stdout.close()
            job = {"url": "", "zone": "UTC", "from": "2026-01-01", "to": "2026-12-31", "body_bytes": len(SINGLE)}
            child.stdin.write(json.dumps(job).encode() + b"\n" + SINGLE)
            child.stdin.close()
            assert child.wait(20) == 1
            assert b"answer" in child.stderr.read()


def main():
    server = Server(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    tests = Tests(server.server_port)
    names = [name for name in dir(tests) if name.startswith("test_")]
    only = sys.argv[1:]
    names = [name for name in names if not only or name in only]
    bad = 0
    print("1..%d" % len(names))
    for number, name in enumerate(names, 1):
        try:
            getattr(tests, name)()
            print("ok %d - %s" % (number, name[5:].replace("_", " ")))
        except (AssertionError, subprocess.TimeoutExpired, ValueError, KeyError, IndexError) as error:
            bad += 1
            print("not ok %d - %s\n# line %d: %s: %s" % (number, name[5:].replace("_", " "),
                  error.__traceback__.tb_next.tb_lineno, type(error).__name__, str(error)[:1000]))
        sys.stdout.flush()
    server.shutdown()
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
