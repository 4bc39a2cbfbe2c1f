#!/usr/bin/python3
"""Makes the inputs that fuzzing begins with: tests/fuzz/make_corpus.py writes tests/fuzz/corpus/TARGET/*. They are committed;
this is how they came about, and where a new one is added."""
import os
import struct

HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "corpus")


def put(target, name, data):
    os.makedirs(os.path.join(HERE, target), exist_ok=True)
    with open(os.path.join(HERE, target, name), "wb") as handle:
        handle.write(data if isinstance(data, bytes) else data.encode())


# ---- calendars

def event(*lines, uid="one@academy.example", start="DTSTART:20260310T090000Z"):
    return ["BEGIN:VEVENT", "UID:" + uid, "SUMMARY:Journey mapping", start, *lines, "END:VEVENT"]


def calendar(*lines, end="\r\n"):
    return end.join(["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//academy//EN", *lines, "END:VCALENDAR", ""])


ZONE = ["BEGIN:VTIMEZONE", "TZID:Office", "BEGIN:STANDARD", "DTSTART:19701025T030000", "TZOFFSETFROM:+0200", "TZOFFSETTO:+0100",
        "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU", "END:STANDARD", "BEGIN:DAYLIGHT", "DTSTART:19700329T020000",
        "TZOFFSETFROM:+0100", "TZOFFSETTO:+0200", "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU", "END:DAYLIGHT", "END:VTIMEZONE"]

WEEKLY = "RRULE:FREQ=WEEKLY;BYDAY=MO,WE;COUNT=10"

CALENDARS = {
    "single": calendar(*event("DTEND:20260310T103000Z", "LOCATION:Room 1\\, Berlin", "URL:https://academy.example/1")),
    "bare-lf": calendar(*event("DURATION:PT1H30M"), end="\n"),
    "bare-cr": calendar(*event("DURATION:P1D"), end="\r"),
    "bom": "\ufeff" + calendar(*event()),
    "lower": calendar(*event("dtend:20260310T103000Z")).lower(),
    "folded": calendar(*event("DESCRIPTION:A long text that\r\n  goes on\r\n\t and on \u00e4\u00f6\u00fc")),
    "latin": calendar(*event("LOCATION:Z\u00fcrich")).encode("latin-1"),
    "wide": calendar(*event()).encode("utf-16"),
    "html": "<!DOCTYPE html><html><head><title>Sign in</title></head></html>",
    "empty": "",
    "cut": calendar(*event())[:120],
    "bare-event": "\r\n".join(event("DTEND:20260310T103000Z") + [""]),
    "all-day": calendar(*event("DTEND;VALUE=DATE:20260312", start="DTSTART;VALUE=DATE:20260310")),
    "floating": calendar("X-WR-TIMEZONE:Europe/Berlin", "X-WR-CALNAME:Courses", *event("DTEND:20260310T100000",
                         start="DTSTART:20260310T090000")),
    "zones": calendar(*ZONE, *event("DTEND;TZID=Office:20260330T103000", start="DTSTART;TZID=Office:20260329T023000")),
    "zones-behind": calendar(*event(start="DTSTART;TZID=Office:20260329T023000"), *ZONE),
    "windows": calendar(*event(start="DTSTART;TZID=\"W. Europe Standard Time\":20260310T090000")),
    "weekly": calendar(*event("DTEND:20260310T100000Z", WEEKLY, "EXDATE:20260316T090000Z,20260318T090000Z")),
    "changed": calendar(*event("DURATION:PT1H", WEEKLY), *event("RECURRENCE-ID:20260316T090000Z", "DTEND:20260316T120000Z",
                        start="DTSTART:20260316T110000Z")),
    "following": calendar(*event("DURATION:PT1H", WEEKLY), *event("RECURRENCE-ID;RANGE=THISANDFUTURE:20260323T090000Z",
                          "DURATION:PT2H", start="DTSTART:20260323T100000Z")),
    "dates": calendar(*event("RDATE;VALUE=PERIOD:20260401T090000Z/PT2H,20260402T090000Z/20260402T110000Z",
                             "RDATE;TZID=Europe/Berlin:20260403T090000", "EXRULE:FREQ=DAILY;COUNT=2")),
    "rules": calendar(*event("RRULE:FREQ=MONTHLY;BYSETPOS=-1;BYDAY=MO,TU,WE,TH,FR", "RRULE:FREQ=YEARLY;BYWEEKNO=20")),
    "hang": calendar(*event("RRULE:FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30", "RRULE:FREQ=YEARLY;BYMONTHDAY=31;BYMONTH=2")),
    "repeated": calendar(*event(), *event(start="DTSTART:20260311T090000Z"), *event("SEQUENCE:2", "DTEND:20260310T110000Z")),
    "cancelled": calendar("METHOD:CANCEL", *event("STATUS:CANCELLED", "SEQUENCE:1", "LAST-MODIFIED:20260101T000000Z")),
    "broken": calendar("NONSENSE", *event("DTEND:20260309T000000Z", "DURATION:PT1H", "RDATE:", "RRULE:FREQ=NEVER"),
                       *event(start="DTSTART:20260230T090000Z"), "BEGIN:VEVENT", "BEGIN:VEVENT", "END:VALARM", "END:VEVENT"),
    "nested": calendar(*event("BEGIN:VALARM", "TRIGGER:-PT15M", "BEGIN:X", "BEGIN:Y", "END:Y", "END:X", "END:VALARM")),
    "others": calendar("BEGIN:VTODO", "DUE:20260310T090000Z", "END:VTODO", "BEGIN:VFREEBUSY", "END:VFREEBUSY", "REFRESH-INTERVAL;"
                       "VALUE=DURATION:PT6H", "X-PUBLISHED-TTL:PT1H", *event()),
    "people": calendar(*event("ORGANIZER;CN=\"The Academy\":mailto:info@academy.example", "ATTENDEE;PARTSTAT=DECLINED:mailto:dana@"
                              "example.org", "CLASS:PRIVATE", "TRANSP:TRANSPARENT", "X-MICROSOFT-CDO-BUSYSTATUS:FREE",
                              "CATEGORIES:CX,Metrics", "DESCRIPTION:Earns 1.5 CEU", "X-ACADEMY-CREDIT:1.5")),
    "two": calendar(*event()) + calendar("X-WR-TIMEZONE:Asia/Tokyo", *event(uid="two@academy.example")),
    "no-uid": calendar("BEGIN:VEVENT", "DTSTART:20260310T090000Z", "END:VEVENT", "BEGIN:VEVENT", "UID:", "END:VEVENT"),
}


