#!/usr/bin/python3
"""Every fault that a mail server is known to make, once in a table: what becomes of the mail, what of the channel, what the
admin reads, how long it takes, and that the mail arrives once the server is well. Each row is printed."""
import base64
import collections
import concurrent.futures
import os
import re
import subprocess
import sys
import time
import traceback

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "net"))
import harness                                                              # noqa: E402
import mailing                                                              # noqa: E402
import smtp_faults                                                          # noqa: E402
from harness import folder, holds, same                                     # noqa: E402

SOON = 15.0                     # seconds in which a row is decided that waits for nothing
LINES, NUMBER = [], collections.Counter()


class Faulty:
    """A fault server in this process, so that its faults can end; and a ceud that sends through it."""

    def __init__(self, fault, *people, options=(), config=None, host="localhost", expired=False):
        NUMBER["row"] += 1
        self.name = "row%d" % NUMBER["row"]
        self.box = os.path.join(folder(), self.name)
        if expired:
            out_of_date(self.box)
        self.server = smtp_faults.Server(smtp_faults.arguments([fault, "--dir", self.box, *options]))
        self.port, self.ca = self.server.start(), os.path.abspath(os.path.join(self.box, "cert.pem"))
        self.host, self.changes = host, dict(config or {})
        self.post = mailing.Post(self.name + "d", self.config(), *people)
        self.ceud = self.post.ceud

    def config(self, **changes):
        words = dict(self.changes, **changes)
        ca = words.pop("ca", self.ca)
        return mailing.config(self.port, ca, host=words.pop("host", self.host), **words)

    def heal(self):
        """No faults from here on; a port that was closed is open."""
        refused = "refuse" in self.server.faults
        self.server.faults = []
        if refused:
            self.server.listener.close()
            self.server.args.port = self.port
            same("port", self.server.start(), self.port)

    def copies(self):
        return sorted(n[:-5] for n in os.listdir(self.box) if n.endswith(".json"))

    def bytes(self):
        return [open(os.path.join(self.box, n + ".eml"), "rb").read() for n in self.copies()]

    def reads(self, *command):
        """What `ceu admin mail ..` prints, its lines joined."""
        answer = self.ceud.ceu("admin", "mail", *command)
        return re.sub(r"\s+", " ", answer.out + answer.err)

    def end(self):
        self.post.end()
        self.server.listener.close()


def out_of_date(path):
    """A certificate in PATH that was good for less than a second."""
    os.makedirs(path)
    key, csr, cert = (os.path.join(path, n) for n in ("key.pem", "csr.pem", "cert.pem"))
    subprocess.run(["openssl", "req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj",
                    "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out", csr],
                   check=True, stderr=subprocess.DEVNULL)
    subprocess.run(["openssl", "x509", "-req", "-in", csr, "-signkey", key, "-days", "0", "-copy_extensions", "copy",
                    "-out", cert], check=True, stderr=subprocess.DEVNULL)
    time.sleep(1.2)


def tell(name, mail, breaker, seconds, text):
    LINES.append("# %-34s %-8s attempts %d doubts %d | %-6s %d faults | %5.1f s | %s"
                 % (name, mail["state"], mail["attempts"], mail["doubts"], breaker["state"], breaker["faults"], seconds, text[:90]))


# ---- the channel: no mail loses an attempt, the breaker closes after three, and all is well again

CHANNEL = [
    ("refuse", "connect", {}),
    ("", "resolve|in time", dict(host="no-such-host.invalid", name="unknown host")),
    ("banner-drop", "closed the connection", {}),
    ("banner-rst", "closed the connection|connect", {}),
    ("banner-421", "421", {}),
    ("banner-554", "554", {}),
    ("ehlo-421", "421", {}),
    ("ehlo-502", "502", {}),
    ("ehlo-drop", "closed the connection", {}),
    ("starttls-missing", "STARTTLS", {}),
    ("starttls-454", "454", {}),
    ("starttls-inject", "does not fit the protocol", {}),
    ("starttls-drop", "closed the connection", {}),
    ("auth-535", "535", {}),
    ("auth-535", "535", dict(config={"auth": "login"})),
    ("auth-454", "454", {}),
    ("auth-drop", "closed the connection", {}),
    ("auth-missing", "did not offer to sign in", {}),
    ("auth-cram", "no way to sign in", {}),
    ("auth-loop", "did not let us sign in", {}),
    ("auth-challenge,auth-535", '"status":"401"', dict(config={"auth": "xoauth2"})),
    ("auth-challenge,auth-535", '535 .*"status":"401"', dict(config={"auth": "oauthbearer"})),
    ("auth-echo", r"535 5.7.8 Refused: \*\*\* \*\*\*", {}),
    ("mail-421", "421", {}),
    ("mail-452", "452", {}),
    ("mail-530", "530", {}),
    ("mail-550", "550", {}),
    ("mail-drop", "closed the connection", {}),
    ("", "certificate", dict(config={"ca": "other"}, name="certificate of another")),
    ("", "expired", dict(expired=True, name="certificate out of date", ends=False)),
    ("", "127.0.0.1", dict(host="127.0.0.1", name="certificate for another name")),
    ("", "certificate", dict(config={"ca": "/nonexistent/ca.pem"}, name="no file of certificates")),
    ("", "wrong version|TLS|SSL", dict(options=["--tls", "none"], config={"tls": "implicit", "ca": "other"},
                                       name="smtps on a plain port", ends=False)),
    ("", "STARTTLS", dict(options=["--tls", "none"], name="no encryption at all", ends=False)),
]


