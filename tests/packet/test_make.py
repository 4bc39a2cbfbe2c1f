#!/usr/bin/python3
"""ceud-packet make: the archive, the same bytes for the same facts, and what keeps a packet from being made. TAP."""
import copy
import csv
import hashlib
import io
import json
import os
import resource
import socket
import stat
import subprocess
import sys
import tempfile
import time
import zipfile

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from packet_harness import PACKET, RUN, Case, Skip, has, made, main, make, same, verify    # noqa: E402


def usual():
    case = Case()
    case.add("Journey mapping in practice", minutes=240,
             files=[("agenda.pdf", b"%PDF-1.4 agenda" * 2000), ("certificate.png", b"\x89PNG" * 77)])
    case.add("Voice of the customer", minutes=540, date="2025-05-06", files=[("letter.eml", b"From: x\r\n" * 30000)],
             competencies=("voice", "metrics"), note="One line,\nand \"another\".")
    case.add("Zéro défaut", "cxpa", 50, "2025-11-10", files=[("证书.pdf", b"z" * 1000), ("a b.txt", b"text")])
    case.add("Untagged", "college", 90, competencies=())
    return case


def failed(result, code):
    same(result.code, 1, str(result.last) + result.errors)
    same(result.last["failed"]["code"], code)
    same(os.path.getsize(result.path), 0, "what is left")
    return result.last["failed"]["text"]


# ---- the archive

def archive_holds_all():
    case = usual()
    path = made(case).path
    with zipfile.ZipFile(path) as z:
        same(z.testzip(), None)
        names = [i.filename for i in z.infolist()]
        same(names, ["README.txt", "renewal.pdf", "entries.csv", "entries.json", "program/test-2y20.rules",
                     "evidence/1/agenda.pdf", "evidence/1/certificate.png", "evidence/2/letter.eml",
                     "evidence/3/证书.pdf", "evidence/3/a b.txt", "SHA256SUMS"])
        for i in z.infolist():
            same((i.compress_type, i.external_attr >> 16, i.date_time), (0, 0o100644, (2026, 3, 12, 13, 7, 0)), i.filename)
        sums = z.read("SHA256SUMS").decode()
        same([line[66:] for line in sums.splitlines()],
             sorted((n for n in names if n != "SHA256SUMS"), key=lambda n: n.encode()))
        for line in sums.splitlines():
            same(line[:66], hashlib.sha256(z.read(line[66:])).hexdigest() + "  ")
        same(z.read("evidence/2/letter.eml"), b"From: x\r\n" * 30000)
        same(z.read("program/test-2y20.rules").decode(), case.program)


def others_read_it():
    path = made(usual()).path
    subprocess.run(["unzip", "-tq", path], check=True, stdout=subprocess.PIPE)
    listed = subprocess.run(["bsdtar", "-tf", path], check=True, stdout=subprocess.PIPE,
                            env=dict(os.environ, LC_ALL="C.UTF-8")).stdout.decode()
    has(listed, "evidence/3/证书.pdf\n")
    for tool in (["unzip", "-q", path], ["bsdtar", "-xf", path]):
        folder = tempfile.mkdtemp(dir=RUN[0])
        subprocess.run(tool, check=True, cwd=folder, env=dict(os.environ, LC_ALL="C.UTF-8"))
        out = subprocess.run(["sha256sum", "--strict", "-c", "SHA256SUMS"], cwd=folder, check=True, stdout=subprocess.PIPE)
        same(out.stdout.decode().count(": OK\n"), 10)


def csv_and_json_alone():
    case = usual()
    with zipfile.ZipFile(made(case).path) as z:
        for form in ("csv", "json"):
            result = made(case, form)
            same(open(result.path, "rb").read(), z.read("entries." + form), form)
            same(result.last, {"complete": {"bytes": os.path.getsize(result.path), "entries": 4, "files": 0,
                                            "unproven": []}})
        rows = list(csv.DictReader(io.StringIO(z.read("entries.csv").decode(), newline="")))
        same([r["counted"] for r in rows], ["4", "6", "0.75", "0"])
        same(rows[1]["note"], "One line,\nand \"another\".")
        same(rows[2]["evidence"], "证书.pdf; a b.txt")
        same(rows[3]["state"], "needs-info")
        told = json.loads(z.read("entries.json"))
        same((told["ceud"], told["counted"], told["required"], told["submitted"]), (1, 10.75, 20, None))
        same([e["id"] for e in told["entries"]], [1, 2, 3, 4])
        same(told["entries"][1]["parts"][1]["rule"], "category-limit")


