#!/usr/bin/python3
"""ceud-net send against a mail server that misbehaves in every known way: what it reports of each mail. TAP."""
import json
import os
import re
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import smtp_faults                                                          # noqa: E402
from smtp_harness import SLACK, Job, head, mail, main, new_folder, no_secret, same, text    # noqa: E402

# fault, (phase, curlcode, code[, all_sent, reused]) of each mail, and what differs from the usual
OK = ("dot", 0, 250, True, False)
AGAIN = ("dot", 0, 250, True, True)
BIG = dict(size=12_000_000, options=["--buffer", "16384"])
FAULTS = [
    ("refuse", [("connect", 7, 0)], {}),
    ("banner-drop", [("banner", 56, 0)], {}),
    ("banner-rst", [(("connect", "banner"), (7, 56), 0)], {}),
    ("banner-silence", [("banner", 28, 0)], {}),
    ("banner-slow", [("banner", 28, 0)], {}),
    ("banner-421", [("banner", 8, 421)], {}),
    ("banner-554", [("banner", 8, 554)], {}),
    ("ehlo-421", [("ehlo", (9, 56), 421)], {}),
    ("ehlo-502", [("ehlo", 9, 502)], {}),
    ("ehlo-drop", [("ehlo", 56, 220)], {}),
    ("ehlo-silence", [("ehlo", 28, 220)], {}),
    ("starttls-missing", [("starttls", 64, 250)], {}),
    ("starttls-lower", [("starttls", 64, 250)], {}),
    ("starttls-454", [("starttls", 64, 454)], {}),
    ("starttls-inject", [("starttls", 8, 220)], {}),
    ("starttls-drop", [("starttls", 56, 250)], {}),
    ("starttls-silence", [("starttls", 28, 250)], {}),
    ("auth-535", [("auth", 67, 535)], {}),
    ("auth-454", [("auth", 67, 454)], {}),
    ("auth-missing", [("auth", 42, 0)] * 2, dict(says="offer")),
    ("auth-vanishes,rcpt-550", [("rcpt", 55, 550), ("auth", 42, 0)],
     dict(options=["--times", "1"], connections=2)),
    ("auth-cram", [("auth", 67, 250)], {}),
    ("auth-loop", [("auth", 67, 334)], {}),
    ("auth-echo", [("auth", 67, 535)], dict(says=r"535 5.7.8 Refused: \*\*\* \*\*\*")),
    ("auth-echo", [("auth", 67, 535)], dict(job={"auth": "login"}, says=r"535 5.7.8 Refused: \*\*\* \*\*\*")),
    ("auth-echo", [("auth", 67, 535)], dict(job={"auth": "xoauth2"}, says=r"535 5.7.8 Refused: \*\*\* \*\*\*")),
    ("auth-challenge,auth-535", [("auth", 67, (334, 535))], dict(job={"auth": "xoauth2"}, says='"status":"401"')),
    ("auth-challenge,auth-535", [("auth", 67, 535)], dict(job={"auth": "oauthbearer"}, says='535 .*"status":"401"')),
    ("auth-drop", [("auth", 56, 334)], {}),
    ("auth-silence", [("auth", 28, 334)], {}),
    ("mail-421", [("mail", 55, 421)], {}),
    ("mail-452", [("mail", 55, 452)], {}),
    ("mail-530", [("mail", 55, 530)], {}),
    ("mail-550", [("mail", 55, 550)], {}),
    ("mail-552", [("mail", 55, 552)], {}),
    ("rcpt-450", [("rcpt", 55, 450)], {}),
    ("rcpt-452", [("rcpt", 55, 452)], {}),
    ("rcpt-550", [("rcpt", 55, 550)] * 2, dict(connections=2)),
    ("rcpt-550/5.7.1", [("rcpt", 55, 550)], dict(enhanced="5.7.1")),
    ("rcpt-552/5.2.2", [("rcpt", 55, 552)], dict(enhanced="5.2.2")),
    ("rcpt-551", [("rcpt", 55, 551)], {}),
    ("rcpt-lines", [("rcpt", 55, 550)], dict(says="^550 5.1.1 There is no such account. Look for typing errors.$", enhanced="5.1.1")),
    ("rcpt-553", [("rcpt", 55, 553)], {}),
    ("rcpt-late", [("rcpt", 28, 250)], dict(options=["--late", "3"])),
    # Each answer is in time, all of them together are not.
    ("mail-late,rcpt-late,data-late,dot-late", [(("rcpt", "data"), 28, 250)],
     dict(options=["--late", "1.5"], job={"connect_ms": 1000}, limit=0)),
    ("rcpt-550,quit-silence", [("rcpt", 55, 550)], dict(job={"response_ms": 20000}, limit=1)),
    ("data-451", [("data", 55, 451)], {}),
    ("data-554", [("data", 55, 554)], {}),
    ("data-drop", [("data", 56, 250)], {}),
    ("body-drop", [("body", (55, 56), 354)], BIG),
    ("body-rst", [("body", (55, 56), 354)], BIG),
    ("body-silence", [("body", 28, 354)], dict(BIG, options=BIG["options"] + ["--late", "6"], says="took none")),
    ("body-crawl", [("body", 28, 354)], dict(BIG, says="took none")),
    ("body-crawl", [("dot", 28, 354, True)], dict(options=["--buffer", "16384"])),
    ("body-crawl", [OK], dict(job={"response_ms": 20000}, stored=1)),
    ("body-550", [("body", (55, 56), (354, 550))], BIG),
    ("body-drop", [("dot", 56, 354, True)], {}),
    ("body-550", [("dot", 8, 550, True)], {}),
    ("dot-drop", [("dot", 56, 354, True)], dict(stored=1)),
    ("dot-rst", [("dot", 56, 354, True)], dict(stored=1)),
    ("dot-silence", [("dot", 28, 354, True)], dict(stored=1)),
    ("dot-251", [("dot", 8, 251, True)], dict(stored=1)),
    ("dot-421", [("dot", 8, 421, True)], dict(stored=1)),
    ("dot-451", [("dot", 8, 451, True)], dict(stored=1)),
    ("dot-452", [("dot", 8, 452, True)], dict(stored=1)),
    ("dot-550", [("dot", 8, 550, True, False), ("dot", 8, 550, True, True)], dict(stored=2, connections=1)),
    ("dot-552", [("dot", 8, 552, True)], dict(stored=1)),
    ("dot-multi", [OK, AGAIN], dict(stored=2, connections=1)),
    # The late answer to the first mail must not pass for one to the second.
    ("dot-late", [("dot", 28, 354, True), OK, AGAIN],
     dict(options=["--times", "1", "--late", "3"], pause=1.5, stored=3, connections=2, limit=8)),
    ("idle-drop", [OK, OK], dict(pause=0.2, stored=2, connections=2)),
    ("idle-rst", [OK, OK], dict(pause=0.2, stored=2, connections=2)),
    ("idle-421", [OK, OK], dict(pause=0.2, stored=2, connections=2)),
    ("idle-250", [OK, OK, OK], dict(pause=0.2, stored=3, connections=3)),
    ("idle-silence", [OK, ("mail", 28, 0, False, True), OK], dict(options=["--times", "1"], stored=2, connections=2)),
    ("second-421", [OK, ("mail", 55, 421, False, True), OK], dict(stored=2, connections=2)),
    ("second-drop", [OK, ("mail", (55, 56), 0, False, True), OK], dict(stored=2, connections=2)),
    ("second-rst", [OK, ("mail", (55, 56), 0, False, True), OK], dict(stored=2, connections=2)),
    ("quit-silence", [OK], dict(job={"response_ms": 20000}, stored=1, limit=2)),
    ("quit-drop", [OK], dict(job={"response_ms": 20000}, stored=1, limit=1)),
    ("", [OK], dict(stored=1, mechanism="PLAIN")),
    ("", [OK], dict(stored=1, mechanism="LOGIN", job={"auth": "login"})),
    ("", [OK], dict(stored=1, mechanism="OAUTHBEARER", job={"auth": "oauthbearer"})),
    ("", [OK], dict(stored=1, mechanism="XOAUTH2", job={"auth": "xoauth2"})),
    ("", [OK], dict(options=["--tls", "implicit"], job={"tls": "implicit"}, stored=1, mechanism="PLAIN")),
    ("", [OK], dict(options=["--tls", "none"], job={"tls": "none"}, stored=1)),
    ("", [OK], dict(options=["--tls", "none", "--no-auth"], job={"tls": "none", "user": "", "password": ""}, stored=1)),
    ("", [("tls", 35, 0)], dict(options=["--tls", "none"], job={"tls": "implicit"})),
    ("", [("banner", 28, 0)], dict(options=["--tls", "implicit"])),
    ("", [("starttls", 64, 250)], dict(options=["--tls", "none"])),
    ("", [("tls", 60, 220)] * 2, dict(job={"ca": ""}, says="self.signed")),
    ("", [("tls", 60, 220)], dict(job={"host": "127.0.0.1"}, says="127.0.0.1")),
    ("", [("tls", 60, 0)], dict(options=["--tls", "implicit"], job={"tls": "implicit", "ca": ""})),
    ("", [("tls", 77, 220)], dict(job={"ca": "/nonexistent/ca.pem"})),
    ("", [("connect", (6, 28), 0)], dict(job={"host": "no-such-host.invalid"}, says="resolve|in time")),
]


