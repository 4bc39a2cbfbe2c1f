#!/usr/bin/python3
"""Calendars that are none, that break off, mislead, or never end: each is told in words with the next step, nothing that was
there is lost, and ceud answers meanwhile."""
import os
import sys
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import harness                                                              # noqa: E402
from harness import Ceud, folder, holds, same, web                          # noqa: E402

EVENT = ("BEGIN:VEVENT\r\nUID:%s\r\nDTSTAMP:20260201T080000Z\r\nDTSTART%s\r\nDURATION:PT1H\r\nSUMMARY:%s\r\n%s"
         "END:VEVENT\r\n")
HOUR = ":20260302T100000Z"
D, WEB, SLOW = [], [], {}


def calendar(*events):
    return ("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//example//test//EN\r\n%sEND:VCALENDAR\r\n"
            % "".join(events)).encode()


def good(n):
    return EVENT % ("good%d@example.org" % n, HOUR, "Good %d" % n, "")


def put(name, body):
    return harness.write("feeds/" + name, body)


def url(path):
    return "http://127.0.0.1:%d%s" % (WEB[0].port, path)


def add(path, person="dana"):
    return D[0].request("POST", "/v1/people/%s/calendars" % person, {"url": url(path), "category": "training", "for": ["voice"]})


def run_slowly(path):
    """These take their time; they run beside the others."""
    began = time.monotonic()
    answer = add(path, "slow")
    SLOW[path] = answer + (time.monotonic() - began,)


def begin():
    """a good calendar is read, one of its events is confirmed, another skipped"""
    put("good.ics", calendar(good(1), good(2), good(3)))
    WEB.append(web(os.path.join(folder(), "feeds")))
    D.append(Ceud("f", "feeds {\n allow 127.0.0.1/32 %d\n max-bytes 300K\n workers 4\n}\n" % WEB[0].port).start())
    for name in ("dana", "slow"):
        same("person", D[0].request("POST", "/v1/people", {"email": name + "@example.org", "until": "2026-06-30"})[0], 200)
    for path in ("/slow", "/silent"):
        SLOW[path] = None
        threading.Thread(target=run_slowly, args=(path,), daemon=True).start()
    status, c = add("/good.ics")
    same("calendar", (status, c["state"], c["events"], c["proposals"]), (200, "ok", 3, 3))
    same("confirm", D[0].request("POST", "/v1/people/dana/inbox/1/confirm", {})[0], 200)
    same("skip", D[0].request("POST", "/v1/people/dana/inbox/2/skip", {})[0], 200)


def nothing_lost():
    D[0].answers()
    entries = D[0].get("/v1/people/dana/entries")[1]["entries"]
    same("entries", [(e["title"], e["counted"]) for e in entries], [("Good 1", 1)])
    inbox = D[0].get("/v1/people/dana/inbox")[1]["proposals"]
    same("inbox", [(p["title"], p["state"]) for p in inbox], [("Good 3", "waiting")])
    skipped = D[0].get("/v1/people/dana/inbox?skipped=1")[1]["proposals"]
    same("skipped", [p["title"] for p in skipped], ["Good 2"])


# path, text, next step: a new calendar that can never work is not kept
REFUSED = [
    ("/html", 'The answer of 127.0.0.1 is a web page titled "Sign in", not a calendar.', "Copy the address again"),
    ("/empty", "The answer of 127.0.0.1 is empty.", "Open the address in a browser"),
    ("/missing.ics", "127.0.0.1 has no calendar at this address any more (404).", "Copy the address again"),
    ("/status/410", "127.0.0.1 has no calendar at this address any more (410).", "Copy the address again"),
    ("/status/401", "127.0.0.1 wants a sign-in (401).", "secret address"),
    ("/status/400", "127.0.0.1 refused the request (400).", "Copy the address again"),
    ("/large", "The answer of 127.0.0.1 is larger than is read.", "max-bytes"),
    ("/to-file", None, "Copy the address again"),
    ("/to-private", "The address leads to 10.1.2.3, which is not on the public Internet.", "feeds { allow"),
    ("/to-loopback", "The address leads to 127.0.0.2, which is not on the public Internet.", "feeds { allow"),
    ("/to-local", "The address leads to fe80::1, which is not on the public Internet.", "feeds { allow"),
    ("/to-itself", "sends the reader from one address to the next without an end", "Copy the address again"),
]


