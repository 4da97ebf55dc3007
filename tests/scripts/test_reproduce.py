"""Parts of `make reproduce`: its matrix, the proof that a setting took effect, its report."""

import json
import re
import xml.etree.ElementTree as ElementTree

import emulation
import environments
import pytest
import reproduce
import reproduced

REPORT = """<testsuites><testsuite>
<testcase classname="notebooks.03_layers.ipynb" name="right"/>
<testcase classname="notebooks.03_layers.ipynb" name="wrong"><failure message="the outputs differ"/></testcase>
<testcase classname="notebooks.03_layers.ipynb" name="after"><skipped message="not run"/></testcase>
<testcase classname="notebooks.02_data.ipynb" name="broken"><error message="no kernel"/></testcase>
</testsuite></testsuites>"""


HERE = reproduce.Configuration("here", reproduce.THIS_PYTHON, variables={"OPENBLAS_CORETYPE": "Nehalem"})


@pytest.fixture(scope="module")
def facts():
    """Return the facts that a kernel of this Python reports."""
    return reproduce.facts(HERE, reproduce.sys.executable)


def row(**changes):
    facts = {"python_version": "3.12.1", "numpy": "2.4.6", "kernel": "Haswell", "threads": 1, "avx512": []}
    notebooks = {"02_data": [20, 20], "03_layers": [30, 30]}
    base = {"name": "Haswell", "counted": True, "reason": "", "facts": facts, "notebooks": notebooks, "differ": []}
    return base | {"seconds": 50.4} | changes


PARTLY = row(name="partly", notebooks={"03_layers": [30, 30]})
DIFFERENT = row(notebooks={"02_data": [20, 20], "03_layers": [29, 30]}, differ=["03_layers::loss"])
NOT_COUNTED = row(counted=False, reason="kernel is 'Zen', not 'Haswell'")


def test_the_matrix_is_large_and_each_setting_must_be_proven():
    rows = reproduce.matrix("3.12")
    assert len({configuration.name for configuration in rows}) == len(rows) >= 12
    for configuration in rows:
        if configuration.variables:
            assert configuration.expected


@pytest.mark.thorough
def test_a_kernel_proves_its_settings(facts):
    assert facts["python"] == reproduce.THIS_PYTHON
    proven = {"kernel": "Nehalem", "threads": 1, "read_only": False, "wrong_products": 0}
    assert reproduce.unproven(proven, facts) == ""


@pytest.mark.thorough
def test_what_took_no_effect_is_not_proven(facts):
    assert reproduce.unproven({"kernel": "Haswell", "threads": 1}, facts) == "kernel is 'Nehalem', not 'Haswell'"
    assert reproduce.unproven({"no such fact": 1}, facts)


def test_an_unproven_configuration_is_not_run(monkeypatch):
    monkeypatch.setattr(reproduce, "environment", lambda python, packages: reproduce.sys.executable)
    monkeypatch.setattr(reproduce, "facts", lambda *_: {"python": "3.12", "wrong_products": 0, "kernel": "Zen"})
    monkeypatch.setattr(reproduce, "strict_run", lambda *_: pytest.fail("it ran"))
    configuration = reproduce.Configuration("Haswell", "3.12", expected={"kernel": "Haswell"})
    found = reproduce.reproduce(configuration)
    assert (found["counted"], found["reason"]) == (False, "kernel is 'Zen', not 'Haswell'")
    assert reproduced.verdict([found]) == ("configurations: 0, differences: 0", False)


@pytest.fixture
def no_environment(monkeypatch):
    """Fail the test if an environment is made, here or for an emulated processor."""
    for module, name in ((reproduce, "environment"), (emulation, "run")):
        monkeypatch.setattr(module, name, lambda *_: pytest.fail("an environment was made"))


def test_the_emulated_processor_has_its_row_and_runs_three_notebooks():
    *others, row = reproduce.matrix("3.12")
    assert (row.emulated, row.expected["kernel"]) == (True, emulation.BLAS_KERNEL)
    assert sorted(path.name[:2] for path in reproduce.notebooks_of(row)) == ["02", "03", "04"]
    for other in others:
        assert not other.emulated
        assert reproduce.notebooks_of(other) == reproduce.NOTEBOOKS


def test_nothing_is_emulated_in_a_short_run():
    assert not any(row.emulated for row in reproduce.chosen(reproduce.parse(["--short"])))


@pytest.mark.parametrize(
    ("program", "package"), [("qemu-aarch64", "qemu-user"), ("apt-get", "apt"), ("dpkg-deb", "dpkg")]
)
def test_what_an_emulation_lacks_is_told_with_its_package(monkeypatch, no_environment, program, package):
    monkeypatch.setattr(emulation.shutil, "which", lambda name: None if name == program else f"/usr/bin/{name}")
    found = reproduce.reproduce(reproduce.arm())
    assert not found["counted"]
    assert found["reason"] == f"{program} is missing, which Debian's package {package} has"


