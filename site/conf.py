"""Sphinx configuration of the course's site. `make site` builds it; no page asks the network for anything."""

import importlib.util
import json
import sys
from pathlib import Path

HERE = Path(__file__).parent
about = json.loads((HERE / "about.json").read_text(encoding="utf-8"))  # written by scripts/website.py
MATHJAX = Path(importlib.util.find_spec("sphinx-mathjax-offline").origin).parent / "static" / "mathjax" / "tex-svg.js"

sys.path[:0] = [str(HERE), about["repository"]]
root_doc = about["start"]
project = "A first neural network"
author = "The maintainers of the course"
version = release = about["version"]
extensions = ["myst_nb", "sphinx.ext.mathjax", "sphinx_copybutton", "reading"]
exclude_patterns = ["downloads", "_static", "_templates"]

# Notebooks are pages as they were recorded: they are never executed here.
nb_execution_mode = "off"
nb_merge_streams = True
myst_enable_extensions = ["amsmath", "colon_fence", "dollarmath"]
myst_heading_anchors = 4
suppress_warnings = ["mystnb.unknown_mime_type"]  # figures' data, which tests compare

# Pages of the library, from its docstrings. Their types are prose, so they are no links; a name in backquotes is one.
extensions += ["sphinx.ext.autodoc", "sphinx.ext.autosummary", "sphinx.ext.napoleon", "docstrings"]
autodoc_mock_imports = ["matplotlib"]  # to draw, which no page does
autodoc_typehints = "none"
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
html_css_files += ["panel.css", "widgets.css", "answers.css"]
scripts = ("course.js", "widgets.js", "answers.js")  # they load more if needed
html_js_files = [(name, {"defer": "defer"}) for name in scripts]
html_extra_path = ["downloads"]
html_copy_source = False  # sources would come along, answers and all
html_show_sourcelink = False
html_use_index = html_domain_indices = False
html_last_updated_fmt = None  # the same input gives the same bytes
html_favicon = "_static/favicon.svg"
html_theme_options = {
    "logo": {"text": project},
    "navbar_align": "left",
    "navbar_center": [],
    "navbar_persistent": [],
    "navbar_end": ["search-button", "theme-switcher"],
    "primary_sidebar_end": [],  # else a place for advertisements
    "secondary_sidebar_items": {"**": ["page-toc"], "index": []},
    "show_prev_next": True,
    "search_bar_text": "Search this site",
    "footer_start": ["copyright"],
    "footer_end": ["report"] if about["issues"] else [],
    "pygments_light_style": "a11y-high-contrast-light",
    "pygments_dark_style": "a11y-high-contrast-dark",
}
html_sidebars = {"**": ["pages"], "index": []}
html_context = {"default_mode": "auto", "issues": about["issues"]}
copyright = f"2026, the maintainers of the course, version {version}. MIT licence; the images of MNIST: CC BY-SA 3.0"

# One script, without modules or fonts of its own: a page that is opened from a folder may load it.
mathjax_path = "tex-svg.js"
mathjax3_config = {"tex": {"inlineMath": [["\\(", "\\)"]]}, "options": {"enableMenu": False}}
copybutton_selector = "div.cell_input div.highlight pre, div.literal-block-wrapper pre, div.highlight pre"


def setup(app):
    """Bring MathJax along with the pages, and their style sheets in a form that browsers load without an error."""
    app.connect("builder-inited", lambda app: _copy_mathjax(Path(app.outdir) / "_static"))
    app.connect("build-finished", lambda app, error: error or _import_nothing(Path(app.outdir) / "_static"))


def _copy_mathjax(folder):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MATHJAX.name).write_bytes(MATHJAX.read_bytes())


def _import_nothing(folder):
    """Put the sheet that the theme's first sheet imports into it: Chromium looks for it beside the page, too."""
    sheet = (folder / "basic.css").read_text(encoding="utf-8").replace("url(", "url(../")
    (folder / "styles" / "theme.css").write_text(sheet, encoding="utf-8")
