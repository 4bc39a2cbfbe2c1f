#!/usr/bin/python3
"""Requests that two programs could read differently, too large ones and slow ones: each is refused, ceud answers on. TAP."""
import json
import os
import socket
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from api import CONFIG, Daemon, add_dana, contains, done, main, refused, same          # noqa: E402

d = Daemon(CONFIG + "limits {\n\tconnections 12\n\tper-user 8\n}\n")
add_dana(d)
HOST = b"Host: localhost\r\n"
BODY = b'{"hours":"1h","category":"cxpa","title":"Smuggled"}'
POST = b"POST /v1/people/dana/entries HTTP/1.1\r\n" + HOST
FILE = b"POST /v1/people/dana/files?name=a.pdf HTTP/1.1\r\nContent-Type: application/octet-stream\r\n" + HOST
PDF = b"%PDF-1.4 whole"


def head(answer):
    return int(answer.split(b" ")[1]) if answer.startswith(b"HTTP/1.1 ") else None


def gone(data, *statuses):
    """The answer's status is one of these (None: closed without a word); nothing was stored, and ceud answers."""
    answer = d.raw(data)
    if head(answer) not in statuses:
        raise AssertionError("%r: %r" % (data[:200], answer[:400]))
    if b"application/problem+json" in answer:      # a few heads are refused by the HTTP library, in its words
        problem = json.loads(answer.split(b"\r\n\r\n", 1)[1])
        same((problem["status"], bool(problem["detail"])), (head(answer), True))
    same(d.is_alive(), True)
    same(done(d.get("/v1/people/dana/entries"))["entries"], [])
    return answer


def two_lengths():
    """Two Content-Lengths, equal or not"""
    gone(POST + b"Content-Length: %d\r\nContent-Length: 5\r\n\r\n" % len(BODY) + BODY, 400)
    gone(POST + b"Content-Length: %d\r\nContent-Length: %d\r\n\r\n" % (len(BODY), len(BODY)) + BODY, 400)
    for length in (b"-1", b"+51", b"0x33", b"51, 51", b"", b"5 1", b"99999999999999999999"):
        gone(POST + b"Content-Length: " + length + b"\r\n\r\n" + BODY, 400, 413, None)


def transfer_encoding():
    """Transfer-Encoding in any form"""
    chunks = b"%x\r\n" % len(BODY) + BODY + b"\r\n0\r\n\r\n"
    for value in (b"chunked", b"Chunked", b"identity", b"gzip, chunked", b"\tchunked", b"x"):
        gone(POST + b"Transfer-Encoding: " + value + b"\r\n\r\n" + chunks, 400, None)
    gone(POST + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks, 400, None)


def smuggled():
    """A whole second request where the two readings of a head part: never carried out"""
    inner = POST + b"Content-Length: %d\r\n\r\n" % len(BODY) + BODY
    first, length = POST + b"%s\r\n" * 2, b"Content-Length: %d" % len(inner)
    chunks = b"0\r\n\r\n" + inner
    for one, other, body in ((b"Content-Length: %d" % len(chunks), b"Transfer-Encoding: chunked\r\n", chunks),
                             (b"Transfer-Encoding: chunked", b"Content-Length: %d\r\n" % len(chunks), chunks),
                             (b"Transfer-Encoding: identity", length + b"\r\n", inner),
                             (b"Transfer-Encoding : chunked", length + b"\r\n", chunks),
                             (b"Transfer-Encoding: chunked\r\n folded", b"X-One: 1\r\n", chunks),
                             (b"X-One: 1\r\n Transfer-Encoding: chunked", length + b"\r\n", inner),
                             (b"Content-Length: 0", length + b"\r\n", inner), (length, b"Content-Length: 0\r\n", inner),
                             (b"Content-Length : 0", b"X-One: 1\r\n", inner), (b"Content-Length: 0, 0", b"X-One: 1\r\n", inner),
                             (b"Content-Length: 0\0", b"X-One: 1\r\n", inner), (b"X-One: 1\n" + length, b"X-Two: 2\r\n", inner),
                             (b"X-One: 1\r" + length, b"X-Two: 2\r\n", inner)):
        answer = gone(first % (one, other) + body, 400, 413, None)
        same(b"HTTP/1.1 2" in answer, False, repr((one, other, answer)))
    # what was hidden there is a request that is carried out when it comes by itself
    same(head(d.raw(inner)), 200)
    number = done(d.get("/v1/people/dana/entries"))["entries"][0]["id"]
    done(d.delete("/v1/people/dana/entries/%d" % number))


