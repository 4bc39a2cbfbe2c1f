#!/usr/bin/python3
"""Entries over the API of a real ceud: every number, every refusal. TAP."""
import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from api import Daemon, add_dana, contains, done, log, main, refused, same          # noqa: E402

ME = "/v1/people/dana@example.org"
d = Daemon()
add_dana(d)


def warnings(answer):
    return [w["code"] for w in answer["warnings"]]


def log_first():
    """A first entry: all of it counts, and the object is whole"""
    a = done(log(d, "2h", "train", "  Coaching   front-line listeners ", "yesterday", ["voice", "design"],
                 provider="Listening Ltd", note="two parts"))
    same(a.json, {
        "id": 1, "title": "Coaching front-line listeners", "date": "2026-03-11", "minutes": 120, "units": 2, "counted": 2,
        "category": "training", "competencies": ["voice", "design"], "tags": [], "earn": None, "count": None,
        "provider": "Listening Ltd", "note": "two parts",
        "state": "counted", "reason": "", "evidence": [], "source": {"kind": "hand", "calendar": None, "uid": None},
        "warnings": [], "next": ["ceu undo"]})
    same(a.headers["ETag"], '"1"')
    s = done(d.get(ME + "/status"), counted=2, logged=2, to_go=18, over_limit=0, required=20, pending=0)
    same(s["cycle"], {"id": 2024, "start": "2024-07-01", "end": "2026-06-30", "days_left": 110, "state": "off-track"})
    same(s["even_pace"], 16.95)                         # 619 of 730 days have gone
    same(s["categories"][0], {"id": "training", "name": "Training courses, seminars and webinars", "logged": 2, "counted": 2,
                              "over_limit": 0, "limit": 10, "free": 8, "pending": 0})
    same([(c["id"], c["counted"]) for c in s["competencies"]],
         [("culture", 0), ("voice", 2), ("adoption", 0), ("strategy", 0), ("design", 2), ("metrics", 0)])
    same([(r["id"], r["need"], r["have"], r["met"]) for r in s["rules"]],
         [("total", 20, 2, False), ("category-limit", 10, 2, True), ("aligned", None, None, True), ("repeat", None, None, True)])
    same((s["without_evidence"], s["next"]), ([1], ["ceu plan", "ceu log HOURS CATEGORY TITLE"]))
    same((0 < s["chance"] < 0.25, s["submitted"], s["carried"], s["planned"]), (True, None, 0, []))


def over_limit():
    """Over a category's limit: what counts, what does not, and why"""
    done(log(d, "7.5", "training", "Survey design", "5 nov 2025"), counted=7.5)
    a = done(log(d, "2h", "training", "Customer effort in practice", "24 feb", ["metrics"]), id=3, counted=2, state="counted")
    same(a["warnings"], [{"code": "over-limit", "text": "Only 0.5 of these 2.0 units add to the total: at most 10.0 count from Training "
                          "courses, seminars and webinars, and you have 9.5. The other 1.5 stay on record and add nothing."}])
    same(a["next"], ["ceu why", "ceu undo"])            # the latest entry of the cycle is the one that is cut
    done(d.get(ME + "/entries/1"), state="part-counted", counted=0.5,
         reason="Rule category-limit: \"At most ten units count from any one category.\"", next=["ceu why 1"])
    a = done(log(d, "1h", "training", "More of it", "today"), state="over-limit", counted=0)
    contains(a["warnings"][0]["text"], "None of these 1.0 units add to the total", "and you have 10.0. They stay on record")
    done(d.get(ME + "/status"), counted=10, logged=12.5, over_limit=2.5, to_go=10,
         next=["ceu why", "ceu plan", "ceu log HOURS CATEGORY TITLE"])
    why = done(d.get(ME + "/why?entry=1"))
    same(why["entries"][0]["parts"], [
        {"units": 0.5, "counted": 0.5, "rule": None,
         "text": "They bring Training courses, seminars and webinars from 9.5 to its limit of 10.0."},
        {"units": 1.5, "counted": 0, "rule": "category-limit",
         "text": "Rule category-limit: \"At most ten units count from any one category.\""}])
    same(len(done(d.get(ME + "/why"))["entries"]), 4)
    refused(d.get(ME + "/why?entry=99"), 404, "no-entry", "ceu list")