def channel(fault, words, options=(), config=None, host="localhost", name="", ends=True, expired=False):
    config = dict(config or {})
    if config.get("ca") == "other":
        config["ca"] = os.path.join(other_authority(), "cert.pem")
    f = Faulty(fault, "dana@example.org", "erin@example.org", options=options, config=config, host=host, expired=expired)
    began = time.monotonic()
    f.post.send(faults=3)
    seconds = time.monotonic() - began
    mails, breaker = f.post.mails(), f.post.breaker()
    said = f.reads("status")
    tell(name or fault, mails["dana@example.org"], breaker, seconds, breaker["reason"])
    same("mails", {(m["state"], m["attempts"], m["doubts"]) for m in mails.values()}, {("ready", 0, 0)})
    same("breaker", (breaker["state"], breaker["faults"]), ("closed", 3))
    assert re.search(words, breaker["reason"]), "the reason is %r" % breaker["reason"]
    assert re.search(words, said), "the admin reads %r" % said
    holds(f.ceud.said(), "Mail cannot be sent:")
    assert f.ceud.get("/v1/admin/status")[1]["problems"], "ceu admin status says nothing of it"
    same("exit code of --check", f.ceud.ceu("admin", "mail", "status", "--check").code, 8)
    same("copies", f.copies(), [])
    assert seconds < SOON * harness.SLACK, seconds
    if ends:
        f.heal()
        f.post.configure(f.config(host="localhost", ca=f.ca))
        f.post.run("mail")
        f.post.until(lambda: set(f.post.states().values()) == {"sent"})
        same("breaker", (f.post.breaker()["state"], f.post.breaker()["faults"]), ("ok", 0))
        same("copies", len(f.copies()), 2)
    f.end()


def other_authority():
    path = os.path.abspath(os.path.join(folder(), "another"))
    os.makedirs(path, exist_ok=True)
    return path


# ---- one mail: state, attempts, doubts, code; the words; then, once the server is well, the state and the copies

MAIL = [
    ("mail-552", ("failed", 1, 0, 552), "552", ("failed", 0)),
    ("rcpt-450", ("ready", 1, 0, 450), "450", ("sent", 1)),
    ("rcpt-452", ("ready", 1, 0, 452), "452", ("sent", 1)),
    ("rcpt-550", ("failed", 1, 0, 550), "550 5.1.1", ("failed", 0)),
    ("rcpt-551", ("failed", 1, 0, 551), "551", ("failed", 0)),
    ("rcpt-553", ("failed", 1, 0, 553), "553", ("failed", 0)),
    ("rcpt-550/5.7.1", ("ready", 1, 0, 550), "550 5.7.1", ("sent", 1)),
    ("rcpt-552/5.2.2", ("ready", 1, 0, 552), "552 5.2.2", ("sent", 1)),
    ("rcpt-drop", ("ready", 1, 0, 250), "closed the connection", ("sent", 1)),
    ("data-451", ("ready", 1, 0, 451), "451", ("sent", 1)),
    ("data-554", ("failed", 1, 0, 554), "554", ("failed", 0)),
    ("data-drop", ("ready", 1, 0, 250), "closed the connection", ("sent", 1)),
    ("body-drop", ("ready", 1, 1, 354), "may have taken it", ("sent", 1)),
    ("body-rst", ("ready", 1, 1, 354), "may have taken it", ("sent", 1)),
    ("body-421", ("ready", 1, 0, 421), "421", ("sent", 1)),
    ("body-550", ("failed", 1, 0, 550), "550", ("failed", 0)),
    ("banner-slow", ("sent", 1, 0, 250), "", ("sent", 1)),
    ("dot-multi", ("sent", 1, 0, 250), "", ("sent", 1)),
    ("dot-251", ("sent", 1, 0, 251), "", ("sent", 1)),
    ("dot-421", ("ready", 1, 0, 421), "421", ("sent", 2)),
    ("dot-451", ("ready", 1, 0, 451), "451", ("sent", 2)),
    ("dot-452", ("ready", 1, 0, 452), "452", ("sent", 2)),
    ("dot-550", ("failed", 1, 0, 550), "550", ("failed", 1)),
    ("dot-552", ("failed", 1, 0, 552), "552", ("failed", 1)),
    ("dot-drop", ("ready", 1, 1, 354), "may have taken it", ("sent", 2)),
    ("dot-rst", ("ready", 1, 1, 354), "may have taken it", ("sent", 2)),
    ("quit-silence", ("sent", 1, 0, 250), "", ("sent", 1)),
    ("quit-drop", ("sent", 1, 0, 250), "", ("sent", 1)),
]


