"""Analytics page of a class: its numbers, counted by hand, and its figures."""

import base64
import re
from dataclasses import replace
from itertools import pairwise
from types import SimpleNamespace
from xml.etree import ElementTree

import pytest

from mlp_helpers.checking.observations import PARTLY, RIGHT, UNANSWERED, WRONG, Verdict
from mlp_helpers.course.cells import Exercise
from mlp_helpers.grading.reports import analytics
from mlp_helpers.grading.reports.analytics import CommonMistake, analytics_page, mistakes, slow, success
from mlp_helpers.grading.results import STOPPED, ExerciseResult, Result

COURSE = [
    Exercise("relu", 4, "02.ipynb", False),
    Exercise("report", 5, "02.ipynb", True),
    Exercise("along", 2, "05.ipynb", False),
]
ROWS, FACTOR = "Over which axis do you sum?", "Is there a factor?"


def result(student, relu, along, hints=("", ""), **changes):
    marked = [
        ExerciseResult("relu", "02.ipynb", 4 * (relu == RIGHT), 4, relu, hint=hints[0], seconds=0.2 * len(student)),
        ExerciseResult("along", "05.ipynb", 2 * (along == RIGHT), 2, along, hint=hints[1], seconds=1.0),
    ]
    return Result(student, items=marked, **changes)


CLASS = [
    result("eve", RIGHT, UNANSWERED, flags=["relu: its cell is missing", "<b>bold</b>"]),
    result("dora", WRONG, UNANSWERED, (ROWS, "")),
    result("cid", WRONG, WRONG, (ROWS, FACTOR)),
    result("bea", WRONG, STOPPED, (FACTOR, "")),
    Result("ada", refused="it is no zip file"),
]


def text_of(page):
    return " ".join(re.sub("<[^>]*>", " ", page.partition("</style>")[2]).split())


def test_success_is_counted():
    relu, along = success([*CLASS[:4], Result("fay")], COURSE)  # who has no mark has not answered
    assert relu.counts == {RIGHT: 1, PARTLY: 0, WRONG: 3, STOPPED: 0, UNANSWERED: 1}
    assert along.counts == {RIGHT: 0, PARTLY: 0, WRONG: 1, STOPPED: 1, UNANSWERED: 3}
    assert relu.seconds == pytest.approx((0.6, 0.8))  # of 0.6, 0.8, 0.6, 0.6
    assert along.seconds == (1.0, 1.0)  # of the two who answered


def test_exercises_for_practice_are_in_a_table_of_their_own_and_in_no_figure():
    course = [Exercise("warm_up", 0, "00.ipynb", False), *COURSE]
    before, page = analytics_page(CLASS, COURSE), analytics_page(CLASS, course)
    (folded,) = re.findall("<details>(?=.*?warm_up).*?</details>", page, re.DOTALL)
    assert page.count("warm_up") == folded.count("warm_up") == 1
    assert re.findall('data:image[^"]*', page) == re.findall('data:image[^"]*', before)


def test_mistakes_come_by_how_common_they_are_and_then_as_in_the_course():
    assert mistakes(CLASS[:4], COURSE) == [
        CommonMistake("relu", ROWS, 2),
        CommonMistake("relu", FACTOR, 1),
        CommonMistake("along", FACTOR, 1),
    ]


def test_a_mistake_in_a_step_counts_whatever_became_of_the_others():
    one, two = f"`one`: {Verdict(WRONG, ROWS)}", f"`two`: {Verdict(PARTLY, FACTOR, 0.5)}"
    hints = [one, f"{one} {two}", f"`one`: {Verdict(UNANSWERED)} `two`: {Verdict(WRONG)}"]
    class_ = [Result("", items=[ExerciseResult("whole", "02.ipynb", 1, 4, PARTLY, hint=hint)]) for hint in hints]
    found = mistakes(class_, [Exercise("whole", 4, "02.ipynb", False)])
    assert found == [CommonMistake("one", ROWS, 2), CommonMistake("two", FACTOR, 1)]


def test_the_page_has_the_numbers():
    pair = SimpleNamespace(students=("bea", "cid"), items=["relu", "along"], score=4.25)
    weaker = SimpleNamespace(students=("cid", "dora"), items=["relu"], score=1.5)
    page = text_of(analytics_page(CLASS, COURSE, [weaker, pair]))
    counted = "submissions 5 refused 1 flags that need a person 2 pairs of similar answers 2"
    assert counted in page
    assert "relu 1 (25 %) 0 (0 %) 3 (75 %) 0 (0 %) 0 (0 %) 0.60 0.80" in page
    assert "along 0 (0 %) 0 (0 %) 1 (25 %) 1 (25 %) 2 (50 %) 1.00 1.00" in page
    assert "relu, 2 students: Over which axis do you sum?" in page
    assert "Refused ada it is no zip file" in page
    assert "eve relu: its cell is missing &lt;b&gt;bold&lt;/b&gt;" in page
    assert page.index("bea and cid : relu, along (score 4.2)") < page.index("cid and dora : relu (score 1.5)")
    assert "Likeness is no proof." in page
    assert "sandbox" not in page
    assert "1 submission was run without a sandbox" in analytics_page([replace(CLASS[0], isolated=False)], COURSE)


