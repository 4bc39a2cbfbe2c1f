#!/usr/bin/python3
"""Reminders of people who stand in different ways, over whole cycles of a rehearsed clock. TAP."""
import datetime as dt
import email
import email.policy
import glob
import hashlib
import os
import sys
from zoneinfo import ZoneInfo

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from api import Daemon, add_dana, contains, done, log, main, refused, same                         # noqa: E402

ME = "/v1/people/dana@example.org"
UTC, DAY = dt.timezone.utc, dt.timedelta(days=1)
CONFIG = """organisation "Example Ltd"
zone Europe/Berlin
mail {
	mode live
	from "CEU <ceu@example.org>"
	rate 100000/min
}
reminders {
	bulk-limit 100%% 1000
%s}
"""


def ceud(clock="2026-03-12T08:00:00Z", reminders="", more=""):
    return Daemon(CONFIG % reminders + more, clock=clock)


def to(d, instant):
    return done(d.post("/v1/admin/clock", {"to": instant}))


def forward(d, length):
    return done(d.post("/v1/admin/clock", {"forward": length}))


def rungs(d, path=ME):
    return [(r["name"], r["outcome"]) for r in done(d.get(path + "/reminders"))["rungs"]]


def mailed(d, path=ME):
    """Names of the rungs whose mail was sent, and the days there were mails."""
    answer = done(d.get(path + "/reminders"))
    zone = ZoneInfo(answer["zone"])
    return [(r["name"], dt.datetime.fromisoformat(r["sent_at"].replace("Z", "+00:00")).astimezone(zone).strftime("%F"))
            for r in answer["rungs"] if r["mail_state"] == "sent"]


def planned(d, path=ME):
    return [(r["name"], r["date"]) for r in done(d.get(path + "/reminders"))["planned"]]


def because(d, name, path=ME):
    return [r["because"] for r in done(d.get(path + "/reminders"))["rungs"] if r["name"] == name]


def mails(d, who="dana@example.org"):
    """Messages that were sent to somebody, oldest first."""
    found = []
    for path in sorted(glob.glob(os.path.join(d.state, "mail", "*.eml")), key=lambda p: int(os.path.basename(p).split("-")[0])):
        with open(path, "rb") as handle:
            m = email.message_from_binary_file(handle, policy=email.policy.default)
        if who in m["To"]:
            found.append(m)
    return found


def text_of(m):
    return m.get_body(("plain",)).get_content()


def finish(d, who="dana@example.org", on="today"):
    for category in "training", "conference":
        done(d.post("/v1/people/%s/entries" % who, {"hours": "10h", "category": category, "title": "All of " + category, "on": on,
                                                     "for": ["voice"]}))


def weekday(date):
    return dt.date.fromisoformat(date).weekday()


# ---- how somebody stands

def behind():
    """somebody who is behind: what was planned on the first day comes to pass, each rung once, and one day after the end"""
    d = ceud()
    add_dana(d)
    plan = planned(d)
    same(plan, [("90", "2026-04-01"), ("60", "2026-05-01"), ("30", "2026-06-01"), ("14", "2026-06-16"), ("7", "2026-06-23"),
                ("3", "2026-06-27"), ("1", "2026-06-29"), ("0", "2026-06-30"), ("+1", "2026-07-01")], "plan")
    done(d.get(ME + "/reminders"), on=True, until=None, days=None, zone="Europe/Berlin", address_works=True,
         address_problem=None, next={"rung": 90, "name": "90", "date": "2026-04-01", "at": d.get(ME + "/reminders")["next"]["at"]})
    to(d, "2026-12-31T12:00:00Z")
    same(mailed(d), plan, "mails")
    same([r for r in rungs(d) if r[1] != "mailed"], [("180", "before-enrolment"), ("120", "before-enrolment"), ("+8", "not-needed"),
         ("+15", "not-needed"), ("+22", "not-needed"), ("+29", "not-needed")], "others")
    same([m["Subject"] for m in mails(d)][0], "90 days left: 20 units to go", "the first")
    contains(mails(d)[3]["Subject"], "14 days left")
    contains(mails(d)[-2]["Subject"], "Last day")
    contains(mails(d)[-1]["Subject"], "ended on 30 June")
    same(done(d.get(ME + "/reminders"))["next"], None, "nothing comes")
    same(because(d, "180"), ["its day had passed when the cycle was set"], "on the day she joined, or her cycle was moved or renewed")


