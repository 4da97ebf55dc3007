"""JupyterLab and pytest are started with the right options, in the folder of a course."""

import ast
import json
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner

from mlp_helpers import server
from mlp_helpers.cli import app
from mlp_helpers.course import lab


@pytest.fixture
def user_with_browser(monkeypatch):
    monkeypatch.setattr(lab.webbrowser, "get", lambda: None)
    monkeypatch.setattr(lab.os, "geteuid", lambda: 1000, raising=False)


def test_a_user_with_a_browser(user_with_browser):
    command = lab.lab_command([])
    assert "--LabApp.default_url=/lab/tree/notebooks/01_one_neuron.ipynb" in command
    assert {"--no-browser", "--allow-root"}.isdisjoint(command)


def test_root_without_a_browser(monkeypatch):
    def none():
        raise lab.webbrowser.Error

    monkeypatch.setattr(lab.webbrowser, "get", none)
    monkeypatch.setattr(lab.os, "geteuid", lambda: 0, raising=False)
    assert {"--no-browser", "--allow-root"} <= set(lab.lab_command([]))


def test_a_chosen_port_is_insisted_on(user_with_browser):
    assert lab.lab_command(["--port=9000"])[-1] == "--port=9000"
    assert "--ServerApp.port_retries=0" in lab.lab_command(["--port=9000"])
    assert "--ServerApp.port_retries=0" not in lab.lab_command([])


def test_jupyterlab_looks_for_no_news_and_other_settings_hold(user_with_browser, monkeypatch, tmp_path):
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", str(tmp_path))
    monkeypatch.setattr(lab, "run", lambda command: None)
    lab.open_lab([])
    found = os.environ["JUPYTER_CONFIG_PATH"].split(os.pathsep)
    assert found == [str(lab.SETTINGS), str(tmp_path)]
    (tmp_path / "labconfig").mkdir()
    (tmp_path / "labconfig" / "page_config.json").write_text('{"disabledExtensions": {"other": true}}')
    code = "from jupyterlab_server.config import get_static_page_config as get; print(get(level='all'))"
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    disabled = ast.literal_eval(printed)["disabledExtensions"]
    assert disabled == {"@jupyterlab/apputils-extension:announcements": True, "other": True}


def test_no_file_of_an_administrators_is_installed():
    assert not Path(sys.prefix, "share/jupyter/lab/settings/overrides.json").exists()


def test_the_server_sends_small_messages_at_once(monkeypatch):
    configured = json.loads(Path(sys.prefix, "etc/jupyter/jupyter_server_config.d/mlp-course.json").read_text())
    assert configured == {"ServerApp": {"jpserver_extensions": {server.__name__: True}}}
    app = SimpleNamespace(web_app=SimpleNamespace(settings={}))
    server._load_jupyter_server_extension(app)
    connection = app.web_app.settings["kernel_websocket_connection_class"]
    nodelay = []
    monkeypatch.setattr(connection, "websocket_handler", SimpleNamespace(set_nodelay=nodelay.append))
    monkeypatch.setattr(connection.__base__, "connect", lambda self: "begun")
    assert connection.__new__(connection).connect() == "begun"
    assert nodelay == [True]


class TestCommands:
    @pytest.fixture
    def ran(self, tmp_path, monkeypatch):
        """Return the commands that are run in the place of this process; the folder is that of a course."""
        (tmp_path / "notebooks").mkdir()
        (tmp_path / "notebooks" / "03_layers.ipynb").touch()
        monkeypatch.chdir(tmp_path)
        ran = []
        monkeypatch.setattr(lab, "run", ran.append)
        return ran

    def test_lab(self, ran, user_with_browser):
        assert CliRunner().invoke(app, ["lab", "--port", "9000", "--collaborative"]).exit_code == 0
        assert ran[0][:3] == [sys.executable, "-m", "jupyterlab"]
        assert ran[0][-2:] == ["--port=9000", "--collaborative"]

    def test_all_notebooks_are_tested_or_those_named(self, ran):
        for arguments in ([], ["-x"], ["3", "notebooks/03_layers.ipynb", "-x"], ["-x", "06.ipynb"]):
            assert CliRunner().invoke(app, ["test", *arguments]).exit_code == 0
        assert [command[command.index("--nbcheck") + 1 :] for command in ran] == [
            ["notebooks/03_layers.ipynb"],
            ["notebooks/03_layers.ipynb", "-x"],
            ["notebooks/03_layers.ipynb", "notebooks/03_layers.ipynb", "-x"],
            ["-x", "06.ipynb"],
        ]

    def test_in_a_students_edition_the_notebooks_only_run(self, ran):
        Path("release.json").write_text("{}")
        CliRunner().invoke(app, ["test"])
        assert ran[0][-2:] == ["--nbcheck-run", "notebooks/03_layers.ipynb"]

    def test_the_environments_own_kernel_is_preferred(self, ran, monkeypatch):
        monkeypatch.delenv("JUPYTER_PREFER_ENV_PATH", raising=False)
        CliRunner().invoke(app, ["test"])
        assert os.environ["JUPYTER_PREFER_ENV_PATH"] == "1"


@pytest.mark.thorough
@pytest.mark.parametrize(("options", "n_failed"), [([], 1), (["--nbcheck-run"], 0)])
def test_running_alone_compares_nothing(tmp_path, options, n_failed):
    import nbformat

    cells = [nbformat.v4.new_code_cell("1 + 1"), nbformat.v4.new_markdown_cell("# A title")]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), tmp_path / "blank.ipynb")
    command = [sys.executable, "-m", "pytest", "--nbcheck", *options, "blank.ipynb"]
    ended = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert ended.returncode == n_failed, ended.stdout
