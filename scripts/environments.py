"""Virtual environments with several Pythons and packages, for `make reproduce`; each is made once, and kept."""

import os
import subprocess
import sys
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENTS = ROOT / ".venv-reproduce"
# Resolution strategy of `uv pip compile` for pyproject.toml; None for the lock file.
PACKAGES = {"locked": None, "oldest": "lowest-direct", "newest": "highest"}
GROUPS = ["--group", "build", "--group", "dev", "--extra", "grade"]


class NotPossible(Exception):
    """Raised if a configuration is not available on this machine; the message gives the reason."""


def run(*arguments):
    """Run a program in the course's folder; return its standard output, or raise NotPossible with the end of it.

    PATH includes this Python's environment and the Pythons installed by pyenv.
    """
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    places = [str(Path(sys.executable).parent), os.environ["PATH"], *map(str, sorted(pyenv.glob("versions/*/bin")))]
    environment = {**os.environ, "PATH": os.pathsep.join(places)}
    environment.pop("VIRTUAL_ENV", None)
    ended = subprocess.run(arguments, cwd=ROOT, env=environment, capture_output=True, text=True)
    if ended.returncode:
        raise NotPossible(last_words(ended))
    return ended.stdout


def last_words(ended):
    """Return the end of a program's standard error (or output, if that is empty) as one line."""
    return " ".join((ended.stderr or ended.stdout).split())[-300:]


def is_here(version):
    """Return whether this machine has a Python of this version."""
    try:
        run("uv", "python", "find", "--no-project", "--no-python-downloads", "--system", version)
    except NotPossible:
        return False
    return True


@cache
def requirements(python, packages):
    """Return the text of a requirements file."""
    resolution = PACKAGES[packages]
    if resolution is None:
        return (ROOT / "requirements-dev.txt").read_text(encoding="utf-8")
    options = ["--quiet", "--python-version", python, "--resolution", resolution, "--no-header", "--no-annotate"]
    return run("uv", "pip", "compile", "--no-emit-index-url", *options, "pyproject.toml", *GROUPS)


def environment(python, packages):
    """Return the interpreter of an environment with these packages; create or update it."""
    folder = ENVIRONMENTS / f"{python}-{packages}"
    interpreter, file = folder / "bin" / "python", folder / "requirements.txt"
    run("uv", "venv", "--allow-existing", "--no-project", "--no-python-downloads", "--python", python, str(folder))
    file.write_text(requirements(python, packages), encoding="utf-8")
    run("uv", "pip", "sync", "--python", str(interpreter), str(file))
    run("uv", "pip", "install", "--python", str(interpreter), "--no-deps", "--no-build-isolation", "--editable", ".")
    return interpreter
