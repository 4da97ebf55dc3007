"""Run the notebooks in many configurations and compare their outputs strictly with the recorded ones: `make reproduce`.

Configurations vary the Python version, the packages (oldest and newest allowed), the number of BLAS threads, the
OpenBLAS kernel, and the use of AVX-512; one emulates an ARM64 processor. Each has its own virtual environment or its
own environment variables, which only the child processes see. Before each run, a kernel reports what it actually runs
on. If that is not as requested, the configuration is not counted.
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
from dataclasses import dataclass, field
from pathlib import Path

import emulation
from environments import PACKAGES, ROOT, NotPossible, environment, is_here, last_words, requirements
from reproduced import store, summary, verdict

# As in `make test`: the largest first, since they take longest.
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"), key=lambda path: -path.stat().st_size)
PYTHONS = ("3.11", "3.12", "3.13")
THIS_PYTHON = ".".join(map(str, sys.version_info[:2]))
# OpenBLAS kernels, and the names they report: Prescott's reports the oldest processor that it supports.
KERNELS = {name: name for name in ("Nehalem", "Sandybridge", "Haswell", "SkylakeX")} | {"Prescott": "Katmai"}
STRICT = ["-m", "pytest", "--nbcheck", "--numprocesses=auto", "--dist=loadfile", "--no-loadscope-reorder", "--quiet"]
# As in `make test`; no bytecode, since the folder may be read-only.
ALWAYS = {"JUPYTER_PREFER_ENV_PATH": "1", "OPENBLAS_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": "1"}
# Variables that affect results or speed: only those that a configuration sets are kept.
REMOVED = re.compile(r"OPENBLAS_|GOTO_|OMP_|MKL_|BLIS_|NPY_|LC_|LANG|TZ$|PYTHON|JUPYTER|VIRTUAL_ENV$")

# Run a cell in a kernel that is started as in the tests.
ASK = """
import sys
from jupyter_client.kernelspec import KernelSpecManager
from mlp_helpers.nbcheck.kernels import Kernel, NoKernel, Session
cell, deadline = sys.argv[1], float(sys.argv[2])
try:
    with Session(lambda: Kernel("notebooks", KernelSpecManager()).wait(deadline), deadline) as session:
        result = session.run(cell)
except NoKernel as error:
    sys.exit(str(error))
print(result.text)
sys.exit(result.error)
"""
# The cell that it runs.
FACTS = (ROOT / "scripts" / "facts.py").read_text(encoding="utf-8")
# What --seeds runs in the place of the notebooks.
CHECKS = ROOT / "tests" / "exercises" / "test_bank.py"


@dataclass(frozen=True)
class Configuration:
    """Environment in which the notebooks are run."""

    name: str
    python: str  # version, such as "3.12"
    packages: str = "locked"  # or "oldest", "newest"
    variables: dict = field(default_factory=dict)  # of the environment
    expected: dict = field(default_factory=dict)  # facts that a kernel must report for it to be counted
    avx512: bool = True  # whether NumPy may use these instructions of the processor
    read_only: bool = False  # whether the course's folder is mounted so
    emulated: bool = False  # whether the kernels run on an emulated ARM64 processor; pytest never does
    notebooks: tuple = ()  # beginnings of the names of those to run; () for all
    # Seconds for a kernel's start, and for a cell. Far above that of `make test`, since numbers are compared here, and
    # threads that compete for a core slow a cell down many times.
    deadline: float = 600


def matrix(python):
    """Return the configurations; those that do not vary the Python version use `python`."""
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
    return [*rows, odd(python), arm()]


def odd(python):
    """Return the configuration that differs from this machine in every setting that is cheap to change.

    If the machine does not allow a process its own mount namespace, the folder stays writable.
    """
    read_only = subprocess.run(read_only_view(["true"]), capture_output=True).returncode == 0
    variables = {
        "OPENBLAS_NUM_THREADS": "1",
        "PYTHONHASHSEED": "12345",
        "LC_ALL": "C",  # with the next two, the default encoding of files is ASCII
        "PYTHONUTF8": "0",
        "PYTHONCOERCECLOCALE": "0",
        "TZ": "COURSE-5:45",
    }
    expected = {"threads": 1, "hash_seed": "12345", "encoding": "ascii", "seconds_west": -20700, "read_only": read_only}
    name = "other hash seed, locale, time zone" + (", read-only folder" if read_only else "")
    return Configuration(name, python, variables=variables, expected=expected, read_only=read_only)


def arm():
    """Return the configuration with an emulated ARM64 processor, which is up to fifty times slower than this one.

    It runs the notebooks without long trainings.
    """
    expected = {"kernel": emulation.BLAS_KERNEL, "threads": 1, "avx512": []}
    notebooks = ("02", "03", "04")
    name = "ARM64, emulated (notebooks 02 to 04)"
    return Configuration(name, emulation.PYTHON, expected=expected, emulated=True, notebooks=notebooks, deadline=1200)


# --- One configuration ----------------------------------------------------------------------------------------


def read_only_view(arguments):
    """Return a command line that runs another with the course's folder mounted read-only."""
    mount = f'mount --bind "{ROOT}" "{ROOT}" && mount -o remount,ro,bind "{ROOT}" && cd "{ROOT}" && exec "$@"'
    rights = [] if os.geteuid() == 0 else ["--map-root-user"]
    return ["unshare", *rights, "--mount", "sh", "-c", mount, "sh", *arguments]


