#!/usr/bin/python3
"""What may hold a mail back, and what ceud does meanwhile: modes, limits, nights, dead and slow relays, stopping."""
import atexit
import datetime as dt
import email
import glob
import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from zoneinfo import ZoneInfo

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from api import CEUD, ROOT, Daemon, contains, daemons, done, main, refused, same

CONFIG = """organisation "Example Ltd"
zone Europe/Berlin
mail {
	mode %s
	from "CEU <ceu@example.org>"
	rate %s/min
%s}
%s"""


def config(mode="live", mail="", more="", rate=100000):
    return CONFIG % (mode, rate, mail, more)


def rewrite(d, text):
    with open(d.config, "w") as out:
        out.write(text)
    return d.post("/v1/admin/reload")


def add(d, who, until, **more):
    return done(d.post("/v1/people", dict({"email": who + "@example.org", "until": until}, **more)))


def to(d, instant):
    return done(d.post("/v1/admin/clock", {"to": instant}))


def queue(d, state="all"):
    return done(d.get("/v1/admin/mail/queue?state=" + state))["mails"]


def states(d):
    return {name: n for name, n in done(d.get("/v1/admin/mail"))["states"].items() if n}


def files(d):
    return sorted(glob.glob(os.path.join(d.state, "mail", "*.eml")))


def read(path):
    with open(path, "rb") as handle:
        return email.message_from_binary_file(handle)


def leave(d):
    """Of a ceud that had to complain."""
    same(d.stop(), 0, "exit")
    daemons.remove(d)


def wait(what, fn, seconds=10):
    end = time.monotonic() + seconds
    while not fn():
        if time.monotonic() > end:
            raise AssertionError("waited in vain: " + what)
        time.sleep(0.02)


def switches(d):
    """How often ceud has gone to sleep, and the processor time it took in ticks."""
    with open("/proc/%d/status" % d.process.pid) as status:
        sleeps = sum(int(line.split()[1]) for line in status if line.startswith("voluntary_ctxt_switches"))
    with open("/proc/%d/stat" % d.process.pid) as stat:
        fields = stat.read().rsplit(")", 1)[1].split()
    return sleeps, int(fields[11]) + int(fields[12])


def sleeps(d, what, most=2):
    """Without a connection ceud lies still."""
    time.sleep(1.2)                 # its last connection is gone, a change has been looked at
    before = switches(d)
    time.sleep(1)
    after = switches(d)
    if after[0] - before[0] > most or after[1] - before[1] > 2:
        raise AssertionError("%s: woke %d times, %d ticks" % (what, after[0] - before[0], after[1] - before[1]))


# ---- modes and limits

def hold():
    """mode hold keeps every mail; live alone releases none; release lets go what is not too late, once"""
    d = Daemon(config("hold"), clock="2026-03-02T12:00:00Z")
    add(d, "near", "2026-03-20")
    add(d, "far", "2026-05-30")
    to(d, "2026-03-20T06:00:00Z")
    same((states(d), files(d)), ({"held": 6}, []), "in mode hold")
    refused(d.post("/v1/admin/mail/release"), 422, "mode-hold", "mode live")
    same(done(d.get("/v1/admin/mail"))["problems"], ["6 mails are held, and so are all that follow: mode in ceud.conf is hold"])
    sleeps(d, "mode hold")
    done(rewrite(d, config("live")), reloaded=True)
    to(d, "2026-03-20T07:00:00Z")
    same((states(d), files(d)), ({"held": 6}, []), "in mode live")
    contains(json.dumps(done(d.get("/v1/admin/mail"))["problems"]), "6 mails wait", "ceu admin mail release")
    done(d.post("/v1/admin/mail/release"), released=6)
    to(d, "2026-03-20T09:00:00Z")
    same(states(d), {"sent": 1, "cancelled": 5}, "after the release")
    same([m["reason"] for m in queue(d, "cancelled")], ["its time has passed"] * 5, "reasons")
    same([read(name)["To"] for name in files(d)], ["near@example.org"], "sent to")
    done(d.post("/v1/admin/mail/release"), released=0)


