"""Do the notebooks come to the same outputs everywhere? `make reproduce` runs them strictly in many configurations.

Other Pythons, the oldest and the newest packages that the course allows, other numbers of BLAS threads, other kernels
of OpenBLAS, no AVX-512: each gets an environment of its own, or variables of its own, which only these child processes
see. Before a configuration is tried, a kernel in it says what it runs on. Where that is not what was asked for, the
configuration is not counted.
"""

import argparse
import dataclasses
import json
import os
import re
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ElementTree
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from mlp_helpers.files import replacing
from mlp_helpers.threads import n_cores

ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENTS = ROOT / ".venv-reproduce"
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"), reverse=True)  # the longest first
PYTHONS = ("3.11", "3.12", "3.13")
THIS_PYTHON = ".".join(map(str, sys.version_info[:2]))
# Which packages: those of the lock, or what uv makes of pyproject.toml.
PACKAGES = {"locked": None, "oldest": "lowest-direct", "newest": "highest"}
# OpenBLAS's kernels, and what they call themselves: Prescott's go by the oldest of the processors that they serve.
KERNELS = {name: name for name in ("Nehalem", "Sandybridge", "Haswell", "SkylakeX")} | {"Prescott": "Katmai"}
GROUPS = ["--group", "build", "--group", "dev"]
STRICT = ["-m", "pytest", "--nbcheck", "--numprocesses=auto", "--dist=loadfile", "--no-loadscope-reorder", "--quiet"]
# As `make test` has them; nothing may be written into a read-only folder.
ALWAYS = {"JUPYTER_PREFER_ENV_PATH": "1", "OPENBLAS_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": "1"}
# Variables that change numbers or speed: a configuration has those that it names, and no other.
REMOVED = re.compile(r"OPENBLAS_|GOTO_|OMP_|MKL_|BLIS_|NPY_|LC_|LANG|TZ$|PYTHON|JUPYTER|VIRTUAL_ENV$")
README_TABLE = re.compile(r"(?<=<!-- reproduced -->\n).*?(?=<!-- end -->)", re.DOTALL)

# Asks a kernel, started as the tests start theirs, what it runs on.
ASK = """
import pathlib
from jupyter_client.manager import run_kernel
with run_kernel(kernel_name="python3", cwd="notebooks") as client:
    client.execute_interactive(pathlib.Path("scripts/facts.py").read_text(encoding="utf-8"), timeout=60)
"""


@dataclass(frozen=True)
class Configuration:
    """What the notebooks are run in.

    Attributes
    ----------
    name : str
    python : str
        Such as "3.12".
    packages : {"locked", "oldest", "newest"}
    variables : dict
        Of the environment.
    expected : dict
        Facts that a kernel must report, or the configuration is not counted.
    avx512 : bool
        Whether NumPy may use what the processor has of AVX-512.
    read_only : bool
        Whether the course's folder cannot be written to.
    """

    name: str
    python: str
    packages: str = "locked"
    variables: dict = field(default_factory=dict)
    expected: dict = field(default_factory=dict)
    avx512: bool = True
    read_only: bool = False


class NotPossible(Exception):
    """A configuration cannot be had on this machine; the text says why."""


def matrix(python):
    """Return the configurations; those that are not about Python have the version `python`."""
    rows = [Configuration(f"Python {version}", version) for version in PYTHONS]
    rows.append(Configuration("oldest packages", PYTHONS[0], "oldest"))
    rows.append(Configuration("newest packages", PYTHONS[-1], "newest"))
    for n in (1, 2):
        variables, expected = {"OPENBLAS_NUM_THREADS": str(n)}, {"threads": n}
        rows.append(Configuration(f"BLAS threads: {n}", python, variables=variables, expected=expected))
    for name, reported in KERNELS.items():
        variables, expected = {"OPENBLAS_CORETYPE": name}, {"kernel": reported}
        rows.append(Configuration(f"OpenBLAS for {name}", python, variables=variables, expected=expected))
    rows.append(Configuration("NumPy without AVX-512", python, avx512=False))
    rows.append(Configuration("oldest packages without AVX-512", PYTHONS[0], "oldest", avx512=False))
    return [*rows, odd(python)]