def bare_line_feeds():
    """A line feed without a carriage return, and NUL"""
    gone(b"GET /v1/people/dana/entries HTTP/1.1\nHost: localhost\n\n", 400, None)
    gone(b"GET /healthz HTTP/1.1\r\nHost: localhost\nX-One: 1\r\n\r\n", 400, None)
    gone(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-One: a\0b\r\n\r\n", 400, None)
    gone(POST + b"Content-Length: %d\n\r\n" % len(BODY) + BODY, 400, None)


def odd_heads():
    """Odd methods, versions, names, and a missing or second Host"""
    gone(b"BREW /v1/me HTTP/1.1\r\n" + HOST + b"\r\n", 400, None)
    gone(b"GET /v1/me HTTP/1.1\r\n\r\n", 400)
    gone(b"GET /v1/me HTTP/1.1\r\n" + HOST + HOST + b"\r\n", 400)
    gone(b"GET v1/me HTTP/1.1\r\n" + HOST + b"\r\n", 400, None)
    gone(b"GET /v1/me HTTP/9.9\r\n" + HOST + b"\r\n", 400, 505, None)
    gone(b"GET /v1/me HTTP/1.1\r\n" + HOST + b"X One: 1\r\n\r\n", 400, None)
    gone(b"GET /v1/me HTTP/1.1\r\n" + HOST + b"X-One : 1\r\n\r\n", 400, None)
    gone(b"GET /v1/people/%ff%fe/status HTTP/1.1\r\n" + HOST + b"\r\n", 400)
    gone(b"GET /v1/people/%00/status HTTP/1.1\r\n" + HOST + b"\r\n", 400)
    gone(b"GET /v1/people/%zz/status HTTP/1.1\r\n" + HOST + b"\r\n", 400)
    gone(b"GET /v1/" + b"a/" * 20 + b" HTTP/1.1\r\n" + HOST + b"\r\n", 400)
    gone(b"GET /v1/people/dana/entries?words=%ff HTTP/1.1\r\n" + HOST + b"\r\n", 400)
    gone(b"GET /v1/me HTTP/1.1\r\n" + HOST + b"".join(b"X-%d: 1\r\n" % i for i in range(300)) + b"\r\n", 400, 431, None)
    gone(b"GET /" + b"a" * 100000 + b" HTTP/1.1\r\n" + HOST + b"\r\n", 400, 414, 431, None)
    gone(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"x" * 500, 400, None)
    gone(b"", None)


def large_body():
    """A body of 2 MB: refused by its length, before it is read"""
    a = gone(POST + b"Content-Length: 2000002\r\n\r\n{" + b" " * 2000000 + b"}", 413)
    contains(a.decode(), '"code":"body-large"')
    a = d.raw(POST + b"Content-Length: 2000000\r\n\r\n")
    same(head(a), 413)


def incoming():
    return os.listdir(os.path.join(d.state, "evidence", "tmp"))


def strict_files():
    """A file is read as strictly: lengths, encodings, hidden requests; what is refused leaves nothing"""
    hidden = POST + b"Content-Length: %d\r\n\r\n" % len(BODY) + BODY
    length = b"Content-Length: %d\r\n" % len(PDF)
    for more, body in ((length + length, PDF), (length + b"Content-Length: 3\r\n", PDF), (b"Transfer-Encoding: chunked\r\n", b"e\r\n" + PDF + b"\r\n0\r\n\r\n"),
                       (length + b"Transfer-Encoding: chunked\r\n", PDF), (b"Content-Length: -1\r\n", PDF), (b"Content-Length: 0x5\r\n", PDF),
                       (length + b"X-One: 1\nX-Two: 2\r\n", PDF), (length + b"X-One: a\0b\r\n", PDF), (length + HOST, PDF),
                       (b"Content-Length: 99999999999999999999\r\n", PDF), (b"Content-Length: 20000001\r\n", PDF)):
        answer = gone(FILE + more + b"\r\n" + body + hidden, 400, 413, None)
        same(b"HTTP/1.1 2" in answer, False, repr((more, answer)))
    same(incoming(), [])
    # a whole file, and the request after it
    answer = d.raw(FILE + length + b"\r\n" + PDF + b"GET /healthz HTTP/1.1\r\nConnection: close\r\n" + HOST + b"\r\n", half=False)
    same(answer.count(b"HTTP/1.1 200"), 2)
    contains(answer.decode(), '"bytes":14', '{"ok":true}')
    # bytes that look like a request are a file's
    answer = d.raw(FILE + b"Content-Length: %d\r\n\r\n" % (len(PDF) + len(hidden)) + PDF + hidden, half=False, timeout=1)
    same(answer.count(b"HTTP/1.1 "), 1)
    same(done(d.get("/v1/people/dana/entries"))["entries"], [])


def large_file():
    """More than other bodies may have, as a file only"""
    data = b"%PDF-" + b"x" * 1999995
    same(head(d.raw(FILE + b"Content-Length: 2000000\r\n\r\n" + data)), 200)
    same(head(d.raw(FILE.replace(b"POST", b"PATCH") + b"Content-Length: 2000000\r\n\r\n" + data)), 413)
    same(head(d.raw(FILE.replace(b"/files", b"/inbox") + b"Content-Length: 2000000\r\n\r\n" + data)), 413)
    answer = d.raw(FILE + b"Expect: 100-continue\r\nContent-Length: 20000001\r\n\r\n", half=False)
    same((head(answer), b"100 Continue" in answer), (413, False))
    s = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    s.settimeout(5)
    s.connect(d.socket)
    s.sendall(FILE + b"Expect: 100-continue\r\nContent-Length: %d\r\n\r\n" % len(PDF))
    contains(s.recv(1000).decode(), "100 Continue")
    s.sendall(PDF)
    same(head(s.recv(4000)), 200)
    s.close()


def stalled_file():
    """A file that stops coming is given up in time; others are answered meanwhile"""
    began = time.monotonic()
    s = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    s.settimeout(1)
    s.connect(d.socket)
    s.sendall(FILE + b"Content-Length: 200000\r\n\r\n%PDF-")
    closed = False
    while not closed and time.monotonic() - began < 45:
        done(d.get("/healthz"))
        try:
            s.sendall(b"x")                 # a byte a second does not help
            closed = not s.recv(100)
        except TimeoutError:
            pass
        except OSError:
            closed = True
    same((closed, 28 < time.monotonic() - began < 38), (True, True), "seconds: %.1f" % (time.monotonic() - began))
    same(incoming(), [])


def short_body():
    """A body that ends early stores nothing"""
    gone(POST + b"Content-Length: %d\r\n\r\n" % (len(BODY) + 10) + BODY, None)


def silence():
    """A connection that says nothing, or half a head, is closed in time; others are answered meanwhile"""
    began = time.monotonic()
    quiet = [socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) for _ in range(2)]
    for s in quiet:
        s.settimeout(20)
        s.connect(d.socket)
    quiet[1].sendall(b"GET /v1/me HTTP/1.1\r\nHost: loc")
    while time.monotonic() - began < 1:
        done(d.get("/healthz"))
    for s in quiet:
        same(s.recv(1000)[:12] in (b"", b"HTTP/1.1 408", b"HTTP/1.1 400"), True)
        s.close()
    same(8 < time.monotonic() - began < 16, True, "seconds")
    done(d.get("/healthz"))


