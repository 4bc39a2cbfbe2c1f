#!/usr/bin/python3
"""ceud-net send and what is known to go wrong with libcurl's SMTP, a test each; and that no secret is shown. TAP."""
import base64
import json
import os
import re
import signal
import subprocess
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import smtp_faults                                                          # noqa: E402
from smtp_harness import (PASSWORD, PROGRAM, SLACK, Job, Real, head, mail, main, new_folder, no_secret, same,
                          text)                                             # noqa: E402


class Faulty:
    """A fault server, with the lines it was sent."""

    def __init__(self, fault="", *options):
        self.folder = new_folder()
        self.log = os.path.join(self.folder, "log")
        self.server = smtp_faults.Server(smtp_faults.arguments(
            [fault, "--dir", self.folder, "--log", self.log, *options]))
        self.port, self.ca = self.server.start(), os.path.join(self.folder, "cert.pem")

    def lines(self):
        with open(self.log) as f:
            return [line.rstrip("\n").split(" ", 1) for line in f]

    def said(self, verb):
        return [line for _, line in self.lines() if line.upper().startswith(verb)]

    def received(self, number):
        with open(os.path.join(self.folder, "%03d.eml" % number), "rb") as f:
            return f.read()


def one(server, body, **changes):
    """Send one mail; its outcome and how long all took."""
    run = Job(head(server.port, server.ca, **changes))
    run.write(mail(1, body))
    got = run.outcome()
    same("end", run.end(), (0, "", ""))
    return got, run.seconds


