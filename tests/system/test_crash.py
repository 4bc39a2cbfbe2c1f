#!/usr/bin/python3
"""SIGKILL at random moments, 100 times, while entries are logged and mail is sent to a real SMTP server.

Shown in the end: no acknowledged entry is missing, none is doubled; no mail is lost, none was sent more than twice,
copies have the same bytes and Message-ID; the database is sound. CEUD_KILLS changes the number of kills.
"""
import collections
import email
import json
import os
import sys
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import harness                                                              # noqa: E402
from harness import Ceud, Server, UnixConnection, folder, holds, same, smtp_config     # noqa: E402

KILLS = int(os.environ.get("CEUD_KILLS", "20" if harness.SANITIZED else "100"))
LONGEST = 150.0                         # seconds of killing; what is left then is not done, and said so
CLIENTS, PEOPLE_A_ROUND = 3, 8
MORE = "reminders {\n bulk-limit 100% 1000000\n}\nlimits {\n per-user 64\n}\n"


class Client(threading.Thread):
    """Logs one entry after the other, each with its own key, again and again until it is acknowledged."""

    def __init__(self, number, ceud, stop):
        super().__init__(daemon=True)
        self.number, self.ceud, self.stop = number, ceud, stop
        self.acknowledged, self.tries, self.fault = {}, 0, None

    def entry(self, n):
        """At most 20 a day, so that a day's 24 hours hold them."""
        day = 1 + n // 20 % 28
        month = 1 + n // 560 % 12
        return {"minutes": 15, "category": "training", "title": "Session %d of client %d" % (n, self.number),
                "on": "2025-%02d-%02d" % (month, day), "for": ["voice"]}

    def post(self, connection, n):
        self.tries += 1
        status, answer = harness.request(connection, "POST", "/v1/people/client%d/entries" % self.number, self.entry(n),
                                         "c%d-%d" % (self.number, n))
        if status == 503:                       # it is stopping
            raise ConnectionError
        assert status == 200, "client %d, entry %d: %d %r" % (self.number, n, status, answer)
        self.acknowledged[n] = answer["id"]

    def run(self):
        n, connection = 0, UnixConnection(self.ceud.socket, 10)
        while not self.stop.is_set():
            try:
                self.post(connection, n)
                n += 1
            except (OSError, harness.http.client.HTTPException, ValueError):
                connection.close()
                time.sleep(0.002)
            except AssertionError as e:
                self.fault = str(e)
                return


