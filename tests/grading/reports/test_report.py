"""Files and messages at the end of a grading run."""

import csv
import re
from collections import defaultdict
from dataclasses import asdict, replace
from datetime import UTC, datetime
from html import unescape
from pathlib import Path

import pytest
from typer.testing import CliRunner

from mlp_helpers.authoring.release import read_notebooks
from mlp_helpers.cli import app
from mlp_helpers.course.cells import exercises
from mlp_helpers.grading import batch
from mlp_helpers.grading.project import NetworkResult
from mlp_helpers.grading.reference_course import GradingPlan
from mlp_helpers.grading.reports import report
from mlp_helpers.grading.reports.gradebook import rows
from mlp_helpers.grading.reports.manual import read_manual
from mlp_helpers.grading.reports.people import Person
from mlp_helpers.grading.reports.policy import Policy
from mlp_helpers.grading.reports.report import ReportOptions, seed_of, write
from mlp_helpers.grading.results import ExerciseResult, Result
from mlp_helpers.services.files import REPOSITORY as ROOT

PLAN = GradingPlan(str(ROOT), seed=1)
REPORT = {"my_report": {"source": "I chose 90 units.", "figures": []}}
REPORTS = [
    Result(
        "ada/../x y", items=[ExerciseResult("slope", "notebooks/03_layers.ipynb", 2, 2, "right")], open_answers=REPORT
    ),
    Result("bea", flags=["slope: its cell is missing"], isolated=False),
    Result("cid", refused="cid.zip cannot be read"),
]


@pytest.fixture
def marks(tmp_path):
    """Return a function that returns marks with points for ada's report, read from a file."""

    def read(points):
        path = tmp_path / "marks.csv"
        path.write_text(f"student,item,points,remark\nada/../x y,my_report,{points},Good.\n")
        return read_manual(path, ["ada/../x y"], exercises(read_notebooks(ROOT)))

    return read


def test_all_files_are_written(tmp_path, marks):
    said = write(REPORTS, PLAN, tmp_path / "out", ReportOptions(), marks(4))
    out = tmp_path / "out"
    written = sorted(path.relative_to(out).as_posix() for path in out.rglob("*.*") if path.is_file())
    assert written == [
        *["analytics.html", "feedback/ada%2F..%2Fx y.html", "feedback/bea.html", "feedback/cid.html"],
        *["gradebook.csv", "manual.html", "manual.json"],
    ]
    assert "Good." in (tmp_path / "out" / "feedback" / "ada%2F..%2Fx y.html").read_text()
    assert said.splitlines() == [
        "2 graded: automatic points from 0 to 2, median 1",
        "totals, with a person's marks: from 0 to 6, median 3",
        "refused or missing:",
        "  cid: refused: cid.zip cannot be read",
        "flags:",
        "  bea: slope: its cell is missing",
        "graded WITHOUT a sandbox: results can be forged, and this machine may have been harmed",
        f"{tmp_path / 'out' / 'gradebook.csv'}, {tmp_path / 'out' / 'analytics.html'}, {tmp_path / 'out' / 'feedback'}",
    ]


def with_network(student, error=0.9, names=("my_network",)):
    """Return a result with a network for each exercise, the same for all students."""
    network = asdict(NetworkResult("0" * 9000 + "-" * 1000, error, error, error, 7850, "d"))
    items = [ExerciseResult(name, "notebooks/07_your_network.ipynb", 0, 8, "not right") for name in names]
    return Result(student, items=items, networks=dict.fromkeys(names, network), flags=["a note on the files"])


@pytest.mark.thorough
def test_networks_have_a_board_a_place_in_the_feedback_and_flags_for_copies(tmp_path):
    results = [with_network("ada", names=["my_mnist", "my_network"]), with_network("bea")]
    roster = {name: Person(name, cells={"pseudonym": f"Owl {name[0]}"}) for name in ("ada", "bea")}
    said = write(results, PLAN, tmp_path, ReportOptions(roster=roster))
    assert "bea: my_network: the same parameters as those of ada; a note on the files" in said
    assert [line.split(",")[:3] for line in (tmp_path / "leaderboard.csv").read_text().splitlines()[1:]] == [
        ["my_mnist", "1", "Owl a"],
        ["my_network", "1", "Owl a"],
        ["my_network", "1", "Owl b"],
    ]
    board = (tmp_path / "leaderboard.html").read_text()
    assert "Owl a" in board
    assert "ada" not in board
    feedback = (tmp_path / "feedback" / "ada.html").read_text()
    assert "Rank 1 of 1" in feedback
    assert "Rank 1 of 2" in feedback


