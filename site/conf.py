"""Sphinx configuration of the course's site. `make site` builds it; no page asks the network for anything."""

import builtins
import importlib.util
import inspect
import json
import re
import sys
from contextlib import suppress
from pathlib import Path

from sphinx.util.nodes import make_refnode

HERE = Path(__file__).parent
about = json.loads((HERE / "about.json").read_text(encoding="utf-8"))  # written by scripts/website.py
MATHJAX = Path(importlib.util.find_spec("sphinx-mathjax-offline").origin).parent / "static" / "mathjax" / "tex-svg.js"

root_doc = about["start"]
project = "A first neural network"
author = "The maintainers of the course"
version = release = about["version"]
extensions = ["myst_nb", "sphinx.ext.mathjax", "sphinx_copybutton"]
extensions += ["sphinx.ext.autodoc", "sphinx.ext.autosummary", "sphinx.ext.napoleon"]
exclude_patterns = ["downloads", "_static", "_templates"]

# Notebooks are pages as they were recorded: they are never executed here.
nb_execution_mode = "off"
nb_merge_streams = True
myst_enable_extensions = ["amsmath", "colon_fence", "dollarmath"]
myst_heading_anchors = 4
suppress_warnings = ["mystnb.unknown_mime_type"]  # figures' data, which tests compare

# Pages of the library, from its docstrings. Their types are prose, so they are no links; a name in backquotes is one.
sys.path.insert(0, about["repository"])
autodoc_mock_imports = ["matplotlib"]  # to draw, which no page does
autodoc_member_order = "bysource"
autosummary_generate = False
napoleon_google_docstring = False
napoleon_use_param = napoleon_use_rtype = False
napoleon_use_ivar = True
default_role = "py:obj"
nitpicky = True
nitpick_ignore_regex = [("py:class", ".*"), ("py:obj", r"(scipy|Figure|tuning)\..*")]  # types, and what has no page

html_theme = "pydata_sphinx_theme"
html_title = project
templates_path = ["_templates"]
html_static_path = ["_static"]
html_css_files = ["course.css", "book.css" if root_doc == "book" else "front.css"]
html_extra_path = ["downloads"]
html_copy_source = False  # sources would come along, answers and all
html_show_sourcelink = False
html_show_search_summary = False  # summaries are fetched, which a page from a folder may not do
html_use_index = False
html_last_updated_fmt = None  # the same input gives the same bytes
html_favicon = "_static/favicon.svg"
html_theme_options = {
    "logo": {"text": project},
    "navbar_align": "left",
    "navbar_center": [],
    "navbar_persistent": [],
    "navbar_end": ["search-button", "theme-switcher"],
    "primary_sidebar_end": [],  # else a place for advertisements
    "secondary_sidebar_items": ["page-toc"],
    "show_prev_next": True,
    "footer_start": ["copyright"],
    "footer_end": [],
    "pygments_light_style": "a11y-high-contrast-light",
    "pygments_dark_style": "a11y-high-contrast-dark",
}
html_sidebars = {"**": ["pages"], "index": []}
html_context = {"default_mode": "auto"}
copyright = f"2026, the maintainers of the course, version {version}. MIT licence; the images of MNIST: CC BY-SA 3.0"

# One script, without modules or fonts of its own: a page that is opened from a folder may load it.
mathjax_path = "tex-svg.js"
mathjax3_config = {"tex": {"inlineMath": [["\\(", "\\)"]]}, "options": {"enableMenu": False}}
copybutton_selector = "div.cell_input div.highlight pre, div.literal-block-wrapper pre, div.highlight pre"


arguments = set(dir(builtins))  # and attributes: names that a docstring may quote and that have no place of their own


def setup(app):
    """Bring MathJax along with the pages, and let docstrings refer to names in the shortest way."""
    app.connect("builder-inited", lambda app: _copy_mathjax(Path(app.outdir) / "_static"))
    app.connect("autodoc-process-docstring", _prepare)
    app.connect("missing-reference", _find_name)


def _copy_mathjax(folder):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MATHJAX.name).write_bytes(MATHJAX.read_bytes())


def _prepare(_app, _what, _name, documented, _options, lines):
    lines[:] = [line.replace("|", r"\|") for line in lines]  # an absolute value, no substitution
    for names in re.findall(r"^:ivar ([\w, ]+):", "\n".join(lines), re.MULTILINE):
        arguments.update(names.split(", "))
    with suppress(TypeError, ValueError):  # no callable, or an exception, whose signature is not written down
        arguments.update(inspect.signature(documented).parameters)


def _find_name(app, env, node, text):
    """Return the link of a name of the library without its module; the text alone of arguments and expressions.

    Sphinx warns, and the build fails, if a name is found nowhere.
    """
    name = node["reftarget"]
    if node.get("reftype") != "obj":
        return None
    module = node.get("py:module")
    found = env.domains.python_domain.find_obj(env, module, node.get("py:class"), name, None, 1)
    if found:
        full, entry = min(found, key=lambda pair: not pair[0].startswith(f"{module}."))
        return make_refnode(app.builder, node["refdoc"], entry.docname, entry.node_id, text, full)
    is_name = all(part.isidentifier() for part in name.split("."))
    return text if name in arguments or not is_name else None