def strict():
    """--strict refuses what a limit would cut, and stores nothing"""
    refused(log(d, "1h", "training", "Strict one", "today", strict=True), 422, "over-limit", "None of these 1.0 units",
            "Nothing was saved", "--strict")
    done(log(d, "1h", "cxpa", "Strict two", "today", strict=True), id=5, counted=1)
    done(d.post(ME + "/undo"))


def needs_competency():
    """Without a competency it is saved, counts nothing, and says what to do"""
    a = done(d.post(ME + "/entries", {"minutes": 60, "category": "college", "title": "Evening class"}), counted=0,
             state="needs-info", competencies=[], date="2026-03-12")
    same(warnings(a), ["needs-competency"])
    same(a["next"], ["ceu edit 6 --for COMPETENCY", "ceu undo"])
    same(done(d.get(ME + "/status"))["next"][0], "ceu edit 6 --for COMPETENCY")
    a = done(d.patch(ME + "/entries/6", {"for": ["strat"]}), counted=1, state="counted", competencies=["strategy"])
    same(warnings(a), [])


def repeats_and_doubles():
    """The same course: refused on the same day unless yes, a repeat on another"""
    refused(log(d, "1h", "college", "EVENING  cláss", "today"), 422, "entry-double",
            "Entry 6 has the same title and day; a course counts once in a cycle.", "--yes")
    a = done(log(d, "1h", "college", "Evening class!", "today", yes=True), state="repeat", counted=0)
    same(warnings(a), ["repeat"])
    contains(a["warnings"][0]["text"], "Entry 6 is the same course", "this one adds nothing")
    a = done(log(d, "1h", "college", "Evening class", "1 march"), state="counted", counted=1)
    contains(a["warnings"][0]["text"], "Entry 6 is the same course", "that one adds nothing")
    for _ in range(2):
        done(d.post(ME + "/undo"))


def planned_and_steps():
    """In the future it is planned; less than a step adds nothing"""
    a = done(log(d, "3h", "conference", "Spring meeting", "2026-04-20"), state="planned", counted=0, units=3)
    same(warnings(a), ["planned"])
    contains(a["warnings"][0]["text"], "Mon 20 April 2026")
    a = done(log(d, "10m", "conference", "Short talk", "today"), state="counted", units=0, counted=0)
    contains(a["warnings"][0]["text"], "10m is less than the smallest step of 0.25 CEU")
    same(warnings(a), ["below-step"])


def bad_words():
    """Words that are not understood: 400, with what to write instead"""
    for hours, code in (("-1h", "hours-range"), ("25h", "hours-range"), ("0", "hours-range"), ("soon", "hours-unknown"),
                        ("", "hours-unknown"), ("1.333", "hours-fraction")):
        refused(log(d, hours, "cxpa", "Talk", "today"), 400, code)
    refused(log(d, "1h", "trainning", "Webinar", "today"), 400, "category-unknown", 'There is no category "trainning".',
            "Categories: training, in-company, conference, college, cxpa", "Did you mean: training")
    refused(log(d, "1h", "co", "Webinar", "today"), 400, "category-ambiguous", "conference, college")
    refused(log(d, "1h", "", "Webinar", "today"), 400, "category-unknown")
    refused(log(d, "1h", "cxpa", "Webinar", "today", ["vocie"]), 400, "competency-unknown", "Competencies: culture", "voice")
    refused(log(d, "1h", "cxpa", "Webinar", "03/04/2026"), 400, "date-ambiguous", "3 April", "4 March", "2026-03-04")
    refused(log(d, "1h", "cxpa", "Webinar", "whenever"), 400, "date-unknown")
    refused(log(d, "1h", "cxpa", "Webinar", "2026-02-30"), 400, "date-impossible")
    for title, code in (("", "title-empty"), (" \u00a0 ", "title-empty"), ("a\tb", "title-control"), ("a\nb", "title-control"),
                        ("a\u202eb", "title-control"), ("\u001b[31mred", "title-control"), ("x" * 201, "title-long"),
                        ("x" * 10000, "title-long"), ("é" * 201, "title-long")):
        refused(log(d, "1h", "cxpa", title, "today"), 400, code)
    refused(log(d, "1h", "cxpa", "T", "today", note="n" * 1001), 400, "note-long")
    refused(log(d, "1h", "cxpa", "T", "today", provider="a\u0007"), 400, "provider-control")
    done(log(d, "1h", "cxpa", "é" * 200, "today"))
    done(d.post(ME + "/undo"))


