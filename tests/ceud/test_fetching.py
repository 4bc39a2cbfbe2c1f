#!/usr/bin/python3
"""How calendars are fetched: once for all who have an address, hosts at rest, logins and moves, what is held back, what is kept,
and a helper that is not to be trusted."""
import gzip
import os
import re
import shutil
import sqlite3
import sys
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from api import BUILD, CEUD, Daemon, contains, daemons, done, main, refused, same
from test_feeds import FUTURE, PAST, Web, Page, World, calendar, event

DANA = "/v1/people/dana@example.org"
HOURS = 3600 * 1000


class Answers(Page):
    """Besides what `pages` holds: a dictionary {"status", "headers", "body"}; keeps what was asked, and when."""

    def do_GET(self):
        web = self.server
        web.heard.append((time.monotonic(), self.path, dict(self.headers)))
        page = web.pages.get(self.path)
        if callable(page):
            page = page(self)
        if not isinstance(page, dict):
            return super().do_GET()
        self.send_response(page.get("status", 200))
        body = page.get("body", b"")
        for name, value in dict(page.get("headers", {})).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


class Fetching(World):
    def __init__(self, **more):
        super().__init__(**more)
        self.web.heard = []
        self.web.RequestHandlerClass = Answers

    def person(self, name, **more):
        done(self.d.post("/v1/people", dict({"email": name, "until": "2026-06-30"}, **more)))
        return "/v1/people/" + name

    def add_for(self, person, url, **more):
        return done(self.d.post(person + "/calendars", dict({"url": url, "category": "training"}, **more)))

    def database(self):
        return sqlite3.connect("file:%s/ceud.db?mode=ro" % self.d.state, uri=True)

    def rows(self, query):
        db = self.database()
        try:
            return db.execute(query).fetchall()
        finally:
            db.close()

    def change(self, *statements):
        """While ceud is down."""
        self.d.stop()
        db = sqlite3.connect(self.d.state + "/ceud.db")
        for statement in statements:
            db.execute(statement)
        db.commit()
        db.close()

    def asked(self, path=None):
        return [h for h in self.web.heard if path is None or h[1] == path]

    def run(self):
        return done(self.d.post("/v1/admin/run/feeds"))["calendars"]


def shared():
    """an address that many have is fetched once, and read for each in her zone, with her own answers to invitations"""
    w = Fetching()
    page = calendar(event("float", "20260301T090000", "Floating"),
                    event("asked", "20260302T090000Z", "Asked", 1, "ATTENDEE;PARTSTAT=DECLINED:mailto:erin@example.org\r\n"), *PAST[:2])
    w.web.pages["/a.ics"] = page
    erin, finn = w.person("erin@example.org", zone="America/New_York"), w.person("finn@example.org", zone="Asia/Tokyo")
    people = {DANA: "+01:00", erin: "-05:00", finn: "+09:00"}
    for p in people:
        w.add_for(p, w.url + "a.ics")
    same(len(w.asked()), 3, "adding asks each time")
    w.web.pages["/a.ics"] = page.replace(b"Floating", b"Adrift")
    w.web.heard.clear()
    answer = w.run()
    same([(c["state"], c["not_modified"], c["changed"]) for c in answer], [("ok", False, 1)] * 3, "run")
    same(len(w.asked()), 1, "requests")
    for p, offset in people.items():
        found = {x["uid"]: x for x in done(w.d.get(p + "/inbox"))["proposals"]}
        same((found["float"]["title"], found["float"]["start"]), ("Adrift", "2026-03-01T09:00:00" + offset), p)
        same("asked" in found, p != erin, "the invitation of " + p)
    w.web.heard.clear()
    same([(c["not_modified"], c["parsed"]) for c in w.run()], [(True, False)] * 3, "unchanged")
    same(len(w.asked()), 1, "requests, unchanged")
    w.web.pages["/a.ics"] = 410
    w.web.heard.clear()
    same([(c["state"], c["error"][:9]) for c in w.run()], [("error", "127.0.0.1")] * 3, "gone for all")
    same(len(w.asked()), 1, "requests, gone")
    w.web.pages["/a.ics"] = page
    w.web.heard.clear()
    same([c["state"] for c in w.run()], ["ok"] * 3, "back")


