#!/usr/bin/python3
"""ceud-packet verify: a sound packet, one that was tampered with in every way, and files that are none. TAP."""
import hashlib
import io
import json
import os
import random
import struct
import subprocess
import sys
import tempfile
import time
import warnings
import zipfile
import zlib

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from packet_harness import PACKET, RUN, SEED, Case, has, made, main, same, sanitized, verify     # noqa: E402

MUTATIONS = int(os.environ.get("CEUD_MUTATIONS", "2000"))


def usual():
    case = Case()
    case.add("Journey mapping in practice", minutes=240, files=[("agenda.pdf", b"agenda" * 500), ("badge.png", b"\x89PNG" * 9)])
    case.add("Voice of the customer", minutes=540, date="2025-05-06", files=[("letter.eml", b"From: x\r\n" * 300)],
             competencies=("voice", "metrics"), note="One line,\nand another.")
    case.add("Zéro défaut", "cxpa", 50, "2025-11-10", files=[("证书.pdf", b"z" * 1000)])
    case.add("Untagged", "college", 90, competencies=())
    return case


class Packet:
    """The files of a packet, to be changed and packed again."""
    made = []

    def __init__(self):
        if not Packet.made:
            Packet.made.append(made(usual()).path)
        with zipfile.ZipFile(Packet.made[0]) as z:
            self.files = [[i.filename, z.read(i)] for i in z.infolist()]

    def __getitem__(self, name):
        return next(f[1] for f in self.files if f[0] == name)

    def __setitem__(self, name, data):
        next(f for f in self.files if f[0] == name)[1] = data

    def drop(self, name):
        self.files = [f for f in self.files if f[0] != name]

    def sums(self):
        """SHA256SUMS made anew, as one who tampers would."""
        self["SHA256SUMS"] = "".join("%s  %s\n" % (hashlib.sha256(d).hexdigest(), n) for n, d in sorted(self.files)
                                     if n != "SHA256SUMS").encode()

    def change(self, function):
        """The object of entries.json changed, and what follows from it: the CSV is not."""
        told = json.loads(self["entries.json"])
        function(told)
        self["entries.json"] = json.dumps(told).encode()
        self.sums()

    def path(self, method=zipfile.ZIP_STORED, **options):
        path = os.path.join(tempfile.mkdtemp(dir=RUN[0]), "packet.zip")
        with zipfile.ZipFile(path, "w", method, **options) as z:
            for name, data in self.files:
                info = zipfile.ZipInfo(name, (2026, 3, 12, 13, 7, 0))
                info.external_attr, info.compress_type = 0o100644 << 16, method
                z.writestr(info, data)
        return path


def sound(path):
    code, said, errors = verify(path)
    same((code, errors), (0, ""), said)
    same(said.splitlines()[-1], "The packet is sound.")
    return said


def unsound(path, *words):
    code, said, errors = verify(path)
    same((code, errors), (1, ""), said)
    lines = said.splitlines()
    same(lines[0].split()[0], "wrong", said)                         # what is wrong comes first
    same(lines[-1], "Do not rely on this packet. Ask for a new one.")
    for w in words:
        has("\n".join(line for line in lines if line.startswith("wrong")), w)
    return said


# ---- sound

def says_what_it_did():
    same(sound(made(usual()).path).splitlines(), [
        "ok     The archive holds 10 files, %d bytes, and nothing that does not belong." % sum(len(d) for _, d in Packet().files),
        "ok     9 files match SHA256SUMS.",
        "ok     entries.json tells of 4 entries of dana@example.org.",
        "ok     4 files of evidence are those that were attached.",
        "ok     The rules are those of test-2y20 that the cycle was bound to.",
        "ok     Counted anew by these rules it is the same: 10.75 of 20.0 CEU.",
        "ok     entries.csv says the same as entries.json.",
        "The packet is sound."])


def as_json():
    path = made(usual()).path
    code, said, _ = verify(path, "--json")
    told = json.loads(said)
    same((code, told["file"], told["ok"]), (0, path, True))
    same([(c["name"], c["ok"]) for c in told["checks"]], [(n, True) for n in
         ("archive", "sums", "entries", "evidence", "program", "totals", "csv")])
    packet = Packet()
    packet["entries.json"] = b"{"
    code, said, _ = verify(packet.path(), "--json")
    told = json.loads(said)
    same((code, told["ok"]), (1, False))
    same([c["ok"] for c in told["checks"]], [True] + [False] * 6)
    has(told["checks"][-1]["text"], "Not checked")