def on_pace():
    """somebody at a good pace hears four times, and as soon as she falls behind what those who are behind hear"""
    d = ceud("2025-01-02T08:00:00Z")
    add_dana(d, until="2026-12-31", **{"from": "2025-01-01"})
    done(log(d, "10h", "training", "Service design", "2025-01-02"))
    done(log(d, "9.5h", "conference", "Conference", "2025-01-02"))
    to(d, "2026-06-01T12:00:00Z")
    done(d.get(ME + "/status"), counted=19.5)
    same(done(d.get(ME + "/status"))["cycle"]["state"], "on-track", "state")
    same(rungs(d), [], "nothing yet")
    to(d, "2026-10-25T12:00:00Z")
    same(mailed(d), [("180", "2026-07-06"), ("90", "2026-10-02")], "two")
    same(because(d, "120"), ["not one for people at a good pace"], "why not 120")
    contains(because(d, "180")[0], "at a good pace")
    to(d, "2026-11-10T12:00:00Z")
    same((done(d.get(ME + "/status"))["cycle"]["state"], mailed(d)[2:], because(d, "60")),
         ("at-risk", [("60", "2026-11-02")], ["units are missing"]), "she fell behind")
    n = len(mails(d))
    finish(d, on="2026-11-10")
    to(d, "2026-11-11T12:00:00Z")
    same(mails(d)[n]["Subject"], "Done: 20 of 20 units. Your renewal packet is ready", "done")


def complete():
    """somebody who is done hears it once, then that it is to be sent in, until two days after the end"""
    d = ceud()
    add_dana(d)
    finish(d)
    to(d, "2026-03-12T23:00:00Z")
    same(mailed(d), [], "on the day she joined")
    same(("done", "before-enrolment") in rungs(d), True, "not told what she knew")
    to(d, "2026-12-31T12:00:00Z")
    same(mailed(d), [("90", "2026-04-01"), ("60", "2026-05-01"), ("30", "2026-06-01"), ("14", "2026-06-16"), ("7", "2026-06-23"),
                     ("3", "2026-06-27"), ("1", "2026-06-29"), ("0", "2026-06-30")], "mails")
    same(because(d, "30"), ["every rule is met, and it is not sent in"], "why")


def reached():
    """all rules met on a day: told the next morning, wider rungs are superseded by it; taken back, it is as before"""
    d = ceud()
    add_dana(d)
    to(d, "2026-04-10T12:00:00Z")
    finish(d, on="2026-04-10")
    to(d, "2026-04-10T12:01:00Z")
    same(mailed(d)[-1], ("done", "2026-04-10"), "at once, by day")
    same(because(d, "done"), ["every rule is met"], "why")
    same(mails(d)[-1]["Subject"], "Done: 20 of 20 units. Your renewal packet is ready", "subject")
    contains(text_of(mails(d)[-1]), "ceu export packet")
    done(d.delete(ME + "/entries/2"))
    done(d.post(ME + "/undo"))
    to(d, "2026-05-04T12:00:00Z")
    same(mailed(d)[1:], [("done", "2026-04-10"), ("60", "2026-05-01")], "60")
    done(d.post(ME + "/submit", {"on": "2026-05-04"}))
    to(d, "2026-12-31T12:00:00Z")
    same(len(mails(d)), 3, "none after it was sent in")
    same({b for name in ("30", "14", "7", "3", "1", "0") for b in because(d, name)}, {"submitted"}, "why not")
    refused(d.get(ME + "/reminders?preview=1"), 422, "reminder-none", "sent in")


