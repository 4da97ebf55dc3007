"""Classes that were made up, what platforms give for them, and the rules by which platforms take files.

The forms and rules were written anew from the sources of Moodle and Canvas that each function names.
"""

import csv
import io
import re
import unicodedata
import zipfile
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_notebook

from mlp_helpers.grading.results import ExerciseResult, Result, store
from mlp_helpers.grading.submissions import find, read, take

NOTEBOOK = nbformat.writes(new_notebook(cells=[new_code_cell("1", id="a")])).encode()
WORD = ("Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Me", "Nd", "Pc")  # [[:word:]] of Ruby
NAMES = [
    *["Jun Li", "Jun Li", "Ada Lovelace", "José García López", "Zoë O'Neil", 'Mary "Molly" Smith', "李 俊", "X Æ"],
    *["Ольга Ким", "प्रिया शर्मा", "محمد علي", "Ann_Marie Poe", "Li Jun Wang", "\u202eNoel Leon", "Bob 2 Builder"],
    "=1+1 Sum",
]


@dataclass(frozen=True)
class Someone:
    login: str
    name: str
    number: int  # of the participant in Moodle's assignment
    user: int  # in Canvas
    attachment: int

    @property
    def email(self):
        return f"{self.login}@example.org"

    @property
    def last_first(self):
        first, _, last = self.name.partition(" ")
        return f"{last}, {first}"


def people(n, names=NAMES):
    names = [names[at] if at < len(names) else f"First{at} Last{at // 2}" for at in range(n)]
    return [Someone(f"s{at:03}", name, 9000 + 7 * at, 500 + at, 70_000 + at) for at, name in enumerate(names)]


