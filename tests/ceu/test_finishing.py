#!/usr/bin/python3
"""ceu where a cycle is finished: plan, evidence, packet, submit, renew, rules; on a terminal and elsewhere. TAP."""
import json
import os
import re
import resource
import shutil
import signal
import stat
import subprocess
import threading
import time

from terminal import CEU, ENV, FOLDER, File, Terminal, contains, data, main, run, same, server

ME = "/v1/people/me/"


def serve(**answers):
    """Answers by verb_path: get_plan_try is GET people/me/plan/try."""
    server.requests.clear()
    server.answers = {("GET", ME + "status"): data("status")}
    for name, answer in answers.items():
        method, path = name.split("_", 1)
        server.answers[(method.upper(), ME + path.replace("_", "/"))] = answer


def problem(status, code, detail="No.", *following):
    return status, {"status": status, "code": code, "detail": detail, "next": list(following)}


def sent():
    return [(r["method"] + " " + r["target"].replace(ME, ""), r["body"]) for r in server.requests if r["method"] != "GET"]


def place(name):
    path = os.path.join(FOLDER, name)
    shutil.rmtree(path, ignore_errors=True)
    os.mkdir(path)
    return path


def write(folder, name, content):
    path = os.path.join(folder, name)
    with open(path, "wb") as f:
        f.write(content)
    return path


# ---- plan

def plan():
    """plan shows three ways; try, add, keep, done and drop"""
    serve(get_plan=data("plan"), get_plan_try=data("try"), post_plan_add=dict(data("entry-planned"), id=9),
          post_plan_keep={"entries": [dict(data("entry-planned"), id=9)]}, post_plan_done={"entries": [dict(data("entry-whole"), id=9)]},
          post_plan_drop={"entries": [dict(data("entry-planned"), id=9, state="void")]})
    t = Terminal("plan")
    t.until("3.0 units to find by 30 June 2026, 110 days.\n")
    t.until("  1  Least work       Wed 6 May   Strategy evening class, parts 1 and 2\n")
    t.until("                      3h, College or University: adds 3.0, nothing wasted\n")
    t.until("  3  In one piece     Tue 19 May  CX Leaders spring conference with a name so l…\n")
    t.until("                      6h, Conferences: adds 3.0, 3.0 more than you need\n")
    t.until("  Chance of finishing: about 20% as it is, about 90% with 1, about 88% with 2,\n  more than 99% with 3.\n")
    t.until("Next: ceu plan keep 1    plan the events of that way\n")
    same(t.end(), 0)
    same(json.loads(run("plan", "--by", "1 may", "--json")[1]), data("plan"))
    same(server.requests[-1]["target"], ME + "plan?by=1%20may")
    contains(run("plan", "try", "4h", "training", "--tag", "live", "--earn", "talk=2")[1], "4.0 units of Training would add 0",
             "  Chance of finishing with it: about 20%.\n")
    same(server.requests[-1]["target"], ME + "plan/try?hours=4h&category=training&tags=live&earn=talk&count=2")
    same(run("plan", "keep", "2", "--by=1 may")[1].split("\n")[0][:14], "✓ Entry 9 plan")
    same(run("plan", "done", "9", "10", "--hours", "1h")[0], 0)
    same(run("plan", "drop", "9", "--quiet"), (0, "", ""))
    same(sent(), [("POST plan/keep", {"proposals": [13, 14]}), ("POST plan/done", {"ids": [9, 10], "hours": "1h"}),
                  ("POST plan/drop", {"ids": [9]})])
    same([r["target"] for r in server.requests if "by" in r["target"]][-1], ME + "plan?by=1%20may")


