#!/usr/bin/python3
"""ceud-net send with a real mail server, with jobs that are wrong, and with partners that go away. TAP."""
import base64
import json
import os
import random
import re
import resource
import signal
import socket
import subprocess
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import smtp_faults                                                          # noqa: E402
from smtp_harness import (HERE, PROGRAM, SEED, SLACK, Job, Real, head, mail, main, new_folder, no_secret, same,
                          text)                                             # noqa: E402


def one_connection():
    server = Real()
    run = Job(head(server.port, server.ca))
    for i in range(1, 51):
        run.write(mail(i, text(20000)))
        got = run.outcome()
        same("outcome", (got["id"], got["phase"], got["curlcode"], got["code"]), (i, "dot", 0, 250))
        same("reused and connects", (got["reused"], got["connects"]), (True, 0) if i > 1 else (False, 1))
        same("enhanced", got["enhanced"], "2.0.0")
        same("server_id", got["server_id"], "%03d" % i)
        same("text", got["text"], "250 2.0.0 Ok: queued as %03d" % i)
    same("end", run.end(), (0, "", ""))
    no_secret(run.seen)
    same("connections and mails", server.end(), (1, 50))
    body, envelope = server.received(50)
    same("bytes", body, text(20000))
    same("envelope", [envelope[k] for k in ("from", "to", "helo", "user", "connection")],
         ["ceu@example.org", ["dana@example.org"], "ceu.example.org", "ceud", 1])
    assert envelope["tls"] in ("TLSv1.2", "TLSv1.3"), envelope


def hundred_a_connection():
    server = Real("--no-auth", "--tls", "none")
    run = Job(head(server.port, "", tls="none", user="", password=""))
    run.write(b"".join(mail(i, text()) for i in range(1, 206)))
    for i in range(1, 206):
        same("curlcode", run.outcome()["curlcode"], 0)
    same("end", run.end(), (0, "", ""))
    same("connections and mails", server.end(), (3, 205))


def random_line(r):
    kind = r.random()
    if kind < 0.15:
        return b"." * r.randrange(1, 4) + (b"" if r.random() < 0.5 else b"x")
    if kind < 0.2:
        return b""
    return bytes(r.choices(range(32, 127), k=r.randrange(1, 77 if kind < 0.9 else 990)))


def random_mail(r, size):
    lines, length = [], 0
    while length < size:
        lines.append(random_line(r))
        length += len(lines[-1]) + 2
    return b"\r\n".join(lines) + b"\r\n"


