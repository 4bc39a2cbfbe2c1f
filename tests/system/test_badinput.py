#!/usr/bin/python3
"""Bad input from people, files and callers: what is said, the exit code, the next step as the last line; nothing is changed and
ceud answers on."""
import os
import shutil
import socket
import subprocess
import sys
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import harness                                                              # noqa: E402
from harness import CEU, Ceud, ceu, folder, holds, same                     # noqa: E402

D = []
ME = ["--as", "dana"]


def begin():
    """a person with one entry"""
    D.append(Ceud("b", "limits {\n body 1M\n}\n").start())
    D[0].json("admin", "person", "add", "dana@example.org", "--until", "2026-06-30")
    D[0].json("admin", "person", "add", "amir@example.org", "--until", "2026-06-30")
    D[0].json("log", "1h", "training", "Webinar", "--on", "2026-03-10", "--for", "voice", *ME)


def unchanged():
    D[0].answers()
    entries = D[0].get("/v1/people/dana/entries")[1]["entries"]
    same("entries", [(e["id"], e["title"], e["counted"]) for e in entries], [(1, "Webinar", 1)])
    changes = D[0].get("/v1/people/dana/history")[1]["changes"]
    same("changes", [c["action"] for c in changes if c["object"].startswith(("entry", "proposal", "calendar"))], ["log"])


def refuse(code, args, *parts, last=None, problem=None):
    """The exit code, what is said, its last line; with --json the problem's code. Nothing goes to standard output."""
    answer = D[0].ceu(*args)
    same("ceu " + " ".join(args)[:80], (answer.code, answer.out), (code, ""))
    text = " ".join(answer.err.split())
    assert answer.err.strip(), "nothing is said"
    for part in parts:
        assert part in text, "%r is not in:\n%s" % (part, answer.err)
    if last:
        holds(answer.err.strip().splitlines()[-1], last)
    assert all(len(line) <= 80 for line in answer.err.splitlines()), answer.err
    assert not any(c < " " for c in answer.err.replace("\n", "")), repr(answer.err)
    document = D[0].json(*args, code=code)
    assert document["code"] and document["detail"] is not None and isinstance(document["next"], list), document
    if problem:
        same("code", document["code"], problem)
    unchanged()


def words():
    """a misspelt verb, an unknown category, a missing word: the nearest one is named"""
    refuse(2, ["stauts"], 'stauts', last="status")
    refuse(2, ["log", "1h", "trainning", "Webinar 2", *ME], 'There is no category "trainning".',
           "Categories: training, in-company, conference, college, cxpa", last=' log 1h training "Webinar 2" --as dana')
    refuse(2, ["log", "1h", "c", "Webinar 2", *ME], "conference", "college", "cxpa")
    refuse(2, ["log", "1h", "training", "Webinar 2", "--for", "voise", *ME], "voise", "voice")
    refuse(2, ["log", "1h", "training", *ME, "--no-input"])
    refuse(2, ["log", "1h", "training", "Webinar 2", "--colour", "never", *ME], "--colour", "--color")
    refuse(2, ["admin", "run", "everything"], "everything")
    refuse(2, ["status", "now", *ME])


def dates():
    """03/04/2026 is refused with both readings; other dates that are none"""
    refuse(2, ["log", "1h", "training", "W2", "--on", "03/04/2026", *ME], "3 April", "4 March", last="2026-03-04",
           problem="date-ambiguous")
    refuse(2, ["log", "1h", "training", "W2", "--on", "2026-02-30", *ME], problem="date-impossible")
    refuse(2, ["log", "1h", "training", "W2", "--on", "soon", *ME], problem="date-unknown")
    refuse(2, ["log", "1h", "training", "W2", "--on", "", *ME])


def hours():
    """-1h, 25h and others that are no time of a day"""
    refuse(2, ["log", "--as", "dana", "--", "-1h", "training", "W2"], problem="hours-range")
    refuse(2, ["log", "25h", "training", "W2", *ME], "24", problem="hours-range")
    for text in ("0", "-1", "1e3", "1:75", "99999999999h", "h", "1h30x", "NaN"):
        refuse(2, ["log", "--as", "dana", "--", text, "training", "W2"])
    refuse(5, ["log", "23h30", "training", "Long day", "--on", "2026-03-10", "--for", "voice", *ME], "24", problem="over-24h")