def reached_waits():
    """what is reached the day after a mail waits six days, and takes the place of a mail that is on its way"""
    d = ceud("2026-03-30T08:00:00Z")
    add_dana(d)
    to(d, "2026-04-02T08:00:00Z")
    same(mailed(d), [("90", "2026-04-01")], "90")
    finish(d, on="2026-04-02")
    to(d, "2026-04-06T22:30:00Z")
    same(mailed(d), [("90", "2026-04-01")], "five days")
    to(d, "2026-04-07T12:00:00Z")
    same(mailed(d)[1:], [("done", "2026-04-07")], "six days")
    kim = "/v1/people/kim@example.org"
    done(d.post("/v1/people", {"email": "kim@example.org", "until": "2026-06-30"}))
    to(d, "2026-05-01T05:00:00Z")
    same(done(d.get(kim + "/reminders"))["rungs"][-1]["mail_state"], "ready", "60 is ready")
    finish(d, "kim@example.org", on="2026-05-01")
    to(d, "2026-05-01T12:00:00Z")
    same([(r["name"], r["mail_state"], r["because"]) for r in done(d.get(kim + "/reminders"))["rungs"] if r["mail"]],
         [("60", "cancelled", "every rule is met"), ("done", "sent", "every rule is met")], "one mail")


PROGRAM = """program graced {
	name "Graced"
	title "With grace"
	issuer "Example"
	unit CEU {
		minutes 60
		step 0.25
		round down
	}
	cycle 24 months {
		anchor expiry
		grace %s days
	}
	window 100 days
	category training "Training"
	category conference "Conference"
	competency voice "Voice"
	require 20 total {
		id total
		text "Twenty."
	}
%s}
"""


def graced(d, days=30, more=""):
    body = {"name": "graced.rules", "text": PROGRAM % (days, more)}
    done(d.post("/v1/admin/programs/simulate", body))
    return done(d.post("/v1/admin/programs/install", body))


def lapsed():
    """with grace a mail a week while it lasts; the window's opening is told; a program has ladders of its own"""
    d = ceud()
    graced(d)
    add_dana(d, program="graced")
    same(planned(d)[:2], [("open", "2026-03-23"), ("90", "2026-04-01")], "the window opens on Sunday 22 March: Monday")
    to(d, "2026-12-31T12:00:00Z")
    same([m for m in mailed(d) if m[0][0] in "+o"], [("open", "2026-03-23"), ("+1", "2026-07-01"), ("+8", "2026-07-08"),
         ("+15", "2026-07-15"), ("+22", "2026-07-22"), ("+29", "2026-07-29")], "mails")
    contains(mails(d)[-1]["Subject"], "ended on 30 June")
    contains(text_of(mails(d)[-1]), "30 July")
    d = ceud()
    graced(d, 0, "\tladder behind 45\n\tladder lapsed 2 3\n")
    add_dana(d, program="graced")
    same(planned(d), [("45", "2026-05-18")], "its own: Saturday 16 May is a Monday; +2 needs grace")


