"""Run the required notebooks and 08 under twenty shifts, and see if their claims hold: `make robust`; up to an hour.

A shift changes the seed of every generator, and the order of the images in each set, hence which of them are "the
first". The cells are those of the notebooks, without checks and without what a person grades.

A claim stands in the metadata of a code cell, `course.claims`, and is evaluated after it: a `name`; `is`, an expression
that is true or false, or `number`, one with a `format` such as ".2f"; and `text`, the id of the cell that claims it. A
claim with neither has the name of a prediction, and is about the result that the cell compares the guess with.

docs/robust.json has the values of each claim, by shift, and null where there was none, with the reason in "undefined".
"code" identifies the cells that were run, and "commit" is that of the package. A text says a claim as it is if it holds
in at least 18 of 20 shifts, and "in k of 20" otherwise; of a number it says the middle and the range.
"""

import argparse
import hashlib
import json
import math
import re
import subprocess
import sys
from functools import partial

import nbformat
import numpy as np

from mlp_helpers.course.cells import is_open, role
from mlp_helpers.nbcheck.kernels import session_in
from mlp_helpers.services.files import REPOSITORY, write_file
from mlp_helpers.services.threads import process_for_each_core

STORED = REPOSITORY / "docs" / "robust.json"
NOTEBOOKS = sorted((REPOSITORY / "notebooks").glob("0[1-8]*.ipynb"))
N_SHIFTS, ENOUGH = 20, 18
DEADLINE = 600.0  # seconds for a cell
TOLERANCE = 0.02  # between machines, of a number

ASKED = """
import json as _json
import math as _math
import mlp_helpers as _mlp

_results = []
_mlp.compare_guess = lambda guess, result: _results.append(result)

def _value(expression, *kinds):
    try:
        value = expression()
        value = value.item() if hasattr(value, "item") else value
        if not isinstance(value, kinds) or isinstance(value, float) and not _math.isfinite(value):
            raise TypeError(f"not {' or '.join(kind.__name__ for kind in kinds)}: {value!r:.60}")
    except Exception as error:
        return {"undefined": f"{type(error).__name__}: {error}"[:200]}
    return value
"""
SHIFTED = """
import numpy as _np
import mlp_helpers.data as _data

_default_rng = _np.random.default_rng
_orders = [_default_rng([SHIFT, n]).permutation(10_000 if n else 50_000) for n in range(3)]

def _shifted(seed=None):
    is_seed = isinstance(seed, (int, _np.integer, list, tuple))
    return _default_rng([*_np.atleast_1d(seed), SHIFT] if is_seed else seed)

def _in_order(load):
    def loaded(*args, **options):
        sets = zip(load(*args, **options), _orders)
        return tuple(tuple(part[o] for part in s) if isinstance(s, tuple) else s[o] for s, o in sets)
    return loaded

_np.random.default_rng = _shifted
_data._sets, _data.writers = _in_order(_data._sets), _in_order(_data.writers)
_mlp.writers = _data.writers
"""


def claims(notebook):
    """Yield each claim of a notebook, a dict, with the id of its cell as "cell"."""
    for cell in notebook.cells:
        yield from ({"cell": cell.id, **claim} for claim in _claims_of(cell))


def _claims_of(cell):
    return cell.metadata.get("course", {}).get("claims", [])


def is_run(cell):
    """Return whether a shift runs a cell."""
    return cell.cell_type == "code" and role(cell) != "check" and not is_open(cell)


def code_of(notebook):
    """Return what identifies the cells that a shift runs, and their claims; their texts may change."""
    parts = [
        [cell.source, [{**claim, "text": ""} for claim in _claims_of(cell)]] for cell in notebook.cells if is_run(cell)
    ]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]


def outcomes(shift, path):
    """Run a notebook; return {name: value} of its claims and {name or cell: reason} of what has no value.

    A shift of 0 is none. The result of a number is rounded to four significant digits.
    """
    values, undefined = {}, {}
    with session_in(path.parent, DEADLINE) as session:
        session.run(ASKED + (SHIFTED.replace("SHIFT", str(1000 + shift)) if shift else ""))
        for cell in filter(is_run, nbformat.read(path, as_version=4).cells):
            failure = session.run(cell.source).error
            if failure:
                undefined[cell.id] = failure
            for claim in _claims_of(cell):
                value = {"undefined": failure} if failure else _value_of(claim, session)
                if isinstance(value, dict):
                    undefined[claim["name"]], value = value["undefined"], None
                values[claim["name"]] = float(f"{value:.4g}") if isinstance(value, float) else value
    return values, undefined


def _value_of(claim, session):
    """Return the value of a claim after its cell has run, or {"undefined": reason}."""
    expression = claim.get("is") or claim.get("number") or "_results.pop()"
    kinds = "bool" if "is" in claim else "int, float" if "format" in claim else "str, int, float"
    ran = session.run(f"print('\\n' + _json.dumps(_value(lambda: {expression}, {kinds})))")
    return {"undefined": ran.error} if ran.error else json.loads(ran.text.splitlines()[-1])


def stated(notebook, claim):
    """Return the result that a notebook's output states for a prediction, a str or a number."""
    (cell,) = [cell for cell in notebook.cells if cell.id == claim["cell"]]
    text = "".join(output.get("text", "") for output in cell.outputs)
    result = re.search(r"the result is (.+)", text)[1]
    try:
        return float(result)
    except ValueError:
        return result


def counted(notebook, claim, values):
    """Return in how many shifts a claim holds, and in how many it is true or false."""
    known = [value for value in values if value is not None]
    return sum(value == (True if "is" in claim else stated(notebook, claim)) for value in known), len(known)


