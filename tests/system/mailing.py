"""A ceud that sends reminders through some mail server, for the tests of that: people whose cycles end soon, runs, and what
became of their mails."""
import os
import time

import harness
from harness import Ceud, same

UNTIL = "2026-03-30"            # 18 days after harness.NOW: a reminder is due at once


def config(port, ca, host="localhost", **changes):
    """The mail block. password: what stands behind that word; none: nobody signs in. tls, auth, rate likewise."""
    words = {"tls": "starttls", "auth": "plain", "rate": 1000000, "mode": "live",
             "password": "file:" + harness.write("smtp-password", harness.PASSWORD + "\n")}
    words.update(changes)
    lines = ["mode %(mode)s" % words, "transport smtp", "relay %s %d" % (host, port), "tls %(tls)s" % words,
             'from "ceu <ceu@example.org>"', "rate %(rate)d/min" % words, "quiet 00:00-00:00"]
    if ca:
        lines.append("ca " + ca)
    if words["password"]:
        lines += ["user ceud", 'password "%(password)s"' % words, "auth %(auth)s" % words]
    return "mail {\n %s\n}\n" % "\n ".join(lines)


class Post:
    """A ceud, and what it sends."""

    def __init__(self, name, text, *people):
        self.name = name
        self.ceud = Ceud(name, text).start()
        self.add(*people)

    def add(self, *people):
        connection = harness.UnixConnection(self.ceud.socket, 60 * harness.SLACK)
        for email in people:
            status, answer = harness.request(connection, "POST", "/v1/people", {"email": email, "until": UNTIL})
            same("adding %s: %r" % (email, answer), status, 200)
        connection.close()

    def configure(self, text):
        """Another configuration; its reload must work."""
        harness.write(self.name + ".conf", "zone Europe/Berlin\n" + text)
        status, answer = self.ceud.request("POST", "/v1/admin/reload", {})
        same("reload: %r" % answer, status, 200)

    def run(self, job):
        status, answer = self.ceud.request("POST", "/v1/admin/run/" + job, {}, timeout=600)
        same("%s: %r" % (job, answer), status, 200)
        return answer

    def forward(self, by):
        status, answer = self.ceud.request("POST", "/v1/admin/clock", {"forward": by}, timeout=120)
        same("clock: %r" % answer, status, 200)

    def mails(self):
        """{recipient: its mail}"""
        found, after = {}, ""
        while True:
            answer = self.ceud.get("/v1/admin/mail/queue?state=all&limit=500" + after)[1]
            for mail in answer["mails"]:
                assert mail["to"] not in found, "two mails to " + mail["to"]
                found[mail["to"]] = mail
            if not answer.get("next_after"):
                return found
            after = "&after=%s" % answer["next_after"]

    def mail(self):
        mails = list(self.mails().values())
        same("mails", len(mails), 1)
        return mails[0]

    def breaker(self):
        return self.ceud.get("/v1/admin/mail")[1]["breaker"]

    def until(self, what, seconds=60.0):
        """Until what() is true; mails that wait for nothing are sent meanwhile by ceud itself."""
        end = time.monotonic() + seconds * harness.SLACK
        while True:
            value = what()
            if value:
                return value
            assert self.ceud.process.poll() is None, "ceud has ended:\n" + self.ceud.said()
            assert time.monotonic() < end, "it does not come: %r, %r" % (self.mails(), self.breaker())
            time.sleep(0.02)

    def send(self, faults=1, tries=12):
        """Plan, and send until each mail was tried, or the channel failed so often in a row."""
        self.run("reminders")

        def over():
            mails = list(self.mails().values())
            return (mails and all(m["attempts"] or m["doubts"] or m["state"] not in ("ready", "sending") for m in mails) or
                    self.breaker()["faults"] >= faults)

        for _ in range(tries):
            end = time.monotonic() + 2 * harness.SLACK
            while time.monotonic() < end and not over():
                time.sleep(0.02)
            if over():
                break
            self.run("mail")
        self.until(lambda: all(m["state"] != "sending" for m in self.mails().values()))
        assert over(), "nothing became of it: %r, %r" % (self.mails(), self.breaker())
        return self.mails()

    def states(self):
        return {to.split("@")[0]: m["state"] for to, m in self.mails().items()}

    def bytes(self):
        """{recipient: the bytes as they were frozen}"""
        with self.ceud.database() as db:
            return {to: bytes(data) for to, data in db.execute(
                "SELECT rcpt, bytes FROM outbox JOIN outbox_bytes ON outbox_bytes.mail = outbox.id")}

    def end(self, *secrets):
        for secret in (harness.PASSWORD, *secrets):
            assert secret not in self.ceud.said(), "the log shows a password"
        same("exit", self.ceud.stop(), 0)


def secret_file(name, text):
    return harness.write(name, text + "\n")


def token_command(name, text):
    """A command that prints what a file holds now, and how often it ran: a line in NAME.runs each."""
    path = harness.write(name, text + "\n")
    runs = os.path.abspath(os.path.join(harness.folder(), name + ".runs"))
    return "command:echo run >>%s; cat %s" % (runs, path), runs
