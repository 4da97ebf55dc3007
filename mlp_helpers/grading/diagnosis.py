"""Diagnosis of wrong answers in grading, from what their checks printed; no answer is run here."""

import re

import numpy as np

from mlp_helpers.checking.cases import QUESTIONS
from mlp_helpers.checking.observations import Observation, Opaque, Raised, canonical, exercise_rng, observe
from mlp_helpers.exercises import ANSWER_KEYS
from mlp_helpers.exercises.diagnosis import relation
from mlp_helpers.exercises.exceptions import in_plain_words
from mlp_helpers.exercises.hints import parameters
from mlp_helpers.grading.compare import same_output

MESSAGE = re.compile(r"(: raised \w+): .*")
CHANGED = ": its input was changed"
MAX_OUTPUT_CHARACTERS = 20_000  # of a check; nothing is read from a longer one


class Diagnosis:
    """Hints for an exercise under the current course seed.

    Parameters
    ----------
    name : str
        Name of the exercise.
    """

    def __init__(self, name):
        self.name, self.arguments = name, QUESTIONS[name].cases(exercise_rng(name))
        self.expected = observe(name, ANSWER_KEYS[name].reference)
        made = [(observe(name, mistake.answer), mistake.hint) for mistake in ANSWER_KEYS[name].mistakes]
        self.mistakes = [  # many mistakes raise the same exceptions
            (MESSAGE.sub(r"\1", canonical(observations)), hint)
            for observations, hint in made
            if not all(isinstance(observation.value, Raised) for observation in observations)
        ]

    @np.errstate(all="ignore")  # numbers of wrong answers may be of any size
    def hint(self, output):
        """Return a hint on the answer whose check printed `output`, any text; "" if there is none."""
        if len(output) > MAX_OUTPUT_CHARACTERS:
            return ""
        plain = MESSAGE.sub(r"\1", output)
        known = next((hint for text, hint in self.mistakes if same_output(text, plain)), None)
        if known:
            return known
        observations = parsed(output, list(self.arguments))
        if observations is None:
            return ""
        raised = next((one for one in observations if isinstance(one.value, Raised)), None)
        return (
            relation(parameters(None, ANSWER_KEYS[self.name]), self.arguments, self.expected, observations)
            or (raised and in_plain_words(raised))
            or ""
        )


def parsed(output, labels):
    """Return the observations in a canonical form, as far as they are numbers, arrays or exceptions.

    Parameters
    ----------
    output : str
        Any text, in which the numbers have six digits.
    labels : list of str
        Of the cases, in order.

    Returns
    -------
    list of Observation, or None
        None if a case is missing. A value of another kind is `Opaque`.
    """
    found, lines = {}, output.splitlines()
    for number, line in enumerate(lines):
        label = next((label for label in labels if line.startswith(f"{label}:")), None)
        if label is None:
            continue
        if line == label + CHANGED and label in found:
            found[label] = Observation(label, found[label].value, changed=True)
        elif label not in found:
            rows = []
            for row in lines[number + 1 :]:
                if not row.startswith("  "):
                    break
                rows.append(row)
            found[label] = Observation(label, _value(line.removeprefix(f"{label}:").strip(), rows))
    return [found[label] for label in labels] if set(labels) <= found.keys() else None


def _value(text, rows):
    """Return the value that the canonical form writes as `text` and indented `rows`."""
    if raised := re.fullmatch(r"raised (\w+)(?:: (.*))?", text):
        return Raised(raised[1], raised[2] or "")
    try:
        if shape := re.fullmatch(r"array \(([\d, ]*)\)", text):
            sizes = [int(size) for size in shape[1].split(",") if size.strip()]
            return np.array(" ".join(rows).split(), dtype=float).reshape(sizes)
        return None if text == "None" else float(text)
    except ValueError:
        return Opaque(text[:50])
