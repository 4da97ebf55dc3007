"""Exercises of the course: a folder for each, or a TOML file, found by its name and loaded when it is asked for.

A folder has `cases` (what an answer is asked), `answers` (a right answer and known mistakes) and, for the tests alone,
`variants` (right answers in other styles). A TOML file holds the letters of a quiz with a reply to each, or the steps
of an exercise that consists of several. The answers are not hidden from students who want to read them. Grading kernels
have the cases, and nothing else of a folder. `checks`, `diagnosis`, `course`, `authoring` and `grading` import this
package. Read `answer_keys` first.
"""

import importlib
from functools import cache, cached_property, lru_cache
from pathlib import Path

from mlp_helpers.checking.observations import course_seed, exercise_rng, observe
from mlp_helpers.checking.questions import LITERAL, STEPS, Questions, no_arguments

FOLDER = Path(__file__).parent


@cache
def names():
    """Return the names of all exercises, a tuple in alphabetical order."""
    folders, files = FOLDER.glob("*/cases.py"), FOLDER.glob("*.toml")
    return tuple(sorted({*(path.parent.name for path in folders), *(path.stem for path in files)}))


def exercise(name):
    """Return the `Exercise` of this name, always the same object.

    Raises
    ------
    ValueError
        There is none.
    """
    if name not in names():
        raise ValueError(f"name must be an exercise of the course, {', '.join(names())}, got {name!r}")
    return _exercise(name)


@cache
def _exercise(name):
    return Exercise(name)


class Exercise:
    """An exercise: the questions to an answer, and, outside grading kernels, the answer key.

    Parameters
    ----------
    name : str
    questions : Questions, optional
        By default those of its folder.
    """

    def __init__(self, name, questions=None):
        self.name = name
        if questions is not None:
            self.questions = questions

    @cached_property
    def _file(self):
        """The content of its TOML file, a dict; None if it has a folder."""
        path = FOLDER / f"{self.name}.toml"
        if not path.exists():
            return None
        import tomllib

        return tomllib.loads(path.read_text(encoding="utf-8"))

    @cached_property
    def steps(self):
        """Exercises that this one consists of, a dict from name to share of the points; {} for most."""
        return (self._file or {}).get("steps", {})

    @property
    def quiz(self):
        """Questions with letters, as in `quiz`, a list of dict; [] for most."""
        return (self._file or {}).get("questions", [])

    @cached_property
    def points_shares(self):
        """Shares of the points of its steps, a dict by name; one without steps is its own only step."""
        return self.steps or {self.name: 1.0}

    @cached_property
    def parts(self):
        """Its steps, a list of `Exercise`; one without steps is its own only step."""
        return [exercise(name) for name in self.steps] or [self]

    def points_share(self, earned):
        """Return the share of the points, from 0 to 1, from those that its steps earn, a dict; by default 1."""
        return sum(share * earned.get(name, 1.0) for name, share in self.points_shares.items())

    @cached_property
    def questions(self):
        """Its `Questions`."""
        if self._file is not None:
            return Questions(no_arguments, repr, kind=STEPS if self.steps else LITERAL)
        return importlib.import_module(f"{__name__}.{self.name}.cases").QUESTIONS

    @cached_property
    def key(self):
        """Its `AnswerKey`, empty if it has steps. Raises ModuleNotFoundError in grading kernels, which lack answers."""
        if self.steps:
            from mlp_helpers.exercises.answer_keys import AnswerKey

            return AnswerKey(None)
        if self._file is not None:
            from mlp_helpers.exercises.quiz import quiz

            return quiz(self.quiz)
        return importlib.import_module(f"{__name__}.{self.name}.answers").KEY

    @cached_property
    def variants(self):
        """Right answers in the styles of different students, a list: for tests, so only a clone has them."""
        return importlib.import_module(f"{__name__}.{self.name}.variants").VARIANTS

    @cached_property
    def kind(self):
        """What its answer is, as in `Questions`."""
        return self.questions.kind

    @cached_property
    def small(self):
        """The same exercise with one case for a student to read; None for most."""
        return self.questions.small and Exercise(self.name, self.questions.small)

    def cases(self):
        """Return its cases under the current course seed, a new dict from label to arguments, a tuple."""
        return self.questions.cases(exercise_rng(self.name))

    @property
    def expected(self):
        """Observations of a right answer, which runs once under each course seed. They must not be changed."""
        return _observed(self, self.key.reference, course_seed())

    @property
    def mistaken(self):
        """Observations of each known mistake, a list; likewise."""
        seed = course_seed()
        return [_observed(self, mistake.answer, seed) for mistake in self.key.mistakes]


@lru_cache(maxsize=512)  # there are fewer known answers
def _observed(of, answer, _seed):
    return observe(of, answer)
