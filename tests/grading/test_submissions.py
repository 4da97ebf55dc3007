"""Submissions of all kinds: parts that are read, parts that are skipped and flagged, and refusals."""

import contextlib
import json
import os
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


def opened(student, paths):
    return read(take(student, paths))


def zipped(path, files):
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def test_a_notebook_a_zip_and_a_folder_are_found(tmp_path):
    (tmp_path / "ada.ipynb").write_bytes(CONTENT)
    zipped(tmp_path / "bea.zip", {"course/notebooks/01.ipynb": CONTENT, "receipt.txt": "x", "__MACOSX/01.ipynb": "x"})
    (tmp_path / "cid" / "notebooks").mkdir(parents=True)
    (tmp_path / "cid" / "notebooks" / "01.ipynb").write_bytes(CONTENT)
    (tmp_path / "cid" / ".ipynb_checkpoints").mkdir()
    (tmp_path / "cid" / ".ipynb_checkpoints" / "01.ipynb").write_bytes(CONTENT)
    (tmp_path / ".hidden").mkdir()
    (tmp_path / "roster.csv").write_text("")
    found = find(tmp_path)
    assert list(found) == ["ada", "bea", "cid"]
    names = {student: list(opened(student, paths).notebooks) for student, paths in found.items()}
    assert names == {"ada": ["ada.ipynb"], "bea": ["course/notebooks/01.ipynb"], "cid": ["notebooks/01.ipynb"]}


@pytest.mark.parametrize("make", [lambda path: None, lambda path: path.write_text(""), lambda path: path.mkdir()])
def test_no_submissions(tmp_path, make):
    make(tmp_path / "all")
    with pytest.raises(Refused, match="SUBMISSIONS must"):
        find(tmp_path / "all")


def refusal(path):
    with pytest.raises(Refused) as refused:
        opened("ada", [path])
    return str(refused.value)


@pytest.mark.parametrize("name", ["../out.ipynb", "/etc/out.ipynb", "a/../../out.ipynb", "C:\\out.ipynb"])
def test_a_zip_that_leads_out(tmp_path, name):
    assert "which leads out of it" in refusal(zipped(tmp_path / "ada.zip", {name: CONTENT}))


def test_a_zip_with_a_link(tmp_path):
    entry = zipfile.ZipInfo("01.ipynb")
    entry.create_system, entry.external_attr = 3, 0o120777 << 16
    assert "which leads out of it" in refusal(zipped(tmp_path / "ada.zip", {entry: "/etc/passwd"}))


def test_a_single_zip_in_a_folder_is_opened(tmp_path):
    (tmp_path / "ada").mkdir()
    zipped(tmp_path / "ada" / "submission.zip", {"01.ipynb": CONTENT})
    assert list(opened("ada", [tmp_path / "ada"]).notebooks) == ["01.ipynb"]


def receipt(date):
    return {"receipt.txt": f"Receipt of {date}, for answers to release 123"}


EARLY, LATE = receipt("2026-11-20 09:15:00+01:00"), receipt("2026-11-20 09:00:00+00:00")


def test_of_two_zips_in_a_folder_the_newest_receipt_counts(tmp_path):
    (tmp_path / "ada").mkdir()
    (tmp_path / "ada" / "my_network.npz").write_bytes(b"network")
    zipped(tmp_path / "ada" / "a.zip", {"late.ipynb": CONTENT, **LATE})
    zipped(tmp_path / "ada" / "b.zip", {"early.ipynb": CONTENT, **EARLY})
    submission = opened("ada", [tmp_path / "ada"])
    assert list(submission.notebooks) == ["late.ipynb"]
    assert list(submission.networks) == ["my_network.npz"]
    assert submission.flags == ["there are 2 versions: a.zip, b.zip; a.zip counts, since its receipt is the newest"]


def test_a_receipt_counts_more_than_none(tmp_path):
    (tmp_path / "ada").mkdir()
    (tmp_path / "ada" / "loose.ipynb").write_bytes(CONTENT)
    (tmp_path / "ada" / "b.zip").write_bytes(b"no zip")
    zipped(tmp_path / "ada" / "a.zip", {"01.ipynb": CONTENT, **EARLY})
    (tmp_path / "ada.ipynb").write_bytes(CONTENT)
    submission = opened("ada", find(tmp_path)["ada"])
    assert list(submission.notebooks) == ["01.ipynb"]
    versions = "ada, a.zip, b.zip, ada.ipynb"
    assert submission.flags == [
        f"there are 4 versions: {versions}; a.zip counts, since its receipt is the newest",
        "b.zip cannot be read as a zip file: File is not a zip file",
    ]