def shared_apart():
    """another user agent or login is another fetch; different memories of the file still share one, unconditional"""
    w = Fetching()
    w.web.pages["/a.ics"] = calendar(*PAST)
    others = [w.person("p%d@example.org" % n) for n in range(4)]
    w.add_for(DANA, w.url + "a.ics")
    w.add_for(others[0], w.url + "a.ics", user_agent="Mozilla/5.0")
    w.add_for(others[1], w.url.replace("//", "//x:y@") + "a.ics")
    w.web.pages["/a.ics"] = calendar(*PAST, event("new", "20260301T090000Z", "New one"))
    w.add_for(others[2], w.url + "a.ics")
    w.web.heard.clear()
    answer = {c["person"]: c for c in w.run()}
    same(len(w.asked()), 3, "requests")
    same({p: (c["new"], c["not_modified"]) for p, c in answer.items()},
         {"dana@example.org": (1, False), "p0@example.org": (1, False), "p1@example.org": (1, False), "p2@example.org": (0, True)}, "run")
    same([h[2].get("If-None-Match") is None for h in w.asked()].count(True), 1, "unconditional ones")


def polled_together():
    """a poll serves all who are due, or will be within ten minutes, also after a restart"""
    w = Fetching(poll="1h")
    w.web.pages["/a.ics"] = calendar(*PAST)
    people = [DANA] + [w.person("p%d@example.org" % n) for n in range(5)]
    for p in people:
        w.add_for(p, w.url + "a.ics")
    now = w.rows("SELECT MAX(last_poll_at) FROM calendar")[0][0]
    w.change("UPDATE calendar SET next_poll_at = %d WHERE id = 1" % now, "UPDATE calendar SET next_poll_at = %d WHERE id IN (2, 3)" % (now + 500000),
             "UPDATE calendar SET next_poll_at = %d WHERE id > 3" % (now + 2 * HOURS))
    w.web.pages["/a.ics"] = calendar(*PAST, event("new", "20260301T090000Z", "New one"))
    w.web.heard.clear()
    w.d.start()
    for _ in range(300):
        if len(w.rows("SELECT 1 FROM proposal WHERE uid = 'new'")) == 3:
            break
        time.sleep(0.02)
    same(w.rows("SELECT calendar FROM proposal WHERE uid = 'new' ORDER BY 1"), [(1,), (2,), (3,)], "who has it")
    same(len(w.asked()), 1, "requests")


def hosts_rest():
    """polls ask a host one after the other, two seconds apart; a person, and a run, need not wait"""
    w = Fetching(poll="1h")
    for n in range(3):
        w.web.pages["/%d.ics" % n] = calendar(event("u%d" % n, "2026020%dT090000Z" % (n + 1), "Number %d" % n))
        w.add(w.web.pages["/%d.ics" % n], "%d.ics" % n)
    w.change("UPDATE calendar SET next_poll_at = 1")
    w.web.heard.clear()
    w.d.start()
    for _ in range(400):
        if len(w.asked()) == 3:
            break
        time.sleep(0.02)
    times = [h[0] for h in w.asked()]
    same(len(times), 3, "polls")
    gaps = [b - a for a, b in zip(times, times[1:])]
    if not all(1.95 < gap < 4 for gap in gaps):
        raise AssertionError("gaps %r" % gaps)
    web, hold = w.web, threading.Event()
    web.pages["/slow.ics"] = lambda h: hold.wait(10) and {"body": calendar(*PAST)} or {"status": 500}
    slow = threading.Thread(target=lambda: w.d.post(DANA + "/calendars", {"url": w.url + "slow.ics"}))
    slow.start()
    time.sleep(0.2)
    begun = time.monotonic()
    for n in range(1, 4):
        done(w.d.post(DANA + "/calendars/%d/check" % n))
    w.run()
    if time.monotonic() - begun > 1.9:
        raise AssertionError("a person waited %.1f s" % (time.monotonic() - begun))
    hold.set()
    slow.join()
    print("# gaps between polls of a host: %s s" % ", ".join("%.2f" % gap for gap in gaps))