def outside_the_cycle():
    """a date in no cycle names the cycle and what to ask the admin for"""
    refuse(5, ["log", "1h", "cxpa", "Talk", "--on", "2024-06-12", "--for", "voice", *ME],
           "12 June 2024 is before dana@example.org's cycle, which began on 1 July 2024", last="ceu admin person set dana@example.org --until DATE",
           problem="outside-cycle")
    refuse(5, ["log", "1h", "cxpa", "Talk", "--on", "2026-07-01", "--for", "voice", *ME], "1 July 2026 is after dana@example.org's cycle",
           problem="outside-cycle")


def titles():
    """empty, with control characters, of 10 kB, the same on the same day"""
    refuse(2, ["log", "1h", "training", "", *ME], problem="title-empty")
    refuse(2, ["log", "1h", "training", "  \u00a0 ", *ME], problem="title-empty")
    refuse(2, ["log", "1h", "training", "a\x1b[31mred", *ME], problem="title-control")
    refuse(2, ["log", "1h", "training", "two\nlines", *ME], problem="title-control")
    refuse(2, ["log", "1h", "training", "x" * 10240, *ME], "200", problem="title-long")
    refuse(2, ["log", "1h", "training", "ü" * 201, *ME], problem="title-long")
    refuse(5, ["log", "1h", "training", "WEBINAR ", "--on", "2026-03-10", "--for", "voice", *ME], "--yes", problem="entry-double")
    refuse(2, ["log", "1h", "training", "W2", "--note", "n" * 1001, *ME])


def not_there():
    """people, entries, events, calendars and teams that do not exist"""
    refuse(3, ["status", "--as", "nobody@example.org"], "nobody@example.org", problem="no-person")
    refuse(3, ["show", "99", *ME], "99", problem="no-entry")
    refuse(3, ["inbox", "confirm", "99", *ME], problem="no-proposal")
    refuse(3, ["calendar", "check", "9", *ME], problem="no-calendar")
    refuse(3, ["team", "Nobody's"], problem="no-team")
    refuse(3, ["admin", "person", "set", "nobody@example.org", "--name", "X"], problem="no-person")
    refuse(2, ["show", "zero", *ME])
    refuse(2, ["show", "-1", *ME])
    refuse(2, ["show", "99999999999999999999", *ME])
    refuse(3, ["admin", "person", "add", "new@example.org", "--program", "none", "--until", "2026-06-30"], "ccxp-2y20", problem="no-program")


def ceud_not_running():
    """no ceud: exit 6, and how to start one"""
    answer = ceu("status", socket_path=os.path.join(folder(), "nothing.sock"))
    same("exit", (answer.code, answer.out), (6, ""))
    holds(answer.err, "nothing.sock")
    assert len(answer.err.strip().splitlines()) >= 2, answer.err
    silent = socket.socket(socket.AF_UNIX)
    path = os.path.join(folder(), "deaf.sock")
    silent.bind(path)
    answer = ceu("--json", "log", "1h", "training", "W2", socket_path=path)
    same("exit", (answer.code, answer.data["status"]), (6, 503))
    silent.close()


def as_nobody(*args, uid=65534):
    argv = ["setpriv", "--reuid=%d" % uid, "--regid=%d" % uid, "--clear-groups", CEU, "--socket", D[0].socket, *args]
    run = subprocess.run(argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60, check=False)
    return harness.Answer(run.returncode, run.stdout.decode(), run.stderr.decode())


