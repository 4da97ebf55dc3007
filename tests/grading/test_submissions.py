"""Submissions of all kinds: parts that are read, parts that are skipped and flagged, and refusals."""

import contextlib
import json
import tempfile
import zipfile
from pathlib import Path

import nbformat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nbformat.v4 import new_code_cell, new_notebook

from mlp_helpers.grading import handed_in as limits
from mlp_helpers.grading import submitted_notebook
from mlp_helpers.grading.submissions import Refused, find, read, take
from mlp_helpers.grading.submitted_notebook import parsed

CONTENT = nbformat.writes(new_notebook(cells=[new_code_cell("1", id="a")])).encode()


def written(folder, files):
    """Write files, {path: content}, where a dict stands for a zip file with its files; return the folder."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        zipped(path, content) if isinstance(content, dict) else path.write_bytes(content)
    return folder


def zipped(path, files):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            if isinstance(content, dict):
                zipped(path.with_suffix(".inner"), content)
                content = path.with_suffix(".inner").read_bytes()
            archive.writestr(name, content)
    return path


def opened(folder):
    """Return the `Submission` of the only student in a folder."""
    ((student, paths),) = find(folder).items()
    return read(take(student, paths))


def refusal(folder):
    with pytest.raises(Refused) as refused:
        opened(folder)
    return str(refused.value)


def test_what_is_no_submission_is_passed_over(tmp_path):
    written(tmp_path, {".hidden/01.ipynb": CONTENT, "roster.csv": b"", "ada/notebooks/01.ipynb": CONTENT})
    assert list(opened(tmp_path).notebooks) == ["notebooks/01.ipynb"]


@pytest.mark.parametrize("name", ["/etc/out.ipynb", "a/../../out.ipynb", "C:\\out.ipynb"])
def test_a_zip_that_leads_out(tmp_path, name):
    assert "which leads out of it" in refusal(written(tmp_path, {"ada.zip": {name: CONTENT}}))


def at(date, name="01.ipynb"):
    """Return the files of a zip file with a receipt."""
    return {name: CONTENT, "receipt.txt": f"Receipt of {date}, for answers to release 123"}


EARLY, LATE = at("2026-11-20 09:15:00+01:00"), at("2026-11-20 09:00:00+00:00")
EARLY_B, LATE_B = at("2026-11-20 08:15:00+00:00", "b.ipynb"), at("2026-11-20 09:00:00+00:00", "b.ipynb")
FIRST, LAST, IN_UTC = map(at, ("0001-01-01 00:00:00+14:00", "9999-12-31 23:59:59-12:00", "2026-11-20 08:30:00"))
PLAIN, PLAIN_B, PHOTO = {"01.ipynb": CONTENT}, {"b.ipynb": CONTENT}, {"photo.png": b""}


@pytest.mark.parametrize(
    ("files", "taken", "said"),
    [
        ({"a.zip": EARLY, "b.zip": LATE_B}, "b.ipynb", "b.zip counts, since its receipt is the newest"),
        ({"a.zip": EARLY, "01.ipynb": CONTENT, "b.ipynb": CONTENT}, "01.ipynb", "2 versions: ada, a.zip; a.zip counts"),
        ({"../ada.ipynb": CONTENT, "a.zip": LATE}, "01.ipynb", "2 versions: a.zip, ada.ipynb; a.zip counts"),
        ({"a.zip": EARLY, "b.zip": EARLY | {"photo.png": b""}}, "01.ipynb", "a.zip counts"),
        ({"a.zip": PLAIN, "b.zip": {"ada/01.ipynb": CONTENT}}, "01.ipynb", "a.zip counts, since all are the same"),
        ({"a.zip": PLAIN, "b.zip": PHOTO}, "01.ipynb", "no other can be read; no notebook is in b.zip, but photo.png"),
        ({"a.zip": PLAIN, "b.zip": b"no"}, "01.ipynb", "b.zip cannot be read as a zip file: File is not a zip file"),
        ({"a.zip": FIRST, "b.zip": LAST}, "01.ipynb", "b.zip counts"),
        ({"a.zip": EARLY, "b.zip": IN_UTC}, "01.ipynb", "b.zip counts"),
        ({"a.zip": EARLY, "b.zip": EARLY_B, "c.zip": LATE}, "01.ipynb", "c.zip counts"),
        ({"a.zip": PLAIN, "b.zip": PLAIN_B}, None, "2 versions, and none with a receipt: a.zip, b.zip; hand in the"),
        ({"a.zip": EARLY, "b.zip": EARLY_B}, None, "a.zip and b.zip differ, and their receipts are of the same time"),
        ({f"{number}.zip": PLAIN for number in range(21)}, None, "there are more than 20 versions"),
        ({"a.zip": {"b.zip": {"c.zip": PLAIN}}}, None, "no notebook is in b.zip, but c.zip"),
    ],
)
def test_of_versions_the_one_with_the_newest_receipt_counts(tmp_path, files, taken, said):
    written(tmp_path / "ada", files)
    if taken is None:
        assert said in refusal(tmp_path)
    else:
        assert list(opened(tmp_path).notebooks) == [taken]
        assert said in "; ".join(opened(tmp_path).flags)


def test_a_network_beside_zips_without_notebooks_belongs_to_them(tmp_path):
    written(tmp_path / "ada", {"a.zip": PLAIN, "my_network.npz": b"network"})
    assert opened(tmp_path).networks == {"my_network.npz": b"network"}


@pytest.mark.parametrize(
    ("limit", "files", "said"),
    [
        ("submissions.MAX_ZIP_BYTES", {"ada.zip": {"inner.zip": PLAIN}}, "inner.zip has more than 0 MiB"),
        ("handed_in.MAX_NAMES", {"ada.zip": PLAIN | {f"{n}.txt": b"" for n in range(9)}}, "holds more than 9 files"),
        ("handed_in.MAX_FILES", {f"ada/{n}.ipynb": CONTENT for n in range(10)}, "holds 10 notebooks, networks and zip"),
        ("handed_in.MAX_NOTEBOOK_BYTES", {"ada.ipynb": CONTENT}, "ada.ipynb has more than 0 MiB of notebooks"),
    ],
)
def test_there_are_limits(tmp_path, monkeypatch, limit, files, said):
    assert opened(written(tmp_path, files)).notebooks
    monkeypatch.setattr(f"mlp_helpers.grading.{limit}", 9)
    assert said in refusal(tmp_path)


@pytest.mark.parametrize("is_zip", [True, False])
def test_networks_are_read_up_to_a_limit_and_never_refuse_a_submission(tmp_path, is_zip):
    files = {f"n{i}.npz": b"network" for i in range(limits.MAX_NETWORKS + 1)}
    files |= {"03_layers.ipynb": CONTENT, "n0.npz": bytes(31 << 20)}  # compressed to 30 kB
    written(tmp_path / "ada", {"ada.zip": files} if is_zip else files)
    taken = opened(tmp_path)
    assert list(taken.notebooks) == ["03_layers.ipynb"]
    sizes = {name: len(content) for name, content in taken.networks.items()}
    assert sizes == {"n0.npz": limits.MAX_NETWORK_BYTES} | dict.fromkeys(("n1.npz", "n2.npz", "n3.npz", "n4.npz"), 7)
    assert taken.flags == ["n5.npz: one network too many, left out"]


@pytest.mark.parametrize(
    ("stamp", "receipt", "date"),
    [
        ("", EARLY, "2026-11-20T09:15:00+01:00"),
        ("2026-12-02 09:00:00.123456 UTC\n", {}, "2026-12-02T09:00:00.123456+00:00"),
        ("2026-12-02 09:00:00.123456 UTC\n", EARLY, "2026-11-20T09:15:00+01:00"),
        *((text, at("yesterday"), "") for text in ("yesterday", "2026-12-02", "2026-13-02 09:00:00", "\0")),
        ("2026-12-02 09:00:00 ago", {}, ""),
    ],
)
def test_a_receipt_says_when_or_else_a_timestamp_of_nbgrader(tmp_path, stamp, receipt, date):
    files = {"01.ipynb": CONTENT, "timestamp.txt": stamp} | receipt
    assert opened(written(tmp_path, {"ada.zip": files})).received == date


def test_a_refusal_is_not_too_long(tmp_path):
    names = {f"{number}{'n' * 60_000}.ipynb": b"{" for number in range(20)}
    assert len(refusal(written(tmp_path, {"ada.zip": names}))) < 10_001


def odd_notebook(**odd):
    """Return a notebook with a cell of the given parts."""
    cell = {"cell_type": "code", "id": "a", "metadata": {}, "source": "x = 1", "execution_count": None, "outputs": []}
    return json.dumps({"cells": [cell | odd], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"print(1)", "no valid notebook"),
        (b"[]", "no valid notebook: TypeError"),
        (b'{"cells": []}', "no valid notebook: KeyError"),
        (CONTENT.replace(b'"code"', b'"cake"'), "no valid notebook"),
        (odd_notebook(source=[1]), "no valid notebook"),
        (odd_notebook(source={}, cell_type=[]), "no valid notebook"),
        (odd_notebook(metadata=[1]), "no valid notebook"),
    ],
)
def test_one_bad_notebook_does_not_spoil_the_others(tmp_path, content, reason):
    assert reason in refusal(written(tmp_path, {"ada/02.ipynb": content}))
    submission = opened(written(tmp_path, {"ada/01.ipynb": b"\xef\xbb\xbf" + CONTENT}))  # a byte order mark is no fault
    assert list(submission.notebooks) == ["01.ipynb"]
    assert submission.flags[0].startswith("02.ipynb is no valid notebook")


def test_links_and_programs_in_a_folder_are_left_out(tmp_path):
    folder = written(tmp_path / "ada", {"01.ipynb": CONTENT, "03.py": b"1"})
    (folder / "02.ipynb").symlink_to(folder / "01.ipynb")
    submission = opened(tmp_path)
    assert list(submission.notebooks) == ["01.ipynb"]
    assert submission.flags == [
        "left out, since they are symbolic links: 02.ipynb",
        "left out, since only notebooks are graded: 03.py",
    ]


@given(st.binary(max_size=200))
def test_any_bytes_are_taken_or_refused(content):
    with contextlib.suppress(Refused):
        parsed(content, "a.ipynb", [])


NAMES = st.text(st.characters(exclude_characters="\0"), max_size=8)  # zipfile writes none behind a NUL
SUFFIXES = st.sampled_from([".ipynb", ".ipynb.txt", ".npz", ".zip", ".py", "/"])


@settings(max_examples=50)
@given(st.dictionaries(NAMES, SUFFIXES, max_size=6))
def test_files_of_any_name_are_taken_or_refused_and_none_is_lost(names):
    with tempfile.TemporaryDirectory() as folder, contextlib.suppress(Refused, UnicodeEncodeError):
        path = zipped(Path(folder, "ada.zip"), {f"{name}x{suffix}": CONTENT for name, suffix in names.items()})
        with zipfile.ZipFile(path) as archive:
            found = list(limits.of_zip(archive))
        taken = take("ada", [path]).contents
        assert all(name.isprintable() for name in taken)
        wanted = {file.name for file in found if limits.kind_of(file.name) in ("notebook", "network")}
        assert len(taken) == len(wanted)


DATA = {"output_type": "display_data", "metadata": {}}
WRONG = {  # in a notebook, which lists them; to validate more of them takes hours
    "tags": {"metadata": {"tags": [{"a": number} for number in range(1000)]}},
    "attachments": {"attachments": {f"file-{number}": {"image/png": 1} for number in range(1000)}},
    "outputs": {"outputs": [{"output_type": "x"}] * 1000},
    "tracebacks": {"outputs": [{"output_type": "error", "ename": "", "evalue": "", "traceback": [1] * 1000}]},
    "data": {"outputs": [DATA | {"data": dict.fromkeys(map(str, range(1000)))}]},
    "figures": {"outputs": [DATA | {"data": {"image/png": [1] * 1000}}]},
}


@pytest.mark.parametrize("name", WRONG)
def test_what_takes_hours_to_validate_is_left_out(monkeypatch, name):
    validated = []
    monkeypatch.setattr(nbformat, "validate", lambda notebook: validated.append(len(str(notebook))))
    assert parsed(odd_notebook(**WRONG[name]), "a.ipynb", []).cells[0].source == "x = 1"
    assert max(validated) < 300
    monkeypatch.setattr(submitted_notebook, "_plain", lambda raw: raw)
    parsed(odd_notebook(**WRONG[name]), "a.ipynb", [])
    assert max(validated) > 1000
