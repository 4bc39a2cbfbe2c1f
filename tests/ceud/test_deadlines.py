#!/usr/bin/python3
"""Deadlines as a calendar: the file, its secret address by TCP and by the Unix socket, and who may ask for what. TAP."""
import hashlib
import http.client
import json
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from api import BUILD, CEUD, CONFIG, Connection, Daemon, add_dana, contains, done, log, main, refused, same    # noqa: E402

try:
    import icalendar
except ImportError:
    icalendar = None

ME = "/v1/people/dana@example.org"
AMIR = "/v1/people/amir@example.org"
UNIT = "CEU"


def free_port(family=socket.AF_INET, host="127.0.0.1"):
    s = socket.socket(family)
    s.bind((host, 0))
    try:
        return s.getsockname()[1]
    finally:
        s.close()


class Got:
    def __init__(self, r):
        self.status, self.headers, self.body = r.status, dict(r.getheaders()), r.read()
        self.text = self.body.decode()
        self.json = json.loads(self.text) if self.headers.get("Content-Type", "").endswith("json") else None

    def __repr__(self):
        return "%d %r %s" % (self.status, self.headers, self.text[:1500])


PORT = free_port()
d = Daemon(CONFIG + "listen 127.0.0.1:%d\n" % PORT)
add_dana(d)
done(d.post("/v1/people", {"email": "amir@example.org", "name": "Amir", "until": "2027-12-31"}))


def ask(path, method="GET", unix=False, body=None, host=None, port=None, **headers):
    """By TCP, or by the Unix socket."""
    c = Connection(d.socket) if unix else http.client.HTTPConnection("127.0.0.1", port or PORT, timeout=20)
    headers = {name.replace("_", "-"): value for name, value in headers.items()}
    if host is not None:
        headers["Host"] = host
    try:
        c.request(method, path, body, headers)
        return Got(c.getresponse())
    finally:
        c.close()


def path_of(answer):
    return "/calendar/" + done(answer)["url"].split("/calendar/")[1]


def file_of(who=ME):
    got = ask(who + "/deadlines.ics", unix=True)
    same((got.status, got.headers["Content-Type"]), (200, "text/calendar; charset=utf-8"))
    return got.text


def events(text):
    """{key: {property with its parameters: value}} of a calendar, lines unfolded."""
    found = {}
    for block in re.findall(r"BEGIN:VEVENT\r\n(.*?)END:VEVENT\r\n", text.replace("\r\n ", ""), re.S):
        lines = dict(line.split(":", 1) for line in block.split("\r\n") if line)
        found[lines["UID"].split("@")[0]] = lines
    return found


def clock(to):
    done(d.post("/v1/admin/clock", {"to": to}))


def listed(who=ME):
    return [(x["date"], x["kind"], x["title"]) for x in done(d.get(who + "/deadlines"))["deadlines"]]


# ---- what is in it

def what_is_due():
    """The last day, with what is missing; check-ins at the quarters to come"""
    a = done(d.get(ME + "/deadlines"), address=None, url="http://127.0.0.1:%d/calendar/" % PORT)
    same(a["deadlines"], [{"date": "2026-06-30", "start": None, "end": None, "all_day": True, "kind": "deadline",
                           "title": "CCXP: last day for your 20 CEU",
                           "text": "0 of 20 CEU count; 20 to go.\nThe least work that finishes it: ceu plan"}])
    same(listed(AMIR), [("2026-07-02", "check-in", "CCXP: 5 CEU by now at an even pace"),
                        ("2027-01-01", "check-in", "CCXP: 10 CEU by now at an even pace"),
                        ("2027-07-02", "check-in", "CCXP: 15 CEU by now at an even pace"),
                        ("2027-12-31", "deadline", "CCXP: last day for your 20 CEU")])
    done(log(d, "6", "training", "Course", "2026-03-01", person="amir@example.org"))
    text = {x["title"]: x["text"] for x in done(d.get(AMIR + "/deadlines"))["deadlines"]}
    same(text["CCXP: 5 CEU by now at an even pace"], "6 count so far, 1 more than that.\nWhere you stand: ceu status")
    same(text["CCXP: 10 CEU by now at an even pace"], "6 count so far, 4 fewer than that.\nWhere you stand: ceu status")
    same(text["CCXP: last day for your 20 CEU"], "6 of 20 CEU count; 14 to go.\nThe least work that finishes it: ceu plan")


