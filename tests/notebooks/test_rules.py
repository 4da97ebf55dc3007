"""Rules for notebooks, apart from reproducing their outputs; for each rule there is a notebook that breaks it."""

import base64
import functools
import io
import itertools
import re
from pathlib import Path

import nbformat
import pytest
from PIL import Image, PngImagePlugin

from mlp_helpers.course.cells import blank, is_answer, solution
from mlp_helpers.nbcheck.recorded import MACHINE, readable, warns

ROOT = Path(__file__).resolve().parents[2]
PATHS = sorted((ROOT / "notebooks").glob("*.ipynb"))
MAX_LINES, USUAL_LINES = 15, 8
MAX_COLUMNS, MAX_WORDS = 88, 120
MAX_CELLS = 25  # of a section without an exercise, a guess or a slider
FIRST_PICTURE = 6  # cells before or with it
NOT_PROSE = re.compile(r"```.*?```|\$\$.*?\$\$|^\|.*?$|^\$.*?\$$", re.DOTALL | re.MULTILINE)
SLIDERS = re.compile(r"\b(?:explore_\w+|playground|draw_digit)\(")
NUMBERED = re.compile(r"\s*(\d+)[.)](?:\s|$)")
HEADINGS = re.compile(r"^(#{1,6}) (.+)$", re.MULTILINE)
IGNORED = re.compile(r"NBVAL_(IGNORE_OUTPUT|SKIP|RAISES_EXCEPTION)|nbval-(ignore-output|skip)|raises-exception")

RANDOM = re.compile(r"np\.random\.(?!default_rng|Generator|SeedSequence)|^import random|default_rng\(\)", re.MULTILINE)


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def prose(notebook):
    """Return all Markdown without code blocks, in which # is not a heading."""
    text = "\n\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    return re.sub(r"```.*?```", "", text, flags=re.DOTALL)


RULES = []  # each takes a notebook and returns its violations, a list of cell ids or texts


def rule(find):
    """Enter a rule."""
    RULES.append(find)
    return find


def rule_of_code(is_broken):
    """Enter a rule that each code cell may break by itself."""

    def find(notebook):
        return [cell.id for cell in code_cells(notebook) if is_broken(cell)]

    return rule(functools.wraps(is_broken)(find))


def rule_of_outputs(is_broken):
    """Enter a rule that each output may break by itself."""

    def find(notebook):
        return [cell.id for cell in code_cells(notebook) if any(map(is_broken, cell.outputs))]

    return rule(functools.wraps(is_broken)(find))


@rule_of_code
def recorded_with_count_1(cell):
    return any(part.get("execution_count", 1) != 1 for part in (cell, *cell.outputs))


@rule
def headings_in_order(notebook):
    levels = [len(marks) for marks, _ in HEADINGS.findall(prose(notebook))]
    jumps = [f"level {b} after {a}" for a, b in itertools.pairwise(levels) if b > a + 1]
    return jumps + ([] if levels[:1] == [1] and levels.count(1) == 1 else ["one title, and it first"])


@rule
def head_and_tail(notebook):
    head, tail = notebook.cells[0].source, notebook.cells[-1].source
    if "## Recap" not in tail:
        tail = notebook.cells[-2].source + tail
    n_goals = len(re.findall(r"^[-*] ", head, re.MULTILINE))
    found = {
        "title": re.match(r"# \d\d · ", head),
        "three to five goals": "**You will**" in head and 3 <= n_goals <= 5,
        "prerequisites": "prerequisite" in head.lower() or "you need" in head.lower(),
        "run time": "run time" in head.lower(),
        "recap": "## Recap" in tail,
    }
    return [name for name, ok in found.items() if not ok]


@rule_of_code
def short_cells(cell):
    # Of an answer, students see the placeholder, and write the solution.
    seen = [blank(cell).splitlines(), solution(cell)] if is_answer(cell) else [cell.source.splitlines()]
    longest = max(sum(bool(line.strip()) for line in lines) for lines in seen)
    return longest > MAX_LINES and not re.search(r"^class ", cell.source, re.MULTILINE)


@rule_of_code
def short_lines(cell):
    """Find long lines of code that students read; solutions and placeholders' calls of `todo` are replaced."""
    shown = blank(cell) if is_answer(cell) else cell.source
    return any(len(line) > MAX_COLUMNS and "mlp.todo(" not in line for line in shown.splitlines())


