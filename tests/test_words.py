"""Wording rules: a module's docstring begins with a noun, and a constant's name includes its subject."""

import ast
import re

import pytest

from mlp_helpers.services.files import REPOSITORY

MODULES = sorted((REPOSITORY / "mlp_helpers").rglob("*.py"))
RIDDLE = re.compile(r"(What|Who|How|Which|When|Where|Why|Is|Are|Do|Does|Can|Will)\b")
BARE = {
    *("LARGEST", "LONGEST", "SHORTEST", "DEEPEST", "MOST", "LEAST", "FEWEST", "MANY", "FEW", "ENOUGH", "NEAR", "FAR"),
    *("MAX", "MIN", "LIMIT", "LOOK", "START", "GRACE", "POLL", "PAUSE", "AHEAD", "REACH", "SHOWN", "NAMED", "TOTAL"),
}


def riddle(source):
    """Return the first line of a module's docstring if it begins with a question word or a verb; else None."""
    first = (ast.get_docstring(ast.parse(source)) or "").split("\n")[0]
    return first if RIDDLE.match(first) else None


def bare_constants(source):
    """Return the constants of a module whose names are bare quantities."""
    targets = [target for node in ast.parse(source).body if isinstance(node, ast.Assign) for target in node.targets]
    return [
        node.id for target in targets for node in ast.walk(target) if isinstance(node, ast.Name) and node.id in BARE
    ]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(REPOSITORY).as_posix())
def test_heads_are_nouns_and_constants_say_their_subject(path):
    source = path.read_text(encoding="utf-8")
    assert riddle(source) is None
    assert bare_constants(source) == []


def test_such_words_are_found():
    assert riddle('"""What figures rest on."""') == "What figures rest on."
    assert riddle('"""Whatever comes."""') is None
    assert bare_constants("LARGEST = 4\nMOST, MAX_BYTES = 1, 2") == ["LARGEST", "MOST"]