def login():
    """a name and password in the address are taken out of it, sent to its host, and shown nowhere"""
    w = Fetching()
    w.web.pages["/a.ics"] = lambda h: {"body": calendar(*PAST)} if h.headers.get("Authorization") == "Basic ZGFuYUB4OnMzY3JldA==" else {"status": 401}
    with_login = w.url.replace("//", "//dana%40x:s3cret@")
    c = w.add_for(DANA, with_login + "a.ics")
    same((c["state"], c["url"]), ("ok", w.url + "a.ics"), "calendar")
    same(w.rows("SELECT url, login FROM calendar"), [(w.url + "a.ics", "dana@x:s3cret")], "row")
    refused(w.d.post(DANA + "/calendars", {"url": w.url + "a.ics"}), 422, "calendar-double")
    same(done(w.d.post(DANA + "/calendars/1/check"))["state"], "ok", "check")
    refused(w.d.post(DANA + "/calendars", {"url": w.url.replace("//", "//dana:wrong@") + "b.ics"}), 422, "calendar-unusable")
    for bad in ("//dana:%zz@", "//dana:%0a@", "//%ff:x@", "//a:b@/", "//" + "x" * 600 + ":y@"):
        refused(w.d.post(DANA + "/calendars", {"url": w.url.replace("//", bad) + "c.ics"}), 400, "url-invalid")
    w.web.pages["/moved.ics"] = lambda h: {"status": 301, "headers": {"Location": "http://127.0.0.2:1/x"}}
    w.web.pages["/named.ics"] = {"status": 301, "headers": {"Location": w.url + "a.ics"}}
    done(w.d.delete(DANA + "/calendars/1"))
    w.add_for(DANA, with_login + "named.ics")
    same(w.rows("SELECT url, login FROM calendar WHERE no = 2"), [(w.url + "a.ics", "dana@x:s3cret")], "moved on its own host")


def named():
    """a calendar without a name is called by its host, without the port"""
    w = Fetching(more="\tallow ::1/128\n")
    for url, name in ((w.url.replace("//", "//x:y@"), "127.0.0.1"), ("http://[::1]:9/", "[::1]")):
        w.web.pages["/a.ics"] = calendar(*PAST)
        same(w.add_for(DANA, url + "a.ics")["name"], name, url)


def moved():
    """an address that moved for good is asked at its new place from then on; one that moved for now is not"""
    w = Fetching()
    w.web.pages["/new/place.ics"] = calendar(*PAST)
    w.web.pages["/old.ics"] = {"status": 301, "headers": {"Location": "/new/place.ics"}}
    w.web.pages["/now.ics"] = {"status": 302, "headers": {"Location": "/new/place.ics"}}
    w.web.pages["/half.ics"] = {"status": 308, "headers": {"Location": "/now.ics"}}
    w.web.pages["/older.ics"] = {"status": 301, "headers": {"Location": "/old.ics"}}
    w.web.pages["/out.ics"] = {"status": 301, "headers": {"Location": "file:///etc/passwd"}}
    same(w.add_for(DANA, w.url + "old.ics")["url"], w.url + "new/...", "shown")
    same(w.add_for(DANA, w.url + "now.ics")["url"], w.url + "now.ics", "for now")
    same(w.add_for(DANA, w.url + "half.ics")["url"], w.url + "half.ics", "in part")
    refused(w.d.post(DANA + "/calendars", {"url": w.url + "out.ics"}), 422, "calendar-unusable", "neither http nor https")
    refused(w.d.post(DANA + "/calendars", {"url": w.url + "older.ics"}), 422, "calendar-double", "Calendar 1", "ceu calendar check 1")
    same(len(w.calendars()), 3, "calendars")
    w.web.heard.clear()
    w.run()
    same(sorted(h[1] for h in w.asked()), ["/half.ics", "/new/place.ics", "/new/place.ics", "/new/place.ics", "/now.ics", "/now.ics"], "asked")
    w.web.pages["/new/place.ics"] = {"status": 301, "headers": {"Location": "http://x:y@127.0.0.1:%d/third.ics" % w.web.server_address[1]}}
    w.web.pages["/third.ics"] = calendar(*PAST)
    same(done(w.d.post(DANA + "/calendars/1/check"))["url"], w.url + "new/...", "not to an address with a login")


def accepted():
    """a suspect fetch is held back until its owner takes it as it is"""
    w = Fetching()
    w.add(calendar(*PAST, *FUTURE))
    refused(w.d.post(DANA + "/calendars/1/accept"), 422, "calendar-not-suspect", "ceu calendar list")
    refused(w.d.post(DANA + "/calendars/9/accept"), 404, "no-calendar")
    w.web.pages["/a.ics"] = calendar(FUTURE[0])
    same(w.run()[0]["state"], "suspect", "half of it gone")
    c = w.calendars()[0]
    same((c["state"], c["error_code"], c["events"]), ("suspect", "suspect", 12), "calendar")
    contains(c["notice"], "ceu calendar accept 1")
    same("ceu calendar list" in done(w.d.get(DANA + "/status"))["next"], True, "the status sends there")
    same(len(w.waiting()), 6, "waiting")
    refused(w.d.post(DANA + "/calendars/1/accept", {"x": 1}), 400, "field-unknown")
    c = done(w.d.post(DANA + "/calendars/1/accept"))
    same((c["state"], c["error"], c["events"], c.json.get("notice")), ("ok", None, 1, None), "accepted")
    same("ceu calendar list" in done(w.d.get(DANA + "/status"))["next"], False, "nothing is held any more")
    contains("\n".join(c["text"] for c in done(w.d.get(DANA + "/history"))["changes"]), "accept calendar 1")
    refused(w.d.post(DANA + "/calendars/1/accept"), 422, "calendar-not-suspect")
    same(w.rows("SELECT accepted FROM calendar"), [(0,)], "used up")
    w.web.pages["/a.ics"] = calendar()
    same(w.run()[0]["state"], "suspect", "the next time it is held back again")


