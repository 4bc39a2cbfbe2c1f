#!/usr/bin/python3
"""ceu as a person meets it: on a real terminal (a pty), against a server of our own with canned answers. TAP."""
import json
import os
import signal
import subprocess
import threading
import time
import urllib.parse

from terminal import CEU, ENV, FOLDER, Terminal, contains, data, main, run, same, server

# ---- missing arguments

def logged(**more):
    server.requests.clear()
    server.answers = {("GET", "/v1/people/me/status"): data("status"),
                      ("POST", "/v1/people/me/entries"): dict(data("entry-whole"), **more)}


def ask():
    """log asks for what is missing, checks each answer, and goes back"""
    logged()
    t = Terminal("log")
    t.answer("  Hours (such as 1.5 or 1h30): ", "-1h")
    t.until("✗ ")
    t.answer("  Hours (such as 1.5 or 1h30): ", "2h")
    t.answer("  Category (training, in-company, conference, college, cxpa): ", "c")
    t.until('✗ There is no category "c": training, in-company, conference, college, cxpa.')
    t.answer("  Category (training, in-company, conference, college, cxpa): ", "<")
    t.answer("  Hours (such as 1.5 or 1h30): ", "1h30")
    t.answer("  Category (training, in-company, conference, college, cxpa): ", "cx")
    t.answer("  Title: ", "")
    t.answer("  Title: ", "Talk about effort")
    t.answer("  When [today]: ", "03/04/2026")
    t.until("✗ ")
    t.answer("  When [today]: ", "yesterday")
    t.answer("  Good for (culture, voice, adoption, strategy, design, metrics): ", "voice, m")
    t.until("✓ Entry 5 saved: 2.0 units, training, Wed 5 November 2025. All 2.0 count.\n")
    t.until("  Training courses  ██████████  10.0 of 10          Total 12.0 of 20, 8.0 to go\n")
    t.until("  No evidence yet: ceu attach 5 FILE                            Wrong? ceu undo\n")
    same(t.end(), 0)
    same(server.sent("POST")[0]["body"], {"hours": "1h30", "category": "cxpa", "title": "Talk about effort", "on": "yesterday",
                                          "for": ["voice", "metrics"], "strict": True})


def lacking():
    """Elsewhere what is missing is an error"""
    logged()
    for words in (["log", "1h"], ["show"], ["inbox", "skip"]):
        code, out, err = run(*words)
        same((code, out), (2, ""))
        contains(err, "✗ ceu %s lacks " % ("inbox skip" if words[0] == "inbox" else words[0]), "  Write: ceu ")
    t = Terminal("show", "--no-input")
    t.until("✗ ceu show lacks ID.")
    same((t.end(), server.requests), (2, []))


def consent():
    """What a limit would cut is asked about on a terminal, saved with a warning elsewhere, refused with --strict"""
    logged()
    warning = data("entry-part")["warnings"][0]["text"]
    entry = data("entry-part")

    def answer(request):
        if request["body"].get("strict"):
            return 422, {"status": 422, "code": "over-limit", "detail": warning, "next": ["ceu status"]}
        return entry
    server.answers[("POST", "/v1/people/me/entries")] = answer
    words = ["log", "2h", "training", "Customer effort", "--for", "metrics"]
    t = Terminal(*words)
    t.until("! Only 0.5 of these 2.0 units add to the total: at most 10.0 count from Training\n  courses")
    t.answer("  Save? [Y/n] ", "")
    t.until("✓ Entry 6 saved: 2.0 units, training, Tue 24 February 2026. 0.5 count.\n")
    t.until("Next: ceu why 6")
    same(t.end(), 0)
    same([r["body"].get("strict") for r in server.sent("POST")], [True, None])
    t = Terminal(*words)
    t.answer("Save? [Y/n] ", "n")
    t.until("- Not saved.\n")
    same(t.end(), 5)
    t = Terminal(*words, "--yes")
    t.until("! Only 0.5")
    t.until("✓ Entry 6 saved")
    same(t.end(), 0)
    code, out, err = run(*words)
    same((code, err.startswith("! Only 0.5 of these 2.0 units add"), out.startswith("✓ Entry 6 saved")), (0, True, True))
    code, out, err = run(*words, "--strict")
    same((code, out, err.startswith("✗ Only 0.5"), err.endswith("  Next: ceu status\n")), (5, "", True, True))


# ---- output

