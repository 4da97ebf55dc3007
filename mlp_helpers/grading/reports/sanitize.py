"""Sanitizing of students' texts for a page: cleaned, escaped, truncated or withheld, and never interpreted."""

import base64
import functools
import hashlib
import io
import re
from pathlib import Path
from unicodedata import category

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from mlp_helpers.grading.results import clipped

WITHHELD = "This text is left out, because a line of a solution is in it. Your instructor can read it."
MAX_TEXT_CHARACTERS = 6_000  # of a text on a page
# Terminal colours and links. An unterminated sequence does not match: one character could hide all that follows.
SEQUENCE = re.compile(
    "(?:\x1b\\[|\x9b)[0-?]*[ -/]*[@-~]|\x1b[]PX^_][^\x07\x1b\n]*(?:\x07|\x1b\\\\)|\x1b[ -/]*[0-~]",
)
CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
# Invisible characters, such as those that control the text direction, and surrogates.
INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0"
    "\ufff9-\ufffb\U000e0000-\U000e0fff\ud800-\udfff]"
)
# Combining marks of any script: many of them on one character would cover other text.
MARK = "[" + "".join(mark for mark in map(chr, range(0x300, 0x1F000)) if category(mark) in ("Mn", "Me")) + "]"
PILE = re.compile(f"({MARK}{{4}}){MARK}+")


def sanitized(value):
    """Return a value as text without terminal sequences and control characters, with invisible ones made visible."""
    if isinstance(value, Markup):  # built from sanitized text
        return value
    text = SEQUENCE.sub("", str(value).replace("\r\n", "\n")).replace("\r", "\n")
    text = PILE.sub(r"\1…", CONTROL.sub("", text))
    return INVISIBLE.sub(lambda found: f"[U+{ord(found[0]):04X}]", text)


def cut(value, most=MAX_TEXT_CHARACTERS):
    """Return a text sanitized, without its middle if it is longer than `most` characters.

    It is clipped before it is sanitized, which takes seconds with a long text, and again where that lengthened it.
    """
    return clipped(sanitized(clipped(str(value), most)), most)


def withheld(text, secret_lines):
    """Return a text clipped, or `WITHHELD` if what is left contains a line of a solution, whatever the white space.

    Parameters
    ----------
    text : str
        Text for students.
    secret_lines : iterable of str
        Lines of solutions, such as those of `lint.secret_lines`.
    """
    text = clipped(text, MAX_TEXT_CHARACTERS)
    squeezed = _squeezed(text)
    return WITHHELD if any(line in squeezed for line in _squeezed_lines(tuple(secret_lines))) else text


@functools.lru_cache(maxsize=1)  # a class has thousands of texts, and one set of lines
def _squeezed_lines(lines):
    return list(filter(None, map(_squeezed, lines)))


def _squeezed(text):
    """Return a text without white space and invisible characters."""
    return "".join(CONTROL.sub("", INVISIBLE.sub("", SEQUENCE.sub("", text.replace("\r", "\n")))).split())


def png(image):
    """Return a Pillow image as the data URL of a PNG file."""
    file = io.BytesIO()
    image.save(file, "PNG")
    return Markup("data:image/png;base64,{}").format(base64.b64encode(file.getvalue()).decode())


def _policy_hash(script):
    """Return the source expression of a content security policy that allows a script."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"


PAGES = Environment(
    autoescape=True,
    finalize=sanitized,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
)
PAGES.filters |= {"cut": cut, "policy_hash": _policy_hash}