def plan_refusals():
    """A way that is not there, one with nothing to keep, a plan without a day"""
    serve(get_plan=data("plan-find"), get_plan_try=problem(400, "category-unknown"))
    for words, code, name in ((["keep", "3"], 3, "no-option"), (["keep", "0"], 3, "no-option"), (["keep", "2"], 5, "nothing-to-keep"),
                              (["keep", "x"], 2, "id-invalid"), (["keep"], 2, "argument-missing"), (["done"], 2, "argument-missing"),
                              (["drop", "9", "-1"], 2, "id-invalid"), (["add", "1h", "cxpa", "T"], 2, "argument-missing"),
                              (["add", "1h", "cxpa", "T", "--on", "friday", "--earn", "k=x"], 2, "option-value"),
                              (["try", "1h"], 2, "argument-missing"), (["try", "1h", "x"], 2, "category-unknown")):
        got, out, err = run("plan", *words, "--json")
        same((words, got, json.loads(out)["code"], err), (words, code, name, ""))
    same(sent(), [])
    serve(post_plan_add=dict(data("entry-planned"), id=9))
    t = Terminal("plan", "add", "1h", "cxpa", "Mentor session", "--for", "voice")
    t.answer("  When: ", "")
    t.answer("  When: ", "friday")
    t.until("✓ Entry 9 planned: ")
    same(t.end(), 0)
    same(sent(), [("POST plan/add", {"hours": "1h", "category": "cxpa", "title": "Mentor session", "on": "friday", "for": ["voice"],
                                     "strict": True})])


def because():
    """why tells parts, rule, source, remedy and evidence; --as-of and --cycle go along"""
    serve(get_why=data("why"), get_entries_6=data("entry-files"))
    t = Terminal("why", "6")
    t.until("Entry 6, Customer effort in practice, 2.0 units, training, Tue 24 February 2026\n  0.5 count      They bring")
    t.until('  1.5 do not     Rule category-limit: "At most ten units count from any one\n'
            '                 category." (CCXP Duties and Responsibilities, CXPA)\n')
    t.until("  To count       Nothing makes these count")
    t.until("  Evidence       governance-agenda.pdf (212 KB), letter.txt (1 byte)\n")
    same(t.end(), 0)
    contains(run("why", "6", "--as-of", "2026-01-31")[1], "  Evidence       None. An auditor may ask for it: ceu attach 6 FILE\n")
    same([r["target"] for r in server.requests[-1:]], [ME + "why?as_of=2026-01-31&entry=6"])
    contains(run("why", "--cycle", "2024")[1], "Assumed, where the issuer says nothing\n  - The issuer states no smallest step")
    run("status", "--as-of", "yesterday", "--cycle", "2024")
    same(server.requests[-1]["target"], ME + "status?cycle=2024&as_of=yesterday")


# ---- evidence

def upload(request):
    name = request["target"].split("name=")[1]
    return {"sha256": "%064x" % len(request["body"]), "bytes": len(request["body"]), "name": name.replace("%20", "-"), "type": "pdf"}


def evidence():
    """attach sends each file as it is and names them in one step; log takes one along; detach"""
    folder = place("evidence")
    one, two = write(folder, "the agenda.pdf", b"%PDF-1.7\0\n" * 30000), write(folder, "letter.txt", b"x")
    os.symlink(two, os.path.join(folder, "link.txt"))
    serve(post_files=upload, post_entries_3_evidence=data("entry-files"), get_why=data("why-cycle"),
          post_entries=dict(data("entry-whole")), delete_entries_3_evidence_letter=data("entry-part"))
    server.answers[("DELETE", ME + "entries/3/evidence/a%20b.txt")] = data("entry-part")
    code, out, err = run("attach", "3", one, os.path.join(folder, "link.txt"))
    same((code, err), (0, ""))
    contains(out, "✓ the-agenda.pdf is kept with entry 3 (293 KB, SHA-256 0000..93e0).\n", "✓ link.txt is kept with entry 3 (1 byte, ",
             "  Evidence for 0 of 2 entries that count. Still none: 6 and 8.", "Wrong? ceu undo\n")
    same(sent(), [("POST files?name=the%20agenda.pdf", b"%PDF-1.7\0\n" * 30000), ("POST files?name=link.txt", b"x"),
                  ("POST entries/3/evidence", {"files": [{"name": "the-agenda.pdf", "sha256": "%064x" % 300000},
                                                         {"name": "link.txt", "sha256": "%064x" % 1}]})])
    same(server.requests[0]["headers"]["content-type"], "application/octet-stream")
    same(len(server.requests[0]["headers"]["idempotency-key"]), 32)
    server.requests.clear()
    same(run("log", "1h", "cxpa", "T", "--evidence", two, "--tag", "live, new", "--earn", "article=1.5", "--for", "voice")[0], 0)
    same(sent()[1], ("POST entries", {"hours": "1h", "category": "cxpa", "title": "T", "for": ["voice"], "tags": ["live", "new"],
                                      "evidence": [{"name": "letter.txt", "sha256": "%064x" % 1}], "earn": "article", "count": 1.5}))
    code, out, err = run("detach", "3", "a b.txt")
    same((code, out.split("\n")[0], sent()[-1][0]), (0, "✓ a b.txt is no longer kept with entry 3.", "DELETE entries/3/evidence/a%20b.txt"))


