"""Right answer to `one_sample`, wrong parts of it, and the verdict on an answer."""

import re

import numpy as np

from mlp_helpers.checking.observations import PARTLY, RIGHT, WRONG, Verdict
from mlp_helpers.exercises.answer_keys import AnswerKey, Mistake

MAX_ENTRIES = 10  # of a list
RIGHT_PARTS = {"Z": [[1, 6]], "dW": [[-4, 10], [2, -5], [-6, 15]], "db": [[-2, 5]], "dX": [[-12, 4, 17]]}
FLAT = (
    "The numbers of {} are right, but they stand in a single list. A matrix with one row is a list that contains a "
    "list."
)
ROWS_AND_COLUMNS = (
    "The numbers of {} are right, but rows and columns are exchanged. What is the shape of the array that it is the "
    "gradient of?"
)
WRONG_PARTS = [  # part, value, hint
    ("Z", [[-4, 3]], "Your Z is wrong by 5 and by 3. Which of the given arrays is not used?"),
    *(
        ("Z", row, "Your Z is right but for signs of b. What is the sign of each entry of b?")
        for row in ([[-9, 6]], [[1, 0]], [[-9, 0]])
    ),
    ("Z", [1, 6], FLAT.format("Z")),
    ("dW", [[2, 12], [-1, -6], [3, 18]], "Your dW is made from x and Z. Which array comes from the next layer?"),
    ("dW", [[-2, -10], [-6, 10], [2, 15]], "Your dW is made from W and dZ. By what is a weight multiplied in Z?"),
    ("dW", [[-4, 2, -6], [10, -5, 15]], ROWS_AND_COLUMNS.format("dW")),
    (
        "dW",
        [[6, -3, 9]],
        "Your dW has one number for each input: the two units are added up. How many weights does the layer have?",
    ),
    (
        "dW",
        [[-4 / 3, 10 / 3], [2 / 3, -5 / 3], [-2, 5]],
        "Your dW is divided by 3. Over what is the mean taken, and how many of these are there here?",
    ),
    ("db", [[5, 3]], "Your db is b itself. By how much does Z change when an entry of b grows by 1?"),
    ("db", [[3]], "Your db is a single number, the sum over the units. How many biases does the layer have?"),
    ("db", [[-2], [5]], ROWS_AND_COLUMNS.format("db")),
    ("db", [-2, 5], FLAT.format("db")),
    ("dX", [[-11, 15, 17]], "Your dX is made from Z and W. Which array comes from the next layer?"),
    ("dX", [[-12], [4], [17]], ROWS_AND_COLUMNS.format("dX")),
    ("dX", [-12, 4, 17], FLAT.format("dX")),
    (
        "dX",
        [[8, -1, 9]],
        "You get this if the six weights are read as two rows of three. Which weights belong to the first input?",
    ),
]
AGAIN = "Which numbers are multiplied there, and with which signs?"  # where the fault is not known
AGAIN_FOR_DB = "There is nothing to multiply here: which array is summed over the samples?"
TYPED_IN = "Grading reads this cell without running it, so the numbers must stand in it."
BACK = "dX"  # all but this part earn `SHARE` of the points
SHARE = 1 / 2


def judge(answer):
    """Return the `Verdict` on a dict from part to list of rows, or anything else; a hint is about the first fault."""
    if type(answer) is not dict:
        return Verdict(
            WRONG,
            f'It must be a dictionary such as {{"Z": [[0, 0]], …}}, typed in as numbers, but it is of type '
            f"{type(answer).__name__}.",
        )
    answer, given = {part: _in_lists(rows) for part, rows in answer.items()}, answer
    wrong = [part for part, rows in RIGHT_PARTS.items() if not _is_equal(answer.get(part), rows)]
    if not wrong:
        has_arrays = re.search(r"array|np\.", repr([given[part] for part in RIGHT_PARTS]))
        return Verdict(RIGHT, notes=(TYPED_IN,) if has_arrays else ())
    hint = _hint(wrong[0], answer)
    return Verdict(PARTLY, hint, SHARE) if wrong == [BACK] else Verdict(WRONG, hint)


def _in_lists(value, depth=2):
    """Return NumPy's arrays and numbers, in lists, too, as lists and Python's numbers; anything else as it is."""
    if issubclass(type(value), np.ndarray | np.number) and value.dtype.kind in "iuf" and value.size <= MAX_ENTRIES:
        return np.asarray(value).tolist()
    return [_in_lists(one, depth - 1) for one in value] if depth and _is_list(value) else value


def _is_equal(value, rows):
    array = _as_array(value)
    return array is not None and array.shape == np.shape(rows) and np.allclose(array, rows)


def _as_array(value):
    """Return a list of rows, or one row, of numbers as an array; None for anything else."""
    rows = value if _is_list(value) and all(map(_is_list, value)) else [value]
    are_numbers = all(_is_list(row) and all(map(_is_number, row)) for row in rows)
    return np.array(value, dtype=float) if are_numbers and len({len(row) for row in rows}) == 1 else None


def _is_number(value):
    return type(value) is float or (type(value) is int and abs(value) < 1e6)


def _is_list(value):
    return type(value) in (list, tuple) and 0 < len(value) <= MAX_ENTRIES


def _what(value):
    """Return in words what a value is, or contains, that is no list of rows of numbers."""
    if type(value) not in (list, tuple):
        return "is an array" if type(value) is np.ndarray else f"is of type {type(value).__name__}"
    rows = [row if type(row) in (list, tuple) else [row] for row in value]
    for kind in (type(item) for row in rows for item in row if type(item) not in (int, float)):
        return f"contains {'an array' if kind is np.ndarray else f'a value of type {kind.__name__}'}"
    if len({len(row) if type(row) in (list, tuple) else 0 for row in value}) > 1:
        return "has rows of different lengths"
    return "has no numbers, too many, or too large ones"


def _hint(part, answer):
    """Return a hint on a part that is wrong."""
    if part not in answer:
        return f"{part} is missing."
    for other, value, hint in WRONG_PARTS:
        if other == part and _is_equal(answer[part], value):
            return hint
    array, wanted = _as_array(answer[part]), np.array(RIGHT_PARTS[part])
    if array is None:
        return f"{part} must be a list of rows of equal length, such as [[0, 0]], but it {_what(answer[part])}."
    if array.shape != wanted.shape:
        return f"{part} has the shape {array.shape}; it should have {wanted.shape}."
    if np.allclose(array, -wanted):
        return f"Each number of {part} has the wrong sign."
    factor = float(np.vdot(wanted, array) / np.vdot(wanted, wanted))
    if 0 < factor < 1 and np.allclose(array, factor * wanted):
        return (
            f"Each number of {part} is {factor:.3g} times what it should be. How many samples does this batch have, "
            "and by what do you divide?"
        )
    is_right = np.isclose(array, wanted)
    count, (row, column) = np.count_nonzero(is_right), np.argwhere(~is_right)[0]
    are = "is" if count == 1 else "are"
    first = f"The first that is not stands in row {row}, column {column}."
    return (
        f"{count} of the {wanted.size} numbers of {part} {are} right. {first} {AGAIN_FOR_DB if part == 'db' else AGAIN}"
    )


KEY = AnswerKey(
    reference=RIGHT_PARTS,
    mistakes=[Mistake(RIGHT_PARTS | {part: value}, hint) for part, value, hint in WRONG_PARTS],
    judge_value=judge,
)
