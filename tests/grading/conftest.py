"""Fixtures for grading: the course's notebooks, and the copies of the package that its kernels have."""

import pytest

from mlp_helpers.authoring.release import read_notebooks
from mlp_helpers.grading.sandbox import package
from mlp_helpers.services.files import REPOSITORY


@pytest.fixture(scope="session")
def source():
    """Return the course's notebooks, solved."""
    return read_notebooks(REPOSITORY)


@pytest.fixture(scope="session")
def copied(source, tmp_path_factory):
    """Return the folders that contain the package as the kernels of each notebook have it, by notebook."""
    conceals = {name: notebook.metadata.course.conceals for name, notebook in source.items()}
    return package.copies(REPOSITORY / "mlp_helpers", conceals, tmp_path_factory.mktemp("copies"))
