"""Pages from docstrings: names in backquotes become links, and one that does not exist stops the build."""

import json
import shutil
import subprocess

import website

from mlp_helpers.services.files import REPOSITORY

PYTHON = REPOSITORY / ".venv-site" / "bin" / "python"
MODULE = '''"""Layers."""


class Layer:
    """Interface.

    Attributes
    ----------
    W, b : ndarray of shape (n_inputs, n_units)
    """

    def fprop(self, input):
        """Forward: |input| of `input`, `W @ input`, `b` and `repr`; see {names}."""
'''


def built(folder, *names):
    """Build the page of a module whose docstring refers to some names; return the messages and the page's HTML."""
    (folder / "mlp_helpers").mkdir()
    (folder / "mlp_helpers" / "__init__.py").touch()
    module = MODULE.format(names=", ".join(f"`{name}`" for name in names))
    (folder / "mlp_helpers" / "layers.py").write_text(module)
    shutil.copytree(REPOSITORY / "site", folder / "source", ignore=shutil.ignore_patterns("*.md"))
    (folder / "source" / "downloads").mkdir()
    (folder / "source" / "index.md").write_text(website.library_page("layers"))
    about = {"version": "1", "repository": str(folder), "start": "index", "issues": ""}
    (folder / "source" / "about.json").write_text(json.dumps(about))
    sphinx = [PYTHON, "-m", "sphinx", "-q", "-W", "--keep-going", "-E", "-b", "html", "source", "out"]
    process = subprocess.run(sphinx, cwd=folder, stderr=subprocess.PIPE, text=True)
    assert process.returncode == bool(process.stderr)
    return process.stderr, (folder / "out" / "index.html").read_text()


def test_names_are_links_and_arguments_are_not(tmp_path):
    messages, page = built(tmp_path, "fprop", "Layer.fprop", "scipy.optimize.check_grad")
    assert messages == ""
    text = page[page.index("Forward:") :].partition("</p>")[0]
    assert text.count('href="#mlp_helpers.layers.Layer.fprop"') == 2
    assert text.count("<a ") == 2
    assert "|input| of" in text


def test_a_name_that_does_not_exist_stops_the_build(tmp_path):
    names = ["frpop", "Layer.frpop", "layers.fprop"]
    messages, _ = built(tmp_path, *names)
    place = "docstring of mlp_helpers.layers.Layer.fprop:1: WARNING: py:obj reference target not found:"
    assert [line.partition(place)[2].split()[0] for line in messages.splitlines()] == names