def started(configuration, interpreter, *arguments):
    """Run Python in a configuration; return the CompletedProcess."""
    command = [str(interpreter), *arguments]
    view = read_only_view(command) if configuration.read_only else command
    kept = {name: value for name, value in os.environ.items() if not REMOVED.match(name)}
    environment = {**kept, **ALWAYS, **configuration.variables}
    return subprocess.run(view, cwd=ROOT, env=environment, capture_output=True, text=True, encoding="utf-8")


def facts(configuration, interpreter):
    """Return the facts that a kernel reports in this configuration.

    There may be no kernel, or it may die, as one of OpenBLAS does on a processor that lacks its instructions.
    """
    ended = started(configuration, interpreter, "-c", ASK, FACTS, str(configuration.deadline))
    try:
        return json.loads(ended.stdout)
    except ValueError:
        raise NotPossible(f"no kernel runs in it: {last_words(ended)}") from None


def expectations(configuration):
    """Return the facts that a kernel must report: those of any, NumPy if uv resolved it, `configuration.expected`."""
    expected = {"python": configuration.python, "wrong_products": 0, **configuration.expected}
    if PACKAGES[configuration.packages]:
        wanted = requirements(configuration.python, configuration.packages)
        expected["numpy"] = re.search(r"^numpy==(\S+)", wanted, re.MULTILINE)[1]
    return expected


def unproven(expected, found):
    """Return a message that lists the facts that are not as expected; "" if all are."""
    return "; ".join(
        f"{name} is {found.get(name)!r}, not {value!r}" for name, value in expected.items() if found.get(name) != value
    )


def notebooks_of(configuration):
    """Return the paths of the notebooks that a configuration runs."""
    beginnings = configuration.notebooks
    return [path for path in NOTEBOOKS if not beginnings or path.name.startswith(beginnings)]


def strict_run(configuration, interpreter, paths):
    """Run notebooks or tests; return what came out, as `result` does."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        options = ["-p", "no:cacheprovider", f"--junitxml={report}", f"--nbcheck-report={folder}"]
        for limit in ("--nbcheck-deadline", "--nbval-kernel-startup-timeout"):
            options.append(f"{limit}={configuration.deadline}")
        ended = started(configuration, interpreter, *STRICT, *options, *map(str, paths))
        if not report.is_file():
            raise NotPossible(f"pytest gave no report: {last_words(ended)}")
        root = ElementTree.parse(report).getroot()
        print(first_problem(root), end="", file=sys.stderr)
        return result(root)


def first_problem(report):
    """Return the message of the first failed cell, which often causes the others; "" if none failed."""
    problems = (node for node in report.iter() if node.tag in ("failure", "error"))
    return next((f"{node.text or node.get('message')}\n" for node in problems), "")


def result(report):
    """Summarise JUnit XML as {"notebooks": {name: [passed, all]}, "differ": names of the cells that did not pass}."""
    counts, differ = {}, []
    for case in report.iter("testcase"):
        notebook = case.get("classname").removesuffix(".ipynb").rpartition(".")[2]
        passed = not any(child.tag in ("failure", "error", "skipped") for child in case)
        before = counts.get(notebook, [0, 0])
        counts[notebook] = [before[0] + passed, before[1] + 1]
        if not passed:
            differ.append(f"{notebook}::{case.get('name')}")
    return {"notebooks": dict(sorted(counts.items())), "differ": differ}


def without_avx512(configuration, interpreter):
    """Return the configuration with NumPy's AVX-512 features disabled, under the names that this NumPy uses."""
    names = facts(configuration, interpreter)["avx512"]
    if not names:
        raise NotPossible("NumPy uses no AVX-512 on this processor")
    variables = {**configuration.variables, "NPY_DISABLE_CPU_FEATURES": " ".join(names)}
    return dataclasses.replace(configuration, variables=variables, expected={**configuration.expected, "avx512": []})


