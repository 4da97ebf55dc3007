"""Cases of `column_ranges`."""

from mlp_helpers.checking.questions import Questions
from mlp_helpers.checking.samples import shuffled


def _cases(rng):
    return {
        "5 rows, 3 columns": (-shuffled(rng, 5, 3) / 20,),  # no number is whole, or above 0
        "3 rows, 3 columns": (shuffled(rng, 3, 3) ** 2,),
        "a single row": (shuffled(rng, 1, 4),),
    }


QUESTIONS = Questions(_cases)
