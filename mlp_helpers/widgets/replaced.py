"""Widgets by the cell that created them; they are closed when the cell is run again."""

from IPython import get_ipython

_made = {}  # cell id: (id of the execute request, widgets created)


def keep(made):
    """Remember a widget of the running cell, and close those of an earlier run of that cell."""
    parent = getattr(get_ipython(), "get_parent", dict)() or {}
    cell, message = parent.get("metadata", {}).get("cellId"), parent.get("header", {}).get("msg_id")
    if cell is None:
        return  # no notebook, or a front end that does not send cell ids
    if _made.get(cell, (message, ()))[0] != message:
        for earlier in _made.pop(cell)[1]:
            earlier.close()
    _made.setdefault(cell, (message, []))[1].append(made)