def test_two_zips_without_a_receipt_are_named(tmp_path):
    (tmp_path / "ada").mkdir()
    for name in ("a.zip", "b.zip"):
        zipped(tmp_path / "ada" / name, {f"{name}.ipynb": CONTENT})
    reason = "there are 2 versions, and none with a receipt: a.zip, b.zip; hand in the file that submit writes"
    assert refusal(tmp_path / "ada") == reason
    zipped(tmp_path / "ada" / "b.zip", {"photo.png": "x"})
    assert opened("ada", [tmp_path / "ada"]).flags == [
        "there are 2 versions: a.zip, b.zip; a.zip counts, since no other can be read",
        "no notebook is in b.zip, but photo.png: hand in the file that submit writes",
    ]
    for number in range(20):
        zipped(tmp_path / "ada" / f"{number}.zip", {"01.ipynb": CONTENT})
    assert refusal(tmp_path / "ada") == "there are 22 versions, at most 20 are taken"


def test_versions_of_the_same_time_are_one_if_they_are_the_same_and_refused_if_not(tmp_path):
    (tmp_path / "ada").mkdir()
    zipped(tmp_path / "ada" / "a.zip", {"01.ipynb": CONTENT, **EARLY})
    zipped(tmp_path / "ada" / "b.zip", {"mlp-course/01.ipynb": CONTENT, **EARLY})
    (same,) = opened("ada", [tmp_path / "ada"]).flags
    assert same.endswith("a.zip counts, since its receipt is the newest")
    zipped(tmp_path / "ada" / "b.zip", {"01.ipynb": CONTENT + b" ", **EARLY})
    assert refusal(tmp_path / "ada").startswith("a.zip and b.zip differ, and their receipts are of the same time; ")
    zipped(tmp_path / "ada" / "c.zip", {"01.ipynb": CONTENT, **LATE})
    assert "c.zip counts" in opened("ada", [tmp_path / "ada"]).flags[0]


def test_a_zip_in_a_zip_is_opened_once_and_up_to_a_limit(tmp_path, monkeypatch):
    inner = zipped(tmp_path / "inner", {"01.ipynb": CONTENT}).read_bytes()
    middle = zipped(tmp_path / "middle", {"inner.zip": inner}).read_bytes()
    assert list(opened("ada", [zipped(tmp_path / "ada.zip", {"inner.zip": inner})]).notebooks) == ["01.ipynb"]
    reason = refusal(zipped(tmp_path / "ada.zip", {"middle.zip": middle}))
    assert "no notebook is in middle.zip, but inner.zip" in reason
    monkeypatch.setattr(limits, "MAX_ZIP_BYTES", 100)
    assert "inner.zip has more than 0 MiB" in refusal(zipped(tmp_path / "ada.zip", {"inner.zip": inner}))


def test_receipts_of_odd_years_and_without_an_offset_are_compared(tmp_path):
    dates = ("0001-01-01 00:00:00+14:00", "9999-12-31 23:59:59-12:00", "2026-11-20 09:15:00")
    (tmp_path / "ada").mkdir()
    for number, date in enumerate(dates):
        zipped(tmp_path / "ada" / f"{number}.zip", {f"{number}.ipynb": CONTENT, **receipt(date)})
    assert list(opened("ada", [tmp_path / "ada"]).notebooks) == ["1.ipynb"]


