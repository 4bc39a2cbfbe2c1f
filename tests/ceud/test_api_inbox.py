#!/usr/bin/python3
"""Calendars and the inbox over the API of a real ceud, with a web server that misbehaves. TAP."""
import os
import shutil
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from api import CONFIG, ROOT, Daemon, add_dana, contains, done, log, main, refused, same          # noqa: E402

ME = "/v1/people/dana@example.org"
CALENDARS = os.path.join(ROOT, "tests/data/calendars")
folder = tempfile.mkdtemp(prefix="ceud-test-web-")
shutil.copy(os.path.join(CALENDARS, "work.ics"), folder)
web = subprocess.Popen([os.path.join(ROOT, "tests/webserver.py"), folder], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
URL = "http://127.0.0.1:%s" % web.stdout.readline().decode().strip()
d = Daemon(CONFIG + "feeds {\n\tallow 127.0.0.0/8\n}\n")
add_dana(d)


def add(**body):
    return d.post(ME + "/calendars", body)


def inbox(query=""):
    return done(d.get(ME + "/inbox" + query))["proposals"]


def subscribe():
    """Adding a calendar answers after its first fetch; what it proposes waits"""
    a = done(add(url=URL + "/work.ics", category="cxpa", **{"for": ["culture"]}), id=1, name="Learning", state="ok", error=None,
             events=5, proposals=3, planned=2, category="cxpa", competencies=["culture"], url=URL + "/work.ics")
    contains(a["last_good"], "2026-03-12T08:")
    same(a["next_poll"] > a["last_good"], True)
    got = inbox()
    same([(p["id"], p["title"], p["date"], p["minutes"], p["units"], p["adds"], p["state"]) for p in got], [
        (got[0]["id"], "Team lunch", "2026-03-05", 60, 1, 1, "waiting"),
        (got[1]["id"], "Mentor session: CCXP candidate", "2026-03-09", 120, 2, 2, "waiting"),
        (got[2]["id"], "Journey-mapping workshop", "2026-03-10", 180, 3, 3, "waiting")])
    same({k: got[1][k] for k in ("start", "end", "zone", "all_day", "category", "competencies", "calendar", "uid", "flags", "why")},
         {"start": "2026-03-09T17:00:00+01:00", "end": "2026-03-09T19:00:00+01:00", "zone": "Europe/Berlin", "all_day": False,
          "category": "cxpa", "competencies": ["culture"], "calendar": "Learning", "uid": "mentor-2026-03@example.org",
          "flags": [], "why": "Calendar Learning is for cxpa and culture. Everything in calendar Learning is proposed."})
    s = done(d.get(ME + "/status"), pending=6, waiting=3, counted=0)
    same((s["next"][0], s["categories"][4]["pending"], s["categories"][0]["pending"]), ("ceu inbox", 6, 0))
    same(len(inbox("?limit=2")), 2)
    page = done(d.get(ME + "/inbox?limit=2"))
    same([p["title"] for p in inbox("?limit=2&after=%d" % page["next_after"])], ["Journey-mapping workshop"])


def confirm():
    """Confirming: one step, all or nothing, what is given comes first"""
    lunch, mentor, journey = (p["id"] for p in inbox())
    refused(d.post(ME + "/inbox/%d,%d/confirm" % (mentor, 999)), 404, "no-proposal", "no event 999")
    done(d.get(ME + "/status"), waiting=3, counted=0)
    refused(d.post(ME + "/inbox/%d,x/confirm" % mentor), 400, "number-invalid")
    refused(d.post(ME + "/inbox/%d,/confirm" % mentor), 400, "number-invalid")
    refused(d.post(ME + "/inbox/%s/confirm" % ",".join(map(str, range(1, 102)))), 400, "too-many", "100")
    refused(d.post(ME + "/inbox/%d/confirm" % mentor, {"title": "x"}), 400, "field-unknown")
    refused(d.post(ME + "/inbox/%d/confirm" % mentor, {"category": "x"}), 400, "category-unknown")
    refused(d.post(ME + "/inbox/%d/confirm" % mentor, {"hours": "25h"}), 400, "hours-range")
    a = done(d.post(ME + "/inbox/%d,%d/confirm" % (mentor, journey)))
    same([(e["id"], e["title"], e["date"], e["minutes"], e["counted"], e["category"], e["competencies"]) for e in a["entries"]], [
        (1, "Mentor session: CCXP candidate", "2026-03-09", 120, 2, "cxpa", ["culture"]),
        (2, "Journey-mapping workshop", "2026-03-10", 180, 3, "cxpa", ["culture"])])
    same(a["entries"][0]["source"], {"kind": "calendar", "calendar": "Learning", "uid": "mentor-2026-03@example.org"})
    done(d.get(ME + "/status"), waiting=1, counted=5)
    refused(d.post(ME + "/inbox/%d/confirm" % mentor), 422, "proposal-decided", "entry 1", "ceu show 1")
    changes = done(d.post(ME + "/undo"))["changes"]
    same(len(changes), 4)
    done(d.get(ME + "/status"), waiting=3, counted=0)
    a = done(d.post(ME + "/inbox/%d/confirm" % journey, {"hours": "2h30", "category": "in-company", "for": ["design", "voice"]}))
    same([(e["minutes"], e["category"], e["competencies"]) for e in a["entries"]], [(150, "in-company", ["design", "voice"])])
    done(log(d, "2h", "cxpa", "Mentor session, CCXP candidate", "9 mar"))
    refused(d.post(ME + "/inbox/%d/confirm" % mentor), 422, "entry-double", "--yes")
    a = done(d.post(ME + "/inbox/%d/confirm" % mentor, {"yes": True}))
    same([w["code"] for w in a["entries"][0]["warnings"]], ["repeat"])


def skip_and_restore():
    """Skipping and restoring, a series at once; what is not over cannot be confirmed"""
    lunch, = (p["id"] for p in inbox())
    a = done(d.post(ME + "/inbox/%d/skip" % lunch))
    same([(p["id"], p["state"]) for p in a["proposals"]], [(lunch, "skipped")])
    same((inbox(), [p["title"] for p in inbox("?skipped=1")]), ([], ["Team lunch"]))
    refused(d.post(ME + "/inbox/%d/confirm" % lunch), 422, "proposal-decided", "was skipped", "ceu inbox restore %d" % lunch)
    refused(d.post(ME + "/inbox/%d/skip" % lunch), 422, "proposal-decided")
    a = done(d.post(ME + "/inbox/%d/restore" % lunch))
    same([(p["id"], p["state"]) for p in a["proposals"]], [(lunch, "waiting")])
    refused(d.post(ME + "/inbox/%d/restore" % lunch), 422, "proposal-not-skipped", "it is waiting")
    evening = [n for n in range(1, 6) if n != lunch and d.post(ME + "/inbox/%d/confirm" % n).json.get("code") == "event-not-over"]
    same(len(evening), 2)
    refused(d.post(ME + "/inbox/%d/confirm" % evening[0]), 422, "event-not-over", "Strategy evening class", "ceu inbox")
    a = done(d.post(ME + "/inbox/%d/skip" % evening[0], {"series": True}))
    same(sorted(p["id"] for p in a["proposals"]), sorted(evening))
    done(d.post(ME + "/undo"))
    same(done(d.post(ME + "/inbox/%d/skip" % evening[1]))["proposals"][0]["start"][:10] in ("2026-04-08", "2026-04-15"), True)
    refused(d.post(ME + "/inbox/%d/skip" % lunch, {"series": "yes"}), 400, "field-type")


def all_day():
    """A calendar from a file: days without hours need them; there is no address to check"""
    with open(os.path.join(CALENDARS, "allday.ics")) as text:
        a = done(add(file={"name": "allday.ics", "text": text.read()}, name="Days", everything=True), id=2, name="Days", state="ok",
                 url="allday.ics", next_poll=None, category=None)
    day = [p for p in inbox() if p["calendar"] == "Days"][0]
    same({k: day[k] for k in ("title", "date", "all_day", "minutes", "units", "adds", "category", "why")},
         {"title": "Last day of a long month", "date": "2026-01-31", "all_day": True, "minutes": None, "units": None,
          "adds": None, "category": None, "why": "Everything in calendar Days is proposed."})
    one = ME + "/inbox/%d/confirm" % day["id"]
    refused(d.post(one), 400, "hours-needed", "ceu inbox confirm %d --hours HOURS" % day["id"])
    refused(d.post(one, {"hours": "4"}), 400, "category-needed", "--category CATEGORY")
    a = done(d.post(one, {"hours": "4", "category": "college"}))
    same([(e["minutes"], e["state"], e["next"][0]) for e in a["entries"]], [(240, "needs-info", "ceu edit 6 --for COMPETENCY")])
    refused(d.post(ME + "/calendars/2/check"), 422, "calendar-file", "read from a file", "ceu calendar add FILE")


def check_calendar():
    """Checking: again by hand; an error is told, entries are safe"""
    a = done(d.post(ME + "/calendars/1/check"), state="ok", id=1)
    os.rename(folder + "/work.ics", folder + "/away.ics")
    a = done(d.post(ME + "/calendars/1/check"), state="error", id=1)
    contains(a["error"], "404")
    same((a["error_code"], a["events"]), ("gone", 5))
    done(d.get(ME + "/status"))
    os.rename(folder + "/away.ics", folder + "/work.ics")
    done(d.post(ME + "/calendars/1/check"), state="ok", error=None)
    refused(d.post(ME + "/calendars/9/check"), 404, "no-calendar", "ceu calendar list")
    refused(d.post(ME + "/calendars/x/check"), 400, "number-invalid")


def bad_feeds():
    """Feeds that can never work are refused and not kept"""
    for path, words in (("/html", "Sign in"), ("/empty", ""), ("/to-file", ""), ("/to-private", ""), ("/status/404", "404")):
        a = refused(add(url=URL + path), 422, "calendar-unusable", words)
        same(bool(a["next"]), True, "next of " + path)
    for url, words in (("ftp://example.org/a.ics", "https"), ("file:///etc/passwd", "https"), ("/etc/passwd", "https"), ("", "https"),
                       ("https://", "no server"), ("https://a b/", "blanks"), ("https://h/" + "x" * 2000, "2000")):
        refused(add(url=url), 400, "url-invalid", words)
    refused(add(), 400, "calendar-origin", "ceu calendar add URL|FILE")
    refused(add(url=URL + "/x", file={"name": "a", "text": "b"}), 400, "calendar-origin")
    refused(add(file="text"), 400, "field-type")
    refused(add(file={"name": "a.ics"}), 400, "field-missing")
    refused(add(file={"name": "a.ics", "text": "hello"}), 422, "calendar-unusable")
    refused(add(file={"name": "", "text": "hello"}), 400, "name-empty")
    refused(add(url=URL + "/work.ics"), 422, "calendar-double", "Calendar 1 (Learning)", "ceu calendar check 1")
    refused(add(url=URL + "/x", category="nonsense"), 400, "category-unknown")
    refused(add(url=URL + "/x", name=""), 400, "name-empty")
    refused(add(url=URL + "/x", user_agent=1), 400, "field-type")
    refused(add(url=URL + "/x", colour="red"), 400, "field-unknown")
    same([c["id"] for c in done(d.get(ME + "/calendars"))["calendars"]], [1, 2])


def later_feeds():
    """A feed that may work later is kept; its secret is never shown"""
    secret = "http://user:hunter2@127.0.0.1:1/private/5ecret/basic.ics?key=topsecret"
    a = done(add(url=secret, name="Down"), state="error", id=3, name="Down", url="http://127.0.0.1:1/private/...")
    same(bool(a["error"]), True)
    everything = d.get(ME + "/calendars").text + a.text + d.get(ME + "/history").text + d.read_log()
    for piece in ("hunter2", "5ecret", "topsecret"):
        same(piece in everything, False, piece)


def remove():
    """Removing: what waited goes with it, entries stay, undo brings it back"""
    counted = done(d.get(ME + "/status"))["counted"]
    same([p["calendar"] for p in inbox()], ["Learning"])
    done(d.delete(ME + "/calendars/1"), state="removed", id=1, next_poll=None)
    same(inbox(), [])
    done(d.get(ME + "/status"), counted=counted)
    refused(d.delete(ME + "/calendars/1"), 404, "no-calendar", "removed")
    refused(d.post(ME + "/calendars/1/check"), 404, "no-calendar")
    same([c["id"] for c in done(d.get(ME + "/calendars"))["calendars"]], [2, 3])
    done(d.post(ME + "/undo"))
    same([p["calendar"] for p in inbox()], ["Learning"])


def retry_of_add():
    """A retried calendar add answers the same and subscribes once"""
    shutil.copy(os.path.join(CALENDARS, "weekly.ics"), folder)
    first = done(d.post(ME + "/calendars", {"url": URL + "/weekly.ics"}, Idempotency_Key="add-weekly"))
    again = done(d.post(ME + "/calendars", {"url": URL + "/weekly.ics"}, Idempotency_Key="add-weekly"))
    same(again.text, first.text)
    same(len(done(d.get(ME + "/calendars"))["calendars"]), 4)


if __name__ == "__main__":
    try:
        main([subscribe, confirm, skip_and_restore, all_day, check_calendar, bad_feeds, later_feeds, remove, retry_of_add])
    finally:
        web.stdin.close()
        web.wait()
        shutil.rmtree(folder)
