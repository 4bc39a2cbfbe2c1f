#!/usr/bin/python3
"""A mail server that misbehaves on purpose, on a loopback port, for tests.

The first line of its output is the port. Then it serves until its standard input is closed (when that is a
pipe or socket) or the seconds are over; the last line is "connections N mails N". What it takes goes to DIR
as with smtp_server.py.

A fault is STAGE-WHAT, or one of the words below; several may be given, separated by commas.
STAGE, the point at which it happens:
  banner ehlo starttls auth mail rcpt data       in place of the answer to that
  body                                           after the first bytes of the mail
  dot                                            in place of the answer to the end of the mail (it is kept)
  idle                                           after the answer to the dot
  quit                                           in place of the answer to QUIT
WHAT happens:
  NNN        that reply code (with a fitting text); 421 closes the connection as well; NNN/5.7.1 with that
             enhanced code
  drop       the connection is closed          rst      it is reset
  silence    nothing, until the client goes    late     the usual answer, --late seconds late
  multi      the usual answer in three lines   slow     the usual answer, a letter every 0.2 seconds
Words:
  refuse            nobody listens on the port
  starttls-missing  not offered                starttls-lower   offered in lower case
  starttls-inject   more text after the 220    auth-missing     not offered
  auth-cram         only CRAM-MD5 is offered   auth-loop        asks (334) for ever
  auth-challenge    a bearer token is answered with 334 and the reason (base64), then 535
  auth-echo         535, repeating what the client sent
  auth-vanishes     not offered from the second connection on
  body-crawl        takes the mail at 100 bytes a second
  rcpt-lines        550 in three lines
  second-421        421 to the second MAIL of a connection
  second-drop       closed at it               second-rst       reset at it
"""
import argparse
import base64
import os
import re
import socket
import struct
import sys
import threading
import time

sys.dont_write_bytecode = True      # nothing is left beside the sources
import smtp_common      # noqa: E402

ENHANCED = {"421": "4.3.2", "450": "4.2.0", "451": "4.3.0", "452": "4.2.2", "454": "4.7.0", "530": "5.7.0",
            "535": "5.7.8", "550": "5.1.1", "551": "5.1.6", "552": "5.3.4", "553": "5.1.3", "554": "5.7.1",
            "250": "2.0.0", "251": "2.1.5", "502": "5.5.1"}
STAGES = "banner ehlo starttls auth mail rcpt data body dot idle quit".split()
WHATS = "drop rst silence late multi slow".split()
WORDS = ("refuse starttls-missing starttls-lower starttls-inject auth-missing auth-cram auth-loop auth-challenge "
         "auth-echo auth-vanishes body-crawl rcpt-lines second-421 second-drop second-rst").split()


REFUSED_TOKEN = b'{"status":"401","schemes":"Bearer"}'


def reply(what):
    code, _, enhanced = what.partition("/")
    return ("%s %s as the test asked\r\n" % (code, enhanced or ENHANCED.get(code, code[0] + ".0.0"))).encode()


class Gone(Exception):
    """The connection is over."""


