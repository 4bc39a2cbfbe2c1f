#!/usr/bin/python3
"""The outbox: what becomes of a mail, of its address and of the channel after each sort of answer; what an admin may do with
one; the mail to the admin; kills at random moments."""
import atexit
import datetime as dt
import email
import email.policy
import glob
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from api import ROOT, Daemon, contains, daemons, done, main, refused, same
from test_mails import Relay, config, leave, queue, relay_config, rewrite, states, to, wait

ADMIN = "admin ops@example.org\n"
START = "2026-03-02T05:00:00Z"


class Server(Relay):
    """The mail server of tests/net, ended with the test."""

    def __init__(self, *options):
        super().__init__(*options)
        atexit.register(self.end)

    def end(self):
        if not self.process.stdin.closed:
            return super().end()


class Faulty(Server):
    """The fault server of tests/net."""

    def __init__(self, faults, *options, port=0):
        self.folder = tempfile.mkdtemp(prefix="ceud-faulty-")
        atexit.register(shutil.rmtree, self.folder, ignore_errors=True)
        self.process = subprocess.Popen(
            ["/usr/bin/python3", os.path.join(ROOT, "tests/net/smtp_faults.py"), faults, "--dir", self.folder, "--tls", "none",
             "--no-auth", "--port", str(port), *options], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.port = int(self.process.stdout.readline())
        atexit.register(self.end)


def got(relay):
    """(to, bytes) of what a server took, in order."""
    mails = []
    for name in sorted(glob.glob(os.path.join(relay.folder, "*.json"))):
        with open(name) as facts, open(name[:-4] + "eml", "rb") as body:
            mails.append((json.load(facts)["to"][0], body.read()))
    return mails


def people(d, *names, until="2026-03-20"):
    """Each has one mail that is ready."""
    for name in names:
        done(d.post("/v1/people", {"email": name + "@example.org", "until": until}))
    to(d, "2026-03-02T05:01:00Z")


def start(relay, *names, more="", rate=100000):
    d = Daemon(config(mail=relay.config(), more=more, rate=rate), clock=START)
    people(d, *names)
    return d


def ahead(d, minutes):
    done(d.post("/v1/admin/clock", {"forward": "+%dm" % minutes}))


def by_day(relay, *names):
    """Late enough that mails go at once, by themselves."""
    d = Daemon(config(mail=relay.config()), clock="2026-03-02T12:00:00Z")
    for name in names:
        done(d.post("/v1/people", {"email": name + "@example.org", "until": "2026-03-20"}))
    to(d, "2026-03-02T12:00:30Z")
    return d


def instant(text):
    return dt.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


def run(d, **members):
    return done(d.post("/v1/admin/run/mail"), **members)


def mail_of(d, who):
    found = [m for m in queue(d) if m["to"] == who + "@example.org"]
    same(len(found) > 0, True, "a mail to " + who)
    return done(d.get("/v1/admin/mail/%d" % found[0]["id"])).json


def status(d):
    return done(d.get("/v1/admin/mail")).json


# ---- what becomes of a mail

def classes():
    """each sort of answer: the mail's state, attempts, doubts, reason and next try; one attempt in its log"""
    rows = [                    # who, state, attempts, doubts, code, phase, words of the reason, minutes to the next try
        ("dana", "sent", 1, 0, 250, "dot", None, None),
        ("nouser", "failed", 1, 0, 550, "rcpt", "There is no such user", None),
        ("full", "ready", 1, 0, 452, "rcpt", "The mailbox is full", 5),
        ("later", "ready", 1, 0, 451, "rcpt", "Try again later", 5),
        ("relay", "ready", 1, 0, 550, "rcpt", "Relaying denied", 5),
        ("spam", "failed", 1, 0, 554, "dot", "This looks like spam", None),
        ("toobig", "failed", 1, 0, 552, "dot", "The message is too big", None),
        ("busy", "ready", 1, 0, 451, "dot", "Try again later", 5),
        ("lost", "ready", 1, 1, 354, "dot", "the server may have taken it; it did not say so", 10),
    ]
    d = by_day(Server(), *[row[0] for row in rows])
    same(states(d), {"sent": 1, "failed": 3, "ready": 5}, "states")
    for who, state, attempts, doubts, code, phase, reason, minutes in rows:
        m = mail_of(d, who)
        same((m["state"], m["attempts"], m["doubts"], m["phase"]), (state, attempts, doubts, phase), who)
        contains(m["reason"] or "", reason or "")
        same(reason is None, m["reason"] is None, who + " reason")
        same(len(m["attempt_log"]), 1, who + " attempts in the log")
        same(m["attempt_log"][0]["phase"], phase, who + " phase")
        if code != 354:
            same(m["code"], code, who + " code")
        if minutes:
            wait_s = instant(m["next_try"]) - instant(m["attempt_log"][0]["at"])
            same(minutes * 48 <= wait_s <= minutes * 72, True, "%s: next try after %d s" % (who, wait_s))
        else:
            same(m["next_try"], None, who)
    sent = mail_of(d, "dana")
    same((sent["enhanced"], sent["server_id"] is not None), ("2.0.0", True), "accepted")
    same(sent["next"], ["ceu admin mail resend %d" % sent["id"]], "next")
    same(status(d)["breaker"]["state"], "ok", "breaker")
    same(status(d)["last_sent"] is not None, True, "last sent")


def shown():
    """a mail is shown with its head, its text and its bytes' number, before it is made without"""
    d = start(Server(), "dana")
    m = mail_of(d, "dana")
    same((m["headers"], m["text"], m["bytes"], m["subject"], m["from"]), ([], None, None, None, "ceu@example.org"), "before")
    same(m["next"], ["ceu admin mail retry %d" % m["id"], "ceu admin mail drop %d --because TEXT" % m["id"]][-1:], "next")
    run(d, sent=1)
    m = mail_of(d, "dana")
    heads = {h["name"]: h["value"] for h in m["headers"]}
    same((heads["To"], heads["Auto-Submitted"], heads["Message-ID"]), ("dana@example.org", "auto-generated",
         "<%s>" % m["message_id"]), "heads")
    same([h for h in m["headers"] if "\n" in h["value"] or "\r" in h["value"]], [], "folded")
    contains(m["text"], "20 March 2026", "20 to go in 18 days")
    same(m["bytes"] > 2000, True, "bytes")
    refused(d.get("/v1/admin/mail/999"), 404, "no-mail")
    refused(d.get("/v1/admin/mail/x"), 400, "number-invalid")


def in_doubt():
    """a mail that may have arrived goes once more after ten minutes, the same bytes; then nobody knows"""
    relay = Server()
    d = by_day(relay, "lost")
    same(mail_of(d, "lost")["doubts"], 1, "the first time")
    to(d, "2026-03-02T12:30:00Z")
    m = mail_of(d, "lost")
    same((m["state"], m["attempts"], m["doubts"]), ("unknown", 2, 2), "the second time")
    copies = got(relay)
    same(len(copies), 2, "copies")
    same(copies[0], copies[1], "bytes")
    same(status(d)["states"]["unknown"], 1, "counted")
    contains(json.dumps(status(d)["problems"]), "1 mail may or may not have arrived")
    leave(d)


def full_for_a_day():
    """a full mailbox is tried for a day, then the mail fails; the address is not given up"""
    d = start(Faulty("rcpt-552/5.2.2"), "dana")
    run(d, later=1)
    to(d, "2026-03-03T04:00:00Z")
    same(mail_of(d, "dana")["state"], "ready", "within a day")
    to(d, "2026-03-03T22:00:00Z")
    m = mail_of(d, "dana")
    same((m["state"], m["enhanced"]), ("failed", "5.2.2"), "after a day")
    same(status(d)["suppressed"], 0, "suppressed")


# ---- addresses

def suppressed():
    """two hard bounces in a row: nothing more is sent there until an admin says so or a mail arrives"""
    d = start(Server(), "nouser")
    same(status(d)["oldest_ready"], None, "for later, it does not wait")
    run(d, failed=1)
    same(status(d)["suppressed"], 0, "after one")
    to(d, "2026-03-06T12:00:00Z")           # 14 days before the end
    same((status(d)["suppressed"], states(d)), (1, {"failed": 2}), "after two")
    contains(json.dumps(status(d)["problems"]), "1 address does not work and gets no mail", "--email NEW")
    contains(json.dumps(done(d.get("/v1/admin/status"))["problems"]), "1 address does not work")
    to(d, "2026-03-13T12:00:00Z")           # 7 days before the end
    same(states(d), {"failed": 2}, "no third one")
    rungs = {r["name"]: r for r in done(d.get("/v1/people/nouser@example.org/reminders"))["rungs"]}
    same(rungs["7"]["outcome"], "no-address", "the rung")
    done(d.post("/v1/admin/mail/%d/retry" % queue(d)[0]["id"]), state="ready", attempts=0)
    same(status(d)["suppressed"], 0, "an admin's word")
    run(d, failed=1)
    same(status(d)["suppressed"], 0, "it counts from there")
    leave(d)


def cleared():
    """a mail that arrives clears what a hard bounce said before"""
    relay = Faulty("rcpt-550/5.1.1", "--times", "1")
    d = start(relay, "dana")
    run(d, failed=1)
    to(d, "2026-03-06T12:00:00Z")
    same(states(d), {"failed": 1, "sent": 1}, "the second arrives")
    relay.end()
    Faulty("rcpt-550/5.1.1", "--times", "1", port=relay.port)
    to(d, "2026-03-13T12:00:00Z")
    same((states(d), status(d)["suppressed"]), ({"failed": 2, "sent": 1}, 0), "two, but not in a row")
    leave(d)


def called_off():
    """what waits for an address that was given up meanwhile is cancelled, and says since when and why"""
    d = Daemon(config(mail=Server().config()), clock="2026-03-03T05:00:00Z")
    done(d.post("/v1/people", {"email": "nouser@example.org", "until": "2026-03-20"}))
    for team in "One", "Two":
        done(d.post("/v1/teams", {"name": team, "lead": "nouser@example.org"}))
        done(d.post("/v1/people", {"email": team.lower() + "@example.org", "until": "2026-12-31", "team": team}))
    to(d, "2026-03-03T05:01:00Z")
    done(d.post("/v1/admin/run/digests"))
    run(d)
    same(states(d), {"failed": 2, "cancelled": 1}, "a reminder and two digests")
    m = [m for m in queue(d) if m["state"] == "cancelled"][0]
    contains(m["reason"], "come back")
    leave(d)


def no_address():
    """people without an address are counted where an admin looks"""
    d = Daemon(config(), clock=START)
    people(d, "dana")
    for name in "kim", "amir":
        done(d.post("/v1/people", {"email": name + "@nowhere.invalid", "until": "2026-03-20"}))
    done(d.post("/v1/admin/reload"))
    wait("the walk", lambda: "no e-mail address" in json.dumps(status(d)["problems"]))
    contains(json.dumps(status(d)["problems"]), "2 people have no e-mail address and get no reminders: ceu admin person list")
    done(d.patch("/v1/people/kim@nowhere.invalid", {"disabled": True}))
    to(d, "2026-03-03T12:00:00Z")
    contains(json.dumps(status(d)["problems"]), "1 person has no e-mail address and gets no reminders")


# ---- the channel

def breaker():
    """nobody listens: after three faults it is left alone 1, 2, 5, 10, 15, 30 minutes, one mail looks each time"""
    port = Faulty("refuse").port
    d = Daemon(config(mail=relay_config(port)), clock=START)
    people(d, "a", "b", "c", "d")
    run(d, sent=0, failed=0, later=4, unknown=0)
    b = status(d)["breaker"]
    same((b["state"], b["faults"]), ("closed", 3), "after the run")
    left = instant(b["until"]) - instant(done(d.get("/v1/admin/clock"))["now"])
    same(45 <= left <= 72, True, "the first pause: %d s" % left)
    contains(json.dumps(status(d)["problems"]), "The relay is left alone until 2 March 2026, 06:0")
    to(d, "2026-03-02T07:30:00Z")
    same(status(d)["breaker"]["faults"], 3, "nothing was due")
    to(d, "2026-03-02T09:45:00Z")               # all are due, each pause of the ladder is over
    tried = status(d)["breaker"]["faults"]
    for _ in range(4):
        b = status(d)["breaker"]
        to(d, b["until"])
        ahead(d, 1)
        same(status(d)["breaker"]["faults"], tried + 1, "one look each")
        tried += 1
        pause = instant(status(d)["breaker"]["until"]) - instant(b["until"])
        same(1430 <= pause <= 2220, True, "half an hour: %d s" % pause)
    for who in "abcd":
        m = mail_of(d, who)
        same((m["state"], m["attempts"], m["doubts"]), ("ready", 0, 0), who)
    leave(d)


def ours():
    """three different addresses in a row refused for what we are: the channel is wrong; one address alone is its own affair"""
    d = start(Server(), "relay+a", "relay+b", "relay+c")
    a, b, c = (mail_of(d, "relay+" + who)["id"] for who in "abc")
    later = lambda mail: done(d.post("/v1/admin/mail/%d/drop" % mail, {"because": "not yet"}))
    later(b), later(c)
    for _ in range(4):
        run(d, later=1)
    same(status(d)["breaker"]["state"], "ok", "one address")
    later(a)
    done(d.post("/v1/admin/mail/%d/resend" % b))
    run(d, later=1)
    same(status(d)["breaker"]["state"], "ok", "two addresses")
    c = done(d.post("/v1/admin/mail/%d/resend" % c)).json["id"]
    later(queue(d)[1]["id"])
    run(d)
    breaker = status(d)["breaker"]
    same(breaker["state"], "closed", "three addresses")
    contains(breaker["reason"], "Relaying denied")
    m = done(d.get("/v1/admin/mail/%d" % c)).json
    same((m["state"], m["attempts"]), ("ready", 0), "the third loses no attempt")
    contains(d.read_log(), "Mail cannot be sent: 550 5.7.1 Relaying denied")
    same(status(d)["suppressed"], 0, "suppressed")
    leave(d)


def lost_connection():
    """a kept connection that is gone costs a mail nothing, once"""
    relay = Faulty("second-drop")
    d = start(relay, "a", "b", "c", "d", "e")
    run(d, sent=5, failed=0, later=0, unknown=0)
    same([m["attempts"] for m in queue(d)], [1] * 5, "attempts")
    same(len(set(name for name, _ in got(relay))), 5, "taken")


def rate_kept():
    """what the rate allows is kept over a restart and a kill: no second burst"""
    relay = Server()
    d = start(relay, *["p%02d" % n for n in range(30)], rate=30)
    to(d, "2026-03-02T06:00:00Z")
    to(d, "2026-03-02T08:29:00Z")
    before = states(d).get("sent", 0)
    same(before >= 29, True, "an hour at 30 a minute")
    d2 = start(Server(), *["q%02d" % n for n in range(25)], rate=1)
    for how in signal.SIGTERM, signal.SIGKILL:
        d2.stop(how)
        d2.clock = "2026-03-02T05:02:00Z"
        d2.start()
    same(status(d2)["rate"], {"per_minute": 1}, "rate")
    to(d2, "2026-03-02T07:31:00Z")
    first = states(d2).get("sent", 0)
    d2.stop(signal.SIGKILL)
    d2.clock = "2026-03-02T07:31:30Z"
    d2.start()
    to(d2, "2026-03-02T07:33:00Z")
    same(states(d2).get("sent", 0) - first <= 3, True, "%d, then %d" % (first, states(d2).get("sent", 0)))
    leave(d2)


# ---- modes

def switched():
    """a mail made for one mode is not sent in another: a reminder is made again, one in doubt is not sent, a digest says what to do"""
    relay = Faulty("dot-451", "--times", "1")
    d = Daemon(config("redirect test@example.net", mail=relay.config()), clock=START)
    people(d, "dana")
    run(d, later=1)
    same([to_ for to_, _ in got(relay)], ["test@example.net"], "redirected")
    done(rewrite(d, config("live", mail=relay.config())))
    run(d, sent=1)
    last = email.message_from_bytes(got(relay)[-1][1])
    same((got(relay)[-1][0], last["To"], last["X-Original-To"]), ("dana@example.org", "dana@example.org", None), "live")

    relay = Server()
    d = Daemon(config("redirect lost@example.net", mail=relay.config()), clock=START)
    people(d, "kim")
    run(d, later=1)
    done(rewrite(d, config("live", mail=relay.config())))
    run(d, sent=0, unknown=1)
    m = mail_of(d, "kim")
    same(m["state"], "unknown", "in doubt")
    contains(m["reason"], "its recipient is another one now")
    same(len(got(relay)), 1, "copies")
    leave(d)


def switched_digest():
    """a digest made before the mode was switched is called off, and says how to get another"""
    relay = Faulty("dot-451", "--times", "1")
    d = Daemon(config("redirect test@example.net", mail=relay.config()), clock="2026-03-03T12:00:00Z")
    done(d.post("/v1/people", {"email": "lead@example.org"}))
    done(d.post("/v1/teams", {"name": "CX", "lead": "lead@example.org"}))
    done(d.post("/v1/people", {"email": "dana@example.org", "until": "2026-12-31", "team": "CX"}))
    done(d.post("/v1/admin/run/digests"))
    ahead(d, 1)
    same([(m["kind"], m["state"], m["attempts"]) for m in queue(d)], [("digest", "ready", 1)], "redirected")
    done(rewrite(d, config("live", mail=relay.config())))
    ahead(d, 10)
    m = done(d.get("/v1/admin/mail/1")).json
    same(m["state"], "cancelled", "the digest")
    contains(m["reason"], "ceu admin run digests")
    m = done(d.post("/v1/admin/mail/1/resend")).json
    ahead(d, 1)
    same(done(d.get("/v1/admin/mail/%d" % m["id"]))["state"], "sent", "once more, made of now")
    same(got(relay)[-1][0], "lead@example.org", "to the lead")


# ---- what an admin may do

def options():
    """retry, resend, drop: what each state allows, and what is said where it does not"""
    d = start(Server(), "dana", "nouser", "busy", "kim")
    def at(who, verb, body=None):
        return d.post("/v1/admin/mail/%d/%s" % (mail_of(d, who)["id"], verb), body)
    refused(at("dana", "retry"), 422, "mail-state", "goes by itself", "ceu admin run mail")
    refused(at("dana", "resend"), 422, "mail-state", "goes by itself")
    refused(at("kim", "drop"), 400, "because-needed", "--because TEXT")
    refused(at("kim", "drop", {"because": " "}), 400, "because-empty")
    refused(at("kim", "drop", {"because": "x", "more": 1}), 400, "field-unknown")
    m = done(at("kim", "drop", {"because": "she  has left"})).json
    same((m["state"], m["reason"], m["next"]), ("cancelled", "she has left", ["ceu admin mail resend %d" % m["id"]]), "dropped")
    refused(at("kim", "drop", {"because": "again"}), 422, "mail-state", "is cancelled", "resend")
    refused(at("kim", "retry"), 422, "mail-state", "is cancelled", "resend")
    run(d, sent=1, failed=1, later=1)
    refused(at("dana", "retry"), 422, "mail-state", "is sent; it cannot be tried again", "resend")
    refused(at("dana", "drop", {"because": "late"}), 422, "mail-state", "is sent; it cannot be dropped")
    m = done(at("busy", "retry")).json
    same((m["state"], m["attempts"]), ("ready", 0), "busy, at once")
    old = mail_of(d, "dana")
    m = done(at("dana", "resend")).json
    same((m["state"], m["id"] != old["id"], m["bytes"]), ("ready", True, None), "sent once more")
    run(d, sent=1)
    new = mail_of(d, "dana")
    same((new["state"], new["message_id"] != old["message_id"]), ("sent", True), "the second")
    m = done(at("nouser", "drop", {"because": "wrong"})).json
    same(m["state"], "cancelled", "a failed one dropped")
    refused(d.post("/v1/admin/mail/77/retry"), 404, "no-mail", "ceu admin mail queue")
    for verb in "retry", "resend", "drop":
        refused(d.post("/v1/admin/mail/1/" + verb, uid=54321), 403, "uid-unknown")
    leave(d)


def retry_all():
    """all failed ones at once; nothing else"""
    d = start(Server(), "nouser", "nouser+b", "spam", "dana")
    run(d, failed=3, sent=1)
    refused(d.post("/v1/admin/mail/retry"), 400, "failed-needed", "--failed")
    refused(d.post("/v1/admin/mail/retry", {"failed": False}), 400, "failed-needed")
    done(d.post("/v1/admin/mail/retry", {"failed": True}), retried=3, left=0)
    same(states(d), {"ready": 3, "sent": 1}, "states")
    done(d.post("/v1/admin/mail/retry", {"failed": True}), retried=0, left=0)
    leave(d)


def templates():
    """the templates there are, where each comes from, and the built-in text"""
    d = Daemon(config(), clock=START)
    folder = os.path.join(d.folder, "templates")
    os.mkdir(folder)
    with open(os.path.join(folder, "test.txt"), "w") as out:
        out.write("a {{#broken}} one")
    done(rewrite(d, config(more="templates %s\n" % folder)))
    rows = {t["name"]: t for t in done(d.get("/v1/admin/mail/templates"))["templates"]}
    same(rows["reminder.txt"], {"name": "reminder.txt", "source": "built-in", "problem": None}, "reminder")
    contains(rows["test.txt"]["problem"], "test.txt:1:")
    contains(json.dumps(status(d)["templates"]), "test.txt:1:")
    contains(json.dumps(status(d)["problems"]), "Template test.txt:1:", "the built-in one is used", "ceu admin mail template")
    contains(done(d.get("/v1/admin/mail/templates/reminder.txt"))["text"], "{{")
    refused(d.get("/v1/admin/mail/templates/nothing.txt"), 404, "no-template", "ceu admin mail template")
    leave(d)


# ---- the mail to the admin

def to_admin():
    """failed mails: the admin is told ten minutes later, at most once a day, never of what was told, never about itself"""
    relay = Server()
    d = start(relay, "nouser", "spam", more=ADMIN)
    run(d, failed=2)
    to(d, "2026-03-02T05:30:00Z")
    told = [body for to_, body in got(relay) if to_ == "ops@example.org"]
    same(len(told), 1, "mails to the admin")
    m = email.message_from_bytes(told[0], policy=email.policy.default)
    same(m["Subject"], "ceud: 2 mails failed", "subject")
    contains(m.get_body(("plain",)).get_content(), "nouser@example.org", "There is no such user", "spam@example.org")
    done(d.post("/v1/admin/mail/retry", {"failed": True}))
    run(d, failed=2)
    to(d, "2026-03-02T22:30:00Z")
    same(len([1 for to_, _ in got(relay) if to_ == "ops@example.org"]), 1, "the same day")
    to(d, "2026-03-03T12:00:00Z")
    same(len([1 for to_, _ in got(relay) if to_ == "ops@example.org"]), 2, "the next day")
    to(d, "2026-03-05T12:00:00Z")
    keys = [m for m in queue(d) if m["kind"] == "admin"]
    same([m["state"] for m in keys], ["sent", "sent"], "nothing new, nothing told")
    leave(d)


def no_admin():
    """without `admin` nobody is told"""
    d = start(Server(), "nouser")
    same(status(d)["oldest_ready"], None, "for later, it does not wait")
    run(d, failed=1)
    to(d, "2026-03-04T12:00:00Z")
    same([m["kind"] for m in queue(d) if m["kind"] == "admin"], [], "mails to the admin")
    leave(d)


def admin_bounces():
    """a mail to the admin that fails is not told of"""
    d = start(Server(), "spam", more="admin nouser@example.org\n")
    run(d, failed=1)
    to(d, "2026-03-05T12:00:00Z")
    same([m["state"] for m in queue(d) if m["kind"] == "admin"], ["failed"], "one try")
    leave(d)


def relay_away():
    """the relay was away for more than an hour: the first mail that it takes says so"""
    faulty = Faulty("refuse")
    d = Daemon(config(mail=relay_config(faulty.port), more=ADMIN), clock=START)
    people(d, "dana", "kim")
    to(d, "2026-03-02T10:00:00Z")
    kinds = [(m["kind"], m["state"]) for m in queue(d)]
    same(sorted(kinds), [("admin", "ready"), ("reminder", "ready"), ("reminder", "ready")], "waiting")
    relay = Faulty("", port=faulty.port)
    to(d, "2026-03-02T11:00:00Z")
    first = email.message_from_bytes(got(relay)[0][1], policy=email.policy.default)
    same(got(relay)[0][0], "ops@example.org", "the first one")
    contains(first["Subject"], "ceud: 2 mails wait, 127.0.0.1 refuses since 08:")
    same(sorted(states(d).items()), [("sent", 3)], "all went")
    same(status(d)["breaker"]["state"], "ok", "breaker")
    leave(d)


# ---- kills

def killed():
    """SIGKILL at random moments: nothing is lost, nothing comes a third time, copies are the same bytes"""
    seed = int(os.environ.get("CEUD_SEED", random.randrange(1 << 30)))
    print("# seed %d" % seed)
    rng, relay, minutes, kills = random.Random(seed), Server(), 0, 0
    names = ["p%03d" % n for n in range(int(os.environ.get("CEUD_KILLS", 30)) * 4)]
    d = start(relay, *names, more="reminders {\n\tbulk-limit 100% 100000\n}\n")

    def restart():
        nonlocal minutes
        minutes += 11
        d.clock = (dt.datetime(2026, 3, 2, 8, 31) + dt.timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M:%SZ")
        d.start()
    for _ in range(int(os.environ.get("CEUD_KILLS", 30))):
        d.stop(signal.SIGKILL)
        kills += 1
        restart()
        if states(d).get("ready", 0) == 0:
            break
        time.sleep(rng.random() * 0.06)
    d.stop(signal.SIGKILL)
    restart()
    for _ in range(5):
        ahead(d, 11)
    copies = {}
    for name, body in got(relay):
        copies.setdefault(name, []).append(body)
    same(states(d).get("sent", 0) + states(d).get("unknown", 0), len(names), "settled")
    # Killed twice between the claim and the sending, a mail may not have arrived; then an admin is told of it.
    lost = {n + "@example.org" for n in names} - set(copies)
    unknown = {m["to"] for m in queue(d, "unknown")}
    same(sorted(lost - unknown), [], "neither arrived nor unknown")
    same(2 * len(unknown) <= kills, True, "%d unknown after %d kills" % (len(unknown), kills))
    same(max(len(c) for c in copies.values()) <= 2, True, "copies")
    same([n for n, c in copies.items() if len(set(c)) > 1], [], "copies that differ")
    twice = sum(len(c) - 1 for c in copies.values())
    print("# %d kills, %d mails, %d came twice, %d unknown, %d of them lost" %
          (kills, len(names), twice, len(unknown), len(lost)))
    same(twice <= kills, True, "duplicates")
    leave(d)


def dropped():
    """bytes are kept for 30 days, also by a ceud that never runs for a whole one"""
    d = by_day(Server(), "dana")
    for clock, kept in (("2026-03-31T12:00:00Z", True), ("2026-04-01T13:00:00Z", False)):
        d.stop()
        d.clock = clock
        d.start()
        wait("bytes in " + clock, lambda: (done(d.get("/v1/admin/mail/1")).json["bytes"] is not None) == kept)


def commits():
    """a mail costs one commit; besides there are the first claim, the answer and what SQLite does for itself"""
    if not shutil.which("strace"):
        return "strace is not installed"
    relay, names = Server(), ["p%03d" % n for n in range(40)]
    d = start(relay, *names)
    out = os.path.join(d.folder, "strace")
    tracer = subprocess.Popen(["strace", "-c", "-e", "trace=fdatasync,fsync", "-o", out, "-p", str(d.process.pid)],
                              stderr=subprocess.PIPE, text=True)
    if "attached" not in tracer.stderr.readline():
        tracer.wait(5)
        return "strace may not attach"
    run(d, sent=40)
    tracer.send_signal(signal.SIGINT)
    tracer.wait(10)
    with open(out) as text:
        calls = sum(int(line.split()[3]) for line in text if line.rstrip().endswith(("fdatasync", "fsync")))
    print("# %d syncs for 40 mails" % calls)
    same(40 <= calls <= 47, True, "%d syncs" % calls)


if __name__ == "__main__":
    tests = [classes, shown, in_doubt, full_for_a_day, suppressed, cleared, called_off, no_address, breaker, ours, lost_connection,
             rate_kept, switched, switched_digest, options, retry_all, templates, to_admin, no_admin, admin_bounces, relay_away,
             killed, dropped, commits]
    main([t for t in tests if t.__name__ in sys.argv[1:]] if sys.argv[1:] else tests)
