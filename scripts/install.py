"""Install the course into .venv: the locked requirements, verified by hash, then the package itself, editable.

    python scripts/install.py          a student's environment
    python scripts/install.py --dev    the same, with the tools for tests and lint

pip fetches uv, which then installs everything, pip included, in a fraction of pip's time. uv does not read pip's
settings: behind a mirror that only pip knows, and wherever else uv fails, pip installs everything itself.

The script uses only the standard library, does nothing if .venv is up to date, and starts afresh if an earlier
installation was interrupted. Its syntax is old on purpose: an old Python must be able to print the message that it is
too old.
"""

import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
STAMP = VENV / "installed.txt"  # "student" or "dev", then the digest of the installation; absent while installing
LOG = VENV / "install.log"
UV = VENV / "uv"  # uv itself and its cache, while installing; on the disk of .venv, so that files can be linked
UV_LOCK = "scripts/uv.txt"
MAKE_VENV = [sys.executable, "-m", "venv", "--clear"]
LOCKS = {"student": "requirements.txt", "dev": "requirements-dev.txt"}
OLDEST_PYTHON = (3, 11)
# What pip's log says, and what that means.
REASONS = [
    ("No space left on device", "the disk is full"),
    (
        "NewConnectionError|NameResolutionError|ConnectTimeoutError",
        "no package registry could be reached; is this machine online?",
    ),
]
VENV_GIGABYTES, TEMP_GIGABYTES = 1.5, 0.5


def obstacle(version, modules_missing, free_gigabytes):
    """Return a one-line, actionable message about what prevents an installation, or None.

    It may be the version of Python, standard modules that it lacks, or {folder: (free, needed gigabytes)}.
    """
    this = "%s is Python %s" % (sys.executable, ".".join(map(str, version[:3])))
    if version < OLDEST_PYTHON:
        return "Python 3.11 or newer is needed, and %s. Name a newer one: make lab PYTHON=python3.12" % this
    if modules_missing:
        return "Python's module %s is missing (%s). On Debian or Ubuntu: apt install python%d.%d-venv" % (
            " and ".join(modules_missing),
            this,
            version[0],
            version[1],
        )
    for folder, (free, needed) in free_gigabytes.items():
        if free < needed:
            return "Not enough space in %s: %.1f GB are needed, %.1f GB are free." % (folder, needed, free)
    return None


def digest():
    """Return a digest of all that an installation depends on: metadata, locks, settings, the repository's path."""
    settings = sorted(path for path in ROOT.joinpath("scripts", "jupyter").rglob("*") if path.is_file())
    locks = [name for name in LOCKS.values() if ROOT.joinpath(name).exists()]  # the students' edition has no dev lock
    contents = [ROOT.joinpath(name).read_bytes() for name in ("pyproject.toml", *locks, *settings)]
    return hashlib.sha256(b"\0".join([*contents, str(ROOT).encode()])).hexdigest()


def venv_python():
    """Return the path of the virtual environment's Python."""
    return VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def is_installed(profile):
    """Return whether .venv is complete for `profile`, up to date and able to run."""
    try:
        installed, installed_digest = STAMP.read_text().split()
        subprocess.run([str(venv_python()), "-c", ""], check=True, stderr=subprocess.DEVNULL)
    except (OSError, ValueError, subprocess.CalledProcessError):
        return False
    return installed_digest == digest() and installed in (profile, "dev")


def bundled_pip():
    """Return the wheel of pip that this Python makes virtual environments with, or None if it lies elsewhere."""
    folders = [Path(importlib.util.find_spec("ensurepip").origin).parent / "_bundled"]
    folders += [Path(named) for named in [sysconfig.get_config_var("WHEEL_PKG_DIR")] if named]  # Debian's and Fedora's
    wheels = [wheel for folder in folders for wheel in sorted(folder.glob("pip-*.whl"))]
    return wheels[0] if wheels else None