def test_what_cannot_be_fetched_for_an_emulation_is_told(monkeypatch, tmp_path):
    def offline(*arguments):
        raise environments.NotPossible("no network")

    monkeypatch.setattr(emulation, "ENVIRONMENTS", tmp_path)
    monkeypatch.setattr(emulation.shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(emulation, "run", offline)
    found = reproduce.reproduce(reproduce.arm())
    assert found["reason"] == "Debian's ARM64 package python3.13 cannot be fetched: no network"
    assert not list(tmp_path.rglob("installed.txt"))


def test_checks_under_many_seeds_are_not_emulated(no_environment):
    found = reproduce.reproduce(reproduce.arm(), n_seeds=2)
    assert (found["counted"], found["reason"]) == (False, "the checks alone are not run by emulation")


def test_an_emulated_kernel_is_another_processors_and_writes_no_bytecode_beside_the_course(tmp_path):
    spec = json.loads(emulation.kernel_spec(tmp_path))
    assert spec["argv"][:5] == ["qemu-aarch64", "-cpu", "neoverse-n1", "-L", str(tmp_path / "debian")]
    assert spec["env"]["PYTHONPYCACHEPREFIX"].startswith(str(tmp_path))


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (
            lambda cell: cell.replace("b.astype(float)", "numpy.nextafter(b, numpy.inf)"),
            r"wrong_products is \d+, not 0",
        ),
        # as on a processor that lacks an instruction
        (lambda cell: "import os, signal; os.kill(os.getpid(), signal.SIGILL)", "no kernel .*: the kernel died"),
        (lambda cell: "1 / 0", "no kernel runs in it: ZeroDivisionError: division by zero"),
    ],
    ids=["wrong products", "no instruction", "an exception"],
)
def test_a_processor_that_cannot_multiply_in_a_configuration_does_not_run_it(monkeypatch, change, reason):
    monkeypatch.setattr(reproduce, "FACTS", change(reproduce.FACTS))
    monkeypatch.setattr(reproduce, "environment", lambda python, packages: reproduce.sys.executable)
    monkeypatch.setattr(reproduce, "strict_run", lambda *_: pytest.fail("it ran"))
    found = reproduce.reproduce(HERE)
    assert not found["counted"]
    assert re.fullmatch(reason, found["reason"])


def test_the_oldest_packages_must_be_old(monkeypatch):
    monkeypatch.setattr(reproduce, "requirements", lambda *_: "matplotlib==3.11.0\nnumpy==1.26.0\n")
    expected = reproduce.expectations(reproduce.Configuration("oldest", "3.11", "oldest"))
    found = {"python": "3.11", "wrong_products": 0}
    assert reproduce.unproven(expected, {**found, "numpy": "1.26.0"}) == ""
    assert reproduce.unproven(expected, {**found, "numpy": "2.4.6"}) == "numpy is '2.4.6', not '1.26.0'"


def test_the_first_problem_is_told_be_it_a_failure_or_no_kernel():
    report = ElementTree.fromstring(REPORT)
    assert reproduce.first_problem(report) == "the outputs differ\n"
    suite = report[0]
    suite.remove(suite[1])
    assert reproduce.first_problem(report) == "no kernel\n"
    suite.remove(suite[2])
    assert reproduce.first_problem(report) == ""


def test_a_python_that_is_here():
    assert environments.is_here(reproduce.THIS_PYTHON)
    assert not environments.is_here("3.2")


def test_a_python_that_is_not_here():
    found = reproduce.reproduce(reproduce.Configuration("old", "3.2"))
    assert not found["counted"]
    assert "3.2" in found["reason"]


def test_a_cell_counts_only_if_it_passed():
    assert reproduce.result(ElementTree.fromstring(REPORT)) == {
        "notebooks": {"02_data": [0, 1], "03_layers": [1, 3]},
        "differ": ["03_layers::wrong", "03_layers::after", "02_data::broken"],
    }


@pytest.mark.parametrize(
    ("rows", "sentence", "good"),
    [
        ([row(), row()], "configurations: 2, differences: 0", True),
        ([row(), NOT_COUNTED], "configurations: 1, differences: 0", True),
        ([row(), DIFFERENT], "configurations: 2, differences: 1", False),
        ([], "configurations: 0, differences: 0", False),
    ],
)
def test_the_verdict(rows, sentence, good):
    assert reproduced.verdict(rows) == (sentence, good)


def test_what_is_stored(tmp_path):
    json_file, picture, page = (tmp_path / name for name in ("rows.json", "rows.png", "page.md"))
    page.write_text("before\n<!-- reproduced -->\nold\n<!-- end -->\nafter\n")
    rows = [row(), DIFFERENT, NOT_COUNTED, PARTLY]
    reproduced.store(rows, json_file, picture, page)
    assert json.loads(json_file.read_text()) == rows
    assert picture.read_bytes().startswith(b"\x89PNG")
    before, *_, haswell, different, partly, end, after = page.read_text().splitlines()
    assert (before, end, after) == ("before", "<!-- end -->", "after")
    assert haswell == "| Haswell | 3.12.1, 2.4.6 | Haswell, 1, no | 50 of 50 | 0 | 50 |"
    assert "| 49 of 50 | 1 |" in different
    assert "| 30 of 30 | 0 |" in partly


@pytest.mark.parametrize("rows", [[row(), PARTLY], [PARTLY, row()]])
def test_the_picture_leaves_blank_what_was_not_run(rows):
    (ax,) = reproduced.draw(rows).axes
    assert [label.get_text() for label in ax.get_xticklabels()] == ["02", "03"]
    (picture,) = ax.images
    blank = picture.get_array().mask
    assert [(i, j) for i in range(2) for j in range(2) if blank[i, j]] == [(rows.index(PARTLY), 0)]
    assert len(ax.texts) == 3


def test_the_page_has_the_table_of_the_stored_rows():
    rows = json.loads((reproduce.ROOT / "docs" / "reproduced.json").read_text())
    assert reproduced.verdict(rows)[1]
    assert sum(stored["counted"] for stored in rows) >= 12
    page = (reproduce.ROOT / "docs" / "measurements.md").read_text()
    assert f"<!-- reproduced -->\n{reproduced.table(rows)}<!-- end -->" in page
