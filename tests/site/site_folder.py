"""Checkers of a folder of HTML without a browser. Each returns what it finds, a list of str, which should be empty."""

import filecmp
import json
import re
from collections import Counter
from functools import cache
from html.parser import HTMLParser
from itertools import pairwise
from urllib.parse import unquote, urlsplit

from mlp_helpers.authoring.lint import normalised
from mlp_helpers.services.files import REPOSITORY

SITE = REPOSITORY / "build" / "site"

MAX_OWN_BYTES = 2_000_000
ADDRESSES = {"a": "href", "link": "href", "img": "src", "script": "src", "form": "action"}
FILE_NAME = re.compile(r"\S+\.(png|svg|jpe?g|gif|webp)", re.IGNORECASE)


class Page(HTMLParser):
    """Tags, ids and text of a page.

    Attributes
    ----------
    tags : list of (str, dict)
        Name and attributes of each start tag.
    ids : set of str
        What a link's fragment may name.
    lines : list of str
        Text and attributes' values, entities resolved and tags removed, `normalised`.
    """

    def __init__(self, text):
        super().__init__()
        self.tags, self._pieces = [], []
        self.feed(text)
        self.close()
        self.ids = {attributes["id"] for _, attributes in self.tags if attributes.get("id")}
        values = [value for _, attributes in self.tags for value in attributes.values() if value]
        self.lines = [normalised(line) for text in ("".join(self._pieces), *values) for line in text.splitlines()]

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self._pieces.append(data)

    def of(self, tag):
        """Return the attributes of each such tag."""
        return [attributes for name, attributes in self.tags if name == tag]


@cache
def page_of(path):
    """Return the Page in a file."""
    return Page(path.read_text(encoding="utf-8"))


def pages(folder):
    """Return the paths of a site's pages, sorted, but not of what the theme keeps in _static."""
    return sorted(path for path in folder.rglob("*.html") if "_static" not in path.relative_to(folder).parts)


def leads_on(path):
    """Return whether a page only leads to another one."""
    return any("http-equiv" in attributes for attributes in page_of(path).of("meta"))


def name_of(path, folder):
    return path.relative_to(folder).as_posix()


def target_of(path, address):
    """Return the file and the fragment that an address on a page means, or None for one outside of the site."""
    parts = urlsplit(address)
    if parts.scheme or parts.netloc:
        return None
    return (path.parent / unquote(parts.path)).resolve() if parts.path else path, unquote(parts.fragment)


def dead_links(folder):
    """Return the internal addresses that lead to no file of the folder, or to no element of a page."""
    folder = folder.resolve()
    found = []
    for path in pages(folder):
        for tag, attributes in page_of(path).tags:
            address = attributes.get(ADDRESSES.get(tag))
            target = target_of(path, address) if address else None
            if target is None:
                continue
            file, fragment = target
            if not (file.is_file() and file.is_relative_to(folder)):
                found.append(f"{name_of(path, folder)}: no file {address}")
            elif fragment and file.suffix == ".html" and fragment not in page_of(file).ids:
                found.append(f"{name_of(path, folder)}: no element {address}")
    return found


def dead_results(folder):
    """Return the headings that the search offers, and that are on no page."""
    text = (folder / "searchindex.js").read_text(encoding="utf-8")
    index = json.loads(text.removeprefix("Search.setIndex(").removesuffix(")"))
    found = []
    for title, places in index["alltitles"].items():
        for document, identity in places:
            path = folder / f"{index['docnames'][document]}.html"
            if not path.is_file() or (identity and identity not in page_of(path).ids):
                found.append(f"{title}: {index['docnames'][document]}#{identity}")
    return found


def undescribed_images(folder):
    """Return the images without an alternative text, or with one that is no more than a name."""
    return [
        f"{name_of(path, folder)}: {image.get('src')}"
        for path in pages(folder)
        for image in page_of(path).of("img")
        if " " not in (image.get("alt") or "").strip() or FILE_NAME.fullmatch(image["alt"].strip())
    ]


def missing_downloads(folder, names):
    """Return the notebooks, of the given names, whose page does not offer exactly that file, or not as a notebook."""
    found = []
    for name in names:
        path = folder / "notebooks" / f"{name}.html"
        offered = [link["href"] for link in page_of(path).of("a") if "download" in link]
        file = folder / f"{name}.ipynb"
        if [target_of(path, address)[0] for address in offered] != [file.resolve()]:
            found.append(f"{name}: offers {offered}")
        elif not (file.is_file() and json.loads(file.read_text(encoding="utf-8"))["cells"]):
            found.append(f"{name}: no notebook")
    return found


def neighbours(path):
    """Return the addresses of the previous and the next page that a page offers, or None for one that it does not."""
    links = page_of(path).of("a")
    return tuple(
        next((link["href"] for link in links if kind in link.get("class", "").split()), None)
        for kind in ("left-prev", "right-next")
    )


def wrong_neighbours(folder, names):
    """Return the pages of notebooks, given in order, that do not lead to the ones before and after."""
    found = []
    for before, after in pairwise(names):
        following = neighbours(folder / "notebooks" / f"{before}.html")[1]
        previous = neighbours(folder / "notebooks" / f"{after}.html")[0]
        if following != f"{after}.html":
            found.append(f"{before}: next is {following}")
        if previous != f"{before}.html":
            found.append(f"{after}: previous is {previous}")
    return found


def _images(path):
    """Return the files of a page's images, a set of Path."""
    targets = [target_of(path, image.get("src") or "") for image in page_of(path).of("img")]
    return {target[0] for target in targets if target and target[0].is_file()}


def own_bytes(folder):
    """Return the bytes of each page that are its own, a dict of str to int: its HTML, and the images only it shows."""
    folder = folder.resolve()
    shown = {path: _images(path) for path in pages(folder)}
    times = Counter(image for images in shown.values() for image in images)
    return {
        name_of(path, folder): sum(file.stat().st_size for file in [path, *images] if times[file] < 2)
        for path, images in shown.items()
    }


def heavy_pages(folder):
    """Return the pages that have more than MAX_OWN_BYTES of their own."""
    return [f"{name}: {size} bytes" for name, size in own_bytes(folder).items() if size > MAX_OWN_BYTES]


def _strings(value):
    """Yield all strings of a JSON value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, (list, dict)):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _strings(part)


def lines_of(path):
    """Return the lines of a file as a reader meets them, `normalised`: the text of a page, a notebook's cells."""
    if path.suffix == ".html":
        return page_of(path).lines
    text = path.read_text(encoding="utf-8", errors="replace")  # a line of a solution is plain characters
    texts = _strings(json.loads(text)) if path.suffix == ".ipynb" else [text]
    return [normalised(line) for text in texts for line in text.splitlines()]


def leaks(folder, secrets):
    """Return the files that contain one of the secret lines, or that are sources of pages."""
    found = []
    for name in sorted(files_of(folder)):
        text = "\n".join(lines_of(folder / name))
        found += [f"{name}: a source"] if "_sources/" in name else []
        found += [f"{name}: {line}" for line in secrets if line in text]
    return found


def files_of(folder):
    return {name_of(path, folder) for path in folder.rglob("*") if path.is_file()}


def differences(one, other):
    """Return the files that are in one of two folders alone, or that differ in their bytes."""
    found = [f"{name}: in one folder only" for name in sorted(files_of(one) ^ files_of(other))]
    _, different, unread = filecmp.cmpfiles(one, other, sorted(files_of(one) & files_of(other)), shallow=False)
    return found + [f"{name}: not the same bytes" for name in [*different, *unread]]