def bad_members():
    """Members that are missing, unknown, or of the wrong kind"""
    entries = ME + "/entries"
    whole = {"hours": "1h", "category": "cxpa", "title": "T", "on": "today"}
    for name, code in (("hours", "hours-needed"), ("category", "category-needed"), ("title", "title-empty")):
        refused(d.post(entries, {k: v for k, v in whole.items() if k != name}), 400, code)
    refused(d.post(entries, {}), 400, "hours-needed")
    refused(d.post(entries, b""), 400, "hours-needed")
    refused(d.post(entries, dict(whole, minutes=60)), 400, "hours-double")
    refused(d.post(entries, dict(whole, tittle="x")), 400, "field-unknown", "tittle", "title")
    for name, value in (("hours", 1.5), ("category", ["cxpa"]), ("title", 7), ("on", True), ("for", "voice"), ("for", [1]),
                        ("yes", "yes"), ("strict", 1), ("note", {})):
        refused(d.post(entries, dict(whole, **{name: value})), 400, "field-type", '"%s"' % name)
    for minutes in (0, -5, 1441, 10 ** 18):
        refused(d.post(entries, {"minutes": minutes, "category": "cxpa", "title": "T"}), 400, "hours-range")
    refused(d.post(entries, {"minutes": 1.5, "category": "cxpa", "title": "T"}), 400, "field-type")
    for body, code in ((b"{", "json-invalid"), (b"[]", "json-invalid"), (b'{"title":"a","title":"b"}', "json-invalid"),
                       (b'{"title":"\xff"}', "json-invalid"), (b'{"a":' + b"[" * 40 + b"]" * 40 + b"}", "json-deep"),
                       (b'{"title":"\\u0000"}', "json-invalid")):
        refused(d.post(entries, body), 400, code)


def cycle_rules():
    """Outside the cycle, and days with more than 24 hours"""
    refused(log(d, "1h", "cxpa", "Talk", "2024-06-12"), 422, "outside-cycle",
            "12 June 2024 is before dana@example.org's cycle, which began on 1 July 2024. Units do not move between cycles.",
            "ceu admin person set dana@example.org --until DATE")
    refused(log(d, "1h", "cxpa", "Talk", "2026-07-01"), 422, "outside-cycle", "after", "ends on 30 June 2026")
    done(log(d, "1h", "cxpa", "First day", "2024-07-01"), counted=1)
    done(log(d, "1h", "cxpa", "Last day", "2026-06-30"), state="planned")
    done(log(d, "20h", "cxpa", "Long day", "2025-01-10"))
    refused(log(d, "4h30", "cxpa", "Too long", "2025-01-10"), 422, "over-24h", "Fri 10 January 2025 would have 24h30 in all",
            "ceu list --from 2025-01-10 --to 2025-01-10")
    done(log(d, "4h", "cxpa", "Just fits", "2025-01-10"))
    n = done(d.get(ME + "/entries?words=just+fits"))["entries"][0]["id"]
    refused(d.patch(ME + "/entries/%d" % n, {"hours": "4h15"}), 422, "over-24h")
    done(d.patch(ME + "/entries/%d" % n, {"hours": "3h"}), minutes=180)
    for _ in range(5):
        done(d.post(ME + "/undo"))


