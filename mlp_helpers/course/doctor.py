"""Examinations of a machine: whether it runs the course and reproduces its numbers. Each returns a `Finding`.

Remedies are commands to be run in the course's folder. An examination imports what it needs, above all NumPy, inside
its function, so that a missing or broken package does not stop the other examinations.
"""

import importlib.metadata
import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from mlp_helpers.course.edition import EDITION, VERSION, age
from mlp_helpers.services.files import REPOSITORY

OK, WARNING, WRONG = "ok", "warning", "wrong"

OLDEST_PYTHON, NEWEST_PYTHON = (3, 11), (3, 13)  # the versions that the lock was compiled for and the tests run on
BUILD_ONLY = {"flit-core"}  # in the lock, but needed only while the package is being installed
MAX_NAMED_PACKAGES = 3  # named in a finding; the others are only counted
MIN_MEMORY_GB = 1.5  # the largest notebook takes 0.5, JupyterLab and a browser as much again
MIN_DISK_GB = 0.5  # notebooks with their outputs, and temporary files
# The front ends of the widgets, each with one of its files in JupyterLab's labextensions folder.
LABEXTENSIONS = {
    "jupyterlab-widgets": Path("@jupyter-widgets", "jupyterlab-manager", "package.json"),
    "anywidget": Path("anywidget", "package.json"),
}
# The training loss of `probe_loss` to 10 digits. All of OpenBLAS's kernels and NumPy's instruction sets agree to 15.
PROBE_LOSS = "0.7258760606"
# Environment variables that select a kernel or an instruction set other than the processor's own.
SLOWING = (
    "OPENBLAS_CORETYPE",
    "OPENBLAS_L2_SIZE",
    "NPY_DISABLE_CPU_FEATURES",
    "BLIS_ARCH_TYPE",
    "MKL_CBWR",
    "MKL_ENABLE_INSTRUCTIONS",
)
THE_WHEEL = "with the course's wheel for FILE.whl"
# What grading does for each kernel; another process does it, since a student's edition has no such module.
SANDBOX_CODE = """\
from mlp_helpers.grading.sandbox.client import ForkServer, Limits
from mlp_helpers.grading.sandbox.system_calls import PROCESSORS
ForkServer().notebook_server().fork("doctor", Limits())
print(*PROCESSORS)
"""
START_SECONDS = 60  # on a busy machine
FILTERS = "/proc/sys/kernel/seccomp"  # where Linux has filters of system calls
# Ubuntu denies user namespaces to programs without an AppArmor profile, Docker to all programs in a container.
ALLOW_SANDBOX = "sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0 (in Docker: docker run --privileged)"


@dataclass(frozen=True)
class Finding:
    """The result of an examination.

    Attributes
    ----------
    name : str
    state : {"ok", "warning", "wrong"}
        With "warning" the course is usable; with "wrong" it does not run or does not reproduce its numbers.
    found : str
        One line.
    remedy : str or None
        The command or other action that fixes the fault; None if there is none.
    """

    name: str
    state: str
    found: str
    remedy: str | None = None


def examine():
    """Return all findings, in the order in which to fix faults."""
    grades = importlib.util.find_spec("mlp_helpers.grading") is not None  # students' editions cannot
    return [_examined(name, function) for name, function in EXAMINATIONS.items() if grades or function is not sandbox]


def _examined(name, function):
    """Return the finding of `function`, or that it failed: a broken examination must not hide the other findings."""
    try:
        return function()
    except Exception as error:
        found = f"could not be examined: {type(error).__name__}: {one_line(error)}"
        return Finding(name, WRONG, found, install_packages())


def one_line(text):
    """Return the message of a library or another program without its line breaks."""
    return " ".join(str(text).split())


def summary(findings):
    """Return a one-sentence summary of all findings."""
    n_wrong = sum(finding.state == WRONG for finding in findings)
    n_warnings = sum(finding.state == WARNING for finding in findings)
    warnings = f"{n_warnings} warning{'' if n_warnings == 1 else 's'}"
    if n_wrong:
        return f"Not ready: {n_wrong} {'thing is' if n_wrong == 1 else 'things are'} wrong, {warnings}."
    return "Ready: this machine runs the course and comes to its numbers" + (f"; {warnings}." if n_warnings else ".")


# --- Remedies -------------------------------------------------------------------------------------------------


