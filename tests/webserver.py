#!/usr/bin/python3
"""A small web server for tests and the demo, on a loopback port: calendars from a folder, and addresses that
misbehave on purpose.

The first line of its output is the port. It serves until its standard input is closed (when that is a pipe or
socket) or the seconds are over; the last line is "requests N".

  /NAME.ics        the file of that name, with ETag and Last-Modified, answering 304 where it may
  /old/NAME        moved for good to /NAME (301)
  /html            a web page, "Sign in"          /empty           nothing at all
  /cut/NAME        the file's first half          /short/NAME      it promises more bytes than it sends
  /status/NNN      that status, without a body    /later           503, with Retry-After
  /large           a calendar without an end      /slow            a calendar, one byte a second, without an end
  /silent          takes the request, says nothing
  /to-file /to-private /to-loopback /to-local /to-itself           redirects where nobody should follow
"""
import argparse
import email.utils
import hashlib
import http.server
import os
import select
import socketserver
import stat
import sys
import threading
import time

HEAD = b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//example//test//EN\r\n"
EVENT = (b"BEGIN:VEVENT\r\nUID:%d@example.org\r\nDTSTAMP:20260301T000000Z\r\nDTSTART:20260301T100000Z\r\n"
         b"DTEND:20260301T110000Z\r\nSUMMARY:Event %d\r\nEND:VEVENT\r\n")
PAGE = b"<!doctype html>\n<html><head><title>Sign in</title></head><body>Please sign in.</body></html>\n"
REDIRECTS = {"/to-file": "file:///etc/passwd", "/to-private": "http://10.1.2.3/calendar.ics",
             "/to-loopback": "http://127.0.0.2:1/calendar.ics", "/to-local": "http://[fe80::1]/calendar.ics",
             "/to-itself": "/to-itself"}


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "tests"

    def log_message(self, *args):
        if self.server.log:
            with self.server.lock, open(self.server.log, "a", encoding="utf-8") as out:
                out.write("%s %s\n" % (self.requestline, args[1] if len(args) > 1 else ""))

    def answer(self, status, body=b"", kind="text/calendar; charset=utf-8", **headers):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def stream(self):
        """The head of an answer whose end is the end of the connection."""
        self.close_connection = True
        self.send_response(200)
        self.send_header("Content-Type", "text/calendar")
        self.send_header("Connection", "close")
        self.end_headers()

    def read(self, name):
        path = os.path.join(self.server.folder, os.path.basename(name))
        with open(path, "rb") as f:
            return f.read(), os.path.getmtime(path)

    def calendar(self, name):
        body, changed = self.read(name)
        tag = '"%s"' % hashlib.sha256(body).hexdigest()[:16]
        when = email.utils.formatdate(changed, usegmt=True)
        if self.headers["If-None-Match"] == tag or \
                self.headers["If-None-Match"] is None and self.headers["If-Modified-Since"] == when:
            self.send_response(304)
            self.send_header("ETag", tag)
            self.end_headers()
            return
        self.answer(200, body, ETag=tag, Last_Modified=when)

    def cut(self, name):
        body, _ = self.read(name)
        self.answer(200, body[:len(body) // 2])

    def short(self, name):
        body, _ = self.read(name)
        self.close_connection = True
        self.send_response(200)
        self.send_header("Content-Length", str(len(body) + 1000))
        self.end_headers()
        self.wfile.write(body)

    def large(self):
        self.stream()
        self.wfile.write(HEAD)
        number = 0
        while True:
            self.wfile.write(b"".join(EVENT % (n, n) for n in range(number, number + 1000)))
            number += 1000

    def slow(self):
        self.stream()
        number = 0
        while True:
            for byte in (HEAD if number == 0 else EVENT % (number, number)):
                self.wfile.write(bytes([byte]))
                self.wfile.flush()
                time.sleep(1)
            number += 1

    def do_GET(self):
        with self.server.lock:
            self.server.requests += 1
        path, _, rest = self.path[1:].partition("/")
        try:
            if self.path in REDIRECTS:
                self.answer(302, Location=REDIRECTS[self.path])
            elif path == "old":
                self.answer(301, Location="/" + rest)
            elif path in ("cut", "short"):
                getattr(self, path)(rest)
            elif path in ("large", "slow") and not rest:
                getattr(self, path)()
            elif path == "html":
                self.answer(200, PAGE, "text/html")
            elif path == "empty":
                self.answer(200)
            elif path == "later":
                self.answer(503, Retry_After="3600")
            elif path == "status":
                self.answer(int(rest))
            elif path == "silent":
                time.sleep(3600)
            else:
                self.calendar(self.path.partition("?")[0])
        except FileNotFoundError:
            self.answer(404)
        except OSError:
            self.close_connection = True        # whoever asked has gone


class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, folder, log="", port=0):
        self.folder, self.log, self.requests, self.lock = folder, log, 0, threading.Lock()
        super().__init__(("127.0.0.1", port), Handler)

    def handle_error(self, request, client_address):
        pass                                    # a connection that ends early is no news


def wait_for_end(seconds):
    end, mode = time.monotonic() + seconds, os.fstat(0).st_mode
    if not (stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode)):
        time.sleep(seconds)
        return
    while time.monotonic() < end:
        if select.select([0], [], [], max(0, end - time.monotonic()))[0] and not os.read(0, 4096):
            return


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("folder", help="where the calendars are")
    p.add_argument("--port", type=int, default=0, help="[any that is free]")
    p.add_argument("--log", default="", help="file for the requests, one a line")
    p.add_argument("--seconds", type=float, default=300.0, help="stop by itself after that [300]")
    args = p.parse_args()
    server = Server(args.folder, args.log, args.port)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(server.server_address[1], flush=True)
    wait_for_end(args.seconds)
    print("requests %d" % server.requests, flush=True)
    os._exit(0)                                 # slow answers are of no interest any more


if __name__ == "__main__":
    main()