def one_mail(fault, wanted, words, after):
    f = Faulty(fault, "dana@example.org")
    began = time.monotonic()
    f.post.send(faults=99)
    seconds = time.monotonic() - began
    mail, breaker = f.post.mail(), f.post.breaker()
    said = f.reads("show", str(mail["id"]))
    tell(fault, mail, breaker, seconds, mail["reason"] or "")
    got = (mail["state"], mail["attempts"], mail["doubts"], mail["code"])
    # Whether its last byte had gone when the connection broke depends on the moment.
    assert got == wanted or fault in ("body-drop", "body-rst") and got == ("ready", 1, 0, 354), got
    if got == wanted:
        holds(mail["reason"] or "", words)
        holds(said, words)
    holds(said, "dana@example.org")
    same("breaker", (breaker["state"], breaker["faults"]), ("ok", 0))
    same("exit code of --check", f.ceud.ceu("admin", "mail", "status", "--check").code, 7 if mail["state"] == "failed" else 0)
    assert seconds < SOON * harness.SLACK, seconds
    f.heal()
    f.post.forward("26h" if "5.2.2" in fault else "40m")
    f.post.until(lambda: f.post.mail()["state"] == after[0])
    f.post.run("mail")
    same("copies", (f.post.mail()["state"], len(f.copies())), after)
    same("different copies", len(set(f.bytes())), min(after[1], 1))
    began = time.monotonic()
    f.end()
    assert time.monotonic() - began < SOON * harness.SLACK, "it does not end"


def second_doubt():
    """a second doubt parks the mail as unknown; resending is the admin's word"""
    f = Faulty("dot-drop", "dana@example.org")
    f.post.send(faults=99)
    f.post.forward("40m")
    f.post.until(lambda: f.post.mail()["state"] == "unknown")
    mail = f.post.mail()
    tell("dot-drop, twice", mail, f.post.breaker(), 0, mail["reason"])
    same("mail", (mail["attempts"], mail["doubts"], len(f.copies()), len(set(f.bytes()))), (2, 2, 2, 1))
    same("exit code of --check", f.ceud.ceu("admin", "mail", "status", "--check").code, 7)
    f.post.forward("2d")
    same("copies", len(f.copies()), 2)
    f.heal()
    same("resend", f.ceud.ceu("admin", "mail", "resend", str(mail["id"])).code, 0)
    f.post.run("mail")
    ids = {re.search(rb"(?im)^Message-ID: (.*)\r$", b).group(1) for b in f.bytes()}
    same("copies and their ids", (len(f.copies()), len(ids)), (3, 2))
    f.end()


# ---- the connection that was kept: the next mail goes at once over a new one

KEPT = ["idle-drop", "idle-rst", "idle-421", "idle-250", "second-421", "second-drop", "second-rst", "rcpt-550", "dot-554"]


def kept(fault):
    people = ["person%d@example.org" % i for i in range(4)]
    f = Faulty(fault, *people, options=["--times", "1"] if fault[:4] in ("rcpt", "dot-") else [])
    began = time.monotonic()
    f.post.send(faults=99)
    seconds = time.monotonic() - began
    mails, breaker = f.post.mails(), f.post.breaker()
    tell(fault + ", four mails", mails[people[3]], breaker, seconds, "%d connections" % f.server.connections)
    failed = 1 if fault[:4] in ("rcpt", "dot-") else 0
    same("states", sorted(m["state"] for m in mails.values()), ["failed"] * failed + ["sent"] * (4 - failed))
    same("attempts and doubts", {(m["attempts"], m["doubts"]) for m in mails.values()}, {(1, 0)})
    same("breaker", (breaker["state"], breaker["faults"]), ("ok", 0))
    same("copies", len(f.copies()), 4 if fault == "dot-554" else 4 - failed)
    assert seconds < SOON * harness.SLACK, seconds
    f.end()


