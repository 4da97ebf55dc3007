"""A Jupyter kernel on an ARM64 processor that qemu emulates, for `make reproduce`.

Its Python is Debian's, and its packages are those of the lock. All is below one folder; nothing is installed in the
system.
"""

import json
import os
import shutil

from environments import ENVIRONMENTS, ROOT, NotPossible, run

# qemu's default processor is the newest that it knows, and on it OpenBLAS computes wrong products.
PROCESSOR, BLAS_KERNEL = "neoverse-n1", "neoversen1"
PYTHON = "3.13"  # Debian's
WHEELS = "aarch64-manylinux_2_28"


def jupyter_path():
    """Return the folder in which Jupyter finds the kernel, as python3; make it unless it is up to date."""
    for program, package in {"qemu-aarch64": "qemu-user", "apt-get": "apt", "dpkg-deb": "dpkg"}.items():
        if not shutil.which(program):
            raise NotPossible(f"{program} is missing, which Debian's package {package} has")
    folder = ENVIRONMENTS / "arm64"
    lock, stamp = ROOT / "requirements.txt", folder / "installed.txt"
    spec = kernel_spec(folder)
    content = lock.read_text(encoding="utf-8") + spec
    if not stamp.is_file() or stamp.read_text(encoding="utf-8") != content:
        shutil.rmtree(folder, ignore_errors=True)
        unpack_debian(folder, f"python{PYTHON}", "libstdc++6")  # the latter for wheels
        target = ["--target", str(folder / "packages"), "--python-version", PYTHON]
        options = ["--quiet", "--python-platform", WHEELS, "--only-binary", ":all:", "--no-deps"]
        run("uv", "pip", "install", *options, *target, "--require-hashes", "--requirement", str(lock))
        file = folder / "kernels" / "python3" / "kernel.json"
        file.parent.mkdir(parents=True)
        file.write_text(spec, encoding="utf-8")
        stamp.write_text(content, encoding="utf-8")
    return folder


def kernel_spec(folder):
    """Return the text of the kernel spec of the Python below a folder, which qemu runs.

    Bytecode is written, into that folder: else each start would compile all modules again, slowly.
    """
    system = folder / "debian"
    interpreter = ["qemu-aarch64", "-cpu", PROCESSOR, "-L", str(system), str(system / f"usr/bin/python{PYTHON}")]
    variables = {
        "PYTHONPATH": os.pathsep.join([str(folder / "packages"), str(ROOT)]),
        "PYTHONPYCACHEPREFIX": str(folder / "bytecode"),
        "PYTHONDONTWRITEBYTECODE": "",
    }
    argv = [*interpreter, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    return json.dumps({"argv": argv, "display_name": "ARM64", "language": "python", "env": variables}, indent=1)


def unpack_debian(folder, *packages):
    """Unpack Debian's ARM64 packages, and those that they depend on, below a folder.

    apt-get has its lists and its state there, too: an empty state, in which no package is installed.
    """
    system, state = folder / "debian", folder / "apt"
    for path in (system, state / "lists", state / "archives"):
        path.mkdir(parents=True)
    (system / "lib").symlink_to("usr/lib")  # as in each Debian, where the package base-files has it
    (state / "status").touch()
    settings = {
        "APT::Architecture": "arm64",
        "APT::Architectures": "arm64",
        "Dir::State": state,
        "Dir::State::status": state / "status",
        "Dir::Cache": state,
    }
    apt_get = ["apt-get", "--quiet", *(f"--option={name}={value}" for name, value in settings.items())]
    try:
        run(*apt_get, "update")
        run(*apt_get, "install", "--yes", "--no-install-recommends", "--download-only", *packages)
    except NotPossible as error:
        raise NotPossible(f"Debian's ARM64 package {packages[0]} cannot be fetched: {error}") from None
    for archive in sorted((state / "archives").glob("*.deb")):
        run("dpkg-deb", "--extract", str(archive), str(system))
    shutil.rmtree(state)