def refused():
    """what can never work is refused with what it is and what to do, and is not kept"""
    for path, text, advice in REFUSED:
        began = time.monotonic()
        status, problem = add(path)
        same(path, (status, problem.get("code")), (422, "calendar-unusable"))
        holds(problem["detail"], text or "")
        holds("\n".join(problem["next"]), advice)
        assert time.monotonic() - began < 15 * harness.SLACK, path
        assert "root:" not in str(problem) and "/etc/passwd" not in str(problem), problem
        nothing_lost()
    calendars = D[0].get("/v1/people/dana/calendars")[1]["calendars"]
    same("calendars", [c["name"] for c in calendars], [calendars[0]["name"]])


def not_an_address():
    """addresses that are none are refused before anything is fetched"""
    for text in ("file:///etc/passwd", "/etc/passwd", "ftp://example.org/x.ics", "http://", "https:///x", "http://a b/c",
                 "http://example.org/\r\nX: y", "gopher://x", "http://example.org/" + "x" * 2000):
        status, problem = D[0].request("POST", "/v1/people/dana/calendars", {"url": text})
        same(text, (status, problem["code"]), (400, "url-invalid"))
        holds(problem["next"][0], "https://")
    for text in ("http://127.0.0.2:1/x.ics", "http://10.0.0.1/x.ics", "http://169.254.169.254/latest", "http://[::1]/x.ics",
                 "http://0x7f.2:8/x.ics", "http://[::ffff:10.0.0.1]/x.ics"):
        status, problem = D[0].request("POST", "/v1/people/dana/calendars", {"url": text})
        same(text, (status, problem.get("code")), (422, "calendar-unusable"))
        holds(problem["detail"], "not on the public Internet")
    nothing_lost()


def may_work_later():
    """what may work later is kept as an error, with its next try"""
    for path, text in (("/cut/good.ics", "ends in the middle of the calendar"), ("/short/good.ics", ""),
                       ("/status/500", "has an error of its own (500)"), ("/later", "asks to be called less often (503)")):
        status, c = add(path)
        same(path, (status, c.get("state"), c.get("proposals")), (200, "error", 0))
        holds(c["error"], text)
        assert c["next_poll"] > harness.NOW, c
        same("check", D[0].request("POST", "/v1/people/dana/calendars/%d/check" % c["id"], {})[1]["state"], "error")
        same("remove", D[0].request("DELETE", "/v1/people/dana/calendars/%d" % c["id"])[0], 200)
        nothing_lost()


