"""Panels on the site's pages: the states of the explorers, recorded, and panel.js as a script that any page can load.

Pages have no kernel, so all states are recorded while the site is built; those of a training, before.
"""

import base64
import contextlib
import functools
import hashlib
import html
import io
import json
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import sheet_training

import mlp_helpers
from mlp_helpers import widgets

ROOT = Path(__file__).resolve().parent.parent
WIDGETS = ROOT / "mlp_helpers" / "widgets"
EXPORT = "\nexport default "


@dataclass(frozen=True)
class Explorable:
    """An explorer of a notebook."""

    title: str
    notebook: str  # its path
    cell: str  # id of the cell that shows the explorer
    call: str  # expression that makes it
    data: tuple = ()  # ids of the cells that define what the call is given; they may use np, and the package as mlp


NEURON = "notebooks/01_one_neuron.ipynb"
EXPLORERS = {
    "explorer-circuit": Explorable("Forward and back through a neuron", NEURON, "explore-circuit", "explore_circuit()"),
    "explorer-descent": Explorable(
        "Down the loss surface", NEURON, "explore-descent", "explore_descent(inks, y)", data=("pair", "two-inks")
    ),
    "explorer-activation": Explorable(
        "An activation at work", "notebooks/06_tuning.ipynb", "explore-activation", "explore_activation()"
    ),
    "explorer-difference": Explorable(
        "How small should ε be?", "notebooks/04_gradient_checking.ipynb", "explore-difference", "explore_difference()"
    ),
    "explorer-epochs": Explorable("Through the epochs", sheet_training.NOTEBOOK, "explore-epochs", sheet_training.CALL),
}
EPOCHS = "explorer-epochs"  # whose states are those of a recorded training


def sources(name):
    """Return the sources of the cells with an explorer's data, a list of str."""
    return sheet_training.sources(EXPLORERS[name].notebook, EXPLORERS[name].data)


@functools.cache
def version(name):
    """Return a digest of all that an explorer's states depend on."""
    if name == EPOCHS:
        return sheet_training.version()
    folders = (WIDGETS.parent, WIDGETS.parent / "plots", WIDGETS)
    code = [path.read_bytes() for folder in folders for path in sorted(folder.glob("*.py"))]
    code += [text.encode() for text in (*sources(name), EXPLORERS[name].call)]
    return hashlib.sha256(b"\0".join(code)).hexdigest()[:12]


def made(name):
    """Return an explorer that needs no training, as its notebook makes it; without its figure."""
    names = {**vars(widgets), "np": np, "mlp": mlp_helpers}
    with contextlib.redirect_stdout(io.StringIO()):
        for source in sources(name):
            exec(source, names)
        return eval(EXPLORERS[name].call, names)


def states(name):
    """Return all that an explorer can show, as `Explorer.states` does."""
    if name == EPOCHS:
        return sheet_training.epochs()
    return made(name).states()


def script(name, states):
    """Return the script that brings an explorer's states to a page, compressed."""
    data = json.dumps(states, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    packed = base64.b64encode(zlib.compress(data.encode(), 9)).decode()
    return f'mlp.panels["{name}"] = {{ version: "{version(name)}", model: () => mlp.packed("{packed}") }};\n'


def classic(module):
    """Return a module that imports nothing and has one export as a script: a page from a folder loads no modules."""
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
        (folder / f"{name}.js").write_text(script(name, states(name)), encoding="utf-8")
