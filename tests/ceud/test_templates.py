#!/usr/bin/python3
"""An admin's own mail templates over a real ceud: right ones are used, wrong ones are told of, nothing stops. TAP."""
import email
import email.policy
import glob
import os
import shutil
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from api import CEUD, CONFIG, Daemon, contains, done, main, refused, same          # noqa: E402

FOLDER = tempfile.mkdtemp(prefix="ceud-templates-")
MAILS = os.path.join(FOLDER, "mails")
TEMPLATES = os.path.join(FOLDER, "templates")


def put(name, text):
    with open(os.path.join(TEMPLATES, name), "w", encoding="utf-8") as out:
        out.write(text)


os.mkdir(TEMPLATES)
put("test.txt", "Mine, for {{to}}.\n")
put("test.html", "<p>Mine, for {{to}}.\n")
put("reminder.txt", "Hello {{nam}}\n")
put("digest.html", "<p>x")
put("reminder.text", "x")
put(".hidden", "{{x")
put("test.txt~", "{{x")
config = CONFIG.replace("mode live\n", "mode live\n\tdir %s\n" % MAILS) + "templates %s\n" % TEMPLATES
d = Daemon(config)


def templates():
    return {t["name"]: (t["source"], t["problem"]) for t in done(d.get("/v1/admin/mail/templates"))["templates"]}


def test_mail():
    """The bytes of a test mail sent now."""
    for old in glob.glob(MAILS + "/*.eml"):
        os.remove(old)
    done(d.post("/v1/admin/mail/test", {"to": "ops@example.org"}), outcome="sent")
    new, = glob.glob(MAILS + "/*.eml")
    with open(new, "rb") as eml:
        return email.message_from_bytes(eml.read(), policy=email.policy.default)


def right_ones_are_used():
    """A mail is made with the templates of the folder"""
    m = test_mail()
    same(m["Subject"], "Test mail from ceud")
    same(m.get_body(("plain",)).get_content().splitlines(), ["Mine, for ops@example.org."])
    same(m.get_body(("html",)).get_content().splitlines(), ["<p>Mine, for ops@example.org."])
    same(templates()["test.txt"], (TEMPLATES + "/test.txt", None))


def wrong_ones_are_told_of():
    """Of the others the place, the reason and a better name are told: in the log, in the state, one by one"""
    known, problems = templates(), done(d.get("/v1/admin/mail"))["templates"]
    typo = 'reminder.txt:1:9: "nam" is nothing that there is here; did you mean name?'
    html = "digest.html:1:1: its text part digest.txt is not in the folder"
    stray = "reminder.text: no such template; did you mean reminder.txt?"
    same(known["reminder.txt"], ("built-in", typo))
    same(known["digest.html"], ("built-in", html))
    same(known["reminder.text"], (TEMPLATES + "/reminder.text", stray))
    same(known["digest.txt"], ("built-in", None))
    same([name for name in known if name in (".hidden", "test.txt~")], [])
    same(sorted(problems), sorted([typo, html, stray]))
    for text in (typo, html, stray):
        contains(d.read_log(), "Mail template " + text + "; the built-in one is used.")


def one_template():
    """A built-in one is there to start from; others are not"""
    contains(done(d.get("/v1/admin/mail/templates/reminder.txt"), name="reminder.txt")["text"], "{{head}}", "ceu remind off")
    refused(d.get("/v1/admin/mail/templates/reminder.text"), 404, "no-template", "ceu admin mail template")


def the_check_warns():
    """--check-config says so and passes"""
    os.mkdir(os.path.join(TEMPLATES, "admin.txt"))
    r = subprocess.run([CEUD, "--config", d.config, "--check-config"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=30)
    same(r.returncode, 0, r.stdout.decode())
    os.rmdir(os.path.join(TEMPLATES, "admin.txt"))
    contains(r.stdout.decode(), "reminder.text: no such template", "admin.txt is no regular file; the built-in one is used.")


def a_reload_reads_them_anew():
    """Corrected, broken and removed ones count from the reload on"""
    put("reminder.txt", "Hello {{name}}\n")
    os.remove(os.path.join(TEMPLATES, "reminder.text"))
    put("digest.txt", "{{#table}}{{#rows}}{{line}}\n{{/rows}}{{/table}}")
    put("test.txt", "{{#to}}\n")
    done(d.post("/v1/admin/reload"))
    known = templates()
    same([known[name] for name in ("reminder.txt", "digest.txt", "digest.html")],
         [(TEMPLATES + "/" + name, None) for name in ("reminder.txt", "digest.txt", "digest.html")])
    same("reminder.text" in known, False)
    same(known["test.txt"], ("built-in", 'test.txt:1:4: the section "to" is not ended; write {{/ its name }}'))
    contains(test_mail().get_body(("plain",)).get_content(), "Sending mail works.")


def a_folder_may_go():
    """Without the folder the built-in ones do, after a reload and after a start"""
    shutil.rmtree(TEMPLATES)
    done(d.post("/v1/admin/reload"))
    same(templates()["templates"], (TEMPLATES, TEMPLATES + ": No such file or directory"))
    d.stop()
    d.start()
    same(done(d.get("/v1/admin/mail"))["templates"], [TEMPLATES + ": No such file or directory"])
    contains(test_mail().get_body(("plain",)).get_content(), "Sending mail works.")


def clean():
    """Nothing is left behind"""
    shutil.rmtree(FOLDER)


main([right_ones_are_used, wrong_ones_are_told_of, one_template, the_check_warns, a_reload_reads_them_anew, a_folder_may_go, clean])