def colours():
    """Colours on a terminal only, and not with NO_COLOR, TERM=dumb or --color never"""
    server.answers = {("GET", "/v1/people/me/status"): data("status")}
    for words, env, painted in (((), {}, True), ((), {"NO_COLOR": "1"}, False), ((), {"NO_COLOR": ""}, True),
                                ((), {"TERM": "dumb"}, False), (("--color", "never"), {}, False),
                                (("--color=always",), {"NO_COLOR": "1"}, True)):
        t = Terminal(*words, env=env)
        t.until("Next: ceu inbox")
        same((t.end(), "\x1b[34m" in t.seen), (0, painted))
    same("\x1b" in run()[1], False)
    same("\x1b[34m" in run("--color", "always")[1], True)
    same(run("--color", "blue")[0], 2)


def letters():
    """Block characters only where the locale is UTF-8"""
    server.answers = {("GET", "/v1/people/me/status"): data("status")}
    for env, words, block in (({}, (), True), ({"LANG": "C"}, (), False), ({"LANG": ""}, (), False), ({}, ("--ascii",), False),
                              ({"LC_ALL": "C"}, (), False), ({"LANG": "C", "LC_ALL": "de_DE.utf8"}, (), True)):
        same("█" in run(*words, env=env)[1], block)


def documents():
    """--json is one document whatever happens: answers, problems, what ceu itself finds"""
    server.answers = {("GET", "/v1/people/me/status"): data("status"),
                      ("GET", "/v1/people/me/entries/4"): (404, {"status": 404, "code": "no-entry", "detail": "x", "next": []})}
    same(json.loads(run("--json")[1]), data("status"))
    code, out, err = run("show", "4", "--json")
    same((code, json.loads(out)["code"], err), (3, "no-entry", ""))
    for words, code, name in ((["lgo", "--json"], 2, "verb-unknown"), (["log", "--json"], 2, "argument-missing"),
                              (["show", "x", "--json"], 2, "id-invalid"), (["status", "--json", "--socket", "/nowhere"], 6, "unreached"),
                              (["calendar", "add", "/nowhere.ics", "--json"], 3, "file"),
                              (["log", "1", "x", "y", "--json", "--key", "a b"], 2, "key-invalid")):
        got, out, err = run(*words)
        same((got, json.loads(out)["code"], err, bool(json.loads(out)["next"])), (code, name, "", True))
    server.answers[("GET", "/v1/people/me/status")] = dict(data("status"), person="a\x7f\x9b31m\u202eb")
    out = run("--json")[1]
    same((any(c in out for c in "\x7f\x9b\u202e"), json.loads(out)["person"]), (False, "a\x7f\x9b31m\u202eb"))


def pages():
    """Lists follow next_after and are whole; a server that repeats itself is found out"""
    def page(request):
        query = urllib.parse.parse_qs(urllib.parse.urlsplit(request["target"]).query)
        same((query["limit"], query["words"]), (["500"], ["two words"]))
        after = query.get("after", [None])[0]
        rows = {None: (1, 2), "2": (3, 4), "4": (5,)}[after]
        answer = {"entries": [dict(data("entry-whole"), id=i) for i in rows]}
        return dict(answer, next_after=rows[-1]) if len(rows) == 2 else answer
    server.answers = {("GET", "/v1/people/me/entries"): page}
    code, out, err = run("list", "two", "words", "--json")
    same((code, [e["id"] for e in json.loads(out)["entries"]], list(json.loads(out))), (0, [1, 2, 3, 4, 5], ["entries"]))
    contains(run("list", "two", "words")[1], "5 entries, 10.0 units, 10.0 count")
    server.answers[("GET", "/v1/people/me/entries")] = {"entries": [], "next_after": 7}
    code, out, err = run("list")
    same((code, out), (1, ""))
    contains(err, "same page")


def acting():
    """--as goes with every request, encoded; --key is used as given"""
    logged()
    same(run("log", "1h", "training", "T", "--as", "ça va&x=1", "--key", "k-7", "--on=", "--for", "a, b")[0], 0)
    same([r["target"] for r in server.requests],
         ["/v1/people/me/entries?as=%C3%A7a%20va%26x%3D1", "/v1/people/me/status?as=%C3%A7a%20va%26x%3D1"])
    same((server.requests[0]["headers"]["idempotency-key"], server.requests[0]["body"]["for"]), ("k-7", ["a", "b"]))


