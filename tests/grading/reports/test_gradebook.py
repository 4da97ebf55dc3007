"""Gradebooks: a row per student, bytes independent of order, no spreadsheet formulas; remarks; manual marks."""

import csv
import io
import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlp_helpers.course.cells import Exercise
from mlp_helpers.grading.reports.gradebook import gradebook_csv, harmless, remark_on, rows
from mlp_helpers.grading.reports.manual import ManualMark, load_manual, read_manual, store_manual
from mlp_helpers.grading.reports.people import Person
from mlp_helpers.grading.reports.policy import NO_RECEIPT, Policy, moment
from mlp_helpers.grading.reports.tables import BadTable
from mlp_helpers.grading.results import ExerciseResult, Result, first_flags

ITEMS = [
    Exercise("sigmoid", 2, "01.ipynb", False),
    Exercise("figure", 4, "01.ipynb", True),
    Exercise("tanh", 1, "02.ipynb", False),
]
STARTS = tuple("=+-@|%\t\r\n＝＋－＠−﹢")
TEXTS = st.text() | st.text("=+-@|%＝＋－＠−﹢;,\"' \t\r\n\v\0\x1c\x85\u2028\u200b\ufeffa")


def result(student, *points, figure=None, **fields):
    items = [
        ExerciseResult(name, "01.ipynb", value, 2, "right")
        for name, value in zip(("sigmoid", "tanh"), points, strict=True)
    ]
    open_answers = {} if figure is None else {"figure": {"source": figure, "figures": []}}
    return Result(student, "key", items, open_answers, **fields)


ADA = result("ada", 2, 0.5, figure="plot()", received="2026-12-03 10:00:00+00:00", flags=["cell moved"])
BEA = result("bea", 0, 1, figure="plt.plot()")
CID = Result("cid", refused="no notebook that can be read")
EVE = result("eve", 2, 1)
ROSTER = {"ada": Person("ada", "Ada"), "bea": Person("bea", "Bea"), "dan": Person("dan", "Dan, Jr.")}
MANUAL = {"ada": {"figure": ManualMark(3.5, "axes without names")}}
POLICY = Policy(moment("2026-12-01T18:00+00:00"), percent_a_day=10)  # of 7 points


def test_a_gradebook_with_roster_policy_and_marks():
    assert gradebook_csv(rows([BEA, CID, ADA, EVE], ITEMS, ROSTER, MANUAL, POLICY), ITEMS) == (
        "student,name,sigmoid,figure,tanh,total,days_late,total_after_policy,flags,waiting,remark\n"
        "ada,Ada,2,3.5,0.5,6,2,4.6,cell moved,,6 of 7 points; 2 days late: 6 points became 4.6; "
        "figure 3.5 of 4: axes without names; tanh 0.5 of 1\n"
        f'bea,Bea,0,,1,1,,1,"{NO_RECEIPT}",figure,1 of 3 points; not marked yet: figure; sigmoid 0 of 2\n'
        "cid,,0,,0,0,,0,refused: no notebook that can be read; not on the roster,,\n"
        'dan,"Dan, Jr.",0,,0,0,,0,missing,,\n'
        f'eve,,2,,1,3,,3,"not on the roster; {NO_RECEIPT}",,\n'
    )


def test_remarks_leave_out_practice_and_lateness_that_costs_nothing():
    items = [Exercise("warm_up", 0, "01.ipynb", True), *ITEMS]
    ada = replace(ADA, open_answers={name: {"source": ""} for name in ("warm_up", "figure")})
    waiting, missing = rows([ada, replace(ADA, open_answers={})], items, policy=replace(POLICY, percent_a_day=0))
    assert (waiting.late.days, waiting.name, waiting.flags, waiting.for_upload) == (2, "", ["cell moved"], True)
    assert remark_on(waiting, items) == "2.5 of 3 points; not marked yet: figure; tanh 0.5 of 1"
    assert remark_on(missing, items) == "2.5 of 7 points; figure 0 of 4; tanh 0.5 of 1"


@given(TEXTS | st.text(min_size=200), st.integers(0, 60))
def test_remarks_are_below_300_characters_and_harmless(remark, n_exercises):
    many = [*ITEMS, *(Exercise(f"exercise_{number}", 1, "03.ipynb", False) for number in range(n_exercises))]
    (row,) = rows([ADA], many, None, {"ada": {"figure": ManualMark(3.5, remark)}})
    assert len(harmless(remark_on(row, many))) < 300
    assert remark_on(row, many).startswith("6 of ")


def test_a_student_has_few_flags():
    flags = first_flags([str(number) for number in range(90_009)])
    assert (len(flags), flags[-1]) == (21, "and 89,989 more")


def test_numbers_are_exact():
    items = [Exercise(str(i), 1, "01.ipynb", False) for i in range(10)]
    marked = [ExerciseResult(item.name, "01.ipynb", 0.1, 1, "right") for item in items]
    (row,) = rows([Result("ada", items=marked)], items)
    assert (row.total, row.after_policy) == (1.0, 1.0)  # a plain sum of ten times 0.1 is 0.9999999999999999
    for points, text in [(1.005, "1.01"), (12345.678, "12345.68"), (100.0, "100"), (1 / 3, "0.33")]:
        (row,) = rows([result("ada", points, 0)], ITEMS)
        assert gradebook_csv([row], ITEMS).splitlines()[1].startswith(f"ada,,{text},,0,{text},,{text},")