def inbox():
    """events that would add and that nobody touched for two weeks; a word on one of them begins the weeks anew"""
    d = ceud()
    add_dana(d, until="2027-06-30")
    done(log(d, "10h", "training", "Service design", "2026-03-12"))
    events = "".join("BEGIN:VEVENT\r\nUID:%d@x\r\nDTSTAMP:20260101T000000Z\r\nDTSTART:202603%02dT090000Z\r\n"
                     "DTEND:202603%02dT110000Z\r\nSUMMARY:Talk %d\r\nEND:VEVENT\r\n" % (n, n, n, n) for n in (5, 9, 10, 20))
    ics = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//x//EN\r\n%sEND:VCALENDAR\r\n" % events
    done(d.post(ME + "/calendars", {"file": {"name": "talks.ics", "text": ics}, "category": "conference"}))
    same(planned(d)[0], ("inbox", "2026-03-26"), "two weeks after they came")
    to(d, "2026-03-20T12:00:00Z")
    waiting = done(d.get(ME + "/inbox"))["proposals"]
    same(len(waiting), 4, "waiting")
    done(d.post(ME + "/inbox/%d/skip" % waiting[0]["id"]))
    same(planned(d)[0], ("inbox", "2026-04-03"), "touched")
    to(d, "2026-04-03T12:00:00Z")
    same(mailed(d), [("inbox", "2026-04-03")], "mails")
    m = mails(d)[0]
    same(m["Subject"], "3 events to confirm, worth 6 units", "subject")
    contains(text_of(m), "Talk 9", "ceu inbox")
    same(planned(d)[0], ("inbox", "2026-05-15"), "six weeks later")
    to(d, "2026-05-14T12:00:00Z")
    done(d.post(ME + "/inbox/%s/skip" % ",".join(str(p["id"]) for p in waiting[1:])))
    same([name for name, _ in planned(d)][:1], ["180"], "nothing waits")
    to(d, "2026-06-30T12:00:00Z")
    same(len(mails(d)), 1, "one")


# ---- when

def downtime():
    """100 days without ceud: one mail, wider rungs are superseded"""
    d = ceud("2026-03-30T08:00:00Z")
    add_dana(d)
    to(d, "2026-03-30T09:00:00Z")
    d.stop()
    d.clock = "2026-06-20T05:00:00Z"
    d.start()
    to(d, "2026-06-22T12:00:00Z")
    same(mailed(d), [("14", "2026-06-22")], "one, on Monday")
    same([r for r in rungs(d) if r[1] == "superseded"], [("90", "superseded"), ("60", "superseded"), ("30", "superseded")], "others")
    same(because(d, "90"), ["a rung nearer to the end is due as well"], "why")


def tightest_leaves():
    """600 people whose mails waited for Monday while ceud was down: the ones of Tuesday go, however long it takes to plan them"""
    d = ceud("2026-04-12T08:00:00Z")
    people = ["/v1/people/p%d@example.org" % n for n in range(600)]
    for path in people:
        done(d.post("/v1/people", {"email": path[11:], "until": "2026-05-14"}))
    for night in "2026-05-09T01:00:00Z", "2026-05-12T07:45:00Z":       # a Saturday and a Tuesday
        d.stop()
        d.clock = night
        d.start()
        forward(d, "1m")
    for path in people:
        same(mailed(d, path), [("3", "2026-05-12")], path)
        same(because(d, "7", path), ["a later reminder goes today"], path)


def weekends():
    """Monday to Friday, but the last three days; not by night"""
    d = ceud("2026-01-05T08:00:00Z")
    for n in range(30):
        done(d.post("/v1/people", {"email": "p%d@example.org" % n, "until": str(dt.date(2026, 3, 1) + n * DAY)}))
    to(d, "2026-04-10T12:00:00Z")
    for n in range(30):
        for name, date in mailed(d, "/v1/people/p%d@example.org" % n):
            if weekday(date) > 4 and name not in ("3", "1", "0"):
                raise AssertionError("rung %s of p%d on %s" % (name, n, date))
    weekend = [m for n in range(30) for m in mailed(d, "/v1/people/p%d@example.org" % n) if weekday(m[1]) > 4]
    same(len(weekend) > 15, True, "%d at weekends" % len(weekend))


