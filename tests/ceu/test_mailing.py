#!/usr/bin/python3
"""What ceu asks for and shows of reminders, digests and mail: against a server of our own with canned answers. TAP."""
import json
import subprocess

from terminal import CEU, ENV, contains, data, main, run, same, server

ME = "/v1/people/me/reminders"
MINE = "/v1/teams/mine"
MAIL = "/v1/admin/mail"


def answers(**_):
    server.requests.clear()
    server.answers = {}


def refused(words, code, *texts):
    """The command fails with that exit code, its words on standard error, and asks the server for nothing."""
    server.requests.clear()
    got, out, err = run(*words)
    same((got, out), (code, ""))
    contains(err, *texts)
    same(server.requests, [])


def gets(words, path, answer, *texts, code=0):
    answers()
    server.answers[("GET", path.split("?")[0])] = answer
    got, out, err = run(*words)
    same((got, err), (code, ""))
    contains(out, *texts)
    same([r["target"] for r in server.requests], [path])
    return out


def sends(words, method, path, answer, body, *texts):
    answers()
    server.answers[(method, path)] = answer
    code, out, err = run(*words)
    same((code, err), (0, ""))
    contains(out, *texts)
    same([(r["method"], r["target"], r["body"]) for r in server.requests], [(method, path, body)])
    server.requests.clear()
    same((run(*words, "--quiet")[0], json.loads(run(*words, "--json")[1])), (0, answer))


# ---- reminders

def reminders():
    """remind shows what went, what did not and why, and what will go"""
    gets(["remind"], ME, data("reminders"), "Reminders are on and go to dana@example.org.\n", "Next    Tue 16 Jun 2026, 09:41: 14 days before\n",
         "90 days before    not sent: no reminders are wanted\n", "Wed 8 Jul 2026, 09:41   8 days after\n", "Next: ceu remind --preview")
    gets(["remind", "--as", "dana"], ME + "?as=dana", data("reminders-none"), "No reminder was due yet.", "No reminder will go.")
    same("Next:" in run("remind", "--quiet")[1], False)
    gets(["remind"], ME, dict(data("reminders"), held=True),
         "Next    Tue 16 Jun 2026, 09:41: 14 days before, held for now\n")
    off = dict(data("reminders"), disabled=True)
    off["rungs"] = off["rungs"][:-1] + [dict(off["rungs"][-1], goes_at=None, because="a later reminder goes by then")]
    gets(["remind", "--as", "dana"], ME + "?as=dana", off, "dana@example.org is disabled and gets no reminders.\n",
         "60 days before    is held: mail mode is hold\n", "14 days before    will not go: a later reminder goes\n")
    gets(["remind", "--preview"], ME + "?preview=1", data("letter"), "Subject: 14 days left: 3 units to go\n\nDear Dana,\n")


def switched():
    """remind on, off, off until a day, on days of one's own"""
    off, on = data("reminders-off"), data("reminders")
    sends(["remind", "off"], "PATCH", ME, dict(off, until=None), {"on": False}, "✓ Reminders to dana@example.org are off.\n", "Wrong? ceu undo")
    sends(["remind", "off", "--until", "3 may"], "PATCH", ME, off, {"on": False, "until": "3 may"}, "are off until Sun 3 May 2026.\n")
    sends(["remind", "on"], "PATCH", ME, on, {"on": True}, "✓ Reminders are on and go to dana@example.org.\n")
    server.answers[("PATCH", ME)] = on
    contains(run("remind", "on", "--as", "dana")[1], "  Wrong? ceu undo --as dana\n")
    for changed in True, False:         # else undo would take back what came before
        server.answers[("PATCH", ME)] = dict(on, changed=changed)
        same("Wrong?" in run("remind", "on")[1], changed)
    sends(["remind", "--days", "120,60,14"], "PATCH", ME, off, {"days": [120, 60, 14]}, "120, 60, 14 days before the end, as chosen\n")
    sends(["remind", "--days", "default"], "PATCH", ME, on, {"days": None}, "as the program says\n")
    sends(["remind", "off", "--until", "monday", "--days=7"], "PATCH", ME, off, {"on": False, "until": "monday", "days": [7]})