def editing():
    """Editing: fields, revisions, If-Match, and the history's words"""
    a = done(log(d, "3h", "in-company", "Journey mapping", "10 mar", ["design"]), counted=3)
    one = ME + "/entries/%d" % a["id"]
    same(d.get(one).headers["ETag"], '"1"')
    a = done(d.patch(one, {"hours": "2.5"}, If_Match='"1"'), minutes=150, units=2.5)
    same(a.headers["ETag"], '"2"')
    refused(d.patch(one, {"hours": "3"}, If_Match='"1"'), 412, "entry-changed", "ceu show")
    refused(d.delete(one, If_Match='"7"'), 412, "entry-changed")
    same(done(d.patch(one, {"title": "Journey mapping"}, If_Match="*")).headers["ETag"], '"2"')     # nothing changed
    done(d.patch(one, {"category": "college", "on": "9 mar", "note": "moved", "provider": "University", "for": [], "title": "J"}),
         category="college", date="2026-03-09", note="moved", competencies=[], provider="University", title="J",
         state="needs-info")
    h = done(d.get(ME + "/history?limit=2"))
    same([c["action"] for c in h["changes"]], ["edit", "edit"])
    same(h["changes"][1]["text"], "edit %d: hours 3.0 to 2.5" % a["id"])
    contains(h["changes"][0]["text"], "date 10 Mar 2026 to 9 Mar 2026", "category in-company to college", "for design removed",
             "title", "provider", "note")
    refused(d.patch(one, {}), 400, "nothing-given")
    refused(d.patch(one, {"strict": True}), 400, "field-unknown")
    refused(d.patch(one, {"on": "2024-06-12"}), 422, "outside-cycle")
    refused(d.patch(one, {"title": ""}), 400, "title-empty")
    refused(d.patch(ME + "/entries/999", {"hours": "1"}), 404, "no-entry", "There is no entry 999.")
    for word in ("x", "0", "-1", "1e3", "01", "9" * 40):
        refused(d.patch(ME + "/entries/" + word, {"hours": "1"}), 400, "number-invalid")
    done(d.post(ME + "/undo"))
    done(d.post(ME + "/undo"))
    done(d.get(one), minutes=180, category="in-company", competencies=["design"], title="Journey mapping")


def removing():
    """Removing: void with its reason, gone from lists, back by undo"""
    n = done(d.get(ME + "/entries?words=journey"))["entries"][0]["id"]
    before = done(d.get(ME + "/status"))["counted"]
    a = done(d.delete(ME + "/entries/%d?because=entered%%20twice" % n), state="void", counted=0, reason="entered twice")
    same(a["next"], ["ceu undo"])
    same(done(d.get(ME + "/status"))["counted"], before - 3)
    same(done(d.get(ME + "/entries?words=journey"))["entries"], [])
    done(d.get(ME + "/entries/%d" % n), state="void")
    refused(d.delete(ME + "/entries/%d" % n), 422, "entry-void", "ceu undo")
    refused(d.patch(ME + "/entries/%d" % n, {"hours": "1"}), 422, "entry-void")
    refused(d.delete(ME + "/entries/1?because=a%0Ab"), 400, "because-invalid")
    refused(d.delete(ME + "/entries/1?because=" + "x" * 1001), 400, "because-invalid")
    changes = done(d.post(ME + "/undo"))["changes"]
    same([c["text"] for c in changes], ["undo: remove %d: entered twice" % n])
    done(d.get(ME + "/entries/%d" % n), state="counted", counted=3, reason="")
    same(done(d.get(ME + "/status"))["counted"], before)