def left_out():
    """what cannot be read is told to its owner with the reason, until the calendar can be read in full"""
    w = Fetching()
    bad = [event("bad%d" % n, "202602%dT100000Z" % (n + 30), "Impossible %d" % n) for n in range(4)]
    told = lambda c: (c["state"], c["error"], c["error_code"])
    w.web.pages["/a.ics"] = {"body": calendar(*PAST, bad[0]), "headers": {"ETag": '"1"'}}
    c = w.add_for(DANA, w.url + "a.ics")
    same(told(c), ("partial", None, None), "added")
    same(c["notice"].startswith('"Impossible 0" (line '), True, c["notice"])
    contains(c["notice"], "was left out: its start is no date that exists.")
    same((w.calendars()[0]["notice"], told(w.calendars()[0])), (c["notice"], told(c)), "in the list")
    w.web.pages["/a.ics"] = lambda h: {"status": 304} if h.headers.get("If-None-Match") else {"status": 500}
    same((done(w.d.post(DANA + "/calendars/1/check"))["notice"], w.run()[0]["error"]), (c["notice"], None), "unchanged")
    w.web.pages["/a.ics"] = {"status": 500}
    same(done(w.d.post(DANA + "/calendars/1/check"))["error_code"], "http-5xx", "a fault comes first")
    w.web.pages["/a.ics"] = lambda h: {"status": 304} if h.headers.get("If-None-Match") else {"body": calendar(*PAST, *bad)}
    c = done(w.d.post(DANA + "/calendars/1/check"))
    same((told(c), c["events"]), (("partial", None, None), len(PAST)), "told again after a fault")
    for text in ('"Impossible 0"', '"Impossible 1"', " 2 more are left out."):
        contains(c["notice"], text)
    found = w.run()[0]
    same((found["state"], found["error"]), ("partial", None), "the run")
    w.web.pages["/a.ics"] = {"body": calendar(*PAST)}
    c = done(w.d.post(DANA + "/calendars/1/check"))
    same((told(c), c.json.get("notice")), (("ok", None, None), None), "read in full")
    c = done(w.d.post(DANA + "/calendars", {"file": {"name": "x.ics", "text": calendar(PAST[0], bad[1]).decode()}}))
    contains(c["notice"], '"Impossible 1"')


def suspect_kinds():
    """empty now, another publisher, all called off: each with its reason"""
    for page, word in ((calendar(), "empty"), (calendar(*[event("x%d" % n, "202605%02dT100000Z" % n, "Other %d" % n) for n in range(1, 9)])
                                               .replace(b"-//test//EN", b"-//else//EN"), "other"),
                       (calendar(*PAST, *FUTURE).replace(b"VERSION:2.0", b"VERSION:2.0\r\nMETHOD:CANCEL"), "cancel")):
        w = Fetching()
        w.add(calendar(*PAST, *FUTURE))
        w.web.pages["/a.ics"] = page
        found = w.run()[0]
        same(found["state"], "suspect", word)
        contains(found["error"].lower(), word)
        same(len(w.waiting()), 6, "waiting")
        w.d.stop()


def failing_long():
    """what fails for 14 days is not asked any more, until somebody does"""
    w = Fetching(poll="24h")
    w.add(calendar(*PAST))
    w.web.pages["/a.ics"] = 404
    for day in range(13, 29):
        w.to("2026-03-%02dT09:00:00Z" % day)
    c = w.calendars()[0]
    same((c["state"], c["error_code"], c["next_poll"], c["last_good"] is not None), ("paused", "gone", None, True), "calendar")
    contains(c["notice"], "ceu calendar check 1")
    same(len(w.waiting()), 6, "what it said before")
    before = len(w.asked())
    w.to("2026-04-02T09:00:00Z")
    same(len(w.asked()), before, "asked")
    c = done(w.d.post(DANA + "/calendars/1/check"))
    same((c["state"], c["next_poll"] is not None), ("error", True), "tried again")
    w.web.pages["/a.ics"] = calendar(*PAST, event("new", "20260301T090000Z", "New one"))
    w.to("2026-04-03T12:00:00Z")
    same((w.calendars()[0]["state"], len(w.waiting())), ("ok", 7), "back")


