"""What make_hostile.py says in words about its feeds, as checks of the answer: `also` of expected.json."""
import re

CUT, ZONE_UNKNOWN = 16, 1


def events_of(lines):
    return [line["event"] for line in lines if "event" in line]


def skips_of(lines):
    return [line["skipped"] for line in lines if "skipped" in line]


def texts(value):
    if isinstance(value, dict):
        for item in value.values():
            yield from texts(item)
    elif isinstance(value, str):
        yield value


def in_every(_, lines, raw):
    """Whatever the feed: clean UTF-8, and numbers that can be."""
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        yield "the answer is no UTF-8"
    for line in lines:
        if any(re.search("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", text) for text in texts(line)):
            yield "a text with control characters"
    for event in events_of(lines):
        if not 0 <= event["minutes"] <= 600 or event["end"] < event["start"]:
            yield "%s: %d minutes" % (event["uid"], event["minutes"])


def rules_are_kept_or_told(_, lines, raw):
    del raw
    for event in events_of(lines):
        if event["uid"] != "good" and not event["series"] and not skips_of(lines):
            yield "the rule of %s was dropped in silence" % event["uid"]


def is_told(_, lines, raw):
    del raw
    if not skips_of(lines) and "failed" not in lines[-1]:
        yield "nothing is told"


def nothing_moves(want, lines, raw):
    del raw
    if want["must"] == "partial" and {event["uid"] for event in events_of(lines)} != {"good"}:
        yield "other events than the good one: %s" % [event["uid"] for event in events_of(lines)]


def excluded_stay_away(_, lines, raw, body=b""):
    del raw
    unfolded = re.sub(rb"\r?\n[ \t]", b"", body)
    excluded = {value for line in re.findall(rb"^EXDATE[^:\r\n]*:([^\r\n]*)", unfolded, re.M) for value in line.split(b",")}
    for event in events_of(lines):
        if event["rid"].encode() in excluded:
            yield "%s is back" % event["rid"]


def starts_at(*instants):
    def check(_, lines, raw):
        del raw
        for event in events_of(lines):
            if event["start"] not in instants and not event["flags"] & ZONE_UNKNOWN:
                yield "%s starts at %d" % (event["uid"], event["start"])
    return check


def zones_are_flagged(_, lines, raw):
    del raw
    if not all(event["flags"] & ZONE_UNKNOWN for event in events_of(lines)):
        yield "an unknown zone is not flagged"


def text_is_flagged(_, lines, raw):
    del raw
    if not any(event["flags"] & CUT for event in events_of(lines)):
        yield "the text was cut, but that is not said"


def titles_are_titles(_, lines, raw):
    del raw
    for event in events_of(lines):
        if event["uid"] != "good" and event["title"] not in ("", "hello"):
            yield "title %.60r" % event["title"]


def minutes_are_60(_, lines, raw):
    del raw
    if [event["minutes"] for event in events_of(lines) if event["uid"] != "good"] != [60]:
        yield "not 60 minutes"


def failed_as(code, words=""):
    def check(_, lines, raw):
        del raw
        failed = lines[-1].get("failed", {})
        if failed.get("code") != code or words not in failed.get("text", ""):
            yield "failed as %s: %s" % (failed.get("code"), failed.get("text"))
    return check


def seldom(_, lines, raw):
    del raw
    if len(events_of(lines)) > 2:
        yield "%d occurrences" % len(events_of(lines))


def second_is_there(_, lines, raw):
    del raw
    if len(events_of(lines)) < 2 and not skips_of(lines) and "failed" not in lines[-1]:
        yield "an event vanished"


# the beginning of a file's name -> what its words ask for
CHECKS = (
    ("empty", failed_as("empty")), ("html_login", failed_as("not-calendar", "Sign in")), ("nul_", second_is_there),
    ("two_calendars", second_is_there), ("truncated", failed_as("truncated")), ("no_end", failed_as("truncated")),
    ("lower_all", lambda want, lines, raw: [] if events_of(lines) else ["the event vanished"]),
    ("exdate_", excluded_stay_away), ("params_", titles_are_titles), ("date_", nothing_moves),
    ("end_and_duration", minutes_are_60), ("rule_interval_wrap", seldom), ("rule_", rules_are_kept_or_told),
    ("hang_", rules_are_kept_or_told), ("endless_", is_told), ("daily_5000", is_told), ("longtext_1MB", text_is_flagged),
    ("longtext_4MB", text_is_flagged), ("events_150000", failed_as("limit")), ("tz_shadow", starts_at(1717228800000)),
    ("tz_unknown_10000", zones_are_flagged), ("tz_windows_10000", starts_at(1704099600000)),
)


def broken_words(want, lines, raw, body):
    """What the words of this feed ask for and the answer does not keep."""
    yield from in_every(want, lines, raw)
    for prefix, check in CHECKS:
        if want["file"].startswith(prefix):
            if check is excluded_stay_away:
                yield from excluded_stay_away(want, lines, raw, body)
            else:
                yield from check(want, lines, raw)
