"""Panel of controls and views in a notebook: the one widget that all others are built on.

Python describes the contents as plain data; `panel.js` renders them with the browser's own controls and reports the
user's actions. Neither knows anything about networks.
"""

import pathlib
import traceback

import anywidget
import traitlets

HERE = pathlib.Path(__file__).parent


class Panel(anywidget.AnyWidget):
    """Panel of controls, buttons, a status line and views.

    Attributes
    ----------
    title : str
    controls : list of dict
        Each has a name, a label and a kind: "slider" (with options: a list of [value, text] in order), "choice" (with
        options), "number" (with min, max and step) or "fixed" (with a text: why there is nothing to choose).
    values : dict
        The value of each control, by name.
    buttons : list of dict
        Each has a name, a label and whether it is disabled.
    status : dict
        text; optionally kind ("good", "warning" or "error"), progress (0 … 1) and details (long text, collapsed).
    announcement : str
        Text for screen readers, in a polite live region. Change it rarely.
    views : list of dict
        Built by the functions of `mlp_helpers.widgets.views`.
    pixels : bytes
        Grey levels of all views of images, concatenated.
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
        self.on_msg(self._handle_message)

    def show(self, **state):
        """Set several attributes in one update: title, controls, buttons, status, views and so on."""
        with self.hold_sync():
            for name, value in state.items():
                setattr(self, name, value)

    def _changed(self, change):
        there = {control["name"] for control in self.controls}  # the page may still send one that was removed
        for name, value in change["new"].items():
            if name in there and value != change["old"].get(name):
                self.guarded(self._on_value, name, value)

    def _handle_message(self, widget, content, buffers):
        self.guarded(self._on_message, content)

    def guarded(self, function, *arguments):
        """Call a function; show its exception, which would go unseen otherwise."""
        try:
            if function is not None:
                function(*arguments)
        except Exception as error:
            self.failed(f"{type(error).__name__}: {error}", traceback.format_exc())

    def failed(self, text, details):
        """Show an error, with its traceback collapsed."""
        self.show(status={"text": text, "kind": "error", "details": details}, announcement=text)
