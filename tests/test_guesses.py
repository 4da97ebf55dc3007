"""Guesses beside results: numbers, letters, orders, nothing, nonsense."""

import numpy as np
import pytest

from mlp_helpers.checks import compare_guess


@pytest.mark.parametrize(
    ("guess", "result", "line"),
    [
        (None, 0.169345, "no guess yet; the result is 0.1693"),
        (None, "b a c", "no guess yet; the result is b a c"),
        (0.2, np.float64(0.1961), "your guess is 0.2, the result is 0.1961"),
        (12, np.int64(8), "your guess is 12, the result is 8"),
        (True, 1, "your guess is 1, the result is 1"),
        ("0.5", 0.25, "your guess is 0.5, the result is 0.25"),
        ("B, A, C", "b a c", "your guess is b a c, the result is b a c"),
        ("bac", "b a c", "your guess is b a c, the result is b a c"),
        ("", "b", "your guess is '', the result is b"),
        ("many", 4, "your guess must be a number, got 'many'; the result is 4"),
        ([1], 4, "your guess must be a number, got [1]; the result is 4"),
        (10**400, 4, "your guess must be a number, got 1" + 59 * "0" + "; the result is 4"),
        (3, "b", "your guess must be letters between quotation marks, got 3; the result is b"),
    ],
)
def test_a_guess_is_shown_beside_the_result(guess, result, line, capsys):
    compare_guess(guess, result)
    assert capsys.readouterr().out == line + "\n"
