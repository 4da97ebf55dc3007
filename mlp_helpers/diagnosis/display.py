"""Display of a verdict: first itself, then its hint, then the values, which a notebook folds.

As plain text, the first line is the verdict. `course.progress` reads it.
"""

import html
import re
import sys
from dataclasses import dataclass

import numpy as np

from mlp_helpers.checking.observations import PARTLY, RIGHT, UNANSWERED, WRONG, Verdict, canonical, form, snapshot
from mlp_helpers.diagnosis.exceptions import in_public

SMALL = 1e-10  # below it a number is shown in full
MAX_PRINTED_LINES = 10  # of an answer's own output

_checked = {}  # the answers that were checked last, by name

# White on them has a contrast of 5 or more.
COLORS = {RIGHT: "#1a7f37", PARTLY: "#8a5a00", WRONG: "#cf222e", UNANSWERED: "#59636e"}
BLOCK = '<div style="border-left: 4px solid {color}; padding: 2px 0 2px 12px; margin: 4px 0">{content}</div>'
BADGE = (
    '<span style="background-color: {color}; color: #ffffff; font-weight: bold; padding: 1px 8px; '
    'border-radius: 4px; white-space: nowrap">{text}</span>'
)

# Rows of numbers scroll on a narrow page. Wrapped, as JupyterLab would wrap them, they look like further rows.
PRE = '<pre style="margin: 4px 0; font-family: monospace; white-space: pre; overflow-x: auto">'


@dataclass(frozen=True)
class Part:
    """Values under a heading; folded in a notebook unless it `is_open`."""

    heading: str
    text: str
    is_open: bool = False


@dataclass(frozen=True)
class Display:
    """A verdict, and what a student may read with it.

    Attributes
    ----------
    verdict : Verdict
    notes : tuple of str
        Sentences; what stands in backticks is code.
    parts : tuple of Part
    """

    verdict: Verdict
    notes: tuple = ()
    parts: tuple = ()

    def __str__(self):
        parts = (f"{part.heading}:\n{part.text}" for part in self.parts)
        return "\n\n".join(["\n".join([str(self.verdict), *self.notes]), *parts])

    __repr__ = __str__

    def _repr_html_(self):
        color = COLORS[self.verdict.state]
        badge = BADGE.format(color=color, text=self.verdict.heading)
        lines = [f"{badge} {marked_up(self.verdict.remark)}".strip(), *map(marked_up, self.notes)]
        content = [f'<p style="margin: 4px 0">{line}</p>' for line in lines]
        for part in self.parts:
            text = f"{PRE}{html.escape(part.text)}</pre>"
            is_open = " open" if part.is_open else ""
            content.append(f"<details{is_open}><summary>{html.escape(part.heading)}</summary>{text}</details>")
        return BLOCK.format(color=color, content="".join(content))


def marked_up(sentence):
    """Return a sentence as HTML, with its `code` marked."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", html.escape(sentence, quote=False))


def _older_answer(answers):
    """Return a note, in a tuple, if the cell before this one failed, and so did not replace an answer.

    It defines the answer, and what is checked is the very object that was checked the last time.
    """
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    is_older = [name for name, answer in answers.items() if name in _checked and _checked[name] is answer]
    _checked.update(answers)
    if shell is None or shell.last_execution_succeeded:
        return ()
    cell = (["", "", *shell.user_ns.get("In", ())])[-2]
    if any(re.search(rf"^(?:(?:def|class) +{name}\b|{name} *=[^=])", cell, re.MULTILINE) for name in is_older):
        return ("The cell that ran before this one failed, so the check used the answer that you had before.",)
    return ()


def _results(heading, observations):
    """Return the parts with what an answer printed and what it gave in each case, under a common heading."""
    printed = "".join(observation.printed for observation in observations).splitlines()
    shown = printed[:MAX_PRINTED_LINES]
    shown += [f"… and {len(printed) - len(shown)} more lines"] if len(printed) > len(shown) else []
    parts = [Part(f"{heading}Your answer printed", "\n".join(shown), is_open=True)] if printed else []
    own = in_public(canonical(observations))
    return [*parts, Part(f"{heading}Your results", own)] if observations else parts


def small_case(heading, names, arguments, expected, observations, right="right result"):
    """Return the part with the case of the shortest text: inputs, right result, and the answer's own.

    Parameters
    ----------
    heading : str
        Beginning of its heading.
    names : sequence of str
        Of the answer's parameters.
    arguments : dict from str to tuple
        Their values in each case.
    expected : list of Observation
        Of a right answer, in the cases to choose from.
    observations : list of Observation, or None
        Of this one, in all cases.
    right : str
        What the right result is called.
    """
    own = {observation.label: observation.value for observation in observations or []}
    parts = []
    for wanted in expected:
        rows = list(zip(names, map(_input, arguments[wanted.label]), strict=False))
        rows.append((right, wanted.value))
        rows += [("your result", own[wanted.label])] if wanted.label in own else []
        text = in_public("\n".join(line for label, value in rows for line in form(label, value)))
        parts.append(Part(f"{heading}A small case, '{wanted.label}'", text, is_open=True))
    return min(parts, key=lambda part: len(part.text))


def _input(value):
    """Return an input as it is shown: without the digits of small numbers they would look like 0."""
    array = snapshot(value)
    if isinstance(array, np.ndarray) and array.dtype.kind == "f" and np.any((array != 0) & (abs(array) < SMALL)):
        return f"{array.tolist()}"
    return array


def show(verdict, notes, parts, answers, observed):
    """Show a verdict, with notes, parts and results, as the output of the running cell; outside IPython, print it.

    Parameters
    ----------
    verdict : Verdict
    notes : tuple of str
    parts : list of Part
    answers : dict from str to object
        Of each step, by its name.
    observed : dict from str to list of Observation
        Of each step, by the beginning of its headings.
    """
    results = (part for heading, observations in observed.items() for part in _results(heading, observations))
    display = Display(verdict, (*_older_answer(answers), *notes), (*parts, *results))
    if "IPython" not in sys.modules:
        print(display)
        return
    from IPython.display import display as show_in_cell

    show_in_cell(display)