def middle_and_range(claim, values):
    """Return median, lowest and highest value of a number, as the text writes them."""
    known = [value for value in values if value is not None]
    return [format(number, claim["format"]) for number in (np.median(known), min(known), max(known))]


def complaints(notebook, found):
    """Yield what the texts of a notebook do not say as they should, given its part of the stored file."""
    texts = {cell.id: cell.source for cell in notebook.cells if cell.cell_type == "markdown"}
    said = {name: set() for name in texts}
    for claim in claims(notebook):
        name, values, text = claim["name"], found["claims"].get(claim["name"], []), texts.get(claim["text"])
        if text is None or len(values) != N_SHIFTS:
            yield f"{name}: " + ("its text is no cell" if text is None else f"{len(values)} values are stored")
        elif not any(value is not None for value in values):
            yield f"{name}: it never has a value"
        elif "format" in claim:
            if missing := [number for number in middle_and_range(claim, values) if number not in text]:
                yield f"{name}: {claim['text']} does not say {', '.join(missing)}"
        else:
            k, n = counted(notebook, claim, values)
            said[claim["text"]].add(f"{k} of {n}")
            if k < ENOUGH * n / N_SHIFTS and f"{k} of {n}" not in text:
                yield f"{name}: {claim['text']} does not say that it holds in {k} of {n}"
    for name, text in texts.items():
        for share in re.findall(rf"\b\d+ of {N_SHIFTS}\b", text):
            if share not in said[name]:
                yield f"{name}: no claim holds in {share}"


def table(stored):
    """Yield a line for each claim, and what could not be counted."""
    for path in NOTEBOOKS:
        notebook, found = nbformat.read(path, as_version=4), stored.get(path.stem)
        if found is None:
            yield f"{path.stem}: nothing stored"
            continue
        changed = "" if found["code"] == code_of(notebook) else "; its code or claims have changed since"
        yield f"{path.stem}, recorded at {found['commit']}{changed}"
        for claim in claims(notebook):
            values = found["claims"].get(claim["name"], [])
            if "format" in claim and any(value is not None for value in values):
                said = "{} ({} to {})".format(*middle_and_range(claim, values))
            else:
                said = "{} of {}".format(*counted(notebook, claim, values))
            yield f"  {claim['name']:32} {said:24} {claim.get('is') or claim.get('number') or ''}"
        yield from (f"  undefined: {name}: {reason}" for name, reason in found["undefined"].items())


def recorded(paths):
    """Run notebooks under all shifts; return their parts of the stored file, by name."""
    commit = subprocess.check_output(["git", "describe", "--always", "--dirty"], cwd=REPOSITORY, text=True).strip()
    notebooks = {path.stem: nbformat.read(path, as_version=4) for path in paths}
    found = {
        name: {"commit": commit, "code": code_of(notebook), "claims": {}, "undefined": {}}
        for name, notebook in notebooks.items()
    }
    with process_for_each_core() as pool:
        tasks = [(shift, path) for path in paths for shift in range(1, N_SHIFTS + 1)]
        for (shift, path), (values, undefined) in zip(tasks, pool.starmap(outcomes, tasks, 1), strict=True):
            part = found[path.stem]
            for claim in claims(notebooks[path.stem]):
                part["claims"].setdefault(claim["name"], []).append(values.get(claim["name"]))
            part["undefined"] |= {f"{name}, shift {shift}": reason for name, reason in undefined.items()}
    return found


def as_text(stored):
    """Return what is stored as JSON with a line for each claim."""
    text = json.dumps(stored, indent=1, sort_keys=True)
    return re.sub(r"\[[^\]]*\]", lambda values: " ".join(values[0].split()), text) + "\n"


def differences(paths, shift, stored):
    """Yield how one shift of notebooks differs from the stored file."""
    for path in paths:
        if stored.get(path.stem, {}).get("code") != code_of(nbformat.read(path, as_version=4)):
            yield f"{path.stem}: other code or claims are stored, so run make robust ARGS={path.stem}"
            return
    with process_for_each_core() as pool:
        for path, (values, undefined) in zip(paths, pool.map(partial(outcomes, shift), paths, 1), strict=True):
            yield from (f"{path.stem}, {name}: {reason}" for name, reason in undefined.items())
            for name, value in values.items():
                expected = stored[path.stem]["claims"][name][shift - 1]
                is_number = isinstance(value, float) and isinstance(expected, float | int)
                if not (math.isclose(value, expected, rel_tol=TOLERANCE) if is_number else value == expected):
                    yield f"{path.stem}, {name}: {value}, and {expected} is stored"


def main(names, shift=None, show=False):
    """Record claims, compare one shift with what is stored, or show what is stored; return the exit status."""
    paths = [path for path in NOTEBOOKS if not names or path.stem.startswith(tuple(names))]
    stored = json.loads(STORED.read_text()) if STORED.exists() else {}
    if shift is not None:
        found = list(differences(paths, shift, stored))
        print(*found or [f"shift {shift}: as stored"], sep="\n")
        return bool(found)
    if not show:
        stored |= recorded(paths)
        write_file(STORED, as_text(stored))
    print(*table(stored), sep="\n")
    return 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", help="beginnings of the notebooks' names; by default all required ones")
    parser.add_argument(
        "--shift",
        type=int,
        choices=range(1, N_SHIFTS + 1),
        help="run this shift alone, and compare with what is stored",
    )
    parser.add_argument("--show", action="store_true", help="print the stored table")
    sys.exit(main(**vars(parser.parse_args())))