def codes():
    """--check and the status of a problem make the exit code"""
    for state, code in (("done", 0), ("on-track", 0), ("submitted", 0), ("at-risk", 7), ("off-track", 7), ("lapsed", 7), ("new", 7)):
        status = data("status")
        status["cycle"]["state"] = state
        server.answers = {("GET", "/v1/people/me/status"): status}
        same((run("status", "--check")[0], run("status")[0]), (code, 0))
    for http, code in ((400, 2), (401, 4), (403, 4), (404, 3), (409, 5), (412, 5), (413, 2), (422, 5), (500, 1), (502, 6), (503, 6)):
        server.answers = {("GET", "/v1/me"): (http, {"code": "x", "detail": "Because.", "next": ["ceu help"]})}
        same(run("whoami"), (code, "", "✗ Because.\n  Next: ceu help\n"))
    server.answers = {("GET", "/v1/teams/cx/status"): data("team"), ("GET", "/v1/teams/mine/status"): data("team-chance")}
    same((run("team", "cx", "--check")[0], run("team")[0], run("team", "--check", "--json")[0]), (7, 0, 7))
    answer = data("calendars")["calendars"][1]
    server.answers = {("POST", "/v1/people/me/calendars/2/check"): answer}
    code, out, err = run("calendar", "check", "2")
    same((code, out), (1, ""))
    contains(err, "✗ Calendar 2, Webinar feed: It answers 404 (Not Found).", "ceu calendar check 2")
    same(run("calendar", "check", "2", "--json")[0], 1)


def files():
    """A calendar's file is read by ceu: UTF-8 as it is, lines in other letters as Windows-1252, with a note"""
    server.requests.clear()
    server.answers = {("POST", "/v1/people/me/calendars"): data("calendar")}
    path = os.path.join(FOLDER, "my calendar.ics")

    def add(content):
        with open(path, "wb") as f:
            f.write(content)
        return run("calendar", "add", path)
    same(add("BEGIN:VCALENDAR\r\nX:ü\r\n".encode())[0], 0)
    same(add(b"BEGIN:VCALENDAR\r\nX:\xfc\r\n")[0], 0)
    same([r["body"]["file"] for r in server.requests], [{"name": "my calendar.ics", "text": "BEGIN:VCALENDAR\r\nX:ü\r\n"}] * 2)
    for content, text, lines in (("A:ü–“\r\n".encode("cp1252"), "A:ü–“\r\n", 1), (b"A:caf\x85 \xe9\x81", "A:caf… é�", 1),
                                 ("A:ü\r\n".encode() + b"B:\xfc\r\nC:\x80\n", "A:ü\r\nB:ü\r\nC:€\n", 2),
                                 (b"A:\xc3\r\n \xbcber\r\n\tB\r\nC:x\r\n", "A:überB\r\nC:x\r\n", 0), (b"A:\xc3\r \xbc\rB", "A:ü\rB", 0),
                                 (b"A:\xc3\n \xbc\n \xfc\nB", "A:Ã\n ¼\n ü\nB", 1), (b"A\r\n \r\n B\n\n\r", "A\r\n \r\n B\n\n\r", 0)):
        server.requests.clear()
        code, _, err = add(content)
        same((code, server.requests[0]["body"]["file"]["text"]), (0, text))
        same(("%d line" % lines in err, "Windows-1252" in err), (lines > 0, lines > 0))
    server.answers = {("POST", "/v1/people/me/calendars"): (413, {"status": 413, "code": "body-large", "detail": "No.", "next": ["Send less."]})}
    code, _, err = add(b"BEGIN:VCALENDAR\r\n")
    same((code, "Send less" in err), (2, False))
    contains(err, 'my calendar.ics" is more than ceud takes at once.', "Export fewer months")
    server.answers = {("POST", "/v1/people/me/calendars"): data("calendar")}
    server.requests.clear()
    for content in (b"a\0b", b"x" * 900001):
        code, out, err = add(content)
        same((code, out, err.startswith("✗ ")), (2, "", True))
    code, out, err = run("calendar", "add", FOLDER)
    same(code, 2)
    contains(err, "is no ordinary file")
    os.mkfifo(os.path.join(FOLDER, "fifo"))
    same((run("calendar", "add", os.path.join(FOLDER, "fifo"))[0], run("calendar", "add", "/dev/zero")[0]), (2, 2))
    same((run("calendar", "add", os.path.join(FOLDER, "absent"))[0], server.requests), (3, []))
    same(run("calendar", "add", "webcal://x.example.org/a.ics", "--for", "a")[0], 0)
    same(server.requests[0]["body"], {"url": "webcal://x.example.org/a.ics", "for": ["a"]})


