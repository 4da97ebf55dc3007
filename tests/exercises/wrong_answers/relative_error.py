"""Wrong answers to `relative_error`."""

import numpy as np

from wrong_answers import wrong


@wrong("divides by the sum of both sizes", names="sum|larger|abs.analytic. [+]")
def relative_error_by_sum(analytic, numeric, floor=1e-8):
    return np.max(np.abs(analytic - numeric) / np.maximum(floor, np.abs(analytic) + np.abs(numeric)))


@wrong("compares norms, not entries", names="norm|each|entry")
def relative_error_of_norms(analytic, numeric, floor=1e-8):
    numerator = np.linalg.norm(analytic - numeric)
    denominator = np.linalg.norm(analytic) + np.linalg.norm(numeric)
    return numerator / max(denominator, floor)


@wrong("gives np.maximum the floor as `out`", names="third|out|two arrays|np.maximum")
def relative_error_maximum_of_three(analytic, numeric, floor=1e-8):
    scale = np.maximum(np.abs(analytic), np.abs(numeric), floor)
    return np.max(np.abs(analytic - numeric) / scale)


@wrong("divides all differences by one number", names="largest number|each difference")
def relative_error_one_scale(analytic, numeric, floor=1e-8):
    scale = max(np.max(np.abs(analytic)), np.max(np.abs(numeric)), floor)
    return np.max(np.abs(analytic - numeric)) / scale


@wrong("divides differences of negative numbers by the floor", names="negative|absolut|analytic, numeric")
def relative_error_without_abs(analytic, numeric, floor=1e-8):
    scale = np.maximum(np.maximum(analytic, numeric), floor)
    return np.max(np.abs(analytic - numeric) / scale)


@wrong("gives rows to `max` and `if`", names="truth value.*abs.a - n.")
def relative_error_of_rows(analytic, numeric, floor=1e-8):
    worst = 0
    for a, n in zip(analytic, numeric):
        error = abs(a - n) / max(abs(a), abs(n), floor)
        if error > worst:
            worst = error
    return worst


@wrong("compares sizes, whatever their signs", names="sign|absolut|abs|a - n")
def relative_error_of_sizes(analytic, numeric, floor=1e-8):
    a, n = np.abs(analytic), np.abs(numeric)
    return np.max(np.abs(a - n) / np.maximum(np.maximum(a, n), floor))


@wrong("forgets one absolute value", names="absolute value")
def relative_error_one_abs(analytic, numeric, floor=1e-8):
    return np.max(np.abs(analytic - numeric) / np.maximum(np.maximum(np.abs(analytic), numeric), floor))


@wrong("divides by the analytic gradient alone, without a floor", names="one gradient")
def relative_error_by_analytic(analytic, numeric, floor=1e-8):
    return np.max(np.abs(analytic - numeric) / np.abs(analytic))


@wrong("gives arrays to the built-in max", names="truth value.*max.abs.analytic")
def relative_error_builtin_max(analytic, numeric, floor=1e-8):
    return np.max(abs(analytic - numeric) / max(abs(analytic), abs(numeric), floor))
