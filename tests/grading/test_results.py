"""Stored results: nothing replaces a file that cannot be read, `earlier` only grows, and no student vanishes."""

import json
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlp_helpers.grading import batch
from mlp_helpers.grading.reports import report
from mlp_helpers.grading.results import ExerciseResult, Result, Unreadable, kept_aside, load, result_file, store, stored

EARLIER = {"points": 1.0, "date": "2026-11-30T10:00:00+01:00", "reason": "a better file"}
RESULT = Result("ada", key="k", items=[ExerciseResult("softmax", "03.ipynb", 2.0, 3.0, "right", earlier=[EARLIER])])
DAMAGED = {
    "half of it": lambda text: text[: len(text) // 2],
    "nothing": lambda text: "",
    "no object": lambda text: "[]",
    "a field of a later version": lambda text: text.replace('"student"', '"more": 1, "student"'),
    "without items": lambda text: text.replace('"items"', '"item"'),
    "points in words": lambda text: text.replace('"points": 2.0', '"points": "two"'),
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
    """A course of two exercises, in place of a real one: what it grades is in its submissions as JSON."""

    key, source = "course", {}
    automatic = ("softmax", "train")

    def __init__(self, plan):
        pass


def run(monkeypatch, folder, out, **options):
    """Grade a folder of JSON files, each {"softmax": points, "train": points}, by the real `batch.grade`."""

    def take(student, paths):
        text = paths.read_text()
        if text == "refused":
            raise batch.Refused("it cannot be read")
        return batch.RawSubmission(student, {"points": text.encode()}, flags=(text,))

    def graded(jobs, *_):
        for job in jobs:
            points = json.loads(job.raw.contents["points"])
            names = [job.item] if job.item else points
            yield job, Result(job.raw.student, items=[ExerciseResult(n, "", points[n], 9, "right") for n in names])

    monkeypatch.setattr(batch, "find", lambda folder: {path.stem: path for path in sorted(folder.iterdir())})
    monkeypatch.setattr(batch, "ReferenceCourse", Course)
    monkeypatch.setattr(batch, "take", take)
    monkeypatch.setattr(batch, "_run", graded)
    said = []
    return batch.grade(folder, out, None, None, 1, tell=said.append, **options), said


STUDENTS = ("ada", "bea", "cid")
points = st.fixed_dictionaries({"softmax": st.integers(0, 3), "train": st.integers(0, 5)}).map(json.dumps)
steps = st.one_of(
    st.tuples(st.just("hand in"), st.sampled_from(STUDENTS), points | st.just("refused")),
    st.tuples(st.just("take away"), st.sampled_from(STUDENTS), st.none()),
    st.tuples(st.just("damage"), st.sampled_from(STUDENTS), st.sampled_from(sorted(DAMAGED))),
    st.tuples(st.just("grade"), st.none(), st.sampled_from(("", "softmax", *STUDENTS))),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(steps, min_size=3, max_size=14))
def test_history_only_grows_and_no_student_vanishes(plan):
    play(plan)


BROKEN = {
    "what is damaged is graded anew": (
        "load",
        lambda out, student: next((r for r in stored(out) if r.student == student), None),
    ),
    "history starts anew": ("succeeding", lambda known, result, *_: result),
    "who left is left out": ("stored", lambda out, but: []),
}
PLAN = [
    ("hand in", "ada", '{"softmax": 1, "train": 1}'),
    ("grade", None, ""),
    ("hand in", "ada", '{"softmax": 3, "train": 1}'),
    ("grade", None, "ada"),
    ("damage", "ada", "a later version"),
    ("hand in", "bea", '{"softmax": 0, "train": 0}'),
    ("grade", None, ""),
    ("take away", "bea", None),
]


def test_the_plan_is_a_good_one():
    play(PLAN)


@pytest.mark.parametrize(("name", "function"), BROKEN.values(), ids=BROKEN)
def test_a_broken_rule_is_found(monkeypatch, name, function):
    monkeypatch.setattr(batch, name, function)
    with pytest.raises(AssertionError):
        play(PLAN)


def play(plan):
    """Play a plan, then grade once more; assert after each run that no mark, student or file is lost."""
    with TemporaryDirectory() as name, pytest.MonkeyPatch.context() as monkeypatch:
        folder, out = Path(name, "submissions"), Path(name, "results")
        folder.mkdir(), out.mkdir()
        known, marks, unread = set(), {}, {}
        for step, student, what in [*plan, ("grade", None, "")]:
            path = folder / f"{student}.json"
            if step == "hand in":
                path.write_text(what)
            elif step == "take away":
                path.unlink(missing_ok=True)
            elif step == "damage" and student in {result.student for result in stored(out)}:
                spoil(out, student, DAMAGED[what])
                if student not in {result.student for result in stored(out)}:
                    unread.setdefault(student, set()).add(result_file(out, student).read_bytes())
                    marks.pop(student, None)
            elif step == "grade" and (what not in STUDENTS or (folder / f"{what}.json").exists()):
                results, _ = run(monkeypatch, folder, out, only=what)
                known |= {result.student for result in stored(out)}
                assert known - unread.keys() <= {result.student for result in results}
                check_grown(results, marks)
                marks = {result.student: result for result in results if result.items}
        for student, texts in unread.items():
            file = result_file(out, student)
            there = [file, *(file.with_name(name) for name in kept_aside(out).get(file.name, []))]
            assert texts <= {path.read_bytes() for path in there if path.exists()}


def check_grown(results, before):
    """Assert that all marks are there, that earlier ones come first in them, and that what changed is among these."""
    now = {(result.student, item.name): item for result in results for item in result.items}
    for student, result in before.items():
        for old in result.items:
            new = now[student, old.name]
            assert new.earlier[: len(old.earlier)] == old.earlier
            assert new.points == old.points or [mark["points"] for mark in new.earlier[-1:]] == [old.points]


def graded_once(monkeypatch, tmp_path):
    folder, out = tmp_path / "submissions", tmp_path / "results"
    folder.mkdir(), out.mkdir()
    (folder / "ada.json").write_text('{"softmax": 2, "train": 4}')
    run(monkeypatch, folder, out)
    return folder, out


def test_a_damaged_result_is_kept_and_named(monkeypatch, tmp_path):
    folder, out = graded_once(monkeypatch, tmp_path)
    spoil(out, "ada", DAMAGED["half of it"])
    half = result_file(out, "ada").read_bytes()
    _, said = run(monkeypatch, folder, out)
    wanted = "ada: ada.json is damaged. It is kept as ada.json.kept-1, and its marks do not count any more."
    assert wanted in said
    assert (out / "students" / "ada.json.kept-1").read_bytes() == half
    assert dict(report._of_files([load(out, "ada")], out)) == {
        "ada": ["a result that could not be read is kept as ada.json.kept-1"]
    }


def test_a_flag_that_is_gone_is_gone_from_the_result(monkeypatch, tmp_path):
    folder, out = graded_once(monkeypatch, tmp_path)
    key = load(out, "ada").key
    take = batch.take
    monkeypatch.setattr(batch, "take", lambda *given: replace(take(*given), flags=("a stray file",)))
    run_again = batch.grade(folder, out, None, None, 1, tell=lambda line: None)
    assert run_again[0].key != key


def test_a_student_who_left_is_named_and_kept_until_forgotten(monkeypatch, tmp_path):
    folder, out = graded_once(monkeypatch, tmp_path)
    (folder / "ada.json").rename(folder / "bea.json")
    (left, _), _ = run(monkeypatch, folder, out)
    assert (left.student, left.total, left.gone) == ("ada", 6, True)
    assert dict(report._of_files([left], out)) == {"ada": [report.GONE]}
    assert report.forget(out, "ada") == ["students/ada.json"]
    (only,), _ = run(monkeypatch, folder, out)
    assert only.student == "bea"
    with pytest.raises(ValueError, match="student must be one with a result in"):
        report.forget(out, "ada")
