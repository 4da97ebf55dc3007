"""Sphinx configuration of the course's site. `make site` builds it; no page asks the network for anything."""

import importlib.util
import json
from pathlib import Path

HERE = Path(__file__).parent
about = json.loads((HERE / "about.json").read_text(encoding="utf-8"))  # written by scripts/website.py
MATHJAX = Path(importlib.util.find_spec("sphinx-mathjax-offline").origin).parent / "static" / "mathjax" / "tex-svg.js"

project = "A first neural network"
author = "The maintainers of the course"
version = release = about["version"]
extensions = ["myst_nb", "sphinx.ext.mathjax", "sphinx_copybutton"]
exclude_patterns = ["downloads", "_static", "_templates"]

# Notebooks are pages as they were recorded: they are never executed here.
nb_execution_mode = "off"
nb_merge_streams = True
myst_enable_extensions = ["amsmath", "colon_fence", "dollarmath"]
myst_heading_anchors = 4
suppress_warnings = ["mystnb.unknown_mime_type"]  # figures' data, which tests compare

html_theme = "pydata_sphinx_theme"
html_title = "A first neural network, built by hand"
templates_path = ["_templates"]
html_static_path = ["_static"]
html_css_files = ["course.css", "panel.css", "widgets.css"]
html_js_files = [("widgets.js", {"defer": "defer"})]  # it loads the others where they are needed
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
    "secondary_sidebar_items": ["page-toc"],
    "show_prev_next": True,
    "footer_start": ["copyright"],
    "footer_end": [],
    "pygments_light_style": "a11y-high-contrast-light",
    "pygments_dark_style": "a11y-high-contrast-dark",
}
html_sidebars = {"**": ["pages"], "index": []}
html_context = {"default_mode": "auto"}
copyright = "2026, the maintainers of the course. MIT licence; the images of MNIST: CC BY-SA 3.0"

# One script, without modules or fonts of its own: a page that is opened from a folder may load it.
mathjax_path = "tex-svg.js"
mathjax3_config = {"tex": {"inlineMath": [["\\(", "\\)"]]}, "options": {"enableMenu": False}}
copybutton_selector = "div.cell_input div.highlight pre, div.literal-block-wrapper pre, div.highlight pre"


def setup(app):
    """Bring MathJax along with the pages."""
    app.connect("builder-inited", lambda app: _copy_mathjax(Path(app.outdir) / "_static"))


def _copy_mathjax(folder):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MATHJAX.name).write_bytes(MATHJAX.read_bytes())