def full():
    """Output that cannot be written is a failure"""
    server.answers = {("GET", "/v1/people/me/status"): data("status")}
    with open("/dev/full", "wb") as out:
        p = subprocess.run([CEU], env=ENV, stdout=out, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, timeout=60)
    same(p.returncode, 1)
    contains(p.stderr.decode(), "Standard output cannot be written")


def interrupted():
    """Ctrl-C while the server thinks"""
    gate = threading.Event()
    server.answers = {("GET", "/v1/me"): lambda r: (gate.wait(20), {})[1]}
    server.requests.clear()
    p = subprocess.Popen([CEU, "whoami"], env=ENV, stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL)
    deadline = time.monotonic() + 20
    while not server.requests and time.monotonic() < deadline:
        time.sleep(0.02)
    p.send_signal(signal.SIGINT)
    out, err = p.communicate(timeout=20)
    gate.set()
    same((p.returncode, out, err.decode()), (130, b"", "✗ Stopped.\n"))


def completing():
    """Completion knows verbs, options, and the person's own categories"""
    server.answers = {("GET", "/v1/people/me/status"): data("status")}
    for words, offered in ((["inb"], ["inbox"]), (["inbox", "c"], ["confirm"]), (["admin", "mail", "re"], ["retry", "resend", "release"]),
                           (["remind", "o"], ["on", "off"]), (["team", "digest", "--every", ""], ["week", "month", "change", "default"]),
                           (["log", "1h", "co"], ["conference", "college"]), (["log", "1h", "training", "T", "--for", "voice,m"], ["voice,metrics"]),
                           (["list", "--un"], ["--uncounted"]), (["--color", ""], ["auto", "always", "never"]),
                           (["calendar", "add", "x"], []), (["zzz", ""], []), (["log", "--on", ""], [])):
        same(run("__complete", *words), (0, "".join(o + "\n" for o in offered), ""))
    same(run("__complete", "log", "1h", "", env={"CEU_SOCKET": "/nowhere"}), (0, "", ""))


def helping():
    """Help fits the screen, knows every command, and needs no server"""
    nowhere = {"CEU_SOCKET": "/nowhere"}
    code, out, err = run("help", env=nowhere)
    same((code, err, run("--help", env=nowhere)), (0, "", (0, out, "")))
    commands = json.loads(run("help", "--json", env=nowhere)[1])["commands"]
    for c in commands:
        contains(out, " ceu " + c["verb"] + (" " + c["arguments"] if c["arguments"] else ""))
        code, text, err = run("help", *c["verb"].split(), env=nowhere)
        same((code, err), (0, ""))
        contains(text, "ceu " + c["verb"])
        if c["verb"] != "help":
            same((0, text, ""), run(*c["verb"].split(), "--help", env=nowhere))
        out += text
    same([line for line in out.split("\n") if len(line) > 80 or line.endswith(" ")], [])
    same(run("help", "lgo")[::2], (2, '✗ There is no command "lgo".\n  Did you mean: ceu help log\n'))
    same(run("version", env=nowhere), run("log", "--version"))


def elsewhere_by_ssh():
    """--host runs ceu over there, each word quoted for its shell"""
    binaries = os.path.join(FOLDER, "bin")
    os.mkdir(binaries)
    with open(os.path.join(binaries, "ssh"), "w") as f:
        f.write('#!/bin/sh\nprintf "%s|" "$@"\nexit 7\n')
    os.chmod(os.path.join(binaries, "ssh"), 0o755)
    env = {"PATH": binaries + ":" + ENV["PATH"]}
    same(run("log", "1h", "--host", "dana@server", "cxpa", "it's $HOME", env=env),
         (7, "-T|--|dana@server|ceu 'log' '1h' 'cxpa' 'it'\\''s $HOME'|", ""))
    t = Terminal("--host=server", "status", env=env)
    t.until("-t|--|server|ceu 'status'|")
    same(t.end(), 7)
    code, out, err = run("status", "--host", "server", env={"PATH": "/nowhere"})
    same((code, out), (1, ""))
    contains(err, "ssh cannot be started")
    same(run("status", "--host", "-oProxyCommand=x", env=env)[0], 2)


main([ask, lacking, consent, colours, letters, documents, pages, acting, codes, files, full,
      interrupted, completing, helping, elsewhere_by_ssh])