def evidence_refusals():
    """What is no evidence is refused before anything is sent"""
    folder = place("refused")
    good, empty = write(folder, "good.pdf", b"%PDF"), write(folder, "empty.pdf", b"")
    os.mkfifo(os.path.join(folder, "fifo"))
    serve(post_files=upload)
    for path, code, name in ((empty, 5, "evidence-empty"), (folder, 2, "file-kind"), (os.path.join(folder, "fifo"), 2, "file-kind"),
                             ("/dev/zero", 2, "file-kind"), (os.path.join(folder, "absent"), 3, "file"), (good + "/x", 3, "file")):
        for words in (["attach", "3", good, path], ["log", "1h", "cxpa", "T", "--evidence", path]):
            got, out, err = run(*words, "--json")
            same((path, got, json.loads(out)["code"], bool(json.loads(out)["next"]), err), (path, code, name, True, ""))
    same((run("attach", "3")[0], run("attach", "x", good)[0], sent()), (2, 2, []))
    serve(post_files=problem(413, "evidence-large", "The file has more than 20 MB.", "Send a smaller one."))
    same(run("attach", "3", good), (2, "", "✗ The file has more than 20 MB.\n  Send a smaller one.\n"))
    serve(post_files=upload, post_entries_3_evidence=problem(422, "evidence-there"))
    same(run("attach", "3", good)[0], 5)


def memory():
    """A file of 64 MB goes out, and one of 64 MB comes in, through little memory"""
    folder = place("memory")
    large = write(folder, "large.pdf", b"%PDF" + bytes(64 << 20))

    with open(CEU, "rb") as f:
        is_instrumented = b"__asan_init" in f.read()    # takes more than any program has a right to

    def little():
        resource.setrlimit(resource.RLIMIT_DATA, (16 << 20, 16 << 20))
    serve(post_files=upload, post_entries_3_evidence=data("entry-files"), get_packet=File(bytes(64 << 20), "p.zip"))
    for words in (["attach", "3", large], ["export", "packet", os.path.join(folder, "x.zip"), "--quiet"]):
        p = subprocess.run([CEU, *words], env=ENV, capture_output=True, stdin=subprocess.DEVNULL, timeout=60,
                           preexec_fn=None if is_instrumented else little)
        same((p.returncode, p.stderr), (0, b""))
    same((len(sent()[0][1]), os.path.getsize(os.path.join(folder, "x.zip"))), ((64 << 20) + 4, 64 << 20))


# ---- packets

CONTENT = bytes(range(256)) * 4000


def packed(**more):
    serve(get_packet=File(CONTENT, "ccxp-renewal-2026.zip"), get_why=data("why-cycle"), **more)


