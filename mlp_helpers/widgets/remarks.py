"""A remark under a cell that no comparison of outputs sees: a widget, and its text where widgets are not shown.

The text comes with an `update_display_data` message: JupyterLab and nbconvert store it, nbval and nbcheck pass over it.
"""

import html

import ipywidgets
from IPython import get_ipython
from IPython.display import display, update_display

from mlp_helpers.plots.figures import widget_view
from mlp_helpers.widgets import replaced

_shown = {}  # the last execute request with a remark: its widget


def running_cell():
    """Return the id of the execute request that is running, None outside kernels."""
    shell = get_ipython()
    return shell.get_parent().get("header", {}).get("msg_id") if hasattr(shell, "kernel") else None


def remark(lines):
    """Show lines under the running cell, in place of those that it has shown there before; outside kernels nothing.

    Parameters
    ----------
    lines : list of str
        Words between backquotes are shown as code.
    """
    cell = running_cell()
    if cell is None:
        return
    if cell not in _shown:
        _shown.clear()
        widget = _shown[cell] = ipywidgets.HTML()
        replaced.keep(widget)
        display(widget_view(widget), raw=True, display_id=widget.model_id)
    widget = _shown[cell]
    widget.value = "<br>".join(map(_as_html, lines))
    data = widget_view(widget) | {"text/plain": "\n".join(lines)}
    update_display(data, raw=True, metadata={"remark": True}, display_id=widget.model_id)


def _as_html(line):
    """Return a line with what stands between backquotes as code."""
    parts = html.escape(line).split("`")
    return "".join(f"<code>{part}</code>" if i % 2 else part for i, part in enumerate(parts))
