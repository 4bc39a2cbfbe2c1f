#!/usr/bin/python3
"""Links in mails that stop them: by the TCP listener as a mail program or a browser does it, and what they may not do."""
import email
import email.policy
import glob
import http.client
import os
import random
import re
import socket
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from api import Daemon, contains, done, main, same
from test_mails import to

CONFIG = """organisation "Example Ltd"
admin ops@example.org
url https://ceu.example.org
listen 127.0.0.1:%d
zone Europe/Berlin
mail {
	mode live
	from "CEU <ceu@example.org>"
}
"""
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def start(clock="2026-03-02T12:00:00Z"):
    d = Daemon(CONFIG % free_port(), clock=clock)
    with open(d.config) as text:
        d.port = int(re.search(r"listen 127.0.0.1:(\d+)", text.read()).group(1))
    return d


def web(d, method, path, body=None, host="ceu.example.org", **headers):
    c = http.client.HTTPConnection("127.0.0.1", d.port, timeout=10)
    try:
        c.request(method, path, body, dict(headers, Host=host))
        r = c.getresponse()
        return r.status, r.headers, r.read().decode()
    finally:
        c.close()


def mails(d):
    out = []
    for name in sorted(glob.glob(os.path.join(d.state, "mail", "*.eml"))):
        with open(name, "rb") as data:
            out.append(email.message_from_binary_file(data, policy=email.policy.default))
    return out


def links(mail):
    return re.findall(r"<([^>]*)>", mail["List-Unsubscribe"] or "")


def path_of(mail):
    link = links(mail)[0]
    same(link.startswith("https://ceu.example.org/unsubscribe/"), True, link)
    same(len(link.rsplit("/", 1)[1]), 43, "length of the token")
    return link[len("https://ceu.example.org"):]


def pace_note(d, who="dana"):
    """The link of a reminder more than 30 days before the end."""
    done(d.post("/v1/people", {"email": who + "@example.org", "until": "2026-05-10"}))
    to(d, "2026-03-12T12:00:00Z")
    found = [m for m in mails(d) if m["To"] == who + "@example.org"]
    same(len(found), 1, "mails to " + who)
    return found[0]


def digest(d):
    done(d.post("/v1/people", {"email": "lead@example.org"}))
    done(d.post("/v1/teams", {"name": "CX & <more>", "lead": "lead@example.org"}))
    done(d.post("/v1/people", {"email": "kim@example.org", "until": "2026-12-31", "team": "CX & <more>"}))
    done(d.post("/v1/admin/run/digests"))
    done(d.post("/v1/admin/run/mail"))
    return [m for m in mails(d) if m["To"] == "lead@example.org"][-1]


def heads():
    """a pace note and a digest say how to stop them, in one line each; a mail in the last days does not"""
    d = start()
    note, sheet = pace_note(d), digest(d)
    same(links(note)[1], "mailto:ops@example.org?subject=unsubscribe%20reminders", "mailto of reminders")
    same(links(sheet)[1], "mailto:ops@example.org?subject=unsubscribe%20digest%20of%20CX%20%26%20%3Cmore%3E", "mailto of a digest")
    for mail in note, sheet:
        same(mail["List-Unsubscribe-Post"], "List-Unsubscribe=One-Click", "post")
    same((note["List-Id"], sheet["List-Id"]), (None, "<ceu-digest.example.org>"), "list id")
    same(path_of(note) != path_of(sheet), True, "two links")
    done(d.post("/v1/people", {"email": "near@example.org", "until": "2026-03-20"}))
    to(d, "2026-03-13T12:00:00Z")
    near = [m for m in mails(d) if m["To"] == "near@example.org"]
    same([m["List-Unsubscribe"] for m in near], [None, None], "18 and 7 days before the end")


def reminders():
    """RFC 8058: a POST without cookies or headers of ours turns reminders off for good; once more is the same; it stands in her history"""
    d = start()
    path = path_of(pace_note(d))
    status, headers, page = web(d, "GET", path)
    same((status, headers["Content-Type"]), (200, "text/html; charset=utf-8"), "the page")
    contains(page, "Reminders to <b>dana@example.org</b>", '<form method="post">', "<button", "noindex")
    for word in "<script", "http:", "https:", "src=", "Set-Cookie":
        same(word in page or headers.get(word) is not None, False, word)
    same(headers.get("Set-Cookie"), None, "cookies")
    same((headers["Cache-Control"], headers["Referrer-Policy"]), ("no-store", "no-referrer"), "headers")
    status, headers, body = web(d, "HEAD", path)
    same((status, body), (200, ""), "HEAD")
    same(done(d.get("/v1/people/dana@example.org/reminders"))["on"], True, "neither GET nor HEAD does anything")
    status, _, page = web(d, "POST", path, "List-Unsubscribe=One-Click", **FORM)
    same(status, 200, "POST")
    contains(page, "Reminders to <b>dana@example.org</b> are off", "ceu remind on")
    got = done(d.get("/v1/people/dana@example.org/reminders")).json
    same((got["on"], got["until"], got["next"]), (False, None, None), "off for good")
    changes = done(d.get("/v1/people/dana@example.org/history"))["changes"]
    same(changes[0]["actor"], "link in a mail", "who")
    contains(changes[0]["text"], "reminders off")
    same(web(d, "POST", path, "List-Unsubscribe=One-Click", **FORM)[0], 200, "again")
    same(len(done(d.get("/v1/people/dana@example.org/history"))["changes"]), len(changes), "changes")
    contains(web(d, "GET", path)[2], "are off", "ceu remind on")
    done(d.patch("/v1/people/dana@example.org/reminders", {"on": True}), on=True)
    contains(web(d, "GET", path)[2], "<form")
    to(d, "2026-05-20T12:00:00Z")


