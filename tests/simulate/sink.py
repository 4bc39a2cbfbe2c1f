"""A mail server in a thread: takes what comes, keeps it in memory, refuses the addresses in `bad` for good."""
import socketserver
import threading


class Handler(socketserver.StreamRequestHandler):
    def say(self, text):
        self.wfile.write(text.encode() + b"\r\n")

    def handle(self):
        sink, to = self.server.sink, None
        self.say("220 sink.example.org ESMTP")
        for line in self.rfile:
            word = line[:4].upper().strip()
            if word == b"EHLO":
                self.say("250-sink.example.org\r\n250 SIZE 10000000")
            elif word == b"RCPT":
                to = line.split(b"<")[1].split(b">")[0].decode()
                if to in sink.bad:
                    sink.refused.append(to)
                    self.say("550 5.1.1 There is no such user")
                else:
                    self.say("250 2.1.5 OK")
            elif word == b"DATA":
                self.say("354 Go on")
                data = []
                for part in self.rfile:
                    if part == b".\r\n":
                        break
                    data.append(part)
                sink.taken.append((to, b"".join(data)))
                self.say("250 2.0.0 Ok: queued as %d" % len(sink.taken))
            elif word == b"QUIT":
                self.say("221 Bye")
                return
            else:
                self.say("250 OK")


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = daemon_threads = True


class Sink:
    def __init__(self):
        self.bad, self.taken, self.refused = set(), [], []
        self.server = Server(("127.0.0.1", 0), Handler)
        self.server.sink = self
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