def test_networks_are_read_up_to_a_limit_and_never_refuse_a_submission(tmp_path):
    files = {f"n{i}.npz": b"network" for i in range(limits.MAX_NETWORKS + 1)}
    files["n0.npz"] = bytes(31 << 20)  # compressed to 30 kB
    with zipfile.ZipFile(tmp_path / "ada.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in {"03_layers.ipynb": CONTENT, **files}.items():
            archive.writestr(name, content)
    folder = tmp_path / "bea"
    folder.mkdir()
    for name, content in {"03_layers.ipynb": CONTENT, **files}.items():
        (folder / name).write_bytes(content)
    for path in (tmp_path / "ada.zip", folder):
        taken = read(take(path.stem, [path]))
        assert list(taken.notebooks) == ["03_layers.ipynb"]
        assert {name: len(content) for name, content in taken.networks.items()} == {
            "n0.npz": limits.MAX_NETWORK_BYTES,
            **{f"n{i}.npz": 7 for i in range(1, limits.MAX_NETWORKS)},
        }
        assert taken.flags == ["n5.npz: one network too many, left out"]


def test_a_timestamp_of_nbgrader_counts_where_there_is_no_receipt(tmp_path):
    stamp = {"timestamp.txt": "2026-12-02 09:00:00.123456 UTC\n"}
    path = zipped(tmp_path / "ada.zip", {"01.ipynb": CONTENT, **stamp})
    assert opened("ada", [path]).received == "2026-12-02T09:00:00.123456+00:00"
    path = zipped(tmp_path / "bea.zip", {"01.ipynb": CONTENT, **stamp, "notebooks/receipt.txt": EARLY["receipt.txt"]})
    assert opened("bea", [path]).received == "2026-11-20T09:15:00+01:00"
    for text in ("yesterday", "2026-12-02", "2026-13-02 09:00:00", "2026-12-02 09:00:00 ago"):
        path = zipped(tmp_path / "cid.zip", {"01.ipynb": CONTENT, "timestamp.txt": text})
        assert opened("cid", [path]).received == ""


def test_a_receipt_says_when(tmp_path):
    receipt = "Receipt of 2026-12-01 09:15:00+01:00, for answers to release 123"
    for text, date in ((receipt, "2026-12-01T09:15:00+01:00"), ("Receipt of yesterday, for answers", ""), ("\0", "")):
        path = zipped(tmp_path / "ada.zip", {"01.ipynb": CONTENT, "receipt.txt": text})
        assert opened("ada", [path]).received == date


def test_a_refusal_is_not_too_long(tmp_path):
    names = {f"{number}{'n' * 60_000}.ipynb": b"{" for number in range(100)}
    assert len(refusal(zipped(tmp_path / "ada.zip", names))) < 10_001


def test_a_zip_of_many_files(tmp_path, monkeypatch):
    files = {f"{i}.txt": "" for i in range(10_000)} | {"01.ipynb": CONTENT}
    assert list(opened("ada", [zipped(tmp_path / "ada.zip", files)]).notebooks) == ["01.ipynb"]
    monkeypatch.setattr(limits, "MAX_NAMES", 10_000)
    assert "holds more than 10,000 files" in refusal(tmp_path / "ada.zip")
    files = {f"{i}.ipynb": CONTENT for i in range(501)}
    assert "holds 501 notebooks, networks and zip files, at most 500" in refusal(zipped(tmp_path / "ada.zip", files))


def test_a_hidden_file_that_leads_out_is_not_looked_at(tmp_path):
    entry = zipfile.ZipInfo(".venv/bin/python")
    entry.create_system, entry.external_attr = 3, 0o120777 << 16
    files = {"01.ipynb": CONTENT, entry: "/usr/bin/python3", "a/../../b.txt": ""}
    assert opened("ada", [zipped(tmp_path / "ada.zip", files)]).flags == []


def test_a_zip_that_unpacks_to_much(tmp_path, monkeypatch):
    monkeypatch.setattr(limits, "MAX_NOTEBOOK_BYTES", 1 << 20)
    with zipfile.ZipFile(tmp_path / "ada.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("01.ipynb", bytes(2 << 20))
    assert "more than 1 MiB" in refusal(tmp_path / "ada.zip")


@pytest.mark.parametrize("content", [b"", b"PK\3\4 no zip"])
def test_a_damaged_zip(tmp_path, content):
    (tmp_path / "ada.zip").write_bytes(content)
    assert "cannot be read as a zip file" in refusal(tmp_path / "ada.zip")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "ada.ipynb is empty, 0 bytes"),
        (b"{", "no valid notebook: JSONDecodeError"),
        (b"print(1)", "no valid notebook"),
        (b"[]", "no valid notebook: TypeError"),
        (b'{"cells": []}', "no valid notebook: KeyError"),
        (CONTENT.replace(b'"code"', b'"cake"'), "no valid notebook"),
        ("é".encode("latin-1") + CONTENT, "is not UTF-8"),
        (b"[" * 100_000, "no valid notebook: RecursionError"),
        (b'{"nbformat": ' + b"9" * 5000 + b"}", "no valid notebook: ValueError"),
    ],
)
def test_what_is_no_notebook(tmp_path, content, reason):
    (tmp_path / "ada.ipynb").write_bytes(content)
    assert reason in refusal(tmp_path / "ada.ipynb")


def test_one_bad_notebook_does_not_spoil_the_others(tmp_path):
    submission = opened("ada", [zipped(tmp_path / "ada.zip", {"01.ipynb": CONTENT, "02.ipynb": b"{"})])
    assert list(submission.notebooks) == ["01.ipynb"]
    assert submission.flags[0].startswith("02.ipynb is no valid notebook")


