"""Kind of `my_config`."""

from mlp_helpers.checking.questions import VALUE, Questions, no_arguments

QUESTIONS = Questions(no_arguments, repr, kind=VALUE)
