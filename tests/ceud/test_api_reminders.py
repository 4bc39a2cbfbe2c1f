#!/usr/bin/python3
"""Reminders over the API: on and off, other days, previews, nudges of a lead, the plan of all mails; every refusal. TAP."""
import email
import email.policy
import os
import pwd
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from api import IS_ROOT, Daemon, add_dana, contains, done, log, main, refused, same                # noqa: E402

ME = "/v1/people/dana@example.org"
CONFIG = """organisation "Example Ltd"
admin ops@example.org
zone Europe/Berlin
mail {
	mode live
	from "CEU <ceu@example.org>"
	rate 100000/min
}
reminders {
	bulk-limit 100% 1000
}
"""


def ceud(clock="2026-03-12T08:00:00Z", config=CONFIG):
    return Daemon(config, clock=clock)


def to(d, instant):
    return done(d.post("/v1/admin/clock", {"to": instant}))


def get(d, path=ME):
    return done(d.get(path + "/reminders"))


def queue(d, state="all"):
    return done(d.get("/v1/admin/mail/queue?state=" + state))["mails"]


def outcome(d, name):
    return [(r["outcome"], r["because"]) for r in get(d)["rungs"] if r["name"] == name]


# ---- on and off

def on_and_off():
    """off for good, off until a day, on; each stands in her history and can be undone"""
    d = ceud()
    add_dana(d)
    plan = get(d)["planned"]
    done(d.patch(ME + "/reminders", {"on": True}), on=True, changed=False)
    done(d.patch(ME + "/reminders", {"on": False}), on=False, until=None, next=None, planned=[], changed=True)
    done(d.post(ME + "/undo"))
    same((get(d)["on"], get(d)["planned"]), (True, plan), "undone")
    done(d.post(ME + "/redo"))
    same(get(d)["on"], False, "redone")
    a = done(d.patch(ME + "/reminders", {"on": False, "until": "2026-05-10"}), on=False, until="2026-05-10")
    same([(r["name"], r["date"]) for r in a["planned"]][0], ("30", "2026-06-01"), "the first after it")
    texts = [c["text"] for c in done(d.get(ME + "/history"))["changes"]]
    contains(texts[0], "10 May 2026")
    contains(texts[1], "off")
    to(d, "2026-05-02T12:00:00Z")
    same(outcome(d, "60"), [("muted", "reminders are off until 10 May 2026")], "60")
    same(queue(d), [], "no mail")
    done(d.patch(ME + "/reminders", {"on": True}), on=True, until=None)
    done(d.patch(ME + "/reminders", {"until": "1 june"}), on=False, until="2026-06-01")
    to(d, "2026-06-30T12:00:00Z")
    same(get(d)["on"], True, "the day has passed")
    same([m["name"] for m in get(d)["rungs"] if m["outcome"] == "mailed"], ["14", "7", "3", "1", "0"], "mails")


def off_meanwhile():
    """off while a mail waits: it is cancelled"""
    d = ceud("2026-03-31T21:00:00Z")
    add_dana(d)
    to(d, "2026-04-01T05:00:00Z")
    same([m["state"] for m in queue(d)], ["ready"], "planned")
    done(d.patch(ME + "/reminders", {"on": False}))
    plan = done(d.get("/v1/admin/mail/plan"))
    same((plan["mails"], [(r["name"], r["outcome"], r["because"]) for r in plan["not_sent"]][:1]),
         ([], [("90", "not-needed", "reminders are off")]), "plan")
    to(d, "2026-04-01T12:00:00Z")
    same([(m["state"], m["reason"]) for m in queue(d)], [("cancelled", "reminders are off")], "cancelled")
    same(outcome(d, "90"), [("mailed", "reminders are off")], "told")