def packed_again():
    sound(Packet().path())
    sound(Packet().path(zipfile.ZIP_DEFLATED))
    sound(Packet().path(zipfile.ZIP_DEFLATED, compresslevel=9))
    packet = Packet()
    packet.files.reverse()
    sound(packet.path())


# ---- tampered with

def each_file_changed():
    for name, data in Packet().files:
        packet = Packet()
        packet[name] = data[:-2] + bytes([data[-2] ^ 1]) + data[-1:]
        said = unsound(packet.path())
        if name != "SHA256SUMS":
            has(said, '"%s" was changed' % name)


def each_file_gone():
    for name, _ in Packet().files:
        packet = Packet()
        packet.drop(name)
        said = unsound(packet.path())
        if name != "SHA256SUMS":
            has(said, '"%s" is missing; SHA256SUMS names it.' % name)
            packet.sums()
            unsound(packet.path(), "is missing." if name.startswith("evidence/") else "There is no ")
        else:
            has(said, "There is no SHA256SUMS inside.")


def files_added():
    for name in ("readme.txt", "evidence/1/virus.exe", "program/other.rules"):
        packet = Packet()
        packet.files.append([name, b"more"])
        unsound(packet.path(), '"%s"' % name)
        packet.sums()
        unsound(packet.path(), {"readme.txt": "does not belong", "evidence/1/virus.exe": "1 file of evidence belongs to no entry",
                                "program/other.rules": "2 program files"}[name])


def files_renamed():
    packet = Packet()
    next(f for f in packet.files if f[0] == "evidence/1/badge.png")[0] = "evidence/2/badge.png"
    unsound(packet.path(), '"evidence/1/badge.png" is missing')
    packet.sums()
    unsound(packet.path(), '"badge.png" of entry 1 is missing.')
    packet = Packet()
    next(f for f in packet.files if f[0].startswith("program/"))[0] = "program/other.rules"
    packet.sums()
    unsound(packet.path(), "the name of another program")
    packet = Packet()
    a, b = (next(f for f in packet.files if f[0] == "evidence/1/" + n) for n in ("badge.png", "agenda.pdf"))
    a[1], b[1] = b[1], a[1]
    packet.sums()
    unsound(packet.path(), "is not the file that was attached")


def sums_that_are_none():
    for data, words in ((b"", "was added"), (b"x\n", "no checksum"), (b"0" * 64 + b" *renewal.pdf\n", "no checksum"),
                        (b"0" * 64 + b"  ../../etc/passwd\n", '"../../etc/passwd" is missing'), (b"\0", "NUL"),
                        (b"A" * 64 + b"  renewal.pdf\n", "no checksum"), (b"0" * 64 + b"  " + b"x" * 600, "no checksum")):
        packet = Packet()
        packet["SHA256SUMS"] = data
        unsound(packet.path(), words)
    packet = Packet()
    packet["SHA256SUMS"] += packet["SHA256SUMS"].splitlines(True)[0]
    unsound(packet.path(), "twice")


def facts_changed():
    """Someone edits the figures and makes SHA256SUMS anew: the rules still tell."""
    def entry(n, **more):
        return lambda told: told["entries"][n - 1].update(more)

    def top(**more):
        return lambda told: told.update(more)

    def category(told):
        told["categories"][0]["over_limit"] = 0

    def rule(told):
        told["rules"][0].update(met=True, have=20)

    def move(told):
        told["cycle"].update(start="2025-04-01", counts_from="2025-04-01")

    cases = [(top(counted=20), "Counted: the packet says 20.0, the rules give 10.75."),
             (top(required=10), "Required: the packet says 10.0, the rules give 20.0."),
             (entry(1, counted=5), "Entry 1, counted: the packet says 5.0, the rules give 4.0."),
             (entry(1, units=5), "Entry 1, units"), (entry(1, minutes=300), "Entry 1, units: the packet says 4.0, the rules give 5.0."),
             (entry(2, state="counted"), "Entry 2: the packet says counted, the rules give part-counted."),
             (entry(4, competencies=["voice"]), "Entry 4: the packet says needs-info, the rules give counted."),
             (entry(3, category="training"), "Entry 3: the packet says counted, the rules give over-limit."),
             (entry(1, date="2023-03-03"), "Entry 1: the packet says counted, the rules give out-of-cycle."),
             (entry(3, id=1), "Entry 1 is given twice"), (entry(1, category="x"), "a category that program test-2y20 does not know"),
             (category, "Category training, over the limit"), (rule, "Rule total"), (move, "Counted: "),
             (lambda told: told["entries"].pop(), "Category college, logged"),
             (lambda told: told["rules"].pop(), "The packet tells of 3 rules, the program has 4."),
             (top(today="2025-04-04"), "Entry 2: the packet says part-counted, the rules give planned.")]
    for change, words in cases:
        packet = Packet()
        packet.change(change)
        unsound(packet.path(), words)