def packet():
    """export packet: checks, the file under the server's name made safe, what is in it"""
    folder = place("packets")
    packed()
    code, out, err = run("export", "packet", folder=folder)
    same((code, err), (0, ""))
    contains(out, "  ! 12.0 of 20 units count\n", "  ! Entry 6 has no evidence; 0.5 of its units count. Packing anyway.\n",
             "✓ ccxp-renewal-2026.zip, 1000 KB\n  renewal.pdf    ", "check with: ceu verify ccxp-renewal-2026.zip\n")
    path = os.path.join(folder, "ccxp-renewal-2026.zip")
    same((os.listdir(folder), open(path, "rb").read() == CONTENT, stat.S_IMODE(os.stat(path).st_mode)),
         (["ccxp-renewal-2026.zip"], True, 0o600))
    code, out, err = run("export", "packet", folder=folder)
    same((code, err), (5, '✗ "ccxp-renewal-2026.zip" is there already.\n  Name another FILE, or replace it with --yes.\n'))
    server.answers[("GET", ME + "packet")] = File(b"new", "../../.evil \u202ename\n.zip".replace("\n", ""))
    same(run("export", "packet", "--quiet", "--cycle", "2024", folder=folder), (0, "", ""))
    same((sorted(os.listdir(folder)), server.requests[-1]["target"]),
         (["ccxp-renewal-2026.zip", "evilname.zip"], ME + "packet?format=packet&cycle=2024"))
    server.answers[("GET", ME + "packet")] = File(b"new", "///")
    same(json.loads(run("export", "packet", "--json", folder=folder)[1]), {"file": "renewal-packet.zip", "bytes": 3})
    same(json.loads(run("export", "packet", path, "--json", "--yes", folder=folder)[1]), {"file": path, "bytes": 3})
    same((open(path, "rb").read(), run("export", "packet", path)[0], len(os.listdir(folder))), (b"new", 5, 3))


def asking():
    """On a terminal progress is shown, and a file that is there is asked about"""
    folder = place("asking")
    path = write(folder, "old.zip", b"old")
    packed()
    server.answers[("GET", ME + "packet")] = File(CONTENT, "old.zip", pause=0.06)
    t = Terminal("export", "packet", "old.zip", folder=folder)
    t.answer('"old.zip" is there already. Replace it? [y/N] ', "")
    t.until('✗ "old.zip" is there already.')
    same((t.end(), open(path, "rb").read()), (5, b"old"))
    t = Terminal("export", "packet", folder=folder)
    t.until("Packing anyway.\n")
    t.until("making the packet..")
    t.until("packet: ")
    t.until(" KB of 1000 KB")
    t.answer('"old.zip" is there already. Replace it? [y/N] ', "y")
    t.until("✓ old.zip, 1000 KB\n")
    same((t.end(), open(path, "rb").read() == CONTENT, os.listdir(folder)), (0, True, ["old.zip"]))
    same([line for line in re.sub(r"\x1b\[[0-9;]*[mK]", "", t.seen).replace("\r", "\n").split("\n") if len(line) > 80], [])
    t = Terminal("export", "packet", "--quiet", "--yes", folder=folder)
    same((t.end(), t.seen), (0, ""))


def broken():
    """A broken connection, a full disk, Ctrl-C: no half file is left, and what was there stays"""
    folder = place("broken")
    packed()
    server.answers[("GET", ME + "packet")] = File(CONTENT[:70000], "p.zip", length=len(CONTENT))
    same((run("export", "packet", folder=folder)[0], os.listdir(folder)), (6, []))
    server.answers[("GET", ME + "packet")] = File(CONTENT, "p.zip")
    write(folder, "p.zip", b"old")

    def small():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (100000, 100000))
    p = subprocess.run([CEU, "export", "packet", "--yes", "--quiet"], env=ENV, cwd=folder, preexec_fn=small, restore_signals=False,
                       capture_output=True, timeout=60, stdin=subprocess.DEVNULL)
    same((p.returncode, os.listdir(folder), open(os.path.join(folder, "p.zip"), "rb").read()), (1, ["p.zip"], b"old"))
    contains(p.stderr.decode(), "✗ What ceud sends cannot be written", "  See that there is room, or name another FILE.\n")
    gate = threading.Event()
    server.answers[("GET", ME + "packet")] = File(CONTENT, "q.zip", pause=2)
    p = subprocess.Popen([CEU, "export", "packet", "--quiet"], env=ENV, cwd=folder, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL)
    deadline = time.monotonic() + 20
    while "q.zip.part" not in os.listdir(folder) and time.monotonic() < deadline:
        gate.wait(0.02)
    p.send_signal(signal.SIGINT)
    same((p.communicate(timeout=20)[1].decode(), p.returncode, os.listdir(folder)), ("✗ Stopped.\n", 130, ["p.zip"]))
    server.answers[("GET", ME + "packet")] = problem(422, "evidence-damaged", "Entry 3's agenda.pdf is damaged.")
    same((run("export", "packet", "new.zip", folder=folder)[0], os.listdir(folder)), (5, ["p.zip"]))