def without_the_right():
    """acting for someone, admin's verbs, and a stranger: exit 4, and whom to ask"""
    os.chmod(folder(), 0o711)
    if os.geteuid() != 0 or not shutil.which("setpriv") or as_nobody("--version").code or as_nobody("whoami").code == 6:
        raise harness.Skip("needs root, setpriv and a build folder that others may look into")
    stranger = as_nobody("status", uid=65533)
    same("stranger", (stranger.code, stranger.out), (4, ""))
    holds(stranger.err, "nobody that ceud knows", "ceu admin person set YOUR-E-MAIL --user YOUR-LOGIN")
    try:
        D[0].json("admin", "person", "set", "dana@example.org", "--user", "nobody")
        same("dana", as_nobody("--json", "whoami").data["person"], "dana@example.org")
        for args in (["status", "--as", "amir"], ["log", "1h", "training", "For Amir", "--as", "amir@example.org"],
                     ["admin", "person", "list"], ["admin", "run", "mail"], ["admin", "clock", "+1d"], ["team"]):
            answer = as_nobody(*args)
            same(" ".join(args), (answer.code, answer.out), (4, ""))
            assert len(answer.err.strip().splitlines()) >= 2, answer.err
        holds(as_nobody("admin", "person", "list").err, "Ask an admin")
        holds(as_nobody("status", "--as", "amir").err, "Leave out --as.")
        status, problem = D[0].get("/v1/people/amir/entries?as=dana")
        assert status != 200 or problem["entries"] == [], problem
    finally:
        D[0].json("admin", "person", "set", "dana@example.org", "--user", "")
    same("amir's", D[0].get("/v1/people/amir/entries")[1]["entries"], [])


# ---- files

def check_config(d):
    run = subprocess.run(d.argv("--check-config"), stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60, check=False)
    return run.returncode, run.stderr.decode()


def wrong_config():
    """an unknown directive and other mistakes of the configuration: all of them by line, exit 78, also at a start"""
    d = Ceud("wrong", "mail {\n mod live\n rate 0/min\n}\nfeeds {\n poll 5m\ncolour blue\n")
    code, text = check_config(d)
    same("exit", code, 78)
    name = d.config
    for line in ('%s:3:2: unknown directive "mod" in mail (did you mean "mode"?)', '%s:4:2: "rate" wants 1/min to 1000000/min',
                 "%s:6:7: the block that opens here is not closed"):
        if "block" not in line:
            continue
        holds(text, line % name)
    holds(text, "see ceud.conf(5)")
    harness.write("wrong.conf", "mail {\n mod live\n rate 0/min\n}\nfeeds {\n poll 5m\n}\ncolour blue\n")
    code, text = check_config(d)
    same("text", (code, text), (78, "%s:2:2: unknown directive \"mod\" in mail (did you mean \"mode\"?)\n"
                                "%s:3:2: \"rate\" wants 1/min to 1000000/min\n"
                                "%s:6:2: \"poll\" wants a time from 15m to 7d: 6h\n"
                                "%s:8:1: unknown directive \"colour\"\n"
                                "ceud: the configuration is wrong in 4 places; see ceud.conf(5).\n" % (name, name, name, name)))
    run = subprocess.run(d.argv(), stderr=subprocess.PIPE, timeout=60, check=False)
    same("start", (run.returncode, run.stderr.decode()), (78, text))
    assert not os.path.exists(d.state), "a wrong configuration makes a state folder"
    d.config = os.path.join(folder(), "missing.conf")
    code, text = check_config(d)
    same("exit", code, 78)
    holds(text, "missing.conf")
    same("instant", subprocess.run(D[0].argv()[:-1] + ["soon"], stderr=subprocess.DEVNULL, check=False).returncode in (1, 2, 75), True)
    same("option", subprocess.run(D[0].argv("--colour"), stderr=subprocess.DEVNULL, check=False).returncode, 2)


