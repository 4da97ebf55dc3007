"""Lines of code and of data: counted by hand in a small repository, and the list of data fits this one."""

import subprocess
import sys

import lines
import pytest
from small_course import git

from mlp_helpers.exercises import names
from mlp_helpers.services.files import REPOSITORY

SMALL = {
    "mlp_helpers/layers.py": "import numpy\n\n# why\n",
    "mlp_helpers/widgets/panel.js": "let a\nlet b",  # the last line counts, too, though it has no end
    "mlp_helpers/widgets/panel.css": "a {}\n",
    "mlp_helpers/grading/reports/templates/base.html": "<p>\n</p>\n",
    "mlp_helpers/exercises/answer_keys.py": "1\n" * 5,
    "mlp_helpers/exercises/layers/answers.py": "1\n" * 7,
    "mlp_helpers/exercises/quizzes.toml": "a = 1\n" * 11,
    "tests/exercises/wrong_answers/relu.py": "1\n" * 13,
    "tests/exercises/wrong_answers/__init__.py": "1\n" * 2,
    "tests/empty.py": "",
    "notebooks/03_layers.ipynb": "{}\n",
    "data/studies.json": "{}\n",
    "requirements.txt": "numpy==2.5.5\n",
    "package-lock.json": "{}\n",
    "uv.lock": "version = 1\n",
}
TABLE = """\
room                   code  data
mlp_helpers, flat         3     0
mlp_helpers/exercises     5    18
mlp_helpers/grading       2     0
mlp_helpers/widgets       3     0
tests                     2    13
total                    15    31"""
FILES = lines.counted(REPOSITORY)


@pytest.fixture
def repository(tmp_path):
    for name, text in SMALL.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    git(tmp_path, "init")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-m", "Begin")
    return tmp_path


class TestASmallRepository:
    def test_table(self, repository):
        assert lines.table(repository, [""]) == TABLE

    def test_only_tracked_files_are_counted_and_two_commits_are_compared(self, repository):
        git(repository, "mv", "mlp_helpers/exercises/layers/answers.py", "mlp_helpers/exercises/layers/answers.toml")
        git(repository, "rm", "-r", "mlp_helpers/widgets")
        (repository / "new.py").write_text("1\n")
        (repository / "scripts").mkdir()
        (repository / "scripts" / "new.py").write_text("1\n" * 1000)
        git(repository, "add", "scripts", "mlp_helpers")
        git(repository, "commit", "-m", "Change")
        table = lines.table(repository, ["HEAD~1", ""])
        rows = {name: numbers for name, *numbers in map(str.split, table.splitlines())}
        assert rows["mlp_helpers/exercises"] == ["5", "18", "5", "18"]
        assert rows["mlp_helpers/widgets"] == ["3", "0", "0", "0"]
        assert rows["scripts"] == ["0", "0", "1,000", "0"]
        assert rows["total"] == ["15", "31", "1,012", "31"]


class TestTheListOfData:
    @pytest.mark.parametrize("pattern", lines.DATA)
    def test_each_pattern_matches_a_file(self, pattern):
        assert any(lines.fnmatchcase(path, pattern) for path in FILES)

    @pytest.mark.parametrize("name", names())
    def test_the_answers_to_each_exercise_are_data(self, name):
        folder = f"mlp_helpers/exercises/{name}"
        wanted = {f"{folder}/answers.py"} if f"{folder}/cases.py" in FILES else {f"{folder}.toml"}
        assert wanted <= set(filter(lines.is_data, FILES))

    def test_each_collection_of_answers_is_data(self):
        beside = {path for path in FILES if path.startswith("tests/exercises/") and path.endswith(".py")}
        code = {path for path in beside if path.rpartition("/")[2].startswith(("test_", "__init__"))}
        assert {path for path in beside if lines.is_data(path)} == beside - code


def test_an_unknown_commit_is_named():
    command = [sys.executable, str(REPOSITORY / "scripts" / "lines.py"), "no-such-commit"]
    said = subprocess.run(command, capture_output=True, text=True).stderr
    assert said.endswith("unable to resolve revision: no-such-commit\n")
