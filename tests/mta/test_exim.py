#!/usr/bin/python3
"""Reminders through a real Exim: delivered byte by byte, answers for one recipient, TLS with an authority of our own, signing
in, tokens from a command, a server that goes away and comes back."""
import os
import re
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import mta                                                                  # noqa: E402
import harness                                                              # noqa: E402
import mailing                                                              # noqa: E402
from harness import holds, same                                             # noqa: E402


def begin(name, *people, size="50M", **changes):
    """An Exim, and a ceud that sends through it."""
    mta.unpacked()
    exim = mta.Exim(name, size)
    port = changes.pop("port", None) or (exim.implicit if changes.get("tls") == "implicit" else exim.port)
    ca = changes.pop("ca", exim.ca[0])
    return exim, mailing.Post(name + "-d", mailing.config(port, ca, **changes), *people)


def connections(exim):
    return len(re.findall(r"SMTP connection from .*TCP/IP", exim.said())) - 1        # our own look


def names(count):
    return ["person%03d@example.org" % i for i in range(count)]


def end(exim, post, *secrets):
    post.end(*secrets)
    exim.end()


def delivered():
    """reminders are delivered over one encrypted connection, each byte as it was made"""
    people = names(25)
    exim, post = begin("deliver", *people)
    post.send()
    same("states", set(post.states().values()), {"sent"})
    spooled, made = exim.mails(), post.bytes()
    same("recipients", sorted(spooled), people)
    for to in people:
        same("the mail to " + to, spooled[to], made[to])
    ids = set(re.findall(r"(\S+) <= ceu@example.org .*P=esmtpsa X=TLS1\.[23]:\S+ .*A=plain:ceud", exim.said()))
    same("mails in Exim's log", len(ids), 25)
    same("connections", connections(exim), 1)
    post.run("reminders")
    post.run("mail")
    same("no second copies", len(exim.mails()), 25)
    end(exim, post)


def per_recipient():
    """4xx and 5xx for one recipient are that mail's alone"""
    exim, post = begin("recipient", *(n + "@example.org" for n in
                                      ("fine", "nouser", "full", "over", "grey", "spam", "busy")), "eve@example.net")
    post.send(faults=99)
    mails = {to.split("@")[0]: m for to, m in post.mails().items()}
    same("states", {to: m["state"] for to, m in mails.items()},
         {"fine": "sent", "nouser": "failed", "full": "ready", "over": "ready", "grey": "ready", "spam": "failed",
          "busy": "ready", "eve": "ready"})
    for to, code, words in (("nouser", 550, "no such user"), ("full", 452, "mailbox is full"), ("over", 552, "over its limit"),
                            ("grey", 451, "Greylisted"), ("spam", 554, "spam"), ("busy", 451, "Busy"),
                            ("eve", 550, "relay not permitted")):
        same("code of " + to, mails[to]["code"], code)
        holds(mails[to]["reason"], words)
        same("attempts and doubts of " + to, (mails[to]["attempts"], mails[to]["doubts"]), (1, 0))
    for to in ("full", "over", "grey", "busy", "eve"):
        assert mails[to]["next_try"] > harness.NOW, mails[to]
    same("breaker", (post.breaker()["state"], post.breaker()["faults"]), ("ok", 0))
    same("in Exim's queue", sorted(exim.mails()), ["fine@example.org"])
    exim.put("seen-grey", "")
    post.forward("20m")
    post.until(lambda: post.states()["grey"] == "sent")
    same("in Exim's queue", sorted(exim.mails()), ["fine@example.org", "grey@example.org"])
    same("the same bytes", exim.mails()["grey@example.org"], post.bytes()["grey@example.org"])
    end(exim, post)


def too_big():
    """a mail above the server's limit is refused before its body, and only that mail"""
    exim, post = begin("size", "dana@example.org", size="1K")
    post.send()
    mail = post.mail()
    same("mail", (mail["state"], mail["code"], mail["attempts"]), ("failed", 552, 1))
    holds(mail["reason"], "size")
    same("breaker", post.breaker()["state"], "ok")
    assert "DATA" not in exim.said() and not exim.mails(), exim.said()
    end(exim, post)


def encrypted():
    """implicit TLS; a certificate of another authority, or for another name, gets nothing"""
    exim, post = begin("implicit", "dana@example.org", tls="implicit")
    post.send()
    same("mail", post.mail()["state"], "sent")
    end(exim, post)
    other, _ = mta.authority(os.path.abspath(os.path.join(harness.folder(), "other")), "Somebody else")
    exim, post = begin("wrongca", "dana@example.org", ca=other)
    post.send(faults=3)
    mail, breaker = post.mail(), post.breaker()
    same("mail", (mail["state"], mail["attempts"], mail["doubts"], exim.mails()), ("ready", 0, 0, {}))
    same("breaker", breaker["state"], "closed")
    holds(breaker["reason"].lower(), "certificate")
    holds(post.ceud.said(), "Mail cannot be sent:")
    assert "A=plain" not in exim.said() and "authenticator" not in exim.said(), "it signed in"
    post.configure(mailing.config(exim.port, exim.ca[0], host="127.0.0.1"))
    post.run("mail")
    holds(post.breaker()["reason"], "127.0.0.1")
    same("mails", exim.mails(), {})
    post.configure(mailing.config(exim.port, exim.ca[0]))
    post.run("mail")
    same("mail", (post.mail()["state"], list(exim.mails())), ("sent", ["dana@example.org"]))
    same("breaker", post.breaker()["state"], "ok")
    end(exim, post)