def rules_undone():
    """a rule of one's own can be undone; one for everybody belongs to no person, so no undo is offered"""
    rule = {"id": 2, "text": "the title contains \"x\"", "verdict": "ignore", "matched": 0, "of": 3}
    for words, path, own in (["calendar"], "/v1/people/me/calendar-rules", True), (["admin"], "/v1/admin/rules", False):
        answers()
        server.answers[("POST", path)] = rule
        code, out, err = run(*words, "rule", "add", "title", "contains", "x", "--ignore")
        same((code, err, "Wrong? ceu undo" in out, out.count("\n\n")), (0, "", own, 0))


def reminders_refused():
    """What makes no sense of reminders is refused before the server is asked"""
    refused(["remind", "later"], 2, '✗ Reminders are turned on or off; "later" is neither.\n', "  Write: ceu remind on, or: ceu remind off --until DATE\n")
    for words in (["--until", "monday"], ["on", "--until", "monday"]):
        refused(["remind", *words], 2, "✗ --until goes with off.\n")
    for words in (["off"], ["--days", "7"], ["on"]):
        refused(["remind", "--preview", *words], 2, "✗ --preview shows a mail and changes nothing.\n")
    for days in ("", ",", "7,", ",7", "7,,1", "7 1", "-7", "7d", "123456", "all", "7,x"):
        refused(["remind", "--days=" + days], 2, "✗ --days wants days before the end; ", "  Write: --days 120,60,14, or: --days default\n")


# ---- teams

def nudging():
    """team nudge sends names, and tells of each what became of it"""
    answer = data("nudged")
    sends(["team", "nudge", "dana", "bea", "ines"], "POST", MINE + "/nudge", answer, {"people": ["dana", "bea", "ines"]},
          "✓ dana@example.org: a reminder goes in your name\n", "- ines@example.org: nothing goes, every rule is met\n")
    sends(["team", "nudge", "dana", "--team", "c x"], "POST", "/v1/teams/c%20x/nudge", answer, {"people": ["dana"]})
    refused(["team", "nudge"], 2, "✗ ceu team nudge lacks PERSON.\n")


def helping_most():
    """team plan lists events, by the team or another"""
    gets(["team", "plan"], MINE + "/plan", data("team-plan"), "  1  3h    In-company development, by 30 April 2026\n",
         "3.0 count each for 5 of 6 people: 14.5 in all, and 1 would be done\n", "Next: ceu team")
    gets(["team", "plan", "cx"], "/v1/teams/cx/plan", data("team-plan-none"), "Nobody has units to go.\n")
    same(json.loads(gets(["team", "plan", "--json"], MINE + "/plan", data("team-plan"))), data("team-plan"))


def digests():
    """team digest shows it, writes its table byte for byte, and sets when it goes"""
    for words in ([], ["--preview"]):
        gets(["team", "digest", *words], MINE + "/digest", data("digest-page"), "Subject: CX team: 2 off track\n", "team cx has no lead.\n")
    table = "\ufeffName,To go\r\n\"Dana, Dr.\",'=8\r\n"
    answers()
    server.answers[("GET", "/v1/teams/cx/digest")] = {"name": "cx.csv", "csv": table}
    p = subprocess.run([CEU, "team", "digest", "cx", "--csv"], env=ENV, capture_output=True, timeout=20)
    same((p.returncode, p.stdout, p.stderr), (0, table.encode(), b""))
    same(server.requests[0]["target"], "/v1/teams/cx/digest?csv=1")
    answer = data("digest-set")
    for words, body in ((["--every", "month"], {"every": "month"}), (["--every", "default"], {"every": None}), (["--on"], {"on": True}),
                        (["--attach", "yes", "--off"], {"on": False, "csv": True}), (["--attach=no"], {"csv": False})):
        sends(["team", "digest", *words], "PATCH", MINE + "/digest", answer, body, "When      The first working day of each month\n")
    sends(["team", "digest", "--on", "cx"], "PATCH", "/v1/teams/cx/digest", answer, {"on": True})
    refused(["team", "digest", "--on", "--off"], 2, "✗ --on and --off exclude each other.\n")
    refused(["team", "digest", "--csv", "--preview"], 2, "✗ --csv and --preview exclude each other.\n")
    refused(["team", "digest", "--csv", "--off"], 2, "✗ --csv and --off exclude each other.\n")
    refused(["team", "digest", "--preview", "--every", "week"], 2, "✗ --preview and --every exclude each other.\n")
    refused(["team", "digest", "--attach", "maybe"], 2, '✗ --attach is yes or no, not "maybe".\n')


