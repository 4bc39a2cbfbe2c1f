#!/usr/bin/python3
"""Mail servers that refuse, close, time out, show a wrong certificate, refuse to sign in, or refuse one recipient: what the
admin reads, that the mail is not lost, that it arrives once when the server is well again, that ceud answers meanwhile."""
import concurrent.futures
import os
import sys
import time
import traceback

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import harness                                                              # noqa: E402
from harness import Ceud, Server, folder, holds, same, smtp_config          # noqa: E402


class Post:
    """A mail server with a fault that happens once, and a ceud that sends through it to one person."""

    def __init__(self, name, fault, options=(), server="tests/net/smtp_faults.py", config="", to="dana"):
        self.box = os.path.join(folder(), name)
        argv = ([fault] if fault else []) + ["--dir", self.box, "--seconds", "200", *options]
        self.server = Server(server, *argv)
        self.ceud = Ceud(name + "-d", config or smtp_config(self.server.port, self.certificate())).start()
        same("person", self.ceud.request("POST", "/v1/people", {"email": to + "@example.org", "until": "2026-03-30"})[0], 200)

    def certificate(self):
        return os.path.abspath(os.path.join(self.box, "cert.pem"))

    def send(self, faults=1):
        """Plan and send; the mail as the admin sees it when something became of it, or after so many faults in a row."""
        self.run("reminders")
        end = time.monotonic() + 60 * harness.SLACK
        while time.monotonic() < end:
            self.ceud.answers()
            mail = self.mail()
            if mail["attempts"] or mail["doubts"] or self.breaker()["faults"] >= faults:
                return self.mail()
            if mail["state"] == "ready":
                self.ceud.request("POST", "/v1/admin/run/mail", {}, timeout=120)
            time.sleep(0.02)
        raise AssertionError("nothing became of it: %r" % mail)

    def run(self, job):
        status, answer = self.ceud.request("POST", "/v1/admin/run/" + job, {}, timeout=120)
        same(job, status, 200)
        return answer

    def mail(self):
        mails = self.ceud.get("/v1/admin/mail/queue?state=all")[1]["mails"]
        same("mails", len(mails), 1)
        return mails[0]

    def breaker(self):
        return self.ceud.get("/v1/admin/mail")[1]["breaker"]

    def received(self):
        return sorted(n for n in os.listdir(self.box) if n.endswith(".json"))

    def arrives(self, copies=1):
        """Now that the server is well the mail goes out, once."""
        ran = self.run("mail") if self.mail()["state"] == "ready" else None
        same("state after a run that answered %r, breaker %r" % (ran, self.breaker()), self.mail()["state"], "sent")
        same("copies", len(self.received()), copies)
        self.run("mail")
        self.run("reminders")
        same("copies after another run", len(self.received()), copies)
        self.end()

    def end(self):
        secret = harness.PASSWORD
        assert secret not in self.ceud.said(), "the log shows the password"
        same("exit", self.ceud.stop(), 0)
        self.server.end()


def channel(name, fault, *parts):
    """A fault of the server, three times: the mail loses no attempt, the server is left alone, the reason is told."""
    p = Post(name, fault, ("--times", "3"))
    mail = p.send(3)
    same("mail", (mail["state"], mail["attempts"], mail["doubts"]), ("ready", 0, 0))
    breaker = p.breaker()
    same("breaker", (breaker["state"], breaker["faults"]), ("closed", 3))
    assert breaker["until"] > harness.NOW
    holds(breaker["reason"], *parts)
    holds(p.ceud.said(), "Mail cannot be sent:")
    assert p.ceud.get("/v1/admin/status")[1]["problems"], "ceu admin status says nothing of it"
    p.arrives()
    return p


def refusing():
    """a server that refuses connections is left alone after three tries"""
    p = Post("refuse", "refuse")
    mail = p.send(3)
    same("mail", (mail["state"], mail["attempts"], mail["doubts"]), ("ready", 0, 0))
    same("breaker", p.breaker()["state"], "closed")
    same("a probe", p.run("mail"), {"sent": 0, "failed": 0, "later": 1, "unknown": 0})
    same("faults", p.breaker()["faults"], 4)
    p.end()