def packed(files):
    """Return a zip file; names that it holds twice are given as pairs."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in files.items() if isinstance(files, dict) else files:
            archive.writestr(name, content)
    return file.getvalue()


def submission(someone, date="2026-11-19 10:00:00+01:00"):
    """Return a zip file whose notebook and receipt tell whose it is."""
    receipt = f"Receipt of {date}, for answers to release 123"
    return packed({f"notebooks/{someone.login}.ipynb": NOTEBOOK, "receipt.txt": receipt})


def moodle_name(name):
    """As mod/assign/classes/downloader.php and clean_filename do it."""
    return re.sub(r"[\x00-\x1f&<>\"`|':\\/]", "", name.replace("_", " "))


def moodle_folders(everyone, ending=""):
    start = {one: f"{moodle_name(one.name)}_{one.number}_assignsubmission_file{ending}" for one in everyone}
    return {f"{start[one]}/submission.zip": submission(one) for one in everyone}


def moodle_flat(everyone):
    return {path.replace("/", "_"): content for path, content in moodle_folders(everyone).items()}


def moodle_blind(everyone):
    return {re.sub("^[^_]*", "Participant", path): content for path, content in moodle_folders(everyone).items()}


def canvas(everyone):
    """As lib/content_zipper.rb does it; the eighth is late."""
    found = {}
    for one in everyone:
        name = re.sub(r"_(\d+)_", r"\1", one.last_first).lower()
        start = "_".join([name, *(["LATE"] if one.login == "s007" else []), str(one.user)])
        start = "".join(character for character in start if unicodedata.category(character) in WORD)
        found[f"{start}_{one.attachment}_submission.zip"] = submission(one)
    return found


def canvas_anonymous(everyone):
    return {f"anon_x{one.user}_{one.attachment}_submission.zip": submission(one) for one in everyone}


def nbgrader(everyone):
    found = {}
    for one in everyone:
        found[f"submitted/{one.login}/mlp/submission.zip"] = submission(one)
        found[f"submitted/{one.login}/mlp/timestamp.txt"] = b"2026-11-19 09:00:00.000000 UTC"
    return found


def clones(everyone):
    return {f"{one.login}/notebooks/{one.login}.ipynb": NOTEBOOK for one in everyone}


def table(lines, separator=","):
    text = io.StringIO()
    csv.writer(text, delimiter=separator, lineterminator="\r\n").writerows(lines)
    return text.getvalue()


WORDS = "Identifier|Full name|Email address|Status|Grade|Maximum grade|Grade can be changed|Last modified (submission)|"
WORDS = (WORDS + "Last modified (grade)|Feedback comments").split("|")
GERMAN = "ID|Vollständiger Name|E-Mail-Adresse|Status|Bewertung|Bestwertung|Bewertung kann geändert werden|"
GERMAN = (GERMAN + "Zuletzt geändert (Abgabe)|Zuletzt geändert (Bewertung)|Feedback als Kommentar").split("|")


def worksheet(everyone, words=WORDS, hidden="Participant ", most="100.00", names=True):
    """As mod/assign/gradingtable.php does it."""
    rows = [words]
    for one in everyone:
        row = f"{hidden}{one.number}|{one.name}|{one.email}|Submitted for grading||{most}|Yes|Thursday, 19 May|-|"
        rows.append(row.split("|"))
    return table([cells if names else [cells[0], *cells[3:]] for cells in rows])


def participants(everyone):
    rows = [[*one.name.split(" ", 1), one.email] for one in everyone]
    return table([["First name", "Surname", "Email address"], *rows])


def export(everyone, separator=",", has_first=False):
    """As lib/gradebook_exporter.rb does it."""
    heads = ["LastName", "FirstName"] if has_first else ["Student"]
    rows = [["    Points Possible", *[""] * (len(heads) + 3), "100,0" if separator == ";" else "100.0"]]
    for one in everyone:
        name = one.last_first.split(", ") if has_first else [one.last_first]
        rows.append([*name, str(one.user), f"sis-{one.login}", one.login, "Section 1", ""])
    return table([[*heads, "ID", "SIS User ID", "SIS Login ID", "Section", "Networks (17)"], *rows], separator)


def roster(everyone):
    return table([["id", "name"], *[[one.login, one.name] for one in everyone]])


def taken_by_worksheet(content, everyone, words=WORDS, hidden="Participant ", most=100):
    """Return {login: grade} as mod/assign/feedback/offline/importgradeslib.php and locallib.php take a worksheet."""
    heading, *rows = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))
    users, taken = {str(one.number): one for one in everyone}, {}
    for row in rows:
        user = users.get(row[heading.index(words[0])][len(hidden) :])
        text = row[heading.index(words[4])].replace(",", ".")
        if user is not None and text not in ("", "-") and 0 <= float(text) <= most:
            taken[user.login] = float(text)
    return taken


def taken_by_moodle(content, everyone):
    """Return {login: page} as mod/assign/feedback/file/importziplib.php takes a zip file."""
    users, taken = {one.number: one for one in everyone}, {}
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for path in archive.namelist():
            for part in path.split("/"):
                info = part.split("_", 4)
                is_known = len(info) > 3 and info[1].isdigit() and int(info[1]) in users
                if is_known and (info[2], info[3]) == ("assignsubmission", "file") and not path.startswith((".", "~")):
                    assert users[int(info[1])].login not in taken
                    taken[users[int(info[1])].login] = archive.read(path).decode()
                    break
    return taken


def taken_by_canvas(content, everyone):
    """Return {login: grade} as lib/gradebook_importer.rb takes a table."""
    heading, *rows = csv.reader(io.StringIO(content.decode(), newline=""))
    assert heading[:5] == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section"]
    taken = {}
    for name, *cells in rows:
        if "Points Possible" in name:
            continue
        ids = {one: [str(one.user), f"sis-{one.login}", one.login] for one in everyone}
        ways = [[one for one in everyone if cells[at] and ids[one][at] == cells[at]] for at in range(3)]
        ways.append([one for one in everyone if name in (one.name, one.last_first)])
        found = next(own[0] for own in ways if own)
        assert found.login not in taken
        taken[found.login] = float(cells[4])
    return taken


def taken_as_comments(content, everyone):
    """Return {login: page} as app/models/assignment.rb infers the context of a comment from a file's name."""
    owners, taken = {(str(one.user), str(one.attachment)): one for one in everyone}, {}
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for path in archive.namelist():
            numbers = [part for part in path.split("_") if re.fullmatch(r"\d+", part)][:2]
            inner = zipfile.ZipFile(io.BytesIO(archive.read(path)))  # shown to the student as submission.zip
            taken[owners[tuple(numbers)].login] = inner.read("feedback.html").decode()
    return taken


def returned(out, name="worksheet.csv"):
    return (out / "return" / name).read_bytes()


def points(login):
    return int(login[1:]) / 4 + 0.25


def handed_in(submissions):
    """Return whose work is in a folder of submissions, by the notebooks: {id: login}."""
    found = {one: read(take(one, paths)).notebooks for one, paths in find(submissions).items()}
    return {one: Path(*notebooks).stem for one, notebooks in found.items()}


def grade(submissions, out, *arguments):
    """Grade without a sandbox: points for whose notebook it is, and an open answer."""
    results = []
    for one, login in handed_in(submissions).items():
        item = ExerciseResult("slope", "notebooks/03_layers.ipynb", points(login), 100, "right")
        answer = {"my_report": {"source": f"report of {login}", "figures": []}}
        received = read(take(one, find(submissions)[one])).received
        results.append(Result(one, login, [item], answer, received=received))
        store(results[-1], out)
    return results
