"""Wrong answers to `clinic`."""

import numpy as np

from wrong_answers import wrong


@wrong("calls every patient with a high error one with shuffled labels", names=None)
def clinic_high_error_is_e(chart):
    start, now = chart["start"], chart["now"]
    if start[0]["high"] > 1:
        return "f"
    if chart["valid_error"][-1] > 0.8:
        return "e"
    if chart["valid_error"][-1] == chart["train_error"][-1]:
        return "h"
    if now[-1]["low"] == 0:
        return "g"
    if start[-1]["spread"] > 3:
        return "c"
    return "b"


@wrong("looks for bytes in the spread of all rows", names=None)
def clinic_any_large_spread(chart):
    start = chart["start"]
    if any(row["spread"] > 10 for row in start[1:]):
        return "c"
    if np.all(chart["train_loss"] == chart["valid_loss"]):
        return "h"
    if chart["now"][-1]["low"] == 0:
        return "g"
    step = max(row["update"] for row in start[1:])
    if start[-1]["spread"] < 0.01:
        return "d"
    if step > 0.1:
        return "a"
    return "b" if step < 0.001 else "e"


@wrong("gives the words, not the letter", names="letter")
def clinic_words(chart):
    if chart["start"][0]["high"] > 1:
        return "inputs left as bytes"
    return "labels shuffled"