PROGRAM = """program p {
	name "P"
	title "P"
	issuer "P"
	unit CEU {
		minutes 60
		step 0.25
	}
	cycle 24 months
	category training "Training"
	category talk "Talks"
	require 20 total
%s
}
"""
# what stands in line 13 and on, and what is said about it
PROGRAMS = [
    ("	reqire 10 total", ['13:2: unknown word "reqire"; did you mean "require"?']),
    ("	limit 10 each category\n	limit 8 each category",
     ["14:2: this limit overlaps the one on line 13, which is about the same units; keep one of the two"]),
    ('	check "ten are enough" {\n		on 2026-06-30\n		entry 10h training for none\n		expect done yes\n	}',
     ['16:3: check "ten are enough" fails: expected done yes, came out no; correct the rules or the check']),
    ("	limit 10 category tranining\n	limit x each category\n	needs patience",
     ['13:20: unknown category "tranining"; did you mean "training"?', '14:8: "x" is not a number of units', '15:8: unknown word "patience"']),
    ("	limit 4 each category", ["12:2: 20.0 units are required, but all limits together let 8.0 count"]),
    ("	once course {", ["1:11: the block that opens here is not closed; add a line with }"]),
    ("}\n}", ["15:1: "]),
]


def wrong_programs():
    """a wrong word, a missing brace, overlapping limits, a failing check: all mistakes of all files at once"""
    programs = os.path.join(folder(), "programs")
    d = Ceud("prog", "programs %s\n" % os.path.abspath(programs))
    for n, (text, said) in enumerate(PROGRAMS):
        harness.write("programs/p.rules", PROGRAM % text)
        code, out = check_config(d)
        same(text, code, 78)
        for line in said:
            holds(out, "%s/p.rules:%s" % (os.path.abspath(programs), line))
    harness.write("programs/q.rules", PROGRAM % "	nonsense")
    code, out = check_config(d)
    holds(out, "/p.rules:", "/q.rules:13:2: ")
    for name in ("p.rules", "q.rules"):
        harness.write("programs/" + name, PROGRAM.replace("program p", "program " + name[0]) % "")
    same("good", check_config(d), (0, ""))


# ---- HTTP

def raw(data, seconds=5.0, close=False):
    """What comes back until ceud closes the connection."""
    s = socket.socket(socket.AF_UNIX)
    s.settimeout(seconds * harness.SLACK)
    s.connect(D[0].socket)
    answer = b""
    try:
        s.sendall(data)
        if close:
            s.shutdown(socket.SHUT_WR)
        while True:
            part = s.recv(65536)
            if not part:
                break
            answer += part
    except (ConnectionError, socket.timeout):
        pass
    s.close()
    return answer


