#!/usr/bin/python3
"""ceud as a service: what it tells the service manager, sockets handed over, stopping, reloading, the unit's limits."""
import os
import re
import shutil
import socket
import subprocess
import sys
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import harness                                                              # noqa: E402
from harness import CEUD, NOW, Ceud, Server, UnixConnection, folder, holds, same, smtp_config, web     # noqa: E402


class Manager:
    """The end of NOTIFY_SOCKET that systemd has."""

    def __init__(self):
        self.name = "ceud-test-%d" % os.getpid()
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind("\0" + self.name)

    def env(self, **more):
        return dict(os.environ, NOTIFY_SOCKET="@" + self.name, **more)

    def next(self, seconds=10.0):
        """The next message that is no WATCHDOG=1, as a dictionary."""
        while True:
            message = self.any(seconds)
            if message != {"WATCHDOG": "1"}:
                return message

    def any(self, seconds=10.0):
        self.socket.settimeout(seconds * harness.SLACK)
        return dict(line.split("=", 1) for line in self.socket.recv(4096).decode().splitlines())


def said_to_the_manager():
    """READY, RELOADING, STOPPING and WATCHDOG reach the service manager in time"""
    manager = Manager()
    d = Ceud("n").start(wait=False, env=manager.env(WATCHDOG_USEC="900000"))
    ready = manager.next()
    same("READY", ready["READY"], "1")
    assert ready["STATUS"]
    d.answers()                                         # it says so when it answers, not before
    began = time.monotonic()
    for _ in range(4):
        same("alive", manager.any(2.0), {"WATCHDOG": "1"})
    assert time.monotonic() - began < 4 * 0.9 * harness.SLACK
    d.process.send_signal(1)
    reloading = manager.next()
    same("RELOADING", reloading["RELOADING"], "1")
    assert int(reloading["MONOTONIC_USEC"]) > 0
    same("READY again", manager.next()["READY"], "1")
    d.process.terminate()
    same("STOPPING", manager.next(), {"STOPPING": "1"})
    same("exit", d.process.wait(10), 0)


def no_manager():
    """strange values in the place of a service manager's do no harm"""
    d = Ceud("o").start(env=dict(os.environ, NOTIFY_SOCKET="nowhere", WATCHDOG_USEC="x", LISTEN_FDS="7", LISTEN_PID="1"))
    d.answers()
    same("exit", d.stop(), 0)


def hand_over(d, names="ceud"):
    """Start ceud with a listening socket as descriptor 3."""
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(d.socket)
    listener.listen(16)
    listener.set_inheritable(True)
    log = open(d.log, "ab")
    shell = 'exec 3<&%d; LISTEN_PID=$$ LISTEN_FDS=1 LISTEN_FDNAMES=%s exec "$@"' % (listener.fileno(), names)
    d.process = harness.start(["bash", "-c", shell, "-", *d.argv()], pass_fds=[listener.fileno()], stdout=log, stderr=log,
                              stdin=subprocess.DEVNULL)
    log.close()
    return listener


def socket_handed_over():
    """a socket from the service manager is used, and left in its place"""
    d = Ceud("s")
    listener = hand_over(d)
    c = UnixConnection(d.socket, 10)                    # waits in the listener's queue from the beginning
    same("answer", harness.request(c, "GET", "/healthz")[0], 200)
    c.close()
    same("exit", d.stop(), 0)
    assert os.path.exists(d.socket), "the manager's socket was removed"
    listener.close()


def socket_activated():
    """systemd-socket-activate starts it with the first caller"""
    if not shutil.which("systemd-socket-activate"):
        raise harness.Skip("systemd-socket-activate is not installed")
    d = Ceud("a")
    log = open(d.log, "ab")
    d.process = harness.start(["systemd-socket-activate", "--fdname=ceud", "-l", os.path.abspath(d.socket), *d.argv()],
                              stdout=log, stderr=log, stdin=subprocess.DEVNULL)
    log.close()
    end = time.monotonic() + 10 * harness.SLACK
    while True:
        try:
            same("answer", d.get("/v1/me")[0], 200)
            break
        except OSError:                                 # it does not listen yet
            assert time.monotonic() < end, d.said()
            time.sleep(0.01)
    same("exit", d.stop(), 0)


