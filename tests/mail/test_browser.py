#!/usr/bin/python3
"""Every mail as Chromium draws it at 320, 375 and 600 px: nothing to scroll sideways, nothing cut, text of 13 px or more,
contrast of 4.5:1 or more, nothing fetched.  Screenshots are kept in $BUILD/screenshots. TAP."""
import html
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

BUILD = os.environ.get("BUILD", "build")
MAKER = os.path.join(BUILD, "tests", "mail", "test_kinds")
SHOTS = os.path.join(BUILD, "screenshots")
WIDTHS = (320, 375, 600)
HEIGHT = 900
LEAST_PX, LEAST_CONTRAST = 13, 4.5

# What the page says of each frame; colours are taken as computed, backgrounds from whoever sets one.
MEASURE = """
function rgb(s) { const m = s.match(/[0-9.]+/g).map(Number); return m.length > 3 && m[3] === 0 ? null : m; }
function light(c) { return [0, 1, 2].map(i => c[i] / 255).map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
  .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0); }
function behind(e, w) { for (; e; e = e.parentElement) { const c = rgb(w.getComputedStyle(e).backgroundColor); if (c) return c; }
  return [255, 255, 255]; }
function contrast(a, b) { const x = light(a), y = light(b); return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05); }
function look(frame) {
  const d = frame.contentDocument, w = frame.contentWindow, root = d.documentElement;
  const r = { mail: frame.dataset.mail, width: +frame.dataset.width, inner: root.clientWidth, scroll: root.scrollWidth,
    height: root.scrollHeight, texts: 0, px: 1000, contrast: 1000, faint: "", cut: [], foreign: [] };
  for (const tag of ["img", "svg", "script", "style", "link", "iframe", "object", "video", "form", "input"])
    if (d.querySelector(tag)) r.foreign.push(tag);
  const walk = d.createTreeWalker(d.body, NodeFilter.SHOW_TEXT);
  for (let n; (n = walk.nextNode());) {
    if (!n.data.replace(/\\u00a0/g, " ").trim()) continue;
    const s = w.getComputedStyle(n.parentElement), range = d.createRange();
    range.selectNodeContents(n);
    for (const box of range.getClientRects())
      if (box.left < 0 || box.right > r.width + 0.5 || box.width === 0) r.cut.push(n.data.trim().slice(0, 60));
    for (let e = n.parentElement; e; e = e.parentElement)
      if (e.scrollWidth > e.clientWidth + 1 && w.getComputedStyle(e).overflow === "hidden") r.cut.push(n.data.slice(0, 60));
    r.texts++;
    r.px = Math.min(r.px, parseFloat(s.fontSize));
    const c = contrast(rgb(s.color), behind(n.parentElement, w));
    if (c < r.contrast) { r.contrast = c; r.faint = n.data.trim().slice(0, 40); }
  }
  return r;
}
window.onload = () => { document.getElementById("found").textContent =
  JSON.stringify(Array.from(document.querySelectorAll("iframe"), look)); };
"""


def chromium(folder, page, *options):
    """One start of the browser on a page of our own; what it prints. It has no network to ask."""
    done = subprocess.run(["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
                           "--disable-background-networking", "--host-resolver-rules=MAP * ~NOTFOUND", "--hide-scrollbars",
                           "--force-device-scale-factor=1", "--user-data-dir=" + os.path.join(folder, "profile"), *options,
                           "file://" + page], stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=180, check=False)
    assert done.returncode == 0, done.stderr.decode(errors="replace")[-2000:]
    return done.stdout.decode()


def frame(mail, source, width, height):
    return '<iframe data-mail="%s" data-width="%d" width="%d" height="%d" style="border:0" srcdoc="%s"></iframe>\n' % (
        mail, width, width, height, html.escape(source))


def write_page(path, body):
    with open(path, "w", encoding="utf-8") as out:
        out.write('<!DOCTYPE html><html><head><meta charset="utf-8"></head><body style="margin:0;background:#777">\n' + body + "</body></html>\n")


