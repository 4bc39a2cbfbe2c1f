#!/usr/bin/python3
"""What polls may do to the inbox, against a web server of our own: it proposes, follows, takes back, and touches nothing decided."""
import http.server
import json
import os
import sys
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from api import Daemon, contains, daemons, done, main, refused, same

CLOCK = "2026-03-12T08:00:00Z"


class Web(http.server.ThreadingHTTPServer):
    """Serves what `pages` says: bytes, or a status; counts whole and conditional answers."""
    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Page)
        self.pages, self.whole, self.not_modified, self.seen, self.hold = {}, 0, 0, [], threading.Event()
        self.hold.set()
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def handle_error(self, request, client_address):
        """A reader that hangs up is its own affair."""


class Page(http.server.BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def do_GET(self):
        web = self.server
        web.seen.append(self.path)
        web.hold.wait(20)
        page = web.pages.get(self.path, 404)
        status = page if isinstance(page, int) else 200
        tag = '"%d"' % hash(page)
        if status == 200 and self.headers.get("If-None-Match") == tag:
            status, page = 304, b""
            web.not_modified += 1
        elif status == 200:
            web.whole += 1
        self.send_response(status)
        if status == 200:
            self.send_header("ETag", tag)
        body = page if isinstance(page, bytes) else b""
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def event(uid, start, title="Talk", hours=1, more=""):
    return ("BEGIN:VEVENT\r\nUID:%s\r\nDTSTAMP:20260101T000000Z\r\nDTSTART:%s\r\nDURATION:PT%dH\r\nSUMMARY:%s\r\n%sEND:VEVENT\r\n" %
            (uid, start, hours, title, more))


def calendar(*events):
    return ("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\n%sEND:VCALENDAR\r\n" % "".join(events)).encode()


PAST = [event("p%d" % n, "202602%02dT090000Z" % n, "Past %d" % n) for n in range(1, 7)]
FUTURE = [event("f%d" % n, "202605%02dT090000Z" % n, "Future %d" % n) for n in range(1, 7)]


class World:
    def __init__(self, poll="6h", clock=CLOCK, more=""):
        self.web = Web()
        port = self.web.server_address[1]
        self.url = "http://127.0.0.1:%d/" % port
        self.d = Daemon('zone Europe/Berlin\nfeeds {\n\tallow 127.0.0.0/8 %d\n\tpoll %s\n%s}\n' % (port, poll, more), clock=clock)
        done(self.d.post("/v1/people", {"email": "dana@example.org", "until": "2026-06-30"}))

    def add(self, page, name="a.ics", **more):
        self.web.pages["/" + name] = page
        return done(self.d.post("/v1/people/dana@example.org/calendars", dict({"url": self.url + name, "category": "training"}, **more)))

    def poll(self):
        """The counts of one run over all calendars."""
        answer = done(self.d.post("/v1/admin/run/feeds"))["calendars"]
        return [(c["state"], c["not_modified"], c["new"], c["changed"], c["gone"]) for c in answer]

    def to(self, instant):
        done(self.d.post("/v1/admin/clock", {"to": instant}))

    def waiting(self, query=""):
        found = done(self.d.get("/v1/people/dana@example.org/inbox" + query))["proposals"]
        return {p["uid"]: p for p in found}

    def entries(self):
        return done(self.d.get("/v1/people/dana@example.org/entries"))["entries"]

    def calendars(self):
        return done(self.d.get("/v1/people/dana@example.org/calendars"))["calendars"]

    def decide(self, verb, uid, body=None):
        return self.d.post("/v1/people/dana@example.org/inbox/%d/%s" % (self.waiting("?skipped=1" if verb == "restore" else "")[uid]["id"], verb), body)


def follows():
    """a waiting proposal follows the feed; one confirmed or skipped never changes"""
    w = World()
    same(w.add(calendar(*PAST))["events"], 6, "events")
    same(sorted(w.waiting()), ["p1", "p2", "p3", "p4", "p5", "p6"], "waiting")
    done(w.decide("confirm", "p1", {"for": ["voice"]}))
    done(w.decide("skip", "p2", {}))
    before = w.entries()
    moved = [event(uid, "20260210T120000Z", "Moved", 2) for uid in ("p1", "p2", "p3")]
    w.web.pages["/a.ics"] = calendar(*moved, *PAST[3:])
    same(w.poll(), [("ok", False, 0, 3, 0)], "poll")
    p = w.waiting()
    same((p["p3"]["title"], p["p3"]["minutes"], p["p3"]["start"]), ("Moved", 120, "2026-02-10T13:00:00+01:00"), "p3")
    same((p["p4"]["title"], p["p4"]["minutes"]), ("Past 4", 60), "p4")
    after = w.entries()
    same(([[x["code"] for x in e["warnings"]] for e in before + after], [dict(e, warnings=[], next=[]) for e in after]),
         ([[], ["source-changed"]], before), "the confirmed entry, marked")
    same((sorted(p), w.waiting("?skipped=1")["p2"]["title"]), (["p3", "p4", "p5", "p6"], "Past 2"), "inbox")
    w.web.pages["/a.ics"] = calendar(*[event("p%d" % n, "20260210T120000Z", "X", 1, "STATUS:CANCELLED\r\n") for n in (1, 2, 3)], *PAST[3:])
    same(w.poll()[0][4], 1, "withdrawn")
    same((sorted(w.waiting()), [dict(e, warnings=[]) for e in w.entries()]), (["p4", "p5", "p6"], [dict(e, warnings=[]) for e in after]),
         "after the cancellation")
    contains(w.entries()[0]["warnings"][0]["text"], "cancelled")
    w.web.pages["/a.ics"] = calendar(*PAST)
    w.poll()
    same((sorted(w.waiting()), w.waiting()["p3"]["title"]), (["p3", "p4", "p5", "p6"], "Past 3"), "comes back")


def restored():
    """what was skipped and is wanted again is as the calendar has it now, also where the mark was put away or there was none"""
    w = World()
    w.add(calendar(*PAST, *FUTURE))
    for uid in ("p1", "p2", "p3", "p4"):
        done(w.decide("skip", uid, {}))
    w.web.pages["/a.ics"] = calendar(event("p1", "20260201T090000Z", "Past 1", 3), event("p2", "20260210T120000Z", "Past 2"),
                                     event("p3", "20260203T090000Z", "Past 3", 1, "STATUS:CANCELLED\r\n"), *PAST[3:], *FUTURE)
    w.poll()
    skipped = w.waiting("?skipped=1")
    same([skipped[uid]["changed"] for uid in ("p1", "p2", "p3", "p4")], [False, True, False, False], "marks")
    done(w.d.post("/v1/people/dana@example.org/inbox/%d/dismiss" % skipped["p2"]["id"]))
    w.poll()
    for uid in ("p1", "p2", "p3", "p4"):
        done(w.decide("restore", uid, {}))
    same(w.poll()[0][3:], (2, 1), "changed and withdrawn by the next poll")
    p = w.waiting()
    same((p["p1"]["minutes"], p["p2"]["start"], p.get("p3", {}).get("state", "withdrawn"), p["p4"]["minutes"]),
         (180, "2026-02-10T13:00:00+01:00", "withdrawn", 60), "as it is now")
    same(w.poll()[0], ("ok", True, 0, 0, 0), "and nothing after that")


def gone():
    """an event that is gone is withdrawn after two good fetches a day apart, though the file changed but once; past ones stay"""
    w = World(poll="24h")
    w.add(calendar(*PAST, *FUTURE))
    w.web.pages["/a.ics"] = calendar(*PAST[1:], *FUTURE[1:])
    same(w.poll(), [("ok", False, 0, 0, 0)], "the first time")
    same(w.poll(), [("ok", False, 0, 0, 0)], "the same hour")
    w.to("2026-03-13T07:00:00Z")
    same(w.poll(), [("ok", False, 0, 0, 0)], "23 hours later")
    w.to("2026-03-13T08:30:00Z")
    same(w.poll(), [("ok", False, 0, 0, 1)], "a day later")
    same(w.poll(), [("ok", True, 0, 0, 0)], "then the short way again")
    same("p1" in w.waiting(), True, "the past one waits")
    w.to("2026-05-20T08:00:00Z")
    same(sorted(uid for uid in w.waiting() if uid[0] == "f"), ["f2", "f3", "f4", "f5", "f6"], "in May")


def left():
    """of an event in two calendars, that one is shown which its calendar still has, as it is there"""
    w = World()
    w.add(calendar(*PAST))
    w.add(calendar(PAST[0], event("x", "20260301T090000Z", "Other")), "b.ics")
    first = w.waiting()["p1"]
    same((len(w.waiting()), len(first["twins"])), (7, 1), "waiting")
    w.web.pages["/a.ics"] = calendar(*PAST[1:])
    w.web.pages["/b.ics"] = calendar(event("p1", "20260201T140000Z", "Past 1", 2), event("x", "20260301T090000Z", "Other"))
    w.poll()
    second = w.waiting()["p1"]
    same((second["start"], second["minutes"], second["id"] != first["id"], len(w.waiting())), ("2026-02-01T15:00:00+01:00", 120, True, 7), "moved")
    refused(w.d.post("/v1/people/dana@example.org/inbox/%d/confirm" % first["id"]), 422, "proposal-twin", "confirm %d" % second["id"])
    w.web.pages["/b.ics"] = calendar(event("x", "20260301T090000Z", "Other"))
    w.poll()
    same((w.waiting()["p1"]["start"], w.waiting()["p1"]["flags"]), ("2026-02-01T15:00:00+01:00", ["gone"]), "gone from both")
    w.web.pages["/a.ics"] = calendar(*PAST)
    w.poll()
    same((w.waiting()["p1"]["id"], w.waiting()["p1"]["start"], len(w.waiting())), (first["id"], first["start"], 7), "back in the first")
    same(w.waiting()["p1"]["flags"], [], "flags")
    w.web.pages["/b.ics"] = calendar(event("p1", "20260201T140000Z", "Past 1", 2))
    w.poll()
    same((w.waiting()["p1"]["start"], w.waiting()["p1"]["flags"], w.waiting()["x"]["flags"]), (first["start"], ["differs"], ["gone"]), "at odds")


def elsewhere():
    """an event keeps the clock of its own zone, and says so where hers shows another time"""
    w = World()
    zoned = "BEGIN:VEVENT\r\nUID:%s\r\nDTSTART;TZID=%s:20260304T200000\r\nDURATION:PT1H\r\nSUMMARY:%s\r\nEND:VEVENT\r\n"
    w.add(calendar(zoned % ("n", "America/New_York", "Evening"), zoned % ("v", "Europe/Vienna", "Same clock"), PAST[0]))
    p = w.waiting()
    same([(p[uid]["start"], p[uid]["date"], p[uid].get("local_start")) for uid in ("n", "v", "p1")],
         [("2026-03-04T20:00:00-05:00", "2026-03-04", "2026-03-05T02:00:00+01:00"), ("2026-03-04T20:00:00+01:00", "2026-03-04", None),
          ("2026-02-01T10:00:00+01:00", "2026-02-01", None)])


def outside():
    """an event whose day is not in the cycle says so: it adds nothing"""
    w = World()
    done(w.d.patch("/v1/people/dana@example.org", {"from": "2026-02-03", "until": "2026-06-30"}))
    w.add(calendar(*PAST))
    p = w.waiting()
    same([(p[uid]["adds"], p[uid]["flags"]) for uid in ("p2", "p3")], [(0, ["out-of-cycle"]), (1, [])])
    refused(w.decide("confirm", "p2", {}), 422, "outside-cycle", "2 February 2026")


def polls():
    """polls come by themselves, ask conditionally, once a week for all; a series goes on into the moving window"""
    w = World()
    w.add(calendar(event("s", "20260302T090000Z", "Weekly", 1, "RRULE:FREQ=WEEKLY\r\n")))
    same(w.web.whole, 1, "the first fetch")
    w.to("2026-03-12T20:00:00Z")
    same((w.web.whole, w.web.not_modified), (1, 1), "the same day")
    w.to("2026-03-17T08:00:00Z")
    same((w.web.whole, w.web.not_modified), (2, 1), "the next week")
    events = w.calendars()[0]["events"]
    for day in ("04-15", "05-15", "06-15", "07-15", "08-15", "09-15", "10-15", "11-15"):
        w.to("2026-%sT08:00:00Z" % day)
    same(w.calendars()[0]["state"], "ok", "state")
    if w.calendars()[0]["events"] <= events:
        raise AssertionError("%d events in November, %d in March" % (w.calendars()[0]["events"], events))
    last = max(p["start"] for p in w.waiting("?limit=500").values())
    contains(last, "2026-11-")


def suspect():
    """an empty calendar after a full one takes nothing away; it is shown, and believed again when events are back"""
    w = World()
    w.add(calendar(*PAST, *FUTURE))
    w.web.pages["/a.ics"] = calendar()
    for day in (13, 15, 17):
        w.to("2026-03-%dT09:00:00Z" % day)
        same(w.poll()[0][0], "suspect", "state")
    c = w.calendars()[0]
    same((c["state"], bool(c["error"]), len(w.waiting())), ("suspect", True, 6), "calendar")
    w.web.pages["/a.ics"] = calendar(*PAST, *FUTURE, event("new", "20260301T090000Z"))
    same(w.poll(), [("ok", False, 1, 0, 0)], "back")


def failures():
    """a failing server takes nothing away and is asked less and less; what can never work is not kept when new"""
    w = World(poll="1h")
    w.add(calendar(*PAST))
    refused(w.d.post("/v1/people/dana@example.org/calendars", {"url": w.url + "none.ics"}), 422, "calendar-unusable")
    w.web.pages["/page"] = b"<html><title>Sign in</title></html>"
    refused(w.d.post("/v1/people/dana@example.org/calendars", {"url": w.url + "page"}), 422, "calendar-unusable", "Sign in")
    w.web.pages["/500"] = 503
    late = done(w.d.post("/v1/people/dana@example.org/calendars", {"url": w.url + "500"}))
    same(late["state"], "error", "one that may work later")
    same(len(w.calendars()), 2, "calendars")
    w.web.pages["/a.ics"] = 500
    w.web.seen.clear()
    for hour in range(9, 23):
        w.to("2026-03-12T%02d:00:00Z" % hour)
    asked = w.web.seen.count("/a.ics")
    if not 3 <= asked <= 8:
        raise AssertionError("asked %d times in 14 hours" % asked)
    same((len(w.waiting()), w.calendars()[0]["state"], w.calendars()[0]["error"]), (6, "ok", None), "meanwhile, for a day")
    checked = done(w.d.post("/v1/people/dana@example.org/calendars/1/check"))
    same((checked["state"], checked["error_code"]), ("error", "http-5xx"), "for who asks")
    contains(checked["error"], "127.0.0.1 has an error of its own (500). It is tried again by itself")
    w.to("2026-03-13T12:00:00Z")
    same((len(w.waiting()), w.calendars()[0]["state"], w.calendars()[0]["error_code"]), (6, "error", "http-5xx"), "after a day")
    w.web.pages["/a.ics"] = calendar(*PAST)
    w.to("2026-03-14T08:00:00Z")
    same((len(w.waiting()), w.calendars()[0]["state"], w.calendars()[0]["error"]), (6, "ok", None), "afterwards")


def twice():
    """the same address added twice at once is one calendar; two checks at once are one after the other"""
    w = World()
    w.web.pages["/a.ics"] = calendar(*PAST)
    w.web.hold.clear()
    answers = []
    body = {"url": w.url + "a.ics", "category": "training"}
    threads = [threading.Thread(target=lambda: answers.append(w.d.post("/v1/people/dana@example.org/calendars", body))) for _ in range(2)]
    for t in threads:
        t.start()
    time.sleep(0.3)
    w.web.hold.set()
    for t in threads:
        t.join()
    same(sorted((a.status, a.json.get("code")) for a in answers), [(200, None), (422, "calendar-double")], "answers")
    same((len(w.calendars()), len(w.waiting())), (1, 6), "calendars and proposals")
    w.web.pages["/a.ics"] = calendar(*PAST, event("new", "20260301T090000Z"))
    answers.clear()
    threads = [threading.Thread(target=lambda: answers.append(w.d.post("/v1/people/dana@example.org/calendars/1/check"))) for _ in range(4)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    same([a.status for a in answers], [200] * 4, "checks")
    same(len(w.waiting()), 7, "proposals")


def removed():
    """a calendar removed while it is read stays removed"""
    w = World()
    w.add(calendar(*PAST))
    w.web.pages["/a.ics"] = calendar(*PAST, event("new", "20260301T090000Z"))
    w.web.hold.clear()
    answers = []
    t = threading.Thread(target=lambda: answers.append(w.d.post("/v1/people/dana@example.org/calendars/1/check")))
    t.start()
    time.sleep(0.3)
    done(w.d.delete("/v1/people/dana@example.org/calendars/1"))
    w.web.hold.set()
    t.join()
    refused(answers[0], 404, "no-calendar")
    same((w.waiting(), w.calendars()), ({}, []), "afterwards")


def many():
    """a run over many calendars answers for each, two helpers at a time; a helper that cannot start costs nothing else"""
    w = World()
    for n in range(40):
        w.web.pages["/%d.ics" % n] = calendar(event("u%d" % n, "202602%02dT%02d0000Z" % (1 + n % 20, 8 + n // 20), "Number %d" % n))
        done(w.d.post("/v1/people/dana@example.org/calendars", {"url": w.url + "%d.ics" % n, "everything": True}))
    answer = done(w.d.post("/v1/admin/run/feeds"))["calendars"]
    same((len(answer), {c["state"] for c in answer}), (40, {"ok"}), "run")
    same(len(w.waiting()), 40, "waiting")


def large():
    """ten thousand events arrive without a turn that keeps others waiting"""
    w = World()
    page = calendar(*[event("u%05d" % n, "2026%02d%02dT%02d%02d00Z" % (1 + n % 2, 1 + n // 2 % 27, 6 + n % 12, n // 100 % 60),
                            "Event %d" % n) for n in range(10000)])
    slowest, end = [0.0], threading.Event()

    def ask():
        while not end.is_set():
            before = time.monotonic()
            w.d.get("/healthz")
            slowest[0] = max(slowest[0], time.monotonic() - before)
            time.sleep(0.002)
    t = threading.Thread(target=ask)
    t.start()
    same(w.add(page)["events"], 10000, "events")
    end.set()
    t.join()
    status = done(w.d.get("/v1/admin/status")).json
    print("# longest turn %d ms, longest wait of a client %.0f ms" % (status["loop"]["longest_turn_ms"], slowest[0] * 1000))


def restart():
    """ceud killed while it reads: nothing is half done, the next poll brings it"""
    w = World()
    w.add(calendar(*PAST))
    w.web.pages["/a.ics"] = calendar(*PAST, event("new", "20260301T090000Z"))
    w.web.hold.clear()
    threading.Thread(target=lambda: ask_in_vain(w), daemon=True).start()
    time.sleep(0.3)
    w.d.stop(9)
    w.web.hold.set()
    w.d.clock = "2026-03-13T08:00:00Z"
    w.d.start()
    for _ in range(200):
        if len(w.waiting()) == 7:
            break
        time.sleep(0.02)
    same(len(w.waiting()), 7, "waiting")


def ask_in_vain(w):
    try:
        w.d.post("/v1/people/dana@example.org/calendars/1/check")
    except (OSError, ValueError):
        pass


if __name__ == "__main__":
    main([follows, restored, gone, left, elsewhere, outside, polls, suspect, failures, twice, removed, many, large, restart])
