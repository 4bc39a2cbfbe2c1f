#!/usr/bin/python3
"""Addresses that lead nowhere, that do not work, and that change: what is mailed, what is not, and what the admin sees. TAP."""
import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from api import Daemon, contains, done, main, refused, same                 # noqa: E402
from test_mails import Relay, add, config, files, queue, read, states, to, wait    # noqa: E402


def rungs(d, who):
    return [(r["name"], r["outcome"]) for r in done(d.get("/v1/people/%s/reminders" % who))["rungs"]]


def nowhere():
    """.invalid stands for no address: each reminder is recorded, none is made; with an address the last one goes"""
    d = Daemon(config(), clock="2026-03-02T12:00:00Z")
    done(d.post("/v1/people", {"email": "lea@team.invalid", "until": "2026-04-01"}))
    to(d, "2026-03-20T12:00:00Z")
    got = rungs(d, "lea")
    contains(str(got), "no-address")
    same([(name, outcome) for name, outcome in got if outcome == "mailed"], [])
    same((queue(d), files(d)), ([], []))
    r = done(d.get("/v1/people/lea/reminders"), address_works=False)
    contains(r["address_problem"], "there is no mail")
    done(d.patch("/v1/people/lea", {"email": "lea@team.example"}), email="lea@team.example")
    to(d, "2026-03-20T14:00:00Z")
    wait("the mail", lambda: files(d))
    same([read(f)["To"] for f in files(d)], ["lea@team.example"])
    done(d.get("/v1/people/lea/reminders"), address_works=True, address_problem=None)
    same([outcome for _, outcome in rungs(d, "lea") if outcome == "no-address"], [])
    same(done(d.get("/v1/people/lea/history?limit=1"))["changes"][0]["text"], "set lea@team.invalid, now lea@team.example")


def abroad():
    """A domain of other letters: mailed to by its A-label"""
    d = Daemon(config(), clock="2026-03-02T12:00:00Z")
    done(d.post("/v1/people", {"email": "Zoe@B\u00fccher.example", "name": "Zo\u00eb", "until": "2026-03-20"}),
         email="zoe@xn--bcher-kva.example", email_shown="zoe@b\u00fccher.example")
    to(d, "2026-03-06T12:00:00Z")
    wait("the mail", lambda: files(d))
    same({read(f)["To"] for f in files(d)}, {"=?utf-8?q?Zo=C3=AB?= <zoe@xn--bcher-kva.example>"})
    done(d.post("/v1/teams", {"name": "CX", "lead": "ZOE@b\u00fccher.example"}), lead="zoe@xn--bcher-kva.example")
    done(d.patch("/v1/people/zoe", {"team": "CX"}))
    same(done(d.post("/v1/teams/CX/nudge", {"people": ["zoe@b\u00fccher.example"]}))["nudged"][0]["person"],
         "zoe@xn--bcher-kva.example")
    refused(d.get("/v1/people/zoe@b%C3%BCch.example"), 404, "no-person")


def configured():
    """Addresses of ceud.conf are taken the same way"""
    d = Daemon(config(mail='\treply-to "Office@B\u00fccher.example"\n').replace(
        "CEU <ceu@example.org>", "B\u00fccher <ceu@b\u00fccher.example>"), clock="2026-03-02T12:00:00Z")
    add(d, "dana", "2026-03-20")
    to(d, "2026-03-06T12:00:00Z")
    wait("the mail", lambda: files(d))
    mail = read(files(d)[0])
    same((mail["From"], mail["Reply-To"]),
         ("=?utf-8?q?B=C3=BCcher?= <ceu@xn--bcher-kva.example>", "office@xn--bcher-kva.example"))
    contains(mail["Message-ID"], "@xn--bcher-kva.example>")


def waiting():
    """A mail that waits goes to the address of the day it is sent, not of the day it was made"""
    d = Daemon(config("hold"), clock="2026-03-02T12:00:00Z")
    add(d, "dana", "2026-03-20")
    to(d, "2026-03-06T12:00:00Z")
    n = states(d)["held"]
    done(d.patch("/v1/people/dana", {"email": "reed@example.com"}))
    same(len([o for _, o in rungs(d, "reed") if o == "mailed"]), n)
    with open(d.config, "w") as out:
        out.write(config())
    done(d.post("/v1/admin/reload"))
    done(d.post("/v1/admin/mail/release"))
    wait("the mail", lambda: files(d))
    same({read(f)["To"] for f in files(d)}, {"reed@example.com"})


def bounced():
    """Two refusals in a row and nothing more is sent there; a new address gets what was missed, and clears the list"""
    relay = Relay()
    d = Daemon(config(mail=relay.config()), clock="2026-03-02T12:00:00Z")
    add(d, "nouser", "2026-04-15")
    to(d, "2026-03-16T12:00:00Z")
    wait("the first refusal", lambda: states(d) == {"failed": 1})
    to(d, "2026-04-01T12:00:00Z")
    wait("the second refusal", lambda: states(d) == {"failed": 2})
    same(done(d.get("/v1/admin/mail"))["suppressed"], 1)
    r = done(d.get("/v1/people/nouser/reminders"), address_works=False)
    contains(r["address_problem"], "550")
    to(d, "2026-04-08T12:00:00Z")
    same(sum(n for state, n in states(d).items() if state in ("sent", "ready", "sending")), 0)
    done(d.patch("/v1/people/nouser", {"email": "works@example.org"}))
    same(done(d.get("/v1/admin/mail"))["suppressed"], 0)
    done(d.get("/v1/people/works/reminders"), address_works=True, address_problem=None)
    to(d, "2026-04-08T14:00:00Z")
    wait("the mail", lambda: states(d).get("sent"))
    same([m["to"] for m in queue(d, "sent")], ["works@example.org"])
    refused(d.patch("/v1/people/works", {"email": "works@"}), 400, "address-invalid")
    same(d.stop(), 0)
    relay.end()


if __name__ == "__main__":
    main([nowhere, abroad, configured, waiting, bounced])
