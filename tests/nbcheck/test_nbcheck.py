"""Plugin nbcheck compared with nbval: each fault that a notebook can have, and a correct counterpart."""

import base64
import xml.etree.ElementTree as ElementTree

import nbformat
import pytest
from PIL import Image

from mlp_helpers.nbcheck import kernels, plugin


def code(source, *printed, id_="cell", tags=(), recorded=True, raised=None):
    """Return a code cell with recorded output of some lines."""
    outputs = [nbformat.v4.new_output("stream", name="stdout", text="".join(f"{line}\n" for line in printed))]
    if raised:
        outputs = [nbformat.v4.new_output("error", ename=raised[0], evalue=raised[1], traceback=[])]
    return nbformat.v4.new_code_cell(
        source,
        id=id_,
        outputs=outputs if printed or raised else [],
        execution_count=1 if recorded else None,
        metadata={"tags": list(tags)} if tags else {},
    )


DRAW = """import numpy as np
from mlp_helpers.plots import new_figure, show
fig, (left, right) = new_figure(1, 2, size=(3, 1.2))
left.plot([1, 2, 3])
left.plot([3, 2, 1], label="falls")
left.bar([0, 1], [1, 2])
left.set(title="Lines", xlabel="time", ylim=(0, 4))
right.imshow(np.eye(4), cmap="Blues")
show(fig, "Two lines, two bars, an image.")"""
# Kind of change to a figure, old and new text in its code, and the failure's message.
REDRAWN = {
    "point": ("[1, 2, 3]", "[1, 2.5, 3]", "line 1: y[1] is 2.5, expected 2.0"),
    "label": ('"time"', '"epoch"', "xlabel is 'epoch', expected 'time'"),
    "limit": ("(0, 4)", "(0, 5)", "ylim[1] is 5.0, expected 4.0"),
    "colour-map": ('"Blues"', '"Reds"', "cmap is 'Reds', expected 'Blues'"),
    "missing-line": ('left.plot([3, 2, 1], label="falls")\n', "", "1 lines, expected 2"),
    "swapped-image": ("np.eye(4)", "np.eye(4)[::-1]", "image 1: 8 of 16 parts look different"),
    "title": ('"Lines"', '"Curves"', "title is 'Curves', expected 'Lines'"),
    "bar": ("[0, 1], [1, 2]", "[0, 1], [1, 3]", "bar 2: y[1] is 3.0, expected 2.0"),
}


def drawn():
    """Run `DRAW` and return its outputs."""
    shown = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("IPython.display.display", lambda data, metadata, raw: shown.append((data, metadata)))
        exec(DRAW, {})
    ((data, metadata),) = shown
    data["image/png"] = base64.b64encode(data["image/png"]).decode()
    return [nbformat.v4.new_output("display_data", data, metadata=metadata)]


FOREVER = "import time\nwhile True:\n    try:\n        time.sleep(60)\n    except KeyboardInterrupt:\n        pass"
FLOOD = "while True:\n    print('x')"
ZERO_DIVISION = ("ZeroDivisionError", "division by zero")
STRING = 'text = """\n# NBVAL_IGNORE_OUTPUT\n"""\nprint(2)'
# Cells of one notebook: the outcome of each, and texts that its failure must contain.
LIVING = {
    "right": (code("print(1 + 1)", "2"), "passed", ()),
    "differs": (
        code("print('loss 0.123, error', 0.25)", "loss 0.124, error 0.25"),
        "failed",
        ("stdout", "expected  loss 0.124, error 0.25", "actual    loss 0.123, error 0.25", " " * 19 + "^^^^^"),
    ),
    "in-time": (code("import time\ntime.sleep(0.1)", tags=["deadline-5"]), "passed", ()),
    "never-recorded": (code("x = 1", recorded=False), "failed", ("never recorded",)),
    "raises": (code("1 / 0"), "failed", ("the cell raised", "ZeroDivisionError")),
    "raises-as-said": (code("1 / 0", raised=ZERO_DIVISION, tags=["raises-exception"]), "passed", ()),
    "raises-nothing": (code("x = 1", tags=["raises-exception"]), "failed", ("raised none",)),
    "marker-in-a-string": (code(STRING, "1"), "failed", ("expected  1", "actual    2")),
    "marker": (code("# NBVAL_IGNORE_OUTPUT\nprint(2)", "1"), "passed", ()),
    "skipped": (code("# NBVAL_SKIP\n1 / 0"), "skipped", ("marked to be skipped",)),
    "same-figure": (code(DRAW), "passed", ()),
    "no-figure": (code("x = 1"), "failed", ("figures: expected 1, actual 0",)),
    **{
        name: (
            code(DRAW.replace(old, new)),
            "failed",
            ("figure 1 differs", words, f"nbcheck-report/living-{name}-1.png"),
        )
        for name, (old, new, words) in REDRAWN.items()
    },
    "last": (code("print('still alive')", "still alive"), "passed", ()),
}
# Cells recorded with the outputs of `DRAW`, whatever their source draws now.
FIGURES = {"same-figure", "no-figure", *REDRAWN}
# Notebooks whose first cell kills the kernel or has it killed.
DEADLY = {
    "dies": (code("import os\nos._exit(1)"), ("the kernel died",)),
    "too-slow": (
        code("import time\ntime.sleep(60)", tags=["deadline-0.5"]),
        ("longer than 0.5 s", "KeyboardInterrupt"),
    ),
    "ignores-interrupts": (code(FOREVER, tags=["deadline-0.5"]), ("longer than 0.5 s, and it ignored the interrupt",)),
    "floods": (code(FLOOD), ("its output passed 0.1 MiB",)),
}
# Options of a nested pytest: it runs in the same process, so that coverage counts, but without the outer one's plugins.
QUIET = ["-p", "no:cacheprovider", "-p", "no:xdist", "-p", "no:cov", "-p", "no:unraisableexception", "-c", "/dev/null"]
OUTCOMES = {"failure": "failed", "error": "error", "skipped": "skipped"}