def called_off():
    """a mail that waits and will be called off is told as such, and is not the next one; a disabled person has none to come"""
    d = ceud("2026-06-01T08:00:00Z")
    add_dana(d, until="2026-06-20")
    done(d.patch(ME + "/reminders", {"days": [7, 6, 5]}))
    for days, dates in (12, set()), (14, {"2026-06-15"}):
        planned = done(d.get("/v1/admin/mail/plan?days=%d" % days))["mails"]
        same({m["date"] for m in planned if m["name"] in ("7", "6", "5")}, dates, "within %d days" % days)
    to(d, "2026-06-13T12:00:00Z")                               # Saturday: it waits for Monday, and so does that of Sunday
    state, = [(r["mail_state"], r["goes_at"], r["because"]) for r in get(d)["rungs"] if r["name"] == "7"]
    same(state, ("ready", None, "a later reminder goes by then"), "7")
    same((get(d)["next"]["name"], get(d)["next"]["date"]), ("6", "2026-06-15"), "next")
    done(d.patch(ME + "/reminders", {"days": [7]}))
    state, = [(r["mail_state"], r["goes_at"], r["because"]) for r in get(d)["rungs"] if r["name"] == "7"]
    same((get(d)["next"]["name"], get(d)["next"]["at"]), ("7", state[1]), "the only one is the next")
    same(state, ("ready", "2026-06-15T06:59:00Z", "units are missing"), "it goes")
    done(d.patch(ME, {"disabled": True}))
    a = get(d)
    same((a["disabled"], a["next"], a["planned"]), (True, None, []), "disabled")
    same([r["because"] for r in a["rungs"] if r["name"] == "7"], ["the person is disabled"], "why")
    done(d.patch(ME, {"disabled": False}))
    to(d, "2026-06-15T12:00:00Z")
    same([r["mail_state"] for r in get(d)["rungs"] if r["name"] == "7"], ["sent"], "it went")
    same((get(d)["disabled"], get(d)["next"]["name"]), (False, "+1"), "none but that of the lapse")


def own_days():
    """days of her own instead of the program's, and back"""
    d = ceud()
    add_dana(d)
    a = done(d.patch(ME + "/reminders", {"days": [14, 100, 40]}), days=[100, 40, 14])
    same([r["name"] for r in a["planned"]], ["100", "40", "14", "+1"], "hers")
    same(a["planned"][0]["date"], "2026-03-23", "Sunday 22 March is a Monday")
    to(d, "2026-03-24T12:00:00Z")
    same(outcome(d, "100"), [("mailed", "units are missing")], "100")
    contains("\n".join(c["text"] for c in done(d.get(ME + "/history"))["changes"]), "100")
    a = done(d.patch(ME + "/reminders", {"days": []}), days=None)
    same([r["name"] for r in a["planned"]][:2], ["90", "60"], "the program's")
    done(d.patch(ME + "/reminders", {"days": [5]}), days=[5])
    done(d.patch(ME + "/reminders", {"days": None}), days=None)
    done(d.patch(ME + "/reminders", {"days": list(range(20))}))
    same(get(d)["days"], list(range(19, -1, -1)), "twenty")


def refusals():
    """what cannot be asked"""
    d = ceud()
    add_dana(d)

    def no(body, code, *pieces):
        refused(d.patch(ME + "/reminders", body), 400, code, *pieces)

    no({}, "nothing-given", "ceu remind")
    no({"on": True, "until": "2026-05-01"}, "until-on")
    no({"on": False, "until": "2026-03-11"}, "until-past", "over")
    no({"until": "yesterday"}, "until-past")
    no({"until": "03/04/2026"}, "date-ambiguous")
    no({"until": "someday"}, "date-unknown")
    no({"on": "no"}, "field-type")
    no({"off": True}, "field-unknown")
    for days in ([-1], [3651], ["30"], [1.5], [30, 30], list(range(21)), "30", {"a": 1}, [None], [[1]], [99999999999999999999]):
        answer = d.patch(ME + "/reminders", {"days": days})
        if answer.status != 400 or answer.json["code"] not in ("days-invalid", "json-invalid"):
            raise AssertionError("%r: %r" % (days, answer))
    same((get(d)["on"], get(d)["days"]), (True, None), "nothing changed")
    refused(d.get(ME + "/reminders?preview=2"), 400, "flag-invalid")
    refused(d.get(ME + "/reminders?on=tomorrow"), 400, "query-double", "--preview")
    refused(d.get(ME + "/reminders?preview=1&on=yesterday"), 400, "on-past")
    refused(d.get(ME + "/reminders?limit=0"), 400, "number-invalid")
    refused(d.get("/v1/people/nobody@example.org/reminders"), 404, "no-person")
    done(d.post("/v1/people", {"email": "lead@example.org"}))
    refused(d.get("/v1/people/lead@example.org/reminders?preview=1"), 422, "no-cycle")
    done(d.get("/v1/people/lead@example.org/reminders"), rungs=[], planned=[], next=None, on=True)
    done(d.patch("/v1/people/lead@example.org/reminders", {"on": False}), on=False)
    if IS_ROOT:
        nobody = pwd.getpwnam("nobody")
        done(d.patch("/v1/people/lead@example.org", {"user": "nobody"}))
        refused(d.get(ME + "/reminders", uid=nobody.pw_uid), 403, "not-yours")
        refused(d.patch(ME + "/reminders", {"on": False}, uid=nobody.pw_uid), 403, "not-yours")
        done(d.patch("/v1/people/me/reminders", {"on": True}, uid=nobody.pw_uid), on=True, person="lead@example.org")