def csv_changed():
    packet = Packet()
    packet["entries.csv"] = packet["entries.csv"].replace(b"240,4,4", b"240,4,40")
    packet.sums()
    unsound(packet.path(), "entries.csv does not say what entries.json says.")
    packet = Packet()
    packet.change(lambda told: told["entries"][0].update(title="Another title"))
    unsound(packet.path(), "entries.csv does not say what entries.json says.")


def program_changed():
    packet = Packet()
    name = "program/test-2y20.rules"
    packet[name] = packet[name].replace(b"limit 10", b"limit 20")
    packet.sums()
    unsound(packet.path(), "not those of the cycle")
    digest = hashlib.sha256(packet[name]).hexdigest()
    packet.change(lambda told: told["program"].update(hash=digest))
    unsound(packet.path(), "Counted: the packet says 10.75, the rules give 13.75.")
    packet[name] = b"program {"
    packet.change(lambda told: told["program"].update(hash=hashlib.sha256(b"program {").hexdigest()))
    unsound(packet.path(), "cannot be read: test-2y20:1:")


def entries_that_are_none():
    for data, words in ((b"", "ends too early"), (b"x", "no JSON"), (b"[]", "not of version 1"), (b"\xff", "UTF-8"), (b"[" * 100000, "levels"),
                        (b'{"ceud":1}', "person is no object"), (b"{}\0", "NUL"), (b'{"ceud":1,"ceud":1}', "twice")):
        packet = Packet()
        packet["entries.json"] = data
        packet.sums()
        unsound(packet.path(), words)
    packet = Packet()
    packet.change(lambda told: told["person"].update(email="\x1b[2J\u202eevil\n"))
    said = verify(packet.path())[1]
    assert "\x1b" not in said and "\u202e" not in said, said


# ---- archives

def names_that_lead_elsewhere():
    for name in ("../x", "/etc/passwd", "evidence/../../x", "evidence/1/../../renewal.pdf", "evidence/1/a\\..\\b", "evidence/1/.rc",
                 "evidence/1/a\nb", "evidence/1/\u202efdp.exe", "evidence/1/" + "n" * 300, "a" * 5000, "./renewal.pdf",
                 "evidence//1/x", "evidence/1/x/", "C:\\x"):
        packet = Packet()
        packet.files.insert(0, [name, b"x"])
        packet.sums()
        said = unsound(packet.path())
        assert "\u202e" not in said and said.count("\n") == 8, said


def odd_archives():
    packet = Packet()
    packet.files.append(["renewal.pdf", packet["renewal.pdf"]])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        unsound(packet.path(), '"renewal.pdf" is inside twice')
    for method in (zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA):
        unsound(Packet().path(method), "packed in a way that packets are not")
    path = Packet().path()
    data = bytearray(open(path, "rb").read())
    at = data.rfind(b"PK\x01\x02", 0, data.rfind(b"SHA256SUMS"))
    for mode in (0o120777, 0o040755, 0o010644, 0o060644):
        data[at + 38:at + 42] = struct.pack("<I", mode << 16)
        unsound(write(data), "is no plain file")
    data = bytearray(open(path, "rb").read())
    for mark in (b"PK\x01\x02", b"PK\x03\x04"):
        at = data.find(mark)
        flags = at + (8 if mark == b"PK\x01\x02" else 6)
        data[flags] |= 1
    unsound(write(data), "is encrypted")


def write(data):
    path = os.path.join(tempfile.mkdtemp(dir=RUN[0]), "packet.zip")
    with open(path, "wb") as f:
        f.write(data)
    return path


