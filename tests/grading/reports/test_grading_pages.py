"""Feedback and marking pages: their contents, and that a student's text is never executed there."""

import base64
import hashlib
import io
import json
import random
import re
from html.parser import HTMLParser

import pytest
import small_course
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

from mlp_helpers.checking.observations import RIGHT, WRONG
from mlp_helpers.course.cells import Exercise, exercises
from mlp_helpers.grading.reports import pages, sanitize
from mlp_helpers.grading.reports.manual import ManualMark
from mlp_helpers.grading.reports.pages import feedback_page, manual_pages
from mlp_helpers.grading.reports.sanitize import WITHHELD, cut, sanitized, withheld
from mlp_helpers.grading.results import STOPPED, ExerciseResult, Result

FIRST, SECOND = "notebooks/03_layers.ipynb", "notebooks/05_training.ipynb"
COURSE = exercises(small_course.notebooks())  # flatten 40, figure 5 | minibatches 30, graph_gradients 20, report 5
EVIL = "</pre></code><script>alert(1)</script><img src=x onerror=\"alert('1')\"><style>*{}</style>{{ 7 * 7 }}"
ANY_TEXT = st.text(st.characters(), min_size=1, max_size=50)  # including lone surrogates


def png(mode="RGB", size=(4, 3), **text):
    """Return a PNG in base64, with line breaks as in Jupyter, and with text chunks."""
    info = PngImagePlugin.PngInfo()
    for key, value in text.items():
        info.add_text(key, value)
    picture = io.BytesIO()
    Image.new(mode, size, 1).save(picture, "PNG", pnginfo=info)
    return base64.encodebytes(picture.getvalue()).decode()


def result(student="ada", text="x = 1", **changes):
    """Return a graded submission with one exercise in each state; `text` stands for all student-controlled text."""
    marked = [
        ExerciseResult("flatten", FIRST, 40, 40, RIGHT, text, text),
        ExerciseResult("minibatches", SECOND, 0, 30, WRONG, text, text, hint="Is each sample in one batch?"),
        ExerciseResult("graph_gradients", SECOND, 0, 20, STOPPED, text, error=text),
    ]
    answer = {"report": {"source": text, "figures": []}}
    return Result(**{"student": student, "items": marked, "open_answers": answer} | changes)


class Read(HTMLParser):
    """Parsed page: elements with their attributes, and the text outside style and script."""

    def __init__(self, page):
        super().__init__()
        self.elements, self.parts, self.inside, self.scripts = [], [], "", []
        self.feed(page)
        self.close()
        self.text = " ".join("".join(self.parts).split())

    def handle_starttag(self, tag, attributes):
        self.inside = tag
        self.elements.append((tag, dict(attributes)))

    def handle_endtag(self, tag):
        self.inside = ""

    def handle_data(self, data):
        if self.inside == "script":
            self.scripts.append(data)
        elif self.inside != "style":
            self.parts.append(data)

    @property
    def tags(self):
        return [(tag, sorted(attributes)) for tag, attributes in self.elements]

    def all(self, tag):
        return [attributes for name, attributes in self.elements if name == tag]


def test_feedback_has_points_states_and_what_was_seen():
    page = Read(feedback_page(result(received="2026-12-01T18:00:00+01:00"), COURSE))
    assert "Feedback for ada Handed in 2026-12-01 18:00, as your receipt says." in page.text
    # 40 of 40 + 30 + 20 + 5 for the figure, which was not handed in; the report's 5 points are not marked yet.
    assert "40 of 95 points; 5 more wait for your instructor." in page.text
    assert "✓ 1 right ✗ 1 not right – 1 not answered yet ■ 1 stopped … 1 read by your instructor" in page.text
    assert "03_layers 40 of 45 points flatten ✓ right, 40 of 40 points Your answer and its check x = 1" in page.text
    assert "minibatches ✗ not right, 0 of 30 points Is each sample in one batch?" in page.text
    assert "graph_gradients ■ stopped, 0 of 20 points What stopped it x = 1 Your answer x = 1" in page.text
    assert "report … read by your instructor, up to 5 Your answer x = 1" in page.text


