"""Do two checks' outputs say the same? Texts must be equal, numbers agree up to rounding, scaled to their array."""

import re

import numpy as np

from mlp_helpers.checks import close

NUMBER = re.compile(r"(?<![\w.])[-+]?(?:\d+\.?\d*(?:e[-+]?\d+)?|inf|nan)(?![\w.])")
ROW = re.compile(rf"\s+(?:{NUMBER.pattern}\s*)+")  # of an array


def same_output(expected, found):
    """Return whether two texts that `check` printed say the same.

    Parameters
    ----------
    expected, found : str
        Rows of an array, which are indented lines of numbers, are compared together; all other lines one by one.
    """
    ours, theirs = _blocks(expected), _blocks(found)
    return len(ours) == len(theirs) and all(map(_same_block, ours, theirs))


def _blocks(text):
    """Return the lines of a text, those of an array as one."""
    blocks, in_array = [], False
    for line in text.rstrip().splitlines():
        is_row = ROW.fullmatch(line) is not None
        if is_row and in_array:
            blocks[-1] += f"\n{line}"
        else:
            blocks.append(line)
        in_array = is_row
    return blocks


def _same_block(expected, found):
    words, other_words = (" ".join(NUMBER.sub("#", block).split()) for block in (expected, found))
    if words != other_words:
        return False
    numbers, other_numbers = (np.array(NUMBER.findall(block), dtype=float) for block in (expected, found))
    if ROW.fullmatch(expected):
        return bool(np.all(close(numbers, other_numbers)))
    return all(bool(close(a, b)) for a, b in zip(numbers, other_numbers, strict=True))  # each by its own size
