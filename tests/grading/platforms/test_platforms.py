"""Whole rounds from a platform's download to its upload, on made-up classes, by the rules of the importers."""

import csv
import io
import os
import re
from dataclasses import replace
from functools import partial

import made_up
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from made_up import handed_in, people, points, returned

from mlp_helpers.grading.platforms.collecting import collect
from mlp_helpers.grading.platforms.returning import give_back
from mlp_helpers.grading.reports import people as lists
from mlp_helpers.grading.submissions import find

N = 300 if os.environ.get("MLP_THOROUGH") else 30  # students


MOODLE = [
    (made_up.moodle_folders, made_up.worksheet),
    # before 4.1, and as Excel saves it
    (partial(made_up.moodle_folders, ending="_"), lambda everyone: "\ufeff" + made_up.worksheet(everyone)),
    (made_up.moodle_flat, made_up.worksheet),
    (made_up.moodle_blind, lambda everyone: made_up.worksheet(everyone, names=False)),
    (
        made_up.nbgrader,
        lambda everyone: made_up.worksheet(everyone).replace("Email address", "Username").replace("@example.org", ""),
    ),
]


@pytest.mark.parametrize(("download", "students"), MOODLE)
def test_moodle_takes_all_marks_and_pages(made, download, students):
    everyone = people(N)
    submissions, out, worksheet = made(students(everyone), download(everyone))
    assert f"marks of {N} of {N} students" in give_back(submissions, out, worksheet)
    content = returned(out)
    assert made_up.taken_by_worksheet(content, everyone) == {one.login: points(one.login) for one in everyone}
    pages = made_up.taken_by_moodle(returned(out, "feedback.zip"), everyone)
    assert pages == {one.login: one.login for one in everyone}
    emptied = re.sub(rb",[0-9.]+,100\.00,", b",,100.00,", content)
    assert (len(emptied) < len(content), emptied) == (True, students(everyone).encode())


@pytest.mark.parametrize(
    ("download", "students", "kind"),
    [
        (made_up.canvas, made_up.export, "ID"),
        (made_up.canvas, partial(made_up.export, separator=";", has_first=True), "SIS User ID"),
        (made_up.clones, made_up.export, "SIS Login ID"),
    ],
)
def test_canvas_takes_all_marks_and_comments(made, download, students, kind):
    everyone = people(N)
    submissions, out, _ = made(students(everyone), download(everyone))
    give_back(submissions, out, columns=("Networks (17)", ""), canvas_id=kind)
    marks = made_up.taken_by_canvas(returned(out, "canvas.csv"), everyone)
    assert marks == {one.login: points(one.login) for one in everyone}
    pages = made_up.taken_as_comments(returned(out, "feedback.zip"), everyone)
    is_of_canvas = download is made_up.canvas
    assert pages == ({one.login: one.login for one in everyone} if is_of_canvas else {})
    late = re.findall("^.*late, as Canvas says.$", (submissions / "collected.csv").read_text(), re.MULTILINE)
    assert [line[:5] for line in late] == ["s007,"] * is_of_canvas


def test_a_notebook_in_a_clone_may_be_called_as_in_canvas(collected):
    files = {"s000/lab_1_2_x.ipynb": made_up.NOTEBOOK, "s000/a.txt": b"", "s000/b.txt": b""}
    assert handed_in(collected(files, made_up.roster([ADA]))[1]) == {"s000": "lab_1_2_x"}


