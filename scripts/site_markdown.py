"""Markdown of the site's pages: links that lead somewhere, and drawings as lists."""

import posixpath
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DRAWING = re.compile(r"^```mermaid\n(.*?)^```\n", re.MULTILINE | re.DOTALL)
ARROW = re.compile(r"^ +(\w+) --> (\w+)$", re.MULTILINE)
CODE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
HEADING = re.compile(r"^#{1,6} (.+?) *$", re.MULTILINE)
LINK = re.compile(r"(?<!!)\[((?:[^\[\]]|\[[^\]]*\])*)\]\(([^)\s]+)\)")


class NotAPage(ValueError):
    """A source that cannot become a page; the message names file and cell."""


def anchors(text):
    """Return the anchors of a page's headings, as the site makes them, a set of str."""
    headings = HEADING.findall(CODE.sub("", text))
    return {re.sub(r"[^\w\- ]", "", re.sub(r"[*`]", "", heading).lower()).replace(" ", "-") for heading in headings}


def linked(text, path, pages, place=""):
    """Return the Markdown of a page with the mere text of links to files that are no pages.

    Parameters
    ----------
    text : str
    path : str
        Of the page.
    pages : dict from str to set of str
        Anchors of each page, by path.
    place : str, optional
        Of the text on the page, for the message.

    Raises
    ------
    NotAPage
        A link leads to no file, or to no heading.
    """

    def kept(found):
        label, target = found.groups()
        file, hash_, anchor = target.partition("#")
        if re.match(r"[a-z]+:", target):
            return found[0]
        anchor = anchor.lower()  # JupyterLab keeps a heading's capitals in its anchor
        resolved = posixpath.normpath(posixpath.join(posixpath.dirname(path), file)) if file else path
        if resolved not in pages:
            if not (ROOT / resolved).exists():
                raise NotAPage(f"{path}{place}: there is no file {resolved}")
            return label
        if anchor and anchor not in pages[resolved]:
            raise NotAPage(f"{path}{place}: there is no heading {anchor} in {resolved}")
        return f"[{label}]({file}{hash_}{anchor})"

    return LINK.sub(kept, text)


def listed(text):
    """Return the Markdown of a page with lists in the place of drawings, which only a script could draw."""

    def arrows(drawing):
        targets = {}
        for start, end in ARROW.findall(drawing[1]):
            targets.setdefault(start, []).append(f"`{end}`")
        return "".join(f"- `{start}` → {', '.join(ends)}\n" for start, ends in targets.items())

    return DRAWING.sub(arrows, text)
