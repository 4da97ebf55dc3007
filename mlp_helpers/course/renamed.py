"""Former names of exercises, so that answers in older folders and submissions are found, and work.

An answer is found by the name of its exercise. So no name is ever used again, the former ones included.
"""

import ast
import io
import re
import tokenize

RENAMED = {
    "faults_03": "faults_layers",
    "faults_04": "faults_training",
    "quiz_01": "quiz_data",
    "quiz_02": "quiz_layers",
    "quiz_03": "quiz_gradients",
    "quiz_04": "quiz_training",
    "quiz_05": "quiz_tuning",
    "quiz_07": "quiz_search",
    "quiz_08": "quiz_beyond",
}
# Exercises and guesses that are none any more.
RETIRED = frozenset(
    {
        "cross_entropy",
        "guess_deskewing",
        "guess_lowest",
        "guess_second",
        "guess_three",
        "my_config",
        "relu",
        "sigmoid",
        "sigmoid_d",
        "softplus",
    }
)


def current(name):
    """Return the name that an exercise has now."""
    return RENAMED.get(name, name)


def in_source(source, names=RENAMED):
    """Return a source in which some names are replaced, and texts that consist of one, as in `check("quiz_01", …)`.

    Comments, other texts and attributes stay. What is no valid Python has no such parts: there, each word counts.

    Parameters
    ----------
    source : str
        Any text.
    names : dict from str to str, optional
        New names by the names that they replace.
    """
    if not any(name in source for name in names):
        return source
    lines = list(io.StringIO(source))
    try:
        ast.parse(source)  # the tokenizer may need long for what is no Python
        tokens = list(tokenize.generate_tokens(iter(lines).__next__))
    except (SyntaxError, ValueError, RecursionError, MemoryError, tokenize.TokenError):
        words = "|".join(map(re.escape, names))
        return re.sub(rf"\b({words})\b", lambda found: names[found[0]], source)
    for before, token in reversed(list(zip([None, *tokens], tokens, strict=False))):
        word = token.string.strip("\"'") if token.type in (tokenize.NAME, tokenize.STRING) else ""
        if word in names and not (before and before.string == "."):
            (row, start), (_, end) = token.start, token.end
            lines[row - 1] = lines[row - 1][:start] + token.string.replace(word, names[word]) + lines[row - 1][end:]
    return "".join(lines)