def another_zone():
    """whoever moves to another zone finds what waits there at the next look, and no news of what she decided on"""
    w = Fetching()
    days = [event("d%d" % n, "2026020%d" % n, "Day %d" % n).replace("DTSTART:", "DTSTART;VALUE=DATE:").replace("PT1H", "P1D") for n in range(1, 4)]
    w.add(calendar(*days, *PAST[:3]))
    body = {"hours": "1h", "category": "training", "for": ["culture"]}
    for uid in ("d1", "p1"):
        done(w.decide("confirm", uid, dict(body)))
    for uid in ("d2", "p2"):
        done(w.decide("skip", uid))
    for zone, offset in (("America/New_York", "-05:00"), ("Asia/Tokyo", "+09:00")):
        done(w.d.patch(DANA, {"zone": zone}))
        same([(c["state"], c["not_modified"], c["parsed"]) for c in w.run()], [("ok", False, True)], zone)
        found = w.waiting()
        same((found["d3"]["start"], found["d3"]["date"]), ("2026-02-03T00:00:00" + offset, "2026-02-03"), "day in " + zone)
        same(found["p3"]["start"][19:], offset, "time in " + zone)
        same([(e["date"], e["warnings"]) for e in w.entries()], [("2026-02-01", [])] * 2, "entries in " + zone)
        same([(p["uid"], p["changed"]) for p in w.waiting("?skipped=1").values() if p["state"] == "skipped"], [("d2", False), ("p2", False)], "skipped in " + zone)
        same([(c["not_modified"], c["parsed"]) for c in w.run()], [(True, False)], "afterwards")


def narrower():
    """an admin who makes the window shorter takes nothing away from what it showed before"""
    w = Fetching()
    w.add(calendar(*PAST, *FUTURE))
    w.web.pages["/a.ics"] = calendar(*PAST, *FUTURE, event("new", "20260301T090000Z", "New one"))
    with open(w.d.config, encoding="utf-8") as config:
        text = config.read()
    with open(w.d.config, "w", encoding="utf-8") as config:
        config.write(text.replace("poll 6h", "poll 6h\n\twindow 18 1"))
    done(w.d.post("/v1/admin/reload"))
    same([(c["state"], c["new"], c["gone"]) for c in w.run()], [("ok", 1, 0)], "run")
    for day in ("14", "18", "25"):
        w.to("2026-03-%sT09:00:00Z" % day)
        c = w.calendars()[0]
        same((c["state"], c["proposals"], c["planned"]), ("ok", 7, 6), "on the " + day)


def told_to_wait():
    """Retry-After and REFRESH-INTERVAL are kept to, within a week"""
    w = Fetching(poll="1h")
    w.add(calendar(*PAST))
    for asked, hours in (("7200", 2), ("259200", 72), ("99999999", 168)):
        w.web.pages["/a.ics"] = {"status": 503, "headers": {"Retry-After": asked}}
        c = done(w.d.post(DANA + "/calendars/1/check"))
        same((c["state"], c["error_code"]), ("error", "rate"), "state")
        now, then = w.rows("SELECT last_poll_at, next_poll_at FROM calendar")[0]
        if not hours * HOURS <= then - now <= hours * HOURS * 1.1 + 1:
            raise AssertionError("%s s: again in %.1f h" % (asked, (then - now) / HOURS))
    for refresh, least, most in (("PT30M", .9, 1.1), ("P1D", 21.6, 26.4), ("P60D", 151, 185)):
        w.web.pages["/a.ics"] = calendar(*PAST).replace(b"VERSION:2.0", b"VERSION:2.0\r\nREFRESH-INTERVAL;VALUE=DURATION:" + refresh.encode())
        for _ in range(2):                   # read, then unchanged
            same(done(w.d.post(DANA + "/calendars/1/check"))["state"], "ok", "state")
            now, then = w.rows("SELECT last_poll_at, next_poll_at FROM calendar")[0]
            if not least * HOURS <= then - now <= most * HOURS:
                raise AssertionError("%s: again in %.1f h" % (refresh, (then - now) / HOURS))


