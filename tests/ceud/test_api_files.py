#!/usr/bin/python3
"""Evidence over the socket: files come in, are attached, detached, swept and missed; as many refusals as successes. TAP."""
import hashlib
import os
import random
import signal
import socket
import sys
import threading
import time
import urllib.parse

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from api import CONFIG, IS_ROOT, Daemon, add_dana, contains, daemons, done, log, main, refused, same        # noqa: E402

LIMIT = 3000000
d = Daemon(CONFIG + "limits {\n\tevidence 3M\n\tper-user 32\n}\n")
add_dana(d)
rough = Daemon(CONFIG)                  # what it meets is logged as an error
daemons.remove(rough)
add_dana(rough)
DANA = "/v1/people/dana@example.org"
PDF = b"%PDF-1.7\n" + b"certificate " * 50
BINARY = {"Content_Type": "application/octet-stream"}


def upload(data, name, daemon=None, person=DANA, **more):
    return (daemon or d).post("%s/files?name=%s" % (person, urllib.parse.quote(name, safe="")), data, **dict(BINARY, **more))


def digest(data):
    return hashlib.sha256(data).hexdigest()


def content(data, daemon=None):
    sha = digest(data)
    return os.path.join((daemon or d).state, "evidence", sha[:2], sha[2:])


def attach(entry, *files, daemon=None):
    return (daemon or d).post("%s/entries/%d/evidence" % (DANA, entry), {"files": [{"name": n, "sha256": s} for n, s in files]})


def entry(number, daemon=None):
    return done((daemon or d).get("%s/entries/%d" % (DANA, number)))


def names(number, daemon=None):
    return [e["name"] for e in entry(number, daemon)["evidence"]]


def incoming(daemon=None):
    return os.listdir(os.path.join((daemon or d).state, "evidence", "tmp"))


def files_below(folder):
    return sorted(os.path.join(top, name) for top, _, found in os.walk(folder) for name in found)


# ---- coming in

def comes_in():
    """A file is kept once, under its digest, for nobody else to read"""
    answer = done(upload(PDF, "certificate.pdf"), name="certificate.pdf", sha256=digest(PDF), bytes=len(PDF), type="application/pdf")
    same(sorted(answer.json), ["bytes", "name", "sha256", "type"])
    with open(content(PDF), "rb") as f:
        same(f.read(), PDF)
    same(os.stat(content(PDF)).st_mode & 0o777, 0o600)
    same(os.stat(os.path.dirname(content(PDF))).st_mode & 0o777, 0o700)
    same(incoming(), [])
    before = os.stat(content(PDF))
    done(upload(PDF, "another-name.PDF"), sha256=digest(PDF), type="application/pdf")
    same(os.stat(content(PDF)).st_ino, before.st_ino, "inode")
    same(os.stat(content(PDF)).st_mtime >= before.st_mtime, True)


