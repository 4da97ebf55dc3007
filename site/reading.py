"""Sphinx extension: a description for each page, and the texts of which the search shows excerpts."""

import html
import json
import textwrap
from itertools import groupby
from pathlib import Path

from docutils import nodes

MAX_DESCRIPTION = 160  # characters, as many as search engines show
SCRIPTS = ("search-texts.js", "search.js")


def setup(app):
    """Collect texts when pages are complete, and write them for the page of the search alone."""
    texts = {}
    app.connect("doctree-resolved", lambda app, doctree, name: texts.update({name: sections(doctree)}))
    app.connect("html-page-context", _complete)
    app.connect("build-finished", lambda app, error: error or _write(Path(app.outdir), texts))


def sections(doctree):
    """Return the text of each section without its title and without the sections in it, a dict by anchor."""
    found = {}
    for section in doctree.findall(nodes.section):
        own = (part for part in section.children if not isinstance(part, (nodes.title, nodes.section)))
        found[section["ids"][0]] = " ".join(" ".join(map(_text, own)).split())
    return found


def _text(node):
    """Return the text that a reader sees of a part of a page, with … in the place of a formula in TeX."""
    texts = (text for text in node.findall(nodes.Text) if not isinstance(text.parent, nodes.raw))
    return " ".join("".join(map(_as_read, together)) for _, together in groupby(texts, _block))


def _block(node):
    """Return the paragraph, line of code or the like that a text is part of."""
    return _block(node.parent) if isinstance(node, (nodes.Text, nodes.Inline)) else node


def _as_read(text):
    is_tex = isinstance(text.parent, (nodes.math, nodes.math_block)) and "\\" in text
    return "…" if is_tex else text.astext()


def description(doctree):
    """Return the beginning of a page's first paragraph, "" if it has none."""
    found = doctree.findall(lambda node: type(node) is nodes.paragraph)  # and no entry of a list of pages
    return textwrap.shorten(_text(next(found, nodes.paragraph())), MAX_DESCRIPTION, placeholder=" …")


def _complete(app, name, _template, context, doctree):
    if doctree and (text := description(doctree)):
        context["metatags"] = f'{context.get("metatags", "")}<meta name="description" content="{html.escape(text)}">'
    if name == "search":
        for script in SCRIPTS:
            app.add_js_file(script, loading_method="defer")


def _write(folder, texts):
    data = json.dumps(dict(sorted(texts.items())), ensure_ascii=False, separators=(",", ":"))
    (folder / "_static" / SCRIPTS[0]).write_text(f"Search.texts = {data};\n", encoding="utf-8")