def files():
    """a file of the same name is the same calendar as it is now; what was said about it at first holds"""
    w = Fetching()

    def send(page, name="courses.ics", **more):
        return w.d.post(DANA + "/calendars", dict({"file": {"name": name, "text": page.decode()}}, **more))
    first = done(send(calendar(*PAST), category="training"))
    same((first["id"], first["events"], first["next_poll"], first["everything"]), (1, 6, None, True), "first")
    again = done(send(calendar(*PAST[1:], event("new", "20260301T090000Z", "New one"))))
    same((again["id"], again["events"]), (1, 6), "again")
    same((len(w.calendars()), sorted(w.waiting())), (1, ["new", "p1", "p2", "p3", "p4", "p5", "p6"]), "calendars and inbox")
    same(done(send(calendar(*PAST[1:], event("new", "20260301T090000Z", "New one")), category="training"))["id"], 1, "the same words")
    refused(send(calendar(*PAST), category="college"), 422, "calendar-differs", "another category", "ceu calendar remove 1")
    refused(send(calendar(*PAST), everything=False), 422, "calendar-differs", "everything")
    refused(send(calendar(*PAST), name="courses.ics", **{"for": ["voice"]}), 422, "calendar-differs", "competency")
    refused(send(b"<html><title>Oops</title></html>"), 422, "calendar-unusable", "Oops", "Export the calendar again")
    same((w.calendars()[0]["state"], len(w.waiting())), ("ok", 7), "as it was")
    same(done(send(calendar(*PAST), name="other.ics"))["id"], 2, "another name")
    same(done(send(calendar(*PAST), name="CX: 2026.ics"))["name"], "CX: 2026.ics", "a file is called as it is")
    same(done(send(calendar(*PAST), name="mine.ics"))["everything"], False, "without a category")
    refused(w.d.post(DANA + "/calendars/1/check"), 422, "calendar-file")
    done(send(calendar(*FUTURE), name="future.ics"))
    same(done(send(calendar(), name="future.ics"))["state"], "suspect", "empty now")
    number = w.calendars()[-1]["id"]
    done(w.d.post(DANA + "/calendars/%d/accept" % number))
    same(done(send(calendar(), name="future.ics"))["state"], "ok", "accepted, and sent again")


def everything():
    """a calendar for a category proposes all of it, a person's own does not; she may say otherwise"""
    w = Fetching()
    w.web.pages["/a.ics"] = calendar(*PAST)
    for n, (more, want) in enumerate((({"category": "training"}, True), ({}, False), ({"everything": True}, True),
                                      ({"category": "training", "everything": False}, False))):
        w.web.pages["/%d.ics" % n] = calendar(event("e%d" % n, "202602%02dT090000Z" % (n + 1), "Dentist %d" % n))
        c = done(w.d.post(DANA + "/calendars", dict({"url": w.url + "%d.ics" % n}, **more)))
        same((c["everything"], c["proposals"], c["ignored"]), (want, int(want), int(not want)), repr(more))
    refused(w.d.post(DANA + "/calendars", {"url": w.url + "a.ics", "everything": "yes"}), 400, "field-type")


def kept():
    """the last five bodies are kept, compressed and for the owner only, until the calendar is gone for 30 days"""
    w = Fetching()
    pages = [calendar(*PAST, *[event("n%d" % i, "202603%02dT090000Z" % (i + 1), "Talk %d" % i) for i in range(n)]) for n in range(8)]
    w.add(pages[0])
    folder = w.d.state + "/feeds/1"
    for page in pages[1:]:
        w.web.pages["/a.ics"] = page
        w.run()
    w.run()
    w.web.pages["/a.ics"] = b"<html>"
    w.run()
    names = sorted(os.listdir(folder))
    same([gzip.open(os.path.join(folder, n)).read() for n in names], pages[3:], "bodies")
    same([oct(os.stat(os.path.join(folder, n)).st_mode & 0o777) for n in names] + [oct(os.stat(folder).st_mode & 0o777)],
         ["0o600"] * 5 + ["0o700"], "modes")
    same(os.listdir(w.d.state + "/feeds/new"), [], "nothing in hand")
    done(w.d.delete(DANA + "/calendars/1"))
    w.to("2026-04-01T08:00:00Z")
    same(os.path.isdir(folder), True, "after three weeks")
    w.to("2026-04-14T08:00:00Z")
    for _ in range(100):
        if not os.path.isdir(folder):
            break
        time.sleep(0.02)
    same(os.path.isdir(folder), False, "after a month")