def no_archives():
    whole = open(Packet().path(), "rb").read()
    for data in (b"", b"x", b"PK\x05\x06", b"PK\x03\x04" * 1000, b"%PDF-1.4", os.urandom(100000), whole[:len(whole) // 2],
                 whole[:-10], whole[:100], b"\x1f\x8b" + whole, whole + b"\n", whole + whole):
        unsound(write(data), "no zip archive")
    unsound(write(b"PK\x05\x06" + b"\0" * 18))                    # one without files
    gz = write(zlib.compress(whole))
    unsound(gz, "no zip archive")
    folder = tempfile.mkdtemp(dir=RUN[0])
    unsound(folder, "It is no plain file.")
    fifo = os.path.join(folder, "fifo")
    os.mkfifo(fifo)
    unsound(fifo, "It is no plain file.")
    same(verify(os.path.join(folder, "nothing"))[0], 1)
    large = os.path.join(folder, "large")
    with open(large, "wb") as f:
        f.truncate(3 << 30)
    unsound(large, "larger than 2048 MB")


def bombs():
    began = time.monotonic()
    packet = Packet()
    packet.files.insert(0, ["evidence/9/bomb.txt", b"\0" * 400_000_000])
    path = packet.path(zipfile.ZIP_DEFLATED)
    assert os.path.getsize(path) < 1_000_000
    unsound(path, "unpacks to more than a packet may hold")
    packet = Packet()
    packet["entries.json"] = b" " * (40 << 20)
    unsound(packet.path(), "is larger than it may be")
    packet = Packet()
    packet.files += [["evidence/1/%d.txt" % i, b""] for i in range(2100)]
    unsound(packet.path(), "more files inside than a packet holds")
    assert time.monotonic() - began < 30


def two_tales():
    """What one reader of zip believes and another does not: each must be refused."""
    whole = open(Packet().path(), "rb").read()
    centre = whole.rfind(b"PK\x05\x06")
    start = struct.unpack("<I", whole[centre + 16:centre + 20])[0]

    def found(name, after):
        return whole.index(name, after)

    swapped = bytearray(whole)                      # names as the directory has them, the files before theirs
    for one, other in ((b"evidence/1/agenda.pdf", b"evidence/1/Agenda.pdf"),):
        at = found(one, start)
        swapped[at:at + len(one)] = other
    unsound(write(swapped), "two names for a file")
    for at in (start + 8, start + 10, start + 16, start + 20, start + 24):
        data = bytearray(whole)
        data[at] ^= 8
        unsound(write(data))
    hidden = b"PK\x03\x04" + b"\0" * 26 + b"hidden"        # a file that the directory does not name
    for at in (0, found(b"PK\x03\x04", 100), start):
        data = bytearray(whole[:at] + hidden + whole[at:])
        end = data.rfind(b"PK\x05\x06")
        data[end + 16:end + 20] = struct.pack("<I", start + len(hidden))
        where = start + len(hidden)
        while data[where:where + 4] == b"PK\x01\x02":
            offset = struct.unpack("<I", data[where + 42:where + 46])[0]
            if offset >= at:
                data[where + 42:where + 46] = struct.pack("<I", offset + len(hidden))
            where += 46 + sum(struct.unpack("<HHH", data[where + 28:where + 34]))
        same(contents(bytes(data)), contents(whole), "files as others find them")
        unsound(write(data), "bytes inside that belong to no file")
    path = Packet().path()
    with zipfile.ZipFile(path, "a") as z:
        z.comment = b"A comment"
    unsound(path, "no zip archive")
    packet = Packet()
    path = os.path.join(tempfile.mkdtemp(dir=RUN[0]), "packet.zip")
    with zipfile.ZipFile(path, "w") as z:
        for name, data in packet.files:
            info = zipfile.ZipInfo(name)
            info.extra = struct.pack("<HHBI", 0x7075, 5, 1, 0)          # another name, in Unicode
            z.writestr(info, data)
    unsound(path, "packed in a way that packets are not")


def bounded_memory():
    case = Case()
    for i in range(10):
        case.add("Large %d" % i, files=[("large.pdf", bytes([i]) * 10_000_000)])
    path = made(case).path
    # Asked of a small process in between: what a child uses is never less than its parent had.
    program = ("import resource, subprocess, sys\n"
               "done = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL)\n"
               "print(done.returncode, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)")
    out = subprocess.run([sys.executable, "-c", program, PACKET, "verify", path], check=True, stdout=subprocess.PIPE)
    code, used = map(int, out.stdout.split())
    same(code, 0)
    if not sanitized():
        assert used < 64 * 1024, used


def mutations():
    """Bytes changed, cut out, doubled, swapped: always an answer, in time, and never that it is sound."""
    rnd = random.Random(SEED)
    stored, packed = (open(Packet().path(m), "rb").read() for m in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED))
    path = os.path.join(RUN[0], "mutant.zip")
    slowest, passed = 0, 0
    for n in range(MUTATIONS):
        data = bytearray(rnd.choice((stored, packed)))
        original = bytes(data)
        for _ in range(rnd.choice((1, 1, 2, 5, 30))):
            mutate(rnd, data)
        with open(path, "wb") as f:
            f.write(data)
        began = time.monotonic()
        done = subprocess.run([PACKET, "verify", path], stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60)
        slowest = max(slowest, time.monotonic() - began)
        if done.returncode not in (0, 1) or b"ERROR: " in done.stderr:
            os.rename(path, os.path.join(os.path.dirname(RUN[0]), "mutant-%d-%d" % (SEED, n)))
            raise AssertionError("mutation %d ended with %d: %s" % (n, done.returncode, done.stderr.decode()[-2000:]))
        if done.returncode == 0 and bytes(data) != original:
            passed += 1
            others = contents(bytes(data))
            same(others or contents(original), contents(original), "what mutation %d passed with" % n)
    print("# %d mutations, %d touched nothing that is read, slowest %.2f s" % (MUTATIONS, passed, slowest))
    assert slowest < 20