def test_the_order_of_the_results_does_not_matter():
    assert analytics_page(CLASS, COURSE) == analytics_page(CLASS[::-1], COURSE)


@pytest.mark.parametrize(
    ("class_", "course", "n_pictures"), [([], COURSE, 0), ([CLASS[-1]], COURSE, 0), ([Result("ada")], [COURSE[1]], 1)]
)
def test_where_nothing_was_graded_nothing_is_drawn_and_without_exercises_only_the_points(class_, course, n_pictures):
    page = analytics_page(class_, course)
    assert ("Nothing was graded yet." in page) is (n_pictures == 0)
    assert page.count("<img") == n_pictures


def test_many_mistakes_are_folded():
    class_ = [result(f"s{n}", WRONG, RIGHT, (f"hint {n}", "")) for n in range(25)]
    assert "5 more" in text_of(analytics_page(class_, COURSE))


def test_figures_are_drawings_with_words_beside_them():
    page = analytics_page(CLASS, COURSE)
    pictures = re.findall('<img src="data:image/svg[+]xml;base64,([^"]*)" alt="([^"]*)">', page)
    assert [alt for _, alt in pictures] == [
        "Histogram of the points of 4 students: from 0 to 4, median 0, of 6 possible.",
        "A bar for each exercise, divided by how students did. Fewest have along right: 0 of 4. "
        "The table below has the numbers.",
    ]
    for drawing, _ in pictures:
        assert ElementTree.fromstring(base64.b64decode(drawing)).tag.endswith("svg")


def test_the_histogram_counts_each_student_once():
    fig, _ = analytics._distribution([0, 6, 6, 3], 6)
    assert [patch.get_height() for patch in fig.axes[0].patches] == [1, 0, 0, 0, 0, 1, 0, 0, 0, 2]


def test_the_bars_are_stacked_by_state():
    fig, _ = analytics._bars(success(CLASS[:4], COURSE), 4)
    widths = {bars.get_label(): [bar.get_width() for bar in bars] for bars in fig.axes[0].containers}
    assert widths == {RIGHT: [1, 0], PARTLY: [0, 0], WRONG: [3, 1], STOPPED: [0, 1], UNANSWERED: [0, 2]}
    assert [bar.get_x() + bar.get_width() for bar in fig.axes[0].containers[-1]] == [4, 4]


def luminance(colour):
    channels = (int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5))
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_shades_differ_without_colour_and_numbers_on_them_can_be_read():
    light = {state: luminance(colour) for state, (colour, _) in analytics.SHADES.items()}
    ordered = sorted(light.values())
    assert all((b + 0.05) / (a + 0.05) > 1.25 for a, b in pairwise(ordered))
    for state, (_, ink) in analytics.SHADES.items():
        contrast = 1.05 / (light[state] + 0.05) if ink == "white" else (light[state] + 0.05) / 0.05
        assert contrast >= 4.5


def taking(**seconds):
    """Return a result for each student, with a network beside an answer that took some seconds."""
    network = ExerciseResult("my_network", "a.ipynb", 8, 8, RIGHT, seconds=500)
    items = {name: ExerciseResult("slope", "a.ipynb", 2, 2, RIGHT, seconds=taken) for name, taken in seconds.items()}
    return [Result(name, items=[own, network], networks={"my_network": {}}) for name, own in items.items()]


USUAL, LITTLE = {f"s{number}": 1.0 for number in range(8)}, {f"s{number}": 0.01 for number in range(9)}
FAR = {"far": ["its answers and checks took 20 s, 20 times the median of the class"]}


@pytest.mark.parametrize(
    ("seconds", "flags"),
    [
        (USUAL | {"near": 19.9, "far": 20.0}, FAR),
        (USUAL | {"far": 20.0}, {}),  # too few for a median
        (USUAL | {"far": 20.0, "nothing": 0.0}, {}),
        (LITTLE | {"whole": 0.6}, {}),
    ],
)
def test_who_took_twenty_times_the_median_and_ten_seconds_is_flagged(seconds, flags):
    assert slow(taking(**seconds)) == flags
