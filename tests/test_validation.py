"""Error messages: each names the argument, the expected value and the actual one."""

from fractions import Fraction

import numpy as np
import pytest

from mlp_helpers.services import validation

NAN = float("nan")
NEAR_1 = Fraction(2**60 - 1, 2**60)  # 1 as a float
BAD = [
    (TypeError, "n must be a positive int, got 2.0", lambda: validation.int_at_least(2.0, "n")),
    (TypeError, "n must be a positive int, got True", lambda: validation.int_at_least(True, "n")),
    (ValueError, "n must be a positive int, got 0", lambda: validation.int_at_least(0, "n")),
    (ValueError, "n must be an int of at least 0, got -1", lambda: validation.int_at_least(-1, "n", minimum=0)),
    (TypeError, "r must be a finite number above 0, got '1'", lambda: validation.positive_float("1", "r")),
    (TypeError, "r must be a finite number above 0, got False", lambda: validation.positive_float(False, "r")),
    (ValueError, "r must be a finite number above 0, got 0", lambda: validation.positive_float(0, "r")),
    (ValueError, "r must be a finite number of at least 0, got -1", lambda: validation.nonnegative_float(-1, "r")),
    (ValueError, "r must be a finite number above 0, got nan", lambda: validation.positive_float(NAN, "r")),
    (ValueError, "f must be a number of at least 0 and below 1, got 1", lambda: validation.fraction(1, "f")),
    (ValueError, "f must be a number of at least 0 and below 1, got F", lambda: validation.fraction(NEAR_1, "f")),
    (ValueError, "f must be a number of at least 0 and below 1, got -0.1", lambda: validation.fraction(-0.1, "f")),
    (TypeError, "f must be a number of at least 0 and below 1, got 'half'", lambda: validation.fraction("half", "f")),
    (ValueError, "c must be one of 'a', 'b', got 'z'", lambda: validation.one_of("z", ("a", "b"), "c")),
    (ValueError, "c must be a letter, got 'z'$", lambda: validation.one_of("z", ("a", "b"), "c", "a letter")),
    (
        ValueError,
        "; did you mean relu or elu[?]$",
        lambda: validation.one_of("rel", ("elu", "relu", "tanh"), "c", "one"),
    ),
    (ValueError, "dtype must be float32 or float64, got 'int'", lambda: validation.float_dtype("int")),
    (ValueError, "dtype must be float32 or float64, got 'blue'", lambda: validation.float_dtype("blue")),
    (TypeError, "X must hold real numbers, got dtype <U1", lambda: validation.real_matrix([["a"]], "X")),
    (TypeError, "X must hold real numbers, got dtype complex128", lambda: validation.real_matrix([[1j]], "X")),
    (ValueError, r"X must have shape \(n_samples, 3\), got \(1, 2\)", lambda: validation.real_matrix([[1, 2]], "X", 3)),
    (
        ValueError,
        r"X must have shape \(n_samples, n_features\), got \(2,\)",
        lambda: validation.real_matrix([1, 2], "X"),
    ),
    (ValueError, r"X.reshape\(len\(X\), -1\)", lambda: validation.real_matrix(np.zeros((2, 1, 2, 2)), "X", 4)),
    (ValueError, "X must have at least one row", lambda: validation.real_matrix(np.zeros((0, 3)), "X", 3)),
    (ValueError, "got 1 that are NaN or infinite", lambda: validation.finite(np.array([[1.0, NAN]]), "X")),
    (ValueError, "got 2 that are", lambda: validation.finite(np.array([[-np.inf, np.inf, 0]]), "X")),
    (TypeError, "y must hold integer class labels, got dtype float64", lambda: validation.class_labels([0.5], "y")),
    (ValueError, r"y must have shape \(n_samples,\), got \(1, 1\)", lambda: validation.class_labels([[1]], "y")),
    (ValueError, "y must have at least one label", lambda: validation.class_labels(np.array([], int), "y")),
    (ValueError, "at least 0 and at most 2, got 0 to 3", lambda: validation.class_labels([0, 3], "y", 3)),
    (ValueError, "at least 0, got -1 to 3", lambda: validation.class_labels([-1, 3], "y")),
    (ValueError, "X and Y must have the same length, got 1 and 2", lambda: validation.same_length([1], [1, 2])),
]


@pytest.mark.parametrize(("kind", "message", "call"), BAD, ids=[message for _, message, _ in BAD])
def test_bad_values_are_named(kind, message, call):
    with pytest.raises(kind, match=message):
        call()


def test_good_values_come_back_in_their_normal_form():
    assert validation.int_at_least(np.int64(3), "n") == 3
    assert type(validation.int_at_least(np.int64(3), "n")) is int
    assert type(validation.positive_float(np.float32(0.5), "r")) is float
    assert validation.nonnegative_float(0, "r") == 0.0
    assert validation.float_dtype("float32") == np.float32
    assert validation.real_matrix([[1, 2]], "X").shape == (1, 2)
    assert validation.class_labels([2, 0], "y", 3).tolist() == [2, 0]