def calendars():
    for number, (name, data) in enumerate(CALENDARS.items()):
        data = data if isinstance(data, bytes) else data.encode()
        put("reader", name, data)
        put("prescan", name, bytes([number]) + data)


# ---- zones

def tzif(times, types, footer):
    body = b"".join(struct.pack(">q", t) for t in times) + bytes(i % len(types) for i in range(len(times)))
    body += b"".join(struct.pack(">iBB", offset, i % 2, 0) for i, offset in enumerate(types)) + b"A\0"
    head = b"TZif2" + bytes(15) + struct.pack(">6I", 0, 0, 0, len(times), len(types), 2)
    return b"TZif2" + bytes(15) + struct.pack(">6I", 0, 0, 0, 0, 1, 1) + bytes(7) + head + body + b"\n" + footer + b"\n"


def zones():
    put("zone", "file", b"T" + tzif([-2000000000, 0, 1700000000], [3600, 7200], b"CET-1CEST,M3.5.0,M10.5.0/3"))
    put("zone", "file-plain", b"T" + tzif([], [19800], b"<+0530>-5:30"))
    put("zone", "file-silent", b"T" + tzif([5], [0, -3600], b""))
    for number, footer in enumerate(("CET-1CEST,M3.5.0,M10.5.0/3", "<-03>3<-02>,M3.5.0/-2,M10.5.0/-1", "EST5EDT4,J60/25,300/-167",
                                     "IST-1GMT0,M10.5.0,M3.5.0/1", "<+0330>-3:30:15", "ABC-24DEF,0/0,J365/167")):
        put("zone", "footer%d" % number, "F" + footer)
    lines = "\n".join(ZONE[1:-1]) + "\n"
    put("zone", "definition", "V" + lines)
    put("zone", "definition-dates", "V" + lines.replace("RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU",
                                                       "RDATE:19710328T020000,19720326T020000"))
    put("zone", "definition-days", "V" + lines.replace("BYDAY=-1SU", "BYDAY=SU;BYMONTHDAY=25,26,27,28,29,30,31;"
                                                       "UNTIL=20400101T000000Z"))
    put("zone", "definition-count", "V" + lines.replace("BYDAY=-1SU", "BYDAY=+2SU;COUNT=20;WKST=MO;BYHOUR=2"))
    put("zone", "definition-1601", "V" + lines.replace("1970", "1601"))
    put("zone", "names", "N" + "\n".join(("Europe/Berlin", "europe/berlin", "/mozilla.org/2005/Asia/Tokyo", "GMT+0100",
                                          "UTC-05:30", "W. Europe Standard Time", "custom_UTC", "Etc/GMT+5", "../../etc/passwd",
                                          "Europe_Paris", "\"UTC+2\"", "right/UTC", "UTC+05:30", "")))
    put("zone", "names-defined", "N" + lines + "X-LIC-LOCATION:Europe/Paris\n\n" + lines.replace("Office", "Home\\, sweet") + "\n")


