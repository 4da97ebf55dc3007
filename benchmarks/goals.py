"""Performance goals and whether they are reached."""

import json
import statistics
from dataclasses import dataclass

from mlp_helpers.services.files import write_file


@dataclass
class Goal:
    """A measured quantity with its limit and its value in each round.

    `limit` is a lower bound if `at_least`, else an upper bound, on the median of the rounds.
    """

    text: str
    limit: float
    at_least: bool
    rounds: list

    @property
    def median(self):
        return statistics.median(self.rounds)

    @property
    def reached(self):
        return self.median >= self.limit if self.at_least else self.median <= self.limit

    def __str__(self):
        bound = f"{'at least' if self.at_least else 'at most'} {self.limit:.2f}"
        found = f"{self.median:.2f} ({min(self.rounds):.2f} to {max(self.rounds):.2f})"
        return f"{self.text:58} {bound:>13}   {found:22} {'' if self.reached else 'not reached'}".rstrip()


HEAD = f"{'':58} {'goal':>13}   median (range) of the rounds"


def report(goals, json_file=None):
    """Print goals as a table and, if a file is given, write their rounds to it as JSON."""
    print(HEAD, *goals, sep="\n")
    if json_file is not None:
        write_file(json_file, json.dumps({goal.text: goal.rounds for goal in goals}, indent=1) + "\n")
