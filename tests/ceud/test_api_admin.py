#!/usr/bin/python3
"""What admins do, over the API of a real ceud: status, jobs, the clock, mail, reload. TAP."""
import email
import email.policy
import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from api import CEUD, CONFIG, Daemon, add_dana, contains, done, log, main, refused, same          # noqa: E402

d = Daemon()
NONE = {"held": 0, "ready": 0, "sending": 0, "sent": 0, "failed": 0, "unknown": 0, "cancelled": 0}


def mails(folder=None):
    """The .eml files, oldest first, as messages."""
    folder = folder or os.path.join(d.state, "mail")
    names = sorted(os.listdir(folder)) if os.path.isdir(folder) else []
    out = []
    for name in names:
        with open(os.path.join(folder, name), "rb") as f:
            out.append(email.message_from_binary_file(f, policy=email.policy.default))
    return out


def status():
    """Status: version, clock, sizes, jobs, no problems"""
    a = done(d.get("/v1/admin/status"), rehearsal=True, mode="live", transport="dir", people=0, mail=NONE, problems=[])
    contains(a["clock"], "2026-03-12T08:00:")
    same((a["ledger_head"], a["schema"] >= 1, a["database_bytes"] > 0, a["uptime_s"] >= 0), ("0" * 64, True, True, True))
    same([j["name"] for j in a["jobs"]], ["feeds", "reminders", "digests", "mail"])
    same(a["loop"]["longest_turn_ms"] < 1000, True)
    done(d.get("/healthz"), ok=True)
    done(d.get("/readyz"), ok=True)
    same(d.call("HEAD", "/v1/admin/status").text, "")
    add_dana(d)
    a = done(d.get("/v1/admin/status"), people=1)
    same(a["ledger_head"] != "0" * 64, True)


def run_jobs():
    """Running a job: answered when it is through, with what it did"""
    same(done(d.post("/v1/admin/run/feeds")).json, {"calendars": []})
    same(done(d.post("/v1/admin/run/mail")).json, {"sent": 0, "failed": 0, "later": 0, "unknown": 0})
    same(done(d.post("/v1/admin/run/digests")).json, {"digests": []})
    same(type(done(d.post("/v1/admin/run/reminders"))["planned"]), list)
    refused(d.post("/v1/admin/run/nonsense"), 404, "no-job", "feeds")
    refused(d.post("/v1/admin/run/feeds", {"all": True}), 400, "field-unknown")


def clock():
    """The rehearsal clock: read, moved forward, never back"""
    a = done(d.get("/v1/admin/clock"), rehearsal=True)
    contains(a["now"], "2026-03-12T08:")
    refused(d.post("/v1/admin/clock", {}), 400, "instant-needed", "ceu admin clock")
    refused(d.post("/v1/admin/clock", {"to": "2026-05-01T08:00:00Z", "forward": "1d"}), 400, "instant-needed")
    refused(d.post("/v1/admin/clock", {"to": "soon"}), 400, "instant-unknown")
    refused(d.post("/v1/admin/clock", {"to": "2026-03-01T08:00:00Z"}), 422, "clock-back", "forward")
    refused(d.post("/v1/admin/clock", {"forward": "ages"}), 400, "duration-unknown")
    refused(d.post("/v1/admin/clock", {"forward": "-1d"}), 400, "duration-unknown")
    refused(d.post("/v1/admin/clock", {"forward": "99999d"}), 400, "duration-unknown")
    refused(d.post("/v1/admin/clock", {"forward": 5}), 400, "field-type")
    a = done(d.post("/v1/admin/clock", {"forward": "+1d"}), rehearsal=True)
    contains(a["now"], "2026-03-13T08:")
    done(d.get("/v1/me"), today="2026-03-13")
    a = done(d.post("/v1/admin/clock", {"to": "2026-03-14T12:00:00Z"}))
    contains(a["now"], "2026-03-14T12:00:")


def reminder_by_clock():
    """Moving over a rung sends its reminder; the queue and the counts tell of it"""
    before = len(mails())
    done(log(d, "2h", "cxpa", "Mentor session", "yesterday"))
    done(d.post("/v1/admin/clock", {"to": "2026-04-02T12:00:00Z"}))     # 90 days before 30 June: Wed 1 April
    got = mails()[before:]
    same([m["To"].addresses[0].addr_spec for m in got], ["dana@example.org"])
    contains(got[0]["Subject"], "18 units to go")
    a = done(d.get("/v1/admin/mail"), mode="live", transport="dir", states=dict(NONE, sent=len(got) + before), problems=[])
    same(a["breaker"]["state"], "ok")
    same(done(d.get("/v1/admin/mail/queue"))["mails"], [])
    q = done(d.get("/v1/admin/mail/queue?state=all"))["mails"][0]
    same((q["kind"], q["to"], q["state"], q["doubts"], q["next_try"]), ("reminder", "dana@example.org", "sent", 0, None))
    same("<%s>" % q["message_id"].strip("<>"), got[0]["Message-ID"])
    refused(d.get("/v1/admin/mail/queue?state=lost"), 400, "state-unknown", "held")
    refused(d.get("/v1/admin/mail/queue?limit=x"), 400, "number-invalid")