# ---- previews

def previews():
    """what she would get now, and on a later day if nothing changes; nothing is stored"""
    d = ceud()
    add_dana(d)
    a = done(d.get(ME + "/reminders?preview=1"))
    same(sorted(a.json), ["html", "subject", "text"], "members")
    contains(a["subject"], "20 units to go")
    contains(a["text"], "0 of 20 units", "110 days")
    b = done(d.get(ME + "/reminders?preview=1&on=2026-06-16"))
    contains(b["subject"], "14 days left")
    contains(done(d.get(ME + "/reminders?preview=1&on=2026-07-01"))["subject"], "ended on 30 June")
    p = done(d.get("/v1/admin/mail/preview?person=dana@example.org&on=2026-06-16"))
    same(p["name"], "dana-reminder.eml", "name")
    m = email.message_from_string(p["eml"], policy=email.policy.default)
    same((m["Subject"], m["To"], m["From"]), (b["subject"], "Dana Reed <dana@example.org>", "CEU <ceu@example.org>"), "head")
    same(m.get_body(("plain",)).get_content().replace("\r\n", "\n").split("\n\n")[0], b["text"].split("\n\n")[0], "text")
    same(max(len(line) for line in p["eml"].split("\r\n")) <= 998 and p["eml"].isascii(), True, "7-bit")
    same(queue(d), [], "queue")
    same(get(d)["rungs"], [], "rungs")
    refused(d.get("/v1/admin/mail/preview"), 400, "preview-of")
    refused(d.get("/v1/admin/mail/preview?person=dana@example.org&team=x"), 400, "preview-of")
    refused(d.get("/v1/admin/mail/preview?person=nobody@example.org"), 404, "no-person")
    refused(d.get("/v1/admin/mail/preview?team=none"), 404, "no-team")
    refused(d.get("/v1/admin/mail/preview?person=dana@example.org&on=2026-03-01"), 400, "on-past")


# ---- nudges

def previews_with_events():
    """on a later day what is over by then waits, and is no more offered as the work to come"""
    d = ceud()
    add_dana(d)
    at = lambda n, day, title: ("BEGIN:VEVENT\r\nUID:%d\r\nDTSTAMP:20260101T000000Z\r\nDTSTART:%sT090000Z\r\nDTEND:%sT110000Z\r\n"
                                "SUMMARY:%s\r\nEND:VEVENT\r\n" % (n, day, day, title))
    text = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//t\r\n%s%sEND:VCALENDAR\r\n" % (
        at(1, "20260408", "Spring webinar"), at(2, "20260610", "Summer webinar"))
    done(d.post(ME + "/calendars", {"file": {"name": "x.ics", "text": text}, "category": "training", "for": ["voice"]}))
    now = done(d.get(ME + "/reminders?preview=1"))["text"]
    contains(now, "Least work: Spring webinar, Wednesday 8 April, 2 hours", "Then: Summer webinar")
    same("WAITING FOR YOU" in now, False, now)
    then = done(d.get(ME + "/reminders?preview=1&on=2026-05-04"))["text"]
    contains(then, "WAITING FOR YOU\n   8 Apr  Spring webinar\n", "Least work: Summer webinar, Wednesday 10 June")
    late = done(d.get(ME + "/reminders?preview=1&on=2026-06-16"))["text"]
    contains(late, "  8 Apr  Spring webinar\n", "  10 Jun  Summer webinar\n", "Least work: 10 hours, still to be found.")