HEAD = b"GET /v1/me HTTP/1.1\r\nHost: x\r\n"
POST = b"POST /v1/people HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\n"
REQUESTS = [
    (b"two Content-Lengths", POST + b"Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}"),
    (b"unequal Content-Lengths", POST + b"Content-Length: 2\r\nContent-Length: 20\r\n\r\n{}"),
    (b"a list of lengths", POST + b"Content-Length: 2, 2\r\n\r\n{}"),
    (b"no number", POST + b"Content-Length: +2\r\n\r\n{}"),
    (b"Transfer-Encoding", POST + b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n"),
    (b"both", POST + b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n"),
    (b"a bare LF", b"GET /v1/me HTTP/1.1\nHost: x\n\n"),
    (b"a bare LF later", HEAD + b"X: y\nConnection: close\r\n\r\n"),
    (b"no Host", b"GET /v1/me HTTP/1.1\r\nConnection: close\r\n\r\n"),
    (b"two Hosts", HEAD + b"Host: y\r\nConnection: close\r\n\r\n"),
    (b"a strange method", b"BREW /v1/me HTTP/1.1\r\nHost: x\r\n\r\n"),
    (b"a strange version", b"GET /v1/me HTTP/2.7\r\nHost: x\r\n\r\n"),
    (b"a NUL", HEAD + b"X: a\0b\r\n\r\n"),
    (b"a broken escape", b"GET /v1/people/%zz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"),
    (b"an escaped NUL", b"GET /v1/people/%00 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"),
    (b"no UTF-8", b"GET /v1/people/%ff HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"),
    (b"a blank before the colon", HEAD + b"X : y\r\nConnection: close\r\n\r\n"),
    (b"many headers", HEAD + b"".join(b"X%d: y\r\n" % n for n in range(70)) + b"Connection: close\r\n\r\n"),
]


def gate():
    """requests that two readers could read in two ways are refused, and nothing is done"""
    for name, data in REQUESTS:
        answer = raw(data, 3.0)
        first = answer.split(b"\r\n")[0]
        assert answer == b"" or first.split(b" ")[1][:1] in b"45", (name, answer[:300])
        if first:
            assert b" 400 " in first or b" 505 " in first or b" 431 " in first or b" 405 " in first or b" 501 " in first, (name, first)
        D[0].answers()
    same("people", len(D[0].get("/v1/people")[1]["people"]), 2)
    smuggled = raw(POST + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /v1/me HTTP/1.1\r\nHost: x\r\n\r\n", 3.0)
    same("answers", smuggled.count(b"\r\nDate: "), 1)
    unchanged()


def bodies():
    """2 MB, no JSON, an unknown member, members of the wrong kind"""
    body = b'{"email":"' + b"x" * 2_000_000 + b'"}'
    answer = raw(POST + b"Content-Length: %d\r\n\r\n" % len(body) + body)
    assert answer == b"" or b" 413 " in answer.split(b"\r\n")[0], answer[:200]
    for text, code in (('{"email":"x@example.org","colour":"blue"}', "field-unknown"), ("[1]", "json-invalid"), ("{", "json-invalid"),
                       ('{"email":"a@example.org","email":"b@example.org"}', "json-invalid"), ('{"email":1}', None), ("nul", None),
                       ('{"email":"x@example.org","until":5}', None), ("[" * 100000, None), ('{"email":"\\ud800@example.org"}', None)):
        data = text.encode()
        answer = raw(POST + b"Content-Length: %d\r\n\r\n" % len(data) + data)
        assert b" 400 " in answer.split(b"\r\n")[0], (text[:50], answer[:200])
        if code:
            holds(answer.decode(), '"code":"%s"' % code)
    same("people", len(D[0].get("/v1/people")[1]["people"]), 2)
    began = time.monotonic()
    status, problem = D[0].request("POST", "/v1/people/dana/calendars", {"file": {"name": "x.ics", "text": "x" * 900000}})
    same("a large body that is fine", (status, problem["code"]), (422, "calendar-unusable"))
    assert time.monotonic() - began < 3 * harness.SLACK, "a large body is read slowly"
    assert b" 404 " in raw(b"GET /v1/nothing HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    assert b" 400 " in raw(b"GET /v1/me?colour=blue HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    unchanged()


def silent_connections():
    """connections that send nothing, or half a request, are closed in time; others are served meanwhile"""
    took = {}

    def wait(name, data):
        began = time.monotonic()
        raw(data, 40.0)
        took[name] = time.monotonic() - began

    threads = [threading.Thread(target=wait, args=("silent%d" % n, b"")) for n in range(3)]
    threads += [threading.Thread(target=wait, args=("half", HEAD)), threading.Thread(target=wait, args=("line", b"GET /v1/m"))]
    for t in threads:
        t.start()
    while any(t.is_alive() for t in threads):
        D[0].answers()
        time.sleep(0.2)
    assert all(5.0 < seconds < 20.0 * harness.SLACK for seconds in took.values()), took
    unchanged()


def too_many_connections():
    """more connections than one user may have are refused, and the next one is served again"""
    held = []
    for _ in range(30):
        s = socket.socket(socket.AF_UNIX)
        s.connect(D[0].socket)
        held.append(s)
    time.sleep(0.1)
    s = held[-1]
    s.settimeout(5)
    s.sendall(HEAD + b"\r\n")
    holds(s.recv(65536).decode(), " 503 ", "too-many-connections")
    for s in held:
        s.close()
    end = time.monotonic() + 10 * harness.SLACK
    while D[0].get("/v1/me")[0] != 200:
        assert time.monotonic() < end
        time.sleep(0.05)
    unchanged()
    same("exit", D[0].stop(), 0)
    same("errors", [line for line in D[0].said().splitlines() if line.startswith("ceud: error:")], [])


if __name__ == "__main__":
    harness.main("input", [begin, words, dates, hours, outside_the_cycle, titles, not_there, ceud_not_running, without_the_right,
                           wrong_config, wrong_programs, gate, bodies, silent_connections, too_many_connections])