def test_marks_of_a_person_count_and_those_that_were_replaced_are_told():
    earlier = [{"points": 0, "date": "2026-12-03T10:00:00+01:00", "reason": "The check was wrong."}]
    marked = ExerciseResult("flatten", FIRST, 40, 40, RIGHT, earlier=earlier)
    page = Read(feedback_page(result(items=[marked]), COURSE, {"report": ManualMark(3.5, "Why so?")}))
    assert "43.5 of 100 points." in page.text
    assert "report ✎ marked by your instructor, 3.5 of 5 points Your instructor says Why so?" in page.text
    assert "Until 2026-12-03: 0 of 40 points. Why it changed: The check was wrong." in page.text


def test_a_refused_submission_says_why_and_what_to_do():
    page = Read(feedback_page(Result("ada", refused="ada.zip has more than 20 MiB"), COURSE))
    assert "could not be graded yet. Why ada.zip has more than 20 MiB What to do" in page.text
    assert "make submit" in page.text
    assert "points" not in page.text


def test_what_is_no_line_of_a_solution_is_not_withheld():
    secret = ["return np.maximum(x, 0.0) + 0 * x", "", " "]
    for text in ("", "return np.maximum(x, 0.0)"):
        assert withheld(text, secret) == text


@settings(max_examples=30)
@given(st.text(max_size=30), st.text(max_size=30), st.sampled_from(["\n", "  \t", "\x1b[1m", "\u200b", "\r\n"]))
def test_no_white_space_gets_a_solution_past(before, after, between):
    line = "total += np.sum(gradient * step)"
    assert withheld(before.replace("\x1b", "") + line.replace(" ", between) + after, [line]) == WITHHELD


def test_feedback_withholds_output_error_and_flags():
    secret = "y = np.exp(x - x.max())"
    flagged = result(text=f"see:  {secret}", flags=[f"{secret}: its cell is missing"])
    page = Read(feedback_page(flagged, COURSE, secret_lines=(line for line in [secret])))
    assert page.text.count(WITHHELD) == 4  # two outputs, an error, a flag
    assert page.text.count(secret) == 4  # the student's own answers


def test_what_a_terminal_would_obey_is_gone_and_what_is_invisible_is_seen():
    assert sanitized("\x1b[31mred\x1b[0m, \x1b]8;;https\x07link\x1b]8;;\x1b\\ \x9b1mbold") == "red, link bold"
    assert sanitized("a\0b\x07c\x08d\r\ne\rf\tg") == "abcd\ne\nf\tg"
    assert sanitized("abc\u202edef\u2066\ufeff \ud800") == "abc[U+202E]def[U+2066][U+FEFF] [U+D800]"
    assert sanitized("\x1b]no end, so all of it is shown") == "no end, so all of it is shown"
    assert sanitized("e" + "\u0301" * 1000) == "e" + "\u0301" * 4 + "…"
    assert sanitized("ก" + "\u0e49" * 1000) == "ก" + "\u0e49" * 4 + "…"


def test_a_long_text_loses_its_middle():
    text = cut("a" * 500_000 + "b" * 500_000)
    assert re.fullmatch(r"a{2975}\n\[… 994,050 characters left out …\]\nb{2975}", text)
    assert cut("a" * 6000) == "a" * 6000


def test_a_long_text_is_not_sanitized_in_full(monkeypatch):
    lengths = []
    monkeypatch.setattr(sanitize, "sanitized", lambda text: lengths.append(len(text)) or sanitized(text))
    monkeypatch.setattr(sanitize, "_squeezed", lambda text: lengths.append(len(text)) or text)
    text = withheld("\u200b" * 1_000_000, ["line of a solution"])
    assert len(cut(text)) <= 6000  # though each character became eight
    assert max(lengths) <= 6000


def manual_page(*given):
    """Return the only page for marking."""
    (page,) = manual_pages(*given).values()
    return page


