"""Marking page in the browser, driven as by an instructor: grading reads exactly the marks entered."""

import base64
import io
import re
from contextlib import contextmanager

import pytest
from lab_in_browser import PATIENCE, faults, wait_until
from PIL import Image
from playwright.sync_api import expect

from mlp_helpers.course.cells import Exercise
from mlp_helpers.grading.reports import pages
from mlp_helpers.grading.reports.manual import ManualMark, read_manual
from mlp_helpers.grading.results import Result

pytestmark = pytest.mark.thorough
COURSE = [
    Exercise("figure", 5, "notebooks/05_training.ipynb", True),
    Exercise("report", 4, "notebooks/06_tuning.ipynb", True, (("protocol <b>", 2.5), ("limits", 1.5))),
]
KEYS = ("student", "item")
ELSEWHERE = "https://elsewhere.invalid/"
ACT = "window.acted = true; console.log('acted')"
STUDENTS = ["ada", f'o\'brien "<img src=x onerror="{ACT}">', "=李, 雷"]
HOSTILE = f"""</code></pre></textarea><script>{ACT}</script><svg onload="{ACT}"><img src=x onerror="{ACT}">
<iframe src="{ELSEWHERE}"></iframe><link rel="stylesheet" href="{ELSEWHERE}"><base href="{ELSEWHERE}">
<a href="javascript:{ACT}">\0\x1b[31m\u202e\ud800"""
# Remarks that a spreadsheet, a CSV file or an HTML page could mangle.
REMARKS = ['with, comma; and "quotes"', "two\nlines\n", "=1+1", "ünïcode 李", " </textarea><b>", ""]
POINTS = {"4": 4.0, "2.5": 2.5, ".25": 0.25, "1e0": 1.0, "0": 0.0}


def result(student, text=HOSTILE):
    """Return a Result with two open answers, one of them with a PNG and an invalid figure."""
    picture = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(picture, "PNG")
    figures = [base64.encodebytes(picture.getvalue()).decode(), base64.b64encode(b"<svg onload='acted()'/>").decode()]
    answers = {"figure": {"source": text, "figures": figures}, "report": {"source": text, "figures": []}}
    return Result(student, open_answers=answers)


CLASS = [*map(result, STUDENTS), Result("bea", refused=HOSTILE)]


def manual_page(*given):
    """Return the only page for marking."""
    (page,) = pages.manual_pages(*given).values()
    return page


class Marking:
    """Marking page of a class in the browser; records console messages and requests."""

    def __init__(self, context, folder, text):
        self.folder, self.complaints = folder, []
        (folder / "manual.html").write_text(text, encoding="utf-8")
        self.address = (folder / "manual.html").as_uri()
        self.page = context.new_page()
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("dialog", lambda dialog: self.complaints.append(dialog.message) or dialog.dismiss())
        self.page.on("request", self._asked)
        self.page.goto(self.address)
        self.cards = self.page.locator("[data-key]")

    def _asked(self, request):
        if request.url != self.address and not request.url.startswith(("data:", "blob:")):
            self.complaints.append(f"asked for {request.url}")

    def points(self, n):
        return self.cards.nth(n).get_by_label("Points")

    def remark(self, n):
        return self.cards.nth(n).get_by_label("Remark")

    def fill(self):
        """Mark all answers; return the marks that `read_manual` must return."""
        wanted = {}
        for n in range(self.cards.count()):
            points, remark = list(POINTS)[n % len(POINTS)], REMARKS[n % len(REMARKS)]
            self.points(n).fill(points)
            self.remark(n).fill(remark)
            student, item = (self.cards.nth(n).evaluate(f"card => JSON.parse(card.dataset.{key})") for key in KEYS)
            wanted.setdefault(student, {})[item] = ManualMark(POINTS[points], remark)
        return wanted

    def progress(self, text):
        expect(self.page.locator("#progress")).to_have_text(text, timeout=PATIENCE)

    def entered(self):
        """Return the points and the remark of each answer, as the page shows them."""
        cards = range(self.cards.count())
        return [(self.points(n).input_value(), self.remark(n).input_value()) for n in cards]

    def reload_until(self, entered):
        """Reload until the page shows what was entered: stored data reach Chromium's next process with a delay."""

        def shown():
            self.page.reload()
            return self.entered() == entered

        wait_until(shown, f"the page shows {entered!r}")

    def says(self, text):
        expect(self.page.get_by_role("status")).to_have_text(text, timeout=PATIENCE)

    def download(self):
        """Download marks.csv; return the marks that grading reads from it."""
        with self.page.expect_download() as loading:
            self.page.get_by_role("button", name="Download marks.csv").click()
        assert loading.value.suggested_filename == "marks.csv"
        loading.value.save_as(self.folder / "marks.csv")
        return read_manual(self.folder / "marks.csv", [*STUDENTS, "bea"], COURSE)


