"""Imports of scripts: what they take from the package is there, in scripts too that no other test runs."""

import ast

import pytest

from mlp_helpers.services.files import REPOSITORY

FILES = [path for folder in ("scripts", "benchmarks", "site") for path in (REPOSITORY / folder).rglob("*.py")]


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(REPOSITORY)))
def test_what_a_script_imports_of_the_package_is_there(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module.startswith("mlp_helpers"):
            exec(compile(ast.Module([node], []), path.name, "exec"), {})
