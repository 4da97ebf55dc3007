"""A page of controls and views in the notebook: the one widget that all others are made of.

Python says what there is, as plain data; `panel.js` draws it, with the browser's own controls, and says what the person
does. It knows nothing of networks.
"""

import pathlib
import traceback

import anywidget
import traitlets

HERE = pathlib.Path(__file__).parent


class Panel(anywidget.AnyWidget):
    """Controls, buttons, a status line and views.

    Attributes
    ----------
    title : str
    controls : list of dict
        Each has a name, a label and a kind: "slider" (with options: a list of [value, text] in order), "choice" (with
        options) or "number" (with min, max and step).
    values : dict
        The value of each control, by name.
    buttons : list of dict
        Each has a name, a label and whether it is disabled.
    status : dict
        text; optionally kind ("good", "warning" or "error"), progress (0 … 1) and details (long text, behind a fold).
    announcement : str
        What a screen reader says, politely. To be changed rarely.
    views : list of dict
        What is to be seen; see `mlp_helpers.widgets.views`.
    pixels : bytes
        Grey levels of all views that show images, one after the other.
    """

    _esm = HERE / "panel.js"
    _css = HERE / "panel.css"

    title = traitlets.Unicode().tag(sync=True)
    controls = traitlets.List().tag(sync=True)
    values = traitlets.Dict().tag(sync=True)
    buttons = traitlets.List().tag(sync=True)
    status = traitlets.Dict().tag(sync=True)
    announcement = traitlets.Unicode().tag(sync=True)
    views = traitlets.List().tag(sync=True)
    pixels = traitlets.Bytes().tag(sync=True)

    def __init__(self, on_value=None, on_message=None, **kwargs):
        super().__init__(**kwargs)
        self._on_value = on_value
        self._on_message = on_message
        self.observe(self._changed, "values")
        self.on_msg(self._said)

    def show(self, **state):
        """Show several things at once: title, controls, buttons, status, views and so on."""
        with self.hold_sync():
            for name, value in state.items():
                setattr(self, name, value)

    def _changed(self, change):
        there = {control["name"] for control in self.controls}  # the page may not know yet that one is gone
        for name, value in change["new"].items():
            if name in there and value != change["old"].get(name):
                self.guarded(self._on_value, name, value)

    def _said(self, widget, content, buffers):
        self.guarded(self._on_message, content)

    def guarded(self, function, *arguments):
        """Call a function; show what it raises, since nobody else would see it."""
        try:
            if function is not None:
                function(*arguments)
        except Exception as error:
            self.failed(f"{type(error).__name__}: {error}", traceback.format_exc())

    def failed(self, text, details):
        """Show an error, its traceback behind a fold."""
        self.show(status={"text": text, "kind": "error", "details": details}, announcement=text)