def export_refusals():
    """Formats that are none, places that cannot hold a file, a part that is there"""
    folder = place("places")
    packed()
    write(folder, "x.zip.part", b"")
    for words, code, name in ((["ics"], 2, "option-clash"), (["ics", "--cycle", "2024"], 2, "option-clash"), (["Packet"], 2, "format-unknown"), ([], 2, "argument-missing"),
                              (["packet", folder], 5, "file-kind"), (["packet", "/dev/null"], 5, "file-kind"), (["csv"], 2, "option-clash"),
                              (["packet", folder + "/no/x.zip"], 1, "file"), (["packet", folder + "/x.zip"], 5, "file-part")):
        got, out, err = run("export", *words, "--json", folder=folder)
        same((words, got, json.loads(out)["code"], bool(json.loads(out)["next"]), err), (words, code, name, True, ""))
    same(os.listdir(folder), ["x.zip.part"])


def tables():
    """export csv, json and ics go to standard output, or to FILE; a terminal is not steered by them"""
    folder = place("tables")
    text = "id,title\r\n1,\x1b[31mün\x9b\n".encode()
    serve(get_packet=lambda r: File(text, "entries.csv"))
    p = subprocess.run([CEU, "export", "csv"], env=ENV, capture_output=True, timeout=60, stdin=subprocess.DEVNULL)
    same((p.returncode, p.stdout, p.stderr, server.requests[0]["target"]), (0, text, b"", ME + "packet?format=csv"))
    t = Terminal("export", "csv")
    t.until("id,title\n1,?[31mün?\n")
    same((t.end(), "\x1b[31m" in t.seen), (0, False))
    same(run("export", "csv", os.path.join(folder, "e.csv"))[0], 0)
    same(open(os.path.join(folder, "e.csv"), "rb").read(), text)
    serve(get_packet=lambda r: File(b'{"ceud":1}\n', "entries.json"))
    same((run("export", "json"), run("export", "json", "--json")), ((0, '{"ceud":1}\n', ""),) * 2)
    text = b"BEGIN:VCALENDAR\r\nSUMMARY:\x1b[31m\r\nEND:VCALENDAR\r\n"
    server.answers[("GET", ME + "deadlines.ics")] = lambda r: File(text, "deadlines.ics")
    p = subprocess.run([CEU, "export", "ics"], env=ENV, capture_output=True, timeout=60, stdin=subprocess.DEVNULL)
    same((p.returncode, p.stdout, p.stderr, server.requests[-1]["target"]), (0, text, b"", ME + "deadlines.ics"))
    t = Terminal("export", "ics")
    t.until("BEGIN:VCALENDAR\nSUMMARY:?[31m\nEND:VCALENDAR\n")
    same(t.end(), 0)
    same((run("export", "ics", os.path.join(folder, "d.ics"))[0], open(os.path.join(folder, "d.ics"), "rb").read()), (0, text))
    serve(get_packet=lambda r: File(b"a" * 99, "e.csv", length=100))
    same(run("export", "csv")[:2], (6, ""))


def verifying():
    """verify hands over to ceud-packet beside it, with its output and exit code"""
    folder = place("verify")
    ceu = shutil.copy(CEU, folder)

    def verify(*words):
        p = subprocess.run([ceu, "verify", *words], env=dict(ENV, CEU_SOCKET="/nowhere"), capture_output=True, timeout=60, cwd=folder)
        return p.returncode, p.stdout.decode(), p.stderr.decode()
    code, out, err = verify("x.zip")
    if code != 1 or "ceud-packet is neither beside ceu nor in" not in err:
        contains(err, "x.zip")      # one is installed on this machine
    with open(os.path.join(folder, "ceud-packet"), "w") as f:
        f.write('#!/bin/sh\nprintf "%s|" "$@"\necho wrong >&2\nexit 1\n')
    os.chmod(os.path.join(folder, "ceud-packet"), 0o755)
    same(verify("x.zip"), (3, "", "✗ \"x.zip\" cannot be opened: No such file or directory\n"
                           "  Name a packet that you may read: ceu verify FILE\n"))
    same(json.loads(verify("--json", "x.zip")[1])["code"], "file")
    for name in "my packet.zip", "-x.zip":
        open(os.path.join(folder, name), "w").close()
    same(verify("my packet.zip"), (1, "verify|my packet.zip|", "wrong\n"))
    same(verify("--json", "--", "-x.zip"), (1, "verify|--json|./-x.zip|", "wrong\n"))
    same(verify()[0], 2)