def socket_file():
    """its own socket is open to everyone and goes with it; a dead one is replaced, a living one is not"""
    d = Ceud("f").start()
    same("mode of the socket", os.stat(d.socket).st_mode & 0o777, 0o666)
    same("mode of the state", os.stat(d.state).st_mode & 0o777, 0o700)
    other = Ceud("f2")
    run = subprocess.run([CEUD, "--config", other.config, "--state", other.state, "--socket", d.socket],
                         stderr=subprocess.PIPE, timeout=30, check=False)
    same("exit", run.returncode, 1)
    holds(run.stderr.decode(), "Another server answers on " + d.socket)
    d.answers()
    d.kill()
    assert os.path.exists(d.socket)
    d.start()
    d.answers()
    same("exit", d.stop(), 0)
    assert not os.path.exists(d.socket)


def second_on_one_state():
    """a second ceud on the state folder ends with 75 and leaves the first in peace"""
    d = Ceud("l").start()
    run = subprocess.run(d.argv()[:-4] + ["--socket", d.socket + "2"], stderr=subprocess.PIPE, timeout=30, check=False)
    same("exit", run.returncode, 75)
    holds(run.stderr.decode(), "Another ceud works on " + d.state, "Stop it first, or name another folder with --state.")
    d.answers()
    same("exit", d.stop(), 0)
    d.start()
    same("exit", d.stop(), 0)


def mail_under_way(d, box):
    same("person", d.request("POST", "/v1/people", {"email": "slow@example.org", "until": "2026-03-30"})[0], 200)
    same("run", d.request("POST", "/v1/admin/run/reminders", {})[0], 200)
    end = time.monotonic() + 20 * harness.SLACK
    while not any(name.endswith(".json") for name in os.listdir(box)):
        assert time.monotonic() < end, "the mail does not arrive:\n" + d.said()
        time.sleep(0.01)


def finishes_what_is_in_hand():
    """SIGTERM: the mail on its way is settled, callers who wait are told, the exit code is 0"""
    box = os.path.join(folder(), "box")
    smtp, pages = Server("tests/net/smtp_server.py", "--dir", box, "--delay", "1.5"), web()
    d = Ceud("t", smtp_config(smtp.port, os.path.abspath(os.path.join(box, "cert.pem"))) +
             "feeds {\n allow 127.0.0.1/32\n}\n").start()
    mail_under_way(d, box)
    waiting = []
    caller = threading.Thread(target=lambda: waiting.append(d.request(
        "POST", "/v1/people/slow/calendars", {"url": "http://127.0.0.1:%d/silent" % pages.port})))
    caller.start()
    time.sleep(0.3)
    began = time.monotonic()
    same("exit", d.stop(), 0)
    assert 0.5 < time.monotonic() - began < 10 * harness.SLACK, "it did not wait for the mail, or too long"
    caller.join(10)
    same("the caller's answer", waiting[0][0], 503)
    d.start()
    queue = d.get("/v1/admin/mail/queue?state=all")[1]["mails"]
    same("the mail", [(m["state"], m["doubts"], m["attempts"]) for m in queue], [("sent", 0, 1)])
    same("exit", d.stop(), 0)
    holds(smtp.end(), "mails 1")
    pages.end()


def reloads_all_or_nothing():
    """SIGHUP and reload: a wrong file changes nothing and is told by line; a right one takes effect"""
    d = Ceud("r", "mail {\n mode hold\n}\n").start()
    mode = lambda: d.get("/v1/admin/mail")[1]["mode"]                       # noqa: E731
    same("mode", mode(), "hold")
    harness.write("r.conf", "mail {\n mode live\n transport pigeon\n}\ncolour blue\n")
    status, problem = d.request("POST", "/v1/admin/reload", {})
    assert status >= 400, problem
    holds(problem["detail"], 'r.conf:3:2: "transport" is one of: smtp dir stdout', 'r.conf:5:1: unknown directive "colour"')
    same("next", problem["next"], ["Nothing was changed. Correct the files, then: ceu admin reload"])
    d.process.send_signal(1)
    time.sleep(0.3)
    d.answers()
    same("mode", mode(), "hold")
    holds(d.said(), "The configuration was not reloaded", "r.conf:3:2")
    harness.write("r.conf", "mail {\n mode live\n}\n")
    d.process.send_signal(1)
    end = time.monotonic() + 10 * harness.SLACK
    while mode() != "live":
        assert time.monotonic() < end
        time.sleep(0.02)
    harness.write("r.conf", "mail {\n mode hold\n}\nprograms %s\n" % os.path.abspath(os.path.join(folder(), "programs")))
    harness.write("programs/bad.rules", "program bad {\n nam x\n}\n")
    status, problem = d.request("POST", "/v1/admin/reload", {})
    assert status >= 400, problem
    holds(problem["detail"], "programs/bad.rules:2:2: unknown word \"nam\"; did you mean \"name\"?")
    same("mode", mode(), "live")
    harness.write("programs/bad.rules", open("etc/programs/ccxp-2y20.rules", encoding="utf-8").read().replace("ccxp-2y20", "mine"))
    same("reload", d.request("POST", "/v1/admin/reload", {}), (200, {"reloaded": True}))
    same("programs", sorted(p["id"] for p in d.get("/v1/programs")[1]["programs"]), ["ccxp-2y20", "ccxp-3y30", "mine"])
    same("exit", d.stop(), 0)