def all_pages(text):
    """Return each page, with `text` in every student-controlled place."""
    hostile = result(text, text, flags=[f"{text}: its cell is missing"], received=text)
    hostile.open_answers["figure"] = {"source": text, "figures": [text]}
    refused = Result("bea", refused=text)
    given_before = {text: {"report": ManualMark(1, text)}}
    return [
        feedback_page(hostile, COURSE, {"report": ManualMark(1, text)}),
        feedback_page(refused, COURSE),
        manual_page([hostile, refused], COURSE, given_before),
    ]


@settings(max_examples=20)
@example(EVIL)
@given(ANY_TEXT)
def test_whatever_students_write_is_shown_and_the_page_has_the_same_elements(text):
    for page, plain in zip(all_pages(text), all_pages("x"), strict=True):
        page.encode()
        assert Read(page).tags == Read(plain).tags
        assert not re.search("[\0\x1b\u202e]", page)
        assert " ".join(sanitized(text).split()) in Read(page).text


def test_these_tests_would_notice_a_page_that_does_not_escape(monkeypatch):
    unsafe = pages.PAGES.overlay(autoescape=False)
    monkeypatch.setattr(pages, "PAGES", unsafe)
    assert all(len(Read(page).all("script")) > (name == 2) for name, page in enumerate(all_pages(EVIL)))


def test_a_page_asks_for_nothing_and_allows_nothing():
    for page in map(Read, all_pages("x")):
        (policy,) = [meta["content"] for meta in page.all("meta") if "http-equiv" in meta]
        assert policy.startswith("default-src 'none'; style-src 'unsafe-inline'; img-src data:")
        hashes = [base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in page.scripts]
        assert re.findall("'sha256-(.*?)'", policy) == hashes
        addresses = [of for _, has in page.elements for key, of in has.items() if key in ("src", "href")]
        assert all(address.startswith(("data:", "#")) for address in addresses)
        assert page.all("html") == [{"lang": "en"}]
        assert [tag for tag, _ in page.elements].count("h1") == 1


def cards(page):
    found = [attributes for tag, attributes in Read(page).elements if tag == "article"]
    return {(json.loads(card["data-item"]), json.loads(card["data-student"])): card["data-key"] for card in found}


def test_the_marking_page_has_all_open_answers_always_in_one_order():
    class_ = [result(name) for name in ("ada", "bea", "cid", "dan", "eve", "fay")]
    class_[0].open_answers["figure"] = {"source": "plot()", "figures": [png()]}
    page = manual_page([*class_, Result("gus", refused="no notebook")], COURSE)
    assert page == manual_page([Result("gus", refused="no notebook"), *reversed(class_)], COURSE)
    order = list(cards(page))
    assert order[0] == ("figure", "ada")
    assert sorted(order[1:]) == [("report", student.student) for student in class_]
    assert order[1:] != sorted(order[1:])  # the order is shuffled, so no student is always first
    assert "No answer: bea, cid, dan, eve, fay" in Read(page).text


def test_points_are_asked_for_within_what_is_possible_and_earlier_ones_are_there():
    page = Read(manual_page([result("ada"), result("bea")], COURSE, {"bea": {"report": ManualMark(2.5, "\nGo on.")}}))
    fields = {field["value"]: (field["min"], field["max"]) for field in page.all("input")}
    assert fields == {"": ("0", "5"), "2.5": ("0", "5")}
    assert "Marked before: 2.5 of 5" in page.text
    assert "Remark Go on." in page.text


def test_what_the_browser_keeps_belongs_to_one_answer_of_one_course():
    keys = [
        cards(page)["report", "ada"]
        for page in (
            manual_page([result()], COURSE),
            manual_page([result(text="another")], COURSE),
            manual_page([result()], COURSE[1:]),
            manual_page([result()], COURSE, {"ada": {"report": ManualMark(1)}}),
        )
    ]
    assert len(set(keys)) == 4
    assert cards(manual_page([result(), result("bea")], COURSE))["report", "ada"] == keys[0]