def live_to_hold():
    """what is ready when the mode becomes hold waits; nothing is lost and nothing doubled"""
    d = Daemon(config("live"), clock="2026-03-02T05:00:00Z")
    add(d, "dana", "2026-03-20")
    to(d, "2026-03-02T05:01:00Z")
    same(states(d), {"ready": 1}, "planned")
    done(rewrite(d, config("hold")), reloaded=True)
    to(d, "2026-03-02T12:00:00Z")
    same((states(d), files(d)), ({"ready": 1}, []), "held back")
    sleeps(d, "a ready mail in mode hold")
    done(rewrite(d, config("live")), reloaded=True)
    to(d, "2026-03-02T12:10:00Z")
    same((states(d), len(files(d))), ({"sent": 1}, 1), "live again")


def bulk():
    """a run that exceeds share and number is held whole; one below either goes"""
    limit = "reminders {\n\tbulk-limit 20% 12\n}\n"
    d = Daemon(config(more=limit), clock="2026-03-02T05:00:00Z")
    for n in range(12):
        add(d, "p%02d" % n, "2026-03-30")
    to(d, "2026-03-02T05:01:00Z")
    same(states(d), {"ready": 12}, "twelve of twelve")
    add(d, "p13", "2026-03-30")
    to(d, "2026-03-02T05:02:00Z")
    same(states(d), {"ready": 13}, "one alone")
    done(d.patch("/v1/people/p00@example.org", {"zone": "America/New_York"}))       # of another run
    plan = done(d.get("/v1/admin/mail/plan?days=20"))["mails"]
    same(sorted({(m["date"], m["state"]) for m in plan}), [("2026-03-02", "ready"), ("2026-03-16", "planned")], "twelve and one")
    done(d.patch("/v1/people/p00@example.org", {"zone": "Europe/Paris"}))           # whose midnight is the same
    plan = done(d.get("/v1/admin/mail/plan?days=20"))["mails"]
    same(sorted({(m["date"], m["state"]) for m in plan}), [("2026-03-02", "ready"), ("2026-03-16", "held")], "foretold")
    to(d, "2026-03-16T12:00:00Z")
    same(states(d), {"sent": 13, "held": 13}, "thirteen of thirteen")
    done(d.post("/v1/admin/mail/release"), released=13)
    to(d, "2026-03-16T13:00:00Z")
    same(states(d), {"sent": 26}, "released")
    same(len(files(d)), 26, "files")


def redirect():
    """mode redirect: one address gets all, each mail says for whom it was; files and states as ever"""
    d = Daemon(config("redirect test@example.net"), clock="2026-03-02T05:00:00Z")
    add(d, "dana", "2026-03-20", name="Dana Reed")
    to(d, "2026-03-02T12:00:00Z")
    mail = read(files(d)[0])
    same((mail["To"], mail["X-Original-To"]), ("test@example.net", "dana@example.org"), "addresses")
    same([m["to"] for m in queue(d)], ["dana@example.org"], "the queue")
    done(d.post("/v1/admin/mail/test", {"to": "ops@example.org"}), to="test@example.net")


def not_wanted():
    """a mail that was planned and is not wanted any more says why"""
    d = Daemon(config(), clock="2026-03-02T05:00:00Z")
    for name in "done", "disabled", "moved":
        add(d, name, "2026-03-20")
    to(d, "2026-03-02T05:01:00Z")
    same(states(d), {"ready": 3}, "planned")
    for category in "training", "conference":
        done(d.post("/v1/people/done@example.org/entries", {"hours": "10h", "category": category, "title": category,
                                                            "on": "2026-03-01", "for": ["voice"]}))
    done(d.patch("/v1/people/disabled@example.org", {"disabled": True}))
    done(d.patch("/v1/people/moved@example.org", {"until": "2027-12-31"}))
    to(d, "2026-03-02T12:00:00Z")
    same(sorted((m["to"].split("@")[0], m["state"], m["reason"]) for m in queue(d) if m["state"] == "cancelled"),
         [("disabled", "cancelled", "the person is disabled"), ("done", "cancelled", "every rule is met"),
          ("moved", "cancelled", "the cycle was moved")], "cancelled")
    same([(m["to"], m["state"], m["subject"]) for m in queue(d) if m["state"] != "cancelled"],
         [("done@example.org", "sent", "Done: 20 of 20 units. Your renewal packet is ready")], "in its place")


# ---- when

