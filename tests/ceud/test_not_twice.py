#!/usr/bin/python3
"""Mails that would go twice, or to somebody else, if two ways to call them up did not know of each other."""
import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from api import done, main, refused, same
from test_mails import config, leave, queue, rewrite, states, wait
from test_outbox import Server, got, mail_of, run, start


def not_twice():
    """a mail that was called up in one way is not sent once more by another: resend and resend, retry, retry --failed"""
    relay = Server()
    d = start(relay, "nouser", "dana")
    run(d, failed=1, sent=1)
    old = mail_of(d, "nouser")["id"]
    done(rewrite(d, config("hold", mail=relay.config())))       # so that the copy waits
    path = "/v1/admin/mail/%d/" % old
    new = done(d.post(path + "resend")).json["id"]
    m = done(d.get(path[:-1])).json
    same((m["state"], m["reason"]), ("cancelled", "mail %d stands for it" % new), "the old one")
    refused(d.post(path + "resend"), 422, "mail-state", "Mail %d is the same one, and goes by itself." % new, "ceu admin mail show %d" % new)
    refused(d.post(path + "retry"), 422, "mail-state", "is cancelled", "resend")
    done(d.post("/v1/admin/mail/retry", {"failed": True}), retried=0, left=0)
    done(rewrite(d, config(mail=relay.config())))
    wait("the copy's end", lambda: done(d.get("/v1/admin/mail/%d" % new))["state"] == "failed")
    done(rewrite(d, config("hold", mail=relay.config())))
    newest = done(d.post("/v1/admin/mail/%d/resend" % new)).json["id"]
    same([(m["id"], m["state"]) for m in queue(d) if m["to"] == "nouser@example.org"],
         [(newest, "ready"), (new, "cancelled"), (old, "cancelled")], "all three")
    leave(d)

    d = start(relay, "nouser")                      # another address: what failed to the first one is told to the second
    run(d, failed=1)
    done(rewrite(d, config("hold", mail=relay.config())))
    done(d.patch("/v1/people/nouser@example.org", {"email": "nora@example.org"}))
    done(d.post("/v1/admin/run/reminders"))
    refused(d.post("/v1/admin/mail/1/retry"), 422, "mail-state", "Mail 2 is the same one, and is held.")
    done(rewrite(d, config(mail=relay.config())))
    done(d.post("/v1/admin/mail/release"))
    wait("nora's mail", lambda: states(d).get("sent") == 1)
    refused(d.post("/v1/admin/mail/1/retry"), 422, "mail-state", "Mail 2, the same one, was sent since.", "ceu admin mail show 2")
    done(d.post("/v1/admin/mail/retry", {"failed": True}), retried=0, left=0)
    same(states(d), {"sent": 1, "cancelled": 1}, "states")
    same([to_ for to_, _ in got(relay)].count("nora@example.org"), 1, "mails to nora")
    leave(d)


def all_or_none():
    """of several mails that are named to be tried again all are, or none"""
    d = start(Server(), "nouser", "nouser+b", "dana")
    run(d, failed=2, sent=1)
    first, second = sorted(m["id"] for m in queue(d) if m["state"] == "failed")
    path = "/v1/admin/mail/%d,%d/retry"
    refused(d.post(path % (first, mail_of(d, "dana")["id"])), 422, "mail-state", "is sent; it cannot be tried again")
    refused(d.post(path % (first, 999)), 404, "no-mail", "There is no mail 999.", "ceu admin mail queue")
    same(states(d), {"failed": 2, "sent": 1}, "none")
    answer = done(d.post(path % (first, second)))["mails"]
    same([(m["id"], m["state"]) for m in answer], [(first, "ready"), (second, "ready")], "both")
    run(d, failed=2)
    leave(d)


if __name__ == "__main__":
    main([not_twice, all_or_none])