def nobody_and_nothing():
    """A person without a cycle has an empty calendar; wrong words are refused"""
    done(d.post("/v1/people", {"email": "lead@example.org"}))
    same(listed("/v1/people/lead@example.org"), [])
    contains(file_of("/v1/people/lead@example.org"), "X-WR-CALNAME:Deadlines\r\n", "COLOR:steelblue\r\nEND:VCALENDAR\r\n")
    refused(d.get(ME + "/deadlines?all=1"), 400, "parameter-unknown")
    refused(d.post(ME + "/deadlines/address", {"token": "x"}), 400, "field-unknown")
    refused(d.post(ME + "/deadlines"), 400, "no-method")
    refused(d.get("/v1/people/nobody/deadlines"), 404, "no-person")


def whole_file():
    """The file: its head, its events, all-day and without an alarm"""
    text = file_of()
    contains(text, "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//ceud//Deadlines//EN\r\nCALSCALE:GREGORIAN\r\nMETHOD:PUBLISH\r\n"
             "NAME:CCXP deadlines\r\nX-WR-CALNAME:CCXP deadlines\r\nX-WR-CALDESC:The last day",
             "X-WR-TIMEZONE:Europe/Berlin\r\nREFRESH-INTERVAL;VALUE=DURATION:PT6H\r\nX-PUBLISHED-TTL:PT6H\r\n")
    e = events(text)
    same(list(e), ["deadline-1"])
    same(re.fullmatch(r"deadline-1@[a-z2-7]{32}", e["deadline-1"].pop("UID")) is not None, True)
    stamp = e["deadline-1"].pop("DTSTAMP")
    same((stamp[:9], e["deadline-1"].pop("LAST-MODIFIED")), ("20260312T", stamp))
    same(e["deadline-1"], {
        "SEQUENCE": "0", "DTSTART;VALUE=DATE": "20260630", "DTEND;VALUE=DATE": "20260701", "SUMMARY": "CCXP: last day for your 20 CEU",
        "DESCRIPTION": "0 of 20 CEU count\\; 20 to go.\\nThe least work that finishes it: ceu plan", "CATEGORIES": "CCXP",
        "STATUS": "CONFIRMED", "TRANSP": "TRANSPARENT", "X-MICROSOFT-CDO-BUSYSTATUS": "FREE"})


# ---- the address

def made_once():
    """An address: 256 bits, shown once, kept as a digest; by TCP and by the socket the same bytes"""
    global first
    a = done(d.post(ME + "/deadlines/address"))
    first = re.fullmatch(r"http://127\.0\.0\.1:%d(/calendar/([A-Za-z0-9_-]{43})\.ics)" % PORT, a["url"])
    same(sorted(a.json), ["made_at", "url"])
    same(done(d.get(ME + "/deadlines"))["address"], {"made_at": a["made_at"]})
    got, local = ask(first[1]), ask(first[1], unix=True)
    same((got.status, got.text, local.status), (200, local.text, 200))
    same(got.text, file_of())
    same({k: got.headers[k] for k in ("Content-Type", "Cache-Control", "Referrer-Policy")},
         {"Content-Type": "text/calendar; charset=utf-8", "Cache-Control": "private, max-age=3600", "Referrer-Policy": "no-referrer"})
    same([k for k in got.headers if k.lower() in ("content-disposition", "set-cookie")], [])
    same(re.fullmatch(r'"[0-9a-f]{32}"', got.headers["ETag"]) is not None, True)
    same(got.headers["Last-Modified"][:17], "Thu, 12 Mar 2026 ")
    rows = sqlite3.connect("file:%s/ceud.db?mode=ro" % d.state, uri=True).execute("SELECT sha, person FROM deadline_token").fetchall()
    same(rows, [(hashlib.sha256(first[2].encode()).digest(), 1)])


def a_retry_makes_another():
    """The answer with the secret is not kept for a retry, unlike others"""
    one = done(d.post(ME + "/deadlines/address", Idempotency_Key="the-same"))
    two = done(d.post(ME + "/deadlines/address", Idempotency_Key="the-same"))
    same(one["url"] != two["url"], True)
    same((ask(path_of(one)).status, ask(path_of(two)).status), (410, 200))


