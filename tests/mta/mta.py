"""Mail servers of Debian's packages, unpacked below the build folder, run on loopback ports by whoever runs the tests;
certificates from an authority of the tests' own."""
import atexit
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "system"))
import harness                                                              # noqa: E402

HERE = os.path.dirname(os.path.abspath(__file__))
MTA = os.path.abspath(os.path.join(harness.BUILD, "mta"))
TOKEN = "ya29.a-token_of-the-test"
NOBODY = 65534


def unpacked():
    """Skips the test where the packages cannot be had."""
    run = subprocess.run([os.path.join(HERE, "unpack")], stdout=subprocess.PIPE, text=True, check=False)
    if run.returncode == 77:
        raise harness.Skip(run.stdout.strip())
    assert run.returncode == 0, run.stdout


def program(name):
    return os.path.join(MTA, "root", "usr", name)


def environment(**more):
    with open(os.path.join(MTA, "libraries")) as f:
        folders = [os.path.abspath(p) for p in f.read().strip().split(":")]
    return dict(os.environ, LD_LIBRARY_PATH=":".join(folders), **more)


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def listens(port, process, said):
    end = time.monotonic() + 20 * harness.SLACK
    while True:
        assert process.poll() is None, "it ended with %s: %s" % (process.returncode, said())
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            assert time.monotonic() < end, "nobody listens: " + said()
            time.sleep(0.02)


# ---- certificates

def openssl(*words):
    subprocess.run(["openssl", *words], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def authority(folder, name):
    """ca.pem and ca.key in FOLDER, made once."""
    os.makedirs(folder, exist_ok=True)
    key, cert = os.path.join(folder, "ca.key"), os.path.join(folder, "ca.pem")
    if not os.path.exists(cert):
        openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "30",
                "-subj", "/CN=" + name, "-keyout", key, "-out", cert)
    return cert, key


def certificate(folder, ca, name="localhost"):
    """server.pem and server.key in FOLDER, signed by CA."""
    key, csr, cert, more = (os.path.join(folder, n) for n in ("server.key", "server.csr", "server.pem", "server.ext"))
    with open(more, "w") as f:
        f.write("subjectAltName=DNS:%s\n" % name)
    openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", "/CN=" + name,
            "-keyout", key, "-out", csr)
    openssl("x509", "-req", "-in", csr, "-CA", ca[0], "-CAkey", ca[1], "-CAcreateserial", "-days", "30", "-extfile", more,
            "-out", cert)


# ---- Exim