def mail_test():
    """The test mail goes past the queue and tells its steps"""
    before = len(mails())
    a = done(d.post("/v1/admin/mail/test", {"to": "ops@example.org"}), to="ops@example.org", outcome="sent")
    same([s["phase"] for s in a["steps"]], ["written"])
    got = mails()
    same((len(got), "ops@example.org" in [m["To"].addresses[0].addr_spec for m in got]), (before + 1, True))
    refused(d.post("/v1/admin/mail/test", {}), 400, "address-needed", "ceu admin mail test ADDR")
    refused(d.post("/v1/admin/mail/test", {"to": "ops"}), 400, "address-invalid")
    refused(d.post("/v1/admin/mail/test", {"to": "a@example.org\r\nBcc: b@example.org"}), 400, "address-invalid")


def hold_and_release():
    """In mode hold mail waits for the file's word; then for the admin's"""
    with open(d.config, "w") as out:
        out.write(CONFIG.replace("mode live", "mode hold"))
    done(d.post("/v1/admin/reload"), reloaded=True)
    before = len(mails())
    done(d.get("/v1/admin/mail"), mode="hold")
    done(d.post("/v1/admin/clock", {"to": "2026-05-02T12:00:00Z"}))     # 60 days before the end
    same(done(d.get("/v1/admin/mail"))["states"]["held"], 1)
    same((len(mails()), len(done(d.get("/v1/admin/mail/queue?state=held"))["mails"])), (before, 1))
    refused(d.post("/v1/admin/mail/release"), 422, "mode-hold", "mode live", "ceu admin reload")
    with open(d.config, "w") as out:
        out.write(CONFIG)
    done(d.post("/v1/admin/reload"))
    same(done(d.get("/v1/admin/mail"))["problems"], ["1 mail waits for your word: ceu admin mail release"])
    done(d.post("/v1/admin/mail/release"), released=1)
    done(d.post("/v1/admin/run/mail"))
    same(len(mails()), before + 1)
    done(d.post("/v1/admin/mail/release"), released=0)


def reload_wrong():
    """A wrong file changes nothing and every mistake is told with its place"""
    with open(d.config, "w") as out:
        out.write("organisation \"Other\"\ncolour red\nmail {\n\tmode loud\n}\n")
    a = refused(d.post("/v1/admin/reload"), 400, "config-invalid", "ceud.conf:2:1:", "ceud.conf:4:", "ceu admin reload")
    same(a["detail"], a["detail"].strip(), "one mistake a line, and no line without one")
    same(a.json["detail"].count("ceud.conf:"), 2)
    done(d.get("/v1/admin/mail"), mode="live")
    with open(d.config, "w") as out:
        out.write(CONFIG)
    done(d.post("/v1/admin/reload"))


def real_clock():
    """Without --clock the machine's clock is used and not set"""
    other = Daemon(clock=None)
    done(other.get("/v1/admin/clock"), rehearsal=False)
    refused(other.post("/v1/admin/clock", {"forward": "1d"}), 422, "clock-real", "--clock INSTANT")
    same(other.stop(), 0)


def second_daemon():
    """A second ceud on the same state folder ends with 75, and the first goes on"""
    import subprocess
    run = subprocess.run([CEUD, "--config", d.config, "--state", d.state, "--socket", d.socket + "2"], capture_output=True, timeout=30)
    same(run.returncode, 75, run.stderr.decode())
    done(d.get("/healthz"))


def clock_goes_on():
    """After a restart the rehearsal goes on from the last recorded instant"""
    done(log(d, "1h", "cxpa", "Late one", "today"))
    same(d.stop(), 0)
    d.start()
    contains(done(d.get("/v1/admin/clock"))["now"], "2026-05-02T12:")


if __name__ == "__main__":
    main([status, run_jobs, clock, reminder_by_clock, mail_test, hold_and_release, reload_wrong, real_clock, second_daemon,
          clock_goes_on])
