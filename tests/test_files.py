"""Atomic writing: a file is complete or does not exist."""

import pytest

from mlp_helpers.services.files import make_folder, replacing, write_file, write_folder


def test_the_file_appears_when_the_block_ends(tmp_path):
    path = tmp_path / "file.txt"
    path.write_text("old")
    with replacing(path) as temporary:
        temporary.write_text("new")
        assert path.read_text() == "old"
    assert path.read_text() == "new"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(("content", "stored"), [("λ\n", b"\xce\xbb\n"), (b"\xff", b"\xff")])
def test_a_text_or_bytes(tmp_path, content, stored):
    write_file(tmp_path / "file", content)
    assert (tmp_path / "file").read_bytes() == stored


@pytest.mark.parametrize("interruption", [KeyboardInterrupt, OSError])
def test_an_interruption_leaves_the_old_file_and_nothing_else(tmp_path, interruption):
    path = tmp_path / "file.txt"
    path.write_text("old")

    def write_half():
        with replacing(path) as temporary:
            temporary.write_text("half")
            raise interruption

    with pytest.raises(interruption):
        write_half()
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_saved_file_is_as_readable_as_any_other(tmp_path):
    plain = tmp_path / "plain.txt"
    plain.touch()
    with replacing(tmp_path / "saved.txt"):
        pass
    assert (tmp_path / "saved.txt").stat().st_mode == plain.stat().st_mode


def test_an_error_names_what_was_to_be_written_in_words(tmp_path):
    (tmp_path / "file").touch()
    (tmp_path / "folder").mkdir()
    with pytest.raises(NotADirectoryError, match=r"file/x cannot be written: Not a directory$"):
        replacing(tmp_path / "file" / "x").__enter__()
    with (
        pytest.raises(IsADirectoryError, match=r"/folder cannot be written: Is a directory$"),
        replacing(tmp_path / "folder"),
    ):
        pass
    with pytest.raises(FileExistsError, match=r"/file cannot be made a folder: File exists$"):
        make_folder(tmp_path / "file")
    with pytest.raises(NotADirectoryError, match=r"/file cannot be written: Not a directory$"):
        write_folder({"a": b""}, tmp_path / "file")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "folder"]
