"""Right answers to `relative_error`, in the styles of different students."""

import numpy as np


def relative_error_reduced(analytic, numeric, floor=1e-8):
    a, n = np.abs(analytic), np.abs(numeric)
    return np.max(np.abs(analytic - numeric) / np.maximum.reduce([a, n, np.full(a.shape, floor)]))


def relative_error_loop(analytic, numeric, floor=1e-8):
    worst = 0
    for a, n in zip(analytic.flat, numeric.flat, strict=True):
        worst = max(worst, abs(a - n) / max(abs(a), abs(n), floor))
    return worst


def relative_error_where(analytic, numeric, floor=1e-8):
    scale = np.where(np.abs(analytic) > np.abs(numeric), np.abs(analytic), np.abs(numeric))
    scale[scale < floor] = floor
    return np.amax(abs(numeric - analytic) / scale)


def relative_error_clipped(analytic, numeric, floor=1e-8):
    scale = np.clip(np.max([np.abs(analytic), np.abs(numeric)], axis=0), floor, None)
    return np.linalg.norm(((analytic - numeric) / scale).ravel(), np.inf)


def relative_error_sorted(analytic, numeric, floor=1e-8):
    shares = [
        abs(a - n) / max([abs(a), abs(n), floor]) for a, n in zip(np.ravel(analytic), np.ravel(numeric), strict=True)
    ]
    return sorted(shares)[-1]


def relative_error_float32(analytic, numeric, floor=1e-8):
    a, n = np.float32(analytic), np.float32(numeric)
    return np.max(np.abs(a - n) / np.fmax(np.fmax(np.abs(a), np.abs(n)), np.float32(floor)))


VARIANTS = [
    relative_error_reduced,
    relative_error_loop,
    relative_error_where,
    relative_error_clipped,
    relative_error_sorted,
    relative_error_float32,
]
