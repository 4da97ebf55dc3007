"""Human-readable differences between a cell's stored outputs and new ones."""

import base64
import io
import re
from collections import defaultdict
from itertools import takewhile

import numpy as np

from mlp_helpers.services.figure_data import TOLERANCE, differences
from mlp_helpers.services.files import replacing

# Random, or compared in another way: pictures by their figure data.
NOT_COMPARED = ("image/png", "image/jpeg", "application/vnd.jupyter.widget-view+json")
NUMBER = re.compile(r"[-+]?\d+(?:\.\d*)?(?:[eE][-+]?\d+)?")
SHIFT_PIXELS = 3  # by which other fonts or margins of a version of Matplotlib may move things
BLOCK_PIXELS = 8  # side of the squares whose colours are compared
BLOCK_TOLERANCE = 0.15  # of the range of a colour


def texts(outputs):
    """Return {stream or mime type: its texts in order}."""
    found = defaultdict(list)
    for output in outputs:
        if output.output_type == "stream":
            found[output.name].append(output.text)
        elif output.output_type == "error":
            found["exception"].append(f"{output.ename}: {output.evalue}")
        else:
            for mime, value in output.data.items():
                if mime not in NOT_COMPARED:
                    found[mime].append(value if isinstance(value, str) else repr(value))
    return found


def text_differences(expected, actual, names=("expected", "actual")):
    """Return the lines that differ, expected above actual, with carets under the differences."""
    wanted, got = texts(expected), texts(actual)
    found = []
    for kind in sorted(wanted.keys() | got.keys()):
        if wanted[kind] != got[kind]:
            found += [f"{kind}:", *compared("".join(wanted[kind]), "".join(got[kind]), names)]
    n_wanted, n_got = len(figures(expected)), len(figures(actual))
    if n_wanted != n_got:
        found.append(f"figures: {names[0]} {n_wanted}, {names[1]} {n_got}")
    return found


def compared(expected, actual, names):
    """Return the differing lines of two texts, in pairs."""
    a, b = expected.splitlines(), actual.splitlines()
    found = []
    for number in range(max(len(a), len(b))):
        left = a[number] if number < len(a) else None
        right = b[number] if number < len(b) else None
        if left != right:
            found += [
                f"  line {number + 1}",
                f"    {names[0]:8}  {'(nothing)' if left is None else left}",
                f"    {names[1]:8}  {'(nothing)' if right is None else right}",
            ]
            if left is not None and right is not None:
                found.append(" " * 14 + marks(left, right))
    return found or ["  the same lines in other outputs, or other ends of lines"]


def marks(expected, actual):
    """Return carets under the numbers of `actual` that differ or, if more differs, from there to the end."""
    a, b = list(NUMBER.finditer(expected)), list(NUMBER.finditer(actual))
    if NUMBER.sub("", expected) == NUMBER.sub("", actual) and len(a) == len(b):
        spans = [right.span() for left, right in zip(a, b, strict=True) if left.group() != right.group()]
    else:
        same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(expected, actual, strict=False)))
        spans = [(same, max(len(actual), same + 1))]
    line = [" "] * max(end for _, end in spans)
    for start, end in spans:
        line[start:end] = "^" * (end - start)
    return "".join(line)


def figures(outputs):
    """Return the outputs that hold a picture."""
    return [output for output in outputs if "image/png" in output.get("data", {})]


def figure_differences(expected, actual):
    """Return the differences between two figures: of their descriptions or, if these agree, of their pixels."""
    wanted, got = (output.metadata.get("image/png", {}) for output in (expected, actual))
    same_bytes = expected.data["image/png"].strip() == actual.data["image/png"].strip()  # then no pixel can differ
    found = []
    if "drawn" in wanted:
        if "drawn" not in got:
            return ["the new figure has no description: it was not drawn with show(fig, …)"]
        found = differences(wanted["drawn"], got["drawn"], wanted.get("tolerance", TOLERANCE))
    if found or same_bytes or "tolerance" in wanted:  # noise changes the pixels
        return found
    return pixel_differences(*map(picture_array, (expected, actual)))


def picture_array(output):
    """Return a picture as an array of shape (height, width, 3), values 0 … 1."""
    from PIL import Image

    data = output.data["image/png"]
    picture = Image.open(io.BytesIO(base64.b64decode(data)))
    return np.asarray(picture.convert("RGB"), dtype=float) / 255


def pixel_differences(expected, actual):
    """Return the differences between two pictures: in size, or in the mean colour of a square of a few pixels."""
    if expected.shape != actual.shape:
        (height, width), (wanted_height, wanted_width) = actual.shape[:2], expected.shape[:2]
        return [f"the picture is {width} x {height} pixels, expected {wanted_width} x {wanted_height}"]
    excesses = excess_over_neighbourhood(expected, actual), excess_over_neighbourhood(actual, expected)
    off = block_means(np.maximum(*excesses)).max(axis=2)
    if off.max() <= BLOCK_TOLERANCE:
        return []
    row, column = np.unravel_index(off.argmax(), off.shape)
    return [f"the pictures look different around pixel ({column * BLOCK_PIXELS}, {row * BLOCK_PIXELS})"]


def excess_over_neighbourhood(picture, other):
    """Return how far each colour of a picture is outside the range of the other's around the same pixel."""
    from scipy.ndimage import maximum_filter, minimum_filter

    around = (2 * SHIFT_PIXELS + 1, 2 * SHIFT_PIXELS + 1, 1)
    return np.maximum(picture - maximum_filter(other, around), minimum_filter(other, around) - picture).clip(0)


def block_means(picture):
    """Return the mean colour of each square of BLOCK_PIXELS by BLOCK_PIXELS pixels."""
    n_rows, n_columns = (n // BLOCK_PIXELS for n in picture.shape[:2])
    whole = picture[: n_rows * BLOCK_PIXELS, : n_columns * BLOCK_PIXELS]
    return whole.reshape(n_rows, BLOCK_PIXELS, n_columns, BLOCK_PIXELS, 3).mean(axis=(1, 3))


def draw_comparison(expected, actual, path):
    """Write the expected picture, the actual one and their difference, one below the other, to `path`."""
    from PIL import Image

    pictures = [picture_array(output) for output in (expected, actual)]
    size = np.max([picture.shape for picture in pictures], axis=0)
    padded = [np.pad(p, [(0, n) for n in size - p.shape], constant_values=1) for p in pictures]
    rows = [*padded, 1 - np.abs(padded[0] - padded[1])]
    path.parent.mkdir(parents=True, exist_ok=True)
    with replacing(path) as temporary:
        Image.fromarray((np.concatenate(rows) * 255).astype(np.uint8)).save(temporary, format="png")
