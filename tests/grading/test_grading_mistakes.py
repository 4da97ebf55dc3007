"""Mistakes of the bank as answer cells: each runs where grading runs, and behaves like the bank's own function."""

import itertools
import json
import pickle
import subprocess
import sys

import pytest

from mlp_helpers.checking.observations import observe, wrong_cases
from mlp_helpers.checking.questions import CLASS, FUNCTION
from mlp_helpers.course.cells import answer_name, answers, exercises, role
from mlp_helpers.exercises import exercise, names
from mlp_helpers.grading.dry_run import Findings
from mlp_helpers.grading.mistakes import mistake_cells, mistaken_submissions
from mlp_helpers.services.files import REPOSITORY as ROOT

LAYERS = "notebooks/03_layers.ipynb"
SEEDS = ("3", "4")
FUNCTIONS = [name for name in names() if exercise(name).kind in (FUNCTION, CLASS)]

# Runs each cell in a fresh namespace, after the set-up cells; returns the observations.
WHERE_GRADED = """
import json, os, pickle, sys
given = json.load(sys.stdin)
from mlp_helpers.checking.observations import observe
from mlp_helpers.exercises import exercise
found = []
for name, cell in given["cells"]:
    for seed in given["seeds"]:
        os.environ["MLP_COURSE_SEED"] = seed
        scope = {}
        exec(given["set_up"], scope)
        exec(cell, scope)
        found.append(observe(exercise(name), scope[name]))
pickle.dump(found, sys.stdout.buffer)
"""


@pytest.fixture(scope="module")
def cells(source):
    return mistake_cells(source)


@pytest.fixture(scope="module")
def by_step(cells):
    """The same cells by step; an exercise without steps is its own only step."""
    found = {}
    for name, made in cells.items():
        remaining = iter(made)
        for step in exercise(name).parts:
            found[step.name] = list(itertools.islice(remaining, len(step.key.mistakes)))
    return found


def start(notebook, folder, asked):
    """Start a process that runs (exercise, cell source) pairs of a notebook; return it and its input."""
    set_up = "\n".join(cell.source for cell in notebook.cells if role(cell) == "set-up")
    given = json.dumps({"set_up": set_up, "cells": asked, "seeds": SEEDS})
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen([sys.executable, "-c", WHERE_GRADED], cwd=folder, **pipes), given.encode()


def observed(process, given):
    out, said = process.communicate(given)
    assert process.returncode == 0, said.decode()
    return pickle.loads(out)


@pytest.fixture(scope="module")
def seen(source, by_step, copied):
    """Run each mistake's cell as in grading; return {(step, name, seed): observations}."""
    started = []
    for file_name, notebook in source.items():
        answered = {answer_name(cell) for cell in notebook.cells if role(cell) == "answer"} & set(names())
        steps = [step.name for name in answered for step in exercise(name).parts if step.name in FUNCTIONS]
        made = [(step, called, text) for step in steps for called, text in by_step[step]]
        started.append((made, *start(notebook, copied[file_name], [(name, text) for name, _, text in made])))
    found = {}
    for made, process, given in started:
        keys = [(name, called, seed) for name, called, _ in made for seed in SEEDS]
        found |= dict(zip(keys, observed(process, given), strict=True))
    return found


def test_a_mistake_that_needs_nothing(cells):
    assert dict(cells["centre_rows"])["centre_rows_by_columns"] == (
        'def centre_rows(A):\n    """Return A, (n, d), with the mean of each row subtracted from it."""\n'
        "    return A - A.mean(axis=0)"
    )


def test_every_mistake_of_the_bank_has_its_cell(cells):
    assert sum(map(len, cells.values())) == sum(len(exercise(name).key.mistakes) for name in names()) >= 148


def test_the_page_for_instructors_shows_what_a_dry_run_prints(source):
    page = (ROOT / "docs" / "instructors.md").read_text(encoding="utf-8")
    points = sum(item.points for item in exercises(source) if not item.is_open)
    for line in str(Findings(points, points, 0, mistakes="…")).splitlines():
        assert f"    {line}\n" in page


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_cell_does_what_the_bank_s_function_does(name, by_step, seen, monkeypatch):
    for seed in SEEDS:
        monkeypatch.setenv("MLP_COURSE_SEED", seed)
        right = exercise(name).expected
        for mistake, (called, _) in zip(exercise(name).key.mistakes, by_step[name], strict=True):
            assert not wrong_cases(observe(exercise(name), mistake.answer), seen[name, called, seed]), called
            assert wrong_cases(right, seen[name, called, seed]), called


def test_what_the_bank_s_functions_need_is_missing_where_they_are_graded(source, copied):
    as_it_stands = "from mlp_helpers import activations\ndef softplus_d(x):\n    return activations.sigmoid_d(x)"
    with pytest.raises(AssertionError, match=r"mlp_helpers\.activations|cannot import name 'activations'"):
        observed(*start(source[LAYERS], copied[LAYERS], [("softplus_d", as_it_stands)]))


def sources_of(notebooks):
    return {answer_name(cell): cell.source for _, cell in answers(notebooks)}


@pytest.mark.thorough
def test_few_submissions_hold_all_mistakes_and_the_source_stays_as_it_was(source, cells):
    solved = sources_of(source)
    submissions = mistaken_submissions(source)
    assert len(submissions) == max(map(len, cells.values()))
    made = [(name, called) for _, named in submissions for name, (called, _) in named.items()]
    assert sorted(made) == sorted((name, called) for name, found in cells.items() for called, _ in found)
    for notebooks, named in submissions:
        expected = solved | {name: dict(cells[name])[called] for name, (called, _) in named.items()}
        assert sources_of(notebooks) == expected
    assert sources_of(source) == solved
    shares = {called: share for _, named in submissions for called, share in named.values()}
    assert shares["softplus_d_step"] == 0
    assert shares["softplus_d_overflows"] == 1 / 2
    assert shares["softmax_of_columns"] == pytest.approx(2 / 3)  # a step of three
    assert shares["softmax_overflows"] == pytest.approx(5 / 6)