def closing():
    """a server that closes at the banner, after MAIL, and in mid-mail"""
    channel("close1", "banner-drop")
    channel("close2", "mail-drop")
    p = Post("close3", "body-drop", ("--times", "1"))
    mail = p.send()
    same("mail", (mail["state"], mail["attempts"]), ("ready", 1))
    assert mail["doubts"] in (0, 1), mail       # whether its last byte had gone depends on the moment
    same("clock", p.ceud.request("POST", "/v1/admin/clock", {"forward": "40m"}, timeout=60)[0], 200)
    p.arrives()


def timing_out():
    """a server that says nothing is given up; a test mail is given up within its deadline"""
    p = Post("silent", "banner-silence")
    began = time.monotonic()
    status, answer = p.ceud.request("POST", "/v1/admin/mail/test", {"to": "ops@example.org"}, timeout=120)
    same("test", (status, answer["outcome"]), (200, "failed"))
    assert answer["text"], answer
    assert time.monotonic() - began < 60 * harness.SLACK
    mail = p.send()
    assert mail["state"] in ("ready", "sending"), mail      # it may be trying again
    same("mail", (mail["attempts"], mail["doubts"]), (0, 0))
    holds(p.breaker()["reason"], "did not answer in time")
    p.ceud.answers()
    p.ceud.kill()
    p.server.end()


def wrong_certificate():
    """a certificate for another name, and one of an unknown authority"""
    p = Post("name", "", ("--name", "other.example.net"), server="tests/net/smtp_server.py")
    mail = p.send(3)
    same("mail", (mail["state"], mail["attempts"]), ("ready", 0))
    holds(p.breaker()["reason"].lower(), "certificate")
    same("copies", p.received(), [])
    holds(p.ceud.said(), "Mail cannot be sent:")
    p.end()
    other = Server("tests/net/smtp_server.py", "--dir", os.path.join(folder(), "authority"))
    p = Post("unknown", "", server="tests/net/smtp_server.py")
    same("exit", p.ceud.stop(), 0)
    harness.write("unknown-d.conf", smtp_config(p.server.port, os.path.abspath(os.path.join(folder(), "authority", "cert.pem"))))
    p.ceud.start()
    same("mail", p.send(3)["state"], "ready")
    holds(p.breaker()["reason"].lower(), "certificate")
    same("copies", p.received(), [])
    harness.write("unknown-d.conf", smtp_config(p.server.port, p.certificate()))
    same("reload", p.ceud.request("POST", "/v1/admin/reload", {})[0], 200)
    p.arrives()
    other.end()


def no_encryption():
    """a server without STARTTLS gets nothing"""
    p = Post("plain", "starttls-missing")
    same("mail", (p.send(3)["state"], p.received()), ("ready", []))
    holds(p.breaker()["reason"], "STARTTLS")
    p.end()


def sign_in_refused():
    """AUTH refused, by answer and by a wrong password; the password is shown nowhere"""
    channel("auth", "auth-535", "535")
    p = Post("password", "", server="tests/net/smtp_server.py")
    same("exit", p.ceud.stop(), 0)
    wrong = harness.write("wrong-password", "not-it\n")
    harness.write("password-d.conf", smtp_config(p.server.port, p.certificate()).replace(
        os.path.abspath(os.path.join(folder(), "smtp-password")), wrong))
    p.ceud.start()
    mail = p.send(3)
    same("mail", (mail["state"], p.received()), ("ready", []))
    holds(p.breaker()["reason"], "535")
    status, test = p.ceud.request("POST", "/v1/admin/mail/test", {"to": "ops@example.org"}, timeout=60)
    same("test", (status, test["outcome"]), (200, "failed"))
    assert "not-it" not in str(test) + p.ceud.said(), "the password is shown"
    os.unlink(wrong)
    status, test = p.ceud.request("POST", "/v1/admin/mail/test", {"to": "ops@example.org"}, timeout=60)
    holds(str(test), "The mail password cannot be read from")
    p.end()


