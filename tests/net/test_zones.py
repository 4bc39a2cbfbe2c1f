#!/usr/bin/python3
"""Time zones, from the calendar to the instant, against Python's zoneinfo: all names of tzdb, the same zones as calendars
define them, the names of Windows, and definitions that lie or attack."""
import datetime
import json
import os
import random
import re
import subprocess
import sys
import time
import zoneinfo

NET = os.path.join(os.environ.get("BUILD", "build"), "ceud-net")
SEED = int(os.environ.get("CEUD_SEED", random.SystemRandom().randrange(1 << 32)))
RANDOM = random.Random(SEED)
UTC = datetime.timezone.utc
FIRST, LAST = datetime.datetime(2018, 1, 1), datetime.datetime(2035, 12, 30)
ZONE_UNKNOWN = 1                        # of an event's flags
ROOT = "/usr/share/zoneinfo"


def names():
    """All names that are files of this machine; those of Python's own package would be another tzdata."""
    return sorted(n for n in zoneinfo.available_timezones() if os.path.isfile(os.path.join(ROOT, n)) and n != "Factory" and
                  n != "localtime")


# ---- reading calendars with ceud-net

def fetch(text, **changes):
    body = text.encode()
    job = {"zone": "Pacific/Kiritimati", "from": "1990-01-01", "to": "2090-01-01", "body_bytes": len(body),
           "max_bytes": 100000000, "max_events": 200000, "max_occurrences": 200000}
    job.update(changes)
    done = subprocess.run([NET, "fetch"], input=json.dumps(job).encode() + b"\n" + body, stdout=subprocess.PIPE, timeout=120)
    assert done.returncode == 0, done.returncode
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert lines and lines[-1].get("complete", {}).get("result") in ("ok", "partial"), lines[-1:]
    return {line["event"]["uid"]: line["event"] for line in lines if "event" in line}


def event(uid, zone, local):
    return "BEGIN:VEVENT\r\nUID:%s\r\nSUMMARY:x\r\nDTSTART;TZID=\"%s\":%s\r\nDURATION:PT1H\r\nEND:VEVENT\r\n" % (
        uid, zone, local.strftime("%Y%m%dT%H%M%S"))


def calendar(*parts):
    return "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\n" + "".join(parts) + "END:VCALENDAR\r\n"


def instant(zone, local):
    """In a gap the offset before it; of a time that comes twice the first: that is fold 0 in both cases."""
    return int(local.replace(tzinfo=zone, fold=0).timestamp())


# ---- zones as Python knows them

def transitions(zone, first=FIRST, last=LAST):
    """(instant, offset before, offset behind) of every change."""
    found, step = [], 86400 * 7
    at, end = int(first.replace(tzinfo=UTC).timestamp()), int(last.replace(tzinfo=UTC).timestamp())

    def offset(t):
        return int(datetime.datetime.fromtimestamp(t, zone).utcoffset().total_seconds())

    while at < end:
        if offset(at) != offset(at + step):
            low, high = at, at + step
            while high - low > 1:
                middle = (low + high) // 2
                low, high = (middle, high) if offset(middle) == offset(low) else (low, middle)
            found.append((high, offset(low), offset(high)))
        at += step
    return found