class Mails:
    """The mails, and what the browser said of each at each width."""

    def __init__(self, folder):
        self.folder, self.sources, self.found = folder, {}, []
        subprocess.run([MAKER, "--write", folder], check=True, timeout=60)
        for name in sorted(os.listdir(folder)):
            if name.endswith(".html"):
                with open(os.path.join(folder, name), encoding="utf-8") as source:
                    self.sources[name[:-5]] = source.read()

    def measure(self):
        page = os.path.join(self.folder, "measure.page.html")
        frames = "".join(frame(m, s, w, HEIGHT) for m, s in self.sources.items() for w in WIDTHS)
        write_page(page, frames + '<pre id="found"></pre><script>' + MEASURE + "</script>")
        dom = chromium(self.folder, page, "--virtual-time-budget=20000", "--dump-dom")
        self.found = json.loads(html.unescape(re.search(r'<pre id="found">(.*?)</pre>', dom, re.S).group(1)))
        assert len(self.found) == len(self.sources) * len(WIDTHS), len(self.found)

    def shoot(self):
        os.makedirs(SHOTS, exist_ok=True)
        for mail, source in self.sources.items():
            height = max(f["height"] for f in self.found if f["mail"] == mail)
            page = os.path.join(self.folder, mail + ".page.html")
            write_page(page, '<div style="display:flex;gap:16px;padding:16px">' +
                       "".join(frame(mail, source, w, height) for w in WIDTHS) + "</div>")
            chromium(self.folder, page, "--window-size=%d,%d" % (sum(WIDTHS) + 64, min(height + 32, 8000)),
                     "--screenshot=" + os.path.join(os.path.abspath(SHOTS), "mail-%s.png" % mail))


def wrong(mails, is_wrong):
    """Each of them in a line, for the reader of the log."""
    return ["%s at %d px: %s" % (f["mail"], f["width"], dict(f, cut=f["cut"][:4])) for f in mails.found if is_wrong(f)]


def all_mails_are_drawn(mails):
    """the mails of all kinds are there, with text in them"""
    kinds = {"behind", "on-pace", "open", "inbox", "reached", "complete", "lapsed", "digest", "digest-large", "admin", "test"}
    assert kinds <= set(mails.sources), sorted(mails.sources)
    assert not wrong(mails, lambda f: f["texts"] < 3 or f["inner"] != f["width"])


def nothing_scrolls_sideways(mails):
    """no mail is wider than the screen"""
    bad = wrong(mails, lambda f: f["scroll"] > f["width"])
    assert not bad, "\n".join(bad)


def nothing_is_cut(mails):
    """every line of text is inside the screen"""
    bad = wrong(mails, lambda f: f["cut"])
    assert not bad, "\n".join(bad)


def text_is_large(mails):
    """no text is smaller than 13 px"""
    bad = wrong(mails, lambda f: f["px"] < LEAST_PX)
    assert not bad, "\n".join(bad)


def text_is_dark(mails):
    """no text has less contrast than 4.5 : 1"""
    bad = wrong(mails, lambda f: f["contrast"] < LEAST_CONTRAST)
    assert not bad, "\n".join(bad)
    print("# the least contrast: %.1f" % min(f["contrast"] for f in mails.found))


def nothing_is_fetched(mails):
    """no image, drawing, script, style sheet or form"""
    bad = wrong(mails, lambda f: f["foreign"])
    assert not bad, "\n".join(bad)


def main():
    tests = (all_mails_are_drawn, nothing_scrolls_sideways, nothing_is_cut, text_is_large, text_is_dark, nothing_is_fetched)
    failed = 0
    print("1..%d" % len(tests))
    if not shutil.which("chromium"):
        print("chromium is not installed, so nobody looked at the mails")
        for number, test in enumerate(tests, 1):
            print("ok %d - %s # SKIP" % (number, test.__doc__))
        return 0
    with tempfile.TemporaryDirectory() as folder:
        mails = Mails(folder)
        mails.measure()
        mails.shoot()
        for number, test in enumerate(tests, 1):
            try:
                test(mails)
                print("ok %d - %s" % (number, test.__doc__))
            except AssertionError as fault:
                print("".join("# %s\n" % line for line in str(fault).splitlines()) + "not ok %d - %s" % (number, test.__doc__))
                failed = 1
    return failed


if __name__ == "__main__":
    sys.exit(main())
