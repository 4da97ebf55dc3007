"""Panels on the site's pages: the states of the explorers, recorded, and panel.js as a script that any page can load.

Pages have no kernel, so all states are recorded while the site is built. Those of the last build are kept in
build/recorded, and are taken again if neither the library nor the notebook's cells have changed.
"""

import contextlib
import functools
import hashlib
import html
import io
import json
from dataclasses import dataclass
from pathlib import Path

from mlp_helpers import widgets
from mlp_helpers.files import replacing

ROOT = Path(__file__).resolve().parent.parent
WIDGETS = ROOT / "mlp_helpers" / "widgets"
RECORDED = ROOT / "build" / "recorded"
EXPORT = "\nexport default "


@dataclass(frozen=True)
class Explorable:
    """An explorer of a notebook.

    Attributes
    ----------
    title : str
    notebook : str
        Its path.
    cell : str
        Id of the cell that shows the explorer.
    cells : tuple of str
        Ids of the cells that make what the explorer is given.
    call : str
        Expression that makes it.
    """

    title: str
    notebook: str
    cell: str
    cells: tuple
    call: str


EXPLORERS = {
    "explorer-activation": Explorable(
        "An activation at work", "notebooks/02_layers.ipynb", "explore-activation", (), "explore_activation()"
    ),
    "explorer-difference": Explorable(
        "How small should ε be?",
        "notebooks/03_gradient_checking.ipynb",
        "explore-difference",
        (),
        "explore_difference()",
    ),
    "explorer-epochs": Explorable(
        "Through the epochs",
        "notebooks/04_training.ipynb",
        "explore-epochs",
        ("set-up", "imports", "data", "sheet-network", "keep", "train"),
        "explore_epochs(snapshots, X_valid, y_valid, n_units=30)",  # half of what the notebook shows, and of its bytes
    ),
}


def sources(explorable):
    """Return the sources of the cells that make what an explorer is given, a list of str."""
    cells = json.loads((ROOT / explorable.notebook).read_bytes())["cells"]
    found = {cell["id"]: "".join(cell["source"]) for cell in cells}
    return [found[name] for name in explorable.cells]


@functools.cache
def variables(*sources):
    """Return the variables that the sources of cells leave, a dict; they run once, and print nothing."""
    found = {}
    with contextlib.redirect_stdout(io.StringIO()):
        for source in sources:
            exec(source, found)
    return found


@functools.cache
def digest(*texts):
    """Return a digest of texts, and of the modules of the package that what is recorded depends on."""
    folders = (WIDGETS.parent, WIDGETS.parent / "plots", WIDGETS)
    code = [path.read_bytes() for folder in folders for path in sorted(folder.glob("*.py"))]
    return hashlib.sha256(b"\0".join([*code, *(text.encode() for text in texts)])).hexdigest()[:12]


def version(name):
    """Return a digest of all that an explorer's states depend on."""
    explorable = EXPLORERS[name]
    return digest(*sources(explorable), explorable.call)


def made(name):
    """Return an explorer as its notebook makes it."""
    explorable = EXPLORERS[name]
    with contextlib.redirect_stdout(io.StringIO()):
        return eval(explorable.call, vars(widgets) | variables(*sources(explorable)))


def script(name, states):
    """Return the script that brings an explorer's states to a page."""
    data = json.dumps(states, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return f"{_head(name)}{data}) }};\n"


def _head(name):
    return f'mlp.panels["{name}"] = {{ version: "{version(name)}", model: () => mlp.recorded('


def recorded(name):
    """Return an explorer's script; it is made if that of the last build is of another version."""
    path = RECORDED / f"{name}.js"
    kept = path.read_text(encoding="utf-8") if path.exists() else ""
    if kept.startswith(_head(name)):
        return kept
    path.parent.mkdir(parents=True, exist_ok=True)
    text = script(name, made(name).states())
    with replacing(path) as temporary:
        temporary.write_text(text, encoding="utf-8")
    return text


def classic(module):
    """Return a module that imports nothing and has a default export as a script: a page from a folder loads no modules.

    Raises
    ------
    ValueError
        It imports something, or has other exports.
    """
    lines = module.splitlines()
    if module.count(EXPORT) != 1 or sum(line.startswith(("export", "import")) for line in lines) != 1:
        raise ValueError("panel.js must import nothing and have one export, `export default`, at the start of a line")
    return '(() => {\n"use strict";\n' + module.replace(EXPORT, "\nmlp.panel = ") + "})();\n"


def place(name):
    """Return the HTML of the place of an explorer, which belongs after its figure."""
    title = html.escape(EXPLORERS[name].title.rstrip("?"))
    text = f"“{title}” has controls where JavaScript runs, and in a running notebook."
    return f'<div class="course-panel" data-panel="{name}" data-version="{version(name)}"><p>{text}</p></div>'


def write_fixed(folder):
    """Write the scripts and styles of all panels into a folder."""
    (folder / "panel.js").write_text(classic((WIDGETS / "panel.js").read_text(encoding="utf-8")), encoding="utf-8")
    (folder / "panel.css").write_bytes((WIDGETS / "panel.css").read_bytes())


def write_recorded(folder):
    """Write the explorers' states into a folder."""
    for name in EXPLORERS:
        (folder / f"{name}.js").write_text(recorded(name), encoding="utf-8")
