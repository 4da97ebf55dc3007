"""Wrong answers to `relative_error`."""

import numpy as np

from wrong_answers import wrong


@wrong("gives rows to `max` and `if`", names="truth value.*abs.a - n.")
def relative_error_of_rows(analytic, numeric, floor=1e-8):
    worst = 0
    for a, n in zip(analytic, numeric):
        error = abs(a - n) / max(abs(a), abs(n), floor)
        if error > worst:
            worst = error
    return worst


@wrong("divides by the analytic gradient alone, without a floor", names="one gradient")
def relative_error_by_analytic(analytic, numeric, floor=1e-8):
    return np.max(np.abs(analytic - numeric) / np.abs(analytic))


@wrong("gives arrays to the built-in max", names="truth value.*max.abs.analytic")
def relative_error_builtin_max(analytic, numeric, floor=1e-8):
    return np.max(abs(analytic - numeric) / max(abs(analytic), abs(numeric), floor))
