"""Commands of the page for instructors, in their order, on made-up classes of forty: each platform's whole round."""

import re
import shlex
from itertools import groupby
from urllib.parse import unquote

import made_up
import pytest
from typer.testing import CliRunner

from mlp_helpers.cli import app
from mlp_helpers.grading import batch
from mlp_helpers.services.files import REPOSITORY

EVERYONE = made_up.people(40)
LATE, MISSING = EVERYONE[7], EVERYONE[9]  # two days, by the receipt


def commands(other):
    """Return the commands from collecting to returning, but for those of the other platform."""
    page = (REPOSITORY / "docs" / "instructors.md").read_text(encoding="utf-8")
    part = page[page.index("## 2. Collect") : page.index("## When a student asks why")]
    found = re.findall(r"^ {4}\.venv/bin/mlp-course (grade .*)$", re.sub(r" \\\n +", " ", part), re.MULTILINE)
    return [shlex.split(command) for command in found if not re.search(other, command)]


def ran(folder, monkeypatch, command):
    """Run a documented command in a folder beside the downloads; return what it said."""
    (folder / "course").mkdir(exist_ok=True)
    monkeypatch.chdir(folder / "course")
    (folder / "policy.toml").write_text("due = 2026-11-20\npercent_a_day = 1\n")
    if "--manual" in command:
        waiting = [unquote(path.stem) for path in (folder / "results" / "students").glob("*.json")]
        lines = [["student", "item", "points", "remark"], *[[one, "my_report", "4", "Good."] for one in waiting]]
        (folder / "marks.csv").write_text(made_up.table(lines))
    ended = CliRunner().invoke(app, command, prog_name="mlp-course")
    assert ended.exit_code == 0, (command, ended.output)
    return ended.output


def expected():
    """Return the marks: points and 4 for the report, without 1 of 100 for each day late."""
    marks = {one.login: made_up.points(one.login) + 4 for one in EVERYONE if one is not MISSING}
    return marks | {LATE.login: marks[LATE.login] - 2}


def handed_in(download):
    """Return a download in which the later file of one student is two days late, and nothing of another."""
    files = download([one for one in EVERYONE if one is not MISSING])
    (late,) = (path for path in files if f"_{LATE.number}_" in path or f"_{LATE.user}_" in path)
    return made_up.packed(files | {late: made_up.submission(LATE, "2026-11-22 10:00:00+01:00")})


@pytest.mark.parametrize("platform", ["moodle", pytest.param("canvas", marks=pytest.mark.thorough)])
def test_a_whole_round(tmp_path, monkeypatch, platform):
    monkeypatch.setattr(batch, "grade", made_up.grade)
    is_moodle, kind = platform == "moodle", "worksheet" if platform == "moodle" else "canvas"
    (tmp_path / f"{platform}.zip").write_bytes(handed_in(made_up.moodle_folders if is_moodle else made_up.canvas))
    (tmp_path / "worksheet.csv").write_text(made_up.worksheet(EVERYONE), encoding="utf-8")
    (tmp_path / "canvas.csv").write_text(made_up.export(EVERYONE), encoding="utf-8")
    steps = commands("canvas|--grade-column" if is_moodle else "moodle|--worksheet")
    kinds = [step[1] for step in steps]
    assert [kind for kind, _ in groupby(kinds)] == ["collect", "../submissions", "return"]
    said = [ran(tmp_path, monkeypatch, step) for step in steps]
    assert "39 of 40 handed in" in said[0]
    assert "late:\n  s007" in said[0]
    assert f"or no number): {MISSING.email if is_moodle else MISSING.login}" in said[-1]
    content = {path.name: path.read_bytes() for path in (tmp_path / "results" / "return").iterdir()}
    pages = made_up.taken_by_moodle if is_moodle else made_up.taken_as_comments
    marks = made_up.taken_by_worksheet if is_moodle else made_up.taken_by_canvas
    assert marks(content[f"{kind}.csv"], EVERYONE) == expected()
    for login, page in pages(content["feedback.zip"], EVERYONE).items():
        assert set(re.findall(r"report of (s\d+)", page)) == {login}
    assert pages(content["feedback.zip"], EVERYONE).keys() == expected().keys()
    ran(tmp_path, monkeypatch, [*steps[-1], "--no-policy"])
    content = made_up.returned(tmp_path / "results", f"{kind}-without-deductions.csv")
    assert marks(content, EVERYONE)[LATE.login] == expected()[LATE.login] + 2