def forms():
    """whatever a mail program sends along: multipart, nothing, an Idempotency-Key; and over the Unix socket"""
    d = start()
    path = path_of(pace_note(d))
    on = lambda: done(d.patch("/v1/people/dana@example.org/reminders", {"on": True}))
    off = lambda: same(done(d.get("/v1/people/dana@example.org/reminders"))["on"], False, "off")
    part = "--x\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\nOne-Click\r\n--x--\r\n"
    same(web(d, "POST", path, part, **{"Content-Type": "multipart/form-data; boundary=x"})[0], 200, "multipart")
    off(), on()
    same(web(d, "POST", path, None)[0], 200, "no body")
    off(), on()
    for _ in range(2):
        same(web(d, "POST", path, "x", **{"Idempotency-Key": "same"}, **FORM)[0], 200, "a key")
        off(), on()
    same(d.call("POST", path, b"List-Unsubscribe=One-Click", **FORM).status, 200, "by the socket")
    off()
    for method in "PUT", "PATCH", "DELETE":
        same(web(d, method, path, "x", **FORM)[0] in (400, 401), True, method)
    same(web(d, "POST", path, "x", host="evil.example.com", **FORM)[0], 421, "another host")
    same("/unsubscribe/" + path.rsplit("/", 1)[1] in d.read_log(), False, "the link is in the log")


def digests():
    """the link of a digest stops that team's digest and nothing else"""
    d = start()
    sheet = digest(d)
    path = path_of(sheet)
    contains(web(d, "GET", path)[2], "The digest of team <b>CX &amp; &lt;more&gt;</b> to <b>lead@example.org</b>")
    same(web(d, "POST", path, "List-Unsubscribe=One-Click", **FORM)[0], 200, "POST")
    contains(web(d, "GET", path)[2], "is off", "ceu team digest --on")
    before = len(mails(d))
    got = done(d.post("/v1/admin/run/digests"))["digests"]
    same([g["outcome"] for g in got], ["not-sent"], "the next one")
    same(len(mails(d)), before, "mails")
    same(done(d.get("/v1/people/lead@example.org/history"))["changes"][0]["actor"], "link in a mail", "who")


def wrong():
    """a token that is not ours is a page with 404: cut, longer, each changed letter, of another installation"""
    d, other = start(), start()
    path = path_of(pace_note(d))
    token = path.rsplit("/", 1)[1]
    rng = random.Random(7)
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    bad = [token[:-1], token + "A", token[::-1], "x", "A" * 43, "%00", token.swapcase(), path_of(pace_note(other)).rsplit("/", 1)[1]]
    for i in rng.sample(range(43), 12):
        bad.append(token[:i] + rng.choice([c for c in letters if c != token[i]]) + token[i + 1:])
    for word in bad:
        status, headers, page = web(d, "POST", "/unsubscribe/" + word, "List-Unsubscribe=One-Click", **FORM)
        if word == "%00":
            same(status, 400, word)
            continue
        same((status, headers["Content-Type"]), (404, "text/html; charset=utf-8"), word)
        contains(page, "No such link", "ceu remind off")
    same(web(d, "GET", "/unsubscribe/" + bad[0])[0], 404, "GET")
    same(web(d, "GET", "/unsubscribe/")[0] in (400, 401, 404), True, "nothing")
    same(done(d.get("/v1/people/dana@example.org/reminders"))["on"], True, "still on")


def often():
    """who guesses is held up, others are not"""
    d = start()
    path = path_of(pace_note(d))
    answers = [web(d, "GET", "/unsubscribe/" + "B" * 43) for _ in range(40)]
    same([a[0] for a in answers[:30]], [404] * 30, "the first ones")
    same(answers[-1][0], 429, "the last one")
    same(int(answers[-1][1]["Retry-After"]) > 0, True, "when again")
    same(web(d, "GET", path)[0], 200, "the right one")


def without_url():
    """without a url a mail can stop them, without an admin neither"""
    text = CONFIG.replace("url https://ceu.example.org\n", "") % free_port()
    d = Daemon(text, clock="2026-03-02T12:00:00Z")
    note = pace_note(d)
    same((links(note), note["List-Unsubscribe-Post"]),
         (["mailto:ops@example.org?subject=unsubscribe%20reminders"], None), "with an admin")
    d = Daemon(text.replace("admin ops@example.org\n", "").replace("listen ", "# listen "), clock="2026-03-02T12:00:00Z")
    same(pace_note(d)["List-Unsubscribe"], None, "without")


if __name__ == "__main__":
    main([heads, reminders, forms, digests, wrong, often, without_url])