def types():
    """Every type that is taken, by content and name together"""
    zipped, ole = b"PK\x03\x04" + b"\0" * 40, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 40
    for name, data, wanted in (
            ("a.pdf", b"%PDF-1.4", "application/pdf"), ("a.png", b"\x89PNG\r\n\x1a\n\0\0", "image/png"),
            ("a.jpeg", b"\xff\xd8\xff\xe0", "image/jpeg"), ("A.JPG", b"\xff\xd8\xff\xe1", "image/jpeg"),
            ("a.gif", b"GIF89a..", "image/gif"), ("a.webp", b"RIFF\0\0\0\0WEBPVP8 ", "image/webp"),
            ("a.tiff", b"II*\0....", "image/tiff"), ("a.heic", b"\0\0\0\x18ftypheic", "image/heic"),
            ("a.txt", "ünïcode\n".encode(), "text/plain"), ("b.txt", b"na\xefve\r\n", "text/plain"),
            ("c.txt", b"\xff\xfeh\0i\0", "text/plain"), ("a.csv", b"a,b\n1,2\n", "text/csv"), ("a.md", b"# Notes\n", "text/markdown"),
            ("a.ics", b"\xef\xbb\xbfBEGIN:VCALENDAR\r\n", "text/calendar"), ("a.eml", b"Received: by x\r\n", "message/rfc822"),
            ("a.doc", ole, "application/msword"), ("a.xls", ole, "application/vnd.ms-excel"),
            ("a.ppt", ole, "application/vnd.ms-powerpoint"),
            ("a.docx", zipped, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
            ("a.xlsx", zipped, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
            ("a.pptx", zipped, "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
            ("a.odt", b"PK\x03\x04" + b"\0" * 26 + b"mimetypeapplication/vnd.oasis.opendocument.text",
             "application/vnd.oasis.opendocument.text"),
            ("a.ods", zipped, "application/vnd.oasis.opendocument.spreadsheet"),
            ("a.odp", zipped, "application/vnd.oasis.opendocument.presentation")):
        done(upload(data, name), type=wanted, name=name)


def wrong_types():
    """What is not what it is called, or of no kind that is taken, is refused and leaves nothing"""
    before = files_below(os.path.join(d.state, "evidence"))
    for name, data in (
            ("a.pdf", b"MZ\x90\0 a program"), ("a.pdf", b"<html>%PDX-"), ("a.png", b"\xff\xd8\xff"), ("a.jpg", b"GIF89a"),
            ("a.txt", b"text\0with a zero"), ("a.txt", b"\x7fELF\x02\x01"), ("a.csv", b"\x1f\x8b\x08\0"), ("a.ics", b"BEGIN:VCARD\n"),
            ("a.eml", b"<html>"), ("a.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), ("a.doc", b"PK\x03\x04"), ("a.heic", b"\0\0\0\x18ftypisom"),
            ("a.odt", b"PK\x03\x04" + b"\0" * 26 + b"mimetypeapplication/x-other"), ("a.exe", b"MZ"), ("a.html", b"<p>"), ("a.svg", b"<svg/>"),
            ("a.js", b"x"), ("a.sh", b"#!/bin/sh\n"), ("a.zip", b"PK\x03\x04"), ("pdf", PDF), (".pdf", PDF), ("a.", PDF), ("a.pdf.exe", PDF),
            ("a.txt", b"\xff\xfeh\0i")):
        refused(upload(data, name), 422, "evidence-type", name.strip("."))
    same(files_below(os.path.join(d.state, "evidence")), before)


def empty_and_large():
    """0 bytes; the limit to the byte; one byte over, refused before it comes; 1 GB declared"""
    refused(upload(b"", "a.pdf"), 422, "evidence-empty", "a.pdf")
    refused(d.post(DANA + "/files?name=a.pdf", b"", **BINARY), 422, "evidence-empty")
    whole = b"%PDF-" + os.urandom(LIMIT - 5)
    done(upload(whole, "whole.pdf"), bytes=LIMIT, sha256=digest(whole))
    refused(upload(whole + b"x", "whole.pdf"), 413, "evidence-large", "larger than 3 MB")
    head = ("POST %s/files?name=a.pdf HTTP/1.1\r\nHost: x\r\nContent-Type: application/octet-stream\r\nContent-Length: %%d\r\n\r\n" % DANA)
    for length in (LIMIT + 1, 1000000000, 999999999999999):
        answer = d.raw((head % length).encode(), half=False, timeout=3)
        contains(answer.decode(), "HTTP/1.1 413", "evidence-large", "Connection: close")
    answer = d.raw(b"Expect: 100-continue\r\n".join(((head % 1000000000).encode()[:-2], b"\r\n")), half=False, timeout=3)
    same(answer.startswith(b"HTTP/1.1 413"), True, repr(answer[:60]))
    same(incoming(), [])


def names_are_cleaned():
    """Names: paths, controls, bidi marks, dots, length; the answer says what is kept"""
    for given, kept in (
            ("../../etc/passwd.pdf", "passwd.pdf"), ("C:\\Users\\dana\\cert.pdf", "cert.pdf"), ("/abs/cert.pdf", "cert.pdf"),
            ("a\nb\r\tc.pdf", "a b c.pdf"), ("cert\u202efdp.pdf", "certfdp.pdf"), ("\u2067x\u2069.pdf", "x.pdf"), ("\x1b[31mred\x07.pdf", "[31mred.pdf"),
            ("...hidden.pdf", "hidden.pdf"), ("  spaced   out .pdf", "spaced out .pdf"), ("Zertifikat \U0001f393.pdf", "Zertifikat \U0001f393.pdf"),
            ("\u8b49\u66f8.pdf", "\u8b49\u66f8.pdf"), ("a:b*c?\"<>|.pdf", "a_b_c_____.pdf"), ("x" * 300 + ".pdf", "x" * 116 + ".pdf"),
            ("\u00e9" * 150 + ".PDF", "\u00e9" * 58 + ".PDF"), ("n. " + "y" * 200 + ".jpeg.pdf", "n. " + "y" * 113 + ".pdf"), ("a.pdf.", "a.pdf")):
        done(upload(PDF, given), name=kept)
    for given in ("..", "/", "a/", "\\", "\u202e\u202d", "\n", " ", "...", ". ."):
        refused(upload(PDF, given), 400, "evidence-name")
    refused(d.post(DANA + "/files", PDF, **BINARY), 400, "evidence-name", "?name=")
    refused(d.post(DANA + "/files?name=a%00b.pdf", PDF, **BINARY), 400, "parameter-unknown")
    refused(d.post(DANA + "/files?name=%ff.pdf", PDF, **BINARY), 400, "parameter-unknown")
    refused(d.post(DANA + "/files?nam=a.pdf", PDF, **BINARY), 400, "parameter-unknown")


def who_may_send():
    """Nobody sends to somebody else, and it is known before the body; other routes keep their limit"""
    if not IS_ROOT:
        return "needs root, to be another user"
    head = "POST %s/files?name=a.pdf HTTP/1.1\r\nHost: x\r\nContent-Type: application/octet-stream\r\nContent-Length: 2000000\r\n\r\n"
    done(d.post("/v1/people", {"email": "eve@example.org", "user": "nobody", "until": "2026-06-30"}))
    refused(upload(PDF, "a.pdf", uid=65534), 403, "not-yours")
    refused(upload(PDF, "a.pdf", person="/v1/people/none@example.org"), 404, "no-person")
    contains(d.raw((head % "/v1/people/none@example.org").encode(), half=False, timeout=3).decode(), "HTTP/1.1 404", "no-person")
    refused(d.post(DANA + "/files?name=a.pdf", PDF, Content_Type="application/json"), 400, "content-type", "application/octet-stream")
    refused(d.post(DANA + "/files?name=a.pdf", PDF, Content_Type="application/octet-streamer"), 400, "content-type")
    done(d.post(DANA + "/files?name=a.pdf", PDF, Content_Type="Application/Octet-Stream; x=y"))
    contains(d.raw((head % "/v1/people/none").replace("files?name=a.pdf", "entries").encode(), timeout=3).decode(), "HTTP/1.1 413", "body-large")
    refused(d.get(DANA + "/files?name=a.pdf"), 400, "no-method")
    same(d.call("PUT", DANA + "/files?name=a.pdf", PDF, **BINARY).status, 400)
    refused(d.get("%s/files/%s" % (DANA, digest(PDF))), 404, "no-route")


# ---- attaching

def attached():
    """Attached, shown, detached, taken back and done again: one command is one step"""
    done(log(d, "2h", "training", "Journey mapping", "2026-02-03"))
    other = b"%PDF-1.4 agenda"
    done(upload(PDF, "certificate.pdf"))
    done(upload(other, "agenda.pdf"))
    same(done(d.get(DANA + "/status"))["without_evidence"], [1])
    answer = done(attach(1, ("certificate.pdf", digest(PDF)), ("agenda.pdf", digest(other))))
    same(answer["evidence"], [{"name": "agenda.pdf", "bytes": len(other), "sha256": digest(other)},
                              {"name": "certificate.pdf", "bytes": len(PDF), "sha256": digest(PDF)}])
    same(done(d.get(DANA + "/status"))["without_evidence"], [])
    done(d.delete(DANA + "/entries/1/evidence/agenda.pdf"))
    same(names(1), ["certificate.pdf"])
    done(d.post(DANA + "/undo"))
    same(names(1), ["agenda.pdf", "certificate.pdf"])
    done(d.post(DANA + "/undo"))
    same(names(1), [])
    done(d.post(DANA + "/redo"))
    same(names(1), ["agenda.pdf", "certificate.pdf"])
    done(d.post(DANA + "/redo"))
    same(names(1), ["certificate.pdf"])
    refused(d.post(DANA + "/redo"), 422, "nothing-to-redo")
    done(attach(1, ("agenda.pdf", digest(other))))
    same(names(1), ["agenda.pdf", "certificate.pdf"])
    actions = [c["action"] for c in done(d.get(DANA + "/history?limit=3"))["changes"]]
    same(actions[0], "attach")


def attached_wrongly():
    """What cannot be attached: nothing changes, of several not one"""
    sha = digest(PDF)
    before = entry(1)["evidence"]
    refused(attach(1, ("certificate.pdf", sha)), 422, "evidence-there", "certificate.pdf")
    refused(attach(1, ("new.pdf", sha), ("new.pdf", sha)), 422, "evidence-there")
    refused(attach(1, ("new.pdf", sha), ("other.pdf", "0" * 64)), 404, "no-file", "other.pdf")
    refused(attach(99, ("new.pdf", sha)), 404, "no-entry")
    refused(attach(1, ("new.png", sha)), 422, "evidence-type")
    refused(attach(1, ("..", sha)), 400, "evidence-name")
    refused(attach(1, ("new.pdf", sha.upper())), 400, "field-type")
    refused(attach(1, ("new.pdf", sha[:-1] + "/")), 400, "field-type")
    refused(attach(1, ("new.pdf", "../" * 20 + "etc/")), 400, "field-type")
    refused(attach(1), 400, "field-missing")
    refused(attach(1, *[("f%d.pdf" % i, sha) for i in range(51)]), 400, "evidence-many")
    url = DANA + "/entries/1/evidence"
    for body, code in (({"files": "x"}, "field-missing"), ({"files": {"a": 1}}, "field-type"), ({"files": [1]}, "field-type"),
                       ({"files": [{"name": "a.pdf"}]}, "field-missing"), ({"files": [{"sha256": sha}]}, "field-missing"),
                       ({"files": [{"name": 1, "sha256": sha}]}, "field-missing"), ({"file": []}, "field-unknown"), ({}, "field-missing"),
                       ({"files": [{"name": "a.pdf", "sha256": sha, "type": "x"}]}, "field-unknown")):
        refused(d.post(url, body), 400, code)
    refused(d.delete(url + "/none.pdf"), 404, "no-evidence", "certificate.pdf")
    refused(d.delete(url + "/%2e%2e%2fcertificate.pdf"), 404, "no-evidence")
    same(entry(1)["evidence"], before)
    done(log(d, "1h", "training", "Removed", "2026-02-05"))
    done(d.delete(DANA + "/entries/2"))
    refused(attach(2, ("a.pdf", sha)), 422, "entry-void")
    refused(d.delete(DANA + "/entries/2/evidence/a.pdf"), 422, "entry-void")


def somebody_elses():
    """Knowing a digest is not having the file"""
    if not IS_ROOT:
        return "needs root, to be another user"
    secret = b"%PDF-1.5 only Dana has this"
    done(upload(secret, "secret.pdf"))
    done(d.post("/v1/people/eve@example.org/entries", {"hours": "1h", "category": "training", "title": "Own", "on": "2026-02-03", "for": ["voice"]}))
    url = "/v1/people/eve@example.org/entries/1/evidence"
    refused(d.post(url, {"files": [{"name": "x.pdf", "sha256": digest(secret)}]}, uid=65534), 404, "no-file")
    done(upload(secret, "x.pdf", person="/v1/people/eve@example.org", uid=65534))
    done(d.post(url, {"files": [{"name": "x.pdf", "sha256": digest(secret)}]}, uid=65534))


def attached_again():
    """What she has with one entry goes to another without being sent again, whenever that was"""
    sha = digest(PDF)
    done(log(d, "1h", "training", "Second day", "2026-02-04"))
    os.unlink(os.path.join(d.state, "evidence", "recent", "1-" + sha))
    done(attach(3, ("the-same.pdf", sha)))
    same(names(3), ["the-same.pdf"])


# ---- what may go wrong

def same_at_once():
    """Two uploads of the same bytes at once, and many of others"""
    data = [b"%PDF- " + os.urandom(400000) for _ in range(4)]
    got = []

    def send(bytes_):
        got.append(upload(bytes_, "a.pdf"))
    threads = [threading.Thread(target=send, args=(data[i % 4],)) for i in range(8)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    same(sorted(a["sha256"] for a in got), sorted(digest(x) for x in data * 2))
    for x in data:
        with open(content(x), "rb") as f:
            same(f.read() == x, True)
    same(incoming(), [])


def broken_off():
    """An upload that ends early leaves nothing"""
    head = "POST %s/files?name=a.pdf HTTP/1.1\r\nHost: x\r\nContent-Type: application/octet-stream\r\nContent-Length: 2000000\r\n\r\n" % DANA
    for size in (0, 1, 100, 70000, 1999999):
        s = socket.socket(socket.AF_UNIX)
        s.connect(d.socket)
        s.sendall(head.encode() + (b"%PDF-" + b"x" * size)[:size])
        time.sleep(0.05)
        same(len(incoming()), 1, "incoming at %d" % size)
        s.close()
    time.sleep(0.3)
    same(incoming(), [])
    done(d.get("/healthz"))


def planted():
    """A link, a pipe or a folder where content is to be: not followed, not opened, replaced by what comes"""
    for i in (1, 2):
        done(log(rough, "1h", "training", "Day %d" % i, "2026-02-0%d" % i))
    target = os.path.join(rough.folder, "target")
    with open(target, "wb") as f:
        f.write(b"somebody's file")
    for kind in ("link", "pipe", "short"):
        data = b"%PDF- " + kind.encode() + os.urandom(20)
        path = content(data, rough)
        os.makedirs(os.path.dirname(path), 0o700, exist_ok=True)
        if kind == "link":
            os.symlink(target, path)
        elif kind == "pipe":
            os.mkfifo(path)
        else:
            with open(path, "wb") as f:
                f.write(data[:10])
        done(upload(data, "a.pdf", rough))
        same(os.path.islink(path), False)
        with open(path, "rb") as f:
            same(f.read(), data)
        os.unlink(path)
        os.symlink(target, path) if kind == "link" else os.mkfifo(path)
        refused(attach(1, ("planted.pdf", digest(data)), daemon=rough), 404, "no-file")
        os.unlink(path)
    with open(target, "rb") as f:
        same(f.read(), b"somebody's file")
    data = b"%PDF- folder" + os.urandom(20)
    os.makedirs(content(data, rough))
    same(upload(data, "a.pdf", rough).json["code"], "store-failed")
    os.rmdir(content(data, rough))
    same(incoming(rough), [])


def full_disk():
    """A full disk: told so, nothing left, and ceud goes on"""
    if not IS_ROOT or os.system("mount -t tmpfs -o size=200k,mode=700 none %s/evidence/tmp 2>/dev/null" % rough.state):
        return "needs root, to mount a small disk"
    try:
        refused(upload(b"%PDF-" + os.urandom(1000000), "a.pdf", rough), 507, "store-full", "no room")
        same(incoming(rough), [])
        done(rough.get("/healthz"))
    finally:
        os.system("umount %s/evidence/tmp" % rough.state)
    done(upload(b"%PDF-" + os.urandom(1000000), "a.pdf", rough))


def damage_is_told():
    """A file that is missing or has another length is a problem that an admin sees"""
    done(upload(PDF, "certificate.pdf", rough))
    done(attach(1, ("certificate.pdf", digest(PDF)), daemon=rough))
    done(attach(2, ("the-same.pdf", digest(PDF)), daemon=rough))
    same([p for p in done(rough.get("/v1/admin/status"))["problems"] if "file" in p], [])
    kept = os.path.join(rough.folder, "kept")
    os.rename(content(PDF, rough), kept)
    done(rough.post("/v1/admin/reload"))
    time.sleep(0.2)
    problems = done(rough.get("/v1/admin/status"))["problems"]
    same(len([p for p in problems if "is missing" in p]), 2)
    contains("\n".join(problems), "certificate.pdf of entry 1 of dana@example.org is missing", "the-same.pdf of entry 2")
    with open(content(PDF, rough), "wb") as f:
        f.write(PDF[:-1])
    done(rough.post("/v1/admin/clock", {"forward": "1d"}))
    time.sleep(0.2)
    contains("\n".join(done(rough.get("/v1/admin/status"))["problems"]), "certificate.pdf of entry 1 of dana@example.org is damaged")
    done(upload(PDF, "again.pdf", rough))          # the bytes come again: it is whole again
    done(rough.post("/v1/admin/reload"))
    time.sleep(0.2)
    same([p for p in done(rough.get("/v1/admin/status"))["problems"] if "file" in p], [])
    same(rough.stop(), 0)
    same([word for word in ("Sanitizer", "runtime error") if word in rough.read_log()], [])


def swept():
    """What nobody attached is gone after a day; what is named stays, also withdrawn; what came again stays"""
    lone, late, named = b"%PDF- lone", b"%PDF- late", b"%PDF- named and withdrawn"
    for data in (lone, late, named):
        done(upload(data, "a.pdf"))
    done(attach(3, ("named.pdf", digest(named))))
    done(d.post(DANA + "/undo"))
    done(d.post("/v1/admin/clock", {"forward": "20h"}))
    done(upload(late, "b.pdf"))
    same(os.path.exists(content(lone)), True)
    done(d.post("/v1/admin/clock", {"forward": "20h"}))
    time.sleep(0.3)
    same([os.path.exists(content(x)) for x in (lone, late, named, PDF)], [False, True, True, True])
    refused(attach(3, ("lone.pdf", digest(lone))), 404, "no-file")
    done(attach(3, ("late.pdf", digest(late))))
    done(d.post("/v1/admin/clock", {"forward": "3d"}))
    time.sleep(0.3)
    same([os.path.exists(content(x)) for x in (late, named, PDF)], [True, True, True])
    same(os.listdir(os.path.join(d.state, "evidence", "recent")), [])


def killed():
    """kill -9 at any point of sending and attaching: never a row without its file, no litter, and it can be done again"""
    seed = int(os.environ.get("CEUD_SEED", random.SystemRandom().randrange(1 << 32)))
    print("# CEUD_SEED=%d" % seed, flush=True)
    rng = random.Random(seed)
    acknowledged = {}
    for round_ in range(50):
        data = b"%PDF- " + rng.randbytes(rng.choice((10, 1000, 200000)))
        name = "f%d.pdf" % round_
        timer = threading.Timer(rng.random() * 0.012, lambda: d.process.send_signal(signal.SIGKILL))
        timer.start()
        try:
            if upload(data, name).status == 200 and attach(1, (name, digest(data))).status == 200:
                acknowledged[name] = data
        except Exception:                                                 # it is gone: that is the point
            pass
        timer.join()
        d.stop(signal.SIGKILL)
        d.start()
        same(incoming(), [])
        for e in entry(1)["evidence"]:
            path = os.path.join(d.state, "evidence", e["sha256"][:2], e["sha256"][2:])
            same((os.path.getsize(path), digest(open(path, "rb").read())), (e["bytes"], e["sha256"]), e["name"])
        have = names(1)
        same([n for n in acknowledged if n not in have], [], "lost")
        done(upload(data, name))
        if name not in have:
            done(attach(1, (name, digest(data))))
        done(d.delete("%s/entries/1/evidence/%s" % (DANA, name)))
        acknowledged.pop(name, None)


def memory():
    """20 MB come in: memory stays where it was, no turn of the loop takes long"""
    big = Daemon(CONFIG)
    add_dana(big)

    def rss():
        with open("/proc/%d/status" % big.process.pid) as f:
            return [int(line.split()[1]) for line in f if line.startswith("VmHWM")][0]
    done(upload(PDF, "a.pdf", big))
    before = rss()
    data = b"%PDF-" + os.urandom(20000000 - 5)
    done(upload(data, "big.pdf", big), bytes=20000000, sha256=digest(data))
    grown, longest = rss() - before, done(big.get("/v1/admin/status"))["loop"]["longest_turn_ms"]
    print("# grown by %d kB, longest turn %d ms" % (grown, longest))
    same(grown < 2000, True, "grown by %d kB" % grown)


if __name__ == "__main__":
    main([comes_in, types, wrong_types, empty_and_large, names_are_cleaned, who_may_send, attached, attached_wrongly, somebody_elses,
          attached_again, same_at_once, broken_off, planted, full_disk, damage_is_told, swept, killed, memory])
