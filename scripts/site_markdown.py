"""Markdown of the site's pages: links to pages only, and drawings as lists."""

import posixpath
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DRAWING = re.compile(r"^```mermaid\n(.*?)^```\n", re.MULTILINE | re.DOTALL)
ARROW = re.compile(r"^ +(\w+) --> (\w+)$", re.MULTILINE)
LINK = re.compile(r"(?<!!)\[((?:[^\[\]]|\[[^\]]*\])*)\]\(([^)\s]+)\)")


class NotAPage(ValueError):
    """A source that cannot become a page; the message names file and cell."""


def anchor(heading):
    """Return the anchor of a heading, as the site makes it."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def linked(text, path, pages):
    """Return the Markdown of the page at `path` with the mere text of links to files that are not among `pages`.

    What leads nowhere is left to Sphinx, which stops there.
    """

    def kept(found):
        label, target = found.groups()
        file, hash_, fragment = target.partition("#")
        if re.match(r"[a-z]+:", target):
            return found[0]
        resolved = posixpath.normpath(posixpath.join(posixpath.dirname(path), file)) if file else path
        if resolved not in pages and (ROOT / resolved).exists():
            return label
        return f"[{label}]({file}{hash_}{fragment.lower()})"  # JupyterLab keeps a heading's capitals in its anchor

    return LINK.sub(kept, text)


def listed(text):
    """Return the Markdown of a page with lists in the place of drawings, which only a script could draw."""

    def arrows(drawing):
        targets = {}
        for start, end in ARROW.findall(drawing[1]):
            targets.setdefault(start, []).append(f"`{end}`")
        return "".join(f"- `{start}` → {', '.join(ends)}\n" for start, ends in targets.items())

    return DRAWING.sub(arrows, text)