def dotted(size, dots):
    """A mail of exactly `size` bytes with lines that are dots: as many bytes more on the wire as there are."""
    body = b"Subject: dots\r\n\r\n" + b".\r\n" * dots
    body += (b"z" * 70 + b"\r\n") * ((size - len(body)) // 72 - 1)
    return body + b"e" * (size - len(body) - 2) + b"\r\n"


def random_bytes():
    r = random.Random(SEED)
    plain = re.compile(rb"(^|\r\n)\.")
    sizes = [r.randrange(500_000, 1_500_000) for _ in range(6)] + [r.randrange(63_000, 67_000) for _ in range(20)]
    mails = [random_mail(r, n) for n in sizes + [r.randrange(1, 20_000) for _ in range(165)]]
    mails += [dotted(65546, 10), dotted(65536, 1), dotted(131072, 7), b"\r\n.\r\n", b".\r\n", b"..\r\n.\r\n\r\n",
              text(2_500_000), dotted(2 * 1024 * 1024 + 10, 10), plain.sub(rb"\1x", random_mail(r, 3_000_000))]
    r.shuffle(mails)
    server = Real()
    run = Job(head(server.port, server.ca, response_ms=20000))
    for i, body in enumerate(mails):
        run.write(mail(i + 1, body))
        got = run.outcome()
        same("mail %d of %d bytes" % (i + 1, len(body)), (got["curlcode"], got["code"]), (0, 250))
        same("bytes received of mail %d" % (i + 1), server.received(i + 1)[0] == body, True)
    same("end", run.end(), (0, "", ""))
    same("mails", server.end()[1], 200)


def answers_by_recipient():
    server = Real("--delay", "3")
    run = Job(head(server.port, server.ca))
    table = [("nouser", "rcpt", 55, 550, "5.1.1"), ("full", "rcpt", 55, 452, "4.2.2"), ("later", "rcpt", 55, 451, "4.3.0"),
             ("relay", "rcpt", 55, 550, "5.7.1"), ("spam", "dot", 8, 554, "5.7.1"), ("toobig", "dot", 8, 552, "5.3.4"),
             ("busy", "dot", 8, 451, "4.3.0"), ("slow", "dot", 28, 354, ""), ("lost", "dot", 56, 354, ""),
             ("dana", "dot", 0, 250, "2.0.0")]
    for i, (who, phase, curlcode, code, enhanced) in enumerate(table):
        run.write(mail(i + 1, text(), who + "+x@example.org"))
        got = run.outcome()
        same(who, (got["phase"], got["curlcode"], got["code"], got["enhanced"]), (phase, curlcode, code, enhanced))
        if code not in (250, 354):
            same("text of " + who, got["text"][:9], "%d %s" % (code, enhanced))
    same("end", run.end(), (0, "", ""))
    same("mails kept (slow, lost, dana)", server.end()[1], 3)


def signing_in():
    server = Real()
    for auth in ("plain", "login", "xoauth2"):
        run = Job(head(server.port, server.ca, auth=auth))
        run.write(mail(1, text()))
        same("curlcode with " + auth, run.outcome()["curlcode"], 0)
        same("end", run.end(), (0, "", ""))
        run = Job(head(server.port, server.ca, auth=auth, password="wrong-password"))
        run.write(mail(1, text()))
        got = run.outcome()
        same("a wrong password with " + auth, (got["phase"], got["curlcode"], got["code"]), ("auth", 67, 535))
        same("end", run.end(), (0, "", ""))
        assert b"wrong-password" not in run.seen and base64.b64encode(b"wrong-password") not in run.seen, run.seen
    run = Job(head(server.port, server.ca, user="", password=""))
    run.write(mail(1, text()))
    got = run.outcome()
    same("no password where one is needed", (got["phase"], got["curlcode"], got["code"]), ("mail", 55, 530))
    run.end()
    same("mails", server.end()[1], 3)


def steps():
    server = Real()
    run = Job(head(server.port, server.ca, steps=True))
    run.write(mail(0, text()) + mail(8, text()))
    run.outcome(), run.outcome()
    same("end", run.end(), (0, "", ""))
    told = [json.loads(line) for line in run.seen.splitlines()]
    same("order", [(t["id"], t["step"]["phase"] if "step" in t else t["phase"]) for t in told],
         [(0, "connect"), (0, "encrypt"), (0, "sign in"), (0, "accepted"), (0, "dot"), (8, "accepted"), (8, "dot")])
    said = [t["step"]["text"] for t in told if "step" in t]
    same("connect", said[0], "localhost:%d" % server.port)
    assert re.fullmatch(r"TLS 1\.[23], certificate good until \d{1,2} [A-Z][a-z]+ \d{4}", said[1]), said[1]
    same("sign in and accepted", said[2:4], ["user ceud", "250 2.0.0 Ok: queued as 001"])
    assert all(t["step"]["ms"] >= 0 for t in told if "step" in t), told
    no_secret(run.seen)
    server.end()
    run = Job(head(1, "", steps=True))
    run.write(mail(7, text()))
    run.outcome()
    run.end()
    same("nothing is told of a connection that failed", len(run.seen.splitlines()), 1)


def expired():
    folder = new_folder()
    key, csr, cert = (os.path.join(folder, n) for n in ("key.pem", "csr.pem", "cert.pem"))
    subprocess.run(["openssl", "req", "-new", "-key", key, "-subj", "/CN=localhost", "-addext",
                    "subjectAltName=DNS:localhost", "-out", csr], check=True, stderr=subprocess.DEVNULL)
    subprocess.run(["openssl", "x509", "-req", "-in", csr, "-signkey", key, "-days", "0", "-copy_extensions", "copy",
                    "-out", cert], check=True, stderr=subprocess.DEVNULL)
    time.sleep(1.2)         # no days are good for the second of its making
    server = smtp_faults.Server(smtp_faults.arguments(["--dir", folder]))
    run = Job(head(server.start(), cert))
    run.write(mail(1, text()))
    got = run.outcome()
    same("outcome", (got["phase"], got["curlcode"]), ("tls", 60))
    assert "expired" in got["text"], got
    run.end()
    same("mails", server.box.count, 0)


def addresses():
    server = Real()
    bad = ["dana@example.org\r\nRCPT TO:<eve@example.org>", "dana@example.org\nDATA", "dana\r@example.org",
           "dana@example.org>\r\nQUIT", "<dana@example.org>", "dana @example.org", "dana@exa\tmple.org", "\x7f@example.org",
           "d\u00e4na@example.org", "dana", "@example.org", "dana@", "", "a" * 250 + "@example.org"]
    run = Job(head(server.port, server.ca))
    for i, address in enumerate(bad):
        for sender, to in ((address, "dana@example.org"), ("ceu@example.org", address)):
            run.write(mail(i + 1, text(), to, sender))
            got = run.outcome()
            same(repr(address), (got["id"], got["phase"], got["curlcode"], got["code"], got["all_sent"], got["connects"]),
                 (i + 1, "address", 3, 0, False, 0))
            assert got["text"] and not re.search("[\r\n]", got["text"]), got
    run.write(mail(99, text()))
    same("the next mail", run.outcome()["curlcode"], 0)
    same("end", run.end(), (0, "", ""))
    same("connections and mails", server.end(), (1, 1))


# ---- jobs that are wrong, and partners that go

def malformed():
    good = json.dumps(head(1, "")).encode() + b"\n"
    firsts = [b"", b"\n", b"x\n", b"[]\n", b"{}\n", good[:-1], b"{" * 70000 + b"\n",
              json.dumps(head(1, "", port=0)).encode() + b"\n", json.dumps(head(1, "", port="25")).encode() + b"\n",
              json.dumps(head(1, "", host="a b")).encode() + b"\n", json.dumps(head(1, "", host="")).encode() + b"\n",
              json.dumps(head(1, "", host="a/../b")).encode() + b"\n", json.dumps(head(1, "", helo="a\r\nb")).encode() + b"\n",
              json.dumps(head(1, "", tls="ssl")).encode() + b"\n", json.dumps(head(1, "", auth="cram")).encode() + b"\n",
              json.dumps(head(1, "", user="")).encode() + b"\n", json.dumps(head(1, "", password="a\nb")).encode() + b"\n",
              json.dumps(head(1, "", response_ms=0)).encode() + b"\n", json.dumps(head(1, "", colour="red")).encode() + b"\n",
              good.replace(b'"port": 1', b'"port": 1, "port": 2'), b"\xff\n"]
    mails = [b"x\n", b"{}\n", b'{"id":1}\n', mail(1, b"abc")[:-1], b'{"id":1,"from":"a@b.c","to":"d@e.f","bytes":0}\n',
             b'{"id":1,"from":"a@b.c","to":"d@e.f","bytes":-1}\n', b'{"id":1,"from":"a@b.c","to":"d@e.f","bytes":26214401}\n',
             b'{"id":1,"from":"a@b.c","to":"d@e.f","bytes":1e3}\n', b'{"id":"1","from":"a@b.c","to":"d@e.f","bytes":3}\nabc',
             b'{"id":1,"from":"a@b.c","to":["d@e.f"],"bytes":3}\nabc', b'{"id":1,"from":"a\\u0000@b.c","to":"d@e.f","bytes":3}\nabc',
             b'{"id":1,"from":"a@b.c","to":"d@e.f","cc":"x","bytes":3}\nabc']
    for job in firsts + [good + m for m in mails]:
        run = Job(job)
        code, out, err = run.end()
        same("exit code, output of %r" % job[:200], (code, out), (2, ""))
        assert re.fullmatch(r"[^\n]+\n", err), "standard error of %r: %r" % (job[:200], err)
        no_secret(run.seen)


def settled_before_malformed():
    server = Real()
    run = Job(head(server.port, server.ca))
    run.write(mail(1, text()) + b"rubbish\n")
    same("outcome", run.outcome()["curlcode"], 0)
    code, out, err = run.end()
    same("exit code and the rest", (code, out, err.count("\n")), (2, "", 1))
    same("mails", server.end(), (1, 1))


def deserted():
    """Nobody reads the answers any more while the server is silent: end, and soon."""
    folder = new_folder()
    server = smtp_faults.Server(smtp_faults.arguments(["banner-silence", "--dir", folder]))
    first = json.dumps(head(server.start(), "", connect_ms=60000, response_ms=60000)).encode() + b"\n"
    for make in (os.pipe, lambda: [s.detach() for s in socket.socketpair()]):
        read, write = make()
        run = subprocess.Popen([PROGRAM, "send"], stdin=subprocess.PIPE, stdout=write, stderr=subprocess.PIPE)
        os.close(write)
        run.stdin.write(first + mail(1, text()))
        run.stdin.flush()
        time.sleep(0.3)
        same("it runs", run.poll(), None)
        os.close(read)
        began = time.monotonic()
        same("exit code", run.wait(timeout=SLACK + 2), 1)
        assert time.monotonic() - began < SLACK + 2
        same("lines on standard error", run.stderr.read().count(b"\n"), 1)


def sockets():
    """Standard input and output as one or two sockets, non-blocking, as the daemon has them."""
    server = Real()
    ours, theirs = socket.socketpair()
    theirs.setblocking(False)
    run = subprocess.Popen([PROGRAM, "send"], stdin=theirs, stdout=theirs, stderr=subprocess.PIPE)
    theirs.close()
    lines = ours.makefile("rb")
    ours.sendall(json.dumps(head(server.port, server.ca)).encode() + b"\n" + mail(1, text(3_000_000)))
    same("curlcode", json.loads(lines.readline())["curlcode"], 0)
    ours.sendall(mail(2, text()))
    ours.shutdown(socket.SHUT_WR)
    same("curlcode", json.loads(lines.readline())["curlcode"], 0)
    same("exit code", run.wait(timeout=10), 0)
    same("mails", server.end(), (1, 2))
    ours, theirs = socket.socketpair()
    run = subprocess.Popen([PROGRAM, "send"], stdin=theirs, stdout=theirs, stderr=subprocess.PIPE)
    theirs.close()
    ours.sendall(json.dumps(head(1, "")).encode() + b"\n")
    ours.close()
    same("exit code when the daemon is gone between mails", run.wait(timeout=10), 0)


def status_of(pid):
    with open("/proc/%d/status" % pid) as f:
        return dict(line.rstrip("\n").split(":\t", 1) for line in f if ":\t" in line)


def confined():
    server = Real()
    stray = os.open("/dev/null", os.O_RDONLY)
    os.set_inheritable(stray, True)

    def block():                # as a daemon with a signalfd does, and before exec there is no sanitizer
        signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGALRM, signal.SIGTERM])
        resource.setrlimit(resource.RLIMIT_CORE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
                           if os.geteuid() == 0 else resource.getrlimit(resource.RLIMIT_CORE))

    run = Job(head(server.port, server.ca), close_fds=False, preexec_fn=block)
    run.write(mail(1, text()))
    same("curlcode", run.outcome()["curlcode"], 0)
    status = status_of(run.process.pid)
    same("NoNewPrivs", status["NoNewPrivs"].strip(), "1")
    same("blocked signals", int(status["SigBlk"], 16), 0)
    assert int(status["SigIgn"], 16) >> (signal.SIGPIPE - 1) & 1, status
    with open("/proc/%d/limits" % run.process.pid) as f:
        limits = f.read()
    for pattern in ("Max core file size +0 ", "Max cpu time +600 ", "Max open files +32 "):
        assert re.search(pattern, limits), "%s is not in %s" % (pattern, limits)
    try:
        open_now = [os.readlink("/proc/%d/fd/%s" % (run.process.pid, fd)) for fd in os.listdir("/proc/%d/fd" % run.process.pid)]
        assert "/dev/null" not in open_now, open_now
    except PermissionError:
        pass                    # not dumpable, so only root may look
    os.close(stray)
    same("end", run.end(), (0, "", ""))
    server.end()