def odd(python):
    """Return the configuration that is unlike the machine it runs on in all that costs little to change.

    Not every machine lets a process have its own view of the files; where it does not, the folder stays as it is.
    """
    read_only = subprocess.run(read_only_view(["true"]), capture_output=True).returncode == 0
    variables = {
        "OPENBLAS_NUM_THREADS": "1",
        "PYTHONHASHSEED": "12345",
        "LC_ALL": "C",  # and so that Python keeps to it: files without a named encoding are ASCII then
        "PYTHONUTF8": "0",
        "PYTHONCOERCECLOCALE": "0",
        "TZ": "COURSE-5:45",
    }
    expected = {"threads": 1, "hash_seed": "12345", "encoding": "ascii", "seconds_west": -20700, "read_only": read_only}
    name = "other hash seed, locale, time zone" + (", read-only folder" if read_only else "")
    return Configuration(name, python, variables=variables, expected=expected, read_only=read_only)


# --- Environments ---------------------------------------------------------------------------------------------


def run(*arguments):
    """Run a program from the course's folder; return what it printed.

    It finds what this Python's environment has, and the Pythons that pyenv keeps.

    Raises
    ------
    NotPossible
        It failed; with its last words.
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
    """Return the end of what a program said, in one line."""
    return " ".join((ended.stderr or ended.stdout).split())[-300:]


def find_python(version):
    """Return the path of a Python of this version."""
    return run("uv", "python", "find", "--no-project", "--no-python-downloads", "--system", version).strip()


def is_here(version):
    """Return whether this machine has a Python of this version."""
    try:
        find_python(version)
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
    """Return the Python of an environment with these packages; make it, unless it is there and up to date."""
    folder = ENVIRONMENTS / f"{python}-{packages}"
    interpreter, stamp, file = (folder / name for name in ("bin/python", "installed.txt", "requirements.txt"))
    wanted = requirements(python, packages)
    content = wanted + (ROOT / "pyproject.toml").read_text(encoding="utf-8") + str(ROOT)
    if not stamp.is_file() or stamp.read_text(encoding="utf-8") != content:
        run(find_python(python), "-m", "venv", "--clear", str(folder))
        file.write_text(wanted, encoding="utf-8")
        install = [str(interpreter), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        run(*install, "--requirement", str(file))
        run(*install, "--no-deps", "--no-build-isolation", "--editable", ".")
        stamp.write_text(content, encoding="utf-8")
    return interpreter


# --- One configuration ----------------------------------------------------------------------------------------


def read_only_view(arguments):
    """Return a command line that runs another one where the course's folder can only be read."""
    mount = f'mount --bind "{ROOT}" "{ROOT}" && mount -o remount,ro,bind "{ROOT}" && cd "{ROOT}" && exec "$@"'
    rights = [] if os.geteuid() == 0 else ["--map-root-user"]
    return ["unshare", *rights, "--mount", "sh", "-c", mount, "sh", *arguments]


def started(configuration, interpreter, *arguments):
    """Run Python in a configuration; return what became of it."""
    command = [str(interpreter), *arguments]
    view = read_only_view(command) if configuration.read_only else command
    kept = {name: value for name, value in os.environ.items() if not REMOVED.match(name)}
    environment = {**kept, **ALWAYS, **configuration.variables}
    return subprocess.run(view, cwd=ROOT, env=environment, capture_output=True, text=True, encoding="utf-8")


def facts(configuration, interpreter):
    """Return what a kernel in this configuration says about itself."""
    ended = started(configuration, interpreter, "-c", ASK)
    try:
        return json.loads(ended.stdout)
    except ValueError:
        raise NotPossible(f"no kernel runs in it: {last_words(ended)}") from None


def expectations(configuration):
    """Return the facts that prove a configuration: its Python, its NumPy where uv chose it, and what it says itself."""
    expected = {"python": configuration.python, **configuration.expected}
    if PACKAGES[configuration.packages]:
        wanted = requirements(configuration.python, configuration.packages)
        expected["numpy"] = re.search(r"^numpy==(\S+)", wanted, re.MULTILINE)[1]
    return expected


def unproven(expected, found):
    """Return what a kernel says that is not as asked for, one text; empty where all of it is."""
    return "; ".join(
        f"{name} is {found.get(name)!r}, not {value!r}" for name, value in expected.items() if found.get(name) != value
    )