# ---- rules

RULES = (
    ("20260310T090000", "FREQ=DAILY;COUNT=10", "20260315T000000"),
    ("20260310", "FREQ=WEEKLY;INTERVAL=2;BYDAY=SU;WKST=SU", "20270101"),
    ("19970902T090000Z", "FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13", "20200101T000000Z"),
    ("20240229", "FREQ=YEARLY", "20300101"),
    ("20260131T100000", "FREQ=MONTHLY;BYMONTHDAY=-1,31", "20260601T000000"),
    ("19970929T090000", "FREQ=MONTHLY;BYSETPOS=-2;BYDAY=MO,TU,WE,TH,FR", "20010101T000000"),
    ("19970512T090000", "FREQ=YEARLY;BYWEEKNO=20,53,-1;BYDAY=MO", "20050101T000000"),
    ("19970101T090000", "FREQ=YEARLY;INTERVAL=3;BYYEARDAY=1,100,-1;COUNT=10", "20000101T000000"),
    ("19970902T090000", "FREQ=HOURLY;INTERVAL=3;UNTIL=19970902T170000Z", "19970902T120000"),
    ("19970902T090000", "FREQ=MINUTELY;INTERVAL=90;COUNT=4;BYHOUR=9,10", "19970903T000000"),
    ("19970902T090000", "FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30", "19970902T090000"),
    ("19970902T090000", "FREQ=DAILY;BYHOUR=9,10;BYMINUTE=0,20,40;BYSECOND=1,59;BYSETPOS=1,-1", "19980902T090000"),
    ("19970902T090000", "FREQ=YEARLY;BYMONTH=1,11;BYDAY=1MO,-1SU,TH;BYHOUR=6", "20100101T000000"),
    ("19980101T090000", "FREQ=YEARLY;UNTIL=20000131T140000Z;BYMONTH=1;BYDAY=SU,MO,TU,WE,TH,FR,SA", "19990101T000000"),
    ("20260310T090000", "RSCALE=CHINESE;FREQ=YEARLY", ""),
    ("20260310T090000", "FREQ=WEEKLY; BYDAY=MO ;X-FOO=1", ""),
    ("99991231T235959", "FREQ=SECONDLY;INTERVAL=999999999999", ""),
    ("00010101", "FREQ=DAILY;INTERVAL=1", "99991231"),
)


def rules():
    for number, lines in enumerate(RULES):
        put("expand", "rule%02d" % number, "\n".join(lines))


# ---- merges: see how tests/fuzz/merge.c reads them