def test_a_students_page_names_no_other_student_and_accuses_of_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr(report, "_networks", lambda *_: ({}, defaultdict(dict)))  # drawing sixty would take a minute
    students = [f"student{number:02}" for number in range(60)]
    said = write([with_network(name, error=0.05) for name in students], PLAN, tmp_path, ReportOptions())
    for name in students:
        page = (tmp_path / "feedback" / f"{name}.html").read_text()
        assert "a note on the files" in page
        assert set(re.findall(r"student\d\d", page)) == {name}
        assert "test set" not in page
    for text in ((tmp_path / name).read_text() for name in ("gradebook.csv", "analytics.html")):
        assert text.count("my_network: the same parameters as those of student0") == 60
        assert text.count("was it trained on the test set?") == 60
    assert "  60 of 60 students: my_network: its error of 5.0% is below 8.0%: was it trained on the test set?" in said
    assert "  40 of 60 students: my_network: the same parameters as those of student00, student01" in said
    assert "  student00: my_network: the same parameters as those of student01, student02" in said


def weekly(n):
    """Return results of a class that hands in the first of ten notebooks; the first student does something odd."""
    missing = [f"notebooks/0{number}.ipynb: missing" for number in range(1, 10)]
    odd = [f"slope: there are {number} cells; the last that is answered counts" for number in range(2, 7)]
    return [Result(f"s{number:04}", flags=odd + missing if number == 0 else missing) for number in range(n)]


def summary(results):
    return list(report._summary(results, rows(results, []), [], [], Path("results")))


def test_what_most_are_flagged_for_is_said_once():
    said = summary(weekly(1000))
    assert said[2:-1] == [f"  1000 of 1000 students: notebooks/0{number}.ipynb: missing" for number in range(1, 10)]
    odd = "; ".join(f"slope: there are {number} cells; the last that is answered counts" for number in (2, 3, 4))
    assert said[-1] == f"  s0000: {odd}; and 2 more"


@pytest.mark.parametrize(("unlimited", "is_short"), [((), True), (("MIN_ALIKE_STUDENTS", "MAX_LINES"), False)])
def test_what_a_class_of_a_thousand_sees_in_the_terminal_is_below_200_lines(monkeypatch, unlimited, is_short):
    for limit in unlimited:
        monkeypatch.setattr(report, limit, 1 << 20)
    class_ = [
        replace(one, flags=[*one.flags, f"{one.student}: odd"], refused="late" * (number % 3 == 0))
        for number, one in enumerate(weekly(1000))
    ]
    assert (len(summary(class_)) + 100 < 200) is is_short  # with 100 lines of progress


@pytest.mark.parametrize(("total", "n_lines"), [(1, 1), (100, 100), (101, 51), (1000, 100), (1001, 91)])
def test_progress_is_told_of_each_student_or_of_every_so_many(total, n_lines):
    lines = []
    progress = batch._Progress(total, lines.append)
    for number in range(total):
        progress.step(Result(f"s{number}"), False)
    assert len(lines) == n_lines
    assert lines[-1].startswith(f"{total} of {total} ")


def test_pages_for_marking_that_are_not_needed_any_more_are_removed(tmp_path):
    write([replace(REPORTS[0], student=f"s{number}") for number in range(51)], PLAN, tmp_path, ReportOptions())
    assert (tmp_path / "manual-2.html").exists()
    write(REPORTS, PLAN, tmp_path, ReportOptions())
    assert [path.name for path in tmp_path.glob("manual*.html")] == ["manual.html"]


def test_marks_are_read_from_several_files_before_grading_and_the_later_one_counts(tmp_path, monkeypatch):
    given = []
    monkeypatch.setattr(report, "write", lambda results, plan, out, options, marks: given.append(marks) or "")
    monkeypatch.setattr(batch, "grade", lambda *_: REPORTS)
    (tmp_path / "submissions").mkdir()
    command = ["grade", str(tmp_path / "submissions"), "--out", str(tmp_path / "out"), "--no-sandbox"]
    for name, points in {"one": 1, "two": 2}.items():
        (tmp_path / "submissions" / f"{name}.ipynb").write_text("{}")
        text = f"student,item,points\n{name},my_report,{points}\none,my_curves,{points}\n"
        (tmp_path / f"{name}.csv").write_text(text)
        command += ["--manual", str(tmp_path / f"{name}.csv")]
    assert CliRunner().invoke(app, command).exit_code == 0
    points = {student: {item: mark.points for item, mark in own.items()} for student, own in given[0].items()}
    assert points == {"one": {"my_report": 1, "my_curves": 2}, "two": {"my_report": 2}}
    monkeypatch.setattr(batch, "grade", None)  # so that grading would end in a TypeError
    (tmp_path / "two.csv").write_text("student,item,points\ntwo,my_report,400\n")
    assert "two.csv, line 2, column points: expected a number from 0 to" in CliRunner().invoke(app, command).output


