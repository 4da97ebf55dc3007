"""Right answers to `clinic`, in the styles of different students."""

import numpy as np


def clinic_by_scores(chart):
    start, now = chart["start"], chart["now"]
    steps = np.array([row["update"] for row in start[1:]])
    signs = {
        "f": start[0]["spread"] > 10,
        "h": abs(chart["train_error"] - chart["valid_error"]).max() == 0,
        "g": now[-1]["low"] == 0,
        "c": start[-1]["high"] > 15,
        "d": start[-1]["high"] < 1e-4,
        "a": (steps > 0.08).any(),
        "b": (steps < 1e-3).all(),
    }
    return next((letter for letter, is_there in signs.items() if is_there), "e")


def clinic_by_losses(chart):
    start, first_loss = chart["start"], chart["train_loss"][0]
    if start[0]["high"] == 255:
        return "f"
    if list(chart["valid_loss"]) == list(chart["train_loss"]):
        return "h"
    if min(row["low"] for row in (start[-1], chart["now"][-1])) == 0:
        return "g"
    if start[-1]["spread"] < 0.01:
        return "d"
    if start[-1]["spread"] > 4:
        return "c"
    fell = first_loss - chart["train_loss"][-1]
    update = start[-1]["update"]
    if update < 0.0005 and fell >= 0:
        return "b"
    return "A" if max(row["update"] for row in start[1:]) > 0.1 else "E"


VARIANTS = [clinic_by_scores, clinic_by_losses]
