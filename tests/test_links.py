"""Links in notebooks and docs: inner ones lead to files and headings that exist, outer ones have a sane form."""

import posixpath
import re
from urllib.parse import urlsplit

import nbformat
import pytest

from mlp_helpers.authoring import release
from mlp_helpers.services.files import REPOSITORY

WITHOUT_TLS = {"neuralnetworksanddeeplearning.com"}  # sites that answer to http alone
LINK = re.compile(r"\]\(\s*([^()]*(?:\([^()]*\)[^()]*)*)\)|<(https?:[^>]*)>|(?:href|src)=\"([^\"]*)\"")
HEADING = re.compile(r"^#{1,6} (.+?) *#*$", re.MULTILINE)
PAGES = [
    *("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "data/README.md", "data/fashion-mnist/README.md"),
    "data/qmnist/README.md",
]
PAGES += [path.relative_to(REPOSITORY).as_posix() for path in sorted((REPOSITORY / "docs").glob("*.md"))]
PAGES += [path.relative_to(REPOSITORY).as_posix() for path in sorted((REPOSITORY / "notebooks").glob("*.ipynb"))]


def markdown(name, content):
    """Return the Markdown of a page or a notebook."""
    if not name.endswith(".ipynb"):
        return content.decode()
    cells = nbformat.reads(content.decode(), as_version=4).cells
    return "\n\n".join(cell.source for cell in cells if cell.cell_type == "markdown")


def without_code(text):
    """Return a text without blocks of code and code spans."""
    text = re.sub(r"^```.*?^```", "", text, flags=re.DOTALL | re.MULTILINE)
    text = re.sub(r"^ {4}.*$", "", text, flags=re.MULTILINE)
    return re.sub(r"`[^`\n]+`", "", text)


def links(text):
    """Return the targets of all links and pictures of a text."""
    return [one or two or three for one, two, three in LINK.findall(without_code(text))]


def anchors(name, text):
    """Return the anchors of a page's headings, as GitHub makes them, or of a notebook's, as JupyterLab does."""
    text = re.sub(r"^```.*?^```", "", text, flags=re.DOTALL | re.MULTILINE)
    headings = [re.sub(r"[`*]|\[([^\]]*)\]\([^)]*\)", r"\1", heading) for heading in HEADING.findall(text)]
    if name.endswith(".ipynb"):
        return {heading.replace(" ", "-") for heading in headings}
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def fault(name, target, texts, exists):
    """Return what is wrong with a link of a page, None if nothing is.

    Parameters
    ----------
    name, target : str
        Path of the page, and the link on it.
    texts : dict from str to str
        Pages by path, whose headings are known.
    exists : callable
        Takes a path and returns whether there is such a file or folder.
    """
    parts = urlsplit(target)
    if parts.scheme or target.startswith("//"):
        scheme = "http" if parts.netloc in WITHOUT_TLS else "https"
        sane = parts.scheme == scheme and re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)+", parts.netloc)
        return None if sane and not re.search(r"\s|[.,;]$", target) else "no sane address"
    path = posixpath.normpath(posixpath.join(posixpath.dirname(name), parts.path)) if parts.path else name
    if not target or re.search(r"\s", target) or path.startswith(("..", "/")) or not exists(path):
        return "no such file"
    if parts.fragment and parts.fragment not in anchors(path, texts.get(path, "")):
        return "no such heading"
    return None


def faults(texts, exists):
    """Return the faulty links of pages, a list of texts."""
    found = [(name, target, fault(name, target, texts, exists)) for name in texts for target in links(texts[name])]
    return [f"{name}: {target}: {what}" for name, target, what in found if what]


def test_links_of_the_repository():
    texts = {name: markdown(name, (REPOSITORY / name).read_bytes()) for name in PAGES}
    # No clone has what make writes into build.
    assert faults(texts, lambda path: (REPOSITORY / path).exists() and not path.startswith("build/")) == []
    assert sum(len(links(text)) for text in texts.values()) > 100


@pytest.mark.parametrize("excursions", [True, False])
def test_links_of_the_students_edition(excursions):
    files = release.edition(REPOSITORY, excursions)
    texts = {name: markdown(name, files[name]) for name in files if name.endswith((".md", ".ipynb"))}
    assert len(texts) >= 10
    assert faults(texts, files.__contains__) == []


GOOD = "[a](docs/b.md) [b](docs/b.md#two-words) [c](#top) ![d](p.png) <https://e.org> [f](https://g.org/h_(i)#j)"
BAD = {
    "[a](docs/c.md)": "no such file",
    "![a](docs/p.png)": "no such file",
    "[a](../README.md)": "no such file",
    "[a]()": "no such file",
    "[a](docs/b.md#Two-words)": "no such heading",
    "[a](docs/b.md#code)": "no such heading",
    "[a](#bottom)": "no such heading",
    "[a](p.png#top)": "no such heading",
    "[a](http://e.org)": "no sane address",
    "[a](https://localhost/a)": "no sane address",
    "[a](https://e.org/a b)": "no sane address",
    "[a](https://e.org/a,)": "no sane address",
    '<a href="https:/e.org">a</a>': "no sane address",
    "<http://e.org>": "no sane address",
    "[a](//e.org)": "no sane address",
    "[a](file:///etc)": "no sane address",
}


def small(text):
    pages = {"README.md": f"# Top\n\n{text}\n", "docs/b.md": "# B\n\n## Two `words`\n\n```\n# code\n```\n"}
    return faults(pages, {*pages, "p.png"}.__contains__)


def test_good_links_pass():
    assert len(links(GOOD)) == 6
    assert small(GOOD) == []
    assert small("`[a](b.md)`\n\n    [a](b.md)\n\n```\n[a](b.md)\n```\n") == []  # code


@pytest.mark.parametrize("text", BAD)
def test_a_bad_link_is_found(text):
    (found,) = small(text)
    assert found.endswith(BAD[text])


def test_anchors_of_a_notebook_are_those_of_jupyterlab():
    assert anchors("a.ipynb", "# 01 · Data\n\n## Three sets\n") == {"01-·-Data", "Three-sets"}
