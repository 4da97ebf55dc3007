"""Installation of Biome: a package is verified before it runs, and without npm nothing is checked unless required."""

import base64
import hashlib
import io
import tarfile

import biome
import pytest


def package(folder):
    """Write a package with a program that is not Biome; return its path and digest."""
    path = folder / "biomejs-cli.tgz"
    with tarfile.open(path, "w:gz") as archive:
        program = tarfile.TarInfo("package/biome")
        program.size, program.mode = 4, 0o755
        archive.addfile(program, io.BytesIO(b"true"))
    return path, base64.b64encode(hashlib.sha512(path.read_bytes()).digest()).decode()


@pytest.fixture
def fetches(tmp_path, monkeypatch):
    """Return the list of what was fetched, by a stand-in for npm, and the digest of it."""
    fetches = []
    path, digest = package(tmp_path)

    def fetched(name, version, folder):
        fetches.append((name, version))
        return path

    monkeypatch.setattr(biome, "FOLDER", tmp_path / "installed")
    monkeypatch.setattr(biome, "fetched", fetched)
    return fetches, digest


def test_it_is_fetched_once(fetches):
    fetched, digest = fetches
    program = biome.installed("linux-x64", "1.0", {"linux-x64": digest})
    assert program.read_text() == "true"
    assert program.stat().st_mode & 0o100
    assert biome.installed("linux-x64", "1.0", {"linux-x64": digest}) == program
    assert fetched == [("linux-x64", "1.0")]


def test_another_package_is_refused_and_nothing_of_it_kept(fetches):
    with pytest.raises(ValueError, match=r"cli\.tgz has the digest .*, not wrong, which"):
        biome.installed("linux-x64", "1.0", {"linux-x64": "wrong"})
    assert list(biome.FOLDER.iterdir()) == []


def test_a_system_without_a_package(fetches):
    with pytest.raises(biome.NotInstalled, match="no package for plan9-x64"):
        biome.installed("plan9-x64", "1.0", {})


@pytest.mark.parametrize(("required", "code"), [("", 0), ("required", 1)])
def test_without_npm(tmp_path, monkeypatch, capsys, required, code):
    monkeypatch.setattr(biome, "FOLDER", tmp_path)
    monkeypatch.setattr(biome.shutil, "which", lambda name: None)
    monkeypatch.setenv("MLP_BIOME", required)
    assert biome.main(["check"]) == code
    assert "JavaScript and CSS are not checked: " in capsys.readouterr().err
