"""Biome, which lints and formats JavaScript: `python scripts/biome.py check`, or `check --write`, which mends files.

npm fetches it once, into .venv-biome. Its package is verified against the digest in scripts/biome.toml before anything
of it runs. Without npm, nothing is checked, unless MLP_BIOME=required.
"""

import base64
import hashlib
import os
import platform
import shutil
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / ".venv-biome"


class NotInstalled(Exception):
    """Biome cannot be installed here."""


def system():
    """Return the name of this system in Biome's packages, such as linux-x64."""
    machine = {"x86_64": "x64", "amd64": "x64", "aarch64": "arm64"}.get(platform.machine().lower(), platform.machine())
    musl = platform.system() == "Linux" and platform.libc_ver()[0] != "glibc"
    return f"{platform.system().lower()}-{machine}{'-musl' if musl else ''}"


def verify(package, sha512):
    """Compare a package with its digest in base64; raise ValueError if it has another."""
    found = base64.b64encode(hashlib.sha512(package.read_bytes()).digest()).decode()
    if found != sha512:
        raise ValueError(f"{package.name} has the digest {found}, not {sha512}, which scripts/biome.toml has")


def fetched(name, version, folder):
    """Return the package of a system, fetched by npm into a folder."""
    npm = shutil.which("npm")
    if npm is None:
        raise NotInstalled("npm is missing")
    command = [npm, "pack", "--silent", f"@biomejs/cli-{name}@{version}"]
    subprocess.run(command, cwd=folder, stdout=subprocess.DEVNULL, check=True)
    (package,) = folder.glob("*.tgz")
    return package


def installed(name, version, digests):
    """Return the path of Biome, after it was fetched and verified if this is the first time."""
    program = FOLDER / f"biome-{version}"
    if program.exists():
        return program
    if name not in digests:
        raise NotInstalled(f"scripts/biome.toml has no package for {name}")
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=FOLDER) as folder:
        package = fetched(name, version, Path(folder))
        verify(package, digests[name])
        with tarfile.open(package) as archive:
            archive.extract("package/biome", folder, filter="data")
        Path(folder, "package", "biome").rename(program)  # at last, so that an interrupted installation leaves nothing
    return program


def main(arguments):
    """Run Biome with its arguments; return its exit code."""
    lock = tomllib.loads(ROOT.joinpath("scripts", "biome.toml").read_text(encoding="utf-8"))
    try:
        program = installed(system(), lock["version"], lock["sha512"])
    except NotInstalled as reason:
        print(f"JavaScript and CSS are not checked: {reason}.", file=sys.stderr)
        return int(os.environ.get("MLP_BIOME") == "required")
    return subprocess.run([program, *arguments], cwd=ROOT).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
