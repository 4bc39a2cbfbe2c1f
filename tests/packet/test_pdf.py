#!/usr/bin/python3
"""renewal.pdf as a reader finds it: every number on its page, a block for each entry, any script. TAP."""
import os
import random
import re
import subprocess
import sys
import tempfile
import zipfile

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from packet_harness import RUN, SEED, Case, Skip, has, made, main, same          # noqa: E402


class Pdf:
    """The text of each page, words kept in their lines, runs of blanks made one."""

    def __init__(self, case):
        self.packet = made(case).path
        self.path = os.path.join(tempfile.mkdtemp(dir=RUN[0]), "renewal.pdf")
        with zipfile.ZipFile(self.packet) as z, open(self.path, "wb") as f:
            f.write(z.read("renewal.pdf"))
        text = subprocess.run(["pdftotext", "-layout", self.path, "-"], check=True, stdout=subprocess.PIPE).stdout.decode()
        self.pages = [re.sub(" +", " ", re.sub(" +\n", "\n", p)) for p in text.split("\f")[:-1]]

    def info(self):
        lines = subprocess.run(["pdfinfo", self.path], check=True, stdout=subprocess.PIPE).stdout.decode().splitlines()
        return dict(re.split(r":\s*", line, maxsplit=1) for line in lines)

    def fonts(self):
        lines = subprocess.run(["pdffonts", self.path], check=True, stdout=subprocess.PIPE).stdout.decode().splitlines()
        return lines[2:]


def one_line(text):
    return " ".join(text.split())


def cover():
    case = Case()
    case.add("Journey mapping", minutes=240, files=[("agenda.pdf", b"x")])
    case.add("Voice of the customer", minutes=540, date="2025-05-06")
    case.add("Summit", "conference", 500, "2025-06-06")
    case.add("Untagged", "college", 90, competencies=())
    case.submitted = {"on": "2026-03-01", "counted": 20}
    page = one_line(Pdf(case).pages[0])
    for words in ("Example Ltd Renewal packet", "Certified Customer Experience Professional",
                  "Person Dana Example, dana@example.org", "Certificate CCXP, issued by CXPA",
                  "Cycle 1 July 2024 to 30 June 2026", "State of 12 March 2026, 13:07 UTC",
                  "Submitted On 1 March 2026 with 20.0 units; 18.25 are supported now",
                  "18.25 of 20.0 CEU required Not complete: 1.75 to go.",
                  "Training courses, seminars and webinars 13.0 10.0 3.0 10.0", "Conferences 8.25 8.25 0.0 10.0",
                  "College or University courses 1.5 0.0 0.0 10.0", "CXPA contributions 0.0 0.0 0.0 10.0",
                  "Total 22.75 18.25 3.0", "UNPROVEN: 2 entries, with 14.25 units, have no evidence: 2 (6.0), 3 (8.25).",
                  "Not counted, or in part: 2 (counted in part), 4 (needs information).",
                  "Not met Twenty units in every two-year cycle. 18.25 of 20.0 Duties and Responsibilities, CXPA",
                  "Met At most ten units count from any one category. 10.0 of at most 10.0",
                  "Met Every unit is aligned to a competency.", "Met The same course counts once in a cycle.",
                  "compared with the sources on 21 November 2026", "test-2y20, rules SHA-256 ", "page 1 of 2"):
        has(page, words)


def done_and_proven():
    case = Case()
    for i, category in enumerate(["training", "conference"]):
        case.add("Entry %d" % i, category, 600, files=[("a.pdf", b"x")])
    page = one_line(Pdf(case).pages[0])
    for words in ("20.0 of 20.0 CEU required Every requirement is met.", "Every entry that counts has evidence.",
                  "Every entry counts in full.", "Submitted Not yet"):
        has(page, words)
    assert "UNPROVEN" not in page and "Not met" not in page


def blocks():
    case = Case()
    sha = case.add("Journey mapping", minutes=150, files=[("agenda.pdf", b"x" * 212_000), ("b.txt", b"")],
                   competencies=("voice", "metrics"), note="First line.\nSecond line.")["evidence"][0]["sha256"]
    case.add("Voice", minutes=540, date="2025-05-06", provider="")
    pdf = Pdf(case)
    page = one_line(pdf.pages[1])
    for words in ("1 3 Mar 2025 Journey mapping 2.5 of 2.5", "Provider Example Academy",
                  "Category Training courses, seminars and webinars",
                  "Competencies Voice of the Customer; Metrics, Measurement, and ROI", "Time 2h30, 150 minutes",
                  "Counted 2.5 of 2.5 CEU Why It counts.", "Evidence agenda.pdf, 212 kB SHA-256 " + sha + " b.txt, 0 bytes",
                  "Note First line. Second line.", "2 6 May 2025 Voice 7.5 of 9.0", "7.5 of 9.0 CEU, counted in part",
                  "Why 7.5: It counts. 1.5: Why not all of entry 2 counts.", "Evidence None: this entry is unproven."):
        has(page, words)
    last = one_line(pdf.pages[-1])
    for words in ("What the rules leave open", "• A quarter of a unit is the smallest step.",
                  "• Surplus units do not carry over.", "program/test-2y20.rules, SHA-256 "):
        has(last, words)


