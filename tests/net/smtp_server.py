#!/usr/bin/python3
"""A real mail server on a loopback port, for tests.

The first line of its output is the port. Then it serves until its standard input is closed (when that is a
pipe or socket) or the seconds are over, and the last line is "connections N mails N".
DIR gets cert.pem (self-signed: give it to the client as the CA) and, for each mail it took, NNN.eml, the exact
bytes, and NNN.json: from, to, helo, user, tls, connection (the how-manieth), bytes. NNN.json comes last.

How it answers depends on the recipient's part before the @, or before a + in it:
  nouser    RCPT 550 5.1.1            spam      dot 554 5.7.1
  full      RCPT 452 4.2.2            toobig    dot 552 5.3.4
  later     RCPT 451 4.3.0            busy      dot 451 4.3.0
  relay     RCPT 550 5.7.1            lost      kept, then the connection is closed without an answer
  slow      kept, answered after --delay seconds
  anything else: kept and accepted, "250 2.0.0 Ok: queued as NNN"
"""
import argparse
import asyncio
import logging
import os
import sys
import threading

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

sys.dont_write_bytecode = True      # nothing is left beside the sources
import smtp_common      # noqa: E402

AT_RCPT = {
    "nouser": "550 5.1.1 There is no such user",
    "full": "452 4.2.2 The mailbox is full",
    "later": "451 4.3.0 Try again later",
    "relay": "550 5.7.1 Relaying denied",
}
AT_DOT = {
    "spam": "554 5.7.1 This looks like spam",
    "toobig": "552 5.3.4 The message is too big",
    "busy": "451 4.3.0 Try again later",
}


def word(address):
    return address.split("@")[0].split("+")[0].lower()


class Handler:
    def __init__(self, box, delay):
        self.box, self.delay = box, delay

    async def handle_RCPT(self, server, session, envelope, address, options):
        answer = AT_RCPT.get(word(address))
        if answer is None:
            envelope.rcpt_tos.append(address)
        return answer or "250 2.1.5 OK"

    async def handle_DATA(self, server, session, envelope):
        who = word(envelope.rcpt_tos[0])
        if who in AT_DOT:
            return AT_DOT[who]
        tls = server.transport.get_extra_info("ssl_object")
        number = self.box.put(
            envelope.content, **{"from": envelope.mail_from, "to": envelope.rcpt_tos, "helo": session.host_name,
            "user": session.auth_data, "tls": tls.version() if tls else "", "connection": server.number})
        if who == "lost":
            server.transport.close()
        elif who == "slow":
            await asyncio.sleep(self.delay)
        return "250 2.0.0 Ok: queued as %03d" % number


class Server(SMTP):
    """Signs in one user by PLAIN, LOGIN, or with the password as a token by XOAUTH2."""

    def __init__(self, number, token, *args, **options):
        self.number, self.token = number, token
        super().__init__(*args, **options)

    async def auth_XOAUTH2(self, _, args):
        answer = await self.challenge_auth("")
        parts = answer.split(b"\x01")
        good = len(parts) > 1 and parts[1] == b"auth=Bearer " + self.token
        return AuthResult(success=good, handled=False, auth_data=parts[0][5:].decode())


def listen(args, box, loop):
    user, password = args.user.encode(), args.password.encode()
    tls = None if args.tls == "none" else smtp_common.context(args.dir, args.name)
    options = {"hostname": args.name, "ident": "ESMTP", "timeout": 60}
    connections = [0]

    def sign_in(server, session, envelope, mechanism, data):
        good = isinstance(data, LoginPassword) and (data.login, data.password) == (user, password)
        return AuthResult(success=good, handled=False, auth_data=data.login.decode("ascii", "replace") if good else None)

    if not args.no_auth:
        options.update(authenticator=sign_in, auth_required=True, auth_require_tls=args.tls == "starttls")
    if args.tls == "starttls":
        options.update(tls_context=tls, require_starttls=True)

    def serve():
        connections[0] += 1
        return Server(connections[0], password, Handler(box, args.delay), loop=loop, **options)

    server = loop.run_until_complete(
        loop.create_server(serve, args.host, args.port, ssl=tls if args.tls == "implicit" else None))
    return server.sockets[0].getsockname()[1], connections


def arguments():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--dir", required=True, help="folder for the certificate and the mails, made if absent")
    p.add_argument("--host", default="127.0.0.1", help="address to listen on [127.0.0.1]")
    p.add_argument("--port", type=int, default=0, help="port [any that is free]")
    p.add_argument("--tls", choices=("starttls", "implicit", "none"), default="starttls", help="required [starttls]")
    p.add_argument("--name", default="localhost", help="name in the certificate [localhost]")
    p.add_argument("--user", default="ceud", help="who may sign in [ceud]")
    p.add_argument("--password", default="secret-password", help="with what [secret-password]")
    p.add_argument("--no-auth", action="store_true", help="take mail without signing in")
    p.add_argument("--delay", type=float, default=2.0, help="seconds that \"slow\" takes [2]")
    p.add_argument("--seconds", type=float, default=300.0, help="stop by itself after that [300]")
    return p.parse_args()


def main():
    args = arguments()
    os.makedirs(args.dir, exist_ok=True)
    logging.getLogger("mail.log").setLevel(logging.ERROR)      # it warns of its own old names
    box = smtp_common.Mailbox(args.dir)
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    port, connections = listen(args, box, loop)
    smtp_common.say(str(port))
    threading.Thread(target=loop.run_forever, daemon=True).start()
    smtp_common.wait_for_end(args.seconds)
    smtp_common.say("connections %d mails %d" % (connections[0], box.count))
    sys.stdout.flush()
    os._exit(0)         # open connections are of no interest any more


if __name__ == "__main__":
    main()