class Exim:
    """An Exim of one's own. Its binary wants the user Debian-exim to exist, so it is told of one by a list of users of its
    own; and it does not run as root: then it is nobody, in a folder that nobody can get to."""

    def __init__(self, name, size="50M", port=0):
        self.is_root = os.geteuid() == 0
        self.user, self.group = (NOBODY, NOBODY) if self.is_root else (os.geteuid(), os.getegid())
        self.program, self.libraries = program("sbin/exim4"), environment()["LD_LIBRARY_PATH"]
        own = os.path.abspath(os.path.join(harness.folder(), name + "-exim"))
        self.folder = self.folder_of_nobody() if self.is_root else own
        os.makedirs(os.path.join(self.folder, "spool"))
        self.ca = authority(os.path.join(self.folder, "authority"), "The tests' authority")
        certificate(self.folder, self.ca)
        self.port, self.implicit = port or free_port(), free_port()
        self.put("token", TOKEN)
        with open(os.path.join(HERE, "exim.conf")) as f:
            text = f.read()
        for word, value in (("folder", self.folder), ("user", self.user), ("group", self.group), ("size", size),
                            ("port", "%d : %d" % (self.port, self.implicit)), ("implicit", self.implicit),
                            ("password", harness.PASSWORD)):
            text = text.replace("@%s@" % word, str(value))
        self.config = self.put("exim.conf", text)
        users = self.put("passwd", "Debian-exim:x:%d:%d::%s:/bin/false\nroot:x:0:0:root:/root:/bin/sh\n"
                         % (self.user, self.group, self.folder))
        groups = self.put("group", "Debian-exim:x:%d:\nroot:x:0:\n" % self.group)
        wrapper = subprocess.run(["find", os.path.join(MTA, "root"), "-name", "libnss_wrapper.so"], stdout=subprocess.PIPE,
                                 text=True, check=True).stdout.split()[0]
        if self.is_root:
            wrapper = os.path.join(self.libraries, "libnss_wrapper.so")
        self.environment = environment(LD_PRELOAD=wrapper, NSS_WRAPPER_PASSWD=users, NSS_WRAPPER_GROUP=groups)
        self.environment["LD_LIBRARY_PATH"] = self.libraries
        self.process = None
        if self.is_root:
            for where, _, names in os.walk(self.folder):
                for path in [where] + [os.path.join(where, n) for n in names]:
                    os.chown(path, self.user, self.group)
        self.start()

    def folder_of_nobody(self):
        """With copies of the program and its libraries, as the build folder may be closed to others."""
        folder = tempfile.mkdtemp(prefix="exim-")
        if not os.environ.get("KEEP"):
            atexit.register(shutil.rmtree, folder, ignore_errors=True)
        os.chmod(folder, 0o755)
        os.mkdir(os.path.join(folder, "lib"))
        for where, _, names in os.walk(os.path.join(MTA, "root", "usr", "lib")):
            for name in (n for n in names if ".so" in n):
                shutil.copy(os.path.join(where, name), os.path.join(folder, "lib"))
        self.program, self.libraries = shutil.copy(self.program, folder), os.path.join(folder, "lib")
        return folder

    def put(self, name, text):
        path = os.path.join(self.folder, name)
        with open(path, "w") as f:
            f.write(text)
        os.chmod(path, 0o644)
        return path

    def start(self):
        argv = [self.program, "-C", self.config, "-bdf"]
        if self.is_root:
            argv = ["setpriv", "--reuid=%d" % self.user, "--regid=%d" % self.group, "--clear-groups", *argv]
        with open(os.path.join(self.folder, "out"), "ab") as out:
            self.process = harness.start(argv, stdin=subprocess.DEVNULL, stdout=out, stderr=out, env=self.environment)
        listens(self.port, self.process, self.said)

    def said(self):
        text = ""
        for name in [os.path.join(self.folder, "out")] + [os.path.join(self.folder, "log-%slog" % n) for n in ("main", "reject", "panic")]:
            if os.path.exists(name):
                with open(name, errors="replace") as f:
                    text += f.read()
        return text

    def end(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(20 * harness.SLACK)

    def mails(self):
        """What is in its queue: {recipient: bytes}, its own Received header taken out."""
        found, folder = {}, os.path.join(self.folder, "spool", "input")
        for where, _, names in os.walk(folder):
            for name in names:
                if name.endswith("-H"):
                    to, content = spooled(os.path.join(where, name[:-2]))
                    assert to not in found, "two copies for " + to
                    found[to] = content
        return found


def spooled(base):
    """(recipient, bytes) of a mail in Exim's spool, its header file and its data file."""
    with open(base + "-H", "rb") as f:
        envelope, _, rest = f.read().partition(b"\n\n")
    to = envelope.split(b"\n")[-1].decode()
    headers = b""
    while rest:
        kind = re.match(rb"(\d+)(.) ", rest)
        start, size = kind.end(), int(kind.group(1))
        if kind.group(2) not in b"P*":
            headers += rest[start:start + size]
        rest = rest[start + size:]
    with open(base + "-D", "rb") as f:
        body = f.read().partition(b"\n")[2]
    return to, (headers + b"\n" + body).replace(b"\n", b"\r\n")


# ---- smtp-sink

class Sink:
    """Postfix's smtp-sink; it counts what it takes on its standard output, with -c."""

    def __init__(self, *options):
        self.port = free_port()
        name = os.path.join(harness.folder(), "sink-%d" % self.port)
        argv = [program("sbin/smtp-sink"), *(["-u", "nobody"] if os.geteuid() == 0 else []), "-c", *options,
                "127.0.0.1:%d" % self.port, "100"]
        self.out = name + ".out"
        with open(self.out, "wb") as out:
            self.process = harness.start(argv, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT,
                                         env=environment())
        listens(self.port, self.process, self.said)

    def said(self):
        with open(self.out, errors="replace") as f:
            return f.read()

    def end(self):
        """What it counted last: {"sess": n, "quit": n, "mesg": n}; the first session is our own look."""
        self.process.terminate()
        self.process.wait(20 * harness.SLACK)
        last = re.split(r"[\r\n]", self.said().strip())[-1]
        return {word: int(n) for word, n in re.findall(r"(\w+)=(\d+)", last)}


def tools():
    """That all of it is there, for whoever wants to know before a bench."""
    unpacked()
    return all(shutil.which(program(p)) for p in ("sbin/exim4", "sbin/smtp-sink", "sbin/smtp-source", "bin/msmtp"))
