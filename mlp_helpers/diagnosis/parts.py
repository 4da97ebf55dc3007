"""Numbers of an argument that an answer hands out in parts: cut or ordered otherwise than asked, or not all of them."""

import numpy as np

# Sentences about a list of arrays, and whether they hold of the right numbers and these, each in one array.
SENTENCES = [
    ("Numbers at the end are missing. Where does your last part end?", lambda e, g: np.array_equal(e[: len(g)], g)),
    (
        "Numbers at the beginning are missing. Where does your first part begin?",
        lambda e, g: np.array_equal(e[max(len(e) - len(g), 0) :], g),
    ),
    (
        "All numbers are there, but in another order. In which order do the parts come, and the numbers in them?",
        lambda e, g: np.array_equal(np.sort(e), np.sort(g)),
    ),
    (
        "Some numbers come more than once. Where does a part end, and where does the next one begin?",
        lambda e, g: len(np.unique(g)) < len(g) and len(np.unique(e)) == len(e) and np.isin(g, e).all(),
    ),
]


def in_parts(cases):
    """Return a hint on the numbers of an argument in parts, if these are cut or ordered otherwise, or lack some."""
    lists = [(case.expected, case.got) for case in cases]
    if not all(isinstance(one, list) and all(map(_is_array, one)) for pair in lists for one in pair):
        return None
    joined = [[np.concatenate([[], *map(np.ravel, one)]) for one in pair] for pair in lists]
    arguments = [case.arguments.values() for case in cases]
    if not all(any(_is_made_of(e, one) for one in given) for (e, _), given in zip(joined, arguments, strict=True)):
        return None
    if all(np.ndim(item) == 0 for _, got in lists for item in got) and any(got for _, got in lists):
        return "Each item is a single number. How many numbers should it hold?"
    if all(np.array_equal(*pair) for pair in joined):
        return _otherwise_cut(lists)
    is_true = (hint for hint, holds in SENTENCES if all(np.array_equal(*pair) or holds(*pair) for pair in joined))
    return next(is_true, None)


def _otherwise_cut(lists):
    for pair in lists:
        right, got = ([np.size(item) for item in one] for one in pair)
        if right != got:
            right, in_words = (", ".join(map(str, one)) for one in (right, got))
            return (
                f"The numbers and their order are right, but {sum(got)} numbers come in parts of {in_words}; they "
                f"should come in parts of {right}. What do you count?"
            )
    return None


def _is_made_of(joined, argument):
    return isinstance(argument, np.ndarray) and np.array_equal(joined, argument.ravel())


def _is_array(value):
    return isinstance(value, np.ndarray | np.number)
