"""Tables that people write, such as a roster: their parsing, and the error messages with positions."""

import re

import pytest

from mlp_helpers.grading.reports.people import read_people
from mlp_helpers.grading.reports.tables import BadTable

ID = "an id that can be a folder's name; --id names another column"


@pytest.fixture
def read(tmp_path):
    def read(content):
        path = tmp_path / "roster.csv"
        if content is not None:
            path.write_bytes(content.encode())
        return read_people(path)

    return read


def test_a_roster(read):
    roster = read('id;pseudonym;name\nTeam 1;Owl;"Lovelace, ""Ada""\nCountess"\nTeam 2;;\n\nbea;;Bea\n')
    found = [(one.id, one.name, one.pseudonym) for one in roster]
    assert found == [("Team 1", 'Lovelace, "Ada"\nCountess', "Owl"), ("Team 2", "", ""), ("bea", "Bea", "")]


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


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "line 1: expected a file, got an error: No such file"),
        ("name\nAda\n", "line 1: expected students, and a column id, username, login id, "),
        ("Identifier\nParticipant 9000\n", "line 1: expected students, and a column id"),
        ('id,name\nada,"A\nda"\n../ada,Bea\n', f"line 4: expected {ID}, got '../ada'"),
        ("id\n=1+1\n", f"line 2: expected {ID}, got '=1+1'"),
        ("id\nada.csv\n", f"line 2: expected {ID}, got 'ada.csv'"),
        ("id\nad\u202ea\n", f"line 2: expected {ID}, got"),
        ("id,name\nada,Ada\nAda,Ada\n", "line 3: expected each id once, and it is in line 2, too, got 'ada'"),
        ("id,group\nada,A 1\nben,a-1\n", "line 1: expected groups whose letters tell them from each other and from"),
        ("id,group\nada,BEN\nben,\n", "line 1: expected groups whose letters tell them from each other and from"),
        ("ID,Extension\nada,\n", "line 1: expected no column 'extension', since deadlines stand in the file of "),
        ("id,name\nada,Lovelace, Ada\n", "line 2: expected at most 2 cells, as in line 1, got 3 cells"),
        ('id,name\nada,Ada\nbea,"Bea\ncid,Cid\n', "line 3: expected CSV in which each quotation mark has its partner"),
    ],
)
def test_what_is_refused(read, tmp_path, content, said):
    with pytest.raises(BadTable, match=re.escape(f"{tmp_path / 'roster.csv'}, {said}")):
        read(content)
