#!/usr/bin/python3
"""Reminders through Postfix's smtp-sink: many at speed, and the faults it knows to make."""
import os
import sys
import threading
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import mta                                                                  # noqa: E402
import harness                                                              # noqa: E402
import mailing                                                              # noqa: E402
from harness import holds, same                                             # noqa: E402

MANY = 400 if harness.SANITIZED else 2000


def plain(sink, **changes):
    return mailing.config(sink.port, "", host="127.0.0.1", tls="none", password="", **changes)


def begin(name, *options, people=("dana@example.org",)):
    mta.unpacked()
    sink = mta.Sink(*options)
    return sink, mailing.Post(name, plain(sink), *people)


def at_speed():
    """2,000 reminders, a hundred to a connection, none lost and none twice; ceud answers meanwhile"""
    mta.unpacked()
    sink = mta.Sink()
    post = mailing.Post("speed", plain(sink, mode="hold"))
    post.add(*("person%04d@example.org" % i for i in range(MANY)))
    post.run("reminders")
    post.configure(plain(sink))
    began, slowest = time.monotonic(), 0.0
    status, answer = post.ceud.request("POST", "/v1/admin/mail/release", {}, timeout=60)
    assert status == 200 and 0 < answer["released"] <= MANY, answer
    run = threading.Thread(target=post.run, args=("mail",))         # whatever the hour
    run.start()
    while True:
        asked = time.monotonic()
        states = post.ceud.get("/v1/admin/mail")[1]["states"]
        slowest = max(slowest, time.monotonic() - asked)
        if states["sent"] == MANY:
            break
        assert not states["failed"] and not states["unknown"], states
        assert asked - began < 240 * harness.SLACK, states
        time.sleep(0.05)
    seconds = time.monotonic() - began
    run.join()
    print("# %d mails in %.1f s, %.0f a second; the slowest answer of ceud meanwhile %.0f ms"
          % (MANY, seconds, MANY / seconds, 1000 * slowest))
    post.end()
    count = sink.end()
    same("mails and connections, with our own look", (count["mesg"], count["sess"]), (MANY, MANY // 100 + 1))
    assert slowest < 1.0 * harness.SLACK, slowest


# What smtp-sink does; the mail after it was tried: state, attempts, doubts, code; or the channel's: faults, words.
MAIL = [
    ("-f RCPT", ("failed", 1, 0, 500), "500"),
    ("-r RCPT", ("ready", 1, 0, 450), "450"),
    ("-f .", ("failed", 1, 0, 500), "500"),
    ("-r .", ("ready", 1, 0, 450), "450"),
    ("-f DATA", ("failed", 1, 0, 500), "500"),
    ("-q .", ("ready", 1, 1, 354), "may have taken it"),
    ("-q DATA", ("ready", 1, 0, 250), "closed the connection"),
    ("-Q .", ("ready", 1, 0, 421), "421"),
    ("-Q DATA", ("ready", 1, 0, 421), "421"),
    ("-W .:2", ("sent", 1, 0, 250), ""),
    ("-w 1", ("sent", 1, 0, 250), ""),
    ("-r RCPT -b 452_4.2.2_The_mailbox_is_full", ("ready", 1, 0, 452), "mailbox is full"),
    ("-f RCPT -B 550_5.1.1_No_such_user", ("failed", 1, 0, 550), "No such user"),
    ("-f . -B 552_5.3.4_Too_big", ("failed", 1, 0, 552), "Too big"),
    ("-A 0", ("failed", 1, 0, 550), ""),
]
CHANNEL = [
    ("-f CONNECT", "5"), ("-r CONNECT", "450"), ("-q CONNECT", "closed the connection"), ("-q EHLO", "closed the connection"),
    ("-q MAIL", "closed the connection"), ("-Q MAIL", "421"), ("-r MAIL", "450"), ("-f MAIL", "500"),
]


def words(options):
    return [word.replace("_", " ") for word in options.split(" ")]


def faults_of_a_mail():
    """what touches the one mail: refused for good or for now, or in doubt"""
    for i, (options, wanted, part) in enumerate(MAIL):
        sink, post = begin("mail%d" % i, *words(options))
        post.send(faults=99)
        mail = post.mail()
        got = (mail["state"], mail["attempts"], mail["doubts"], mail["code"])
        print("# %-44s %-7s attempts %d doubts %d code %-4s %s" % (options, *got, (mail["reason"] or "")[:60]))
        if options == "-A 0":       # whether its answer is seen before the connection breaks depends on the moment
            assert got in (wanted, ("ready", 1, 1, 354), ("ready", 1, 0, 354)), got
        else:
            same(options, got, wanted)
            holds(mail["reason"] or "", part)
        same("breaker at " + options, post.breaker()["faults"], 0)
        post.end()
        sink.end()


def faults_of_the_channel():
    """what touches all mails: the breaker closes after three, and no mail loses an attempt"""
    for i, (options, part) in enumerate(CHANNEL):
        sink, post = begin("channel%d" % i, *words(options))
        post.send(faults=3)
        mail, breaker = post.mail(), post.breaker()
        print("# %-44s %s %d faults: %s" % (options, breaker["state"], breaker["faults"], breaker["reason"][:60]))
        same("mail at " + options, (mail["state"], mail["attempts"], mail["doubts"]), ("ready", 0, 0))
        same("breaker at " + options, (breaker["state"], breaker["faults"]), ("closed", 3))
        holds(breaker["reason"], part)
        post.end()
        sink.end()


if __name__ == "__main__":
    harness.main("smtp-sink", [at_speed, faults_of_a_mail, faults_of_the_channel])
