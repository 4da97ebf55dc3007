"""Widgets by the cell that made them: they end when the cell is run again."""

from IPython import get_ipython

_made = {}  # cell: (message that ran it, what it made)


def keep(made):
    """Remember what the running cell has made, and close what an earlier run of that cell made."""
    parent = getattr(get_ipython(), "get_parent", dict)() or {}
    cell, message = parent.get("metadata", {}).get("cellId"), parent.get("header", {}).get("msg_id")
    if cell is None:
        return  # no notebook, or a front end that does not say which cell it runs
    if _made.get(cell, (message, ()))[0] != message:
        for earlier in _made.pop(cell)[1]:
            earlier.close()
    _made.setdefault(cell, (message, []))[1].append(made)