class Session:
    def __init__(self, server, sock, number):
        self.server, self.sock, self.number = server, sock, number
        self.held, self.tls, self.mails, self.user = b"", "", 0, ""

    # -- the wire
    def send(self, data):
        self.sock.sendall(data)

    def line(self):
        while b"\n" not in self.held:
            data = self.sock.recv(65536)
            if not data:
                raise Gone
            self.held += data
        line, self.held = self.held.split(b"\n", 1)
        line = line.rstrip(b"\r").decode("latin-1")
        self.server.note(self.number, line)
        return line

    def fault(self, stage):
        """The WHAT that is due at this stage, or None."""
        for fault in self.server.faults:
            at, _, what = fault.partition("-")
            if at == stage and fault not in WORDS and self.server.due(fault):
                return what
        return None

    def answer(self, stage, usual):
        what = self.fault(stage)
        if what is None:
            self.send(usual.encode() + b"\r\n")
        elif what[0].isdigit():
            self.send(reply(what))
            if what[:3] == "421":
                raise Gone
        else:
            self.misbehave(what, usual)
        return what is None or what in ("late", "multi", "slow") or what[0] in "23"

    def misbehave(self, what, usual=""):
        if what == "drop":
            raise Gone
        if what == "rst":
            self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            raise Gone
        if what == "silence":
            while self.sock.recv(65536):
                pass
            raise Gone
        if what == "late":
            time.sleep(self.server.args.late)
            self.send(usual.encode() + b"\r\n")
        elif what == "multi":
            code, text = usual.split(" ", 1)
            self.send(("%s-one\r\n%s-two\r\n%s\r\n" % (code, code, usual)).encode())
        elif what == "slow":
            for letter in usual + "\r\n":
                self.send(letter.encode())
                time.sleep(0.2)

    # -- the commands
    def greet(self):
        offers = ["localhost", "SIZE 33554432"]
        faults = self.server.faults
        if self.server.args.tls == "starttls" and not self.tls and "starttls-missing" not in faults:
            offers.append("starttls" if "starttls-lower" in faults else "STARTTLS")
        elif not (self.server.args.no_auth or "auth-missing" in faults or
                  "auth-vanishes" in faults and self.number > 1):
            offers.append("AUTH CRAM-MD5" if "auth-cram" in faults else "AUTH CRAM-MD5 PLAIN LOGIN XOAUTH2 OAUTHBEARER")
        what = self.fault("ehlo")
        if what:
            self.send(("%s as the test asked\r\n" % what).encode() if what.isdigit() else b"")
            if what == "421" or not what.isdigit():
                self.misbehave("drop" if what == "421" else what, "250 localhost")
            return
        for i, offer in enumerate(offers):
            self.send(("250%s%s\r\n" % (" " if i == len(offers) - 1 else "-", offer)).encode())

    def encrypt(self):
        if "starttls-inject" in self.server.faults:
            self.send(b"220 go\r\n250-localhost\r\n250 AUTH PLAIN\r\n")
        elif not self.answer("starttls", "220 2.0.0 Go ahead"):
            return
        self.held = b""
        self.wrap()

    def wrap(self):
        self.sock = self.server.tls.wrap_socket(self.sock, server_side=True)
        self.tls = self.sock.version()

    def sign_in(self, line):
        words = line.split(" ")
        self.user = words[1]
        if "auth-loop" in self.server.faults:
            while True:
                self.send(b"334 VXNlcm5hbWU6\r\n")
                self.line()
        said = words[2] if len(words) > 2 else ""
        if not said:
            for question in (b"VXNlcm5hbWU6", b"UGFzc3dvcmQ6")[:2 if words[1] == "LOGIN" else 1]:
                self.send(b"334 " + question + b"\r\n")
                said = self.line()
        if "auth-challenge" in self.server.faults:
            self.send(b"334 " + base64.b64encode(REFUSED_TOKEN) + b"\r\n")
            self.line()
        if "auth-echo" in self.server.faults:
            self.send(("535 5.7.8 Refused: %s secret-password\r\n" % said).encode())
        else:
            self.answer("auth", "235 2.7.0 Signed in")

    def body(self):
        """Everything up to the dot, dots undone."""
        data = self.held
        self.held = b""
        while not (b"\r\n" + data).endswith(b"\r\n.\r\n"):
            crawls = "body-crawl" in self.server.faults
            piece = self.sock.recv(20 if crawls else 65536)
            if not piece:
                raise Gone
            if crawls:
                time.sleep(0.2)
            data += piece
            what = self.fault("body") if len(data) > 100 else None
            if what and what[0].isdigit():
                self.send(reply(what))
                raise Gone
            if what == "silence":           # takes nothing more, but stays
                time.sleep(self.server.args.late)
                raise Gone
            if what:
                self.misbehave(what)
        return (b"\r\n" + data[:-3]).replace(b"\r\n..", b"\r\n.")[2:]

    def take(self, mail_from, to):
        if not self.answer("data", "354 Go ahead"):
            return
        content = self.body()
        number = self.server.box.put(content, **{"from": mail_from, "to": [to], "helo": "", "user": self.user,
                                                 "tls": self.tls, "connection": self.number})
        self.answer("dot", "250 2.0.0 Ok: queued as %03d" % number)
        what = self.fault("idle")
        if what and what[0].isdigit():
            self.send(reply(what))
            if what[:3] == "421":
                raise Gone
        elif what:
            self.misbehave(what)

    def second_mail(self):
        for fault in self.server.faults:
            if fault == "second-421":
                self.send(b"421 4.3.2 Too long here\r\n")
                raise Gone
            if fault in ("second-drop", "second-rst"):
                self.misbehave(fault[7:])

    def serve(self):
        if self.server.args.tls == "implicit":
            self.wrap()
        self.answer("banner", "220 localhost ESMTP")
        mail_from = to = ""
        while True:
            line = self.line()
            verb = line.split(" ")[0].split(":")[0].upper()
            if verb in ("EHLO", "HELO"):
                self.greet()
            elif verb == "STARTTLS":
                self.encrypt()
            elif verb == "AUTH":
                self.sign_in(line)
            elif verb == "MAIL":
                self.mails += 1
                mail_from = line.split("<")[1].split(">")[0]
                if self.mails == 2:
                    self.second_mail()
                self.answer("mail", "250 2.1.0 Ok")
            elif verb == "RCPT":
                to = line.split("<")[1].split(">")[0]
                if "rcpt-lines" in self.server.faults:
                    self.send(b"550-5.1.1 There is no such account. Look for\r\n550-5.1.1\r\n550 5.1.1 typing errors.\r\n")
                    continue
                self.answer("rcpt", "250 2.1.5 Ok")
            elif verb == "DATA":
                self.take(mail_from, to)
            elif verb == "QUIT":
                self.answer("quit", "221 2.0.0 Bye")
                raise Gone
            else:
                self.send(b"500 5.5.1 What\r\n")