def families():
    with open("systemd/ceud.service", encoding="utf-8") as f:
        return re.search(r"^RestrictAddressFamilies=(.*)$", f.read(), re.M).group(1).split()


def restricted(names, config):
    d = Ceud("u" + str(len(names)), config)
    log = open(d.log, "ab")
    d.process = harness.start(["tests/system/restrict", ",".join(names), *d.argv()], stdout=log, stderr=log,
                              stdin=subprocess.DEVNULL)
    log.close()
    d.wait()
    return d


def under_the_units_limits():
    """one fetch and one send work under the unit's address families, and not under AF_UNIX alone"""
    box = os.path.join(folder(), "limits")
    smtp, pages = Server("tests/net/smtp_server.py", "--dir", box), web()
    config = smtp_config(smtp.port, os.path.abspath(os.path.join(box, "cert.pem"))) + \
        "feeds {\n allow 127.0.0.1/32\n allow ::1/128\n}\n"
    url = "http://localhost:%d/work.ics" % pages.port
    names = families()
    assert "AF_UNIX" in names and len(names) < 6, names
    d = restricted(["AF_UNIX"], config)
    d.request("POST", "/v1/people", {"email": "dana@example.org", "until": "2026-03-30"})
    status, calendar = d.request("POST", "/v1/people/dana/calendars", {"url": url})
    assert status != 200 or calendar["state"] == "error", "the filter does not filter: %r" % calendar
    same("exit", d.stop(), 0)
    d = restricted(names, config)
    same("person", d.request("POST", "/v1/people", {"email": "dana@example.org", "until": "2026-03-30"})[0], 200)
    status, calendar = d.request("POST", "/v1/people/dana/calendars", {"url": url})
    same("calendar", (status, calendar.get("state"), calendar.get("events")), (200, "ok", 5))
    status, mail = d.request("POST", "/v1/admin/mail/test", {"to": "dana@example.org"})
    same("mail", (status, mail.get("outcome")), (200, "sent"))
    same("exit", d.stop(), 0)
    holds(smtp.end(), "mails 1")
    pages.end()


def as_an_ordinary_user():
    """without --config and --state it is the person's own: XDG folders, her uid is admin"""
    home = os.path.abspath(os.path.join(folder(), "h"))
    for name in ("", "/run", "/state", "/config/ceud"):
        os.makedirs(home + name, exist_ok=True)
    harness.write("h/config/ceud/ceud.conf", "organisation \"Only me\"\n")
    env = dict(os.environ, HOME=home, XDG_RUNTIME_DIR=home + "/run", XDG_STATE_HOME=home + "/state",
               XDG_CONFIG_HOME=home + "/config")
    env.pop("STATE_DIRECTORY", None)
    argv = [os.path.abspath(CEUD)]
    if os.geteuid() == 0:                               # nobody is ordinary enough
        if not shutil.which("setpriv"):
            raise harness.Skip("setpriv is not installed")
        subprocess.run(["chown", "-R", "65534:65534", home], check=True)
        os.chmod(folder(), 0o711)
        if subprocess.run(["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "test", "-x", argv[0], "-a", "-w", home],
                          check=False).returncode:
            raise harness.Skip("nobody may not look into this folder")
        argv = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] + argv
    d = Ceud("own")
    d.socket = home + "/run/ceud.sock"
    if len(d.socket) > 100:
        raise harness.Skip("the build folder's path is too long for a socket")
    log = open(d.log, "ab")
    d.process = harness.start(argv, env=env, stdout=log, stderr=log, stdin=subprocess.DEVNULL)
    log.close()
    d.wait()
    assert os.path.exists(home + "/state/ceud/ceud.db")
    if os.geteuid() != 0:
        same("roles", "admin" in d.get("/v1/me")[1]["roles"], True)
    same("exit", d.stop(), 0)


if __name__ == "__main__":
    harness.main("service", [said_to_the_manager, no_manager, socket_handed_over, socket_activated, socket_file,
                             second_on_one_state, finishes_what_is_in_hand, reloads_all_or_nothing, under_the_units_limits,
                             as_an_ordinary_user])
