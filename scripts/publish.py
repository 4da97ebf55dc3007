"""See that a commit is fit to be released, and write its files: `python scripts/publish.py FOLDER`.

Into the folder go the students' edition as a zip file, its wheel, and their digests. Nothing is uploaded and no tag is
set; docs/releasing.md says how.
"""

import json
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import make_wheel
import yaml
from site_addresses import PLACEHOLDER

from mlp_helpers.authoring import release
from mlp_helpers.course.archive import write_zip
from mlp_helpers.course.cells import digest, exercises
from mlp_helpers.course.manifest import FOLDER, MANIFEST, STUDENT_PATHS
from mlp_helpers.services.files import write_file

ROOT = Path(__file__).resolve().parent.parent
MAX_WHEEL_MB = 60.0
ADDRESSES = ("*.toml", "*.cff", "SECURITY.md", "site/*.toml")  # files that name a fork's own addresses
REMEDY = re.compile(r"install .?mlp-course\b(?!-)")  # a name that no package index is known to have
FIGURES = {
    "docs/instructors.md": (
        r"The zip file has (?P<whole>\d+) MB\. With `--no-excursions` it has\s+(?P<small>\d+) MB",
        r"The program gives (?P<automatic>\d+) points\. The other (?P<open>\d+),",
    ),
    "docs/students-edition.md": (r"their data:\s+(?P<small>\d+) MB instead of (?P<whole>\d+)\.",),
    "docs/jupyterhub.md": (r"folder has (?P<whole>\d+) MB",),
}


def faults(root):
    """Return what keeps the course in a git repository from being released, a list of str."""
    version, commit = release.version_of(root), release.commit(root)
    found = []
    if commit is None or commit.endswith("+"):
        found.append("all changes must be committed: what is released must be a commit")
    elif (tagged := _commit_of(root, f"v{version}")) not in (None, commit):
        found.append(f"version {version} is released already, as {tagged[:7]}: raise mlp_helpers.__version__")
    latest = re.search(r"^## (.+), (\d{4}-\d\d-\d\d)$", (root / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    if latest is None or latest[1] != version:
        found.append(f"the first heading of CHANGELOG.md must be that of version {version}, with a date")
    citation = yaml.safe_load((root / "CITATION.cff").read_text("utf-8"))
    cited = (str(citation["version"]), str(citation["date-released"]))
    if latest and cited != latest.groups():
        found.append(f"CITATION.cff must name version {latest[1]} of {latest[2]}, and names {cited[0]} of {cited[1]}")
    return found + placeholders(root) + wrong_remedies(root)


def placeholders(root):
    """Return the addresses that a fork has not filled in yet, a list of faults."""
    paths = (path for pattern in ADDRESSES for path in sorted(root.glob(pattern)))
    lines = [(path, line.strip()) for path in paths for line in path.read_text("utf-8").splitlines()]
    return [f"{path.relative_to(root)}: fill in {line}" for path, line in lines if PLACEHOLDER in line]


def wrong_remedies(root):
    """Return the places that install the course by a name from a package index, a list of faults."""
    patterns = ("mlp_helpers/**/*.py", "docs/*.md", "*.md", "scripts/student/*.md")
    paths = (path for pattern in patterns for path in sorted(root.glob(pattern)))
    wrong = [path for path in paths if REMEDY.search(path.read_text("utf-8"))]
    return [
        f"{path.relative_to(root)}: pip must install the wheel's file, since no index has its name" for path in wrong
    ]


def drifted(root, files):
    """Return the figures in docs/ that are no longer true, a list of faults, given the files of a release."""
    editions = {"whole": files, "small": release.edition(root, excursions=False)}
    true = {name: sum(map(len, contents.values())) / 1e6 for name, contents in editions.items()}
    asked = exercises(release.read_notebooks(root))
    true |= {"automatic": sum(item.points for item in asked if not item.is_open)}
    true |= {"open": sum(item.points for item in asked if item.is_open)}
    found = []
    for name, patterns in FIGURES.items():
        for pattern in patterns:
            said = re.search(pattern, (root / name).read_text("utf-8"))
            if said is None:
                found.append(f"{name} must say {pattern}")
            else:
                drift = {
                    said[key]: f"{true[key]:.0f}" for key in said.groupdict() if int(said[key]) != round(true[key])
                }
                found += [f"{name}: {said[0]!r}: {old} must be {new}" for old, new in drift.items()]
    return found


def _commit_of(root, tag):
    """Return the commit that a tag names, None if there is no such tag."""
    command = ["git", "-C", str(root), "rev-parse", "--quiet", "--verify", f"refs/tags/{tag}^{{commit}}"]
    return subprocess.run(command, capture_output=True, text=True).stdout.strip() or None


def wheel_faults(wheel, released):
    """Return what is wrong with a wheel, a list of str, given the files of the release that it was built from."""
    megabytes = wheel.stat().st_size / 1e6
    found = []
    if megabytes > MAX_WHEEL_MB:
        found.append(f"the wheel must have at most {MAX_WHEEL_MB:g} MB, and has {megabytes:.1f}")
    with zipfile.ZipFile(wheel) as archive:
        inside = {
            name.removeprefix(f"{make_wheel.INSIDE}/"): archive.read(name)
            for name in archive.namelist()
            if name.startswith(f"{make_wheel.INSIDE}/")
        }
    expected = {name: content for name, content in released.items() if name.startswith(STUDENT_PATHS)}
    names = inside.keys() ^ expected.keys() ^ {MANIFEST}
    names |= {name for name in inside.keys() & expected.keys() if inside[name] != expected[name]}
    if names:
        found.append(f"the wheel's edition must be the release's, and these files are not: {', '.join(sorted(names))}")
    if json.loads(inside.get(MANIFEST, b"{}")).get("files") != {name: digest(expected[name]) for name in expected}:
        found.append(f"the wheel's {MANIFEST} does not fit its files")
    return found


if __name__ == "__main__":
    try:
        found = faults(ROOT)
        files = release.edition(ROOT)
        found += drifted(ROOT, files)
    except release.InvalidSource as error:
        found += error.faults
    if found:
        sys.exit("Not fit to be released:\n" + "\n".join(f"  - {fault}" for fault in found))
    folder = Path(sys.argv[1])
    made = make_wheel.build(files, folder)
    bundle = folder / f"{FOLDER}-{release.version_of(ROOT)}.zip"
    write_zip(files, bundle, FOLDER)
    if found := wheel_faults(made, files):
        sys.exit("\n".join(found))
    write_file(folder / "SHA256SUMS", "".join(f"{digest(path.read_bytes())}  {path.name}\n" for path in (made, bundle)))
    print(f"Fit to be released. In {folder}: {made.name}, {bundle.name}, SHA256SUMS.")
