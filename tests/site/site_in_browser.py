"""A site's pages in headless Chromium, from a folder or from a server, and checkers of an opened page."""

import re
import shutil
import threading
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import page_panels
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from mlp_helpers.services.files import REPOSITORY

MAX_OWN_BYTES, MAX_SHARED_BYTES = 2_000_000, 4_000_000
PHONE, DESK, PAPER = 390, 1280, 794  # widths in CSS pixels; that of paper is A4's
TOUCH = {"has_touch": True, "is_mobile": True, "device_scale_factor": 2}  # options of a phone's window

# A page with one panel, for PLACE.
PAGE = """<!doctype html>
<html lang="en" data-theme="light"><head><meta charset="utf-8"><title>A panel</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="_static/favicon.svg">
<link rel="stylesheet" href="_static/panel.css"><link rel="stylesheet" href="_static/widgets.css"></head>
<body><main><h1>A page</h1><h2>A panel</h2>
<img id="figure" src="_static/favicon.svg" width="300" height="150" alt="What the panel shows">
PLACE</main><script src="_static/widgets.js" defer></script></body></html>"""

# Each of these is an expression or a function of JavaScript, run in the page.
READY = """Promise.all([window.MathJax?.startup?.promise, document.fonts.ready])
  .then(() => new Promise(resolve => requestAnimationFrame(() => setTimeout(resolve))))"""
UNRENDERED = r"""() => {
  const failed = "mjx-merror, [data-mml-node=merror], [data-mjx-error], [fill=red]";
  const found = [...document.querySelectorAll(".math")]
    .filter(formula => !formula.querySelector("mjx-container svg") || formula.querySelector(failed))
    .map(formula => formula.textContent.trim() || formula.innerHTML);
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const text = texts.currentNode;
    if (/\\[([]|\$[^$]*\\[a-z]/.test(text.data) && !text.parentElement.closest("pre, code, script, .math"))
      found.push(text.data.trim());
  }
  return found;
}"""
CUT = """() => [...document.querySelectorAll("span.math")].filter(formula =>
  formula.querySelector("svg")?.getBoundingClientRect().right > formula.getBoundingClientRect().right + 1
).map(formula => `cut: ${formula.querySelector("math")?.textContent}`)"""
# Axe takes half a minute for a notebook, unless the parts of drawn formulas go, unseen by screen readers, and all
# spans of code but the first of each kind with more than one character, the least that axe judges.
LIGHTEN = """() => {
  for (const drawing of document.querySelectorAll("mjx-container svg")) drawing.replaceChildren();
  const seen = new Set();
  for (const span of document.querySelectorAll(".highlight pre span")) {
    const kind = `${span.closest(".cell_input, .cell_output")?.className} ${span.className}`;
    if (span.textContent.trim().length > 1 && !seen.has(kind)) seen.add(kind);
    else span.replaceWith(...span.childNodes);
  }
  for (const code of document.querySelectorAll("pre")) code.normalize();
}"""
# Paper has no scroll bars: what a scrolling box hides is lost, as is what lies beyond the edge.
UNPRINTABLE = """width => {
  const seen = element => element.checkVisibility({visibilityProperty: true, opacityProperty: true})
    && element.getBoundingClientRect().width > 1;
  const named = element => element.outerHTML.slice(0, 100);
  const found = [...document.querySelectorAll("nav, button, dialog, input, [role=navigation]")].filter(seen)
    .map(element => `visible: ${named(element)}`);
  for (const element of document.querySelectorAll("body *")) {
    if (!seen(element)) continue;
    if (element.getBoundingClientRect().right > width + 1) found.push(`beyond the edge: ${named(element)}`);
    const {display, overflowX} = getComputedStyle(element);
    if (display !== "inline" && overflowX !== "visible" && element.scrollWidth > element.clientWidth + 1)
      found.push(`cut: ${named(element)}`);
  }
  return found;
}"""


class QuietHandler(SimpleHTTPRequestHandler):
    """Handler that logs nothing."""

    def log_message(self, *arguments):
        pass


@contextmanager
def serving(folder, handler=QuietHandler):
    """Serve a folder on this machine; yield its address, which ends with a slash."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(handler, directory=folder)) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()
            thread.join()


def address_of(folder):
    """Return a folder's address, which ends with a slash."""
    return f"{folder.resolve().as_uri()}/"


class Visitor:
    """A reader of one site, who notes all that should not happen.

    Attributes
    ----------
    page : playwright.sync_api.Page
    complaints : list of str
        Requests that failed or that went outside, warnings and errors of the console, exceptions.
    requests : list of str
        Addresses, without what follows a question mark or a hash.
    """

    def __init__(self, page, address):
        self.page, self.address = page, address
        self.complaints, self.requests = [], []
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.complaints.append(f"exception: {error}"))
        page.on("request", self._asked)
        page.on("requestfailed", self._missed)
        page.on("response", self._answered)

    def _heard(self, message):
        if message.type in ("warning", "error"):
            self.complaints.append(f"console: {message.text}")

    def _asked(self, request):
        if not request.url.startswith((self.address, "data:", "blob:")):
            self.complaints.append(f"outside: {request.url}")
        self.requests.append(request.url.partition("#")[0].partition("?")[0])

    def _missed(self, request):
        if request.failure != "net::ERR_ABORTED":  # what was still on its way when the reader left the page
            self.complaints.append(f"failed: {request.url}: {request.failure}")

    def _answered(self, response):
        if response.status >= 400:
            self.complaints.append(f"status {response.status}: {response.url}")

    def open(self, name):
        """Open a page of the site, and wait until its formulas are drawn; return the page."""
        self.page.goto(self.address + name)
        self.settle()
        return self.page

    def settle(self):
        """Wait until a page that a link or a form led to is there, with its formulas."""
        self.page.wait_for_load_state("load")
        self.page.evaluate(READY)


