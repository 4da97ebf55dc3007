"""Notebooks that students handed in, read as far as grading needs them, whatever else they contain."""

import nbformat

from mlp_helpers.course.cells import notebook_of, raw_notebook
from mlp_helpers.grading.handed_in import Refused

MAX_OUTPUTS = 100  # of a cell
CELL_TYPES = {kind: kind for kind in ("code", "markdown", "raw")} | {"heading": "markdown", "html": "markdown"}


def parsed(content, name, flags):
    """Return a notebook, converted to the current format; flag a conversion.

    Parameters
    ----------
    content : bytes
    name : str
        Name of the file.
    flags : list of str
        Extended in-place.

    Raises
    ------
    Refused
        It is not a valid notebook.
    """
    if not content.strip():
        raise Refused(f"{name} is empty, {len(content)} bytes")
    try:
        raw = raw_notebook(content)
        is_old = raw["nbformat"] < nbformat.current_nbformat
        notebook = notebook_of(_plain(raw))
        nbformat.validate(notebook)
    except UnicodeDecodeError:
        raise Refused(f"{name} is not UTF-8") from None
    except Exception as error:  # any error affects this file alone
        reason = " ".join(str(error).split())[:200]
        raise Refused(f"{name} is no valid notebook: {type(error).__name__}: {reason}") from error
    if is_old:
        flags.append(f"{name} is in an old format, and was converted")
    return notebook


def _plain(raw):
    """Return a notebook's JSON, of any format, with what grading reads alone: it is valid, whatever else there was.

    Editors write ids into notebooks of format 4.0, attachments into code, or leave out counts and outputs, and no
    answer is worse for it. To find out that thousands of wrong outputs or tags are invalid would take hours.
    """
    sheets = [raw] if "cells" in raw else raw["worksheets"]
    cells = [_plain_cell(cell) for sheet in sheets for cell in sheet["cells"]]
    return {"nbformat": nbformat.current_nbformat, "nbformat_minor": 4, "metadata": {}, "cells": cells}


def _plain_cell(cell):
    """Return a cell: its kind, what the course noted in it, its text, and its figures as its outputs."""
    noted = cell.get("metadata") or {}
    plain = {
        "cell_type": CELL_TYPES[cell["cell_type"]],
        "metadata": {key: noted[key] for key in ("course", "nbgrader") if isinstance(noted.get(key), dict)},
        "source": "".join(cell["source"] if "source" in cell else cell["input"]),
    }
    if plain["cell_type"] != "code":
        return plain
    data = [output.get("data") for output in cell.get("outputs") or () if isinstance(output, dict)]
    figures = [one["image/png"] for one in data if isinstance(one, dict) and _is_text(one.get("image/png"))]
    outputs = [
        {"output_type": "display_data", "metadata": {}, "data": {"image/png": "".join(figure)}} for figure in figures
    ]
    return plain | {"execution_count": None, "outputs": outputs[:MAX_OUTPUTS]}


def _is_text(value):
    """Return whether a value is text as notebooks may have it, in one piece or in lines."""
    return isinstance(value, str) or (isinstance(value, list) and all(isinstance(line, str) for line in value))