def merges():
    def item(uid, hours=40, title=0, cancelled=False, rid=0, url=0):
        return bytes([uid | rid << 3 | title << 5, url | (hours // 12 + 8) << 2, 0x30 if cancelled else 0])

    def known(state, *args, since=0, by_feed=0, **more):
        return item(*args, **more) + bytes([state | since << 3 | by_feed << 6])

    def put_merge(name, how, known_ones, events):
        put("merge", name, bytes([how, len(known_ones), len(events)]) + b"".join(known_ones) + b"".join(events))

    waiting, withdrawn, skipped, confirmed, ignored = range(5)
    all_states = [known(state, state, 48) for state in range(5)]
    put_merge("nothing", 1, [], [])
    put_merge("new", 1, [], [item(0), item(1, 60), item(2, 72, cancelled=True)])
    put_merge("same", 1, all_states, [item(state, 48) for state in range(5)])
    put_merge("changed", 1, all_states, [item(state, 60, title=2) for state in range(5)])
    put_merge("cancelled", 1, all_states, [item(state, 48, cancelled=True) for state in range(5)])
    put_merge("absent", 1, all_states, [item(7, 48, title=3)])
    put_merge("partial", 0, all_states, [item(7, 48, title=3)])
    put_merge("gone", 1, [known(state, state, 48, since=3) for state in range(5)], [item(7, 96)])
    put_merge("past", 1, [known(state, state, -24, since=3) for state in range(5)], [item(7, 96)])
    put_merge("empty", 1, all_states, [])
    put_merge("accepted", 0x21, all_states, [])
    put_merge("shrunk", 1, [known(waiting, i % 8, 12 + 12 * i, rid=i // 8 * 2) for i in range(16)], [item(0, 12)])
    put_merge("churn", 1, [known(waiting, i, 12 + 12 * i) for i in range(4)], [item(4 + i, 12 + 12 * i) for i in range(4)])
    put_merge("churn-decided", 1, [known(2 + i % 2, i, 12 + 12 * i) for i in range(4)],
              [item(4 + i, 12 + 12 * i) for i in range(4)])
    put_merge("unstable", 0x41, [known(confirmed, 0, 48)], [item(0, 48), item(1, 48)])
    put_merge("cancels-all", 0x0f, all_states, [item(0)])
    put_merge("producer", 0x11, all_states, [item(7, 96, title=4)])
    put_merge("returns", 1, [known(withdrawn, 0, 48, by_feed=1), known(withdrawn, 1, 48)], [item(0, 48), item(1, 48)])
    put_merge("twice", 1, [known(waiting, 0, 48)], [item(0, 48), item(0, 60), item(0, 48, title=2)])
    put_merge("moved", 1, [known(skipped, 4, 48, rid=2)], [item(5, 48, rid=3), item(6, 48)])


# ---- mails: mailbox, address, name, subject, file name, text

MAILS = {
    "plain": ("ceu <ceu@example.org>", "dana@example.org", "Dana Reed", "8 units to go by 30 June", "renewal.ics", "Hello.\n"),
    "abroad": ("\"B\u00fccher, ceu\" <ceu@b\u00fccher.example>", "jo@\u4f8b\u3048.\u30c6\u30b9\u30c8", "Zo\u00eb", "f\u00fcr dich",
               "f\u00fcr Zo\u00eb.csv", "Zo\u00eb \U0001f600 = 5 \n"),
    "labels": ("x <a@b.org>", "jo@xn--bcher-kva.example", "=?utf-8?q?x?=", "two  blanks ", "a;b=\"c\".csv", ".\n..\nFrom me\n"),
    "cyrillic": ("", "jo@\u043f\u0440\u0438\u043c\u0435\u0440.\u0440\u0444", "\u202eright to left", "bell\a", "../../x", "\r\n.\r\nQUIT\r\n"),
    "nowhere": ("<a@b>", "dana@x.invalid", "x" * 300, "word " * 60, "n" * 90, "x" * 200 + "\n" + "." * 80 + "\n"),
    "long": ("a@b.org", "jo@" + "\u00fc" * 60 + ".example", "\U0001f600" * 70, "\u4e2d" * 90, "\u65e5\u672c" * 30, "\u00e9" * 80),
    "ends": ("a@b.org>", "a b@c.org", "a\rb", "", "", "a\rb\r\n\n\tc \t\nno end"),
}


def mails():
    for name, lines in MAILS.items():
        put("message", name, "\n".join(lines))


if __name__ == "__main__":
    mails()
    calendars()
    zones()
    rules()
    merges()