def same_facts_same_bytes():
    first = open(made(usual()).path, "rb").read()
    time.sleep(2.1)                                     # an archive's clock has steps of two seconds
    for env in ({"TZ": "Pacific/Auckland", "LANG": "de_DE.UTF-8", "LC_ALL": "ja_JP.UTF-8"},
                {"TZ": "America/St_Johns", "LANG": "C", "HOME": "/nonexistent", "PANGO_LANGUAGE": "zh"},
                {"SOURCE_DATE_EPOCH": "7", "FC_LANG": "ar", "LANGUAGE": "ar:fa"}, {}):
        folder = tempfile.mkdtemp(dir=RUN[0])
        mask = os.umask(0o077)
        try:
            again = made(usual(), path=os.path.join(folder, "x"), env=dict(PATH=os.environ["PATH"], **env))
        finally:
            os.umask(mask)
        same(hashlib.sha256(open(again.path, "rb").read()).hexdigest(), hashlib.sha256(first).hexdigest(), str(env))


def same_facts_another_day():
    job = usual().job()
    job["entries"].append(dict(job["entries"][3], id=5, date="2026-04-01", title="Planned", state="planned"))
    job["why"]["entries"].append(dict(job["why"]["entries"][3], id=5))
    packets = set()
    for today in ("2025-11-10", "2026-03-12", "2026-04-02", "2026-06-30"):
        result = make(dict(job, today=today))
        same(result.code, 0, str(result.last))
        packets.add(hashlib.sha256(open(result.path, "rb").read()).hexdigest())
    same(len(packets), 1, "packets")
    same(verify(result.path)[0], 0)


def other_facts_other_bytes():
    case = usual()
    first = open(made(case).path, "rb").read()
    case.entries[0]["note"] = "!"
    assert open(made(case).path, "rb").read() != first


def nothing_and_much():
    case = Case()
    result = made(case)
    same(result.last["complete"], {"bytes": os.path.getsize(result.path), "entries": 0, "files": 0, "unproven": []})
    same(result.lines, [result.last])
    same(verify(result.path)[0], 0)
    for i in range(500):
        case.add("Entry %d of many" % i, ["training", "college", "cxpa"][i % 3], 15 + i % 90, "2025-%02d-%02d" % (i % 12 + 1, i % 28 + 1),
                 files=[("f%d.txt" % i, b"%d" % i)] if i % 5 else [])
    result = made(case)
    same((result.last["complete"]["entries"], result.last["complete"]["files"]), (500, 400))
    code, said, _ = verify(result.path)
    same(code, 0, said)
    has(said, "405 files match SHA256SUMS.")


def tells_how_far():
    case = Case()
    for i in range(8):
        case.add("Large %d" % i, files=[("large.pdf", bytes([i]) * 6_000_000)])
    began = time.monotonic()
    result = made(case)
    took = time.monotonic() - began
    steps = [line["done"] for line in result.lines[:-1]]
    same(steps, sorted(set(steps)))
    same((steps[-1], {line["of"] for line in result.lines[:-1]}), (48_000_000, {48_000_000}))
    assert len(steps) <= took * 20 + 2, (len(steps), took)
    same(result.last["complete"]["bytes"], os.path.getsize(result.path))


# ---- evidence that is not what it was