@contextmanager
def visiting(chromium, address, width=DESK, scheme="light", **options):
    """Open a browser's window in front of a site; yield its Visitor."""
    context = chromium.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, **options)
    try:
        yield Visitor(context.new_page(), address)
    finally:
        context.close()


@contextmanager
def undisturbed(chromium, address, expected="nothing", **options):
    """Open a window as `visiting` does; fail at its end if there are complaints that `expected` does not match."""
    with visiting(chromium, address, **options) as visitor:
        yield visitor
    assert [text for text in visitor.complaints if not re.search(expected, text)] == []


class Reader:
    """A visitor who reads a page with one panel.

    Attributes
    ----------
    visitor : Visitor
    page : playwright.sync_api.Page
    place, panel, status, figure : playwright.sync_api.Locator
    """

    def __init__(self, visitor, place="[data-panel]", figure="#figure"):
        self.visitor, self.page = visitor, visitor.page
        self.place, self.figure = self.page.locator(place), self.page.locator(figure)
        self.panel = self.place.locator(".mlp-panel")
        self.status = self.panel.locator(".mlp-status")

    def opens(self, name="page.html"):
        """Open a page, and scroll to its panel."""
        self.visitor.open(name)
        self.place.scroll_into_view_if_needed()
        self.panel.wait_for()
        return self

    @property
    def asked(self):
        """Names of the files that were asked for."""
        return [request.rpartition("/")[2] for request in self.visitor.requests]

    def get(self, name):
        """Return what the panel's model has by a name."""
        return self.place.evaluate("({ model }, name) => model.get(name)", name)

    @property
    def values(self):
        return self.get("values")

    @property
    def pixels(self):
        return bytes(self.place.evaluate("({ model }) => [...model.get('pixels')]"))

    def says(self, text):
        """Wait until the status line contains a text."""
        expect(self.status).to_contain_text(text.replace(" %", "\u00a0%"))

    def button(self, name):
        return self.panel.get_by_role("button", name=name, exact=True)

    def slider(self, name):
        return self.panel.get_by_role("slider", name=name)

    def choose(self, name, index):
        """Choose an option of a control, as a reader's hand would in the end."""
        self.panel.locator(f"[id$='-{name}']:is(select, input)").evaluate(
            """(control, index) => {
              if (control.matches("select")) control.selectedIndex = index;
              else control.value = index;
              control.dispatchEvent(new Event(control.matches("select") ? "change" : "input"));
            }""",
            index,
        )


def write_panels(folder, **places):
    """Write a small site into a folder: scripts, styles, and by name a page for the HTML of each panel's place."""
    shutil.copytree(REPOSITORY / "site" / "_static", folder / "_static")
    page_panels.write_fixed(folder / "_static")
    for name, place in places.items():
        (folder / f"{name}.html").write_text(PAGE.replace("PLACE", place), encoding="utf-8")


def unrendered(page):
    """Return the formulas that are still TeX, or that MathJax could not read."""
    return page.evaluate(UNRENDERED)


def overflow(page):
    """Return the page's width in pixels if it is wider than its window, and formulas in a line that are cut."""
    width = page.evaluate("document.documentElement.scrollWidth")
    wide = [f"{width} pixels wide"] if width > page.viewport_size["width"] else []
    return wide + page.evaluate(CUT)


def faults(page, selector="html"):
    """Return what axe finds in a page, or in a part of it: impact, rule and first element of each fault.

    The page loses parts of its content.
    """
    page.evaluate(LIGHTEN)
    # Without preload, axe would ask for the style sheets that others import, from the wrong folder.
    options = {"resultTypes": ["violations"], "preload": False}
    found = Axe().run(page, context=selector, options=options).response["violations"]
    return [f"{fault['impact']}: {fault['id']}: {fault['nodes'][0]['html']}" for fault in found]


def tab_to(page, selector):
    """Press the Tab key until an element has the focus."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"Tab never comes to {selector}")


def painted(page):
    """Wait until panels show their models' values: they are painted once a frame."""
    page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")


def unprintable(page):
    """Return what a printed page should not show, and what it would cut off, of a window as wide as the paper."""
    page.emulate_media(media="print")
    page.add_style_tag(content="mjx-assistive-mml {display: none !important}")  # wider than the formula, and unseen
    found = page.evaluate(UNPRINTABLE, page.viewport_size["width"])
    page.emulate_media(media="null")
    return found


def heavy(name, requests, address, folder):
    """Return the bytes that a page requested, its own and those of files for many pages, if either are too many."""
    files = {folder / request.removeprefix(address) for request in requests if request.startswith(address)}
    shared = sum(file.stat().st_size for file in files if file.suffix in (".css", ".js", ".woff2"))
    own = sum(file.stat().st_size for file in files) - shared
    return [f"{name}: {own} and {shared} bytes"] if own > MAX_OWN_BYTES or shared > MAX_SHARED_BYTES else []


def touch(page, points):
    """Draw a finger through points of a page, pairs of pixels across and down."""
    session = page.context.new_cdp_session(page)
    for i, (x, y) in enumerate(points):
        kind = "touchMove" if i else "touchStart"
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y}]})
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    session.detach()
