#!/usr/bin/python3
"""Compare expansions with dateutil: lines "RULE START MOST YEAR DATES" on standard input.

Ends with 0 if all are equal, 1 if not (printing the first ones), 77 without dateutil.  dateutil counts on by
seconds and days even where nothing can come any more: it gets two seconds a rule, and is given up then; of
rules that are so rare hardly any may be left out.
"""
import datetime
import itertools
import signal
import sys
import warnings

try:
    from dateutil.rrule import rrulestr
except ImportError:
    sys.exit(77)

FORMAT = "%Y%m%dT%H%M%S"
SECONDS_A_RULE = 2
GIVEN_UP_MOST = 0.01


class TooLong(Exception):
    pass


def give_up(*_):
    raise TooLong


def dates_of(rule, start, most, year):
    """At most that many dates before that year; an empty rule is an error to dateutil, but has no dates."""
    end = datetime.datetime(year, 1, 1)
    datetime.MAXYEAR = year - 1             # where dateutil stops looking
    found = []
    try:
        made = rrulestr(rule, dtstart=datetime.datetime.strptime(start, FORMAT))
        for date in itertools.islice(itertools.takewhile(lambda date: date < end, made), most):
            found.append(date.strftime(FORMAT))
    except ValueError as error:
        if "empty" not in str(error):
            raise
    return ",".join(found)


def main():
    warnings.simplefilter("ignore")
    signal.signal(signal.SIGALRM, give_up)
    lines = wrong = given_up = dates_seen = 0
    for line in sys.stdin:
        rule, start, most, year, *dates = line.split()
        lines += 1
        signal.setitimer(signal.ITIMER_REAL, SECONDS_A_RULE)
        try:
            want = dates_of(rule, start, int(most), int(year))
        except TooLong:
            given_up += 1
            if "-v" in sys.argv:
                print("# given up: %s %s" % (rule, start))
            continue
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
        dates_seen += want.count(",") + (want != "")
        if want != (dates[0] if dates else ""):
            wrong += 1
            if wrong <= 5:
                print("# RRULE:%s DTSTART:%s\n#   expected %s\n#   got      %s" % (rule, start, want[:300],
                                                                                  "".join(dates)[:300]))
    print("# %d rules compared (%d dates), %d differ, %d given up" % (lines, dates_seen, wrong, given_up))
    return 1 if wrong or not lines or given_up > lines * GIVEN_UP_MOST + 1 else 0


sys.exit(main())
