"""Cases of all exercises: the inputs of each answer, ordinary and awkward, and the values to compare.

The modules hold no answers, so grading can copy them into the sandbox.
"""

from mlp_helpers.checking import data_loading, dense, gradient_checking, layers, numpy_basics, training, tuning
from mlp_helpers.checking.questions import LITERAL, Questions, no_arguments

LITERALS = (
    "quiz_01",
    "one_sample",
    "quiz_02",
    "quiz_03",
    "faults_03",
    "quiz_04",
    "faults_04",
    "quiz_05",
    "quiz_07",
    "quiz_08",
)
QUESTIONS = {}
CONCEALED = {}  # by exercise: modules of the package with its answers, which grading withholds and no answer may call
for _module in (numpy_basics, data_loading, layers, dense, gradient_checking, training, tuning):
    QUESTIONS |= _module.QUESTIONS
    CONCEALED |= dict.fromkeys(_module.QUESTIONS, _module.CONCEALED)
QUESTIONS |= dict.fromkeys(LITERALS, Questions(no_arguments, repr, kind=LITERAL))