def test_a_dry_run_says_all_and_writes_nothing(tmp_path, collected):
    everyone = people(6)
    jun, text = "Jun Li_9007_assignsubmission_file", "Jun Li_9007_assignsubmission_onlinetext/onlinetext.html"
    files = {**made_up.moodle_folders(everyone[1:5]), text: b"Here."}
    files[f"{jun}/newer.zip"] = made_up.submission(everyone[1], "2026-11-22 08:00:00+01:00")
    files["Ada Lovelace_9014_assignsubmission_file/submission.zip"] = b""
    students, policy = made_up.worksheet(everyone[:4] + everyone[5:]), tmp_path / "policy.toml"
    policy.write_text("due = 2026-11-20")
    said, _ = collected(files, students, id_heading="Email address", policy=policy, out=None)
    assert said.splitlines() == [
        "3 of 5 handed in, by a download of the form 'Moodle'",
        "who is who:",
        f"  s001@example.org: {jun}/newer.zip; {jun}/submission.zip; {text}",
        "  s002@example.org: Ada Lovelace_9014_assignsubmission_file/submission.zip",
        "  s003@example.org: José García López_9021_assignsubmission_file/submission.zip",
        "late:",
        "  s001@example.org: 2 days late (the deadline was 2026-11-20 23:59)",
        "look at:",
        "  s001@example.org: there are 2 versions: newer.zip, submission.zip; newer.zip counts, since its receipt is "
        "the newest",
        "  s002@example.org: refused: submission.zip cannot be read as a zip file: File is not a zip file",
        "nobody knows when:",
        "  s002@example.org",
        "missing:",
        "  s000@example.org",
        "  s005@example.org",
        "could not be placed:",
        "  Zoë ONeil_9028_assignsubmission_file/submission.zip: no student has the number 9028: is the list of "
        "this course, and of this assignment?",
        "nothing was written; --out FOLDER does",
    ]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["download.zip", "policy.toml", "students.csv"]


def test_what_is_stored_beside_the_submissions(collected):
    everyone = people(3)
    students = "id;name;pseudonym\ns000;Jun Li;Owl\ns002;Zoë;\n"
    said, submissions = collected(made_up.clones(everyone), students.encode("cp1252"))
    assert "  s001/notebooks/s001.ipynb: 's001' is not on the list of students" in said
    lines = ["id,name,pseudonym", "s000,Jun Li,Owl", "s002,Zoë,"]
    assert (submissions / "roster.csv").read_text(encoding="utf-8").splitlines() == lines
    assert "s001/notebooks/s001.ipynb,,not placed: 's001' is not" in (submissions / "collected.csv").read_text()
    assert find(submissions).keys() == {"s000", "s002"}


@pytest.mark.parametrize(
    ("n_unlisted", "refusal"),
    [
        (0, "'Jun Li' may be s000@example.org or s001@example.org: a list with numbers tells them apart"),
        (1, "9000 and 9007 have one name, and the list has only s001@example.org of it"),
    ],
)
def test_without_numbers_namesakes_are_refused(collected, n_unlisted, refusal):
    everyone = people(4)
    said, submissions = collected(made_up.moodle_flat(everyone), made_up.participants(everyone[n_unlisted:]))
    assert refusal in said
    assert handed_in(submissions) == {one.email: one.login for one in everyone[2:]}


def test_a_list_of_another_course_gives_nobody_anothers_file(tmp_path, collected):
    everyone = people(6)[2:]
    numbers = [one.number for one in everyone[1:] + everyone[:1]]  # each is that of the next student
    others = [replace(one, number=number) for one, number in zip(everyone, numbers, strict=True)]
    with pytest.raises(ValueError, match=r"its number 9021 is that of Ada Lovelace, and it names 'José"):
        collected(made_up.moodle_folders(everyone), made_up.worksheet(others))
    assert not (tmp_path / "submissions").exists()