def conditional():
    """304 by tag and by date, HEAD, and the whole where neither fits"""
    global first
    path = path_of(d.post(ME + "/deadlines/address"))
    got = ask(path)
    tag, when, length = got.headers["ETag"], got.headers["Last-Modified"], str(len(got.body))
    for headers in ({"If_None_Match": tag}, {"If_None_Match": "W/" + tag}, {"If_None_Match": '"x", %s' % tag}, {"If_None_Match": "*"},
                    {"If_Modified_Since": when}, {"If_Modified_Since": "Fri, 13 Mar 2026 00:00:00 GMT"},
                    {"If_None_Match": tag, "If_Modified_Since": "Thu, 01 Jan 1970 00:00:00 GMT"}):
        for unix in (False, True):
            r = ask(path, unix=unix, **headers)
            same((r.status, r.body, r.headers["ETag"], r.headers["Cache-Control"], r.headers["Last-Modified"]),
                 (304, b"", tag, "private, max-age=3600", when), str(headers))
    for headers in ({"If_None_Match": '"x"'}, {"If_None_Match": tag[:-2] + '"'}, {"If_Modified_Since": "Wed, 11 Mar 2026 08:00:00 GMT"},
                    {"If_Modified_Since": "yesterday"}, {"If_Modified_Since": when.replace("Thu", "Fri")},
                    {"If_None_Match": '"x"', "If_Modified_Since": when}):
        same(ask(path, **headers).status, 200, str(headers))
    head = ask(path, "HEAD")
    same((head.status, head.body, head.headers["Content-Length"], head.headers["ETag"]), (200, b"", length, tag))
    same(ask(path, "HEAD", If_None_Match=tag).status, 304)
    first = path


def stamps_stay():
    """A second read is the same to the byte; a change touches its own event and the tag"""
    before = ask(first)
    clock("2026-03-13T08:00:00Z")
    same(ask(first).body, before.body)
    done(log(d, "2", "cxpa", "Chapter meeting", "2026-05-05"))                          # planned: its day is ahead
    two = ask(first)
    e = events(two.text)
    same(sorted(e), ["deadline-1", "planned-2"])
    same((e["planned-2"]["DTSTAMP"][:9], e["deadline-1"]["DTSTAMP"][:9]), ("20260313T", "20260312T"))
    same((e["planned-2"]["SUMMARY"], e["planned-2"]["DTSTART;VALUE=DATE"], e["planned-2"]["DESCRIPTION"]),
         ("Chapter meeting", "20260505", "Planned: 2 CEU\\, CXPA contributions.\\nWhen it is over: ceu plan done 1"))
    same(two.headers["ETag"] != before.headers["ETag"], True)
    same((ask(first, If_None_Match=before.headers["ETag"]).status, ask(first, If_Modified_Since=before.headers["Last-Modified"]).status),
         (200, 200))
    clock("2026-03-14T08:00:00Z")
    done(d.patch(ME + "/entries/1", {"title": "Chapter meeting, with talk"}))           # a text: no new sequence
    e = events(file_of())
    same((e["planned-2"]["SEQUENCE"], e["planned-2"]["SUMMARY"], e["planned-2"]["DTSTAMP"][:9]),
         ("0", "Chapter meeting\\, with talk", "20260314T"))
    done(d.patch(ME + "/entries/1", {"on": "2026-05-06"}))                              # a date: one more
    e = events(file_of())
    same((e["planned-2"]["SEQUENCE"], e["planned-2"]["DTSTART;VALUE=DATE"]), ("1", "20260506"))
    done(log(d, "3", "training", "Seminar", "2026-03-12"))                              # what counts: the deadline's text
    e = events(file_of())
    same((e["deadline-1"]["SEQUENCE"], e["deadline-1"]["DTSTAMP"][:9], e["deadline-1"]["DESCRIPTION"][:31]),
         ("0", "20260314T", "3 of 20 CEU count\\; 17 to go.\\n"))


def alarms():
    """Who asks for it gets an alarm a week before the last day, and another tag"""
    plain, loud = ask(first), ask(first + "?alarm=1")
    same((plain.text.count("BEGIN:VALARM"), loud.text.count("BEGIN:VALARM"), loud.text.count("TRIGGER:-P7D")), (0, 1, 1))
    same(loud.text.index("BEGIN:VALARM") > loud.text.index("UID:deadline-1@"), True)
    same((plain.headers["ETag"] == loud.headers["ETag"], ask(first + "?alarm=1", If_None_Match=loud.headers["ETag"]).status), (False, 304))
    same((ask(first + "?alarm=0").body, ask(first + "?alarm=2").status, ask(first + "?bell=1").status), (plain.body, 400, 400))


def survives():
    """A restart changes nothing that a subscriber sees"""
    before = ask(first)
    d.stop(signal.SIGKILL)
    d.start()
    after = ask(first)
    same((after.body, after.headers["ETag"]), (before.body, before.headers["ETag"]))