class Run:
    def __init__(self):
        self.random = harness.seed()
        self.box = os.path.join(folder(), "box")
        self.smtp = Server("tests/net/smtp_server.py", "--dir", self.box, "--seconds", "900")
        self.ceud = Ceud("c", smtp_config(self.smtp.port, os.path.abspath(os.path.join(self.box, "cert.pem"))) + MORE)
        self.stop = threading.Event()
        self.clients = [Client(n, self.ceud, self.stop) for n in range(CLIENTS)]
        self.kills, self.people, self.planned = 0, 0, set()

    def post(self, path, body, key=None):
        status, answer = self.ceud.request("POST", path, body, key)
        assert status == 200, "%s: %d %r" % (path, status, answer)
        return answer

    def set_up(self):
        self.ceud.start()
        for client in self.clients:
            self.post("/v1/people", {"email": "client%d@example.org" % client.number, "until": "2026-12-31"})

    def enrol(self):
        """People whose first reminder is due at once. What a kill cuts off is asked again under the same key."""
        for _ in range(PEOPLE_A_ROUND):
            self.post("/v1/people", {"email": "p%d@example.org" % self.people, "name": "Person %d" % self.people,
                                     "until": "2026-03-%02d" % (14 + self.people % 17)}, "p%d" % self.people)
            self.people += 1

    def round(self):
        """A start, some work, a kill at a random moment."""
        delay = self.random.uniform(0.0, 0.6) * harness.SLACK
        killer = threading.Timer(delay, self.ceud.process.kill)
        killer.start()
        try:
            self.enrol()
            self.post("/v1/admin/run/reminders", {})
            while True:
                self.ceud.get("/v1/admin/status")
                time.sleep(0.01)
        except (OSError, harness.http.client.HTTPException):
            pass                                # the kill
        killer.join()
        self.ceud.process.wait()
        self.kills += 1
        self.ceud.start()

    def kill_often(self):
        until = time.monotonic() + LONGEST * harness.SLACK
        for client in self.clients:
            client.start()
        while self.kills < KILLS and time.monotonic() < until:
            self.round()
        self.stop.set()
        for client in self.clients:
            client.join()

    def settle(self):
        """No more kills: everything is planned and sent, what is in doubt once more."""
        self.post("/v1/admin/run/reminders", {})
        self.post("/v1/admin/run/mail", {})
        self.post("/v1/admin/clock", {"forward": "15m"})
        end = time.monotonic() + 60 * harness.SLACK
        while time.monotonic() < end:
            counts = self.ceud.get("/v1/admin/status")[1]["mail"]
            if counts["ready"] + counts["sending"] == 0:
                break
            time.sleep(0.05)
        self.counts = counts

    def received(self):
        """address -> [(Message-ID, bytes)]"""
        copies = collections.defaultdict(list)
        for name in sorted(os.listdir(self.box)):
            if not name.endswith(".json"):
                continue
            with open(os.path.join(self.box, name), encoding="utf-8") as f:
                envelope = json.load(f)
            with open(os.path.join(self.box, name[:-5] + ".eml"), "rb") as f:
                content = f.read()
            copies[envelope["to"][0]].append((email.message_from_bytes(content)["Message-ID"], content))
        return copies

    def entries(self, client):
        """All of a client's entries, by title."""
        found, after = collections.Counter(), ""
        while after is not None:
            status, page = self.ceud.get("/v1/people/client%d/entries?limit=500%s" % (client.number, after))
            same("status", status, 200)
            found.update(e["title"] for e in page["entries"])
            after = "&after=%d" % page["next_after"] if page.get("next_after") else None
        return found


RUN = []


def killed():
    """ceud is killed at random moments and comes back"""
    run = Run()
    RUN.append(run)
    run.set_up()
    run.kill_often()
    for client in run.clients:
        assert client.fault is None, client.fault
        assert len(client.acknowledged) > run.kills, "client %d was hardly heard" % client.number
    print("# %d kills, %d entries, %d people" % (run.kills, sum(len(c.acknowledged) for c in run.clients), run.people))
    assert run.kills == KILLS, "only %d of %d kills in time" % (run.kills, KILLS)


def entries_are_there():
    """no acknowledged entry is missing, none is doubled"""
    for client in RUN[0].clients:
        found = RUN[0].entries(client)
        for n, number in client.acknowledged.items():
            title = client.entry(n)["title"]
            same("%s (entry %d)" % (title, number), found[title], 1)
        # The last one may have been stored without its answer.
        assert len(found) - len(client.acknowledged) in (0, 1), (len(found), len(client.acknowledged))
        same("numbers used once", len(set(client.acknowledged.values())), len(client.acknowledged))


def mails_arrive():
    """no mail is lost, none is sent more than twice, copies are equal"""
    run = RUN[0]
    run.settle()
    people = run.ceud.get("/v1/people?limit=500")[1]
    enrolled, after = set(), ""
    while True:
        enrolled.update(p["email"] for p in people["people"] if p["email"].startswith("p"))
        if not people.get("next_after"):
            break
        people = run.ceud.get("/v1/people?limit=500&after=" + people["next_after"])[1]
    copies = run.received()
    print("# %d mails, %d of them twice, states %s" % (len(copies), sum(len(c) == 2 for c in copies.values()), run.counts))
    same("mails that failed, are unknown or wait", [run.counts[s] for s in ("failed", "unknown", "ready", "sending", "held")],
         [0, 0, 0, 0, 0])
    same("people without a mail", sorted(enrolled - set(copies)), [])
    for to, sent in copies.items():
        assert len(sent) <= 2, "%s got %d copies" % (to, len(sent))
        same("copies to " + to, len(set(sent)), 1)
    same("Message-IDs", len({c[0][0] for c in copies.values()}), len(copies))
    doubles = sum(len(c) - 1 for c in copies.values())
    assert doubles <= run.kills, "%d doubles by %d kills" % (doubles, run.kills)