def strict_run(configuration, interpreter):
    """Run the notebooks; return {notebook: {cell: "passed", "failed" or "skipped"}}."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        options = ["-p", "no:cacheprovider", f"--junitxml={report}", f"--nbcheck-report={folder}"]
        ended = started(configuration, interpreter, *STRICT, *options, *map(str, NOTEBOOKS))
        if not report.is_file():
            raise NotPossible(f"pytest gave no report: {last_words(ended)}")
        root = ElementTree.parse(report).getroot()
        print(first_problem(root), end="", file=sys.stderr)
        return outcomes(root)


def seeded_run(configuration, interpreter, n_seeds):
    """Run the exercises' checks alone, under many course seeds; return {notebook: {check and seed: outcome}}."""
    ended = started(configuration, interpreter, "scripts/seeds.py", str(n_seeds))
    try:
        return json.loads(ended.stdout)
    except ValueError:
        raise NotPossible(f"the checks did not come to an end: {last_words(ended)}") from None


def first_problem(report):
    """Return what the first cell that went wrong says, "" where none did: the others often follow from it."""
    problems = (node for node in report.iter() if node.tag in ("failure", "error"))
    return next((f"{node.text or node.get('message')}\n" for node in problems), "")


def outcomes(report):
    """Return {notebook: {cell: outcome}} of a report in JUnit's format."""
    found = {}
    for case in report.iter("testcase"):
        notebook = case.get("classname").removesuffix(".ipynb").rpartition(".")[2]
        problems = [child.tag for child in case if child.tag in ("failure", "error", "skipped")]
        outcome = "passed" if not problems else "skipped" if problems == ["skipped"] else "failed"
        found.setdefault(notebook, {})[case.get("name")] = outcome
    return dict(sorted(found.items()))


def without_avx512(configuration, interpreter):
    """Return the configuration with the variable that keeps NumPy from AVX-512, under the names this NumPy has."""
    names = facts(configuration, interpreter)["avx512"]
    if not names:
        raise NotPossible("NumPy uses no AVX-512 on this processor")
    variables = {**configuration.variables, "NPY_DISABLE_CPU_FEATURES": " ".join(names)}
    return dataclasses.replace(configuration, variables=variables, expected={**configuration.expected, "avx512": []})


def reproduce(configuration, n_seeds=0):
    """Try one configuration, with whole notebooks or with their checks under `n_seeds` course seeds; return its row."""
    row = {
        "name": configuration.name,
        "counted": False,
        "reason": "",
        "variables": configuration.variables,
        "facts": {},
    }
    try:
        interpreter = environment(configuration.python, configuration.packages)
        if not configuration.avx512:
            configuration = without_avx512(configuration, interpreter)
            row["variables"] = configuration.variables
        row["facts"] = facts(configuration, interpreter)
        row["reason"] = unproven(expectations(configuration), row["facts"])
        if row["reason"]:
            return row
        begin = time.monotonic()
        cells = seeded_run(configuration, interpreter, n_seeds) if n_seeds else strict_run(configuration, interpreter)
    except NotPossible as error:
        return row | {"reason": str(error)}
    return row | result(cells) | {"counted": True, "seconds": round(time.monotonic() - begin, 1)}


def result(cells):
    """Return what a run came to: {"notebooks": {name: [passed, all]}, "differ": names of the other cells}."""
    counts = {name: [list(found.values()).count("passed"), len(found)] for name, found in cells.items()}
    differ = [f"{name}::{cell}" for name, found in cells.items() for cell, out in found.items() if out != "passed"]
    return {"notebooks": counts, "differ": differ}


# --- What came out --------------------------------------------------------------------------------------------


def summary(row):
    """Return the fields of a row that the table shows."""
    said = row["facts"]
    versions = f"{said['python_version']}, {said['numpy']}" if said else ""
    processor = f"{said['kernel']}, {said['threads']}, {'yes' if said['avx512'] else 'no'}" if said else ""
    if not row["counted"]:
        return row["name"], versions, processor, "not counted", row["reason"], ""
    passed, n_cells = (sum(counts) for counts in zip(*row["notebooks"].values(), strict=True))
    return row["name"], versions, processor, f"{passed} of {n_cells}", str(len(row["differ"])), f"{row['seconds']:.0f}"