def damaged_evidence():
    def flip(path):
        data = bytearray(open(path, "rb").read())
        data[len(data) // 2] ^= 1
        open(path, "wb").write(data)

    def link(path):
        os.rename(path, path + ".real")
        os.symlink(path + ".real", path)

    def fifo(path):
        os.unlink(path)
        os.mkfifo(path)

    def folder(path):
        os.unlink(path)
        os.mkdir(path)

    changes = [(flip, "is not the file that was attached"), (lambda p: os.truncate(p, 100), "is shorter than it was"),
               (lambda p: os.truncate(p, 0), "is shorter than it was"), (lambda p: open(p, "ab").write(b"+"), "is longer than it was"),
               (os.unlink, "is missing on the server"), (link, "is missing on the server"),
               (fifo, "is missing on the server"), (folder, "is missing on the server")]
    for change, words in changes:
        case = usual()
        job = case.job()
        change(case.path(case.entries[1]["evidence"][0]["sha256"]))
        same(failed(make(job), "evidence-damaged"), "Entry 2's letter.eml %s, so no packet is made." % words)
    case = usual()
    job = case.job()
    job["evidence_dir"] = os.path.join(case.folder, "nowhere")
    failed(make(job), "evidence-damaged")
    job["evidence_dir"] = PACKET                                        # no folder
    failed(make(job), "evidence-damaged")


def damaged_evidence_spoils_no_table():
    case = usual()
    job = case.job("csv")
    os.unlink(case.path(case.entries[0]["evidence"][0]["sha256"]))
    same(make(job).code, 0)


# ---- where it cannot be written

def no_room():
    result = make(usual().job(), limits=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000)))
    has(failed(result, "too-large"), "larger than a file may be")
    full = os.open("/dev/full", os.O_WRONLY)
    for form in ("zip", "csv", "json"):
        result = make(usual().job(form), to=full)
        same((result.code, result.last["failed"]["code"]), (1, "no-space"))
        has(result.last["failed"]["text"], "no room for the packet")
        has(result.last["failed"]["next"], "make room")
    os.close(full)


def no_room_on_a_disk():
    disk = os.path.join(tempfile.mkdtemp(dir=RUN[0]), "disk")
    os.mkdir(disk)
    if os.geteuid() != 0 or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=128k", "tmpfs", disk],
                                           stderr=subprocess.DEVNULL).returncode:
        raise Skip("no small disk can be mounted here")
    try:
        failed(make(usual().job(), path=os.path.join(disk, "packet")), "no-space")
        with open(os.path.join(disk, "other"), "wb") as f:
            f.write(b"x" * 100_000)                                     # all room is there again
    finally:
        subprocess.run(["umount", disk], check=True)


def no_file_to_write():
    case = usual()
    same(make(case.job(), to=-1).code, 2, "3 closed")
    path = os.path.join(case.folder, "there")
    open(path, "w").close()
    reading = os.open(path, os.O_RDONLY)
    result = make(case.job(), to=reading)
    os.close(reading)
    same((result.code, result.last), (2, None))
    has(result.errors, "Descriptor 3 is not open for writing.")
    with open(path, "w") as f:
        f.write("x")
    again = os.open(path, os.O_WRONLY)
    result = make(case.job(), to=again)
    os.close(again)
    same((result.code, open(path).read()), (2, "x"))
    has(result.errors, "is not empty")


def nobody_listens():
    case = usual()
    path = os.path.join(case.folder, "packet")
    with open(path, "wb") as to:
        def child():
            os.dup2(to.fileno(), 3)
            os.set_inheritable(3, True)
        reader, writer = os.pipe()
        os.close(reader)
        done = subprocess.run([PACKET, "make"], input=json.dumps(case.job()).encode(), stdout=writer,
                              stderr=subprocess.PIPE, preexec_fn=child, close_fds=False)
        os.close(writer)
    same((done.returncode, os.path.getsize(path)), (1, 0))
    has(done.stderr.decode(), "Broken pipe")


