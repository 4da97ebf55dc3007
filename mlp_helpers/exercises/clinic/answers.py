"""Right answer to `clinic`, and known mistakes."""

import numpy as np

from mlp_helpers.exercises.answer_keys import AnswerKey


def _clinic(chart):
    inputs, *_, logits = chart["start"]
    longest = max(row["update"] for row in chart["start"][1:])
    if inputs["high"] > 2:
        return "f"
    if np.array_equal(chart["train_loss"], chart["valid_loss"]):
        return "h"
    if chart["now"][-1]["low"] >= 0:
        return "g"
    if logits["spread"] > 5:
        return "c"
    if logits["spread"] < 0.001:
        return "d"
    if longest > 0.1:
        return "a"
    return "b" if longest < 0.001 else "e"


KEY = AnswerKey(reference=_clinic)


@KEY.mistake(
    "A long first step is no proof of a rate that is too high: bytes as inputs and weights that are too large lengthen "
    "it, too. What would you look at before you judge the steps?"
)
def clinic_steps_first(chart):
    inputs, *_, logits = chart["start"]
    longest = max(row["update"] for row in chart["start"][1:])
    if longest > 0.1:
        return "a"
    if inputs["high"] > 2:
        return "f"
    if np.array_equal(chart["train_loss"], chart["valid_loss"]):
        return "h"
    if chart["now"][-1]["low"] >= 0:
        return "g"
    if logits["spread"] > 5:
        return "c"
    if logits["spread"] < 0.001:
        return "d"
    return "b" if longest < 0.001 else "e"


@KEY.mistake(
    "Where the weights are too small, the steps are short, too, since hardly any gradient arrives. What tells this "
    "apart from a rate that is too low?"
)
def clinic_small_weights_as_rate(chart):
    inputs, *_, logits = chart["start"]
    longest = max(row["update"] for row in chart["start"][1:])
    if inputs["high"] > 2:
        return "f"
    if np.array_equal(chart["train_loss"], chart["valid_loss"]):
        return "h"
    if chart["now"][-1]["low"] >= 0:
        return "g"
    if longest < 0.001:
        return "b"
    if logits["spread"] > 5:
        return "c"
    if longest > 0.1:
        return "a"
    return "d" if logits["spread"] < 0.001 else "e"


@KEY.mistake(
    "An error near that of guessing is what most of these patients have in common. Which of them have it although "
    "every layer is in order?"
)
def clinic_errors_first(chart):
    inputs, *_, logits = chart["start"]
    longest = max(row["update"] for row in chart["start"][1:])
    if chart["valid_error"][-1] > 0.7:
        return "e"
    if inputs["high"] > 2:
        return "f"
    if np.array_equal(chart["train_loss"], chart["valid_loss"]):
        return "h"
    if chart["now"][-1]["low"] >= 0:
        return "g"
    if logits["spread"] > 5:
        return "c"
    return "a" if longest > 0.1 else "b"