# ---- submit, renew

def submit():
    """submit freezes; what is not complete is asked about on a terminal"""
    status = data("submitted")
    serve(post_submit=lambda r: status if r["body"].get("yes") else problem(422, "cycle-not-done", "3.0 units are missing.", "ceu plan"))
    same(run("submit", "--on", "yesterday"), (5, "", "✗ 3.0 units are missing.\n  Next: ceu plan\n"))
    t = Terminal("submit")
    t.until("! 3.0 units are missing.\n")
    t.answer("Note it as sent in all the same? [y/N] ", "")
    t.until("✗ 3.0 units are missing.\n  Next: ceu plan\n")
    same(t.end(), 5)
    t = Terminal("submit")
    t.answer("all the same? [y/N] ", "y")
    t.until("✓ Submitted on Thu 12 March 2026: 20.0 of 20 units, kept as they are today.\n")
    t.until("Next: ceu renew    once the renewal is granted\n")
    same(t.end(), 0)
    same(json.loads(run("submit", "--yes", "--json")[1]), status)
    same([b for _, b in sent()], [{"on": "yesterday"}, {}, {}, {"yes": True}, {"yes": True}])
    serve(post_submit=problem(422, "window-closed", "It opens on 1 April 2026."))
    t = Terminal("submit")
    t.until("✗ It opens on 1 April 2026.\n")
    same(t.end(), 5)


def renew():
    """renew shows what it does and goes on only when that word is typed"""
    serve(get_renew=data("renewal"), post_renew=data("renewed"))
    for typed in ("", "yes", "Renew", "renew it"):
        t = Terminal("renew")
        t.until("This closes the cycle 1 July 2024 to 30 June 2026 with 20.0 of 20 units. Nothing\n")
        t.until("  Next cycle      1 July 2026 to 30 June 2028, rules ccxp-2y20\n")
        t.answer("Type renew to go ahead: ", typed)
        t.until("✗ Nothing was changed.\n")
        same(t.end(), 130)
    same((run("renew")[0], run("renew", "--json")[0], sent()), (2, 2, []))
    contains(run("renew")[2], "  Look first: ceu status. Then: ceu renew --yes\n")
    t = Terminal("renew", "--until", "2028-07-31", "--because", "moved")
    t.answer("Type renew to go ahead: ", "renew")
    t.until("✓ Renewed. Next cycle: 0 of 20 units, 731 days.\n  The old packet stays: ceu export packet --cycle 2024\n")
    same(t.end(), 0)
    same(sent(), [("POST renew", {"until": "2028-07-31", "because": "moved", "yes": True})])
    contains(" ".join(r["target"] for r in server.requests), ME + "renew?until=2028-07-31")
    told = run("renew", "--yes")[1]
    contains(told, "This closes the cycle 1 July 2024 to 30 June 2026", "✓ Renewed. Next cycle: 0 of 20 units, 731 days.")
    same(run("renew", "--yes", "--quiet")[1], "")
    late = "Not every rule is met.\nTwenty units."
    serve(get_renew=dict(data("renewal"), possible=False, warnings=[{"code": "cycle-not-done", "text": late}]))
    t = Terminal("renew")
    t.until("✗ Not every rule is met.\n  Twenty units.\n  What is missing: ceu plan\n")
    same((t.end(), sent()), (5, []))
    serve(get_renew=dict(data("renewal"), possible=False, warnings=[{"code": "window-closed", "text": "It opens on 1 April 2026."}]))
    t = Terminal("renew")
    t.until("✗ It opens on 1 April 2026.\n")
    same((t.end(), sent()), (5, []))


