"""Stored results: nothing replaces a file that cannot be read, `earlier` only grows, and no student vanishes."""

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from mlp_helpers.cli import app
from mlp_helpers.grading import batch, regrade
from mlp_helpers.grading.reports import report
from mlp_helpers.grading.results import ExerciseResult, Result, Unreadable, load, result_file, store, stored, succeeding
from mlp_helpers.grading.submissions import RawSubmission

EARLIER = {"points": 1.0, "date": "2026-11-30T10:00:00+01:00", "reason": "a better file"}
RESULT = Result("ada", key="k", items=[ExerciseResult("softmax", "03.ipynb", 2.0, 3.0, "right", earlier=[EARLIER])])
DAMAGED = {
    "half of it": lambda text: text[: len(text) // 2],
    "nothing": lambda text: "",
    "no object": lambda text: "[]",
    "a field of a later version": lambda text: text.replace('"student"', '"more": 1, "student"'),
    "without items": lambda text: text.replace('"items"', '"item"'),
    "points in words": lambda text: text.replace('"points": 2.0', '"points": "two"'),
    "marks held back in words": lambda text: text.replace('"held": {}', '"held": {"student": "ada", "items": "two"}'),
    "not text": lambda text: text.replace("softmax", "softm\udce4x"),
    "a later version": lambda text: text.replace('"version": 1', '"version": 2'),
}


def spoil(out, student, change):
    path = result_file(out, student)
    path.write_bytes(change(path.read_text()).encode(errors="surrogateescape"))


def test_what_is_stored_comes_back(tmp_path):
    store(RESULT, tmp_path)
    assert load(tmp_path, "ada") == RESULT
    assert list(stored(tmp_path)) == [RESULT]
    assert load(tmp_path, "bea") is None


def test_files_from_before_the_first_version_are_read(tmp_path):
    store(RESULT, tmp_path)
    spoil(tmp_path, "ada", lambda text: text.replace('"version": 1,', "").replace('"gone": false', '"isolated": true'))
    assert load(tmp_path, "ada") == RESULT


@pytest.mark.parametrize("change", DAMAGED.values(), ids=DAMAGED)
def test_what_cannot_be_read_is_said(tmp_path, change):
    store(RESULT, tmp_path)
    spoil(tmp_path, "ada", change)
    with pytest.raises(Unreadable, match=r"ada\.json is (damaged|of version 2)"):
        load(tmp_path, "ada")
    assert list(stored(tmp_path)) == []


class Course:
    """A course of two exercises, in place of a real one: what it grades is in its submissions as JSON.

    `plan` has the points that each exercise gives beside these, {} for none.
    """

    source, automatic = (), ("softmax", "train")

    def __init__(self, plan):
        self.keys = {name: str(plan.get(name, 0)) for name in self.automatic}


def run(monkeypatch, folder, out, more=None, flags=(), **options):
    """Grade a folder of JSON files, each {"softmax": points, "train": points}, by the real `batch.grade`.

    `more` is as `Course.plan`. Return the results, and what is said, with a line for each submission that is run.
    """
    more, said = dict(more or {}), []

    def take(student, paths):
        text = paths.read_text()
        if text == "refused":
            raise batch.Refused("it cannot be read")
        return RawSubmission(student, {"points": text.encode()}, (text, *flags))

    def graded(jobs, *_):
        for job in jobs:
            said.append(f"{job.raw.student} runs {' '.join(job.items)}")
            points = json.loads(job.raw.contents["points"])
            items = [ExerciseResult(name, "", points[name] + more.get(name, 0), 9, "right") for name in job.items]
            yield job, Result(job.raw.student, items=items)

    monkeypatch.setattr(batch, "find", lambda folder: {path.stem: path for path in sorted(folder.iterdir())})
    monkeypatch.setattr(batch, "ReferenceCourse", Course)
    monkeypatch.setattr(batch, "take", take)
    monkeypatch.setattr(batch, "_run", graded)
    return batch.grade(folder, out, more, None, 1, tell=said.append, **options), said


STUDENTS = ("ada", "bea", "cid")
points = st.fixed_dictionaries({"softmax": st.integers(0, 3), "train": st.integers(0, 5)}).map(json.dumps)
steps = st.one_of(
    st.tuples(st.just("hand in"), st.sampled_from(STUDENTS), points | st.just("refused")),
    st.tuples(st.just("take away"), st.sampled_from(STUDENTS), st.none()),
    st.tuples(st.just("damage"), st.sampled_from(STUDENTS), st.sampled_from(sorted(DAMAGED))),
    st.tuples(st.just("grade"), st.none(), st.sampled_from(("", "softmax", *STUDENTS))),
    st.tuples(st.just("mend"), st.none(), st.sampled_from(Course.automatic)),
    st.tuples(st.just("accept"), st.none(), st.none()),
)


BROKEN = {
    "what is damaged is graded anew": (batch, "load", lambda out, student: stored_of(out, student)),
    "history starts anew": (batch, "succeeding", lambda known, result, *_: result),
    "who left is left out": (batch, "stored", lambda out, but=(): [] if but else stored(out)),
    "what is out of date stays": (batch, "_job", lambda *given, job=batch._job: without_regrade(job(*given))),
    "new marks are written at once": (regrade, "changes", lambda results: []),
    "marks of an earlier file are written": (batch, "succeeding", lambda known, new, *_: with_held(known, new)),
    "accepted marks have no history": (regrade, "succeeding", lambda known, new, *_: replace(known, items=new.items)),
}


def stored_of(out, student):
    return next((result for result in stored(out) if result.student == student), None)


def with_held(known, new):
    """Return a result with history, and with what is held back of the one before."""
    return replace(succeeding(known, new, ""), held=known.held if known else {})


def without_regrade(job):
    """Return a job without exercises if the files have been graded before."""
    return job._replace(items=()) if job.is_regrade else job


PLAN = [
    ("hand in", "ada", '{"softmax": 1, "train": 1}'),
    ("grade", None, ""),
    ("hand in", "ada", '{"softmax": 3, "train": 1}'),
    ("grade", None, "ada"),
    ("damage", "ada", "a later version"),
    ("hand in", "bea", '{"softmax": 0, "train": 0}'),
    ("grade", None, ""),
    ("mend", None, "softmax"),
    ("grade", None, ""),
    ("hand in", "ada", '{"softmax": 2, "train": 0}'),
    ("grade", None, ""),
    ("accept", None, None),
    ("mend", None, "train"),
    ("take away", "bea", None),
]


@settings(max_examples=150, deadline=None)
@example(PLAN)
@given(st.lists(steps, min_size=3, max_size=18))
def test_history_only_grows_no_student_vanishes_and_marks_are_those_of_the_course(plan):
    play(plan)


@pytest.mark.parametrize(("module", "name", "function"), BROKEN.values(), ids=BROKEN)
def test_a_broken_rule_is_found(monkeypatch, module, name, function):
    monkeypatch.setattr(module, name, function)
    with pytest.raises(AssertionError):
        play(PLAN)


def play(plan):
    """Play a plan, accept all and grade once more; assert that no mark, student or file is lost.

    Without `accept`, files that are graded again keep their marks. In the end all marks are those of the course.
    """
    marks, unread, more, files = {}, [], Counter(), {}  # marks and files by student, as they were last graded
    with TemporaryDirectory() as name, pytest.MonkeyPatch.context() as monkeypatch:
        folder, out = Path(name, "submissions"), Path(name, "results")
        folder.mkdir(), out.mkdir()
        for step, student, what in [*plan, ("grade", None, ""), ("accept", None, None), ("grade", None, "")]:
            path, before = folder / f"{student}.json", {result.student for result in stored(out)}
            if step == "hand in":
                path.write_text(what)
            elif step == "take away":
                path.unlink(missing_ok=True)
            elif step == "mend":
                more[what] += 1
            elif step == "damage" and student in before:
                spoil(out, student, DAMAGED[what])
                if stored_of(out, student) is None:
                    unread.append(result_file(out, student).read_bytes())
                    marks.pop(student, None), files.pop(student, None)
            elif step == "accept":
                regrade.accept(out, "numbers of any size", False)
                check_grown(stored(out), marks)
                marks = {result.student: result for result in stored(out) if result.items}
            elif step == "grade" and (what not in STUDENTS or (folder / f"{what}.json").exists()):
                results, _ = run(monkeypatch, folder, out, more, only=what)
                assert before <= {result.student for result in results}
                check_grown(results, marks)
                now = {path.stem: path.read_text() for path in folder.iterdir()}
                same = {student for student in marks.keys() & files.keys() if files[student] == now.get(student)}
                assert all(points_of(one) == points_of(marks[one.student]) for one in results if one.student in same)
                files |= {student: now[student] for student in ([what] if what in STUDENTS else now)}
                marks = {result.student: result for result in results if result.items}
        given = {student: json.loads(text) for student, text in now.items() if text != "refused"}
        wanted = {student: {name: points[name] + more[name] for name in points} for student, points in given.items()}
        assert {result.student: points_of(result) for result in results if result.student in given} == wanted
        assert {*unread} <= {path.read_bytes() for path in out.glob("students/*")}


def points_of(result):
    return {item.name: item.points for item in result.items}


def check_grown(results, before):
    """Assert that all marks are there, that earlier ones come first in them, and that what changed is among these."""
    now = {(result.student, item.name): item for result in results for item in result.items}
    for student, result in before.items():
        for old in result.items:
            new = now[student, old.name]
            assert new.earlier[: len(old.earlier)] == old.earlier
            assert new.points == old.points or [mark["points"] for mark in new.earlier[-1:]] == [old.points]


@pytest.fixture
def again(monkeypatch, tmp_path):
    """Return a function that calls `run` on a folder in which two students were graded before; `tmp_path` has it."""
    (tmp_path / "submissions").mkdir(), (tmp_path / "results").mkdir()
    for student, text in {"ada": '{"softmax": 2, "train": 4}', "bea": '{"softmax": 3, "train": 1}'}.items():
        (tmp_path / "submissions" / f"{student}.json").write_text(text)

    def run_in_it(more=None, **options):
        results, said = run(monkeypatch, tmp_path / "submissions", tmp_path / "results", more, **options)
        return results, [line for line in said if " of 2 " not in line]

    run_in_it()
    return run_in_it


def test_a_damaged_result_is_kept_and_named(again, tmp_path):
    out = tmp_path / "results"
    spoil(out, "ada", DAMAGED["half of it"])
    half = result_file(out, "ada").read_bytes()
    said = "ada: ada.json is damaged. It is kept as ada.json.kept-1, and its marks do not count any more."
    assert said in again()[1]
    assert (out / "students" / "ada.json.kept-1").read_bytes() == half
    assert dict(report._of_files([load(out, "ada")], out)) == {
        "ada": ["a result that could not be read is kept as ada.json.kept-1"]
    }


def test_what_is_out_of_date_is_run_and_no_more(again):
    assert again()[1] == []
    assert again(flags=["a stray file"])[1] == ["ada runs softmax train", "bea runs softmax train"]
    (ada, _), said = again(flags=["a stray file"], only="softmax")
    assert said == ["ada runs softmax", "bea runs softmax"]
    assert (len(ada.items[0].earlier), len(ada.items[1].earlier), ada.held) == (1, 0, {})  # no mark has changed
    again({"softmax": 1, "train": 1}, flags=["a stray file"], only="softmax")
    assert again({"softmax": 1, "train": 1}, flags=["a stray file"])[1] == ["ada runs train", "bea runs train"]


def test_a_change_of_the_course_is_held_back_until_it_is_accepted(again, tmp_path):
    assert [result.total for result in again({"softmax": -1})[0]] == [6, 4]
    results, said = again({"softmax": -1, "train": 0.5}, reason="numbers of any size")
    assert said == ["ada runs train", "bea runs train"]  # the rest is held back
    found = regrade.changes(results)
    assert regrade.in_words([*found, (1, "  cid: 3 → 4 points: train 1 → 2")]).splitlines() == [
        "graded again: 2 would lose points, 1 would gain some",
        "  ada: 6 → 5.5 points: softmax 2 → 1, train 4 → 4.5",
        "  bea: 4 → 3.5 points: softmax 3 → 2, train 1 → 1.5",
        "  cid: 3 → 4 points: train 1 → 2",
        "Nothing of it is written yet: the same command with --accept writes it.",
    ]
    regrade.accept(tmp_path / "results", "numbers of any size", False)
    results, said = again({"softmax": -1, "train": 0.5})
    assert ([result.total for result in results], said) == ([5.5, 3.5], [])


def test_the_command_says_who_gains_and_accept_takes_the_place_of_only(monkeypatch, tmp_path):
    asked, out = [], tmp_path / "out"
    monkeypatch.setattr(batch, "grade", lambda *given: asked.append(given[5]) or list(stored(out)))
    monkeypatch.setattr(report, "write", lambda *given: "tables")
    (tmp_path / "subs").mkdir()
    (tmp_path / "subs" / "ada.ipynb").write_text("{}")
    store(regrade.holding(RESULT, replace(RESULT, items=[replace(RESULT.items[0], points=3.0)])), out)
    command = ["grade", str(tmp_path / "subs"), "--out", str(out), "--only", "softmax", "--reason", "taught later"]
    said = CliRunner().invoke(app, command).output
    assert "  ada: 2 → 3 points: softmax 2 → 3\nNothing of it is written yet" in said
    assert (replace(load(out, "ada"), held={}), asked) == (RESULT, ["softmax"])
    assert CliRunner().invoke(app, [*command, "--accept"]).output.endswith("tables\n")
    assert (load(out, "ada").total, asked) == (3, ["softmax", ""])
    assert [mark["reason"] for mark in load(out, "ada").items[0].earlier] == ["a better file", "taught later"]


def test_a_student_who_left_is_named_and_kept_until_forgotten(again, tmp_path):
    out = tmp_path / "results"
    (tmp_path / "submissions" / "ada.json").unlink()
    left = again()[0][0]
    assert (left.student, left.total, left.gone) == ("ada", 6, True)
    assert dict(report._of_files([left], out)) == {"ada": [report.GONE]}
    assert report.forget(out, "ada") == ["students/ada.json"]
    assert [result.student for result in again()[0]] == ["bea"]
    (tmp_path / "submissions" / "cid.json").write_text('{"softmax": 1, "train": 0}')
    bea, cid = again(only="bea")[0]
    assert ([len(item.earlier) for item in bea.items], cid.refused) == ([1, 1], batch.NOT_YET)
    assert again(only="softmax")[1] == ["bea runs softmax", "cid runs softmax train"]
    with pytest.raises(ValueError, match="student must be one with a result in"):
        report.forget(out, "ada")
