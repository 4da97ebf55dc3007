"""Kind of `graph_gradients`."""

from mlp_helpers.checking.questions import LITERAL, Questions, no_arguments

QUESTIONS = Questions(no_arguments, repr, kind=LITERAL)