# ---- mail

def health():
    """admin mail --check tells by its exit code, whatever it prints"""
    fine = dict(data("mail-closed"), breaker={"state": "ok", "until": None, "reason": ""}, states={"failed": 0, "unknown": 0}, problems=[])
    for state, code in ((fine, 0), (dict(fine, states={"failed": 1, "unknown": 0}), 7), (dict(fine, states={"failed": 0, "unknown": 2}), 7),
                        (data("mail-closed"), 8)):
        for words in (["admin", "mail", "--check"], ["admin", "mail", "status", "--check", "--json"]):
            gets(words, MAIL, state, code=code)
        gets(["admin", "mail"], MAIL, state)


def one_mail():
    """admin mail show, retry, resend and drop name a mail by its number"""
    mail = data("one-mail")
    gets(["admin", "mail", "show", "12"], MAIL + "/12", mail, "Mail 12, reminder, failed\n", "451 4.2.1 try again later", "Dana <dana@example.org>\n")
    sends(["admin", "mail", "retry", "12"], "POST", MAIL + "/12/retry", mail, None, "✓ Mail 12 to dana@example.org is tried again now.\n")
    sends(["admin", "mail", "resend", "9"], "POST", MAIL + "/9/resend", mail, {},
          "✓ Mail 12 to dana@example.org is new, and goes in place of mail 9.\n")
    sends(["admin", "mail", "drop", "12", "--because", "she left"], "POST", MAIL + "/12/drop", mail, {"because": "she left"},
          "✓ Mail 12 to dana@example.org is given up.\n")
    refused(["admin", "mail", "retry", "3", "12x"], 2, '✗ "12x" is not one of the numbers.\n', "  See them: ceu admin mail queue\n")
    for what in ("show", "resend", "drop"):
        refused(["admin", "mail", what, "12x", *(["--because", "x"] if what == "drop" else [])], 2, '✗ "12x" is not the number of a mail.\n')
    refused(["admin", "mail", "drop", "12"], 2, "✗ Say why it is given up.\n", "  Write: ceu admin mail drop ID --because TEXT\n")


def several():
    """admin mail retry takes several, or all that failed, as often as the server has more"""
    answers()
    server.answers[("POST", MAIL + "/3,4/retry")] = {"mails": [dict(data("one-mail"), id=number) for number in (3, 4)]}
    server.answers[("POST", MAIL + "/3/retry")] = dict(data("one-mail"), id=3)
    code, out, err = run("admin", "mail", "retry", "3", "4")
    same((code, err, out), (0, "", "".join("✓ Mail %d to dana@example.org is tried again now.\n" % n for n in (3, 4))))
    same([m["id"] for m in json.loads(run("admin", "mail", "retry", "3", "4", "--json")[1])["mails"]], [3, 4])
    same([m["id"] for m in [json.loads(run("admin", "mail", "retry", "3", "--json")[1])]], [3])
    same(run("admin", "mail", "retry", "3", "5")[0], 3)
    left = []

    def retry(request):
        left.append(1)
        return {"retried": 1000 if len(left) % 3 else 7, "left": 2007 - 1000 * (len(left) % 3) if len(left) % 3 else 0}
    answers()
    server.answers[("POST", MAIL + "/retry")] = retry
    same(run("admin", "mail", "retry", "--failed"), (0, "✓ 2007 mails are tried again now.\n", ""))
    same([r["body"] for r in server.requests], [{"failed": True}] * 3)
    same(json.loads(run("admin", "mail", "retry", "--failed", "--json")[1]), {"retried": 2007})
    server.answers[("POST", MAIL + "/retry")] = {"retried": 0, "left": 4}
    same(run("admin", "mail", "retry", "--failed")[1], "✓ No mail has failed.\n")
    refused(["admin", "mail", "retry"], 2, "✗ ceu admin mail retry lacks the numbers of mails.\n")
    refused(["admin", "mail", "retry", "3", "--failed"], 2, "✗ --failed means all that failed; name no mails besides.\n")