def mutated_contents():
    """The same within what is read further, packed properly again: sums, entries and rules that nobody wrote."""
    rnd = random.Random(SEED + 1)
    seen = {0: 0, 1: 0}
    for n in range(MUTATIONS // 4):
        packet = Packet()
        name = rnd.choice(("entries.json", "entries.json", "program/test-2y20.rules", "SHA256SUMS", "entries.csv"))
        data = bytearray(packet[name])
        for _ in range(rnd.choice((1, 2, 8))):
            mutate(rnd, data)
        packet[name] = bytes(data)
        if name.startswith("program/"):
            told = json.loads(packet["entries.json"])
            told["program"]["hash"] = hashlib.sha256(packet[name]).hexdigest()
            packet["entries.json"] = json.dumps(told).encode()
        if name != "SHA256SUMS":
            packet.sums()
        path = packet.path()
        done = subprocess.run([PACKET, "verify", path], stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60)
        if done.returncode not in (0, 1) or b"ERROR: " in done.stderr:
            os.rename(path, os.path.join(os.path.dirname(RUN[0]), "contents-%d-%d" % (SEED, n)))
            raise AssertionError("mutation %d of %s ended with %d: %s" % (n, name, done.returncode, done.stderr.decode()[-2000:]))
        seen[done.returncode] += 1
        os.unlink(path)
    print("# %d sound, %d not" % (seen[0], seen[1]))
    assert seen[1] > seen[0]


def mutate(rnd, data):
    if not data:
        data += b"x"
    at = rnd.randrange(len(data))
    if rnd.random() < .4:                                              # the directory at the end steers all
        at = rnd.randrange(max(0, len(data) - 1500), len(data))
    kind = rnd.randrange(6)
    if kind == 0:
        data[at] ^= 1 << rnd.randrange(8)
    elif kind == 1:
        data[at] = rnd.choice((0, 1, 0x7f, 0x80, 0xff))
    elif kind == 2:
        del data[at:at + rnd.choice((1, 4, 100))]
        data += b"\0" if not data else b""
    elif kind == 3:
        data[at:at] = data[at:at + rnd.choice((1, 4, 100))]
    elif kind == 4:
        data[at:at + 4] = struct.pack("<I", rnd.choice((0, 1, 0xffff, 0x7fffffff, 0xffffffff, rnd.getrandbits(32))))
    else:
        data[at:at + 8] = rnd.randbytes(8)


def contents(data):
    """Names and bytes as another reader of zip finds them; None where it finds none at all."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as z:
            return {i.filename: z.read(i) for i in z.infolist()}
    except (zipfile.BadZipFile, NotImplementedError):                  # it minds a version, or a date
        return None


def changed_nothing():
    Packet()
    path = Packet.made[0]
    before = (os.stat(path).st_mtime_ns, open(path, "rb").read())
    folder = tempfile.mkdtemp(dir=RUN[0])
    subprocess.run([PACKET, "verify", path], cwd=folder, check=True, stdout=subprocess.DEVNULL)
    same((os.stat(path).st_mtime_ns, open(path, "rb").read()), before)
    same(os.listdir(folder), [])


main(says_what_it_did, as_json, packed_again, each_file_changed, each_file_gone, files_added, files_renamed,
     sums_that_are_none, facts_changed, csv_changed, program_changed, entries_that_are_none, names_that_lead_elsewhere,
     odd_archives, no_archives, two_tales, bombs, bounded_memory, mutations,
     mutated_contents, changed_nothing)