def nudges():
    """a lead asks: a mail in her name, at most one in six days, none to whom it would not help"""
    d = ceud("2026-03-12T08:00:00Z")
    for name, more in (("late", {}), ("done", {}), ("sent", {}), ("quiet", {}), ("lead", {"until": None, "name": "Hugo Lang"}),
                       ("other", {}), ("gone", {})):
        until = {} if "until" in more else {"until": "2026-04-30"}
        done(d.post("/v1/people", dict({k: v for k, v in more.items() if v}, email=name + "@example.org", **until)))
    done(d.post("/v1/people", {"email": "none@example.invalid", "until": "2026-04-30"}))
    done(d.post("/v1/teams", {"name": "CX", "lead": "lead@example.org"}))
    people = ["late@example.org", "done@example.org", "sent@example.org", "quiet@example.org", "none@example.invalid",
              "lead@example.org", "gone@example.org"]
    for who in people:
        done(d.patch("/v1/people/" + who, {"team": "CX"}))
    for who in "done", "sent":
        for category in "training", "conference":
            done(log(d, "10h", category, "All of " + category, "2026-03-01", person=who + "@example.org"))
    done(d.post("/v1/people/sent@example.org/submit", {"on": "2026-03-12"}))
    done(d.patch("/v1/people/quiet@example.org/reminders", {"on": False}))
    done(d.patch("/v1/people/gone@example.org", {"disabled": True}))
    a = done(d.post("/v1/teams/CX/nudge", {"people": people}))["nudged"]
    same([(n["person"].split("@")[0], n["outcome"], n["because"]) for n in a], [
        ("late", "mailed", "asked for"), ("done", "not-sent", "every rule is met"), ("sent", "not-sent", "the renewal was sent in"),
        ("quiet", "not-sent", "the person wants no reminders now"),
        ("none", "not-sent", "the address says that there is no mail"),
        ("lead", "not-sent", "the person has no certificate cycle"), ("gone", "not-sent", "the person is disabled")], "nudged")
    to(d, "2026-03-12T08:05:00Z")
    m, = [m for m in queue(d) if m["kind"] == "nudge"]
    same((m["to"], m["state"]), ("late@example.org", "sent"), "mail")
    path, = [f for f in os.listdir(os.path.join(d.state, "mail")) if int(f.split("-")[0]) == m["id"]]
    with open(os.path.join(d.state, "mail", path), "rb") as handle:
        text = email.message_from_binary_file(handle, policy=email.policy.default).get_body(("plain",)).get_content()
    contains(text, "Hugo Lang asked for this reminder", "0 of 20 units")
    a = done(d.post("/v1/teams/CX/nudge", {"people": ["late@example.org", "late@"]}))["nudged"]
    same([(n["outcome"], n["because"]) for n in a], [("not-sent", "a reminder goes today")], "once more, named twice")
    to(d, "2026-03-17T12:00:00Z")
    same(done(d.post("/v1/teams/CX/nudge", {"people": ["late@"]}))["nudged"][0]["because"], "a reminder went on 12 March 2026", "five days")
    to(d, "2026-03-18T12:00:00Z")
    same(done(d.post("/v1/teams/CX/nudge", {"people": ["late@"]}))["nudged"][0]["outcome"], "mailed", "six days")
    refused(d.post("/v1/teams/CX/nudge", {"people": []}), 400, "people-needed")
    refused(d.post("/v1/teams/CX/nudge", {}), 400, "people-needed")
    refused(d.post("/v1/teams/CX/nudge", {"people": "late@example.org"}), 400, "people-needed")
    refused(d.post("/v1/teams/CX/nudge", {"people": [7]}), 400, "people-needed")
    refused(d.post("/v1/teams/CX/nudge", {"people": ["late@"] * 101}), 400, "people-needed")
    refused(d.post("/v1/teams/CX/nudge", {"who": ["late@"]}), 400, "field-unknown")
    refused(d.post("/v1/teams/CX/nudge", {"people": ["other@example.org"]}), 403, "not-in-team", "ceu team")
    refused(d.post("/v1/teams/CX/nudge", {"people": ["nobody@example.org"]}), 404, "no-person")
    refused(d.post("/v1/teams/NONE/nudge", {"people": ["late@"]}), 404, "no-team")
    done(d.post("/v1/teams", {"name": "Free"}))
    done(d.patch("/v1/people/late@example.org", {"team": "Free"}))
    refused(d.post("/v1/teams/Free/nudge", {"people": ["late@"]}), 422, "no-lead")


def nudge_and_rungs():
    """a rung that is due within six days of a nudge is not mailed as well"""
    d = ceud("2026-03-30T08:00:00Z")
    add_dana(d)
    done(d.post("/v1/people", {"email": "lead@example.org"}))
    done(d.post("/v1/teams", {"name": "CX", "lead": "lead@example.org"}))
    done(d.patch(ME, {"team": "CX"}))
    same(done(d.post("/v1/teams/CX/nudge", {"people": ["dana@"]}))["nudged"][0]["outcome"], "mailed", "nudge")
    same([r["name"] for r in get(d)["planned"]][0], "60", "the plan knows")
    to(d, "2026-04-03T12:00:00Z")
    same(outcome(d, "90"), [("too-soon", "another mail goes or went within a few days")], "90")


# ---- the plan