def minutes():
    """half past eight there and up to an hour more, in the gap the next minute that exists, of two the first"""
    cases = [("Europe/Berlin", "2026-05-28", dt.date(2026, 3, 29), "02:30"), ("America/New_York", "2026-05-07", dt.date(2026, 3, 8), "02:30"),
             ("Australia/Lord_Howe", "2026-12-03", dt.date(2026, 10, 4), "02:10"), ("Africa/Cairo", "2026-06-23", dt.date(2026, 4, 24), "00:10"),
             ("America/New_York", "2026-12-31", dt.date(2026, 11, 1), "01:30"), ("Asia/Kolkata", "2026-05-28", dt.date(2026, 3, 29), "08:30")]
    for n, (name, end, day, hour) in enumerate(cases):
        d = ceud(str(day - 40 * DAY) + "T12:00:00Z", "\tat %s\n\tdays monday..sunday\n\tladder behind 60\n\tladder on-pace 60\n" % hour)
        d.stop()
        with open(d.config) as conf:
            text = conf.read().replace("\trate ", "\tquiet 12:00-12:00\n\trate ")
        with open(d.config, "w") as conf:
            conf.write(text)
        d.start()
        zone = ZoneInfo(name)
        people = ["%d.%d@example.org" % (n, i) for i in range(4)]
        for who in people:
            done(d.post("/v1/people", {"email": who, "until": end, "zone": name}))
        to(d, str(day + DAY) + "T12:00:00Z")
        for who in people:
            r, = [r for r in done(d.get("/v1/people/%s/reminders" % who))["rungs"] if r["name"] == "60"]
            spread = hashlib.sha256(who.encode()).digest()[0] % 60
            local = dt.datetime.combine(day, dt.time.fromisoformat(hour)) + spread * dt.timedelta(minutes=1)
            want = local.replace(tzinfo=zone, fold=0)
            while want.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != want.replace(tzinfo=None):
                want += dt.timedelta(minutes=1)
            got = dt.datetime.fromisoformat(r["sent_at"].replace("Z", "+00:00"))
            if not dt.timedelta(0) <= got - want.astimezone(UTC) < dt.timedelta(seconds=5):
                raise AssertionError("%s %s: %s, not %s" % (name, day, got.astimezone(zone), want))


def moves():
    """she moves east before her mail goes: it comes in her morning there, not that of the old zone; undone, it is as before"""
    d = ceud("2026-04-01T05:00:00Z")
    add_dana(d, until="2026-04-29")
    forward(d, "1m")
    before = done(d.get(ME + "/reminders"))["next"]
    same((before["name"], before["at"]), ("30", "2026-04-01T06:59:00Z"), "in Berlin")
    done(d.patch(ME, {"zone": "Europe/Istanbul"}))
    same(done(d.get(ME + "/reminders"))["next"]["at"], "2026-04-01T05:59:00Z", "an hour earlier")
    done(d.post(ME + "/undo"))
    same(done(d.get(ME + "/reminders"))["next"], before, "as before")
    done(d.patch(ME, {"zone": "America/New_York"}))
    same(done(d.get(ME + "/reminders"))["next"]["at"], "2026-04-01T12:59:00Z", "in New York")
    to(d, "2026-04-01T12:58:00Z")
    same(mails(d), [], "not yet")
    to(d, "2026-04-01T13:00:00Z")
    same(mailed(d), [("30", "2026-04-01")], "then")


def spacing():
    """two mails are six days apart, as long as the end is two weeks away; three in the last week at most"""
    d = ceud(reminders="\tladder behind 60 58 50 45 44 12 10 6 5 4 3 2 1 0\n\tladder on-pace 60 58 50 45 44 12 10 6 5 4 3 2 1 0\n")
    add_dana(d)
    to(d, "2026-07-05T12:00:00Z")
    days = [dt.date.fromisoformat(date) for _, date in mailed(d)]
    end = dt.date(2026, 6, 30)
    for a, b in zip(days, days[1:]):
        if (end - b).days > 14 and (b - a).days < 6:
            raise AssertionError("%s and %s" % (a, b))
    same(len([day for day in days if 0 <= (end - day).days <= 6]), 3, "in the last week")
    same(mailed(d)[-2][0], "0", "the last day is one of them")
    same({o for name, o in rungs(d) if name == "58"}, {"too-soon"}, "58")
    same(because(d, "58"), ["another mail goes or went within a few days"], "why")