def test_a_list_of_the_summary_ends_and_says_where_the_rest_is():
    said = summary([Result(f"s{number:02}", refused=f"reason {number} " + "x" * 9000) for number in range(30)])
    assert said[-1] == f"  and 10 more, in {Path('results', 'gradebook.csv')}"
    assert max(map(len, said)) < 500


def test_who_is_missing_what_waits_and_who_has_no_receipt_is_said(tmp_path):
    roster = {one.id: one for one in (Person("zoe", "Zoe"), Person("bea", "Bea <Ada> Lee"))}
    said = write(REPORTS[:2], PLAN, tmp_path, ReportOptions(roster, Policy(datetime(2026, 12, 1, tzinfo=UTC))))
    assert "<bdi>Bea &lt;Ada&gt; Lee</bdi>, <bdi>bea</bdi></h1>" in (tmp_path / "feedback" / "bea.html").read_text()
    assert "  zoe: missing" in said
    assert "no receipt, so nobody knows when it was handed in: ada/../x y, bea" in said
    assert f"answers that wait for a person's mark, in {tmp_path / 'manual.html'}: 1" in said


def test_the_students_page_says_how_the_total_came_about(tmp_path, marks):
    policy = Policy(datetime(2026, 12, 1, 12, tzinfo=UTC), percent_a_day=0.5)
    late = replace(REPORTS[1], received="2026-12-02T14:00:00+00:00", items=[replace(REPORTS[0].items[0])])
    write([REPORTS[0], late], PLAN, tmp_path, ReportOptions(policy=policy), marks(4))
    assert account(tmp_path / "feedback" / "bea.html") == {
        "03_layers": 2,
        "2 days late (the deadline was 2026-12-01 12:00); 0.5 % of the possible points for each day, at most 100 %": -1,
        "your total": 1,
    }
    assert account(tmp_path / "feedback" / "ada%2F..%2Fx y.html") == {
        "03_layers": 2,
        "07_your_network": 4,
        "your total": 6,
    }


def account(path):
    """Return the lines of the page's account that are not 0."""
    (table,) = re.findall(r'<table class="account">(.*?)</table>', path.read_text(), re.DOTALL)
    cells = re.findall(r'<t[dh][^>]*>([^<]*)</t[dh]><td class="number">(.*?)</td>', table)
    return {unescape(what): float(points) for what, points in cells if float(points)}


def test_a_mark_goes_with_the_answer_that_was_marked_and_is_kept_for_later_runs(tmp_path, marks):
    out = tmp_path / "out"
    write(REPORTS, PLAN, out, ReportOptions(), marks(4))
    before = (out / "gradebook.csv").read_text()

    def mark():
        return next(csv.DictReader((out / "gradebook.csv").read_text().splitlines()))["my_report"]

    assert mark() == "4"
    anew = replace(REPORTS[0], open_answers={"my_report": REPORT["my_report"] | {"source": "I chose 91."}})
    said = write([anew], PLAN, out, ReportOptions())
    assert "answered anew since a person marked it:\n  ada/../x y: my_report" in said
    assert mark() == ""
    for results in (REPORTS[1:], REPORTS):  # the student left, and came back
        assert "anew" not in write(results, PLAN, out, ReportOptions())
    assert (out / "gradebook.csv").read_text() == before
    said = write([replace(REPORTS[0], open_answers={})], PLAN, out, ReportOptions(), marks(4))
    assert "ada/../x y: marked without an answer: my_report" in said


@pytest.mark.thorough
def test_a_page_that_cannot_be_made_leaves_all_as_it_was(tmp_path):
    write(REPORTS, PLAN, tmp_path, ReportOptions())
    before = {path: path.read_bytes() for path in tmp_path.rglob("*.*")}
    with pytest.raises(Exception, match="lost"):
        write(
            [Result("ada", items=[ExerciseResult("slope", "a.ipynb", 2, 2, "lost")])], PLAN, tmp_path, ReportOptions()
        )
    assert {path: path.read_bytes() for path in tmp_path.rglob("*.*")} == before


def test_a_run_remembers_its_seed(tmp_path):
    assert seed_of(tmp_path, 7) == 7
    assert seed_of(tmp_path) == 7
    assert seed_of(tmp_path, 8) == 8
    (tmp_path / report.RUN).write_text("{")
    assert 0 <= seed_of(tmp_path) < 2**31
    assert seed_of(tmp_path) == seed_of(tmp_path)
