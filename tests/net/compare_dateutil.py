#!/usr/bin/python3
"""Compare expansions with dateutil: lines "RULE START MOST DATES" on standard input.

Ends with 0 if all are equal, 1 if not (printing the first ones), 77 without dateutil.
"""
import datetime
import itertools
import sys
import warnings

try:
    from dateutil.rrule import rrulestr
except ImportError:
    sys.exit(77)

FORMAT = "%Y%m%dT%H%M%S"
END = datetime.datetime(2200, 1, 1)


def main():
    warnings.simplefilter("ignore")
    lines = wrong = 0
    for line in sys.stdin:
        rule, start, most, *dates = line.split()
        lines += 1
        made = rrulestr(rule, dtstart=datetime.datetime.strptime(start, FORMAT))
        want = ",".join(date.strftime(FORMAT) for date in
                        itertools.takewhile(lambda date: date < END, itertools.islice(made, int(most))))
        if want != (dates[0] if dates else ""):
            wrong += 1
            if wrong <= 5:
                print("# RRULE:%s DTSTART:%s\n#   expected %s\n#   got      %s" % (rule, start, want[:300],
                                                                                  "".join(dates)[:300]))
    print("# %d rules compared, %d differ" % (lines, wrong))
    return 1 if wrong or not lines else 0


sys.exit(main())