def every_number_on_its_page():
    rnd = random.Random(SEED)
    case = Case()
    for i in range(120):
        case.add("Title of %d, %s" % (i + 1, "and more " * rnd.randrange(0, 12)), rnd.choice(["training", "college", "cxpa"]),
                 rnd.randrange(1, 600), "2025-%02d-%02d" % (rnd.randrange(1, 13), rnd.randrange(1, 29)),
                 files=[("f%d.pdf" % k, b"%d %d" % (i, k)) for k in range(rnd.randrange(0, 4))],
                 note="word " * rnd.randrange(0, 200), competencies=("voice",) if rnd.random() < .9 else ())
    pdf = Pdf(case)
    text = [one_line(p) for p in pdf.pages]
    for n, page in enumerate(text, 1):
        assert page.endswith("page %d of %d" % (n, len(text))), page[-60:]
    for e in case.entries:
        start = re.compile(r"\b%d \d+ [A-Z][a-z]{2} 2025 Title of %d, " % (e["id"], e["id"]))
        where = [n for n, page in enumerate(text) if start.search(page)]
        same(len(where), 1, "pages of entry %d" % e["id"])
        block = re.split(r" \d+ \d+ [A-Z][a-z]{2} 2025 Title of ", text[where[0]][start.search(text[where[0]]).start():])[0]
        units = "%s of %s CEU" % (printed(e["_counted"]), printed(e["_units"]))
        for words in [", %d minutes" % e["minutes"] if e["minutes"] >= 60 else "%d minutes" % e["minutes"], units] + \
                [f["sha256"] for f in e["evidence"]] + ["%s, %d bytes" % (f["name"], f["bytes"]) for f in e["evidence"]]:
            has(block, words)
        same(block.count("word"), e["note"].count("word"), "words of the note of entry %d" % e["id"])


def printed(hundredths):
    text = "%d.%02d" % (hundredths // 100, hundredths % 100)
    return text[:-1] if text.endswith("0") else text


def a_note_longer_than_a_page():
    case = Case()
    case.add("Before")
    case.add("Long", date="2025-03-04", note=" ".join("word%05d" % i for i in range(3000)))
    case.add("After", date="2025-03-05", files=[("f%d.txt" % i, b"%d" % i) for i in range(150)])
    pdf = Pdf(case)
    text = one_line(" ".join(re.sub(r"test-2y20, rules.*", "", p) for p in pdf.pages))
    same(re.findall(r"word\d{5}", text), ["word%05d" % i for i in range(3000)])
    same(re.findall(r"f\d+\.txt", text), ["f%d.txt" % i for i in range(150)])
    assert len(pdf.pages) >= 7, len(pdf.pages)


def any_script():
    case = Case()
    case.add("مقدمة في تجربة العملاء", provider="أكاديمية المثال")
    case.add("Ze\u0301ro de\u0301faut, Đặng, Ωμέγα, Привет", date="2025-03-04")
    case.add("שלום עולם", date="2025-03-05")
    pdf = Pdf(case)
    page = one_line(pdf.pages[1])
    for words in ("Đặng, Ωμέγα, Привет", "ro d"):
        has(page, words)
    for word in ("تجربة", "שלום"):
        if word not in page and word[::-1] not in page:
            raise AssertionError("%s is not on the page: %s" % (word, page))
    for line in pdf.fonts():
        has(line, " yes yes ")                                      # embedded, as a subset


def east_asia():
    if not subprocess.run(["fc-list", ":lang=zh"], stdout=subprocess.PIPE).stdout:
        raise Skip("no Chinese font is installed")
    case = Case()
    case.add("客户体验设计 基础课程")
    has(one_line(Pdf(case).pages[1]), "客户体验设计 基础课程")


def characters_that_deceive():
    case = Case()
    case.add("Invoice \u202efdp.exe\u202c \u200e\u200fend\u0007\u001b[31m", note="a\u2066b\u2069\u0000c".replace("\0", ""))
    pdf = Pdf(case)
    has(one_line(pdf.pages[1]), "Invoice fdp.exe end[31m")
    has(one_line(pdf.pages[1]), "Note abc")


def long_words():
    case = Case()
    case.add("W" * 200, provider="x" * 200, note="ﷺ" * 50)
    case.add(("Donaudampfschifffahrt " * 10)[:200], date="2025-03-04")
    page = re.sub(r"\s", "", Pdf(case).pages[1])
    same(page[:page.index("Provider")].count("W"), 200)
    has(page, "x" * 200)
    same(page.count("Donaudampfschifffahrt"), 9)


def metadata():
    case = Case()
    case.add("One")
    pdf = Pdf(case)
    info = pdf.info()
    same(info["Title"], "CCXP renewal, 1 July 2024 to 30 June 2026")
    same(info["Author"], "Dana Example")
    same(info["Creator"], "ceud-packet")
    same(info["CreationDate"], info["ModDate"])
    has(info["CreationDate"], "Mar 12 13:07:00 2026")
    same(info["Page size"], "595 x 842 pts (A4)")
    same(info["JavaScript"], "no")


main(cover, done_and_proven, blocks, every_number_on_its_page, a_note_longer_than_a_page, any_script, east_asia,
     characters_that_deceive, long_words, metadata)