def moved_cycle():
    """A cycle that is moved takes its deadline along, under the same identity"""
    uid = events(file_of(AMIR))["deadline-2"]["UID"]
    done(d.patch(AMIR, {"until": "2027-11-30"}))
    e = events(file_of(AMIR))
    same((e["deadline-2"]["UID"], e["deadline-2"]["SEQUENCE"], e["deadline-2"]["DTSTART;VALUE=DATE"]), (uid, "1", "20271130"))
    same([e["checkin-2-%d" % n]["DTSTART;VALUE=DATE"] for n in (1, 2, 3)], ["20260601", "20261201", "20270601"])
    same(e["checkin-2-1"]["SEQUENCE"], "1")
    done(d.patch(AMIR, {"until": "2027-12-31"}))
    same(events(file_of(AMIR))["deadline-2"]["SEQUENCE"], "2")


# ---- what goes, and what is over

def from_a_calendar():
    """An event kept from a calendar has its hours, in UTC, and its place; dropped it is cancelled for 30 days"""
    body = ("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//t//EN\r\nBEGIN:VEVENT\r\nUID:w1\r\nDTSTAMP:20260101T000000Z\r\n"
            "DTSTART;TZID=Europe/Berlin:20260401T173000\r\nDTEND;TZID=Europe/Berlin:20260401T190000\r\nSUMMARY:Webinar: voices\\, heard\r\n"
            "LOCATION:Online\\; room 2\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n")
    done(d.post(ME + "/calendars", {"file": {"name": "w.ics", "text": body}, "category": "training", "for": ["voice"]}))
    waiting = sqlite3.connect("file:%s/ceud.db?mode=ro" % d.state, uri=True).execute("SELECT no FROM proposal").fetchall()
    done(d.post(ME + "/plan/keep", {"proposals": [waiting[0][0]]}))
    got = [x for x in done(d.get(ME + "/deadlines"))["deadlines"] if x["title"].startswith("Webinar")]
    same({k: got[0][k] for k in ("date", "start", "end", "zone", "all_day", "kind", "title")},
         {"date": "2026-04-01", "start": "2026-04-01T17:30:00+02:00", "end": "2026-04-01T19:00:00+02:00", "zone": "Europe/Berlin",
          "all_day": False, "kind": "planned", "title": "Webinar: voices, heard"})
    e = [x for x in events(file_of()).values() if x["SUMMARY"].startswith("Webinar")][0]
    same((e["DTSTART"], e["DTEND"], e["LOCATION"], e["SUMMARY"], e["STATUS"]),
         ("20260401T153000Z", "20260401T170000Z", "Online\\; room 2", "Webinar: voices\\, heard", "CONFIRMED"))
    key = e["UID"].split("@")[0]
    done(d.post(ME + "/plan/drop", {"ids": [3]}))
    same([x for x in listed() if x[1] == "planned"], [("2026-05-06", "planned", "Chapter meeting, with talk")])
    e = events(file_of())[key]
    same((e["STATUS"], e["DTSTAMP"][:9], e["SEQUENCE"]), ("CANCELLED", "20260314T", "0"))
    clock("2026-04-12T08:00:00Z")
    same(events(file_of())[key]["STATUS"], "CANCELLED")
    clock("2026-04-14T08:00:00Z")
    same(key in events(file_of()), False)


def cancelled_returns():
    """What was called off and is planned again is the same event"""
    done(d.post(ME + "/undo", {}))                                                      # the drop
    e = [x for x in events(file_of()).values() if x["SUMMARY"].startswith("Webinar")]
    same([x["STATUS"] for x in e], ["CONFIRMED"])
    done(d.post(ME + "/redo", {}))
    same(e[0]["UID"].split("@")[0] in events(file_of()), True)
    same(events(file_of())[e[0]["UID"].split("@")[0]]["STATUS"], "CANCELLED")
    done(d.post(ME + "/undo", {}))
    again = [x for x in events(file_of()).values() if x["SUMMARY"].startswith("Webinar")]
    same([(x["STATUS"], x["UID"]) for x in again], [("CONFIRMED", e[0]["UID"])])