@given(st.permutations([ADA, BEA, CID, result("dan", 1 / 3, 0.1), result("Ada", 2, 1)]))
def test_order_does_not_change_a_byte(results):
    ordered = sorted(results, key=lambda result: result.student)
    made = [gradebook_csv(rows(each, ITEMS, ROSTER, MANUAL, POLICY), ITEMS) for each in (results, ordered)]
    assert made[0] == made[1]


@settings(max_examples=40)
@given(st.dictionaries(TEXTS, TEXTS, max_size=4), TEXTS)
def test_any_name_and_flag_is_one_row(flags, remark):
    results = [result(student, 1, 1, figure="", flags=[flag, flag]) for student, flag in flags.items()]
    manual = {student: {"figure": ManualMark(1, remark)} for student in flags}
    roster = {student: Person(student, flag) for student, flag in flags.items()}
    text = gradebook_csv(rows(results, ITEMS, roster, manual), ITEMS)
    read = list(csv.DictReader(io.StringIO(text, newline="")))
    assert len(read) == len(text.splitlines()) - 1 == len(flags)
    assert not any(None in row or None in row.values() for row in read)
    assert not any(starts_a_formula(cell) for row in read for cell in row.values())


def starts_a_formula(cell):
    return cell.lstrip(' "\u200b\ufeff\u2028\u00a0').startswith(STARTS)


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("Ada", "Ada"),
        ("Ada-Bea = 1; 2", "Ada-Bea = 1; 2"),
        ("", ""),
        ("=1+1", "'=1+1"),
        ("-1", "'-1"),
        ("  @SUM(A1)", "  '@SUM(A1)"),
        ("\t+1", " '+1"),
        ("\r\n=1", "; '=1"),
        ("＝1", "'＝1"),
        ("\ufeff\u200b=1", "\ufeff\u200b'=1"),
        ("a;=1", "a;'=1"),  # two cells if the spreadsheet splits at semicolons
        ('a; "=1"', 'a; "\'=1"'),
        ("a\nb\u2028c", "a; b; c"),
        ("a\0b", "a b"),
        ("Zoë \udcff", "Zoë \\udcff"),
    ],
)
def test_harmless(text, safe):
    assert harmless(text) == safe
    assert not starts_a_formula(safe)


@pytest.fixture
def read(tmp_path):
    def read(text):
        path = tmp_path / "marks.csv"
        path.write_text(text, encoding="utf-8")
        return read_manual(path, ["ada", "bea"], ITEMS)

    return read


def test_marks(read):
    mark = "ada;figure;3,5;axes without names\r\n"
    assert read(f"Student;Item;Points;Remark\r\n{mark}{mark.replace('5', '50')}bea;figure;;\r\n") == MANUAL


@pytest.mark.parametrize(
    ("rest", "said"),
    [
        ("eve,figure,1,", "line 2, column student: expected a student who handed in something, got 'eve'"),
        ("ada,relu,1,", "line 2, column item: expected an open exercise (figure), got 'relu'"),
        ("ada,sigmoid,1,", "line 2, column item: expected an open exercise (figure), got 'sigmoid'"),
        *(
            (f'ada,figure,"{points}",', f"line 2, column points: expected a number from 0 to 4, got {points!r}")
            for points in ("good", "4.01", "-1", "nan", "inf", "1_0", "1e0", "1,000.5", "½")
        ),
        (
            'ada,figure,1,"a\nb"\nada,figure,2,',
            "line 4, column points: expected one mark of 'ada' for figure, got 1 points and the remark 'a\\nb' before, "
            "and 2 points and the remark '' now",
        ),
    ],
)
def test_marks_that_are_refused(read, rest, said):
    with pytest.raises(BadTable, match=re.escape(said)):
        read(f"student,item,points,remark\n{rest}\n")


def test_marks_with_a_column_twice(read):
    with pytest.raises(BadTable, match="line 1: expected one column 'item', got 'student,item,item,points'"):
        read("student,item,item,points\nada,figure,figure,1\n")


MARKS = st.builds(ManualMark, st.integers(0, 400).map(lambda hundredths: hundredths / 100), st.text())
ENCODABLE = st.text(st.characters(codec="utf-8"))


@given(st.dictionaries(ENCODABLE, st.dictionaries(st.just("figure"), MARKS, min_size=1)), st.sampled_from(",;"))
def test_marks_come_back(tmp_path_factory, manual, separator):
    out = tmp_path_factory.mktemp("out")
    lines = [(one, item, mark.points, mark.remark) for one, marks in manual.items() for item, mark in marks.items()]
    with open(out / "marks.csv", "w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter=separator).writerows([("student", "item", "points", "remark"), *lines])
    assert read_manual(out / "marks.csv", manual, ITEMS) == manual
    store_manual(manual, out)
    assert load_manual(out) == manual


@pytest.mark.parametrize("content", ["{", "[]", '{"ada": {"figure": {"mark": 1}}}', '{"ada": 1}', "\ufeff{}"])
def test_damaged_marks_do_not_vanish(tmp_path, content):
    (tmp_path / "manual.json").write_text(content, encoding="utf-8")
    with pytest.raises(BadTable, match=r"manual\.json, line 1: expected marks as grading stores them"):
        load_manual(tmp_path)


@pytest.mark.parametrize("text", ["x", "\n=", ";=", "\u2028", "\udcff"])
def test_no_cell_is_longer_than_a_spreadsheet_takes(text):
    made = gradebook_csv(rows([result("ada", 1, 1, flags=[text * 200_000])], ITEMS), ITEMS)
    assert max(map(len, next(csv.DictReader(io.StringIO(made, newline=""))).values())) <= 32_767
