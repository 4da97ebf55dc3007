"""Tables and feedback for platforms: what is refused, and what their importers would pass over or take wrongly."""

import made_up
import pytest
from made_up import people, returned

from mlp_helpers.grading.platforms.returning import give_back

EVERYONE = people(4)
JUN, JUN_TOO, ADA, JOSE = EVERYONE
WORKSHEET = made_up.worksheet(EVERYONE)
GERMAN = made_up.worksheet(EVERYONE, made_up.GERMAN, "Teilnehmer/in ", "100,00")


def test_a_worksheet_in_another_language_with_decimal_commas(made):
    round_ = made(GERMAN)
    said = give_back(*round_, columns=("Bewertung", "Feedback als Kommentar"))
    assert said.splitlines()[0].endswith("worksheet.csv: marks of 4 of 4 students")
    content = returned(round_[1])
    taken = made_up.taken_by_worksheet(content, EVERYONE, made_up.GERMAN, "Teilnehmer/in ")
    assert taken == {"s000": 0.25, "s001": 0.5, "s002": 0.75, "s003": 1}
    row = 'Teilnehmer/in 9014,Ada Lovelace,s002@example.org,Submitted for grading,"0,75","100,00",Yes,'
    (line,) = (line for line in content.decode().splitlines() if line.startswith(row))
    assert "slope 0.75" in line.removeprefix(row + '"Thursday, 19 May",-,')


def test_what_excel_saved_stays_as_it_was(made):
    old = 'ID;Name;Grade;Max\r\nP 9000;Jun Li;;5,0\r\nP 9021;José García López;1;"5,0"\r\n'.encode("cp1252")
    round_ = made(old)
    give_back(*round_)
    assert returned(round_[1]) == old.replace(b"Jun Li;;", b'Jun Li;"0,25";')


MOST = "one column with the same maximum in all rows, not {}; --grade-column names it"
NO_WORKSHEET = "line 1: expected Moodle's grading worksheet, with a participant's number"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (",,100.00,", ",100.00,100.00,", MOST.format(2)),
        (",100.00,", ",Good,", MOST.format(0)),
        ("Participant 90", "Participant 80", "no student with a mark: is it of this course, and of this assignment"),
        ("Participant 9014", "Participant", NO_WORKSHEET),
        ("Participant 9014", "Student 9014", NO_WORKSHEET),
        ("Ada Lovelace", "Ben Noor", "line 4: expected 'Ada Lovelace', who has this number, got 'Ben Noor'"),
        (",Yes,", ",", "line 2: expected 10 cells, as in line 1, got 'another number of them'"),
        ("100.00", "0.99", "s003@example.org has 1 points, above the maximum of 0.99 in .*: set it to 100 there, and"),
    ],
)
def test_worksheets_that_are_refused(made, old, new, said):
    submissions, out, worksheet = made(WORKSHEET)
    worksheet.write_text(worksheet.read_text().replace(old, new))
    with pytest.raises(ValueError, match=said):
        give_back(submissions, out, worksheet)
    assert not (out / "return").exists()


@pytest.mark.parametrize(("columns", "option"), [(("Mark", ""), "grade"), (("", "Mark"), "remark")])
def test_headings_that_a_worksheet_does_not_have(made, columns, option):
    with pytest.raises(ValueError, match=f"--{option}-column must be one of 'Identifier', .*, got 'Mark'"):
        give_back(*made(WORKSHEET), columns)


def test_files_say_in_their_name_that_answers_wait_and_make_room_for_the_final_ones(made, graded):
    submissions, out, worksheet = made(WORKSHEET, waiting=True)
    said = give_back(submissions, out, worksheet, has_policy=False)
    assert "answers that wait for a person's mark, and count as 0: 4" in said
    ending = "-before-all-is-marked-without-deductions"
    assert {path.name for path in (out / "return").iterdir()} == {f"worksheet{ending}.csv", f"feedback{ending}.zip"}
    graded(submissions, out)
    give_back(submissions, out, worksheet)
    assert {path.name for path in (out / "return").iterdir()} == {"worksheet.csv", "feedback.zip"}


@pytest.mark.parametrize("title", ["ID", "Section", "Current Score", "My Final Grade", "Override Status (1)"])
def test_titles_that_canvas_would_pass_over(made, title):
    submissions, out, _ = made(made_up.export(EVERYONE), made_up.canvas(EVERYONE))
    with pytest.raises(ValueError, match="--grade-column must be one that Canvas does not use itself, got"):
        give_back(submissions, out, columns=(title, ""))


def test_a_table_of_canvas(made):
    submissions, out, _ = made(made_up.export(EVERYONE), made_up.canvas(EVERYONE))
    give_back(submissions, out, columns=("Networks (17)", ""), canvas_id="SIS Login ID")
    assert returned(out, "canvas.csv").decode() == (
        "Student,ID,SIS User ID,SIS Login ID,Section,Networks (17)\n    Points Possible,,,,,100\n"
        ',,,s000,,0.25\n,,,s001,,0.5\n"Lovelace, Ada",,,s002,,0.75\n"García López, José",,,s003,,1\n'
    )


def test_what_has_no_platform(made):
    submissions, out, _ = made(made_up.roster(EVERYONE), made_up.clones(EVERYONE))
    with pytest.raises(ValueError, match="--worksheet must name Moodle's grading worksheet, unless"):
        give_back(submissions, out)