def history():
    """What is over stays as it went out for twelve months; a plan that came true stays too"""
    file_of(AMIR)
    clock("2026-05-07T08:00:00Z")
    done(d.post(ME + "/plan/done", {"ids": [1]}))
    e = events(file_of())["planned-2"]
    same((e["STATUS"], e["DTSTART;VALUE=DATE"]), ("CONFIRMED", "20260506"))
    clock("2026-07-10T08:00:00Z")
    done(log(d, "1", "cxpa", "Talk", "2026-07-09", person="amir@example.org"))
    e = events(file_of(AMIR))
    same((e["checkin-2-1"]["DESCRIPTION"][:36], e["checkin-2-2"]["DESCRIPTION"][:35]),
         ("6 count so far\\, 1 more than that.\\n", "7 count so far\\, 3 fewer than that."))
    same([x[0] for x in listed(AMIR)], ["2027-01-01", "2027-07-02", "2027-12-31"])
    same("planned-2" in events(file_of()), True)
    clock("2027-05-05T08:00:00Z")
    same("planned-2" in events(file_of()), True)
    clock("2027-05-08T08:00:00Z")
    same("planned-2" in events(file_of()), False)
    same("checkin-2-1" in events(file_of(AMIR)), True)
    clock("2027-07-06T08:00:00Z")
    same(sorted(events(file_of(AMIR))), ["checkin-2-2", "checkin-2-3", "deadline-2"])


def met():
    """All rules met: what is left is to send it in; check-ins go. Sent in: the deadline is cancelled, then gone"""
    for n, (hours, category) in enumerate((("8", "training"), ("5", "cxpa"))):
        done(log(d, hours, category, "Done %d" % n, "2027-06-%02d" % (n + 1), person="amir@example.org"))
    e = events(file_of(AMIR))
    same(e["deadline-2"]["DESCRIPTION"][:61], "16 of 20 CEU count\\; 4 to go.\\nThe least work that finishes i")
    done(log(d, "4", "conference", "Done 3", "2027-06-03", person="amir@example.org"))
    e = events(file_of(AMIR))
    same(e["deadline-2"]["DESCRIPTION"], "20 of 20 CEU count.\\nEvery rule is met. Send it in\\, then note it: ceu submit")
    done(d.post(AMIR + "/submit"))
    same(listed(AMIR), [])
    e = events(file_of(AMIR))
    same((e["deadline-2"]["STATUS"], e["checkin-2-3"]["STATUS"]), ("CANCELLED", "CONFIRMED"))
    clock("2027-08-07T08:00:00Z")
    same(sorted(events(file_of(AMIR))), ["checkin-2-2", "checkin-2-3"])


# ---- who may ask for what

def rotation():
    """A new address: the old one answers 410 at once, one that never was 404; off; disabled people"""
    one = path_of(d.post(AMIR + "/deadlines/address"))
    two = path_of(d.post(AMIR + "/deadlines/address"))
    for unix in (False, True):
        same((ask(one, unix=unix).status, ask(one, unix=unix).json["code"], ask(two, unix=unix).status), (410, "address-gone", 200))
    contains(ask(one).json["next"][0], "ceu deadlines --new-address")
    for path in ("/calendar/" + "A" * 43 + ".ics", "/calendar/abc.ics", "/calendar/.ics", two[:-4], two + "x", two.replace(".ics", ".ICS"),
                 two[:-5] + ".ics", "/calendar/%C3%A9.ics", "/calendar/" + "A" * 3000 + ".ics"):
        same((ask(path).status, ask(path).json["code"]), (404, "address-unknown"), path[:80])
    done(d.patch(AMIR, {"disabled": True}))
    same(ask(two).status, 410)
    done(d.patch(AMIR, {"disabled": False}))
    same(ask(two).status, 200)
    same(done(d.delete(AMIR + "/deadlines/address")).json, {"address": None})
    same((ask(two).status, done(d.get(AMIR + "/deadlines"))["address"]), (410, None))
    same(done(d.delete(AMIR + "/deadlines/address")).json, {"address": None})           # twice is fine
    contains(d.get(AMIR + "/history").text, "make an address for the calendar of deadlines", "replace the address of",
             "revoke the address of the calendar of deadlines")
    done(d.post(AMIR + "/undo"))                                                        # what she did before, not the address
    same((ask(one).status, ask(two).status), (410, 410))