def due():
    """The inbox goes on with planned entries whose day is over"""
    planned = data("status-submitted")["planned"]
    more = [dict(planned[0], id=i) for i in (9, 12, 13)] + planned[1:]
    status = dict(data("status"), planned=more)
    serve(get_inbox={"proposals": []}, get_status=status, post_plan_done={"entries": [dict(data("entry-whole"), id=9)]},
          post_plan_drop={"entries": [dict(data("entry-planned"), id=12, state="void")]})
    t = Terminal("inbox")
    t.until("Entry 9, planned for Tue 3 March 2026: did you do it?\n        Mentor session, 2.0 units\n")
    t.until("        [Enter] yes  [e] change  [s] no, drop it  [q]\n")
    t.answer("> ", "e")
    t.answer("  Hours it took (such as 1.5 or 1h30) [as planned]: ", "x")
    t.until("✗ ")
    t.answer("  Hours it took (such as 1.5 or 1h30) [as planned]: ", "1h30")
    t.until("✓ Entry 9 done. Total 12.0 of 20, 8.0 to go.\n")
    t.answer("> ", "s")
    t.until("✓ Entry 12 dropped.")
    t.answer("> ", "q")
    t.until("1 done, 1 dropped. Total 12.0 of 20, 8.0 to go.")
    same(t.end(), 0)
    same(sent(), [("POST plan/done", {"ids": [9], "hours": "1h30"}), ("POST plan/drop", {"ids": [12]})])
    serve(get_inbox={"proposals": []}, get_status=status, post_plan_done=problem(422, "plan-not-over", "Not yet."))
    t = Terminal("inbox")
    t.answer("> ", "")
    t.until("✗ Not yet.\n")
    t.answer("> ", "q")
    same(t.end(), 0)


# ---- rules

def rules():
    """rules of one's own program, of another, and everything recounted; skills; redo"""
    serve(get_rules=data("recount"), get_skills=data("skills-role"), post_redo={"changes": [{"text": "redo: edit 8"}]},
          post_undo={"changes": [{"text": "undo: edit 8"}]})
    server.answers[("GET", "/v1/programs/ccxp-2y20")] = server.answers[("GET", "/v1/programs/x%20y")] = data("program")
    server.answers[("GET", "/v1/programs")] = data("programs")
    contains(run("rules")[1], "  - Thirty credits in every three-year cycle. (Recertify your CCXP, CXPA)\n", "Tags, for --tag")
    same((run("rules", "x y")[0], server.requests[-1]["target"]), (0, "/v1/programs/x%20y"))
    contains(run("rules", "--try", "ccxp-3y30")[1], "  Then          12.0 of 30 units", "Nothing was changed.\n")
    same((server.requests[-1]["target"], run("rules", "a", "--try", "b")[0]), (ME + "rules?try=ccxp-3y30", 2))
    server.answers[("GET", ME + "status")] = problem(404, "no-person")
    contains(run("rules")[1], "  ccxp-3y30       Certified Customer Experience Professional\n")
    same((run("skills", "--role", "manager")[0], server.requests[-1]["target"]), (0, ME + "skills?role=manager"))
    contains(run("redo")[1], "✓ Done again: edit 8.\n", "Back: ceu undo\n")
    contains(run("undo")[1], "✓ Undone: edit 8.\n", "Back: ceu redo\n")
    contains(run("undo", "--as", "amir")[1], "Back: ceu redo --as amir\n")


