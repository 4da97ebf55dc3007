"""Cosmic Ray's configuration: its modules and tests exist."""

import tomllib

import mutants
import pytest

from mlp_helpers.services.files import REPOSITORY


@pytest.mark.parametrize("module", mutants.MODULES)
def test_modules_and_their_tests_exist(module):
    settings = tomllib.loads(mutants.configuration(module))["cosmic-ray"]
    tests = [word for word in settings["test-command"].split() if word.startswith("tests/")]
    assert (REPOSITORY / settings["module-path"]).is_file()
    assert tests[0] == f"tests/test_{module}.py"
    assert [path for path in tests if not (REPOSITORY / path).is_file()] == []
