"""The page that says how to begin: addresses where there are some, what to ask for where there are none."""

import re

import pytest
import site_addresses
from site_addresses import WAYS, addresses, install_page
from site_markdown import NotAPage

from mlp_helpers.course.manifest import FOLDER
from mlp_helpers.services.files import REPOSITORY

NONE = dict.fromkeys(WAYS, "")
ALL = {name: f"https://mlp.edu/{{version}}/{name}" for name in WAYS}
PROJECT = """
[project.urls]
Issues = "https://{host}/issues"
[tool.mlp-course.addresses]
hub = ""
binder = ""
zip = "{zip}"
wheel = ""
pdf = ""
slides = ""
"""


@pytest.fixture
def read(monkeypatch, tmp_path):
    """Return a function that reads the addresses in a text of pyproject.toml."""
    monkeypatch.setattr(site_addresses, "ROOT", tmp_path)

    def read(host="mlp.edu", zip="", change=str):
        text = PROJECT.replace("{host}", host).replace("{zip}", zip)
        (tmp_path / "pyproject.toml").write_text(change(text))
        return addresses()

    return read


class TestAddresses:
    def test_those_that_are_filled_in(self, read):
        given = {"issues": "https://mlp.edu/issues", "zip": "https://mlp.edu/v{version}.zip"}
        assert read(zip="https://mlp.edu/v{version}.zip") == NONE | given

    def test_a_placeholder_is_no_address(self, read):
        assert read(host="example.org") == NONE

    def test_those_of_the_course_can_be_read(self):
        assert addresses().keys() == WAYS.keys()

    @pytest.mark.parametrize("address", ["mlp.edu/course.zip", "javascript:alert(1)", "https://a b", "https://a)b"])
    def test_what_is_no_address(self, address, read):
        message = f'pyproject.toml, tool.mlp-course.addresses: zip must begin with https:// or be "", got {address!r}'
        with pytest.raises(NotAPage, match=re.escape(message)):
            read(zip=address)

    def test_a_name_that_is_misspelt(self, read):
        with pytest.raises(NotAPage, match=r"must be hub, binder, zip, wheel, .*, got .*weel"):
            read(change=lambda text: text.replace("wheel", "weel"))


class TestPage:
    def test_without_addresses_it_says_what_to_ask_for(self):
        page = install_page(NONE, "1.2.3")
        students, teachers = page.split("## For teachers and developers")
        assert "](http" not in students
        assert "Ask your teacher for the file `mlp-course-1.2.3.zip`." in students
        assert "Ask your teacher for the file `mlp_course-1.2.3-py3-none-any.whl`." in students
        assert students.count("Ask your teacher") == 5
        assert "Clone the repository" in teachers

    def test_each_address_is_on_it_once_and_nothing_is_asked_for(self):
        page = install_page(ALL, "1.2.3")
        assert sorted(re.findall(r"\]\((https:[^)]+)\)", page)) == sorted(
            address.format(version="1.2.3") for address in ALL.values()
        )
        assert "teacher for" not in page
        assert "Download [mlp-course-1.2.3.zip](https://mlp.edu/1.2.3/zip)." in page

    @pytest.mark.parametrize("found", [NONE, ALL], ids=["none", "all"])
    def test_nothing_is_left_to_fill_in(self, found):
        page = install_page(found, "1.2.3")
        assert re.findall(r"\b[A-Z]{2,}_[A-Z_]+\b|\b(?:HUB|BINDER|ZIP|WHEEL|SLIDES|ISSUES|VERSION)\b", page) == []

    def test_commands_are_those_of_the_readmes(self):
        page = install_page(NONE, "1.2.3")
        readme, students = ((REPOSITORY / name).read_text() for name in ("README.md", "scripts/student/README.md"))
        commands = [line for line in page.splitlines() if line.startswith("    ")]
        assert len(commands) > 12
        assert [line for line in commands if line.replace("1.2.3", "VERSION") not in readme + students] == []
        for command in ("make lab ", r"py scripts\install.py", "mlp-course start"):
            assert any(line.strip().startswith(command) for line in commands)

    def test_a_readme_without_the_commands(self, monkeypatch, tmp_path):
        (tmp_path / "page").write_text("WITH_MAKE\n")
        (tmp_path / "readme").write_text("## Run it\n\n**By pip**\n\n    pip install x\n\n## Next\n")
        (tmp_path / "students").write_text("Do it.\n")
        monkeypatch.setattr(site_addresses, "SOURCES", ("page", "readme", "students"))
        monkeypatch.setattr(site_addresses, "ROOT", tmp_path)
        with pytest.raises(NotAPage, match="the README that it is taken from has no block of commands with 'make lab'"):
            install_page(NONE, "1")


def test_files_are_called_as_a_release_calls_them():
    assert site_addresses.FILES["zip"].format("VERSION") == f"{FOLDER}-VERSION.zip"
    assert f'"{site_addresses.FILES["wheel"].format("VERSION")}[lab]"' in (REPOSITORY / "README.md").read_text()
