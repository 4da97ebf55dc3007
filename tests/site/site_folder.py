"""Checkers of a folder of HTML without a browser. Each returns what it finds, a list of str, which should be empty."""

import json
import re
from functools import cache
from urllib.parse import unquote, urlsplit

from bs4 import BeautifulSoup

from mlp_helpers.authoring.lint import normalised
from mlp_helpers.services.files import REPOSITORY

SITE = REPOSITORY / "build" / "site"

ADDRESSES = {"a": "href", "link": "href", "img": "src", "script": "src", "form": "action"}
FILE_NAME = re.compile(r"\S+\.(png|svg|jpe?g|gif|webp)", re.IGNORECASE)


@cache
def page_of(path):
    """Return the parsed page in a file; attributes with several values, such as classes, are plain strings."""
    return BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser", multi_valued_attributes=None)


@cache
def ids_of(path):
    """Return what a link's fragment may name on a page, a set of str."""
    return {element["id"] for element in page_of(path)(id=True)}


def pages(folder):
    """Return the paths of a site's pages, sorted, but not of what the theme keeps in _static."""
    return sorted(path for path in folder.rglob("*.html") if "_static" not in path.relative_to(folder).parts)


def leads_on(path):
    """Return whether a page only leads to another one."""
    return page_of(path).select_one("meta[http-equiv]") is not None


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
        for element in page_of(path)(list(ADDRESSES)):
            address = element.get(ADDRESSES[element.name])
            target = target_of(path, address) if address else None
            if target is None:
                continue
            file, fragment = target
            if not (file.is_file() and file.is_relative_to(folder)):
                found.append(f"{name_of(path, folder)}: no file {address}")
            elif fragment and file.suffix == ".html" and fragment not in ids_of(file):
                found.append(f"{name_of(path, folder)}: no element {address}")
    return found


def undescribed_images(folder):
    """Return the images without an alternative text, or with one that is no more than a name."""
    return [
        f"{name_of(path, folder)}: {image.get('src')}"
        for path in pages(folder)
        for image in page_of(path)("img")
        if " " not in (image.get("alt") or "").strip() or FILE_NAME.fullmatch(image["alt"].strip())
    ]


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
        page = page_of(path)
        texts = ["".join(page.find_all(string=True)), *(value for tag in page(True) for value in tag.attrs.values())]
    else:
        text = path.read_text(encoding="utf-8", errors="replace")  # a line of a solution is plain characters
        texts = _strings(json.loads(text)) if path.suffix == ".ipynb" else [text]
    return [normalised(line) for text in texts for line in text.splitlines()]


def leaks(folder, secrets):
    """Return the files that contain one of the secret lines, or that are sources of pages."""
    found = []
    for name in sorted(name_of(path, folder) for path in folder.rglob("*") if path.is_file()):
        text = "\n".join(lines_of(folder / name))
        found += [f"{name}: a source"] if "_sources/" in name else []
        found += [f"{name}: {line}" for line in secrets if line in text]
    return found