def table(rows):
    """Return the counted rows as a table in Markdown."""
    head = ("configuration", "Python, NumPy", "BLAS kernel, threads, AVX-512", "cells", "differences", "seconds")
    lines = [head, ["---"] * len(head), *(summary(row) for row in rows if row["counted"])]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def draw(rows):
    """Return a Figure of the counted rows: how many cells of each notebook came to the recorded outputs."""
    import numpy as np
    from matplotlib.colors import ListedColormap

    from mlp_helpers.plots import new_figure

    counts = {row["name"]: row["notebooks"] for row in rows if row["counted"]}
    notebooks = list(next(iter(counts.values())))
    differs = np.array([[passed < n for passed, n in row.values()] for row in counts.values()])
    fig, ax = new_figure(size=(7.5, 0.8 + 0.27 * len(counts)))
    ax.imshow(differs, cmap=ListedColormap(["#005f99", "#b44a00"]), vmin=0, vmax=1, aspect="auto")
    for i, row in enumerate(counts.values()):
        for j, (passed, n) in enumerate(row.values()):
            ax.text(j, i, f"{passed} of {n}", ha="center", va="center", size=9, color="white")
    ax.set_yticks(range(len(counts)), labels=counts)
    ax.set_xticks(range(len(notebooks)), labels=[name[:2] for name in notebooks])
    ax.set(xlabel="notebook: cells that came to the recorded output")
    ax.set_yticks(np.arange(len(counts)) + 0.5, minor=True)
    ax.set_xticks(np.arange(len(notebooks)) + 0.5, minor=True)
    ax.grid(False)
    ax.grid(which="minor", color="white", linewidth=1.5)
    ax.set_axisbelow(False)
    ax.tick_params(which="both", length=0)
    ax.spines[:].set_visible(False)
    return fig


def store(rows, json_file=None, picture=None, readme=None):
    """Write the rows to files: as JSON, as a picture, as the README's table."""
    if json_file:
        with replacing(json_file) as temporary:
            temporary.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
    if picture:
        with replacing(picture) as temporary:
            draw(rows).savefig(temporary, format="png", dpi=144, metadata={"Software": None})
    if readme:
        text = readme.read_text(encoding="utf-8")
        with replacing(readme) as temporary:
            temporary.write_text(README_TABLE.sub(lambda _: table(rows), text), encoding="utf-8")


def verdict(rows):
    """Return one sentence, and whether every counted configuration came to the recorded outputs."""
    counted = [row for row in rows if row["counted"]]
    differences = sum(len(row["differ"]) for row in counted)
    return f"configurations: {len(counted)}, differences: {differences}", bool(counted) and not differences


def parse(arguments):
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--short", action="store_true", help="one configuration, unlike this machine in many things")
    parser.add_argument(
        "--steady", type=int, metavar="N", help="this machine's configuration, N times, under full load"
    )
    parser.add_argument(
        "--seeds", type=int, default=0, metavar="N", help="the exercises' checks alone, each under N course seeds"
    )
    parser.add_argument(
        "--only", nargs="+", metavar="WORD", help="configurations with one of these words in their name"
    )
    parser.add_argument("--json", type=Path, metavar="FILE")
    parser.add_argument("--picture", type=Path, metavar="FILE")
    parser.add_argument("--readme", type=Path, metavar="FILE", help="a file whose table is to be replaced")
    return parser.parse_args(arguments)


@contextmanager
def full_load():
    """Keep every core busy inside the block, with matrix products in a process for each."""
    work = "import numpy as np\na = np.ones((300, 300))\nwhile True: a @ a"
    processes = [subprocess.Popen([sys.executable, "-c", work]) for _ in range(n_cores())]
    try:
        yield
    finally:
        for process in processes:
            process.kill()
            process.wait()


def chosen(options):
    """Return the configurations that the command line asks for."""
    if options.steady:
        n = options.steady
        return [Configuration(f"under load, {number} of {n}", THIS_PYTHON) for number in range(1, n + 1)]
    if options.short:
        others = [version for version in PYTHONS if version != THIS_PYTHON and is_here(version)]
        return [odd((others or [THIS_PYTHON])[-1])]
    rows = matrix(THIS_PYTHON)
    return [row for row in rows if not options.only or any(word in row.name for word in options.only)]


def tried(configurations, n_seeds=0):
    """Try each configuration, and print its row as it comes; return the rows."""
    rows = []
    for configuration in configurations:
        rows.append(reproduce(configuration, n_seeds))
        print(
            "  ".join(summary(rows[-1])), *(f"    {cell}" for cell in rows[-1].get("differ", [])), sep="\n", flush=True
        )
    return rows


def main(arguments):
    """Do what the command line asks for; return the exit code, 0 where every counted row came to the same outputs."""
    options = parse(arguments)
    with full_load() if options.steady else nullcontext():
        rows = tried(chosen(options), options.seeds)
    sentence, good = verdict(rows)
    print(sentence)
    store(rows, options.json, options.picture, options.readme)
    return 0 if good else 1


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit("Interrupted: nothing was stored.")