def open_routes_only():
    """By TCP only open routes answer; all else is 401, known or not, before its body is read"""
    same((ask("/healthz").text, ask("/readyz").status), ('{"ok":true}', 200))
    for method, path, body in (("GET", "/v1/me", None), ("GET", ME + "/status", None), ("GET", ME + "/deadlines.ics", None),
                               ("POST", ME + "/entries", "{}"), ("DELETE", ME + "/calendars/1", None), ("GET", "/", None),
                               ("GET", "/v1/admin/status", None), ("POST", "/v1/admin/reload", "{}"), ("GET", "/nothing", None),
                               ("POST", first, "{}"), ("GET", first + "/x", None), ("POST", ME + "/files?name=a.pdf", b"x" * 100000),
                               ("POST", "/healthz", "x" * 900000)):
        try:
            got = ask(path, method, body=body)
        except (BrokenPipeError, ConnectionResetError):
            continue                                    # it had heard enough
        same((got.status, got.json["code"], got.headers["WWW-Authenticate"]), (401, "sign-in-needed", 'Bearer realm="ceud"'), path)
    same(ask(first + "?x=1").status, 400)
    same(ask("/v1/me", Authorization="Bearer ceu_something").status, 401)


def host_names():
    """A request has to name this machine, the address listened on, or the host of url"""
    for host in ("localhost", "LOCALHOST:80", "127.0.0.1", "127.0.0.1:%d" % PORT, "[::1]", "[::1]:7843"):
        same(ask("/healthz", host=host).status, 200, host)
    for host in ("evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "", "localhost:80:80", "localhost:x", "[::1", "[::2]",
                 "127.0.0.2", "ceu.example.org", "user@localhost"):
        got = ask("/healthz", host=host)
        same((got.status, got.json["code"]), (421, "host-unknown"), host)
    s = socket.create_connection(("127.0.0.1", PORT))
    s.sendall(b"GET /healthz HTTP/1.0\r\n\r\n")
    contains(s.recv(4000).decode(), " 421 ")
    s.close()
    same(ask("/healthz", unix=True, host="evil.example").status, 200)                   # the socket's peer is known otherwise


def strict_gate():
    """The gate stands before TCP as well"""
    for request in (b"GET /healthz HTTP/1.1\nHost: localhost\n\n", b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n\r\n",
                    b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                    b"BREW /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"):
        s = socket.create_connection(("127.0.0.1", PORT))
        s.settimeout(5)
        s.sendall(request)
        contains(s.recv(4000).decode(), "HTTP/1.1 400 ", "request-refused")
        s.close()


def no_secret_is_kept():
    """No log line and no byte of the database holds an address; guesses at paths neither"""
    path = path_of(d.post(ME + "/deadlines/address"))
    word = path.split("/")[2].split(".")[0]
    for p in (path, path + "?x=1", "/" + path, "/x" + path, path.replace("calendar", "%63alendar"), "/" + word + ".ics", path + "/",
              ME + "/" + word, "/v1" + path):
        for unix in (False, True):
            ask(p, unix=unix)
    done(d.post("/v1/admin/reload"))
    same(word in d.read_log(), False)
    for name in os.listdir(d.state):
        file = os.path.join(d.state, name)
        if os.path.isfile(file):
            with open(file, "rb") as f:
                same(word.encode() in f.read(), False, name)
    same(ask(path).status, 200)


def too_often():
    """An address may be asked so often and no more, and guessing takes nothing from it"""
    path = path_of(d.post(ME + "/deadlines/address"))
    statuses = [ask("/calendar/guess-%d.ics" % n).status for n in range(60)]
    same((statuses.count(429) > 0, set(statuses) <= {404, 429}), (True, True))
    got = ask("/calendar/guess.ics")
    same((got.status, got.json["code"], 1 <= int(got.headers["Retry-After"]) <= 12), (429, "too-often", True))
    same(ask(path).status, 200)
    for _ in range(80):
        got = ask(path)
        if got.status != 200:
            break
    same((got.status, 1 <= int(got.headers["Retry-After"]) <= 10), (429, True))
    contains(got.json["next"][0], "every few hours is enough")
    other = path_of(d.post("/v1/people/lead@example.org/deadlines/address"))
    same((ask(other).status, ask("/healthz").status), (200, 200))
    same(ask(ME + "/deadlines.ics", unix=True).status, 200)                             # her own client is not counted


# ---- other settings

def without_listener():
    """Without an address there is nothing to subscribe to; with url the address begins with it"""
    plain = Daemon(CONFIG)
    add_dana(plain)
    done(plain.get(ME + "/deadlines"), url=None, address=None)
    refused(plain.post(ME + "/deadlines/address"), 422, "no-listener", "listen", "ceu export ics FILE")
    with open(plain.config, "a") as f:
        f.write("url https://ceu.example.org/x\n")
    done(plain.post("/v1/admin/reload"), reloaded=True)
    done(plain.get(ME + "/deadlines"), url="https://ceu.example.org/x/calendar/")
    url = done(plain.post(ME + "/deadlines/address"))["url"]
    same(url.startswith("https://ceu.example.org/x/calendar/"), True)
    contains(plain.call("GET", ME + "/status").text, "CCXP")
    with open(plain.config, "a") as f:
        f.write("listen 127.0.0.1:%d\n" % free_port())
    same(done(plain.post("/v1/admin/reload")).json, {"reloaded": True, "needs_restart": ["listen"]})
    contains(plain.read_log(), '"listen" has changed; that needs a restart of ceud.')
    plain.stop()


def other_address():
    """IPv6, and the host of url is taken"""
    port = free_port(socket.AF_INET6, "::1")
    six = Daemon(CONFIG + "listen [::1]:%d\nurl https://CEU.example.org\n" % port)
    add_dana(six)
    path = path_of(six.post(ME + "/deadlines/address"))
    for host in ("ceu.example.org", "ceu.EXAMPLE.org:443", "localhost", "[::1]:%d" % port):
        c = http.client.HTTPConnection("::1", port, timeout=20)
        c.request("GET", path, headers={"Host": host})
        got = Got(c.getresponse())
        same((got.status, "URL:https://CEU.example.org\r\n" in got.text), (200, True), host)
        c.close()
    six.stop()


def taken_port():
    """A port that somebody has stops the start, with what to do"""
    s = socket.socket()
    s.bind(("127.0.0.1", 0))
    s.listen(1)
    config = os.path.join(d.folder, "taken.conf")
    with open(config, "w") as f:
        f.write("listen 127.0.0.1:%d\n" % s.getsockname()[1])
    p = subprocess.run([CEUD, "--config", config, "--state", os.path.join(d.folder, "taken"), "--socket", os.path.join(d.folder, "taken.sock")],
                       capture_output=True, text=True, timeout=30)
    same((p.returncode, os.path.exists(os.path.join(d.folder, "taken.sock"))), (1, False))
    contains(p.stderr, "Cannot listen on 127.0.0.1:%d: Address already in use" % s.getsockname()[1], "ceud.conf(5)")
    s.close()


def handed_over():
    """A socket named ceud-http from the service manager is used; one that others reach is refused"""
    for address, fine in (("127.0.0.1", True), ("0.0.0.0", False)):
        s = socket.socket()
        s.bind((address, 0))
        s.listen(8)
        folder = os.path.join(d.folder, "handed-%s" % address)
        shell = 'exec 3<&%d; LISTEN_PID=$$ LISTEN_FDS=1 LISTEN_FDNAMES=ceud-http exec "$@"' % s.fileno()
        with open(folder + ".conf", "w") as f:
            f.write("listen 127.0.0.1:1\n")                                             # what is handed over comes first
        with open(folder + ".log", "w") as out:
            p = subprocess.Popen(["bash", "-c", shell, "-", CEUD, "--config", folder + ".conf", "--state", folder, "--socket",
                                  folder + ".sock"], pass_fds=[s.fileno()], stderr=out, stdin=subprocess.DEVNULL)
        if fine:
            same(ask("/healthz", port=s.getsockname()[1]).status, 200)
            p.terminate()
        same(p.wait(30), 0 if fine else 1)
        with open(folder + ".log") as f:
            contains(f.read(), "127.0.0.1:%d" % s.getsockname()[1] if fine else "can be reached from elsewhere")
        s.close()


# ---- readers and ceu

TITLES = ["Ünïcödé, with; all\\ kinds \\n of: \"marks\"", "漢字" * 60, "👩‍🔬🇩🇪" * 12 + " end", "e\u0301" * 66, "a" * 199, "BEGIN:VEVENT END:VCALENDAR",
          "x" * 66 + "👩‍🔬" * 4, ", ; \\ ,", "مرحبا بالعالم, once more"]


def readers():
    """python3-icalendar, and ceud-net as for any calendar, read every event with its dates and title"""
    for n, title in enumerate(TITLES):
        done(d.post("/v1/people/reader@example.org/plan/add", {"hours": "1", "category": "training", "title": title, "for": ["voice"],
                                                              "on": "2028-0%d-10" % (n + 1)}))
    text = file_of("/v1/people/reader@example.org")
    same(max(len(line) for line in text.encode().split(b"\r\n")) <= 75, True)
    want = sorted((t, "2028-0%d-10" % (n + 1)) for n, t in enumerate(TITLES))
    job = {"url": "", "name": "own", "zone": "Europe/Berlin", "from": "2027-01-01", "to": "2030-01-01", "body_bytes": len(text.encode())}
    p = subprocess.run([os.path.join(BUILD, "ceud-net"), "fetch"], input=json.dumps(job).encode() + b"\n" + text.encode(),
                       capture_output=True, timeout=60)
    lines = [json.loads(line) for line in p.stdout.decode().splitlines()]
    got = [line["event"] for line in lines if "event" in line]
    same([line for line in lines if "skipped" in line], [])
    same((lines[-1]["complete"]["result"], lines[-1]["complete"]["skipped"], lines[-1]["complete"]["name"]), ("ok", 0, "CCXP deadlines"))
    same(sorted((e["title"], e["day"]) for e in got if e["uid"].startswith("planned")), want)
    same({e["flags"] for e in got}, {128})                                              # free, as it says
    same(all(e["all_day"] and e["end"] - e["start"] in (23 * 3600000, 86400000, 25 * 3600000) for e in got), True)
    same(sorted(e["uid"].split("@")[0] for e in got), sorted(events(text)))
    if not icalendar:
        return "python3-icalendar is not installed; ceud-net read it"
    read = icalendar.Calendar.from_ical(text)
    got = [(str(e["SUMMARY"]), e["DTSTART"].dt.isoformat()) for e in read.walk("VEVENT") if e["UID"].startswith("planned")]
    got = [x for x in got if "kinds" not in x[0]]        # it takes an escaped backslash before an n for a line end
    same(sorted(got), [x for x in want if "\\n" not in x[0]])
    same([e.errors for e in read.walk() if e.errors], [])
    again = icalendar.Calendar.from_ical(read.to_ical())
    same(again.to_ical(), read.to_ical())
    same(len(again.walk("VEVENT")), len(events(text)))


def ceu(*words):
    return subprocess.run([os.path.join(BUILD, "ceu"), "--socket", d.socket, "--as", "lead@example.org", "--ascii", *words],
                          capture_output=True, text=True, timeout=60, cwd=d.folder, stdin=subprocess.DEVNULL)


def client():
    """ceu deadlines, its address, and ceu export ics"""
    done(d.patch("/v1/people/lead@example.org", {"until": "2029-06-30"}))
    p = ceu("deadlines")
    same(p.returncode, 0)
    contains(p.stdout, "Sat 30 Jun 2029", "CCXP: last day for your 20 CEU", "0 of 20 CEU count; 20 to go.", "under the address that was made")
    p = ceu("deadlines", "--new-address")
    url = re.search(r"http://127\.0\.0\.1:\d+(/calendar/[A-Za-z0-9_-]{43}\.ics)\n", p.stdout)
    contains(p.stdout, "It is shown this once.", "Google Calendar: Other calendars, From URL.", "e-mail reminders are the reliable")
    same((p.returncode, ask(url[1]).status), (0, 200))
    same(sorted(json.loads(ceu("deadlines", "--new-address", "--json").stdout)), ["made_at", "url"])
    same(ask(url[1]).status, 410)
    same(ceu("deadlines", "--off").stdout.count("no address any more"), 1)
    contains(ceu("deadlines").stdout, "no calendar program shows it yet", "Next: ceu deadlines --new-address")
    p = ceu("deadlines", "--off", "--new-address")
    same((p.returncode, "exclude each other" in p.stderr), (2, True))
    p = ceu("export", "ics")
    same(p.stderr, "")
    same((p.returncode, p.stdout.startswith("BEGIN:VCALENDAR\n"), "SUMMARY:CCXP: last day for your 20 CEU" in p.stdout), (0, True, True))
    p = ceu("export", "ics", "out.ics")
    with open(os.path.join(d.folder, "out.ics"), "rb") as f:
        same(f.read().decode(), file_of("/v1/people/lead@example.org"))
    p = ceu("export", "ics", "out.ics")
    same((p.returncode, "is there already" in p.stderr), (5, True))
    same((ceu("export", "ics", "--json").returncode, ceu("export", "ics", "--cycle", "2024").returncode), (2, 2))
    contains(ceu("export", "pdf").stderr, "packet, csv, json, ics")


def cycle_of_reader():
    """(a person for the readers)"""
    done(d.post("/v1/people", {"email": "reader@example.org", "until": "2029-06-30"}))


main([what_is_due, nobody_and_nothing, whole_file, made_once, a_retry_makes_another, conditional, stamps_stay, alarms, survives, moved_cycle,
      from_a_calendar, cancelled_returns, history, met, rotation, open_routes_only, host_names, strict_gate, no_secret_is_kept, too_often,
      without_listener, other_address, taken_port, handed_over, cycle_of_reader, readers, client])