def run(folder, *options):
    """Run the notebooks in a folder; return {notebook: {cell: (outcome, text)}} and {notebook: seconds}."""
    report = folder / "report.xml"
    pytest.main(["--nbcheck", f"--junitxml={report}", *QUIET, *options, f"--rootdir={folder}", str(folder)])
    results, seconds = {}, {}
    for case in ElementTree.parse(report).iter("testcase"):
        notebook = case.get("classname").removesuffix(".ipynb")
        problem = next((child for child in case if child.tag in OUTCOMES), None)
        outcome = "passed" if problem is None else OUTCOMES[problem.tag]
        text = "" if problem is None else f"{problem.get('message')}\n{problem.text}"
        results.setdefault(notebook, {})[case.get("name")] = (outcome, text)
        seconds[notebook] = seconds.get(notebook, 0) + float(case.get("time"))
    return results, seconds


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    folder = tmp_path_factory.mktemp("notebooks")
    notebooks = {name: [cell, code("print('after')", "after", id_="after")] for name, (cell, _) in DEADLY.items()}
    notebooks["living"] = [cell | {"id": name} for name, (cell, *_) in LIVING.items()]
    outputs = drawn()
    for cell in notebooks["living"]:
        if cell["id"] in FIGURES:
            cell["outputs"] = outputs
    for name, cells in notebooks.items():
        notebook = nbformat.v4.new_notebook(cells=[nbformat.from_dict(cell) for cell in cells])
        notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3"}
        nbformat.write(notebook, folder / f"{name}.ipynb")
    (folder / "malformed.ipynb").write_text("{")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kernels, "INTERRUPT_GRACE_SECONDS", 1.0)
        found = run(folder, "--nbcheck-output=0.1")
    return *found, folder


@pytest.mark.parametrize("name", LIVING)
def test_what_becomes_of_a_cell(results, name):
    _, outcome, words = LIVING[name]
    found, text = results[0]["living"][name]
    assert found == outcome, text
    assert [word for word in words if word not in text] == [], text


@pytest.mark.parametrize("name", DEADLY)
def test_what_ends_a_notebook(results, name):
    _, words = DEADLY[name]
    found, text = results[0][name]["cell"]
    assert found == "failed"
    assert [word for word in words if word not in text] == [], text
    assert "the cells after it are not run" in text
    after, reason = results[0][name]["after"]
    assert after == "skipped"
    assert "not run: cell cell was ended: " in reason
    assert words[0] in reason


def test_a_dead_kernel_is_noticed_at_once(results):
    assert results[1]["dies"] < 4  # of which starting a kernel takes one or two


def test_a_malformed_notebook_is_one_failure(results):
    assert list(results[0]["malformed"]) == ["notebook"]
    outcome, text = results[0]["malformed"]["notebook"]
    assert outcome == "failed"
    assert "no valid notebook" in text


def test_both_figures_and_their_difference_are_drawn(results):
    with Image.open(results[2] / "nbcheck-report" / "living-point-1.png") as picture:
        assert picture.size == (432, 3 * 172)


def test_without_the_option_it_does_nothing(tmp_path):
    (tmp_path / "malformed.ipynb").write_text("{")
    assert pytest.main([*QUIET, f"--rootdir={tmp_path}", str(tmp_path)]) == pytest.ExitCode.NO_TESTS_COLLECTED


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("# NBVAL_SKIP\nx = 1  # why\n", "# NBVAL_SKIP\n# why"),
        ('"""\n# NBVAL_SKIP\n"""', ""),
        ("%matplotlib inline\n# NBVAL_SKIP", "# NBVAL_SKIP"),
        ("x = (1,\n# NBVAL_SKIP", "# NBVAL_SKIP"),
    ],
)
def test_comments_are_told_from_strings(source, found):
    assert plugin.comments(source) == found