def sample(zone, changes, count):
    """Civil times: anywhere, and about a change, where the mistakes are."""
    for _ in range(count):
        if changes and RANDOM.random() < 0.5:
            at, before, _ = RANDOM.choice(changes)
            yield datetime.datetime.fromtimestamp(at + before, UTC).replace(tzinfo=None) + datetime.timedelta(
                minutes=RANDOM.choice((-121, -61, -60, -31, -30, -1, 0, 1, 29, 30, 59, 60, 61, 119, 120, 1440)))
        else:
            yield FIRST + datetime.timedelta(minutes=RANDOM.randrange(int((LAST - FIRST).total_seconds()) // 60))


def compare(wanted, events, flags=0):
    wrong = []
    for uid, (name, local, start) in wanted.items():
        got = events.get(uid)
        if got is None or got["start"] != start * 1000 or got["flags"] & ZONE_UNKNOWN != flags:
            wrong.append((name, str(local), start, got and (got["start"] // 1000, got["zone"], got["flags"])))
    assert not wrong, "%d of %d: %s (CEUD_SEED=%d)" % (len(wrong), len(wanted), wrong[:5], SEED)


# ---- VTIMEZONEs of our own making

def offset_text(seconds):
    size = abs(seconds)
    text = "%s%02d%02d" % ("-" if seconds < 0 else "+", size // 3600, size // 60 % 60)
    return text + ("%02d" % (size % 60) if size % 60 else "")


def local_text(at, offset):
    return datetime.datetime.fromtimestamp(at + offset, UTC).strftime("%Y%m%dT%H%M%S")


def observance(kind, start, before, behind, *more):
    return "".join(line + "\r\n" for line in (
        "BEGIN:" + kind, "DTSTART:" + start, "TZOFFSETFROM:" + offset_text(before), "TZOFFSETTO:" + offset_text(behind),
        *more, "END:" + kind))


def by_dates(tzid, zone, changes):
    """Every change by its date, in observances of those with equal offsets."""
    start = int(datetime.datetime(1990, 1, 1, tzinfo=UTC).timestamp())
    first = changes[0][1] if changes else int(zone.utcoffset(FIRST).total_seconds())
    parts, groups = [observance("STANDARD", local_text(start, first), first, first)], {}
    for at, before, behind in changes:
        groups.setdefault((before, behind), []).append(local_text(at, before))
    for (before, behind), dates in groups.items():
        more = ["RDATE:" + ",".join(dates[1:])] if len(dates) > 1 else []
        parts.append(observance("DAYLIGHT" if behind > before else "STANDARD", dates[0], before, behind, *more))
    RANDOM.shuffle(parts)
    return "BEGIN:VTIMEZONE\r\nTZID:%s\r\n%sEND:VTIMEZONE\r\n" % (tzid, "".join(parts))


def footer(name):
    with open(os.path.join(ROOT, name), "rb") as handle:
        return handle.read().rsplit(b"\n", 2)[1].decode()


RULE = re.compile(r"(?:<[^>]+>|[A-Za-z]+)(-?[\d:]+)(?:<[^>]+>|[A-Za-z]+)(-?[\d:]+)?,M(\d+)\.(\d)\.(\d)(?:/(-?[\d:]+))?,"
                  r"M(\d+)\.(\d)\.(\d)(?:/(-?[\d:]+))?$")


def clock(text, fallback):
    if text is None:
        return fallback
    sign, parts = (-1, text[1:]) if text[0] == "-" else (1, text)
    fields = [int(part) for part in parts.split(":")] + [0, 0]
    return sign * (fields[0] * 3600 + fields[1] * 60 + fields[2])


def by_rules(tzid, name):
    """The rule of a zone's footer, from 1601 on; None where it has none that a VTIMEZONE can say."""
    found = RULE.match(footer(name))
    if not found:
        return None
    standard = -clock(found[1], 0)
    summer = -clock(found[2], 0) if found[2] else standard + 3600
    parts = []
    for kind, before, behind, month, week, day, hour in (
            ("DAYLIGHT", standard, summer, *found.group(3, 4, 5, 6)), ("STANDARD", summer, standard, *found.group(7, 8, 9, 10))):
        seconds = clock(hour, 7200)
        if not 0 <= seconds < 86400:
            return None
        byday = ("-1" if week == "5" else week) + "SU MO TU WE TH FR SA".split()[int(day)]
        parts.append(observance(kind, "16010101T%02d%02d00" % (seconds // 3600, seconds // 60 % 60), before, behind,
                                "RRULE:FREQ=YEARLY;BYDAY=%s;BYMONTH=%s" % (byday, month)))
    RANDOM.shuffle(parts)
    return "BEGIN:VTIMEZONE\r\nTZID:%s\r\n%sEND:VTIMEZONE\r\n" % (tzid, "".join(parts))


# ---- tests

def test_all_names_of_tzdb():
    parts, wanted = [], {}
    for name in names():
        zone = zoneinfo.ZoneInfo(name)
        for local in sample(zone, transitions(zone), 12):
            uid = "u%d" % len(wanted)
            wanted[uid] = (name, local, instant(zone, local))
            parts.append(event(uid, name, local))
    assert len(wanted) > 3000
    compare(wanted, fetch(calendar(*parts)))


def test_names_in_any_case_and_behind_prefixes():
    parts, wanted = [], {}
    for name in names():
        zone = zoneinfo.ZoneInfo(name)
        for form in (name.lower(), name.upper(), "/mozilla.org/20050126_1/" + name, "/freeassociation.sourceforge.net/" + name,
                     "custom_" + name):
            uid = "u%d" % len(wanted)
            local = next(sample(zone, [], 1))
            wanted[uid] = (form, local, instant(zone, local))
            parts.append(event(uid, form, local))
    compare(wanted, fetch(calendar(*parts)))


def defined(make, first_year):
    """Zones that the calendar defines under names of its own, as many as a feed may have."""
    definitions, parts, wanted = [], [], {}
    able = [name for name in names() if make("x", name) is not None]
    for name in RANDOM.sample(able, min(250, len(able))):
        zone, tzid = zoneinfo.ZoneInfo(name), "(Office) %s, \u00e4 %d" % (name.replace("/", " "), len(definitions))
        definitions.append(make(tzid.replace(",", "\\,"), name))
        for local in sample(zone, transitions(zone, datetime.datetime(first_year, 1, 1)), 20):
            if local.year < first_year:
                local = local.replace(year=first_year, day=min(local.day, 28))
            uid = "u%d" % len(wanted)
            wanted[uid] = (name, local, instant(zone, local))
            parts.append(event(uid, tzid, local))
    events = fetch(calendar(*(definitions + parts if RANDOM.random() < 0.5 else parts + definitions)))
    compare(wanted, events)
    for uid, (name, _, start) in wanted.items():
        got = events[uid]["zone"]
        said = 0 if got == "UTC" else int(got[4:6]) * 3600 + int(got[7:9]) * 60
        offset = datetime.datetime.fromtimestamp(start, zoneinfo.ZoneInfo(name)).utcoffset()
        assert (-said if "-" in got else said) == int(offset.total_seconds()), (name, got, offset)


def dates_of(tzid, name):
    zone = zoneinfo.ZoneInfo(name)
    return by_dates(tzid, zone, transitions(zone))


def test_zones_defined_by_dates():
    defined(dates_of, FIRST.year)


def test_zones_defined_by_rules():
    defined(by_rules, 2027)         # what a footer says is true from the last change of law on


LATER = {                               # names of Windows that the package's table does not have, or has for a city that left
    "Central Asia Standard Time": "Asia/Bishkek", "Mountain Standard Time (Mexico)": "America/Mazatlan",
    "Aleutian Standard Time": "America/Adak", "Altai Standard Time": "Asia/Barnaul", "Astrakhan Standard Time": "Europe/Astrakhan",
    "Aus Central W. Standard Time": "Australia/Eucla", "Bougainville Standard Time": "Pacific/Bougainville",
    "Chatham Islands Standard Time": "Pacific/Chatham", "Cuba Standard Time": "America/Havana",
    "Easter Island Standard Time": "Pacific/Easter", "Haiti Standard Time": "America/Port-au-Prince",
    "Lord Howe Standard Time": "Australia/Lord_Howe", "Magallanes Standard Time": "America/Punta_Arenas",
    "Marquesas Standard Time": "Pacific/Marquesas", "Norfolk Standard Time": "Pacific/Norfolk",
    "Omsk Standard Time": "Asia/Omsk", "Pacific Standard Time (Mexico)": "America/Tijuana",
    "Qyzylorda Standard Time": "Asia/Qyzylorda", "Saint Pierre Standard Time": "America/Miquelon",
    "Sakhalin Standard Time": "Asia/Sakhalin", "Sao Tome Standard Time": "Africa/Sao_Tome",
    "Saratov Standard Time": "Europe/Saratov", "South Sudan Standard Time": "Africa/Juba", "Sudan Standard Time": "Africa/Khartoum",
    "Tocantins Standard Time": "America/Araguaina", "Tomsk Standard Time": "Asia/Tomsk", "Transbaikal Standard Time": "Asia/Chita",
    "Turks And Caicos Standard Time": "America/Grand_Turk", "UTC+13": "Etc/GMT-13", "UTC-08": "Etc/GMT+8", "UTC-09": "Etc/GMT+9",
    "Volgograd Standard Time": "Europe/Volgograd", "W. Mongolia Standard Time": "Asia/Hovd", "West Bank Standard Time": "Asia/Hebron",
    "Yukon Standard Time": "America/Whitehorse",
}


def test_names_of_windows():
    try:
        from icalendar.windows_to_olson import WINDOWS_TO_OLSON as table
    except ImportError:
        try:            # where version 6 has it
            from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON as table
        except ImportError:
            return "python3-icalendar is not installed"
    parts, wanted = [], {}
    for windows, name in sorted({**table, **LATER}.items()):
        zone = zoneinfo.ZoneInfo(name)
        for month in (1, 7):
            uid, local = "u%d" % len(wanted), datetime.datetime(2026, month, 15, 9, 0)
            wanted[uid] = (windows, local, instant(zone, local))
            parts.append(event(uid, windows, local))
    assert len(wanted) > 200
    compare(wanted, fetch(calendar(*parts)))


OFFSETS = {"UTC+2": 7200, "UTC-11:30": -41400, "GMT+0100": 3600, "GMT-05:30": -19800, "Etc/GMT+5": -18000, "gmt+14": 50400,
           "UTC+05:45": 20700}


def test_offsets():
    local = datetime.datetime(2026, 7, 1, 12)
    wanted = {name: (name, local, int(local.replace(tzinfo=UTC).timestamp()) - offset) for name, offset in OFFSETS.items()}
    compare(wanted, fetch(calendar(*(event(name, name, local) for name in OFFSETS))))


def test_the_systems_zone_wins():
    lie = observance("STANDARD", "19700101T000000", 32400, 32400)
    local = datetime.datetime(2026, 7, 1, 12)
    parts, wanted = [], {}
    for name in ("Europe/Berlin", "europe/berlin", "/mozilla.org/1/Europe/Berlin", "W. Europe Standard Time"):
        parts.append("BEGIN:VTIMEZONE\r\nTZID:%s\r\n%sEND:VTIMEZONE\r\n" % (name, lie))
        parts.append(event(name, name, local))
        wanted[name] = (name, local, instant(zoneinfo.ZoneInfo("Europe/Berlin"), local))
    events = fetch(calendar(*parts))
    compare(wanted, events)
    assert {e["zone"] for e in events.values()} == {"Europe/Berlin"}


def hostile():
    """(what, VTIMEZONE lines behind TZID)"""
    march = "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU"
    for frequency in ("SECONDLY", "MINUTELY", "HOURLY", "DAILY", "WEEKLY", "MONTHLY"):
        yield frequency, observance("STANDARD", "19700101T000000", 3600, 3600, "RRULE:FREQ=" + frequency)
    yield "many", "".join(observance("STANDARD", "%04d0101T000000" % (1900 + i % 200), 3600 * (i % 2), 3600 * (1 - i % 2))
                          for i in range(5000))
    yield "dates", observance("STANDARD", "19700101T000000", 0, 3600, *["RDATE:" + ",".join(["20260101T000000"] * 500)] * 100)
    yield "contradiction", (observance("STANDARD", "19701025T030000", 18000, 3600, march.replace("=3", "=10")) +
                            observance("DAYLIGHT", "19700329T020000", 3600, 7200, march))
    yield "far", observance("STANDARD", "19700101T000000", 0, 15 * 3600)
    yield "nothing", ""
    yield "two rules", observance("STANDARD", "19700101T000000", 0, 3600, march, march)
    yield "nested", "BEGIN:STANDARD\r\n" + observance("STANDARD", "19700101T000000", 0, 3600) + "END:STANDARD\r\n"
    yield "there and back", "".join(observance("STANDARD", "202601%02dT%02d0000" % (d, h), h % 2 * 3600, (1 - h % 2) * 3600)
                                    for d in range(1, 8) for h in range(24))


def test_hostile_definitions():
    """Each is refused for itself, in no time: the event comes in, flagged, and its neighbours are untouched."""
    local = datetime.datetime(2026, 7, 1, 12)
    home = instant(zoneinfo.ZoneInfo("Pacific/Kiritimati"), local)
    for what, lines in hostile():
        began = time.monotonic()
        events = fetch(calendar("BEGIN:VTIMEZONE\r\nTZID:Evil\r\n%sEND:VTIMEZONE\r\n" % lines, event("evil", "Evil", local),
                                event("good", "Europe/Berlin", local)))
        took = time.monotonic() - began
        assert took < 5, (what, took)
        compare({"evil": (what, local, home)}, events, ZONE_UNKNOWN)
        assert events["good"]["zone"] == "Europe/Berlin" and events["good"]["flags"] == 0, what


def test_names_that_are_paths():
    local = datetime.datetime(2026, 7, 1, 12)
    home = instant(zoneinfo.ZoneInfo("Pacific/Kiritimati"), local)
    fifo = os.path.join(os.environ.get("BUILD", "build"), "zone.fifo")
    if not os.path.exists(fifo):
        os.mkfifo(fifo)
    try:
        paths = ["../../../.." + os.path.abspath(fifo), os.path.abspath(fifo), "/etc/passwd", "../../../etc/passwd", "localtime",
                 "right/Europe/Berlin", "Europe/../../../../etc/hostname", "tzdata.zi"]
        events = fetch(calendar(*(event("u%d" % i, path, local) for i, path in enumerate(paths))))
        compare({"u%d" % i: (path, local, home) for i, path in enumerate(paths)}, events, ZONE_UNKNOWN)
    finally:
        os.unlink(fifo)


def test_many_unknown_names():
    local = datetime.datetime(2026, 7, 1, 12)
    began = time.monotonic()
    events = fetch(calendar(*(event("u%d" % i, "Nowhere %d" % i, local) for i in range(20000))))
    assert len(events) == 20000 and all(e["flags"] & ZONE_UNKNOWN for e in events.values())
    assert time.monotonic() - began < 20


def main():
    chosen = [(name, test) for name, test in sorted(globals().items()) if name.startswith("test_") and
              (not sys.argv[1:] or name in sys.argv[1:])]
    bad = 0
    print("# CEUD_SEED=%d\n1..%d" % (SEED, len(chosen)))
    for number, (name, test) in enumerate(chosen, 1):
        try:
            skipped = test()
            print("ok %d - %s%s" % (number, name[5:].replace("_", " "), " # SKIP " + skipped if skipped else ""))
        except (AssertionError, subprocess.TimeoutExpired, ValueError, KeyError, IndexError) as error:
            bad += 1
            print("not ok %d - %s\n# %s: %s" % (number, name[5:].replace("_", " "), type(error).__name__, str(error)[:1500]))
        sys.stdout.flush()
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