@pytest.fixture
def open_page(browser, tmp_path):
    """Yield a function that opens the marking page of a class, always in the same browser context."""
    context = browser.new_context(viewport={"width": 1000, "height": 1200})
    context.set_default_timeout(PATIENCE)
    context.route("https://**", lambda route: route.abort())

    def opened(text=None):
        return Marking(context, tmp_path, manual_page(CLASS, COURSE) if text is None else text)

    yield opened
    context.close()


@contextmanager
def quiet(marking):
    """Assert on exit that the page ran no injected code, did not navigate and logged nothing."""
    yield marking
    assert marking.page.evaluate("'acted' in window") is False
    assert marking.page.url == marking.address
    assert marking.complaints == []


def test_what_is_entered_outlives_a_reload_and_is_what_grading_reads(open_page):
    with quiet(open_page()) as marking:
        marking.progress("0 of 6 marked")
        wanted = marking.fill()
        entered = marking.entered()
        marking.reload_until(entered)
        marking.progress("6 of 6 marked")
        assert marking.download() == wanted
        marking.says("marks.csv is in your downloads.")
    marking.page.close()
    with quiet(open_page()) as later:
        later.reload_until(entered)
        assert later.download() == wanted


def test_what_is_not_marked_is_not_in_the_file(open_page):
    with quiet(open_page()) as marking:
        assert marking.download() == {}
        marking.remark(0).fill("to be read again")
        marking.points(1).fill("3")
        marking.progress("1 of 6 marked")
        ((_, marks),) = marking.download().items()
        assert list(marks.values()) == [ManualMark(3.0)]


def test_points_that_nobody_can_have_are_not_taken(open_page):
    with quiet(open_page()) as marking:
        for points in ("5.5", "-1"):
            marking.points(0).fill(points)
            marking.progress("0 of 6 marked")
            marking.page.get_by_role("button", name="Download marks.csv").click()
            marking.says("Points must be a number from 0 to 5.")
            expect(marking.points(0)).to_be_focused(timeout=PATIENCE)
        marking.points(0).fill("5")
        assert [list(marks.values()) for marks in marking.download().values()] == [[ManualMark(5.0)]]


def test_marks_that_grading_knows_are_there_and_others_are_not_mixed_in(open_page):
    before = open_page()
    before.fill()
    entered = before.entered()
    given = {"ada": {"report": ManualMark(1.5, "\nGo on, <b>please</b>.")}}
    with quiet(open_page(manual_page(CLASS, COURSE, given))) as marking:
        known = ("1.5", given["ada"]["report"].remark)
        entered[marking.entered().index(known)] = known
        marking.reload_until(entered)  # 5 stored in this browser, 1 given
        marking.progress("6 of 6 marked")
        assert marking.download()["ada"]["report"] == given["ada"]["report"]
    with quiet(open_page(manual_page([result(name, "other text") for name in STUDENTS], COURSE))) as marking:
        marking.progress("0 of 6 marked")


def test_figures_are_seen_and_text_is_text(open_page):
    with quiet(open_page()) as marking:
        images = marking.page.locator("img")
        assert images.evaluate_all("all => all.map(image => image.naturalWidth)") == [40] * 3
        shown = marking.cards.first.locator("code").inner_text()
        assert f"<script>{ACT}</script>" in shown
        assert "[U+202E][U+D800]" in shown
        assert marking.page.locator("a, iframe, svg, script").count() == len(COURSE) + 1  # the links, and one script


def test_everybody_can_use_it(open_page):
    with quiet(open_page()) as marking:
        assert faults(marking.page) == []
        marking.page.set_viewport_size({"width": 360, "height": 800})
        assert marking.page.evaluate("document.documentElement.scrollWidth") <= 360


def test_these_tests_would_notice_a_page_that_obeys(open_page, monkeypatch):
    monkeypatch.setattr(pages, "PAGES", pages.PAGES.overlay(autoescape=False))
    unsafe = manual_page(CLASS, COURSE)
    with pytest.raises(AssertionError), quiet(open_page(unsafe)):
        pass  # the Content-Security-Policy still blocks it, which the browser logs
    no_policy = open_page(re.sub('<meta http-equiv="Content-Security-Policy"[^>]*>', "", unsafe))
    assert no_policy.page.evaluate("window.acted") is True
    assert {"acted", f"asked for {ELSEWHERE}"} <= set(no_policy.complaints)


def test_the_rubric_adds_up(open_page):
    marking = open_page()
    card = marking.page.locator("[data-item='\"report\"']").first
    points, lines = card.get_by_label("Points"), card.get_by_role("group", name="Rubric").get_by_role("button")
    expect(lines).to_have_count(2)
    lines.nth(0).click()
    expect(points).to_have_value("2.5")
    lines.nth(1).click()
    expect(points).to_have_value("4")
    marking.progress("1 of 6 marked")
    lines.nth(0).click()
    expect(points).to_have_value("1.5")
    expect(lines.nth(0)).to_have_attribute("aria-pressed", "false")
    expect(lines.nth(0)).to_have_text("protocol <b>, 2.5")
    points.fill("2")  # a mark may still be typed
    assert any(mark.points == 2 for marks in marking.download().values() for mark in marks.values())
    assert marking.complaints == []