class Server:
    def __init__(self, args):
        self.args, self.faults = args, [f for f in args.faults.split(",") if f]
        self.box = smtp_common.Mailbox(args.dir)
        self.tls = smtp_common.context(args.dir, args.name) if args.tls != "none" else None
        self.left = {f: args.times or -1 for f in self.faults}
        self.connections, self.lock = 0, threading.Lock()

    def due(self, fault):
        with self.lock:
            if self.left[fault] == 0:
                return False
            self.left[fault] -= 1
            return True

    def note(self, connection, line):
        if self.args.log:
            with self.lock, open(self.args.log, "a") as f:
                f.write("%d %s\n" % (connection, line))

    def one(self, sock, number):
        session = Session(self, sock, number)
        try:
            session.serve()
        except (Gone, OSError, IndexError):
            pass
        session.sock.close()

    def start(self):
        listener = self.listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if self.args.buffer:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, self.args.buffer)
        listener.bind(("127.0.0.1", self.args.port))
        if "refuse" not in self.faults:
            listener.listen(64)
            threading.Thread(target=self.accept, args=(listener,), daemon=True).start()
        return listener.getsockname()[1]

    def accept(self, listener):
        while True:
            try:
                sock, _ = listener.accept()
            except OSError:         # closed by whoever started us
                return
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.connections += 1
            threading.Thread(target=self.one, args=(sock, self.connections), daemon=True).start()


def check(p, faults):
    for fault in (f for f in faults.split(",") if f):
        stage, _, what = fault.partition("-")
        if fault not in WORDS and (stage not in STAGES or what not in WHATS and not re.fullmatch(r"[2-5]\d\d(/[245](\.\d{1,3}){2})?", what)):
            p.error("there is no fault %r" % fault)


def arguments(argv=None):
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("faults", nargs="?", default="", help="FAULT[,FAULT..]; none: a server without faults")
    p.add_argument("--dir", required=True, help="folder for the certificate and the mails, made if absent")
    p.add_argument("--port", type=int, default=0, help="port [any that is free]")
    p.add_argument("--tls", choices=("starttls", "implicit", "none"), default="starttls", help="[starttls]")
    p.add_argument("--name", default="localhost", help="name in the certificate [localhost]")
    p.add_argument("--no-auth", action="store_true", help="offer no AUTH; otherwise anyone may sign in, none must")
    p.add_argument("--times", type=int, default=0, help="each fault happens so often, then no more [always]")
    p.add_argument("--late", type=float, default=2.0, help="seconds of \"late\" [2]")
    p.add_argument("--buffer", type=int, default=0, help="receive buffer of a connection, bytes")
    p.add_argument("--log", default="", help="file for the lines that clients sent, after the connection's number")
    p.add_argument("--seconds", type=float, default=300.0, help="stop by itself after that [300]")
    args = p.parse_args(argv)
    check(p, args.faults)
    os.makedirs(args.dir, exist_ok=True)
    return args


def main():
    args = arguments()
    server = Server(args)
    smtp_common.say(str(server.start()))
    smtp_common.wait_for_end(args.seconds)
    smtp_common.say("connections %d mails %d" % (server.connections, server.box.count))
    os._exit(0)


if __name__ == "__main__":
    main()