# ---- servers that hang: a test mail is given up in time, with what was reached until then, and what was not

HANGS = [
    ("banner-silence", ["connect", "greeting"], {}),
    ("ehlo-silence", ["connect", "greeting"], {}),
    ("starttls-silence", ["connect", "encrypt"], {}),
    ("auth-silence", ["connect", "encrypt", "sign in"], {}),
    ("mail-silence", ["connect", "encrypt", "sign in", "sender"], {}),
    ("rcpt-silence", ["connect", "encrypt", "sign in", "recipient"], {}),
    ("data-silence", ["connect", "encrypt", "sign in", "message"], {}),
    ("dot-silence", ["connect", "encrypt", "sign in", "message"], {}),
    ("", ["connect", "greeting"], dict(options=["--tls", "implicit"], name="starttls on an smtps port")),
]


def hangs(fault, steps, options=(), name=""):
    f = Faulty(fault, options=options)
    began = time.monotonic()
    status, test = f.ceud.request("POST", "/v1/admin/mail/test", {"to": "ops@example.org"}, timeout=120)
    seconds = time.monotonic() - began
    LINES.append("# %-34s test     %-6s | %5.1f s | %s" % (name or fault, test.get("outcome"), seconds, test.get("text")))
    same("test", (status, test["outcome"]), (200, "failed"))
    same("steps", [s["phase"] for s in test["steps"]], steps)
    holds(test["text"], "did not answer in time")
    assert seconds < 45 * harness.SLACK, seconds
    f.ceud.answers()
    f.end()


def calls(f, seconds, which):
    """Call ceud's API for so long; the slowest answer."""
    connection = harness.UnixConnection(f.ceud.socket)
    slowest, n, end = 0.0, 0, time.monotonic() + seconds
    while time.monotonic() < end:
        path = which[n % len(which)]
        began = time.monotonic()
        status, answer = harness.request(connection, "GET", path)
        slowest = max(slowest, time.monotonic() - began)
        same("%s: %r" % (path, answer), status, 200)
        n += 1
        time.sleep(0.005)
    connection.close()
    return slowest, n


WHERE = ["/healthz", "/v1/admin/mail", "/v1/people/dana@example.org/status", "/v1/admin/mail/queue?state=all", "/v1/people"]


def hangs_for_minutes(fault):
    f = Faulty(fault, options=["--buffer", "4096"])
    quiet, _ = calls(f, 4, WHERE[:2])
    f.post.add("dana@example.org", "erin@example.org")
    f.post.run("reminders")
    f.post.until(lambda: "sending" in f.post.states().values())
    time.sleep(0.5)
    slowest, n = calls(f, 20, WHERE)
    turn = f.ceud.get("/v1/admin/status")[1]["loop"]["longest_turn_ms"]
    LINES.append("# %-34s %d answers in 20 s, the slowest %.1f ms (%.1f ms before), the longest turn %d ms"
                 % (fault + ", for minutes", n, 1000 * slowest, 1000 * quiet, turn))
    same("states", sorted(f.post.states().values()), ["ready", "sending"])
    assert slowest < max(0.05, 3 * quiet) * harness.SLACK, slowest
    began = time.monotonic()
    f.end()
    assert time.monotonic() - began < 25 * harness.SLACK, "it does not stop"
    f.heal()
    f.ceud.start()
    mails = f.post.mails()
    same("doubts", sorted(m["doubts"] for m in mails.values()), [0, 1])
    assert all(m["state"] in ("ready", "sending", "sent") for m in mails.values()), mails
    f.post.end()


def never_blocked():
    """while a server hangs for minutes ceud answers as quickly as ever, stops in time, and knows of the doubt"""
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for future in [pool.submit(hangs_for_minutes, fault) for fault in ("dot-silence", "body-crawl")]:
            future.result()