def listing():
    """The list: filters, words folded, pages that are complete"""
    ids = [e["id"] for e in done(d.get(ME + "/entries"))["entries"]]
    days = [e["date"] for e in done(d.get(ME + "/entries"))["entries"]]
    same(days, sorted(days), "order")

    def found(query):
        return [e["title"] for e in done(d.get(ME + "/entries?" + query))["entries"]]
    same(found("category=train"), ["Survey design", "Customer effort in practice", "Coaching front-line listeners", "More of it"])
    same(found("for=metrics"), ["Customer effort in practice"])
    same(found("words=EFFORT"), ["Customer effort in practice"])
    same(found("words=listening+parts"), ["Coaching front-line listeners"])     # provider and note
    same(found("words=listening+nothing"), [])
    same(found("from=2026-03-11&to=yesterday"), ["Coaching front-line listeners"])
    same(found("uncounted=1"), ["Coaching front-line listeners", "More of it", "Short talk", "Spring meeting"])
    same(len(found("no_evidence=1")), len(ids))
    pages, after = [], ""
    while True:
        page = done(d.get(ME + "/entries?limit=3" + after)).json
        pages += [e["id"] for e in page["entries"]]
        if "next_after" not in page:
            break
        same(len(page["entries"]), 3)
        after = "&after=%d" % page["next_after"]
    same(pages, ids)
    refused(d.get(ME + "/entries?category=nonsense"), 400, "category-unknown")
    refused(d.get(ME + "/entries?for=nonsense"), 400, "competency-unknown")
    refused(d.get(ME + "/entries?from=03/04/2026"), 400, "date-ambiguous")
    refused(d.get(ME + "/entries?limit=0"), 400, "number-invalid")
    refused(d.get(ME + "/entries?limit=501"), 400, "limit-range")
    refused(d.get(ME + "/entries?uncounted=maybe"), 400, "flag-invalid")
    refused(d.get(ME + "/entries?colour=red"), 400, "parameter-unknown", "colour")


def retries():
    """Idempotency-Key: a retry answers the same and logs once; the key is for one request"""
    body = {"hours": "1h", "category": "cxpa", "title": "Mentor session", "on": "today", "for": ["culture"]}
    n = len(done(d.get(ME + "/entries"))["entries"])
    first = done(d.post(ME + "/entries", body, Idempotency_Key="key-one"))
    again = done(d.post(ME + "/entries", body, Idempotency_Key="key-one"))
    same(again.text, first.text)
    same(len(done(d.get(ME + "/entries"))["entries"]), n + 1)
    refused(d.post(ME + "/entries", dict(body, title="Another"), Idempotency_Key="key-one"), 422, "key-reused")
    refused(d.post(ME + "/entries", dict(body, hours="bad"), Idempotency_Key="key-two"), 400, "hours-unknown")
    done(d.post(ME + "/entries", dict(body, title="Another"), Idempotency_Key="key-two"))   # a refusal keeps no key
    done(d.post(ME + "/undo", Idempotency_Key="key-three"))
    same([c["text"] for c in done(d.post(ME + "/undo", Idempotency_Key="key-three"))["changes"]],
         ["undo: log %d" % (first["id"] + 1)])
    same(len(done(d.get(ME + "/entries"))["entries"]), n + 1)


def history():
    """The history: newest first, pages, who and when; undo to the end"""
    changes, after = [], ""
    while True:
        page = done(d.get(ME + "/history?limit=7" + after)).json
        changes += page["changes"]
        if "next_after" not in page:
            break
        after = "&after=%d" % page["next_after"]
    same([c["seq"] for c in changes], sorted((c["seq"] for c in changes), reverse=True))
    same([c["text"] for c in changes[-3:]], ["log 1", "open cycle: 1 July 2024 to 30 June 2026", "add dana@example.org"])
    same({c["actor"] for c in changes}, {"uid %d" % os.getuid()})
    contains(changes[0]["at"], "2026-03-12T08:")
    left = len(done(d.get(ME + "/entries"))["entries"])
    for _ in range(60):
        a = d.post(ME + "/undo")
        if a.status != 200:
            break
    refused(a, 422, "nothing-to-undo", "That dana@example.org was added cannot be undone.")
    same((left > 0, done(d.get(ME + "/entries"))["entries"]), (True, []))
    done(d.get(ME + "/status"), counted=0, logged=0)


def restart():
    """After a restart nothing is missing, and numbers go on"""
    done(log(d, "1h", "cxpa", "Before the restart", "today"))
    last = done(d.get(ME + "/entries"))["entries"][-1]["id"]
    same(d.stop(), 0)
    d.start()
    done(d.get(ME + "/status"), counted=1)
    done(log(d, "1h", "cxpa", "After the restart", "today"), id=last + 1)


if __name__ == "__main__":
    main([log_first, over_limit, strict, needs_competency, repeats_and_doubles, planned_and_steps, bad_words, bad_members,
          cycle_rules, editing, removing, listing, retries, history, restart])
