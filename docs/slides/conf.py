"""Sphinx configuration of the slides. `make slides` builds them; nothing that they need comes from the network."""

from docutils.nodes import SkipNode
from docutils.utils.math.latex2mathml import tex2mathml

project = "A first neural network, built by hand"
extensions = ["myst_parser", "sphinx_revealjs"]
myst_enable_extensions = ["colon_fence", "dollarmath"]
html_math_renderer = revealjs_math_renderer = "mathml"
revealjs_style_theme = "white"
revealjs_static_path = ["_static"]
revealjs_css_files = ["revealjs/plugin/highlight/zenburn.css", "slides.css"]
revealjs_script_plugins = [
    {"name": "RevealHighlight", "src": "revealjs/plugin/highlight/highlight.js"},
    {"name": "RevealNotes", "src": "revealjs/plugin/notes/notes.js"},
]
revealjs_script_conf = {
    "backgroundTransition": "none",
    "center": False,
    "hash": True,
    "height": 720,
    "margin": 0.05,
    "slideNumber": "c/t",
    "transition": "none",
    "width": 1280,
}


def visit_formula(translator, node):
    """Write a formula as MathML, which browsers draw without a script."""
    translator.body.append(tex2mathml(node.astext()))
    raise SkipNode


def visit_displayed_formula(translator, node):
    """Write a formula of a line of its own as MathML."""
    translator.body.append(tex2mathml(node.astext(), as_block=True))
    raise SkipNode


def setup(app):
    """Register the renderer of formulas."""
    app.add_html_math_renderer("mathml", (visit_formula, None), (visit_displayed_formula, None))
