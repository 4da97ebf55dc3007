"""Tables that people write, such as a roster: their parsing, and the error messages with positions."""

import re

import pytest

from mlp_helpers.grading.reports.people import read_people
from mlp_helpers.grading.reports.tables import BadTable


@pytest.fixture
def read(tmp_path):
    def read(content):
        path = tmp_path / "roster.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return read_people(path, "id")

    return read


def test_a_roster(read):
    roster = read("id,pseudonym,name\nTeam 1,Owl,Ada\nTeam 2,,\n\nbea,,Bea\n")
    assert [(one.id, one.name, one.pseudonym) for one in roster] == [
        ("Team 1", "Ada", "Owl"),
        ("Team 2", "", ""),
        ("bea", "Bea", ""),
    ]


@pytest.mark.parametrize(
    "content",
    [
        "id\nada\n",
        "\ufeffid\nada\n",
        "ID \r\n ada \r\n",
        "id;name\nada;\n",
        '"id";"name"\r\n"ada";""\r\n;\r\n',
        "id\tname\nada\t\n",
        "id;group, term\nada;1, winter\n",
        "group;id\n;ada",
        "id,name\nada,,,\n",
        "id\rada\r",
    ],
)
def test_what_spreadsheets_write(read, content):
    assert [one.id for one in read(content)] == ["ada"]


def test_a_name_with_a_comma_and_a_line_break(read):
    roster = read('id;name\nada;"Lovelace, ""Ada""\nCountess"\nbea;Bea\n')
    assert [student.name for student in roster] == ['Lovelace, "Ada"\nCountess', "Bea"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "line 1: expected one column 'id', got ''"),
        ("name,group\nAda,\n", "line 1: expected one column 'id', got 'name,group'"),
        ("id,id\nada,bea\n", "line 1: expected one column 'id', got 'id,id'"),
        ('id,name\nada,"A\nda"\n,Bea\n', "line 4: expected an id that can be a folder's name"),
        ("id,due\nada,\n", "line 1: expected no column 'due', since deadlines stand in the file of --policy"),
        ("ID,Extension\nada,\n", "line 1: expected no column 'extension', since deadlines stand in"),
        ("id,name\nada,Lovelace, Ada\n", "line 2: expected at most 2 cells, as in line 1, got 3 cells"),
        ('id,name\nada,Ada\nbea,"Bea\ncid,Cid\n', "line 3: expected CSV in which each quotation mark has its partner"),
        ("id\nada\n".encode("utf-16"), 'line 1: expected UTF-8, as Excel saves it by "CSV UTF-8", got UTF-16'),
    ],
)
def test_what_is_refused(read, tmp_path, content, said):
    with pytest.raises(BadTable, match=re.escape(f"{tmp_path / 'roster.csv'}, {said}")):
        read(content)


def test_no_file(tmp_path):
    with pytest.raises(BadTable, match="expected a file, got an error: No such file"):
        read_people(tmp_path / "roster.csv")