def pip(arguments):
    """Return the command that runs pip for this Python, from the course's folder."""
    python = Path(sys.executable)
    if REPOSITORY in python.parents:
        python = python.relative_to(REPOSITORY)
    quoted = f'"{python}"' if " " in str(python) else python
    return f"{quoted} -m pip {arguments}"


def install_packages():
    """Return the command that installs the course's packages for this Python."""
    if not has_lock():
        return pip(f'install "FILE.whl[lab]", {THE_WHEEL}')
    # `make installed` trusts its stamp file and does not notice changes made by hand.
    return pip("install -r requirements.txt")


def has_lock():
    """Return whether the course has a lock of its packages: a wheel has none, since pip chooses their versions."""
    return (REPOSITORY / "requirements.txt").is_file()


def install_python(os_name=os.name):
    """Return the command that recreates .venv with a Python version that the course is tested on."""
    newest = ".".join(map(str, NEWEST_PYTHON))
    if not has_lock():
        return f'python{newest} -m venv NEW, then NEW/bin/python -m pip install "FILE.whl[lab]", {THE_WHEEL}'
    if os_name == "nt":
        return f"rmdir /s /q .venv & py -{newest} scripts\\install.py"
    return f"rm -r .venv && make installed PYTHON=python{newest}"


def unset(names, os_name=os.name):
    """Return the command that unsets environment variables."""
    return " & ".join(f"set {name}=" for name in names) if os_name == "nt" else f"unset {' '.join(names)}"


def restore_data(path):
    """Return the remedy for a damaged or missing data file."""
    from mlp_helpers import data

    if path.is_relative_to(EDITION):
        return pip("install --force-reinstall --no-deps FILE.whl, with the wheel that you were given")
    if path.parent == data.REPOSITORY_DATA:
        in_students_edition = (REPOSITORY / "release.json").exists()
        return "mlp-course update RELEASE, with the release that you got" if in_students_edition else "git restore data"
    if str(path.parent) == os.environ.get("MLP_COURSE_DATA"):
        return unset(["MLP_COURSE_DATA"])
    return f"delete {path.name} there, and it is downloaded again"


# --- Software -------------------------------------------------------------------------------------------------


def course():
    """Examine whether the notebooks are here: in the current folder, or around the package."""
    if any(Path("notebooks").glob("*.ipynb")) or (
        REPOSITORY != EDITION and any(Path(REPOSITORY, "notebooks").glob("*.ipynb"))
    ):
        old_or_new = age(Path())
        if old_or_new:
            return Finding("course", WARNING, *old_or_new.removesuffix(".").split(": ", 1))
        return Finding("course", OK, f"the notebooks are here, version {VERSION}")
    return Finding("course", WRONG, f"there are no notebooks in {Path.cwd()}", "mlp-course start, or go to your folder")


def python_version(version=sys.version_info):
    """Examine whether the course is tested on this Python version."""
    this = ".".join(map(str, version[:3]))
    oldest, newest = (".".join(map(str, limit)) for limit in (OLDEST_PYTHON, NEWEST_PYTHON))
    if version[:2] < OLDEST_PYTHON:
        return Finding("Python", WRONG, f"{this} is too old, {oldest} or newer is needed", install_python())
    if version[:2] > NEWEST_PYTHON:
        found = f"{this} is newer than those the course is tested on, {oldest} to {newest}"
        return Finding("Python", WARNING, found, install_python())
    return Finding("Python", OK, this)


def packages(lock=None):
    """Compare the installed packages with the lock, or where there is none, with what the package asks for.

    Direct dependencies must have the lock's versions. Transitive ones may differ, as with conda, but must be present.

    Parameters
    ----------
    lock : path, optional
        By default the repository's requirements.txt.
    """
    lock = REPOSITORY / "requirements.txt" if lock is None else Path(lock)
    asked_for = direct_dependencies()
    is_locked = lock.is_file()
    wanted = locked_versions(lock.read_text(encoding="utf-8")) if is_locked else asked_for
    wrong, different = [], []
    for name, versions in wanted.items():
        installed = installed_version(name)
        if installed is None:
            wrong.append(f"{name} is missing")
        elif not versions.contains(installed, prereleases=True):
            told = f"{name} is {installed} instead of {str(versions).removeprefix('==')}"
            (wrong if name in asked_for else different).append(told)
    if wrong or different:
        named, others = (wrong + different)[:MAX_NAMED_PACKAGES], (wrong + different)[MAX_NAMED_PACKAGES:]
        found = ", ".join(named + ([f"{len(others)} more"] if others else []))
        return Finding("packages", WRONG if wrong else WARNING, found, install_packages())
    are = "are those of requirements.txt" if is_locked else "that the course imports are new enough"
    return Finding("packages", OK, f"all {len(wanted)} {are}")