def plan():
    """every mail that goes, each that does not, with why; then it comes to pass"""
    d = ceud("2026-03-30T12:00:00Z")
    add_dana(d)
    done(d.post("/v1/people", {"email": "kim@example.org", "until": "2026-04-29"}))
    done(d.post("/v1/people", {"email": "none@example.invalid", "until": "2026-04-29"}))
    done(d.post("/v1/people", {"email": "away@example.org", "until": "2026-04-29"}))
    done(d.post("/v1/people", {"email": "gone@example.org", "until": "2026-05-15"}))
    done(d.post("/v1/people", {"email": "lead@example.org"}))
    done(d.post("/v1/teams", {"name": "CX", "lead": "lead@example.org"}))
    done(d.post("/v1/teams", {"name": "Free"}))
    done(d.patch(ME, {"team": "CX"}))
    done(d.patch("/v1/people/away@example.org/reminders", {"on": False, "until": "2026-04-12"}))
    done(d.patch("/v1/people/gone@example.org", {"disabled": True}))
    to(d, "2026-03-30T12:01:00Z")
    p = done(d.get("/v1/admin/mail/plan?days=20"))
    same((p["from"], p["to"]), ("2026-03-30", "2026-04-19"), "days")
    same([m["at"] for m in p["mails"]], sorted(m["at"] for m in p["mails"]), "order")
    reminders = [(m["to"], m["name"], m["rung"], m["state"]) for m in p["mails"] if m["kind"] == "reminder"]
    same(reminders, [("dana@example.org", "90", 90, "planned"), ("kim@example.org", "14", 14, "planned"),
                     ("away@example.org", "14", 14, "planned")] if reminders[1][0] == "kim@example.org" else
         [("dana@example.org", "90", 90, "planned"), ("away@example.org", "14", 14, "planned"),
          ("kim@example.org", "14", 14, "planned")], "reminders")
    same([(m["date"], m["team"], m["to"], m["name"]) for m in p["mails"] if m["kind"] == "digest"],
         [(date, "CX", "lead@example.org", "digest") for date in ("2026-04-06", "2026-04-13")], "digests")
    not_sent = {(r["person"], r["name"]): (r["outcome"], r["because"]) for r in p["not_sent"] if r["kind"] == "reminder"}
    same(not_sent[("none@example.invalid", "14")], ("no-address", "the address says that there is no mail"), "nowhere")
    same(not_sent[("gone@example.org", "30")], ("not-needed", "the person is disabled"), "disabled")
    same([(r["team"], r["because"]) for r in p["not_sent"] if r["kind"] == "digest"], [("Free", "the team has no lead")] * 2, "teams")
    to(d, "2026-04-20T12:00:00Z")
    sent = [m["to"] for m in reversed(queue(d)) if m["kind"] == "reminder" and m["state"] == "sent"]
    same(sorted(sent), sorted(["kim@example.org"] + [to_whom for to_whom, *_ in reminders]), "came to pass; kim's 30 had gone before")
    done(d.get("/v1/admin/mail/plan"), **{"from": "2026-04-20", "to": "2026-05-20"})
    same(len(done(d.get("/v1/admin/mail/plan?days=1"))["mails"]), 0, "a day")
    for word in "0", "367", "x", "-1", "":
        if d.get("/v1/admin/mail/plan?days=" + word).status != 400:
            raise AssertionError(word)


def held():
    """in mode hold what waits is told as held; other admins may ask at the same time"""
    d = ceud("2026-03-31T12:00:00Z", CONFIG.replace("live", "hold"))
    add_dana(d)
    to(d, "2026-04-01T05:00:00Z")
    p = done(d.get("/v1/admin/mail/plan?days=2"))
    same([(m["to"], m["state"], m["name"]) for m in p["mails"]], [("dana@example.org", "held", "90")], "held")
    p = done(d.get("/v1/admin/mail/plan?days=70"))
    same([(m["name"], m["state"]) for m in p["mails"]], [("90", "held"), ("60", "held"), ("30", "held")], "and those that follow")
    same((get(d)["next"]["name"], get(d)["held"]), ("90", True), "hers")
    with open(d.config, "w") as conf:
        conf.write(CONFIG)
    done(d.post("/v1/admin/reload"))
    same((get(d)["next"]["name"], get(d)["held"]), ("90", True), "one that was held goes on word only")
    done(d.post("/v1/admin/mail/release"), released=1)
    same((get(d)["next"]["name"], get(d)["held"]), ("90", False), "released")


if __name__ == "__main__":
    main([on_and_off, off_meanwhile, called_off, own_days, refusals, previews, previews_with_events, nudges, nudge_and_rungs, plan, held])
