"""Exceptions in plain words, with the line that raised them.

A sentence is said of a line only if the line holds what the sentence is about. If it only calls something, the sentence
is said of the call.
"""

import re

from mlp_helpers.checking.questions import Misfit
from mlp_helpers.diagnosis.lines import Line
from mlp_helpers.diagnosis.sentences import SENTENCES

SINGULARS = {
    "arguments": "argument",
    "axes": "axis",
    "columns": "column",
    "entries": "entry",
    "indices": "index",
    "items": "item",
    "numbers": "number",
    "rows": "row",
    "values": "value",
}


def in_plain_words(observation):
    """Return what an answer's exception means, for a beginner, and the line that raised it; None if it is not known."""
    raised, line = observation.value, Line(observation.value.line, observation.value.call)
    said, message = None, in_public(raised.message)
    if raised.kind == Misfit.__name__:
        return message
    for pattern, wanted, sentence in SENTENCES:
        if found := re.search(pattern, message):
            owner = line.owner(found[found.lastindex]) if "{owner}" in sentence else ""
            said = in_the_singular(sentence.format(*map(_tuple, found.groups()), owner=owner))
            if not wanted or {word.format(*found.groups()) for word in wanted} & line.holds:
                return _with_place(said, observation)
    said = said and line.of_a_call(said)
    return said and _with_place(said, observation)


def in_public(text):
    """Return a text without the names of the classes behind the checks, which no student has seen."""
    text = text.replace(f"raised {Misfit.__name__}: ", "")
    return re.sub(r"\b_?(?:Toy|Scripted)([A-Z]\w*)", lambda found: found[1].lower(), text)


def in_the_singular(sentence):
    """Return a sentence with one of something in the singular."""
    words = "|".join(SINGULARS)
    return re.sub(rf"(?<![\w.,(])1 ({words})\b", lambda found: f"1 {SINGULARS[found[1]]}", sentence)


def quoted(observation):
    """Return an answer's exception in Python's own words, with the line that raised it."""
    raised, message = observation.value, in_public(observation.value.message).strip().rstrip(".")
    what = f"It raised {raised.kind}" if raised.line else f"There was an exception, {raised.kind}"
    return _with_place(f"{what}{f': {message}' if message else ''}.", observation)


def _with_place(sentence, observation):
    line = f" Look at {observation.value.line}." if observation.value.line else ""
    return f"{sentence}{line} (Case: {observation.label}.)"


def _tuple(group):
    """Return a shape in NumPy's messages, such as (5,3), as Python prints it."""
    text = re.sub(r",(?=[^\s)])", ", ", (group or "").strip()).replace("newaxis", "-1")
    return re.sub(r"^\((\d+)\)$", r"(\1,)", text)