def locked_versions(text):
    """Return {name: SpecifierSet} of the packages in a lock that this system needs to run the course."""
    from packaging.requirements import Requirement
    from packaging.utils import canonicalize_name

    versions = {}
    for line in text.splitlines():
        if line[:1].isalnum():  # not a hash, a comment or an empty line
            requirement = Requirement(line.removesuffix("\\").strip())
            name = canonicalize_name(requirement.name)
            applies = requirement.marker is None or requirement.marker.evaluate()
            if applies and name not in BUILD_ONLY:
                versions[name] = requirement.specifier
    return versions


def direct_dependencies():
    """Return the packages that the course imports, a dict from name to the SpecifierSet of versions."""
    from packaging.requirements import Requirement
    from packaging.utils import canonicalize_name

    asked_for = map(Requirement, importlib.metadata.requires("mlp-course"))
    return {
        canonicalize_name(entry.name): entry.specifier
        for entry in asked_for
        if entry.marker is None or entry.marker.evaluate({"extra": "lab"})
    }


def installed_version(name):
    """Return the version of an installed package, or None."""
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None


def widgets():
    """Examine whether sliders will appear: ipywidgets, and its front ends where JupyterLab looks for them."""
    from jupyter_core.paths import jupyter_path
    from packaging.requirements import Requirement

    for name in ("ipywidgets", *LABEXTENSIONS):
        if installed_version(name) is None:
            return Finding("widgets", WRONG, f"{name} is missing", install_packages())
    back, front = map(installed_version, ("ipywidgets", "jupyterlab-widgets"))
    wanted = [Requirement(line) for line in importlib.metadata.requires("ipywidgets")]
    (specifier,) = (entry.specifier for entry in wanted if entry.name.replace("_", "-") == "jupyterlab-widgets")
    if not specifier.contains(front):
        found = f"ipywidgets {back} needs jupyterlab-widgets {specifier}, and {front} is installed"
        return Finding("widgets", WRONG, found, install_packages())
    for name, file in LABEXTENSIONS.items():
        if not any(Path(folder, file).is_file() for folder in jupyter_path("labextensions")):
            pinned = f"{name}=={installed_version(name)}"
            found = f"JupyterLab does not find the files of {pinned.replace('==', ' ')}"
            remedy = f"install --force-reinstall --no-deps {pinned}"  # without --force-reinstall pip changes nothing
            return Finding("widgets", WRONG, found, pip(remedy))
    return Finding(
        "widgets", OK, f"ipywidgets {back}, found by JupyterLab with jupyterlab-widgets {front} and anywidget"
    )


# --- Data and numbers -----------------------------------------------------------------------------------------


def data_files():
    """Verify the MNIST files that `mnist` would load, without a download."""
    from mlp_helpers import data

    folder = data.named_folder()
    if folder is None:
        folder = data.cache_folder()
        if not all((folder / f"{name}.gz").is_file() for name in data.SHA256):
            found = "MNIST is not on this machine; its first use downloads 12 MB"
            remedy = 'python -c "import mlp_helpers; mlp_helpers.mnist()"'
            return Finding("data", WARNING, found, "git restore data" if (REPOSITORY / ".git").exists() else remedy)
    for name in data.SHA256:
        path = folder / f"{name}.gz"
        try:
            data.verified(path, path.name)
        except OSError as error:
            return Finding("data", WRONG, f"{path} cannot be read: {error.strerror}", restore_data(path))
        except data.DataError as error:
            return Finding("data", WRONG, f"{path} {error}", restore_data(path))
    return Finding("data", OK, "the four files of MNIST are intact")


