"""Wrong uses of the command line, and what is said: `python wrong_uses.py FOLDER COURSE EDITION` prints it as JSON.

It tries the `mlp_helpers` that its Python imports, a clone's or that of a students' edition, in one process, and needs
nothing that these lack. A use is typed in the folder COURSE or, if it begins with `outside:`, in an empty one. In it T/
stands for FOLDER, into which go the files that are spoken of.
"""

import json
import re
import sys
from contextlib import chdir
from pathlib import Path

NUMBER = "Invalid value for '--{}': must be a whole number {}, got '{}'"
NO_COURSE = "holds no course: go to the folder of yours, or make one by `mlp-course start`"
A_NOTEBOOK = "Invalid value for 'NOTEBOOK': it must be a notebook or its number, such as 03, got {}"
NO_CLONE = "mlp-course {0}: this is the students' edition, which cannot {0}; that needs a clone of the course"
NOT_A_STUDENTS = "the current folder must be that of your course, with a file release.json, and "
ANYWHERE = {
    "docter": "No such command 'docter'. Did you mean 'doctor'?",
    "frobnicate": "No such command 'frobnicate'.",
    "--verson": "No such option: --verson (Possible options: --version)",
    "doctor now": "Got unexpected extra argument(s) (now)",
    "doctor --yaml": "No such option: --yaml",
    "start here there": "Got unexpected extra argument(s) (there)",
    "lab --port 0": NUMBER.format("port", "from 1 to 65535", "0"),
    "lab --port abc": NUMBER.format("port", "from 1 to 65535", "abc"),
    "outside: lab": NO_COURSE,
    "outside: check": NO_COURSE,
    "outside: check 03": NO_COURSE,
    "check 12": A_NOTEBOOK.format("'12'"),
    "check 03_lyers": A_NOTEBOOK.format("'03_lyers'; did you mean 03_layers?"),
    "check notebooks/03_lyers.ipynb": A_NOTEBOOK.format("'03_lyers'; did you mean 03_layers?"),
    "check T/03_layers.ipynb": "03_layers'",
    "check README.md": A_NOTEBOOK.format("'README.md'"),
    "check notebooks": A_NOTEBOOK.format("'notebooks'"),
    "check T/broken.ipynb": "it cannot be read as a notebook: Expecting property name enclosed in double quotes: "
    "line 1 column 2 (char 1). Mend it",
    "check --strikt": "No such option: --strikt (Possible options: --strict)",
    "outside: test": NO_COURSE,
    "test 12": "it must be a notebook or its number, such as 03, got '12'",
    "submit mine.zip": "Got unexpected extra argument(s) (mine.zip)",
    "submit --out notebooks": "Invalid value for '--out': file 'notebooks' is a directory.",
    "outside: submit": NO_COURSE,
    "export notebooks": "Invalid value for 'FILE': file 'notebooks' is a directory.",
    "export README.md": "README.md is there already, and is kept; --replace writes a new one in its place",
    "outside: export": NO_COURSE,
    "update T/nosuch.zip": "nosuch.zip' does not exist.",
    "outside: update": NO_COURSE,
    "tune --sampler foo": "Invalid value for '--sampler': 'foo' is not one of 'random', 'tpe', 'cmaes'",
    "tune --time-limit 5": "Invalid value for '--time-limit': must be a time such as 90s, 20m or 1.5h, got '5'",
    "tune --time-limit 0s": "Invalid value for '--time-limit': must be a time such as 90s, 20m or 1.5h, got '0s'",
    "tune --trials 0": NUMBER.format("trials", "of at least 1", "0"),
    "tune shwo": "No such command 'shwo'. Did you mean 'show'?",
    "tune --storage nonsense": "--storage must be the address of a database, got 'nonsense'",
    "tune show --storage sqlite:///T/no/x.db": "--storage must be a database that can be reached, got 'sqlite:///T/no/x.db'",
    "tune show --figures README.md": "'README.md' is a file.",
}
STUDENTS = {
    "submit --out T/file/x.zip": "mlp-course submit: T/file cannot be made a folder: File exists",
    "update README.md": "README.md must be a folder or a zip file, and cannot be read as one: File is not a zip file",
    "update .": "RELEASE must be a newer one, a folder or a zip file, and it is the current folder itself",
    "update notebooks": "notebooks must hold a file release.json, and holds none",
}
UNPACKED = {
    "start": "there is nothing to unpack: the course is in ",
    "update": "RELEASE must be named, the folder or zip file that you were given: `mlp-course update FILE.zip`, or "
    "`make update RELEASE=FILE.zip`",
}
WHEEL = {
    "start .": "a course is in . already, and nothing was changed. Open it by `mlp-course lab`, there",
    "start mine": "DIR must not lie inside of a course, and mine lies in ",
    "outside: start ../file": "DIR must be a folder that is new or empty, got ../file; nothing was changed",
    "outside: start ../file/x": "mlp-course start: ../file cannot be made a folder: File exists",
}
CLONE = {
    "start": "there is nothing to unpack: the course is in ",
    "submit": NOT_A_STUDENTS,
    "update": NOT_A_STUDENTS,
    "export T/file/x.py": "mlp-course export: T/file/x.py cannot be written: Not a directory",
}
AUTHORS = {
    "release": "Missing argument 'DEST'.",
    "release T/subs": "DEST must be a folder that is new or empty, got T/subs",
    "release T/file/x": "mlp-course release: T/file cannot be made a folder: File exists",
    "release T/new --source nosuch": "this needs a clone of the course, whose notebooks hold the answers, and nosuch",
    "release T/new --zip notebooks": "Invalid value for '--zip': file 'notebooks' is a directory.",
    "grade T/subs": "Missing option '--out'.",
    "grade T/nosuch --out T/r": "SUBMISSIONS must be a folder, or one of collect, folder, return, explain, "
    "forget, dry-run, got 'T/nosuch'",
    "grade T/file --out T/r": "SUBMISSIONS must be a folder, got T/file",
    "grade T/empty --out T/r": "SUBMISSIONS must hold notebooks, zip files or folders, and T/empty holds none",
    "grade T/subs --out T/file": "Invalid value for '--out': ",
    "grade T/subs --out T/file/x": "mlp-course grade: T/file/x cannot be made a folder: Not a directory",
    "grade T/subs --out T/subs/r": "--out must lie outside of SUBMISSIONS, got T/subs/r",
    "grade explian ada softmax": "SUBMISSIONS must be a folder, or one of collect, folder, return, explain, "
    "forget, dry-run, got 'explian'; did you mean explain?",
    "grade T/subs --out T/r --only sofmax": "--only must be a student or an exercise, got 'sofmax'; did you mean "
    "softmax_loss?",
    "grade T/subs --out T/r --policy T/policy.toml": "--policy must come with --roster, which says whose work may be",
    "grade T/subs --out T/r --roster T/ada.csv --policy T/policy.toml": "T/policy.toml: each key must be one of 'due', "
    "'grace_hours', 'percent_a_day', 'cap_percent', 'extensions', got 'grace'",
    "grade T/subs --out T/r --roster no.csv": "Invalid value for '--roster': file 'no.csv' does not exist.",
    "grade T/subs --out T/r --roster T/excel.csv": 'T/excel.csv, line 1: expected UTF-8, as Excel saves it by "CSV',
    "grade T/subs --out T/r --roster T/other.csv": "T/other.csv, line 1: expected one column 'id', got 'Student,Email'",
    "grade T/subs --out T/r --roster T/date.csv": "line 1: expected no column 'due', since deadlines stand in the file",
    "grade T/subs --out T/r --manual no.csv": "Invalid value for '--manual': file 'no.csv' does not exist.",
    "grade T/subs --out T/r --manual T/marks.csv": "T/marks.csv, line 2, column item: expected an open exercise (",
    "grade T/subs --out T/r --seed -1": NUMBER.format("seed", "of at least 0", "-1"),
    "grade T/subs --out T/r --jobs 0": NUMBER.format("jobs", "of at least 1", "0"),
    "grade collect T/subs": "Missing option '--students'.",
    "grade collect T/no.zip --students T/other.csv": "Invalid value for 'DOWNLOAD': ",
    "grade collect T/subs --students T/file": "T/file, line 1: expected students, and ",
    "grade collect T/subs --students T/date.csv": "line 1: expected no column 'due', since deadlines stand in the file",
    "grade collect T/subs --students T/ada.csv --id Login": "T/ada.csv, line 1: expected one column 'login', got 'id'",
    "grade collect T/subs --students T/ada.csv --policy T/policy.toml": "policy.toml: each key must be one of 'due', ",
    "grade collect T/subs --students T/ada.csv --out T/out": "--out must be a folder that is new or empty, got T/out; "
    "a later download goes into another",
    "grade collect T/subs --students T/ada.csv": "no file in T/subs is one of a student in T/ada.csv; "
    "ada.ipynb: its name is none that folders gives",
    "grade collect T/file --students T/ada.csv": "T/file must be a folder or a zip file, and cannot be read as one",
    "grade return T/subs": "Missing option '--out'.",
    "grade return T/subs --out T/out": "SUBMISSIONS must be a folder that `grade collect` made, got T/subs",
    "grade return T/subs --out T/out --canvas-id Login": "'Login' is not one of 'ID', 'SIS User ID', ",
    "grade explain ada": "Missing argument 'ITEM'.",
    "grade explain ad softmax_loss --out T/out": "STUDENT must be one with a result in T/out, got 'ad'; did you "
    "mean ada?",
    "grade explain ada softmaxx --out T/out": "ITEM must be an exercise, got 'softmaxx'; did you mean softmax_loss?",
    "grade explain ada softmax_loss --out T/no": "Invalid value for '--out': ",
    "grade dry-run now": "Got unexpected extra argument(s) (now)",
}
EDITIONS = {
    "clone": ANYWHERE | CLONE | AUTHORS,
    "zip": ANYWHERE | STUDENTS | UNPACKED | {use: NO_CLONE.format(use.split()[0]) for use in AUTHORS},
    "wheel": ANYWHERE | STUDENTS | WHEEL | {use: NO_CLONE.format(use.split()[0]) for use in AUTHORS},
}
# A library's words, a name in Python, a temporary file, or two messages.
UNSEEMLY = re.compile(
    r"Traceback|Errno|\.part\b|Input should|Value error|Error: .*Error: |\w_\w+ must|mlp_helpers|None"
)
FILES = {
    "file": b"",
    "broken.ipynb": b"{",
    "subs/ada.ipynb": b'{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}',
    "excel.csv": "id,name\nzoe,Zoë\n".encode("utf-16"),
    "other.csv": b"Student,Email\nAda,ada@example.org\n",
    "date.csv": b"id,due\nada,24.12.2026\n",
    "ada.csv": b"id\nada\n",
    "policy.toml": b"grace = 2\n",
    "marks.csv": b"student,item,points\nada,my_reprot,3\n",
    "out/students/ada.json": b'{"student": "ada", "items": []}',
    "empty/.hidden": b"",
}


