"""Mutants of the library that no test detects: `make mutants`, half an hour; ARGS="outputs schedules" for two modules.

Cosmic Ray changes one operator, number or keyword at a time. Each module is mutated in a copy of its own, one module
per core at a time, against its own tests and those of the whole library. A table and all survivors are printed.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from mlp_helpers.services.files import REPOSITORY
from mlp_helpers.services.threads import n_cores

# Longest first. OTHERS are run for every module: the textbook's formulas, PyTorch's reference values, the network, and
# networks of students' own.
MODULES = ("gradients", "optimizers", "layers", "outputs", "activations", "schedules")
OTHERS = ("tests/test_textbook.py", "tests/test_references.py", "tests/test_network.py", "tests/test_protocol.py")
TIMEOUT_SECONDS = 120  # for all tests of one mutant, which may loop forever


def configuration(module):
    """Return Cosmic Ray's configuration for a module, as TOML."""
    tests = " ".join((f"tests/test_{module}.py", *OTHERS))
    command = f"{sys.executable} -m pytest -x -q -p no:cacheprovider {tests}"
    return f"""[cosmic-ray]
module-path = "mlp_helpers/{module}.py"
timeout = {TIMEOUT_SECONDS}.0
excluded-modules = []
test-command = "{command}"

[cosmic-ray.distributor]
name = "local"

[cosmic-ray.filters.operators-filter]
exclude-operators = ["core/ReplaceBinaryOperator_BitOr_.*"]  # of annotations, which are not evaluated
"""


def examine(module, folder):
    """Test all mutants of a module; return their number, and the survivors as (line, difference)."""
    for name in ("mlp_helpers", "tests", "scripts"):
        shutil.copytree(REPOSITORY / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "data").symlink_to(REPOSITORY / "data")
    shutil.copy(REPOSITORY / "pyproject.toml", folder)
    (folder / "mutants.toml").write_text(configuration(module))
    # Bytecode is validated by mtime (seconds) and size, which mutants share. Plugins load more slowly than tests run.
    switches = ("PYTHONDONTWRITEBYTECODE", "PYTEST_DISABLE_PLUGIN_AUTOLOAD", "OPENBLAS_NUM_THREADS")
    environment = {**os.environ, **dict.fromkeys(switches, "1")}
    tool, skip = (Path(sys.executable).with_name(name) for name in ("cosmic-ray", "cr-filter-operators"))
    config, session = "mutants.toml", "session.sqlite"
    for command in ([tool, "init", config, session], [skip, session, config], [tool, "exec", config, session]):
        subprocess.run(command, cwd=folder, env=environment, check=True, stdout=subprocess.DEVNULL)
    dumped = subprocess.run([tool, "dump", session], cwd=folder, check=True, capture_output=True, text=True)
    results = [json.loads(line) for line in dumped.stdout.splitlines()]
    results = [(work, result) for work, result in results if not result or result["worker_outcome"] != "skipped"]
    survivors = [
        (work["mutations"][0]["start_pos"][0], result["diff"])
        for work, result in results
        if result is None or result["test_outcome"] != "killed"
    ]
    return len(results), survivors


def main():
    """Test the mutants of the chosen modules and print the survivors and a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("modules", nargs="*", metavar="MODULE", help=f"some of {', '.join(MODULES)}; by default all")
    modules = parser.parse_args().modules or MODULES
    if unknown := set(modules) - set(MODULES):
        parser.error(f"MODULE must be one of {', '.join(MODULES)}, got {', '.join(sorted(unknown))}")
    with tempfile.TemporaryDirectory() as place, ThreadPoolExecutor(n_cores()) as pool:
        folders = [Path(place, module) for module in modules]
        for folder in folders:
            folder.mkdir()
        found = dict(zip(modules, pool.map(examine, modules, folders), strict=True))
    for module, (_, survivors) in found.items():
        for line, difference in sorted(survivors):
            print(f"{module}.py:{line}\n{difference}")
    print(f"{'module':12} {'mutants':>7} {'killed':>6} {'survived':>8}")
    for module, (total, survivors) in found.items():
        print(f"{module:12} {total:7} {total - len(survivors):6} {len(survivors):8}")


if __name__ == "__main__":
    main()