def many_connections():
    """More connections than one may have are told so; when they end all is as before"""
    time.sleep(0.3)                     # those of the tests before are gone
    many = []
    for _ in range(11):
        s = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        s.settimeout(5)
        s.connect(d.socket)
        many.append(s)
    answers = []
    for s in many[:10]:
        s.sendall(b"GET /healthz HTTP/1.1\r\n" + HOST + b"\r\n")
        answers.append(head(s.recv(4000)))
    same((answers[:8], 503 in answers[8:]), ([200] * 8, True))
    for s in many:
        s.close()
    time.sleep(0.1)
    done(d.get("/healthz"))


def pipelined():
    """Two requests on one connection: two answers, in order"""
    answer = d.raw(b"GET /healthz HTTP/1.1\r\n" + HOST + b"\r\n" + b"GET /v1/me HTTP/1.1\r\nConnection: close\r\n" + HOST + b"\r\n",
                   half=False)
    same(answer.count(b"HTTP/1.1 200"), 2)
    contains(answer.decode(), '{"ok":true}', '"roles"')


def hostile_words():
    """Odd paths and bodies reach the handlers and are refused there"""
    for path, status in (("/v1/people/%2e%2e%2fetc%2fpasswd/status", 404), ("/v1/people/dana%00/status", 400),
                         ("/v1/people/%27%20OR%201=1--/status", 404), ("/v1/people/" + "a" * 5000 + "/status", 404),
                         ("/v1/people/dana/entries?words=%25", 200), ("/v1/people/dana/entries?after=%2d1", 400)):
        same(d.get(path).status, status, path[:60])
    refused(d.get("/v1/people/me/status?as=%1b%5b31m"), 404, "no-person")
    same(d.is_alive(), True)
    same(d.stop(), 0)


if __name__ == "__main__":
    main([two_lengths, transfer_encoding, smuggled, bare_line_feeds, odd_heads, large_body, strict_files, large_file, short_body, stalled_file, silence, many_connections,
          pipelined, hostile_words])
