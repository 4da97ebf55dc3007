"""The lines under a cell that imports answers: which are the student's, which are not, and where to go back to."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from mlp_helpers.widgets.remarks import remark, running_cell

_of_cell = {}  # the running cell: its entries by name


@dataclass(frozen=True)
class Entry:
    """An answer that was imported.

    Attributes
    ----------
    name : str
    is_own : bool
        Whether the student's own was given.
    trouble : str
        What is wrong with the student's own, "" if nothing is.
    path : path
        Of its notebook; None if there is none.
    copies : list of path
        Other notebooks that have it, too.
    """

    name: str
    is_own: bool
    trouble: str = ""
    path: Path | None = None
    copies: tuple = ()


def add(entry):
    """Show the lines for all that the running cell has imported so far, and for one more."""
    cell = running_cell()
    if cell not in _of_cell:
        _of_cell.clear()
    _of_cell.setdefault(cell, {})[entry.name] = entry
    remark(lines(_of_cell[cell].values()))


def lines(entries, now=None):
    """Return what is to be said of answers, a list of str.

    Parameters
    ----------
    entries : iterable of Entry
    now : datetime, optional
    """
    found = []
    for path in dict.fromkeys(entry.path for entry in entries):
        here = [entry for entry in entries if entry.path == path]
        own, others = _shown(here, True), _shown(here, False)
        if path is None:
            found.append(f"Not yours: {others}. No notebook in this folder has a cell for that.")
            continue
        if own:
            found.append(f"Yours, from {path.name} as saved {_when(path, now)}: {own}.")
        if others:
            saved = "" if own else f", saved {_when(path, now)},"
            found.append(f"Not yours: {others}. The package stands in until {path.name}{saved} has a right answer.")
        if copies := sorted({copy.name for one in here for copy in one.copies}):
            found.append(f"Not read, since they look like copies of {path.name}: {', '.join(copies)}.")
    return found


def _shown(entries, is_own):
    """Return the names of the student's own answers, or of the others, with what is wrong with them."""
    chosen = [one for one in entries if one.is_own == is_own]
    return ", ".join(f"`{one.name}`" + (f" ({one.trouble})" if one.trouble else "") for one in chosen)


def _when(path, now):
    """Return when a file was saved: the time of day, with the date unless it is today's."""
    saved, now = datetime.fromtimestamp(path.stat().st_mtime), now or datetime.now()
    return f"at {saved:%H:%M}" if saved.date() == now.date() else f"on {saved.day} {saved:%B} at {saved:%H:%M}"