def all_is_sound():
    """the database is sound, ceud stops cleanly"""
    run = RUN[0]
    status = run.ceud.get("/v1/admin/status")[1]
    same("problems", status["problems"], [])
    assert len(status["ledger_head"]) == 64
    same("exit", run.ceud.stop(), 0)
    with run.ceud.database() as db:
        same("integrity", db.execute("PRAGMA integrity_check").fetchall(), [("ok",)])
        same("foreign keys", db.execute("PRAGMA foreign_key_check").fetchall(), [])
    same("errors", [line for line in run.ceud.said().splitlines() if line.startswith("ceud: error:")], [])
    holds(run.smtp.end(), "mails")


def doubt_is_not_sent_thrice():
    """a mail cut off twice is unknown, is shown to the admin, and is not sent a third time; those behind it are sent"""
    box = os.path.join(folder(), "slow")
    smtp = Server("tests/net/smtp_server.py", "--dir", box, "--delay", "60", "--seconds", "300")
    ceud = Ceud("d", smtp_config(smtp.port, os.path.abspath(os.path.join(box, "cert.pem"))))
    ceud.start()
    same("person", ceud.request("POST", "/v1/people", {"email": "slow@example.org", "until": "2026-03-30"})[0], 200)
    for n in range(5):
        same("person", ceud.request("POST", "/v1/people", {"email": "p%d@example.org" % n, "until": "2026-03-30"})[0], 200)
    same("run", ceud.request("POST", "/v1/admin/run/reminders", {})[0], 200)
    for kill in (1, 2):
        end = time.monotonic() + 20 * harness.SLACK
        while len(copies_to(box, "slow")) < kill:
            assert time.monotonic() < end, "copy %d does not arrive" % kill
            time.sleep(0.01)
        ceud.kill()
        ceud.start()
        if kill == 1:
            queue = ceud.get("/v1/admin/mail/queue?state=all")[1]["mails"]
            same("in doubt after one kill", [(m["to"], m["state"]) for m in queue if m["doubts"]], [("slow@example.org", "ready")])
            threading.Thread(target=swallow, args=(ceud,), daemon=True).start()
    queue = ceud.get("/v1/admin/mail/queue?state=unknown")[1]["mails"]
    same("after two", [(m["to"], m["state"], m["doubts"]) for m in queue], [("slow@example.org", "unknown", 2)])
    same("no third", ceud.request("POST", "/v1/admin/clock", {"forward": "1d"})[0], 200)
    same("copies", [len(copies_to(box, "p%d" % n)) for n in range(5)], [1, 1, 1, 1, 1])
    same("copies", len(copies_to(box, "slow")), 2)
    same("equal", len(set(copies_to(box, "slow"))), 1)
    same("exit", ceud.stop(), 0)
    smtp.end()


def copies_to(box, who):
    """The bytes of each mail that the server took for WHO."""
    found = []
    for name in sorted(os.listdir(box)):
        if name.endswith(".json"):
            with open(os.path.join(box, name), encoding="utf-8") as f:
                if json.load(f)["to"] == [who + "@example.org"]:
                    with open(os.path.join(box, name[:-5] + ".eml"), "rb") as mail:
                        found.append(mail.read())
    return found


def swallow(ceud):
    """Ask for the clock to go on; the answer never comes, as ceud is killed meanwhile."""
    try:
        ceud.request("POST", "/v1/admin/clock", {"forward": "11m"}, timeout=60)
    except (OSError, harness.http.client.HTTPException):
        pass


if __name__ == "__main__":
    harness.main("crash", [killed, entries_are_there, mails_arrive, all_is_sound, doubt_is_not_sent_thrice])