def ahead():
    """admin mail plan, preview and template: what will go, and how it looks, byte for byte"""
    gets(["admin", "mail", "plan"], MAIL + "/plan", data("mail-plan"), "12 March 2026 to 11 April 2026: 3 mails will go, 1 is held, 9 will not.\n",
         "    08:41 dana@example.org                  120 days before\n", "Will not go\n")
    kept = data("mail-plan")
    for mail in kept["mails"]:
        mail["state"] = "held"
    gets(["admin", "mail", "plan"], MAIL + "/plan", kept, "12 March 2026 to 11 April 2026: all 4 mails are held, 9 will not.\n")
    kept["mails"] = [dict(kept["mails"][0], kind="digest", team="north", state="on-change")]
    gets(["admin", "mail", "plan"], MAIL + "/plan", kept, ": no mail will go, 1 if a status changes, 9 will not.\n",
         "  digest of north           on change\n")
    gets(["admin", "mail", "plan"], MAIL + "/plan", dict(kept, mails=[]), ": no mail will go, 9 are left out.\n")
    gets(["admin", "mail", "plan", "--days", "7"], MAIL + "/plan?days=7", data("mail-plan-none"), ": no mail will go.\n")
    message = "From: ceu <ceu@example.org>\r\nSubject: x\r\n\r\n.dot\r\n\tand tab\r\n"
    people = {"dana": {"name": "dana-reminder.eml", "eml": message}}
    teams = {"cx": {"name": "cx.eml", "eml": message + "cx\r\n"}}

    def preview(request):
        query = dict(part.split("=") for part in request["target"].split("?")[1].split("&"))
        kind, word, known = ("team", query["team"], teams) if "team" in query else ("person", query["person"], people)
        return known.get(word) or (404, {"status": 404, "code": "no-" + kind, "detail": "There is no %s %s." % (kind, word), "next": []})
    answers()
    server.answers[("GET", MAIL + "/preview")] = preview
    for words, out in ((["dana"], message), (["cx"], message + "cx\r\n"), (["cx", "--on", "monday"], message + "cx\r\n")):
        p = subprocess.run([CEU, "admin", "mail", "preview", *words], env=ENV, capture_output=True, timeout=20)
        same((p.returncode, p.stdout, p.stderr), (0, out.encode(), b""))
    same(server.requests[-1]["target"], MAIL + "/preview?team=cx&on=monday")
    same(run("admin", "mail", "preview", "zoe"), (3, "", '✗ There is no person and no team "zoe".\n'
                                                        "  See them: ceu admin person list, ceu admin team list\n"))
    same(run("admin", "mail", "preview", "zoe@example.org")[2].split("\n")[0], "✗ There is no person zoe@example.org.")
    gets(["admin", "mail", "template"], MAIL + "/templates", data("templates"), "  reminder.txt          built-in\n", "the built-in one is used\n")
    same(gets(["admin", "mail", "template", "digest.txt"], MAIL + "/templates/digest.txt", {"name": "digest.txt", "text": "{{team}}\n"}),
         "{{team}}\n")


main([reminders, switched, rules_undone, reminders_refused, nudging, helping_most, digests, health, one_mail, several, ahead])
