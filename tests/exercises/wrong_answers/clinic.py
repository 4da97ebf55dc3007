"""Wrong answers to `clinic`."""

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


@wrong("gives the words, not the letter", names="letter")
def clinic_words(chart):
    if chart["start"][0]["high"] > 1:
        return "inputs left as bytes"
    return "labels shuffled"