@rule
def short_prose(notebook):
    """Find cells of many words, not counting displayed formulas, tables and code; the head has a form of its own."""
    texts = [cell for cell in notebook.cells[1:] if cell.cell_type == "markdown" and not is_answer(cell)]
    return [cell.id for cell in texts if len(NOT_PROSE.sub("", cell.source).split()) > MAX_WORDS]


@rule
def something_to_do(notebook):
    """Find sections of many cells in which students only read."""
    idle, found = 0, []
    for cell in notebook.cells:
        role = cell.metadata.get("course", {}).get("role")
        starts = cell.cell_type == "markdown" and re.search(r"^## ", cell.source, re.MULTILINE)
        idle = 0 if starts or role in ("answer", "guess") or SLIDERS.search(cell.source) else idle + 1
        if idle == MAX_CELLS + 1:
            found.append(cell.id)
    return found


@rule
def an_early_picture(notebook):
    first = next((i for i, cell in enumerate(notebook.cells) if has_image(cell)), len(notebook.cells))
    return [] if first < FIRST_PICTURE else [f"the first picture is cell {first}"]


def has_image(cell):
    return any("image/png" in output.get("data", {}) for output in cell.get("outputs", []))


@rule
def mostly_short_cells(notebook):
    lengths = sorted(len([line for line in cell.source.splitlines() if line.strip()]) for cell in code_cells(notebook))
    median = lengths[len(lengths) // 2]
    return [] if median <= USUAL_LINES else [f"the median cell has {median} lines"]


@rule
def prose_between_cells(notebook):
    kinds = [cell.cell_type for cell in notebook.cells]
    return [notebook.cells[i + 2].id for i in range(len(kinds) - 2) if kinds[i : i + 3] == ["code"] * 3]


@rule_of_outputs
def images_described(output):
    images = [mime for mime in output.get("data", {}) if mime.startswith("image/")]
    return any(len(output.metadata.get(mime, {}).get("alt", "").split()) < 5 for mime in images)


@rule
def figures_explained(notebook):
    after = zip(notebook.cells, [*notebook.cells[1:], None], strict=True)
    return [
        cell.id
        for cell, next_cell in after
        if cell.cell_type == "code"
        and re.search(r"^show\(", cell.source, re.MULTILINE)
        and (next_cell is None or next_cell.cell_type != "markdown")
    ]


@rule_of_outputs
def nothing_of_the_machine(output):
    return MACHINE.search(readable(output))


@rule_of_outputs
def no_warnings(output):
    return warns(output)


@rule_of_code
def no_trailing_semicolon(cell):
    return cell.source.rstrip().endswith(";")


@rule_of_code
def no_global_randomness(cell):
    return RANDOM.search(cell.source)


@rule_of_code
def nothing_ignored(cell):
    return IGNORED.search(cell.source) or IGNORED.search(" ".join(cell.metadata.get("tags", [])))


@rule
def clean_metadata(notebook):
    wanted = {"course", "kernelspec", "language_info"}
    extra = [name for name in notebook.metadata if name not in wanted]
    return extra + [name for name in notebook.metadata.get("language_info", {}) if name != "name"]


@rule
def meaningful_ids(notebook):
    return [cell.id for cell in notebook.cells if not re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", cell.id)]


@rule
def no_list_by_chance(notebook):
    """Find lines such as "2012. Its first figure": after other text, Markdown may take them for items of a list."""
    found, before, last = [], "", None
    for line in prose(notebook).splitlines():
        if item := NUMBERED.match(line):
            number = int(item[1])
            if before.strip() and number - 1 != last:
                found.append(line)
            last = number
        before = line
    return found


@rule
def percents_stay_with_their_numbers(notebook):
    """Find a space before a per cent sign at which a line may break."""
    return re.findall(r"\d[ \n]%", NOT_PROSE.sub("", prose(notebook)))


@rule
def the_courses_words(notebook):
    return re.findall(r"\b(?:accurac(?:y|ies)|cost function|minibatchsize)\b", prose(notebook), re.IGNORECASE)


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_every_notebook_keeps_every_rule(path, rule):
    notebook = nbformat.read(path, as_version=4)
    assert rule(notebook) == []


def markdown(source, id_="text"):
    return nbformat.v4.new_markdown_cell(source, id=id_)


def code(source, output=None, id_="code", count=1, **metadata):
    outputs = [] if output is None else [output]
    return nbformat.v4.new_code_cell(source, id=id_, execution_count=count, outputs=outputs, metadata=metadata)


def printed(text, name="stdout"):
    return nbformat.v4.new_output("stream", text=text, name=name)


def picture(comment):
    """Return an output with a small PNG that has a text comment, as drawing programs add."""
    words, file = PngImagePlugin.PngInfo(), io.BytesIO()
    words.add_text("Comment", comment)
    Image.new("L", (2, 2)).save(file, "png", pnginfo=words)
    data = {"image/png": base64.b64encode(file.getvalue()).decode(), "text/plain": "A figure."}
    return nbformat.v4.new_output("display_data", data)


HEAD = "# 01 · Title\n\n**You will**\n\n- a\n- b\n- c\n\nPrerequisites: none. Run time: short."
RESULT = nbformat.v4.new_output("execute_result", {"text/plain": "1"}, execution_count=2)
IMAGE = nbformat.v4.new_output("display_data", {"image/png": "", "text/plain": "A figure."})
FAULTS = [
    (recorded_with_count_1, [code("1", count=2)]),
    (recorded_with_count_1, [code("1", count=None)]),
    (recorded_with_count_1, [code("1", RESULT)]),
    (headings_in_order, [markdown("### Deep")]),
    (headings_in_order, [markdown("# Second title")]),
    (head_and_tail, [markdown("The end.", "a"), markdown("Really.", "b")]),
    (short_cells, [code("\n".join(["x = 1"] * 16))]),
    (short_lines, [code("x" * 89)]),
    (short_prose, [markdown("word " * 121)]),
    (something_to_do, [code("1", id_=f"c{i}") for i in range(26)]),
    (mostly_short_cells, [code("\n".join(["x = 1"] * 9))]),
    (prose_between_cells, [code("1", id_=f"c{i}") for i in range(3)]),
    (images_described, [code("fig", IMAGE)]),
    (figures_explained, [code('show(fig, "A figure.")'), code("2", id_="d")]),
    (nothing_of_the_machine, [code("x", printed("<object at 0x7f58e1f9a>"))]),
    (nothing_of_the_machine, [code("x", printed("/home/ada/course"))]),
    (nothing_of_the_machine, [code("x", picture("drawn in /home/ada/course"))]),
    (nothing_of_the_machine, [code("x", nbformat.v4.new_output("display_data", {}, metadata={"from": "/tmp/figure"}))]),
    (no_warnings, [code("x", printed("careful", "stderr"))]),
    (no_warnings, [code("x", printed("RuntimeWarning: overflow"))]),
    (no_trailing_semicolon, [code("ax.plot(x);")]),
    (no_global_randomness, [code("np.random.seed(0)")]),
    (no_global_randomness, [code("rng = np.random.default_rng()")]),
    (nothing_ignored, [code("# NBVAL_IGNORE_OUTPUT\n1")]),
    (nothing_ignored, [code("1", tags=["nbval-skip"])]),
    (meaningful_ids, [code("1", id_="9F3a_b")]),
    (no_list_by_chance, [markdown("- A. Author, [A title](https://example.org),\n  2012. Its first figure.")]),
    (no_list_by_chance, [markdown("They took the mistakes from 277 to\n249. But on the test set")]),
    (percents_stay_with_their_numbers, [markdown("It misreads 2 % of them.")]),
    (the_courses_words, [markdown("The accuracy is high.")]),
]


@pytest.mark.parametrize(("rule", "cells"), FAULTS, ids=lambda value: getattr(value, "__name__", ""))
def test_a_notebook_that_breaks_a_rule_is_caught(rule, cells):
    tail = [] if rule is head_and_tail else [markdown("## Recap\n\n- a", "recap")]
    notebook = nbformat.v4.new_notebook(cells=[markdown(HEAD, "head"), *cells, *tail])
    assert rule(notebook) != []
    twin = nbformat.v4.new_notebook(cells=[markdown(HEAD, "head"), code("1"), markdown("## Recap\n\n- a", "recap")])
    assert rule(twin) == []


def test_a_numbered_list_is_none_by_chance():
    listed = [markdown("So:\n\n1. The first, of 2012,\n   is long.\n2. The second.\n\n3. The third.")]
    assert no_list_by_chance(nbformat.v4.new_notebook(cells=listed)) == []


def test_metadata_of_another_machine_is_caught():
    notebook = nbformat.v4.new_notebook(
        metadata={"language_info": {"name": "python", "version": "3.11.7"}, "vscode": {}}
    )
    assert clean_metadata(notebook) == ["vscode", "version"]