def figures_of(*figures):
    page = manual_page([result(open_answers={"figure": {"source": "", "figures": list(figures)}})], COURSE)
    return Read(page)


def test_a_figure_keeps_its_pixels_and_nothing_else():
    (image,) = figures_of(png(Comment="<script>secret")).all("img")
    content = base64.b64decode(image["src"].removeprefix("data:image/png;base64,"))
    assert b"secret" not in content
    assert Image.open(io.BytesIO(content)).size == (4, 3)
    assert image["alt"] == "Figure 1 of ada's answer to figure"


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16"])
def test_a_figure_of_any_kind(mode):
    assert len(figures_of(png(mode)).all("img")) == 1


def noise(n_pixels):
    """Return a PNG that cannot be compressed, in base64."""
    picture = io.BytesIO()
    Image.frombytes("RGB", (n_pixels, 1), random.Random(n_pixels).randbytes(3 * n_pixels)).save(picture, "PNG")
    return base64.b64encode(picture.getvalue()).decode()


SVG = base64.b64encode(b"<svg onload='alert(1)'/>").decode()


@pytest.mark.parametrize(
    ("figures", "n_shown"),
    [
        *(([one, png()], 1) for one in ("", "no base64!", "é", png()[:40], png(size=(2001, 2000)), SVG)),
        ([png()] * 20, 8),
        ([noise(400_000)] * 2, 1),  # an answer's figures have room for two megabytes together
        ([noise(600_000)], 0),
    ],
)
def test_what_is_no_sane_png_or_too_much_is_not_shown(figures, n_shown):
    page, n_hidden = figures_of(*figures), len(figures) - n_shown
    assert len(page.all("img")) == n_shown
    assert f"{n_hidden} figure{'s' * (n_hidden > 1)} cannot be shown" in page.text
    assert "Look in the student's own 03_layers.ipynb" in page.text


def test_where_figures_have_any_room_the_page_grows(monkeypatch):
    monkeypatch.setattr(pages, "MAX_ANSWER_CHARACTERS", 1 << 30)
    assert len(figures_of(*[noise(400_000)] * 2).all("img")) == 2


def test_the_answers_of_a_large_class_are_on_pages_of_fifty_and_five_megabytes():
    drawn = noise(400_000)
    answers = {"figure": {"source": "plot()", "figures": [drawn]}, "report": {"source": "<" * 20_000, "figures": []}}
    class_ = [result(f"s{number:02}", open_answers=answers) for number in range(7)]
    class_ += [result(f"t{number:02}") for number in range(120)]
    made = manual_pages(class_, COURSE)
    assert list(made) == ["manual.html", *(f"manual-{number}.html" for number in range(2, len(made) + 1))]
    found = [list(cards(page)) for page in made.values()]
    wanted = {("figure", f"s{number:02}") for number in range(7)} | {("report", one.student) for one in class_}
    assert sorted(card for page in found for card in page) == sorted(wanted)
    assert max(map(len, found)) <= 50
    assert max(map(len, made.values())) < 5_000_000
    assert len(made) <= 7  # two figures of 2 MB on each of four pages, and three times up to fifty texts
    second = Read(made["manual-2.html"])
    assert [link["href"] for link in second.all("a") if not link["href"].startswith("#")] == [
        name for name in made if name != "manual-2.html"
    ]
    assert [button["data-file"] for button in second.all("button") if "data-file" in button] == ["marks-2.csv"]


def test_exercises_for_practice_are_folded_away_and_do_not_count():
    course = [Exercise("warm_up", 0, COURSE[0].notebook, False), *COURSE]
    before, page = feedback_page(result(), COURSE), feedback_page(result(), course)
    (folded,) = re.findall(r"<details>\n<summary>For practice(?:(?!</details>).)*</details>\n", page, re.DOTALL)
    assert "For practice, without points: 1 exercise, 0 right" in folded
    assert "<h3>warm_up</h3>" in folded
    assert page.replace(folded, "") == before