def goes_bad_and_good_again():
    """a calendar that was good and goes bad keeps its proposals, and recovers"""
    whole = calendar(good(1), good(2), good(3))
    for body, text in ((b"<html><title>Moved</title></html>", "is a web page titled \"Moved\""), (b"", "is empty"),
                       (whole[:len(whole) // 2], "ends in the middle"), (b"BEGIN:VCARD\r\nEND:VCARD\r\n", "vCard"),
                       (b"BEGIN:SOMETHING\r\n" * 50, "is no calendar"), (b"\x00\x01" * 500, ""), (b"x" * 400000, "")):
        put("good.ics", body)
        status, c = D[0].request("POST", "/v1/people/dana/calendars/1/check", {})
        same(text, (status, c["state"]), (200, "error"))
        holds(c["error"], text)
        nothing_lost()
    os.unlink(put("good.ics", b""))
    c = D[0].request("POST", "/v1/people/dana/calendars/1/check", {})[1]
    same("gone", (c["state"], "(404)" in c["error"]), ("error", True))
    put("good.ics", whole)
    c = D[0].request("POST", "/v1/people/dana/calendars/1/check", {})[1]
    same("again", (c["state"], c["error"]), ("ok", None))
    nothing_lost()


HOSTILE = [
    ("seconds", EVENT % ("a@x", HOUR, "A", "RRULE:FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30\r\n"), "rule-refused"),
    ("minutes", EVENT % ("b@x", HOUR, "B", "RRULE:FREQ=MINUTELY\r\n"), "rule-refused"),
    ("broken", EVENT % ("c@x", HOUR, "C", "RRULE:FREQ=SOMETIMES\r\n"), "rule-broken"),
    ("never", EVENT % ("d@x", HOUR, "D", "RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30\r\n"), None),
    ("date", EVENT % ("e@x", ":20260231T100000Z", "E", ""), "bad-date"),
    ("path", EVENT % ("f@x", ";TZID=../../etc/passwd:20260302T100000", "F", ""), "zone-unknown"),
    ("absolute", EVENT % ("g@x", ";TZID=/etc/passwd:20260302T100000", "G", ""), "zone-unknown"),
]


def hostile_events():
    """rules without an end, a time zone that is a path: the event is named and left out, the others are read"""
    for name, event, code in HOSTILE:
        put(name + ".ics", calendar(good(7), event, good(8)))
        began = time.monotonic()
        status, c = add("/%s.ics" % name)
        same(name, status, 200)
        assert c["state"] in ("ok", "partial"), (name, c)
        inbox = D[0].get("/v1/people/dana/inbox")[1]["proposals"]
        titles = [p["title"] for p in inbox]
        for title in ("Good 7", "Good 8"):
            assert title in titles, (name, titles)
        run = D[0].request("POST", "/v1/admin/run/feeds", {})[1]["calendars"]
        mine = [r for r in run if r["id"] == c["id"]][0]
        codes = [s["code"] for s in mine["skipped"]]
        flags = [f for p in inbox for f in p["flags"]]
        assert code is None or code in codes or code in flags or mine["not_modified"] or c["state"] == "partial", (name, mine, flags)
        assert time.monotonic() - began < 20 * harness.SLACK, name
        assert "root:" not in str(run), run
        same("remove", D[0].request("DELETE", "/v1/people/dana/calendars/%d" % c["id"])[0], 200)
        nothing_lost()


def too_many():
    """ten thousand occurrences of one rule stay within bounds"""
    put("daily.ics", calendar(*[EVENT % ("r%d@x" % n, ":20200101T100000Z", "R%d" % n, "RRULE:FREQ=DAILY\r\n") for n in range(40)]))
    status, c = add("/daily.ics")
    assert status in (200, 422), c
    if status == 200:
        assert c["proposals"] <= 10000, c
        same("remove", D[0].request("DELETE", "/v1/people/dana/calendars/%d" % c["id"])[0], 200)
    nothing_lost()


def a_file():
    """a file that is no calendar is refused; a good one is read once"""
    for text, part in (("", ""), ("<html></html>", "web page"), ("BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n", "ends in the middle")):
        status, problem = D[0].request("POST", "/v1/people/dana/calendars", {"file": {"name": "x.ics", "text": text}})
        same(text, status, 422)
        holds(problem["detail"], part)
        holds(" ".join(problem["next"]), "ceu calendar add FILE")
    status, c = D[0].request("POST", "/v1/people/slow/calendars", {"file": {"name": "x.ics", "text": calendar(good(1)).decode()},
                                                                                 "everything": True})
    same("good", (status, c["state"], c["proposals"], c["next_poll"]), (200, "ok", 1, None))
    nothing_lost()


def endless():
    """one byte a second without an end, and silence, are given up in time; ceud answered all the while"""
    end = time.monotonic() + 100 * harness.SLACK
    while None in SLOW.values() and time.monotonic() < end:
        D[0].answers()
        time.sleep(0.2)
    for path, answer in SLOW.items():
        assert answer is not None, path + " goes on"
        status, c, took = answer
        same(path, (status, c.get("state")), (200, "error"))
        holds(c["error"], "127.0.0.1 took too long to answer.")
        assert took < 90 * harness.SLACK, took
    assert D[0].get("/v1/admin/status")[1]["loop"]["longest_turn_ms"] < 50 * 10 * harness.SLACK
    nothing_lost()
    same("exit", D[0].stop(), 0)
    WEB[0].end()


if __name__ == "__main__":
    harness.main("feeds", [begin, refused, not_an_address, may_work_later, goes_bad_and_good_again, hostile_events, too_many,
                           a_file, endless])