def token_is_asked_anew():
    """a refused token: the command is asked for another one before the next try"""
    command, runs = mailing.token_command("token", "old-token")
    f = Faulty("auth-535", "dana@example.org", options=["--times", "3"], config={"auth": "xoauth2", "password": command})
    f.post.send(faults=3)
    ran = len(open(runs).readlines())
    same("faults", f.post.breaker()["faults"], 3)
    f.post.run("mail")
    same("mail", f.post.mail()["state"], "sent")
    tell("auth-535, token by command", f.post.mail(), f.post.breaker(), 0, "asked %d times for 3 refusals, then once" % ran)
    same("asked", (ran, len(open(runs).readlines())), (3, 4))
    mailing.secret_file("token", "")
    f.post.add("erin@example.org")
    f.post.until(lambda: f.post.breaker()["faults"] or f.post.run("mail") and f.post.breaker()["faults"])
    holds(f.post.breaker()["reason"], "The command for the mail password printed nothing")
    holds(f.reads("status"), "printed nothing")
    for secret in ("old-token",):
        assert secret not in f.ceud.said()
    f.end()


def in_memory(pid, needles):
    """Those of the needles that a core of the process would hold."""
    found = set()
    with open("/proc/%d/maps" % pid) as maps, open("/proc/%d/mem" % pid, "rb", 0) as memory:
        for line in maps:
            begin, end, access, name = re.match(r"(\w+)-(\w+) (\S+) \S+ \S+ \S+ *(.*)", line).groups()
            if access[0] != "r" or name.startswith("[v"):
                continue
            memory.seek(int(begin, 16))
            data = memory.read(int(end, 16) - int(begin, 16))
            found.update(n for n in needles if n in data)
    return found


def no_password_is_kept():
    """after a test mail and a reminder no password is in the memory of ceud, nor what was sent to sign in"""
    for kind in ("file", "command"):
        secret = "Xq7-%s-Zt9-of-the-test" % kind
        path = mailing.secret_file("kept-" + kind, secret)
        f = Faulty("", "dana@example.org", config={"password": "file:" + path if kind == "file" else "command:cat " + path})
        status, test = f.ceud.request("POST", "/v1/admin/mail/test", {"to": "ops@example.org"}, timeout=60)
        same("test", (status, test["outcome"]), (200, "sent"))
        f.post.send()
        same("mail", f.post.mail()["state"], "sent")
        needles = [secret.encode(), base64.b64encode(secret.encode())[:20],
                   base64.b64encode(b"\0ceud\0" + secret.encode())[:24]]
        try:
            found = in_memory(f.ceud.process.pid, needles + [b"dana@example.org"])
        except PermissionError:
            found = {b"dana@example.org"}       # only a debugger may look
        same("in memory after a password from a " + kind, found, {b"dana@example.org"})
        same("in the answer or the log", secret in str(test) + f.ceud.said(), False)
        f.end()


# ---- all of them, some beside each other

def rows():
    for fault, words, more in CHANNEL:
        yield "%s: no mail loses an attempt" % (more.get("name") or fault), lambda a=(fault, words), m=more: channel(*a, **m)
    for row in MAIL:
        yield "%s: %s" % (row[0], row[1][0]), lambda r=row: one_mail(*r)
    for fault in KEPT:
        yield "%s: the next goes at once" % fault, lambda x=fault: kept(x)
    for fault, steps, more in HANGS:
        yield "%s: a test is given up in time" % (more.get("name") or fault), lambda a=(fault, steps), m=more: hangs(*a, **m)
    for test in (second_doubt, token_is_asked_anew, no_password_is_kept):
        if test is not no_password_is_kept or not harness.SANITIZED:    # which keeps what was freed
            yield test.__doc__, test


def attempt(test):
    try:
        test()
        return None
    except Exception:                           # whatever it is, this test has failed
        return traceback.format_exc()


def all_rows():
    folder()
    chosen = [(name, test) for name, test in rows() if re.search(os.environ.get("ROWS", ""), name)]
    subprocess.run(["/usr/bin/python3", "-c", "import sys; sys.path.insert(0, 'tests/net'); import smtp_common; "
                    "smtp_common.certificate(sys.argv[1], 'localhost')", other_authority()], check=True)
    pool = concurrent.futures.ThreadPoolExecutor(8)
    futures = [(name, pool.submit(attempt, test)) for name, test in chosen]

    def teller(name, future):
        def tell_it():
            fault = future.result()
            assert fault is None, fault
        tell_it.__doc__ = name
        return tell_it

    def table():
        """the table"""
        print("\n".join(sorted(LINES)))
    return [teller(*f) for f in futures] + [never_blocked, table]


if __name__ == "__main__":
    harness.main("mail faults", all_rows())