def over_a_socket():
    """As ceud speaks with it: one socket for both ways, which does not block, and a job that comes slowly."""
    case = usual()
    path = os.path.join(case.folder, "packet")
    ours, theirs = socket.socketpair()
    theirs.setblocking(False)
    with open(path, "wb") as to:
        def child():
            os.dup2(to.fileno(), 3)
            os.set_inheritable(3, True)
        process = subprocess.Popen([PACKET, "make"], stdin=theirs, stdout=theirs, preexec_fn=child, close_fds=False)
    theirs.close()
    text = json.dumps(case.job()).encode()
    for at in range(0, len(text), 1 + len(text) // 5):
        time.sleep(0.05)
        ours.sendall(text[at:at + 1 + len(text) // 5])
    ours.shutdown(socket.SHUT_WR)
    said = ours.makefile("rb").read()
    same(process.wait(), 0)
    same(json.loads(said.splitlines()[-1])["complete"]["bytes"], os.path.getsize(path))
    same(verify(path)[0], 0)


# ---- jobs

def refused(job, words):
    result = make(job)
    same((result.code, result.last, os.path.getsize(result.path)), (2, None, 0), words)
    has(result.errors, words)
    same(result.errors.count("\n"), 1, result.errors)


def bad_jobs():
    good = usual().job()
    wrong = {"format": "pdf", "evidence_dir": "evidence", "organisation": 1, "person": [], "generated": 0, "cycle": None,
             "today": "12 March", "submitted": [], "program": "x", "status": 1, "why": [], "entries": {}}
    same(set(wrong), set(good))
    for name in good:
        job = {k: v for k, v in good.items() if k != name}
        if name not in ("organisation", "submitted"):
            refused(job, name)
        refused(dict(good, **{name: wrong[name]}), name)
    for text, words in ((b"", "no JSON value"), (b"{", "JSON"), (b"[]", "no JSON object"), (b"7\n", "no JSON object"),
                        (b'{"format":"zip","format":"zip"}', "twice"), (b"\xff", "UTF-8"),
                        (json.dumps(good).encode() * 2, "something follows"), (b" " * (66 << 20), "larger than 64 MB")):
        if text == b"":
            same(make(text).code, 2)
        else:
            refused(text, words)
    refused(dict(good, wish="x"), "wish")
    other = copy.deepcopy(good)
    other["program"]["text"] += "\n"
    refused(other, "not those of the cycle")
    other = copy.deepcopy(good)
    other["program"]["text"] = "nonsense"
    other["program"]["hash"] = hashlib.sha256(b"nonsense").hexdigest()
    refused(other, "cannot be read")
    for name in ("../x", "a/b", "", ".x", "a\\b", "a\nb", "a\u202eb", "x" * 256):
        other = copy.deepcopy(good)
        other["entries"][0]["evidence"][0]["name"] = name
        refused(other, "is no name of a file")
    other = copy.deepcopy(good)
    other["entries"][0]["evidence"] = [dict(good["entries"][0]["evidence"][0], name="f%d" % i) for i in range(2001)]
    has(failed(make(other), "too-large"), "more than 2000 files of evidence")


def figures_must_agree():
    job = usual().job()
    job["status"]["counted"] = 20
    result = make(job)
    has(failed(result, "facts-disagree"), "Counted: the packet says 20.0, the rules give 10.75.")
    job = usual().job()
    job["entries"][0]["category"] = "leisure"
    same(make(job).code, 2)


def too_large_altogether():
    case = usual()
    job = case.job()
    job["entries"][0]["evidence"][0]["bytes"] = 2 << 30
    has(failed(make(job), "too-large"), "larger")


# ---- the process

def is_confined():
    process = subprocess.Popen([PACKET, "make"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                               preexec_fn=lambda: (os.dup2(os.open(os.devnull, os.O_WRONLY), 3),
                                                   os.set_inheritable(3, True)), close_fds=False)
    try:
        for _ in range(200):
            status = open("/proc/%d/status" % process.pid).read()
            if "NoNewPrivs:\t1" in status:
                break
            time.sleep(0.01)
        has(status, "NoNewPrivs:\t1")
        limits = open("/proc/%d/limits" % process.pid).read()
        has(" ".join(limits.split()), "Max core file size 0 0")
        has(" ".join(limits.split()), "Max cpu time 120 120")
        has(" ".join(limits.split()), "Max open files 64 64")
    finally:
        process.communicate(b"")


def command_lines():
    def run(*words):
        done = subprocess.run([PACKET, *words], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        return done.returncode, done.stdout.decode(), done.stderr.decode()

    same(run("--version")[0], 0)
    has(run("--help")[1], "ceud-packet verify [--json] FILE")
    for words in ((), ("make", "x"), ("pack",), ("verify",), ("verify", "--jason", "x"), ("verify", "a", "b")):
        code, out, errors = run(*words)
        same((code, out), (2, ""), str(words))
        has(errors, "usage: ceud-packet make")
    code, _, errors = run("verify", "/nonexistent/x")
    same(code, 1)
    has(errors, "No such file or directory")
    same(stat.S_IMODE(os.stat(PACKET).st_mode) & 0o111, 0o111)


main(archive_holds_all, others_read_it, csv_and_json_alone, same_facts_same_bytes, same_facts_another_day,
     other_facts_other_bytes,
     nothing_and_much, tells_how_far, damaged_evidence, damaged_evidence_spoils_no_table, no_room, no_room_on_a_disk,
     no_file_to_write, nobody_listens, over_a_socket, bad_jobs, figures_must_agree, too_large_altogether, is_confined, command_lines)