def faults(edition, said):
    """Return what is wrong with what an edition said, a list of str.

    Parameters
    ----------
    edition : {"clone", "zip", "wheel"}
    said : dict from str to [int, str]
        Exit code and output by use, as the program prints them.
    """
    found = [f"{use}: not tried" for use in EDITIONS[edition] if use not in said]
    for use, (code, text) in said.items():
        expected = EDITIONS[edition][use]
        if code not in (1, 2) or expected not in text or UNSEEMLY.search(text):
            found.append(f"{use}: exit code {code}: expected {expected!r}, got:\n{text}")
        elif code == 2 and not re.fullmatch(r"Usage: .*\nTry 'mlp-course .*\n\nError: .*\n", text):
            found.append(f"{use}: expected the usage, where there is help, and what is wrong, got:\n{text}")
    return found


def say(folder, course, uses):
    """Return exit code and output by use; `folder` is a new one."""
    from typer.testing import CliRunner

    from mlp_helpers.cli import app

    for name, content in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    said = {}
    for use in uses:
        inside = use.removeprefix("outside: ")
        with chdir(course if inside == use else folder / "empty"):
            result = CliRunner().invoke(app, inside.replace("T/", f"{folder}/").split(), prog_name="mlp-course")
        crash = result.exception if not isinstance(result.exception, SystemExit | None) else None
        text = result.output + (f"Traceback: {crash!r}" if crash else "")
        said[use] = [result.exit_code, text.replace(f"{folder}/", "T/")]
    return said


if __name__ == "__main__":
    print(json.dumps(say(Path(sys.argv[1]).resolve(), Path(sys.argv[2]), EDITIONS[sys.argv[3]])))