def programs():
    """admin program: files are read here, names go as names; installing asks or wants --yes"""
    folder = place("programs")
    path = write(folder, "my.rules", "program x { ü }\n".encode())
    server.requests.clear()
    admin = "/v1/admin/programs"
    server.answers = {("GET", admin): data("programs"), ("POST", admin + "/check"): {"program": data("program"), "checks": 1},
                      ("POST", admin + "/simulate"): data("simulation"),
                      ("POST", admin + "/install"): {"program": "ccxp-2y20", "hash": "ef", "cycles": 12,
                                                                "left": [{"person": "ben@x", "text": "Her category is gone."}]}}
    contains(run("admin", "program", "list")[1], "built-in, abababababab: 12 open cycles, 0 with older rules\n")
    same(run("admin", "program", "check", path)[:2], (0, "✓ ccxp-3y30 is right: 3 rules, 1 check held.\n"))
    contains(run("admin", "program", "simulate", "ccxp-2y20")[1], "12 of 13 people would stand as now.\n")
    given = {"name": path, "text": "program x { ü }\n"}
    same([b for _, b in sent()], [given, {"program": "ccxp-2y20"}])
    same((run("admin", "program", "install", path)[0], len(sent())), (2, 2))
    same(run("admin", "program", "install", path, "--yes"), (0, "✓ ccxp-2y20 is installed; 12 open cycles go by it now.\n",
                                                             "! ben@x keeps the older rules. Her category is gone.\n"))
    t = Terminal("admin", "program", "install", path)
    t.until("    20.0 of 20 units, done becomes 18.5 of 20 units, at-risk\n")
    t.answer("Use these rules in open cycles from now on? [y/N] ", "n")
    t.until("✗ Nothing was changed.\n")
    same(t.end(), 130)
    t = Terminal("admin", "program", "install", "ccxp-2y20")
    t.answer("[y/N] ", "y")
    t.until("✓ ccxp-2y20 is installed")
    same((t.end(), [p.rsplit("/")[-1] for p, _ in sent()]), (0, ["check", "simulate", "install", "simulate", "simulate", "install"]))
    server.requests.clear()
    for content, name in ((b"a\0b", "file-text"), (b"\xff", "file-text"), (b" " * 900001, "file-large")):
        write(folder, "bad.rules", content)
        for verb in ("check", "simulate"):
            code, out, err = run("admin", "program", verb, os.path.join(folder, "bad.rules"), "--json")
            same((code, json.loads(out)["code"]), (2, name))
    same((run("admin", "program", "check", "ccxp-2y20", folder=folder)[0], run("admin", "program", "simulate", folder)[0], sent()), (3, 2, []))
    server.answers[("POST", admin + "/check")] = problem(422, "program-invalid", "my.rules:1:5: one\nmy.rules:2:1: two", "See ceud-program(5).")
    same(run("admin", "program", "check", path), (5, "", "✗ my.rules:1:5: one\n  my.rules:2:1: two\n  See ceud-program(5).\n"))


def completing():
    """Completion knows tags, kinds, roles, programs, formats, years, numbers and files of evidence"""
    serve(get_entries={"entries": [dict(data("entry-whole"), id=i) for i in (3, 31, 4)]}, get_inbox=data("proposals"),
          get_skills=data("skills"), get_entries_3=data("entry-files"), get_cycles={"cycles": [{"start": "2022-07-01"}, {"start": "2024-07-01"}]},
          get_status=dict(data("status"), planned=data("status-submitted")["planned"]), get_calendars=data("calendars"))
    server.answers[("GET", "/v1/programs/ccxp-2y20")] = data("program")
    server.answers[("GET", "/v1/programs")] = data("programs")
    for words, offered in ((["log", "--tag", ""], ["live", "on-demand"]), (["log", "--tag", "live,on"], ["live,on-demand"]),
                           (["edit", "3", "--earn", "t"], ["talk"]), (["skills", "--role", ""], ["manager", "analyst"]),
                           (["admin", "person", "set", "x", "--role", ""], ["professional", "admin"]), (["rules", "ccxp-3"], ["ccxp-3y30"]),
                           (["rules", "--try", "ccxp-2"], ["ccxp-2y20"]), (["export", ""], ["packet", "csv", "json", "ics"]),
                           (["status", "--cycle", ""], ["2022", "2024"]), (["show", "3"], ["3", "31"]), (["attach", ""], ["3", "31", "4"]),
                           (["attach", "3", ""], []), (["detach", "3", "l"], ["letter.txt"]), (["plan", "done", "9", "1"], ["10", "11"]),
                           (["plan", "keep", ""], []), (["pl"], ["plan"]), (["plan", "t"], ["try"]), (["admin", "program", "c"], ["check"]),
                           (["inbox", "confirm", "3", "4"], [str(p["id"]) for p in data("proposals")["proposals"] if str(p["id"])[0] == "4"]),
                           (["calendar", "check", ""], [str(c["id"]) for c in data("calendars")["calendars"]]),
                           (["show", "3", "3"], [])):
        same((words, run("__complete", *words)), (words, (0, "".join(o + "\n" for o in offered), "")))


main([plan, plan_refusals, because, evidence, evidence_refusals, memory, packet, asking, broken, export_refusals, tables, verifying, submit,
      renew, due, rules, programs, completing])
