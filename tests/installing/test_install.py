"""scripts/install.py, for real: by uv, by pip where uv fails, and with registries that fail.

The locks hold two small packages only, so that an installation by pip takes seconds.
"""

import http.server
import importlib.metadata
import importlib.util
import os
import re
import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import pytest

from mlp_helpers.authoring.release import edition
from mlp_helpers.services.files import REPOSITORY, write_folder

KEPT = ("flit-core", "threadpoolctl")
NOWHERE = "http://127.0.0.1:9/simple"  # nobody listens there
# pip asks once and does not wait: it would else try five times, and be silent for a minute.
HASTY = {"PIP_RETRIES": "0", "PIP_TIMEOUT": "3"}


@pytest.fixture(scope="module")
def released():
    files = edition(REPOSITORY)
    blocks = re.split(r"^(?=\w)", files["requirements.txt"].decode(), flags=re.MULTILINE)
    files["requirements.txt"] = "".join(block for block in blocks if block.startswith(KEPT)).encode()
    return {name: text for name, text in files.items() if not name.startswith("data/") or name.endswith("LICENSE")}


@pytest.fixture
def folder(released, tmp_path):
    """Return a students' edition with two packages in its lock, and without data."""
    write_folder(released, tmp_path / "course")
    return tmp_path / "course"


def command(folder):
    return [sys.executable, str(folder / "scripts" / "install.py")]


def installing(folder, **variables):
    """Run the installation; return the ended process."""
    return subprocess.run(command(folder), env={**os.environ, **variables}, capture_output=True, text=True)


def packages(folder):
    """Return the names of the packages in the environment of a folder."""
    python = folder / ".venv" / "bin" / "python"
    code = "import importlib.metadata as m; print(*sorted(d.name for d in m.distributions()))"
    return subprocess.run([python, "-c", code], capture_output=True, text=True, check=True).stdout.split()


def is_complete(folder):
    return (folder / ".venv" / "installed.txt").exists()


@contextmanager
def registry(answer):
    """Serve a registry in which each request is answered by a function of its handler; yield its address."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            answer(self)

        def log_message(self, *arguments):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/simple"
        server.shutdown()


def lacking(handler):
    """Answer that there is no such package."""
    handler.send_error(404)


def breaking_off(handler):
    """Offer a wheel, and break off while it is being sent."""
    handler.send_response(200)
    if handler.path.endswith(".whl"):
        handler.send_header("Content-Length", "1000000")
        handler.end_headers()
        handler.wfile.write(b"PK\3\4" + bytes(1000))
        handler.wfile.flush()
        handler.connection.close()
        return
    name = handler.path.strip("/").rpartition("/")[2].replace("-", "_")
    version = "0.13.9" if name == "uv" else "4.2.0" if name == "flit_core" else "3.8.0"
    page = f'<a href="/{name}-{version}-py3-none-any.whl">{name}-{version}-py3-none-any.whl</a>'.encode()
    handler.send_header("Content-Type", "text/html")
    handler.send_header("Content-Length", str(len(page)))
    handler.end_headers()
    handler.wfile.write(page)


class TestInstallation:
    def test_by_uv_and_then_offline(self, folder):
        first = installing(folder)
        assert first.returncode == 0, first.stderr
        assert packages(folder) == ["flit_core", "mlp-course", "pip", "threadpoolctl"]
        assert not (folder / ".venv" / "uv").exists()
        assert "Collecting" not in (folder / ".venv" / "install.log").read_text()
        offline = {"PIP_INDEX_URL": NOWHERE, "UV_DEFAULT_INDEX": NOWHERE}
        begun = time.monotonic()
        second = installing(folder, **offline)
        assert (second.returncode, second.stdout) == (0, "")
        assert time.monotonic() - begun < 60  # it did not wait for a registry

    def test_by_pip_where_uv_reaches_no_registry(self, folder):
        ended = installing(folder, UV_DEFAULT_INDEX=NOWHERE)
        assert ended.returncode == 0, ended.stderr
        assert set(packages(folder)) >= {"flit_core", "mlp-course", "pip", "threadpoolctl"}
        assert "Collecting threadpoolctl" in (folder / ".venv" / "install.log").read_text()
        assert not (folder / ".venv" / "uv").exists()

    @pytest.mark.parametrize("answer", [lacking, breaking_off])
    def test_a_registry_that_fails(self, folder, answer):
        with registry(answer) as address:
            ended = installing(folder, PIP_INDEX_URL=address, UV_DEFAULT_INDEX=address, **HASTY)
        assert ended.returncode == 1
        assert "The installation failed: pip's last words are above" in ended.stderr.splitlines()[-1]
        assert "Traceback" not in ended.stderr.splitlines()[-1]
        assert not is_complete(folder)
        assert installing(folder).returncode == 0
        assert "threadpoolctl" in packages(folder)

    def test_no_network_at_all(self, folder):
        ended = installing(folder, PIP_INDEX_URL=NOWHERE, UV_DEFAULT_INDEX=NOWHERE, **HASTY)
        assert ended.returncode == 1
        assert "The installation failed" in ended.stderr
        assert not is_complete(folder)

    @pytest.mark.parametrize("seconds", [0.3, 2.0, 4.0])
    def test_killed_half_way(self, folder, seconds):
        process = subprocess.Popen(command(folder), start_new_session=True, stdout=subprocess.DEVNULL)
        time.sleep(seconds)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        assert installing(folder).returncode == 0
        assert packages(folder) == ["flit_core", "mlp-course", "pip", "threadpoolctl"]

    def test_a_folder_that_was_moved_is_installed_anew(self, folder):
        installing(folder)
        moved = folder.rename(folder.parent / "moved")
        assert installing(moved).returncode == 0
        code = "import mlp_helpers; print(mlp_helpers.__file__)"
        python = moved / ".venv" / "bin" / "python"
        found = subprocess.run([python, "-c", code], cwd=moved.parent, capture_output=True, text=True)
        assert found.stdout.strip() == str(moved / "mlp_helpers" / "__init__.py")


@cache
def megabytes():
    """Return the space on disk of the packages in the students' lock, compiled, as they are installed here."""
    names, sizes = re.findall(r"^([\w.-]+)==", (REPOSITORY / "requirements.txt").read_text(), re.MULTILINE), {}
    for package in importlib.metadata.distributions():
        if package.name.lower().replace("_", "-") in names:
            files = {Path(file.locate()) for file in package.files}
            files |= {Path(importlib.util.cache_from_source(file)) for file in files if file.suffix == ".py"}
            sizes |= {stat.st_ino: stat.st_blocks * 512 for stat in (file.stat() for file in files if file.exists())}
    return sum(sizes.values()) / 1e6


@pytest.mark.parametrize("page", ["README.md", "scripts/student/README.md", "docs/measurements.md"])
def test_the_size_of_an_environment_is_said(page):
    (said,) = re.findall(r"`.venv`\D{1,9}(\d+) MB", (REPOSITORY / page).read_text())
    assert 0.9 * megabytes() < int(said) < 1.1 * megabytes()


@pytest.mark.parametrize("version", ["3.6", "3.8", "3.10"])
def test_an_old_python_says_that_it_is_too_old(folder, version):
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"), "versions")
    found = next(pyenv.glob(f"{version}.*/bin/python"), None)
    if found is None:
        pytest.skip(f"no Python {version} on this machine")
    ended = subprocess.run([found, folder / "scripts" / "install.py"], capture_output=True, text=True)
    assert ended.returncode == 1
    assert re.match(r"Python 3.11 or newer is needed, and \S+ is Python " + version, ended.stderr)