def run_fault(fault, wanted, stored=0, connections=None, options=(), job=None, size=500, pause=0.0, limit=None, says="",
              mechanism=None, enhanced=None):
    folder = new_folder()
    server = smtp_faults.Server(smtp_faults.arguments([fault, "--dir", folder, *options]))
    first = head(server.start(), os.path.join(folder, "cert.pem"), **(job or {}))
    run = Job(first)
    for i, want in enumerate(wanted):
        run.write(mail(i + 1, text(size)))
        got = run.outcome()
        assert got is not None, "no outcome of mail %d: %s" % (i + 1, run.end()[2])
        want = (want + (False, False))[:5] if len(want) < 5 else want
        for key, value in zip(("phase", "curlcode", "code", "all_sent", "reused"), want):
            same("mail %d, %s" % (i + 1, key), got[key], value)
        same("id", got["id"], i + 1)
        assert re.search(says, got["text"]), "the text is %r" % got["text"]
        assert got["text"], "there is no text"
        if enhanced is not None:
            same("enhanced", got["enhanced"], enhanced)
        assert got["ms"] < first["connect_ms"] + 1.1 * first["response_ms"] + 1000 * SLACK, got
        time.sleep(pause)
    code, out, err = run.end()
    same("exit code and the rest", (code, out, err), (0, "", ""))
    no_secret(run.seen)
    slow = first["connect_ms"] / 1000 + first["response_ms"] / 1000 * 1.1 + 2
    limit = SLACK + (limit if limit is not None else len(wanted) * (slow + pause))
    assert run.seconds < limit, "it took %.1f s" % run.seconds
    same("mails kept by the server", server.box.count, stored)
    if mechanism is not None:       # the server offers CRAM-MD5 too
        with open(os.path.join(folder, "001.json")) as f:
            same("mechanism", json.load(f)["user"], mechanism)
    if connections is not None:
        same("connections", server.connections, connections)
    server.listener.close()


def tests():
    for fault, wanted, options in FAULTS:
        name = "%s %s" % (fault or "no fault", " ".join("%s=%s" % o for o in options.items()))
        yield name.strip(), lambda fault=fault, wanted=wanted, options=options: run_fault(fault, wanted, **options)


if __name__ == "__main__":
    main(list(tests()))