def phase_names():
    """Ours are those that mail/policy.h judges by, in its order."""
    root = os.path.join(HERE, "..", "..")
    with open(os.path.join(root, "include", "mail", "policy.h")) as f:
        theirs = re.search(r"enum mail_phase \{(.*?)\};", re.sub(r"/\*.*?\*/", "", f.read(), flags=re.S), re.S).group(1)
    with open(os.path.join(root, "src", "net", "smtp_phase.h")) as f:
        enum = re.search(r"enum smtp_phase \{(.*?)\};", re.sub(r"/\*.*?\*/", "", f.read(), flags=re.S), re.S).group(1)
    with open(os.path.join(root, "src", "net", "smtp_phase.c")) as f:
        names = re.findall(r'\[(SMTP_PHASE_\w+)\] = "(\w+)"', f.read().split("phase_names[]")[1].split("};")[0])
    judged = [n.lower() for n in re.findall(r"PHASE_(\w+)", theirs)]
    same("enum", [n.lower() for n in re.findall(r"SMTP_PHASE_(\w+)", enum)], judged)
    same("names", names, [("SMTP_PHASE_" + n.upper(), n) for n in judged])


def command_lines():
    """The servers as other tests start them: port first, counts last, end with their standard input or in time."""
    for name, options in (("smtp_faults.py", ["dot-451"]), ("smtp_server.py", [])):
        command = ["/usr/bin/python3", os.path.join(HERE, name), *options, "--dir", new_folder()]
        done = subprocess.run(command, input=b"", stdout=subprocess.PIPE, timeout=20, check=True)
        assert re.fullmatch(rb"\d+\nconnections 0 mails 0\n", done.stdout), done.stdout
        began = time.monotonic()
        subprocess.run(command + ["--seconds", "0.5"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, timeout=20, check=True)
        assert time.monotonic() - began >= 0.5
        helped = subprocess.run(command + ["--help"], stdout=subprocess.PIPE, check=True).stdout
        assert b"usage:" in helped and b"--dir" in helped, helped


TESTS = (random_bytes, one_connection, hundred_a_connection, answers_by_recipient, signing_in, steps, expired, addresses,
         malformed, settled_before_malformed, deserted, sockets, confined, phase_names, command_lines)

if __name__ == "__main__":
    main([(test.__name__.replace("_", " "), test) for test in TESTS])
