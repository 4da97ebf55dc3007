"""Working time of notebooks: a small one, counted by hand."""

import minutes
from nbformat.v4 import new_code_cell, new_markdown_cell


def code(role, source):
    return new_code_cell(source, metadata={"course": {"role": role}})


WORDS = " ".join(["word"] * 65)


def test_each_kind_of_cell_counts_as_the_model_says():
    cells = {
        0.5: new_markdown_cell(WORDS),
        1.5: new_markdown_cell(f"{WORDS} $$x = 1 + y$$"),
        0.2: code("demonstration", "import numpy\n\nprint(1)  # one"),
        0.1: code("set-up", "import numpy"),
        3: code("guess", "guess_one = None"),
        0: code("answer", "def f():\n    return 1"),
        20 + 11 / 130: new_markdown_cell("**Exercise `f`, 2 points (1 for one), 20 minutes.** Write it."),
        3.5 + 4 / 130: new_markdown_cell("**Exercise `f`, for practice.**"),
        2 / 130: new_markdown_cell(f"Look:\n\n<details>\n<summary>More</summary>\n{WORDS} $$x$$\n</details>\n\n- here"),
    }
    for expected, cell in cells.items():
        assert abs(minutes.minutes([cell]) - expected) < 1e-9, cell.source
    assert abs(minutes.minutes(cells.values()) - sum(cells)) < 1e-9


def test_times_are_said_to_five_minutes():
    said = {12.4: "10 min", 57.6: "1 h", 125: "2 h 5 min"}
    assert {time: minutes.words(time) for time in said} == said
    head = "**Working time:** about 2 h 40 min, best in two sittings."
    assert minutes.HEAD.sub("10 min", head) == "**Working time:** about 10 min, best in two sittings."