def test_groups_get_one_grade_and_a_page_each(made):
    everyone = people(5)
    files = {"Team A_17_assignsubmission_file/submission.zip": made_up.submission(everyone[1])}
    rows = csv.reader(io.StringIO(made_up.worksheet(everyone)))
    groups = ["Group", "Team A", "Team A", "Team A", "", ""]
    students = made_up.table([*row, group] for row, group in zip(rows, groups, strict=True))
    submissions, out, worksheet = made(students, files | made_up.moodle_folders(everyone[4:]))
    assert handed_in(submissions) == {"Team A": "s001", "s004@example.org": "s004"}
    assert "Team A,Jun Li and Jun Li and Ada Lovelace,\n" in (submissions / "roster.csv").read_text()
    give_back(submissions, out, worksheet)
    marks = made_up.taken_by_worksheet(returned(out), everyone)
    assert marks == dict.fromkeys(("s000", "s001", "s002"), points("s001")) | {"s004": points("s004")}
    pages = made_up.taken_by_moodle(returned(out, "feedback.zip"), everyone)
    assert pages == dict.fromkeys(("s000", "s001", "s002"), "s001") | {"s004": "s004"}


def test_anonymous_work_is_graded_and_its_feedback_goes_back(tmp_path, collected, graded):
    everyone = people(3)
    said, submissions = collected(made_up.canvas_anonymous(everyone), made_up.export(everyone))
    assert "anonymous: feedback can go back, but no marks" in said
    assert handed_in(submissions) == {f"anon_x{one.user}": one.login for one in everyone}
    said = give_back(submissions, graded(submissions, tmp_path / "results"))
    assert "marks of 0 of 3 students" in said
    assert "feedback in 3 files" in said


ADA, BEN = people(2, ["Ada Lovelace", "Ben Noor"])


def two_of(files):
    return {f"{week}/{path}": content for week in ("week1", "week2") for path, content in files.items()}


HW2 = {**made_up.nbgrader([ADA]), "submitted/s000/hw2/timestamp.txt": b""}


@pytest.mark.parametrize(
    ("files", "said"),
    [
        (two_of(made_up.moodle_folders([ADA])), "DOWNLOAD holds several downloads, 'week1', 'week2': collect each by"),
        (two_of(made_up.canvas([ADA])), "DOWNLOAD holds several downloads, 'week1', 'week2'"),
        (HW2, "several assignments, 'hw2', 'mlp': name one by --assignment"),
        ({"/etc/passwd": b""}, "holds '/etc/passwd', which leads out of it: no platform makes such a file"),
        ({"../../x_1_assignsubmission_file/a": b""}, "which leads out of it"),
        ({}, "no file in"),
        ([("s000/a.ipynb", b"1"), ("s000/a.ipynb", b"2")], "download.zip holds 's000/a.ipynb' 2 times"),
    ],
)
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_downloads_that_are_refused(tmp_path, collected, files, said):
    with pytest.raises(ValueError, match=said):
        collected(files, made_up.roster([ADA, BEN]))
    assert not (tmp_path / "submissions").exists()


def test_one_student_does_not_make_an_assignment_of_nbgrader(collected):
    files = {**made_up.clones([ADA, BEN]), "s000/hw/timestamp.txt": b"", "s001/timestamp.txt": b"2026-11-19T09:00:00Z"}
    said, submissions = collected(files, made_up.roster([ADA, BEN]))
    assert handed_in(submissions) == {"s000": "s000", "s001": "s001"}
    assert "nobody knows when:\n  s000\nnothing" in said.replace(said.splitlines()[-1], "nothing")


def test_two_files_of_one_name_are_both_kept(collected):
    newer = {"lovelaceada_500_1_submission.zip": made_up.submission(BEN, "2026-11-20 10:00:00Z")}
    _, submissions = collected(made_up.canvas([ADA]) | newer, made_up.export([ADA]))
    assert handed_in(submissions) == {"s000": "s001"}  # the newer one


def test_names_without_the_mark_for_utf_8_are_read_as_such(collected):
    packed = made_up.packed(made_up.canvas(people(10)))
    for start in (b"PK\x03\x04\x14\x00", b"PK\x01\x02\x14\x03\x14\x00"):
        packed = packed.replace(start + b"\x00\x08", start + b"\x00\x00")
    assert "10 of 10 handed in" in collected(packed, made_up.export(people(10)))[0]


