"""Recording of notebooks: idempotent, reports changes, and stores nothing machine-specific."""

import difflib
import signal
import subprocess
import sys
import time

import nbformat
import pytest
import record
import small_course

from mlp_helpers.nbcheck.recorded import problems


@pytest.fixture
def write(tmp_path):
    """Return a function that writes a notebook whose cells, cell-0 and so on, have the recorded output 1."""

    def write(*sources):
        output = nbformat.v4.new_output("stream", name="stdout", text="1\n")
        cells = [
            nbformat.v4.new_code_cell(source, id=f"cell-{number}", outputs=[output], execution_count=7)
            for number, source in enumerate(sources)
        ]
        path = tmp_path / "notebook.ipynb"
        nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata={"author": "me"}), path)
        return path

    return write


@pytest.mark.thorough
def test_changes_are_told_and_twice_is_the_same(write, capsys):
    path = write("print(2)")
    assert record.main([path]) == 0
    told = capsys.readouterr().out
    assert [line.strip() for line in told.splitlines()[1:]] == [
        "cell cell-0",
        "stdout:",
        "line 1",
        "old       1",
        "new       2",
        "^",
    ]
    once = path.read_bytes()
    assert b"author" not in once
    assert record.main([path]) == 0
    assert path.read_bytes() == once
    assert capsys.readouterr().out.endswith("no change\n")


@pytest.mark.thorough
def test_cells_run_in_order_in_a_fresh_kernel_and_have_count_1(write):
    path = write("len(In) - 1", "", "len(In) - 1")  # the kernel's own count; nothing runs for an empty cell
    assert record.main([path]) == 0
    first, empty, last = nbformat.read(path, as_version=4).cells
    assert [cell.outputs[0].data["text/plain"] for cell in (first, last)] == ["1", "2"]
    assert [part.execution_count for cell in (first, last) for part in (cell, *cell.outputs)] == [1, 1, 1, 1]
    assert (empty.outputs, empty.execution_count) == ([], None)


@pytest.mark.thorough
def test_a_new_cell_changes_no_other(write):
    path = write("x = 2", "x", "print(x)")
    assert record.main([path]) == 0
    before = path.read_text().splitlines()
    with small_course.edited(path) as notebook:
        notebook.cells.insert(1, nbformat.v4.new_code_cell("x * 3", id="new"))
    assert record.main([path]) == 0
    compared = difflib.SequenceMatcher(None, before, path.read_text().splitlines(), autojunk=False)
    assert [tag for tag, *_ in compared.get_opcodes()] == ["equal", "insert", "equal"]


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("sources", "words"),
    [
        (["print(2)\n1 / 0"], ["ZeroDivisionError"]),
        (
            ["import warnings\nwarnings.warn('careful')", "print(object())", "print('/home/ada/course')"],
            [
                "cell cell-0 has a warning or an error",
                "cell cell-1 has something of this machine: 0x",
                "cell cell-2 has something of this machine: /home/",
            ],
        ),
    ],
)
def test_what_must_not_be_stored_is_refused(write, capsys, sources, words):
    path = write(*sources)
    before = path.read_bytes()
    assert record.main([path]) == 1
    told = capsys.readouterr().err
    assert [word for word in words if word not in told] == []
    assert path.read_bytes() == before
    assert [entry.name for entry in path.parent.iterdir()] == ["notebook.ipynb"]


@pytest.mark.thorough
def test_ctrl_c_leaves_the_notebook(write):
    path = write("import pathlib, time\npathlib.Path('running').touch()\ntime.sleep(60)")
    before = path.read_bytes()
    process = subprocess.Popen(
        [sys.executable, record.__file__, path],
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # a shell's background jobs ignore it
    )
    while not (path.parent / "running").exists():
        assert process.poll() is None
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate()
    assert said.endswith("Interrupted: the notebook that was running is as it was.\n")
    assert path.read_bytes() == before
    assert sorted(entry.name for entry in path.parent.iterdir()) == ["notebook.ipynb", "running"]


def test_a_harmless_output_has_no_faults():
    assert problems(nbformat.v4.new_output("stream", name="stdout", text="loss 0.5")) == []