def one_recipient():
    """4xx and 5xx for one recipient: others get theirs; later, or failed with the server's words"""
    p = Post("one", "", server="tests/net/smtp_server.py")
    for to in ("later+1", "nouser", "full", "busy", "spam"):
        same(to, p.ceud.request("POST", "/v1/people", {"email": to + "@example.org", "until": "2026-03-30"})[0], 200)
    p.run("reminders")
    end = time.monotonic() + 20 * harness.SLACK
    while True:
        mails = {m["to"].split("@")[0]: m for m in p.ceud.get("/v1/admin/mail/queue?state=all")[1]["mails"]}
        if all(m["attempts"] or m["state"] == "sent" for m in mails.values()) and len(mails) == 6:
            break
        assert time.monotonic() < end, mails
        time.sleep(0.05)
    same("states", {to: m["state"] for to, m in mails.items()},
         {"dana": "sent", "later+1": "ready", "nouser": "failed", "full": "ready", "busy": "ready", "spam": "failed"})
    for to, part in (("later+1", "451"), ("nouser", "550"), ("full", "452"), ("busy", "451"), ("spam", "554")):
        holds(str(mails[to]["code"]), part)
        assert mails[to]["reason"], mails[to]
    for to in ("later+1", "full", "busy"):
        assert mails[to]["next_try"] > harness.NOW, mails[to]
    same("breaker", p.breaker()["state"], "ok")
    failed = p.ceud.get("/v1/admin/mail/queue?state=failed")[1]["mails"]
    same("failed", sorted(m["to"] for m in failed), ["nouser@example.org", "spam@example.org"])
    same("copies", len(p.received()), 1)
    p.end()


def doubt():
    """the connection is lost after the last byte: the mail goes once more, the same bytes"""
    p = Post("doubt", "dot-drop", ("--times", "1"))
    mail = p.send()
    same("mail", (mail["state"], mail["doubts"]), ("ready", 1))
    same("copies", len(p.received()), 1)
    same("clock", p.ceud.request("POST", "/v1/admin/clock", {"forward": "40m"}, timeout=60)[0], 200)
    copies = [open(os.path.join(p.box, n[:-5] + ".eml"), "rb").read() for n in p.received()]
    same("copies", (len(copies), len(set(copies))), (2, 1))
    p.arrives(2)


def no_relay_address():
    """an address that no server would take never gets as far"""
    p = Post("address", "", server="tests/net/smtp_server.py")
    for to in ("dana@example.org\r\nRCPT TO:<eve@example.org>", "dana", "<dana@example.org>", "a b@example.org", ""):
        status, problem = p.ceud.request("POST", "/v1/people", {"email": to, "until": "2026-03-30"})
        same(repr(to), status, 400)
        assert problem["detail"], problem
        status, problem = p.ceud.request("POST", "/v1/admin/mail/test", {"to": to})
        same(repr(to), status, 400)
    same("copies", p.received(), [])
    p.end()


TESTS = [timing_out, refusing, closing, wrong_certificate, no_encryption, sign_in_refused, one_recipient, doubt, no_relay_address]


def attempt(test):
    try:
        test()
        return None
    except Exception:                           # whatever it is, this test has failed
        return traceback.format_exc()


def beside_each_other():
    """Most of them wait; so they run four at a time, and main() tells what came out."""
    folder()
    pool = concurrent.futures.ThreadPoolExecutor(4)
    futures = {test: pool.submit(attempt, test) for test in TESTS}

    def teller(test):
        def tell():
            fault = futures[test].result()
            assert fault is None, fault
        tell.__doc__ = test.__doc__
        return tell
    return [teller(test) for test in TESTS]


if __name__ == "__main__":
    harness.main("mail", beside_each_other())