GARBAGE = {
    "nothing": "", "no newline": "{\"complete\"", "not json": "hello\n", "binary": "\\377\\376\\000\n", "empty lines": "\n\n\n",
    "unknown": "{\"hello\":1}\n", "deep": "[" * 5000 + "\n", "a number": "7\n", "no result": "{\"complete\":{}}\n",
    "strange result": "{\"complete\":{\"result\":\"fine\"}}\n", "complete is a list": "{\"complete\":[]}\n",
    "an event of nothing": "{\"event\":{}}\n", "an event of null": "{\"event\":null}\n",
    "two ends": "{\"complete\":{\"result\":\"ok\"}}\n{\"complete\":{\"result\":\"ok\"}}\n",
    "more after the end": "{\"complete\":{\"result\":\"ok\"}}\nmore\n",
    "failed without words": "{\"failed\":7}\n", "bad utf-8": "{\"failed\":{\"code\":\"x\",\"text\":\"\\377\"}}\n",
}


class Fake(Daemon):
    """A ceud with a ceud-net of the test's own beside it."""

    def __init__(self, script, **more):
        self.script = script
        super().__init__('zone Europe/Berlin\nfeeds {\n\tallow 127.0.0.0/8\n}\n', **more)

    def command(self):
        ceud = os.path.join(self.folder, "ceud")
        if not os.path.exists(ceud):
            shutil.copy(CEUD, ceud)
        self.act(self.script)
        return [ceud, "--config", self.config, "--state", self.state, "--socket", self.socket], {}

    def act(self, script):
        path = os.path.join(self.folder, "ceud-net")
        with open(path + ".new", "w", encoding="utf-8") as out:
            out.write("#!/bin/sh\n" + script)
        os.chmod(path + ".new", 0o755)
        os.rename(path + ".new", path)


def quoted(text):
    return "printf '%s'" % text.replace("%", "%%").replace("\\", "\\\\").replace("\\\\3", "\\3").replace("\\\\0", "\\0").replace("\n", "\\n")


GOOD = ('{"event":{"uid":"g1","rid":"","title":"Good","location":"","url":"","organizer":"","start":1770000000000,"end":1770003600000,'
        '"zone":"UTC","all_day":false,"day":"2026-02-02","minutes":60,"cancelled":false,"series":false,"flags":0}}\n')


def garbage():
    """whatever a helper says, ceud stays up, keeps what it has, and says what is wrong"""
    d = Fake(quoted('{"complete":{"result":"ok","http":200}}\n'))
    done(d.post("/v1/people", {"email": "dana@example.org", "until": "2026-06-30"}))
    same(done(d.post(DANA + "/calendars", {"url": "http://127.0.0.1/x", "category": "training"}))["state"], "ok", "a good helper")
    for name, said in GARBAGE.items():
        d.act(quoted(said))
        c = done(d.post(DANA + "/calendars/1/check"))
        if c["state"] != "error" or c["error_code"] not in ("helper-line", "worker", "event-invalid", "http", "x"):
            raise AssertionError("%s: %r" % (name, c.json))
        if not c["error"]:
            raise AssertionError("%s: no words" % name)
    for name, script, code in (
            ("a line without an end", "head -c 200000 /dev/zero | tr '\\0' x", "worker"),
            ("lines without an end", "yes '{\"skipped\":{\"code\":\"x\",\"uid\":\"u\",\"text\":\"t\"}}' | head -n 300000", "worker"),
            ("more events than may be", "yes '%s' | head -n 40000; echo '{\"complete\":{\"result\":\"ok\"}}'", "event"),
            ("ends badly after a good end", quoted('{"complete":{"result":"ok"}}\n') + "; exit 3", "worker"),
            ("killed", "kill -9 $$", "worker"), ("aborts", "kill -6 $$", "worker"), ("exit 2", "exit 2", "worker"),
            ("writes where it may not", "echo x >&3; echo y >&4; " + quoted('{"complete":{"result":"not-modified"}}\n'), None)):
        d.act(script.replace("%s", GOOD.strip().replace("'", "")) if "more events" in name else script)
        c = done(d.post(DANA + "/calendars/1/check"))
        if code is None:
            same(c["state"], "ok", name)
        else:
            same(c["state"], "error", name)
            contains(c["error_code"], code if code != "event" else "")
    d.act("rm -f /nonexistent; sleep 0.1; " + quoted('{"complete":{"result":"ok","http":200,"kept":true}}\n'))
    same(done(d.post(DANA + "/calendars/1/check"))["state"], "ok", "well again")
    same(done(d.get("/v1/admin/status")).status, 200, "status")
    os.rename(d.folder + "/ceud-net", d.folder + "/ceud-net.gone")
    c = done(d.post(DANA + "/calendars/1/check"))
    same((c["state"], c["error_code"]), ("error", "helper-failed"), "no helper at all")
    os.rename(d.folder + "/ceud-net.gone", d.folder + "/ceud-net")
    same(done(d.post(DANA + "/calendars/1/check"))["state"], "ok", "back")


