"""Small course of two notebooks, for the tests of release, update, check and submit."""

import contextlib
import shutil
import subprocess

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from mlp_helpers.authoring import release
from mlp_helpers.course.cells import answer_name, answers
from mlp_helpers.exercises import exercise
from mlp_helpers.services.files import REPOSITORY

ANSWER = {"grade": False, "solution": True, "locked": False, "schema_version": 3, "task": False}
OPEN = {**ANSWER, "grade": True}
CHECK = {"grade": True, "solution": False, "locked": True, "schema_version": 3, "task": False}
EXERCISES = [f"mlp_helpers/exercises/{name}" for name in ("flatten", "minibatches", "graph_gradients")]
CONCEALED = ("data", "network")  # where flatten is an exercise
FLATTEN = "x.reshape(len(x), -1) + 0"
STUBS = {
    "CHANGELOG.md": "# Changes\n\n## 1.2, 2026-11-26\n\n### For students\n\n- Layers.\n",
    "LICENSE": "Free.",
    "docs/notation.md": "# Notation",
    "docs/exam.md": "# With answers",
    "environment.yml": "name: small",
    "pyproject.toml": '[project]\nname = "mlp-course"\n',
    "requirements.txt": "numpy==2.0",
    "scripts/install.py": "pass",
    "scripts/uv.txt": "uv==1.0",
    "scripts/record.py": "pass",
    "scripts/student/Makefile": "lab:",
    "scripts/student/README.md": "# For students",
    "scripts/student/check.yml": "on: push",
    "scripts/student/gitignore": ".venv/",
    "scripts/jupyter/settings.json": "{}",
    "data/SHA256SUMS": "0",
    "data/digits.gz": "...",
    "data/.hidden": "...",
    "mlp_helpers/__init__.py": '__version__ = "1.2"\n',
    "mlp_helpers/cli.py": "",
    "mlp_helpers/widgets/panel.js": "",
    "mlp_helpers/grading/graft.py": "",
    "mlp_helpers/__pycache__/cli.pyc": "",
    "mlp_helpers/notes.txt": "",
    "tests/test_cli.py": "",
}


def code(id_, role, source, nbgrader=None, outputs=(), **course):
    metadata = {"course": {"role": role, **course}} | ({"nbgrader": nbgrader} if nbgrader else {})
    return new_code_cell(source, id=id_, metadata=metadata, outputs=list(outputs), execution_count=1)


def printed(text):
    return new_output("stream", name="stdout", text=text)


def answer(name, source, **course):
    return code(name.replace("_", "-"), "answer", source, {**ANSWER, "grade_id": name}, **course)


def check(name, points, *steps):
    source = f'check("{name}", {", ".join(steps or [name])})'
    metadata = {**CHECK, "grade_id": f"{name}-check", "points": points}
    return code(f"{name.replace('_', '-')}-check", "check", source, metadata, [printed("right")])


def between(*lines, indent="    "):
    return "\n".join(f"{indent}{line}" for line in ("### BEGIN SOLUTION", *lines, "### END SOLUTION"))


def flatten(body=f"return {FLATTEN}"):
    return 'def flatten(x):\n    """Return a row for each image."""\n' + between(body)


def set_up():
    return code("set-up", "set-up", "import numpy as np\n\nimport mlp_helpers as mlp\nfrom mlp_helpers import check")


def layers():
    """Return the first notebook: a function and a figure."""
    shown = code(
        "shown", "demonstration", "print(flatten(np.ones((2, 3))).shape)", outputs=[printed("(2, 3)\n")], keep=True
    )
    figure = between("fig, ax = new_figure()", "ax.plot(flatten(np.ones((2, 3))))", indent="")
    cells = [
        new_markdown_cell("# Layers", id="title"),
        set_up(),
        answer("flatten", flatten()),
        check("flatten", 40),
        shown,
        code("try", "demonstration", "len(flatten(np.ones((3, 2))))", outputs=[printed("3\n")]),
        code("figure", "answer", figure, {**OPEN, "grade_id": "figure", "points": 5}),
    ]
    return new_notebook(cells=cells, metadata={"course": {"conceals": [f"mlp_helpers.{name}" for name in CONCEALED]}})


def training():
    """Return the second notebook: a generator, a value and a text."""
    batches = 'def minibatches(X, Y, batch_size, rng):\n    """Yield batches."""\n' + between(
        "order = rng.permutation(len(X))",
        "for start in range(0, len(X), batch_size):",
        "    batch = order[start : start + batch_size]",
        "    yield X[batch], Y[batch]",
    )
    text = new_markdown_cell("Because the loss of the validation set rises.", id="report")
    text.metadata.update(course={"role": "answer"}, nbgrader={**OPEN, "grade_id": "report", "points": 5})
    cells = [
        new_markdown_cell("# Training", id="title"),
        set_up(),
        answer("minibatches", batches),
        check("minibatches", 30),
        answer("graph_gradients", between(f"graph_gradients = {exercise('graph_gradients').key.reference}", indent="")),
        check("graph_gradients", 20),
        text,
    ]
    return new_notebook(cells=cells, metadata={"course": {"conceals": ["mlp_helpers.data", "mlp_helpers.network"]}})


def notebooks():
    return {"notebooks/03_layers.ipynb": layers(), "notebooks/05_training.ipynb": training()}


def write_source(folder, given=None, exercises=EXERCISES):
    """Write a course with these notebooks and exercises into a folder; return the folder."""
    for copied in exercises:
        shutil.copytree(
            REPOSITORY / copied,
            folder / copied,
            ignore=shutil.ignore_patterns("__pycache__"),
            dirs_exist_ok=True,
        )
    for name, text in STUBS.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return write_notebooks(folder, given or notebooks())


def write_notebooks(folder, given):
    """Write notebooks into a folder; return the folder."""
    for name, notebook in given.items():
        (folder / name).parent.mkdir(exist_ok=True)
        nbformat.write(notebook, folder / name)
    return folder


def cell_of(notebook, id_):
    (found,) = [cell for cell in notebook.cells if cell.id == id_]
    return found


@contextlib.contextmanager
def edited(path):
    """Give a notebook that may be changed, and save it at the end of the block."""
    notebook = nbformat.read(path, as_version=4)
    yield notebook
    nbformat.write(notebook, path)


def read_notebooks(folder):
    """Return a folder's notebooks, a dict by the names of their files."""
    return {path.name: nbformat.read(path, as_version=4) for path in sorted(folder.glob("notebooks/*.ipynb"))}


def answers_in(folder):
    """Return the sources of the answers in a folder's notebooks, {grade_id: source}."""
    return {answer_name(cell): cell.source for _, cell in answers(read_notebooks(folder))}


def git(folder, *arguments):
    """Run git in a folder, as some author."""
    identity = ["-c", "user.name=a", "-c", "user.email=a@b.example"]
    subprocess.run(["git", "-C", str(folder), *identity, *arguments], check=True, capture_output=True)


def content(folder):
    """Return {path: content} of a folder's files, except backups and leftover .part files."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and "backups" not in path.parts and path.suffix != ".part"
    }


def released(folder, name="course", given=None, **texts):
    """Write a release of a small course, some of whose files have other texts; return its folder."""
    source = write_source(folder / f"source of {name}", given)
    for path, text in texts.items():
        (source / path).write_text(text)
    release.release(source, folder / name)
    return folder / name
