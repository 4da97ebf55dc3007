"""Comparison of two checks' outputs: texts must be equal, numbers may differ by rounding, relative to their array."""

import re

import numpy as np

from mlp_helpers.checking.observations import close

NUMBER = re.compile(r"(?<![\w.])[-+]?(?:\d+(?:\.\d*)?(?:e[-+]?\d+)?|inf|nan)(?![\w.])")
MUCH_LONGER = 4  # times as long, plus 1000 characters: no other spelling of the same numbers is longer


def same_output(expected, found):
    """Return whether two outputs of `check` agree.

    Parameters
    ----------
    expected, found : str
        Rows of an array, which are indented lines of numbers, are compared together; all other lines one by one.
        `found` may be any text, of any length.
    """
    if len(found) > MUCH_LONGER * len(expected) + 1000:
        return False
    ours, theirs = _blocks(expected), _blocks(found)
    return len(ours) == len(theirs) and all(map(_same_block, ours, theirs))


def wrong_cases(expected, found):
    """Return the labels of the cases in which two outputs of `check` do not agree, a set.

    Parameters
    ----------
    expected, found : str
        As in `same_output`. If `found` is not divided into the same cases, all are wrong.
    """
    ours, theirs = _by_case(expected), _by_case(found)
    if list(ours) != list(theirs):
        return set(ours)
    return {label for label in ours if not same_output("\n".join(ours[label]), "\n".join(theirs[label]))}


def _by_case(text):
    """Return the lines of each case, by its label."""
    found, label = {}, ""
    for line in text.splitlines():
        if not line[:1].isspace():
            label = line.partition(":")[0]
        found.setdefault(label, []).append(line)
    return found


def _blocks(text):
    """Return the lines of a text in blocks: the rows of an array together, every other line alone."""
    blocks, in_array = [], False
    for line in text.rstrip().splitlines():
        is_row = _is_row(line)
        if is_row and in_array:
            blocks[-1].append(line)
        else:
            blocks.append([line])
        in_array = is_row
    return blocks


def _is_row(line):
    words = line.split()
    return line[:1].isspace() and words != [] and all(map(NUMBER.fullmatch, words))


def _same_block(expected, found):
    words, other_words = ([" ".join(NUMBER.sub("#", line).split()) for line in block] for block in (expected, found))
    if words != other_words:
        return False
    numbers, other_numbers = (
        np.array([number for line in block for number in NUMBER.findall(line)], dtype=float)
        for block in (expected, found)
    )
    if _is_row(expected[0]):
        return bool(np.all(close(numbers, other_numbers)))
    return all(bool(close(a, b)) for a, b in zip(numbers, other_numbers, strict=True))  # each on its own scale