def test_an_old_format_is_converted(tmp_path):
    old = {
        "metadata": {"name": ""},
        "nbformat": 3,
        "nbformat_minor": 0,
        "worksheets": [{"cells": [{"cell_type": "code", "input": "1", "outputs": [], "language": "python"}]}],
    }
    flags = []
    notebook = parsed(json.dumps(old).encode(), "01.ipynb", flags)
    assert notebook.cells[0].source == "1"
    assert flags == ["01.ipynb is in an old format, and was converted"]


def test_a_byte_order_mark_is_no_fault():
    assert parsed(b"\xef\xbb\xbf" + CONTENT, "01.ipynb", []).cells[0].source == "1"


def test_two_of_one_name(tmp_path):
    (tmp_path / "ada.ipynb").write_bytes(CONTENT)
    zipped(tmp_path / "ada.zip", {"01.ipynb": CONTENT})
    with pytest.raises(Refused, match=r"there are 2 versions, and none with a receipt: ada\.ipynb, ada\.zip"):
        opened("ada", find(tmp_path)["ada"])
    zipped(tmp_path / "ada.zip", {"01.ipynb": CONTENT, **EARLY})
    assert list(opened("ada", find(tmp_path)["ada"]).notebooks) == ["01.ipynb"]


@pytest.mark.skipif(not hasattr(os, "symlink"), reason="no symbolic links")
def test_links_and_programs_in_a_folder_are_left_out(tmp_path):
    folder = tmp_path / "ada"
    folder.mkdir()
    (folder / "01.ipynb").write_bytes(CONTENT)
    (folder / "02.ipynb").symlink_to(folder / "01.ipynb")
    (folder / "03.py").write_text("1")
    submission = opened("ada", [folder])
    assert list(submission.notebooks) == ["01.ipynb"]
    assert submission.flags == [
        "left out, since they are symbolic links: 02.ipynb",
        "left out, since only notebooks are graded: 03.py",
    ]
    (tmp_path / "bea").symlink_to(folder)
    assert refusal(tmp_path / "bea") == "bea is a symbolic link"


@given(st.binary(max_size=200))
def test_any_bytes_are_taken_or_refused(content):
    with contextlib.suppress(Refused):
        parsed(content, "a.ipynb", [])


@settings(max_examples=50)
@given(
    st.dictionaries(
        st.text(max_size=8), st.sampled_from([".ipynb", ".ipynb.txt", ".npz", ".zip", ".py", "/"]), max_size=6
    )
)
def test_files_of_any_name_are_taken_or_refused_and_none_is_lost(names):
    with tempfile.TemporaryDirectory() as folder, contextlib.suppress(Refused, UnicodeEncodeError):
        files = {f"{name}x{suffix}": CONTENT for name, suffix in names.items()}
        path = zipped(Path(folder, "ada.zip"), files)
        with zipfile.ZipFile(path) as archive:
            found = list(limits.of_zip(archive))
        taken = take("ada", [path]).contents
        assert all(name.isprintable() for name in taken)
        wanted = {file.name for file in found if limits.kind_of(file.name) in ("notebook", "network")}
        assert len(taken) == len(wanted)


def odd_notebook(**odd):
    """Return a notebook with a cell of the given parts."""
    cell = {"cell_type": "code", "id": "a", "metadata": {}, "source": "x = 1", "execution_count": None, "outputs": []}
    return json.dumps({"cells": [cell | odd], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode()


WRONG = {  # in a notebook, which lists them; to validate more of them takes hours
    "tags": {"metadata": {"tags": [{"a": number} for number in range(1000)]}},
    "attachments": {"attachments": {f"file-{number}": {"image/png": 1} for number in range(1000)}},
    "outputs": {"outputs": [{"output_type": "x"}] * 1000},
    "tracebacks": {"outputs": [{"output_type": "error", "ename": "", "evalue": "", "traceback": [1] * 1000}]},
    "data": {
        "outputs": [{"output_type": "display_data", "metadata": {}, "data": dict.fromkeys(map(str, range(1000)))}]
    },
    "figures": {"outputs": [{"output_type": "display_data", "metadata": {}, "data": {"image/png": [1] * 1000}}]},
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


@pytest.mark.parametrize("odd", [{"source": [1, 2]}, {"source": {"a": 1}, "cell_type": []}, {"metadata": [1]}])
def test_a_cell_without_text_or_notes_refuses_its_notebook(odd):
    with pytest.raises(Refused, match=r"a\.ipynb is no valid notebook"):
        parsed(odd_notebook(**odd), "a.ipynb", [])


def test_cells_of_one_id_say_nothing_on_the_terminal(recwarn):
    whole = json.loads(odd_notebook())
    parsed(json.dumps(whole | {"cells": 9 * whole["cells"]}).encode(), "a.ipynb", [])
    assert not recwarn