def dotted(size, dots):
    body = b"Subject: dots\r\n\r\n" + b".\r\n" * dots
    body += (b"z" * 70 + b"\r\n") * ((size - len(body)) // 72 - 1)
    return body + b"e" * (size - len(body) - 2) + b"\r\n"


def trap_1_the_goodbye_waits_for_an_answer():
    for fault, code in (("quit-silence", 250), ("rcpt-550,quit-silence", 550), ("dot-554,quit-silence", 554),
                        ("dot-silence,quit-silence", 354)):
        got, seconds = one(Faulty(fault), text(), response_ms=2000 if code == 354 else 20000)
        same("code", got["code"], code)
        assert seconds < SLACK + 5, "%s took %.1f s" % (fault, seconds)


def trap_2_a_late_answer_is_taken_for_the_next_mails():
    server = Faulty("dot-late", "--times", "1", "--late", "3")
    run = Job(head(server.port, server.ca))
    run.write(mail(1, text()))
    got = run.outcome()
    same("the first", (got["phase"], got["curlcode"], got["code"], got["all_sent"]), ("dot", 28, 354, True))
    for number in (2, 3, 4):
        time.sleep(0.7)                         # within these its answer comes
        run.write(mail(number, text()))
        same("mail %d" % number, run.outcome()["curlcode"], 0)
    same("end", run.end(), (0, "", ""))
    same("on a connection of its own", {n for n, line in server.lines() if line.startswith("MAIL")}, {"1", "2"})


def trap_3_bytes_are_lost_at_the_end_when_lines_begin_with_dots():
    server = Real()
    run = Job(head(server.port, server.ca, response_ms=20000))
    mails = [dotted(65546, 10), dotted(65536, 1), dotted(65537, 1), dotted(131072, 64), dotted(2 * 1024 * 1024, 30),
             dotted(2 * 1024 * 1024 + 1, 30), b"a\r\n.\r\n", b"a\r\n..\r\n"]
    for number, body in enumerate(mails, 1):
        run.write(mail(number, body))
        same("curlcode", run.outcome()["curlcode"], 0)
        same("mail %d whole" % number, server.received(number)[0] == body, True)
    same("end", run.end(), (0, "", ""))
    server.end()


def trap_4_commands_can_stand_in_an_address():
    server = Faulty()
    run = Job(head(server.port, server.ca))
    evil = ["dana@example.org>\r\nRCPT TO:<eve@example.org", "dana@example.org\r\nRCPT TO:<eve@example.org>",
            "dana@example.org\nRCPT TO:<eve@example.org>", "dana@example.org\rDATA", "dana@example.org> SIZE=0",
            "dana@example.org\x00eve", "\"a\r\nb\"@example.org", "dana@example.org<eve@example.org>"]
    for address in evil[:5] + evil[6:]:
        for sender, to in ((address, "dana@example.org"), ("ceu@example.org", address)):
            run.write(mail(1, text(), to, sender))
            got = run.outcome()
            same(repr(address), (got["phase"], got["code"], got["connects"]), ("address", 0, 0))
    run.write(mail(2, text()))
    same("the next", run.outcome()["curlcode"], 0)
    same("end", run.end(), (0, "", ""))
    same("recipients", server.said("RCPT"), ["RCPT TO:<dana@example.org>"])
    same("senders", [line.split(" SIZE")[0] for line in server.said("MAIL")], ["MAIL FROM:<ceu@example.org>"])
    run = Job(head(server.port, server.ca))
    run.write(mail(1, text(), evil[5]))         # a zero byte is no text at all
    same("exit code", run.end()[0], 2)


def trap_5_and_6_headers_are_added_split_or_left_raw():
    server = Faulty()
    head_lines = [b"From: a@example.org", b"To: d@example.org", b"Subject: =?utf-8?Q?=C3=A4?=", b"X-Long: " + b"x" * 900,
                  b"X-Folded: one", b"\ttwo"]
    body = b"\r\n".join(head_lines) + b"\r\n\r\nHello.\r\n"
    got, _ = one(server, body)
    same("curlcode", got["curlcode"], 0)
    same("bytes", server.received(1), body)


def trap_7_the_size_is_not_told():
    for size in (500, 20000, 70000):
        server = Faulty()
        one(server, text(size))
        same("MAIL", server.said("MAIL"), ["MAIL FROM:<ceu@example.org> SIZE=%d" % len(text(size))])
    server = Faulty("mail-552/5.3.4")
    got, _ = one(server, text(20000))
    same("refused before the body", (got["phase"], got["code"], got["enhanced"], server.said("DATA")),
         ("mail", 552, "5.3.4", []))


def trap_8_addresses_outside_ascii_are_sent_as_they_are():
    server = Faulty()
    run = Job(head(server.port, server.ca))
    for address in ("d\u00e4na@example.org", "dana@m\u00fcller.example"):
        run.write(mail(1, text(), address))
        same(address, run.outcome()["phase"], "address")
    run.write(mail(2, text(), "dana@xn--mller-kva.example"))
    same("the domain's ASCII form", run.outcome()["curlcode"], 0)
    same("end", run.end(), (0, "", ""))
    same("recipients", server.said("RCPT"), ["RCPT TO:<dana@xn--mller-kva.example>"])


def trap_9_a_big_mail_without_a_last_line_end_hangs():
    for size in (100, 65536, 70000, 3_000_000):
        server = Faulty()
        body = text(size).rstrip(b"\r\n") + b"z"
        got, seconds = one(server, body, response_ms=20000)
        same("curlcode", got["curlcode"], 0)
        same("bytes", server.received(1) == body + b"\r\n", True)
        assert seconds < SLACK + 5, seconds


def trap_10_capabilities_in_small_letters():
    """libcurl before 8.17 does not see them, later it does; in the clear goes nothing either way."""
    server = Faulty("starttls-lower")
    got, _ = one(server, text())
    if got["curlcode"] == 0:
        same("what went before encryption", [line.split()[0].upper() for _, line in server.lines()][:2], ["EHLO", "STARTTLS"])
    else:
        same("outcome", (got["phase"], got["curlcode"]), ("starttls", 64))
        same("commands", {line.split()[0] for _, line in server.lines()} - {"EHLO", "QUIT"}, set())


# ---- what is configured is what happens

def the_login_asked_for_and_no_other():
    """Whatever else the server offers, and with tokens as long as they come."""
    for auth in ("plain", "login", "oauthbearer", "xoauth2"):
        for password in (PASSWORD, "x" * 3000 + "y" * 3000, "p\u00e4ss w\"\\ord"):
            server = Faulty()
            got, _ = one(server, text(), auth=auth, password=password)
            same("curlcode with " + auth, got["curlcode"], 0)
            same("AUTH", server.said("AUTH"), ["AUTH " + auth.upper()])
            sent = [line for _, line in server.lines()]
            said = sent[sent.index("AUTH " + auth.upper()) + 1:][:2]
            decoded = [base64.b64decode(said[0]), base64.b64decode(said[1]) if auth == "login" else b""]
            secret = password.encode()
            wanted = {"plain": [b"\0ceud\0" + secret, b""], "login": [b"ceud", secret],
                      "xoauth2": [b"user=ceud\1auth=Bearer " + secret + b"\1\1", b""]}.get(auth)
            if wanted:
                same("what was said", decoded, wanted)
            else:
                assert decoded[0].startswith(b"n,a=ceud,\1") and decoded[0].endswith(b"\1auth=Bearer " + secret + b"\1\1"), decoded


def no_login_without_encryption_or_an_offer():
    for fault in ("starttls-missing", "starttls-454", "auth-missing", "auth-cram"):
        server = Faulty(fault)
        got, _ = one(server, text())
        assert got["curlcode"] != 0 and not got["all_sent"], got
        same("what was said", {line.split()[0] for _, line in server.lines()} & {"AUTH", "DATA"} if fault != "auth-missing" else
             {line.split()[0] for _, line in server.lines()} & {"AUTH"}, set())
        same("mails", server.server.box.count, 0)


def nothing_injected_before_encryption_counts():
    server = Faulty("starttls-inject")
    got, _ = one(server, text())
    same("outcome", (got["phase"], got["all_sent"]), ("starttls", False))
    same("what was said", {line.split()[0] for _, line in server.lines() if line[:1].isalpha()} - {"EHLO", "STARTTLS"}, set())


# ---- secrets

def pieces(secret):
    """Whatever a reader could use of it."""
    forms = [secret, "\0ceud\0" + secret, "user=ceud\1auth=Bearer %s\1\1" % secret]
    for form in forms:
        yield form
        yield base64.b64encode(form.encode()).decode()
    if len(secret) > 100:
        yield secret[:40]
        yield base64.b64encode(secret[:300].encode()).decode()[:100]


def secrets_are_shown_nowhere():
    for auth in ("plain", "login", "oauthbearer", "xoauth2"):
        for password in (PASSWORD, "".join(chr(33 + i * 7 % 90) for i in range(3000))):
            for fault in ("", "auth-echo", "auth-drop", "auth-challenge,auth-535"):
                server = Faulty(fault)
                run = Job(head(server.port, server.ca, auth=auth, password=password, steps=True))
                run.write(mail(1, text()))
                run.outcome()
                with open("/proc/%d/cmdline" % run.process.pid, "rb") as f:
                    run.seen += f.read()
                same("end", run.end(), (0, "", ""))
                for piece in pieces(password):
                    assert piece.encode() not in run.seen, "%s, %s: %r" % (auth, fault, run.seen)


def secrets_of_a_bad_job_are_not_shown():
    for changes in ({"port": 0}, {"auth": "cram"}, {"colour": 1}, {"user": ""}, {"tls": "maybe"}):
        run = Job(head(1, "", **changes))
        same("exit code", run.end()[0], 2)
        no_secret(run.seen)


def no_core_is_left():
    """Ended in the middle of signing in, even where cores are wanted."""
    folder, server = new_folder(), Faulty("auth-silence")
    run = subprocess.Popen(["/bin/sh", "-c", "ulimit -c unlimited 2>/dev/null; exec \"$0\" send", os.path.abspath(PROGRAM)],
                           stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=folder)
    first = head(server.port, os.path.abspath(server.ca), response_ms=20000)
    run.stdin.write(json.dumps(first).encode() + b"\n" + mail(1, text()))
    run.stdin.flush()
    end = time.monotonic() + SLACK + 5
    while not (os.path.exists(server.log) and server.said("AUTH")):
        assert time.monotonic() < end, "it does not sign in"
        time.sleep(0.02)
    os.kill(run.pid, signal.SIGABRT)
    out, err = run.communicate(timeout=20)
    assert run.returncode != 0, run.returncode
    no_secret(out + err)
    assert not [n for n in os.listdir(folder) if re.match("core", n)], os.listdir(folder)


TESTS = [value for name, value in globals().items() if name.startswith("trap_")] + [
    the_login_asked_for_and_no_other, no_login_without_encryption_or_an_offer, nothing_injected_before_encryption_counts,
    secrets_are_shown_nowhere, secrets_of_a_bad_job_are_not_shown, no_core_is_left]

if __name__ == "__main__":
    main([(test.__name__.replace("_", " "), test) for test in TESTS])