def signed_in():
    """PLAIN and LOGIN; a wrong password closes the breaker with the server's words, a right one opens it"""
    for auth in ("plain", "login"):
        wrong = mailing.secret_file("wrong-" + auth, "not-the-password")
        exim, post = begin("auth-" + auth, *names(5), auth=auth, password="file:" + wrong)
        post.send(faults=3)
        breaker = post.breaker()
        same("breaker", (breaker["state"], breaker["faults"]), ("closed", 3))
        holds(breaker["reason"], "535", "Incorrect authentication data")
        same("mails", {(m["state"], m["attempts"]) for m in post.mails().values()}, {("ready", 0)})
        said = post.ceud.ceu("admin", "mail").out
        holds(said, "535")
        status, test = post.ceud.request("POST", "/v1/admin/mail/test", {"to": "ops@example.org"}, timeout=60)
        same("test", (status, test["outcome"], test["code"]), (200, "failed", 535))
        same("its steps", [s["phase"] for s in test["steps"]], ["connect", "encrypt", "sign in"])
        mailing.secret_file("wrong-" + auth, harness.PASSWORD)
        status, test = post.ceud.request("POST", "/v1/admin/mail/test", {"to": "ops@example.org"}, timeout=60)
        same("test", (status, test["outcome"]), (200, "sent"))
        same("its steps", [s["phase"] for s in test["steps"]], ["connect", "encrypt", "sign in", "accepted"])
        post.forward("3m")
        post.until(lambda: set(post.states().values()) == {"sent"})
        same("breaker", post.breaker()["state"], "ok")
        same("in Exim's queue", sorted(exim.mails()), sorted(names(5) + ["ops@example.org"]))
        same("signed in by", set(re.findall(r"A=(\w+):ceud", exim.said())), {auth})
        end(exim, post, "not-the-password")


def tokens():
    """XOAUTH2 and OAUTHBEARER with a token from a command, which is asked again when the old one is refused"""
    for auth in ("xoauth2", "oauthbearer"):
        command, runs = mailing.token_command("token-" + auth, "an-expired-token")
        exim, post = begin("token-" + auth, *names(3), auth=auth, password=command)
        post.send(faults=3)
        breaker = post.breaker()
        same("breaker", (breaker["state"], breaker["faults"]), ("closed", 3))
        holds(breaker["reason"], "535")
        before = len(open(runs).readlines())
        assert before >= 1, before
        mailing.secret_file("token-" + auth, mta.TOKEN)     # the command prints another one now
        post.forward("3m")
        post.until(lambda: set(post.states().values()) == {"sent"})
        assert len(open(runs).readlines()) > before, "the command was not run again"
        same("in Exim's queue", sorted(exim.mails()), names(3))
        same("signed in by", set(re.findall(r"A=(\w+):ceud", exim.said())), {auth})
        harness.write("token-" + auth, "")
        post.add("late@example.org")
        time.sleep(0.1)
        post.run("reminders")
        post.until(lambda: post.breaker()["faults"])
        holds(post.breaker()["reason"], "The command for the mail password printed nothing")
        end(exim, post, mta.TOKEN, "an-expired-token")


def stands_still():
    """a server that is told to refuse all mail, and one that goes away and comes back"""
    exim, post = begin("away", *names(8))
    exim.put("closed", "421 4.3.2 Closed for today")
    post.send(faults=3)
    same("breaker", post.breaker()["state"], "closed")
    holds(post.breaker()["reason"], "421", "Closed for today")
    same("mails", {(m["state"], m["attempts"]) for m in post.mails().values()}, {("ready", 0)})
    exim.end()
    os.unlink(os.path.join(exim.folder, "closed"))
    post.run("mail")
    assert post.breaker()["faults"] >= 4, post.breaker()
    same("mails", {(m["state"], m["attempts"]) for m in post.mails().values()}, {("ready", 0)})
    exim.start()
    post.forward("2h")
    post.until(lambda: set(post.states().values()) == {"sent"})
    same("in Exim's queue", sorted(exim.mails()), names(8))
    same("breaker", (post.breaker()["state"], post.breaker()["faults"]), ("ok", 0))
    end(exim, post)


if __name__ == "__main__":
    harness.main("exim", [delivered, per_recipient, too_big, encrypted, signed_in, tokens, stands_still])
