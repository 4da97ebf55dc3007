"""Copies of the package for kernels that grade: a list of what may be there, since all else may hold answers."""

import compileall
import shutil
from pathlib import Path

# fmt: off
LIBRARY = (
    "activations", "config", "data", "gradients", "history", "layers", "network", "optimizers", "outputs", "protocol",
    "saving", "schedules", "training",
)
# fmt: on
IN_KERNELS = (
    *("__init__.py", "checks.py", *(f"{module}.py" for module in LIBRARY)),
    *("checking/*.py", "plots/*.py", "services/*.py"),
    *("exercises/__init__.py", "exercises/*/__init__.py", "exercises/*/cases.py"),
    "exercises/*/*.json",  # from which cases are drawn
)
# What judges the answers, outside of kernels; the results of grading depend on these files, too.
OUTSIDE = ("exercises/*.py", "exercises/*.toml", "exercises/*/answers.py", "diagnosis/*.py", "grading/judging.py")


def listed(package, patterns):
    """Return the paths of a package's files that match one of the patterns, sorted."""
    return sorted({path for pattern in patterns for path in Path(package).glob(pattern)})


def copies(package, conceals, folder):
    """Copy the package for each notebook, compiled, with the files of `IN_KERNELS` but those that it conceals.

    Parameters
    ----------
    package : path
        The folder mlp_helpers.
    conceals : dict from str to iterable of str
        Names of modules, such as mlp_helpers.activations, by notebook.
    folder : path
        Parent of the copies.

    Returns
    -------
    dict from str to Path
        Folder that contains the copy, by notebook.
    """
    copied = {}
    for notebook, concealed in conceals.items():
        copied[notebook] = Path(folder, Path(notebook).stem)
        withheld = {Path(package.parent, *name.split(".")).with_suffix(".py") for name in concealed}
        for path in listed(package, IN_KERNELS):
            if path not in withheld:
                target = copied[notebook] / path.relative_to(package.parent)
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(path, target)
        compileall.compile_dir(copied[notebook], quiet=1)  # kernels cannot write here, and would recompile each time
    return copied
