"""What both test mail servers share: a certificate, a folder of received mails, an end."""
import json
import os
import select
import ssl
import stat
import subprocess
import sys
import threading
import time


def certificate(folder, name, days=30):
    """A self-signed certificate for NAME in FOLDER, made once: (cert.pem, key.pem)."""
    cert, key = os.path.join(folder, "cert.pem"), os.path.join(folder, "key.pem")
    if not os.path.exists(cert):
        kind = "IP" if name.replace(".", "").isdigit() or ":" in name else "DNS"
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
             "-days", str(days), "-subj", "/CN=" + name, "-addext", "subjectAltName=%s:%s" % (kind, name),
             "-keyout", key, "-out", cert], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return cert, key


def context(folder, name):
    cert, key = certificate(folder, name)
    ctx = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ctx.load_cert_chain(cert, key)
    return ctx


class Mailbox:
    """Received mails: NNN.eml holds the bytes, NNN.json the envelope. Complete when NNN.json is there."""

    def __init__(self, folder):
        self.folder, self.count = folder, 0
        self.lock = threading.Lock()

    def put(self, content, **envelope):
        with self.lock:
            self.count += 1
            base = os.path.join(self.folder, "%03d" % self.count)
            envelope["bytes"] = len(content)
            for end, data in ((".eml", content), (".json", json.dumps(envelope, sort_keys=True).encode() + b"\n")):
                with open(base + ".part", "wb") as f:
                    f.write(data)
                os.rename(base + ".part", base + end)
            return self.count


def wait_for_end(seconds):
    """Return when standard input is closed (if it is a pipe or socket) or the seconds are over."""
    end = time.monotonic() + seconds
    mode = os.fstat(0).st_mode
    if not (stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode)):
        time.sleep(seconds)
        return
    while time.monotonic() < end:
        if select.select([0], [], [], max(0, end - time.monotonic()))[0] and not os.read(0, 4096):
            return


def say(text):
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