def by_night():
    """a mail that is late does not come by night; one that an admin asks for does"""
    d = Daemon(config("hold"), clock="2026-03-02T05:00:00Z")
    add(d, "dana", "2026-03-20")
    to(d, "2026-03-02T20:30:00Z")
    done(rewrite(d, config("live")))
    done(d.post("/v1/admin/mail/release"), released=1)
    to(d, "2026-03-03T05:59:00Z")
    same((states(d), queue(d)[0]["next_try"]), ({"ready": 1}, "2026-03-03T06:00:00Z"), "by night")
    to(d, "2026-03-03T06:01:00Z")
    same(states(d), {"sent": 1}, "in the morning")
    add(d, "amir", "2026-03-20")
    to(d, "2026-03-03T21:00:00Z")
    add(d, "kim", "2026-03-20")
    planned = done(d.post("/v1/admin/run/reminders"))["planned"]
    same([(p["person"], p["outcome"], p["because"]) for p in planned if p["outcome"] == "mailed"],
         [("kim@example.org", "mailed", "units are missing")], "planned")
    wait("the one that was asked for", lambda: states(d) == {"sent": 3})


def another_zone():
    """a person who moves before the mail goes is not woken by it"""
    d = Daemon(config(), clock="2026-03-02T05:00:00Z")
    add(d, "dana", "2026-03-20")
    to(d, "2026-03-02T05:01:00Z")
    same(states(d), {"ready": 1}, "planned for Berlin's morning")
    done(d.patch("/v1/people/dana@example.org", {"zone": "America/Los_Angeles"}))
    to(d, "2026-03-02T16:29:00Z")
    same(states(d), {"ready": 1}, "before half past eight in Los Angeles")
    to(d, "2026-03-02T17:30:00Z")
    same(states(d), {"sent": 1}, "an hour later")


def summer_time():
    """a sending time that does not exist is the next that does; one that comes twice is used once"""
    d = Daemon(config(mail="\tquiet 00:00-00:00\n", more="reminders {\n\tat 02:00\n\tdays monday..sunday\n}\n"),
               clock="2026-03-20T12:00:00Z")
    for n in range(6):
        add(d, "spring%d" % n, "2026-04-12")            # 14 days before: 29 March
        add(d, "autumn%d" % n, "2026-11-08")            # 14 days before: 25 October
    to(d, "2026-03-29T23:00:00Z")
    berlin = ZoneInfo("Europe/Berlin")
    times = [dt.datetime.fromtimestamp(email.utils.mktime_tz(email.utils.parsedate_tz(read(f)["Date"])), berlin)
             for f in files(d)]
    same([t.strftime("%d %H:%M") for t in times if t.day == 29], ["29 03:00"] * 6, "in the gap")
    to(d, "2026-10-25T23:00:00Z")
    autumn = [m for m in queue(d) if m["to"].startswith("autumn")]
    same(len([m for m in autumn if m["state"] == "sent"]), 6 * 6, "rungs 180 to 14, once each")


def ladder():
    """a rung that is new in the configuration counts for people who were there before, after reload and after restart"""
    d = Daemon(config(), clock="2026-03-02T12:00:00Z")
    add(d, "dana", "2026-07-20")
    to(d, "2026-03-22T23:00:00Z")
    sent = len(files(d))
    rungs = "reminders {\n\tladder behind 120 110 60 40\n}\n"
    done(rewrite(d, config(more=rungs)))
    to(d, "2026-04-03T12:00:00Z")
    same(len(files(d)), sent + 2, "rungs 120 and 110")
    same(d.stop(), 0, "exit")
    with open(d.config, "w") as out:
        out.write(config(more=rungs.replace("40", "100")))
    d.start()
    to(d, "2026-04-13T12:00:00Z")
    same(len(files(d)), sent + 3, "rung 100")


def clock_jump():
    """on the machine's clock, a jump of more than five weeks holds what is planned after it"""
    d = Daemon(config(), clock="2026-03-02T12:00:00Z")
    add(d, "dana", str(dt.date.today() + dt.timedelta(days=20)))
    to(d, "2026-03-02T13:00:00Z")
    d.stop()
    d.clock = None
    d.start()
    wait("the mail", lambda: states(d))
    same(states(d), {"held": 1}, "after the jump")
    same(files(d), [], "files")


# ---- relays