def test_one_of_several_assignments_can_be_named(collected):
    _, submissions = collected(HW2, made_up.roster([ADA]), assignment="mlp")
    assert handed_in(submissions) == {"s000": "s000"}
    assert (submissions / "s000" / "mlp" / "timestamp.txt").exists()


def test_a_damaged_or_huge_file_costs_its_student_alone(collected, monkeypatch):
    content = made_up.packed(made_up.moodle_folders([ADA, BEN])).replace(b"PK\x03\x04", b"PK\x00\x04", 1)  # a header
    said, submissions = collected(content, made_up.worksheet([ADA, BEN]))
    assert "Ada Lovelace_9000_assignsubmission_file/submission.zip: it cannot be read: Bad magic number" in said
    assert [path.parent.name for path in submissions.rglob("*.zip")] == [BEN.email]
    monkeypatch.setattr("mlp_helpers.grading.platforms.collecting.MAX_COPIED_BYTES", 10)
    with pytest.raises(ValueError, match="it has more than 0 MiB"):
        collected(content, made_up.worksheet([ADA, BEN]), out=None)


def test_clones_with_links_and_planted_programs_are_only_read(tmp_path):
    clone = tmp_path / "clones" / "s000"
    (clone / ".git" / "hooks").mkdir(parents=True)
    (clone / ".git" / "config").write_text(f"[core]\n\tfsmonitor = touch {tmp_path / 'planted'}\n")
    (clone / "a.ipynb").write_bytes(made_up.NOTEBOOK)
    (clone / "b.ipynb").symlink_to("/etc/passwd")
    os.mkfifo(clone / "c.ipynb")
    (tmp_path / "list.csv").write_text(made_up.roster([ADA]))
    said = collect(tmp_path / "clones", tmp_path / "list.csv", tmp_path / "out")
    assert "s000/c.ipynb: it cannot be read: c.ipynb is no file" in said
    assert [path.name for path in (tmp_path / "out" / "s000").iterdir()] == ["a.ipynb"]
    assert not (tmp_path / "planted").exists()


@pytest.mark.parametrize("fails_at", ["collecting.shutil.copyfileobj", "returning._page"])
def test_a_disk_that_is_full_leaves_nothing_half(tmp_path, made, monkeypatch, fails_at):
    def full(*arguments):
        raise OSError(28, "No space left on device")

    is_there = "returning" in fails_at
    round_ = made(made_up.worksheet([ADA]), made_up.moodle_folders([ADA])) if is_there else ()
    monkeypatch.setattr(f"mlp_helpers.grading.platforms.{fails_at}", full)
    with pytest.raises(OSError, match="No space left on device"):
        give_back(*round_) if is_there else made(made_up.worksheet([ADA]), made_up.moodle_folders([ADA]))
    assert not list(tmp_path.rglob("*.part")) + list(tmp_path.glob("results/return/*"))
    assert is_there == (tmp_path / "submissions").exists()


LETTERS = st.text("aAbBéИ李_'-. 12", min_size=1, max_size=6).filter(lists.squeezed)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.builds("{} {}".format, LETTERS, LETTERS), min_size=1, max_size=5), st.data())
def test_no_file_ever_goes_to_another(tmp_path_factory, names, data):
    everyone = people(len(names), names)
    files = data.draw(st.sampled_from([made_up.moodle_folders, made_up.moodle_flat, made_up.canvas]))(everyone)
    listed = data.draw(st.permutations(data.draw(st.lists(st.sampled_from(everyone), unique=True))))
    kinds = [made_up.worksheet, made_up.participants, made_up.export, made_up.roster]
    students = data.draw(st.sampled_from(kinds))(listed)
    folder = tmp_path_factory.mktemp("class")
    (folder / "download.zip").write_bytes(made_up.packed(files))
    (folder / "students.csv").write_text(students, encoding="utf-8")
    try:
        collect(folder / "download.zip", folder / "students.csv", folder / "out")
    except ValueError:
        return
    assert all(one.removesuffix("@example.org") == login for one, login in handed_in(folder / "out").items())
