#!/usr/bin/python3
"""Random messages as Python's own reader of mail sees them: headers, bodies and attachments are what they were built of."""
import email
import email.header
import email.policy
import email.utils
import os
import re
import subprocess
import sys
import tempfile

BUILD = os.environ.get("BUILD", "build")
MAKER = os.path.join(BUILD, "tests", "mail", "test_random_mails")
MAILS = int(os.environ.get("CEUD_MAILS_COUNT", "2000"))
SPACE = re.compile("[\\x09-\\x0d \\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]+")
CONTROL = re.compile("[\\x00-\\x1f\\x7f-\\x9f\\u202a-\\u202e\\u2066-\\u2069\\u200e\\u200f\\u061c]")

# One token each, so that they cannot be folded, and the one that must not be.
UNFOLDED = (b"Message-ID: <", b"In-Reply-To: <", b"References: <", b"To: ", b" <", b"List-Unsubscribe: ")


def clean(raw):
    """Names and titles as they are kept: no controls, one blank for each gap, 200 characters at most."""
    text = CONTROL.sub("", SPACE.sub(" ", raw.decode("utf-8")))
    text = re.sub(" +", " ", text).strip(" ")
    return text[:200].rstrip(" ")


def records(path):
    """One dict of lists a message."""
    with open(path, "rb") as handle:
        fields = {}
        while True:
            line = handle.readline()
            if not line:
                return
            name, length = line.decode().split()
            value = handle.read(int(length))
            assert handle.read(1) == b"\n"
            if name == "end":
                yield fields
                fields = {}
            else:
                fields.setdefault(name, []).append(value)


def decoded(value):
    """The text of a header as RFC 2047 has it, from its unfolded source."""
    return str(email.header.make_header(email.header.decode_header(value)))


def raw_header(message, name):
    """The source of a header without its folds."""
    return re.sub(r"\r?\n(?=[ \t])", "", dict(message.raw_items())[name]).strip()


def mailbox(value):
    """Name and address, taken apart by the rules of RFC 5322."""
    if "<" not in value:
        return "", value
    name, address = value.rsplit("<", 1)
    name = name.rstrip(" ")
    if name.startswith('"'):
        return re.sub(r"\\(.)", r"\1", name[1:-1]), address.rstrip(">")
    return decoded(name), address.rstrip(">")


def lines(text):
    return re.sub(b"\r\n|\r|\n", b"\n", text)


def body(part):
    return part.get_payload(decode=True).replace(b"\r\n", b"\n")


def check_form(eml):
    assert eml.endswith(b"\r\n") and max(eml) < 127
    for line in eml[:-2].split(b"\r\n"):
        assert b"\r" not in line and b"\n" not in line and not line.startswith((b".", b"From ")), line
        assert len(line) <= 76 or line.startswith(UNFOLDED), line


def check_headers(message, fields):
    assert ",".join(message.keys()) == fields["headers"][0].decode(), message.keys()
    assert decoded(raw_header(message, "Subject")) == clean(fields["subject"][0])
    for name, key, address in (("From", "from", "ceu@example.org"), ("To", "to", fields["address"][0].decode())):
        assert mailbox(raw_header(message, name)) == (clean(fields[key][0]), address), raw_header(message, name)
    assert message["Auto-Submitted"] == "auto-generated" and "Precedence" not in message
    assert message["Date"].datetime is not None
    assert message["To"].addresses[0].addr_spec == fields["address"][0].decode()


def check_bodies(message, fields):
    leaves = [part for part in message.walk() if not part.is_multipart()]
    texts = ["text"] + (["html"] if "html" in fields else [])
    for part, key in zip(leaves, texts):
        assert part.get_content_type() == "text/" + ("plain" if key == "text" else "html")
        want = lines(fields[key][0])
        assert body(part) == want + (b"" if want.endswith(b"\n") else b"\n")
    attached = leaves[len(texts):]
    assert len(attached) == len(fields.get("bytes", []))
    for part, kind, name, data in zip(attached, fields.get("type", []), fields.get("name", []), fields.get("bytes", [])):
        assert part.get_content_disposition() == "attachment"
        # get_filename() strips <>, quotes and then blanks, even where they are part of the name
        assert part.get_filename() == email.utils.unquote(name.decode()).strip(), (part.get_filename(), name)
        assert part.get_payload(decode=True) == data
        assert re.sub(r"\r\n", "", str(part["Content-Type"])).startswith(kind.decode().split(";")[0])
        for word in kind.decode().split("; ")[1:]:
            assert part.get_param(word.split("=")[0]) == word.split("=")[1], part["Content-Type"]


def check(fields):
    eml = fields["eml"][0]
    message = email.message_from_bytes(eml, policy=email.policy.SMTP)
    check_form(eml)
    check_headers(message, fields)
    check_bodies(message, fields)
    for part in message.walk():
        assert not part.defects, part.defects


def run():
    seen = 0
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "mails")
        made = subprocess.run([MAKER], env=dict(os.environ, CEUD_MAILS=path, CEUD_MAILS_COUNT=str(MAILS)), check=False,
                              stdout=subprocess.PIPE, timeout=300)
        print("#", made.stdout.decode().strip().lstrip("# "))
        assert made.returncode == 0
        for fields in records(path):
            try:
                check(fields)
            except Exception:
                print("# mail", seen, fields["eml"][0][:2000])
                raise
            seen += 1
    assert seen == MAILS


def golden():
    """The files that people may open in a mail program, by all of Python's own rules."""
    folder = os.path.join(os.path.dirname(os.path.abspath(__file__)), "golden")
    got = {}
    for name in sorted(os.listdir(folder)):
        with open(os.path.join(folder, name), "rb") as handle:
            eml = handle.read()
        check_form(eml)
        message = email.message_from_bytes(eml, policy=email.policy.SMTP)
        assert not message.defects
        got[name] = (str(message["To"].addresses[0].display_name), str(message["Subject"]),
                     [part.get_filename() for part in message.iter_attachments()] if message.is_multipart() else [])
    assert got["idn.eml"][0] == "日本 花子" and got["digest.eml"][0] == "Zoë Lead", got
    assert got["long-subject.eml"][1].startswith("Zwölf Einheiten für Kund:innen\u00adorientierung – 🏁🏁🏁🏁🏁🏁 bis zum 30. Juni"), got
    assert got["digest.eml"][2] == ["ceu-team-2026-03-09.csv"] and got["calendar.eml"][2] == ["renewal.ics"], got


def main():
    tests, failed = (run, golden), 0
    print("1..%d" % len(tests))
    for number, test in enumerate(tests, 1):
        try:
            test()
            print("ok %d - messages: %s" % (number, test.__name__))
        except Exception as fault:
            print("not ok %d - messages: %s: %r" % (number, test.__name__, fault))
            failed = 1
    return failed


if __name__ == "__main__":
    sys.exit(main())