class Relay:
    """The mail server of tests/net."""

    def __init__(self, *options):
        self.folder = tempfile.mkdtemp(prefix="ceud-relay-")
        atexit.register(shutil.rmtree, self.folder, ignore_errors=True)
        self.process = subprocess.Popen(
            ["/usr/bin/python3", os.path.join(ROOT, "tests/net/smtp_server.py"), "--dir", self.folder, "--tls", "none",
             "--no-auth", *options], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.port = int(self.process.stdout.readline())

    def config(self):
        return relay_config(self.port)

    def end(self):
        """connections, mails"""
        self.process.stdin.close()
        words = self.process.stdout.read().split()
        self.process.wait(10)
        return int(words[1]), int(words[3])


def relay_config(port):
    return "\ttransport smtp\n\trelay 127.0.0.1 %d\n\ttls none\n" % port


def one_connection():
    """mails share one connection, also while they wait for the rate; no mail goes twice"""
    relay = Relay()
    d = Daemon(config(mail=relay.config(), rate=600), clock="2026-03-02T12:00:00Z")
    for n in range(25):
        add(d, "p%02d" % n, "2026-03-30")
    wait("all mails", lambda: states(d).get("sent") == 25, 20)
    sleeps(d, "after the last mail")
    same(relay.end(), (1, 25), "connections and mails")
    same(states(d), {"sent": 25}, "states")


def rate():
    """out of tokens ceud sleeps until the next one"""
    relay = Relay()
    d = Daemon(config(mail=relay.config(), rate=2), clock="2026-03-02T12:00:00Z")
    for n in range(5):
        add(d, "p%d" % n, "2026-03-30")
    wait("the first two", lambda: states(d).get("sent") == 2)
    sleeps(d, "out of tokens")
    to(d, "2026-03-02T12:03:00Z")
    same(states(d), {"sent": 5}, "after the minutes they need")
    relay.end()


def dead_relay():
    """nobody listens: the breaker closes, mails lose no attempt, and end when their time has passed"""
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        port = s.getsockname()[1]
    d = Daemon(config(mail=relay_config(port)), clock="2026-03-02T12:00:00Z")
    for n in range(5):
        add(d, "p%d" % n, "2026-03-30")
    wait("the breaker", lambda: done(d.get("/v1/admin/mail"))["breaker"]["state"] == "closed")
    mail = done(d.get("/v1/admin/mail")).json
    same((mail["states"]["ready"], mail["breaker"]["faults"]), (5, 3), "mails, faults")
    contains(json.dumps(mail["problems"]), "left alone")
    same([m["attempts"] for m in queue(d)], [0] * 5, "attempts")
    sleeps(d, "a closed breaker")
    same(done(d.post("/v1/admin/run/mail")).json, {"sent": 0, "failed": 0, "later": 5, "unknown": 0}, "a run")
    to(d, "2026-03-07T12:00:00Z")
    same(states(d), {"cancelled": 5}, "five days later")
    same({m["reason"] for m in queue(d)}, {"its time has passed"}, "reasons")
    if done(d.get("/v1/admin/mail"))["breaker"]["faults"] > 250:
        raise AssertionError("the relay was not left alone")
    leave(d)


def goes_on():
    """when the relay is back the same mail goes, once"""
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        port = s.getsockname()[1]
    d = Daemon(config(mail=relay_config(port)), clock="2026-03-02T12:00:00Z")
    add(d, "dana", "2026-03-30")
    wait("the breaker", lambda: done(d.get("/v1/admin/mail"))["breaker"]["state"] == "closed")
    relay = Relay("--port", str(port))
    to(d, "2026-03-02T13:00:00Z")
    same(states(d), {"sent": 1}, "states")
    same(done(d.get("/v1/admin/mail"))["breaker"]["state"], "ok", "breaker")
    same(relay.end()[1], 1, "mails")
    leave(d)


def another_relay():
    """after a reload the next mail goes to the relay that is named now; mode hold stops what was claimed already"""
    first, second = Relay("--delay", "0.4"), Relay()
    d = Daemon(config(mail=first.config()), clock="2026-03-02T12:00:00Z")
    for n in range(6):
        add(d, "slow+%d" % n, "2026-03-30")
    wait("the first", lambda: states(d).get("sent"))
    done(rewrite(d, config("hold", mail=second.config())))
    wait("the one on its way", lambda: not states(d).get("sending"))
    sent = states(d)["sent"]
    time.sleep(0.6)
    same(states(d), {"sent": sent, "ready": 6 - sent}, "held")
    done(rewrite(d, config(mail=second.config())))
    wait("the others", lambda: states(d) == {"sent": 6})
    same((first.end()[1], second.end()[1]), (sent, 6 - sent), "mails of each")


def mended():
    """what is mended is tried as soon as the configuration is read again, and not in half an hour"""
    s, port = silent_server()
    s.close()
    d = Daemon(config(mail=relay_config(port)), clock="2026-03-02T12:00:00Z")
    for n in range(3):
        add(d, "dana+%d" % n, "2026-03-30")
    breaker = lambda: done(d.get("/v1/admin/mail")).json["breaker"]
    wait("three faults", lambda: breaker()["faults"] == 3)
    done(d.post("/v1/admin/reload"))
    wait("one mail that looks", lambda: breaker()["faults"] == 4)
    time.sleep(0.3)
    same(breaker()["faults"], 4, "one alone")
    relay = Relay()
    done(rewrite(d, config(mail=relay.config())))
    wait("all", lambda: states(d) == {"sent": 3})
    same((breaker()["state"], breaker()["faults"]), ("ok", 0), "breaker")
    relay.end()
    leave(d)


class Broken(Daemon):
    """A ceud whose ceud-net is a script."""
    script = "exit 0"

    def command(self):
        ceud, net = os.path.join(self.folder, "ceud"), os.path.join(self.folder, "ceud-net")
        if not os.path.exists(ceud):
            shutil.copy(CEUD, ceud)
        with open(net, "w") as out:
            out.write("#!/bin/sh\nread job\nread mail\n%s\n" % self.script)
        os.chmod(net, 0o755)
        return [ceud, "--config", self.config, "--state", self.state, "--socket", self.socket], {}


def broken_helper():
    """a helper that ends, or says what it may not, with mails on the wire: in doubt, and the breaker tells of the helper"""
    for script, words in (("exit 0", "ended: exit 0"), ("kill -9 $$", "signal 9"), ("echo x; sleep 9", "ended"),
                          ("echo '{\"id\":77,\"phase\":\"dot\",\"curlcode\":0,\"code\":250}'; sleep 9", "ended"),
                          ("head -c 70000 /dev/zero | tr '\\0' x; sleep 9", "ended")):
        Broken.script = script
        d = Broken(config(mail=relay_config(9)), clock="2026-03-02T12:00:00Z")
        for n in range(4):
            add(d, "dana+%d" % n, "2026-03-30")
        wait("the breaker", lambda: done(d.get("/v1/admin/mail"))["breaker"]["state"] == "closed")
        breaker = done(d.get("/v1/admin/mail")).json["breaker"]
        same(breaker["faults"], 3, script)
        contains(breaker["reason"], "The mail helper ended", words)
        same(sorted((m["state"], m["doubts"]) for m in queue(d)), [("ready", 0)] + [("ready", 1)] * 3, script)
        leave(d)


# ---- stopping

def silent_server():
    s = socket.socket()
    s.bind(("127.0.0.1", 0))
    s.listen(20)
    return s, s.getsockname()[1]


def stop_now():
    """SIGTERM while a feed is read, a mail tested, the clock is moving: all are told, ceud ends with 0"""
    s, port = silent_server()
    more = "feeds {\n\tallow 127.0.0.0/8 %d\n}\n" % port
    d = Daemon(config(mail=relay_config(port), more=more), clock="2026-03-02T12:00:00Z")
    add(d, "dana", "2026-12-20")
    add(d, "kim", "2026-12-20")
    answers = []
    orders = [("/v1/people/dana@example.org/calendars", {"url": "http://127.0.0.1:%d/a.ics" % port}),
              ("/v1/people/dana@example.org/calendars", {"url": "http://127.0.0.1:%d/b.ics" % port}),
              ("/v1/people/kim@example.org/calendars", {"url": "http://127.0.0.1:%d/c.ics" % port}),
              ("/v1/admin/mail/test", {"to": "dana@example.org"}),
              ("/v1/admin/clock", {"forward": "300d"})]
    threads = [threading.Thread(target=lambda o=o: answers.append(d.post(*o)), daemon=True) for o in orders]
    for t in threads:
        t.start()
    time.sleep(0.5)
    before = time.monotonic()
    same(d.stop(), 0, "exit")
    if time.monotonic() - before > 5:
        raise AssertionError("stopping took %.1f s" % (time.monotonic() - before))
    for t in threads:
        t.join(5)
    same(sorted(a.status for a in answers), [200, 503, 503, 503, 503], "answers")
    same({a["code"] for a in answers if a.status == 503}, {"stopping"}, "codes")
    s.close()


def stop_mail():
    """SIGTERM with a mail on the wire to a relay that says nothing: it is in doubt at most, and goes later as it was"""
    s, port = silent_server()
    d = Daemon(config(mail=relay_config(port)), clock="2026-03-02T12:00:00Z")
    add(d, "dana", "2026-03-30")
    wait("the mail on the wire", lambda: states(d) == {"sending": 1})
    same(d.stop(signal.SIGKILL), -signal.SIGKILL, "killed")
    s.close()
    relay = Relay()
    with open(d.config, "w") as out:
        out.write(config(mail=relay.config()))
    d.start()
    same(states(d), {"ready": 1}, "in doubt")
    same(queue(d)[0]["doubts"], 1, "doubts")
    to(d, "2026-03-02T12:15:00Z")
    same(states(d), {"sent": 1}, "later")
    same(relay.end()[1], 1, "mails")


def stop_at_any_moment():
    """SIGTERM at random moments, requests under way: it ends with 0 each time, nothing acknowledged is missing"""
    d = Daemon(config(), clock="2026-03-02T12:00:00Z")
    add(d, "dana", "2026-12-20")
    kept = []
    for n in range(12):
        end = threading.Event()

        def work(n=n, end=end):
            i = 0
            while not end.is_set():
                i += 1
                try:
                    a = d.post("/v1/people/dana@example.org/entries", {"minutes": 1, "category": "training", "on": "2026-02-01",
                                                                     "title": "Entry %d %d" % (n, i), "for": ["voice"], "yes": True})
                    if a.status == 200:
                        kept.append(a["id"])
                    d.get("/v1/admin/status")
                    d.post("/v1/admin/run/reminders")
                except (OSError, ValueError):
                    return
        workers = [threading.Thread(target=work, daemon=True) for _ in range(3)]
        for w in workers:
            w.start()
        time.sleep(0.02 + n * 0.013)
        same(d.stop(), 0, "exit")
        end.set()
        for w in workers:
            w.join(5)
        d.start()
    db = sqlite3.connect("file:%s/ceud.db?mode=ro" % d.state, uri=True)
    there = {no for no, in db.execute("SELECT no FROM entry")}
    db.close()
    same(set(kept) - there, set(), "missing entries")
    print("# %d entries" % len(kept))


def another_address():
    """a mail that waits is told as for the address that its person has now, goes there, and is remembered so"""
    d = Daemon(config("hold"), "2026-03-12T08:00:00Z")
    add(d, "old", "2026-04-10")
    to(d, "2026-03-12T12:00:00Z")
    same([(m["state"], m["to"]) for m in queue(d)], [("held", "old@example.org")], "held")
    done(d.patch("/v1/people/old@example.org", {"email": "new@example.org"}))
    same([m["to"] for m in queue(d)], ["new@example.org"], "at once")
    done(d.patch("/v1/people/new@example.org", {"email": "newer@example.org"}))
    done(rewrite(d, config("live")))
    done(d.post("/v1/admin/mail/release"))
    done(d.post("/v1/admin/run/mail"))
    same([(m["state"], m["to"]) for m in queue(d)], [("sent", "newer@example.org")], "sent")
    same([read(f)["To"] for f in files(d)], ["newer@example.org"], "the mail")
    done(d.patch("/v1/people/newer@example.org", {"email": "last@example.org"}))
    same([m["to"] for m in queue(d)], ["newer@example.org"], "what was sent is what it was")


if __name__ == "__main__":
    main([hold, live_to_hold, bulk, redirect, not_wanted, another_address, by_night, another_zone, summer_time, ladder, clock_jump,
          one_connection, rate, dead_relay, goes_on, another_relay, mended, broken_helper, stop_now, stop_mail, stop_at_any_moment])