def succeeds(arguments, **variables):
    """Run .venv's Python in an environment with `variables`, with a progress line; return whether it succeeds."""
    environment = dict(os.environ, PIP_USER="0", PYTHONUNBUFFERED="1", **variables)
    n_packages = 0
    popen = subprocess.Popen(
        [str(venv_python()), *arguments],
        cwd=str(ROOT),
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    with LOG.open("a", encoding="utf-8") as log, popen as process:
        for line in process.stdout:
            log.write(line)
            if line.startswith(("Collecting ", "Downloading ")):
                n_packages += 1
                if sys.stdout.isatty():
                    print("\r  %3d  %-60.60s" % (n_packages, line.split()[1]), end="", flush=True)
        if n_packages and sys.stdout.isatty():
            print("\r%-70s\r" % "", end="")
    return process.returncode == 0


def installed_by_uv(profile):
    """Install everything by uv, which pip fetches straight from its wheel; return whether that succeeded.

    Installing pip takes as long as all the rest, so this is left to uv, too. uv and its cache (500 MB) are removed in
    any case.
    """
    pip = bundled_pip()
    if pip is None:
        return False
    fetch = [str(pip / "pip"), "install", "--disable-pip-version-check", "--quiet", "--retries=1", "--no-compile"]
    uv = ["-m", "uv", "--no-config", "pip", "install", "--no-deps", "--python", str(venv_python())]
    if sys.dont_write_bytecode:  # else the first use of a module compiles it
        uv.append("--compile-bytecode")
    settings = {
        "PYTHONPATH": str(UV),
        "UV_CACHE_DIR": str(UV / "cache"),
        "UV_HTTP_TIMEOUT": "15",  # seconds without an answer, after which pip's turn comes
        "UV_HTTP_RETRIES": "1",
    }
    try:
        return (
            succeeds([*fetch, "--target", str(UV), "--only-binary=:all:", "--require-hashes", "-r", UV_LOCK])
            and succeeds([*uv, "--require-hashes", "-r", LOCKS[profile]], **settings)
            and succeeds([*uv, "--no-build-isolation", "--editable", ".", str(pip)], **settings)
        )
    finally:
        shutil.rmtree(str(UV), ignore_errors=True)


def install_by_pip(profile):
    """Install everything by pip; exit with its last lines if it fails."""
    pip = ["-m", "pip", "install", "--disable-pip-version-check"]
    if succeeds([*pip, "--require-hashes", "-r", LOCKS[profile]]) and succeeds(
        [*pip, "--no-deps", "--no-build-isolation", "--editable", "."]
    ):
        return
    said = LOG.read_text(encoding="utf-8")
    lines = [line for line in said.splitlines() if not line.startswith(("Ignoring ", "WARNING: Retrying"))][-15:]
    reason = next((reason for signs, reason in REASONS if re.search(signs, said)), "pip's last words are above")
    print("\n".join(lines), file=sys.stderr)
    sys.exit("The installation failed: %s (all of them in %s). The same command tries again." % (reason, LOG))


def make_venv(*options):
    """Make an empty .venv, but keep the log of an installation that is under way."""
    said = LOG.read_text(encoding="utf-8") if LOG.exists() else ""
    subprocess.run([*MAKE_VENV, *options, str(VENV)], check=True)
    LOG.write_text(said, encoding="utf-8")


def install(profile):
    """Create or update .venv for `profile`."""
    missing = [name for name in ("venv", "ensurepip") if importlib.util.find_spec(name) is None]
    space = {
        str(folder): (shutil.disk_usage(str(folder)).free / 1e9, needed)
        for folder, needed in ((ROOT, VENV_GIGABYTES), (tempfile.gettempdir(), TEMP_GIGABYTES))
    }
    trouble = obstacle(tuple(sys.version_info[:3]), missing, space)
    if trouble:
        sys.exit(trouble)
    print("Installing the course's packages into .venv; the first time this takes half a minute or so.", flush=True)
    if LOG.exists():
        LOG.unlink()
    if STAMP.exists():
        STAMP.unlink()
    else:
        make_venv("--without-pip")
    if not installed_by_uv(profile):
        make_venv()  # uv may have left half of a package
        install_by_pip(profile)
    STAMP.write_text("%s %s\n" % (profile, digest()))


def main(profile):
    """Install for `profile` unless that is done; say in one line what goes wrong."""
    if is_installed(profile):
        return
    try:
        install(profile)
    except KeyboardInterrupt:
        sys.exit("\nInterrupted. The same command starts the installation afresh.")
    except OSError as error:
        sys.exit("The installation failed: %s. The same command starts it afresh." % error)


if __name__ == "__main__":
    main("dev" if "--dev" in sys.argv[1:] else "student")