def emulated(configuration):
    """Return the configuration with Jupyter's python3 being that of the emulated processor."""
    folder = emulation.jupyter_path()
    # Relative to the course's folder, since it is stored.
    variables = {**configuration.variables, "JUPYTER_PATH": str(folder.relative_to(ROOT))}
    return dataclasses.replace(configuration, variables=variables)


def reproduce(configuration, n_seeds=0):
    """Run one configuration, whole notebooks or only checks under `n_seeds` course seeds; return its row."""
    row = {
        "name": configuration.name,
        "counted": False,
        "reason": "",
        "variables": configuration.variables,
        "facts": {},
    }
    python, paths = configuration.python, notebooks_of(configuration)
    try:
        if configuration.emulated and n_seeds:
            raise NotPossible("the checks alone are not run by emulation")
        if configuration.emulated:
            configuration, python = emulated(configuration), THIS_PYTHON
        interpreter = environment(python, configuration.packages)
        if not configuration.avx512:
            configuration = without_avx512(configuration, interpreter)
        row["variables"] = configuration.variables
        row["facts"] = facts(configuration, interpreter)
        row["reason"] = unproven(expectations(configuration), row["facts"])
        if row["reason"]:
            return row
        if n_seeds:
            variables = {**configuration.variables, "MLP_SEEDS": str(n_seeds)}
            configuration, paths = dataclasses.replace(configuration, variables=variables), [CHECKS]
        begin = time.monotonic()
        found = strict_run(configuration, interpreter, paths)
    except NotPossible as error:
        return row | {"reason": str(error)}
    return row | found | {"counted": True, "seconds": round(time.monotonic() - begin, 1)}


# --- Command line ----------------------------------------------------------------------------------------------


def parse(arguments):
    """Parse the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--short", action="store_true", help="one configuration, unlike this machine in many things")
    parser.add_argument(
        "--seeds", type=int, default=0, metavar="N", help="the exercises' checks alone, each under N course seeds"
    )
    parser.add_argument(
        "--only", nargs="+", metavar="WORD", help="configurations with one of these words in their name"
    )
    parser.add_argument("--json", type=Path, metavar="FILE")
    parser.add_argument("--picture", type=Path, metavar="FILE")
    parser.add_argument("--page", type=Path, metavar="FILE", help="a file whose table is to be replaced")
    return parser.parse_args(arguments)


def chosen(options):
    """Return the configurations that the command line selects."""
    if options.short:
        others = [version for version in PYTHONS if version != THIS_PYTHON and is_here(version)]
        return [odd((others or [THIS_PYTHON])[-1])]
    rows = matrix(THIS_PYTHON)
    return [row for row in rows if not options.only or any(word in row.name for word in options.only)]


def tried(configurations, n_seeds=0):
    """Run each configuration and print its row as soon as it is done; return the rows."""
    rows = []
    for configuration in configurations:
        rows.append(reproduce(configuration, n_seeds))
        print(
            "  ".join(summary(rows[-1])), *(f"    {cell}" for cell in rows[-1].get("differ", [])), sep="\n", flush=True
        )
    return rows


def main(arguments):
    """Run the selected configurations; return the exit code, 0 if all counted ones matched the recorded outputs."""
    options = parse(arguments)
    rows = tried(chosen(options), options.seeds)
    sentence, good = verdict(rows)
    print(sentence)
    store(rows, options.json, options.picture, options.page)
    return 0 if good else 1


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit("Interrupted: nothing was stored.")