SECRETS = ("tok-en-4711-abcdefghijklmnop", "key-4712", "pass-4713", "frag-4714")


def secrets():
    """no token, query or password of an address is in an answer, the log, the ledger or a process title, whatever fails"""
    w = Fetching()
    token, key, password, fragment = SECRETS
    base = w.url.replace("//", "//dana:%s@" % password)
    tail = "/%s/basic.ics?key=%s#%s" % (token, key, fragment)
    shown = []
    hang = threading.Event()
    w.web.pages["/x/%s/basic.ics?key=%s" % (token, key)] = lambda h: hang.wait(1) and {"status": 500} or {"body": calendar(*PAST)}
    kinds = ["ok", "html", "moved", "auth", "gone", "five", "rate", "loop", "file", "inside", "empty", "cut", "wide", "tea"]
    where = "/%%s/%s/basic.ics?key=%s" % (token, key)
    answers = {
        "ok": {"body": calendar(*PAST), "headers": {"ETag": '"e1"'}}, "html": {"body": b"<html><title>Sign in</title></html>"},
        "moved": {"status": 301, "headers": {"Location": where % "ok"}}, "auth": {"status": 401}, "gone": {"status": 404},
        "five": {"status": 500}, "rate": {"status": 429, "headers": {"Retry-After": "60"}},
        "loop": {"status": 302, "headers": {"Location": where % "loop"}}, "file": {"status": 302, "headers": {"Location": "file:///" + token}},
        "inside": {"status": 302, "headers": {"Location": "http://10.1.2.3" + where % "in"}}, "empty": {}, "cut": {"body": calendar(*PAST)[:200]},
        "wide": {"body": calendar(*PAST).decode().encode("utf-16")}, "tea": {"status": 418}}
    for kind in kinds:
        w.web.pages[where % kind] = answers[kind]
        shown.append(w.d.post(DANA + "/calendars", {"url": base + kind + tail, "category": "training"}))
        w.web.pages[where % ("k" + kind)] = answers["ok"]
        shown.append(w.d.post(DANA + "/calendars", {"url": base + "k" + kind + tail, "category": "training"}))
        w.web.pages[where % ("k" + kind)] = answers[kind]
    for bad in ("ftp://dana:%s@x" % password + tail, "http://dana:%s@" % password + tail, "http://no-such-host.invalid" + tail,
                "webcal://127.0.0.1:1" + tail, "https://dana:%s@127.0.0.1:1" % password + tail):
        shown.append(w.d.post(DANA + "/calendars", {"url": bad}))
    thread = threading.Thread(target=lambda: shown.append(w.d.post(DANA + "/calendars", {"url": base + "x" + tail})))
    thread.start()
    time.sleep(0.4)
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open("/proc/%s/cmdline" % pid, "rb") as handle:
                title = handle.read().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        if "ceud" in title:
            shown.append("%s: %s" % (pid, title))
    same(any("ceud-net fetch" in str(s) for s in shown), True, "the helper was seen")
    thread.join()
    shown.append(w.d.post("/v1/admin/run/feeds"))
    shown += [w.d.get(DANA + path) for path in ("/calendars", "/inbox", "/history", "/status")]
    shown += [w.d.get("/v1/admin/status"), w.d.get("/v1/people"), w.d.post(DANA + "/calendars/1/check"), w.d.delete(DANA + "/calendars/1")]
    shown.append(w.d.get(DANA + "/history"))
    shown.append(w.d.read_log())
    tables = [name for name, in w.rows("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'")]
    for table in tables:
        columns = [c[1] for c in w.rows("PRAGMA table_info(%s)" % table) if not (table == "calendar" and c[1] in ("url", "login"))]
        shown += ["%s: %r" % (table, row) for row in w.rows("SELECT %s FROM %s" % (", ".join(columns), table))]
    same(any("calendar: " in str(s) for s in shown), True, "the table was looked at")
    for text in shown:
        text = text.text + repr(text.headers) if hasattr(text, "text") else text
        for secret in SECRETS:
            if secret in text:
                raise AssertionError("%s is in %s" % (secret, text[:2000]))
    codes = sorted({c["error_code"] for c in w.calendars() if c.get("error_code")})
    print("# %d texts, failures seen: %s" % (len(shown), " ".join(codes)))


if __name__ == "__main__":
    main([shared, shared_apart, polled_together, hosts_rest, login, named, moved, accepted, left_out, suspect_kinds, failing_long, another_zone, narrower, told_to_wait, files,
          everything, kept, garbage, secrets])