def imported():
    """500 people are imported: mails go to those inside the last 30 days only"""
    d = ceud(reminders="")
    for n in range(500):
        end = dt.date(2026, 3, 12) + (n // 50 * 3 + 1 if n % 50 == 0 else 31 + n) * DAY
        done(d.post("/v1/people", {"email": "p%d@example.org" % n, "until": str(end)}))
    near = sorted("p%d@example.org" % n for n in range(500) if n % 50 == 0)
    to(d, "2026-03-12T22:00:00Z")
    got = [m["to"] for m in done(d.get("/v1/admin/mail/queue?state=all&limit=500"))["mails"]]
    same(sorted(got), near, "mails")
    longest = done(d.get("/v1/admin/status"))["loop"]["longest_turn_ms"]
    print("# longest turn %d ms" % longest)


# ---- who

def nowhere():
    """somebody without mail: each rung is recorded; with an address the last one comes"""
    d = ceud("2026-05-30T08:00:00Z")
    done(d.post("/v1/people", {"email": "dana@nowhere.invalid", "until": "2026-06-30"}))
    who = "/v1/people/dana@nowhere.invalid"
    done(d.get(who + "/reminders"), address_works=False, address_problem="the address says that there is no mail", next=None)
    to(d, "2026-06-10T12:00:00Z")
    same(rungs(d, who)[-1], ("30", "no-address"), "30")
    same(because(d, "30", who), ["the address says that there is no mail"], "why")
    done(d.patch(who, {"email": "dana@example.org"}))
    to(d, "2026-06-11T12:00:00Z")
    same(mailed(d), [("30", "2026-06-10")], "what she missed, at once")
    to(d, "2026-06-30T22:30:00Z")
    same([name for name, _ in mailed(d)], ["30", "14", "7", "3", "1", "0"], "and on")


def disabled():
    """somebody disabled gets nothing; enabled again, the one that is due"""
    d = ceud()
    add_dana(d)
    done(d.patch(ME, {"disabled": True}))
    to(d, "2026-06-02T12:00:00Z")
    same(len(mails(d)), 0, "nothing")
    done(d.patch(ME, {"disabled": False}))
    to(d, "2026-06-03T12:00:00Z")
    same(mailed(d), [("30", "2026-06-02")], "the tightest")


def deadline():
    """the deadline goes along with the first mail as a calendar, and again when the end has moved, with a higher sequence"""
    d = ceud("2026-05-30T08:00:00Z")
    add_dana(d)
    to(d, "2026-06-16T12:00:00Z")
    first, second = [[p for p in m.walk() if p.get_content_type() == "text/calendar"] for m in mails(d)]
    same((len(first), len(second)), (1, 0), "parts")
    ics = first[0].get_payload(decode=True).decode()
    contains(ics, "METHOD:PUBLISH", "DTSTART;VALUE=DATE:20260630", "SEQUENCE:0", "UID:deadline-1@")
    contains(text_of(mails(d)[0]), "deadline is attached")
    same("attached" in text_of(mails(d)[1]), False, "not in the second")
    uid = [line for line in ics.splitlines() if line.startswith("UID:")]
    done(d.patch(ME, {"until": "2026-07-05"}))
    to(d, "2026-06-30T12:00:00Z")
    third = [p for p in mails(d)[2].walk() if p.get_content_type() == "text/calendar"][0].get_payload(decode=True).decode()
    contains(third, "DTSTART;VALUE=DATE:20260705", "SEQUENCE:1", uid[0])


def unsubscribe():
    """notes to people who are in time carry a way to stop them, the others none"""
    d = ceud(more="admin ops@example.org\nurl https://ceu.example.org\n")
    add_dana(d)
    to(d, "2026-06-24T12:00:00Z")
    heads = [m["List-Unsubscribe"] for m in mails(d)]
    for head in heads[:2]:
        contains(head, "<https://ceu.example.org/unsubscribe/", "<mailto:ops@example.org?subject=")
    same(heads[2:], [None] * (len(heads) - 2), "from 30 days on")
    same([m["List-Unsubscribe-Post"] for m in mails(d)][:3], ["List-Unsubscribe=One-Click"] * 2 + [None], "one click")
    same(len({m["References"] for m in mails(d)}), 1, "one thread")


def over_a_weekend():
    """a mail that waits for Monday is not too late for what comes due meanwhile, and does not follow on a tighter one"""
    for days, end, sent in (([60, 59], "2026-05-13", [("60", "2026-03-16")]), ([60, 58], "2026-05-13", [("60", "2026-03-16")]),
                            ([100, 99, 98, 97, 96], "2026-06-22", [("100", "2026-03-16")])):
        d = ceud()
        add_dana(d, until=end)                          # the widest on a Saturday, 14 March
        done(d.patch(ME + "/reminders", {"days": days}))
        to(d, "2026-03-21T12:00:00Z")
        same(mailed(d), sent, "own days %r" % days)
        d.stop()
    for end, sent in (("2026-03-18", [("3", "2026-03-15"), ("1", "2026-03-17")]), ("2026-03-19", [("7", "2026-03-16")]),
                      ("2026-03-23", [("14", "2026-03-16")]), ("2026-03-30", [("30", "2026-03-16")])):
        d = ceud("2026-03-13T21:00:00Z")                # Friday, 22:00
        add_dana(d, until=end)
        to(d, "2026-03-13T21:01:00Z")
        wanted = planned(d)
        to(d, "2026-03-17T21:00:00Z")
        same(mailed(d), sent, "joined by Friday night, until " + end)
        same([p for p in wanted if p not in sent and p[1] < "2026-03-18"], [], "and planned so")
        d.stop()
    d = ceud("2026-03-12T12:00:00Z")                    # one that is late waits for Monday, too
    add_dana(d, until="2026-05-12")
    to(d, "2026-03-13T00:30:00Z")
    same(planned(d)[0][0], "30", "60 waits for this Friday's half past eight")
    d.stop()
    d.clock = "2026-03-14T10:00:00Z"
    d.start()
    to(d, "2026-03-16T12:00:00Z")
    same(mailed(d), [("60", "2026-03-16")], "late")
    same(mails(d)[0]["Date"].datetime.strftime("%H:%M"), "07:00", "in the morning")
    d = ceud("2026-03-12T12:00:00Z")                    # nor does it when it waits for the last day
    add_dana(d, until="2026-05-11")
    done(d.patch(ME + "/reminders", {"days": [1, 0]}))
    to(d, "2026-05-08T18:30:00Z")                       # Friday, 20:30
    finish(d)
    to(d, "2026-05-11T12:00:00Z")
    same(mailed(d)[-2:], [("1", "2026-05-10"), ("0", "2026-05-11")], "done on Friday night")
    same(because(d, "done"), ["a later reminder goes today"], "the note")


def last_evening():
    """what comes due in the last evening, after a gap, does not keep back the word that the cycle is over"""
    d = ceud()
    add_dana(d, until="2026-06-16")
    to(d, "2026-05-01T12:00:00Z")
    d.stop()
    d.clock = "2026-06-16T19:00:00Z"                    # 21:00 there
    d.start()
    to(d, "2026-06-16T20:00:00Z")
    same(because(d, "0"), ["the cycle is over before a mail may go"], "rung 0")
    same(planned(d), [("+1", "2026-06-17")], "plan")
    to(d, "2026-06-18T12:00:00Z")
    same(mailed(d)[-1], ("+1", "2026-06-17"), "what came")


if __name__ == "__main__":
    main([behind, on_pace, complete, reached, reached_waits, lapsed, inbox, downtime, tightest_leaves, weekends, over_a_weekend, last_evening, minutes, moves,
          spacing, imported, nowhere, disabled, deadline, unsubscribe])
