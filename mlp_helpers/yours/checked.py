"""The student's answers that are right, and right ones in place of the others: `from …checked import Dense`."""

from mlp_helpers.yours import answers


def __getattr__(name):
    return answers.imported(name, __name__, checked=True)