def blas():
    """Identify NumPy's BLAS library, its kernel and its number of threads."""
    from mlp_helpers.services.threads import blas_libraries, n_cores

    libraries = [f"{library}, cores: {n_cores()}" for library in blas_libraries()]
    if not libraries:
        found = "none was found under NumPy that the course can limit, so training may be slow"
        return Finding("BLAS", WARNING, found, install_packages())
    return Finding("BLAS", OK, "; ".join(libraries))


def environment():
    """Examine whether an environment variable slows NumPy down."""
    named = [name for name in SLOWING if os.environ.get(name)]
    if named:
        settings = ", ".join(f"{name}={os.environ[name]}" for name in named)
        found = f"{settings} slows NumPy, unless this processor needs it"
        return Finding("environment", WARNING, found, unset(named))
    return Finding("environment", OK, "no variable slows NumPy")


def probe():
    """Examine whether a short training run in float64 reproduces the recorded loss."""
    loss = f"{probe_loss():.10f}"
    if loss != PROBE_LOSS:
        found = f"a small training came to the loss {loss} instead of {PROBE_LOSS}, so other numbers will differ, too"
        return Finding("numbers", WRONG, found, install_packages())
    return Finding("numbers", OK, f"a small training came to the recorded loss, {loss}")


def probe_loss():
    """Return the loss of a network like the course's after 5 epochs on synthetic data, which take about 0.2 s."""
    import numpy as np

    from mlp_helpers.config import MLPConfig

    rng = np.random.default_rng(0)
    X = rng.standard_normal((1000, 784))
    y = np.argmax(X @ rng.standard_normal((784, 10)), axis=1)
    config = MLPConfig(activations=("relu", "tanh"), learning_rate=0.2, epochs=5)
    *_, last = config.run(config.build(), X, y)
    return last.train_loss


# --- Resources ------------------------------------------------------------------------------------------------


def memory():
    """Examine whether the free memory suffices for JupyterLab and a notebook."""
    import psutil

    free = psutil.virtual_memory().available / 1e9
    if free < MIN_MEMORY_GB:
        found = f"{free:.1f} GB are free, {MIN_MEMORY_GB} GB are needed"
        return Finding("memory", WARNING, found, "close other programs")
    return Finding("memory", OK, f"{free:.1f} GB are free")


def disk():
    """Examine whether the free disk space suffices for notebooks and temporary files."""
    places = (REPOSITORY, Path(tempfile.gettempdir()))
    free, place = min((shutil.disk_usage(place).free / 1e9, place) for place in places)
    if free < MIN_DISK_GB:
        found = f"{free:.1f} GB are free in {place}, {MIN_DISK_GB} GB are needed"
        return Finding("disk", WARNING, found, pip("cache purge"))
    return Finding("disk", OK, f"{free:.1f} GB are free")


# --- Grading --------------------------------------------------------------------------------------------------


def sandbox(system=sys.platform):
    """Examine whether grading can start a sandbox, by starting one. A failure is only a warning; others need none."""
    if system != "linux":
        return Finding("sandbox", WARNING, "there is none on this system; only grading needs it", "grade on Linux")
    try:
        ended = subprocess.run(
            [sys.executable, "-c", SANDBOX_CODE], capture_output=True, text=True, timeout=START_SECONDS
        )
        said = ended.stderr.strip().rpartition("NoSandbox: ")[2] or f"exit code {ended.returncode}"
        trouble = said if ended.returncode else None
    except (OSError, subprocess.TimeoutExpired):
        trouble = f"it has not started in {START_SECONDS} seconds"
    if trouble:
        remedy = "apt install bubblewrap" if "missing" in trouble else ALLOW_SANDBOX
        return Finding("sandbox", WARNING, f"only grading needs it: {one_line(trouble)}", remedy)
    filtered = ended.stdout.split()  # the processors for which there is a filter
    if os.uname().machine not in filtered or not os.path.exists(FILTERS):
        found = "bubblewrap starts one, but this system cannot filter system calls, so some limits of grading fail"
        return Finding("sandbox", WARNING, found, f"grade on Linux with seccomp, on {' or '.join(filtered)}")
    return Finding("sandbox", OK, "a kernel starts in one, as grading needs")


EXAMINATIONS = {
    "Python": python_version,
    "course": course,
    "packages": packages,
    "widgets": widgets,
    "data": data_files,
    "BLAS": blas,
    "environment": environment,
    "numbers": probe,
    "memory": memory,
    "disk": disk,
    "sandbox": sandbox,
}
