#!/usr/bin/python3
"""Years of reminders and digests in minutes: people all over the world, ceud stopped again and again, zones, ends of cycles,
entries and addresses changed at random. What arrived, and what the outbox says, is judged afterwards. CEUD_SEED repeats a run,
CEUD_PEOPLE and CEUD_DAYS change its size: `make simulate` has 200 people and three years."""
import os
import sys
import time

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..", "system")]
import harness                                                              # noqa: E402
import judge                                                                # noqa: E402
from gaps import Catch                                                      # noqa: E402
from plans import Forecast                                                  # noqa: E402
from world import DAY_MS, World                                             # noqa: E402

PEOPLE = int(os.environ.get("CEUD_PEOPLE", "25" if harness.SANITIZED else "100"))
DAYS = int(os.environ.get("CEUD_DAYS", "700"))
FORECASTS = max(2, DAYS // 100)
TEAMS = {"north": "Europe/Berlin", "south": "Pacific/Auckland", "west": "America/New_York", "east": "Asia/Kolkata"}
RUN = {}


class Years:
    def __init__(self):
        self.random = harness.seed()
        self.world = World(self.random)
        self.catches, self.forecasts, self.states, self.unrecorded = [], [], [], []
        self.began, self.steps = self.world.now(), 0

    def populate(self):
        for name, zone in TEAMS.items():
            self.world.lead(name, zone)
        self.world.call("PATCH", "/v1/teams/south/digest", {"every": "month"})
        self.world.call("PATCH", "/v1/teams/west/digest", {"every": "change"})
        for _ in range(PEOPLE * 2 // 3):
            self.world.add()

    def imports(self):
        for _ in range(min(self.random.randint(1, 12), PEOPLE - len(self.world.people))):
            self.world.add()

    def step(self):
        r, w = self.random, self.world
        for _ in range(r.randint(0, 2 + PEOPLE // 10)):
            w.happen()
        if r.random() < 0.12:
            self.imports()
        if r.random() < 0.05:
            w.switch(not w.by_smtp)
        w.forward(60000)
        self.states.append(judge.standing(w))
        self.steps += 1
        if r.random() < 0.1 or self.steps % 12 == 0:
            catch = Catch(w)
            w.away(int(r.choice([0.05, 0.5, 1, 3, 10, 40]) * r.uniform(0.3, 1.2) * DAY_MS))
            w.forward(120000)
            catch.look()
            self.catches.append(catch)
        else:
            w.forward(int(r.uniform(0.1, 9) * DAY_MS))
        self.states.append(judge.standing(w))
        if r.random() < 0.1:
            self.unrecorded += judge.unrecorded(w)

    def forecast(self):
        """Thirty days in which nothing happens, foretold."""
        forecast = Forecast(self.world)
        self.world.to(forecast.until)
        forecast.compare()
        self.forecasts.append(forecast)

    def live(self):
        end = self.began + DAYS * DAY_MS
        at = sorted(self.random.sample(range(10, DAYS - 35), FORECASTS))
        while self.world.now() < end:
            if at and self.world.now() > self.began + at[0] * DAY_MS:
                at.pop(0)
                self.world.forward(60000)
                self.forecast()
            self.step()
        self.world.forward(4 * DAY_MS)
        self.unrecorded += judge.unrecorded(self.world)


def lived():
    """the years go by, with gaps; what was foretold for thirty days came to pass"""
    began = time.monotonic()
    years = RUN["years"] = Years()
    years.populate()
    years.live()
    RUN["post"] = judge.Post(years.world)
    w = years.world
    print("# %d people, %d gaps, %d mails to people and %d digests, %d forecasts with %d mails; %.0f s"
          % (len(w.people), len(w.gaps), len(RUN["post"].reminders), len(RUN["post"].digests), len(years.forecasts),
             sum(f.count for f in years.forecasts), time.monotonic() - began))
    print("# %s" % RUN["post"].summary())
    fine(years.forecasts)
    assert len(RUN["post"].reminders) > PEOPLE and len(RUN["post"].digests) > DAYS // 20, "hardly a mail"
    assert sum(f.count for f in years.forecasts) > PEOPLE // 20, "hardly a mail was foretold"


def post():
    if "post" not in RUN:
        raise harness.Skip("the years were not lived to their end")
    return RUN["post"]


def fine(those):
    no_faults([fault for one in those for fault in one.faults])


def no_faults(faults):
    assert not faults, "%d faults:\n%s" % (len(faults), "\n".join(faults[:25]))


def check(name, text):
    def test():
        no_faults(getattr(post(), name)())
    test.__doc__ = text
    return test


def caught_up():
    """after a gap one mail at most, and exactly one for whoever had a rung in it and no reason not to"""
    post()
    fine(RUN["years"].catches)
    no_faults([fault for c in RUN["years"].catches for fault in c.undelivered(RUN["post"])])
    wanted = sum(c.wanted for c in RUN["years"].catches)
    print("# %d mails were due in gaps" % wanted)
    assert wanted, "no rung fell into a gap"


def recorded():
    """each rung whose day has passed has an outcome and a reason"""
    no_faults(post().reasons() + RUN["years"].unrecorded)


def digests():
    """digests: silent only where nobody is behind and nothing changed, never five times in a row; since the last one that was sent"""
    no_faults(post().silence(RUN["years"].states) + post().since_last())


def stopped():
    """ceud has nothing to complain of and stops cleanly"""
    w = RUN["years"].world
    harness.same("exit", w.ceud.stop(), 0)
    harness.same("integrity", w.query("PRAGMA integrity_check"), [("ok",)])
    said = [line for line in w.ceud.said().splitlines() if "ceud: error:" in line]
    harness.same("errors", said[:5], [])


if __name__ == "__main__":
    harness.main("years", [
        lived,
        check("once", "no rung twice: each mail that was sent arrived once, each rung has one mail"),
        check("after_submitted", "nothing after submitted; when done only that it is to be sent in"),
        check("apart", "six days between two reminders as long as the end is far, at most three in the last week"),
        check("days_left", "the days that a mail counts are those of the calendar where its reader is"),
        check("hours", "by day, and on workdays where it is not about the last three"),
        check("unwanted", "nothing to who is disabled or muted, or whose address does not work"),
        caught_up, recorded, digests, stopped])
